//! Clocks that are wrong, and what follows from that.
//!
//! A client does what it does at a time of day by its own clock: what is
//! assigned to a time, what expires, maintenance windows. And Kerberos wants
//! clocks that agree (`TechNet` cc780011): a computer account of Active
//! Directory, or a user there, is refused where the machine's clock, or the
//! server's, differs from that of the controller by more than five minutes.
//! Accounts that a client names with a password come by NTLM, which looks at no
//! clock. Intervals, such as that of polls, go by as ever.

use crate::access::{self, Target};
use crate::model::journal::{Entry, Journal};
use crate::model::way::simulation::Simulation;
use crate::outcome::Actor;
use crate::units::Instant;
use crate::world::{DomainKind, ServerId};

impl<J: Journal> Simulation<'_, '_, J> {
    /// By how much the clock of a job's machine is ahead, microseconds.
    pub(crate) fn clock_offset(&self, id: u32) -> i64 {
        let clocks = &self.world.clocks;
        if clocks.is_empty() {
            return 0;
        }
        clocks.of_machine(self.jobs[id as usize].machine, self.site(id), self.now)
    }

    /// By how much local time where a job's machine is is ahead, microseconds.
    pub(crate) fn time_zone(&self, id: u32) -> i64 {
        self.places[self.jobs[id as usize].slot as usize].time_zone
    }

    /// By how much a job's machine's clock, as it hangs there on the wall, is
    /// ahead of the scenario's, microseconds.
    pub(crate) fn wall_clock_offset(&self, id: u32) -> i64 {
        self.time_zone(id) + self.clock_offset(id)
    }

    /// When an assignment that names a moment is due on a job's machine.
    pub(crate) fn assigned(&self, id: u32, at: Instant) -> Instant {
        let at = self.zoned(id, at, self.advertisement(id).local.assignment);
        self.own_instant(id, at)
    }

    /// When the advertisement of a job becomes visible to its machine.
    pub(crate) fn available(&self, id: u32) -> Instant {
        let advertisement = self.advertisement(id);
        let available = self.zoned(id, advertisement.available, advertisement.local.available);
        available.max(self.membership(id).from)
    }

    /// The instant at which clocks at a job's site show `at`, if they are meant.
    pub(crate) fn zoned(&self, id: u32, at: Instant, local: bool) -> Instant {
        if local {
            Instant(at.0.saturating_add_signed(-self.time_zone(id)))
        } else {
            at
        }
    }

    /// The first instant from now on at which the clock of a job's machine shows
    /// `local`.
    pub(crate) fn own_instant(&self, id: u32, local: Instant) -> Instant {
        let clocks = &self.world.clocks;
        if clocks.is_empty() {
            return local;
        }
        clocks.shows(
            self.jobs[id as usize].machine,
            self.site(id),
            local,
            self.now,
        )
    }

    /// When, after now, the clock of a job's machine is set.
    pub(crate) fn next_clock_change(&self, id: u32) -> Instant {
        let clocks = &self.world.clocks;
        if clocks.is_empty() {
            return Instant::NEVER;
        }
        clocks.next_change(self.jobs[id as usize].machine, self.site(id), self.now)
    }

    /// When the advertisement of a job expires, by the machine's own clock.
    pub(crate) fn expires(&self, id: u32) -> Instant {
        let advertisement = self.advertisement(id);
        let expires = advertisement.expires;
        if !expires.is_some() {
            return expires;
        }
        self.own_instant(id, self.zoned(id, expires, advertisement.local.expires))
    }

    /// Notes that the clock of a job's machine is wrong, if it is.
    pub(crate) fn note_clock(&mut self, id: u32) {
        let offset = self.clock_offset(id);
        if offset != 0 {
            self.note(id, || Entry::ClockOff(offset));
        }
    }

    /// Whether the clocks stand in the way of `actor`'s ticket at `target`.
    pub(crate) fn is_skewed(&mut self, id: u32, actor: Actor, target: Target) -> bool {
        if self.world.clocks.is_empty() {
            return false;
        }
        let server = self.target_server(target);
        let Some(domain) = access::authority(self.view(), &self.client(id), actor, target) else {
            return false;
        };
        let active = |domain: crate::world::DomainId| {
            self.world.directory.domains[domain.index()].kind == DomainKind::ActiveDirectory
        };
        let by_ticket = !matches!(actor, Actor::Account(_))
            && active(domain)
            && self.world.servers[server.index()]
                .domain
                .is_some_and(active);
        if !by_ticket {
            return false;
        }
        let simulated = !self.world.directory.domains[domain.index()]
            .controllers
            .is_empty();
        let controller = self.record(id).domain_controller.filter(|_| simulated);
        let true_time = controller.map_or(0, |controller| self.server_clock(controller));
        let tolerance = self.world.rules.clock_tolerance.0;
        let differs = |clock: i64| clock.abs_diff(true_time) > tolerance;
        differs(self.server_clock(server))
            || (!self.world.rules.clock_skew_corrected && differs(self.clock_offset(id)))
    }

    fn server_clock(&self, server: ServerId) -> i64 {
        let site = self.world.servers[server.index()].site;
        self.world.clocks.of_server(server, site, self.now)
    }
}
