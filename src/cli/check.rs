//! `rollcast check`: validate without running.

use super::scenario::ScenarioArguments;
use super::{Failure, print};
use crate::model::Plan;
use std::fmt::Write;

/// Validate a scenario and what it refers to, without running it.
///
/// Errors block a run, warnings do not; each names the file, the line and a
/// remedy. Exit code 2 if there are errors.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let loaded = self.scenario.load()?;
        let world = &loaded.world;
        let plan = Plan::new(world);
        let mut text = String::new();
        if let Some(report) = &loaded.inventory {
            let _ = writeln!(text, "{report}");
        }
        let _ = writeln!(
            text,
            "{}: {} machines at {} sites, {} servers, {} advertisements, {} rows per replication; {} groups of machines share nothing",
            world.title,
            world.fleet.machines.len(),
            world.sites.len(),
            world.servers.len(),
            world.advertisements.len(),
            world.job_count(),
            plan.group_count(),
        );
        let warnings = loaded.warnings.list().len();
        let _ = match warnings {
            0 => writeln!(text, "no problems found"),
            1 => writeln!(text, "1 warning"),
            n => writeln!(text, "{n} warnings"),
        };
        print(&text)
    }
}
