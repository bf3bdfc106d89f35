//! What links give between a site and its server, as it has been measured.

use crate::units::{Instant, Rate};
use crate::world::{ServerId, SiteId};
use std::collections::BTreeMap;

/// What links give, and until when; empty where no assignment looks at it.
#[derive(Debug, Default)]
pub(crate) struct LinkRates(BTreeMap<(SiteId, ServerId), (Instant, Rate)>);

impl LinkRates {
    /// Keeps what has been measured.
    pub(crate) fn keep(&mut self, ends: (SiteId, ServerId), found: (Instant, Rate)) {
        self.0.insert(ends, found);
    }

    /// What the link between two ends gives at `now`, and until when, if that has been
    /// measured.
    pub(crate) fn known(&self, ends: (SiteId, ServerId), now: Instant) -> Option<(Instant, Rate)> {
        let known = self.0.get(&ends).copied();
        known.filter(|(until, _)| now < *until)
    }
}
