//! A scenario, simulated.

use rollcast::division::Plan;
use rollcast::model::{Teller, Watch, follow, replicate};
use rollcast::outcome::{Cause, Ending, Outcome, Replication, ResourceKey, ResourceUse};
use rollcast::scenario::load_str;
use rollcast::units::{Instant, Span};
use rollcast::world::{MachineId, ServerRole, World};
use std::fmt::Write;

/// A world and what became of it.
pub(crate) struct Simulated {
    pub(crate) world: World,
    pub(crate) plan: Plan,
    pub(crate) replication: Replication,
}

/// The world of a scenario.
pub(crate) fn world(text: &str) -> World {
    load_str(text, &[])
        .unwrap_or_else(|problems| panic!("{problems}"))
        .world
}

/// Simulates a scenario.
pub(crate) fn simulate(text: &str) -> Simulated {
    simulate_world(world(text))
}

/// Simulates a world.
pub(crate) fn simulate_world(world: World) -> Simulated {
    let plan = Plan::new(&world);
    let replication = replicate(&world, &plan, 1, &Watch::default()).expect("nobody stops it");
    crate::invariants::hold(&world, &replication);
    Simulated {
        world,
        plan,
        replication,
    }
}

/// So many minutes after the start.
pub(crate) fn minute(n: u64) -> Instant {
    Instant::START + Span::from_mins(n)
}

impl Simulated {
    /// The outcomes of machines whose name contains `part`, in order; there are
    /// some.
    pub(crate) fn of(&self, part: &str) -> Vec<Outcome> {
        let found: Vec<Outcome> = self
            .machines(part)
            .into_iter()
            .flat_map(|id| {
                let machine = &self.world.fleet.machines[id.index()];
                let rows = self.world.rows(machine);
                rows.map(|row| self.replication.outcomes[row])
            })
            .collect();
        assert!(!found.is_empty(), "no machine called {part}");
        found
    }

    fn machines(&self, part: &str) -> Vec<MachineId> {
        let all = (0..self.world.fleet.machines.len()).map(MachineId::from);
        all.filter(|id| self.name(*id).contains(part)).collect()
    }

    fn name(&self, id: MachineId) -> String {
        let (fleet, mut name) = (&self.world.fleet, String::new());
        let site = &self.world.sites[fleet.site_of(id).index()].name;
        fleet.write_name(&fleet.machines[id.index()], site, &mut name);
        name
    }

    /// How many of these machines ended so.
    pub(crate) fn count(&self, part: &str, ending: Ending) -> usize {
        self.of(part)
            .iter()
            .filter(|outcome| outcome.ending == ending)
            .count()
    }

    /// Whether all of these machines ended so, for this cause.
    pub(crate) fn all(&self, part: &str, ending: Ending, cause: Cause) -> bool {
        let all = self.of(part);
        all.iter()
            .all(|outcome| (outcome.ending, outcome.cause) == (ending, cause))
    }

    /// What a server did in a role.
    pub(crate) fn server(&self, name: &str, role: ServerRole) -> &ResourceUse {
        let id = self
            .world
            .servers
            .iter()
            .position(|server| server.name == name);
        let key = ResourceKey::Server(id.expect("there is such a server").into(), role);
        let mut resources = self.replication.resources.iter();
        resources
            .find(|usage| usage.key == key)
            .expect("the server has this role")
    }

    /// What `explain` tells of the first machine whose name contains `part`.
    pub(crate) fn story(&self, part: &str) -> String {
        let machine = self.machines(part)[0];
        let (_, diary) = follow(&self.world, &self.plan, 1, machine);
        let teller = Teller::new(&self.world, machine);
        diary
            .entries
            .iter()
            .fold(String::new(), |mut story, (at, _, entry)| {
                let _ = writeln!(story, "{} {}", teller.time(*at), teller.tell(entry));
                story
            })
    }
}
