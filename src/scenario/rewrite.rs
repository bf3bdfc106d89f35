//! A scenario's text with `--set` values written into it, its comments and its
//! order left as they are.

use super::set::keys_and_value;
use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// `text` with each `path=value` of `settings` written into it in turn. It loads
/// as `text` does with these settings.
///
/// # Errors
/// If `text` is not TOML, or a setting does not fit into it: a sentence that says
/// which.
pub fn with_settings(text: &str, settings: &[String]) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error| format!("{error}"))?;
    for setting in settings {
        let misfit = || format!("`{setting}` does not fit into the scenario");
        let (keys, value) = keys_and_value(setting).ok_or_else(misfit)?;
        put(document.as_table_mut(), &keys, read(value)).ok_or_else(misfit)?;
    }
    Ok(document.to_string())
}

/// A value as TOML, or as text if it is none.
fn read(text: &str) -> Value {
    text.parse().unwrap_or_else(|_| Value::from(text))
}

/// Puts `value` into a table; `None` if the path leads through something that
/// has no keys.
fn put(table: &mut dyn TableLike, keys: &[String], value: Value) -> Option<()> {
    let (key, rest) = keys.split_first()?;
    if rest.is_empty() {
        match table.get_mut(key).and_then(Item::as_value_mut) {
            Some(old) => replace(old, value),
            None => drop(table.insert(key, Item::Value(value))),
        }
        return Some(());
    }
    if !table.contains_key(key) {
        table.insert(key, Item::Table(Table::new()));
    }
    let found = table.get_mut(key)?;
    if let Some(tables) = found.as_array_of_tables_mut() {
        let (at, rest) = rest.split_first()?;
        return put(tables.get_mut(at.parse().ok()?)?, rest, value);
    }
    match found {
        Item::Value(inside) => put_below(inside, rest, value),
        other => put(other.as_table_like_mut()?, rest, value),
    }
}

/// Puts `value` below a value: a table in braces, or a list.
fn put_below(found: &mut Value, keys: &[String], value: Value) -> Option<()> {
    let (key, rest) = keys.split_first()?;
    match found {
        Value::InlineTable(table) if rest.is_empty() => {
            match table.get_mut(key) {
                Some(old) => replace(old, value),
                None => drop(table.insert(key, value)),
            }
            Some(())
        }
        Value::InlineTable(table) => {
            if !table.contains_key(key) {
                table.insert(key, Value::from(InlineTable::new()));
            }
            put_below(table.get_mut(key)?, rest, value)
        }
        Value::Array(list) => {
            let element = list.get_mut(key.parse().ok()?)?;
            if rest.is_empty() {
                replace(element, value);
                return Some(());
            }
            put_below(element, rest, value)
        }
        _ => None,
    }
}

/// Puts a value in the place of another, with the blanks and comments around it.
fn replace(old: &mut Value, mut new: Value) {
    *new.decor_mut() = old.decor().clone();
    *old = new;
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"# A scenario.
title = "T" # its name

[site."b-{1..3}"]
wan = "1 Mbit/s"  # slow

[account.'CORP\naa']

[advertisement.a]
phases = [{ share = 0.1 }, { share = 0.2, spread = "1 d" }] # rings
"#;

    fn saved(settings: &[&str]) -> String {
        let settings: Vec<String> = settings.iter().map(|s| (*s).to_owned()).collect();
        with_settings(TEXT, &settings).unwrap()
    }

    #[test]
    fn values_change_where_they_stand_and_comments_stay() {
        let text = saved(&[
            "site.\"b-{1..3}\".wan=2 Mbit/s",
            "advertisement.a.phases.1.share=0.5",
            r"account.'CORP\naa'.state=locked",
            "horizon=2 d",
        ]);
        assert!(text.contains("wan = \"2 Mbit/s\"  # slow\n"), "{text}");
        assert!(
            text.contains("{ share = 0.5, spread = \"1 d\" }] # rings"),
            "{text}"
        );
        assert!(text.contains("state = \"locked\"") && text.contains("horizon = \"2 d\""));
        assert!(text.starts_with("# A scenario.\ntitle = \"T\" # its name\n"));
        let table: toml::Table = toml::from_str(&text).unwrap();
        assert_eq!(
            table["account"][r"CORP\naa"]["state"].as_str(),
            Some("locked")
        );
        assert_eq!(table["horizon"].as_str(), Some("2 d"));
    }

    #[test]
    fn new_keys_come_into_being_and_lists_are_replaced_whole() {
        let text = saved(&[
            "site.b-2.wan=64 kbit/s",
            "fleet.pcs.count=7",
            "advertisement.a.phases=[{}]",
        ]);
        let table: toml::Table = toml::from_str(&text).unwrap();
        assert_eq!(table["site"]["b-2"]["wan"].as_str(), Some("64 kbit/s"));
        assert_eq!(table["fleet"]["pcs"]["count"].as_integer(), Some(7));
        let phases = table["advertisement"]["a"]["phases"].as_array();
        assert_eq!(phases.map(Vec::len), Some(1));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        for setting in [
            "horizon",
            "title.x=1",
            "advertisement.a.phases.9.share=1",
            "a..b=1",
        ] {
            let error = with_settings(TEXT, &[setting.to_owned()]).unwrap_err();
            assert!(error.contains(setting), "{error}");
        }
        assert!(with_settings("a = [", &[]).is_err());
    }
}
