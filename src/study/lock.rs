//! A lock: one process at a time makes a shard.
//!
//! The system takes the lock from a process that ends, however it ends. The
//! file says which process holds it, for those that come in vain.

use super::error::StudyError;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// A shard that this process is making; free again when it is dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    /// None where the file system has no locks.
    file: Option<File>,
}

impl Lock {
    /// Takes the lock at `path`.
    pub(super) fn take(path: &Path) -> Result<Self, StudyError> {
        let failed = |error| StudyError::io(path, error);
        loop {
            let mut file = File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)
                .map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let mut holder = String::new();
                    let _ = (&mut file).take(200).read_to_string(&mut holder);
                    // Its holder may have come no further than to the lock.
                    let holder = match holder.trim() {
                        "" => "another process",
                        holder => holder,
                    };
                    return Err(StudyError::Locked {
                        directory: path.parent().unwrap_or(path).into(),
                        holder: holder.to_owned(),
                    });
                }
                Err(TryLockError::Error(error)) if no_locks(&error) => {
                    return Ok(Self {
                        path: path.into(),
                        file: None,
                    });
                }
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            // Its last holder may have removed the file that was just locked.
            if is_at(&file, path) {
                file.set_len(0)
                    .and_then(|()| file.write_all(this_process().as_bytes()))
                    .map_err(failed)?;
                return Ok(Self {
                    path: path.into(),
                    file: Some(file),
                });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.file.is_some() {
            // One that stays is taken by the next process.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Whether a file of a study's directory is a lock.
pub(super) fn is_lock(name: &str) -> bool {
    name.starts_with('.') && name.rsplit('.').next() == Some("lock")
}

fn no_locks(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
}

/// Whether `file` is still the one called `path`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |a: fs::Metadata, b: fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    file.metadata()
        .and_then(|mine| Ok(same(mine, fs::metadata(path)?)))
        .unwrap_or(false)
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// This process, for people.
fn this_process() -> String {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim();
    let process = std::process::id();
    if host.is_empty() {
        format!("process {process}\n")
    } else {
        format!("process {process} on {host}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_whose_holder_has_not_said_who_it_is_is_that_of_another_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".x.lock");
        let held = File::create(&path).unwrap();
        held.try_lock().unwrap();
        let said = Lock::take(&path).unwrap_err().to_string();
        assert!(said.contains("in use by another process"), "{said}");
    }

    #[test]
    fn a_lock_names_its_holder_and_is_free_when_that_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".x.lock");
        let first = Lock::take(&path).unwrap();
        let said = Lock::take(&path).unwrap_err().to_string();
        let holder = format!("process {}", std::process::id());
        assert!(said.contains(&holder), "{said}");
        drop(first);
        assert!(!path.exists());
        // A process that was killed leaves the file, and not the lock.
        fs::write(&path, "process 1").unwrap();
        Lock::take(&path).unwrap();
    }
}
