//! Machines and advertisements by the names that users give.

use crate::scenario::{Nearest, nearest};
use crate::world::{AdvertisementId, MachineId, World};

/// The advertisement called `id`.
///
/// # Errors
/// If there is none: a sentence that says so, with the nearest name.
pub fn advertisement(world: &World, id: &str) -> Result<AdvertisementId, String> {
    let known = || world.advertisements.iter().map(|a| a.id.as_str());
    let found = known().position(|name| name == id);
    found.map(Into::into).ok_or_else(|| {
        let near = match nearest_of(id, known()) {
            near if near.is_empty() => format!("; it has {}", listed(known())),
            near => near,
        };
        format!("the scenario has no advertisement `{id}`{near}")
    })
}

/// The first of some names.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 12;
    let mut names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    if names.is_empty() {
        return "none".to_owned();
    }
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    names.join(", ")
}

/// `; did you mean …` if a name is near enough.
fn nearest_of<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(wanted, known).map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// The machine called `name`, whatever the case.
///
/// # Errors
/// If there is none: a sentence that says so, with the nearest name.
pub fn find(world: &World, name: &str) -> Result<MachineId, String> {
    let mut buffer = String::new();
    let mut near = Nearest::to(name);
    for (site, range) in world.sites.iter().zip(&world.fleet.by_site) {
        for position in range.clone() {
            buffer.clear();
            let machine = &world.fleet.machines[position as usize];
            world.fleet.write_name(machine, &site.name, &mut buffer);
            if buffer.eq_ignore_ascii_case(name) {
                return Ok(MachineId(position));
            }
            near.look(&buffer);
        }
    }
    let hint = near.found().map_or_else(
        || "; machines.csv of a run lists all names".to_owned(),
        |near| format!("; did you mean `{near}`?"),
    );
    Err(format!("the scenario has no machine `{name}`{hint}"))
}
