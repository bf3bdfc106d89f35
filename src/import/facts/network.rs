//! What the exports say of boundaries, their groups, and servers.

use super::{BOUNDARY_KINDS, Boundary, CmSite, Facts, Point};
use crate::import::fault::Fault;
use crate::import::file::Cells;
use crate::import::lists::Lists;
use crate::import::units::host;
use std::collections::{BTreeMap, BTreeSet};

impl Facts {
    pub(super) fn relationship(&mut self, row: Cells) -> Result<(), Fault> {
        let source = row.first(&["sourcegroupid", "sourcegroupname"]);
        let target = row.first(&["destinationgroupid", "destinationgroupname"]);
        for (id, name) in [
            ("sourcegroupid", "sourcegroupname"),
            ("destinationgroupid", "destinationgroupname"),
        ] {
            let (id, name) = (row.text(id), row.text(name));
            if !self.groups.contains_key(id) && !name.is_empty() {
                // The group itself is read after its relationships.
                self.groups
                    .entry(id.to_owned())
                    .or_insert_with(|| format!("\0{name}"));
            }
        }
        // -1, also as 32 bits without a sign, is "never".
        match row.number("fallbackdp")? {
            Some(minutes) if (0..=0x7fff_ffff).contains(&minutes) => {
                self.relations
                    .insert((source.to_owned(), target.to_owned()), minutes);
            }
            Some(_) => {
                self.never_fall_back.insert(source.to_owned());
            }
            None => {
                self.relations
                    .insert((source.to_owned(), target.to_owned()), 120);
            }
        }
        Ok(())
    }

    /// Tells of groups that never fall back, by their names, which stand in another file.
    pub(super) fn tell_never(&self, lists: &mut Lists) {
        for group in &self.never_fall_back {
            let name = self.groups.get(group).unwrap_or(group);
            lists.gap(
                "boundary groups {}: never fall back to a neighbour for content",
                name.trim_start_matches('\0'),
            );
        }
    }

    pub(super) fn group_server(&mut self, row: Cells) {
        let server = host(row.text("servernalpath")).to_lowercase();
        let servers = self
            .group_servers
            .entry(row.text("groupid").to_owned())
            .or_default();
        if !server.is_empty() {
            servers.insert(server);
        }
    }

    pub(super) fn group(&mut self, row: Cells) {
        self.groups
            .insert(row.text("groupid").to_owned(), row.text("name").to_owned());
    }

    pub(super) fn group_boundary(&mut self, row: Cells) {
        self.has_group_boundaries = true;
        let boundary = self.boundary_of(row.text("boundaryid"));
        boundary.groups.insert(row.text("groupid").to_owned());
    }

    pub(super) fn boundary_of(&mut self, id: &str) -> &mut Boundary {
        self.boundaries
            .entry(id.to_owned())
            .or_insert_with(|| Boundary {
                kind: -1,
                value: String::new(),
                name: String::new(),
                groups: BTreeSet::new(),
            })
    }

    pub(super) fn boundary(&mut self, row: Cells) -> Result<(), Fault> {
        let kind = row.word("boundarytype", &BOUNDARY_KINDS)?;
        let id = row.first(&["boundaryid", "value"]).to_owned();
        let (value, name) = (
            row.text("value").to_owned(),
            row.text("displayname").to_owned(),
        );
        let group = row.first(&["groupid", "groupname"]).to_owned();
        self.has_group_boundaries |= !group.is_empty();
        let boundary = self.boundary_of(&id);
        boundary.kind = kind.unwrap_or(-1);
        (boundary.value, boundary.name) = (value, name);
        if !group.is_empty() {
            boundary.groups.insert(group);
        }
        Ok(())
    }

    pub(super) fn point(&mut self, row: Cells) {
        let server = row.first(&["servername", "name", "nalpath"]);
        let point = Point {
            protected: row.flag("isprotected") == Some(true),
            bits: row.flag("bitsenabled") != Some(false),
        };
        self.points.insert(host(server).to_lowercase(), point);
    }

    pub(super) fn role(&mut self, row: Cells) {
        let server = host(row.first(&["networkospath", "nalpath"])).to_lowercase();
        self.roles
            .insert((server, row.text("rolename").to_lowercase()));
    }

    pub(super) fn cm_site(&mut self, row: Cells) {
        let site = CmSite {
            server: row.text("servername").to_lowercase(),
            parent: row.text("reportingsitecode").to_owned(),
        };
        self.site_versions.push(row.text("version").to_owned());
        self.cm_sites.insert(row.text("sitecode").to_owned(), site);
    }

    /// Names the groups that relationships alone know, and looks at members of
    /// boundary groups that no file declares.
    pub(super) fn join_boundaries(&mut self, lists: &mut Lists) {
        let strangers: Vec<(String, String)> = self
            .groups
            .iter()
            .filter(|(_, name)| name.starts_with('\0'))
            .map(|(id, name)| (id.clone(), name[1..].to_owned()))
            .collect();
        for (id, name) in strangers {
            self.groups.remove(&id);
            lists.gap(
                "relationships name the boundary groups {}, which no export holds",
                &name,
            );
        }
        let known = |group: &String, groups: &BTreeMap<String, String>| {
            groups.contains_key(group) || groups.values().any(|name| name == group)
        };
        self.relations.retain(|(from, to), _| {
            let both = [from, to];
            let missing: Vec<_> = both
                .into_iter()
                .filter(|group| !known(group, &self.groups))
                .collect();
            missing.is_empty()
        });
        self.boundaries.retain(|id, boundary| {
            let is_there = boundary.kind >= 0 || !boundary.value.is_empty();
            if !is_there {
                lists.gap(
                    "boundary groups hold the boundaries {}, which no export describes",
                    id,
                );
            }
            is_there
        });
    }
}
