//! Who shared each resource: the sites that took most over a link, and the machines that
//! used a server or a share.

use std::collections::{BTreeMap, BTreeSet};

use super::places::Recent;
use super::tally::Job;
use crate::client::behaviour;
use crate::outcome::{Giver, Replication, Resource, ResourceKey};
use crate::world::{AdvertisementId, ServerId, ServerRole, ShareId, SiteId, World};

/// Rows of `machines.csv` by what they used, as they tell themselves.
#[derive(Debug, Default)]
pub(super) struct Sharers(Recent<Used, u64>);

/// What a machine used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Used {
    site: SiteId,
    point: Option<ServerId>,
    controller: Option<ServerId>,
    /// The management point or client access point.
    contact: Option<(ServerId, ServerRole)>,
    /// The advertisement whose shares it read.
    read: Option<AdvertisementId>,
    /// The share that it could not use.
    failed_at: Option<ShareId>,
}

impl Used {
    fn by(world: &World, job: &Job) -> Self {
        let outcome = job.outcome;
        let client = behaviour(job.profile.client);
        let contact = client.contact(&world.sites[job.site.index()]);
        // Only a machine that has learned of its advertisement has asked for it.
        let contact = contact.filter(|_| outcome.policy.is_some());
        Self {
            site: job.site,
            point: outcome.distribution_point,
            controller: outcome.domain_controller.get(),
            contact: contact.map(|contact| (contact, client.contact_role())),
            read: (outcome.from_shares.0 > 0).then_some(job.advertisement),
            failed_at: match outcome.resource {
                Resource::Share(share) => Some(share),
                _ => None,
            },
        }
    }

    /// Tells `of` of every server and share, once of each.
    fn each(&self, world: &World, shares_read: &[Vec<ShareId>], mut of: impl FnMut(ResourceKey)) {
        let point = self
            .point
            .map(|point| (point, ServerRole::DistributionPoint));
        let controller = self
            .controller
            .map(|controller| (controller, ServerRole::DomainController));
        for (server, role) in [point, controller, self.contact].into_iter().flatten() {
            of(ResourceKey::Server(server, role));
        }
        let read = self.read.map(|read| shares_read[read.index()].as_slice());
        let read = read.unwrap_or_default();
        let not_read = self.failed_at.filter(|share| !read.contains(share));
        // A file server counts a machine once, however many of its shares it used.
        let mut servers = BTreeSet::new();
        for share in read.iter().copied().chain(not_read) {
            of(ResourceKey::Share(share));
            servers.insert(world.shares[share.index()].server);
        }
        for server in servers {
            of(ResourceKey::Server(server, ServerRole::FileServer));
        }
    }
}

/// The shares that each advertisement reads, programs that run before its own among them.
fn shares_read(world: &World) -> Vec<Vec<ShareId>> {
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
    pub(super) fn take(&mut self, world: &World, job: &Job) {
        *self.0.of(Used::by(world, job)) += 1;
    }

    /// Adds the machines that follow.
    pub(super) fn append(&mut self, next: Self) {
        for (used, rows) in next.0.into_iter() {
            *self.0.of(used) += rows;
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

/// A site, and the rows or bytes of each resource that it used.
type OfSite = (Option<SiteId>, BTreeMap<ResourceKey, u64>);

impl Shared {
    pub(super) fn of(world: &World, replication: &Replication, sharers: Sharers) -> Self {
        let mut shared = Self::default();
        shared.add_bytes(world, replication);
        shared.add_rows(world, sharers);
        shared
    }

    fn add_rows(&mut self, world: &World, sharers: Sharers) {
        let shares_read = shares_read(world);
        let mut of_site = OfSite::default();
        // Sites come one after the other.
        for (used, rows) in sharers.0.into_iter() {
            self.turn_to(used.site, &mut of_site);
            used.each(world, &shares_read, |key| {
                *of_site.1.entry(key).or_default() += rows;
            });
        }
        self.end_site(&mut of_site);
    }

    /// Bytes pass every link between who gives and the site that receives.
    fn add_bytes(&mut self, world: &World, replication: &Replication) {
        let mut of_site = OfSite::default();
        let mut path = Vec::new();
        for ((site, giver), bytes) in &replication.traffic.content {
            self.turn_to(*site, &mut of_site);
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

    /// What comes from here on is of `site`.
    fn turn_to(&mut self, site: SiteId, of_site: &mut OfSite) {
        if of_site.0 != Some(site) {
            self.end_site(of_site);
            of_site.0 = Some(site);
        }
    }

    /// All that one site has used is known.
    fn end_site(&mut self, (site, used): &mut OfSite) {
        let Some(site) = *site else {
            return;
        };
        for (key, n) in std::mem::take(used) {
            self.sites.entry(key).or_default().add(site, n);
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
