//! Start windows and maintenance windows.

use super::{HOUR, QUICK, ended, load, run, run_with, world};
use rollcast::division::Plan;
use rollcast::model::{Watch, replicate};
use rollcast::outcome::{Cause, Ending, Replication};

const WINDOW: (u64, u64) = (4 * HOUR * 1_000_000, 6 * HOUR * 1_000_000);

fn assigned(window: &str) -> String {
    format!("[advertisement.patch]\nassigned = \"+4 h\"\nstart_window = {window}")
}

fn starts(replication: &Replication) -> Vec<u64> {
    replication
        .outcomes
        .iter()
        .map(|outcome| outcome.run_start.0)
        .collect()
}

#[test]
fn a_fixed_moment_is_the_same_in_every_replication_and_a_fresh_one_is_not() {
    let runs = |draw: &str| {
        let world = world(&assigned(&format!("{{ draw = \"{draw}\" }}")));
        let plan = Plan::new(&world);
        [1, 2].map(|n| starts(&replicate(&world, &plan, n, &Watch::default()).unwrap()))
    };
    for draw in ["fixed", "fresh"] {
        let [one, two] = runs(draw);
        assert_eq!(one == two, draw == "fixed");
        assert!(
            one.iter().all(|at| (WINDOW.0..WINDOW.1).contains(at)),
            "{draw}"
        );
        let early = one.iter().filter(|at| **at < 5 * HOUR * 1_000_000).count();
        assert!((440..560).contains(&early), "{draw}: {early}");
    }
}

#[test]
fn without_a_window_all_start_when_it_is_due() {
    let replication = run_with("[advertisement.patch]\nassigned = \"+4 h\"");
    assert!(starts(&replication).iter().all(|at| *at == WINDOW.0));
}

#[test]
fn a_machine_that_was_off_starts_when_it_is_back_or_draws_again() {
    // Friday 18:00 to 22:00 and 24:00; machines are on from Saturday 08:00.
    let scenario = QUICK.replace(
        "count = 1000",
        "count = 1000\navailability = { days = \"Mon-Sun\", from = \"08:00\", to = \"21:00\", jitter = \"0 s\" }",
    );
    let back = 14 * HOUR * 1_000_000;
    let runs = |redraw: bool| {
        let window = format!("{{ length = \"2 h\", redraw = {redraw} }}");
        starts(&run(
            &load(&format!("{scenario}{}", assigned(&window))).world
        ))
    };
    assert!(runs(false).iter().all(|at| *at == back));
    let again = runs(true);
    assert!(
        again
            .iter()
            .all(|at| (back..back + 2 * HOUR * 1_000_000).contains(at))
    );
    let early = again
        .iter()
        .filter(|at| **at < back + HOUR * 1_000_000)
        .count();
    assert!((440..560).contains(&early), "{early}");
}

#[test]
fn programs_start_in_maintenance_windows_only_those_of_the_group_before_those_of_the_site() {
    let text = r#"
maximum_run_time = "1 h"
[site.hq]
maintenance = [{ from = "02:00", to = "04:00" }]
[fleet.servers]
count = 10
access = "unlimited"
role = "member server"
maintenance = [{ days = "Sat", from = "12:00", to = "14:00" }]
"#;
    let world = world(text);
    let replication = run(&world);
    for (machine, outcome) in world.fleet.machines.iter().zip(replication.outcomes.iter()) {
        // The start is Friday 18:00.
        let hours = match world.fleet.profile(machine).group.as_str() {
            "servers" => 18,
            _ => 8,
        };
        assert_eq!(outcome.run_start.0, hours * HOUR * 1_000_000);
    }
}

#[test]
fn a_program_that_is_due_too_late_in_a_window_waits_for_the_next() {
    let scenario = |assigned: &str| {
        let text = format!(
            "maximum_run_time = \"1 h\"\n[site.hq]\nmaintenance = [{{ from = \"22:00\", to = \"24:00\" }}]\n\
             [advertisement.patch]\nassigned = \"{assigned}\""
        );
        starts(&run_with(&text))[0] / 1_000_000
    };
    // 23:00 is the last moment from which an hour fits.
    assert_eq!(scenario("+5 h"), 5 * HOUR);
    assert_eq!(scenario("+5 h 1 s"), 28 * HOUR);
}

#[test]
fn a_program_that_fits_into_no_window_never_starts_and_the_check_says_so() {
    let text = "[site.hq]\nmaintenance = [{ from = \"22:00\", to = \"24:00\" }]";
    let loaded = load(&format!("{QUICK}{text}"));
    assert!(
        loaded
            .warnings
            .list()
            .iter()
            .any(|problem| problem.code.name() == "no-window")
    );
    let replication = run(&loaded.world);
    assert_eq!(
        ended(&replication, Ending::Waiting, Cause::OutsideWindow),
        1_000
    );
    let any = text.replace("to = ", "must_fit = false, to = ");
    let replication = run_with(&any);
    assert!(
        starts(&replication)
            .iter()
            .all(|at| *at == 4 * HOUR * 1_000_000)
    );
}

#[test]
fn a_program_that_runs_again_waits_for_a_window_to_do_so() {
    // 1618 is on the retry list: every ten minutes, but only from 22:00.
    let text = r#"
maximum_run_time = "1 h"
exit_codes = { 1618 = 1 }
[site.hq]
maintenance = [{ from = "22:00", to = "24:00" }]
"#;
    let replication = run_with(text);
    // Runs at 22:00, 22:20, 22:40, 23:00 of two nights.
    assert!(
        replication
            .outcomes
            .iter()
            .all(|outcome| outcome.attempts == 8)
    );
}

/// "How to use maintenance windows" (`ConfigMgr`): windows belong to collections, and
/// a machine of several has the windows of all.
#[test]
fn windows_of_collections_win_over_others_and_add_up() {
    let text = r#"
maximum_run_time = "1 h"
[site.hq]
maintenance = [{ from = "12:00", to = "14:00" }]
[collection.servers]
name = ["*-00001", "*-00002"]
maintenance = [{ days = "Sun", from = "02:00", to = "04:00" }]
[collection.early]
machines = ["hq-pcs-00002", "hq-pcs-00003"]
maintenance = [{ days = "Sat", from = "06:00", to = "08:00" }]
"#;
    let loaded = load(&format!("{QUICK}{text}"));
    assert!(
        loaded.warnings.is_empty(),
        "{}",
        loaded.warnings.render(false)
    );
    let starts: Vec<u64> = starts(&run(&loaded.world))
        .iter()
        .map(|at| at / 1_000_000 / HOUR)
        .collect();
    // The start is Friday 18:00.
    assert_eq!(starts[..4], [32, 12, 12, 18]);
}
