//! Machines that join collections while the roll-out runs, or leave them.
//!
//! Each entry is asked about every machine that it may mean, by name; at the
//! end those that meant no machine, or something that cannot be, are errors. A
//! machine is in a collection once: it joins, and may leave after that.

use super::filter::{Filter, Verdict, filter};
use super::filter_index::FilterIndex;
use super::when;
use crate::engine::effort;
use crate::scenario::ProblemCode;
use crate::scenario::names::{Item, Place};
use crate::scenario::patterns::Patterns;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At};
use crate::units::SignedInstant;
use crate::world::{Membership, Profile, SiteId, World};
use std::collections::BTreeMap;

/// The changes of members, by the position of the collection.
#[derive(Debug, Default)]
pub(super) struct Moves(BTreeMap<usize, Entries>);

/// The entries about one collection, and the ways to those that may mean a
/// machine.
#[derive(Debug, Default)]
struct Entries {
    list: Vec<Entry>,
    index: FilterIndex,
}

impl Entries {
    fn push(&mut self, entry: Entry, written: &At<written::Membership>) {
        self.index
            .add(self.list.len(), &entry.filter, &meant(written));
        self.list.push(entry);
    }

    /// Whether any may mean machines of `profile` at `site`.
    fn concern(&self, profile: &Profile, site: SiteId) -> bool {
        let of_group = self.index.of_group(profile, site);
        let mut near = self.index.named().iter().chain(&of_group);
        near.any(|at| {
            effort::spend(1);
            self.list[*at].filter.of_groups(profile, site) != Verdict::Out
        })
    }
}

/// One entry, and what has come of it.
#[derive(Debug)]
struct Entry {
    /// Its position in the scenario.
    number: usize,
    filter: Filter,
    joins: Option<SignedInstant>,
    leaves: Option<SignedInstant>,
    /// Whether it has met any machine, and which of its names have.
    met: bool,
    names: Patterns,
    names_met: Vec<bool>,
    /// Machines that are to leave and are not members, and the first of them.
    strangers: u64,
    stranger: String,
    /// The first machine about which an earlier entry says something else.
    clash: Option<String>,
}

impl Moves {
    /// The changes that `plan` describes, of collections that advertisements
    /// name.
    pub(super) fn new(plan: &Plan, world: &World, problems: &mut Problems) -> Self {
        let mut moves: BTreeMap<usize, Entries> = BTreeMap::new();
        let advertised = Users::of(plan);
        for (number, written) in plan.written.membership.iter().enumerate() {
            let Some(collection) = subject(written, plan, problems) else {
                continue;
            };
            let name = &plan.collections.get(collection).name;
            let moment = |at: &Option<At<_>>| when(at.as_ref(), plan.start);
            let names = written.name.as_deref().unwrap_or_default();
            let entry = Entry {
                number,
                filter: filter(&meant(written), plan, world, problems),
                joins: moment(&written.joins),
                leaves: moment(&written.leaves),
                met: false,
                names: names.iter().map(|name| name.as_str()).collect(),
                names_met: vec![false; names.len()],
                strangers: 0,
                stranger: String::new(),
                clash: None,
            };
            look_at_times(written, &entry, name, world, problems);
            if advertised.0.contains_key(&collection) {
                moves.entry(collection).or_default().push(entry, written);
            } else {
                let message = format!("nothing is advertised to the collection `{name}`");
                let help = "name a collection of an advertisement, or leave the entry out";
                problems.warning(ProblemCode::NoEffect, place(written), message, help);
            }
        }
        let (offers, users) = (offers(plan, world), Users::of(plan));
        for (collection, entries) in &moves {
            let offers = offers.get(collection).map_or(&[][..], Vec::as_slice);
            for entry in &entries.list {
                look_at_offers(*collection, entry, offers, plan, problems);
            }
            let written = &plan.written.membership[entries.list[0].number];
            users.refuse_controlled(*collection, written, plan, problems);
        }
        Self(moves)
    }

    /// Whether any entry of a collection may mean machines of `profile` at
    /// `site`.
    pub(super) fn concern(&self, collection: usize, profile: &Profile, site: SiteId) -> bool {
        let entries = self.0.get(&collection);
        entries.is_some_and(|entries| entries.concern(profile, site))
    }

    /// Adds to `index` that `entry` may concern the machines that ever join a collection
    /// or leave it.
    pub(super) fn index(
        &self,
        collection: usize,
        entry: usize,
        plan: &Plan,
        index: &mut FilterIndex,
    ) {
        for move_of in self.0.get(&collection).iter().flat_map(|all| &all.list) {
            let written = &plan.written.membership[move_of.number];
            index.add(entry, &move_of.filter, &meant(written));
        }
    }

    /// The collections whose members change.
    pub(super) fn collections(&self) -> impl Iterator<Item = usize> {
        self.0.keys().copied()
    }

    /// When the machine called `name` is a member of a collection, `is_in` being
    /// what the collection's own filters say of it; `None` if never.
    pub(super) fn of_name(
        &mut self,
        collection: usize,
        is_in: bool,
        (profile, site, name): (&Profile, SiteId, &str),
    ) -> Option<Membership> {
        let (mut joins, mut leaves) = (None, None);
        let mut last = None;
        let Some(entries) = self.0.get_mut(&collection) else {
            return is_in.then_some(Membership::ALWAYS);
        };
        for at in entries.index.of_machine(profile, site, name) {
            let entry = &mut entries.list[at];
            if !entry.means(profile, site, name) {
                continue;
            }
            let differs = |known: Option<SignedInstant>, new: Option<SignedInstant>| {
                known.is_some() && new.is_some() && known != new
            };
            let clashes = differs(joins, entry.joins) || differs(leaves, entry.leaves);
            joins = joins.or(entry.joins);
            leaves = leaves.or(entry.leaves);
            let turned = joins.zip(leaves).is_some_and(|(from, until)| until <= from);
            if clashes || turned {
                entry.clash.get_or_insert_with(|| name.to_owned());
            }
            last = Some(at);
        }
        if let Some(at) = last.filter(|_| !is_in && joins.is_none()) {
            let entry = &mut entries.list[at];
            if entry.strangers == 0 {
                name.clone_into(&mut entry.stranger);
            }
            entry.strangers += 1;
            return None;
        }
        (is_in || joins.is_some()).then_some(Membership {
            from: joins.unwrap_or(SignedInstant::START).clamped(),
            until: leaves.unwrap_or(SignedInstant::NEVER).clamped(),
        })
    }

    /// Complains about entries that mean no machine, or what cannot be.
    pub(super) fn finish(self, plan: &Plan, problems: &mut Problems) {
        for (collection, entries) in self.0 {
            let name = &plan.collections.get(collection).name;
            for entry in entries.list {
                entry.complain(name, &plan.written.membership[entry.number], problems);
            }
        }
    }
}

impl Entry {
    /// Whether a machine is meant; it has been met then.
    fn means(&mut self, profile: &Profile, site: SiteId, name: &str) -> bool {
        // What is written in the wrong case means no machine, and is told of.
        let is_called = self.names_met.is_empty() || self.names.matches(name);
        if !is_called || !self.filter.of_name(profile, site, name) {
            return false;
        }
        self.met = true;
        for at in self.names.matching(name) {
            self.names_met[at as usize] = true;
        }
        true
    }

    fn complain(
        &self,
        collection: &str,
        written: &At<written::Membership>,
        problems: &mut Problems,
    ) {
        let names = written.name.iter().flatten().zip(&self.names_met);
        for (glob, _) in names.filter(|(_, met)| !**met) {
            let others = written.fleet.is_some() || written.site.is_some();
            let among = if others {
                " that its `fleet` and `site` mean"
            } else {
                ""
            };
            let message = format!("no machine{among} is called `{}`", **glob);
            let help = "name machines as machines.csv does, or by glob, such as \"hq-*\"";
            problems.error(ProblemCode::UnknownName, glob.span(), message, help);
        }
        if !self.met && written.name.is_none() {
            let message = format!("no machine joins or leaves the collection `{collection}` here");
            let help = "name fleet groups that have machines at the sites named";
            problems.error(ProblemCode::UnknownName, place(written), message, help);
        }
        if let Some(machine) = &self.clash {
            let message = format!(
                "this contradicts what another entry says of `{machine}` and the collection `{collection}`"
            );
            let help =
                "let each machine join a collection once at most, and leave it once, after that";
            problems.error(ProblemCode::Impossible, place(written), message, help);
        }
        if self.strangers > 0 {
            let more = match self.strangers {
                1 => String::new(),
                count => format!(", nor are {} more", count - 1),
            };
            let message = format!(
                "`{}` leaves the collection `{collection}`, and is not a member of it{more}",
                self.stranger
            );
            let help = "let `name`, `fleet` and `site` mean members only, or say when they join: joins = \"+1 d\"";
            let at = written.leaves.as_ref().and_then(At::span);
            problems.error(ProblemCode::Impossible, at, message, help);
        }
    }
}

/// The position of the collection that an entry is about, if it says what it
/// has to.
fn subject(
    written: &At<written::Membership>,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<usize> {
    let who = written.name.is_some() || written.fleet.is_some() || written.site.is_some();
    let when = written.joins.is_some() || written.leaves.is_some();
    let (message, help) = match &written.collection {
        None => (
            "a change of members does not say of which collection",
            "write collection = \"...\"",
        ),
        Some(_) if !who => (
            "a change of members does not say who joins or leaves",
            "write name = [\"...\"], fleet = [\"...\"] or site = [\"...\"]",
        ),
        Some(_) if !when => (
            "a change of members does not say when",
            "write joins = \"+2 d\", leaves = \"+5 d\" or both",
        ),
        Some(name) => return plan.collections.resolve(name, problems),
    };
    problems.error(
        ProblemCode::MissingKey,
        place(written),
        message.to_owned(),
        help,
    );
    None
}

/// The machines that an entry means, as those of a collection.
fn meant(written: &At<written::Membership>) -> written::Collection {
    written::Collection {
        name: written.name.clone(),
        fleet: written.fleet.clone(),
        site: written.site.clone(),
        ..written::Collection::default()
    }
}

fn place(written: &At<written::Membership>) -> Place {
    let lists = [&written.name, &written.fleet, &written.site];
    let mut firsts = lists.into_iter().flatten().filter_map(|list| list.first());
    let collection = written.collection.as_ref().and_then(At::span);
    let moments = [&written.joins, &written.leaves];
    collection
        .or_else(|| firsts.find_map(At::span))
        .or_else(|| moments.into_iter().flatten().find_map(At::span))
        .or_else(|| written.span())
}

fn look_at_times(
    written: &At<written::Membership>,
    entry: &Entry,
    collection: &str,
    world: &World,
    problems: &mut Problems,
) {
    let at = written.leaves.as_ref().and_then(At::span);
    if entry
        .leaves
        .is_some_and(|leaves| leaves <= SignedInstant::START)
    {
        let message = format!("machines leave the collection `{collection}` before the start");
        let help = "make `leaves` later than the start, or let the filters of the collection leave them out";
        problems.error(ProblemCode::Impossible, at, message, help);
    } else if entry.joins.zip(entry.leaves).is_some_and(|(j, l)| l <= j) {
        let message = format!("machines leave the collection `{collection}` before they join it");
        let help = "make `leaves` later than `joins`; a machine that has left does not come back";
        problems.error(ProblemCode::Impossible, at, message, help);
    }
    let moments = [
        ("joins", "join", &written.joins, entry.joins),
        ("leaves", "leave", &written.leaves, entry.leaves),
    ];
    let end = SignedInstant::START + world.horizon;
    for (key, does, written, at) in moments {
        if at.is_some_and(|at| at > end) {
            let message =
                format!("machines {does} the collection `{collection}` after the horizon");
            let help = format!("make `horizon` longer, or `{key}` earlier");
            let place = written.as_ref().and_then(At::span);
            problems.warning(ProblemCode::TooLate, place, message, help);
        }
    }
}

/// The advertisements to each collection that are over at some time, and when they are at
/// all sites.
fn offers<'a>(plan: &'a Plan, world: &World) -> BTreeMap<usize, Vec<Offer<'a>>> {
    let zones = world.zones();
    let mut offers: BTreeMap<usize, Vec<Offer>> = BTreeMap::new();
    for (at, item) in plan.advertisements.list().iter().enumerate() {
        let withdrawn = when(item.spec.withdrawn.as_ref(), plan.start);
        let expires = world.advertisements[at].expires;
        let last = zones.iter().map(|ahead| expires.at(*ahead)).max();
        let over = last.into_iter().chain(withdrawn).min();
        let over = over.filter(|over| over.is_some());
        let collection = item.spec.collection.as_ref();
        let collection = collection.and_then(|name| plan.collections.find(name));
        if let (Some(over), Some(collection)) = (over, collection) {
            offers.entry(collection).or_default().push((over, item));
        }
    }
    offers
}

/// An advertisement, and when it is over.
type Offer<'a> = (SignedInstant, &'a Item<written::Advertisement>);

/// A machine that joins when an advertisement is over gets nothing of it.
fn look_at_offers(
    collection: usize,
    entry: &Entry,
    offers: &[Offer],
    plan: &Plan,
    problems: &mut Problems,
) {
    let Some(joins) = entry.joins else {
        return;
    };
    let name = &plan.collections.get(collection).name;
    let written = &plan.written.membership[entry.number];
    for (over, item) in offers {
        if *over <= joins {
            let message = format!(
                "machines join the collection `{name}` when the advertisement `{}` to it is over",
                item.name
            );
            let help = "make `joins` earlier, or `expires` and `withdrawn` later";
            let place = written.joins.as_ref().and_then(At::span);
            problems.warning(ProblemCode::TooLate, place, message, help);
        }
    }
}

/// The advertisements that name each collection, themselves or in a phase.
struct Users(BTreeMap<usize, Vec<usize>>);

impl Users {
    fn of(plan: &Plan) -> Self {
        let mut users = BTreeMap::<usize, Vec<usize>>::new();
        for (at, item) in plan.advertisements.list().iter().enumerate() {
            let phases = item.spec.phases.iter().flatten();
            let of_phases = phases.filter_map(|phase| phase.collection.as_ref());
            let named = item.spec.collection.iter().chain(of_phases);
            for collection in named.filter_map(|name| plan.collections.find(name)) {
                let of_collection = users.entry(collection).or_default();
                if of_collection.last() != Some(&at) {
                    of_collection.push(at);
                }
            }
        }
        Self(users)
    }

    /// A controller counts the machines of its phases once, at the start.
    fn refuse_controlled(
        &self,
        collection: usize,
        written: &At<written::Membership>,
        plan: &Plan,
        problems: &mut Problems,
    ) {
        let name = &plan.collections.get(collection).name;
        let items = self.0.get(&collection).into_iter().flatten();
        for item in items.map(|at| plan.advertisements.get(*at)) {
            let spec = &item.spec;
            let controlled = spec.phases.is_some() || spec.rate.is_some() || spec.stop.is_some();
            if controlled {
                let message = format!(
                    "the members of the collection `{name}` change, and the advertisement `{}` has a controller, which counts them once",
                    item.name
                );
                let help = "stage it by `phases` or by `joins`, not by both";
                problems.error(ProblemCode::Impossible, place(written), message, help);
            }
        }
    }
}
