//! Two runs of which one is damaged are compared or refused.
#![no_main]

use rollcast::division::Plan;
use rollcast::forecast::Forecast;
use rollcast::model::Watch;
use rollcast::results::{Provenance, TableSet};
use rollcast::scenario::load_str;
use rollcast::study::compare::compare_runs;
use std::path::Path;
use std::sync::OnceLock;

static RUN: OnceLock<tempfile::TempDir> = OnceLock::new();

fn finished() -> &'static Path {
    let made = RUN.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let world = load_str("replications = 2\n[fleet.pcs]\ncount = 3\n", &[])
            .expect("a scenario")
            .world;
        let forecast = Forecast {
            directory: folder.path().join("out"),
            force: false,
            tables: TableSet::default(),
            replications: 2,
        };
        let plan = Plan::new(&world);
        let made = forecast.run(&world, &plan, &Watch::default(), Provenance::default);
        assert!(made.is_ok());
        folder
    });
    made.path()
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let damaged = folder.path().join("out");
    rollcast_fuzz::copy(&finished().join("out"), &damaged);
    rollcast_fuzz::damage(&damaged, data);
    if let Err(error) = compare_runs(&finished().join("out"), &damaged) {
        assert!(error.to_string().len() < 100_000);
    }
});
