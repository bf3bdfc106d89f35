//! Packages on their way, from the scenario to `sending.csv`, `machines.csv`
//! and what `check` says.

#[path = "common/fleet.rs"]
mod fleet;
#[path = "sending_scenarios/groups.rs"]
mod groups;
#[path = "sending_scenarios/many_points.rs"]
mod many_points;
#[path = "sending_scenarios/mixed.rs"]
mod mixed;
#[path = "sending_scenarios/pulls.rs"]
mod pulls;

use fleet::{loaded, only, outcomes, run, world};
use insta::assert_snapshot;
use rollcast::outcome::{Cause, Ending};
use rollcast::results::{Provenance, RunWriter, TableSet};
use rollcast::scenario::{load, load_str};
use rollcast::sending::to_changes;
use rollcast::units::{Instant, Span};
use rollcast::world::{Arrival, Change, ContentState, Fate, World};
use std::path::Path;

/// A branch below headquarters with a point each. The package takes 100 s over
/// the line, and 0.512 s from a server to a point.
const BRANCH: &str = r#"
start = 2006-03-20T06:00:00
horizon = "2 d"
[site.hq]
[site.branch]
parent = "hq"
wan = "512 kbit/s"
address = "line"
[address.line]
[server.HQ-SMS]
roles = ["management point", "client access point", "distribution point"]
[server.BRANCH-DP]
site = "branch"
roles = ["distribution point"]
[fleet.pcs]
count = 1
sites = ["branch"]
[sending]
compression = false
[package.patch]
size = "6.4 MB"
[package.patch.sent]
[advertisement.patch]
assigned = "+1 d"
"#;

const COPY: u64 = 512_000;

fn set(settings: &[&str]) -> World {
    loaded(BRANCH, settings).world
}

/// The delivery to a point.
fn delivery<'w>(world: &'w World, point: &str) -> &'w Arrival {
    let is_wanted = |arrival: &&Arrival| world.servers[arrival.point.index()].name == point;
    let mut found = world.deliveries.iter().filter(is_wanted);
    let arrival = found.next().expect("it is sent there");
    assert!(found.next().is_none(), "one package is sent");
    arrival
}

/// When the branch has its content, in microseconds.
fn arrival(settings: &[&str]) -> u64 {
    delivery(&set(settings), "BRANCH-DP").at.0
}

fn seconds(count: u64) -> u64 {
    Span::from_secs(count).0
}

fn hours(count: u64) -> u64 {
    Span::from_hours(count).0
}

/// What is said about a scenario.
fn shown(text: &str) -> String {
    match load_str(text, &[]) {
        Ok(loaded) => loaded.warnings.render(false),
        Err(problems) => problems.render(false),
    }
}

/// `sending.csv`, or nothing if it is not written.
fn table(world: &World) -> Option<String> {
    let base = tempfile::tempdir().unwrap();
    let directory = base.path().join("out");
    let mut writer = RunWriter::create(&directory, false, world, TableSet::ALL).unwrap();
    writer.add(&run(world)).unwrap();
    let written = writer.finish(Provenance::default()).unwrap();
    let recorded = written.manifest.outputs.iter();
    let listed = recorded.filter(|output| output.table == "sending").count();
    let text = std::fs::read_to_string(directory.join("sending.csv")).ok();
    assert_eq!(listed, usize::from(text.is_some()), "the manifest lists it");
    text
}

#[test]
fn a_package_is_sent_to_the_site_and_copied_to_the_point() {
    let world = set(&[]);
    assert_eq!(
        delivery(&world, "BRANCH-DP").at,
        Instant(seconds(100) + COPY)
    );
    assert_eq!(
        delivery(&world, "HQ-SMS").at,
        Instant(COPY),
        "no sender is needed"
    );
    assert_eq!(
        world.packages[0].missing_at_start,
        *world.packages[0].distribution_points
    );
    assert_eq!(world.changes, to_changes(&world.deliveries));
    assert_snapshot!(table(&world).unwrap(), @r"
    replication,package,version,distribution_point,site,fate,released_seconds,at_site_seconds,arrived_seconds,bytes,sending_attempts,copy_attempts
    ,patch,1,BRANCH-DP,branch,arrived,0,100,100.512,6400000,1,1
    ,patch,1,HQ-SMS,hq,arrived,0,0,0.512,6400000,0,1
    ");
}

#[test]
fn without_a_table_sent_everything_is_there_from_the_start() {
    let text = BRANCH
        .replace("[package.patch.sent]", "")
        .replace("[sending]\ncompression = false", "");
    let world = world(&text);
    assert!(world.deliveries.is_empty() && world.changes.is_empty());
    assert!(world.packages[0].missing_at_start.is_empty());
    assert_eq!(table(&world), None);
}

#[test]
fn compression_takes_time_at_the_source_and_saves_it_on_the_line() {
    let on = ["sending.compression=true"];
    assert_eq!(
        arrival(&on),
        3_200_000 + seconds(90) + COPY,
        "2 MB/s, then nine tenths"
    );
    let faster = [
        "sending.compression=true",
        "sending.compression_rate=6.4 MB/s",
        "sending.compressed_to=0.5",
    ];
    assert_eq!(arrival(&faster), seconds(1) + seconds(50) + COPY);
}

#[test]
fn an_address_has_rates_of_its_own() {
    assert_eq!(
        arrival(&["address.line.rate=128 kbit/s"]),
        seconds(400) + COPY
    );
    assert_eq!(
        arrival(&["address.line.rate=1024 kbit/s"]),
        seconds(100) + COPY,
        "no more than the line gives"
    );
    assert_eq!(
        arrival(&["address.line.rate_per_sending=256 kbit/s"]),
        seconds(200) + COPY
    );
}

#[test]
fn a_share_is_silence_after_every_block_in_its_hours() {
    // 24 blocks of 4.096 s, each followed by as long a silence; 1.696 s remain.
    let halved = 24 * 8_192_000 + 1_696_000 + COPY;
    let half = "address.line.share=0.5";
    assert_eq!(arrival(&[half]), halved);
    assert_eq!(
        arrival(&[
            half,
            "address.line.from=\"05:00\"",
            "address.line.to=\"07:00\""
        ]),
        halved
    );
    let whole = seconds(100) + COPY;
    assert_eq!(arrival(&[half, "address.line.from=\"08:00\""]), whole);
    assert_eq!(
        arrival(&[
            half,
            "address.line.from=\"22:00\"",
            "address.line.to=\"06:00\""
        ]),
        whole
    );
    let otherwise = [
        "address.line.otherwise=0.5",
        "address.line.from=\"22:00\"",
        "address.line.to=\"06:00\"",
    ];
    assert_eq!(arrival(&otherwise), halved);
    assert_eq!(
        arrival(&[half, "address.line.block=6.4 MB"]),
        whole,
        "no silence after the last"
    );
}

#[test]
fn a_pulse_sends_a_block_at_a_time() {
    let pulse = ["address.line.block=64 kB", "address.line.every=5 s"];
    assert_eq!(arrival(&pulse), 99 * seconds(5) + seconds(1) + COPY);
}

#[test]
fn hours_of_an_address_are_those_of_the_sending_site() {
    let closed = "address.line.closed=[\"Mon 00:00-09:00\"]";
    let there = |zone: &str| arrival(&[closed, zone]);
    let after = |count| hours(count) + seconds(100) + COPY;
    assert_eq!(there("site.branch.time_zone=+2 h"), after(3), "not its own");
    assert_eq!(there("site.hq.time_zone=+2 h"), after(1));
    assert_eq!(
        there("site.hq.time_zone=-1 h 30 min"),
        after(4) + seconds(1800)
    );
    assert_eq!(
        there("site.hq.time_zone=-8 h"),
        after(0),
        "Sunday evening there"
    );
    assert_eq!(there("site.hq.time_zone=+4 h"), after(0), "open already");
}

#[test]
fn hours_of_an_address_are_closed_or_open_to_priorities() {
    let after = |hour: u64| hours(hour - 6) + seconds(100) + COPY;
    let at_once = seconds(100) + COPY;
    assert_eq!(
        arrival(&["address.line.closed=[\"Mon 00:00-09:00\"]"]),
        after(9)
    );
    assert_eq!(
        arrival(&["address.line.closed=[\"22:00-07:00\"]"]),
        after(7)
    );
    assert_eq!(arrival(&["address.line.closed=[\"Mon\"]"]), after(24));
    assert_eq!(arrival(&["address.line.closed=[\"Tue-Sun\"]"]), at_once);
    let urgent = "address.line.high_only=[\"Mon 00:00-08:00\"]";
    assert_eq!(arrival(&[urgent]), after(8));
    assert_eq!(
        arrival(&[urgent, "package.patch.sent.priority=high"]),
        at_once
    );
    let no_low = "address.line.medium_and_high=[\"Mon 00:00-10:00\"]";
    assert_eq!(arrival(&[no_low]), at_once);
    assert_eq!(
        arrival(&[no_low, "package.patch.sent.priority=low"]),
        after(10)
    );
}

#[test]
fn a_release_later_than_the_start_counts_from_there() {
    let world = set(&["package.patch.sent.at=2006-03-20T07:00:00"]);
    let arrival = delivery(&world, "BRANCH-DP");
    assert_eq!(
        (arrival.released.0, arrival.at.0),
        (hours(1), hours(1) + seconds(100) + COPY)
    );
}

#[test]
fn changed_files_are_enough_for_points_that_are_not_far_behind() {
    let changed = "package.patch.sent.changed=640 kB";
    assert_eq!(arrival(&[changed]), seconds(10) + 51_200);
    assert_eq!(
        arrival(&[changed, "package.patch.sent.behind=5"]),
        seconds(10) + 51_200
    );
    assert_eq!(
        arrival(&[changed, "package.patch.sent.behind=6"]),
        seconds(100) + COPY
    );
    let reach = [
        changed,
        "package.patch.sent.behind=6",
        "sending.delta_reach=6",
    ];
    assert_eq!(arrival(&reach), seconds(10) + 51_200);
}

#[test]
fn points_that_are_not_named_have_it_from_the_start() {
    let world = set(&["package.patch.sent.points=[\"BRANCH-*\"]"]);
    assert_eq!(world.deliveries.len(), 1);
    assert_eq!(
        world.packages[0].missing_at_start,
        [delivery(&world, "BRANCH-DP").point]
    );
}

#[test]
fn a_point_of_another_site_is_copied_to_over_the_wan() {
    let world = set(&["site.branch.copied_by=hq"]);
    let arrival = delivery(&world, "BRANCH-DP");
    assert_eq!(
        (arrival.at, arrival.sending_attempts),
        (Instant(seconds(100)), 0)
    );
    let cut = format!("{BRANCH}[[fault]]\nat = \"+50 s\"\nfor = \"1 min\"\nwan = [\"branch\"]\n");
    let world = loaded(&cut, &["site.branch.copied_by=hq"]).world;
    let arrival = delivery(&world, "BRANCH-DP");
    let again = seconds(50) + Span::from_mins(30).0;
    assert_eq!(
        (arrival.at, arrival.copy_attempts),
        (Instant(again + seconds(100)), 2)
    );
}

#[test]
fn packages_are_stored_and_forwarded_by_the_sites_with_a_server() {
    let chain = BRANCH.replace(
        "[site.branch]\nparent = \"hq\"",
        "[site.region]\nparent = \"hq\"\nwan = \"1024 kbit/s\"\n[site.branch]\nparent = \"region\"",
    );
    let at = |settings: &[&str]| delivery(&loaded(&chain, settings).world, "BRANCH-DP").at.0;
    assert_eq!(at(&[]), seconds(50) + seconds(100) + COPY, "by the region");
    assert_eq!(
        at(&["site.branch.sender_from=hq"]),
        seconds(100) + COPY,
        "by the slower link"
    );
    assert_eq!(
        at(&["site.region.copied_by=hq"]),
        seconds(100) + COPY,
        "the region has no server"
    );
}

#[test]
fn a_line_that_is_cut_costs_attempts_and_a_sending_goes_on_where_it_stopped() {
    let cut = format!("{BRANCH}[[fault]]\nat = \"+50 s\"\nfor = \"5 min\"\nwan = [\"branch\"]\n");
    let world = loaded(&cut, &[]).world;
    let resumed = delivery(&world, "BRANCH-DP");
    assert_eq!(resumed.fate, Fate::Arrived);
    assert!(
        resumed.sending_attempts > 1 && resumed.at.0 > seconds(350),
        "{resumed:?}"
    );
    let anew = loaded(&cut, &["sending.resumes=false"]).world;
    let anew = delivery(&anew, "BRANCH-DP");
    assert_eq!(
        anew.at.0 - resumed.at.0,
        seconds(50),
        "the first half once more"
    );
}

#[test]
fn whoever_gives_up_leaves_the_point_without_content_for_good() {
    let cut = format!("{BRANCH}[[fault]]\nat = \"+0 s\"\nwan = [\"branch\"]\n");
    let world = loaded(&cut, &["sending.give_up=1 h"]).world;
    assert_eq!(delivery(&world, "BRANCH-DP").fate, Fate::SenderGaveUp);
    assert_eq!(
        world.packages[0].missing_at_start.len(),
        2,
        "at headquarters it is late"
    );
    assert!(
        table(&world)
            .unwrap()
            .contains("BRANCH-DP,branch,sender-gave-up,0,,,6400000")
    );
}

#[test]
fn a_fault_of_content_acts_on_what_has_arrived() {
    let fault = "[[fault]]\nat = \"+1 s\"\nfor = \"5 min\"\npackage = \"patch\"\ndistribution_points = [\"*-DP\", \"HQ-SMS\"]\n";
    let world = world(&format!("{BRANCH}{fault}"));
    let states: Vec<_> = (world.changes.iter())
        .map(|timed| match timed.change {
            Change::Content(_, point, state) => (
                timed.at().0,
                world.servers[point.index()].name.as_str(),
                state,
            ),
            _ => panic!("nothing else changes"),
        })
        .collect();
    let (intact, corrupt) = (ContentState::Intact, ContentState::Corrupt);
    let expected = [
        (COPY, "HQ-SMS", intact),
        (seconds(1), "HQ-SMS", corrupt),
        (seconds(100) + COPY, "BRANCH-DP", corrupt),
        (seconds(301), "BRANCH-DP", intact),
        (seconds(301), "HQ-SMS", intact),
    ];
    assert_eq!(states, expected);
}

#[test]
fn a_client_that_looks_too_early_waits_and_asks_again_until_the_content_is_there() {
    let asked_every = Span::from_mins(7);
    let text = BRANCH
        .replace("\"6.4 MB\"", "\"64 MB\"")
        .replace("assigned = \"+1 d\"", "on_local = \"download\"")
        .replace(
            "[sending]",
            "[rules]\npoll_interval = \"1 min\"\nlocation_retry = \"7 min\"\n[sending]",
        );
    let arrived = delivery(&world(&text), "BRANCH-DP").at;
    let outcome = only(&text);
    assert_eq!(outcome.ending, Ending::Installed);
    assert!(outcome.policy < arrived, "it was too early");
    let waited = outcome.content_start - outcome.policy;
    assert_eq!(waited.0 % asked_every.0, 0, "{waited}");
    assert!(outcome.content_start >= arrived);
    assert!(
        outcome.content_start < arrived + asked_every,
        "{:?}",
        outcome.content_start
    );
}

#[test]
fn a_client_waits_for_content_that_never_comes() {
    // Cut after the policy has come and before the content has.
    let text = format!("{BRANCH}[[fault]]\nat = \"+61 min\"\nwan = [\"branch\"]\n");
    let text = text
        .replace("assigned = \"+1 d\"", "")
        .replace("\"6.4 MB\"", "\"640 MB\"");
    let outcome = only(&text);
    assert_eq!(
        (outcome.ending, outcome.cause),
        (Ending::Waiting, Cause::OnlyRemotePoint)
    );
}

#[test]
fn the_example_is_late_at_half_of_its_branches_and_goes_on_when_the_content_is_there() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/sending.toml");
    let loaded = load(&path, &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let codes: Vec<_> = loaded
        .warnings
        .list()
        .iter()
        .map(|problem| problem.code.name())
        .collect();
    assert_eq!(codes, ["late-content"]);
    let world = loaded.world;
    let due = Instant(hours(12));
    let late = world.deliveries.iter().filter(|arrival| arrival.at > due);
    assert_eq!(late.count(), 15);
    let mut waited = 0;
    for ((machine, _), outcome) in outcomes(&world) {
        let site = &machine[..machine.find("-desktops").or(machine.find("-old")).unwrap()];
        let point = if site == "hq" {
            "HQ-SMS".to_owned()
        } else {
            format!("{site}-SMS")
        };
        let arrived = delivery(&world, &point).at;
        assert!(
            outcome.ending == Ending::Installed,
            "{machine}: {:?}",
            outcome.ending
        );
        assert!(
            outcome.content_start >= arrived,
            "{machine} had it before it was there"
        );
        assert!(
            outcome.content_start <= arrived.max(due) + Span::from_hours(1),
            "{machine}"
        );
        waited += usize::from(outcome.run_start > due + Span::from_mins(10));
    }
    assert!(waited >= 15 * 20, "{waited} machines at late branches");
}

#[test]
fn content_that_comes_late_or_nowhere_is_a_warning() {
    let text = BRANCH.replace("\"+1 d\"", "\"+10 s\"").replace("[server.BRANCH-DP]", "[site.island]\n[server.ISLAND-DP]\nsite = \"island\"\nroles = [\"distribution point\"]\n[server.BRANCH-DP]")
        .replace("[package.patch.sent]", "[package.patch.sent]\nfrom = \"hq\"")
        .replace("[server.HQ-SMS]", "[server.HQ-SMS]\nsite = \"hq\"");
    assert_snapshot!(shown(&text));
}

#[test]
fn content_that_does_not_come_before_the_horizon_is_a_warning() {
    let text = format!("{BRANCH}[[fault]]\nat = \"+0 s\"\nwan = [\"branch\"]\n");
    assert_snapshot!(shown(&text));
}

#[test]
fn content_that_is_late_where_no_machine_looks_for_it_is_none() {
    let text = BRANCH
        .replace("\"+1 d\"", "\"+1 min\"")
        .replace("sites = [\"branch\"]", "sites = [\"hq\"]");
    assert_eq!(shown(&text), "");
}

#[test]
fn what_is_said_about_sending_and_read_by_nobody_is_a_warning() {
    assert_snapshot!(shown(
        r#"
[site.hq]
[address.nowhere]
from = "08:00"
[sending]
threads = 10
"#
    ));
    let behind = BRANCH.replace("[package.patch.sent]", "[package.patch.sent]\nbehind = 2");
    assert_snapshot!(shown(&behind));
}

#[test]
fn what_cannot_be_sent_is_an_error() {
    assert_snapshot!(shown(
        r#"
[site.hq]
[site.island]
[site.branch]
parent = "hq"
address = "lin"
copied_by = "hw"
[address.line]
rate = "0 bit/s"
share = 0.5
every = "5 s"
[address.uneven]
share = 0.5
from = "08:30"
[address.large]
every = "5 s"
block = "1 MB"
[address.none]
every = "5 s"
block = "0 B"
[server.DP]
site = "hq"
roles = ["distribution point"]
[server.FILES]
site = "hq"
roles = ["file server", "management point", "client access point"]
[package.p.sent]
points = ["FILES"]
"#
    ));
}

#[test]
fn hours_that_are_none_are_an_error() {
    for hours in [
        "08:30-10:00",
        "Mon 08:00",
        "Mon-Fry",
        "",
        "08:00-25:00",
        "Mon 8-10",
    ] {
        let text = BRANCH.replace(
            "[address.line]",
            &format!("[address.line]\nclosed = [\"{hours}\"]"),
        );
        let problems = load_str(&text, &[]).expect_err(hours);
        assert_eq!(problems.list()[0].code.name(), "malformed-value", "{hours}");
    }
}

#[test]
fn a_machine_that_waits_for_content_is_told_when_it_comes() {
    use rollcast::division::Plan;
    use rollcast::model::{Entry, follow};
    // 6,400 s over the line: no poll comes so late.
    let world = set(&[
        "site.branch.wan=8 kbit/s",
        "advertisement.patch.assigned=as soon as possible",
    ]);
    let (_, diary) = follow(&world, &Plan::new(&world), 1, rollcast::world::MachineId(0));
    let told: Vec<_> = (diary.entries.iter())
        .filter_map(|(_, _, entry)| match entry {
            Entry::ContentComes(_, point, at) => Some((*point, *at)),
            _ => None,
        })
        .collect();
    let arrival = delivery(&world, "BRANCH-DP");
    assert_eq!(arrival.at, Instant(6_400_000_000 + COPY));
    assert_eq!(told, [(arrival.point, arrival.at)]);
    // Never within the horizon, and said so.
    let world = set(&[
        "site.branch.wan=8 bit/s",
        "advertisement.patch.assigned=as soon as possible",
    ]);
    let (_, diary) = follow(&world, &Plan::new(&world), 1, rollcast::world::MachineId(0));
    let never = diary
        .entries
        .iter()
        .any(|(_, _, entry)| matches!(entry, Entry::ContentComes(_, _, at) if !at.is_some()));
    assert!(never);
}

#[test]
fn a_machine_away_from_home_is_told_of_the_point_of_the_place() {
    use rollcast::division::Plan;
    use rollcast::model::{Entry, follow};
    let away = "[[stay]]\nmachine = [\"*\"]\nsite = \"annex\"\n\
        [site.annex]\nparent = \"hq\"\nwan = \"4 kbit/s\"\naddress = \"line\"\n\
        [server.ANNEX-DP]\nsite = \"annex\"\nroles = [\"distribution point\"]\n";
    let settings = [
        "site.branch.wan=8 kbit/s",
        "advertisement.patch.assigned=as soon as possible",
    ];
    let told = |text: &str| {
        let world = loaded(text, &settings).world;
        let (_, diary) = follow(&world, &Plan::new(&world), 1, rollcast::world::MachineId(0));
        let mut entries = diary.entries.iter();
        entries.find_map(|(_, _, entry)| match entry {
            Entry::ContentComes(_, point, _) => Some(world.servers[point.index()].name.clone()),
            _ => None,
        })
    };
    let only_local = BRANCH.replace(
        "[advertisement.patch]",
        "[advertisement.patch]\non_remote = \"do not run\"",
    );
    assert_eq!(told(&only_local).as_deref(), Some("BRANCH-DP"));
    let roaming = format!("{only_local}{away}");
    assert_eq!(told(&roaming).as_deref(), Some("ANNEX-DP"));
}

#[test]
fn what_routes_and_copies_have_carried_is_a_table() {
    let world = set(&[]);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut writer = RunWriter::create(&out, false, &world, TableSet::ALL).unwrap();
    writer.add(&run(&world)).unwrap();
    writer.finish(Provenance::default()).unwrap();
    let mut reader = csv::Reader::from_path(out.join("routes.csv")).unwrap();
    let rows: Vec<Vec<String>> = (reader.records())
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    // 100 s over the line, and 0.512 s from each site's server to its point.
    assert_eq!(
        rows,
        [
            [
                "", "route", "hq", "branch", "6400000", "1", "1", "0", "100", "0", "100"
            ],
            [
                "",
                "copy",
                "branch",
                "BRANCH-DP",
                "6400000",
                "1",
                "1",
                "0",
                "",
                "100",
                "100.512"
            ],
            [
                "", "copy", "hq", "HQ-SMS", "6400000", "1", "1", "0", "", "0", "0.512"
            ],
        ]
    );
}

#[test]
fn a_calendar_that_leaves_a_tenth_of_the_line_makes_the_package_come_ten_times_as_late() {
    let all_day = "calendar.thin={share = 0.1, otherwise = 0.1}";
    let thin = arrival(&[all_day, "site.branch.wan_calendar=thin"]);
    assert_eq!(thin, seconds(1_000) + COPY);
    assert_eq!(arrival(&[]), seconds(100) + COPY);
}

#[test]
fn a_copy_over_the_line_takes_what_its_calendar_leaves() {
    // 6.4 MB over 512 kbit/s are 100 s; from 08:00 on half of the line is left.
    let sent = "package.patch.sent.at=2006-03-20T07:59:10";
    let begin = hours(1) + seconds(59 * 60 + 10);
    let copied = |settings: &[&str]| {
        let own = ["site.branch.copied_by=hq", sent];
        arrival(&[&own[..], settings].concat())
    };
    assert_eq!(copied(&[]), begin + seconds(100));
    let office = [
        "calendar.office={share = 0.5}",
        "site.branch.wan_calendar=office",
    ];
    assert_eq!(copied(&office), begin + seconds(50 + 100));
}
