//! Content on its way to the distribution points: when each has its package.
//!
//! A small simulation on the engine's event list and network, with no machine in
//! it: a [`Sending`] goes in, a [`Delivery`] comes out. Where no client uses the same
//! links at the same time it is a pure function from a specification to instants,
//! computed before the roll-out starts ([`forecast`]), and [`to_changes`] makes of it
//! what a [`crate::world::World`] wants to know. Where clients do, `Beside` lets it
//! act on the network of their group, one instant after the other.
//!
//! A package is compressed at its source, one package at a time; sent from
//! site to site, once to each site, by senders with few threads, schedules,
//! rate limits and retries; and copied by each site's server to the
//! distribution points of the site, at the source site from the files
//! themselves. A point with sources is not copied to: it is notified, and
//! downloads from one of them. Every value has the product's default, see
//! [`SendingRules`].
//!
//! Promised: the same bytes for the same input in any order, nothing earlier
//! than size over rate, and every byte that is needed counted on its route.
//!
//! Approximations, by name:
//! - *A sending in blocks has the link to itself.* Under a rate limit of its
//!   address it takes the whole capacity of the link for each block, and a
//!   change of the capacity counts from the next block on. Where clients use the
//!   same links, each block is a transfer that shares them.
//! - *A failed attempt to connect is known at once.*
//! - *Unpacking at the receiving site takes no time*, and neither does looking
//!   for changed files.
//! - *A sending that its schedule closes goes back to the queue*, gives up its
//!   thread, and goes on where it stopped if sendings resume.
//! - *A source serves and receives at the full rate of its card at once.*
//! - *What a point has is known at every site at once*, though not before the
//!   next look.
//! - *A download stays with its source* once it has begun.
//!
//! ```
//! use rollcast::sending::{Destination, Route, Sending, SentPackage, forecast};
//! use rollcast::units::{Instant, Rate, Size, Span};
//! use rollcast::world::{PackageId, ServerId, SiteId};
//!
//! let (hub, branch) = (SiteId(0), SiteId(1));
//! let point = Destination {
//!     point: ServerId(7),
//!     site: branch,
//!     rate: Rate(100_000_000),
//!     behind: None,
//! };
//! let mut sending = Sending {
//!     horizon: Span::from_days(7),
//!     routes: vec![Route::new(hub, branch, Rate(512_000))],
//!     packages: vec![SentPackage {
//!         package: PackageId(0),
//!         from: hub,
//!         size: Size(266_000_000),
//!         changed: None,
//!         released: Instant::START,
//!         priority: Default::default(),
//!         destinations: vec![point],
//!     }],
//!     ..Sending::default()
//! };
//! sending.rules.compression = None;
//! // 4,156.25 s over the WAN, then 21.28 s from the site's server to the point.
//! assert_eq!(forecast(&sending).arrivals[0].at, Instant(4_177_530_000));
//! ```

mod arrival;
mod beside;
mod coming;
mod copies;
mod links;
mod motion;
mod pace;
mod parts;
mod plan;
mod pulls;
mod senders;
mod simulation;
mod supplies;
mod ways;

pub use crate::world::sending::{
    Availability, Capacity, Compression, Destination, Outage, Priority, PullRules, RateLimit,
    Route, Schedule, SenderRetry, Sending, SendingRules, SentPackage, Source, Target, WeekClock,
};
pub use arrival::{
    Arrival, CopyUse, Delivery, Fate, Passage, PullUse, Pulled, RouteUse, Way, missing_at_start,
    to_changes,
};
pub(crate) use beside::{Beside, Needs};
pub(crate) use coming::Coming;
pub(crate) use parts::{Division, Part, over};
pub(crate) use ways::carried;
pub use ways::{capacities, cuts, outages, path, route, sent, way};

/// When everything arrives, as far as the horizon.
pub fn forecast(sending: &Sending) -> Delivery {
    simulation::Simulation::new(sending).run()
}
