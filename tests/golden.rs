//! The tables of every shipped scenario have the bytes that
//! `scenarios/golden.sha256` records, on every platform.
//!
//! `ROLLCAST_BLESS=1 cargo test --test golden` records them anew, after a change
//! that is meant to change them. `contrib/golden.sh` checks a binary without
//! cargo, natively or under emulation.

#[path = "common/invariants.rs"]
mod invariants;

use assert_cmd::Command;
use predicates::prelude::*;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn shipped() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(scenarios())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    paths
}

fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

/// The hash of each table of a scenario, by `scenario/table.csv`.
fn hashes(scenario: &Path) -> Vec<(String, String)> {
    let name = scenario.file_stem().unwrap().to_string_lossy();
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    Command::cargo_bin("rollcast")
        .unwrap()
        .arg("run")
        .arg(scenario)
        .arg("-o")
        .arg(&output)
        .arg("--quiet")
        .assert()
        .code(predicates::ord::ne(1).and(predicates::ord::ne(2)));
    let rows = |table: &str| invariants::rows_of(&fs::read(output.join(table)).unwrap());
    invariants::of_the_lines(&rows("use.csv"), &rows("resources.csv"));
    let tables = fs::read_dir(&output).unwrap().map(|entry| entry.unwrap());
    tables
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|ending| ending == "csv")
        })
        .map(|entry| {
            let table = entry.file_name().into_string().unwrap();
            (
                format!("{name}/{table}"),
                sha256(&fs::read(entry.path()).unwrap()),
            )
        })
        .collect()
}

#[test]
fn every_table_of_every_shipped_scenario_has_the_bytes_that_are_recorded() {
    let found: BTreeMap<String, String> = shipped()
        .par_iter()
        .flat_map_iter(|scenario| hashes(scenario))
        .collect();
    let path = scenarios().join("golden.sha256");
    if std::env::var_os("ROLLCAST_BLESS").is_some() {
        let lines = found.iter().map(|(name, hash)| format!("{hash}  {name}\n"));
        fs::write(&path, lines.collect::<String>()).unwrap();
    }
    let text = fs::read_to_string(&path).unwrap_or_default();
    let recorded: BTreeMap<&str, &str> = text
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(hash, name)| (name, hash))
        .collect();
    let mut differ: Vec<&str> = found
        .iter()
        .filter(|(name, hash)| recorded.get(name.as_str()) != Some(&hash.as_str()))
        .map(|(name, _)| name.as_str())
        .collect();
    differ.extend(recorded.keys().filter(|name| !found.contains_key(**name)));
    assert!(
        differ.is_empty(),
        "{} of {} tables are not those of scenarios/golden.sha256; if that is meant, set \
         ROLLCAST_BLESS=1 and test again: {}",
        differ.len(),
        found.len(),
        differ.join(", ")
    );
}
