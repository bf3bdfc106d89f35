//! Trying again, and giving up.
//!
//! A try that is refused because of accounts and access lists is refused again
//! as long as nothing changes. Such tries are not simulated one by one: they
//! are counted, with everything they ask of servers, in one step.

use crate::access::Reason;
use crate::client::Mode;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::clocks;
use crate::model::rules::equal_tries;
use crate::model::rules::fallback;
use crate::model::rules::peers;
use crate::model::rules::start_times;
use crate::model::rules::supersedence;
use crate::model::rules::turning_points;
use crate::model::surroundings::site_resources;
use crate::model::way::events::Kind;
use crate::model::way::job::{NONE, Phase};
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::product::win32::TOO_SLOW;
use crate::product::{RetryRule, Tries, status};
use crate::units::{Instant, Span};
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

/// What a job does when its tries are used up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure {
    pub(crate) step: Step,
    pub(crate) cause: Cause,
    pub(crate) message: u16,
    /// How many status messages an attempt raises that fails in this way, each of
    /// them anew: those of programs. What a client says of its content it says
    /// once, until something else is to be said.
    pub(crate) messages: u64,
}

/// A message whose number is not known, and which is not shown.
const NO_MESSAGE: u16 = 0;

impl Scene<'_, '_> {
    /// For how long a Legacy Client does not try again, where the account it
    /// presented last was locked or its password bad (KB Q230242).
    fn suspension(&self, id: JobId) -> Option<Span> {
        let suspension = self.world.rules.account_suspension?;
        let (_, refusal) = self.jobs[id].refused?;
        let suspends = matches!(
            refusal.reason,
            Reason::Locked | Reason::WrongPassword | Reason::PasswordExpired
        );
        (suspends && self.behaviour(id).suspends_refused_accounts()).then_some(suspension)
    }

    /// Whether other advertisements of a job's machine may hold back its next tries:
    /// by running a program, which leaves no room for a try that needs the machine,
    /// or by superseding its own. Those that are over do not, nor those that are
    /// refused themselves, as long as nothing changes.
    fn may_be_held_back(&self, id: JobId) -> bool {
        let job = &self.jobs[id];
        let needs_the_machine = job.mode != Some(Mode::Download);
        let concerned =
            needs_the_machine || self.software.any() && supersedence::may_be_superseded(self, id);
        if job.host == NONE || !concerned {
            return false;
        }
        let mut others = self.siblings(id).filter(|other| *other != id);
        others.any(|other| {
            let job = &self.jobs[other];
            let record = &self.sheet.records[other.index()];
            let refused = job.phase() == Phase::Ready && record.ending == Ending::Retrying;
            job.phase() != Phase::Over && !refused
        })
    }

    /// The first instant after now at which a try may go another way: the
    /// world changes, the machine goes off, a user comes or goes, or the
    /// advertisement expires.
    fn next_turn(&mut self, id: JobId) -> Instant {
        let content = site_resources::next_content_change(self, id);
        let world = turning_points::of_access(self, id).min(content);
        // After it has expired, the next try is the one that finds out.
        let expires = clocks::expires(self, id).max(self.now + Span(1));
        let listing = site_resources::list(self, id);
        let rung = fallback::next_rung(self, id, listing);
        let off = self.machine_on(id).until;
        let user = self.user_at(id, self.now).until;
        world.min(expires).min(rung).min(off).min(user)
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    pub(crate) fn touch(&mut self, touch: Touch) {
        self.touches.push(touch);
    }

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
        let job = self.job(id);
        job.content_tries += 1;
        let used = job.content_tries - 1;
        let alike = !job.limit_met && !job.waited;
        // Whom the points refuse another machine may serve by then.
        let alike = alike && !peers::may_help(&self.scene, id);
        let mut rule = self
            .scene
            .behaviour(id)
            .content_retry(&self.scene.world.rules);
        if let Some(pause) = self.scene.suspension(id).or_else(|| self.spin(id)) {
            rule = RetryRule::steady(rule.count, pause);
        }
        // The number of what the Advanced Client raises here is not known.
        let reports = self.scene.behaviour(id).reports_unreachable_content();
        if reports {
            self.raise(id, status::PREPARATION_FAILED);
        }
        let failure = Failure {
            step: Step::Connection,
            cause,
            message: if reports {
                status::PREPARATION_FAILED
            } else {
                NO_MESSAGE
            },
            messages: 0,
        };
        let made = self.try_again(id, rule, used, alike, failure);
        self.job(id).content_tries += made;
    }

    /// How soon a Legacy Client tries again that takes points which it cannot
    /// reach for points behind slow links, and whose assignment does not hold over
    /// such links: the time of its next schedule, which is now (KB Q302535).
    fn spin(&mut self, id: JobId) -> Option<Span> {
        let spin = self.scene.world.rules.slow_link_spin?;
        let job = &self.scene.jobs[id];
        let waived = &self.scene.world.control.again.not_over_slow_links;
        let spins =
            waived.contains(&job.advertisement) && self.scene.behaviour(id).knows_slow_links();
        if spins {
            self.record(id).code = Some(TOO_SLOW);
        }
        spins.then_some(spin)
    }

    /// The cache has no room at the moment.
    pub(crate) fn cache_full(&mut self, id: JobId) {
        let aside = self.scene.set_aside(id);
        aside.cache_tries += 1;
        let used = aside.cache_tries - 1;
        let rule = self.scene.world.rules.cache_retry;
        let failure = Failure {
            step: Step::Content,
            cause: Cause::CacheFull,
            message: status::CACHE_FULL,
            messages: 0,
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
        self.enter(id, ReportState::Retrying);
        self.stand(id, Ending::Retrying, failure.step, failure.cause);
        let (key, advertisement) = {
            let job = &self.scene.jobs[id];
            (job.key, job.advertisement)
        };
        let draws = self.scene.draws;
        let draw = |failed| draws.retry(key, advertisement, failed).bits(0);
        // Tries that wait for something in between are made one by one.
        if !alike || start_times::has_windows(&self.scene, id) || self.scene.may_be_held_back(id) {
            let now = self.scene.now;
            let next = rule.next(used, now, || draw(now));
            self.note(id, || Entry::TriesAgain { at: next, alike: 0 });
            self.schedule(id, Kind::Retry, next);
            return 0;
        }
        let change = self.scene.next_turn(id);
        // Tries up to the horizon, or to the last one before a change that may
        // let the next one through.
        let until = equal_tries::end(&self.scene, change);
        let Tries {
            count: tries,
            last,
            next,
        } = rule.tries(used, self.scene.now, until, draw);
        self.count_alike(id, tries, last);
        self.say_alike(id, u64::from(tries) * failure.messages, last);
        if tries > 0 {
            self.note(id, || Entry::TriesAgain {
                at: last,
                alike: tries,
            });
        }
        if used + tries >= rule.count {
            let code = self.record(id).code;
            self.fail_at(id, last, failure.step, failure.cause, code, failure.message);
        } else if change.is_some() {
            self.note(id, || Entry::TriesAgain { at: next, alike: 0 });
            self.schedule(id, Kind::Retry, next);
        }
        tries
    }

    /// Counts `tries` more of what the last try asked for.
    fn count_alike(&mut self, id: JobId, tries: u32, last: Instant) {
        let n = u64::from(tries);
        let now = self.scene.now;
        for touch in std::mem::take(&mut self.touches) {
            match touch {
                Touch::Server(server, role, _) => {
                    self.tally.server(server, role).request(now, last, n);
                    if role == self.scene.behaviour(id).contact_role() {
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
        self.enter_at(id, at, ReportState::Failed);
        self.raise_failure(id, at, message);
        let own = cause;
        let cause = self.cause_for_dependent(id, cause);
        self.stand(id, Ending::Failed, step, cause);
        if cause != own {
            self.record(id).before = own;
        }
        self.record(id).code = code;
        self.note(id, || Entry::Over(cause));
        self.end(id, at);
    }

    /// Raises the message of a failure at `at`, once for one event: not if the
    /// try that has just ended has raised it, and none where its number is not
    /// known.
    fn raise_failure(&mut self, id: JobId, at: Instant, message: u16) {
        let raised = self.record(id).status_message == message && at == self.scene.now;
        if message == NO_MESSAGE {
            self.record(id).status_message = NO_MESSAGE;
        } else if !raised {
            self.raise_at(id, at, message);
        }
    }

    /// The cause to show for the advertised program when it was the program to
    /// run first that failed.
    fn cause_for_dependent(&self, id: JobId, cause: Cause) -> Cause {
        let failed = self.scene.program_id(id);
        if failed == self.scene.advertisement(id).program {
            return cause;
        }
        if supersedence::is_removal(&self.scene, id) {
            return Cause::OldNotRemoved;
        }
        Cause::DependencyFailed
    }
}
