//! Jobs that are over and begin again: when the assignment comes round, when
//! another user logs on; and jobs that do not begin because the program has run
//! before, or because the link is slow.
//!
//! What has not been asked for costs a look at an empty list where a job ends.

use crate::model::way::scene::Scene;
use crate::outcome::Outcome;
use crate::units::{Instant, Rate, Span};
use crate::world::{Change, Rerun, ServerId, SiteId};
use std::collections::BTreeMap;

/// What is known of a job that may begin again.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Repeat {
    /// How often it has begun again.
    pub(crate) times: u32,
    /// The users it has run for, a bit each, and the one it runs for now.
    pub(crate) served: u64,
    pub(crate) user: Option<u32>,
    /// The row of the time before, as long as the present one has not started.
    pub(crate) before: Option<Outcome>,
}

/// Jobs that may begin again, and slow links; without any memory where nobody
/// asks for it.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    pub(crate) of: BTreeMap<u32, Repeat>,
    /// What links give between a site and its server, and until when.
    pub(crate) links: BTreeMap<(SiteId, ServerId), (Instant, Rate)>,
}

impl Repeats {
    /// How often a job has begun again.
    pub(crate) fn times(&self, id: u32) -> u32 {
        self.of.get(&id).map_or(0, |repeat| repeat.times)
    }

    /// Added to the number of a run, so that each time has its own draws.
    pub(crate) fn runs_before(&self, id: u32) -> u32 {
        self.times(id) << 16
    }
}

/// Whether a program that has run on the machine is run again.
pub(crate) fn runs_again(scene: &Scene<'_, '_>, id: u32, succeeded: bool) -> bool {
    let advertisement = scene.jobs[id as usize].advertisement;
    match scene.world.control.again.rerun.get(&advertisement) {
        None | Some(Rerun::Always) => true,
        Some(Rerun::Never) => false,
        Some(Rerun::IfFailed) => !succeeded,
        Some(Rerun::IfSucceeded) => succeeded,
    }
}

/// When a user logs on for whom the program has not run.
pub(crate) fn next_user(scene: &mut Scene<'_, '_>, id: u32, at: Instant) -> Instant {
    if !runs_for_every_user(scene, id) {
        return Instant::NEVER;
    }
    // What was over before it looked for a user was the turn of whoever was
    // there, if anybody.
    let there = scene.user_at(id, scene.now);
    let looked = there.holds.then(|| user_of(scene, id, there.until));
    let repeat = scene.repeats.of.entry(id).or_default();
    if let Some(user) = repeat.user.or(looked) {
        repeat.served |= 1 << user;
    }
    let served = repeat.served;
    let mut time = at;
    while scene.world.covers(time) {
        let spell = scene.user_at(id, time);
        if spell.holds && served & (1 << user_of(scene, id, spell.until)) == 0 {
            return time.max(scene.now + Span(1));
        }
        time = spell.until;
    }
    Instant::NEVER
}

pub(crate) fn runs_for_every_user(scene: &Scene<'_, '_>, id: u32) -> bool {
    let every = &scene.world.control.again.every_user;
    !every.is_empty() && every.contains(&scene.advertisement(id).program)
}

/// Which of the machine's users it is whose session ends at `until`.
pub(crate) fn user_of(scene: &Scene<'_, '_>, id: u32, until: Instant) -> u32 {
    let job = &scene.jobs[id as usize];
    let users = scene.world.control.again.users.get(&job.profile);
    users.map_or(0, |users| {
        let draws = scene.draws.user(job.key, until);
        draws.below(0, u64::from(*users)) as u32
    })
}

/// Whether the program has run for the user whose session ends at `until`;
/// if not, it will be this one for whom it runs next.
pub(crate) fn has_been_served(scene: &mut Scene<'_, '_>, id: u32, until: Instant) -> bool {
    if !runs_for_every_user(scene, id) {
        return false;
    }
    let user = user_of(scene, id, until);
    let repeat = scene.repeats.of.entry(id).or_default();
    repeat.user = Some(user);
    repeat.served & (1 << user) != 0
}

/// A program for every user begins for the one who is logged on now, so that
/// it has been that one's turn even if it never comes to run.
pub(crate) fn begins_for_whoever_is_there(scene: &mut Scene<'_, '_>, id: u32) {
    let user = scene.user_at(id, scene.now);
    if user.holds {
        has_been_served(scene, id, user.until);
    }
}

/// A job turns to its content or starts its program, or is over: if it has begun
/// again, its row tells of the present time from now on.
pub(crate) fn occurrence_starts(scene: &mut Scene<'_, '_>, id: u32) {
    if !scene.repeats.of.is_empty()
        && scene.now < scene.world.last_moment()
        && let Some(repeat) = scene.repeats.of.get_mut(&id)
    {
        repeat.before = None;
    }
}

/// What the links between a job's machine and its client access point give
/// now, whoever else is on them, and until when.
pub(crate) fn rate_of_link(scene: &mut Scene<'_, '_>, id: u32) -> (Instant, Rate) {
    let (site, now) = (scene.site(id), scene.now);
    let own = scene.own(id, &scene.world.fleet.overrides.access);
    let access = own.map_or(scene.profile(id).access, Rate);
    let contact = scene
        .behaviour(id)
        .contact(&scene.world.sites[site.index()]);
    let Some(contact) = contact else {
        return (Instant::NEVER, access);
    };
    let known = scene.repeats.links.get(&(site, contact)).copied();
    let (until, rate) = known.filter(|(until, _)| now < *until).unwrap_or_else(|| {
        let found = measure(scene, site, contact);
        scene.repeats.links.insert((site, contact), found);
        found
    });
    (until, rate.min(access))
}

pub(crate) fn measure(scene: &Scene<'_, '_>, site: SiteId, server: ServerId) -> (Instant, Rate) {
    let mut path = Vec::new();
    scene.world.route(server, site, &mut path);
    let mut until = Instant::NEVER;
    let mut rates: Vec<Rate> = (path.iter())
        .map(|link| scene.world.links[link.index()].rate)
        .collect();
    for timed in &scene.world.changes {
        let Change::Link(link, rate) = &timed.change else {
            continue;
        };
        for (on_path, present) in path.iter().zip(&mut rates) {
            if on_path != link {
                continue;
            }
            if timed.at <= scene.now {
                *present = *rate;
            } else {
                until = until.min(timed.at);
            }
        }
    }
    let slowest = rates.into_iter().min();
    (until, slowest.unwrap_or(Rate::UNLIMITED))
}
