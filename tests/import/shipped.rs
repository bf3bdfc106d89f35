//! The shipped folder of exports: from the export to the first forecast and its
//! report in two commands.

use super::make_exports;
use assert_cmd::Command;
use std::path::Path;
use tempfile::TempDir;

const FOLDER: &str = "scenarios/exports";
const SCENARIO: &str = "scenarios/kestrel.toml";

fn rollcast(arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("rollcast")
        .unwrap()
        .args(arguments)
        .assert()
}

fn output(assert: &assert_cmd::assert::Assert) -> (String, String) {
    let output = assert.get_output();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_committed_files_are_what_the_program_makes() {
    let made = make_exports::files();
    let mut bytes = 0;
    for (name, text) in &made {
        let committed = std::fs::read_to_string(Path::new(FOLDER).join(name)).unwrap();
        assert!(
            committed == *text,
            "{name}: run `cargo run --example make_exports`"
        );
        bytes += text.len();
    }
    let there = std::fs::read_dir(FOLDER).unwrap().count();
    assert_eq!(there, made.len());
    assert!(bytes < 600_000, "{bytes} bytes");
}

#[test]
fn the_committed_scenario_is_what_new_makes_of_them() {
    let dir = TempDir::new_in("scenarios").unwrap();
    let made = dir.path().join("made.toml");
    let assert = rollcast(&["new", made.to_str().unwrap(), "--from", FOLDER]).success();
    let (lists, said) = output(&assert);
    let made = std::fs::read_to_string(made).unwrap();
    let made = made.replace("../exports/", "exports/");
    if std::env::var_os("ROLLCAST_BLESS").is_some() {
        std::fs::write(SCENARIO, &made).unwrap();
    }
    let committed = std::fs::read_to_string(SCENARIO).unwrap();
    assert!(
        made == committed,
        "run this test with ROLLCAST_BLESS=1 and read the difference"
    );
    for title in [
        "What was taken from where:",
        "What was ignored and why",
        "What no export holds",
    ] {
        assert!(
            lists.contains(title) && committed.contains(&format!("# {title}")),
            "{title}"
        );
    }
    assert!(said.contains("try: rollcast run"), "{said}");
}

#[test]
fn it_passes_check_without_a_warning() {
    let (out, _) = output(&rollcast(&["check", SCENARIO]).success());
    assert!(out.contains("no problems found"), "{out}");
    assert!(
        out.contains("2,910 machines, 40 sites, 27 servers, 3 advertisements"),
        "{out}"
    );
}

#[test]
fn two_commands_lead_from_the_exports_to_the_report() {
    let dir = TempDir::new().unwrap();
    let folder = std::fs::canonicalize(FOLDER).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("rollcast").unwrap();
        command
            .current_dir(dir.path())
            .args(arguments)
            .assert()
            .success()
    };
    run(&["new", "fleet.toml", "--from", folder.to_str().unwrap()]);
    let (out, _) = output(&run(&["run", "fleet.toml", "--report"]));
    // The pilot is done first; the servers wait for their window on Sunday at 2:00.
    assert!(
        out.contains("KST20051: 102 of 102 machines installed"),
        "{out}"
    );
    let servers = out.split("KST20053:").nth(1).expect("the servers are told");
    assert!(
        servers.contains("50 %  after 5 d 8 h, Sun 2026-03-22 02:0"),
        "{servers}"
    );
    let page = std::fs::read_to_string(dir.path().join("fleet-results/report.html")).unwrap();
    assert!(page.contains("Birmingham"), "the page names places");
}

#[test]
fn nothing_is_written_over_without_force_and_nothing_half() {
    let dir = TempDir::new().unwrap();
    let there = dir.path().join("fleet.toml");
    std::fs::write(&there, "mine").unwrap();
    let there = there.to_str().unwrap();
    let (_, said) = output(&rollcast(&["new", there, "--from", FOLDER]).code(2));
    assert!(said.contains("exists already"), "{said}");
    assert_eq!(std::fs::read_to_string(there).unwrap(), "mine");
    let bad = dir.path().join("bad.csv");
    std::fs::write(&bad, "Colour\nred\n").unwrap();
    let (_, said) =
        output(&rollcast(&["new", there, "--force", "--from", bad.to_str().unwrap()]).code(2));
    assert!(said.contains("bad.csv: no export that is known"), "{said}");
    assert_eq!(std::fs::read_to_string(there).unwrap(), "mine");
    rollcast(&["new", there, "--force", "--from", FOLDER]).success();
    assert!(
        std::fs::read_to_string(there)
            .unwrap()
            .contains("[inventory]")
    );
}

#[test]
fn what_is_not_there_is_told() {
    let (_, said) = output(&rollcast(&["new", "--from", "no-such-file.csv"]).code(2));
    assert!(said.contains("no-such-file.csv` cannot be read"), "{said}");
    let empty = TempDir::new().unwrap();
    let (_, said) = output(&rollcast(&["new", "--from", empty.path().to_str().unwrap()]).code(2));
    assert!(said.contains("folders without exports"), "{said}");
}
