//! Where the jobs of a group write what comes of them.

use crate::division::Group;
use crate::outcome::{Outcome, Outcomes, Place};
use crate::world::World;

/// The records of one group, and the rows they are.
pub(crate) struct GroupRecords<'o> {
    /// In the order of the group's jobs. They are made as its jobs are found, and not
    /// before, so that they are in the cache when events come to them.
    pub(crate) of_jobs: Vec<Outcome>,
    /// Where they are kept when the group has been simulated.
    kept: &'o mut Vec<Outcome>,
    group: u32,
    /// By site of the group: which record each of its rows is.
    places: Vec<&'o mut [Place]>,
}

impl GroupRecords<'_> {
    /// Makes room for the records of all rows; how many there are.
    pub(crate) fn make_room(&mut self) -> usize {
        let rows = self.places.iter().map(|rows| rows.len()).sum();
        self.of_jobs.reserve_exact(rows);
        rows
    }

    /// The next record: that of the row `row` of the site at `slot` of the group. The
    /// jobs of the group come one after the other.
    pub(crate) fn add(&mut self, slot: usize, row: usize) {
        self.places[slot][row] = Place {
            group: self.group,
            record: self.of_jobs.len() as u32,
        };
        self.of_jobs.push(Outcome::default());
    }

    /// Keeps what has come of the jobs.
    pub(crate) fn keep(&mut self) {
        *self.kept = std::mem::take(&mut self.of_jobs);
    }
}

/// The records of each of `groups`, which have no site in common.
pub(crate) fn by_group<'o>(
    world: &World,
    groups: &[Group],
    outcomes: &'o mut Outcomes,
) -> Vec<GroupRecords<'o>> {
    let (records, places) = outcomes.parts();
    let mut by_site = split_by_site(world, places);
    let mut of_group = |(at, kept): (usize, &'o mut Vec<Outcome>)| {
        // Every site belongs to one group, so its rows are still there.
        let sites = groups[at].sites.iter();
        let places = sites.map(|site| std::mem::take(&mut by_site[site.index()]));
        GroupRecords {
            of_jobs: std::mem::take(kept),
            kept,
            group: at as u32,
            places: places.collect(),
        }
    };
    records.iter_mut().enumerate().map(&mut of_group).collect()
}

/// The rows of each site.
fn split_by_site<'o>(world: &World, places: &'o mut [Place]) -> Vec<&'o mut [Place]> {
    let mut rest = places;
    let mut taken = 0;
    world
        .fleet
        .by_site
        .iter()
        .map(|range| {
            let end = world
                .fleet
                .machines
                .get(range.end as usize)
                .map_or_else(|| world.job_count(), |machine| machine.first_job as usize);
            let (mine, others) = std::mem::take(&mut rest).split_at_mut(end - taken);
            rest = others;
            taken = end;
            mine
        })
        .collect()
}
