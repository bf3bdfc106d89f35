//! `rollcast new`: a scenario to start from.

use super::{Failure, print_data, say};
use crate::scenario::starter;
use std::io::Write;
use std::path::PathBuf;

/// Write a commented scenario that runs, to start from.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The file to write; by default standard output.
    file: Option<PathBuf>,

    /// Replace an existing file.
    #[arg(long)]
    force: bool,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let Some(path) = self.file else {
            return print_data(starter());
        };
        if path.exists() && !self.force {
            return Err(Failure::bad_input(format!(
                "`{}` exists already; choose another name, or replace it with `--force`",
                path.display()
            )));
        }
        let failed = |error| Failure::failed(format!("`{}`: {error}", path.display()));
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| std::path::Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(starter().as_bytes()).map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        say(&format!(
            "written to {}; try: rollcast run {}",
            path.display(),
            path.display()
        ));
        Ok(())
    }
}
