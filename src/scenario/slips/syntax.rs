//! What TOML cannot read: values and names without quotes, escapes, percentages.

use super::elsewhere::{
    conflict, no_such_value, no_value, odd_header, placeholder, thousands, unseen,
};
use super::{Slip, meant_date, slip};
use crate::scenario::spelling::{self, key};
use crate::units::{instead, readings};

/// Where the parser of TOML stumbled, and what it said.
pub(super) struct Met<'a> {
    pub(super) line: &'a str,
    /// Where in the line.
    at: usize,
    pub(super) message: &'a str,
    /// The value there, if it has no quotes.
    pub(super) value: &'a str,
}

/// What may be behind it, the likeliest first.
const RULES: [fn(&Met) -> Option<Slip>; 24] = [
    conflict,
    unseen,
    odd_header,
    header_with_backslash,
    escape,
    typographic,
    duplicate,
    no_value,
    placeholder,
    percentage,
    comment,
    unclosed_header,
    header,
    bare_key,
    no_equals,
    value_missing,
    unclosed,
    inner_quotes,
    braces_behind,
    behind_the_value,
    bare_date,
    thousands,
    bare_value,
    no_such_value,
];

/// What the parser of TOML stumbled over at `at`.
pub(in crate::scenario) fn not_toml(text: &str, at: usize, message: &str) -> Slip {
    let start = text.get(..at).and_then(|before| before.rfind('\n'));
    let start = start.map_or(0, |newline| newline + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next());
    let line = line.unwrap_or("");
    let at = at.saturating_sub(start);
    let met = Met {
        line,
        at,
        message,
        value: value_at(line, at),
    };
    let found = RULES.iter().find_map(|rule| rule(&met));
    found.unwrap_or_else(|| Slip {
        message: in_words(message),
        help: "a line is a `[table]`, a `key = value`, or a comment after `#`".to_owned(),
    })
}

/// What the parser met, without its own words for what it wanted.
fn in_words(message: &str) -> String {
    let known = [
        ("key with no value", "this line has no equals sign"),
        (
            "invalid unquoted key",
            "this line begins as none does in TOML",
        ),
        (
            "unexpected key or value",
            "something stands behind the value",
        ),
        ("extra `=`", "this line has more than one equals sign"),
        (
            "floating-point number overflowed",
            "this number is too large",
        ),
    ];
    match known.iter().find(|(start, _)| message.starts_with(start)) {
        Some((_, words)) => (*words).to_owned(),
        None => {
            let said = message.split(", expected ").next().unwrap_or(message);
            format!("this is not TOML: {said}")
        }
    }
}

fn header_with_backslash(met: &Met) -> Option<Slip> {
    let name = bare_header(met.line).filter(|_| met.line.contains('\\'))?;
    slip(
        "a name with a backslash stands without quotes",
        format!("write the name in single quotes: {name}"),
    )
}

fn escape(met: &Met) -> Option<Slip> {
    let before = met.line.get(..met.at).unwrap_or(met.line);
    let escape = ["escape", "unicode", "hexadecimal"];
    let is_escape = escape.iter().any(|word| met.message.contains(word));
    if !(before.ends_with('\\') || is_escape && met.line.contains('\\')) {
        return None;
    }
    let help = match in_double_quotes(met.line, met.at) {
        Some(text) if text.contains('\'') => {
            format!(
                "double each backslash in the text: {}",
                spelling::text(&text)
            )
        }
        Some(text) => format!("write the text in single quotes: {}", spelling::text(&text)),
        None => "write the text in single quotes: 'CORP\\name'".to_owned(),
    };
    slip(
        "in double quotes a backslash begins an escape such as `\\t`",
        help,
    )
}

/// The text in double quotes in which `at` stands, as its author reads it: `\"` is a
/// quotation mark in it, but at its end the backslash of a path and the end of the text.
fn in_double_quotes(line: &str, at: usize) -> Option<String> {
    let ends = |rest: &str| {
        let rest = rest.trim_start();
        rest.is_empty() || rest.starts_with([',', ']', '}', '#'])
    };
    let mut text: Option<String> = None;
    let mut is_behind_backslash = false;
    for (here, c) in line.char_indices() {
        let is_mark = c == '"' && (!is_behind_backslash || ends(&line[here + 1..]));
        match &mut text {
            None if c == '"' => text = Some(String::new()),
            Some(_) if is_mark && here >= at => return text,
            Some(_) if is_mark => text = None,
            Some(text) => {
                if c == '"' {
                    text.pop();
                }
                text.push(c);
            }
            None => {}
        }
        is_behind_backslash = c == '\\' && !is_behind_backslash;
    }
    None
}

fn typographic(met: &Met) -> Option<Slip> {
    const DOUBLE: [char; 3] = ['\u{201c}', '\u{201d}', '\u{201e}'];
    const SINGLE: [char; 2] = ['\u{2018}', '\u{2019}'];
    let is_mark = |c: char| DOUBLE.contains(&c) || SINGLE.contains(&c);
    let (before, _) = met.line.split_once(is_mark)?;
    // In a text they are letters.
    if before.matches('"').count() % 2 == 1 {
        return None;
    }
    let straight = met.line.trim().replace(DOUBLE, "\"").replace(SINGLE, "'");
    slip(
        "these are typographic quotation marks",
        format!("write straight ones: {straight}"),
    )
}

fn duplicate(met: &Met) -> Option<Slip> {
    if !met.message.contains("duplicate key") {
        return None;
    }
    slip(
        "this stands in the file twice",
        "keep one of them, and put the keys of both into it",
    )
}

fn percentage(met: &Met) -> Option<Slip> {
    let number = met.value.strip_suffix('%')?;
    if !number.trim().starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let help = share_of_percent(number).map_or_else(
        || "write a share from 0 to 1: 0.95 for 95 %".to_owned(),
        |share| format!("write a share from 0 to 1: {share}"),
    );
    slip(format!("`{}` is a percentage", met.value), help)
}

/// Remarks as other languages have them, at the beginning of a line or behind a value.
fn comment(met: &Met) -> Option<Slip> {
    const SIGNS: [&str; 6] = ["//", "/*", ";", "--", "<!--", "—"];
    let line = met.line.trim_start();
    let sign = SIGNS.iter().find(|sign| {
        let behind = format!(" {sign}");
        let inside = met.line.rfind(['"', '\'', ']', '}']).unwrap_or(0);
        line.starts_with(**sign)
            || met
                .line
                .find(&behind)
                .is_some_and(|at| at > inside && at <= met.at + met.value.len())
    })?;
    slip(
        format!("`{sign}` begins no comment in TOML"),
        "a comment begins with `#`",
    )
}

fn header(met: &Met) -> Option<Slip> {
    let line = met.line.split(" #").next().unwrap_or("").trim();
    if let Some(name) = bare_header(line) {
        let what = unquoted(line.trim_matches(['[', ']']));
        return slip(
            format!("a name with {what} stands without quotes"),
            format!("write the name in quotes: {name}"),
        );
    }
    let open = line.chars().take_while(|c| *c == '[').count();
    let close = line.chars().rev().take_while(|c| *c == ']').count();
    let inner = line.trim_matches(['[', ']']);
    if open == 0
        || open == close
        || open > 2
        || inner.is_empty()
        || inner.contains(['=', ',', '[', ']'])
    {
        return None;
    }
    if inner.matches(['"', '\'']).count() % 2 == 1 {
        return None;
    }
    slip(
        "the header of a section begins with as many brackets as it ends with",
        format!("write {}{inner}{}", "[".repeat(open), "]".repeat(open)),
    )
}

fn bare_key(met: &Met) -> Option<Slip> {
    let key = met.line.split_once('=')?.0.trim();
    if key.is_empty()
        || key.ends_with(':')
        || key.contains(['"', '\'', '{', '['])
        || !lacks_quotes(key)
    {
        return None;
    }
    slip(
        format!("a name with {} stands without quotes", unquoted(key)),
        format!("write the name in quotes: {}", in_quotes(key)),
    )
}

/// `count: 5`, `count := 5`, `count == 5` and `count 5`.
fn no_equals(met: &Met) -> Option<Slip> {
    let line = met.line.split(" #").next().unwrap_or("").trim();
    let (_, inside) = line.rsplit_once('{').unwrap_or(("", line));
    let inside = if met.line.get(..met.at).is_some_and(|b| b.contains('{')) {
        inside
    } else {
        line
    };
    let inside = inside.trim_start();
    let length = inside.find(|c: char| !(c.is_alphanumeric() || "_-.".contains(c)));
    let (key, rest) = inside
        .trim_start()
        .split_at_checked(length.filter(|n| *n > 0)?)?;
    let rest = rest.trim_start();
    let value = [":=", "==", "= =", ":"]
        .iter()
        .find_map(|sign| rest.strip_prefix(sign));
    let lacks_one = met.message.contains("key with no value") && !rest.contains(['=', ':', ',']);
    let value = value
        .or(lacks_one.then_some(rest))?
        .trim()
        .trim_end_matches([',', '}'])
        .trim();
    if value.is_empty() || key.contains("..") {
        return None;
    }
    let value = value.split(", ").next().unwrap_or(value);
    slip(
        "a key and its value have one equals sign between them",
        format!("write {key} = {value}"),
    )
}

fn value_missing(met: &Met) -> Option<Slip> {
    let key = met
        .line
        .split(" #")
        .next()
        .unwrap_or("")
        .trim()
        .strip_suffix('=')?;
    let key = key.trim();
    if key.contains(['"', '\'', '=', '[', '{']) {
        return None;
    }
    slip(
        format!("`{key}` has no value"),
        "write one behind the equals sign, or leave the line out",
    )
}

/// Texts, lists and tables that do not end.
fn unclosed(met: &Met) -> Option<Slip> {
    const TEXT: &str = "the text has no quotation mark at its end";
    let is_odd = |mark: char| met.line.matches(mark).count() % 2 == 1;
    let (what, mark) = if met.message.contains("invalid basic string") && is_odd('"') {
        (TEXT, '"')
    } else if met.message.contains("invalid literal string") && is_odd('\'') {
        (TEXT, '\'')
    } else if met.message.contains("unclosed array") {
        ("the list has no bracket at its end", ']')
    } else if met.message.contains("unclosed inline table") {
        ("the table has no brace at its end", '}')
    } else if met.message.contains("missing comma") {
        return slip(
            "a comma is missing between two values",
            "write one between them",
        );
    } else {
        return None;
    };
    slip(what, format!("end it with `{mark}`"))
}

/// `"setup /x "a" /y"`: a text in double quotes that has some inside.
fn inner_quotes(met: &Met) -> Option<Slip> {
    let (_, value) = met.line.split_once('=')?;
    let inner = value.trim().strip_prefix('"')?.strip_suffix('"')?;
    if !met.message.contains("unexpected key or value")
        || !inner.contains('"')
        || inner.contains("\", \"")
    {
        return None;
    }
    let text = inner.replace("\\\"", "\"");
    // Backslashes that stand alone are those of paths.
    let is_escaped = !text.replace("\\\\", "").contains('\\');
    let text = if is_escaped {
        text.replace("\\\\", "\\")
    } else {
        text
    };
    let help = format!("write {}", spelling::text(&text));
    slip("a text in double quotes has double quotes inside", help)
}

/// What stands behind a value that is whole.
fn behind_the_value(met: &Met) -> Option<Slip> {
    let line = met.line.split(" #").next().unwrap_or("").trim();
    let (key, value) = line.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    let whole = value.trim_end_matches([',', ';']).trim_end();
    let quotes = whole.matches('"').count();
    if whole.len() < value.len() && quotes <= 2 && !whole.contains(", ") {
        let sign = &value[whole.len()..].trim();
        return slip(
            format!("`{sign}` stands behind the value"),
            format!("a line ends with its value: {key} = {whole}"),
        );
    }
    let is_list = quotes > 2 && value.starts_with('"') && value.ends_with('"');
    if is_list && met.message.contains("unexpected key or value") {
        return slip(
            "several values stand without brackets",
            format!("write a list in brackets: {key} = [{value}]"),
        );
    }
    None
}

/// Dates in another order, and days that no month has. What has a year of two digits may
/// be a version.
fn bare_date(met: &Met) -> Option<Slip> {
    let has_year = met.value.split(|c: char| !c.is_ascii_digit());
    let has_year = has_year.clone().any(|digits| digits.len() == 4);
    has_year.then(|| meant_date(met.value))?
}

/// `[account.'X` and `[account."X]`: a name in a header that does not end.
fn unclosed_header(met: &Met) -> Option<Slip> {
    let line = met.line.split(" #").next().unwrap_or("").trim();
    let open = line.chars().take_while(|c| *c == '[').count();
    let inner = line.trim_start_matches('[').trim_end_matches(']');
    let mark = inner.chars().find(|c| ['"', '\''].contains(c))?;
    if !(1..=2).contains(&open) || inner.matches(mark).count() != 1 || inner.contains(['=', ',']) {
        return None;
    }
    // What ends with the mark lacks the one before it.
    let inner = match inner.strip_suffix(mark) {
        Some(name) => match name.rsplit_once('.') {
            Some((section, name)) => format!("{section}.{mark}{name}{mark}"),
            None => format!("{mark}{name}{mark}"),
        },
        None => format!("{inner}{mark}"),
    };
    slip(
        "a name in the header of a section has one quotation mark",
        format!("write {}{inner}{}", "[".repeat(open), "]".repeat(open)),
    )
}

/// Braces and brackets that close what nothing has opened.
fn braces_behind(met: &Met) -> Option<Slip> {
    let line = met.line.split(" #").next().unwrap_or("").trim_end();
    let whole = line.get(..met.at)?.trim();
    let rest = line.get(met.at..)?.trim();
    let closes = !rest.is_empty() && rest.chars().all(|c| "}]".contains(c));
    let count = |signs: [char; 2]| whole.matches(signs).count();
    let is_whole = count(['{', '[']) == count(['}', ']']);
    if !closes || !is_whole || met.line.matches(['"', '\'']).count() % 2 == 1 {
        return None;
    }
    let help = if whole.is_empty() {
        "leave the line out".to_owned()
    } else {
        format!("leave it out: {whole}")
    };
    slip(format!("`{rest}` closes nothing"), help)
}

fn bare_value(met: &Met) -> Option<Slip> {
    let number = met.line.split_once('=').map_or("", |(_, value)| value);
    let number = number.split(['#', '}', ']']).next().unwrap_or("").trim();
    if let Some(plain) = nearly_a_number(number) {
        return slip(
            format!("`{number}` is not a number as TOML has it"),
            format!("write {plain}"),
        );
    }
    is_bare_text(met.value).then(|| bare_text(met.value))?
}

/// `1'000`, `007`, `.5` and `5.` as TOML writes them.
fn nearly_a_number(text: &str) -> Option<String> {
    if text.is_empty() || text.contains(|c: char| !c.is_ascii_digit() && c != '.' && c != '\'') {
        return None;
    }
    let groups: Vec<&str> = text.split('\'').collect();
    let is_grouped = groups.len() > 1
        && groups[1..].iter().all(|group| group.len() == 3)
        && (1..4).contains(&groups[0].len());
    if groups.len() > 1 && !is_grouped {
        return None;
    }
    let digits = groups.concat();
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    if fraction.contains('.') || whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let plain = match fraction {
        "" => whole.to_owned(),
        fraction => format!("{whole}.{fraction}"),
    };
    (plain != text).then_some(plain)
}

/// `95` as `0.95`, and `99.5` as `0.995`; a comma may stand for the point.
pub(super) fn share_of_percent(number: &str) -> Option<String> {
    let value: f64 = number.trim().replacen(',', ".", 1).parse().ok()?;
    (0.0..=100.0).contains(&value).then(|| {
        let text = format!("{:.8}", value / 100.0);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
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

/// Whether TOML knows a dotted name only in quotes.
fn lacks_quotes(dotted: &str) -> bool {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    !dotted.trim().chars().all(is_bare)
}

/// What a bare name must not have.
fn unquoted(dotted: &str) -> String {
    let odd = |c: &char| !(c.is_ascii_alphanumeric() || "_-.".contains(*c));
    match dotted.trim().chars().find(odd) {
        Some(c) if !c.is_whitespace() => format!("`{c}`"),
        _ => "a blank".to_owned(),
    }
}

/// A header that has a name which needs quotes and has none, with its names in quotes.
fn bare_header(line: &str) -> Option<String> {
    let line = line.split(" #").next().unwrap_or("").trim();
    let (inner, close) = match line.strip_prefix("[[") {
        Some(inner) => (inner.strip_suffix("]]")?, "]]"),
        None => (line.strip_prefix('[')?.strip_suffix(']')?, "]"),
    };
    if inner.contains(['"', '\'', '[', ']', '=', ',']) || !lacks_quotes(inner) {
        return None;
    }
    let open = if close == "]]" { "[[" } else { "[" };
    Some(format!("{open}{}{close}", in_quotes(inner)))
}

/// A dotted name, those parts of it in quotes that need them. The dots of a range stand in
/// braces and part no names.
fn in_quotes(dotted: &str) -> String {
    let mut depth = 0u32;
    let names = dotted.split(|c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == '.' && depth == 0
    });
    let names = names.map(|name| key(name.trim()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_become_shares_without_rounding() {
        for (percent, share) in [
            ("95", "0.95"),
            ("99.94", "0.9994"),
            ("100", "1"),
            ("0", "0"),
            ("95,5", "0.955"),
        ] {
            assert_eq!(share_of_percent(percent).unwrap(), share);
        }
        assert_eq!(share_of_percent("101"), None);
    }
}
