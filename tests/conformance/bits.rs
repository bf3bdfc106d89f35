//! The Windows policy that limits background transfers by the hour: transfer
//! times against what arithmetic says.

use crate::lab::{ADVANCED, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::scenario::load_str;
use rollcast::units::{Rate, Size};
use rollcast::world::LinkKind;

/// 80 kbit/s are 10,000 B/s, from eight to five.
const POLICY: &str = "bits = { rate = \"80 kbit/s\", otherwise = \"800 kbit/s\" }\n";
const DOWNLOAD: &str = "[advertisement.p]\non_local = \"download\"\n";

fn run(client: &str, server: &str, size: &str, start: &str, more: &str) -> Lab {
    let package = format!("[package.p]\nsize = \"{size}\"\n");
    Lab::set(
        &[client, PROGRAM, &package, DOWNLOAD, more],
        &[server, &format!("start={start}")],
    )
}

const BITS: &str = "server.SMS.bits=true";
const SMB: &str = "server.SMS.bits=false";

#[test]
fn a_download_takes_up_speed_when_the_hours_end() {
    // 16:00: an hour of 10,000 B/s makes 36 MB; the other 9 MB take 90 s.
    let adv = format!("{ADVANCED}{POLICY}");
    let lab = run(&adv, BITS, "45 MB", "2006-03-20T16:00:00", "");
    assert_eq!(lab.only().content_end, at(HOUR + 90));
    let told = lab
        .diary("A1")
        .iter()
        .any(|(_, entry)| matches!(entry, Entry::Throttled(rate) if *rate == Rate(80_000)));
    assert!(told);
}

#[test]
fn a_download_slows_down_when_they_begin_and_goes_on_the_next_night() {
    // 07:00: an hour of 100,000 B/s makes 360 MB, nine of 10,000 B/s 324 MB,
    // the other 16 MB take 160 s from five o'clock on.
    let adv = format!("{ADVANCED}{POLICY}");
    let lab = Lab::set(
        &[&adv, PROGRAM, "[package.p]\nsize = \"700 MB\"\n", DOWNLOAD],
        &[BITS, "start=2006-03-20T07:00:00", "rules.cache=1 GB"],
    );
    assert_eq!(lab.only().content_end, at(10 * HOUR + 160));
}

#[test]
fn only_downloads_over_bits_are_limited() {
    let adv = format!("{ADVANCED}{POLICY}access = \"8 Mbit/s\"\n");
    // 45 MB at 1,000,000 B/s.
    let start = "2006-03-20T16:00:00";
    assert_eq!(
        run(&adv, SMB, "45 MB", start, "").only().content_end,
        at(45)
    );
    let leg = format!("{LEGACY}{POLICY}access = \"8 Mbit/s\"\n");
    assert_eq!(
        run(&leg, BITS, "45 MB", start, "").only().content_end,
        at(45)
    );
    let from_point = Lab::set(
        &[&adv, PROGRAM, "[package.p]\nsize = \"45 MB\"\n"],
        &[BITS, &format!("start={start}")],
    );
    assert_eq!(from_point.only().content_end, at(45));
}

#[test]
fn days_without_the_hours_are_free_and_a_group_wins_over_its_site() {
    let site = "[site.hq]\nbits = { rate = \"80 kbit/s\", days = \"Mon-Fri\", otherwise = \"800 kbit/s\" }\n";
    let at_site = |adv: &str, start: &str| {
        let text = format!(
            "{}{adv}{PROGRAM}[package.p]\nsize = \"9 MB\"\n{DOWNLOAD}",
            crate::lab::HQ.replace("[site.hq]\n", site)
        );
        Lab::of(&text, &[BITS, &format!("start={start}")])
            .only()
            .content_end
    };
    assert_eq!(at_site(ADVANCED, "2006-03-20T10:00:00"), at(900), "Monday");
    assert_eq!(at_site(ADVANCED, "2006-03-18T10:00:00"), at(90), "Saturday");
    let own = format!("{ADVANCED}bits = {{ rate = \"160 kbit/s\" }}\n");
    assert_eq!(at_site(&own, "2006-03-20T10:00:00"), at(450));
}

#[test]
fn machines_share_what_a_link_gives_and_none_is_faster_than_its_policy() {
    // Fifty machines at 10,000 B/s leave half of 1,000,000 B/s unused; from five
    // o'clock on they share it, 20,000 B/s each: 36 MB + 9 MB in 450 s.
    let fifty = ADVANCED.replace("count = 1", "count = 50\nsites = [\"branch\"]");
    let adv = format!("{fifty}{POLICY}");
    let site = "[site.branch]\nparent = \"hq\"\nslow_boundary = false\nwan = \"8 Mbit/s\"\n";
    let lab = run(&adv, BITS, "45 MB", "2006-03-20T16:00:00", site);
    for (machine, _, row) in lab.rows() {
        assert_eq!(row.content_end, at(HOUR + 450), "{machine}");
    }
    let wan = lab.link("branch", LinkKind::WanDown);
    assert_eq!(wan.bytes, Size(50 * 45_000_000));
    // Three events of each machine, and a handful of changes.
    assert!(
        lab.replication.events < 50 * 6,
        "{}",
        lab.replication.events
    );
}

#[test]
fn a_policy_that_lets_nothing_through_is_refused() {
    let text = "[fleet.pcs]\nbits = { rate = \"0 kbit/s\" }\n";
    let said = load_str(text, &[]).expect_err("zero").render(false);
    assert!(
        said.contains("scenario.toml:2") && said.contains("above zero"),
        "{said}"
    );
}

#[test]
fn the_hours_are_those_of_the_machine_s_own_place() {
    // At eleven o'clock of the scenario's clock it is five in the afternoon at a
    // site six hours ahead: an hour before that, 36 MB at 10,000 B/s.
    let far = "[site.far]\nparent = \"hq\"\nslow_boundary = false\ntime_zone = \"+6 h\"\n";
    let adv = format!("{ADVANCED}{POLICY}sites = [\"far\"]\n");
    let lab = run(&adv, BITS, "45 MB", "2006-03-20T10:00:00", far);
    assert_eq!(lab.only().content_end, at(HOUR + 90));
}
