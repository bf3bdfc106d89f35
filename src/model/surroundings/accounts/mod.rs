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
pub(crate) mod policy_refresh;
pub(crate) mod slots;

pub(crate) use contact_logons::Poller;
pub(crate) use knowledge::poll_offset;

use crate::access::Reason;
use crate::division::{Group, guarded_accounts};
use crate::engine::Station;
use crate::model::draws::ModelDraws;
use crate::outcome::Actor;
use crate::units::Instant;
use crate::world::{AccountId, AccountState, Change, ServerId, SiteId, World};
use knowledge::Knowledge;
use lockout::Guarded;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a group of machines has in common about accounts in motion.
#[derive(Debug, Clone)]
pub(crate) struct Ledger<'w> {
    pub(crate) knowledge: Option<Knowledge<'w>>,
    /// The accounts that bad passwords may lock.
    pub(crate) guarded: BTreeMap<Actor, Guarded>,
    /// The turns of servers that pass logons on.
    pub(crate) slots: HashMap<ServerId, Station>,
    /// Legacy Clients whose looks for advertisements matter, by position.
    pub(crate) pollers: Vec<Poller>,
    /// The Client Connection accounts that cannot log on, at the start or later.
    pub(crate) unusable: BTreeSet<AccountId>,
    /// Their looks are events up to this instant.
    pub(crate) looks_end: Instant,
}

impl<'w> Ledger<'w> {
    /// For the machines of `group`; the pollers are found later.
    pub(crate) fn new(world: &'w World, draws: &'w ModelDraws, group: &Group) -> Self {
        let identities = &world.identities;
        let told = !identities.rotations.is_empty() || !identities.handouts.is_empty();
        let guarded = guarded_accounts(world)
            .into_iter()
            .filter_map(|(actor, domain)| {
                let policy = identities.policy(domain).lockout?;
                Some((actor, Guarded::new(policy)))
            });
        Self {
            knowledge: told.then(|| Knowledge::new(world, draws, &group.sites)),
            guarded: guarded.collect(),
            slots: HashMap::new(),
            pollers: Vec::new(),
            unusable: unusable(world, group),
            looks_end: Instant::START,
        }
    }

    /// Whether no account moves, so that nothing here need be asked.
    pub(crate) fn is_quiet(&self) -> bool {
        self.knowledge.is_none() && self.guarded.is_empty()
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
    ) -> Option<Instant> {
        self.knowledge.as_ref()?.barred_since(position, site, now)
    }

    /// Whether a locked account is met; until when, if so.
    pub(crate) fn locked_until(&self, actor: Actor, now: Instant) -> Option<Instant> {
        Some(self.guarded.get(&actor)?.lock(now)?.until)
    }
}

/// The Client Connection accounts of a group that are declared to be in a state in
/// which they cannot log on, at the start or later.
fn unusable(world: &World, group: &Group) -> BTreeSet<AccountId> {
    let handed = group.sites.iter().flat_map(|site| {
        let now = &world.sites[site.index()].accounts;
        let later = world.identities.handouts_of(*site);
        std::iter::once(now).chain(later.iter().map(|handout| &handout.accounts))
    });
    let mut accounts: BTreeSet<AccountId> = handed
        .flat_map(|accounts| accounts.client_connection.iter().copied())
        .collect();
    let fails = |state: AccountState| Reason::of_state(state).is_some();
    let mut changed = BTreeSet::new();
    for position in &group.agenda.changes {
        if let Change::Account(account, state) = world.changes[*position as usize].change
            && fails(state)
        {
            changed.insert(account);
        }
    }
    accounts.retain(|account| {
        fails(world.directory.accounts[account.index()].state) || changed.contains(account)
    });
    accounts
}
