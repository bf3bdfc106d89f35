//! `resources.csv`: what was asked of each link, server role and share, and of the
//! machines that give content to each other.

use super::cell;
use super::column::columns;
use super::names;
use super::sharers::{Delivered, Shared, Sharers};
use crate::outcome::{Replication, ResourceKey, ResourceUse, mean_use};
use crate::world::{Link, ServerRole, World};

/// What a resource is and what it can bear.
pub(crate) struct Description<'w> {
    /// What it is.
    pub(crate) kind: &'static str,
    /// Its name.
    pub(crate) name: &'w str,
    /// The site it stands at; `None` for a link, whose name says it.
    pub(crate) site: Option<&'w str>,
    /// A limited link.
    pub(crate) link: Option<&'w Link>,
    /// Sessions or requests at once, if limited.
    pub(crate) requests: Option<u32>,
}

/// Looks a resource up.
pub(crate) fn describe(world: &World, key: ResourceKey) -> Description<'_> {
    match key {
        ResourceKey::Link(link) => {
            let link = &world.links[link.index()];
            let limited = (!link.rate.is_unlimited()).then_some(link);
            Description {
                kind: names::link(link.kind),
                name: &link.name,
                site: None,
                link: limited,
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
                link: None,
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
                link: None,
                requests: None,
            }
        }
        ResourceKey::Peers(site) => {
            let name = world.sites[site.index()].name.as_str();
            Description {
                kind: "peers",
                name,
                site: Some(name),
                link: None,
                requests: None,
            }
        }
    }
}

columns! {
    /// Every column, in order.
    COLUMNS: fn cells(number: u32, resource: &ResourceUse, is: &Description<'_>, by: &Sharing<'_>; out) {
        "replication" Number "the replication" => cell::number(out, u64::from(number));
        "kind" Text "of links `wan-down` (towards the site), `wan-up`, `lan`, `network-card` (of a server); of servers their role; `share`; `peers`, the machines of a site that give each other content" => cell::name(out, is.kind);
        "name" Text "name of the site or server, UNC path of a share" => cell::text(out, is.name);
        "site" Text "where a server or share stands; empty for a link" => cell::text(out, is.site.unwrap_or(""));
        "capacity_bits_per_second" BitsPerSecond "capacity of a link, as the scenario writes it: calendars and faults may change it for a time" => cell::optional_number(out, is.link.map(|link| link.rate.0));
        "capacity_requests" Number "what it takes at once: sessions of a distribution point or file server, requests of the other roles; empty if unlimited" => cell::optional_number(out, is.requests.map(u64::from));
        "bytes" Bytes "bytes that passed, those of unfinished and aborted transfers included; what was sent, copied or pulled over a link too, and with `[traffic]` policy, location and status traffic" => cell::number(out, resource.bytes.0);
        "mean_use" Share "`bytes` among what a link could have carried over the whole horizon, at the capacity that calendars and faults left" => cell::optional_float(out, is.link.and_then(|link| {
            mean_use(resource.bytes.0.into(), link)
        }));
        "peak_use" Share "highest share of the capacity in use, as seen whenever a transfer has just started or is about to end there, and at least the mean; empty if unlimited" => cell::optional_float(out, resource.peak_use);
        "saturated_seconds" Time "how long it was used to the full" => cell::span(out, resource.saturated);
        "requests" Number "transfers, sessions, logons or requests begun, attempts to send, copy or pull over a link included; of `peers` the searches in which another machine was asked or waited for" => cell::number(out, resource.requests);
        "peak_concurrency" Number "most of them at once: transfers of a link, sessions of a distribution point, file server or share that lasted for a time (one that ends at the instant at which it begins, as where a program is refused at once, is not among them), requests that wait or are served at a `station`; empty where they take no time; where reports take time, the most status messages in the inbox if that is more: a server has one inbox, and each of its roles tells the most that were there when a message of its own came" => cell::optional_number(out, resource.peak_concurrency);
        "refusals" Number "refused: no rights, no session left, role down, inbox full; of `peers`: no machine that has it could give" => cell::number(out, resource.refusals);
        "timeouts" Number "gave up waiting, in line or for a machine that downloads" => cell::number(out, resource.timeouts);
        "timeout_share" Share "the part of the requests that gave up; empty without requests" => cell::optional_float(out, resource.timeout_share());
        "mean_wait_seconds" Time "mean time in line per request, at a server that passes logons on per logon, until it was served, gave up, or the horizon came; empty without any" => cell::optional_float(out, resource.mean_wait());
        "longest_wait_seconds" Time "longest such time; empty without any" => match resource.longest_wait() {
            Some(wait) => cell::span(out, wait),
            None => cell::empty(out),
        };
        "first_seconds" Instant "first use" => cell::instant(out, resource.first);
        "last_seconds" Instant "last use" => cell::instant(out, resource.last);
        "content_bytes" Bytes "bytes of packages for machines among the `bytes` of a link; what is in neither this nor the next two columns was sent, copied or pulled to distribution points" => cell::optional_number(out, by.delivered.map(|bytes| bytes.content));
        "read_bytes" Bytes "what programs read from shares among the `bytes` of a link" => cell::optional_number(out, by.delivered.map(|bytes| bytes.read));
        "message_bytes" Bytes "policy, location and status traffic among the `bytes` of a link, which `[traffic]` counts" => cell::optional_number(out, by.delivered.map(|_| resource.messages.0));
        "machines" Number "rows of `machines.csv` that used a server or share, as far as they tell: those that name it in `distribution_point` or `domain_controller`, those that learned of their advertisement from it, those whose program reads the share or one of the server and has `bytes_from_shares`, or that name the share in `resource`; empty of links" => cell::optional_number(out, by.machines);
        "sites" Number "how many sites the machines belong to that used it; of a link how many sites `content_bytes` and `read_bytes` went to; empty if none" => cell::optional_number(out, by.sites);
        "most_site" Text "the site among these with the most machines, of a link with the most bytes" => cell::text(out, by.most_site);
        "most_site_share" Share "the part of the machines or bytes that this site has" => cell::optional_float(out, by.most_share);
    }
}

/// Who shared a resource.
struct Sharing<'w> {
    delivered: Option<Delivered>,
    machines: Option<u64>,
    sites: Option<u64>,
    most_site: &'w str,
    most_share: Option<f64>,
}

impl<'w> Sharing<'w> {
    fn of(world: &'w World, shared: &Shared, key: ResourceKey) -> Self {
        let sites = shared.sites(key);
        Self {
            delivered: shared.delivered(key),
            machines: shared.machines(key),
            sites: (sites.count > 0).then_some(sites.count),
            most_site: sites
                .most
                .map_or("", |(site, _)| &world.sites[site.index()].name),
            most_share: sites.most.map(|(_, n)| n as f64 / sites.sum.max(1) as f64),
        }
    }
}

/// The rows of one replication, in the order given.
pub(super) fn rows(world: &World, replication: &Replication, sharers: Sharers) -> (Vec<u8>, u64) {
    let shared = Shared::of(world, replication, sharers);
    let mut out = Vec::new();
    for resource in &replication.resources {
        let is = describe(world, resource.key);
        let by = Sharing::of(world, &shared, resource.key);
        cells(replication.number, resource, &is, &by, &mut out);
        cell::end_row(&mut out);
    }
    (out, replication.resources.len() as u64)
}
