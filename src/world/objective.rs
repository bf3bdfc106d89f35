//! What a roll-out is to achieve.

use super::AdvertisementId;
use crate::statistics::Share;
use crate::units::Instant;
use jiff::civil::DateTime;

/// A share of the machines installed, by a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Objective {
    /// Name, unique.
    pub name: String,
    /// The advertisement; `None` for all of them together.
    pub advertisement: Option<AdvertisementId>,
    /// The share of the targeted machines.
    pub share: Share,
    /// By when; a moment before the start is the start.
    pub by: Instant,
    /// The same moment on the calendar.
    pub date: DateTime,
    /// Why the forecast cannot tell what it is at that moment, if it cannot.
    pub outside: Option<Outside>,
    /// The share of replications that have to meet it; 1 means all that are
    /// made.
    pub chance: f64,
    /// The confidence with which that has to be known, where it is below 1.
    pub confidence: f64,
}

/// How the moment of an objective lies outside the forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// It is before the start.
    BeforeStart,
    /// It is after the horizon: what is installed by the horizon counts, what
    /// comes later is not known.
    AfterHorizon,
    /// It is a date outside the forecast, whose own dates are made up, as the
    /// scenario gives no `start`.
    NoStart,
}
