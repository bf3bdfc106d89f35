//! Machines that have not been heard of for too long.

use super::date::{self, Day, NEVER};
use super::heading::Mapping;
use super::problem::Finding;
use super::report::DropReason;
use super::rows::Rows;
use super::{DateOrder, MapOptions};

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
    let newest = newest(rows, order)?;
    let since = newest.saturating_sub(options.stale_after as Day);
    for row in stale(rows, order, since).collect::<Vec<_>>() {
        let line = std::mem::replace(&mut rows.lines[row], LEFT_OUT);
        rows.dropped[DropReason::Stale as usize].push(u64::from(line));
    }
    Some((options.stale_after, date::shown(since), date::shown(newest)))
}

/// The order of day and month that the dates of the file are in.
fn order(rows: &Rows, options: &MapOptions) -> Result<DateOrder, Finding> {
    let help = "say `dates = \"day first\"` or `dates = \"month first\"` in [inventory], \
                or switch the dates off: `map = { last_seen = false }`";
    match (options.dates, rows.misfits) {
        (Some(order), _) => Ok(order),
        (None, [false, true]) => Ok(DateOrder::DayFirst),
        (None, [true, false]) => Ok(DateOrder::MonthFirst),
        (None, [true, true]) => {
            let message = "some dates of the file have the day first and some the month";
            Err(Finding::file(message, help))
        }
        (None, [false, false]) => {
            let of = |order| {
                let newest = newest(rows, order).unwrap_or(NEVER);
                let since = newest.saturating_sub(options.stale_after as Day);
                stale(rows, order, since).collect::<Vec<_>>()
            };
            let (day_first, month_first) = (of(DateOrder::DayFirst), of(DateOrder::MonthFirst));
            if day_first == month_first {
                return Ok(DateOrder::DayFirst);
            }
            let message = format!(
                "dates such as 03/04/2026 can be read in two ways: {} machines are stale if the \
                 day is first, {} if the month is",
                day_first.len(),
                month_first.len()
            );
            Err(Finding::file(message, help))
        }
    }
}

fn newest(rows: &Rows, order: DateOrder) -> Option<Day> {
    let days = rows.seen.iter().map(|seen| seen[order as usize]);
    days.max().filter(|day| *day != NEVER)
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
