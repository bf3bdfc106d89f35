//! `rollcast study` and `rollcast compare`, as a user runs them.

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const SCENARIO: &str = r#"
horizon = "1 d"
seed = 3
[site.hq]
[site."branch-{1..2}"]
parent = "hq"
wan = "256 kbit/s"
slow_boundary = false
[server.SMS]
site = "hq"
roles = ["management point", "client access point", "distribution point"]
[fleet.pcs]
count = 30
[package.patch]
size = "2 MB"
[program.patch]
rights = "administrative"
runs = "whether or not a user is logged on"
install_time = "uniform(1 min, 20 min)"
exit_codes = { 1603 = 0.2 }
[advertisement.patch]
on_local = "download"
"#;

const STUDY: &str = r#"
scenario = "scenario.toml"
replications = 4
baseline = { line = "256 kbit/s", size = "2 MB" }
[axis.line]
path = 'site."branch-{1..2}".wan'
list = ["64 kbit/s", "256 kbit/s", "1 Mbit/s"]
[axis.size]
path = "package.patch.size"
range = { from = 1, to = 2, step = 1 }
format = "{} MB"
[response.failed]
measure = "machines"
outcome = ["failed"]
[response.half]
measure = "time_to"
share = 0.5
[response.bytes]
measure = "bytes"
kind = "wan-down"
"#;

struct Lab(TempDir);

impl Lab {
    fn new() -> Self {
        let lab = Self(tempfile::tempdir().unwrap());
        lab.put("scenario.toml", SCENARIO);
        lab.put("study.toml", STUDY);
        lab
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn rollcast(&self, arguments: &[&str]) -> assert_cmd::assert::Assert {
        let mut command = Command::cargo_bin("rollcast").unwrap();
        command.current_dir(self.0.path()).args(arguments).assert()
    }

    fn table(&self, name: &str) -> Vec<csv::StringRecord> {
        csv::Reader::from_path(self.path(name))
            .unwrap()
            .into_records()
            .map(Result::unwrap)
            .collect()
    }
}

/// Every file of a folder with its bytes.
fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                fs::read(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    assert!(files.len() > 2, "{} has results", folder.display());
    files
}

#[test]
fn a_study_gives_a_row_per_run_and_one_per_point_and_response() {
    let lab = Lab::new();
    lab.rollcast(&["study", "run", "study.toml", "-o", "out"])
        .success()
        .stderr(contains("computed 24, reused 0, failed 0"));
    assert_eq!(lab.table("out/results/runs.csv").len(), 24);
    assert_eq!(lab.table("out/results/points.csv").len(), 18);
    assert_eq!(lab.table("out/results/pairs.csv").len(), 15);
}

#[test]
fn a_faster_line_shows_in_the_pairs_and_what_it_does_not_touch_stays_the_same() {
    let lab = Lab::new();
    lab.put(
        "study.toml",
        &STUDY.replace("replications = 4", "replications = 12"),
    );
    lab.rollcast(&["study", "run", "study.toml", "-o", "out", "-q"])
        .success();
    let conclusion = |line: &str, response: &str| {
        let rows = lab.table("out/results/pairs.csv");
        let row = rows
            .iter()
            .find(|row| &row[1] == line && &row[2] == "2 MB" && &row[3] == response);
        row.unwrap()[15].to_owned()
    };
    assert_eq!(conclusion("64 kbit/s", "half"), "larger");
    assert_eq!(conclusion("1 Mbit/s", "half"), "smaller");
    assert_eq!(conclusion("1 Mbit/s", "failed"), "undecided");
}

#[test]
fn any_number_of_threads_and_shards_gives_the_same_bytes() {
    let lab = Lab::new();
    lab.rollcast(&["study", "run", "study.toml", "-o", "whole", "-q"])
        .success();
    let whole = bytes(&lab.path("whole/results"));
    lab.rollcast(&[
        "study",
        "run",
        "study.toml",
        "-o",
        "threads",
        "-q",
        "--threads",
        "3",
    ])
    .success();
    assert_eq!(bytes(&lab.path("threads/results")), whole);
    for of in [3, 7] {
        let out = format!("of-{of}");
        lab.rollcast(&["study", "plan", "study.toml", "-o", &out])
            .success();
        for number in (1..=of).rev() {
            lab.rollcast(&[
                "study",
                "run",
                &out,
                "-q",
                "--shard",
                &format!("{number}/{of}"),
            ])
            .success();
        }
        lab.rollcast(&["study", "merge", &out, "-q"]).success();
        assert_eq!(bytes(&lab.path(&out).join("results")), whole, "{of} shards");
    }
}

#[test]
fn a_shard_knows_its_number_from_the_environment_and_is_made_once() {
    let lab = Lab::new();
    lab.rollcast(&["study", "plan", "study.toml", "-o", "out"])
        .success();
    for expected in ["computed 8, reused 0", "nothing to do"] {
        let mut command = Command::cargo_bin("rollcast").unwrap();
        command.current_dir(lab.0.path()).env("HQ_TASK_ID", "2");
        command
            .args(["study", "run", "out", "--shard", "auto/3"])
            .assert()
            .success()
            .stderr(contains(expected));
    }
    lab.rollcast(&["study", "status", "out", "--shards", "3", "--missing"])
        .code(3)
        .stdout("1,3\n");
    lab.rollcast(&["study", "merge", "out"])
        .code(3)
        .stderr(contains("16 runs are missing"));
    assert!(!lab.path("out/results").exists());
}

#[test]
fn a_run_that_fails_is_recorded_and_the_others_go_on() {
    let lab = Lab::new();
    lab.put(
        "points.csv",
        "line,size\n256 kbit/s,1 MB\nnonsense,1 MB\n1 Mbit/s,2 MB\n",
    );
    let study = STUDY.replace(
        "baseline = { line = \"256 kbit/s\", size = \"2 MB\" }",
        "design = { kind = \"file\", file = \"points.csv\" }",
    );
    lab.put("study.toml", &study);
    lab.rollcast(&["study", "run", "study.toml", "-o", "out"])
        .success()
        .stderr(contains("computed 12, reused 0, failed 4"));
    let failed: Vec<String> = lab
        .table("out/results/runs.csv")
        .iter()
        .filter(|row| &row[4] == "failed")
        .map(|row| format!("{}: {}", &row[0], &row[5]))
        .collect();
    assert_eq!(failed.len(), 4);
    assert!(
        failed[0].starts_with("2: ") && failed[0].contains("nonsense"),
        "{}",
        failed[0]
    );
}

#[test]
fn a_finished_study_is_reused_and_another_one_is_not_overwritten() {
    let lab = Lab::new();
    lab.rollcast(&["study", "run", "study.toml", "-o", "out", "-q"])
        .success();
    lab.rollcast(&["study", "run", "study.toml", "-o", "out"])
        .success()
        .stderr(contains("computed 0, reused 24"));
    let before = bytes(&lab.path("out/results"));
    lab.put(
        "study.toml",
        &STUDY.replace("replications = 4", "replications = 5"),
    );
    lab.rollcast(&["study", "run", "study.toml", "-o", "out"])
        .code(2)
        .stderr(contains("holds another study"));
    assert_eq!(bytes(&lab.path("out/results")), before);
}

/// What grows with the square of the points, or with points by axes, is refused before
/// it fills the memory.
#[test]
fn what_a_study_compares_and_keeps_is_bounded() {
    let lab = Lab::new();
    let drawn = |points: u32, more: &str| {
        format!(
            "scenario = \"scenario.toml\"\n[axis.n]\npath = \"fleet.pcs.count\"\n\
             range = {{ from = 1, to = 9 }}\n[design]\nkind = \"latin-hypercube\"\n\
             points = {points}\n[response.r]\nmeasure = \"successes\"\n{more}"
        )
    };
    let refused = |text: &str, why: &str| {
        lab.put("wide.toml", text);
        lab.rollcast(&["study", "plan", "wide.toml", "-o", "wide"])
            .code(2)
            .stderr(contains(why));
    };
    let select = "[select]\nbest = \"largest\"\n";
    let contest = format!("{select}procedure = \"kim-nelson\"\nindifference = 1\n");
    for asked in [select, &contest] {
        refused(
            &drawn(5001, asked),
            "5,001 points with each other, more than 5,000",
        );
    }
    let sets: String = (0..99).map(|_| "\"seed=1\",").collect();
    let set = format!("set = [{sets}]\n{}", drawn(100_001, ""));
    refused(&set, "100,001 points, more than 100,000 of 100 values each");
    let mut responses = String::new();
    for at in 0..1_000 {
        responses += &format!("[response.r{at}]\nmeasure = \"successes\"\n");
    }
    refused(
        &format!("{}{responses}", drawn(5, "")),
        "the study asks for 1,001 responses, more than 1,000",
    );
    let list = |count: usize| "1,".repeat(count);
    let listed = |count| {
        drawn(5, "").replace(
            "range = { from = 1, to = 9 }",
            &format!("list = [{}]", list(count)),
        )
    };
    refused(
        &listed(10_001),
        "axis `n` has 10,001 values, more than 10,000",
    );
    let stepped = drawn(5, "").replace("to = 9 }", "to = 10001, step = 1 }");
    refused(&stepped, "axis `n` has 10,001 values, more than 10,000");
    for step in ["1e-9", "1e-300", "0"] {
        let stepped = drawn(5, "").replace("to = 9 }", &format!("to = 1e9, step = {step} }}"));
        refused(&stepped, "axis `n` has");
    }
}

/// A file, or bytes that are no text, in the place of a study.
#[test]
fn what_is_no_study_is_refused_as_bad_input() {
    let lab = Lab::new();
    for command in ["status", "merge"] {
        lab.rollcast(&["study", command, "study.toml"])
            .code(2)
            .stderr(contains("it is a file; name the directory of a study"));
    }
    fs::create_dir(lab.path("out")).unwrap();
    fs::write(lab.path("out/plan.json"), b"{\"schema\": \"\xff\"}").unwrap();
    for command in ["status", "merge", "run"] {
        lab.rollcast(&["study", command, "out"]).code(2);
    }
}

#[test]
fn a_plan_or_scenario_that_was_changed_is_refused() {
    let lab = Lab::new();
    lab.rollcast(&["study", "plan", "study.toml", "-o", "out"])
        .success();
    let plan = fs::read_to_string(lab.path("out/plan.json")).unwrap();
    lab.put(
        "out/plan.json",
        &plan.replace("\"replications\": 4", "\"replications\": 3"),
    );
    lab.rollcast(&["study", "run", "out"])
        .code(2)
        .stderr(contains("changed after it was made"));
    lab.put("out/plan.json", &plan);
    lab.put(
        "scenario.toml",
        &SCENARIO.replace("count = 30", "count = 31"),
    );
    lab.rollcast(&["study", "run", "out"])
        .code(2)
        .stderr(contains("has changed since"));
}

#[test]
fn a_shard_of_another_plan_or_a_damaged_one_stops_the_merge() {
    let lab = Lab::new();
    lab.rollcast(&["study", "run", "study.toml", "-o", "out", "-q"])
        .success();
    lab.put(
        "other.toml",
        &STUDY.replace("replications = 4", "replications = 2"),
    );
    lab.rollcast(&["study", "plan", "other.toml", "-o", "other"])
        .success();
    let shard = fs::read_to_string(lab.path("out/shards/00001-of-00001.json")).unwrap();
    fs::create_dir(lab.path("other/shards")).unwrap();
    lab.put("other/shards/00001-of-00001.json", &shard);
    lab.rollcast(&["study", "merge", "other"])
        .code(2)
        .stderr(contains("belongs to another plan"));
    lab.put(
        "out/shards/00001-of-00001.json",
        &shard.replacen("\"replication\":1", "\"replication\":2", 1),
    );
    lab.rollcast(&["study", "merge", "out"])
        .code(2)
        .stderr(contains("damaged"));
}

#[test]
fn what_is_wrong_with_a_study_is_said_at_its_line() {
    let lab = Lab::new();
    let wrong = [
        (
            "list = [\"64 kbit/s\", \"256 kbit/s\", \"1 Mbit/s\"]",
            "list = []",
            "has no values",
        ),
        (
            "package.patch.size",
            "package.patch.sise",
            "unknown key `sise`",
        ),
        (
            "'site.\"branch-{1..2}\".wan'",
            "'site.branch-9.wan'",
            "there is no site `branch-9`",
        ),
        (
            "measure = \"time_to\"",
            "measure = \"time\"",
            "`time` is not a word",
        ),
        (
            "baseline = { line = \"256 kbit/s\"",
            "baseline = { line = \"3 kbit/s\"",
            "is not a value of axis `line`",
        ),
        (
            "replications = 4",
            "replications = 4\ndesign.constraint = 'speed > 2'",
            "there is no axis `speed`",
        ),
        (
            "replications = 4",
            "replications = 4\ndesign.zip = [[\"line\", \"size\"]]",
            "equally many values",
        ),
        (
            "replications = 4",
            "replication = 4",
            "unknown key `replication`",
        ),
        ("scenario.toml", "senario.toml", "there is no scenario"),
        (
            "measure = \"machines\"",
            "measure = \"machines\"\nadvertisement = \"pacth\"",
            "the scenario has no advertisement `pacth`",
        ),
        (
            "outcome = [\"failed\"]",
            "outcome = [\"fialed\"]",
            "did you mean `failed`?",
        ),
    ];
    for (right, instead, message) in wrong {
        assert!(STUDY.contains(right), "{right}");
        lab.put("study.toml", &STUDY.replace(right, instead));
        let result = lab
            .rollcast(&["study", "plan", "study.toml", "-o", "out"])
            .code(2)
            .stderr(contains(message));
        let text = String::from_utf8_lossy(&result.get_output().stderr).into_owned();
        assert!(text.contains("study.toml"), "{text}");
        assert!(!lab.path("out").exists());
    }
}

#[test]
fn a_design_file_with_a_wrong_column_is_named_with_the_column() {
    let lab = Lab::new();
    let baseline = "baseline = { line = \"256 kbit/s\", size = \"2 MB\" }";
    lab.put(
        "study.toml",
        &STUDY.replace(
            baseline,
            "design = { kind = \"file\", file = \"points.csv\" }",
        ),
    );
    lab.put("points.csv", "line,sice\n1 Mbit/s,1 MB\n");
    lab.rollcast(&["study", "plan", "study.toml", "-o", "out"])
        .code(2)
        .stderr(contains("column `sice`"));
    lab.put("points.csv", "line\n1 Mbit/s\n");
    lab.rollcast(&["study", "plan", "study.toml", "-o", "out"])
        .code(2)
        .stderr(contains("one column `size`"));
}

#[test]
fn a_constraint_keeps_the_points_for_which_it_holds() {
    let lab = Lab::new();
    let constraint =
        "replications = 4\ndesign.constraint = 'line >= \"256 kbit/s\" and size != \"1 MB\"'";
    lab.put("study.toml", &STUDY.replace("replications = 4", constraint));
    lab.rollcast(&["study", "plan", "study.toml", "-o", "out"])
        .success()
        .stdout(contains("2 points × 4 replications = 8 runs"))
        .stdout(contains("(baseline)"));
}

#[test]
fn a_latin_hypercube_has_each_part_of_each_axis_once() {
    let lab = Lab::new();
    let study = r#"
        scenario = "scenario.toml"
        design = { kind = "latin-hypercube", points = 8 }
        [axis.machines]
        path = "fleet.pcs.count"
        range = { from = 10, to = 90 }
        [axis.chance]
        path = "program.patch.exit_codes.1603"
        range = { from = 0.0, to = 0.8 }
    "#;
    lab.put("study.toml", study);
    lab.rollcast(&["study", "run", "study.toml", "-o", "out", "-q"])
        .success();
    let rows = lab.table("out/results/runs.csv");
    let part = |row: &csv::StringRecord, at: usize, from: f64, width: f64| {
        ((row[at].parse::<f64>().unwrap() - from) / width) as usize
    };
    let mut failures: Vec<usize> = rows.iter().map(|row| part(row, 2, 0.0, 0.1)).collect();
    failures.sort_unstable();
    assert_eq!(failures, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert!(
        rows.iter()
            .all(|row| (10..=90).contains(&row[1].parse::<i32>().unwrap()))
    );
}

#[test]
fn replications_go_on_until_the_interval_is_narrow_and_not_further() {
    let lab = Lab::new();
    let stop = "replications = 4\nstop = { response = \"failed\", relative = 0.2, most = 60 }";
    lab.put("study.toml", &STUDY.replace("replications = 4", stop));
    lab.rollcast(&[
        "study",
        "run",
        "study.toml",
        "-o",
        "one",
        "-q",
        "--threads",
        "1",
    ])
    .success();
    lab.rollcast(&[
        "study",
        "run",
        "study.toml",
        "-o",
        "three",
        "-q",
        "--threads",
        "3",
    ])
    .success();
    assert_eq!(
        bytes(&lab.path("one/results")),
        bytes(&lab.path("three/results"))
    );
    lab.rollcast(&["study", "plan", "study.toml", "-o", "shards"])
        .success();
    for number in 1..=4 {
        lab.rollcast(&[
            "study",
            "run",
            "shards",
            "-q",
            "--shard",
            &format!("{number}/4"),
        ])
        .success();
    }
    lab.rollcast(&["study", "merge", "shards", "-q"]).success();
    assert_eq!(
        bytes(&lab.path("one/results")),
        bytes(&lab.path("shards/results"))
    );
    let rows = lab.table("one/results/points.csv");
    let row = rows.iter().find(|row| &row[3] == "failed").unwrap();
    assert!(row[23].contains("precise enough from"), "{}", &row[23]);
}

const SELECTION: &str = r#"
scenario = "scenario.toml"
replications = 5
common_random_numbers = false
select = { response = "half", best = "smallest", procedure = "kim-nelson", indifference = 60 }
[axis.line]
path = 'site."branch-{1..2}".wan'
list = ["128 kbit/s", "256 kbit/s", "512 kbit/s", "513 kbit/s"]
[response.half]
measure = "time_to"
share = 0.5
"#;

#[test]
fn replications_are_made_until_one_point_is_selected_with_any_number_of_threads() {
    let lab = Lab::new();
    lab.put("study.toml", SELECTION);
    lab.rollcast(&["study", "plan", "study.toml", "-o", "one"])
        .success()
        .stdout(contains("4 points, 5 to 1000 replications each"));
    let run = |out: &str, threads: &str| {
        let command = [
            "study",
            "run",
            "study.toml",
            "-o",
            out,
            "--threads",
            threads,
        ];
        lab.rollcast(&command).success()
    };
    let said = String::from_utf8(run("one", "1").get_output().stdout.clone()).unwrap();
    let rows = lab.table("one/results/selection.csv");
    let kept: Vec<_> = rows.iter().filter(|row| &row[5] == "yes").collect();
    assert_eq!(kept.len(), 1, "{rows:?}");
    let answer = format!(
        "Best in half with 95 % confidence, or no more than 1 min from the best: line = {}",
        &kept[0][1]
    );
    assert!(said.contains(&answer), "{said}");
    let made = |row: &csv::StringRecord| row[3].parse::<u32>().unwrap();
    let (most, least) = (
        rows.iter().map(made).max().unwrap(),
        rows.iter().map(made).min().unwrap(),
    );
    assert!(most > least, "points that are far behind leave early");
    assert_eq!(
        lab.table("one/results/runs.csv").len() as u32,
        rows.iter().map(made).sum::<u32>()
    );
    run("three", "3");
    assert_eq!(
        bytes(&lab.path("one/results")),
        bytes(&lab.path("three/results"))
    );
    lab.rollcast(&["study", "run", "one"])
        .success()
        .stderr(contains("computed 0"));
}

#[test]
fn a_selection_that_spends_replications_cannot_be_divided_and_says_so() {
    let lab = Lab::new();
    lab.put("study.toml", SELECTION);
    lab.rollcast(&["study", "plan", "study.toml", "-o", "out"])
        .success();
    let commands: [&[&str]; 3] = [
        &["study", "run", "out", "--shard", "1/3"],
        &["study", "status", "out", "--shards", "3", "--missing"],
        &["study", "emit", "hq", "out"],
    ];
    for command in commands {
        lab.rollcast(command)
            .code(2)
            .stderr(contains("cannot be divided into shards"));
    }
    lab.rollcast(&["study", "status", "out"])
        .code(3)
        .stdout(contains("0 runs done"));
}

#[test]
fn what_a_selection_lacks_is_said_at_its_line() {
    let lab = Lab::new();
    let right = "procedure = \"kim-nelson\", indifference = 60";
    let wrong = [
        ("procedure = \"kim-nelson\"", "without an indifference"),
        (
            "procedure = \"kim-nelson\", indifference = -1",
            "-1 is not a difference",
        ),
        ("most = 20", "`most` has no meaning"),
        ("procedure = \"kn\"", "`kn` is not a word"),
        (
            "procedure = \"kim-nelson\", indifference = 60, most = 4",
            "a number from 3 to 4, the `most` there may be",
        ),
        (
            "procedure = \"kim-nelson\", indifference = 60 }\nstop = { most = 9",
            "both `stop` and the procedure `kim-nelson`",
        ),
    ];
    for (instead, message) in wrong {
        lab.put("study.toml", &SELECTION.replace(right, instead));
        lab.rollcast(&["study", "plan", "study.toml", "-o", "out"])
            .code(2)
            .stderr(contains(message))
            .stderr(contains("study.toml"));
    }
}

#[test]
fn the_smallest_line_that_meets_an_objective_is_found() {
    let lab = Lab::new();
    lab.put(
        "scenario.toml",
        &format!(
            "{SCENARIO}\n[objective.evening]\nsuccess = 0.5\nby = \"+100 min\"\nchance = 0.8\n"
        ),
    );
    let study = r#"
        scenario = "scenario.toml"
        [axis.line]
        path = 'site."branch-{1..2}".wan'
        range = { from = 16, to = 1024, step = 16 }
        format = "{} kbit/s"
        [goal]
        most = 60
    "#;
    lab.put("study.toml", study);
    let result = lab
        .rollcast(&["study", "run", "study.toml", "-o", "out"])
        .success();
    let text = String::from_utf8_lossy(&result.get_output().stdout).into_owned();
    assert!(
        text.contains("First line for which `evening` holds: line = "),
        "{text}"
    );
    let rows = lab.table("out/results/goal.csv");
    let answer = rows.iter().find(|row| &row[8] == "yes").unwrap();
    assert_eq!(&answer[7], "pass");
    // The next smaller value was looked at, and is not enough.
    let number = |row: &csv::StringRecord| row[0].parse::<u32>().unwrap();
    let before = rows
        .iter()
        .find(|row| number(row) + 1 == number(answer))
        .unwrap();
    assert_ne!(&before[7], "pass");
    lab.put(
        "scenario.toml",
        &format!("{SCENARIO}\n[objective.never]\nsuccess = 0.9\nby = \"+1 min\"\n"),
    );
    lab.rollcast(&["study", "run", "study.toml", "-o", "never"])
        .code(4)
        .stdout(contains("does not hold even at"));
}

#[test]
fn the_fix_that_cures_most_machines_comes_first_and_says_of_what() {
    let lab = Lab::new();
    let scenario = SCENARIO.replace(
        "exit_codes = { 1603 = 0.2 }",
        "exit_codes = { 1603 = 0.2 }\nshares = [\"tools\"]",
    ) + "[server.FILES]\nsite = \"hq\"\nroles = [\"file server\"]\n[share.tools]\nserver = \"FILES\"\naccess = ['CORP\\naa']\n[account.'CORP\\naa']\n";
    lab.put(
        "scenario.toml",
        &scenario.replace("shares = [\"tools\"]", "shares = [{ share = \"tools\" }]"),
    );
    let study = r#"
        scenario = "scenario.toml"
        replications = 5
        [fix."better installer"]
        set = ["program.patch.exit_codes.1603=0.1"]
        [fix."network access account"]
        set = ["accounts.network_access='CORP\\naa'"]
    "#;
    lab.put("study.toml", study);
    lab.rollcast(&["study", "run", "study.toml", "-o", "out", "-q"])
        .success();
    let fixes = lab.table("out/results/fixes.csv");
    assert_eq!(&fixes[0][1], "network access account");
    // All fail without the account; with it, those fail whose installer does.
    assert_eq!(&fixes[0][3], "30");
    assert!(fixes[0][4].parse::<f64>().unwrap() > 15.0);
    assert_eq!(&fixes[1][4], "0");
    let attribution = lab.table("out/results/attribution.csv");
    let row = attribution
        .iter()
        .find(|row| &row[0] == "network access account")
        .unwrap();
    assert_eq!(&row[1], "no-network-access-account");
}

/// A study that writes no change takes what `explain` would say to set.
#[test]
fn remedies_are_the_changes_of_a_study_that_asks_for_them() {
    let lab = Lab::new();
    let scenario = SCENARIO.replace(
        "exit_codes = { 1603 = 0.2 }",
        "exit_codes = { 1603 = 0.2 }\nshares = [{ share = \"tools\" }]",
    ) + "[server.FILES]\nsite = \"hq\"\nroles = [\"file server\"]\n[share.tools]\nserver = \"FILES\"\naccess = ['CORP\\other']\n[account.'CORP\\naa']\n[account.'CORP\\other']\n";
    lab.put("scenario.toml", &scenario);
    let study = "scenario = \"scenario.toml\"\nreplications = 3\nremedies = true\n";
    lab.put("study.toml", study);
    lab.rollcast(&["study", "run", "study.toml", "-o", "out", "-q"])
        .success();
    let fixes = lab.table("out/results/fixes.csv");
    assert_eq!(fixes.len(), 1, "{fixes:?}");
    assert_eq!(&fixes[0][1], "no-network-access-account");
    assert!(fixes[0][4].parse::<f64>().unwrap() > 15.0, "{fixes:?}");
    let with = format!(
        "{study}[fix.\"better installer\"]\nset = [\"program.patch.exit_codes.1603=0.1\"]\n"
    );
    lab.put("study.toml", &with);
    lab.rollcast(&["study", "run", "study.toml", "-o", "both", "-q"])
        .success();
    let fixes = lab.table("both/results/fixes.csv");
    let names: Vec<&str> = fixes.iter().map(|row| &row[1]).collect();
    assert_eq!(names, ["no-network-access-account", "better installer"]);
    // Where nothing can be set, nothing is compared.
    lab.put("scenario.toml", SCENARIO);
    lab.put("study.toml", study);
    lab.rollcast(&["study", "run", "study.toml", "-o", "none"])
        .code(2)
        .stderr(contains("no machine of the first replication has a remedy"));
}

/// Windows 98 has no Advanced Client: the setting is refused, and the study goes on.
/// The Advanced Client needs Windows 2000 or later.
#[test]
fn machines_too_old_for_the_advanced_client_are_not_offered_it() {
    let lab = Lab::new();
    let scenario = |platform: &str| {
        format!(
            "horizon = \"10 d\"\n[rules]\nlegacy_removed_outside = true\n[site.hq]\n[site.branch]\nparent = \"hq\"\n\
             [fleet.old]\nsites = [\"hq\"]\ncount = 1\nclient = \"legacy\"\nplatform = \"{platform}\"\nname = \"L{{number}}\"\n\
             [program.p]\nrights = \"administrative\"\n[advertisement.p]\nassigned = \"+3 d\"\n\
             [[stay]]\nmachine = [\"L1\"]\nsite = \"branch\"\nat = \"+1 h\"\nfor = \"26 h\"\n"
        )
    };
    let study = "scenario = \"scenario.toml\"\nreplications = 2\nremedies = true\n\
        [fix.\"due at once\"]\nset = ['advertisement.p.assigned=\"as soon as possible\"']\n";
    lab.put("study.toml", study);
    let fixes = |platform: &str| {
        lab.put("scenario.toml", &scenario(platform));
        lab.rollcast(&["study", "run", "study.toml", "-o", platform, "-q"])
            .success();
        let rows = lab.table(&format!("{platform}/results/fixes.csv"));
        rows.iter().map(|row| row[1].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        fixes("Windows 2000").len(),
        2,
        "and the client is one of them"
    );
    assert_eq!(fixes("Windows 98"), ["due at once"]);
    assert_eq!(fixes("Windows NT 4.0"), ["due at once"]);
    lab.rollcast(&["explain", "scenario.toml", "-m", "L1"])
        .success()
        .stdout(contains("the Advanced Client needs Windows 2000 or later"));
}

#[test]
fn axes_and_responses_may_be_called_like_columns() {
    let lab = Lab::new();
    let study = "scenario = \"scenario.toml\"\nreplications = 2\n\
        [axis.n]\npath = 'fleet.pcs.count'\nlist = [1, 2]\n\
        [axis.mean]\npath = 'horizon'\nlist = [\"2 d\", \"3 d\"]\n\
        [response.n]\nmeasure = \"successes\"\n\
        [response.status]\nmeasure = \"failures\"\n";
    lab.put("study.toml", study);
    lab.rollcast(&["study", "run", "study.toml", "-o", "st", "--report"])
        .success();
    let headings = |table: &str| {
        let text = fs::read_to_string(lab.path(&format!("st/results/{table}.csv"))).unwrap();
        text.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        headings("runs"),
        "point,axis.n,axis.mean,replication,status,message,fingerprint,events,n,response.status"
    );
    assert!(headings("points").starts_with("point,axis.n,axis.mean,response,n,"));
    let rows = lab.table("st/results/points.csv");
    assert_eq!((&rows[0][1], &rows[0][2], &rows[0][4]), ("1", "2 d", "2"));
    let page = fs::read_to_string(lab.path("st/report.html")).unwrap();
    assert!(page.contains("axis.n"), "the page shows the axis");
}

#[test]
fn what_a_study_cannot_mean_is_refused() {
    let lab = Lab::new();
    let axis = |name: &str, path: &str| format!("[axis.{name}]\npath = '{path}'\nlist = [1, 2]\n");
    let count = "fleet.pcs.count";
    for (text, said) in [
        (
            axis("n", count) + &axis("\"axis.n\"", "fleet.pcs.users"),
            "would be a second column `axis.n`",
        ),
        (axis("\"\"", count), "is empty"),
        (
            axis("a", count) + &axis("b", count),
            "both set `fleet.pcs.count`",
        ),
        (axis("a", "seed"), "one for the whole study"),
        (
            "[fix.a]\nset = ['replications=3']\n".to_owned(),
            "one for the whole study",
        ),
        (
            "[response.a]\nmeasure = \"bytes\"\nkind = \"nonsense\"\n".to_owned(),
            "no resource `*` of kind `nonsense`",
        ),
    ] {
        lab.put("odd.toml", &format!("scenario = \"scenario.toml\"\n{text}"));
        lab.rollcast(&["study", "plan", "odd.toml", "-o", "odd"])
            .code(2)
            .stderr(contains(said));
    }
    for (constraint, said) in [
        ("size > \"1 h\"", "`1 MB` of axis `size` is a size, and"),
        ("5 < line", "cannot be compared: `5` is a number"),
        ("not (size == line)", "cannot be compared"),
    ] {
        let constraint = format!("replications = 4\ndesign.constraint = '{constraint}'");
        lab.put("odd.toml", &STUDY.replace("replications = 4", &constraint));
        lab.rollcast(&["study", "plan", "odd.toml", "-o", "odd"])
            .code(2)
            .stderr(contains(said));
    }
}

#[test]
fn a_point_that_cannot_be_run_is_told_of_and_the_others_are_run() {
    let lab = Lab::new();
    let study = "scenario = \"scenario.toml\"\nreplications = 1\n\
        design = { kind = \"file\", file = \"points.csv\" }\n[axis.count]\npath = 'fleet.pcs.count'\n";
    lab.put("study.toml", study);
    lab.put("points.csv", "count\n5\n-1\n");
    lab.rollcast(&["study", "run", "study.toml", "-o", "out"])
        .success()
        .stdout(contains("1 run failed; the first: "));
}

/// The events of these runs are the same; what the machines have in the end is not.
#[test]
fn a_change_of_results_at_the_same_instants_is_a_change() {
    let lab = Lab::new();
    let scenario = SCENARIO.replace("1603 = 0.2", "1603 = 1");
    lab.put("scenario.toml", &scenario);
    lab.put(
        "study.toml",
        "scenario = \"scenario.toml\"\nreplications = 2\n\
         [fix.mended]\nset = ['program.patch.exit_codes={0=1}']\n\
         [fix.other]\nset = ['program.patch.exit_codes={1602=1}']\n\
         [fix.same]\nset = ['program.patch.exit_codes={1603=1.0}']\n",
    );
    lab.rollcast(&["study", "run", "study.toml", "-o", "fixes"])
        .success()
        .stdout(contains("mended: cures 30"))
        .stdout(contains("other: cures 0"))
        .stdout(contains("same: no difference seen in 2 runs"));
    lab.put(
        "study.toml",
        "scenario = \"scenario.toml\"\nreplications = 2\n\
         [axis.code]\npath = 'program.patch.exit_codes.1603'\nlist = [0.0, 1.0]\n",
    );
    lab.rollcast(&["study", "run", "study.toml", "-o", "axis"])
        .success()
        .stdout(contains("made no difference").not());
}

/// A value that another one overrides: no run sees anything of it.
#[test]
fn a_change_that_no_run_sees_is_told() {
    let lab = Lab::new();
    let study = |text: &str| format!("scenario = \"scenario.toml\"\nreplications = 2\n{text}");
    lab.put(
        "study.toml",
        &study("[fix.idle]\nset = ['fleet.*.count=3']\n[fix.real]\nset = ['fleet.pcs.count=1']\n"),
    );
    lab.rollcast(&["study", "run", "study.toml", "-o", "fixes"])
        .success()
        .stdout(contains("idle: no difference seen in 2 runs"))
        .stdout(contains("real: cures "));
    let rows = lab.table("fixes/results/fixes.csv");
    let effect = |name: &str| rows.iter().find(|row| &row[1] == name).unwrap()[9].to_owned();
    assert_eq!(
        (effect("idle"), effect("real")),
        ("none seen".into(), "some".into())
    );
    lab.put(
        "study.toml",
        &study(
            "[axis.idle]\npath = 'fleet.*.count'\nlist = [10, 20]\n\
             [axis.real]\npath = 'fleet.pcs.count'\nlist = [1, 2]\n",
        ),
    );
    lab.rollcast(&["study", "run", "study.toml", "-o", "axes"])
        .success()
        .stdout(contains("The axis idle made no difference in these runs"))
        .stdout(contains("The axis real").not());
}

#[test]
fn exchange_files_have_a_row_per_point() {
    let lab = Lab::new();
    lab.rollcast(&["study", "run", "study.toml", "-o", "out", "-q"])
        .success();
    lab.rollcast(&["study", "emit", "salib", "out", "-o", "salib"])
        .success()
        .stdout(contains("Y-failed.txt"))
        .stderr("");
    assert_eq!(
        fs::read_to_string(lab.path("salib/params.txt")).unwrap(),
        "line 64000 1000000\nsize 1 2\n",
        "lines in kbit/s and Mbit/s are all in bit/s, and MB stay MB"
    );
    assert_eq!(
        fs::read_to_string(lab.path("salib/X.txt"))
            .unwrap()
            .lines()
            .count(),
        6
    );
    assert_eq!(
        fs::read_to_string(lab.path("salib/Y-failed.txt"))
            .unwrap()
            .lines()
            .count(),
        6
    );
}

#[test]
fn a_response_without_a_mean_has_no_exchange_file_and_an_axis_of_words_has_none_at_all() {
    let lab = Lab::new();
    lab.put("study.toml", &STUDY.replace("share = 0.5", "share = 1.0"));
    lab.rollcast(&["study", "run", "study.toml", "-o", "out", "-q"])
        .success();
    lab.rollcast(&["study", "emit", "salib", "out", "-o", "salib"])
        .success()
        .stderr("no file for half, which has no mean at some point\n");
    assert!(!lab.path("salib/Y-half.txt").exists());
    let cases = r#"
        scenario = "scenario.toml"
        [axis.installer.cases]
        good = ["program.patch.exit_codes.1603=0.0"]
        bad = ["program.patch.exit_codes.1603=0.9"]
    "#;
    lab.put("cases.toml", cases);
    lab.rollcast(&["study", "run", "cases.toml", "-o", "cases", "-q"])
        .success();
    lab.rollcast(&["study", "emit", "salib", "cases", "-o", "none"])
        .code(2)
        .stderr(contains("axis `installer` has the values `good`, `bad`"));
    assert!(!lab.path("none").exists());
}

#[test]
fn scripts_submit_what_is_missing_and_merge() {
    let lab = Lab::new();
    lab.rollcast(&["study", "plan", "study.toml", "-o", "out"])
        .success();
    for target in ["hq", "slurm", "parallel", "kubernetes"] {
        let result = lab
            .rollcast(&["study", "emit", target, "out", "--shards", "7"])
            .success();
        let text = String::from_utf8_lossy(&result.get_output().stdout).into_owned();
        assert!(
            text.contains("auto/7") && text.contains("study merge"),
            "{text}"
        );
    }
}

#[test]
fn two_runs_are_compared_machine_by_machine() {
    let lab = Lab::new();
    let run = |out: &str, set: &str| {
        lab.rollcast(&[
            "run",
            "scenario.toml",
            "-q",
            "-r",
            "8",
            "-o",
            out,
            "--set",
            set,
        ])
        .success();
    };
    run("a", "program.patch.exit_codes.1603=1.0");
    run("b", "program.patch.exit_codes.1603=0.0");
    lab.rollcast(&["compare", "a", "b"])
        .success()
        .stdout(contains("30 better, 0 worse"));
    let causes = lab.rollcast(&["compare", "a", "b", "--causes"]).success();
    let causes = String::from_utf8_lossy(&causes.get_output().stdout).into_owned();
    assert!(
        causes.contains("patch,failed (program-failed),30,0,-30,-30,smaller"),
        "{causes}"
    );
    lab.rollcast(&[
        "run",
        "scenario.toml",
        "-q",
        "-r",
        "8",
        "-o",
        "c",
        "--seed",
        "9",
    ])
    .success();
    lab.rollcast(&["run", "scenario.toml", "-q", "-r", "8", "-o", "d"])
        .success();
    lab.rollcast(&["compare", "d", "c"])
        .success()
        .stdout(contains("different seeds"));
}

#[test]
fn two_studies_are_compared_point_by_point() {
    let lab = Lab::new();
    lab.rollcast(&["study", "run", "study.toml", "-o", "a", "-q"])
        .success();
    let better = "replications = 4\nset = [\"program.patch.exit_codes.1603=0.0\"]";
    lab.put("better.toml", &STUDY.replace("replications = 4", better));
    lab.rollcast(&["study", "run", "better.toml", "-o", "b", "-q"])
        .success();
    let result = lab.rollcast(&["compare", "a", "b"]).success();
    let mut reader = csv::Reader::from_reader(result.get_output().stdout.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 18);
    assert!(
        rows.iter()
            .filter(|row| &row[1] == "failed")
            .all(|row| &row[11] == "smaller")
    );
    assert!(
        rows.iter()
            .filter(|row| &row[1] == "bytes")
            .all(|row| &row[11] == "undecided")
    );
    lab.rollcast(&["run", "scenario.toml", "-q", "-o", "run"])
        .success();
    lab.rollcast(&["compare", "a", "run"])
        .code(2)
        .stderr(contains("compare like with like"));
    lab.rollcast(&["compare", "a", "nowhere"])
        .code(2)
        .stderr(contains("there is no directory `nowhere`"));
    lab.rollcast(&["study", "status", "nowhere"])
        .code(2)
        .stderr(contains("there is no such directory"));
}

#[test]
fn a_run_that_misses_its_objective_ends_with_code_4() {
    let lab = Lab::new();
    let run = |set: &str| {
        lab.rollcast(&[
            "run",
            "scenario.toml",
            "-r",
            "3",
            "-o",
            "out",
            "--force",
            "--set",
            set,
        ])
    };
    run("objective.soon={success=0.9, by=\"+1 min\"}")
        .code(4)
        .stderr(contains("objective soon: fail"));
    run("objective.late={success=0.3}")
        .success()
        .stdout(contains("objective late: pass, met in 3 of 3"));
    run("objective.late={success=0.3, chance=0.9}")
        .success()
        .stdout(contains("undecided"));
    run("objective.late={advertisement=\"pacth\"}")
        .code(2)
        .stderr(contains("pacth"));
}

#[test]
fn every_study_that_is_shipped_can_be_planned() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/studies");
    let out = tempfile::tempdir().unwrap();
    let mut planned = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // The others are scenarios that belong to them.
        if !fs::read_to_string(&path).unwrap().contains("\nscenario = ") {
            continue;
        }
        let mut command = Command::cargo_bin("rollcast").unwrap();
        command
            .args(["study", "plan"])
            .arg(&path)
            .arg("-o")
            .arg(out.path().join(planned.to_string()));
        command.assert().success();
        planned += 1;
    }
    assert!(planned >= 5, "{planned}");
}

/// What one value of an axis makes doubtful is known before the study is run.
#[test]
fn a_value_that_can_only_fail_is_told_when_the_study_is_planned() {
    let lab = Lab::new();
    let plan = |study: &str| {
        lab.put("study.toml", study);
        let planned = lab.rollcast(&["study", "plan", "study.toml", "-o", "out"]);
        let output = planned.success().get_output().clone();
        let _ = fs::remove_dir_all(lab.path("out"));
        String::from_utf8(output.stderr).unwrap()
    };
    let axis = |list: &str| {
        format!(
            "scenario = \"scenario.toml\"\n[axis.size]\npath = \"package.patch.size\"\nlist = [{list}]\n"
        )
    };
    let words = |text: String| {
        let text = text.replace('│', " ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(!plan(STUDY).contains("cache"));
    // Each kind is told once, at its axis, with the first value that has it.
    let told = words(plan(&axis("\"2 MB\", \"300 MB\", \"400 MB\"")));
    assert_eq!(
        told.matches("does not fit into the cache").count(),
        1,
        "{told}"
    );
    assert!(
        told.contains("size = 300 MB: the package of `patch`, 300 MB, does not fit"),
        "{told}"
    );
    assert!(told.contains("[study.toml:2:"), "{told}");
    // The first value is that of the first point.
    let told = words(plan(&axis("\"300 MB\", \"2 MB\"")));
    assert_eq!(
        told.matches("does not fit into the cache").count(),
        1,
        "{told}"
    );
    // With a baseline each value is tried at it: no point has the slow line and 2 MB.
    let one_at_a_time = "scenario = \"scenario.toml\"\nbaseline = { line = \"10 Mbit/s\" }\n\
         [design]\nkind = \"one-at-a-time\"\n\
         [axis.line]\npath = 'site.\"branch-{1..2}\".wan'\nlist = [\"1 kbit/s\", \"10 Mbit/s\"]\n";
    let size = "[axis.size]\npath = \"package.patch.size\"\nlist = [\"1 kB\", \"2 MB\"]\n";
    let told = words(plan(&format!("{one_at_a_time}{size}")));
    assert!(!told.contains("size = 2 MB"), "{told}");
    let slow = one_at_a_time.replacen("10 Mbit/s", "1 kbit/s", 1);
    let told = words(plan(&format!("{slow}{size}")));
    assert!(told.contains("size = 2 MB: "), "{told}");
    // Ends of a range, cases and fixes are values too.
    let told = words(plan(
        "scenario = \"scenario.toml\"\n[design]\nkind = \"latin-hypercube\"\npoints = 4\n[axis.size]\n\
         path = \"package.patch.size\"\nformat = \"{} MB\"\nrange = { from = 1, to = 500 }\n",
    ));
    assert!(
        told.contains("size = 500 MB: the package of `patch`"),
        "{told}"
    );
    let told = words(plan(
        "scenario = \"scenario.toml\"\n[fix.large]\nset = [\"package.patch.size='300 MB'\"]\n\
         [fix.clean]\nset = [\"program.patch.exit_codes={}\"]\n",
    ));
    assert!(
        told.contains("fix `large`: the package of `patch`"),
        "{told}"
    );
    assert_eq!(told.matches("fix `clean`").count(), 0, "{told}");
}

/// Columns are as wide as what is longest in them.
#[test]
fn the_points_of_a_study_stand_in_columns() {
    let lab = Lab::new();
    let result = lab.rollcast(&["study", "run", "study.toml", "-o", "out"]);
    let text = String::from_utf8(result.success().get_output().stdout.clone()).unwrap();
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("line = "))
        .collect();
    assert_eq!(rows.len(), 6, "{text}");
    for response in ["failed ", "half ", "bytes "] {
        let places: Vec<_> = rows
            .iter()
            .map(|row| row.find(&format!("  {response}")))
            .collect();
        assert!(
            places[0].is_some() && places.iter().all(|at| *at == places[0]),
            "{text}"
        );
    }
}

#[test]
fn a_fix_has_a_name_of_its_own() {
    let lab = Lab::new();
    let fixes = |names: [&str; 2]| {
        let set = "set = [\"program.patch.exit_codes={}\"]";
        let all = names.map(|name| format!("[fix.\"{name}\"]\n{set}\n"));
        let study = format!("scenario = \"scenario.toml\"\n{}", all.concat());
        lab.put("study.toml", &study);
        lab.rollcast(&["study", "plan", "study.toml", "-o", &names.concat()])
    };
    // As it is, the scenario is called `none`.
    fixes(["clean", "none"])
        .code(2)
        .stderr(contains("study.toml:4"))
        .stderr(contains(
            "the fix `none` has the name of the scenario as it is",
        ));
    // Names are no values, of which these two would be one.
    fixes(["1 h", "60 min"]).success();
}

#[test]
fn a_point_is_there_once_and_no_design_is_without_points() {
    let lab = Lab::new();
    let refused = |study: &str, said: &str| {
        lab.put("study.toml", study);
        let run = lab.rollcast(&["study", "plan", "study.toml", "-o", "refused"]);
        run.code(2).stderr(contains(said.to_owned()));
    };
    refused(
        &STUDY.replace(
            "\"256 kbit/s\", \"1 Mbit/s\"]",
            "\"256 kbit/s\", \"64 kbit/s\"]",
        ),
        "the point line = 64 kbit/s, size = 1 MB is there twice",
    );
    refused(
        &STUDY.replace(
            "\"256 kbit/s\", \"1 Mbit/s\"]",
            "\"256 kbit/s\", \"0.064 Mbit/s\"]",
        ),
        "the point line = 0.064 Mbit/s, size = 1 MB is there twice",
    );
    let drawn = "scenario = \"scenario.toml\"\n[axis.size]\npath = \"package.patch.size\"\n\
        format = \"{} kB\"\nrange = { from = 1, to = 9 }\n[design]\n";
    for (design, asked) in [
        (
            "kind = \"latin-hypercube\"\npoints = 0",
            "a study of 0 points",
        ),
        ("kind = \"morris\"\ntrajectories = 0", "a study of 0 points"),
    ] {
        refused(&format!("{drawn}{design}\n"), asked);
    }
    refused(
        &STUDY.replace("share = 0.5", "share = 0"),
        "0 is not a share",
    );
    // Axes that go in step may have a value twice.
    let zipped = "scenario = \"scenario.toml\"\n\
        [axis.line]\npath = 'site.\"branch-{1..2}\".wan'\nlist = [\"64 kbit/s\", \"64 kbit/s\", \"1 Mbit/s\"]\n\
        [axis.size]\npath = \"package.patch.size\"\nlist = [\"1 MB\", \"2 MB\", \"2 MB\"]\n\
        [design]\nkind = \"grid\"\nzip = [[\"line\", \"size\"]]\n";
    lab.put("study.toml", zipped);
    lab.rollcast(&["study", "plan", "study.toml", "-o", "zipped"])
        .success();
}

/// The text of a report without its marks.
fn report(lab: &Lab, study: &str) -> String {
    lab.rollcast(&["report", study, "-o", "page.html"])
        .success();
    let page = std::fs::read_to_string(lab.path("page.html")).unwrap();
    let parts = page
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let text: Vec<&str> = parts.collect();
    text.join("").replace("&gt;", ">").replace("&lt;", "<")
}

/// Two speeds of a line and one of a rule, on which nothing but time depends.
const EQUAL: &str = "horizon = \"3 d\"\n[site.hq]\n[site.b]\nparent = \"hq\"\nwan = \"256 kbit/s\"\n\
    [fleet.pc]\nsites = [\"b\"]\ncount = 4\n[package.p]\nsize = \"1 MB\"\n\
    [program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
    [advertisement.p]\non_remote = \"download\"\n\
    [objective.o]\nadvertisement = \"p\"\nby = \"+2 d\"\nsuccess = 0.9\n";

#[test]
fn a_report_says_why_there_is_no_interval_and_tells_equal_values_once() {
    let lab = Lab::new();
    lab.put("equal.toml", EQUAL);
    for (replications, why) in [
        (1, "there is no interval, as one replication gives none"),
        (
            3,
            "there is no interval, as every replication gave the same",
        ),
    ] {
        lab.put(
            "s.toml",
            &format!(
                "scenario = \"equal.toml\"\nreplications = {replications}\n[axis.w]\npath = \"site.b.wan\"\n\
                 list = [\"256 kbit/s\", \"1 Mbit/s\"]\n[response.success_share]\nmeasure = \"success_share\"\n"
            ),
        );
        let study = format!("s{replications}");
        lab.rollcast(&["study", "run", "s.toml", "-o", &study])
            .success();
        let text = report(&lab, &study);
        assert!(
            text.contains(&format!("mean of every point; {why}")),
            "{text}"
        );
        assert!(!text.contains("(100.0 % to 100.0 %)"), "{text}");
        assert!(!text.contains("> 99.9 %"), "{text}");
    }
}

/// The points of a design that moves one axis at a time begin with the baseline; a picture
/// begins with the least value, and shows nothing but its own axis.
#[test]
fn a_curve_runs_from_the_least_value_of_its_axis_to_the_most() {
    let lab = Lab::new();
    lab.put("equal.toml", EQUAL);
    lab.put(
        "s.toml",
        "scenario = \"equal.toml\"\nreplications = 2\n\
         baseline = { w = \"512 kbit/s\", at = \"18:00\", k = 6 }\n[design]\nkind = \"one-at-a-time\"\n\
         [axis.w]\npath = \"site.b.wan\"\nlist = [\"1 Mbit/s\", \"512 kbit/s\", \"64 kbit/s\"]\n\
         [axis.at]\npath = \"fleet.pc.availability.to\"\nlist = [\"22:00\", \"18:00\", \"12:00\"]\n\
         [axis.k]\npath = \"fleet.pc.count\"\nlist = [4, 6, 12]\n\
         [response.machines]\nmeasure = \"successes\"\n[response.t]\nmeasure = \"time_to\"\nshare = 0.5\n",
    );
    lab.rollcast(&["study", "run", "s.toml", "-o", "s"])
        .success();
    let text = report(&lab, "s");
    let page = std::fs::read_to_string(lab.path("page.html")).unwrap();
    for (axis, values) in [
        ("w", ["64 kbit/s", "512 kbit/s", "1 Mbit/s"]),
        ("at", ["12:00", "18:00", "22:00"]),
        ("k", ["4", "6", "12"]),
    ] {
        let begin = page.find(&format!("\"t against {axis}:")).expect(axis);
        let picture = &page[begin..begin + page[begin..].find("</svg>").unwrap()];
        let labels: Vec<&str> = picture
            .split("text-anchor=\"middle\">")
            .skip(1)
            .map(|rest| rest.split_once('<').unwrap().0)
            .collect();
        assert_eq!(labels[..3], values, "{picture}");
        assert_eq!(picture.matches("<circle class=\"mark\"").count(), 3);
        assert_eq!(picture.matches("<path class=\"line0\"").count(), 1);
    }
    assert!(
        text.contains("w: moves nothing, 6 at every value"),
        "{text}"
    );
}

#[test]
fn a_report_says_on_how_little_a_goal_without_a_chance_rests() {
    let lab = Lab::new();
    lab.put("equal.toml", EQUAL);
    let goal = |scenario: &str| {
        format!(
            "scenario = \"{scenario}\"\n[axis.w]\npath = \"site.b.wan\"\nlist = [\"256 kbit/s\", \"1 Mbit/s\"]\n\
             [goal]\naxis = \"w\"\nobjective = \"o\"\nmost = 40\n"
        )
    };
    lab.put("certain.toml", &goal("equal.toml"));
    lab.rollcast(&["study", "run", "certain.toml", "-o", "certain"])
        .success();
    let text = report(&lab, "certain");
    assert!(
        text.contains("This rests on 1 replication of a point"),
        "{text}"
    );
    lab.put(
        "chance.toml",
        &EQUAL.replace("success = 0.9", "success = 0.9\nchance = 0.8"),
    );
    lab.put("likely.toml", &goal("chance.toml"));
    lab.rollcast(&["study", "run", "likely.toml", "-o", "likely"])
        .success();
    assert!(!report(&lab, "likely").contains("This rests on"));
}

#[test]
fn fixes_that_cure_the_same_number_are_named_together() {
    let lab = Lab::new();
    lab.put(
        "denied.toml",
        &EQUAL.replace(
            "[advertisement.p]",
            "exit_codes = { 1603 = 1.0 }\n[advertisement.p]",
        ),
    );
    lab.put(
        "s.toml",
        "scenario = \"denied.toml\"\nreplications = 2\n\
         [fix.a]\nset = ['program.p.exit_codes={}']\n[fix.b]\nset = ['program.p.exit_codes={3010=0.1}']\n\
         [fix.c]\nset = ['rules.slow_link=\"40 kbit/s\"']\n",
    );
    lab.rollcast(&["study", "run", "s.toml", "-o", "st"])
        .success();
    let text = report(&lab, "st");
    assert!(
        text.contains("a and b cure most, both the same number: 4 machines"),
        "{text}"
    );
}

#[test]
fn what_stands_in_the_way_of_a_study_is_told_with_what_helps() {
    let lab = Lab::new();
    lab.put("s.toml", "[site.hq]\n[fleet.pcs]\ncount = 2\n[package.p]\n");
    lab.put("st.toml", "scenario = \"s.toml\"\nreplications = 1\n");
    lab.rollcast(&["study", "run", "st.toml"]).success();
    let merge = |wanted: &str| {
        let said = lab.rollcast(&["study", "merge", "st-study"]).code(2);
        let said = String::from_utf8_lossy(&said.get_output().stderr).into_owned();
        assert!(said.contains(wanted), "{said}");
        assert!(!said.contains("os error"), "{said}");
    };
    let table = lab.path("st-study/results/points.csv");
    fs::remove_file(&table).unwrap();
    fs::create_dir(&table).unwrap();
    merge("a directory stands where a study has a file; move it away");
    fs::remove_dir(&table).unwrap();
    fs::rename(lab.path("st-study/results"), lab.path("kept")).unwrap();
    lab.put("st-study/results", "x");
    merge("or move it away");
    fs::remove_file(lab.path("st-study/results")).unwrap();
    fs::rename(lab.path("st-study/shards"), lab.path("shards")).unwrap();
    lab.put("st-study/shards", "x");
    merge("a file stands where a study has a directory; move it away");
    lab.put("st-study/plan.json", "{}");
    merge("it is damaged, or no plan of rollcast");
}
