//! Text that a spreadsheet would take for a formula (OWASP, "CSV Injection").
//!
//! An apostrophe in front makes it text. What has an apostrophe there already
//! is given another one, so that two different texts stay different and each
//! can be read back.

use std::borrow::Cow;

/// Characters that begin a formula, in both of their widths, and those that a
/// spreadsheet skips before one.
const BEGIN: [char; 11] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// Whether `text` needs another apostrophe.
#[inline]
pub(crate) fn is_formula(text: &str) -> bool {
    // Most names begin with a letter.
    let is_plain = |first: &u8| first.is_ascii_alphanumeric();
    !text.as_bytes().first().is_some_and(is_plain)
        && text.trim_start_matches('\'').starts_with(BEGIN)
}

/// `text` as it stands in a cell. A number is none of a name's business: it
/// stays as it is.
pub(crate) fn neutral(text: &str) -> Cow<'_, str> {
    if is_formula(text) && !is_number(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that stands in a cell of a table as `cell`.
pub(crate) fn original(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text) => text,
        _ => cell,
    }
}

fn is_number(text: &str) -> bool {
    let known = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    text.chars().all(known) && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_text_and_a_number_stays_a_number() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("'=1+1", "''=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("\n=1", "'\n=1"),
            ("-2+3", "'-2+3"),
            ("-inf", "'-inf"),
            ("-2.5", "-2.5"),
            ("1 Mbit/s", "1 Mbit/s"),
            ("'quoted'", "'quoted'"),
            ("", ""),
        ] {
            assert_eq!(neutral(text), cell);
        }
    }

    proptest::proptest! {
        #[test]
        fn different_texts_stay_different(a in "['=+x1-]{0,5}", b in "['=+x1-]{0,5}") {
            proptest::prop_assert_eq!(a == b, neutral(&a) == neutral(&b));
        }

        #[test]
        fn a_text_can_be_read_back(text in "['=+@xy-]{0,5}") {
            let cell = if is_formula(&text) { format!("'{text}") } else { text.clone() };
            proptest::prop_assert_eq!(original(&cell), &text);
        }
    }
}
