//! An output directory that appears whole or not at all.
//!
//! Everything is written into a temporary directory beside the target and put
//! in its place when it is complete and has been handed to the disk (`fsync`).
//! An older output is exchanged for it in one step, so that at every instant
//! either the old or the new one is there under its name; where the system
//! cannot exchange, the old one moves aside first.
//!
//! Whatever ends the run before that (an error, a panic, an interrupt that
//! unwinds) removes the temporary directory. A run that is killed leaves it:
//! the next one with the same target finds it and removes it. A lock on the
//! temporary directory, which ends with its process, tells the two apart.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

use crate::reading::dead_link;

use super::error::OutputError;
use super::manifest::{MANIFEST, is_manifest, written_by_runs};

/// The directory in the making.
#[derive(Debug)]
pub(super) struct OutputDirectory {
    target: PathBuf,
    temporary: TempDir,
    replace: bool,
    /// Held while the temporary directory is in use.
    _lock: Option<File>,
}

impl OutputDirectory {
    /// Prepares to write `target`. Unless `replace` is set it must not exist;
    /// with it, it may be empty or an older output.
    pub(super) fn create(target: &Path, replace: bool) -> Result<Self, OutputError> {
        let target = resolve(target)?;
        sweep(&target);
        check(&target, replace)?;
        if target.exists() {
            // What cannot be carried over is told before the run and not behind it.
            for path in notes(&target)? {
                look_through(&path)?;
            }
        }
        let (temporary, lock) = locked(&target)?;
        Ok(Self {
            target,
            temporary,
            replace,
            _lock: lock,
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
        to_disk(self.temporary.path()).map_err(failed)?;
        if self.target.exists() {
            carry_over(&self.target, self.temporary.path())?;
        }
        if !self.target.exists() {
            fs::rename(self.temporary.path(), &self.target).map_err(failed)?;
            // The directory now has another name: there is nothing to remove.
            let _ = self.temporary.keep();
        } else if exchange(self.temporary.path(), &self.target).is_err() {
            return self.replace_in_two_steps();
        }
        // Where the two were exchanged, the older output goes as the temporary
        // directory is dropped.
        names_to_disk(&self.target);
        Ok(self.target)
    }

    /// An older output moves aside first, as a directory cannot be renamed onto
    /// one that is not empty; it is removed last.
    fn replace_in_two_steps(self) -> Result<PathBuf, OutputError> {
        let aside = temporary_beside(&self.target, REPLACED)?;
        let older = aside.path().join(OLDER);
        let failed = |error| OutputError::io(&self.target, error);
        fs::rename(&self.target, &older).map_err(failed)?;
        if let Err(error) = fs::rename(self.temporary.path(), &self.target) {
            if fs::rename(&older, &self.target).is_err() {
                // Better in a place with an odd name than lost.
                let _ = aside.keep();
            }
            return Err(failed(error));
        }
        let _ = self.temporary.keep();
        names_to_disk(&self.target);
        Ok(self.target)
    }
}

/// Ends of the names of temporary directories: of an output in the making, and
/// of an older one that is out of the way.
const PARTIAL: &str = "partial";
const REPLACED: &str = "replaced";

/// The page that `--report` writes beside the tables.
const PAGE: &str = "report.html";

/// Name of an older output while it is out of the way.
const OLDER: &str = "older";

/// A temporary directory for `target`, and the lock that keeps other runs from
/// taking it for a leftover.
fn locked(target: &Path) -> Result<(TempDir, Option<File>), OutputError> {
    loop {
        let temporary = temporary_beside(target, PARTIAL)?;
        let Some(lock) = lock(temporary.path()) else {
            // Another run took it for a leftover before it was locked.
            if temporary.path().exists() && !can_lock(target) {
                return Ok((temporary, None));
            }
            continue;
        };
        if temporary.path().exists() {
            return Ok((temporary, Some(lock)));
        }
    }
}

/// Locks a directory for this process; `None` if another has it or the system
/// locks no directories.
fn lock(directory: &Path) -> Option<File> {
    let file = File::open(directory).ok()?;
    file.try_lock().is_ok().then_some(file)
}

/// Whether directories can be locked where `target` lies.
fn can_lock(target: &Path) -> bool {
    temporary_beside(target, PARTIAL).is_ok_and(|probe| lock(probe.path()).is_some())
}

/// Removes what runs that were killed left beside `target`, and puts an older
/// output back that lost its name.
fn sweep(target: &Path) {
    let parent = parent_of(target);
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let prefix = format!(".{name}.");
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let found = entry.file_name();
        let Some(rest) = found.to_str().and_then(|name| name.strip_prefix(&prefix)) else {
            continue;
        };
        let Some((nonce, end)) = rest.split_once('.') else {
            continue;
        };
        if nonce.len() != NONCE || !(end == PARTIAL || end == REPLACED) {
            continue;
        }
        // What cannot be removed does no harm.
        if let Some(_mine) = lock(&path) {
            let older = path.join(OLDER);
            if end == REPLACED && !target.exists() {
                let _ = fs::rename(older, target);
            }
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Puts `a` in the place of `b` and `b` in that of `a`, in one step.
#[cfg(unix)]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(unix))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// What lies in an older output and no run has written: notes, plots.
fn notes(older: &Path) -> Result<Vec<PathBuf>, OutputError> {
    let written = written_by_runs(&older.join(MANIFEST));
    let is_written =
        |name: &str| name == MANIFEST || name == PAGE || written.iter().any(|file| file == name);
    let names = names_in(older)?.into_iter();
    let notes = names.filter(|name| !name.to_str().is_some_and(is_written));
    Ok(notes.map(|name| older.join(name)).collect())
}

fn names_in(directory: &Path) -> Result<Vec<OsString>, OutputError> {
    let failed = |error| OutputError::io(directory, error);
    let entries = fs::read_dir(directory).map_err(failed)?;
    let names = entries.map(|entry| entry.map(|entry| entry.file_name()));
    names.collect::<io::Result<_>>().map_err(failed)
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_dir())
}

/// Whether all folders below `path` can be read.
fn look_through(path: &Path) -> Result<(), OutputError> {
    if is_folder(path) {
        for name in names_in(path)? {
            look_through(&path.join(name))?;
        }
    }
    Ok(())
}

/// Puts into `new` what lies in `older` and no run has written. It has its name in both
/// until the older output goes.
fn carry_over(older: &Path, new: &Path) -> Result<(), OutputError> {
    for path in notes(older)? {
        let there = new.join(path.file_name().unwrap_or_default());
        if fs::symlink_metadata(&there).is_err() {
            give_second_name(&path, &there)?;
        }
    }
    Ok(())
}

/// The same files under another name, of a folder one by one.
fn give_second_name(path: &Path, there: &Path) -> Result<(), OutputError> {
    let failed = |error| OutputError::io(path, error);
    if is_folder(path) {
        fs::create_dir(there).map_err(failed)?;
        for name in names_in(path)? {
            give_second_name(&path.join(&name), &there.join(&name))?;
        }
        return Ok(());
    }
    // Not every file system gives a file two names.
    let second = fs::hard_link(path, there).or_else(|_| fs::copy(path, there).map(|_| ()));
    second.map_err(failed)
}

/// Hands the files of a directory, and their names, to the disk.
fn to_disk(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        File::options()
            .read(true)
            .write(true)
            .open(path)?
            .sync_all()?;
    }
    sync_names(directory);
    Ok(())
}

/// Hands the name of `target` to the disk.
fn names_to_disk(target: &Path) {
    sync_names(parent_of(target));
}

/// Not every system opens a directory, and a name that is lost with the power
/// leaves the older output or none: never half of one.
fn sync_names(directory: &Path) {
    if let Ok(file) = File::open(directory) {
        let _ = file.sync_all();
    }
}

/// The directory that `target` lies in, or the first of its parents that is
/// there.
fn parent_of(target: &Path) -> &Path {
    let existing = target
        .ancestors()
        .skip(1)
        .find(|path| path.as_os_str().is_empty() || path.exists());
    match existing {
        Some(path) if !path.as_os_str().is_empty() => path,
        _ => Path::new("."),
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
            .map_err(|error| OutputError::made(target, error));
    }
    Ok(target.into())
}

/// Whether `target` may be written.
fn check(target: &Path, replace: bool) -> Result<(), OutputError> {
    let metadata = match fs::symlink_metadata(target) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // Its parents are made in the end, which a link would not let them be.
            return dead_link(target).map_or(Ok(()), |link| Err(OutputError::Dangling(link)));
        }
        Err(error) => return Err(OutputError::made(target, error)),
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

/// Characters that make the name of a temporary directory its own.
const NONCE: usize = 6;

/// A temporary directory on the file system of `target`: beside it, or beside
/// the first of its parents that is yet to be created.
fn temporary_beside(target: &Path, suffix: &str) -> Result<TempDir, OutputError> {
    let parent = parent_of(target);
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let (prefix, suffix) = (format!(".{name}."), format!(".{suffix}"));
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(&suffix).rand_bytes(NONCE);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any other new directory; by default only its owner could read it.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder
        .tempdir_in(parent)
        .map_err(|error| OutputError::made(target, error))
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
    fn what_a_killed_run_left_is_removed_by_the_next_but_not_that_of_a_living_one() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("out");
        let killed = base.path().join(".out.AbCdEf.partial");
        fs::create_dir(&killed).unwrap();
        fs::write(killed.join("text"), "half").unwrap();
        let others = [
            ".out.AbCdEf.mine",
            ".out.long-name.partial",
            ".outer.AbCdEf.partial",
        ];
        for other in others {
            fs::create_dir(base.path().join(other)).unwrap();
        }
        let living = OutputDirectory::create(&target, false).unwrap();
        assert!(!killed.exists());
        let second = OutputDirectory::create(&target, false).unwrap();
        assert!(living.path().exists() && second.path().exists());
        drop((living, second));
        assert_eq!(names(base.path()), others);
    }

    #[test]
    fn an_older_output_that_lost_its_name_gets_it_back() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("out");
        let aside = base.path().join(".out.AbCdEf.replaced");
        fs::create_dir_all(aside.join(OLDER)).unwrap();
        fs::write(aside.join(OLDER).join("text"), "old").unwrap();
        assert!(OutputDirectory::create(&target, false).is_err());
        assert_eq!(fs::read_to_string(target.join("text")).unwrap(), "old");
        assert_eq!(names(base.path()), ["out"]);
    }

    #[test]
    fn a_system_that_exchanges_nothing_replaces_in_two_steps() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("out");
        write_output(&target, false, "old").unwrap();
        let directory = OutputDirectory::create(&target, true).unwrap();
        fs::write(directory.path().join("text"), "new").unwrap();
        directory.replace_in_two_steps().unwrap();
        assert_eq!(fs::read_to_string(target.join("text")).unwrap(), "new");
        assert_eq!(names(base.path()), ["out"]);
    }

    #[test]
    fn what_no_run_has_written_stays_when_an_older_output_is_replaced() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("out");
        write_output(&target, false, "old").unwrap();
        let manifest =
            r#"{"tool":{"name":"rollcast"},"outputs":[{"file":"gone.csv"},{"file":"text"}]}"#;
        fs::write(target.join(MANIFEST), manifest).unwrap();
        for name in ["gone.csv", "report.html", "notes.md"] {
            fs::write(target.join(name), name).unwrap();
        }
        fs::create_dir_all(target.join("plots/fine")).unwrap();
        fs::write(target.join("plots/fine/a.png"), "a").unwrap();
        write_output(&target, true, "new").unwrap();
        assert_eq!(names(&target), [MANIFEST, "notes.md", "plots", "text"]);
        assert_eq!(fs::read_to_string(target.join("text")).unwrap(), "new");
        assert_eq!(
            fs::read_to_string(target.join("plots/fine/a.png")).unwrap(),
            "a"
        );
        assert_eq!(names(base.path()), ["out"]);
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
