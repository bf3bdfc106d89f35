//! Random whole scenarios with all features mixed: the invariants of every row
//! and table hold, the number of threads and the engine change no byte, and
//! `explain` tells what `machines.csv` says.
//!
//! `ROLLCAST_CASES=100000 cargo test --release --test whole_scenarios` tries more
//! of them, `ROLLCAST_SEED` begins elsewhere.

#[path = "common/grammar.rs"]
mod grammar;
#[path = "common/invariants.rs"]
mod invariants;

use grammar::Grammar;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rollcast::division::Plan;
use rollcast::engine::Method;
use rollcast::forecast::Forecast;
use rollcast::model::{Watch, follow, replicate};
use rollcast::results::{Provenance, TableSet};
use rollcast::world::{MachineId, World};
use std::collections::BTreeMap;
use std::fs;

fn number(variable: &str, default: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.map_or(default, |text| text.parse().expect("a number"))
}

fn tables(world: &World, method: Method, threads: usize) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let forecast = Forecast {
        directory: folder.path().join("out"),
        force: false,
        tables: TableSet::default(),
        replications: 1,
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| {
        let plan = Plan::new(world).by(method);
        forecast
            .run(world, &plan, &Watch::default(), Provenance::default)
            .unwrap()
    });
    fs::read_dir(&forecast.directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "csv"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect()
}

/// Checks everything of one scenario; `text` is for the message.
fn check(world: &World, text: &str) {
    let replication = replicate(world, &Plan::new(world), 1, &Watch::default()).unwrap();
    invariants::hold(world, &replication);
    let one = tables(world, Method::Tuned, 1);
    invariants::tables(world, &one);
    let two = tables(world, Method::Tuned, 2);
    let simple = tables(world, Method::Simple, 1);
    for (name, bytes) in &one {
        assert!(*bytes == two[name], "{name} differs by threads\n{text}");
        let same = *bytes == simple[name]
            || invariants::without_saturation(bytes)
                == invariants::without_saturation(&simple[name]);
        assert!(same, "{name} differs by engine\n{text}");
    }
    let plan = Plan::new(world);
    for (position, machine) in world.fleet.machines.iter().enumerate().take(8) {
        let (told, _) = follow(world, &plan, 1, MachineId(position as u32));
        let rows: Vec<_> = world
            .rows(machine)
            .map(|row| replication.outcomes[row])
            .collect();
        assert_eq!(told, rows, "machine {position}\n{text}");
    }
}

#[test]
fn whole_scenarios_keep_every_invariant() {
    let grammar = Grammar::new();
    let seed = number("ROLLCAST_SEED", 1);
    let cases = number("ROLLCAST_CASES", 40);
    let mut ran = 0;
    for case in seed..seed + cases {
        let mut bytes = vec![0; 4096];
        ChaCha8Rng::seed_from_u64(case).fill_bytes(&mut bytes);
        if std::env::var_os("ROLLCAST_TOLD").is_some() {
            eprintln!("case {case}");
        }
        let Some((text, loaded)) = grammar::runnable(&grammar, &bytes) else {
            continue;
        };
        let outcome = std::panic::catch_unwind(|| check(&loaded.world, &text));
        assert!(outcome.is_ok(), "case {case}:\n{text}");
        ran += 1;
    }
    assert!(ran * 10 >= cases * 9, "{ran} of {cases} could be run");
}
