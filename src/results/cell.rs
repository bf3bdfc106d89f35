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
    if value < SHORT {
        let (digits, length) = short(value as u32, end);
        out.extend_from_slice(&digits.to_le_bytes());
        out.truncate(out.len() - 8 + length);
    } else {
        long_ended(out, value, end);
    }
}

/// Numbers below this have seven digits at most: with the byte that ends them, they are
/// one word, which is appended without a call.
const SHORT: u64 = 10_000_000;

const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);

/// The digits of a [`SHORT`] number and the byte that ends it, the first in the lowest
/// byte, and how many bytes these are.
#[inline]
fn short(number: u32, end: u8) -> (u64, usize) {
    let [a, b, c, d] = [
        number / 1_000_000,
        number / 10_000 % 100,
        number / 100 % 100,
        number % 100,
    ]
    .map(|pair| TWO_DIGITS[pair as usize]);
    // The first of eight digits is a zero.
    let digits = u64::from_le_bytes([a[0], a[1], b[0], b[1], c[0], c[1], d[0], d[1]]);
    let zeros = ((digits ^ ZEROS).trailing_zeros() / 8).min(7);
    let text = digits >> (8 * zeros) | u64::from(end) << (8 * (8 - zeros));
    (text, 9 - zeros as usize)
}

/// The digits of a part of a million, without trailing zeros, and the byte that ends it,
/// as [`short`] gives them. It is not zero.
#[inline]
fn fraction(millionths: u32, end: u8) -> (u64, usize) {
    let [a, b, c] = [
        millionths / 10_000,
        millionths / 100 % 100,
        millionths % 100,
    ]
    .map(|pair| TWO_DIGITS[pair as usize]);
    let digits = u64::from_le_bytes([a[0], a[1], b[0], b[1], c[0], c[1], b'0', b'0']);
    let zeros = (digits ^ ZEROS).leading_zeros() / 8;
    let places = 8 - zeros as usize;
    let kept = digits & u64::MAX >> (8 * zeros);
    (kept | u64::from(end) << (8 * places), places + 1)
}

/// The same, of a number of any length.
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
/// is written once more, as what ends one step of a machine often begins the next.
#[derive(Default)]
pub(super) struct Instants {
    /// The one before, if its cell is short.
    before: Option<(Instant, Short)>,
}

impl Instants {
    /// Appends the next one, as [`instant`] does.
    pub(super) fn append(&mut self, out: &mut Vec<u8>, at: Instant) {
        match self.before {
            Some((before, cell)) if before == at => cell.append(out),
            _ => match Short::of(Span(at.0)) {
                Some(cell) => {
                    self.before = Some((at, cell));
                    cell.append(out);
                }
                None => instant(out, at),
            },
        }
    }
}

/// Appends seconds, exact to the microsecond, without trailing zeros.
pub(super) fn span(out: &mut Vec<u8>, length: Span) {
    match Short::of(length) {
        Some(cell) => cell.append(out),
        None => long_span(out, length),
    }
}

/// The cell of a time of fewer than ten million seconds: two words, which are appended
/// without a call.
#[derive(Clone, Copy)]
struct Short {
    text: u128,
    length: usize,
}

impl Short {
    #[inline]
    fn of(length: Span) -> Option<Self> {
        let seconds = length.0 / MICROS;
        if seconds >= SHORT {
            return None;
        }
        let millionths = (length.0 % MICROS) as u32;
        if millionths == 0 {
            let (text, length) = short(seconds as u32, b',');
            let text = u128::from(text);
            return Some(Self { text, length });
        }
        let (whole, before) = short(seconds as u32, b'.');
        let (part, after) = fraction(millionths, b',');
        Some(Self {
            text: u128::from(whole) | u128::from(part) << (8 * before),
            length: before + after,
        })
    }

    #[inline]
    fn append(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.text.to_le_bytes());
        out.truncate(out.len() - size_of::<u128>() + self.length);
    }
}

const MICROS: u64 = 1_000_000;

/// The same, of a time that is not short.
#[inline(never)]
fn long_span(out: &mut Vec<u8>, length: Span) {
    let millionths = (length.0 % MICROS) as u32;
    if millionths == 0 {
        return long_ended(out, length.0 / MICROS, b',');
    }
    long_ended(out, length.0 / MICROS, b'.');
    let (part, after) = fraction(millionths, b',');
    out.extend_from_slice(&part.to_le_bytes()[..after]);
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
        let long = 10_000_000_000_001;
        let times = [7, 7, 1_500_000, 1_500_000, long, long, 1_500_000, 0].map(Instant);
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
            (9_999_999_999_999, "9999999.999999"),
            (10_000_000_000_000, "10000000"),
            (10_000_000_000_100, "10000000.0001"),
            (10_000_000_123_456, "10000000.123456"),
            (u64::MAX - 1, "18446744073709.551614"),
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
