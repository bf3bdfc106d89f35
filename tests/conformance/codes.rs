//! What exit codes mean to a client, by the product's lists or by others.

use crate::lab::{ADVANCED, LEGACY, Lab, at, complaints};
use rollcast::outcome::{Cause, Ending, ReportState};

/// What becomes of a program that returns `code` at once.
fn returns(client: &str, code: u32, rules: &[&str]) -> rollcast::outcome::Outcome {
    let program = format!(
        "\n[package.p]\nsize = \"0 B\"\n[program.p]\nrights = \"administrative\"\n\
         runs = \"whether or not a user is logged on\"\ninstall_time = \"0 s\"\n\
         exit_codes = {{ {code} = 1 }}\n"
    );
    Lab::set(&[client, &program], rules).only()
}

/// `ExecutionFailureRetryErrorCodes` is a value of the client's policy.
#[test]
fn a_list_of_retry_codes_stands_in_place_of_the_products() {
    let only = ["rules.retry_codes=[1603, 0x80070005, -2147024891]"];
    for code in [1603, 0x8007_0005] {
        assert_eq!(returns(ADVANCED, code, &[]).ending, Ending::Failed);
        let again = returns(ADVANCED, code, &only);
        assert_eq!(
            (again.ending, again.attempts),
            (Ending::Failed, 1009),
            "{code}"
        );
    }
    let once = returns(ADVANCED, 1618, &only);
    assert_eq!(
        (once.attempts, once.report),
        (1, at(0)),
        "1618 is not in it"
    );
    assert_eq!(returns(ADVANCED, 5, &["rules.retry_codes=[]"]).attempts, 1);
}

/// Errors of accounts are retried only as far as their codes are listed.
#[test]
fn a_share_that_refuses_is_tried_again_only_if_the_code_is_in_the_list() {
    let vault = "\n[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n\
        [share.vault]\nserver = \"FS\"\naccess = [\"Administrators\"]\n\
        [program.p]\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\nshares = [{ share = \"vault\" }]\n";
    let row = |rules: &[&str]| Lab::set(&[ADVANCED, vault], rules).only();
    assert_eq!(row(&[]).attempts, 1009);
    let once = row(&["rules.retry_codes=[1618]"]);
    assert_eq!(
        (once.ending, once.cause, once.code, once.attempts),
        (Ending::Failed, Cause::NoNetworkAccessAccount, Some(5), 1)
    );
}

#[test]
fn success_and_restart_codes_can_be_others() {
    let rules = [
        "rules.success_codes=[0, 3010, 1605]",
        "rules.restart_codes=[1641, 42]",
    ];
    for code in [0, 3010, 1605] {
        let row = returns(ADVANCED, code, &rules);
        assert_eq!(
            (row.ending, row.state),
            (Ending::Installed, ReportState::Succeeded),
            "{code}"
        );
    }
    for code in [42, 1641] {
        let row = returns(ADVANCED, code, &rules);
        assert_eq!(
            (row.ending, row.state, row.cause),
            (
                Ending::RestartPending,
                ReportState::RebootPending,
                Cause::RestartOutstanding
            ),
            "{code}"
        );
    }
    assert_eq!(returns(ADVANCED, 1604, &rules).ending, Ending::Failed);
    assert_eq!(returns(ADVANCED, 1605, &[]).ending, Ending::Failed);
}

/// KB Q263700, Q268500: built in.
#[test]
fn a_legacy_client_knows_no_lists() {
    let rules = [
        "rules.success_codes=[7]",
        "rules.restart_codes=[42]",
        "rules.retry_codes=[1603]",
    ];
    assert_eq!(returns(LEGACY, 0, &rules).ending, Ending::Installed);
    assert_eq!(returns(LEGACY, 3010, &rules).ending, Ending::RestartPending);
    for code in [7, 42, 1603] {
        let row = returns(LEGACY, code, &rules);
        assert_eq!((row.ending, row.attempts), (Ending::Failed, 1), "{code}");
    }
}

#[test]
fn a_code_in_two_lists_is_refused() {
    let problem = complaints(&[ADVANCED, "[rules]\nsuccess_codes = [0, 1618]\n"]);
    assert!(
        problem.contains("the exit code 1618 is in `success_codes` and in `retry_codes`"),
        "{problem}"
    );
    assert!(
        problem.contains("success_codes = [0, 1618]"),
        "the line: {problem}"
    );
    let problem = complaints(&[ADVANCED, "[rules]\nretry_codes = [4294967296]\n"]);
    assert!(
        problem.contains("4294967296 is not an exit code of 32 bits"),
        "{problem}"
    );
}
