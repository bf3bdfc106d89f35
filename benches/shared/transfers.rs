//! Fleets whose machines each fetch one package, on the network alone.

#![allow(
    dead_code,
    reason = "shared by benches, not all of which need all of it"
)]

use rollcast::engine::{Network, Streams};
use rollcast::units::{Instant, Rate, Size};

const SIZE: Size = Size(10_000_000);

/// A fleet: its links, each machine's start and its class.
pub(crate) struct Fleet {
    pub(crate) capacities: Vec<Rate>,
    /// Start, path, cap; by start.
    starts: Vec<(Instant, [u32; 2], usize, Rate)>,
}

impl Fleet {
    /// Machines that share their site's link and nothing else.
    pub(crate) fn of_sites(machines: u32, machines_a_site: u32) -> Self {
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
    pub(crate) fn of_one_hub(machines: u32, machines_a_site: u32) -> Self {
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

    pub(crate) fn run(&self, network: &mut Network) -> usize {
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
