//! Content that comes to a point, among faults of content.

use crate::world::ContentState;

/// A package on a point to which it comes.
#[derive(Debug, Clone)]
pub(crate) struct Coming {
    /// What there would be without faults.
    there: ContentState,
    /// Faults that have begun and not ended.
    faults: u32,
    /// What the last of them left.
    damage: ContentState,
    shown: ContentState,
}

impl Coming {
    /// The start, of content that is there already, if only in an older version that is
    /// not outdated yet.
    pub(crate) fn new(is_there: bool) -> Self {
        let there = if is_there {
            ContentState::Intact
        } else {
            ContentState::Missing
        };
        Self {
            there,
            faults: 0,
            damage: ContentState::Intact,
            shown: there,
        }
    }

    /// What is there, but for faults, is another: content has come, or is outdated. Its
    /// new state, if that is new.
    pub(crate) fn becomes(&mut self, there: ContentState) -> Option<ContentState> {
        self.there = there;
        self.news()
    }

    /// A fault begins or ends, which leaves `state`. The new state of the content, if
    /// that is new.
    pub(crate) fn fault(&mut self, state: ContentState) -> Option<ContentState> {
        if state == ContentState::Intact {
            self.faults = self.faults.saturating_sub(1);
        } else {
            self.faults += 1;
            self.damage = state;
        }
        self.news()
    }

    fn news(&mut self) -> Option<ContentState> {
        let now = match (self.there, self.damage) {
            (there, _) if self.faults == 0 => there,
            (ContentState::Missing, _) | (_, ContentState::Missing) => ContentState::Missing,
            // What is outdated is read to its end, and not checked against anything.
            (ContentState::Outdated, _) => ContentState::Outdated,
            (_, damage) => damage,
        };
        (std::mem::replace(&mut self.shown, now) != now).then_some(now)
    }
}
