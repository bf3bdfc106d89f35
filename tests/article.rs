//! The article as a test: what `scenarios/contexts.toml` says about who runs a
//! program, who connects, and what comes of it (S. Rachui, "SMS Client-Side
//! Software Installation", TechNet Magazine July 2006, cc160972).

#[path = "common/fleet.rs"]
mod fleet;

use rollcast::outcome::Outcome;
use rollcast::scenario::load;
use rollcast::world::World;
use std::collections::BTreeMap;
use std::path::Path;

struct Contexts {
    world: World,
    rows: BTreeMap<(String, String), Outcome>,
}

impl Contexts {
    fn new() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/contexts.toml");
        let world = load(&path, &[])
            .unwrap_or_else(|p| panic!("{}", p.render(false)))
            .world;
        let rows = fleet::outcomes(&world);
        Self { world, rows }
    }

    /// Who ran it, who connected, what came of it.
    fn row(&self, machine: &str, program: &str) -> String {
        let outcome = &self.rows[&(format!("{machine}1"), program.to_owned())];
        let domain = rollcast::world::DomainId(0);
        let name = |actor: rollcast::outcome::Actor| {
            let mut out = String::new();
            actor.write_name(&self.world, domain, "*", &mut out);
            out
        };
        format!(
            "{} / {} / {}{}{}",
            name(outcome.executing),
            name(outcome.network),
            outcome.ending.name(),
            if outcome.cause.name().is_empty() {
                ""
            } else {
                ": "
            },
            outcome.cause.name()
        )
    }
}

#[test]
fn the_article_as_a_table() {
    let contexts = Contexts::new();
    let programs: Vec<&str> = contexts
        .world
        .advertisements
        .iter()
        .map(|a| a.id.as_str())
        .collect();
    let mut table = String::new();
    for machine in ["ADV-WS", "ADV-SRV", "ADV-DC", "LEG-WS", "LEG-SRV", "LEG-DC"] {
        for program in &programs {
            table += &format!(
                "{machine:7} {program:18} {}\n",
                contexts.row(machine, program)
            );
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn choosing_the_local_user_runs_the_program_as_the_logged_on_user() {
    let contexts = Contexts::new();
    for machine in ["ADV-WS", "ADV-DC", "LEG-WS", "LEG-SRV", "LEG-DC"] {
        assert_eq!(
            contexts.row(machine, "user-rights"),
            r"CORP\(logged-on user) / CORP\(logged-on user) / installed"
        );
    }
}

#[test]
fn on_an_advanced_client_administrative_programs_run_as_local_system() {
    let contexts = Contexts::new();
    for machine in ["ADV-WS", "ADV-SRV", "ADV-DC"] {
        let expected = r"NT AUTHORITY\SYSTEM / CORP\*$ / installed";
        assert_eq!(contexts.row(machine, "admin-rights"), expected);
        assert_eq!(
            contexts.row(machine, "admin-swi"),
            expected,
            "the box does not matter"
        );
    }
}

#[test]
fn on_a_legacy_client_administrative_programs_run_under_the_token_account() {
    let contexts = Contexts::new();
    for machine in ["LEG-WS", "LEG-SRV"] {
        assert_eq!(
            contexts.row(machine, "admin-rights"),
            r"*\SMSCliToknLocalAcct& / CORP\SMSClient_S01 / installed"
        );
    }
}

#[test]
fn domain_controllers_share_a_domain_copy_of_the_token_account() {
    assert_eq!(
        Contexts::new().row("LEG-DC", "admin-rights"),
        r"CORP\SMSCliToknAcct& / CORP\SMSCliToknAcct& / installed",
        "a domain account, which the distribution point knows"
    );
}

#[test]
fn a_per_user_msi_ends_in_the_profile_of_whoever_runs_it_unless_allusers_says_otherwise() {
    let contexts = Contexts::new();
    for machine in ["ADV-WS", "LEG-WS", "LEG-DC"] {
        assert!(
            contexts
                .row(machine, "msi-per-user")
                .ends_with("service-profile: per-user-into-service-profile")
        );
        assert!(
            contexts
                .row(machine, "msi-allusers-2")
                .ends_with("installed")
        );
        assert!(
            contexts
                .row(machine, "msi-as-the-user")
                .ends_with("installed")
        );
    }
}

#[test]
fn an_advanced_client_reaches_other_shares_only_through_the_network_access_account() {
    let contexts = Contexts::new();
    let row = |program| contexts.row("ADV-WS", program);
    // The installation is still handled by Local System.
    assert_eq!(
        row("admin-share"),
        r"NT AUTHORITY\SYSTEM / CORP\sms-network / installed"
    );
    assert_eq!(
        row("admin-vault"),
        r"NT AUTHORITY\SYSTEM / CORP\sms-network / failed: network-access-account-denied"
    );
}

#[test]
fn without_a_network_access_account_the_installation_fails_and_execmgr_log_says_access_denied() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/contexts.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.replace("network_access = 'CORP\\sms-network'\n", "");
    let world = fleet::world(&text);
    let rows = fleet::outcomes(&world);
    let outcome = &rows[&("ADV-WS1".to_owned(), "admin-share".to_owned())];
    assert_eq!(outcome.cause.name(), "no-network-access-account");
    assert_eq!(outcome.code, Some(5));
    assert!(
        outcome
            .log(rollcast::world::ClientKind::Advanced)
            .ends_with("execmgr.log")
    );
}

#[test]
fn a_legacy_client_reaches_other_shares_and_installs_with_the_software_installation_account() {
    let contexts = Contexts::new();
    for machine in ["LEG-WS", "LEG-SRV", "LEG-DC"] {
        assert_eq!(
            contexts.row(machine, "swi-share"),
            r"CORP\sms-install / CORP\sms-install / installed"
        );
        // The controllers' token account is a domain account (Q224286): this share
        // admits Domain Users. Those of other machines are known there alone.
        if machine == "LEG-DC" {
            let row = contexts.row(machine, "admin-share");
            assert!(row.ends_with("/ installed"), "{row}");
            let closed = contexts.row(machine, "admin-vault");
            assert!(closed.ends_with("failed: token-account-denied"), "{closed}");
            continue;
        }
        assert!(
            contexts
                .row(machine, "admin-share")
                .ends_with("failed: token-account-no-network-rights")
        );
        let log = contexts.rows[&(format!("{machine}1"), "admin-share".to_owned())]
            .log(rollcast::world::ClientKind::Legacy);
        assert!(log.ends_with("Smsapm32.log"));
    }
}

/// A command of `docs/article.md`, and what it prints among others.
fn shown() -> Vec<(Vec<String>, String)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/article.md");
    let text = std::fs::read_to_string(page).unwrap();
    let mut lines = text.lines().map(str::trim);
    let mut shown = Vec::new();
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("rollcast ") else {
            continue;
        };
        assert_eq!(lines.next(), Some("```"), "{command}");
        let said = lines.next().and_then(|line| line.strip_prefix("> "));
        let said = said.unwrap_or_else(|| panic!("{command} shows nothing"));
        let words = command.split_whitespace().map(str::to_owned).collect();
        shown.push((words, said.to_owned()));
    }
    shown
}

#[test]
fn every_statement_of_the_page_is_shown_by_its_command() {
    let shown = shown();
    assert_eq!(shown.len(), 18);
    for (words, said) in shown {
        let output = assert_cmd::Command::cargo_bin("rollcast")
            .unwrap()
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(&words)
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(printed.contains(&said), "{words:?} prints {printed}");
    }
}
