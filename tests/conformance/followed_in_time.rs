//! Remedies of what comes too late, followed to the end as those of accounts are: rounds,
//! windows, restarts, machines that are off, and how long programs take.

use crate::followed::{Choice, all_lead_somewhere, leads_nowhere};
use crate::lab::Lab;
use crate::remedies::advised;
use rollcast::outcome::Cause;

const CLIENTS: [&str; 2] = ["", "client = \"legacy\"\n"];
const HORIZONS: [&str; 3] = ["13 h", "50 h", "9 d"];
const ROUNDS: [&str; 3] = ["", "recurs = \"1 d\"\n", "recurs = \"7 h\"\n"];
const DUE: [&str; 3] = [
    "",
    "assigned = \"+10 h\"\n",
    "start_window = { length = \"4 h\" }\n",
];
const WINDOWS: [&str; 5] = [
    "",
    "maintenance = [{ from = \"12:00\", to = \"13:00\" }]\n",
    "maintenance = [{ from = \"11:00\", to = \"13:00\", must_fit = false }]\n",
    "maintenance = [{ days = \"Sat\", from = \"02:00\", to = \"08:00\" }]\n",
    "maintenance = [{ from = \"22:00\", to = \"02:00\" }]\n",
];
const ENDS: [&str; 5] = [
    "",
    "after_running = \"SMS restarts computer\"\n",
    "after_running = \"program restarts computer\"\n",
    "exit_codes = { 3010 = 1 }\n",
    "after_running = \"SMS logs user off\"\n",
];
const PRESENCE: [&str; 4] = [
    "",
    "availability = { days = \"Mon-Fri\", from = \"08:00\", to = \"18:00\", jitter = \"0 s\" }\n",
    "off = \"sleep\"\navailability = { days = \"Mon-Sun\", from = \"11:30\", to = \"16:00\", jitter = \"0 s\" }\n",
    "sessions = { days = \"Mon-Fri\", from = \"09:00\", to = \"17:00\" }\n",
];
const TIMES: [&str; 4] = [
    "install_time = \"10 min\"\n",
    "install_time = \"50 min\"\nmaximum_run_time = \"1 h\"\n",
    "install_time = \"50 min\"\nmaximum_run_time = \"30 min\"\n",
    "install_time = \"5 h\"\nmaximum_run_time = \"6 h\"\n",
];
const USERS: [&str; 3] = [
    "runs = \"whether or not a user is logged on\"\n",
    "runs = \"only when a user is logged on\"\n",
    "runs = \"only when no user is logged on\"\n",
];
const FIRST: [&str; 3] = [
    "",
    "[program.base]\ninstall_time = \"20 min\"\nafter_running = \"SMS restarts computer\"\n",
    "[program.base]\ninstall_time = \"20 min\"\nexit_codes = { 3010 = 1 }\n",
];

fn scenario(number: usize) -> String {
    let mut choice = Choice(number);
    let (rounds, due, windows) = (choice.of(&ROUNDS), choice.of(&DUE), choice.of(&WINDOWS));
    let (ends, presence, times) = (choice.of(&ENDS), choice.of(&PRESENCE), choice.of(&TIMES));
    let (horizon, client, users) = (choice.of(&HORIZONS), choice.of(&CLIENTS), choice.of(&USERS));
    let first = choice.of(&FIRST);
    let before = if first.is_empty() {
        ""
    } else {
        "run_first = \"base\"\n"
    };
    format!(
        "start = 2006-03-20T01:00:00\nhorizon = \"{horizon}\"\n[site.s]\n{windows}\
         [server.SMS]\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n\
         [program.\"*\"]\nrights = \"administrative\"\nneeds_administrator = false\n{users}{first}\
         [program.p]\n{times}{ends}{before}[advertisement.p]\n{due}{rounds}\
         [fleet.pc]\ncount = 1\nname = \"PC{{number}}\"\n{client}{presence}"
    )
}

#[test]
fn what_is_said_to_help_in_time_leads_to_the_program_or_to_a_reason() {
    let all = CLIENTS.len() * HORIZONS.len() * ROUNDS.len() * DUE.len() * WINDOWS.len();
    let all = all * ENDS.len() * PRESENCE.len() * TIMES.len() * USERS.len() * FIRST.len();
    // A step that has no divisor in common with the number of combinations.
    all_lead_somewhere((0..all).step_by(211).map(scenario));
}

/// A restart that comes in a later window than the program.
fn restarts_later(more: &str) -> String {
    format!(
        "start = 2006-03-20T01:00:00\nhorizon = \"20 h\"\n[rules]\nrestart_time = \"15 min\"\n[site.s]\n\
         maintenance = [{{ from = \"12:00\", to = \"13:00\" }}]\n\
         [server.SMS]\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n\
         [program.p]\nrights = \"administrative\"\ninstall_time = \"50 min\"\nmaximum_run_time = \"1 h\"\n\
         runs = \"whether or not a user is logged on\"\nafter_running = \"SMS restarts computer\"\n\
         [advertisement.p]\n{more}[fleet.pc]\ncount = 1\nname = \"PC{{number}}\"\n"
    )
}

/// A longer forecast ends in another round, which leaves its restart outstanding too.
#[test]
fn a_restart_that_each_round_leaves_outstanding_is_helped_by_windows_and_an_end_between_rounds() {
    for (more, says_windows) in [("", false), ("recurs = \"1 d\"\n", true)] {
        let text = restarts_later(more);
        let lab = Lab::of(&text, &[]);
        assert_eq!(lab.only().cause, Cause::RestartOutstanding, "{more}");
        let settings = advised(&lab, "PC1", "p").settings;
        let names_windows = settings.iter().any(|set| set.contains("maintenance"));
        assert_eq!(names_windows, says_windows, "{settings:?}");
        assert_eq!(leads_nowhere(&text), None, "{more}");
    }
}

/// A restart is outstanding on a machine that sleeps most of the day.
const ASLEEP: &str = "start = 2006-03-20T01:00:00\nhorizon = \"13 h\"\n[site.s]\n\
     maintenance = [{ from = \"12:00\", to = \"13:00\" }]\n\
     [server.SMS]\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n\
     [program.\"*\"]\nrights = \"administrative\"\nneeds_administrator = false\n\
     runs = \"whether or not a user is logged on\"\n\
     [program.base]\ninstall_time = \"20 min\"\nexit_codes = { 3010 = 1 }\n\
     [program.p]\ninstall_time = \"10 min\"\nrun_first = \"base\"\n\
     [advertisement.p]\nstart_window = { length = \"4 h\" }\n\
     [fleet.pc]\ncount = 1\nname = \"PC{number}\"\noff = \"sleep\"\n\
     availability = { days = \"Mon-Sun\", from = \"11:30\", to = \"16:00\", jitter = \"0 s\" }\n";

/// The windows are open all the time already; the machine is off or asleep.
#[test]
fn windows_that_never_close_are_not_opened_once_more() {
    assert_eq!(leads_nowhere(ASLEEP), None);
}
