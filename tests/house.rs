//! What CONTRIBUTING promises of the house: each room knows only the ones above
//! it, and no place outside the clients' own room compares with a kind of client.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every source file below `dir`.
fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

fn all_sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    files.sort();
    files
}

/// The path below `src`, with forward slashes.
fn name(file: &Path) -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let parts = file.strip_prefix(src).unwrap().iter();
    let parts: Vec<_> = parts.map(|part| part.to_str().unwrap()).collect();
    parts.join("/")
}

/// The lines of code of a file, with their numbers, comments left out.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate();
    let lines = lines.map(|(at, line)| (at + 1, line.split("//").next().unwrap_or("")));
    lines.filter(|(_, line)| !line.trim().is_empty())
}

/// The rooms in the order of CONTRIBUTING's table.
fn rooms() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md"));
    let text = text.unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `src/"));
    let names = rows.map(|row| row.split('`').next().unwrap().trim_end_matches(".rs"));
    names
        .enumerate()
        .map(|(at, name)| (name.to_owned(), at))
        .collect()
}

/// The rooms that a line of code names: what follows each `crate::`.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[test]
fn each_room_knows_only_the_ones_above_it() {
    let rooms = rooms();
    assert!(rooms.len() > 10, "the table was not found");
    let mut wrong = Vec::new();
    for file in all_sources() {
        let name = name(&file);
        let room = name.split('/').next().unwrap().trim_end_matches(".rs");
        if room == "lib" || room == "main" {
            continue;
        }
        let Some(mine) = rooms.get(room) else {
            wrong.push(format!("src/{room} has no row in CONTRIBUTING.md"));
            continue;
        };
        for (at, line) in code(&fs::read_to_string(&file).unwrap()) {
            let below = named(line).filter(|other| rooms.get(*other).is_some_and(|o| o > mine));
            wrong.extend(below.map(|other| format!("{name}:{at} uses {other}")));
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a line compares with a kind of client in a way that would compile
/// unnoticed if there were one more.
fn compares_a_kind(line: &str) -> bool {
    let compares = line.contains("==") || line.contains("!=") || line.contains("matches!");
    let variants = ["Advanced", "Legacy"];
    let names = variants.iter().any(|kind| {
        let kind = format!("ClientKind::{kind}");
        line.contains(&kind)
    });
    let bare = variants
        .iter()
        .any(|kind| line.contains(&format!("== {kind}")) || line.contains(&format!("!= {kind}")));
    let field = ["client ==", "client !=", "client.kind ==", "client.kind !="];
    compares && names || bare || field.iter().any(|field| line.contains(field))
}

#[test]
fn kinds_of_client_are_compared_in_their_own_room_only() {
    assert!(compares_a_kind("profile.client == ClientKind::Legacy"));
    assert!(compares_a_kind("if kind != Advanced {"));
    assert!(!compares_a_kind("behaviour(profile.client).roams()"));
    let mut wrong = Vec::new();
    for file in all_sources() {
        let name = name(&file);
        // What a scenario or an inventory says is compared in tests.
        let text = fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        if name.starts_with("client/") {
            continue;
        }
        for (at, line) in code(text).filter(|(_, line)| compares_a_kind(line)) {
            wrong.push(format!("{name}:{at} {}", line.trim()));
        }
    }
    assert!(
        wrong.is_empty(),
        "ask `client::behaviour`:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn one_file_says_that_a_job_is_over_and_one_what_success_is() {
    let mut enders = Vec::new();
    let mut successes = Vec::new();
    for file in all_sources() {
        let text = fs::read_to_string(&file).unwrap();
        let ends = code(&text).any(|(_, line)| line.contains("turn_to(Phase::Over)"));
        enders.extend(ends.then(|| name(&file)));
        let lists = text.contains("Self::Installed | Self::RestartPending")
            || text.contains("Ending::Installed | Ending::RestartPending");
        successes.extend(lists.then(|| name(&file)));
    }
    assert_eq!(enders, ["model/way/end.rs"]);
    assert_eq!(successes, ["outcome/success.rs"]);
}

#[test]
fn only_the_way_has_methods_of_the_simulation() {
    let mut wrong = Vec::new();
    for file in all_sources() {
        let name = name(&file);
        let text = fs::read_to_string(&file).unwrap();
        if !name.starts_with("model/") || name.starts_with("model/way/") {
            continue;
        }
        let methods = code(&text)
            .filter(|(_, line)| line.starts_with("impl") && line.contains("Simulation<"));
        wrong.extend(methods.map(|(at, line)| format!("{name}:{at} {line}")));
        if name.starts_with("model/rules/") || name.starts_with("model/surroundings/") {
            let named = code(&text).filter(|(_, line)| line.contains("Simulation"));
            wrong.extend(named.map(|(at, line)| format!("{name}:{at} {line}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
