//! Where the jobs of a group write what comes of them.

use crate::division::Group;
use crate::model::ids::JobId;
use crate::outcome::{Outcome, Outcomes};
use crate::world::World;

/// The records of one group, and the rows they are.
pub(crate) struct GroupRecords<'o> {
    /// In the order of the group's jobs.
    pub(crate) of_jobs: &'o mut [Outcome],
    /// By site of the group: which record, of all in the world, each of its
    /// rows is.
    places: Vec<&'o mut [u32]>,
    /// How many records other groups have before the first of this one.
    before: u32,
}

impl GroupRecords<'_> {
    /// The record of job `id` is the row `row` of the site at `slot` of the
    /// group.
    pub(crate) fn assign(&mut self, slot: usize, row: usize, id: JobId) {
        self.places[slot][row] = self.before + id.0;
    }
}

/// The records of each of `groups`, which have no site in common.
pub(crate) fn by_group<'o>(
    world: &World,
    groups: &[Group],
    outcomes: &'o mut Outcomes,
) -> Vec<GroupRecords<'o>> {
    let (mut rest, places) = outcomes.parts();
    let mut by_site = split_by_site(world, places);
    let all = world.job_count();
    let of_group = |group: &Group| {
        // Every site belongs to one group, so its rows are still there.
        let sites = group.sites.iter();
        let places: Vec<_> = sites
            .map(|site| std::mem::take(&mut by_site[site.index()]))
            .collect();
        let before = (all - rest.len()) as u32;
        let rows = places.iter().map(|rows| rows.len()).sum();
        let (mine, others) = std::mem::take(&mut rest).split_at_mut(rows);
        rest = others;
        GroupRecords {
            of_jobs: mine,
            places,
            before,
        }
    };
    groups.iter().map(of_group).collect()
}

/// The rows of each site.
fn split_by_site<'o>(world: &World, places: &'o mut [u32]) -> Vec<&'o mut [u32]> {
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
