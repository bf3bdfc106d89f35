//! The points of a study: its design, carried out.

use super::{Resolver, find_axis};
use crate::reading;
use crate::reading::Shown;
use crate::scenario::At;
use crate::scenario::ProblemCode;
use crate::scenario::Problems;
use crate::study::axis::{Axis, Level, in_file_order};
use crate::study::condition::{Condition, amount, compare};
use crate::study::design::{self, MOST_POINTS, MOST_VALUES, Point};
use crate::study::plan::Question;
use crate::study::written::DesignKind;
use crate::units::grouped;
use std::collections::BTreeSet;
use std::ops::Range;

impl Resolver<'_> {
    pub(super) fn points(&self, axes: &[Axis], seed: u64, problems: &mut Problems) -> Vec<Point> {
        let design = &self.study.design;
        let kind = design.kind.as_ref().map_or(DesignKind::Grid, |kind| **kind);
        if kind == DesignKind::Grid || kind == DesignKind::OneAtATime {
            for axis in axes.iter().filter(|axis| axis.levels.is_empty()) {
                let message = format!("axis `{}` has no values", axis.name);
                problems.error(
                    ProblemCode::EmptyAxis,
                    axis.span.clone(),
                    message,
                    "add `list`, or a `step` to its range",
                );
            }
        } else if kind != DesignKind::File {
            for axis in axes.iter().filter(|axis| axis.between(0.0).is_none()) {
                let message = format!("axis `{}` has no values", axis.name);
                problems.error(
                    ProblemCode::EmptyAxis,
                    axis.span.clone(),
                    message,
                    "add `range = { from = 1, to = 10 }`",
                );
            }
        }
        if problems.has_errors() {
            return Vec::new();
        }
        if self.study.fix.is_empty() && !self.fits(kind, axes, problems) {
            return Vec::new();
        }
        let mut points = match kind {
            _ if !self.study.fix.is_empty() => self.fixes(),
            DesignKind::Grid => self.grid(axes, problems),
            DesignKind::OneAtATime => {
                design::one_at_a_time(axes, &self.base_levels(axes, problems))
            }
            DesignKind::LatinHypercube => design::latin_hypercube(
                axes,
                design.points.as_ref().map_or(50, |count| **count),
                seed,
            ),
            DesignKind::Morris => self.morris(axes, seed, problems),
            DesignKind::File => self.file(axes, problems),
        };
        if kind == DesignKind::File {
            let file = design.file.as_ref().and_then(At::span);
            self.is_bounded(points.len() as u64, axes, file, problems);
        }
        // Names of fixes are no values: `1 h` and `60 min` may be two of them.
        let has_values = self.study.fix.is_empty();
        if has_values && matches!(kind, DesignKind::Grid | DesignKind::OneAtATime) {
            each_once(axes, &points, problems);
        }
        self.constrain(axes, &mut points, problems);
        let common: Vec<String> = self
            .study
            .set
            .iter()
            .map(|setting| setting.to_string())
            .collect();
        for point in &mut points {
            point.settings.splice(0..0, common.iter().cloned());
        }
        if points.is_empty() && !problems.has_errors() {
            problems.error(
                ProblemCode::NoPoints,
                problems
                    .section("design")
                    .or_else(|| problems.section("axis")),
                "the study has no point".to_owned(),
                "its constraint, or its file, leaves none",
            );
        }
        points
    }

    /// Whether a design has no more points than a study may have; a grid and a
    /// file are counted where they are made.
    fn fits(&self, kind: DesignKind, axes: &[Axis], problems: &mut Problems) -> bool {
        let design = &self.study.design;
        let (count, key) = match kind {
            DesignKind::LatinHypercube => {
                let points = design.points.as_ref();
                (points.map_or(50, |count| u64::from(**count)), points)
            }
            DesignKind::Morris => {
                let walks = design.trajectories.as_ref();
                let count = walks.map_or(10, |count| u64::from(**count));
                (count.saturating_mul(axes.len() as u64 + 1), walks)
            }
            DesignKind::OneAtATime => {
                (axes.iter().map(|axis| axis.levels.len() as u64).sum(), None)
            }
            DesignKind::Grid | DesignKind::File => return true,
        };
        let place = key.and_then(At::span);
        if let (0, Some(key)) = (count, key) {
            let message = format!("a study of {} points looks at nothing", **key);
            let help = "ask for at least 1, or leave the key out";
            problems.error(ProblemCode::ImpossibleValue, place, message, help);
            return false;
        }
        self.is_bounded(count, axes, place, problems)
    }

    /// Refuses more points than a study may have; each has a value for every axis and
    /// for every setting of the study.
    fn is_bounded(
        &self,
        count: u64,
        axes: &[Axis],
        place: Option<Range<usize>>,
        problems: &mut Problems,
    ) -> bool {
        let most = self.most_points(axes);
        if count <= most as u64 {
            return true;
        }
        let mut message = format!(
            "the study would have {} points, more than {}",
            grouped(count),
            grouped(most as u64)
        );
        if most < MOST_POINTS {
            let values = grouped(self.values_of_a_point(axes) as u64);
            message.push_str(&format!(" of {values} values each"));
        }
        problems.error(ProblemCode::TooManyPoints, place, message, "ask for fewer");
        false
    }

    fn values_of_a_point(&self, axes: &[Axis]) -> usize {
        axes.len() + self.study.set.len()
    }

    fn most_points(&self, axes: &[Axis]) -> usize {
        MOST_POINTS.min(MOST_VALUES / self.values_of_a_point(axes).max(1))
    }

    /// As it is, then each fix alone.
    fn fixes(&self) -> Vec<Point> {
        let none = Point {
            values: vec![NO_FIX.to_owned()],
            settings: Vec::new(),
            levels: vec![0],
        };
        let fixes = in_file_order(&self.study.fix)
            .zip(1..)
            .map(|((name, fix), number)| Point {
                values: vec![name.to_string()],
                settings: fix.set.iter().map(|setting| setting.to_string()).collect(),
                levels: vec![number],
            });
        std::iter::once(none).chain(fixes).collect()
    }

    fn grid(&self, axes: &[Axis], problems: &mut Problems) -> Vec<Point> {
        let mut group_of: Vec<Option<usize>> = vec![None; axes.len()];
        for (group, names) in self.study.design.zip.iter().enumerate() {
            let mut length = None;
            for name in names {
                let Some(axis) = find_axis(name, axes, problems) else {
                    continue;
                };
                let mine = axes[axis].levels.len();
                if group_of[axis].replace(group).is_some() {
                    problems.error(
                        ProblemCode::Clash,
                        name.span(),
                        format!("axis `{}` goes in step twice", **name),
                        "name it once",
                    );
                }
                if *length.get_or_insert(mine) != mine {
                    let message = format!(
                        "axis `{}` has {mine} values, and `{}` has {}",
                        **name,
                        *names[0],
                        length.unwrap_or(0)
                    );
                    problems.error(
                        ProblemCode::UnevenAxes,
                        name.span(),
                        message,
                        "axes that go in step have equally many values",
                    );
                }
            }
        }
        if problems.has_errors() {
            return Vec::new();
        }
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for axis in 0..axes.len() {
            let partner = group_of[axis].and_then(|group| {
                groups
                    .iter_mut()
                    .find(|members| group_of[members[0]] == Some(group))
            });
            match partner {
                Some(members) => members.push(axis),
                None => groups.push(vec![axis]),
            }
        }
        let most = self.most_points(axes);
        design::grid(axes, &groups, most).unwrap_or_else(|| {
            let message = format!("the study has more than {} points", grouped(most as u64));
            problems.error(
                ProblemCode::TooManyPoints,
                problems.section("axis"),
                message,
                "take a Latin hypercube instead of a grid",
            );
            Vec::new()
        })
    }

    fn morris(&self, axes: &[Axis], seed: u64, problems: &mut Problems) -> Vec<Point> {
        let levels = self.morris_levels();
        if levels < 2 || levels % 2 == 1 {
            let span = self.study.design.levels.as_ref().and_then(At::span);
            problems.error(
                ProblemCode::ImpossibleValue,
                span,
                format!("`levels` is {levels}, which is not an even number"),
                "4 are usual",
            );
            return Vec::new();
        }
        let trajectories = self
            .study
            .design
            .trajectories
            .as_ref()
            .map_or(10, |count| **count);
        design::morris(axes, trajectories, levels, seed)
    }

    fn morris_levels(&self) -> u32 {
        self.study
            .design
            .levels
            .as_ref()
            .map_or(4, |levels| **levels)
    }

    fn file(&self, axes: &[Axis], problems: &mut Problems) -> Vec<Point> {
        let Some(file) = &self.study.design.file else {
            problems.error(
                ProblemCode::MissingKey,
                problems.section("design"),
                "the design does not name its file".to_owned(),
                "add `file = \"points.csv\"`",
            );
            return Vec::new();
        };
        let path = self.folder.join(file.as_str());
        let read = reading::text(&path, reading::WRITTEN).map_err(|error| error.to_string());
        read.and_then(|text| design::read(&text, axes))
            .unwrap_or_else(|error| {
                let message = format!("the design `{}` cannot be used: {error}", path.shown());
                problems.error(
                    ProblemCode::DesignFile,
                    file.span(),
                    message,
                    "its columns are the axes, its rows the points",
                );
                Vec::new()
            })
    }

    fn constrain(&self, axes: &[Axis], points: &mut Vec<Point>, problems: &mut Problems) {
        let Some(text) = &self.study.design.constraint else {
            return;
        };
        let names: Vec<&str> = axes.iter().map(|axis| axis.name.as_str()).collect();
        match Condition::parse(text, &names) {
            Ok(condition) => {
                let values: Vec<&[String]> = points.iter().map(|point| &*point.values).collect();
                if let Some(unlike) = condition.unlike(&values, &names) {
                    let message =
                        format!("the constraint compares what cannot be compared: {unlike}");
                    let help =
                        "compare an axis with a value of its kind, with the unit: spread > \"1 h\"";
                    problems.error(ProblemCode::MalformedValue, text.span(), message, help);
                }
                points.retain(|point| condition.holds(&point.values));
            }
            Err(wrong) => {
                let message = format!(
                    "this is not a condition: {}, at character {}",
                    wrong.message,
                    wrong.at + 1
                );
                let help =
                    "compare axes and values: slots <= 20 and (spread > \"1 h\" or site == \"hq\")";
                problems.error(ProblemCode::MalformedValue, text.span(), message, help);
            }
        }
    }

    fn base_levels(&self, axes: &[Axis], problems: &mut Problems) -> Vec<u32> {
        let mut numbers = vec![0; axes.len()];
        for (name, value) in self.study.baseline.iter().flatten() {
            let Some(axis) = find_axis(name, axes, problems) else {
                continue;
            };
            let levels = &axes[axis].levels;
            if let Some(number) = level_of(value, levels) {
                numbers[axis] = number;
                continue;
            }
            let text = text_of_value(value);
            let values: Vec<&str> = levels.iter().map(|level| level.label.as_str()).collect();
            let message = format!("`{text}` is not a value of axis `{}`", **name);
            let help = format!("its values are: {}", values.join(", "));
            problems.error(ProblemCode::UnknownName, name.span(), message, help);
        }
        numbers
    }

    /// The numbers of the values at the baseline, the first where it names none that is
    /// there: what is wrong in it is told by [`Self::baseline`].
    pub(super) fn base_values(&self, axes: &[Axis]) -> Vec<u32> {
        let of_axis = |axis: &Axis| {
            let mut named = self.study.baseline.iter().flatten();
            let value = named.find(|(name, _)| ***name == axis.name);
            value.and_then(|(_, value)| level_of(value, &axis.levels))
        };
        axes.iter().map(|axis| of_axis(axis).unwrap_or(0)).collect()
    }

    pub(super) fn baseline(
        &self,
        axes: &[Axis],
        points: &[Point],
        problems: &mut Problems,
    ) -> Option<u32> {
        if !self.study.fix.is_empty() {
            return Some(0);
        }
        if self.study.baseline.is_none() && self.question() != Question::OneAtATime {
            return None;
        }
        let wanted = self.base_levels(axes, problems);
        let found = points.iter().position(|point| point.levels == wanted);
        if found.is_none() && !problems.has_errors() {
            let help = "a baseline is a point of a grid that its constraint keeps";
            problems.error(
                ProblemCode::NoBaseline,
                problems.section("baseline"),
                "the baseline is not a point of the study".to_owned(),
                help,
            );
        }
        found.map(|at| at as u32)
    }

    pub(super) fn question(&self) -> Question {
        match self.study.design.kind.as_ref().map(|kind| **kind) {
            _ if !self.study.fix.is_empty() => Question::Fixes,
            Some(DesignKind::OneAtATime) => Question::OneAtATime,
            Some(DesignKind::Morris) => Question::Morris {
                levels: self.morris_levels(),
            },
            _ => Question::None,
        }
    }
}

/// A value of the baseline as axes have it.
fn text_of_value(value: &toml::Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The number of the value of an axis that `value` is.
fn level_of(value: &toml::Value, levels: &[Level]) -> Option<u32> {
    let text = text_of_value(value);
    let is_it = |level: &Level| compare(&level.label, &text).is_eq();
    levels.iter().position(is_it).map(|number| number as u32)
}

/// The name of the point that is the scenario as it is, in a study of fixes.
pub(super) const NO_FIX: &str = "none";

/// Two points of the same values are one, which nothing in the tables would tell
/// apart; more replications are asked for by their number.
fn each_once(axes: &[Axis], points: &[Point], problems: &mut Problems) {
    let amounts = |values: &[String]| values.iter().map(|value| amount(value)).collect::<Vec<_>>();
    let mut seen = BTreeSet::new();
    let Some(twice) = points
        .iter()
        .find(|point| !seen.insert(amounts(&point.values)))
    else {
        return;
    };
    let repeats = |axis: &&Axis| {
        let mut met = BTreeSet::new();
        !axis
            .levels
            .iter()
            .all(|level| met.insert(amount(&level.label)))
    };
    let marked = axes.iter().find(repeats).or(axes.first());
    let values = axes.iter().zip(&twice.values);
    let named: Vec<String> = values
        .map(|(axis, value)| format!("{} = {value}", axis.name))
        .collect();
    problems.error(
        ProblemCode::DeclaredTwice,
        marked.and_then(|axis| axis.span.clone()),
        format!("the point {} is there twice", named.join(", ")),
        "list each value of an axis once; `replications` is how often a point is run",
    );
}
