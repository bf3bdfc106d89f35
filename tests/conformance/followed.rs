//! Remedies followed to the end: what is said to help is set, the scenario is run again,
//! and so on, until the machine has the program or no edit of the scenario helps.

use crate::lab::{Lab, PROGRAM};
use crate::remedies::advised;
use rollcast::outcome::Cause;
use rollcast::scenario::load_str;

const CLIENTS: [&str; 2] = ["", "client = \"legacy\"\n"];
const ROLES: [&str; 4] = [
    "",
    "role = \"member server\"\nuser_logged_on = true\n",
    "role = \"domain controller\"\n",
    "platform = \"Windows 98\"\n",
];
const USERS: [&str; 3] = [
    "",
    "user_logged_on = false\n",
    "user_is_administrator = true\n",
];
/// The domain of the machines, and that of the servers.
const DOMAINS: [(&str, &str); 6] = [
    ("", "trusts = [\"M\"]\n"),
    ("", ""),
    ("kind = \"windows nt 4.0\"\n", "trusts = [\"M\"]\n"),
    ("kind = \"workgroup\"\n", ""),
    ("", "kind = \"workgroup\"\n"),
    ("trusts = [\"S\"]\n", ""),
];
const PROGRAMS: [&str; 5] = [
    "",
    "software_installation_account = true\n",
    "msi = { build = \"per-user\" }\n",
    "USER",
    "USER NEEDS",
];
const LISTS: [&str; 4] = [
    "",
    "[share.a]\nserver = \"FS\"\n",
    "[share.a]\nserver = \"FS\"\naccess = ['Administrators']\n",
    "[share.a]\nserver = \"FS\"\ndeny = ['Authenticated Users']\n",
];
const PACKAGES: [&str; 2] = ["", "access = ['S\\Domain Admins']\n"];
const ACCOUNTS: [&str; 3] = [
    "",
    "[account.'M\\a']\nstate = \"locked\"\n[accounts]\nnetwork_access = 'M\\a'\nsoftware_installation = 'M\\a'\n",
    "[account.'.\\a']\n[accounts]\nnetwork_access = '.\\a'\nclient_connection = ['.\\a']\n",
];

/// One of all combinations.
pub(crate) struct Choice(pub(crate) usize);

impl Choice {
    pub(crate) fn of<T: Copy>(&mut self, all: &[T]) -> T {
        let chosen = all[self.0 % all.len()];
        self.0 /= all.len();
        chosen
    }
}

/// The scenario of a combination; none if it is contradictory.
fn scenario(number: usize) -> Option<String> {
    let mut choice = Choice(number);
    let (client, role, user) = (choice.of(&CLIENTS), choice.of(&ROLES), choice.of(&USERS));
    let (machines, servers) = choice.of(&DOMAINS);
    let (program, list) = (choice.of(&PROGRAMS), choice.of(&LISTS));
    let (package, accounts) = (choice.of(&PACKAGES), choice.of(&ACCOUNTS));
    let in_workgroup = machines.contains("workgroup");
    let old = role.contains("Windows 98");
    let contradictory = role.contains("controller") && in_workgroup
        || old && client.is_empty()
        || role.contains("user") && user.contains("user_logged")
        || accounts.contains("'M\\") && in_workgroup
        || package.contains("S\\") && servers.contains("workgroup");
    if contradictory {
        return None;
    }
    let program = match program {
        "USER" => "[program.p]\nneeds_administrator = false\ninstall_time = \"1 min\"\n".to_owned(),
        "USER NEEDS" => "[program.p]\ninstall_time = \"1 min\"\n".to_owned(),
        keys => format!("{PROGRAM}{keys}"),
    };
    let reads = if list.is_empty() {
        ""
    } else {
        "shares = [{ share = \"a\" }]\n"
    };
    Some(format!(
        "horizon = \"9 d\"\n[domain.M]\n{machines}[domain.S]\n{servers}{accounts}\
         [server.SMS]\ndomain = \"S\"\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n\
         [server.FS]\ndomain = \"S\"\nroles = [\"file server\"]\n{list}[package.p]\n{package}{program}{reads}\
         [fleet.pc]\ncount = 1\nname = \"PC{{number}}\"\ndomain = \"M\"\n{client}{role}{user}"
    ))
}

/// Why following what is said to help leads nowhere, if it does.
pub(crate) fn leads_nowhere(text: &str) -> Option<String> {
    let mut settings: Vec<String> = Vec::new();
    let mut met = Vec::new();
    for _ in 0..10 {
        let set: Vec<&str> = settings.iter().map(String::as_str).collect();
        if let Err(problems) = load_str(text, &settings) {
            return Some(format!("{met:?}: {}", problems.render(false)));
        }
        let lab = Lab::of(text, &set);
        let cause = lab.only().cause;
        if cause == Cause::None {
            return None;
        }
        let remedy = advised(&lab, "PC1", "p");
        met.push(cause);
        if remedy.settings.is_empty() {
            return remedy
                .no_setting
                .is_empty()
                .then(|| format!("{met:?}: no reason"));
        }
        let known = settings.len();
        let new = remedy
            .settings
            .iter()
            .filter(|new| !set.contains(&new.as_str()));
        let new: Vec<String> = new.cloned().collect();
        settings.extend(new);
        if settings.len() == known {
            return Some(format!(
                "{met:?}: {} has been set already",
                remedy.settings.join("; ")
            ));
        }
    }
    Some(format!("{met:?} without end"))
}

/// Every scenario among these that can be run leads to the program or to a reason.
pub(crate) fn all_lead_somewhere(scenarios: impl Iterator<Item = String>) {
    let scenarios: Vec<String> = scenarios
        .filter(|text| load_str(text, &[]).is_ok())
        .collect();
    assert!(scenarios.len() > 150, "{}", scenarios.len());
    let faults: Vec<String> = scenarios
        .iter()
        .filter_map(|text| leads_nowhere(text).map(|why| format!("{why}\n{text}")))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_said_to_help_leads_to_the_program_or_to_a_reason() {
    let all = CLIENTS.len() * ROLES.len() * USERS.len() * DOMAINS.len() * PROGRAMS.len();
    let all = all * LISTS.len() * PACKAGES.len() * ACCOUNTS.len();
    // A step that has no divisor in common with the number of combinations.
    all_lead_somewhere((0..all).step_by(53).filter_map(scenario));
}

/// A site has one Network Access Account: a point in a workgroup knows one of single
/// machines, and a share on a controller one of its domain. One that gets in at the share
/// and no longer at the point leads back to the first.
#[test]
fn an_account_that_loses_what_the_present_one_reached_is_not_proposed() {
    let lists = ["", "access = ['M\\a']\n", "access = ['M\\Domain Users']\n"];
    for present in ["M\\a", ".\\b"] {
        for list in lists {
            for point in ["", "access = ['.\\b']\n"] {
                let text = format!(
                    "horizon = \"9 d\"\n[domain.M]\n[domain.W]\nkind = \"workgroup\"\n\
                     [account.'M\\a']\n[account.'.\\b']\n[accounts]\nnetwork_access = '{present}'\n\
                     [server.SMS]\ndomain = \"M\"\nroles = [\"management point\", \"client access point\"]\n\
                     [server.PT]\ndomain = \"W\"\nroles = [\"distribution point\"]\n\
                     [server.DC]\ndomain = \"M\"\nroles = [\"domain controller\", \"file server\"]\n\
                     [share.s]\nserver = \"DC\"\n{list}[package.p]\n{point}\
                     {PROGRAM}package = \"p\"\nshares = [{{ share = \"s\" }}]\n\
                     [fleet.pc]\ncount = 1\nname = \"PC{{number}}\"\ndomain = \"M\"\n"
                );
                if let Err(problems) = load_str(&text, &[]) {
                    panic!("{}", problems.render(false));
                }
                assert_eq!(leads_nowhere(&text), None, "{text}");
            }
        }
    }
}
