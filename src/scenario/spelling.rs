//! Names and texts as a scenario and a command line spell them: read back, each is
//! what it was.

use crate::units::must_be_escaped;

/// A key of TOML.
pub(crate) fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        text(name)
    }
}

/// A text of TOML, in single quotes where its backslashes may stay as they are.
pub(crate) fn text(value: &str) -> String {
    let needs_single = value.contains('\\') || value.contains('"');
    if needs_single && !value.contains('\'') && !value.chars().any(must_be_escaped) {
        return format!("'{value}'");
    }
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if must_be_escaped(c) => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text as the value of a setting: without quotes where it is read as a text all
/// the same.
pub(crate) fn value(value: &str) -> String {
    let is_word = value.starts_with(|c: char| c.is_ascii_alphabetic()) && key(value) == value;
    if is_word && !["true", "false", "inf", "nan"].contains(&value) {
        value.to_owned()
    } else {
        text(value)
    }
}

/// A word of a command line that may be pasted, in quotes where a shell would read it as
/// something else.
pub(crate) fn argument(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "._-/+:@%,=".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else if word.contains(char::is_control) {
        // A message has no line that a name makes; shells read escapes in such quotes.
        let escaped = |c: char| match c {
            '\'' | '\\' => format!("\\{c}"),
            '\n' => "\\n".to_owned(),
            c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        };
        let escaped: String = word.chars().map(escaped).collect();
        format!("$'{escaped}'")
    } else {
        word_of_shell(word)
    }
}

/// A word of a command line as a POSIX shell takes it.
pub(crate) fn word_of_shell(word: &str) -> String {
    if !word.contains('\'') {
        return format!("'{word}'");
    }
    let mut out = String::from("\"");
    for c in word.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_toml_reads_them() {
        for value in [
            r"\\a\b 'c' x",
            "a\"b",
            "plain",
            "\t",
            "\u{202e}\\a",
            "\u{9b}",
            r"C:\x",
            "é",
            "",
            "a'b\"c.d=e",
        ] {
            let document = format!("k = {}\n{} = 1", text(value), key(value));
            let table: toml::Table = document.parse().unwrap();
            assert_eq!(table["k"].as_str(), Some(value));
            assert!(table.contains_key(value));
        }
    }

    #[test]
    fn a_shell_gives_back_the_word() {
        assert_eq!(word_of_shell("a \"b\" $c"), "'a \"b\" $c'");
        assert_eq!(argument("runs/a-1.toml"), "runs/a-1.toml");
        assert_eq!(argument("$(x) y.toml"), "'$(x) y.toml'");
        assert_eq!(word_of_shell("a'b\"$c"), "\"a'b\\\"\\$c\"");
    }
}
