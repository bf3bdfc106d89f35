//! A small place to try rules in: one site, one server without limits, and
//! machines that all ask for policy at the start.

use crate::fleet;
use rollcast::division::Plan;
use rollcast::model::{Entry, follow};
use rollcast::outcome::{Actor, Outcome, Replication, ResourceKey, ResourceUse};
use rollcast::scenario::load_str;
use rollcast::units::{Instant, Span};
use rollcast::world::{LinkKind, MachineId, ServerRole, World};
use std::collections::BTreeMap;

/// A Monday morning; one server is everything, and never the bottleneck.
pub(crate) const HQ: &str = r#"
start = 2006-03-20T08:00:00
horizon = "10 d"
[account.'CORP\naa']
[account.'CORP\swi']
[site.hq]
[server.SMS]
site = "hq"
roles = ["management point", "client access point", "distribution point"]
network = "unlimited"
[fleet."*"]
poll_interval = "1 s"
access = "unlimited"
"#;

/// One Advanced Client `A1`.
pub(crate) const ADVANCED: &str = "\n[fleet.adv]\ncount = 1\nname = \"A{number}\"\n";

/// One Legacy Client `L1`.
pub(crate) const LEGACY: &str =
    "\n[fleet.leg]\ncount = 1\nname = \"L{number}\"\nclient = \"legacy\"\n";

/// A program `p` that is administrative and asks for no user.
pub(crate) const PROGRAM: &str = "\n[program.p]\nrights = \"administrative\"\n\
    runs = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\n";

/// A scenario that has been run.
pub(crate) struct Lab {
    pub(crate) world: World,
    pub(crate) replication: Replication,
    rows: BTreeMap<(String, String), Outcome>,
}

impl Lab {
    /// Runs [`HQ`] with `parts` behind it.
    pub(crate) fn new(parts: &[&str]) -> Self {
        Self::set(parts, &[])
    }

    /// Runs [`HQ`] with `parts` behind it and `settings` over it.
    pub(crate) fn set(parts: &[&str], settings: &[&str]) -> Self {
        Self::of(&format!("{HQ}{}", parts.join("\n")), settings)
    }

    /// Runs a whole scenario.
    pub(crate) fn of(text: &str, settings: &[&str]) -> Self {
        let mut world = fleet::loaded(text, settings).world;
        for profile in &mut world.fleet.profiles {
            // A second stands for "at the start", which no scenario can say.
            if profile.poll_interval == Span::from_secs(1) {
                profile.poll_interval = Span(1);
            }
        }
        let replication = fleet::run(&world);
        let rows = fleet::outcomes_of(&world, &replication);
        Self {
            world,
            replication,
            rows,
        }
    }

    /// What became of an advertisement on a machine.
    pub(crate) fn row(&self, machine: &str, advertisement: &str) -> Outcome {
        let key = (machine.to_owned(), advertisement.to_owned());
        *self
            .rows
            .get(&key)
            .unwrap_or_else(|| panic!("no {key:?} among {:?}", self.rows.keys()))
    }

    /// The only row.
    pub(crate) fn only(&self) -> Outcome {
        assert_eq!(self.rows.len(), 1, "one machine, one advertisement");
        *self.rows.values().next().expect("just counted")
    }

    /// All rows.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&str, &str, &Outcome)> {
        self.rows
            .iter()
            .map(|((machine, ad), outcome)| (machine.as_str(), ad.as_str(), outcome))
    }

    /// Everything that happened to a machine.
    pub(crate) fn diary(&self, machine: &str) -> Vec<(Instant, Entry)> {
        let (_, diary) = follow(
            &self.world,
            &Plan::new(&self.world),
            1,
            self.machine(machine),
        );
        diary
            .entries
            .into_iter()
            .map(|(at, _, entry)| (at, entry))
            .collect()
    }

    /// The status messages that a machine raised, in order.
    pub(crate) fn messages(&self, machine: &str) -> Vec<u16> {
        let message = |(_, entry)| match entry {
            Entry::Status(id) => Some(id),
            _ => None,
        };
        self.diary(machine)
            .into_iter()
            .filter_map(message)
            .collect()
    }

    /// Its position in the fleet.
    pub(crate) fn machine(&self, wanted: &str) -> MachineId {
        let fleet = &self.world.fleet;
        let position = fleet
            .machines
            .iter()
            .enumerate()
            .position(|(position, machine)| {
                let site = fleet.site_of(MachineId(position as u32));
                let mut name = String::new();
                fleet.write_name(machine, &self.world.sites[site.index()].name, &mut name);
                name == wanted
            });
        MachineId(position.unwrap_or_else(|| panic!("no machine {wanted}")) as u32)
    }

    /// The name of an account, with `*` for the machine's.
    pub(crate) fn account(&self, actor: Actor) -> String {
        let mut out = String::new();
        actor.write_name(&self.world, rollcast::world::DomainId(0), "*", &mut out);
        out
    }

    /// Use of a server in one role.
    pub(crate) fn server(&self, name: &str, role: ServerRole) -> ResourceUse {
        let id = self
            .world
            .servers
            .iter()
            .position(|server| server.name == name)
            .expect("declared");
        self.used(ResourceKey::Server(id.into(), role))
    }

    /// Use of a link.
    pub(crate) fn link(&self, name: &str, kind: LinkKind) -> ResourceUse {
        let is = |link: &rollcast::world::Link| link.name == name && link.kind == kind;
        let id = self
            .world
            .links
            .iter()
            .position(is)
            .expect("declared and limited");
        self.used(ResourceKey::Link(id.into()))
    }

    /// Use of a share.
    pub(crate) fn share(&self, name: &str) -> ResourceUse {
        let id = self
            .world
            .shares
            .iter()
            .position(|share| share.name == name)
            .expect("declared");
        self.used(ResourceKey::Share(id.into()))
    }

    fn used(&self, key: ResourceKey) -> ResourceUse {
        let found = self
            .replication
            .resources
            .iter()
            .find(|resource| resource.key == key);
        *found.expect("every resource has a row")
    }

    /// The name of a server.
    pub(crate) fn server_name(&self, id: Option<rollcast::world::ServerId>) -> &str {
        id.map_or("", |id| &self.world.servers[id.index()].name)
    }
}

/// What is wrong with [`HQ`] and `parts` behind it.
pub(crate) fn complaints(parts: &[&str]) -> String {
    let text = format!("{HQ}{}", parts.join("\n"));
    let problems = load_str(&text, &[]).expect_err("the scenario has errors");
    problems.render(false)
}

/// Seconds after the start, exactly.
pub(crate) fn at(seconds: u64) -> Instant {
    Instant(seconds * 1_000_000)
}

/// An hour in seconds.
pub(crate) const HOUR: u64 = 3_600;
/// A day in seconds.
pub(crate) const DAY: u64 = 86_400;
