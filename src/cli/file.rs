//! A file that the command line writes: it is there whole or not at all.

use super::Failure;
use crate::reading::Shown;
use crate::reading::dead_link;
use crate::results::OutputError;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// What becomes of a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    /// The new one replaces it in one step.
    Replaced,
    /// It stays, and the error is [`io::ErrorKind::AlreadyExists`].
    Kept,
}

/// Characters that make the name of a temporary file its own.
const NONCE: usize = 6;

/// The end of the name of a temporary file.
const PARTIAL: &str = ".partial";

/// Writes `text` to a file beside `path` and gives it that name when it is complete. A
/// link is followed; what is no file, such as a pipe, is written to as it is.
///
/// What an earlier process left when it was killed is removed.
///
/// # Errors
/// If the file cannot be written, or is to be kept.
pub(super) fn write(path: &Path, text: &str, existing: Existing) -> io::Result<()> {
    let path = if path.is_symlink() {
        &path.canonicalize()?
    } else {
        path
    };
    if path.exists() && !path.is_file() && !path.is_dir() {
        return fs::write(path, text);
    }
    let (folder, prefix) = beside(path);
    sweep(&folder, &prefix);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(PARTIAL).rand_bytes(NONCE);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any other new file; by default only its owner could read it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file: NamedTempFile = builder.tempfile_in(&folder)?;
    // Where the system locks no files, nothing is swept either.
    let _ = file.as_file().try_lock();
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    // Another program may have made the file meanwhile.
    let written = match existing {
        Existing::Replaced => file.persist(path),
        Existing::Kept => file.persist_noclobber(path),
    };
    written.map_err(|error| error.error)?;
    Ok(())
}

/// What is said of a file that could not be written: what the user can change is bad
/// input.
pub(super) fn unwritten(path: &Path, error: &io::Error) -> Failure {
    let shown = path.shown();
    if path.is_dir() {
        return Failure::bad_input(format!("`{shown}` is a directory\nhelp: name a file in it"));
    }
    if let Some(link) = dead_link(path) {
        return Failure::bad_input(OutputError::Dangling(link));
    }
    let (folder, _) = beside(path);
    let folder_shown = folder.shown();
    match error.kind() {
        io::ErrorKind::NotFound if !folder.exists() => Failure::bad_input(format!(
            "`{shown}` cannot be written: there is no directory `{folder_shown}`\nhelp: make that directory first, or name a file in one that exists"
        )),
        io::ErrorKind::NotADirectory => Failure::bad_input(format!(
            "`{shown}` cannot be written: `{folder_shown}` is not a directory\nhelp: name a file in a directory"
        )),
        io::ErrorKind::InvalidFilename => Failure::bad_input(OutputError::TooLong(path.into())),
        io::ErrorKind::NotFound
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem => Failure::bad_input(format!(
            "`{shown}` cannot be written: nothing can be made in `{folder_shown}`\nhelp: name a file in a directory where you may write"
        )),
        _ => Failure::failed(format!("`{shown}` cannot be written: {error}")),
    }
}

/// The folder of a file, and how the names of its temporary files begin.
fn beside(path: &Path) -> (PathBuf, String) {
    let folder = path.parent().filter(|name| !name.as_os_str().is_empty());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = folder.unwrap_or_else(|| Path::new("."));
    (folder.to_owned(), format!(".{name}."))
}

/// Removes the temporary files of processes that have ended.
fn sweep(folder: &Path, prefix: &str) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(prefix));
        let nonce = rest.and_then(|rest| rest.strip_suffix(PARTIAL));
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if !is_file || nonce.is_none_or(|nonce| nonce.len() != NONCE) {
            continue;
        }
        let path = entry.path();
        let is_left = File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
        if is_left {
            // What cannot be removed does no harm.
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_or_kept_and_leftovers_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        let left = folder.path().join(".page.html.abc123.partial");
        let foreign = folder.path().join(".other.html.abc123.partial");
        fs::write(&left, "half").unwrap();
        fs::write(&foreign, "half").unwrap();
        write(&path, "one", Existing::Kept).unwrap();
        assert_eq!(
            names(folder.path()),
            [".other.html.abc123.partial", "page.html"]
        );
        let kept = write(&path, "two", Existing::Kept).unwrap_err();
        assert_eq!(kept.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        write(&path, "two", Existing::Replaced).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(names(folder.path()).len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_the_file_and_others_may_read_it() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("page.html"), folder.path().join("link"));
        fs::write(&path, "one").unwrap();
        symlink(&path, &link).unwrap();
        write(&link, "two", Existing::Replaced).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        let plain = folder.path().join("plain");
        fs::write(&plain, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&plain));
    }
}
