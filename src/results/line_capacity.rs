//! What lines could carry in each stretch of `use.csv`, at the capacity that
//! calendars and faults left.

use crate::outcome::Stretches;
use crate::units::{Instant, Rate};
use crate::world::{Change, LinkId, World};
use std::collections::BTreeMap;

/// Bits that each of some lines could carry, by bin.
pub(super) struct LineCapacity(BTreeMap<LinkId, Vec<f64>>);

impl LineCapacity {
    /// Of these lines: one look at all changes, however many lines there are.
    pub(super) fn of(world: &World, lines: impl Iterator<Item = LinkId>) -> Self {
        let mut steps: BTreeMap<LinkId, Vec<(Instant, Rate)>> = lines
            .map(|link| (link, vec![(Instant::START, world.links[link.index()].rate)]))
            .collect();
        for timed in &world.changes {
            if let Change::Link(link, rate) = timed.change
                && let Some(steps) = steps.get_mut(&link)
            {
                steps.push((timed.at(), rate));
            }
        }
        let horizon = Instant(world.horizon.0);
        let bins = |(link, steps): (LinkId, Vec<(Instant, Rate)>)| {
            (
                link,
                by_bin(&steps, horizon, Stretches::of(world.horizon).length.0),
            )
        };
        Self(steps.into_iter().map(bins).collect())
    }

    /// Bits that a line could carry in a bin.
    pub(super) fn bits(&self, line: LinkId, bin: u64) -> f64 {
        let bins = self.0.get(&line).map_or(&[][..], Vec::as_slice);
        bins.get(bin as usize).copied().unwrap_or(0.0)
    }
}

/// The integral of a rate over each bin; `steps` are in order of time.
fn by_bin(steps: &[(Instant, Rate)], horizon: Instant, width: u64) -> Vec<f64> {
    let mut bins = vec![0.0; horizon.0.div_ceil(width).max(1) as usize];
    for (at, (from, rate)) in steps.iter().enumerate() {
        let next = steps.get(at + 1).map_or(horizon, |(next, _)| *next);
        let (from, until) = (from.0.min(horizon.0), next.0.min(horizon.0));
        if rate.0 == 0 || from >= until {
            continue;
        }
        let per_micro = if rate.is_unlimited() {
            f64::INFINITY
        } else {
            rate.0 as f64 / 1e6
        };
        for bin in from / width..=(until - 1) / width {
            let inside = until.min((bin + 1) * width) - from.max(bin * width);
            bins[bin as usize] += per_micro * inside as f64;
        }
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacity_is_the_integral_of_the_rate_over_each_bin() {
        let hour = 3_600_000_000;
        let at = |halves: u64| Instant(halves * hour / 2);
        let steps = [(at(0), Rate(1000)), (at(1), Rate(100)), (at(5), Rate(0))];
        let bins = by_bin(&steps, at(7), hour);
        let wanted = [1000.0 * 1800.0 + 100.0 * 1800.0, 360_000.0, 180_000.0, 0.0];
        assert_eq!(bins.len(), wanted.len());
        for (bin, wanted) in bins.iter().zip(wanted) {
            assert!((bin - wanted).abs() < 1e-3, "{bins:?}");
        }
    }
}
