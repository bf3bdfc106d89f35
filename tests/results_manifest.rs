//! The manifest, and a directory that appears whole or not at all.

mod results_common;

use std::fs;
use std::path::Path;

use results_common::{denied, replication, sample, sample_outcomes};
use rollcast::outcome::Replication;
use rollcast::results::{
    Environment, InputRecord, Manifest, OutputError, Provenance, RunWriter, ScenarioRecord,
    TableSet, WrittenRun, compare, file_sha256,
};
use rollcast::world::World;

fn provenance(threads: usize) -> Provenance {
    Provenance {
        scenario: ScenarioRecord {
            path: "scenarios/two-offices.toml".into(),
            sha256: "ab".repeat(32),
            overrides: vec!["fleet.pcs.count=6".into()],
        },
        inputs: vec![InputRecord {
            path: "inventory.csv".into(),
            sha256: "cd".repeat(32),
            rows: 4,
        }],
        assumed: Vec::new(),
        environment: Environment {
            threads,
            host: "linux x86_64".into(),
            seconds: 0.5,
        },
    }
}

fn write(directory: &Path, world: &World, replication: &Replication, threads: usize) -> WrittenRun {
    let mut writer = RunWriter::create(directory, false, world, TableSet::ALL).unwrap();
    writer.add(replication).unwrap();
    writer.finish(provenance(threads)).unwrap()
}

fn entries(directory: &Path) -> usize {
    fs::read_dir(directory).unwrap().count()
}

#[test]
fn manifest_of_the_sample() {
    let (world, replication) = sample();
    let base = tempfile::tempdir().unwrap();
    let run = write(&base.path().join("out"), &world, &replication, 2);
    insta::assert_snapshot!(fs::read_to_string(run.directory.join("manifest.json")).unwrap());
}

#[test]
fn the_manifest_is_read_back_as_it_was_and_its_hashes_are_those_of_the_files() {
    let (world, replication) = sample();
    let base = tempfile::tempdir().unwrap();
    let run = write(&base.path().join("out"), &world, &replication, 2);
    let manifest = Manifest::read(&run.directory).unwrap();
    assert_eq!(manifest, run.manifest);
    assert_eq!(manifest.outputs.len(), 11);
    for output in &manifest.outputs {
        let path = run.directory.join(&output.file);
        assert_eq!(file_sha256(&path).unwrap(), output.sha256);
        let rows = csv::Reader::from_path(&path)
            .unwrap()
            .into_records()
            .count();
        assert_eq!(rows as u64, output.rows, "{}", output.file);
    }
    assert_eq!(manifest.check_files(&run.directory).unwrap(), []);
    fs::write(run.directory.join("failures.csv"), "nothing went wrong\n").unwrap();
    let differences = manifest.check_files(&run.directory).unwrap();
    assert_eq!(differences.len(), 1);
    assert_eq!(differences[0].what, "failures.csv");
}

/// A manifest that others have written leads to no file outside, and to no device.
#[test]
fn a_manifest_names_files_of_its_own_directory() {
    let (world, replication) = sample();
    let base = tempfile::tempdir().unwrap();
    let run = write(&base.path().join("out"), &world, &replication, 2);
    let path = run.directory.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    for name in ["/dev/zero", "../out/sites.csv", "..\\\\sites.csv"] {
        fs::write(&path, text.replace("\"sites.csv\"", &format!("\"{name}\""))).unwrap();
        let error = Manifest::read_as_it_is(&run.directory).unwrap_err();
        assert!(
            error.to_string().contains("not in its directory"),
            "{error}"
        );
    }
}

#[test]
fn threads_and_duration_do_not_count_but_a_changed_outcome_names_its_tables() {
    let (world, first) = sample();
    let base = tempfile::tempdir().unwrap();
    let recorded = write(&base.path().join("a"), &world, &first, 1).manifest;
    let again = write(&base.path().join("b"), &world, &first, 8).manifest;
    assert_eq!(compare(&recorded, &again), []);

    let mut outcomes = sample_outcomes();
    outcomes[0] = denied(5);
    let other = replication(&world, 1, outcomes);
    let found = write(&base.path().join("c"), &world, &other, 1).manifest;
    let differences = compare(&recorded, &found);
    let names: Vec<_> = differences
        .iter()
        .map(|difference| difference.what.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "machines.csv",
            "failures.csv",
            "summary.csv",
            "timeline.csv",
            "resources.csv",
            "causes.csv",
            "sites.csv",
            "days.csv",
            "use.csv"
        ]
    );
}

#[test]
fn what_went_in_is_named_before_what_came_out() {
    let (world, first) = sample();
    let base = tempfile::tempdir().unwrap();
    let recorded = write(&base.path().join("a"), &world, &first, 1).manifest;
    let mut found = recorded.clone();
    found.scenario.sha256 = "00".repeat(32);
    found.runs[0].fingerprint = "0".repeat(16);
    found.outputs.pop();
    let differences = compare(&recorded, &found);
    let names: Vec<_> = differences
        .iter()
        .map(|difference| difference.what.as_str())
        .collect();
    assert_eq!(names, ["scenario", "replication 1", "use.csv"]);
    assert_eq!(differences[2].found, "nothing");
    assert_eq!(compare(&found, &recorded)[2].recorded, "nothing");
}

#[test]
fn the_fingerprint_of_a_run_depends_on_each_replication_and_on_their_order() {
    let (world, first) = sample();
    let second = replication(&world, 2, sample_outcomes());
    let base = tempfile::tempdir().unwrap();
    let fingerprint = |name: &str, replications: &[&Replication]| {
        let mut writer =
            RunWriter::create(&base.path().join(name), false, &world, TableSet::NONE).unwrap();
        for replication in replications {
            writer.add(replication).unwrap();
        }
        writer
            .finish(Provenance::default())
            .unwrap()
            .manifest
            .fingerprint
    };
    let all = [
        fingerprint("a", &[&first]),
        fingerprint("b", &[&second]),
        fingerprint("c", &[&first, &second]),
        fingerprint("d", &[&second, &first]),
    ];
    for (index, one) in all.iter().enumerate() {
        assert_eq!(one.len(), 16);
        assert!(!all[..index].contains(one));
    }
}

#[test]
fn a_manifest_of_a_newer_form_or_none_at_all_is_said_to_be_so() {
    let base = tempfile::tempdir().unwrap();
    assert!(matches!(
        Manifest::read(base.path()),
        Err(OutputError::NoRun { .. })
    ));
    fs::write(
        base.path().join("manifest.json"),
        r#"{"schema": 99, "news": true}"#,
    )
    .unwrap();
    let error = Manifest::read(base.path()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("its form 99 is newer than this program's, 2"),
        "{error}"
    );
    fs::write(base.path().join("manifest.json"), "not json").unwrap();
    assert!(matches!(
        Manifest::read(base.path()),
        Err(OutputError::Manifest { .. })
    ));
}

#[test]
fn a_writer_that_is_dropped_leaves_nothing_behind() {
    let (world, replication) = sample();
    let base = tempfile::tempdir().unwrap();
    let mut writer =
        RunWriter::create(&base.path().join("out"), false, &world, TableSet::ALL).unwrap();
    writer.add(&replication).unwrap();
    assert_eq!(entries(base.path()), 1);
    drop(writer);
    assert_eq!(entries(base.path()), 0);
}

#[test]
fn a_run_that_cannot_be_finished_leaves_the_older_output_as_it_was() {
    let (world, replication) = sample();
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("out");
    let older = write(&target, &world, &replication, 1);
    let mut writer = RunWriter::create(&target, true, &world, TableSet::ALL).unwrap();
    writer.add(&replication).unwrap();
    // The temporary directory vanishes under the writer, so that the manifest
    // cannot be created.
    let temporary = fs::read_dir(base.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| *path != target)
        .unwrap();
    fs::remove_dir_all(temporary).unwrap();
    assert!(matches!(
        writer.finish(provenance(1)),
        Err(OutputError::Io { .. })
    ));
    assert_eq!(Manifest::read(&target).unwrap(), older.manifest);
    assert_eq!(entries(base.path()), 1);
}

#[test]
fn an_existing_output_is_refused_before_anything_is_computed_and_replaced_when_forced() {
    let (world, replication) = sample();
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("out");
    write(&target, &world, &replication, 1);
    let refused = RunWriter::create(&target, false, &world, TableSet::ALL);
    assert!(matches!(refused, Err(OutputError::Exists(_))));
    let mut writer = RunWriter::create(&target, true, &world, "summary".parse().unwrap()).unwrap();
    writer.add(&replication).unwrap();
    writer.finish(provenance(1)).unwrap();
    assert_eq!(entries(&target), 2);
    assert_eq!(entries(base.path()), 1);
}
