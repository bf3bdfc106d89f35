//! Declarations by name: ranges written out, defaults taken over, look-ups that
//! say what was probably meant.

mod bounds;

use bounds::{MOST_LOOKED_AT, MOST_WRITTEN_OUT, refuse_globs, refuse_text, weight};

use super::pattern::{self, MOST_NAMES, nearest};
use super::problem::Problems;
use super::slips::has_empty_header;
use super::spelling;
use super::written::{At, Inherit, Section};
use crate::engine::effort;
use crate::scenario::ProblemCode;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;
use std::ops::{Bound, Range};
use std::sync::OnceLock;

/// A place in the sources, if there is one.
pub(crate) type Place = Option<Range<usize>>;

/// One declared thing.
#[derive(Debug, Clone)]
pub(crate) struct Item<T> {
    /// Its name, unique among its kind.
    pub name: String,
    /// The key that declares it; none for what exists by default.
    pub place: Place,
    /// What is said about it.
    pub spec: T,
}

/// All declared things of one kind, sorted by name: the position of an item is
/// its identifier in the world.
#[derive(Debug, Clone)]
pub(crate) struct Items<T> {
    /// What the kind is called in messages.
    pub kind: &'static str,
    /// Whether names refer to them in any case, as Windows compares those of domains.
    in_any_case: bool,
    list: Vec<Item<T>>,
    /// Globs, the longest first, with what nothing has taken from them.
    globs: Vec<Glob<T>>,
    /// The first item by its name in small letters, made when first asked for.
    small: OnceLock<HashMap<String, usize>>,
    /// How many of them lists of names have looked at.
    looked_at: Cell<u64>,
    /// Whether a header of the section has neither a name nor keys; found when first asked for.
    has_empty_header: OnceLock<bool>,
    /// How much text has been written out.
    written_out: u64,
}

/// A glob, what it says, and what nothing has taken from it.
#[derive(Debug, Clone)]
struct Glob<T> {
    key: At<String>,
    spec: T,
    /// Its keys that nothing has taken.
    untaken: BTreeSet<&'static str>,
    /// Whether it matches anything.
    is_met: bool,
    /// How much text it gives to each name.
    weight: u64,
}

impl<T: Clone + Default + Inherit + Debug> Glob<T> {
    fn of(key: &At<String>, spec: &T) -> Self {
        Self {
            key: key.clone(),
            spec: spec.clone(),
            untaken: T::default().lacks(spec).into_iter().collect(),
            is_met: false,
            weight: weight(spec),
        }
    }

    /// Gives what it says to an item that it matches; how much text that may be.
    fn give(&mut self, item: &mut T) -> u64 {
        self.is_met = true;
        if !self.untaken.is_empty() {
            let taken = item.lacks(&self.spec);
            taken.iter().for_each(|key| _ = self.untaken.remove(key));
        }
        item.inherit(&self.spec);
        self.weight
    }
}

/// Whether a glob matches a name, in any case or as it is written.
fn fits(glob: &str, name: &str, in_any_case: bool) -> bool {
    if in_any_case {
        pattern::matches(&glob.to_lowercase(), &name.to_lowercase())
    } else {
        pattern::matches(glob, name)
    }
}

/// With what the names begin that a glob can match; nothing where their case differs.
fn beginning(glob: &str, in_any_case: bool) -> &str {
    if in_any_case {
        ""
    } else {
        pattern::start(glob)
    }
}

/// What a section's keys are: names first, then ranges and other templates,
/// then globs, so that the more special declaration is seen before the more
/// general.
fn generality(key: &str) -> u8 {
    match key {
        _ if pattern::is_glob(key) => 2,
        _ if key.contains('{') => 1,
        _ => 0,
    }
}

impl<T: Clone + Default + Inherit + Debug> Items<T> {
    /// The things that `section` declares. A name that a plain key and a range
    /// both declare takes from the range what the plain key leaves out; a glob
    /// declares nothing and gives what it says to all names it matches.
    pub(crate) fn of(kind: &'static str, section: &Section<T>, problems: &mut Problems) -> Self {
        Self::with(kind, section, problems, |name, spec, _, _| {
            Some(vec![(name.to_string(), spec.clone())])
        })
    }

    /// As [`Items::of`], where `instances` may make several things of one; none if they
    /// are more than it is told.
    pub(crate) fn with(
        kind: &'static str,
        section: &Section<T>,
        problems: &mut Problems,
        mut instances: impl FnMut(&At<String>, &T, usize, &mut Problems) -> Option<Vec<(String, T)>>,
    ) -> Self {
        let in_any_case = kind == "domain";
        let mut found: BTreeMap<String, Item<T>> = BTreeMap::new();
        let mut ranks: BTreeMap<String, u8> = BTreeMap::new();
        let mut globs = Vec::new();
        let looked_at = Cell::new(0);
        let mut written_out = 0;
        let mut keys: Vec<(&At<String>, &T)> = section.iter().collect();
        keys.sort_by_key(|(key, _)| (generality(key), std::cmp::Reverse(key.len())));
        for (key, spec) in keys {
            let rank = generality(key);
            if rank >= 2 {
                let start = beginning(key, in_any_case);
                let alike = found.range_mut::<str, _>((Bound::Included(start), Bound::Unbounded));
                let alike = alike.take_while(|(name, _)| name.starts_with(start));
                let alike = alike.inspect(|_| looked_at.set(looked_at.get() + 1));
                if looked_at.get() > MOST_LOOKED_AT {
                    refuse_globs(kind, key, problems);
                    break;
                }
                let mut glob = Glob::of(key, spec);
                let met = alike.filter(|(name, _)| fits(key, name, in_any_case));
                let met: Vec<&mut Item<T>> = met.map(|(_, item)| item).collect();
                written_out += glob.weight.saturating_mul(met.len() as u64);
                if written_out > MOST_WRITTEN_OUT {
                    refuse_text(kind, key, problems);
                    break;
                }
                for item in met {
                    glob.give(&mut item.spec);
                }
                globs.push(glob);
                continue;
            }
            let names = pattern::expand(key).unwrap_or_else(|message| {
                problems.error(
                    ProblemCode::MalformedPattern,
                    key.span(),
                    message,
                    "ranges look like {001..120}",
                );
                Vec::new()
            });
            // A plain key is written where it stands, and nowhere else.
            let weight = if rank == 0 { 0 } else { weight(spec).max(1) };
            let mut named: Vec<(String, T)> = Vec::new();
            let mut left = names.len();
            for name in names {
                let room = (MOST_WRITTEN_OUT - written_out).checked_div(weight);
                let room = usize::try_from(room.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
                let made = instances(&key.with(name), spec, room, problems);
                // Each of the names that are left stands for one thing at least.
                let Some(made) = made.filter(|_| left <= room) else {
                    refuse_text(kind, key, problems);
                    written_out = MOST_WRITTEN_OUT;
                    break;
                };
                left -= 1;
                written_out += weight * made.len() as u64;
                named.extend(made);
            }
            if (found.len() + named.len()) as u64 > MOST_NAMES {
                let message =
                    format!("more than {MOST_NAMES} names of the kind {kind} are declared");
                let help = "machines are counted, not named: give a fleet group its `count`";
                problems.error(ProblemCode::MalformedPattern, key.span(), message, help);
                break;
            }
            for (name, spec) in named {
                if name.is_empty() || name.chars().any(char::is_control) {
                    let message = format!("{name:?} cannot name any {kind}");
                    let help = "a name has one character or more, and no line breaks or tabs; in double quotes a backslash makes these, so write it in single quotes: 'CORP\\name'";
                    problems.error(ProblemCode::MalformedName, key.span(), message, help);
                }
                // A site that lacks only its `count` is told so elsewhere.
                let lacks_count = kind == "site" && pattern::numbered(&name, 1).is_some();
                if name.contains(['{', '}']) && !lacks_count {
                    let message = format!("`{name}` has braces in it for which nothing is put");
                    let help = "ranges look like {001..120}; a server at several `sites` has {site} in its name, a site with a `count` {number}";
                    problems.error(ProblemCode::MalformedPattern, key.span(), message, help);
                }
                let Some(item) = found.get_mut(&name) else {
                    ranks.insert(name.clone(), rank);
                    found.insert(
                        name.clone(),
                        Item {
                            name,
                            place: key.span(),
                            spec,
                        },
                    );
                    continue;
                };
                if ranks.get(&name) == Some(&rank) {
                    let message = format!(
                        "`{}` declares the {kind} `{name}`, and so does another key",
                        &**key
                    );
                    problems.error(
                        ProblemCode::DeclaredTwice,
                        key.span(),
                        message,
                        "give every one a name of its own",
                    );
                } else {
                    item.spec.inherit(&spec);
                }
            }
        }
        let list: Vec<Item<T>> = found.into_values().collect();
        refuse_names_that_differ_in_case(kind, &list, problems);
        Self {
            kind,
            in_any_case,
            list,
            globs,
            small: OnceLock::new(),
            looked_at,
            has_empty_header: OnceLock::new(),
            written_out,
        }
    }

    /// Adds what exists by default, if there is no item of that name; `from` is
    /// the place of what it exists for.
    pub(crate) fn add(&mut self, name: &str, spec: T, from: Place, problems: &mut Problems) {
        self.add_all([(name.to_owned(), spec, from)], problems);
    }

    /// Adds what exists by default, each if there is no item of its name in any case. It
    /// takes what globs say of it, as what is declared does.
    pub(crate) fn add_all(
        &mut self,
        made: impl IntoIterator<Item = (String, T, Place)>,
        problems: &mut Problems,
    ) {
        self.small = OnceLock::new();
        let mut added = Vec::new();
        for (name, mut spec, place) in made {
            if self.find_without_case(&name).is_some() {
                continue;
            }
            let in_any_case = self.in_any_case;
            let globs = self.globs.iter_mut();
            for glob in globs.filter(|glob| fits(&glob.key, &name, in_any_case)) {
                self.written_out += glob.give(&mut spec);
                if self.written_out > MOST_WRITTEN_OUT {
                    return refuse_text(self.kind, &glob.key, problems);
                }
            }
            added.push(Item { name, place, spec });
        }
        self.list.extend(added);
        self.list.sort_by(|a, b| a.name.cmp(&b.name));
        self.list.dedup_by(|later, first| later.name == first.name);
        self.small = OnceLock::new();
    }
}

/// Names of computers, domains, accounts and SMS objects do not differ in case
/// alone.
fn refuse_names_that_differ_in_case<T>(
    kind: &'static str,
    list: &[Item<T>],
    problems: &mut Problems,
) {
    let mut met: BTreeMap<String, &str> = BTreeMap::new();
    for item in list {
        if let Some(other) = met.insert(item.name.to_lowercase(), &item.name) {
            let message = format!(
                "`{other}` and `{}` name the same {kind}: they differ in case alone",
                item.name
            );
            let help = "if both are one, keep one of them and put the keys of both into it; else give every one a name of its own";
            problems.error(
                ProblemCode::DeclaredTwice,
                item.place.clone(),
                message,
                help,
            );
        }
    }
}

impl<T> Items<T> {
    /// The item to which `name` refers: it is called so, in any case where that is so for
    /// its kind.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        if self.in_any_case {
            self.find_without_case(name)
        } else {
            self.find_as_written(name)
        }
    }

    /// The item that is called `name` as it is written.
    fn find_as_written(&self, name: &str) -> Option<usize> {
        self.list
            .binary_search_by(|item| item.name.as_str().cmp(name))
            .ok()
    }

    /// The item called `name`, or the first that is called so but for the case of
    /// letters: Windows does not tell them apart.
    pub(crate) fn find_without_case(&self, name: &str) -> Option<usize> {
        self.find_as_written(name).or_else(|| {
            let small = self.small.get_or_init(|| {
                let mut small = HashMap::with_capacity(self.list.len());
                for (at, have) in self.names().enumerate() {
                    small.entry(have.to_lowercase()).or_insert(at);
                }
                small
            });
            small.get(&name.to_lowercase()).copied()
        })
    }

    /// The item that `name` refers to; if there is none, an error that names the
    /// nearest.
    pub(crate) fn resolve(&self, name: &At<String>, problems: &mut Problems) -> Option<usize> {
        let found = self.find(name);
        if found.is_none() {
            self.unknown(name, name.span(), problems);
        }
        found
    }

    /// As [`Self::resolve`], for what the item `own` refers to: it does not refer to
    /// itself, and is not suggested.
    pub(crate) fn resolve_other(
        &self,
        own: &str,
        name: &At<String>,
        problems: &mut Problems,
    ) -> Option<usize> {
        let found = self.find(name);
        if found.is_none() {
            let others = || self.names().filter(|other| *other != own);
            self.unknown_among(name, &others, name.span(), problems);
        }
        found
    }

    /// Says that there is no item called `name`.
    pub(crate) fn unknown(&self, name: &str, place: Place, problems: &mut Problems) {
        self.unknown_among(name, &|| self.names(), place, problems);
    }

    /// Says that there is no item called `name`, where one of `others` may be meant.
    fn unknown_among<'a, I: Iterator<Item = &'a str>>(
        &self,
        name: &str,
        others: &dyn Fn() -> I,
        place: Place,
        problems: &mut Problems,
    ) {
        let is_empty = name.trim().is_empty();
        let near = nearest(name, others()).filter(|_| !is_empty);
        // The whole text is read for it, so that it is asked once.
        let has_nameless = || {
            *self.has_empty_header.get_or_init(|| {
                let text = place
                    .as_ref()
                    .and_then(|span| problems.sources().around(span));
                text.is_some_and(|(text, _)| has_empty_header(text, self.kind))
            })
        };
        let advice = match near {
            None if !is_empty && !pattern::is_glob(name) && has_nameless() => {
                format!(
                    "the header `[{0}]` has no name; write [{0}.{1}]",
                    self.kind,
                    spelling::key(name)
                )
            }
            Some(near) => format!("did you mean `{near}`?"),
            None if others().next().is_none() && is_empty => {
                format!(
                    "leave it out: the scenario declares no {} to name",
                    self.kind
                )
            }
            None if is_empty => format!("leave it out, or name one of: {}", some(others())),
            None if self.list.is_empty() => format!("the scenario declares no {}", self.kind),
            None if others().next().is_none() => "declare it, or leave it out".to_owned(),
            None if pattern::is_glob(name) => format!("name one of: {}", some(others())),
            None => format!("declare it, or name one of: {}", some(others())),
        };
        let help = if pattern::is_glob(name) {
            format!("`{name}` is a pattern, and declares nothing; {advice}")
        } else {
            advice
        };
        problems.error(
            ProblemCode::UnknownName,
            place,
            if is_empty {
                format!("no {} has an empty name", self.kind)
            } else {
                format!("there is no {} `{name}`", self.kind)
            },
            help,
        );
    }

    /// The items that names and globs stand for, in order, each once. A glob
    /// that matches nothing is an error like a name that does not exist.
    pub(crate) fn select(&self, names: &[At<String>], problems: &mut Problems) -> Vec<usize> {
        let mut chosen: Vec<usize> = Vec::new();
        for name in names {
            if self.looked_at.get() > MOST_LOOKED_AT {
                refuse_globs(self.kind, name, problems);
                return Vec::new();
            }
            if pattern::is_glob(name) {
                let before = chosen.len();
                let start = beginning(name, self.in_any_case);
                let from = self.list.partition_point(|item| item.name.as_str() < start);
                let alike = self.list[from..].iter().map(|item| item.name.as_str());
                let alike = (from..).zip(alike.take_while(|have| have.starts_with(start)));
                let alike = alike.inspect(|_| self.looked_at.set(self.looked_at.get() + 1));
                let matching = alike.filter(|(_, have)| fits(name, have, self.in_any_case));
                chosen.extend(matching.map(|(at, _)| at));
                if chosen.len() == before {
                    let message = format!("no {} matches `{}`", self.kind, &**name);
                    let help = format!("there are: {}", some(self.names()));
                    problems.error(ProblemCode::UnknownName, name.span(), message, help);
                }
            } else {
                chosen.extend(self.resolve(name, problems));
            }
        }
        effort::spend(chosen.len());
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }

    /// Changes every item.
    pub(crate) fn each(&mut self, change: impl Fn(&mut T)) {
        self.list.iter_mut().for_each(|item| change(&mut item.spec));
    }

    /// Warns of globs from which nothing takes what they say.
    pub(crate) fn warn_of_untaken(&self, problems: &mut Problems) {
        for glob in &self.globs {
            let (message, help) = if glob.is_met {
                if glob.untaken.is_empty() {
                    continue;
                }
                self.left_over(glob)
            } else {
                self.unmet(&glob.key)
            };
            problems.warning(ProblemCode::NoEffect, glob.key.span(), message, help);
        }
    }

    /// What to say of a glob whose keys all have that it matches.
    fn left_over(&self, glob: &Glob<T>) -> (String, String) {
        let keys: Vec<String> = glob.untaken.iter().map(|key| format!("`{key}`")).collect();
        let message = format!(
            "no {} takes {} from `{}`: each that it matches has its own, or takes it from a longer pattern",
            self.kind,
            keys.join(", "),
            *glob.key
        );
        let help = if glob.key.as_str() == "*" {
            "leave the keys out here, or leave them out of the tables that have their own"
        } else {
            "give the general value in a shorter pattern, such as \"*\", or name each of these in a table of its own"
        };
        (message, help.to_owned())
    }

    /// What to say of a glob that matches nothing.
    fn unmet(&self, glob: &str) -> (String, String) {
        let kind = self.kind;
        let message = format!("the pattern `{glob}` matches no {kind}");
        let help = format!(
            "a name with `*` or `?` declares nothing itself: declare a {kind} that it matches, or write a name without them"
        );
        (message, help)
    }

    /// The items, sorted by name.
    pub(crate) fn list(&self) -> &[Item<T>] {
        &self.list
    }

    /// The item at `at`.
    pub(crate) fn get(&self, at: usize) -> &Item<T> {
        &self.list[at]
    }

    /// What is declared of the item at `at`, to be changed.
    pub(crate) fn spec_mut(&mut self, at: usize) -> &mut T {
        &mut self.list[at].spec
    }

    /// The only item, if there is exactly one.
    pub(crate) fn only(&self) -> Option<usize> {
        (self.list.len() == 1).then_some(0)
    }

    /// The names, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.list.iter().map(|item| item.name.as_str())
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// The first few of `names`, for a message.
pub(crate) fn some<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 8;
    let mut names = names.peekable();
    let mut shown: Vec<&str> = names.by_ref().take(MOST).collect();
    if names.peek().is_some() {
        shown.push("...");
    }
    shown.join(", ")
}
