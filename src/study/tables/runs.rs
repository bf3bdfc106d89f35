//! `runs.csv`: a row per run.

use super::{Declaration, POINT, Part, Results, Table, of_points, point_cells, text_columns};
use crate::study::record::Record;

pub(super) const TABLE: Declaration = Declaration {
    name: "runs",
    when: "in every study",
    row: "one run",
    parts: &[POINT, Part::Axes, Part::Fixed(COLUMNS), Part::Responses],
};

text_columns! {
    COLUMNS: fn cells(results: &Results, record: &Record) {
        "replication" Number "the replication, from 1" => record.replication.to_string();
        "status" Text "`ok`, or `failed`" => if record.error.is_some() { "failed" } else { "ok" };
        "message" Text "why the run failed, or which of its responses are undefined, and why" =>
            record.error.clone().unwrap_or_else(|| undefined(results, record));
        "fingerprint" Text "hash over all events of the run" => &record.fingerprint;
        "events" Number "events of the run" => record.events.to_string();
    }
}

/// Which responses of a run are undefined, and why.
fn undefined(results: &Results, record: &Record) -> String {
    let responses = results.plan.responses.iter().zip(&record.values);
    let lacks = responses.filter_map(|(response, value)| Some((&response.name, value.lack()?)));
    let told = lacks.map(|(name, lack)| format!("{name} is undefined: {}", lack.words()));
    told.collect::<Vec<_>>().join("; ")
}

pub(super) fn table(results: &Results) -> Table {
    let mut writer = of_points(&TABLE, results);
    for record in &results.runs {
        let mut row = point_cells(results, record.point);
        row.extend(cells(results, record));
        row.extend(record.values.iter().map(|value| {
            value
                .number()
                .map_or_else(String::new, |value| value.to_string())
        }));
        writer.row(row);
    }
    writer.finish()
}
