//! A list that is chosen when it is made.

use super::{Event, EventList, HeapList, Ladder, RecordedList};
use crate::units::Instant;

/// The tuned list, the plain one, or one that is recorded: all deliver the same
/// events in the same order. The choice costs a branch that is always predicted.
#[derive(Debug, Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one for each thread, and a box would cost a step per event"
)]
pub enum AnyList {
    /// The tuned one.
    Ladder(Ladder),
    /// The plain one.
    Heap(HeapList),
    /// The plain one, recorded.
    Recorded(RecordedList),
}

impl Default for AnyList {
    fn default() -> Self {
        Self::Ladder(Ladder::default())
    }
}

impl EventList for AnyList {
    #[inline]
    fn push(&mut self, event: Event) {
        match self {
            Self::Ladder(list) => list.push(event),
            Self::Heap(list) => list.push(event),
            Self::Recorded(list) => list.push(event),
        }
    }

    #[inline]
    fn pop(&mut self) -> Option<Event> {
        match self {
            Self::Ladder(list) => list.pop(),
            Self::Heap(list) => list.pop(),
            Self::Recorded(list) => list.pop(),
        }
    }

    #[inline]
    fn peek_time(&mut self) -> Option<Instant> {
        match self {
            Self::Ladder(list) => list.peek_time(),
            Self::Heap(list) => list.peek_time(),
            Self::Recorded(list) => list.peek_time(),
        }
    }

    fn upcoming(&self) -> impl Iterator<Item = Event> {
        let ladder = match self {
            Self::Ladder(list) => Some(list),
            Self::Heap(_) | Self::Recorded(_) => None,
        };
        ladder.into_iter().flat_map(EventList::upcoming)
    }

    fn len(&self) -> usize {
        match self {
            Self::Ladder(list) => list.len(),
            Self::Heap(list) => list.len(),
            Self::Recorded(list) => list.len(),
        }
    }

    fn clear(&mut self) {
        match self {
            Self::Ladder(list) => list.clear(),
            Self::Heap(list) => list.clear(),
            Self::Recorded(list) => list.clear(),
        }
    }
}
