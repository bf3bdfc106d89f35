//! The cache of a machine: what a package takes, whether it fits, and what has to
//! go for it.

use crate::access::{self, Execution};
use crate::client::Mode;
use crate::engine::effort;
use crate::model::ids::JobId;
use crate::model::rules::answer::{Answer, Effect, Wait};
use crate::model::rules::reports;
use crate::model::surroundings::accounts::contact_logons;
use crate::model::surroundings::machine_cache::{Content, Contents, Copy};
use crate::model::way::job::{Job, Phase};
use crate::model::way::scene::Scene;
use crate::outcome::Cause;
use crate::units::{Instant, Size};
use std::cmp::Reverse;

/// Content that is to be downloaded is fetched before anything else.
pub(crate) fn asks(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if needs_download(scene, id) {
        Answer::Do(Effect::Fetch)
    } else {
        Answer::Go
    }
}

/// Whether a job has to fetch its content before it goes on.
pub(crate) fn needs_download(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let job = &scene.jobs[id];
    job.mode == Some(Mode::Download)
        && (!job.cached || is_outdated(scene, id))
        && scene.world.needs_content(scene.program(id))
}

/// When the package of a job is updated; never, if it is not.
fn updated_at(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let updates = &scene.plan.updates;
    if updates.is_empty() {
        return Instant::NEVER;
    }
    let update = updates.get(&scene.program(id).package);
    update.copied().unwrap_or(Instant::NEVER)
}

/// When the policy of a job names the new version of its package: from the first look of
/// its machine after the update on.
fn names_update_from(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let updated = updated_at(scene, id);
    if updated.is_some() {
        contact_logons::next_look(scene, scene.jobs[id].machine, updated)
    } else {
        Instant::NEVER
    }
}

/// Whether content that a job begins to fetch now is of the version before an update: from
/// the update on no client is sent to it.
pub(crate) fn fetches_older(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let updated = updated_at(scene, id);
    updated.is_some() && scene.now < updated
}

/// Whether the content that a job has in the cache is of an older version than its policy
/// names.
pub(crate) fn is_outdated(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.rare_state(id).has_older && names_update_from(scene, id) <= scene.now
}

/// Whether no client is given any more what a job has in the cache.
pub(crate) fn is_withheld(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.rare_state(id).has_older && !fetches_older(scene, id)
}

/// When a job has to fetch the content anew that it has in the cache.
pub(crate) fn renews_at(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    if !(scene.jobs[id].cached && scene.rare_state(id).has_older) {
        return Instant::NEVER;
    }
    let at = names_update_from(scene, id);
    if at > scene.now { at } else { Instant::NEVER }
}

/// Bytes of the package for this machine.
pub(crate) fn package_size(scene: &Scene<'_, '_>, id: JobId) -> Size {
    let own = scene.own(id, &scene.world.fleet.overrides.package_bytes);
    own.map_or(
        scene.world.packages[scene.program(id).package.index()].size,
        Size,
    )
}

/// What of the package is not yet in the cache.
#[inline]
pub(crate) fn remaining(scene: &Scene<'_, '_>, id: JobId) -> Size {
    let resumed = scene.rare_state(id).resumed;
    Size(package_size(scene, id).0.saturating_sub(resumed.0))
}

/// What a job has brought into the cache.
pub(crate) fn keeps(scene: &Scene<'_, '_>, id: JobId) -> Option<Content> {
    let job = &scene.jobs[id];
    (job.mode == Some(Mode::Download) && job.cached).then(|| Content {
        package: scene.program(id).package,
        is_older: scene.rare_state(id).has_older,
    })
}

/// From when a job's content may make room for other content: once the job is over and
/// the tombstone age past (KB 839513). For a job that is not over, not before this.
pub(crate) fn stays_until(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let run_end = scene.record(id).run_end;
    let last_used = if run_end.is_some() {
        run_end
    } else {
        reports::last_word(scene, id)
    };
    let over = scene.jobs[id].phase() == Phase::Over;
    let since = match (over, last_used.is_some()) {
        (_, true) => last_used.min(if over { Instant::NEVER } else { scene.now }),
        (true, false) => return Instant::NEVER,
        (false, false) => scene.now,
    };
    since + scene.world.rules.cache_tombstone
}

/// Whether a job's content may make room for other content now.
pub(crate) fn is_evictable(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.jobs[id].phase() == Phase::Over && stays_until(scene, id) <= scene.now
}

/// The jobs of the same machine that may have content in the cache, ascending. A
/// machine of one job has no need to know.
pub(crate) fn cached_by<'s>(scene: &'s Scene<'_, '_>, id: JobId) -> &'s [JobId] {
    let host = scene.hosts.get(scene.jobs[id].host as usize);
    host.map_or(&[], |host| host.cache.jobs())
}

/// What the cache of a job's machine holds, as of the last look; nothing of other jobs if
/// the machine has none.
fn contents<'s>(scene: &'s Scene<'_, '_>, id: JobId) -> Option<&'s Contents> {
    let host = scene.hosts.get(scene.jobs[id].host as usize)?;
    host.cache.seen()
}

/// Whether it is known what the cache of a job's machine holds now.
pub(crate) fn is_known(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let host = scene.hosts.get(scene.jobs[id].host as usize);
    let known = host.map(|host| host.cache.known(scene.now));
    debug_assert!(
        known
            .flatten()
            .is_none_or(|known| look_through(scene, id).is_like(known)),
        "what a cache holds has changed, and the last look at it still counts"
    );
    // A machine without other jobs has nothing to look through.
    known.is_none_or(|known| known.is_some())
}

/// Whether a job has content in the cache of its machine, or is fetching some.
pub(crate) fn has_content(job: &Job) -> bool {
    job.cached || job.phase() == Phase::Downloading
}

/// Whether a job is on its way to content for the cache.
#[inline]
pub(crate) fn is_under_way(job: &Job) -> bool {
    let phase = job.phase();
    job.mode == Some(Mode::Download)
        && matches!(
            phase,
            Phase::Locating | Phase::Connecting | Phase::HeldUp | Phase::Downloading
        )
}

/// Whether a job asks for content, or has a part of some from an earlier request.
pub(crate) fn is_request(scene: &Scene<'_, '_>, id: JobId) -> bool {
    is_under_way(&scene.jobs[id]) || scene.rare_state(id).resumed > Size(0)
}

/// The jobs of a machine that ask for the content of `id`, or have asked, itself left out.
fn requests_for<'s>(scene: &'s Scene<'_, '_>, id: JobId) -> impl Iterator<Item = JobId> + 's {
    let host = scene.hosts.get(scene.jobs[id].host as usize);
    let package = scene.program(id).package;
    let all = host.map_or(&[][..], |host| host.cache.requests_for(package));
    effort::spend(all.len());
    all.iter().copied().filter(move |other| *other != id)
}

/// The job that has asked for the content of `id` on the same machine, and is on its way
/// to it.
pub(crate) fn requested_by(scene: &Scene<'_, '_>, id: JobId) -> Option<JobId> {
    if scene.jobs[id].is_alone() {
        return None;
    }
    let wants_new = names_update_from(scene, id) <= scene.now;
    requests_for(scene, id).find(|other| {
        let job = &scene.jobs[*other];
        let brings_older = job.phase() == Phase::Downloading && scene.rare_state(*other).has_older;
        is_under_way(job) && !(wants_new && brings_older)
    })
}

/// The job for whose request `id` waits, since both want the same content.
pub(crate) fn has_joined(scene: &Scene<'_, '_>, id: JobId) -> Option<JobId> {
    let host = scene.hosts.get(scene.jobs[id].host as usize)?;
    let package = scene.program(id).package;
    if !host.cache.has_joined(id, scene.jobs[id].serial, package) {
        return None;
    }
    requested_by(scene, id)
}

/// The job of the same machine that has a part of the content of `id`, from a request that
/// has broken off.
pub(crate) fn has_part(scene: &Scene<'_, '_>, id: JobId) -> Option<JobId> {
    requests_for(scene, id).find(|other| {
        scene.rare_state(*other).resumed > Size(0) && !is_under_way(&scene.jobs[*other])
    })
}

/// Whether a package has room in the cache of a machine.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Room {
    /// It is there: another advertisement has brought it, in this version.
    IsThere(Content),
    /// It is coming: this job has asked for it.
    IsComing(JobId),
    /// There is room.
    Free,
    /// There is room once what may go has gone.
    AfterEviction,
    /// Not now: only so much can be had.
    Full(Size),
    /// Never: this is the whole cache.
    TooSmall(Size),
}

/// Whether the package of a job has room in the cache of its machine, as of the last look
/// at it.
pub(crate) fn room(scene: &Scene<'_, '_>, id: JobId) -> Room {
    let known = contents(scene, id);
    if let Some(content) = known.and_then(|known| is_there(scene, id, known)) {
        return Room::IsThere(content);
    }
    if let Some(other) = requested_by(scene, id) {
        return Room::IsComing(other);
    }
    let size = package_size(scene, id);
    let own = scene.own(id, &scene.world.fleet.overrides.cache);
    let cache = own.map_or(scene.profile(id).cache, Size);
    if size > cache {
        return Room::TooSmall(cache);
    }
    let (kept, held) = known.map_or_else(Default::default, |known| (known.kept, known.held));
    if size.0 + kept.0 > cache.0 {
        Room::Full(Size(cache.0.saturating_sub(kept.0)))
    } else if size.0.saturating_add(held.0) > cache.0 {
        Room::AfterEviction
    } else {
        Room::Free
    }
}

/// What serves a job of what is in the cache of its machine: the newest version, or an
/// older one for as long as its policy names that.
fn is_there(scene: &Scene<'_, '_>, id: JobId, known: &Contents) -> Option<Content> {
    let package = scene.program(id).package;
    let has = |content: &Content| known.has(*content);
    let [new, older] = [false, true].map(|is_older| Content { package, is_older });
    let older = Some(older).filter(has);
    let older = older.filter(|_| scene.now < names_update_from(scene, id));
    Some(new).filter(has).or(older)
}

/// The account for which a job fetches its content, if it is there: content for a user
/// needs that user, who is gone, or there, until then.
pub(crate) fn fetches_as(
    scene: &Scene<'_, '_>,
    id: JobId,
    user_until: Instant,
) -> Result<Execution, Wait> {
    let (client, program) = (scene.client(id), scene.program(id));
    access::execute(scene.view(), &client, program)
        .map_err(|_| Wait::for_condition(user_until, Cause::NoUser))
}

/// Looks through the cache of a job's machine. There is one copy of a package for all
/// jobs that keep it, and it has to stay as long as one of them needs it; what is being
/// fetched has to have its room.
pub(crate) fn look_through(scene: &Scene<'_, '_>, id: JobId) -> Contents {
    let mut found = Contents::default();
    let mut copies = Vec::new();
    for other in cached_by(scene, id).iter().copied() {
        let size = package_size(scene, other).0;
        if let Some(content) = keeps(scene, other) {
            let until = stays_until(scene, other);
            let stays = !is_evictable(scene, other);
            if stays {
                found.until = found.until.min(until);
            }
            copies.push((content, Reverse(stays), size));
        } else if scene.jobs[other].phase() == Phase::Downloading {
            found.kept.0 += size;
        }
    }
    copies.sort_unstable();
    copies.dedup_by_key(|(content, ..)| *content);
    for (content, Reverse(stays), size) in copies {
        let size = Size(size);
        found.held += size;
        found.kept += if stays { size } else { Size(0) };
        found.copies.push(Copy {
            content,
            size,
            stays,
        });
    }
    found
}
