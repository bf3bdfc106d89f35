//! `resources.csv`: what was asked of each link, server role and share, and of the
//! machines that give content to each other.

use super::{cell, names};
use crate::outcome::{Replication, ResourceKey, ResourceUse};
use crate::units::Rate;
use crate::world::{ServerRole, World};

/// Columns, in order.
pub(super) fn headings() -> Vec<String> {
    [
        "replication",
        "kind",
        "name",
        "site",
        "capacity_bits_per_second",
        "capacity_requests",
        "bytes",
        "mean_use",
        "peak_use",
        "saturated_seconds",
        "requests",
        "peak_concurrency",
        "refusals",
        "timeouts",
        "timeout_share",
        "mean_wait_seconds",
        "longest_wait_seconds",
        "first_seconds",
        "last_seconds",
    ]
    .map(String::from)
    .into()
}

/// What a resource is and what it can bear.
pub(crate) struct Description<'w> {
    /// What it is.
    pub(crate) kind: &'static str,
    /// Its name.
    pub(crate) name: &'w str,
    /// The site it stands at; `None` for a link, whose name says it.
    pub(crate) site: Option<&'w str>,
    /// The rate of a limited link.
    pub(crate) rate: Option<Rate>,
    /// Sessions or requests at once, if limited.
    pub(crate) requests: Option<u32>,
}

/// Looks a resource up.
pub(crate) fn describe(world: &World, key: ResourceKey) -> Description<'_> {
    match key {
        ResourceKey::Link(link) => {
            let link = &world.links[link.index()];
            let rate = (!link.rate.is_unlimited()).then_some(link.rate);
            Description {
                kind: names::link(link.kind),
                name: &link.name,
                site: None,
                rate,
                requests: None,
            }
        }
        ResourceKey::Server(server, role) => {
            let server = &world.servers[server.index()];
            let requests = match role {
                ServerRole::DistributionPoint | ServerRole::FileServer => server.connection_limit,
                _ => server.station.map(|station| station.servers),
            };
            let site = Some(world.sites[server.site.index()].name.as_str());
            Description {
                kind: role.name(),
                name: &server.name,
                site,
                rate: None,
                requests,
            }
        }
        ResourceKey::Share(share) => {
            let share = &world.shares[share.index()];
            let site = world.servers[share.server.index()].site;
            let site = Some(world.sites[site.index()].name.as_str());
            Description {
                kind: "share",
                name: &share.path,
                site,
                rate: None,
                requests: None,
            }
        }
        ResourceKey::Peers(site) => {
            let name = world.sites[site.index()].name.as_str();
            Description {
                kind: "peers",
                name,
                site: Some(name),
                rate: None,
                requests: None,
            }
        }
    }
}

/// The rows of one replication, in the order given.
pub(super) fn rows(world: &World, replication: &Replication) -> (Vec<u8>, u64) {
    let mut out = Vec::new();
    for resource in &replication.resources {
        let description = describe(world, resource.key);
        cell::number(&mut out, u64::from(replication.number));
        cell::name(&mut out, description.kind);
        cell::text(&mut out, description.name);
        cell::text(&mut out, description.site.unwrap_or(""));
        cell::optional_number(&mut out, description.rate.map(|rate| rate.0));
        cell::optional_number(&mut out, description.requests.map(u64::from));
        cell::number(&mut out, resource.bytes.0);
        let mean = description
            .rate
            .and_then(|rate| mean_use(resource.bytes.0.into(), rate, world));
        cell::optional_float(&mut out, mean);
        use_cells(resource, &mut out);
        cell::end_row(&mut out);
    }
    (out, replication.resources.len() as u64)
}

fn use_cells(resource: &ResourceUse, out: &mut Vec<u8>) {
    cell::optional_float(out, resource.peak_use);
    cell::span(out, resource.saturated);
    cell::number(out, resource.requests);
    cell::optional_number(out, resource.peak_concurrency);
    cell::number(out, resource.refusals);
    cell::number(out, resource.timeouts);
    cell::optional_float(out, resource.timeout_share());
    cell::optional_float(out, resource.mean_wait());
    cell::span(out, resource.longest_wait);
    cell::instant(out, resource.first);
    cell::instant(out, resource.last);
}

/// The share of a link's capacity over the whole horizon that `bytes` take; 1 at
/// most, also where messages are counted that cross beside the transfers and slow
/// nothing.
pub(super) fn mean_use(bytes: u128, rate: Rate, world: &World) -> Option<f64> {
    let capacity = rate.0 as f64 * world.horizon.seconds();
    (capacity > 0.0).then(|| (bytes as f64 * 8.0 / capacity).min(1.0))
}
