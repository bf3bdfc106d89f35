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

/// A name as it may be asked for: `PC1`, `pc1.corp.example`, `CORP\\PC1`, `CORP\\PC1$`.
struct Asked<'n> {
    /// The name without a domain.
    label: &'n str,
    domain: Option<&'n str>,
}

impl<'n> Asked<'n> {
    fn of(name: &'n str) -> Self {
        let plain = name.strip_suffix('$').unwrap_or(name);
        let (label, domain) = match plain.split_once('\\') {
            Some((domain, label)) => (label, Some(domain)),
            None => match plain.split_once('.') {
                Some((label, domain)) => (label, Some(domain)),
                None => (plain, None),
            },
        };
        Self { label, domain }
    }

    /// Whether a machine that is called `name`, with its domain or without, is meant.
    fn is_called(&self, name: &str) -> bool {
        let (label, _) = name.split_once('.').unwrap_or((name, ""));
        label.eq_ignore_ascii_case(self.label)
    }

    /// Whether the domain that was asked for is `domain`, by its DNS name or the first
    /// label of that.
    fn is_of(&self, domain: &str) -> bool {
        self.domain.is_some_and(|asked| {
            let first = |name: &'n str| name.split('.').next().unwrap_or(name);
            let known = domain.split('.').next().unwrap_or(domain);
            let is_whole = asked.contains('.') && domain.contains('.');
            asked.eq_ignore_ascii_case(domain)
                || (!is_whole && first(asked).eq_ignore_ascii_case(known))
        })
    }
}

/// The machine called `name`, whatever the case; with its domain, too, if it has one.
///
/// # Errors
/// If there is none, or several: a sentence that says so, with their full names or the
/// nearest name.
pub fn find(world: &World, name: &str) -> Result<MachineId, String> {
    find_or(world, name, &|| None)
}

/// As [`find`], where `why` tells, of a name that no machine has, why there is none.
///
/// # Errors
/// As [`find`].
pub(crate) fn find_or(
    world: &World,
    name: &str,
    why: &dyn Fn() -> Option<String>,
) -> Result<MachineId, String> {
    let mut buffer = String::new();
    let mut near = Nearest::to(name);
    let asked = Asked::of(name);
    let (mut meant, mut alike) = (Vec::new(), Vec::new());
    for (site, range) in world.sites.iter().zip(&world.fleet.by_site) {
        for position in range.clone() {
            buffer.clear();
            let machine = &world.fleet.machines[position as usize];
            world.fleet.write_name(machine, &site.name, &mut buffer);
            if buffer.eq_ignore_ascii_case(name) {
                return Ok(MachineId(position));
            }
            if asked.is_called(&buffer) {
                let domain = world.fleet.profile(machine).domain;
                if asked.is_of(&world.directory.domains[domain.index()].name) {
                    meant.push(MachineId(position));
                }
                alike.push(buffer.clone());
            }
            near.look(&buffer);
        }
    }
    if let [only] = meant[..] {
        return Ok(only);
    }
    alike.sort();
    let left_out = alike.is_empty().then(why).flatten();
    let hint = match (&alike[..], near.found()) {
        _ if left_out.is_some() => format!("; {}", left_out.unwrap_or_default()),
        ([], None) => "; machines.csv of a run lists all names".to_owned(),
        ([], Some(near)) => format!("; did you mean `{near}`?"),
        ([only], _) => format!("; did you mean `{only}`?"),
        (several, _) => {
            let several = several.iter().map(String::as_str);
            format!(", as several are called so; it has {}", listed(several))
        }
    };
    Err(format!("the scenario has no machine `{name}`{hint}"))
}
