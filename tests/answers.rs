//! What `--json` prints, held to the schema.

#[path = "common/json_schema.rs"]
mod json_schema;

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

const SCENARIO: &str = r#"
start = "2026-03-09T08:00"
horizon = "1 d"
replications = 3
[site.hq]
[fleet.pcs]
count = 20
[program.package]
runs = "whether or not a user is logged on"
rights = "administrative"
exit_codes = { 1603 = 0.3 }
[advertisement.package]
[objective.o]
by = "+9 d"
success = 0.99
"#;

struct Lab(TempDir);

impl Lab {
    fn new(scenario: &str) -> Self {
        let lab = Self(tempfile::tempdir().unwrap());
        fs::write(lab.0.path().join("s.toml"), scenario).unwrap();
        lab
    }

    fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let output = Command::cargo_bin("rollcast")
            .unwrap()
            .current_dir(self.0.path())
            .args(arguments)
            .output()
            .unwrap();
        let value: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        assert_eq!(value["version"], 1);
        json_schema::held_to(&value, &rollcast::answer::schema());
        (output.status.code().unwrap(), value)
    }

    /// What the command prints to standard output, or to standard error where it fails.
    fn text(&self, arguments: &[&str]) -> (i32, String) {
        let mut command = Command::cargo_bin("rollcast").unwrap();
        let output = command.current_dir(self.0.path()).args(arguments).output();
        let output = output.unwrap();
        let text = [output.stdout, output.stderr].concat();
        (
            output.status.code().unwrap(),
            String::from_utf8(text).unwrap(),
        )
    }
}

#[test]
fn a_run_prints_objectives_times_with_dates_and_causes() {
    let lab = Lab::new(SCENARIO);
    let (code, run) = lab.json(&["run", "s.toml", "-q", "--json", "-o", "out"]);
    assert_eq!((code, &run["command"]), (0, &Value::from("run")));
    assert_eq!(run["start"], "2026-03-09T08:00:00");
    assert_eq!(run["end"], "2026-03-10T08:00:00");
    let objective = &run["objectives"][0];
    assert_eq!(objective["verdict"], "undecided");
    assert_eq!(
        (&objective["unknown"], &objective["of"]),
        (&3.into(), &3.into())
    );
    assert_eq!(objective["chance_asked"], 1.0);
    let reached = &objective["reached"];
    assert!(reached["most"].as_u64().unwrap() < reached["needed"].as_u64().unwrap());
    assert_eq!(
        (&reached["targeted"], &reached["needed"]),
        (&20.into(), &20.into())
    );
    assert!(
        objective["doubt"]
            .as_str()
            .unwrap()
            .contains("after the forecast ends")
    );
    let package = &run["advertisements"][0];
    let times = package["times"].as_array().unwrap();
    assert!(
        times[0]["median"]
            .as_str()
            .unwrap()
            .starts_with("2026-03-09T")
    );
    assert_eq!(times[3]["never"], Value::from(vec![1, 2, 3]));
    assert_eq!(
        (&times[3]["median"], &times[3]["seconds"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(package["causes"][0]["cause"], "program-failed");
    let lost = package["causes"][0]["machines"].as_f64().unwrap();
    assert!((package["installed"].as_f64().unwrap() + lost - 20.0).abs() < 1e-5);
}

#[test]
fn a_check_prints_problems_with_their_places_whether_it_can_run_or_not() {
    let lab = Lab::new(SCENARIO);
    let (code, check) = lab.json(&["check", "s.toml", "--json"]);
    assert_eq!(
        (code, &check["valid"], &check["rows"]),
        (0, &true.into(), &20.into())
    );
    assert_eq!(check["problems"][0]["code"], "outside-the-forecast");
    assert_eq!(check["problems"][0]["line"], 14);
    let wrong = Lab::new("horizn = 1\n");
    let (code, check) = wrong.json(&["check", "s.toml", "--json"]);
    assert_eq!((code, &check["valid"]), (2, &false.into()));
    assert_eq!(check["problems"][0]["code"], "unknown-key");
    assert_eq!(
        (&check["problems"][0]["line"], &check["machines"]),
        (&1.into(), &Value::Null)
    );
}

/// Errors of an early stage hide those of later ones, and that is said.
#[test]
fn a_check_says_after_which_stage_it_stopped_looking() {
    let wrong = "[advertisement.package]\nprogram = \"nowhere\"\n";
    let inventory = "[inventory]\nfile = \"no.csv\"\n[fleet.pcs]\n";
    for (from, to, code, stopped) in [
        ("", "", 0, Value::Null),
        // What is wrong with the whole hides nothing.
        ("1603 = 0.3", "1603 = 1", 0, Value::Null),
        ("[site.hq]", "[site.hq\n", 2, "reading".into()),
        ("count = 20", "count = -1", 2, "reading".into()),
        ("count = 20", "cuont = 20", 2, "reading".into()),
        ("[fleet.pcs]\n", inventory, 2, "inventory".into()),
        ("[advertisement.package]\n", wrong, 2, "resolving".into()),
        (SCENARIO, "", 2, "reading".into()),
    ] {
        let lab = Lab::new(&SCENARIO.replacen(from, to, 1));
        let (found, check) = lab.json(&["check", "s.toml", "--json"]);
        assert_eq!(
            (found, &check["stopped_after"]),
            (code, &stopped),
            "{to}: {check:#}"
        );
    }
    let (code, check) = Lab::new(SCENARIO).json(&["check", "none.toml", "--json"]);
    assert_eq!((code, &check["stopped_after"]), (2, &"reading".into()));
}

#[test]
fn a_story_and_a_comparison_are_printed_for_programs() {
    let lab = Lab::new(SCENARIO);
    let machine = "hq-pcs-00001";
    let (code, story) = lab.json(&["explain", "s.toml", "-m", machine, "--json"]);
    assert_eq!((code, &story["machine"]), (0, &Value::from(machine)));
    assert!(
        !story["advertisements"][0]["steps"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    lab.json(&["run", "s.toml", "-q", "--json", "-o", "a"]);
    let faster = "program.package.exit_codes={ 1603 = 0.0 }";
    lab.json(&["run", "s.toml", "-q", "--json", "-o", "b", "--set", faster]);
    let (code, compare) = lab.json(&["compare", "a", "b", "--json"]);
    assert_eq!((code, &compare["common"]), (0, &20.into()));
    assert_eq!(compare["advertisements"][0]["installed"]["means"][1], 20.0);
    let cause = &compare["causes"][0];
    assert!(
        cause["outcome"]
            .as_str()
            .unwrap()
            .contains("program-failed"),
        "{compare:#}"
    );
    assert_eq!(cause["means"][1], 0.0);
}

/// A line that twenty machines share, half of it by day.
const SLOW: &str = "start = 2006-03-20T08:00:00\nhorizon = \"3 d\"\n[site.hq]\n[site.branch]\nparent = \"hq\"\n\
    wan = \"1 Mbit/s\"\nwan_calendar = \"office\"\n[calendar.office]\nshare = 0.5\n[server.SMS]\nsite = \"hq\"\n\
    roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
    [fleet.pc]\ncount = 20\nname = \"PC{number}\"\nsites = [\"branch\"]\npoll_interval = \"1 min\"\n\
    [fleet.away]\ncount = 1\nname = \"AWAY{number}\"\nsites = [\"branch\"]\nabsence = { length = \"30 h\" }\n\
    [package.p]\nsize = \"60 MB\"\n[program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
    [advertisement.p]\non_remote = \"download\"\n";

#[test]
fn a_story_says_what_held_a_download_back_and_what_an_absent_machine_does_next() {
    let lab = Lab::new(SLOW);
    let tell = |machine: &str, horizon: &str| {
        let horizon = format!("horizon={horizon}");
        let arguments = ["explain", "s.toml", "-m", machine, "--set", &horizon];
        let mut command = Command::cargo_bin("rollcast").unwrap();
        let output = command.current_dir(lab.0.path()).args(arguments).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let story = tell("PC1", "3 d");
    let shared = "the WAN link to branch gives 500 kbit/s of its 1 Mbit/s at this hour, which ";
    assert!(story.contains(shared), "{story}");
    // 1.2 GB at 500 kbit/s take 5 h 20 min.
    assert!(
        story.contains("the content is complete after 5 h"),
        "{story}"
    );
    assert!(story.contains("at 25.1 kbit/s on average"), "{story}");
    // Whoever began before the others joined it had the line to itself at that moment.
    let slowest = "slowest Mon 2006-03-20 08:";
    let alone = (1..=20).find_map(|number| {
        let story = tell(&format!("PC{number}"), "3 d");
        story
            .contains("to this transfer alone at that moment")
            .then_some(story)
    });
    let alone = alone.expect("one of them began first");
    assert!(alone.contains(slowest), "{alone}");
    assert!(
        alone.contains(", at 25 kbit/s: the WAN link to branch"),
        "{alone}"
    );
    assert!(alone.contains("which 20 transfers share"), "{alone}");
    let early = tell("PC1", "2 h");
    assert!(
        early.contains("at 25 kbit/s: the WAN link to branch"),
        "{early}"
    );
    assert!(early.contains("which 20 transfers share"), "{early}");
    let away = tell("AWAY1", "1 d");
    assert!(
        away.contains("is off until Tue 2006-03-21 14:00:00; then it looks for policy"),
        "{away}"
    );
}

#[test]
fn a_story_for_programs_counts_tries_that_go_alike() {
    let fails = "horizon = \"10 d\"\n[fleet.pc]\ncount = 1\nname = \"PC{number}\"\n[program.package]\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\nexit_codes = { 5 = 1 }\n";
    let lab = Lab::new(fails);
    let (_, story) = lab.json(&["explain", "s.toml", "-m", "PC1", "--json"]);
    let steps = story["advertisements"][0]["steps"].as_array().unwrap();
    assert!(steps.len() < 60, "{} steps", steps.len());
    let alike = steps.iter().map(|step| step["alike"].as_u64().unwrap());
    assert!(alike.sum::<u64>() > 900);
    let told = &story["advertisements"][0];
    assert_eq!(told["settings"].as_array().unwrap().len(), 0);
    assert!(told["no_setting"].as_str().unwrap().contains("exit codes"));
}

/// The content is closed to the machine, and then the share: both are said.
const CLOSED_TWICE: &str = "horizon = \"10 d\"\n[domain.CORP]\n[account.'CORP\\net']\n[server.FS]\nroles = [\"file server\"]\n\
    [share.apps]\naccess = ['Administrators']\n[package.p]\naccess = ['Administrators']\n\
    [program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\nshares = [{ share = \"apps\" }]\n\
    [fleet.pc]\ncount = 1\nname = \"PC{number}\"\n";

#[test]
fn what_is_said_to_help_is_done_and_run_again_until_the_machine_has_the_program() {
    let lab = Lab::new(CLOSED_TWICE);
    let (_, story) = lab.json(&["explain", "s.toml", "-q", "-m", "PC1", "--json"]);
    let told = &story["advertisements"][0];
    assert_eq!(told["cause"], "content-access-denied");
    assert_eq!(told["mends"], true);
    let next = told["next"].as_array().unwrap();
    let causes: Vec<&str> = next.iter().map(|n| n["cause"].as_str().unwrap()).collect();
    assert_eq!(causes, ["no-network-access-account"]);
    // All of it, in order, is what mends it.
    let mut arguments = vec!["run", "s.toml", "-q", "--json", "-o", "mended"];
    let all = std::iter::once(told).chain(next).flat_map(|one| {
        let settings = one["settings"].as_array().unwrap().iter();
        settings.map(|setting| setting.as_str().unwrap())
    });
    arguments.extend(all.flat_map(|setting| ["--set", setting]));
    let (_, run) = lab.json(&arguments);
    assert_eq!(run["advertisements"][0]["installed"], 1.0);
}

/// A change of accounts takes away what is set for the start alone.
#[test]
fn an_account_is_named_in_the_change_that_replaces_it_too() {
    for (given, client, change) in [
        (
            "client_connection=['CORP\\cc']",
            "legacy",
            "client_connection=[]",
        ),
        (
            "client_connection=['CORP\\bad']",
            "legacy",
            "client_connection=['CORP\\bad', 'CORP\\worse']",
        ),
    ] {
        let lab = Lab::new(&format!(
            "[site.hq]\n[account.'CORP\\cc']\n[account.'CORP\\bad']\nstate = \"disabled\"\n\
             [account.'CORP\\worse']\nstate = \"locked\"\n[accounts]\n{given}\n\
             [fleet.l]\ncount = 1\nname = \"PC{{number}}\"\nclient = \"{client}\"\n[package.p]\n\
             [program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
             [advertisement.p]\nassigned = \"+30 h\"\n[[account_change]]\nat = \"+1 h\"\n{change}\n"
        ));
        let (_, story) = lab.json(&["explain", "s.toml", "-q", "-m", "PC1", "--json"]);
        let told = &story["advertisements"][0];
        assert_eq!(told["mends"], true, "{change}: {told:#}");
        assert!(told["next"].as_array().unwrap().len() < 3, "{told:#}");
    }
}

#[test]
fn what_does_not_help_is_said_not_to() {
    let scenario = CLOSED_TWICE.replace("[fleet.pc]", "exit_codes = { 1603 = 1 }\n[fleet.pc]");
    let lab = Lab::new(&scenario);
    let (_, story) = lab.json(&["explain", "s.toml", "-q", "-m", "PC1", "--json"]);
    let told = &story["advertisements"][0];
    assert_eq!(told["mends"], false);
    let last = told["next"].as_array().unwrap().last().unwrap();
    assert_eq!(last["cause"], "program-failed");
    assert!(last["no_setting"].as_str().unwrap().contains("exit codes"));
    // What is set nowhere is not tried.
    let fails = SCENARIO.replace("1603 = 0.3", "1603 = 1");
    let (_, story) = Lab::new(&fails).json(&["explain", "s.toml", "-m", "hq-pcs-00001", "--json"]);
    assert_eq!(story["advertisements"][0]["mends"], Value::Null);
}

#[test]
fn a_story_counts_tries_that_differ_in_instants_waits_and_messages_alone() {
    let busy = "start = 2026-03-09T08:00:00\nhorizon = \"6 d\"\n[site.hq]\n[site.b]\nparent = \"hq\"\n\
        wan = \"256 kbit/s\"\n[server.S]\nsite = \"hq\"\n\
        roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
        [fleet.pc]\nsites = [\"b\"]\ncount = 3\nname = \"PC{number}\"\n\
        availability = { from = \"08:00\", to = \"18:00\", jitter = \"40 min\" }\n[package.p]\nsize = \"2 MB\"\n\
        [program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
        exit_codes = { 1618 = 1 }\ninstall_time = \"uniform(10 s, 4 min)\"\n\
        [advertisement.p]\non_remote = \"download\"\n";
    let weekly = "[advertisement.p]\nassigned = \"+1 h\"\nrecurs = \"6 h\"\n";
    let reports = "[reports]\nlost = 0.1\n";
    let succeeds = busy.replace("1618 = 1", "0 = 1");
    for (text, more, least) in [
        (busy.to_owned(), reports, 200),
        (busy.replace("[advertisement.p]\n", weekly), reports, 100),
        (succeeds.replace("[advertisement.p]\n", weekly), "", 10),
    ] {
        let lab = Lab::new(&format!("{text}{more}"));
        let (_, story) = lab.json(&["explain", "s.toml", "-m", "PC1", "--json"]);
        let steps = story["advertisements"][0]["steps"].as_array().unwrap();
        assert!(steps.len() < 150, "{} steps: {steps:#?}", steps.len());
        let alike = steps.iter().map(|step| step["alike"].as_u64().unwrap());
        let alike: u64 = alike.sum();
        assert!(alike >= least, "{alike} of {least}: {steps:#?}");
        let told = steps.iter().any(|step| {
            let text = step["text"].as_str().unwrap();
            text.contains(" more times by now") && text.contains(", between ")
        });
        assert!(told, "{steps:#?}");
    }
}

#[test]
fn a_story_tells_a_try_that_goes_otherwise_in_full() {
    let text = "horizon = \"2 d\"\n[fleet.pc]\ncount = 1\nname = \"PC{number}\"\n[program.package]\n\
        rights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
        exit_codes = { 1618 = 1 }\n[[fault]]\nat = \"+20 h\"\nfor = \"1 h\"\npackage = \"package\"\n\
        access = [\"Administrators\"]\n";
    let lab = Lab::new(text);
    let output = Command::cargo_bin("rollcast")
        .unwrap()
        .current_dir(lab.0.path())
        .args(["explain", "s.toml", "-m", "PC1"])
        .output()
        .unwrap();
    let story = String::from_utf8(output.stdout).unwrap();
    let refused = story
        .lines()
        .filter(|line| line.contains("refuses"))
        .count();
    assert!((1..=3).contains(&refused), "{refused} of {story}");
    assert!(story.lines().count() < 80, "{story}");
}

/// A share has the same interval in both, with what the interval was counted over.
#[test]
fn the_interval_of_a_share_is_the_same_for_programs_and_at_the_terminal() {
    let often = SCENARIO.replace("{ 1603 = 0.3 }", "{ 1603 = 0.5 }");
    for (replications, over, n) in [(1, "machines", 20), (6, "replications", 6)] {
        let written = format!("replications = {replications}");
        let lab = Lab::new(&often.replace("replications = 3", &written));
        let (_, run) = lab.json(&["run", "s.toml", "-q", "--json", "-o", "out"]);
        let found = &run["advertisements"][0];
        assert_eq!(found["share_interval_n"], n, "{found}");
        assert_eq!(found["share_interval_over"], over);
        let bound = |name: &str| found["share_interval"][name].as_f64().unwrap() * 100.0;
        let said = format!(
            "95 % interval {:.1} % to {:.1} % over {n} {over}",
            bound("low"),
            bound("high")
        );
        let (_, text) = lab.text(&["run", "s.toml", "--progress", "none", "-o", "again"]);
        assert!(text.contains(&said), "{said}: {text}");
    }
    // Replications that are alike say nothing of their spread.
    let lab = Lab::new(&SCENARIO.replace("exit_codes = { 1603 = 0.3 }", ""));
    let (_, run) = lab.json(&["run", "s.toml", "-q", "--json", "-o", "out"]);
    let found = &run["advertisements"][0];
    for key in ["share_interval", "share_interval_n", "share_interval_over"] {
        assert_eq!(found[key], Value::Null, "{found}");
    }
}

#[test]
fn a_study_prints_what_it_would_run_and_how_much_of_it_is_done() {
    let lab = Lab::new(SCENARIO);
    let study = "scenario = \"s.toml\"\nreplications = 4\nbaseline = { fails = \"often\" }\n\
                 [axis.fails.cases]\noften = []\nnever = [\"program.package.exit_codes={}\"]\n\
                 [response.failures]\nmeasure = \"failures\"\n";
    fs::write(lab.0.path().join("study.toml"), study).unwrap();
    let (code, plan) = lab.json(&["study", "plan", "study.toml", "-o", "out", "--json"]);
    assert_eq!((code, &plan["command"]), (0, &Value::from("study-plan")));
    assert_eq!(plan["rows"], 20);
    assert_eq!(
        (&plan["fewest_runs"], &plan["most_runs"]),
        (&8.into(), &8.into())
    );
    assert_eq!(plan["baseline"], 1);
    let points: Vec<&Value> = plan["points"].as_array().unwrap().iter().collect();
    assert_eq!(points.len(), 2);
    assert_eq!(points[1]["values"]["fails"], "never");

    let status = ["study", "status", "out", "--shards", "4", "--json"];
    let (code, before) = lab.json(&status);
    assert_eq!(
        (code, &before["command"]),
        (3, &Value::from("study-status"))
    );
    assert_eq!((&before["done"], &before["to_do"]), (&0.into(), &8.into()));
    assert_eq!(before["missing_shards"], serde_json::json!([1, 2, 3, 4]));
    lab.text(&["study", "run", "out", "--shard", "2/4", "-q"]);
    let (code, part) = lab.json(&status);
    assert_eq!((code, &part["finished"]), (3, &Value::from(false)));
    assert_eq!((&part["done"], &part["to_do"]), (&2.into(), &6.into()));
    assert_eq!(part["missing_shards"], serde_json::json!([1, 3, 4]));
    lab.text(&["study", "run", "out", "-q"]);
    let (code, after) = lab.json(&status);
    assert_eq!((code, &after["finished"]), (0, &Value::from(true)));
    assert_eq!((&after["failed"], &after["to_do"]), (&0.into(), &0.into()));
    assert_eq!(after["missing_shards"], serde_json::json!([]));
}

#[test]
fn a_study_prints_points_intervals_and_what_it_was_asked_for() {
    let lab = Lab::new(&SCENARIO.replace("by = \"+9 d\"", "by = \"+20 h\""));
    let study = r#"
scenario = "s.toml"
replications = 4
baseline = { fails = "often" }
[axis.fails.cases]
often = []
never = ["program.package.exit_codes={}"]
[response.failures]
measure = "failures"
[select]
best = "smallest"
response = "failures"
"#;
    fs::write(lab.0.path().join("study.toml"), study).unwrap();
    let (_, run) = lab.json(&["study", "run", "study.toml", "-q", "-o", "out", "--json"]);
    assert_eq!(run["command"], "study");
    assert_eq!(run["runs"], 8);
    assert_eq!(run["baseline"], 1);
    assert_eq!(run["best"], serde_json::json!([2]));
    assert!(run["enough"].is_null() && run["fixes"].is_null());
    let points = run["points"].as_array().unwrap();
    assert_eq!(points.len(), 2);
    assert_eq!(points[1]["values"]["fails"], "never");
    let often = &points[0]["responses"][0];
    assert_eq!(often["replications"], 4);
    let mean = often["mean"].as_f64().unwrap();
    let bounds = &often["interval"];
    assert!(bounds["low"].as_f64().unwrap() < mean && mean < bounds["high"].as_f64().unwrap());
    assert!(often["against_baseline"].is_null());
    let against = &points[1]["responses"][0]["against_baseline"];
    assert_eq!(against["conclusion"], "smaller");
    assert_eq!(against["pairs"], 4);
    assert_eq!(points[1]["objectives"][0]["met"], 4);
    let (_, merged) = lab.json(&["study", "merge", "out", "-q", "--json"]);
    assert_eq!(merged, run);
}

const LINES: &str = r#"
scenario = "s.toml"
seed = 5
replications = 4
[axis.fails.cases]
often = []
never = ["program.package.exit_codes={}"]
[axis.spread]
path = "fleet.pcs.count"
list = [10, 20]
[response.failures]
measure = "failures"
[response.half]
measure = "time_to"
share = 0.5
[response.most]
measure = "time_to"
share = 0.9
"#;

/// Two studies: the JSON has the cells of the table, with what they rest on.
#[test]
fn two_studies_are_compared_for_programs_as_in_the_table() {
    let lab = Lab::new(SCENARIO);
    let put = |name: &str, text: &str| fs::write(lab.0.path().join(name), text).unwrap();
    put("a.toml", LINES);
    let install = "set = [\"program.package.install_time='1 h'\"]";
    let slower = LINES.replace("replications = 4", &format!("replications = 4\n{install}"));
    // The axes in another order, and one point more.
    let (axes, rest) = slower.split_once("[response.failures]").unwrap();
    let (head, fails) = axes.split_once("[axis.fails.cases]").unwrap();
    let (fails, spread) = fails.split_once("[axis.spread]").unwrap();
    let spread = spread.replace("[10, 20]", "[20, 30, 10]");
    let turned =
        format!("{head}[axis.spread]{spread}[axis.fails.cases]{fails}[response.failures]{rest}");
    put("b.toml", &turned);
    put("c.toml", &turned.replace("seed = 5", "seed = 6"));
    for name in ["a", "b", "c"] {
        lab.json(&[
            "study",
            "run",
            &format!("{name}.toml"),
            "-q",
            "-o",
            name,
            "--json",
        ]);
    }
    for (second, paired) in [("b", true), ("c", false)] {
        let (code, compare) = lab.json(&["compare", "a", second, "--json"]);
        assert_eq!(
            (code, &compare["command"]),
            (0, &Value::from("compare-studies"))
        );
        assert_eq!(compare["paired"], paired);
        assert_eq!(compare["axes"], serde_json::json!(["fails", "spread"]));
        assert_eq!(compare["runs"], serde_json::json!([16, 24]));
        assert_eq!(compare["alone"], serde_json::json!([0, 2]));
        let (code, text) = lab.text(&["compare", "a", second]);
        assert_eq!(code, 0);
        let mut table = csv::Reader::from_reader(text.as_bytes());
        let headings = table.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
        let changes = compare["changes"].as_array().unwrap();
        assert_eq!((rows.len(), changes.len()), (16, 16));
        for (row, change) in rows.iter().zip(changes) {
            let cell = |heading: &str| &row[headings.iter().position(|h| h == heading).unwrap()];
            for (heading, path) in [
                ("point", "/point"),
                ("response", "/response"),
                ("n_first", "/replications/0"),
                ("n_second", "/replications/1"),
                ("mean_first", "/means/0"),
                ("mean_second", "/means/1"),
                ("difference", "/difference"),
                ("ci_low", "/interval/low"),
                ("ci_high", "/interval/high"),
                ("correlation", "/correlation"),
                ("variance_reduction", "/variance_reduction"),
                ("conclusion", "/conclusion"),
                ("fails", "/values/fails"),
                ("spread", "/values/spread"),
            ] {
                let (cell, value) = (cell(heading), change.pointer(path).unwrap_or(&Value::Null));
                match value {
                    Value::Null => assert_eq!(cell, "", "{heading}: {change:#}"),
                    Value::String(text) => assert_eq!(cell, text),
                    // Both have the same digits.
                    number => {
                        let number = number.as_f64().unwrap();
                        assert_eq!(cell.parse(), Ok(number), "{heading}: {change:#}");
                    }
                }
            }
            // A time that some replication never reached has no mean, and that is told.
            let never = change["not_reached"].as_array().unwrap();
            for (never, mean) in never.iter().zip(change["means"].as_array().unwrap()) {
                assert_eq!(*never == 0, !mean.is_null(), "{change:#}");
            }
            assert_eq!(change["pairs"].is_null(), !paired);
            // The points of the second are told by its own numbers.
            let first = if change["values"]["spread"] == "20" {
                1
            } else {
                5
            };
            let more = u64::from(change["values"]["fails"] == "never");
            assert_eq!(change["second_point"], first + more, "{change:#}");
        }
        let missed = changes
            .iter()
            .filter(|change| change["not_reached"][0] != 0);
        assert!(missed.count() > 0, "{compare:#}");
    }
}

/// What two studies do not have in common is named, for people and programs alike.
#[test]
fn studies_that_have_nothing_in_common_are_told_what_they_lack() {
    let lab = Lab::new(SCENARIO);
    let put = |name: &str, text: &str| {
        fs::write(lab.0.path().join(format!("{name}.toml")), text).unwrap();
    };
    let study = LINES.replace("replications = 4", "replications = 1");
    let one_axis = study.replace(
        "[axis.spread]\npath = \"fleet.pcs.count\"\nlist = [10, 20]\n",
        "",
    );
    for (name, text) in [
        ("a", study.clone()),
        ("axes", one_axis),
        ("named", study.replace("axis.spread", "axis.size")),
        ("points", study.replace("[10, 20]", "[11, 21]")),
        (
            "responses",
            study
                .replace("share = 0.5", "share = 0.6")
                .replace("share = 0.9", "share = 0.8")
                .replace(
                    "[response.failures]\nmeasure = \"failures\"",
                    "[response.lost]\nmeasure = \"failures\"",
                ),
        ),
    ] {
        put(name, &text);
        lab.text(&["study", "run", &format!("{name}.toml"), "-q", "-o", name]);
    }
    // The objective of the scenario is a response of all of them.
    put("open", &study);
    lab.text(&["study", "plan", "open.toml", "-o", "open"]);
    for (first, second, told) in [
        ("a", "axes", "it has `fails`, and `a` has `fails`, `spread`"),
        (
            "axes",
            "a",
            "it has `fails`, `spread`, and `axes` has `fails`",
        ),
        (
            "a",
            "named",
            "it has `fails`, `size`, and `a` has `fails`, `spread`",
        ),
        ("a", "points", "it has no point in common with `a`"),
        (
            "open",
            "a",
            "`open` cannot be used: the study is not finished; `study run` goes on with it",
        ),
        (
            "a",
            "open",
            "`open` cannot be used: the study is not finished; `study run` goes on with it",
        ),
    ] {
        for more in [None, Some("--json")] {
            let arguments = ["compare", first, second].into_iter().chain(more);
            let (code, text) = lab.text(&arguments.collect::<Vec<_>>());
            assert_eq!((code, text.lines().count()), (2, 1), "{text}");
            assert!(text.contains(told), "{text}");
        }
    }
    let (code, compare) = lab.json(&["compare", "a", "responses", "--json"]);
    assert_eq!(code, 0);
    for change in compare["changes"].as_array().unwrap() {
        assert_eq!(change["response"], "objective o");
    }
    for option in ["--machines", "--causes"] {
        let (code, text) = lab.text(&["compare", "a", "a", option]);
        assert_eq!(code, 2);
        assert!(
            text.contains(&format!("`{option}` is for two runs")),
            "{text}"
        );
    }
}

/// Without objectives, studies may have no response in common.
#[test]
fn studies_that_ask_for_other_things_are_told_which() {
    let bare = SCENARIO.split("[objective.o]").next().unwrap();
    let lab = Lab::new(bare);
    let study = "scenario = \"s.toml\"\nreplications = 1\n[response.half]\nmeasure = \"time_to\"\nshare = 0.5\n";
    for (name, text) in [("a", study.to_owned()), ("b", study.replace("0.5", "0.6"))] {
        fs::write(lab.0.path().join("study.toml"), text).unwrap();
        let (code, text) = lab.text(&["study", "run", "study.toml", "-q", "-o", name]);
        assert_eq!(code, 0, "{text}");
    }
    let (code, text) = lab.text(&["compare", "a", "b", "--json"]);
    assert_eq!(code, 2);
    let told = "it has no response in common with `a`: it asks for `half`, the other for `half`; \
        a response is the same if its name and all that is asked of it are";
    assert!(text.contains(told), "{text}");
}

/// A fault may give a line more than it has.
#[test]
fn what_a_line_gives_is_told_by_the_rate_in_force() {
    let scenario = |rate: &str| {
        format!(
            "start = 2026-03-16T06:00:00\nhorizon = \"2 d\"\n[site.hq]\n[site.b]\nparent = \"hq\"\nwan = \"32 kbit/s\"\n\
             [fleet.pcs]\nsites = [\"b\"]\ncount = 4\nname = \"PC{{number}}\"\n[package.p]\nsize = \"1 MB\"\n\
             [program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
             [advertisement.p]\non_remote = \"download\"\nassigned = \"+4 h\"\n\
             [[fault]]\nat = \"+5 min\"\nfor = \"1 d\"\nwan = [\"b\"]\nrate = \"{rate}\"\n"
        )
    };
    for (rate, told, mean) in [
        (
            "128 kbit/s",
            "gives 128 kbit/s at this hour, in place of 32 kbit/s",
            32e6 / 13.824e9,
        ),
        (
            "16 kbit/s",
            "gives 16 kbit/s of its 32 kbit/s at this hour",
            32e6 / 4.1472e9,
        ),
    ] {
        let lab = Lab::new(&scenario(rate));
        let run = |arguments: &[&str]| {
            let mut command = Command::cargo_bin("rollcast").unwrap();
            let output = command.current_dir(lab.0.path()).args(arguments).output();
            String::from_utf8(output.unwrap().stdout).unwrap()
        };
        let story = run(&["explain", "s.toml", "-m", "PC1"]);
        let story = story.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(story.contains(told), "{story}");
        let digest = run(&["run", "s.toml", "-o", "out"]);
        let busy = format!("wan-down b, 32 kbit/s and at times {rate}: ");
        assert!(digest.contains(&busy), "{digest}");
        let table = fs::read_to_string(lab.0.path().join("out/resources.csv")).unwrap();
        let row = table.lines().find(|row| row.contains("wan-down,b"));
        let found: f64 = row.unwrap().split(',').nth(7).unwrap().parse().unwrap();
        assert!((found - mean).abs() < 1e-4, "{found} {mean}");
    }
}

/// A phase that waits for the gate of the one before, which the scenario leaves open.
#[test]
fn a_roll_out_that_is_held_back_is_helped_by_a_deadline_and_its_gates_are_named() {
    let phases = |all: &str, more: &str| {
        format!(
            "horizon = \"5 d\"\n[site.hq]\n[fleet.pcs]\ncount = 40\nname = \"PC{{number}}\"\n[package.p]\n\
             [program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
             exit_codes = {{ 1603 = 0.3 }}\n[advertisement.p]\nassigned = \"+1 h\"\nphases = [{all}]\n{more}"
        )
    };
    let stop = "stop = [{ on = \"failed\", share = 0.1, minimum = 2, action = \"pause\", pause = \"30 d\" }]\n";
    for (all, more, gate) in [
        (
            "{ share = 0.3 }, {}",
            "",
            "95 % of its machines (the default",
        ),
        (
            "{ share = 0.3, gate = { success = 0.99 } }, {}",
            "",
            "99 % of its machines.",
        ),
        (
            "{ share = 0.3, gate = { successes = 1 }, deferral = \"9 d\" }, {}",
            "",
            "the success of 1 machine.",
        ),
        ("{ share = 0.3 }, {}", stop, "stop rule that pauses it"),
    ] {
        let lab = Lab::new(&phases(all, more));
        let (_, run) = lab.json(&["run", "s.toml", "-q", "--json", "-o", "out"]);
        let mut causes = run["advertisements"][0]["causes"]
            .as_array()
            .unwrap()
            .iter();
        let held = causes.find(|cause| cause["cause"] == "not-offered-held-back");
        let machine = held.unwrap()["example"].as_str();
        let machine = machine.unwrap_or_else(|| panic!("{:#}", held.unwrap()));
        let (_, story) = lab.json(&["explain", "s.toml", "-q", "-m", machine, "--json"]);
        let told = &story["advertisements"][0];
        assert_eq!(told["cause"], "not-offered-held-back", "{told:#}");
        assert!(told["remedy"].as_str().unwrap().contains(gate), "{told:#}");
        assert!(!told["settings"].as_array().unwrap().is_empty(), "{told:#}");
        assert_eq!(told["no_setting"], "", "{told:#}");
        // It is offered then, and may fail in its own right.
        let next = told["next"].as_array().unwrap();
        let own = |one: &Value| one["cause"] == "program-failed";
        assert!(told["mends"] == true || next.iter().all(own), "{told:#}");
    }
}

/// A machine that still has to restart has the program, and is told by itself.
#[test]
fn a_run_prints_how_many_machines_still_have_to_restart() {
    let wants = SCENARIO.replace("{ 1603 = 0.3 }", "{ 3010 = 0.4 }");
    let (_, run) = Lab::new(&wants).json(&["run", "s.toml", "-o", "a", "--json"]);
    let row = &run["advertisements"][0];
    let (installed, pending) = (&row["installed"], &row["restart_pending"]);
    assert_eq!(*installed, 20.0);
    let pending = pending.as_f64().unwrap();
    assert!(pending > 3.0 && pending < 14.0, "{pending}");
    let (_, run) = Lab::new(SCENARIO).json(&["run", "s.toml", "-o", "a", "--json"]);
    assert_eq!(run["advertisements"][0]["restart_pending"], 0.0);
}

/// The terminal says it as the report does.
#[test]
fn a_comparison_of_few_replications_says_how_few_they_are() {
    let lab = Lab::new(SCENARIO);
    for (name, set) in [
        ("a", "fleet.pcs.count=20"),
        ("b", "program.package.platforms=[\"Windows 98\"]"),
    ] {
        lab.json(&[
            "run",
            "s.toml",
            "--set",
            set,
            "--set",
            "program.package.exit_codes={ 1603 = 1 }",
            "-o",
            name,
            "--json",
        ]);
    }
    let mut command = Command::cargo_bin("rollcast").unwrap();
    let output = command
        .current_dir(lab.0.path())
        .args(["compare", "a", "b"])
        .output();
    let said = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(
        said.contains("too few replications to tell: n = 3"),
        "{said}"
    );
    assert!(!said.contains("undecided"), "{said}");
}

/// What a calendar closes is no fault that ends by itself: it can leave a share.
#[test]
fn a_line_that_a_calendar_closes_is_mended_in_the_calendar() {
    let scenario = |calendar: &str, more: &str| {
        format!(
            "start = 2026-03-16T06:00:00\nhorizon = \"20 h\"\n[site.hq]\n[site.b]\nparent = \"hq\"\n\
             wan = \"1 Mbit/s\"\n{calendar}[server.HQ]\nsite = \"hq\"\n\
             roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
             [fleet.pcs]\nsites = [\"b\"]\nper_site = 3\nname = \"PC{{number}}\"\npoll_interval = \"5 min\"\n\
             [package.p]\nsize = \"100 MB\"\n[program.p]\nrights = \"administrative\"\n\
             runs = \"whether or not a user is logged on\"\n[advertisement.p]\non_remote = \"download\"\n\
             available = \"+13 h 30 min\"\nassigned = \"as soon as possible\"\n{more}"
        )
    };
    let night = "wan_calendar = \"at night\"\n[calendar.'at night']\ndays = \"Mon-Sun\"\nfrom = \"20:00\"\nto = \"06:00\"\nshare = 0\n";
    let day = "wan_calendar = \"day\"\n[calendar.day]\ndays = \"Mon-Sun\"\nfrom = \"06:00\"\nto = \"20:00\"\nshare = 1\notherwise = 0\n";
    let fault = "[[fault]]\nat = \"+14 h\"\nfor = \"9 h\"\nwan = [\"b\"]\n";
    for (calendar, more, setting) in [
        (night, "", Some("calendar.'at night'.share=0.5")),
        (day, "", Some("calendar.day.otherwise=0.5")),
        ("", fault, None),
    ] {
        let lab = Lab::new(&scenario(calendar, more));
        let (_, story) = lab.json(&["explain", "s.toml", "-q", "-m", "PC1", "--json"]);
        let told = &story["advertisements"][0];
        assert_eq!(told["cause"], "content-unreachable", "{told:#}");
        let fault = told["no_setting"].as_str().unwrap().contains("[[fault]]");
        assert_eq!(fault, setting.is_none(), "{told:#}");
        let settings: Vec<&str> = setting.into_iter().collect();
        assert_eq!(told["settings"], serde_json::json!(settings));
        assert_eq!(told["mends"] == true, setting.is_some(), "{told:#}");
    }
}
