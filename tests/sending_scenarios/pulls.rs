//! Points that pull, from the scenario to the tables.

use super::*;
use rollcast::division::Plan;
use rollcast::model::{Entry, Teller, follow};
use rollcast::world::MachineId;

/// A branch without a server of its own, whose first point pulls from
/// headquarters and whose second pulls from the first. The package takes 100 s
/// over the line, and 0.512 s from card to card.
const POINTS: &str = r#"
start = 2006-03-20T06:00:00
horizon = "2 d"
[site.hq]
[site.branch]
parent = "hq"
wan = "512 kbit/s"
copied_by = "hq"
[server.HQ-DP]
roles = ["management point", "client access point", "distribution point"]
[server."{site}-DP1"]
sites = ["branch"]
roles = ["distribution point"]
pulls_from = ["HQ-DP"]
[server."{site}-DP2"]
sites = ["branch"]
roles = ["distribution point"]
pulls_from = ["{site}-DP1"]
[fleet.pcs]
count = 1
sites = ["branch"]
[package.patch]
size = "6.4 MB"
[package.patch.sent]
[advertisement.patch]
assigned = "+1 d"
"#;

fn points(settings: &[&str]) -> World {
    loaded(POINTS, settings).world
}

/// The first point has it by the second look of the site's server.
const FIRST: u64 = 1_300;

/// The instants at which the two points have it.
fn both(world: &World) -> [u64; 2] {
    ["branch-DP1", "branch-DP2"].map(|point| delivery(world, point).at.0)
}

/// The first point's after a fault, in seconds.
fn after(fault: &str) -> u64 {
    let world = world(&format!("{POINTS}[[fault]]\n{fault}"));
    let at = delivery(&world, "branch-DP1").at.0;
    assert_eq!(at % 1_000_000, 0);
    at / 1_000_000
}

/// A table of the run.
fn written(world: &World, name: &str) -> String {
    let base = tempfile::tempdir().unwrap();
    let directory = base.path().join("out");
    let mut writer = RunWriter::create(&directory, false, world, TableSet::ALL).unwrap();
    writer.add(&run(world)).unwrap();
    writer.finish(Provenance::default()).unwrap();
    std::fs::read_to_string(directory.join(name)).unwrap()
}

#[test]
fn a_point_pulls_from_headquarters_and_another_from_it() {
    let world = points(&[]);
    assert_eq!(both(&world), [seconds(FIRST), seconds(2_400) + COPY]);
    assert_snapshot!(written(&world, "sending.csv"), @r"
    replication,package,version,distribution_point,site,fate,released_seconds,at_site_seconds,arrived_seconds,bytes,sending_attempts,copy_attempts,pulled_from,notifications,notified_seconds,cancelled_seconds
    1,patch,1,HQ-DP,hq,arrived,0,0,0.512,6400000,0,1,,,,
    1,patch,1,branch-DP1,branch,arrived,0,0,1300,6400000,0,1,HQ-DP,1,1200,
    1,patch,1,branch-DP2,branch,arrived,0,0,2400.512,6400000,0,1,branch-DP1,1,2400,
    ");
    assert_snapshot!(written(&world, "routes.csv"), @r"
    replication,kind,from,to,bytes,completed,attempts,failures,busy_seconds,first_seconds,last_seconds
    1,copy,hq,HQ-DP,6400000,1,1,0,,0,0.512
    1,pull,HQ-DP,branch-DP1,6400000,1,1,0,,1200,1300
    1,pull,branch-DP1,branch-DP2,6400000,1,1,0,,2400,2400.512
    ");
}

#[test]
fn a_server_for_every_site_pulls_from_its_neighbour() {
    let mut text = POINTS.replace(
        "[server.HQ-DP]",
        "[site.other]\nparent = \"hq\"\n[server.HQ-DP]",
    );
    text = text.replace(
        "sites = [\"branch\"]\nroles",
        "sites = [\"branch\", \"other\"]\nroles",
    );
    let world = world(&text);
    let source = |point| {
        let source = delivery(&world, point).pulled.unwrap().source.unwrap();
        world.servers[source.index()].name.as_str()
    };
    assert_eq!(source("branch-DP2"), "branch-DP1");
    assert_eq!(source("other-DP2"), "other-DP1");
}

#[test]
fn a_point_of_a_site_with_a_server_is_notified_when_the_package_has_come_there() {
    let text = POINTS.replace("copied_by = \"hq\"\n", "");
    let world = loaded(&text, &["sending.compression=false"]).world;
    let first = delivery(&world, "branch-DP1");
    // 100 s to the site, and 100 s once more: the point pulls over the line.
    assert_eq!((first.at_site.0, first.at.0), (seconds(100), seconds(200)));
    assert_eq!(first.sending_attempts, 1);
}

#[test]
fn no_sources_mean_that_it_is_copied_to() {
    let nothing = [
        "server.\"{site}-DP1\".pulls_from=[]",
        "server.\"{site}-DP2\".pulls_from=[]",
    ];
    let world = points(&nothing);
    // Both are copied to over one line of 512 kbit/s.
    assert_eq!(both(&world), [seconds(200); 2]);
    assert!(
        world
            .deliveries
            .iter()
            .all(|arrival| arrival.pulled.is_none())
    );
    assert!(!written(&world, "sending.csv").contains("pulled_from"));
}

#[test]
fn globs_mean_other_points_and_come_in_the_order_of_the_list() {
    let second = |sources: &str| {
        let setting = format!("server.\"{{site}}-DP2\".pulls_from={sources}");
        let world = points(&[&setting]);
        let source = delivery(&world, "branch-DP2")
            .pulled
            .unwrap()
            .source
            .unwrap();
        (world.servers[source.index()].name.clone(), both(&world)[1])
    };
    // Only headquarters have it at the look after 20 min; both share the line.
    let shared = ("HQ-DP".to_owned(), seconds(1_400));
    assert_eq!(second("[\"*\"]"), shared);
    assert_eq!(second("[\"branch-*\", \"HQ-DP\"]"), shared);
    let near = ("branch-DP1".to_owned(), seconds(2_400) + COPY);
    assert_eq!(second("[\"branch-*\"]"), near);
}

#[test]
fn cards_and_lans_are_parts_of_the_way() {
    // 512 kbit/s anywhere on a way take 100 s.
    for slow in ["site.branch.lan", "server.\"{site}-DP1\".network"] {
        let world = points(&[&format!("{slow}=512 kbit/s")]);
        assert_eq!(both(&world), [FIRST, 2_500].map(seconds), "{slow}");
    }
    // Copied to at 512 kbit/s and asked at the same rate by two points at once.
    let both_from_it = [
        "server.HQ-DP.network=512 kbit/s",
        "site.branch.wan=unlimited",
        "server.\"{site}-DP2\".pulls_from=[\"HQ-DP\"]",
    ];
    assert_eq!(both(&points(&both_from_it)), [seconds(1_400); 2]);
}

#[test]
fn points_that_have_it_from_the_start_are_sources_and_others_are_not() {
    let some = points(&["package.patch.sent.points=[\"branch-*\"]"]);
    assert_eq!(both(&some)[0], seconds(100), "at the first look");
    let none = points(&["package.patch.distribution_points=[\"branch-*\"]"]);
    let fates: Vec<_> = none.deliveries.iter().map(|arrival| arrival.fate).collect();
    assert_eq!(fates, [Fate::NoSource; 2]);
}

#[test]
fn a_package_that_is_not_sent_is_there_whoever_pulls() {
    let world = world(&POINTS.replace("[package.patch.sent]\n", ""));
    assert!(world.deliveries.is_empty() && world.changes.is_empty());
}

#[test]
fn faults_hold_up_notifications_and_downloads() {
    let line = "wan = [\"branch\"]\nfor = \"5 min\"\n";
    assert_eq!(
        after(&format!("at = \"+1250 s\"\n{line}")),
        1_250 + 600 + 50
    );
    assert_eq!(
        after(&format!("at = \"+1100 s\"\n{line}")),
        2_400 + 100,
        "the point cannot be notified"
    );
    let server = |name: &str, at: &str| {
        after(&format!(
            "server = [\"{name}\"]\nroles = [\"distribution point\"]\nat = \"{at}\"\nfor = \"5 min\"\n"
        ))
    };
    assert_eq!(server("branch-DP1", "+1100 s"), 2_400 + 100);
    assert_eq!(server("branch-DP1", "+1210 s"), 1_210 + 600 + 90);
    assert_eq!(server("HQ-DP", "+1210 s"), 1_210 + 600 + 90);
    // Notified at once, it finds the source gone, and looks half an hour later.
    assert_eq!(server("HQ-DP", "+1100 s"), 1_200 + 1_800 + 100);
    assert_eq!(server("branch-DP2", "+1210 s"), FIRST);
}

#[test]
fn the_rules_of_points_that_pull_are_values() {
    let first = |rule: &str| both(&points(&[rule]))[0];
    assert_eq!(first("sending.pull_recheck=1 min"), seconds(160));
    let fault = "[[fault]]\nserver = [\"branch-DP1\"]\nat = \"+1100 s\"\nfor = \"5 min\"\n";
    let text = format!("{POINTS}{fault}");
    let set = |rules: &[&str]| loaded(&text, rules).world;
    let sooner = set(&["sending.pull_notify={interval = \"3 min\"}"]);
    assert_eq!(both(&sooner)[0], seconds(1_200 + 360 + 100));
    let never = set(&["sending.pull_notify={count = 0}"]);
    assert_eq!(
        delivery(&never, "branch-DP1").fate,
        Fate::NotificationGaveUp
    );
    let break_at = |from: &str| text.replace("+1100 s", from);
    let resumed = loaded(&break_at("+1210 s"), &["sending.pull_resume=301 s"]).world;
    assert_eq!(both(&resumed)[0], seconds(1_210 + 301 + 90));
    let source = break_at("+1100 s").replace("branch-DP1\"]\nat", "HQ-DP\"]\nat");
    let looked = loaded(&source, &["sending.pull_look_again=4 min"]).world;
    assert_eq!(both(&looked)[0], seconds(1_200 + 240 + 100));
    let polled = points(&["sending.pull_poll={count = 2, interval = \"30 s\"}"]);
    let told = delivery(&polled, "branch-DP1").pulled.unwrap();
    assert_eq!(told.cancelled, Instant(seconds(1_260)));
    assert_eq!(delivery(&polled, "branch-DP1").fate, Fate::Arrived);
}

#[test]
fn a_machine_that_waits_is_told_from_where_its_point_pulls() {
    let text = POINTS.replace("assigned = \"+1 d\"", "assigned = \"as soon as possible\"");
    let world = loaded(&text, &["site.branch.wan=8 kbit/s"]).world;
    let (_, diary) = follow(&world, &Plan::new(&world), 1, MachineId(0));
    let teller = Teller::new(&world, MachineId(0));
    let told: Vec<_> = (diary.entries.iter())
        .filter(|(_, _, entry)| matches!(entry, Entry::ContentComes(..)))
        .map(|(_, _, entry)| teller.tell(entry))
        .collect();
    assert_snapshot!(told.join("\n"), @"package patch is on its way, and comes to branch-DP1 Mon 2006-03-20 08:06:40, pulled from HQ-DP");
}

#[test]
fn what_never_comes_to_any_source_is_a_warning() {
    let none = POINTS.replace(
        "[package.patch]",
        "[package.patch]\ndistribution_points = [\"branch-*\"]",
    );
    assert_snapshot!(shown(&none));
}

#[test]
fn a_point_that_pulls_too_late_is_a_warning() {
    assert_snapshot!(shown(&POINTS.replace("\"+1 d\"", "\"+30 min\"")));
}

#[test]
fn whoever_cannot_pull_is_an_error() {
    assert_snapshot!(shown(
        r#"
[server.MP]
roles = ["management point", "client access point"]
pulls_from = ["DP1"]
[server.DP1]
roles = ["distribution point"]
pulls_from = ["DP3", "DP9", "MP", "M*"]
[server.DP2]
roles = ["distribution point"]
pulls_from = ["DP1"]
[server.DP3]
roles = ["distribution point"]
pulls_from = ["DP2"]
[server.DP4]
roles = ["distribution point"]
pulls_from = ["DP4"]
[server.DP5]
roles = ["distribution point"]
pulls_from = ["DP*"]
[package.p.sent]
"#
    ));
}

#[test]
fn points_that_pull_look_again_after_a_second_at_least() {
    for key in ["pull_recheck", "pull_look_again", "pull_resume"] {
        let said = shown(&format!("{POINTS}\n[sending]\n{key} = \"0 s\"\n"));
        assert!(said.contains("`0 s` is too short"), "{key}: {said}");
    }
}

#[test]
fn the_example_of_points_that_pull_keeps_its_figures() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/pull-points.toml");
    let read = |settings: &[&str]| {
        let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
        let loaded = load(&path, &settings).unwrap_or_else(|problems| panic!("{problems}"));
        let codes = loaded
            .warnings
            .list()
            .iter()
            .map(|problem| problem.code.name());
        (codes.collect::<Vec<_>>(), loaded.world)
    };
    let at = |world: &World, point: &str| delivery(world, point).at.0 / 1_000_000;
    let over_the_line = |world: &World| {
        let from_hq =
            |p: &&rollcast::world::PullUse| world.servers[p.source.index()].name == "HQ-DP";
        world.sent.pulls.iter().filter(from_hq).count()
    };
    let (codes, world) = read(&[]);
    assert_eq!(codes, [""; 0]);
    assert_eq!(
        (at(&world, "branch-07-DP1"), at(&world, "branch-07-DP3")),
        (1_920, 2_414)
    );
    assert_eq!(over_the_line(&world), 10);
    let (codes, world) =
        read(&["server.\"{site}-DP{2..3}\".pulls_from=[\"{site}-DP1\", \"HQ-DP\"]"]);
    assert_eq!(codes, [""; 0]);
    assert_eq!(
        (at(&world, "branch-07-DP1"), over_the_line(&world)),
        (3_360, 30)
    );
    let copied = ["1", "{2..3}"].map(|n| format!("server.\"{{site}}-DP{n}\".pulls_from=[]"));
    let (codes, world) = read(&copied.each_ref().map(String::as_str));
    assert_eq!(codes, ["late-content"]);
    let last = world
        .deliveries
        .iter()
        .map(|arrival| arrival.at)
        .max()
        .unwrap();
    assert_eq!(last.0 / 1_000_000, 9_736);
}
