//! The workloads of `peers.py` on Rollcast's engine, which writes one line for each:
//! workload, size, nanoseconds for one event or transfer, and what came out, so that
//! a wrong answer is seen. The fleet is not part of it.

use rollcast::engine::{Event, EventList, Ladder, Network, Station, Streams, Visit};
use rollcast::units::{Instant, Rate, Size, Span};
use std::time::Instant as Start;

#[path = "../shared/clock.rs"]
mod clock;

use clock::clock;

/// An exponential time in microseconds: one block of words for each draw.
fn exponential(streams: &Streams, who: u64, purpose: u16, occurrence: u64, mean: f64) -> u64 {
    let word = streams.block(who, purpose, occurrence).bits(0) >> 11;
    let uniform = (word as f64 + 0.5) / (1u64 << 53) as f64;
    (-libm::log(uniform) * mean) as u64
}

fn now() -> (Start, f64) {
    let start = Start::now();
    (start, clock(start))
}

fn tell(workload: &str, size: u64, per: u64, (start, before): (Start, f64), result: f64) {
    let nanoseconds = (clock(start) - before) * 1e9 / per as f64;
    println!("peers {workload} {size} {nanoseconds:.1} {result:.4}");
}

/// Each event that comes up is put back an exponential time later. The result is
/// the mean of these times, 1.
fn hold(pending: u64, holds: u64) {
    let streams = Streams::new(1, 0);
    let mut list = Ladder::default();
    let delay = |entity: u32, serial: u64| exponential(&streams, entity.into(), 0, serial, 1e6);
    for entity in 0..pending as u32 {
        let time = Instant(delay(entity, 0));
        list.push(Event {
            time,
            rank: 0,
            entity,
            serial: 0,
        });
    }
    let start = now();
    let mut sum = 0;
    for n in 1..=holds {
        let mut event = list.pop().expect("each is put back");
        let delay = delay(event.entity, n);
        sum += delay;
        event.time.0 += delay;
        list.push(event);
    }
    tell(
        "hold",
        pending,
        holds,
        start,
        sum as f64 / holds as f64 / 1e6,
    );
}

/// One server at nine tenths of what it can do. The result is the mean wait in
/// service times, 9 in the long run.
fn queue(customers: u64) {
    let streams = Streams::new(1, 0);
    let start = now();
    let mut list = Ladder::default();
    let mut station = Station::new(1, Span(u64::MAX));
    let event = |time, rank, entity| Event {
        time,
        rank,
        entity,
        serial: 0,
    };
    list.push(event(Instant(0), 0, 0));
    while let Some(Event {
        time, rank, entity, ..
    }) = list.pop()
    {
        if rank == 1 {
            continue;
        }
        let customer = u64::from(entity);
        let service = Span(exponential(&streams, customer, 1, 0, 1e6));
        if let Visit::Served { end, .. } = station.request(time, service) {
            list.push(event(end, 1, entity));
        }
        if customer + 1 < customers {
            let next = exponential(&streams, customer, 2, 0, 1e6 / 0.9);
            list.push(event(Instant(time.0 + next), 0, entity + 1));
        }
    }
    let wait = station.usage().waited.0 as f64 / customers as f64 / 1e6;
    tell("mm1", customers, customers, start, wait);
}

/// Transfers of exponential sizes that share a link equally, which is full nine
/// tenths of the time. The result is the mean time of one in units of the time that
/// the mean one takes alone, 10 in the long run.
fn share(transfers: u64) {
    let streams = Streams::new(1, 0);
    let start = now();
    let mut network = Network::new(&[Rate(8_000_000)]);
    let class = network.class(&[0], Rate::UNLIMITED);
    let mut starts = vec![0; transfers as usize];
    let (mut done, mut sum, mut ended, mut started, mut at) = (Vec::new(), 0, 0, 0, 0);
    while ended < transfers {
        let next = network.next();
        if started < transfers && at < next.0 {
            let size = Size(exponential(&streams, started, 1, 0, 1e6));
            starts[started as usize] = at;
            network.start(Instant(at), class, size, started as u32);
            at += exponential(&streams, started, 2, 0, 1e6 / 0.9);
            started += 1;
            continue;
        }
        done.clear();
        network.finish(next, &mut done);
        ended += done.len() as u64;
        sum += done
            .iter()
            .map(|transfer| next.0 - starts[*transfer as usize])
            .sum::<u64>();
    }
    tell(
        "share",
        transfers,
        transfers,
        start,
        sum as f64 / transfers as f64 / 1e6,
    );
}

fn main() {
    for pending in [1_000, 100_000] {
        hold(pending, 1_000_000);
    }
    queue(1_000_000);
    share(1_000_000);
}
