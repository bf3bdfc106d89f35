//! How many machines of a group each site has, and how many of them run which
//! client.

use crate::engine::{Streams, effort, identity};
use crate::product::ClientKind;
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::pattern;
use crate::scenario::patterns::Patterns;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{At, Drawn, FleetGroup, MOST_MACHINES, Sizes};
use crate::units::{Span, counted};
use std::collections::BTreeMap;

/// Machines of a group that says nothing of its size.
const DEFAULT_COUNT: u64 = 100;

/// What the draws for the size of a place are for; the entity is the place and
/// the group together, in replication 0, which no run has.
const SIZE_OF_PLACE: u16 = 1;

/// How many machines each site has, of those that have any: a scenario may have ten
/// thousand groups, each at one of ten thousand sites. Ascending.
pub(super) type Counts = Vec<(usize, u64)>;

/// How many machines of a group each site has.
pub(super) fn counts(
    item: &Item<FleetGroup>,
    plan: &Plan,
    seed: u64,
    has_inventory: bool,
    problems: &mut Problems,
) -> Counts {
    let spec = &item.spec;
    let chosen = match &spec.sites {
        Some(spread) => plan.sites.select(&spread.names, problems),
        None => (0..plan.sites.list().len()).collect(),
    };
    let numbers = match &spec.per_site {
        Some(sizes) => {
            refuse_both(item, sizes, problems);
            sized(item, sizes, &chosen, plan, seed, problems)
        }
        None => {
            let default = if has_inventory { 0 } else { DEFAULT_COUNT };
            let total = spec.count.as_ref().map_or(default, |count| count.0);
            let weights = weights(item, &chosen, plan);
            refuse_no_weight(item, total, &weights, problems);
            split(total, &weights)
        }
    };
    effort::spend(chosen.len());
    let counts = chosen.into_iter().zip(numbers);
    counts.filter(|(_, number)| *number > 0).collect()
}

/// A `per_site` says all: a `count` or weights beside it mean nothing.
fn refuse_both(item: &Item<FleetGroup>, sizes: &At<Sizes>, problems: &mut Problems) {
    let spread = item.spec.sites.as_ref();
    let other = if item.spec.count.is_some() {
        "a `count`"
    } else if spread.is_some_and(|spread| !spread.weights.is_empty()) {
        "weights of its `sites`"
    } else {
        return;
    };
    let message = format!(
        "the fleet group `{}` has both {other} and a `per_site`",
        item.name
    );
    problems.error(
        ProblemCode::Impossible,
        sizes.span(),
        message,
        "keep one of them",
    );
}

/// Weights that are all zero leave the machines of a group no site.
fn refuse_no_weight(item: &Item<FleetGroup>, total: u64, weights: &[f64], problems: &mut Problems) {
    let Some(spread) = item.spec.sites.as_ref() else {
        return;
    };
    let Some(first) = spread.names.first().filter(|_| total > 0) else {
        return;
    };
    if weights.is_empty() || weights.iter().any(|weight| *weight > 0.0) {
        return;
    }
    let message = format!(
        "the weights of the sites of the fleet group `{}` are all zero, so that its {} have no site",
        item.name,
        counted(total, "machine")
    );
    let help = "give one site a weight, or say `count = 0`";
    problems.error(ProblemCode::Impossible, first.span(), message, help);
}

/// The numbers that a `per_site` gives to the chosen sites.
fn sized(
    item: &Item<FleetGroup>,
    sizes: &At<Sizes>,
    chosen: &[usize],
    plan: &Plan,
    seed: u64,
    problems: &mut Problems,
) -> Vec<u64> {
    match &**sizes {
        Sizes::Same(number) => vec![*number; chosen.len()],
        Sizes::Each(numbers) => {
            if numbers.len() != chosen.len() {
                let message = format!(
                    "`per_site` gives {}, and the fleet group `{}` has {}",
                    counted(numbers.len() as u64, "size"),
                    item.name,
                    counted(chosen.len() as u64, "site")
                );
                let help = "give one size for each site, in the order of their names";
                problems.error(ProblemCode::Impossible, sizes.span(), message, help);
            }
            numbers.clone()
        }
        Sizes::Drawn(drawn) => {
            let streams = Streams::new(seed, 0);
            let sample = sampler(drawn);
            let draw = |site: &usize| {
                let place = identity(&plan.sites.get(*site).name);
                let entity = place.rotate_left(32) ^ identity(&item.name);
                sample(streams.block(entity, SIZE_OF_PLACE, 0).uniform(0))
            };
            chosen.iter().map(draw).collect()
        }
    }
}

/// The number of machines, one at least, at a uniform draw.
fn sampler(drawn: &Drawn) -> Box<dyn Fn(f64) -> u64> {
    match *drawn {
        Drawn::Zipf { exponent, most } => {
            let mut sum = 0.0;
            let cumulative: Vec<f64> = (1..=most)
                .map(|k| {
                    sum += libm::pow(k as f64, -exponent);
                    sum
                })
                .collect();
            Box::new(move |uniform| {
                let below = cumulative.partition_point(|so_far| *so_far <= uniform * sum);
                (below as u64 + 1).min(most)
            })
        }
        Drawn::Seconds(distribution) => Box::new(move |uniform| {
            let half = Span::from_secs(1).0 / 2;
            let machines = (distribution.sample(uniform).0.saturating_add(half)) / 1_000_000;
            machines.clamp(1, MOST_MACHINES)
        }),
    }
}

/// The weight of each chosen site: that of its name, else of the longest glob.
fn weights(item: &Item<FleetGroup>, chosen: &[usize], plan: &Plan) -> Vec<f64> {
    let Some(spread) = item.spec.sites.as_ref().filter(|s| !s.weights.is_empty()) else {
        return vec![1.0; chosen.len()];
    };
    let patterns = Ranked::of(spread.names.iter().map(|name| name.as_str()));
    let weight = |site: &usize| {
        let found = patterns.closest(&plan.sites.get(*site).name);
        found.map_or(0.0, |at| spread.weights[at])
    };
    chosen.iter().map(weight).collect()
}

/// Names and globs of sites, by their places in a list.
struct Ranked<'a> {
    all: Patterns,
    written: Vec<&'a str>,
}

impl<'a> Ranked<'a> {
    fn of(patterns: impl Iterator<Item = &'a str>) -> Self {
        let written: Vec<&str> = patterns.collect();
        effort::spend(written.len());
        Self {
            all: written.iter().copied().collect(),
            written,
        }
    }

    /// Which of them says most exactly what `name` is: itself, else the longest glob.
    fn closest(&self, name: &str) -> Option<usize> {
        let fitting = self.all.matching(name).into_iter();
        let fitting = fitting.map(|at| at as usize);
        fitting.max_by_key(|at| {
            let written = self.written[*at];
            let is_name = !pattern::is_glob(written);
            (is_name, written.len(), usize::MAX - at)
        })
    }
}

/// `total` in parts in proportion to `weights`, by largest remainders; of equal
/// ones the first get more.
pub(super) fn split(total: u64, weights: &[f64]) -> Vec<u64> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: &f64| total as f64 * (weight / sum);
    let mut parts: Vec<u64> = weights.iter().map(|weight| exact(weight) as u64).collect();
    let left = total.saturating_sub(parts.iter().sum());
    let mut order: Vec<usize> = (0..weights.len()).collect();
    let remainder = |at: usize| exact(&weights[at]).fract();
    order.sort_by(|a, b| remainder(*b).total_cmp(&remainder(*a)).then(a.cmp(b)));
    order
        .iter()
        .take(left as usize)
        .for_each(|at| parts[*at] += 1);
    parts
}

/// Which client how many of the machines at each site run, apart from `client`,
/// which the others run.
pub(super) fn kinds(
    item: &Item<FleetGroup>,
    client: ClientKind,
    counts: &Counts,
    plan: &Plan,
    problems: &mut Problems,
) -> BTreeMap<ClientKind, Counts> {
    let mut found: BTreeMap<ClientKind, Counts> = BTreeMap::new();
    let Some(written) = &item.spec.kinds else {
        return found;
    };
    for (places, shares) in written {
        plan.sites.select(std::slice::from_ref(places), problems);
        if shares.values().map(|share| share.0).sum::<f64>() > 1.0 + 1e-9 {
            let message = format!("the shares of `{}` are more than 1 together", **places);
            let help = "the machines that are left run the `client` of the group";
            problems.error(ProblemCode::Impossible, places.span(), message, help);
        }
    }
    let tables: Vec<_> = written.iter().collect();
    let patterns = Ranked::of(tables.iter().map(|(places, _)| places.as_str()));
    for (site, count) in counts {
        let Some(at) = patterns.closest(&plan.sites.get(*site).name) else {
            continue;
        };
        let mut left = *count;
        for (kind, share) in tables[at].1 {
            let machines = ((*count as f64 * share.0).round() as u64).min(left);
            if kind.meaning() != client {
                left -= machines;
                found
                    .entry(kind.meaning())
                    .or_default()
                    .push((*site, machines));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_and_are_within_one_of_their_share() {
        assert_eq!(split(10, &[1.0, 1.0, 1.0]), [4, 3, 3]);
        assert_eq!(split(100, &[40.0, 1.0, 1.0, 8.0]), [80, 2, 2, 16]);
        assert_eq!(split(7, &[0.0, 1.0]), [0, 7]);
        assert_eq!(split(7, &[0.0, 0.0]), [0, 0]);
        let weights: Vec<f64> = (1..200).map(|i| f64::from(i * 7 % 31)).collect();
        let parts = split(12_345, &weights);
        let sum: f64 = weights.iter().sum();
        assert_eq!(parts.iter().sum::<u64>(), 12_345);
        for (part, weight) in parts.iter().zip(&weights) {
            assert!((*part as f64 - 12_345.0 * weight / sum).abs() < 1.0);
        }
    }

    #[test]
    fn sizes_of_zipf_have_its_mean() {
        let sample = sampler(&Drawn::Zipf {
            exponent: 1.0,
            most: 100,
        });
        let mean = (0..10_000)
            .map(|i| sample((f64::from(i) + 0.5) / 10_000.0) as f64)
            .sum::<f64>()
            / 10_000.0;
        // 100 over the harmonic number of 100.
        assert!((mean - 100.0 / 5.187_378).abs() < 0.05, "{mean}");
        assert_eq!((sample(0.0), sample(0.999_999)), (1, 100));
    }
}
