//! A value of another kind than the one that belongs there.

use super::dates::clock_text;
use super::elsewhere::in_thousands;
use super::headers::{NO_NAME, is_key_of, key_before, one_table, unnamed_section};
use super::syntax::{share_of_percent, yes_or_no};
use super::{SCHEMA, Slip, is_named, slip};
use crate::scenario::{spelling, words};
use crate::units::{grouped, instead, readings};
use serde_json::Value;
use std::ops::Range;

/// A value of the wrong kind: `message` is what serde says, `written` the value,
/// `span` where it stands in `text`, if it stands there.
pub(in crate::scenario) fn wrong_kind(
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
        "{} stands where {expected_words}{} belongs",
        found_words(found, expected, written),
        comma_behind(&expected_words)
    );
    slip(message, help(found, expected, written, &key))
}

/// The comma behind an explanation that a comma begins.
pub(in crate::scenario) fn comma_behind(what: &str) -> &'static str {
    if what.contains(", ") { "," } else { "" }
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
pub(in crate::scenario) fn dated(written: &str) -> String {
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

/// How the ends of a range are written, of `5..50`, `5-50` or `[5, 50]`.
fn range_help(written: &str) -> Option<String> {
    let inner = written.trim_matches(['"', '\'', '[', ']']);
    let numbers = inner.split([',', '.', '-', ':', ' ']);
    let numbers: Vec<&str> = numbers.filter(|part| !part.is_empty()).collect();
    let is_number = |part: &&str| part.parse::<u64>().is_ok();
    let [from, to, rest @ ..] = &numbers[..] else {
        return None;
    };
    let step = rest.first().unwrap_or(&"1");
    numbers
        .iter()
        .all(is_number)
        .then(|| format!("write a table: {{ from = {from}, to = {to}, step = {step} }}"))
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
    if kind == "string" && value == "\"\"" {
        return "an empty text".to_owned();
    }
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
    if is_text
        && !expected.contains("such as \"")
        && let Some(plain) = in_thousands(inner)
    {
        return format!("write it without quotes: {plain}");
    }
    if is_text && inner.parse::<f64>().is_ok() && !expected.contains("such as \"") {
        return format!("write it without quotes: {inner}");
    }
    if is_text && (expected == "a sequence" || expected.starts_with("a list of ")) {
        return format!("write it in brackets: {}", list_of(written));
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
    if let Some(range) = range_help(written).filter(|_| expected == "struct Range") {
        return range;
    }
    let is_moment = is_date(written) && lacks_quotes(expected);
    if let Some(time) = time_of_day(written).filter(|_| is_moment) {
        return format!("write it in quotes: \"{time}\"");
    }
    if lacks_quotes(expected)
        && let Some(time) = clock_text(inner)
    {
        return format!("write it in quotes, with its minutes: \"{time}\"");
    }
    if found.starts_with("map") && expected.contains("such as \"") {
        return format!("write {expected}");
    }
    if let Some(name) = expected.strip_prefix("struct ") {
        return table_help(name, written, key, is_text);
    }
    let wants_text = expected == "a string" || expected.contains("such as \"");
    let scalar = !found.starts_with("sequence") && !written.starts_with(['{', '[', '"', '\'']);
    if found.starts_with("sequence") && expected.starts_with("days of the week") {
        let days = written.trim_matches(['[', ']']).split(',');
        let days = days.map(|day| day.trim().trim_matches(['"', '\'']));
        let days = days.filter(|day| !day.is_empty()).collect::<Vec<_>>();
        return match days[..] {
            [] => format!("write {expected}"),
            _ => format!("write them in one text: \"{}\"", days.join(", ")),
        };
    }
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

/// A text as a list of texts. On the command line it may have brackets without quotes in
/// them, which TOML does not read.
fn list_of(written: &str) -> String {
    let is_quoted = |text: &str| text.starts_with(['"', '\'']);
    if is_quoted(written) || written.contains('{') {
        return format!("[{written}]");
    }
    let inner = written.trim_start_matches('[').trim_end_matches(']');
    let elements = inner
        .split(',')
        .map(str::trim)
        .filter(|one| !one.is_empty());
    let elements = elements.map(|one| {
        if is_quoted(one) {
            one.to_owned()
        } else {
            spelling::text(one)
        }
    });
    format!("[{}]", elements.collect::<Vec<_>>().join(", "))
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
            let number: f64 = written.parse().unwrap_or(0.0);
            // A quantity has no exponent.
            let plain = if written.contains(['e', 'E']) {
                number.to_string()
            } else {
                written.to_owned()
            };
            // So large a number is one of the smallest unit.
            let unit = match unit {
                "MB" if number >= 100_000.0 => "B",
                "kbit/s" if number >= 10_000.0 => "bit/s",
                "d" if number > 3_660.0 => "s",
                unit => unit,
            };
            format!("write it with its unit, in quotes: \"{plain} {unit}\"")
        }
        _ => format!("write {expected}"),
    }
}

/// How one value is written where a list of them stands.
fn out_of_brackets(written: &str) -> String {
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
            // A number is likely to mean a key that takes this one.
            let takes_it = |name: &&&str| takes(&properties[**name], written, schema);
            if let Some(name) = names.iter().find(takes_it) {
                return format!("{{ {name} = {written} }}");
            }
            let mut examples = names
                .iter()
                .map(|name| (name, example_of(&properties[*name], schema)));
            let known = examples.find(|(_, value)| value != "...");
            known.map_or_else(
                || "{ KEY = VALUE }".to_owned(),
                |(name, value)| format!("{{ {name} = {value} }}"),
            )
        }),
    };
    format!(
        "write a table, such as {example}; its keys are: {}",
        names.join(", ")
    )
}

/// What a property is, behind a reference.
fn pointed<'a>(property: &'a Value, schema: &'a Value) -> &'a Value {
    let path = property["$ref"].as_str();
    let there = path.and_then(|path| schema.pointer(path.trim_start_matches('#')));
    there.unwrap_or(property)
}

/// Whether a key takes this number.
fn takes(property: &Value, written: &str, schema: &Value) -> bool {
    let property = pointed(property, schema);
    let property = property["anyOf"].get(0).unwrap_or(property);
    let Ok(number) = written.parse::<f64>() else {
        return false;
    };
    let fits = match property["type"].as_str() {
        Some("integer") => written.parse::<i64>().is_ok(),
        Some("number") => true,
        _ => false,
    };
    let bound = |key: &str, none: f64| property[key].as_f64().unwrap_or(none);
    fits && (bound("minimum", number)..=bound("maximum", number)).contains(&number)
}

/// A value that a key may have.
fn example_of(property: &Value, schema: &Value) -> String {
    let property = pointed(property, schema);
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
    let property = property["anyOf"].get(0).unwrap_or(property);
    if property["maximum"] == 1 && property["minimum"] == 0 {
        return "0.5".to_owned();
    }
    match property["type"].as_str() {
        Some("boolean") => "true".to_owned(),
        Some("integer" | "number") => "1".to_owned(),
        _ => "...".to_owned(),
    }
}
