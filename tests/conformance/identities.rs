//! Which accounts are known where, and what kinds of machine have which.

use crate::lab::{ADVANCED, HOUR, LEGACY, Lab, PROGRAM, at, complaints};
use rollcast::model::Entry;
use rollcast::outcome::{Actor, Cause, Ending};
use rollcast::scenario::load_str;
use rollcast::world::AccountId;

#[test]
fn q224286_the_access_list_is_asked_over_a_connection_that_is_used_again() {
    let run = |package: &str| {
        let connected = LEGACY.to_owned() + "existing_connections = [\"SMS\"]\n";
        let package = format!("[package.p]\n{package}\n");
        let lab = Lab::set(&[&connected, &package, PROGRAM], &["horizon=1 d"]);
        (lab.only(), lab.diary("L1"))
    };
    let reused = |diary: &[(_, Entry)]| {
        let reuses = |(_, entry): &(_, Entry)| matches!(entry, Entry::ConnectionReused(_));
        diary.iter().any(reuses)
    };
    let (row, diary) = run("access = ['CORP\\Domain Users']");
    assert_eq!(
        (row.ending, row.network),
        (Ending::Installed, Actor::LoggedOnUser)
    );
    assert!(reused(&diary));
    // The connection is there, and the list turns the user away.
    for closed in [
        "access = ['Administrators']\ndeny = ['Everyone']",
        "access = ['Administrators']",
        "deny = ['CORP\\Domain Users']",
    ] {
        let (row, diary) = run(closed);
        assert_eq!(
            (row.ending, row.cause, row.code),
            (Ending::Retrying, Cause::ContentAccessDenied, Some(5)),
            "{closed}"
        );
        assert!(reused(&diary), "{closed}");
    }
    // Another account of the client may still get in.
    let (row, _) = run("access = ['CORP\\SMSClient_S01']");
    assert!(matches!(row.network, Actor::Account(_)));
    assert_eq!(row.ending, Ending::Installed);
}

/// A server of `CORP` and an account `RES\net`, which is handed out.
fn two_domains(domains: &str) -> String {
    format!(
        "horizon = \"10 d\"\n{domains}\n[account.'RES\\net']\n[accounts]\nnetwork_access = 'RES\\net'\n\
         [site.hq]\n[server.CORP-DC]\ndomain = \"CORP\"\nroles = [\"domain controller\"]\n\
         [server.RES-DC]\ndomain = \"RES\"\nroles = [\"domain controller\"]\n\
         [server.SMS]\ndomain = \"CORP\"\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n\
         [server.FS]\ndomain = \"CORP\"\nroles = [\"file server\"]\n[share.files]\nserver = \"FS\"\n\
         [fleet.adv]\ncount = 1\nname = \"A{{number}}\"\ndomain = \"CORP\"\n\
         {PROGRAM}shares = [{{ share = \"files\" }}]\n"
    )
}

#[test]
fn kb103390_a_domain_that_is_not_trusted_is_not_asked() {
    let down = "[[fault]]\nat = \"+0 h\"\nserver = [\"RES-DC\"]\n";
    let controller_asked = |lab: &Lab| {
        lab.diary("A1").iter().any(|(_, entry)| {
            matches!(
                entry,
                Entry::Attempt {
                    actor: Actor::Account(AccountId(_)),
                    controller: Some(_),
                    ..
                }
            )
        })
    };
    for trusts in ["", "trusts = [\"CORP\"]"] {
        for fault in ["", down] {
            let text = two_domains(&format!("[domain.CORP]\n[domain.RES]\n{trusts}")) + fault;
            let lab = Lab::of(&text, &[]);
            let row = lab.only();
            assert_eq!(
                (row.cause, row.code),
                (Cause::DomainNotTrusted, Some(1326)),
                "{trusts} {fault}"
            );
            assert!(!controller_asked(&lab), "{trusts} {fault}");
        }
    }
    let trusting = two_domains("[domain.CORP]\ntrusts = [\"RES\"]\n[domain.RES]");
    assert_eq!(Lab::of(&trusting, &[]).only().ending, Ending::Installed);
    let row = Lab::of(&(trusting + down), &[]).only();
    assert_eq!((row.cause, row.code), (Cause::NoLogonServer, Some(1311)));
}

#[test]
fn dd277419_trust_within_a_forest_is_transitive_and_external_trust_is_not() {
    let run = |domains: &str| {
        let text = format!(
            "horizon = \"10 d\"\n{domains}\n[site.hq]\n[server.SMS]\ndomain = \"HQ\"\n\
             roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
             [fleet.far]\ncount = 1\nname = \"F{{number}}\"\ndomain = \"PARIS\"\n{PROGRAM}"
        );
        Lab::of(&text, &[]).only()
    };
    let chain = |more: &str| {
        format!(
            "[domain.HQ]\ntrusts = [\"EU\"]\n{more}\n[domain.EU]\ntrusts = [\"HQ\", \"PARIS\"]\n{more}\n\
             [domain.PARIS]\ntrusts = [\"EU\"]\n{more}"
        )
    };
    assert_eq!(run(&chain("")).ending, Ending::Installed);
    assert_eq!(run(&chain("forest = \"a\"")).ending, Ending::Installed);
    let named = "[domain.HQ]\nforest = \"a\"\n[domain.EU]\n[domain.PARIS]\nforest = \"a\"\n";
    assert_eq!(run(named).ending, Ending::Installed);
    for external in [
        "[domain.HQ]\ntrusts = [\"EU\"]\n[domain.EU]\ntrusts = [\"PARIS\"]\n[domain.PARIS]\n",
        "[domain.HQ]\ntrusts = [\"EU\"]\n[domain.EU]\ntrusts = [\"HQ\", \"PARIS\"]\n\
         [domain.PARIS]\nforest = \"b\"\ntrusts = [\"EU\"]\n",
        "[domain.HQ]\nforest = \"a\"\n[domain.EU]\n[domain.PARIS]\nforest = \"b\"\n",
    ] {
        let row = run(external);
        assert_eq!(
            (row.cause, row.code),
            (Cause::DomainNotTrusted, Some(5)),
            "{external}"
        );
    }
    let old = run(&chain("kind = \"windows nt 4.0\""));
    assert_eq!(
        old.cause,
        Cause::NoNetworkAccessAccount,
        "no credential at all"
    );
}

#[test]
fn q264714_on_windows_98_programs_run_as_the_user_and_the_installation_account_fails_with_1317() {
    let account = "[accounts]\nsoftware_installation = 'CORP\\swi'\n";
    for platform in ["Windows 95", "Windows 98 SE", "Windows Me"] {
        let old = format!("{LEGACY}platform = \"{platform}\"\n");
        let row = Lab::new(&[&old, PROGRAM]).only();
        assert_eq!(
            (row.ending, row.executing),
            (Ending::Installed, Actor::LoggedOnUser),
            "{platform}"
        );
        let boxed = PROGRAM.to_owned() + "software_installation_account = true\n";
        let lab = Lab::new(&[account, &old, &boxed]);
        let row = lab.only();
        assert_eq!(
            (row.ending, row.status_message, row.code, row.cause),
            (
                Ending::Failed,
                10003,
                Some(1317),
                Cause::InstallationAccountUnusable
            ),
            "{platform}"
        );
        // Without a user there is no one to run it.
        let nobody = old + "user_logged_on = false\n";
        let row = Lab::new(&[&nobody, PROGRAM]).only();
        assert_eq!((row.ending, row.cause), (Ending::Waiting, Cause::NoUser));
    }
    let newer = format!("{LEGACY}platform = \"Windows 2000 Professional\"\n");
    let row = Lab::new(&[&newer, PROGRAM]).only();
    assert_eq!(row.executing, Actor::LocalTokenAccount);
}

#[test]
fn a_workgroup_has_no_controllers_and_the_advanced_client_needs_windows_2000() {
    let home =
        "[domain.CORP]\n[domain.HOME]\nkind = \"workgroup\"\n[server.\"*\"]\ndomain = \"CORP\"\n";
    let text = complaints(&[
        home,
        LEGACY,
        "domain = \"HOME\"\nrole = \"domain controller\"\n",
        PROGRAM,
    ]);
    assert!(text.contains("is a workgroup, which has none"), "{text}");
    let server = "[server.DC]\nsite = \"hq\"\ndomain = \"HOME\"\nroles = [\"domain controller\"]\n";
    let text = complaints(&[home, server, ADVANCED, "domain = \"CORP\"\n", PROGRAM]);
    assert!(text.contains("`DC` is a domain controller"), "{text}");
    for platform in ["Windows 98", "Windows Me", "Windows NT 4.0 Workstation"] {
        let old = format!("{ADVANCED}platform = \"{platform}\"\n");
        let text = complaints(&[&old, PROGRAM]);
        assert!(text.contains("Advanced Client on"), "{text}");
    }
}

#[test]
fn a_refusal_raises_one_message_of_the_client_that_has_it() {
    let closed = "[package.p]\naccess = ['CORP\\Domain Admins']\n";
    let advanced = Lab::new(&[ADVANCED, closed, PROGRAM]);
    assert_eq!(advanced.messages("A1"), [10002]);
    let row = advanced.only();
    assert_eq!(
        (row.ending, row.status_message),
        (Ending::Failed, 0),
        "its number is not known"
    );
    let missing = "[[fault]]\nat = \"+0 s\"\npackage = \"package\"\n\
        distribution_points = [\"SMS\"]\ncontent = \"missing\"\n";
    let legacy = Lab::new(&[LEGACY, PROGRAM, missing]);
    assert!(
        !legacy.messages("L1").contains(&10035),
        "10035 belongs to the Advanced Client"
    );
    let installer = "software_installation_account = true\n";
    let row = |messages: &[u16]| messages.iter().filter(|id| **id == 10003).count();
    let locked = "[accounts]\nsoftware_installation = 'CORP\\swi'\n[account.'CORP\\swi']\nstate = \"locked\"\n";
    let text = crate::lab::HQ.replace("[account.'CORP\\swi']\n", "");
    let lab = Lab::of(&format!("{text}{locked}{LEGACY}{PROGRAM}{installer}"), &[]);
    assert_eq!(row(&lab.messages("L1")), 1);
}

/// The messages of a scenario that has errors.
fn refused(text: &str) -> String {
    let problems = load_str(text, &[]).expect_err("the scenario has errors");
    let messages = problems
        .list()
        .iter()
        .map(|problem| problem.message.clone());
    messages.collect::<Vec<_>>().join("\n")
}

const USER: &str = "\n[program.p]\nrights = \"user\"\nneeds_administrator = false\n";

/// Machines of `RES`, which trusts `ACCT`, with a share for `access`.
fn master_domain(fleet: &str, access: &str) -> String {
    format!(
        "horizon = \"10 d\"\n[domain.ACCT]\n[domain.RES]\ntrusts = [\"ACCT\"]\n[group.'ACCT\\Staff']\n\
         [group.'RES\\Local']\ngroups = ['ACCT\\Staff']\n[server.SMS]\ndomain = \"RES\"\n\
         roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
         [server.FS]\ndomain = \"RES\"\nroles = [\"file server\"]\n[share.files]\nserver = \"FS\"\n\
         access = ['{access}']\n[fleet.ws]\ncount = 1\nname = \"W{{number}}\"\ndomain = \"RES\"\n{fleet}\n\
         {USER}shares = [{{ share = \"files\" }}]\n"
    )
}

#[test]
fn q199234_users_of_an_account_domain_come_with_its_groups_and_their_own() {
    let ending = |fleet: &str, access: &str| {
        let text = master_domain(fleet, access);
        Lab::of(&text, &[]).only().ending
    };
    let of_acct = "user_domain = \"ACCT\"";
    let staff = "user_domain = \"ACCT\"\nuser_groups = ['ACCT\\Staff']";
    assert_eq!(ending(of_acct, "ACCT\\Domain Users"), Ending::Installed);
    assert_ne!(ending("", "ACCT\\Domain Users"), Ending::Installed);
    assert_ne!(ending(of_acct, "RES\\Domain Users"), Ending::Installed);
    assert_ne!(ending(of_acct, "ACCT\\Staff"), Ending::Installed);
    assert_eq!(ending(staff, "ACCT\\Staff"), Ending::Installed);
    assert_eq!(
        ending(staff, "RES\\Local"),
        Ending::Installed,
        "a group in a group"
    );
    assert_ne!(ending(of_acct, "RES\\Local"), Ending::Installed);
    let said = refused(&master_domain(of_acct, "Everyone").replace("trusts = [\"ACCT\"]", ""));
    assert!(
        said.contains("users of ACCT cannot log on to machines of RES"),
        "{said}"
    );
}

#[test]
fn a_list_may_name_one_computer_and_groups_in_groups() {
    let row = |machine: &str, access: &str| {
        let text = format!(
            "horizon = \"10 d\"\n[rules]\nnon_sms_share_order = \"computer account first\"\n\
             [domain.CORP]\n[group.'CORP\\Inner']\ncomputers = true\n[group.'CORP\\Middle']\n\
             groups = ['CORP\\Inner']\n[group.'CORP\\Outer']\ngroups = ['CORP\\Middle', 'CORP\\Outer']\n\
             [server.FS]\nroles = [\"file server\"]\n[share.files]\nserver = \"FS\"\naccess = ['{access}']\n\
             [fleet.ws]\ncount = 2\nname = \"W{{number}}\"\n{PROGRAM}shares = [{{ share = \"files\" }}]\n"
        );
        Lab::of(&text, &[]).row(machine, "p").ending
    };
    assert_eq!(row("W1", "CORP\\W1$"), Ending::Installed);
    assert_eq!(row("W1", "CORP\\w1$"), Ending::Installed, "in any case");
    assert_ne!(row("W2", "CORP\\W1$"), Ending::Installed);
    assert_eq!(row("W1", "CORP\\Outer"), Ending::Installed);
    let unknown = "[share.s]\naccess = ['CORP\\W9$']\n[server.FS]\nroles = [\"file server\"]\n\
        [fleet.w]\ncount = 1\nname = \"W{number}\"\n";
    let said = refused(unknown);
    assert!(
        said.contains("no machine for the computer account `CORP\\W9$`"),
        "{said}"
    );
}

#[test]
fn q103390_an_account_of_the_same_name_and_password_passes_through() {
    let row = |kind: &str, account: &str, fleet: &str| {
        let text = format!(
            "horizon = \"10 d\"\n[domain.HERE]\n{kind}\n[account.'.\\install']\n{account}\n[accounts]\n\
             software_installation = '.\\install'\nclient_connection = []\n[server.SMS]\n\
             roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
             {fleet}\n{PROGRAM}software_installation_account = true\n"
        );
        Lab::of(&text, &[]).only()
    };
    let workgroup = "kind = \"workgroup\"";
    let legacy = "[fleet.leg]\ncount = 1\nclient = \"legacy\"";
    assert_eq!(row(workgroup, "", legacy).ending, Ending::Installed);
    // A server that has no such account, or another password.
    let without = row(workgroup, "servers = []", legacy);
    assert_eq!(without.code, Some(1326));
    assert_ne!(
        row(workgroup, "state = \"wrong password\"", legacy).ending,
        Ending::Installed
    );
    // In a domain only where it is said.
    assert_ne!(row("", "", legacy).ending, Ending::Installed);
    assert_eq!(
        row("", "servers = [\"SMS\"]", legacy).ending,
        Ending::Installed
    );
    let domain_account = "[account.'CORP\\x']\nservers = [\"*\"]\n[fleet.pc]\ncount = 1\n";
    assert!(refused(domain_account).contains("is an account of a domain"));
}

/// A member server whose own account database has locked its token account: what runs
/// under it or by its leave fails there, and nowhere else.
#[test]
fn q231399_the_token_account_of_a_member_server_may_be_locked_in_its_own_database() {
    let accounts = "[accounts]\nsoftware_installation = 'CORP\\swi'\n";
    let member = "[fleet.srv]\ncount = 1\nname = \"S{number}\"\nrole = \"member server\"\nuser_logged_on = true\n";
    let legacy = "client = \"legacy\"\n";
    let boxed = "[program.boxed]\npackage = \"p\"\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\nsoftware_installation_account = true\n\
        [program.user]\npackage = \"p\"\nneeds_administrator = false\n[package.p]\n";
    let program = PROGRAM.replace("[program.p]\n", "[program.p]\npackage = \"p\"\n");
    for (state, code) in [("locked", 1909), ("missing", 1317), ("disabled", 1331)] {
        let state = format!("token_account = \"{state}\"\n");
        let lab = Lab::new(&[accounts, member, legacy, &state, LEGACY, &program, boxed]);
        for (program, code) in [("p", code), ("boxed", 1317)] {
            let row = lab.row("S1", program);
            assert_eq!(
                (row.ending, row.cause, row.code, row.status_message),
                (
                    Ending::Failed,
                    Cause::TokenAccountUnusable,
                    Some(code),
                    10003
                ),
                "{state}{program}"
            );
            assert_eq!(lab.row("L1", program).ending, Ending::Installed);
        }
        assert_eq!(lab.row("S1", "user").ending, Ending::Installed);
    }
    // Where nothing runs under it, its state is told to be without effect.
    for (others, why) in [
        ("", "an Advanced Client runs nothing under it"),
        (
            "client = \"legacy\"\nrole = \"domain controller\"\n",
            "domain controllers use the one of their domain",
        ),
        (
            "client = \"legacy\"\nplatform = \"Windows 98\"\n",
            "programs run as the user",
        ),
    ] {
        let text = format!("[fleet.pc]\ncount = 1\ntoken_account = \"locked\"\n{others}");
        let warnings = load_str(&text, &[]).expect("it loads").warnings;
        let told = warnings.render_within(500, false);
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn sms_2003_hands_out_one_network_access_account() {
    let text = "[account.'CORP\\n1']\n[account.'CORP\\n2']\n[accounts]\n\
        network_access = ['CORP\\n1', 'CORP\\n2']\n";
    let said = refused(text);
    assert!(
        said.contains("SMS 2003 has one Network Access Account for a site"),
        "{said}"
    );
}

#[test]
fn accounts_are_called_what_windows_calls_them() {
    let text = format!(
        "horizon = \"10 d\"\n[domain.HOME]\nkind = \"workgroup\"\n[account.'.\\install']\n[accounts]\n\
         software_installation = '.\\install'\n[server.SMS]\n\
         roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
         [fleet.pc]\ncount = 1\nname = \"PC{{number}}\"\n{PROGRAM}"
    );
    let world = Lab::of(&text, &[]).world;
    let profile = &world.fleet.profiles[0];
    let name = |actor: Actor| {
        let mut out = String::new();
        actor.write_name(&world, profile, "PC1", &mut out);
        out
    };
    assert_eq!(name(Actor::LoggedOnUser), r"PC1\(logged-on user)");
    assert_eq!(name(Actor::Account(AccountId(0))), r"PC1\install");
    assert_eq!(
        name(Actor::ComputerAccount),
        r"NT AUTHORITY\ANONYMOUS LOGON"
    );
}

#[test]
fn q237759_a_client_whose_connection_accounts_cannot_log_on_learns_of_nothing() {
    let client = format!("{LEGACY}poll_interval = \"1 h\"\n");
    for (state, code) in [
        ("locked", 1909),
        ("disabled", 1331),
        ("expired", 1793),
        ("password expired", 1330),
        ("wrong password", 1326),
        ("missing", 1326),
    ] {
        let account = format!("[account.'CORP\\SMSClient_S01']\nstate = \"{state}\"\n");
        let run = |client: &str, rest: &str| Lab::new(&[&account, client, PROGRAM, rest]).only();
        let row = run(&client, "");
        assert_eq!(
            (row.ending, row.cause, row.code),
            (
                Ending::Unaware,
                Cause::ConnectionAccountUnusable,
                Some(code)
            ),
            "{state}: {row:?}"
        );
        // An Advanced Client presents none, and one account that works is enough.
        assert_eq!(run(ADVANCED, "").ending, Ending::Installed);
        let second = "[account.'CORP\\second']\n[accounts]\n\
            client_connection = ['CORP\\SMSClient_S01', 'CORP\\second']\n";
        assert_eq!(run(&client, second).ending, Ending::Installed, "{state}");
    }
}

#[test]
fn an_account_that_is_put_right_lets_its_clients_learn_at_their_next_look() {
    let client = format!("{LEGACY}poll_interval = \"1 h\"\n");
    let fault = "[account.'CORP\\SMSClient_S01']\n[[fault]]\nat = \"+0 h\"\nfor = \"50 h\"\n\
        account = 'CORP\\SMSClient_S01'\nstate = \"disabled\"\n";
    let lab = Lab::new(&[&client, PROGRAM, fault]);
    let row = lab.only();
    assert_eq!(row.ending, Ending::Installed, "{row:?}");
    let learned = row.policy.since(at(50 * HOUR)).0 / at(60).0;
    assert!(row.policy >= at(50 * HOUR) && learned < 60, "{learned} min");
    // One that has been out of touch for sixty days uninstalls itself.
    let state = "[account.'CORP\\SMSClient_S01']\nstate = \"disabled\"\n";
    let row = Lab::set(&[&client, PROGRAM, state], &["horizon=70 d"]).only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Unaware, Cause::ClientUninstalled)
    );
}

/// Legacy controllers of two domains, one share and one package with lists of their own.
fn token_in_a_list(share: &str, package: &str) -> Lab {
    let text = format!(
        "horizon = \"10 d\"\n[domain.CORP]\ntrusts = [\"EU\"]\n[domain.EU]\n[server.SMS]\ndomain = \"CORP\"\n\
         roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
         [server.FS]\ndomain = \"CORP\"\nroles = [\"file server\"]\n[share.files]\nserver = \"FS\"\n{share}\n\
         [accounts]\nclient_connection = []\n[package.p]\n{package}\n\
         [fleet.\"*\"]\ncount = 1\nclient = \"legacy\"\nrole = \"domain controller\"\n\
         [fleet.corp]\nname = \"CORP-DC{{number}}\"\ndomain = \"CORP\"\n[fleet.eu]\nname = \"EU-DC{{number}}\"\ndomain = \"EU\"\n\
         [fleet.ws]\nname = \"WS{{number}}\"\ndomain = \"CORP\"\nrole = \"workstation\"\n\
         {PROGRAM}shares = [{{ share = \"files\" }}]\n"
    );
    Lab::of(&text, &[])
}

#[test]
fn cc181332_a_list_may_name_the_token_account_of_a_domain() {
    for written in [
        "CORP\\SMSCliToknAcct&",
        "corp\\smsclitoknacct&",
        "CORP\\SMSCLITOKNACCT&",
    ] {
        let everyone = "access = ['Everyone']";
        let named = format!("access = ['{written}']");
        let denied = format!("{everyone}\ndeny = ['{written}']");
        let ending = |lab: &Lab, machine: &str| lab.row(machine, "p").ending;
        for lab in [
            token_in_a_list(&named, everyone),
            token_in_a_list(everyone, &named),
        ] {
            assert_eq!(ending(&lab, "CORP-DC1"), Ending::Installed, "{written}");
            assert_ne!(ending(&lab, "EU-DC1"), Ending::Installed, "{written}");
            assert_ne!(ending(&lab, "WS1"), Ending::Installed, "{written}");
        }
        for lab in [
            token_in_a_list(&denied, everyone),
            token_in_a_list(everyone, &denied),
        ] {
            assert_ne!(ending(&lab, "CORP-DC1"), Ending::Installed, "{written}");
            assert_eq!(ending(&lab, "EU-DC1"), Ending::Installed, "{written}");
        }
    }
}

#[test]
fn entries_of_a_list_are_known_in_any_case_and_as_windows_shows_them() {
    let row = |access: &str| {
        let text = master_domain("user_domain = \"ACCT\"", access);
        Lab::of(&text, &[]).only().ending
    };
    for admits in [
        "everyone",
        "AUTHENTICATED USERS",
        "NT AUTHORITY\\Authenticated Users",
        "BUILTIN\\Users",
        "builtin\\users",
        "acct\\domain users",
    ] {
        assert_eq!(row(admits), Ending::Installed, "{admits}");
    }
    for turns_away in [
        "BUILTIN\\Administrators",
        "NT AUTHORITY\\ANONYMOUS LOGON",
        "res\\local",
    ] {
        assert_ne!(row(turns_away), Ending::Installed, "{turns_away}");
    }
}

#[test]
fn accounts_of_sms_that_come_to_no_share_are_refused_with_the_reason() {
    let said = |entry: &str| refused(&master_domain("", entry));
    for (entry, reason) in [
        ("SMSCliToknAcct&", "does not say which domain's"),
        ("SMSCliToknLocalAcct&", "of each machine by itself"),
        ("W1\\SMSCliToknLocalAcct&", "of each machine by itself"),
        ("RES\\SMSCliSvcAcct&", "runs the client service"),
        ("RES\\SMS&_DC1", "runs the client service"),
        ("NT AUTHORITY\\SYSTEM", "comes as its computer account"),
    ] {
        let said = said(entry);
        assert!(said.contains(reason), "{entry}: {said}");
    }
    let declared = "[domain.CORP]\n[account.'CORP\\SMSCliToknAcct&']\n";
    assert!(refused(declared).contains("without being declared"));
    let handed_out = "[domain.CORP]\n[accounts]\nnetwork_access = 'CORP\\SMSCliToknAcct&'\n";
    assert!(refused(handed_out).contains("SMS alone knows"));
}
