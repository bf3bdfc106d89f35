//! What a machine knows of the accounts that SMS hands out, and since when.
//!
//! A machine holds the accounts and passwords that SMS had at the last moment at
//! which it was *informed*. An Advanced Client is informed with its policy, at
//! every poll; a Legacy Client in the client configuration cycle, every 23 h at
//! a phase of its own, if it still has an account by which to reach the client
//! access point, else never again: it is an orphan (KB Q237759, Q236052,
//! Q227033). All of it is worked out from the machine's own phase when somebody
//! asks; nothing is stored per machine, and no event is spent on it.

use crate::client::{AccountNews, behaviour};
use crate::engine::effort;
use crate::model::draws::{ModelDraws, poll_offset};
use crate::model::surroundings::presence::{LocalPresence, Presence};
use crate::units::{Instant, SignedInstant, Span};
use crate::world::{AccountId, AccountState, Machine, Profile, SiteAccounts, SiteId, World};
use std::collections::BTreeMap;

/// What machines know, and when they learn it.
#[derive(Debug, Clone)]
pub(crate) struct Knowledge<'w> {
    world: &'w World,
    draws: &'w ModelDraws,
    presence: Presence<'w>,
    turns: BTreeMap<SiteId, Turns>,
}

/// When something happens to the accounts that a site ever hands out. What happens to
/// others is nothing to its machines: they hold the same accounts and passwords as
/// before, and get in or not as before.
#[derive(Debug, Clone, Default)]
struct Turns {
    /// When SMS is told of what clients have to learn, and of the last that it is told
    /// for any site: a machine that is informed then has learned of everything.
    told: Vec<Instant>,
    /// When a password is changed, and when all controllers know it.
    changed: Vec<Instant>,
}

impl Turns {
    fn of(world: &World, site: SiteId, last: Option<Instant>) -> Self {
        let identities = &world.identities;
        let mut accounts: Vec<AccountId> = world.handed_out_at(site).collect();
        accounts.sort_unstable();
        accounts.dedup();
        effort::spend(accounts.len());
        let handouts = identities.handouts_of(site).iter();
        let mut told: Vec<Instant> = handouts.map(|handout| handout.at).chain(last).collect();
        let mut changed = Vec::new();
        for account in accounts {
            let rotations = identities.rotations_of(account);
            effort::spend(rotations.len());
            let domain = world.directory.accounts[account.index()].domain;
            let lag = domain.map_or(Span::ZERO, |domain| identities.policy(domain).replication);
            told.extend(rotations.iter().map(|rotation| rotation.known_to_sms));
            let moments = rotations.iter().flat_map(|r| [r.at, r.at + lag]);
            changed.extend(moments.map(SignedInstant::clamped));
        }
        for turns in [&mut told, &mut changed] {
            turns.sort_unstable();
            turns.dedup();
        }
        Self { told, changed }
    }
}

impl<'w> Knowledge<'w> {
    /// For the machines of `sites`; SMS is told for the last time at `last`.
    pub(crate) fn new(
        world: &'w World,
        draws: &'w ModelDraws,
        sites: &[SiteId],
        last: Option<Instant>,
    ) -> Self {
        let turns = |site: &SiteId| (*site, Turns::of(world, *site, last));
        Self {
            world,
            draws,
            presence: Presence::new(world, draws),
            turns: sites.iter().map(turns).collect(),
        }
    }

    /// The moment as of which a machine knows what SMS knows.
    pub(crate) fn informed(&self, position: u32, site: SiteId, now: Instant) -> Instant {
        let mut as_of = Instant::START;
        for told in self.told(site) {
            effort::spend(1);
            if *told > now || self.learns(position, site, as_of, *told) > now {
                break;
            }
            as_of = *told;
        }
        as_of
    }

    /// When a machine has learned of everything that SMS will ever be told;
    /// never, if it is orphaned before.
    pub(crate) fn complete(&self, position: u32, site: SiteId) -> Instant {
        let mut as_of = Instant::START;
        let mut at = Instant::START;
        for told in self.told(site) {
            at = at.max(self.learns(position, site, as_of, *told));
            as_of = *told;
        }
        at
    }

    /// When next after `now` a machine learns something, or a controller does.
    pub(crate) fn next_change(&self, position: u32, site: SiteId, now: Instant) -> Instant {
        let mut as_of = Instant::START;
        let mut next = Instant::NEVER;
        for told in self.told(site) {
            effort::spend(1);
            let at = self.learns(position, site, as_of, *told);
            if at > now {
                next = at;
                break;
            }
            as_of = *told;
        }
        let changed = self
            .turns
            .get(&site)
            .map_or(&[][..], |turns| &turns.changed);
        let passed = changed.partition_point(|at| *at <= now);
        changed.get(passed).map_or(next, |at| next.min(*at))
    }

    /// Since when every Client Connection account that a machine holds has had
    /// another password than the machine holds, if that is so.
    pub(crate) fn barred_since(
        &self,
        position: u32,
        site: SiteId,
        now: Instant,
    ) -> Option<SignedInstant> {
        let identities = &self.world.identities;
        let as_of = self.informed(position, site, now);
        let held = &self.accounts(site, as_of).client_connection;
        let since = |account: &AccountId| {
            let known = identities.password_known(*account, as_of);
            let rotations = identities.rotations_of(*account).iter();
            let wrong = known != identities.password(*account, now.into());
            let since = rotations
                .map(|rotation| rotation.at)
                .find(|at| identities.password(*account, *at) > known);
            since.filter(|_| wrong)
        };
        // All of them: the last one to be changed counts.
        let each: Option<Vec<SignedInstant>> = held.iter().map(since).collect();
        each?.into_iter().max()
    }

    /// The accounts that a machine informed at `as_of` has.
    pub(crate) fn accounts(&self, site: SiteId, as_of: Instant) -> &'w SiteAccounts {
        let world: &'w World = self.world;
        let handouts = world.identities.handouts_of(site);
        let heard = handouts.partition_point(|handout| handout.at <= as_of);
        match heard.checked_sub(1) {
            Some(last) => &handouts[last].accounts,
            None => &world.sites[site.index()].accounts,
        }
    }

    fn told(&self, site: SiteId) -> &[Instant] {
        self.turns.get(&site).map_or(&[], |turns| &turns.told)
    }

    /// When a machine that was informed at `as_of` learns what SMS was told at
    /// `told`.
    fn learns(&self, position: u32, site: SiteId, as_of: Instant, told: Instant) -> Instant {
        let (machine, profile) = self.machine(position);
        match behaviour(profile.client).facts().hears_of_accounts {
            AccountNews::WithPolicy => {
                let offset = poll_offset(self.world, position, &self.draws.setup(machine.key));
                self.tick(site, machine, profile, offset, profile.poll_interval, told)
            }
            AccountNews::ConfigurationCycle => {
                let interval = self.world.rules.configuration_interval;
                let offset = self.draws.setup(machine.key).below(3, interval.0.max(1));
                let cycle = self.tick(site, machine, profile, offset, interval, told);
                let reached = cycle.is_some() && self.can_connect(site, as_of, cycle);
                let cycle = if reached { cycle } else { Instant::NEVER };
                cycle.min(self.logon_script(site, machine, profile, told))
            }
        }
    }

    /// The first time from `from` on at which a machine does something that it
    /// does every `interval`; when it comes back, if it is off then.
    fn tick(
        &self,
        site: SiteId,
        machine: &Machine,
        profile: &Profile,
        offset: u64,
        interval: Span,
        from: Instant,
    ) -> Instant {
        let interval = interval.0.max(1);
        let ticks = from.0.saturating_sub(offset).div_ceil(interval);
        let tick = Instant(offset.saturating_add(ticks.saturating_mul(interval)));
        let on = self.presence_at(site).machine(machine.key, profile, tick);
        if on.holds { tick } else { on.until }
    }

    /// Whether a Legacy Client informed at `as_of` has, at `at`, a Client
    /// Connection account whose password is right. Without any such account in
    /// its list, nothing is known to stand in its way.
    fn can_connect(&self, site: SiteId, as_of: Instant, at: Instant) -> bool {
        let held = &self.accounts(site, as_of).client_connection;
        held.is_empty()
            || held
                .iter()
                .any(|account| self.is_right(*account, as_of, at))
    }

    fn is_right(&self, account: AccountId, as_of: Instant, at: Instant) -> bool {
        let identities = &self.world.identities;
        self.world.directory.accounts[account.index()].state == AccountState::Ok
            && identities.password_known(account, as_of) == identities.password(account, at.into())
    }

    /// The next logon of a user, where the logon script brings new accounts.
    fn logon_script(
        &self,
        site: SiteId,
        machine: &Machine,
        profile: &Profile,
        from: Instant,
    ) -> Instant {
        let Some(sessions) = profile.sessions.filter(|_| self.world.rules.logon_script) else {
            return Instant::NEVER;
        };
        let presence = self.presence_at(site);
        let user = |at| presence.user(&sessions, machine.key, profile, at);
        let present = user(from);
        if !present.holds || !present.until.is_some() {
            return present.until;
        }
        let next = user(present.until);
        if next.holds {
            present.until
        } else {
            next.until
        }
    }

    fn presence_at(&self, site: SiteId) -> LocalPresence<'_, 'w> {
        self.presence
            .ahead(self.world.sites[site.index()].time_zone)
    }

    fn machine(&self, position: u32) -> (&'w Machine, &'w Profile) {
        let world: &'w World = self.world;
        let machine = &world.fleet.machines[position as usize];
        (machine, world.fleet.profile(machine))
    }
}
