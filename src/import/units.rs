//! Small grammars of exports, and of the scenario that is written.

use crate::scenario::inventory::{Stamp, day_text};
use crate::scenario::plain_name;
pub(super) use crate::scenario::spelling::{key, text, value};
use jiff::ToSpan;
use jiff::civil::DateTime;
use std::collections::{BTreeMap, BTreeSet};

/// The computer that a network abstraction layer path, a UNC path or a plain name
/// stands for: `CM01.contoso.com` of
/// `["Display=\\CM01.contoso.com\"]MSWNET:["SMS_SITE=P01"]\\CM01.contoso.com\`.
pub(super) fn host(path: &str) -> &str {
    let path = path.rsplit(']').next().unwrap_or(path);
    let path = path.trim().trim_matches('\\');
    path.split('\\').next().unwrap_or(path)
}

/// The label of a computer without its domain.
pub(super) fn label(host: &str) -> &str {
    host.split('.').next().unwrap_or(host)
}

/// The names in a list of distinguished names or plain names: entries with `;`,
/// `|`, line ends or blanks between distinguished names.
pub(super) fn names_of_list(cell: &str) -> Vec<String> {
    let inner = cell.trim().trim_start_matches('{').trim_end_matches('}');
    let apart = |c: char| matches!(c, ';' | '|' | '\n' | '\r');
    let mut entries: Vec<String> = Vec::new();
    for part in inner.split(apart).flat_map(between_paths) {
        let part = part.trim();
        if !part.is_empty() {
            entries.push(first_name(part).to_owned());
        }
    }
    entries
}

/// `CN=a,CN=Sites,… CN=b,CN=Sites,…` with blanks or commas between whole paths.
fn between_paths(text: &str) -> Vec<&str> {
    let lower = text.to_ascii_lowercase();
    if !lower.trim_start().starts_with("cn=") {
        return text.split(',').collect();
    }
    let mut starts: Vec<usize> = Vec::new();
    // Each path ends with the labels of its domain.
    let mut in_domain = false;
    for (at, _) in lower.char_indices() {
        let before = lower[..at].trim_end_matches([' ', ',']).len() < at || at == 0;
        if before && lower[at..].starts_with("dc=") {
            in_domain = true;
        } else if before && lower[at..].starts_with("cn=") && (in_domain || starts.is_empty()) {
            starts.push(at);
            in_domain = false;
        }
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let parts = starts.iter().zip(ends);
    parts
        .map(|(from, to)| text[*from..to].trim_end_matches([' ', ',']))
        .collect()
}

/// `Munich` of `CN=Munich,CN=Sites,…`, or the text itself.
pub(super) fn first_name(text: &str) -> &str {
    let text = text.trim();
    let Some((key, value)) = text.split_once('=') else {
        return text;
    };
    if !key.trim().eq_ignore_ascii_case("cn") {
        return text;
    }
    value.split(',').next().unwrap_or(value).trim()
}

/// What the scenario calls things of one kind: names of their own, as names that
/// differ in case alone are one.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    called: BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

impl Names {
    /// The name of what the exports call `exported`, one name for each.
    pub(super) fn call(&mut self, exported: &str) -> String {
        if let Some(known) = self.called.get(exported) {
            return known.clone();
        }
        let name = self.fresh(exported);
        self.called.insert(exported.to_owned(), name.clone());
        name
    }

    /// The name of what the exports call `exported`, if it has one already.
    pub(super) fn called(&self, exported: &str) -> Option<&str> {
        self.called.get(exported).map(String::as_str)
    }

    /// A name like `wanted` that nothing has yet.
    pub(super) fn fresh(&mut self, wanted: &str) -> String {
        let plain = plain_name(wanted);
        let mut name = plain.clone();
        let mut number = 1;
        while !self.taken.insert(name.to_lowercase()) {
            number += 1;
            name = format!("{plain} ({number})");
        }
        name
    }
}

/// Whether something can have been on that day, `2026-03-14`: the dates that stand for
/// "not set" or "never" are in 1601 and 9999 (`FILETIME`, `DateTime.MaxValue`).
pub(super) fn is_plausible(day: &str) -> bool {
    ("1980".."2900").contains(&day)
}

/// The day before a moment, `2026-03-14T18:00:00`.
pub(super) fn day_before(moment: &str) -> Option<String> {
    let moment: DateTime = moment.parse().ok()?;
    let before = moment.checked_sub(1.day()).ok()?;
    Some(before.to_string())
}

/// `2026-03-14T18:00:00`.
pub(super) fn moment(stamp: &Stamp) -> String {
    let (hours, minutes) = (stamp.minutes / 60, stamp.minutes % 60);
    format!("{}T{hours:02}:{minutes:02}:00", day_text(stamp.days[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_found_in_every_kind_of_path() {
        let path = r#"["Display=\\CM01.contoso.com\"]MSWNET:["SMS_SITE=P01"]\\CM01.contoso.com\"#;
        assert_eq!(host(path), "CM01.contoso.com");
        assert_eq!(host(r"\\CM01.contoso.com"), "CM01.contoso.com");
        assert_eq!(host("CM01"), "CM01");
        assert_eq!(label("CM01.contoso.com"), "CM01");
    }

    #[test]
    fn lists_of_paths_are_lists_of_names() {
        let wanted = ["HQ", "Paris"];
        for list in [
            "CN=HQ,CN=Sites,CN=Configuration,DC=c,DC=com;CN=Paris,CN=Sites,CN=Configuration,DC=c,DC=com",
            "CN=HQ,CN=Sites,CN=Configuration,DC=c,DC=com CN=Paris,CN=Sites,CN=Configuration,DC=c,DC=com",
            "{CN=HQ,CN=Sites,CN=Configuration,DC=c,DC=com, CN=Paris,CN=Sites,CN=Configuration,DC=c,DC=com}",
            "HQ;Paris",
            "{HQ, Paris}",
        ] {
            assert_eq!(names_of_list(list), wanted, "{list}");
        }
    }

    #[test]
    fn names_that_differ_in_case_alone_become_two() {
        let mut names = Names::default();
        let called = ["P1", "p1", "P?", "p*", "", "P1"].map(|name| names.call(name));
        assert_eq!(called, ["P1", "p1 (2)", "P_", "p_ (2)", "unnamed", "P1"]);
    }
}
