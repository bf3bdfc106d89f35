//! Content that machines have given each other: columns that `machines.csv` has
//! where they do, and a line of the digest.

use super::cell;
use super::column::columns;
use super::text::percent;
use super::totals::Totals;
use crate::outcome::{FromPeers, ResourceKey};
use crate::units::Size;
use crate::world::{ServerRole, World};
use std::fmt::{self, Write as _};

/// Whether the table of `world` has these columns.
pub(super) fn is_shown(world: &World) -> bool {
    world.sites.iter().any(|site| site.peers.is_some())
}

columns! {
    /// Columns of `machines.csv`.
    OF_MACHINES: pub(super) fn machine_cells(peer: &str, bytes: u64; out) {
        "peer" Text "the machine that gave content last; empty if none did" => cell::text(out, peer);
        "bytes_from_peers" Bytes "bytes that other machines gave, among `bytes_downloaded`" => cell::number(out, bytes);
    }
}

/// What consecutive rows have taken from other machines.
pub(super) struct Cursor<'r> {
    rest: &'r [FromPeers],
    row: u32,
}

impl<'r> Cursor<'r> {
    /// From the row `first` on.
    pub(super) fn new(all: &'r [FromPeers], first: u32) -> Self {
        let from = all.partition_point(|taken| taken.row < first);
        Self {
            rest: &all[from..],
            row: first,
        }
    }

    /// The cells of the next row.
    pub(super) fn cells(&mut self, world: &World, name: &mut String, out: &mut Vec<u8>) {
        let taken = self.rest.first().filter(|taken| taken.row == self.row);
        self.row += 1;
        let Some(taken) = taken else {
            return machine_cells("", 0, out);
        };
        self.rest = &self.rest[1..];
        let fleet = &world.fleet;
        let site = &world.sites[fleet.site_of(taken.from).index()].name;
        name.clear();
        fleet.write_name(&fleet.machines[taken.from.index()], site, name);
        machine_cells(name, taken.bytes.0, out);
    }
}

/// Where content came from, on the mean of the replications.
pub(super) fn digest(world: &World, totals: &Totals, out: &mut String) -> fmt::Result {
    if !is_shown(world) {
        return Ok(());
    }
    let mean = |is: fn(&ResourceKey) -> bool| {
        let all = totals.resources.iter().filter(|(key, _)| is(key));
        let bytes: u128 = all.map(|(_, total)| total.bytes).sum();
        Size((bytes / u128::from(totals.replications.max(1))) as u64)
    };
    let points = mean(|key| matches!(key, ResourceKey::Server(_, ServerRole::DistributionPoint)));
    let peers = mean(|key| matches!(key, ResourceKey::Peers(_)));
    let share = peers.0 as f64 / (points.0 + peers.0).max(1) as f64;
    writeln!(
        out,
        "\nContent\n  {points} from distribution points, {peers} from other machines ({})",
        percent(share)
    )
}
