//! What comes out: when each distribution point has its content, and what it
//! took.

pub use crate::world::{Arrival, CopyUse, Fate, PullUse, Pulled, RouteUse};

use crate::engine::LinkUse;
use crate::units::{Instant, Size};
use crate::world::{Change, ContentState, LinkId, PackageId, ServerId, SiteId, TimedChange};

/// The whole forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// One for each package and destination, by package, then point.
    pub arrivals: Vec<Arrival>,
    /// One for each route, by sender, then receiver.
    pub routes: Vec<RouteUse>,
    /// One for each site and distribution point to which it copies, in this
    /// order.
    pub copies: Vec<CopyUse>,
    /// One for each source and point that pulled from it, in this order.
    pub pulls: Vec<PullUse>,
    /// How each link was used, by link: by others too, if they shared the network.
    pub links: Vec<(LinkId, LinkUse)>,
    /// When which bytes were on their way, in the order in which they arrived or
    /// broke off.
    pub passages: Vec<Passage>,
}

/// The way of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// From site to site.
    Route(SiteId, SiteId),
    /// From a site's server to a distribution point.
    Copy(SiteId, ServerId),
    /// From a distribution point to one that pulls.
    Pull(ServerId, ServerId),
}

/// Bytes that were on their way for some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// Their way.
    pub way: Way,
    /// When the first of them left.
    pub from: Instant,
    /// When the last of them arrived, or they broke off.
    pub until: Instant,
    /// How many.
    pub bytes: Size,
}

/// The arrivals as changes of a world, in order of time: content that is not
/// there at the start comes, and an older version is outdated from the release of the
/// new one on. What never arrives changes nothing else.
pub fn to_changes(arrivals: &[Arrival]) -> Vec<TimedChange> {
    let outdated = (arrivals.iter())
        .filter(|arrival| is_there_at_first(arrival))
        .map(|arrival| (arrival.released, arrival, ContentState::Outdated));
    let coming = (arrivals.iter())
        .filter(|arrival| arrival.at.is_some() && arrival.at > Instant::START)
        .map(|arrival| (arrival.at, arrival, ContentState::Intact));
    let mut changes: Vec<_> = outdated.chain(coming).collect();
    // A stable sort: what is outdated at an instant comes before what is new then.
    changes.sort_by_key(|(at, arrival, _)| (*at, arrival.package, arrival.point));
    (changes.into_iter())
        .map(|(at, arrival, state)| TimedChange {
            since: at.into(),
            change: Change::Content(arrival.package, arrival.point, state),
        })
        .collect()
}

/// Whether a point has an older version that clients read until the release.
fn is_there_at_first(arrival: &Arrival) -> bool {
    arrival.older && arrival.released > Instant::START
}

/// The points that do not have `package` at the scenario's start, sorted:
/// [`crate::world::Package::missing_at_start`]. The arrivals are sorted by package.
pub fn missing_at_start(arrivals: &[Arrival], package: PackageId) -> Vec<ServerId> {
    let mut missing: Vec<_> = (Arrival::of(package, arrivals).iter())
        .filter(|arrival| arrival.at > Instant::START)
        .filter(|arrival| !is_there_at_first(arrival))
        .map(|arrival| arrival.point)
        .collect();
    missing.sort_unstable();
    missing.dedup();
    missing
}
