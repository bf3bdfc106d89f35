//! Packages that are sent while clients use the same lines, against what arithmetic
//! says: both are transfers that share each line by max-min fairness.

use crate::fleet;
use crate::lab::{HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::division::Plan;
use rollcast::engine::Method;
use rollcast::model::{Entry, Watch, replicate};
use rollcast::outcome::{Cause, Delivered, Replication};
use rollcast::units::{Instant, Size, Span};
use rollcast::world::{Arrival, LinkKind, World};

/// A branch behind 1.2 Mbit/s, which are 150,000 bytes a second. Its clients read `p`
/// from headquarters, from the start; `q` is sent to its own point meanwhile.
const BRANCH: &str = r#"
[site.branch]
parent = "hq"
wan = "1.2 Mbit/s"
slow_boundary = false
address = "line"
[address.line]
[server.BRANCH-DP]
site = "branch"
roles = ["distribution point"]
network = "unlimited"
[sending]
compression = false
[package.p]
size = "60 MB"
distribution_points = ["SMS"]
[package.q]
size = "30 MB"
distribution_points = ["BRANCH-DP"]
[package.q.sent]
from = "hq"
"#;

/// `clients` of them, with more in the scenario and settings over it.
fn lab(clients: u32, more: &str, settings: &[&str]) -> Lab {
    let fleet = LEGACY.replace("count = 1", &format!("count = {clients}"));
    let parts = [
        BRANCH,
        &fleet,
        "sites = [\"branch\"]",
        PROGRAM,
        "package = \"p\"",
        more,
    ];
    let nothing_else = "[advertisement.p]\nprogram = \"p\"\n";
    Lab::set(&[&parts[..], &[nothing_else]].concat(), settings)
}

fn delivered(lab: &Lab) -> &Delivered {
    let delivered = lab.replication.delivered.as_ref();
    delivered.expect("it is sent over a line that clients use")
}

fn arrival<'l>(lab: &'l Lab, package: &str) -> &'l Arrival {
    let of = |arrival: &&Arrival| lab.world.packages[arrival.package.index()].id == package;
    delivered(lab).arrivals.iter().find(of).expect("it is sent")
}

/// When the site of the branch has `q`.
fn sent(lab: &Lab) -> Instant {
    arrival(lab, "q").at_site
}

/// When every client has read `p`.
fn read(lab: &Lab) -> Instant {
    let mut ends: Vec<_> = lab.rows().map(|(_, _, row)| row.content_end).collect();
    ends.dedup();
    assert_eq!(ends.len(), 1, "they all take their equal shares");
    ends[0]
}

#[test]
fn a_sending_and_clients_have_equal_shares_of_the_line() {
    let lab = lab(3, "", &[]);
    // A quarter each until the sending has its 30 MB, then a third.
    assert_eq!(sent(&lab), at(4 * 30_000 / 150));
    assert_eq!(read(&lab), at((30_000 + 3 * 60_000) / 150));
    let line = lab.link("branch", LinkKind::WanDown);
    assert_eq!(line.bytes, Size(210_000_000));
    assert_eq!(line.saturated, Span::from_secs(1_400));
    assert_eq!((line.peak_use, line.peak_concurrency), (Some(1.0), Some(4)));
    assert_eq!(
        (line.requests, line.first, line.last),
        (4, at(0), at(1_400))
    );
}

#[test]
fn a_line_of_which_a_calendar_leaves_a_tenth_takes_both_ten_times_as_long() {
    let thin = "[calendar.thin]\nshare = 0.1\notherwise = 0.1\n";
    let lab = lab(3, thin, &["site.branch.wan_calendar=thin"]);
    assert_eq!((sent(&lab), read(&lab)), (at(8_000), at(14_000)));
    // Office hours begin as 40 s of 150,000 B/s have passed: a quarter of 6 MB has
    // come to each of the four.
    let office = "[calendar.office]\nshare = 0.1\n";
    let early = [
        "start=2006-03-20T07:59:20",
        "site.branch.wan_calendar=office",
    ];
    let lab = self::lab(3, office, &early);
    assert_eq!(sent(&lab), at(40 + (4 * 30_000 - 6_000) * 10 / 150));
}

#[test]
fn the_rate_of_an_address_leaves_the_rest_of_the_line_to_clients() {
    let lab = lab(2, "", &["address.line.rate=300 kbit/s"]);
    // 37,500 B/s for the sending, which has 30 MB after 800 s; two clients have had
    // 90 MB by then and take the last 30 MB with the whole line.
    assert_eq!((sent(&lab), read(&lab)), (at(800), at(800 + 200)));
    let wide = self::lab(2, "", &["address.line.rate=2.4 Mbit/s"]);
    assert_eq!(
        sent(&wide),
        at(3 * 30_000 / 150),
        "the line is what limits it"
    );
    let one = self::lab(2, "", &["address.line.rate_per_sending=300 kbit/s"]);
    assert_eq!((sent(&one), read(&one)), (at(800), at(1_000)));
}

#[test]
fn blocks_share_the_line_and_the_silence_after_them_is_as_long_as_they_took() {
    let settings = |own: &[&'static str]| {
        let all = [
            "package.q.size=1500 kB",
            "package.p.size=15 MB",
            "address.line.block=150 kB",
        ];
        [&all[..], own].concat()
    };
    // Ten blocks of 2 s at half of the line, with 2 s between.
    let half = lab(1, "", &settings(&["address.line.share=0.5"]));
    assert_eq!((sent(&half), read(&half)), (at(9 * 4 + 2), at(110)));
    assert_eq!(half.link("branch", LinkKind::WanDown).requests, 2);
    assert_eq!(delivered(&half).sent.routes[0].busy, Span::from_secs(20));
    let pulse = lab(1, "", &settings(&["address.line.every=5 s"]));
    assert_eq!((sent(&pulse), read(&pulse)), (at(9 * 5 + 2), at(110)));
    let late = lab(1, "", &settings(&["address.line.every=1 s"]));
    assert_eq!(
        sent(&late),
        at(20),
        "each block takes longer than the interval"
    );
}

#[test]
fn threads_and_hours_of_an_address_hold_beside_clients() {
    let second = "[package.r]\nsize = \"30 MB\"\ndistribution_points = [\"BRANCH-DP\"]\n\
        [package.r.sent]\nfrom = \"hq\"\n";
    let one = lab(1, second, &["sending.threads=1"]);
    // One after the other at half of the line.
    assert_eq!(sent(&one), at(400));
    assert_eq!(arrival(&one, "r").at_site, at(800));
    assert_eq!(read(&one), at(800));
    let both = lab(1, second, &[]);
    assert_eq!(
        (sent(&both), arrival(&both, "r").at_site),
        (at(600), at(600))
    );
    assert_eq!(read(&both), at(800));
    let closed = [
        "address.line.closed=[\"Mon 08:00-09:00\"]",
        "package.p.size=600 MB",
    ];
    let closed = lab(1, "", &closed);
    assert_eq!(sent(&closed), at(HOUR + 400));
    assert_eq!(read(&closed), at((600_000 + 30_000) / 150));
}

#[test]
fn copies_and_pulls_over_the_line_share_it_with_clients() {
    let copied = lab(3, "", &["site.branch.copied_by=hq"]);
    assert_eq!(arrival(&copied, "q").at, at(800));
    assert_eq!(read(&copied), at(1_400));
    let settings = [
        "server.BRANCH-DP.pulls_from=[\"SMS\"]",
        "package.q.distribution_points=[\"SMS\", \"BRANCH-DP\"]",
        "package.q.sent.points=[\"BRANCH-DP\"]",
        "site.branch.copied_by=hq",
        "package.p.size=240 MB",
    ];
    let pulled = lab(3, "", &settings);
    // Notified at the first look, and then a quarter of the line.
    let notified = arrival(&pulled, "q").pulled.expect("it pulls").notified;
    assert_eq!(arrival(&pulled, "q").at, notified + Span::from_secs(800));
    assert_eq!(read(&pulled), at((30_000 + 3 * 240_000) / 150));
}

#[test]
fn a_cut_of_the_line_breaks_the_sending_and_the_clients_and_both_go_on() {
    let cut = "[[fault]]\nwan = [\"branch\"]\nat = \"+100 s\"\nfor = \"100 s\"\n";
    let lab = lab(1, cut, &[]);
    let q = arrival(&lab, "q");
    assert_eq!(
        q.sending_attempts, 3,
        "it breaks, fails, and is taken up again"
    );
    let line = lab.link("branch", LinkKind::WanDown);
    assert!(line.bytes >= Size(90_000_000), "what broke off is counted");
    assert_eq!(line.requests, 3 + u64::from(lab.only().attempts));
}

/// What is sent over lines that clients may use, and do not.
fn idle(settings: &[&str]) -> World {
    let text = format!(
        "{}{BRANCH}{LEGACY}sites = [\"branch\"]\n{PROGRAM}package = \"p\"\n\
         [calendar.office]\nshare = 0.3\n\
         [package.r]\nsize = \"9 MB\"\n[package.r.sent]\nfrom = \"hq\"\npriority = \"high\"\n\
         [advertisement.p]\nprogram = \"p\"\nassigned = \"optional\"\n",
        crate::lab::HQ
    );
    fleet::loaded(&text, settings).world
}

#[test]
fn where_clients_stay_away_from_the_line_all_is_as_if_there_were_none() {
    for settings in [
        &[][..],
        &[
            "address.line.share=0.5",
            "address.line.from=\"08:00\"",
            "address.line.to=\"18:00\"",
        ],
        &["address.line.every=7 s", "address.line.block=100 kB"],
        &[
            "site.branch.wan_calendar=office",
            "sending.threads_per_site=1",
        ],
        &[
            "address.line.closed=[\"Mon 08:00-09:00\"]",
            "sending.compression=true",
        ],
        &[
            "address.line.medium_and_high=[\"Mon 08:00-09:00\"]",
            "address.line.share=0.25",
        ],
        &["site.branch.copied_by=hq", "address.line.rate=300 kbit/s"],
    ] {
        let world = idle(settings);
        let replication = fleet::run(&world);
        let delivered = replication.delivered.expect("clients may use the line");
        assert_eq!(delivered.arrivals, world.deliveries, "{settings:?}");
        assert_eq!(delivered.sent.routes, world.sent.routes, "{settings:?}");
        assert_eq!(delivered.sent.copies, world.sent.copies, "{settings:?}");
        assert_eq!(delivered.sent.received, world.sent.received, "{settings:?}");
    }
}

#[test]
fn what_is_over_before_any_client_uses_the_line_ties_nothing() {
    // The site has `q` after 200 s, its point 2.4 s later.
    let at_work = |available: &str| {
        let setting = format!("advertisement.p.available={available}");
        lab(1, "", &[&setting])
    };
    let apart = at_work("+203 s");
    assert!(apart.replication.delivered.is_none());
    let line = apart.link("branch", LinkKind::WanDown);
    assert_eq!(line.bytes, Size(90_000_000));
    assert_eq!(
        (line.peak_use, line.saturated),
        (Some(1.0), Span::from_secs(600))
    );
    let together = at_work("+199 s");
    assert!(together.replication.delivered.is_some());
    assert_eq!(
        together.link("branch", LinkKind::WanDown).bytes,
        Size(90_000_000)
    );
}

#[test]
fn when_clients_first_use_the_line_goes_by_the_clocks_of_their_site() {
    // Advertised at 09:00, an hour after the start: in the east that is at the start, in
    // the west two hours later. The sending alone takes 200 s.
    let met = |settings: &[&str]| {
        let nine = ["advertisement.p.available=2006-03-20T09:00:00"];
        let lab = lab(1, "", &[&nine[..], settings].concat());
        let row = lab.only();
        assert!(row.content_end.is_some(), "{settings:?}: {row:?}");
        (lab.replication.delivered.is_some(), row.content_start)
    };
    assert_eq!(met(&[]), (false, at(HOUR)));
    let east = "site.branch.time_zone=+1 h";
    assert_eq!(met(&[east]), (true, at(0)));
    let far_east = "site.branch.time_zone=+9 h";
    assert_eq!(met(&[far_east]), (true, at(0)));
    let west = "site.branch.time_zone=-1 h";
    assert_eq!(met(&[west]), (false, at(2 * HOUR)));
    // By Greenwich mean time it is an hour after the start everywhere.
    let gmt = "advertisement.p.greenwich_mean_time=true";
    assert_eq!(met(&[east, gmt]), (false, at(HOUR)));
    assert_eq!(met(&[west, gmt]), (false, at(HOUR)));
    // A sending of 200 minutes is met by all of them.
    let long = "package.q.size=1800 MB";
    for (zone, first) in [
        (east, 0),
        ("site.branch.time_zone=+0 h", HOUR),
        (west, 2 * HOUR),
    ] {
        assert_eq!(met(&[zone, long]), (true, at(first)), "{zone}");
    }
}

#[test]
fn a_controller_offers_by_the_clock_of_the_scenario_whatever_the_site_shows() {
    for zone in ["site.branch.time_zone=+1 h", "site.branch.time_zone=-1 h"] {
        let phases = "advertisement.p.phases=[{}]";
        let available = "advertisement.p.available=2006-03-20T08:02:00";
        let lab = lab(1, "", &[zone, phases, available]);
        assert!(lab.replication.delivered.is_some(), "{zone}");
        assert_eq!(lab.only().content_start, at(120), "{zone}");
    }
}

#[test]
fn what_is_sent_by_others_over_other_lines_is_worked_out_beforehand() {
    // A root of its own with a branch below it.
    let elsewhere = "[site.lab]\n[site.annex]\nparent = \"lab\"\nwan = \"1.2 Mbit/s\"\n\
        [server.ANNEX-DP]\nsite = \"annex\"\nroles = [\"distribution point\"]\n\
        [package.s]\nsize = \"30 MB\"\ndistribution_points = [\"ANNEX-DP\"]\n\
        [package.s.sent]\nfrom = \"lab\"\n";
    let apart = lab(1, elsewhere, &[]);
    assert_eq!(
        (sent(&apart), arrival(&apart, "s").at_site),
        (at(400), at(200))
    );
    let lines = ["branch", "annex"].map(|site| apart.link(site, LinkKind::WanDown));
    assert_eq!(
        lines.map(|line| line.bytes),
        [Size(90_000_000), Size(30_000_000)]
    );
    assert_eq!(lines[1].saturated, Span::from_secs(200));
    // From the same site, by its only thread: `q` first, slowed by the client.
    let below = elsewhere.replace("parent = \"lab\"", "parent = \"hq\"");
    let below = below.replace("from = \"lab\"", "from = \"hq\"");
    let one = lab(1, &below, &["sending.threads=1"]);
    assert_eq!((sent(&one), arrival(&one, "s").at_site), (at(400), at(600)));
}

#[test]
fn machines_of_other_sites_get_what_clients_have_slowed_when_it_has_come() {
    // The annex reads `q` at its own point, and nothing over a line. The sender has one
    // thread, and `q` goes to the annex before or after the branch, whose client slows it.
    let annex = "[site.annex]\nparent = \"hq\"\nwan = \"1.2 Mbit/s\"\n\
        [server.ANNEX-DP]\nsite = \"annex\"\nroles = [\"distribution point\"]\nnetwork = \"unlimited\"\n\
        [fleet.annex]\ncount = 1\nname = \"X{number}\"\nsites = [\"annex\"]\n\
        [program.q]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
        [collection.annex]\nmachines = [\"X1\"]\n\
        [advertisement.q]\nprogram = \"q\"\ncollection = \"annex\"\n";
    let settings = [
        "package.q.distribution_points=[\"BRANCH-DP\", \"ANNEX-DP\"]",
        "sending.threads=1",
        "rules.location_retry=1 s",
    ];
    let lab = lab(1, annex, &settings);
    let came: Vec<_> = delivered(&lab)
        .arrivals
        .iter()
        .map(|arrival| arrival.at)
        .collect();
    let last = came.iter().max().unwrap();
    assert!(*last >= at(600), "{came:?}");
    let annex = lab
        .world
        .servers
        .iter()
        .position(|server| server.name == "ANNEX-DP");
    let mut arrivals = delivered(&lab).arrivals.iter();
    let there = arrivals
        .find(|arrival| Some(arrival.point.index()) == annex)
        .unwrap();
    let row = lab.row("X1", "q");
    assert!(row.content_start >= there.at);
    assert!(
        row.content_start <= there.at + Span::from_secs(1),
        "{row:?}"
    );
}

fn by(method: Method, world: &World, threads: usize) -> Replication {
    let pool = rayon::ThreadPoolBuilder::new();
    let pool = pool.num_threads(threads).build().unwrap();
    let plan = Plan::new(world).by(method);
    pool.install(|| replicate(world, &plan, 1, &Watch::default()))
        .unwrap()
}

#[test]
fn threads_and_the_method_of_the_network_make_no_difference() {
    let text = format!(
        "{}{BRANCH}{}sites = [\"branch\"]\n{PROGRAM}package = \"p\"\n\
         [calendar.office]\nshare = 0.3\n[advertisement.p]\nprogram = \"p\"\n",
        crate::lab::HQ,
        LEGACY.replace("count = 1", "count = 7")
    );
    let settings = [
        "fleet.\"*\".poll_interval=10 min",
        "address.line.share=0.5",
        "site.branch.wan_calendar=office",
    ];
    let world = fleet::loaded(&text, &settings).world;
    let one = by(Method::Tuned, &world, 1);
    for other in [by(Method::Tuned, &world, 3), by(Method::Simple, &world, 1)] {
        assert_eq!(one.fingerprint, other.fingerprint);
        assert_eq!(one.outcomes, other.outcomes);
        assert_eq!(one.resources, other.resources);
        let (one, other) = (one.delivered.as_ref(), other.delivered.as_ref());
        assert_eq!(one.unwrap().arrivals, other.unwrap().arrivals);
        assert_eq!(one.unwrap().sent, other.unwrap().sent);
    }
}

#[test]
fn what_is_sent_is_read_where_it_has_come_and_no_sooner() {
    // The clients want what is sent, from their own point alone.
    let settings = [
        "package.p.distribution_points=[\"BRANCH-DP\"]",
        "package.p.sent={from = \"hq\"}",
        "package.p.size=30 MB",
        "fleet.leg.client=advanced",
    ];
    let lab = lab(2, "", &settings);
    // Both packages have half of the line, and no client any of it.
    assert!(lab.replication.delivered.is_none());
    for (_, _, row) in lab.rows() {
        assert!(row.content_start > at(400), "{row:?}");
    }
}

#[test]
fn nobody_is_told_of_a_time_that_was_not_kept() {
    // `p` is sent to the branch too; a client of `r` slows it.
    let more = "[package.r]\nsize = \"60 MB\"\ndistribution_points = [\"SMS\"]\n\
        [program.r]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
        [advertisement.r]\nprogram = \"r\"\n";
    let settings = [
        "package.p.distribution_points=[\"BRANCH-DP\"]",
        "package.p.sent={from = \"hq\"}",
        "package.p.size=30 MB",
    ];
    let lab = lab(1, more, &settings);
    let came = arrival(&lab, "p").at;
    assert!(came > lab.world.deliveries[0].at, "the client slows it");
    let diary = lab.diary("L1");
    let told = diary.iter().find_map(|(_, entry)| match entry {
        Entry::ContentComes(_, _, at) => Some(*at),
        _ => None,
    });
    assert_eq!(told, Some(came));
    let content = lab.row("L1", "p");
    assert!(content.content_start >= came);
    let waits = diary
        .iter()
        .filter(|(_, entry)| matches!(entry, Entry::NoPoint(_)));
    assert!(
        waits.count() <= 2,
        "what is known is not asked at every turn"
    );
}

/// A client that downloads the older version of `p` from the point of its branch, in
/// 400 s over its own connection, while the new version is sent from +100 s on; beside
/// it, with `slowed`, a client that reads `r` over the line.
fn updated(changed: &str, slowed: bool, more: &str) -> Lab {
    let fleet = "[fleet.adv]\ncount = 1\nname = \"A{number}\"\nsites = [\"branch\"]\naccess = \"1.2 Mbit/s\"\n";
    let reader = format!(
        "{LEGACY}sites = [\"branch\"]\n[package.r]\nsize = \"120 MB\"\ndistribution_points = [\"SMS\"]\n\
         [program.r]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
         [collection.legacy]\nmachines = [\"L1\"]\n[advertisement.r]\nprogram = \"r\"\ncollection = \"legacy\"\n"
    );
    let p = "[collection.advanced]\nmachines = [\"A1\"]\n\
        [advertisement.p]\nprogram = \"p\"\ncollection = \"advanced\"\non_local = \"download\"\n";
    let parts = [BRANCH, fleet, PROGRAM, "package = \"p\"", p];
    let beside = if slowed { reader.as_str() } else { "" };
    let sent =
        format!("package.p.sent={{from = \"hq\", at = \"+100 s\", changed = \"{changed}\"}}");
    let settings = ["package.p.distribution_points=[\"BRANCH-DP\"]", &sent];
    Lab::set(&[&parts[..], &[beside, more]].concat(), &settings)
}

#[test]
fn an_older_version_is_read_to_its_end_unless_the_new_one_comes_before() {
    for slowed in [false, true] {
        // 9 MB come within 300 s of their release, whatever else is on the line.
        let early = updated("9 MB", slowed, "");
        assert_eq!(early.replication.delivered.is_some(), slowed);
        let row = early.row("A1", "p");
        assert_eq!(
            row.cause,
            Cause::HashMismatch,
            "{slowed}: it is another version"
        );
        assert!(early.messages("A1").contains(&10_075), "{slowed}");
        assert_eq!((row.attempts, row.content_end), (1, at(400)), "{slowed}");
        let late = updated("60 MB", slowed, "");
        let complete = |(_, entry): &&(Instant, Entry)| matches!(entry, Entry::ContentComplete(..));
        let diary = late.diary("A1");
        let ends: Vec<_> = diary.iter().filter(complete).map(|(at, _)| *at).collect();
        assert_eq!((ends[0], ends.len()), (at(400), 2), "{slowed}");
        // By then its policy names the new one, which it runs.
        let row = late.row("A1", "p");
        assert_eq!((row.attempts, row.content_end), (2, ends[1]), "{slowed}");
    }
}

#[test]
fn nobody_is_sent_to_an_older_version_after_the_release_of_the_new_one() {
    for slowed in [false, true] {
        let text = "[advertisement.p2]\nprogram = \"p\"\ncollection = \"advanced\"\non_local = \"download\"\navailable = \"+150 s\"\n";
        let lab = updated("30 MB", slowed, text);
        let came = if slowed {
            arrival(&lab, "p").at
        } else {
            let mut arrivals = lab.world.deliveries.iter();
            arrivals.find(|arrival| arrival.older).unwrap().at
        };
        assert!(came > at(300), "{slowed}");
        let row = lab.row("A1", "p");
        assert!(
            row.content_start <= at(1) || row.content_start >= came,
            "{row:?}"
        );
    }
}

#[test]
fn content_that_is_removed_while_it_is_read_breaks_off_beside_a_sending() {
    let removed = "[[fault]]\npackage = \"p\"\ndistribution_points = [\"BRANCH-DP\"]\n\
        content = \"missing\"\nat = \"+50 s\"\nfor = \"10 min\"\n";
    for slowed in [false, true] {
        let lab = updated("60 MB", slowed, removed);
        let row = lab.row("A1", "p");
        assert!(row.attempts >= 2, "{slowed}: {row:?}");
        // Removed before it was outdated: it comes back when both are over.
        let came = at(650);
        assert!(row.content_start >= came, "{slowed}: {row:?}");
        assert!(!lab.messages("A1").contains(&10_075), "{slowed}");
    }
}

#[test]
fn a_fault_of_content_touches_only_points_that_are_to_have_it() {
    // `q` is sent to the branch. The fault names every point, also that of a site whose
    // machines find no content of `q`.
    let lab = "[site.lab]\n[server.LAB]\nsite = \"lab\"\n\
        roles = [\"management point\", \"distribution point\"]\n\
        [fleet.lab]\ncount = 1\nname = \"X{number}\"\nsites = [\"lab\"]\n\
        [program.q]\nrights = \"administrative\"\n\
        [advertisement.q]\nprogram = \"q\"\non_remote = \"download\"\n\
        [[fault]]\nat = \"+1 h\"\nfor = \"1 h\"\npackage = \"q\"\n\
        distribution_points = [\"*\"]\n";
    let lab = self::lab(1, lab, &[]);
    assert!(
        lab.replication.delivered.is_some(),
        "it is sent beside clients"
    );
    assert!(!lab.row("X1", "q").content_start.is_some());
}

#[test]
fn tries_made_one_by_one_count_as_many_as_those_counted_in_one_step() {
    use rollcast::model::follow;
    use rollcast::world::MachineId;
    // `p` comes to the branch while clients read `r` over the line. Whoever waits for it
    // tries one by one, as long as nobody knows when it comes; `follow` knows it.
    for client in ["legacy", "advanced"] {
        let more = format!(
            "[package.r]\nsize = \"240 MB\"\ndistribution_points = [\"SMS\"]\n\
             [program.r]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
             [advertisement.r]\nprogram = \"r\"\ncollection = \"readers\"\n\
             [collection.readers]\nmachines = [\"L1\"]\n\
             [fleet.waiting]\ncount = 2\nname = \"W{{number}}\"\nsites = [\"branch\"]\nclient = \"{client}\"\npoll_interval = \"10 min\"\n"
        );
        let settings = [
            "package.p.distribution_points=[\"BRANCH-DP\"]",
            "package.p.sent={from = \"hq\", at = \"+2 h\"}",
            "rules.location_retry=7 min",
        ];
        let lab = lab(1, &more, &settings);
        assert!(lab.replication.delivered.is_some());
        let plan = Plan::new(&lab.world);
        for position in 0..lab.world.fleet.machines.len() {
            let machine = MachineId(position as u32);
            let (followed, _) = follow(&lab.world, &plan, 1, machine);
            let rows = lab.world.rows(&lab.world.fleet.machines[position]);
            let run: Vec<_> = rows.map(|row| lab.replication.outcomes[row]).collect();
            assert_eq!(followed, run, "{client}");
        }
        for waiting in ["W1", "W2"] {
            let row = lab.row(waiting, "p");
            assert!(row.content_start >= at(2 * HOUR), "{row:?}");
        }
    }
}
