//! Progressive filling of one component: the definition of the rates.
//!
//! All rates of the component rise together; a class stops when it meets its
//! cap or when a link of its path is full. Takes time in the number of
//! classes times that of distinct rates.

use std::cmp::Reverse;

use super::Network;
use super::arena::NONE;
use super::fixed::{Level, NO_LEVEL, level, share};

/// A class while its rate rises.
struct Rising {
    class: u32,
    /// The link that will stop it if none stops it before.
    link: u32,
}

impl Network {
    /// Sets the rates of all classes connected with a link.
    pub(super) fn solve_component(&mut self, seed: u32) {
        let (links, classes) = self.component(seed);
        for link in &links {
            self.links[*link].dirty = false;
            self.links[*link].breached = false;
            if !self.links[*link].exact {
                self.follow(*link);
            }
        }
        let full = self.fill(&links, &classes);
        let filled = |link: &u32| full.iter().any(|(full, _)| full == link);
        let rest: Vec<(u32, Level)> = links
            .iter()
            .filter(|link| !filled(link))
            .map(|link| (*link, NO_LEVEL))
            .collect();
        // First all levels as they were filled, so that each link knows what
        // crosses it; then each as its own books have it, to the last unit.
        for (link, level) in full.iter().chain(&rest) {
            self.divide(*link, *level);
            self.set_level(*link, *level);
        }
        for (link, _) in full.iter().chain(&rest) {
            let level = self.water_level(*link);
            self.set_level(*link, level);
        }
        for link in &links {
            self.links[*link].dirty = false;
        }
        let dirty = &self.links;
        self.dirty.retain(|Reverse((_, link))| dirty[*link].dirty);
    }

    /// The links and the classes connected with a link through transfers,
    /// ascending.
    fn component(&self, seed: u32) -> (Vec<u32>, Vec<u32>) {
        let mut links = vec![seed];
        let mut seen = vec![false; self.links.len()];
        let mut class_seen = vec![false; self.classes.len()];
        seen[seed as usize] = true;
        let mut at = 0;
        while let Some(link) = links.get(at).copied() {
            at += 1;
            for class in self.classes_over(link) {
                if std::mem::replace(&mut class_seen[class as usize], true) {
                    continue;
                }
                for step in self.classes[class].from..self.classes[class].to {
                    let next = self.steps[step as usize].link;
                    if !std::mem::replace(&mut seen[next as usize], true) {
                        links.push(next);
                    }
                }
            }
        }
        links.sort_unstable();
        let classes = (0..self.classes.len() as u32)
            .filter(|c| class_seen[*c as usize])
            .collect();
        (links, classes)
    }

    /// All classes with members that cross a link.
    fn classes_over(&self, link: u32) -> Vec<u32> {
        let link = &self.links[link];
        let groups = link.held_groups.ids().chain(link.floating_groups.ids());
        let home = groups.flat_map(|g| self.groups[g].classes.ids());
        let pairs = link.streams.iter().flat_map(|s| &self.streams[*s].pairs);
        let foreign = pairs.flat_map(|p| self.pairs[*p].classes.iter().map(|(c, _)| *c));
        home.chain(foreign)
            .filter(|c| self.classes[*c].members > 0)
            .collect()
    }

    /// Fills the links and brings each class home to the link that holds it
    /// back; those links and their levels, in the order in which they became
    /// full.
    fn fill(&mut self, links: &[u32], classes: &[u32]) -> Vec<(u32, Level)> {
        let mut room = vec![(NO_LEVEL, 0); self.links.len()];
        for link in links {
            room[*link as usize] = (
                level(self.links[*link].capacity),
                self.links[*link].crossing,
            );
        }
        let mut full: Vec<(u32, Level)> = Vec::new();
        let mut rising: Vec<u32> = classes.to_vec();
        while !rising.is_empty() {
            let limits: Vec<(Level, Rising)> =
                rising.iter().map(|c| self.limit(*c, &room)).collect();
            let level = limits
                .iter()
                .map(|(limit, _)| *limit)
                .min()
                .unwrap_or(NO_LEVEL);
            for (_, stopped) in limits.iter().filter(|(limit, _)| *limit == level) {
                self.stop(stopped, level, &mut room);
                if stopped.link != NONE && full.iter().all(|(link, _)| *link != stopped.link) {
                    full.push((stopped.link, level));
                }
            }
            rising = limits
                .into_iter()
                .filter(|(limit, _)| *limit != level)
                .map(|(_, r)| r.class)
                .collect();
        }
        full
    }

    /// The rate at which a class stops if all rise together, and the link
    /// that stops it; [`NONE`] if its cap does. Of two links that are equally
    /// tight it stays at the one at which it is at home.
    fn limit(&self, class: u32, room: &[(Level, u64)]) -> (Level, Rising) {
        let cap = self.classes[class].cap;
        let home = self.groups[self.classes[class].group].link;
        let mut limit = (level(cap), Rising { class, link: NONE });
        for step in self.classes[class].from..self.classes[class].to {
            let link = self.steps[step as usize].link;
            let (left, members) = room[link as usize];
            let share = share(left, members.max(1)).unwrap_or(0);
            let stays = link == home && limit.1.link != NONE && share == limit.0;
            if left != NO_LEVEL && (share < limit.0 || stays) {
                limit = (share, Rising { class, link });
            }
        }
        limit
    }

    /// Fixes a class at `level`.
    fn stop(&mut self, stopped: &Rising, level: Level, room: &mut [(Level, u64)]) {
        let (class, members) = (stopped.class, self.classes[stopped.class].members);
        for step in self.classes[class].from..self.classes[class].to {
            let (left, rising) = &mut room[self.steps[step as usize].link as usize];
            *rising -= members;
            if *left != NO_LEVEL {
                *left = left.saturating_sub(level.saturating_mul(u128::from(members)));
            }
        }
        let group = self.classes[class].group;
        if stopped.link != NONE && self.groups[group].link != stopped.link {
            self.rehome(class, stopped.link);
        }
    }
}
