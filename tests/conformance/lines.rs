//! Waiting in line at a station is an activity: what changes meanwhile counts when
//! the answer comes.

use crate::lab::{ADVANCED, DAY, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
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
            (expired.ending, expired.run_start, expired.report),
            (Ending::Rejected, Instant::NEVER, at(51 * 60)),
            "told when it expires, not when the answer comes"
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

/// What became known while the machine slept comes before the answer of yesterday.
#[test]
fn a_sleeper_finds_that_it_is_withdrawn_before_it_takes_up_its_answer() {
    for client in [ADVANCED, LEGACY] {
        let pc = format!("{client}{DAYTIME}off = \"sleep\"\n");
        for (gone, cause) in [
            ("withdrawn = \"+90 min\"\n", Cause::Withdrawn),
            (
                "collection = \"c\"\n[collection.c]\nname = [\"*\"]\n\
                 [[membership]]\ncollection = \"c\"\nfleet = [\"*\"]\nleaves = \"+90 min\"\n",
                Cause::LeftCollection,
            ),
        ] {
            let row = waits(&pc, gone, &[]);
            assert_eq!(
                (row.ending, row.cause, row.run_start),
                (Ending::NotOffered, cause, Instant::NEVER),
                "{client}{gone}"
            );
        }
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

/// When the machine was told that it is offered the advertisement no longer.
fn dropped(lab: &Lab, machine: &str) -> Option<Instant> {
    let mut diary = lab.diary(machine).into_iter();
    diary.find_map(|(when, entry)| matches!(entry, Entry::NotOffered(_)).then_some(when))
}

/// A management point that takes half an hour to say where the content is.
const LOCATIONS: &str = "[server.MP]\nsite = \"hq\"\nroles = [\"management point\"]\n\
    station = { service = \"30 min\", patience = \"3 h\" }\n\
    [package.p]\n[advertisement.p]\nassigned = \"+50 min\"\n";

/// An Advanced Client that asks at 50 min where the content is, and the rest.
fn locates(rest: &str) -> Lab {
    let settings = ["site.hq.management_point=MP"];
    Lab::set(&[ADVANCED, PROGRAM, LOCATIONS, rest], &settings)
}

#[test]
fn a_question_for_locations_ends_with_its_advertisement_and_with_its_server() {
    let answered = locates("").only();
    assert_eq!(answered.run_start, at(80 * 60), "{answered:?}");
    let expired = locates("expires = \"+51 min\"\n").only();
    assert_eq!(
        (expired.ending, expired.cause, expired.report),
        (Ending::Rejected, Cause::ExpiredWaiting, at(51 * 60))
    );
    let withdrawn = locates("withdrawn = \"+51 min\"\n");
    assert_eq!(withdrawn.only().ending, Ending::NotOffered);
    assert_eq!(dropped(&withdrawn, "A1"), Some(at(51 * 60)));
    // The role is lost, or the server: asked again an hour later.
    for roles in ["", "roles = [\"management point\"]\n"] {
        let lost =
            format!("[[fault]]\nat = \"+51 min\"\nfor = \"5 min\"\nserver = [\"MP\"]\n{roles}");
        let row = locates(&lost).only();
        assert!(row.run_start >= at(111 * 60), "{row:?}");
        assert_eq!(row.ending, Ending::Installed, "{row:?}");
    }
}

#[test]
fn a_role_that_is_lost_fails_its_own_requests_only() {
    let lost = |role: &str| {
        format!(
            "[[fault]]\nat = \"+51 min\"\nfor = \"5 min\"\nserver = [\"DC\"]\nroles = [{role}]\n"
        )
    };
    for client in [ADVANCED, LEGACY] {
        let own = waits(client, &lost("\"domain controller\""), &[]);
        assert_eq!(own.attempts, 2, "{own:?}");
        let place = PLACE.replace(
            "roles = [\"domain controller\"]",
            "roles = [\"domain controller\", \"file server\"]",
        );
        let rest = lost("\"file server\"");
        let other = Lab::new(&[client, PROGRAM, &place, &rest]).only();
        assert_eq!(
            (other.attempts, other.run_start),
            (1, at(80 * 60)),
            "{other:?}"
        );
    }
}

#[test]
fn a_logon_that_waits_for_a_slot_fails_with_the_server_that_has_it() {
    // One slot, held for half an hour: the second client stands in line.
    let place = "[server.DP]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
        authentication = { slots = 1, hold = \"30 min\", patience = \"3 h\" }\n\
        [package.p]\ndistribution_points = [\"DP\"]\n[advertisement.p]\nassigned = \"+50 min\"\n";
    let two = LEGACY.replace("count = 1", "count = 2");
    let run = |rest: &str| Lab::new(&[&two, PROGRAM, place, rest]);
    let starts = |lab: &Lab| {
        let mut starts: Vec<_> = lab.rows().map(|(_, _, row)| row.run_start).collect();
        starts.sort_unstable();
        starts
    };
    assert_eq!(starts(&run("")), [at(80 * 60), at(110 * 60)]);
    let fault = "[[fault]]\nat = \"+51 min\"\nfor = \"5 min\"\nserver = [\"DP\"]\n";
    // Both requests fail at once, nobody stands in line when the server is back, and
    // both are tried again ten minutes later.
    let down = run(fault);
    assert_eq!(starts(&down), [at(91 * 60), at(121 * 60)]);
    assert!(down.rows().all(|(_, _, row)| row.attempts == 2));
}

#[test]
fn a_share_whose_server_is_lost_while_its_logon_waits_cannot_be_read() {
    let share = "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n\
        [share.S]\nserver = \"FS\"\n\
        [server.DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\n\
        station = { service = \"30 min\", patience = \"3 h\" }\n\
        [package.p]\nsize = \"0 B\"\n";
    let run = |fault: &str| {
        let settings = [
            "program.p.shares=[{ share = \"S\" }]",
            "rules.non_sms_share_order=computer account first",
        ];
        Lab::set(&[ADVANCED, PROGRAM, share, fault], &settings).only()
    };
    let row = run("");
    assert_eq!(row.ending, Ending::Installed, "{row:?}");
    let ran = row.run_end.since(row.run_start).0 / at(60).0;
    assert_eq!(ran, 40, "it waits for its controller and works: {row:?}");
    let minute = row.run_start.since(at(0)).0 / at(60).0 + 1;
    let fault = format!("[[fault]]\nat = \"+{minute} min\"\nfor = \"5 h\"\nserver = [\"FS\"]\n");
    let lost = run(&fault);
    assert_eq!(
        (lost.ending, lost.cause, lost.code),
        (Ending::Installed, Cause::None, Some(0)),
        "error 53 is of the retry list: {lost:?}"
    );
    assert!(lost.run_start > at((minute + 300) * 60), "{lost:?}");
}

#[test]
fn a_machine_that_moves_while_it_waits_in_line_locates_its_content_anew() {
    let road = "[site.br]\nparent = \"hq\"\nwan = \"1 Gbit/s\"\nslow_boundary = false\n\
        [[stay]]\nmachine = [\"A1\"]\nsite = \"br\"\nat = \"+51 min\"\nfor = \"1 d\"\n";
    let stays = waits(ADVANCED, "", &[]);
    let moved = waits(&format!("{ADVANCED}sites = [\"hq\"]\n"), road, &[]);
    assert_eq!(stays.attempts, 1);
    assert_eq!(moved.attempts, 2, "{moved:?}");
    // It presents its account at once when it has arrived, behind its own request.
    assert_eq!(moved.run_start, at(110 * 60), "{moved:?}");
}

#[test]
fn a_program_in_the_line_of_its_machine_expires_when_it_expires() {
    let both = "[package.p]\n[program.long]\npackage = \"p\"\ninstall_time = \"5 h\"\n\
        runs = \"whether or not a user is logged on\"\n\
        [advertisement.long]\n[advertisement.p]\nassigned = \"+1 h\"\n";
    for client in [ADVANCED, LEGACY] {
        let machine = if client == ADVANCED { "A1" } else { "L1" };
        let parts = [client, PROGRAM, both];
        let behind = Lab::new(&parts).row(machine, "p");
        assert_eq!(behind.run_start, at(5 * 3_600), "{behind:?}");
        let lab = Lab::set(&parts, &["advertisement.p.expires=+2 h"]);
        let row = lab.row(machine, "p");
        assert_eq!(
            (row.ending, row.cause, row.report),
            (Ending::Rejected, Cause::ExpiredWaiting, at(2 * 3_600)),
            "{row:?}"
        );
        // A third one behind it has its turn.
        let third = "[program.third]\npackage = \"p\"\ninstall_time = \"1 min\"\n\
            runs = \"whether or not a user is logged on\"\n\
            [advertisement.third]\nassigned = \"+90 min\"\n";
        let all = [client, PROGRAM, both, third];
        let lab = Lab::set(&all, &["advertisement.p.expires=+2 h"]);
        assert_eq!(lab.row(machine, "third").run_start, at(5 * 3_600));
    }
}
