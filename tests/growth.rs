//! What a forecast costs grows in proportion to what is in the scenario, along
//! every axis that can be large in a real fleet. The cost is counted in steps, so
//! that it is the same on any machine; docs/performance.md has the times.

use rollcast::division::Plan;
use rollcast::engine::effort;
use rollcast::forecast::Forecast;
use rollcast::model::{Watch, replicate};
use rollcast::report::{Thresholds, report};
use rollcast::results::{Provenance, TableSet};
use rollcast::scenario::load_str;

#[path = "../benches/shared/axes.rs"]
mod axes;

use axes::{AXES, Axis};

/// The steps from the text of a scenario to the records of its machines.
fn steps(scenario: &str) -> u64 {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    let pool = pool.build().expect("a thread");
    pool.install(|| {
        let before = effort::spent();
        let loaded = load_str(scenario, &[]).unwrap_or_else(|p| panic!("{}", p.render(false)));
        let plan = Plan::new(&loaded.world);
        let run = replicate(&loaded.world, &plan, 1, &Watch::default());
        assert!(run.is_ok(), "nobody stops it");
        effort::spent() - before
    })
}

/// The exponent between the smallest and the largest size, and the steps.
fn exponent(axis: &Axis) -> (f64, [u64; 3]) {
    let steps = axis.counted.map(|size| steps(&(axis.scenario)(size)));
    let [small, _, large] = axis.counted.map(|size| libm::log(size as f64));
    let growth = libm::log(steps[2] as f64) - libm::log(steps[0] as f64);
    (growth / (large - small), steps)
}

#[test]
fn steps_grow_in_proportion_along_every_axis() {
    let mut steeper = Vec::new();
    for axis in AXES {
        let (exponent, steps) = exponent(axis);
        let told = format!(
            "{}: {steps:?} steps at {:?}: {exponent:.2}",
            axis.name, axis.counted
        );
        println!("{told}");
        if exponent > axis.most {
            steeper.push(told);
        }
        let least = axis.counted[2] as u64;
        assert!(
            steps[2] > least,
            "{}: it is counted at all: {steps:?}",
            axis.name
        );
    }
    assert!(steeper.is_empty(), "steeper than they may be: {steeper:#?}");
}

/// The steps of writing the tables, and of the page about them.
fn steps_of_results(scenario: &str) -> u64 {
    let loaded = load_str(scenario, &[]).unwrap_or_else(|p| panic!("{}", p.render(false)));
    let plan = Plan::new(&loaded.world);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let directory = folder.path().join("out");
    let forecast = Forecast {
        directory: directory.clone(),
        force: false,
        tables: "all".parse::<TableSet>().expect("known tables"),
        replications: 1,
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    let pool = pool.build().expect("a thread");
    pool.install(|| {
        let before = effort::spent();
        let watch = Watch::default();
        let written = forecast.run(&loaded.world, &plan, &watch, Provenance::default);
        written.expect("it is written");
        report(&[directory], Thresholds::default()).expect("it is a finished run");
        effort::spent() - before
    })
}

#[test]
fn the_report_grows_in_proportion_to_advertisements_objectives_and_roll_outs() {
    let names = [
        "objectives, each of an advertisement of its own",
        "roll-outs, each with two phases of its own",
    ];
    for axis in AXES.iter().filter(|axis| names.contains(&axis.name)) {
        let sizes = [50, 400];
        let [small, large] = sizes.map(|size| steps_of_results(&(axis.scenario)(size)));
        let exponent = libm::log(large as f64 / small as f64) / libm::log(8.0);
        println!("{}: {small} and {large} steps: {exponent:.2}", axis.name);
        assert!(exponent < axis.most, "{}: {exponent:.2}", axis.name);
    }
}

#[test]
fn objectives_of_one_advertisement_share_one_pass_over_the_rows() {
    let scenario = |objectives: usize| {
        let mut text = "horizon = \"2 d\"\n[fleet.pcs]\ncount = 2000\n[package.p]\n[program.p]\n\
            rights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n[advertisement.p]\n\
            on_remote = \"download\"\non_local = \"download\"\n"
            .to_owned();
        for at in 0..objectives {
            text += &format!(
                "[objective.o{at}]\nby = \"+{} min\"\nsuccess = 0.5\n",
                5 * at + 60
            );
            if at % 2 == 0 {
                text += "advertisement = \"p\"\n";
            }
        }
        text
    };
    let [none, few, many] = [0, 2, 200].map(|count| steps_of_results(&scenario(count)));
    println!("{none}, {few} and {many} steps");
    // Each of the 198 is read and judged, and none of them looks at 2,000 rows.
    assert!(few > none && many - few < 198 * 500, "{few} and {many}");
}
