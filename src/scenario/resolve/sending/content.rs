//! Content that comes, among faults of content.

use crate::sending::{Coming, SentPackage, missing_at_start, to_changes};
use crate::world::{Arrival, Change, PackageId, ServerId, TimedChange, World};
use std::collections::{BTreeMap, BTreeSet};

/// `changes` with those of `arrivals` among them, in order of time. Until
/// content has come, a fault can do nothing to it; while it lasts, content that
/// comes is as the fault leaves it.
pub(super) fn settle(arrivals: &[Arrival], changes: Vec<TimedChange>) -> Vec<TimedChange> {
    let mut coming: BTreeMap<_, _> = (arrivals.iter())
        .map(|arrival| {
            let missing = missing_at_start(std::slice::from_ref(arrival), arrival.package);
            let key = (arrival.package, arrival.point);
            (key, Coming::new(missing.is_empty()))
        })
        .collect();
    let mut all = to_changes(arrivals);
    let arriving = all.len();
    all.extend(changes);
    let mut order: Vec<usize> = (0..all.len()).collect();
    // A stable sort: at one instant content comes first, then what it was.
    order.sort_by_key(|position| all[*position].since);
    let mut settled = Vec::with_capacity(all.len());
    for position in order {
        let mut timed = all[position].clone();
        if let Change::Content(package, point, state) = &mut timed.change
            && let Some(content) = coming.get_mut(&(*package, *point))
        {
            let news = if position < arriving {
                content.becomes(*state)
            } else {
                content.fault(*state)
            };
            match news {
                Some(now) => *state = now,
                None => continue,
            }
        }
        settled.push(timed);
    }
    settled
}

/// What faults do to the content of packages that are sent, on the points that are to
/// have it, in order of time.
pub(super) fn faults(world: &World, packages: &[SentPackage]) -> Vec<TimedChange> {
    let sent: BTreeSet<PackageId> = packages.iter().map(|sent| sent.package).collect();
    let holds = |package: PackageId, point: &ServerId| {
        let points = &world.packages[package.index()].distribution_points;
        points.binary_search(point).is_ok()
    };
    let faults = world.changes.iter().filter(|timed| match &timed.change {
        Change::Content(package, point, _) => sent.contains(package) && holds(*package, point),
        _ => false,
    });
    faults.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Instant, Size};
    use crate::world::{ContentState, Fate};

    const HERE: (PackageId, ServerId) = (PackageId(0), ServerId(0));

    fn arrival(at: u64) -> Arrival {
        Arrival {
            package: HERE.0,
            point: HERE.1,
            at: Instant(at),
            fate: Fate::Arrived,
            bytes: Size(1),
            released: Instant::START,
            older: false,
            at_site: Instant(at),
            sending_attempts: 1,
            copy_attempts: 1,
            pulled: None,
        }
    }

    /// The states of the content after faults that begin and end as given.
    fn states(at: u64, faults: &[(u64, u64)]) -> Vec<(u64, ContentState)> {
        let mut changes = Vec::new();
        for (from, to) in faults {
            for (at, state) in [(*from, ContentState::Corrupt), (*to, ContentState::Intact)] {
                let change = Change::Content(HERE.0, HERE.1, state);
                changes.push(TimedChange {
                    since: Instant(at).into(),
                    change,
                });
            }
        }
        changes.sort_by_key(|timed| timed.since);
        let settled = settle(&[arrival(at)], changes);
        let state = |timed: &TimedChange| match timed.change {
            Change::Content(_, _, state) => (timed.at().0, state),
            _ => unreachable!("there are no other changes"),
        };
        settled.iter().map(state).collect()
    }

    #[test]
    fn a_fault_before_the_content_has_come_changes_nothing() {
        assert_eq!(states(5, &[(1, 3)]), [(5, ContentState::Intact)]);
    }

    #[test]
    fn content_that_comes_during_a_fault_is_damaged_until_it_ends() {
        let expected = [(5, ContentState::Corrupt), (9, ContentState::Intact)];
        assert_eq!(states(5, &[(1, 9)]), expected);
        assert_eq!(
            states(5, &[(1, 9), (2, 3)]),
            expected,
            "one of two has ended"
        );
    }

    #[test]
    fn a_fault_that_begins_as_the_content_comes_stands() {
        let expected = [
            (5, ContentState::Intact),
            (5, ContentState::Corrupt),
            (6, ContentState::Intact),
        ];
        assert_eq!(states(5, &[(5, 6)]), expected);
    }
}
