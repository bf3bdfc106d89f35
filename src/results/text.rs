//! Numbers and sentences as people read them.

use std::fmt::{self, Write as _};

use crate::units;

/// A count with its thousands apart, rounded to whole ones unless it is small.
pub(crate) fn grouped(count: f64) -> String {
    // One decimal as long as it can be seen beside a share with one; a little is not nothing.
    if count < 1_000.0 && count.fract() != 0.0 {
        return match count {
            c if c > 0.0 && c < 0.05 => "< 0.1".to_owned(),
            c => format!("{c:.1}"),
        };
    }
    units::grouped(count.round_ties_even() as u64)
}

/// A share as a percentage with one decimal; never rounded up to all or down
/// to none.
pub(crate) fn percent(share: f64) -> String {
    let shown = share * 100.0;
    if share > 0.0 && shown < 0.05 {
        "< 0.1 %".to_owned()
    } else if share < 1.0 && shown >= 99.95 {
        "> 99.9 %".to_owned()
    } else {
        format!("{shown:.1} %")
    }
}

/// A length of time in its two largest units, rounded as on the page of a report.
pub(super) fn rounded(seconds: f64) -> String {
    units::span_to(seconds, f64::INFINITY)
}

/// Where the text of a cause begins, and where it should end.
const MARGIN: usize = 22;
/// Columns before a paragraph.
#[cfg(feature = "cli")]
pub(crate) const PARAGRAPH: usize = MARGIN;
const WIDTH: usize = 100;

/// A sentence in as many lines as it takes, none if it is empty.
pub(super) fn paragraph(sentence: &str, out: &mut String) -> fmt::Result {
    let mut line = String::new();
    for word in sentence.split_whitespace() {
        if !line.is_empty() && MARGIN + line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(out, "{:MARGIN$}{line}", "")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if line.is_empty() {
        Ok(())
    } else {
        writeln!(out, "{:MARGIN$}{line}", "")
    }
}

/// `text` with its paragraphs in one line each, for a reader who has `width` columns and
/// less than they were broken for. Where a line ended for want of room, it goes on.
#[cfg(feature = "cli")]
pub(crate) fn unbroken(text: &str, width: usize) -> String {
    if width >= WIDTH {
        return text.to_owned();
    }
    let is_paragraph = |line: &str| line.chars().take_while(|c| *c == ' ').count() == MARGIN;
    let mut out = String::with_capacity(text.len());
    let mut before: Option<usize> = None;
    for line in text.lines() {
        let length = line.chars().count();
        let word = line.split_whitespace().next();
        let word = word.map_or(0, |word| word.chars().count());
        let goes_on = is_paragraph(line) && before.is_some_and(|before| before + 1 + word > WIDTH);
        if goes_on {
            out.pop();
            out.push(' ');
            out.push_str(line.trim_start());
        } else {
            out.push_str(line);
        }
        out.push('\n');
        before = is_paragraph(line).then_some(length);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_their_thousands_apart() {
        for (count, text) in [
            (0.0, "0"),
            (2.5, "2.5"),
            (12.5, "12.5"),
            (0.02, "< 0.1"),
            (1_234.5, "1,234"),
            (999.0, "999"),
            (1000.0, "1,000"),
            (1_234_567.0, "1,234,567"),
        ] {
            assert_eq!(grouped(count), text);
        }
    }

    #[test]
    fn a_long_sentence_is_broken_between_words() {
        let sentence = "Give the account read access to the share. ".repeat(5);
        let mut out = String::new();
        paragraph(&sentence, &mut out).unwrap();
        assert!(out.lines().count() > 1);
        assert!(
            out.lines()
                .all(|line| line.len() <= WIDTH && line.starts_with(&" ".repeat(MARGIN)))
        );
        assert_eq!(
            out.split_whitespace().collect::<Vec<_>>().join(" "),
            sentence.trim()
        );
        let mut nothing = String::new();
        paragraph("", &mut nothing).unwrap();
        assert_eq!(nothing, "");
    }

    #[test]
    fn a_share_is_not_rounded_to_all_or_nothing() {
        for (share, text) in [
            (0.0, "0.0 %"),
            (0.0001, "< 0.1 %"),
            (0.5, "50.0 %"),
            (0.99999, "> 99.9 %"),
            (1.0, "100.0 %"),
        ] {
            assert_eq!(percent(share), text);
        }
    }
}
