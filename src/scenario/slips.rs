//! The likeliest slip behind what cannot be read, and what would be right.
//!
//! A reader of TOML says what it met; what its author meant is guessed here
//! from the text around it. No type of this program is ever named.

use super::schema::schema;
use super::words;
use crate::units::{grouped, instead, readings};
use serde_json::Value;
use std::ops::Range;
use std::sync::LazyLock;

/// What is wrong, and what would be right.
pub(super) struct Slip {
    pub(super) message: String,
    pub(super) help: String,
}

#[allow(clippy::unnecessary_wraps, reason = "every rule may find none")]
fn slip(message: impl Into<String>, help: impl Into<String>) -> Option<Slip> {
    Some(Slip {
        message: message.into(),
        help: help.into(),
    })
}

/// Made once: a file may have ten thousand slips.
pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(schema);

/// Whether every table of a section has a name, as the schema says.
fn is_named(section: &str) -> bool {
    SCHEMA["properties"][section]["additionalProperties"].is_object()
}

/// A file that is in another language altogether.
pub(super) fn other_language(text: &str) -> Option<Slip> {
    let help = "write tables in brackets and values with an equals sign: [site.hq] and, below it, \
                wan = \"2 Mbit/s\"; `rollcast new` writes a scenario to start from";
    let lines = || {
        let bare = text.lines().map(str::trim);
        bare.filter(|line| !line.is_empty() && !line.starts_with('#'))
    };
    let first = lines().next()?;
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
    let yaml = first == "---" || lines().any(is_yaml) && !lines().any(|line| line.contains('='));
    yaml.then(|| {
        slip(
            "this looks like YAML; scenarios and studies are written in TOML",
            help,
        )
    })?
}

/// What the parser of TOML stumbled over at `at`.
pub(super) fn not_toml(text: &str, at: usize, message: &str) -> Slip {
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
fn yes_or_no(word: &str) -> Option<&'static str> {
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

/// A value of the wrong kind: `message` is what serde says, `written` the value,
/// `span` where it stands in `text`, if it stands there.
pub(super) fn wrong_kind(
    message: &str,
    text: &str,
    written: &str,
    span: Option<&Range<usize>>,
) -> Option<Slip> {
    let rest = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))?;
    let (found, expected) = rest.split_once(", expected ")?;
    let written = written.lines().next().unwrap_or("").trim();
    let key = key_before(text, span);
    if let Some(slip) = span.and_then(|span| one_table(text, span, found)) {
        return Some(slip);
    }
    let unnamed = span.and_then(|span| unnamed_section(text, span));
    // A list below the section may stand where one of its tables belongs.
    let is_key = |section: &&str| {
        !found.starts_with("sequence") || key.is_empty() || is_key_of(section, &key)
    };
    if let Some(section) = unnamed.filter(is_key) {
        return slip(
            format!("`[{section}]`{NO_NAME}"),
            format!("every {section} has one: [{section}.NAME]"),
        );
    }
    let expected_words = words(expected);
    let message = format!(
        "{} stands where {expected_words} belongs",
        found_words(found, expected, written)
    );
    slip(message, help(found, expected, written, &key))
}

/// How the message on a section whose tables have names, and one has none, ends.
pub(super) const NO_NAME: &str = " has no name";

/// A header in double brackets where one table belongs, which has its name in the header.
fn one_table(text: &str, span: &Range<usize>, found: &str) -> Option<Slip> {
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

/// Where the header stands that lacks a name, of what is wrong at `span` below it.
pub(super) fn unnamed_header(text: &str, span: &Range<usize>) -> Option<Range<usize>> {
    let section = unnamed_section(text, span)?;
    let end = text.get(span.start..)?.find('\n');
    let above = text.get(..end.map_or(text.len(), |at| span.start + at))?;
    let header = format!("[{section}]");
    let at = above.rfind(&header)?;
    Some(at..at + header.len())
}

/// Whether the tables of a section have this key.
fn is_key_of(section: &str, key: &str) -> bool {
    let table = &SCHEMA["properties"][section]["additionalProperties"]["$ref"];
    let table = table.as_str().map(|path| path.trim_start_matches('#'));
    let table = table.and_then(|path| SCHEMA.pointer(path));
    table.is_some_and(|table| !table["properties"][key].is_null())
}

/// The section whose header, right above `span`, lacks a name.
fn unnamed_section<'t>(text: &'t str, span: &Range<usize>) -> Option<&'t str> {
    let keys = header_above(text, span.start)?;
    let [only] = &keys[..] else { return None };
    is_named(only).then_some(*only)
}

/// The keys of the table header that `at` stands below or in.
pub(super) fn header_above(text: &str, at: usize) -> Option<Vec<&str>> {
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
pub(super) fn dotted_name(text: &str, span: &Range<usize>) -> Option<String> {
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

/// The key whose value begins at `span`, empty if that cannot be told.
pub(super) fn key_before(text: &str, span: Option<&Range<usize>>) -> String {
    let before = span.and_then(|span| text.get(..span.start)).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    let left = line.rsplit_once('=').map_or("", |(left, _)| left);
    let key = left.rsplit([',', '{', '\n']).next().unwrap_or("");
    key.trim().to_owned()
}

/// Whether TOML reads a date or a time of day, which serde meets as a map.
fn is_date(written: &str) -> bool {
    written.parse::<toml::value::Datetime>().is_ok()
}

/// Whether a date or a time of day is what is expected, and stands there without quotes.
fn lacks_quotes(expected: &str) -> bool {
    expected.contains("time of day")
}

/// The hour and minute of a time of day that TOML reads as one; it has no others here.
fn time_of_day(written: &str) -> Option<String> {
    let time = written.parse::<toml::value::Datetime>().ok()?.time?;
    Some(format!("{:02}:{:02}", time.hour, time.minute))
}

/// A date or a time of day, as its author calls it.
pub(super) fn dated(written: &str) -> String {
    let has_date = |moment: toml::value::Datetime| moment.date.is_some();
    match written.parse().map(has_date) {
        Ok(false) => format!("the time of day `{written}`"),
        _ => format!("the date `{written}`"),
    }
}

/// How a list is written where a table stands.
fn list_help(written: &str) -> String {
    if is_date(written) {
        return format!("write it in brackets: [{written}]");
    }
    if written.is_empty() || written.starts_with(['{', '[']) {
        return "write a list in brackets, with commas between its elements: [ ... ]".to_owned();
    }
    format!(
        "a number in a path is the place of what a list has already, and none is given here; write \
         the whole list: {written} = [ ... ]"
    )
}

/// How a table is written where one of any names or keys belongs.
fn map_help(key: &str) -> String {
    if is_named(key) {
        format!("every {key} is a table with a name: [{key}.NAME]")
    } else {
        "write a table of keys and values in braces: { KEY = VALUE }".to_owned()
    }
}

/// What serde found, as its author calls it.
fn found_words(found: &str, expected: &str, written: &str) -> String {
    if found.starts_with("map") {
        return match is_date(written) {
            true if lacks_quotes(expected) => format!("`{written}`"),
            true => dated(written),
            false => "a table".to_owned(),
        };
    }
    if found.starts_with("sequence") {
        return "a list".to_owned();
    }
    let (kind, value) = found.split_once(' ').unwrap_or(("", found));
    let value = match kind {
        "floating" => value.trim_start_matches("point "),
        _ => value,
    };
    // Serde writes a text as a string literal, in which a backslash is doubled.
    let is_plain = kind == "string" && written.starts_with(['"', '\'']);
    if is_plain && written.len() >= 2 && written.ends_with(['"', '\'']) {
        return format!("`{}`", &written[1..written.len() - 1]);
    }
    // Whole numbers beyond 64 bits have their type behind them.
    let value = value.split("` as ").next().unwrap_or(value);
    let value = value.trim_matches(['`', '"']);
    format!("`{value}`")
}

/// What serde expects, without types of the program.
fn words(expected: &str) -> String {
    match expected {
        "a sequence" => "a list".to_owned(),
        "a map" => "a table".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" | "str" | "string" | "a borrowed string" => "text".to_owned(),
        "f64" | "f32" => "a number".to_owned(),
        "u32" => format!("a whole number from 0 to {}", grouped(u64::from(u32::MAX))),
        // TOML has no larger number.
        "u64" => format!("a whole number from 0 to {}", grouped(i64::MAX as u64)),
        "u8" | "u16" | "usize" | "i8" | "i16" | "i32" | "i64" => "a whole number".to_owned(),
        _ if expected.starts_with("struct ")
            || expected.starts_with("internally tagged")
            || expected.starts_with("any of the")
            || expected.starts_with("enum ") =>
        {
            if expected.starts_with("enum ") {
                "a word or a table".to_owned()
            } else {
                "a table".to_owned()
            }
        }
        _ if expected.starts_with("tuple ") || expected.starts_with("an array of") => {
            "a list".to_owned()
        }
        _ => expected.to_owned(),
    }
}

fn help(found: &str, expected: &str, written: &str, key: &str) -> String {
    let is_text = found.starts_with("string ");
    let inner = written.trim_matches(['"', '\'']).trim();
    if is_text
        && let Some(number) = inner.strip_suffix('%')
        && let Some(share) = share_of_percent(number.trim())
    {
        return format!("write it as a share from 0 to 1: {share}");
    }
    let wants_truth = expected.contains("boolean") || expected.contains("true or false");
    let truth = yes_or_no(inner).or(match inner {
        "1" => Some("true"),
        "0" => Some("false"),
        _ => None,
    });
    if let Some(plain) = truth.filter(|_| wants_truth) {
        return format!("write {plain}, without quotes");
    }
    if expected == "a boolean" {
        return "write true or false, without quotes".to_owned();
    }
    if expected.contains("such as 'CORP") {
        return "write 'DOMAIN\\name' with an account that the scenario declares".to_owned();
    }
    if is_text
        && !expected.contains("such as \"")
        && inner.parse::<f64>().is_err()
        && let Some(number) = instead(&readings(inner))
    {
        return format!("write it without quotes: {number}");
    }
    if is_text && inner.parse::<f64>().is_ok() && !expected.contains("such as \"") {
        return format!("write it without quotes: {inner}");
    }
    if expected == "a sequence" && !found.starts_with("map") {
        return format!("write it in brackets: [{written}]");
    }
    if expected == "a sequence" {
        return list_help(written);
    }
    if expected == "a map" {
        return map_help(key);
    }
    let is_moment = is_date(written) && lacks_quotes(expected);
    if let Some(time) = time_of_day(written).filter(|_| is_moment) {
        return format!("write it in quotes: \"{time}\"");
    }
    if found.starts_with("map") && expected.contains("such as \"") {
        return format!("write {expected}");
    }
    if let Some(name) = expected.strip_prefix("struct ") {
        return table_help(name, written, key, is_text);
    }
    let wants_text = expected == "a string" || expected.contains("such as \"");
    let scalar = !found.starts_with("sequence") && !written.starts_with(['{', '[', '"', '\'']);
    if found.starts_with("sequence") && words(expected) == "text" {
        return out_of_brackets(written);
    }
    if expected.contains("such as \"") {
        return in_the_form(written, expected);
    }
    if wants_text && scalar && !written.is_empty() {
        return format!("write it in quotes: \"{written}\"");
    }
    String::new()
}

/// How a text is written that `expected` gives an example of: a number gets the unit of
/// the example; quotes around anything else would not mend it.
fn in_the_form(written: &str, expected: &str) -> String {
    let example = expected.split('"').nth(1).unwrap_or("");
    let is_quantity = example.starts_with(|c: char| c.is_ascii_digit()) && !example.contains('-');
    let unit = example
        .rsplit_once(' ')
        .map(|(_, unit)| unit.trim_end_matches(')'));
    let is_count = written.starts_with(|c: char| c.is_ascii_digit());
    match unit {
        Some(unit)
            if is_count
                && (is_quantity || example.ends_with(')'))
                && written.parse::<f64>().is_ok() =>
        {
            format!("write it with its unit, in quotes: \"{written} {unit}\"")
        }
        _ => format!("write {expected}"),
    }
}

/// How one value is written where a list of them stands.
pub(super) fn out_of_brackets(written: &str) -> String {
    let inner = written.trim_start_matches('[').trim_end_matches(']').trim();
    if inner.is_empty() || inner.contains(['[', '{']) {
        return "write one text in quotes, without brackets".to_owned();
    }
    match inner.trim_end_matches(',').split_once(',') {
        None => format!("write it without brackets: {}", inner.trim_end_matches(',')),
        Some((first, _)) => format!(
            "one belongs here: write it without brackets, such as {}",
            first.trim()
        ),
    }
}

/// `95` as `0.95`, and `99.5` as `0.995`.
pub(super) fn share_of_percent(number: &str) -> Option<String> {
    let value: f64 = number.parse().ok()?;
    (0.0..=100.0).contains(&value).then(|| {
        let text = format!("{:.8}", value / 100.0);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    })
}

/// How a table of this kind is written, from the schema.
fn table_help(name: &str, written: &str, key: &str, is_text: bool) -> String {
    let schema = &*SCHEMA;
    let properties = schema["$defs"][name]["properties"].as_object();
    let Some(properties) = properties else {
        return "write a table of keys and values in braces: { KEY = VALUE }".to_owned();
    };
    let names: Vec<&str> = properties.keys().map(String::as_str).collect();
    // `shares = ["tools"]` is likely to mean { share = "tools" }, and a text for
    // something that is read from a file is likely to name it.
    let own = names
        .iter()
        .find(|name| is_text && (**name == key || format!("{name}s") == key))
        .or_else(|| names.iter().find(|name| is_text && **name == "file"));
    let example = match own {
        Some(own) => format!("{{ {own} = {written} }}"),
        None => words::hours(written, properties).unwrap_or_else(|| {
            let first = names.first().copied().unwrap_or("KEY");
            let value = example_of(&properties[first], schema);
            format!("{{ {first} = {value} }}")
        }),
    };
    format!(
        "write a table, such as {example}; its keys are: {}",
        names.join(", ")
    )
}

/// A value that a key may have.
fn example_of(property: &Value, schema: &Value) -> String {
    let pointed = property["$ref"]
        .as_str()
        .and_then(|path| schema.pointer(path.trim_start_matches('#')));
    let property = pointed.unwrap_or(property);
    let first = |value: &Value| match value {
        Value::String(text) => format!("\"{text}\""),
        other => other.to_string(),
    };
    for key in ["examples", "enum"] {
        if let Some(value) = property[key].as_array().and_then(|list| list.first()) {
            return first(value);
        }
    }
    if let Some(choice) = property["oneOf"].as_array().and_then(|list| list.first())
        && !choice["const"].is_null()
    {
        return first(&choice["const"]);
    }
    match property["type"].as_str() {
        Some("boolean") => "true".to_owned(),
        Some("integer" | "number") => "1".to_owned(),
        _ => "...".to_owned(),
    }
}

/// A scenario that was given where a study belongs, or the other way round.
pub(super) fn mistaken(keys: &[&str], study: bool, file: &str) -> Option<Slip> {
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
        "standard input" => ("-", "FILE"),
        file => (file, file),
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
                 \"{study_of}\"`"
            ),
        ),
        _ => None,
    }
}

/// A file that the system does not hand over.
pub(super) fn unreadable(what: &str, error: &std::io::Error) -> Slip {
    use std::io::ErrorKind;
    let (message, help) = match error.kind() {
        ErrorKind::NotFound => (
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
        _ => (
            format!("the {what} cannot be read: {error}"),
            "check who may read it",
        ),
    };
    Slip {
        message,
        help: help.to_owned(),
    }
}

/// Bytes that are not UTF-8: where, and what they are likely to be.
pub(super) fn not_utf8(bytes: &[u8], at: usize) -> Slip {
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
            message: "this is no text: it has zero bytes".to_owned(),
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
        ] {
            assert_eq!(language(toml), None, "{toml}");
        }
    }

    #[test]
    fn percentages_become_shares_without_rounding() {
        for (percent, share) in [
            ("95", "0.95"),
            ("99.94", "0.9994"),
            ("100", "1"),
            ("0", "0"),
        ] {
            assert_eq!(share_of_percent(percent).unwrap(), share);
        }
        assert_eq!(share_of_percent("101"), None);
    }
}
