//! The order in which a machine tries distribution points.

use crate::engine::effort;
use crate::units::Span;
use crate::world::ServerId;

/// The points that may serve a package, in tiers: all of one tier are tried,
/// in random order, before the next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Points {
    /// Best tier first.
    pub(crate) tiers: Vec<Vec<ServerId>>,
    /// Whether they are remote: outside the machine's local roaming boundary.
    pub(crate) remote: bool,
    /// When which of the tiers can be used; `None` if all at once.
    pub(crate) ladder: Option<Ladder>,
}

/// Tiers that come into the pool as time passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ladder {
    /// So many tiers are of the machine's own place; the others are remote.
    pub(crate) own: usize,
    /// For each tier, for how long the machine must have looked; ascending.
    pub(crate) after: Vec<Span>,
}

impl Points {
    /// Points in tiers, empty tiers left out; `None` if all are empty.
    pub(crate) fn new(
        tiers: impl IntoIterator<Item = Vec<ServerId>>,
        remote: bool,
    ) -> Option<Self> {
        let tiers: Vec<_> = tiers.into_iter().filter(|tier| !tier.is_empty()).collect();
        (!tiers.is_empty()).then_some(Self {
            tiers,
            remote,
            ladder: None,
        })
    }

    /// How many tiers there are for whoever has looked so far.
    pub(crate) fn open(&self, looked: Looked) -> usize {
        match &self.ladder {
            None => self.tiers.len(),
            Some(ladder) if looked.neighbours => {
                ladder.after.partition_point(|after| *after <= looked.time)
            }
            Some(ladder) => ladder.own,
        }
    }

    /// For how long one must have looked until the next tier is there.
    pub(crate) fn next_rung(&self, looked: Looked) -> Option<Span> {
        let ladder = self.ladder.as_ref().filter(|_| looked.neighbours)?;
        ladder.after.get(self.open(looked)).copied()
    }

    /// Whether there are remote points among those for whoever has looked so far.
    pub(crate) fn is_remote(&self, looked: Looked) -> bool {
        let beyond = |ladder: &Ladder| self.open(looked) > ladder.own;
        self.remote || self.ladder.as_ref().is_some_and(beyond)
    }

    /// Whether all of them are of neighbours.
    pub(crate) fn begins_remote(&self) -> bool {
        self.ladder.as_ref().is_some_and(|ladder| ladder.own == 0)
    }

    /// Every point, in no particular order of preference.
    pub(crate) fn iter(&self) -> impl Iterator<Item = ServerId> + '_ {
        self.tiers.iter().flatten().copied()
    }

    /// The point after `last`, found in `tier` or a later one below `open`, in the order that
    /// `draw` gives this machine and this try: a random permutation inside each
    /// tier, by sorting the points by a hash of draw and point. A tier of one
    /// point needs no draw.
    pub(crate) fn next(
        &self,
        tier: &mut u32,
        open: usize,
        last: Option<ServerId>,
        draw: impl Fn() -> u64,
        mut orders: Asker<'_>,
    ) -> Option<ServerId> {
        loop {
            let points = self.tiers[..open].get(*tier as usize)?;
            let is_here = || last.filter(|point| points.contains(point));
            let next = match points[..] {
                [only] => is_here().is_none().then_some(only),
                _ if points.len() <= FEW => after(points, is_here(), draw()),
                _ => orders.next(points, *tier, last, draw()),
            };
            if next.is_some() {
                return next;
            }
            *tier += 1;
        }
    }
}

/// What two ascending lists have in common; the shorter one is looked through.
pub(super) fn in_both(a: &[ServerId], b: &[ServerId]) -> Vec<ServerId> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    effort::spend(short.len());
    let found = short.iter().copied();
    found.filter(|id| long.binary_search(id).is_ok()).collect()
}

/// A tier of no more points than this is looked through at every try.
const FEW: usize = 32;

/// A large tier is looked through so many times for a job that tries all of it.
const BATCHES: usize = 8;

/// How many jobs at a time are remembered with the points that come next.
const REMEMBERED: usize = 8_192;

/// Where jobs go on in the order of a large tier: a try that finds one point
/// after the other refusing does not look through all of them for each. A job that
/// is forgotten, for another that takes its place, looks through them again.
#[derive(Debug, Default)]
pub(crate) struct PointOrders(Vec<Option<Box<Coming>>>);

/// The points that come next for a job.
#[derive(Debug)]
struct Coming {
    asked: Asked,
    /// The one before.
    last: ServerId,
    /// The last of them first.
    next: Vec<ServerId>,
    /// Whether none comes after them.
    ends: bool,
}

/// Whose order of which points it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    job: u32,
    draw: u64,
    tier: u32,
    /// Where the list of points lies, its length and the count of its changes.
    list: (usize, usize, u32),
}

/// A job that asks for its next point.
pub(crate) struct Asker<'o> {
    pub(crate) orders: &'o mut PointOrders,
    pub(crate) job: u32,
    /// The count of changes of the points.
    pub(crate) epoch: u32,
}

impl Asker<'_> {
    /// The point of a large tier that `draw` puts after `last`, or the first if
    /// that is not among them.
    fn next(
        &mut self,
        points: &[ServerId],
        tier: u32,
        last: Option<ServerId>,
        draw: u64,
    ) -> Option<ServerId> {
        let asked = Asked {
            job: self.job,
            draw,
            tier,
            list: (points.as_ptr().addr(), points.len(), self.epoch),
        };
        self.orders.0.resize_with(REMEMBERED, || None);
        let place = &mut self.orders.0[self.job as usize % REMEMBERED];
        if let Some(coming) = place.as_mut()
            && (coming.asked, Some(coming.last)) == (asked, last)
        {
            if let Some(next) = coming.next.pop() {
                coming.last = next;
                return Some(next);
            }
            if coming.ends {
                return None;
            }
        }
        let last = last.filter(|point| points.contains(point));
        let Some(last) = last else {
            // Most jobs are content with the first.
            return after(points, None, draw);
        };
        effort::spend(points.len());
        let before = rank(draw, last);
        let ranked = points.iter().map(|point| (rank(draw, *point), *point));
        let mut ranked: Vec<_> = ranked.filter(|(rank, _)| *rank > before).collect();
        let some = (points.len() / BATCHES).max(FEW / 2);
        let ends = ranked.len() <= some;
        if !ends {
            ranked.select_nth_unstable(some);
            ranked.truncate(some);
        }
        ranked.sort_unstable_by(|a, b| b.cmp(a));
        let mut next: Vec<_> = ranked.into_iter().map(|(_, point)| point).collect();
        let first = next.pop();
        *place = Some(Box::new(Coming {
            asked,
            last: first.unwrap_or(last),
            next,
            ends,
        }));
        first
    }
}

/// The point of a tier that `draw` puts after `last`, or first.
fn after(points: &[ServerId], last: Option<ServerId>, draw: u64) -> Option<ServerId> {
    effort::spend(points.len());
    let before = last.map_or(0, |point| rank(draw, point));
    let ranked = points.iter().map(|point| (rank(draw, *point), *point));
    let next = ranked.filter(|(rank, _)| *rank > before).min();
    next.map(|(_, point)| point)
}

/// A rank above zero that differs for every point of a draw: the low bits
/// carry the point itself.
fn rank(draw: u64, point: ServerId) -> u64 {
    let mixed = (draw ^ (u64::from(point.0) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
        .wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    (mixed & !0xFFFF_FFFF) | (u64::from(point.0) + 1)
}

/// How far a job has looked for its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Looked {
    /// For how long.
    pub(crate) time: Span,
    /// Whether it may use the points of neighbours.
    pub(crate) neighbours: bool,
}

impl Looked {
    /// For a client that has no need to look.
    pub(crate) const NOTHING: Self = Self {
        time: Span::ZERO,
        neighbours: false,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asker(orders: &mut PointOrders) -> Asker<'_> {
        let (job, epoch) = (7, 0);
        Asker { orders, job, epoch }
    }

    #[test]
    fn a_large_tier_is_tried_in_the_order_of_a_look_through_it_for_each() {
        let all: Vec<_> = (0..500).map(ServerId).collect();
        let points = Points::new([all.clone()], false).unwrap();
        let mut orders = PointOrders::default();
        for draw in [1u64, 99, u64::MAX] {
            let (mut tier, mut last) = (0, None);
            for _ in 0..all.len() {
                let expected = after(&all, last, draw);
                last = points.next(&mut tier, 1, last, || draw, asker(&mut orders));
                assert_eq!(last, expected);
            }
            let end = points.next(&mut tier, 1, last, || draw, asker(&mut orders));
            assert_eq!((end, tier), (None, 1), "each has been tried once");
        }
    }

    #[test]
    fn every_point_is_tried_once_tier_by_tier() {
        let all: Vec<_> = (0..20).map(ServerId).collect();
        let points = Points::new([all[..5].to_vec(), vec![], all[5..].to_vec()], false).unwrap();
        for draw in [1u64, 99, u64::MAX, 0x1234_5678_9ABC_DEF0] {
            let mut tier = 0;
            let mut seen = Vec::new();
            let mut orders = PointOrders::default();
            while let Some(point) = points.next(
                &mut tier,
                2,
                seen.last().copied(),
                || draw,
                asker(&mut orders),
            ) {
                seen.push(point);
            }
            assert!(
                seen[..5].iter().all(|p| p.0 < 5),
                "the first tier comes first"
            );
            seen.sort_unstable();
            assert_eq!(seen, all);
        }
    }

    #[test]
    fn the_first_point_is_uniform_over_the_tier() {
        let points = Points::new([(0..4).map(ServerId).collect()], false).unwrap();
        let mut first = [0u32; 4];
        let mut draw = 1u64;
        for _ in 0..4_000 {
            draw = draw
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let mut orders = PointOrders::default();
            let draw = || draw ^ (draw >> 29);
            let point = points.next(&mut 0, 1, None, draw, asker(&mut orders));
            let point = point.unwrap();
            first[point.index()] += 1;
        }
        assert!(first.iter().all(|n| (850..1150).contains(n)), "{first:?}");
    }
}
