//! Whether the machine of a job is on, and whether its user is there.

use crate::access::User;
use crate::model::ids::JobId;
use crate::model::rules::clocks;
use crate::model::surroundings::presence::Spell;
use crate::model::way::scene::Scene;
use crate::units::{Instant, Span};

impl Scene<'_, '_> {
    /// Whether a job's machine is on, and until when.
    #[inline]
    pub(crate) fn machine_on(&self, id: JobId) -> Spell {
        if !self.plan.uses.off {
            return Spell::ALWAYS;
        }
        self.spell(id)
    }

    /// Whether a job's machine is on now, where some may be off.
    #[inline(never)]
    fn spell(&self, id: JobId) -> Spell {
        let profile = self.profile(id);
        if !profile.may_be_off() {
            return Spell::ALWAYS;
        }
        self.machine_at(id, self.now)
    }

    /// Whether a job's machine is on at `at`, and until when.
    pub(crate) fn machine_at(&self, id: JobId, at: Instant) -> Spell {
        let presence = self.presence.ahead(clocks::time_zone(self, id));
        presence.machine(self.jobs[id].key, self.profile(id), at)
    }

    /// The first instant from `at` on at which a job's machine is on.
    pub(crate) fn on_from(&self, id: JobId, at: Instant) -> Instant {
        let spell = self.machine_at(id, at);
        if spell.holds { at } else { spell.until }
    }

    /// When work of `time` that begins now on a job's machine is done. A machine
    /// that sleeps goes on with it where it was; one that is switched off before
    /// does not come to its end.
    ///
    /// # Errors
    /// The instant at which the machine is switched off.
    pub(crate) fn done_at(&self, id: JobId, time: Span) -> Result<Instant, Instant> {
        let profile = self.profile(id);
        let off = self.machine_on(id).until;
        if !profile.sleeps || off >= self.now + time {
            return if off < self.now + time {
                Err(off)
            } else {
                Ok(self.now + time)
            };
        }
        let presence = self.presence.ahead(clocks::time_zone(self, id));
        let (mut at, mut left) = (self.now, time);
        while self.world.covers(at) {
            let spell = presence.machine(self.jobs[id].key, profile, at);
            if spell.holds {
                if spell.until >= at + left {
                    break;
                }
                left = Span(left.0 - spell.until.since(at).0);
            }
            at = spell.until;
        }
        Ok(at + left)
    }

    /// Looks whether a user is logged on, and until when.
    pub(crate) fn look_for_user(&mut self, id: JobId) -> Spell {
        let spell = self.user_at(id, self.now);
        let job = &mut self.jobs[id];
        job.user = spell.holds.then_some(User {
            administrator: job.administrator,
        });
        spell
    }

    /// Whether a user is logged on at `at`, and until when.
    pub(crate) fn user_at(&self, id: JobId, at: Instant) -> Spell {
        let profile = self.profile(id);
        let machine = self.jobs[id].machine;
        if let Some(back) = self.log_offs.back(machine, at) {
            return Spell {
                holds: false,
                until: back,
            };
        }
        match &profile.sessions {
            Some(pattern) => self.presence.ahead(clocks::time_zone(self, id)).user(
                pattern,
                self.jobs[id].key,
                profile,
                at,
            ),
            None => Spell {
                holds: self.jobs[id].user.is_some() || self.log_offs.has_user(machine),
                until: Instant::NEVER,
            },
        }
    }
}
