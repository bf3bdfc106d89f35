//! What a roll-out is to achieve.

use super::{AdvertisementId, World};
use crate::units::Share;
use crate::units::{Instant, on_the_calendar};
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

impl Objective {
    /// What is to be said about the moment of an objective, with the dates: why the
    /// forecast cannot judge it, or can only in part.
    pub fn doubt(&self, world: &World) -> Option<String> {
        let shown = |at: jiff::civil::DateTime| at.strftime("%a %Y-%m-%d %H:%M").to_string();
        let (by, start) = (shown(self.date), shown(world.start));
        let end = shown(on_the_calendar(world.start, Instant::START + world.horizon));
        self.outside.map(|outside| match outside {
            Outside::BeforeStart => {
                format!("it asks for {by}, which is before the forecast starts, {start}")
            }
            Outside::AfterHorizon => {
                format!("it asks for {by}, which is after the forecast ends, {end}")
            }
            Outside::NoStart => format!(
                "it asks for {by}; the scenario gives no `start`, so the forecast runs from {start} to {end}"
            ),
        })
    }
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
