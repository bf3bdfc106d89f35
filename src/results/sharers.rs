//! Who shared each resource: the sites that took most over a link, and the machines that
//! used a server or a share.

use std::collections::BTreeMap;

use super::places::Recent;
use super::tally::Job;
use crate::client::behaviour;
use crate::outcome::{Giver, Replication, Resource, ResourceKey};
use crate::world::{ServerRole, ShareId, SiteId, World};

/// Rows of `machines.csv` by site, and by what they used as they tell themselves.
#[derive(Debug, Default)]
pub(super) struct Sharers(Recent<SiteId, BTreeMap<ResourceKey, u64>>);

/// The shares that each advertisement reads, programs that run before its own among them.
pub(super) fn shares_read(world: &World) -> Vec<Vec<ShareId>> {
    if world.shares.is_empty() {
        return vec![Vec::new(); world.advertisements.len()];
    }
    let all = world.advertisements.iter();
    all.map(|advertisement| {
        let mut shares = Vec::new();
        let mut next = Some(advertisement.program);
        while let Some(program) = next {
            let program = &world.programs[program.index()];
            shares.extend(program.shares.iter().map(|read| read.share));
            next = program.run_first;
        }
        shares.sort_unstable();
        shares.dedup();
        shares
    })
    .collect()
}

impl Sharers {
    /// Counts a row.
    pub(super) fn take(&mut self, world: &World, shares_read: &[Vec<ShareId>], job: &Job) {
        let outcome = job.outcome;
        let used = self.0.of(job.site);
        let mut count = |key| *used.entry(key).or_default() += 1;
        if let Some(point) = outcome.distribution_point {
            count(ResourceKey::Server(point, ServerRole::DistributionPoint));
        }
        if let Some(controller) = outcome.domain_controller.get() {
            count(ResourceKey::Server(
                controller,
                ServerRole::DomainController,
            ));
        }
        // Only a machine that has learned of its advertisement has asked for it.
        let client = behaviour(job.profile.client);
        if let Some(contact) = client.contact(&world.sites[job.site.index()])
            && outcome.policy.is_some()
        {
            count(ResourceKey::Server(contact, client.contact_role()));
        }
        let failed_at = match outcome.resource {
            Resource::Share(share) => Some(share),
            _ => None,
        };
        let read = match outcome.from_shares.0 {
            0 => &[],
            _ => shares_read[job.advertisement.index()].as_slice(),
        };
        let not_read = failed_at.filter(|share| !read.contains(share));
        for share in read.iter().copied().chain(not_read) {
            count(ResourceKey::Share(share));
        }
        // A file server counts a machine once, however many of its shares it used.
        let mut servers: Vec<_> = read.iter().copied().chain(not_read).collect();
        servers.sort_unstable_by_key(|share| world.shares[share.index()].server);
        servers.dedup_by_key(|share| world.shares[share.index()].server);
        for share in servers {
            let server = world.shares[share.index()].server;
            count(ResourceKey::Server(server, ServerRole::FileServer));
        }
    }

    /// Adds the machines that follow.
    pub(super) fn append(&mut self, next: Self) {
        for (site, used) in next.0.into_iter() {
            let mine = self.0.of(site);
            for (key, rows) in used {
                *mine.entry(key).or_default() += rows;
            }
        }
    }
}

/// The sites that shared a resource.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sites {
    /// How many they are.
    pub(super) count: u64,
    /// Rows or bytes of all of them.
    pub(super) sum: u64,
    /// The site with the most, the first of those that are equal, and how many it has.
    pub(super) most: Option<(SiteId, u64)>,
}

impl Sites {
    /// Adds a site that is not yet among them.
    fn add(&mut self, site: SiteId, n: u64) {
        if n == 0 {
            return;
        }
        self.count += 1;
        self.sum = self.sum.saturating_add(n);
        if self.most.is_none_or(|(_, most)| n > most) {
            self.most = Some((site, n));
        }
    }
}

/// What a link has carried to machines.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Delivered {
    /// Bytes of packages.
    pub(super) content: u64,
    /// Bytes that programs read from shares.
    pub(super) read: u64,
}

/// What shared every resource of a replication.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// By link, what came over it to machines.
    links: BTreeMap<ResourceKey, Delivered>,
    /// The sites of these bytes, or of the rows that used a server or share.
    sites: BTreeMap<ResourceKey, Sites>,
}

impl Shared {
    pub(super) fn of(world: &World, replication: &Replication, sharers: Sharers) -> Self {
        let mut shared = Self::default();
        shared.add_bytes(world, replication);
        for (site, used) in sharers.0.into_iter() {
            for (key, rows) in used {
                shared.sites.entry(key).or_default().add(site, rows);
            }
        }
        shared
    }

    /// Bytes pass every link between who gives and the site that receives.
    fn add_bytes(&mut self, world: &World, replication: &Replication) {
        let mut of_site = (None, BTreeMap::<ResourceKey, u64>::new());
        let mut path = Vec::new();
        for ((site, giver), bytes) in &replication.traffic.content {
            if of_site.0 != Some(*site) {
                self.end_site(&mut of_site);
                of_site.0 = Some(*site);
            }
            path.clear();
            let is_read = match giver {
                Giver::Peers => {
                    path.extend(world.sites[site.index()].lan);
                    false
                }
                Giver::Server(server, role) => {
                    world.route(*server, *site, &mut path);
                    *role == ServerRole::FileServer
                }
            };
            let bytes = bytes.iter().fold(0, |sum: u64, n| sum.saturating_add(*n));
            for link in &path {
                let key = ResourceKey::Link(*link);
                let delivered = self.links.entry(key).or_default();
                let part = if is_read {
                    &mut delivered.read
                } else {
                    &mut delivered.content
                };
                *part = part.saturating_add(bytes);
                let own = of_site.1.entry(key).or_default();
                *own = own.saturating_add(bytes);
            }
        }
        self.end_site(&mut of_site);
    }

    /// All that came to one site is known.
    fn end_site(&mut self, (site, links): &mut (Option<SiteId>, BTreeMap<ResourceKey, u64>)) {
        let Some(site) = *site else {
            return;
        };
        for (key, bytes) in std::mem::take(links) {
            self.sites.entry(key).or_default().add(site, bytes);
        }
    }

    /// What came to machines over a link; `None` for what is no link.
    pub(super) fn delivered(&self, key: ResourceKey) -> Option<Delivered> {
        let is_link = matches!(key, ResourceKey::Link(_));
        is_link.then(|| self.links.get(&key).copied().unwrap_or_default())
    }

    /// The machines of a server or share; `None` of a link and of machines that give
    /// content to each other.
    pub(super) fn machines(&self, key: ResourceKey) -> Option<u64> {
        let is_asked = matches!(key, ResourceKey::Server(..) | ResourceKey::Share(_));
        is_asked.then(|| self.sites(key).sum)
    }

    /// The sites that shared a resource.
    pub(super) fn sites(&self, key: ResourceKey) -> Sites {
        self.sites.get(&key).copied().unwrap_or_default()
    }
}
