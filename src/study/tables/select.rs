//! `selection.csv`: which points may be the best.
//!
//! Screening after B. Nelson, J. Swann, D. Goldsman and W. Song, "Simple
//! procedures for selecting the best simulated system when the number of
//! alternatives is large", Operations Research 49 (2001): a point is left out
//! if some other is better by more than chance and `indifference` explain. The
//! spread of differences is taken replication by replication, so that common
//! random numbers sharpen it; with the error shared out among the comparisons
//! (Bonferroni) the best is among those kept with the stated confidence.
//!
//! Where a contest has been held instead, the table says how it ended.

use super::pairs::Pair;
use super::{
    Declaration, POINT, Part, Results, Table, number, of_points, point_cells, text_columns,
    undefined_note,
};
use crate::statistics::StudentFactor;
use crate::study::contest::{Contest, Leaving};
use crate::study::figure::{optional, rounded};
use crate::study::plan::Selection;
use crate::study::record::Known;
use crate::units::counted;

pub(super) const TABLE: Declaration = Declaration {
    name: "selection",
    when: "with `[select]`",
    row: "one point",
    parts: &[POINT, Part::Axes, Part::Fixed(COLUMNS)],
};

text_columns! {
    COLUMNS: fn cells(response: &str, n: u64, contestant: Option<&Contestant>, note: String) {
        "response" Text "the response that the points are chosen by" => response;
        "n" Number "replications; with `kim-nelson` those after which the point left" => n.to_string();
        "mean" OfResponse "mean of the response" => optional(contestant.and_then(|one| one.mean));
        "kept" Text "`yes` where the point may be the best, else `no`" =>
            if contestant.is_some_and(|one| one.beaten_by.is_none()) { "yes" } else { "no" };
        "beaten_by" Number "the number of a point that is certainly better" =>
            contestant.and_then(|one| one.beaten_by).map_or_else(String::new, number);
        "behind_by" OfResponse "how far the mean is behind the best" =>
            contestant.map_or_else(String::new, |one| rounded(one.behind_by));
        "replications_to_decide" Number "about how many replications would tell the point from the best" =>
            contestant.and_then(|one| one.to_decide).map_or_else(String::new, |n| n.to_string());
        "note" Text "why the point takes no part" => note;
    }
}

pub(super) fn table(results: &Results, known: &Known, selection: &Selection) -> Table {
    let mut writer = of_points(&TABLE, results);
    let name = &results.plan.responses[selection.response].name;
    let verdicts = contestants(results, known, selection);
    for point in results.points() {
        let contestant = verdicts.iter().find(|verdict| verdict.point == point);
        let (n, note) = match contestant {
            Some(contestant) => (contestant.n, String::new()),
            None => (
                results.sample(point, selection.response).len() as u64,
                why_left_out(results, point, selection.response),
            ),
        };
        let mut row = point_cells(results, point);
        row.extend(cells(name, n, contestant, note));
        writer.row(row);
    }
    writer.finish()
}

/// Why a point that has no mean of a response takes no part.
pub(super) fn why_left_out(results: &Results, point: u32, response: usize) -> String {
    let runs = results.of(point);
    let all = counted(runs.len() as u64, "run");
    let sample = results.sample(point, response);
    let never = sample.iter().filter(|(_, value)| value.is_none()).count();
    let failed = runs.iter().filter(|run| run.error.is_some()).count();
    let reason = match undefined_note(results, point, response) {
        _ if never > 0 => format!("not reached in {never} of {all}"),
        Some(note) => note,
        None => format!("{failed} of {all} failed"),
    };
    format!("left out: {reason}")
}

/// A point in the contest.
pub(crate) struct Contestant {
    pub(crate) point: u32,
    n: u64,
    mean: Option<f64>,
    /// The point that is certainly better.
    pub(crate) beaten_by: Option<u32>,
    /// How far the mean is behind the best.
    behind_by: f64,
    /// About how many replications would tell it from the best apart.
    to_decide: Option<u64>,
}

/// The points that have a mean, and whether each may be the best.
pub(crate) fn contestants(
    results: &Results,
    known: &Known,
    selection: &Selection,
) -> Vec<Contestant> {
    match Contest::of(results.plan, known) {
        Some(contest) => fought(results, selection, &contest),
        None => screen(results, selection),
    }
}

/// How a contest ended. A point is behind by what it was while it was in it.
fn fought(results: &Results, selection: &Selection, contest: &Contest) -> Vec<Contestant> {
    let sign = selection.best.sign();
    let mean = |point: u32| contest.entrants[point as usize].mean();
    let better = |a: &u32, b: &u32| {
        let (a, b) = (mean(*a).map(|a| sign * a), mean(*b).map(|b| sign * b));
        a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Equal)
    };
    // The first of those that are as good.
    let leader = contest.left().reduce(|best, other| {
        if better(&other, &best).is_gt() {
            other
        } else {
            best
        }
    });
    let undecided = contest.left().count() > 1;
    let with_mean = (0..).zip(&contest.entrants).filter_map(|(point, entrant)| {
        entrant.mean()?;
        let pair = leader.map(|leader| Pair::of(results, leader, point, selection.response));
        Some(Contestant {
            point,
            n: u64::from(entrant.count),
            mean: entrant.mean(),
            beaten_by: match entrant.left {
                Some(Leaving::Beaten(by)) => Some(by),
                _ => None,
            },
            behind_by: pair
                .and_then(|pair| pair.difference.mean())
                .map_or(0.0, |d| 0.0 - sign * d),
            to_decide: entrant
                .at_most
                .filter(|_| undecided && entrant.left.is_none()),
        })
    });
    with_mean.collect()
}

/// Those that may be the best by the replications there are.
fn screen(results: &Results, selection: &Selection) -> Vec<Contestant> {
    let sign = selection.best.sign();
    let means: Vec<(u32, u64, f64)> = results
        .points()
        .filter_map(|point| {
            let values = results.sample(point, selection.response);
            let all: Option<Vec<f64>> = values.iter().map(|(_, value)| *value).collect();
            let mean = all?.into_iter().collect::<crate::statistics::Moments>();
            Some((point, mean.count(), mean.mean()?))
        })
        .collect();
    let best = means
        .iter()
        .map(|(.., mean)| sign * mean)
        .fold(f64::NEG_INFINITY, f64::max);
    let leader = means
        .iter()
        .find(|(.., mean)| sign * mean >= best)
        .map_or(0, |(point, ..)| *point);
    let rivals = means.len().saturating_sub(1).max(1) as f64;
    // One-sided, the error shared out: the factor of a two-sided interval.
    let confidence = 1.0 - 2.0 * (1.0 - selection.confidence.0) / rivals;
    let mut contestants = Vec::new();
    for &(point, n, mean) in &means {
        let margin = |other: u32| margin(results, selection, point, other, confidence);
        let beaten_by = means.iter().find(|(other, _, theirs)| {
            *other != point && margin(*other).is_some_and(|margin| sign * (theirs - mean) > margin)
        });
        let to_decide = (beaten_by.is_none() && point != leader)
            .then(|| enough(results, selection, point, leader, confidence))
            .flatten();
        contestants.push(Contestant {
            point,
            n,
            mean: Some(mean),
            beaten_by: beaten_by.map(|(other, ..)| *other),
            behind_by: best - sign * mean,
            to_decide,
        });
    }
    contestants
}

/// By how much the other may be better by chance alone.
fn margin(
    results: &Results,
    selection: &Selection,
    point: u32,
    other: u32,
    confidence: f64,
) -> Option<f64> {
    let pair = Pair::of(results, other, point, selection.response);
    let differences = &pair.difference;
    let factor = StudentFactor::new(differences.count(), confidence.max(0.0))?;
    // Without any spread, six that differ alike may tell, and none that are equal.
    differences.interval_of_difference(confidence.max(0.0))?;
    let chance = factor.half_width(differences.variance()?);
    Some((chance - selection.indifference.0).max(0.0))
}

/// About how many replications it takes until chance explains no more than the
/// difference that is seen, or the one that does not matter, if that is larger.
fn enough(
    results: &Results,
    selection: &Selection,
    point: u32,
    leader: u32,
    confidence: f64,
) -> Option<u64> {
    let pair = Pair::of(results, leader, point, selection.response);
    let (n, variance) = (pair.difference.count(), pair.difference.variance()?);
    let half_width = StudentFactor::new(n, confidence.max(0.0))?.half_width(variance);
    let wanted = pair.difference.mean()?.abs().max(selection.indifference.0);
    (wanted > 0.0 && variance > 0.0)
        .then(|| (n as f64 * (half_width / wanted) * (half_width / wanted)).ceil() as u64)
}
