//! Availability, assignment, expiry.

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, ReportState, Step};
use rollcast::units::Size;

const BOTH: [(&str, &str); 2] = [("A1", ADVANCED), ("L1", LEGACY)];

fn offered(client: &str, advertisement: &str) -> Lab {
    Lab::new(&[client, PROGRAM, "[advertisement.p]", advertisement])
}

#[test]
fn an_advertisement_is_not_seen_before_it_is_available() {
    for (machine, client) in BOTH {
        let row = offered(client, "available = \"+2 h\"").row(machine, "p");
        assert_eq!(
            (row.policy, row.run_start),
            (at(2 * HOUR), at(2 * HOUR)),
            "{machine}"
        );
    }
}

#[test]
fn an_assigned_program_runs_at_its_time_or_at_once_for_whoever_is_late() {
    for (machine, client) in BOTH {
        let row = offered(client, "assigned = \"+2 h\"").row(machine, "p");
        assert_eq!(
            (row.policy, row.run_start),
            (at(0), at(2 * HOUR)),
            "{machine}"
        );
        let row = offered(client, "available = \"+3 h\"\nassigned = \"+2 h\"").row(machine, "p");
        assert_eq!(row.run_start, at(3 * HOUR), "{machine} is late");
    }
}

#[test]
fn what_is_not_due_before_the_horizon_waits() {
    for (machine, client) in BOTH {
        let row = offered(client, "assigned = \"+11 d\"").row(machine, "p");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Waiting, Cause::NotDue),
            "{machine}"
        );
        assert_eq!(
            (row.state, row.status_message),
            (ReportState::Accepted, 10002)
        );
    }
}

/// TechNet cc180264.
#[test]
fn as_soon_as_possible_still_waits_for_the_run_condition() {
    let nine =
        "sessions = { days = \"Mon-Sun\", from = \"09:00\", to = \"17:00\", jitter = \"0 s\" }\n";
    for (machine, client) in BOTH {
        let lab = Lab::new(&[
            client,
            nine,
            "[program.p]\nruns = \"only when a user is logged on\"\nneeds_administrator = false\n[advertisement.p]\nassigned = \"as soon as possible\"",
        ]);
        assert_eq!(lab.row(machine, "p").run_start, at(HOUR), "{machine}");
    }
}

/// KB Q277876.
#[test]
fn an_optional_program_needs_a_user_who_chooses_it() {
    for (machine, client) in BOTH {
        let row = offered(client, "uptake = { share = 1, delay = \"30 min\" }").row(machine, "p");
        assert_eq!(
            (row.ending, row.run_start),
            (Ending::Installed, at(1800)),
            "{machine}"
        );
        let row = offered(client, "assigned = \"optional\"").row(machine, "p");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::NotTaken, Cause::NotChosen),
            "{machine}: nobody does"
        );
        let alone = client.to_owned() + "user_logged_on = false\n";
        let row = offered(&alone, "uptake = { share = 1, delay = \"30 min\" }").row(machine, "p");
        assert_eq!(
            (row.ending, row.step),
            (Ending::NotTaken, Step::Assignment),
            "{machine}: no user"
        );
    }
}

#[test]
fn assigned_content_is_fetched_ahead_of_its_time_and_optional_content_when_it_is_chosen() {
    let slow = ADVANCED.to_owned() + "access = \"1 Mbit/s\"\n";
    // 10 MB at 1 Mbit/s: 80 s.
    let assigned = offered(&slow, "on_local = \"download\"\nassigned = \"+2 h\"").only();
    assert_eq!(
        (assigned.content_start, assigned.content_end),
        (at(0), at(80))
    );
    assert_eq!(assigned.run_start, at(2 * HOUR));
    let optional = offered(
        &slow,
        "on_local = \"download\"\nuptake = { delay = \"2 h\" }",
    )
    .only();
    assert_eq!(
        optional.content_start,
        at(2 * HOUR),
        "the user is asked first"
    );
    assert_eq!(optional.run_start, at(2 * HOUR + 80));
    let nobody = offered(&slow, "on_local = \"download\"\nassigned = \"optional\"").only();
    assert_eq!(nobody.downloaded, Size(0));
}

#[test]
fn programs_assigned_to_the_logon_run_when_the_user_next_logs_on() {
    let nine =
        "sessions = { days = \"Mon-Sun\", from = \"09:00\", to = \"17:00\", jitter = \"0 s\" }\n";
    let earlier = nine.replace("09:00", "07:30");
    for (machine, client) in BOTH {
        let start = |sessions: &str| {
            let lab = Lab::new(&[
                client,
                sessions,
                PROGRAM,
                "[advertisement.p]\nassigned = \"logon\"",
            ]);
            lab.row(machine, "p").run_start
        };
        assert_eq!(start(nine), at(HOUR), "{machine}");
        // Logged on already: the next logon is tomorrow's.
        assert_eq!(start(&earlier), at(DAY - 1800), "{machine}");
    }
}

#[test]
fn programs_assigned_to_the_logoff_run_when_the_user_logs_off() {
    let nine =
        "sessions = { days = \"Mon-Sun\", from = \"09:00\", to = \"17:00\", jitter = \"0 s\" }\n";
    for (machine, client) in BOTH {
        let lab = Lab::new(&[
            client,
            nine,
            PROGRAM,
            "[advertisement.p]\nassigned = \"logoff\"",
        ]);
        assert_eq!(lab.row(machine, "p").run_start, at(9 * HOUR), "{machine}");
    }
}

/// A machine that is switched off ends the session; one that sleeps keeps its user.
#[test]
fn a_user_who_is_always_logged_on_logs_on_anew_when_the_machine_is_switched_on() {
    let on = "availability = { days = \"Mon-Sun\", from = \"07:00\", to = \"17:00\", jitter = \"0 s\" }\n";
    let sleeps = format!("{on}off = \"sleep\"\n");
    let round_the_clock = format!(
        "{on}sessions = {{ days = \"Mon-Sun\", from = \"00:00\", to = \"00:00\", jitter = \"0 s\" }}\n"
    );
    for (machine, client) in BOTH {
        for (event, due) in [("logon", at(DAY - HOUR)), ("logoff", at(9 * HOUR))] {
            let assigned = format!("assigned = \"{event}\"");
            for users in [on, &round_the_clock] {
                let lab = offered(&(client.to_owned() + users), &assigned);
                let accepted = (at(0), Entry::Accepted(due));
                assert!(lab.diary(machine).contains(&accepted), "{machine} {users}");
                // It is off when the user has logged off.
                assert_eq!(lab.row(machine, "p").run_start, at(DAY - HOUR));
            }
            let lab = offered(&(client.to_owned() + &sleeps), &assigned);
            assert_eq!(lab.row(machine, "p").ending, Ending::Waiting);
        }
    }
}

#[test]
fn a_user_who_stays_neither_logs_on_nor_off() {
    for (machine, client) in BOTH {
        for (event, cause) in [("logon", Cause::NoUser), ("logoff", Cause::UserPresent)] {
            let row = offered(client, &format!("assigned = \"{event}\"")).row(machine, "p");
            assert_eq!(
                (row.ending, row.cause),
                (Ending::Waiting, cause),
                "{machine}"
            );
        }
    }
}

#[test]
fn an_advertisement_that_has_expired_at_receipt_is_rejected_with_10019() {
    for (machine, client) in BOTH {
        let back = client.to_owned() + "absence = { length = \"2 d\" }\n";
        let row = offered(&back, "expires = \"+1 d\"").row(machine, "p");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Rejected, Cause::Expired),
            "{machine}"
        );
        assert_eq!(
            (row.status_message, row.state),
            (10019, ReportState::Expired)
        );
        assert_eq!(row.policy, at(2 * DAY));
    }
}

/// `MyITForum`, article 6841, on rerun behaviour: an expired advertisement never runs
/// again.
#[test]
fn an_expired_advertisement_starts_nothing_whatever_it_waited_for() {
    for (machine, client) in BOTH {
        let expires = "[advertisement.p]\nexpires = \"+1 d\"";
        let waits_for_a_user =
            Lab::new(&[client, "user_logged_on = false\n", "[program.p]", expires])
                .row(machine, "p");
        assert_eq!(
            (waits_for_a_user.ending, waits_for_a_user.report),
            (Ending::Rejected, at(DAY))
        );
        let not_due = offered(client, "expires = \"+1 d\"\nassigned = \"+2 d\"").row(machine, "p");
        assert_eq!(
            (not_due.ending, not_due.cause),
            (Ending::Rejected, Cause::ExpiredWaiting),
            "{machine}"
        );
        // Content that no account may read is tried every ten minutes, up to
        // the expiry and not beyond; that it was refused remains true.
        let denied = Lab::new(&[
            client,
            PROGRAM,
            "[package.p]\naccess = [\"CORP\\\\Domain Admins\"]",
            expires,
        ]);
        let row = denied.row(machine, "p");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Failed, Cause::ContentAccessDenied),
            "{machine}"
        );
        assert_eq!(row.attempts, 144, "{machine}: every ten minutes of one day");
    }
}

/// Whatever it waits for may never come.
#[test]
fn what_waits_for_something_that_never_comes_ends_with_its_advertisement() {
    let round_the_clock =
        "sessions = { days = \"Mon-Sun\", from = \"00:00\", to = \"00:00\", jitter = \"0 s\" }\n";
    let nobody = "user_logged_on = false\n";
    let only_without = PROGRAM.replace("whether or not a", "only when no");
    let no_window = "maintenance = [{ from = \"00:00\", to = \"01:00\" }]\n";
    for (machine, client) in BOTH {
        for (users, program, assigned) in [
            ("", PROGRAM, "logon"),
            ("", PROGRAM, "logoff"),
            ("", only_without.as_str(), "logoff"),
            ("", only_without.as_str(), "as soon as possible"),
            (round_the_clock, PROGRAM, "logon"),
            (round_the_clock, PROGRAM, "logoff"),
            (nobody, PROGRAM, "logon"),
            (nobody, PROGRAM, "logoff"),
            (nobody, "[program.p]\n", "as soon as possible"),
            (no_window, PROGRAM, "as soon as possible"),
        ] {
            for content in ["", "on_local = \"download\"\n"] {
                let ad = format!(
                    "[package.p]\n[advertisement.p]\nassigned = \"{assigned}\"\n\
                    expires = \"+1 d\"\n{content}"
                );
                let lab = Lab::new(&[client, users, program, &ad]);
                let row = lab.row(machine, "p");
                let told = (row.ending, row.cause, row.state, row.status_message);
                let expired = (
                    Ending::Rejected,
                    Cause::ExpiredWaiting,
                    ReportState::Expired,
                    10019,
                );
                assert_eq!(told, expired, "{machine} {users} {assigned}");
                assert_eq!(row.report, at(DAY), "{machine} {users} {assigned}");
            }
        }
        // What no user has chosen waits for nothing.
        let row = offered(client, "assigned = \"optional\"\nexpires = \"+1 d\"").row(machine, "p");
        assert_eq!(
            (row.ending, row.cause, row.report.is_some()),
            (Ending::NotTaken, Cause::NotChosen, false)
        );
    }
}

#[test]
fn a_program_that_runs_when_its_advertisement_expires_is_left_to_end() {
    for (machine, client) in BOTH {
        let row = offered(client, "expires = \"+5 min\"").row(machine, "p");
        assert_eq!(
            (row.ending, row.run_end),
            (Ending::Installed, at(600)),
            "{machine}"
        );
    }
}

/// KB Q235801 for the Legacy Client.
#[test]
fn machines_look_for_policy_once_an_hour_each_at_its_own_minute() {
    for client in [ADVANCED, LEGACY] {
        let many = client.replace("count = 1", "count = 200\npoll_interval = \"60 min\"");
        let lab = Lab::new(&[&many, PROGRAM]);
        let mut minutes: Vec<u64> = lab
            .rows()
            .map(|(_, _, o)| o.policy.0 / 60_000_000)
            .collect();
        minutes.sort_unstable();
        assert!(
            minutes.iter().all(|minute| *minute < 60),
            "all have looked once"
        );
        let early = minutes.iter().filter(|minute| **minute < 30).count();
        assert!(
            (70..130).contains(&early),
            "evenly: {early} of 200 in the first half hour"
        );
    }
}
