//! Machines and sets of machines, as written.

use super::lists::at_least_one;
use super::words::Client;
use super::{
    AccountStateWord as AccountState, At, Bits, Bytes, Chance, Dates, Days, Duration, Durations,
    LeftOut, MOST_MACHINES, MachineRole, MaintenanceWindow, Moment, OffWord, Period, Presence,
    Shift, Sizes, Speed, Spread, TimeOfDay, UndeclaredSites, Whole, inherit,
};
use crate::world::Role;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Machines that have much in common.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FleetGroup {
    /// Machines in all, spread over the sites evenly or by the weights of `sites`;
    /// the largest remainders have one more where it does not divide. Default: `100`, or `0` where an
    /// inventory is read and the group only describes its machines.
    pub count: Option<At<Whole<0, MOST_MACHINES>>>,
    /// Machines at each site, instead of `count`: a number, a list with one for
    /// each site in the order of their names, or a distribution from which each
    /// site draws its own, the same in every replication: `"zipf(1.1, 500)"` (the
    /// exponent and the largest number), `"log-normal(40, 30)"` (mean and standard
    /// deviation), `"uniform(5, 60)"` and the like; one at least. Default: none.
    pub per_site: Option<At<Sizes>>,
    /// Sites, by name or glob, that have such machines; as a table, each with the
    /// weight by which `count` is spread, `{ hq = 40, "branch-*" = 1 }`, where a name
    /// counts before a glob and a longer glob before a shorter one. Default: `["*"]`.
    pub sites: Option<Spread>,
    /// Which client they run. Default: `advanced`.
    pub client: Option<Client>,
    /// Which shares of the machines run another client, by site or glob:
    /// `{ "branch-*" = { legacy = 0.4 } }`. A name counts before a glob. Default:
    /// none, all run `client`.
    pub kinds: Option<BTreeMap<At<String>, BTreeMap<Client, Chance>>>,
    /// What they are in their domain. Default: `workstation`.
    pub role: Option<MachineRole>,
    /// Operating system. Default: `Windows XP Professional` for workstations,
    /// `Windows Server 2003` for others.
    pub platform: Option<String>,
    /// Domain or workgroup. Default: the only domain.
    pub domain: Option<At<String>>,
    /// The domain of the users, where it is not that of the machines: the account
    /// domain of a master domain model (KB Q199234), which the domain of the
    /// machines has to trust. Default: as `domain`.
    pub user_domain: Option<At<String>>,
    /// Groups, by name or glob, of which the users are members, beside Domain
    /// Users of their domain. Default: none.
    pub user_groups: Option<Vec<At<String>>>,
    /// How the machines are switched on and off: `always`, `office`, `corporate` (a
    /// published fit to the desktop computers of a large company), `home`, or a table
    /// with times on and off, long absences and machines that never come back. A
    /// machine is on when this, `availability` and `absence` all let it be. Default:
    /// `always`, an assumption.
    pub presence: Option<Presence>,
    /// Hours of the week in which the machines are on. Default: any.
    pub availability: Option<At<Week>>,
    /// What becomes of a machine that is switched off: `shut down`, so that it has
    /// restarted when it is on again, or `sleep`. Default: `shut down`.
    pub off: Option<OffWord>,
    /// Machines that are away at the start: in a drawer, on a journey. Default:
    /// none.
    pub absence: Option<Absence>,
    /// Machines that travel: their Advanced Clients use the distribution points
    /// of the site where they are (TechNet cc181243), Legacy Clients those of
    /// their own. Default: none.
    pub roaming: Option<Roaming>,
    /// When a user is logged on, while the machine is on; takes the place of
    /// `user_logged_on`. Default: none.
    pub sessions: Option<Week>,
    /// Users who share a machine; each of its `sessions` is that of one of them,
    /// by chance. Default: `1`.
    pub users: Option<Whole<1, 64>>,
    /// Share of the machines at which a user is logged on, or `true` or
    /// `false` for all or none; the user logs on anew where the machine is switched
    /// on again. Default: `true` for workstations, `false` for others; an assumption.
    pub user_logged_on: Option<Chance>,
    /// Share of the logged-on users who are local administrators. Default:
    /// `false`, an assumption.
    pub user_is_administrator: Option<Chance>,
    /// Rate of the machine's own network connection. Default: `100 Mbit/s`, an
    /// assumption.
    pub access: Option<Speed>,
    /// Limit of its downloads over BITS by the hour. Default: that of the site.
    pub bits: Option<Bits>,
    /// Size of an Advanced Client's cache. Default: that of `[rules]`.
    pub cache: Option<Bytes>,
    /// Free disk space. Default: never short.
    pub disk: Option<Bytes>,
    /// Time between two looks for policy or advertisements. Default: that of
    /// `[rules]`.
    pub poll_interval: Option<At<Period>>,
    /// Programs that machines have before the start, each with the share of the
    /// machines that do: `installed = { old = 0.4 }`. Default: none.
    pub installed: Option<BTreeMap<At<String>, Chance>>,
    /// Hours of the week in which programs start. Default: those of the site.
    #[serde(deserialize_with = "at_least_one")]
    pub maintenance: Option<Vec<MaintenanceWindow>>,
    /// Servers, by name or glob, to which the logged-on user of every machine
    /// has a connection without a drive letter. A Legacy Client takes such a
    /// distribution point before all others and uses the connection again,
    /// whatever rights come with it (KB Q224286, Q226113). Default: none.
    pub existing_connections: Option<Vec<At<String>>>,
    /// State of `SMSCliToknLocalAcct&`, the local account under which the Legacy
    /// Client of a workstation or member server runs administrative programs. It is
    /// `locked` by the account database of the machine itself after others have
    /// presented wrong passwords of it, as to a member server that is a distribution
    /// point and has the names of SMS 2.0 (KB Q231399). Controllers use the account
    /// of their domain. Default: `ok`.
    pub token_account: Option<AccountState>,
    /// Distribution points, by name or glob, that a Legacy Client tries before all
    /// others, in this order; see `preferred_servers` of a site. Default: those of
    /// the site.
    pub preferred_servers: Option<Vec<At<String>>>,
    /// Servers, by name or glob, to which the logged-on user of every machine
    /// has mapped a drive. No client uses such a connection again (KB Q226113),
    /// and a Legacy Client that then comes with a Client Connection account for
    /// the user's program meets error 1219 there (KB 183366). Default: none.
    pub mapped_drives: Option<Vec<At<String>>>,
    /// How the machines are named, with places for `{site}`, `{fleet}` and
    /// `{number}`, or `{number:5}` for five digits. Without `{site}` the
    /// numbers run on from site to site. Default: `{site}-{fleet}-{number:5}`.
    pub name: Option<At<String>>,
}
inherit!(FleetGroup {
    count,
    per_site,
    sites,
    client,
    kinds,
    role,
    platform,
    domain,
    user_domain,
    user_groups,
    presence,
    availability,
    off,
    absence,
    roaming,
    sessions,
    users,
    user_logged_on,
    user_is_administrator,
    access,
    bits,
    cache,
    disk,
    poll_interval,
    installed,
    maintenance,
    existing_connections,
    token_account,
    preferred_servers,
    mapped_drives,
    name,
});

/// Times of the week, drawn anew for every machine and day.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Week {
    /// On which days, as in `Mon-Fri` or `Mon, Wed, Sat-Sun`. Default:
    /// `Mon-Fri`.
    pub days: Option<Days>,
    /// When it begins. Default: `08:00`, an assumption.
    pub from: Option<TimeOfDay>,
    /// When it ends; a time that is not after `from` is on the next day.
    /// Default: `18:00`, an assumption.
    pub to: Option<TimeOfDay>,
    /// Beginning and end are each moved by up to this much, either way.
    /// Default: `30 min`, an assumption.
    pub jitter: Option<Shift>,
    /// Chance of being there at all on such a day. Default: `1`.
    pub attendance: Option<Chance>,
}

/// Machines that travel to other sites and come back.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Roaming {
    /// Share of the machines that travel. Default: `1`.
    pub share: Option<Chance>,
    /// Sites, by name or glob, that they travel to; never to their own. Default: all.
    #[serde(deserialize_with = "at_least_one")]
    pub sites: Option<Vec<At<String>>>,
    /// How long they stay there. Default: `uniform(1 d, 3 d)`, an assumption.
    pub stay: Option<Durations>,
    /// How long they are at home between two trips. Default:
    /// `exponential(7 d)`, an assumption.
    pub home: Option<Durations>,
}

/// Machines that are at another site for a time, by name. Before and after it those with
/// `roaming` make their trips.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Stay {
    /// Machines, by name or glob. Required.
    #[serde(deserialize_with = "at_least_one")]
    pub machine: Option<Vec<At<String>>>,
    /// The site at which they are. Required.
    pub site: Option<At<String>>,
    /// From when on. Default: from the start.
    pub at: Option<At<Moment>>,
    /// For how long. Default: to the end, or up to `until`.
    #[serde(rename = "for")]
    pub lasts: Option<Duration>,
    /// Until when. Default: to the end, or as `for` says.
    pub until: Option<At<Moment>>,
}

/// Machines that are away at the start.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Absence {
    /// Share of the machines that are away. Default: `1`.
    pub share: Option<Chance>,
    /// For how long. Default: `exponential(7 d)`, an assumption.
    pub length: Option<Durations>,
}

/// Machines from a CSV file, one a row.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Inventory {
    /// The file, relative to the scenario. Required.
    pub file: Option<At<String>>,
    /// Which heading holds which field, as `field = "Heading"`, where the usual
    /// headings of SMS, WMI, PowerShell, `csvde`, Intune and Lansweeper do not do;
    /// `field = false` reads no column for it. Default: known headings.
    pub map: Option<BTreeMap<At<String>, At<Heading>>>,
    /// Rows that are kept though they would be left out: those that are
    /// `obsolete`, `disabled`, `inactive`, `stale`, `unknown`, have `no client` or
    /// are `not windows`. Default: none.
    pub keep: Option<Vec<LeftOut>>,
    /// How long before the newest date of the file a machine was last heard of
    /// that is stale; whole days. Default: `90 d`, an assumption.
    pub stale_after: Option<At<Duration>>,
    /// How dates such as `03/04/2026` are written: `day first` or `month first`.
    /// Default: as the other dates of the file show.
    pub dates: Option<Dates>,
    /// Where machines stand, as `says = "site"`. What a row may say: the name in its
    /// column `site`, or a glob for it; a subnet (`10.1.0.0/16`) or range
    /// (`10.1.0.1-10.1.3.254`) that its address lies in, the narrowest first; an
    /// organisational unit (`OU=Munich`, or its whole path) that its account is in,
    /// the nearest first. The column `site` counts first, then the address, then
    /// the unit. Default: the column `site` alone.
    pub places: Option<BTreeMap<At<String>, At<String>>>,
    /// What becomes of sites that the inventory names and the scenario does not
    /// declare: `declared` says that all have to be, `make` makes them without a
    /// parent or a line, as [site.NAME] without keys does. Default: `declared`.
    pub sites: Option<UndeclaredSites>,
    /// What holds for machines whose row does not say: the keys of a fleet
    /// group, except `count`, `per_site` and `name`. A row that names a fleet
    /// group in its column `group` takes what is missing from that group first.
    /// Default: the defaults of a fleet group.
    pub defaults: Option<FleetGroup>,
    /// What holds for member servers and domain controllers whose row does not say,
    /// before `defaults`: the keys of a fleet group, except `count`, `per_site`,
    /// `name` and `sites`. Default: as `defaults`.
    pub servers: Option<FleetGroup>,
}

impl Inventory {
    /// What holds for machines of `role` whose row does not say, the nearest first.
    pub(crate) fn layers(&self, role: Role) -> impl Iterator<Item = &FleetGroup> {
        let servers = self.servers.as_ref().filter(|_| role != Role::Workstation);
        servers.into_iter().chain(&self.defaults)
    }
}

/// The heading that gives a field, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading(pub Option<String>);

impl<'de> Deserialize<'de> for Heading {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Heading;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a heading of the file, or false for none")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Heading, E> {
                Ok(Heading(Some(text.to_owned())))
            }
            fn visit_bool<E: de::Error>(self, is_read: bool) -> Result<Heading, E> {
                if is_read {
                    Err(E::custom(
                        "write the heading that gives the field, or false for none",
                    ))
                } else {
                    Ok(Heading(None))
                }
            }
        }
        deserializer.deserialize_any(Text)
    }
}

impl JsonSchema for Heading {
    fn schema_name() -> Cow<'static, str> {
        "Heading".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A heading of the file, or false for none.",
            "anyOf": [{ "type": "string" }, { "const": false }],
        })
    }
}

/// A set of machines: those that match every filter given, and those named.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Collection {
    /// Sites, by name or glob. Default: any.
    #[serde(deserialize_with = "at_least_one")]
    pub site: Option<Vec<At<String>>>,
    /// Fleet groups, by name or glob. Default: any.
    #[serde(deserialize_with = "at_least_one")]
    pub fleet: Option<Vec<At<String>>>,
    /// Clients: `advanced` or `legacy`. Default: any.
    #[serde(deserialize_with = "at_least_one")]
    pub client: Option<Vec<Client>>,
    /// Roles: `workstation`, `member server` or `domain controller`. Default:
    /// any.
    #[serde(deserialize_with = "at_least_one")]
    pub role: Option<Vec<MachineRole>>,
    /// Operating systems, by name or glob. Default: any.
    #[serde(deserialize_with = "at_least_one")]
    pub platform: Option<Vec<At<String>>>,
    /// Domains, by name or glob. Default: any.
    #[serde(deserialize_with = "at_least_one")]
    pub domain: Option<Vec<At<String>>>,
    /// Machine names, by glob. Default: any.
    #[serde(deserialize_with = "at_least_one")]
    pub name: Option<Vec<At<String>>>,
    /// Single machines that are members as well; with no filter given, the only
    /// ones. Default: none.
    #[serde(deserialize_with = "at_least_one")]
    pub machines: Option<Vec<At<String>>>,
    /// Hours of the week in which programs start on the members (`ConfigMgr`, "How
    /// to use maintenance windows"), in place of the hours of their fleet group and
    /// site. A member of several collections with hours has all of them. Changes by
    /// [[membership]] do not count here. Default: those of the group or the site.
    #[serde(deserialize_with = "at_least_one")]
    pub maintenance: Option<Vec<MaintenanceWindow>>,
}
inherit!(Collection {
    site,
    fleet,
    client,
    role,
    platform,
    domain,
    name,
    machines,
    maintenance
});

/// A change of the members of a collection: the machines that match every filter
/// given join it, or leave it, or both. A machine that leaves runs nothing that
/// was advertised to it there and has not started, and a Legacy Client removes
/// programs with `uninstall_when_not_advertised` (KB Q316021).
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Membership {
    /// The collection. Required.
    pub collection: Option<At<String>>,
    /// Machine names, by glob; one of `name`, `fleet` and `site` has to be given.
    /// Default: any.
    #[serde(deserialize_with = "at_least_one")]
    pub name: Option<Vec<At<String>>>,
    /// Fleet groups, by name or glob. Default: any.
    #[serde(deserialize_with = "at_least_one")]
    pub fleet: Option<Vec<At<String>>>,
    /// Sites, by name or glob. Default: any.
    #[serde(deserialize_with = "at_least_one")]
    pub site: Option<Vec<At<String>>>,
    /// From when on they are members, whether they match the filters of the
    /// collection or not: the time at which the site has updated the collection,
    /// by the scenario's clock. Default: from the start, if they match.
    pub joins: Option<At<Moment>>,
    /// From when on they are not any more: the time at which the site has updated
    /// the collection, by the scenario's clock. Default: never.
    pub leaves: Option<At<Moment>>,
}
