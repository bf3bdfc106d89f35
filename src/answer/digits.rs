//! Numbers for programs, in the digits that tables have: the last bits of a mean, as in
//! 4190.000000000001, tell nothing.

use crate::units::rounded;
use serde_json::ser::{Formatter, PrettyFormatter};
use std::io::{self, Write};

/// Indented JSON, in which a number with decimals has the digits of the tables.
#[derive(Default)]
pub(super) struct Digits(PrettyFormatter<'static>);

impl Formatter for Digits {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let text = rounded(value);
        // A whole number stays one that may have decimals.
        let decimals = if text.contains('.') { "" } else { ".0" };
        write!(writer, "{text}{decimals}")
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(to, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(to, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::Digits;
    use serde::Serialize;

    #[test]
    fn numbers_have_the_digits_of_tables_and_stay_numbers_with_decimals() {
        let mut out = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut out, Digits::default());
        let values = (
            4_190.000_000_000_001,
            -0.0,
            1.0 / 3.0,
            1.25e-9,
            f64::NAN,
            7_u64,
        );
        values.serialize(&mut serializer).unwrap();
        let text: String = String::from_utf8(out).unwrap();
        let words: Vec<&str> = text.split_whitespace().collect();
        let expected = "[ 4190.0, 0.0, 0.333333, 0.00000000125, null, 7 ]";
        assert_eq!(words.join(" "), expected);
    }
}
