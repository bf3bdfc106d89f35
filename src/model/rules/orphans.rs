//! Legacy Clients that reach no client access point any more.
//!
//! They try every hour, and uninstall themselves after sixty days (KB Q227033):
//! whatever they had still to do is not done, and the site hears nothing of it.
//! Since when a client has been out of touch follows from what is down and from
//! the passwords that were changed; nothing is kept for it, and nothing asked
//! where the simulated time is shorter than that.

use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::rules::answer::{Answer, Over};
use crate::model::rules::assignment_time;
use crate::model::surroundings::accounts::{contact_logons, logon};
use crate::model::surroundings::client_removal;
use crate::model::surroundings::faults;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, Step};
use crate::units::{Instant, SignedInstant};

/// Whether the simulated time is long enough, or machines travel.
pub(crate) fn is_used(scene: &Scene<'_, '_>) -> bool {
    let rules = &scene.world.rules;
    may_be_orphaned(scene) || rules.legacy_removed_outside && scene.away.any
}

/// Whether the time from the first change to the horizon is long enough.
fn may_be_orphaned(scene: &Scene<'_, '_>) -> bool {
    let world = scene.world;
    world.since + world.rules.orphan_after <= world.last_moment().into()
}

/// Whether a job ends because its client has gone. A program that has started goes on.
pub(crate) fn asks(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if scene.jobs[id].holds_machine {
        return Answer::Go;
    }
    uninstalled(scene, id).map_or(Answer::Go, Answer::Over)
}

/// How a job is over whose client has gone by now.
pub(crate) fn uninstalled(scene: &Scene<'_, '_>, id: JobId) -> Option<Over> {
    let record = scene.record(id);
    let is_not_taken = record.ending == Ending::NotTaken;
    if uninstalls_at(scene, id) > scene.now
        || is_not_taken && !assignment_time::is_waived(scene, id)
    {
        return None;
    }
    let removed = client_removal::removed_at(scene, scene.jobs[id].machine, scene.site(id));
    let (entry, cause) = if removed <= scene.now {
        (Entry::ClientRemoved(removed), Cause::ClientRemoved)
    } else {
        let since = out_of_touch_since(scene, id).unwrap_or(scene.now.into());
        (Entry::Uninstalls(since), Cause::ClientUninstalled)
    };
    let (ending, step) = if record.policy.is_some() {
        (Ending::Failed, record.step)
    } else {
        (Ending::Unaware, Step::Policy)
    };
    // There is no client left to say so.
    Some(Over {
        entry: Some(entry),
        is_without_try: true,
        ..Over::new(ending, step, cause)
    })
}

/// When the client of a job goes, should nothing change before: it uninstalls
/// itself, or is removed outside the boundaries of its site.
pub(crate) fn uninstalls_at(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let removed = client_removal::removed_at(scene, scene.jobs[id].machine, scene.site(id));
    orphaned_at(scene, id).min(removed)
}

/// When the client of a job uninstalls itself, should nothing change before.
pub(crate) fn orphaned_at(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let after = scene.world.rules.orphan_after;
    if !may_be_orphaned(scene) || !scene.behaviour(id).facts().uninstalls_when_out_of_touch {
        return Instant::NEVER;
    }
    out_of_touch_since(scene, id).map_or(Instant::NEVER, |since| (since + after).clamped())
}

/// Since when a client has not got in at its contact.
pub(crate) fn out_of_touch_since(scene: &Scene<'_, '_>, id: JobId) -> Option<SignedInstant> {
    let behaviour = scene.behaviour(id);
    let contact = scene.contact(id)?;
    let down = faults::out_of_reach_since(scene, id, contact, behaviour.contact_role());
    let visitor = logon::visitor(scene, id);
    let barred = scene
        .ledger
        .barred_since(visitor.position, visitor.site, scene.now);
    let shut_out = contact_logons::shut_out_since(scene, visitor);
    down.into_iter().chain(barred).chain(shut_out).min()
}
