//! What is known of jobs that begin again.
//!
//! Without any memory where nothing begins again.

use crate::model::ids::JobId;
use crate::outcome::Outcome;
use std::collections::BTreeMap;

/// What is known of a job that may begin again.
#[derive(Debug, Clone, Copy, Default)]
struct Repeat {
    /// How often it has begun again.
    times: u32,
    /// The users it has run for, a bit each, and the one it runs for now.
    served: u64,
    user: Option<u32>,
    /// The row of the time before, as long as the row of the job tells of that.
    before: Option<Outcome>,
    /// Whether the present time has started meanwhile.
    has_started: bool,
}

/// Jobs that may begin again.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    by_job: BTreeMap<JobId, Repeat>,
}

impl Repeats {
    /// How often a job has begun again.
    pub(crate) fn times(&self, id: JobId) -> u32 {
        self.by_job.get(&id).map_or(0, |repeat| repeat.times)
    }

    /// Added to the number of a run, so that each time has its own draws.
    pub(crate) fn runs_before(&self, id: JobId) -> u32 {
        self.times(id) << 16
    }

    /// A job may begin again.
    pub(crate) fn expect(&mut self, id: JobId) {
        self.by_job.entry(id).or_default();
    }

    /// A job begins again; how often it has by now. The row of the time `before`
    /// stands until it is taken.
    pub(crate) fn begins(&mut self, id: JobId, before: Outcome) -> u32 {
        let repeat = self.by_job.entry(id).or_default();
        repeat.times += 1;
        // What has not started either tells of the time before it.
        repeat.before.get_or_insert(before);
        repeat.has_started = false;
        repeat.times
    }

    /// A job that has begun again starts, and its row still tells of the time before.
    pub(crate) fn starts(&mut self, id: JobId) {
        if let Some(repeat) = self.by_job.get_mut(&id) {
            repeat.has_started = true;
        }
    }

    /// Whether a job has begun again and started, and its row still tells of the time
    /// before.
    pub(crate) fn has_started(&self, id: JobId) -> bool {
        let repeat = self.by_job.get(&id);
        repeat.is_some_and(|repeat| repeat.has_started && repeat.before.is_some())
    }

    /// The row of a job tells of the present time from now on; that of the time before.
    pub(crate) fn take_row_before(&mut self, id: JobId) -> Option<Outcome> {
        self.by_job.get_mut(&id)?.before.take()
    }

    /// The row of the time before, of a job whose row tells of that.
    pub(crate) fn row_before(&self, id: JobId) -> Option<&Outcome> {
        self.by_job.get(&id)?.before.as_ref()
    }

    /// The row of the time before, to change it: what happens to the machine counts for it,
    /// whatever the job does now.
    pub(crate) fn change_row_before(&mut self, id: JobId) -> Option<&mut Outcome> {
        self.by_job.get_mut(&id)?.before.as_mut()
    }

    /// All jobs whose row tells of the time before.
    pub(crate) fn with_row_before(&self) -> Vec<JobId> {
        let all = self.by_job.iter();
        let told = all.filter(|(_, repeat)| repeat.before.is_some());
        told.map(|(id, _)| *id).collect()
    }

    /// A program for every user meets one of them; whether it has been that one's turn.
    pub(crate) fn meets(&mut self, id: JobId, user: u32) -> bool {
        let repeat = self.by_job.entry(id).or_default();
        repeat.user = Some(user);
        repeat.has_served(user)
    }

    /// The turn of the user whom the program has met is over, or, if it has met none,
    /// that of the one who is `there`.
    pub(crate) fn ends_turn(&mut self, id: JobId, there: Option<u32>) {
        let repeat = self.by_job.entry(id).or_default();
        if let Some(user) = repeat.user.or(there) {
            repeat.served |= 1 << user;
        }
    }

    /// Whether it has been the turn of a user.
    pub(crate) fn has_served(&self, id: JobId, user: u32) -> bool {
        let repeat = self.by_job.get(&id);
        repeat.is_some_and(|repeat| repeat.has_served(user))
    }
}

impl Repeat {
    const fn has_served(&self, user: u32) -> bool {
        self.served & (1 << user) != 0
    }
}
