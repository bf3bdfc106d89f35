//! Content from machines at the same place: client peer cache of Configuration
//! Manager, peer caching of BITS, Delivery Optimization.

use crate::lab::{DAY, HOUR, Lab, PROGRAM, at};
use rollcast::division::Plan;
use rollcast::model::{Asked, Entry, Loss, PeerEntry};
use rollcast::outcome::{Cause, Ending, Outcome, ResourceKey, ResourceUse};
use rollcast::units::{Instant, Size};
use rollcast::world::{LinkKind, ServerRole};

/// Ten megabytes behind a link of 1 Mbit/s, which take it 80 s.
const BRANCH: &str = "[site.branch]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n\
    [server.\"SM*\"]\nbits = true\n\
    [package.p]\n[advertisement.p]\non_remote = \"download\"\n[fleet.\"??*\"]\nsites = [\"branch\"]\n";
const COPY: u64 = 10_000_000;
/// What a machine takes for the package from another: 80 Mbit at 3 Mbit/s.
const HOP: u64 = 26_666_667;

/// Machines that all begin at the start.
fn together(count: u32) -> String {
    format!("[fleet.pc]\ncount = {count}\nname = \"P{{number}}\"\n")
}

/// Machines that begin ten minutes after each other.
fn in_turn(count: u32) -> String {
    let group = |n: u32| {
        let absence = match n {
            1 => String::new(),
            _ => format!(
                "absence = {{ share = 1, length = \"{} min\" }}\n",
                10 * (n - 1)
            ),
        };
        format!("[fleet.pc{n}]\ncount = 1\nname = \"P{n}-{{number}}\"\n{absence}")
    };
    (1..=count).map(group).collect()
}

fn branch(machines: &str, peers: &str) -> Lab {
    Lab::new(&[BRANCH, PROGRAM, machines, peers])
}

/// What machines at the branch have given each other.
fn given(lab: &Lab) -> ResourceUse {
    given_at(lab, "branch")
}

fn given_at(lab: &Lab, site: &str) -> ResourceUse {
    let site = lab.world.sites.iter().position(|s| s.name == site).unwrap();
    let key = ResourceKey::Peers(site.into());
    let mut resources = lab.replication.resources.iter();
    *resources
        .find(|used| used.key == key)
        .expect("machines give there")
}

fn from_points(lab: &Lab) -> u64 {
    lab.server("SMS", ServerRole::DistributionPoint).bytes.0
}

fn over_the_link(lab: &Lab) -> u64 {
    lab.link("branch", LinkKind::WanDown).bytes.0
}

fn all_installed(lab: &Lab) -> bool {
    lab.rows()
        .all(|(_, _, row)| row.ending == Ending::Installed)
}

fn after(micros: u64) -> Instant {
    Instant(micros)
}

/// When each machine had its content, in order of time.
fn arrivals(lab: &Lab) -> Vec<Instant> {
    let mut arrivals: Vec<_> = lab.rows().map(|(_, _, row)| row.content_end).collect();
    arrivals.sort_unstable();
    arrivals
}

fn told(lab: &Lab, machine: &str) -> Vec<PeerEntry> {
    let entries = lab.diary(machine).into_iter();
    let peers = entries.filter_map(|(_, entry)| match entry {
        Entry::Peer(entry) => Some(entry),
        _ => None,
    });
    peers.collect()
}

#[test]
fn of_machines_that_begin_one_after_the_other_one_fetches_and_the_others_take() {
    for count in [1, 2, 5, 25] {
        let lab = branch(&in_turn(count), "[peers]\n");
        assert!(all_installed(&lab));
        let count = u64::from(count);
        assert_eq!(
            given(&lab).bytes.0,
            (count - 1) * COPY,
            "a share of 1 - 1/{count}"
        );
        assert_eq!((from_points(&lab), over_the_link(&lab)), (COPY, COPY));
    }
}

#[test]
fn without_the_table_and_with_a_share_of_zero_nothing_is_different() {
    let outcomes = |peers: &str| branch(&in_turn(4), peers).replication;
    let (never, none) = (
        outcomes(""),
        outcomes("[peers]\nshare = 0\nwait = \"1 h\"\n"),
    );
    assert_eq!(never.outcomes, none.outcomes);
    assert_eq!(
        (never.events, never.fingerprint),
        (none.events, none.fingerprint)
    );
    assert!(
        never
            .resources
            .iter()
            .all(|used| !matches!(used.key, ResourceKey::Peers(_)))
    );
    // A site can stand apart.
    let apart = branch(&in_turn(4), "[peers]\n[site.branch.peers]\nshare = 0\n");
    assert_eq!(apart.replication.outcomes, never.outcomes);
    let alone = branch(&in_turn(4), "[site.branch.peers]\n");
    assert_eq!(given(&alone).bytes.0, 3 * COPY);
}

#[test]
fn machines_that_begin_together_all_cross_the_link_unless_they_wait() {
    let lab = branch(&together(5), "[peers]\n");
    assert_eq!(
        (given(&lab).bytes, over_the_link(&lab)),
        (Size(0), 5 * COPY)
    );
    assert!(arrivals(&lab).iter().all(|time| *time == at(400)));
    let lab = branch(&together(5), "[peers]\nwait = \"1 h\"\n");
    assert_eq!((given(&lab).bytes.0, over_the_link(&lab)), (4 * COPY, COPY));
    // The first at 80 s, the others at 3 Mbit/s each behind it.
    let then = after(80_000_000 + HOP);
    assert_eq!(arrivals(&lab), [at(80), then, then, then, then]);
    let waited = (given(&lab).waited.0, given(&lab).longest_wait.0);
    assert_eq!(waited, (4 * 80_000_000, 80_000_000));
    assert_eq!((given(&lab).requests, given(&lab).timeouts), (4, 0));
}

#[test]
fn who_has_waited_long_enough_turns_to_the_point() {
    let lab = branch(&together(5), "[peers]\nwait = \"10 s\"\n");
    assert_eq!(
        (given(&lab).bytes, over_the_link(&lab)),
        (Size(0), 5 * COPY)
    );
    assert_eq!((given(&lab).timeouts, given(&lab).requests), (4, 4));
    let begun = |row: &Outcome| row.content_start;
    let starts: Vec<_> = lab.rows().map(|(_, _, row)| begun(row)).collect();
    assert_eq!(starts.iter().filter(|time| **time == at(10)).count(), 4);
    assert!(all_installed(&lab));
}

/// One upload each: the machines that have it double with every hop.
#[test]
fn a_machine_gives_to_so_many_at_once_and_the_others_take_their_turn() {
    let lab = branch(&together(8), "[peers]\nwait = \"1 h\"\nconnections = 1\n");
    let hops = |n: u64| after(80_000_000 + n * HOP);
    assert_eq!(
        arrivals(&lab),
        [
            at(80),
            hops(1),
            hops(2),
            hops(2),
            hops(3),
            hops(3),
            hops(3),
            hops(3)
        ]
    );
    assert_eq!(over_the_link(&lab), COPY);
    assert_eq!(given(&lab).peak_concurrency, Some(4));
    // Who does not wait finds it busy.
    let two = together(2)
        .replace("[fleet.pc]", "[fleet.late]")
        .replace('P', "L")
        + "absence = { share = 1, length = \"10 min\" }\n";
    let lab = branch(&(together(1) + &two), "[peers]\nconnections = 1\n");
    assert_eq!((given(&lab).bytes.0, given(&lab).refusals), (COPY, 1));
    assert!(told(&lab, "L2").contains(&PeerEntry::NoMachine(Asked {
        busy: 1,
        off: 0,
        away: 0
    })));
}

#[test]
fn the_rate_of_each_upload_is_the_one_given_or_either_machines_own_connection() {
    let taken = |more: &str, peers: &str| {
        let lab = branch(&(in_turn(2) + more), &format!("[peers]\n{peers}"));
        lab.row("P2-1", "p").content_end - at(600)
    };
    assert_eq!(taken("", "").0, HOP);
    assert_eq!(taken("", "rate = \"8 Mbit/s\"\n").0, 10_000_000);
    for slow in ["pc1", "pc2"] {
        let more = format!("[fleet.\"{slow}*\"]\naccess = \"2 Mbit/s\"\n");
        assert_eq!(taken(&more, "").0, 40_000_000, "{slow}");
    }
}

#[test]
fn uploads_share_the_lan_where_it_is_limited() {
    let lan = "[peers]\nwait = \"1 h\"\n[site.\"branch*\"]\nlan = \"4 Mbit/s\"\n";
    let lab = branch(&together(5), lan);
    // Four at 1 Mbit/s each.
    assert_eq!(arrivals(&lab), [at(80), at(160), at(160), at(160), at(160)]);
    assert_eq!(lab.link("branch", LinkKind::Lan).bytes.0, 5 * COPY);
    assert_eq!(over_the_link(&lab), COPY);
}

/// The share of machines that give is by name, so that more give what fewer gave.
#[test]
fn only_machines_that_give_are_asked() {
    let givers = |share: &str| -> Vec<u32> {
        let peers = format!("[peers]\nshare = {share}\nconnections = 1000\n");
        let lab = branch(&in_turn(40), &peers);
        let mut givers: Vec<u32> = lab
            .replication
            .from_peers
            .iter()
            .map(|t| t.from.0)
            .collect();
        givers.sort_unstable();
        givers.dedup();
        let copies = from_points(&lab) / COPY;
        assert_eq!(copies * COPY + given(&lab).bytes.0, 40 * COPY);
        assert!(copies >= 1, "the first one and all before one gives");
        givers
    };
    let (some, all) = (givers("0.3"), givers("1"));
    assert!(
        some.len() < 20 && all.len() > 15,
        "{} and {}",
        some.len(),
        all.len()
    );
    assert!(givers("0").is_empty());
}

#[test]
fn who_reads_from_the_point_and_legacy_clients_take_nothing() {
    let run = "[advertisement.\"p*\"]\non_remote = \"run\"\n";
    let text = BRANCH.replace("on_remote = \"download\"\n", "");
    let lab = Lab::new(&[
        &text,
        PROGRAM,
        &in_turn(3),
        run,
        "[peers]\nwait = \"1 h\"\n",
    ]);
    assert_eq!((given(&lab).bytes, from_points(&lab)), (Size(0), 3 * COPY));
    let legacy = "[fleet.\"pc*\"]\nclient = \"legacy\"\n";
    let lab = branch(&(in_turn(3) + legacy), "[peers]\nwait = \"1 h\"\n");
    assert_eq!((given(&lab).bytes, from_points(&lab)), (Size(0), 3 * COPY));
}

/// The first machine goes off while it gives, at noon, four hours after the
/// start; the second keeps what it has and fetches the rest.
#[test]
fn where_the_machine_that_gives_goes_off_what_has_arrived_is_kept() {
    let first = "[fleet.pc1]\ncount = 1\nname = \"P1-{number}\"\n\
        availability = { days = \"Mon-Sun\", from = \"08:00\", to = \"12:00\", jitter = \"0 s\", attendance = 1 }\n";
    let second = "[fleet.pc2]\ncount = 1\nname = \"P2-{number}\"\n\
        absence = { share = 1, length = \"14390 s\" }\n";
    let lab = branch(&format!("{first}{second}"), "[peers]\n");
    let row = lab.row("P2-1", "p");
    // Ten seconds at 3 Mbit/s, then the rest at 1 Mbit/s.
    assert_eq!(given(&lab).bytes.0, 3_750_000);
    assert_eq!(
        (row.downloaded.0, row.content_end),
        (COPY, at(4 * HOUR + 50))
    );
    assert_eq!(from_points(&lab), COPY + COPY - 3_750_000);
    let lost = |entry: &PeerEntry| matches!(entry, PeerEntry::Lost(_, Loss::Off));
    assert!(told(&lab, "P2-1").iter().any(lost));
    // A third one that has it takes the place of the first.
    let third = "[fleet.pc3]\ncount = 1\nname = \"P3-{number}\"\n";
    let lab = branch(
        &format!("{first}{second}{third}"),
        "[peers]\nwait = \"1 h\"\n",
    );
    assert_eq!((from_points(&lab), given(&lab).bytes.0), (COPY, 2 * COPY));
    // By the time it would take it from one machine.
    assert_eq!(
        lab.row("P2-1", "p").content_end,
        at(14_390) + rollcast::units::Span(HOP)
    );
}

#[test]
fn a_machine_that_is_off_gives_nothing() {
    let first = "[fleet.pc1]\ncount = 1\nname = \"P1-{number}\"\n\
        availability = { days = \"Mon-Sun\", from = \"08:00\", to = \"12:00\", jitter = \"0 s\", attendance = 1 }\n";
    let second = "[fleet.pc2]\ncount = 1\nname = \"P2-{number}\"\nabsence = { share = 1, length = \"5 h\" }\n";
    let lab = branch(&format!("{first}{second}"), "[peers]\n");
    assert_eq!((given(&lab).bytes, given(&lab).refusals), (Size(0), 1));
    assert!(told(&lab, "P2-1").contains(&PeerEntry::NoMachine(Asked {
        busy: 0,
        off: 1,
        away: 0
    })));
}

/// The program of the first restarts it after ten minutes, while the second has
/// had ten seconds of it.
#[test]
fn a_restart_of_the_machine_that_gives_breaks_what_it_gives() {
    let second = "[fleet.pc2]\ncount = 1\nname = \"P2-{number}\"\nabsence = { share = 1, length = \"670 s\" }\n";
    let machines = format!("[fleet.pc1]\ncount = 1\nname = \"P1-{{number}}\"\n{second}");
    let restart = "[program.\"p*\"]\nafter_running = \"SMS restarts computer\"\n";
    let lab = branch(&machines, &format!("[peers]\n{restart}"));
    assert_eq!(given(&lab).bytes.0, 3_750_000);
    assert_eq!(lab.row("P2-1", "p").content_end, at(680 + 50));
    let lost = |entry: &PeerEntry| matches!(entry, PeerEntry::Lost(_, Loss::Restarts));
    assert!(told(&lab, "P2-1").iter().any(lost));
    assert!(all_installed(&lab));
}

/// Nobody waits longer for a machine that does not come to have it.
#[test]
fn where_the_one_that_fetches_goes_off_another_fetches() {
    let first = "[fleet.pc1]\ncount = 1\nname = \"P1-{number}\"\n\
        availability = { days = \"Mon\", from = \"08:00\", to = \"08:00:30\", jitter = \"0 s\", attendance = 1 }\n";
    let first = first.replace("08:00:30", "08:01");
    let others = together(3)
        .replace("[fleet.pc]", "[fleet.qc]")
        .replace('P', "Q")
        + "absence = { share = 1, length = \"1 s\" }\n";
    let lab = branch(&(first + &others), "[peers]\nwait = \"8 h\"\n");
    // It has had sixty seconds; then one of the others crosses the link.
    assert_eq!(over_the_link(&lab), COPY * 3 / 4 + COPY);
    // A week later the first one fetches the rest.
    assert_eq!(given(&lab).bytes.0, 2 * COPY + COPY / 4);
    let then = after(140_000_000 + HOP);
    assert_eq!(arrivals(&lab)[..3], [at(140), then, then]);
}

#[test]
fn content_from_a_machine_is_good_though_the_point_is_damaged_since() {
    let damage = "[[fault]]\nat = \"+5 min\"\npackage = \"p\"\ndistribution_points = [\"SMS\"]\ncontent = \"corrupt\"\n";
    let lab = branch(&in_turn(3), &format!("[peers]\n{damage}"));
    assert!(all_installed(&lab));
    let lab = branch(&in_turn(3), damage);
    let failed = lab
        .rows()
        .filter(|(_, _, row)| row.cause == Cause::HashMismatch);
    assert_eq!(failed.count(), 2);
    // And a machine that has got it damaged has nothing to give.
    let from_the_start = damage.replace("5 min", "0 min");
    let lab = branch(
        &in_turn(3),
        &format!("[peers]\nwait = \"1 h\"\n{from_the_start}"),
    );
    let failed = lab
        .rows()
        .filter(|(_, _, row)| row.cause == Cause::HashMismatch);
    assert_eq!((failed.count(), given(&lab).bytes), (3, Size(0)));
}

/// A second package throws the first one out, a day after its use.
#[test]
fn what_has_gone_from_the_cache_is_given_no_more() {
    let other = "[package.q]\nsize = \"10 MB\"\n[program.q]\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\n[collection.one]\nmachines = [\"P1-1\"]\n\
        [advertisement.q]\ncollection = \"one\"\navailable = \"+2 d\"\non_remote = \"download\"\n";
    let late = "[fleet.pc2]\ncount = 1\nname = \"P2-{number}\"\nabsence = { share = 1, length = \"3 d\" }\n";
    let machines = |cache: &str| {
        format!(
            "[fleet.pc1]\ncount = 1\nname = \"P1-{{number}}\"\ncache = \"{cache}\"\n{late}{other}"
        )
    };
    let kept = branch(&machines("25 MB"), "[peers]\n");
    assert_eq!(given(&kept).bytes.0, COPY);
    let gone = branch(&machines("15 MB"), "[peers]\n");
    assert_eq!(given(&gone).bytes, Size(0));
    assert!(told(&gone, "P2-1").contains(&PeerEntry::NoMachine(Asked::default())));
}

/// Two programs of one package are one thing to give.
#[test]
fn another_advertisement_of_the_package_gives_it_as_well() {
    let again = "[program.q]\npackage = \"p\"\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\n[collection.early]\nmachines = [\"P1-1\", \"P2-1\"]\n\
        [advertisement.\"p*\"]\ncollection = \"early\"\n\
        [advertisement.q]\navailable = \"+1 d\"\non_remote = \"download\"\n\
        [fleet.late]\ncount = 1\nname = \"L{number}\"\nabsence = { share = 1, length = \"2 d\" }\n";
    let lab = branch(&(in_turn(2) + again), "[peers]\n");
    assert!(all_installed(&lab));
    assert_eq!((from_points(&lab), given(&lab).bytes.0), (COPY, 2 * COPY));
}

#[test]
fn a_machine_that_travels_gives_and_takes_where_it_is() {
    let stay = |machine: &str, from: &str| {
        format!("[[stay]]\nmachine = [\"{machine}\"]\nsite = \"branch\"\nat = \"{from}\"\n")
    };
    let home = BRANCH.replace("[fleet.\"??*\"]\nsites = [\"branch\"]\n", "");
    let fleet = "[fleet.trav]\ncount = 1\nname = \"T1-{number}\"\nsites = [\"hq\"]\n\
        [fleet.pc]\ncount = 1\nname = \"P1-{number}\"\nsites = [\"branch\"]\n";
    let lab = |rest: &[&str]| {
        let mut parts = vec![home.as_str(), PROGRAM, fleet, "[peers]\n"];
        parts.extend(rest);
        Lab::new(&parts)
    };
    let late = "[fleet.\"pc*\"]\nabsence = { share = 1, length = \"1 d\" }\n";
    let download = "[advertisement.\"p*\"]\non_local = \"download\"\n";
    // It fetches at headquarters and gives at the branch.
    let brings = lab(&[&stay("T1-1", "+1 h"), late, download]);
    assert_eq!((given(&brings).bytes.0, over_the_link(&brings)), (COPY, 0));
    // It is found no more where it was.
    let stays = lab(&[late, download]);
    assert_eq!(
        (given(&stays).bytes, over_the_link(&stays)),
        (Size(0), COPY)
    );
    // It takes at the branch what is there.
    let away = "[fleet.\"tra*\"]\nabsence = { share = 1, length = \"1 d\" }\n";
    let takes = lab(&[&stay("T1-1", "+1 h"), away, download]);
    assert_eq!((given(&takes).bytes.0, over_the_link(&takes)), (COPY, COPY));
    assert_eq!(Plan::new(&takes.world).group_count(), 1);
}

/// The machine that gives leaves the place ten seconds after it has begun.
#[test]
fn a_machine_that_leaves_takes_what_it_gives_with_it() {
    let home = BRANCH.replace("[fleet.\"??*\"]\nsites = [\"branch\"]\n", "");
    let fleet = "[fleet.trav]\ncount = 1\nname = \"T1-{number}\"\nsites = [\"hq\"]\n\
        [fleet.pc]\ncount = 1\nname = \"P1-{number}\"\nsites = [\"branch\"]\nabsence = { share = 1, length = \"1 d\" }\n\
        [[stay]]\nmachine = [\"T1-1\"]\nsite = \"branch\"\nfor = \"86410 s\"\n";
    let lab = Lab::new(&[&home, PROGRAM, fleet, "[peers]\n"]);
    let row = lab.row("P1-1", "p");
    assert_eq!((given(&lab).bytes.0, row.downloaded.0), (3_750_000, COPY));
    assert_eq!(row.content_end, at(DAY + 10 + 50));
    let lost = |entry: &PeerEntry| matches!(entry, PeerEntry::Lost(_, Loss::Left));
    assert!(told(&lab, "P1-1").iter().any(lost));
}

#[test]
fn every_byte_comes_from_a_point_or_from_a_machine_and_rows_say_which() {
    let lab = branch(&in_turn(6), "[peers]\nshare = 0.5\n");
    let taken: u64 = lab
        .replication
        .from_peers
        .iter()
        .map(|taken| taken.bytes.0)
        .sum();
    let downloaded: u64 = lab.rows().map(|(_, _, row)| row.downloaded.0).sum();
    assert_eq!(taken, given(&lab).bytes.0);
    assert_eq!(taken + from_points(&lab), downloaded);
    for taken in &lab.replication.from_peers {
        let row = &lab.replication.outcomes[taken.row as usize];
        assert_eq!((taken.bytes, row.downloaded), (Size(COPY), Size(COPY)));
        assert_eq!(row.distribution_point, None, "it has used none");
    }
}

/// A site with a LAN of its own that machines give over shares nothing with
/// another.
#[test]
fn places_are_simulated_apart_with_the_same_result() {
    let text = |second: &str| {
        format!(
            "[peers]\nwait = \"20 min\"\n[site.hq]\n[server.\"*\"]\nnetwork = \"unlimited\"\n\
             [server.SMS]\nsite = \"hq\"\nroles = [\"distribution point\", \"management point\"]\nbits = true\n\
             [site.\"*\"]\nlan = \"10 Mbit/s\"\n[site.hq.peers]\nshare = 0\n\
             [site.one]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n{second}\
             [fleet.pc]\nper_site = 9\nsites = [\"one\", \"two\", \"three\"]\n\
             [advertisement.package]\non_remote = \"download\"\n"
        )
    };
    let two = "[site.two]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n[site.three]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n";
    let text = text(two).replace("[site.\"*\"]\nlan", "[site.\"t*\"]\nlan");
    let apart = Lab::of(&text, &[]);
    assert_eq!(Plan::new(&apart.world).group_count(), 3);
    let tied = Lab::of(
        &format!(
            "{text}[[stay]]\nmachine = [\"one-pc-00001\"]\nsite = \"two\"\nat = \"+6 d\"\n[[stay]]\nmachine = [\"two-pc-00001\"]\nsite = \"three\"\nat = \"+6 d\"\n"
        ),
        &[],
    );
    assert_eq!(Plan::new(&tied.world).group_count(), 1);
    assert_eq!(apart.replication.outcomes, tied.replication.outcomes);
    let peers = |lab: &Lab| ["one", "two", "three"].map(|site| given_at(lab, site));
    assert_eq!(peers(&apart), peers(&tied));
    assert!(peers(&apart).iter().all(|used| used.bytes.0 > 0));
}

#[test]
fn explain_tells_who_gave_and_who_took() {
    let lab = branch(&in_turn(2), "[peers]\n");
    let taken = told(&lab, "P2-1");
    assert!(
        matches!(taken[..], [PeerEntry::Starts(_, _, Size(COPY))]),
        "{taken:?}"
    );
    assert_eq!(
        told(&lab, "P1-1")[0],
        PeerEntry::NoMachine(Asked::default())
    );
    assert!(matches!(told(&lab, "P1-1")[1], PeerEntry::Gives(..)));
}

/// "This policy setting doesn't affect Peercaching transfers between peer
/// computers": Windows documentation, policies of BITS.
#[test]
fn policies_for_background_transfers_do_not_hold_among_machines() {
    let slow = "[fleet.\"pc*\"]\nbits = { rate = \"500 kbit/s\", otherwise = \"500 kbit/s\" }\n";
    let lab = branch(&(in_turn(2) + slow), "[peers]\n");
    assert_eq!(lab.row("P1-1", "p").content_end, at(160));
    let taken = lab.row("P2-1", "p").content_end - at(600);
    assert_eq!(taken.0, HOP);
}

/// The point admits nobody any more when the second machine comes; ten minutes
/// later the first one gives it what it has.
#[test]
fn whom_the_points_refuse_another_machine_serves_at_the_next_try() {
    let shut = "[[fault]]\nat = \"+5 s\"\npackage = \"p\"\naccess = [\"Administrators\"]\n";
    let second = "[fleet.pc2]\ncount = 1\nname = \"P2-{number}\"\nabsence = { share = 1, length = \"10 s\" }\n";
    let machines = format!("{}{second}{shut}", in_turn(1));
    let row = branch(&machines, "[peers]\n").row("P2-1", "p");
    assert_eq!(
        (row.ending, row.content_start),
        (Ending::Installed, at(610))
    );
    assert_eq!(row.distribution_point, None);
    let row = branch(&machines, "").row("P2-1", "p");
    assert_eq!(row.cause, Cause::ContentAccessDenied);
}

/// What one try has waited for in vain does not count against the next time.
#[test]
fn an_assignment_that_comes_round_waits_again() {
    let weekly = "[advertisement.\"p*\"]\nassigned = \"+0 s\"\nrecurs = \"2 d\"\n\
        [fleet.\"pc*\"]\ncache = \"15 MB\"\n[package.q]\n[program.q]\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\n\
        [advertisement.q]\navailable = \"+36 h\"\non_remote = \"download\"\n";
    let machines = together(3) + weekly;
    let parts = [BRANCH, PROGRAM, &machines, "[peers]\nwait = \"1 h\"\n"];
    let lab = Lab::set(&parts, &["horizon=9 d"]);
    assert!(all_installed(&lab));
    let copies = |bytes: u64| (bytes / COPY, bytes % COPY);
    // Each of both packages crosses the link once; the first one is not fetched
    // again as long as it is in the cache.
    let (fetched, rest) = copies(over_the_link(&lab));
    assert!(
        fetched >= 3 && rest == 0,
        "{fetched} copies and {rest} bytes"
    );
    assert_eq!(over_the_link(&lab) * 2, given(&lab).bytes.0);
    assert_eq!(given(&lab).timeouts, 0);
}

#[test]
fn an_advertisement_can_keep_its_content_to_itself() {
    let lab = branch(
        &in_turn(3),
        "[peers]\nwait = \"1 h\"\n[advertisement.\"p*\"]\npeers = false\n",
    );
    assert_eq!((given(&lab).bytes, given(&lab).requests), (Size(0), 0));
    assert_eq!(over_the_link(&lab), 3 * COPY);
}

/// Cut for an hour ten seconds after the second machine has begun to take.
#[test]
fn a_lan_that_is_cut_holds_up_what_machines_give_each_other() {
    let cut = "[site.\"branch*\"]\nlan = \"100 Mbit/s\"\n\
        [[fault]]\nat = \"+610 s\"\nfor = \"1 h\"\nlan = [\"branch\"]\n";
    let lab = branch(&in_turn(2), &format!("[peers]\n{cut}"));
    let taken = lab.row("P2-1", "p").content_end - at(600);
    assert_eq!(taken.0, HOP + 3_600_000_000);
    assert_eq!((given(&lab).bytes.0, over_the_link(&lab)), (COPY, COPY));
    // Neither the server nor the link to it is concerned.
    for what in ["server = [\"SMS\"]", "wan = [\"branch\"]"] {
        let down = format!("[[fault]]\nat = \"+610 s\"\nfor = \"1 h\"\n{what}\n");
        let lab = branch(&in_turn(2), &format!("[peers]\n{down}"));
        assert_eq!((lab.row("P2-1", "p").content_end - at(600)).0, HOP);
    }
}
