//! `sending.csv`: how packages come to their distribution points.
//!
//! No machine and no draw has a part in it, so that it is the same in every
//! replication.

use super::cell;
use crate::units::Instant;
use crate::world::{Pulled, World};

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

/// Columns that are there only if a point pulls.
pub(super) const OF_PULLS: [&str; 4] = [
    "pulled_from",
    "notifications",
    "notified_seconds",
    "cancelled_seconds",
];

/// Whether a point pulls what is sent to it.
pub(super) fn is_pulled(world: &World) -> bool {
    world
        .deliveries
        .iter()
        .any(|arrival| arrival.pulled.is_some())
}

/// The rows, in the world's order.
pub(super) fn rows(world: &World) -> (Vec<u8>, u64) {
    let mut out = Vec::new();
    let is_pulled = is_pulled(world);
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
        if is_pulled {
            pulled(arrival.pulled.as_ref(), world, &mut out);
        }
        cell::end_row(&mut out);
    }
    (out, world.deliveries.len() as u64)
}

/// The cells of a point that pulls; empty for one that is copied to.
fn pulled(pulled: Option<&Pulled>, world: &World, out: &mut Vec<u8>) {
    match pulled.and_then(|pulled| pulled.source) {
        Some(source) => cell::text(out, &world.servers[source.index()].name),
        None => cell::empty(out),
    }
    match pulled {
        Some(pulled) => cell::number(out, u64::from(pulled.notifications)),
        None => cell::empty(out),
    }
    let instants = pulled.map_or([Instant::NEVER; 2], |p| [p.notified, p.cancelled]);
    instants.iter().for_each(|at| cell::instant(out, *at));
}
