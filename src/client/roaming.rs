//! Where a client turns that is at another site than its own (`TechNet` cc181243,
//! cc181572).

use super::lists::Lists;
use super::points::Points;
use super::{Turned, behaviour};
use crate::world::{ClientKind, ServerId, SiteId, World};

/// The points that a client finds which is at `place`, its own site being
/// `home`; the `lists` are those of the package.
pub(crate) fn points_away(
    world: &World,
    kind: ClientKind,
    place: SiteId,
    home: SiteId,
    holders: &[ServerId],
    lists: &mut Lists,
) -> Option<Points> {
    let behaviour = behaviour(kind);
    if !behaviour.facts().roams || place == home {
        return behaviour.points(world, home, holders, lists);
    }
    let there = behaviour.points(world, place, holders, lists);
    if there.as_ref().is_some_and(|points| !points.begins_remote()) {
        return there;
    }
    // What only neighbours of the place have is nearer at home.
    let own = behaviour.points(world, home, holders, lists);
    own.map(|own| Points {
        remote: true,
        ..own
    })
    .or(there)
}

/// Whether a client that is at `place` may ever turn to a distribution point.
pub(crate) fn may_turn_to(
    world: &World,
    kind: ClientKind,
    place: SiteId,
    home: SiteId,
    point: ServerId,
) -> bool {
    let behaviour = behaviour(kind);
    behaviour.may_turn_to(world, home, point)
        || behaviour.facts().roams && behaviour.may_turn_to(world, place, point)
}

/// Those of `holders` to which a client that is at `place` may ever turn.
pub(crate) fn turned_to(
    world: &World,
    kind: ClientKind,
    place: SiteId,
    home: SiteId,
    holders: &[ServerId],
    lists: &mut Lists,
) -> Turned {
    let behaviour = behaviour(kind);
    let mut all = behaviour.turned_to(world, home, holders, lists);
    if behaviour.facts().roams && place != home {
        let there = behaviour.turned_to(world, place, holders, lists);
        all.few.extend(there.few);
        all.lists.extend(there.lists);
    }
    all
}
