//! Points that pull: from the notification to the last byte (Configuration
//! Manager, "Use a pull-distribution point" and "Package transfer manager").
//!
//! Who waits is not asked at every look: what may change its mind, content that
//! has come to a source or an outage that ends, wakes it for its next look.

use std::collections::BTreeMap;

use super::arrival::{PullUse, Pulled, Way};
use super::senders::LEAST_DELAY;
use super::simulation::{Simulation, rank};
use super::supplies::Supply;
use crate::engine::{ClassId, Event, TransferId};
use crate::units::{Instant, Rate, Size, Span};
use crate::world::ServerId;
use crate::world::sending::Target;

/// Where a pull stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The package is not at the point's site yet, or there is no source.
    Away,
    /// No source has the package.
    Unavailable,
    /// The point could not be notified.
    Unheard,
    /// Notified; no source that has the package can be reached.
    Looking,
    /// Under way.
    Downloading(TransferId),
    /// The download broke.
    Broken,
    /// All of it is there, or it is given up.
    Over,
}

/// One package that one point pulls.
#[derive(Debug, Clone)]
pub(super) struct PullState {
    stage: Stage,
    /// Counts changes of stage; events of an earlier one are stale.
    generation: u32,
    /// From when the looks of the stage are counted.
    since: Instant,
    left: Size,
    /// The way from each source, by its position.
    classes: Vec<ClassId>,
    /// Position of the source among those of the pull.
    source: Option<usize>,
    notifications: u32,
    notified: Instant,
    moved: Size,
    failures: u64,
    first: Instant,
    begun: Instant,
}

impl PullState {
    fn new(classes: Vec<ClassId>, bytes: Size) -> Self {
        Self {
            stage: Stage::Away,
            generation: 0,
            since: Instant::NEVER,
            left: bytes,
            classes,
            source: None,
            notifications: 0,
            notified: Instant::NEVER,
            moved: Size(0),
            failures: 0,
            first: Instant::NEVER,
            begun: Instant::NEVER,
        }
    }
}

impl Simulation<'_> {
    pub(super) fn open_pulls(&mut self) {
        let plan = &self.plan;
        let before = self.first_own as usize + plan.routes.len() + plan.outlets.len();
        let points = positions(plan.points.keys(), before);
        for (copy, supplies) in &plan.supplies.of {
            let copied = &plan.copies[*copy as usize];
            let mut class = |supply: &Supply| {
                let between = plan.links.positions(&supply.source.path);
                let path: Vec<u32> = between.chain([points[&copied.point]]).collect();
                self.network.class(&path, Rate::UNLIMITED)
            };
            let classes = supplies.iter().map(&mut class).collect();
            (self.pulls).insert(*copy, PullState::new(classes, copied.bytes));
        }
    }

    fn pull(&mut self, copy: u32) -> &mut PullState {
        self.pulls
            .get_mut(&copy)
            .expect("every pull has a state since open_pulls")
    }

    fn stand(&mut self, copy: u32, stage: Stage) -> u32 {
        let now = self.now;
        match stage {
            Stage::Looking | Stage::Broken => self.resting.insert(copy),
            _ => self.resting.remove(&copy),
        };
        match stage {
            Stage::Downloading(_) => self.pulling.insert(copy),
            _ => self.pulling.remove(&copy),
        };
        let state = self.pull(copy);
        state.stage = stage;
        state.since = now;
        state.generation = (state.generation + 1) & Event::SERIAL_MASK;
        state.generation
    }

    /// Whether a point pulls and the package comes to none of its sources.
    pub(super) fn is_starving(&self, copy: u32) -> bool {
        (self.plan.supplies.of.get(&copy)).is_some_and(Vec::is_empty)
    }

    /// The site of a point that pulls has the package.
    pub(super) fn start_pull(&mut self, copy: u32) {
        if !self.is_starving(copy) {
            self.stand(copy, Stage::Unavailable);
            self.wake(copy);
        }
    }

    /// What a pull waits for may have come: it looks at its next turn.
    fn wake(&mut self, copy: u32) {
        let rules = &self.sending.rules.pull;
        let state = &self.pulls[&copy];
        let every = match state.stage {
            Stage::Unavailable => rules.recheck,
            Stage::Looking => rules.look_again,
            Stage::Broken => rules.resume,
            Stage::Away | Stage::Unheard | Stage::Downloading(_) | Stage::Over => return,
        };
        let every = every.max(LEAST_DELAY).0;
        let turns = self.now.since(state.since).0.div_ceil(every);
        let (turn, generation) = (
            state.since + Span(turns.saturating_mul(every)),
            state.generation,
        );
        self.at(turn, rank::PULL, copy, generation);
    }

    /// A pull takes its turn.
    pub(super) fn pull_turn(&mut self, copy: u32, generation: u32) {
        let state = &self.pulls[&copy];
        if state.generation != generation {
            return;
        }
        match state.stage {
            Stage::Unavailable if self.supply_of(copy).any(|supply| self.has_it(supply)) => {
                self.notify(copy);
            }
            Stage::Unheard => self.notify(copy),
            Stage::Looking => self.look(copy),
            Stage::Broken => self.go_on(copy),
            _ => {}
        }
    }

    fn supply_of(&self, copy: u32) -> impl Iterator<Item = &Supply<'_>> {
        self.plan.supplies.of[&copy].iter()
    }

    fn has_it(&self, supply: &Supply) -> bool {
        supply
            .by
            .is_none_or(|by| self.copies[by as usize].done.is_some())
    }

    /// Whether a point can download from a source now.
    fn serves(&self, supply: &Supply, point: ServerId) -> bool {
        let is_up = |target| !self.is_down(target);
        self.has_it(supply)
            && is_up(Target::Point(supply.source.point))
            && is_up(Target::Point(point))
            && (supply.source.path.iter()).all(|link| is_up(Target::Link(*link)))
    }

    /// The site's server tells the point that there is something to download.
    fn notify(&mut self, copy: u32) {
        let (now, point) = (self.now, self.plan.copies[copy as usize].point);
        let down = self.is_down(Target::Point(point)) || self.is_down(Target::Way(point));
        let retry = self.sending.rules.pull.notify;
        let state = self.pull(copy);
        state.notifications += 1;
        if !down {
            state.notified = now;
            self.look(copy);
        } else if state.notifications > retry.count {
            self.stand(copy, Stage::Over);
            self.copies[copy as usize].lost = true;
        } else {
            let again = now + retry.pause(state.notifications - 1).max(LEAST_DELAY);
            let generation = self.stand(copy, Stage::Unheard);
            self.at(again, rank::PULL, copy, generation);
        }
    }

    /// The point asks its sources one after the other.
    fn look(&mut self, copy: u32) {
        let point = self.plan.copies[copy as usize].point;
        let found = self
            .supply_of(copy)
            .position(|supply| self.serves(supply, point));
        if let Some(source) = found {
            self.pull(copy).source = Some(source);
            self.download(copy, source);
        } else if self.pulls[&copy].stage != Stage::Looking {
            self.stand(copy, Stage::Looking);
        }
    }

    /// Goes on with a download that broke, from the same source.
    fn go_on(&mut self, copy: u32) {
        let point = self.plan.copies[copy as usize].point;
        if let Some(source) = self.pulls[&copy].source
            && self.serves(&self.plan.supplies.of[&copy][source], point)
        {
            self.download(copy, source);
        }
    }

    fn download(&mut self, copy: u32, source: usize) {
        let (now, left) = (self.now, self.pulls[&copy].left);
        let class = self.pulls[&copy].classes[source];
        let payload = self.first_payload + self.legs.len() as u32 + copy;
        let transfer = self.network.start(now, class, left, payload);
        self.stand(copy, Stage::Downloading(transfer));
        self.copies[copy as usize].attempts += 1;
        let state = self.pull(copy);
        state.first = state.first.min(now);
        state.begun = now;
    }

    /// The last byte has arrived.
    pub(super) fn pulled(&mut self, copy: u32) {
        self.stand(copy, Stage::Over);
        let now = self.now;
        let state = self.pull(copy);
        let rest = std::mem::take(&mut state.left);
        state.moved += rest;
        let begun = state.begun;
        self.copies[copy as usize].done = now;
        self.pull_passed(copy, begun, rest);
        self.completed.push(copy);
        self.supplied(copy);
    }

    /// A point has its package: others that wait for that may pull it there.
    pub(super) fn supplied(&mut self, copy: u32) {
        let awaiting = self.plan.supplies.awaiting.get(&copy).cloned();
        awaiting
            .into_iter()
            .flatten()
            .for_each(|pull| self.wake(pull));
    }

    /// Something can be reached again.
    pub(super) fn wake_resting(&mut self) {
        self.resting
            .clone()
            .into_iter()
            .for_each(|copy| self.wake(copy));
    }

    /// Something cannot be reached any more: downloads break.
    pub(super) fn break_pulls(&mut self, target: Target) {
        for copy in self.pulling.clone() {
            if self.needs(copy, target) {
                self.stop_pull(copy);
                self.pull(copy).failures += 1;
                self.stand(copy, Stage::Broken);
            }
        }
    }

    /// Whether a download under way depends on a target.
    fn needs(&self, copy: u32, target: Target) -> bool {
        let Some(source) = self.pulls[&copy].source else {
            return false;
        };
        let source = self.plan.supplies.of[&copy][source].source;
        match target {
            Target::Point(point) => {
                [source.point, self.plan.copies[copy as usize].point].contains(&point)
            }
            Target::Link(link) => source.path.contains(&link),
            Target::Site(_) | Target::Route(..) | Target::Way(_) => false,
        }
    }

    /// Stops a download that is under way, and counts its bytes.
    pub(super) fn stop_pull(&mut self, copy: u32) {
        if let Stage::Downloading(transfer) = self.pulls[&copy].stage {
            let moved = self.network.cancel(self.now, transfer);
            self.pulling.remove(&copy);
            let state = self.pull(copy);
            state.moved += moved;
            state.left = Size(state.left.0 - moved.0);
            let begun = state.begun;
            self.pull_passed(copy, begun, moved);
        }
    }

    fn pull_passed(&mut self, copy: u32, begun: Instant, bytes: Size) {
        let point = self.plan.copies[copy as usize].point;
        if let Some(source) = self.pulls[&copy].source {
            let source = self.plan.supplies.of[&copy][source].source.point;
            self.passed(Way::Pull(source, point), begun, bytes);
        }
    }

    /// What there is to say of a pull; `None` of a copy.
    pub(super) fn told(&self, copy: u32) -> Option<Pulled> {
        let state = self.pulls.get(&copy)?;
        let source = state
            .source
            .map(|source| self.plan.supplies.of[&copy][source].source.point);
        Some(Pulled {
            source,
            notifications: state.notifications,
            notified: state.notified,
            cancelled: self.cancelled(copy, state.notified),
        })
    }

    /// When the site's server has polled as often as it does, and the download
    /// was still under way; [`Instant::NEVER`] if it did not come to that.
    fn cancelled(&self, copy: u32, notified: Instant) -> Instant {
        let poll = self.sending.rules.pull.poll;
        let done = self.copies[copy as usize].done;
        let over = done.min(Instant::START + self.sending.horizon);
        if poll.count == u32::MAX || over <= notified {
            return Instant::NEVER;
        }
        let polls = poll.tries(0, notified, Instant(over.0 - 1), |_| 0);
        if polls.count == poll.count {
            polls.last
        } else {
            Instant::NEVER
        }
    }

    /// What every point has pulled from every other.
    pub(super) fn pull_use(&self) -> Vec<PullUse> {
        let mut uses = BTreeMap::new();
        for (copy, state) in &self.pulls {
            let (point, done) = (
                self.plan.copies[*copy as usize].point,
                &self.copies[*copy as usize],
            );
            let Some(source) = state.source else { continue };
            let source = self.plan.supplies.of[copy][source].source.point;
            let usage = uses.entry((source, point)).or_insert(PullUse {
                source,
                point,
                bytes: Size(0),
                pulls: 0,
                attempts: 0,
                failures: 0,
                first: Instant::NEVER,
                last: Instant::NEVER,
            });
            usage.bytes += state.moved;
            usage.attempts += u64::from(done.attempts);
            usage.failures += state.failures;
            usage.first = usage.first.min(state.first);
            if done.done.is_some() {
                usage.pulls += 1;
                usage.last = latest(usage.last, done.done);
            }
        }
        uses.into_values().collect()
    }
}

/// Positions in the network, counted from `first`.
fn positions<'k, K: Ord + Copy + 'k>(
    keys: impl Iterator<Item = &'k K>,
    first: usize,
) -> BTreeMap<K, u32> {
    let counted = keys.enumerate();
    counted
        .map(|(at, key)| (*key, (first + at) as u32))
        .collect()
}

/// The later of two instants, of which the first may not have been yet.
fn latest(before: Instant, now: Instant) -> Instant {
    if before.is_some() {
        before.max(now)
    } else {
        now
    }
}
