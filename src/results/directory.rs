//! An output directory that appears whole or not at all.
//!
//! Everything is written into a temporary directory beside the target and
//! renamed when it is complete. Whatever ends the run before that (an error, a
//! panic, an interrupt that unwinds) removes the temporary directory and
//! leaves an older output untouched. This guards against a run that stops, not
//! against power that fails: nothing is forced to the platter.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

use super::error::OutputError;
use super::manifest::{MANIFEST, is_manifest};

/// The directory in the making.
#[derive(Debug)]
pub(super) struct OutputDirectory {
    target: PathBuf,
    temporary: TempDir,
    replace: bool,
}

impl OutputDirectory {
    /// Prepares to write `target`. Unless `replace` is set it must not exist;
    /// with it, it may be empty or an older output.
    pub(super) fn create(target: &Path, replace: bool) -> Result<Self, OutputError> {
        let target = resolve(target)?;
        check(&target, replace)?;
        let temporary = temporary_beside(&target, "partial")?;
        Ok(Self {
            target,
            temporary,
            replace,
        })
    }

    /// Where to write for now.
    pub(super) fn path(&self) -> &Path {
        self.temporary.path()
    }

    /// Puts the directory where it belongs and returns its path.
    pub(super) fn commit(self) -> Result<PathBuf, OutputError> {
        let failed = |error| OutputError::io(&self.target, error);
        // The world may have changed since the run began.
        check(&self.target, self.replace)?;
        if let Some(parent) = self.target.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        // An older output moves aside first, as a directory cannot be renamed
        // onto one that is not empty; it is removed last.
        let older = if self.target.exists() {
            Some(move_aside(&self.target)?)
        } else {
            None
        };
        if let Err(error) = fs::rename(self.temporary.path(), &self.target) {
            if let Some(aside) = older {
                put_back(aside, &self.target);
            }
            return Err(failed(error));
        }
        // The directory now has another name: there is nothing left to remove.
        let _ = self.temporary.keep();
        Ok(self.target)
    }
}

/// Name of an older output while it is out of the way.
const OLDER: &str = "older";

fn move_aside(target: &Path) -> Result<TempDir, OutputError> {
    let aside = temporary_beside(target, "replaced")?;
    fs::rename(target, aside.path().join(OLDER)).map_err(|error| OutputError::io(target, error))?;
    Ok(aside)
}

fn put_back(aside: TempDir, target: &Path) {
    if fs::rename(aside.path().join(OLDER), target).is_err() {
        // Better in a place with an odd name than lost.
        let _ = aside.keep();
    }
}

/// The path as given, or where a link leads, so that the rename replaces a
/// directory and not the link to it.
fn resolve(target: &Path) -> Result<PathBuf, OutputError> {
    if !matches!(target.components().next_back(), Some(Component::Normal(_))) {
        return Err(OutputError::NoName(target.into()));
    }
    if target.is_symlink() {
        return target
            .canonicalize()
            .map_err(|error| OutputError::io(target, error));
    }
    Ok(target.into())
}

/// Whether `target` may be written.
fn check(target: &Path, replace: bool) -> Result<(), OutputError> {
    let metadata = match fs::symlink_metadata(target) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(OutputError::io(target, error)),
    };
    if !metadata.is_dir() {
        return Err(OutputError::NotADirectory(target.into()));
    }
    if !replace {
        return Err(OutputError::Exists(target.into()));
    }
    let empty = fs::read_dir(target)
        .map_err(|error| OutputError::io(target, error))?
        .next()
        .is_none();
    if empty || is_manifest(&target.join(MANIFEST)) {
        Ok(())
    } else {
        Err(OutputError::Foreign(target.into()))
    }
}

/// A temporary directory on the file system of `target`: beside it, or beside
/// the first of its parents that is yet to be created.
fn temporary_beside(target: &Path, suffix: &str) -> Result<TempDir, OutputError> {
    let existing = target
        .ancestors()
        .skip(1)
        .find(|path| path.as_os_str().is_empty() || path.exists());
    let parent = match existing {
        Some(path) if !path.as_os_str().is_empty() => path,
        _ => Path::new("."),
    };
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let (prefix, suffix) = (format!(".{name}."), format!(".{suffix}"));
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(&suffix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any other new directory; by default only its owner could read it.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder
        .tempdir_in(parent)
        .map_err(|error| OutputError::io(parent, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn write_output(target: &Path, replace: bool, text: &str) -> Result<PathBuf, OutputError> {
        let directory = OutputDirectory::create(target, replace)?;
        fs::write(
            directory.path().join(MANIFEST),
            r#"{"tool":{"name":"rollcast"}}"#,
        )
        .unwrap();
        fs::write(directory.path().join("text"), text).unwrap();
        directory.commit()
    }

    #[test]
    fn the_directory_appears_with_its_parents_only_when_it_is_complete() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("a/b");
        let directory = OutputDirectory::create(&target, false).unwrap();
        fs::write(directory.path().join("text"), "x").unwrap();
        assert!(!base.path().join("a").exists());
        directory.commit().unwrap();
        assert_eq!(names(&target), ["text"]);
        assert_eq!(names(base.path()), ["a"]);
    }

    #[test]
    fn a_run_that_stops_leaves_nothing() {
        let base = tempfile::tempdir().unwrap();
        let directory = OutputDirectory::create(&base.path().join("out"), false).unwrap();
        fs::write(directory.path().join("text"), "x").unwrap();
        drop(directory);
        assert_eq!(names(base.path()), [""; 0]);
    }

    #[test]
    fn an_existing_directory_is_refused_unless_forced_and_then_replaced_at_the_end() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("out");
        write_output(&target, false, "old").unwrap();
        assert!(matches!(
            write_output(&target, false, "new"),
            Err(OutputError::Exists(_))
        ));
        let directory = OutputDirectory::create(&target, true).unwrap();
        assert_eq!(fs::read_to_string(target.join("text")).unwrap(), "old");
        drop(directory);
        write_output(&target, true, "new").unwrap();
        assert_eq!(fs::read_to_string(target.join("text")).unwrap(), "new");
        assert_eq!(names(base.path()), ["out"]);
    }

    #[test]
    fn a_directory_of_somebody_else_is_never_replaced() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("photos");
        fs::create_dir(&target).unwrap();
        write_output(&target, true, "an empty one is").unwrap();
        let target = base.path().join("diary");
        fs::create_dir(&target).unwrap();
        fs::write(target.join("monday"), "rain").unwrap();
        assert!(matches!(
            write_output(&target, true, "x"),
            Err(OutputError::Foreign(_))
        ));
        fs::write(target.join(MANIFEST), r#"{"tool":{"name":"other"}}"#).unwrap();
        assert!(matches!(
            write_output(&target, true, "x"),
            Err(OutputError::Foreign(_))
        ));
        assert_eq!(fs::read_to_string(target.join("monday")).unwrap(), "rain");
    }

    #[test]
    fn a_file_is_never_replaced_and_a_path_without_a_name_is_refused() {
        let base = tempfile::tempdir().unwrap();
        let file = base.path().join("file");
        fs::write(&file, "x").unwrap();
        assert!(matches!(
            write_output(&file, true, "x"),
            Err(OutputError::NotADirectory(_))
        ));
        assert!(matches!(
            write_output(Path::new("/"), true, "x"),
            Err(OutputError::NoName(_))
        ));
        assert!(matches!(
            write_output(&base.path().join("missing/.."), true, "x"),
            Err(OutputError::NoName(_))
        ));
    }

    #[test]
    fn a_directory_that_appears_meanwhile_is_not_overwritten() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("out");
        let directory = OutputDirectory::create(&target, false).unwrap();
        fs::create_dir(&target).unwrap();
        fs::write(target.join("monday"), "rain").unwrap();
        assert!(matches!(directory.commit(), Err(OutputError::Exists(_))));
        assert_eq!(names(base.path()), ["out"]);
        assert_eq!(names(&target), ["monday"]);
    }
}
