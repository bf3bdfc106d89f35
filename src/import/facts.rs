//! What the exports say, apart from how they say it.

mod directory;
mod network;
mod rollout;

use super::fault::{Fault, folded};
use super::file::{Cells, File};
use super::kind::Kind;
use super::lists::Lists;
use super::product::is_newer;
use super::schedule::Weekly;
use crate::scenario::inventory::Stamp;
use std::collections::{BTreeMap, BTreeSet};

/// A stretch of the network that belongs to boundary groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Boundary {
    pub(super) kind: i64,
    pub(super) value: String,
    pub(super) name: String,
    pub(super) groups: BTreeSet<String>,
}

/// Kinds of boundaries (`SMS_Boundary.BoundaryType`).
pub(super) const BOUNDARY_KINDS: [(&str, i64); 5] = [
    ("ipsubnet", 0),
    ("adsite", 1),
    ("ipv6prefix", 2),
    ("iprange", 3),
    ("vpn", 4),
];

/// A distribution point.
#[derive(Debug, Clone, Default)]
pub(super) struct Point {
    pub(super) protected: bool,
    pub(super) bits: bool,
}

/// A site of Configuration Manager.
#[derive(Debug, Clone)]
pub(super) struct CmSite {
    pub(super) server: String,
    pub(super) parent: String,
}

#[derive(Debug, Clone)]
pub(super) struct Collection {
    pub(super) name: String,
    pub(super) of_users: bool,
    pub(super) count: Option<i64>,
}

/// A deployment or an advertisement.
#[derive(Debug, Clone)]
pub(super) struct Deployment {
    pub(super) name: String,
    pub(super) collection: String,
    pub(super) collection_name: String,
    pub(super) package: String,
    pub(super) program: String,
    /// `SMS_DeploymentSummary.FeatureType`; programs for advertisements.
    pub(super) feature: i64,
    pub(super) optional: bool,
    /// `logon` or `logoff`.
    pub(super) event: Option<&'static str>,
    pub(super) available: Option<Stamp>,
    pub(super) deadline: Option<Stamp>,
    pub(super) expires: Option<Stamp>,
    /// What its flags say of local and remote distribution points.
    pub(super) remote_flags: Option<i64>,
    /// Whether a date could be read in two ways.
    pub(super) open_dates: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) kilobytes: Option<i64>,
    /// Whether it has no source files (`STORAGE_NO_SOURCE`).
    pub(super) is_without_files: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    pub(super) command_line: String,
    pub(super) minutes: Option<i64>,
    pub(super) disk: String,
    pub(super) flags: Option<i64>,
    pub(super) first: String,
}

#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) cost: i64,
    pub(super) sites: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Controller {
    pub(super) domain: String,
    pub(super) forest: String,
    pub(super) site: String,
    pub(super) is_pdc: bool,
}

/// `source` accepts the accounts of `target`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Trust {
    pub(super) source: String,
    pub(super) target: String,
    pub(super) within_forest: bool,
    /// Whether it is one of forests, so that it holds between all of their domains.
    pub(super) of_forests: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Domain {
    pub(super) netbios: String,
    pub(super) forest: String,
    pub(super) pdc: String,
}

#[derive(Debug, Clone)]
pub(super) struct Lockout {
    pub(super) threshold: i64,
    /// Minutes; 0 until an administrator unlocks.
    pub(super) duration: Option<u64>,
    /// Minutes.
    pub(super) window: Option<u64>,
}

/// Everything that was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Names of boundary groups by ID.
    pub(super) groups: BTreeMap<String, String>,
    /// The hosts of each group.
    pub(super) group_servers: BTreeMap<String, BTreeSet<String>>,
    /// Fallback for content from group to group, after this many minutes.
    pub(super) relations: BTreeMap<(String, String), i64>,
    /// Groups with a relationship to a neighbour to which they never turn.
    pub(super) never_fall_back: BTreeSet<String>,
    pub(super) boundaries: BTreeMap<String, Boundary>,
    pub(super) points: BTreeMap<String, Point>,
    pub(super) roles: BTreeSet<(String, String)>,
    pub(super) cm_sites: BTreeMap<String, CmSite>,
    pub(super) collections: BTreeMap<String, Collection>,
    /// Names of members in upper case, by collection.
    pub(super) members: BTreeMap<String, BTreeSet<String>>,
    /// The collections of which only the paths of devices tell the members.
    pub(super) members_of_devices: BTreeSet<String>,
    /// Windows by collection, with the kinds of deployments they are for.
    pub(super) windows: BTreeMap<String, BTreeSet<Weekly>>,
    pub(super) deployments: BTreeMap<String, Deployment>,
    pub(super) packages: BTreeMap<String, Package>,
    pub(super) programs: BTreeMap<(String, String), Program>,
    pub(super) ad_sites: BTreeSet<String>,
    /// By name and sites: every forest has a link of the same name.
    pub(super) links: BTreeMap<(String, Vec<String>), Link>,
    /// Sites by network.
    pub(super) subnets: BTreeMap<String, String>,
    pub(super) controllers: BTreeMap<String, Controller>,
    pub(super) trusts: BTreeSet<Trust>,
    /// Domains by DNS name.
    pub(super) domains: BTreeMap<String, Domain>,
    pub(super) lockouts: BTreeMap<String, Lockout>,
    /// Whether any of the files is of SMS 2003 or Configuration Manager.
    pub(super) has_sms: bool,
    /// Whether any of them cannot be of SMS 2003.
    pub(super) has_configmgr: bool,
    /// Versions of sites of SMS 2003 or Configuration Manager.
    pub(super) site_versions: Vec<String>,
    pub(super) has_group_boundaries: bool,
}

impl Facts {
    /// What `files` say.
    pub(super) fn of(files: &[File], lists: &mut Lists) -> Result<Self, Vec<Fault>> {
        let mut facts = Self::default();
        let mut faults = Vec::new();
        facts.has_configmgr = files.iter().any(|file| is_newer(file.headings()));
        for row in files.iter().flat_map(File::rows) {
            if let Err(fault) = facts.read(row, lists) {
                faults.push(fault);
            }
        }
        if faults.is_empty() {
            tell_contradictions(files, lists);
            facts.join_boundaries(lists);
            facts.tell_never(lists);
            Ok(facts)
        } else {
            Err(folded(faults))
        }
    }

    fn read(&mut self, row: Cells, lists: &mut Lists) -> Result<(), Fault> {
        self.has_sms |= row.kind().is_of_sms();
        self.has_configmgr |= row.kind().is_of_configuration_manager();
        match row.kind() {
            Kind::Deployment => self.deployment(row)?,
            Kind::Advertisement => self.advertisement(row)?,
            Kind::Window => self.window(row, lists)?,
            Kind::Collection => self.collection(row)?,
            Kind::Member => self.member(row),
            Kind::Program => self.program(row)?,
            Kind::Package => self.package(row)?,
            Kind::Application | Kind::PointGroup => {}
            Kind::Relationship => self.relationship(row)?,
            Kind::GroupServer => self.group_server(row),
            Kind::Group => self.group(row),
            Kind::GroupBoundary => self.group_boundary(row),
            Kind::Boundary => self.boundary(row)?,
            Kind::Point => self.point(row),
            Kind::Role => self.role(row),
            Kind::Site => self.cm_site(row),
            Kind::AdController => self.controller(row),
            Kind::AdTrust => self.trust(row)?,
            Kind::AdDomain => self.domain(row),
            Kind::AdPolicy => self.policy(row)?,
            Kind::AdLink => self.link(row)?,
            Kind::AdSubnet => self.subnet(row, lists),
            Kind::AdSite => self.ad_site(row.text("name")),
        }
        Ok(())
    }
}

/// What a row is about, and the headings that say which one of these, where one row says
/// all of a thing.
const fn subject(kind: Kind) -> Option<(&'static str, &'static [&'static str])> {
    Some(match kind {
        Kind::Deployment => ("deployments", &["deploymentid"]),
        Kind::Advertisement => ("advertisements", &["advertisementid"]),
        Kind::Collection => ("collections", &["collectionid"]),
        Kind::Program => ("programs", &["packageid", "programname"]),
        Kind::Package => ("packages", &["packageid"]),
        Kind::Group => ("boundary groups", &["groupid"]),
        Kind::Site => ("sites", &["sitecode"]),
        Kind::AdController => ("domain controllers", &["hostname"]),
        Kind::AdDomain => ("domains", &["dnsroot"]),
        Kind::AdPolicy => ("password policies", &["distinguishedname"]),
        Kind::AdSubnet => ("subnets", &["name"]),
        _ => return None,
    })
}

/// Tells of two rows that say different things of one thing: only one of them can count.
fn tell_contradictions(files: &[File], lists: &mut Lists) {
    let mut met: BTreeMap<(&str, Vec<&str>), Cells> = BTreeMap::new();
    for row in files.iter().flat_map(File::rows) {
        let Some((what, headings)) = subject(row.kind()) else {
            continue;
        };
        let key: Vec<&str> = headings.iter().map(|heading| row.text(heading)).collect();
        let name = key.join(" ");
        if name.trim().is_empty() {
            continue;
        }
        if let Some(before) = met.insert((what, key), row) {
            let reads = row.kind().spec().reads.iter();
            for heading in reads.filter(|heading| row.text(heading) != before.text(heading)) {
                let heading = row.written(heading);
                let line = format!(
                    "{what} {{}}: two rows differ in `{heading}`, and one of them counts; take the wrong one out of the export"
                );
                lists.gap(&line, &name);
            }
        }
    }
}
