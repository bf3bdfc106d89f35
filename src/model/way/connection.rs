//! Presenting accounts to a server, one after the other, until one gets in.

use crate::access::{self, Purpose, Target};
use crate::client::Mode;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::surroundings::accounts::slots;
use crate::model::surroundings::session_credentials;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::Actor;

/// What came of presenting accounts to one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presented {
    /// One got in.
    Granted,
    /// A controller has still to answer.
    Pending,
    /// None got in.
    Refused,
}

impl Scene<'_, '_> {
    /// For what, and to what, the job presents accounts now.
    pub(crate) fn errand(&self, id: JobId) -> (Purpose, Target) {
        let job = &self.jobs[id];
        let program = self.program(id);
        match (job.phase(), job.mode, job.point) {
            (Phase::Connecting, Some(Mode::Download), Some(point)) => {
                (Purpose::Download, Target::Package(program.package, point))
            }
            (Phase::Connecting, _, Some(point)) => (
                Purpose::RunFromPoint,
                Target::Package(program.package, point),
            ),
            _ => (
                Purpose::Share,
                Target::Share(program.shares[usize::from(job.share)].share),
            ),
        }
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// Presents account after account to the present target.
    pub(crate) fn present(&mut self, id: JobId) -> Presented {
        let client = self.scene.client(id);
        let (purpose, target) = self.scene.errand(id);
        let Some(execution) = self.scene.jobs[id].execution else {
            return Presented::Refused;
        };
        loop {
            let n = usize::from(self.scene.jobs[id].presented);
            let Some(actor) = access::candidate(self.scene.view(), &client, &execution, purpose, n)
            else {
                if n == 0 {
                    self.note(id, || Entry::NobodyToPresent(purpose));
                }
                self.touch_target(target, true);
                return Presented::Refused;
            };
            let authority = access::authority(self.scene.view(), &client, actor, target)
                .filter(|_| session_credentials::is_new_session(&self.scene, id, actor, target));
            let controller =
                authority.and_then(|_| slots::validator(&mut self.scene, id, actor, target));
            if let Some(domain) = authority.filter(|_| controller.is_none())
                && !self.scene.world.directory.domains[domain.index()]
                    .controllers
                    .is_empty()
            {
                self.nobody_validates(id, actor);
                continue;
            }
            if authority.is_some() {
                let answer = self.ask_for_logon(id, actor, target, controller);
                let at = answer.map_or_else(|gives_up| gives_up, |service| service.answer);
                if at > self.scene.now {
                    self.job(id).waited = true;
                    self.stands_in_line(id, answer);
                    return Presented::Pending;
                }
            }
            if self.verdict(id) {
                return Presented::Granted;
            }
        }
    }

    /// Every controller of the account's domain is down.
    pub(crate) fn nobody_validates(&mut self, id: JobId, actor: Actor) {
        let (purpose, target) = self.scene.errand(id);
        let refusal: access::Refusal = access::Reason::NoLogonServer.into();
        let result = Err(refusal);
        self.note(id, || Entry::Attempt {
            purpose,
            actor,
            target,
            controller: None,
            result,
        });
        self.record(id).network = actor;
        let job = self.job(id);
        job.presented += 1;
        job.refused = Some((actor, refusal));
    }

    /// The server decides about the account presented; if it is refused, the
    /// next is up.
    pub(crate) fn verdict(&mut self, id: JobId) -> bool {
        let client = self.scene.client(id);
        let (purpose, target) = self.scene.errand(id);
        let Some(execution) = self.scene.jobs[id].execution else {
            return false;
        };
        let n = usize::from(self.scene.jobs[id].presented);
        let Some(actor) = access::candidate(self.scene.view(), &client, &execution, purpose, n)
        else {
            return false;
        };
        // Who is known to no domain, or comes over a session that is there, is
        // validated by no controller.
        let controller = access::authority(self.scene.view(), &client, actor, target)
            .filter(|_| session_credentials::is_new_session(&self.scene, id, actor, target))
            .and(self.record(id).domain_controller.get());
        let (actor, result) = self.decide(id, actor, target);
        self.note(id, || Entry::Attempt {
            purpose,
            actor,
            target,
            controller,
            result,
        });
        self.record(id).network = actor;
        match result {
            Ok(_) => {
                self.touch_target(target, false);
                session_credentials::remember_session(&mut self.scene, id, actor, target);
                true
            }
            Err(refusal) => {
                let job = self.job(id);
                job.presented += 1;
                let refused = access::telling(job.refused, (actor, refusal));
                job.refused = Some(refused);
                self.record(id).network = refused.0;
                false
            }
        }
    }

    /// A controller has answered, or the wait for it was given up.
    pub(crate) fn logon_answered(&mut self, id: JobId) {
        let presented = if std::mem::replace(&mut self.job(id).answered, false) {
            if self.verdict(id) {
                Presented::Granted
            } else {
                self.present(id)
            }
        } else {
            let client = self.scene.client(id);
            let (purpose, _) = self.scene.errand(id);
            let n = usize::from(self.scene.jobs[id].presented);
            if let Some(execution) = self.scene.jobs[id].execution {
                let actor = access::candidate(self.scene.view(), &client, &execution, purpose, n);
                self.job(id).refused =
                    actor.map(|actor| (actor, access::Reason::NoLogonServer.into()));
            }
            self.job(id).presented += 1;
            self.present(id)
        };
        let sharing = self.scene.jobs[id].phase() == Phase::ReachingShare;
        match (presented, sharing) {
            (Presented::Pending, _) => {}
            // Others may have taken the last session while this one waited for
            // its controller.
            (Presented::Granted, false)
                if self.scene.jobs[id]
                    .point
                    .is_none_or(|point| self.has_session_left(id, point)) =>
            {
                self.connected(id);
            }
            (Presented::Granted | Presented::Refused, false) => self.try_points(id),
            (Presented::Granted, true) => {
                if self.enters_share(id) {
                    self.reach_shares(id);
                }
            }
            (Presented::Refused, true) => self.share_refused(id),
        }
    }
}
