//! What changes while the roll-out runs: faults, calendars, administrators.

use super::{
    AccessList, AccountId, AccountState, DomainId, LinkId, PackageId, ServerId, ServerRole, ShareId,
};
use crate::units::{Instant, Rate, SignedInstant};

/// The state of a package on one distribution point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentState {
    /// Not there, or not yet.
    Missing,
    /// There.
    Intact,
    /// There, but damaged: a download ends in a hash mismatch (KB 907979).
    Corrupt,
    /// There in an older version than the site offers: what reads it goes on, and no
    /// other client is sent there.
    Outdated,
}

impl ContentState {
    /// Whether clients are sent there.
    pub const fn is_offered(self) -> bool {
        matches!(self, Self::Intact | Self::Corrupt)
    }
}

/// One change of state.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A server goes down (`false`) or comes up (`true`), with all its roles.
    Server(ServerId, bool),
    /// One role of a server goes down or comes up, while the others go on.
    Role(ServerId, ServerRole, bool),
    /// Clocks are set, rightly or wrongly, see [`super::Clocks`].
    Clocks,
    /// A link has another capacity from now on; zero means it is cut.
    Link(LinkId, Rate),
    /// An account can, or can no longer, log on.
    Account(AccountId, AccountState),
    /// So does the token account that the controllers of a domain share.
    TokenAccount(DomainId, AccountState),
    /// Another access list for a share.
    ShareAccess(ShareId, AccessList),
    /// Other package access accounts. They take effect when the distribution
    /// points are refreshed (KB Q210354), which is this moment.
    PackageAccess(PackageId, AccessList),
    /// The policy for background transfers at this position has another rate.
    Bits(u32, Rate),
    /// Content of a package on a point.
    Content(PackageId, ServerId, ContentState),
}

/// A change and its time.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedChange {
    /// When: what is reckoned from a change that was before the start is reckoned from
    /// this moment.
    pub since: SignedInstant,
    /// What.
    pub change: Change,
}

impl TimedChange {
    /// When the simulation makes it: at the start, if it was before.
    #[inline]
    pub const fn at(&self) -> Instant {
        self.since.clamped()
    }
}

/// A fault in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disturbance {
    /// From when on; the start for one that began before it.
    pub from: Instant,
    /// Until when; never if it does not end.
    pub until: Instant,
    /// What is otherwise meanwhile, as in `HQ-DP is down`.
    pub what: String,
}
