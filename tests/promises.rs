//! What must always hold: the same bytes for any number of threads, for
//! shuffled inputs, and for whoever shares nothing with what was changed; and
//! `explain` never says anything else than `machines.csv`.

#[path = "common/fleet.rs"]
mod fleet;

use fleet::{loaded, outcomes, run, world};
use rollcast::division::Plan;
use rollcast::engine::{Event, EventList, HeapList, Ladder, Method, Operation};
use rollcast::forecast::Forecast;
use rollcast::model::{Watch, follow, list_operations};
use rollcast::results::{Provenance, TableSet};
use rollcast::scenario::load;
use rollcast::units::Instant;
use rollcast::world::{MachineId, World};
use std::fs;
use std::path::{Path, PathBuf};

/// The scenarios that are shipped, small enough for a test.
fn shipped() -> Vec<(String, World)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "toml"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 6, "the examples are there");
    paths
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let settings: &[&str] = match name.as_str() {
                "scale" => &["fleet.pcs.count=3000"],
                "patch-tuesday" => &[
                    "fleet.desktops.per_site=20",
                    "fleet.old-desktops.per_site=3",
                ],
                "scale-hub" => &["fleet.pcs.count=1500", "fleet.old.count=500"],
                _ => &[],
            };
            let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
            let loaded = load(&path, &settings)
                .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
            (name, loaded.world)
        })
        .collect()
}

fn tables(world: &World, threads: usize, replications: u32) -> Vec<(String, Vec<u8>)> {
    tables_by(Method::Tuned, world, threads, replications)
}

fn tables_by(
    method: Method,
    world: &World,
    threads: usize,
    replications: u32,
) -> Vec<(String, Vec<u8>)> {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("out");
    let forecast = Forecast {
        directory: directory.clone(),
        force: false,
        tables: TableSet::default(),
        replications,
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
    let mut files: Vec<_> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "csv"))
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                fs::read(path).unwrap(),
            )
        })
        .collect();
    files.sort();
    assert!(
        files.len() >= 5,
        "machines, failures, summary, timeline, resources"
    );
    files
}

#[test]
fn every_table_has_the_same_bytes_for_1_2_and_8_threads() {
    for (name, world) in shipped() {
        let one = tables(&world, 1, 3);
        for threads in [2, 8] {
            let more = tables(&world, threads, 3);
            for ((file, a), (_, b)) in one.iter().zip(&more) {
                assert!(
                    a == b,
                    "{name}: {file} differs between 1 and {threads} threads"
                );
            }
        }
    }
}

/// The base scenarios of the studies that are not among the shipped ones.
fn studied() -> Vec<(String, World)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/studies");
    let base = |name: &&str| {
        let path = folder.join(format!("{name}.toml"));
        let loaded =
            load(&path, &[]).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        ((*name).to_owned(), loaded.world)
    };
    ["branches", "herd"].iter().map(base).collect()
}

/// Of two equally tight links on a path one holds the transfer back, and which
/// one is a matter of what came before: this alone the engines may tell
/// otherwise.
fn without_saturation(file: &str, bytes: &[u8]) -> Vec<Vec<String>> {
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes);
    let mut rows: Vec<Vec<String>> = rows.deserialize().map(Result::unwrap).collect();
    let saturated = rows[0].iter().position(|name| name == "saturated_seconds");
    assert_eq!(saturated.is_some(), file == "resources.csv");
    for row in &mut rows {
        saturated.map(|column| row.remove(column));
    }
    rows
}

#[test]
fn every_table_has_the_same_bytes_by_the_simple_engine() {
    for (name, world) in shipped().into_iter().chain(studied()) {
        let tuned = tables(&world, 1, 3);
        let simple = tables_by(Method::Simple, &world, 1, 3);
        assert_eq!(tuned.len(), simple.len());
        for ((file, a), (_, b)) in tuned.iter().zip(&simple) {
            if a == b {
                continue;
            }
            let (a, b) = (without_saturation(file, a), without_saturation(file, b));
            let differs = a.iter().zip(&b).find(|(a, b)| a != b);
            assert!(differs.is_none(), "{name}: {file} differs: {differs:#?}");
            assert_eq!(a.len(), b.len(), "{name}: {file}");
        }
    }
}

/// What a list delivers, and which times it tells, when it is asked what a run
/// asked.
fn delivered(mut list: impl EventList, groups: &[Vec<Operation>]) -> (Vec<Event>, Vec<Instant>) {
    let (mut events, mut times) = (Vec::new(), Vec::new());
    for group in groups {
        for operation in group {
            match operation {
                Operation::Push(event) => list.push(*event),
                Operation::Peek => times.extend(list.peek_time()),
                Operation::Pop => events.extend(list.pop()),
            }
        }
        list.clear();
    }
    (events, times)
}

#[test]
fn the_ladder_delivers_what_the_heap_delivers_on_what_the_examples_ask() {
    for (name, world) in shipped() {
        let asked = list_operations(&world, &Plan::new(&world), 1);
        let by_heap = delivered(HeapList::default(), &asked);
        assert!(!by_heap.0.is_empty(), "{name} asks for no event");
        assert!(delivered(Ladder::new(), &asked) == by_heap, "{name}");
    }
}

#[test]
fn replications_differ_and_seeds_decide() {
    let (_, mut world) = shipped()
        .into_iter()
        .find(|(name, _)| name == "starter")
        .unwrap();
    let one = run(&world);
    assert_eq!(one.fingerprint, run(&world).fingerprint);
    world.seed += 1;
    assert_ne!(one.fingerprint, run(&world).fingerprint);
}

#[test]
fn explain_and_machines_csv_agree_on_every_machine_of_the_examples() {
    // One group of thousands of machines is simulated anew for every machine
    // that is explained: of large scenarios, a sample.
    const SAMPLE: usize = 60;
    for (name, world) in shipped() {
        let plan = Plan::new(&world);
        let outcomes = run(&world).outcomes;
        let machines = world.fleet.machines.len();
        for position in (0..machines).step_by(machines.div_ceil(SAMPLE)) {
            let machine = &world.fleet.machines[position];
            let expected: Vec<_> = world.rows(machine).map(|row| outcomes[row]).collect();
            let (explained, diary) = follow(&world, &plan, 1, MachineId(position as u32));
            assert_eq!(explained, expected, "{name}, machine {position}");
            let heard = expected
                .iter()
                .filter(|outcome| outcome.policy.is_some())
                .count();
            assert!(
                diary.entries.len() >= heard,
                "{name}: there is something to tell"
            );
        }
    }
}

const BRANCHES: &str = r#"
horizon = "2 d"
[site.hq]
[site."branch-{1..4}"]
parent = "hq"
wan = "256 kbit/s"
slow_boundary = false
[server.SMS]
site = "hq"
roles = ["management point", "client access point", "distribution point"]
network = "unlimited"
[fleet.pcs]
sites = ["branch-*"]
per_site = 12
[fleet.old]
sites = ["branch-*"]
per_site = 5
client = "legacy"
[program.patch]
rights = "administrative"
runs = "whether or not a user is logged on"
install_time = "exponential(5 min)"
exit_codes = { 1603 = 0.1, 1618 = 0.1 }
"#;

#[test]
fn a_machine_that_is_added_elsewhere_changes_no_other_row() {
    let before = outcomes(&world(BRANCHES));
    let more = format!("{BRANCHES}\n[fleet.visitors]\nsites = [\"branch-3\"]\ncount = 3\n");
    let after = outcomes(&world(&more));
    assert_eq!(after.len(), before.len() + 3);
    let mut at_branch_3 = 0;
    for (key, outcome) in &before {
        if key.0.starts_with("branch-3") {
            at_branch_3 += usize::from(after[key] != *outcome);
        } else {
            assert_eq!(
                after[key], *outcome,
                "{key:?} shares nothing with the visitors"
            );
        }
    }
    assert!(at_branch_3 > 0, "whoever shares the link does notice");
}

#[test]
fn a_parameter_that_does_not_touch_a_draw_leaves_the_draw_alone() {
    // Another rate changes when content arrives, not what the programs return
    // or how long they work.
    let slow = outcomes(&world(BRANCHES));
    let fast = outcomes(&loaded(BRANCHES, &["site.\"branch-{1..4}\".wan=unlimited"]).world);
    let mut moved = 0;
    for (key, a) in &slow {
        let b = &fast[key];
        assert_eq!(a.policy, b.policy, "{key:?}");
        if a.attempts == 1 && b.attempts == 1 {
            assert_eq!(a.code, b.code, "{key:?}");
            moved += usize::from(a.run_end != b.run_end);
        }
    }
    assert!(moved > 20, "the rate does matter: {moved}");
}

#[test]
fn shuffled_inventory_rows_give_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("s.toml");
    fs::write(
        &scenario,
        "[site.hq]\n[site.branch]\nparent = \"hq\"\nwan = \"512 kbit/s\"\nslow_boundary = false\n\
         [inventory]\nfile = \"fleet.csv\"\n[program.p]\nrights = \"administrative\"\n\
         runs = \"whether or not a user is logged on\"\n",
    )
    .unwrap();
    let heading = "Name0,AD_Site_Name0,Client_Type0,Operating_System_Name_and0\n";
    let mut rows: Vec<String> = (0..60)
        .map(|n| {
            let site = if n % 3 == 0 { "hq" } else { "branch" };
            format!(
                "PC{n:03},{site},{},Microsoft Windows NT Workstation 5.1\n",
                n % 2
            )
        })
        .collect();
    let mut runs = Vec::new();
    for _ in 0..3 {
        fs::write(
            folder.path().join("fleet.csv"),
            format!("{heading}{}", rows.concat()),
        )
        .unwrap();
        let world = load(&scenario, &[])
            .unwrap_or_else(|p| panic!("{}", p.render(false)))
            .world;
        runs.push(tables(&world, 2, 2));
        rows.reverse();
        rows.rotate_left(17);
    }
    assert!(
        runs[0] == runs[1] && runs[0] == runs[2],
        "the order of rows does not matter"
    );
}
