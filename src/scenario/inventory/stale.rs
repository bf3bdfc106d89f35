//! Machines that have not been heard of for too long.

use super::date::{self, Day, NEVER};
use super::heading::Mapping;
use super::problem::Finding;
use super::report::DropReason;
use super::rows::Rows;
use super::{DateOrder, MapOptions};
use crate::units::{counted, grouped};

/// The line of a row that was left out.
pub(super) const LEFT_OUT: u32 = u32::MAX;

/// Leaves the stale rows out by setting their line, and says after how many days
/// before which newest date they were stale. A file that leaves the order of day
/// and month open is asked about only if the answer matters.
pub(super) fn leave_out(
    rows: &mut Rows,
    mapping: &Mapping,
    options: &MapOptions,
) -> Option<(u32, String, String)> {
    if options.keep.contains(&DropReason::Stale) || rows.seen.is_empty() {
        return None;
    }
    let order = match order(rows, options) {
        Ok(order) => order,
        Err(finding) => {
            let columns: Vec<&str> = mapping
                .seen
                .iter()
                .map(|at| mapping.headings[*at].as_str())
                .collect();
            rows.problems.push(finding.column(&columns.join("`, `")));
            return None;
        }
    };
    let dates = Dates::of(rows, order, options)?;
    forget(rows, order, &dates);
    let (newest, since) = (dates.newest, dates.since);
    for row in stale(rows, order, since).collect::<Vec<_>>() {
        let line = std::mem::replace(&mut rows.lines[row], LEFT_OUT);
        rows.dropped[DropReason::Stale as usize].push(u64::from(line));
    }
    Some((options.stale_after, date::shown(since), date::shown(newest)))
}

/// The newest date of the file in the order of day and month that it is not read in, if
/// its dates leave the order open and it is another date.
pub(super) fn other_newest(rows: &Rows, options: &MapOptions) -> Option<String> {
    if rows.misfits() != [false, false] {
        return None;
    }
    let newest = |order| Dates::of(rows, order, options).map(|dates| dates.newest);
    let read = options.dates.unwrap_or(DateOrder::DayFirst);
    let other = match read {
        DateOrder::DayFirst => DateOrder::MonthFirst,
        DateOrder::MonthFirst => DateOrder::DayFirst,
    };
    let (read, other) = (newest(read)?, newest(other)?);
    (read != other).then(|| date::shown(other))
}

/// The order of day and month that the dates of the file are in.
fn order(rows: &Rows, options: &MapOptions) -> Result<DateOrder, Finding> {
    let help = "say `dates = \"day first\"` or `dates = \"month first\"` in [inventory], \
                or switch the dates off: `map = { last_seen = false }`";
    match (options.dates, rows.misfits()) {
        (Some(order), _) => Ok(order),
        (None, [false, true]) => Ok(DateOrder::DayFirst),
        (None, [true, false]) => Ok(DateOrder::MonthFirst),
        (None, [true, true]) => {
            let message = "some dates of the file have the day first and some the month";
            Err(Finding::file(message, help))
        }
        (None, [false, false]) => {
            let of = |order| {
                let since = Dates::of(rows, order, options).map_or(NEVER, |dates| dates.since);
                stale(rows, order, since).collect::<Vec<_>>()
            };
            let (day_first, month_first) = (of(DateOrder::DayFirst), of(DateOrder::MonthFirst));
            if day_first == month_first {
                return Ok(DateOrder::DayFirst);
            }
            let message = format!(
                "dates such as 03/04/2026 can be read in two ways: the file has {} if the day is \
                 first, and {} if the month is",
                counted(day_first.len() as u64, "stale machine"),
                grouped(month_first.len() as u64)
            );
            Err(Finding::file(message, help))
        }
    }
}

/// The dates of a file.
struct Dates {
    /// The newest.
    newest: Day,
    /// A machine heard of before this day is stale.
    since: Day,
    /// The first of the dates of wrong clocks, if there are any.
    wrong: Option<Day>,
}

/// A file with fewer dates than these does not tell which of them are wrong, unless one is
/// as far from the others as no fleet is from its newest machine.
const FEWEST: usize = 8;

/// That far: ten years.
const FAR: Day = 3653;

/// Of the dates, as many as one in this number may be wrong.
const ONE_IN: usize = 20;

impl Dates {
    /// The dates of `rows`; none if there are none.
    fn of(rows: &Rows, order: DateOrder, options: &MapOptions) -> Option<Self> {
        let days = rows.seen.iter().map(|seen| seen[order as usize]);
        let mut days: Vec<Day> = days.filter(|day| *day != NEVER).collect();
        days.sort_unstable();
        let wrong = wrong_clocks(&days, options.stale_after as Day);
        let right = days.partition_point(|day| wrong.is_none_or(|wrong| *day < wrong));
        let newest = *days[..right].last()?;
        Some(Self {
            newest,
            since: newest.saturating_sub(options.stale_after as Day),
            wrong,
        })
    }
}

/// The first of the dates, sorted, that wrong clocks gave, or databases for "never": so
/// far behind the others that all of those would be stale, most of which are within
/// the time `stale_after` of each other.
fn wrong_clocks(days: &[Day], stale_after: Day) -> Option<Day> {
    let gap = match days.len() {
        // Of two dates either may be wrong.
        0..3 => return None,
        3..FEWEST => stale_after.max(FAR),
        _ => stale_after,
    };
    let most = (days.len() / ONE_IN).max(1);
    let mut last = days.len() - most..days.len();
    let at = last.find(|at| days[*at].saturating_sub(days[at - 1]) > gap)?;
    let since = days[at - 1].saturating_sub(stale_after);
    let alike = at - days[..at].partition_point(|day| *day < since);
    (2 * alike > at).then(|| days[at])
}

/// Forgets the dates of wrong clocks.
fn forget(rows: &mut Rows, order: DateOrder, dates: &Dates) {
    let Some(wrong) = dates.wrong else {
        return;
    };
    for (seen, line) in rows.seen.iter_mut().zip(&rows.lines) {
        let day = seen[order as usize];
        if day >= wrong {
            *seen = [NEVER; 2];
            let (count, example) = &mut rows.wrong_clocks;
            count.push(u64::from(*line));
            if example.is_empty() {
                *example = date::shown(day);
            }
        }
    }
}

/// The rows last heard of before `since`. A machine without a date is not stale:
/// it may be new.
fn stale(rows: &Rows, order: DateOrder, since: Day) -> impl Iterator<Item = usize> {
    let days = rows.seen.iter().map(move |seen| seen[order as usize]);
    let stale = days
        .enumerate()
        .filter(move |(_, day)| *day != NEVER && *day < since);
    stale.map(|(row, _)| row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_far_behind_all_others_is_of_a_wrong_clock() {
        let wrong = |days: &[Day]| wrong_clocks(days, 90);
        assert_eq!(wrong(&[1, 5, 9, 10, 20, 30, 40, 4000]), Some(4000));
        assert_eq!(wrong(&[1, 5, 9, 10, 20, 30, 40, 130]), None);
        // Machines that were heard of last at all times are stale.
        assert_eq!(wrong(&[1, 200, 400, 600, 800, 1000, 1200, 1400]), None);
        // Too few to tell, but for what is ten years off.
        assert_eq!(wrong(&[1, 2, 3000]), None);
        assert_eq!(wrong(&[1, 2, 4000]), Some(4000));
        assert_eq!(wrong(&[1, 200, 4000]), None);
        assert_eq!(wrong(&[1, 4000]), None);
        // Two of eight are not an exception.
        assert_eq!(wrong(&[1, 5, 9, 10, 20, 30, 4000, 4001]), None);
    }
}
