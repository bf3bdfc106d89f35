//! The product's tables: complete, in order, and in agreement with each other.

use rollcast::access::Reason;
use rollcast::outcome::{Actor, Cause, ReportState, Resource, Step, log};
use rollcast::product::ClientKind::{self, Advanced, Legacy};
use rollcast::product::exit_codes::{CodeLists, RESTART, RETRY, Verdict};
use rollcast::product::status::{self, MESSAGES, RaisedBy, message};
use rollcast::product::win32::{CODES, describe};
use rollcast::world::{DomainId, ServerId, ShareId};

#[path = "common/lab.rs"]
mod lab;

const CLIENTS: [ClientKind; 2] = [Advanced, Legacy];

#[test]
fn tables_that_are_searched_are_in_order() {
    assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
    assert!(MESSAGES.is_sorted_by(|a, b| a.id < b.id));
    assert!(RETRY.is_sorted_by(|a, b| a < b) && RESTART.is_sorted_by(|a, b| a < b));
}

/// What a code means by the product's own lists.
fn classify(kind: ClientKind, code: u32) -> Verdict {
    CodeLists::default().verdict(kind, code)
}

#[test]
fn zero_is_success_on_both_clients() {
    for kind in CLIENTS {
        assert_eq!(classify(kind, 0), Verdict::Success);
    }
}

#[test]
fn kb263700_four_codes_mean_success_with_a_restart_to_come_on_both_clients() {
    assert_eq!(RESTART, [1604, 1641, 3010, 3011]);
    for kind in CLIENTS {
        for code in RESTART {
            assert_eq!(classify(kind, *code), Verdict::RestartPending);
        }
    }
}

#[test]
fn the_advanced_client_retries_the_codes_of_its_list_and_no_others() {
    for code in [5, 53, 64, 67, 71, 1219, 1326, 1330, 1618, 1622, 2250] {
        assert_eq!(classify(Advanced, code), Verdict::Retry, "{code}");
    }
    for code in [1, 2, 1385, 1603, 1612, 1619, 1625, 1640, 1909, 0x8007_0005] {
        assert_eq!(classify(Advanced, code), Verdict::Fail, "{code}");
    }
}

#[test]
fn the_reference_names_the_codes_of_the_list() {
    let codes: Vec<String> = RETRY.iter().map(u32::to_string).collect();
    let (last, others) = codes.split_last().expect("there are some");
    let listed = format!("{} and {last}", others.join(", "));
    assert!(include_str!("../docs/scenario.md").contains(&listed));
}

#[test]
fn kb268500_the_legacy_client_never_retries_a_failed_program() {
    for code in RETRY.iter().chain(&[1, 1603]) {
        assert_eq!(classify(Legacy, *code), Verdict::Fail, "{code}");
    }
}

#[test]
fn every_code_that_clients_know_has_a_name() {
    let reasons = Reason::ALL.iter().map(|reason| reason.code());
    for code in RETRY
        .iter()
        .chain(RESTART)
        .copied()
        .chain(reasons)
        .chain([1317, 1603])
    {
        assert!(describe(code).is_some(), "{code}");
    }
}

#[test]
fn codes_and_hresults_are_described() {
    assert_eq!(
        describe(1909).expect("known").name,
        "ERROR_ACCOUNT_LOCKED_OUT"
    );
    assert_eq!(
        describe(0x8007_0005).expect("wraps 5").name,
        "ERROR_ACCESS_DENIED"
    );
    assert_eq!(describe(2_147_500_037).expect("of Q263279").name, "E_FAIL");
    assert_eq!(describe(4711), None);
    assert_eq!(describe(0x8008_0005), None, "another facility");
}

#[test]
fn messages_lead_to_the_documented_states() {
    for (id, state) in [
        (status::RECEIVED, ReportState::Accepted),
        (status::REJECTED_PLATFORM, ReportState::Rejected),
        (status::REJECTED_EXPIRED, ReportState::Expired),
        (status::WAITING_FOR_CONTENT, ReportState::Waiting),
        (status::STARTED, ReportState::Running),
        (status::CACHE_FULL, ReportState::Retrying),
        (status::PREPARATION_FAILED, ReportState::Failed),
        (status::NOT_EXECUTED, ReportState::Failed),
        (status::FAILED_EXIT_CODE, ReportState::Failed),
        (status::FAILED_MIF, ReportState::Failed),
        (status::CACHE_TOO_SMALL, ReportState::Failed),
        (status::HASH_MISMATCH, ReportState::Failed),
        (status::RESTART_PENDING, ReportState::RebootPending),
        (status::SUCCESS, ReportState::Succeeded),
        (status::SUCCESS_MIF, ReportState::Succeeded),
    ] {
        assert_eq!(ReportState::after(id), Some(state), "{id}");
    }
    assert_eq!(
        ReportState::after(10012),
        None,
        "uninstallation is another story"
    );
    assert_eq!(ReportState::after(0), None);
}

#[test]
fn every_message_with_a_state_has_one_that_exists() {
    for message in MESSAGES {
        let state = message.state.map(|_| ReportState::after(message.id));
        assert_ne!(state, Some(None), "{}", message.id);
    }
}

#[test]
fn messages_about_cache_and_hash_come_from_the_advanced_client_alone() {
    for id in [
        status::WAITING_FOR_CONTENT,
        status::CACHE_TOO_SMALL,
        status::CACHE_FULL,
        status::HASH_MISMATCH,
    ] {
        assert_eq!(
            message(id).expect("in the table").raised_by,
            RaisedBy::Advanced,
            "{id}"
        );
    }
}

#[test]
fn every_cause_is_explained_and_has_a_remedy() {
    for cause in Cause::ALL.iter().filter(|cause| **cause != Cause::None) {
        for text in [cause.explain(), cause.remedy()] {
            assert!(
                text.ends_with('.') && text.starts_with(char::is_uppercase),
                "{cause:?}: {text}"
            );
        }
    }
    assert_eq!((Cause::None.explain(), Cause::None.remedy()), ("", ""));
}

#[test]
fn every_reason_is_explained() {
    for reason in Reason::ALL {
        assert!(
            !reason.explain().is_empty() && !reason.explain().ends_with('.'),
            "{reason:?}"
        );
    }
}

#[test]
fn logs_are_those_of_the_client() {
    for (kind, step, cause, file) in [
        (Advanced, Step::Policy, Cause::NotPolled, "PolicyAgent.log"),
        (
            Advanced,
            Step::Location,
            Cause::NoPointHasContent,
            "LocationServices.log",
        ),
        (
            Advanced,
            Step::Connection,
            Cause::ContentAccessDenied,
            "execmgr.log",
        ),
        (
            Advanced,
            Step::Content,
            Cause::ContentUnreachable,
            "ContentTransferManager.log",
        ),
        (Advanced, Step::Content, Cause::HashMismatch, "CAS.log"),
        (Advanced, Step::Run, Cause::ProgramFailed, "execmgr.log"),
        (Legacy, Step::Policy, Cause::NotPolled, "Odpsys32.log"),
        (
            Legacy,
            Step::Location,
            Cause::NoPointHasContent,
            "Smsapm32.log",
        ),
        (
            Legacy,
            Step::Elevation,
            Cause::InstallationAccountUnusable,
            "Smsapm32.log",
        ),
    ] {
        let folder = match kind {
            Advanced => r"%Windir%\System32\CCM\Logs",
            Legacy => r"%Windir%\MS\SMS\Logs",
        };
        assert_eq!(log(kind, step, cause), format!(r"{folder}\{file}"));
    }
}

#[test]
fn accounts_and_resources_have_the_names_that_windows_gives_them() {
    let lab = lab::Lab::new();
    for (actor, name) in [
        (Actor::Nobody, ""),
        (Actor::LocalSystem, r"NT AUTHORITY\SYSTEM"),
        (Actor::ComputerAccount, r"CORP\PC01$"),
        (Actor::LoggedOnUser, r"CORP\(logged-on user)"),
        (Actor::LocalTokenAccount, r"PC01\SMSCliToknLocalAcct&"),
        (
            Actor::DomainTokenAccount(DomainId(1)),
            r"OLD\SMSCliToknAcct&",
        ),
        (lab::NAA, r"CORP\naa"),
        (Actor::NullSession, r"NT AUTHORITY\ANONYMOUS LOGON"),
        (Actor::Guest, "Guest"),
    ] {
        assert_eq!(lab.name(actor, "PC01"), name);
    }
    for (resource, name) in [
        (Resource::None, ""),
        (Resource::Server(ServerId(1)), "FILES"),
        (Resource::Share(ShareId(0)), r"\\FILES\install"),
    ] {
        let mut out = String::from("to ");
        resource.write_name(&lab.world, &mut out);
        assert_eq!(out, format!("to {name}"));
    }
}
