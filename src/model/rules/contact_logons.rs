//! Legacy Clients at their client access points: whose looks for advertisements matter,
//! what a look finds, which accounts are presented, and what a refusal means.

use crate::access::{Reason, Refusal};
use crate::model::ids::{JobId, PollerId};
use crate::model::rules::{clocks, orphans};
use crate::model::surroundings::accounts::contact_logons::{self, Barred, Poller};
use crate::model::surroundings::accounts::logon::{self, Answer, Visitor};
use crate::model::surroundings::client_removal;
use crate::model::way::scene::Scene;
use crate::outcome::{Actor, Cause};
use crate::units::{Instant, Span};
use crate::world::{AccountId, DomainId, ServerId, ServerRole};

/// The machine at a place of a site, as one whose looks matter, if they do.
pub(crate) fn poller(scene: &Scene<'_, '_>, slot: usize, position: u32) -> Option<Poller> {
    let site = scene.places[slot].site;
    let locks = contact_logons::looks_matter(scene, Visitor { position, site })?;
    Some(Poller {
        position,
        slot: slot as u32,
        locks,
        last: Instant::NEVER,
        barred: None,
    })
}

/// The next look of a machine from `from` on, if it matters.
pub(crate) fn next_look(scene: &Scene<'_, '_>, poller: PollerId, from: Instant) -> Option<Instant> {
    let position = scene.ledger.poller(poller).position;
    let at = contact_logons::next_look(scene, position, from);
    (at <= scene.ledger.looks_end()).then_some(at)
}

/// Who looks, as one who logs on.
pub(crate) fn visitor(scene: &Scene<'_, '_>, poller: PollerId) -> Visitor {
    let Poller { position, slot, .. } = scene.ledger.poller(poller);
    let site = scene.places[slot as usize].site;
    Visitor { position, site }
}

/// A look for advertisements that nothing is known to come of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Look {
    /// The machine is off until then.
    Off(Instant),
    /// There is no client any more, or nothing that a later look could change.
    Never,
    /// It may lock an account, and is made by itself.
    One,
    /// It ends as those that follow do until the machine goes off at this instant, or
    /// something changes.
    Alike(Instant),
}

/// What becomes of a look of a machine now.
pub(crate) fn looks(scene: &Scene<'_, '_>, poller: PollerId) -> Look {
    let known = scene.ledger.poller(poller);
    let Visitor { position, site } = visitor(scene, poller);
    let machine = &scene.world.fleet.machines[position as usize];
    let profile = scene.world.fleet.profile(machine);
    let presence = scene
        .presence
        .ahead(scene.places[known.slot as usize].time_zone);
    let on = presence.machine(machine.key, profile, scene.now);
    if !on.holds {
        return if on.until <= scene.ledger.looks_end() {
            Look::Off(on.until)
        } else {
            Look::Never
        };
    }
    if client_removal::removed_at(scene, position, site) <= scene.now {
        Look::Never
    } else if known.locks || known.last == scene.now {
        Look::One
    } else {
        Look::Alike(on.until)
    }
}

/// What came of the look of a machine that it has made at this instant, or that has been
/// counted up to it; `None` if it has made none. Looks of one machine at one instant are
/// one look.
pub(crate) fn has_looked(
    scene: &Scene<'_, '_>,
    poller: Option<PollerId>,
) -> Option<Result<(), Barred>> {
    let known = scene.ledger.poller(poller?);
    let found = known.barred.map_or(Ok(()), Err);
    (known.last.is_some() && scene.now <= known.last).then_some(found)
}

/// Whether it matters with which account a job's machine comes to its client access
/// point.
pub(crate) fn is_asked(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.ledger.looks_matter() && scene.behaviour(id).facts().uses_connection_accounts
}

/// What a Legacy Client presents at its client access point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Contact<'w> {
    pub(crate) server: ServerId,
    /// Whether it comes with its local token account first, which is taken for the
    /// domain's.
    pub(crate) mistakes_token: bool,
    /// Its Client Connection accounts, in order, if it matters which gets in.
    pub(crate) accounts: &'w [AccountId],
}

/// What a Legacy Client presents at its client access point; `None` if that is down, or
/// there is none.
pub(crate) fn contact<'w>(scene: &Scene<'w, '_>, visitor: Visitor) -> Option<Contact<'w>> {
    let site = &scene.world.sites[visitor.site.index()];
    let role = ServerRole::ClientAccessPoint;
    let server = site
        .client_access_point
        .filter(|contact| scene.disorder.is_up(*contact, role))?;
    let machine = &scene.world.fleet.machines[visitor.position as usize];
    let role = scene.world.fleet.profile(machine).role;
    let held = &contact_logons::held_accounts(scene, visitor).client_connection;
    let watched = |account: &AccountId| contact_logons::is_watched(scene, *account);
    let accounts: &[AccountId] = if held.iter().any(watched) { held } else { &[] };
    Some(Contact {
        server,
        mistakes_token: contact_logons::mistakes_tokens(scene, visitor, role),
        accounts,
    })
}

/// The domain whose controllers know an account; `None` for one that only its own machine
/// knows.
pub(crate) fn domain_of(scene: &Scene<'_, '_>, account: AccountId) -> Option<DomainId> {
    scene.world.directory.accounts[account.index()].domain
}

/// Why a client does not get in whose account no controller validates.
pub(crate) fn none_validates(account: AccountId) -> Barred {
    Barred {
        actor: Actor::Account(account),
        refusal: Reason::NoLogonServer.into(),
        innocent: false,
    }
}

/// Why a client does not get in with an account, by what its controller says, if so.
pub(crate) fn barred(account: AccountId, answer: Answer) -> Option<Barred> {
    let refusal: Refusal = Reason::of_state(answer.state)?.into();
    Some(Barred {
        actor: Actor::Account(account),
        refusal,
        innocent: answer.innocent,
    })
}

/// The cause to show of a machine that its client access point refuses.
pub(crate) const fn cause(barred: Barred) -> Cause {
    if barred.innocent {
        Cause::LockedByOthers
    } else {
        Cause::ConnectionAccountUnusable
    }
}

/// When a machine that its client access point has refused may learn of something: at its
/// next look, or, where no account can be locked, at the first one after a change, or
/// when its client goes; those up to then are counted by themselves.
pub(crate) fn look_after_refusal(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let visitor = logon::visitor(scene, id);
    let next = scene.now + Span(1);
    let from = if contact_logons::looks_matter(scene, visitor) == Some(false) {
        let goes = orphans::uninstalls_at(scene, id);
        let change = contact_logons::may_get_in(scene, visitor);
        change.min(goes).max(next)
    } else {
        next
    };
    if !from.is_some() {
        return Instant::NEVER;
    }
    contact_logons::next_look(scene, visitor.position, from)
}

/// Whether the horizon finds a machine off that its client access point had refused, and
/// that has missed a look since. Its looks are counted where they end alike, so that none
/// of them says so.
pub(crate) fn is_off_at_its_look(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let profile = scene.profile(id);
    if !profile.may_be_off()
        || !is_asked(scene, id)
        || scene.record(id).cause != Cause::ConnectionAccountUnusable
    {
        return false;
    }
    let last = scene.world.last_moment();
    let after = contact_logons::next_look(scene, scene.jobs[id].machine, last + Span(1));
    let Some(look) = after.0.checked_sub(profile.poll_interval.0.max(1)) else {
        return false;
    };
    let presence = scene.presence.ahead(clocks::time_zone(scene, id));
    let on = presence.machine(scene.jobs[id].key, profile, Instant(look));
    !on.holds && on.until > last
}
