//! The arguments that every command with a scenario has, and loading it.

use super::Failure;
use super::terminal::warn;
use crate::division::{Plan, Tie};
use crate::outcome::ResourceKey;
use crate::scenario::{Files, Loaded, load_kept};
use crate::units::grouped;
use crate::world::World;
use std::path::PathBuf;

/// Which scenario, and what to change in it.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ScenarioArguments {
    /// The scenario, a TOML file; `-` reads standard input.
    pub(super) scenario: PathBuf,

    /// Change a value of the scenario, as in `--set site.hq.wan="1 Mbit/s"`;
    /// may be given several times.
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,

    /// Only what is asked for and errors on the terminal.
    #[arg(short, long)]
    pub(super) quiet: bool,
}

impl ScenarioArguments {
    /// Reads and resolves the scenario, with its warnings on standard error.
    pub(super) fn load(&self) -> Result<Loaded, Failure> {
        self.load_in(&Files::default())
    }

    /// As [`Self::load`], from the bytes that `files` keeps.
    pub(super) fn load_in(&self, files: &Files) -> Result<Loaded, Failure> {
        match load_kept(files, &self.scenario, &self.set) {
            Ok(loaded) => {
                if !self.quiet {
                    warn(&loaded.warnings);
                }
                Ok(loaded)
            }
            Err(problems) => Err(Failure::problems(&problems)),
        }
    }
}

/// How many groups of machines share nothing, and at what most sites meet.
pub(super) fn groups(world: &World, plan: &Plan) -> String {
    let count = plan.group_count();
    let mut text = match count {
        1 => "all machines are simulated together".to_owned(),
        _ => format!(
            "{} groups of machines that share nothing with each other",
            grouped(count as u64)
        ),
    };
    if let Some((tie, sites)) = plan.tie() {
        let name = match tie {
            Tie::Resource(ResourceKey::Link(link)) => {
                format!("meet at a link of {}", world.links[link.index()].name)
            }
            Tie::Resource(ResourceKey::Server(server, role)) => {
                format!(
                    "meet at {} {}",
                    role.name(),
                    world.servers[server.index()].name
                )
            }
            Tie::Resource(ResourceKey::Share(share)) => {
                format!("meet at {}", world.shares[share.index()].path)
            }
            Tie::Resource(ResourceKey::Peers(site)) => {
                format!("meet at the machines of {}", world.sites[site.index()].name)
            }
            Tie::Rollout(id) => format!(
                "are controlled together, as the roll-out of {}",
                world.advertisements[id.index()].id
            ),
            Tie::Site(site) => format!(
                "are tied by the machines of {}, which may turn to servers in all of them",
                world.sites[site.index()].name
            ),
        };
        text += &format!("; {sites} sites {name}");
    }
    text
}

/// How many threads to use.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ThreadArguments {
    /// Threads; by default one per processor. The results do not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl ThreadArguments {
    /// A pool of that many threads, of which this is one. What a single thread reads,
    /// simulates and writes lies in one heap, where the one takes the room that the other
    /// leaves: threads of their own have heaps of their own.
    pub(super) fn pool(&self) -> Result<rayon::ThreadPool, Failure> {
        built(self.builder().use_current_thread())
    }

    /// A pool of that many threads beside this one, which only waits.
    pub(super) fn pool_apart(&self) -> Result<rayon::ThreadPool, Failure> {
        built(self.builder())
    }

    fn builder(&self) -> rayon::ThreadPoolBuilder {
        rayon::ThreadPoolBuilder::new().num_threads(self.threads.map_or(0, usize::from))
    }
}

fn built(builder: rayon::ThreadPoolBuilder) -> Result<rayon::ThreadPool, Failure> {
    let pool = builder.build();
    pool.map_err(|error| Failure::failed(format!("threads cannot be started: {error}")))
}
