//! Places, links, servers and shares.

use super::{
    AccessList, BitsPolicy, DomainId, LinkId, Peers, Preferred, ServerId, SiteAccounts, SiteId,
};
use crate::engine::identity;
use crate::units::{Rate, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A place with a LAN, machines and servers. Sites form a tree through their
/// WAN links.
#[derive(Debug, Clone)]
pub struct Site {
    /// Name, unique.
    pub name: String,
    /// The site at the other end of the WAN link; `None` at a root.
    pub parent: Option<SiteId>,
    /// Links between here and the root.
    pub depth: u32,
    /// From the parent to here; `None` if unlimited.
    pub wan_down: Option<LinkId>,
    /// From here to the parent; `None` if unlimited.
    pub wan_up: Option<LinkId>,
    /// Shared medium inside the site; `None` where it is switched and never
    /// the bottleneck (the default).
    pub lan: Option<LinkId>,
    /// Whether the place is a *remote* (slow or unreliable) roaming boundary:
    /// distribution points elsewhere are then remote for its Advanced Clients,
    /// else local (TechNet cc181243). By default, every site with a parent.
    pub slow_boundary: bool,
    /// The Active Directory site that the place belongs to: places with the same
    /// number are in the same one.
    pub ad_site: u32,
    /// Distribution points that the Legacy Clients here try before all others, in
    /// this order (KB Q205406), unless their profile names its own.
    pub preferred: Preferred,
    /// Where Advanced Clients here look for content that they cannot get here,
    /// and how long after they began to look; by that time. Empty for clients that
    /// turn to the points of their SMS site.
    pub fallback: Vec<Fallback>,
    /// The policy for background transfers of machines here; `None` for none.
    pub bits: Option<BitsPolicy>,
    /// How machines here give content to each other; `None` if they do not.
    pub peers: Option<Peers>,
    /// By how many microseconds local time here is ahead of the scenario's
    /// clock; behind if negative.
    pub time_zone: i64,
    /// The accounts that the SMS site here hands to its clients.
    pub accounts: SiteAccounts,
    /// The management point the Advanced Clients here use.
    pub management_point: Option<ServerId>,
    /// The client access point the Legacy Clients here use.
    pub client_access_point: Option<ServerId>,
}

impl Site {
    /// The link at which machines that give content to each other here meet.
    pub fn peer_link(&self) -> Option<LinkId> {
        self.lan.filter(|_| self.peers.is_some())
    }
}

/// A neighbour boundary group: sites whose distribution points are added to the
/// pool of those in which a client looks for content (learn.microsoft.com,
/// "About boundary groups in Configuration Manager").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fallback {
    /// The sites, sorted: one list for all sites that have the same neighbours. A site
    /// may be among its own, where a glob names all of them; it is not meant.
    pub sites: Arc<[SiteId]>,
    /// How long after the client began to look for the content.
    pub after: Span,
}

impl Fallback {
    /// The neighbours of a site that has this fallback, ascending.
    pub fn neighbours(&self, own: SiteId) -> impl Iterator<Item = SiteId> + '_ {
        let sites = self.sites.iter().copied();
        sites.filter(move |site| *site != own)
    }
}

/// What a link is, for the reader of `resources.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    /// Towards the site, from its parent.
    WanDown,
    /// From the site, towards its parent.
    WanUp,
    /// Inside a site.
    Lan,
    /// A server's network card, outbound.
    Egress,
}

/// The rates in force at a link over the forecast.
#[derive(Debug, Clone, Default)]
pub struct GivenRates {
    /// Bits that it can carry over the whole horizon.
    pub bits: f64,
    /// The rates of a time other than its capacity, in order; nothing is none.
    pub others: Vec<Rate>,
    /// Whether it gives nothing for a time.
    pub nothing: bool,
    /// The calendar that leaves nothing of it, with the key that says so: a fault may do
    /// it as well, and ends.
    pub closed_by: Vec<(String, &'static str)>,
}

/// Something with a limited rate that transfers share by max-min fairness.
#[derive(Debug, Clone)]
pub struct Link {
    /// Name, unique: the site's or server's.
    pub name: String,
    /// Which part of it.
    pub kind: LinkKind,
    /// Capacity.
    pub rate: Rate,
    /// What it gives over the forecast, where calendars and faults change that.
    pub given: GivenRates,
}

/// The roles of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles {
    /// Management point: policy and content location for Advanced Clients.
    pub management_point: bool,
    /// Client access point: advertisements for Legacy Clients.
    pub client_access_point: bool,
    /// Distribution point: holds packages.
    pub distribution_point: bool,
    /// Domain controller: validates logons.
    pub domain_controller: bool,
    /// File server: carries shares that are not distribution points.
    pub file_server: bool,
}

/// One role of a server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ServerRole {
    /// Management point.
    ManagementPoint,
    /// Client access point.
    ClientAccessPoint,
    /// Distribution point.
    DistributionPoint,
    /// Domain controller.
    DomainController,
    /// File server.
    FileServer,
}

impl ServerRole {
    /// Every role, in order.
    pub const ALL: &[Self] = &[
        Self::ManagementPoint,
        Self::ClientAccessPoint,
        Self::DistributionPoint,
        Self::DomainController,
        Self::FileServer,
    ];

    /// The name used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ManagementPoint => "management-point",
            Self::ClientAccessPoint => "client-access-point",
            Self::DistributionPoint => "distribution-point",
            Self::DomainController => "domain-controller",
            Self::FileServer => "file-server",
        }
    }
}

impl Roles {
    /// Whether `role` is among them.
    pub const fn has(&self, role: ServerRole) -> bool {
        match role {
            ServerRole::ManagementPoint => self.management_point,
            ServerRole::ClientAccessPoint => self.client_access_point,
            ServerRole::DistributionPoint => self.distribution_point,
            ServerRole::DomainController => self.domain_controller,
            ServerRole::FileServer => self.file_server,
        }
    }

    /// Every role that is there, in the order of [`ServerRole`].
    pub fn iter(self) -> impl Iterator<Item = ServerRole> {
        let all = ServerRole::ALL.iter().copied();
        all.filter(move |role| self.has(*role))
    }

    /// The role to name a server by when one must be chosen.
    pub fn main(self) -> ServerRole {
        self.iter().next().unwrap_or(ServerRole::FileServer)
    }
}

/// A queueing station: requests wait in line for one of `servers` slots.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StationSpec {
    /// Requests served at once.
    pub servers: u32,
    /// Time one request occupies a slot.
    pub service: Span,
    /// A request that waits longer gives up.
    pub patience: Span,
}

/// A server and its roles.
#[derive(Debug, Clone)]
pub struct Server {
    /// Name, unique.
    pub name: String,
    /// Where it stands.
    pub site: SiteId,
    /// The domain it is a member, or a controller, of.
    pub domain: Option<DomainId>,
    /// What it does.
    pub roles: Roles,
    /// Its network card; `None` if unlimited.
    pub egress: Option<LinkId>,
    /// Sessions it accepts at once before it refuses with error 71; `None` if
    /// unlimited. Workstation editions accept 10 (KB Q129593).
    pub connection_limit: Option<u32>,
    /// Whether content can be downloaded over BITS/HTTP; else over SMB.
    pub bits: bool,
    /// A protected distribution point serves only the Advanced Clients of its
    /// boundary sites, and no Legacy Client.
    pub protected: bool,
    /// The sites a protected distribution point serves.
    pub boundary: Vec<SiteId>,
    /// The Guest account is enabled: an unknown account becomes Guest.
    pub guest_enabled: bool,
    /// Requests per role; `None` if never a bottleneck.
    pub station: Option<StationSpec>,
}

/// Which servers are at a site, and which protected distribution points serve it:
/// so that a client's choice does not cost a look at the servers of everybody.
#[derive(Debug, Clone)]
pub struct ServersAt {
    /// Hashes of the servers' names.
    keys: Vec<u64>,
    here: Vec<Vec<ServerId>>,
    protecting: Vec<Vec<ServerId>>,
    behind_management_point: BTreeMap<Option<ServerId>, Vec<ServerId>>,
    behind_access_point: BTreeMap<Option<ServerId>, Vec<ServerId>>,
}

impl ServersAt {
    /// Of these sites.
    pub fn new(sites: &[Site], servers: &[Server]) -> Self {
        let mut here = vec![Vec::new(); sites.len()];
        let mut protecting = vec![Vec::new(); sites.len()];
        let mut behind_management_point = BTreeMap::<_, Vec<_>>::new();
        let mut behind_access_point = BTreeMap::<_, Vec<_>>::new();
        for (at, server) in servers.iter().enumerate().filter(|(_, s)| !s.protected) {
            let (at, site) = (ServerId::from(at), &sites[server.site.index()]);
            let near = behind_management_point.entry(site.management_point);
            near.or_default().push(at);
            let near = behind_access_point.entry(site.client_access_point);
            near.or_default().push(at);
        }
        for (at, server) in servers.iter().enumerate() {
            here[server.site.index()].push(ServerId::from(at));
            for site in server.boundary.iter().filter(|_| server.protected) {
                protecting[site.index()].push(ServerId::from(at));
            }
        }
        let keys = servers.iter().map(|server| identity(&server.name));
        Self {
            keys: keys.collect(),
            here,
            protecting,
            behind_management_point,
            behind_access_point,
        }
    }

    /// Hash of a server's name: the identity by which draws among servers go.
    pub fn key(&self, server: ServerId) -> u64 {
        self.keys[server.index()]
    }

    /// The unprotected servers at the sites of a management point, ascending.
    pub fn behind_management_point(&self, point: Option<ServerId>) -> &[ServerId] {
        self.behind_management_point
            .get(&point)
            .map_or(&[], |all| all)
    }

    /// The unprotected servers at the sites of a client access point, ascending.
    pub fn behind_access_point(&self, point: Option<ServerId>) -> &[ServerId] {
        self.behind_access_point.get(&point).map_or(&[], |all| all)
    }

    /// The servers that stand at `site`, ascending.
    pub fn here(&self, site: SiteId) -> &[ServerId] {
        &self.here[site.index()]
    }

    /// The protected distribution points in whose boundary `site` is, ascending.
    pub fn protecting(&self, site: SiteId) -> &[ServerId] {
        &self.protecting[site.index()]
    }
}

/// A share that is not a distribution point.
#[derive(Debug, Clone)]
pub struct Share {
    /// Name in the scenario, unique.
    pub name: String,
    /// UNC path.
    pub path: String,
    /// The server that carries it.
    pub server: ServerId,
    /// Who may read it.
    pub access: AccessList,
    /// Whether a null session (no credentials at all) may read it.
    pub null_session: bool,
}

impl Server {
    /// Whether the server is a protected distribution point that serves the clients at
    /// `site`, of a kind that uses such points.
    pub fn protects(&self, site: SiteId) -> bool {
        self.protected && self.boundary.contains(&site)
    }

    /// The egress of a fresh server when the scenario says nothing: a 100
    /// Mbit/s card. An assumption for servers of 2003–2006.
    pub const DEFAULT_EGRESS: Rate = Rate(100_000_000);
}
