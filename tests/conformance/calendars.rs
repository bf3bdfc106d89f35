//! Transfer times through links, shared and by the calendar, against what
//! arithmetic says.

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::units::Size;
use rollcast::world::LinkKind;

/// Office hours take half of the link: 1 Mbit/s is 125,000 bytes a second.
fn branch(calendar: &str, start: &str) -> Vec<String> {
    vec![
        format!(
            "[site.branch]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\nslow_boundary = false\nwan_calendar = \"c\"\n[calendar.c]\n{calendar}\n"
        ),
        format!("start={start}"),
    ]
}

fn run(calendar: &str, start: &str, size: &str, client: &str) -> Lab {
    let branch = branch(calendar, start);
    let package = format!("[package.p]\nsize = \"{size}\"\n");
    Lab::set(
        &[
            &branch[0],
            client,
            "sites = [\"branch\"]",
            PROGRAM,
            &package,
        ],
        &[&branch[1]],
    )
}

#[test]
fn the_calendar_halves_the_link_from_eight_to_six() {
    for client in [ADVANCED, LEGACY] {
        // Monday, 07:00: an hour of 125,000 B/s makes 450 MB; the other 50 MB
        // take 800 s at half of that.
        let lab = run("", "2006-03-20T07:00:00", "500 MB", client);
        assert_eq!(lab.only().content_end, at(HOUR + 800));
        assert_eq!(
            lab.link("branch", LinkKind::WanDown).bytes,
            Size(500_000_000)
        );
    }
}

#[test]
fn weekends_are_free_of_it() {
    // Saturday, 07:00: 4000 s.
    assert_eq!(
        run("", "2006-03-18T07:00:00", "500 MB", LEGACY)
            .only()
            .content_end,
        at(4000)
    );
}

#[test]
fn a_link_that_is_closed_at_night_goes_on_in_the_morning() {
    // 18:00: two hours are 900 MB, then nothing until 06:00, then 400 s.
    let calendar = "days = \"Mon-Sun\"\nfrom = \"20:00\"\nto = \"06:00\"\nshare = 0\n";
    let lab = run(calendar, "2006-03-20T18:00:00", "950 MB", ADVANCED);
    // What runs over SMB does not survive a closed link: it is tried every ten
    // minutes and begins again at six. A download over BITS just goes on.
    let row = lab.only();
    assert_eq!((row.content_end, row.attempts), (at(12 * HOUR + 7600), 61));
    assert_eq!(row.downloaded, Size(1_850_000_000));
    let branch = branch(calendar, "2006-03-20T18:00:00");
    let lab = Lab::set(
        &[
            &branch[0],
            ADVANCED,
            "sites = [\"branch\"]\ncache = \"1 GB\"",
            PROGRAM,
            "[package.p]\nsize = \"950 MB\"\n[advertisement.p]\non_local = \"download\"",
        ],
        &[&branch[1], "server.SMS.bits=true"],
    );
    assert_eq!(lab.only().content_end, at(12 * HOUR + 400));
    assert_eq!(lab.only().downloaded, Size(950_000_000));
}

#[test]
fn what_the_calendar_leaves_otherwise_can_be_less_than_all() {
    let lab = run("otherwise = 0.25", "2006-03-18T07:00:00", "50 MB", LEGACY);
    assert_eq!(lab.only().content_end, at(1600));
}

#[test]
fn machines_share_the_link_evenly_and_the_last_is_done_when_all_bytes_are_through() {
    let ten = LEGACY.replace("count = 1", "count = 10");
    let lab = run("", "2006-03-20T07:00:00", "50 MB", &ten);
    for (machine, _, row) in lab.rows() {
        assert_eq!(row.content_end, at(HOUR + 800), "{machine}");
    }
    let link = lab.link("branch", LinkKind::WanDown);
    assert_eq!(link.bytes, Size(500_000_000));
    assert_eq!(link.saturated.0, (HOUR + 800) * 1_000_000);
    assert_eq!(
        (link.peak_use, link.peak_concurrency),
        (Some(1.0), Some(10))
    );
}

#[test]
fn a_transfer_goes_as_fast_as_the_slowest_thing_on_its_way() {
    let time = |setting: &str| {
        let lab = Lab::set(
            &[
                "[site.branch]\nparent = \"hq\"\nslow_boundary = false\nwan = \"8 Mbit/s\"\nlan = \"100 Mbit/s\"",
                LEGACY,
                "sites = [\"branch\"]",
                PROGRAM,
                "[package.p]\nsize = \"100 MB\"",
            ],
            &[setting],
        );
        lab.only().content_end
    };
    assert_eq!(time("seed=1"), at(100), "the WAN");
    assert_eq!(time("fleet.leg.access=2 Mbit/s"), at(400), "the machine");
    assert_eq!(time("server.SMS.network=4 Mbit/s"), at(200), "the server");
    assert_eq!(time("site.branch.lan=1 Mbit/s"), at(800), "the LAN");
}

#[test]
fn two_levels_of_links_are_both_crossed() {
    let tree = "[site.region]\nparent = \"hq\"\nwan = \"4 Mbit/s\"\nslow_boundary = false\n\
        [site.\"shop-{1..4}\"]\nparent = \"region\"\nwan = \"2 Mbit/s\"\nslow_boundary = false\n";
    let fleet = "[fleet.shops]\nper_site = 1\nsites = [\"shop-*\"]\nclient = \"legacy\"\n";
    let lab = Lab::new(&[tree, fleet, PROGRAM, "[package.p]\nsize = \"10 MB\""]);
    // Four shops share 4 Mbit/s: 1 Mbit/s each, 80 s.
    assert!(lab.rows().all(|(_, _, row)| row.content_end == at(80)));
    assert_eq!(
        lab.link("region", LinkKind::WanDown).bytes,
        Size(40_000_000)
    );
    assert_eq!(
        lab.link("shop-3", LinkKind::WanDown).bytes,
        Size(10_000_000)
    );
}

#[test]
fn the_hours_between_office_hours_add_up() {
    // 1 Mbit/s with nothing at all in office hours, from Monday 07:00. 10 GB
    // need 80,000 s of an open link: an hour on Monday morning, the fourteen
    // hours of the night, and 26,000 s from Tuesday 18:00 on.
    let branch = branch("share = 0\n", "2006-03-20T07:00:00");
    let lab = Lab::set(
        &[
            &branch[0],
            ADVANCED,
            "sites = [\"branch\"]\ncache = \"20 GB\"",
            PROGRAM,
            "[package.p]\nsize = \"10 GB\"\n[advertisement.p]\non_local = \"download\"",
        ],
        &[&branch[1], "server.SMS.bits=true"],
    );
    assert_eq!(lab.only().content_end, at(DAY + 11 * HOUR + 26_000));
}
