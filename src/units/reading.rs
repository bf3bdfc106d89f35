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

/// A length of time in words and forms of other languages and tools, as it is written here:
/// `90 mins`, `2 Stunden`, `2:30 h`, `PT2H30M`, `1h30`, `1 d, 4 h`.
pub(crate) fn likely_span(text: &str) -> Option<String> {
    let written = text.trim();
    let text = written.trim_start_matches('+').trim_end_matches('.').trim();
    let candidate = iso_span(text).or_else(|| clock_span(text)).or_else(|| {
        let parts = numbers_and_words(text)?;
        Some(parts.join(" "))
    })?;
    (candidate != written && span_of(&candidate).is_some()).then_some(candidate)
}

/// Each number with the word behind it, the word as a unit; `and` and signs between them
/// are left out.
fn numbers_and_words(text: &str) -> Option<Vec<String>> {
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | '_');
    let mut rest = text.trim();
    let mut parts: Vec<String> = Vec::new();
    while !rest.is_empty() && parts.len() < 10 {
        let (number, after) = rest.split_at(rest.find(|c| !is_digit(c)).unwrap_or(rest.len()));
        let end = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (words, next) = after.split_at(end);
        let words = words.trim().trim_end_matches([',', '+', '&']).trim();
        let words = words.strip_suffix(" and").unwrap_or(words).trim();
        let before = parts.last().map(|part| part.ends_with(" h"));
        let unit = match words {
            // `1h30` and `1h30m` are hours and minutes.
            "" | "m" if before == Some(true) => "min",
            words => unit_of_time(words)?,
        };
        parts.push(match unit.split_once(' ') {
            // A month and a year are numbers of days.
            Some((days, unit)) => {
                let count: u32 = number.parse().ok()?;
                format!("{} {unit}", days.parse::<u32>().ok()?.checked_mul(count)?)
            }
            None => format!("{number} {unit}"),
        });
        rest = next;
    }
    rest.is_empty().then_some(parts)
}

/// The unit that a word stands for.
fn unit_of_time(word: &str) -> Option<&'static str> {
    Some(match word.trim_end_matches('.').to_lowercase().as_str() {
        "us" | "µs" | "usec" | "microseconds" => "us",
        "ms" | "msec" | "millisecond" | "milliseconds" => "ms",
        "s" | "sec" | "secs" | "second" | "seconds" | "sekunde" | "sekunden" => "s",
        "min" | "mins" | "minute" | "minutes" | "minuten" => "min",
        "h" | "hr" | "hrs" | "hour" | "hours" | "std" | "stunde" | "stunden" | "heure"
        | "heures" => "h",
        "d" | "day" | "days" | "tag" | "tage" | "tagen" | "jour" | "jours" => "d",
        "w" | "wk" | "wks" | "week" | "weeks" | "woche" | "wochen" => "weeks",
        "fortnight" | "fortnights" => "14 d",
        "month" | "months" | "monat" | "monate" | "mois" => "30 d",
        "year" | "years" | "y" | "yr" | "yrs" | "jahr" | "jahre" => "365 d",
        _ => return None,
    })
}

/// `2:30`, `2:30 h` and `02:30:15`.
fn clock_span(text: &str) -> Option<String> {
    let text = text
        .trim_end_matches(|c: char| c.is_alphabetic())
        .trim_end();
    let numbers: Option<Vec<u32>> = text.split(':').map(|part| part.parse().ok()).collect();
    let parts = match numbers?[..] {
        [hours, minutes] if minutes < 60 => [(hours, "h"), (minutes, "min"), (0, "s")],
        [hours, minutes, seconds] if minutes < 60 && seconds < 60 => {
            [(hours, "h"), (minutes, "min"), (seconds, "s")]
        }
        _ => return None,
    };
    let some = parts.iter().filter(|(number, _)| *number > 0);
    let some: Vec<String> = some
        .map(|(number, unit)| format!("{number} {unit}"))
        .collect();
    (!some.is_empty()).then(|| some.join(" "))
}

/// `P1DT2H30M` of ISO 8601.
fn iso_span(text: &str) -> Option<String> {
    let (days, time) = text
        .strip_prefix('P')?
        .split_once('T')
        .unwrap_or((&text[1..], ""));
    let spelled = days.to_lowercase() + &time.to_lowercase().replace('m', "min");
    let parts = numbers_and_words(&spelled)?;
    let months = days.contains('M');
    (!months && !parts.is_empty()).then(|| parts.join(" "))
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
    fn lengths_of_time_of_other_languages_and_tools_are_known() {
        for (text, wanted) in [
            ("90 mins", Some("90 min")),
            ("3 D", Some("3 d")),
            ("+3 d", Some("3 d")),
            ("2 Stunden", Some("2 h")),
            ("2:30", Some("2 h 30 min")),
            ("72:00", Some("72 h")),
            ("0:00:15 h", Some("15 s")),
            ("PT2H30M", Some("2 h 30 min")),
            ("P1DT1M", Some("1 d 1 min")),
            ("P1M", None),
            ("1h30", Some("1 h 30 min")),
            ("1h30m", Some("1 h 30 min")),
            ("1 d, 4 h and 5 mins", Some("1 d 4 h 5 min")),
            ("3 months", Some("90 d")),
            ("1.5 years", None),
            ("5 m", None),
            ("1:75", None),
            ("3 lunes", None),
            ("", None),
        ] {
            assert_eq!(likely_span(text).as_deref(), wanted, "{text}");
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
