//! The machines of a replication are counted some at a time, in parallel, and joined in
//! their order: for all tables at once, as each look at their records fetches them from
//! memory anew.

use std::ops::Range;

use rayon::prelude::*;

use super::holders::{Holders, Holding};
use super::places::Places;
use super::sharers::Sharers;
use super::tally::{Job, Part, ReplicationTally, for_each_job, group_representatives};
use crate::outcome::Replication;
use crate::world::{ProfileId, World};

/// Machines that one thread takes at a time: their records stay in its cache, and their
/// rows are one piece of the file, about 700 kB of text. Compressed bytes depend on it.
pub(super) const CHUNK: usize = 2048;

/// What is counted of some machines.
pub(super) struct Counted {
    tally: Part,
    gains: Gains,
    sharers: Option<Sharers>,
}

/// When machines came to have what they were offered.
enum Gains {
    /// By place too, as tables want it.
    ByPlace(Places),
    ByAdvertisement(Vec<Holders>),
}

impl Gains {
    fn take(&mut self, world: &World, job: &Job, holding: &Holding) {
        match self {
            Self::ByPlace(places) => places.take(world, job, holding),
            Self::ByAdvertisement(all) => all[job.advertisement.index()].take(holding),
        }
    }

    /// Adds those of the machines that follow, which are counted in the same way.
    fn append(&mut self, next: Self) {
        match (self, next) {
            (Self::ByPlace(mine), Self::ByPlace(theirs)) => mine.append(theirs),
            (Self::ByAdvertisement(mine), Self::ByAdvertisement(theirs)) => {
                for (mine, theirs) in mine.iter_mut().zip(theirs) {
                    mine.append(theirs);
                }
            }
            _ => unreachable!("all machines are counted in one way"),
        }
    }
}

/// Counts machines of one replication.
pub(super) struct Counting<'w> {
    world: &'w World,
    groups: Vec<ProfileId>,
    /// Whether a table wants them by place, phase or day.
    by_place: bool,
    /// Whether a table tells who used what.
    by_resource: bool,
}

/// A replication, counted.
pub(super) struct Whole {
    pub(super) tally: ReplicationTally,
    pub(super) places: Option<Places>,
    pub(super) sharers: Option<Sharers>,
}

impl<'w> Counting<'w> {
    pub(super) fn new(world: &'w World, by_place: bool, by_resource: bool) -> Self {
        Self {
            world,
            groups: group_representatives(world),
            by_place,
            by_resource,
        }
    }

    /// Counts some machines.
    pub(super) fn of(&self, replication: &Replication, machines: Range<usize>) -> Counted {
        let mut tally = Part::new(self.world);
        let mut gains = self.no_gains();
        let mut sharers = self.by_resource.then(Sharers::default);
        for_each_job(self.world, machines, &replication.outcomes, |job| {
            let holding = job.holding(self.world, replication);
            tally.take(self.world, &self.groups, replication, &job, &holding);
            gains.take(self.world, &job, &holding);
            if let Some(sharers) = &mut sharers {
                sharers.take(self.world, &job);
            }
        });
        Counted {
            tally,
            gains,
            sharers,
        }
    }

    fn no_gains(&self) -> Gains {
        if self.by_place {
            return Gains::ByPlace(Places::new(self.world));
        }
        Gains::ByAdvertisement(vec![Holders::default(); self.world.advertisements.len()])
    }

    /// Counts all machines.
    pub(super) fn of_each_chunk(&self, replication: &Replication) -> Vec<Counted> {
        let machines = self.world.fleet.machines.len();
        (0..machines.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| chunk * CHUNK..machines.min((chunk + 1) * CHUNK))
            .map(|machines| self.of(replication, machines))
            .collect()
    }

    /// Joins what was counted of all machines, in their order.
    ///
    /// # Panics
    /// If the replication has not one outcome per job of the world.
    pub(super) fn join(&self, replication: &Replication, parts: Vec<Counted>) -> Whole {
        assert_eq!(
            replication.outcomes.len(),
            self.world.job_count(),
            "one outcome per machine and advertisement"
        );
        let mut tally = Part::new(self.world);
        let mut gains = self.no_gains();
        let mut sharers = self.by_resource.then(Sharers::default);
        for part in parts {
            tally.append(part.tally);
            gains.append(part.gains);
            if let (Some(sharers), Some(next)) = (&mut sharers, part.sharers) {
                sharers.append(next);
            }
        }
        let (holders, places) = match gains {
            Gains::ByAdvertisement(holders) => (holders, None),
            Gains::ByPlace(mut places) => {
                places.receive(self.world, replication);
                (places.holders(self.world), Some(places))
            }
        };
        Whole {
            tally: ReplicationTally::of(tally, holders),
            places,
            sharers,
        }
    }
}
