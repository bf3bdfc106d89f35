//! Dates as exports write them, in whole days.
//!
//! `03/04/2026` is a day in March or in April; which, other dates of the file
//! tell. Every date is therefore read both ways.

use jiff::Unit;
use jiff::civil::{Date, date};

/// Days since 1 January 1970.
pub(crate) type Day = i32;

/// A date that is none.
pub(crate) const NEVER: Day = Day::MIN;

/// A date in both orders of day and month; none where an order does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) day_first: Option<Day>,
    pub(super) month_first: Option<Day>,
}

impl Read {
    fn sure(date: Date) -> Self {
        let day = Some(days(date));
        Self {
            day_first: day,
            month_first: day,
        }
    }
}

/// A date without its time of day; an error if it is in no known form, none if it
/// says "never".
///
/// Known are ISO 8601, numbers with `.`, `/` or `-` or the marks of East Asia, months in
/// words, LDAP's generalized time and WMI's, Windows file times and the JSON of
/// PowerShell 5.
pub(super) fn read(cell: &str) -> Result<Option<Read>, ()> {
    let cell = cell.trim();
    if is_never(cell) {
        return Ok(None);
    }
    let found = number(cell)
        .or_else(|| in_words(cell))
        .or_else(|| in_numbers(cell))
        .or_else(|| in_numbers(&with_marks(cell)?));
    found
        .map(|read| Some(read).filter(|read| !is_end_of_time(*read)))
        .ok_or(())
}

/// Whether a date is the last that databases have, which they give for "never": the end of
/// the year 9999, with or without a time zone.
fn is_end_of_time(read: Read) -> bool {
    const LAST: Date = date(9999, 12, 30);
    let last = days(LAST);
    let both = [read.day_first, read.month_first].into_iter().flatten();
    both.into_iter().all(|day| day >= last)
}

/// A date with its time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The day, with the day of the month first and with the month first; [`NEVER`]
    /// where an order does not fit.
    pub(crate) days: [Day; 2],
    /// Minutes after midnight.
    pub(crate) minutes: u32,
}

/// The date and time of a cell, to the minute; an error if it is in no known
/// form, none if it says "never".
pub(crate) fn stamp(cell: &str) -> Result<Option<Stamp>, ()> {
    let read = read(cell)?;
    Ok(read.map(|read| Stamp {
        days: [read.day_first, read.month_first].map(|day| day.unwrap_or(NEVER)),
        minutes: minutes(cell.trim()),
    }))
}

/// The minutes after midnight that a cell with a date says, `19:05:00`,
/// `7:05 PM`, `20260314190500.000000+***`; midnight if it says none.
fn minutes(cell: &str) -> u32 {
    let digits = cell.bytes().take_while(u8::is_ascii_digit).count();
    let two = |text: Option<&str>| text.and_then(|text| text.parse::<u32>().ok());
    if digits == 14 {
        let time = two(cell.get(8..10)).zip(two(cell.get(10..12)));
        return time.map_or(0, |(hours, minutes)| (hours * 60 + minutes) % 1440);
    }
    let Some(colon) = cell.find(':') else {
        return 0;
    };
    let before = cell[..colon].rsplit(|c: char| !c.is_ascii_digit()).next();
    let after = cell[colon + 1..]
        .split(|c: char| !c.is_ascii_digit())
        .next();
    let Some((hours, minutes)) = two(before).zip(two(after)) else {
        return 0;
    };
    let hours = match (hours, is_afternoon(cell)) {
        (12, Some(false)) => 0,
        (1..12, Some(true)) => hours + 12,
        _ => hours,
    };
    (hours * 60 + minutes) % 1440
}

/// Whether a cell with a time says that it is in the afternoon, as `7:05 PM`,
/// `7:05 p. m.` and `下午 7:05` do; none if its hours are those of a day.
fn is_afternoon(cell: &str) -> Option<bool> {
    let lower = cell.to_lowercase();
    let letters: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let says = |words: &[&str]| words.iter().any(|word| letters.contains(word));
    let ends = |word: &str| letters.ends_with(word);
    if ends("pm") || ends("μμ") || says(&["下午", "午後", "오후"]) {
        Some(true)
    } else if ends("am") || ends("πμ") || says(&["上午", "午前", "오전"]) {
        Some(false)
    } else {
        None
    }
}

/// The date of a day, for messages.
pub(crate) fn shown(day: Day) -> String {
    let span = jiff::Span::new().try_days(day);
    let date = span.and_then(|span| EPOCH.checked_add(span));
    date.map_or_else(|_| String::new(), |date| date.to_string())
}

const EPOCH: Date = date(1970, 1, 1);

fn days(date: Date) -> Day {
    EPOCH
        .until((Unit::Day, date))
        .map_or(NEVER, |span| span.get_days())
}

/// Ways of writing that there was no such time: empty, the zero and the largest
/// file time, year 1 and the words for it.
fn is_never(cell: &str) -> bool {
    let lower = cell.to_ascii_lowercase();
    matches!(
        lower.as_str(),
        "" | "0"
            | "never"
            | "none"
            | "n/a"
            | "unknown"
            | "-"
            | "9223372036854775807"
            | "nie"
            | "niemals"
            | "jamais"
            | "nunca"
            | "mai"
            | "nooit"
            | "なし"
    ) || [
        "0001-01-01",
        "01/01/0001",
        "1/1/0001",
        "01.01.0001",
        "01/01/1601",
        "1/1/1601",
        "01.01.1601",
        "1601-01-01",
    ]
    .iter()
    .any(|never| lower.starts_with(never))
}

/// File times (100 ns since 1601), `20260314075812.0Z`, and `/Date(ms)/`.
fn number(cell: &str) -> Option<Read> {
    if let Some(milliseconds) = cell
        .strip_prefix("/Date(")
        .and_then(|rest| rest.strip_suffix(")/"))
    {
        let milliseconds: i64 = milliseconds.parse().ok()?;
        return on_day(milliseconds.div_euclid(86_400_000));
    }
    let digits = cell.bytes().take_while(u8::is_ascii_digit).count();
    if digits == cell.len() && (17..=18).contains(&digits) {
        const DAYS_1601_TO_1970: i64 = 134_774;
        let ticks: i64 = cell.parse().ok()?;
        return on_day(ticks / 864_000_000_000 - DAYS_1601_TO_1970);
    }
    if let Some(day) = counted(cell) {
        return on_day(day);
    }
    if digits != 14 && !(digits == 8 && cell.len() == 8) {
        return None;
    }
    sure(cell.get(..4)?, cell.get(4..6)?, cell.get(6..8)?)
}

/// The day that a bare number counts: seconds or milliseconds since 1970, as systems keep
/// time, or days since the end of 1899, as spreadsheets do; from 1990 to 2063.
fn counted(cell: &str) -> Option<i64> {
    const DAYS_1899_TO_1970: i64 = 25_569;
    let whole = cell.split(['.', ',']).next()?;
    let rest = cell.get(whole.len() + 1..).unwrap_or_default();
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(rest) {
        return None;
    }
    let count: i64 = whole.parse().ok()?;
    let day = match whole.len() {
        5 => count - DAYS_1899_TO_1970,
        9..=10 if rest.is_empty() => count / 86_400,
        12..=13 if rest.is_empty() => count / 86_400_000,
        _ => return None,
    };
    (7_305..34_000).contains(&day).then_some(day)
}

fn on_day(day: i64) -> Option<Read> {
    let span = jiff::Span::new().try_days(day).ok()?;
    EPOCH.checked_add(span).ok().map(Read::sure)
}

/// How months begin in English, German, French, Spanish, Italian, Portuguese and Dutch,
/// by number from 1, with as many letters as tell them apart.
#[rustfmt::skip] // a table reads best with one row a month
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän", "ene", "gen"],
    &["feb", "fév", "fev"],
    &["mar", "mär", "mrz", "maa", "mrt"],
    &["apr", "avr", "abr"],
    &["may", "mai", "mag", "mei"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "aoû", "aou", "ago"],
    &["sep", "set"],
    &["oct", "okt", "ott", "out"],
    &["nov"],
    &["dec", "dez", "déc", "dic"],
];

/// The number of the month that a word names, from 1.
fn month(word: &str) -> Option<i8> {
    let begins = |names: &&[&str]| names.iter().any(|name| word.starts_with(name));
    let at = MONTHS.iter().position(begins)?;
    Some(at as i8 + 1)
}

/// Whether a word of a text names a month, in one of the languages that are known here.
pub(crate) fn has_month(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphabetic());
    words.any(|word| month(word).is_some())
}

/// `14-Mar-2026`, `14 March 2026`, `Saturday, March 14, 2026 7:58 AM`, `14. März 2026`,
/// `Sat Mar 14 07:58:12 2026`, `2026-Mar-14`.
fn in_words(cell: &str) -> Option<Read> {
    if !cell.chars().any(char::is_alphabetic) {
        return None;
    }
    let is_of_time = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',');
    let is_time = |part: &&str| part.contains(':') && part.chars().all(is_of_time);
    // The hours are no day and no year.
    let parts = cell.split_whitespace().filter(|part| !is_time(part));
    let lower = parts.collect::<Vec<_>>().join(" ").to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    // Days of the week that begin like a month, as `mardi` does, stand before it.
    let is_number = |at: usize| {
        words
            .get(at)
            .is_some_and(|word| word.parse::<u16>().is_ok())
    };
    let beside = |at: usize| is_number(at + 1) || at > 0 && is_number(at - 1);
    // `14 de marzo de 2026`
    let around = |at: usize| beside(at) || at > 1 && words[at - 1] == "de" && is_number(at - 2);
    let mut places = (0..words.len()).rev().filter(|at| around(*at));
    let month = places.find_map(|at| month(words[at]))?;
    let numbers = words.iter().filter_map(|word| word.parse::<i16>().ok());
    let numbers: Vec<i16> = numbers.collect();
    let (first, second) = (*numbers.first()?, *numbers.get(1)?);
    let long = numbers.iter().copied().find(|number| *number >= 1600);
    let year = long.unwrap_or(second);
    let day = if first == year { second } else { first };
    Date::new(full(year)?, month, i8::try_from(day).ok()?)
        .ok()
        .map(Read::sure)
}

/// `2026年3月14日` and `2026년 3월 14일` with the marks that others have.
fn with_marks(cell: &str) -> Option<String> {
    let is_mark = |c: char| matches!(c, '年' | '月' | '日' | '년' | '월' | '일');
    if !cell.contains(is_mark) {
        return None;
    }
    let parts = cell.split(is_mark).map(str::trim);
    let mut parts = parts.filter(|part| !part.is_empty());
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let rest: Vec<&str> = parts.collect();
    Some(format!("{year}-{month}-{day} {}", rest.join(" ")))
}

/// `2026-03-14…`, `14.03.2026…`, `3/14/2026…`.
fn in_numbers(cell: &str) -> Option<Read> {
    let end = cell
        .find([' ', 'T', '\u{A0}', '\u{202F}', ','])
        .unwrap_or(cell.len());
    let written = &cell[..end];
    let mark = written.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(mark, '-' | '/' | '.') {
        return None;
    }
    let mut parts = written.split(mark);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    // Hungarian and Korean dates end in a mark: 2026.03.14.
    if parts.any(|rest| !rest.is_empty()) {
        return None;
    }
    if a.len() == 4 {
        return sure(a, b, c);
    }
    let day_first = civil(c, b, a);
    let month_first = civil(c, a, b).filter(|_| mark != '.');
    (day_first.is_some() || month_first.is_some()).then(|| Read {
        day_first: day_first.map(days),
        month_first: if mark == '.' {
            day_first.map(days)
        } else {
            month_first.map(days)
        },
    })
}

fn sure(year: &str, month: &str, day: &str) -> Option<Read> {
    civil(year, month, day).map(Read::sure)
}

fn civil(year: &str, month: &str, day: &str) -> Option<Date> {
    let year = full(year.parse().ok()?)?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Two digits are a year from 1970 to 2069.
fn full(year: i16) -> Option<i16> {
    match year {
        0..70 => Some(2000 + year),
        70..100 => Some(1900 + year),
        1600.. => Some(year),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(cell: &str) -> (Option<String>, Option<String>) {
        let read = read(cell).unwrap().unwrap();
        (read.day_first.map(shown), read.month_first.map(shown))
    }

    #[test]
    fn one_day_in_every_form() {
        let day = Some("2026-03-14".to_owned());
        for cell in [
            "2026-03-14 07:58:12.0000000",
            "2026-03-14T07:58:12Z",
            "2026/03/14",
            "14.03.2026 07:58:12",
            "14.3.26",
            "20260314075812.0Z",
            "20260314075812.000000+060",
            "14-Mar-2026",
            "Saturday, March 14, 2026 7:58:12 AM",
            "Samstag, 14. März 2026 07:58",
            "sam. 14 mars 2026",
            "samedi 14 mars 2026",
            "14 de marzo de 2026",
            "14-mrt-2026",
            "Sat Mar 14 07:58:12 2026",
            "Sat Mar 14 07:58:12 CET 2026",
            "Sat, 14 Mar 2026 07:58:12 +0100",
            "Mar 14 2026  7:58AM",
            "14/Mar/2026:07:58:12",
            "2026-Mar-14",
            "2026年3月14日 7:58:12",
            "2026년 3월 14일",
            "134179559000000000",
            "/Date(1773475092000)/",
            "1773475092",
            "1773475092000",
            "46095",
            "46095,33",
            "46095.332083",
        ] {
            assert_eq!(both(cell), (day.clone(), day.clone()), "{cell}");
        }
        let tuesday = both("mardi 14 avril 2026").0;
        assert_eq!(tuesday.as_deref(), Some("2026-04-14"));
        assert_eq!(both("3/14/2026 7:58:12 AM"), (None, day.clone()));
        assert_eq!(both("14-03-2026"), (day, None));
        // Without a year it is no date.
        assert!(read("Mar 14 07:58").is_err());
    }

    #[test]
    fn an_order_that_is_left_open_is_read_both_ways() {
        let (day_first, month_first) = both("03/04/2026");
        assert_eq!(day_first.as_deref(), Some("2026-04-03"));
        assert_eq!(month_first.as_deref(), Some("2026-03-04"));
    }

    #[test]
    fn afternoons_are_known_in_several_languages() {
        let evening = Some(19 * 60 + 5);
        for cell in [
            "3/14/2026 7:05 PM",
            "14/03/2026 07:05:00 p. m.",
            "2026/3/14 下午 07:05:00",
            "2026-03-14 오후 7:05:00",
            "14.03.2026 19:05",
            "14 août 2026 19:05",
        ] {
            let read = stamp(cell).unwrap();
            assert_eq!(read.map(|stamp| stamp.minutes), evening, "{cell}");
        }
        let midnight = stamp("3/14/2026 12:05 a.m.").unwrap().unwrap();
        assert_eq!(midnight.minutes, 5);
    }

    #[test]
    fn never_is_no_date_and_a_word_is_none_at_all() {
        assert_eq!(read("0"), Ok(None));
        assert_eq!(read("9223372036854775807"), Ok(None));
        for never in ["31.12.9999 23:59:59", "9999-12-31", "12/31/9999", "jamais"] {
            assert_eq!(read(never), Ok(None), "{never}");
        }
        assert_eq!(read("01/01/1601 00:00:00"), Ok(None));
        assert_eq!(read("gestern"), Err(()));
        assert_eq!(read("99/99/2026"), Err(()));
    }
}
