//! What a start and an end of a transfer cost grows with the logarithm of the
//! number of machines at most, whatever caps and paths they have. The cost is
//! counted in the network's own steps, so that it is the same on any machine.

use rollcast::engine::{Network, Streams};
use rollcast::units::{Instant, Rate, Size};

/// Growth of cost against growth of size, as the exponent of a power.
const MOST: f64 = 1.15;

struct Start {
    at: u64,
    path: Vec<u32>,
    cap: Rate,
}

/// One draw of 0 to 1 for a machine.
fn draw(machine: u64, what: usize) -> f64 {
    Streams::new(7, 0).block(machine, 0, 0).below(what, 1 << 40) as f64 / (1u64 << 40) as f64
}

/// 100 kbit/s to 100 Mbit/s; no two machines have the same.
fn own_rate(machine: u64) -> Rate {
    Rate((1e5 * libm::pow(1_000.0, draw(machine, 0))) as u64)
}

fn starts(machines: u64, span: u64, path: impl Fn(u64) -> Vec<u32>) -> Vec<Start> {
    let start = |machine| Start {
        at: (draw(machine, 1) * span as f64) as u64,
        path: path(machine),
        cap: own_rate(machine),
    };
    let mut starts: Vec<Start> = (0..machines).map(start).collect();
    starts.sort_by_key(|start| start.at);
    starts
}

/// Runs all to the end; a link may come up late.
fn effort(capacities: &[Rate], starts: &[Start], late: Option<(u64, u32, Rate)>) -> u64 {
    let mut network = Network::new(capacities);
    let mut late = late;
    let (mut done, mut ended) = (vec![], 0);
    let mut starting = starts.iter().enumerate().peekable();
    loop {
        let next = network.next();
        let start = starting.peek().map_or(u64::MAX, |(_, start)| start.at);
        if let Some((at, link, rate)) = late.filter(|(at, ..)| *at <= next.0.min(start)) {
            network.set_capacity(Instant(at), link, rate);
            late = None;
        } else if next.0 <= start {
            if next == Instant::NEVER {
                break;
            }
            done.clear();
            network.finish(next, &mut done);
            ended += done.len();
        } else if let Some((id, start)) = starting.next() {
            let class = network.class(&start.path, start.cap);
            network.start(Instant(start.at), class, Size(5_000_000), id as u32);
        }
    }
    assert_eq!(ended, starts.len());
    network.effort()
}

fn stays_flat(what: &str, sizes: [u64; 3], effort: impl Fn(u64) -> u64) {
    let efforts = sizes.map(effort);
    assert!(efforts[0] > sizes[0], "{what}: links are full: {efforts:?}");
    let points = sizes
        .iter()
        .zip(&efforts)
        .map(|(size, effort)| (libm::log(*size as f64), libm::log(*effort as f64)));
    let points: Vec<(f64, f64)> = points.collect();
    let exponent = (points[2].1 - points[0].1) / (points[2].0 - points[0].0);
    assert!(
        exponent <= MOST,
        "{what}: {efforts:?} steps for {sizes:?}, exponent {exponent:.2}"
    );
}

#[test]
fn rates_of_their_own_at_one_server() {
    stays_flat("rates", [4_000, 16_000, 64_000], |machines| {
        let starts = starts(machines, 60_000_000, |_| vec![0]);
        effort(&[Rate(300_000_000)], &starts, None)
    });
}

#[test]
fn rates_of_their_own_behind_lines_and_a_hub() {
    let lines = (0..100).map(|line| Rate(5_000_000 + line % 7 * 1_000_000));
    let capacities: Vec<Rate> = std::iter::once(Rate(300_000_000)).chain(lines).collect();
    stays_flat("lines", [4_000, 16_000, 64_000], |machines| {
        let path = |machine: u64| vec![0, 1 + (machine % 100) as u32];
        let starts = starts(machines, 60_000_000, path);
        effort(&capacities, &starts, None)
    });
}

/// Either the hub is full or the lines are: where both are, each full line is
/// told of each change at the hub.
#[test]
fn more_lines_behind_a_full_hub() {
    more_lines(1_000_000);
}

#[test]
fn more_full_lines_behind_a_hub() {
    more_lines(40_000_000);
}

fn more_lines(hub: u64) {
    stays_flat("lines", [50, 200, 800], |lines| {
        let rate = |line| Rate(5_000_000 + line % 7 * 1_000_000);
        let hub = Rate(lines * hub);
        let capacities: Vec<Rate> = std::iter::once(hub).chain((0..lines).map(rate)).collect();
        let path = |machine: u64| vec![0, 1 + (machine % lines) as u32];
        let starts = starts(lines * 40, 60_000_000, path);
        effort(&capacities, &starts, None)
    });
}

#[test]
fn every_machine_may_read_from_every_point() {
    let lines: Vec<Rate> = (0..20)
        .map(|line| Rate(20_000_000 + line * 700_000))
        .collect();
    stays_flat("points", [2_000, 8_000, 32_000], |machines| {
        let path = |machine: u64| {
            let other = (draw(machine, 2) * 20.0) as u32;
            vec![(machine % 20) as u32, other]
        };
        let starts = starts(machines, 60_000_000, path);
        effort(&lines, &starts, None)
    });
}

#[test]
fn all_that_waited_for_a_line_start_at_once() {
    stays_flat("line", [4_000, 16_000, 64_000], |machines| {
        let starts = starts(machines, 1_000_000, |_| vec![0, 1]);
        let back = (2_000_000, 1, Rate(100_000_000));
        effort(&[Rate(300_000_000), Rate(0)], &starts, Some(back))
    });
}
