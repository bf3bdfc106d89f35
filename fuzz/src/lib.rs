//! What several fuzz targets share.

use rollcast::scenario::{Loaded, Problems};
use std::fs;
use std::path::Path;

/// What is said about an input: short, and with a file and a line.
pub fn complaints_are_sound(found: &Result<Loaded, Problems>) {
    let problems = match found {
        Ok(loaded) => &loaded.warnings,
        Err(problems) => problems,
    };
    assert_eq!(found.is_err(), problems.has_errors());
    for problem in problems.list() {
        assert!(!problem.file.is_empty(), "{problem:?}");
        let is_placed = problems.line(problem).is_some() || problem.span.is_none();
        assert!(is_placed, "{problem:?}");
    }
    let shown = problems.render(false);
    assert!(shown.len() <= 400_000, "a message of {} bytes", shown.len());
    let escapes = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    assert!(!shown.contains(escapes), "{shown:?}");
}

/// Copies a folder of files.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder is there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

/// Damages a file below `folder`, as `data` says: which file, where, and with
/// what, which may be nothing, so that it is cut off.
pub fn damage(folder: &Path, data: &[u8]) {
    let [file, high, low, length, with @ ..] = data else {
        return;
    };
    let mut files = Vec::new();
    list(folder, &mut files);
    files.sort();
    let path = &files[usize::from(*file) % files.len()];
    let mut bytes = fs::read(path).expect("the file is there");
    let at = (usize::from(*high) << 8 | usize::from(*low)) % (bytes.len() + 1);
    let end = (at + usize::from(*length)).min(bytes.len());
    if with.is_empty() && *length == 255 {
        bytes.truncate(at);
    } else {
        bytes.splice(at..end, with.iter().copied());
    }
    fs::write(path, bytes).expect("the file can be written");
}

fn list(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
        if entry.path().is_dir() {
            list(&entry.path(), files);
        } else {
            files.push(entry.path());
        }
    }
}
