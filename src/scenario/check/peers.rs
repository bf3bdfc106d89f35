//! Content from other machines where no machine takes any.

use super::census::Census;
use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::At;
use crate::world::{Profile, World};

pub(super) fn check(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let mut peers = world.sites.iter().filter_map(|site| site.peers);
    if !peers.any(|peers| peers.share > 0.0) {
        return;
    }
    // A machine that travels may download where other machines give content.
    let travels = |profile: &Profile| profile.roaming.is_some() || !world.stays.is_empty();
    let takes = census.reached(world).any(|reached| {
        reached.takes_from_peers(world)
            || reached.advertisement.content.peers
                && reached.downloads(world)
                && travels(reached.profile)
    });
    if takes {
        return;
    }
    let general = plan.written.peers.as_ref();
    let mut of_sites = plan.sites.list().iter();
    let place = general.or_else(|| of_sites.find_map(|item| item.spec.peers.as_ref()));
    let message = "no machine takes content from other machines: no Advanced Client at a site with \
                   `peers` downloads any";
    let help = "let advertisements be downloaded there, with `on_local = \"download\"` or \
                `on_remote = \"download\"`";
    let place = place.and_then(At::span);
    problems.warning(ProblemCode::Unused, place, message.to_owned(), help);
}
