//! What the exports say, apart from how they say it.

use super::fault::{Fault, folded};
use super::file::{Cells, File};
use super::kind::Kind;
use super::lists::Lists;
use super::product::is_newer;
use super::schedule::{self, Schedule, Weekly};
use super::units::{first_name, host, names_of_list};
use crate::scenario::inventory::{Stamp, domain_of_path};
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
    /// Fallback for content from group to group, after so many minutes.
    pub(super) relations: BTreeMap<(String, String), i64>,
    pub(super) boundaries: BTreeMap<String, Boundary>,
    pub(super) points: BTreeMap<String, Point>,
    pub(super) roles: BTreeSet<(String, String)>,
    pub(super) cm_sites: BTreeMap<String, CmSite>,
    pub(super) collections: BTreeMap<String, Collection>,
    /// Names of members in upper case, by collection.
    pub(super) members: BTreeMap<String, BTreeSet<String>>,
    /// Windows by collection, with the kinds of deployments they are for.
    pub(super) windows: BTreeMap<String, BTreeSet<Weekly>>,
    pub(super) deployments: BTreeMap<String, Deployment>,
    pub(super) packages: BTreeMap<String, Package>,
    pub(super) programs: BTreeMap<(String, String), Program>,
    pub(super) ad_sites: BTreeSet<String>,
    pub(super) links: BTreeMap<String, Link>,
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
            facts.join_boundaries(lists);
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
            Kind::Relationship => self.relationship(row, lists)?,
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

    fn deployment(&mut self, row: Cells) -> Result<(), Fault> {
        const FEATURES: [(&str, i64); 9] = [
            ("application", 1),
            ("program", 2),
            ("mobileprogram", 3),
            ("script", 4),
            ("softwareupdate", 5),
            ("baseline", 6),
            ("tasksequence", 7),
            ("contentdistribution", 8),
            ("distributionpointgroup", 9),
        ];
        let available = row.time("deploymenttime")?;
        let deadline = row.time("enforcementdeadline")?;
        let intent = row.word(
            "deploymentintent",
            &[("required", 1), ("install", 1), ("available", 2)],
        )?;
        let program = row.text("programname");
        let feature = row.word("featuretype", &FEATURES)?;
        let feature = feature.unwrap_or(if program.is_empty() { 1 } else { 2 });
        let deployment = Deployment {
            name: row
                .first(&["softwarename", "applicationname", "deploymentid"])
                .to_owned(),
            collection: row.text("collectionid").to_owned(),
            collection_name: row.text("collectionname").to_owned(),
            package: row.text("packageid").to_owned(),
            program: program.to_owned(),
            feature,
            optional: intent == Some(2),
            event: None,
            open_dates: [available, deadline]
                .iter()
                .flatten()
                .any(|(_, open)| *open),
            available: available.map(|(stamp, _)| stamp),
            deadline: deadline.map(|(stamp, _)| stamp),
            expires: None,
            remote_flags: None,
        };
        self.deployments
            .insert(row.text("deploymentid").to_owned(), deployment);
        Ok(())
    }

    fn advertisement(&mut self, row: Cells) -> Result<(), Fault> {
        let enabled = |heading| row.flag(heading) != Some(false);
        let present = row
            .time("presenttime")?
            .filter(|_| enabled("presenttimeenabled"));
        let expires = row.time("expirationtime")?;
        let expires = expires.filter(|_| row.flag("expirationtimeenabled") == Some(true));
        let flags = row.number("advertflags")?.unwrap_or(0);
        let is_optional = row.word("offertype", &[("required", 0), ("available", 2)])? == Some(2);
        let event = match flags {
            _ if flags & 0x200 != 0 => Some("logon"),
            _ if flags & 0x400 != 0 => Some("logoff"),
            _ => None,
        };
        let scheduled = assigned_times(row.text("assignedschedule"));
        let deadline = scheduled.filter(|_| flags & 0x20 == 0);
        let deployment = Deployment {
            name: row
                .first(&["advertisementname", "advertisementid"])
                .to_owned(),
            collection: row.text("collectionid").to_owned(),
            collection_name: String::new(),
            package: row.text("packageid").to_owned(),
            program: row.text("programname").to_owned(),
            feature: 2,
            optional: is_optional,
            event,
            open_dates: [present, expires].iter().flatten().any(|(_, open)| *open),
            available: present.map(|(stamp, _)| stamp),
            deadline,
            expires: expires.map(|(stamp, _)| stamp),
            remote_flags: row.number("remoteclientflags")?,
        };
        // The summary of the same deployment says less.
        self.deployments
            .insert(row.text("advertisementid").to_owned(), deployment);
        Ok(())
    }

    fn window(&mut self, row: Cells, lists: &mut Lists) -> Result<(), Fault> {
        let name = row.first(&["name", "collectionname", "collectionid"]);
        let kind = row.word(
            "servicewindowtype",
            &[
                ("general", 1),
                ("any", 1),
                ("updates", 4),
                ("softwareupdatesonly", 4),
                ("osd", 5),
                ("tasksequencesonly", 5),
            ],
        )?;
        let gap = |lists: &mut Lists, why: &str| {
            lists.gap(&format!("maintenance windows {{}}: {why}"), name);
        };
        if row.flag("isenabled") == Some(false) {
            gap(lists, "they are not enabled");
            return Ok(());
        }
        match kind {
            Some(4) => gap(
                lists,
                "they are for software updates alone, which no program is",
            ),
            Some(5) => gap(
                lists,
                "they are for task sequences alone, which no program is",
            ),
            _ => {}
        }
        if matches!(kind, Some(4 | 5)) {
            return Ok(());
        }
        let length = row.number("duration")?;
        let recurrence = row.word(
            "recurrencetype",
            &[
                ("none", 1),
                ("daily", 2),
                ("weekly", 3),
                ("monthlybyweekday", 4),
                ("monthlybydate", 5),
            ],
        )?;
        let schedule = schedule::token(row.text("servicewindowschedules"));
        let start = row.time("starttime")?;
        let found = match (schedule, recurrence, start) {
            (Some(found), ..) => found,
            (None, Some(1), _) => Schedule::Other(schedule::ONCE),
            (None, Some(4 | 5), _) => Schedule::Other(schedule::MONTHLY),
            // Without the token the start tells the day of the week.
            (None, Some(recurrence @ (2 | 3)), Some((stamp, _))) => Schedule::Weekly(Weekly {
                // 1 January 1970 was a Thursday.
                day: (recurrence == 3).then(|| (stamp.days[0] + 4).rem_euclid(7) as u8),
                from: stamp.minutes,
                length: 0,
            }),
            _ => Schedule::Other("the export holds no schedule of theirs"),
        };
        let mut weekly = match found {
            Schedule::Weekly(weekly) => weekly,
            Schedule::Other(why) => {
                gap(lists, why);
                return Ok(());
            }
        };
        if let Some(length) = length.filter(|_| weekly.length == 0) {
            weekly.length = u32::try_from(length).unwrap_or(u32::MAX);
        }
        match weekly.length {
            0 => gap(lists, "the export does not hold how long they last"),
            1..=1440 => {
                if row.flag("isgmt") == Some(true) {
                    lists.gap("maintenance windows {}: their times are Greenwich Mean Time and are taken for local times", name);
                }
                let collection = row.first(&["collectionid", "collectionname"]);
                if collection.is_empty() {
                    gap(
                        lists,
                        "the export does not hold their collections; add a column `CollectionID` as docs/import.md shows",
                    );
                } else {
                    self.windows
                        .entry(collection.to_owned())
                        .or_default()
                        .insert(weekly);
                }
            }
            _ => gap(lists, schedule::LONG),
        }
        Ok(())
    }

    fn collection(&mut self, row: Cells) -> Result<(), Fault> {
        let kind = row.word(
            "collectiontype",
            &[("other", 0), ("root", 0), ("user", 1), ("device", 2)],
        )?;
        let collection = Collection {
            name: row.text("name").to_owned(),
            of_users: kind == Some(1),
            count: row.number("membercount")?,
        };
        self.collections
            .insert(row.text("collectionid").to_owned(), collection);
        Ok(())
    }

    fn member(&mut self, row: Cells) {
        let name = row.first(&["name", "devicename", "netbiosname", "computername"]);
        let members = self
            .members
            .entry(row.text("collectionid").to_owned())
            .or_default();
        if !name.is_empty() {
            members.insert(name.trim_end_matches('$').to_uppercase());
        }
    }

    fn program(&mut self, row: Cells) -> Result<(), Fault> {
        let program = Program {
            command_line: row.line("commandline"),
            // `SMS_Program.Duration` has 32 bits.
            minutes: row
                .number("duration")?
                .filter(|minutes| (1..=i64::from(u32::MAX)).contains(minutes)),
            disk: row.text("diskspacereq").to_owned(),
            flags: row.number("programflags")?,
            first: row.text("dependentprogram").to_owned(),
        };
        let key = (
            row.text("packageid").to_owned(),
            row.text("programname").to_owned(),
        );
        self.programs.insert(key, program);
        Ok(())
    }

    fn package(&mut self, row: Cells) -> Result<(), Fault> {
        let words = [
            row.text("manufacturer"),
            row.text("name"),
            row.text("version"),
        ];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let size = row.number("packagesize")?;
        let source = row.word(
            "pkgsourceflag",
            &[
                ("storagenosource", 1),
                ("storagedirect", 2),
                ("storagecompress", 3),
                ("storagelocal", 4),
            ],
        )?;
        let has_no_path = row.has("pkgsourcepath") && row.text("pkgsourcepath").is_empty();
        let package = Package {
            name: words.join(" "),
            kilobytes: size.filter(|size| *size > 0),
            is_without_files: match source {
                Some(1) => true,
                Some(2..=4) => false,
                _ => has_no_path && size == Some(0),
            },
        };
        self.packages
            .insert(row.text("packageid").to_owned(), package);
        Ok(())
    }

    fn relationship(&mut self, row: Cells, lists: &mut Lists) -> Result<(), Fault> {
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
                let name = row.first(&["sourcegroupname", "sourcegroupid"]);
                lists.gap(
                    "boundary groups {}: never fall back to a neighbour for content",
                    name,
                );
            }
            None => {
                self.relations
                    .insert((source.to_owned(), target.to_owned()), 120);
            }
        }
        Ok(())
    }

    fn group_server(&mut self, row: Cells) {
        let server = host(row.text("servernalpath")).to_lowercase();
        let servers = self
            .group_servers
            .entry(row.text("groupid").to_owned())
            .or_default();
        if !server.is_empty() {
            servers.insert(server);
        }
    }

    fn group(&mut self, row: Cells) {
        self.groups
            .insert(row.text("groupid").to_owned(), row.text("name").to_owned());
    }

    fn group_boundary(&mut self, row: Cells) {
        self.has_group_boundaries = true;
        let boundary = self.boundary_of(row.text("boundaryid"));
        boundary.groups.insert(row.text("groupid").to_owned());
    }

    fn boundary_of(&mut self, id: &str) -> &mut Boundary {
        self.boundaries
            .entry(id.to_owned())
            .or_insert_with(|| Boundary {
                kind: -1,
                value: String::new(),
                name: String::new(),
                groups: BTreeSet::new(),
            })
    }

    fn boundary(&mut self, row: Cells) -> Result<(), Fault> {
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

    fn point(&mut self, row: Cells) {
        let server = row.first(&["servername", "name", "nalpath"]);
        let point = Point {
            protected: row.flag("isprotected") == Some(true),
            bits: row.flag("bitsenabled") != Some(false),
        };
        self.points.insert(host(server).to_lowercase(), point);
    }

    fn role(&mut self, row: Cells) {
        let server = host(row.first(&["networkospath", "nalpath"])).to_lowercase();
        self.roles
            .insert((server, row.text("rolename").to_lowercase()));
    }

    fn cm_site(&mut self, row: Cells) {
        let site = CmSite {
            server: row.text("servername").to_lowercase(),
            parent: row.text("reportingsitecode").to_owned(),
        };
        self.site_versions.push(row.text("version").to_owned());
        self.cm_sites.insert(row.text("sitecode").to_owned(), site);
    }

    fn controller(&mut self, row: Cells) {
        let controller = Controller {
            domain: row.text("domain").to_lowercase(),
            forest: row.text("forest").to_lowercase(),
            site: first_name(row.text("site")).to_owned(),
            is_pdc: row
                .text("operationmasterroles")
                .to_ascii_lowercase()
                .contains("pdc"),
        };
        self.controllers
            .insert(row.text("hostname").to_lowercase(), controller);
    }

    fn trust(&mut self, row: Cells) -> Result<(), Fault> {
        let source = domain_of_path(row.text("source"));
        let source = source.unwrap_or_else(|| row.text("source").to_owned());
        let target = row.first(&["target", "name"]);
        let direction = row.word(
            "direction",
            &[
                ("disabled", 0),
                ("inbound", 1),
                ("outbound", 2),
                ("bidirectional", 3),
            ],
        )?;
        let within_forest = row.flag("intraforest") == Some(true);
        let mut add = |source: &str, target: &str| {
            self.trusts.insert(Trust {
                source: source.to_lowercase(),
                target: target.to_lowercase(),
                within_forest,
            });
        };
        // Inbound: the target accepts accounts of the source.
        if matches!(direction, Some(2 | 3)) {
            add(&source, target);
        }
        if matches!(direction, Some(1 | 3)) {
            add(target, &source);
        }
        Ok(())
    }

    fn domain(&mut self, row: Cells) {
        let domain = Domain {
            netbios: row.text("netbiosname").to_owned(),
            forest: row.text("forest").to_lowercase(),
            pdc: row.text("pdcemulator").to_lowercase(),
        };
        self.domains
            .insert(row.text("dnsroot").to_lowercase(), domain);
    }

    fn policy(&mut self, row: Cells) -> Result<(), Fault> {
        let domain = domain_of_path(row.text("distinguishedname")).unwrap_or_default();
        let duration = time_span(row.text("lockoutduration"));
        // Windows sees to it that an account is locked for the window at least.
        let longest = match duration {
            Some(0) => u64::MAX,
            said => said.unwrap_or(LOCKED),
        };
        let window = time_span(row.text("lockoutobservationwindow"));
        let is_too_long = window.unwrap_or(LOCKED) > longest;
        let lockout = Lockout {
            // Windows takes 0 to 999.
            threshold: row.number("lockoutthreshold")?.unwrap_or(0).clamp(0, 999),
            duration,
            window: if is_too_long { Some(longest) } else { window },
        };
        self.lockouts.insert(domain.to_lowercase(), lockout);
        Ok(())
    }

    fn link(&mut self, row: Cells) -> Result<(), Fault> {
        let sites = names_of_list(row.text("sitesincluded"));
        if sites
            .iter()
            .any(|site| site.contains("ADPropertyValueCollection"))
        {
            let message =
                "the sites of the link are lost: the column holds the name of a type".to_owned();
            let help = "export them as docs/import.md shows, with `-join ';'`";
            return Err(row.fault("sitesincluded", message, help));
        }
        let link = Link {
            cost: row.number("cost")?.unwrap_or(100),
            sites,
        };
        self.links.insert(row.text("name").to_owned(), link);
        Ok(())
    }

    fn subnet(&mut self, row: Cells, lists: &mut Lists) {
        let (name, site) = (row.text("name"), first_name(row.text("site")));
        if site.is_empty() {
            lists.gap("subnets {}: they belong to no site", name);
        } else {
            self.subnets.insert(name.to_owned(), site.to_owned());
        }
    }

    fn ad_site(&mut self, name: &str) {
        if !name.is_empty() {
            self.ad_sites.insert(name.to_owned());
        }
    }

    /// Names the groups that relationships alone know, and looks at members of
    /// boundary groups that no file declares.
    fn join_boundaries(&mut self, lists: &mut Lists) {
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

/// The first time of a schedule, as `ConvertTo-Json` writes its tokens or the
/// cmdlets their text.
fn assigned_times(cell: &str) -> Option<Stamp> {
    let at = cell.find("StartTime")?;
    let digits: String = cell[at..]
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    crate::scenario::inventory::stamp(digits.get(..14)?)
        .ok()
        .flatten()
}

/// How many minutes an account is locked, and bad passwords are counted, by default.
const LOCKED: u64 = 30;

/// The minutes of `00:30:00` or `1.00:00:00`, and of the ticks that JSON has, up to
/// 99,999, which Windows takes.
fn time_span(cell: &str) -> Option<u64> {
    let (days, time) = cell
        .split_once('.')
        .filter(|(_, time)| time.contains(':'))
        .unwrap_or(("0", cell));
    let parts: Vec<u64> = time
        .split(':')
        .filter_map(|part| part.split('.').next()?.parse().ok())
        .collect();
    let days: u64 = days.parse().ok()?;
    let [hours, minutes, _] = parts[..] else {
        return None;
    };
    let hours = days.checked_mul(24)?.checked_add(hours)?;
    let minutes = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes <= 99_999).then_some(minutes)
}
