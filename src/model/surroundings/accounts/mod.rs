//! Accounts in motion: who holds which password, which controller knows which,
//! and what bad passwords lock.
//!
//! The *ledger* is what a group of machines has in common about them. It is
//! quiet, and asked nothing more than whether it is, in a world without
//! rotations, changed settings, lockout policies or limits of pass-through
//! authentication; such a world runs as if this room did not exist. What a
//! machine knows is worked out in `knowledge`, what bad passwords do in
//! `lockout`, both without the simulation; `logon`, `contact_logons` and `slots` are
//! where machines meet them, `meetings` tells the plan who can meet whom.

pub(crate) mod contact_logons;
pub(crate) mod knowledge;
pub(crate) mod lockout;
pub(crate) mod logon;
pub(crate) mod slots;

pub(crate) use contact_logons::Poller;

use crate::access::Reason;
use crate::division::{AccountsInMotion, Group, Plan};
use crate::engine::{Station, Visit};
use crate::model::draws::ModelDraws;
use crate::model::ids::PollerId;
use crate::outcome::Actor;
use crate::units::{Instant, SignedInstant};
use crate::world::{AccountId, AccountState, Change, PassThrough, ServerId, SiteId, World};
use contact_logons::Barred;
use knowledge::Knowledge;
use lockout::{Guarded, Lock, Place};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Whether a machine that meets a locked account has done nothing wrong itself: its
/// password was right, and others locked it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Innocent(pub(crate) bool);

/// What a group of machines has in common about accounts in motion.
#[derive(Debug, Clone)]
pub(crate) struct Ledger<'w> {
    world: &'w World,
    knowledge: Option<Knowledge<'w>>,
    /// The accounts that bad passwords may lock.
    guarded: BTreeMap<Actor, Guarded>,
    /// Which these are; those that have never been presented have no state yet.
    in_motion: &'w AccountsInMotion,
    /// The turns of servers that pass logons on.
    slots: HashMap<ServerId, Station>,
    /// Legacy Clients whose looks for advertisements matter, by position.
    pollers: Vec<Poller>,
    /// The Client Connection accounts that cannot log on, at the start or later.
    unusable: BTreeSet<AccountId>,
    /// Their looks are events up to this instant.
    looks_end: Instant,
}

impl<'w> Ledger<'w> {
    /// For the machines of `group`; the pollers are found later.
    pub(crate) fn new(
        world: &'w World,
        plan: &'w Plan,
        draws: &'w ModelDraws,
        group: &Group,
    ) -> Self {
        let identities = &world.identities;
        let told = !identities.rotations.is_empty() || !identities.handouts.is_empty();
        Self {
            knowledge: told
                .then(|| Knowledge::new(world, draws, &group.sites, plan.accounts.last_told)),
            guarded: BTreeMap::new(),
            in_motion: &plan.accounts,
            world,
            slots: HashMap::new(),
            pollers: Vec::new(),
            unusable: unusable(world, plan, group),
            looks_end: Instant::START,
        }
    }

    /// Whether no account moves, so that nothing here need be asked.
    pub(crate) fn is_quiet(&self) -> bool {
        self.knowledge.is_none() && !self.in_motion.locks_any()
    }

    /// Whether it matters with which account a machine looks for advertisements.
    pub(crate) fn looks_matter(&self) -> bool {
        !self.is_quiet() || !self.unusable.is_empty()
    }

    /// An administrator has put an account into a state; one that is in order
    /// is no longer locked.
    pub(crate) fn administered(&mut self, actor: Actor, state: AccountState) {
        if let Some(guarded) = self.guarded.get_mut(&actor)
            && state == AccountState::Ok
        {
            guarded.unlock();
        }
    }

    /// Since when every Client Connection account that a Legacy Client holds has
    /// had another password than the one it holds, if that is so.
    pub(crate) fn barred_since(
        &self,
        position: u32,
        site: SiteId,
        now: Instant,
    ) -> Option<SignedInstant> {
        self.knowledge.as_ref()?.barred_since(position, site, now)
    }

    /// Whether bad passwords may lock an account.
    pub(crate) fn guards(&self, actor: Actor) -> bool {
        self.in_motion.guards(actor).is_some()
    }

    /// A password is presented: the right one, or one that is `older` by this many
    /// changes. Whether the account is locked, and if so, whether by others alone.
    pub(crate) fn presents(
        &mut self,
        actor: Actor,
        place: Place,
        position: u32,
        (right, older): (bool, Option<u32>),
        now: Instant,
    ) -> Option<Innocent> {
        let domain = self.in_motion.guards(actor)?;
        let guarded = match self.guarded.entry(actor) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let policy = self.world.identities.policy(domain).lockout?;
                new.insert(Guarded::new(policy))
            }
        };
        if let Some(lock) = guarded.lock(now) {
            let by_others = lock.by.iter().any(|by| *by != position);
            return Some(Innocent(right && by_others));
        }
        if right {
            guarded.admit(place);
        } else {
            guarded.refuse(place, position, older, now);
        }
        None
    }

    /// The lock on an account, if it is locked, and who brought it about.
    pub(crate) fn lock(&self, actor: Actor, now: Instant) -> Option<(&Lock, &[u32])> {
        let guarded = self.guarded.get(&actor)?;
        Some((guarded.lock(now)?, guarded.culprits()))
    }

    /// A logon asks for a slot of a server that passes it on.
    pub(crate) fn asks_for_slot(
        &mut self,
        server: ServerId,
        limits: PassThrough,
        now: Instant,
    ) -> Visit {
        let slots = self.slots.entry(server);
        slots
            .or_insert_with(|| Station::new(limits.slots, limits.patience))
            .request(now, limits.hold)
    }

    /// A server has gone down: its slots are free.
    pub(crate) fn frees_slots(&mut self, server: ServerId) {
        self.slots.remove(&server);
    }

    /// Takes in a machine whose looks for advertisements matter; they come in the order
    /// of the fleet.
    pub(crate) fn watch(&mut self, poller: Poller) {
        self.pollers.push(poller);
    }

    /// The machines whose looks matter.
    pub(crate) fn pollers(&self) -> impl Iterator<Item = PollerId> + use<> {
        (0..self.pollers.len() as u32).map(PollerId)
    }

    /// A machine whose looks matter.
    pub(crate) fn poller(&self, PollerId(id): PollerId) -> Poller {
        self.pollers[id as usize]
    }

    /// The machine at a position of the fleet, if its looks matter.
    pub(crate) fn poller_at(&self, position: u32) -> Option<PollerId> {
        let found = self.pollers.binary_search_by_key(&position, |p| p.position);
        found.ok().map(|at| PollerId(at as u32))
    }

    /// The looks of a machine are counted up to `last`.
    pub(crate) fn counts_looks(&mut self, PollerId(id): PollerId, last: Instant) {
        self.pollers[id as usize].last = last;
    }

    /// A machine looks at `now`, and is barred or not.
    pub(crate) fn looks(&mut self, PollerId(id): PollerId, now: Instant, barred: Option<Barred>) {
        let poller = &mut self.pollers[id as usize];
        (poller.last, poller.barred) = (now, barred);
    }

    /// Looks are events up to this instant.
    pub(crate) fn looks_end(&self) -> Instant {
        self.looks_end
    }

    /// Looks are events up to `end`.
    pub(crate) fn end_looks(&mut self, end: Instant) {
        self.looks_end = end;
    }

    /// When next what a machine knows of accounts changes.
    pub(crate) fn next_change(&self, position: u32, site: SiteId, now: Instant) -> Instant {
        let knowledge = self.knowledge.as_ref();
        knowledge.map_or(Instant::NEVER, |known| {
            known.next_change(position, site, now)
        })
    }

    /// Whether a locked account is met; until when, if so.
    pub(crate) fn locked_until(&self, actor: Actor, now: Instant) -> Option<Instant> {
        Some(self.guarded.get(&actor)?.lock(now)?.until)
    }
}

/// The Client Connection accounts of a group that are declared to be in a state in
/// which they cannot log on, at the start or later.
fn unusable(world: &World, plan: &Plan, group: &Group) -> BTreeSet<AccountId> {
    let handed = group.sites.iter().flat_map(|site| {
        let now = &world.sites[site.index()].accounts;
        let later = world.identities.handouts_of(*site);
        std::iter::once(now).chain(later.iter().map(|handout| &handout.accounts))
    });
    let mut failing = plan.accounts.unusable.clone();
    for position in &group.agenda.changes {
        if let Change::Account(account, state) = world.changes[*position as usize].change
            && Reason::of_state(state).is_some()
        {
            failing.insert(account);
        }
    }
    if failing.is_empty() {
        return failing;
    }
    let mut lists = BTreeMap::new();
    for accounts in handed {
        let list = &accounts.client_connection;
        lists.insert(list.as_ptr().addr(), list);
    }
    let handed = lists.values().flat_map(|list| list.iter());
    handed.copied().filter(|id| failing.contains(id)).collect()
}
