//! What holds whatever is controlled.

use super::{QUICK, load, run, world};
use rollcast::division::{Plan, Tie};
use rollcast::model::{Watch, follow, replicate};
use rollcast::outcome::{Ending, Replication};
use rollcast::results::RunWriter;
use rollcast::scenario::load_str;
use rollcast::world::{MachineId, World};

/// Branches that share nothing but the controller, and everything it can do.
const BRANCHES: &str = r#"
horizon = "3 d"
[site.hq]
[site."branch-{01..20}"]
parent = "hq"
wan = "256 kbit/s"
[server.DP]
site = "hq"
roles = ["distribution point"]
network = "unlimited"
[fleet.pcs]
per_site = 20
availability = { days = "Mon-Sun" }
[program.package]
runs = "whether or not a user is logged on"
maximum_run_time = "1 h"
exit_codes = { 1603 = 0.05 }
breakage = { share = 0.02 }
[advertisement.patch]
assigned = "+1 h"
on_remote = "download"
start_window = {}
rate = { per_minute = 5 }
phases = [
    { name = "hq", collection = "hq", deferral = "6 h", gate = { success = 0.5 } },
    { share = 0.3, deadline = "1 d", spread = "4 h" },
    {},
]
stop = [{ share = 0.5, minimum = 50 }]
[collection.hq]
site = ["hq"]
"#;

fn with_threads(world: &World, threads: usize) -> Replication {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| run(world))
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let world = load(BRANCHES).world;
    let one = with_threads(&world, 1);
    assert!(one.decisions.len() > 3, "{:?}", one.decisions);
    for threads in [2, 5] {
        let several = with_threads(&world, threads);
        assert_eq!(several.fingerprint, one.fingerprint);
        assert_eq!(several.outcomes, one.outcomes);
        assert_eq!(several.decisions, one.decisions);
        assert_eq!(several.timeline.changes, one.timeline.changes);
    }
}

#[test]
fn sites_of_a_controlled_advertisement_are_simulated_together() {
    let controlled = load(BRANCHES).world;
    let plan = Plan::new(&controlled);
    assert_eq!(plan.group_count(), 1);
    assert_eq!(plan.tie(), Some((Tie::Rollout(0.into()), 21)));
    let free: String = BRANCHES
        .lines()
        .filter(|line| !line.contains("rate ="))
        .collect::<Vec<_>>()
        .join("\n");
    let free = free.replace("stop = [{ share = 0.5, minimum = 50 }]", "");
    let start = free.find("phases").unwrap();
    let end = free.find("[collection").unwrap();
    let free = load(&format!("{}{}", &free[..start], &free[end..])).world;
    assert!(Plan::new(&free).group_count() > 1);
}

#[test]
fn the_story_of_a_machine_ends_as_its_row_says() {
    let world = load(BRANCHES).world;
    let replication = run(&world);
    let plan = Plan::new(&world);
    for position in [0usize, 25, 100, 419] {
        let (outcomes, diary) = follow(&world, &plan, 1, MachineId::from(position));
        assert_eq!(outcomes[0], replication.outcomes[position]);
        assert!(!diary.entries.is_empty());
    }
}

#[test]
fn control_leaves_the_draws_of_machines_alone() {
    let text = QUICK.replace(
        "install_time = \"10 min\"",
        "install_time = \"uniform(5 min, 50 min)\"",
    );
    let lengths = |more: &str| -> Vec<u64> {
        let replication = run(&load(&format!("{text}{more}")).world);
        let times = replication
            .outcomes
            .iter()
            .map(|o| o.run_end.since(o.run_start).0);
        times.collect()
    };
    let phases = "phases = [{ share = 0.1, deferral = \"1 h\", gate = { success = 0.5 } }, {}]";
    let controlled = lengths(&format!(
        "[advertisement.patch]\n{phases}\nstart_window = {{}}"
    ));
    assert_eq!(lengths("[advertisement.patch]"), controlled);
}

#[test]
fn replications_differ_and_repeat() {
    let world = load(BRANCHES).world;
    let plan = Plan::new(&world);
    let run = |n| replicate(&world, &plan, n, &Watch::default()).unwrap();
    assert_eq!(run(2).fingerprint, run(2).fingerprint);
    assert_ne!(run(1).fingerprint, run(2).fingerprint);
}

#[test]
fn the_tables_tell_of_decisions_and_of_machines_that_were_not_offered() {
    let world = world("[advertisement.\"a,b\"]\nphases = [{ name = \"x, y\", share = 0.1 }, {}]");
    let replication = run(&world);
    let base = tempfile::tempdir().unwrap();
    let directory = base.path().join("run");
    let tables = "all".parse().unwrap();
    let mut writer = RunWriter::create(&directory, false, &world, tables).unwrap();
    writer.add(&replication).unwrap();
    let provenance = rollcast::results::Provenance {
        scenario: rollcast::results::ScenarioRecord::default(),
        inputs: Vec::new(),
        assumed: Vec::new(),
        environment: rollcast::results::Environment::here(1, 0.0),
    };
    writer.finish(provenance).unwrap();
    let text = std::fs::read_to_string(directory.join("decisions.csv")).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows.len(), 1 + replication.decisions.len());
    assert!(
        rows[1].starts_with("1,0,\"a,b\",\"x, y\",start,met,open-phase,,,"),
        "{}",
        rows[1]
    );
    let summary = std::fs::read_to_string(directory.join("summary.csv")).unwrap();
    assert!(
        summary
            .lines()
            .next()
            .unwrap()
            .contains(",unaware,broken,not_offered,")
    );
}

/// The codes of what is wrong with an advertisement of [`QUICK`].
fn problems(advertisement: &str) -> Vec<&'static str> {
    let text = format!("{QUICK}[advertisement.patch]\n{advertisement}");
    let list = match load_str(&text, &[]) {
        Ok(loaded) => loaded.warnings.list().to_vec(),
        Err(problems) => problems.list().to_vec(),
    };
    list.into_iter()
        .map(|problem| problem.code.name())
        .collect()
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (text, code) in [
        ("phases = [{ share = 0.6 }, { share = 0.6 }]", "shares"),
        ("phases = [{ share = 0.6 }, { gate = {} }]", "impossible"),
        (
            "phases = [{ share = 0.6 }, { deferral = \"1 h\" }]",
            "impossible",
        ),
        (
            "phases = [{ share = 0.5, gate = { success = 0.5, successes = 3 } }, {}]",
            "impossible",
        ),
        ("phases = [{ share = 0 }, {}]", "empty-phase"),
        ("phases = [{ collection = \"nobody\" }, {}]", "unknown-name"),
        ("phases = [{ share = 0.5 }]", "no-phase"),
        ("rate = { factor = 9 }", "malformed-value"),
        ("rate = { per_minute = 10, at_most = 5 }", "impossible"),
        ("rate = { after = {} }", "impossible"),
        (
            "rate = { after = { notified = 1, succeeded = 1 } }",
            "impossible",
        ),
        ("stop = [{ share = 0 }]", "impossible"),
        (
            "phases = [{ share = 0.5, stop = [{ share = 0 }] }, {}]",
            "impossible",
        ),
        ("stop = [{ pause = \"1 h\" }]", "impossible"),
        ("rate = {}\nevaluation = \"0 s\"", "malformed-value"),
        ("evaluation = \"1 h\"", "no-effect"),
        ("assigned = \"optional\"\nstart_window = {}", "impossible"),
    ] {
        assert!(
            problems(text).contains(&code),
            "{text}: {:?}",
            problems(text)
        );
    }
    assert_eq!(
        problems("phases = [{ share = 0.7 }, { share = 0.2 }, { share = 0.1 }]"),
        [""; 0]
    );
}

#[test]
fn a_collection_that_only_a_phase_uses_is_used() {
    let warned = |phases: &str| -> Vec<String> {
        let loaded = load(&format!(
            "{QUICK}\n[collection.first]\nfleet = [\"pcs\"]\n[advertisement.patch]\nphases = {phases}"
        ));
        let warnings = loaded.warnings.list().iter();
        warnings.map(|warning| warning.message.clone()).collect()
    };
    assert_eq!(warned("[{ collection = \"first\" }]"), [""; 0]);
    assert_eq!(
        warned("[{}]"),
        ["no advertisement uses the collection `first`"]
    );
}

#[test]
fn whoever_is_offered_it_late_keeps_the_offer_after_an_abort() {
    let text = r#"
exit_codes = { 1603 = 1 }
[advertisement.patch]
phases = [{ spread = "1 d" }]
stop = [{ minimum = 1 }]
"#;
    let replication = run(&world(text));
    let unaware = replication
        .outcomes
        .iter()
        .filter(|o| o.ending == Ending::Unaware)
        .count();
    assert_eq!(unaware, 0);
}
