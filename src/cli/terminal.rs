//! The one way out: everything that people read passes here.
//!
//! Names, titles, paths and snippets come from files of other people. What
//! could steer a terminal is written out, and no message grows without bound.
//! A message that cannot be written is lost; that ends no run.

use super::Failure;
use crate::scenario::{Problems, plain};
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Writes a line to standard error.
pub(super) fn say(line: &str) {
    raw(&(plain(line.trim_end()) + "\n"));
}

/// Writes warnings to standard error.
pub(super) fn warn(problems: &Problems) {
    if !problems.is_empty() {
        raw(&problems.render(colour()));
    }
}

/// Writes to standard error what is clean already.
pub(super) fn raw(text: &str) {
    // The reader may have gone away, and there is no other place to say
    // so.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Prints text for people to standard output; a reader that has gone away
/// (`| head`) is no error.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    write(&plain(text))
}

/// Prints data to standard output: byte by byte, unless a terminal would read
/// them.
pub(super) fn print_data(text: &str) -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        print(text)
    } else {
        write(text)
    }
}

fn write(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Whether messages are drawn in colour.
pub(super) fn colour() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
