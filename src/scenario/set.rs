//! Values from the command line: `--set site.hq.wan="1 Mbit/s"`.
//!
//! A path is the keys of the TOML document with dots between them, patterns as
//! they are written. A value is read as TOML; what is not TOML is text, so that
//! quotes, which shells take away, may be missing.

use super::pattern;
use super::problem::Problems;
use super::spelling;
use crate::scenario::ProblemCode;
use std::borrow::Cow;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The most keys that a path may have. The language needs half as many, and tables are
/// walked through one inside the other.
const DEEPEST: usize = 16;

/// A `path=value` and the number of its first byte.
pub(crate) struct Setting {
    text: String,
    base: usize,
    /// `k=VALUE` behind as many blanks as make a parser count the bytes of the
    /// value as the sources do.
    padded: String,
    equals: Option<usize>,
}

impl Setting {
    /// The setting `text`, whose first byte has the number `base`.
    pub(crate) fn new(text: &str, base: usize) -> Self {
        let equals = top_level(text, '=').first().copied();
        // A path has one byte at least, which becomes the `k`.
        let padded = equals.filter(|at| *at > 0).map_or_else(String::new, |at| {
            format!("{}k{}", " ".repeat(base + at - 1), &text[at..])
        });
        Self {
            text: text.to_owned(),
            base,
            padded,
            equals,
        }
    }

    /// Puts the value into `document`.
    pub(crate) fn apply<'a>(&'a self, document: &mut DeTable<'a>, problems: &mut Problems) {
        let whole = Some(self.base..self.base + self.text.len());
        let Some(equals) = self.equals else {
            let message = format!("`{}` is not of the form path=value", self.text);
            let help = "write the key, an equals sign and the value: --set horizon=\"3 d\"";
            return problems.error(ProblemCode::MalformedSetting, whole, message, help);
        };
        let keys = path(&self.text[..equals], self.base);
        if keys.iter().any(|key| key.text.is_empty()) {
            let message = format!("`{}` is not a path of keys", &self.text[..equals]);
            let help = "write the keys with one dot between them: site.hq.wan";
            return problems.error(ProblemCode::MalformedSetting, whole, message, help);
        }
        if keys.len() > DEEPEST {
            let message = format!(
                "the path of a setting has {} keys, and {DEEPEST} are the most that is possible",
                keys.len()
            );
            let help = "no value of a scenario is as deep as that: site.hq.wan";
            return problems.error(ProblemCode::MalformedSetting, whole, message, help);
        }
        put(document, &keys, self.value(), 0, problems);
    }

    /// The value as TOML, or as text if it is none.
    fn value(&self) -> Spanned<DeValue<'_>> {
        let parsed = DeTable::parse(&self.padded).ok();
        parsed
            .and_then(|table| table.into_inner().remove("k"))
            .unwrap_or_else(|| {
                let text = self
                    .padded
                    .split_once('=')
                    .map_or("", |(_, value)| value)
                    .trim();
                let end = self.padded.trim_end().len();
                Spanned::new(end - text.len()..end, DeValue::String(Cow::Borrowed(text)))
            })
    }
}

/// The keys of a `path=value`, and its value as it is written; `None` if it is
/// not of this form.
#[cfg(feature = "cli")]
pub(super) fn keys_and_value(setting: &str) -> Option<(Vec<String>, &str)> {
    let equals = top_level(setting, '=').first().copied()?;
    let keys = path(&setting[..equals], 0).into_iter();
    let keys: Vec<String> = keys.map(|key| key.text).collect();
    let is_path = keys.iter().all(|key| !key.is_empty());
    is_path.then(|| (keys, setting[equals + 1..].trim()))
}

/// Tables below which keys of the language stand, and no names: what is written there
/// declares nothing.
const OF_KEYS: [&str; 7] = [
    "accounts",
    "inventory",
    "peers",
    "reports",
    "rules",
    "sending",
    "traffic",
];

/// One key of a path.
struct Key {
    text: String,
    span: Range<usize>,
}

/// Where `wanted` occurs outside of quotes and braces.
fn top_level(text: &str, wanted: char) -> Vec<usize> {
    let (mut quote, mut braces) = (None, 0u32);
    let mut found = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        match (quote, c) {
            (Some('"'), '\\') => _ = characters.next_if(|(_, c)| matches!(c, '"' | '\\')),
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') => braces += 1,
            (None, '}') => braces = braces.saturating_sub(1),
            (None, _) if c == wanted && braces == 0 => found.push(at),
            _ => {}
        }
    }
    found
}

fn path(text: &str, base: usize) -> Vec<Key> {
    let mut ends = top_level(text, '.');
    ends.push(text.len());
    let mut start = 0;
    ends.into_iter()
        .map(|end| {
            let key = Key {
                text: unquoted(text[start..end].trim()),
                span: base + start..base + end,
            };
            start = end + 1;
            key
        })
        .collect()
}

/// `"CORP\\name"` and `'CORP\name'` as `CORP\name`. In double quotes a backslash stands
/// for itself, unless a quote or another backslash follows.
fn unquoted(text: &str) -> String {
    let between = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(inside) = between('\'') {
        return inside.to_owned();
    }
    let Some(inside) = between('"') else {
        return text.to_owned();
    };
    let mut out = String::new();
    let mut characters = inside.chars().peekable();
    while let Some(c) = characters.next() {
        let escaped = characters.next_if(|next| c == '\\' && matches!(next, '"' | '\\'));
        out.push(escaped.unwrap_or(c));
    }
    out
}

/// Puts `value` below `table`, whose path is the first `depth` of `keys`.
fn put<'a>(
    table: &mut DeTable<'a>,
    keys: &[Key],
    value: Spanned<DeValue<'a>>,
    depth: usize,
    problems: &mut Problems,
) {
    let key = &keys[depth];
    let name = || Spanned::new(key.span.clone(), Cow::Owned(key.text.clone()));
    if depth + 1 == keys.len() {
        table.insert(name(), value);
        return;
    }
    if !table.contains_key(key.text.as_str()) {
        // Below a section stand names. A new one would declare something, which
        // is hardly ever what a mistyped name was meant to do.
        let of_names = depth == 1 && !OF_KEYS.contains(&keys[0].text.as_str());
        if of_names && !table.is_empty() && !is_declared(table, &key.text) {
            return not_declared(table, keys, problems);
        }
        table.insert(
            name(),
            Spanned::new(key.span.clone(), DeValue::Table(DeTable::new())),
        );
    }
    if let Some(found) = table.get_mut(key.text.as_str()) {
        put_below(found, keys, value, depth + 1, problems);
    }
}

/// Puts `value` below `found`, whose path is the first `depth` of `keys`.
fn put_below<'a>(
    found: &mut Spanned<DeValue<'a>>,
    keys: &[Key],
    value: Spanned<DeValue<'a>>,
    depth: usize,
    problems: &mut Problems,
) {
    let key = &keys[depth];
    let (message, help) = match found.get_mut() {
        DeValue::Table(inner) => return put(inner, keys, value, depth, problems),
        DeValue::Array(list) => {
            let length = list.len();
            let position = key.text.parse::<usize>().ok();
            if let Some(element) = position.and_then(|at| list.get_mut(at)) {
                if depth + 1 == keys.len() {
                    *element = value;
                    return;
                }
                return put_below(element, keys, value, depth + 1, problems);
            }
            let message = format!("`{}` is not a position in this list", key.text);
            (message, format!("it has {length}, numbered from 0"))
        }
        _ => {
            let message = format!("`{}` stands below a value that has no keys", key.text);
            (message, "leave it out of the path".to_owned())
        }
    };
    problems.error(
        ProblemCode::MalformedSetting,
        Some(key.span.clone()),
        message,
        help,
    );
}

/// Whether `name` may stand in a section: as one of the names a range there
/// stands for, or as a glob that gives defaults.
fn is_declared(section: &DeTable<'_>, name: &str) -> bool {
    let is_special = pattern::is_glob(name);
    is_special
        || section.iter().any(|(key, _)| {
            let key: &str = key.get_ref();
            pattern::is_range(key)
                && pattern::expand(key).is_ok_and(|names| names.iter().any(|n| n == name))
        })
}

fn not_declared(section: &DeTable<'_>, keys: &[Key], problems: &mut Problems) {
    let [kind, key, ..] = keys else { return };
    let names: Vec<&str> = section.iter().map(|(name, _)| &**name.get_ref()).collect();
    let help = match pattern::nearest(&key.text, names.iter().copied()) {
        Some(near) => format!("did you mean `{}.{}`?", kind.text, spelling::key(near)),
        None => format!("there are: {}", names.join(", ")),
    };
    let message = format!("there is no {} `{}` in the scenario", kind.text, key.text);
    problems.error(
        ProblemCode::UnknownName,
        Some(key.span.clone()),
        message,
        help,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_keys_are_those_that_declare_no_names() {
        let schema = schemars::schema_for!(crate::scenario::written::Scenario);
        let schema = schema.as_value();
        let properties = schema["properties"].as_object().expect("a table");
        let mut of_keys = Vec::new();
        for (name, property) in properties {
            let text = property.to_string();
            let own = schema["$defs"].as_object().expect("tables");
            let is_table = own.iter().any(|(def, found)| {
                text.contains(&format!("#/$defs/{def}\"")) && found["type"] == "object"
            });
            if is_table && property["type"] != "object" && property["type"] != "array" {
                of_keys.push(name.as_str());
            }
        }
        of_keys.sort_unstable();
        assert_eq!(of_keys, OF_KEYS);
    }

    #[test]
    fn paths_split_outside_of_quotes_and_braces() {
        let keys: Vec<String> = path(r#"site."branch-{001..120}".a.b-{1..2}.'x.y'"#, 0)
            .into_iter()
            .map(|key| key.text)
            .collect();
        assert_eq!(keys, ["site", "branch-{001..120}", "a", "b-{1..2}", "x.y"]);
        assert_eq!(unquoted(r#""CORP\\naa""#), r"CORP\naa");
        assert_eq!(unquoted(r#""CORP\naa \"x\"""#), r#"CORP\naa "x""#);
        assert_eq!(top_level(r#"a."b=c"=d"#, '='), [7]);
        assert_eq!(top_level(r#"a."b\"=c"=d"#, '='), [9]);
    }

    #[test]
    fn bare_text_is_a_string_and_keeps_its_place() {
        let setting = Setting::new("site.hq.wan= 1 Mbit/s ", 100);
        let value = setting.value();
        assert_eq!(value.get_ref().as_str(), Some("1 Mbit/s"));
        assert_eq!(value.span(), 113..121);
        let number = Setting::new("a=-4", 5);
        assert!(number.value().get_ref().is_integer());
        assert_eq!(number.value().span(), 7..9);
    }
}
