//! Which status messages a client raises on its way, and the report state that
//! it ends in.

use crate::lab::{ADVANCED, LEGACY, Lab, PROGRAM};
use rollcast::outcome::ReportState;
use rollcast::product::status::{self, Severity};

/// Changes to the plain scenario: the fleet, the program, the rest.
struct Way<'a>(&'a str, &'a str, &'a str);

fn both(way: &Way, messages: &[u16], state: ReportState) {
    for (machine, client) in [("A1", ADVANCED), ("L1", LEGACY)] {
        one(machine, client, way, messages, state);
    }
}

fn one(
    machine: &str,
    client: &str,
    Way(fleet, program, rest): &Way,
    messages: &[u16],
    state: ReportState,
) {
    let lab = Lab::new(&[client, fleet, PROGRAM, program, rest]);
    assert_eq!(
        lab.messages(machine),
        messages,
        "{machine} {fleet} {program} {rest}"
    );
    let row = lab.row(machine, "p");
    assert_eq!(
        (row.state, row.status_message),
        (state, *messages.last().unwrap()),
        "{machine}"
    );
    // The last message is the one that explains the state.
    assert_eq!(
        ReportState::after(row.status_message),
        Some(state),
        "{machine}"
    );
}

#[test]
fn a_run_that_succeeds() {
    both(
        &Way("", "", ""),
        &[10002, 10005, 10008],
        ReportState::Succeeded,
    );
}

/// KB Q268791, KB 916797: a status MIF says so instead of the exit code.
#[test]
fn a_run_that_leaves_a_status_mif() {
    both(
        &Way("", "status_mif = true", ""),
        &[10002, 10005, 10009],
        ReportState::Succeeded,
    );
    both(
        &Way("", "status_mif = true\nexit_codes = { 1603 = 1 }", ""),
        &[10002, 10005, 10007],
        ReportState::Failed,
    );
}

#[test]
fn a_run_that_fails() {
    both(
        &Way("", "exit_codes = { 1603 = 1 }", ""),
        &[10002, 10005, 10006],
        ReportState::Failed,
    );
}

#[test]
fn a_run_that_wants_a_restart() {
    both(
        &Way("", "exit_codes = { 3010 = 1 }", ""),
        &[10002, 10005, 10022],
        ReportState::RebootPending,
    );
    both(
        &Way("", "after_running = \"program restarts computer\"", ""),
        &[10002, 10005, 10022, 10008],
        ReportState::Succeeded,
    );
}

#[test]
fn an_offer_that_is_rejected() {
    let other = "[fleet.other]\ncount = 1\nplatform = \"OS/2\"\n";
    both(
        &Way(other, "platforms = [\"OS/2\"]", ""),
        &[10018],
        ReportState::Rejected,
    );
    let late = "absence = { length = \"2 d\" }";
    both(
        &Way(late, "", "[advertisement.p]\nexpires = \"+1 d\""),
        &[10019],
        ReportState::Expired,
    );
}

#[test]
fn an_offer_that_is_accepted_and_not_yet_due() {
    both(
        &Way("", "", "[advertisement.p]\nassigned = \"+11 d\""),
        &[10002],
        ReportState::Accepted,
    );
}

#[test]
fn a_run_that_cannot_be_prepared() {
    // KB Q307434: no Software Installation Account.
    one(
        "L1",
        LEGACY,
        &Way("", "software_installation_account = true", ""),
        &[10002, 10003],
        ReportState::Failed,
    );
}

#[test]
fn content_that_is_nowhere_does_not_fit_or_is_damaged() {
    let download = "\n[advertisement.p]\non_local = \"download\"\n";
    let way = |package: &str, fault: &str| format!("{package}{download}{fault}");
    let missing = "[[fault]]\nat = \"+0 s\"\npackage = \"package\"\ndistribution_points = [\"SMS\"]\ncontent = \"missing\"\n";
    one(
        "A1",
        ADVANCED,
        &Way("", "", missing),
        &[10002, 10035],
        ReportState::Waiting,
    );
    let large = way("[package.p]\nsize = \"300 MB\"\n", "");
    one(
        "A1",
        ADVANCED,
        &Way("", "", &large),
        &[10002, 10050],
        ReportState::Failed,
    );
    let damaged = way(
        "",
        "[[fault]]\nat = \"+0 s\"\npackage = \"package\"\ndistribution_points = [\"SMS\"]\n",
    );
    one(
        "A1",
        ADVANCED,
        &Way("", "", &damaged),
        &[10002, 10075],
        ReportState::Failed,
    );
}

#[test]
fn every_message_that_a_client_raises_is_in_the_table_with_its_severity() {
    for (id, severity) in [
        (10002, Severity::Information),
        (10003, Severity::Error),
        (10005, Severity::Information),
        (10006, Severity::Error),
        (10007, Severity::Error),
        (10008, Severity::Information),
        (10009, Severity::Information),
        (10022, Severity::Information),
        (10035, Severity::Information),
        (10050, Severity::Error),
        (10051, Severity::Warning),
        (10075, Severity::Error),
    ] {
        assert_eq!(
            status::message(id).map(|message| message.severity),
            Some(severity),
            "{id}"
        );
    }
}

#[test]
fn states_that_a_run_passes_through() {
    // Where a machine is when the horizon comes in the middle.
    let slow = ADVANCED.to_owned() + "access = \"1 Mbit/s\"\n";
    let state = |horizon: &str| {
        let download = "[advertisement.p]\non_local = \"download\"\n";
        Lab::set(
            &[&slow, PROGRAM, download],
            &[&format!("horizon={horizon}")],
        )
        .only()
        .state
    };
    assert_eq!(state("40 s"), ReportState::DownloadInProgress);
    assert_eq!(state("5 min"), ReportState::Running);
    assert_eq!(state("1 h"), ReportState::Succeeded);
    let unaware = Lab::new(&[
        ADVANCED,
        PROGRAM,
        "[advertisement.p]\navailable = \"+20 d\"",
    ])
    .only();
    assert_eq!(
        (unaware.state, unaware.status_message),
        (ReportState::NoStatus, 0)
    );
}
