//! The one way out: everything that people read passes here.
//!
//! Names, titles, paths and snippets come from files of other people. What
//! could steer a terminal is written out, and no message grows without bound.
//! A message that cannot be written is lost; that ends no run.

use super::Failure;
use crate::results::{PARAGRAPH, unbroken};
use crate::scenario::{Problems, plain};
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Writes a line to standard error.
pub(super) fn say(line: &str) {
    let line = plain(line.trim_end()) + "\n";
    match terminal_size::terminal_size_of(io::stderr()) {
        Some((width, _)) => raw(&folded(&line, usize::from(width.0))),
        None => raw(&line),
    }
}

/// Writes warnings to standard error.
pub(super) fn warn(problems: &Problems) {
    if !problems.is_empty() {
        raw(&drawn(problems));
    }
}

/// Problems as the terminal that reads standard error can show them: those that are
/// wider are harder to read, and so are very long lines.
pub(super) fn drawn(problems: &Problems) -> String {
    const WIDEST: usize = 100;
    let width = terminal_size::terminal_size_of(io::stderr());
    let width = width.map_or(WIDEST, |(width, _)| usize::from(width.0));
    problems.render_within(width.clamp(NARROWEST, WIDEST), colour())
}

/// Writes to standard error what is clean already.
pub(super) fn raw(text: &str) {
    // The reader may have gone away, and there is no other place to say
    // so.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Prints text for people to standard output; a reader that has gone away
/// (`| head`) is not an error.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let text = plain(text);
    match width() {
        Some(width) => write(&folded(&text, width)),
        None => write(&text),
    }
}

/// Prints the digest of a run. The sentences on causes stand in lines for a wide reader;
/// a terminal that is narrower has them in lines of its own.
pub(super) fn print_digest(digest: &str) -> Result<(), Failure> {
    match width() {
        Some(width) => print(&unbroken(digest, width)),
        None => print(digest),
    }
}

/// Prints the digest of a study. The rows of its table go on in lines of their own, one for
/// each column, where one of them is wider than the terminal.
pub(super) fn print_points(digest: &str) -> Result<(), Failure> {
    match width() {
        Some(width) => print(&stacked(digest, width.max(NARROWEST))),
        None => print(digest),
    }
}

/// `digest` with the columns of its points below each other, if they have no room beside
/// each other.
fn stacked(digest: &str, width: usize) -> String {
    let is_row = |line: &str| {
        let row = line.trim_start();
        let number = row.bytes().take_while(u8::is_ascii_digit).count();
        number > 0 && row[number..].starts_with("  ")
    };
    let wide = |line: &str| is_row(line) && line.chars().count() > width;
    if !digest.lines().any(wide) {
        return digest.to_owned();
    }
    let mut out = String::with_capacity(digest.len());
    for line in digest.split_inclusive('\n') {
        if !is_row(line) {
            out.push_str(line);
            continue;
        }
        let row = line.trim();
        let (number, row) = row.split_once("  ").unwrap_or((row, ""));
        let mut cells = row
            .split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty());
        out.push_str(&format!("{number:>4}  {}\n", cells.next().unwrap_or("")));
        for cell in cells {
            out.push_str(&format!("        {cell}\n"));
        }
    }
    out
}

/// Columns of the terminal that reads standard output; none for a pipe or file,
/// whose lines stay as they are.
fn width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(usize::from(width.0))
}

/// Columns below which folding would leave no room for words.
const NARROWEST: usize = 40;

/// `text` with lines that are wider than `width` folded between words, what
/// follows standing two columns further in than the line began.
fn folded(text: &str, width: usize) -> String {
    let width = width.max(NARROWEST);
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.trim_end().chars().count() <= width {
            out.push_str(line);
            continue;
        }
        let indent = line.chars().take_while(|c| *c == ' ').count();
        // What stands that far in is a paragraph, and goes on below its beginning.
        let further = if indent >= PARAGRAPH {
            indent
        } else {
            indent + 2
        };
        let further = further.min(width / 2);
        let mut column = 0;
        // Blanks between words stay, so that tables keep their columns as far as
        // they fit.
        for word in line.trim_end().split_inclusive(' ') {
            let length = word.trim_end().chars().count();
            if column > further && length > 0 && column + length > width {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
                out.push_str(&" ".repeat(further));
                column = further;
            }
            out.push_str(word);
            column += word.chars().count();
        }
        out.push('\n');
    }
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_folded_once_and_not_in_the_lines_of_a_wider_one() {
        let margin = " ".repeat(PARAGRAPH);
        let words = "give the account read access to the share ".repeat(6);
        let lines = folded(&format!("{margin}{words}\n"), 100);
        assert!(lines.lines().count() > 2);
        let shown = folded(&unbroken(&lines, 80), 80);
        let said: Vec<&str> = shown.split_whitespace().collect();
        assert_eq!(said.join(" "), words.trim());
        let all: Vec<&str> = shown.lines().collect();
        for line in &all[..all.len() - 1] {
            assert!(line.starts_with(&margin), "{shown}");
            assert!((60..=80).contains(&line.chars().count()), "{shown}");
        }
        // A terminal that is as wide gets the lines as they are.
        assert_eq!(unbroken(&lines, 100), lines);
    }

    #[test]
    fn columns_of_a_table_that_is_too_wide_stand_below_each_other() {
        let table = "a study: 4 runs at 2 points\n\n   1  fails = often   failures 5 ± 1   o: missed\n  \
                     12  fails = never   failures 0       o: met in 2 of 2 replications\n";
        assert_eq!(stacked(table, 80), table);
        assert_eq!(
            stacked(table, 60),
            "a study: 4 runs at 2 points\n\n   1  fails = often\n        failures 5 ± 1\n        o: missed\n  \
             12  fails = never\n        failures 0\n        o: met in 2 of 2 replications\n"
        );
    }

    #[test]
    fn long_lines_fold_between_words_and_short_ones_stay() {
        let text = "short\n   50 %  after one day and a number of hours more than that\n";
        let shown = folded(text, 40);
        assert_eq!(
            shown,
            "short\n   50 %  after one day and a number of\n     hours more than that\n"
        );
        assert!(shown.lines().all(|line| line.chars().count() <= 40));
        assert_eq!(folded(text, 100), text);
        // A word that is wider than the terminal stands alone, and nothing is lost.
        let long = format!("a {} b\n", "x".repeat(60));
        assert_eq!(
            folded(&long, 40).replace(['\n', ' '], ""),
            long.replace(['\n', ' '], "")
        );
    }
}
