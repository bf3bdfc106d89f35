//! What programs have come to on machines: one record of each, whatever advertisement or
//! chain they ran for.

use crate::model::ids::JobId;
use crate::outcome::{Actor, Ending};
use crate::units::Instant;
use crate::world::ProgramId;
use std::collections::HashMap;

/// What a program has come to on a machine when it last ran there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Past {
    /// How it ended: a success of some kind, or a failure.
    pub(crate) ending: Ending,
    /// When it ended.
    pub(crate) run_end: Instant,
    /// The account it ran under, which is that of the profile it went to.
    pub(crate) executing: Actor,
    /// Whether its client has seen it end.
    pub(crate) is_seen: bool,
    /// The job that ran it.
    pub(crate) by: JobId,
}

/// A record, and whether the program has ever succeeded.
#[derive(Debug, Clone, Copy)]
struct Kept {
    past: Past,
    has_succeeded: bool,
}

/// What programs have come to on machines. Only looked up, never walked, and empty
/// where nothing can ask.
#[derive(Debug, Default)]
pub(crate) struct History {
    programs: HashMap<(u32, ProgramId), Kept>,
    /// When machines have last restarted because a program asked for it.
    restarts: HashMap<u32, Instant>,
}

impl History {
    /// A program has run on a machine, and this has come of it.
    pub(crate) fn keep(&mut self, machine: u32, program: ProgramId, past: Past) {
        let succeeds = past.ending.has_once_succeeded();
        let kept = self.programs.entry((machine, program)).or_insert(Kept {
            past,
            has_succeeded: succeeds,
        });
        kept.past = past;
        kept.has_succeeded |= succeeds;
    }

    /// What has come of a program on a machine, as it was when it ended.
    pub(crate) fn of(&self, machine: u32, program: ProgramId) -> Option<Past> {
        if self.programs.is_empty() {
            return None;
        }
        let kept = self.programs.get(&(machine, program))?;
        Some(kept.past)
    }

    /// Whether a program has ever succeeded on a machine.
    pub(crate) fn has_succeeded(&self, machine: u32, program: ProgramId) -> bool {
        let kept = self.programs.get(&(machine, program));
        kept.is_some_and(|kept| kept.has_succeeded)
    }

    /// A machine has restarted.
    pub(crate) fn restarts(&mut self, machine: u32, at: Instant) {
        if !self.programs.is_empty() {
            self.restarts.insert(machine, at);
        }
    }

    /// Whether a machine has restarted since, because a program asked for it.
    pub(crate) fn has_restarted_since(&self, machine: u32, since: Instant) -> bool {
        self.restarts.get(&machine).is_some_and(|at| *at >= since)
    }
}
