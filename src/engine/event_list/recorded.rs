//! A list that writes down what is asked of it.

use super::{Event, EventList, HeapList};
use crate::units::Instant;

/// Something that was asked of an event list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// An event was added.
    Push(Event),
    /// The time of the next event was asked.
    Peek,
    /// The next event was taken.
    Pop,
}

/// The plain list, with everything that was asked of it, for replaying
/// what real runs ask on other lists.
#[derive(Debug, Clone, Default)]
pub struct RecordedList {
    list: HeapList,
    operations: Vec<Operation>,
}

impl RecordedList {
    /// Takes what was asked so far.
    pub fn take_operations(&mut self) -> Vec<Operation> {
        std::mem::take(&mut self.operations)
    }
}

impl EventList for RecordedList {
    fn push(&mut self, event: Event) {
        self.operations.push(Operation::Push(event));
        self.list.push(event);
    }

    fn pop(&mut self) -> Option<Event> {
        self.operations.push(Operation::Pop);
        self.list.pop()
    }

    fn peek_time(&mut self) -> Option<Instant> {
        self.operations.push(Operation::Peek);
        self.list.peek_time()
    }

    fn len(&self) -> usize {
        self.list.len()
    }

    /// What was asked is kept: a run clears its list at its end.
    fn clear(&mut self) {
        self.list.clear();
    }
}
