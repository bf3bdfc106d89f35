//! `use.csv`: how full the lines towards sites were, hour by hour.

use assert_cmd::Command;
use std::fs;

const PLACE: &str = "horizon = \"6 h\"\n[site.hq]\n[site.b]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n\
    [server.HQ]\nsite = \"hq\"\nroles = [\"management point\", \"client access point\", \"distribution point\", \"file server\"]\n\
    [fleet.pcs]\nsites = [\"b\"]\nper_site = 3\npoll_interval = \"1 min\"\n\
    [package.p]\nsize = \"90 MB\"\n\
    [program.p]\npackage = \"p\"\nrights = \"administrative\"\n\
    runs = \"whether or not a user is logged on\"\n\
    [advertisement.p]\nprogram = \"p\"\n";
const FETCHED: &str = "on_remote = \"download\"\n";

/// The share of the line of site `b`, and the bytes read from shares, hour by hour.
fn hours(text: &str) -> Vec<(f64, f64)> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), text).unwrap();
    let mut command = Command::cargo_bin("rollcast").unwrap();
    command.current_dir(folder.path());
    command
        .args(["run", "s.toml", "-o", "out", "-q"])
        .assert()
        .success();
    let table = fs::read_to_string(folder.path().join("out/use.csv")).unwrap();
    let mut rows = table.lines().map(|row| row.split(',').collect::<Vec<_>>());
    let headings = rows.next().unwrap();
    let at = |name: &str| {
        headings
            .iter()
            .position(|heading| *heading == name)
            .unwrap()
    };
    let (share, read) = (at("share_of_line"), at("bytes_read"));
    let own = rows.filter(|row| row[0] == "b");
    own.map(|row| (row[share].parse().unwrap(), row[read].parse().unwrap()))
        .collect()
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
