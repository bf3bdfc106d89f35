//! Sites in other time zones: hours of the day and of the week are local, and so
//! are the times of an advertisement unless it says "Greenwich Mean Time".

use crate::lab::{HOUR, Lab, PROGRAM};
use rollcast::outcome::Outcome;
use rollcast::scenario::load_str;

/// A Monday, 08:00 by the scenario's clock; one machine in each of three zones.
const ZONES: &str = r#"
start = 2006-03-20T08:00:00
horizon = "10 d"
[site.hq]
[site.east]
parent = "hq"
time_zone = "+3 h"
slow_boundary = false
[site.west]
parent = "hq"
time_zone = "-6 h"
slow_boundary = false
[server.SMS]
site = "hq"
roles = ["management point", "client access point", "distribution point"]
network = "unlimited"
[fleet.pc]
sites = ["hq", "east", "west"]
count = 3
name = "{site}-{number}"
poll_interval = "1 min"
access = "unlimited"
"#;

const HOUR_US: u64 = HOUR * 1_000_000;

/// The machine at a site.
fn at(lab: &Lab, site: &str) -> Outcome {
    let mut rows = lab.rows().filter(|(name, ..)| name.starts_with(site));
    let (_, _, row) = rows.next().expect("a machine at every site");
    *row
}

/// When the program starts in the east, at headquarters and in the west, in
/// hours, rounded to the next full one below.
fn starts(rest: &str) -> [u64; 3] {
    let lab = Lab::of(&format!("{ZONES}{PROGRAM}{rest}"), &[]);
    let start = |site: &str| {
        let row = at(&lab, site);
        assert!(row.run_start.is_some(), "{site}: {:?}", row.cause);
        row.run_start.0 / HOUR_US
    };
    ["east", "hq", "west"].map(start)
}

#[test]
fn an_assignment_is_due_by_the_clock_on_the_wall() {
    let noon = "[advertisement.p]\nassigned = 2006-03-20T18:00:00\n";
    assert_eq!(starts(noon), [7, 10, 16]);
    let gmt = format!("{noon}greenwich_mean_time = true\n");
    assert_eq!(starts(&gmt), [10, 10, 10]);
    // A length of time after the start is the same moment everywhere.
    let after = "[advertisement.p]\nassigned = \"+10 h\"\n";
    assert_eq!(starts(after), [10, 10, 10]);
}

#[test]
fn an_assignment_comes_round_by_the_clock_on_the_wall() {
    // The start of the day is past where the sun rises earlier.
    for (due, last) in [("18:00", [223, 226, 232]), ("10:00", [239, 218, 224])] {
        let daily =
            format!("[advertisement.p]\nassigned = 2006-03-20T{due}:00\nrecurs = \"1 d\"\n");
        assert_eq!(starts(&daily), last, "{due}");
        let gmt = format!("{daily}greenwich_mean_time = true\n");
        assert_eq!(starts(&gmt), [last[1]; 3], "{due}");
    }
}

#[test]
fn an_advertisement_becomes_visible_by_the_clock_on_the_wall() {
    let noon = "[advertisement.p]\navailable = 2006-03-20T12:00:00\n";
    assert_eq!(starts(noon), [1, 4, 10]);
}

#[test]
fn an_advertisement_expires_by_the_clock_on_the_wall() {
    let text = format!(
        "{ZONES}{PROGRAM}[advertisement.p]\navailable = \"+4 h\"\nexpires = 2006-03-20T13:00:00\n"
    );
    let lab = Lab::of(&text, &[]);
    let installed = ["east", "hq", "west"].map(|site| at(&lab, site).run_start.is_some());
    assert_eq!(
        installed,
        [false, true, true],
        "in the east it is 15:00 by then"
    );
}

#[test]
fn maintenance_windows_are_hours_at_the_site() {
    let text = format!("{ZONES}{PROGRAM}").replace(
        "poll_interval",
        "maintenance = [{ from = \"22:00\", to = \"04:00\" }]\npoll_interval",
    );
    let text = text.replace("[program.p]", "[program.p]\nmaximum_run_time = \"1 h\"");
    let lab = Lab::of(&text, &[]);
    let start = |site: &str| at(&lab, site).run_start.0 / HOUR_US;
    assert_eq!(["east", "hq", "west"].map(start), [11, 14, 0]);
}

#[test]
fn machines_are_on_in_the_hours_of_their_site() {
    let text = format!("{ZONES}{PROGRAM}").replace(
        "poll_interval",
        "availability = { days = \"Mon-Fri\", from = \"12:00\", to = \"17:00\", jitter = \"0 s\" }\npoll_interval",
    );
    let lab = Lab::of(&text, &[]);
    let start = |site: &str| at(&lab, site).run_start.0 / HOUR_US;
    assert_eq!(["east", "hq", "west"].map(start), [1, 4, 10]);
}

/// 8 Mbit/s, halved from 08:00 to 18:00 on weekdays by the clock of the branch.
#[test]
fn the_calendar_of_a_link_goes_by_the_clock_of_its_site() {
    let text = format!(
        "{ZONES}{PROGRAM}[package.p]\nsize = \"36 GB\"\n[calendar.day]\nshare = 0.5\n\
         [advertisement.p]\non_local = \"download\"\n"
    )
    .replace(
        "time_zone",
        "wan = \"8 Mbit/s\"\nwan_calendar = \"day\"\ntime_zone",
    );
    let text = text.replace("[fleet.pc]", "[fleet.pc]\ncache = \"1 TB\"");
    let lab = Lab::of(&text, &[]);
    // At 1 MB/s it takes 10 h. In the east it is 11:00 at the start: 7 h at half
    // the rate. In the west it is 02:00: 6 h at the full rate, then 4 h' worth
    // at half.
    for (site, hours, delay) in [("east", 13.5, 0.5), ("west", 14.0, 2.0)] {
        let row = at(&lab, site);
        // What is missed of the first hours is made up at the other rate.
        let expected = hours * HOUR_US as f64 + delay * row.content_start.0 as f64;
        let error = (row.content_end.0 as f64 - expected).abs();
        assert!(error <= 2.0, "{site}: {row:?}");
    }
}

#[test]
fn no_place_is_further_than_a_day() {
    let said = load_str(&ZONES.replace("+3 h", "+25 h"), &[]).expect_err("too far");
    let text = said.render(false);
    assert!(text.contains("ahead or behind by a day at most"), "{text}");
}
