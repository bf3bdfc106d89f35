//! What is asked of a study: responses, and the rules by which they are known
//! well enough.

use super::{Resolver, find_axis, unknown};
use crate::outcome::{Cause, Ending};
use crate::results::smallest_deciding;
use crate::scenario::{At, Loaded, Problems};
use crate::scenario::{ProblemCode, spelling};
use crate::study::axis::{Axis, Level, in_file_order};
use crate::study::condition::ordering;
use crate::study::figure::Figure;
use crate::study::measure::{Measure, Response};
use crate::study::plan::{PlannedObjective, Precision, Rule, Selection};
use crate::study::written::{self, DesignKind, Procedure};
use crate::units::{Share, grouped};
use std::cmp::Ordering;

impl Resolver<'_> {
    pub(super) fn responses(&self, problems: &mut Problems) -> Vec<Response> {
        if self.study.response.is_empty() {
            return Response::usual();
        }
        if self.study.response.len() > MOST_RESPONSES {
            let message = format!(
                "the study asks for {} responses, more than {}",
                grouped(self.study.response.len() as u64),
                grouped(MOST_RESPONSES as u64)
            );
            let help = "each looks at every row of every run: ask for fewer, and read the others in the tables of a run";
            let place = problems.section("response");
            problems.error(ProblemCode::TooMany, place, message, help);
            return Vec::new();
        }
        in_file_order(&self.study.response)
            .filter_map(|(name, written)| response(name, written, problems))
            .collect()
    }

    pub(super) fn rule(
        &self,
        axes: &[Axis],
        responses: &[Response],
        objectives: &[PlannedObjective],
        problems: &mut Problems,
    ) -> Rule {
        if let Some(stop) = &self.study.stop {
            return Rule::Precision(precision(stop, responses, problems));
        }
        if let Some(select) = self.contest() {
            let most = select.most.as_ref().map_or(1000, |most| **most);
            return Rule::Selection { most };
        }
        let Some(goal) = &self.study.goal else {
            return Rule::Fixed;
        };
        let axis = match &goal.axis {
            Some(name) => find_axis(name, axes, problems),
            None if axes.len() == 1 => Some(0),
            None => {
                problems.error(
                    ProblemCode::MissingKey,
                    problems.section("goal"),
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
                ProblemCode::Clash,
                problems.section("design"),
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
                    let help = match names[..] {
                        [] => format!(
                            "it has none: add a section to it, [objective.{}]",
                            spelling::key(name)
                        ),
                        _ => format!("it has: {}", names.join(", ")),
                    };
                    problems.error(ProblemCode::UnknownName, name.span(), message, help);
                }
                found
            }
            None if objectives.len() == 1 => Some(0),
            None => {
                let help =
                    "add `objective = \"NAME\"`, one of the `[objective.NAME]` of the scenario";
                problems.error(
                    ProblemCode::MissingKey,
                    problems.section("goal"),
                    "the goal does not name its objective".to_owned(),
                    help,
                );
                None
            }
        };
        if let Some(axis) = axis {
            in_order(&axes[axis], problems);
        }
        match (axis, objective) {
            (Some(axis), Some(objective)) => Rule::Bisection {
                axis,
                objective,
                most: goal.most.as_ref().map_or(200, |most| **most),
            },
            _ => Rule::Fixed,
        }
    }

    /// What `[select]` says, if it spends replications of its own.
    pub(super) fn contest(&self) -> Option<&written::Select> {
        let procedure = |select: &written::Select| {
            select
                .procedure
                .as_ref()
                .map_or(Procedure::default(), |procedure| **procedure)
        };
        let select = self.study.select.as_ref()?;
        (procedure(select) == Procedure::KimNelson).then_some(select)
    }

    pub(super) fn select(
        &self,
        responses: &[Response],
        problems: &mut Problems,
    ) -> Option<Selection> {
        let select = self.study.select.as_ref()?;
        let Some(best) = &select.best else {
            let help = "add `best = \"largest\"` or `best = \"smallest\"`";
            problems.error(
                ProblemCode::MissingKey,
                problems.section("select"),
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
                ProblemCode::ImpossibleValue,
                span,
                format!("{confidence} is not a confidence"),
                "a confidence is at least 0.5 and below 1",
            );
        }
        let indifference = select.indifference.as_ref().map_or(0.0, |zone| **zone);
        self.check_indifference(select, indifference, problems);
        Some(Selection {
            response: find_response(select.response.as_ref(), responses, problems)?,
            best: **best,
            confidence: Figure(confidence),
            indifference: Figure(indifference),
        })
    }

    fn check_indifference(&self, select: &written::Select, zone: f64, problems: &mut Problems) {
        let span = select.indifference.as_ref().and_then(At::span);
        if !(zone.is_finite() && zone >= 0.0) {
            problems.error(
                ProblemCode::ImpossibleValue,
                span,
                format!("{zone} is not a difference"),
                "it is zero or more, in the unit of the response",
            );
        } else if self.contest().is_some() && zone == 0.0 {
            let at = span.or_else(|| select.procedure.as_ref().and_then(At::span));
            problems.error(
                ProblemCode::MissingKey,
                at,
                "without an indifference two points that are as good would never be told apart"
                    .to_owned(),
                "add `indifference`: a difference that does not matter, in the unit of the response",
            );
        } else if let (None, Some(most)) = (self.contest(), &select.most) {
            problems.error(
                ProblemCode::Clash,
                most.span(),
                "`most` has no meaning in this procedure, which makes no replications".to_owned(),
                "add `procedure = \"kim-nelson\"`, or leave it out",
            );
        }
    }

    pub(super) fn check_replications(
        &self,
        replications: u32,
        rule: &Rule,
        objectives: &[PlannedObjective],
        problems: &mut Problems,
    ) {
        let span = self.study.replications.as_ref().and_then(At::span);
        let most = match rule {
            Rule::Fixed => 1_000_000,
            Rule::Precision(precision) => precision.most,
            Rule::Bisection { most, .. } | Rule::Selection { most } => *most,
        };
        let least = match rule {
            Rule::Precision(_) | Rule::Selection { .. } => 3,
            Rule::Fixed | Rule::Bisection { .. } => 1,
        };
        if span.is_none()
            && let Rule::Bisection { objective, .. } = rule
            && replications > most
        {
            // The number is not one that anybody wrote.
            let objective = &objectives[*objective];
            let message = format!(
                "a chance of {} with a confidence of {} takes {replications} replications at \
                 least, more than the `most` there may be, {most}",
                objective.chance, objective.confidence
            );
            let help = format!(
                "say `most = {replications}` or more, or ask `{}` for less confidence",
                objective.name
            );
            let place = self.study.goal.as_ref().and_then(|goal| goal.most.as_ref());
            problems.error(
                ProblemCode::ImpossibleValue,
                place.and_then(At::span),
                message,
                help,
            );
        } else if span.is_none() && replications > most {
            let stop = self.study.stop.as_ref().and_then(|stop| stop.most.as_ref());
            let select = self.study.select.as_ref();
            let written = stop.or_else(|| select.and_then(|select| select.most.as_ref()));
            let message = format!(
                "every point makes {replications} replications at first, more than the `most` \
                 there may be, {most}"
            );
            let help = format!(
                "say `most = {replications}` or more, or write fewer `replications`, {least} at least"
            );
            let place = written.and_then(At::span);
            problems.error(ProblemCode::ImpossibleValue, place, message, help);
        } else if !(least..=most).contains(&replications) {
            let message = format!("`replications` cannot be {replications} here");
            let help = match rule {
                Rule::Fixed => format!("a number from {least} to {most}"),
                _ => format!("a number from {least} to {most}, the `most` there may be"),
            };
            problems.error(ProblemCode::ImpossibleValue, span, message, help);
        }
    }

    /// Refuses `[select]` over so many points that looking at each pair of them fills
    /// the memory or takes hours.
    pub(super) fn check_pairs(&self, points: usize, problems: &mut Problems) {
        if self.study.select.is_none() || points <= MOST_SELECTED {
            return;
        }
        let message = format!(
            "[select] would compare {} points with each other, more than {}",
            grouped(points as u64),
            grouped(MOST_SELECTED as u64)
        );
        let help = "ask for fewer points, or leave `[select]` out and put it to the best of them afterwards";
        let place = problems.section("select");
        problems.error(ProblemCode::TooManyPoints, place, message, help);
    }

    /// Refuses a study whose list of runs alone would fill the memory.
    pub(super) fn check_runs(&self, points: usize, replications: u32, problems: &mut Problems) {
        let runs = points as u64 * u64::from(replications);
        if runs > MOST_RUNS {
            let span = self.study.replications.as_ref().and_then(At::span);
            let message = format!(
                "the study would have {} runs, more than {}",
                grouped(runs),
                grouped(MOST_RUNS)
            );
            let help = "ask for fewer points or replications";
            problems.error(ProblemCode::TooManyRuns, span, message, help);
        }
    }
}

/// The most points that are compared pair by pair.
const MOST_SELECTED: usize = 5_000;

/// The most responses of a study.
const MOST_RESPONSES: usize = 1_000;

/// The most runs of a study.
const MOST_RUNS: u64 = 10_000_000;

/// Enough replications for a first verdict, were all of them to agree.
pub(super) fn first_look(objective: &PlannedObjective) -> u32 {
    if objective.chance.0 >= 1.0 {
        return 1;
    }
    // With an even share of the error for each of the four looks there can be.
    let each = 1.0 - (1.0 - objective.confidence.0) / 4.0;
    smallest_deciding(objective.chance.0, each) as u32
}

pub(super) fn objectives(base: &Loaded, responses: &mut Vec<Response>) -> Vec<PlannedObjective> {
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

/// A goal is sought by halving, so that the values of its axis must rise or fall.
fn in_order(axis: &Axis, problems: &mut Problems) {
    let first = |wanted: Ordering| {
        let mut pairs = axis.levels.windows(2);
        pairs.find(|pair| ordering(&pair[0].label, &pair[1].label) == Some(wanted))
    };
    let (rises, falls) = (first(Ordering::Less), first(Ordering::Greater));
    let (Some(rises), Some(falls)) = (rises, falls) else {
        return;
    };
    let step = |pair: &[Level]| format!("from {} to {}", pair[0].label, pair[1].label);
    let message = format!(
        "the values of `{}` go up ({}) and down ({}), and a goal is sought by halving them",
        axis.name,
        step(rises),
        step(falls)
    );
    let help = "write them in order, from too little to enough";
    problems.error(ProblemCode::Clash, axis.span.clone(), message, help);
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
                ProblemCode::ImpossibleValue,
                width.span(),
                format!("{} is not the width of an interval", **width),
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
            ProblemCode::MissingKey,
            name.span(),
            message,
            "add `measure = \"success_share\"`",
        );
        return None;
    };
    if **measure == Measure::Objective {
        let help = "every `[objective.NAME]` of the scenario is looked at anyway";
        problems.error(
            ProblemCode::UnknownWord,
            measure.span(),
            "`objective` cannot be asked for".to_owned(),
            help,
        );
        return None;
    }
    known_words(
        "outcome",
        written.outcome.as_deref().unwrap_or_default(),
        Ending::ALL.iter().map(|ending| ending.name()),
        problems,
    );
    known_words(
        "cause",
        written.cause.as_deref().unwrap_or_default(),
        Cause::ALL.iter().map(|cause| cause.name()),
        problems,
    );
    let share = written.share.as_ref().map_or(0.95, |share| **share);
    if !(share > 0.0 && share <= 1.0) {
        let span = written.share.as_ref().and_then(At::span);
        problems.error(
            ProblemCode::ImpossibleValue,
            span,
            format!("{share} is not a share"),
            "a share is above 0 and at most 1, which means all",
        );
    }
    let word = |word: &Option<At<String>>| {
        word.as_ref()
            .map_or_else(|| "*".to_owned(), |word| word.to_string())
    };
    let list = |list: &Option<Vec<At<String>>>| {
        let names = list.iter().flatten();
        names.map(|name| name.to_string()).collect()
    };
    Some(Response {
        name: name.to_string(),
        measure: **measure,
        advertisement: word(&written.advertisement),
        site: word(&written.site),
        outcomes: list(&written.outcome),
        causes: list(&written.cause),
        share: Share::of(share),
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
