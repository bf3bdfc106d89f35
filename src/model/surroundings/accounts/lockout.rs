//! Counting bad passwords, and locking accounts.
//!
//! Every controller keeps a count of its own; every bad password is also taken
//! to the PDC, whose count decides (KB Q297157). A lock is replicated urgently,
//! so it holds at every controller at once. Nothing here knows of machines but
//! their positions, which are kept to name the culprits.

use crate::units::Instant;
use crate::world::{Lockout, ServerId};
use std::collections::{BTreeMap, BTreeSet};

/// Where a logon is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The controller that is asked; `None` where none is simulated.
    pub(crate) controller: Option<ServerId>,
    /// The PDC, or PDC emulator.
    pub(crate) primary: Option<ServerId>,
    /// Whether the PDC can be reached.
    pub(crate) primary_up: bool,
}

impl Place {
    /// The controller whose count decides.
    fn decider(self) -> Option<ServerId> {
        if self.primary_up {
            self.primary
        } else {
            self.controller
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Count {
    bad: u32,
    last: Instant,
}

/// A lock, and who brought it about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lock {
    /// When it began.
    pub(crate) since: Instant,
    /// When it ends by itself.
    pub(crate) until: Instant,
    /// The machines whose bad passwords were counted, in order.
    pub(crate) by: Vec<u32>,
}

/// One account under a lockout policy.
#[derive(Debug, Clone)]
pub(crate) struct Guarded {
    policy: Lockout,
    counts: BTreeMap<Option<ServerId>, Count>,
    /// Who has been counted since the count that decides began.
    counted: Vec<u32>,
    lock: Option<Lock>,
    /// Everyone who ever presented a bad password, first come first.
    culprits: Vec<u32>,
    known_culprits: BTreeSet<u32>,
    /// How often it was locked.
    pub(crate) locks: u32,
}

impl Guarded {
    pub(crate) fn new(policy: Lockout) -> Self {
        Self {
            policy,
            counts: BTreeMap::new(),
            counted: Vec::new(),
            lock: None,
            culprits: Vec::new(),
            known_culprits: BTreeSet::new(),
            locks: 0,
        }
    }

    /// The lock that holds at `now`, if any.
    pub(crate) fn lock(&self, now: Instant) -> Option<&Lock> {
        self.lock.as_ref().filter(|lock| now < lock.until)
    }

    /// Everyone who ever presented a bad password, first come first.
    pub(crate) fn culprits(&self) -> &[u32] {
        &self.culprits
    }

    /// `machine` has presented a bad password, `older` passwords behind the
    /// present one, or ahead of it if that is `None`; the account is not locked.
    pub(crate) fn refuse(&mut self, place: Place, machine: u32, older: Option<u32>, now: Instant) {
        if older.is_some_and(|older| (1..=self.policy.forgiven).contains(&older)) {
            return;
        }
        if self.known_culprits.insert(machine) {
            self.culprits.push(machine);
        }
        let decider = place.decider();
        let begins_anew = !self.runs(decider, now);
        if place.controller != decider {
            self.count(place.controller, now);
        }
        let bad = self.count(decider, now);
        if begins_anew {
            self.counted.clear();
        }
        if !self.counted.contains(&machine) {
            self.counted.push(machine);
        }
        if bad >= self.policy.threshold {
            self.close(now);
        }
    }

    /// A right password: the counts of the controller and of the PDC start anew
    /// (KB Q297157).
    pub(crate) fn admit(&mut self, place: Place) {
        self.counts.remove(&place.controller);
        if place.primary_up {
            self.counts.remove(&place.primary);
            self.counted.clear();
        }
    }

    /// An administrator unlocks the account.
    pub(crate) fn unlock(&mut self) {
        self.lock = None;
        self.counts.clear();
        self.counted.clear();
    }

    /// Whether a count is under way at a controller.
    fn runs(&self, controller: Option<ServerId>, now: Instant) -> bool {
        let window = self.policy.window;
        self.counts
            .get(&controller)
            .is_some_and(|count| now.since(count.last) < window)
    }

    /// Counts a bad password at a controller; how many it is now.
    fn count(&mut self, controller: Option<ServerId>, now: Instant) -> u32 {
        let goes_on = self.runs(controller, now);
        let count = self
            .counts
            .entry(controller)
            .or_insert(Count { bad: 0, last: now });
        count.bad = if goes_on { count.bad + 1 } else { 1 };
        count.last = now;
        count.bad
    }

    fn close(&mut self, now: Instant) {
        self.lock = Some(Lock {
            since: now,
            until: now + self.policy.duration,
            by: std::mem::take(&mut self.counted),
        });
        self.counts.clear();
        self.locks += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Span;

    const PDC: Option<ServerId> = Some(ServerId(0));
    const FAR: Option<ServerId> = Some(ServerId(1));
    const OTHER: Option<ServerId> = Some(ServerId(2));

    fn guarded(threshold: u32) -> Guarded {
        Guarded::new(Lockout {
            threshold,
            window: Span::from_mins(30),
            duration: Span::from_mins(30),
            forgiven: 0,
        })
    }

    fn at(controller: Option<ServerId>) -> Place {
        Place {
            controller,
            primary: PDC,
            primary_up: true,
        }
    }

    fn minute(n: u64) -> Instant {
        Instant::START + Span::from_mins(n)
    }

    #[test]
    fn bad_passwords_at_several_controllers_add_up_at_the_pdc() {
        let mut account = guarded(3);
        account.refuse(at(FAR), 1, Some(1), minute(0));
        account.refuse(at(OTHER), 2, Some(1), minute(1));
        assert_eq!(account.lock(minute(1)), None);
        account.refuse(at(FAR), 3, Some(1), minute(2));
        let lock = account.lock(minute(2)).expect("three bad passwords");
        assert_eq!((lock.since, lock.until), (minute(2), minute(32)));
        assert_eq!(lock.by, [1, 2, 3]);
    }

    #[test]
    fn without_the_pdc_each_controller_decides_by_its_own_count() {
        let mut account = guarded(2);
        let lonely = |controller| Place {
            controller,
            primary: PDC,
            primary_up: false,
        };
        account.refuse(lonely(FAR), 1, Some(1), minute(0));
        account.refuse(lonely(OTHER), 1, Some(1), minute(1));
        assert_eq!(account.lock(minute(1)), None);
        account.refuse(lonely(FAR), 1, Some(1), minute(2));
        assert!(account.lock(minute(2)).is_some());
    }

    #[test]
    fn the_count_starts_anew_after_the_window_and_after_a_right_password() {
        let mut account = guarded(2);
        account.refuse(at(FAR), 1, Some(1), minute(0));
        account.refuse(at(FAR), 1, Some(1), minute(30));
        assert_eq!(account.lock(minute(30)), None, "the window is over");
        account.admit(at(FAR));
        account.refuse(at(FAR), 1, Some(1), minute(31));
        assert_eq!(
            account.lock(minute(31)),
            None,
            "a right password came between"
        );
        account.refuse(at(FAR), 1, Some(1), minute(32));
        assert!(account.lock(minute(32)).is_some());
    }

    #[test]
    fn a_right_password_elsewhere_leaves_a_controllers_own_count() {
        let mut account = guarded(2);
        account.refuse(at(FAR), 1, Some(1), minute(0));
        account.admit(at(OTHER));
        let lonely = Place {
            controller: FAR,
            primary: PDC,
            primary_up: false,
        };
        account.refuse(lonely, 1, Some(1), minute(1));
        assert!(account.lock(minute(1)).is_some());
    }

    #[test]
    fn the_previous_two_passwords_are_forgiven_where_the_policy_says_so() {
        let mut account = guarded(1);
        account.policy.forgiven = 2;
        account.refuse(at(PDC), 1, Some(1), minute(0));
        account.refuse(at(PDC), 1, Some(2), minute(0));
        assert_eq!(
            (account.lock(minute(0)), account.culprits().len()),
            (None, 0)
        );
        account.refuse(at(PDC), 1, Some(3), minute(0));
        assert!(account.lock(minute(0)).is_some());
    }

    /// Closed form: with a bad password every `step` minutes, the account is
    /// open while the threshold is reached, `threshold - 1` steps and what is
    /// left of the step in which the lock ended, and locked for the duration.
    #[test]
    fn duty_cycle_of_a_steady_stream_of_bad_passwords_is_the_closed_form() {
        for (threshold, step) in [(5, 1), (5, 4), (3, 7), (1, 13)] {
            let mut account = guarded(threshold);
            let mut locked_at = Vec::new();
            for now in (0..5_000).step_by(step as usize) {
                if account.lock(minute(now)).is_none() {
                    account.refuse(at(FAR), 1, Some(1), minute(now));
                    if account.lock(minute(now)).is_some() {
                        locked_at.push(now);
                    }
                }
            }
            let tries_while_locked = 30_u64.div_ceil(step);
            let period = step * (tries_while_locked + u64::from(threshold) - 1);
            assert!(locked_at.len() > 10);
            assert!(
                locked_at.windows(2).all(|pair| pair[1] - pair[0] == period),
                "threshold {threshold}, every {step} min: {locked_at:?}"
            );
        }
    }
}
