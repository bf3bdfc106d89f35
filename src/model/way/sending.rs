//! Packages that are sent while machines use the same links: both are transfers of
//! one network.

use crate::division::Together;
use crate::engine::LinkUse;
use crate::model::journal::Journal;
use crate::model::way::simulation::Simulation;
use crate::sending::{Beside, Needs};
use crate::units::Instant;
use crate::world::{PackageId, ServerId, TimedChange};

/// What is sent together with what a group does.
pub(crate) struct OnTheLinks<'w> {
    together: &'w Together,
    sending: Beside<'w>,
    faults_seen: usize,
    /// Transfers of the network from this number on are not those of jobs.
    first_payload: u32,
    /// What has come to points at this instant.
    arrived: Vec<(PackageId, ServerId)>,
}

impl OnTheLinks<'_> {
    fn next_fault(&self) -> Instant {
        let next = self.together.faults.get(self.faults_seen);
        next.map_or(Instant::NEVER, TimedChange::at)
    }
}

impl<'w, J: Journal> Simulation<'w, '_, J> {
    /// Adds the links over which packages are sent to those of the group.
    pub(crate) fn find_links_of_sending(
        &mut self,
        together: Option<&'w Together>,
    ) -> Option<Needs<'w>> {
        let needs = Needs::of(&together?.sending);
        needs.links().for_each(|link| self.add_link(link));
        Some(needs)
    }

    /// Begins to send what is sent together with what the group does.
    pub(crate) fn begin_to_send(
        &mut self,
        together: Option<&'w Together>,
        needs: Option<Needs<'w>>,
    ) {
        let (Some(together), Some(needs)) = (together, needs) else {
            return;
        };
        let first_payload = self.scene.jobs.len() as u32;
        let sending = Beside::new(
            needs,
            |link| self.local_link[link.index()],
            self.links.len() as u32,
            first_payload,
            &mut self.network,
        );
        self.on_the_links = Some(Box::new(OnTheLinks {
            together,
            sending,
            faults_seen: 0,
            first_payload,
            arrived: Vec::new(),
        }));
    }

    /// When the sending has something to do next, beside what becomes complete.
    pub(crate) fn next_of_sending(&mut self) -> Instant {
        match &mut self.on_the_links {
            None => Instant::NEVER,
            Some(sent) => sent.sending.next().min(sent.next_fault()),
        }
    }

    /// What the sending does now, `done` being the transfers that are complete; those
    /// of jobs are left in it.
    pub(crate) fn send_on(&mut self, done: &mut Vec<u32>) {
        let Some(mut sent) = self.on_the_links.take() else {
            return;
        };
        let now = self.scene.now;
        let jobs = done.partition_point(|number| *number < sent.first_payload);
        if jobs < done.len() || sent.sending.next() <= now {
            let OnTheLinks {
                sending, arrived, ..
            } = &mut *sent;
            sending.step(now, &done[jobs..], &mut self.network, arrived);
            for (package, point) in arrived.drain(..) {
                self.content_arrives(package, point);
            }
        }
        done.truncate(jobs);
        while sent.next_fault() <= now {
            let fault = &sent.together.faults[sent.faults_seen];
            sent.faults_seen += 1;
            let world = self.scene.world;
            if let Some((package, point, state)) = self.scene.on_its_way.fault(world, fault) {
                self.content_is_now(package, point, state);
            }
        }
        self.on_the_links = Some(sent);
    }

    fn content_arrives(&mut self, package: PackageId, point: ServerId) {
        let world = self.scene.world;
        if let Some(state) = self.scene.on_its_way.arrives(world, package, point) {
            self.content_is_now(package, point, state);
        }
    }

    /// Counts what is still on its way at the horizon, and what the links have
    /// carried: of machines and of what is sent.
    pub(crate) fn close_sending(&mut self, horizon: Instant) -> Vec<LinkUse> {
        let sent = self.on_the_links.take();
        let Some(mut sent) = sent else {
            return self.network.usages(horizon);
        };
        sent.sending.close(horizon, &mut self.network);
        let mut usages = self.network.usages(horizon);
        let delivery = sent.sending.delivery(&usages);
        for (link, used) in &delivery.links {
            usages[self.local_link[link.index()] as usize] = *used;
        }
        self.tally.delivered.push(delivery);
        usages
    }
}
