//! Problems with their line and a caret, as miette draws them.

use crate::scenario::plain::{message, plain_in_place};
use crate::scenario::problem::{Problem, ProblemCode, Severity};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A line longer than this is not shown.
const WIDEST: usize = 500;

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
    let _ = handler.render_report(out, &Shown::new(problem, line, source));
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
    fn new(problem: &Problem, line: Option<u64>, source: Option<&Arc<str>>) -> Self {
        let file = message(&problem.file);
        let snippet = problem
            .span
            .as_ref()
            .zip(source)
            .filter(|(span, text)| is_narrow(text, span))
            .map(|(span, text)| {
                let text = plain_in_place(text).into_owned();
                (miette::NamedSource::new(&file, text), span.clone())
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
