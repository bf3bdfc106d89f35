//! Progressive filling of one component: the definition of the rates.
//!
//! All rates of the component rise together; a class stops when it meets its
//! cap or when a link of its path is full. Takes time in the number of
//! classes times that of distinct rates.

use super::Network;
use super::arena::NONE;
use super::fixed::UNLIMITED;

/// A class while its rate rises.
struct Rising {
    class: u32,
    /// The link that will stop it if none stops it before.
    link: u32,
}

impl Network {
    /// Sets the rates of all classes connected with the first dirty link.
    pub(super) fn solve_component(&mut self) {
        let Some(seed) = self.dirty.front().copied() else {
            return;
        };
        let (links, classes) = self.component(seed);
        for link in &links {
            self.links[*link].dirty = false;
            self.links[*link].breached = false;
            if !self.links[*link].exact {
                self.follow(*link);
            }
        }
        let (full, rates) = self.fill(&links, &classes);
        for (class, rate) in rates {
            self.set_rate(self.classes[class].group, rate);
        }
        // In the order in which they were filled, so that each finds what the
        // transfers held back before use.
        for link in full
            .iter()
            .chain(links.iter().filter(|link| !full.contains(link)))
        {
            let before = self.links[*link].held_groups;
            let level = self.water_level(*link);
            self.set_level(*link, level, before);
        }
        for link in &links {
            self.links[*link].dirty = false;
        }
        let dirty = &self.links;
        self.dirty.retain(|link| dirty[*link].dirty);
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
        let home = link
            .groups
            .iter()
            .flat_map(|g| self.groups[*g].classes.ids());
        let foreign = link
            .pairs
            .iter()
            .flat_map(|p| self.pairs[*p].classes.iter().map(|(c, _)| *c));
        home.chain(foreign)
            .filter(|c| self.classes[*c].members > 0)
            .collect()
    }

    /// Fills the links and brings each class home to the link that holds it
    /// back; those links, in the order in which they became full, and the
    /// rate of each class.
    fn fill(&mut self, links: &[u32], classes: &[u32]) -> (Vec<u32>, Vec<(u32, u64)>) {
        let mut room = vec![(UNLIMITED, 0); self.links.len()];
        for link in links {
            room[*link as usize] = (self.links[*link].capacity, self.links[*link].crossing);
        }
        let (mut full, mut rates) = (Vec::new(), Vec::new());
        let mut rising: Vec<u32> = classes.to_vec();
        while !rising.is_empty() {
            let limits: Vec<(u64, Rising)> = rising.iter().map(|c| self.limit(*c, &room)).collect();
            let level = limits
                .iter()
                .map(|(limit, _)| *limit)
                .min()
                .unwrap_or(UNLIMITED);
            for (_, stopped) in limits.iter().filter(|(limit, _)| *limit == level) {
                self.stop(stopped, level, &mut room);
                rates.push((stopped.class, level));
                if stopped.link != NONE && !full.contains(&stopped.link) {
                    full.push(stopped.link);
                }
            }
            rising = limits
                .into_iter()
                .filter(|(limit, _)| *limit != level)
                .map(|(_, r)| r.class)
                .collect();
        }
        (full, rates)
    }

    /// The rate at which a class stops if all rise together, and the link
    /// that stops it; [`NONE`] if its cap does. Of two links that are equally
    /// tight it stays at the one at which it is at home.
    fn limit(&self, class: u32, room: &[(u64, u64)]) -> (u64, Rising) {
        let cap = self.classes[class].cap;
        let home = self.groups[self.classes[class].group].link;
        let mut limit = (cap, Rising { class, link: NONE });
        for step in self.classes[class].from..self.classes[class].to {
            let link = self.steps[step as usize].link;
            let (left, members) = room[link as usize];
            let share = left / members.max(1);
            let stays = link == home && limit.1.link != NONE && share == limit.0;
            if left != UNLIMITED && (share < limit.0 || stays) {
                limit = (share, Rising { class, link });
            }
        }
        limit
    }

    /// Fixes a class at `level`.
    fn stop(&mut self, stopped: &Rising, level: u64, room: &mut [(u64, u64)]) {
        let (class, members) = (stopped.class, self.classes[stopped.class].members);
        for step in self.classes[class].from..self.classes[class].to {
            let (left, rising) = &mut room[self.steps[step as usize].link as usize];
            *rising -= members;
            if *left != UNLIMITED {
                *left = left.saturating_sub(level.saturating_mul(members));
            }
        }
        let group = self.classes[class].group;
        if stopped.link != NONE && self.groups[group].link != stopped.link {
            self.rehome(class, stopped.link);
        }
    }
}
