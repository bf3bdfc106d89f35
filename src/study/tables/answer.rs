//! A study as an answer for programs.

use super::fixes::{Interpreted, ranked};
use super::pairs::{Pair, conclusion};
use super::points::Summary;
use super::select::contestants;
use super::{Results, judge, why_undecided};
use crate::answer::{
    FixAnswer, PointAnswer, PointObjectiveAnswer, ResponseAnswer, StudyAnswer,
    StudyDifferenceAnswer,
};
use crate::statistics::CONFIDENCE;
use crate::study::plan::{Question, Rule};
use crate::study::record::Known;
use crate::study::rule::Decider;

/// The answer of a study; its directory is known later.
pub(crate) fn answer(results: &Results, known: &Known) -> StudyAnswer {
    let plan = results.plan;
    let number = |point: u32| u64::from(point) + 1;
    let kept = plan.select.as_ref().map(|selection| {
        let contestants = contestants(results, known, selection).into_iter();
        let kept = contestants.filter(|contestant| contestant.beaten_by.is_none());
        kept.map(|contestant| number(contestant.point)).collect()
    });
    StudyAnswer {
        title: plan.title.clone(),
        directory: String::new(),
        seed: plan.seed,
        runs: results.runs.len() as u64,
        axes: plan.axes.clone(),
        baseline: plan.baseline.map(number),
        enough: enough(results, known),
        best: kept,
        fixes: fixes(results),
        points: results.points().map(|at| point(results, at)).collect(),
    }
}

/// The first values that are enough, where the study looks for them.
fn enough(results: &Results, known: &Known) -> Option<Vec<u64>> {
    if !matches!(results.plan.rule, Rule::Bisection { .. }) {
        return None;
    }
    let decider = Decider::new(results.plan);
    let searches = (0..decider.units()).map(|chain| decider.search(known, chain as usize));
    let found = searches.filter_map(|search| search.answer);
    Some(found.map(|point| u64::from(point) + 1).collect())
}

fn fixes(results: &Results) -> Option<Vec<FixAnswer>> {
    if results.plan.question != Question::Fixes {
        return None;
    }
    let all = ranked(results);
    let all = all.iter().map(|fix| FixAnswer {
        fix: fix.name.clone(),
        failures_without: fix.before.mean(),
        cured: fix.cured.mean(),
        cured_interval: fix.cured.interval_of().map(Into::into),
        harmed: fix.harmed.mean(),
        changes_nothing: fix.is_as_before,
    });
    Some(all.collect())
}

fn point(results: &Results, point: u32) -> PointAnswer {
    let plan = results.plan;
    let values = &plan.points[point as usize].values;
    let responses = plan.responses.iter().enumerate();
    let objectives = plan.objectives.iter().enumerate();
    PointAnswer {
        point: u64::from(point) + 1,
        values: plan
            .axes
            .iter()
            .cloned()
            .zip(values.iter().cloned())
            .collect(),
        responses: responses
            .map(|(number, response)| {
                let values = results.sample(point, number);
                let sample: Vec<Option<f64>> = values.iter().map(|(_, value)| *value).collect();
                let summary = Summary::of(&sample);
                let undefined = results.undefined(point, number);
                ResponseAnswer {
                    name: response.name.clone(),
                    replications: sample.len() as u64,
                    not_reached: sample.iter().filter(|value| value.is_none()).count() as u64,
                    undefined: undefined.map_or(0, |(runs, _)| runs),
                    why_undefined: undefined.map(|(_, lack)| lack.words().to_owned()),
                    mean: summary.moments.and_then(|moments| moments.mean()),
                    interval: summary.ci.map(Into::into),
                    against_baseline: difference(results, point, number),
                }
            })
            .collect(),
        objectives: objectives
            .map(|(number, objective)| {
                let judgement = judge(results, point, number);
                PointObjectiveAnswer {
                    name: objective.name.clone(),
                    verdict: judgement.verdict.to_string(),
                    met: judgement.met,
                    unknown: judgement.unknown,
                    of: judgement.of,
                    why_undecided: why_undecided(results, point, number),
                    chance: judgement.interval.map(Into::into),
                }
            })
            .collect(),
    }
}

/// A point against the baseline, replication by replication.
fn difference(results: &Results, point: u32, response: usize) -> Option<StudyDifferenceAnswer> {
    let baseline = results
        .plan
        .baseline
        .filter(|baseline| *baseline != point)?;
    let pair = Pair::of(results, baseline, point, response);
    let comparisons = results.points().filter(|point| *point != baseline).count();
    let joint = pair.interval(1.0 - (1.0 - CONFIDENCE) / comparisons as f64);
    Some(StudyDifferenceAnswer {
        pairs: pair.difference.count(),
        mean: pair.difference.mean(),
        interval: pair.interval(CONFIDENCE).map(Into::into),
        conclusion: conclusion(joint).to_owned(),
    })
}
