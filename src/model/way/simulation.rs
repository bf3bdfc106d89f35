//! One group of machines in simulated time: its state, from start to end.

use crate::client::points::PointOrders;
use crate::division::{Group, Plan};
use crate::engine::{AnyList, EventList, Method, Network, Station};
use crate::model::counters::Tally;
use crate::model::draws::ModelDraws;
use crate::model::journal::Journal;
use crate::model::surroundings::client_traffic::Paths;
use crate::model::surroundings::reports::Reports;
use crate::model::surroundings::rollouts::Rollouts;
use crate::model::surroundings::run_time_limits::RunTimeLimits;
use crate::model::surroundings::sessions::Crowd;
use crate::model::way::gates::Gates;
use crate::model::way::job::{Jobs, NONE};
use crate::model::way::records::GroupRecords;
use crate::model::way::scene::{Host, Scene};
use crate::model::way::sending::OnTheLinks;
use crate::model::way::setup::PollOrder;
use crate::model::way::traffic::ByTheHour;
use crate::world::{ServerId, ServerRole, World};
use std::collections::HashMap;

/// The run was stopped from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Memory that a thread keeps from group to group.
pub(crate) struct Workspace {
    pub(crate) method: Method,
    pub(crate) list: AnyList,
    pub(crate) network: Network,
    pub(crate) jobs: Jobs,
    pub(crate) hosts: Vec<Host>,
    pub(crate) polls: PollOrder,
    pub(crate) done: Vec<u32>,
    pub(crate) route: Vec<crate::world::LinkId>,
    /// Position of each link in the present group's network, `NONE` outside.
    pub(crate) local_link: Vec<u32>,
}

impl Workspace {
    pub(crate) fn new(world: &World, method: Method) -> Self {
        Self {
            method,
            list: method.list(),
            network: method.network(),
            jobs: Jobs::default(),
            hosts: Vec::new(),
            polls: PollOrder::default(),
            done: Vec::new(),
            route: Vec::new(),
            local_link: vec![NONE; world.links.len()],
        }
    }

    /// For the groups of another world, perhaps.
    pub(crate) fn fit(mut self, world: &World) -> Self {
        self.local_link.resize(world.links.len(), NONE);
        self
    }
}

/// The simulation of one group.
pub(crate) struct Simulation<'w, 'o, J> {
    /// What rules look at.
    pub(crate) scene: Scene<'w, 'o>,
    /// What jobs are asked before they go on.
    pub(crate) gates: Gates,
    pub(crate) list: AnyList,
    /// Events that are hardly ever due, and come into the list when they are.
    pub(crate) run_time_limits: RunTimeLimits,
    pub(crate) network: Network,
    pub(crate) links: Vec<crate::world::LinkId>,
    pub(crate) local_link: Vec<u32>,
    pub(crate) route: Vec<crate::world::LinkId>,
    pub(crate) stations: HashMap<ServerId, Station>,
    pub(crate) crowds: HashMap<(ServerId, ServerRole), Crowd>,
    /// How many changes of the agenda have been applied.
    pub(crate) changes_seen: usize,
    pub(crate) rollouts: Rollouts<'w>,
    /// Packages that are sent over the same lines.
    pub(crate) on_the_links: Option<Box<OnTheLinks<'w>>>,
    /// Links between machines and their management point or client access
    /// point, where their bytes are counted.
    pub(crate) paths: Paths,
    pub(crate) hours: ByTheHour,
    pub(crate) tally: &'o mut Tally,
    pub(crate) journal: &'o mut J,
    /// What one try asked of servers and shares, to be counted again for every
    /// try that ends alike.
    pub(crate) touches: Vec<crate::model::way::retry::Touch>,
    /// The transfers that are listened to.
    pub(crate) flowing: Vec<crate::model::way::transfer::Flowing>,
    /// Where jobs go on in the order of their points.
    pub(crate) point_orders: PointOrders,
    pub(crate) hash: u64,
    /// Final reports so far.
    pub(crate) reported: u64,
}

impl<'w, 'o, J: Journal> Simulation<'w, 'o, J> {
    /// Sets up `group`, whose outcomes go to `records`.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn new(
        world: &'w World,
        plan: &'w Plan,
        draws: &'w ModelDraws,
        group: &'w Group,
        records: GroupRecords<'o>,
        workspace: &mut Workspace,
        tally: &'o mut Tally,
        journal: &'o mut J,
    ) -> Self {
        let known = journal.arrivals();
        let scene = Scene::new(world, plan, draws, group, records, workspace, known);
        let mut simulation = Self {
            scene,
            gates: Gates::default(),
            list: std::mem::take(&mut workspace.list),
            run_time_limits: RunTimeLimits::default(),
            network: std::mem::take(&mut workspace.network),
            links: Vec::new(),
            local_link: std::mem::take(&mut workspace.local_link),
            route: std::mem::take(&mut workspace.route),
            stations: HashMap::new(),
            crowds: HashMap::new(),
            changes_seen: 0,
            rollouts: Rollouts::default(),
            on_the_links: None,
            paths: Paths::default(),
            hours: ByTheHour::new(tally.stretches),
            tally,
            journal,
            touches: Vec::new(),
            flowing: Vec::new(),
            point_orders: PointOrders::default(),
            hash: 0,
            reported: 0,
        };
        let together = group.together.as_deref();
        let needs = simulation.find_links(together);
        simulation.find_jobs(&mut workspace.polls);
        simulation.begin_to_send(together, needs);
        simulation.scene.reports = Reports::new(world, simulation.scene.jobs.len());
        simulation.gates = Gates::new(&simulation.scene);
        simulation.find_pollers();
        simulation.settle_rollouts();
        simulation
    }

    /// Keeps the records, and hands the memory back.
    pub(crate) fn give_back(self, workspace: &mut Workspace) {
        let Self {
            mut list,
            network,
            scene:
                Scene {
                    mut jobs,
                    mut hosts,
                    mut records,
                    ..
                },
            links,
            mut local_link,
            route,
            ..
        } = self;
        for link in links {
            local_link[link.index()] = NONE;
        }
        records.keep();
        list.clear();
        jobs.clear();
        hosts.clear();
        workspace.list = list;
        workspace.network = network;
        workspace.jobs = jobs;
        workspace.hosts = hosts;
        workspace.local_link = local_link;
        workspace.route = route;
    }
}
