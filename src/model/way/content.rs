//! Finding a distribution point, connecting to it, fetching from it.

use crate::access::{self, Target};
use crate::client::Mode;
use crate::client::points::Points;
use crate::client::roaming::points_away;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::cache;
use crate::model::rules::clocks;
use crate::model::rules::expiry;
use crate::model::rules::fallback;
use crate::model::rules::preferred_servers;
use crate::model::rules::recurrence;
use crate::model::rules::turning_points;
use crate::model::surroundings::accounts::logon;
use crate::model::surroundings::faults;
use crate::model::surroundings::roaming;
use crate::model::surroundings::searches;
use crate::model::surroundings::session_credentials;
use crate::model::surroundings::site_resources;
use crate::model::way::connection::Presented;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::retry::Touch;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Actor, Cause, Ending, ReportState, Resource, Step};
use crate::product::status;
use crate::product::win32::{BAD_NETWORK_PATH, REQUEST_NOT_ACCEPTED};
use crate::units::{Instant, Size, Span};
use crate::world::{NO_OVERRIDE, PackageId, ServerId, ServerRole};

impl Scene<'_, '_> {
    /// The points that can serve the job and to which its user has a connection.
    fn points_of_existing_connections(&mut self, id: JobId) -> Vec<ServerId> {
        let existing = &self.profile(id).existing_connections;
        let reuses = self.behaviour(id).uses_existing_connections();
        if existing.is_empty() || !reuses || self.jobs[id].user.is_none() {
            return Vec::new();
        }
        let package = self.program(id).package;
        let Ok(points) = site_resources::points(self, id, package) else {
            return Vec::new();
        };
        let mut points: Vec<ServerId> = points.iter().collect();
        let role = ServerRole::DistributionPoint;
        points
            .retain(|point| existing.contains(point) && faults::reachable(self, id, *point, role));
        points
    }

    /// A job begins to read a package: what is damaged on the point, now or while the
    /// job reads, is damaged in the cache, until it is read anew.
    fn note_damage(&mut self, id: JobId, package: PackageId, point: ServerId) {
        let damaged = self.disorder.is_damaged(package, point);
        if damaged {
            self.set_aside(id).damaged = true;
        } else if self.aside(id).resumed == Size(0) && self.aside(id).damaged {
            self.set_aside(id).damaged = false;
        }
    }

    /// Bytes the program reads from the share it is at.
    pub(crate) fn share_size(&self, id: JobId) -> Size {
        let own = self.own(id, &self.world.fleet.overrides.share_bytes);
        let at = usize::from(self.jobs[id].share);
        own.filter(|bytes| *bytes != NO_OVERRIDE)
            .map_or(self.program(id).shares[at].read, Size)
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// Asks for the distribution points and decides how to use them; false if
    /// the job must wait for content.
    pub(crate) fn locate(&mut self, id: JobId) -> bool {
        let program = self.scene.program_id(id);
        self.note_place(id);
        self.note(id, || Entry::Program(program));
        if !self.scene.world.needs_content(self.scene.program(id)) {
            self.note(id, || Entry::NoContentNeeded);
            let job = self.job(id);
            job.mode = Some(Mode::Download);
            job.cached = true;
            self.scene.takes_room(id);
            return true;
        }
        let package = self.scene.world.programs[program.index()].package;
        let advertisement = self.scene.advertisement(id);
        let behaviour = self.scene.behaviour(id);
        let looked = searches::looked(&self.scene, id);
        // Only a diary wants a copy of them.
        let told = self.journal.listens(self.scene.jobs[id].machine);
        let found = site_resources::points(&mut self.scene, id, package).map(|points| {
            let (open, remote) = (points.open(looked), points.is_remote(looked));
            let mode = behaviour.mode(advertisement, remote);
            (mode, told.then(|| points.tiers[..open].to_vec()), remote)
        });
        let cause = match found {
            Ok((mode, tiers, remote)) => {
                if let Some(tiers) = tiers {
                    self.note(id, || Entry::Points(tiers, remote));
                }
                self.job(id).mode = mode;
                self.scene.cache_changes(id);
                if mode.is_some() {
                    return true;
                }
                Cause::OnlyRemotePoint
            }
            Err(cause) => cause,
        };
        // Whoever has waited for it has asked again.
        let record = self.record(id);
        let again = record.ending == Ending::Waiting && record.step == Step::Location;
        self.wait_for_content(id, cause, again);
        false
    }

    /// No point may serve the package: the client asks on, in vain as long as
    /// nothing changes. That it asks `again` counts as well as what it asks
    /// until then.
    pub(crate) fn wait_for_content(&mut self, id: JobId, cause: Cause, again: bool) {
        let package = self.scene.program(id).package;
        self.scene.searches.begins(id, self.scene.now);
        let rung = fallback::next_rung(&mut self.scene, id);
        self.note(id, || Entry::NoPoint(cause));
        self.tell_arrival(id, package);
        self.enter(id, ReportState::Waiting);
        self.raise(id, status::WAITING_FOR_CONTENT);
        self.stand(id, Ending::Waiting, Step::Location, cause);
        self.record(id).resource = Resource::Package(package);
        let behaviour = self.scene.behaviour(id);
        let contact = self.scene.location_contact(id);
        let interval = behaviour.location_retry(&self.scene.world.rules).0.max(1);
        let off = self.scene.machine_on(id).until;
        let change = site_resources::next_content_change(&mut self.scene, id, package)
            .min(turning_points::of_its_own(&self.scene, id))
            // After it has expired, the next question is the one that finds out.
            .min(clocks::expires(&self.scene, id).max(self.scene.now + Span(1)))
            .min(off)
            .min(rung);
        // What changes at an instant changes before anybody asks at it.
        let end = change
            .0
            .saturating_sub(1)
            .min(self.scene.world.last_moment().0);
        let asked = end.saturating_sub(self.scene.now.0) / interval;
        if let Some(contact) = contact.filter(|_| again || asked > 0) {
            let first = self.scene.now.0 + if again { 0 } else { interval };
            let last = Instant(self.scene.now.0 + asked * interval);
            self.tally
                .server(contact, behaviour.contact_role())
                .request(Instant(first), last, asked + u64::from(again));
            self.carry_locations(id, contact, asked + u64::from(again), last);
        }
        if change.is_some() {
            let next = Instant(self.scene.now.0 + (asked + 1) * interval);
            self.schedule(id, Kind::Retry, next.min(rung));
        }
    }

    /// Notes when the package comes to a point that may serve the machine.
    fn tell_arrival(&mut self, id: JobId, package: PackageId) {
        let world = self.scene.world;
        if world.deliveries.is_empty() || !self.journal.listens(self.scene.jobs[id].machine) {
            return;
        }
        let (behaviour, advertisement) = (self.scene.behaviour(id), self.scene.advertisement(id));
        let (place, home, now) = (
            roaming::place_of(&self.scene, id),
            self.scene.site(id),
            self.scene.now,
        );
        let kind = self.scene.profile(id).client;
        let serves = |point: ServerId| {
            let points = points_away(world, kind, place, home, &[point]);
            let remote = |points: &Points| points.remote || points.begins_remote();
            points.is_some_and(|points| behaviour.mode(advertisement, remote(&points)).is_some())
        };
        if self.scene.on_its_way.has(package) {
            let first = self.scene.on_its_way.known_arrival(package, now, serves);
            if let Some((at, point)) = first {
                self.note(id, || Entry::ContentComes(package, point, at));
            }
            return;
        }
        let mut coming = world.deliveries.iter();
        let first = coming
            .by_ref()
            .filter(|arrival| arrival.package == package && arrival.at > now)
            .filter(|arrival| serves(arrival.point))
            .min_by_key(|arrival| (arrival.at, arrival.point));
        if let Some(first) = first {
            self.note(id, || Entry::ContentComes(package, first.point, first.at));
        }
    }

    /// Asks where the content is, then turns to the distribution points.
    pub(crate) fn connect(&mut self, id: JobId) {
        if self.ask_for_points(id) {
            self.turn_to_points(id, false);
        }
    }

    /// Turns to the distribution points, from the first; the management point
    /// may have been waited for.
    pub(crate) fn turn_to_points(&mut self, id: JobId, waited: bool) {
        if self.is_stopped_by(expiry::asks, id) {
            return;
        }
        let package = self.scene.program(id).package;
        if let Err(cause) = site_resources::points(&mut self.scene, id, package).map(|_| ()) {
            // The last point has lost the content since it was located.
            self.scene.turn_job(id, Phase::Ready);
            let job = self.job(id);
            job.mode = None;
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
        self.try_points(id);
    }

    /// Whether the user has a connection over which the package can be read.
    fn reuses_connection(&mut self, id: JobId) -> bool {
        let points = self.scene.points_of_existing_connections(id);
        points.into_iter().any(|point| self.reuse(id, point))
    }

    /// A try for content begins: the row tells of it, and of nothing that an
    /// earlier one has left, apart from bytes and counts.
    pub(crate) fn begin_attempt(&mut self, id: JobId) {
        recurrence::occurrence_starts(&mut self.scene, id);
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
        let (purpose, target) = self.scene.errand(id);
        let actor = Actor::LoggedOnUser;
        let result = access::attempt(self.scene.view(), &self.scene.client(id), actor, target);
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
        while preferred_servers::is_at_preferred(&self.scene, id) {
            if let Some(point) = self.next_preferred(id) {
                self.note(id, || Entry::PreferredPoint(point));
                if self.turn_to(id, point) {
                    return;
                }
            } else if self.reuses_connection(id) {
                return;
            }
        }
        while let Some(point) = self.next_point(id) {
            self.note(id, || Entry::Point(point));
            if self.turn_to(id, point) {
                return;
            }
        }
        self.content_failed(id);
    }

    /// Turns to one point; false if the next is up.
    pub(crate) fn turn_to(&mut self, id: JobId, point: ServerId) -> bool {
        let job = self.job(id);
        job.point = Some(point);
        job.presented = 0;
        if !faults::reachable(&self.scene, id, point, ServerRole::DistributionPoint) {
            self.note(id, || Entry::Unreachable(point));
            self.job(id).unreachable = true;
            self.touch_target(self.scene.errand(id).1, true);
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
        self.tally
            .server(point, ServerRole::DistributionPoint)
            .open();
        self.job(id).in_session = true;
        self.use_point(id, point);
    }

    /// The content of a point is at hand: downloads it, or runs from there.
    pub(crate) fn use_point(&mut self, id: JobId, point: ServerId) {
        let job = self.job(id);
        job.content_tries = 0;
        job.refused = None;
        self.scene.searches.ends(id);
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

    /// The package begins to flow, into the cache or into the program.
    pub(crate) fn read_package(&mut self, id: JobId) {
        let Some(point) = self.scene.jobs[id].point else {
            return;
        };
        let size = cache::remaining(&self.scene, id);
        let package = self.scene.program(id).package;
        self.record(id).content_start = self.scene.now;
        self.scene.note_damage(id, package, point);
        self.note(id, || Entry::ContentStarts(point, package, size));
        self.transfer(id, point, size);
    }

    /// A transfer is complete.
    pub(crate) fn transfer_ended(&mut self, id: JobId) {
        self.job(id).transfer = None;
        let now = self.scene.now;
        match self.scene.jobs[id].phase() {
            Phase::Downloading => {
                let size = cache::remaining(&self.scene, id);
                self.book_content(id, size);
                self.record(id).content_end = now;
                let time = now.since(self.record(id).content_start);
                self.note(id, || Entry::ContentComplete(time, size));
                self.end_session(id);
                self.scene.turn_job(id, Phase::Ready);
                if self.damaged(id) {
                    return;
                }
                self.job(id).cached = true;
                self.scene.takes_room(id);
                self.has_something_to_give(id);
                self.enter(id, ReportState::DownloadComplete);
                self.proceed(id);
            }
            Phase::ReadingPoint => {
                let size = cache::package_size(&self.scene, id);
                self.book_content(id, size);
                self.record(id).content_end = now;
                let time = now.since(self.record(id).content_start);
                self.note(id, || Entry::ContentComplete(time, size));
                self.read_shares(id);
            }
            _ => {
                let size = self.scene.share_size(id);
                self.book_share(id, size);
                self.leave_share(id);
                self.read_shares(id);
            }
        }
    }

    /// Whether what was downloaded does not match its hash; the client does
    /// not try again (KB 907979). Only downloads are checked.
    fn damaged(&mut self, id: JobId) -> bool {
        let point = self.scene.jobs[id].point;
        let damaged = self.scene.aside(id).damaged;
        if damaged {
            self.note(id, || Entry::HashMismatch);
            self.stops_fetching(id);
            self.record(id).resource = point.map_or(Resource::None, Resource::Server);
            self.fail(
                id,
                Step::Content,
                Cause::HashMismatch,
                None,
                status::HASH_MISMATCH,
            );
        }
        damaged
    }

    /// Bytes of the package have arrived.
    pub(crate) fn book_content(&mut self, id: JobId, bytes: Size) {
        self.record(id).downloaded += bytes;
        if let Some(point) = self.scene.jobs[id].point {
            self.tally
                .server(point, ServerRole::DistributionPoint)
                .carry(bytes);
        } else {
            self.book_from_peer(id, bytes);
        }
    }

    pub(crate) fn end_session(&mut self, id: JobId) {
        self.end_share_sessions(id);
        session_credentials::forget_sessions(&mut self.scene, id);
        self.end_upload(id);
        let job = self.job(id);
        if !std::mem::replace(&mut job.in_session, false) {
            return;
        }
        if let Some(point) = self.scene.jobs[id].point {
            self.tally
                .server(point, ServerRole::DistributionPoint)
                .close();
        }
    }

    /// No point would serve the machine this time.
    pub(crate) fn content_failed(&mut self, id: JobId) {
        let job = self.scene.jobs[id];
        let client = self.scene.client(id);
        let (purpose, _) = self.scene.errand(id);
        let (cause, code) = match (job.refused, job.execution) {
            (None, _) if job.limit_met => (Cause::ConnectionLimit, Some(REQUEST_NOT_ACCEPTED)),
            (None, _) if job.unreachable => (Cause::ContentUnreachable, Some(BAD_NETWORK_PATH)),
            (refused, Some(execution)) => (
                logon::collateral(
                    &self.scene,
                    id,
                    access::cause(&client, &execution, purpose, refused),
                ),
                refused.map(|(_, refusal)| refusal.code),
            ),
            (refused, None) => (Cause::ContentAccessDenied, refused.map(|(_, r)| r.code)),
        };
        let record = self.record(id);
        record.code = code;
        record.resource = job.point.map_or(Resource::None, Resource::Server);
        self.scene.turn_job(id, Phase::Ready);
        self.stops_fetching(id);
        self.release_machine(id);
        self.try_content_again(id, cause);
    }

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

    /// Bytes of a share have arrived.
    pub(crate) fn book_share(&mut self, id: JobId, bytes: Size) {
        self.record(id).from_shares += bytes;
        let share = self.scene.program(id).shares[usize::from(self.scene.jobs[id].share)].share;
        let server = self.scene.world.shares[share.index()].server;
        self.tally.share(share).carry(bytes);
        self.tally
            .server(server, ServerRole::FileServer)
            .carry(bytes);
    }
}
