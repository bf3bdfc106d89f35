//! The event loop of a group: what comes next, and which step of the way it is.

use crate::engine::{Event, EventList, effort};
use crate::model::Watch;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::start_times;
use crate::model::way::events::{Happening, Kind};
use crate::model::way::job::Phase;
use crate::model::way::simulation::{Interrupted, Simulation, Workspace};
use crate::outcome::{Cause, Ending};
use crate::units::Instant;
use std::sync::atomic::Ordering;

/// How many upcoming events are looked at ahead, for what they will read.
const AHEAD: usize = 8;

/// The records of this many jobs stay in the cache of a processor anyway.
const IN_CACHE: usize = 4096;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Runs to the horizon and hands the memory back.
    pub(crate) fn run(
        mut self,
        workspace: &mut Workspace,
        watch: &Watch,
    ) -> Result<(), Interrupted> {
        // Within a group it is asked now and then; many a group is over before.
        if watch.stop.load(Ordering::Relaxed) {
            return Err(Interrupted);
        }
        let horizon = Instant(self.scene.world.horizon.0);
        let mut done = std::mem::take(&mut workspace.done);
        let (mut events, mut turns, mut told) = (0u64, 0u32, 0u64);
        let mut popped = 0usize;
        loop {
            let transfers = self.network.next();
            let next = self.list.peek_time().unwrap_or(Instant::NEVER);
            let change = self.next_change();
            let sent = self.next_of_sending();
            let at = transfers.min(next).min(change).min(sent);
            let limit = self.run_time_limits.first();
            if limit.is_some() && limit <= at {
                self.list_run_time_limits(limit);
                continue;
            }
            if !at.is_some() || !self.scene.world.covers(at) {
                break;
            }
            if self.hours.ends < at {
                self.end_hours_before(at);
            }
            self.scene.now = at;
            self.scene.software.begins_event();
            events += 1;
            turns = turns.wrapping_add(1);
            if turns.is_multiple_of(0x1_0000) {
                told = self.tell(watch, told)?;
                if watch.most_events.is_some_and(|most| events > most) {
                    return Err(Interrupted);
                }
            }
            // Among events of one instant changes come first, then ends of
            // transfers; what is sent goes before what machines do.
            if change == at {
                self.apply_changes();
            } else if transfers.min(sent) <= next {
                done.clear();
                if transfers == at {
                    self.network.finish(at, &mut done);
                    events += done.len() as u64 - 1;
                }
                self.send_on(&mut done);
                for job in done.drain(..).map(JobId) {
                    self.hash_rank(0, job);
                    self.transfer_ended(job);
                }
            } else if let Some(event) = self.list.pop() {
                if popped.is_multiple_of(AHEAD) {
                    self.fetch_ahead();
                }
                popped += 1;
                self.dispatch(event);
            }
            if !self.scene.called.is_empty() {
                self.calls_joined();
            }
            if !self.flowing.is_empty() {
                self.look_at_flows();
            }
        }
        self.close(horizon);
        // Jobs that have not reported have come to their end with the horizon.
        watch.done.fetch_add(
            (self.scene.jobs.len() as u64).saturating_sub(told),
            Ordering::Relaxed,
        );
        self.tally.events += events;
        effort::spend(events as usize);
        effort::spend(self.network.effort() as usize);
        self.tally.fingerprint = self.tally.fingerprint.wrapping_add(self.hash);
        workspace.done = done;
        self.give_back(workspace);
        Ok(())
    }

    /// Reads what the events and ends of transfers about to come will read, all of
    /// it at once, so that the waits for memory overlap.
    fn fetch_ahead(&self) {
        if self.scene.jobs.len() < IN_CACHE {
            return;
        }
        let mut sum = 0;
        let events = self.list.upcoming().take(AHEAD).map(|event| event.entity);
        for number in events.chain(self.network.upcoming().take(AHEAD)) {
            // The events of no job have other entities.
            if let Some(job) = self.scene.jobs.get(number) {
                let record = &self.scene.records.of_jobs[number as usize];
                sum ^=
                    job.key ^ u64::from(job.phase() as u8) ^ record.policy.0 ^ record.state as u64;
            }
        }
        std::hint::black_box(sum);
    }

    /// Tells how far the group has come, of which `told` is known already, and
    /// asks whether to go on.
    fn tell(&self, watch: &Watch, told: u64) -> Result<u64, Interrupted> {
        if watch.stop.load(Ordering::Relaxed) {
            return Err(Interrupted);
        }
        let reported = self.reported.min(self.scene.jobs.len() as u64);
        watch.done.fetch_add(reported - told, Ordering::Relaxed);
        watch.now.store(self.scene.now.0, Ordering::Relaxed);
        Ok(reported)
    }

    fn dispatch(&mut self, event: Event) {
        let Some(happening) = Happening::of(&event) else {
            return;
        };
        match happening {
            Happening::Evaluation(id) => self.evaluate(id),
            Happening::RunEnd(id) if self.is_due(&event) => self.run_ended(id),
            Happening::Restarted(id) if self.is_due(&event) => self.restarted(id),
            Happening::Off(id) if self.is_due(&event) => self.went_off(id),
            Happening::Answered(id) if self.is_due(&event) => self.answered(id),
            Happening::Poll(id) if self.is_due(&event) => {
                if !self.postpone_while_off(id, Kind::Poll) {
                    self.poll(id);
                }
            }
            Happening::Wake(id) if self.is_due(&event) => self.go_on(id, Kind::Wake),
            Happening::Retry(id) if self.is_due(&event) => self.go_on(id, Kind::Retry),
            // These come whatever the job does meanwhile.
            Happening::Detected(id) => {
                self.hash_event(Kind::Detected, id);
                self.detected(id);
            }
            Happening::Look(poller) => self.background_look(poller),
            Happening::Message(message) => self.message_is_due(message),
            Happening::Again(id) => self.begin_again(id),
            Happening::Gone(id) => self.finds_gone(id),
            Happening::Verify(id) => self.verified(id),
            // Stale: the job has scheduled another event since.
            Happening::RunEnd(_)
            | Happening::Restarted(_)
            | Happening::Off(_)
            | Happening::Answered(_)
            | Happening::Poll(_)
            | Happening::Wake(_)
            | Happening::Retry(_) => {}
        }
    }

    /// Whether an event is the one that its job waits for, which is then taken
    /// into the hash, and not stale.
    fn is_due(&mut self, event: &Event) -> bool {
        let due = self.is_next(event);
        if due {
            self.hash_rank(event.rank, JobId(event.entity));
        }
        due
    }

    /// A condition may hold, or something that failed is tried again.
    fn go_on(&mut self, id: JobId, kind: Kind) {
        if self.postpone_while_off(id, kind) {
            return;
        }
        match self.scene.jobs[id].phase() {
            Phase::HeldUp => self.look_again(id),
            _ => self.proceed(id),
        }
    }

    /// Whether the machine is off; what it should do now it will do when it is
    /// on again.
    pub(crate) fn postpone_while_off(&mut self, id: JobId, kind: Kind) -> bool {
        let on = self.scene.machine_on(id);
        if on.holds {
            return false;
        }
        self.note(id, || Entry::Off(on.until, kind.missed()));
        if !self.scene.profile(id).sleeps {
            self.cut_countdown_short(id);
        }
        let opens = start_times::opens_later(&self.scene, id);
        let record = self.record(id);
        let waits = record.ending == Ending::Unaware || record.ending == Ending::Waiting;
        if waits && opens.is_none() {
            record.cause = Cause::MachineOff;
        }
        if self.scene.jobs[id].phase() == Phase::HeldUp {
            self.stops_fetching(id);
        }
        let again = self.missed_start(id, kind, on.until);
        self.schedule(id, kind, opens.map_or(again, |opens| again.min(opens)));
        true
    }

    /// Folds an event into the group's hash, by names and times, not by
    /// positions, so that the hash says what happened and not how it was
    /// stored.
    pub(crate) fn hash_event(&mut self, kind: Kind, id: JobId) {
        self.hash_rank(kind as u8, id);
    }

    fn hash_rank(&mut self, rank: u8, id: JobId) {
        let key = self.scene.jobs[id].key;
        self.hash_word(key ^ self.scene.now.0.rotate_left(20) ^ u64::from(rank) << 56);
    }

    /// Takes a word into the fingerprint of the run.
    pub(crate) fn hash_word(&mut self, word: u64) {
        self.hash = (self.hash ^ word)
            .wrapping_mul(0x2127_599B_F432_5C37)
            .rotate_left(29);
    }
}
