//! A job tries again, or gives up.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::last_try::Failed;
use crate::model::rules::points::{self, Choice};
use crate::model::rules::retry::{self, After, Failure, NO_MESSAGE};
use crate::model::surroundings::site_resources::{self, Listing};
use crate::model::way::events::Kind;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Resource, Step};
use crate::product::{RetryRule, status};
use crate::units::Instant;
use crate::world::{ServerId, ServerRole, ShareId};

/// Something a try asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Touch {
    /// A server in a role; whether it refused.
    Server(ServerId, ServerRole, bool),
    /// A share; whether it refused.
    Share(ShareId, bool),
    /// A server that refuses what it has been asked for already.
    Refusal(ServerId, ServerRole),
}

/// How often a point has served tries that were counted in one step.
#[derive(Debug, Clone, Copy)]
struct Served {
    point: ServerId,
    first: Instant,
    last: Instant,
    times: u64,
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// Notes that a try has asked for something.
    pub(crate) fn touch(&mut self, touch: Touch) {
        self.touches.push(touch);
    }

    /// Counts `n` refusals of what a try has asked for, if that was refused.
    pub(crate) fn count_refusal(&mut self, touch: Touch, n: u64) {
        match touch {
            Touch::Server(server, role, true) | Touch::Refusal(server, role) => {
                self.tally.server(server, role).refuse(n);
            }
            Touch::Share(share, true) => self.tally.share(share).refuse(n),
            _ => {}
        }
    }

    /// Content could not be reached.
    pub(crate) fn try_content_again(&mut self, id: JobId, cause: Cause) {
        if self.goes_round_again(id, cause) {
            return;
        }
        let again = retry::of_content(&self.scene, id, cause);
        let job = self.job(id);
        let used = job.content_tries;
        job.content_tries += 1;
        if again.code.is_some() {
            self.record(id).code = again.code;
        }
        let made = self.try_again(id, again.rule, used, again.alike, again.failure);
        self.job(id).content_tries += made;
    }

    /// The cache has no room at the moment.
    pub(crate) fn cache_full(&mut self, id: JobId) {
        let rare = self.scene.rare_state_mut(id);
        let used = rare.cache_tries;
        rare.cache_tries += 1;
        let rule = self.scene.world.rules.cache_retry;
        let failure = Failure {
            step: Step::Content,
            cause: Cause::CacheFull,
            message: status::CACHE_FULL,
            messages: 1,
        };
        self.try_again(id, rule, used, false, failure);
    }

    /// Schedules the next try, or gives up; returns how many tries were made
    /// in one step because they end `alike`.
    pub(crate) fn try_again(
        &mut self,
        id: JobId,
        rule: RetryRule,
        used: u32,
        alike: bool,
        failure: Failure,
    ) -> u32 {
        if used >= rule.count {
            let code = self.record(id).code;
            self.fail(id, failure.step, failure.cause, code, failure.message);
            return 0;
        }
        self.raise_try(id, failure);
        self.enter(id, ReportState::Retrying);
        self.stand(id, Ending::Retrying, failure.step, failure.cause);
        self.occurrence_goes_wrong(id);
        self.scene.note_vain_try(id, failure.step, failure.cause);
        self.scene.note_alike_until(id, Instant::START);
        if alike && !retry::is_made_one_by_one(&self.scene, id, &failure) {
            let listing = site_resources::list(&mut self.scene, id);
            let choice = points::choice(&self.scene, id, listing);
            let change = self.is_alike_until(id, listing);
            if change > self.scene.now && choice != Choice::Unequal {
                let drawn = (choice == Choice::Equal).then_some(listing);
                return self.try_alike(id, (rule, used), failure, change, drawn);
            }
        }
        let next = retry::next(&self.scene, id, &rule, used);
        self.tries_at(id, next);
        0
    }

    /// Until when the tries of a job end as the present one has: something changes for
    /// itself, or another job of its machine may come between.
    fn is_alike_until(&mut self, id: JobId, listing: Listing) -> Instant {
        let content = site_resources::next_content_change(&mut self.scene, id);
        let change = retry::may_differ_at(&self.scene, id, content, listing);
        self.scene.note_alike_until(id, change);
        change.min(retry::held_back_at(&self.scene, id))
    }

    /// Counts the tries that end as the present one has up to a `change`, and schedules
    /// the one after them or gives up; how many they are. Where they draw the points to
    /// which they turn, these are `drawn` from a list.
    fn try_alike(
        &mut self,
        id: JobId,
        (rule, used): (RetryRule, u32),
        failure: Failure,
        change: Instant,
        drawn: Option<Listing>,
    ) -> u32 {
        let (tries, after) = retry::alike(&self.scene, id, &rule, used, change);
        let (alike, last) = (tries.count, tries.last);
        let served = drawn.map(|listing| {
            let drawn = (listing, failure.step);
            self.draw_points(id, (rule, used), alike, drawn)
        });
        if served.is_some() {
            // That of the last of them.
            self.scene.note_vain_try(id, failure.step, failure.cause);
        }
        self.count_alike(id, alike, last, &served.unwrap_or_default());
        let messages = retry::messages_alike(&failure, alike, after);
        self.say_alike(id, messages, last);
        if alike > 0 {
            self.note(id, || Entry::TriesAgain { at: last, alike });
        }
        match after {
            After::GivesUp => {
                let code = self.record(id).code;
                self.fail_at(id, last, failure.step, failure.cause, code, failure.message);
            }
            After::Tries(next) => self.tries_at(id, next),
            After::Nothing => {}
        }
        alike
    }

    fn tries_at(&mut self, id: JobId, at: Instant) {
        self.note(id, || Entry::TriesAgain { at, alike: 0 });
        self.schedule(id, Kind::Retry, at);
    }

    /// Draws the points to which tries turn that end alike, and those to which the last of
    /// them has turned are those of the job; where a point serves it, how often which does.
    fn draw_points(
        &mut self,
        id: JobId,
        (rule, used): (RetryRule, u32),
        alike: u32,
        (listing, step): (Listing, Step),
    ) -> Vec<Served> {
        let tries = self.record(id).attempts;
        let mut served = Vec::<Served>::new();
        if alike == 0 {
            return served;
        }
        if step == Step::Connection {
            let point = points::refuses_last_at(&self.scene, id, listing, tries + alike - 1);
            if let Some(point) = point {
                self.record(id).resource = Resource::Server(point);
            }
            return served;
        }
        let mut at = self.scene.now;
        for n in 0..alike {
            at = retry::next_after(&self.scene, id, &rule, used + n, at);
            let Some(point) = points::serves_at(&self.scene, id, listing, tries + n) else {
                continue;
            };
            self.record(id).distribution_point = Some(point);
            match served.iter_mut().find(|served| served.point == point) {
                Some(served) => (served.last, served.times) = (at, served.times + 1),
                None => served.push(Served {
                    point,
                    first: at,
                    last: at,
                    times: 1,
                }),
            }
        }
        served
    }

    /// Counts `tries` more of what the last try asked for. If it was served by one of
    /// several points, each of which would have, others were `served` by these.
    fn count_alike(&mut self, id: JobId, tries: u32, last: Instant, served: &[Served]) {
        let n = u64::from(tries);
        let now = self.scene.now;
        let by = self.scene.jobs[id].point.filter(|_| !served.is_empty());
        for touch in std::mem::take(&mut self.touches) {
            match touch {
                Touch::Server(point, ServerRole::DistributionPoint, false) if by == Some(point) => {
                    for served in served {
                        self.tally
                            .server(served.point, ServerRole::DistributionPoint)
                            .request(served.first, served.last, served.times);
                    }
                }
                Touch::Server(server, role, refused) => {
                    self.tally.server(server, role).request(now, last, n);
                    if role == self.scene.behaviour(id).contact_role() && !refused {
                        // All it was asked for in a try are locations.
                        self.carry_locations(id, server, n, last);
                    }
                }
                Touch::Share(share, _) => self.tally.share(share).request(now, last, n),
                Touch::Refusal(..) => {}
            }
            self.count_refusal(touch, n);
        }
        let record = self.record(id);
        record.attempts = record.attempts.saturating_add(tries);
        // Of tries that began the program, not of those for its content.
        if tries > 0 && record.run_start == now {
            record.run_start = last;
            record.run_end = last;
        }
    }

    /// Fails for good, now.
    pub(crate) fn fail(
        &mut self,
        id: JobId,
        step: Step,
        cause: Cause,
        code: Option<u32>,
        message: u16,
    ) {
        self.fail_at(id, self.scene.now, step, cause, code, message);
    }

    /// Fails for good, at `at`.
    fn fail_at(
        &mut self,
        id: JobId,
        at: Instant,
        step: Step,
        cause: Cause,
        code: Option<u32>,
        message: u16,
    ) {
        self.says_failure(id, at, step, cause, code, message);
        self.keep_history(id, Ending::Failed);
        self.end(id, at);
    }

    /// A job says at `at` that it has failed for good.
    pub(crate) fn says_failure(
        &mut self,
        id: JobId,
        at: Instant,
        step: Step,
        cause: Cause,
        code: Option<u32>,
        message: u16,
    ) {
        self.enter_at(id, at, ReportState::Failed);
        self.raise_failure(id, at, message);
        let own = cause;
        let cause = retry::cause_to_show(&self.scene, id, cause);
        self.stand(id, Ending::Failed, step, cause);
        if cause != own {
            self.record(id).before = own;
        }
        self.record(id).code = code;
        self.note(id, || Entry::Over(cause));
    }

    /// The row of a job tells how its last try has failed. No other follows, of which the
    /// site hears nothing: its state stays that of a job that tries on.
    pub(crate) fn has_failed(&mut self, id: JobId, failed: Failed) {
        self.stand(id, Ending::Failed, failed.step, failed.cause);
        let record = self.record(id);
        record.before = failed.before;
        (record.code, record.resource) = (failed.code, failed.resource);
        self.keep_history(id, Ending::Failed);
    }

    /// Raises the message of a try that has failed and is followed by another.
    fn raise_try(&mut self, id: JobId, failure: Failure) {
        let is_news = self.record(id).status_message != failure.message;
        if failure.message != NO_MESSAGE && (failure.messages > 0 || is_news) {
            self.raise(id, failure.message);
        }
    }

    /// Raises the message of a failure at `at`, unless its number is not known. It is the
    /// last word of the job, which is followed even if it says what the try before said.
    fn raise_failure(&mut self, id: JobId, at: Instant, message: u16) {
        if message == NO_MESSAGE {
            self.record(id).status_message = NO_MESSAGE;
        } else {
            self.raise_last(id, at, message);
        }
    }
}
