//! Conditions on the values of axes: which points of a design are kept.
//!
//! Comparisons of an axis with a value or another axis, joined by `and`, `or`,
//! `not` and parentheses. Quantities are compared by what they amount to
//! (`"90 min" < "2 h"`), other text letter by letter. Nothing is evaluated but
//! this, and nothing is substituted as text.

use crate::units::{parse_rate, parse_size, parse_span};
use std::cmp::Ordering;

/// A condition, ready to be asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// At least one holds.
    Or(Box<Condition>, Box<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// The two compare in one of these ways.
    Compare(Term, Vec<Ordering>, Term),
}

/// A side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Term {
    /// The value of the axis with this number.
    Axis(usize),
    /// A value.
    Value(String),
}

/// Why a text is not a condition, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotACondition {
    pub message: String,
    pub at: usize,
}

impl Condition {
    /// Reads `text`; names are those of `axes`.
    pub(crate) fn parse(text: &str, axes: &[&str]) -> Result<Self, NotACondition> {
        let tokens = tokens(text)?;
        if let Some(token) = tokens.get(MOST_WORDS) {
            return Err(wrong(
                format!("it has more than {MOST_WORDS} words, parentheses and signs"),
                token.at,
            ));
        }
        let mut parser = Parser {
            tokens: &tokens,
            at: 0,
            axes,
            end: text.len(),
        };
        let condition = parser.either()?;
        match parser.tokens.get(parser.at) {
            None => Ok(condition),
            Some(token) => {
                let meant = match token.text.as_str() {
                    "&" | "&&" => "; write `and`",
                    "|" | "||" => "; write `or`",
                    _ => "",
                };
                Err(wrong(
                    format!("`{}` is too much{meant}", token.text),
                    token.at,
                ))
            }
        }
    }

    /// Whether it holds where the axes have these `values`.
    pub(crate) fn holds(&self, values: &[String]) -> bool {
        let value = |term: &Term| match term {
            Term::Axis(axis) => values[*axis].clone(),
            Term::Value(text) => text.clone(),
        };
        match self {
            Self::And(a, b) => a.holds(values) && b.holds(values),
            Self::Or(a, b) => a.holds(values) || b.holds(values),
            Self::Not(a) => !a.holds(values),
            Self::Compare(a, wanted, b) => wanted.contains(&compare(&value(a), &value(b))),
        }
    }

    /// Two values that are compared and never of one kind, such as a size and a
    /// duration, where the axes have the values of `points`: what they are, in words.
    pub(crate) fn unlike(&self, points: &[&[String]], axes: &[&str]) -> Option<String> {
        match self {
            Self::And(a, b) | Self::Or(a, b) => {
                a.unlike(points, axes).or_else(|| b.unlike(points, axes))
            }
            Self::Not(a) => a.unlike(points, axes),
            Self::Compare(a, _, b) => {
                let value = |term: &Term, at: usize| match term {
                    Term::Axis(axis) => points[at][*axis].clone(),
                    Term::Value(text) => text.clone(),
                };
                let pairs = (0..points.len()).map(|at| (value(a, at), value(b, at)));
                let is_alike =
                    |(a, b): &(String, String)| Amount::of(a).kind() == Amount::of(b).kind();
                let (mut alike, unlike): (Vec<_>, Vec<_>) = pairs.partition(is_alike);
                if alike.pop().is_some() {
                    return None;
                }
                let (first, second) = unlike.first()?;
                let named = |term: &Term, text: &str| {
                    let kind = Amount::of(text).kind();
                    match term {
                        Term::Axis(axis) => format!("`{text}` of axis `{}` is {kind}", axes[*axis]),
                        Term::Value(_) => format!("`{text}` is {kind}"),
                    }
                };
                Some(format!("{}, and {}", named(a, first), named(b, second)))
            }
        }
    }
}

/// What a value amounts to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Amount<'a> {
    Number(f64),
    Duration(u64),
    Rate(u64),
    Size(u64),
    Text(&'a str),
}

impl<'a> Amount<'a> {
    fn of(text: &'a str) -> Self {
        if let Some(number) = parse_number(text) {
            return Self::Number(number);
        }
        let duration = parse_span(text).ok().map(|span| Self::Duration(span.0));
        let rate = || parse_rate(text).ok().map(|rate| Self::Rate(rate.0));
        let size = || parse_size(text).ok().map(|size| Self::Size(size.0));
        let found = duration.or_else(rate).or_else(size);
        found.unwrap_or(Self::Text(text))
    }

    /// What kind of value it is, in words.
    const fn kind(self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Duration(_) => "a duration",
            Self::Rate(_) => "a rate",
            Self::Size(_) => "a size",
            Self::Text(_) => "text",
        }
    }
}

fn parse_number(text: &str) -> Option<f64> {
    let number = text.replace('_', "").parse::<f64>().ok();
    number.filter(|number| number.is_finite())
}

/// Compares two values: by what they amount to if both are of one kind, else as text.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    ordering(a, b).unwrap_or_else(|| a.cmp(b))
}

/// Compares what two values amount to, if both are of one kind.
pub(crate) fn ordering(a: &str, b: &str) -> Option<Ordering> {
    match (Amount::of(a), Amount::of(b)) {
        (Amount::Number(a), Amount::Number(b)) => Some(a.total_cmp(&b)),
        (Amount::Duration(a), Amount::Duration(b))
        | (Amount::Rate(a), Amount::Rate(b))
        | (Amount::Size(a), Amount::Size(b)) => Some(a.cmp(&b)),
        _ => None,
    }
}

/// A text that is equal for two values of the same amount: `10 Mbit/s` and
/// `10000 kbit/s`, `10` and `10.0`.
pub(crate) fn amount(text: &str) -> String {
    match Amount::of(text) {
        // Nothing has no sign.
        Amount::Number(number) => format!("number {}", number + 0.0),
        Amount::Duration(seconds) => format!("duration {seconds}"),
        Amount::Rate(rate) => format!("rate {rate}"),
        Amount::Size(size) => format!("size {size}"),
        Amount::Text(text) => format!("text {text}"),
    }
}

/// The most words, parentheses and signs of a condition: it is read and asked by
/// functions that call themselves, on a stack that ends.
const MOST_WORDS: usize = 1_000;

struct Token {
    text: String,
    quoted: bool,
    at: usize,
}

fn wrong(message: String, at: usize) -> NotACondition {
    NotACondition { message, at }
}

fn tokens(text: &str) -> Result<Vec<Token>, NotACondition> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = match c {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '"' | '\'' => {
                let inside = rest[1..]
                    .find(c)
                    .ok_or_else(|| wrong(format!("a {c} is missing"), at))?;
                tokens.push(Token {
                    text: rest[1..=inside].to_owned(),
                    quoted: true,
                    at,
                });
                at += inside + 2;
                continue;
            }
            '(' | ')' => 1,
            '<' | '>' | '=' | '!' => rest.find(|c| !"<>=!".contains(c)).unwrap_or(rest.len()),
            _ => rest
                .find(|c: char| c.is_whitespace() || "()<>=!\"'".contains(c))
                .unwrap_or(rest.len()),
        };
        tokens.push(Token {
            text: rest[..length].to_owned(),
            quoted: false,
            at,
        });
        at += length;
    }
    Ok(tokens)
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    axes: &'a [&'a str],
    end: usize,
}

impl Parser<'_> {
    /// Whether the next token is this word; it is taken then.
    fn takes(&mut self, word: &str) -> bool {
        let is = self
            .tokens
            .get(self.at)
            .is_some_and(|t| !t.quoted && t.text == word);
        self.at += usize::from(is);
        is
    }

    fn either(&mut self) -> Result<Condition, NotACondition> {
        let mut left = self.both()?;
        while self.takes("or") {
            left = Condition::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Condition, NotACondition> {
        let mut left = self.single()?;
        while self.takes("and") {
            left = Condition::And(Box::new(left), Box::new(self.single()?));
        }
        Ok(left)
    }

    fn single(&mut self) -> Result<Condition, NotACondition> {
        if self.takes("not") {
            return Ok(Condition::Not(Box::new(self.single()?)));
        }
        if self.takes("(") {
            let inside = self.either()?;
            if self.takes(")") {
                return Ok(inside);
            }
            return Err(wrong("a `)` is missing".to_owned(), self.place()));
        }
        let left = self.term()?;
        let wanted = self.comparison()?;
        Ok(Condition::Compare(left, wanted, self.term()?))
    }

    fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |token| token.at)
    }

    fn next(&mut self) -> Result<&Token, NotACondition> {
        let token = self
            .tokens
            .get(self.at)
            .ok_or_else(|| wrong("the condition ends too early".to_owned(), self.end))?;
        self.at += 1;
        Ok(token)
    }

    fn comparison(&mut self) -> Result<Vec<Ordering>, NotACondition> {
        use Ordering::{Equal, Greater, Less};
        let token = self.next()?;
        Ok(match token.text.as_str() {
            "<" => vec![Less],
            "<=" => vec![Less, Equal],
            ">" => vec![Greater],
            ">=" => vec![Greater, Equal],
            "==" | "=" => vec![Equal],
            "!=" => vec![Less, Greater],
            other => {
                let message = format!("`{other}` is not one of <, <=, >, >=, == and !=");
                return Err(wrong(message, token.at));
            }
        })
    }

    fn term(&mut self) -> Result<Term, NotACondition> {
        let axes = self.axes;
        let token = self.next()?;
        if token.quoted
            || token
                .text
                .starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.')
        {
            return Ok(Term::Value(token.text.clone()));
        }
        if matches!(token.text.as_str(), "true" | "false") {
            return Ok(Term::Value(token.text.clone()));
        }
        axes.iter()
            .position(|axis| *axis == token.text)
            .map(Term::Axis)
            .ok_or_else(|| {
                let message = format!("there is no axis `{}`; put quotes around text", token.text);
                wrong(message, token.at)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, a: &str, b: &str) -> bool {
        let values = [a.to_owned(), b.to_owned()];
        Condition::parse(text, &["a", "b"]).unwrap().holds(&values)
    }

    #[test]
    fn numbers_quantities_and_text_compare_by_what_they_mean() {
        assert!(holds("a < b", "9", "10"));
        assert!(holds("a < b", "90 min", "2 h"));
        assert!(holds("a >= \"512 kbit/s\"", "1 Mbit/s", ""));
        assert!(holds("a == \"weekend\"", "weekend", ""));
        assert!(!holds("a != b", "1.0", "1"));
    }

    #[test]
    fn and_binds_closer_than_or_and_parentheses_closer_still() {
        assert!(holds("a == 1 or a == 2 and b == 3", "1", "0"));
        assert!(!holds("(a == 1 or a == 2) and b == 3", "1", "0"));
        assert!(holds("not (a == 1 and b == 1)", "1", "0"));
    }

    #[test]
    fn a_condition_is_refused_before_it_overflows_the_stack() {
        for deep in [
            "(".repeat(100_000) + "a < 1" + &")".repeat(100_000),
            "not ".repeat(100_000) + "a < 1",
            "a < 1 and ".repeat(100_000) + "a < 1",
        ] {
            let said = Condition::parse(&deep, &["a", "b"]).unwrap_err();
            assert!(said.message.contains("more than 1000 words"));
        }
        let most = "(".repeat(498) + "a < 1" + &")".repeat(498);
        assert!(holds(&most, "0", ""));
        assert!(holds(&("not ".repeat(996) + "a < 1"), "0", ""));
        assert!(holds(&("a < 1 or ".repeat(249) + "a < 1"), "0", ""));
    }

    #[test]
    fn what_is_no_condition_is_said_with_its_place() {
        for (text, at) in [
            ("a <", 3),
            ("c < 1", 0),
            ("a < 1 b", 6),
            ("(a < 1", 6),
            ("a ~ 1", 2),
            ("a < \"x", 4),
        ] {
            assert_eq!(
                Condition::parse(text, &["a", "b"]).unwrap_err().at,
                at,
                "{text}"
            );
        }
    }
}
