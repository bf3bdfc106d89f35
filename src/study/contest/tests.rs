//! Whether the procedure keeps its promise, and is the one of its authors.

use super::*;
use crate::study::figure::Figure;
use crate::study::results::Results;
use crate::study::rule::Decider;
use crate::study::tests::{cell, normal, plan as fixed, record, share};

/// A contest for the largest of `points`, after `first` replications each.
fn plan(points: u32, first: u32, zone: f64) -> StudyPlan {
    let mut plan = fixed(points, first, Rule::Selection { most: 1000 });
    plan.select = Some(Selection {
        response: 0,
        best: Better::Largest,
        confidence: Figure(0.95),
        indifference: Figure(zone),
    });
    plan
}

/// Makes what is asked for, `ahead` replications at a time, until nothing is.
fn play(plan: &StudyPlan, ahead: u32, value: impl Fn(u32, u32) -> Option<f64>) -> Known {
    let mut decider = Decider::new(plan);
    let mut known = Known::new();
    loop {
        let wanted = decider.next(&known, 0..1, ahead);
        if wanted.is_empty() {
            return known;
        }
        let made = |key: RunKey| (key, record(key, value(key.point, key.replication)));
        known.extend(wanted.into_iter().map(made));
    }
}

fn contest(plan: &StudyPlan, known: &Known) -> Contest {
    Contest::of(plan, known).unwrap()
}

fn counts(contest: &Contest) -> Vec<u32> {
    contest
        .entrants
        .iter()
        .map(|entrant| entrant.count)
        .collect()
}

/// Numbers without luck, the same in every language.
fn scattered(point: u32, n: u32) -> f64 {
    let base = [10.0, 10.5, 12.0, 9.0, 11.5][point as usize];
    let own = f64::from((n * (37 + 11 * point)) % 101) / 20.0;
    base + own + f64::from((n * 7) % 13) / 2.0
}

#[test]
fn every_point_makes_as_many_replications_as_in_sim_tools() {
    // sim_tools.ovs.indifference_zone.KN of sim-tools 1.3.0, with the variance
    // of a pair looked up where it stands; contrib/oracles/oracles.py tells
    // more.
    let of = |points, first, zone, best, expected: &[u32], winner| {
        let mut plan = plan(points, first, zone);
        plan.select.as_mut().unwrap().best = best;
        let contest = contest(&plan, &play(&plan, 1, |point, n| Some(scattered(point, n))));
        assert_eq!(counts(&contest), expected);
        assert_eq!(contest.left().collect::<Vec<_>>(), [winner]);
    };
    of(5, 10, 0.5, Better::Largest, &[18, 32, 90, 17, 90], 2);
    of(5, 10, 0.5, Better::Smallest, &[19, 22, 17, 26, 26], 3);
    of(2, 5, 0.25, Better::Largest, &[75, 75], 1);
    of(5, 3, 1.0, Better::Largest, &[6, 80, 155, 3, 155], 2);
}

#[test]
fn the_best_of_five_is_selected_in_95_of_100_studies_when_all_others_are_just_so_much_worse() {
    // The least favourable case: one better than the rest by the indifference.
    let plan = plan(5, 10, 1.0);
    let value = |study: u64| {
        move |point: u32, n: u32| {
            Some(f64::from(u8::from(point == 3)) + 2.0 * normal(study, point, n))
        }
    };
    let selects = |study: u64| {
        let contest = contest(&plan, &play(&plan, 8, value(study)));
        contest.left().collect::<Vec<_>>() == [3]
    };
    let right = share(selects);
    assert!(right >= 950, "{right} of 1000");
    // It is not because all of them go on for ever.
    let known = play(&plan, 1, value(1));
    let made: u32 = counts(&contest(&plan, &known)).iter().sum();
    assert!((60..1500).contains(&made), "{made}");
}

#[test]
fn with_two_points_the_promise_is_kept_without_much_to_spare() {
    let plan = plan(2, 10, 1.0);
    let selects = |study: u64| {
        let value = |point: u32, n: u32| Some(f64::from(point) + 4.0 * normal(study, point, n));
        let contest = contest(&plan, &play(&plan, 50, value));
        contest.left().collect::<Vec<_>>() == [1]
    };
    let right = share(selects);
    assert!((945..=985).contains(&right), "{right} of 1000");
}

#[test]
fn common_random_numbers_shorten_the_contest() {
    let plan = plan(5, 10, 1.0);
    let made = |common: f64| -> u32 {
        let value = |point: u32, n: u32| {
            let own = (1.0 - common * common).sqrt() * normal(5, point, n);
            Some(f64::from(point) + 3.0 * (common * normal(5, 9, n) + own))
        };
        let contest = contest(&plan, &play(&plan, 1, value));
        assert_eq!(contest.left().collect::<Vec<_>>(), [4]);
        counts(&contest).iter().sum()
    };
    let (common, apart) = (made(0.98), made(0.0));
    assert!(common * 2 < apart, "{common} {apart}");
}

#[test]
fn how_the_contest_ends_does_not_depend_on_how_many_are_made_at_a_time() {
    let plan = plan(6, 5, 0.5);
    let value = |point: u32, n: u32| Some(f64::from(point) / 4.0 + normal(3, point, n));
    let one = play(&plan, 1, value);
    let used = |known: &Known| Decider::new(&plan).used(known, 0..1);
    let expected = (contest(&plan, &one), used(&one));
    assert_eq!(expected.1.len(), one.len(), "none is made too many");
    assert_eq!(expected.0.needs, None);
    for ahead in [2, 3, 8, 50] {
        let several = play(&plan, ahead, value);
        assert!(several.len() > one.len());
        assert_eq!(
            (contest(&plan, &several), used(&several)),
            expected,
            "{ahead}"
        );
    }
}

#[test]
fn of_points_that_are_always_the_same_none_is_the_best() {
    let plan = plan(3, 10, 0.5);
    // The first two are the same, whatever the luck; the third always worse.
    let value = |point: u32, n: u32| Some(f64::from(n % 7) - f64::from(u8::from(point == 2)));
    let contest = contest(&plan, &play(&plan, 50, value));
    assert_eq!(counts(&contest), [1000, 1000, 10]);
    assert_eq!(contest.left().collect::<Vec<_>>(), [0, 1]);
    assert_eq!(contest.entrants[2].left, Some(Leaving::Beaten(0)));
    assert_eq!(contest.entrants[0].at_most, None);
}

#[test]
fn what_is_rare_is_waited_for_and_the_order_of_the_points_decides_nothing() {
    for worse in [0, 1] {
        let mut plan = plan(2, 10, 0.1);
        plan.select.as_mut().unwrap().best = Better::Smallest;
        let right = share(|study| {
            let value = |point: u32, n: u32| {
                let often = if point == worse { 1.04 } else { 2.6 };
                Some(f64::from(u8::from(normal(study, point, n) > often)))
            };
            let contest = contest(&plan, &play(&plan, 50, value));
            contest.left().collect::<Vec<_>>() == [1 - worse]
        });
        assert!(right >= 950, "{right} of 1000");
    }
}

#[test]
fn a_point_without_a_number_leaves_and_the_others_go_on() {
    let plan = plan(3, 5, 1.0);
    // The best so far does not come about in its seventh replication.
    let value = |point: u32, n: u32| {
        let number = f64::from(point) * 2.0 + 3.0 * normal(8, point, n);
        (point != 2 || n != 7).then_some(number + 0.001)
    };
    let known = play(&plan, 1, value);
    let contest = contest(&plan, &known);
    assert_eq!(contest.entrants[2].left, Some(Leaving::NoNumber));
    assert_eq!(contest.entrants[2].count, 7);
    assert_eq!(contest.left().collect::<Vec<_>>(), [1]);
    let none = play(&plan, 1, |_, _| None);
    assert_eq!(
        none.len(),
        15,
        "nothing is made beyond the first replications"
    );
    assert_eq!(Contest::of(&plan, &none).unwrap().left().count(), 0);
}

#[test]
fn a_contest_that_ends_undecided_says_how_many_replications_would_decide_it() {
    let mut plan = plan(2, 10, 0.01);
    plan.rule = Rule::Selection { most: 40 };
    let value = |point: u32, n: u32| Some(normal(6, point, n));
    let known = play(&plan, 7, value);
    let results = Results::new(&plan, &known);
    let of = |point, column| cell(&results, &known, "selection.csv", point, column);
    for point in [0, 1] {
        assert_eq!(of(point, "n"), "40");
        assert_eq!(of(point, "kept"), "yes");
        let enough: u64 = of(point, "replications_to_decide").parse().unwrap();
        assert!(enough > 10_000, "{enough}");
    }
}
