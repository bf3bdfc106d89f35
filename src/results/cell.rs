//! Cells of a CSV file, appended to a byte buffer.
//!
//! A million rows are written in the time others need for a few formatting
//! calls per row. Every cell ends with a comma, which [`end_row`] turns into the
//! end of the line.
//!
//! Lines end with LF, cells are quoted where RFC 4180 asks for it, and text
//! that a spreadsheet would take for a formula is prefixed with an apostrophe
//! (OWASP, "CSV Injection").

use super::column::Column;
use super::formula::is_formula;
use crate::units::{Instant, Span};

/// Appends a whole number.
#[inline]
pub(super) fn number(out: &mut Vec<u8>, value: u64) {
    ended(out, value, b',');
}

/// Appends a whole number and the byte that ends it.
#[inline]
fn ended(out: &mut Vec<u8>, value: u64, end: u8) {
    const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
    if value >= 10_000_000 {
        return long_ended(out, value, end);
    }
    let number = value as u32;
    let [a, b, c, d] = [
        number / 1_000_000,
        number / 10_000 % 100,
        number / 100 % 100,
        number % 100,
    ]
    .map(|pair| TWO_DIGITS[pair as usize]);
    // All digits and the end are one word, of which the first digit is the lowest byte: a
    // word is appended without a call. The first of eight digits is a zero.
    let digits = u64::from_le_bytes([a[0], a[1], b[0], b[1], c[0], c[1], d[0], d[1]]);
    let zeros = ((digits ^ ZEROS).trailing_zeros() / 8).min(7);
    let text = digits >> (8 * zeros) | u64::from(end) << (8 * (8 - zeros));
    out.extend_from_slice(&text.to_le_bytes());
    out.truncate(out.len() + 1 - zeros as usize);
}

/// The same, of a number of many digits.
#[inline(never)]
fn long_ended(out: &mut Vec<u8>, value: u64, end: u8) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    out.push(end);
}

/// Appends a whole number, or an empty cell.
pub(super) fn optional_number(out: &mut Vec<u8>, value: Option<u64>) {
    match value {
        Some(value) => number(out, value),
        None => empty(out),
    }
}

/// Appends an empty cell.
pub(super) fn empty(out: &mut Vec<u8>) {
    out.push(b',');
}

/// Appends seconds since the start, exact to the microsecond; empty if it
/// never happened.
pub(super) fn instant(out: &mut Vec<u8>, at: Instant) {
    match at {
        Instant::NEVER => empty(out),
        Instant(micros) => span(out, Span(micros)),
    }
}

/// Instants in cells that stand next to each other. One that is equal to the one before
/// is copied from there, as what ends one step of a machine often begins the next.
#[derive(Default)]
pub(super) struct Instants {
    /// The one before, and where its cell begins.
    before: Option<(Instant, usize)>,
}

impl Instants {
    /// Appends the next one, as [`instant`] does.
    pub(super) fn append(&mut self, out: &mut Vec<u8>, at: Instant) {
        let begins = out.len();
        match self.before {
            Some((before, begun)) if before == at => out.extend_from_within(begun..begins),
            _ => instant(out, at),
        }
        self.before = Some((at, begins));
    }
}

/// Appends seconds, exact to the microsecond, without trailing zeros.
pub(super) fn span(out: &mut Vec<u8>, length: Span) {
    let seconds = length.0 / 1_000_000;
    let rest = (length.0 % 1_000_000) as u32;
    if rest == 0 {
        return ended(out, seconds, b',');
    }
    ended(out, seconds, b'.');
    // A length that the compiler knows is appended without a call.
    let two_digits = |number: u32| TWO_DIGITS[number as usize];
    let [a, b, c] = [rest / 10_000, rest / 100 % 100, rest % 100].map(two_digits);
    out.extend_from_slice(&[a[0], a[1], b[0], b[1], c[0], c[1], b',']);
    if c[1] == b'0' {
        out.pop();
        while out.pop_if(|digit| *digit == b'0').is_some() {}
        out.push(b',');
    }
}

/// The numbers below 100, with a zero in front of those of one digit.
const TWO_DIGITS: [[u8; 2]; 100] = {
    let mut all = [[0; 2]; 100];
    let mut number = 0;
    while number < 100 {
        all[number] = [b'0' + number as u8 / 10, b'0' + number as u8 % 10];
        number += 1;
    }
    all
};

/// Appends a floating number, rounded to six decimals, without trailing zeros:
/// a last bit that differs between machines does not show.
pub(super) fn float(out: &mut Vec<u8>, value: f64) {
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    out.extend_from_slice(if text == "-0" { "0" } else { text }.as_bytes());
    out.push(b',');
}

/// Appends a floating number, or an empty cell.
pub(super) fn optional_float(out: &mut Vec<u8>, value: Option<f64>) {
    match value {
        Some(value) => float(out, value),
        None => empty(out),
    }
}

/// Appends a name of ours, known to need no quotes.
pub(super) fn name(out: &mut Vec<u8>, name: &'static str) {
    out.extend_from_slice(name.as_bytes());
    out.push(b',');
}

/// Whether a byte has to stand in quotes.
const QUOTED: [bool; 256] = {
    let mut quoted = [false; 256];
    let mut at = 0;
    while at < 4 {
        quoted[b",\"\n\r"[at] as usize] = true;
        at += 1;
    }
    quoted
};

/// Appends a text from outside: quoted, and no formula.
pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    if text.is_empty() {
        return empty(out);
    }
    let formula = is_formula(text);
    // Names are too short for anything but a look at each byte, without an exit.
    let quoted = text
        .bytes()
        .fold(false, |quoted, byte| quoted | QUOTED[byte as usize]);
    if quoted {
        out.push(b'"');
    }
    if formula {
        out.push(b'\'');
    }
    if quoted {
        for byte in text.bytes() {
            if byte == b'"' {
                out.push(b'"');
            }
            out.push(byte);
        }
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b',');
}

/// Ends a row that has at least one cell.
pub(super) fn end_row(out: &mut [u8]) {
    if let Some(comma) = out.last_mut() {
        *comma = b'\n';
    }
}

/// A row of headings.
pub(super) fn heading_row(columns: &[Column]) -> Vec<u8> {
    let mut out = Vec::new();
    for column in columns {
        text(&mut out, &column.name);
    }
    end_row(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        assert_eq!(out.pop(), Some(b','));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_those_of_the_standard_library() {
        let powers = (0..20).map(|power| 10u64.pow(power));
        let around = powers.flat_map(|power| [power - 1, power, power + 1]);
        for value in around.chain([12_345, 1_020_300, u64::from(u32::MAX), u64::MAX]) {
            assert_eq!(written(|out| number(out, value)), value.to_string());
        }
        assert_eq!(written(|out| optional_number(out, None)), "");
    }

    #[test]
    fn instants_next_to_each_other_are_written_like_single_ones() {
        let times = [7, 7, 1_500_000, 1_500_000, 1_500_000, 0].map(Instant);
        let never = [Instant::NEVER; 2];
        let rows = [
            [times.as_slice(), &never].concat(),
            [&never[..], &times].concat(),
        ];
        for row in rows {
            let (mut next_to, mut out, mut single) = (Instants::default(), vec![], vec![]);
            for at in row {
                next_to.append(&mut out, at);
                instant(&mut single, at);
            }
            assert_eq!(String::from_utf8(out), String::from_utf8(single));
        }
    }

    #[test]
    fn instants_are_exact_decimal_seconds_or_empty() {
        for (micros, text) in [
            (0, "0"),
            (1, "0.000001"),
            (1_500_000, "1.5"),
            (60_000_000, "60"),
            (60_010_200, "60.0102"),
            (999_999, "0.999999"),
        ] {
            assert_eq!(written(|out| instant(out, Instant(micros))), text);
        }
        assert_eq!(written(|out| instant(out, Instant::NEVER)), "");
    }

    #[test]
    fn floats_have_six_decimals_at_most_and_no_negative_zero() {
        for (value, text) in [
            (0.0, "0"),
            (-1e-9, "0"),
            (0.5, "0.5"),
            (1.0 / 3.0, "0.333333"),
            (1200.0, "1200"),
        ] {
            assert_eq!(written(|out| float(out, value)), text);
        }
    }

    #[test]
    fn text_that_looks_like_a_formula_is_made_text() {
        for (given, expected) in [
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("-x", "'-x"),
            ("@SUM", "'@SUM"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("=a,b", "\"'=a,b\""),
            ("PC-01", "PC-01"),
        ] {
            assert_eq!(written(|out| text(out, given)), expected);
        }
    }

    #[test]
    fn the_csv_crate_reads_back_what_is_quoted() {
        let cells = [
            "plain",
            "a,b",
            "say \"hi\"",
            "two\nlines",
            "",
            "ends\r",
            "\"\"",
        ];
        let mut row = Vec::new();
        for cell in cells {
            text(&mut row, cell);
        }
        end_row(&mut row);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(row.as_slice());
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!(record.iter().collect::<Vec<_>>(), cells);
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_back_as_it_was_apart_from_the_apostrophe(given in ".*") {
            let mut row = Vec::new();
            // Not at the beginning, where a reader drops a byte-order mark.
            text(&mut row, "first");
            text(&mut row, &given);
            end_row(&mut row);
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).from_reader(row.as_slice());
            let record = reader.records().next().unwrap().unwrap();
            let formula = is_formula(&given);
            let expected = if formula { format!("'{given}") } else { given };
            proptest::prop_assert_eq!(record.iter().collect::<Vec<_>>(), ["first", expected.as_str()]);
        }
    }
}
