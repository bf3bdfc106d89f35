//! `rollcast check`: validate without running.

use super::scenario::{ScenarioArguments, groups};
use super::{Failure, print};
use crate::answer::{Answer, CheckAnswer, Found, ProblemAnswer};
use crate::division::Plan;
use crate::scenario::{Problem, Problems, Severity, load, presence};
use crate::units::counted;
use crate::units::on_one_line;
use std::fmt::Write;

/// Validate a scenario and what it refers to, without running it.
///
/// Errors block a run, warnings do not; each names the file, the line and a
/// remedy. Exit code 2 if there are errors.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,

    /// Print what was found as JSON; `rollcast schema results` describes it.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        if self.json {
            return self.answer();
        }
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
            .map(|(n, word)| counted(*n as u64, word))
            .collect();
        let _ = writeln!(
            text,
            "{}: {} per replication",
            on_one_line(&world.title),
            counts.join(", ")
        );
        let _ = writeln!(text, "{}", groups(world, &plan));
        for line in presence(world) {
            let _ = writeln!(text, "{line}");
        }
        let warnings = loaded.warnings.list().len();
        let _ = match warnings {
            0 => writeln!(text, "no problems found"),
            1 => writeln!(text, "1 warning"),
            n => writeln!(text, "{n} warnings"),
        };
        print(&text)
    }

    /// The problems and the size for programs.
    fn answer(&self) -> Result<(), Failure> {
        let loaded = load(&self.scenario.scenario, &self.scenario.set);
        let problems = match &loaded {
            Ok(loaded) => &loaded.warnings,
            Err(problems) => problems,
        };
        let world = loaded.as_ref().ok().map(|loaded| &loaded.world);
        let answer = Answer::new(Found::Check(CheckAnswer {
            valid: world.is_some(),
            title: world.map(|world| world.title.clone()),
            machines: world.map(|world| world.fleet.machines.len() as u64),
            rows: world.map(|world| world.job_count() as u64),
            problems: problems
                .list()
                .iter()
                .map(|p| problem(problems, p))
                .collect(),
            stopped_after: problems.last_stage().map(|stage| stage.name().to_owned()),
        }));
        print(&answer.to_json().map_err(Failure::failed)?)?;
        match loaded {
            Ok(_) => Ok(()),
            Err(_) => Err(Failure::bad_input("")),
        }
    }
}

fn problem(problems: &Problems, problem: &Problem) -> ProblemAnswer {
    let span = problem.span.as_ref();
    let place = span.and_then(|s| problems.sources().line_column(&problem.file, s.start));
    ProblemAnswer {
        severity: match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
        .to_owned(),
        code: problem.code.to_string(),
        message: problem.message.clone(),
        help: problem.help.clone(),
        file: problem.file.clone(),
        line: problems.line(problem),
        column: place.map(|(_, column)| column as u64),
    }
}
