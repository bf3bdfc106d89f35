//! Where classes are at home, and the books that hang on it.

use super::Network;
use super::arena::NONE;
use super::fixed::{Level, NO_LEVEL, UNLIMITED, load, whole};
use super::parts::{Follower, Pair, Stream};
use std::cmp::Reverse;

/// A link with more pairs or streams than this is told of changes rather than
/// look through them.
const MANY: usize = 64;

impl Network {
    /// The link most likely to hold the class back, [`NONE`] if its path is
    /// empty: the one with the least capacity for each transfer.
    pub(super) fn best_home(&self, c: u32) -> u32 {
        let class = &self.classes[c];
        let share = |link: u32| {
            let link = &self.links[link];
            if link.capacity == UNLIMITED {
                UNLIMITED
            } else {
                link.capacity / (link.crossing + 1)
            }
        };
        let steps = &self.steps[class.from as usize..class.to as usize];
        steps
            .iter()
            .map(|step| step.link)
            .min_by_key(|link| share(*link))
            .unwrap_or(NONE)
    }

    /// The group of classes at home at `link` with `cap`. A class that crosses no other
    /// link is `alone` there.
    fn group(&mut self, link: u32, cap: u64, alone: bool) -> u32 {
        if link != NONE && self.links[link].idle != NONE {
            self.forget_class(self.links[link].idle);
        }
        if let Some(g) = self.group_of.get(&(link, cap)) {
            return *g;
        }
        let g = self.free_groups.pop().unwrap_or_else(|| {
            self.due_places.push(NONE);
            self.cap_places.push(NONE);
            self.mark_places.push(NONE);
            let g = self.groups.add();
            self.groups[g].touched = false;
            g
        });
        self.group_of.insert((link, cap), g);
        let held = link == NONE || self.is_held(link, cap, alone);
        self.groups[g].reset(link, cap, held);
        if link != NONE {
            let (home, places) = (&mut self.links[link], &mut self.cap_places);
            if held {
                home.held_groups.set(g, Reverse(cap), places);
            } else {
                home.floating_groups.set(g, cap, places);
            }
        }
        g
    }

    /// Whether a new group at a link is held by its cap. In the midst of a
    /// repair the division into held and floating groups is ahead of the
    /// level. A cap beyond what the link can carry will not hold the first transfer
    /// under it; that is put right at once only where no other link is told of it.
    fn is_held(&self, link: u32, cap: u64, alone: bool) -> bool {
        let home = &self.links[link];
        if alone && home.level == NO_LEVEL && cap > home.capacity {
            return false;
        }
        let slower_floats = home.floating_groups.peek().is_some_and(|(c, _)| c <= cap);
        let faster_held = || home.held_groups.peek().is_some_and(|(c, _)| c.0 >= cap);
        !slower_floats && (faster_held() || cap <= whole(home.level))
    }

    /// Gives up a group without classes.
    fn drop_group(&mut self, g: u32) {
        let (link, cap) = (self.groups[g].link, self.groups[g].cap);
        self.group_of.remove(&(link, cap));
        if link != NONE {
            let home = &mut self.links[link];
            if self.groups[g].held {
                home.held_groups.remove(g, &mut self.cap_places);
            } else {
                home.floating_groups.remove(g, &mut self.cap_places);
                home.marks.remove(g, &mut self.mark_places);
                // The link may have waited for this mark.
                self.touch_link(link);
            }
        }
        // Without a home, a note of it that is still to come finds nothing.
        self.groups[g].reset(NONE, cap, true);
        let clock = self.links.len() as u32 + g;
        self.due.remove(clock, &mut self.due_places);
        self.free_groups.push(g);
    }

    /// Puts a class without a group into that of its new home.
    pub(super) fn attach(&mut self, c: u32, home: u32) {
        let class = &self.classes[c];
        let alone = class.to - class.from == 1;
        let g = self.group(home, class.cap, alone);
        let clock = self.clock_of(g);
        self.groups[g].attached += 1;
        let class = &mut self.classes[c];
        class.group = g;
        class.offset -= clock;
        let (from, to, members) = (class.from, class.to, class.members);
        if members > 0 {
            self.add_at_home(g, members);
            self.reschedule(c);
        }
        for step in from..to {
            if self.steps[step as usize].link != home {
                self.enter_pair(c, step, g);
            }
        }
    }

    /// Takes a class without members out of its group.
    pub(super) fn forget_class(&mut self, c: u32) {
        self.detach(c);
        self.classes[c].offset = 0;
    }

    /// Takes a class out of its group.
    pub(super) fn detach(&mut self, c: u32) {
        let g = self.classes[c].group;
        self.is_wanted(c);
        let clock = self.clock_of(g);
        self.touch(g);
        self.groups[g].classes.remove(c, &mut self.class_places);
        let class = &mut self.classes[c];
        class.group = NONE;
        class.offset += clock;
        let (from, to, members) = (class.from, class.to, class.members);
        if members > 0 {
            self.remove_at_home(g, members);
        }
        for step in from..to {
            if self.steps[step as usize].pair != NONE {
                self.leave_pair(step);
            }
        }
        self.groups[g].attached -= 1;
        if self.groups[g].attached == 0 {
            self.drop_group(g);
        }
    }

    /// A class that is in a group is no longer idle, if it was.
    pub(super) fn is_wanted(&mut self, c: u32) {
        let home = self.groups[self.classes[c].group].link;
        if home != NONE && self.links[home].idle == c {
            self.links[home].idle = NONE;
        }
    }

    /// Whether a class that has lost its last member stays in its group: if its link is
    /// the only one that it crosses, and has no other transfer. There is no other idle
    /// class then, as one is forgotten when another class comes.
    fn stays(&mut self, c: u32) -> bool {
        let class = &self.classes[c];
        let home = self.groups[class.group].link;
        let alone = class.to - class.from == 1;
        // A link with other transfers would look at its group at each change of the level.
        if self.plain || !alone || home == NONE || self.links[home].crossing > 0 {
            return false;
        }
        self.links[home].idle = c;
        let classes = &mut self.groups[class.group].classes;
        classes.remove(c, &mut self.class_places);
        true
    }

    /// Brings a class home to another link of its path.
    pub(super) fn rehome(&mut self, c: u32, home: u32) {
        self.effort += 1;
        self.detach(c);
        self.attach(c, home);
    }

    /// Brings all classes of a pair home to its link.
    pub(super) fn take_home(&mut self, pair: u32) {
        let home = self.pairs[pair].link;
        // The pair is given up with its last class and may come back as
        // another one, so its classes are counted first.
        for _ in 0..self.pairs[pair].classes.len() {
            if let Some((class, _)) = self.pairs[pair].classes.last().copied() {
                self.rehome(class, home);
            }
        }
    }

    /// Brings all that floats in a stream home to the link it crosses.
    pub(super) fn take_stream_home(&mut self, stream: u32) {
        let pairs = self.streams[stream].pairs.iter();
        let floating: Vec<u32> = pairs.copied().filter(|p| self.pairs[*p].floats).collect();
        for pair in floating {
            self.take_home(pair);
        }
    }

    /// Adds members to a class that has a group.
    pub(super) fn add_members(&mut self, c: u32, members: u64) {
        let class = &mut self.classes[c];
        class.members += members;
        let (from, to, g) = (class.from, class.to, class.group);
        self.add_at_home(g, members);
        for step in from..to {
            let p = self.steps[step as usize].pair;
            if p != NONE {
                self.add_to_pair(p, members);
            }
        }
    }

    /// Removes members; a class left without any leaves its group, or stays at home as
    /// the idle one.
    pub(super) fn remove_members(&mut self, c: u32, members: u64) {
        let class = &mut self.classes[c];
        class.members -= members;
        let (from, to, g) = (class.from, class.to, class.group);
        self.remove_at_home(g, members);
        for step in from..to {
            let step = self.steps[step as usize];
            self.links[step.link].crossing -= members;
            if step.pair != NONE {
                self.remove_from_pair(step.pair, members);
            }
        }
        if self.classes[c].members > 0 {
            return;
        }
        if self.classes[c].stale > 0 {
            self.classes[c].purge(&self.generations, &mut self.free_transfers);
        }
        if !self.stays(c) {
            self.forget_class(c);
        }
    }

    fn add_at_home(&mut self, g: u32, members: u64) {
        self.advance(g);
        let group = &mut self.groups[g];
        group.members += members;
        let (home, cap, held) = (group.link, group.cap, group.held);
        self.touch(g);
        if home != NONE {
            let link = &mut self.links[home];
            let demand = load(members, cap, NO_LEVEL);
            link.demand += demand;
            if held {
                link.held += demand;
            } else {
                link.floating += members;
            }
            if held {
                self.mark_if_pressed(home);
            } else {
                // What floats is served at a level, which an idle class has outlived.
                self.mark_dirty(home);
            }
        }
    }

    fn remove_at_home(&mut self, g: u32, members: u64) {
        self.advance(g);
        let group = &mut self.groups[g];
        group.members -= members;
        let (home, cap, held) = (group.link, group.cap, group.held);
        self.touch(g);
        if home != NONE {
            let link = &mut self.links[home];
            let demand = load(members, cap, NO_LEVEL);
            link.demand -= demand;
            if held {
                link.held -= demand;
            } else {
                link.floating -= members;
            }
            self.mark_if_full(home);
        }
    }

    /// What members of a pair count in the books of the link they cross.
    fn counted(&self, p: u32, members: u64) -> Level {
        let pair = &self.pairs[p];
        let cap = self.groups[pair.group].cap;
        let most = self.stream_level(pair.stream);
        match (self.links[pair.link].counts, pair.floats) {
            (false, _) => load(members, cap, most),
            (true, false) => load(members, cap, NO_LEVEL),
            (true, true) => u128::from(members) * most,
        }
    }

    /// The level of a stream's home as the link that it crosses knows it.
    fn stream_level(&self, s: u32) -> Level {
        let stream = &self.streams[s];
        if self.links[stream.link].exact {
            self.links[stream.home].level
        } else {
            stream.level
        }
    }

    fn add_to_pair(&mut self, p: u32, members: u64) {
        let pair = &mut self.pairs[p];
        pair.members += members;
        let (link, stream, floats) = (pair.link, pair.stream, pair.floats);
        self.streams[stream].members += members;
        if floats {
            self.add_to_stream(stream, members);
        }
        self.links[link].foreign += self.counted(p, members);
        if members > 0 {
            self.mark_if_pressed(link);
        }
    }

    fn remove_from_pair(&mut self, p: u32, members: u64) {
        let counted = self.counted(p, members);
        let pair = &mut self.pairs[p];
        pair.members -= members;
        let (link, stream, floats) = (pair.link, pair.stream, pair.floats);
        self.streams[stream].members -= members;
        self.links[link].foreign -= counted;
        if floats {
            self.remove_from_stream(stream, members);
        }
        self.mark_if_full(link);
    }

    /// Counts floating members into a stream over a link that counts.
    pub(super) fn add_to_stream(&mut self, s: u32, members: u64) {
        let stream = &mut self.streams[s];
        let empty = stream.floating == 0;
        stream.floating += members;
        self.note_floating(s);
        if !empty || members == 0 {
            return;
        }
        let stream = &mut self.streams[s];
        let level = self.links[stream.home].level;
        let link = &mut self.links[stream.link];
        if link.exact {
            link.fastest = link.fastest.max(level);
        } else {
            stream.level = level;
            self.watch_home(s);
        }
    }

    fn remove_from_stream(&mut self, s: u32, members: u64) {
        let stream = &mut self.streams[s];
        stream.floating -= members;
        self.note_floating(s);
        let stream = &self.streams[s];
        if stream.floating == 0 && !self.links[stream.link].exact {
            let watchers = &mut self.links[stream.home].watchers;
            watchers.remove(s, &mut self.watch_places);
        }
    }

    /// Keeps the copy of the floating members of a stream at its home.
    fn note_floating(&mut self, s: u32) {
        let stream = &self.streams[s];
        if stream.at_home != NONE {
            let followers = &mut self.links[stream.home].followers;
            followers[stream.at_home as usize].floating = stream.floating;
        }
    }

    /// Enters a class into the pair of its group with the link of a `step`.
    fn enter_pair(&mut self, c: u32, step: u32, g: u32) {
        let link = self.steps[step as usize].link;
        let key = u64::from(link) << 32 | u64::from(g);
        let p = self.pair_of.get(&key).copied().unwrap_or_else(|| {
            let p = self.new_pair(link, g);
            self.pair_of.insert(key, p);
            p
        });
        let pair = &mut self.pairs[p];
        self.steps[step as usize].pair = p;
        self.steps[step as usize].at = pair.classes.len() as u32;
        pair.classes.push((c, step));
        self.add_to_pair(p, self.classes[c].members);
        let crossed = &self.links[link];
        if !crossed.counts && crossed.pairs > MANY {
            self.count(link);
        }
        let crossed = &self.links[link];
        if !crossed.exact && crossed.streams.len() > MANY {
            self.follow(link);
        }
    }

    fn new_pair(&mut self, link: u32, g: u32) -> u32 {
        let home = self.groups[g].link;
        let key = u64::from(link) << 32 | u64::from(home);
        let s = self.stream_of.get(&key).copied().unwrap_or_else(|| {
            let s = self.new_stream(link, home);
            self.stream_of.insert(key, s);
            s
        });
        let p = self.free_pairs.pop().unwrap_or_else(|| {
            self.pair_places.push(NONE);
            let p = self.pairs.add();
            self.pairs[p].classes.clear();
            p
        });
        let stream = &mut self.streams[s];
        let classes = std::mem::take(&mut self.pairs[p].classes);
        self.pairs[p] = Pair {
            link,
            group: g,
            stream: s,
            members: 0,
            floats: false,
            at_stream: stream.pairs.len() as u32,
            at_group: NONE,
            classes,
        };
        stream.pairs.push(p);
        self.links[link].pairs += 1;
        if self.links[link].counts {
            self.follow_group(p);
        }
        p
    }

    fn new_stream(&mut self, link: u32, home: u32) -> u32 {
        let s = self.free_streams.pop().unwrap_or_else(|| {
            self.watch_places.push(NONE);
            let s = self.streams.add();
            self.streams[s].pairs.clear();
            s
        });
        let pairs = std::mem::take(&mut self.streams[s].pairs);
        self.streams[s] = Stream {
            link,
            home,
            level: self.links[home].level,
            members: 0,
            floating: 0,
            pairs,
            at_link: self.links[link].streams.len() as u32,
            at_home: NONE,
        };
        self.links[link].streams.push(s);
        if self.links[link].exact {
            self.follow_home(s);
        } else if !self.links[link].counts {
            self.watch_home(s);
        }
        s
    }

    /// The home of a stream tells it of every change of its level.
    pub(super) fn follow_home(&mut self, s: u32) {
        let stream = &mut self.streams[s];
        let home = &mut self.links[stream.home];
        stream.at_home = home.followers.len() as u32;
        home.followers.push(Follower {
            stream: s,
            link: stream.link,
            floating: stream.floating,
        });
    }

    /// The home of a stream tells it when its level passes the present one
    /// of the stream.
    pub(super) fn watch_home(&mut self, s: u32) {
        let stream = &self.streams[s];
        let watchers = &mut self.links[stream.home].watchers;
        if stream.level == NO_LEVEL {
            watchers.remove(s, &mut self.watch_places);
        } else {
            watchers.set(s, stream.level, &mut self.watch_places);
        }
    }

    /// Ends whatever makes the home tell the stream of its level.
    pub(super) fn forget_home(&mut self, s: u32) {
        let stream = &mut self.streams[s];
        let at = std::mem::replace(&mut stream.at_home, NONE);
        let home = &mut self.links[stream.home];
        if at == NONE {
            return home.watchers.remove(s, &mut self.watch_places);
        }
        home.followers.swap_remove(at as usize);
        if let Some(moved) = home.followers.get(at as usize) {
            self.streams[moved.stream].at_home = at;
        }
    }

    /// The group of a pair without counted members tells it when it comes to
    /// float or to be held.
    pub(super) fn follow_group(&mut self, p: u32) {
        let pair = &mut self.pairs[p];
        let group = &mut self.groups[pair.group];
        pair.at_group = group.followers.len() as u32;
        group.followers.push(p);
        pair.floats = !group.held;
        if group.held {
            let fastest = &mut self.links[pair.link].fastest_pairs;
            fastest.set(p, Reverse(group.cap), &mut self.pair_places);
        }
    }

    /// Ends whatever makes the group tell the pair of its state.
    pub(super) fn forget_group(&mut self, p: u32) {
        let pair = &mut self.pairs[p];
        let at = std::mem::replace(&mut pair.at_group, NONE);
        if at == NONE {
            return;
        }
        let crossed = &mut self.links[pair.link];
        crossed.fastest_pairs.remove(p, &mut self.pair_places);
        let followers = &mut self.groups[pair.group].followers;
        followers.swap_remove(at as usize);
        if let Some(moved) = followers.get(at as usize) {
            self.pairs[*moved].at_group = at;
        }
    }

    /// Counts a pair over a link that counts as floating or held, as its group
    /// is.
    pub(super) fn recount(&mut self, p: u32) {
        let (link, group, stream, members, floats) = {
            let pair = &self.pairs[p];
            (
                pair.link,
                pair.group,
                pair.stream,
                pair.members,
                pair.floats,
            )
        };
        let held = self.groups[group].held;
        if floats != held {
            return;
        }
        let before = self.counted(p, members);
        self.links[link].foreign -= before;
        self.pairs[p].floats = !held;
        let fastest = &mut self.links[link].fastest_pairs;
        if held {
            fastest.set(p, Reverse(self.groups[group].cap), &mut self.pair_places);
            self.remove_from_stream(stream, members);
        } else {
            fastest.remove(p, &mut self.pair_places);
            self.add_to_stream(stream, members);
        }
        self.links[link].foreign += self.counted(p, members);
        self.mark_if_pressed(link);
    }

    fn leave_pair(&mut self, step: u32) {
        let left = &mut self.steps[step as usize];
        let (p, at) = (std::mem::replace(&mut left.pair, NONE), left.at);
        let pair = &mut self.pairs[p];
        let (c, _) = pair.classes.swap_remove(at as usize);
        if let Some((_, moved)) = pair.classes.get(at as usize) {
            self.steps[*moved as usize].at = at;
        }
        self.remove_from_pair(p, self.classes[c].members);
        if self.pairs[p].classes.is_empty() {
            self.drop_pair(p);
        }
    }

    fn drop_pair(&mut self, p: u32) {
        self.forget_group(p);
        let Pair {
            link,
            group,
            stream: s,
            at_stream,
            ..
        } = self.pairs[p];
        self.pair_of
            .remove(&(u64::from(link) << 32 | u64::from(group)));
        self.free_pairs.push(p);
        self.links[link].pairs -= 1;
        let stream = &mut self.streams[s];
        stream.pairs.swap_remove(at_stream as usize);
        if let Some(moved) = stream.pairs.get(at_stream as usize) {
            self.pairs[*moved].at_stream = at_stream;
        }
        if stream.pairs.is_empty() {
            self.drop_stream(s);
        }
    }

    fn drop_stream(&mut self, s: u32) {
        self.forget_home(s);
        let Stream {
            link,
            home,
            at_link,
            ..
        } = self.streams[s];
        let streams = &mut self.links[link].streams;
        streams.swap_remove(at_link as usize);
        if let Some(moved) = streams.get(at_link as usize) {
            self.streams[*moved].at_link = at_link;
        }
        self.stream_of
            .remove(&(u64::from(link) << 32 | u64::from(home)));
        self.free_streams.push(s);
    }
}
