//! The cache of an Advanced Client holds one item per content. Advertisements of one
//! package that want it at one time share one download of it.

use crate::lab::{ADVANCED, Lab};
use rollcast::outcome::{Cause, Ending};

/// A package of 25 MB behind a line of 1 Mbit/s, and three programs of it.
const BRANCH: &str = "\n[site.b1]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n[fleet.adv]\nsites = [\"b1\"]\n\
    [package.p]\nsize = \"25 MB\"\n[program.a]\npackage = \"p\"\n[program.b]\npackage = \"p\"\n\
    [program.c]\npackage = \"p\"\n[program.\"*\"]\nrights = \"administrative\"\n\
    runs = \"whether or not a user is logged on\"\ninstall_time = \"1 min\"\n\
    [advertisement.\"*\"]\non_remote = \"download\"\n\
    [advertisement.a]\n[advertisement.b]\n[advertisement.c]\n";

fn lab(branch: &str, settings: &[&str]) -> Lab {
    Lab::set(&[&branch.replace("[fleet.adv]\n", ADVANCED)], settings)
}

fn downloaded(lab: &Lab) -> [u64; 3] {
    ["a", "b", "c"].map(|advertisement| lab.row("A1", advertisement).downloaded.0)
}

#[test]
fn advertisements_of_one_package_share_one_download() {
    let lab = lab(BRANCH, &[]);
    assert_eq!(downloaded(&lab).iter().sum::<u64>(), 25_000_000);
    for advertisement in ["a", "b", "c"] {
        let row = lab.row("A1", advertisement);
        assert_eq!(row.ending, Ending::Installed, "{advertisement}");
        assert_eq!(row.attempts, 1, "{advertisement}");
        assert!(row.run_start.0 >= 200_000_000, "not before all has come");
        assert!(row.run_start.0 < 400_000_000, "the line is not shared");
    }
}

#[test]
fn a_cache_that_holds_the_package_once_is_enough_for_all_its_advertisements() {
    let lab = lab(BRANCH, &["fleet.adv.cache=\"30 MB\""]);
    for advertisement in ["a", "b", "c"] {
        assert_eq!(lab.row("A1", advertisement).ending, Ending::Installed);
    }
    assert_eq!(downloaded(&lab).iter().sum::<u64>(), 25_000_000);
}

#[test]
fn the_next_advertisement_takes_over_when_the_one_that_fetches_expires() {
    for (bits, sum) in [(true, 25_000_000), (false, 25_000_000 + 12_500_000)] {
        let expires = "[advertisement.a]\nexpires = \"+101 s\"\n";
        let lab = lab(
            &BRANCH.replace("[advertisement.a]\n", expires),
            &[&format!("server.SMS.bits={bits}")],
        );
        let a = lab.row("A1", "a");
        assert!(!a.ending.is_success());
        for advertisement in ["b", "c"] {
            assert_eq!(
                lab.row("A1", advertisement).ending,
                Ending::Installed,
                "{bits}"
            );
        }
        let all: u64 = downloaded(&lab).iter().sum();
        assert!(all.abs_diff(sum) < 1_000_000, "{bits}: {all}");
    }
}

#[test]
fn a_machine_that_goes_off_goes_on_with_what_it_has_for_whichever_advertisement() {
    // 15 MB in the two minutes of each day.
    let hours = "{days=\"Mon-Sun\", from=\"08:00\", to=\"08:02\", jitter=\"0 s\"}";
    let lab = lab(
        BRANCH,
        &[
            "server.SMS.bits=true",
            "site.b1.wan=\"1 Mbit/s\"",
            &format!("fleet.adv.availability={hours}"),
        ],
    );
    assert_eq!(downloaded(&lab).iter().sum::<u64>(), 25_000_000);
}

#[test]
fn at_the_horizon_those_who_wait_for_a_download_are_where_it_is() {
    let lab = lab(BRANCH, &["horizon=\"100 s\""]);
    for advertisement in ["a", "b", "c"] {
        let row = lab.row("A1", advertisement);
        assert_eq!(
            (row.ending, row.cause),
            (Ending::InProgress, Cause::StillDownloading)
        );
    }
}
