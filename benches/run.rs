//! Whole runs, from a resolved scenario to the tables on disk.
//!
//! What to read is the ratio to `naive`: the same poll, transfer and install as
//! a straightforward program does them, with one binary heap over everything,
//! every transfer of a site recomputed at every change, and rows written
//! through the csv crate. It has no accounts, no distribution points, no
//! retries: Rollcast does all that in the time that is compared.

#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rollcast::division::Plan;
use rollcast::forecast::Forecast;
use rollcast::model::Watch;
use rollcast::results::{Provenance, TableSet};
use rollcast::scenario::load;
use rollcast::world::World;
use std::hint::black_box;
use std::path::Path;

#[path = "shared/program.rs"]
mod program;

use program::naive;

fn world(name: &str, settings: &[String]) -> World {
    let path = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    load(Path::new(&path), settings)
        .unwrap_or_else(|p| panic!("{}", p.render(false)))
        .world
}

fn scale(machines: u32) -> World {
    world("scale", &[format!("fleet.pcs.count={machines}")])
}

fn hub(machines: u32) -> World {
    let (old, new) = (machines * 3 / 10, machines * 7 / 10);
    world(
        "scale-hub",
        &[
            format!("fleet.old.count={old}"),
            format!("fleet.pcs.count={new}"),
        ],
    )
}

fn forecast(world: &World, threads: usize, tables: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let forecast = Forecast {
        directory: folder.path().join("out"),
        force: false,
        tables: tables.parse::<TableSet>().expect("known tables"),
        replications: 1,
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("a pool");
    pool.install(|| {
        let plan = Plan::new(world);
        let written = forecast.run(world, &plan, &Watch::default(), Provenance::default);
        black_box(written.expect("it is written"));
    });
}

fn whole_run(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole-run");
    group.sample_size(10);
    for machines in [10_000u32, 100_000, 1_000_000] {
        group.throughput(Throughput::Elements(u64::from(machines)));
        let world = scale(machines);
        for threads in [1, 2] {
            let id = BenchmarkId::new(format!("independent-sites-{threads}-threads"), machines);
            group.bench_function(id, |bench| bench.iter(|| forecast(&world, threads, "all")));
        }
        let id = BenchmarkId::new("independent-sites-no-machines-csv", machines);
        group.bench_function(id, |bench| bench.iter(|| forecast(&world, 1, "summary")));
        let world = hub(machines);
        let id = BenchmarkId::new("hub-1-thread", machines);
        group.bench_function(id, |bench| bench.iter(|| forecast(&world, 1, "all")));
    }
    for machines in [10_000u32, 100_000] {
        group.throughput(Throughput::Elements(u64::from(machines)));
        let id = BenchmarkId::new("naive", machines);
        group.bench_function(id, |bench| bench.iter(|| naive(machines, 1000)));
    }
    group.finish();
}

/// The examples, in which accounts, retries, faults and hours play their part.
fn examples(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("examples");
    group.sample_size(10);
    for name in [
        "office-before-the-weekend",
        "patch-tuesday",
        "outage",
        "laptops",
    ] {
        let world = world(name, &[]);
        group.throughput(Throughput::Elements(world.job_count() as u64));
        group.bench_function(name, |bench| bench.iter(|| forecast(&world, 1, "all")));
    }
    group.finish();
}

fn resolve(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("resolve");
    group.sample_size(10);
    group.throughput(Throughput::Elements(1_000_000));
    group.bench_function("1000000-machines", |bench| {
        bench.iter(|| black_box(scale(1_000_000)));
    });
    group.finish();
}

criterion_group!(benches, whole_run, examples, resolve);
criterion_main!(benches);
