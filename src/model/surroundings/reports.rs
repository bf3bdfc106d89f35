//! What machines report, when the site server hears it, and what it never
//! hears.
//!
//! By default the final state of a job is heard at once. Where the scenario has
//! `[traffic]`, every status message is counted; where it has `[reports]`, every
//! message is a request to the management point or client access point of the
//! machine, after which it waits in line in an inbox. A message that does not
//! come through stays at the machine and is sent again, by both kinds of client:
//! a Legacy Client looks for its client access point every hour (KB Q236052).
//!
//! A message that says the same as the one before is not sent, unless it is the
//! last: tries that fail alike are reported once.

use crate::model::draws::ModelDraws;
use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::outcome::{ReportFate, ReportState};
use crate::product::status;
use crate::units::Instant;
use crate::world::{ServerId, World};
use std::collections::BTreeMap;

/// What a job has said last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said {
    pub(crate) message: u16,
    pub(crate) at: Instant,
    /// Counts its messages; an older one does not replace a newer.
    pub(crate) number: u32,
    /// The newest one heard.
    pub(crate) heard: u32,
    /// When the last one is heard, if that is known.
    pub(crate) arrives: Instant,
    pub(crate) fate: ReportFate,
    /// Whether it was the last word.
    pub(crate) is_final: bool,
}

const SILENT: Said = Said {
    message: 0,
    at: Instant::NEVER,
    number: 0,
    heard: 0,
    arrives: Instant::NEVER,
    fate: ReportFate::Nothing,
    is_final: false,
};

/// A message at its machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waiting {
    pub(crate) job: JobId,
    pub(crate) message: u16,
    pub(crate) number: u32,
}

/// The messages of a group; without any memory where nobody asks for it.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    pub(crate) said: Vec<Said>,
    pub(crate) waiting: Vec<Waiting>,
    /// When the site server has taken the last message of each inbox.
    pub(crate) inboxes: BTreeMap<ServerId, Instant>,
}

impl Reports {
    /// For a group with so many jobs.
    pub(crate) fn new(world: &World, jobs: usize) -> Self {
        let on = world.traffic.is_some() || world.reporting.is_some();
        Self {
            said: vec![SILENT; if on { jobs } else { 0 }],
            ..Self::default()
        }
    }

    /// Whether single messages are followed.
    pub(crate) fn are_followed(&self) -> bool {
        !self.said.is_empty()
    }
}

pub(crate) fn draw_loss(scene: &Scene<'_, '_>, id: JobId, number: u32, draws: &ModelDraws) -> f64 {
    let job = &scene.jobs[id];
    draws.report(job.key, job.advertisement, number).uniform(0)
}

/// When a job that is over had its last word, heard or not.
pub(crate) fn last_word(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let said = scene.reports.said.get(id.index()).copied();
    said.map_or_else(|| scene.record(id).report, |said| said.at)
}

/// The report state that a message leads to.
pub(crate) fn state_said(message: u16) -> Option<ReportState> {
    let state = status::message(message)?.state?;
    ReportState::ALL.get(usize::from(state)).copied()
}
