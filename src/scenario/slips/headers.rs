//! Headers of tables: those that lack a name, name one with dots, or stand for a list.

use super::{SCHEMA, Slip, is_named, slip};
use std::ops::Range;

/// Sections of a study whose tables have names.
const NAMED_IN_STUDIES: [&str; 3] = ["axis", "response", "fix"];

/// How the message on a section whose tables have names, and one has none, ends.
pub(in crate::scenario) const NO_NAME: &str = " has no name";

/// A header in double brackets where one table belongs, which has its name in the header.
pub(super) fn one_table(text: &str, span: &Range<usize>, found: &str) -> Option<Slip> {
    let start = text.get(..span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(start..)?.lines().next()?.trim();
    if !found.starts_with("sequence") || !line.starts_with("[[") {
        return None;
    }
    let keys = header_above(text, span.start)?;
    let (section, name) = keys.split_first()?;
    if name.len() != 1 || !is_named(section) {
        return None;
    }
    let written = keys.join(".");
    let times = text.lines().filter(|other| other.trim() == line).count();
    let help = if times > 1 {
        format!("write each in single brackets, with a name of its own: [{section}.NAME]")
    } else {
        format!("write it in single brackets: [{written}]")
    };
    slip(
        format!("`[[{written}]]` is a list of tables, where one table belongs"),
        help,
    )
}

/// Whether a section whose tables have names is written without one and without keys, which
/// declares nothing.
pub(in crate::scenario) fn has_empty_header(text: &str, section: &str) -> bool {
    if !is_named(section) {
        return false;
    }
    let plain = |line: &str| line.split('#').next().unwrap_or("").trim().to_owned();
    let mut lines = text.lines().map(plain).filter(|line| !line.is_empty());
    let header = format!("[{section}]");
    lines.any(|line| line == header) && lines.next().is_none_or(|line| line.starts_with('['))
}

/// Where the header stands that lacks a name, of what is wrong at `span` below it.
pub(in crate::scenario) fn unnamed_header(text: &str, span: &Range<usize>) -> Option<Range<usize>> {
    let section = unnamed_section(text, span)?;
    let end = text.get(span.start..)?.find('\n');
    let above = text.get(..end.map_or(text.len(), |at| span.start + at))?;
    let header = format!("[{section}]");
    let at = above.rfind(&header)?;
    Some(at..at + header.len())
}

/// Whether the tables of a section have this key.
pub(super) fn is_key_of(section: &str, key: &str) -> bool {
    if NAMED_IN_STUDIES.contains(&section) {
        return ["path", "paths", "list", "range", "set"].contains(&key);
    }
    let table = &SCHEMA["properties"][section]["additionalProperties"]["$ref"];
    let table = table.as_str().map(|path| path.trim_start_matches('#'));
    let table = table.and_then(|path| SCHEMA.pointer(path));
    table.is_some_and(|table| !table["properties"][key].is_null())
}

/// The section whose header, right above `span`, lacks a name.
pub(super) fn unnamed_section<'t>(text: &'t str, span: &Range<usize>) -> Option<&'t str> {
    let keys = header_above(text, span.start)?;
    let [only] = &keys[..] else { return None };
    (is_named(only) || NAMED_IN_STUDIES.contains(only)).then_some(*only)
}

/// The keys of the table header that `at` stands below or in.
pub(in crate::scenario) fn header_above(text: &str, at: usize) -> Option<Vec<&str>> {
    let end = text.get(at..)?.find('\n').map_or(text.len(), |n| at + n);
    let above = text.get(..end)?;
    let header = above
        .lines()
        .rev()
        .find(|line| line.trim_start().starts_with('['))?;
    let header = header.trim_start();
    let inside = header.get(1..header.find(']')?)?;
    let inside = inside.strip_prefix('[').unwrap_or(inside);
    Some(inside.split('.').map(str::trim).collect())
}

/// A dotted name without quotes in a header: the whole name.
pub(in crate::scenario) fn dotted_name(text: &str, span: &Range<usize>) -> Option<String> {
    let keys = header_above(text, span.start)?;
    let on_header = text
        .get(..span.start)?
        .rsplit('\n')
        .next()
        .is_some_and(|line| line.trim_start().starts_with('['));
    let plain = keys.iter().all(|key| !key.contains(['"', '\'']));
    let (section, name) = keys.split_first()?;
    let dotted = on_header && plain && name.len() >= 2 && is_named(section);
    dotted.then(|| {
        format!(
            "a name with dots stands in quotes: [{section}.\"{}\"]",
            name.join(".")
        )
    })
}

/// `phases[1]` as a path of keys has it.
pub(in crate::scenario) fn place_in_list(key: &str) -> Option<String> {
    let (list, place) = key.strip_suffix(']')?.split_once('[')?;
    let place: usize = place.parse().ok()?;
    Some(format!(
        "the place of an element stands behind a dot, and the first is 0: `{list}.{place}`"
    ))
}

/// The key whose value begins at `span`, without the path before it.
pub(in crate::scenario) fn last_key_before(text: &str, span: Option<&Range<usize>>) -> String {
    let key = key_before(text, span);
    key.rsplit('.').next().unwrap_or("").trim().to_owned()
}

/// The key whose value begins at `span`, empty if that cannot be told.
pub(in crate::scenario) fn key_before(text: &str, span: Option<&Range<usize>>) -> String {
    let before = span.and_then(|span| text.get(..span.start)).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    let left = line.rsplit_once('=').map_or("", |(left, _)| left);
    let key = left.rsplit([',', '{', '\n']).next().unwrap_or("");
    key.trim().to_owned()
}
