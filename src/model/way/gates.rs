//! A job goes through the gates, and what they answer is settled.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::answer::{Answer, Effect, Over, Rule, Wait};
use crate::model::rules::gates::{GATES, GATES_OF_REMOVAL, Gate, used};
use crate::model::rules::{cache, chain, conditions, fallback, orphans, slow_link};
use crate::model::surroundings::roaming;
use crate::model::surroundings::site_resources;
use crate::model::way::events::Kind;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Step};

/// The gates that something in a group can use.
#[derive(Default)]
pub(crate) struct Gates {
    of_way: Vec<Gate>,
    of_removal: Vec<Gate>,
}

impl Gates {
    /// Those of a group whose jobs are known.
    pub(crate) fn new(scene: &Scene<'_, '_>) -> Self {
        Self {
            of_way: used(GATES, scene),
            of_removal: used(GATES_OF_REMOVAL, scene),
        }
    }
}

/// How a job goes on after it has done something.
enum Next {
    /// Through the next gate.
    On,
    /// Through the same gate once more.
    Again,
    /// Not now.
    Stop,
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// Takes the next step that is open to a job: content, time, conditions,
    /// then the program. A job that does not take the machine leaves it to the
    /// next in line.
    pub(crate) fn proceed(&mut self, id: JobId) {
        // It may have come to its end in the line of its machine.
        if !self.scene.jobs[id].is_over() {
            self.pass(id, |gates| &gates.of_way);
            if self.scene.jobs[id].holds_machine {
                return;
            }
        }
        self.wake_line(id);
    }

    /// Goes through the gates of a removal; whether all are open.
    pub(crate) fn pass_for_removal(&mut self, id: JobId) -> bool {
        self.pass(id, |gates| &gates.of_removal)
    }

    /// Goes through `gates` in order, up to one that is closed; whether none is.
    fn pass(&mut self, id: JobId, gates: fn(&Gates) -> &Vec<Gate>) -> bool {
        let mut at = 0;
        while let Some(gate) = gates(&self.gates).get(at) {
            let next = match (gate.asks)(&self.scene, id) {
                Answer::Go => Next::On,
                Answer::Do(effect) => self.carry_out(id, effect),
                closed => {
                    self.settle_answer(id, closed);
                    Next::Stop
                }
            };
            match next {
                Next::On => at += 1,
                Next::Again => {}
                Next::Stop => return false,
            }
        }
        true
    }

    /// Asks one rule apart from the way; whether it stops the job.
    #[inline]
    pub(crate) fn is_stopped_by(&mut self, rule: Rule, id: JobId) -> bool {
        match rule(&self.scene, id) {
            Answer::Go | Answer::Do(_) => false,
            stops => {
                self.settle_answer(id, stops);
                true
            }
        }
    }

    /// The client of a job goes if it is time; whether it does.
    pub(crate) fn uninstalled(&mut self, id: JobId) -> bool {
        let over = orphans::uninstalled(&self.scene, id);
        let gone = over.is_some();
        if let Some(over) = over {
            self.is_over(id, over);
        }
        gone
    }

    /// Records what a rule has answered, tells of it, and schedules what follows.
    fn settle_answer(&mut self, id: JobId, answer: Answer) {
        match answer {
            Answer::Wait(wait) => self.waits(id, wait),
            Answer::Over(over) => self.is_over(id, over),
            Answer::Go | Answer::Do(_) => {}
        }
    }

    /// A job waits.
    pub(crate) fn waits(&mut self, id: JobId, wait: Wait) {
        if wait.is_said {
            self.enter(id, ReportState::Waiting);
        }
        if let Some(entry) = wait.entry {
            self.note(id, || entry);
        }
        if wait.cause == Cause::NoUser {
            self.cut_countdown_short(id);
        }
        self.stand(id, wait.ending, wait.step, wait.cause);
        if wait.is_said {
            self.wake_line(id);
        }
        // What is in the cache may have to be fetched anew before. Where it waits for
        // something that never comes, it still ends with its advertisement.
        let until = wait.until.min(cache::renews_at(&self.scene, id));
        self.schedule(id, Kind::Wake, until);
    }

    /// What a job counts down, if it does, begins anew.
    pub(crate) fn cut_countdown_short(&mut self, id: JobId) {
        if conditions::is_counting_down(&self.scene, id) {
            self.job(id).counted_down = false;
        }
    }

    /// A job is over because of a rule.
    pub(crate) fn is_over(&mut self, id: JobId, over: Over) {
        if let (Some(ReportState::Failed), Some(message)) = (over.state, over.message) {
            if let Some(entry) = over.entry {
                self.note(id, || entry);
            }
            return self.fail(id, over.step, over.cause, None, message);
        }
        if let Some(state) = over.state {
            self.enter(id, state);
        }
        if let Some(message) = over.message {
            self.raise(id, message);
        } else if over.state.is_some() {
            // The number of this message is not known, and that of another one would
            // tell of something else.
            self.record(id).status_message = 0;
        }
        if let Some(entry) = over.entry {
            self.note(id, || entry);
        }
        // A success of its own stays in the row.
        if over.is_without_try && !self.record(id).ending.has_once_succeeded() {
            self.record(id).forget_try();
        }
        match over.failed {
            Some(failed) => self.has_failed(id, failed),
            None => self.stand(id, over.ending, over.step, over.cause),
        }
        // What another run has put there counts from now on, when its client finds it.
        if over.is_without_try && over.ending.is_success() {
            self.scene.possession.begins(id, self.scene.now);
        }
        if let Some(past) = over.past {
            let record = self.record(id);
            (record.run_end, record.executing) = (past.run_end, past.executing);
        }
        if over.state.is_some() {
            self.end(id, self.scene.now);
        } else {
            self.end_unheard(id);
            self.removed_at_next_look(id);
        }
        if over.past.is_some() {
            self.restart_is_outstanding_still(id);
        }
    }

    /// Does what a rule has answered.
    fn carry_out(&mut self, id: JobId, effect: Effect) -> Next {
        let go_on = match effect {
            Effect::Remove => {
                self.advance_removal(id);
                false
            }
            Effect::Drop => !self.drops(id),
            Effect::Skip(entry) => {
                self.note(id, || entry);
                self.go_to_program(id, chain::next(&self.scene, id));
                return Next::Again;
            }
            Effect::GoBack(stage) => {
                self.go_to_program(id, chain::turn(&self.scene, id, stage));
                true
            }
            Effect::NoteMove => {
                self.locate_anew(id);
                true
            }
            Effect::LookAtPool => {
                let listing = site_resources::list(&mut self.scene, id);
                if fallback::way_changes(&self.scene, id, listing) {
                    self.job(id).mode = None;
                }
                true
            }
            Effect::Locate => self.locate(id),
            Effect::MeasureLink => {
                if let Some(ends) = slow_link::ends_of_link(&self.scene, id) {
                    let found = slow_link::measure(&self.scene, ends);
                    self.scene.link_rates.keep(ends, found);
                }
                return Next::Again;
            }
            Effect::MeetUser => self.runs_for_user(id),
            Effect::TakeMachine => {
                self.take_machine(id);
                true
            }
            stops => {
                self.stop_for(id, stops);
                false
            }
        };
        if go_on { Next::On } else { Next::Stop }
    }

    /// Does something after which a job goes no further now.
    fn stop_for(&mut self, id: JobId, effect: Effect) {
        match effect {
            Effect::Fetch => self.fetch(id),
            Effect::Launch => self.launch(id),
            Effect::WaitForWindow(until) => {
                // The next start has a countdown of its own.
                self.job(id).counted_down = false;
                self.waits(id, Wait::for_condition(until, Cause::OutsideWindow));
            }
            Effect::StandInLine => self.stand_in_line(id),
            Effect::CountDown(countdown) => {
                self.job(id).counted_down = true;
                self.note(id, || Entry::CountsDown(countdown));
                self.stand(id, Ending::Waiting, Step::Condition, Cause::CountingDown);
                let looks = conditions::countdown_looks_at(&self.scene, id, countdown);
                self.schedule(id, Kind::Wake, looks);
            }
            _ => {}
        }
    }

    /// A program for every user runs for the one who is there, or waits for another.
    fn runs_for_user(&mut self, id: JobId) -> bool {
        let served = self.meets_user(id);
        if served {
            let user = self.scene.user_at(id, self.scene.now);
            self.waits(id, Wait::for_condition(user.until, Cause::NoUser));
        }
        !served
    }

    /// The machine has moved since it located its content.
    fn locate_anew(&mut self, id: JobId) {
        let place = roaming::place_of(&self.scene, id);
        self.scene.away.locates_at(id, place);
        // Its neighbours are others now.
        self.scene.searches.ends(id);
        let job = self.job(id);
        if !job.cached {
            job.mode = None;
        }
    }
}
