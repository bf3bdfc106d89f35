//! Transfers over shared links, ns a transfer: one start, one end and what
//! they change. "plain" solves the whole component again at every change.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rollcast::engine::Network;

#[path = "shared/transfers.rs"]
mod transfers;

use transfers::Fleet;

const MACHINES_A_SITE: u32 = 1_000;

fn compare(c: &mut Criterion, name: &str, fleet: impl Fn(u32, u32) -> Fleet) {
    let mut group = c.benchmark_group(name);
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_secs(1));
    for (machines, machines_a_site, plain) in [
        (2_000, 100, true),
        (2_000, 100, false),
        (100_000, MACHINES_A_SITE, false),
        (1_000_000, MACHINES_A_SITE, false),
    ] {
        let fleet = fleet(machines, machines_a_site);
        group.throughput(Throughput::Elements(u64::from(machines)));
        let mut network = if plain {
            Network::plain(&[])
        } else {
            Network::new(&[])
        };
        let solver = if plain { "plain" } else { "local" };
        group.bench_function(BenchmarkId::new(solver, machines), |b| {
            b.iter(|| {
                network.reset(&fleet.capacities);
                assert_eq!(fleet.run(&mut network), machines as usize);
            });
        });
    }
    group.finish();
}

fn network(c: &mut Criterion) {
    compare(c, "a link for each site", Fleet::of_sites);
    compare(
        c,
        "caps, site links and one share for all",
        Fleet::of_one_hub,
    );
}

criterion_group!(benches, network);
criterion_main!(benches);
