//! A count of the steps that a thread takes: what a cost is measured by where time
//! would say more of the machine than of the program.
//!
//! Whatever looks through a list counts what it looks at, each event is one step,
//! and the network counts its own. A test holds the growth of the sum along every
//! axis of a scenario to a bound.

use std::cell::Cell;

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Counts steps of this thread.
#[inline]
pub(crate) fn spend(steps: usize) {
    STEPS.with(|count| count.set(count.get().wrapping_add(steps as u64)));
}

/// How many steps this thread has taken.
pub fn spent() -> u64 {
    STEPS.with(Cell::get)
}
