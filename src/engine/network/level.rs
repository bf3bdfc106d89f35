//! The levels of links, put right again after a change.
//!
//! A link at which something changed is *dirty*. Its level is computed anew
//! from its capacity, the groups at home and what foreign transfers use; as
//! long as one of those is faster than the level, it is taken home. A level
//! that changed changes the rates of what floats, which makes other links
//! dirty, until none is left. Classes move only on strict inequality, so that ties
//! do not send them back and forth; should the repair still take long, the
//! component is solved from scratch.

use std::cmp::Reverse;

use super::Network;
use super::fixed::{Level, NO_LEVEL, UNLIMITED, level, load, share, whole};

/// A link that has room and no more pairs or streams than this looks through
/// them again rather than be told of changes.
const FEW: usize = 32;

impl Network {
    pub(super) fn mark_dirty(&mut self, link: u32) {
        if !std::mem::replace(&mut self.links[link].dirty, true) {
            let level = self.links[link].level;
            self.dirty.push(Reverse((level, link)));
        }
    }

    /// Marks a link that holds transfers back or must begin to.
    pub(super) fn mark_if_pressed(&mut self, link: u32) {
        let l = &self.links[link];
        if l.level != NO_LEVEL || !l.fits() {
            self.mark_dirty(link);
        }
    }

    /// Marks a link that holds transfers back.
    pub(super) fn mark_if_full(&mut self, link: u32) {
        if self.links[link].level != NO_LEVEL {
            self.mark_dirty(link);
        }
    }

    /// Notes that a group's next completion must be computed anew.
    pub(super) fn touch(&mut self, g: u32) {
        if !std::mem::replace(&mut self.groups[g].touched, true) {
            self.touched.push(g);
        }
    }

    /// Notes that the next completion of a link's floating transfers must be
    /// computed anew.
    pub(super) fn touch_link(&mut self, link: u32) {
        if !std::mem::replace(&mut self.links[link].touched, true) {
            self.touched_links.push(link);
        }
    }

    /// Makes all levels and rates right at the present time.
    pub(super) fn repair(&mut self) {
        let mut patience = 1_000 + 20 * self.links.len();
        while let Some(Reverse((_, link))) = self.dirty.pop() {
            if self.plain || patience == 0 {
                self.solve_component(link);
                continue;
            }
            patience -= 1;
            self.links[link].dirty = false;
            self.effort += 1;
            self.relevel(link);
        }
        while let Some(g) = self.touched.pop() {
            self.groups[g].touched = false;
            if self.groups[g].held {
                self.note_due(g);
            } else {
                self.note_mark(g);
                self.touch_link(self.groups[g].link);
            }
        }
        while let Some(link) = self.touched_links.pop() {
            self.links[link].touched = false;
            self.note_link_due(link);
        }
    }

    /// Notes when a held group's next transfer is complete.
    pub(super) fn note_due(&mut self, g: u32) {
        let clock = self.links.len() as u32 + g;
        match self.groups[g].due() {
            Some(due) => self.due.set(clock, due, &mut self.due_places),
            None => self.due.remove(clock, &mut self.due_places),
        }
    }

    /// Notes when a link's next floating transfer is complete at its level.
    pub(super) fn note_link_due(&mut self, link: u32) {
        self.links[link].advance(self.now);
        match self.links[link].due() {
            Some(due) => self.due.set(link, due, &mut self.due_places),
            None => self.due.remove(link, &mut self.due_places),
        }
    }

    /// Notes a floating group's next mark on the clock of its link.
    pub(super) fn note_mark(&mut self, g: u32) {
        let group = &self.groups[g];
        if group.held {
            return;
        }
        let marks = &mut self.links[group.link].marks;
        match group.classes.peek() {
            Some((mark, _)) => marks.set(g, mark - group.clock, &mut self.mark_places),
            None => marks.remove(g, &mut self.mark_places),
        }
    }

    /// Computes the level of a link, and takes home whatever is faster.
    fn relevel(&mut self, link: u32) {
        let l = &self.links[link];
        if l.streams.is_empty() {
            // There is nothing to be told of.
            self.links[link].breached = false;
        } else if !l.exact && (l.breached || !l.fits()) {
            self.set_thresholds(link);
        }
        let mut level = self.water_level(link);
        loop {
            let stream = self.fastest_stream(link, level);
            let pair = self.links[link].fastest_pairs.peek();
            // The fastest first: once it is home there may be room for others.
            match (stream, pair) {
                (Some((rate, stream)), _) if pair.is_none_or(|(cap, _)| cap.0 <= whole(rate)) => {
                    self.take_stream_home(stream);
                }
                (_, Some((Reverse(cap), pair))) if cap > whole(level) => self.take_home(pair),
                _ => break,
            }
            level = self.water_level(link);
        }
        self.set_level(link, level);
        let l = &self.links[link];
        if l.exact && level == NO_LEVEL && l.streams.len() <= FEW {
            self.unfollow(link);
        }
        let l = &self.links[link];
        if l.counts && !l.exact && l.pairs <= FEW {
            self.uncount(link);
        }
    }

    /// The fastest stream with floating members over an exact link, if it is faster than
    /// `level`. It is looked for only where there may be one: the homes of streams rise
    /// and fall much more often than they pass the links that the streams cross.
    fn fastest_stream(&mut self, link: u32, level: Level) -> Option<(Level, u32)> {
        let l = &self.links[link];
        if !l.exact || l.fastest <= level {
            return None;
        }
        self.effort += l.streams.len() as u64;
        let streams = l.streams.iter().map(|s| (*s, &self.streams[*s]));
        let floating = streams.filter(|(_, stream)| stream.floating > 0);
        let fastest = floating
            .map(|(s, stream)| (self.links[stream.home].level, Reverse(s)))
            .max();
        self.links[link].fastest = fastest.map_or(0, |(rate, _)| rate);
        let (rate, Reverse(stream)) = fastest?;
        (rate > level).then_some((rate, stream))
    }

    /// Sets a link's level, for which its groups have been divided, and tells
    /// the links that they cross.
    pub(super) fn set_level(&mut self, link: u32, level: Level) {
        // What has come to be held is no longer concerned with the level.
        let crossed = std::mem::take(&mut self.crossed);
        if !crossed.is_empty() {
            self.recount_all(&crossed, true);
        }
        let l = &mut self.links[link];
        if l.level != level {
            l.advance(self.now);
            let before = std::mem::replace(&mut l.level, level);
            self.touch_link(link);
            if !self.links[link].followers.is_empty() {
                self.tell_followers(link, before, level);
            }
            while let Some((_, s)) = self.links[link]
                .watchers
                .peek()
                .filter(|(threshold, _)| *threshold < level)
            {
                self.breach(s, level);
            }
        }
        self.links[link].note_saturation(self.now);
        if !crossed.is_empty() {
            self.recount_all(&crossed, false);
        }
        self.crossed = crossed;
        self.crossed.clear();
    }

    /// Tells the links that groups cross that these have come to be held, or
    /// to float.
    fn recount_all(&mut self, crossed: &[u32], held: bool) {
        for g in crossed.iter().copied() {
            if self.groups[g].held == held {
                for at in 0..self.groups[g].followers.len() {
                    self.effort += 1;
                    self.recount(self.groups[g].followers[at]);
                }
            }
        }
    }

    /// Divides what foreign transfers leave of a link among its groups: the
    /// level up to which those not held by their caps can be filled,
    /// [`NO_LEVEL`] if the link is not full.
    pub(super) fn water_level(&mut self, link: u32) -> Level {
        loop {
            let l = &self.links[link];
            let room = level(l.capacity).saturating_sub(l.foreign + l.held);
            // With no class to hold back but too much in use, foreign transfers
            // must go down: all that move are above 0.
            let level = if l.fits() {
                NO_LEVEL
            } else {
                share(room, l.floating).unwrap_or(0)
            };
            if !self.divide_next(link, level) {
                return level;
            }
        }
    }

    /// Divides the groups of a link into those held by caps up to `level` and
    /// those that float.
    pub(super) fn divide(&mut self, link: u32, level: Level) {
        while self.divide_next(link, level) {}
    }

    /// Moves the group next to the level of a link to where it belongs, if it
    /// is not there.
    fn divide_next(&mut self, link: u32, level: Level) -> bool {
        let most = whole(level);
        let l = &self.links[link];
        // Without floating members, all that floats is the group of an idle class.
        let slowest = l.floating_groups.peek();
        let slowest = slowest.filter(|(cap, _)| *cap <= most && l.floating > 0);
        let fastest = l.held_groups.peek().filter(|(cap, _)| cap.0 > most);
        let g = match (slowest, fastest) {
            (Some((_, g)), _) => {
                self.hold(link, g);
                g
            }
            (None, Some((_, g))) => {
                self.float(link, g);
                g
            }
            (None, None) => return false,
        };
        self.effort += 1;
        self.touch(g);
        self.touch_link(link);
        self.crossed.push(g);
        true
    }

    /// Takes a floating group to be held by its cap.
    fn hold(&mut self, link: u32, g: u32) {
        let l = &mut self.links[link];
        let group = &mut self.groups[g];
        l.advance(self.now);
        l.floating_groups.remove(g, &mut self.cap_places);
        l.held_groups
            .set(g, Reverse(group.cap), &mut self.cap_places);
        l.marks.remove(g, &mut self.mark_places);
        l.held += load(group.members, group.cap, NO_LEVEL);
        l.floating -= group.members;
        group.held = true;
        group.clock += l.clock;
        group.since = self.now.0;
    }

    /// Takes a group held by its cap to be held back by the link.
    fn float(&mut self, link: u32, g: u32) {
        let l = &mut self.links[link];
        let group = &mut self.groups[g];
        l.advance(self.now);
        group.advance(self.now);
        l.held_groups.remove(g, &mut self.cap_places);
        l.floating_groups.set(g, group.cap, &mut self.cap_places);
        l.held -= load(group.members, group.cap, NO_LEVEL);
        l.floating += group.members;
        group.held = false;
        group.clock -= l.clock;
        let clock = self.links.len() as u32 + g;
        self.due.remove(clock, &mut self.due_places);
    }

    /// Tells the exact links that streams from `home` cross that its level has changed.
    fn tell_followers(&mut self, home: u32, before: Level, level: Level) {
        self.effort += self.links[home].followers.len() as u64;
        let followers = std::mem::take(&mut self.links[home].followers);
        for follower in followers.iter().filter(|follower| follower.floating > 0) {
            let floating = u128::from(follower.floating);
            let l = &mut self.links[follower.link];
            l.foreign -= floating * before;
            l.foreign += floating * level;
            l.fastest = l.fastest.max(level);
            if !l.dirty {
                self.mark_if_pressed(follower.link);
            }
        }
        self.links[home].followers = followers;
    }

    /// The level of a stream's home passed a threshold: the crossed link must
    /// set new ones.
    fn breach(&mut self, s: u32, level: Level) {
        let stream = &self.streams[s];
        let link = stream.link;
        let more = self.stream_load(s, level) - self.stream_load(s, stream.level);
        self.links[link].foreign += more;
        self.links[link].breached = true;
        self.streams[s].level = level;
        self.watch_home(s);
        self.mark_dirty(link);
    }

    /// What a stream uses if its home has that level, but for what is counted
    /// as held.
    fn stream_load(&self, s: u32, level: Level) -> Level {
        let stream = &self.streams[s];
        if self.links[stream.link].counts {
            return u128::from(stream.floating) * level;
        }
        let used = |p: &u32| {
            let pair = &self.pairs[*p];
            load(pair.members, self.groups[pair.group].cap, level)
        };
        stream.pairs.iter().map(used).sum()
    }

    /// What foreign transfers use of a link.
    fn foreign_load(&self, link: u32) -> Level {
        let l = &self.links[link];
        if l.exact {
            return l.foreign;
        }
        let mut load = l.foreign;
        for s in &l.streams {
            let stream = &self.streams[*s];
            load -= self.stream_load(*s, stream.level);
            load += self.stream_load(*s, self.links[stream.home].level);
        }
        load
    }

    /// No less than what foreign transfers use of a link that is not exact, without a
    /// look at their caps.
    fn foreign_at_most(&self, link: u32) -> Level {
        let used = |s: &u32| {
            let stream = &self.streams[*s];
            u128::from(stream.members).saturating_mul(self.links[stream.home].level)
        };
        let streams = self.links[link].streams.iter();
        streams.map(used).fold(0, Level::saturating_add)
    }

    /// Sets the thresholds up to which the levels of the homes of what crosses
    /// a link may rise before it must be looked at: half of its room is
    /// divided equally, the rest is left for new transfers. Without room it
    /// follows every change instead.
    fn set_thresholds(&mut self, link: u32) {
        self.links[link].breached = false;
        let l = &self.links[link];
        self.effort += l.streams.len() as u64;
        let load = l.demand + self.foreign_load(link);
        if l.capacity != UNLIMITED && load > level(l.capacity) {
            return self.follow(link);
        }
        let members = |s: &u32| {
            let stream = &self.streams[*s];
            if l.counts {
                stream.floating
            } else {
                stream.members
            }
        };
        let members: u64 = l.streams.iter().map(members).sum();
        let room = level(l.capacity).saturating_sub(load) / 2;
        let share = share(room, members.max(1)).unwrap_or(0);
        for at in 0..self.links[link].streams.len() {
            let s = self.links[link].streams[at];
            let stream = &self.streams[s];
            let level = (self.links[stream.home].level + share).min(NO_LEVEL);
            let before = self.stream_load(s, stream.level);
            let after = self.stream_load(s, level);
            let l = &mut self.links[link];
            l.foreign = l.foreign - before + after;
            self.streams[s].level = level;
            if !self.links[link].counts || self.streams[s].floating > 0 {
                self.watch_home(s);
            }
        }
    }

    /// From now on the link is told when what crosses it comes to float or to
    /// be held.
    pub(super) fn count(&mut self, link: u32) {
        let mut foreign = 0;
        for at in 0..self.links[link].streams.len() {
            let s = self.links[link].streams[at];
            self.forget_home(s);
            for at in 0..self.streams[s].pairs.len() {
                let p = self.streams[s].pairs[at];
                self.follow_group(p);
                let pair = &self.pairs[p];
                let members = pair.members;
                if pair.floats {
                    self.add_to_stream(s, members);
                } else {
                    foreign += load(members, self.groups[pair.group].cap, NO_LEVEL);
                }
            }
            let stream = &self.streams[s];
            foreign += u128::from(stream.floating) * stream.level;
        }
        self.links[link].foreign = foreign;
        self.links[link].counts = true;
    }

    /// From now on the link looks through what crosses it.
    fn uncount(&mut self, link: u32) {
        for at in 0..self.links[link].streams.len() {
            let s = self.links[link].streams[at];
            self.streams[s].floating = 0;
            for at in 0..self.streams[s].pairs.len() {
                let p = self.streams[s].pairs[at];
                self.forget_group(p);
                self.pairs[p].floats = false;
            }
        }
        self.links[link].counts = false;
        let streams = self.links[link].streams.iter();
        let load = |s: &u32| self.stream_load(*s, self.streams[*s].level);
        self.links[link].foreign = streams.map(load).sum();
        self.set_thresholds(link);
    }

    /// From now on the link is told of every change of the levels and groups
    /// of what crosses it.
    pub(super) fn follow(&mut self, link: u32) {
        if !self.links[link].counts {
            self.count(link);
        }
        self.links[link].exact = true;
        for at in 0..self.links[link].streams.len() {
            let s = self.links[link].streams[at];
            self.forget_home(s);
            self.follow_home(s);
            let (home, floating) = (self.streams[s].home, self.streams[s].floating);
            let (level, before) = (self.links[home].level, self.streams[s].level);
            let l = &mut self.links[link];
            l.foreign -= u128::from(floating) * before;
            l.foreign += u128::from(floating) * level;
            l.fastest = NO_LEVEL;
        }
    }

    /// From now on the link is told of levels only when a threshold is
    /// passed.
    fn unfollow(&mut self, link: u32) {
        for at in 0..self.links[link].streams.len() {
            let s = self.links[link].streams[at];
            self.forget_home(s);
            self.streams[s].level = self.links[self.streams[s].home].level;
        }
        self.links[link].exact = false;
        self.set_thresholds(link);
    }

    /// Notes the load of the links of a class if it is their highest.
    #[inline]
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
        if l.level != NO_LEVEL && l.floating > 0 {
            self.links[link].peak = l.capacity;
            return;
        }
        // What foreign transfers use is no more than what the books say.
        if l.demand + l.foreign <= level(l.peak) {
            return;
        }
        if !l.exact {
            self.effort += l.streams.len() as u64;
            if l.demand.saturating_add(self.foreign_at_most(link)) <= level(l.peak) {
                return;
            }
        }
        let load = l.demand + self.foreign_load(link);
        let load = whole(load.min(level(l.capacity)));
        self.links[link].peak = l.peak.max(load);
    }
}
