//! Pull distribution points: from where they download, and by which rules.

use crate::product::RetryRule;
use crate::units::Span;
use crate::world::{LinkId, ServerId};

/// A point from which another downloads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The point that is asked.
    pub point: ServerId,
    /// The links between, its network card and the LANs among them; what pulls
    /// over the same link shares it equally. The network card of the point that
    /// downloads is its [`super::Destination::rate`].
    pub path: Vec<LinkId>,
}

/// The product's rules for points that pull (Configuration Manager, "Use a
/// pull-distribution point").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PullRules {
    /// The interval at which the site's server looks whether a source has the package.
    pub recheck: Span,
    /// A point that cannot be notified.
    pub notify: RetryRule,
    /// The time after which a notified point that finds no source looks again.
    pub look_again: Span,
    /// The interval at which a download that broke is tried again; it goes on where it
    /// stopped.
    pub resume: Span,
    /// How often the site's server asks for the state of the download before it
    /// cancels its job; the point downloads on.
    pub poll: RetryRule,
}

impl Default for PullRules {
    /// Every 20 min; 30 times 20 min; every 30 min; 72 times an hour (the page
    /// above, and "Package transfer manager"). A broken download: 10 min, as
    /// BITS does (`IBackgroundCopyJob::SetMinimumRetryDelay`).
    fn default() -> Self {
        let times = |count, minutes| RetryRule::steady(count, Span::from_mins(minutes));
        Self {
            recheck: Span::from_mins(20),
            notify: times(30, 20),
            look_again: Span::from_mins(30),
            resume: Span::from_mins(10),
            poll: times(72, 60),
        }
    }
}
