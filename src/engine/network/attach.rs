//! Where classes are at home, and the books that hang on it.

use super::arena::NONE;
use super::fixed::UNLIMITED;
use super::{Network, parts::Pair};
use std::cmp::Reverse;

/// A link with more pairs than this is told of every change rather than
/// keeping thresholds, since setting all of them anew would take too long.
const MANY_PAIRS: usize = 64;

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

    /// The group of classes at home at `link` with `cap`.
    fn group(&mut self, link: u32, cap: u64) -> u32 {
        let groups = if link == NONE {
            &self.nowhere
        } else {
            &self.links[link].groups
        };
        let at = match groups.binary_search_by_key(&cap, |g| self.groups[*g].cap) {
            Ok(at) => return groups[at],
            Err(at) => at,
        };
        let g = self.groups.add();
        self.due_places.push(NONE);
        if link == NONE {
            self.groups[g].reset(link, cap, cap);
            self.nowhere.insert(at, g);
            return g;
        }
        // In the midst of a repair the division into held and floating groups
        // is ahead of the level.
        let home = &mut self.links[link];
        let held = at < home.held_groups;
        let rate = if held { cap } else { cap.min(home.level) };
        self.groups[g].reset(link, cap, rate);
        self.groups[g].held = held;
        home.held_groups += usize::from(held);
        home.groups.insert(at, g);
        g
    }

    /// Puts a class without a group into that of its new home.
    pub(super) fn attach(&mut self, c: u32, home: u32) {
        let g = self.group(home, self.classes[c].cap);
        self.groups[g].advance(self.now);
        let class = &mut self.classes[c];
        class.group = g;
        class.offset -= self.groups[g].clock;
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

    /// Takes a class out of its group.
    pub(super) fn detach(&mut self, c: u32) {
        let g = self.classes[c].group;
        self.groups[g].advance(self.now);
        self.touch(g);
        self.groups[g].classes.remove(c, &mut self.class_places);
        let class = &mut self.classes[c];
        class.group = NONE;
        class.offset += self.groups[g].clock;
        let (from, to, members) = (class.from, class.to, class.members);
        if members > 0 {
            self.remove_at_home(g, members);
        }
        for step in from..to {
            if self.steps[step as usize].pair != NONE {
                self.leave_pair(step);
            }
        }
    }

    /// Brings a class home to another link of its path.
    pub(super) fn rehome(&mut self, c: u32, home: u32) {
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

    /// Adds members to a class that has a group.
    pub(super) fn add_members(&mut self, c: u32, members: u64) {
        let class = &mut self.classes[c];
        class.members += members;
        let (from, to, g) = (class.from, class.to, class.group);
        self.add_at_home(g, members);
        for step in from..to {
            let p = self.steps[step as usize].pair;
            if p != NONE {
                let pair = &mut self.pairs[p];
                pair.members += members;
                let link = &mut self.links[pair.link];
                link.foreign += u128::from(members) * u128::from(pair.level);
                if link.level != UNLIMITED || !link.fits() {
                    let link = pair.link;
                    self.mark_dirty(link);
                }
            }
        }
    }

    /// Removes members; a class left without any leaves its group.
    pub(super) fn remove_members(&mut self, c: u32, members: u64) {
        let class = &mut self.classes[c];
        class.members -= members;
        let (from, to, g) = (class.from, class.to, class.group);
        self.remove_at_home(g, members);
        for step in from..to {
            let step = self.steps[step as usize];
            self.links[step.link].crossing -= members;
            if step.pair != NONE {
                let pair = &mut self.pairs[step.pair];
                pair.members -= members;
                let link = &mut self.links[pair.link];
                link.foreign -= u128::from(members) * u128::from(pair.level);
                if link.level != UNLIMITED {
                    self.mark_dirty(step.link);
                }
            }
        }
        if self.classes[c].members == 0 {
            self.detach(c);
            let class = &mut self.classes[c];
            class.purge(&self.generations, &mut self.free_transfers);
            class.offset = 0;
        }
    }

    fn add_at_home(&mut self, g: u32, members: u64) {
        let group = &mut self.groups[g];
        group.members += members;
        self.touch(g);
        let (home, cap, held) = (self.groups[g].link, self.groups[g].cap, self.groups[g].held);
        if home != NONE {
            let link = &mut self.links[home];
            let demand = u128::from(members) * u128::from(cap);
            link.demand += demand;
            if held {
                link.held += demand;
            } else {
                link.floating += members;
            }
            if link.level != UNLIMITED || !link.fits() {
                self.mark_dirty(home);
            }
        }
    }

    fn remove_at_home(&mut self, g: u32, members: u64) {
        let group = &mut self.groups[g];
        group.members -= members;
        self.touch(g);
        let (home, cap, held) = (self.groups[g].link, self.groups[g].cap, self.groups[g].held);
        if home != NONE {
            let link = &mut self.links[home];
            let demand = u128::from(members) * u128::from(cap);
            link.demand -= demand;
            if held {
                link.held -= demand;
            } else {
                link.floating -= members;
            }
            if link.level != UNLIMITED {
                self.mark_dirty(home);
            }
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
        let members = self.classes[c].members;
        let pair = &mut self.pairs[p];
        self.steps[step as usize].pair = p;
        self.steps[step as usize].at = pair.classes.len() as u32;
        pair.classes.push((c, step));
        pair.members += members;
        let crossed = &mut self.links[link];
        crossed.foreign += u128::from(members) * u128::from(pair.level);
        if members > 0 && (crossed.level != UNLIMITED || !crossed.fits()) {
            self.mark_dirty(link);
        }
        if !self.links[link].exact && self.links[link].pairs.len() > MANY_PAIRS {
            self.follow(link);
        }
    }

    fn new_pair(&mut self, link: u32, g: u32) -> u32 {
        let p = self.free_pairs.pop().unwrap_or_else(|| {
            self.fast_places.push(NONE);
            self.watch_places.push(NONE);
            let p = self.pairs.add();
            self.pairs[p].classes.clear();
            p
        });
        let crossed = &mut self.links[link];
        let group = &mut self.groups[g];
        let classes = std::mem::take(&mut self.pairs[p].classes);
        let at_link = crossed.pairs.len() as u32;
        self.pairs[p] = Pair {
            link,
            group: g,
            members: 0,
            level: group.rate,
            at_link,
            at_group: NONE,
            classes,
        };
        crossed.pairs.push(p);
        if crossed.exact {
            self.pairs[p].at_group = group.followers.len() as u32;
            group.followers.push(p);
            crossed
                .fastest
                .set(p, Reverse(group.rate), &mut self.fast_places);
        } else if group.rate < group.cap {
            group.watchers.set(p, group.rate, &mut self.watch_places);
        }
        p
    }

    fn leave_pair(&mut self, step: u32) {
        let left = &mut self.steps[step as usize];
        let (p, at) = (std::mem::replace(&mut left.pair, NONE), left.at);
        let pair = &mut self.pairs[p];
        let (c, _) = pair.classes.swap_remove(at as usize);
        if let Some((_, moved)) = pair.classes.get(at as usize) {
            self.steps[*moved as usize].at = at;
        }
        let members = self.classes[c].members;
        pair.members -= members;
        let crossed = &mut self.links[pair.link];
        crossed.foreign -= u128::from(members) * u128::from(pair.level);
        let (link, saturated) = (pair.link, crossed.level != UNLIMITED);
        if pair.classes.is_empty() {
            self.drop_pair(p);
        }
        if saturated {
            self.mark_dirty(link);
        }
    }

    fn drop_pair(&mut self, p: u32) {
        self.forget_group(p);
        let Pair {
            link,
            group,
            at_link,
            ..
        } = self.pairs[p];
        let pairs = &mut self.links[link].pairs;
        pairs.swap_remove(at_link as usize);
        if let Some(moved) = pairs.get(at_link as usize) {
            self.pairs[*moved].at_link = at_link;
        }
        self.pair_of
            .remove(&(u64::from(link) << 32 | u64::from(group)));
        self.free_pairs.push(p);
    }

    /// Ends whatever made the group tell the pair of its rate.
    pub(super) fn forget_group(&mut self, p: u32) {
        let Pair {
            link,
            group,
            at_group,
            ..
        } = self.pairs[p];
        if !self.links[link].exact {
            return self.groups[group]
                .watchers
                .remove(p, &mut self.watch_places);
        }
        self.links[link].fastest.remove(p, &mut self.fast_places);
        let followers = &mut self.groups[group].followers;
        followers.swap_remove(at_group as usize);
        if let Some(moved) = followers.get(at_group as usize) {
            self.pairs[*moved].at_group = at_group;
        }
    }
}
