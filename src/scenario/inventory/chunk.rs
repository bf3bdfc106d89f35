//! Cutting a file into pieces that can be read side by side.
//!
//! The cuts depend on the text alone, never on the number of threads, and lie
//! between rows: a line break inside quotes is not a cut.

use std::ops::Range;

/// A run of whole rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Where it lies in the text.
    pub(super) range: Range<usize>,
    /// The line its first byte is on, from 1.
    pub(super) line: u64,
}

/// Cuts `text[start..]` after the first row that ends `size` bytes or more
/// behind the last cut.
///
/// Whether a line break is quoted is known by counting quotes, which holds
/// only if quotes stand around whole cells. In a text with a quote inside an
/// unquoted cell (`17" screen`) nothing is cut.
pub(super) fn cut(text: &[u8], start: usize, separator: u8, size: usize) -> Vec<Chunk> {
    let lines_before = memchr::memchr_iter(b'\n', &text[..start]).count() as u64;
    let first_line = lines_before + 1;
    let mut chunks = Vec::new();
    let (mut from, mut from_line, mut line) = (start, first_line, first_line);
    let mut quoted = false;
    for at in memchr::memchr2_iter(b'\n', b'"', &text[start..]) {
        let at = start + at;
        if text[at] == b'"' {
            if !quoted && at > start && !may_precede_a_quote(text[at - 1], separator) {
                return vec![Chunk {
                    range: start..text.len(),
                    line: first_line,
                }];
            }
            quoted = !quoted;
        } else {
            line += 1;
            if !quoted && at + 1 - from >= size {
                chunks.push(Chunk {
                    range: from..at + 1,
                    line: from_line,
                });
                (from, from_line) = (at + 1, line);
            }
        }
    }
    if from < text.len() {
        chunks.push(Chunk {
            range: from..text.len(),
            line: from_line,
        });
    }
    chunks
}

/// Whether a cell, or the second half of a doubled quote, may begin after
/// `byte`.
fn may_precede_a_quote(byte: u8, separator: u8) -> bool {
    byte == separator || matches!(byte, b'\n' | b'\r' | b'"')
}

/// Where a quote opens that is never closed, or that the quote of a later row
/// closes: a cell that goes on over the end of its line and then ends in the
/// middle of a cell, or not at all.
pub(super) fn unclosed_quote(text: &[u8], start: usize, separator: u8) -> Option<usize> {
    let mut opened: Option<usize> = None;
    let mut over_a_line = false;
    let mut marks = memchr::memchr2_iter(b'\n', b'"', &text[start..]).map(|at| start + at);
    while let Some(at) = marks.next() {
        match opened {
            _ if text[at] == b'\n' => over_a_line |= opened.is_some(),
            None if at == start || may_precede_a_quote(text[at - 1], separator) => {
                (opened, over_a_line) = (Some(at), false);
            }
            None => {}
            // A doubled quote is one inside the cell.
            Some(_) if text.get(at + 1) == Some(&b'"') => {
                marks.next();
            }
            Some(begin) => {
                let next = text.get(at + 1).copied().unwrap_or(b'\n');
                let ends = next == separator || matches!(next, b'\n' | b'\r' | b' ');
                if over_a_line && !ends {
                    return Some(begin);
                }
                opened = None;
            }
        }
    }
    opened
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, size: usize) -> Vec<(&str, u64)> {
        let chunks = cut(text.as_bytes(), 0, b',', size);
        chunks
            .into_iter()
            .map(|chunk| (&text[chunk.range], chunk.line))
            .collect()
    }

    #[test]
    fn cuts_lie_between_rows() {
        assert_eq!(pieces("a\nb\nc", 1), [("a\n", 1), ("b\n", 2), ("c", 3)]);
        assert_eq!(pieces("a\nb\nc\n", 3), [("a\nb\n", 1), ("c\n", 3)]);
    }

    #[test]
    fn a_line_break_in_quotes_is_no_cut() {
        assert_eq!(
            pieces("\"a\n\"\"b\",x\nc\n", 1),
            [("\"a\n\"\"b\",x\n", 1), ("c\n", 3)]
        );
    }

    #[test]
    fn a_stray_quote_leaves_the_text_whole() {
        let text = "a,17\" screen\nb\nc\n";
        assert_eq!(pieces(text, 1), [(text, 1)]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_found_where_it_opens() {
        let unclosed = |text: &str| unclosed_quote(text.as_bytes(), 0, b',');
        assert_eq!(unclosed("a,\"b\nc\nd"), Some(2));
        assert_eq!(unclosed("a,\"b\n\"c\",d\n"), Some(2));
        assert_eq!(unclosed("\"a \"\"b\"\"\nc\",d\n17\" x,\"y\""), None);
    }
}
