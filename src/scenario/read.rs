//! From TOML to the written form.
//!
//! Serde stops at the first thing it cannot read. Since every key may be
//! missing, the offending key is then taken out and the rest is read again, so
//! that one look at the output shows everything there is to correct.

use super::pattern::nearest;
use super::problem::Problems;
use super::set::Setting;
use super::slips;
use super::tables::Strict;
use super::words;
use crate::scenario::ProblemCode;
use serde::de::DeserializeOwned;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

/// Complaints that are looked for in every file, however large it is.
const FEWEST_COMPLAINTS: usize = 50;

/// Bytes that are read again to find more: each complaint takes another look at the file.
const MOST_READ: usize = 20_000_000;

/// Reads `text` with `settings` put over it, as a scenario or another written
/// form in which every key may be missing. What cannot be read is left out and
/// stands in `problems`.
pub(crate) fn document<T: DeserializeOwned + Default>(
    text: &str,
    settings: &[Setting],
    is_study: bool,
    problems: &mut Problems,
) -> T {
    let (document, errors) = DeTable::parse_recoverable(text);
    let language = slips::other_language(text).filter(|_| !errors.is_empty());
    if let Some(slip) = language {
        problems.error(
            ProblemCode::MalformedToml,
            Some(0..0),
            slip.message,
            slip.help,
        );
        return T::default();
    }
    let mut last = None;
    for error in &errors {
        // One slip makes the parser stumble several times on its line.
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).map(|before| before.rfind('\n'));
        if std::mem::replace(&mut last, line) == line {
            continue;
        }
        let slip = slips::not_toml(text, start, error.message());
        problems.error(
            ProblemCode::MalformedToml,
            error.span(),
            slip.message,
            slip.help,
        );
    }
    if !errors.is_empty() {
        // What was recovered would only give rise to errors that follow.
        return T::default();
    }
    let span = document.span();
    let mut document = document.into_inner();
    let first = document
        .keys()
        .map(Spanned::span)
        .min_by_key(|span| span.start);
    let keys: Vec<&str> = document.iter().map(|(key, _)| &**key.get_ref()).collect();
    let file = problems.sources().main_name();
    if let Some(slip) = slips::mistaken(&keys, is_study, &file) {
        problems.error(ProblemCode::WrongKindOfFile, first, slip.message, slip.help);
        return T::default();
    }
    if control_characters(text, &document, None, problems) {
        // An account that was spoilt would only be missed where it is meant.
        return T::default();
    }
    for (key, _) in &document {
        problems.found_section(key.get_ref(), key.span());
    }
    for setting in settings {
        setting.apply(&mut document, problems);
    }
    let most = FEWEST_COMPLAINTS.max(MOST_READ / text.len().max(1));
    for _ in 0..most.min(MOST_READ / 1_000) {
        let document_again = Spanned::new(span.clone(), document.clone());
        match T::deserialize(Strict(Deserializer::from(document_again))) {
            Ok(written) => return written,
            Err(error) => {
                complain(text, &error, problems);
                if !error
                    .span()
                    .is_some_and(|span| take_out(&mut document, &span))
                {
                    return T::default();
                }
            }
        }
    }
    problems.stopped_looking();
    T::default()
}

/// Tells of names and values in which a backslash in double quotes has made a control
/// character: `"CORP\bob"` is not the account of Bob. Whether an account is among them,
/// which has none; another text may be meant as it is.
fn control_characters(
    text: &str,
    table: &DeTable<'_>,
    section: Option<&str>,
    problems: &mut Problems,
) -> bool {
    let mut is_spoilt = false;
    for (key, value) in table {
        let section = section.unwrap_or(key.get_ref());
        let is_account = matches!(section, "account" | "accounts");
        let mut look = |string: &str, span: Range<usize>| {
            control_character(text, string, &span, is_account, problems)
        };
        is_spoilt |= look(key.get_ref(), key.span());
        match value.get_ref() {
            DeValue::String(string) => is_spoilt |= look(string, value.span()),
            DeValue::Array(array) => {
                for element in array {
                    if let DeValue::String(string) = element.get_ref() {
                        is_spoilt |= look(string, element.span());
                    }
                }
            }
            DeValue::Table(inner) => {
                is_spoilt |= control_characters(text, inner, Some(section), problems);
            }
            _ => {}
        }
    }
    is_spoilt
}

fn control_character(
    text: &str,
    string: &str,
    span: &Range<usize>,
    is_account: bool,
    problems: &mut Problems,
) -> bool {
    let written = text.get(span.clone()).unwrap_or("");
    let escaped = written.contains('\\') && !written.starts_with("\"\"\"");
    if !escaped || !string.chars().any(char::is_control) {
        return false;
    }
    let inside = written.trim_matches('"');
    let message = "in double quotes a backslash begins an escape: this has become a control \
                   character";
    let help = format!("write the text in single quotes: '{inside}'");
    let (code, span) = (ProblemCode::ControlCharacter, Some(span.clone()));
    if is_account {
        problems.error(code, span, message.to_owned(), help);
    } else {
        problems.warning(code, span, message.to_owned(), help);
    }
    is_account
}

/// Says what serde found wrong in the words of the scenario.
fn complain(text: &str, error: &toml::de::Error, problems: &mut Problems) {
    let message = error.message();
    let written = error
        .span()
        .map_or("", |span| problems.sources().written(&span))
        .to_owned();
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let likely = |word: &&str| {
        let short = |word| words::in_short(word, &quoted[1..]);
        if let Some(same) = words::same_meaning(word, &quoted[1..]) {
            return Some(same);
        }
        nearest(word, quoted[1..].iter().copied()).or_else(|| short(word))
    };
    let choices = || match quoted.first().and_then(likely) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("possible here: {}", quoted[1..].join(", ")),
    };
    let (code, message, help) = match quoted.first() {
        // Serde meets a date as a table with a key of this name.
        _ if message.contains("$__toml_private") => {
            let message = format!("{} stands where a table belongs", slips::dated(&written));
            let help = "write a table of keys and values in braces: { KEY = VALUE }";
            (ProblemCode::MalformedValue, message, help.to_owned())
        }
        Some(key) if message.starts_with("unknown field") => {
            let dotted = error
                .span()
                .and_then(|span| slips::dotted_name(text, &span));
            let place = slips::place_in_list(key);
            // More of a path stands behind it, or it is a header.
            let is_section = error.span().is_some_and(|span| {
                let before = text.get(..span.start).and_then(|b| b.rsplit('\n').next());
                let is_header = before.is_some_and(|line| line.trim_start().starts_with('['));
                is_header
                    || text
                        .get(span.end..)
                        .is_some_and(|rest| rest.starts_with('.'))
            });
            let other = slips::other_section(key, &quoted[1..], is_section);
            // `phase` for `phases` is no name with a dot.
            let number = |known: &&&str| {
                known.strip_suffix('s') == Some(key) || key.strip_suffix('s') == Some(**known)
            };
            let number = quoted[1..].iter().find(number);
            let help = match number {
                Some(near) => format!("did you mean `{near}`?"),
                None => dotted.or(place).or(other).unwrap_or_else(choices),
            };
            (
                ProblemCode::UnknownKey,
                format!("unknown key `{key}`"),
                help,
            )
        }
        Some(word) if message.starts_with("unknown variant") => (
            ProblemCode::UnknownWord,
            format!("`{word}` is not a word for this"),
            choices(),
        ),
        Some(key) if message.starts_with("missing field") => (
            ProblemCode::MissingKey,
            format!("the key `{key}` is missing"),
            format!("add `{key} = ...`"),
        ),
        _ => {
            let slip = words::not_a_word(message, text, &written, error.span().as_ref());
            let around = error
                .span()
                .and_then(|span| problems.sources().around(&span));
            let slip = slip.or_else(|| {
                let (text, span) = around?;
                words::in_brackets(message, text, &written, Some(&span))
            });
            let slip =
                slip.or_else(|| slips::wrong_kind(message, text, &written, error.span().as_ref()));
            let (message, help) = slip.map_or_else(
                || (message.to_owned(), String::new()),
                |slip| (slip.message, slip.help),
            );
            (ProblemCode::MalformedValue, message, help)
        }
    };
    // What every key of a table gives rise to is said once, of its header.
    let place = error.span().map(|span| {
        let header = slips::unnamed_header(text, &span);
        header
            .filter(|_| message.ends_with(slips::NO_NAME))
            .unwrap_or(span)
    });
    problems.error(code, place, message, help);
}

/// Removes the innermost key that `span` is about; says whether there was one.
fn take_out(table: &mut DeTable<'_>, span: &Range<usize>) -> bool {
    if table
        .iter_mut()
        .any(|(_, value)| take_out_below(value, span))
    {
        return true;
    }
    let holds = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
    let found = table
        .iter()
        .find(|(key, value)| holds(key.span()) || holds(value.span()));
    let Some(key) = found.map(|(key, _)| key.get_ref().clone().into_owned()) else {
        return false;
    };
    table.remove(key.as_str()).is_some()
}

fn take_out_below(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>) -> bool {
    match value.get_mut() {
        DeValue::Table(table) => take_out(table, span),
        DeValue::Array(array) => array
            .iter_mut()
            .any(|element| take_out_below(element, span)),
        _ => false,
    }
}
