//! Problems in plain lines, for a library without the command line.

use crate::scenario::plain::message;
use crate::scenario::problem::Problem;
use std::fmt::Write;
use std::sync::Arc;

/// Writes one problem of the text `source`: file, line, what is wrong, and the
/// remedy.
pub(super) fn draw(out: &mut String, problem: &Problem, source: Option<&Arc<str>>, _: bool) {
    let line = problem
        .span
        .as_ref()
        .zip(source)
        .and_then(|(span, text)| text.get(..span.start))
        .map_or_else(String::new, |before| {
            format!(":{}", before.matches('\n').count() + 1)
        });
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
