//! What people may have meant by a number or a range that is not written as it is
//! read here.

use super::Span;
use super::parse::span_of;

/// The numbers that `text` may stand for, the likeliest first, written plainly:
/// thousands may be apart by commas, points, blanks or apostrophes, and a fraction may
/// begin with a comma. Empty if it is not a number at all.
pub(crate) fn readings(text: &str) -> Vec<String> {
    let is_mark = |c: char| matches!(c, ',' | '.' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    let text = text.trim();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let groups: Vec<&str> = text.split(is_mark).collect();
    let marks: Vec<char> = text.chars().filter(|c| is_mark(*c)).collect();
    let is_number = |group: &&str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    if !groups.iter().all(is_number) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if is_grouped(&groups, &marks) {
        found.push(format!("{sign}{}", groups.concat()));
    }
    if let (Some((fraction, whole)), Some((last, before))) =
        (groups.split_last(), marks.split_last())
    {
        let begins_fraction = matches!(last, ',' | '.') && !before.contains(last);
        if begins_fraction && is_grouped(whole, before) {
            found.push(format!("{sign}{}.{fraction}", whole.concat()));
        }
    }
    found
}

/// Whether marks part thousands: one kind of them, three digits behind each.
fn is_grouped(groups: &[&str], marks: &[char]) -> bool {
    let Some((first, rest)) = groups.split_first() else {
        return false;
    };
    let same = marks.windows(2).all(|pair| pair[0] == pair[1]);
    let thousands = (1..=3).contains(&first.len()) && *first != "0";
    rest.is_empty() || same && thousands && rest.iter().all(|group| group.len() == 3)
}

/// The readings of a number with a unit behind it that `reads` takes.
pub(crate) fn readings_with_unit(text: &str, reads: impl Fn(&str) -> bool) -> Vec<String> {
    let text = text.trim();
    let Some(at) = text.find(char::is_alphabetic) else {
        return Vec::new();
    };
    let (number, unit) = text.split_at(at);
    let all = readings(number).into_iter();
    all.map(|number| format!("{number} {unit}"))
        .filter(|candidate| candidate != text && reads(candidate))
        .collect()
}

/// What to write instead, of one or two readings.
pub(crate) fn instead(readings: &[String]) -> Option<String> {
    match readings {
        [] => None,
        [one] => Some(one.clone()),
        [whole, fraction, ..] => Some(format!(
            "{whole}, or {fraction} if what follows the mark is a fraction"
        )),
    }
}

/// The ends of a range of lengths of time as people write it, the shorter one first:
/// `10 min - 20 min`, `10 to 20 min`.
pub(crate) fn span_range(text: &str) -> Option<(Span, Span)> {
    let marks = ["..", "–", "-", " to ", ";"];
    let (low, high) = marks.iter().find_map(|mark| text.split_once(mark))?;
    let high = span_of(high)?;
    let unit = text
        .trim_end()
        .rsplit(|c: char| !c.is_alphabetic())
        .next()?;
    let low = span_of(low).or_else(|| span_of(&format!("{} {unit}", low.trim())))?;
    (low != high).then(|| (low.min(high), low.max(high)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_part_thousands_or_begin_a_fraction() {
        for (text, wanted) in [
            ("5000", &["5000"][..]),
            ("5,000", &["5000", "5.000"]),
            ("5.000", &["5000", "5.000"]),
            ("5 000", &["5000"]),
            ("1,500,000", &["1500000"]),
            ("1.000,5", &["1000.5"]),
            ("1,000.5", &["1000.5"]),
            ("0,95", &["0.95"]),
            ("0,950", &["0.950"]),
            ("-1,5", &["-1.5"]),
            ("12,34,5", &[]),
            ("5-10", &[]),
            ("", &[]),
        ] {
            assert_eq!(readings(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_range_has_two_ends_in_any_order() {
        let minutes = |low, high| Some((Span::from_mins(low), Span::from_mins(high)));
        for (text, wanted) in [
            ("10 min - 20 min", minutes(10, 20)),
            ("10-20 min", minutes(10, 20)),
            ("20 min to 10 min", minutes(10, 20)),
            ("5 min - 5 min", None),
            ("10 min", None),
        ] {
            assert_eq!(span_range(text), wanted, "{text}");
        }
    }
}
