//! How the cost of a forecast grows along every axis of the scenario language:
//! from the text of a scenario to its tables on disk, three sizes, one thread,
//! the least processor time of several runs. It prints the table of
//! `docs/performance.md`.

use rollcast::division::Plan;
use rollcast::forecast::Forecast;
use rollcast::model::Watch;
use rollcast::results::{Provenance, TableSet};
use rollcast::scenario::load_str;
use std::time::Instant;

#[path = "shared/axes.rs"]
mod axes;

#[path = "shared/clock.rs"]
mod clock;

use axes::{AXES, Axis};
use clock::clock;

/// Runs of each size, of which the least is told.
const RUNS: usize = 3;

fn seconds(scenario: &str) -> f64 {
    let start = Instant::now();
    let before = clock(start);
    let loaded = load_str(scenario, &[]).unwrap_or_else(|p| panic!("{}", p.render(false)));
    let plan = Plan::new(&loaded.world);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let forecast = Forecast {
        directory: folder.path().join("out"),
        force: false,
        tables: "all".parse::<TableSet>().expect("known tables"),
        replications: 1,
    };
    let written = forecast.run(&loaded.world, &plan, &Watch::default(), Provenance::default);
    written.expect("it is written");
    clock(start) - before
}

/// The slope of the line that fits best through the logarithms.
fn exponent(sizes: [usize; 3], seconds: [f64; 3]) -> f64 {
    let points: Vec<(f64, f64)> = sizes
        .iter()
        .zip(seconds)
        .map(|(size, seconds)| (libm::log(*size as f64), libm::log(seconds)))
        .collect();
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| {
        (x + point.0 / 3.0, y + point.1 / 3.0)
    });
    let across: f64 = points
        .iter()
        .map(|point| (point.0 - x) * (point.1 - y))
        .sum();
    let along: f64 = points
        .iter()
        .map(|point| (point.0 - x) * (point.0 - x))
        .sum();
    across / along
}

fn measure(axis: &Axis) {
    let seconds = axis.timed.map(|size| {
        let scenario = (axis.scenario)(size);
        let runs = (0..RUNS).map(|_| seconds(&scenario));
        runs.fold(f64::INFINITY, f64::min)
    });
    let sizes = axis.timed.map(|size| size.to_string()).join(" / ");
    let times = seconds.map(|time| format!("{time:.2}")).join(" / ");
    let exponent = exponent(axis.timed, seconds);
    println!("| {} | {sizes} | {times} | {exponent:.2} |", axis.name);
}

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    let pool = pool.build().expect("a thread");
    println!("| axis | sizes | CPU s | exponent |\n|---|---|---|---|");
    // `cargo bench --bench growth -- points` measures the axes whose name has it.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    for axis in AXES {
        if wanted.is_empty() || wanted.iter().any(|word| axis.name.contains(word.as_str())) {
            pool.install(|| measure(axis));
        }
    }
}
