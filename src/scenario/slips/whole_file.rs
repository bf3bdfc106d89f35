//! A file that is not what is wanted as a whole: in another language, a study where a
//! scenario is wanted, packed, in another encoding, or not there.

use super::{Slip, slip};
use crate::reading;
use crate::scenario::spelling;
use std::path::Path;

/// A file that is in another language altogether.
pub(in crate::scenario) fn other_language(text: &str) -> Option<Slip> {
    let help = "write tables in brackets and values with an equals sign: [site.hq] and, below it, \
                wan = \"2 Mbit/s\"; `rollcast new` writes a scenario to start from";
    let lines = || {
        let bare = text.lines().map(str::trim);
        bare.filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("//"))
    };
    if text.starts_with("PK\u{3}\u{4}") || text.contains('\0') {
        return Some(not_utf8(text.as_bytes(), 0));
    }
    let first = lines().next()?;
    if first.starts_with("<<<<<<<") {
        return None;
    }
    if text.lines().any(|line| line.starts_with("```")) {
        return slip(
            "this looks like Markdown; scenarios and studies are written in TOML",
            "keep only what stands between the lines with ```",
        );
    }
    if is_list_of_machines(text) {
        return slip(
            "this looks like a list of machines",
            "name it in a scenario: [inventory] and, below it, file = \"NAME.csv\"",
        );
    }
    let is_list_of_objects = |line: &str| {
        let inside = line.strip_prefix('[');
        inside.is_some_and(|inside| inside.trim_start().starts_with('{'))
    };
    let json = first.starts_with('{')
        || is_list_of_objects(first)
        || (first.starts_with('[') && !first.contains(']') && lines().any(|l| l.starts_with('{')));
    if json {
        return slip(
            "this looks like JSON; scenarios and studies are written in TOML",
            help,
        );
    }
    if first.starts_with('<') {
        return slip(
            "this looks like XML; scenarios and studies are written in TOML",
            help,
        );
    }
    let is_yaml = |line: &str| line.ends_with(':') || line.contains(": ") || line.starts_with("- ");
    let is_toml = |line: &str| line.contains('=') || line.starts_with('[') && line.ends_with(']');
    let yaml = first == "---" || lines().any(is_yaml) && !lines().any(is_toml);
    yaml.then(|| {
        slip(
            "this looks like YAML; scenarios and studies are written in TOML",
            help,
        )
    })?
}

/// Whether lines of a file have the same number of cells, and nothing of TOML.
fn is_list_of_machines(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).take(3);
    let Some(headings) = lines
        .next()
        .filter(|line| !line.contains([':', '[', '{', '<']))
    else {
        return false;
    };
    let mut marks = [',', ';', '\t'].into_iter();
    let Some(mark) = marks.find(|mark| headings.contains(*mark)) else {
        return false;
    };
    let cells = |line: &str| line.matches(mark).count();
    let mut rows = lines.map(cells).peekable();
    let is_like = rows.peek().is_some() && rows.all(|count| count == cells(headings));
    is_like && !headings.contains('=')
}

/// A scenario that was given where a study belongs, or the other way round.
pub(in crate::scenario) fn mistaken(keys: &[&str], study: bool, file: &str) -> Option<Slip> {
    const OF_STUDIES: [&str; 8] = [
        "scenario", "axis", "response", "design", "goal", "select", "fix", "baseline",
    ];
    const OF_SCENARIOS: [&str; 7] = [
        "fleet",
        "advertisement",
        "program",
        "package",
        "site",
        "server",
        "inventory",
    ];
    let (command, study_of) = match file {
        "standard input" => ("-".to_owned(), "\"FILE\"".to_owned()),
        file => (spelling::argument(file), spelling::text(file)),
    };
    let has = |names: &[&str]| keys.iter().any(|key| names.contains(key));
    match (has(&OF_STUDIES), has(&OF_SCENARIOS), study) {
        (true, false, false) => slip(
            "this is a study, and a scenario is wanted here",
            format!("make its runs with `rollcast study run {command}`"),
        ),
        (false, true, true) => slip(
            "this is a scenario, and a study is wanted here",
            format!(
                "run it with `rollcast run {command}`, or write a study that says `scenario = \
                 {study_of}`"
            ),
        ),
        _ => None,
    }
}

/// A file that the system does not hand over.
pub(in crate::scenario) fn unreadable(what: &str, path: &Path, error: &std::io::Error) -> Slip {
    use std::io::ErrorKind;
    let (message, help) = match error.kind() {
        ErrorKind::NotFound if reading::dead_link(path).is_none() => (
            format!("there is no {what} of this name"),
            "check the path; `rollcast new` writes a scenario to start from",
        ),
        ErrorKind::IsADirectory => (
            format!("this is a directory, and a {what} is a file"),
            "name the file in it",
        ),
        ErrorKind::FileTooLarge => (
            format!("the {what} cannot be read: {error}"),
            "name a TOML file; a long list of machines belongs into an inventory",
        ),
        _ => {
            let (why, help) = reading::obstacle(path, error)
                .unwrap_or_else(|| (error.to_string(), "copy it to a disk that can be read"));
            (format!("the {what} cannot be read: {why}"), help)
        }
    };
    Slip {
        message,
        help: help.to_owned(),
    }
}

/// Bytes that are not UTF-8: where, and what they are likely to be.
pub(in crate::scenario) fn not_utf8(bytes: &[u8], at: usize) -> Slip {
    let packed = [
        (&[0x1f, 0x8b][..], "gzip", "gzip -d"),
        (b"PK\x03\x04", "zip", "unzip"),
    ];
    let packed = packed
        .into_iter()
        .find(|(magic, ..)| bytes.starts_with(magic));
    if let Some((_, kind, command)) = packed {
        return Slip {
            message: format!("this is a {kind} file"),
            help: format!("unpack it first, as with `{command}`, and name the TOML file in it"),
        };
    }
    let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    // Text in an encoding of one byte has no zero bytes.
    if !wide && memchr::memchr(0, bytes).is_some() {
        return Slip {
            message: "this is not text: it has zero bytes".to_owned(),
            help: "name a TOML file".to_owned(),
        };
    }
    let line = memchr::memchr_iter(b'\n', &bytes[..at]).count() + 1;
    let encoding = if wide { "UTF-16" } else { "Windows-1252" };
    Slip {
        message: format!("line {line} is not UTF-8; the file is likely to be {encoding}"),
        help: "save it as UTF-8: in Notepad, Save As, Encoding".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_other_languages_are_recognised_and_toml_is_not_taken_for_one() {
        let language = |text: &str| {
            other_language(text).map(|slip| slip.message.split(';').next().unwrap().to_owned())
        };
        for yaml in ["site:\n  hq:\n", "---\na: 1\n", "# c\nsites:\n- hq\n"] {
            assert_eq!(language(yaml).unwrap(), "this looks like YAML", "{yaml}");
        }
        for json in [
            "{\"site\": {}}",
            "[\n{ \"a\": 1 }\n]",
            "[{\"site\":\"hq\"}]",
            "[ {\"a\": 1},\n{\"b\": 2} ]",
        ] {
            assert_eq!(language(json).unwrap(), "this looks like JSON", "{json}");
        }
        assert_eq!(language("<a/>").unwrap(), "this looks like XML");
        for toml in [
            "[site.hq]\n",
            "a = \"x: y\"\n",
            "[[fault]]\n",
            "",
            "# only\n",
            "[fleet.x]\ncount: 5\n",
        ] {
            assert_eq!(language(toml), None, "{toml}");
        }
    }
}
