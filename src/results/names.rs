//! What links are called in the tables.

use crate::world::LinkKind;

/// Name of a kind of link.
pub(super) const fn link(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::WanDown => "wan-down",
        LinkKind::WanUp => "wan-up",
        LinkKind::Lan => "lan",
        LinkKind::Egress => "network-card",
    }
}
