//! The hold model: pop the earliest event, push it again a random time later,
//! at a steady number of pending events. What costs is memory, so the ratio
//! between the lists grows with that number.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rollcast::engine::{Event, EventList, HeapList, Ladder, Streams};
use rollcast::units::Instant;

#[path = "shared/lists.rs"]
mod lists;

use lists::{QuaternaryHeap, RadixHeap};

const HOLDS: u64 = 100_000;

/// Increments drawn beforehand, so that only the list is measured.
fn increments() -> Vec<u64> {
    let streams = Streams::new(1, 0);
    (0..8192)
        .flat_map(|n| (0..8).map(move |i| (n, i)))
        .map(|(n, i)| 1 + streams.block(0, 0, n).below(i, 20_000_000))
        .collect()
}

fn filled<L: EventList + Default>(pending: u32, increments: &[u64]) -> L {
    let mut list = L::default();
    for entity in 0..pending {
        let time = Instant(increments[entity as usize % increments.len()] + u64::from(entity));
        list.push(Event {
            time,
            rank: 0,
            entity,
            serial: 0,
        });
    }
    list
}

fn hold(list: &mut impl EventList, increments: &[u64]) {
    for n in 0..HOLDS {
        let mut event = list.pop().expect("the list never runs empty");
        event.time.0 += increments[n as usize % increments.len()];
        event.serial += 1;
        list.push(event);
    }
}

/// What a program without a list of its own would use: time and a counter.
fn hold_plain(heap: &mut BinaryHeap<Reverse<(u64, u64)>>, next: &mut u64, increments: &[u64]) {
    for n in 0..HOLDS {
        let Reverse((time, number)) = heap.pop().expect("the heap never runs empty");
        black_box(number);
        *next += 1;
        heap.push(Reverse((
            time + increments[n as usize % increments.len()],
            *next,
        )));
    }
}

fn hold_model(c: &mut Criterion) {
    let increments = increments();
    let mut group = c.benchmark_group("hold");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    group.throughput(Throughput::Elements(HOLDS));
    for pending in [1_000, 100_000, 1_000_000] {
        group.bench_with_input(
            BenchmarkId::new("BinaryHeap (u64, u64)", pending),
            &pending,
            |b, pending| {
                let mut next = u64::from(*pending);
                let mut heap: BinaryHeap<_> = (0..next)
                    .map(|n| Reverse((increments[n as usize % increments.len()] + n, n)))
                    .collect();
                b.iter(|| hold_plain(&mut heap, &mut next, &increments));
            },
        );
        group.bench_with_input(
            BenchmarkId::new("HeapList", pending),
            &pending,
            |b, pending| {
                let mut list: HeapList = filled(*pending, &increments);
                b.iter(|| hold(&mut list, &increments));
            },
        );
        group.bench_with_input(
            BenchmarkId::new("QuaternaryHeap", pending),
            &pending,
            |b, pending| {
                let mut list: QuaternaryHeap = filled(*pending, &increments);
                b.iter(|| hold(&mut list, &increments));
            },
        );
        group.bench_with_input(
            BenchmarkId::new("RadixHeap", pending),
            &pending,
            |b, pending| {
                let mut list: RadixHeap = filled(*pending, &increments);
                b.iter(|| hold(&mut list, &increments));
            },
        );
        group.bench_with_input(
            BenchmarkId::new("Ladder", pending),
            &pending,
            |b, pending| {
                let mut list: Ladder = filled(*pending, &increments);
                b.iter(|| hold(&mut list, &increments));
            },
        );
    }
    group.finish();
}

criterion_group!(benches, hold_model);
criterion_main!(benches);
