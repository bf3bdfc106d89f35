//! What is sent where, and by which rules.

mod schedule;
mod sources;

use std::collections::{BTreeMap, BTreeSet};

use crate::product::RetryRule;
use crate::units::{Instant, Rate, Share, Size, Span};
use crate::world::{LinkId, PackageId, ServerId, SiteId};

pub(crate) use schedule::Hours;
pub use schedule::{Availability, Priority, RateLimit, Schedule, WeekClock};
pub use sources::{PullRules, Source};

/// Content to be distributed, and everything that decides when it arrives.
/// The order of the vectors does not matter.
#[derive(Debug, Clone, Default)]
pub struct Sending {
    /// The scenario's wall clock; that of schedules and of percentages by the
    /// hour is ahead of it by [`Route::ahead`].
    pub clock: WeekClock,
    /// How far to look; must be finite where a schedule closes a route.
    pub horizon: Span,
    /// The product's rules.
    pub rules: SendingRules,
    /// Addresses from one site to another.
    pub routes: Vec<Route>,
    /// Rate at which a site's server feeds the distribution points of its
    /// site; [`crate::world::Server::DEFAULT_EGRESS`] for a site that is not
    /// listed.
    pub outlets: BTreeMap<SiteId, Rate>,
    /// What is sent.
    pub packages: Vec<SentPackage>,
    /// When destinations cannot be reached.
    pub outages: Vec<Outage>,
    /// Pull distribution points, each with its sources, the first choice first.
    /// To a point with none, or that is not listed, its site's server copies.
    pub pulls: BTreeMap<ServerId, Vec<Source>>,
    /// The links between the server that copies to a point and the point, beside
    /// the point's own card; none for a point that is not listed.
    pub ways: BTreeMap<ServerId, Vec<LinkId>>,
    /// Capacities at the start of the links that routes, copies and pulls share;
    /// [`Rate::UNLIMITED`] for a link that is not listed.
    pub links: BTreeMap<LinkId, Rate>,
    /// When a calendar or a fault changes the capacity of one of these links.
    pub capacities: Vec<Capacity>,
    /// Packages that points have from the start, for those that pull from them.
    pub held: BTreeSet<(PackageId, ServerId)>,
}

/// An address: the way from one site's server to another's. A package for a
/// site without an address of its own is stored and forwarded over the fewest
/// addresses, and among those over the sites with the lowest numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The sending site.
    pub from: SiteId,
    /// The receiving site.
    pub to: SiteId,
    /// Rate that the sendings to this destination share equally.
    pub rate: Rate,
    /// The links on the way, shared with all that is sent, copied or pulled over
    /// them.
    pub path: Vec<LinkId>,
    /// The rate that one sending does not exceed by itself, on a link with a
    /// long round trip; [`Rate::UNLIMITED`] where the link is what limits it.
    pub per_sending: Rate,
    /// Limit to the use of the link.
    pub limit: RateLimit,
    /// Hours and priorities.
    pub schedule: Schedule,
    /// By how many microseconds local time at the sending site is ahead of the
    /// scenario's clock, or behind if negative.
    pub ahead: i64,
}

impl Route {
    /// A new address: always open, without a limit.
    pub fn new(from: SiteId, to: SiteId, rate: Rate) -> Self {
        Self {
            from,
            to,
            rate,
            path: Vec::new(),
            per_sending: Rate::UNLIMITED,
            limit: RateLimit::None,
            schedule: Schedule::default(),
            ahead: 0,
        }
    }
}

/// A package, or a new version of one, on its way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SentPackage {
    /// Which.
    pub package: PackageId,
    /// The site whose server has the source files.
    pub from: SiteId,
    /// Bytes of all files.
    pub size: Size,
    /// Bytes of the files that differ from the version before, whole files;
    /// `None` for a package without one.
    pub changed: Option<Size>,
    /// When the administrator adds the distribution points or updates them.
    pub released: Instant,
    /// Sending priority.
    pub priority: Priority,
    /// The distribution points, each once.
    pub destinations: Vec<Destination>,
}

/// A distribution point to which a package comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    /// The distribution point.
    pub point: ServerId,
    /// The site whose server copies to it, or notifies it.
    pub site: SiteId,
    /// Rate at which the point can be reached from that server: its network
    /// card, or a link between them; of a point that pulls, the card alone. The
    /// least wins where packages differ.
    pub rate: Rate,
    /// How many versions the content already there is behind; `None` if there
    /// is none.
    pub behind: Option<u32>,
}

/// What cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A site, for its senders elsewhere. What is at the site already is still
    /// copied and forwarded.
    Site(SiteId),
    /// A site, for the sender of one other.
    Route(SiteId, SiteId),
    /// A distribution point, for all that turn to it.
    Point(ServerId),
    /// A distribution point, for the server that copies to it or notifies it.
    Way(ServerId),
    /// A link, for points that pull over it.
    Link(LinkId),
}

/// A time during which a destination cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outage {
    /// What.
    pub target: Target,
    /// Beginning.
    pub from: Instant,
    /// End.
    pub to: Instant,
}

/// A link has another capacity from some instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Capacity {
    /// Beginning.
    pub at: Instant,
    /// Which link.
    pub link: LinkId,
    /// Its new capacity.
    pub rate: Rate,
}

/// Compression of a package before it is sent to other sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compression {
    /// Rate at which a server reads and compresses files.
    pub rate: Rate,
    /// Compressed size, as a share of the files' size.
    pub compressed_to: Share,
}

impl Default for Compression {
    /// 2 MB/s down to 90 %: assumptions, no figures were published. Payloads of
    /// installers are compressed already.
    fn default() -> Self {
        Self {
            rate: Rate(16_000_000),
            compressed_to: Share::per_mille(900),
        }
    }
}

/// What a sender does when it cannot reach a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderRetry {
    /// Attempts in a row; the sending keeps its thread meanwhile.
    pub attempts: u32,
    /// Time between two of them.
    pub interval: Span,
    /// After the last of them the sending is taken up again this much later,
    /// from the queue; less than a second counts as a second.
    pub reschedule: Span,
    /// No attempt is made later than this after the package was ready to send.
    pub give_up: Span,
    /// Whether a sending goes on where it stopped, rather than from its
    /// beginning.
    pub resumes: bool,
}

impl Default for SenderRetry {
    /// Two attempts a minute apart, then 55 min later, for seven days (KB
    /// Q214485, whose printed formula does not add up to the 55 min it names).
    /// That a sending goes on where it stopped is an assumption.
    fn default() -> Self {
        Self {
            attempts: 2,
            interval: Span::from_mins(1),
            reschedule: Span::from_mins(55),
            give_up: Span::from_days(7),
            resumes: true,
        }
    }
}

/// The product's rules for content on its way, the same at every site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendingRules {
    /// Concurrent sendings of a site in all.
    pub sendings: u32,
    /// Concurrent sendings of a site to one destination.
    pub sendings_per_site: u32,
    /// Sites that cannot be reached.
    pub sender_retry: SenderRetry,
    /// Compression; `None` to send the files as they are.
    pub compression: Option<Compression>,
    /// Changed files are enough for a destination that is at most this many versions
    /// behind; one further behind, or without the package, gets all files.
    pub delta_reach: u32,
    /// Packages that a site copies to its distribution points at once.
    pub copy_packages: u32,
    /// Distribution points to which it copies one package at once.
    pub copy_points: u32,
    /// Distribution points that cannot be reached: a copy starts anew. Jitter is
    /// left aside: nothing about sending is drawn.
    pub copy_retry: RetryRule,
    /// Distribution points that pull.
    pub pull: PullRules,
}

impl Default for SendingRules {
    /// Sendings: 5 in all and 3 to one site (KB Q163379). Delta replication:
    /// up to five versions behind (SMS 2003, TechNet cc875804). Copies: three
    /// packages to five points each ("Components and threads for content
    /// distribution"), 100 retries every 30 min (Configuration Manager 2007,
    /// distribution manager's defaults).
    fn default() -> Self {
        Self {
            sendings: 5,
            sendings_per_site: 3,
            sender_retry: SenderRetry::default(),
            compression: Some(Compression::default()),
            delta_reach: 5,
            copy_packages: 3,
            copy_points: 5,
            copy_retry: RetryRule::steady(100, Span::from_mins(30)),
            pull: PullRules::default(),
        }
    }
}

impl Sending {
    /// When packages are updated that have been sent before.
    pub(crate) fn updates(&self) -> BTreeMap<PackageId, Instant> {
        let changed = self.packages.iter().filter(|sent| sent.changed.is_some());
        let mut updates = BTreeMap::new();
        for sent in changed {
            updates.entry(sent.package).or_insert(sent.released);
        }
        // What was released before the start is all that there is.
        updates.retain(|_, released| *released > Instant::START);
        updates
    }
}

impl SendingRules {
    /// Bytes of files that a destination needs.
    pub(crate) fn needed(&self, package: &SentPackage, destination: &Destination) -> Size {
        match (package.changed, destination.behind) {
            (Some(changed), Some(behind)) if behind <= self.delta_reach => {
                changed.min(package.size)
            }
            _ => package.size,
        }
    }

    /// Bytes of `files` as they are sent to another site.
    pub(crate) fn packed(&self, files: Size) -> Size {
        let share = (self.compression).map_or(Share::ALL, |how| how.compressed_to);
        Size(share.needed(files.0))
    }
}
