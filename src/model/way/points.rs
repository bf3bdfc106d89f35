//! A job turns to the distribution points, one after the other, until one serves it.

use crate::access::Target;
use crate::client::Mode;
use crate::client::points::Asker;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::connection;
use crate::model::rules::expiry;
use crate::model::rules::location;
use crate::model::rules::points::{self, Turn};
use crate::model::rules::preferred_servers;
use crate::model::surroundings::faults;
use crate::model::surroundings::site_resources::{self, Listing};
use crate::model::way::connection::Presented;
use crate::model::way::job::Phase;
use crate::model::way::retry::Touch;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Actor, ReportState, Resource};
use crate::units::Instant;
use crate::world::{ServerId, ServerRole};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Turns to the distribution points, from the first; the management point
    /// may have been waited for.
    pub(crate) fn turn_to_points(&mut self, id: JobId, waited: bool) {
        if self.is_stopped_by(expiry::asks, id) {
            return;
        }
        let listing = site_resources::list(&mut self.scene, id);
        if let Some(cause) = location::has_gone(&self.scene, id, listing) {
            // The last point has lost the content since it was located.
            self.scene.turn_job(id, Phase::Ready);
            self.job(id).mode = None;
            self.release_machine(id);
            return self.wait_for_content(id, cause, false);
        }
        if self.turn_to_peers(id) {
            return;
        }
        self.begin_attempt(id);
        let first = self.begin_round(id);
        let first = first.unwrap_or_else(|| preferred_servers::first_tier(&self.scene, id));
        self.scene.turn_job(id, Phase::Connecting);
        let job = self.job(id);
        job.tier = first;
        job.point = None;
        job.refused = None;
        job.limit_met = false;
        job.unreachable = false;
        job.waited = waited;
        job.innocent = false;
        if !preferred_servers::is_at_preferred(&self.scene, id) && self.reuses_connection(id) {
            return;
        }
        self.try_points_of(id, listing);
    }

    /// Whether the user has a connection over which the package can be read.
    fn reuses_connection(&mut self, id: JobId) -> bool {
        if !points::has_connections(&self.scene, id) {
            return false;
        }
        let listing = site_resources::list(&mut self.scene, id);
        let points = points::of_connections(&self.scene, id, listing);
        points.into_iter().any(|point| self.reuse(id, point))
    }

    /// A try for content begins: the row tells of it, and of nothing that an
    /// earlier one has left, apart from bytes and counts.
    pub(crate) fn begin_attempt(&mut self, id: JobId) {
        self.occurrence_starts(id);
        self.job(id).in_try = true;
        let record = self.record(id);
        record.attempts += 1;
        record.code = None;
        record.resource = Resource::None;
        (record.content_start, record.content_end) = (Instant::NEVER, Instant::NEVER);
    }

    /// Goes over the user's connection to `point`, whatever account the client
    /// would present there (KB Q224286): its session is open, which the point
    /// counted when the user made it, and no account is validated again. The
    /// access list of the package is asked all the same.
    fn reuse(&mut self, id: JobId, point: ServerId) -> bool {
        self.note(id, || Entry::ConnectionReused(point));
        self.record(id).network = Actor::LoggedOnUser;
        let before = self.job(id).point.replace(point);
        let (purpose, target) = connection::errand(&self.scene, id);
        let actor = Actor::LoggedOnUser;
        let result = connection::admits(&self.scene, id, actor, target);
        self.touch_target(target, result.is_err());
        let Err(refusal) = result else {
            self.use_point(id, point);
            return true;
        };
        self.note(id, || Entry::Attempt {
            purpose,
            actor,
            target,
            controller: None,
            result: Err(refusal),
        });
        let job = self.job(id);
        job.refused = Some((actor, refusal));
        // The other accounts are presented in the order in which they would have been.
        job.point = before;
        false
    }

    /// Tries point after point until one lets the machine in, a controller has
    /// to be waited for, or there is none left.
    pub(crate) fn try_points(&mut self, id: JobId) {
        let listing = site_resources::list(&mut self.scene, id);
        self.try_points_of(id, listing);
    }

    /// Tries point after point of a list that has just been looked up.
    fn try_points_of(&mut self, id: JobId, listing: Listing) {
        loop {
            let done = match self.next_turn(id, listing) {
                Turn::Preferred(point) => {
                    self.note(id, || Entry::PreferredPoint(point));
                    self.turn_to(id, point)
                }
                Turn::Connections => self.reuses_connection(id),
                Turn::Point(point) => {
                    self.note(id, || Entry::Point(point));
                    self.turn_to(id, point)
                }
                Turn::Nowhere => {
                    self.content_failed(id);
                    true
                }
            };
            if done {
                return;
            }
        }
    }

    /// Where a job turns to next.
    fn next_turn(&mut self, id: JobId, listing: Listing) -> Turn {
        let package = self.scene.program(id).package;
        let asker = Asker {
            orders: &mut self.point_orders,
            job: id.0,
            epoch: self.scene.disorder.content_epoch(package),
            sight: site_resources::sight(&self.scene, id),
        };
        let (turn, tier) = points::next(&self.scene, id, listing, asker);
        self.job(id).tier = tier;
        turn
    }

    /// Turns to one point; false if the next is up.
    pub(crate) fn turn_to(&mut self, id: JobId, point: ServerId) -> bool {
        let job = self.job(id);
        job.point = Some(point);
        job.presented = 0;
        if !faults::reachable(&self.scene, id, point, ServerRole::DistributionPoint) {
            self.note(id, || Entry::Unreachable(point));
            self.job(id).unreachable = true;
            self.touch_target(connection::errand(&self.scene, id).1, true);
            return self.is_held_up(id);
        }
        if !self.has_session_left(id, point) {
            return false;
        }
        match self.present(id) {
            Presented::Granted => {
                self.connected(id);
                true
            }
            Presented::Pending => true,
            Presented::Refused => false,
        }
    }

    /// A point has let the machine in, which begins a session.
    pub(crate) fn connected(&mut self, id: JobId) {
        let Some(point) = self.scene.jobs[id].point else {
            return;
        };
        self.change_session(id, point, ServerRole::DistributionPoint, true);
        self.job(id).in_session = true;
        self.use_point(id, point);
    }

    /// The content of a point is at hand: downloads it, or runs from there.
    pub(crate) fn use_point(&mut self, id: JobId, point: ServerId) {
        let job = self.job(id);
        job.content_tries = 0;
        job.refused = None;
        self.scene.searches.ends(id);
        self.scene.forget_vain_content(id);
        self.record(id).distribution_point = Some(point);
        if self.scene.jobs[id].mode == Some(Mode::Download) {
            self.enter(id, ReportState::DownloadInProgress);
            self.scene.turn_job(id, Phase::Downloading);
            self.scene.takes_room(id);
            self.read_package(id);
        } else {
            self.start_program(id);
        }
    }

    /// No point would serve the machine this time.
    pub(crate) fn content_failed(&mut self, id: JobId) {
        let (cause, code) = points::failure(&self.scene, id);
        let point = self.scene.jobs[id].point;
        let record = self.record(id);
        record.code = code;
        record.resource = point.map_or(Resource::None, Resource::Server);
        self.scene.turn_job(id, Phase::Ready);
        self.stops_fetching(id);
        self.release_machine(id);
        self.try_content_again(id, cause);
    }

    /// Counts a request to the server or share of a target.
    pub(crate) fn touch_target(&mut self, target: Target, refused: bool) {
        let touch = match target {
            Target::Package(_, point) => {
                Touch::Server(point, ServerRole::DistributionPoint, refused)
            }
            Target::Share(share) => Touch::Share(share, refused),
        };
        let now = self.scene.now;
        match touch {
            Touch::Server(server, role, _) => self.tally.server(server, role).request(now, now, 1),
            Touch::Share(share, _) => self.tally.share(share).request(now, now, 1),
            Touch::Refusal(..) => {}
        }
        self.count_refusal(touch, 1);
        self.touch(touch);
    }
}
