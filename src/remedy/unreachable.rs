//! Servers that are down, and lines that are closed.

use super::{Case, FAULT, Remedy, key};
use crate::world::SiteId;

impl Case<'_> {
    /// A server that could not be reached: a fault ends by itself, and a calendar that
    /// closes the line on the way can leave a share of it.
    pub(super) fn unreachable(&self) -> Remedy {
        let keys = self.calendars_on_the_way();
        if keys.is_empty() {
            return self.general().or(FAULT);
        }
        let text = "A calendar closes the line on the way at these hours: let it leave a share of the line, add a server on this side of it, or forecast until it opens.";
        let settings = keys.into_iter().map(|(calendar, share)| {
            let calendar = key(&calendar);
            format!("calendar.{calendar}.{share}={USUAL_SHARE}")
        });
        settings.fold(Remedy::new(text), Remedy::set)
    }

    /// The calendars that close a line between the machine and the server for a time.
    fn calendars_on_the_way(&self) -> Vec<(String, &'static str)> {
        let world = self.world;
        let own = self.towards_the_root(world.fleet.site_of(self.id));
        let server = self.server().map(|id| world.servers[id.index()].site);
        let theirs = server.map_or_else(Vec::new, |site| self.towards_the_root(site));
        let is_on_one_side = |site: &&SiteId| own.contains(site) != theirs.contains(site);
        let sites = own.iter().chain(&theirs).filter(is_on_one_side);
        let links = sites.flat_map(|site| {
            let site = &world.sites[site.index()];
            [site.wan_down, site.wan_up].into_iter().flatten()
        });
        let given = links.flat_map(|link| &world.links[link.index()].given.closed_by);
        given.cloned().collect()
    }

    /// The site and those above it.
    fn towards_the_root(&self, site: SiteId) -> Vec<SiteId> {
        let parent = |site: &SiteId| self.world.sites[site.index()].parent;
        std::iter::successors(Some(site), parent).collect()
    }
}

/// What a calendar leaves of a line if it does not say.
const USUAL_SHARE: f64 = 0.5;
