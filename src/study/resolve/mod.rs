//! From a study file to a plan: axes become points, names become numbers, and
//! what cannot be is said with its place.

mod asked;
mod names;
mod points;
mod remedies;

use super::axis::{Axis, Level, in_file_order};
use super::design::Point;
use super::error::StudyError;
use super::figure::Figure;
use super::measure::{Missing, Response};
use super::plan::{Question, Rule, StudyPlan, first_line};
use super::written::{DesignKind, Fix, Study};
use crate::reading;
use crate::reading::Shown;
use crate::scenario::ProblemCode;
use crate::scenario::{
    At, Files, Loaded, Problems, Sources, document, load_kept, nearest, text_of,
};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
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
/// Every value of every axis is tried with the values that the others have at the baseline,
/// their first ones where there is none, so that a wrong key or value shows now and not in
/// the middle of a night.
///
/// # Errors
/// If a file cannot be read or something in it is wrong.
pub fn plan(path: &Path) -> Result<Planned, StudyError> {
    let text = text_of(&Files::default(), path, "study").map_err(StudyError::Problems)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut sources = Sources::default();
    sources.add(&path.shown(), text);
    let mut problems = Problems::new(sources);
    let mut study: Study = document(text, &[], true, &mut problems);
    stop_if_wrong(&mut problems)?;
    let title = path
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut files = Files::default();
    if study.remedies == Some(true) {
        let resolver = Resolver {
            study: &study,
            folder,
            files,
            inputs: RefCell::default(),
        };
        let fixes = resolver.remedies(&mut problems);
        files = resolver.files;
        stop_if_wrong(&mut problems)?;
        let written = std::mem::take(&mut study.fix);
        study.fix = fixes.into_iter().chain(written).collect();
    }
    let resolver = Resolver {
        study: &study,
        folder,
        files,
        inputs: RefCell::default(),
    };
    let planned = resolver.plan(title, &mut problems);
    stop_if_wrong(&mut problems)?;
    match planned {
        Some(mut planned) => {
            planned.warnings.join(problems);
            Ok(planned)
        }
        None => Err(StudyError::Problems(problems)),
    }
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
    /// What was read, once.
    files: Files,
    /// SHA-256 of every file that was read, in order.
    inputs: RefCell<Vec<String>>,
}

impl Resolver<'_> {
    fn plan(&self, title: String, problems: &mut Problems) -> Option<Planned> {
        let study = self.study;
        let axes: Vec<Axis> = in_file_order(&study.axis)
            .map(|(name, axis)| Axis::new(name, axis, problems))
            .collect();
        let scenario = self.scenario(problems)?;
        self.check_kinds(problems);
        self.check_settings(&axes, problems);
        if problems.has_errors() {
            return None;
        }
        let base = self.load(&scenario, &[], None, problems)?;
        // As it is without any setting, which is what is looked at before a run.
        let _ = self.load_noted(&scenario, &[]);
        self.try_levels(&scenario, &axes, &base, problems);
        let seed = study.seed.as_ref().map_or(base.world.seed, |seed| **seed);
        let points = self.points(&axes, seed, problems);
        self.note_inventories(&scenario, &points);
        if problems.has_errors() {
            return None;
        }
        let mut responses = self.responses(problems);
        let objectives = asked::objectives(&base, &mut responses);
        self.check_headings(&axes, &responses, problems);
        let first = points.first()?;
        let loaded = self.load(&scenario, &first.settings, None, problems)?;
        self.check_responses(&responses, &scenario, &axes, &loaded, problems);
        let rule = self.rule(&axes, &responses, &objectives, problems);
        let select = self.select(&responses, problems);
        let baseline = self.baseline(&axes, &points, problems);
        let default = match rule {
            Rule::Fixed => loaded.world.replications,
            Rule::Precision(_) | Rule::Selection { .. } => loaded.world.replications.max(10),
            Rule::Bisection { objective, .. } => asked::first_look(&objectives[objective]),
        };
        let replications = study.replications.as_ref().map_or(default, |count| **count);
        self.check_replications(replications, &rule, &objectives, problems);
        self.check_pairs(points.len(), problems);
        self.check_runs(points.len(), replications, problems);
        let plan = StudyPlan {
            schema: 0,
            rollcast: String::new(),
            hash: String::new(),
            title: study.title.clone().unwrap_or(title),
            scenario: std::path::absolute(&scenario).unwrap_or(scenario),
            inputs: self.inputs.borrow().clone(),
            seed,
            common_random_numbers: study.common_random_numbers.unwrap_or(true),
            axes: self.axis_names(&axes),
            bounds: axes
                .iter()
                .map(|axis| axis.bounds.map(|(from, to)| [Figure(from), Figure(to)]))
                .collect(),
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

    /// A response is about something that is there at some point. Where no machine is
    /// concerned at any, the tables say that it is undefined.
    fn check_responses(
        &self,
        responses: &[Response],
        scenario: &Path,
        axes: &[Axis],
        first: &Loaded,
        problems: &mut Problems,
    ) {
        for response in responses {
            let Some(missing) = response.lacks(&first.world) else {
                continue;
            };
            let mut tried = tries(axes, &self.base_values(axes)).into_iter();
            let is_somewhere = tried.any(|tried| {
                let loaded = self.load_noted(scenario, &self.with_own(&tried.settings));
                loaded.is_ok_and(|loaded| response.lacks(&loaded.world).is_none())
            });
            if is_somewhere {
                continue;
            }
            let mut names = self.study.response.keys();
            let Some(named) = names.find(|name| ***name == response.name) else {
                // The study does not ask for it by name.
                continue;
            };
            let span = named.span();
            let about =
                |what: &str| format!("response `{}`: the scenario has {what}", response.name);
            match missing {
                Missing::Name(what) => {
                    let help = "no point that was tried has one";
                    problems.error(ProblemCode::UnknownName, span, about(&what), help);
                }
                Missing::Machines => {
                    let message = about(&format!("no {}", response.machines_in_words()));
                    let help = "a count is 0, a share or a time undefined, at every point that \
                                was tried";
                    problems.warning(ProblemCode::Nobody, span, message, help);
                }
            }
        }
    }

    fn scenario(&self, problems: &mut Problems) -> Option<PathBuf> {
        let Some(file) = &self.study.scenario else {
            let help = "add `scenario = \"scenario.toml\"`";
            problems.error(
                ProblemCode::MissingKey,
                None,
                "the study does not name its scenario".to_owned(),
                help,
            );
            return None;
        };
        let path = self.folder.join(file.as_str());
        // A plan is text, and names the whole path.
        let absolute = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
        if absolute.to_str().is_none() {
            let message = format!(
                "the path of the scenario, `{}`, is not UTF-8 and cannot stand in a plan",
                absolute.shown()
            );
            let help = "rename its folder";
            problems.error(ProblemCode::Unreadable, file.span(), message, help);
            return None;
        }
        if path.is_file() {
            return Some(path);
        }
        let message = format!("there is no scenario `{}`", path.shown());
        let help = "the path is relative to the study";
        let (message, help) = match path.metadata() {
            Ok(found) if found.is_dir() => (
                format!("the scenario `{}` is a directory", path.shown()),
                "name the file in it",
            ),
            Ok(_) => (
                format!("the scenario `{}` is not a file", path.shown()),
                "runs read it anew; copy it into a file",
            ),
            Err(error) => match reading::obstacle(&path, &error) {
                Some((why, help)) => (format!("{message}: {why}"), help),
                None => (message, help),
            },
        };
        problems.error(ProblemCode::Unreadable, file.span(), message, help);
        None
    }

    /// What would help machines of the scenario as it is, as changes of it.
    fn remedies(&self, problems: &mut Problems) -> Vec<(At<String>, Fix)> {
        let Some(path) = self.scenario(problems) else {
            return Vec::new();
        };
        let Some(mut loaded) = self.load(&path, &[], None, problems) else {
            return Vec::new();
        };
        if let Some(seed) = &self.study.seed {
            loaded.world.seed = **seed;
        }
        let mut found = remedies::remedies(&loaded.world);
        if found.is_empty() {
            let message =
                "no machine of the first replication has a remedy that a setting brings about"
                    .to_owned();
            if self.study.fix.is_empty() {
                let help = "write the changes yourself, as `[fix.NAME]`";
                problems.error(ProblemCode::Impossible, None, message, help);
            } else {
                let help = "leave `remedies` out; the changes that the study names are tried";
                problems.warning(ProblemCode::NoEffect, None, message, help);
            }
        }
        found.retain(|(name, settings)| self.applies(&path, name, settings, problems));
        let fix = |settings: Vec<String>| Fix {
            set: settings.into_iter().map(At::nowhere).collect(),
        };
        let named = found.into_iter();
        named
            .map(|(name, settings)| (At::nowhere(name), fix(settings)))
            .collect()
    }

    /// Whether a remedy can be set in the scenario; if not, it is said why it is left
    /// out of the study.
    fn applies(
        &self,
        scenario: &Path,
        name: &str,
        settings: &[String],
        problems: &mut Problems,
    ) -> bool {
        let mut found = Problems::new(Sources::default());
        if self.load(scenario, settings, None, &mut found).is_some() {
            return true;
        }
        let why = found.list().first();
        let why = why.map_or("", |problem| problem.message.as_str());
        let message = format!("what would help against `{name}` is left out of the study: {why}");
        let help = "`explain` tells what it would set; write the change yourself, as `[fix.NAME]`";
        problems.warning(ProblemCode::Scenario, None, message, help);
        false
    }

    /// What does not go together.
    fn check_kinds(&self, problems: &mut Problems) {
        let study = self.study;
        let mut clash = |span: Option<std::ops::Range<usize>>, message: &str, help: &str| {
            problems.error(ProblemCode::Clash, span, message.to_owned(), help);
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
        let spending = [
            ("`stop`", study.stop.is_some()),
            ("`goal`", study.goal.is_some()),
            ("the procedure `kim-nelson`", self.contest().is_some()),
        ];
        let mut spending = spending.iter().filter(|(_, is_there)| *is_there);
        if let (Some((one, _)), Some((other, _))) = (spending.next(), spending.next()) {
            clash(
                None,
                &format!("the study has both {one} and {other}, and each says when to stop"),
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
        let all = self.with_own(settings);
        match self.load_noted(scenario, &all) {
            Ok(loaded) => Some(loaded),
            Err(found) => {
                let span = blame.and_then(|axis| axis.span.clone());
                let message = match blame {
                    Some(axis) => format!("axis `{}`: {}", axis.name, first_line(&found)),
                    None => first_line(&found),
                };
                let help = if all.is_empty() {
                    "`rollcast check` tells more"
                } else {
                    "`rollcast check` tells more, with the same `--set`"
                };
                problems.error(ProblemCode::Scenario, span, message, help);
                None
            }
        }
    }

    /// Notes the inventories of points whose values no axis lists.
    fn note_inventories(&self, scenario: &Path, points: &[Point]) {
        let mut seen = BTreeSet::new();
        for point in points {
            let asks = |setting: &&String| setting.trim_start().starts_with("inventory");
            let asked: Vec<&String> = point.settings.iter().filter(asks).collect();
            if !asked.is_empty() && seen.insert(asked) {
                // A point that cannot be loaded is a failed run, and says why.
                let _ = self.load_noted(scenario, &point.settings);
            }
        }
    }

    /// Loads the scenario, and notes which files it was made from.
    fn load_noted(&self, scenario: &Path, settings: &[String]) -> Result<Loaded, Problems> {
        let loaded = load_kept(&self.files, scenario, settings)?;
        let mut inputs = self.inputs.borrow_mut();
        for input in &loaded.inputs {
            if !inputs.contains(&input.sha256) {
                inputs.push(input.sha256.clone());
            }
        }
        Ok(loaded)
    }

    /// Settings after those that hold at every point.
    fn with_own(&self, settings: &[String]) -> Vec<String> {
        let own = self.study.set.iter().map(|setting| setting.to_string());
        own.chain(settings.iter().cloned()).collect()
    }

    /// Tries every value of every axis on its own, and every fix. What is doubtful with one
    /// of them and not in the scenario as it is, is told with its name: it is known now, and
    /// not after the night.
    fn try_levels(&self, scenario: &Path, axes: &[Axis], base: &Loaded, problems: &mut Problems) {
        let tries = tries(axes, &self.base_values(axes));
        let codes = |loaded: &Loaded| -> BTreeSet<ProblemCode> {
            loaded.warnings.list().iter().map(|w| w.code).collect()
        };
        let mut told = codes(base);
        // The warnings of the first point are those of the study.
        let numbers = match self.question() {
            Question::OneAtATime => self.base_values(axes),
            _ => vec![0; axes.len()],
        };
        let first = axes.iter().zip(numbers);
        let first = first.filter_map(|(axis, number)| ends(axis).into_iter().nth(number as usize));
        let first: Vec<String> = first.flat_map(|level| level.settings).collect();
        let first = (!axes.is_empty()).then(|| self.with_own(&first));
        let first = first.and_then(|settings| self.load_noted(scenario, &settings).ok());
        told.extend(first.iter().flat_map(codes));
        for of_axis in tries.chunk_by(|a, b| a.axis == b.axis) {
            let mut told = told.clone();
            // The first value that is wrong is enough.
            let _ = of_axis.iter().all(|tried| {
                let axis = &axes[tried.axis];
                let loaded = self.load(scenario, &tried.settings, Some(axis), problems);
                if let Some(loaded) = &loaded {
                    let name = format!("{} = {}", axis.name, tried.label);
                    tell_new(&name, axis.span.as_ref(), loaded, &mut told, problems);
                }
                loaded.is_some()
            });
        }
        for (name, fix) in &self.study.fix {
            let settings: Vec<String> = fix.set.iter().map(|setting| setting.to_string()).collect();
            if fix.set.is_empty() {
                problems.error(
                    ProblemCode::MissingKey,
                    name.span(),
                    format!("fix `{}` changes nothing", **name),
                    "add `set = [\"path=value\"]`",
                );
                continue;
            }
            match self.load_noted(scenario, &self.with_own(&settings)) {
                Ok(loaded) => {
                    let mut told = told.clone();
                    let what = format!("fix `{}`", **name);
                    tell_new(&what, name.span().as_ref(), &loaded, &mut told, problems);
                }
                Err(found) => problems.error(
                    ProblemCode::Scenario,
                    name.span(),
                    format!("fix `{}`: {}", **name, first_line(&found)),
                    "",
                ),
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
}

/// Tells what is doubtful with `what` and was not told so far, each kind once.
fn tell_new(
    what: &str,
    span: Option<&Range<usize>>,
    loaded: &Loaded,
    told: &mut BTreeSet<ProblemCode>,
    problems: &mut Problems,
) {
    for warning in loaded.warnings.list() {
        if told.insert(warning.code) {
            let message = format!("{what}: {}", warning.message);
            let help = warning.help.clone().unwrap_or_default();
            problems.warning(warning.code, span.cloned(), message, help);
        }
    }
}

/// A value of an axis, with the values of the others at the baseline.
struct Try {
    /// Position of the axis.
    axis: usize,
    label: String,
    settings: Vec<String>,
}

/// The values of an axis, or its ends where values are drawn from a range.
fn ends(axis: &Axis) -> Vec<Level> {
    if axis.levels.is_empty() {
        let ends = [axis.between(0.0), axis.between(1.0)];
        ends.into_iter().flatten().collect()
    } else {
        axis.levels.clone()
    }
}

/// Every value of every axis, with the values of the others at the baseline, whose numbers
/// are `base`. So each is a point of a study that changes one axis at a time.
fn tries(axes: &[Axis], base: &[u32]) -> Vec<Try> {
    let settings = |position: usize, level: &Level| -> Vec<String> {
        let chosen = axes.iter().enumerate().filter_map(|(at, other)| {
            if at == position {
                Some(level.clone())
            } else {
                let number = base.get(at).copied().unwrap_or_default();
                ends(other).into_iter().nth(number as usize)
            }
        });
        chosen.flat_map(|level| level.settings).collect()
    };
    let all = axes.iter().enumerate();
    all.flat_map(|(axis, own)| {
        let tries = ends(own).into_iter().map(|level| Try {
            axis,
            settings: settings(axis, &level),
            label: level.label,
        });
        tries.collect::<Vec<_>>()
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
        ProblemCode::UnknownName,
        name.span(),
        format!("there is no {what} `{}`", **name),
        help,
    );
}
