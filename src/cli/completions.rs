//! `rollcast completions`: scripts for shells.

use super::{Failure, print_data};
use clap::CommandFactory;

/// Print a script that completes rollcast's commands and options in a shell.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Which shell.
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let mut script = Vec::new();
        let mut command = super::Arguments::command();
        clap_complete::generate(self.shell, &mut command, "rollcast", &mut script);
        print_data(&String::from_utf8_lossy(&script))
    }
}
