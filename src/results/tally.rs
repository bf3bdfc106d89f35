//! What one replication comes to: counts, times and causes, gathered in
//! parallel and joined in the order of the machines.

use std::collections::BTreeMap;
use std::ops::Range;

use super::holders::{Holders, Holding};
use super::reported::{self, Reported};
use super::tail::{self, Late};
use crate::outcome::{Actor, Cause, Ending, Outcome, Outcomes, Replication, Resource};
use crate::statistics::rank;
use crate::units::Instant;
use crate::world::{
    AdvertisementId, ClientKind, DomainId, Machine, MachineId, Profile, ProfileId, Role, SiteId,
    World,
};

/// The shares of the targeted machines, in parts of 1,000, whose time to
/// installation is stated.
pub(super) const MILESTONES: [u32; 4] = [500, 900, 950, 990];

/// How many machines have their records fetched from memory together.
const AHEAD: usize = 32;

/// One row of a replication.
pub(crate) struct Job<'a> {
    pub(crate) machine_id: MachineId,
    pub(crate) machine: &'a Machine,
    pub(crate) profile: &'a Profile,
    pub(crate) site: SiteId,
    pub(crate) advertisement: AdvertisementId,
    /// Position of the advertisement among those that reach the machine.
    pub(crate) position: usize,
    pub(crate) outcome: &'a Outcome,
}

impl Job<'_> {
    /// Whether the machine was off for most of the time; `None` where no machine can
    /// be.
    fn kept_off(&self, world: &World, replication: &Replication) -> Option<bool> {
        let row = world.rows(self.machine).start + self.position;
        replication.kept_off.get(row).copied()
    }

    /// When the machine had what it was offered.
    pub(crate) fn holding<'r>(&self, world: &World, replication: &'r Replication) -> Holding<'r> {
        Holding::of(world, replication, self)
    }
}

/// Visits the rows of some machines, in order.
pub(crate) fn for_each_job<'a>(
    world: &'a World,
    machines: Range<usize>,
    outcomes: &'a Outcomes,
    mut visit: impl FnMut(Job<'a>),
) {
    let fleet = &world.fleet;
    let mut site = fleet.site_of(MachineId::from(machines.start));
    for start in machines.clone().step_by(AHEAD) {
        let end = machines.end.min(start + AHEAD);
        let rows_of = |index: usize| world.rows(&fleet.machines[index]);
        outcomes.fetch(rows_of(start).start..rows_of(end - 1).end);
        for index in start..end {
            while fleet.by_site[site.index()].end as usize <= index {
                site.0 += 1;
            }
            let machine = &fleet.machines[index];
            let profile = fleet.profile(machine);
            let offers = world.targets(machine).iter().zip(world.rows(machine));
            for (position, (&advertisement, row)) in offers.enumerate() {
                visit(Job {
                    machine_id: MachineId::from(index),
                    machine,
                    profile,
                    site,
                    advertisement,
                    position,
                    outcome: &outcomes[row],
                });
            }
        }
    }
}

/// The phase of the roll-out that a machine belongs to.
pub(super) fn phase_of(world: &World, job: &Job) -> Option<usize> {
    let rollout = world.control.rollouts.get(&job.advertisement)?;
    let named = world.fleet.named_phase(job.machine, job.position);
    rollout.phase_of(job.machine.key, named)
}

/// For each profile the first one of the same fleet group.
pub(super) fn group_representatives(world: &World) -> Vec<ProfileId> {
    let mut first = BTreeMap::new();
    let profiles = world.fleet.profiles.iter().enumerate();
    let groups = profiles.map(|(at, profile)| {
        *first
            .entry(profile.group.as_str())
            .or_insert_with(|| ProfileId::from(at))
    });
    groups.collect()
}

/// What machines that did not get what they were offered have in common: the
/// key columns of `failures.csv`, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FailureKey {
    pub(super) advertisement: AdvertisementId,
    pub(super) client: ClientKind,
    pub(super) role: Role,
    pub(super) site: SiteId,
    /// The first profile of the same fleet group.
    pub(super) group: ProfileId,
    /// Position of the phase.
    pub(super) phase: Option<u8>,
    pub(super) ending: Ending,
    pub(super) cause: Cause,
    pub(super) code: Option<u32>,
    /// The account presented for the resource; without a resource, or if none
    /// was presented, the one that ran the program.
    pub(super) account: Actor,
    /// The machine's domain, where the account's name depends on it.
    pub(super) domain: Option<DomainId>,
    pub(super) resource: Resource,
}

impl FailureKey {
    fn of(world: &World, groups: &[ProfileId], job: &Job) -> Self {
        let (profile, outcome) = (job.profile, job.outcome);
        let (executing, network) = (outcome.executing, outcome.network);
        let [first, second] = match outcome.concerns() {
            Resource::None => [executing, network],
            _ => [network, executing],
        };
        let account = if first == Actor::Nobody {
            second
        } else {
            first
        };
        let domain = match account {
            Actor::ComputerAccount => Some(profile.domain),
            Actor::LoggedOnUser => Some(profile.user_domain),
            _ => None,
        };
        Self {
            advertisement: job.advertisement,
            client: profile.client,
            role: profile.role,
            site: job.site,
            group: groups[job.machine.profile.index()],
            phase: phase_of(world, job).map(|phase| phase as u8),
            ending: outcome.ending,
            cause: outcome.cause,
            code: outcome.code,
            account,
            domain,
            resource: outcome.concerns(),
        }
    }
}

/// The machines of one [`FailureKey`].
#[derive(Debug, Clone)]
pub(super) struct Failures {
    /// When the last thing is known to have happened on each, sorted, those
    /// where nothing happened at the end.
    pub(super) instants: Vec<Instant>,
    /// The first of them.
    pub(super) example: MachineId,
}

/// The last instant in the record: of the report, if the site server heard
/// one, else of whatever the machine did last.
fn last_event(outcome: &Outcome) -> Instant {
    let o = outcome;
    let all = [
        o.policy,
        o.content_start,
        o.content_end,
        o.run_start,
        o.run_end,
        o.report,
    ];
    all.into_iter()
        .filter(|at| at.is_some())
        .max()
        .unwrap_or(Instant::NEVER)
}

/// One advertisement in one replication.
#[derive(Debug, Clone, Default)]
pub(super) struct AdvertisementTally {
    /// Machines by ending, in the order of [`Ending::ALL`].
    pub(super) endings: [u64; Ending::ALL.len()],
    /// When [`MILESTONES`] of the targeted machines were installed; `None`
    /// where that many never were.
    pub(super) milestones: [Option<Instant>; MILESTONES.len()],
    /// Machines by what the site server knows.
    pub(super) reported: Reported,
    /// How many of the last machines were late because they were off.
    pub(super) last_off: u64,
}

impl AdvertisementTally {
    /// Machines that the advertisement reaches.
    pub(super) fn targeted(&self) -> u64 {
        self.endings.iter().sum()
    }

    /// Machines that got it.
    pub(super) fn successes(&self) -> u64 {
        let endings = Ending::ALL.iter().zip(self.endings);
        endings
            .filter(|(ending, _)| ending.is_success())
            .map(|(_, count)| count)
            .sum()
    }
}

/// One replication, counted.
#[derive(Debug, Clone)]
pub(super) struct ReplicationTally {
    /// By advertisement.
    pub(super) advertisements: Vec<AdvertisementTally>,
    /// By what they have in common.
    pub(super) failures: BTreeMap<FailureKey, Failures>,
}

impl ReplicationTally {
    /// Of all machines of a replication, which came to have what each advertisement
    /// offers as `holders` say.
    pub(super) fn of(mut whole: Part, holders: Vec<Holders>) -> Self {
        for failures in whole.failures.values_mut() {
            failures.instants.sort_unstable();
        }
        let tallies = whole
            .endings
            .into_iter()
            .zip(holders)
            .zip(whole.reported)
            .zip(whole.late)
            .map(|(((endings, holders), reported), late)| {
                let mut tally = AdvertisementTally {
                    endings,
                    reported,
                    last_off: tail::last_off(late),
                    ..AdvertisementTally::default()
                };
                tally.milestones = milestones(tally.targeted(), holders);
                tally
            });
        Self {
            advertisements: tallies.collect(),
            failures: whole.failures,
        }
    }
}

/// When this many of the `targeted` machines had ended with success, for the first time.
pub(super) fn milestones(targeted: u64, holders: Holders) -> [Option<Instant>; MILESTONES.len()] {
    holders.reached(MILESTONES.map(|permille| rank(permille, targeted)))
}

/// Some machines of one replication.
pub(super) struct Part {
    endings: Vec<[u64; Ending::ALL.len()]>,
    reported: Vec<Reported>,
    late: Vec<Vec<Late>>,
    failures: BTreeMap<FailureKey, Failures>,
    /// Whether reports are counted.
    reports: bool,
}

impl Part {
    pub(super) fn new(world: &World) -> Self {
        let advertisements = world.advertisements.len();
        Self {
            endings: vec![[0; Ending::ALL.len()]; advertisements],
            reported: vec![Reported::default(); advertisements],
            late: vec![Vec::new(); advertisements],
            failures: BTreeMap::new(),
            reports: reported::is_shown(world),
        }
    }

    /// Counts a row.
    pub(super) fn take(
        &mut self,
        world: &World,
        groups: &[ProfileId],
        replication: &Replication,
        job: &Job,
        holding: &Holding,
    ) {
        let (advertisement, outcome) = (job.advertisement.index(), job.outcome);
        let since = holding.since();
        if let Some(was_off) = job.kept_off(world, replication)
            && let Some(end) = tail::end_of(outcome, since)
        {
            self.late[advertisement].push((end, was_off));
        }
        if self.reports {
            self.reported[advertisement].take(outcome);
        }
        self.endings[advertisement][outcome.ending as usize] += 1;
        if since.is_some() {
            return;
        }
        let failures = self
            .failures
            .entry(FailureKey::of(world, groups, job))
            .or_insert_with(|| Failures {
                instants: Vec::new(),
                example: job.machine_id,
            });
        failures.instants.push(last_event(outcome));
    }

    /// Adds the machines that follow.
    pub(super) fn append(&mut self, next: Self) {
        for (mine, theirs) in self.endings.iter_mut().zip(next.endings) {
            mine.iter_mut()
                .zip(theirs)
                .for_each(|(mine, theirs)| *mine += theirs);
        }
        for (mine, theirs) in self.late.iter_mut().zip(next.late) {
            mine.extend(theirs);
        }
        for (mine, theirs) in self.reported.iter_mut().zip(&next.reported) {
            mine.add(theirs);
        }
        for (key, theirs) in next.failures {
            match self.failures.get_mut(&key) {
                Some(mine) => mine.instants.extend(theirs.instants),
                None => drop(self.failures.insert(key, theirs)),
            }
        }
    }
}
