//! Problems in plain lines, for a library without the command line.

use crate::scenario::plain::message;
use crate::scenario::problem::Problem;
use std::fmt::Write;
use std::sync::Arc;

/// Writes one problem: file, line, what is wrong, and the
/// remedy.
pub(super) fn draw(
    out: &mut String,
    problem: &Problem,
    line: Option<u64>,
    _: Option<&Arc<str>>,
    _: (usize, bool),
) {
    let line = line.map_or_else(String::new, |line| format!(":{line}"));
    // Writing into a String cannot fail.
    let _ = writeln!(
        out,
        "{}{line}: {}: {}",
        message(&problem.file),
        problem.code,
        message(&problem.message)
    );
    if let Some(help) = &problem.help {
        let _ = writeln!(out, "  help: {}", message(help));
    }
}
