//! Tries that end alike are counted in one step where nothing can come between them. With
//! single tries they are made one by one: rows, counts and the timeline are the same.

use crate::fleet::{invariants, world};
use crate::lab::HQ;
use rollcast::division::Plan;
use rollcast::model::{Watch, replicate};
use rollcast::outcome::Replication;
use rollcast::world::World;

fn by(world: &World, plan: &Plan) -> Replication {
    let replication = replicate(world, plan, 1, &Watch::default()).expect("no interruption");
    invariants::hold(world, &replication);
    replication
}

/// What differs between equal tries that are counted in one step and those made one by
/// one, if anything.
fn difference(text: &str) -> Option<String> {
    let world = world(text);
    let plan = Plan::new(&world);
    let counted = by(&world, &plan);
    let made = by(&world, &plan.with_single_tries());
    let rows = counted.outcomes.iter().zip(made.outcomes.iter());
    let unlike = rows.enumerate().find(|(_, (one, other))| one != other);
    if let Some((row, (one, other))) = unlike {
        let (one, other) = (format!("{one:#?}"), format!("{other:#?}"));
        let lines = one
            .lines()
            .zip(other.lines())
            .filter(|(one, other)| one != other);
        return Some(format!("row {row}: {:?}", lines.collect::<Vec<_>>()));
    }
    let mut used = counted.resources.iter().zip(&made.resources);
    if let Some((one, other)) = used.find(|(one, other)| one != other) {
        return Some(format!("{one:?}\nmade one by one: {other:?}"));
    }
    let alike = counted.timeline.changes == made.timeline.changes;
    (!alike).then(|| "the timeline".to_owned())
}

/// What both programs of the machine have in common.
const MACHINE: &str = "[share.vault]\nserver = \"SMS\"\naccess = [\"Administrators\"]\n\
    [package.p]\nsize = \"5 MB\"\n[package.q]\nsize = \"5 MB\"\n\
    [program.\"*\"]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
    install_time = \"10 min\"\n";

/// How `p` is tried in vain.
const IN_VAIN: [(&str, &str); 6] = [
    (
        "its content is refused",
        "[package.p]\naccess = [\"Administrators\"]\n[program.p]\n",
    ),
    (
        "its content is refused, and would be downloaded",
        "[package.p]\naccess = [\"Administrators\"]\n[program.p]\n\
         [advertisement.p]\non_local = \"download\"\n",
    ),
    (
        "its command line is on a share that refuses it",
        "[program.p]\nshares = [{ share = \"vault\", command_line = true }]\n",
    ),
    (
        "the same, from the cache",
        "[program.p]\nshares = [{ share = \"vault\", command_line = true }]\n\
         [advertisement.p]\non_local = \"download\"\n",
    ),
    (
        "its content is refused to the user",
        "[package.p]\naccess = ['CORP\\Domain Computers']\n[program.p]\nrights = \"user\"\n\
         runs = \"only when a user is logged on\"\n[advertisement.p]\non_local = \"download\"\n",
    ),
    (
        "there is no room on the disk",
        "[program.p]\ndisk = \"99999 GB\"\n",
    ),
];

/// What `q` does meanwhile.
const MEANWHILE: [(&str, &str); 28] = [
    (
        "runs",
        "[program.q]\n[advertisement.q]\nassigned = \"+9 h\"\n",
    ),
    (
        "runs long",
        "[program.q]\ninstall_time = \"7 h\"\n[advertisement.q]\nassigned = \"+9 h\"\n",
    ),
    (
        "restarts the machine",
        "[program.q]\nafter_running = \"SMS restarts computer\"\n[advertisement.q]\nassigned = \"+9 h\"\n",
    ),
    (
        "supersedes it",
        "[program.q]\nsupersedes = [\"p\"]\n[advertisement.q]\nassigned = \"+9 h\"\n",
    ),
    (
        "supersedes it once a later look brings it",
        "[program.q]\nsupersedes = [\"p\"]\n[advertisement.q]\navailable = \"+9 h\"\n",
    ),
    (
        "is a program that it runs first, whose time is later",
        "[program.p]\nrun_first = \"q\"\n[program.q]\n[advertisement.q]\nassigned = \"+9 h\"\n",
    ),
    (
        "is run first by it and comes to fail",
        "[program.p]\nrun_first = \"q\"\n[program.q]\nexit_codes = { 1603 = 1 }\n\
         [advertisement.q]\nassigned = \"+9 h\"\n",
    ),
    (
        "waits for it to be run first",
        "[program.q]\nrun_first = \"p\"\n[advertisement.q]\nassigned = \"+9 h\"\n",
    ),
    (
        "removes it",
        "[program.r]\npackage = \"q\"\n[program.p]\nuninstall = \"r\"\n[program.q]\n\
         supersedes = [\"p\"]\nuninstall_first = true\n[advertisement.q]\nassigned = \"+9 h\"\n\
         [advertisement.r]\nassigned = \"+30 h\"\n",
    ),
    (
        "is offered to be run again and again",
        "[program.q]\n[advertisement.q]\nassigned = \"+9 h\"\nrecurs = \"1 d\"\n",
    ),
    (
        "is chosen by nobody",
        "[program.q]\n[advertisement.q]\nassigned = \"optional\"\n",
    ),
    (
        "is chosen later, and downloads then",
        "[program.q]\n[advertisement.q]\nassigned = \"optional\"\non_local = \"download\"\n\
         uptake = { share = 1, delay = \"9 h\" }\n",
    ),
    (
        "starts in a window, again and again",
        "[program.q]\n[advertisement.q]\nassigned = \"+9 h\"\nrecurs = \"20 h\"\n\
         start_window = { length = \"5 h\" }\n",
    ),
    (
        "has downloaded, and is withdrawn before its time",
        "[program.q]\n[advertisement.q]\nassigned = \"+30 h\"\non_local = \"download\"\n\
         withdrawn = \"+9 h\"\n",
    ),
    (
        "comes round, and is removed when it is no longer advertised",
        "[program.r]\npackage = \"q\"\n[program.q]\nuninstall_when_not_advertised = true\n\
         uninstall = \"r\"\n[advertisement.q]\nassigned = \"+9 h\"\nrecurs = \"1 d\"\nexpires = \"+50 h\"\n",
    ),
    (
        "is refused too",
        "[program.q]\nshares = [{ share = \"vault\", command_line = true }]\n\
         [advertisement.q]\nassigned = \"+9 h\"\n",
    ),
    (
        "is refused too, and supersedes it",
        "[program.q]\nsupersedes = [\"p\"]\nshares = [{ share = \"vault\", command_line = true }]\n\
         [advertisement.q]\nassigned = \"+9 h\"\n",
    ),
    (
        "downloads",
        "[program.q]\n[advertisement.q]\nassigned = \"+9 h\"\non_local = \"download\"\n",
    ),
    (
        "is the same program",
        "[program.q]\n[advertisement.q]\nprogram = \"p\"\nassigned = \"+9 h\"\n\
         [advertisement.\"*\"]\nrerun = \"if failed\"\n",
    ),
    (
        "is the same program, which runs once",
        "[program.q]\n[advertisement.q]\nprogram = \"p\"\nassigned = \"+9 h\"\n\
         [advertisement.\"*\"]\nrerun = \"never\"\n",
    ),
    (
        "is the same program, which runs again after success",
        "[program.q]\n[advertisement.q]\nprogram = \"p\"\nassigned = \"+9 h\"\n\
         [advertisement.\"*\"]\nrerun = \"if succeeded\"\n",
    ),
    (
        "runs again and again until it succeeds",
        "[program.q]\nexit_codes = { 1618 = 0.98, 0 = 0.02 }\n[advertisement.q]\n",
    ),
    (
        "brings the same content",
        "[program.q]\npackage = \"p\"\n[advertisement.q]\nassigned = \"+9 h\"\navailable = \"+8 h\"\n\
         on_local = \"download\"\n",
    ),
    (
        "is withdrawn",
        "[program.q]\nexit_codes = { 1618 = 1 }\n[advertisement.q]\nwithdrawn = \"+30 h\"\n",
    ),
    (
        "is removed when it is no longer advertised",
        "[program.q]\nuninstall = \"r\"\nuninstall_when_not_advertised = true\n[program.r]\npackage = \"q\"\n\
         install_time = \"3 h\"\n[advertisement.q]\nexpires = \"+30 h\"\n",
    ),
    (
        "is removed when it is withdrawn",
        "[program.q]\nuninstall = \"r\"\nuninstall_when_not_advertised = true\n[program.r]\npackage = \"q\"\n\
         install_time = \"3 h\"\n[advertisement.q]\nwithdrawn = \"+30 h\"\n",
    ),
    (
        "runs from a point that gets its content later",
        "[program.q]\n[package.q]\nsent = { from = \"hq\", at = \"+30 h\" }\n[advertisement.q]\n",
    ),
    (
        "is the same program, and recurs",
        "[program.q]\n[advertisement.q]\nprogram = \"p\"\nassigned = \"+9 h\"\nrecurs = \"1 d\"\n\
         [advertisement.\"*\"]\nrerun = \"if failed\"\n",
    ),
];

/// What changes what `p` meets, or not.
const CHANGES: [&str; 6] = [
    "",
    "[[fault]]\nat = \"+50 h\"\nfor = \"9 h\"\nserver = [\"SMS\"]\n",
    "[fleet.\"*\"]\npresence = \"office\"\n",
    "[fleet.\"*\"]\ncache = \"8 MB\"\n[rules]\ncache_tombstone = \"20 h\"\n",
    "[advertisement.p]\nexpires = \"+40 h\"\n",
    "[rules]\nexecution_retry = { count = 20, interval = \"10 min\", factor = 1.2 }\n\
     network_retry = { count = 30, interval = \"35 min\" }\n",
];

const CLIENTS: [&str; 2] = [
    "[fleet.adv]\ncount = 2\nname = \"A{number}\"\n",
    "[fleet.leg]\ncount = 2\nname = \"L{number}\"\nclient = \"legacy\"\n",
];

/// Puts parts together that may say more of a table: each heading stands once, with all
/// its keys.
fn together(parts: &[&str]) -> String {
    let mut tables: Vec<(String, String)> = Vec::new();
    for line in parts.iter().flat_map(|part| part.lines()) {
        if line.starts_with('[') {
            let at = tables.iter().position(|(heading, _)| heading == line);
            let at = at.filter(|_| !line.starts_with("[["));
            let table = at.map_or((line.to_owned(), String::new()), |at| tables.remove(at));
            tables.push(table);
        } else if let Some((_, keys)) = tables.last_mut() {
            keys.push_str(line);
            keys.push('\n');
        }
    }
    let tables = tables
        .iter()
        .map(|(heading, keys)| format!("{heading}\n{keys}"));
    tables.collect()
}

#[test]
fn equal_tries_give_the_same_in_one_step_and_one_by_one_whatever_else_the_machine_does() {
    let (head, rest) = HQ.split_at(HQ.find("[account").expect("it names accounts"));
    let mut unlike = Vec::new();
    for (a, client) in CLIENTS.into_iter().enumerate() {
        for (b, (fails, in_vain)) in IN_VAIN.into_iter().enumerate() {
            for (c, (does, meanwhile)) in MEANWHILE.into_iter().enumerate() {
                // Each pair of them meets; all at once would take long.
                let some = |(d, _): &(usize, &str)| (a + b + c + d) % 3 == 0;
                for (_, change) in CHANGES.into_iter().enumerate().filter(some) {
                    let offer = "[advertisement.p]\n";
                    let parts = [rest, client, MACHINE, in_vain, meanwhile, change, offer];
                    let text = format!("{head}{}", together(&parts));
                    if let Some(difference) = difference(&text) {
                        unlike.push(format!("{fails}, {does}, {change}{client}: {difference}"));
                    }
                }
            }
        }
    }
    assert!(unlike.is_empty(), "{}: {}", unlike.len(), unlike.join("\n"));
}

/// Where the content of `p` is, and what else a try may meet.
const SEVERAL: [(&str, &str); 11] = [
    (
        "two points",
        "[server.B]\nsite = \"hq\"\nroles = [\"distribution point\"]\n",
    ),
    (
        "two points, until it expires",
        "[server.B]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
         [advertisement.p]\nexpires = \"+31 h\"\n",
    ),
    (
        "points over BITS first",
        "[server.B]\nsite = \"hq\"\nroles = [\"distribution point\"]\nbits = true\n\
         [server.C]\nsite = \"hq\"\nroles = [\"distribution point\"]\nbits = true\n\
         [rules]\nprefer_bits = true\n",
    ),
    (
        "many points",
        "[server.\"D{1..40}\"]\nsite = \"hq\"\nroles = [\"distribution point\"]\n",
    ),
    (
        "points with a limit",
        "[server.B]\nsite = \"hq\"\nroles = [\"distribution point\"]\nconnection_limit = 10\n",
    ),
    (
        "a point of another domain",
        "[server.B]\nsite = \"hq\"\ndomain = \"OLD\"\nroles = [\"distribution point\"]\n\
         [domain.CORP]\n[domain.OLD]\nkind = \"windows nt 4.0\"\n\
         [fleet.\"*\"]\ndomain = \"CORP\"\n[server.SMS]\ndomain = \"CORP\"\n",
    ),
    (
        "a point that is a controller",
        "[server.B]\nsite = \"hq\"\nroles = [\"distribution point\", \"domain controller\"]\n\
         [server.E]\nsite = \"hq\"\nroles = [\"domain controller\"]\n",
    ),
    (
        "a point that goes and comes",
        "[server.B]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
         [[fault]]\nat = \"+20 h\"\nfor = \"30 h\"\nserver = [\"B\"]\n",
    ),
    (
        "points elsewhere",
        "[site.b]\nparent = \"hq\"\n[server.B]\nsite = \"b\"\nroles = [\"distribution point\"]\n\
         [server.C]\nsite = \"b\"\nroles = [\"distribution point\"]\n\
         [rules]\npoint_order = \"random\"\n",
    ),
    (
        "tries at uneven times",
        "[server.B]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
         [rules]\nexecution_retry = { count = 90, interval = \"10 min\", factor = 1.1, jitter = 0.3 }\n\
         network_retry = { count = 90, interval = \"10 min\", factor = 1.1, jitter = 0.3 }\n",
    ),
    (
        "a server that the client prefers",
        "[server.B]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
         [server.C]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
         [site.hq]\npreferred_servers = [\"C\"]\n",
    ),
];

/// How what machines say comes to the site server.
const REPORTS: [(&str, &str); 8] = [
    ("", ""),
    ("counted", "[traffic]\n"),
    ("at once", "[reports]\n"),
    ("through an inbox", "[reports]\nprocessing = \"5 min\"\n"),
    (
        "through a small inbox",
        "[reports]\nprocessing = \"20 min\"\ninbox = 3\n[traffic]\n",
    ),
    ("or lost", "[reports]\nlost = 0.3\n"),
    (
        "through a line",
        "[reports]\n[server.SMS]\nstation = { service = \"2 min\" }\n",
    ),
    (
        "once the server is back",
        "[reports]\n[[fault]]\nat = \"+9 h\"\nfor = \"50 h\"\nserver = [\"SMS\"]\n\
         roles = [\"management point\", \"client access point\"]\n",
    ),
];

#[test]
fn equal_tries_meet_the_points_and_the_lines_that_single_tries_meet() {
    let (head, rest) = HQ.split_at(HQ.find("[account").expect("it names accounts"));
    let head = head.replace("10 d", "3 d");
    let administrator = (
        "its user is not an administrator",
        "[program.p]\nrights = \"user\"\nruns = \"only when a user is logged on\"\n\
         needs_administrator = true\n",
    );
    let in_vain: Vec<_> = IN_VAIN.into_iter().chain([administrator]).collect();
    let mut unlike = Vec::new();
    for client in CLIENTS {
        for (fails, in_vain) in &in_vain {
            for (a, (place, points)) in SEVERAL.into_iter().enumerate() {
                for (b, (said, reports)) in REPORTS.into_iter().enumerate() {
                    if (a + b) % 4 != 0 {
                        continue;
                    }
                    let offer = "[advertisement.p]\n";
                    let parts = [rest, client, MACHINE, in_vain, points, reports, offer];
                    let text = format!("{head}{}", together(&parts));
                    if let Some(difference) = difference(&text) {
                        unlike.push(format!("{fails}, {place}, {said}, {client}: {difference}"));
                    }
                }
            }
        }
    }
    assert!(unlike.is_empty(), "{}: {}", unlike.len(), unlike.join("\n"));
}

/// One that waits for its time lets the tries before that be counted at once.
#[test]
fn tries_beside_a_program_that_is_not_due_are_counted_in_one_step() {
    let in_vain =
        "[package.p]\naccess = [\"Administrators\"]\n[advertisement.p]\non_local = \"download\"\n";
    let waits = "[program.p]\n[program.q]\n[advertisement.q]\nassigned = \"+8 d\"\n";
    for client in CLIENTS {
        let text = together(&[HQ, client, MACHINE, in_vain, waits]);
        let world = world(&text);
        let plan = Plan::new(&world);
        let (counted, made) = (by(&world, &plan), by(&world, &plan.with_single_tries()));
        assert!(
            counted.events * 3 < made.events,
            "{} {}",
            counted.events,
            made.events
        );
    }
}

/// A try that has to look for its content for a time of its own, in a pool that is widened
/// or past a point that holds it up, comes that much later.
#[test]
fn tries_that_look_for_their_content_for_a_time_are_those_of_single_tries() {
    let head = "horizon = \"1 d\"\n[site.hq]\n[site.br]\nparent = \"hq\"\n\
        [server.DP]\nsite = \"hq\"\nroles = [\"distribution point\"]\n[package.p]\n\
        [advertisement.p]\non_remote = \"run\"\n";
    let failing = "[program.p]\nneeds_administrator = true\n";
    let refused = "[program.p]\n[package.p]\naccess = [\"Administrators\"]\n";
    let down = "[server.B]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
        [[fault]]\nat = \"+0 s\"\nserver = [\"B\"]\n";
    let widened = "[site.br]\nfallback = [{ sites = [\"hq\"], after = \"12 min\" }]\n";
    let held = format!("[rules]\npoint_timeout = \"2 min\"\n{down}");
    let near = "[server.B]\nsite = \"br\"\nroles = [\"distribution point\"]\n\
        [[fault]]\nat = \"+0 s\"\nserver = [\"B\"]\n[rules]\npoint_timeout = \"2 min\"\n";
    for client in ["advanced", "legacy"] {
        let fleet = format!("[fleet.pcs]\ncount = 3\nsites = [\"br\"]\nclient = \"{client}\"\n");
        for in_vain in [failing, refused] {
            for place in [widened, &held, near, &format!("{widened}{held}")] {
                let text = together(&[head, &fleet, in_vain, place]);
                let difference = difference(&text);
                assert_eq!(difference, None, "{text}");
            }
        }
    }
}
