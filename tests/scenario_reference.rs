//! The committed schema and the tables of the language reference are those of
//! the program. `ROLLCAST_BLESS=1 cargo test --test scenario_reference` writes
//! them anew.

use serde_json::Value;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const BEGIN: &str = "<!-- begin keys (generated from the schema) -->\n";
const END: &str = "<!-- end keys -->\n";

/// Held while the language reference is read and written.
static REFERENCE: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Tables by their place in a scenario, and the definition of each.
const TABLES: &[(&str, &str)] = &[
    ("[domain.NAME]", "Domain"),
    ("lockout of a domain", "Lockout"),
    ("[account.'DOMAIN\\name']", "Account"),
    ("[group.'DOMAIN\\name']", "Group"),
    ("[accounts] and [site.NAME.accounts]", "Accounts"),
    ("[[rotation]]", "Rotation"),
    ("[[account_change]]", "AccountChange"),
    ("[site.NAME]", "Site"),
    ("fallback of a site", "Fallback"),
    ("maintenance of a site or fleet group", "MaintenanceWindow"),
    ("[server.NAME]", "Server"),
    ("station of a server", "Station"),
    ("authentication of a server", "PassThrough"),
    ("[share.NAME]", "Share"),
    ("[fleet.NAME]", "FleetGroup"),
    ("presence of a fleet group", "Switching"),
    ("absences of a presence", "Absences"),
    ("gone of a presence", "Gone"),
    ("availability and sessions of a fleet group", "Week"),
    ("absence of a fleet group", "Absence"),
    ("roaming of a fleet group", "Roaming"),
    ("[[stay]]", "Stay"),
    ("[inventory]", "Inventory"),
    ("[collection.NAME]", "Collection"),
    ("[[membership]]", "Membership"),
    ("[package.ID]", "Package"),
    ("sent of a package", "Sent"),
    ("[program.ID]", "Program"),
    ("msi of a program", "Msi"),
    ("shares of a program", "ShareUse"),
    ("breakage of a program", "Breakage"),
    ("[advertisement.ID]", "Advertisement"),
    ("uptake of an advertisement", "Uptake"),
    ("phases of an advertisement", "Phase"),
    ("gate of a phase", "Gate"),
    ("rate of an advertisement", "OfferRate"),
    ("after of a rate", "After"),
    ("stop of an advertisement or phase", "StopRule"),
    ("start_window of an advertisement", "StartWindow"),
    ("[objective.NAME]", "Objective"),
    ("[[fault]]", "Fault"),
    ("[calendar.NAME]", "Calendar"),
    ("[address.NAME]", "Address"),
    ("[sending]", "Sending"),
    ("bits of a site or fleet group", "Bits"),
    ("[peers] and [site.NAME.peers]", "Peers"),
    ("[traffic]", "Traffic"),
    ("[reports]", "Reports"),
    ("[rules]", "Rules"),
    ("retry rule", "RetryRule"),
];

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares `wanted` with the file at `path`, or writes it if so asked.
fn is_current(path: &str, wanted: &str) {
    let path = repository(path);
    if std::env::var_os("ROLLCAST_BLESS").is_some() {
        std::fs::write(&path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "{} is not current; set ROLLCAST_BLESS=1 and test again",
        path.display()
    );
}

#[test]
fn the_committed_schema_is_that_of_the_program() {
    let schema = serde_json::to_string_pretty(&rollcast::scenario::schema()).unwrap() + "\n";
    assert!(
        !schema.contains("\"null\"") && !schema.contains(": null"),
        "TOML has no null"
    );
    is_current("schema/scenario.schema.json", &schema);
}

#[test]
fn the_committed_schema_of_results_is_that_of_the_program() {
    let schema = serde_json::to_string_pretty(&rollcast::answer::schema()).unwrap() + "\n";
    is_current("schema/results.schema.json", &schema);
}

#[test]
fn the_language_reference_lists_every_key() {
    let path = "docs/scenario.md";
    let _alone = REFERENCE.lock().unwrap();
    let text = std::fs::read_to_string(repository(path)).unwrap();
    let (before, rest) = text
        .split_once(BEGIN)
        .expect("the reference has a place for the keys");
    let (_, after) = rest.split_once(END).expect("that place has an end");
    is_current(
        path,
        &format!(
            "{before}{BEGIN}{}{END}{after}",
            keys(&rollcast::scenario::schema())
        ),
    );
}

#[test]
fn the_language_reference_lists_every_heading_of_inventories() {
    const BEGIN: &str = "<!-- begin headings (generated from the program) -->\n";
    const END: &str = "<!-- end headings -->\n";
    let path = "docs/scenario.md";
    // Another test of this file may be writing the keys: both write whole texts.
    let _alone = REFERENCE.lock().unwrap();
    let text = std::fs::read_to_string(repository(path)).unwrap();
    let (before, rest) = text
        .split_once(BEGIN)
        .expect("there is a place for the headings");
    let (_, after) = rest.split_once(END).expect("that place has an end");
    let table = rollcast::scenario::inventory::known_headings();
    is_current(path, &format!("{before}{BEGIN}{table}{END}{after}"));
}

#[test]
fn every_table_of_the_schema_is_in_the_reference() {
    let schema = rollcast::scenario::schema();
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        let is_table = definition.get("properties").is_some();
        assert_eq!(
            is_table,
            TABLES.iter().any(|(_, table)| table == name),
            "{name}"
        );
    }
}

/// All keys as Markdown.
fn keys(schema: &Value) -> String {
    let mut text = String::from("\n## All keys\n");
    table(&mut text, "Top level", schema, schema);
    for (place, name) in TABLES {
        table(&mut text, place, &schema["$defs"][name], schema);
    }
    text.push_str("\n## Words\n");
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        if let Some(words) = definition["oneOf"].as_array() {
            write!(
                text,
                "\n### {name}\n\n{}\n\n",
                string(definition, "description")
            )
            .unwrap();
            for word in words {
                writeln!(
                    text,
                    "- `{}`: {}",
                    string(word, "const"),
                    string(word, "description")
                )
                .unwrap();
            }
        }
    }
    text.push('\n');
    text
}

fn table(text: &mut String, place: &str, definition: &Value, schema: &Value) {
    write!(
        text,
        "\n### {place}\n\n{}\n\n",
        string(definition, "description")
    )
    .unwrap();
    text.push_str("| key | value | meaning | default |\n|---|---|---|---|\n");
    for (key, property) in definition["properties"].as_object().unwrap() {
        let described = string(property, "description");
        let (meaning, default) = match described.split_once(" Default: ") {
            Some((meaning, default)) => (meaning, default.trim_end_matches('.')),
            None if described.ends_with(" Required.") => {
                (described.trim_end_matches(" Required."), "required")
            }
            None => panic!("`{key}` of {place} says neither its default nor that it is required"),
        };
        writeln!(
            text,
            "| `{key}` | {} | {} | {} |",
            value(property, schema),
            cell(meaning),
            cell(default)
        )
        .unwrap();
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn string<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// What kind of value a property has.
fn value(property: &Value, schema: &Value) -> String {
    if let Some(name) = string(property, "$ref").strip_prefix("#/$defs/") {
        return reference(name, schema);
    }
    match string(property, "type") {
        "array" => format!("list of {}", value(&property["items"], schema)),
        "object" => match property
            .get("additionalProperties")
            .filter(|value| value.is_object())
        {
            Some(inner) if inner.get("$ref").is_some() => {
                format!("tables of {}", value(inner, schema))
            }
            Some(inner) => format!("table of {}", value(inner, schema)),
            None => "table".to_owned(),
        },
        "integer" | "number" => "number".to_owned(),
        "boolean" => "true, false".to_owned(),
        "string" => "text".to_owned(),
        other => panic!("no name for {other} {property}"),
    }
}

fn reference(name: &str, schema: &Value) -> String {
    let definition = &schema["$defs"][name];
    let known = [
        ("Heading", "text or `false`"),
        ("Presence", "word or table"),
        ("Spread", "list of text, or table of weights"),
        ("Sizes", "number, list of numbers, or distribution"),
        ("Bytes", "size"),
        ("Speed", "rate"),
        ("Duration", "duration"),
        ("Period", "duration from `1 s`"),
        ("Horizon", "duration up to `3660 d`"),
        ("Shift", "duration up to `1 d`"),
        ("Durations", "duration that varies"),
        ("Clock", "date and time"),
        ("Moment", "moment"),
        ("Offset", "duration with a sign"),
        ("Due", "moment or word"),
        ("Chance", "share"),
        ("Tries", "number or `without end`"),
        ("Days", "days"),
        ("TimeOfDay", "time of day"),
        ("WeekHours", "hours of the week"),
    ];
    if let Some((_, shown)) = known.iter().find(|(have, _)| *have == name) {
        return (*shown).to_owned();
    }
    if let Some((place, _)) = TABLES.iter().find(|(_, table)| *table == name) {
        return format!("[{}](#{})", place.trim_matches(['[', ']']), anchor(place));
    }
    let is_words = definition.get("oneOf").is_some();
    assert!(is_words, "{name} has no name in the reference");
    format!("[word](#{})", anchor(name))
}

/// The anchor that a heading gets.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars()
        .filter(|c| c.is_alphanumeric() || *c == '-')
        .collect()
}

#[test]
fn the_examples_of_the_reference_load() {
    let text = std::fs::read_to_string(repository("docs/scenario.md")).unwrap();
    let examples: Vec<&str> = text
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .filter(|example| !example.contains("[inventory]"))
        .collect();
    assert!(!examples.is_empty());
    for example in examples {
        let loaded = rollcast::scenario::load_str(example, &[])
            .unwrap_or_else(|problems| panic!("{problems}"));
        assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    }
}
