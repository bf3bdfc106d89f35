//! JSON as `ConvertTo-Json` and web services write it, as rows of cells.
//!
//! An array of objects, objects one after the other, a single object, or an
//! object whose `value` is the array (PowerShell 5 with a piped list, Microsoft
//! Graph). Each object is a row, each of its keys a heading.

use super::problem::Finding;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// One object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    /// The line on which it begins.
    pub(crate) line: u64,
    /// What its keys say, as cells of a table would.
    pub(crate) cells: BTreeMap<String, String>,
}

/// Whether `text` is JSON rather than lines of cells.
pub(crate) fn is_json(text: &str) -> bool {
    let text = text.trim_start();
    let then = |open: char, next: &[char]| {
        let rest = text.strip_prefix(open).map(str::trim_start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(next))
    };
    // `[INV01] report` and `{GUID}` begin lines of text.
    then('[', &['{', ']', '"']) || then('{', &['"', '}'])
}

/// The objects of `text`.
pub(crate) fn objects(text: &str) -> Result<Vec<Object>, Finding> {
    let level = if text.trim_start().starts_with('[') {
        1
    } else if wraps_a_list(text) {
        2
    } else {
        0
    };
    let (spans, complete) = spans(text, level);
    if !complete {
        let line = text.trim_end().matches('\n').count() as u64 + 1;
        let help = "export it again; the end of the file is missing";
        return Err(Finding::file("the JSON ends in the middle of a value", help).at(line));
    }
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if spans.is_empty() && !matches!(bare.as_str(), "[]" | "{}") && level < 2 {
        let help = "export objects: leave out `-ExpandProperty`, and take `-Depth 3` rather than \
                    `Select-Object` with one name";
        return Err(Finding::file("the JSON is a list of values without names", help).at(1));
    }
    let (mut line, mut passed) = (1, 0);
    let mut objects = Vec::with_capacity(spans.len());
    for span in spans {
        line += newlines(&text[passed..span.start]);
        passed = span.start;
        objects.push(object(&text[span], line)?);
    }
    Ok(objects)
}

/// Whether the one object of `text` stands for the list in its `value`.
fn wraps_a_list(text: &str) -> bool {
    let Ok(Value::Object(map)) = serde_json::from_str(text) else {
        return false;
    };
    let list = map.get("value").and_then(Value::as_array);
    list.is_some_and(|list| list.iter().all(Value::is_object))
}

fn newlines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

/// Where the objects stand that lie `level` brackets deep, and whether every
/// bracket is closed.
fn spans(text: &str, level: usize) -> (Vec<Range<usize>>, bool) {
    let (mut depth, mut begin) = (0_usize, 0);
    let (mut quoted, mut escaped) = (false, false);
    let mut spans = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => {
                if depth == level && byte == b'{' {
                    begin = at;
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == level && byte == b'}' {
                    spans.push(begin..at + 1);
                }
            }
            _ => {}
        }
    }
    (spans, depth == 0 && !quoted)
}

fn object(text: &str, line: u64) -> Result<Object, Finding> {
    let map: Map<String, Value> = serde_json::from_str(text).map_err(|error| {
        let at = line + error.line().saturating_sub(1) as u64;
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        let help = "look at that line with a text editor, or export it again with `ConvertTo-Json`";
        Finding::file(format!("the JSON cannot be read: {what}"), help).at(at)
    })?;
    let cells = map.iter().map(|(key, value)| (key.clone(), cell(value)));
    Ok(Object {
        line,
        cells: cells.collect(),
    })
}

/// A value as `Export-Csv` would have it, lists with `;` between their entries.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => date(text).unwrap_or_else(|| on_one_line(text)),
        Value::Array(list) => {
            let cells: Vec<String> = list.iter().map(cell).collect();
            cells.join(";")
        }
        Value::Object(map) => {
            // PowerShell 5 wraps lists and dates, and directory objects have a name.
            let keys = ["value", "Value", "DistinguishedName", "Name", "DateTime"];
            let told = keys.into_iter().find_map(|key| map.get(key));
            let told = told.map(cell).or_else(|| time_span(map));
            told.unwrap_or_else(|| value.to_string())
        }
    }
}

/// `1.12:30:00` of the object that `ConvertTo-Json` makes of a span of time, as
/// `Export-Csv` writes it.
fn time_span(map: &Map<String, Value>) -> Option<String> {
    let part = |key| map.get(key).and_then(Value::as_i64);
    let ticks = u64::try_from(part("Ticks")?).ok()?;
    part("Hours")?;
    let seconds = ticks / 10_000_000;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let time = format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    Some(match days {
        0 => time,
        _ => format!("{days}.{time}"),
    })
}

fn on_one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

/// `2026-03-14T08:04:52Z` of `/Date(1773475492000)/`, the form in which
/// `ConvertTo-Json` of PowerShell 5 writes a date.
fn date(text: &str) -> Option<String> {
    let inside = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    // What may follow the number is an offset, which does not change the instant.
    let end = inside
        .char_indices()
        .skip(1)
        .find(|(_, c)| matches!(c, '+' | '-'))
        .map_or(inside.len(), |(at, _)| at);
    let milliseconds: i64 = inside[..end].parse().ok()?;
    let instant = jiff::Timestamp::from_millisecond(milliseconds).ok()?;
    Some(instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// The objects as comma-separated text, each on the line on which it begins as
/// far as there is room for it.
pub(super) fn as_text(text: &str) -> Result<String, Finding> {
    let objects = objects(text)?;
    if objects.is_empty() {
        let help = "export the inventory again; an empty list is not a fleet";
        return Err(Finding::file("the JSON has no objects", help));
    }
    let headings: BTreeSet<&String> = objects.iter().flat_map(|o| o.cells.keys()).collect();
    let mut out = row(headings.iter().map(|heading| heading.as_str()));
    let mut line = 2;
    for object in &objects {
        while line < object.line {
            out.push('\n');
            line += 1;
        }
        let cells = headings.iter().map(|heading| object.cells.get(*heading));
        out.push_str(&row(cells.map(|cell| cell.map_or("", String::as_str))));
        line += 1;
    }
    Ok(out)
}

/// A row with every cell in quotes.
fn row<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = cells
        .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
        .collect();
    quoted.join(",") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(u64, String)> {
        let objects = objects(text).unwrap_or_default();
        let name = |object: &Object| object.cells.get("Name").cloned().unwrap_or_default();
        objects.iter().map(|o| (o.line, name(o))).collect()
    }

    #[test]
    fn lists_single_objects_and_wrapped_lists_are_rows() {
        let two = [(2, "a".to_owned()), (3, "b".to_owned())];
        assert_eq!(names("[\n{\"Name\":\"a\"},\n{\"Name\":\"b\"}]"), two);
        assert_eq!(
            names("{\"value\":[\n{\"Name\":\"a\"},\n{\"Name\":\"b\"}],\"Count\":2}"),
            two
        );
        assert_eq!(names("\n{\"Name\":\"a\"}\n{\"Name\":\"b\"}\n"), two);
        assert_eq!(names("{\"Name\":\"}\\\"\"}"), [(1, "}\"".to_owned())]);
    }

    #[test]
    fn values_become_cells() {
        let text = "{\"a\":\"/Date(1773475492000)/\",\"b\":[1,\"x\"],\"c\":true,\"d\":null,
            \"e\":{\"value\":\"/Date(0-0700)/\",\"DateTime\":\"x\"},\"f\":\"two\\r\\nlines\"}";
        let cells = objects(text).unwrap().remove(0).cells;
        let cells: Vec<&str> = cells.values().map(String::as_str).collect();
        let date = "2026-03-14T08:04:52Z";
        assert_eq!(
            cells,
            [
                date,
                "1;x",
                "True",
                "",
                "1970-01-01T00:00:00Z",
                "two  lines"
            ]
        );
    }

    #[test]
    fn spans_of_time_are_written_as_in_csv() {
        let json = r#"[{"Name": "a", "Length": {"Ticks": 18000000000, "Days": 0, "Hours": 0, "Minutes": 30}},
            {"Name": "b", "Length": {"Ticks": 1314000000000, "Days": 1, "Hours": 12, "Minutes": 30}}]"#;
        let objects = objects(json).unwrap();
        assert_eq!(objects[0].cells["Length"], "00:30:00");
        assert_eq!(objects[1].cells["Length"], "1.12:30:00");
    }

    #[test]
    fn what_is_not_json_to_its_end_is_refused_with_its_line() {
        let line = |text: &str| objects(text).unwrap_err().line;
        assert_eq!(line("[\n{\"Name\":\"a\"},\n{\"Name\":"), Some(3));
        assert_eq!(line("[\n{\"Name\":\"a\"},\n{\"Name\": x}\n]"), Some(3));
    }

    #[test]
    fn text_that_begins_with_a_bracket_is_not_yet_json() {
        assert!(is_json(" [{\"a\":1}]") && is_json("{\"a\":1}") && is_json("[]"));
        assert!(!is_json("[INV01] all machines\nName\nPC1"));
        assert!(!is_json("{0000-11},PC1"));
    }

    #[test]
    fn objects_stand_on_their_lines() {
        let text =
            as_text("[\n  {\n    \"b\": 1\n  },\n  {\n    \"a\": \"x,\\\"y\"\n  }\n]").unwrap();
        assert_eq!(text, "\"a\",\"b\"\n\"\",\"1\"\n\n\n\"x,\"\"y\",\"\"\n");
    }
}
