//! The line of jobs that wait for their machine, on which one program runs at a time.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::way::events::Kind;
use crate::model::way::scene::Host;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::units::Instant;

impl<J: Journal> Simulation<'_, '_, J> {
    /// A job holds its machine until its program has run.
    pub(crate) fn take_machine(&mut self, id: JobId) {
        let host = self.scene.jobs[id].host as usize;
        if let Some(host) = self.scene.hosts.get_mut(host) {
            host.running = Some(id);
        }
        self.job(id).holds_machine = true;
    }

    /// Waits for another program, in the line of the machine, which calls it; until
    /// then it looks at nothing but whether its advertisement has expired.
    pub(crate) fn stand_in_line(&mut self, id: JobId) {
        let cause = Cause::AnotherProgram;
        self.enter(id, ReportState::Waiting);
        self.note(id, || Entry::Waits(cause));
        self.stand(id, Ending::Waiting, Step::Condition, cause);
        self.join_line(id);
        self.schedule(id, Kind::Wake, Instant::NEVER);
    }

    /// The last in the line of its machine, unless it stands there already.
    fn join_line(&mut self, id: JobId) {
        let host = self.scene.jobs[id].host as usize;
        if self.scene.hosts[host].line_tail == Some(id)
            || self.scene.rare_state(id).next_in_line.is_some()
        {
            return;
        }
        match self.scene.hosts[host].line_tail {
            None => self.scene.hosts[host].line_head = Some(id),
            Some(tail) => self.scene.rare_state_mut(tail).next_in_line = Some(id),
        }
        self.scene.hosts[host].line_tail = Some(id);
    }

    /// Lets go of the machine; the first in line may go on.
    pub(crate) fn release_machine(&mut self, id: JobId) {
        if !self.scene.jobs[id].holds_machine {
            return;
        }
        self.job(id).holds_machine = false;
        let host = self.scene.jobs[id].host as usize;
        if let Some(host) = self.scene.hosts.get_mut(host) {
            host.running = None;
        }
        self.wake_line(id);
    }

    /// The first job in line may go on, if no job holds the machine. A job whose
    /// turn it was and that did not take the machine passes it on in this way.
    pub(crate) fn wake_line(&mut self, id: JobId) {
        let host = self.scene.jobs[id].host as usize;
        let Some(&Host {
            running: None,
            line_head: Some(head),
            ..
        }) = self.scene.hosts.get(host)
        else {
            return;
        };
        let next = self.scene.rare_state_mut(head).next_in_line.take();
        self.scene.hosts[host].line_head = next;
        if next.is_none() {
            self.scene.hosts[host].line_tail = None;
        }
        self.schedule(head, Kind::Wake, self.scene.now);
    }
}
