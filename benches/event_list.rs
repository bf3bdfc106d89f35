//! Event lists on the hold model and on what real runs ask of them.
//!
//! The hold model: pop the earliest event, push it again a random time later,
//! at a steady number of pending events. What costs is memory, so the ratio
//! between the lists grows with that number. The mix: what runs of shipped
//! scenarios ask of their list, recorded and asked again.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use rollcast::division::Plan;
use rollcast::engine::{Event, EventList, HeapList, Ladder, Operation, Streams};
use rollcast::model::list_operations;
use rollcast::scenario::load;
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

/// Asks a list what a run asked, group after group; returns a sum over what it
/// delivered, which depends on the order.
fn replay(list: &mut impl EventList, groups: &[Vec<Operation>]) -> u64 {
    let mut sum = 0u64;
    for group in groups {
        for operation in group {
            match operation {
                Operation::Push(event) => list.push(*event),
                Operation::Peek => sum ^= list.peek_time().map_or(0, |time| time.0),
                Operation::Pop => {
                    let event = list.pop().expect("the run got one");
                    sum = sum.rotate_left(7) ^ u64::from(event.entity);
                }
            }
        }
        list.clear();
    }
    sum
}

fn asked_by(scenario: &str, settings: &[&str]) -> Vec<Vec<Operation>> {
    let path = format!("{}/scenarios/{scenario}.toml", env!("CARGO_MANIFEST_DIR"));
    let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
    let world = load(Path::new(&path), &settings)
        .unwrap_or_else(|problem| panic!("{}", problem.render(false)))
        .world;
    list_operations(&world, &Plan::new(&world), 1)
}

/// Times a list on a recorded run, whose events it must deliver in the order in
/// which the plain list does.
fn mix_on<L: EventList + Default>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    (list, scenario): (&str, &str),
    asked: &[Vec<Operation>],
) {
    let (mut weighed, mut plain) = (L::default(), HeapList::default());
    assert_eq!(replay(&mut weighed, asked), replay(&mut plain, asked));
    group.bench_function(BenchmarkId::new(list, scenario), |b| {
        b.iter(|| black_box(replay(&mut weighed, asked)));
    });
}

fn event_mix(c: &mut Criterion) {
    let runs: [(&str, &str, &[&str]); 3] = [
        ("patch-tuesday", "patch-tuesday", &[]),
        ("scale", "scale 100,000", &["fleet.pcs.count=100000"]),
        (
            "scale-hub",
            "hub 1,000,000",
            &["fleet.old.count=300000", "fleet.pcs.count=700000"],
        ),
    ];
    let mut group = c.benchmark_group("mix");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    for (scenario, name, settings) in runs {
        let asked = asked_by(scenario, settings);
        let taken = asked.iter().flatten().filter(|o| **o == Operation::Pop);
        group.throughput(Throughput::Elements(taken.count() as u64));
        mix_on::<HeapList>(&mut group, ("HeapList", name), &asked);
        mix_on::<QuaternaryHeap>(&mut group, ("QuaternaryHeap", name), &asked);
        mix_on::<RadixHeap>(&mut group, ("RadixHeap", name), &asked);
        mix_on::<Ladder>(&mut group, ("Ladder", name), &asked);
    }
    group.finish();
}

criterion_group!(benches, hold_model, event_mix);
criterion_main!(benches);
