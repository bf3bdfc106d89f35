//! Accounts, domains and access lists in every combination: what is said to help ends
//! the refusal, and where nothing is said, nothing that comes to mind would.

use crate::lab::{Lab, PROGRAM};
use crate::remedies::advised;
use rollcast::outcome::{Actor, Cause, Ending, Outcome, Resource};
use rollcast::scenario::load_str;

/// The parts of a scenario of which each combination takes one.
const CHOICES: [&[&str]; 7] = [
    // The accounts that SMS hands out.
    &[
        "",
        "[accounts]\nnetwork_access = 'CORP\\a'\nsoftware_installation = 'CORP\\a'\nclient_connection = ['CORP\\a']\n",
        "[accounts]\nnetwork_access = 'RES\\a'\nsoftware_installation = 'RES\\a'\nclient_connection = ['RES\\a']\n",
        "[accounts]\nnetwork_access = '.\\a'\nsoftware_installation = '.\\a'\nclient_connection = ['.\\a']\n",
    ],
    // In which state they are.
    &[
        "",
        "state = \"missing\"\n",
        "state = \"password expired\"\n",
        "network_logon = false\n",
    ],
    // Which servers have the account of single machines.
    &["servers = []\n", "servers = [\"DP\"]\n"],
    // Whose the servers are.
    &["CORP", "RES", "WG"],
    // Whether they have a Guest, or the share is open to sessions without credentials.
    &["", "guest_enabled = true\n", "null_session = true\n"],
    // Who may read.
    &[
        "",
        "access = ['CORP\\Domain Users']\n",
        "access = ['Guests']\ndeny = ['CORP\\Domain Computers', 'Guests']\n",
    ],
    // What runs.
    &[
        "[program.p]\nneeds_administrator = false\n",
        "[program.p]\nneeds_administrator = false\nshares = [{ share = \"tools\" }]\n",
        PROGRAM,
        "BOXED",
        "READS",
        "READS BOXED",
    ],
];

/// A machine of each kind.
const MACHINES: [(&str, &str); 6] = [
    ("A1", "domain = \"CORP\"\n"),
    ("AC1", "domain = \"CORP\"\nrole = \"domain controller\"\n"),
    ("AW1", "domain = \"WG\"\n"),
    ("L1", "client = \"legacy\"\ndomain = \"CORP\"\n"),
    (
        "LC1",
        "client = \"legacy\"\ndomain = \"CORP\"\nrole = \"domain controller\"\n",
    ),
    ("LW1", "client = \"legacy\"\ndomain = \"WG\"\n"),
];

/// A combination, by its number, with machines of every kind.
fn combined(number: usize) -> String {
    let mut rest = number;
    let [handed, state, held, domain, guest, list, program] = CHOICES.map(|choices| {
        let chosen = choices[rest % choices.len()];
        rest /= choices.len();
        chosen
    });
    let program = match program {
        "BOXED" => format!("{PROGRAM}software_installation_account = true\n"),
        "READS" => format!("{PROGRAM}shares = [{{ share = \"tools\" }}]\n"),
        "READS BOXED" => format!(
            "{PROGRAM}software_installation_account = true\nshares = [{{ share = \"tools\" }}]\n"
        ),
        other => other.to_owned(),
    };
    let (guest, open) = match guest {
        "null_session = true\n" => ("", guest),
        guest => (guest, ""),
    };
    let machines = MACHINES.map(|(name, keys)| {
        let group = name.trim_end_matches('1');
        format!("[fleet.{group}]\ncount = 1\nname = \"{group}{{number}}\"\npoll_interval = \"1 s\"\n{keys}")
    });
    format!(
        "horizon = \"10 d\"\n[site.hq]\n[domain.CORP]\n[domain.RES]\n[domain.WG]\nkind = \"workgroup\"\n\
         [server.DC1]\ndomain = \"CORP\"\nroles = [\"domain controller\"]\n\
         [server.DC2]\ndomain = \"RES\"\nroles = [\"domain controller\"]\n\
         [server.MP]\ndomain = \"CORP\"\nroles = [\"management point\", \"client access point\"]\n\
         [server.DP]\ndomain = \"{domain}\"\n{guest}roles = [\"distribution point\"]\n\
         [server.FS]\ndomain = \"{domain}\"\n{guest}roles = [\"file server\"]\n\
         [account.'CORP\\a']\n{state}[account.'RES\\a']\n{state}[account.'.\\a']\n{held}{state}\
         {handed}[share.tools]\nserver = \"FS\"\n{open}{list}[package.p]\n{list}{program}[advertisement.p]\n{}",
        machines.concat()
    )
}

/// What one would try: each alone, or with an account handed out.
fn plausible() -> Vec<Vec<String>> {
    let alone = [
        "program.p.software_installation_account=false",
        "program.p.software_installation_account=true",
        "program.p.rights=\"administrative\"",
        "domain.CORP.trusts=[\"RES\"]",
        "domain.RES.trusts=[\"CORP\"]",
        "package.p.access=[\"Everyone\"]",
        "package.p.access=[\"Guests\"]",
        "package.p.deny=[]",
        "share.tools.access=[\"Everyone\"]",
        "share.tools.access=[\"Guests\"]",
        "share.tools.deny=[]",
        "account.'.\\a'.servers=[\"DP\", \"FS\"]",
    ];
    let alone = alone.map(|setting| vec![setting.to_owned()]);
    let handed = ["CORP\\a", "RES\\a", ".\\a"].map(|name| {
        let mut all = vec![
            format!("accounts.network_access='{name}'"),
            format!("accounts.software_installation='{name}'"),
            format!("accounts.client_connection=['{name}']"),
            format!("account.'{name}'.state=\"ok\""),
            format!("account.'{name}'.network_logon=true"),
        ];
        if name.starts_with('.') {
            all.push(format!("account.'{name}'.servers=[\"DP\", \"FS\"]"));
        }
        all
    });
    alone.into_iter().chain(handed).collect()
}

/// What was refused, to whom and why.
fn refusal(row: &Outcome) -> (Cause, Actor, Resource) {
    (row.cause, row.network, row.resource)
}

fn run(text: &str, settings: &[String]) -> Result<Lab, String> {
    load_str(text, settings).map_err(|problems| problems.render(false))?;
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    Ok(Lab::of(text, &settings))
}

/// What is wrong with what is said of one machine.
fn wrong(text: &str, machine: &str, lab: &Lab) -> Option<String> {
    const ROUNDS: usize = 3;
    let mut settings = Vec::new();
    let mut again = None;
    for _ in 0..ROUNDS {
        let lab = again.as_ref().unwrap_or(lab);
        let row = lab.row(machine, "p");
        if row.ending == Ending::Installed {
            return None;
        }
        let remedy = advised(lab, machine, "p");
        if remedy.settings.is_empty() {
            let would = plausible().into_iter().find(|more| {
                let all: Vec<String> = settings.iter().chain(more).cloned().collect();
                run(text, &all).is_ok_and(|lab| lab.row(machine, "p").ending == Ending::Installed)
            })?;
            let why = remedy.no_setting;
            return Some(format!("{would:?} would help {:?}: {why}", row.cause));
        }
        settings.extend(remedy.settings.clone());
        let next = match run(text, &settings) {
            Ok(next) => next,
            Err(refused) => return Some(format!("{settings:?}: {refused}")),
        };
        let then = next.row(machine, "p");
        if then.ending != Ending::Installed && refusal(&then) == refusal(&row) {
            return Some(format!("{:?} leave {:?}", remedy.settings, refusal(&row)));
        }
        again = Some(next);
    }
    None
}

#[test]
fn whatever_refuses_a_machine_is_ended_by_what_is_said_to_help() {
    // So that neighbours differ in every choice.
    const STRIDE: usize = 41;
    let combinations: usize = CHOICES.iter().map(|choices| choices.len()).product();
    let mut faults = Vec::new();
    let mut failed = 0;
    for number in (0..combinations).step_by(STRIDE) {
        let text = combined(number);
        let lab = Lab::of(&text, &[]);
        for (machine, _) in MACHINES {
            let row = lab.row(machine, "p");
            failed += usize::from(row.ending != Ending::Installed);
            if let Some(fault) = wrong(&text, machine, &lab) {
                faults.push(format!(
                    "{number} {machine} ({}): {fault}",
                    row.cause.name()
                ));
            }
        }
    }
    assert!(failed > 300, "{failed} machines failed");
    assert!(
        faults.is_empty(),
        "{}:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// Two domains that do not trust each other, a workgroup, and servers of the first.
const PLACES: &str = "horizon = \"10 d\"\n[site.hq]\n[domain.CORP]\n[domain.RES]\n[domain.WG]\nkind = \"workgroup\"\n\
     [server.DC1]\ndomain = \"CORP\"\nroles = [\"domain controller\"]\n\
     [server.DC2]\ndomain = \"RES\"\nroles = [\"domain controller\"]\n\
     [server.MP]\ndomain = \"CORP\"\nroles = [\"management point\", \"client access point\"]\n";
const GUEST: &str = "[server.DP]\ndomain = \"CORP\"\nguest_enabled = true\nroles = [\"distribution point\", \"file server\"]\n";
const IN_WORKGROUP: &str =
    "[server.DP]\ndomain = \"WG\"\nroles = [\"distribution point\", \"file server\"]\n";
const ADVANCED: &str = "[fleet.pcs]\ncount = 1\ndomain = \"CORP\"\npoll_interval = \"1 s\"\n";
const LEGACY: &str =
    "[fleet.pcs]\ncount = 1\ndomain = \"CORP\"\nclient = \"legacy\"\npoll_interval = \"1 s\"\n";

/// The cause of the only row, what is said to help, and how it ends when that is done.
fn mended(parts: &[&str]) -> (Cause, Vec<String>, Ending) {
    let text = [&[PLACES], parts].concat().concat();
    let lab = Lab::of(&text, &[]);
    let (machine, ..) = lab.rows().next().expect("one row");
    let settings = advised(&lab, machine, "p").settings;
    let after = run(&text, &settings).unwrap_or_else(|refused| panic!("{settings:?}: {refused}"));
    (lab.only().cause, settings, after.only().ending)
}

fn in_workgroup(machine: &str) -> String {
    machine.replace("domain = \"CORP\"", "domain = \"WG\"")
}

/// An access list has to admit whom the server takes an account for.
#[test]
fn what_a_server_takes_for_guest_is_let_in_as_guest() {
    let handed = "[account.'RES\\net']\n[accounts]\nnetwork_access = 'RES\\net'\nclient_connection = ['RES\\net']\n";
    let users = "[program.p]\nneeds_administrator = false\n";
    let reads = format!(
        "{PROGRAM}shares = [{{ share = \"tools\" }}]\n[share.tools]\nserver = \"DP\"\naccess = ['CORP\\Domain Users']\n"
    );
    let closed = "[package.p]\naccess = ['CORP\\Domain Users']\n";
    let denied = format!("{closed}deny = ['Guests', 'CORP\\Domain Controllers']\n");
    let away = in_workgroup(ADVANCED);
    let downloads = format!("{reads}[package.p]\n[advertisement.p]\non_local = \"download\"\n");
    for (machine, what, wanted) in [
        (ADVANCED, [closed, PROGRAM].concat(), "package.p.access="),
        (LEGACY, [closed, PROGRAM].concat(), "package.p.access="),
        (
            ADVANCED,
            [&denied, PROGRAM].concat(),
            "package.p.deny=['CORP\\Domain Controllers']",
        ),
        (&away, [closed, users].concat(), "package.p.access="),
        (ADVANCED, downloads, "share.tools.access="),
    ] {
        let (cause, settings, ending) = mended(&[GUEST, handed, machine, &what]);
        assert_eq!(ending, Ending::Installed, "{cause:?}: {settings:?}");
        assert!(settings[0].starts_with(wanted), "{settings:?}");
        let named = |setting: &String| setting.contains("access=") && setting.contains("'Guests'");
        assert!(settings.iter().any(named), "{settings:?}");
    }
}

#[test]
fn an_account_of_single_machines_that_the_server_has_is_put_in_order() {
    for state in [
        "state = \"password expired\"",
        "state = \"locked\"",
        "state = \"wrong password\"",
        "network_logon = false",
    ] {
        let account = format!("[account.'.\\same']\nservers = [\"DP\"]\n{state}\n");
        let handed = "[accounts]\nnetwork_access = '.\\same'\nclient_connection = ['.\\same']\n";
        let closed = "[package.p]\naccess = ['.\\same']\n";
        for machine in [ADVANCED, LEGACY] {
            let (_, settings, ending) =
                mended(&[GUEST, &account, handed, machine, closed, PROGRAM]);
            assert_eq!(ending, Ending::Installed, "{settings:?}");
            let key = state.split(' ').next().expect("a key");
            assert!(settings[0].starts_with(&format!("account.'.\\same'.{key}=")));
        }
    }
}

#[test]
fn a_list_names_the_connection_account_that_sms_makes_without_declaring_it() {
    let same = "[account.'.\\same']\n";
    let (cause, settings, ending) = mended(&[IN_WORKGROUP, same, LEGACY, PROGRAM]);
    assert_eq!(
        (cause, ending),
        (Cause::DomainNotTrusted, Ending::Installed)
    );
    assert!(
        settings[0].contains("'CORP\\SMSClient_S01'"),
        "{settings:?}"
    );
    let other = ["accounts.client_connection=['CORP\\SMSClient_S02']".to_owned()];
    let text = [PLACES, IN_WORKGROUP, LEGACY, PROGRAM].concat();
    assert!(run(&text, &other).is_err_and(|why| why.contains("SMSClient_S02")));
}

/// It is the machine that does not know the account, not the server.
#[test]
fn a_machine_of_a_workgroup_runs_the_program_without_an_account_of_a_domain() {
    let handed = "[account.'CORP\\swi']\n[accounts]\nsoftware_installation = 'CORP\\swi'\n";
    let boxed = format!("{PROGRAM}software_installation_account = true\n");
    let server = GUEST.replace("guest_enabled = true\n", "");
    let machine = in_workgroup(LEGACY);
    let (cause, settings, ending) = mended(&[&server, handed, &machine, &boxed]);
    assert_eq!(
        (cause, ending),
        (Cause::DomainNotTrusted, Ending::Installed)
    );
    assert_eq!(settings, ["program.p.software_installation_account=false"]);
}

/// Client Connection accounts reach the distribution point alone.
#[test]
fn a_program_of_a_controller_has_no_account_for_a_share_of_a_workgroup() {
    let share =
        "[server.FS]\ndomain = \"WG\"\nroles = [\"file server\"]\n[share.tools]\nserver = \"FS\"\n";
    let accounts =
        "[account.'.\\same']\n[account.'CORP\\c']\n[accounts]\nclient_connection = ['CORP\\c']\n";
    let reads = format!("{PROGRAM}shares = [{{ share = \"tools\" }}]\n");
    let controller = format!("{LEGACY}role = \"domain controller\"\n");
    let server = GUEST.replace("guest_enabled = true\n", "");
    let text = [PLACES, &server, share, accounts, &controller, &reads].concat();
    let lab = Lab::of(&text, &[]);
    let (machine, ..) = lab.rows().next().expect("one row");
    let remedy = advised(&lab, machine, "p");
    assert_eq!(lab.only().cause, Cause::DomainNotTrusted);
    assert_eq!(remedy.settings, [""; 0]);
    assert!(
        remedy.no_setting.contains("domain controller"),
        "{remedy:?}"
    );
    assert!(!remedy.text.contains("hand out"), "{}", remedy.text);
    // A workstation runs it under an account that the server has too.
    let (_, settings, ending) = mended(&[&server, share, accounts, LEGACY, &reads]);
    assert_eq!(ending, Ending::Installed, "{settings:?}");
}
