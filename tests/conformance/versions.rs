//! The cache of a client knows a package by its version: once a client has heard of an
//! update, it runs nothing of an older version that it has in the cache.

use crate::lab::{ADVANCED, HOUR, Lab, PROGRAM, at};
use rollcast::outcome::Ending;

/// A package that is updated at 5 h, and comes to its point at once.
const UPDATED: &str = "\n[package.p]\nsize = \"25 MB\"\n\
    [package.p.sent]\nfrom = \"hq\"\nat = \"+5 h\"\nchanged = \"5 MB\"\n\
    [program.q]\npackage = \"p\"\nrights = \"administrative\"\n\
    runs = \"whether or not a user is logged on\"\n\
    [advertisement.\"*\"]\non_local = \"download\"\n[advertisement.p]\n";

fn lab(more: &str, settings: &[&str]) -> Lab {
    Lab::set(&[UPDATED, ADVANCED, PROGRAM, more], settings)
}

const WHOLE: u64 = 25_000_000;

#[test]
fn what_another_advertisement_has_brought_serves_up_to_the_update() {
    for (available, fetched) in [("+4 h", 0), ("+20 h", WHOLE)] {
        let q = format!("[advertisement.q]\navailable = \"{available}\"\n");
        let lab = lab(&q, &[]);
        assert_eq!(lab.row("A1", "p").downloaded.0, WHOLE);
        let row = lab.row("A1", "q");
        assert_eq!(row.downloaded.0, fetched, "{available}");
        assert_eq!(row.ending, Ending::Installed);
    }
}

#[test]
fn what_waits_for_its_time_with_the_older_version_fetches_the_new_one_at_the_next_look() {
    let lab = lab(
        "",
        &[
            "advertisement.p.assigned=\"+20 h\"",
            "fleet.adv.poll_interval=\"1 h\"",
        ],
    );
    let row = lab.row("A1", "p");
    assert_eq!(row.downloaded.0, 2 * WHOLE);
    assert!(row.content_start >= at(5 * HOUR) && row.content_start <= at(7 * HOUR));
    assert_eq!(
        (row.run_start, row.ending),
        (at(20 * HOUR), Ending::Installed)
    );
}

#[test]
fn a_program_that_runs_again_after_the_update_fetches_the_new_version() {
    let lab = lab("", &["advertisement.p.recurs=\"4 h\"", "horizon=\"21 h\""]);
    assert_eq!(
        lab.row("A1", "p").downloaded.0,
        2 * WHOLE,
        "once for each version"
    );
    let lab = lab_that_fails();
    assert_eq!(lab.row("A1", "p").downloaded.0, 2 * WHOLE);
}

fn lab_that_fails() -> Lab {
    lab("", &["program.p.exit_codes={1618=1}", "horizon=\"9 h\""])
}

#[test]
fn a_package_that_is_sent_for_the_first_time_has_no_older_version() {
    let new = UPDATED.replace("changed = \"5 MB\"\n", "");
    let q = "[advertisement.q]\navailable = \"+20 h\"\n";
    let lab = Lab::new(&[&new, ADVANCED, PROGRAM, q]);
    let rows = ["p", "q"].map(|id| lab.row("A1", id).downloaded.0);
    assert_eq!(rows, [WHOLE, 0]);
}

#[test]
fn a_machine_gives_no_other_an_older_version_after_the_update() {
    let two = ADVANCED.replace("count = 1", "count = 2");
    let peers = "[peers]\nrate = \"10 Mbit/s\"\n[collection.second]\nname = [\"A2\"]\n\
        [advertisement.q]\ncollection = \"second\"\n[collection.first]\nname = [\"A1\"]\n";
    for (available, from_peers) in [("+4 h", true), ("+20 h", false)] {
        let settings = [
            format!("advertisement.q.available=\"{available}\""),
            "advertisement.p.collection=\"first\"".to_owned(),
        ];
        let settings: Vec<_> = settings.iter().map(String::as_str).collect();
        let lab = Lab::set(&[UPDATED, &two, PROGRAM, peers], &settings);
        assert_eq!(lab.row("A2", "q").downloaded.0, WHOLE);
        let takes = !lab.replication.from_peers.is_empty();
        assert_eq!(takes, from_peers, "{available}");
    }
}
