//! The lines of a client's log that tell of a case, as published samples have them:
//! KB 919592, 907979 and 916797 for the Advanced Client; KB Q302674, Q235205,
//! Q242011, Q268500 and Q314342 for the Legacy Client.

use super::{Actor, Case, Cause, Ending, Step};
use crate::product::status;
use crate::world::ClientKind;

/// What to look for in [`super::log`]; empty where no sample of a line is known.
pub fn look_for(case: &Case) -> Vec<String> {
    // The client has stopped watching, and writes nothing about the end of the program.
    if case.outcome.status_message == status::RUN_TIME_EXCEEDED {
        return Vec::new();
    }
    match case.profile().client {
        ClientKind::Advanced => advanced(case),
        ClientKind::Legacy => legacy(case),
    }
}

fn advanced(case: &Case) -> Vec<String> {
    let outcome = case.outcome;
    let package = &case.world.packages[case.program().package.index()];
    let (id, program) = (&package.id, &case.program().id);
    if outcome.innermost() == Cause::HashMismatch {
        let content = format!("{id}.{}", package.version);
        return vec![
            "Hash does not match expected".to_owned(),
            format!("Download failed for content {content} under context System, error 0x80091007"),
        ];
    }
    let Some(code) = outcome.code.filter(|_| has_run(outcome.step)) else {
        return Vec::new();
    };
    let complete = |status: &str| {
        format!(
            "Execution is complete for program {program}. The exit code is {code}, the execution status is {status}"
        )
    };
    match outcome.ending {
        Ending::Installed | Ending::ServiceProfile | Ending::Broken => vec![
            format!("Script for Package:{id}, Program: {program} succeeded with exit code {code}"),
            complete("Success"),
        ],
        Ending::RestartPending => vec![complete("SuccessRebootRequired")],
        Ending::Retrying => vec![
            format!(
                "Program Exit Code {code} has been tried {} times, will retry later",
                outcome.attempts
            ),
            complete("FailureRetry"),
        ],
        Ending::Failed => vec![
            format!("Program exit code {code}"),
            complete("FailureNonRetry"),
        ],
        _ => Vec::new(),
    }
}

const fn has_run(step: Step) -> bool {
    matches!(step, Step::Run | Step::AfterRunning | Step::Done)
}

fn legacy(case: &Case) -> Vec<String> {
    let outcome = case.outcome;
    let package = &case.world.packages[case.program().package.index()].id;
    let program = &case.program().id;
    if outcome.cause == Cause::UserPresent {
        return vec![
            "This job needs to be run when there is no user logged on.".to_owned(),
            "The user is not logged off the system.".to_owned(),
        ];
    }
    let account = case.name(outcome.executing);
    match (outcome.step, outcome.code) {
        (Step::Elevation, Some(2226)) => vec![
            format!(
                "ACCOUNT MGR : ERROR: NetLocalGroupAddMembers error for user {account}. (2226)"
            ),
            format!("Failed to add admin rights to user {account}"),
        ],
        (Step::Elevation, Some(1317)) => {
            vec!["SCHED DATA : Return code = 0x525; The specified user does not exist".to_owned()]
        }
        (Step::Location | Step::Connection | Step::Content, Some(code)) => vec![
            format!("Return code = {code:#x};"),
            "The Distribution Point path was not added to the program location list.".to_owned(),
        ],
        (Step::Share, Some(code)) => vec![format!(
            "Handling an error condition ({code:#x}) for program {program} in package {package}."
        )],
        (_, Some(code)) if has_run(outcome.step) && code != 0 && !outcome.ending.has_run() => vec![
            "*** UNRECOGNISED JOB COMPLETION RETURN CODE. ASSUMING UNSUCCESSFUL EXECUTION"
                .to_owned(),
            format!("Unscheduling program {program} in package {package}"),
        ],
        (step, Some(_)) if has_run(step) && matches!(outcome.executing, Actor::Account(_)) => {
            vec![format!(
                "ACCOUNT MGR : Granting Local admin rights to user '{account}'"
            )]
        }
        _ => Vec::new(),
    }
}
