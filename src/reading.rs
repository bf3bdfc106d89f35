//! Files that are read whole: no further than a bound, so that a device, or a file that
//! is not what it is taken for, neither fills the memory nor is read without end.

use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// What a person writes: scenarios, studies, designs.
pub(crate) const WRITTEN: u64 = 64 << 20;
/// What a program has written: exports, manifests, plans, runs, and tables that are
/// kept in memory.
pub(crate) const MADE: u64 = 4 << 30;
/// A table that is read row by row.
pub(crate) const STREAMED: u64 = 256 << 30;

/// All of `input`.
///
/// # Errors
/// If it cannot be read, or has more than `largest` bytes.
pub(crate) fn all(input: impl Read, largest: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Bounded::new(input, largest).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The bytes of a file.
///
/// # Errors
/// As [`all`].
pub(crate) fn bytes(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    // The length of a device is none.
    if file.metadata()?.len() > largest {
        return Err(too_large(largest));
    }
    all(file, largest)
}

/// The text of a file.
///
/// # Errors
/// As [`all`], or if it is not UTF-8.
pub(crate) fn text(path: &Path, largest: u64) -> io::Result<String> {
    String::from_utf8(bytes(path, largest)?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()))
}

/// The bytes of a table, unpacked if its name ends in `.gz`. A small packed file may
/// hold a table without end.
///
/// # Errors
/// As [`regular`]; what is read later fails behind `largest` bytes.
pub(crate) fn table(path: &Path, largest: u64) -> io::Result<Box<dyn Read>> {
    let file = BufReader::new(regular(path)?);
    let is_packed = path.extension().is_some_and(|extension| extension == "gz");
    Ok(if is_packed {
        Box::new(Bounded::new(MultiGzDecoder::new(file), largest))
    } else {
        Box::new(Bounded::new(file, largest))
    })
}

/// A file of results. Nothing else is one: a device or a pipe may never end.
///
/// # Errors
/// If it cannot be opened or is not a file.
pub(crate) fn regular(path: &Path) -> io::Result<File> {
    // Opening a pipe waits for a program that writes into it.
    if !path.metadata()?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is not a file",
        ));
    }
    File::open(path)
}

/// The first link on the way to `path` that leads to nothing, or back to itself.
pub(crate) fn dead_link(path: &Path) -> Option<PathBuf> {
    let mut on_the_way: Vec<&Path> = path.ancestors().collect();
    on_the_way.reverse();
    let is_dead = |path: &&Path| match path.metadata() {
        Ok(_) => false,
        Err(error) => error.kind() != io::ErrorKind::PermissionDenied && path.is_symlink(),
    };
    on_the_way.into_iter().find(is_dead).map(Path::to_owned)
}

/// Paths in messages.
pub(crate) trait Shown {
    /// The path on one line: a break of lines in the name of a file makes no line of a
    /// message.
    fn shown(&self) -> String;
}

impl Shown for Path {
    fn shown(&self) -> String {
        let text = self.to_string_lossy();
        if !text.contains(char::is_control) {
            return text.into_owned();
        }
        let mut shown = String::new();
        for c in text.chars() {
            if c.is_control() {
                shown.extend(c.escape_default());
            } else {
                shown.push(c);
            }
        }
        shown
    }
}

/// Why a file is not read that is not simply missing or too large, and what helps.
pub(crate) fn obstacle(path: &Path, error: &io::Error) -> Option<(String, &'static str)> {
    if let Some(link) = dead_link(path) {
        let link = link.shown();
        let why = format!("`{link}` is a link that leads to nothing, or back to itself");
        return Some((why, "make the link anew, or name the file without it"));
    }
    let help = match error.kind() {
        io::ErrorKind::IsADirectory => {
            return Some(("it is a directory".to_owned(), "name the file in it"));
        }
        io::ErrorKind::NotADirectory => "a file stands on the way to it; check the path",
        io::ErrorKind::InvalidFilename => "no file has so long a name; check the path",
        io::ErrorKind::PermissionDenied => "check who may read it",
        _ => return None,
    };
    Some((error.to_string(), help))
}

/// Fails behind a number of bytes.
struct Bounded<R> {
    input: R,
    left: u64,
    largest: u64,
}

impl<R> Bounded<R> {
    fn new(input: R, largest: u64) -> Self {
        let left = largest;
        Self {
            input,
            left,
            largest,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // One byte more tells a file that ends at the bound from one that goes on.
        let most = self.left.saturating_add(1).min(into.len() as u64) as usize;
        let read = self.input.read(&mut into[..most])?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => return Err(too_large(self.largest)),
        }
        Ok(read)
    }
}

fn too_large(largest: u64) -> io::Error {
    let bound = match largest {
        gibi if gibi >= 1 << 30 => format!("{} GiB", gibi >> 30),
        mebi => format!("{} MiB", mebi >> 20),
    };
    let message = format!("it is larger than {bound}, the most that is read");
    io::Error::new(io::ErrorKind::FileTooLarge, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        assert_eq!(all(&[7; 100][..], 100).unwrap(), [7; 100]);
        assert!(all(&[7; 101][..], 100).is_err());
        let error = all(io::repeat(0), 1 << 20).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert!(error.to_string().contains("1 MiB"));
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large");
        File::create(&path).unwrap().set_len(MADE + 1).unwrap();
        assert!(bytes(&path, MADE).is_err());
    }

    #[test]
    fn a_packed_table_is_unpacked_up_to_its_bound() {
        use std::io::Write as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv.gz");
        let mut packed = flate2::write::GzEncoder::new(
            File::create(&path).unwrap(),
            flate2::Compression::fast(),
        );
        packed.write_all(&[b'x'; 5000]).unwrap();
        packed.finish().unwrap();
        let mut text = Vec::new();
        table(&path, 5000).unwrap().read_to_end(&mut text).unwrap();
        assert_eq!(text.len(), 5000);
        assert!(table(&path, 4999).unwrap().read_to_end(&mut text).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn the_first_link_that_leads_to_nothing_is_named() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        symlink("itself", at("itself")).unwrap();
        symlink("away", at("lost")).unwrap();
        symlink("..", at("up")).unwrap();
        assert_eq!(dead_link(&at("itself")), Some(at("itself")));
        assert_eq!(dead_link(&at("itself/x/y")), Some(at("itself")));
        assert_eq!(dead_link(&at("lost/x")), Some(at("lost")));
        assert_eq!(dead_link(&at("up/none")), None);
        assert_eq!(dead_link(&at("none/x")), None);
    }

    #[test]
    fn only_a_file_is_a_table() {
        assert!(regular(Path::new(".")).is_err());
        #[cfg(unix)]
        assert!(table(Path::new("/dev/null"), 1).is_err());
    }
}
