//! Words from a closed list: what belongs where something else stands, and what people
//! write in short for them.

use super::pattern::nearest;
use super::slips::{SCHEMA, Slip, header_above, key_before, last_key_before};
use super::spelling;
use serde_json::{Value, json};
use std::ops::Range;

/// The word that `written` is short for, if only one of `words` can be meant: its first
/// letters (`dc`), a part of it (`server`), or one with more behind it (`locked out`).
pub(super) fn in_short<'a>(written: &str, words: &[&'a str]) -> Option<&'a str> {
    if let Some(same) = same_meaning(written, words) {
        return Some(same);
    }
    let written = plain(written);
    if written.len() < 2 {
        return None;
    }
    let initials = |word: &str| -> String {
        let parts = word.split(|c: char| !c.is_alphanumeric());
        parts.filter_map(|part| part.chars().next()).collect()
    };
    let tests: [&dyn Fn(&str) -> bool; 3] = [
        &|word| initials(word) == written,
        &|word| plain(word).contains(&written) || written.starts_with(&plain(word)),
        // NT4 for Windows NT 4.0.
        &|word| plain(word).contains(written.trim_end_matches('0')),
    ];
    tests.iter().find_map(|test| {
        let mut found = words.iter().copied().filter(|word| test(word));
        found.next().filter(|_| found.next().is_none())
    })
}

/// The word that means what `written` means and looks unlike it.
pub(super) fn same_meaning<'a>(written: &str, words: &[&'a str]) -> Option<&'a str> {
    const MEANINGS: [(&[&str], &str); 6] = [
        (&["after", "delay", "wait", "soak", "pause"], "deferral"),
        (
            &[
                "lowest", "min", "minimum", "least", "fewest", "less", "shortest",
            ],
            "smallest",
        ),
        (
            &[
                "highest", "max", "maximum", "most", "greatest", "more", "longest",
            ],
            "largest",
        ),
        (
            &["fullfactorial", "factorial", "full", "all", "combinations"],
            "grid",
        ),
        (
            &["lhs", "lhc", "latinhypercubesampling", "random"],
            "latin-hypercube",
        ),
        (&["oat", "onefactoratatime", "single"], "one-at-a-time"),
    ];
    let written = plain(written);
    let meant = MEANINGS
        .iter()
        .find(|(all, _)| all.contains(&written.as_str()))?
        .1;
    words.iter().copied().find(|word| *word == meant)
}

/// Small letters and digits alone.
fn plain(word: &str) -> String {
    let letters = word.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Something other than a text where one of some words belongs: the reader of TOML does
/// not say which.
pub(super) fn not_a_word(
    message: &str,
    text: &str,
    written: &str,
    span: Option<&Range<usize>>,
) -> Option<Slip> {
    if message != "wanted string or table" {
        return None;
    }
    let known = property(text, span).map(choices).unwrap_or_default();
    let shown = if written.starts_with('[') {
        "a list".to_owned()
    } else {
        format!("`{written}`")
    };
    let inner = written.trim_matches(['[', ']']).trim().trim_matches('"');
    let help = match nearest(inner, known.iter().map(String::as_str)) {
        Some(near) if written.starts_with('[') => format!("write it without brackets: \"{near}\""),
        _ if known.is_empty() => {
            "write a word in quotes, one that docs/scenario.md names for this key".to_owned()
        }
        _ => format!("write one of these, in quotes: {}", known.join(", ")),
    };
    Some(Slip {
        message: format!("{shown} stands where a word belongs"),
        help,
    })
}

/// One value, or a table, where a list of words or of tables belongs.
pub(super) fn in_brackets(
    message: &str,
    text: &str,
    written: &str,
    span: Option<&Range<usize>>,
) -> Option<Slip> {
    let found = message.strip_prefix("invalid type: ")?;
    let found = found.strip_suffix(", expected a sequence")?;
    let written = written.trim();
    if let Some((section, name)) = span.and_then(|span| named_element(text, span)) {
        let keys: Vec<&str> = section.split('.').collect();
        let named = element(&keys).is_some_and(|keys| keys.contains_key("name"));
        let (have, below) = if named {
            let name = name.trim_matches(['"', '\'']);
            let below = format!(" with `name = \"{name}\"` below it");
            ("a key for their name", below)
        } else {
            ("no names", String::new())
        };
        return Some(Slip {
            message: format!("`{section}` is a list of tables, and its elements have {have}"),
            help: format!("write it in double brackets, once for each: [[{section}]]{below}"),
        });
    }
    let header = span.and_then(|span| doubled_header(text, span));
    if let Some(section) = header {
        return Some(Slip {
            message: format!("`[{section}]` is a single table, where a list of them belongs"),
            help: format!("write it in double brackets, once for each: [[{section}]]"),
        });
    }
    let items = followed(&property(text, span)?["items"]);
    let is_table = found.starts_with("map");
    let known = choices(items);
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let keys = items["properties"].as_object();
    let shown = if is_table {
        "a table".to_owned()
    } else {
        format!("`{}`", written.trim_matches(['"', '\'']))
    };
    let (belongs, help) = if !names.is_empty() {
        let word = written.trim_matches(['"', '\'']);
        let near = nearest(word, names.iter().copied()).or_else(|| in_short(word, &names));
        let help = match near.filter(|_| !is_table) {
            Some(near) => format!("write it in brackets: [\"{near}\"]"),
            None => format!(
                "write words in brackets, such as [\"{}\"]; possible here: {}",
                names[0],
                names.join(", ")
            ),
        };
        ("a list", help)
    } else if let Some(keys) = keys {
        let help = if is_table && written.starts_with('{') && !written.contains('\n') {
            let names: Vec<&str> = keys.keys().map(String::as_str).collect();
            format!(
                "write a list in brackets, with the table in it: [{written}]; its keys are: {}",
                names.join(", ")
            )
        } else {
            format!(
                "write tables in brackets: [{}]; their keys are: {}",
                hours(written, keys)
                    .or_else(|| of_one(written, &last_key_before(text, span), keys))
                    .unwrap_or_else(|| example(keys)),
                keys.keys()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        };
        ("a list", help)
    } else {
        return None;
    };
    Some(Slip {
        message: format!("{shown} stands where {belongs} belongs"),
        help,
    })
}

/// `shares = "tools"` as a table of which it is the `share`.
fn of_one(written: &str, list: &str, keys: &serde_json::Map<String, Value>) -> Option<String> {
    let own = keys.keys().find(|key| format!("{key}s") == list)?;
    let is_quoted = written.starts_with(['"', '\'']);
    // On the command line a word needs no quotes.
    let is_word = written.starts_with(char::is_alphabetic);
    let text = if is_quoted {
        written.to_owned()
    } else {
        spelling::text(written)
    };
    let is_one = (is_quoted || is_word) && !written.contains('\n');
    is_one.then(|| format!("{{ {own} = {text} }}"))
}

/// `"22:00-06:00"` as a table with these keys, if they are those of a window.
pub(super) fn hours(written: &str, keys: &serde_json::Map<String, Value>) -> Option<String> {
    let (from, to) = written
        .trim_matches(['"', '\'', '[', ']'])
        .split_once('-')?;
    let is_time = |time: &str| {
        let (hour, minute) = time.split_once(':').unwrap_or((time, "00"));
        let number =
            |text: &str, most: u8| text.len() == 2 && text.parse().is_ok_and(|n: u8| n <= most);
        number(hour, 23) && number(minute, 59) && time.contains(':')
    };
    let (from, to) = (from.trim(), to.trim());
    let has_both = keys.contains_key("from") && keys.contains_key("to");
    (has_both && is_time(from) && is_time(to) && from != to)
        .then(|| format!("{{ from = \"{from}\", to = \"{to}\" }}"))
}

/// A table with those keys that have an example.
pub(super) fn example(keys: &'static serde_json::Map<String, Value>) -> String {
    let shown = keys.iter().filter_map(|(key, property)| {
        let example = followed(property)["examples"].get(0)?;
        // An end that is the beginning would be no example of a span.
        let times = key == "to" && keys.contains_key("from");
        let example = if times { &json!("17:30") } else { example };
        Some(format!("{key} = {example}"))
    });
    let shown: Vec<String> = shown.collect();
    // Of many keys, some exclude others.
    if shown.is_empty() || keys.len() > 8 {
        "{ KEY = VALUE }".to_owned()
    } else {
        format!("{{ {} }}", shown.join(", "))
    }
}

/// The name of a table header that `span` covers, where the schema wants a list.
fn doubled_header(text: &str, span: &Range<usize>) -> Option<String> {
    let there = text.get(span.clone())?;
    let is_header = there.starts_with('[') && !there.starts_with("[[");
    let keys = header_above(text, span.start).filter(|_| is_header)?;
    let inside = there.trim_start_matches('[').trim_end_matches(']').trim();
    let name = keys.join(".");
    (inside == name && is_list_of_tables(&keys)).then_some(name)
}

/// The list that the header `[fault.NAME]` around `span` gives a name to, and the name.
fn named_element(text: &str, span: &Range<usize>) -> Option<(String, String)> {
    let before = text.get(..span.start)?.rsplit('\n').next()?.trim_start();
    let before = before
        .strip_prefix('[')
        .filter(|before| !before.starts_with('['))?;
    let keys = header_above(text, span.start)?;
    let (list, names) = keys.split_at_checked(before.matches('.').count() + 1)?;
    let [name] = names else { return None };
    is_list_of_tables(list).then(|| (list.join("."), (*name).to_owned()))
}

/// Whether the schema wants a list of tables at these keys of a header.
fn is_list_of_tables(keys: &[&str]) -> bool {
    element(keys).is_some()
}

/// The keys of the elements of the list of tables that the schema wants there, if it does.
fn element(keys: &[&str]) -> Option<&'static serde_json::Map<String, Value>> {
    let end = keys.iter().try_fold(&*SCHEMA, |at, name| below(at, name));
    let end = end.filter(|_| !keys.is_empty())?;
    followed(&end["items"])["properties"].as_object()
}

/// What the schema `at` says of what is called `name` in it, or in its elements.
fn below(at: &'static Value, name: &str) -> Option<&'static Value> {
    // A header of a list is about one of its elements.
    let of_element = followed(&at["items"]);
    let at = if of_element["properties"].is_object() {
        of_element
    } else {
        at
    };
    let named = &at["properties"][name.trim_matches(['"', '\''])];
    let next = if named.is_null() {
        &at["additionalProperties"]
    } else {
        named
    };
    let found = followed(next);
    (!found.is_null()).then_some(found)
}

/// What the schema says of the key whose value `span` covers.
fn property(text: &str, span: Option<&Range<usize>>) -> Option<&'static Value> {
    let key = key_before(text, span);
    let header = span.and_then(|span| header_above(text, span.start));
    let dotted = key.split('.').map(str::trim);
    let mut names = header.unwrap_or_default().into_iter().chain(dotted);
    names.try_fold(&*SCHEMA, below)
}

/// The schema that `at` points to, or the one of its alternatives that is not null.
fn followed(at: &'static Value) -> &'static Value {
    let alternatives = at["anyOf"].as_array();
    let alternative = alternatives.and_then(|all| all.iter().find(|one| one["type"] != "null"));
    let at = alternative.unwrap_or(at);
    let pointed = at["$ref"].as_str().map(|path| path.trim_start_matches('#'));
    match pointed.and_then(|path| SCHEMA.pointer(path)) {
        Some(found) => followed(found),
        None => at,
    }
}

/// The words that a schema allows; those of its elements, for a list.
fn choices(at: &Value) -> Vec<String> {
    let plain = at["enum"].as_array().into_iter().flatten();
    let each = at["oneOf"].as_array().into_iter().flatten();
    let each = each.flat_map(|one| {
        let several = one["enum"].as_array().into_iter().flatten();
        several.chain(one.get("const"))
    });
    let words = plain.chain(each).filter_map(Value::as_str);
    let words: Vec<String> = words.map(str::to_owned).collect();
    match at["items"]["$ref"].as_str() {
        Some(path) if words.is_empty() => SCHEMA
            .pointer(path.trim_start_matches('#'))
            .map(choices)
            .unwrap_or_default(),
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_by_their_initials_and_by_a_part_that_only_one_has() {
        const ROLES: [&str; 5] = [
            "management point",
            "client access point",
            "distribution point",
            "domain controller",
            "file server",
        ];
        for (short, word) in [
            ("dc", "domain controller"),
            ("DP", "distribution point"),
            ("CAP", "client access point"),
            ("server", "file server"),
        ] {
            assert_eq!(in_short(short, &ROLES), Some(word));
        }
        assert_eq!(in_short("point", &ROLES), None);
        assert_eq!(in_short("x", &ROLES), None);
        let kinds = ["active directory", "windows nt 4.0", "workgroup"];
        assert_eq!(in_short("AD", &kinds), Some("active directory"));
        assert_eq!(in_short("NT4", &kinds), Some("windows nt 4.0"));
        assert_eq!(in_short("locked out", &["ok", "locked"]), Some("locked"));
    }
}
