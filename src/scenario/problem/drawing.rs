//! Problems with their line and a caret, as miette draws them.

use crate::scenario::plain::{message, plain_in_place};
use crate::scenario::problem::{Problem, ProblemCode, Severity};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A line longer than this is not shown.
const WIDEST: usize = 500;

/// Columns that stand before a line, beside its number.
const GUTTER: usize = 4;

/// Columns of a line that are shown at least.
const NARROWEST: usize = 20;

/// Stands for what a line has more.
const CUT: char = '…';

/// Draws one problem of the text `source` in this many columns; with `colour`, for a
/// terminal.
pub(super) fn draw(
    out: &mut String,
    problem: &Problem,
    line: Option<u64>,
    source: Option<&Arc<str>>,
    (width, colour): (usize, bool),
) {
    let theme = if colour {
        miette::GraphicalTheme::unicode()
    } else {
        miette::GraphicalTheme::unicode_nocolor()
    };
    let handler = miette::GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .without_syntax_highlighting()
        .with_context_lines(1);
    // Writing into a String cannot fail.
    let _ = handler.render_report(out, &Shown::new(problem, line, source, width));
}

/// A problem in the form that miette draws.
struct Shown {
    code: ProblemCode,
    severity: Severity,
    message: String,
    help: Option<String>,
    snippet: Option<(miette::NamedSource<String>, Range<usize>)>,
}

impl Shown {
    fn new(problem: &Problem, line: Option<u64>, source: Option<&Arc<str>>, width: usize) -> Self {
        let file = message(&problem.file);
        let snippet = problem
            .span
            .as_ref()
            .zip(source)
            .filter(|(span, text)| is_narrow(text, span))
            .map(|(span, text)| {
                let text = plain_in_place(text).into_owned();
                let digits = line.unwrap_or(0).saturating_add(1).to_string().len();
                let (text, span) = fitted(text, span, width.saturating_sub(digits + GUTTER));
                (miette::NamedSource::new(&file, text), span)
            });
        let mut text = String::new();
        if snippet.is_none() && !file.is_empty() {
            // Without a line to show, the file must be named here.
            text = match line {
                Some(line) => format!("{file}:{line}: "),
                None => format!("{file}: "),
            };
        }
        text += &message(&problem.message);
        if problem.more > 0 {
            text += &format!(" (and {} more like it)", problem.more);
        }
        Self {
            code: problem.code,
            severity: problem.severity,
            message: text,
            help: problem.help.as_deref().map(message),
            snippet,
        }
    }
}

/// `text` with the line of `span` and its neighbours cut to this many columns, and the span
/// in it.
fn fitted(text: String, span: &Range<usize>, columns: usize) -> (String, Range<usize>) {
    let columns = columns.max(NARROWEST);
    let parts = (text.get(..span.start)).zip(text.get(span.clone()));
    let Some((before, marked)) = parts.filter(|(_, marked)| !marked.contains('\n')) else {
        return (text, span.clone());
    };
    let own = before.rfind('\n').map_or(0, |at| at + 1);
    let above = before[..own.saturating_sub(1)].rfind('\n');
    let above = above.map_or(0, |at| at + 1).min(own);
    let end = text[span.end..].find('\n');
    let end = end.map_or(text.len(), |at| span.end + at);
    let below = text.get(end + 1..).and_then(|rest| rest.find('\n'));
    let below = below.map_or(text.len(), |at| end + 1 + at);

    let mut out = text[..above].to_owned();
    if own > above {
        out += &beginning(&text[above..own - 1], columns);
        out.push('\n');
    }
    let line = &text[own..end];
    let (from, wide) = (before[own..].chars().count(), marked.chars().count());
    let mut start = span.start - own + out.len();
    // The beginning of a line says most about it: its key.
    if from + wide < columns || line.chars().count() <= columns {
        out += &beginning(line, columns);
    } else {
        let skipped = from - from.min(columns / 3);
        let rest = line
            .char_indices()
            .nth(skipped)
            .map_or("", |(at, _)| &line[at..]);
        let ahead: usize = (line.chars().skip(skipped))
            .take(from - skipped)
            .map(char::len_utf8)
            .sum();
        start = out.len() + ahead;
        let mut room = columns;
        if skipped > 0 {
            out.push(CUT);
            start += CUT.len_utf8();
            room -= 1;
        }
        out += &beginning(rest, room);
    }
    let stop = (start + marked.len()).min(out.len());
    out += &text[end..(end + 1).min(text.len())];
    if end < text.len() {
        out += &beginning(&text[end + 1..below], columns);
        out += &text[below..];
    }
    (out, start.min(stop)..stop)
}

/// As much of a line as these columns have room for.
fn beginning(line: &str, columns: usize) -> String {
    match line.char_indices().nth(columns) {
        None => line.to_owned(),
        Some(_) => {
            let mut cut: String = line.chars().take(columns - 1).collect();
            cut.push(CUT);
            cut
        }
    }
}

/// Whether the lines around `span` can be shown: it is not about the whole file,
/// and they are short.
fn is_narrow(text: &str, span: &Range<usize>) -> bool {
    if *span == (0..0) {
        return false;
    }
    let Some((before, after)) = text.get(..span.start).zip(text.get(span.start..)) else {
        return false;
    };
    // The line and its neighbours, as far as it takes to know.
    let above: usize = before.rsplit('\n').take(2).map(str::len).sum();
    let below: usize = after.split('\n').take(2).map(str::len).sum();
    above + below <= WIDEST && span.len() <= WIDEST
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        let (source, _) = self.snippet.as_ref()?;
        Some(source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let (_, span) = self.snippet.as_ref()?;
        let label = miette::LabeledSpan::new_with_span(None, span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown of the lines, and what is marked in them.
    fn shown(text: &str, marked: &str, columns: usize) -> (String, String) {
        let at = text.find(marked).unwrap();
        let (cut, span) = fitted(text.to_owned(), &(at..at + marked.len()), columns);
        assert_eq!(cut.lines().count(), text.lines().count(), "{cut}");
        (cut[span].to_owned(), cut)
    }

    #[test]
    fn a_long_line_is_cut_around_what_is_marked_and_keeps_its_place() {
        let long = "ü".repeat(90);
        for columns in 20..60 {
            for text in [
                format!("a = 1\nkey = \"{long}\" # x {long}\nb = 2"),
                format!("{long}{long}\n{long} key {long}\n{long}\n"),
                format!("key = {long}"),
                format!("{long} key"),
                format!("{long}\n{long} key\n\n{long}"),
            ] {
                let (marked, cut) = shown(&text, "key", columns);
                assert_eq!(marked, "key", "{cut}");
                let at = text[..text.find("key").unwrap()].matches('\n').count();
                for line in cut.lines().skip(at.saturating_sub(1)).take(2) {
                    assert!(line.chars().count() <= columns, "{columns}: {line}");
                }
            }
            // What is marked and is itself too long is marked as far as it is shown.
            let (marked, cut) = shown(&format!("x = 1\ny = {long}"), &long, columns);
            assert!(marked.starts_with('ü') && marked.ends_with(CUT), "{cut}");
        }
        let (marked, cut) = shown("a\n\nkey\n", "key", 20);
        assert_eq!((marked.as_str(), cut.as_str()), ("key", "a\n\nkey\n"));
    }
}
