//! What varies: an axis and the values it can take.
//!
//! A value is put into the scenario by its key, as a typed TOML value; nothing
//! is substituted into text.

use super::written;
use crate::scenario::ProblemCode;
use crate::scenario::{At, Problems};
use crate::units::grouped;
use std::ops::Range as Bytes;
use toml::Value;

/// An axis, ready to be combined with others.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    pub name: String,
    pub span: Option<Bytes<usize>>,
    paths: Vec<String>,
    format: Option<String>,
    /// The values that were written down.
    pub levels: Vec<Level>,
    /// The bounds, for designs that draw values between them.
    pub bounds: Option<(f64, f64)>,
    is_cases: bool,
}

/// A value of an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Level {
    /// As tables show it.
    pub label: String,
    /// What it sets in the scenario.
    pub settings: Vec<String>,
}

/// The most values of an axis. The scenario is loaded with each when a study is planned.
const MOST_LEVELS: usize = 10_000;

impl Axis {
    /// The axis as written; with what is wrong in `problems`.
    pub(crate) fn new(name: &At<String>, written: &written::Axis, problems: &mut Problems) -> Self {
        let paths = written
            .path
            .iter()
            .chain(&written.paths)
            .map(|path| path.to_string())
            .collect();
        let mut axis = Self {
            name: name.to_string(),
            span: name.span(),
            paths,
            format: written.format.as_ref().map(|format| format.to_string()),
            levels: Vec::new(),
            bounds: None,
            is_cases: written.cases.is_some(),
        };
        axis.check(written, problems);
        if let Some(list) = &written.list {
            if axis.is_filled(list.len(), list.span(), problems) {
                axis.levels = list.iter().map(|value| axis.level(value)).collect();
            }
        } else if let Some(range) = &written.range {
            axis.take_range(range, problems);
        } else if let Some(cases) = &written.cases
            && axis.is_filled(cases.len(), cases.span(), problems)
        {
            axis.levels = in_file_order(cases)
                .map(|(name, set)| Level {
                    label: name.to_string(),
                    settings: set.iter().map(|setting| setting.to_string()).collect(),
                })
                .collect();
        }
        axis
    }

    fn check(&self, written: &written::Axis, problems: &mut Problems) {
        let given = [
            written.list.is_some(),
            written.range.is_some(),
            written.cases.is_some(),
        ];
        if given.iter().filter(|given| **given).count() > 1 {
            let message = format!("axis `{}` has values of several kinds", self.name);
            problems.error(
                ProblemCode::AmbiguousAxis,
                self.span.clone(),
                message,
                "keep one of `list`, `range` and `cases`",
            );
        }
        if self.paths.is_empty() != self.is_cases {
            let message = format!("axis `{}` does not say what it sets", self.name);
            let help = "add `path = \"...\"`, or `cases` with settings of their own, but not both";
            problems.error(ProblemCode::MissingKey, self.span.clone(), message, help);
        }
        if let Some(format) = written
            .format
            .as_ref()
            .filter(|format| format.matches("{}").count() != 1)
        {
            let many = format.matches("{}").count() > 1;
            let unit = format.trim_start_matches(|c: char| c != ' ').trim();
            let help = match unit {
                unit if !many && !unit.is_empty() && !unit.contains(['{', '%', '"']) => {
                    format!("write `{{}}` where the number belongs: \"{{}} {unit}\"")
                }
                _ => "write the text with `{}` where the number belongs: \"{} kbit/s\"".to_owned(),
            };
            let places = if many { "more than one" } else { "no" };
            problems.error(
                ProblemCode::MalformedValue,
                format.span(),
                format!("`{}` has {places} place for the value", **format),
                help,
            );
        }
    }

    /// Whether `values` are some, and no more than an axis may have.
    fn is_filled(
        &self,
        values: usize,
        span: Option<Bytes<usize>>,
        problems: &mut Problems,
    ) -> bool {
        let (code, message, help) = match values {
            0 => (
                ProblemCode::EmptyAxis,
                format!("axis `{}` has no values", self.name),
                "add at least one value",
            ),
            1..=MOST_LEVELS => return true,
            _ => (
                ProblemCode::TooManyPoints,
                format!(
                    "axis `{}` has {} values, more than {}",
                    self.name,
                    grouped(values as u64),
                    grouped(MOST_LEVELS as u64)
                ),
                "take fewer, or a `range` without a `step` and a Latin hypercube",
            ),
        };
        problems.error(code, span, message, help);
        false
    }

    fn take_range(&mut self, range: &At<written::Range>, problems: &mut Problems) {
        let written::Range { from, to, step } = **range;
        self.bounds = Some((from, to));
        let fits = from.is_finite() && to.is_finite() && from <= to;
        match step {
            Some(step) if fits && step > 0.0 => {
                let steps = ((to - from) / step + 1e-9).floor();
                if self.is_filled((steps as usize).saturating_add(1), range.span(), problems) {
                    self.levels = (0..=steps as u32)
                        .map(|i| self.numbered(from + f64::from(i) * step))
                        .collect();
                }
            }
            None if fits => {}
            _ => problems.error(
                ProblemCode::EmptyAxis,
                range.span(),
                format!("axis `{}` has no values", self.name),
                "`from` is the smallest value, `to` the largest, `step` is above zero",
            ),
        }
    }

    /// The value `number`, to nine decimals; a whole one if the bounds are.
    pub(crate) fn numbered(&self, number: f64) -> Level {
        let number = (number * 1e9).round() / 1e9;
        if number.fract() == 0.0 && number.abs() < 9e15 {
            self.level(&Value::Integer(number as i64))
        } else {
            self.level(&Value::Float(number))
        }
    }

    /// The value that lies at `share`, from 0 to 1, of the way between the
    /// bounds, or among the written values; `None` if there are neither.
    pub(crate) fn between(&self, share: f64) -> Option<Level> {
        let Some((from, to)) = self.bounds else {
            let last = self.levels.len().checked_sub(1)?;
            return self
                .levels
                .get((share * last as f64).round() as usize)
                .cloned();
        };
        let whole = from.fract() == 0.0 && to.fract() == 0.0;
        let number = from + share * (to - from);
        Some(self.numbered(if whole { number.round() } else { number }))
    }

    fn level(&self, value: &Value) -> Level {
        let plain = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let (label, value) = match (&self.format, value) {
            (Some(format), Value::Integer(_) | Value::Float(_)) => {
                let text = format.replace("{}", &plain);
                (text.clone(), Value::String(text))
            }
            _ => (plain, value.clone()),
        };
        let settings = self
            .paths
            .iter()
            .map(|path| format!("{path}={value}"))
            .collect();
        Level { label, settings }
    }

    /// What its values set, as far as they were written down.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &str> {
        let of_levels = self.levels.iter().flat_map(|level| &level.settings);
        self.paths.iter().chain(of_levels).map(String::as_str)
    }

    /// A key of the scenario that both set.
    pub(crate) fn shared_path(&self, other: &Self) -> Option<&str> {
        let mut paths = self.paths.iter().map(|path| path.trim());
        paths.find(|path| other.paths.iter().any(|other| other.trim() == *path))
    }

    /// The value that a table of points gives as `text`.
    pub(crate) fn read(&self, text: &str) -> Result<Level, String> {
        if self.is_cases {
            let found = self.levels.iter().find(|level| level.label == text);
            let names: Vec<&str> = self
                .levels
                .iter()
                .map(|level| level.label.as_str())
                .collect();
            return found.cloned().ok_or_else(|| {
                format!(
                    "`{text}` is not one of the cases of axis `{}`: {}",
                    self.name,
                    names.join(", ")
                )
            });
        }
        let value = text
            .parse::<i64>()
            .map(Value::Integer)
            .or_else(|_| text.parse::<f64>().map(Value::Float));
        Ok(self.level(&value.unwrap_or_else(|_| Value::String(text.to_owned()))))
    }
}

/// The entries of a section in the order in which they were written.
pub(crate) fn in_file_order<T>(
    section: &crate::scenario::Section<T>,
) -> impl Iterator<Item = (&At<String>, &T)> {
    let mut entries: Vec<_> = section.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().map_or(usize::MAX, |span| span.start));
    entries.into_iter()
}
