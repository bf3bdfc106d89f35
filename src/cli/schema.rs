//! `rollcast schema`: the scenario language for editors.

use super::{Failure, print_data};

/// Print the JSON Schema of scenarios, for editors.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

impl Arguments {
    #[allow(clippy::unused_self, reason = "as every command")]
    pub(super) fn run(self) -> Result<(), Failure> {
        let json =
            serde_json::to_string_pretty(&crate::scenario::schema()).map_err(Failure::failed)?;
        print_data(&(json + "\n"))
    }
}
