//! Accounts in motion: passwords and settings that change, policies that lock
//! accounts, and servers that can pass on only so many logons at once.
//!
//! All of it is empty unless a scenario asks for it, and a world in which it is
//! empty pays nothing for it. What follows from these declarations at a moment
//! is worked out in `model::accounts`.

use super::{AccountId, DomainId, ServerId, SiteAccounts, SiteId};
use crate::units::{Instant, SignedInstant, Span};
use std::collections::BTreeMap;

/// When a domain locks an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lockout {
    /// Bad passwords after which the account is locked.
    pub threshold: u32,
    /// A count of bad passwords starts anew after this time without one.
    pub window: Span,
    /// The account is unlocked after this time; [`Span::FOREVER`]: by an
    /// administrator only.
    pub duration: Span,
    /// Passwords before the present one that are refused but not counted:
    /// Windows Server 2003 forgives the last two ("Account Passwords and
    /// Policies", password history check).
    pub forgiven: u32,
}

/// How a domain treats its accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DomainPolicy {
    /// When accounts are locked; `None` if never, as in Active Directory by
    /// default.
    pub lockout: Option<Lockout>,
    /// The controller that is PDC, or PDC emulator; `None` for the first one.
    pub primary: Option<ServerId>,
    /// Time after which other controllers know what the PDC knows.
    pub replication: Span,
    /// Group Policy names the members of the local Administrators groups, so
    /// that an account that SMS adds is removed at the next refresh (KB Q295771).
    pub restricted_groups: bool,
}

impl DomainPolicy {
    /// The pulse of Windows NT 4.0 (KB Q142692), and the notification delay of
    /// Windows 2000 inside a site: 5 min.
    pub const REPLICATION: Span = Span::from_mins(5);
}

impl Default for DomainPolicy {
    fn default() -> Self {
        Self {
            lockout: None,
            primary: None,
            replication: Self::REPLICATION,
            restricted_groups: false,
        }
    }
}

/// Another password for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// Whose.
    pub account: AccountId,
    /// When the domain has it; before the start, its controllers have heard of it by then.
    pub at: SignedInstant,
    /// When SMS has it; clients learn of it later.
    pub known_to_sms: Instant,
}

/// Other accounts that an SMS site hands to its clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handout {
    /// From when on; clients learn of it later.
    pub at: Instant,
    /// Whose clients.
    pub site: SiteId,
    /// By which `[[account_change]]` of the scenario, counted from 0.
    pub change: u32,
    /// All accounts of the site from then on.
    pub accounts: SiteAccounts,
}

/// Logons that a server can pass on to a domain controller at once
/// (`MaxConcurrentApi`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassThrough {
    /// How many at once.
    pub slots: u32,
    /// How long one takes.
    pub hold: Span,
    /// A logon that waits longer fails.
    pub patience: Span,
    /// Whether Kerberos tickets are confirmed by a controller, in a slot too
    /// (KB 906736).
    pub confirms_tickets: bool,
}

/// Everything about accounts that moves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identities {
    /// Policies of the domains that have one of their own.
    pub policies: BTreeMap<DomainId, DomainPolicy>,
    /// Password changes, by account, then time.
    pub rotations: Vec<Rotation>,
    /// Changes of the accounts that sites hand out, by site, then time.
    pub handouts: Vec<Handout>,
    /// Servers whose capacity to pass logons on is limited.
    pub pass_through: BTreeMap<ServerId, PassThrough>,
}

impl Identities {
    /// The policy of `domain`.
    pub fn policy(&self, domain: DomainId) -> DomainPolicy {
        self.policies.get(&domain).copied().unwrap_or_default()
    }

    /// The password changes of `account`, in order.
    pub fn rotations_of(&self, account: AccountId) -> &[Rotation] {
        let from = self.rotations.partition_point(|r| r.account < account);
        let to = self.rotations.partition_point(|r| r.account <= account);
        &self.rotations[from..to]
    }

    /// The changes of what `site` hands out, in order.
    pub fn handouts_of(&self, site: SiteId) -> &[Handout] {
        let from = self.handouts.partition_point(|h| h.site < site);
        let to = self.handouts.partition_point(|h| h.site <= site);
        &self.handouts[from..to]
    }

    /// The number of the password that a controller has which heard of changes
    /// up to `heard`; 0 for the one at the start.
    pub fn password(&self, account: AccountId, heard: SignedInstant) -> u32 {
        count(self.rotations_of(account), |rotation| rotation.at <= heard)
    }

    /// The number of the password that SMS had for `account` at `told`.
    pub fn password_known(&self, account: AccountId, told: Instant) -> u32 {
        count(self.rotations_of(account), |rotation| {
            rotation.known_to_sms <= told
        })
    }
}

fn count(rotations: &[Rotation], counts: impl Fn(&Rotation) -> bool) -> u32 {
    rotations.iter().filter(|rotation| counts(rotation)).count() as u32
}
