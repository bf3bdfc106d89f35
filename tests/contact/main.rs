//! What machines and their management point or client access point have to say
//! to each other: how many bytes, over which links, how late, and what is lost.

#[path = "../common/fleet.rs"]
mod fleet;

mod late;
mod traffic;

use rollcast::outcome::{Replication, ResourceKey, ResourceUse};
use rollcast::world::{LinkKind, ServerRole, World};

/// A scenario that has been run.
pub(crate) struct Run {
    pub(crate) world: World,
    pub(crate) replication: Replication,
}

impl Run {
    pub(crate) fn of(text: &str, settings: &[&str]) -> Self {
        let world = fleet::loaded(text, settings).world;
        let replication = fleet::run(&world);
        Self { world, replication }
    }

    /// What has gone over a link.
    pub(crate) fn link(&self, name: &str, kind: LinkKind) -> ResourceUse {
        let mut links = self.world.links.iter();
        let at = links.position(|link| link.name == name && link.kind == kind);
        self.used(ResourceKey::Link(at.expect(name).into()))
    }

    /// What was asked of a server in a role.
    pub(crate) fn server(&self, name: &str, role: ServerRole) -> ResourceUse {
        let mut servers = self.world.servers.iter();
        let at = servers.position(|server| server.name == name);
        self.used(ResourceKey::Server(at.expect(name).into(), role))
    }

    fn used(&self, key: ResourceKey) -> ResourceUse {
        let mut all = self.replication.resources.iter();
        *all.find(|used| used.key == key).expect("every resource")
    }
}
