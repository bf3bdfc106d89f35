//! `sending.csv`: how packages come to their distribution points.
//!
//! No machine and no draw has a part in it, so that it is the same in every
//! replication.

use super::cell;
use crate::world::World;

/// Columns, in order.
pub(super) fn headings() -> Vec<String> {
    [
        "package",
        "version",
        "distribution_point",
        "site",
        "fate",
        "released_seconds",
        "at_site_seconds",
        "arrived_seconds",
        "bytes",
        "sending_attempts",
        "copy_attempts",
    ]
    .map(String::from)
    .into()
}

/// The rows, in the world's order.
pub(super) fn rows(world: &World) -> (Vec<u8>, u64) {
    let mut out = Vec::new();
    for arrival in &world.deliveries {
        let package = &world.packages[arrival.package.index()];
        let point = &world.servers[arrival.point.index()];
        cell::text(&mut out, &package.id);
        cell::number(&mut out, u64::from(package.version));
        cell::text(&mut out, &point.name);
        cell::text(&mut out, &world.sites[point.site.index()].name);
        cell::name(&mut out, arrival.fate.name());
        cell::instant(&mut out, arrival.released);
        cell::instant(&mut out, arrival.at_site);
        cell::instant(&mut out, arrival.at);
        cell::number(&mut out, arrival.bytes.0);
        cell::number(&mut out, u64::from(arrival.sending_attempts));
        cell::number(&mut out, u64::from(arrival.copy_attempts));
        cell::end_row(&mut out);
    }
    (out, world.deliveries.len() as u64)
}
