//! Finding a distribution point, connecting to it, fetching from it.

use super::behaviour::Mode;
use super::job::{Kind, Phase};
use super::journal::{Entry, Journal};
use super::retry::Touch;
use super::simulation::Simulation;
use crate::access::{self, Purpose, Target};
use crate::outcome::{Actor, Cause, Ending, ReportState, Resource, Step};
use crate::product::status;
use crate::product::win32::{BAD_NETWORK_PATH, REQUEST_NOT_ACCEPTED};
use crate::results::ServerRole;
use crate::units::{Instant, Size, Span};
use crate::world::{NO_OVERRIDE, PackageId, ServerId};

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
    /// Asks for the distribution points and decides how to use them; false if
    /// the job must wait for content.
    pub(crate) fn locate(&mut self, id: u32) -> bool {
        let program = self.program_id(id);
        self.note_place(id);
        self.note(id, || Entry::Program(program));
        let package = self.world.programs[program.index()].package;
        let advertisement = self.advertisement(id);
        let behaviour = self.behaviour(id);
        let found = self.points(id, package).map(|points| {
            (
                behaviour.mode(advertisement, points),
                points.tiers.clone(),
                points.remote,
            )
        });
        let cause = match found {
            Ok((mode, tiers, remote)) => {
                self.note(id, || Entry::Points(tiers, remote));
                self.job(id).mode = mode;
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
    fn wait_for_content(&mut self, id: u32, cause: Cause, again: bool) {
        let package = self.program(id).package;
        self.note(id, || Entry::NoPoint(cause));
        self.tell_arrival(id, package);
        self.enter(id, ReportState::Waiting);
        self.raise(id, status::WAITING_FOR_CONTENT);
        self.stand(id, Ending::Waiting, Step::Location, cause);
        self.record(id).resource = Resource::Package(package);
        let behaviour = self.behaviour(id);
        let contact = self.location_contact(id);
        let interval = behaviour.location_retry(&self.world.rules).0.max(1);
        let off = self.machine_on(id).until;
        let change = self
            .next_content_change(id, package)
            .min(self.next_turn_of_its_own(id))
            // After it has expired, the next question is the one that finds out.
            .min(self.expires(id).max(self.now + Span(1)))
            .min(off);
        // What changes at an instant changes before anybody asks at it.
        let end = change.0.saturating_sub(1).min(self.world.horizon.0);
        let asked = (end - self.now.0) / interval;
        if let Some(contact) = contact.filter(|_| again || asked > 0) {
            let first = self.now.0 + if again { 0 } else { interval };
            let last = Instant(self.now.0 + asked * interval);
            self.tally
                .server(contact, behaviour.contact_role())
                .request(Instant(first), last, asked + u64::from(again));
            self.carry_locations(id, contact, asked + u64::from(again), last);
        }
        if change.is_some() {
            self.schedule(
                id,
                Kind::Retry,
                Instant(self.now.0 + (asked + 1) * interval),
            );
        }
    }

    /// Notes when the package comes to a point that may serve the machine.
    fn tell_arrival(&mut self, id: u32, package: PackageId) {
        let world = self.world;
        if world.deliveries.is_empty() || !self.journal.listens(self.jobs[id as usize].machine) {
            return;
        }
        let (behaviour, advertisement) = (self.behaviour(id), self.advertisement(id));
        let (site, now) = (self.site(id), self.now);
        let serves = |point: ServerId| {
            let points = behaviour.points(world, site, &[point]);
            points.is_some_and(|points| behaviour.mode(advertisement, &points).is_some())
        };
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

    pub(crate) fn needs_download(&self, id: u32) -> bool {
        let job = &self.jobs[id as usize];
        job.mode == Some(Mode::Download) && !job.cached
    }

    /// Bytes of the package for this machine.
    pub(crate) fn package_size(&self, id: u32) -> Size {
        let own = self.own(id, &self.world.fleet.overrides.package_bytes);
        own.map_or(
            self.world.packages[self.program(id).package.index()].size,
            Size,
        )
    }

    /// What of the package is not yet in the cache.
    fn remaining(&self, id: u32) -> Size {
        let resumed = self.aside(id).resumed;
        Size(self.package_size(id).0.saturating_sub(resumed.0))
    }

    /// Downloads the package into the cache.
    pub(crate) fn fetch(&mut self, id: u32) {
        let package = self.program(id).package;
        if self
            .siblings(id)
            .any(|other| other != id && self.keeps(other) == Some(package))
        {
            // Another advertisement has brought the same package.
            self.job(id).cached = true;
            return self.proceed(id);
        }
        if !self.room_in_cache(id) {
            return;
        }
        let user = self.look_for_user(id);
        let (client, program) = (self.client(id), self.program(id));
        match access::execute(self.view(), &client, program) {
            Ok(execution) => self.job(id).execution = Some(execution),
            // Content for a user needs that user.
            Err(_) => {
                self.wait(id, Cause::NoUser);
                return self.schedule(id, Kind::Wake, user.until);
            }
        }
        self.connect(id);
    }

    /// The package that a job has brought into the cache.
    fn keeps(&self, id: u32) -> Option<PackageId> {
        let job = &self.jobs[id as usize];
        (job.mode == Some(Mode::Download) && job.cached).then(|| self.program(id).package)
    }

    /// Whether the package fits into the cache now; if not, the job has failed
    /// or tries again later.
    fn room_in_cache(&mut self, id: u32) -> bool {
        let size = self.package_size(id);
        let own = self.own(id, &self.world.fleet.overrides.cache);
        let cache = own.map_or(self.profile(id).cache, Size);
        if size > cache {
            self.note(id, || Entry::CacheTooSmall(cache));
            self.fail(
                id,
                Step::Content,
                Cause::CacheTooSmall,
                None,
                status::CACHE_TOO_SMALL,
            );
            return false;
        }
        let kept = self.kept_in_cache(id);
        if size.0 + kept.0 > cache.0 {
            self.note(id, || {
                Entry::CacheFull(Size(cache.0.saturating_sub(kept.0)))
            });
            self.raise(id, status::CACHE_FULL);
            self.cache_full(id);
            return false;
        }
        self.evict(id, size, cache);
        true
    }

    /// Whether a job's content may make room for other content: its job is over
    /// and the tombstone age past (KB 839513).
    fn is_evictable(&mut self, id: u32) -> bool {
        let tombstone = self.world.rules.cache_tombstone;
        let run_end = self.record(id).run_end;
        let last_used = if run_end.is_some() {
            run_end
        } else {
            self.last_word(id)
        };
        let over = self.jobs[id as usize].phase == Phase::Over;
        over && last_used.is_some() && last_used + tombstone <= self.now
    }

    /// Throws out what may go, if `size` does not fit beside it.
    fn evict(&mut self, id: u32, size: Size, cache: Size) {
        let siblings = self.siblings(id);
        let held: u64 = siblings
            .clone()
            .filter(|other| *other != id && self.keeps(*other).is_some())
            .map(|other| self.package_size(other).0)
            .sum();
        if size.0.saturating_add(held) <= cache.0 {
            return;
        }
        for other in siblings {
            if other != id && self.is_evictable(other) {
                self.job(other).cached = false;
            }
        }
    }

    /// Bytes of other packages that may not be evicted: those in use, and
    /// those not yet past the tombstone age (KB 839513).
    fn kept_in_cache(&mut self, id: u32) -> Size {
        let mut kept = Size(0);
        for other in self.siblings(id) {
            let job = &self.jobs[other as usize];
            if other == id || job.mode != Some(Mode::Download) {
                continue;
            }
            let package = self.keeps(other);
            let first = self.siblings(id).start;
            if package.is_some() && (first..other).any(|e| e != id && self.keeps(e) == package) {
                // Counted already: there is one copy for both.
                continue;
            }
            let evictable = self.is_evictable(other);
            if (self.jobs[other as usize].cached && !evictable)
                || self.jobs[other as usize].phase == Phase::Downloading
            {
                kept += self.package_size(other);
            }
        }
        kept
    }

    /// Asks where the content is, then turns to the distribution points.
    pub(crate) fn connect(&mut self, id: u32) {
        self.touches.clear();
        if self.ask_for_points(id) {
            self.turn_to_points(id, false);
        }
    }

    /// Turns to the distribution points, from the first; the management point
    /// may have been waited for.
    pub(crate) fn turn_to_points(&mut self, id: u32, waited: bool) {
        let package = self.program(id).package;
        if let Err(cause) = self.points(id, package).map(|_| ()) {
            // The last point has lost the content since it was located.
            let job = self.job(id);
            job.phase = Phase::Ready;
            job.mode = None;
            self.release_machine(id);
            return self.wait_for_content(id, cause, false);
        }
        let record = self.record(id);
        record.attempts += 1;
        let job = self.job(id);
        job.phase = Phase::Connecting;
        job.tier = 0;
        job.point = None;
        job.refused = None;
        job.limit_met = false;
        job.unreachable = false;
        job.waited = waited;
        job.innocent = false;
        if let Some(point) = self.point_of_existing_connection(id) {
            return self.reuse_connection(id, point);
        }
        self.try_points(id);
    }

    /// A point that can serve the job and to which its user has a connection.
    fn point_of_existing_connection(&mut self, id: u32) -> Option<ServerId> {
        let existing = &self.profile(id).existing_connections;
        let reuses = self.behaviour(id).uses_existing_connections();
        if existing.is_empty() || !reuses || self.jobs[id as usize].user.is_none() {
            return None;
        }
        let package = self.program(id).package;
        let points: Vec<ServerId> = self.points(id, package).ok()?.iter().collect();
        let role = ServerRole::DistributionPoint;
        let fits = |point: &ServerId| existing.contains(point) && self.reachable(id, *point, role);
        points.into_iter().find(fits)
    }

    /// Nobody is asked again whether the user may read the package: the
    /// connection is there (KB Q224286), and so is its session, which the
    /// point counted when the user made it.
    fn reuse_connection(&mut self, id: u32, point: ServerId) {
        self.note(id, || Entry::ConnectionReused(point));
        self.record(id).network = Actor::LoggedOnUser;
        self.job(id).point = Some(point);
        self.touch_target(self.errand(id).1, false);
        self.use_point(id, point);
    }

    /// Tries point after point until one lets the machine in, a controller has
    /// to be waited for, or there is none left.
    fn try_points(&mut self, id: u32) {
        while let Some(point) = self.next_point(id) {
            self.note(id, || Entry::Point(point));
            let job = self.job(id);
            job.point = Some(point);
            job.presented = 0;
            if !self.reachable(id, point, ServerRole::DistributionPoint) {
                self.note(id, || Entry::Unreachable(point));
                self.job(id).unreachable = true;
                self.touch_target(self.errand(id).1, true);
                continue;
            }
            if !self.has_session_left(id, point) {
                continue;
            }
            match self.present(id) {
                Presented::Granted => return self.connected(id),
                Presented::Pending => return,
                Presented::Refused => {}
            }
        }
        self.content_failed(id);
    }

    /// For what, and to what, the job presents accounts now.
    pub(crate) fn errand(&self, id: u32) -> (Purpose, Target) {
        let job = &self.jobs[id as usize];
        let program = self.program(id);
        match (job.phase, job.mode, job.point) {
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

    /// Presents account after account to the present target.
    pub(crate) fn present(&mut self, id: u32) -> Presented {
        let client = self.client(id);
        let (purpose, target) = self.errand(id);
        let Some(execution) = self.jobs[id as usize].execution else {
            return Presented::Refused;
        };
        loop {
            let n = usize::from(self.jobs[id as usize].presented);
            let Some(actor) = access::candidate(self.view(), &client, &execution, purpose, n)
            else {
                if n == 0 {
                    self.note(id, || Entry::NobodyToPresent(purpose));
                }
                self.touch_target(target, true);
                return Presented::Refused;
            };
            let authority = access::authority(self.view(), &client, actor)
                .filter(|_| self.is_new_session(id, actor, target));
            let controller = authority.and_then(|_| self.validator(id, actor, target));
            if let Some(domain) = authority.filter(|_| controller.is_none())
                && !self.world.directory.domains[domain.index()]
                    .controllers
                    .is_empty()
            {
                self.nobody_validates(id, actor);
                continue;
            }
            if authority.is_some() {
                let answer = self.ask_for_logon(id, actor, target, controller);
                let at = answer.unwrap_or_else(|gives_up| gives_up);
                if at > self.now {
                    let job = self.job(id);
                    job.answered = answer.is_ok();
                    job.waited = true;
                    self.schedule(id, Kind::Answered, at);
                    return Presented::Pending;
                }
            }
            if self.verdict(id) {
                return Presented::Granted;
            }
        }
    }

    /// Every controller of the account's domain is down.
    fn nobody_validates(&mut self, id: u32, actor: Actor) {
        let (purpose, target) = self.errand(id);
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
    fn verdict(&mut self, id: u32) -> bool {
        let client = self.client(id);
        let (purpose, target) = self.errand(id);
        let Some(execution) = self.jobs[id as usize].execution else {
            return false;
        };
        let n = usize::from(self.jobs[id as usize].presented);
        let Some(actor) = access::candidate(self.view(), &client, &execution, purpose, n) else {
            return false;
        };
        // Who is known to no domain, or comes over a session that is there, is
        // validated by no controller.
        let controller = access::authority(self.view(), &client, actor)
            .filter(|_| self.is_new_session(id, actor, target))
            .and(self.record(id).domain_controller);
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
                self.remember_session(id, actor, target);
                true
            }
            Err(refusal) => {
                let job = self.job(id);
                job.presented += 1;
                job.refused = Some((actor, refusal));
                false
            }
        }
    }

    /// A controller has answered, or the wait for it was given up.
    pub(crate) fn logon_answered(&mut self, id: u32) {
        let presented = if std::mem::replace(&mut self.job(id).answered, false) {
            if self.verdict(id) {
                Presented::Granted
            } else {
                self.present(id)
            }
        } else {
            let client = self.client(id);
            let (purpose, _) = self.errand(id);
            let n = usize::from(self.jobs[id as usize].presented);
            if let Some(execution) = self.jobs[id as usize].execution {
                let actor = access::candidate(self.view(), &client, &execution, purpose, n);
                self.job(id).refused =
                    actor.map(|actor| (actor, access::Reason::NoLogonServer.into()));
            }
            self.job(id).presented += 1;
            self.present(id)
        };
        let sharing = self.jobs[id as usize].phase == Phase::ReachingShare;
        match (presented, sharing) {
            (Presented::Pending, _) => {}
            // Others may have taken the last session while this one waited for
            // its controller.
            (Presented::Granted, false)
                if self.jobs[id as usize]
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

    /// A point has let the machine in, which begins a session.
    fn connected(&mut self, id: u32) {
        let Some(point) = self.jobs[id as usize].point else {
            return;
        };
        self.tally
            .server(point, ServerRole::DistributionPoint)
            .open();
        self.job(id).in_session = true;
        self.use_point(id, point);
    }

    /// The content of a point is at hand: downloads it, or runs from there.
    fn use_point(&mut self, id: u32, point: ServerId) {
        let job = self.job(id);
        job.content_tries = 0;
        job.refused = None;
        self.record(id).distribution_point = Some(point);
        if self.jobs[id as usize].mode == Some(Mode::Download) {
            self.enter(id, ReportState::DownloadInProgress);
            self.job(id).phase = Phase::Downloading;
            self.read_package(id);
        } else {
            self.start_program(id);
        }
    }

    /// The package begins to flow, into the cache or into the program.
    pub(crate) fn read_package(&mut self, id: u32) {
        let Some(point) = self.jobs[id as usize].point else {
            return;
        };
        let size = self.remaining(id);
        let package = self.program(id).package;
        self.record(id).content_start = self.now;
        self.note(id, || Entry::ContentStarts(point, package, size));
        self.transfer(id, point, size);
    }

    /// A transfer is complete.
    pub(crate) fn transfer_ended(&mut self, id: u32) {
        self.job(id).transfer = None;
        let now = self.now;
        match self.jobs[id as usize].phase {
            Phase::Downloading => {
                let size = self.remaining(id);
                self.book_content(id, size);
                self.record(id).content_end = now;
                self.note(id, || Entry::ContentComplete);
                self.end_session(id);
                self.job(id).phase = Phase::Ready;
                if self.damaged(id) {
                    return;
                }
                self.job(id).cached = true;
                self.enter(id, ReportState::DownloadComplete);
                self.proceed(id);
            }
            Phase::ReadingPoint => {
                let size = self.package_size(id);
                self.book_content(id, size);
                self.record(id).content_end = now;
                self.note(id, || Entry::ContentComplete);
                self.read_shares(id);
            }
            _ => {
                let size = self.share_size(id);
                self.book_share(id, size);
                self.leave_share(id);
                self.read_shares(id);
            }
        }
    }

    /// Whether what was downloaded does not match its hash; the client does
    /// not try again (KB 907979). Only downloads are checked.
    fn damaged(&mut self, id: u32) -> bool {
        let package = self.program(id).package;
        let point = self.jobs[id as usize].point;
        let damaged = point.is_some_and(|point| self.disorder.is_damaged(package, point));
        if damaged {
            self.note(id, || Entry::HashMismatch);
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
    pub(crate) fn book_content(&mut self, id: u32, bytes: Size) {
        self.record(id).downloaded += bytes;
        if let Some(point) = self.jobs[id as usize].point {
            self.tally
                .server(point, ServerRole::DistributionPoint)
                .carry(bytes);
        }
    }

    pub(crate) fn end_session(&mut self, id: u32) {
        self.end_share_sessions(id);
        self.forget_sessions(id);
        let job = self.job(id);
        if !std::mem::replace(&mut job.in_session, false) {
            return;
        }
        if let Some(point) = self.jobs[id as usize].point {
            self.tally
                .server(point, ServerRole::DistributionPoint)
                .close();
        }
    }

    /// No point would serve the machine this time.
    fn content_failed(&mut self, id: u32) {
        let job = self.jobs[id as usize];
        let client = self.client(id);
        let (purpose, _) = self.errand(id);
        let (cause, code) = match (job.refused, job.execution) {
            (None, _) if job.limit_met => (Cause::ConnectionLimit, Some(REQUEST_NOT_ACCEPTED)),
            (None, _) if job.unreachable => (Cause::ContentUnreachable, Some(BAD_NETWORK_PATH)),
            (refused, Some(execution)) => (
                self.collateral(id, access::cause(&client, &execution, purpose, refused)),
                refused.map(|(_, refusal)| refusal.code),
            ),
            (refused, None) => (Cause::ContentAccessDenied, refused.map(|(_, r)| r.code)),
        };
        let record = self.record(id);
        record.code = code;
        record.resource = job.point.map_or(Resource::None, Resource::Server);
        self.job(id).phase = Phase::Ready;
        self.release_machine(id);
        self.try_content_again(id, cause);
    }

    fn touch_target(&mut self, target: Target, refused: bool) {
        let touch = match target {
            Target::Package(_, point) => {
                Touch::Server(point, ServerRole::DistributionPoint, refused)
            }
            Target::Share(share) => Touch::Share(share, refused),
        };
        let now = self.now;
        match touch {
            Touch::Server(server, role, _) => self.tally.server(server, role).request(now, now, 1),
            Touch::Share(share, _) => self.tally.share(share).request(now, now, 1),
        }
        self.count_refusal(touch, 1);
        self.touch(touch);
    }

    /// Bytes the program reads from the share it is at.
    pub(crate) fn share_size(&self, id: u32) -> Size {
        let own = self.own(id, &self.world.fleet.overrides.share_bytes);
        let at = usize::from(self.jobs[id as usize].share);
        own.filter(|bytes| *bytes != NO_OVERRIDE)
            .map_or(self.program(id).shares[at].read, Size)
    }

    /// Bytes of a share have arrived.
    pub(crate) fn book_share(&mut self, id: u32, bytes: Size) {
        self.record(id).from_shares += bytes;
        let share = self.program(id).shares[usize::from(self.jobs[id as usize].share)].share;
        let server = self.world.shares[share.index()].server;
        self.tally.share(share).carry(bytes);
        self.tally
            .server(server, ServerRole::FileServer)
            .carry(bytes);
    }
}
