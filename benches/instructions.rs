//! Instructions, counted by valgrind: the same number whoever else uses the
//! machine. Each row stands beside the naive one whose work is the same; read
//! the ratio.
//!
//! Needs valgrind and `gungraun-runner` of the version in `Cargo.lock`. Without
//! them nothing is counted, and a line says how to get them.

#![allow(missing_docs, reason = "the macros make undocumented items")]

use std::process::{Command, Stdio};

#[path = "shared/decisions.rs"]
mod decisions;
#[path = "../tests/common/lab.rs"]
mod lab;
#[path = "shared/program.rs"]
mod program;
#[path = "shared/transfers.rs"]
mod transfers;

/// What is counted. What `setup` or an argument makes is not.
mod counted {
    use crate::decisions::{clients, decide, decide_naively};
    use crate::lab::{self, CORP, Lab, administrative, entry, user_rights};
    use crate::program;
    use crate::transfers::Fleet;
    use gungraun::{library_benchmark, library_benchmark_group, main};
    use rollcast::access::{Client, Standing, View};
    use rollcast::division::Plan;
    use rollcast::engine::{Event, EventList, HeapList, Ladder, Network, Streams};
    use rollcast::forecast::Forecast;
    use rollcast::model::Watch;
    use rollcast::results::{Provenance, TableSet};
    use rollcast::scenario::load;
    use rollcast::units::Instant;
    use rollcast::world::{Program, Trustee, World};
    use std::hint::black_box;
    use std::path::Path;

    const PENDING: u32 = 100_000;
    const HOLDS: u64 = 100_000;
    const MACHINES: u32 = 10_000;

    struct Held<L> {
        list: L,
        increments: Vec<u64>,
    }

    fn held<L: EventList + Default>() -> Held<L> {
        let draws = |n: u64| Streams::new(1, 0).block(0, 0, n);
        let increments: Vec<u64> = (0..HOLDS / 8)
            .flat_map(|n| (0..8).map(move |i| 1 + draws(n).below(i, 20_000_000)))
            .collect();
        let mut list = L::default();
        for entity in 0..PENDING {
            let time = Instant(increments[entity as usize % increments.len()]);
            let (rank, serial) = (0, 0);
            list.push(Event {
                time,
                rank,
                entity,
                serial,
            });
        }
        Held { list, increments }
    }

    fn hold<L: EventList>(mut held: Held<L>) -> Held<L> {
        for increment in &held.increments {
            let mut event = held.list.pop().expect("the list never runs empty");
            event.time.0 += increment;
            event.serial += 1;
            held.list.push(event);
        }
        held
    }

    #[library_benchmark(setup = held::<Ladder>)]
    #[bench::ladder()]
    fn hold_ladder(held: Held<Ladder>) -> Held<Ladder> {
        hold(held)
    }

    #[library_benchmark(setup = held::<HeapList>)]
    #[bench::binary_heap()]
    fn hold_heap(held: Held<HeapList>) -> Held<HeapList> {
        hold(held)
    }

    fn hub(plain: bool) -> (Fleet, Network) {
        let fleet = Fleet::of_one_hub(1_000, 100);
        let network = if plain {
            Network::plain(&fleet.capacities)
        } else {
            Network::new(&fleet.capacities)
        };
        (fleet, network)
    }

    #[library_benchmark(setup = hub)]
    #[bench::local(false)]
    #[bench::solved_anew(true)]
    fn transfers((fleet, mut network): (Fleet, Network)) -> usize {
        fleet.run(&mut network)
    }

    fn laboratory() -> Lab {
        Lab::new()
            .package_for(&[Trustee::DomainUsers(CORP), Trustee::Administrators])
            .share_for(&[entry(lab::NAA), entry(lab::SWI), Trustee::DomainUsers(CORP)])
    }

    fn decisions(lab: &Lab, decide: fn(View, &Client, &Program) -> usize) -> usize {
        let standing = Standing::of(&lab.world);
        let view = View::new(&lab.world, &standing);
        let programs = [user_rights(), administrative()];
        let clients = clients(lab);
        let pairs = clients
            .iter()
            .flat_map(|client| programs.iter().map(move |program| (client, program)));
        let again = (0..100).flat_map(|_| pairs.clone());
        again
            .map(|(client, program)| decide(black_box(view), client, program))
            .sum()
    }

    #[library_benchmark(setup = laboratory)]
    #[bench::tables()]
    fn access(lab: Lab) -> usize {
        decisions(&lab, decide)
    }

    #[library_benchmark(setup = laboratory)]
    #[bench::strings()]
    fn access_naively(lab: Lab) -> usize {
        decisions(&lab, decide_naively)
    }

    fn scale() -> (World, tempfile::TempDir) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/scale.toml");
        let loaded = load(&path, &[format!("fleet.pcs.count={MACHINES}")]);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let world = loaded
            .unwrap_or_else(|p| panic!("{}", p.render(false)))
            .world;
        (world, folder)
    }

    #[library_benchmark(setup = scale)]
    #[bench::all_tables()]
    fn run((world, folder): (World, tempfile::TempDir)) {
        let forecast = Forecast {
            directory: folder.path().join("out"),
            force: false,
            tables: TableSet::default(),
            replications: 1,
        };
        // What other threads do is not counted.
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .use_current_thread()
            .build();
        pool.expect("a pool").install(|| {
            let plan = Plan::new(&world);
            let written = forecast.run(&world, &plan, &Watch::default(), Provenance::default);
            black_box(written.expect("it is written"));
        });
    }

    #[library_benchmark]
    #[bench::four_columns(MACHINES)]
    fn run_naively(machines: u32) {
        program::naive(machines, 1_000);
    }

    library_benchmark_group!(name = events, benchmarks = [hold_ladder, hold_heap]);
    library_benchmark_group!(name = network, benchmarks = [transfers]);
    library_benchmark_group!(name = decision, benchmarks = [access, access_naively]);
    library_benchmark_group!(name = whole_run, benchmarks = [run, run_naively]);

    main!(library_benchmark_groups = [events, network, decision, whole_run]);

    pub(super) fn all() {
        main();
    }
}

/// Whether a program is there and runs.
fn is_there(program: &str) -> bool {
    let asked = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.is_ok()
}

fn main() {
    // The runner calls this program back, under valgrind.
    let called_back = std::env::args().any(|argument| argument == "--gungraun-run");
    let runner = option_env!("GUNGRAUN_RUNNER").unwrap_or("gungraun-runner");
    if !called_back && !is_there("valgrind") {
        eprintln!("instructions: nothing counted, for valgrind is not installed");
    } else if !called_back && !is_there(runner) {
        eprintln!(
            "instructions: nothing counted, for `{runner}` is not installed; \
             `cargo install gungraun-runner --version 0.20.0` does that"
        );
    } else {
        counted::all();
    }
}
