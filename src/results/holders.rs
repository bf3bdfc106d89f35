//! How many machines have what they were offered, over time: what has come round may have
//! failed, and a program may have gone again.

use super::tally::Job;
use crate::outcome::{Held, Replication};
use crate::units::Instant;
use crate::world::World;

/// When a machine had what one row is about: at each instant what the row of a forecast
/// that ends there would say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holding<'a> {
    /// Since when it has it, if it has it at the horizon.
    since: Option<Instant>,
    /// Times that ended before.
    ended: &'a [Held],
}

impl<'a> Holding<'a> {
    /// A machine that has had it at times that `ended`, and has it `since`.
    #[cfg(test)]
    pub(super) const fn made(since: Option<Instant>, ended: &'a [Held]) -> Self {
        Self { since, ended }
    }

    pub(crate) fn of(world: &World, replication: &'a Replication, job: &Job) -> Self {
        let last = job.outcome.successful_since();
        if replication.held.is_empty() {
            return Self {
                since: last,
                ended: &[],
            };
        }
        let row = (world.rows(job.machine).start + job.position) as u32;
        let from = replication.held.partition_point(|held| held.row < row);
        let held = &replication.held[from..];
        let held = &held[..held.partition_point(|held| held.row == row)];
        // One that has not ended tells of the present better than the row does.
        match held.split_last() {
            Some((present, ended)) if !present.until.is_some() => Self {
                since: Some(present.from),
                ended,
            },
            _ => Self {
                since: last,
                ended: held,
            },
        }
    }

    /// Since when the machine has it, if it has it at the horizon.
    pub(crate) const fn since(&self) -> Option<Instant> {
        self.since
    }

    /// From when until when the machine had it, in order; the last may have no end.
    pub(crate) fn times(&self) -> impl Iterator<Item = (Instant, Option<Instant>)> {
        let ended = self.ended.iter().map(|held| (held.from, Some(held.until)));
        ended.chain(self.since.map(|since| (since, None)))
    }
}

/// When machines came to have what they were offered, and when they lost it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Holders {
    gained: Vec<Instant>,
    lost: Vec<Instant>,
}

impl Holders {
    /// Counts a machine.
    pub(crate) fn take(&mut self, holding: &Holding) {
        self.gained.extend(holding.since);
        for held in holding.ended {
            self.gained.push(held.from);
            self.lost.push(held.until);
        }
    }

    /// Counts those that follow, too.
    pub(crate) fn append(&mut self, next: Self) {
        if self.gained.is_empty() {
            *self = next;
        } else {
            self.gained.extend(next.gained);
            self.lost.extend(next.lost);
        }
    }

    /// Counts others, too.
    pub(crate) fn add(&mut self, others: &Self) {
        self.gained.extend_from_slice(&others.gained);
        self.lost.extend_from_slice(&others.lost);
    }

    /// How many have it at the horizon.
    pub(crate) fn at_the_end(&self) -> u64 {
        (self.gained.len() - self.lost.len()) as u64
    }

    /// When each came to have it, in no order.
    pub(crate) fn gained(&self) -> &[Instant] {
        &self.gained
    }

    /// When each had it no longer, in no order.
    pub(crate) fn lost(&self) -> &[Instant] {
        &self.lost
    }

    /// When this many had it for the first time, for each of `numbers`, which ascend and
    /// begin at 1 or above; `None` where that many never had it at once.
    pub(crate) fn reached<const N: usize>(
        mut self,
        numbers: [Option<u64>; N],
    ) -> [Option<Instant>; N] {
        if !self.lost.is_empty() {
            self.keep_records();
        }
        let mut found = [None; N];
        for (found, number) in found.iter_mut().zip(numbers).rev() {
            let Some(number) = number.map(|number| number as usize) else {
                continue;
            };
            if number <= self.gained.len() {
                *found = Some(*self.gained.select_nth_unstable(number - 1).1);
                // Those of smaller numbers are now before it.
                self.gained.truncate(number);
            }
        }
        found
    }

    /// Keeps those that were more at once than ever before: as many as had it at some
    /// instant, each when that many had it first.
    fn keep_records(&mut self) {
        self.gained.sort_unstable();
        self.lost.sort_unstable();
        let mut records = Vec::new();
        let mut lost = 0;
        for (before, at) in self.gained.iter().enumerate() {
            // Of one instant the losses come first.
            lost += self.lost[lost..].partition_point(|gone| gone <= at);
            if before + 1 - lost > records.len() {
                records.push(*at);
            }
        }
        self.gained = records;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holders(gained: &[u64], lost: &[u64]) -> Holders {
        let instants = |times: &[u64]| times.iter().map(|at| Instant(*at)).collect();
        Holders {
            gained: instants(gained),
            lost: instants(lost),
        }
    }

    #[test]
    fn a_number_is_reached_when_so_many_have_it_at_once() {
        // One at 1, lost at 2; two more at 3 and 4, and one that is lost as another comes.
        let all = || holders(&[1, 3, 4, 5], &[2, 5]);
        let reached = all().reached([1, 2, 3].map(Some));
        assert_eq!(reached, [Some(Instant(1)), Some(Instant(4)), None]);
        assert_eq!(all().at_the_end(), 2);
    }

    #[test]
    fn without_losses_a_number_is_reached_in_the_order_of_the_gains() {
        let reached = holders(&[5, 1, 3], &[]).reached([Some(1), None, Some(3)]);
        assert_eq!(reached, [Some(Instant(1)), None, Some(Instant(5))]);
    }
}
