//! Text of other people, made safe for a terminal and for a page.

use crate::units::steers;
use std::borrow::Cow;
use std::fmt::Write;

/// `text` with everything written out that could steer a terminal: an escape
/// character as `\u{1b}`. Ends of lines and tabulators stay.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// JSON with everything escaped that could steer a terminal, which can stand in its
/// strings alone.
pub(crate) fn plain_json(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            // None of them is beyond the first plane.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// `text` with a mark of as many bytes in place of everything that could steer
/// a terminal, so that places in it remain what they are.
#[cfg(feature = "cli")]
pub(crate) fn plain_in_place(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mark = |c: char| match (steers(c), c.len_utf8()) {
        (false, _) => c,
        // The end of a line of Windows.
        (true, _) if c == '\r' => ' ',
        (true, 1) => '?',
        (true, 2) => '\u{b7}',
        (true, _) => '\u{fffd}',
    };
    Cow::Owned(text.chars().map(mark).collect())
}

/// The most characters of a message, of a quotation in it, and of what stands
/// between two quotations.
const MOST_MESSAGE: usize = 2_000;
const MOST_QUOTATION: usize = 200;
const MOST_WORDS: usize = 600;

/// A message made plain and short: long quotations lose their middle.
pub(crate) fn message(text: &str) -> String {
    let most = |part: usize| {
        if part.is_multiple_of(2) {
            MOST_WORDS
        } else {
            MOST_QUOTATION
        }
    };
    let parts: Vec<Cow<'_, str>> = text
        .split('`')
        .enumerate()
        .map(|(number, part)| shortened(part, most(number)))
        .collect();
    plain(&shortened(&parts.join("`"), MOST_MESSAGE))
}

/// At most `most` characters and a mark: the beginning and the end of `text`.
pub(crate) fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most || text.chars().count() <= most {
        return Cow::Borrowed(text);
    }
    let half = most / 2;
    let head: String = text.chars().take(half).collect();
    let tail: Vec<char> = text.chars().rev().take(half).collect();
    let tail: String = tail.into_iter().rev().collect();
    let left_out = text.len() - head.len() - tail.len();
    Cow::Owned(format!("{head}[... {left_out} bytes ...]{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        assert_eq!(
            plain("a\u{1b}[31mb\r\u{9b}c\td\n"),
            "a\\u{1b}[31mb\\u{d}\\u{9b}c\td\n"
        );
        assert_eq!(plain("\u{202e}txt"), "\\u{202e}txt");
        let text = "a\u{1b}[2J\u{9b}x\u{2066}é\r\n";
        let marked = plain_in_place(text);
        assert_eq!(marked.len(), text.len());
        assert!(!marked.contains(steers), "{marked:?}");
    }

    #[test]
    fn a_message_is_short_whatever_it_quotes() {
        let long = message(&format!("unknown key `{}` in `x`", "k".repeat(10_000_000)));
        assert!(long.len() < 400, "{}", long.len());
        assert!(
            long.starts_with("unknown key `kkk") && long.ends_with("kkk` in `x`"),
            "{long}"
        );
        assert!(message(&"`a` ".repeat(1_000_000)).len() < 3_000);
        assert_eq!(message("`a` is not b"), "`a` is not b");
    }
}
