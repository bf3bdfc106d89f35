//! Schedules of maintenance windows.
//!
//! A schedule token is 64 bits: when it begins, how long it lasts, and how it
//! recurs (learn.microsoft.com, "`ReadFromString` Method in Class
//! `SMS_ScheduleMethods`"; the kinds of recurrence are those of
//! `SMS_ServiceWindow.RecurrenceType`).

/// A window that comes round each day or week.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weekly {
    /// `Sun` to `Sat` by number from 0; every day if none.
    pub(super) day: Option<u8>,
    /// Minutes after midnight.
    pub(super) from: u32,
    /// Minutes that it lasts.
    pub(super) length: u32,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Schedule {
    Weekly(Weekly),
    /// It comes round in a way that is not simulated.
    Other(&'static str),
}

pub(super) const ONCE: &str = "they come once; windows of a scenario come round every week";
pub(super) const MONTHLY: &str =
    "they come round by the month; windows of a scenario come round every week";
pub(super) const RARE: &str =
    "they come round after several days or weeks; windows of a scenario come round every week";
pub(super) const LONG: &str = "they last longer than a day";

/// What the 16 hexadecimal digits of a token say; none if they are not a token.
pub(super) fn token(text: &str) -> Option<Schedule> {
    let text = text.trim();
    if text.len() != 16 || !text.is_ascii() {
        return None;
    }
    let bits = u64::from_str_radix(text, 16).ok()?;
    // The field of `width` bits whose lowest bit has the number `at`.
    let field = |at: u32, width: u32| (bits >> at) as u32 & ((1 << width) - 1);
    let (minute, hour) = (field(58, 6), field(53, 5));
    let from = hour * 60 + minute;
    let length = field(32, 6) + 60 * field(27, 5) + 1440 * field(22, 5);
    if minute > 59 || hour > 23 {
        return None;
    }
    let weekly = |day| match length {
        0..=1440 => Schedule::Weekly(Weekly { day, from, length }),
        _ => Schedule::Other(LONG),
    };
    Some(match field(19, 3) {
        1 => Schedule::Other(ONCE),
        2 => match (field(13, 6), field(8, 5), field(3, 5)) {
            (0, 0, 1) | (0, 24, 0) => weekly(None),
            (0, 0, 7) => return None,
            _ => Schedule::Other(RARE),
        },
        3 => match (field(16, 3), field(13, 3)) {
            (day @ 1..=7, 0 | 1) => weekly(Some(day as u8 - 1)),
            _ => Schedule::Other(RARE),
        },
        4 | 5 => Schedule::Other(MONTHLY),
        _ => return None,
    })
}

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

impl Weekly {
    /// The window as an entry of `maintenance`.
    pub(super) fn written(&self) -> String {
        let time = |minutes: u32| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
        let days = self.day.map_or_else(String::new, |day| {
            format!("days = \"{}\", ", DAYS[usize::from(day) % 7])
        });
        let to = self.from + self.length;
        format!(
            "{{ {days}from = \"{}\", to = \"{}\" }}",
            time(self.from),
            time(to)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tokens_of_the_reference_are_read() {
        // SMS_ServiceWindow: every day, every week, every month at 1:00.
        let length = |schedule| match schedule {
            Some(Schedule::Weekly(weekly)) => (weekly.from, weekly.day),
            other => panic!("{other:?}"),
        };
        assert_eq!(length(token("0034394008100008")), (60, None));
        assert_eq!(length(token("00343940081A2000")), (60, Some(1)));
        assert_eq!(token("0034394008284400"), Some(Schedule::Other(MONTHLY)));
        assert_eq!(token("System.Object[]"), None);
    }

    #[test]
    fn a_window_over_midnight_ends_the_next_day() {
        let window = Weekly {
            day: Some(6),
            from: 22 * 60,
            length: 300,
        };
        assert_eq!(
            window.written(),
            "{ days = \"Sat\", from = \"22:00\", to = \"03:00\" }"
        );
    }
}
