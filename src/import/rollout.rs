//! What is rolled out: packages, programs and advertisements.

mod assumed;
mod program;

use super::facts::{Deployment, Facts, Package, Program};
use super::lists::Lists;
use super::units::{Names, key, moment, text};
use crate::scenario::command_line::CommandLine;
use crate::scenario::inventory::Stamp;
use program::{
    WITH_USER, WITHOUT_USER, entries as program_entries, first, first_programs, run_condition,
};
use std::collections::{BTreeMap, BTreeSet};

/// The tables of what is rolled out, each as its entries.
#[derive(Debug, Clone, Default)]
pub(super) struct Rollout {
    pub(super) packages: BTreeMap<String, Entries>,
    pub(super) programs: BTreeMap<String, Entries>,
    pub(super) advertisements: BTreeMap<String, Entries>,
    /// The collections of advertisements, by ID, with the names that they have.
    pub(super) collections: BTreeMap<String, String>,
    /// What is rolled out, if the exports say so.
    pub(super) title: Option<String>,
    pub(super) start: Option<Stamp>,
    pub(super) horizon_days: u64,
    /// The command lines of programs that have one, by program.
    pub(super) command_lines: BTreeMap<String, String>,
    names: Named,
}

/// What packages, programs and advertisements are called.
#[derive(Debug, Clone, Default)]
struct Named {
    packages: Names,
    programs: Names,
    advertisements: Names,
    /// Packages without source files.
    bare: BTreeSet<String>,
}

/// A comment, and keys with their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entries {
    pub(super) comment: String,
    pub(super) keys: Vec<(&'static str, String)>,
}

/// How many days before the newest deployment others may have begun to be part of
/// the forecast.
const DAYS: i32 = 7;

/// How long a forecast runs after the last deadline.
const AFTER: i32 = 14;

/// The size of a package that no export holds.
const SIZE: &str = "100 MB";

/// What is rolled out by the deployments of `facts`.
pub(super) fn rollout(facts: &Facts, lists: &mut Lists) -> Rollout {
    let chosen = chosen(facts, lists);
    let mut rollout = Rollout::default();
    times(&mut rollout, &chosen);
    let mut sizes = Vec::new();
    for (id, deployment) in &chosen {
        add(&mut rollout, id, deployment, facts, &mut sizes, lists);
    }
    first_programs(&mut rollout, facts, &mut sizes, lists);
    let mut names = chosen.values().map(|deployment| &deployment.name);
    if let (Some(only), None) = (names.next(), names.next()) {
        rollout.title = Some(only.clone()).filter(|name| !name.is_empty());
    }
    if chosen.is_empty() {
        invented(&mut rollout, facts, &mut sizes, lists);
    }
    without_files(&mut rollout, &mut sizes, lists);
    if !sizes.is_empty() {
        sizes.sort();
        sizes.dedup();
        let settings = sizes
            .iter()
            .map(|package| format!("package.{}.size=250 MB", key(package)));
        lists.assume("the sizes of packages", SIZE, settings.collect());
    }
    assumed::assume(&rollout, &chosen, facts, lists);
    rollout
}

/// The deployments of programs and applications to computers that begin together
/// with the newest.
fn chosen<'a>(facts: &'a Facts, lists: &mut Lists) -> BTreeMap<&'a String, &'a Deployment> {
    let mut chosen = BTreeMap::new();
    for (id, deployment) in &facts.deployments {
        let collection = facts.collections.get(&deployment.collection);
        let disabled = program_of(deployment, facts)
            .and_then(|program| program.flags)
            .is_some_and(|flags| flags & 0x1000 != 0);
        let why = match deployment.feature {
            3 => Some("they are for mobile devices"),
            6 => Some("a baseline installs nothing"),
            7 => Some("task sequences are not simulated"),
            8 | 9 => Some("content that is distributed installs nothing"),
            _ if collection.is_some_and(|collection| collection.of_users) => {
                Some("they are for users, and a scenario advertises to machines")
            }
            _ if disabled => Some("the program is disabled"),
            _ => None,
        };
        match why {
            Some(why) => lists.gap(&format!("deployments {{}}: {why}"), &deployment.name),
            None => drop(chosen.insert(id, deployment)),
        }
    }
    let begin = |deployment: &Deployment| {
        deployment
            .available
            .or(deployment.deadline)
            .map(|stamp| stamp.days[0])
    };
    let newest = chosen
        .values()
        .filter_map(|deployment| begin(deployment))
        .max();
    if let Some(newest) = newest {
        chosen.retain(|_, deployment| {
            let old = begin(deployment).is_some_and(|day| day < newest - DAYS);
            if old {
                lists.gap(
                    "deployments {}: they began more than 7 days before the newest",
                    &deployment.name,
                );
            }
            !old
        });
    }
    chosen
}

fn program_of<'a>(deployment: &Deployment, facts: &'a Facts) -> Option<&'a Program> {
    let key = (deployment.package.clone(), deployment.program.clone());
    facts.programs.get(&key)
}

fn add(
    rollout: &mut Rollout,
    id: &str,
    deployment: &Deployment,
    facts: &Facts,
    sizes: &mut Vec<String>,
    lists: &mut Lists,
) {
    let is_program = !deployment.program.is_empty() && !deployment.package.is_empty();
    let (package, program) = if is_program {
        add_program(
            rollout,
            &deployment.package,
            &deployment.program,
            facts,
            sizes,
            lists,
        )
    } else {
        let package = add_package(
            rollout,
            &deployment.name,
            None,
            &deployment.name,
            sizes,
            lists,
        );
        let program = rollout.names.programs.call(&deployment.name);
        let entries = program_entries(None, &package, None);
        rollout.programs.entry(program.clone()).or_insert(entries);
        (package, program)
    };
    let id_of_package = &deployment.package;
    if is_program && !facts.packages.is_empty() && !facts.packages.contains_key(id_of_package) {
        lists.gap(
            "deployments name the packages {}, which the export of packages does not hold",
            &package,
        );
    }
    let mut entries = Entries {
        comment: deployment.name.clone(),
        keys: vec![("program", text(&program))],
    };
    let collection = deployment.collection.as_str();
    if !collection.is_empty() {
        let known = facts
            .collections
            .get(collection)
            .map(|collection| collection.name.clone());
        let name = known.unwrap_or_else(|| deployment.collection_name.clone());
        let name = if name.is_empty() {
            collection.to_owned()
        } else {
            name
        };
        rollout.collections.insert(collection.to_owned(), name);
        entries.keys.push(("collection", collection.to_owned()));
    }
    if let Some(available) = &deployment.available {
        entries.keys.push(("available", moment(available)));
    }
    let flags = program_of(deployment, facts).and_then(|program| program.flags);
    let runs = run_condition(flags);
    entries.keys.extend(assignment(deployment, runs, lists));
    let begin = deployment.available.or(rollout.start);
    if let Some(expires) = &deployment.expires {
        if begin.is_none_or(|begin| order(expires) <= order(&begin)) {
            lists.gap(
                "deployments {}: the export does not hold when they begin, or they expire before; when they expire is left out",
                &deployment.name,
            );
        } else {
            entries.keys.push(("expires", moment(expires)));
        }
    }
    entries.keys.extend(from_points(deployment.remote_flags));
    let name = rollout.names.advertisements.call(own_name(id, deployment));
    rollout.advertisements.insert(name, entries);
}

/// What the exports call a deployment.
fn own_name<'a>(id: &'a str, deployment: &'a Deployment) -> &'a str {
    if id.is_empty() { &deployment.name } else { id }
}

fn order(stamp: &Stamp) -> (i32, u32) {
    (stamp.days[0], stamp.minutes)
}

/// What the exports call a program of a package.
fn of_package(package: &str, program: &str) -> String {
    format!("{package} {program}")
}

/// When it is due.
fn assignment(
    deployment: &Deployment,
    runs: &str,
    lists: &mut Lists,
) -> Vec<(&'static str, String)> {
    if deployment.optional {
        return vec![
            ("assigned", text("optional")),
            (
                "uptake",
                "{ share = 0.5, delay = \"exponential(1 d)\" }".to_owned(),
            ),
        ];
    }
    match (deployment.event, runs) {
        // Neither would ever run (KB Q235196).
        (Some("logon"), WITHOUT_USER) | (Some("logoff"), WITH_USER) => lists.gap(
            "deployments {}: they are due when a user logs on or off, and their program does not run then; they are due as soon as possible",
            &deployment.name,
        ),
        (Some(event), _) => return vec![("assigned", text(event))],
        (None, _) => {}
    }
    let deadline = deployment.deadline.filter(|deadline| {
        let after = |available: &Stamp| (deadline.days[0], deadline.minutes) >= (available.days[0], available.minutes);
        let fits = deployment.available.as_ref().is_none_or(after);
        if !fits {
            lists.gap("deployments {}: their deadline is before they are available; they are due as soon as possible", &deployment.name);
        }
        fits
    });
    let when = deadline.map_or_else(|| text("as soon as possible"), |deadline| moment(&deadline));
    vec![("assigned", when)]
}

/// What clients do where a distribution point is local, and where it is remote
/// (`SMS_Advertisement.RemoteClientFlags`).
fn from_points(flags: Option<i64>) -> Vec<(&'static str, String)> {
    let flags = flags.unwrap_or(0x10 | 0x40);
    let local = if flags & 0x8 != 0 { "run" } else { "download" };
    let remote = match flags {
        _ if flags & 0x20 != 0 => "do not run",
        _ if flags & 0x80 != 0 => "run",
        _ => "download",
    };
    let mut keys = vec![("on_local", text(local)), ("on_remote", text(remote))];
    let rerun = [
        (0x800, "always"),
        (0x1000, "never"),
        (0x2000, "if failed"),
        (0x4000, "if succeeded"),
    ];
    let rerun = rerun.iter().find(|(bit, _)| flags & bit != 0);
    keys.extend(rerun.map(|(_, word)| ("rerun", text(word))));
    keys
}

/// Adds a program of a package and the package; the answer is what they are called.
fn add_program(
    rollout: &mut Rollout,
    package: &str,
    program: &str,
    facts: &Facts,
    sizes: &mut Vec<String>,
    lists: &mut Lists,
) -> (String, String) {
    let known = facts.packages.get(package);
    let comment = known.map_or("", |known| &known.name);
    let called = add_package(rollout, package, known, comment, sizes, lists);
    let names = &mut rollout.names.programs;
    let name = names.call(&of_package(package, program));
    let spec = facts
        .programs
        .get(&(package.to_owned(), program.to_owned()));
    let first = spec.and_then(|spec| first(&spec.first, package));
    let first = first
        .filter(|first| facts.programs.contains_key(first))
        .map(|(package, program)| names.call(&of_package(&package, &program)));
    let line = spec.map_or("", |spec| spec.command_line.as_str());
    if !line.is_empty() {
        let lines = &mut rollout.command_lines;
        lines.insert(name.clone(), line.to_owned());
    }
    let entries = program_entries(spec, &called, first);
    rollout.programs.entry(name.clone()).or_insert(entries);
    (called, name)
}

/// The largest `SMS_Package.PackageSize`, in KiB: the property has 32 bits.
const LARGEST: i64 = u32::MAX as i64;

/// Adds a package; the answer is what it is called.
fn add_package(
    rollout: &mut Rollout,
    exported: &str,
    known: Option<&Package>,
    comment: &str,
    sizes: &mut Vec<String>,
    lists: &mut Lists,
) -> String {
    let called = rollout.names.packages.call(exported);
    let is_bare = known.is_some_and(|known| known.is_without_files);
    let said = known.and_then(|known| known.kilobytes);
    let kilobytes = said.filter(|size| *size <= LARGEST);
    if kilobytes != said {
        lists.gap(
            "packages {}: the size that the export has is larger than a package can be",
            &called,
        );
    }
    let keys = match kilobytes {
        _ if is_bare => {
            rollout.names.bare.insert(called.clone());
            vec![("distribution_points", "[]".to_owned())]
        }
        Some(size) => vec![("size", text(&format!("{size} KiB")))],
        None => {
            sizes.push(called.clone());
            vec![("size", text(SIZE))]
        }
    };
    let entries = Entries {
        comment: comment.to_owned(),
        keys,
    };
    rollout.packages.entry(called.clone()).or_insert(entries);
    called
}

/// Gives files to the packages that have none by the export, and of which a program
/// runs one all the same.
fn without_files(rollout: &mut Rollout, sizes: &mut Vec<String>, lists: &mut Lists) {
    // The command line that a program has by default, `setup.exe`, is such a file.
    let runs_file = |name: &String| {
        let line = rollout.command_lines.get(name);
        line.is_none_or(|line| CommandLine::read(line).file_of_package().is_some())
    };
    let running = rollout
        .programs
        .iter()
        .filter(|(name, _)| runs_file(name))
        .filter_map(|(_, entries)| entries.keys.iter().find(|(key, _)| *key == "package"))
        .map(|(_, package)| package);
    let running: BTreeSet<&String> = running.collect();
    for (name, entries) in &mut rollout.packages {
        if rollout.names.bare.contains(name) && running.contains(&text(name)) {
            lists.gap(
                "packages {}: they have no source files, and a program runs a file of theirs; they are taken to have files",
                name,
            );
            entries.keys = vec![("size", text(SIZE))];
            sizes.push(name.clone());
        }
    }
}

/// A roll-out for exports that hold none: the first program, or a package.
fn invented(rollout: &mut Rollout, facts: &Facts, sizes: &mut Vec<String>, lists: &mut Lists) {
    let program = match (facts.programs.keys().next(), facts.packages.keys().next()) {
        (Some((package, program)), _) => {
            let (package, program) = (package.clone(), program.clone());
            let (_, name) = add_program(rollout, &package, &program, facts, sizes, lists);
            first_programs(rollout, facts, sizes, lists);
            name
        }
        (None, package) => {
            let known = package.and_then(|package| facts.packages.get(package));
            let exported = package.map_or("package", String::as_str);
            let comment = known.map_or("the package", |known| &known.name);
            let called = add_package(rollout, exported, known, comment, sizes, lists);
            let entries = program_entries(None, &called, None);
            rollout.programs.insert("install".to_owned(), entries);
            "install".to_owned()
        }
    };
    let mut entries = Entries {
        comment: "to every machine".to_owned(),
        keys: vec![
            ("program", text(&program)),
            ("assigned", text("as soon as possible")),
        ],
    };
    entries.keys.extend(from_points(None));
    rollout.advertisements.insert("rollout".to_owned(), entries);
    lists.assume(
        "what is rolled out, and when",
        "an advertisement to every machine, due at the start",
        vec!["advertisement.rollout.assigned=+1 d".to_owned()],
    );
}

/// The start of the forecast, with the first deployment, and its end.
fn times(rollout: &mut Rollout, chosen: &BTreeMap<&String, &Deployment>) {
    let stamps = chosen.values().flat_map(|deployment| {
        [
            deployment.available,
            deployment.deadline,
            deployment.expires,
        ]
    });
    let begins = chosen
        .values()
        .filter_map(|deployment| deployment.available.or(deployment.deadline));
    rollout.start = begins.min_by_key(order);
    let ends = stamps.flatten().map(|stamp| stamp.days[0]).max();
    let days = rollout
        .start
        .zip(ends)
        .map_or(0, |(start, end)| end - start.days[0]);
    rollout.horizon_days = u64::try_from((days + AFTER).clamp(AFTER, 365)).unwrap_or(14);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_say_what_clients_do_at_a_distance() {
        let words = |flags| -> Vec<String> {
            from_points(Some(flags))
                .into_iter()
                .map(|(_, value)| value)
                .collect()
        };
        assert_eq!(words(0x30), ["\"download\"", "\"do not run\""]);
        assert_eq!(
            words(0x10 | 0x40 | 0x2000),
            ["\"download\"", "\"download\"", "\"if failed\""]
        );
        assert_eq!(words(0x8 | 0x80), ["\"run\"", "\"run\""]);
    }
}
