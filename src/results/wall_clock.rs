//! Date and time beside the seconds: an option for readers who do not want to
//! add them up.

use super::column::{Column, Unit};
use crate::world::World;
use std::borrow::Cow;

/// Adds a column of dates and times behind each column of instants of a table.
#[derive(Debug, Clone)]
pub(super) struct WallClock {
    start: jiff::civil::DateTime,
    /// Whether a column holds instants.
    instants: Vec<bool>,
}

impl Column {
    /// The column that `--wall-clock` adds behind it; none behind one that holds no
    /// instants.
    pub fn wall_clock(&self) -> Option<Self> {
        (self.unit == Unit::Instant).then(|| Self {
            name: Cow::Owned(self.name.replace("seconds", "time")),
            unit: Unit::WallClock,
            doc: Cow::Owned(format!("`{}` by the scenario's clock", self.name)),
        })
    }
}

impl WallClock {
    /// For a table of runs of `world` with these columns.
    pub(super) fn new(world: &World, columns: &[Column]) -> Self {
        Self {
            start: world.start,
            instants: columns.iter().map(|c| c.unit == Unit::Instant).collect(),
        }
    }

    /// The columns with those that are added: `run_end_time` behind
    /// `run_end_seconds`.
    pub(super) fn columns(columns: Vec<Column>) -> Vec<Column> {
        let with_time = |column: Column| {
            let time = column.wall_clock();
            std::iter::once(column).chain(time)
        };
        columns.into_iter().flat_map(with_time).collect()
    }

    /// Adds the cells to whole rows.
    pub(super) fn apply(&self, text: &mut Vec<u8>) {
        let mut out = Vec::with_capacity(text.len() * 3 / 2);
        let (mut column, mut quoted, mut start) = (0, false, 0);
        for at in 0..text.len() {
            match text[at] {
                b'"' => quoted = !quoted,
                b',' | b'\n' if !quoted => {
                    out.extend_from_slice(&text[start..at]);
                    if self.instants.get(column).copied().unwrap_or(false) {
                        out.push(b',');
                        self.time(&text[start..at], &mut out);
                    }
                    out.push(text[at]);
                    column = if text[at] == b'\n' { 0 } else { column + 1 };
                    start = at + 1;
                }
                _ => {}
            }
        }
        *text = out;
    }

    /// The date and time of a cell of seconds; nothing for an empty one.
    fn time(&self, seconds: &[u8], out: &mut Vec<u8>) {
        let seconds = std::str::from_utf8(seconds).unwrap_or("");
        let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
        let Ok(whole) = whole.parse::<i64>() else {
            return;
        };
        let micros: i64 = format!("{fraction:0<6}").parse().unwrap_or(0);
        let Some(micros) = whole.checked_mul(1_000_000).map(|whole| whole + micros) else {
            return;
        };
        let span = jiff::SignedDuration::from_micros(micros);
        if let Ok(time) = self.start.checked_add(span) {
            out.extend_from_slice(time.to_string().as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instant_gets_a_date_and_time_behind_it() {
        let columns = [
            Column::new("name", Unit::Text, ""),
            Column::new("seconds", Unit::Instant, ""),
            Column::new("wait_seconds", Unit::Time, ""),
        ];
        let clock = WallClock {
            start: jiff::civil::date(2006, 3, 17).at(18, 0, 0, 0),
            instants: vec![false, true, false],
        };
        let mut text = b"\"a,\"\"b\",21600.5,7\nc,,7\n".to_vec();
        clock.apply(&mut text);
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text, "\"a,\"\"b\",21600.5,2006-03-18T00:00:00.5,7\nc,,,7\n");
        let names: Vec<_> = WallClock::columns(columns.to_vec())
            .into_iter()
            .map(|column| column.name)
            .collect();
        assert_eq!(names, ["name", "seconds", "time", "wait_seconds"]);
    }
}
