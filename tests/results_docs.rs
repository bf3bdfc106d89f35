//! `docs/results.md` and `schema/tables.json` say what the tables really hold:
//! their columns and causes are made from the declarations. `ROLLCAST_BLESS=1` renews them.

use rollcast::outcome::{Cause, Ending};
use rollcast::results::{Column, Extra, Table};
use serde_json::json;
use std::fmt::Write;

const DOCS: &str = include_str!("../docs/results.md");
const SCHEMA: &str = include_str!("../schema/tables.json");

fn path(of: &str) -> String {
    format!("{}/{of}", env!("CARGO_MANIFEST_DIR"))
}

fn is_blessed() -> bool {
    std::env::var_os("ROLLCAST_BLESS").is_some()
}

/// A table of columns, as Markdown.
fn described(columns: &[Column]) -> String {
    let mut out = String::from("| column | unit | meaning |\n|---|---|---|\n");
    for column in columns {
        let _ = writeln!(
            out,
            "| `{}` | {} | {} |",
            column.name,
            column.unit.name(),
            column.doc
        );
    }
    out
}

/// The causes, as Markdown.
fn causes() -> String {
    let mut out = String::from("| cause | what happened | what would help |\n|---|---|---|\n");
    for cause in Cause::ALL.iter().filter(|cause| !cause.name().is_empty()) {
        let (name, why, help) = (cause.name(), cause.explain(), cause.remedy());
        let _ = writeln!(out, "| `{name}` | {why} | {help} |");
    }
    out
}

/// The document with what stands behind the mark for `what` replaced.
fn with_block(document: &str, what: &str, block: &str) -> String {
    let mark = format!("<!-- {what} -->\n");
    let start = document.find(&mark).expect(&mark) + mark.len();
    let end = start + document[start..].find("<!-- end -->").expect("an end");
    format!("{}{block}{}", &document[..start], &document[end..])
}

#[test]
fn every_column_and_cause_is_described_in_its_order() {
    let mut document = DOCS.to_owned();
    for table in Table::ALL {
        let columns = described(&table.columns());
        let what = format!("columns of {}", table.name());
        document = with_block(&document, &what, &columns);
        for (number, extra) in table.extras().iter().enumerate() {
            let what = format!("{what}, {}", number + 1);
            document = with_block(&document, &what, &described(extra.columns));
        }
    }
    document = with_block(&document, "causes", &causes());
    if is_blessed() {
        std::fs::write(path("docs/results.md"), &document).unwrap();
    } else {
        assert!(document == DOCS, "run with ROLLCAST_BLESS=1");
    }
}

fn column(column: &Column, when: Option<&str>) -> serde_json::Value {
    let mut value = json!({
        "name": column.name,
        "type": column.unit.kind(),
        "unit": column.unit.name(),
        "meaning": column.doc,
    });
    if let Some(when) = when {
        value["when"] = when.into();
    }
    value
}

#[test]
fn the_schema_of_tables_has_every_column() {
    let tables = Table::ALL.iter().map(|table| {
        let own = table.columns();
        let own = own.iter().map(|own| column(own, None));
        let extras = table.extras();
        let more = extras.iter().flat_map(|Extra { when, columns, .. }| {
            columns.iter().map(|more| column(more, Some(when)))
        });
        let columns: Vec<_> = own.chain(more).collect();
        json!({ "table": table.name(), "file": format!("{}.csv", table.name()), "columns": columns })
    });
    let tables: Vec<_> = tables.collect();
    let schema = json!({ "schema": 1, "tables": tables });
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if is_blessed() {
        std::fs::write(path("schema/tables.json"), text).unwrap();
    } else {
        assert!(text == SCHEMA, "run with ROLLCAST_BLESS=1");
    }
}

#[test]
fn every_outcome_is_described() {
    let start = DOCS.find("\n### Outcomes\n").unwrap();
    let rows = DOCS[start..].lines().skip_while(|l| !l.starts_with("|---"));
    let rows = rows.skip(1).take_while(|line| line.starts_with('|'));
    let names: Vec<_> = rows.map(|row| row.split('`').nth(1).unwrap()).collect();
    let all: Vec<_> = Ending::ALL.iter().map(|ending| ending.name()).collect();
    assert_eq!(names, all);
}
