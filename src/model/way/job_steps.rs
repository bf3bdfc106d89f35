//! The small steps that every handler needs: looking up what a job is about,
//! scheduling its next event, and saying where it stands.

use crate::access::{Client, User, View};
use crate::client::{Behaviour, behaviour};
use crate::engine::{Event, EventList};
use crate::model::journal::{Entry, Journal};
use crate::model::surroundings::presence::Spell;
use crate::model::way::events::{Happening, Kind};
use crate::model::way::job::Job;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Outcome, ReportState, Step};
use crate::product::status;
use crate::units::Instant;
use crate::world::{
    Advertisement, Machine, NO_OVERRIDE, Profile, Program, ProgramId, SiteId, World,
};

impl<'w, J: Journal> Simulation<'w, '_, J> {
    pub(crate) fn job(&mut self, id: u32) -> &mut Job {
        &mut self.jobs[id as usize]
    }

    /// The position of a link of this group in its network.
    pub(crate) fn local_link(&self, link: crate::world::LinkId) -> u32 {
        self.local_link[link.index()]
    }

    pub(crate) fn machine(&self, id: u32) -> &'w Machine {
        let world: &'w World = self.world;
        &world.fleet.machines[self.jobs[id as usize].machine as usize]
    }

    pub(crate) fn profile(&self, id: u32) -> &'w Profile {
        let world: &'w World = self.world;
        &world.fleet.profiles[self.jobs[id as usize].profile.index()]
    }

    pub(crate) fn behaviour(&self, id: u32) -> &'static dyn Behaviour {
        behaviour(self.profile(id).client)
    }

    pub(crate) fn advertisement(&self, id: u32) -> &'w Advertisement {
        let world: &'w World = self.world;
        &world.advertisements[self.jobs[id as usize].advertisement.index()]
    }

    /// The program of the chain that is to run now.
    pub(crate) fn program_id(&self, id: u32) -> ProgramId {
        self.jobs[id as usize].program
    }

    pub(crate) fn program(&self, id: u32) -> &'w Program {
        let world: &'w World = self.world;
        &world.programs[self.program_id(id).index()]
    }

    /// A value of this machine alone, if the inventory has one.
    pub(crate) fn own(&self, id: u32, column: &'w [u64]) -> Option<u64> {
        let machine = self.jobs[id as usize].machine as usize;
        column
            .get(machine)
            .copied()
            .filter(|value| *value != NO_OVERRIDE)
    }

    pub(crate) fn site(&self, id: u32) -> SiteId {
        self.places[self.jobs[id as usize].slot as usize].site
    }

    pub(crate) fn record(&mut self, id: u32) -> &mut Outcome {
        &mut self.sheet.records[id as usize]
    }

    pub(crate) fn view(&self) -> View<'_> {
        View {
            world: self.world,
            standing: &self.standing,
        }
    }

    pub(crate) fn client(&self, id: u32) -> Client<'w> {
        let profile = self.profile(id);
        Client {
            kind: profile.client,
            role: profile.role,
            windows_9x: profile.windows_9x,
            domain: profile.domain,
            user: self.jobs[id as usize].user,
            accounts: self.accounts_of(id),
        }
    }

    /// Whether a job's machine is on, and until when.
    pub(crate) fn machine_on(&self, id: u32) -> Spell {
        self.presence.ahead(self.time_zone(id)).machine(
            self.jobs[id as usize].key,
            self.profile(id),
            self.now,
        )
    }

    /// Looks whether a user is logged on, and until when.
    pub(crate) fn look_for_user(&mut self, id: u32) -> Spell {
        let spell = self.user_at(id, self.now);
        let job = &mut self.jobs[id as usize];
        job.user = spell.holds.then_some(User {
            administrator: job.administrator,
        });
        spell
    }

    /// Whether a user is logged on at `at`, and until when.
    pub(crate) fn user_at(&self, id: u32, at: Instant) -> Spell {
        let profile = self.profile(id);
        match &profile.sessions {
            Some(pattern) => self.presence.ahead(self.time_zone(id)).user(
                pattern,
                self.jobs[id as usize].key,
                profile,
                at,
            ),
            None => Spell {
                holds: self.jobs[id as usize].user.is_some(),
                until: Instant::NEVER,
            },
        }
    }

    /// The next event of a job; the one scheduled before, if any, is stale.
    ///
    /// Whatever a job waits for, it looks again when its advertisement expires.
    pub(crate) fn schedule(&mut self, id: u32, kind: Kind, at: Instant) {
        let expires = self.expires(id);
        let at = match kind {
            Kind::Wake | Kind::Retry if self.now < expires => at.min(expires),
            _ => at,
        };
        let job = &mut self.jobs[id as usize];
        job.serial = job.serial.wrapping_add(1);
        if self.world.covers(at) {
            self.list.push(Event {
                time: at,
                rank: kind as u8,
                entity: id,
                serial: job.serial & 0xFF_FFFF,
            });
        }
    }

    /// An event that nothing makes stale.
    pub(crate) fn expect(&mut self, at: Instant, happening: Happening) {
        if self.world.covers(at) {
            self.list.push(happening.at(at, 0));
        }
    }

    /// Enters a report state now.
    pub(crate) fn enter(&mut self, id: u32, state: ReportState) {
        self.enter_at(id, self.now, state);
    }

    /// Enters a report state at `at`.
    pub(crate) fn enter_at(&mut self, id: u32, at: Instant, state: ReportState) {
        let advertisement = self.jobs[id as usize].advertisement.index();
        let record = self.record(id);
        let before = record.state;
        record.state = state;
        self.tally.timeline.change(advertisement, at, before, state);
    }

    /// Raises a status message.
    pub(crate) fn raise(&mut self, id: u32, message: u16) {
        self.raise_at(id, self.now, message);
    }

    /// Raises a status message at `at`, if it is one that this kind of client has.
    pub(crate) fn raise_at(&mut self, id: u32, at: Instant, message: u16) {
        let known = status::message(message);
        if known.is_some_and(|known| !known.raised_by.holds(self.profile(id).client)) {
            return;
        }
        self.record(id).status_message = message;
        self.note(id, || Entry::Status(message));
        if self.reports.are_followed() {
            self.say(id, at, message);
        }
    }

    /// Says where a job stands, should the horizon come now.
    pub(crate) fn stand(&mut self, id: u32, ending: Ending, step: Step, cause: Cause) {
        let record = self.record(id);
        record.ending = ending;
        record.step = step;
        record.cause = cause;
    }

    pub(crate) fn note(&mut self, id: u32, entry: impl FnOnce() -> Entry) {
        let job = &self.jobs[id as usize];
        if self.journal.listens(job.machine) {
            self.journal.note(self.now, job.advertisement, entry());
        }
    }
}
