//! Waiting in line at a station is an activity: what changes meanwhile counts when
//! the answer comes.

use crate::lab::{ADVANCED, DAY, LEGACY, Lab, PROGRAM, at};
use rollcast::outcome::{Cause, Ending, Outcome};
use rollcast::units::Instant;

/// A program that is due at 50 min, a point and a controller that takes half an hour.
const PLACE: &str = "[server.DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\n\
    station = { service = \"30 min\", patience = \"3 h\" }\n\
    [server.DP]\nsite = \"hq\"\nroles = [\"distribution point\"]\nnetwork = \"unlimited\"\n\
    [package.p]\ndistribution_points = [\"DP\"]\n[advertisement.p]\nassigned = \"+50 min\"\n";
const DAYTIME: &str =
    "availability = { days = \"Mon-Sun\", from = \"08:00\", to = \"09:00\", jitter = \"0 s\" }\n";

fn waits(client: &str, rest: &str, settings: &[&str]) -> Outcome {
    Lab::set(&[client, PROGRAM, PLACE, rest], settings).only()
}

#[test]
fn nothing_starts_from_the_line_that_has_expired_or_left_meanwhile() {
    for client in [ADVANCED, LEGACY] {
        assert_eq!(waits(client, "", &[]).run_start, at(80 * 60));
        let expired = waits(client, "expires = \"+51 min\"\n", &[]);
        assert_eq!(
            (expired.ending, expired.run_start),
            (Ending::Rejected, Instant::NEVER)
        );
        let withdrawn = waits(client, "withdrawn = \"+51 min\"\n", &[]);
        let member = "collection = \"c\"\n[collection.c]\nname = [\"*\"]\n\
            [[membership]]\ncollection = \"c\"\nfleet = [\"*\"]\nleaves = \"+51 min\"\n";
        let left = waits(client, member, &[]);
        for (row, cause) in [(withdrawn, Cause::Withdrawn), (left, Cause::LeftCollection)] {
            assert_eq!((row.ending, row.cause), (Ending::NotOffered, cause));
            assert_eq!(row.run_start, Instant::NEVER);
        }
    }
}

#[test]
fn a_machine_that_goes_off_leaves_the_line_and_one_that_sleeps_is_answered_awake() {
    for client in [ADVANCED, LEGACY] {
        let pc = format!("{client}{DAYTIME}");
        let today = waits(&pc, "", &["horizon=3 h"]);
        assert_eq!(
            (today.ending, today.cause),
            (Ending::Waiting, Cause::MachineOff)
        );
        let next = waits(&pc, "", &["program.p.install_time=1 min"]);
        assert_eq!(next.run_start, at(DAY + 30 * 60), "{next:?}");
        let sleeper = waits(&format!("{pc}off = \"sleep\"\n"), "", &[]);
        assert_eq!(sleeper.run_start, at(DAY), "{sleeper:?}");
    }
}

#[test]
fn a_point_that_is_gone_when_the_answer_comes_has_not_been_reached() {
    for client in [ADVANCED, LEGACY] {
        for (fault, back) in [
            ("server = [\"DP\"]\nfor = \"2 h\"\n", 171),
            (
                "package = \"p\"\ndistribution_points = [\"DP\"]\ncontent = \"missing\"\nfor = \"2 h\"\n",
                171,
            ),
        ] {
            let rest = format!("[[fault]]\nat = \"+51 min\"\n{fault}");
            let row = waits(client, &rest, &[]);
            assert_eq!(row.ending, Ending::Installed, "{row:?}");
            assert!(row.run_start >= at(back * 60), "{fault}: {row:?}");
            let short = waits(client, &rest, &["horizon=2 h"]);
            assert!(!short.run_start.is_some(), "{fault}: {short:?}");
        }
        // The branch fetches over a link that is cut meanwhile.
        let branch = "[site.br]\nparent = \"hq\"\nwan = \"1 Gbit/s\"\nslow_boundary = false\n\
            [[fault]]\nat = \"+51 min\"\nfor = \"2 h\"\nwan = [\"br\"]\n";
        let there = format!("{client}sites = [\"br\"]\n");
        let row = waits(&there, branch, &[]);
        assert_eq!(row.ending, Ending::Installed, "{row:?}");
        assert!(row.run_start >= at(171 * 60), "{row:?}");
    }
}

#[test]
fn a_request_fails_when_the_server_of_its_line_goes_down() {
    let down = "[[fault]]\nat = \"+51 min\"\nfor = \"5 min\"\nserver = [\"DC\"]\n";
    for client in [ADVANCED, LEGACY] {
        // Tried again ten minutes later, and answered half an hour after that.
        let row = waits(client, down, &[]);
        assert_eq!((row.run_start, row.attempts), (at(91 * 60), 2), "{row:?}");
        let never = waits(client, &down.replace("5 min", "5 d"), &["horizon=3 h"]);
        assert_eq!(
            (never.ending, never.cause),
            (Ending::Retrying, Cause::NoLogonServer)
        );
    }
}

#[test]
fn policy_that_is_waited_for_is_lost_with_the_contact_point_or_the_machine() {
    let contact = "[server.CONTACT]\nsite = \"hq\"\n\
        roles = [\"management point\", \"client access point\"]\n\
        station = { service = \"30 min\", patience = \"3 h\" }\n";
    for client in [ADVANCED, LEGACY] {
        let run = |more: &str, rest: &str| {
            let hourly = format!("{client}poll_interval = \"1 h\"\n{more}");
            let all = [
                "site.hq.management_point=CONTACT",
                "site.hq.client_access_point=CONTACT",
                "horizon=3 d",
            ];
            Lab::set(&[&hourly, PROGRAM, contact, rest], &all).only()
        };
        let learned = run("", "").policy;
        let while_it_waits = learned.since(at(10 * 60)).0 / at(1).0;
        let fault = format!(
            "[[fault]]\nat = \"+{while_it_waits} s\"\nfor = \"3 min\"\nserver = [\"CONTACT\"]\n"
        );
        // It asks again an hour after the request has failed.
        let lost = run("", &fault).policy.since(learned).0 / at(60).0;
        assert!((79..=81).contains(&lost), "{lost} min");
        let off = DAYTIME.replace("09:00", "08:01");
        let off = run(&off, "");
        assert!(
            !off.policy.is_some() && off.ending == Ending::Unaware,
            "{off:?}"
        );
    }
}
