//! The three lists at the end: what was taken from where, what was ignored and
//! why, and what no export holds.

use crate::scenario::plain::shortened;
use crate::scenario::spelling::word_of_shell;
use crate::units::grouped;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Something that no export holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// What it is.
    pub what: String,
    /// What is assumed.
    pub assumed: String,
    /// Settings that change it, as they follow `--set`: each one for itself.
    pub settings: Vec<String>,
}

/// What was made of the files.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// What was taken from where.
    pub taken: Vec<String>,
    /// What was ignored and why, and what does not fit together.
    pub ignored: Vec<String>,
    /// What no export holds.
    pub assumed: Vec<Assumption>,
    gaps: BTreeMap<String, Vec<String>>,
}

/// How many names of a line are told.
const NAMES: usize = 6;

/// How wide a line of a list is.
const WIDTH: usize = 86;

/// How long a line of names may become.
const LONG: usize = 160;

impl Lists {
    pub(super) fn taken(&mut self, line: String) {
        self.taken.push(line);
    }

    pub(super) fn taken_rows(&mut self, file: &str, command: &str, rows: usize) {
        let word = if rows == 1 { "row" } else { "rows" };
        self.taken(format!(
            "{file}: {} {word} of {command}",
            grouped(rows as u64)
        ));
    }

    pub(super) fn ignored(&mut self, what: &str, why: &str) {
        self.ignored.push(format!("{what}: {why}"));
    }

    pub(super) fn ignored_columns(&mut self, file: &str, headings: &[&str], why: &str) {
        let word = if headings.len() == 1 {
            "column"
        } else {
            "columns"
        };
        let mut sorted = headings.to_vec();
        sorted.sort_unstable();
        self.ignored(&format!("{file}, {word} {}", folded(&sorted)), why);
    }

    /// A contradiction or gap of the kind `kind`, of which `{}` stands for the
    /// names; those of one kind come in one line.
    pub(super) fn gap(&mut self, kind: &str, name: &str) {
        self.gaps
            .entry(kind.to_owned())
            .or_default()
            .push(name.to_owned());
    }

    pub(super) fn assume(&mut self, what: &str, assumed: &str, settings: Vec<String>) {
        self.assumed.push(Assumption {
            what: what.to_owned(),
            assumed: assumed.to_owned(),
            settings,
        });
    }

    /// Puts the gaps into lines, in an order of their own.
    pub(super) fn settle(&mut self) {
        self.taken.sort();
        self.ignored.sort();
        for (kind, mut names) in std::mem::take(&mut self.gaps) {
            names.sort();
            names.dedup();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            self.ignored.push(kind.replace("{}", &folded(&names)));
        }
    }

    /// The lists for the terminal, or for a comment.
    pub fn text(&self) -> String {
        let mut text = String::new();
        section(&mut text, "What was taken from where", &self.taken);
        let title = "What was ignored and why, and what does not fit together";
        section(&mut text, title, &self.ignored);
        let assumed: Vec<String> = self.assumed.iter().map(Assumption::line).collect();
        section(
            &mut text,
            "What no export holds, what is assumed, and how to change it",
            &assumed,
        );
        text
    }
}

impl Assumption {
    fn line(&self) -> String {
        let mut line = format!("{}: {}", self.what, self.assumed);
        for setting in self.settings.iter().take(1) {
            let _ = write!(line, "\n    --set {}", word_of_shell(setting));
        }
        match self.settings.len() {
            0 | 1 => {}
            more => {
                let _ = write!(line, "   and likewise for {} more", more - 1);
            }
        }
        line
    }
}

fn section(text: &mut String, title: &str, lines: &[String]) {
    let _ = writeln!(text, "{title}:");
    if lines.is_empty() {
        let _ = writeln!(text, "  nothing");
    }
    for line in lines.iter().flat_map(|line| line.lines()) {
        for line in wrapped(line) {
            let _ = writeln!(text, "  {line}");
        }
    }
}

/// A line in several of at most [`WIDTH`] characters, all but the first further to
/// the right. What a shell is to take stays whole.
fn wrapped(line: &str) -> Vec<String> {
    if line.trim_start().starts_with("--set") {
        return vec![line.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let is_long = lines.last().is_some_and(|last| {
            !last.trim().is_empty() && last.chars().count() + 1 + word.chars().count() > WIDTH
        });
        if is_long {
            lines.push("   ".to_owned());
        }
        if let Some(last) = lines.last_mut() {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}

/// `a, b, c and 12 more`.
pub(super) fn folded(names: &[&str]) -> String {
    let mut shown = String::new();
    let mut told = 0;
    for name in names {
        if told == NAMES && names.len() > NAMES + 1 || shown.len() > LONG {
            break;
        }
        if told > 0 {
            shown.push_str(", ");
        }
        let name = shortened(name, LONG);
        shown.extend(name.chars().map(|c| if c.is_control() { ' ' } else { c }));
        told += 1;
    }
    match names.len() - told {
        0 => shown,
        more => format!("{shown} and {} more", grouped(more as u64)),
    }
}
