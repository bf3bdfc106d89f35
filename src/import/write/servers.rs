//! Servers, and the shares that they carry.

use super::{Parts, Text};
use crate::import::collections::list;
use crate::import::lists::Lists;
use crate::import::servers::Server;
use crate::import::units::{key, text};
use std::collections::BTreeMap;

pub(super) fn servers(parts: &Parts, out: &mut Text, lists: &mut Lists) {
    out.part("Servers.");
    let mut guessed = Vec::new();
    let mut made = parts.servers.clone();
    let root = &parts.places.root;
    let mut make = |role: &str, change: &mut dyn FnMut(&mut Server)| {
        let name = format!("{}-{role}", root.to_uppercase());
        let server = made.entry(name.clone()).or_default();
        server.place.clone_from(root);
        change(server);
        guessed.push(name);
    };
    if !parts
        .servers
        .values()
        .any(|server| server.is_management_point)
    {
        make("MP", &mut |server| server.is_management_point = true);
    }
    if !parts.servers.values().any(|server| server.is_point) {
        make("DP", &mut |server| {
            server.is_point = true;
            server.bits = true;
        });
    }
    let mut all: Vec<(&str, String)> = Vec::new();
    if parts.is_modern() {
        all.push(("network", text("1 Gbit/s")));
        lists.assume(
            "the servers' network cards",
            "1 Gbit/s",
            vec!["server.\"*\".network=10 Gbit/s".to_owned()],
        );
    }
    if let Some(domain) = parts
        .domains
        .largest
        .as_ref()
        .filter(|_| parts.domains.list.len() > 1)
    {
        all.push(("domain", text(domain)));
    }
    if !all.is_empty() {
        out.table("server.\"*\"", "", &all);
    }
    for (name, server) in &made {
        let roles = [
            (server.is_management_point, "management point"),
            (server.is_point, "distribution point"),
            (server.is_controller, "domain controller"),
            (server.carries_shares, "file server"),
        ];
        let roles = roles.iter().filter(|(has, _)| *has).map(|(_, role)| *role);
        let mut entries = vec![("site", text(&server.place)), ("roles", list(roles))];
        if parts.domains.list.len() > 1 {
            let called = parts.domains.called(&server.domain);
            let other = called.filter(|called| parts.domains.largest.as_deref() != Some(*called));
            entries.extend(other.map(|domain| ("domain", text(domain))));
        }
        if server.is_point && server.bits {
            entries.push(("bits", "true".to_owned()));
        }
        if server.is_point && server.protected {
            entries.push(("protected", "true".to_owned()));
        }
        out.table(&format!("server.{}", key(name)), "", &entries);
    }
    for (name, share) in parts.shares {
        let mut entries = vec![("server", text(&share.server))];
        entries.extend(share.path.as_ref().map(|path| ("path", text(path))));
        out.table(&format!("share.{}", key(name)), "", &entries);
    }
    if !guessed.is_empty() {
        let settings = guessed
            .iter()
            .map(|name| format!("server.{}.network=10 Mbit/s", key(name)));
        let names = guessed.join(" and ");
        lists.assume(
            "the servers of roles that no export names",
            &format!("{names}, at {root}"),
            settings.collect(),
        );
    }
    assume_points(parts, &made, lists);
    let points = made.iter().filter(|(_, server)| server.is_management_point);
    let settings = points.map(|(name, _)| format!("server.{}.station={{servers=8}}", key(name)));
    lists.assume(
        "how many requests management points can serve",
        "as many as come",
        settings.collect(),
    );
}

/// Which packages are on which points, where there are several.
fn assume_points(parts: &Parts, made: &BTreeMap<String, Server>, lists: &mut Lists) {
    let mut points = made.iter().filter(|(_, server)| server.is_point);
    let (Some((first, _)), Some(_)) = (points.next(), points.next()) else {
        return;
    };
    let packages = parts.rollout.packages.iter();
    let with_files =
        packages.filter(|(_, entries)| entries.keys.iter().any(|(key, _)| *key == "size"));
    let settings = with_files.map(|(name, _)| {
        let name = key(name);
        format!("package.{name}.distribution_points=[{}]", text(first))
    });
    let what = "on which distribution points packages are";
    let settings: Vec<String> = settings.collect();
    if !settings.is_empty() {
        lists.assume(what, "on all, from the start", settings);
    }
}
