//! Content that comes to a point, among faults of content.

use crate::units::Instant;
use crate::world::ContentState;

/// A package on a point to which it comes.
#[derive(Debug, Clone)]
pub(crate) struct Coming {
    arrived: bool,
    /// Faults that have begun and not ended.
    faults: u32,
    /// What the last of them left.
    damage: ContentState,
    shown: ContentState,
}

impl Coming {
    /// The start, of content that comes at `at`.
    pub(crate) fn new(at: Instant) -> Self {
        let arrived = at == Instant::START;
        Self {
            arrived,
            faults: 0,
            damage: ContentState::Intact,
            shown: state(arrived),
        }
    }

    /// Its new state after an arrival or a change by a fault, if that is new.
    pub(crate) fn change(&mut self, arrives: bool, to: ContentState) -> Option<ContentState> {
        match (arrives, to) {
            (true, _) => self.arrived = true,
            (false, ContentState::Intact) => self.faults = self.faults.saturating_sub(1),
            (false, damage) => {
                self.faults += 1;
                self.damage = damage;
            }
        }
        let now = match (self.arrived, self.faults) {
            (true, 1..) => self.damage,
            (arrived, _) => state(arrived),
        };
        (std::mem::replace(&mut self.shown, now) != now).then_some(now)
    }
}

fn state(arrived: bool) -> ContentState {
    if arrived {
        ContentState::Intact
    } else {
        ContentState::Missing
    }
}
