//! Reading quantities as people write them: `"266 MB"`, `"512 kbit/s"`,
//! `"90 min"`.
//!
//! Bytes and bits, SI and IEC prefixes are told apart by their spelling
//! (`B` against `bit`, `MB` against `MiB`); nothing is guessed.

use super::reading::{instead, likely_span, readings_with_unit, span_range};
use super::{Rate, Size, Span};

/// Why a text is not a quantity; the message says what would be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseError(pub String);

/// Splits `"1.5 GB"` into the number and the unit.
fn split(text: &str) -> Option<(Decimal, &str)> {
    let text = text.trim();
    let (number, unit) = text.split_at(end_of_number(text));
    Some((Decimal::read(number)?, unit.trim()))
}

/// Where the digits, points and underscores end with which a text begins.
fn end_of_number(text: &str) -> usize {
    let belongs = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'_');
    text.bytes().take_while(belongs).count()
}

/// A number as it is written, without the rounding of floating point.
#[derive(Clone, Copy)]
struct Decimal {
    /// Its digits as one number.
    digits: u128,
    /// How many of them stand behind the point.
    behind: u32,
}

impl Decimal {
    /// Digits behind the point that count.
    const MOST_BEHIND: usize = 15;
    /// More digits before it than any quantity has.
    const MOST_BEFORE: usize = 20;

    /// The number that these digits, points and underscores are; none without a digit.
    fn read(text: &str) -> Option<Self> {
        // Nineteen digits fit into 64 bits, which are added up much faster than 128.
        let is_short = text.len() <= 19;
        let mut short = 0u64;
        let (mut digits, mut before, mut behind) = (0u128, 0, 0);
        let (mut point, mut any) = (false, false);
        for byte in text.bytes().filter(|byte| *byte != b'_') {
            if byte == b'.' {
                if std::mem::replace(&mut point, true) {
                    return None;
                }
                continue;
            }
            any = true;
            if behind == Self::MOST_BEHIND {
                continue;
            }
            behind += usize::from(point);
            before += usize::from(!point && (before > 0 || byte != b'0'));
            let digit = byte.saturating_sub(b'0');
            if is_short {
                short = short * 10 + u64::from(digit);
            } else {
                digits = digits.saturating_mul(10).saturating_add(digit.into());
            }
        }
        if is_short {
            digits = short.into();
        }
        if before > Self::MOST_BEFORE {
            digits = u128::MAX;
        }
        any.then_some(Self {
            digits,
            behind: behind as u32,
        })
    }
}

/// `number` × `factor` as the nearest whole number, if it fits. Every factor is a
/// whole number.
fn whole(number: Decimal, factor: f64) -> Option<u64> {
    const MOST: u128 = 9_000_000_000_000_000_000;
    let product = number.digits.checked_mul(factor as u128)?;
    let unit = 10u64.pow(number.behind);
    let rounded = product.checked_add(u128::from(unit / 2))?;
    let value = match u64::try_from(rounded) {
        Ok(short) => u128::from(short / unit),
        Err(_) => rounded / u128::from(unit),
    };
    (value < MOST).then_some(value as u64)
}

/// `reads` is whether a text could be read; only what could is proposed.
fn bad(text: &str, what: &str, example: &str, reads: impl Fn(&str) -> bool) -> ParseError {
    let positive = text.trim().strip_prefix(['-', '−']).map(str::trim_start);
    if let Some(positive) = positive.filter(|positive| reads(positive)) {
        return ParseError(format!(
            "`{text}` is negative, which {what} is never; write \"{positive}\""
        ));
    }
    let quoted = readings_with_unit(text, reads).into_iter();
    let quoted: Vec<String> = quoted.map(|reading| format!("\"{reading}\"")).collect();
    ParseError(match instead(&quoted) {
        Some(instead) => format!("`{text}` is not {what}; write {instead}"),
        None => format!("`{text}` is not {what}; write a number and a unit, such as {example}"),
    })
}

fn too_large(text: &str, what: &str) -> ParseError {
    ParseError(format!("`{text}` is too large for {what}"))
}

/// Why a text is not a length of time.
enum NoSpan {
    Other,
    Ambiguous,
    TooLarge,
}

/// Reads a length of time, without a word on what was meant where it is none: what may
/// have been meant is looked for among parts of the text, which are read like this.
pub(super) fn span_of(text: &str) -> Option<Span> {
    read_span(text).ok()
}

fn read_span(text: &str) -> Result<Span, NoSpan> {
    let mut rest = text.trim();
    let mut total = 0u64;
    if rest.is_empty() {
        return Err(NoSpan::Other);
    }
    while !rest.is_empty() {
        let (number, after) = rest.split_at(end_of_number(rest));
        let unit_end = after.bytes().position(|byte| byte.is_ascii_digit());
        let (unit, next) = after.split_at(unit_end.unwrap_or(after.len()));
        let number = Decimal::read(number).ok_or(NoSpan::Other)?;
        let factor = match unit.trim() {
            "us" | "µs" => 1.0,
            "ms" => 1e3,
            "s" | "sec" | "second" | "seconds" => 1e6,
            "m" => return Err(NoSpan::Ambiguous),
            "min" | "minute" | "minutes" => 60e6,
            "h" | "hour" | "hours" => 3_600e6,
            "d" | "day" | "days" => 86_400e6,
            "w" | "week" | "weeks" => 604_800e6,
            _ => return Err(NoSpan::Other),
        };
        let part = whole(number, factor).ok_or(NoSpan::TooLarge)?;
        total = total.checked_add(part).ok_or(NoSpan::TooLarge)?;
        rest = next.trim_start();
    }
    Ok(Span(total))
}

/// A length of time: `us`, `ms`, `s`, `min`, `h`, `d` (24 hours) or `weeks`,
/// and sums of them such as `"1 h 30 min"`.
///
/// # Errors
/// If the text has no unit, an unknown one, or does not fit in 64 bits of
/// microseconds.
pub fn parse_span(text: &str) -> Result<Span, ParseError> {
    read_span(text).map_err(|why| match why {
        NoSpan::Other => not_a_span(text),
        NoSpan::Ambiguous => match likely_span(text) {
            Some(likely) => ParseError(format!(
                "`{text}` is not a length of time; write \"{likely}\""
            )),
            None => ParseError(format!(
                "`{text}`: `m` could be minutes or months; write `min`"
            )),
        },
        NoSpan::TooLarge => too_large(text, "a length of time"),
    })
}

fn not_a_span(text: &str) -> ParseError {
    if let Some((low, _)) = span_range(text) {
        return ParseError(format!(
            "`{text}` is a range, and one length of time belongs here, such as \"{low}\""
        ));
    }
    if let Some(likely) = likely_span(text) {
        return ParseError(format!(
            "`{text}` is not a length of time; write \"{likely}\""
        ));
    }
    let example = "\"90 min\", \"1 h 30 min\" or \"4 d\"";
    bad(text, "a length of time", example, |text| {
        span_of(text).is_some()
    })
}

/// The factor of a prefix: SI (`k`, `M`, `G`, `T`) or IEC (`Ki`, `Mi`, …).
fn prefix(text: &str) -> Option<f64> {
    Some(match text {
        "" => 1.0,
        "k" | "K" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1_099_511_627_776.0,
        _ => return None,
    })
}

/// An amount of data: bytes with an SI or IEC prefix, `B`, `kB`, `MiB`.
///
/// # Errors
/// If the unit is missing, unknown, or in bits.
pub fn parse_size(text: &str) -> Result<Size, ParseError> {
    const WHAT: &str = "an amount of data";
    const EXAMPLE: &str = "\"266 MB\", \"512 KiB\" or \"4096 B\"";
    let (number, unit) =
        split(text).ok_or_else(|| bad(text, WHAT, EXAMPLE, |text| parse_size(text).is_ok()))?;
    let factor = unit
        .strip_suffix("bytes")
        .or_else(|| unit.strip_suffix('B'))
        .and_then(|p| prefix(p.trim()))
        .ok_or_else(|| {
            size_slip(text, unit)
                .unwrap_or_else(|| bad(text, WHAT, EXAMPLE, |text| parse_size(text).is_ok()))
        })?;
    whole(number, factor)
        .map(Size)
        .ok_or_else(|| too_large(text, WHAT))
}

/// The prefix of a unit in one of these spellings, as it should be.
fn likely_prefix(unit: &str, spellings: &[&str]) -> Option<&'static str> {
    let unit = unit.to_lowercase();
    let unit = [
        "kilo", "mega", "giga", "tera", "kibi", "mebi", "gibi", "tebi",
    ]
    .into_iter()
    .zip(["k", "m", "g", "t", "ki", "mi", "gi", "ti"])
    .find_map(|(word, prefix)| Some(format!("{prefix}{}", unit.strip_prefix(word)?)))
    .unwrap_or(unit);
    let before = spellings.iter().find_map(|s| unit.strip_suffix(s))?;
    Some(match before.trim() {
        "" => "",
        "k" => "k",
        "m" => "M",
        "g" => "G",
        "t" => "T",
        "ki" => "Ki",
        "mi" => "Mi",
        "gi" => "Gi",
        "ti" => "Ti",
        _ => return None,
    })
}

/// An amount that is written as bits, or as nothing in particular.
fn size_slip(text: &str, unit: &str) -> Option<ParseError> {
    let bare = unit.strip_suffix("/s").unwrap_or(unit);
    let spellings = ["bytes", "byte", "octets", "octet", "bits", "bit", "b", "o"];
    let p = likely_prefix(bare, &spellings)
        .or_else(|| likely_prefix(unit, &[""]).filter(|prefix| !prefix.is_empty()))?;
    let number = text.trim().strip_suffix(unit).unwrap_or(text).trim();
    let is_bits = unit.ends_with('b') || unit.to_lowercase().contains("bit");
    let reason = if bare != unit {
        format!("`{unit}` is a rate, and a size is wanted")
    } else if is_bits {
        format!("`{unit}` is a number of bits, and a size is one of bytes")
    } else {
        format!("`{unit}` is not a unit")
    };
    Some(ParseError(format!(
        "`{text}`: {reason}; write \"{number} {p}B\""
    )))
}

/// A rate that lacks its second, or leaves open whether it counts bits.
fn rate_slip(text: &str, unit: &str) -> Option<ParseError> {
    const SECONDS: [&str; 8] = [
        "/s",
        "/sec",
        "/second",
        "per second",
        "per sec",
        "p/s",
        "ps",
        "/sek",
    ];
    let small = unit.trim_end_matches('.').to_lowercase();
    let second = SECONDS.iter().find(|second| small.ends_with(**second));
    let bare = unit.get(..small.len() - second.map_or(0, |second| second.len()))?;
    let bare = bare.trim_end();
    let p = likely_prefix(bare, &["bytes", "byte", "octets", "bits", "bit", "b"])
        .or_else(|| likely_prefix(bare, &[""]).filter(|prefix| !prefix.is_empty()))?;
    let number = text.trim().strip_suffix(unit).unwrap_or(text).trim();
    // With its second said, the word tells which of both it is.
    let is_said =
        |words: &[&str]| second.is_some() && words.iter().any(|word| small.contains(word));
    let (bits, bytes) = (is_said(&["bit"]), is_said(&["byte", "octet"]));
    if bits || bytes {
        let unit = if bits { "bit" } else { "B" };
        return Some(ParseError(format!(
            "`{text}` is not a data rate; write \"{number} {p}{unit}/s\""
        )));
    }
    Some(ParseError(format!(
        "`{text}` is not a data rate; write \"{number} {p}bit/s\" for bits or \"{number} {p}B/s\" for bytes"
    )))
}

/// What lines are called by, and words for no limit.
fn named_rate(text: &str) -> Option<&'static str> {
    Some(match text.trim().to_lowercase().as_str() {
        "unlimited" | "infinite" | "infinity" | "inf" | "none" | "no limit" | "max"
        | "unbounded" => "unlimited",
        "isdn" => "64 kbit/s",
        "t1" | "t-1" | "ds1" => "1.544 Mbit/s",
        "e1" | "e-1" => "2.048 Mbit/s",
        "e3" | "e-3" => "34.368 Mbit/s",
        "t3" | "t-3" | "ds3" => "44.736 Mbit/s",
        _ => return None,
    })
}

/// A data rate: bits (`kbit/s`, `Mbit/s`, `kbps`, `Mbps`) or bytes (`kB/s`,
/// `MiB/s`) per second, or `unlimited`.
///
/// # Errors
/// If the unit is missing or unknown.
pub fn parse_rate(text: &str) -> Result<Rate, ParseError> {
    const WHAT: &str = "a data rate";
    const EXAMPLE: &str = "\"512 kbit/s\", \"10 MB/s\" or \"unlimited\"";
    if text.trim() == "unlimited" {
        return Ok(Rate::UNLIMITED);
    }
    if let Some(likely) = named_rate(text) {
        return Err(ParseError(format!(
            "`{text}` is not a data rate; write \"{likely}\""
        )));
    }
    let (number, unit) =
        split(text).ok_or_else(|| bad(text, WHAT, EXAMPLE, |text| parse_rate(text).is_ok()))?;
    let bits = unit
        .strip_suffix("bit/s")
        .or_else(|| unit.strip_suffix("bps"))
        .and_then(prefix);
    let bytes = unit
        .strip_suffix("B/s")
        .and_then(prefix)
        .map(|factor| factor * 8.0);
    let factor = bits.or(bytes).ok_or_else(|| {
        rate_slip(text, unit)
            .unwrap_or_else(|| bad(text, WHAT, EXAMPLE, |text| parse_rate(text).is_ok()))
    })?;
    whole(number, factor)
        .map(Rate)
        .ok_or_else(|| too_large(text, WHAT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_exact_however_large() {
        for number in [9_007_199_254_740_993, 1_811_868_696_001_811_863] {
            assert_eq!(parse_size(&format!("{number} B")), Ok(Size(number)));
            assert_eq!(parse_span(&format!("{number} us")), Ok(Span(number)));
        }
        assert_eq!(
            parse_size("9007199254740.993 kB"),
            Ok(Size(9_007_199_254_740_993))
        );
        assert_eq!(parse_size("0.5 kB"), Ok(Size(500)));
        assert_eq!(parse_size(".25 KiB"), Ok(Size(256)));
        assert_eq!(parse_span("0.0000005 s"), Ok(Span(1)));
        for text in [
            "9000000000000000000 B",
            "1e400 B",
            "99999999999999999999999999 B",
            ". B",
            "1.2.3 B",
        ] {
            assert!(parse_size(text).is_err(), "{text}");
        }
        let zeros = "0".repeat(100);
        assert_eq!(parse_size(&format!("{zeros}7.{zeros} B")), Ok(Size(7)));
    }

    #[test]
    fn sizes_tell_bits_from_bytes_and_si_from_iec() {
        assert_eq!(parse_size("266 MB"), Ok(Size(266_000_000)));
        assert_eq!(parse_size("1 MiB"), Ok(Size(1_048_576)));
        assert_eq!(parse_size("0.5 kB"), Ok(Size(500)));
        assert!(parse_size("10 Mbit").is_err());
        assert!(parse_size("10").is_err());
        assert!(parse_size("-1 MB").is_err());
        assert!(parse_size("9999999999999 TB").is_err());
    }

    #[test]
    fn rates_are_bits_unless_spelled_as_bytes() {
        assert_eq!(parse_rate("512 kbit/s"), Ok(Rate(512_000)));
        assert_eq!(parse_rate("1 MB/s"), Ok(Rate(8_000_000)));
        assert_eq!(parse_rate("10 Mbps"), Ok(Rate(10_000_000)));
        assert_eq!(parse_rate("unlimited"), Ok(Rate::UNLIMITED));
        assert!(parse_rate("512 k").is_err());
    }

    #[test]
    fn a_unit_that_is_nearly_right_is_answered_with_the_right_one() {
        let size = |text: &str| parse_size(text).unwrap_err().0;
        assert!(
            size("180 Mb").ends_with("write \"180 MB\""),
            "{}",
            size("180 Mb")
        );
        assert!(size("10 Mbit").contains("bits") && size("10 Mbit").contains("\"10 MB\""));
        for text in ["10 MBit", "10 Mbits", "10 MBITS"] {
            assert!(
                size(text).contains("bits, and a size is one of bytes"),
                "{text}"
            );
        }
        assert!(size("3 gb").contains("\"3 GB\"") && size("3 G").contains("\"3 GB\""));
        assert!(size("3 apples").contains("write a number and a unit"));
        let rate = |text: &str| parse_rate(text).unwrap_err().0;
        assert!(rate("2 Mb").contains("\"2 Mbit/s\" for bits or \"2 MB/s\" for bytes"));
        assert!(rate("512 kb/s").contains("\"512 kbit/s\""));
        assert!(rate("512 k").contains("\"512 kbit/s\""));
        assert!(rate("2 MB").contains("\"2 MB/s\" for bytes"));
        assert!(rate("fast").contains("write a number and a unit"));
    }

    #[test]
    fn a_text_with_many_dashes_is_refused_at_once() {
        assert!(parse_span(&"1 x 0--7b-".repeat(1_000)).is_err());
    }

    #[test]
    fn spans_add_up_and_refuse_the_ambiguous_m() {
        assert_eq!(parse_span("90 min"), Ok(Span::from_mins(90)));
        assert_eq!(parse_span("1 h 30 min"), Ok(Span::from_mins(90)));
        assert_eq!(parse_span("1.5h"), Ok(Span::from_mins(90)));
        assert!(parse_span("5 m").is_err());
        assert!(parse_span("").is_err());
        assert!(parse_span("soon").is_err());
    }
}
