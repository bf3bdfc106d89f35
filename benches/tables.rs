//! Rows of `machines.csv` per second, against a plain loop over the csv crate.
//!
//! `rollcast` is the whole way from records to a directory in its place:
//! counting causes, formatting, hashing, writing, renaming. `csv crate` writes
//! the same cells to a file, made into strings row by row; `csv crate, strings
//! ready` has the strings already, which is the least any program on that
//! crate can take. Read the ratio, not the time.

#[path = "../tests/results_common/mod.rs"]
mod results_common;

use std::fs::File;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use results_common::{denied, installed, replication, world_of};
use rollcast::outcome::Replication;
use rollcast::results::{Provenance, RunWriter};
use rollcast::units::Instant;
use rollcast::world::World;

const ROWS: u32 = 200_000;

fn fleet() -> (World, Replication) {
    let world = world_of(ROWS - 8);
    let outcomes = (0..world.job_count() as u64).map(|index| match index % 20 {
        0 => denied(index % 500),
        _ => installed(index % 600 + 10),
    });
    let outcomes = outcomes.collect();
    let replication = replication(&world, 1, outcomes);
    (world, replication)
}

fn write_run(base: &Path, world: &World, replication: &Replication, tables: &str) {
    let tables = tables.parse().expect("these are tables");
    let mut writer =
        RunWriter::create(&base.join("out"), true, world, tables).expect("the directory is ours");
    writer.add(replication).expect("there is room");
    writer.finish(Provenance::default()).expect("there is room");
}

/// The cells of one row, the plain way.
fn cells(world: &World, replication: &Replication, row: usize) -> [String; 31] {
    let machine = &world.fleet.machines[row.min(world.fleet.machines.len() - 1)];
    let (profile, outcome) = (world.fleet.profile(machine), &replication.outcomes[row]);
    let mut name = String::new();
    world.fleet.write_name(machine, "branch", &mut name);
    let mut account = String::new();
    account.push_str("CORP\\");
    account.push_str(&name);
    account.push('$');
    let optional = |at: Instant| {
        if at.is_some() {
            at.seconds().to_string()
        } else {
            String::new()
        }
    };
    [
        replication.number.to_string(),
        name,
        "branch".to_owned(),
        "CORP".to_owned(),
        "advanced".to_owned(),
        "workstation".to_owned(),
        world.platforms[profile.platform.index()].clone(),
        "OFFICE".to_owned(),
        "OFF00001".to_owned(),
        "install".to_owned(),
        outcome.state.name().to_owned(),
        outcome.ending.name().to_owned(),
        outcome.cause.name().to_owned(),
        outcome.step.name().to_owned(),
        outcome.status_message.to_string(),
        outcome
            .code
            .map_or_else(String::new, |code| code.to_string()),
        "NT AUTHORITY\\SYSTEM".to_owned(),
        account,
        String::new(),
        "HQ-SMS1".to_owned(),
        String::new(),
        outcome.attempts.to_string(),
        optional(outcome.policy),
        optional(outcome.content_start),
        optional(outcome.content_end),
        optional(outcome.run_start),
        optional(outcome.run_end),
        optional(outcome.report),
        outcome.downloaded.0.to_string(),
        outcome.from_shares.0.to_string(),
        r"%Windir%\System32\CCM\Logs\execmgr.log".to_owned(),
    ]
}

fn csv_writer(base: &Path) -> csv::Writer<File> {
    csv::Writer::from_path(base.join("baseline.csv")).expect("the directory is ours")
}

fn tables(criterion: &mut Criterion) {
    let (world, replication) = fleet();
    let base = tempfile::tempdir().expect("there is a temporary directory");
    let base = base.path();
    let rows = replication.outcomes.len();
    let ready: Vec<csv::StringRecord> = (0..rows)
        .map(|row| cells(&world, &replication, row).as_slice().to_vec().into())
        .collect();

    let mut group = criterion.benchmark_group("machines.csv");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(rows as u64));
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads can be started");
        group.bench_function(format!("rollcast, {threads} threads"), |bencher| {
            bencher.iter(|| {
                pool.install(|| write_run(base, &world, &replication, "machines"));
            });
        });
    }
    group.bench_function("rollcast, gzip", |bencher| {
        bencher.iter(|| write_run(base, &world, &replication, "machines.csv.gz"));
    });
    group.bench_function("rollcast, all other tables", |bencher| {
        let others = "failures,summary,timeline,resources";
        bencher.iter(|| write_run(base, &world, &replication, others));
    });
    group.bench_function("csv crate", |bencher| {
        bencher.iter(|| {
            let mut writer = csv_writer(base);
            for row in 0..rows {
                writer
                    .write_record(black_box(&cells(&world, &replication, row)))
                    .expect("there is room");
            }
            writer.flush().expect("there is room");
        });
    });
    group.bench_function("csv crate, strings ready", |bencher| {
        bencher.iter(|| {
            let mut writer = csv_writer(base);
            for record in black_box(&ready) {
                writer.write_record(record).expect("there is room");
            }
            writer.flush().expect("there is room");
        });
    });
    group.finish();
}

criterion_group!(benches, tables);
criterion_main!(benches);
