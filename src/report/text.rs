//! Dates, counts and lengths of time as people read them.

use super::data::Run;
pub(super) use crate::results::percent;
use crate::units::span_to;
use jiff::SignedDuration;
use jiff::civil::DateTime;
use maud::{Markup, html};

/// The scenario's clock: turns seconds into dates.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Option<DateTime>,
    /// Whether dates name their year.
    has_year: bool,
}

impl Clock {
    /// The clock of a run that starts at this date and time.
    pub fn new(start: &str) -> Self {
        Self {
            start: start.parse().ok(),
            has_year: false,
        }
    }

    /// The clock of `run`, whose dates name their year where those of several meet.
    pub fn of(run: &Run) -> Self {
        let manifest = &run.manifest;
        let clock = Self::new(&manifest.start);
        let ends = [0.0, run.horizon()];
        let mut years: Vec<i16> = ends
            .iter()
            .filter_map(|at| clock.at(*at))
            .map(DateTime::year)
            .collect();
        let asked = manifest.objectives.iter();
        let asked = asked.filter_map(|objective| objective.by_date.parse::<DateTime>().ok());
        years.extend(asked.map(DateTime::year));
        let has_year = years.windows(2).any(|pair| pair[0] != pair[1]);
        Self { has_year, ..clock }
    }

    /// Date and time of a second.
    pub fn at(self, seconds: f64) -> Option<DateTime> {
        let span = SignedDuration::from_millis((seconds * 1000.0).round() as i64);
        self.start?.checked_add(span).ok()
    }

    /// As in `Thu 23 Mar 14:00`, to the minute.
    pub fn date(self, seconds: f64) -> String {
        self.shown(seconds, false)
    }

    /// The date of a moment that somebody has set: with its seconds where it has any.
    pub fn moment(self, seconds: f64) -> String {
        let has_seconds = self.at(seconds).is_some_and(|at| at.second() != 0);
        self.shown(seconds, has_seconds)
    }

    /// A date beside others, with its seconds where one of them would look the same.
    pub fn date_beside(self, seconds: f64, others: &[f64]) -> String {
        let shown = self.date(seconds);
        let looks_alike =
            |other: &f64| (other - seconds).abs() >= 1.0 && self.date(*other) == shown;
        if others.iter().any(looks_alike) {
            self.shown(seconds, true)
        } else {
            shown
        }
    }

    /// As in `14:00`.
    pub fn time(self, seconds: f64) -> String {
        let date = self.moment(seconds);
        date.rsplit_once(' ')
            .map_or(date.clone(), |(_, time)| time.to_owned())
    }

    fn shown(self, seconds: f64, has_seconds: bool) -> String {
        match self.at(seconds) {
            Some(at) => self.in_words(at, has_seconds),
            None => span(seconds),
        }
    }

    /// A date and time that somebody has set.
    pub fn of_date(self, at: DateTime) -> String {
        self.in_words(at, at.second() != 0)
    }

    fn in_words(self, at: DateTime, has_seconds: bool) -> String {
        let mut text = format!(
            "{} {} {}",
            DAYS[at.date().weekday().to_monday_zero_offset() as usize],
            at.day(),
            MONTHS[at.month() as usize - 1]
        );
        if self.has_year {
            text += &format!(" {}", at.year());
        }
        text += &format!(" {:02}:{:02}", at.hour(), at.minute());
        if has_seconds {
            text += &format!(":{:02}", at.second());
        }
        text
    }

    /// As in `Thu 23 Mar`.
    pub fn day(self, seconds: f64) -> String {
        let date = self.date(seconds);
        date.rsplit_once(' ')
            .map_or(date.clone(), |(day, _)| day.to_owned())
    }
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A length of time in its two largest units, rounded to the smaller of them.
pub fn span(seconds: f64) -> String {
    if (0.0..10.0).contains(&seconds) {
        return format!("{seconds:.1} s");
    }
    span_beside(seconds, f64::INFINITY)
}

/// A length of time beside one that differs by `apart`, or with an error of as much:
/// told as finely as that takes.
pub(super) fn span_beside(seconds: f64, apart: f64) -> String {
    span_to(seconds.max(0.0), apart)
}

/// A count with its thousands apart; with a decimal if it is below a thousand and broken.
pub fn count(value: f64) -> String {
    if value > 0.0 && value < 0.05 {
        return "< 0.1".to_owned();
    }
    // One decimal as long as it can be seen beside a share with one.
    if value < 1_000.0 && (value - value.round()).abs() >= 0.05 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digit.is_ascii_digit() {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count of machines.
pub fn machines(value: f64) -> String {
    if (value - 1.0).abs() < 0.05 {
        "1 machine".to_owned()
    } else {
        format!("{} machines", count(value))
    }
}

/// `1 replication`, `20 replications`.
pub fn replications(n: f64) -> String {
    if n > 1.0 {
        format!("{} replications", count(n))
    } else {
        "1 replication".to_owned()
    }
}

/// A rate in the largest unit that fits.
pub fn rate(bits: f64) -> String {
    let units = [(1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s")];
    let unit = units.iter().find(|(size, _)| bits >= *size);
    unit.map_or_else(
        || format!("{bits:.0} bit/s"),
        |(size, name)| {
            let text = format!("{:.1}", bits / size);
            format!("{} {name}", text.trim_end_matches(".0"))
        },
    )
}

/// A bar that fills `share` of the width. It only repeats a number beside it.
pub fn bar(share: f64) -> Markup {
    let width = format!("{:.1}", share.clamp(0.0, 1.0) * 100.0);
    html! {
        svg.bar viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" {
            rect.filled width=(width) height="1" {}
        }
    }
}

/// Causes of which the name alone does not read as words, with what a reader would say.
const HEADINGS: [(&str, &str); 19] = [
    ("client-service-hangs", "Client service hangs"),
    ("optional-not-chosen", "Optional program that no user chose"),
    (
        "optional-chosen-later",
        "Optional program chosen after the forecast",
    ),
    (
        "expired-before-start",
        "Advertisement expired before the program started",
    ),
    (
        "content-on-no-distribution-point",
        "Content is on no distribution point",
    ),
    (
        "only-remote-distribution-point",
        "Content is on remote distribution points only",
    ),
    (
        "fallback-pending",
        "Too early for distribution points of neighbours",
    ),
    (
        "content-hash-mismatch",
        "Content damaged on the distribution point",
    ),
    ("locked-by-others", "Account locked by other machines"),
    ("user-not-administrator", "User is not an administrator"),
    (
        "token-account-no-network-rights",
        "Token account has no rights on the network",
    ),
    (
        "per-user-msi-failed",
        "Windows Installer refused to install per user",
    ),
    (
        "msi-failed",
        "Windows Installer refused for want of privileges",
    ),
    (
        "per-user-into-service-profile",
        "Installed per user into a service profile",
    ),
    (
        "elevation-failed",
        "Account could not be made administrator",
    ),
    ("not-offered-held-back", "Roll-out held back"),
    ("not-offered-aborted", "Roll-out aborted"),
    ("not-offered-in-no-phase", "In no phase of the roll-out"),
    (
        "assignment-waived-over-slow-link",
        "Assignment does not hold over a slow link",
    ),
];

/// A name of the closed lists as words: `no-user-logged-on`.
pub fn words(name: &str) -> String {
    if let Some((_, heading)) = HEADINGS.iter().find(|(known, _)| *known == name) {
        return (*heading).to_owned();
    }
    let text = name.replace('-', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(
        || "No cause recorded".to_owned(),
        |first| first.to_uppercase().chain(letters).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_of_causes_that_there_are() {
        for (name, heading) in HEADINGS {
            assert!(
                crate::outcome::Cause::ALL
                    .iter()
                    .any(|cause| cause.name() == name),
                "{name}"
            );
            assert_eq!(words(name), heading);
        }
        assert_eq!(words("domain-not-trusted"), "Domain not trusted");
    }

    #[test]
    fn dates_and_lengths_read_well() {
        let clock = Clock::new("2006-03-17T18:00:00");
        assert_eq!(clock.date(0.0), "Fri 17 Mar 18:00");
        assert_eq!(clock.date(62.0 * 3600.0), "Mon 20 Mar 08:00");
        assert_eq!(clock.day(0.0), "Fri 17 Mar");
        // Seconds where two dates would look alike, or where somebody has set them.
        assert_eq!(clock.date_beside(8.0, &[0.0]), "Fri 17 Mar 18:00:08");
        assert_eq!(clock.date_beside(8.0, &[60.0]), "Fri 17 Mar 18:00");
        assert_eq!(clock.moment(30.0), "Fri 17 Mar 18:00:30");
        assert_eq!(clock.moment(60.0), "Fri 17 Mar 18:01");
        let with_year = Clock {
            has_year: true,
            ..clock
        };
        assert_eq!(with_year.date(0.0), "Fri 17 Mar 2006 18:00");
        assert_eq!(with_year.day(0.0), "Fri 17 Mar 2006");
        assert_eq!(span(158_400.0), "1 d 20 h");
        // Rounded, and never coarser than what is told beside it.
        for (seconds, text) in [
            (119.0, "1 min 59 s"),
            (3_231.0, "53 min 51 s"),
            (3_599.6, "1 h"),
            (89_940.0, "1 d 1 h"),
            (86_399.0, "1 d"),
            (59.7, "1 min"),
        ] {
            assert_eq!(span(seconds), text);
        }
        assert_eq!(span_beside(87_283.0, 1_737.0), "1 d 14 min 43 s");
        assert_eq!(span_beside(87_283.0, 90_000.0), "1 d");
        // A few machines of many replications are not none.
        for (value, text) in [
            (0.0, "0"),
            (0.02, "< 0.1"),
            (0.05, "0.1"),
            (1.98, "2"),
            (2.5, "2.5"),
            (1_254.0, "1,254"),
        ] {
            assert_eq!(count(value), text);
        }
        assert_eq!(percent(0.9999), "> 99.9 %");
        assert_eq!(rate(2e6), "2 Mbit/s");
    }
}
