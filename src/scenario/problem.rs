//! What is wrong with a scenario, and how to say it.
//!
//! Every complaint about an input is a [`Problem`]: what is wrong, where, and
//! what to do about it. [`Problems`] keeps them together with the texts they
//! point into, so that [`Problems::render`] can show the line. Nothing here
//! knows what a scenario is.

mod code;
#[cfg(feature = "cli")]
#[path = "problem/drawing.rs"]
mod drawing;
#[cfg(not(feature = "cli"))]
#[path = "problem/plainly.rs"]
mod drawing;

pub use code::ProblemCode;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::units::grouped;

/// Whether a run can go ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot.
    Error,
    /// It can, though perhaps not with the result that was meant.
    Warning,
}

/// One thing that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Whether it blocks.
    pub severity: Severity,
    /// What kind of problem it is.
    pub code: ProblemCode,
    /// What is wrong.
    pub message: String,
    /// The file, or `--set` and its text for a value from the command line.
    pub file: String,
    /// Bytes of `file` that it is about, `0..0` for the whole; none for an inventory,
    /// and for a file that could not be read.
    pub span: Option<Range<usize>>,
    /// The line of an inventory.
    pub line: Option<u64>,
    /// What would be right.
    pub help: Option<String>,
    /// How many more of its kind the same place gave rise to.
    pub more: u32,
}

/// A text that problems point into.
#[derive(Debug, Clone)]
struct Source {
    name: String,
    text: Arc<str>,
    /// Where it begins in the numbering of [`Sources::locate`].
    base: usize,
    /// Where its line breaks are, found when first asked for.
    breaks: OnceLock<Vec<usize>>,
}

/// The texts a scenario was read from: its file, then one per `--set`.
///
/// Their bytes are numbered on from one to the next, so that a single number
/// says which text is meant as well as where in it.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text and returns the number of its first byte.
    pub fn add(&mut self, name: &str, text: &str) -> usize {
        let base = self
            .0
            .last()
            .map_or(0, |last| last.base + last.text.len() + 1);
        self.0.push(Source {
            name: name.to_owned(),
            text: text.into(),
            base,
            breaks: OnceLock::new(),
        });
        base
    }

    /// The text that the numbered byte `at` belongs to, and its name and base.
    fn holding(&self, at: usize) -> Option<&Source> {
        self.0.iter().rev().find(|source| source.base <= at)
    }

    /// Whether `span` lies in the scenario itself, and not in a setting.
    pub(crate) fn is_in_first(&self, span: &Range<usize>) -> bool {
        let second = self.0.get(1);
        second.is_none_or(|source| span.start < source.base)
    }

    /// The name of the text that `span` lies in, and the span within it.
    pub fn locate(&self, span: &Range<usize>) -> (String, Range<usize>) {
        self.holding(span.start).map_or_else(
            || (String::new(), span.clone()),
            |source| {
                let end = span.end.saturating_sub(source.base).min(source.text.len());
                let start = (span.start - source.base).min(end);
                (source.name.clone(), start..end)
            },
        )
    }

    /// What is written at `span`, in whichever text it lies.
    pub(crate) fn written(&self, span: &Range<usize>) -> &str {
        let source = self.holding(span.start);
        let found = source.and_then(|source| {
            let end = span.end.checked_sub(source.base)?;
            source.text.get(span.start - source.base..end)
        });
        found.unwrap_or("")
    }

    /// The text that `span` lies in, and the span within it.
    pub(crate) fn around(&self, span: &Range<usize>) -> Option<(&str, Range<usize>)> {
        let source = self.holding(span.start)?;
        let end = span.end.checked_sub(source.base)?;
        Some((&source.text, span.start - source.base..end))
    }

    /// The line and column, both from 1, of a byte of the text called `file`.
    pub fn line_column(&self, file: &str, at: usize) -> Option<(usize, usize)> {
        let source = self.0.iter().find(|source| source.name == file)?;
        let breaks = || memchr::memchr_iter(b'\n', source.text.as_bytes()).collect();
        let breaks = source.breaks.get_or_init(breaks);
        let line = breaks.partition_point(|end| *end < at);
        let start = line.checked_sub(1).map_or(0, |above| breaks[above] + 1);
        let column = source.text.get(start..at)?.chars().count();
        Some((line + 1, column + 1))
    }

    /// The place of what is about the whole file; none if nothing was read.
    fn beginning(&self) -> Option<Range<usize>> {
        let text = &self.0.first()?.text;
        (!text.is_empty()).then_some(0..0)
    }

    /// The name of the first text: the scenario file.
    pub(crate) fn main_name(&self) -> String {
        self.0
            .first()
            .map_or_else(String::new, |source| source.name.clone())
    }
}

/// Columns of a drawn problem where no terminal says how many it has.
const USUAL_WIDTH: usize = 100;

/// Problems of one kind that are shown; the others are counted.
const MOST_OF_A_KIND: usize = 10;

/// From more problems than these on, their number is said at the end.
const MOST_WITHOUT_COUNT: usize = 5;

/// Problems and the texts they are about.
#[derive(Debug, Clone, Default)]
pub struct Problems {
    list: Vec<Problem>,
    sources: Sources,
    /// Where in the list a problem of that kind and place stands. Only asked,
    /// never gone through.
    met: HashMap<Alike, usize>,
    /// What is known of the file; apart, as results carry problems.
    file: Box<KnownOfFile>,
}

/// What reading a scenario's file has found out.
#[derive(Debug, Clone, Default)]
struct KnownOfFile {
    /// Where each top-level key of the file stands first.
    sections: BTreeMap<String, Range<usize>>,
    /// Whether there may be more problems than were looked for.
    is_cut: bool,
    /// The stage after which no more was looked for; none if all was.
    stopped_after: Option<Stage>,
}

/// The stages in which a scenario is looked at, in their order. What is wrong in one leaves
/// the later ones without what they would look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The text of the file: its keys and values.
    Reading,
    /// The inventory that it names.
    Inventory,
    /// What its parts mean together: names, times, machines.
    Resolving,
}

impl Stage {
    /// Its name for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Inventory => "inventory",
            Self::Resolving => "resolving",
        }
    }
}

/// What problems have in common that are one problem: the code, the place, and what
/// is said, but for the names in it where the place is that of a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Alike {
    code: ProblemCode,
    file: String,
    span: Option<Range<usize>>,
    said: String,
}

impl Alike {
    fn of(problem: &Problem, is_placed: bool) -> Self {
        let said = if is_placed {
            shape(&problem.message)
        } else {
            problem.message.clone()
        };
        Self {
            code: problem.code,
            file: problem.file.clone(),
            span: problem.span.clone(),
            said,
        }
    }
}

impl Problems {
    /// No problems so far, about these texts.
    pub fn new(sources: Sources) -> Self {
        Self {
            sources,
            ..Self::default()
        }
    }

    /// The problems: errors first, then in the order of the file.
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// The texts they are about.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Remembers that the file was not read to its end, as too much was wrong before.
    pub(crate) fn stopped_looking(&mut self) {
        self.file.is_cut = true;
    }

    /// Remembers that nothing was looked for after this stage, as too much was wrong in it.
    pub(crate) fn stopped_after(&mut self, stage: Stage) {
        self.file.stopped_after = Some(stage);
    }

    /// The stage after which no more was looked for, so that more problems may follow; none
    /// where all was looked at.
    pub fn last_stage(&self) -> Option<Stage> {
        self.file.stopped_after
    }

    /// Remembers where the top-level key `name` stands.
    pub(crate) fn found_section(&mut self, name: &str, span: Range<usize>) {
        self.file.sections.insert(name.to_owned(), span);
    }

    /// Where the top-level key `name` stands, such as the `[goal]` of a study:
    /// the place of what is missing in it.
    pub(crate) fn section(&self, name: &str) -> Option<Range<usize>> {
        self.file.sections.get(name).cloned()
    }

    /// The line, from 1, that a problem is about; none if nothing was read.
    pub fn line(&self, problem: &Problem) -> Option<u64> {
        let start = problem.span.as_ref().map(|span| span.start);
        let place = start.and_then(|at| self.sources.line_column(&problem.file, at));
        problem.line.or(place.map(|(line, _)| line as u64))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether any of them blocks.
    pub fn has_errors(&self) -> bool {
        self.list
            .iter()
            .any(|problem| problem.severity == Severity::Error)
    }

    /// Adds an error at `span`, numbered as by [`Sources`].
    pub fn error(
        &mut self,
        code: ProblemCode,
        span: Option<Range<usize>>,
        message: String,
        help: impl Into<String>,
    ) {
        self.add(Severity::Error, code, span, message, help.into());
    }

    /// Adds a warning at `span`, numbered as by [`Sources`].
    pub fn warning(
        &mut self,
        code: ProblemCode,
        span: Option<Range<usize>>,
        message: String,
        help: impl Into<String>,
    ) {
        self.add(Severity::Warning, code, span, message, help.into());
    }

    /// Adds problems that were found in other texts, and these texts.
    pub(crate) fn join(&mut self, others: Self) {
        for source in others.sources.0 {
            self.sources.add(&source.name, &source.text);
        }
        self.list.extend(others.list);
    }

    /// Adds a problem of another file.
    pub fn push(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    fn add(
        &mut self,
        severity: Severity,
        code: ProblemCode,
        span: Option<Range<usize>>,
        message: String,
        help: String,
    ) {
        let is_placed = span.is_some();
        let (file, span) = match span {
            Some(span) => {
                let (file, span) = self.sources.locate(&span);
                (file, Some(span))
            }
            None => (self.sources.main_name(), self.sources.beginning()),
        };
        let help = (!help.is_empty()).then_some(help);
        let problem = Problem {
            severity,
            code,
            message,
            file,
            span,
            line: None,
            help,
            more: 0,
        };
        // A pattern that stands for a hundred things goes wrong a hundred times.
        let alike = Alike::of(&problem, is_placed);
        if let Some(at) = self.met.get(&alike) {
            let first = &mut self.list[*at];
            first.more += u32::from(first.message != problem.message);
            return;
        }
        self.met.insert(alike, self.list.len());
        self.list.push(problem);
    }

    /// Puts errors first and each kind in the order of the file.
    pub fn sort(&mut self) {
        let place = |p: &Problem| p.span.clone().map_or((usize::MAX, 0), |s| (s.start, s.end));
        // Those of an inventory are in the order of its lines already, their number last.
        let words = |p: &Problem| match p.code {
            ProblemCode::Inventory => String::new(),
            _ => p.message.clone(),
        };
        self.list
            .sort_by_cached_key(|p| (p.severity, p.file.clone(), place(p), words(p)));
        // Their positions are others now; nothing is found wrong after this.
        self.met.clear();
    }

    /// The problems as text for people: for each its place, the line with a
    /// caret, and the remedy. With `colour`, escape codes for a terminal.
    pub fn render(&self, colour: bool) -> String {
        self.render_within(USUAL_WIDTH, colour)
    }

    /// The same in lines of at most `width` columns, where the lines of the file
    /// that are shown let it.
    pub fn render_within(&self, width: usize, colour: bool) -> String {
        let mut out = String::new();
        let mut shown = BTreeMap::<(Severity, ProblemCode), usize>::new();
        for problem in &self.list {
            let count = shown.entry((problem.severity, problem.code)).or_default();
            *count += 1;
            if *count <= MOST_OF_A_KIND {
                let line = self.line(problem);
                drawing::draw(
                    &mut out,
                    problem,
                    line,
                    self.source_of(problem),
                    (width, colour),
                );
            }
        }
        let folded = shown.iter().filter(|(_, count)| **count > MOST_OF_A_KIND);
        for ((_, code), count) in folded {
            let rest = grouped((count - MOST_OF_A_KIND) as u64);
            out += &format!("and {rest} like it: {code}\n");
        }
        if self.list.len() > MOST_WITHOUT_COUNT {
            let more = if self.file.is_cut {
                ", and more may follow: correct these first"
            } else {
                ""
            };
            out += &format!("{}{more}\n", self.count());
        }
        out
    }

    /// "12 errors, 3 warnings".
    fn count(&self) -> String {
        let of = |severity: Severity, word: &str| {
            let alike = self.list.iter().filter(|p| p.severity == severity);
            let count: u64 = alike.map(|p| 1 + u64::from(p.more)).sum();
            let plural = if count == 1 { "" } else { "s" };
            (count > 0).then(|| format!("{} {word}{plural}", grouped(count)))
        };
        let counts = [
            of(Severity::Error, "error"),
            of(Severity::Warning, "warning"),
        ];
        counts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// The text that a problem points into.
    fn source_of(&self, problem: &Problem) -> Option<&Arc<str>> {
        let mut sources = self.sources.0.iter();
        let source = sources.find(|source| source.name == problem.file)?;
        Some(&source.text)
    }
}

/// A message without the names and numbers in it.
fn shape(message: &str) -> String {
    let outside = message.split('`').step_by(2);
    let mut shape: String = outside.collect();
    shape.retain(|c| !c.is_ascii_digit());
    shape
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Problems {}
