//! A job makes room in the cache, and downloads its package.

use crate::access;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::cache;
use crate::model::way::events::Kind;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Step};
use crate::product::status;
use crate::units::Size;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Downloads the package into the cache.
    pub(crate) fn fetch(&mut self, id: u32) {
        let package = self.scene.program(id).package;
        if self
            .scene
            .siblings(id)
            .any(|other| other != id && cache::keeps(&self.scene, other) == Some(package))
        {
            // Another advertisement has brought the same package.
            self.job(id).cached = true;
            return self.proceed(id);
        }
        if !self.room_in_cache(id) {
            return;
        }
        let user = self.scene.look_for_user(id);
        let (client, program) = (self.scene.client(id), self.scene.program(id));
        match access::execute(self.scene.view(), &client, program) {
            Ok(execution) => self.job(id).execution = Some(execution),
            // Content for a user needs that user.
            Err(_) => {
                self.wait(id, Cause::NoUser);
                return self.schedule(id, Kind::Wake, user.until);
            }
        }
        self.touches.clear();
        self.connect(id);
    }

    /// Whether the package fits into the cache now; if not, the job has failed
    /// or tries again later.
    pub(crate) fn room_in_cache(&mut self, id: u32) -> bool {
        let size = cache::package_size(&self.scene, id);
        let own = self.scene.own(id, &self.scene.world.fleet.overrides.cache);
        let cache = own.map_or(self.scene.profile(id).cache, Size);
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
        let kept = cache::kept_in_cache(&self.scene, id);
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

    /// Throws out what may go, if `size` does not fit beside it.
    pub(crate) fn evict(&mut self, id: u32, size: Size, cache: Size) {
        let siblings = self.scene.siblings(id);
        let held: u64 = siblings
            .clone()
            .filter(|other| *other != id && cache::keeps(&self.scene, *other).is_some())
            .map(|other| cache::package_size(&self.scene, other).0)
            .sum();
        if size.0.saturating_add(held) <= cache.0 {
            return;
        }
        for other in siblings {
            if other != id && cache::is_evictable(&self.scene, other) {
                self.job(other).cached = false;
            }
        }
    }
}
