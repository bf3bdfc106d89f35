//! Trying again, and giving up: after what time, how often alike, and what is told
//! when the tries are used up.
//!
//! A try that is refused because of accounts and access lists is refused again
//! as long as nothing changes. Such tries are not simulated one by one: they
//! are counted, with everything they ask of servers, in one step.

use crate::access::Reason;
use crate::model::ids::JobId;
use crate::model::rules::recurrence::{self, Occurrence};
use crate::model::rules::{
    cache, clocks, equal_tries, fallback, location, peers, reports, start_times, supersedence,
    turning_points, withdrawal,
};
use crate::model::surroundings::site_resources::Listing;
use crate::model::way::job::{NONE, Phase};
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, Step};
use crate::product::win32::TOO_SLOW;
use crate::product::{RetryRule, Tries, status};
use crate::units::{Instant, Span};

/// What a job does when its tries are used up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure {
    pub(crate) step: Step,
    pub(crate) cause: Cause,
    pub(crate) message: u16,
    /// How many status messages an attempt raises that fails in this way, each of
    /// them anew: those of programs, and of a full cache. That content cannot be had,
    /// which is 0 here, is said once, until something else is to be said.
    pub(crate) messages: u64,
}

/// A message whose number is not known, and which is not shown.
pub(crate) const NO_MESSAGE: u16 = 0;

/// How a job tries again that could not have its content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ContentRetry {
    pub(crate) rule: RetryRule,
    pub(crate) failure: Failure,
    /// Whether another try ends as this one has, as long as nothing changes.
    pub(crate) alike: bool,
    /// The code that its row shows now, if another than that of the refusal.
    pub(crate) code: Option<u32>,
}

/// How a job tries again that could not have its content because of `cause`.
pub(crate) fn of_content(scene: &Scene<'_, '_>, id: JobId, cause: Cause) -> ContentRetry {
    let (job, behaviour) = (&scene.jobs[id], scene.behaviour(id));
    let suspension = suspension(scene, id);
    let spin = spin(scene, id).filter(|_| suspension.is_none());
    let rule = behaviour.content_retry(&scene.world.rules);
    let pause = suspension.or(spin);
    // The number of what the Advanced Client raises here is not known.
    let message = if behaviour.facts().reports_unreachable_content {
        status::PREPARATION_FAILED
    } else {
        NO_MESSAGE
    };
    ContentRetry {
        rule: pause.map_or(rule, |pause| RetryRule::steady(rule.count, pause)),
        failure: Failure {
            step: Step::Connection,
            cause,
            message,
            messages: 0,
        },
        // Another machine may by then serve a job that the points refuse.
        alike: !job.limit_met && !job.waited && !peers::may_help(scene, id),
        code: spin.map(|_| TOO_SLOW),
    }
}

/// For how long a Legacy Client does not try again, where the account it
/// presented last was locked or its password bad (KB Q230242).
fn suspension(scene: &Scene<'_, '_>, id: JobId) -> Option<Span> {
    let suspension = scene.world.rules.account_suspension?;
    let (_, refusal) = scene.jobs[id].refused?;
    let suspends = matches!(
        refusal.reason,
        Reason::Locked | Reason::WrongPassword | Reason::PasswordExpired
    );
    (suspends && scene.behaviour(id).facts().suspends_refused_accounts).then_some(suspension)
}

/// How soon a Legacy Client tries again that takes points which it cannot
/// reach for points behind slow links, and whose assignment does not hold over
/// such links: the time of its next schedule, which is now (KB Q302535).
fn spin(scene: &Scene<'_, '_>, id: JobId) -> Option<Span> {
    let spin = scene.world.rules.slow_link_spin?;
    let waived = &scene.world.control.repetition.not_over_slow_links;
    let spins = waived.contains(&scene.jobs[id].advertisement)
        && scene.behaviour(id).facts().knows_slow_links;
    spins.then_some(spin)
}

/// Whether the tries of a job that fail in this way are made one by one: those that wait
/// for a maintenance window in between, those whose messages other machines may meet on
/// their way to the site server, and all in a plan with single tries, against which those
/// counted in one step are held.
pub(crate) fn is_made_one_by_one(scene: &Scene<'_, '_>, id: JobId, failure: &Failure) -> bool {
    // What a try says that the one before has said is not sent again.
    let says_anew = failure.messages > 1;
    scene.plan.single_tries
        || start_times::has_windows(scene, id)
        || says_anew && reports::is_each_followed(scene, id)
}

/// The first instant at which another advertisement of a job's machine may do something
/// that a try of the job meets: run a program, which leaves no room for the try, restart
/// the machine, put a program on it or take one off, fill the cache or free it. It is now
/// if that may be at any time.
pub(crate) fn held_back_at(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    if scene.jobs[id].host == NONE {
        return Instant::NEVER;
    }
    let mut first = Instant::NEVER;
    for other in scene.siblings(id).filter(|other| *other != id) {
        first = first.min(acts_at(scene, other));
        if first <= scene.now {
            return scene.now;
        }
    }
    first
}

/// The first instant at which a job may do something that another job of its machine
/// meets; now if that may be at any time.
fn acts_at(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    match scene.jobs[id].phase() {
        Phase::Over => begins_again_at(scene, id).min(is_removed_from(scene, id)),
        // It is refused again, or asks for its content in vain, until then.
        Phase::Ready
            if scene.record(id).ending == Ending::Retrying
                || location::asks_again(scene, id) && location::asks_what_others_do(scene, id) =>
        {
            scene.rare_state(id).alike_until
        }
        Phase::Ready if waits_for_its_time(scene, id) => {
            scene.jobs[id].due.min(is_removed_from(scene, id))
        }
        _ => scene.now,
    }
}

/// Whether a job does nothing before it is due. What is to be downloaded ahead of that is
/// in the cache, unless its machine moves or more points come into its pool meanwhile.
fn waits_for_its_time(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let stays = !scene.away.any && !scene.searches.any();
    let is_early = scene.jobs[id].due > scene.now;
    let waits = matches!(
        scene.record(id).cause,
        Cause::NotDue | Cause::ChosenLater | Cause::NotChosen
    );
    stays && is_early && waits
}

/// When the assignment of a job that is over may come round, at the earliest; for another
/// user, it comes round when that one logs on, which may change any try.
fn begins_again_at(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let before = Instant(scene.now.0.saturating_sub(1));
    match recurrence::next_occurrence(scene, id, before) {
        Occurrence::At(next) if recurrence::may_begin_again(scene, id) => next,
        _ => Instant::NEVER,
    }
}

/// From when on the program of a job that is over may be removed, since it is no longer
/// advertised.
fn is_removed_from(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    if withdrawal::is_removable(scene, id) {
        withdrawal::ends(scene, id)
    } else {
        Instant::NEVER
    }
}

/// The first instant after now at which a try may go another way: the world changes,
/// with content that comes or goes at `content`, the machine goes off, a user comes or
/// goes, or the advertisement expires.
pub(crate) fn may_differ_at(
    scene: &Scene<'_, '_>,
    id: JobId,
    content: Instant,
    listing: Listing,
) -> Instant {
    let world = turning_points::of_access(scene, id).min(content);
    // After it has expired, the next try is the one that finds out.
    let expires = clocks::expires(scene, id).max(scene.now + Span(1));
    let rung = fallback::next_rung(scene, id, listing);
    let off = scene.machine_on(id).until;
    let user = scene.user_at(id, scene.now).until;
    let renews = cache::renews_at(scene, id);
    world.min(expires).min(rung).min(off).min(user).min(renews)
}

fn draw(scene: &Scene<'_, '_>, id: JobId, failed: Instant) -> u64 {
    let job = &scene.jobs[id];
    let draws = scene.draws;
    draws.retry(job.key, job.advertisement, failed).bits(0)
}

/// When the next try of a job is that has `used` this many.
pub(crate) fn next(scene: &Scene<'_, '_>, id: JobId, rule: &RetryRule, used: u32) -> Instant {
    next_after(scene, id, rule, used, scene.now)
}

/// When the try comes that follows one which failed at `failed`, where this many are `used`.
pub(crate) fn next_after(
    scene: &Scene<'_, '_>,
    id: JobId,
    rule: &RetryRule,
    used: u32,
    failed: Instant,
) -> Instant {
    rule.next(used, failed, || draw(scene, id, failed))
}

/// How a job goes on after tries that end alike.
#[derive(Debug, Clone, Copy)]
pub(crate) enum After {
    /// It gives up.
    GivesUp,
    /// It tries again then, when something may have changed.
    Tries(Instant),
    /// It has tried up to the horizon, and nothing will change.
    Nothing,
}

/// The tries of a job that end as the present one does, up to the horizon or to the
/// last one before a `change` that may let the next one through, and what follows. With
/// its last try a job gives up, which other jobs of its machine may meet: where there are
/// any, that one is made by itself.
pub(crate) fn alike(
    scene: &Scene<'_, '_>,
    id: JobId,
    rule: &RetryRule,
    used: u32,
    change: Instant,
) -> (Tries, After) {
    let until = equal_tries::end(scene, change);
    let gives_up = scene.jobs[id].host == NONE;
    let most = rule.count.saturating_sub(u32::from(!gives_up));
    let rule = &RetryRule {
        count: most,
        ..*rule
    };
    let tries = rule.tries(used, scene.now, until, |failed| draw(scene, id, failed));
    let all = used + tries.count >= rule.count;
    let after = if all && gives_up {
        After::GivesUp
    } else if all || change.is_some() {
        After::Tries(tries.next)
    } else {
        After::Nothing
    };
    (tries, after)
}

/// How many status messages tries raise that end alike, apart from the one with which
/// the job gives up after the last of them.
pub(crate) fn messages_alike(failure: &Failure, alike: u32, after: After) -> u64 {
    let all = u64::from(alike) * failure.messages;
    match after {
        After::GivesUp => all.saturating_sub(1),
        After::Tries(_) | After::Nothing => all,
    }
}

/// The cause to show for the advertised program where the program of its chain that is
/// up has failed because of `cause`.
pub(crate) fn cause_to_show(scene: &Scene<'_, '_>, id: JobId, cause: Cause) -> Cause {
    if scene.program_id(id) == scene.advertisement(id).program {
        cause
    } else if supersedence::is_removal(scene, id) {
        Cause::OldNotRemoved
    } else {
        Cause::DependencyFailed
    }
}
