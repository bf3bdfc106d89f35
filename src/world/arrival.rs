//! When content comes to distribution points.

use super::{LinkId, PackageId, ServerId, SiteId};
use crate::units::{Instant, Size, Span};

/// How the way of a package to a distribution point ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It is there.
    Arrived,
    /// It is still on its way at the horizon.
    OnItsWay,
    /// A sender has tried for as long as it tries.
    SenderGaveUp,
    /// The copy to the point has used up its retries.
    CopyGaveUp,
    /// No route leads to the site.
    NoRoute,
    /// The point pulls, and the site's server has used up its notifications.
    NotificationGaveUp,
    /// The point pulls, and the package comes to none of its sources.
    NoSource,
}

impl Fate {
    /// The name used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::OnItsWay => "on-its-way",
            Self::SenderGaveUp => "sender-gave-up",
            Self::CopyGaveUp => "copy-gave-up",
            Self::NoRoute => "no-route",
            Self::NotificationGaveUp => "notification-gave-up",
            Self::NoSource => "no-source",
        }
    }
}

/// A package on a distribution point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The package.
    pub package: PackageId,
    /// The distribution point.
    pub point: ServerId,
    /// When the point has it; [`Instant::NEVER`] unless it arrived.
    pub at: Instant,
    /// How its way ended.
    pub fate: Fate,
    /// Bytes of files that the point needed.
    pub bytes: Size,
    /// When the package was released.
    pub released: Instant,
    /// Whether the point had an older version, which clients read until the release.
    pub older: bool,
    /// When the site that copies to the point, or notifies it, had it;
    /// [`Instant::NEVER`] if it did not come so far.
    pub at_site: Instant,
    /// Attempts to connect of all senders on its way.
    pub sending_attempts: u32,
    /// Copies begun or attempted to the point, or downloads that it has begun
    /// or gone on with.
    pub copy_attempts: u32,
    /// What there is to say of a point that pulls; `None` if it is copied to.
    pub pulled: Option<Pulled>,
}

impl Arrival {
    /// Those of `package` among arrivals that are sorted by package.
    pub fn of(package: PackageId, arrivals: &[Self]) -> &[Self] {
        let first = arrivals.partition_point(|arrival| arrival.package < package);
        let theirs = &arrivals[first..];
        &theirs[..theirs.partition_point(|arrival| arrival.package == package)]
    }
}

/// How a pull distribution point came to its package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulled {
    /// The point from which it downloads; `None` if it has found none so far.
    pub source: Option<ServerId>,
    /// Notifications that the site's server has attempted.
    pub notifications: u32,
    /// When one of them came through; [`Instant::NEVER`] if none did.
    pub notified: Instant,
    /// When the site's server cancelled its job, having asked for the state of
    /// the download as often as it asks; [`Instant::NEVER`] if it did not. The
    /// point downloads on.
    pub cancelled: Instant,
}

/// What a route has carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteUse {
    /// The sending site.
    pub from: SiteId,
    /// The receiving site.
    pub to: SiteId,
    /// Bytes that passed, those of broken and unfinished sendings included.
    pub bytes: Size,
    /// Sendings that were completed.
    pub sendings: u64,
    /// Attempts to connect.
    pub attempts: u64,
    /// Attempts that failed, and sendings that broke.
    pub failures: u64,
    /// Time during which bytes were on their way: pauses between blocks are
    /// not counted.
    pub busy: Span,
    /// First attempt; [`Instant::NEVER`] if none.
    pub first: Instant,
    /// End of the last completed sending; [`Instant::NEVER`] if none.
    pub last: Instant,
}

/// What a site's server has copied to one distribution point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyUse {
    /// The site.
    pub site: SiteId,
    /// The distribution point.
    pub point: ServerId,
    /// Bytes that passed, those of broken and unfinished copies included.
    pub bytes: Size,
    /// Copies that were completed.
    pub copies: u64,
    /// Copies attempted.
    pub attempts: u64,
    /// Attempts that failed, and copies that broke.
    pub failures: u64,
    /// First attempt; [`Instant::NEVER`] if none.
    pub first: Instant,
    /// End of the last completed copy; [`Instant::NEVER`] if none.
    pub last: Instant,
}

/// What a pull distribution point has downloaded from another point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PullUse {
    /// The point from which it downloads.
    pub source: ServerId,
    /// The point that pulls.
    pub point: ServerId,
    /// Bytes that passed, those of unfinished downloads included.
    pub bytes: Size,
    /// Downloads that were completed.
    pub pulls: u64,
    /// Downloads begun or gone on with.
    pub attempts: u64,
    /// Downloads that broke.
    pub failures: u64,
    /// First attempt; [`Instant::NEVER`] if none.
    pub first: Instant,
    /// End of the last completed download; [`Instant::NEVER`] if none.
    pub last: Instant,
}

/// What one link has carried of all that was sent, copied and pulled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Carried {
    /// The link.
    pub link: LinkId,
    /// Bytes that passed, those of what broke off included.
    pub bytes: Size,
    /// Attempts to send, copy or pull over it.
    pub attempts: u64,
    /// First attempt.
    pub first: Instant,
    /// End of the last that was completed; [`Instant::NEVER`] if none was.
    pub last: Instant,
    /// The greatest share of its capacity that was in use.
    pub peak_use: f64,
    /// Most sendings, copies and pulls at one time.
    pub peak_transfers: u64,
    /// Time during which it was used to the full.
    pub saturated: Span,
}

/// Bytes that were on their way towards a site for some time, over its WAN link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// The site.
    pub site: SiteId,
    /// When the first of them left.
    pub from: Instant,
    /// When the last of them arrived, or they broke off.
    pub until: Instant,
    /// How many.
    pub bytes: Size,
}

/// What senders, sites' servers and pull distribution points have done.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sent {
    /// One for each route, by sender, then receiver.
    pub routes: Vec<RouteUse>,
    /// One for each site and distribution point to which it copies.
    pub copies: Vec<CopyUse>,
    /// One for each two points of which the second has pulled from the first.
    pub pulls: Vec<PullUse>,
    /// What crossed the WAN links towards sites, and when.
    pub received: Vec<Received>,
}
