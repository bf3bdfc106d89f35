//! How often and how long something is tried again.
//!
//! SMS tries again at one interval. That intervals grow, up to a longest one,
//! and are longer or shorter by chance, is how crowds of clients are kept apart
//! elsewhere (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture
//! Blog, March 2015): what if SMS did so too? All of it is whole microseconds,
//! so that tries that are counted in one step come at the very times at which
//! they would have come one by one.

use crate::units::{Instant, Share, Span};

/// A rule for trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryRule {
    /// Tries after the first; `u32::MAX` means without end.
    pub count: u32,
    /// Time from the first failure to the next try.
    pub interval: Span,
    /// How many thousandths of the one before each interval is, at least 1,000.
    pub factor: u32,
    /// No interval is longer, but for its jitter.
    pub at_most: Span,
    /// By which share of it an interval is longer or shorter at most, anew each
    /// time.
    pub jitter: Share,
}

/// Tries that follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// How many.
    pub count: u32,
    /// When the last of them is; when they were counted from, if there is none.
    pub last: Instant,
    /// When the one after them is.
    pub next: Instant,
}

impl RetryRule {
    /// The factor that leaves intervals as they are.
    pub const ONE: u32 = 1_000;

    /// The same interval each time.
    pub const fn steady(count: u32, interval: Span) -> Self {
        Self {
            count,
            interval,
            factor: Self::ONE,
            at_most: Span(u64::MAX),
            jitter: Share::NONE,
        }
    }

    /// Time from a failure to the next try, when `used` tries have been made
    /// after the first; without jitter.
    pub fn pause(&self, used: u32) -> Span {
        let mut pause = self.first();
        for _ in 0..used {
            let longer = self.longer(pause);
            if longer == pause {
                break;
            }
            pause = longer;
        }
        pause
    }

    /// When the next try is, after a failure at `now`; `draw` is a word for
    /// this one interval.
    pub fn next(&self, used: u32, now: Instant, draw: impl FnOnce() -> u64) -> Instant {
        now + self.jittered(self.pause(used), draw)
    }

    /// The tries up to `until` that follow a failure at `from`, when `used` tries
    /// have been made before; `draw` gives a word for the interval that begins
    /// at an instant.
    pub fn tries(
        &self,
        used: u32,
        from: Instant,
        until: Instant,
        draw: impl Fn(Instant) -> u64,
    ) -> Tries {
        let most = self.count.saturating_sub(used);
        let (mut count, mut last, mut pause) = (0, from, self.pause(used));
        while count < most {
            let longer = self.longer(pause);
            if self.jitter == Share::NONE && longer == pause {
                // Nothing changes any more.
                let more = (until.since(last).0 / pause.0).min(u64::from(most - count));
                count += more as u32;
                last = last + Span(more * pause.0);
                break;
            }
            let next = last + self.jittered(pause, || draw(last));
            if next > until {
                break;
            }
            (count, last, pause) = (count + 1, next, longer);
        }
        let next = last + self.jittered(pause, || draw(last));
        Tries { count, last, next }
    }

    /// No interval is nothing at all, so that time goes on.
    fn first(&self) -> Span {
        self.interval.min(self.at_most).max(Span(1))
    }

    fn longer(&self, pause: Span) -> Span {
        let longer = u128::from(pause.0) * u128::from(self.factor) / u128::from(Self::ONE);
        let longer = Span(u64::try_from(longer).unwrap_or(u64::MAX));
        longer.min(self.at_most).max(pause)
    }

    fn jittered(&self, pause: Span, draw: impl FnOnce() -> u64) -> Span {
        if self.jitter == Share::NONE {
            return pause;
        }
        let most = u128::from(self.jitter.part_of(pause.0));
        let shift = ((2 * most + 1) * u128::from(draw() >> 32)) >> 32;
        let jittered = u128::from(pause.0) + shift - most;
        Span(u64::try_from(jittered).unwrap_or(u64::MAX).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: u64 = 1_000_000;

    /// No draws.
    fn none(_: Instant) -> u64 {
        unreachable!("without jitter nothing is drawn")
    }

    #[test]
    fn intervals_grow_by_the_factor_up_to_the_longest() {
        let rule = RetryRule {
            factor: 2_000,
            at_most: Span::from_mins(60),
            ..RetryRule::steady(9, Span::from_mins(10))
        };
        let minutes: Vec<u64> = (0..5).map(|n| rule.pause(n).0 / 60 / SECOND).collect();
        assert_eq!(minutes, [10, 20, 40, 60, 60]);
    }

    /// 10 min × (1 + 2 + 4 + … + 2^(n-1)) = 10 min × (2^n - 1).
    #[test]
    fn without_a_longest_interval_the_times_are_a_geometric_sum() {
        let rule = RetryRule {
            factor: 2_000,
            ..RetryRule::steady(u32::MAX, Span::from_mins(10))
        };
        let week = Instant(7 * 24 * 3_600 * SECOND);
        let tries = rule.tries(0, Instant::START, week, none);
        // 2^9 - 1 = 511 intervals of the first length are 85 h, 1,023 are 170.5 h.
        assert_eq!(tries.count, 9);
        assert_eq!(tries.last, Instant(511 * 600 * SECOND));
        assert_eq!(tries.next, Instant(1_023 * 600 * SECOND));
    }

    #[test]
    fn intervals_that_outgrow_all_time_end_there() {
        let rule = RetryRule {
            factor: 1_000_000,
            ..RetryRule::steady(u32::MAX, Span::from_days(300))
        };
        assert_eq!(rule.pause(u32::MAX), Span(u64::MAX));
        let tries = rule.tries(50, Instant::START, Instant(u64::MAX - 1), none);
        assert_eq!(tries.count, 0);
    }

    #[test]
    fn jitter_leaves_the_mean_as_it_is_and_keeps_within_its_share() {
        let rule = RetryRule {
            jitter: Share::per_mille(500),
            ..RetryRule::steady(9, Span(1_000))
        };
        let spans: Vec<u64> = (0..4_000_u64)
            .map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15))
            .map(|word| rule.jittered(Span(1_000), || word).0)
            .collect();
        assert!(spans.iter().all(|span| (500..=1_500).contains(span)));
        let mean = spans.iter().sum::<u64>() / 4_000;
        assert!((995..=1_005).contains(&mean), "{mean}");
    }

    #[test]
    fn a_small_jitter_is_as_small_as_it_is_written() {
        let jittered = |share: f64| {
            let jitter = Share::of(share);
            let rule = RetryRule {
                jitter,
                ..RetryRule::steady(9, Span::from_mins(10))
            };
            [0, u64::MAX].map(|word| rule.jittered(Span::from_mins(10), || word).0)
        };
        let minutes = 600 * SECOND;
        assert_eq!(jittered(0.000_01), [minutes - 6_000, minutes + 6_000]);
        assert_eq!(jittered(0.000_4), [minutes - 240_000, minutes + 240_000]);
        assert_eq!(jittered(1e-12), [minutes, minutes]);
    }

    fn word(at: Instant) -> u64 {
        (at.0 ^ 0xABCD).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    proptest! {
        #[test]
        fn tries_in_one_step_are_those_made_one_by_one(
            count in prop_oneof![Just(u32::MAX), 0..40_u32],
            interval in 1..5_000_u64,
            factor in 1_000..4_000_u32,
            at_most in prop_oneof![Just(u64::MAX), 5_000..50_000_u64],
            jitter in prop_oneof![Just(0), 0..=1_000_u32].prop_map(Share::per_mille),
            used in 0..30_u32,
            from in 0..10_000_u64,
            long in 0..200_000_u64,
        ) {
            let rule = RetryRule {
                count, interval: Span(interval), factor, at_most: Span(at_most), jitter,
            };
            let until = Instant(from + long);
            let (mut made, mut last) = (0, Instant(from));
            while used + made < count {
                let next = rule.next(used + made, last, || word(last));
                if next > until {
                    break;
                }
                (made, last) = (made + 1, next);
            }
            let next = rule.next(used + made, last, || word(last));
            prop_assert_eq!(
                rule.tries(used, Instant(from), until, word),
                Tries { count: made, last, next }
            );
        }
    }
}
