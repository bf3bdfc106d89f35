//! Machines that travel: where they are when.

use super::SiteId;
use crate::engine::Renewal;
use crate::units::Instant;

/// Trips that machines make, drawn anew for each of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Roaming {
    /// Chance of travelling at all, drawn once per machine.
    pub share: f64,
    /// Where they go, one site a trip, and never their own; ascending.
    pub sites: Vec<SiteId>,
    /// How long they are at home between two trips, which is *up*, and how long they stay
    /// there.
    pub trips: Renewal,
}

/// A machine is at another site for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// From when on.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// Where.
    pub site: SiteId,
}
