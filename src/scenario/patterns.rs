//! Many names and globs, asked at once which of them a name matches.
//!
//! Lists of a scenario may name ten thousand machines one by one, and there may
//! be a million of them: none is held against each entry.

use super::pattern::{is_glob, matches, matches_an_end};
use crate::engine::effort;
use std::collections::{BTreeSet, HashMap};

/// Names and globs, each with the number of the entry that it belongs to.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    plain: HashMap<String, Vec<u32>>,
    globs: Globs,
}

impl Patterns {
    /// Adds the name or glob `pattern` of entry number `entry`.
    pub(crate) fn add(&mut self, pattern: &str, entry: usize) {
        let entry = entry as u32;
        if is_glob(pattern) {
            self.globs.add(pattern, entry);
        } else {
            let alike = self.plain.entry(pattern.to_owned()).or_default();
            alike.push(entry);
        }
    }

    /// The entries one of whose patterns matches `name`, ascending, each once.
    pub(crate) fn matching(&self, name: &str) -> Vec<u32> {
        let plain = self.plain.get(name).into_iter().flatten().copied();
        let mut entries: Vec<u32> = plain.collect();
        self.globs.walk(name, |found| {
            entries.extend(found);
            Go::On
        });
        entries.sort_unstable();
        entries.dedup();
        entries
    }

    /// Whether any matches `name`.
    pub(crate) fn matches(&self, name: &str) -> bool {
        let mut is_met = self.plain.contains_key(name);
        if !is_met {
            self.globs.walk(name, |_| {
                is_met = true;
                Go::NoFurther
            });
        }
        is_met
    }
}

impl<'a> FromIterator<&'a str> for Patterns {
    /// Numbers the patterns from 0.
    fn from_iter<I: IntoIterator<Item = &'a str>>(patterns: I) -> Self {
        let mut found = Self::default();
        for (entry, pattern) in patterns.into_iter().enumerate() {
            found.add(pattern, entry);
        }
        found
    }
}

/// A node that more globs than this pass is taken apart by what comes next in them.
const A_FEW: usize = 8;

/// Globs as a tree of what they begin with: those that begin alike are followed through a
/// name together, however many they are.
#[derive(Debug, Default)]
struct Globs {
    /// The first is the root. There is none without a glob.
    nodes: Vec<Node>,
}

/// What is left of the globs that begin in one way.
#[derive(Debug)]
struct Node {
    /// Whether a `*` is the last of what they begin with.
    follows_any_text: bool,
    rest: Rest,
}

#[derive(Debug)]
enum Rest {
    /// Of a few globs, each with its entries: held against what is left of a name.
    Few(Vec<(String, Vec<u32>)>),
    /// Of many, by what comes next.
    Many(Box<Branches>),
}

/// The nodes that follow one.
#[derive(Debug, Default)]
struct Branches {
    /// The entries of globs that end here.
    ends: Vec<u32>,
    /// Ascending.
    of_character: Vec<(char, usize)>,
    of_any_character: Option<usize>,
    of_any_text: Option<usize>,
}

/// Whether more matching globs are asked for.
enum Go {
    On,
    NoFurther,
}

impl Globs {
    fn add(&mut self, glob: &str, entry: u32) {
        if self.nodes.is_empty() {
            self.nodes.push(Node::new(false));
        }
        let mut to_place = vec![(0, glob.to_owned(), vec![entry])];
        while let Some((at, rest, entries)) = to_place.pop() {
            let new = self.nodes.len();
            match &mut self.nodes[at].rest {
                Rest::Few(few) => match few.iter().position(|(have, _)| *have == rest) {
                    Some(same) => few[same].1.extend(entries),
                    None if few.len() < A_FEW => few.push((rest, entries)),
                    None => {
                        let few = std::mem::take(few).into_iter();
                        let all = few.chain([(rest, entries)]);
                        to_place.extend(all.map(|(rest, entries)| (at, rest, entries)));
                        self.nodes[at].rest = Rest::Many(Box::default());
                    }
                },
                Rest::Many(branches) => match rest.chars().next() {
                    None => branches.ends.extend(entries),
                    Some(next) => {
                        // Two `*` in a row are as one.
                        let left = match next {
                            '*' => rest.trim_start_matches('*'),
                            _ => &rest[next.len_utf8()..],
                        };
                        let child = branches.child(next, new);
                        to_place.push((child, left.to_owned(), entries));
                        if child == new {
                            self.nodes.push(Node::new(next == '*'));
                        }
                    }
                },
            }
        }
    }

    /// Tells of the entries of each glob that matches `name`.
    fn walk(&self, name: &str, found: impl FnMut(&[u32]) -> Go) {
        if !self.nodes.is_empty() {
            let mut walk = Walk {
                globs: self,
                here: Vec::new(),
                anywhere: Vec::new(),
                known: BTreeSet::new(),
                found,
            };
            walk.all(name);
        }
    }
}

impl Node {
    fn new(follows_any_text: bool) -> Self {
        let rest = Rest::Few(Vec::new());
        Self {
            follows_any_text,
            rest,
        }
    }
}

impl Branches {
    /// The node for what comes `next` in a glob: `new`, if there was none.
    fn child(&mut self, next: char, new: usize) -> usize {
        match next {
            '*' => *self.of_any_text.get_or_insert(new),
            '?' => *self.of_any_character.get_or_insert(new),
            _ => match self.of_character.binary_search_by_key(&next, |(c, _)| *c) {
                Ok(at) => self.of_character[at].1,
                Err(at) => {
                    self.of_character.insert(at, (next, new));
                    new
                }
            },
        }
    }

    /// The nodes for what the next character of a name can be.
    fn after(&self, character: char) -> [Option<usize>; 2] {
        let list = &self.of_character;
        let at = list.binary_search_by_key(&character, |(c, _)| *c);
        [at.ok().map(|at| list[at].1), self.of_any_character]
    }
}

/// The way through a name.
struct Walk<'a, F> {
    globs: &'a Globs,
    /// Where globs are that match exactly what was passed of the name.
    here: Vec<&'a Branches>,
    /// Where globs are whose `*` takes what is still to come.
    anywhere: Vec<&'a Branches>,
    /// The nodes behind a `*` that were met: what follows them was told of.
    known: BTreeSet<usize>,
    found: F,
}

impl<F: FnMut(&[u32]) -> Go> Walk<'_, F> {
    fn all(&mut self, name: &str) -> Option<()> {
        self.enter(0, name)?;
        let mut left = name.chars();
        while let Some(character) = left.next() {
            let before = std::mem::take(&mut self.here);
            let staying = self.anywhere.len();
            effort::spend(before.len() + staying);
            for branches in before {
                self.step(branches, character, left.as_str())?;
            }
            for at in 0..staying {
                self.step(self.anywhere[at], character, left.as_str())?;
            }
            if self.here.is_empty() && self.anywhere.is_empty() {
                return Some(());
            }
        }
        let at_the_end = std::mem::take(&mut self.here);
        at_the_end.iter().try_for_each(|at| self.tell(&at.ends))
    }

    fn step(&mut self, from: &Branches, character: char, left: &str) -> Option<()> {
        let mut to = from.after(character).into_iter().flatten();
        to.try_for_each(|node| self.enter(node, left))
    }

    /// Goes to a node with `left` of the name to come. `None` if that is enough.
    fn enter(&mut self, at: usize, left: &str) -> Option<()> {
        let node = &self.globs.nodes[at];
        if node.follows_any_text && !self.known.insert(at) {
            return Some(());
        }
        match &node.rest {
            Rest::Few(few) => {
                let fits = if node.follows_any_text {
                    matches_an_end
                } else {
                    matches
                };
                let mut fitting = few.iter().filter(|(rest, _)| fits(rest, left));
                fitting.try_for_each(|(_, entries)| self.tell(entries))
            }
            Rest::Many(branches) if node.follows_any_text => {
                self.anywhere.push(branches);
                self.tell(&branches.ends)
            }
            Rest::Many(branches) => {
                self.here.push(branches);
                match branches.of_any_text {
                    Some(child) => self.enter(child, left),
                    None => Some(()),
                }
            }
        }
    }

    fn tell(&mut self, entries: &[u32]) -> Option<()> {
        match entries {
            [] => Some(()),
            _ => match (self.found)(entries) {
                Go::On => Some(()),
                Go::NoFurther => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn together_they_find_what_each_finds_alone(
            patterns in prop::collection::vec("[ab*?é😀]{0,5}", 0..60),
            name in "[abé😀]{0,6}",
        ) {
            let together: Patterns = patterns.iter().map(String::as_str).collect();
            let alone: Vec<u32> = (0..patterns.len() as u32)
                .filter(|at| matches(&patterns[*at as usize], &name))
                .collect();
            prop_assert_eq!(together.matches(&name), !alone.is_empty());
            prop_assert_eq!(together.matching(&name), alone);
        }
    }
}
