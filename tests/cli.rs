//! The command line as a user meets it.

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::path::Path;

fn rollcast(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("rollcast").unwrap();
    command.current_dir(folder).env("NO_COLOR", "1");
    command
}

fn shipped(name: &str) -> String {
    format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn new_writes_a_scenario_that_runs_and_explains_itself() {
    let folder = tempfile::tempdir().unwrap();
    rollcast(folder.path())
        .args(["new", "first.toml"])
        .assert()
        .success();
    rollcast(folder.path())
        .args(["check", "first.toml"])
        .assert()
        .success();
    rollcast(folder.path())
        .args(["run", "first.toml"])
        .assert()
        .success()
        .stdout(contains("machines installed"))
        .stderr(contains("written to first-results"));
    let machines = fs::read_to_string(folder.path().join("first-results/machines.csv")).unwrap();
    let name = machines.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    rollcast(folder.path())
        .args(["explain", "first.toml", "--machine", name])
        .assert()
        .success()
        .stdout(contains("polls").and(contains("Outcome:")));
}

#[test]
fn new_does_not_overwrite_without_force() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.toml"), "title = \"mine\"").unwrap();
    rollcast(folder.path())
        .args(["new", "mine.toml"])
        .assert()
        .code(2)
        .stderr(contains("--force"));
    assert_eq!(
        fs::read_to_string(folder.path().join("mine.toml")).unwrap(),
        "title = \"mine\""
    );
    rollcast(folder.path())
        .args(["new", "mine.toml", "--force"])
        .assert()
        .success();
}

#[test]
fn a_run_refuses_to_replace_an_output_without_force_and_verifies_it() {
    let folder = tempfile::tempdir().unwrap();
    let run = || {
        let mut command = rollcast(folder.path());
        command.args(["run", &shipped("contexts"), "-o", "out", "-r", "2", "-q"]);
        command
    };
    run().assert().success().stdout("");
    run()
        .assert()
        .code(2)
        .stderr(contains("`out` exists already"));
    run().arg("--force").assert().success();
    rollcast(folder.path())
        .args(["verify", "out"])
        .assert()
        .success()
        .stdout(contains("same bytes"));
    // A byte that was changed by hand is found.
    let machines = folder.path().join("out/machines.csv");
    let text = fs::read_to_string(&machines).unwrap();
    fs::write(&machines, text.replacen("installed", "Installed", 1)).unwrap();
    rollcast(folder.path())
        .args(["verify", "out"])
        .assert()
        .code(1)
        .stderr(contains("machines.csv"));
}

#[test]
fn verify_runs_with_the_recorded_seed_and_overrides() {
    let folder = tempfile::tempdir().unwrap();
    rollcast(folder.path())
        .args([
            "run",
            &shipped("starter"),
            "-o",
            "out",
            "--seed",
            "77",
            "-q",
        ])
        .args([
            "--set",
            "horizon=1 d",
            "--tables",
            "machines,summary",
            "--compress",
        ])
        .assert()
        .success();
    assert!(folder.path().join("out/machines.csv.gz").exists());
    assert!(!folder.path().join("out/timeline.csv.gz").exists());
    rollcast(folder.path())
        .args(["verify", "out", "--threads", "1"])
        .assert()
        .success();
}

#[test]
fn a_stranger_s_directory_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let precious = folder.path().join("precious");
    fs::create_dir(&precious).unwrap();
    fs::write(precious.join("thesis.txt"), "years of work").unwrap();
    rollcast(folder.path())
        .args([
            "run",
            &shipped("contexts"),
            "-o",
            "precious",
            "--force",
            "-q",
        ])
        .assert()
        .code(2)
        .stderr(contains("not replaced even with `--force`"));
    assert!(precious.join("thesis.txt").exists());
}

#[test]
fn bad_input_is_one_clear_message_and_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        ("horizont = \"2 d\"", "horizon"),
        ("horizon = 2", "length of time"),
        ("horizon = \"2 d", "s.toml:1"),
        ("[fleet.pcs]\ncount = 1e18", "whole number"),
        ("[fleet.pcs]\ncount = -3", "whole number"),
        ("[site.hq]\nwan = \"512 k\"", "data rate"),
        (
            "[program.a]\nrun_first = \"b\"\n[program.b]\nrun_first = \"a\"",
            "run",
        ),
        ("[inventory]\nfile = \"none.csv\"", "none.csv"),
    ];
    for (text, wanted) in cases {
        fs::write(folder.path().join("s.toml"), text).unwrap();
        let assert = rollcast(folder.path())
            .args(["run", "s.toml"])
            .assert()
            .failure();
        let output = assert.get_output();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains(wanted), "{text}: {stderr}");
        assert!(!stderr.contains("panicked"), "{text}: {stderr}");
        assert!(
            matches!(output.status.code(), Some(1 | 2)),
            "{text}: {:?}",
            output.status
        );
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "{text}: nothing half-written");
    }
}

#[test]
fn a_file_that_cannot_be_read_or_is_not_text_is_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    rollcast(folder.path())
        .args(["run", "nowhere.toml"])
        .assert()
        .code(2)
        .stderr(contains("nowhere.toml"));
    fs::write(folder.path().join("s.toml"), b"title = \"\xff\"\n").unwrap();
    rollcast(folder.path())
        .args(["run", "s.toml"])
        .assert()
        .code(2)
        .stderr(contains("s.toml").and(contains("not UTF-8")));
}

#[test]
fn what_steers_a_terminal_is_written_out_wherever_it_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(
        path.join("title.toml"),
        "title = \"a\\u001b]0;x\\u0007b\"\n[fleet.pcs]\ncount = 1\n",
    )
    .unwrap();
    fs::write(
        path.join("key.toml"),
        "\"a\\u001b[2Jb\" = 1\nhorizon = \"\\u009b1A\"\n",
    )
    .unwrap();
    fs::write(path.join("raw.toml"), "title = 1 # \u{9b}2J\u{202e}\n").unwrap();
    fs::write(path.join("s\u{1b}[2J.toml"), "horizon = 1\n").unwrap();
    let attacks: &[&[&str]] = &[
        &["run", "title.toml", "-o", "out"],
        &["check", "title.toml"],
        &["check", "key.toml"],
        &["check", "raw.toml"],
        &["check", "s\u{1b}[2J.toml"],
        &["check", "nowhere\u{1b}[2J.toml"],
        &["check", "title.toml", "--set", "fleet.p\u{1b}cs.count=1"],
        &["run", "title.toml", "--tables", "\u{1b}[2J"],
        &["run", "title.toml", "-o", "out\u{1b}[2J", "--\u{1b}[2J"],
        &["study", "status", "no\u{1b}[2J"],
        &["study", "run", "key.toml"],
        &["\u{1b}[2J"],
    ];
    for attack in attacks {
        let output = rollcast(path).args(*attack).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(!said.is_empty(), "{attack:?}");
        let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!said.contains(steers), "{attack:?}: {said:?}");
    }
}

/// A message has the lines that the program gives it, and none that a name makes.
#[cfg(unix)]
#[test]
fn a_break_of_lines_in_a_name_makes_no_line_of_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let fleet = "[fleet.pcs]\ncount = 1\n";
    fs::write(path.join("s\nforged.toml"), "horizon = 1\n").unwrap();
    fs::write(path.join("empty\nforged.toml"), "").unwrap();
    fs::write(
        path.join("title.toml"),
        format!("title = \"a\\nforged\"\n{fleet}"),
    )
    .unwrap();
    fs::write(
        path.join("key.toml"),
        format!("\"a\\nforged\" = 1\n{fleet}"),
    )
    .unwrap();
    fs::write(path.join("fleet.toml"), fleet).unwrap();
    let inventory = "[inventory]\nfile = \"no\\nforged.csv\"\n";
    fs::write(path.join("inventory.toml"), inventory).unwrap();
    fs::write(path.join("study.toml"), "scenario = \"no\\nforged\"\n").unwrap();
    fs::create_dir(path.join("out\nforged")).unwrap();
    fs::write(path.join("file\nforged"), "").unwrap();
    let attacks: &[&[&str]] = &[
        &["check", "s\nforged.toml"],
        &["check", "empty\nforged.toml"],
        &["check", "no\nforged.toml"],
        &["run", "title.toml", "-o", "new\nforged"],
        &["report", "new\nforged", "-o", "page\nforged.html"],
        &["verify", "new\nforged"],
        &["check", "title.toml"],
        &["check", "key.toml"],
        &["check", "inventory.toml"],
        &["run", "fleet.toml", "-o", "file\nforged"],
        &["run", "fleet.toml", "-o", "file\nforged/out"],
        &["new", "s\nforged.toml"],
        &["new", "new\nforged.toml"],
        &["new", "fleet.toml", "--force", "--from", "s\nforged.toml"],
        &["report", "out\nforged"],
        &["verify", "out\nforged"],
        &["compare", "out\nforged", "no\nforged"],
        &["study", "status", "no\nforged"],
        &["study", "status", "out\nforged"],
        &["study", "run", "study.toml"],
        &["study", "plan", "s\nforged.toml"],
    ];
    for attack in attacks {
        let output = rollcast(path).args(*attack).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(said.contains("forged"), "{attack:?}: {said}");
        let is_forged = |line: &str| line.trim_start().starts_with("forged");
        assert!(!said.lines().any(is_forged), "{attack:?}: {said}");
    }
}

#[test]
fn a_message_is_short_however_long_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("{} = 1\n", "k".repeat(10_000_000));
    fs::write(folder.path().join("s.toml"), text).unwrap();
    let output = rollcast(folder.path())
        .args(["check", "s.toml"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stderr.len() < 5_000, "{}", output.stderr.len());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("s.toml:1"), "{said}");
}

/// Whoever names a place that cannot be gets the code of bad input, a study as a run.
#[cfg(unix)]
#[test]
fn an_output_that_cannot_be_there_is_bad_input() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), "[fleet.pcs]\ncount = 1\n").unwrap();
    fs::write(folder.path().join("study.toml"), "scenario = \"s.toml\"\n").unwrap();
    let long = "x".repeat(300);
    for (place, remedy) in [
        ("s.toml", "not a directory; choose another"),
        ("s.toml/out", "not a directory; choose another"),
        ("/proc/out", "choose a directory where you may write"),
        (&long, "too long; choose a shorter one"),
    ] {
        for command in [["run", "s.toml", "-q"], ["study", "run", "study.toml"]] {
            rollcast(folder.path())
                .args(command)
                .args(["-o", place])
                .assert()
                .code(2)
                .stderr(contains(&place[..3]).and(contains(remedy)));
        }
    }
}

/// Links that lead back to themselves or to nothing, and what lies behind them: wherever a
/// command writes or reads, the link is named and the code is that of bad input.
#[cfg(unix)]
#[test]
fn a_link_that_leads_to_nothing_is_named_by_every_command() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), "[fleet.pcs]\ncount = 1\n").unwrap();
    let study = "scenario = \"s.toml\"\nreplications = 2\n";
    fs::write(folder.path().join("study.toml"), study).unwrap();
    let succeeds = |command: &str| {
        let args = command.split(' ');
        rollcast(folder.path()).args(args).assert().success();
    };
    succeeds("run s.toml -o out -q");
    succeeds("study run study.toml -o st -q");
    for (link, to) in [
        ("loop", "loop"),
        ("one", "two"),
        ("two", "one"),
        ("lost", "away"),
    ] {
        symlink(to, folder.path().join(link)).unwrap();
    }
    for link in ["loop", "one", "lost"] {
        fs::write(
            folder.path().join("of.toml"),
            format!("scenario = \"{link}/s.toml\"\n"),
        )
        .unwrap();
        for place in [link.to_owned(), format!("{link}/x"), format!("{link}/x/y")] {
            for command in [
                "run s.toml -q -o PLACE",
                "study run study.toml -q -o PLACE",
                "study plan study.toml -o PLACE",
                "study status PLACE",
                "study merge PLACE",
                "study emit slurm PLACE",
                "study emit salib st -o PLACE",
                "report out -o PLACE",
                "report PLACE -o page.html",
                "compare out PLACE",
                "verify PLACE",
                "new PLACE",
                "new new.toml --from PLACE",
                "check PLACE",
                "check s.toml --set inventory.file=\"PLACE\"",
                "study plan of.toml",
            ] {
                let command = command.replace("PLACE", &place);
                let said = format!("`{link}` is a link that leads to nothing");
                rollcast(folder.path())
                    .args(command.split(' '))
                    .assert()
                    .code(2)
                    .stderr(contains(said));
            }
        }
    }
}

#[test]
fn a_directory_in_place_of_a_file_is_called_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("d")).unwrap();
    fs::write(folder.path().join("s.toml"), "[fleet.pcs]\ncount = 1\n").unwrap();
    fs::write(folder.path().join("study.toml"), "scenario = \"d\"\n").unwrap();
    for command in [
        "check d",
        "check s.toml --set inventory.file=\"d\"",
        "study plan study.toml",
    ] {
        rollcast(folder.path())
            .args(command.split(' '))
            .assert()
            .code(2)
            .stderr(contains("is a directory").and(contains("name the file in it")));
    }
}

#[cfg(unix)]
#[test]
fn a_reader_of_messages_that_goes_away_ends_no_command() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), "[fleet.pcs]\ncount = 1\n").unwrap();
    let study = "scenario = \"s.toml\"\nreplications = 2\n";
    fs::write(folder.path().join("study.toml"), study).unwrap();
    let commands = [
        ("run s.toml -o out --force", "out/manifest.json"),
        ("run s.toml -o both --force --report", "both/report.html"),
        ("report out -o page.html", "page.html"),
        ("study run study.toml -o st", "st/results/manifest.json"),
        ("study merge st", "st/results/manifest.json"),
        ("report st -o study.html", "study.html"),
    ];
    for way in ["2>&1 | head -0", "2> /dev/full", "2>&-"] {
        for (command, made) in commands {
            let line = format!("{{ $0 {command}; echo $? > code; }} {way}");
            std::process::Command::new("sh")
                .args(["-c", &line, env!("CARGO_BIN_EXE_rollcast")])
                .current_dir(folder.path())
                .output()
                .unwrap();
            let code = fs::read_to_string(folder.path().join("code")).unwrap();
            assert_eq!(code.trim(), "0", "{command} {way}");
            assert!(folder.path().join(made).is_file(), "{command} {way}");
        }
    }
}

#[test]
fn explain_knows_the_nearest_name() {
    let folder = tempfile::tempdir().unwrap();
    rollcast(folder.path())
        .args(["explain", &shipped("contexts"), "-m", "ADV-WX1"])
        .assert()
        .code(2)
        .stderr(contains("did you mean `ADV-WS1`?"));
    rollcast(folder.path())
        .args([
            "explain",
            &shipped("contexts"),
            "-m",
            "ADV-WS1",
            "-a",
            "admin-rigths",
        ])
        .assert()
        .code(2)
        .stderr(contains("did you mean `admin-rights`?"));
}

#[test]
fn a_name_that_would_be_a_formula_is_made_harmless() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("f.csv"),
        "Name\n=cmd|' /C calc'!A0\n+SUM(1)\nPC1\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("s.toml"),
        "[inventory]\nfile = \"f.csv\"\n",
    )
    .unwrap();
    rollcast(folder.path())
        .args(["run", "s.toml", "-q"])
        .assert()
        .success();
    let machines = fs::read_to_string(folder.path().join("s-results/machines.csv")).unwrap();
    for line in machines.lines().skip(1) {
        for field in line.split(',') {
            let field = field.trim_matches('"');
            assert!(!field.starts_with(['=', '+', '@']), "{line}");
        }
    }
}

#[test]
fn output_can_be_cut_off_by_the_reader() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("rollcast"))
        .arg("schema")
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}

#[test]
fn completions_are_scripts_for_shells() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        rollcast(folder.path())
            .args(["completions", shell])
            .assert()
            .success()
            .stdout(contains("explain"));
    }
}

/// What a refused command says.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let assert = rollcast(folder).args(arguments).assert().code(2);
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

#[test]
fn the_blocks_that_are_offered_to_paste_load() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (heading, values) in [
        (
            "Site",
            ["nowhere", "Nowhere", "York \"\"North\"\"", "O'Hara", "a.b"],
        ),
        ("Domain", ["LAB", "lab", "O'Hara", "x y", "b\"\"c"]),
        (
            "Group",
            ["laptops", "Laptops", "a.b", "5", "it's \"\"so\"\""],
        ),
    ] {
        let rows: Vec<String> = values
            .iter()
            .enumerate()
            .map(|(at, value)| format!("PC{at},\"{value}\""))
            .collect();
        fs::write(
            at("e.csv"),
            format!("Name,{heading}\n{}\n", rows.join("\n")),
        )
        .unwrap();
        let scenario = "[site.hq]\n[domain.CORP]\n[fleet.pcs]\n[server.\"*\"]\ndomain = \"CORP\"\n[fleet.\"*\"]\ndomain = \"CORP\"\n[inventory.defaults]\nsites = [\"hq\"]\ndomain = \"CORP\"\n[inventory]\nfile = \"e.csv\"\n[package.p]\n";
        fs::write(at("s.toml"), scenario).unwrap();
        let said = refused(folder.path(), &["check", "s.toml"]);
        let blocks: Vec<&str> = said
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with('[') && line.ends_with(']'))
            .collect();
        assert_eq!(blocks.len(), 4, "{said}");
        fs::write(at("s.toml"), format!("{scenario}{}\n", blocks.join("\n"))).unwrap();
        rollcast(folder.path())
            .args(["check", "s.toml"])
            .assert()
            .success();
    }
    // A name with a range stands for others, and cannot be pasted.
    fs::write(at("e.csv"), "Name,Site\nPC1,a{1..3}\n").unwrap();
    fs::write(at("s.toml"), "[site.hq]\n[inventory]\nfile = \"e.csv\"\n").unwrap();
    let said = refused(folder.path(), &["check", "s.toml"]);
    assert!(
        said.contains("rename it in") && !said.contains("paste"),
        "{said}"
    );
}

#[test]
fn a_scenario_behind_the_exports_is_told_to_stand_before_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("d.csv"), "Name,Site\nPC1,HQ\n").unwrap();
    let said = refused(folder.path(), &["new", "--from", "d.csv", "fleet.toml"]);
    assert!(
        said.contains("rollcast new fleet.toml --from d.csv"),
        "{said}"
    );
    rollcast(folder.path())
        .args(["new", "fleet.toml", "--from", "d.csv"])
        .assert()
        .success();
    let said = refused(folder.path(), &["new", "--from", "d.csv", "fleet.toml"]);
    assert!(said.contains("is a scenario"), "{said}");
    rollcast(folder.path())
        .args(["new", "--help"])
        .assert()
        .stdout(contains("Usage: rollcast new [FILE]"));
}

#[test]
fn a_message_about_an_export_is_short_whatever_stands_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(300_000);
    for text in [
        format!("{long}\n1\n"),
        format!("Name,Cost,SitesIncluded\nL,{long},HQ\n"),
        format!("BoundaryID,BoundaryType,Value\n1,{long},HQ\n"),
    ] {
        fs::write(folder.path().join("x.csv"), text).unwrap();
        let said = refused(folder.path(), &["new", "z.toml", "--from", "x.csv"]);
        assert!(said.len() < 5_000, "{}", said.len());
    }
    let ignored = format!("Name,Site,{long}\nPC1,HQ,1\n");
    fs::write(folder.path().join("x.csv"), ignored).unwrap();
    let assert = rollcast(folder.path())
        .args(["new", "z.toml", "--from", "x.csv"])
        .assert()
        .success();
    assert!(assert.get_output().stdout.len() < 10_000);
}

#[test]
fn a_manifest_that_was_changed_is_refused_by_all_that_trust_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("s.toml"),
        "[fleet.pcs]\ncount = 3\n[package.p]\n",
    )
    .unwrap();
    for out in ["a", "b"] {
        rollcast(folder.path())
            .args(["run", "s.toml", "-o", out])
            .assert()
            .success();
    }
    rollcast(folder.path())
        .args(["compare", "a", "b"])
        .assert()
        .success();
    let manifest = folder.path().join("b/manifest.json");
    let whole = fs::read_to_string(&manifest).unwrap();
    assert!(whole.contains("\"seed\": 1,"), "{whole}");
    let changed = whole.replace("\"seed\": 1,", "\"seed\": 7,");
    fs::write(&manifest, &changed).unwrap();
    for arguments in [&["compare", "a", "b"][..], &["report", "b"]] {
        let said = refused(folder.path(), arguments);
        assert!(
            said.contains("has been changed since the run wrote it"),
            "{said}"
        );
    }
    rollcast(folder.path())
        .args(["verify", "b"])
        .assert()
        .code(1);
    let (body, _) = whole.rsplit_once(",\n  \"sha256\"").unwrap();
    fs::write(&manifest, format!("{body}\n}}\n")).unwrap();
    let said = refused(folder.path(), &["report", "b"]);
    assert!(said.contains("no checksum of its own"), "{said}");
}

#[test]
fn a_report_of_tables_that_are_left_out_is_refused_before_the_run() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("s.toml"),
        "[site.hq]\n[fleet.pcs]\ncount = 2\n",
    )
    .unwrap();
    let said = refused(
        folder.path(),
        &[
            "run",
            "s.toml",
            "-o",
            "out",
            "--tables",
            "machines,summary",
            "--report",
        ],
    );
    assert!(said.contains("`timeline`"), "{said}");
    assert!(!folder.path().join("out").exists());
}

/// A row of `timeline.csv` tells what has happened at its own instant, too, at the horizon as
/// anywhere.
#[test]
fn what_happens_at_the_end_of_a_step_is_seen_in_the_row_of_that_instant() {
    let states = |horizon: &str| {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "start = 2006-03-20T08:00:00\nhorizon = \"{horizon}\"\ntimeline_step = \"10 min\"\n\
             [server.SMS]\nroles = [\"management point\", \"distribution point\"]\n\
             network = \"unlimited\"\n[fleet.pc]\ncount = 1\npoll_interval = \"1 s\"\n\
             access = \"unlimited\"\n[program.p]\nrights = \"administrative\"\n\
             runs = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\n\
             [advertisement.p]\nassigned = \"+10 min\"\n"
        );
        fs::write(folder.path().join("s.toml"), text).unwrap();
        rollcast(folder.path())
            .args(["run", "s.toml", "-o", "out", "-q"])
            .assert()
            .success();
        let rows = fs::read_to_string(folder.path().join("out/timeline.csv")).unwrap();
        let mut rows = rows.lines().map(|row| row.split(','));
        let names: Vec<&str> = rows.next().unwrap().skip(3).collect();
        let state = |row: std::str::Split<'_, char>| {
            let mut cells = row.skip(3);
            names[cells.position(|machines| machines == "1").unwrap()].to_owned()
        };
        rows.map(state).collect::<Vec<String>>()
    };
    // It is accepted in the first second, starts at 600 s, and succeeds at 1,200 s.
    let longer = states("40 min");
    assert_eq!(
        longer,
        [
            "no_status",
            "running",
            "succeeded",
            "succeeded",
            "succeeded"
        ]
    );
    assert_eq!(states("20 min"), longer[..3]);
    // A step that the horizon cuts short ends with it.
    assert_eq!(states("15 min"), ["no_status", "running", "running"]);
}

/// What was reached and lost again is said beside the dates at which it was reached.
#[test]
fn a_share_that_is_lost_again_is_told_beside_its_date() {
    let folder = tempfile::tempdir().unwrap();
    let told = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
        let mut command = rollcast(folder.path());
        let output = command.arg("run").arg(path).args(["-o", name]).output();
        let text = String::from_utf8(output.unwrap().stdout).unwrap();
        text.contains("have it at the end: a later run has failed")
    };
    assert!(told("supersede"));
    assert!(!told("starter"));
}

/// Whatever asks for the directory of a run says in the same words what is there instead.
#[test]
fn what_is_no_directory_of_a_run_is_named_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("empty")).unwrap();
    fs::create_dir(path("study")).unwrap();
    fs::write(path("study/plan.json"), "{}").unwrap();
    fs::write(path("file"), "").unwrap();
    let rollcast = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("rollcast").unwrap();
        let output = command
            .current_dir(folder.path())
            .args(arguments)
            .output()
            .unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let remedy = "name the directory that `rollcast run` has written";
    for (name, told) in [
        ("none", "there is no directory `none`"),
        ("file", "it is a file"),
        ("empty", "it has no `manifest.json`"),
        ("study", "it is the directory of a study"),
    ] {
        for arguments in [
            &["verify", name][..],
            &["report", name],
            &["compare", name, name],
        ] {
            if name == "study" && arguments[0] != "verify" {
                continue;
            }
            let (code, error) = rollcast(arguments);
            let is_told = error.contains(told) && error.contains(remedy);
            assert!(
                code == 2 && is_told && !error.contains("os error"),
                "{arguments:?}: {error}"
            );
        }
    }
    for arguments in [
        &["study", "status", "file"][..],
        &["study", "merge", "file"],
    ] {
        let (code, error) = rollcast(arguments);
        assert!(
            code == 2 && error.contains("it is a file; name the directory of a study"),
            "{error}"
        );
    }
}

/// What `check` counts is written like what `run` counts.
#[test]
fn counts_of_a_check_are_grouped_like_those_of_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = "[fleet.pcs]\ncount = 2500\n[package.p]\nsize = \"1 GB\"\n[program.p]\n\
        rights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
        [advertisement.p]\non_local = \"download\"\n";
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    let output = rollcast(folder.path()).args(["check", "s.toml"]).output();
    let output = output.unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    let said = said.replace('│', " ");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in [
        "cache of 2,500 machines",
        "2,500 rows per replication",
        "presence: 2,500 machines",
        "all machines are simulated together",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}
