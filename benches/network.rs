//! Transfers over shared links, ns a transfer: one start, one end and what
//! they change. "plain" solves the whole component again at every change.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rollcast::engine::{Network, Streams};
use rollcast::units::{Instant, Rate, Size};

const MACHINES_A_SITE: u32 = 1_000;
const SIZE: Size = Size(10_000_000);

/// A fleet: its links, each machine's start and its class.
struct Fleet {
    capacities: Vec<Rate>,
    /// Start, path, cap; by start.
    starts: Vec<(Instant, [u32; 2], usize, Rate)>,
}

impl Fleet {
    /// Machines that share their site's link and nothing else.
    fn of_sites(machines: u32, machines_a_site: u32) -> Self {
        let sites = machines / machines_a_site;
        // The link is busy nine tenths of the window.
        let window = u64::from(machines_a_site) * SIZE.0 * 8 / 10 * 10 / 9;
        let starts = starts(machines, window, |machine, _| {
            ([machine % sites, 0], 1, Rate::UNLIMITED)
        });
        Self {
            capacities: vec![Rate(10_000_000); sites as usize],
            starts,
        }
    }

    /// The same with a cap of three kinds for each machine, and a share that
    /// all use and that is the bottleneck most of the time.
    fn of_one_hub(machines: u32, machines_a_site: u32) -> Self {
        let sites = machines / machines_a_site;
        let hub = 5_000_000 * u64::from(sites);
        let window = u64::from(machines) * SIZE.0 * 8 * 1_000_000 / hub * 10 / 11;
        let starts = starts(machines, window, |machine, draw| {
            (
                [machine % sites, sites],
                2,
                Rate([500_000, 1_000_000, 4_000_000][draw as usize % 3]),
            )
        });
        let mut capacities = vec![Rate(10_000_000); sites as usize];
        capacities.push(Rate(hub));
        Self { capacities, starts }
    }

    fn run(&self, network: &mut Network) -> usize {
        let (mut ended, mut done) = (0, Vec::new());
        let mut starts = self.starts.iter().enumerate().peekable();
        loop {
            let next = network.next();
            match starts.next_if(|(_, (at, ..))| *at < next) {
                Some((machine, (at, path, links, cap))) => {
                    let class = network.class(&path[..*links], *cap);
                    network.start(*at, class, SIZE, machine as u32);
                }
                None if next == Instant::NEVER => return ended,
                None => {
                    done.clear();
                    network.finish(next, &mut done);
                    ended += done.len();
                }
            }
        }
    }
}

fn starts(
    machines: u32,
    window: u64,
    place: impl Fn(u32, u64) -> ([u32; 2], usize, Rate),
) -> Vec<(Instant, [u32; 2], usize, Rate)> {
    let streams = Streams::new(1, 0);
    let mut starts: Vec<_> = (0..machines)
        .map(|machine| {
            let draws = streams.block(u64::from(machine), 0, 0);
            let (path, links, cap) = place(machine, draws.bits(1) >> 8);
            (Instant(draws.below(0, window)), path, links, cap)
        })
        .collect();
    starts.sort_unstable();
    starts
}

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
