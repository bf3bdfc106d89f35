//! What is tied to what: a disjoint-set forest over sites, links, servers and
//! controlled advertisements.

use crate::world::{AdvertisementId, LinkId, ServerId, World};

/// A disjoint-set forest over sites, then links, servers and controlled
/// advertisements.
pub(super) struct Forest {
    pub(super) parent: Vec<u32>,
    pub(super) sites: usize,
    pub(super) links: usize,
    pub(super) servers: usize,
}

impl Forest {
    pub(super) fn new(world: &World) -> Self {
        let (sites, links, servers) = (world.sites.len(), world.links.len(), world.servers.len());
        let size = sites + links + servers + world.advertisements.len();
        Self {
            parent: (0..size as u32).collect(),
            sites,
            links,
            servers,
        }
    }

    pub(super) fn root(&mut self, mut node: usize) -> usize {
        while self.parent[node] as usize != node {
            self.parent[node] = self.parent[self.parent[node] as usize];
            node = self.parent[node] as usize;
        }
        node
    }

    pub(super) fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        // The smaller index stays root, so that the result does not depend on
        // the order of the calls.
        self.parent[a.max(b)] = a.min(b) as u32;
    }

    pub(super) fn link(&self, link: LinkId) -> usize {
        self.sites + link.index()
    }

    pub(super) fn server(&self, server: ServerId) -> usize {
        self.sites + self.links + server.index()
    }

    pub(super) fn rollout(&self, id: AdvertisementId) -> usize {
        self.sites + self.links + self.servers + id.index()
    }
}
