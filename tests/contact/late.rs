//! Reports that are late or lost.

use crate::{Run, fleet};
use rollcast::division::Plan;
use rollcast::model::{Entry, Watch, follow};
use rollcast::outcome::{Action, Ending, Outcome, ReportFate, ReportState};
use rollcast::units::{Instant, Span};
use rollcast::world::{MachineId, ServerRole};

/// Machines that learn of the advertisement within a second, and have installed
/// it ten minutes later.
const QUICK: &str = r#"
start = 2006-03-20T08:00:00
horizon = "1 d"
[server.SMS]
roles = ["management point", "client access point", "distribution point"]
network = "unlimited"
[fleet."*"]
count = 100
access = "unlimited"
poll_interval = "1 s"
[program.p]
runs = "whether or not a user is logged on"
install_time = "10 min"
"#;
const ADVANCED: &str = "[fleet.pcs]\n";
const LEGACY: &str = "[fleet.pcs]\nclient = \"legacy\"\n";

fn run(parts: &[&str]) -> Run {
    Run::of(&format!("{QUICK}{}", parts.concat()), &[])
}

fn minute(minutes: u64) -> Instant {
    Instant(minutes * 60_000_000)
}

#[test]
fn a_report_waits_at_the_machine_while_its_server_is_down() {
    // The server is down when the program ends, ten minutes after the start;
    // the hour after that it is up again.
    let down = "[reports]\n[[fault]]\nserver = [\"SMS\"]\nat = \"+5 min\"\nfor = \"30 min\"\n";
    for client in [ADVANCED, LEGACY] {
        let run = run(&[client, down]);
        for outcome in run.replication.outcomes.iter() {
            assert_eq!(outcome.ending, Ending::Installed);
            assert_eq!(outcome.heard, ReportState::Succeeded);
            assert_eq!(outcome.report_fate, ReportFate::Heard);
            assert_eq!(outcome.report, outcome.run_end + Span::from_mins(60));
        }
    }
}

/// Each try to send a message in vain is told, whether it is made by itself or in one step
/// with others.
#[test]
fn every_try_at_which_a_report_is_refused_is_told() {
    let down = |down: &str| format!("[reports]\nretry = \"10 min\"\n{down}");
    for client in [ADVANCED, LEGACY] {
        for (fault, refused) in [
            // From the end of the program, each ten minutes until all is up again.
            (
                "[[fault]]\nserver = [\"SMS\"]\nat = \"+5 min\"\nfor = \"56 min\"\n",
                6,
            ),
            // Up to the horizon, a day after the start.
            ("[[fault]]\nserver = [\"SMS\"]\nat = \"+5 min\"\n", 143),
            // Only once.
            (
                "[[fault]]\nserver = [\"SMS\"]\nat = \"+5 min\"\nfor = \"8 min\"\n",
                1,
            ),
        ] {
            let world = run(&[client, &down(fault)]).world;
            let (_, diary) = follow(&world, &Plan::new(&world), 1, MachineId(0));
            let told = diary.entries.iter().map(|(_, _, entry)| match entry {
                Entry::ReportWaits(..) => 1,
                Entry::ReportRefused { alike, .. } => *alike,
                _ => 0,
            });
            assert_eq!(told.sum::<u64>(), refused, "{fault}");
        }
    }
}

/// Tries that are made one by one, because each may lock an account, raise what tries
/// raise that are counted in one step.
#[test]
fn every_attempt_raises_its_messages_whether_or_not_tries_are_counted_in_one_step() {
    let requests = |threshold: u32| {
        let run = Run::of(
            &format!(
                "start = 2006-03-20T00:00:00\nhorizon = \"1 d\"\n[reports]\n[traffic]\n\
                 [domain.CORP]\nlockout = {{ threshold = {threshold} }}\n[account.'CORP\\naa']\nstate = \"wrong password\"\n\
                 [accounts]\nnetwork_access = 'CORP\\naa'\n[site.hq]\n\
                 [server.SMS]\nroles = [\"management point\", \"distribution point\", \"file server\"]\n\
                 [server.DC]\nroles = [\"domain controller\"]\n[share.apps]\nserver = \"SMS\"\naccess = ['CORP\\naa']\n\
                 [fleet.pcs]\ncount = 3\n[program.p]\nrights = \"administrative\"\n\
                 runs = \"whether or not a user is logged on\"\nshares = [{{ share = \"apps\", command_line = true }}]\n"
            ),
            &[],
        );
        run.server("SMS", ServerRole::ManagementPoint).requests
    };
    let never = requests(0);
    assert!(never > 300, "{never}");
    assert_eq!(requests(999), never);
}

/// A window that is always open: it keeps nothing from starting, and tries are made one
/// by one because of it.
const ALWAYS_OPEN: &str =
    "maintenance = [{ from = \"00:00\", to = \"24:00\", must_fit = false }]\n";

/// What tries that fail ask for and say, and what they leave, with `more` said of the
/// machines; `fails` goes on with the keys of the program.
fn tries(client: &str, more: &str, fails: &str, count: u32) -> (Vec<u64>, Vec<Outcome>) {
    let rules = format!(
        "[reports]\n[traffic]\n[rules]\nexecution_retry = {{ count = {count}, interval = \"10 min\" }}\n\
         network_retry = {{ count = {count}, interval = \"10 min\" }}\n"
    );
    let run = run(&[fails, client, more, &rules]);
    let used = run.replication.resources.iter();
    let used = used.flat_map(|used| [used.requests, used.refusals, used.bytes.0]);
    let outcomes = run.replication.outcomes.iter().copied();
    (used.collect(), outcomes.collect())
}

/// A try says once that it has failed, whether another one follows or it was the last:
/// the message of the last one is the last word of the job.
#[test]
fn tries_made_one_by_one_say_what_tries_say_that_are_counted_in_one_step() {
    let no_room = "disk = \"1 GB\"\n[fleet.\"p*\"]\ndisk = \"1 MB\"\n";
    let closed = "[package.p]\naccess = [\"Administrators\"]\n";
    let on_share = "shares = [{ share = \"apps\", command_line = true }]\n\
                    [server.FS]\nroles = [\"file server\"]\n[share.apps]\nserver = \"FS\"\n";
    let cases = [
        ("a program", ADVANCED, no_room, 2),
        ("a command line", ADVANCED, on_share, 1),
        // Said once: the number of the Advanced Client's message is not known.
        ("content", ADVANCED, closed, 0),
        ("content", LEGACY, closed, 0),
    ];
    for (what, client, fails, messages) in cases {
        for count in [5, 10_000] {
            let together = tries(client, "", fails, count);
            let apart = tries(client, ALWAYS_OPEN, fails, count);
            assert_eq!(together, apart, "{what} {count}");
            assert!(together.1[0].attempts > 5, "{what}");
        }
        if messages > 0 {
            let retries = "[reports]\n[rules]\nexecution_retry = { count = 5 }\n";
            let run = run(&[fails, client, retries]);
            let asked = run.server("SMS", ServerRole::ManagementPoint).requests;
            // The policy, that it has been received, and at each try the question for
            // points.
            assert_eq!(asked, 100 * (2 + 6 * (1 + messages)), "{what}");
        }
    }
}

/// A management point that takes twenty minutes for a request, and three machines.
const SLOW: &str = r#"
start = 2006-03-20T00:00:00
horizon = "2 d"
[reports]
retry = "10 min"
[server.MP]
roles = ["management point", "client access point"]
station = { servers = 1, service = "20 min", patience = "10 h" }
[server.DP]
roles = ["distribution point"]
[program.p]
install_time = "0 s"
needs_administrator = false
runs = "whether or not a user is logged on"
[fleet.pcs]
count = 3
"#;

/// When messages of any machine wait at it, with the server for whose sake they do, and
/// when they are heard.
fn messages(more: &str) -> (Vec<(Instant, bool)>, Vec<Instant>) {
    let world = fleet::world(&format!("{SLOW}{more}"));
    let plan = Plan::new(&world);
    let (mut waits, mut heard) = (Vec::new(), Vec::new());
    for machine in 0..3 {
        let (_, diary) = follow(&world, &plan, 1, MachineId(machine));
        for (at, _, entry) in diary.entries {
            match entry {
                Entry::ReportWaits(_, server, _) => waits.push((at, server.is_some())),
                Entry::ReportArrives(_, arrives) => heard.push(arrives),
                _ => {}
            }
        }
    }
    waits.sort_unstable();
    heard.sort_unstable();
    (waits, heard)
}

/// As any other request that waits in line: docs/model.md, "Changes during an activity".
#[test]
fn a_message_in_line_fails_when_the_server_goes_down() {
    let (_, heard) = messages("");
    assert!(
        heard
            .iter()
            .any(|at| (minute(90)..minute(450)).contains(at))
    );
    let down = "[[fault]]\nat = \"+90 min\"\nfor = \"6 h\"\nserver = [\"MP\"]\n";
    let role = "[[fault]]\nat = \"+90 min\"\nfor = \"6 h\"\nserver = [\"MP\"]\nroles = [\"management point\"]\n";
    for fault in [down, role] {
        let (waits, heard) = messages(fault);
        assert!(waits.contains(&(minute(90), true)), "{fault}: {waits:?}");
        assert!(
            !heard
                .iter()
                .any(|at| (minute(90)..minute(450)).contains(at)),
            "{fault}: {heard:?}"
        );
        assert!(heard.iter().any(|at| *at > minute(450)), "{fault}");
    }
}

#[test]
fn a_machine_that_is_switched_off_leaves_the_line_with_its_message_and_one_that_sleeps_does_not() {
    let hours = "availability = { days = \"Mon-Sun\", from = \"00:00\", to = \"01:30\", jitter = \"0 s\" }\n";
    let off = minute(90)..minute(24 * 60);
    let (waits, heard) = messages(&format!("{hours}off = \"shut down\"\n"));
    assert!(waits.contains(&(minute(90), false)), "{waits:?}");
    assert!(!heard.iter().any(|at| off.contains(at)), "{heard:?}");
    assert!(heard.iter().any(|at| *at > off.end), "{heard:?}");
    let (waits, heard) = messages(&format!("{hours}off = \"sleep\"\n"));
    assert!(!waits.contains(&(minute(90), false)), "{waits:?}");
    assert!(heard.iter().any(|at| off.contains(at)), "{heard:?}");
}

#[test]
fn a_server_that_stays_down_never_hears_of_what_has_happened() {
    let down = "[reports]\n[[fault]]\nserver = [\"SMS\"]\nat = \"+5 min\"\n";
    let run = run(&[ADVANCED, down]);
    let role = ServerRole::ManagementPoint;
    for outcome in run.replication.outcomes.iter() {
        assert_eq!(outcome.ending, Ending::Installed, "it is so");
        assert_eq!(outcome.heard, ReportState::Running, "and nobody knows");
        assert_eq!(outcome.report_fate, ReportFate::AtMachine);
        assert!(!outcome.report.is_some());
    }
    // Every hour from 00:10 on: 24 times, all refused, counted in one step.
    assert_eq!(run.server("SMS", role).refusals, 100 * 24);
    assert!(run.replication.events < 2_000);
}

#[test]
fn a_machine_that_is_off_sends_its_report_when_it_is_back() {
    // Off from 08:05, while the program runs: message 10020 waits for the
    // next morning, when the program is run again.
    let hours = "[reports]\n[fleet.pcs]\navailability = { days = \"Mon-Sun\", from = \"06:00\", to = \"08:05\", jitter = \"0 s\" }\n";
    let world = fleet::world(&format!("{QUICK}{hours}"));
    let (outcomes, diary) = follow(&world, &Plan::new(&world), 1, MachineId(0));
    let waits = diary.entries.iter().find_map(|(at, _, entry)| match entry {
        Entry::ReportWaits(10020, None, until) => Some((*at, *until)),
        _ => None,
    });
    assert_eq!(waits, Some((minute(5), minute(22 * 60))));
    let arrives = diary.entries.iter().any(
        |(_, _, entry)| matches!(entry, Entry::ReportArrives(10020, at) if *at == minute(22 * 60)),
    );
    assert!(arrives);
    assert_eq!(outcomes[0].heard, ReportState::Succeeded);
}

#[test]
fn an_inbox_is_worked_off_one_message_after_the_other() {
    // Three messages of each of 100 machines, two of them at once within the
    // first second; the last ones within a second after ten minutes. At ten
    // seconds each, 200 messages take until 2,000 s, and the last hundred come
    // into line behind them.
    let run = run(&[ADVANCED, "[reports]\nprocessing = \"10 s\"\n"]);
    let mut heard: Vec<_> = (run.replication.outcomes.iter())
        .map(|outcome| outcome.report)
        .collect();
    heard.sort_unstable();
    // The server is never idle from its first message on.
    let first = run.server("SMS", ServerRole::ManagementPoint).first;
    let expected: Vec<_> = (201..=300)
        .map(|n| first + Span::from_secs(10 * n))
        .collect();
    assert_eq!(heard, expected);
    let ends = run.replication.outcomes.iter().map(|o| o.run_end);
    assert!(ends.max().unwrap() < minute(11));
}

/// The messages of Advanced and Legacy Clients wait in one inbox: a server has no two.
#[test]
fn both_roles_of_a_server_have_one_inbox_whose_peak_each_tells_as_its_messages_found_it() {
    let clients = "[fleet.pcs]\n[fleet.old]\nclient = \"legacy\"\n";
    let run = run(&[clients, "[reports]\nprocessing = \"1 h\"\ninbox = 10\n"]);
    let roles = [ServerRole::ManagementPoint, ServerRole::ClientAccessPoint];
    let used = roles.map(|role| run.server("SMS", role));
    let peaks = used.map(|used| used.peak_concurrency.unwrap());
    // Ten stand in line together, and the last of them is of either role.
    assert_eq!(peaks.into_iter().max(), Some(10));
    assert!(peaks.into_iter().sum::<u64>() > 10, "{peaks:?}");
    let alone = |client| self::run(&[client, "[reports]\nprocessing = \"10 s\"\n"]);
    let last = |run: &Run| (run.replication.outcomes.iter()).map(|o| o.report).max();
    let both = self::run(&[clients, "[reports]\nprocessing = \"10 s\"\n"]);
    // Six hundred messages of ten seconds each, one after the other.
    assert!(last(&both).unwrap() > minute(99));
    assert!(last(&alone(ADVANCED)).unwrap() < minute(51));
}

#[test]
fn what_comes_to_a_full_inbox_is_lost() {
    let text = "[reports]\nprocessing = \"1 h\"\ninbox = 10\n";
    let run = run(&[LEGACY, text]);
    let used = run.server("SMS", ServerRole::ClientAccessPoint);
    assert_eq!(used.peak_concurrency, Some(10));
    let count = |fate| {
        let outcomes = run.replication.outcomes.iter();
        outcomes.filter(|o| o.report_fate == fate).count()
    };
    // Ten of the first messages stand in line; no other is taken within the
    // hour, so that every last word is lost.
    assert_eq!(count(ReportFate::InboxFull), 100);
    assert_eq!(used.refusals, 300 - 10);
    let outcomes = run.replication.outcomes.iter();
    let silent = outcomes.filter(|o| o.heard == ReportState::NoStatus);
    assert!(silent.count() >= 90, "machines never heard from");
    assert!(
        run.replication
            .outcomes
            .iter()
            .all(|o| o.ending == Ending::Installed)
    );
}

#[test]
fn a_busy_server_lets_reports_wait_like_other_requests() {
    // All start after an hour and end ten minutes later; thirty reports are
    // taken within a minute, the others wait.
    let station =
        "[server.SMS]\nstation = { servers = 1, service = \"2 s\", patience = \"1 min\" }\n";
    let text = QUICK.replace("[server.SMS]\n", station);
    let later = "[advertisement.p]\nassigned = \"+1 h\"\n[reports]\nretry = \"20 min\"\n";
    let run = Run::of(&format!("{text}{LEGACY}{later}"), &[]);
    let used = run.server("SMS", ServerRole::ClientAccessPoint);
    assert!(used.timeouts > 0);
    assert!(run.replication.outcomes.iter().any(|outcome| {
        outcome.report.is_some() && outcome.report.since(outcome.run_end) > Span::from_mins(20)
    }));
}

#[test]
fn a_share_of_the_messages_is_lost_behind_the_inbox_the_same_every_time() {
    let lossy = |share: &str| {
        let run = run(&[ADVANCED, "[reports]\nlost = ", share, "\n"]);
        let outcomes = run.replication.outcomes;
        let lost: Vec<bool> = (outcomes.iter())
            .map(|o| o.report_fate == ReportFate::Lost)
            .collect();
        assert!(
            outcomes
                .iter()
                .all(|o| o.report.is_some() != (o.report_fate == ReportFate::Lost))
        );
        lost
    };
    let (few, more, all) = (lossy("0.2"), lossy("0.5"), lossy("1"));
    let count = |lost: &[bool]| lost.iter().filter(|lost| **lost).count();
    assert!((8..35).contains(&count(&few)), "{}", count(&few));
    assert_eq!(count(&all), 100);
    assert!(
        few.iter().zip(&more).all(|(few, more)| !few || *more),
        "same draws"
    );
}

#[test]
fn a_gate_sees_what_is_reported_and_not_what_is_so() {
    let rings = "[advertisement.p]\nphases = [{ share = 0.5, gate = { success = 0.9 }, deferral = \"1 min\" }, {}]\n";
    let opened = |reports: &str| {
        let run = run(&[ADVANCED, rings, reports]);
        let decisions = run.replication.decisions.iter();
        let open = decisions.filter(|d| d.action == Action::Open);
        open.map(|d| d.at).collect::<Vec<_>>()
    };
    let at_once = opened("");
    assert_eq!(at_once.len(), 2);
    // Every second machine that has installed it is not heard.
    assert_eq!(opened("[reports]\nlost = 0.5\n").len(), 1);
    // A backlog of half an hour and more opens the phase later.
    let late = opened("[reports]\nprocessing = \"20 s\"\n");
    assert_eq!(late.len(), 2);
    assert!(
        late[1] > at_once[1] + Span::from_mins(15),
        "{at_once:?} {late:?}"
    );
}

#[test]
fn the_tables_tell_what_is_so_and_what_is_known() {
    let text = format!("{QUICK}{ADVANCED}[reports]\nlost = 0.3\n");
    let world = fleet::world(&text);
    let folder = tempfile::tempdir().unwrap();
    let forecast = rollcast::forecast::Forecast {
        directory: folder.path().join("out"),
        force: false,
        tables: rollcast::results::TableSet::default(),
        replications: 1,
    };
    let (plan, watch) = (Plan::new(&world), Watch::default());
    let provenance = rollcast::results::Provenance::default;
    forecast.run(&world, &plan, &watch, provenance).unwrap();
    let column = |table: &str, name: &str| -> Vec<String> {
        let mut reader = csv::Reader::from_path(forecast.directory.join(table)).unwrap();
        let at = reader.headers().unwrap().iter().position(|h| h == name);
        let rows = reader.records().map(|row| row.unwrap());
        rows.map(|row| row[at.expect(name)].to_owned()).collect()
    };
    let known = column("machines.csv", "reported_state");
    let fates = column("machines.csv", "report");
    let count = |cells: &[String], text: &str| cells.iter().filter(|cell| *cell == text).count();
    let lost = count(&fates, "lost");
    assert!((15..50).contains(&lost));
    assert_eq!(count(&known, "Succeeded"), 100 - lost);
    assert_eq!(column("summary.csv", "installed")[0], "100");
    assert_eq!(
        column("summary.csv", "installed_unreported")[0],
        lost.to_string()
    );
    let never = count(&known, "No Status").to_string();
    assert_eq!(column("summary.csv", "never_heard"), [never.clone(), never]);
}
