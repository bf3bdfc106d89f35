//! Quantities: instants, spans, sizes and rates, as whole numbers.
//!
//! Every quantity of the simulator is an integer, so that sums do not depend
//! on the order in which they were made and two runs agree to the last bit.
//! This room knows nothing of the rest of the program.

mod calendar;
mod checksum;
mod digits;
mod parse;
mod quantity;
mod reading;
mod share;
mod steering;

pub(crate) use calendar::dates;
pub use calendar::on_the_calendar;
pub(crate) use checksum::{hexadecimal, sha256};
pub(crate) use digits::rounded;
pub use parse::{ParseError, parse_rate, parse_size, parse_span};
pub use quantity::{Instant, Rate, SignedInstant, Size, Span};
pub(crate) use quantity::{span_and_error, span_to};
pub(crate) use reading::{instead, likely_span, readings, span_range};
pub use share::Share;
pub(crate) use steering::{must_be_escaped, on_one_line, steers};

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 machine", "2,000 machines": a number with its noun, of which `s` makes the
/// plural.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}
