//! `rollcast check`: validate without running.

use super::scenario::{ScenarioArguments, groups};
use super::{Failure, print};
use crate::division::Plan;
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
        let counts = [
            (world.fleet.machines.len(), "machine"),
            (world.sites.len(), "site"),
            (world.servers.len(), "server"),
            (world.advertisements.len(), "advertisement"),
            (world.job_count(), "row"),
        ];
        let counts: Vec<_> = counts
            .iter()
            .map(|(n, word)| format!("{n} {word}{}", if *n == 1 { "" } else { "s" }))
            .collect();
        let _ = writeln!(
            text,
            "{}: {} per replication",
            world.title,
            counts.join(", ")
        );
        let _ = writeln!(text, "{}", groups(world, &plan));
        let warnings = loaded.warnings.list().len();
        let _ = match warnings {
            0 => writeln!(text, "no problems found"),
            1 => writeln!(text, "1 warning"),
            n => writeln!(text, "{n} warnings"),
        };
        print(&text)
    }
}
