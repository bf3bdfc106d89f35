//! Verdicts that can be trusted: objectives at every boundary, comparisons in
//! outcome and time, and conclusions that name what they rest on.

use assert_cmd::Command;
use std::fs;
use tempfile::TempDir;

/// Twenty machines that install at once, from 2026-03-09 08:00 on for a day.
const SCENARIO: &str = r#"
start = "2026-03-09T08:00"
horizon = "1 d"
[fleet.pcs]
count = 20
[program.package]
runs = "whether or not a user is logged on"
rights = "administrative"
[advertisement.package]
"#;

struct Lab(TempDir);

impl Lab {
    fn new(scenario: &str) -> Self {
        let lab = Self(tempfile::tempdir().unwrap());
        lab.put("scenario.toml", scenario);
        lab
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    /// Exit code, standard output and standard error.
    fn rollcast(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::cargo_bin("rollcast").unwrap();
        let output = command
            .current_dir(self.0.path())
            .args(arguments)
            .output()
            .unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }

    /// Runs the scenario into `out` with values set.
    fn run(&self, out: &str, sets: &[&str]) -> (i32, String, String) {
        let mut arguments = vec!["run", "scenario.toml", "--force", "-o", out];
        for set in sets {
            arguments.extend(["--set", set]);
        }
        self.rollcast(&arguments)
    }

    fn study(&self, study: &str) -> (i32, String, String) {
        self.put("study.toml", study);
        self.rollcast(&["study", "run", "study.toml", "-o", "study"])
    }

    fn table(&self, name: &str) -> Vec<csv::StringRecord> {
        csv::Reader::from_path(self.0.path().join(name))
            .unwrap()
            .into_records()
            .map(Result::unwrap)
            .collect()
    }
}

/// The line about the objective, wherever it stands.
fn verdict(result: &(i32, String, String)) -> String {
    let all = format!("{}\n{}", result.1, result.2);
    all.lines()
        .find(|line| line.contains("objective o:"))
        .unwrap_or_else(|| panic!("no objective in {all}"))
        .to_owned()
}

#[test]
fn a_moment_outside_the_forecast_is_told_with_both_dates() {
    let lab = Lab::new(SCENARIO);
    // The start and the horizon themselves belong to the forecast.
    for (by, wanted, told) in [
        ("2026-03-10T08:00", "pass", false),
        ("+1 d", "pass", false),
        ("2026-03-10T08:01", "pass", true),
        ("+2 d", "pass", true),
        ("2026-03-09T08:00", "fail", false),
        ("+0 s", "fail", false),
        ("2026-03-09T07:59", "undecided", true),
        ("2006-03-17T18:00", "undecided", true),
    ] {
        let result = lab.run("out", &[&format!("objective.o.by=\"{by}\"")]);
        let line = verdict(&result);
        assert!(line.contains(wanted), "{by}: {line}");
        let dates = line.contains("it asks for") && line.contains("2026-03-");
        assert_eq!(dates, told, "{by}: {line}");
        assert_eq!(result.2.contains("outside-the-forecast"), told, "{by}");
        let code = if wanted == "fail" { 4 } else { 0 };
        assert_eq!(result.0, code, "{by}");
    }
}

#[test]
fn an_objective_before_anything_begins_is_told_with_both_dates() {
    let lab = Lab::new(SCENARIO);
    let due = "advertisement.package.assigned=\"+2 h\"";
    let local = "advertisement.package.assigned=\"2026-03-09T10:00\"";
    for (settings, told) in [
        (vec!["objective.o.by=\"+0 s\""], true),
        (vec!["objective.o.by=\"+1 s\""], false),
        (vec!["objective.o.by=\"+2 h\"", due], true),
        (vec!["objective.o.by=\"+121 min\"", due], false),
        (vec!["objective.o.by=\"+90 min\"", local], true),
        // Where clocks are ahead, the time comes sooner.
        (
            vec![
                "objective.o.by=\"+90 min\"",
                local,
                "site.hq.time_zone=\"+1 h\"",
            ],
            false,
        ),
        (
            vec![
                "objective.o.by=\"+90 min\"",
                due,
                "site.hq.time_zone=\"+1 h\"",
            ],
            true,
        ),
        (
            vec![
                "objective.o.by=\"+2 h\"",
                "advertisement.package.available=\"+3 h\"",
            ],
            true,
        ),
        // Users may choose it before it is due.
        (
            vec![
                "objective.o.by=\"+2 h\"",
                due,
                "advertisement.package.uptake={}",
            ],
            false,
        ),
        (vec!["objective.o={success=0,by=\"+0 s\"}"], false),
    ] {
        let result = lab.run("out", &settings);
        let words: Vec<&str> = result
            .2
            .split_whitespace()
            .filter(|word| *word != "│")
            .collect();
        let words = words.join(" ");
        let is_told = words.contains("nothing that it is about begins before Mon 2026-03-09");
        assert_eq!(is_told, told, "{settings:?}: {words}");
        assert_eq!(words.contains("too-late"), told, "{settings:?}: {words}");
        if told {
            assert!(verdict(&result).contains("fail"), "{settings:?}");
        }
    }
}

#[test]
fn an_objective_after_the_horizon_that_is_not_met_yet_is_undecided_and_no_number_of_replications_is_asked_for()
 {
    let lab = Lab::new(SCENARIO);
    let result = lab.run(
        "out",
        &[
            "objective.o.by=\"+9 d\"",
            "objective.o.chance=0.9",
            "program.package.install_time=\"2 d\"",
        ],
    );
    let line = verdict(&result);
    assert!(line.contains("undecided, met in 0 of 1"), "{line}");
    assert!(line.contains("Wed 2026-03-18 08:00") && line.contains("Tue 2026-03-10 08:00"));
    assert!(!line.contains("would decide"), "{line}");
}

#[test]
fn a_date_after_the_horizon_is_said_to_be_judged_by_the_end_of_the_forecast() {
    let lab = Lab::new(SCENARIO);
    let late = "objective.o={success=1.0,by=\"+1441 min\"}";
    let rule =
        "it is met if enough is installed at the end of the forecast, and undecided otherwise";
    for (codes, wanted) in [
        ("{}", "pass, met in 1 of 1"),
        ("{1603=1}", "undecided, met in 0 of 1"),
    ] {
        let result = lab.run(
            "out",
            &[late, &format!("program.package.exit_codes={codes}")],
        );
        let line = verdict(&result);
        assert!(line.contains(wanted) && line.contains(rule), "{line}");
        assert!(
            line.contains("had it by the end of the forecast; 20 are needed"),
            "{line}"
        );
        let warning = result.2.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            warning.contains("can be judged only by the end of the forecast"),
            "{warning}"
        );
        assert!(!warning.contains("cannot be judged"), "{warning}");
    }
    // Of a date before the start nothing can be said.
    let result = lab.run("out", &["objective.o.by=\"2026-03-08T08:00\""]);
    assert!(result.2.contains("cannot be judged") && !verdict(&result).contains("had it"));
}

#[test]
fn a_verdict_says_who_has_to_meet_it_and_how_many_had_it_by_the_date() {
    let lab = Lab::new(&format!("replications = 10\n{SCENARIO}"));
    let fails = "program.package.exit_codes={1603=0.3}";
    let page = || {
        let (code, _, problem) = lab.rollcast(&["report", "out", "-o", "page.html"]);
        assert_eq!(code, 0, "{problem}");
        fs::read_to_string(lab.0.path().join("page.html")).unwrap()
    };
    let line = verdict(&lab.run("out", &[fails, "objective.o.success=0.7"]));
    let (told, reached) = line
        .split_once("; it is asked for in every replication; ")
        .unwrap();
    assert!(told.contains("fail, met in"), "{line}");
    assert!(reached.ends_with("on average; 14 are needed"), "{line}");
    // The fewest and the most are those of the replications, as a table has them.
    let rows = lab.table("out/summary.csv");
    let success = |row: &csv::StringRecord| row.iter().map(str::to_owned).collect::<Vec<_>>();
    let headings = fs::read_to_string(lab.0.path().join("out/summary.csv")).unwrap();
    let headings: Vec<_> = headings.lines().next().unwrap().split(',').collect();
    let at = headings.iter().position(|name| *name == "success").unwrap();
    let counts: Vec<u64> = rows
        .iter()
        .filter_map(|row| success(row)[at].parse().ok())
        .take(10)
        .collect();
    let (fewest, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
    assert!(
        fewest < most && reached.starts_with(&format!("{fewest} to {most} of 20 (")),
        "{line}"
    );
    let page_of_all = page();
    assert!(page_of_all.contains(&format!("it is asked for in every replication; {reached}")));

    // Where a share of the replications is enough, it is told.
    let line = verdict(&lab.run("out", &[fails, "objective.o={success=0.7,chance=0.5}"]));
    assert!(
        line.contains("; it is asked for in 50 % of the replications, with a confidence of 95 %"),
        "{line}"
    );
    assert!(line.contains("; 14 are needed") && page().contains("50 % of the replications"));

    // Of one replication there is one number.
    let line = verdict(&lab.run("out", &["replications=1", "objective.o.by=\"+0 s\""]));
    assert!(
        line.ends_with("met in 0 of 1 replication; 0 of 20 (0.0 %) had it by then; 19 are needed"),
        "{line}"
    );
}

#[test]
fn a_date_outside_the_forecast_of_a_scenario_without_start_asks_for_the_start() {
    let lab = Lab::new(&SCENARIO.replace("start =", "# start ="));
    let told = |by: &str| {
        let result = lab.run("out", &[&format!("objective.o.by={by}")]);
        (verdict(&result), result.2)
    };
    let (line, warning) = told("2026-03-10T08:00:00");
    assert!(line.contains("undecided"), "{line}");
    assert!(warning.contains("add `start`"), "{warning}");
    // A length of time needs no calendar, and a date within the forecast is one
    // that its author has looked up.
    assert!(told("\"+1 d\"").0.contains("pass"));
    assert!(told("2006-03-18T00:00:00").0.contains("pass"));
}

#[test]
fn an_objective_that_reaches_no_machine_is_undecided() {
    let lab = Lab::new(SCENARIO);
    let result = lab.run("out", &["fleet.pcs.count=0", "objective.o.success=0.5"]);
    assert!(verdict(&result).contains("undecided"), "{result:?}");
}

#[test]
fn shares_are_compared_exactly() {
    let lab = Lab::new(SCENARIO);
    let met = |count: u32, codes: &str, share: &str| {
        let sets = [
            &format!("fleet.pcs.count={count}"),
            &format!("program.package.exit_codes={{ {codes} }}"),
            &format!("objective.o.success={share}"),
        ];
        let result = lab.run("out", &sets.map(String::as_str));
        let path = lab.0.path().join("out/summary.csv");
        let mut reader = csv::Reader::from_path(path).unwrap();
        let headings = reader.headers().unwrap().clone();
        let at = headings.iter().position(|h| h == "success").unwrap();
        let row = reader.records().next().unwrap().unwrap();
        (row[at].to_owned(), verdict(&result).contains("pass"))
    };
    let (successes, _) = met(2000, "1603 = 0.01", "0.5");
    let successes: u32 = successes.parse().unwrap();
    assert!((1..2000).contains(&successes));
    // The share that is reached, written out, and its neighbours in the last
    // place; a per mille is coarser than either.
    let share = f64::from(successes) / 2000.0;
    for (step, pass) in [(-0.0001, true), (0.0, true), (0.0001, false)] {
        let (again, passes) = met(2000, "1603 = 0.01", &format!("{:.4}", share + step));
        assert_eq!(again, successes.to_string());
        assert_eq!(passes, pass, "{share} {step}");
    }
    assert!(met(20, "1603 = 1", "0").1, "no share asks for no machine");
    assert!(met(20, "0 = 1", "1").1);
}

#[test]
fn a_study_does_not_take_what_the_forecast_cannot_tell_for_missed() {
    let lab = Lab::new(&format!("{SCENARIO}[objective.o]\nby = \"+9 d\"\n"));
    let study = "scenario = \"scenario.toml\"\nreplications = 2\n\
        [axis.time]\npath = \"program.package.install_time\"\nlist = [\"1 min\", \"2 d\"]\n";
    let (code, out, error) = lab.study(study);
    assert_eq!(code, 0, "{out}{error}");
    let rows = lab.table("study/results/objectives.csv");
    let verdicts: Vec<&str> = rows.iter().map(|row| &row[11]).collect();
    assert_eq!(verdicts, ["pass", "undecided"], "{rows:?}");
}

/// Two points along a line: with the slow one the last machines are never done.
const STUDY: &str = "scenario = \"scenario.toml\"\nreplications = 3\n\
    baseline = { time = \"1 min\", wait = \"10 min\" }\n\
    [design]\nkind = \"one-at-a-time\"\n\
    [axis.wait]\npath = \"rules.poll_interval\"\nlist = [\"10 min\", \"5 h\"]\n\
    [axis.time]\npath = \"program.package.install_time\"\nlist = [\"1 min\", \"3 d\"]\n\
    [response.t95]\nmeasure = \"time_to\"\n\
    [response.share]\nmeasure = \"success_share\"\n";

#[test]
fn the_point_at_which_it_is_never_reached_is_the_worst_and_not_missing() {
    let lab = Lab::new(SCENARIO);
    let (code, out, error) = lab.study(STUDY);
    assert_eq!(code, 0, "{out}{error}");
    let rows = lab.table("study/results/sensitivity.csv");
    let t95: Vec<&csv::StringRecord> = rows.iter().filter(|row| &row[0] == "t95").collect();
    assert_eq!(t95.len(), 2, "{rows:?}");
    // response, axis, n, base, lowest, lowest_at, highest, highest_at, swing,
    // not_reached_at, not_reached_swing
    assert_eq!((&t95[0][1], &t95[0][9], &t95[0][10]), ("time", "3 d", "1"));
    assert_eq!(&t95[0][8], "", "what is never reached has no distance");
    assert_eq!((&t95[1][1], &t95[1][9], &t95[1][10]), ("wait", "", "0"));
    assert_eq!(&t95[1][2], "3");
    assert!(t95[1][8].parse::<f64>().unwrap() > 0.0);
    // A share is a number wherever it is.
    let share = rows.iter().find(|row| &row[0] == "share").unwrap();
    assert_eq!((&share[1], &share[9]), ("time", ""));
}

#[test]
fn a_baseline_that_is_never_reached_ranks_what_would_reach_it_first() {
    let lab = Lab::new(SCENARIO);
    let study = STUDY.replace("time = \"1 min\"", "time = \"3 d\"");
    let (code, out, error) = lab.study(&study);
    assert_eq!(code, 0, "{out}{error}");
    let rows = lab.table("study/results/sensitivity.csv");
    let t95: Vec<&csv::StringRecord> = rows.iter().filter(|row| &row[0] == "t95").collect();
    assert_eq!((&t95[0][1], &t95[0][10]), ("time", "1"), "{rows:?}");
    assert_eq!((&t95[1][1], &t95[1][10]), ("wait", "0"), "{rows:?}");
}

#[test]
fn a_goal_names_the_replications_that_it_rests_on() {
    let lab = Lab::new(&format!("{SCENARIO}[objective.o]\nby = \"+10 h\"\n"));
    let study = "scenario = \"scenario.toml\"\n\
        [axis.time]\npath = \"program.package.install_time\"\n\
        list = [\"20 h\", \"12 h\", \"1 h\", \"1 min\"]\n[goal]\naxis = \"time\"\n";
    let (code, out, error) = lab.study(study);
    assert_eq!(code, 0, "{out}{error}");
    let line = out.lines().find(|line| line.starts_with("First")).unwrap();
    assert!(
        line.contains("time = 1 h, met in 1 of 1 replication (pass)"),
        "{line}"
    );
    assert!(
        line.contains("with time = 12 h met in 0 of 1 replication (fail)"),
        "{line}"
    );
    assert!(out.contains("This rests on 1 replication a point"), "{out}");
}

#[test]
fn a_goal_that_needs_more_replications_than_there_may_be_says_what_asks_for_them() {
    let lab = Lab::new(&format!(
        "{SCENARIO}[objective.o]\nchance = 0.95\nconfidence = 0.95\n"
    ));
    let study = "scenario = \"scenario.toml\"\n\
        [axis.time]\npath = \"program.package.install_time\"\nlist = [\"1 h\", \"1 min\"]\n\
        [goal]\nmost = 20\n";
    let (code, _, error) = lab.study(study);
    assert_eq!(code, 2);
    assert!(
        error.contains("a chance of 0.95 with a confidence of 0.95 takes"),
        "{error}"
    );
    assert!(error.contains("say `most = "), "{error}");
}

/// The search goes by halves: of values without an order it would find anything.
#[test]
fn a_goal_is_sought_along_values_in_order_and_says_when_it_is_the_wrong_way_round() {
    let study = |list: &str| {
        let lab = Lab::new(&format!(
            "{SCENARIO}[objective.o]\nby = \"+6 h\"\nsuccess = 0.5\n"
        ));
        lab.study(&format!(
            "scenario = \"scenario.toml\"\nreplications = 2\n\
             [axis.time]\npath = \"program.package.install_time\"\nlist = {list}\n[goal]\n"
        ))
    };
    let (code, _, error) = study("[\"1 min\", \"20 h\", \"2 h\"]");
    assert_eq!(code, 2);
    assert!(
        error.contains("go up (from 1 min to 20 h) and down (from 20 h to 2 h)"),
        "{error}"
    );
    let (code, out, error) = study("[\"1 min\", \"2 h\", \"20 h\"]");
    assert_eq!(code, 4, "{error}");
    assert!(
        out.contains("holds at time = 1 min") && out.contains("from too little to enough"),
        "{out}"
    );
    let (code, out, error) = study("[\"20 h\", \"2 h\", \"1 min\"]");
    assert_eq!(code, 0, "{error}");
    assert!(out.contains("holds: time = 2 h"), "{out}");
}

#[test]
fn runs_are_compared_in_outcome_and_in_time() {
    let lab = Lab::new(SCENARIO);
    let slow = "program.package.install_time=\"5 h\"";
    let failing = "program.package.exit_codes={ 1603 = 0.5 }";
    lab.run("a", &[slow, failing]);
    lab.run("b", &[]);
    let (code, out, _) = lab.rollcast(&["compare", "a", "b"]);
    assert_eq!(code, 0);
    assert!(out.contains("-> 20"), "{out}");
    assert!(
        out.contains("success only in the second: 10, only in the first: 0"),
        "{out}"
    );
    assert!(out.contains("earlier"), "{out}");
    assert!(
        out.contains("takes at least 2"),
        "one replication proves nothing: {out}"
    );
    assert!(!out.contains("more than chance explains"), "{out}");
}

#[test]
fn a_comparison_of_many_replications_says_what_is_more_than_chance() {
    let lab = Lab::new(&format!("replications = 8\n{SCENARIO}"));
    lab.run("a", &["program.package.install_time=\"5 h\""]);
    lab.run("b", &["program.package.install_time=\"1 h\""]);
    lab.run("c", &["program.package.install_time=\"1 h\""]);
    let (_, out, _) = lab.rollcast(&["compare", "a", "b"]);
    assert!(
        out.contains("4 h earlier, more than chance explains"),
        "{out}"
    );
    assert!(out.contains("0 changed outcome"), "{out}");
    assert!(out.contains("20 earlier, 0 later beyond chance"), "{out}");
    let (_, same, _) = lab.rollcast(&["compare", "b", "c"]);
    assert!(same.contains("at the same time"), "{same}");
    assert!(!same.contains("chance explains"), "{same}");
    let (_, csv, _) = lab.rollcast(&["compare", "a", "b", "--machines"]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 20);
    assert!(
        rows.iter()
            .all(|row| &row[9] == "better" && &row[6] == "by chance")
    );
}

#[test]
fn what_a_machine_had_before_is_installed_in_a_comparison_too() {
    let lab = Lab::new(SCENARIO);
    let never = "advertisement.package.rerun=\"never\"";
    lab.run("a", &["fleet.pcs.installed={ package = 0.5 }", never]);
    lab.run("b", &[never]);
    let (_, out, error) = lab.rollcast(&["compare", "a", "b"]);
    assert!(out.contains("installed  20 -> 20, as many"), "{out}{error}");
}

/// What comes round has been done since the first time that has held, in each table and in
/// a comparison: a longer forecast makes nothing later.
#[test]
fn what_comes_round_is_done_when_it_first_was() {
    let lab = Lab::new(&format!("replications = 8\n{SCENARIO}"));
    let again = "advertisement.package.recurs=\"1 d\"";
    lab.run("a", &[again, "horizon=\"2 d\""]);
    lab.run("b", &[again, "horizon=\"6 d\""]);
    let (_, out, error) = lab.rollcast(&["compare", "a", "b"]);
    assert!(out.contains("at the same time"), "{out}{error}");
    assert!(out.contains("0 changed time"), "{out}");
}

/// Tested one by one, a twentieth of 300 machines would look changed.
#[test]
fn of_many_machines_none_is_called_changed_by_chance_alone() {
    let text = SCENARIO.replace("count = 20", "count = 300");
    let lab = Lab::new(&format!("replications = 10\n{text}"));
    lab.run(
        "a",
        &[
            "program.package.install_time=\"uniform(1 min, 5 h)\"",
            "seed=1",
        ],
    );
    lab.run(
        "b",
        &[
            "program.package.install_time=\"uniform(1 min, 5 h)\"",
            "seed=2",
        ],
    );
    let (_, out, _) = lab.rollcast(&["compare", "a", "b"]);
    assert!(out.contains("0 better, 0 worse"), "{out}");
    assert!(out.contains("0 earlier, 0 later beyond chance"), "{out}");
}

#[test]
fn runs_that_share_no_machine_are_said_to() {
    let lab = Lab::new(SCENARIO);
    lab.run("a", &[]);
    lab.run("b", &["fleet.pcs.name=\"other-{number}\""]);
    let (code, out, _) = lab.rollcast(&["compare", "a", "b"]);
    assert_eq!(code, 0, "{out}");
    assert!(
        out.contains("No machine is reached by the same advertisement in both: 20 pairs of"),
        "{out}"
    );
    assert!(!out.contains("run both again"), "{out}");
}

#[test]
fn a_cache_that_the_package_exceeds_is_known_before_the_run() {
    let scenario =
        format!("{SCENARIO}on_local = \"download\"\n[package.package]\nsize = \"300 MB\"\n");
    let lab = Lab::new(&scenario);
    let warns = |sets: &[&str]| {
        let mut arguments = vec!["check", "scenario.toml"];
        for set in sets {
            arguments.extend(["--set", set]);
        }
        let (code, _, error) = lab.rollcast(&arguments);
        assert_eq!(code, 0, "{error}");
        error.contains("cache-too-small")
    };
    assert!(warns(&["fleet.pcs.cache=\"299 MB\""]));
    assert!(!warns(&["fleet.pcs.cache=\"300 MB\""]), "it just fits");
    assert!(!warns(&[
        "fleet.pcs.cache=\"299 MB\"",
        "advertisement.package.on_local=\"run\""
    ]));
    assert!(!warns(&[
        "fleet.pcs.cache=\"299 MB\"",
        "fleet.pcs.client=\"legacy\""
    ]));
}

#[test]
fn a_name_that_a_spreadsheet_would_calculate_stays_text_in_comparisons_and_studies() {
    let lab = Lab::new(
        &SCENARIO
            .replace("advertisement.package", "advertisement.'=1+1'")
            .replace(
                "[advertisement.'=1+1']",
                "[advertisement.'=1+1']\nprogram = \"package\"",
            ),
    );
    lab.run("a", &["program.package.install_time=\"5 h\""]);
    lab.run("b", &["program.package.install_time=\"1 h\""]);
    let (code, csv, error) = lab.rollcast(&["compare", "a", "b", "--machines"]);
    assert_eq!(code, 0, "{error}");
    assert!(
        csv.lines().skip(1).all(|line| line.starts_with("'=1+1,")),
        "{csv}"
    );
    let study = "scenario = \"scenario.toml\"\n\
        [axis.'@x']\npath = \"program.package.command_line\"\nlist = [\"=cmd\", \"'=cmd\"]\n";
    let (code, out, error) = lab.study(study);
    assert_eq!(code, 0, "{out}{error}");
    let points = fs::read_to_string(lab.0.path().join("study/results/points.csv")).unwrap();
    assert!(points.starts_with("point,'@x,"), "{points}");
    assert!(
        points.contains("\n1,'=cmd,") && points.contains("\n2,''=cmd,"),
        "{points}"
    );
}

#[test]
fn more_success_than_exit_codes_uptake_and_platforms_let_come_is_warned_of() {
    let told = |program: &str, advertisement: &str, objective: f64| {
        let text = format!(
            "[fleet.new]\ncount = 500\n[fleet.old]\ncount = 500\nclient = \"legacy\"\n\
             platform = \"Windows 2000 Professional\"\n\
             [package.p]\n[program.p]\nrights = \"administrative\"\n{program}\n\
             [advertisement.p]\nprogram = \"p\"\n{advertisement}\n\
             [objective.o]\nadvertisement = \"p\"\nby = \"+1 d\"\nsuccess = {objective}\n"
        );
        let found = rollcast::scenario::load_str(&text, &[]);
        let warnings = found
            .unwrap_or_else(|problems| panic!("{problems}"))
            .warnings;
        let told = warnings
            .list()
            .iter()
            .filter(|problem| problem.code.name() == "out-of-reach");
        told.map(|problem| problem.message.clone())
            .collect::<Vec<_>>()
    };
    let failing = "exit_codes = { 0 = 0.9, 1603 = 0.1 }";
    assert_eq!(told("", "", 1.0), [""; 0]);
    assert_eq!(told(failing, "", 0.9), [""; 0]);
    let said = told(failing, "", 0.95);
    assert!(
        said[0].contains("95.0 % success, and 90.0 % at most"),
        "{said:?}"
    );
    // An Advanced Client runs a program again that ends with 1618, a Legacy Client never.
    let said = told("exit_codes = { 0 = 0.8, 1618 = 0.2 }", "", 0.95);
    assert!(said[0].contains("90.0 % at most"), "{said:?}");
    let said = told("", "uptake = { share = 0.4, delay = \"1 h\" }", 0.5);
    assert!(said[0].contains("40.0 % at most"), "{said:?}");
    assert_eq!(
        told(failing, "assigned = \"+1 h\"\nrecurs = \"1 d\"", 0.95),
        [""; 0]
    );
    let gate = "phases = [{ name = \"first\", share = 0.5, gate = { success = 0.97 } }, {}]";
    let said = told(failing, gate, 0.5);
    assert!(
        said[0].contains("phase `first` of `p` asks for 97.0 % success"),
        "{said:?}"
    );
    // What no machine can change is not put down to chance.
    let text = "[fleet.a]\ncount = 10\n[fleet.b]\ncount = 10\nplatform = \"Windows 2000 Professional\"\n\
        [program.p]\nrights = \"administrative\"\nplatforms = [\"Windows 2000*\"]\n[advertisement.p]\n\
        [objective.o]\nadvertisement = \"p\"\nby = \"+1 d\"\nsuccess = 0.7\n";
    let warnings = rollcast::scenario::load_str(text, &[]).unwrap().warnings;
    let codes = warnings.list().iter().map(|problem| problem.code.name());
    assert!(
        codes.into_iter().any(|code| code == "out-of-reach"),
        "{warnings}"
    );
    // Of ten machines all may be lucky.
    assert_eq!(told(failing, &gate.replace("0.5", "0.01"), 0.5), [""; 0]);
}

/// What `check` says is out of reach in a scenario of a hundred machines of each of two
/// platforms.
fn out_of_reach(text: &str) -> Vec<String> {
    let text = format!(
        "[site.hq]\n[site.away]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n\
         [fleet.xp]\ncount = 950\nsites = [\"hq\"]\n[fleet.old]\ncount = 50\nsites = [\"hq\"]\n\
         platform = \"Windows 2000 Professional\"\n\
         [package.p]\n[program.\"*\"]\npackage = \"p\"\nrights = \"administrative\"\n[program.p]\n{text}"
    );
    let loaded = rollcast::scenario::load_str(&text, &[]);
    let warnings = loaded
        .unwrap_or_else(|problems| panic!("{problems}"))
        .warnings;
    let told = warnings.list().iter();
    let told = told.filter(|problem| problem.code.name() == "out-of-reach");
    told.map(|problem| problem.message.clone()).collect()
}

#[test]
fn a_gate_is_held_against_the_machines_of_its_own_phase() {
    let pilot = |platform: &str, fleet: &str| {
        format!(
            "platforms = [\"{platform}*\"]\n[collection.pilot]\nfleet = [\"{fleet}\"]\n\
             [advertisement.p]\nprogram = \"p\"\nphases = [{{ collection = \"pilot\" }}, {{}}]\n"
        )
    };
    assert_eq!(out_of_reach(&pilot("Windows 2000", "old")), [""; 0]);
    let said = out_of_reach(&pilot("Windows XP", "old"));
    assert!(
        said[0].contains("and none is expected: the next phase does not open"),
        "{said:?}"
    );
}

#[test]
fn a_gate_on_what_is_reported_leaves_out_what_is_not() {
    let gate = |reported: bool| {
        format!(
            "[advertisement.p]\nprogram = \"p\"\nuptake = {{ share = 0.5, delay = \"1 h\" }}\n\
             phases = [{{ share = 0.5, gate = {{ success = 0.9, of_reported = {reported} }} }}, {{}}]\n"
        )
    };
    assert_eq!(out_of_reach(&gate(true)), [""; 0]);
    assert!(out_of_reach(&gate(false))[0].contains("50.0 % at most"));
}

#[test]
fn what_runs_first_and_what_is_advertised_again_count() {
    let objective = "[objective.o]\nadvertisement = \"p\"\nby = \"+1 d\"\nsuccess = 0.9\n";
    let first = "run_first = \"q\"\n[program.q]\nexit_codes = { 1603 = 0.5 }\n[advertisement.p]\nprogram = \"p\"\n";
    assert!(out_of_reach(&format!("{first}{objective}"))[0].contains("50.0 % at most"));
    let again = "exit_codes = { 1603 = 0.5 }\n[advertisement.p]\nprogram = \"p\"\n\
        [advertisement.again]\nprogram = \"p\"\nassigned = \"+12 h\"\nrerun = \"if failed\"\n";
    assert_eq!(out_of_reach(&format!("{again}{objective}")), [""; 0]);
    let close = objective.replace("0.9\n", "0.9504\n");
    let said = out_of_reach(&format!(
        "platforms = [\"Windows XP*\"]\n[advertisement.p]\nprogram = \"p\"\n{close}"
    ));
    assert!(
        said[0].contains("95.04 % success, and 95.00 % at most"),
        "{said:?}"
    );
}

#[test]
fn a_machine_that_travels_to_a_point_is_not_out_of_reach() {
    let text = |stay: &str| {
        format!(
            "[site.hq]\n[site.away]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n\
             [server.HQ]\nsite = \"hq\"\nroles = [\"management point\", \"distribution point\"]\n\
             [fleet.x]\ncount = 20\nsites = [\"away\"]\nname = \"X{{number}}\"\n{stay}\
             [package.p]\n[program.p]\nrights = \"administrative\"\n[advertisement.p]\n\
             [objective.o]\nadvertisement = \"p\"\nby = \"+5 d\"\nsuccess = 0.9\n"
        )
    };
    let told = |text: &str| {
        let loaded = rollcast::scenario::load_str(text, &[]);
        let warnings = loaded
            .unwrap_or_else(|problems| panic!("{problems}"))
            .warnings;
        let mut codes = warnings.list().iter().map(|problem| problem.code.name());
        codes.any(|code| code == "out-of-reach")
    };
    assert!(told(&text("")));
    let roaming = "roaming = { sites = [\"hq\"] }\n";
    assert!(!told(&text(roaming)));
}

/// More replications of the same seed add draws, and no difference between the runs.
#[test]
fn runs_of_one_seed_are_compared_in_the_replications_that_both_have() {
    let lab = Lab::new(SCENARIO);
    let failing = "program.package.exit_codes={ 1603 = 0.5 }";
    for (out, replications) in [("a", 8), ("b", 3), ("one", 1)] {
        lab.run(out, &[failing, &format!("replications={replications}")]);
    }
    for (pair, both) in [
        (["a", "b"], "the first 3, which both have"),
        (["b", "a"], "the first 3, which both have"),
        (["one", "a"], "the first, which both have"),
    ] {
        let [first, second] = pair;
        let (_, out, error) = lab.rollcast(&["compare", first, second]);
        assert!(out.contains(both), "{out}{error}");
        assert!(out.contains(", as many"), "{out}");
        assert!(out.contains("0 changed outcome"), "{out}");
        let (_, json, _) = lab.rollcast(&["compare", first, second, "--json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let compared = &json["compared"];
        assert_eq!(compared[0], compared[1], "{json}");
        lab.rollcast(&["report", first, second, "-o", "page.html"]);
        let page = fs::read_to_string(lab.0.path().join("page.html")).unwrap();
        assert!(page.contains(both), "{pair:?}");
        assert!(page.contains("package: no difference."), "{pair:?}");
        assert!(page.contains(" 0 changed outcome"), "{pair:?}");
    }
}

#[test]
fn a_milestone_that_some_replications_miss_is_told_with_how_many_there_are() {
    let lab = Lab::new(&format!("replications = 8\n{SCENARIO}"));
    lab.run("a", &[]);
    lab.run("b", &["program.package.exit_codes={ 1603 = 0.1 }"]);
    let (_, out, _) = lab.rollcast(&["compare", "a", "b"]);
    let line = out
        .lines()
        .find(|line| line.trim_start().starts_with("95 %"));
    let line = line.unwrap();
    assert!(
        line.contains(" in 8 of 8 -> in ") && line.contains(" of 8 replications only"),
        "{out}"
    );
}

/// After misses the number of replications that decides without any is too small.
#[test]
fn how_many_replications_would_decide_depends_on_the_misses_so_far() {
    let objective = "[objective.o]\nby = \"+1 d\"\nsuccess = 1.0\nchance = 0.9\n";
    let lab = Lab::new(&format!("{SCENARIO}{objective}"));
    for (sets, said) in [
        (&[][..], "it takes 29 replications in all to pass, if"),
        (
            &["program.package.exit_codes={ 1603 = 1.0 }"][..],
            "it takes 46 replications in all to pass, with 1 miss so far, if",
        ),
    ] {
        let line = verdict(&lab.run("out", sets));
        assert!(line.contains(said), "{line}");
        lab.rollcast(&["report", "out", "-o", "page.html"]);
        let page = fs::read_to_string(lab.0.path().join("page.html")).unwrap();
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn an_objective_that_is_met_whatever_happens_is_warned_of() {
    let lab = Lab::new(
        "[site.hq]\n[fleet.pcs]\ncount = 5\n[package.p]\n[objective.o]\nsuccess = 0.9\nchance = 0.9\n",
    );
    let check = |setting: &str| {
        let (code, said, error) = lab.rollcast(&["check", "scenario.toml", "--set", setting]);
        let said = format!("{said}{error}").replace('│', " ");
        (code, said.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    for (setting, wanted) in [
        (
            "objective.o.success=0",
            "asks for no machine, and is met whatever happens",
        ),
        (
            "objective.o.chance=0",
            "asks for no replication, and is met whatever happens",
        ),
    ] {
        let (code, said) = check(setting);
        assert!(code == 0 && said.contains(wanted), "{said}");
    }
    // The bounds of both sides cross below a half.
    for (confidence, wanted) in [
        ("0.49", "that of a coin"),
        ("0", "that of a coin"),
        ("1", "cannot be reached"),
    ] {
        let (code, said) = check(&format!("objective.o.confidence={confidence}"));
        assert!(code == 2 && said.contains(wanted), "{said}");
    }
    for least in ["objective.o.success=0.0001", "objective.o.confidence=0.5"] {
        let (code, said) = check(least);
        assert!(code == 0 && !said.contains("whatever happens"), "{said}");
    }
}
