//! What helps one machine, provoked, applied and run again.

use crate::lab::{ADVANCED, HQ, LEGACY, Lab, PROGRAM};
use rollcast::outcome::{Case, Cause, Ending, Outcome, look_for};
use rollcast::remedy::{Remedy, remedy};

const ACCOUNTS: &str =
    "[accounts]\nnetwork_access = 'CORP\\naa'\nsoftware_installation = 'CORP\\swi'\n";
const FILES: &str =
    "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n[share.apps]\nserver = \"FS\"\n";
const READS: &str = "shares = [{ share = \"apps\" }]\n";
const BOXED: &str = "software_installation_account = true\n";
const COMPUTER_FIRST: &str = "[rules]\nnon_sms_share_order = \"computer account first\"\n";

/// What would help a machine of a scenario that has been run.
pub(crate) fn advised(lab: &Lab, machine: &str, advertisement: &str) -> Remedy {
    advised_of(
        lab,
        machine,
        advertisement,
        &lab.row(machine, advertisement),
    )
}

fn advised_of(lab: &Lab, machine: &str, advertisement: &str, outcome: &Outcome) -> Remedy {
    let world = &lab.world;
    let mut advertised = world.advertisements.iter();
    remedy(Case {
        world,
        id: lab.machine(machine),
        machine,
        advertisement: advertised
            .find(|a| a.id == advertisement)
            .expect("it has a row"),
        outcome,
    })
}

/// What would help the only machine.
fn advised_alone(lab: &Lab) -> Remedy {
    let (machine, advertisement, outcome) = lab.rows().next().expect("one row");
    advised_of(lab, machine, advertisement, outcome)
}

/// Runs a scenario that ends in `cause`, applies what is said to help, and expects
/// it to have helped.
fn mends(cause: Cause, text: &str) {
    let lab = Lab::of(text, &[]);
    let outcome = lab.only();
    assert_eq!(outcome.cause, cause, "{text}");
    let remedy = advised_alone(&lab);
    assert!(!remedy.settings.is_empty(), "{cause:?}: {}", remedy.text);
    let settings: Vec<&str> = remedy.settings.iter().map(String::as_str).collect();
    let after = Lab::of(text, &settings).only();
    assert_eq!(
        after.ending,
        Ending::Installed,
        "{cause:?}: {settings:?} gives {:?}",
        after.cause
    );
}

/// [`HQ`] with the accounts put into a state, and parts behind it.
fn hq(state: &str, parts: &[&str]) -> String {
    let places = HQ.replace(
        "[account.'CORP\\naa']\n[account.'CORP\\swi']\n",
        &format!("[account.'CORP\\naa']\n{state}\n[account.'CORP\\swi']\n{state}\n"),
    );
    format!("{places}{}", parts.join("\n"))
}

#[test]
fn an_account_in_a_state_is_put_right() {
    for state in [
        "state = \"locked\"",
        "state = \"disabled\"",
        "state = \"expired\"",
        "state = \"password expired\"",
        "state = \"wrong password\"",
        "state = \"missing\"",
        "network_logon = false",
    ] {
        let reads = format!("{PROGRAM}{READS}");
        let text = hq(state, &[ACCOUNTS, FILES, ADVANCED, &reads]);
        mends(Cause::NetworkAccessAccountUnusable, &text);
        let boxed = format!("{PROGRAM}{BOXED}{READS}");
        let text = hq(state, &[ACCOUNTS, FILES, LEGACY, &boxed]);
        mends(Cause::InstallationAccountUnusable, &text);
        let connection = format!("[account.'CORP\\SMSClient_S01']\n{state}\n");
        mends(
            Cause::ConnectionAccountUnusable,
            &hq("", &[&connection, LEGACY, PROGRAM]),
        );
    }
}

fn two_domains(machine: &str, parts: &[&str]) -> String {
    format!(
        "horizon = \"10 d\"\n[domain.CORP]\n[domain.RES]\n[account.'RES\\net']\n[site.hq]\n\
         [server.SMS]\ndomain = \"CORP\"\n\
         roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
         [server.FS]\ndomain = \"CORP\"\nroles = [\"file server\"]\n[share.apps]\nserver = \"FS\"\n\
         {machine}\n{}",
        parts.join("\n")
    )
}

#[test]
fn a_legacy_client_over_its_connection_to_the_point_is_told_of_that_account() {
    let text = "horizon = \"3 d\"\n[domain.CORP]\n[account.'CORP\\a']\n[account.'CORP\\c']\n\
                [accounts]\nclient_connection = ['CORP\\c']\n[site.hq]\n[server.SMS]\n\
                roles = [\"client access point\", \"distribution point\", \"file server\"]\n\
                [share.apps]\nserver = \"SMS\"\naccess = ['CORP\\a']\n";
    let text = format!("{text}{LEGACY}{PROGRAM}{READS}");
    mends(Cause::ConnectionAccountDenied, &text);
    let lab = Lab::of(&text, &[]);
    let told = advised_alone(&lab).text;
    assert!(
        told.contains("CORP\\c") && !told.contains("Advanced"),
        "{told}"
    );
}

#[test]
fn an_account_that_is_not_on_the_list_outranks_one_that_the_server_does_not_know() {
    for accounts in ["'CORP\\a', 'RES\\net'", "'RES\\net', 'CORP\\a'"] {
        let parts = format!(
            "[account.'CORP\\a']\n[accounts]\nclient_connection = [{accounts}]\n{PROGRAM}[package.p]\naccess = ['CORP\\Domain Computers']\n[advertisement.p]\n"
        );
        let machine = format!("{LEGACY}domain = \"CORP\"\n");
        mends(
            Cause::ContentAccessDenied,
            &two_domains(&machine, &[&parts]),
        );
    }
}

#[test]
fn a_missing_trust_is_named_and_is_what_helps() {
    let (corp, res) = ("domain = \"CORP\"\n", "domain = \"RES\"\n");
    let net = "[accounts]\nnetwork_access = 'RES\\net'\nsoftware_installation = 'RES\\net'\n";
    let reads = format!("{PROGRAM}{READS}");
    let unknown = two_domains(&format!("{ADVANCED}{corp}"), &[net, &reads]);
    mends(Cause::DomainNotTrusted, &unknown);
    let boxed = format!("{PROGRAM}{BOXED}");
    let here = two_domains(&format!("{LEGACY}{corp}"), &[net, &boxed]);
    mends(Cause::DomainNotTrusted, &here);
    let there = two_domains(&format!("{LEGACY}{res}"), &[net, &boxed]);
    mends(Cause::DomainNotTrusted, &there);
    let computer = two_domains(&format!("{ADVANCED}{res}"), &[PROGRAM]);
    mends(Cause::DomainNotTrusted, &computer);
    let user = two_domains(
        &format!("{ADVANCED}{res}"),
        &["[program.p]\nneeds_administrator = false\n"],
    );
    mends(Cause::DomainNotTrusted, &user);
    let lab = Lab::of(&computer, &[]);
    let text = advised_alone(&lab).text;
    assert!(text.contains("CORP does not trust RES"), "{text}");
}

#[test]
fn a_workgroup_has_no_trust_to_be_mended() {
    let text = two_domains(&format!("{ADVANCED}domain = \"RES\"\n"), &[PROGRAM])
        .replace("[domain.CORP]\n", "[domain.CORP]\nkind = \"workgroup\"\n");
    let lab = Lab::of(&text, &[]);
    let outcome = lab.only();
    assert_eq!(outcome.cause, Cause::DomainNotTrusted);
    let remedy = advised_alone(&lab);
    assert!(
        remedy.text.contains("CORP is a workgroup"),
        "{}",
        remedy.text
    );
    // An account of the same name and password is what helps (KB Q103390).
    let first = r"account.'.\sms-network'={servers=['SMS']}";
    assert_eq!(remedy.settings[0], first);
    mends(Cause::DomainNotTrusted, &text);
    // Where the server is a controller it has no account of its own.
    let controller = text.replace(
        "roles = [\"management",
        "roles = [\"domain controller\", \"management",
    );
    let controller = controller.replace("kind = \"workgroup\"\n", "");
    let remedy = advised_alone(&Lab::of(&controller, &[]));
    assert_eq!(remedy.settings, ["domain.CORP.trusts=['RES']"]);
}

/// An account that no one declares is written where one is missing, of the domain that
/// is asked, and admitted to what it reaches.
#[test]
fn an_account_that_is_missing_is_written_and_admitted() {
    let bare = HQ.replace("[account.'CORP\\naa']\n[account.'CORP\\swi']\n", "");
    let closed = format!("{FILES}access = ['Administrators']\n");
    let reads = format!("{PROGRAM}{READS}");
    for (client, kind, name) in [
        (ADVANCED, "network_access", "sms-network"),
        (LEGACY, "software_installation", "sms-install"),
    ] {
        let text = format!("{bare}{closed}{client}{reads}");
        let lab = Lab::of(&text, &[]);
        let remedy = advised_alone(&lab);
        let account = format!("account.'CORP\\{name}'={{}}");
        let handed = format!("accounts.{kind}='CORP\\{name}'");
        let admitted = format!("share.apps.access=['Administrators', 'CORP\\{name}']");
        for setting in [account, handed, admitted] {
            assert!(remedy.settings.contains(&setting), "{:?}", remedy.settings);
        }
        mends(lab.only().cause, &text);
        // One of that name is left alone.
        let taken = format!(
            "{text}[account.'CORP\\{name}']\nstate = \"disabled\"\n[[fault]]\nat = \"+1 d\"\naccount = 'CORP\\{name}'\n"
        );
        let remedy = advised_alone(&Lab::of(&taken, &[]));
        let other = format!("account.'CORP\\{name}2'={{}}");
        assert!(remedy.settings.contains(&other), "{:?}", remedy.settings);
    }
}

#[test]
fn without_a_user_what_is_said_is_what_gets_in() {
    let bare = HQ.replace("[account.'CORP\\naa']\n[account.'CORP\\swi']\n", "");
    let alone = "user_logged_on = false\n";
    let users = "[program.p]\nneeds_administrator = false\n";
    let closed = format!("{FILES}access = ['CORP\\Domain Users']\n");
    for client in [ADVANCED, LEGACY] {
        // With the rights of the computer or the token account nothing is in the way.
        let open = format!("{bare}{client}{alone}{users}");
        let remedy = advised_alone(&Lab::of(&open, &[]));
        let runs = "program.p.runs=\"whether or not a user is logged on\"".to_owned();
        assert!(remedy.settings.contains(&runs), "{:?}", remedy.settings);
        mends(Cause::NoUser, &open);
        // The share would refuse them, and admits the user.
        let share = format!("{bare}{closed}{client}{alone}{users}{READS}");
        let remedy = advised_alone(&Lab::of(&share, &[]));
        assert!(!remedy.settings.contains(&runs), "{:?}", remedy.settings);
        mends(Cause::NoUser, &share);
    }
}

#[test]
fn an_access_list_is_extended_by_the_account_that_came() {
    let closed = "access = ['Administrators']\n";
    let share = format!("{FILES}{closed}");
    let reads = format!("{PROGRAM}{READS}");
    let boxed = format!("{PROGRAM}{BOXED}{READS}");
    let users = format!("[program.p]\nneeds_administrator = false\n{READS}");
    let controller = format!("{ADVANCED}role = \"domain controller\"\n");
    let legacy_controller = format!("{LEGACY}role = \"domain controller\"\n");
    for (cause, parts) in [
        (
            Cause::NetworkAccessAccountDenied,
            [ACCOUNTS, &share, ADVANCED, &reads],
        ),
        (
            Cause::InstallationAccountDenied,
            [ACCOUNTS, &share, LEGACY, &boxed],
        ),
        (Cause::UserDenied, ["", &share, ADVANCED, &users]),
        (Cause::UserDenied, ["", &share, LEGACY, &users]),
        (
            Cause::ComputerAccountDenied,
            [COMPUTER_FIRST, &share, ADVANCED, &reads],
        ),
        (
            Cause::ComputerAccountDenied,
            [COMPUTER_FIRST, &share, &controller, &reads],
        ),
        (
            Cause::TokenAccountDenied,
            ["", &share, &legacy_controller, &reads],
        ),
    ] {
        mends(cause, &hq("", &parts));
    }
    let package = format!("[package.p]\n{closed}");
    for machine in [ADVANCED, &controller, LEGACY] {
        for accounts in ["", ACCOUNTS] {
            let text = hq("", &[accounts, &package, machine, PROGRAM]);
            mends(Cause::ContentAccessDenied, &text);
        }
    }
    // A deny entry wins over whatever is added.
    let denied = format!("{FILES}deny = ['CORP\\naa']\n");
    mends(
        Cause::NetworkAccessAccountDenied,
        &hq("", &[ACCOUNTS, &denied, ADVANCED, &reads]),
    );
}

#[test]
fn the_box_and_the_condition_are_changed_where_they_are_what_is_wrong() {
    let reads = format!("{PROGRAM}{READS}");
    mends(
        Cause::TokenAccountNoNetwork,
        &hq("", &[ACCOUNTS, FILES, LEGACY, &reads]),
    );
    let with_user = format!("[program.p]\nrights = \"administrative\"\n{READS}");
    mends(
        Cause::TokenAccountNoNetwork,
        &hq("", &[ACCOUNTS, FILES, LEGACY, &with_user]),
    );
    let old = format!("{LEGACY}platform = \"Windows 98\"\n");
    let boxed = format!("{PROGRAM}{BOXED}");
    mends(
        Cause::InstallationAccountUnusable,
        &hq("", &[ACCOUNTS, &old, &boxed]),
    );
    for client in [ADVANCED, LEGACY] {
        let away = format!("{client}user_logged_on = false\n");
        mends(Cause::NoUser, &hq("", &[&away, "[program.p]\n"]));
    }
}

#[test]
fn accounts_that_are_missing_are_made_and_handed_out() {
    let reads = format!("{PROGRAM}{READS}");
    let boxed = format!("{PROGRAM}{BOXED}");
    mends(
        Cause::NoNetworkAccessAccount,
        &hq("", &[FILES, ADVANCED, &reads]),
    );
    mends(
        Cause::TokenAccountNoNetwork,
        &hq("", &[FILES, LEGACY, &reads]),
    );
    mends(
        Cause::InstallationAccountUnusable,
        &hq("", &[LEGACY, &boxed]),
    );
    let none = "[accounts]\nclient_connection = []\n";
    mends(
        Cause::NoConnectionAccount,
        &hq("", &[none, LEGACY, PROGRAM]),
    );
    let token = "[domain.CORP]\ntoken_account = \"locked\"\n";
    let controller = format!("{LEGACY}role = \"domain controller\"\n");
    mends(
        Cause::TokenAccountUnusable,
        &hq("", &[token, &controller, PROGRAM]),
    );
}

#[test]
fn what_is_wrong_with_program_package_or_machine_is_put_right() {
    let user = "[program.p]\nrights = \"user\"\n";
    let per_user = "msi = { build = \"per-user\" }\n";
    let asks = "msi = { build = \"per-user\", needs_user_profile = true }\n";
    let policy = "[rules]\ndisable_user_installs = true\n";
    let line = "command_line = 'msiexec /i a.msi ALLUSERS=\"\" /qn'\n";
    for client in [ADVANCED, LEGACY] {
        let with = |program: &str, keys: &str| hq("", &[client, &format!("{program}{keys}")]);
        mends(Cause::UserNotAdministrator, &with(user, ""));
        mends(
            Cause::MsiFailed,
            &with(user, "msi = { build = \"per-machine\" }\n"),
        );
        mends(Cause::PerUserIntoService, &with(PROGRAM, per_user));
        mends(Cause::PerUserIntoService, &with(PROGRAM, line));
        mends(Cause::PerUserMsiFailed, &with(PROGRAM, asks));
        mends(
            Cause::PerUserMsiFailed,
            &with(user, &format!("{per_user}{policy}")),
        );
        mends(
            Cause::PlatformUnsupported,
            &with(PROGRAM, "platforms = [\"Windows 2000*\"]\n"),
        );
        let absent = PROGRAM.replace("whether or not a user is", "only when no user is");
        mends(Cause::UserPresent, &with(&absent, ""));
    }
    let download = "[advertisement.p]\non_local = \"download\"\n";
    let large = format!("[package.p]\nsize = \"300 MB\"\n{download}");
    mends(Cause::CacheTooSmall, &hq("", &[ADVANCED, PROGRAM, &large]));
    let protected = "[server.DP]\nsite = \"hq\"\nprotected = true\nroles = [\"distribution point\"]\n\
        [package.p]\ndistribution_points = [\"DP\"]\n";
    mends(
        Cause::PointProtected,
        &hq("", &[LEGACY, PROGRAM, protected]),
    );
    let share = "[share.apps]\nserver = \"SMS\"\n";
    let reads = format!("{PROGRAM}{READS}");
    mends(
        Cause::CredentialConflict,
        &hq("", &[ACCOUNTS, share, ADVANCED, &reads]),
    );
}

#[test]
fn an_elevation_that_fails_is_helped_where_it_fails() {
    let backup = "[domain.CORP]\nkind = \"windows nt 4.0\"\n[rules]\nelevation_at_backup_controller = true\n";
    let controller = format!("{LEGACY}role = \"domain controller\"\n");
    let boxed = format!("{PROGRAM}{BOXED}");
    mends(
        Cause::ElevationFailed,
        &hq("", &[ACCOUNTS, backup, &controller, &boxed]),
    );
}

#[test]
fn a_chain_is_told_of_by_the_program_that_failed() {
    let chain = format!(
        "{PROGRAM}run_first = \"q\"\n{}exit_codes = {{ 1603 = 1 }}\n[advertisement.p]\n",
        PROGRAM.replace("program.p", "program.q")
    );
    let lab = Lab::new(&[ADVANCED, &chain]);
    let outcome = lab.row("A1", "p");
    assert_eq!(
        (outcome.cause, outcome.innermost()),
        (Cause::DependencyFailed, Cause::ProgramFailed)
    );
    let case = Case {
        world: &lab.world,
        id: lab.machine("A1"),
        machine: "A1",
        advertisement: &lab.world.advertisements[0],
        outcome: &outcome,
    };
    assert!(
        look_for(&case)[1].contains("complete for program q. The exit code is 1603"),
        "{:?}",
        look_for(&case)
    );
    let text = remedy(case).text;
    assert!(
        text.starts_with("See to q, which runs first and failed (program-failed): "),
        "{text}"
    );
}

/// What an access list or a list of accounts has already is not put there again, and an
/// account that a list admits by its group needs no entry of its own.
#[test]
fn lists_are_given_nothing_that_they_have() {
    let accounts = "[accounts]\nnetwork_access = 'CORP\\naa'\n";
    let files =
        |list: &str| FILES.replace("server = \"FS\"\n", &format!("server = \"FS\"\n{list}\n"));
    let locked = HQ.replace(
        "[account.'CORP\\naa']",
        "[group.'CORP\\readers']\n[account.'CORP\\naa']\nstate = \"ok\"",
    );
    let fault = "[[fault]]\nat = \"+0 s\"\naccount = 'CORP\\naa'\nstate = \"locked\"\n";
    let reads = format!("{PROGRAM}{READS}");
    for (list, wanted) in [
        ("access = ['Everyone']", None),
        ("access = ['CORP\\Domain Users']", None),
        ("access = ['CORP\\swi', 'CORP\\naa']", None),
        (
            "access = ['CORP\\naa']",
            Some("share.apps.access=['CORP\\naa', 'CORP\\swi']"),
        ),
        (
            "access = ['CORP\\readers']",
            Some("share.apps.access=['CORP\\readers', 'CORP\\swi']"),
        ),
        (
            "access = ['Everyone']\ndeny = ['CORP\\swi']",
            Some("share.apps.deny=[]"),
        ),
    ] {
        let text = format!("{locked}{accounts}{}{fault}{ADVANCED}{reads}", files(list));
        let lab = Lab::of(&text, &[]);
        assert_eq!(
            lab.only().cause,
            Cause::NetworkAccessAccountUnusable,
            "{list}"
        );
        let remedy = advised_alone(&lab);
        let mut of_list = remedy
            .settings
            .iter()
            .filter(|set| set.starts_with("share."));
        assert_eq!(of_list.next().map(String::as_str), wanted, "{list}");
        assert_eq!(of_list.next(), None, "{list}");
        mends(Cause::NetworkAccessAccountUnusable, &text);
    }
}

/// Nothing else kept the machine busy.
#[test]
fn a_window_before_the_content_had_come_is_told_as_that() {
    let slow = "access = \"1 Mbit/s\"\nmaintenance = [{ from = \"08:00\", to = \"08:30\" }]\n";
    let program = format!("{PROGRAM}maximum_run_time = \"30 min\"\n");
    let fetched = "[package.p]\nsize = \"200 MB\"\n[advertisement.p]\non_local = \"download\"\n";
    let lab = Lab::set(&[ADVANCED, slow, &program, fetched], &["horizon=12 h"]);
    assert_eq!(lab.row("A1", "p").cause, Cause::OutsideWindow);
    let said = advised(&lab, "A1", "p").text;
    assert!(said.contains("The content had not come"), "{said}");
}

/// What kept a machine from using its windows is told, and nothing else is blamed.
#[test]
fn a_window_that_was_lost_is_no_window_that_was_too_short() {
    let branch = "[site.b]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n[server.BDP]\nsite = \"b\"\n\
        roles = [\"distribution point\"]\n[fleet.pcs]\nsites = [\"b\"]\ncount = 1\nname = \"M{number}\"\n\
        maintenance = [{ from = \"22:00\", to = \"22:30\" }]\n";
    let program = format!("{PROGRAM}maximum_run_time = \"30 min\"\n");
    let cut = "[[fault]]\nat = \"+62 min\"\nwan = [\"b\"]\n";
    let lab = Lab::new(&[branch, &program, cut]);
    assert_eq!(lab.row("M1", "p").cause, Cause::OutsideWindow);
    let said = advised(&lab, "M1", "p").text;
    assert!(
        said.contains("SMS could not be used while they were"),
        "{said}"
    );
}
