//! A finished study of which a file is damaged: refused, or mended, and never
//! with other tables.
#![no_main]

use rollcast::model::Watch;
use rollcast::study::{Results, Shard, Store, StudyError, StudyPlan, plan, run};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

static WHOLE: OnceLock<tempfile::TempDir> = OnceLock::new();

fn whole() -> &'static Path {
    let made = WHOLE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let root = folder.path();
        fs::write(root.join("s.toml"), "[fleet.pcs]\ncount = 3\n").expect("space");
        let study = "scenario = \"s.toml\"\nreplications = 2\n[axis.n]\n\
                     path = \"fleet.pcs.count\"\nlist = [1, 3]\n";
        fs::write(root.join("study.toml"), study).expect("space");
        let plan = plan(&root.join("study.toml")).expect("a study").plan;
        let store = Store::create(&root.join("st"), &plan).expect("space");
        let files = plan.read_inputs().expect("the scenario is there");
        run(&plan, &store, &files, Shard::WHOLE, &Watch::default()).expect("it runs");
        merge(&root.join("st")).expect("it is whole");
        // Finished runs of an unfinished shard as well.
        for record in store.known().expect("it is whole").values() {
            store.put(record).expect("space");
        }
        folder
    });
    made.path()
}

fn merge(directory: &Path) -> Result<Vec<u8>, StudyError> {
    let plan = StudyPlan::read(directory)?;
    let store = Store::open(directory, &plan);
    store.repair()?;
    let known = store.known()?;
    Results::new(&plan, &known).write(&store, &known)?;
    Ok(fs::read(directory.join("results/runs.csv")).unwrap_or_default())
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let wanted = fs::read(whole().join("st/results/runs.csv")).expect("the tables are there");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let directory = folder.path().join("st");
    rollcast_fuzz::copy(&whole().join("st"), &directory);
    fs::remove_dir_all(directory.join("results")).expect("they are there");
    rollcast_fuzz::damage(&directory, data);
    match merge(&directory) {
        Ok(found) => {
            // Runs that were set aside are missing from the table, no more.
            let text = String::from_utf8(wanted).expect("a table");
            let found = String::from_utf8(found).expect("a table");
            assert!(found.lines().all(|row| text.contains(row)), "{found}");
        }
        Err(error) => assert!(error.to_string().len() < 100_000),
    }
});
