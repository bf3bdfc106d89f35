//! Clocks that are wrong, and what follows from that.
//!
//! A client does what it does at a time of day by its own clock: what is
//! assigned to a time, what expires, maintenance windows. And Kerberos wants
//! clocks that agree (`TechNet` cc780011): a computer account of Active
//! Directory, or a user there, is refused where the machine's clock, or the
//! server's, differs from that of the controller by more than five minutes.
//! Accounts that a client names with a password come by NTLM, which looks at no
//! clock. Intervals, such as that of polls, go by as ever.

use crate::access::{self, Target};
use crate::model::ids::JobId;
use crate::model::rules::membership;
use crate::model::way::scene::Scene;
use crate::outcome::Actor;
use crate::units::{Instant, SignedInstant};
use crate::world::{DomainKind, ServerId, WallTime};

/// By how much the clock of a job's machine is ahead, microseconds.
pub(crate) fn clock_offset(scene: &Scene<'_, '_>, id: JobId) -> i64 {
    let clocks = &scene.world.clocks;
    if clocks.is_empty() {
        return 0;
    }
    clocks.of_machine(scene.jobs[id].machine, scene.site(id), scene.now)
}

/// By how much local time where a job's machine is is ahead, microseconds.
pub(crate) fn time_zone(scene: &Scene<'_, '_>, id: JobId) -> i64 {
    scene.places[scene.jobs[id].slot as usize].time_zone
}

/// By how much a job's machine's clock, as it hangs there on the wall, is
/// ahead of the scenario's, microseconds.
pub(crate) fn wall_clock_offset(scene: &Scene<'_, '_>, id: JobId) -> i64 {
    time_zone(scene, id) + clock_offset(scene, id)
}

/// When an assignment that names a moment is due on a job's machine.
pub(crate) fn assigned(scene: &Scene<'_, '_>, id: JobId, at: WallTime) -> Instant {
    own_instant(scene, id, zoned(scene, id, at))
}

/// When the advertisement of a job becomes visible to its machine.
pub(crate) fn available(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let advertisement = scene.jobs[id].advertisement;
    let available = scene.world.available(advertisement, scene.site(id));
    available.max(membership::membership(scene, id).from)
}

/// The moment that `at` is at a job's site, by clocks that are right there.
#[inline]
pub(crate) fn zoned(scene: &Scene<'_, '_>, id: JobId, at: WallTime) -> SignedInstant {
    at.at(time_zone(scene, id))
}

/// The first instant from now on at which the clock of a job's machine shows
/// `local`.
pub(crate) fn own_instant(scene: &Scene<'_, '_>, id: JobId, local: SignedInstant) -> Instant {
    let clocks = &scene.world.clocks;
    if clocks.is_empty() {
        return local.clamped();
    }
    clocks.shows(scene.jobs[id].machine, scene.site(id), local, scene.now)
}

/// When, after now, the clock of a job's machine is set.
pub(crate) fn next_clock_change(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let clocks = &scene.world.clocks;
    if clocks.is_empty() {
        return Instant::NEVER;
    }
    clocks.next_change(scene.jobs[id].machine, scene.site(id), scene.now)
}

/// When the advertisement of a job expires, by the machine's own clock.
#[inline]
pub(crate) fn expires(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let expires = scene.advertisement(id).expires;
    if !expires.is_some() {
        return Instant::NEVER;
    }
    expires_by_its_clock(scene, id, expires)
}

/// The instant at which the machine's own clock shows `expires`.
#[inline(never)]
fn expires_by_its_clock(scene: &Scene<'_, '_>, id: JobId, expires: WallTime) -> Instant {
    own_instant(scene, id, zoned(scene, id, expires))
}

/// Whether the clocks stand in the way of `actor`'s ticket at `target`.
pub(crate) fn is_skewed(scene: &Scene<'_, '_>, id: JobId, actor: Actor, target: Target) -> bool {
    if scene.world.clocks.is_empty() {
        return false;
    }
    let server = target.server(scene.world);
    let Some(domain) = access::authority(scene.view(), &scene.client(id), actor, target) else {
        return false;
    };
    let active = |domain: crate::world::DomainId| {
        scene.world.directory.domains[domain.index()].kind == DomainKind::ActiveDirectory
    };
    let by_ticket = !matches!(actor, Actor::Account(_))
        && active(domain)
        && scene.world.servers[server.index()]
            .domain
            .is_some_and(active);
    if !by_ticket {
        return false;
    }
    let simulated = !scene.world.directory.domains[domain.index()]
        .controllers
        .is_empty();
    let controller = scene
        .record(id)
        .domain_controller
        .get()
        .filter(|_| simulated);
    let true_time = controller.map_or(0, |controller| server_clock(scene, controller));
    let tolerance = scene.world.rules.clock_tolerance.0;
    let differs = |clock: i64| clock.abs_diff(true_time) > tolerance;
    differs(server_clock(scene, server))
        || (!scene.world.rules.clock_skew_corrected && differs(clock_offset(scene, id)))
}

/// By how much the clock of a server is ahead of true time now, microseconds.
pub(crate) fn server_clock(scene: &Scene<'_, '_>, server: ServerId) -> i64 {
    let site = scene.world.servers[server.index()].site;
    scene.world.clocks.of_server(server, site, scene.now)
}
