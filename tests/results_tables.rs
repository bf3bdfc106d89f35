//! What the tables of a run say, cell by cell.

mod results_common;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use results_common::{denied, installed, replication, sample, sample_outcomes, world_of};
use rollcast::outcome::{Actor, Cause, Outcome, Replication, Resource};
use rollcast::results::{Provenance, RunWriter, Table, TableSet, WrittenRun};
use rollcast::world::World;

fn write(
    directory: &Path,
    world: &World,
    tables: TableSet,
    replications: &[Replication],
) -> WrittenRun {
    let mut writer = RunWriter::create(directory, false, world, tables).unwrap();
    for replication in replications {
        writer.add(replication).unwrap();
    }
    writer.finish(Provenance::default()).unwrap()
}

/// The rows of a table, each as heading and cell.
fn read(directory: &Path, table: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(directory.join(format!("{table}.csv"))).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn tables_of(world: &World, replications: &[Replication]) -> (tempfile::TempDir, WrittenRun) {
    let base = tempfile::tempdir().unwrap();
    let run = write(&base.path().join("out"), world, TableSet::ALL, replications);
    (base, run)
}

fn text(run: &WrittenRun, table: &str) -> String {
    fs::read_to_string(run.directory.join(format!("{table}.csv"))).unwrap()
}

#[test]
fn every_table_has_the_headings_it_had_before() {
    let headings: Vec<String> = Table::ALL
        .iter()
        .map(|table| format!("{}: {}", table.name(), table.headings().join(" ")))
        .collect();
    insta::assert_snapshot!(headings.join("\n\n"));
}

#[test]
fn machines_table_of_the_sample() {
    let (world, replication) = sample();
    let (_base, run) = tables_of(&world, &[replication]);
    insta::assert_snapshot!(text(&run, "machines"));
}

#[test]
fn failures_table_of_the_sample() {
    let (world, replication) = sample();
    let (_base, run) = tables_of(&world, &[replication]);
    insta::assert_snapshot!(text(&run, "failures"));
}

#[test]
fn summary_table_of_the_sample() {
    let (world, replication) = sample();
    let (_base, run) = tables_of(&world, &[replication]);
    insta::assert_snapshot!(text(&run, "summary"));
}

#[test]
fn timeline_table_of_the_sample() {
    let (world, replication) = sample();
    let (_base, run) = tables_of(&world, &[replication]);
    insta::assert_snapshot!(text(&run, "timeline"));
}

#[test]
fn resources_table_of_the_sample() {
    let (world, replication) = sample();
    let (_base, run) = tables_of(&world, &[replication]);
    insta::assert_snapshot!(text(&run, "resources"));
}

#[test]
fn digest_of_the_sample() {
    let (world, first) = sample();
    let mut outcomes = sample_outcomes();
    outcomes[0] = installed(75);
    outcomes[2] = installed(100);
    let second = replication(&world, 2, outcomes);
    let (_base, run) = tables_of(&world, &[first, second]);
    insta::assert_snapshot!(run.digest);
}

#[test]
fn a_machine_name_that_is_a_formula_or_has_a_comma_is_only_text() {
    let (world, replication) = sample();
    let (_base, run) = tables_of(&world, &[replication]);
    let rows = read(&run.directory, "machines");
    let names: Vec<_> = rows.iter().map(|row| row["machine"].as_str()).collect();
    assert_eq!(names[6], "'=HYPERLINK(1)");
    assert_eq!(names[8], "PC,1");
    let accounts: Vec<_> = rows
        .iter()
        .map(|row| row["network_account"].as_str())
        .collect();
    assert_eq!(accounts[8], r"CORP\PC,1$");
    assert_eq!(rows[0]["platform"], "Windows XP, SP2");
}

#[test]
fn every_machine_is_counted_once_in_the_summary_and_each_without_success_in_the_failures() {
    let (world, replication) = sample();
    let (_base, run) = tables_of(&world, &[replication]);
    for (advertisement, targeted, success) in [("OFFICE", 10, 7), ("PATCH", 4, 3)] {
        let rows = read(&run.directory, "summary");
        let row = rows
            .iter()
            .find(|row| row["advertisement"] == advertisement)
            .unwrap();
        assert_eq!(row["targeted"], targeted.to_string());
        assert_eq!(row["success"], success.to_string());
        let failures = read(&run.directory, "failures");
        let failed: u64 = failures
            .iter()
            .filter(|row| row["advertisement"] == advertisement)
            .map(|row| row["machines"].parse::<u64>().unwrap())
            .sum();
        assert_eq!(failed, targeted - success);
    }
}

#[test]
fn a_milestone_is_the_time_of_the_last_machine_it_takes_and_empty_if_never_reached() {
    let (world, replication) = sample();
    let (_base, run) = tables_of(&world, &[replication]);
    let row = &read(&run.directory, "summary")[0];
    // Ten targeted: the fifth installation ends after 60 min, a ninth never does.
    assert_eq!(row["seconds_to_50"], (60 * 60).to_string());
    assert_eq!(
        (row["seconds_to_90"].as_str(), row["reached_90"].as_str()),
        ("", "0")
    );
}

#[test]
fn over_replications_the_mean_comes_with_its_interval_and_absence_counts_as_zero() {
    let world = world_of(6);
    let mut replications = Vec::new();
    // 3, 0, 3 and 0 machines denied: mean 1.5, variance 3.
    for (number, machines) in [(1, 3), (2, 0), (3, 3), (4, 0)] {
        let mut outcomes = vec![installed(30); world.job_count()];
        outcomes[..machines].fill(denied(20));
        replications.push(replication(&world, number, outcomes));
    }
    let (_base, run) = tables_of(&world, &replications);
    let rows = read(&run.directory, "failures");
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(
        (row["machines"].as_str(), row["replications"].as_str()),
        ("1.5", "2")
    );
    assert_eq!(
        (row["targeted"].as_str(), row["share"].as_str()),
        ("6", "0.25")
    );
    // 1.5 ± 3.182446 × √(3/4), below zero cut off.
    assert_eq!(
        (row["machines_low"].as_str(), row["machines_high"].as_str()),
        ("0", "4.256079")
    );
    assert_eq!(row["share_of_advertisement"], "0.15");
}

#[test]
fn a_failure_is_laid_to_the_account_that_wanted_the_resource_or_else_ran_the_program() {
    let world = world_of(6);
    let mut outcomes = vec![installed(30); world.job_count()];
    outcomes[0] = denied(20);
    outcomes[1] = Outcome {
        cause: Cause::ProgramFailed,
        resource: Resource::None,
        ..denied(20)
    };
    outcomes[2] = Outcome {
        cause: Cause::ElevationFailed,
        network: Actor::Nobody,
        ..denied(20)
    };
    outcomes[3] = Outcome {
        cause: Cause::ContentAccessDenied,
        network: Actor::ComputerAccount,
        ..denied(20)
    };
    let (_base, run) = tables_of(&world, &[replication(&world, 1, outcomes)]);
    let accounts: BTreeMap<_, _> = read(&run.directory, "failures")
        .into_iter()
        .map(|row| (row["cause"].clone(), row["account"].clone()))
        .collect();
    let expected = [
        ("content-access-denied", r"CORP\*$"),
        ("elevation-failed", r"NT AUTHORITY\SYSTEM"),
        ("network-access-account-denied", r"CORP\naa"),
        ("program-failed", r"NT AUTHORITY\SYSTEM"),
    ];
    let expected = expected.map(|(cause, account)| (cause.to_owned(), account.to_owned()));
    assert_eq!(accounts, BTreeMap::from(expected));
}

#[test]
fn a_time_that_some_replications_did_not_reach_has_no_mean() {
    let world = world_of(6);
    let reached = replication(&world, 1, vec![installed(30); world.job_count()]);
    let mut outcomes = vec![installed(40); world.job_count()];
    outcomes[..2].fill(denied(20));
    let missed = replication(&world, 2, outcomes);
    let (_base, run) = tables_of(&world, &[reached, missed]);
    let rows = read(&run.directory, "summary");
    let all = rows.iter().find(|row| row["replication"] == "all").unwrap();
    assert_eq!(
        (all["seconds_to_50"].as_str(), all["reached_50"].as_str()),
        ("2100", "2")
    );
    assert_eq!(
        (all["seconds_to_95"].as_str(), all["reached_95"].as_str()),
        ("", "1")
    );
}

#[test]
fn the_timeline_ends_with_the_horizon_and_always_adds_up_to_the_targeted() {
    let (world, replication) = sample();
    let (_base, run) = tables_of(&world, &[replication]);
    let rows = read(&run.directory, "timeline");
    let times: Vec<_> = rows
        .iter()
        .take(4)
        .map(|row| row["seconds"].as_str())
        .collect();
    assert_eq!(times, ["0", "18000", "36000", "43200"]);
    for row in rows {
        let keys = ["replication", "advertisement", "seconds"];
        let machines: u64 = row
            .iter()
            .filter(|(heading, _)| !keys.contains(&heading.as_str()))
            .map(|(_, cell)| cell.parse::<u64>().unwrap())
            .sum();
        assert_eq!(
            machines,
            if row["advertisement"] == "OFFICE" {
                10
            } else {
                4
            }
        );
    }
}

/// A fleet of several chunks.
fn larger() -> (World, Vec<Replication>) {
    let world = world_of(20_000);
    let outcome = |index: usize| match index % 7 {
        0 => denied(index as u64 % 500),
        1 => Outcome::default(),
        _ => installed(index as u64 % 600 + 10),
    };
    let replications = (1..=2)
        .map(|number| {
            replication(
                &world,
                number,
                (0..world.job_count()).map(outcome).collect(),
            )
        })
        .collect();
    (world, replications)
}

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    let (world, replications) = larger();
    let base = tempfile::tempdir().unwrap();
    let mut manifests = Vec::new();
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        for (name, tables) in [("csv", TableSet::ALL), ("gz", TableSet::ALL.compressed())] {
            let directory = base.path().join(format!("{name}{threads}"));
            let run = pool.install(|| write(&directory, &world, tables, &replications));
            manifests.push((name, run.manifest.outputs, run.digest));
        }
    }
    let rows: u64 = manifests[0].1.iter().map(|output| output.rows).sum();
    assert!(rows > 40_000);
    for later in &manifests[2..] {
        let first = manifests.iter().find(|first| first.0 == later.0).unwrap();
        assert_eq!(first, later);
    }
}

#[test]
fn rows_come_in_the_order_of_replications_and_machines() {
    let (world, replications) = larger();
    let (_base, run) = tables_of(&world, &replications);
    let rows = read(&run.directory, "machines");
    assert_eq!(rows.len(), 2 * world.job_count());
    for (index, row) in rows.iter().take(20_000).enumerate() {
        assert_eq!(row["machine"], format!("branch-{index:06}"));
        assert_eq!(row["replication"], "1");
    }
    assert_eq!(rows[world.job_count()]["replication"], "2");
}

#[test]
fn compressed_tables_unpack_to_the_plain_ones() {
    let (world, replications) = larger();
    let (base, plain) = tables_of(&world, &replications);
    let packed = write(
        &base.path().join("gz"),
        &world,
        TableSet::ALL.compressed(),
        &replications,
    );
    let empty = [Table::Sending, Table::Routes];
    for table in Table::ALL.iter().filter(|table| !empty.contains(table)) {
        let file =
            fs::File::open(packed.directory.join(format!("{}.csv.gz", table.name()))).unwrap();
        let mut unpacked = String::new();
        flate2::read::MultiGzDecoder::new(file)
            .read_to_string(&mut unpacked)
            .unwrap();
        assert!(unpacked == text(&plain, table.name()), "{}", table.name());
    }
}

#[test]
fn only_the_tables_asked_for_are_written() {
    let (world, replication) = sample();
    let base = tempfile::tempdir().unwrap();
    let tables: TableSet = "summary,machines.csv.gz".parse().unwrap();
    let run = write(&base.path().join("out"), &world, tables, &[replication]);
    let mut names: Vec<_> = fs::read_dir(&run.directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["machines.csv.gz", "manifest.json", "summary.csv"]);
    assert_eq!(run.manifest.tables(), Ok(tables));
}

/// Machines of branch offices give each other what one of them has downloaded.
#[test]
fn the_columns_of_content_from_machines_add_up_to_their_resources() {
    let text = "[site.hq]\n[site.\"branch-{1..2}\"]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n\
        [peers]\nwait = \"1 d\"\n[fleet.pc]\nper_site = 4\n[package.p]\nsize = \"10 MB\"\n\
        [advertisement.p]\non_local = \"download\"\non_remote = \"download\"\n";
    let world = rollcast::scenario::load_str(text, &[]).unwrap().world;
    let plan = rollcast::division::Plan::new(&world);
    let watch = rollcast::model::Watch::default();
    let replication = rollcast::model::replicate(&world, &plan, 1, &watch).unwrap();
    let (_base, run) = tables_of(&world, &[replication]);
    let rows = read(&run.directory, "machines");
    let bytes = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<u64>().unwrap();
    for site in ["hq", "branch-1", "branch-2"] {
        let here: Vec<_> = rows.iter().filter(|row| row["site"] == site).collect();
        for row in &here {
            let taken = bytes(row, "bytes_from_peers");
            let giver = rows.iter().find(|giver| giver["machine"] == row["peer"]);
            assert_eq!(taken > 0, giver.is_some_and(|giver| giver["site"] == site));
            assert_eq!(taken == 10_000_000, row["distribution_point"].is_empty());
        }
        let taken: u64 = here.iter().map(|row| bytes(row, "bytes_from_peers")).sum();
        let resources = read(&run.directory, "resources");
        let peers = resources
            .iter()
            .find(|row| row["kind"] == "peers" && row["name"] == site);
        assert_eq!(bytes(peers.unwrap(), "bytes"), taken);
        assert_eq!(taken, 30_000_000, "{site}: one copy from the point");
    }
    let said = "Content\n  30 MB from distribution points, 90 MB from other machines (75.0 %)";
    assert!(run.digest.contains(said), "{}", run.digest);
}
