//! Rules at the edges: of the horizon, of windows, of the maximum run time, of a
//! chain, and of what changes while something is under way.

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::outcome::{Cause, Ending, Outcome, ReportState};
use rollcast::product::status;
use rollcast::units::{Instant, Span};
use rollcast::world::ServerRole;

/// A pc that is on from 08:00 to 17:00, and another that always is.
fn recurring(settings: &[&str]) -> Lab {
    let text = format!(
        "{ADVANCED}availability = {{ days = \"Mon-Sun\", from = \"08:00\", to = \"17:00\", jitter = \"0 s\" }}\n"
    );
    let ad = "[advertisement.p]\nassigned = \"+1 h\"\nrecurs = \"12 h\"\n";
    Lab::set(&[&text, PROGRAM, ad], settings)
}

#[test]
fn a_time_that_has_begun_and_cannot_start_leaves_the_row_of_the_time_before() {
    for horizon in ["14 h", "1 d"] {
        let row = recurring(&[&format!("horizon={horizon}")]).only();
        assert_eq!(
            (row.ending, row.state),
            (Ending::Installed, ReportState::Succeeded)
        );
        assert_eq!(row.status_message, status::SUCCESS);
        assert_eq!(
            (row.run_start, row.run_end),
            (at(3_600), at(4_200)),
            "{row:?}"
        );
        assert_eq!((row.occurrences, row.successes), (1, 1));
    }
    let failed = recurring(&["horizon=1 d", "program.p.exit_codes={1603=1}"]).only();
    assert_eq!((failed.ending, failed.code), (Ending::Failed, Some(1603)));
    assert!(failed.run_end.is_some() && failed.report.is_some());
}

#[test]
fn what_ends_at_the_horizon_has_ended_and_no_assignment_comes_round_there() {
    for client in [ADVANCED, LEGACY] {
        let ad = "[advertisement.p]\nassigned = \"+1 d\"\nrecurs = \"1 d\"\n";
        let row = Lab::set(&[client, PROGRAM, ad], &["horizon=7 d"]).only();
        assert_eq!((row.ending, row.occurrences), (Ending::Installed, 6));
        let once = "[advertisement.p]\nassigned = \"+1 d\"\n";
        let due = |horizon: &str| Lab::set(&[client, PROGRAM, once], &[horizon]).only();
        // What ends there has ended.
        let ended = due("horizon=1450 min");
        assert_eq!(
            (ended.ending, ended.run_end),
            (Ending::Installed, at(87_000))
        );
    }
}

fn crowd(patience: &str) -> Lab {
    let contact =
        "[server.SMS]\nstation = { servers = 1, service = \"1 min\", patience = \"PATIENCE\" }\n"
            .replace("PATIENCE", patience);
    let many = ADVANCED.replace("count = 1", "count = 300");
    let text = format!(
        "start = 2006-03-20T08:00:00\nhorizon = \"3 h\"\n[site.hq]\n[server.SMS]\n\
         roles = [\"management point\", \"client access point\"]\n{}\n[server.DP]\n\
         roles = [\"distribution point\"]\n{many}[package.p]\nsize = \"0 B\"\n{PROGRAM}[advertisement.p]\n",
        contact.split_once('\n').unwrap().1
    );
    Lab::of(&text, &[])
}

#[test]
fn whoever_gives_up_has_waited_and_nobody_waits_beyond_the_horizon() {
    let given_up = crowd("10 min");
    let used = given_up.server("SMS", ServerRole::ManagementPoint);
    assert!(used.timeouts > 100, "{used:?}");
    assert!(used.waited >= Span(used.timeouts * Span::from_mins(10).0));
    assert!(used.longest_wait <= Span::from_mins(10));
    assert!(used.timeout_share().unwrap() > 0.3);
    let without = given_up
        .rows()
        .filter(|(_, _, row)| row.ending == Ending::Unaware);
    assert_at_most_one_is_served(without);
    let patient = crowd("30 d");
    let used = patient.server("SMS", ServerRole::ManagementPoint);
    assert_eq!(used.timeouts, 0);
    assert!(used.longest_wait <= Span::from_hours(3), "{used:?}");
    let line = patient
        .rows()
        .filter(|(_, _, row)| row.ending == Ending::Unaware);
    assert!(assert_at_most_one_is_served(line) > 50);
}

/// All of `rows` stand in the line of a server that serves one at a time, or have
/// left it, but for the one that is served at the horizon; how many there are.
fn assert_at_most_one_is_served<'a>(
    rows: impl Iterator<Item = (&'a str, &'a str, &'a Outcome)>,
) -> usize {
    let mut causes: Vec<Cause> = rows.map(|(_, _, row)| row.cause).collect();
    let count = causes.len();
    causes.retain(|cause| *cause != Cause::ContactOverloaded);
    assert!(
        matches!(causes[..], [] | [Cause::AnswerPending]),
        "{causes:?}"
    );
    count
}

#[test]
fn overlapping_windows_are_one_and_the_countdown_has_to_fit() {
    let run = |client: &str, windows: &str, limit: &str, rest: &str| {
        let program = format!("{PROGRAM}maximum_run_time = \"{limit}\"\n");
        let site = format!("[site.hq]\nmaintenance = {windows}\n");
        let text = format!(
            "start = 2006-03-20T08:00:00\nhorizon = \"10 d\"\n{site}[server.SMS]\nsite = \"hq\"\n\
             roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
             network = \"unlimited\"\n[fleet.\"*\"]\npoll_interval = \"1 s\"\naccess = \"unlimited\"\n\
             {client}{program}[advertisement.p]\n{rest}"
        );
        Lab::of(&text, &[]).only()
    };
    for client in [ADVANCED, LEGACY] {
        let overlap =
            "[{ from = \"06:00\", to = \"07:00\" }, { from = \"06:30\", to = \"07:30\" }]";
        let row = run(client, overlap, "80 min", "");
        assert_eq!(row.run_start, at(22 * 3_600), "{row:?}");
        assert_eq!(
            run(client, overlap, "91 min", "").cause,
            Cause::OutsideWindow
        );
        let touching =
            "[{ from = \"22:00\", to = \"00:00\" }, { from = \"00:00\", to = \"01:00\" }]";
        assert_eq!(run(client, touching, "3 h", "").run_start, at(14 * 3_600));
        // A user is logged on, and would have to be shown a countdown first.
        let night = "[{ from = \"22:00\", to = \"00:00\" }]";
        let counted = "[rules]\ncountdown = \"5 min\"\n";
        assert_eq!(run(client, night, "2 h", "").run_start, at(14 * 3_600));
        assert_eq!(
            run(client, night, "2 h", counted).cause,
            Cause::OutsideWindow
        );
        assert_eq!(
            run(client, night, "115 min", counted).run_start,
            at(14 * 3_600 + 300)
        );
        let alone = format!("{client}user_logged_on = false\n");
        assert_eq!(run(&alone, night, "2 h", counted).run_start, at(14 * 3_600));
        // What a user chooses is not held back.
        let chosen = run(
            client,
            night,
            "1 h",
            "uptake = { share = 1, delay = \"10 min\" }\n",
        );
        assert_eq!(chosen.run_start, at(600), "{chosen:?}");
    }
}

#[test]
fn a_restart_by_sms_waits_for_a_window_and_one_by_the_program_does_not() {
    let reported = |client: &str, windows: &str, after: &str| {
        let program =
            format!("{PROGRAM}after_running = \"{after}\"\nmaximum_run_time = \"11 min\"\n");
        let fleet = format!("{client}maintenance = {windows}\n");
        let rules = "[rules]\nrestart_time = \"3 min\"\n";
        let row = Lab::new(&[&fleet, &program, rules]).only();
        assert_eq!(row.run_end, at(600), "{row:?}");
        assert_eq!(row.state, ReportState::Succeeded);
        row.report
    };
    // The program fits into the first window, the restart after it does not.
    let short = "[{ from = \"08:00\", to = \"08:12\" }, { from = \"22:00\", to = \"00:00\" }]";
    let always = "[{ from = \"00:00\", to = \"00:00\" }]";
    for client in [ADVANCED, LEGACY] {
        let by_sms = "SMS restarts computer";
        assert_eq!(reported(client, short, by_sms), at(14 * 3_600 + 180));
        assert_eq!(reported(client, always, by_sms), at(600 + 180));
        let by_program = "program restarts computer";
        assert_eq!(reported(client, short, by_program), at(600 + 180));
    }
}

#[test]
fn the_maximum_run_time_counts_from_the_start_of_the_program() {
    let branch = "[site.br]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n[package.p]\nsize = \"450 MB\"\n";
    let ad = "[advertisement.p]\non_remote = \"run\"\n";
    let program = format!("{PROGRAM}maximum_run_time = \"30 min\"\n");
    for client in [ADVANCED, LEGACY] {
        let there = format!("{client}sites = [\"br\"]\n");
        let lab = |settings: &[&str]| Lab::set(&[branch, &there, &program, ad], settings);
        // An hour of reading, ten minutes of work.
        let row = lab(&[]).only();
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Installed, Cause::RunTimeExceeded)
        );
        assert_eq!(row.status_message, status::RUN_TIME_EXCEEDED);
        assert_eq!(row.report - row.run_start, Span::from_mins(30));
        assert_eq!(row.run_end - row.run_start, Span::from_mins(70));
        let cut = lab(&["horizon=50 min"]).only();
        assert_eq!(
            (cut.ending, cut.cause),
            (Ending::InProgress, Cause::RunTimeExceeded)
        );
        assert!(!cut.run_end.is_some() && cut.downloaded.0 > 0);
        let fits = lab(&["program.p.maximum_run_time=70 min"]).only();
        assert_eq!((fits.ending, fits.cause), (Ending::Installed, Cause::None));
    }
}

#[test]
fn a_program_of_a_chain_is_not_run_on_a_platform_that_it_does_not_support() {
    let first = "[program.first]\nplatforms = [\"Windows 2000*\"]\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\n";
    let w2k =
        "[fleet.w2k]\ncount = 1\nname = \"W{number}\"\nplatform = \"Windows 2000 Professional\"\n";
    for client in [ADVANCED, LEGACY] {
        let program = format!("{PROGRAM}run_first = \"first\"\n");
        let ad = "[advertisement.p]\nassigned = \"+5 h\"\n";
        let lab = Lab::new(&[client, w2k, &program, first, ad]);
        let name = if client == ADVANCED { "A1" } else { "L1" };
        let row = lab.row(name, "p");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Failed, Cause::DependencyFailed)
        );
        assert!(!row.run_start.is_some());
        assert_eq!(row.report, at(5 * 3_600));
        assert_eq!(lab.row("W1", "p").ending, Ending::Installed);
    }
}

#[test]
fn a_client_that_gives_up_says_that_it_failed() {
    let rules = "[rules]\nnetwork_retry = { count = 3, interval = \"10 min\" }\n\
        legacy_network_retry = { count = 3, interval = \"10 min\" }\n";
    for (client, how) in [(ADVANCED, "run"), (ADVANCED, "download"), (LEGACY, "run")] {
        for wrong in [
            "[[fault]]\nat = \"+0 h\"\nserver = [\"SMS\"]\nroles = [\"distribution point\"]\n",
            "[package.p]\naccess = [\"Guests\"]\n",
        ] {
            let ad = format!("[advertisement.p]\non_local = \"{how}\"\n");
            let row = Lab::new(&[client, PROGRAM, rules, &ad, wrong]).only();
            assert_eq!(
                (row.state, row.attempts),
                (ReportState::Failed, 4),
                "{wrong}"
            );
            // A message of the failure, or none where its number is not known.
            assert!(
                [0, status::PREPARATION_FAILED].contains(&row.status_message),
                "{client}{wrong}: {}",
                row.status_message
            );
        }
    }
}

#[test]
fn an_advertisement_that_expires_ends_a_download_and_not_a_run() {
    let branch = "[site.br]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n[package.p]\nsize = \"450 MB\"\n[rules]\ncache = \"1 GB\"\n";
    let there = format!("{ADVANCED}sites = [\"br\"]\n");
    let ad =
        |how: &str| format!("[advertisement.p]\non_remote = \"{how}\"\nexpires = \"+30 min\"\n");
    let download = Lab::new(&[branch, &there, PROGRAM, &ad("download")]).only();
    assert_eq!(
        (download.ending, download.state),
        (Ending::Rejected, ReportState::Expired)
    );
    assert_eq!(download.cause, Cause::ExpiredWaiting);
    // Half of it, and not all.
    assert!(
        (224_000_000..226_000_000).contains(&download.downloaded.0),
        "{download:?}"
    );
    let run = Lab::new(&[branch, &there, PROGRAM, &ad("run")]).only();
    assert_eq!(run.ending, Ending::Installed);
    let late = Lab::new(&[
        ADVANCED,
        PROGRAM,
        "[advertisement.p]\nexpires = \"+30 min\"\nassigned = \"+1 h\"\n",
    ]);
    assert_eq!(late.only().cause, Cause::ExpiredWaiting);
}

#[test]
fn content_that_goes_breaks_what_reads_it_and_what_is_damaged_is_found_out_at_the_end() {
    let slow = "[server.SMS]\nnetwork = \"1 Mbit/s\"\n[package.p]\nsize = \"450 MB\"\n[rules]\ncache = \"1 GB\"\n";
    let run = |state: &str, begins: &str, lasts: &str| {
        let fault = format!(
            "[[fault]]\nat = \"{begins}\"\nfor = \"{lasts}\"\npackage = \"p\"\ndistribution_points = [\"SMS\"]\ncontent = \"{state}\"\n"
        );
        let ad = "[advertisement.p]\non_local = \"download\"\n";
        let text = format!("{}{ADVANCED}{PROGRAM}{ad}{fault}", crate::lab::HQ)
            .replace("network = \"unlimited\"\n", "network = \"1 Mbit/s\"\n");
        let rest = slow.split_once("[package.p]").unwrap().1;
        Lab::of(&format!("{text}[package.p]{rest}"), &[])
    };
    let gone = run("missing", "+30 min", "10 h");
    let row = gone.only();
    assert_eq!(row.ending, Ending::Installed);
    assert!(row.content_start >= at(10 * 3_600), "{row:?}");
    // Damaged for a while in the middle, before the beginning, after the end.
    let damaged = run("corrupt", "+20 min", "10 min").only();
    assert_eq!(
        (damaged.ending, damaged.cause),
        (Ending::Failed, Cause::HashMismatch)
    );
    assert_eq!(
        run("corrupt", "+2 h", "10 min").only().ending,
        Ending::Installed
    );
}

#[test]
fn a_retry_tells_of_itself_alone() {
    let slow = crate::lab::HQ.replace("network = \"unlimited\"\n", "network = \"10 Mbit/s\"\n");
    let text = format!(
        "{slow}{ADVANCED}{PROGRAM}exit_codes = {{ 1618 = 1 }}\n[package.p]\nsize = \"1 GB\"\n[advertisement.p]\non_local = \"run\"\n"
    );
    // 800 s of reading, 600 s of work, 600 s of waiting, and 800 s again.
    let row = Lab::of(&text, &["horizon=2200 s"]).only();
    assert_eq!(
        (row.ending, row.attempts),
        (Ending::InProgress, 2),
        "{row:?}"
    );
    assert!(row.content_start >= at(2_000) && !row.content_end.is_some());
    assert_eq!((row.code, row.run_end), (None, Instant::NEVER));
}

#[test]
fn what_was_there_before_the_start_has_not_run() {
    let before = "[advertisement.p]\nassigned = \"+5 h\"\nrerun = \"never\"\n";
    let client = format!("{ADVANCED}installed = {{ p = 1 }}\n");
    let row = Lab::new(&[&client, PROGRAM, before]).only();
    assert_eq!(
        (row.ending, row.run_end),
        (Ending::Installed, Instant::NEVER)
    );
    assert_eq!(row.successful_since(), Some(Instant::START));
}

/// Requests and refusals at the near controller and at the PDC.
fn at_the_controllers(lab: &Lab) -> [(u64, u64); 2] {
    ["BDC", "PDC"].map(|name| {
        let used = lab.server(name, ServerRole::DomainController);
        (used.requests, used.refusals)
    })
}

#[test]
fn refusals_in_equal_tries_are_counted_at_every_controller() {
    // 240 tries at the point in four hours, and five looks for advertisements that
    // are refused too, at 90 min and hourly after that. One look before is let in.
    let text = include_str!("edges_pdc.toml");
    for lockout in [0, 999] {
        let lab = Lab::of(text, &[&format!("domain.CORP.lockout.threshold={lockout}")]);
        let [near, primary] = at_the_controllers(&lab);
        assert_eq!(near.1, 245, "{lockout}: {near:?}");
        assert_eq!(primary, (245, 245), "{lockout}");
    }
}

#[test]
fn looks_of_machines_that_are_off_at_night_are_counted_while_they_are_on() {
    let text = include_str!("edges_pdc.toml")
        .replace("horizon = \"6 h\"", "horizon = \"5 d\"")
        .replace("[program.p]", "[program.q]\n[program.p]")
        .replace("[advertisement.p]\nassigned = \"+2 h\"", "")
        .replace(
            "client = \"legacy\"",
            "client = \"legacy\"\navailability = { days = \"Mon-Sun\", from = \"08:00\", to = \"18:00\", jitter = \"0 s\" }",
        );
    let counted = |lockout: u32| {
        let lockout = format!("domain.CORP.lockout.threshold={lockout}");
        at_the_controllers(&Lab::of(&text, &[&lockout]))
    };
    let [near, primary] = counted(0);
    assert_eq!([near, primary], counted(999));
    assert!(primary.0 > 20 && primary.0 < 120, "{primary:?}");
}

#[test]
fn an_account_whose_password_has_expired_is_asked_about_at_the_pdc() {
    let text = include_str!("edges_pdc.toml");
    let text = text.split("[[rotation]]").next().unwrap();
    for (state, asked) in [
        ("password expired", true),
        ("wrong password", true),
        ("locked", true),
        ("disabled", false),
        ("expired", false),
        ("missing", false),
    ] {
        let account = "[account.'CORP\\user']";
        let text = text.replace(account, &format!("{account}\nstate = \"{state}\""));
        for lockout in [0, 999] {
            let lab = Lab::of(
                &text,
                &[&format!("domain.CORP.lockout.threshold={lockout}")],
            );
            let [near, primary] = at_the_controllers(&lab);
            // It is refused at the client access point, look after look, and the
            // program is never learned of.
            assert_eq!(near, (6, 6), "{state}, {lockout}");
            let expected = if asked { near.0 } else { 0 };
            assert_eq!(primary, (expected, expected), "{state}, {lockout}");
        }
    }
}

#[test]
fn a_program_that_fails_says_so_at_each_attempt() {
    let text = "horizon = \"9 d\"\n[traffic]\n[server.SMS]\nroles = [\"management point\", \"distribution point\"]\n\
        [fleet.pcs]\ncount = 1\n[program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
        install_time = \"0 s\"\nexit_codes = { 5 = 1 }\n[advertisement.p]\non_local = \"download\"\n";
    let lab = Lab::of(text, &["rules.poll_interval=1 d"]);
    let (row, used) = (lab.only(), lab.server("SMS", ServerRole::ManagementPoint));
    assert_eq!(row.attempts, 1_009);
    assert!((2_018..2_040).contains(&used.requests), "{used:?}");
}

#[test]
fn a_restart_that_a_program_to_run_first_asks_for_is_outstanding_at_the_end_of_the_chain() {
    let of = |first: &str, then: &str, presence: &str| {
        let chain = format!(
            "{PROGRAM}run_first = \"first\"\n{then}[program.first]\nrights = \"administrative\"\n{first}"
        );
        let pc = format!("{ADVANCED}{presence}");
        Lab::new(&[&pc, &chain, "[advertisement.p]\n"]).only()
    };
    let wants = "exit_codes = { 3010 = 1 }\n";
    let pending = (Ending::RestartPending, ReportState::RebootPending);
    let done = (Ending::Installed, ReportState::Succeeded);
    for (first, then, presence, expected) in [
        (wants, "", "", pending),
        (wants, wants, "", pending),
        ("", "", "", done),
        // The restart for the last program is one for the first too.
        (
            wants,
            "after_running = \"SMS restarts computer\"\n",
            "",
            done,
        ),
        // Switched off while the second program works, which runs again afterwards.
        (
            wants,
            "",
            "availability = { days = \"Mon-Sun\", from = \"08:00\", to = \"17:00\", jitter = \"0 s\" }\n",
            done,
        ),
    ] {
        let row = of(first, then, presence);
        assert_eq!((row.ending, row.state), expected, "{first}{then}{presence}");
    }
}

#[test]
fn a_machine_that_is_switched_off_and_on_has_restarted() {
    let on = "availability = { days = \"Mon-Sun\", from = \"08:00\", to = \"17:00\", jitter = \"0 s\" }\n";
    let program = format!("{PROGRAM}exit_codes = {{ 3010 = 1 }}\n");
    for client in [ADVANCED, LEGACY] {
        let pc = format!("{client}{on}");
        let lab = |rest: &str| {
            Lab::new(&[&format!("{pc}{rest}"), &program, "[advertisement.p]\n"]).only()
        };
        let row = lab("");
        assert_eq!(
            (row.ending, row.state),
            (Ending::Installed, ReportState::Succeeded)
        );
        assert_eq!((row.status_message, row.report), (status::SUCCESS, at(DAY)));
        let sleeps = lab("off = \"sleep\"\n");
        assert_eq!(
            (sleeps.ending, sleeps.state),
            (Ending::RestartPending, ReportState::RebootPending)
        );
    }
    let always = Lab::new(&[ADVANCED, &program, "[advertisement.p]\n"]).only();
    assert_eq!(always.ending, Ending::RestartPending);
    // The restart for one program is one for the other.
    let second = "[program.q]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
        after_running = \"SMS restarts computer\"\n";
    let both = Lab::new(&[
        ADVANCED,
        &program,
        second,
        "[advertisement.p]\n[advertisement.q]\nassigned = \"+2 h\"\n",
    ]);
    assert_eq!(both.row("A1", "p").ending, Ending::Installed);
}

/// Machines that are on from 08:00 to 10:00 every day, where the program is due at
/// 09:00.
fn two_hours_a_day(client: &str, off: &str, settings: &[&str]) -> rollcast::outcome::Outcome {
    let fleet = format!(
        "{client}off = \"{off}\"\n\
         availability = {{ days = \"Mon-Sun\", from = \"08:00\", to = \"10:00\", jitter = \"0 s\" }}\n"
    );
    let ad = "[advertisement.p]\nassigned = \"+1 h\"\n[rules]\nrestart_time = \"3 h\"\n";
    let settings = [&["horizon=124 h"], settings].concat();
    Lab::set(&[&fleet, PROGRAM, ad], &settings).only()
}

#[test]
fn a_program_goes_on_where_it_was_on_a_machine_that_sleeps_and_is_lost_on_one_that_is_off() {
    for client in [ADVANCED, LEGACY] {
        let long = &["program.p.install_time=3 h"];
        let asleep = two_hours_a_day(client, "sleep", long);
        assert_eq!(asleep.ending, Ending::Installed, "{asleep:?}");
        assert_eq!(asleep.attempts, 1);
        // An hour on Monday, two on Tuesday.
        assert_eq!(asleep.run_end, at(86_400 + 2 * 3_600));
        let off = two_hours_a_day(client, "shut down", long);
        assert_eq!(
            (off.ending, off.run_end.is_some()),
            (Ending::Waiting, false)
        );
        assert!(off.attempts > 1, "{off:?}");
    }
}

#[test]
fn what_the_client_no_longer_watches_goes_off_with_the_machine() {
    for client in [ADVANCED, LEGACY] {
        let long = &[
            "program.p.install_time=3 h",
            "program.p.maximum_run_time=30 min",
        ];
        let lost = two_hours_a_day(client, "shut down", long);
        assert_eq!(
            (lost.ending, lost.cause),
            (Ending::Failed, Cause::RunTimeExceeded)
        );
        assert_eq!((lost.run_end, lost.code), (at(2 * 3_600), None));
        let kept = two_hours_a_day(client, "sleep", long);
        assert_eq!(kept.ending, Ending::Installed, "{kept:?}");
        assert_eq!(kept.run_end, at(86_400 + 2 * 3_600));
        assert_eq!(kept.report, at(3_600 + 1_800));
    }
}

#[test]
fn no_restart_ends_while_the_machine_is_off() {
    for client in [ADVANCED, LEGACY] {
        let restarts = &["program.p.after_running=SMS restarts computer"];
        for off in ["sleep", "shut down"] {
            let row = two_hours_a_day(client, off, restarts);
            assert_eq!(row.state, ReportState::Succeeded);
            assert_eq!(row.report, at(86_400), "{off}");
        }
    }
}

#[test]
fn an_advertisement_that_expires_leaves_what_was_tried_or_done_before() {
    let fails = format!("{PROGRAM}exit_codes = {{ 5 = 1 }}\n");
    let ad = "[advertisement.p]\nassigned = \"+2 h\"\nexpires = \"+4 h\"\n";
    let row = Lab::new(&[ADVANCED, &fails, ad]).only();
    assert_eq!(
        (row.ending, row.cause, row.code),
        (Ending::Failed, Cause::ProgramFailed, Some(5))
    );
    assert_ne!(row.status_message, status::REJECTED_EXPIRED);
    for client in [ADVANCED, LEGACY] {
        let untried = "[advertisement.p]\nassigned = \"+2 h\"\nexpires = \"+1 h\"\n";
        let row = Lab::new(&[client, PROGRAM, untried]).only();
        assert_eq!(row.ending, Ending::Rejected);
        // The second time is due while the machine is off, and expires until it is on.
        let text = format!(
            "{client}availability = {{ days = \"Mon-Sun\", from = \"08:00\", to = \"17:00\", jitter = \"0 s\" }}\n"
        );
        let again =
            "[advertisement.p]\nassigned = \"+1 h\"\nrecurs = \"12 h\"\nexpires = \"+14 h\"\n";
        let row = Lab::set(&[&text, PROGRAM, again], &["horizon=2 d"]).only();
        assert_eq!(row.ending, Ending::Installed, "{row:?}");
        assert_eq!((row.run_end, row.occurrences), (at(4_200), 1));
    }
}

/// A program of five minutes after which SMS restarts the computer, at nine.
const RESTARTS: &str = "[program.p]\npackage = \"p\"\nrights = \"administrative\"\n\
    runs = \"whether or not a user is logged on\"\ninstall_time = \"5 min\"\n\
    after_running = \"SMS restarts computer\"\n[package.p]\nsize = \"0 B\"\n\
    [advertisement.p]\nassigned = \"+1 h\"\n";

#[test]
fn a_restart_cuts_short_what_else_the_machine_is_in_the_middle_of() {
    // 100 MB at 1 Mbit/s are 800 s: from 8:55 on, the restart is from 9:05 to 9:10.
    let fetched = "[program.q]\nrights = \"administrative\"\npackage = \"q\"\n\
        runs = \"whether or not a user is logged on\"\ninstall_time = \"1 min\"\n\
        [package.q]\nsize = \"100 MB\"\n\
        [advertisement.q]\non_local = \"download\"\navailable = \"+55 min\"\n";
    let downloaded = |bits: bool| {
        let bits = format!("server.SMS.bits={bits}");
        let set = [bits.as_str(), "server.SMS.network=1 Mbit/s"];
        Lab::set(&[ADVANCED, RESTARTS, fetched], &set).row("A1", "q")
    };
    let (resumed, anew) = (downloaded(true), downloaded(false));
    assert_eq!(resumed.content_end, at(55 * 60 + 800 + 300));
    assert_eq!(resumed.downloaded.0, 100_000_000);
    // Over SMB it begins anew.
    assert_eq!(anew.content_end, at(70 * 60 + 800));
    assert!(anew.downloaded.0 > 100_000_000);
    // What its client no longer watches is lost; what has been watched to its end is not.
    let alone = "[program.q]\nrights = \"administrative\"\npackage = \"p\"\n\
        runs = \"whether or not a user is logged on\"\ninstall_time = \"3 h\"\n\
        maximum_run_time = \"30 min\"\n[advertisement.q]\n";
    for (machine, client) in [("A1", ADVANCED), ("L1", LEGACY)] {
        let row = Lab::new(&[client, RESTARTS, alone]).row(machine, "q");
        assert_eq!(
            (row.ending, row.cause, row.run_end),
            (Ending::Failed, Cause::RunTimeExceeded, at(3_900)),
            "{machine}"
        );
    }
}

#[test]
fn a_restart_that_waits_for_a_window_cuts_short_what_runs_then() {
    let windows = "maintenance = [{ from = \"08:00\", to = \"09:08\" }, { from = \"22:00\", to = \"23:00\" }]\n";
    let chosen = "[program.q]\nrights = \"administrative\"\npackage = \"p\"\n\
        runs = \"whether or not a user is logged on\"\ninstall_time = \"3 h\"\n\
        [advertisement.q]\navailable = \"+12 h\"\nuptake = { share = 1, delay = \"1 s\" }\n";
    let short = "program.p.maximum_run_time=5 min";
    // A restart of five minutes does not fit before 9:08, and is at ten in the evening.
    let client = ADVANCED.to_owned() + windows;
    let lab = Lab::set(&[&client, RESTARTS, chosen], &[short]);
    let (p, q) = (lab.row("A1", "p"), lab.row("A1", "q"));
    assert_eq!(
        (p.ending, p.report),
        (Ending::Installed, at(14 * HOUR + 300))
    );
    assert!(lab.messages("A1").contains(&status::UNEXPECTED_RESTART));
    assert_eq!((q.ending, q.attempts), (Ending::Installed, 2));
}
