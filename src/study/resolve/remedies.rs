//! Changes for a study that writes none: what would help machines of the scenario as
//! it is, as `explain` and the tables say it.

use crate::division::Plan;
use crate::model::{Watch, replicate};
use crate::outcome::{Case, Cause, Outcome};
use crate::remedy::remedy;
use crate::world::{Advertisement, MachineId, SiteId, World};
use std::collections::{BTreeMap, BTreeSet};

/// Machines of an advertisement and a cause that are asked what would help them.
const ASKED: u64 = 200;
/// Changes that are taken from one cause.
const MOST_OF_A_CAUSE: usize = 3;

/// Settings, and how many machines they would help.
type Offers = BTreeMap<Vec<String>, u64>;

/// The names of changes and their settings, by the advertisement and the cause that
/// they are for; the same settings once.
pub(super) fn remedies(world: &World) -> Vec<(String, Vec<String>)> {
    let several = world.advertisements.len() > 1;
    let mut known = BTreeSet::new();
    let mut changes = Vec::new();
    for ((advertisement, cause), offers) in offers(world) {
        let mut offers: Vec<(Vec<String>, u64)> = offers.into_iter().collect();
        offers.sort_by_key(|(_, machines)| std::cmp::Reverse(*machines));
        let new = offers
            .into_iter()
            .filter(|(settings, _)| known.insert(settings.clone()));
        for (at, (settings, _)) in new.take(MOST_OF_A_CAUSE).enumerate() {
            let of = if several {
                format!("{advertisement}: ")
            } else {
                String::new()
            };
            let number = if at > 0 {
                format!(" ({})", at + 1)
            } else {
                String::new()
            };
            changes.push((format!("{of}{}{number}", cause.name()), settings));
        }
    }
    changes
}

/// What would help the machines of the first replication, by advertisement and cause.
fn offers(world: &World) -> BTreeMap<(&str, Cause), Offers> {
    let mut offers: BTreeMap<(&str, Cause), Offers> = BTreeMap::new();
    let mut asked: BTreeMap<(&str, Cause), u64> = BTreeMap::new();
    // Nothing stops it.
    let Ok(run) = replicate(world, &Plan::new(world), 1, &Watch::default()) else {
        return offers;
    };
    for (site, range) in world.fleet.by_site.iter().enumerate() {
        for id in range.clone().map(MachineId) {
            let machine = &world.fleet.machines[id.index()];
            for (of, row) in world.targets(machine).iter().zip(world.rows(machine)) {
                let outcome = &run.outcomes[row];
                let advertisement = &world.advertisements[of.index()];
                let key = (advertisement.id.as_str(), outcome.cause);
                let count = asked.entry(key).or_default();
                *count += 1;
                if outcome.cause == Cause::None || *count > ASKED {
                    continue;
                }
                let settings = settings(world, SiteId::from(site), id, advertisement, outcome);
                if !settings.is_empty() {
                    *offers.entry(key).or_default().entry(settings).or_default() += 1;
                }
            }
        }
    }
    offers
}

fn settings(
    world: &World,
    site: SiteId,
    id: MachineId,
    advertisement: &Advertisement,
    outcome: &Outcome,
) -> Vec<String> {
    let mut machine = String::new();
    let place = &world.sites[site.index()].name;
    let of = &world.fleet.machines[id.index()];
    world.fleet.write_name(of, place, &mut machine);
    let case = Case {
        world,
        id,
        machine: &machine,
        advertisement,
        outcome,
    };
    remedy(case).settings
}
