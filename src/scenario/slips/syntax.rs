//! What TOML cannot read: values and names without quotes, escapes, percentages.

use super::{Slip, slip};
use crate::units::{instead, readings};

/// What the parser of TOML stumbled over at `at`.
pub(in crate::scenario) fn not_toml(text: &str, at: usize, message: &str) -> Slip {
    let start = text.get(..at).and_then(|before| before.rfind('\n'));
    let start = start.map_or(0, |newline| newline + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next());
    let line = line.unwrap_or("");
    let before = line.get(..at.saturating_sub(start)).unwrap_or(line);
    let value = value_at(line, at.saturating_sub(start));
    let escape = ["escape", "unicode", "hexadecimal"].map(|word| message.contains(word));
    let header = blank_in_header(line);
    let found = if let Some(name) = header.as_ref().filter(|_| line.contains('\\')) {
        slip(
            "a name with a backslash stands without quotes",
            format!("write the name in single quotes: {name}"),
        )
    } else if before.ends_with('\\') || escape.contains(&true) && line.contains('\\') {
        slip(
            "in double quotes a backslash begins an escape such as `\\t`",
            "write the text in single quotes: 'CORP\\name'",
        )
    } else if line.contains(['\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}']) {
        slip(
            "these are typographic quotation marks",
            "write straight ones: \"text\"",
        )
    } else if message.contains("duplicate key") {
        slip(
            "this stands in the file twice",
            "keep one of them, and put the keys of both into it",
        )
    } else if value.ends_with('%') {
        slip(
            format!("`{value}` is a percentage"),
            "write a share from 0 to 1: 0.95 for 95 %",
        )
    } else if let Some(name) = header.or_else(|| blank_in_key(line)) {
        slip(
            "a name with a blank stands without quotes",
            format!("write the name in quotes: {name}"),
        )
    } else if is_bare_text(value) {
        bare_text(value)
    } else {
        None
    };
    found.unwrap_or_else(|| Slip {
        message: format!("this is not TOML: {message}"),
        help: "a line is a `[table]`, a `key = value`, or a comment after `#`".to_owned(),
    })
}

/// The single value of a line that `at` stands in or behind: from the equals sign
/// before it to the bracket, quotation mark, comma with a blank, or comment behind.
fn value_at(line: &str, at: usize) -> &str {
    let before = line.get(..at).unwrap_or(line);
    let equals = before.rfind('=').or_else(|| line.find('='));
    let from = equals.map_or(line.len(), |equals| equals + 1);
    let value = line[from..].split(" #").next().unwrap_or("").trim();
    let value = value.trim_start_matches(['[', '{']).trim_start();
    let end = value.find([']', '}', '"', '\'']).unwrap_or(value.len());
    let value = value[..end].trim();
    // A comma without a blank belongs to a number that is written with one.
    value.split_once(", ").map_or(value, |(first, _)| first)
}

/// A key with a blank in a bare name, with its names in quotes.
fn blank_in_key(line: &str) -> Option<String> {
    let key = line.split_once('=')?.0.trim();
    if key.contains(['"', '\'', '{', '[']) || !key.contains(char::is_whitespace) {
        return None;
    }
    Some(in_quotes(key))
}

/// A header with a blank in a bare name, with its names in quotes.
fn blank_in_header(line: &str) -> Option<String> {
    let line = line.split(" #").next().unwrap_or("").trim();
    let (inner, close) = match line.strip_prefix("[[") {
        Some(inner) => (inner.strip_suffix("]]")?, "]]"),
        None => (line.strip_prefix('[')?.strip_suffix(']')?, "]"),
    };
    let lacks_quotes = |c: char| c.is_whitespace() || c == '\\';
    if inner.contains(['"', '\'']) || !inner.trim().contains(lacks_quotes) {
        return None;
    }
    let open = if close == "]]" { "[[" } else { "[" };
    Some(format!("{open}{}{close}", in_quotes(inner)))
}

/// A dotted name, those parts of it in quotes that have a blank.
fn in_quotes(dotted: &str) -> String {
    let names = dotted.split('.').map(|name| {
        let name = name.trim();
        if name.contains('\\') {
            format!("'{name}'")
        } else if name.contains(char::is_whitespace) {
            format!("\"{name}\"")
        } else {
            name.to_owned()
        }
    });
    names.collect::<Vec<_>>().join(".")
}

/// A value without quotes that TOML does not know: a number as people write it, a
/// word for yes or no, or a text.
fn bare_text(value: &str) -> Option<Slip> {
    if let Some(plain) = yes_or_no(value) {
        return slip(
            format!("`{value}` is text without quotes"),
            format!("write {plain}; or \"{value}\" in quotes where a text belongs"),
        );
    }
    if let Some(number) = instead(&readings(value)) {
        return slip(
            format!("`{value}` is not a number as TOML has it"),
            format!("write {number}"),
        );
    }
    let unit = value.find(char::is_alphabetic).filter(|at| *at > 0);
    if let Some((number, unit)) = unit.map(|at| value.split_at(at))
        && let Some(plain) = readings(number).first()
        && unit.chars().all(|c| !c.is_ascii_digit())
    {
        return slip(
            format!("`{value}` is text without quotes"),
            format!(
                "write a number with its unit in quotes, \"{plain} {unit}\"; where a plain number belongs, leave out `{unit}`: {plain}"
            ),
        );
    }
    slip(
        format!("`{value}` is text without quotes"),
        format!("write it in quotes: \"{value}\""),
    )
}

/// What TOML writes for the words that people have for yes and no.
pub(super) fn yes_or_no(word: &str) -> Option<&'static str> {
    match word.to_lowercase().as_str() {
        "true" | "yes" | "on" | "y" => Some("true"),
        "false" | "no" | "off" | "n" => Some("false"),
        _ => None,
    }
}

/// Whether a value begins as none in TOML does, and has no quotes.
fn is_bare_text(value: &str) -> bool {
    let begins_like_text = value.starts_with(|c: char| c.is_alphanumeric() || c == '-');
    begins_like_text && !value.contains(['"', '\'', '=', '[', '{']) && value.parse::<f64>().is_err()
}
