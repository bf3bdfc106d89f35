//! What holds for every scenario, whatever is in it.

use crate::conservation::states;
use crate::lab::Lab;
use proptest::prelude::*;
use rollcast::outcome::{Cause, Ending, Outcome, ReportState, ResourceKey};
use rollcast::units::Instant;
use rollcast::world::ServerRole;
use std::fmt::Write;

/// A choice of lines for one table.
fn pick(lines: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(lines)
}

/// What a group of machines may be.
fn fleet() -> impl Strategy<Value = String> {
    (
        pick(&["client = \"advanced\"\n", "client = \"legacy\"\n"]),
        pick(&["", "role = \"domain controller\"\n", "role = \"member server\"\nuser_logged_on = 0.5\n"]),
        pick(&[
            "",
            "availability = { days = \"Mon-Sun\", from = \"09:00\", to = \"12:00\", jitter = \"2 h\" }\n",
            "absence = { share = 0.5, length = \"exponential(1 d)\" }\n",
        ]),
        pick(&["", "user_logged_on = 0.4\n", "sessions = { days = \"Mon-Sun\", attendance = 0.7 }\n"]),
        pick(&["", "cache = \"45 MB\"\n", "access = \"256 kbit/s\"\n", "disk = \"1 MB\"\n", "existing_connections = [\"SMS\"]\n", "preferred_servers = [\"SMS\"]\n", "mapped_drives = [\"*\"]\n"]),
        pick(&["", "", "roaming = { sites = [\"hq\", \"branch\"], home = \"exponential(3 h)\", stay = \"exponential(2 h)\" }\n"]),
    )
        .prop_map(|(client, role, on, user, rest, roaming)| {
            let user = if role.contains("user_logged_on") { "" } else { user };
            format!("{client}{role}{on}{user}{rest}{roaming}")
        })
}

/// What a program may be.
fn program() -> impl Strategy<Value = String> {
    (
        pick(&[
            "rights = \"user\"\n",
            "rights = \"user\"\nneeds_administrator = false\n",
            "rights = \"administrative\"\n",
            "runs = \"whether or not a user is logged on\"\n",
            "runs = \"only when no user is logged on\"\n",
            "runs = \"whether or not a user is logged on\"\nsoftware_installation_account = true\n",
        ]),
        pick(&[
            "",
            "exit_codes = { 1603 = 0.2, 1618 = 0.3, 3010 = 0.1 }\n",
            "exit_codes = { 5 = 1 }\n",
        ]),
        pick(&[
            "",
            "shares = [{ share = \"tools\", read = \"3 MB\" }]\n",
            "shares = [{ share = \"vault\", command_line = true }]\n",
            "shares = [{ share = \"tools\", read = \"2 MB\" }, { share = \"tools\", read = \"1 MB\" }]\n",
        ]),
        pick(&[
            "",
            "after_running = \"SMS restarts computer\"\n",
            "maximum_run_time = \"2 min\"\n",
            "disk = \"2 MB\"\n",
        ]),
        pick(&[
            "",
            "msi = { build = \"per-user\" }\n",
            "platforms = [\"Windows XP*\"]\n",
        ]),
    )
        .prop_map(|(a, b, c, d, e)| format!("{a}{b}{c}{d}{e}"))
}

/// How it may be offered.
fn advertisement() -> impl Strategy<Value = String> {
    (
        pick(&[
            "",
            "on_local = \"download\"\n",
            "on_local = \"download\"\non_remote = \"download\"\n",
            "on_remote = \"run\"\n",
        ]),
        pick(&[
            "",
            "assigned = \"+5 h\"\n",
            "assigned = \"logon\"\n",
            "uptake = { share = 0.6, delay = \"exponential(3 h)\" }\n",
        ]),
        pick(&["", "available = \"+2 h\"\n"]),
        pick(&[
            "",
            "expires = \"+9 h\"\n",
            "expires = \"+1 d\"\n",
            "withdrawn = \"+8 h\"\n",
            "expires = \"+1 d\"\nwithdrawn = \"+20 h\"\n",
        ]),
    )
        .prop_map(|(a, b, c, d)| format!("{a}{b}{c}{d}"))
}

/// What the programs are to each other, and rules that make clients lose
/// something: lines of the first program, of the second, and of the rules.
fn succession() -> impl Strategy<Value = (&'static str, &'static str, &'static str)> {
    let removes = "uninstall = \"three\"\nuninstall_when_not_advertised = true\n";
    let one = pick(&["", "", "uninstall = \"three\"\n"]);
    let two = prop::sample::select(vec![
        ("", ""),
        ("", ""),
        ("", "supersedes = [\"one\"]\n"),
        (removes, removes),
        (removes, "supersedes = [\"one\"]\nuninstall_first = true\n"),
    ]);
    let rules = pick(&[
        "",
        "",
        "verify_cycle = \"7 h\"\n",
        "legacy_removed_outside = true\n",
        "slow_link_spin = \"10 s\"\n",
    ]);
    (one, two, rules).prop_map(|(one, (of_one, of_two), rules)| {
        let one = if of_one.is_empty() { one } else { of_one };
        (one, of_two, rules)
    })
}

/// Collections whose members change, all machines being members of each at some
/// time: lines of the first advertisement, of the second, and tables.
fn members() -> impl Strategy<Value = (&'static str, &'static str, &'static str)> {
    let to_c = "collection = \"c\"\n";
    let joins = "[collection.c]\nfleet = [\"f1\"]\n\
        [[membership]]\ncollection = \"c\"\nfleet = [\"f2\"]\njoins = \"+3 h\"\n";
    let leaves = "[collection.c]\nsite = [\"*\"]\n[[membership]]\ncollection = \"c\"\n\
        name = [\"hq-*\"]\nleaves = \"+9 h\"\n";
    let both = "[collection.c]\nsite = [\"branch\"]\n\
        [[membership]]\ncollection = \"c\"\nsite = [\"hq\"]\njoins = \"+90 min\"\n\
        [[membership]]\ncollection = \"c\"\nname = [\"*1\", \"*3\"]\nleaves = \"+7 h\"\n";
    prop::sample::select(vec![
        ("", "", ""),
        ("", "", ""),
        ("", to_c, joins),
        (to_c, "", leaves),
        ("", to_c, both),
        (to_c, to_c, both),
    ])
}

/// Any small scenario that the language allows.
fn scenario() -> impl Strategy<Value = String> {
    let place = (
        pick(&[
            "",
            "slow_boundary = false\n",
            "slow_boundary = false\nad_site = \"hq\"\n",
            "fallback = [{ sites = [\"hq\"], after = \"20 min\" }]\n",
            "fallback = [{ sites = [\"*\"] }]\n",
        ]),
        pick(&["", "wan_calendar = \"c\"\n"]),
        pick(&[
            "",
            "bits = true\n",
            "connection_limit = 2\n",
            "[server.\"F*\"]\nconnection_limit = 2\n",
            "station = { service = \"30 s\" }\n",
        ]),
        pick(&[
            "",
            "[[fault]]\nat = \"+1 h\"\nfor = \"3 h\"\nwan = [\"branch\"]\n",
            "[[fault]]\nat = \"+30 min\"\nfor = \"2 h\"\nserver = [\"SMS\"]\n",
            "[[fault]]\nat = \"+30 min\"\nfor = \"2 h\"\nserver = [\"DC\"]\n",
            "[[fault]]\nat = \"+2 h\"\nserver = [\"FS\"]\n",
            "[[fault]]\nat = \"+30 min\"\nfor = \"4 h\"\nserver = [\"SMS\"]\nroles = [\"management point\"]\n",
            "[[fault]]\nat = \"+30 min\"\nfor = \"2 h\"\nserver = [\"SMS\"]\nroles = [\"distribution point\"]\n",
            "[[fault]]\nat = \"+1 h\"\nfor = \"9 h\"\nsite = [\"branch\"]\nclock = \"-2 h\"\n",
            "[[fault]]\nat = \"+1 h\"\nfor = \"9 h\"\nserver = [\"FS\"]\nclock = \"+2 h\"\n",
            "[[fault]]\nat = \"+2 h\"\nfor = \"6 h\"\npackage = \"two\"\ndistribution_points = [\"SMS\"]\n",
            "[[fault]]\nat = \"+1 h\"\nfor = \"7 h\"\npackage = \"one\"\naccess = [\"Administrators\"]\n",
        ]),
        pick(&[
            "",
            "",
            "[peers]\nwait = \"2 h\"\n",
            "[peers]\nshare = 0.6\nconnections = 1\nrate = \"256 kbit/s\"\n[site.\"b*\"]\nlan = \"2 Mbit/s\"\n",
            "[site.\"b*\".peers]\nwait = \"10 min\"\nconnections = 2\n",
        ]),
        pick(&[
            "",
            "network_access = 'CORP\\naa'\n",
            "network_access = 'CORP\\naa'\nsoftware_installation = 'CORP\\swi'\n",
        ]),
        pick(&[
            "",
            "",
            "point_timeout = \"3 min\"\nprefer_bits = true\n",
            "point_order = \"ad site first\"\nretry_codes = [5, 1603]\n",
            "execution_retry = { count = 30, factor = 1.7, at_most = \"5 h\", jitter = 0.4 }\n\
             legacy_network_retry = { factor = 2 }\n",
        ]),
    );
    let machines = (fleet(), fleet());
    let programs = (program(), program(), any::<bool>());
    let offers = (advertisement(), advertisement(), succession(), members());
    (machines, programs, offers, place, 1..1000u32)
        .prop_filter_map("the logon and an empty machine exclude each other", |parts| {
            let ((f1, f2), (p1, p2, chain), offers, place, seed) = parts;
            let (a1, a2, (s1, s2, lists), (m1, m2, members)) = offers;
            let never = |p: &str, a: &str| a.contains("logon") && p.contains("no user");
            if never(&p1, &a1) || never(&p2, &a2) {
                return None;
            }
            let (boundary, calendar, server, fault, peers, accounts, tries) = place;
            let first = if chain { "run_first = \"one\"\n" } else { "" };
            Some(format!(
                "start = 2006-03-20T08:00:00\nhorizon = \"2 d\"\nseed = {seed}\n\
                 [account.'CORP\\naa']\n[account.'CORP\\swi']\n[accounts]\n{accounts}\
                 [calendar.c]\nshare = 0.3\n[site.hq]\n\
                 [site.branch]\nparent = \"hq\"\nwan = \"512 kbit/s\"\n{boundary}{calendar}\
                 [server.SMS]\nsite = \"hq\"\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n{server}\
                 [server.DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\n\
                 [server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n[share.tools]\n[share.vault]\naccess = [\"Administrators\"]\n\
                 [fleet.f1]\nper_site = 5\n{f1}[fleet.f2]\nper_site = 4\n{f2}\
                 installed = {{ one = 0.3 }}\n[rules]\n{lists}{tries}\
                 [package.one]\nsize = \"20 MB\"\n[package.two]\nsize = \"30 MB\"\n\
                 [program.one]\n{p1}{s1}[program.two]\n{p2}{first}{s2}\
                 [program.three]\npackage = \"one\"\nruns = \"whether or not a user is logged on\"\n\
                 exit_codes = {{ 1603 = 0.3 }}\n\
                 [advertisement.one]\n{a1}{m1}[advertisement.two]\n{a2}{m2}{fault}{peers}{members}"
            ))
        })
}

/// Whether instants that happened are in order; those that did not are skipped.
fn in_order(instants: &[Instant]) -> bool {
    let happened: Vec<_> = instants.iter().filter(|at| at.is_some()).collect();
    happened.windows(2).all(|pair| pair[0] <= pair[1])
}

fn row_is_sound(row: &Outcome) -> Result<(), TestCaseError> {
    prop_assert!(in_order(&[row.policy, row.content_start]), "{row:?}");
    prop_assert!(in_order(&[row.policy, row.run_start]), "{row:?}");
    prop_assert!(in_order(&[row.policy, row.report]), "{row:?}");
    let succeeded = row.state == ReportState::Succeeded;
    let ended = matches!(
        row.ending,
        Ending::Installed | Ending::ServiceProfile | Ending::Removed
    );
    // What has not been run, or was never heard of again.
    let silent = matches!(
        row.cause,
        Cause::Superseded
            | Cause::Replaced
            | Cause::Uninstalled
            | Cause::ClientRemoved
            | Cause::KilledByVerify
            | Cause::Withdrawn
            | Cause::LeftCollection
    );
    // It was tried in vain, and its advertisement ended before the next try.
    let withdrawn = row.ending == Ending::Failed && row.state != ReportState::Failed;
    if succeeded {
        prop_assert!(ended && row.run_end.is_some(), "{row:?}");
        // Of the last try, all there is.
        prop_assert!(in_order(&[row.content_start, row.content_end]), "{row:?}");
        // What another run has put there is not what its client has told of.
        let told = match row.cause {
            Cause::HasRunBefore => row.run_end,
            _ => row.report,
        };
        prop_assert!(in_order(&[row.run_start, row.run_end, told]), "{row:?}");
    }
    if ended {
        prop_assert!(
            silent
                || row.report.is_some() && row.code == Some(0)
                || row.status_message == 10021
                // Its client has told of a removal, and another run has put it there again.
                || row.cause == Cause::HasRunBefore && row.status_message == 10015
                || row.code.is_some(),
            "{row:?}"
        );
    }
    if row.ending == Ending::Unaware {
        prop_assert!(!row.policy.is_some() && row.attempts == 0, "{row:?}");
    }
    let finished = matches!(
        row.ending,
        Ending::Failed | Ending::Rejected | Ending::Installed | Ending::ServiceProfile
    );
    prop_assert!(
        row.report.is_some() || !finished || silent || withdrawn,
        "{row:?}"
    );
    let well = matches!(row.ending, Ending::Installed);
    prop_assert!(
        well || !row.cause.name().is_empty(),
        "whatever is not well has a cause: {row:?}"
    );
    Ok(())
}

/// Where the second program, which supersedes the first, has been installed, the
/// first is gone, unless nobody saw its end.
fn one_version_at_a_time(lab: &Lab) -> Result<(), TestCaseError> {
    for (machine, _, two) in lab.rows().filter(|(_, ad, _)| *ad == "two") {
        let one = lab.row(machine, "one");
        if two.ending == Ending::Installed && one.cause != Cause::RunTimeExceeded {
            prop_assert!(one.ending != Ending::Installed, "{one:?} {two:?}");
        }
        if one.ending == Ending::Removed {
            let known = [
                Cause::Replaced,
                Cause::Uninstalled,
                Cause::NoLongerAdvertised,
                Cause::LeftCollection,
            ];
            prop_assert!(known.contains(&one.cause), "{one:?}");
        }
    }
    Ok(())
}

fn bytes_are_conserved(lab: &Lab, travel: bool) -> Result<(), TestCaseError> {
    let (mut downloaded, mut shares, mut behind) = (0, 0, 0);
    let peers = |site: usize| {
        let key = ResourceKey::Peers(site.into());
        let mut all = lab.replication.resources.iter();
        all.find(|used| used.key == key)
            .map_or(0, |used| used.bytes.0)
    };
    // Sites are in the order of their names.
    let given = [peers(0), peers(1)];
    let taken: u64 = lab
        .replication
        .from_peers
        .iter()
        .map(|taken| taken.bytes.0)
        .sum();
    prop_assert_eq!(given[0] + given[1], taken);
    for (machine, _, row) in lab.rows() {
        downloaded += row.downloaded.0;
        shares += row.from_shares.0;
        if machine.starts_with("branch") {
            behind += row.downloaded.0 + row.from_shares.0;
        }
    }
    prop_assert_eq!(
        lab.server("SMS", ServerRole::DistributionPoint).bytes.0 + taken,
        downloaded,
        "from points and from machines"
    );
    prop_assert_eq!(lab.server("FS", ServerRole::FileServer).bytes.0, shares);
    let carried = lab
        .link("branch", rollcast::world::LinkKind::WanDown)
        .bytes
        .0;
    if travel {
        prop_assert!(carried <= downloaded + shares);
    } else {
        prop_assert_eq!(carried + given[0], behind);
    }
    for used in &lab.replication.resources {
        let limit = match used.key {
            ResourceKey::Server(id, ServerRole::DistributionPoint | ServerRole::FileServer) => {
                lab.world.servers[id.index()].connection_limit
            }
            _ => None,
        };
        if let (Some(limit), Some(peak)) = (limit, used.peak_concurrency) {
            prop_assert!(peak <= u64::from(limit));
        }
    }
    Ok(())
}

/// What machines take from others is part of what they download, and they are
/// Advanced Clients.
fn takers_are_sound(lab: &Lab) -> Result<(), TestCaseError> {
    for taken in &lab.replication.from_peers {
        let row = &lab.replication.outcomes[taken.row as usize];
        prop_assert!(taken.bytes.0 > 0 || row.content_start.is_some(), "{row:?}");
        prop_assert!(taken.bytes <= row.downloaded, "{row:?}");
        let giver = &lab.world.fleet.machines[taken.from.index()];
        let client = lab.world.fleet.profile(giver).client;
        prop_assert_eq!(client, rollcast::world::ClientKind::Advanced);
    }
    Ok(())
}

/// The scenario `text`, in which machines join a collection where advertisements
/// became available, and leave it where they were withdrawn; `None` if members
/// change already, or neither happens.
fn by_members(text: &str) -> Option<String> {
    let mut result = String::new();
    let mut tables = String::new();
    for section in text.split_inclusive('\n') {
        let times = ["available", "withdrawn"].iter().zip(["joins", "leaves"]);
        let mut times = times.filter_map(|(key, does)| Some((section.strip_prefix(key)?, does)));
        if let Some((when, does)) = times.next() {
            let name = format!("m{}", tables.len());
            // A key may stand once: both times are of one collection.
            let ours = result.rfind("[advertisement").unwrap_or(0);
            if let Some(at) = result[ours..].find("collection = ") {
                let known = result[ours + at..].lines().next()?.to_owned();
                let entry = format!("[[membership]]\n{known}\nfleet = [\"*\"]\n{does}{when}");
                tables.push_str(&entry);
            } else {
                writeln!(result, "collection = \"{name}\"").ok()?;
                let entry = format!(
                    "[collection.{name}]\nsite = [\"*\"]\n[[membership]]\ncollection = \"{name}\"\nfleet = [\"*\"]\n{does}{when}"
                );
                tables.push_str(&entry);
            }
        } else {
            result.push_str(section);
        }
    }
    (!tables.is_empty() && !text.contains("[[membership]]")).then(|| result + &tables)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// For those whom it concerns, to join is to be offered, and to leave is to
    /// lose what is deleted.
    #[test]
    fn joining_is_as_available_and_leaving_as_withdrawn_whatever_else_happens(text in scenario()) {
        if let Some(members) = by_members(&text) {
            let (offered, joined) = (Lab::of(&text, &[]), Lab::of(&members, &[]));
            let mut left = joined.rows().map(|(machine, ad, row)| {
                let mut row = *row;
                if row.cause == Cause::LeftCollection {
                    row.cause = match row.ending {
                        Ending::Removed => Cause::NoLongerAdvertised,
                        _ => Cause::Withdrawn,
                    };
                }
                (machine.to_owned(), ad.to_owned(), row)
            });
            for (machine, ad, row) in offered.rows() {
                let other = left.next();
                prop_assert_eq!(Some((machine.to_owned(), ad.to_owned(), *row)), other);
            }
            prop_assert_eq!(&offered.replication.resources, &joined.replication.resources);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_scenario_gives_sound_rows_whole_timelines_and_all_bytes(text in scenario()) {
        let lab = Lab::of(&text, &[]);
        prop_assert_eq!(lab.replication.outcomes.len(), lab.world.job_count());
        prop_assert_eq!(lab.rows().count(), 18 * 2, "a row for every machine and advertisement");
        for (_, _, row) in lab.rows() {
            row_is_sound(row)?;
        }
        for advertisement in 0..2 {
            for counts in states(&lab, advertisement) {
                prop_assert_eq!(counts.iter().sum::<i64>(), 18);
                prop_assert!(counts.iter().all(|count| *count >= 0), "{:?}", counts);
            }
        }
        takers_are_sound(&lab)?;
        if text.contains("supersedes = [\"one\"]") {
            one_version_at_a_time(&lab)?;
        }
        bytes_are_conserved(&lab, text.contains("roaming"))?;
    }
}
