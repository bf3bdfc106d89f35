//! When a program may run: users, platforms, other programs, time.

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at, complaints};
use rollcast::model::Entry;
use rollcast::outcome::{Actor, Cause, Ending, ReportState, Step};
use rollcast::units::{Instant, Span};

const BOTH: [(&str, &str); 2] = [("A1", ADVANCED), ("L1", LEGACY)];

/// A user from nine to five, to the minute.
const NINE_TO_FIVE: &str =
    "sessions = { days = \"Mon-Sun\", from = \"09:00\", to = \"17:00\", jitter = \"0 s\" }\n";
const NOBODY: &str = "user_logged_on = false\n";

const FOR_USERS: &str = "\n[program.p]\nruns = \"only when a user is logged on\"\nneeds_administrator = false\ninstall_time = \"10 min\"\n";
const WITHOUT_USERS: &str =
    "\n[program.p]\nruns = \"only when no user is logged on\"\ninstall_time = \"10 min\"\n";

#[test]
fn a_program_that_needs_a_user_waits_until_one_logs_on() {
    for (machine, client) in BOTH {
        let row = Lab::new(&[client, NINE_TO_FIVE, FOR_USERS]).row(machine, "p");
        assert_eq!(row.ending, Ending::Installed);
        assert_eq!(row.run_start, at(HOUR), "{machine}: the user comes at nine");
        assert_eq!(row.executing, Actor::LoggedOnUser);
    }
}

#[test]
fn a_program_that_needs_a_user_never_runs_where_none_logs_on() {
    for (machine, client) in BOTH {
        let row = Lab::new(&[client, NOBODY, FOR_USERS]).row(machine, "p");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Waiting, Cause::NoUser),
            "{machine}"
        );
        assert_eq!(row.state, ReportState::Waiting);
        assert!(!row.run_start.is_some());
    }
}

#[test]
fn only_when_a_user_is_logged_on_is_the_default() {
    let row = Lab::new(&[ADVANCED, NOBODY, "[program.p]"]).only();
    assert_eq!((row.ending, row.cause), (Ending::Waiting, Cause::NoUser));
}

#[test]
fn a_program_for_empty_machines_waits_for_the_logoff() {
    for (machine, client) in BOTH {
        let present = client.to_owned()
            + "sessions = { days = \"Mon-Sun\", from = \"07:00\", to = \"17:00\", jitter = \"0 s\" }\n";
        let row = Lab::new(&[&present, WITHOUT_USERS]).row(machine, "p");
        assert_eq!(row.ending, Ending::Installed);
        assert_eq!(
            row.run_start,
            at(9 * HOUR),
            "{machine}: the user leaves at five"
        );
    }
}

#[test]
fn a_program_for_empty_machines_never_runs_while_the_user_stays() {
    for (machine, client) in BOTH {
        let row = Lab::new(&[client, WITHOUT_USERS]).row(machine, "p");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Waiting, Cause::UserPresent),
            "{machine}"
        );
    }
}

#[test]
fn a_user_who_logs_on_later_does_not_stop_a_program_for_empty_machines() {
    let long = "\n[program.p]\nruns = \"only when no user is logged on\"\ninstall_time = \"2 h\"\n";
    for (machine, client) in BOTH {
        let row = Lab::new(&[client, NINE_TO_FIVE, long]).row(machine, "p");
        assert_eq!(row.ending, Ending::Installed);
        // From eight to ten; the user came at nine.
        assert_eq!(
            (row.run_start, row.run_end),
            (at(0), at(2 * HOUR)),
            "{machine}"
        );
    }
}

#[test]
fn running_without_a_user_forces_the_administrative_context() {
    for runs in [
        "whether or not a user is logged on",
        "only when no user is logged on",
    ] {
        let program = format!("[program.p]\nruns = \"{runs}\"\n");
        let row = |client| Lab::new(&[client, NOBODY, &program]).only().executing;
        assert_eq!(row(ADVANCED), Actor::LocalSystem);
        assert_eq!(row(LEGACY), Actor::LocalTokenAccount);
        let with_user_rights = format!("{program}rights = \"user\"\n");
        assert!(
            complaints(&[ADVANCED, &with_user_rights])
                .contains("yet can run when there is no user")
        );
    }
}

/// KB Q235196.
#[test]
fn a_condition_and_an_assignment_that_exclude_each_other_are_rejected() {
    let never = |program: &str, event: &str| {
        let advertisement = format!("[advertisement.a]\nassigned = \"{event}\"\n");
        complaints(&[ADVANCED, program, &advertisement])
    };
    assert!(never(FOR_USERS, "logoff").contains("Q235196"));
    assert!(never(WITHOUT_USERS, "logon").contains("Q235196"));
}

#[test]
fn a_platform_that_the_program_does_not_support_is_rejected_with_10018() {
    for (machine, client) in BOTH {
        let old = client.to_owned() + "platform = \"Windows 2000\"\n";
        let other = "[fleet.other]\ncount = 1\nname = \"X{number}\"\n";
        let program = PROGRAM.to_owned() + "platforms = [\"Windows XP*\"]\n";
        let lab = Lab::new(&[&old, other, &program]);
        let row = lab.row(machine, "p");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Rejected, Cause::PlatformUnsupported)
        );
        assert_eq!(
            (row.status_message, row.state),
            (10018, ReportState::Rejected)
        );
        assert_eq!(row.attempts, 0, "it is checked at receipt");
        assert_eq!(row.report, row.policy);
        assert_eq!(lab.row("X1", "p").ending, Ending::Installed);
    }
}

#[test]
fn any_platform_is_the_default() {
    let old = ADVANCED.to_owned() + "platform = \"Windows 2000\"\n";
    assert_eq!(Lab::new(&[&old, PROGRAM]).only().ending, Ending::Installed);
}

#[test]
fn a_disk_without_room_ends_the_program_with_error_112() {
    let small = "disk = \"100 MB\"\n";
    let program = PROGRAM.to_owned() + "disk = \"200 MB\"\n";
    let legacy = Lab::new(&[LEGACY, small, &program]).only();
    assert_eq!(
        (legacy.ending, legacy.cause, legacy.code),
        (Ending::Failed, Cause::DiskFull, Some(112))
    );
    // 112 is in the Advanced Client's retry list.
    let advanced = Lab::set(&[ADVANCED, small, &program], &["horizon=1 d"]).only();
    assert_eq!(
        (advanced.ending, advanced.cause, advanced.code),
        (Ending::Retrying, Cause::DiskFull, Some(112))
    );
    assert_eq!(
        Lab::new(&[LEGACY, small, PROGRAM]).only().ending,
        Ending::Installed,
        "unknown by default"
    );
}

#[test]
fn a_client_stops_watching_after_the_maximum_run_time_and_the_program_goes_on() {
    for (machine, client) in BOTH {
        let program = "[program.\"*\"]\nrights = \"administrative\"\n\
            runs = \"whether or not a user is logged on\"\n\
            [program.a-long]\ninstall_time = \"3 h\"\nmaximum_run_time = \"1 h\"\n\
            [program.b-next]\ninstall_time = \"10 min\"\n";
        let lab = Lab::new(&[client, program]);
        let long = lab.row(machine, "a-long");
        assert_eq!(
            (long.cause, long.status_message),
            (Cause::RunTimeExceeded, 10021)
        );
        assert_eq!(long.run_end, at(3 * HOUR), "it ends when it ends");
        assert_eq!(
            long.report,
            at(HOUR),
            "the client tells when it stops watching"
        );
        let next = lab.row(machine, "b-next");
        assert_eq!(
            next.run_start,
            at(HOUR),
            "the next program may start meanwhile"
        );
    }
}

#[test]
fn a_client_runs_one_program_at_a_time_in_order_of_arrival() {
    let programs = "[program.\"*\"]\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\n\
        [program.a]\n[program.b]\n[program.c]\n[program.d]\n\
        [advertisement.a]\nassigned = \"+3 min\"\n[advertisement.b]\nassigned = \"+2 min\"\n\
        [advertisement.c]\nassigned = \"+1 min\"\n[advertisement.d]\nassigned = \"+4 min\"\n";
    for (machine, client) in BOTH {
        let lab = Lab::new(&[client, programs]);
        for (order, program) in ["c", "b", "a", "d"].into_iter().enumerate() {
            let row = lab.row(machine, program);
            assert_eq!(
                row.run_start,
                at(60 + order as u64 * 600),
                "{machine} {program}"
            );
            assert_eq!(row.ending, Ending::Installed);
        }
    }
}

#[test]
fn a_program_that_waits_for_a_user_does_not_hold_up_the_line_behind_it() {
    // At 16:50 `a` runs for an hour; `b`, next in line, wants the user, who has
    // left at five; `c` does not.
    let programs = "[program.a]\nruns = \"whether or not a user is logged on\"\ninstall_time = \"1 h\"\n\
        [program.b]\nruns = \"only when a user is logged on\"\nneeds_administrator = false\ninstall_time = \"1 min\"\n\
        [program.c]\nruns = \"whether or not a user is logged on\"\ninstall_time = \"1 min\"\n\
        [advertisement.\"*\"]\nassigned = 2006-03-20T16:50:00\n[advertisement.a]\n[advertisement.b]\n[advertisement.c]\n";
    for (machine, client) in BOTH {
        let lab = Lab::new(&[client, NINE_TO_FIVE, programs]);
        let ten_to_six = 9 * HOUR + 3000;
        assert_eq!(lab.row(machine, "a").run_end, at(ten_to_six));
        assert_eq!(lab.row(machine, "c").run_start, at(ten_to_six), "{machine}");
        assert_eq!(
            lab.row(machine, "b").run_start,
            at(DAY + HOUR),
            "{machine}: when the user is back"
        );
    }
}

#[test]
fn a_countdown_delays_assigned_programs_where_a_user_can_see_it() {
    let countdown = "rules.countdown=5 min";
    for (machine, client) in BOTH {
        let start = |parts: &[&str], settings: &[&str]| {
            Lab::set(parts, settings).row(machine, "p").run_start
        };
        assert_eq!(start(&[client, PROGRAM], &[]), at(0), "none by default");
        assert_eq!(start(&[client, PROGRAM], &[countdown]), at(300));
        assert_eq!(
            start(&[client, NOBODY, PROGRAM], &[countdown]),
            at(0),
            "nobody to see it"
        );
        let optional = "[advertisement.p]\nuptake = { delay = \"1 min\" }\n";
        assert_eq!(
            start(&[client, PROGRAM, optional], &[countdown]),
            at(60),
            "the user has chosen it"
        );
    }
}

#[test]
fn a_restart_by_sms_follows_success_only() {
    for (machine, client) in BOTH {
        let restarts = PROGRAM.to_owned() + "after_running = \"SMS restarts computer\"\n";
        let lab = Lab::new(&[client, &restarts]);
        let row = lab.row(machine, "p");
        assert_eq!(
            (row.ending, row.state),
            (Ending::Installed, ReportState::Succeeded)
        );
        assert_eq!(
            (row.run_end, row.report),
            (at(600), at(900)),
            "reported after the restart"
        );
        // KB Q263700: preliminary success first.
        assert_eq!(lab.messages(machine), [10002, 10005, 10022, 10008]);
        let fails = restarts + "exit_codes = { 1603 = 1 }\n";
        let lab = Lab::new(&[client, &fails]);
        assert_eq!(lab.messages(machine), [10002, 10005, 10006]);
        assert_eq!(lab.row(machine, "p").report, at(600));
    }
}

#[test]
fn it_is_told_when_a_restart_that_waits_for_a_window_begins() {
    let program = PROGRAM.replace("10 min", "1 min");
    let restarts = format!(
        "{program}maximum_run_time = \"3 min\"\nafter_running = \"SMS restarts computer\"\n"
    );
    let long = "{ from = \"14:00\", to = \"15:00\" }";
    for (machine, client) in BOTH {
        for (window, more, begins) in [
            ("12:04", long, at(6 * HOUR)),
            ("12:04", "", Instant::NEVER),
            ("12:30", "", at(4 * HOUR + 60)),
        ] {
            let windows =
                format!("maintenance = [{{ from = \"12:00\", to = \"{window}\" }}, {more}]\n");
            let lab = Lab::new(&[client, &windows, &restarts]);
            let told: Vec<_> = lab
                .diary(machine)
                .into_iter()
                .filter_map(|(at, entry)| match entry {
                    Entry::Restarts => Some(at),
                    Entry::RestartWaits(begins) => Some(begins),
                    _ => None,
                })
                .collect();
            assert_eq!(told, [begins], "{machine} {windows}");
        }
    }
}

/// Programs that meet the user whom SMS logs off after `p`, at 08:10.
const LOGGED_OFF: &str = r#"
[program."*"]
install_time = "10 min"
[program.p]
rights = "administrative"
after_running = "SMS logs user off"
[program.empty]
runs = "only when no user is logged on"
[program.user]
rights = "administrative"
[program.any]
runs = "whether or not a user is logged on"
[advertisement.p]
[advertisement.empty]
[advertisement.user]
assigned = "+1 h"
[advertisement.off]
program = "any"
assigned = "logoff"
[advertisement.on]
program = "any"
assigned = "logon"
"#;

#[test]
fn a_user_whom_sms_logs_off_is_gone_until_the_next_session() {
    let days = "days = \"Mon-Sun\", jitter = \"0 s\"";
    let eight_to_six = format!("sessions = {{ {days}, from = \"08:00\", to = \"18:00\" }}\n");
    let round_the_clock = format!("sessions = {{ {days}, from = \"00:00\", to = \"00:00\" }}\n");
    let on = format!("availability = {{ {days}, from = \"08:00\", to = \"20:00\" }}\n");
    let asleep = format!("{on}off = \"sleep\"\n");
    let always_on = |user: &str| format!("{user}{on}");
    for (machine, client) in BOTH {
        for (users, back) in [
            (eight_to_six.clone(), at(DAY)),
            (always_on(&eight_to_six), at(DAY)),
            // At the latest after a day.
            (String::new(), at(DAY + 600)),
            (round_the_clock.clone(), at(DAY + 600)),
            (asleep.clone(), at(DAY + 600)),
            // Or when the machine is switched on again.
            (on.clone(), at(DAY)),
            (always_on(&round_the_clock), at(DAY)),
        ] {
            let lab = Lab::new(&[client, &users, LOGGED_OFF]);
            let ran = |ad: &str| lab.row(machine, ad).run_start;
            let told = lab.diary(machine);
            assert!(
                told.contains(&(at(600), Entry::LogsUserOff(back))),
                "{machine} {users}"
            );
            // The logoff is one: in the order of their advertisements.
            assert_eq!(
                (ran("p"), ran("empty"), ran("off")),
                (at(0), at(600), at(1200))
            );
            let both = [ran("on"), ran("user")];
            assert_eq!(both.iter().min(), Some(&back), "{machine} {users}");
            assert_eq!(both.iter().max(), Some(&(back + Span::from_secs(600))));
        }
    }
}

#[test]
fn sms_logs_nobody_off_where_none_is_there_or_the_program_fails() {
    for (machine, client) in BOTH {
        for (users, fails) in [("", "exit_codes = { 1603 = 1 }\n"), (NOBODY, "")] {
            let text = LOGGED_OFF.replace("rights = \"administrative\"\nafter", "after");
            let text = text.replace("[program.p]\n", &format!("[program.p]\n{fails}"));
            let text = text.replace(
                "after_running",
                "runs = \"whether or not a user is logged on\"\nafter_running",
            );
            let lab = Lab::new(&[client, users, &text]);
            let told = lab.diary(machine).into_iter();
            let mut logs_off = told.filter(|(_, entry)| matches!(entry, Entry::LogsUserOff(_)));
            assert!(logs_off.next().is_none(), "{machine} {users}");
            assert!(!lab.row(machine, "off").run_start.is_some());
        }
    }
}

/// The next program of the chain wants a user, and so waits for the next day.
#[test]
fn a_program_to_run_first_logs_the_user_off_too() {
    let text = "[program.base]\ninstall_time = \"10 min\"\nafter_running = \"SMS logs user off\"\n\
        rights = \"administrative\"\n[program.p]\nrights = \"administrative\"\nrun_first = \"base\"\n";
    for (machine, client) in BOTH {
        let row = Lab::new(&[client, NINE_TO_FIVE, text]).row(machine, "p");
        assert_eq!(row.run_start, at(HOUR + DAY), "{machine}");
    }
}

#[test]
fn the_next_program_waits_for_the_restart() {
    let programs = "[program.\"*\"]\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\n\
        [program.a]\nafter_running = \"program restarts computer\"\n[program.b]\n";
    for (machine, client) in BOTH {
        let lab = Lab::new(&[client, programs]);
        assert_eq!(lab.row(machine, "b").run_start, at(900), "{machine}");
    }
}

/// M. Niehaus on `RebootReturnCodes`; KB Q263700 for the Legacy Client.
#[test]
fn restart_codes_are_success_with_a_restart_to_come() {
    for (machine, client) in BOTH {
        for code in [1604, 1641, 3010, 3011] {
            let program = format!("{PROGRAM}exit_codes = {{ {code} = 1 }}\n");
            let row = Lab::new(&[client, &program]).row(machine, "p");
            assert_eq!(
                (row.ending, row.cause),
                (Ending::RestartPending, Cause::RestartOutstanding)
            );
            assert_eq!(
                (row.status_message, row.state),
                (10022, ReportState::RebootPending)
            );
            assert_eq!((row.step, row.code), (Step::AfterRunning, Some(code)));
            // With the restart that the advertiser asked for, it is done.
            let row = Lab::new(&[
                client,
                &program,
                "after_running = \"SMS restarts computer\"\n",
            ])
            .row(machine, "p");
            assert_eq!(
                (row.ending, row.status_message),
                (Ending::Installed, 10008),
                "{machine} {code}"
            );
        }
    }
}

#[test]
fn a_program_with_the_rights_of_an_ordinary_user_cannot_do_what_needs_an_administrator() {
    let program =
        "[program.p]\nrights = \"user\"\nneeds_administrator = true\ninstall_time = \"10 min\"\n";
    let legacy = Lab::new(&[LEGACY, program]).only();
    assert_eq!(
        (legacy.ending, legacy.cause),
        (Ending::Failed, Cause::UserNotAdministrator)
    );
    let administrator = "user_is_administrator = true\n";
    for client in [ADVANCED, LEGACY] {
        assert_eq!(
            Lab::new(&[client, administrator, program]).only().ending,
            Ending::Installed
        );
        let with_rights = "[program.p]\nrights = \"administrative\"\nneeds_administrator = true\n";
        assert_eq!(
            Lab::new(&[client, with_rights]).only().ending,
            Ending::Installed
        );
    }
}

#[test]
fn a_countdown_that_is_cut_short_begins_anew() {
    // It begins at ten to ten and takes half an hour; at ten the machine goes off, or its
    // user leaves.
    let hours = "{ days = \"Mon-Sun\", from = \"08:00\", to = \"10:00\", jitter = \"0 s\" }\n";
    let ad = "[rules]\ncountdown = \"30 min\"\n[advertisement.p]\nassigned = \"+110 min\"\n";
    let wants_user = "[program.p]\nrights = \"administrative\"\ninstall_time = \"10 min\"\n";
    let started = |client: &str, program: &str| Lab::new(&[client, program, ad]).only().run_start;
    let (day, half) = (DAY, 1_800);
    for client in [ADVANCED, LEGACY] {
        let off = format!("{client}availability = {hours}");
        assert_eq!(started(&off, PROGRAM), at(day + half), "{client}");
        assert_eq!(started(&off, wants_user), at(day + half), "{client}");
        let user = format!("{client}sessions = {hours}");
        assert_eq!(started(&user, wants_user), at(day + half), "{client}");
        // Nobody is needed, and nobody sees the rest.
        assert_eq!(started(&user, PROGRAM), at(6_600 + half), "{client}");
        // A machine that sleeps goes on.
        let asleep = format!("{client}availability = {hours}off = \"sleep\"\n");
        assert_eq!(started(&asleep, PROGRAM), at(day), "{client}");
    }
}
