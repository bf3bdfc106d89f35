//! What machines that roam can come upon at the sites of their trips.
//!
//! Machines of two sites that make the same trips come upon the same there, unless
//! something depends on their own site. What sites have in common is found once and
//! shared, so that the cost follows from the sites and not from the pairs of them.

use super::agenda::Reach;
use super::point_sets::{Points, Sets};
use super::touched::{Kind, Moves, close_over_domains, kinds, touched_away};
use super::travel::{roaming_profiles, sites_of_trips};
use crate::client::behaviour;
use crate::engine::effort;
use crate::world::{ClientKind, LinkId, PackageId, ProfileId, ProgramId, ServerId, SiteId, World};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What decides what machines come upon while they are away.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// Which of the ranges.
    range: usize,
    kinds: Vec<Kind>,
    /// Whom they turn to for work, if the links to it may be cut.
    contacts: Vec<Option<ServerId>>,
    /// The points of their own site, for each package for which they matter elsewhere.
    points: Vec<Points>,
}

/// What the machines of some sites come upon while they are away.
pub(super) struct Away {
    /// The first of those sites.
    pub(super) home: SiteId,
    /// How many they are.
    pub(super) homes: usize,
    pub(super) reach: Arc<Reach>,
    /// The links that they use at each place.
    pub(super) links_at: Vec<(SiteId, Vec<LinkId>)>,
}

/// All of it.
pub(super) struct Trips<'w> {
    world: &'w World,
    chains: &'w [Vec<ProgramId>],
    moves: &'w Moves,
    ranges_of: BTreeMap<Vec<ProfileId>, usize>,
    /// Lists of sites to which machines make trips.
    ranges: Vec<Vec<SiteId>>,
    same_range: BTreeMap<Vec<SiteId>, usize>,
    /// Whether the points of the machine's own site matter anywhere in a range.
    own_matter: BTreeMap<(usize, ClientKind, PackageId), bool>,
    known: BTreeMap<Key, usize>,
    pub(super) all: Vec<Away>,
}

impl<'w> Trips<'w> {
    pub(super) fn new(world: &'w World, chains: &'w [Vec<ProgramId>], moves: &'w Moves) -> Self {
        Self {
            world,
            chains,
            moves,
            ranges_of: BTreeMap::new(),
            ranges: Vec::new(),
            same_range: BTreeMap::new(),
            own_matter: BTreeMap::new(),
            known: BTreeMap::new(),
            all: Vec::new(),
        }
    }

    /// What machines of `home` come upon on their trips; `None` if they make none to
    /// other sites.
    pub(super) fn of(&mut self, home: SiteId, sets: &mut Sets<'_>) -> Option<&Away> {
        let profiles = roaming_profiles(self.world, home);
        if profiles.is_empty() {
            return None;
        }
        let range = self.range(profiles);
        if self.ranges[range].iter().all(|place| *place == home) {
            return None;
        }
        let key = self.key(home, range, sets);
        let at = match self.known.get(&key) {
            Some(at) => *at,
            None => {
                let away = self.find(home, range, sets);
                self.all.push(away);
                self.known.insert(key, self.all.len() - 1);
                self.all.len() - 1
            }
        };
        self.all[at].homes += 1;
        Some(&self.all[at])
    }

    /// Where machines of some profiles go.
    fn range(&mut self, profiles: Vec<ProfileId>) -> usize {
        if let Some(at) = self.ranges_of.get(&profiles) {
            return *at;
        }
        let sites = sites_of_trips(self.world, &profiles);
        let at = *self.same_range.entry(sites).or_insert_with_key(|sites| {
            self.ranges.push(sites.clone());
            self.ranges.len() - 1
        });
        self.ranges_of.insert(profiles, at);
        at
    }

    fn key(&mut self, home: SiteId, range: usize, sets: &mut Sets<'_>) -> Key {
        let (world, chains) = (self.world, self.chains);
        let kinds = Vec::from_iter(kinds(world, home));
        let clients = kinds.iter().map(|(client, ..)| behaviour(*client));
        let contact =
            |client: &dyn crate::client::Behaviour| client.contact(&world.sites[home.index()]);
        let contacts = clients.filter(|_| self.moves.links).map(contact).collect();
        let mut points = Vec::new();
        for (client, _, targets) in &kinds {
            for id in &world.fleet.target_sets[*targets as usize] {
                let program = world.advertisements[id.index()].program;
                for program in &chains[program.index()] {
                    let package = world.programs[program.index()].package;
                    if self.own_matters(range, *client, package, sets) {
                        let moves = self.moves.content[package.index()];
                        points.push(sets.points(*client, (home, home), package, moves));
                    }
                }
            }
        }
        Key {
            range,
            kinds,
            contacts,
            points,
        }
    }

    fn own_matters(
        &mut self,
        range: usize,
        client: ClientKind,
        package: PackageId,
        sets: &mut Sets<'_>,
    ) -> bool {
        let (world, moves) = (self.world, self.moves);
        let places = &self.ranges[range];
        let matters = || {
            let behaviour = behaviour(client);
            let holders = &world.packages[package.index()].distribution_points;
            moves.content[package.index()]
                || !behaviour.facts().roams
                || places.iter().any(|place| {
                    effort::spend(1);
                    let there = behaviour.points(world, *place, holders, sets.lists(package));
                    there.is_none_or(|points| points.begins_remote())
                })
        };
        let key = (range, client, package);
        *self.own_matter.entry(key).or_insert_with(matters)
    }

    fn find(&self, home: SiteId, range: usize, sets: &mut Sets<'_>) -> Away {
        let (mut reach, mut in_common) = (Reach::default(), BTreeSet::new());
        let mut links_at = Vec::new();
        for place in &self.ranges[range] {
            let way = (home, *place);
            let there = touched_away(self.world, self.chains, self.moves, sets, way);
            in_common.extend(there.sets);
            let mut there = there.reach;
            there
                .links
                .extend(self.world.sites[place.index()].peer_link());
            reach.servers.append(&mut there.servers);
            reach.links.extend_from_slice(&there.links);
            links_at.push((*place, there.links));
        }
        close_over_domains(self.world, self.moves, &mut reach);
        let in_common = Vec::from_iter(in_common);
        let mut in_common = sets.reach(&in_common, self.moves);
        reach.links.append(&mut in_common.links);
        reach.servers.append(&mut in_common.servers);
        reach.noticed.append(&mut in_common.noticed);
        reach.domains.append(&mut in_common.domains);
        reach.sort();
        Away {
            home,
            homes: 0,
            reach: Arc::new(reach),
            links_at,
        }
    }
}
