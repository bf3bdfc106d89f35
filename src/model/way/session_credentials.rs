//! A server decides about an account over a session that may be there already.

use crate::access::{Client, Connection, Grant, Refusal, Target};
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::connection;
use crate::model::surroundings::session_credentials;
use crate::model::way::simulation::Simulation;
use crate::outcome::Actor;

impl<J: Journal> Simulation<'_, '_, J> {
    /// What comes of presenting `actor` to `target`, and as whom the server
    /// knows the session.
    pub(crate) fn decide(
        &mut self,
        id: JobId,
        client: &Client<'_>,
        actor: Actor,
        target: Target,
    ) -> (Actor, Result<Grant, Refusal>) {
        match session_credentials::connection(&self.scene, id, actor, target) {
            Ok(Connection::New(actor)) => {
                let result = self.judge_by_the_clock(id, client, actor, target);
                (actor, result)
            }
            Ok(Connection::Reused(open)) => {
                let server = target.server(self.scene.world);
                self.note(id, || Entry::SessionShared(server, open));
                (open, connection::admits(&self.scene, id, open, target))
            }
            Err(refusal) => (actor, Err(refusal)),
        }
    }

    /// Whether `actor` gets in, if the clocks let its ticket pass: that is asked
    /// before the access list is.
    fn judge_by_the_clock(
        &mut self,
        id: JobId,
        client: &Client<'_>,
        actor: Actor,
        target: Target,
    ) -> Result<Grant, Refusal> {
        let result = self.judge(id, client, actor, target);
        connection::by_the_clock(&self.scene, id, actor, target, result)
    }
}
