//! How a roll-out is controlled, and what may be wrong with what is rolled out.
//!
//! Rings, rates and rules that stop a roll-out decide *when* a machine is
//! offered an advertisement; start windows and maintenance windows decide when
//! a program starts; defects decide what a program does to some machines. All
//! of it is sparse: what a scenario does not use is not here.

use super::{
    AdvertisementId, CollectionWindows, ExitCodes, Maintenance, ProfileId, ProgramId, Repetition,
    SiteId, Succession,
};
use crate::engine::Distribution;
use crate::units::{Instant, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that a scenario controls.
#[derive(Debug, Clone, Default)]
pub struct Control {
    /// Advertisements that are not offered to all machines at once.
    pub rollouts: BTreeMap<AdvertisementId, Rollout>,
    /// Advertisements whose programs do not all start at the time assigned.
    pub starts: BTreeMap<AdvertisementId, StartWindow>,
    /// Windows of fleet groups, which win over those of sites.
    pub profile_windows: BTreeMap<ProfileId, Maintenance>,
    /// Windows of sites.
    pub site_windows: BTreeMap<SiteId, Maintenance>,
    /// Windows of collections, which win over both.
    pub collection_windows: CollectionWindows,
    /// Exit codes that a program returns on machines of a profile, in place of
    /// its own.
    pub exit_codes: BTreeMap<(ProgramId, ProfileId), Arc<ExitCodes>>,
    /// What comes round again.
    pub repetition: Repetition,
    /// Programs that take the place of others, or are taken away again.
    pub succession: Succession,
    /// Programs that break machines which they have been installed on.
    pub breakage: BTreeMap<ProgramId, Breakage>,
}

/// The control of one advertisement.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollout {
    /// Identity of the advertisement, by which machines are put into phases.
    pub identity: u64,
    /// Phases in order; at least one.
    pub phases: Vec<Phase>,
    /// How fast offers are made; `None` for all at once.
    pub rate: Option<OfferRate>,
    /// Rules that stop it, asked in order.
    pub stops: Vec<StopRule>,
    /// Time between two looks at what is reported.
    pub evaluation: Span,
    /// An offer without a final report counts as overdue after this time.
    pub overdue_after: Span,
}

/// Machines that are offered an advertisement together.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// Name, for the log of decisions.
    pub name: String,
    /// End of its part of 0..1, in which the hashes of machines lie that no
    /// collection puts into a phase; its part begins where that of the phase
    /// before ends.
    pub upto: f64,
    /// What has to be reported before the next phase opens.
    pub gate: Gate,
    /// How long after the gate is first met the next phase opens.
    pub deferral: Span,
    /// How long after this phase the next one opens, whatever is reported; never
    /// if `None`.
    pub deadline: Option<Span>,
    /// Time over which the machines of this phase are offered it, each at its
    /// own moment.
    pub spread: Span,
    /// Rules that stop offers to machines of this phase, asked in order.
    pub stops: Vec<StopRule>,
}

/// What has to be reported of a phase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gate {
    /// How much success.
    pub wanted: Wanted,
    /// Final reports that must be in before it is judged.
    pub minimum: u64,
    /// Whether the scenario leaves open how much success it asks for.
    pub is_default: bool,
}

/// How much success a gate asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wanted {
    /// This share of all machines of the phase.
    ShareOfMachines(f64),
    /// This share of the machines whose final report is in.
    ShareOfReported(f64),
    /// This many machines.
    Count(u64),
}

impl Wanted {
    /// The share or count that is asked for.
    pub const fn amount(self) -> f64 {
        match self {
            Self::ShareOfMachines(share) | Self::ShareOfReported(share) => share,
            Self::Count(count) => count as f64,
        }
    }
}

/// How fast offers are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OfferRate {
    /// Offers a minute at first.
    pub base: f64,
    /// The rate is multiplied by this each time `every` more machines count; 1
    /// for a constant rate.
    pub factor: f64,
    /// See `factor`.
    pub every: u64,
    /// Which machines count.
    pub counted: Counted,
    /// Offers a minute at most.
    pub cap: f64,
}

/// The machines by which a rate grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Those that it has been offered to.
    Notified,
    /// Those that have reported success.
    Succeeded,
}

impl OfferRate {
    /// Offers a minute once `count` machines count.
    ///
    /// AWS IoT Jobs: a base of 50, a factor of 2 and 1,000 machines give 50,
    /// 100, 200 and 400 until 1,000, 2,000, 3,000 and 4,000 machines.
    pub fn at(&self, count: u64) -> f64 {
        let mut rate = self.base;
        for _ in 0..count / self.every.max(1) {
            if rate >= self.cap || self.factor <= 1.0 {
                break;
            }
            rate *= self.factor;
        }
        rate.min(self.cap)
    }
}

/// A rule that stops offers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StopRule {
    /// What counts against the roll-out.
    pub on: FailureKind,
    /// It stops when this share of the machines that say something counts.
    pub share: f64,
    /// How many machines must have reported before it is judged.
    pub minimum: u64,
    /// What it does.
    pub action: StopAction,
}

/// What counts against a roll-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Failure, or damage found after a report of success.
    Failed,
    /// Rejection.
    Rejected,
    /// No final report in time.
    Overdue,
    /// Any of these.
    Any,
}

/// What a stop rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopAction {
    /// No machine is offered it any more.
    Abort,
    /// No machine is offered it for this time ([`Span::FOREVER`]: it is
    /// not resumed); afterwards the rule is not asked again.
    Pause(Span),
}

/// When assigned programs start within a time that begins with the time
/// assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartWindow {
    /// How long it is.
    pub length: Span,
    /// Who chooses the moment.
    pub draw: StartDraw,
    /// Whether a machine that was off at its moment draws another, within a
    /// window that begins when it is back; otherwise it starts at once.
    pub redraw: bool,
}

/// How a machine gets its moment in a start window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartDraw {
    /// By its name: the same moment for every advertisement and replication
    /// (Puppet's `splay`).
    Fixed,
    /// By a draw of its own for each occurrence.
    Fresh,
}

/// Hours of the week in which programs may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaintenanceWindow {
    /// Which days, Monday first.
    pub days: [bool; 7],
    /// Beginning, from midnight.
    pub from: Span,
    /// End, from midnight of the same day; may lie on the next day.
    pub to: Span,
    /// Whether a program starts only if its maximum run time ends before the
    /// window does.
    pub must_fit: bool,
}

/// What a program does to some machines after it has succeeded.
#[derive(Debug, Clone, PartialEq)]
pub struct Breakage {
    /// Chance that a machine breaks.
    pub share: f64,
    /// Which profiles can break; empty for all.
    pub profiles: Vec<ProfileId>,
    /// How long after the end of the program it is found out.
    pub detected_after: Distribution,
}

/// Stands for a machine that no collection puts into a phase.
pub const NO_PHASE: u8 = u8::MAX;

impl Rollout {
    /// The phase of a machine: the one that a collection puts it into, else
    /// that of its hash; `None` if the shares leave it out.
    ///
    /// The hash is of the names of machine and advertisement: the same machines
    /// are in the first ring however large the others are, in every
    /// replication, and others for the next advertisement.
    pub fn phase_of(&self, machine: u64, named: u8) -> Option<usize> {
        if named != NO_PHASE {
            return Some(usize::from(named));
        }
        let place = unit(self.hash(machine));
        self.phases.iter().position(|phase| place < phase.upto)
    }

    /// The turn of a machine within its phase: lower goes first.
    pub fn turn(&self, machine: u64) -> u64 {
        mix(self.hash(machine))
    }

    /// When a machine with this turn may be offered the advertisement, if its
    /// phase opened at `opened`.
    pub fn available(phase: &Phase, opened: Instant, turn: u64) -> Instant {
        let share = ((u128::from(turn) * u128::from(phase.spread.0)) >> 64) as u64;
        opened + Span(share)
    }

    fn hash(&self, machine: u64) -> u64 {
        mix(machine.rotate_left(32) ^ self.identity)
    }
}

impl StartWindow {
    /// The moment, counted from the beginning of the window, of the machine
    /// with this key where it is fixed.
    pub fn fixed(&self, machine: u64) -> Span {
        Span(((u128::from(mix(machine)) * u128::from(self.length.0)) >> 64) as u64)
    }
}

/// A number in `[0, 1)` from the upper bits of a hash.
fn unit(hash: u64) -> f64 {
    (hash >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// Spreads a hash over all bits (the finaliser of `SplitMix64`: G. Steele, D.
/// Lea and C. Flood, "Fast splittable pseudorandom number generators", 2014).
const fn mix(mut hash: u64) -> u64 {
    hash = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ hash >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_rate_is_that_of_the_aws_example() {
        let rate = OfferRate {
            base: 50.0,
            factor: 2.0,
            every: 1_000,
            counted: Counted::Notified,
            cap: 1_000.0,
        };
        let rates = [0, 999, 1_000, 1_999, 2_000, 3_000, 4_000, 5_000, 1 << 40];
        let rates = rates.map(|count| rate.at(count) as u32);
        assert_eq!(rates, [50, 50, 100, 100, 200, 400, 800, 1_000, 1_000]);
    }

    #[test]
    fn phases_take_their_shares_and_keep_their_machines_when_others_grow() {
        let phase = |upto| Phase {
            name: String::new(),
            upto,
            gate: Gate {
                wanted: Wanted::Count(0),
                minimum: 0,
                is_default: false,
            },
            deferral: Span::ZERO,
            deadline: None,
            spread: Span::ZERO,
            stops: Vec::new(),
        };
        let rollout = |uptos: &[f64]| Rollout {
            identity: 7,
            phases: uptos.iter().map(|upto| phase(*upto)).collect(),
            rate: None,
            stops: Vec::new(),
            evaluation: Span::from_mins(15),
            overdue_after: Span::from_days(1),
        };
        let (small, large) = (rollout(&[0.1, 0.4]), rollout(&[0.1, 1.0]));
        let mut counts = [0u32; 3];
        for machine in 0..10_000u64 {
            let phase = small.phase_of(mix(machine), NO_PHASE);
            counts[phase.unwrap_or(2)] += 1;
            if phase == Some(0) {
                assert_eq!(large.phase_of(mix(machine), NO_PHASE), Some(0));
            }
        }
        assert!((900..1_100).contains(&counts[0]), "{counts:?}");
        assert!((2_850..3_150).contains(&counts[1]), "{counts:?}");
        assert_eq!(small.phase_of(1, 1), Some(1));
    }
}
