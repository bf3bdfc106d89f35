//! How many machines of which kind are where, and what reaches them.

use crate::client::{Mode, behaviour};
use crate::world::{Advertisement, AdvertisementId, Profile, ProfileId, Program, SiteId, World};
use std::collections::BTreeMap;

/// Machines that no check needs to tell apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crowd {
    /// Where they stand.
    pub site: SiteId,
    /// What they have in common.
    pub profile: ProfileId,
    /// The set of advertisements that reach them.
    pub targets: u32,
    /// How many they are.
    pub count: u64,
}

/// All machines as crowds.
pub(super) struct Census(Vec<Crowd>);

/// A crowd and an advertisement that reaches it.
#[derive(Clone, Copy)]
pub(super) struct Reached<'a> {
    /// The crowd.
    pub crowd: Crowd,
    /// Its profile.
    pub profile: &'a Profile,
    /// Its place among those that reach the crowd.
    pub position: usize,
    /// The advertisement.
    pub id: AdvertisementId,
    /// The advertisement.
    pub advertisement: &'a Advertisement,
    /// Its program.
    pub program: &'a Program,
}

impl Census {
    /// Counts the machines of `world`.
    pub(super) fn new(world: &World) -> Self {
        let mut crowds = Vec::new();
        for (site, range) in world.fleet.by_site.iter().enumerate() {
            let mut counts: BTreeMap<(ProfileId, u32), u64> = BTreeMap::new();
            for machine in &world.fleet.machines[range.start as usize..range.end as usize] {
                *counts
                    .entry((machine.profile, machine.targets))
                    .or_default() += 1;
            }
            crowds.extend(counts.into_iter().map(|((profile, targets), count)| Crowd {
                site: SiteId::from(site),
                profile,
                targets,
                count,
            }));
        }
        Self(crowds)
    }

    /// The crowds.
    pub(super) fn crowds(&self) -> &[Crowd] {
        &self.0
    }

    /// Every crowd with every advertisement that reaches it.
    pub(super) fn reached<'a>(&'a self, world: &'a World) -> impl Iterator<Item = Reached<'a>> {
        let crowds = self.0.iter();
        crowds.flat_map(move |crowd| Reached::of_crowd(world, *crowd))
    }

    /// How many of the machines that `wanted` picks each advertisement reaches.
    pub(super) fn count<'a>(
        &'a self,
        world: &'a World,
        wanted: impl Fn(&Reached<'a>) -> bool,
    ) -> Vec<u64> {
        let mut counts = vec![0; world.advertisements.len()];
        for reached in self.reached(world).filter(|reached| wanted(reached)) {
            counts[reached.id.index()] += reached.crowd.count;
        }
        counts
    }
}

impl<'a> Reached<'a> {
    /// A crowd with every advertisement that reaches it.
    pub(super) fn of_crowd(world: &'a World, crowd: Crowd) -> impl Iterator<Item = Self> {
        let targets = &world.fleet.target_sets[crowd.targets as usize];
        targets.iter().enumerate().map(move |(position, id)| {
            let advertisement = &world.advertisements[id.index()];
            Self {
                crowd,
                profile: &world.fleet.profiles[crowd.profile.index()],
                position,
                id: *id,
                advertisement,
                program: &world.programs[advertisement.program.index()],
            }
        })
    }
}

impl Reached<'_> {
    /// Whether the program may run on these machines' operating system.
    pub(super) fn is_supported(&self) -> bool {
        self.program.supports(self.profile.platform)
    }

    /// Whether the machines' site falls back to neighbours of which the
    /// advertisement makes no use.
    pub(super) fn never_falls_back(&self, world: &World) -> bool {
        let behaviour = behaviour(self.profile.client);
        behaviour.mode(self.advertisement, true).is_none()
            && !world.sites[self.crowd.site.index()].fallback.is_empty()
    }

    /// Whether the machines would wait for ever for a distribution point of
    /// their own, having been told not to use those elsewhere.
    pub(super) fn waits_for_a_local_point(&self, world: &World) -> bool {
        let behaviour = behaviour(self.profile.client);
        behaviour.mode(self.advertisement, true).is_none() && self.has_remote_points_only(world)
    }

    /// Whether the machines download the package, rather than run it from a
    /// distribution point.
    pub(super) fn downloads(&self, world: &World) -> bool {
        let remote = self.has_remote_points_only(world);
        let behaviour = behaviour(self.profile.client);
        behaviour.mode(self.advertisement, remote) == Some(Mode::Download)
    }

    /// Whether they can take it from each other.
    pub(super) fn takes_from_peers(&self, world: &World) -> bool {
        let peers = world.sites[self.crowd.site.index()].peers;
        self.advertisement.content.peers
            && peers.is_some_and(|peers| peers.share > 0.0)
            && self.downloads(world)
    }

    fn has_remote_points_only(&self, world: &World) -> bool {
        let points = &world.packages[self.program.package.index()].distribution_points;
        let site = &world.sites[self.crowd.site.index()];
        let mut here = world.servers_at.here(self.crowd.site).iter();
        world.needs_content(self.program)
            && (site.slow_boundary || !site.fallback.is_empty())
            && !here.any(|server| points.binary_search(server).is_ok())
    }
}
