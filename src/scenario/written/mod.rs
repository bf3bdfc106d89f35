//! The written form of a scenario: what the file says, with positions.
//!
//! Every key is here once, with its meaning, default and source in its doc
//! line; the schema and the language reference are made from these lines.
//! Every value may be left out: what that means is decided in `resolve`.

mod bits;
mod content;
mod control;
mod faults;
mod fleet;
mod identities;
mod lists;
mod moments;
mod numbers;
mod objective;
mod one_account;
mod peers;
mod places;
mod presence;
mod reports;
mod sending;
mod spread;
mod values;
mod words;

pub(crate) use bits::Bits;
pub(crate) use content::{Advertisement, Msi, Package, Program, Uptake};
pub(crate) use control::{
    Breakage, Gate, MaintenanceWindow, OfferRate, Phase, StartWindow, StopRule,
};
pub(crate) use faults::{Calendar, Fault};
pub(crate) use fleet::{
    Absence, Collection, FleetGroup, Inventory, Membership, Roaming, Stay, Week,
};
pub(crate) use identities::{AccountChange, Lockout, PassThrough, Rotation};
pub(crate) use lists::at_least_one;
pub(crate) use moments::{Clock, Due, Moment};
pub(crate) use numbers::{Chance, ExitCode, Factor, Tries, Whole};
pub(crate) use objective::Objective;
pub(crate) use one_account::OneAccount;
pub(crate) use peers::Peers;
pub(crate) use places::{Account, Accounts, Domain, Fallback, Group, Server, Share, Site, Station};
pub(crate) use presence::{Absences, Like, Presence, Switching};
pub(crate) use reports::{Reports, Traffic};
pub(crate) use sending::{Address, Sending, Sent};
pub(crate) use spread::{Drawn, Sizes, Spread};
pub(crate) use values::{
    At, Bytes, Days, Duration, Durations, Horizon, Offset, Period, Shift, Speed, TimeOfDay,
    WeekHours,
};
pub(crate) use words::{
    AccountState as AccountStateWord, ContentState as ContentStateWord, Dates, FailureWord,
    LeftOut, MachineRole, NonSmsShareOrder, OffWord, PointOrder, RerunWord, Rights, RunCondition,
    ServerRole, StartDrawWord, StopWord, UndeclaredSites,
};

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The most machines that a scenario may have.
pub(crate) const MOST_MACHINES: u64 = 50_000_000;

/// The most pairs of machine and advertisement. Each is some 300 bytes of a run.
pub(crate) const MOST_ROWS: u64 = 100_000_000;

/// Tables by name; a name may be a range (`branch-{001..120}`) or, as defaults
/// for the names it matches, a glob (`branch-*`).
pub(crate) type Section<T> = BTreeMap<At<String>, T>;

/// A declaration whose missing values can be taken from a more general one.
pub(crate) trait Inherit {
    /// Takes from `general` every value that is missing here.
    fn inherit(&mut self, general: &Self);

    /// The keys that `general` gives and that are missing here.
    fn lacks(&self, general: &Self) -> Vec<&'static str>;
}

/// Lists the keys of a table, so that none is forgotten when one inherits.
macro_rules! inherit {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::scenario::written::Inherit for $name {
            fn inherit(&mut self, general: &Self) {
                let Self { $($field),* } = general;
                $(if self.$field.is_none() { self.$field.clone_from($field); })*
            }

            fn lacks(&self, general: &Self) -> Vec<&'static str> {
                let mut keys = Vec::new();
                $(if self.$field.is_none() && general.$field.is_some() {
                    keys.push(stringify!($field));
                })*
                keys
            }
        }
    };
}
use inherit;

/// A scenario for Rollcast: who gets which software, over which network, under
/// which accounts. Every key has a default; one key makes a scenario.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Scenario {
    /// What the scenario is called in reports. Default: the name of the file.
    pub title: Option<String>,
    /// Wall-clock time at which the simulation starts, by the scenario's clock;
    /// sites may be ahead of it (`time_zone`). Default: `2006-03-17T18:00`, a Friday evening.
    pub start: Option<At<Clock>>,
    /// How long the simulated time runs. Default: `7 d`, the time for which an
    /// Advanced Client tries a failed program again.
    pub horizon: Option<At<Horizon>>,
    /// Seed of every draw. Default: `1`.
    pub seed: Option<At<Whole<0, 9_223_372_036_854_775_807>>>,
    /// Replications that a run makes. Default: `1`.
    pub replications: Option<At<Whole<1, 1_000_000>>>,
    /// Width of one step of `timeline.csv`. Default: `1 h`.
    pub timeline_step: Option<At<Period>>,
    /// Behaviour of the product that belongs to no single program or machine.
    /// Default: that of SMS 2003.
    pub rules: Option<Rules>,
    /// Domains and workgroups. Default: one Active Directory domain `CORP`.
    pub domain: Section<Domain>,
    /// Accounts, named `DOMAIN\name`, or `.\name` for an account that only its
    /// own machine knows. Default: none.
    pub account: Section<Account>,
    /// Groups, named `DOMAIN\name`. Default: none.
    pub group: Section<Group>,
    /// The accounts that SMS hands to its clients, for every site that does not
    /// name its own. Default: Client Connection accounts only.
    pub accounts: Option<Accounts>,
    /// Sites: places with a LAN, machines and servers, joined into a tree by
    /// WAN links. Default: one site `hq`.
    pub site: Section<Site>,
    /// Servers. Default: for each of the roles management point, client access point and
    /// distribution point that no server has, every site without a parent gets
    /// a server `SITE-MP`, `SITE-CAP` or `SITE-DP`.
    pub server: Section<Server>,
    /// Shares that are not distribution points. Default: none.
    pub share: Section<Share>,
    /// Groups of machines that have much in common. Default: one group `pcs`,
    /// unless there is an inventory.
    pub fleet: Section<FleetGroup>,
    /// Machines from a CSV file. Default: none.
    pub inventory: Option<Inventory>,
    /// Sets of machines that advertisements name. Default: none; an
    /// advertisement without a collection reaches every machine.
    pub collection: Section<Collection>,
    /// Machines that join collections while the roll-out runs, or leave them.
    /// Default: members do not change.
    pub membership: Vec<At<Membership>>,
    /// Files that programs are started from. Default: one package `package`.
    pub package: Section<Package>,
    /// Ways of starting a package. Default: one program for each package, of
    /// the same name.
    pub program: Section<Program>,
    /// What changes while the roll-out runs: servers and links that fail,
    /// accounts that are locked, access lists that are changed. Default: nothing.
    pub fault: Vec<At<Fault>>,
    /// Machines that are at another site for a time. Default: none; see `roaming`
    /// of a fleet group.
    pub stay: Vec<At<Stay>>,
    /// Hours of the week in which links have less to give. Default: none.
    pub calendar: Section<Calendar>,
    /// Addresses: by which rate, under which limit and in which hours packages
    /// are sent to a site. Default: none; a site that names none is always open
    /// and takes what its WAN link gives.
    pub address: Section<Address>,
    /// The product's rules for packages that are `sent` to their distribution
    /// points. Default: those of SMS 2003.
    pub sending: Option<At<Sending>>,
    /// Offers of a program to machines. Default: one advertisement for each
    /// program that no other runs first, and that removes none, of the same name.
    pub advertisement: Section<Advertisement>,
    /// Passwords that are changed while the roll-out runs. Default: none.
    pub rotation: Vec<At<Rotation>>,
    /// Changes, while the roll-out runs, of the accounts that SMS hands to its
    /// clients. Default: none.
    pub account_change: Vec<At<AccountChange>>,
    /// Content from machines of the same place, for every site that does not say
    /// otherwise. Default: none.
    pub peers: Option<At<Peers>>,
    /// Bytes of policy, location and status traffic, on links too. Default:
    /// policies and final reports count at their servers only.
    pub traffic: Option<Traffic>,
    /// Status messages that may be late or lost. Default: the final one is heard
    /// at once.
    pub reports: Option<Reports>,
    /// What the roll-out is to achieve. Default: nothing in particular.
    pub objective: Section<Objective>,
}

/// Behaviour of SMS 2003 that belongs to no single program, advertisement or
/// machine.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Rules {
    /// Order in which an Advanced Client presents accounts to a share that is
    /// no distribution point. Default: `network access account` (S. Rachui,
    /// TechNet Magazine July 2006, cc160972).
    pub non_sms_share_order: Option<NonSmsShareOrder>,
    /// Order in which an Advanced Client tries distribution points. Sources differ
    /// on whether the IP subnet comes before the Active Directory site
    /// (snowland.se, distribution points in SMS 2003, puts the site first).
    /// Default: `nearest`.
    pub point_order: Option<PointOrder>,
    /// Whether an Advanced Client tries BITS-enabled distribution points first
    /// among those that are equally near, as in Configuration Manager 2007.
    /// Default: `false`; SMS 2003 documents no such thing.
    pub prefer_bits: Option<bool>,
    /// How long a distribution point that cannot be reached holds a client before
    /// it turns to the next. Default: `0 s`; for Advanced Clients at a site with
    /// `fallback`, `2 min` (learn.microsoft.com, "Example of using boundary
    /// groups").
    pub point_timeout: Option<At<Duration>>,
    /// Advanced Client: a program that ended with a code of the retry list runs
    /// again. Default: `{ count = 1008, interval = "10 min" }`, seven days
    /// (M. Niehaus, `MyITForum`).
    pub execution_retry: Option<RetryRule>,
    /// Advanced Client: exit codes after which a program runs again
    /// (`ExecutionFailureRetryErrorCodes`). Whatever is listed here stands in
    /// place of the whole list. Default: 4, 5, 8, 13, 14, 39, 51, 53, 54, 55, 59,
    /// 64, 65, 67, 70, 71, 85, 86, 87, 112, 128, 170, 267, 999, 1003, 1203, 1219,
    /// 1220, 1222, 1231, 1232, 1238, 1265, 1311, 1323, 1326, 1330, 1618, 1622 and
    /// 2250 (M. Niehaus, `MyITForum`).
    pub retry_codes: Option<Vec<At<ExitCode>>>,
    /// Advanced Client: exit codes of a program that has succeeded
    /// (`SuccessReturnCodes`). Default: `[0]`, recollected.
    #[serde(default, deserialize_with = "at_least_one")]
    pub success_codes: Option<Vec<At<ExitCode>>>,
    /// Advanced Client: exit codes of a program that has succeeded, with a restart
    /// to come (`RebootReturnCodes`); the Legacy Client has the same four built in
    /// (KB Q263700). Default: `[1604, 1641, 3010, 3011]` (M. Niehaus,
    /// `MyITForum`).
    pub restart_codes: Option<Vec<At<ExitCode>>>,
    /// Advanced Client: content that could not be reached is tried again.
    /// Default: as `execution_retry`; an assumption, the product's values are
    /// not documented.
    pub network_retry: Option<RetryRule>,
    /// Legacy Client: content that could not be reached is tried again.
    /// Default: `{ count = "without end", interval = "10 min" }` (KB Q302674).
    pub legacy_network_retry: Option<RetryRule>,
    /// Advanced Client: a full cache is tried again. Default:
    /// `{ count = 18, interval = "4 h" }` (ConfigMgr 2007 documentation).
    pub cache_retry: Option<RetryRule>,
    /// Advanced Client: content location is asked again while no distribution
    /// point has the content. Default: `1 h` (ConfigMgr content source location
    /// scenarios).
    pub location_retry: Option<At<Period>>,
    /// Time between two looks for policy or advertisements. Default: `60 min`
    /// (KB Q235801).
    pub poll_interval: Option<At<Period>>,
    /// Size of an Advanced Client's cache. Default: `250 MB`, recollected.
    pub cache: Option<Bytes>,
    /// Content in the cache is kept for this time at least. Default: `1 d` (KB
    /// 839513).
    pub cache_tombstone: Option<Duration>,
    /// Time after which the client stops watching a program that names none.
    /// Default: `12 h` (`ConfigMgr` 2007; SMS 2003 documents none).
    pub maximum_run_time: Option<Duration>,
    /// Countdown before an assigned program starts while a user is logged on, up
    /// to `1440 min` (KB Q309644). Default: `0 s`, none; the product's own was
    /// `5 min` (recollected).
    pub countdown: Option<At<Duration>>,
    /// How long a restart takes. Default: `5 min`, an assumption.
    pub restart_time: Option<Duration>,
    /// Size of a request for policy or advertisements. Default: `4 kB`, an
    /// assumption.
    pub policy_bytes: Option<Bytes>,
    /// Size of a status message. Default: `4 kB`, an assumption.
    pub status_bytes: Option<Bytes>,
    /// Legacy Client: a link that gives less is slow, see `not_over_slow_links` of
    /// an advertisement. Default: `40 kbit/s`, below which SMS 2.0 does not install
    /// its client (KB Q224388).
    pub slow_link: Option<Speed>,
    /// Legacy Client: time between two looks for new accounts and settings, by
    /// the client configuration manager. Default: `23 h` (KB Q237759).
    pub configuration_interval: Option<Period>,
    /// Legacy Client: whether the logon script runs Smsls.bat, so that a user
    /// who logs on brings the machine new accounts (KB Q237759). Default:
    /// `false`.
    pub logon_script: Option<bool>,
    /// Whether the token accounts of workstations and of domain controllers
    /// have the same name, as in SMS 2.0: a workstation's, presented to a
    /// controller, is then a bad password for the domain's (KB Q231399,
    /// Q307434). Default: `false`, as in SMS 2003 (TechNet cc181332).
    pub token_accounts_share_name: Option<bool>,
    /// Legacy Client: a client access point that cannot be reached is tried again
    /// after this time. Default: `60 min` (KB Q227033, Q236052).
    pub contact_retry: Option<At<Period>>,
    /// Legacy Client: a client that meets a locked account, or a bad or expired
    /// password, on its way to content suspends its tries for this time; `3 d`
    /// with the fix of KB Q230242. Default: it does not.
    pub account_suspension: Option<At<Period>>,
    /// Legacy Client: one that has reached no client access point for this time
    /// uninstalls itself. Default: `60 d` (KB Q227033).
    pub orphan_after: Option<At<Period>>,
    /// Legacy Client: whether one that is outside the boundaries of its site, at
    /// another, is removed in its next client configuration cycle (TechNet
    /// cc181572, KB Q288218). Default: `false`; the article says that it may
    /// happen.
    pub legacy_removed_outside: Option<bool>,
    /// Legacy Client: the client verifies itself after this time, again and again,
    /// and ends the program that runs just then, with neither 10006 nor 10007;
    /// `30 d` for SMS 2.0 up to SP2 (KB Q283130). Default: nothing is ended.
    pub verify_cycle: Option<At<Period>>,
    /// Legacy Client: an assignment with `not_over_slow_links` that finds no
    /// distribution point is tried again after this time; before SMS 2.0 SP4 at
    /// once and without end (KB Q302535, which counts no tries: `1 s` will do).
    /// Default: as `legacy_network_retry` says.
    pub slow_link_spin: Option<At<Period>>,
    /// Legacy Client: whether the client service of a domain controller, when it
    /// starts after a restart, hangs if another controller writes the token
    /// account that they share before its own change has been replicated (KB
    /// Q278345). Default: `false`, as from SMS 2.0 SP4 on.
    pub token_account_race: Option<bool>,
    /// How long such a service hangs, until it is started again. Default: `23 h`,
    /// the cycle in which the client's agents start anew (KB Q281930).
    pub service_hang: Option<Duration>,
    /// By how much clocks may differ for Kerberos. Default: `5 min` (TechNet
    /// cc780011).
    pub clock_tolerance: Option<Duration>,
    /// Whether a machine whose clock differs from the domain controller's takes
    /// the time from the controller's answer and gets its ticket all the same
    /// (KB 956627); servers with a wrong clock refuse it nevertheless. Default:
    /// `false`, error 1398 (TechNet cc780011).
    pub clock_skew_corrected: Option<bool>,
    /// Whether the Legacy Client on a backup domain controller of Windows NT 4.0
    /// asks that controller to make the Software Installation Account
    /// administrator, which only the PDC can: error 2226 (KB Q242011). Default:
    /// `false`, as from SMS 2.0 SP2 on.
    pub elevation_at_backup_controller: Option<bool>,
    /// Whether Group Policy keeps Windows Installer from installing anything per
    /// user: such an installation ends with 1625, whatever account runs it
    /// (learn.microsoft.com, `DisableUserInstalls`). Default: `false`.
    pub disable_user_installs: Option<bool>,
}

/// How often and how long something is tried again. SMS tries again at one
/// interval; growing intervals and jitter are for those who ask what they would
/// do (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog).
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RetryRule {
    /// Tries after the first, or `without end`. Default: the rule's own.
    pub count: Option<Tries>,
    /// Time from a failure to the next try. Default: the rule's own.
    pub interval: Option<At<Period>>,
    /// The factor by which each interval is longer than the one before: `2` doubles
    /// it after every failure. Default: `1`.
    pub factor: Option<Factor>,
    /// The longest interval, jitter aside. Default: none.
    pub at_most: Option<At<Period>>,
    /// By which share of it an interval is longer or shorter, at most: `0.5` makes
    /// ten minutes anything from five to fifteen, drawn anew for every try.
    /// Default: `0`.
    pub jitter: Option<At<Chance>>,
}
