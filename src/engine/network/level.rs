//! The levels of links, put right again after a change.
//!
//! A link at which something changed is *dirty*. Its level is computed anew
//! from its capacity, the groups at home and what foreign transfers use; as
//! long as one of those is faster than the level, it is taken home. A level
//! that changed changes the rates of groups, which makes other links dirty,
//! until none is left. Classes move only on strict inequality, so that ties
//! do not send them back and forth; should the repair still take long, the
//! component is solved from scratch.

use std::cmp::Reverse;

use super::Network;
use super::arena::NONE;
use super::fixed::UNLIMITED;

/// A full link that has room again and no more pairs than this goes back to
/// thresholds.
const FEW_PAIRS: usize = 32;

impl Network {
    pub(super) fn mark_dirty(&mut self, link: u32) {
        if !std::mem::replace(&mut self.links[link].dirty, true) {
            self.dirty.push_back(link);
        }
    }

    /// Notes that a group's next completion must be computed anew.
    pub(super) fn touch(&mut self, g: u32) {
        if !std::mem::replace(&mut self.groups[g].touched, true) {
            self.touched.push(g);
        }
    }

    /// Makes all levels and rates right at the present time.
    pub(super) fn repair(&mut self) {
        let mut patience = 1_000 + 20 * self.links.len();
        while let Some(link) = self.dirty.pop_front() {
            if self.plain || patience == 0 {
                self.dirty.push_front(link);
                self.solve_component();
                continue;
            }
            patience -= 1;
            self.links[link].dirty = false;
            self.relevel(link);
        }
        while let Some(g) = self.touched.pop() {
            self.groups[g].touched = false;
            self.note_due(g);
        }
    }

    /// Notes when a group's next transfer is complete at its present rate.
    pub(super) fn note_due(&mut self, g: u32) {
        match self.groups[g].due() {
            Some(due) => self.due.set(g, due, &mut self.due_places),
            None => self.due.remove(g, &mut self.due_places),
        }
    }

    /// Computes the level of a link, and takes home whatever is faster.
    fn relevel(&mut self, link: u32) {
        let before = self.links[link].held_groups;
        let l = &self.links[link];
        if !l.exact && (l.breached || !l.fits()) {
            self.set_thresholds(link);
        }
        let mut level = self.water_level(link);
        while let Some((Reverse(rate), pair)) = self.links[link].fastest.peek()
            && rate > level
        {
            self.take_home(pair);
            level = self.water_level(link);
        }
        self.set_level(link, level, before);
        let l = &self.links[link];
        if l.exact && level == UNLIMITED && l.pairs.len() <= FEW_PAIRS {
            self.unfollow(link);
        }
    }

    /// Sets a link's level and the rates of its groups; those before number
    /// `before` and the present number of held groups stay at their caps.
    pub(super) fn set_level(&mut self, link: u32, level: u64, before: usize) {
        let l = &mut self.links[link];
        l.level = level;
        l.note_saturation(self.now);
        for at in before.min(l.held_groups)..l.groups.len() {
            let g = self.links[link].groups[at];
            let rate = level.min(self.groups[g].cap);
            if rate != self.groups[g].rate {
                self.set_rate(g, rate);
            }
        }
    }

    /// Divides what foreign transfers leave of a link among its groups: the
    /// level up to which those not held by their caps can be filled,
    /// [`UNLIMITED`] if the link is not full.
    pub(super) fn water_level(&mut self, link: u32) -> u64 {
        loop {
            let l = &self.links[link];
            let room = u128::from(l.capacity).saturating_sub(l.foreign + l.held) as u64;
            // With nobody to hold back but too much in use, foreign transfers
            // must go down: all that move are above 0.
            let level = if l.fits() {
                UNLIMITED
            } else {
                room.checked_div(l.floating).unwrap_or(0)
            };
            let cap = |at: usize| l.groups.get(at).map(|g| self.groups[*g].cap);
            if cap(l.held_groups).is_some_and(|cap| cap <= level) {
                self.hold_next(link);
            } else if l.held_groups > 0 && cap(l.held_groups - 1).is_some_and(|cap| cap > level) {
                self.float_last(link);
            } else {
                return level;
            }
        }
    }

    /// Counts the first floating group as held by its cap.
    fn hold_next(&mut self, link: u32) {
        let l = &mut self.links[link];
        let group = &mut self.groups[l.groups[l.held_groups]];
        group.held = true;
        l.held += u128::from(group.members) * u128::from(group.cap);
        l.floating -= group.members;
        l.held_groups += 1;
    }

    /// Counts the last group held by its cap as held back by the link.
    fn float_last(&mut self, link: u32) {
        let l = &mut self.links[link];
        l.held_groups -= 1;
        let group = &mut self.groups[l.groups[l.held_groups]];
        group.held = false;
        l.held -= u128::from(group.members) * u128::from(group.cap);
        l.floating += group.members;
    }

    /// Changes the rate of a group and tells the links that its classes cross.
    pub(super) fn set_rate(&mut self, g: u32, rate: u64) {
        self.groups[g].advance(self.now);
        self.groups[g].rate = rate;
        self.touch(g);
        for at in 0..self.groups[g].followers.len() {
            let p = self.groups[g].followers[at];
            let pair = &mut self.pairs[p];
            let link = &mut self.links[pair.link];
            link.foreign -= u128::from(pair.members) * u128::from(pair.level);
            link.foreign += u128::from(pair.members) * u128::from(rate);
            pair.level = rate;
            link.fastest.set(p, Reverse(rate), &mut self.fast_places);
            if link.level != UNLIMITED || !link.fits() {
                let link = pair.link;
                self.mark_dirty(link);
            }
        }
        while let Some((_, p)) = self.groups[g]
            .watchers
            .peek()
            .filter(|(threshold, _)| *threshold < rate)
        {
            self.breach(p, rate);
        }
    }

    /// A rate passed a threshold: the link must set new ones.
    fn breach(&mut self, p: u32, rate: u64) {
        let pair = &mut self.pairs[p];
        let link = &mut self.links[pair.link];
        link.foreign += u128::from(pair.members) * u128::from(rate - pair.level);
        link.breached = true;
        pair.level = rate;
        let (link, group) = (pair.link, pair.group);
        self.groups[group]
            .watchers
            .set(p, rate, &mut self.watch_places);
        self.mark_dirty(link);
    }

    /// Sets the thresholds up to which the rates over a link may rise before
    /// it must be looked at: half of its room is divided equally, the rest is
    /// left for new transfers. Without room it follows every change instead.
    fn set_thresholds(&mut self, link: u32) {
        let l = &mut self.links[link];
        l.breached = false;
        let (mut load, mut members) = (l.demand, 0);
        for p in &l.pairs {
            let pair = &self.pairs[*p];
            load += u128::from(pair.members) * u128::from(self.groups[pair.group].rate);
            members += pair.members;
        }
        if l.capacity != UNLIMITED && load > u128::from(l.capacity) {
            return self.follow(link);
        }
        let room = u128::from(l.capacity).saturating_sub(load) as u64 / 2;
        let share = room / members.max(1);
        l.foreign = 0;
        for p in &l.pairs {
            let pair = &mut self.pairs[*p];
            let group = &mut self.groups[pair.group];
            pair.level = group.rate.saturating_add(share).min(group.cap);
            l.foreign += u128::from(pair.members) * u128::from(pair.level);
            if pair.level < group.cap {
                group.watchers.set(*p, pair.level, &mut self.watch_places);
            } else {
                group.watchers.remove(*p, &mut self.watch_places);
            }
        }
    }

    /// From now on the link is told of every change of the rates over it.
    pub(super) fn follow(&mut self, link: u32) {
        for at in 0..self.links[link].pairs.len() {
            let p = self.links[link].pairs[at];
            self.forget_group(p);
            let pair = &mut self.pairs[p];
            let group = &mut self.groups[pair.group];
            let l = &mut self.links[link];
            l.foreign -= u128::from(pair.members) * u128::from(pair.level - group.rate);
            pair.level = group.rate;
            pair.at_group = group.followers.len() as u32;
            group.followers.push(p);
            l.fastest.set(p, Reverse(group.rate), &mut self.fast_places);
        }
        self.links[link].exact = true;
    }

    /// From now on the link is told only when a threshold is passed.
    fn unfollow(&mut self, link: u32) {
        for at in 0..self.links[link].pairs.len() {
            let p = self.links[link].pairs[at];
            self.forget_group(p);
            self.pairs[p].at_group = NONE;
        }
        self.links[link].exact = false;
        self.set_thresholds(link);
    }

    /// Notes the load of the links of a class if it is their highest.
    pub(super) fn note_peaks(&mut self, c: u32) {
        let class = &self.classes[c];
        for step in class.from..class.to {
            self.note_peak(self.steps[step as usize].link);
        }
    }

    /// Notes the load of a link if it is its highest.
    pub(super) fn note_peak(&mut self, link: u32) {
        let l = &self.links[link];
        if l.peak == l.capacity {
            // It has been full; more it cannot be.
            return;
        }
        let foreign: u128 = if l.level != UNLIMITED || l.exact {
            l.foreign
        } else {
            let load = |p: &u32| {
                u128::from(self.pairs[*p].members)
                    * u128::from(self.groups[self.pairs[*p].group].rate)
            };
            l.pairs.iter().map(load).sum()
        };
        let load = if l.level != UNLIMITED && l.floating > 0 {
            u128::from(l.capacity)
        } else {
            l.demand + foreign
        };
        let load = load.min(u128::from(l.capacity)) as u64;
        self.links[link].peak = self.links[link].peak.max(load);
    }
}
