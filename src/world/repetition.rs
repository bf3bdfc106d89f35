//! Programs that run more than once on a machine, or not at all because they
//! have run before.

use super::{AdvertisementId, ProfileId, ProgramId};
use crate::units::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Whether a program that has run on the machine before is run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rerun {
    /// Whatever came of it: what SMS 2003 does with more than one assignment.
    Always,
    /// Never.
    Never,
    /// Only if it failed: what an Advanced Client does with one assignment.
    IfFailed,
    /// Only if it succeeded.
    IfSucceeded,
}

/// What comes round again; sparse.
#[derive(Debug, Clone, Default)]
pub struct Repetition {
    /// Advertisements whose assignment comes round, and after which time.
    pub recurring: BTreeMap<AdvertisementId, Span>,
    /// Rules other than [`Rerun::Always`].
    pub rerun: BTreeMap<AdvertisementId, Rerun>,
    /// Programs that run once for every user of a machine.
    pub every_user: BTreeSet<ProgramId>,
    /// Users of each machine, where there is more than one.
    pub users: BTreeMap<ProfileId, u32>,
    /// Advertisements whose assignment does not hold over a slow link.
    pub not_over_slow_links: BTreeSet<AdvertisementId>,
}

impl Repetition {
    /// Whether any program may run more than once for its advertisement.
    pub fn repeats(&self) -> bool {
        !self.recurring.is_empty() || !self.every_user.is_empty()
    }
}
