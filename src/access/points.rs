//! Whether a distribution point serves a machine at all, before any account is
//! asked.

use crate::world::{ClientKind, Server, SiteId};

/// Whether the distribution point `server` serves clients of this kind at
/// `site`. A protected one serves the Advanced Clients of its boundary sites;
/// Legacy Clients never learn of it (snowland.se, distribution points in SMS
/// 2003).
pub fn serves(server: &Server, kind: ClientKind, site: SiteId) -> bool {
    match (server.protected, kind) {
        (false, _) => true,
        (true, ClientKind::Advanced) => server.boundary.contains(&site),
        (true, ClientKind::Legacy) => false,
    }
}
