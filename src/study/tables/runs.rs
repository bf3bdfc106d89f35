//! `runs.csv`: a row per run.

use super::{Results, Table, Writer, headings, point_cells, point_headings};
use crate::study::record::Record;

pub(super) const COLUMNS: [&str; 5] = ["replication", "status", "message", "fingerprint", "events"];

/// Which responses of a run are undefined, and why.
fn undefined(results: &Results, record: &Record) -> String {
    let responses = results.plan.responses.iter().zip(&record.values);
    let lacks = responses.filter_map(|(response, value)| Some((&response.name, value.lack()?)));
    let told = lacks.map(|(name, lack)| format!("{name} is undefined: {}", lack.words()));
    told.collect::<Vec<_>>().join("; ")
}

pub(super) fn table(results: &Results) -> Table {
    let own = COLUMNS.map(String::from);
    let responses = results.plan.responses.iter();
    let axes = headings::of_axes(&results.plan.axes);
    let responses = headings::of_responses(&axes, responses.map(|response| response.name.as_str()));
    let mut writer = Writer::new(
        "runs.csv",
        point_headings(results).chain(own).chain(responses),
    );
    for record in &results.runs {
        let status = if record.error.is_some() {
            "failed"
        } else {
            "ok"
        };
        let mut row = point_cells(results, record.point);
        row.extend([
            record.replication.to_string(),
            status.to_owned(),
            record
                .error
                .clone()
                .unwrap_or_else(|| undefined(results, record)),
            record.fingerprint.clone(),
            record.events.to_string(),
        ]);
        row.extend(record.values.iter().map(|value| {
            value
                .number()
                .map_or_else(String::new, |value| value.to_string())
        }));
        writer.row(row);
    }
    writer.finish()
}
