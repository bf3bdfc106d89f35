//! Presenting accounts to a server, one after the other, until one gets in.

use crate::access::{self, Client, Purpose, Target};
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::connection;
use crate::model::surroundings::accounts::slots;
use crate::model::surroundings::session_credentials;
use crate::model::way::job::Phase;
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

impl<J: Journal> Simulation<'_, '_, J> {
    /// Presents account after account to the present target.
    pub(crate) fn present(&mut self, id: JobId) -> Presented {
        let client = self.scene.client(id);
        let (purpose, target) = connection::errand(&self.scene, id);
        if self.scene.jobs[id].execution.is_none() {
            return Presented::Refused;
        }
        loop {
            let Some(actor) = connection::account(&self.scene, id, &client, purpose) else {
                if self.scene.jobs[id].presented == 0 {
                    self.note(id, || Entry::NoAccountToPresent(purpose));
                }
                self.touch_target(target, true);
                return Presented::Refused;
            };
            let authority = connection::authority(&self.scene, id, &client, actor, target);
            let validates = |domain: &_| connection::has_controllers(&self.scene, *domain);
            let simulated = authority.filter(validates);
            let controller = simulated
                .and_then(|domain| slots::validator_of(&mut self.scene, id, actor, target, domain));
            if controller.is_none() && simulated.is_some() {
                self.no_controller_validates(id, actor);
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
            if self.verdict(id, &client, (purpose, actor, target)) {
                return Presented::Granted;
            }
        }
    }

    /// Every controller of the account's domain is down.
    pub(crate) fn no_controller_validates(&mut self, id: JobId, actor: Actor) {
        let (purpose, target) = connection::errand(&self.scene, id);
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

    /// The server decides about the account that is up; if it is refused, the next is.
    fn decided(&mut self, id: JobId, client: &Client<'_>) -> bool {
        let (purpose, target) = connection::errand(&self.scene, id);
        connection::account(&self.scene, id, client, purpose)
            .is_some_and(|actor| self.verdict(id, client, (purpose, actor, target)))
    }

    /// The server decides about the account presented; if it is refused, the
    /// next is up.
    fn verdict(
        &mut self,
        id: JobId,
        client: &Client<'_>,
        (purpose, actor, target): (Purpose, Actor, Target),
    ) -> bool {
        // Only for those who listen.
        let controller = self
            .is_listened_to(id)
            .then(|| connection::authority(&self.scene, id, client, actor, target))
            .flatten()
            .and(self.record(id).domain_controller.get());
        let (actor, result) = self.decide(id, client, actor, target);
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
                let refused = connection::telling(job.refused, (actor, refusal));
                job.refused = Some(refused);
                self.record(id).network = refused.0;
                false
            }
        }
    }

    /// A controller has answered, or the wait for it was given up.
    pub(crate) fn logon_answered(&mut self, id: JobId) {
        let presented = if std::mem::replace(&mut self.job(id).answered, false) {
            let client = self.scene.client(id);
            if self.decided(id, &client) {
                Presented::Granted
            } else {
                self.present(id)
            }
        } else {
            let client = self.scene.client(id);
            let (purpose, _) = connection::errand(&self.scene, id);
            if self.scene.jobs[id].execution.is_some() {
                let actor = connection::account(&self.scene, id, &client, purpose);
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
