//! A job makes room in the cache, and downloads its package.

use crate::engine::effort;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::cache::{self, Room};
use crate::model::surroundings::machine_cache::Joined;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Resource, Step};
use crate::product::status;
use crate::units::{Instant, Size};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Downloads the package into the cache, if it has room there; else the job has
    /// failed or tries again later.
    pub(crate) fn fetch(&mut self, id: JobId) {
        if self.scene.jobs[id].cached {
            self.drops_older(id);
        }
        self.look_through_cache(id);
        match cache::room(&self.scene, id) {
            Room::IsThere(content) => {
                self.scene.note_older(id, content.is_older);
                self.job(id).cached = true;
                self.scene.takes_room(id);
                self.scene.forget_cache_tries(id);
                return self.proceed(id);
            }
            Room::IsComing(other) => return self.joins(id, other),
            Room::Free => {}
            Room::AfterEviction => self.evict(id),
            Room::Full(free) => {
                self.tries_in_vain_for_room(id);
                self.note(id, || Entry::CacheFull(free));
                return self.cache_full(id);
            }
            Room::TooSmall(cache) => {
                self.tries_in_vain_for_room(id);
                self.note(id, || Entry::CacheTooSmall(cache));
                let message = status::CACHE_TOO_SMALL;
                return self.fail(id, Step::Content, Cause::CacheTooSmall, None, message);
            }
        }
        self.scene.forget_cache_tries(id);
        let user = self.scene.look_for_user(id);
        match cache::fetches_as(&self.scene, id, user.until) {
            Ok(execution) => self.job(id).execution = Some(execution),
            Err(wait) => return self.waits(id, wait),
        }
        self.touches.clear();
        self.scene.asks_for_content(id);
        self.connect(id);
    }

    /// What a job has in the cache is of an older version than is wanted now.
    fn drops_older(&mut self, id: JobId) {
        let package = self.scene.program(id).package;
        self.note(id, || Entry::OlderInCache(package));
        self.scene.cache_changes(id);
        self.job(id).cached = false;
    }

    /// Waits for content that another job of the machine has asked for. If that one does
    /// not get it, the next of those who wait asks for it.
    fn joins(&mut self, id: JobId, other: JobId) {
        let advertisement = self.scene.jobs[other].advertisement;
        self.note(id, || Entry::JoinsDownload(advertisement));
        self.scene.forget_cache_tries(id);
        self.passes_call_on(id);
        self.enter(id, ReportState::Waiting);
        let cause = Cause::StillDownloading;
        self.stand(id, Ending::Waiting, Step::Content, cause);
        self.record(id).resource = Resource::Package(self.scene.program(id).package);
        self.schedule(id, Kind::Wake, Instant::NEVER);
        self.scene.joins_request(id);
    }

    /// A job that another machine has called does not take what that one gives: the next in
    /// line may.
    fn passes_call_on(&mut self, id: JobId) {
        let Some(wait) = self.scene.peers.wait(id) else {
            return;
        };
        self.scene.peers.forget_wait(id, self.scene.now);
        if let Some(source) = wait.offered {
            let package = self.scene.program(id).package;
            self.calls(source, wait.slot, package, 1);
        }
    }

    /// Those who have waited for a request that has come to its end look again.
    pub(crate) fn calls_joined(&mut self) {
        for Joined { job, serial, .. } in std::mem::take(&mut self.scene.called) {
            // It may have come to wait for something else, or to its end.
            if self.scene.jobs[job].serial == serial {
                self.schedule(job, Kind::Wake, self.scene.now);
            }
        }
    }

    /// A try ends before it turns to a point, for there is no room: it is counted, and its
    /// row tells of nothing that an earlier one has left. If the content comes to the cache
    /// by another job, the run from there is the next try.
    fn tries_in_vain_for_room(&mut self, id: JobId) {
        self.begin_attempt(id);
        self.job(id).in_try = false;
    }

    /// Throws out what may go.
    fn evict(&mut self, id: JobId) {
        for at in 0..cache::cached_by(&self.scene, id).len() {
            let other = cache::cached_by(&self.scene, id)[at];
            if cache::is_evictable(&self.scene, other) {
                self.scene.cache_changes(other);
                self.job(other).cached = false;
            }
        }
    }

    /// Looks through the cache of a job's machine, unless it is known what it holds.
    fn look_through_cache(&mut self, id: JobId) {
        if cache::is_known(&self.scene, id) {
            return;
        }
        let scene = &mut self.scene;
        let at = scene.jobs[id].host as usize;
        let jobs = &scene.jobs;
        scene.hosts[at]
            .cache
            .keep_only(|other| cache::has_content(&jobs[other]));
        effort::spend(cache::cached_by(scene, id).len());
        let found = cache::look_through(scene, id);
        scene.hosts[at].cache.remember(found);
    }
}

impl Scene<'_, '_> {
    /// A job begins to do something else.
    #[inline]
    pub(crate) fn turn_job(&mut self, id: JobId, next: Phase) {
        let job = &mut self.jobs[id];
        let before = job.phase();
        job.turn_to(next);
        if job.is_alone() {
            // No other job of the machine could have use for what it has.
            return;
        }
        if matches!(before, Phase::Downloading | Phase::Over) {
            self.leaves_cache(id, before);
        }
        let asked = matches!(
            before,
            Phase::Locating | Phase::Connecting | Phase::HeldUp | Phase::Downloading
        );
        if asked && matches!(next, Phase::Ready | Phase::Over) {
            self.request_ends(id);
        }
    }

    /// A job asks for content, for itself and for those who join it.
    fn asks_for_content(&mut self, id: JobId) {
        let at = self.jobs[id].host as usize;
        if at >= self.hosts.len() {
            return;
        }
        let package = self.program(id).package;
        let mut cache = std::mem::take(&mut self.hosts[at].cache);
        cache.asks(id, package, |other| cache::is_request(self, other));
        self.hosts[at].cache = cache;
    }

    /// A job waits for content that another one has asked for.
    fn joins_request(&mut self, id: JobId) {
        let (serial, package) = (self.jobs[id].serial, self.program(id).package);
        if let Some(host) = self.hosts.get_mut(self.jobs[id].host as usize) {
            host.cache.joins(id, serial, package);
        }
    }

    /// A job has asked for content, and no longer does.
    fn request_ends(&mut self, id: JobId) {
        let package = self.program(id).package;
        if let Some(host) = self.hosts.get_mut(self.jobs[id].host as usize) {
            host.cache.request_ends(package, &mut self.called);
        }
    }

    /// A job begins to fetch content, in the version that there is now. It goes on with what
    /// another job of its machine has of it from a request that has broken off.
    pub(crate) fn begins_to_fill_cache(&mut self, id: JobId) {
        if self.jobs[id].is_alone() && self.plan.updates.is_empty() {
            return;
        }
        if let Some(other) = cache::has_part(self, id) {
            let rare = self.rare_state_mut(other);
            let resumed = std::mem::replace(&mut rare.resumed, Size(0));
            let damaged = std::mem::take(&mut rare.damaged);
            let has_older = rare.has_older;
            let rare = self.rare_state_mut(id);
            rare.resumed = resumed;
            rare.damaged = damaged;
            rare.has_older = has_older;
        }
        let older = cache::fetches_older(self, id);
        if self.rare_state(id).has_older && !older {
            // A part of another version is of no use.
            self.rare_state_mut(id).resumed = Size(0);
        }
        self.note_older(id, older);
    }

    /// What the cache of a job's machine learns when the job no longer does what it did
    /// `before`. Apart from the turns that are made, so that these stay small.
    #[inline(never)]
    fn leaves_cache(&mut self, id: JobId, before: Phase) {
        if before == Phase::Over {
            return self.cache_changes(id);
        }
        let size = cache::package_size(self, id);
        if let Some(host) = self.hosts.get_mut(self.jobs[id].host as usize) {
            host.cache.ends(size);
        }
    }

    /// A job has brought content into the cache of its machine, or begins to.
    pub(crate) fn takes_room(&mut self, id: JobId) {
        let at = self.jobs[id].host as usize;
        if at >= self.hosts.len() {
            return;
        }
        let size = cache::package_size(self, id);
        match cache::keeps(self, id) {
            Some(package) => {
                let until = cache::stays_until(self, id);
                self.hosts[at].cache.keeps(id, package, size, until);
            }
            None => self.hosts[at].cache.begins(id, size),
        }
    }

    /// What a job has in the cache of its machine is no longer what it was.
    pub(crate) fn cache_changes(&mut self, id: JobId) {
        if self.jobs[id].cached
            && let Some(host) = self.hosts.get_mut(self.jobs[id].host as usize)
        {
            host.cache.changes();
        }
    }
}
