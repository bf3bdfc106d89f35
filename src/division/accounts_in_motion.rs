//! Accounts that bad passwords may lock, and what else of accounts moves in the whole
//! world: found once, and asked by every group.

use crate::access::Reason;
use crate::engine::effort;
use crate::outcome::Actor;
use crate::units::{Instant, SignedInstant};
use crate::world::{AccountId, AccountState, Change, ClientKind, DomainId, SiteId, World};
use std::collections::{BTreeMap, BTreeSet};

/// What moves of the accounts of a world.
#[derive(Debug, Clone, Default)]
pub(crate) struct AccountsInMotion {
    /// The accounts that bad passwords may lock, each with its domain: those of
    /// domains that lock accounts, if any machine can hold a wrong password for them.
    guarded: BTreeMap<Actor, DomainId>,
    /// Whether machines may hold a wrong password of one of them all the time.
    pub(crate) wrong_throughout: bool,
    /// The accounts that cannot log on from the start.
    pub(crate) unusable: BTreeSet<AccountId>,
    /// When a password is first changed, or SMS is told of it.
    pub(crate) first_rotation: Option<Instant>,
    /// When SMS is last told of anything.
    pub(crate) last_told: Option<Instant>,
    /// When the state of each account changes, in order: positions in
    /// [`World::changes`].
    states: BTreeMap<AccountId, Vec<u32>>,
}

impl AccountsInMotion {
    pub(crate) fn of(world: &World) -> Self {
        let (rotations, handouts) = (&world.identities.rotations, &world.identities.handouts);
        let told = rotations.iter().map(|rotation| rotation.known_to_sms);
        let guarded = guarded_accounts(world);
        let wrong_throughout = guarded.keys().any(|actor| match actor {
            Actor::Account(account) => {
                world.identities.rotations_of(*account).is_empty()
                    || is_wrong_for_all(world, *account)
            }
            _ => true,
        });
        let mut states = BTreeMap::<AccountId, Vec<u32>>::new();
        for (position, timed) in world.changes.iter().enumerate() {
            if let Change::Account(account, _) = timed.change {
                states.entry(account).or_default().push(position as u32);
            }
        }
        let accounts = world.directory.accounts.iter().enumerate();
        let unusable = accounts.filter(|(_, account)| Reason::of_state(account.state).is_some());
        Self {
            guarded,
            unusable: unusable.map(|(id, _)| id.into()).collect(),
            wrong_throughout,
            first_rotation: (rotations.iter())
                .map(|rotation| rotation.at.clamped().min(rotation.known_to_sms))
                .min(),
            last_told: told.chain(handouts.iter().map(|handout| handout.at)).max(),
            states,
        }
    }

    /// Whether bad passwords may lock any account.
    pub(crate) fn locks_any(&self) -> bool {
        !self.guarded.is_empty()
    }

    /// The domain that may lock an account for bad passwords, if one may.
    pub(crate) fn guards(&self, actor: Actor) -> Option<DomainId> {
        self.guarded.get(&actor).copied()
    }

    /// Those that may be locked among these accounts, and the token accounts, each with
    /// its domain.
    pub(super) fn guarded_among(
        &self,
        accounts: impl Iterator<Item = AccountId>,
    ) -> impl Iterator<Item = (Actor, DomainId)> {
        let named = accounts.map(Actor::Account);
        let named = named.filter_map(|actor| Some((actor, self.guards(actor)?)));
        // Token accounts come first.
        let others = self.guarded.iter();
        let others = others.take_while(|(actor, _)| !matches!(actor, Actor::Account(_)));
        named.chain(others.map(|(actor, domain)| (*actor, *domain)))
    }

    /// Since when an account has been in the state in which it is at `now`.
    pub(crate) fn state_since(
        &self,
        world: &World,
        account: AccountId,
        now: Instant,
    ) -> SignedInstant {
        let change = |position: &u32| &world.changes[*position as usize];
        let changes = self.states.get(&account).map_or(&[][..], Vec::as_slice);
        let past = changes.partition_point(|position| change(position).at() <= now);
        let last = changes[..past].last().map(change);
        last.map_or(SignedInstant::START, |change| change.since)
    }
}

fn guarded_accounts(world: &World) -> BTreeMap<Actor, DomainId> {
    if world.identities.policies.is_empty() {
        return BTreeMap::new();
    }
    effort::spend(world.changes.len() + world.directory.accounts.len());
    let mut wrong = BTreeSet::new();
    for timed in &world.changes {
        match timed.change {
            Change::Account(account, AccountState::WrongPassword) => {
                wrong.insert(Actor::Account(account));
            }
            Change::TokenAccount(domain, AccountState::WrongPassword) => {
                wrong.insert(Actor::DomainTokenAccount(domain));
            }
            _ => {}
        }
    }
    let locks = |domain: &DomainId| world.identities.policy(*domain).lockout.is_some();
    let accounts = world.directory.accounts.iter().enumerate();
    let named = accounts.filter_map(|(at, account)| {
        let (id, domain) = (AccountId::from(at), account.domain.filter(|d| locks(d))?);
        let can_be_wrong = !world.identities.rotations_of(id).is_empty()
            || is_wrong_for_all(world, id)
            || wrong.contains(&Actor::Account(id));
        can_be_wrong.then_some((Actor::Account(id), domain))
    });
    // Workstations whose own token account has the same name may present a wrong
    // password of it, or the controllers of the domain, after a reset by hand
    // (`TechNet` cc181332).
    let token_can_be_wrong = |domain: DomainId| {
        world.rules.token_accounts_share_name
            || world.directory.domains[domain.index()].token_account == AccountState::WrongPassword
            || wrong.contains(&Actor::DomainTokenAccount(domain))
    };
    let domains = (0..world.directory.domains.len()).map(DomainId::from);
    let tokens = domains
        .filter(|domain| locks(domain) && token_can_be_wrong(*domain))
        .map(|domain| (Actor::DomainTokenAccount(domain), domain));
    named.chain(tokens).collect()
}

/// Whether SMS holds a wrong password of `account` from the start.
fn is_wrong_for_all(world: &World, account: AccountId) -> bool {
    world.directory.accounts[account.index()].state == AccountState::WrongPassword
}

/// The kinds of client that machines of a site run.
pub(super) fn clients_at(world: &World, site: SiteId) -> BTreeSet<ClientKind> {
    let range = world.fleet.by_site[site.index()].clone();
    let machines = &world.fleet.machines[range.start as usize..range.end as usize];
    let profiles = machines.iter().map(|machine| world.fleet.profile(machine));
    profiles.map(|profile| profile.client).collect()
}
