//! What comes out: when each distribution point has its content, and what it
//! took.

pub use crate::world::{Arrival, Fate};

use crate::units::{Instant, Size, Span};
use crate::world::{Change, ContentState, PackageId, ServerId, SiteId, TimedChange};

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

/// The whole forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// One for each package and destination, by package, then point.
    pub arrivals: Vec<Arrival>,
    /// One for each route, by sender, then receiver.
    pub routes: Vec<RouteUse>,
    /// One for each site and distribution point to which it copies, in this
    /// order.
    pub copies: Vec<CopyUse>,
}

/// The arrivals as changes of a world, in order of time: content that is not
/// there at the start comes. What never arrives changes nothing.
pub fn to_changes(arrivals: &[Arrival]) -> Vec<TimedChange> {
    let mut coming: Vec<_> = (arrivals.iter())
        .filter(|arrival| arrival.at.is_some() && arrival.at > Instant::START)
        .map(|arrival| (arrival.at, arrival.package, arrival.point))
        .collect();
    coming.sort_unstable();
    (coming.into_iter())
        .map(|(at, package, point)| TimedChange {
            at,
            change: Change::Content(package, point, ContentState::Intact),
        })
        .collect()
}

/// The points that do not have `package` at the scenario's start, sorted:
/// [`crate::world::Package::missing_at_start`].
pub fn missing_at_start(arrivals: &[Arrival], package: PackageId) -> Vec<ServerId> {
    let mut missing: Vec<_> = (arrivals.iter())
        .filter(|arrival| arrival.package == package && arrival.at > Instant::START)
        .map(|arrival| arrival.point)
        .collect();
    missing.sort_unstable();
    missing.dedup();
    missing
}
