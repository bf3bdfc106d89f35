//! One block of draws for an entity picked at random from a million, against
//! opening a `rand_chacha` generator at the same place.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand_chacha::rand_core::Rng;
use rollcast::engine::{Distribution, Streams, identity};
use rollcast::units::Span;

fn draws(c: &mut Criterion) {
    let streams = Streams::new(1, 0);
    let mut group = c.benchmark_group("draw");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    group.throughput(Throughput::Elements(1));
    let mut entity = 0u64;
    let mut next = move || {
        entity = entity
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        entity >> 44
    };
    group.bench_function("block, eight words", |b| {
        b.iter(|| streams.block(black_box(next()), 1, 7));
    });
    group.bench_function("rand_chacha opened, eight words", |b| {
        b.iter(|| {
            let mut rng = streams.rng(next(), 1);
            black_box([(); 8].map(|()| rng.next_u64()))
        });
    });
    let exponential = Distribution::Exponential {
        mean: Span::from_mins(10),
    };
    group.bench_function("block and an exponential", |b| {
        b.iter(|| black_box(exponential.sample(streams.block(next(), 1, 7).uniform(0))));
    });
    group.bench_function("identity of a name", |b| {
        b.iter(|| identity(black_box("WORKSTATION-012345")));
    });
    group.finish();
}

criterion_group!(benches, draws);
criterion_main!(benches);
