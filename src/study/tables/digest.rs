//! What came out, for the reader at the terminal: the answer first.

use super::fixes::{Interpreted, ranked};
use super::select::contestants;
use super::unchanged::idle_axes;
use super::{Results, judge, why_undecided};
use crate::results::{Judgement, Verdict, percent};
use crate::statistics::{CONFIDENCE, Interval, Moments, WholeMoments};
use crate::study::figure::rounded;
use crate::study::measure::Measure;
use crate::study::plan::{Question, Rule, Selection};
use crate::study::record::Known;
use crate::study::rule::Decider;
use crate::study::value::Lack;
use crate::units::on_one_line;
use crate::units::{Size, Span, counted, span_and_error};
use std::fmt::Write;

/// Points that are shown one by one.
const MOST_SHOWN: usize = 40;

/// The digest of a study.
pub(crate) fn digest(results: &Results, known: &Known) -> String {
    let mut out = String::new();
    let plan = results.plan;
    let failed = results
        .runs
        .iter()
        .filter(|record| record.error.is_some())
        .count();
    let _ = writeln!(
        out,
        "{}: {} at {}",
        on_one_line(&plan.title),
        counted(results.runs.len() as u64, "run"),
        counted(results.points().count() as u64, "point")
    );
    if failed > 0 {
        let first = results.runs.iter().find_map(|record| record.error.as_ref());
        let _ = writeln!(
            out,
            "{} failed; the first: {}",
            counted(failed as u64, "run"),
            first.map_or("", String::as_str)
        );
    }
    answer(results, known, &mut out);
    undefined(results, &mut out);
    let _ = writeln!(out);
    let points: Vec<u32> = results.points().take(MOST_SHOWN).collect();
    let rows: Vec<Vec<String>> = points.iter().map(|point| cells(results, *point)).collect();
    for row in &rows {
        let _ = writeln!(out, "{}", aligned(row, &rows));
    }
    if results.points().count() > MOST_SHOWN {
        let _ = writeln!(out, "... and more in points.csv");
    }
    out
}

/// What is undefined where, and left out of the figures.
fn undefined(results: &Results, out: &mut String) {
    for (number, response) in results.plan.responses.iter().enumerate() {
        let with = results
            .points()
            .filter_map(|point| Some((point, results.undefined(point, number)?)));
        let points: Vec<(u32, (u64, Lack))> = with.collect();
        let Some((first, (_, lack))) = points.first() else {
            continue;
        };
        let more = match points.len() - 1 {
            0 => String::new(),
            more => format!(" and {}", counted(more as u64, "more point")),
        };
        let runs: u64 = points.iter().map(|(_, (runs, _))| runs).sum();
        let _ = writeln!(
            out,
            "{} is undefined, and left out of its figures, in {} at {}{more}: {}",
            response.name,
            counted(runs, "run"),
            name(results, *first),
            lack.words()
        );
    }
}

/// The values of a point's axes in words.
fn name(results: &Results, point: u32) -> String {
    let values = &results.plan.points[point as usize].values;
    let named = results
        .plan
        .axes
        .iter()
        .zip(values)
        .map(|(axis, value)| format!("{axis} = {value}"));
    let text = named.collect::<Vec<_>>().join(", ");
    if text.is_empty() {
        "as it is".to_owned()
    } else {
        text
    }
}

/// A row of cells, as wide as the column of each is.
fn aligned(row: &[String], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let cells = row.iter().enumerate();
    let cells: Vec<String> = cells
        .map(|(column, cell)| format!("{cell:width$}", width = width(column)))
        .collect();
    cells.join("  ").trim_end().to_owned()
}

/// What is shown of a point: its number and values, its responses, and its objectives.
fn cells(results: &Results, point: u32) -> Vec<String> {
    let mut cells = vec![format!("{:>4}  {}", point + 1, name(results, point))];
    for (number, response) in results.plan.responses.iter().enumerate() {
        let objectives = &results.plan.objectives;
        if objectives
            .iter()
            .any(|objective| objective.response == number)
        {
            continue;
        }
        let values = results.sample(point, number);
        let reached = values.iter().filter(|(_, value)| value.is_some()).count();
        let moments: Moments = values.iter().filter_map(|(_, value)| *value).collect();
        let mut shown = match (moments.mean(), moments.interval(CONFIDENCE)) {
            _ if reached < values.len() => format!("reached in {reached} of {}", values.len()),
            (Some(mean), Some(interval)) => {
                let half = (interval.high - interval.low) / 2.0;
                with_unit(response.measure, mean, Some(half))
            }
            (Some(mean), None) if values.len() > 1 => {
                format!("{} in every run", with_unit(response.measure, mean, None))
            }
            (Some(mean), None) => with_unit(response.measure, mean, None),
            _ if results.undefined(point, number).is_some() => "undefined".to_owned(),
            _ => "-".to_owned(),
        };
        if !values.is_empty() && results.undefined(point, number).is_some() {
            let _ = write!(shown, " (n {})", values.len());
        }
        cells.push(format!("{} {shown}", response.name));
    }
    for (number, objective) in results.plan.objectives.iter().enumerate() {
        let verdict = judge(results, point, number).verdict;
        let why = why_undecided(results, point, number);
        let why = why.map_or_else(String::new, |why| format!(" ({why})"));
        cells.push(format!("{}: {verdict}{why}", objective.name));
    }
    cells
}

/// A mean, and its error if it is known, in the unit of the measure.
fn with_unit(measure: Measure, mean: f64, half: Option<f64>) -> String {
    use Measure as M;
    let shown = |value: f64| match measure {
        M::TimeTo | M::Saturated | M::MeanWait | M::LongestWait if value > 0.0 && value < 0.05 => {
            Some("less than 0.1 s".to_owned())
        }
        M::TimeTo | M::Saturated | M::MeanWait | M::LongestWait if value < 60.0 => {
            Some(format!("{value:.1} s"))
        }
        M::TimeTo | M::Saturated | M::MeanWait | M::LongestWait => {
            Some(Span::from_secs_f64(value.round()).to_string())
        }
        M::Bytes | M::Downloaded => Some(Size(value.max(0.0).round() as u64).to_string()),
        M::SuccessShare | M::PeakUse => Some(percent(value)),
        _ => None,
    };
    let with_error = |mean: String, half: Option<String>| match half {
        Some(half) => format!("{mean} ± {half}"),
        None => mean,
    };
    if let Some(text) = shown(mean) {
        return match (measure, half) {
            (M::TimeTo | M::Saturated | M::MeanWait | M::LongestWait, Some(half)) => {
                span_and_error(mean, half)
            }
            _ => with_error(text, half.and_then(shown)),
        };
    }
    match half {
        Some(half) => {
            let (mean, half) = to_its_error(mean, half);
            with_error(mean, Some(half))
        }
        None => rounded(mean),
    }
}

/// A mean and its error, of which two digits are enough, both to the same digit.
fn to_its_error(mean: f64, error: f64) -> (String, String) {
    if error == 0.0 {
        return (rounded(mean), "0".to_owned());
    }
    let mut digits = 0;
    let mut size = error;
    while size < 10.0 && digits < 6 {
        size *= 10.0;
        digits += 1;
    }
    (format!("{mean:.digits$}"), format!("{error:.digits$}"))
}

fn answer(results: &Results, known: &Known, out: &mut String) {
    if let Rule::Bisection {
        axis, objective, ..
    } = results.plan.rule
    {
        goal(results, known, axis, objective, out);
    }
    if let Some(selection) = &results.plan.select {
        let _ = writeln!(out, "{}", best(results, known, selection));
    }
    if results.plan.question == Question::Fixes {
        for fix in ranked(results).iter().take(MOST_SHOWN) {
            let (Some(cured), Some(harmed)) = (machines(&fix.cured), machines(&fix.harmed)) else {
                continue;
            };
            let runs = counted(fix.cured.count(), "run");
            let _ = if fix.is_as_before {
                writeln!(
                    out,
                    "{}: no difference seen in {runs}; another setting may override what it sets, or what it changes is rare",
                    fix.name
                )
            } else {
                writeln!(
                    out,
                    "{}: cures {cured}, harms {harmed} machines in {runs}",
                    fix.name
                )
            };
        }
    } else {
        for axis in idle_axes(results) {
            let _ = writeln!(
                out,
                "The axis {axis} made no difference in these runs: whatever its value, they are the same to the last event; another setting may override what it sets, or what it changes is rare"
            );
        }
    }
}

/// A mean number of machines, with half the width of its interval where that is known.
fn machines(counts: &WholeMoments) -> Option<String> {
    let mean = counts.mean()?;
    Some(match counts.interval_of() {
        Some(Interval { low, high }) if high > low => {
            let (mean, half) = to_its_error(mean, (high - low) / 2.0);
            format!("{mean} ± {half}")
        }
        _ => rounded(mean),
    })
}

/// Which is the best, or may be.
fn best(results: &Results, known: &Known, selection: &Selection) -> String {
    let contestants = contestants(results, known, selection);
    let kept: Vec<String> = contestants
        .iter()
        .filter(|contestant| contestant.beaten_by.is_none())
        .map(|contestant| name(results, contestant.point))
        .collect();
    let confidence = rounded(selection.confidence.0 * 100.0);
    let response = &results.plan.responses[selection.response].name;
    let measure = results.plan.responses[selection.response].measure;
    let (within, after) = match results.plan.rule {
        Rule::Selection { most } => (
            format!(
                ", or no more than {} from the best",
                with_unit(measure, selection.indifference.0, None)
            ),
            format!(", which {most} replications do not tell apart,"),
        ),
        _ => (String::new(), String::new()),
    };
    match kept.as_slice() {
        [only] if contestants.len() == 1 && results.points().count() > 1 => {
            format!("Only {only} has a mean of {response}: there is nothing to compare it with")
        }
        [] => format!("No point has a mean of {response}, so none can be the best"),
        [one] => format!("Best in {response} with {confidence} % confidence{within}: {one}"),
        several => format!(
            "The best in {response} is among these {}{after} with {confidence} % confidence: {}",
            several.len(),
            several.join("; ")
        ),
    }
}

fn goal(results: &Results, known: &Known, axis: usize, objective: usize, out: &mut String) {
    let plan = results.plan;
    let decider = Decider::new(plan);
    let (axis_name, objective) = (
        &results.plan.axes[axis],
        &results.plan.objectives[objective],
    );
    for chain in 0..decider.units() {
        let search = decider.search(known, chain as usize);
        let evidence = |point: u32| {
            let looked = search.looked.iter().find(|(at, ..)| *at == point);
            looked.map_or_else(String::new, |(_, _, judgement)| evidence(judgement))
        };
        let _ = if let Some(point) = search.answer {
            let below = search
                .looked
                .iter()
                .filter(|(at, ..)| {
                    plan.points[*at as usize].levels[axis]
                        < plan.points[point as usize].levels[axis]
                })
                .max_by_key(|(at, ..)| plan.points[*at as usize].levels[axis]);
            let mut text = format!(
                "First {axis_name} for which `{}` holds: {}, {}",
                objective.name,
                name(results, point),
                evidence(point)
            );
            if let Some((at, _, judgement)) = below {
                let value = &plan.points[*at as usize].values[axis];
                let _ = write!(
                    text,
                    "; with {axis_name} = {value} {}",
                    self::evidence(judgement)
                );
            }
            writeln!(out, "{text}")
        } else {
            let is_in = |(point, ..): &&(u32, u32, _)| !search.left_out.contains(point);
            let mut rest = search.looked.iter().filter(is_in);
            let last = rest.next().map(|(point, ..)| *point);
            let first = rest.find(|(_, _, judgement)| judgement.verdict == Verdict::Pass);
            match (last, first) {
                (None, _) => writeln!(
                    out,
                    "`{}` cannot be judged at any value of `{axis_name}`",
                    objective.name
                ),
                (Some(last), Some((first, ..))) => writeln!(
                    out,
                    "`{}` holds at {}, {}, and not at {}, {}: write the values of `{axis_name}` \
                     from too little to enough",
                    objective.name,
                    name(results, *first),
                    evidence(*first),
                    name(results, last),
                    evidence(last)
                ),
                (Some(last), None) => writeln!(
                    out,
                    "`{}` does not hold even at {}, {}",
                    objective.name,
                    name(results, last),
                    evidence(last)
                ),
            }
        };
    }
    let most = decider.most_looked(known);
    if objective.chance.0 >= 1.0 && most > 0 {
        let replications = match most {
            1 => "1 replication a point, which says".to_owned(),
            n => format!("{n} replications a point, which say"),
        };
        let _ = writeln!(
            out,
            "This rests on {replications} little about the next one: give the objective a \
             `chance` below 1, and its `confidence` decides how many replications are made"
        );
    }
}

/// What a verdict rests on.
fn evidence(judgement: &Judgement) -> String {
    let mut text = format!(
        "met in {} of {} ({})",
        judgement.met,
        counted(judgement.of, "replication"),
        judgement.verdict
    );
    if judgement.unknown > 0 {
        let _ = write!(text, ", of which {} cannot be judged", judgement.unknown);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_the_unit_of_their_measure() {
        for (measure, mean, half, text) in [
            (
                Measure::TimeTo,
                158_400.0,
                Some(12_600.0),
                "1 d 20 h ± 3 h 30 min",
            ),
            (Measure::TimeTo, 158_400.0, None, "1 d 20 h"),
            // A mean is told as finely as its error.
            (
                Measure::TimeTo,
                87_283.4,
                Some(736.0),
                "1 d 15 min ± 12 min",
            ),
            (Measure::Bytes, 353e9, None, "353 GB"),
            (Measure::SuccessShare, 0.95, Some(0.01), "95.0 % ± 1.0 %"),
            (Measure::Failures, 12.0, None, "12"),
            (
                Measure::Refusals,
                2_007.834_038,
                Some(7.456),
                "2007.8 ± 7.5",
            ),
        ] {
            assert_eq!(with_unit(measure, mean, half), text);
        }
    }

    #[test]
    fn a_mean_is_shown_to_the_digit_that_its_error_leaves() {
        let shown = |mean, error| {
            let (mean, error) = to_its_error(mean, error);
            format!("{mean} ±{error}")
        };
        assert_eq!(shown(18_022.805_094, 567.8), "18023 ±568");
        assert_eq!(shown(2_007.834_038, 7.456), "2007.8 ±7.5");
        assert_eq!(shown(0.978_367, 0.004_123), "0.9784 ±0.0041");
        assert_eq!(shown(0.5, 0.0), "0.5 ±0");
        assert_eq!(shown(1.0, 1e-9), "1.000000 ±0.000000");
    }
}
