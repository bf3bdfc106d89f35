//! One logon session, one server, one set of credentials: error 1219 (KB
//! 183366), and connections that are used again (KB Q224286, Q226113).

use crate::lab::{ADVANCED, DAY, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Actor, Cause, Ending, Step};

/// A server that is distribution point and carries a share, for the Network
/// Access Account alone.
const BOTH: &str = "[server.BOX]\nsite = \"hq\"\nroles = [\"distribution point\", \"file server\"]\nnetwork = \"unlimited\"\n\
    [share.tools]\nserver = \"BOX\"\naccess = ['CORP\\naa']\n[package.p]\ndistribution_points = [\"BOX\"]\n\
    [accounts]\nnetwork_access = 'CORP\\naa'\n";

fn reading() -> String {
    PROGRAM.to_owned() + "shares = [{ share = \"tools\", read = \"1 MB\" }]\n"
}

/// The content is run from the point as the computer account; the share there
/// would want the Network Access Account beside it.
#[test]
fn kb183366_the_network_access_account_is_a_second_set_of_credentials_at_the_point() {
    let lab = Lab::new(&[ADVANCED, &reading(), BOTH]);
    let row = lab.only();
    // 1219 is on the retry list: a week of tries, and then failure.
    assert_eq!(
        (row.ending, row.cause, row.code),
        (Ending::Failed, Cause::CredentialConflict, Some(1219))
    );
    assert_eq!((row.step, row.attempts), (Step::Share, 1009));
    assert_eq!(row.report, at(7 * DAY));
    assert_eq!(lab.account(row.network), r"CORP\naa");
    let told = lab.diary("A1").into_iter().any(|(_, entry)| {
        matches!(entry, Entry::Attempt { result: Err(refusal), .. } if refusal.code == 1219)
    });
    assert!(told, "explain says so");
}

#[test]
fn where_the_content_is_downloaded_first_there_is_no_conflict() {
    let download = "[advertisement.p]\non_local = \"download\"\n";
    let row = Lab::new(&[ADVANCED, &reading(), BOTH, download]).only();
    assert_eq!(row.ending, Ending::Installed);
    // Nor on another server.
    let apart = BOTH.replace("server = \"BOX\"", "server = \"SMS\"");
    assert_eq!(
        Lab::new(&[ADVANCED, &reading(), &apart]).only().ending,
        Ending::Installed
    );
}

#[test]
fn one_account_for_content_and_share_is_one_set_of_credentials() {
    let closed = BOTH.replace(
        "distribution_points = [\"BOX\"]",
        "distribution_points = [\"BOX\"]\naccess = ['CORP\\naa']",
    );
    let lab = Lab::new(&[ADVANCED, &reading(), &closed]);
    assert_eq!(lab.only().ending, Ending::Installed);
    let shared = |(_, entry): &(_, Entry)| matches!(entry, Entry::SessionShared(..));
    assert!(lab.diary("A1").iter().any(shared));
}

/// The computer account brings no credentials of its own: it goes over the
/// session that is open, and is taken for whoever opened it.
#[test]
fn the_computer_account_goes_over_the_session_of_the_network_access_account() {
    let closed = BOTH.replace(
        "distribution_points = [\"BOX\"]",
        "distribution_points = [\"BOX\"]\naccess = ['CORP\\naa']",
    );
    let first = "[rules]\nnon_sms_share_order = \"computer account first\"\n";
    let lab = Lab::new(&[first, ADVANCED, &reading(), &closed]);
    let row = lab.only();
    assert_eq!(
        (row.ending, lab.account(row.network).as_str()),
        (Ending::Installed, r"CORP\naa")
    );
}

/// The first share admits the computer account, the second the Network Access
/// Account alone.
#[test]
fn two_shares_of_one_server_that_want_two_accounts_cannot_both_be_had() {
    let shares = "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n[share.first]\nserver = \"FS\"\n\
        [share.second]\nserver = \"FS\"\naccess = ['CORP\\naa']\n[accounts]\nnetwork_access = 'CORP\\naa'\n\
        [rules]\nnon_sms_share_order = \"computer account first\"\n";
    let program = |order: &str| format!("{PROGRAM}shares = [{order}]\n");
    let row = Lab::set(
        &[
            ADVANCED,
            &program("{ share = \"first\" }, { share = \"second\" }"),
            shares,
        ],
        &["horizon=1 d"],
    )
    .only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Retrying, Cause::CredentialConflict)
    );
    // The other way round, the computer goes over the account's session.
    let row = Lab::new(&[
        ADVANCED,
        &program("{ share = \"second\" }, { share = \"first\" }"),
        shares,
    ])
    .only();
    assert_eq!(row.ending, Ending::Installed);
}

/// The token account has no rights on the network, but a share on the server to
/// which the client is connected is reached over that connection.
#[test]
fn q224286_the_token_account_goes_over_the_connection_of_the_client() {
    let admits = |who: &str| {
        let place = BOTH.replace("['CORP\\naa']\n[package", &format!("['{who}']\n[package"));
        Lab::new(&[LEGACY, &reading(), &place]).only()
    };
    let open = admits(r"CORP\SMSClient_S01");
    assert_eq!(open.ending, Ending::Installed);
    assert!(matches!(open.network, Actor::Account(_)));
    let closed = admits(r"CORP\naa");
    assert_eq!((closed.ending, closed.code), (Ending::Failed, Some(5)));
    // On a server of its own it stays outside (KB Q263279).
    let apart = BOTH
        .replace("server = \"BOX\"", "server = \"SMS\"")
        .replace("['CORP\\naa']\n[package", "[\"Everyone\"]\n[package");
    assert_eq!(
        Lab::new(&[LEGACY, &reading(), &apart]).only().cause,
        Cause::TokenAccountNoNetwork
    );
}

/// A drive mapped by the user is not used again, and the Client Connection
/// account is a second set of credentials in the user's logon session.
#[test]
fn q226113_a_mapped_drive_is_no_help_and_stands_in_the_way() {
    let program = "[program.p]\nrights = \"user\"\nneeds_administrator = false\n";
    let closed = "[package.p]\naccess = ['CORP\\SMSClient_S01']\n";
    let row = |drives: &str, access: &str| {
        Lab::set(&[LEGACY, drives, program, access], &["horizon=1 d"]).only()
    };
    assert_eq!(row("", closed).ending, Ending::Installed);
    let mapped = row("mapped_drives = [\"SMS\"]\n", closed);
    assert_eq!(
        (mapped.ending, mapped.cause, mapped.code),
        (Ending::Retrying, Cause::CredentialConflict, Some(1219))
    );
    assert_eq!(
        row("mapped_drives = [\"SMS\"]\n", "").ending,
        Ending::Installed,
        "the user may read the package"
    );
    // An administrative program runs in another logon session.
    let lab = Lab::new(&[LEGACY, "mapped_drives = [\"SMS\"]\n", PROGRAM, closed]);
    assert_eq!(lab.only().ending, Ending::Installed);
}
