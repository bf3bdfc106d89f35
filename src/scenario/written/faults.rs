//! What changes while the roll-out runs, as written.

use super::lists::at_least_one;
use super::values::{Days, TimeOfDay};
use super::words::{AccountState, ContentState};
use super::{At, Chance, Duration, Moment, Offset, ServerRole, Speed, inherit};
use schemars::JsonSchema;
use serde::Deserialize;

/// A change of the world at a moment, and back again if it has an end. Each
/// fault changes one thing: `server`, `machine`, `site`, `wan`, `lan`, `account`,
/// `token_account`, `share` or `package`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fault {
    /// When it begins. Required.
    pub at: Option<At<Moment>>,
    /// How long it lasts. Default: to the end, or up to `until`.
    #[serde(rename = "for")]
    pub lasts: Option<Duration>,
    /// When it ends. Default: never, or after `for`.
    pub until: Option<At<Moment>>,
    /// Servers, by name or glob, that are down. Default: none.
    #[serde(deserialize_with = "at_least_one")]
    pub server: Option<Vec<At<String>>>,
    /// The roles in which these servers are down, while they go on in the
    /// others. Default: all.
    #[serde(deserialize_with = "at_least_one")]
    pub roles: Option<Vec<At<ServerRole>>>,
    /// Machines, by name or glob, whose `clock` is wrong. Default: none.
    #[serde(deserialize_with = "at_least_one")]
    pub machine: Option<Vec<At<String>>>,
    /// Sites, by name or glob, the `clock` of all of whose machines and servers
    /// is wrong. Default: none.
    #[serde(deserialize_with = "at_least_one")]
    pub site: Option<Vec<At<String>>>,
    /// By how much the clock of the `server`, the `machine` or all of the `site`
    /// is ahead, or behind if negative; a server is then not down. Kerberos
    /// refuses what differs by more than five minutes (TechNet cc780011), and
    /// what a client does at a time of day it does by its own clock. Default:
    /// right.
    pub clock: Option<At<Offset>>,
    /// Sites, by name or glob, whose WAN link has another `rate`. Default: none.
    #[serde(deserialize_with = "at_least_one")]
    pub wan: Option<Vec<At<String>>>,
    /// Sites, by name or glob, whose LAN has another `rate`. Default: none.
    #[serde(deserialize_with = "at_least_one")]
    pub lan: Option<Vec<At<String>>>,
    /// The rate of these links meanwhile. Default: `0 bit/s`, a link that is
    /// cut.
    pub rate: Option<Speed>,
    /// The account whose `state` changes. Default: none.
    pub account: Option<At<String>>,
    /// The domain the `state` of whose token account `SMSCliToknAcct&` changes.
    /// Default: none.
    pub token_account: Option<At<String>>,
    /// State of the account meanwhile. Default: `locked`.
    pub state: Option<AccountState>,
    /// The share whose access list changes. Default: none.
    pub share: Option<At<String>>,
    /// The package whose access list, or whose content on
    /// `distribution_points`, changes. Default: none.
    pub package: Option<At<String>>,
    /// Who may read the share or the package meanwhile. Default: no account.
    pub access: Option<Vec<At<String>>>,
    /// Who may not, whatever `access` says. Default: `[]`.
    pub deny: Option<Vec<At<String>>>,
    /// Distribution points, by name or glob, on which the package's content
    /// changes. Default: none; the access list changes instead.
    #[serde(deserialize_with = "at_least_one")]
    pub distribution_points: Option<Vec<At<String>>>,
    /// The content there meanwhile. Default: `corrupt`.
    pub content: Option<ContentState>,
}

/// Hours of the week in which a link has less to give: background traffic, a
/// throttle.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Calendar {
    /// On which days, as in `Mon-Fri`. Default: `Mon-Fri`.
    pub days: Option<Days>,
    /// When it begins. Default: `08:00`.
    pub from: Option<TimeOfDay>,
    /// When it ends; a time that is not after `from` is on the next day.
    /// Default: `18:00`.
    pub to: Option<TimeOfDay>,
    /// Share of the capacity that is left within these hours. Default: `0.5`,
    /// an assumption.
    pub share: Option<Chance>,
    /// Share of the capacity that is left at other times. Default: `1`.
    pub otherwise: Option<Chance>,
}
inherit!(Calendar {
    days,
    from,
    to,
    share,
    otherwise,
});
