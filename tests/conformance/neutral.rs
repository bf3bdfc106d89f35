//! A feature that is switched on without an effect changes nothing: not a row, and not a
//! request. Many of them have jobs go another way: tries are made one by one instead of
//! being counted in one step, a machine has several jobs, accounts are kept in motion.

use crate::lab::{HQ, Lab};
use rollcast::outcome::Outcome;
use rollcast::world::ServerRole;

/// Machines of both kinds that are on by day, at the main site and behind a slow line.
const FLEET: &str = r#"
[site.br]
parent = "hq"
wan = "2 Mbit/s"
[server.BR]
site = "br"
roles = ["distribution point"]
[server.FS]
site = "hq"
roles = ["file server"]
[server.DC]
site = "hq"
roles = ["domain controller"]
[share.vault]
server = "FS"
access = ["Administrators"]
[accounts]
network_access = 'CORP\naa'
client_connection = ['CORP\naa']
[fleet.adv]
per_site = 2
presence = "office"
[fleet.leg]
per_site = 2
client = "legacy"
presence = "office"
[package.p]
size = "5 MB"
[program.p]
runs = "whether or not a user is logged on"
rights = "administrative"
install_time = "10 min"
"#;

const OFFER: &str = "[advertisement.p]\n";

/// What goes well or wrong.
const STORIES: [&str; 7] = [
    "",
    "exit_codes = { 0 = 0.3, 1618 = 0.7 }\n",
    "shares = [{ share = \"vault\", command_line = true }]\n[advertisement.p]\nrecurs = \"1 d\"\n",
    "exit_codes = { 3010 = 1 }\n[advertisement.p]\non_local = \"download\"\non_remote = \"download\"\n",
    "[package.\"*\"]\naccess = [\"Administrators\"]\n",
    "[[fault]]\nat = \"+2 h\"\nfor = \"9 h\"\nserver = [\"SMS\"]\n[[fault]]\nat = \"+1 h\"\nfor = \"30 h\"\nserver = [\"BR\"]\n",
    "[[fault]]\nat = \"+1 h\"\nfor = \"2 d\"\naccount = 'CORP\\naa'\nstate = \"disabled\"\n",
];

/// What is written at which place, and has no effect.
const NEUTRAL: [(&str, &str, &str); 12] = [
    (
        "a clock that is set to what it shows",
        "[fleet.\"*\"]\n",
        "[[fault]]\nat = \"+3 h\"\nfor = \"5 h\"\nsite = [\"br\"]\nclock = \"+0 s\"\n",
    ),
    (
        "a window that is always open",
        "[fleet.\"*\"]\n",
        "maintenance = [{ from = \"00:00\", to = \"24:00\", must_fit = false }]\n",
    ),
    (
        "an offer that no user chooses",
        "[program.p]\n",
        "[package.n]\nsize = \"0 B\"\n[program.n]\npackage = \"n\"\nrights = \"administrative\"\n\
         runs = \"whether or not a user is logged on\"\n[advertisement.n]\nassigned = \"optional\"\n",
    ),
    (
        "a lockout that no count reaches",
        "[fleet.\"*\"]\n",
        "[domain.CORP]\nlockout = { threshold = 999 }\n",
    ),
    (
        "a program that supersedes what no machine has",
        "[program.p]\n",
        "[program.n]\npackage = \"p\"\n[program.m]\npackage = \"p\"\nsupersedes = [\"n\"]\n",
    ),
    (
        "a limit that no crowd reaches",
        "[server.BR]\n",
        "connection_limit = 100000\n",
    ),
    (
        "a station that answers at once",
        "[server.SMS]\n",
        "station = { servers = 100000, service = \"0 s\" }\n",
    ),
    (
        "machines that give nothing",
        "[fleet.\"*\"]\n",
        "[peers]\nshare = 0\n",
    ),
    (
        "clients that verify themselves beyond the horizon",
        "[fleet.\"*\"]\n",
        "[rules]\nverify_cycle = \"1000 d\"\norphan_after = \"1000 d\"\n",
    ),
    (
        "machines that hardly ever travel",
        "[fleet.\"*\"]\n",
        "roaming = { share = 0.000000001, home = \"10 d\", stay = \"1 h\" }\n",
    ),
    (
        "a stay beyond the horizon",
        "[fleet.\"*\"]\n",
        "[[stay]]\nat = \"+900 h\"\nmachine = [\"*\"]\nsite = \"br\"\n",
    ),
    (
        "an advertisement that expires beyond the horizon",
        "[advertisement.p]\n",
        "expires = \"+1000 d\"\n",
    ),
];

/// Every row of `p`, and what was asked of servers.
fn run(text: &str) -> (Vec<(String, Outcome)>, Vec<(u64, u64)>) {
    let lab = Lab::of(text, &["horizon=4 d"]);
    let rows = lab.rows().filter(|(_, ad, _)| *ad == "p");
    let rows = rows.map(|(machine, _, row)| (machine.to_owned(), *row));
    let servers = [
        ("SMS", ServerRole::ManagementPoint),
        ("SMS", ServerRole::ClientAccessPoint),
        ("SMS", ServerRole::DistributionPoint),
        ("BR", ServerRole::DistributionPoint),
        ("FS", ServerRole::FileServer),
        ("DC", ServerRole::DomainController),
    ];
    let used = servers.map(|(name, role)| {
        let used = lab.server(name, role);
        (used.requests, used.refusals)
    });
    (rows.collect(), used.to_vec())
}

#[test]
fn what_is_switched_on_without_an_effect_changes_nothing() {
    for story in STORIES {
        let offer = if story.contains(OFFER) { "" } else { OFFER };
        let text = format!("{HQ}{FLEET}{story}{offer}");
        let (rows, used) = run(&text);
        assert_eq!(rows.len(), 8);
        for (what, place, more) in NEUTRAL {
            // A table of its own comes before the place, a key behind its heading.
            let written = if more.starts_with('[') {
                format!("{more}{place}")
            } else {
                format!("{place}{more}")
            };
            let text = text.replacen(place, &written, 1);
            let (changed, asked) = run(&text);
            for ((machine, row), (_, other)) in rows.iter().zip(&changed) {
                // Of tries counted in one step it is the point of the first.
                let resource = row.resource;
                let other = Outcome { resource, ..*other };
                assert_eq!(*row, other, "{machine}: {what}, where {story}");
            }
            // Another offer is asked for, too.
            if !what.starts_with("an offer") {
                assert_eq!(used, asked, "{what}, where {story}");
            }
        }
    }
}

/// Draws go by name: what nobody uses, whatever its name, changes no choice among points.
#[test]
fn what_nobody_uses_reshuffles_nothing() {
    let points = "[server.M1]\nroles = [\"distribution point\"]\nsite = \"hq\"\n\
        [server.M2]\nroles = [\"distribution point\"]\nsite = \"hq\"\n";
    let text = format!("{HQ}{points}{FLEET}{OFFER}")
        .replace("per_site = 2", "count = 80\nsites = [\"br\", \"hq\"]");
    let told = |text: &str| {
        let lab = Lab::of(text, &["horizon=2 d"]);
        let name = |row: &Outcome| lab.server_name(row.distribution_point).to_owned();
        let rows = lab.rows().filter(|(_, ad, _)| *ad == "p");
        let rows = rows.map(|(machine, _, row)| (machine.to_owned(), name(row), row.run_start));
        rows.collect::<Vec<_>>()
    };
    let as_it_is = told(&text);
    for name in ["AA", "M11", "ZZ"] {
        for more in [
            format!("[server.{name}]\nsite = \"hq\"\nroles = [\"file server\"]\n"),
            format!(
                "[site.{name}]\n[server.S{name}]\nsite = \"{name}\"\nroles = [\"file server\"]\n"
            ),
            format!("[package.{name}]\n[program.{name}]\npackage = \"{name}\"\n"),
        ] {
            let with = text.replacen("[fleet.adv]\n", &format!("{more}[fleet.adv]\n"), 1);
            assert_eq!(told(&with), as_it_is, "{more}");
        }
    }
    let mut used: Vec<_> = as_it_is
        .iter()
        .map(|(_, point, _)| point.as_str())
        .collect();
    used.sort_unstable();
    used.dedup();
    assert_eq!(used, ["BR", "M1", "M2", "SMS"]);
}
