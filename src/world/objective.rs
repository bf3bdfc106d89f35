//! What a roll-out is to achieve.

use super::{AdvertisementId, World};
use crate::units::Share;
use crate::units::{Instant, dates, on_the_calendar};
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
    /// Why the forecast cannot judge it, or only in part, if it cannot.
    pub doubt: Option<Doubt>,
    /// The share of replications that have to meet it; 1 means all that are
    /// made.
    pub chance: f64,
    /// The confidence with which that has to be known, where it is below 1.
    pub confidence: f64,
}

impl Objective {
    /// Whether a machine that has what the objective is about may come to lose it: its
    /// assignment comes round and may fail, or its program may be replaced or removed.
    pub(crate) fn may_be_undone(&self, world: &World) -> bool {
        let repetition = &world.control.repetition;
        let may_come_round = |id: &AdvertisementId| {
            let program = world.advertisements[id.index()].program;
            repetition.recurring.contains_key(id) || repetition.every_user.contains(&program)
        };
        let mut about = (0..world.advertisements.len()).map(AdvertisementId::from);
        let comes_round = match &self.advertisement {
            Some(id) => may_come_round(id),
            None => about.any(|id| may_come_round(&id)),
        };
        comes_round || world.may_remove_programs()
    }

    /// Why the forecast cannot judge it, or only in part, with the dates.
    pub fn doubt_in_words(&self, world: &World) -> Option<String> {
        let end = on_the_calendar(world.start, Instant::START + world.horizon);
        let [by, start, end] = dates([self.date, world.start, end]);
        self.doubt.map(|doubt| match doubt {
            Doubt::NoMachine => match self.advertisement {
                Some(id) => {
                    let advertisement = &world.advertisements[id.index()].id;
                    format!("`{advertisement}`, which it is about, reaches no machine")
                }
                None => "no advertisement reaches a machine".to_owned(),
            },
            Doubt::BeforeStart => {
                format!("it asks for {by}, which is before the forecast starts, {start}")
            }
            Doubt::AfterHorizon => {
                let judged = if self.may_be_undone(world) {
                    "it is undecided, as what is installed at the end of the forecast may come round \
                     or go again before its date"
                } else {
                    "it is met if enough is installed at the end of the forecast, and undecided otherwise"
                };
                format!("it asks for {by}, which is after the forecast ends, {end}; {judged}")
            }
            Doubt::NoStart => format!(
                "it asks for {by}; the scenario gives no `start`, so the forecast runs from {start} to {end}"
            ),
        })
    }
}

/// Why the forecast cannot judge an objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It is about no machine.
    NoMachine,
    /// Its moment is before the start.
    BeforeStart,
    /// Its moment is after the horizon: what is installed by the horizon counts, what
    /// comes later is not known.
    AfterHorizon,
    /// Its moment is a date outside the forecast, whose own dates are made up, as the
    /// scenario gives no `start`.
    NoStart,
}
