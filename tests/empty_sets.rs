//! What is said where there is nothing to look at: counts are 0, shares and times are
//! no numbers, objectives are undecided, and no figure of a study takes them for good
//! or bad.

use assert_cmd::Command;
use std::fs;
use tempfile::TempDir;

/// Six machines at `b`, five at `c`; an advertisement that reaches none of them.
const SCENARIO: &str = r#"
start = "2006-03-17T18:00"
horizon = "2 d"
[site.hq]
[site.b]
parent = "hq"
wan = "512 kbit/s"
[site.c]
parent = "hq"
wan = "256 kbit/s"
[fleet.a]
count = 6
sites = ["b"]
[fleet.z]
count = 5
sites = ["c"]
client = "legacy"
[collection.servers]
role = ["member server"]
[package.p]
size = "20 MB"
[program.p]
runs = "whether or not a user is logged on"
install_time = "uniform(1 min, 40 min)"
[advertisement.p]
on_remote = "download"
[advertisement.nobody]
program = "p"
collection = "servers"
[objective.o]
advertisement = "p"
success = 0.9
by = "+3 h"
"#;

struct Lab(TempDir);

impl Lab {
    fn new() -> Self {
        let lab = Self(tempfile::tempdir().unwrap());
        fs::write(lab.0.path().join("scenario.toml"), SCENARIO).unwrap();
        lab
    }

    /// Exit code, standard output and standard error.
    fn rollcast(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::cargo_bin("rollcast").unwrap();
        let output = command.current_dir(self.0.path()).args(arguments).output();
        let output = output.unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }

    /// Runs a study of the scenario.
    fn study(&self, text: &str) -> (i32, String, String) {
        let text = format!("scenario = \"scenario.toml\"\n{text}");
        fs::write(self.0.path().join("study.toml"), text).unwrap();
        let _ = fs::remove_dir_all(self.0.path().join("study"));
        self.rollcast(&["study", "run", "study.toml", "-o", "study"])
    }

    /// The cell of a table in the only row with these cells.
    fn cell(&self, table: &str, at: &[(&str, &str)], column: &str) -> String {
        let mut reader = csv::Reader::from_path(self.0.path().join(table)).unwrap();
        let headings = reader.headers().unwrap().clone();
        let place = |column: &str| {
            let found = headings.iter().position(|heading| heading == column);
            found.unwrap_or_else(|| panic!("{table} has no column {column}"))
        };
        let rows = reader.records().map(Result::unwrap);
        let is_meant = |row: &csv::StringRecord| {
            let mut cells = at.iter();
            cells.all(|(column, value)| &row[place(column)] == *value)
        };
        let rows: Vec<csv::StringRecord> = rows.filter(is_meant).collect();
        assert_eq!(rows.len(), 1, "{at:?} in {table}");
        rows[0][place(column)].to_owned()
    }

    fn of_study(&self, table: &str, at: &[(&str, &str)], column: &str) -> String {
        self.cell(&format!("study/results/{table}"), at, column)
    }

    /// The report of the study.
    fn report(&self) -> String {
        let (code, _, problem) = self.rollcast(&["report", "study", "-o", "page.html"]);
        assert_eq!(code, 0, "{problem}");
        fs::read_to_string(self.0.path().join("page.html")).unwrap()
    }
}

const SIZES: &str = "[axis.machines]\npath = \"fleet.a.count\"\n";
const FAST: &str = "[response.fast]\nmeasure = \"time_to\"\nsite = \"b\"\n";

#[test]
fn counts_over_no_machine_are_zero_and_shares_and_times_of_none_are_no_numbers() {
    let lab = Lab::new();
    let (code, said, _) = lab.study(&format!(
        "replications = 2\nset = [\"fleet.z.count=0\"]\n{SIZES}list = [3, 0]\n\
         [response.share]\nmeasure = \"success_share\"\n\
         [response.time]\nmeasure = \"time_to\"\n\
         [response.lost]\nmeasure = \"failures\"\n\
         [response.got]\nmeasure = \"successes\"\n\
         [response.tries]\nmeasure = \"attempts\"\n\
         [response.read]\nmeasure = \"downloaded\"\n"
    ));
    assert_eq!(code, 0, "{said}");
    let point = |response, column| {
        let at = [("machines", "0"), ("response", response)];
        lab.of_study("points.csv", &at, column)
    };
    for response in ["lost", "got", "tries", "read"] {
        assert_eq!(point(response, "mean"), "0", "{response}");
        assert_eq!(point(response, "n"), "2", "{response}");
        assert_eq!(point(response, "undefined"), "0", "{response}");
    }
    for response in ["share", "time", "objective o"] {
        for column in ["mean", "median", "q95", "reached_share"] {
            assert_eq!(point(response, column), "", "{column} of {response}");
        }
        for column in ["n", "failed_runs", "not_reached"] {
            assert_eq!(point(response, column), "0", "{column} of {response}");
        }
        assert_eq!(point(response, "undefined"), "2", "{response}");
        let note = point(response, "note");
        assert_eq!(note, "undefined in 2 of 2 runs: it is about no machine");
    }
    let run = |column| lab.of_study("runs.csv", &[("point", "2"), ("replication", "1")], column);
    assert_eq!(run("status"), "ok");
    assert_eq!(
        (run("share"), run("time"), run("lost")),
        (String::new(), String::new(), "0".into())
    );
    assert!(run("message").contains("share is undefined: it is about no machine"));
    assert!(
        said.contains("share is undefined, and left out of its figures, in 2 runs"),
        "{said}"
    );
}

#[test]
fn an_objective_that_reaches_no_machine_is_undecided_with_its_reason_in_a_run_and_a_study() {
    let lab = Lab::new();
    let none = ["--set", "fleet.a.count=0", "--set", "fleet.z.count=0"];
    let run = [&["run", "scenario.toml", "-o", "run"][..], &none].concat();
    let (code, said, warned) = lab.rollcast(&run);
    assert_eq!(code, 0, "{said}");
    let line = "objective o: undecided, met in 0 of 1 replication; `p`, which it is about, \
                reaches no machine";
    assert!(said.contains(line), "{said}");
    assert!(
        warned.contains("the objective `o` cannot be judged"),
        "{warned}"
    );
    let (_, json, _) = lab.rollcast(&[&run[..], &["--json", "--force"]].concat());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["objectives"][0]["verdict"], "undecided");
    let doubt = json["objectives"][0]["doubt"].as_str().unwrap();
    assert!(doubt.ends_with("reaches no machine"), "{doubt}");
    lab.rollcast(&["report", "run", "-o", "page.html"]);
    let page = fs::read_to_string(lab.0.path().join("page.html")).unwrap();
    assert!(
        page.contains("which it is about, reaches no machine"),
        "{page}"
    );
    // An objective that nothing is said to be about is one of all machines.
    let (code, said, _) = lab.rollcast(
        &[
            &run[..],
            &["--force", "--set", "objective={o={by=\"+3 h\"}}"],
        ]
        .concat(),
    );
    assert_eq!(code, 0);
    assert!(
        said.contains("no advertisement reaches a machine"),
        "{said}"
    );

    let (code, said, _) = lab.study(&format!(
        "replications = 2\nset = [\"fleet.z.count=0\"]\n{SIZES}list = [3, 0]\n"
    ));
    assert_eq!(code, 0, "{said}");
    let at = [("machines", "0"), ("objective", "o")];
    let judged = |column| lab.of_study("objectives.csv", &at, column);
    assert_eq!(judged("verdict"), "undecided");
    assert_eq!(judged("why_undecided"), "it is about no machine");
    assert_eq!((judged("met"), judged("unknown")), ("0".into(), "2".into()));
    assert_eq!(
        (judged("share"), judged("at_most")),
        (String::new(), String::new())
    );
    assert!(
        said.contains("o: undecided (it is about no machine)"),
        "{said}"
    );
    assert!(lab.report().contains("0 (it is about no machine)"));
}

#[test]
fn an_objective_that_fails_wherever_it_is_about_a_machine_is_missed() {
    let lab = Lab::new();
    let missed = "\"objective.o.by='+1 min'\"";
    let (code, _, said) = lab.study(&format!(
        "set = [\"fleet.z.count=0\", {missed}]\n{SIZES}list = [3, 0]\n"
    ));
    assert_eq!(
        (code, said.contains("missed at every point: o")),
        (4, true),
        "{said}"
    );
}

#[test]
fn an_advertisement_that_reaches_no_machine_has_counts_of_zero_and_no_share_and_no_time() {
    let lab = Lab::new();
    let (code, said, _) = lab.rollcast(&["run", "scenario.toml", "-o", "run", "-r", "3"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("nobody: reaches no machine"), "{said}");
    for replication in ["1", "all"] {
        let at = [("replication", replication), ("advertisement", "nobody")];
        let cell = |column| lab.cell("run/summary.csv", &at, column);
        for column in ["targeted", "installed", "failed", "success", "reached_95"] {
            assert_eq!(cell(column), "0", "{column}");
        }
        for column in [
            "success_share",
            "success_share_low",
            "seconds_to_50",
            "seconds_to_95_high",
        ] {
            assert_eq!(cell(column), "", "{column}");
        }
    }
    // A response that is filtered to it.
    lab.study(&format!(
        "replications = 2\n{SIZES}list = [3, 6]\n\
         [response.none]\nmeasure = \"success_share\"\nadvertisement = \"nobody\"\n"
    ));
    let at = [("machines", "3"), ("response", "none")];
    assert_eq!(lab.of_study("points.csv", &at, "undefined"), "2");
}

/// The first phase is for member servers, and there is none.
const EMPTY_PHASE: &str = "advertisement.p.phases=[{name='empty',collection='servers',gate={success=0.5,minimum=1},\
                           deadline='1 min'},{name='rest'}]";

#[test]
fn a_phase_without_machines_has_counts_of_zero_and_no_share_and_no_time() {
    let lab = Lab::new();
    let set = ["--set", EMPTY_PHASE];
    let run = [&["run", "scenario.toml", "-o", "run", "-r", "2"][..], &set].concat();
    let (code, said, problem) = lab.rollcast(&run);
    assert_eq!(code, 0, "{said}{problem}");
    let cell = |column| lab.cell("run/phases.csv", &[("phase", "empty")], column);
    for column in ["machines", "success", "reached_50", "reached_95"] {
        assert_eq!(cell(column), "0", "{column}");
    }
    for column in [
        "success_share",
        "seconds_to_50",
        "last_seconds",
        "worst_cause",
    ] {
        assert_eq!(cell(column), "", "{column}");
    }
    // A day of an advertisement that reaches no machine has no share either.
    let shares = fs::read_to_string(lab.0.path().join("run/days.csv")).unwrap();
    let of_nobody = shares.lines().filter(|line| line.starts_with("nobody,"));
    assert!(
        of_nobody.clone().all(|line| line.ends_with(',')),
        "{shares}"
    );
    // With no machine at all there is nothing to open.
    let none = [
        "--set",
        "fleet.a.count=0",
        "--set",
        "fleet.z.count=0",
        "--force",
    ];
    let (_, said, _) = lab.rollcast(&[&run[..], &none].concat());
    assert!(said.contains("p: reaches no machine"), "{said}");
    assert!(!said.contains("never opens"), "{said}");
    lab.rollcast(&["report", "run", "-o", "page.html"]);
    let page = fs::read_to_string(lab.0.path().join("page.html")).unwrap();
    assert!(page.contains("It reaches no machine."));
    for wrong in [
        "never opens",
        ">0.0 %<",
        "not reached",
        "It will not be done",
    ] {
        assert!(!page.contains(wrong), "{wrong}");
    }
}

#[test]
fn two_runs_of_which_one_reaches_no_machine_have_no_share_and_no_time_to_compare() {
    let lab = Lab::new();
    let run = |out: &str, sets: &[&str]| {
        let all = [&["run", "scenario.toml", "-o", out, "-r", "3"][..], sets].concat();
        assert_eq!(lab.rollcast(&all).0, 0);
    };
    run("full", &[]);
    run(
        "empty",
        &["--set", "fleet.a.count=0", "--set", "fleet.z.count=0"],
    );
    for (pair, said) in [
        (
            ["full", "empty"],
            "p: it reaches no machine, and reached 11 machines before.",
        ),
        (
            ["empty", "full"],
            "p: it reaches 11 machines, and reached none before.",
        ),
        (
            ["empty", "empty"],
            "p: it reaches no machine, now and before.",
        ),
    ] {
        let (code, _, problem) = lab.rollcast(&["report", pair[0], pair[1], "-o", "two.html"]);
        assert_eq!(code, 0, "{problem}");
        let page = fs::read_to_string(lab.0.path().join("two.html")).unwrap();
        assert!(page.contains(said), "{pair:?}");
        assert!(!page.contains("no longer reached") && !page.contains("is reached now"));
        let (code, told, _) = lab.rollcast(&["compare", pair[0], pair[1]]);
        assert_eq!(code, 0, "{told}");
        assert!(
            !told.contains("never") && !told.contains("better"),
            "{told}"
        );
    }
}

#[test]
fn a_wait_is_undefined_where_no_request_was_made_and_bytes_are_zero() {
    let lab = Lab::new();
    let (code, said, _) = lab.study(
        "replications = 2\n[axis.machines]\npath = \"fleet.a.count\"\nlist = [0, 3]\n\
         [response.bytes]\nmeasure = \"bytes\"\nkind = \"wan-down\"\nname = \"b\"\n\
         [response.mean]\nmeasure = \"mean_wait\"\nkind = \"wan-down\"\nname = \"b\"\n\
         [response.longest]\nmeasure = \"longest_wait\"\nkind = \"wan-down\"\nname = \"b\"\n\
         [response.use]\nmeasure = \"peak_use\"\nkind = \"wan-down\"\nname = \"b\"\n",
    );
    assert_eq!(code, 0, "{said}");
    let mean = |response| {
        lab.of_study(
            "points.csv",
            &[("point", "1"), ("response", response)],
            "mean",
        )
    };
    assert_eq!((mean("bytes"), mean("use")), ("0".into(), "0".into()));
    for response in ["mean", "longest"] {
        let at = [("point", "1"), ("response", response)];
        assert_eq!(mean(response), "");
        let note = lab.of_study("points.csv", &at, "note");
        assert_eq!(note, "undefined in 2 of 2 runs: no request was made there");
    }
    // The table of a run says the same.
    lab.rollcast(&[
        "run",
        "scenario.toml",
        "-o",
        "run",
        "--set",
        "fleet.a.count=0",
    ]);
    let at = [("kind", "wan-down"), ("name", "b")];
    let cell = |column| lab.cell("run/resources.csv", &at, column);
    let counts = [
        "bytes",
        "requests",
        "peak_concurrency",
        "refusals",
        "timeouts",
        "peak_use",
    ];
    assert!(counts.iter().all(|column| cell(column) == "0"));
    let times = [
        "mean_wait_seconds",
        "longest_wait_seconds",
        "first_seconds",
        "timeout_share",
    ];
    assert!(times.iter().all(|column| cell(column).is_empty()));
}

#[test]
fn a_line_that_a_point_does_not_have_is_undefined_there_whichever_point_comes_first() {
    let lab = Lab::new();
    for list in [
        "[\"unlimited\", \"512 kbit/s\"]",
        "[\"512 kbit/s\", \"unlimited\"]",
    ] {
        let (code, _, problem) = lab.study(&format!(
            "replications = 2\n[axis.line]\npath = \"site.b.wan\"\nlist = {list}\n\
             [response.bytes]\nmeasure = \"bytes\"\nkind = \"wan-down\"\nname = \"b\"\n"
        ));
        assert_eq!(code, 0, "{problem}");
        let at = [("line", "unlimited"), ("response", "bytes")];
        let cell = |column| lab.of_study("points.csv", &at, column);
        assert_eq!(
            (cell("mean"), cell("undefined")),
            (String::new(), "2".into())
        );
        let at = [("line", "512 kbit/s"), ("response", "bytes")];
        assert_eq!(lab.of_study("points.csv", &at, "mean"), "120000000");
    }
    let (code, _, problem) = lab.study(
        "[axis.line]\npath = \"site.b.wan\"\nlist = [\"1 Mbit/s\"]\n\
         [response.bytes]\nmeasure = \"bytes\"\nname = \"bb\"\n",
    );
    assert_eq!(code, 2);
    assert!(
        problem.contains("no limited link, server or share `bb`"),
        "{problem}"
    );
}

#[test]
fn a_response_about_no_machine_at_any_point_is_a_warning_and_not_a_failed_run() {
    let lab = Lab::new();
    let (code, said, warned) = lab.study(&format!(
        "replications = 2\nset = [\"fleet.a.count=0\"]\n\
         [axis.line]\npath = \"site.c.wan\"\nlist = [\"128 kbit/s\", \"1 Mbit/s\"]\n{FAST}"
    ));
    assert_eq!(code, 0, "{warned}");
    assert!(
        warned.contains("response `fast`: the scenario has no machine at site `b`"),
        "{warned}"
    );
    assert!(
        said.contains("fast is undefined, and left out of its figures, in 4 runs"),
        "{said}"
    );
    assert!(said.contains("fast undefined"), "{said}");
    assert!(
        lab.report()
            .contains("Left out, as there was nothing to look at")
    );
}

#[test]
fn a_goal_leaves_out_the_values_at_which_its_objective_reaches_no_machine() {
    let lab = Lab::new();
    let goal = |list: &str| {
        lab.study(&format!(
            "replications = 2\nset = [\"fleet.z.count=0\"]\n\
             {SIZES}list = {list}\n[goal]\nobjective = \"o\"\n"
        ))
    };
    // Sixty machines share a slow line, three do not need three hours.
    let (code, said, _) = goal("[200, 3, 0]");
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("First machines for which `o` holds: machines = 3"),
        "{said}"
    );
    let note = lab.of_study("goal.csv", &[("machines", "0")], "note");
    assert_eq!(
        note,
        "left out: undefined in 2 of 2 runs: it is about no machine"
    );
    assert!(lab.report().contains("Cannot be judged: 0 (left out"));
    // In the middle, too.
    let (code, said, _) = lab.study(
        "replications = 2\nset = [\"fleet.z.count=0\"]\n\
         [axis.step.cases]\nslow = [\"site.b.wan='1 kbit/s'\"]\nempty = [\"fleet.a.count=0\"]\n\
         fast = [\"site.b.wan='10 Mbit/s'\"]\n[goal]\nobjective = \"o\"\n",
    );
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("holds: step = fast"), "{said}");
    let (code, said, problem) = goal("[0]");
    assert_eq!(code, 4);
    assert!(
        said.contains("`o` cannot be judged at any value of `machines`"),
        "{said}"
    );
    assert!(
        problem.contains("no value is known to be enough: o"),
        "{problem}"
    );
}

#[test]
fn the_best_is_not_sought_among_points_at_which_the_response_is_undefined() {
    let lab = Lab::new();
    for procedure in ["screening", "kim-nelson"] {
        let indifference = if procedure == "screening" { 0 } else { 60 };
        let (code, said, _) = lab.study(&format!(
            "replications = 10\n{SIZES}list = [0, 6, 60]\n{FAST}\
             [select]\nresponse = \"fast\"\nbest = \"smallest\"\nprocedure = \"{procedure}\"\n\
             indifference = {indifference}\n"
        ));
        assert_eq!(code, 0, "{said}");
        assert!(
            said.contains("Best in fast with 95 % confidence"),
            "{procedure}: {said}"
        );
        let empty = |column| lab.of_study("selection.csv", &[("machines", "0")], column);
        assert_eq!(
            (empty("kept"), empty("mean"), empty("n")),
            ("no".into(), String::new(), "0".into())
        );
        assert!(
            empty("note").contains("it is about no machine"),
            "{procedure}"
        );
        assert_eq!(
            lab.of_study("selection.csv", &[("machines", "6")], "kept"),
            "yes"
        );
        assert!(lab.report().contains("left out: undefined in"));
    }
    // One point alone is the best of nothing.
    let (_, said, _) = lab.study(&format!(
        "replications = 3\n{SIZES}list = [0, 6]\n{FAST}\
         [select]\nresponse = \"fast\"\nbest = \"smallest\"\n"
    ));
    assert!(
        said.contains("Only machines = 6 has a mean of fast"),
        "{said}"
    );
    assert!(lab.report().contains("Only 6 has a mean of fast"));
}

#[test]
fn an_axis_is_not_called_strong_for_a_value_at_which_there_is_nothing_to_look_at() {
    let lab = Lab::new();
    let (code, said, _) = lab.study(&format!(
        "replications = 3\ndesign = {{ kind = \"one-at-a-time\" }}\n{SIZES}list = [6, 0]\n\
         [axis.line]\npath = \"site.b.wan\"\nlist = [\"512 kbit/s\", \"256 kbit/s\"]\n{FAST}"
    ));
    assert_eq!(code, 0, "{said}");
    let of = |axis, column| {
        let at = [("response", "fast"), ("axis", axis)];
        lab.of_study("sensitivity.csv", &at, column)
    };
    assert_eq!(
        (of("machines", "swing"), of("machines", "undefined_at")),
        ("0".into(), "0".into())
    );
    assert_eq!(of("machines", "not_reached_swing"), "0");
    assert_eq!(of("line", "undefined_at"), "");
    assert!(lab.report().contains("undefined, and left out, at 0"));
}

#[test]
fn pairs_without_a_number_on_both_sides_are_counted_and_conclude_nothing() {
    let lab = Lab::new();
    lab.study(&format!(
        "replications = 3\nbaseline = {{ machines = 6 }}\n{SIZES}list = [6, 0]\n{FAST}"
    ));
    let at = [("machines", "0"), ("response", "fast")];
    let pair = |column| lab.of_study("pairs.csv", &at, column);
    assert_eq!(
        (pair("pairs"), pair("conclusion")),
        ("0".into(), "undecided".into())
    );
    assert_eq!(
        pair("note"),
        "3 replications without a number on both sides"
    );
    // Two studies side by side.
    fs::rename(lab.0.path().join("study"), lab.0.path().join("first")).unwrap();
    lab.study(&format!(
        "replications = 3\nset = [\"site.b.wan='256 kbit/s'\"]\n{SIZES}list = [6, 0]\n{FAST}"
    ));
    let (code, table, problem) = lab.rollcast(&["compare", "first", "study"]);
    assert_eq!(code, 0, "{problem}");
    fs::write(lab.0.path().join("compare.csv"), table).unwrap();
    let cell = |column| lab.cell("compare.csv", &at, column);
    assert_eq!(
        (cell("n_first"), cell("n_second")),
        ("0".into(), "0".into())
    );
    assert_eq!(
        (cell("difference"), cell("conclusion")),
        (String::new(), "undecided".into())
    );
}

#[test]
fn no_more_replications_are_made_of_what_is_undefined_in_all_of_the_first() {
    let lab = Lab::new();
    let (code, said, _) = lab.study(&format!(
        "{SIZES}list = [0]\n{FAST}[stop]\nrelative = 0.5\nmost = 500\n"
    ));
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("study: 10 runs at 1 point"), "{said}");
}

#[test]
fn the_json_of_a_study_says_what_is_undefined_and_why() {
    let lab = Lab::new();
    lab.study(&format!("replications = 2\n{SIZES}list = [6, 0]\n{FAST}"));
    let (_, json, _) = lab.rollcast(&["study", "merge", "study", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let [full, empty] = [0, 1].map(|at| &json["points"][at]["responses"][0]);
    assert_eq!(
        (&full["replications"], &full["undefined"]),
        (&2.into(), &0.into())
    );
    assert_eq!(
        (&empty["replications"], &empty["undefined"]),
        (&0.into(), &2.into())
    );
    assert_eq!(empty["mean"], serde_json::Value::Null);
    assert_eq!(empty["why_undefined"], "it is about no machine");
}
