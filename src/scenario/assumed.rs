//! Which values a scenario leaves to the defaults of the language, and what
//! these are.

use super::schema::schema;
use super::spelling;
use serde_json::{Map, Value};

/// Defaults that say nothing worth a line.
const NOTHING: [&str; 4] = ["none", "any", "unknown", "no"];

/// The keys that the tables of a scenario do not give, each with the default
/// that the reference states, in order of their paths. Only tables that the
/// scenario has are looked at, and `[rules]`.
///
/// `settings` are values set from outside, as `path=value`.
pub fn assumed(text: &str, settings: &[String]) -> Vec<(String, String)> {
    let Ok(document) = toml::from_str::<toml::Table>(text) else {
        return Vec::new();
    };
    let schema = schema();
    let mut found = Vec::new();
    let of_rules = toml::Table::new();
    for (key, described) in properties(&schema) {
        let written = document.get(key).and_then(toml::Value::as_table);
        let written = written.or((key == "rules").then_some(&of_rules));
        let Some(table) = written else {
            continue;
        };
        if let Some(items) = described.get("additionalProperties") {
            for (name, item) in table {
                if let (Some(item), Some(of)) = (item.as_table(), definition(&schema, items)) {
                    missing(
                        &format!("{key}.{}", spelling::key(name)),
                        item,
                        of,
                        &mut found,
                    );
                }
            }
        } else if let Some(of) = definition(&schema, described) {
            missing(key, table, of, &mut found);
        }
    }
    found.retain(|(path, _)| !settings.iter().any(|setting| sets(setting, path)));
    found.sort();
    found
}

/// Whether a setting gives the value at `path`, however it spells quotes.
fn sets(setting: &str, path: &str) -> bool {
    let plain = |text: &str| text.replace(['"', '\''], "").trim().to_owned();
    setting
        .split_once('=')
        .is_some_and(|(key, _)| plain(key) == plain(path))
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flat_map(Map::iter)
}

/// The definition that a part of the schema refers to.
fn definition<'s>(schema: &'s Value, part: &Value) -> Option<&'s Value> {
    let name = part.get("$ref")?.as_str()?.rsplit('/').next()?;
    schema.get("$defs")?.get(name)
}

/// Adds the keys of `of` that `written` does not have.
fn missing(path: &str, written: &toml::Table, of: &Value, found: &mut Vec<(String, String)>) {
    for (key, described) in properties(of) {
        let text = described.get("description").and_then(Value::as_str);
        let Some((_, default)) = text.and_then(|text| text.rsplit_once("Default: ")) else {
            continue;
        };
        let default = default.trim_end_matches('.');
        if !written.contains_key(key) && !NOTHING.contains(&default) {
            found.push((format!("{path}.{key}"), default.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_not_written_are_assumed_and_those_set_from_outside_are_not() {
        let text = "[program.setup]\nrights = \"administrative\"\n";
        let paths = |settings: &[String]| -> Vec<String> {
            let all = assumed(text, settings);
            all.into_iter().map(|(path, _)| path).collect()
        };
        let found = paths(&[]);
        assert!(found.contains(&"program.setup.install_time".to_owned()));
        assert!(!found.contains(&"program.setup.rights".to_owned()));
        assert!(found.iter().any(|path| path.starts_with("rules.")));
        assert!(!found.iter().any(|path| path.starts_with("site.")));
        let set = ["program.\"setup\".install_time=1 min".to_owned()];
        assert!(!paths(&set).contains(&"program.setup.install_time".to_owned()));
    }
}
