//! The machines: which inventory is read, and where its machines stand.

use super::Source;
use super::facts::Facts;
use super::fault::Fault;
use super::file::{Machines, name};
use super::kind::Kind;
use super::lists::{Lists, folded};
use super::places::Places;
use super::units::{key, value};
use crate::scenario::domain_name;
use crate::scenario::inventory::{
    self, DateOrder, DropReason, Dropped, Encoding, Field, Inventory, MapOptions, MappingReport,
    Problem, Table, path_parts, path_value,
};
use crate::units::counted;
use crate::world::Role;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// The fleet as the scenario will have it.
#[derive(Debug, Default)]
pub(super) struct Fleet {
    /// The path of the inventory from the scenario; none if there is no inventory.
    pub(super) file: Option<String>,
    pub(super) machines: Vec<Machine>,
    /// The position of each machine by its name in upper case.
    by_name: BTreeMap<String, usize>,
    /// The entries of `[inventory]` beside the file.
    pub(super) settings: Vec<(&'static str, String)>,
    /// Names of domains as the inventory has them, with the machines in each.
    pub(super) domains: BTreeMap<String, usize>,
    pub(super) without_domain: usize,
    pub(super) without_place: usize,
    /// The day on which the inventory was last heard of anything.
    pub(super) newest: Option<String>,
    /// The name of the inventory, and the day that would be the newest if day and month
    /// were the other way round, where the inventory does not tell which is first.
    pub(super) other_newest: Option<(String, String)>,
    pub(super) needs_legacy: bool,
    /// Versions of clients that rows tell.
    pub(super) versions: Vec<String>,
}

/// What is known of one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Machine {
    pub(super) name: String,
    pub(super) place: Option<String>,
    pub(super) role: Role,
    pub(super) platform: String,
}

/// One inventory, read.
struct Candidate<'a> {
    source: &'a Source,
    inventory: Inventory,
    settings: Vec<(&'static str, String)>,
}

impl Candidate<'_> {
    fn placed(&self) -> usize {
        let site = &self.inventory.columns.site;
        (0..self.inventory.rows)
            .filter(|row| site.get(*row).is_some())
            .count()
    }
}

impl Fleet {
    /// The fleet of the best of `sources`, whose places are added to `places`.
    pub(super) fn new(
        inventories: &[Machines],
        facts: &Facts,
        places: &mut Places,
        to: &Path,
        lists: &mut Lists,
    ) -> Result<Self, Vec<Fault>> {
        let mut candidates = Vec::new();
        let mut faults = Vec::new();
        for Machines { source, .. } in inventories {
            match candidate(source, places, lists) {
                Ok(candidate) => candidates.push(candidate),
                Err(problems) => faults.extend(problems.into_iter().map(fault)),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        candidates.sort_by_key(|candidate| {
            let best = std::cmp::Reverse((candidate.placed(), candidate.inventory.rows));
            (best, candidate.source.path.clone())
        });
        let mut candidates = candidates.into_iter();
        let Some(best) = candidates.next() else {
            return Ok(Self::default());
        };
        for other in candidates {
            let same = |file: &&Machines| file.source.path == other.source.path;
            if let Some(file) = inventories.iter().find(same)
                && !file.members.is_empty()
            {
                lists.taken_rows(&name(file.source), Kind::Member.spec().command, file.rows);
                continue;
            }
            let why = format!(
                "a scenario reads one inventory, and {} tells the place of more machines{}",
                name(best.source),
                lacking(&best.inventory, &other.inventory)
            );
            lists.ignored(&name(other.source), &why);
        }
        Self::of(best, facts, places, to, lists)
    }

    fn of(
        mut best: Candidate,
        facts: &Facts,
        places: &mut Places,
        to: &Path,
        lists: &mut Lists,
    ) -> Result<Self, Vec<Fault>> {
        if best.placed() == 0 && by_units(best.source, places, lists) {
            let source = best.source;
            best = candidate(source, places, lists)
                .map_err(|problems| problems.into_iter().map(fault).collect::<Vec<_>>())?;
        }
        let mut fleet = Self {
            file: Some(relative(&best.source.path, to)),
            settings: best.settings.clone(),
            newest: best
                .inventory
                .report
                .seen
                .as_ref()
                .map(|(_, _, newest)| newest.clone()),
            other_newest: best
                .inventory
                .report
                .other_newest
                .as_ref()
                .map(|day| (name(best.source), day.clone())),
            ..Self::default()
        };
        let report = &best.inventory.report;
        tell(report, &name(best.source), lists);
        if report
            .used
            .iter()
            .all(|(field, _)| *field != Field::Address)
        {
            places.forget_networks();
        }
        fleet.versions = versions(best.source, report);
        fleet.machines_of(&best.inventory, places, facts, lists);
        let old = |machine: &Machine| {
            ["Windows NT", "Windows 98", "Windows 95", "Windows Me"]
                .iter()
                .any(|old| machine.platform.starts_with(old))
        };
        let says_client = !best.inventory.columns.client.is_empty();
        fleet.needs_legacy = !says_client && fleet.machines.iter().any(old);
        Ok(fleet)
    }

    fn machines_of(
        &mut self,
        inventory: &Inventory,
        places: &mut Places,
        facts: &Facts,
        lists: &mut Lists,
    ) {
        let columns = &inventory.columns;
        let has_sites = !facts.ad_sites.is_empty();
        let mut strangers: BTreeMap<String, usize> = BTreeMap::new();
        for row in 0..inventory.rows {
            let place = columns.site.get(row).map(|site| {
                places.find(site).unwrap_or_else(|| {
                    *strangers.entry(site.to_owned()).or_default() += 1;
                    places.declare(site)
                })
            });
            let name = columns.names.get(row as u32).to_owned();
            let role = columns.role.get(row).copied().flatten();
            let role = role.unwrap_or(Role::Workstation);
            match &place {
                Some(place) => {
                    let place = places.list.entry(place.clone()).or_default();
                    place.machines += 1;
                    if role != Role::Workstation {
                        place.servers.insert(name.to_uppercase());
                    }
                }
                None => self.without_place += 1,
            }
            match columns.domain.get(row) {
                Some(domain) => *self.domains.entry(domain_name(domain)).or_default() += 1,
                None => self.without_domain += 1,
            }
            self.by_name.insert(name.to_uppercase(), row);
            self.machines.push(Machine {
                name,
                place,
                role,
                platform: columns.platform.get(row).unwrap_or_default().to_owned(),
            });
        }
        if has_sites {
            for site in strangers.keys() {
                lists.gap("machines stand at the sites {}, which the export of sites does not hold; they are made", site);
            }
        }
    }

    /// Whether machines run systems newer than those of SMS 2003.
    pub(super) fn is_modern(&self) -> bool {
        let new = [
            "Windows 7",
            "Windows 8",
            "Windows 10",
            "Windows Server 2012",
            "Windows Server 2016",
        ];
        let is_new = |machine: &Machine| new.iter().any(|new| machine.platform.starts_with(new));
        2 * self
            .machines
            .iter()
            .filter(|machine| is_new(machine))
            .count()
            > self.machines.len()
    }

    /// Whether the systems of most machines are known.
    pub(super) fn tells_platforms(&self) -> bool {
        let known = self.machines.iter();
        let known = known.filter(|machine| !machine.platform.is_empty());
        2 * known.count() > self.machines.len()
    }

    /// The machine of that name.
    pub(super) fn find(&self, name: &str) -> Option<&Machine> {
        let at = self.by_name.get(&name.to_uppercase())?;
        self.machines.get(*at)
    }
}

/// What rows say of the versions of clients.
fn versions(source: &Source, report: &MappingReport) -> Vec<String> {
    let of_versions = |(field, _): &&(Field, String)| *field == Field::ClientVersion;
    let heading = report.used.iter().find(of_versions);
    let (Some((_, heading)), Ok(table)) = (heading, Table::read(&source.bytes)) else {
        return Vec::new();
    };
    let column = table.headings.iter().position(|known| known == heading);
    let cells = table.rows.into_iter().filter_map(|mut row| {
        let cell = column.and_then(|at| row.cells.get_mut(at))?;
        Some(std::mem::take(cell))
    });
    cells.collect()
}

fn fault(problem: Problem) -> Fault {
    let column = problem.column.map(|column| format!("column `{column}`: "));
    Fault {
        file: problem.file,
        line: problem.line,
        message: format!("{}{}", column.unwrap_or_default(), problem.message),
        help: problem.help,
    }
}

/// Reads an inventory, with the settings that it takes to read it.
fn candidate<'a>(
    source: &'a Source,
    places: &Places,
    lists: &mut Lists,
) -> Result<Candidate<'a>, Vec<Problem>> {
    let mut options = MapOptions::default();
    for (says, place) in &places.says {
        // What looks like a network and is none is left to the column of sites.
        let _ = options.places.add(says, place);
    }
    let mut settings = Vec::new();
    let first = inventory::read_bytes(&source.bytes, &source.path, &options);
    let about_dates = |problems: &Vec<Problem>, words: &str| {
        problems
            .iter()
            .any(|problem| problem.message.contains(words))
    };
    let inventory = match first {
        Ok(inventory) if inventory.report.other_newest.is_some() => {
            options.dates = Some(DateOrder::MonthFirst);
            settings.push(("dates", "\"month first\"".to_owned()));
            inventory::read_bytes(&source.bytes, &source.path, &options)?
        }
        Ok(inventory) => inventory,
        Err(problems) if about_dates(&problems, "can be read in two ways") => {
            options.dates = Some(DateOrder::MonthFirst);
            settings.push(("dates", "\"month first\"".to_owned()));
            lists.assume(
                &format!("the order of day and month in {}", name(source)),
                "the month is first; it decides which machines are stale",
                vec!["inventory.dates=day first".to_owned()],
            );
            inventory::read_bytes(&source.bytes, &source.path, &options)?
        }
        Err(problems) if about_dates(&problems, "some dates of the file have the day first") => {
            options.map.insert("last_seen".to_owned(), None);
            settings.push(("map", "{ last_seen = false }".to_owned()));
            lists.ignored(
                &format!("{}, its dates", name(source)),
                "some have the day first and some the month, so that no machine counts as stale",
            );
            inventory::read_bytes(&source.bytes, &source.path, &options)?
        }
        Err(problems) => return Err(problems),
    };
    Ok(Candidate {
        source,
        inventory,
        settings,
    })
}

/// How many machines of `other` are not in `best`, in words.
fn lacking(best: &Inventory, other: &Inventory) -> String {
    let called = |inventory: &Inventory, row: usize| {
        let name = inventory.columns.names.get(row as u32).to_uppercase();
        name.split('.').next().unwrap_or_default().to_owned()
    };
    let known: BTreeSet<String> = (0..best.rows).map(|row| called(best, row)).collect();
    let mut lacks: Vec<String> = (0..other.rows)
        .map(|row| called(other, row))
        .filter(|name| !known.contains(name))
        .collect();
    lacks.dedup();
    if lacks.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = lacks.iter().map(String::as_str).collect();
    let count = counted(lacks.len() as u64, "machine");
    format!("; it lacks {count} of this one: {}", folded(&names))
}

/// What the reading of the inventory has come to.
fn tell(report: &MappingReport, file: &str, lists: &mut Lists) {
    let used: Vec<String> = report
        .used
        .iter()
        .map(|(field, heading)| format!("{heading} as {}", field.name().replace('_', " ")))
        .collect();
    lists.taken(format!(
        "{file}: {} of {}, the inventory; {}",
        counted(report.kept as u64, "machine"),
        counted(report.read as u64, "row"),
        used.join(", ")
    ));
    tell_columns(report, file, lists);
    tell_cells(report, file, lists);
    let dropped = DropReason::ALL.iter().zip(&report.dropped);
    for (reason, dropped) in dropped.filter(|(_, dropped)| dropped.count > 0) {
        let rows = format!("{file}, {}", counted(dropped.count as u64, "row"));
        lists.ignored(
            &rows,
            &match reason {
                DropReason::NoRow | DropReason::NoName | DropReason::Repeated => reason.to_string(),
                _ => format!("{reason}; `keep` of [inventory] can keep some of them"),
            },
        );
    }
    for heading in &report.merged {
        lists.ignored(
            &format!("{file}, empty cells of column {heading}"),
            "each text of the column stands in one row alone, as where cells of a spreadsheet were merged; fill the cells below",
        );
    }
    if report.in_two_domains > 0 {
        let line = format!(
            "{file}, {}",
            counted(report.in_two_domains as u64, "machine")
        );
        lists.ignored(
            &line,
            "two domains have their names; each is called by its full name",
        );
    }
}

/// The columns of the inventory that are not read, by what they are.
fn tell_columns(report: &MappingReport, file: &str, lists: &mut Lists) {
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for heading in &report.ignored {
        let why = match inventory::field_of(heading) {
            None => {
                "nothing is read from columns of that name; `map` of [inventory] can say what one is"
            }
            Some(Field::Address) => {
                "addresses tell the place of a machine if an export has subnets or boundaries"
            }
            // Told with the dates that are not read.
            Some(Field::LastSeen)
                if report
                    .used
                    .iter()
                    .all(|(field, _)| *field != Field::LastSeen) =>
            {
                continue;
            }
            Some(_) => "other columns say the same",
        };
        by_reason.entry(why).or_default().push(heading);
    }
    for (why, headings) in by_reason {
        lists.ignored_columns(file, &headings, why);
    }
}

/// What could not be read as it stands, or may have been read wrongly.
fn tell_cells(report: &MappingReport, file: &str, lists: &mut Lists) {
    let dates = |(dropped, example): &(Dropped, String), why: &str, lists: &mut Lists| {
        if dropped.count > 0 {
            let count = counted(dropped.count as u64, "date");
            let what = format!("{file}, {count} {}", dropped.lines());
            lists.ignored(&what, &format!("{why}, such as {example}"));
        }
    };
    let unread = "they are in no form that is known, so that they leave no machine out";
    dates(&report.unread_dates, unread, lists);
    let wrong = "so long after all others that a clock must have been wrong";
    dates(&report.wrong_clocks, wrong, lists);
    let page = match report.encoding {
        Encoding::Windows1252 => "Windows-1252",
        Encoding::CodePage850 => "code page 850 of command prompts",
        Encoding::CodePage437 => "code page 437 of command prompts",
        Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be => return,
    };
    let why = format!(
        "they are read as {page}, as they are not UTF-8; if names look wrong, save the file as UTF-8"
    );
    lists.ignored(&format!("{file}, its letters beyond ASCII"), &why);
}

/// Names of organisational units that are not places.
const NO_PLACES: [&str; 26] = [
    "computers",
    "computer",
    "workstations",
    "workstation",
    "pcs",
    "pc",
    "clients",
    "client",
    "desktops",
    "laptops",
    "notebooks",
    "servers",
    "server",
    "member servers",
    "domain controllers",
    "rechner",
    "arbeitsplätze",
    "devices",
    "machines",
    "managed",
    "managed computers",
    "windows",
    "windows 10",
    "windows 11",
    "standard",
    "it",
];

/// Lets organisational units tell the place where nothing else does; the answer
/// is whether they do.
fn by_units(source: &Source, places: &mut Places, lists: &mut Lists) -> bool {
    let Ok(table) = Table::read(&source.bytes) else {
        return false;
    };
    let headings = table.normal_headings();
    let Some(column) = headings
        .iter()
        .position(|h| matches!(h.as_str(), "distinguishedname" | "dn"))
    else {
        return false;
    };
    let mut paths: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for row in &table.rows {
        let path = row.cells.get(column).map_or("", String::as_str);
        *paths.entry(units_of(path)).or_default() += 1;
    }
    let known = !places.list.is_empty();
    let mut chosen: BTreeMap<String, String> = BTreeMap::new();
    let deepest = paths.keys().map(Vec::len).max().unwrap_or(0);
    for depth in 0..deepest {
        chosen.clear();
        for path in paths.keys().filter(|path| path.len() > depth) {
            let unit = path_value(&path[depth]);
            let is_place = if known {
                places.find(&unit).is_some()
            } else {
                !NO_PLACES.contains(&unit.to_lowercase().as_str())
            };
            if is_place {
                let from_here: Vec<&str> =
                    path[..=depth].iter().rev().map(String::as_str).collect();
                chosen.insert(from_here.join(","), unit);
            }
        }
        if chosen.len() >= 2 || known && !chosen.is_empty() {
            break;
        }
    }
    if chosen.is_empty() {
        return false;
    }
    let units: Vec<&str> = chosen.values().map(String::as_str).collect();
    let settings = chosen.keys().map(|path| {
        let other = units.last().copied().unwrap_or_default();
        format!("inventory.places.{}={}", key(path), value(other))
    });
    let settings = settings.take(1).collect();
    lists.assume(
        "the places of the machines",
        &format!("the organisational units {}", folded(&units)),
        settings,
    );
    for (path, unit) in chosen {
        let place = places.declare(&unit);
        places.say(path, &place);
    }
    true
}

/// The units above a computer, from the top; the labels of the domain stay with
/// none of them.
fn units_of(path: &str) -> Vec<String> {
    let parts = path_parts(path).into_iter();
    let units = parts.filter(|part| part.to_ascii_uppercase().starts_with("OU="));
    let mut units: Vec<String> = units.map(str::to_owned).collect();
    units.reverse();
    units
}

/// The path of `file` from the folder of the file `to`.
fn relative(file: &Path, to: &Path) -> String {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (file, folder) = (absolute(file), absolute(to));
    let folder = folder.parent().unwrap_or(Path::new(""));
    let (file_parts, folder_parts): (Vec<Component>, Vec<Component>) =
        (file.components().collect(), folder.components().collect());
    let common = file_parts
        .iter()
        .zip(&folder_parts)
        .take_while(|(a, b)| a == b)
        .count();
    let path: PathBuf = if common == 0 {
        file
    } else {
        let up = (common..folder_parts.len()).map(|_| Component::ParentDir);
        up.chain(file_parts[common..].iter().copied()).collect()
    };
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inventory_is_named_from_the_folder_of_the_scenario() {
        let relative = |file: &str, to: &str| relative(Path::new(file), Path::new(to));
        assert_eq!(
            relative("exports/devices.csv", "fleet.toml"),
            "exports/devices.csv"
        );
        assert_eq!(relative("a/x.csv", "b/c/fleet.toml"), "../../a/x.csv");
        assert_eq!(relative("b/x.csv", "b/fleet.toml"), "x.csv");
    }

    #[test]
    fn units_are_counted_from_the_top() {
        let path = "CN=PC1,OU=PCs,OU=Munich,DC=corp,DC=com";
        assert_eq!(units_of(path), ["OU=Munich", "OU=PCs"]);
        let path = "CN=PC1,OU=Sales\\, EMEA,DC=com";
        assert_eq!(units_of(path), ["OU=Sales\\, EMEA"]);
    }
}
