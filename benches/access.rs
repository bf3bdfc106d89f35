//! Access decisions per second, beside a naive evaluator. Read the ratio, not
//! the time.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use rollcast::access::{Client, Standing, View};
use rollcast::world::{Program, Trustee};
use std::hint::black_box;

#[path = "shared/decisions.rs"]
mod decisions;
#[path = "../tests/common/lab.rs"]
mod lab;

use decisions::{clients, decide, decide_naively};
use lab::{CORP, Lab, administrative, entry, user_rights, with_installation_account};

type Decide = fn(View, &Client, &Program) -> usize;

fn access(criterion: &mut Criterion) {
    let lab = Lab::new()
        .package_for(&[Trustee::DomainUsers(CORP), Trustee::Administrators])
        .share_for(&[entry(lab::NAA), entry(lab::SWI), Trustee::DomainUsers(CORP)]);
    let standing = Standing::of(&lab.world);
    let view = View::new(&lab.world, &standing);
    let clients = clients(&lab);
    let programs = [user_rights(), administrative(), with_installation_account()];

    let mut group = criterion.benchmark_group("access");
    for (name, decide) in [
        ("tables", decide as Decide),
        ("strings", decide_naively as Decide),
    ] {
        let all = |view| -> usize {
            let pairs = clients
                .iter()
                .flat_map(|c| programs.iter().map(move |p| (c, p)));
            pairs
                .map(|(client, program)| decide(view, client, program))
                .sum()
        };
        group.throughput(Throughput::Elements(all(view) as u64));
        group.bench_function(name, |bencher| {
            bencher.iter_batched(|| black_box(view), all, BatchSize::SmallInput);
        });
    }
    group.finish();
}

criterion_group!(benches, access);
criterion_main!(benches);
