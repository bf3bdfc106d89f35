//! Small grammars of exports, and of the scenario that is written.

use crate::scenario::inventory::{Stamp, day_text};

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

/// A name for the scenario: without the characters that stand for many names.
pub(super) fn plain_name(name: &str) -> String {
    let plain = name.trim().chars().map(|c| match c {
        '*' | '?' | '{' | '}' => '_',
        _ if c.is_control() => '_',
        _ => c,
    });
    plain.collect()
}

/// A key of TOML.
pub(super) fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        text(name)
    }
}

/// A text of TOML, in single quotes where its backslashes may stay as they are.
pub(super) fn text(value: &str) -> String {
    let needs_single = value.contains('\\') || value.contains('"');
    if needs_single && !value.contains('\'') && !value.chars().any(char::is_control) {
        return format!("'{value}'");
    }
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
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
    fn texts_are_written_as_toml_reads_them() {
        for value in [r"\\a\b 'c' x", "a\"b", "plain", "\t", r"C:\x", "é"] {
            let document = format!("k = {}", text(value));
            let table: toml::Table = document.parse().unwrap();
            assert_eq!(table["k"].as_str(), Some(value));
        }
    }
}
