//! What people bring along from other languages and tools: words for nothing,
//! placeholders, marks of version control, invisible characters, and headers
//! with another sign between section and name.

use super::syntax::Met;
use super::{SCHEMA, Slip, is_named, slip};
use crate::scenario::spelling::key;

/// What a word stands for that other languages have for no value.
pub(super) fn no_value(met: &Met) -> Option<Slip> {
    const WORDS: [&str; 6] = ["null", "nil", "none", "undefined", "n/a", "~"];
    let value = met.value;
    WORDS.contains(&value.to_lowercase().as_str()).then(|| {
        slip(
            format!("`{value}` is no value that TOML has"),
            "leave the line out: what is not said has its default",
        )
    })?
}

/// `$N`, `${N}`, `%N%` and `{{ N }}`, which a template would fill in.
pub(super) fn placeholder(met: &Met) -> Option<Slip> {
    let (_, value) = met.line.split_once('=')?;
    let value = value.split(" #").next().unwrap_or("").trim();
    let inside = |open: &str, close: &str| {
        let inner = value.strip_prefix(open)?.strip_suffix(close)?.trim();
        let is_name = |c: char| c.is_alphanumeric() || "_.-".contains(c);
        (!inner.is_empty() && inner.chars().all(is_name)).then_some(inner)
    };
    let forms = [("${", "}"), ("{{", "}}"), ("%", "%"), ("$", ""), ("@", "@")];
    forms
        .into_iter()
        .find_map(|(open, close)| inside(open, close))?;
    slip(
        format!("`{value}` is a placeholder, and nothing fills it in"),
        "write the value itself; `--set PATH=VALUE` puts another one in its place for a run",
    )
}

/// `100k` and `2M` where a number or a quantity belongs.
pub(super) fn thousands(met: &Met) -> Option<Slip> {
    let plain = in_thousands(met.value)?;
    let (number, unit) = met.value.split_at_checked(met.value.len() - 1)?;
    let (number, prefix) = (number.trim_end(), if unit == "M" { "M" } else { "k" });
    slip(
        format!("`{}` is text without quotes", met.value),
        format!(
            "write {plain} where a number belongs, and a size or rate in quotes with its whole \
             unit, such as \"{number} {prefix}B\" or \"{number} {prefix}bit/s\""
        ),
    )
}

/// `1.5k` as `1500`, and `2M` as `2000000`.
pub(super) fn in_thousands(text: &str) -> Option<String> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let zeros = match unit {
        "k" | "K" => 3,
        "M" => 6,
        _ => return None,
    };
    let number = number.trim_end();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= 9 && fraction.len() <= zeros;
    if !fits || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let plain = format!("{whole}{fraction:0<zeros$}");
    let plain = plain.trim_start_matches('0');
    (!plain.is_empty()).then(|| plain.to_owned())
}

/// What version control puts where two versions of a file differ.
pub(super) fn conflict(met: &Met) -> Option<Slip> {
    const MARKS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
    let mark = MARKS.iter().find(|mark| met.line.starts_with(**mark))?;
    slip(
        format!("`{mark}` is what version control writes where two versions of a file differ"),
        "keep one of the two versions, and take out the lines with these marks",
    )
}

/// A character that is not seen, or looks like a blank and is none, outside a text.
pub(super) fn unseen(met: &Met) -> Option<Slip> {
    let (mut quoted, mut is_comment) = (None, false);
    let found = met.line.chars().find(|c| {
        match quoted {
            _ if is_comment => {}
            Some(mark) if *c == mark => quoted = None,
            None if matches!(c, '"' | '\'') => quoted = Some(*c),
            None => is_comment = *c == '#',
            Some(_) => {}
        }
        // A comment may have all but control characters in it.
        let is_odd = name_of(*c).is_some() && (c.is_control() || !is_comment);
        quoted.is_none() && is_odd
    })?;
    let name = name_of(found)?;
    let help = if found == '\r' {
        "save the file with the line ends of Windows or Unix"
    } else if found.is_whitespace() && found != '\u{c}' {
        "write a plain blank in its place"
    } else {
        "take it out: delete what stands around it and type that again"
    };
    slip(
        format!("{name} stands here, which TOML does not allow"),
        help,
    )
}

/// What a character is called that is not seen.
fn name_of(c: char) -> Option<String> {
    let name = match c {
        '\t' => return None,
        '\r' => "a carriage return that ends no line",
        '\u{c}' => "a form feed",
        '\u{ad}' => "a soft hyphen",
        '\u{200b}'..='\u{200f}' | '\u{2060}' => "a character without width",
        '\u{feff}' => "a byte order mark",
        c if c.is_whitespace() && c != ' ' => "a blank that is not a plain one",
        c if c.is_control() => "a control character",
        _ => return None,
    };
    Some(format!("{name} (U+{:04X})", u32::from(c)))
}

/// Headers that lack the dot between section and name, or the name, or the brackets, or
/// have something behind them.
pub(super) fn odd_header(met: &Met) -> Option<Slip> {
    let line = met.line.split(" #").next().unwrap_or("").trim();
    behind_the_header(line)
        .or_else(|| empty_name(line))
        .or_else(|| without_dot(line))
        .or_else(|| without_brackets(line))
}

/// `[site.hq] wan = "1 Mbit/s"` and `[site.hq];`.
fn behind_the_header(line: &str) -> Option<Slip> {
    let (header, rest) = line.split_once(']')?;
    let rest = rest.trim();
    let is_plain = header.starts_with('[') && !header.contains(['"', '\'', '=', ',']);
    if !is_plain || header.starts_with("[[") || rest.is_empty() || rest.starts_with(']') {
        return None;
    }
    let help = if rest.contains('=') {
        format!("write {header}], and on the next line {rest}")
    } else if rest.starts_with(['#', '/', '-', ';', ',', ':']) && rest.len() <= 2 {
        format!("leave it out: {header}]")
    } else {
        return None;
    };
    slip("the header of a section stands on a line of its own", help)
}

/// `[site.]` and `[site..hq]`.
fn empty_name(line: &str) -> Option<Slip> {
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    if inner.contains(['"', '\'', '[', ']', '{', '=']) {
        return None;
    }
    let names: Vec<&str> = inner.split('.').map(str::trim).collect();
    if names.iter().all(|name| !name.is_empty()) {
        return None;
    }
    let names: Vec<String> = names
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(key)
        .collect();
    let help = match &names[..] {
        [] => "write the name of a section, such as [site.hq]".to_owned(),
        [only] if is_named(only) => format!("every {only} has a name: [{only}.NAME]"),
        _ => format!("write [{}]", names.join(".")),
    };
    slip("a name in the header of a section is empty", help)
}

/// `[site hq]`, `[site:hq]`, `[site/hq]` and `[site "hq"]`.
fn without_dot(line: &str) -> Option<Slip> {
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    let mended = dotted(inner, &[' ', ':', '/', '\\'])?;
    slip(
        "a dot is missing between the section and the name",
        format!("write {mended}"),
    )
}

/// The header that a name means in which another sign than a dot parts section and name.
pub(super) fn dotted(joined: &str, signs: &[char]) -> Option<String> {
    let (section, name) = joined.split_once(signs)?;
    let name = name
        .trim_start_matches(signs)
        .trim()
        .trim_matches(['"', '\'']);
    let section = section.to_lowercase();
    let is_whole = !name.is_empty() && !name.contains(['"', '\'', '[', ']', '=']);
    (is_whole && is_named(&section)).then(|| format!("[{section}.{}]", key(name)))
}

/// `site.hq`, `(site.hq)`, `<site.hq>` and `{site.hq}`.
fn without_brackets(line: &str) -> Option<Slip> {
    let inner = line.trim_matches(['(', ')', '<', '>', '{', '}', ':']);
    let is_dotted = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let (section, name) = inner.split_once('.')?;
    if !inner.chars().all(is_dotted) || name.is_empty() || SCHEMA["properties"][section].is_null() {
        return None;
    }
    slip(
        "the header of a section stands in brackets",
        format!("write [{inner}]"),
    )
}

/// A value that begins like none.
pub(super) fn no_such_value(met: &Met) -> Option<Slip> {
    if !met.message.contains("string values must be quoted") {
        return None;
    }
    let (_, value) = met.line.split_once('=')?;
    let value = value.split(" #").next().unwrap_or("").trim();
    slip(
        format!("`{value}` is no value that TOML has"),
        "write a text in quotes; a number, and true or false, stand without quotes",
    )
}

/// The section that a name of another tool or a plain word means.
///
/// A name that `is_section` stands in a header or has more of a path behind it; another one
/// has a value, which no section takes.
pub(in crate::scenario) fn other_section(
    name: &str,
    known: &[&str],
    is_section: bool,
) -> Option<String> {
    const OF_STUDIES: [&str; 9] = [
        "axis", "baseline", "design", "fix", "goal", "remedies", "response", "select", "stop",
    ];
    const MEANT: [(&[&str], &str); 9] = [
        (
            &[
                "machine",
                "computer",
                "client",
                "pc",
                "workstation",
                "laptop",
                "desktop",
                "device",
                "host",
            ],
            "machines are declared in groups: [fleet.NAME], or [inventory] for a list of them",
        ),
        (
            &["deployment", "rollout", "assignment", "offer"],
            "what reaches which machines when is [advertisement.NAME]",
        ),
        (
            &["application", "app", "software", "content"],
            "software is [package.NAME]",
        ),
        (
            &["location", "branch", "office", "place", "subnet"],
            "a place is [site.NAME]",
        ),
        (
            &["network", "link", "wan", "line", "bandwidth"],
            "the line of a site is its key `wan`: [site.NAME] and, below it, wan = \"2 Mbit/s\"",
        ),
        (
            &[
                "dp",
                "mp",
                "cap",
                "distribution_point",
                "management_point",
                "client_access_point",
            ],
            "a server is [server.NAME], and `roles` says what it is",
        ),
        (
            &["ring", "phase", "wave", "stage"],
            "the phases of a roll-out are a key of [advertisement.NAME]: phases = [{ share = 0.1 }, {}]",
        ),
        (
            &["outage", "failure", "incident", "downtime"],
            "what fails for a time is [[fault]]",
        ),
        (
            &[
                "setting",
                "option",
                "general",
                "scenario",
                "simulation",
                "config",
                "global",
                "meta",
            ],
            "such keys stand at the top of the file, above the first section and without one",
        ),
    ];
    if !known.contains(&"advertisement") {
        return None;
    }
    if OF_STUDIES.contains(&name) {
        return Some(format!(
            "`{name}` is of a study, which is a file of its own: it names this one with `scenario = \"FILE\"`"
        ));
    }
    // The path of a setting may have such a sign between any two of its keys.
    let signs = ['.', ' ', '-', '_', ':', '/', '\\'];
    let parts: Vec<&str> = name.split(['/', '\\', ':', ' ']).collect();
    if parts.len() > 2 && is_named(parts[0]) && parts.iter().all(|part| !part.is_empty()) {
        let parts: Vec<String> = parts.into_iter().map(key).collect();
        return Some(format!("write `{}`, with dots", parts.join(".")));
    }
    if let Some(header) = dotted(name, &signs).filter(|_| is_section) {
        return Some(format!(
            "write {header}, with a dot between the section and the name"
        ));
    }
    let word = name.to_lowercase().replace(['-', ' '], "_");
    let is_meant = |words: &&[&str]| {
        words
            .iter()
            .any(|one| *one == word || format!("{one}s") == word)
    };
    let meant = MEANT.iter().find(|(words, _)| is_meant(words));
    meant.map(|(_, help)| (*help).to_owned())
}
