//! Accounts in motion, as written.

use super::OneAccount;
use super::lists::at_least_one;
use super::{At, Duration, Moment, Whole};
use schemars::JsonSchema;
use serde::Deserialize;

/// Another password for an account.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Rotation {
    /// The account, as `DOMAIN\name`. Default: none; required, unless there is a
    /// `token_account`.
    pub account: Option<At<String>>,
    /// The domain the password of whose token account `SMSCliToknAcct&` is reset
    /// by hand, which only tools of SMS should do: its controllers present the
    /// old one, and lock the account where the domain locks any, until
    /// `known_to_sms`; by default for ever (TechNet cc181332). Default: none.
    pub token_account: Option<At<String>>,
    /// When the password is changed in the domain. Default: at the start, which
    /// is before anybody has tried it.
    pub at: Option<At<Moment>>,
    /// When SMS is told. Advanced Clients learn of it at their next poll, Legacy
    /// Clients in their client configuration cycle, if they still have an
    /// account to connect with (KB Q237759). Default: as `at`.
    pub known_to_sms: Option<At<Moment>>,
}

/// Other accounts for the clients of some sites. Keys that are left out stay as
/// they were.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AccountChange {
    /// When SMS is told; its clients learn of it as of a new password. What is
    /// changed at the very start they all know. Default: at the start.
    pub at: Option<At<Moment>>,
    /// Sites, by name or glob. Default: all.
    #[serde(deserialize_with = "at_least_one")]
    pub sites: Option<Vec<At<String>>>,
    /// Advanced Client Network Access Account. Default: as before.
    pub network_access: Option<At<OneAccount>>,
    /// Legacy Client Software Installation Account. Default: as before.
    pub software_installation: Option<At<String>>,
    /// Client Connection accounts of Legacy Clients, tried in this order.
    /// Default: as before.
    pub client_connection: Option<Vec<At<String>>>,
}

/// When a domain locks an account.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Lockout {
    /// Bad passwords after which an account is locked; `0` means never.
    /// Default: `5` (Windows NT 4.0, KB Q227033).
    pub threshold: Option<At<Whole<0, 999>>>,
    /// A count of bad passwords starts anew after this time without one.
    /// Default: `30 min` (Windows NT 4.0).
    pub window: Option<At<Duration>>,
    /// A locked account is unlocked after this time; `0 s` means by an
    /// administrator only. Default: `30 min` (KB Q227033).
    pub duration: Option<At<Duration>>,
    /// Passwords before the present one that are refused but not counted.
    /// Default: `0`; Windows Server 2003 forgives the last `2` (TechNet, Account
    /// Passwords and Policies).
    pub forgiven_passwords: Option<Whole<0, 24>>,
}

/// Logons that a server can pass on to a domain controller.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PassThrough {
    /// How many at once (`MaxConcurrentApi`). Default: `2`, a member server
    /// before Windows Server 2012; workstations and controllers had `1`
    /// (recollected), the most that Windows Server 2003 allows is `10`.
    pub slots: Option<Whole<1, 150>>,
    /// How long one takes. Default: `100 ms`, an assumption.
    pub hold: Option<Duration>,
    /// A logon that waits longer for its turn fails: no logon servers. Default:
    /// `45 s` (Ask the Platforms Team, 13 January 2014).
    pub patience: Option<Duration>,
    /// Whether Kerberos tickets take a slot too, while a controller confirms the
    /// groups they name (PAC validation), as for services that are not part of the
    /// operating system (KB 906736). Default: `false`.
    pub pac_validation: Option<bool>,
}
