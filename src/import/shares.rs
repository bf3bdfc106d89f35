//! Shares and drives that command lines name, and the servers that carry them: no
//! export tells of them.

use super::facts::Facts;
use super::fleet::Fleet;
use super::lists::{Lists, folded};
use super::places::Places;
use super::rollout::Rollout;
use super::servers::{Hosts, Server, stand};
use super::units::{Names, key, text};
use crate::scenario::command_line::CommandLine;
use crate::scenario::plain_name;
use std::collections::BTreeMap;

/// The server that carries what users have mapped to drives.
const OF_DRIVES: &str = "MAPPED-DRIVES";

/// One share.
#[derive(Debug, Clone, Default)]
pub(super) struct Share {
    pub(super) server: String,
    /// Its path as command lines have it, where its name and its server's make another.
    pub(super) path: Option<String>,
}

/// Declares what the command lines of `rollout` name: shares with their servers, which
/// are added to `servers`, and drives that the users must have mapped.
pub(super) fn shares(
    rollout: &mut Rollout,
    servers: &mut BTreeMap<String, Server>,
    hosts: &Hosts,
    around: (&Facts, &Fleet, &Places),
    lists: &mut Lists,
) -> BTreeMap<String, Share> {
    let mut shares = BTreeMap::new();
    let mut names = Names::default();
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    let mut drives: BTreeMap<char, Vec<String>> = BTreeMap::new();
    for (program, line) in &rollout.command_lines {
        let line = CommandLine::read(line);
        for path in &line.shares {
            paths
                .entry(path.to_lowercase())
                .or_insert_with(|| path.clone());
        }
        if let (Some(drive), false, false) = (
            line.drive,
            line.starts_on_local_drive(),
            line.starts_on_share,
        ) {
            drives.entry(drive).or_default().push(program.clone());
        }
    }
    let mut told = Vec::new();
    for path in paths.values() {
        let (host, name) = path
            .trim_start_matches('\\')
            .split_once('\\')
            .unwrap_or((path, ""));
        let server = plain_name(&hosts.of_path(host));
        let is_package_share = servers
            .get(&server)
            .is_some_and(|known| known.is_point && server.eq_ignore_ascii_case(host))
            && path.ends_with('$');
        if is_package_share {
            continue;
        }
        carry(&server, host, servers, around);
        let name = names.fresh(name);
        let default = format!(r"\\{server}\{name}");
        let path_said = (!default.eq_ignore_ascii_case(path)).then(|| path.clone());
        told.push((name.clone(), path.clone()));
        let share = Share {
            server,
            path: path_said,
        };
        shares.insert(name, share);
    }
    assume(
        "the shares that command lines name",
        "everyone may read them",
        &told,
        lists,
    );
    let mut mapped = Vec::new();
    for (drive, programs) in &drives {
        carry(OF_DRIVES, OF_DRIVES, servers, around);
        let name = names.fresh(&drive.to_string());
        for program in programs {
            let used = format!("[{{ share = {}, command_line = true }}]", text(&name));
            if let Some(entries) = rollout.programs.get_mut(program) {
                entries.keys.push(("shares", used));
            }
        }
        mapped.push((
            name.clone(),
            format!("drive {drive}: to \\\\{OF_DRIVES}\\{name}"),
        ));
        let share = Share {
            server: OF_DRIVES.to_owned(),
            path: (name != drive.to_string()).then(|| format!(r"\\{OF_DRIVES}\{name}")),
        };
        shares.insert(name, share);
    }
    let how = "each user has mapped them, and everyone may read what is there";
    assume(
        "the drives from which command lines start",
        how,
        &mapped,
        lists,
    );
    shares
}

/// Lets the server carry shares.
fn carry(
    name: &str,
    host: &str,
    servers: &mut BTreeMap<String, Server>,
    (facts, fleet, places): (&Facts, &Fleet, &Places),
) {
    let server = servers.entry(name.to_owned()).or_insert_with(|| {
        let mut server = Server::default();
        if let Some((_, domain)) = host.split_once('.') {
            server.domain = domain.to_lowercase();
        }
        stand(name, &mut server, facts, fleet, places);
        server
    });
    server.carries_shares = true;
}

/// Tells of shares, each with what is told of it.
fn assume(what: &str, how: &str, shares: &[(String, String)], lists: &mut Lists) {
    if shares.is_empty() {
        return;
    }
    let told: Vec<&str> = shares.iter().map(|(_, told)| told.as_str()).collect();
    let settings = shares
        .iter()
        .map(|(name, _)| format!("share.{}.access=[\"Authenticated Users\"]", key(name)));
    lists.assume(
        what,
        &format!("{how}: {}", folded(&told)),
        settings.collect(),
    );
}
