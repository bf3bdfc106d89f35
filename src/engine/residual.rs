//! What is left of a spell that is under way when somebody starts to look.
//!
//! In an alternating renewal process that has run for ever, the rest of the
//! current spell has the equilibrium distribution: its density at x is the
//! chance of a spell longer than x, over the mean spell (D. R. Cox, "Renewal
//! Theory", 1962, section 5.2). Few distributions have a closed form of it, so its
//! quantiles are tabulated from those of the spell, once.

use super::Distribution;
use crate::units::Span;

/// Points in the lower half of probability, where the slices are equal.
const LOWER: u32 = 128;
/// Points for each halving of the tail, in the upper half.
const PER_HALVING: i32 = 8;
/// Halvings of the tail: below 2^-53 no draw can come.
const HALVINGS: i32 = 53;

/// The equilibrium distribution of a [`Distribution`], as a table of quantiles;
/// between two points it is uniform, which is right to 1 part in 1,000.
#[derive(Debug, Clone, PartialEq)]
pub struct Residual {
    /// Probability and seconds, both rising from zero; the last probability is 1.
    points: Vec<(f64, f64)>,
    mean: f64,
}

impl Residual {
    /// The table for spells of this distribution.
    pub fn of(spell: &Distribution) -> Self {
        let value = |tail: f64| spell.sample(1.0 - tail).seconds();
        let mut points = vec![(0.0, 0.0)];
        // The integral of the quantile over the probability so far. With it, the
        // integral of the chance to exceed, up to the quantile, follows by parts.
        let mut below = 0.0;
        let mut before = (1.0, spell.sample(0.0).seconds());
        points.push((before.1, before.1));
        for tail in tails() {
            let here = (tail, value(tail));
            let between = value(f64::midpoint(before.0, tail));
            // Simpson's rule over one slice of probability.
            below += (before.0 - tail) / 6.0 * (before.1 + 4.0 * between + here.1);
            points.push((tail * here.1 + below, here.1));
            before = here;
        }
        let mean = points.last().map_or(0.0, |last| last.0);
        let scale = if mean > 0.0 { 1.0 / mean } else { 0.0 };
        let mut highest = 0.0f64;
        for point in &mut points {
            highest = highest.max(point.0 * scale);
            point.0 = highest;
        }
        Self { points, mean }
    }

    /// The mean spell, in seconds.
    pub fn mean_spell(&self) -> f64 {
        self.mean
    }

    /// The rest of a spell at `uniform` in `[0, 1)`: the quantile.
    pub fn sample(&self, uniform: f64) -> Span {
        let after = self.points.partition_point(|point| point.0 <= uniform);
        let (Some(low), Some(high)) = (
            self.points.get(after.wrapping_sub(1)),
            self.points.get(after),
        ) else {
            return Span::from_secs_f64(self.points.last().map_or(0.0, |last| last.1));
        };
        let part = (uniform - low.0) / (high.0 - low.0);
        Span::from_secs_f64(low.1 + part * (high.1 - low.1))
    }
}

/// The chances to exceed at which the quantile is looked up, falling.
fn tails() -> impl Iterator<Item = f64> {
    let lower = (1..=LOWER).map(|i| 1.0 - 0.5 * f64::from(i) / f64::from(LOWER));
    let upper = (1..=PER_HALVING * (HALVINGS - 1))
        .map(|i| 0.5 * libm::exp2(-f64::from(i) / f64::from(PER_HALVING)));
    lower.chain(upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(hours: f64) -> Span {
        Span::from_secs_f64(hours * 3_600.0)
    }

    #[test]
    fn what_is_left_of_an_exponential_spell_is_exponential() {
        let spell = Distribution::Exponential { mean: hours(10.0) };
        let rest = Residual::of(&spell);
        for i in 0..1_000 {
            let uniform = f64::from(i) / 1_000.0;
            let (left, whole) = (rest.sample(uniform), spell.sample(uniform));
            let apart = (left.seconds() - whole.seconds()).abs();
            assert!(apart < 36.0 + 1e-3 * whole.seconds(), "{uniform}: {left}");
        }
    }

    #[test]
    fn what_is_left_of_a_constant_spell_is_uniform() {
        let rest = Residual::of(&Distribution::Constant(hours(8.0)));
        for i in 0..100 {
            let uniform = f64::from(i) / 100.0;
            let expected = 8.0 * 3_600.0 * uniform;
            assert!((rest.sample(uniform).seconds() - expected).abs() < 1.0);
        }
    }

    #[test]
    fn the_mean_that_is_left_is_half_the_second_moment_over_the_first() {
        // Of Weibull spells: gamma(1 + 2/k) / (2 gamma(1 + 1/k)) scales.
        for (shape, scale) in [(0.55, 35.30), (0.60, 9.34), (0.64, 10.86), (2.0, 8.0)] {
            let spell = Distribution::Weibull {
                shape,
                scale: hours(scale),
            };
            let rest = Residual::of(&spell);
            let slices = 20_000;
            let left = |i: u32| libm::pow(1.0 - f64::from(i) / f64::from(slices), 4.0);
            let mean: f64 = (0..slices)
                .map(|i| {
                    let (high, low) = (left(i), left(i + 1));
                    let middle = rest.sample(1.0 - f64::midpoint(high, low));
                    (high - low) * middle.seconds() / 3_600.0
                })
                .sum();
            let expected =
                scale * libm::tgamma(1.0 + 2.0 / shape) / (2.0 * libm::tgamma(1.0 + 1.0 / shape));
            assert!((mean / expected - 1.0).abs() < 2e-3, "{shape}: {mean}");
            let first = scale * 3_600.0 * libm::tgamma(1.0 + 1.0 / shape);
            assert!((rest.mean_spell() / first - 1.0).abs() < 1e-4);
        }
    }
}
