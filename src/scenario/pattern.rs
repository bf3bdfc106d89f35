//! Patterns: the three short forms in which a scenario names many things.
//!
//! A *range* `{001..120}` in a key declares one thing per number, a *glob*
//! (`*` for any text, `?` for one character) picks from what is declared, and
//! a *machine name* has places for the site, the group and a number. Each is
//! understood here and nowhere else.

use crate::engine::effort;
use crate::world::{NamePart, NamePattern};
use std::collections::BTreeMap;

/// The most names that one key may stand for, and that may be declared of one kind: a
/// site takes about 3 kB.
pub(crate) const MOST_NAMES: u64 = 200_000;

/// The most bytes that the names of one key may take together.
const MOST_BYTES: u64 = 64_000_000;

/// The most digits of a number in a name, those of the largest number.
const MOST_DIGITS: usize = 20;

/// Whether `text` names many things by `*` or `?`.
pub(crate) fn is_glob(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether a key `name` declares just that name: it stands for no others, and is a
/// name that a thing can have.
pub(crate) fn is_plain(name: &str) -> bool {
    let is_itself = || expand(name).is_ok_and(|names| names == [name]);
    !name.is_empty() && !is_glob(name) && !name.chars().any(char::is_control) && is_itself()
}

/// A name for the scenario: without the characters that stand for many names, and
/// never empty.
pub(crate) fn plain_name(name: &str) -> String {
    let plain = name.trim().chars().map(|c| match c {
        '*' | '?' | '{' | '}' => '_',
        _ if c.is_control() => '_',
        _ => c,
    });
    let plain: String = plain.collect();
    if plain.is_empty() {
        "unnamed".to_owned()
    } else {
        plain
    }
}

/// The name that a domain of an export has in a scenario. No name of a domain has a
/// backslash, which parts it from that of an account.
pub(crate) fn domain_name(name: &str) -> String {
    plain_name(&name.replace('\\', "_"))
}

/// What every name that `glob` stands for begins with.
pub(crate) fn start(glob: &str) -> &str {
    &glob[..glob.find(['*', '?']).unwrap_or(glob.len())]
}

/// Whether `name` is one of those that `glob` stands for.
pub(crate) fn matches(glob: &str, name: &str) -> bool {
    stands_for(glob, name, None)
}

/// Whether any end of `name` is one of those that `glob` stands for: as if `glob` had a
/// `*` more in front.
pub(crate) fn matches_an_end(glob: &str, name: &str) -> bool {
    stands_for(glob, name, Some((0, 0)))
}

/// `retry` is where to go on if the last `*` has to swallow one character more.
fn stands_for(glob: &str, name: &str, mut retry: Option<(usize, usize)>) -> bool {
    effort::spend(1);
    let (glob, name) = (glob.as_bytes(), name.as_bytes());
    let (mut g, mut n) = (0, 0);
    while n < name.len() {
        match glob.get(g) {
            Some(b'*') => {
                retry = Some((g + 1, n));
                g += 1;
            }
            Some(b'?') => {
                g += 1;
                n += character_length(name[n]);
            }
            Some(byte) if *byte == name[n] => {
                g += 1;
                n += 1;
            }
            _ => match retry {
                Some((star, at)) => {
                    let next = at + character_length(name[at]);
                    retry = Some((star, next));
                    (g, n) = (star, next);
                }
                None => return false,
            },
        }
    }
    glob[g..].iter().all(|byte| *byte == b'*')
}

/// Bytes of the UTF-8 character that begins with `first`.
fn character_length(first: u8) -> usize {
    match first {
        0xF0.. => 4,
        0xE0.. => 3,
        0xC0.. => 2,
        _ => 1,
    }
}

/// One `{first..last}` of a key.
struct NumberRange {
    first: u64,
    last: u64,
    width: usize,
}

/// Whether `key` has a `{first..last}` in it.
pub(crate) fn is_range(key: &str) -> bool {
    key.contains("..") && key.contains('{')
}

/// Bytes that a name made from `key` takes at most.
fn longest(key: &str) -> usize {
    key.len() + key.matches("..").count() * MOST_DIGITS
}

/// The names that `key` stands for, ranges written out, in order. A key
/// without a range stands for itself; `{site}` and the like are left alone.
///
/// # Errors
/// If a range is malformed, runs backwards, or names too many.
pub(crate) fn expand(key: &str) -> Result<Vec<String>, String> {
    let mut names = vec![String::new()];
    let mut rest = key;
    while let Some(open) = rest.find('{') {
        let close = rest[open..]
            .find('}')
            .map(|at| open + at)
            .ok_or_else(|| format!("`{key}` lacks a closing `}}`"))?;
        let inside = &rest[open + 1..close];
        if inside.contains("..") {
            let range = parse_range(key, inside)?;
            // All numbers of 64 bits are one more than such a number can say.
            let count = (range.last - range.first).saturating_add(1);
            let total = count.saturating_mul(names.len() as u64);
            if total > MOST_NAMES {
                return Err(format!("`{key}` stands for more than {MOST_NAMES} names"));
            }
            if total.saturating_mul(longest(key) as u64) > MOST_BYTES {
                return Err(format!(
                    "the names that `{key}` stands for take more than {MOST_BYTES} bytes together"
                ));
            }
            names = names
                .iter()
                .flat_map(|name| {
                    let (before, width) = (&rest[..open], range.width);
                    (range.first..=range.last)
                        .map(move |number| format!("{name}{before}{number:0width$}"))
                })
                .collect();
        } else {
            for name in &mut names {
                name.push_str(&rest[..=close]);
            }
        }
        rest = &rest[close + 1..];
    }
    for name in &mut names {
        name.push_str(rest);
    }
    Ok(names)
}

/// `names` with a range for each three or more whose numbers follow one another, such as
/// `branch-{001..120}`; [`expand`] gives them back.
pub(crate) fn as_ranges(names: &[&String]) -> Vec<String> {
    let mut numbered: BTreeMap<(&str, &str), Vec<(u64, &str)>> = BTreeMap::new();
    let mut ranges = Vec::new();
    for name in names {
        match last_number(name) {
            Some((before, digits, number, after)) => {
                let alike = numbered.entry((before, after)).or_default();
                alike.push((number, digits));
            }
            None => ranges.push((*name).clone()),
        }
    }
    for ((before, after), mut numbers) in numbered {
        numbers.sort_unstable();
        let mut rest = numbers.as_slice();
        while let Some((first, written)) = rest.first() {
            let width = if written.starts_with('0') {
                written.len()
            } else {
                0
            };
            let follows = |(at, (number, digits)): (u64, &(u64, &str))| {
                *number == first + at && format!("{number:0width$}") == *digits
            };
            let run = (0..).zip(rest).take_while(|next| follows(*next)).count();
            let (these, others) = rest.split_at(run.max(1));
            match these {
                [_, .., _, (_, last)] => {
                    ranges.push(format!("{before}{{{written}..{last}}}{after}"));
                }
                _ => ranges.extend(these.iter().map(|(_, one)| format!("{before}{one}{after}"))),
            }
            rest = others;
        }
    }
    ranges.sort_unstable();
    ranges
}

/// What stands before the last number of a name, the number as it is written and as it is,
/// and what stands behind.
fn last_number(name: &str) -> Option<(&str, &str, u64, &str)> {
    let end = name.rfind(|c: char| c.is_ascii_digit())? + 1;
    let digits = name[..end].bytes().rev().take_while(u8::is_ascii_digit);
    let start = end - digits.count();
    let digits = &name[start..end];
    let number = digits.parse().ok().filter(|_| digits.len() <= 9)?;
    Some((&name[..start], digits, number, &name[end..]))
}

/// The names that a key with `{number}` or `{number:4}` (to four digits) stands
/// for, counted from 1; `None` if it has no such place.
pub(crate) fn numbered(key: &str, count: u64) -> Option<Vec<String>> {
    let (before, rest) = key.split_once("{number")?;
    let (width, after) = rest.split_once('}')?;
    let width: usize = match width.strip_prefix(':') {
        Some(width) => width.parse().ok().filter(|width| *width <= 9)?,
        None if width.is_empty() => 0,
        None => return None,
    };
    let name = |number| format!("{before}{number:0width$}{after}");
    Some((1..=count).map(name).collect())
}

fn parse_range(key: &str, inside: &str) -> Result<NumberRange, String> {
    let bad = || {
        format!(
            "`{{{inside}}}` in `{key}` is not a range of numbers; write one such as {{001..120}}"
        )
    };
    let (first, last) = inside.split_once("..").ok_or_else(bad)?;
    if !first
        .bytes()
        .chain(last.bytes())
        .all(|byte| byte.is_ascii_digit())
    {
        return Err(bad());
    }
    if first.len().max(last.len()) > MOST_DIGITS {
        return Err(format!(
            "a number in `{key}` has more than {MOST_DIGITS} digits"
        ));
    }
    // A leading zero asks for all numbers to be as wide as the first.
    let width = if first.starts_with('0') {
        first.len()
    } else {
        0
    };
    let range = NumberRange {
        first: first.parse().map_err(|_| bad())?,
        last: last.parse().map_err(|_| bad())?,
        width,
    };
    if range.last < range.first {
        return Err(format!(
            "the range `{{{inside}}}` in `{key}` runs backwards"
        ));
    }
    Ok(range)
}

/// Reads the pattern by which the machines of fleet group `group` are named:
/// text with `{site}`, `{fleet}`, and `{number}` or `{number:5}` (to five
/// digits).
///
/// # Errors
/// If there is no number in it, or something else in braces.
pub(crate) fn machine_names(pattern: &str, group: &str) -> Result<NamePattern, String> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        let close = rest[open..]
            .find('}')
            .map(|at| open + at)
            .ok_or_else(|| format!("`{pattern}` lacks a closing `}}`"))?;
        let inside = &rest[open + 1..close];
        if inside == "fleet" {
            text.push_str(group);
        } else {
            if !text.is_empty() {
                parts.push(NamePart::Text(std::mem::take(&mut text)));
            }
            parts.push(name_part(inside).ok_or_else(|| {
                format!("`{{{inside}}}` in `{pattern}` is not one of {{site}}, {{fleet}}, {{number}} and {{number:5}}")
            })?);
        }
        rest = &rest[close + 1..];
    }
    text.push_str(rest);
    if !text.is_empty() {
        parts.push(NamePart::Text(text));
    }
    if parts.iter().any(|part| matches!(part, NamePart::Number(_))) {
        Ok(NamePattern(parts))
    } else {
        Err(format!(
            "`{pattern}` gives every machine the same name; put {{number}} into it"
        ))
    }
}

fn name_part(inside: &str) -> Option<NamePart> {
    match inside {
        "site" => Some(NamePart::Site),
        "number" => Some(NamePart::Number(0)),
        _ => {
            let width: u32 = inside.strip_prefix("number:")?.parse().ok()?;
            (width <= 10).then_some(NamePart::Number(width))
        }
    }
}

/// The one of `names` that looks most like `name`, if any does.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut nearest = Nearest::to(name);
    names.into_iter().filter(|name| nearest.look(name)).last()
}

/// A search for the name that looks most like another: fewer than half of its
/// letters are to be changed, swapped, left out or put in.
pub(crate) struct Nearest {
    wanted: String,
    letters: usize,
    best: Option<(usize, String)>,
}

impl Nearest {
    /// Looks for what is meant by `name`.
    pub(crate) fn to(name: &str) -> Self {
        let wanted = name.to_lowercase();
        Self {
            letters: wanted.chars().count(),
            wanted,
            best: None,
        }
    }

    /// Whether `candidate` is nearer than all before; the first by name of those
    /// that are as near.
    pub(crate) fn look(&mut self, candidate: &str) -> bool {
        effort::spend(1);
        let length = candidate.chars().count();
        let allowed = length.max(2) / 2;
        // Each letter more is a change at least.
        let least = length.abs_diff(self.letters);
        let beaten = self.best.as_ref().is_some_and(|(best, _)| least > *best);
        if least > allowed || beaten {
            return false;
        }
        let distance = strsim::osa_distance(&self.wanted, &candidate.to_lowercase());
        let nearer = match &self.best {
            None => true,
            Some((best, name)) => (distance, candidate) < (*best, name.as_str()),
        };
        if distance * 2 > length.max(2) || !nearer {
            return false;
        }
        self.best = Some((distance, candidate.to_owned()));
        true
    }

    /// The nearest, if any is near enough.
    pub(crate) fn found(self) -> Option<String> {
        self.best.map(|(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn globs_match_any_text_and_single_characters() {
        assert!(!matches("*??Xa", "😀Xa") && matches("*?Xa", "😀Xa"));
        assert!(matches_an_end("b", "ab") && !matches_an_end("a", "ab"));
        assert!(
            matches("*", "") && matches("branch-*", "branch-001") && matches("*-DP?", "hq-DP1")
        );
        assert!(matches("a*b*c", "axxbyybzc") && matches("?", "é"));
        assert!(!matches("branch-*", "hq") && !matches("?", "") && !matches("a*b", "abc"));
    }

    #[test]
    fn ranges_keep_the_width_of_a_zero_padded_first_number() {
        assert_eq!(
            expand("b-{08..11}").unwrap(),
            ["b-08", "b-09", "b-10", "b-11"]
        );
        assert_eq!(
            expand("{1..2}x{9..10}").unwrap(),
            ["1x9", "1x10", "2x9", "2x10"]
        );
        assert_eq!(
            expand("{site}-DP{1..2}").unwrap(),
            ["{site}-DP1", "{site}-DP2"]
        );
        assert_eq!(expand("plain").unwrap(), ["plain"]);
    }

    #[test]
    fn names_whose_numbers_follow_one_another_are_a_range() {
        let ranges = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let ranges = as_ranges(&names.iter().collect::<Vec<_>>());
            let back: Vec<String> = ranges.iter().flat_map(|key| expand(key).unwrap()).collect();
            let (back, names): (BTreeSet<_>, BTreeSet<_>) =
                (back.into_iter().collect(), names.into_iter().collect());
            assert_eq!(back, names);
            ranges
        };
        assert_eq!(
            ranges(&["b-098", "b-099", "b-100", "hq"]),
            ["b-{098..100}", "hq"]
        );
        assert_eq!(ranges(&["b-10", "b-11", "b-8", "b-9"]), ["b-{8..11}"]);
        assert_eq!(
            ranges(&["b1", "b2", "b4", "b5", "b6"]),
            ["b1", "b2", "b{4..6}"]
        );
        assert_eq!(ranges(&["b1", "b01", "b001"]), ["b001", "b01", "b1"]);
        assert_eq!(ranges(&["b0", "b1", "b2", "b010"]), ["b010", "b{0..2}"]);
        assert_eq!(ranges(&["a1x", "a2x", "a3x", "a3y"]), ["a3y", "a{1..3}x"]);
    }

    #[test]
    fn ranges_that_cannot_be_are_refused() {
        for key in [
            "{3..1}",
            "{a..b}",
            "{1..",
            "{1..99999999}",
            "{-1..2}",
            "{1..99999999999999999999}",
            "{0..18446744073709551615}",
            "{18446744073709551615..18446744073709551615}{0..18446744073709551614}",
            "{1..1000}{1..201}",
        ] {
            assert!(expand(key).is_err(), "{key}");
        }
    }

    #[test]
    fn names_take_no_more_memory_than_a_stated_bound() {
        let zeros = "0".repeat(70_000);
        let said = expand(&format!("{{{zeros}..5}}")).unwrap_err();
        assert!(said.contains("more than 20 digits"), "{}", said.len());
        let said = expand(&format!("{{{}..999999}}", &zeros[..60_000])).unwrap_err();
        assert!(said.contains("more than 20 digits"), "{}", said.len());
        let said = expand(&format!("{}{{1..200000}}", &zeros[..1_000])).unwrap_err();
        assert!(said.contains("more than 64000000 bytes"), "{}", said.len());
        assert_eq!(
            expand("{18446744073709551615..18446744073709551615}").unwrap(),
            ["18446744073709551615"]
        );
    }

    #[test]
    fn machine_names_need_a_number() {
        let pattern = machine_names("{site}-{fleet}{number:3}", "pc").unwrap();
        assert_eq!(
            pattern.0,
            [
                NamePart::Site,
                NamePart::Text("-pc".into()),
                NamePart::Number(3)
            ]
        );
        assert!(machine_names("pc", "pc").is_err());
        assert!(machine_names("{nr}", "pc").is_err());
        assert!(machine_names("{number", "pc").is_err());
    }

    #[test]
    fn nearest_forgives_a_slip_but_not_everything() {
        assert_eq!(nearest("brnach", ["branch", "hq"]), Some("branch"));
        assert_eq!(nearest("HQ", ["branch", "hq"]), Some("hq"));
        assert_eq!(nearest("server", ["branch", "hq"]), None);
    }
}
