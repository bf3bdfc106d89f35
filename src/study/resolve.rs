//! From a study file to a plan: axes become points, names become numbers, and
//! what cannot be is said with its place.

use super::axis::{Axis, Level, in_file_order};
use super::condition::Condition;
use super::design::{self, MOST_POINTS, Point};
use super::error::StudyError;
use super::figure::Figure;
use super::measure::{Measure, Response};
use super::objective::smallest_deciding;
use super::plan::{PlannedObjective, Precision, Question, Rule, Selection, StudyPlan, first_line};
use super::written::{self, DesignKind, Study};
use crate::outcome::{Cause, Ending};
use crate::scenario::{At, Loaded, Problems, Sources, document, load, nearest};
use std::path::{Path, PathBuf};

/// A plan, and what may not be as it was meant.
#[derive(Debug)]
pub struct Planned {
    /// The plan.
    pub plan: StudyPlan,
    /// Warnings of the scenario at its first point.
    pub warnings: Problems,
}

/// Reads the study at `path`, and the scenario it names, and works out what
/// there is to run.
///
/// Every value of every axis is tried with the first values of the others, so
/// that a wrong key or value shows now and not in the middle of a night.
///
/// # Errors
/// If a file cannot be read or something in it is wrong.
pub fn plan(path: &Path) -> Result<Planned, StudyError> {
    let text = std::fs::read_to_string(path).map_err(|error| StudyError::io(path, error))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut sources = Sources::default();
    sources.add(&path.display().to_string(), text);
    let mut problems = Problems::new(sources);
    let study: Study = document(text, &[], &mut problems);
    stop_if_wrong(&mut problems)?;
    let title = path
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let resolver = Resolver {
        study: &study,
        folder: path.parent().unwrap_or(Path::new("")),
    };
    let planned = resolver.plan(title, &mut problems);
    stop_if_wrong(&mut problems)?;
    planned.ok_or_else(|| StudyError::Problems(problems))
}

fn stop_if_wrong(problems: &mut Problems) -> Result<(), StudyError> {
    if problems.has_errors() {
        problems.sort();
        return Err(StudyError::Problems(std::mem::take(problems)));
    }
    Ok(())
}

struct Resolver<'a> {
    study: &'a Study,
    folder: &'a Path,
}

impl Resolver<'_> {
    fn plan(&self, title: String, problems: &mut Problems) -> Option<Planned> {
        let study = self.study;
        let axes: Vec<Axis> = in_file_order(&study.axis)
            .map(|(name, axis)| Axis::new(name, axis, problems))
            .collect();
        let scenario = self.scenario(problems)?;
        self.check_kinds(problems);
        if problems.has_errors() {
            return None;
        }
        let base = self.load(&scenario, &[], None, problems)?;
        self.try_levels(&scenario, &axes, problems);
        let seed = study.seed.as_ref().map_or(base.world.seed, |seed| **seed);
        let points = self.points(&axes, seed, problems);
        if problems.has_errors() {
            return None;
        }
        let mut responses = self.responses(problems);
        let objectives = objectives(&base, &mut responses);
        let first = points.first()?;
        let loaded = self.load(&scenario, &first.settings, None, problems)?;
        let rule = self.rule(&axes, &responses, &objectives, problems);
        let select = self.select(&responses, problems);
        let baseline = self.baseline(&axes, &points, problems);
        let default = match rule {
            Rule::Fixed => loaded.world.replications,
            Rule::Precision(_) => loaded.world.replications.max(10),
            Rule::Bisection { objective, .. } => first_look(&objectives[objective]),
        };
        let replications = study.replications.as_ref().map_or(default, |count| **count);
        self.check_replications(replications, &rule, problems);
        let plan = StudyPlan {
            schema: 0,
            rollcast: String::new(),
            hash: String::new(),
            title: study.title.clone().unwrap_or(title),
            scenario: std::path::absolute(&scenario).unwrap_or(scenario),
            inputs: base
                .inputs
                .iter()
                .map(|input| input.sha256.clone())
                .collect(),
            seed,
            common_random_numbers: study.common_random_numbers.unwrap_or(true),
            axes: self.axis_names(&axes),
            points,
            baseline,
            responses,
            objectives,
            replications,
            rule,
            question: self.question(),
            select,
            rows: loaded.world.job_count() as u64,
        };
        Some(Planned {
            plan: plan.stamp(),
            warnings: loaded.warnings,
        })
    }

    fn scenario(&self, problems: &mut Problems) -> Option<PathBuf> {
        let Some(file) = &self.study.scenario else {
            let help = "add `scenario = \"scenario.toml\"`";
            problems.error(
                "missing-key",
                None,
                "the study does not name its scenario".to_owned(),
                help,
            );
            return None;
        };
        let path = self.folder.join(file.as_str());
        if path.is_file() {
            return Some(path);
        }
        let message = format!("there is no scenario `{}`", path.display());
        problems.error(
            "unreadable",
            file.span(),
            message,
            "the path is relative to the study",
        );
        None
    }

    /// What does not go together.
    fn check_kinds(&self, problems: &mut Problems) {
        let study = self.study;
        let mut clash = |span: Option<std::ops::Range<usize>>, message: &str, help: &str| {
            problems.error("clash", span, message.to_owned(), help);
        };
        if let (Some((fix, _)), false) = (study.fix.iter().next(), study.axis.is_empty()) {
            clash(
                fix.span(),
                "a study with fixes has no axes",
                "make two studies of it",
            );
        }
        if study.fix.is_empty() && study.axis.is_empty() && study.design.kind.is_some() {
            clash(
                None,
                "the study has a design but no axis",
                "add `[axis.NAME]`",
            );
        }
        if study.stop.is_some() && study.goal.is_some() {
            clash(
                None,
                "the study has both `stop` and `goal`",
                "keep one of them",
            );
        }
        let kind = study
            .design
            .kind
            .as_ref()
            .map_or(DesignKind::Grid, |kind| **kind);
        let only = |kinds: &[DesignKind]| kinds.contains(&kind);
        let design = &study.design;
        let misplaced = [
            ("zip", design.zip.is_empty() || only(&[DesignKind::Grid])),
            (
                "points",
                design.points.is_none() || only(&[DesignKind::LatinHypercube]),
            ),
            (
                "trajectories",
                design.trajectories.is_none() || only(&[DesignKind::Morris]),
            ),
            (
                "levels",
                design.levels.is_none() || only(&[DesignKind::Morris]),
            ),
            ("file", design.file.is_none() || only(&[DesignKind::File])),
            (
                "constraint",
                design.constraint.is_none() || !only(&[DesignKind::Morris, DesignKind::OneAtATime]),
            ),
        ];
        for (key, _) in misplaced.iter().filter(|(_, fits)| !fits) {
            clash(
                None,
                &format!("`{key}` has no meaning in a design of this kind"),
                "leave it out",
            );
        }
    }

    fn load(
        &self,
        scenario: &Path,
        settings: &[String],
        blame: Option<&Axis>,
        problems: &mut Problems,
    ) -> Option<Loaded> {
        let all: Vec<String> = self
            .study
            .set
            .iter()
            .map(|setting| setting.to_string())
            .chain(settings.iter().cloned())
            .collect();
        match load(scenario, &all) {
            Ok(loaded) => Some(loaded),
            Err(found) => {
                let span = blame.and_then(|axis| axis.span.clone());
                let message = match blame {
                    Some(axis) => format!("axis `{}`: {}", axis.name, first_line(&found)),
                    None => first_line(&found),
                };
                problems.error(
                    "scenario",
                    span,
                    message,
                    "`rollcast check` tells more, with the same `--set`",
                );
                None
            }
        }
    }

    /// Tries every value of every axis on its own.
    fn try_levels(&self, scenario: &Path, axes: &[Axis], problems: &mut Problems) {
        let ends = |axis: &Axis| -> Vec<Level> {
            if axis.levels.is_empty() {
                [axis.between(0.0), axis.between(1.0)]
                    .into_iter()
                    .flatten()
                    .collect()
            } else {
                axis.levels.clone()
            }
        };
        for (position, axis) in axes.iter().enumerate() {
            for level in ends(axis) {
                let first = |other: &Axis| ends(other).into_iter().next();
                let settings: Vec<String> = axes
                    .iter()
                    .enumerate()
                    .filter_map(|(at, other)| {
                        if at == position {
                            Some(level.clone())
                        } else {
                            first(other)
                        }
                    })
                    .flat_map(|level| level.settings)
                    .collect();
                if self
                    .load(scenario, &settings, Some(axis), problems)
                    .is_none()
                {
                    break;
                }
            }
        }
        for (name, fix) in &self.study.fix {
            let settings: Vec<String> = fix.set.iter().map(|setting| setting.to_string()).collect();
            let all: Vec<String> = self
                .study
                .set
                .iter()
                .map(|s| s.to_string())
                .chain(settings)
                .collect();
            if fix.set.is_empty() {
                problems.error(
                    "missing-key",
                    name.span(),
                    format!("fix `{}` changes nothing", **name),
                    "add `set = [\"path=value\"]`",
                );
            } else if let Err(found) = load(scenario, &all) {
                problems.error(
                    "scenario",
                    name.span(),
                    format!("fix `{}`: {}", **name, first_line(&found)),
                    "",
                );
            }
        }
    }

    fn axis_names(&self, axes: &[Axis]) -> Vec<String> {
        if self.study.fix.is_empty() {
            axes.iter().map(|axis| axis.name.clone()).collect()
        } else {
            vec!["fix".to_owned()]
        }
    }

    fn points(&self, axes: &[Axis], seed: u64, problems: &mut Problems) -> Vec<Point> {
        let design = &self.study.design;
        let kind = design.kind.as_ref().map_or(DesignKind::Grid, |kind| **kind);
        if kind == DesignKind::Grid || kind == DesignKind::OneAtATime {
            for axis in axes.iter().filter(|axis| axis.levels.is_empty()) {
                let message = format!("axis `{}` has no values", axis.name);
                problems.error(
                    "empty-axis",
                    axis.span.clone(),
                    message,
                    "add `list`, or a `step` to its range",
                );
            }
        } else if kind != DesignKind::File {
            for axis in axes.iter().filter(|axis| axis.between(0.0).is_none()) {
                let message = format!("axis `{}` has no values", axis.name);
                problems.error(
                    "empty-axis",
                    axis.span.clone(),
                    message,
                    "add `range = { from = 1, to = 10 }`",
                );
            }
        }
        if problems.has_errors() {
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
                "no-points",
                None,
                "the study has no point".to_owned(),
                "its constraint, or its file, leaves none",
            );
        }
        points
    }

    /// As it is, then each fix alone.
    fn fixes(&self) -> Vec<Point> {
        let none = Point {
            values: vec!["none".to_owned()],
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
                        "clash",
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
                        "uneven-axes",
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
        design::grid(axes, &groups).unwrap_or_else(|| {
            let message = format!("the study has more than {MOST_POINTS} points");
            problems.error(
                "too-many-points",
                None,
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
                "impossible-value",
                span,
                format!("{levels} levels are not an even number"),
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
                "missing-key",
                None,
                "the design does not name its file".to_owned(),
                "add `file = \"points.csv\"`",
            );
            return Vec::new();
        };
        let path = self.folder.join(file.as_str());
        let read = std::fs::read_to_string(&path).map_err(|error| error.to_string());
        read.and_then(|text| design::read(&text, axes))
            .unwrap_or_else(|error| {
                let message = format!("the design `{}` cannot be used: {error}", path.display());
                problems.error(
                    "design-file",
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
            Ok(condition) => points.retain(|point| condition.holds(&point.values)),
            Err(wrong) => {
                let message = format!(
                    "this is not a condition: {}, at character {}",
                    wrong.message,
                    wrong.at + 1
                );
                let help =
                    "compare axes and values: slots <= 20 and (spread > \"1 h\" or site == \"hq\")";
                problems.error("malformed-value", text.span(), message, help);
            }
        }
    }

    fn base_levels(&self, axes: &[Axis], problems: &mut Problems) -> Vec<u32> {
        let mut numbers = vec![0; axes.len()];
        for (name, value) in self.study.baseline.iter().flatten() {
            let Some(axis) = find_axis(name, axes, problems) else {
                continue;
            };
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let levels = &axes[axis].levels;
            let is_it = |level: &Level| super::condition::compare(&level.label, &text).is_eq();
            match levels.iter().position(is_it) {
                Some(number) => numbers[axis] = number as u32,
                None => {
                    let values: Vec<&str> =
                        levels.iter().map(|level| level.label.as_str()).collect();
                    let message = format!("`{text}` is no value of axis `{}`", **name);
                    problems.error(
                        "unknown-name",
                        name.span(),
                        message,
                        format!("its values are: {}", values.join(", ")),
                    );
                }
            }
        }
        numbers
    }

    fn baseline(&self, axes: &[Axis], points: &[Point], problems: &mut Problems) -> Option<u32> {
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
                "no-baseline",
                None,
                "the baseline is no point of the study".to_owned(),
                help,
            );
        }
        found.map(|at| at as u32)
    }

    fn question(&self) -> Question {
        match self.study.design.kind.as_ref().map(|kind| **kind) {
            _ if !self.study.fix.is_empty() => Question::Fixes,
            Some(DesignKind::OneAtATime) => Question::OneAtATime,
            Some(DesignKind::Morris) => Question::Morris {
                levels: self.morris_levels(),
            },
            _ => Question::None,
        }
    }

    fn responses(&self, problems: &mut Problems) -> Vec<Response> {
        if self.study.response.is_empty() {
            return Response::usual();
        }
        in_file_order(&self.study.response)
            .filter_map(|(name, written)| response(name, written, problems))
            .collect()
    }

    fn rule(
        &self,
        axes: &[Axis],
        responses: &[Response],
        objectives: &[PlannedObjective],
        problems: &mut Problems,
    ) -> Rule {
        if let Some(stop) = &self.study.stop {
            return Rule::Precision(precision(stop, responses, problems));
        }
        let Some(goal) = &self.study.goal else {
            return Rule::Fixed;
        };
        let axis = match &goal.axis {
            Some(name) => find_axis(name, axes, problems),
            None if axes.len() == 1 => Some(0),
            None => {
                problems.error(
                    "missing-key",
                    None,
                    "the goal does not name its axis".to_owned(),
                    "add `axis = \"NAME\"`",
                );
                None
            }
        };
        if self
            .study
            .design
            .kind
            .as_ref()
            .is_some_and(|kind| **kind != DesignKind::Grid)
            || !self.study.design.zip.is_empty()
        {
            problems.error(
                "clash",
                None,
                "a goal is sought on a grid".to_owned(),
                "leave `kind` and `zip` out of the design",
            );
        }
        let objective = match &goal.objective {
            Some(name) => {
                let found = objectives
                    .iter()
                    .position(|objective| objective.name == **name);
                if found.is_none() {
                    let names: Vec<&str> = objectives
                        .iter()
                        .map(|objective| objective.name.as_str())
                        .collect();
                    let message = format!("the scenario has no objective `{}`", **name);
                    problems.error(
                        "unknown-name",
                        name.span(),
                        message,
                        format!("it has: {}", names.join(", ")),
                    );
                }
                found
            }
            None if objectives.len() == 1 => Some(0),
            None => {
                let help =
                    "add `objective = \"NAME\"`, one of the `[objective.NAME]` of the scenario";
                problems.error(
                    "missing-key",
                    None,
                    "the goal does not name its objective".to_owned(),
                    help,
                );
                None
            }
        };
        match (axis, objective) {
            (Some(axis), Some(objective)) => Rule::Bisection {
                axis,
                objective,
                most: goal.most.as_ref().map_or(200, |most| **most),
            },
            _ => Rule::Fixed,
        }
    }

    fn select(&self, responses: &[Response], problems: &mut Problems) -> Option<Selection> {
        let select = self.study.select.as_ref()?;
        let Some(best) = &select.best else {
            let help = "add `best = \"largest\"` or `best = \"smallest\"`";
            problems.error(
                "missing-key",
                None,
                "[select] does not say what is best".to_owned(),
                help,
            );
            return None;
        };
        let confidence = select
            .confidence
            .as_ref()
            .map_or(0.95, |confidence| **confidence);
        if !(0.5..1.0).contains(&confidence) {
            let span = select.confidence.as_ref().and_then(At::span);
            problems.error(
                "impossible-value",
                span,
                format!("a confidence of {confidence} is none"),
                "it lies between 0.5 and 1",
            );
        }
        Some(Selection {
            response: find_response(select.response.as_ref(), responses, problems)?,
            best: **best,
            confidence: Figure(confidence),
            indifference: Figure(select.indifference.as_ref().map_or(0.0, |d| d.max(0.0))),
        })
    }

    fn check_replications(&self, replications: u32, rule: &Rule, problems: &mut Problems) {
        let span = self.study.replications.as_ref().and_then(At::span);
        let most = match rule {
            Rule::Fixed => 1_000_000,
            Rule::Precision(precision) => precision.most,
            Rule::Bisection { most, .. } => *most,
        };
        let least = if matches!(rule, Rule::Precision(_)) {
            3
        } else {
            1
        };
        if !(least..=most).contains(&replications) {
            let message = format!("{replications} replications are not possible here");
            problems.error(
                "impossible-value",
                span,
                message,
                format!("a number from {least} to {most}"),
            );
        }
    }
}

/// Enough replications for a first verdict, were all of them to agree.
fn first_look(objective: &PlannedObjective) -> u32 {
    if objective.chance.0 >= 1.0 {
        return 1;
    }
    // With an even share of the error for each of the four looks there can be.
    let each = 1.0 - (1.0 - objective.confidence.0) / 4.0;
    smallest_deciding(objective.chance.0, each) as u32
}

fn objectives(base: &Loaded, responses: &mut Vec<Response>) -> Vec<PlannedObjective> {
    base.world
        .objectives
        .iter()
        .map(|objective| {
            let mut response =
                Response::new(&format!("objective {}", objective.name), Measure::Objective);
            response.resource.clone_from(&objective.name);
            responses.push(response);
            PlannedObjective {
                name: objective.name.clone(),
                response: responses.len() - 1,
                chance: Figure(objective.chance),
                confidence: Figure(objective.confidence),
            }
        })
        .collect()
}

fn find_axis(name: &At<String>, axes: &[Axis], problems: &mut Problems) -> Option<usize> {
    let found = axes.iter().position(|axis| axis.name == **name);
    if found.is_none() {
        let names: Vec<&str> = axes.iter().map(|axis| axis.name.as_str()).collect();
        unknown("axis", name, &names, problems);
    }
    found
}

fn unknown(what: &str, name: &At<String>, known: &[&str], problems: &mut Problems) {
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", known.join(", ")),
    };
    problems.error(
        "unknown-name",
        name.span(),
        format!("there is no {what} `{}`", **name),
        help,
    );
}

fn find_response(
    name: Option<&At<String>>,
    responses: &[Response],
    problems: &mut Problems,
) -> Option<usize> {
    let Some(name) = name else { return Some(0) };
    let found = responses
        .iter()
        .position(|response| response.name == **name);
    if found.is_none() {
        let names: Vec<&str> = responses
            .iter()
            .map(|response| response.name.as_str())
            .collect();
        unknown("response", name, &names, problems);
    }
    found
}

fn precision(stop: &written::Stop, responses: &[Response], problems: &mut Problems) -> Precision {
    let most = stop.most.as_ref().map_or(1000, |most| **most);
    let relative = match (&stop.relative, &stop.half_width) {
        (None, None) => Some(0.1),
        (relative, _) => relative.as_ref().map(|relative| **relative),
    };
    for width in [&stop.relative, &stop.half_width].into_iter().flatten() {
        if !(**width > 0.0 && width.is_finite()) {
            problems.error(
                "impossible-value",
                width.span(),
                format!("an interval of {} is none", **width),
                "it is above zero",
            );
        }
    }
    Precision {
        response: find_response(stop.response.as_ref(), responses, problems).unwrap_or(0),
        half_width: stop.half_width.as_ref().map(|width| Figure(**width)),
        relative: relative.map(Figure),
        look_ahead: stop.look_ahead.as_ref().map_or(5, |ahead| **ahead),
        most,
    }
}

fn response(
    name: &At<String>,
    written: &written::Response,
    problems: &mut Problems,
) -> Option<Response> {
    let Some(measure) = &written.measure else {
        let message = format!("response `{}` does not say what it measures", **name);
        problems.error(
            "missing-key",
            name.span(),
            message,
            "add `measure = \"success_share\"`",
        );
        return None;
    };
    if **measure == Measure::Objective {
        let help = "every `[objective.NAME]` of the scenario is looked at anyway";
        problems.error(
            "unknown-word",
            measure.span(),
            "`objective` cannot be asked for".to_owned(),
            help,
        );
        return None;
    }
    known_words(
        "outcome",
        &written.outcome,
        Ending::ALL.iter().map(|ending| ending.name()),
        problems,
    );
    known_words(
        "cause",
        &written.cause,
        Cause::ALL.iter().map(|cause| cause.name()),
        problems,
    );
    let share = written.share.as_ref().map_or(0.95, |share| **share);
    if !(0.0..=1.0).contains(&share) {
        let span = written.share.as_ref().and_then(At::span);
        problems.error(
            "impossible-value",
            span,
            format!("{share} is not a share"),
            "a share lies between 0 and 1",
        );
    }
    let word = |word: &Option<At<String>>| {
        word.as_ref()
            .map_or_else(|| "*".to_owned(), |word| word.to_string())
    };
    let list = |list: &[At<String>]| list.iter().map(|name| name.to_string()).collect();
    Some(Response {
        name: name.to_string(),
        measure: **measure,
        advertisement: word(&written.advertisement),
        site: word(&written.site),
        outcomes: list(&written.outcome),
        causes: list(&written.cause),
        permille: (share * 1000.0).round() as u32,
        kind: word(&written.kind),
        resource: word(&written.name),
    })
}

fn known_words(
    what: &str,
    words: &[At<String>],
    known: impl Iterator<Item = &'static str>,
    problems: &mut Problems,
) {
    let known: Vec<&str> = known.filter(|name| !name.is_empty()).collect();
    for word in words.iter().filter(|word| !known.contains(&word.as_str())) {
        unknown(what, word, &known, problems);
    }
}
