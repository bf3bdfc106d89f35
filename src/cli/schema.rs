//! `rollcast schema`: the scenario language for editors.

use super::{Failure, print_data};

/// Print the JSON Schema of scenarios, for editors, or of the results that
/// `--json` prints.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Of what.
    #[arg(value_enum, default_value_t = Of::Scenario)]
    of: Of,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Of {
    /// The scenario language.
    Scenario,
    /// What `--json` prints.
    Results,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let schema = match self.of {
            Of::Scenario => crate::scenario::schema(),
            Of::Results => crate::answer::schema(),
        };
        let json = serde_json::to_string_pretty(&schema).map_err(Failure::failed)?;
        print_data(&(json + "\n"))
    }
}
