//! Jobs wait for their maintenance window, and draw another moment to start.

use crate::model::journal::{Entry, Journal};
use crate::model::rules::clocks;
use crate::model::rules::start_times;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::Cause;
use crate::units::Instant;

impl<J: Journal> Simulation<'_, '_, J> {
    /// The machine is off at the moment at which the job was to start and is
    /// back at `back`: when it looks again. That is then, or, if it draws
    /// again, at its new moment.
    pub(crate) fn missed_start(&mut self, id: u32, kind: Kind, back: Instant) -> Instant {
        let job = &self.scene.jobs[id as usize];
        let missed = kind == Kind::Wake && job.phase == Phase::Ready && job.due == self.scene.now;
        match start_times::start_window(&self.scene, id) {
            Some(window) if missed && window.redraw && back.is_some() => {
                let again = start_times::draw_again(&mut self.scene, id, window, back);
                self.job(id).due = again;
                self.note(id, || Entry::StartsLater(again));
                again
            }
            _ => back,
        }
    }

    /// Whether the job must wait for a maintenance window; if so it has been
    /// told when to wake. The maximum run time has to fit, and so has the countdown
    /// that a user will be shown before.
    pub(crate) fn wait_for_window(&mut self, id: u32) -> bool {
        if self.scene.jobs[id as usize].holds_machine {
            return false;
        }
        let Some(windows) = start_times::windows(&self.scene, id) else {
            return false;
        };
        let length = self.scene.program(id).maximum_run_time + self.scene.countdown_ahead(id);
        let clock = self
            .scene
            .calendar
            .shifted(clocks::wall_clock_offset(&self.scene, id));
        let spell = clock.may_start(windows, self.scene.now, length);
        if !spell.holds {
            // The next start has a countdown of its own.
            self.job(id).counted_down = false;
            self.wait(id, Cause::OutsideWindow);
            let set = clocks::next_clock_change(&self.scene, id);
            self.schedule(id, Kind::Wake, spell.until.min(set));
        }
        !spell.holds
    }

    /// When the machine of a job has restarted, which SMS does now, or in the next
    /// maintenance window in which a restart fits.
    pub(crate) fn restart_by_sms(&mut self, id: u32) -> Instant {
        let length = self.scene.world.rules.restart_time;
        let begins = start_times::windows(&self.scene, id).map_or(self.scene.now, |windows| {
            let clock = self
                .scene
                .calendar
                .shifted(clocks::wall_clock_offset(&self.scene, id));
            let spell = clock.may_start(windows, self.scene.now, length);
            if spell.holds {
                self.scene.now
            } else {
                spell.until
            }
        });
        if begins > self.scene.now {
            self.note(id, || Entry::Waits(Cause::OutsideWindow));
            self.release_machine(id);
        }
        begins + length
    }
}
