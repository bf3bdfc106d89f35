//! `sending.csv`: how packages come to their distribution points.
//!
//! Where no machine uses the lines meanwhile, no machine and no draw has a part in
//! it, so that it is the same in every replication and stands there once.

use super::cell;
use super::column::columns;
use crate::units::Instant;
use crate::world::{Arrival, Pulled, World};

columns! {
    /// The columns that the table always has, in order.
    COLUMNS: fn cells(number: Option<u32>, arrival: &Arrival, world: &World; out) {
        "replication" Number "the replication; empty where all are the same, because no machine uses the lines while something is sent" => cell::optional_number(out, number.map(u64::from));
        "package" Text "the package" => cell::text(out, &world.packages[arrival.package.index()].id);
        "version" Number "its version" => cell::number(out, u64::from(world.packages[arrival.package.index()].version));
        "distribution_point" Text "the distribution point" => cell::text(out, &world.servers[arrival.point.index()].name);
        "site" Text "where it stands" => cell::text(out, &world.sites[world.servers[arrival.point.index()].site.index()].name);
        "fate" Text "how it ended, see below" => cell::name(out, arrival.fate.name());
        "released_seconds" Instant "the administrator added the point or updated it; empty if that is after the horizon" => cell::instant(out, if world.covers(arrival.released) { arrival.released } else { Instant::NEVER });
        "at_site_seconds" Instant "the site that copies to the point, or notifies it, had the package; empty if it did not come so far" => cell::instant(out, arrival.at_site);
        "arrived_seconds" Instant "the point had it; empty if it did not within the horizon" => cell::instant(out, arrival.at);
        "bytes" Bytes "files that the point needed, before compression" => cell::number(out, arrival.bytes.0);
        "sending_attempts" Number "attempts to connect of all senders on its way" => cell::number(out, u64::from(arrival.sending_attempts));
        "copy_attempts" Number "copies to the point that were begun or attempted; of a point that pulls, downloads that it began or went on with" => cell::number(out, u64::from(arrival.copy_attempts));
    }
}

columns! {
    /// Columns that are there only if a point pulls; empty for one that is
    /// copied to.
    OF_PULLS: fn pull_cells(pulled: Option<&Pulled>, world: &World; out) {
        "pulled_from" Text "the distribution point from which it downloads; empty if it has found none so far" => match pulled.and_then(|pulled| pulled.source) {
            Some(source) => cell::text(out, &world.servers[source.index()].name),
            None => cell::empty(out),
        };
        "notifications" Number "notifications that the site's server has attempted" => cell::optional_number(out, pulled.map(|pulled| pulled.notifications.into()));
        "notified_seconds" Instant "one of them came through" => cell::instant(out, pulled.map_or(Instant::NEVER, |pulled| pulled.notified));
        "cancelled_seconds" Instant "the site's server cancelled its job, having polled as often as it does; the point downloads on" => cell::instant(out, pulled.map_or(Instant::NEVER, |pulled| pulled.cancelled));
    }
}

/// Whether a point pulls what is sent to it.
pub(super) fn is_pulled(world: &World) -> bool {
    world
        .deliveries
        .iter()
        .any(|arrival| arrival.pulled.is_some())
}

/// The rows of one replication, or of all, in the world's order.
pub(super) fn rows(world: &World, number: Option<u32>, arrivals: &[Arrival]) -> (Vec<u8>, u64) {
    let mut out = Vec::new();
    let is_pulled = is_pulled(world);
    for arrival in arrivals {
        cells(number, arrival, world, &mut out);
        if is_pulled {
            pull_cells(arrival.pulled.as_ref(), world, &mut out);
        }
        cell::end_row(&mut out);
    }
    (out, arrivals.len() as u64)
}
