//! Domains, accounts, groups, sites, servers and shares, as written.

use super::OneAccount;
use super::lists::at_least_one;
use super::words::{AccountState, DomainKind};
use super::{
    At, Bits, Duration, Lockout, MaintenanceWindow, Moment, Offset, PassThrough, Peers, ServerRole,
    Speed, Whole, inherit,
};
use schemars::JsonSchema;
use serde::Deserialize;

/// A domain or workgroup.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Domain {
    /// What kind of domain it is. In a Windows NT 4.0 domain and in a
    /// workgroup, Local System has no credential that it could use on the
    /// network (TechNet cc179669). Default: `active directory`.
    pub kind: Option<DomainKind>,
    /// Domains, by name or glob, whose accounts are accepted here; no workgroups. Names of
    /// domains are those of Windows: in any case, wherever they stand. Trust that
    /// goes both ways between Active Directory domains is taken for that of one
    /// forest, unless they name different forests; any other is external and goes
    /// no further (TechNet dd277419). Default: only its own and those of its
    /// forest.
    pub trusts: Option<Vec<At<String>>>,
    /// The forest of an Active Directory domain. All domains of a forest accept
    /// each other's accounts. Default: one of its own, and of those with which
    /// trust goes both ways.
    pub forest: Option<String>,
    /// State of `SMSCliToknAcct&`, the one account under which Legacy Clients on
    /// the domain's controllers run administrative programs (TechNet cc181332).
    /// Default: `ok`.
    pub token_account: Option<AccountState>,
    /// When that account is created, on the PDC; the controllers can use it
    /// once it has been replicated, and it is missing until then (TechNet
    /// cc181299). Default: before the start.
    pub token_account_created: Option<Moment>,
    /// When accounts are locked. Default: never, as in Active Directory.
    pub lockout: Option<Lockout>,
    /// The domain controller that is PDC, or PDC emulator. Default: the first by
    /// name.
    pub pdc: Option<At<String>>,
    /// Time after which the other controllers know of a change at the PDC. A
    /// lock is known everywhere at once. Default: `5 min`, the pulse of Windows
    /// NT 4.0 (KB Q142692).
    pub replication: Option<Duration>,
    /// Whether Group Policy names the members of the local Administrators
    /// groups: an account that SMS makes administrator for a run is removed at
    /// the next refresh of policy (KB Q295771). Default: `false`.
    pub restricted_groups: Option<bool>,
}
inherit!(Domain {
    kind,
    trusts,
    forest,
    token_account,
    token_account_created,
    lockout,
    pdc,
    replication,
    restricted_groups
});

/// A user account.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Account {
    /// Groups, by name or glob, that it is a member of beside Domain Users.
    /// Default: none.
    pub groups: Option<Vec<At<String>>>,
    /// Whether it is a member of Domain Admins, hence administrator of every
    /// machine of its domain. Default: `false`.
    pub domain_admin: Option<bool>,
    /// Whether it has the right "Access this computer from the network" on
    /// servers. Default: `true`.
    pub network_logon: Option<bool>,
    /// Whether it can log on. Default: `ok`.
    pub state: Option<AccountState>,
    /// Of an account `.\name` of single machines: servers, by name or glob, that
    /// have an account of the same name and password, so that it passes through
    /// there (KB Q103390); no domain controllers, which have domain accounts alone.
    /// Default: the servers in workgroups.
    pub servers: Option<Vec<At<String>>>,
}
inherit!(Account {
    groups,
    domain_admin,
    network_logon,
    state,
    servers,
});

/// A group of a domain.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Group {
    /// Whether the computers of the domain are members, through Domain
    /// Computers. Default: `false`.
    pub computers: Option<bool>,
    /// Whether the users of the domain are members, through Domain Users.
    /// Default: `false`.
    pub users: Option<bool>,
    /// Groups, by name or glob, that are members, with all of their own members.
    /// Default: none.
    pub groups: Option<Vec<At<String>>>,
}
inherit!(Group {
    computers,
    users,
    groups
});

/// The accounts that SMS hands to its clients.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Accounts {
    /// Advanced Client Network Access Account: used on the network, never to
    /// run a program. One for a site, in SMS 2003. Default: none.
    pub network_access: Option<At<OneAccount>>,
    /// Legacy Client Software Installation Account: runs the programs that ask
    /// for it, and is used on the network by them (KB 826871). Default: none.
    pub software_installation: Option<At<String>>,
    /// Client Connection accounts of Legacy Clients, tried in this order (KB
    /// Q224286). A list may name `SMSClient_S01` of a domain, which SMS makes by
    /// itself, without declaring it. Default: one account `SMSClient_S01` in every
    /// domain that is not a workgroup (TechNet cc181332); `[]` means none.
    pub client_connection: Option<Vec<At<String>>>,
}
inherit!(Accounts {
    network_access,
    software_installation,
    client_connection
});

/// A place with a LAN, machines and servers.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Site {
    /// How many sites a name with `{number}` or `{number:4}` (to four digits)
    /// stands for, counted from 1. Default: a name without is one site, one with
    /// has to say.
    pub count: Option<At<Whole<1, 1_000_000>>>,
    /// The site at the other end of the WAN link. A glob spreads the sites that
    /// name it evenly over those that it matches, neighbours together:
    /// `parent = "region-*"`. Default: none.
    pub parent: Option<At<String>>,
    /// Rate of the WAN link, the same in both directions. Default: `unlimited`.
    pub wan: Option<At<Speed>>,
    /// Rate of the WAN link from the parent to here. Default: as `wan`.
    pub wan_down: Option<At<Speed>>,
    /// Rate of the WAN link from here to the parent. Default: as `wan`.
    pub wan_up: Option<At<Speed>>,
    /// The calendar of the WAN link: hours in which it has less to give.
    /// Default: none.
    pub wan_calendar: Option<At<String>>,
    /// Rate of the LAN that the whole site shares. Default: `unlimited`, as in
    /// a switched LAN that is never the bottleneck.
    pub lan: Option<At<Speed>>,
    /// Whether the place is a remote roaming boundary, so that for its Advanced
    /// Clients distribution points elsewhere are remote (TechNet cc181243).
    /// Default: `true` where there is a parent.
    pub slow_boundary: Option<bool>,
    /// How far local time here is ahead of the scenario's clock (`+2 h`) or
    /// behind (`-6 h`), all year round. Hours of the day and of the week are
    /// local: of machines, users, maintenance windows and calendars, and, by
    /// the clients' own clocks, the times of advertisements (unless
    /// `greenwich_mean_time`). Default: `+0 h`.
    pub time_zone: Option<At<Offset>>,
    /// Hours of the week in which programs start on the machines here. Default:
    /// any.
    #[serde(deserialize_with = "at_least_one")]
    pub maintenance: Option<Vec<MaintenanceWindow>>,
    /// Limit of downloads over BITS by the hour, for machines that have none of
    /// their own. Default: none.
    pub bits: Option<Bits>,
    /// Content from other machines here. Default: as the table `[peers]` says,
    /// also for each key that is left out.
    pub peers: Option<At<Peers>>,
    /// The accounts that SMS hands to the clients here. Default: those of the
    /// table `[accounts]`.
    pub accounts: Option<Accounts>,
    /// The management point that the Advanced Clients here use. Default: the
    /// nearest, going up through the parents.
    pub management_point: Option<At<String>>,
    /// The client access point that the Legacy Clients here use. Default: the
    /// nearest, going up through the parents.
    pub client_access_point: Option<At<String>>,
    /// Distribution points, by name or glob, that the Legacy Clients here try
    /// before all others, in this order, as far as they hold the package and serve
    /// the site: the preferred servers of Prefserv.exe (KB Q205406, Q235873). Then
    /// come existing connections, then the other points at random. Default: none,
    /// as "Use Preferred Servers" is off.
    pub preferred_servers: Option<Vec<At<String>>>,
    /// The Active Directory site that the place belongs to, see `point_order` of
    /// `[rules]`. Default: one of its own, named as the site.
    #[allow(clippy::struct_field_names, reason = "the product's own word")]
    pub ad_site: Option<String>,
    /// Neighbour boundary groups, in place of the SMS site: an Advanced Client here
    /// looks for content on the points of its own place, `point_timeout` at each,
    /// and after a time on those of other sites too, which are remote for it
    /// (`on_remote` of an advertisement). With it, `slow_boundary` does not count
    /// (learn.microsoft.com, "Example of using boundary groups"). Default: `[]`,
    /// none.
    pub fallback: Option<Vec<Fallback>>,
    /// The site whose server sends packages here. Default: the nearest, going up
    /// through the parents, that has a server of its own to receive them.
    pub sender_from: Option<At<String>>,
    /// The address by which that server sends packages here. Default: none;
    /// always open, without a limit.
    pub address: Option<At<String>>,
    /// The site whose server copies packages to the distribution points here;
    /// one of another site does so without limits and cannot resume. Default:
    /// the site itself, which is a primary or secondary SMS site then.
    pub copied_by: Option<At<String>>,
}
inherit!(Site {
    count,
    parent,
    wan,
    wan_down,
    wan_up,
    wan_calendar,
    lan,
    slow_boundary,
    time_zone,
    maintenance,
    bits,
    peers,
    accounts,
    management_point,
    client_access_point,
    preferred_servers,
    ad_site,
    fallback,
    sender_from,
    address,
    copied_by,
});

/// Neighbours of a site, as a relationship of its boundary group.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fallback {
    /// The sites, by name or glob, whose distribution points are added; a glob does
    /// not mean the site itself. Default: none.
    pub sites: Vec<At<String>>,
    /// How long an Advanced Client must have looked for the content. Default:
    /// `120 min` (learn.microsoft.com, "About boundary groups").
    pub after: Option<Duration>,
}

/// A server.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Server {
    /// Where it stands. Default: the only site without a parent.
    pub site: Option<At<String>>,
    /// Sites, by name or glob, each of which has such a server; the server's
    /// name then contains `{site}`; `[]` stands for no server at all, for a study
    /// to fill. Default: the one of `site`.
    pub sites: Option<Vec<At<String>>>,
    /// How many of `sites` have such a server: the first ones, in the order of the
    /// patterns and then of the names; for a study, whose axis it can be. Default:
    /// all.
    pub first: Option<At<Whole<0, 1_000_000>>>,
    /// What it does. Default: nothing but to carry the shares that name it.
    pub roles: Option<Vec<ServerRole>>,
    /// The domain it is a member of, or a controller of. Default: the only
    /// domain.
    pub domain: Option<At<String>>,
    /// Rate of its network card. Default: `100 Mbit/s`, an assumption for
    /// servers of 2003 to 2006.
    pub network: Option<At<Speed>>,
    /// Sessions that it accepts at once before it refuses with error 71;
    /// workstation editions of Windows accept 10 (KB Q129593). Default: no
    /// limit.
    pub connection_limit: Option<Whole<1, 4_000_000_000>>,
    /// Whether a distribution point is BITS-enabled; else content is downloaded
    /// over SMB. Default: `false`, recollected.
    pub bits: Option<bool>,
    /// Whether a distribution point is protected: it then serves the Advanced
    /// Clients of its boundary, and no Legacy Client. Default: `false`.
    pub protected: Option<At<bool>>,
    /// Sites, by name or glob, that a protected distribution point serves.
    /// Default: its own.
    #[serde(deserialize_with = "at_least_one")]
    pub boundary: Option<Vec<At<String>>>,
    /// Distribution points, by name or glob, the first choice first, from which
    /// this one downloads a package that is `sent` (`ConfigMgr`, "Use a
    /// pull-distribution point"); `{site}` is the site of a server with
    /// `sites`. Default: none, the site's server copies to it.
    pub pulls_from: Option<Vec<At<String>>>,
    /// Whether the Guest account is enabled, so that an unknown account becomes
    /// Guest. Default: `false`.
    pub guest_enabled: Option<bool>,
    /// Requests it can serve in each of its roles. Default: never a bottleneck.
    pub station: Option<Station>,
    /// Logons that it can pass on to a domain controller at once: those of the
    /// Network Access Account, the Software Installation Account and Client
    /// Connection accounts, and of users outside Active Directory. Such a logon
    /// asks a controller near the server. Default: not a bottleneck.
    pub authentication: Option<PassThrough>,
}
inherit!(Server {
    site,
    sites,
    first,
    roles,
    domain,
    network,
    connection_limit,
    bits,
    protected,
    boundary,
    pulls_from,
    guest_enabled,
    station,
    authentication,
});

/// Requests that a server can serve: they wait in line for a slot.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Station {
    /// Requests served at once. Default: `1`.
    pub servers: Option<Whole<1, 1_000_000>>,
    /// Time that one request occupies a slot. Default: `50 ms`, an assumption.
    pub service: Option<Duration>,
    /// A request that waits longer gives up. Default: `45 s`, the SMB request
    /// time-out (KB Q102981).
    pub patience: Option<Duration>,
}

/// A share that is not a distribution point.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Share {
    /// The server that carries it. Default: the only server with the role file
    /// server.
    pub server: Option<At<String>>,
    /// Its UNC path, as reports show it. Default: `\\SERVER\NAME`.
    pub path: Option<String>,
    /// Who may read it: `Everyone`, `Authenticated Users`, `Anonymous`,
    /// `Guests`, `Users`, `Administrators`, `DOMAIN\Domain Users`,
    /// `DOMAIN\Domain Computers`, `DOMAIN\Domain Controllers`,
    /// `DOMAIN\Domain Admins`, groups and accounts. Default: `["Everyone"]`, as
    /// on Windows Server 2003.
    pub access: Option<Vec<At<String>>>,
    /// Who may not read it, whatever `access` says. Default: `[]`.
    pub deny: Option<Vec<At<String>>>,
    /// Whether a session without credentials may read it (`NullSessionShares`).
    /// Default: `false`.
    pub null_session: Option<bool>,
}
inherit!(Share {
    server,
    path,
    access,
    deny,
    null_session
});
