//! The order in which a machine tries distribution points.

use super::lists::{But, ListId, Part, Sight};
use crate::engine::effort;
use crate::units::Span;
use crate::world::{ServerId, World};

/// The points that may serve a package, in tiers: all of one tier are tried,
/// in random order, before the next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Points {
    /// Best tier first.
    pub(crate) tiers: Vec<Tier>,
    /// Whether they are remote: outside the machine's local roaming boundary.
    pub(crate) remote: bool,
    /// When which of the tiers can be used; `None` if all at once.
    pub(crate) ladder: Option<Ladder>,
}

/// Points that are equally good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tier {
    /// These, ascending.
    These(Vec<ServerId>),
    /// A part of a list, and how many points it has.
    Of(Part, usize),
}

impl From<Vec<ServerId>> for Tier {
    fn from(points: Vec<ServerId>) -> Self {
        Self::These(points)
    }
}

impl Tier {
    /// How many they are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::These(points) => points.len(),
            Self::Of(_, count) => *count,
        }
    }

    /// The points, with those that are not meant, and which these are.
    fn slice<'a>(&'a self, sight: Sight<'a>) -> (&'a [ServerId], But) {
        match self {
            Self::These(points) => (points, But::Nothing),
            Self::Of(part, _) => (sight.lists.slice(sight.world, *part), part.but),
        }
    }

    /// Every point, ascending.
    pub(crate) fn iter<'a>(&'a self, sight: Sight<'a>) -> impl Iterator<Item = ServerId> + 'a {
        let (points, but) = self.slice(sight);
        let points = points.iter().copied();
        points.filter(move |point| !but.leaves_out(sight.world, *point))
    }

    /// Whether a point is among them.
    pub(crate) fn has(&self, sight: Sight<'_>, point: ServerId) -> bool {
        match self {
            Self::These(points) => points.contains(&point),
            Self::Of(part, _) => sight.lists.has(sight.world, *part, point),
        }
    }

    /// The first of them in the order that `draw` gives to a try.
    pub(crate) fn first(&self, sight: Sight<'_>, draw: u64) -> Option<ServerId> {
        after(sight.world, self.iter(sight), None, draw)
    }

    /// The last of them in that order.
    pub(crate) fn last(&self, sight: Sight<'_>, draw: u64) -> Option<ServerId> {
        effort::spend(self.len());
        self.iter(sight)
            .max_by_key(|point| rank(sight.world, draw, *point))
    }

    /// The list of which they are, if there are many.
    pub(crate) fn list(&self) -> Option<ListId> {
        match self {
            Self::These(_) => None,
            Self::Of(part, _) => Some(part.list),
        }
    }
}

/// Tiers that come into the pool as time passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ladder {
    /// How many tiers are of the machine's own place; the others are remote.
    pub(crate) own: usize,
    /// For each tier, for how long the machine must have looked; ascending.
    pub(crate) after: Vec<Span>,
}

impl Points {
    /// Points in tiers, empty tiers left out; `None` if all are empty.
    pub(crate) fn new<T: Into<Tier>>(
        tiers: impl IntoIterator<Item = T>,
        remote: bool,
    ) -> Option<Self> {
        let tiers = tiers.into_iter().map(T::into);
        let tiers: Vec<Tier> = tiers.filter(|tier| tier.len() > 0).collect();
        (!tiers.is_empty()).then_some(Self {
            tiers,
            remote,
            ladder: None,
        })
    }

    /// How many tiers there are for a client that has looked that far.
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

    /// Whether there are remote points among those for a client that has looked that far.
    pub(crate) fn is_remote(&self, looked: Looked) -> bool {
        let beyond = |ladder: &Ladder| self.open(looked) > ladder.own;
        self.remote || self.ladder.as_ref().is_some_and(beyond)
    }

    /// Whether all of them are of neighbours.
    pub(crate) fn begins_remote(&self) -> bool {
        self.ladder.as_ref().is_some_and(|ladder| ladder.own == 0)
    }

    /// Every point, in no particular order of preference.
    pub(crate) fn iter<'a>(&'a self, sight: Sight<'a>) -> impl Iterator<Item = ServerId> + 'a {
        self.tiers.iter().flat_map(move |tier| tier.iter(sight))
    }

    /// Whether a point is among them.
    pub(crate) fn has(&self, sight: Sight<'_>, point: ServerId) -> bool {
        self.tiers.iter().any(|tier| tier.has(sight, point))
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
        let sight = orders.sight;
        loop {
            let points = self.tiers[..open].get(*tier as usize)?;
            let is_here = || last.filter(|point| points.has(sight, *point));
            let next = match points.len() {
                1 if is_here().is_some() => None,
                1 => points.iter(sight).next(),
                ..=FEW => after(sight.world, points.iter(sight), is_here(), draw()),
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

/// A tier of no more points than this is looked through at every try, and stands for
/// itself.
pub(super) const FEW: usize = 32;

/// How many times a large tier is looked through for a job that tries all of it.
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
    /// What of it is not meant.
    but: But,
}

/// A job that asks for its next point.
pub(crate) struct Asker<'o> {
    pub(crate) orders: &'o mut PointOrders,
    pub(crate) job: u32,
    /// The count of changes of the points.
    pub(crate) epoch: u32,
    pub(crate) sight: Sight<'o>,
}

impl Asker<'_> {
    /// The point of a large tier that `draw` puts after `last`, or the first if
    /// that is not among them.
    fn next(
        &mut self,
        points: &Tier,
        tier: u32,
        last: Option<ServerId>,
        draw: u64,
    ) -> Option<ServerId> {
        let sight = self.sight;
        let (list, but) = points.slice(sight);
        let asked = Asked {
            job: self.job,
            draw,
            tier,
            list: (list.as_ptr().addr(), list.len(), self.epoch),
            but,
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
        let last = last.filter(|point| points.has(sight, *point));
        let Some(last) = last else {
            // Most jobs are content with the first.
            return after(sight.world, points.iter(sight), None, draw);
        };
        effort::spend(list.len());
        let rank = |point| rank(sight.world, draw, point);
        let before = rank(last);
        let ranked = points.iter(sight).map(|point| (rank(point), point));
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
fn after(
    world: &World,
    points: impl Iterator<Item = ServerId>,
    last: Option<ServerId>,
    draw: u64,
) -> Option<ServerId> {
    let rank = |point| rank(world, draw, point);
    let before = last.map_or(0, rank);
    let points = points.inspect(|_| effort::spend(1));
    let ranked = points.map(|point| (rank(point), point));
    let next = ranked.filter(|(rank, _)| *rank > before).min();
    next.map(|(_, point)| point)
}

/// A rank above zero that differs for every point of a draw: the low bits
/// carry the point itself. It goes by the point's name, so that another server in the
/// scenario changes no order.
fn rank(world: &World, draw: u64, point: ServerId) -> u64 {
    let key = world.servers_at.key(point);
    let mixed =
        (draw ^ key.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
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
