//! `use.csv`: how full the lines towards sites were, hour by hour.

#![allow(clippy::float_cmp, reason = "sums of bytes are whole and exact")]

#[path = "common/invariants.rs"]
mod invariants;

use assert_cmd::Command;
use std::collections::BTreeMap;
use std::fs;

const PLACE: &str = "horizon = \"6 h\"\n[site.hq]\n[site.b]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n\
    [server.HQ]\nsite = \"hq\"\nroles = [\"management point\", \"client access point\", \"distribution point\", \"file server\"]\n\
    [fleet.pcs]\nsites = [\"b\"]\nper_site = 3\npoll_interval = \"1 min\"\n\
    [package.p]\nsize = \"90 MB\"\n\
    [program.p]\npackage = \"p\"\nrights = \"administrative\"\n\
    runs = \"whether or not a user is logged on\"\n\
    [advertisement.p]\nprogram = \"p\"\n";
const FETCHED: &str = "on_remote = \"download\"\n";

/// The rows of a table of a run, by heading.
type Rows = Vec<BTreeMap<String, String>>;

/// `use.csv` and `resources.csv` of a scenario, which agree on every line.
fn run(text: &str) -> (Rows, Rows) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), text).unwrap();
    let mut command = Command::cargo_bin("rollcast").unwrap();
    command.current_dir(folder.path());
    command
        .args(["run", "s.toml", "-o", "out", "-q"])
        .assert()
        .success();
    let table =
        |name: &str| invariants::rows_of(&fs::read(folder.path().join("out").join(name)).unwrap());
    let (hours, resources) = (table("use.csv"), table("resources.csv"));
    invariants::of_the_lines(&hours, &resources);
    (hours, resources)
}

/// A column of the rows of a site, hour by hour.
fn column(hours: &Rows, site: &str, column: &str) -> Vec<f64> {
    let own = hours.iter().filter(|row| row["site"] == site);
    own.map(|row| row[column].parse().unwrap()).collect()
}

/// What a resource has carried.
fn carried(resources: &Rows, kind: &str, name: &str) -> f64 {
    let mut rows = resources.iter();
    let row = rows.find(|row| row["kind"] == kind && row["name"] == name);
    row.unwrap()["bytes"].parse().unwrap()
}

/// The share of the line of site `b`, and the bytes read from shares, hour by hour.
fn hours(text: &str) -> Vec<(f64, f64)> {
    let (hours, _) = run(text);
    let shares = column(&hours, "b", "share_of_line").into_iter();
    shares.zip(column(&hours, "b", "bytes_read")).collect()
}

#[test]
fn a_line_of_which_a_calendar_leaves_a_tenth_is_full_at_a_tenth() {
    let calendar = "[calendar.c]\ndays = \"Mon-Sun\"\nfrom = \"00:00\"\nto = \"00:01\"\n\
        share = 1\notherwise = 0.1\n";
    let place = PLACE.replace("wan = ", "wan_calendar = \"c\"\nwan = ");
    let all = hours(&format!("{place}{FETCHED}{calendar}"));
    // 0.1 Mbit/s for six hours are 270 MB.
    assert!(all.iter().all(|(share, _)| *share > 0.9), "{all:?}");
}

#[test]
fn a_fault_that_raises_a_rate_raises_what_the_line_can_carry() {
    let fault = "[[fault]]\nat = \"+0 s\"\nwan = [\"b\"]\nrate = \"4 Mbit/s\"\n";
    let all = hours(&format!("{PLACE}{FETCHED}{fault}"));
    assert!(all.iter().all(|(share, _)| *share <= 1.0), "{all:?}");
    // 270 MB at 4 Mbit/s take nine minutes.
    assert!((all[0].0 - 0.15).abs() < 0.01, "{all:?}");
}

#[test]
fn many_tries_fill_the_line_for_as_long_as_they_last() {
    let text = format!("{PLACE}on_remote = \"run\"\n").replace(
        "runs = \"whether",
        "exit_codes = { 5 = 1 }\nruns = \"whether",
    );
    let all = hours(&text);
    let busy = all.iter().filter(|(share, _)| *share > 0.5).count();
    assert!(
        busy >= 5 && all.iter().all(|(share, _)| *share <= 1.0),
        "{all:?}"
    );
}

#[test]
fn what_programs_read_from_a_share_elsewhere_is_on_the_line() {
    let share = "[share.s]\nserver = \"HQ\"\naccess = [\"Everyone\"]\n[account.'CORP\\naa']\n\
        [accounts]\nnetwork_access = 'CORP\\naa'\n";
    let text = format!("{PLACE}{FETCHED}{share}").replace(
        "runs = \"whether",
        "shares = [{ share = \"s\", read = \"45 MB\" }]\nruns = \"whether",
    );
    let all = hours(&text);
    let read: f64 = all.iter().map(|(_, read)| read).sum();
    assert!((read - 3.0 * 45e6).abs() < 10.0, "{all:?}");
}

#[test]
fn what_comes_from_the_cache_the_next_time_came_over_the_line_before() {
    let recurring = format!("{PLACE}{FETCHED}recurs = \"2 h\"\n");
    let users = format!("{PLACE}{FETCHED}");
    let (once, again) = (hours(&users), hours(&recurring));
    let sum = |hours: &[(f64, f64)]| hours.iter().map(|(share, _)| share).sum::<f64>();
    // 270 MB at 1 Mbit/s take 36 minutes.
    assert!((sum(&once) - 0.6).abs() < 0.01, "{once:?}");
    assert!((sum(&again) - 0.6).abs() < 0.01, "{again:?}");
    assert!(again[0].0 > 0.5, "{again:?}");
}

/// `machines` counts rows of `machines.csv`, not transfers at the network.
#[test]
fn machines_are_rows_that_had_content_on_its_way() {
    let of = |text: &str| {
        let (hours, _) = run(text);
        let machines = column(&hours, "b", "machines");
        (machines, column(&hours, "b", "bytes"))
    };
    // 270 MB at 1 Mbit/s take 36 minutes.
    let (once, bytes) = of(&format!("{PLACE}{FETCHED}"));
    assert_eq!(once, [3.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert!((bytes[0] - 270e6).abs() < 10.0);
    // A machine counts for each advertisement for which it receives.
    let two = "[package.q]\nsize = \"9 MB\"\n[program.q]\npackage = \"q\"\n\
        rights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
        [advertisement.q]\nprogram = \"q\"\non_remote = \"download\"\n";
    let (both, _) = of(&format!("{PLACE}{FETCHED}{two}"));
    assert_eq!(both[0], 6.0);
    // The line is cut for two hours and a half in the middle of the content: it is on its
    // way in hours in which no byte comes.
    let cut = "[[fault]]\nat = \"+20 min\"\nfor = \"150 min\"\nwan = [\"b\"]\n";
    let (cut, bytes) = of(&format!("{PLACE}{FETCHED}{cut}"));
    assert_eq!(cut, [3.0, 3.0, 3.0, 3.0, 0.0, 0.0]);
    assert_eq!(bytes[1], 0.0);
    assert!(bytes[2] > 0.0);
}

/// Site `b` behind a hub, and a point of its own that is away for a while.
const BEHIND_A_HUB: &str = "[server.B]\nsite = \"b\"\nroles = [\"distribution point\"]\nnetwork = \"10 Mbit/s\"\n\
    [[fault]]\nat = \"+2 min\"\nuntil = \"+3 h\"\nserver = [\"B\"]\n";

fn behind_a_hub(more: &str) -> String {
    let hub = "[site.hub]\nparent = \"hq\"\nwan = \"2 Mbit/s\"\n[site.b]\nparent = \"hub\"\n";
    let place = PLACE.replace("[site.b]\nparent = \"hq\"\n", hub);
    format!("{}{more}", place.replace("\"90 MB\"", "\"200 MB\""))
}

#[test]
fn what_goes_to_sites_below_passes_the_line_of_the_hub() {
    let (hours, _) = run(&behind_a_hub(FETCHED));
    let (hub, b) = ("hub", "b");
    let through = column(&hours, hub, "bytes_through");
    assert!(through[0] > 4e8, "{through:?}");
    assert_eq!(through, column(&hours, b, "bytes_through"));
    assert_eq!(column(&hours, hub, "bytes").iter().sum::<f64>(), 0.0);
    for (shallow, deep) in
        column(&hours, hub, "share_of_line")
            .iter()
            .zip(column(&hours, b, "share_of_line"))
    {
        assert!((2.0 * shallow - deep).abs() < 1e-5, "{shallow} {deep}");
    }
}

#[test]
fn nothing_passes_while_the_point_is_away() {
    for how in ["download", "run"] {
        let text = format!("{}on_local = \"{how}\"\n", behind_a_hub(FETCHED));
        let (hours, resources) = run(&format!("{text}{BEHIND_A_HUB}").replace(FETCHED, ""));
        let bytes = column(&hours, "b", "bytes");
        let all: f64 = bytes.iter().sum();
        assert_eq!(all, carried(&resources, "distribution-point", "B"), "{how}");
        assert!(bytes[0] > 1e6 && bytes[3] > 1e6, "{how}: {bytes:?}");
        assert_eq!(bytes[1..3], [0.0, 0.0], "{how}");
    }
}

#[test]
fn each_byte_is_counted_as_coming_from_where_it_came() {
    // The point at the site is lost in the middle, and the one elsewhere gives the rest.
    let text = format!("{}on_local = \"download\"\n", behind_a_hub(FETCHED));
    // The boundary is not slow, so that all points are alike for its clients.
    let text = text.replace("wan = ", "slow_boundary = false\nwan = ");
    let (hours, resources) = run(&format!("{text}{BEHIND_A_HUB}"));
    let sum = |of: &str| column(&hours, "b", of).iter().sum::<f64>();
    let (near, far) = ("B", "HQ");
    let (near, far) = (
        carried(&resources, "distribution-point", near),
        carried(&resources, "distribution-point", far),
    );
    assert!(near > 1e6 && far > 1e6, "{near} {far}");
    assert_eq!(sum("bytes_from_elsewhere"), far);
    assert_eq!(sum("bytes"), near + far);
    assert_eq!(sum("bytes_through"), carried(&resources, "wan-down", "b"));
}

#[test]
fn a_line_that_fails_carries_nothing_until_it_is_back() {
    let fault = "[[fault]]\nat = \"+30 min\"\nuntil = \"+150 min\"\nwan = [\"b\"]\n\
        rate = \"0 bit/s\"\n";
    let (hours, _) = run(&format!("{}{fault}", behind_a_hub(FETCHED)));
    let through = column(&hours, "b", "bytes_through");
    assert!(
        through[0] > 2e8 && through[2..].iter().sum::<f64>() > 3e8,
        "{through:?}"
    );
    assert_eq!(through[1], 0.0);
}

#[test]
fn messages_that_the_scenario_counts_are_on_the_line() {
    let traffic = "[traffic]\npoll = \"1 MB\"\n";
    let (without, _) = run(&format!("{PLACE}{FETCHED}"));
    let (with, resources) = run(&format!("{PLACE}{FETCHED}{traffic}"));
    let sum = |of: &Rows| column(of, "b", "bytes_through").iter().sum::<f64>();
    assert!(
        sum(&with) > sum(&without) + 1e9,
        "{} {}",
        sum(&with),
        sum(&without)
    );
    assert_eq!(sum(&with), carried(&resources, "wan-down", "b"));
    assert_eq!(column(&with, "b", "bytes"), column(&without, "b", "bytes"));
}

#[test]
fn what_shared_a_resource_adds_up_to_what_it_bore() {
    let share = "[share.s]\nserver = \"HQ\"\naccess = [\"Everyone\"]\n[account.'CORP\\naa']\n\
        [accounts]\nnetwork_access = 'CORP\\naa'\n[site.c]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n\
        [fleet.more]\nsites = [\"c\"]\nper_site = 1\n";
    let text = format!("{PLACE}{FETCHED}{share}").replace(
        "runs = \"whether",
        "shares = [{ share = \"s\", read = \"45 MB\" }]\nruns = \"whether",
    );
    let (_, resources) = run(&text);
    let row = |kind: &str, name: &str| {
        let mut rows = resources.iter();
        rows.find(|row| row["kind"] == kind && row["name"] == name)
            .unwrap()
    };
    let told = |kind: &str, name: &str| {
        let row = row(kind, name);
        [
            "content_bytes",
            "read_bytes",
            "message_bytes",
            "machines",
            "sites",
            "most_site",
        ]
        .map(|column| row[column].clone())
        .join(" ")
    };
    assert_eq!(told("wan-down", "b"), "270000000 135000000 0  1 b");
    assert_eq!(told("wan-down", "c"), "90000000 45000000 0  1 c");
    assert_eq!(told("network-card", "HQ"), "360000000 180000000 0  2 b");
    assert_eq!(row("network-card", "HQ")["most_site_share"], "0.75");
    // What goes away from the sites is for no machine.
    assert_eq!(told("wan-up", "b"), "0 0 0   ");
    for (kind, name) in [
        ("distribution-point", "HQ"),
        ("file-server", "HQ"),
        ("management-point", "HQ"),
        ("share", "\\\\HQ\\s"),
    ] {
        assert_eq!(told(kind, name), "   4 2 b", "{kind}");
    }
    assert_eq!(told("client-access-point", "HQ"), "   0  ");
}

#[test]
fn a_line_away_from_a_site_names_the_site_that_its_content_is_for() {
    let elsewhere = PLACE
        .replace("site = \"hq\"\nroles", "site = \"c\"\nroles")
        .replace(
            "[server",
            "[site.c]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n[server",
        );
    let (_, resources) = run(&format!("{elsewhere}{FETCHED}"));
    let mut rows = resources.iter();
    let up = rows.find(|row| row["kind"] == "wan-up" && row["name"] == "c");
    let up = up.unwrap();
    assert_eq!(up["content_bytes"], up["bytes"]);
    assert_eq!(up["most_site"], "b");
}
