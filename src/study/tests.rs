//! Whether the statistics of a study tell the truth: many studies of responses
//! whose distribution is known.

use super::figure::Figure;
use super::measure::{Measure, Response};
use super::plan::{PlannedObjective, Precision, Question, Rule, RunKey, Selection, StudyPlan};
use super::record::{Known, Record};
use super::results::Results;
use super::rule::{Decider, Progress};
use super::tables;
use super::written::Better;
use crate::engine::Streams;
use crate::study::Point;
use statrs::distribution::{ContinuousCDF, Normal};

/// Studies per test.
pub(super) const STUDIES: u64 = 1000;

/// A plan with this many points along one axis, and one response.
pub(super) fn plan(points: u32, replications: u32, rule: Rule) -> StudyPlan {
    let point = |number: u32| Point {
        values: vec![number.to_string()],
        settings: Vec::new(),
        levels: vec![number],
    };
    StudyPlan {
        schema: 0,
        rollcast: String::new(),
        hash: String::new(),
        title: "synthetic".to_owned(),
        scenario: "none.toml".into(),
        inputs: Vec::new(),
        seed: 1,
        common_random_numbers: true,
        axes: vec!["x".to_owned()],
        bounds: vec![None],
        points: (0..points).map(point).collect(),
        baseline: (points > 1).then_some(0),
        responses: vec![Response::new("y", Measure::Failures)],
        objectives: Vec::new(),
        replications,
        rule,
        question: Question::None,
        select: None,
        rows: 1,
    }
}

pub(super) fn record(key: RunKey, value: Option<f64>) -> Record {
    Record {
        point: key.point,
        replication: key.replication,
        error: None,
        fingerprint: String::new(),
        events: 0,
        rows: String::new(),
        values: vec![value.into()],
        effect: None,
    }
}

/// All replications up to `upto` of all points.
fn known(plan: &StudyPlan, upto: u32, value: impl Fn(u32, u32) -> Option<f64>) -> Known {
    let keys = (0..plan.points.len() as u32)
        .flat_map(|point| (1..=upto).map(move |replication| RunKey { point, replication }));
    keys.map(|key| (key, record(key, value(key.point, key.replication))))
        .collect()
}

/// A standard normal number, the same for the same arguments.
pub(super) fn normal(study: u64, point: u32, replication: u32) -> f64 {
    let uniform = Streams::new(study, replication)
        .block(u64::from(point), 1, 0)
        .uniform(0);
    Normal::standard().inverse_cdf(uniform.max(1e-12))
}

/// The cell of a table in the row of `point`.
pub(super) fn cell(
    results: &Results,
    known: &Known,
    file: &str,
    point: u32,
    column: &str,
) -> String {
    let table = tables::all(results, known)
        .into_iter()
        .find(|table| table.name == file)
        .unwrap();
    let mut reader = csv::Reader::from_reader(table.text.as_bytes());
    let at = reader
        .headers()
        .unwrap()
        .iter()
        .position(|heading| heading == column)
        .unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let row = rows
        .iter()
        .find(|row| row[0] == (point + 1).to_string())
        .unwrap();
    row[at].to_owned()
}

fn number(results: &Results, known: &Known, file: &str, point: u32, column: &str) -> f64 {
    let text = cell(results, known, file, point, column);
    text.parse()
        .unwrap_or_else(|_| panic!("{file}: {column} is `{text}`"))
}

/// In how many studies of a thousand `holds`.
pub(super) fn share(holds: impl Fn(u64) -> bool) -> u64 {
    (0..STUDIES).filter(|study| holds(*study)).count() as u64
}

#[test]
fn the_interval_of_a_mean_covers_the_known_mean_in_95_of_100_studies() {
    let plan = plan(1, 10, Rule::Fixed);
    let covered = share(|study| {
        let known = known(&plan, 10, |point, n| {
            Some(50.0 + 7.0 * normal(study, point, n))
        });
        let results = Results::new(&plan, &known);
        let bound = |column| number(&results, &known, "points.csv", 0, column);
        (bound("ci_low")..=bound("ci_high")).contains(&50.0)
    });
    assert!((930..=970).contains(&covered), "{covered} of {STUDIES}");
}

#[test]
fn the_bound_of_a_quantile_covers_the_known_quantile_in_95_of_100_studies() {
    let plan = plan(1, 59, Rule::Fixed);
    let quantile = Normal::standard().inverse_cdf(0.95);
    let covered = share(|study| {
        let known = known(&plan, 59, |point, n| Some(normal(study, point, n)));
        let results = Results::new(&plan, &known);
        number(&results, &known, "points.csv", 0, "q95_at_most") >= quantile
    });
    assert!((930..=970).contains(&covered), "{covered} of {STUDIES}");
}

#[test]
fn fewer_than_59_replications_give_no_bound_of_the_95th_percentile_and_say_so() {
    let plan = plan(1, 58, Rule::Fixed);
    let known = known(&plan, 58, |point, n| Some(normal(1, point, n)));
    let results = Results::new(&plan, &known);
    assert_eq!(cell(&results, &known, "points.csv", 0, "q95_at_most"), "");
    let note = cell(&results, &known, "points.csv", 0, "note");
    assert_eq!(note, "q95_at_most needs 59 replications");
}

#[test]
fn a_difference_with_common_luck_is_covered_and_much_sharper_than_without() {
    let plan = plan(2, 10, Rule::Fixed);
    // Both points share most of their luck; the second is larger by 1.
    let value = |study: u64| {
        move |point: u32, n: u32| {
            Some(10.0 * normal(study, 9, n) + normal(study, point, n) + f64::from(point))
        }
    };
    let covered = share(|study| {
        let known = known(&plan, 10, value(study));
        let results = Results::new(&plan, &known);
        let bound = |column| number(&results, &known, "pairs.csv", 1, column);
        (bound("ci_low")..=bound("ci_high")).contains(&1.0)
    });
    assert!((930..=970).contains(&covered), "{covered} of {STUDIES}");
    let known = known(&plan, 10, value(1));
    let results = Results::new(&plan, &known);
    assert!(number(&results, &known, "pairs.csv", 1, "correlation") > 0.9);
    assert!(number(&results, &known, "pairs.csv", 1, "variance_reduction") > 10.0);
}

#[test]
fn a_time_that_was_not_always_reached_has_no_mean_but_a_share() {
    let plan = plan(1, 10, Rule::Fixed);
    let known = known(&plan, 10, |_, n| (n > 3).then(|| f64::from(n)));
    let results = Results::new(&plan, &known);
    let cell = |column| cell(&results, &known, "points.csv", 0, column);
    assert_eq!(cell("mean"), "");
    assert_eq!(cell("not_reached"), "3");
    assert_eq!(cell("reached_share"), "0.7");
    // The three that were not reached are the largest: the fifth is the median.
    assert_eq!(cell("median"), "8");
    assert_eq!(cell("q95"), "");
}

fn precision(relative: f64, look_ahead: u32, most: u32) -> Precision {
    Precision {
        response: 0,
        half_width: None,
        relative: Some(Figure(relative)),
        look_ahead,
        most,
    }
}

#[test]
fn replications_stop_when_the_interval_has_stayed_narrow() {
    let rule = precision(0.1, 5, 1000);
    let plan = plan(1, 3, Rule::Precision(rule.clone()));
    // The half-width of 9, 10, 11 is 2.48: too wide for a tenth of 10. With
    // 10 from then on, it is 1.30 at 4, and 0.88 at 5.
    let value = |_, n| {
        Some(match n {
            1 => 9.0,
            3 => 11.0,
            _ => 10.0,
        })
    };
    let all = known(&plan, 10, value);
    let mut decider = Decider::new(&plan);
    assert_eq!(
        decider.progress(&rule, &all, 0),
        Progress::Enough {
            count: 10,
            precise: Some(5)
        }
    );
    let some = known(&plan, 9, value);
    assert_eq!(decider.progress(&rule, &some, 0), Progress::Needs(10));
}

#[test]
fn how_many_replications_count_does_not_depend_on_how_many_were_made() {
    let plan = plan(3, 5, Rule::Precision(precision(0.2, 5, 200)));
    let value = |point: u32, n: u32| Some(10.0 + (1.0 + f64::from(point)) * normal(7, point, n));
    let mut decider = Decider::new(&plan);
    let used = |known: &Known, decider: &mut Decider| decider.used(known, 0..3);
    let all = known(&plan, 200, value);
    let expected = used(&all, &mut decider);
    for ahead in [1, 2, 3, 8, 50] {
        let mut known = Known::new();
        loop {
            let wanted = decider.next(&known, 0..3, ahead);
            if wanted.is_empty() {
                break;
            }
            known.extend(
                wanted
                    .into_iter()
                    .map(|key| (key, record(key, value(key.point, key.replication)))),
            );
        }
        assert_eq!(used(&known, &mut decider), expected, "{ahead} at a time");
    }
    assert!(
        expected.len() > 15 && expected.len() < 600,
        "{}",
        expected.len()
    );
}

#[test]
fn a_mean_that_was_precise_enough_to_stop_at_is_covered_nearly_as_often() {
    let plan = plan(1, 10, Rule::Precision(precision(0.05, 5, 1000)));
    let covered = share(|study| {
        let known = known(&plan, 80, |point, n| {
            Some(50.0 + 7.0 * normal(study, point, n))
        });
        let results = Results::new(&plan, &known);
        let bound = |column| number(&results, &known, "points.csv", 0, column);
        (bound("ci_low")..=bound("ci_high")).contains(&50.0)
    });
    assert!((930..=970).contains(&covered), "{covered} of {STUDIES}");
}

#[test]
fn the_best_of_five_is_kept_in_95_of_100_studies_and_the_worst_is_not() {
    let mut plan = plan(5, 10, Rule::Fixed);
    plan.select = Some(Selection {
        response: 0,
        best: Better::Largest,
        confidence: Figure(0.95),
        indifference: Figure(0.0),
    });
    // The second is the best by a little, the last is far behind.
    let means = [0.0, 0.1, 0.0, 0.0, -5.0];
    let kept = |study: u64, point: u32| {
        let value = |point: u32, n: u32| {
            Some(means[point as usize] + normal(study, 9, n) + normal(study, point, n))
        };
        let known = known(&plan, 10, value);
        let results = Results::new(&plan, &known);
        cell(&results, &known, "selection.csv", point, "kept") == "yes"
    };
    let best = share(|study| kept(study, 1));
    assert!(best >= 950, "{best} of {STUDIES}");
    assert_eq!(share(|study| study < 100 && kept(study, 4)), 0);
}

#[test]
fn bisection_finds_the_first_value_that_is_enough_and_looks_at_few() {
    let rule = Rule::Bisection {
        axis: 0,
        objective: 0,
        most: 100,
    };
    let mut plan = plan(64, 100, rule);
    plan.objectives.push(PlannedObjective {
        name: "o".to_owned(),
        response: 0,
        chance: Figure(0.9),
        confidence: Figure(0.95),
    });
    for boundary in [0, 1, 37, 63] {
        let value = |point: u32, _| Some(f64::from(u8::from(point >= boundary)));
        let mut decider = Decider::new(&plan);
        let mut known = Known::new();
        loop {
            let wanted = decider.next(&known, 0..1, 1);
            if wanted.is_empty() {
                break;
            }
            known.extend(
                wanted
                    .into_iter()
                    .map(|key| (key, record(key, value(key.point, key.replication)))),
            );
        }
        let search = decider.search(&known, 0);
        assert_eq!(search.answer, Some(boundary));
        assert!(search.looked.len() <= 7, "{}", search.looked.len());
    }
    let nothing = known(&plan, 100, |_, _| Some(0.0));
    assert_eq!(Decider::new(&plan).search(&nothing, 0).answer, None);
}

#[test]
fn an_objective_that_is_undecided_gets_more_replications_before_it_is_given_up() {
    let rule = Rule::Bisection {
        axis: 0,
        objective: 0,
        most: 200,
    };
    let mut plan = plan(1, 25, rule);
    plan.objectives.push(PlannedObjective {
        name: "o".to_owned(),
        response: 0,
        chance: Figure(0.9),
        confidence: Figure(0.95),
    });
    // One in fifty misses it: 25 replications do not tell, 200 do.
    let known = known(&plan, 200, |_, n| Some(f64::from(u8::from(n % 50 != 0))));
    let search = Decider::new(&plan).search(&known, 0);
    assert_eq!(search.answer, Some(0));
    assert!(search.looked[0].1 > 25, "{:?}", search.looked);
}

#[test]
fn morris_finds_the_slopes_of_a_plane() {
    let mut plan = plan(0, 1, Rule::Fixed);
    plan.axes = ["a", "b"].map(String::from).into();
    plan.question = Question::Morris { levels: 4 };
    plan.points = [[0, 3], [2, 3], [2, 1], [3, 0], [3, 2], [1, 2]]
        .map(|levels| Point {
            values: vec![String::new(); 2],
            settings: Vec::new(),
            levels: levels.into(),
        })
        .into();
    let levels: Vec<Vec<u32>> = plan
        .points
        .iter()
        .map(|point| point.levels.clone())
        .collect();
    let plane = |point: u32, _| {
        let at = |axis: usize| f64::from(levels[point as usize][axis]) / 3.0;
        Some(6.0 * at(0) - 2.0 * at(1))
    };
    let known = known(&plan, 1, plane);
    let results = Results::new(&plan, &known);
    let table = tables::all(&results, &known)
        .into_iter()
        .find(|table| table.name == "sensitivity.csv")
        .unwrap();
    assert_eq!(
        table.text,
        "response,axis,effects,not_reached,undefined,mu,mu_star,mu_star_low,mu_star_high,sigma\n\
         y,a,2,0,0,6,6,,,0\n\
         y,b,2,0,0,-2,2,,,0\n"
    );
}
