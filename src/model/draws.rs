//! What each random draw of the model is for.
//!
//! A draw is a function of the study's seed, the replication, who draws, what
//! for, and which time; see [`crate::engine::Streams`].

use crate::engine::{Draws, Streams, identity};
use crate::model::surroundings::presence::{CycleOf, PatternOf};
use crate::units::Instant;
use crate::world::{AdvertisementId, NO_OVERRIDE, World};

/// Purposes of the machine itself.
#[repr(u16)]
enum OfMachine {
    /// Poll phase, user.
    Setup = 1,
    /// Hours of the machine, per day.
    Hours = 2,
    /// Sessions of its user, per day.
    Sessions = 3,
    /// Absence at the start.
    Absence = 4,
    /// Times on and off, per cycle.
    Switching = 5,
    /// Long absences, per cycle.
    Absences = 6,
    /// Whether and when it goes for good.
    Gone = 7,
    /// Whose session it is, per session.
    User = 24,
    /// Trips, per trip.
    Roaming = 40,
    /// Whether it gives content to other machines.
    Giving = 56,
    /// Phase of its verify cycle.
    Verification = 47,
    /// What it has before the start, per program.
    Installed = 48,
}

/// Purposes of a machine and an advertisement together.
#[repr(u16)]
enum OfJob {
    /// Whether and when a user runs an optional program.
    Uptake = 1,
    /// The order of distribution points, per try.
    Points = 2,
    /// Duration and exit code, per run.
    Run = 3,
    /// Jitter of an interval between tries, by when it begins.
    Retry = 4,
    /// Whether and when a machine is found broken.
    Breakage = 16,
    /// The moment in a start window, per miss.
    Start = 17,
    /// Whether a status message is lost, per message.
    Report = 24,
    /// The first machine to be asked for content, per look.
    Peers = 56,
    /// Duration and exit code of a removal, per run.
    Removal = 32,
}

/// The draws of one replication.
#[derive(Debug, Clone)]
pub(crate) struct ModelDraws {
    streams: Streams,
    advertisements: Vec<u64>,
}

impl ModelDraws {
    pub(crate) fn new(world: &World, replication: u32) -> Self {
        Self {
            streams: Streams::new(world.seed, replication),
            advertisements: world
                .advertisements
                .iter()
                .map(|a| identity(&a.id))
                .collect(),
        }
    }

    /// 0: poll phase, 1: user logged on, 2: user is administrator, 3: phase of the
    /// client configuration cycle, 4: period of policy refreshes, 5: their phase.
    pub(crate) fn setup(&self, machine: u64) -> Draws {
        self.streams.block(machine, OfMachine::Setup as u16, 0)
    }

    /// 0: whether, 1: beginning, 2: end; of day `day` from that of the start,
    /// which may be the day before.
    pub(crate) fn day(&self, machine: u64, of: PatternOf, day: i64) -> Draws {
        let purpose = match of {
            PatternOf::Machine => OfMachine::Hours,
            PatternOf::User => OfMachine::Sessions,
        };
        self.streams
            .block(machine, purpose as u16, (day + 1) as u64)
    }

    /// 0: whether, 1: how long.
    pub(crate) fn absence(&self, machine: u64) -> Draws {
        self.streams.block(machine, OfMachine::Absence as u16, 0)
    }

    /// Those of cycle number `cycle`, as [`crate::engine::Renewal`] wants them.
    pub(crate) fn cycle(&self, machine: u64, of: CycleOf, cycle: u64) -> Draws {
        let purpose = match of {
            CycleOf::Switching => OfMachine::Switching,
            CycleOf::Absences => OfMachine::Absences,
        };
        self.streams.block(machine, purpose as u16, cycle)
    }

    /// 0: whether the machine goes for good, 1: when.
    pub(crate) fn gone(&self, machine: u64) -> Draws {
        self.streams.block(machine, OfMachine::Gone as u16, 0)
    }

    /// 0: whose session it is that ends at `until`.
    pub(crate) fn user(&self, machine: u64, until: Instant) -> Draws {
        self.streams.block(machine, OfMachine::User as u16, until.0)
    }

    /// Number 0, 0: whether it travels at all, 1: how much of the first time at
    /// home is left; number `trip`, 0: how long at home before it, 1: how long
    /// away, 2: where.
    pub(crate) fn roaming(&self, machine: u64, trip: u64) -> Draws {
        self.streams.block(machine, OfMachine::Roaming as u16, trip)
    }

    /// 0: whether, of all that machines give.
    pub(crate) fn giving(&self, machine: u64) -> Draws {
        self.streams.block(machine, OfMachine::Giving as u16, 0)
    }

    /// 0: whom of a place's machines it asks first in its look at `now`, 1: whom of
    /// those that come there.
    pub(crate) fn peers(
        &self,
        machine: u64,
        advertisement: AdvertisementId,
        now: Instant,
    ) -> Draws {
        let job = self.job(machine, advertisement);
        self.streams.block(job, OfJob::Peers as u16, now.0)
    }

    /// 0: whether, 1: when.
    pub(crate) fn uptake(&self, machine: u64, advertisement: AdvertisementId) -> Draws {
        self.streams
            .block(self.job(machine, advertisement), OfJob::Uptake as u16, 0)
    }

    /// 0: order of the points at try number `n`.
    pub(crate) fn points(&self, machine: u64, advertisement: AdvertisementId, n: u32) -> Draws {
        self.streams.block(
            self.job(machine, advertisement),
            OfJob::Points as u16,
            u64::from(n),
        )
    }

    /// 0: duration, 1: exit code; of run number `n` of the
    /// program at position `stage` of the chain.
    pub(crate) fn run(
        &self,
        machine: u64,
        advertisement: AdvertisementId,
        stage: u16,
        n: u32,
    ) -> Draws {
        let occurrence = u64::from(stage) << 32 | u64::from(n);
        self.streams.block(
            self.job(machine, advertisement),
            OfJob::Run as u16,
            occurrence,
        )
    }

    /// 0: jitter of the interval that begins with a failure at `failed`.
    pub(crate) fn retry(
        &self,
        machine: u64,
        advertisement: AdvertisementId,
        failed: Instant,
    ) -> Draws {
        let job = self.job(machine, advertisement);
        self.streams.block(job, OfJob::Retry as u16, failed.0)
    }

    /// 0: whether the machine breaks, 1: when that is found out; at this success of a
    /// program.
    pub(crate) fn breakage(
        &self,
        machine: u64,
        advertisement: AdvertisementId,
        number: u64,
    ) -> Draws {
        let job = self.job(machine, advertisement);
        self.streams.block(job, OfJob::Breakage as u16, number)
    }

    /// 0: moment in the start window, after this many that were missed.
    pub(crate) fn start(&self, machine: u64, advertisement: AdvertisementId, missed: u32) -> Draws {
        let job = self.job(machine, advertisement);
        self.streams
            .block(job, OfJob::Start as u16, u64::from(missed))
    }

    /// 0: whether status message number `n` is lost.
    pub(crate) fn report(&self, machine: u64, advertisement: AdvertisementId, n: u32) -> Draws {
        let job = self.job(machine, advertisement);
        self.streams.block(job, OfJob::Report as u16, u64::from(n))
    }

    /// 0: whether the machine has the program with this identity before the start.
    pub(crate) fn installed(&self, machine: u64, program: u64) -> Draws {
        self.streams
            .block(machine, OfMachine::Installed as u16, program)
    }

    /// 0: phase of the verify cycle.
    pub(crate) fn verification(&self, machine: u64) -> Draws {
        self.streams
            .block(machine, OfMachine::Verification as u16, 0)
    }

    /// 0: duration, 1: exit code; of run number `n` of a removal.
    pub(crate) fn removal(&self, machine: u64, advertisement: AdvertisementId, n: u32) -> Draws {
        let job = self.job(machine, advertisement);
        self.streams.block(job, OfJob::Removal as u16, u64::from(n))
    }

    /// The identity of a machine × advertisement.
    fn job(&self, machine: u64, advertisement: AdvertisementId) -> u64 {
        machine.rotate_left(32) ^ self.advertisements[advertisement.index()]
    }
}

/// How far into the poll interval a machine polls, microseconds; `setup` are
/// its draws for that.
pub(crate) fn poll_offset(world: &World, position: u32, setup: &Draws) -> u64 {
    let machine = &world.fleet.machines[position as usize];
    let interval = world.fleet.profile(machine).poll_interval.0.max(1);
    let own = world.fleet.overrides.poll_offset.get(position as usize);
    own.copied()
        .filter(|offset| *offset != NO_OVERRIDE)
        .unwrap_or_else(|| setup.below(0, interval))
}
