//! `docs/results.md`, `docs/studies.md` and `schema/tables.json` say what the tables really
//! hold: their columns and causes are made from the declarations. `ROLLCAST_BLESS=1` renews
//! them.

use rollcast::outcome::{Cause, Ending};
use rollcast::results::{Column, Extra, Table};
use rollcast::study::{
    CauseEffect, Declaration, Effect, Known, Part, Question, Record, Results, Store, StudyPlan,
    TABLES, Value as StudyValue, compare, missing, plan,
};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

const DOCS: &str = include_str!("../docs/results.md");
const STUDIES: &str = include_str!("../docs/studies.md");
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
    document = with_block(&document, "columns of --wall-clock", &wall_clock());
    document = with_block(&document, "causes", &causes());
    is_current("docs/results.md", DOCS, &document);
}

fn is_current(file: &str, found: &str, wanted: &str) {
    if is_blessed() {
        std::fs::write(path(file), wanted).unwrap();
    } else {
        assert!(wanted == found, "{file}: run with ROLLCAST_BLESS=1");
    }
}

/// Every column that a table has in some run.
fn all_columns(table: Table) -> impl Iterator<Item = Column> {
    let extras = table.extras().into_iter();
    let extras = extras.flat_map(|extra| extra.columns.iter().cloned());
    table.columns().into_iter().chain(extras)
}

/// What `--wall-clock` adds, as Markdown.
fn wall_clock() -> String {
    let mut out = String::from("| table | columns that `--wall-clock` adds |\n|---|---|\n");
    for table in Table::ALL {
        let added = all_columns(*table).filter_map(|column| {
            let added = column.wall_clock()?;
            Some(format!("`{}` behind `{}`", added.name, column.name))
        });
        let added: Vec<String> = added.collect();
        if !added.is_empty() {
            let _ = writeln!(out, "| `{}.csv` | {} |", table.name(), added.join(", "));
        }
    }
    out
}

const AXES: &str = "the value of the axis; the heading is the name of the axis, behind `axis.` \
    where some table of points has another column of that name";
const RESPONSES: &str = "the value of the response, empty where it did not come about or is \
    undefined; the heading is the name of the response, behind `response.` where the table has \
    another column of that name";

/// The columns of a table of a study, as Markdown.
fn declared(table: &Declaration) -> String {
    let mut out = String::from("| column | unit | meaning |\n|---|---|---|\n");
    for part in table.parts {
        let _ = match part {
            Part::Fixed(columns) => {
                let rows = described(columns);
                let rows = rows.split_inclusive('\n').skip(2);
                write!(out, "{}", rows.collect::<String>())
            }
            Part::Axes => writeln!(out, "| *one for each axis* |  | {AXES} |"),
            Part::Responses => writeln!(
                out,
                "| *one for each response* | as the response | {RESPONSES} |"
            ),
        };
    }
    out
}

/// Tables as they are declared, each under a heading, as Markdown.
fn reference(
    tables: &[&Declaration],
    level: &str,
    title: impl Fn(&Declaration) -> String,
) -> String {
    let mut out = String::new();
    for table in tables {
        let (title, row) = (title(table), table.row);
        let _ = writeln!(
            out,
            "\n{level} {title}\n\nA row is {row}.\n\n{}",
            declared(table).trim_end()
        );
    }
    out + "\n"
}

#[test]
fn every_column_of_studies_and_comparisons_is_described() {
    let studies = reference(&TABLES, "###", |table| {
        format!("`{}.csv`, {}", table.name, table.when)
    });
    let document = with_block(STUDIES, "columns of studies", &studies);
    let comparisons = reference(&compare::TABLES, "###", |table| {
        format!("`compare` {}", table.when)
    });
    let document = with_block(&document, "columns of comparisons", &comparisons);
    is_current("docs/studies.md", STUDIES, &document);
}

fn column(column: &Column, when: Option<&str>) -> Value {
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

/// A column of a run, and the one that `--wall-clock` adds behind it.
fn with_wall_clock(own: &Column, when: Option<&str>) -> Vec<Value> {
    let with = match when {
        Some(when) => format!("{when}, and with `--wall-clock`"),
        None => "with `--wall-clock`".to_owned(),
    };
    let added = own.wall_clock().map(|added| column(&added, Some(&with)));
    std::iter::once(column(own, when)).chain(added).collect()
}

/// The columns of a table of a study; those that are named after axes and responses have
/// `each` in place of a name.
fn study_columns(table: &Declaration) -> Vec<Value> {
    let each = |what: &str, kind: &str, unit: &str, meaning: &str| {
        vec![json!({ "each": what, "type": kind, "unit": unit, "meaning": meaning })]
    };
    let parts = table.parts.iter().flat_map(|part| match part {
        Part::Fixed(columns) => columns.iter().map(|own| column(own, None)).collect(),
        Part::Axes => each("axis", "string", "", AXES),
        Part::Responses => each("response", "number", "as the response", RESPONSES),
    });
    parts.collect()
}

#[test]
fn the_schema_of_tables_has_every_column() {
    let tables = Table::ALL.iter().map(|table| {
        let own = table.columns();
        let own = own.iter().flat_map(|own| with_wall_clock(own, None));
        let extras = table.extras();
        let more = extras.iter().flat_map(|Extra { when, columns, .. }| {
            let columns = columns.iter();
            columns.flat_map(|more| with_wall_clock(more, Some(when)))
        });
        let columns: Vec<_> = own.chain(more).collect();
        json!({ "table": table.name(), "file": format!("{}.csv", table.name()), "columns": columns })
    });
    let tables: Vec<_> = tables.collect();
    let studies = TABLES.map(|table| {
        json!({
            "table": table.name,
            "file": format!("results/{}.csv", table.name),
            "when": table.when,
            "columns": study_columns(table),
        })
    });
    let comparisons = compare::TABLES.map(
        |table| json!({ "table": table.name, "when": table.when, "columns": study_columns(table) }),
    );
    let schema = json!({
        "schema": 1,
        "tables": tables,
        "study_tables": studies,
        "compare_tables": comparisons,
    });
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    is_current("schema/tables.json", SCHEMA, &text);
}

/// The tables of a study whose runs come out as made up here: what a run says is not what
/// columns depend on.
fn tables_of(study: &Path) -> (StudyPlan, Vec<(String, String)>) {
    let planned = plan(study).unwrap_or_else(|error| panic!("{}: {error}", study.display()));
    let plan = planned.plan;
    let mut known = Known::new();
    loop {
        let missing = missing(&plan, &known);
        if missing.is_empty() {
            break;
        }
        for key in missing {
            let value = 1.0 + f64::from((key.point * 7 + key.replication * 3) % 5);
            let is_objective = |number: usize| plan.objectives.iter().any(|o| o.response == number);
            let values = (0..plan.responses.len()).map(|number| match key.replication {
                _ if is_objective(number) => StudyValue::Number(1.0),
                2 => StudyValue::NotReached,
                _ => StudyValue::Number(value),
            });
            let cause = CauseEffect {
                before: 5,
                cured: key.point.min(5).into(),
            };
            let effect = Effect {
                causes: [("failed (program-failed)".to_owned(), cause)].into(),
                harmed: 1,
            };
            let record = Record {
                point: key.point,
                replication: key.replication,
                error: None,
                fingerprint: format!("{}", key.replication),
                events: 9,
                rows: String::new(),
                values: values.collect(),
                effect: (plan.question == Question::Fixes && key.point > 0).then_some(effect),
            };
            known.insert(key, record);
        }
    }
    let out = tempfile::tempdir().unwrap();
    let store = Store::create(out.path(), &plan).unwrap();
    let merged = Results::new(&plan, &known).write(&store, &known).unwrap();
    let mut tables = Vec::new();
    for entry in std::fs::read_dir(merged.directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some(table) = name.strip_suffix(".csv") {
            tables.push((table.to_owned(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    tables.sort();
    drop(store);
    (plan, tables)
}

/// What a description of columns comes to for the axes and responses of a study: each
/// heading with its type.
fn expanded(described: &Value, axes: &[String], responses: &[&str]) -> Vec<(String, String)> {
    let all: Value = serde_json::from_str(SCHEMA).unwrap();
    let with_axes = ["study_tables", "compare_tables"].iter().flat_map(|list| {
        let tables = all[*list].as_array().unwrap().iter();
        tables.filter(|table| has(table, "axis")).flat_map(names)
    });
    let with_axes: Vec<&str> = with_axes.collect();
    let marked = |what: &str, name: &str, taken: bool| {
        let mark = if taken {
            format!("{what}.")
        } else {
            String::new()
        };
        mark + name
    };
    let axes = axes
        .iter()
        .map(|axis| marked("axis", axis, with_axes.contains(&&**axis)));
    let axes: Vec<String> = axes.collect();
    let own: Vec<&str> = names(described).collect();
    let columns = described["columns"].as_array().unwrap().iter();
    columns
        .flat_map(|column| {
            let kind = column["type"].as_str().unwrap();
            let headings: Vec<String> = match column["each"].as_str() {
                Some("axis") => axes.clone(),
                Some(_) => {
                    let taken = |name: &str| own.contains(&name) || axes.iter().any(|a| a == name);
                    let responses = responses.iter();
                    responses
                        .map(|name| marked("response", name, taken(name)))
                        .collect()
                }
                None => vec![column["name"].as_str().unwrap().to_owned()],
            };
            headings
                .into_iter()
                .map(|heading| (heading, kind.to_owned()))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn has(table: &Value, each: &str) -> bool {
    let mut columns = table["columns"].as_array().unwrap().iter();
    columns.any(|column| column["each"] == each)
}

fn names(table: &Value) -> impl Iterator<Item = &str> {
    let columns = table["columns"].as_array().unwrap().iter();
    columns.filter_map(|column| column["name"].as_str())
}

/// Panics unless the table has exactly these columns, and cells of their types.
fn has_columns(what: &str, text: &str, columns: &[(String, String)]) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headings: Vec<String> = reader.headers().unwrap().iter().map(Into::into).collect();
    let wanted: Vec<&String> = columns.iter().map(|(heading, _)| heading).collect();
    assert_eq!(headings.iter().collect::<Vec<_>>(), wanted, "{what}");
    for row in reader.records() {
        let row = row.unwrap();
        for (cell, (heading, kind)) in row.iter().zip(columns) {
            let fits = kind != "number" || cell.is_empty() || cell.parse::<f64>().is_ok();
            assert!(fits, "{what}: {heading} is {cell}");
        }
    }
}

const SCENARIO: &str = "start = 2026-03-09T08:00:00\nhorizon = \"1 d\"\n[fleet.pcs]\ncount = 9\n\
    [package.p]\nsize = \"4 MB\"\n[program.p]\nrights = \"administrative\"\n\
    runs = \"whether or not a user is logged on\"\nexit_codes = { 1603 = 0.5 }\n\
    [advertisement.p]\n[objective.o]\nby = \"+9 h\"\n";

/// Axes and responses that are called like columns.
const STUDY: &str = "scenario = \"s.toml\"\nreplications = 3\n\
    [axis.n]\npath = \"fleet.pcs.count\"\nlist = [9, 8, 7]\n\
    [axis.variance_reduction]\npath = \"package.p.size\"\nlist = [\"4 MB\", \"5 MB\"]\n\
    [response.status]\nmeasure = \"failures\"\n[response.median]\nmeasure = \"time_to\"\nshare = 0.5\n";

#[test]
fn every_table_of_a_study_has_the_columns_that_are_described() {
    let own = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = own.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    put("s.toml", SCENARIO);
    let ranges = STUDY
        .replace("list = [9, 8, 7]", "range = { from = 5, to = 9 }")
        .replace(
            "list = [\"4 MB\", \"5 MB\"]",
            "format = \"{} MB\"\nrange = { from = 4, to = 8 }",
        );
    let mut studies = vec![
        put(
            "all.toml",
            &format!(
                "baseline = {{ n = 9 }}\nselect = {{ best = \"smallest\", response = \"status\" }}\n{STUDY}"
            ),
        ),
        put(
            "one.toml",
            &format!("{STUDY}[design]\nkind = \"one-at-a-time\"\n"),
        ),
        put(
            "morris.toml",
            &format!("{ranges}[design]\nkind = \"morris\"\ntrajectories = 3\n"),
        ),
        put(
            "goal.toml",
            &format!("{STUDY}[goal]\naxis = \"n\"\nobjective = \"o\"\nmost = 6\n"),
        ),
        put(
            "fix.toml",
            "scenario = \"s.toml\"\nreplications = 3\n[fix.mended]\nset = [\"program.p.exit_codes={}\"]\n",
        ),
    ];
    for entry in std::fs::read_dir(path("scenarios/studies")).unwrap() {
        let path = entry.unwrap().path();
        // The others are scenarios that belong to them.
        if std::fs::read_to_string(&path)
            .unwrap()
            .contains("\nscenario = ")
        {
            studies.push(path);
        }
    }
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let described = schema["study_tables"].as_array().unwrap();
    let mut seen = vec![false; described.len()];
    for study in &studies {
        let (plan, tables) = tables_of(study);
        let responses: Vec<&str> = plan.responses.iter().map(|r| &*r.name).collect();
        for (name, text) in tables {
            let morris = matches!(plan.question, Question::Morris { .. });
            let is_it = |one: &&Value| {
                one["table"] == *name
                    && (name != "sensitivity"
                        || one["when"].as_str().unwrap().contains("morris") == morris)
            };
            let at = described.iter().position(|one| is_it(&one));
            let at = at.unwrap_or_else(|| panic!("{name} is not described"));
            seen[at] = true;
            let columns = expanded(&described[at], &plan.axes, &responses);
            has_columns(&format!("{} of {}", name, study.display()), &text, &columns);
            assert!(
                text.lines().count() > 1,
                "{name} of {} is empty",
                study.display()
            );
        }
    }
    assert!(seen.iter().all(|seen| *seen), "{seen:?} of {described:#?}");
}

#[test]
fn every_table_of_a_comparison_has_the_columns_that_are_described() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    put("s.toml", SCENARIO);
    put("study.toml", STUDY);
    let rollcast = |arguments: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("rollcast").unwrap();
        let output = command
            .current_dir(folder.path())
            .args(arguments)
            .output()
            .unwrap();
        // The objective is missed where every program fails.
        assert!(
            matches!(output.status.code(), Some(0 | 4)),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    for (out, codes) in [("a", "{ 1603 = 1 }"), ("b", "{}")] {
        let set = format!("program.p.exit_codes={codes}");
        rollcast(&["run", "s.toml", "-q", "-r", "8", "-o", out, "--set", &set]);
    }
    rollcast(&["study", "run", "study.toml", "-q", "-o", "study"]);
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let tables = schema["compare_tables"].as_array().unwrap();
    let axes = ["n", "variance_reduction"].map(str::to_owned);
    for (arguments, name) in [
        (&["compare", "a", "b", "--machines"][..], "machines"),
        (&["compare", "a", "b", "--causes"], "causes"),
        (&["compare", "study", "study"], "compare"),
    ] {
        let described = tables.iter().find(|table| table["table"] == name).unwrap();
        let text = rollcast(arguments);
        has_columns(name, &text, &expanded(described, &axes, &[]));
        assert!(text.lines().count() > 1, "{text}");
    }
    assert_eq!(tables.len(), 3);
}

/// Columns that are there in some runs have their dates there too.
#[test]
fn every_table_with_dates_has_the_columns_that_are_described() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for scenario in ["starter", "late-reports", "weekly", "pull-points", "rings"] {
        let out = folder.path().join(scenario);
        let mut command = assert_cmd::Command::cargo_bin("rollcast").unwrap();
        let command = command.args(["run", &path(&format!("scenarios/{scenario}.toml"))]);
        let command = command
            .args(["-q", "--wall-clock", "-r", "1", "-o"])
            .arg(&out);
        command.assert().success();
        for table in schema["tables"].as_array().unwrap() {
            let Ok(text) = std::fs::read_to_string(out.join(table["file"].as_str().unwrap()))
            else {
                continue;
            };
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let headings: Vec<String> = reader.headers().unwrap().iter().map(Into::into).collect();
            let all = table["columns"].as_array().unwrap().iter();
            // What is there in some runs only is left out where the run has it not.
            let wanted = all.filter(|column| {
                let name = column["name"].as_str().unwrap();
                let when = column["when"].as_str().unwrap_or("with `--wall-clock`");
                when == "with `--wall-clock`" || headings.iter().any(|heading| heading == name)
            });
            let wanted: Vec<&Value> = wanted.collect();
            let names: Vec<&str> = wanted.iter().map(|c| c["name"].as_str().unwrap()).collect();
            assert_eq!(headings, names, "{} of {scenario}", table["file"]);
            for row in reader.records().take(200) {
                let row = row.unwrap();
                for (cell, column) in row.iter().zip(&wanted) {
                    let is_date = cell.is_empty() || cell.parse::<jiff::civil::DateTime>().is_ok();
                    assert!(
                        column["type"] != "date-time" || is_date,
                        "{cell} in {column}"
                    );
                }
            }
        }
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
