//! One file of an output directory: encoded, hashed and counted as it grows.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::error::OutputError;
use super::table::Format;
use super::wall_clock::WallClock;
use crate::reading;
use crate::units::hexadecimal;

/// Where the bytes of a table go.
#[derive(Debug)]
pub(super) enum Target {
    /// Into a file.
    Disk(File),
    /// They stay in memory.
    Memory(Vec<u8>),
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Disk(file) => file.write(bytes),
            Self::Memory(kept) => kept.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Disk(file) => file.flush(),
            Self::Memory(_) => Ok(()),
        }
    }
}

/// A table's file. Bytes are handed over in pieces, each encoded on its own,
/// so that pieces can be encoded in parallel and come out the same.
#[derive(Debug)]
pub(super) struct TableFile<W = Target> {
    path: PathBuf,
    target: W,
    format: Format,
    hash: Sha256,
    rows: u64,
    clock: Option<WallClock>,
}

impl TableFile {
    /// Creates the file, which must not exist.
    pub(super) fn create(path: &Path, format: Format) -> Result<Self, OutputError> {
        let target = File::create_new(path).map_err(|error| OutputError::io(path, error))?;
        Ok(Self::new(path, Target::Disk(target), format))
    }

    /// A table that stays in memory, as text.
    pub(super) fn in_memory(name: &str) -> Self {
        Self::new(Path::new(name), Target::Memory(Vec::new()), Format::Csv)
    }
}

impl<W: Write> TableFile<W> {
    fn new(path: &Path, target: W, format: Format) -> Self {
        Self {
            path: path.into(),
            target,
            format,
            hash: Sha256::new(),
            rows: 0,
            clock: None,
        }
    }

    /// Adds dates and times to the rows that follow.
    pub(super) fn set_clock(&mut self, clock: Option<WallClock>) {
        self.clock = clock;
    }

    /// What adds dates and times to rows, before they are encoded.
    pub(super) fn clock(&self) -> Option<&WallClock> {
        self.clock.as_ref()
    }

    /// The format that pieces have to be encoded in.
    pub(super) fn format(&self) -> Format {
        self.format
    }

    /// Appends a piece that [`encode`] made, and counts `rows`.
    pub(super) fn append(&mut self, encoded: &[u8], rows: u64) -> Result<(), OutputError> {
        self.target
            .write_all(encoded)
            .map_err(|error| OutputError::io(&self.path, error))?;
        self.hash.update(encoded);
        self.rows += rows;
        Ok(())
    }

    /// Encodes and appends a piece.
    pub(super) fn append_text(&mut self, mut text: Vec<u8>, rows: u64) -> Result<(), OutputError> {
        if let Some(clock) = &self.clock {
            clock.apply(&mut text);
        }
        encode(&mut text, self.format);
        self.append(&text, rows)
    }

    /// Closes the file; its rows without the heading, the SHA-256 of its bytes,
    /// and where they went.
    pub(super) fn finish(mut self) -> Result<(u64, String, W), OutputError> {
        self.target
            .flush()
            .map_err(|error| OutputError::io(&self.path, error))?;
        Ok((self.rows, hexadecimal(&self.hash.finalize()), self.target))
    }
}

/// Turns a piece of text into what is stored, in place; nothing stays nothing.
pub(super) fn encode(text: &mut Vec<u8>, format: Format) {
    if format == Format::Csv || text.is_empty() {
        return;
    }
    // Without name and time in the header, equal text gives equal bytes.
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::default());
    encoder
        .write_all(text)
        .expect("writing to memory does not fail");
    *text = encoder.finish().expect("writing to memory does not fail");
}

/// The SHA-256 of a file, as lower-case hexadecimal digits.
///
/// # Errors
/// If the file cannot be read.
pub fn file_sha256(path: &Path) -> Result<String, OutputError> {
    let mut hash = Sha256::new();
    let copied =
        reading::regular(path).and_then(|mut file| io::copy(&mut file, &mut HashWriter(&mut hash)));
    copied.map_err(|error| OutputError::io(path, error))?;
    Ok(hexadecimal(&hash.finalize()))
}

struct HashWriter<'a>(&'a mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    /// A disk with room for some bytes.
    struct SmallDisk(usize);

    impl Write for SmallDisk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            if taken == 0 {
                Err(io::ErrorKind::StorageFull.into())
            } else {
                Ok(taken)
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_is_one_clear_error() {
        let mut file = TableFile::new(Path::new("out/machines.csv"), SmallDisk(10), Format::Csv);
        file.append(b"12345678", 1).unwrap();
        let error = file.append(b"12345678", 1).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no space left to write `out/machines.csv`; nothing was kept"
        );
    }

    #[test]
    fn rows_and_hash_are_those_of_the_stored_bytes() {
        let mut stored = Vec::new();
        let mut file = TableFile::new(Path::new("x"), &mut stored, Format::Csv);
        file.append(b"ab", 2).unwrap();
        file.append(b"c", 1).unwrap();
        let (rows, hash, _) = file.finish().unwrap();
        assert_eq!(rows, 3);
        // FIPS 180-2, appendix B.1: SHA-256 of "abc".
        assert_eq!(
            hash,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(stored, b"abc");
    }

    #[test]
    fn pieces_are_gzip_members_that_read_as_one_file() {
        let mut stored = Vec::new();
        let mut file = TableFile::new(Path::new("x"), &mut stored, Format::Gzip);
        file.append_text(b"a,b\n".to_vec(), 0).unwrap();
        file.append_text(Vec::new(), 0).unwrap();
        file.append_text(b"1,2\n".to_vec(), 1).unwrap();
        file.finish().unwrap();
        let mut text = String::new();
        flate2::read::MultiGzDecoder::new(stored.as_slice())
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "a,b\n1,2\n");
    }
}
