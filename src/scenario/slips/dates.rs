//! Dates as people write them, and dates that no calendar has.

use super::Slip;
use crate::scenario::inventory::{day_text, has_month, stamp};
use jiff::civil::{Date, Time};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// What a text that looks like a date and time is likely to mean; none if it does not look
/// like one, or is one.
pub(in crate::scenario) fn meant_date(text: &str) -> Option<Slip> {
    let text = text.trim();
    match in_numbers(text) {
        Some((numbers, rest)) => numbers.slip(text, rest),
        None => in_words(text),
    }
}

/// Three numbers with the same sign between them.
struct Numbers {
    all: [i16; 3],
    /// Digits of the first and of the last.
    digits: [usize; 2],
    sign: char,
}

/// The numbers at the beginning of a text, and what follows them.
fn in_numbers(text: &str) -> Option<(Numbers, &str)> {
    let (first, rest) = number(text)?;
    let sign = rest.chars().next().filter(|c| "./-".contains(*c))?;
    let next = |rest: &'_ str| -> Option<usize> {
        let behind = rest.strip_prefix(sign)?.trim_start();
        Some(rest.len() - behind.len())
    };
    let rest = &rest[next(rest)?..];
    let (second, rest) = number(rest)?;
    let rest = &rest[next(rest)?..];
    let (third, behind) = number(rest)?;
    let all = [first, second, third];
    let [first, second, third] = all.map(|digits| digits.parse::<i16>().ok());
    let numbers = Numbers {
        all: [first?, second?, third?],
        digits: [all[0].len(), all[2].len()],
        sign,
    };
    Some((numbers, behind))
}

/// The digits at the beginning of a text, four at most, and what follows them.
fn number(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    (1..=4).contains(&digits.len()).then_some((digits, rest))
}

impl Numbers {
    /// The days that are meant, as year, month and day, the likeliest first.
    fn days(&self) -> Vec<[i16; 3]> {
        let [a, b, c] = self.all;
        let turned = |year, month: i16, day: i16| {
            if month > 12 && day <= 12 {
                vec![[year, day, month]]
            } else {
                vec![[year, month, day]]
            }
        };
        match self.digits {
            [4, 1 | 2] => turned(a, b, c),
            [1 | 2, 2 | 4] => {
                let year = if self.digits[1] == 2 { 2000 + c } else { c };
                let mut days = turned(year, b, a);
                // Behind a dot the month comes second in every country that writes one.
                if self.sign != '.' && a <= 12 && b <= 12 && a != b {
                    days.push([year, a, b]);
                }
                days
            }
            _ => Vec::new(),
        }
    }

    fn slip(&self, text: &str, rest: &str) -> Option<Slip> {
        let days = self.days();
        let rest = rest.trim_start_matches(['T', 't', ',', ' ']);
        let time = match rest {
            "" => None,
            _ if is_end_of_day(rest) => Some(Time::midnight()),
            rest => match time(rest)? {
                Ok(time) => Some(time),
                Err(()) => {
                    let message =
                        format!("`{text}` is not a date and time: no clock shows `{rest}`");
                    let help = "hours go from 0 to 23, minutes and seconds to 59".to_owned();
                    return (!days.is_empty()).then_some(Slip { message, help });
                }
            },
        };
        // The end of a day is the beginning of the next.
        let at_its_end = is_end_of_day(rest);
        let written = |day: Date| match time {
            Some(time) if at_its_end => {
                format!("{}T{time}", day.tomorrow().unwrap_or(day))
            }
            Some(time) => format!("{day}T{time}"),
            None => day.to_string(),
        };
        let [year, month, day] = *days.first()?;
        let name = usize::try_from(month - 1)
            .ok()
            .and_then(|at| MONTHS.get(at));
        let Some(name) = name else {
            return Some(Slip {
                message: format!("`{text}` is not a date: there is no month {month}"),
                help: "write year, month and day, as in 2006-03-17".to_owned(),
            });
        };
        let last = Date::new(year, month as i8, 1).ok()?.last_of_month();
        if !(1..=i16::from(last.day())).contains(&day) {
            let next = last.tomorrow().ok()?;
            return Some(Slip {
                message: format!(
                    "`{text}` is not a date: {name} {year} has {} days",
                    last.day()
                ),
                help: format!("write {} or {}", written(last), written(next)),
            });
        }
        let all = days.iter().filter_map(|[year, month, day]| {
            let day = Date::new(*year, *month as i8, *day as i8).ok()?;
            Some(written(day))
        });
        let all: Vec<String> = all.collect();
        (all.first()? != text).then(|| Slip {
            message: format!("`{text}` is not a date and time as scenarios have it"),
            help: format!("write {}", all.join(" or ")),
        })
    }
}

fn is_end_of_day(time: &str) -> bool {
    ["24:00", "24:00:00", "24.00"].contains(&time)
}

/// A time of day; an error if it is none that a clock shows. Nothing if it does not look
/// like one.
fn time(text: &str) -> Option<Result<Time, ()>> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || ":.".contains(c)));
    let (clock, half) = text.split_at(end.unwrap_or(text.len()));
    let half = half.trim().to_lowercase();
    let parts: Option<Vec<i8>> = clock
        .split([':', '.'])
        .map(|part| part.parse().ok())
        .collect();
    let parts = parts?;
    let is_half = |word: &str| half.starts_with(word);
    let (hour, minute, second) = match parts[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        [hour] if !half.is_empty() => (hour, 0, 0),
        _ => return None,
    };
    let hour = match hour {
        12 if is_half("a") => 0,
        1..12 if is_half("p") => hour + 12,
        _ => hour,
    };
    let known = ["", "am", "pm", "a.m.", "p.m.", "uhr", "h"];
    known
        .contains(&half.as_str())
        .then(|| Time::new(hour, minute, second, 0).map_err(|_| ()))
}

/// The hour and minute of a time of day in another form, such as `10 pm`, `8.30` or `22`.
pub(in crate::scenario) fn clock_text(text: &str) -> Option<String> {
    let text = text.trim();
    let time = match text.parse::<u8>() {
        Ok(24) => return Some("24:00".to_owned()),
        Ok(hour) => Time::new(i8::try_from(hour).ok()?, 0, 0, 0).ok()?,
        Err(_) => time(text)?.ok()?,
    };
    Some(format!("{:02}:{:02}", time.hour(), time.minute()))
}

/// A date whose month is a word, as inventories have it.
fn in_words(text: &str) -> Option<Slip> {
    if !has_month(text) || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let stamp = stamp(text).ok()??;
    let [one, other] = stamp.days;
    if one != other {
        return None;
    }
    let day = day_text(one);
    let minutes = stamp.minutes;
    let written = if text.contains(':') {
        format!("{day}T{:02}:{:02}:00", minutes / 60, minutes % 60)
    } else if let Some(time) = time_at_end(text) {
        format!("{day}T{time}")
    } else {
        day
    };
    Some(Slip {
        message: format!("`{text}` is not a date and time as scenarios have it"),
        help: format!("write {written}"),
    })
}

/// The time of day without a colon that a text ends with, such as `7 am` or `8.30`.
fn time_at_end(text: &str) -> Option<Time> {
    let before_last = text.rfind(' ')?;
    let earlier = text[..before_last].rfind(' ');
    let ends = [earlier, Some(before_last)].into_iter().flatten();
    let mut times = ends.filter_map(|at| time(text[at..].trim())?.ok());
    times.next()
}
