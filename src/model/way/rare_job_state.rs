//! What few jobs have to remember, kept apart so that the record of every job
//! stays small: a fleet of a million machines waits for memory more than for
//! anything else.

use crate::model::ids::JobId;
use crate::model::rules::last_try::{self, VainTry};
use crate::model::way::job::NONE;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Outcome, Step};
use crate::units::{Instant, Size};

/// The rare state of one job. Most jobs have none of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RareState {
    /// Bytes in the cache from a download that was interrupted.
    pub(crate) resumed: Size,
    /// When the running program will end, if its maximum run time is over before; else
    /// [`Instant::NEVER`]. Only what the job waits for, or does after that, follows from it.
    pub(crate) ends_beyond_limit: Instant,
    /// Whether some of what is in the cache, or on its way there, was damaged on the
    /// point.
    pub(crate) damaged: bool,
    /// Whether what is in the cache, or on its way there, is of the version before an
    /// update of the package.
    pub(crate) has_older: bool,
    /// Whether the client has stopped watching the program, which still reads its
    /// content or its shares, or works after that.
    pub(crate) left_alone: bool,
    /// Where and why the last try has failed, if it has and its advertisement can end
    /// before the next.
    pub(crate) in_vain: Option<VainTry>,
    /// When it is found out that a program to run first has broken the machine; else
    /// [`Instant::NEVER`].
    pub(crate) broken: Instant,
    /// When a program to run first asked for a restart that has not been made for any; else
    /// [`Instant::NEVER`].
    pub(crate) restart_wanted: Instant,
    /// Tries for room in the cache.
    pub(crate) cache_tries: u32,
    /// Until when the tries of a job end as the last one did, if other jobs of the machine
    /// let them; [`Instant::START`] if that is not known.
    pub(crate) alike_until: Instant,
    /// How often its moment in a start window found the machine off.
    pub(crate) missed: u32,
    /// Next in the line of jobs that wait for the machine; `NONE` at its end.
    pub(crate) next_in_line: Option<JobId>,
    /// When the request that waits in line is answered or given up, where the job
    /// looks before that whether its advertisement has expired.
    pub(crate) answer_at: Instant,
}

impl RareState {
    const NOTHING: Self = Self {
        resumed: Size(0),
        ends_beyond_limit: Instant::NEVER,
        damaged: false,
        has_older: false,
        left_alone: false,
        in_vain: None,
        broken: Instant::NEVER,
        restart_wanted: Instant::NEVER,
        cache_tries: 0,
        alike_until: Instant::START,
        missed: 0,
        next_in_line: None,
        answer_at: Instant::NEVER,
    };
}

/// The rare state of all jobs of a group.
#[derive(Debug, Default)]
pub(crate) struct RareStates {
    /// In the order in which jobs came to have one.
    all: Vec<RareState>,
    /// Where that of each job is, once any job has one.
    place: Vec<u32>,
}

impl Scene<'_, '_> {
    /// The rare state of a job.
    pub(crate) fn rare_state(&self, id: JobId) -> &RareState {
        if !self.jobs[id].has_rare_state {
            return &RareState::NOTHING;
        }
        &self.rare_states.all[self.rare_states.place[id.index()] as usize]
    }

    /// The program that runs will end at `ends`, after its maximum run time;
    /// [`Instant::NEVER`] if the client sees its end.
    pub(crate) fn note_end_beyond_limit(&mut self, id: JobId, ends: Instant) {
        if ends.is_some() || self.jobs[id].has_rare_state {
            self.rare_state_mut(id).ends_beyond_limit = ends;
        }
    }

    /// What was tried for one program, and done for its content, does not count for the
    /// next.
    pub(crate) fn forget_content_tries(&mut self, id: JobId) {
        self.searches.ends(id);
        self.peers.forget_wait(id, self.now);
        if self.jobs[id].has_rare_state {
            let rare = self.rare_state_mut(id);
            rare.cache_tries = 0;
            rare.resumed = Size(0);
            rare.damaged = false;
            rare.in_vain = None;
        }
    }

    /// The content that a job has in the cache, or begins to fetch, is of the version before
    /// an update, or is not.
    pub(crate) fn note_older(&mut self, id: JobId, is_older: bool) {
        if is_older || self.jobs[id].has_rare_state {
            self.rare_state_mut(id).has_older = is_older;
        }
    }

    /// There is room in the cache: a cache that is full again later is tried anew.
    #[inline]
    pub(crate) fn forget_cache_tries(&mut self, id: JobId) {
        if self.jobs[id].has_rare_state {
            self.rare_state_mut(id).cache_tries = 0;
        }
    }

    /// It is found out at `found` that a program to run first has broken the machine;
    /// [`Instant::NEVER`] if none of the chain has.
    pub(crate) fn note_broken(&mut self, id: JobId, found: Instant) {
        if found.is_some() || self.jobs[id].has_rare_state {
            self.rare_state_mut(id).broken = found;
        }
    }

    /// A program to run first asks for a restart at `at`; [`Instant::NEVER`] once the
    /// machine has restarted, or the row of the job tells of it.
    pub(crate) fn note_restart_wanted(&mut self, id: JobId, at: Instant) {
        if at.is_some() || self.jobs[id].has_rare_state {
            self.rare_state_mut(id).restart_wanted = at;
        }
    }

    /// A try of a job was in vain at `step`, because of `cause`.
    pub(crate) fn note_vain_try(&mut self, id: JobId, step: Step, cause: Cause) {
        if last_try::is_remembered(self, id) {
            let Outcome { code, resource, .. } = *self.record(id);
            self.rare_state_mut(id).in_vain = Some(VainTry {
                step,
                cause,
                code,
                resource,
            });
        }
    }

    /// The tries of a job end as the last one did until then, as far as it goes: for the
    /// other jobs of its machine.
    pub(crate) fn note_alike_until(&mut self, id: JobId, until: Instant) {
        let is_asked = self.jobs[id].host != NONE;
        if is_asked && self.rare_state(id).alike_until != until {
            self.rare_state_mut(id).alike_until = until;
        }
    }

    /// The content is at hand: that it could not be had before does not count.
    pub(crate) fn forget_vain_content(&mut self, id: JobId) {
        if self.jobs[id].has_rare_state {
            let in_vain = &mut self.rare_state_mut(id).in_vain;
            *in_vain = in_vain.filter(|vain| !last_try::is_of_content(vain.step));
        }
    }

    /// The rare state of a job, to change it; a job that has had none has it from now on.
    pub(crate) fn rare_state_mut(&mut self, id: JobId) -> &mut RareState {
        let rare_states = &mut self.rare_states;
        if !std::mem::replace(&mut self.jobs[id].has_rare_state, true) {
            rare_states.place.resize(self.jobs.len(), 0);
            rare_states.place[id.index()] = rare_states.all.len() as u32;
            rare_states.all.push(RareState::NOTHING);
        }
        &mut rare_states.all[rare_states.place[id.index()] as usize]
    }
}
