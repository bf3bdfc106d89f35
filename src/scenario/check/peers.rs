//! Content from other machines where nobody takes any.

use super::census::Census;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::At;
use crate::world::{SiteId, World};

/// Whether machines give each other content at `site`.
pub(super) fn give(world: &World, site: SiteId) -> bool {
    let peers = world.sites[site.index()].peers;
    peers.is_some_and(|peers| peers.share > 0.0)
}

pub(super) fn check(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let sites = 0..world.sites.len();
    if !sites.into_iter().any(|site| give(world, site.into())) {
        return;
    }
    // Whoever travels may download where machines give.
    let travels =
        |profile: &crate::world::Profile| profile.roaming.is_some() || !world.stays.is_empty();
    let takes = census.reached(world).any(|reached| {
        reached.downloads(world) && (give(world, reached.crowd.site) || travels(reached.profile))
    });
    if takes {
        return;
    }
    let general = plan.written.peers.as_ref();
    let mut of_sites = plan.sites.list().iter();
    let place = general.or_else(|| of_sites.find_map(|item| item.spec.peers.as_ref()));
    let message = "nobody takes content from other machines: no Advanced Client at a site with \
                   `peers` downloads any";
    let help = "let advertisements be downloaded there, with `on_local = \"download\"` or \
                `on_remote = \"download\"`";
    let place = place.and_then(At::span);
    problems.warning("unused", place, message.to_owned(), help);
}
