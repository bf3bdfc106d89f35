//! Which values a scenario leaves to the defaults of the language, and what
//! these are.

use super::schema::schema;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Defaults that say nothing worth a line.
const NOTHING: [&str; 4] = ["none", "any", "unknown", "no"];

/// How many of the tables that leave a key out are named.
const NAMED: usize = 8;

/// A key that tables of one kind leave out, and what is assumed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumed {
    /// The kind of table and the key, as in `program.install_time`.
    pub key: String,
    /// The first of the tables, in order; none for a table that has no name.
    pub names: Vec<String>,
    /// How many tables leave it out.
    pub tables: usize,
    /// The default, as the language reference states it.
    pub default: String,
}

/// The keys that the tables of a scenario do not give, each with the default
/// that the reference states, in order. Only tables that the scenario has are looked
/// at, and `[rules]`.
///
/// `settings` are values set from outside, as `path=value`.
pub fn assumed(text: &str, settings: &[String]) -> Vec<Assumed> {
    let Ok(document) = toml::from_str::<toml::Table>(text) else {
        return Vec::new();
    };
    let schema = schema();
    let mut found = BTreeMap::new();
    let of_rules = toml::Table::new();
    for (kind, described) in properties(&schema) {
        let written = document.get(kind).and_then(toml::Value::as_table);
        let written = written.or((kind == "rules").then_some(&of_rules));
        let Some(table) = written else {
            continue;
        };
        if let Some(items) = described.get("additionalProperties") {
            let Some(of) = definition(&schema, items) else {
                continue;
            };
            let defaults = Defaults::of(kind, of, settings);
            let items = table
                .iter()
                .filter_map(|(n, item)| Some((n, item.as_table()?)));
            items.for_each(|(name, item)| defaults.missing(Some(name), item, &mut found));
        } else if let Some(of) = definition(&schema, described) {
            Defaults::of(kind, of, settings).missing(None, table, &mut found);
        }
    }
    found.into_values().collect()
}

/// What the reference states for the keys of one kind of table.
struct Defaults<'s> {
    kind: &'s str,
    /// Each key with its default.
    of: Vec<(&'s str, &'s str)>,
    /// The paths that are set from outside, without quotes.
    set: BTreeSet<String>,
}

impl<'s> Defaults<'s> {
    fn of(kind: &'s str, described: &'s Value, settings: &[String]) -> Self {
        let stated = properties(described).filter_map(|(key, described)| {
            let text = described.get("description").and_then(Value::as_str)?;
            let (_, default) = text.rsplit_once("Default: ")?;
            let default = default.trim_end_matches('.');
            (!NOTHING.contains(&default)).then_some((key.as_str(), default))
        });
        let paths = settings
            .iter()
            .filter_map(|setting| setting.split_once('='));
        Self {
            kind,
            of: stated.collect(),
            set: paths.map(|(path, _)| plain(path)).collect(),
        }
    }

    /// Adds the keys that a table, with its name if it has one, does not have.
    fn missing(
        &self,
        name: Option<&str>,
        written: &toml::Table,
        found: &mut BTreeMap<(&'s str, &'s str), Assumed>,
    ) {
        for (key, default) in &self.of {
            let is_set = || {
                let path = [Some(self.kind), name, Some(*key)];
                let path: Vec<_> = path.into_iter().flatten().collect();
                self.set.contains(&plain(&path.join(".")))
            };
            if written.contains_key(*key) || !self.set.is_empty() && is_set() {
                continue;
            }
            let assumed = found.entry((self.kind, *key)).or_insert_with(|| Assumed {
                key: format!("{}.{key}", self.kind),
                names: Vec::new(),
                tables: 0,
                default: (*default).to_owned(),
            });
            assumed.tables += 1;
            if assumed.names.len() < NAMED {
                assumed.names.extend(name.map(str::to_owned));
            }
        }
    }
}

/// A path without quotes, however it was spelled.
fn plain(path: &str) -> String {
    path.replace(['"', '\''], "").trim().to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_not_written_are_assumed_and_those_set_from_outside_are_not() {
        let text = "[program.setup]\nrights = \"administrative\"\n";
        let keys = |settings: &[String]| -> Vec<String> {
            let all = assumed(text, settings);
            all.into_iter().map(|assumed| assumed.key).collect()
        };
        let found = keys(&[]);
        assert!(found.contains(&"program.install_time".to_owned()));
        assert!(!found.contains(&"program.rights".to_owned()));
        assert!(found.iter().any(|key| key.starts_with("rules.")));
        assert!(!found.iter().any(|key| key.starts_with("site.")));
        let set = ["program.\"setup\".install_time=1 min".to_owned()];
        assert!(!keys(&set).contains(&"program.install_time".to_owned()));
    }

    /// What a thousand sites leave out is said once, and not a thousand times.
    #[test]
    fn what_many_tables_leave_out_is_told_once_with_their_number() {
        let sites = (0..1_000).map(|at| format!("[site.s{at:03}]\n"));
        let text: String = sites
            .chain(["[site.z]\ntime_zone = \"+1 h\"\n".to_owned()])
            .collect();
        let told = |settings: &[String]| {
            let all = assumed(&text, settings);
            let mut of_zone = all
                .into_iter()
                .filter(|assumed| assumed.key == "site.time_zone");
            (of_zone.next(), of_zone.count())
        };
        let (zone, others) = told(&[]);
        let zone = zone.unwrap();
        assert_eq!((zone.tables, zone.names.len(), others), (1_000, NAMED, 0));
        assert_eq!(zone.names[..2], ["s000", "s001"]);
        let (zone, _) = told(&["site.s001.time_zone=+2 h".to_owned()]);
        assert_eq!(zone.unwrap().names[..2], ["s000", "s002"]);
    }
}
