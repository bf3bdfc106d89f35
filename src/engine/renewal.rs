//! Alternating renewal processes: up for a time, down for a time, for ever, and
//! looked up where somebody asks, without events.
//!
//! Spells are drawn per cycle, and the process is in equilibrium at the start. A
//! [`Track`] remembers how far it has been followed, and the beginning of every
//! 64th cycle. What is asked near the last question costs one step, and a jump
//! into the future as many as lie between, once for all later questions.

use super::{Distribution, Draws, Residual};
use crate::units::{Instant, Span};
use std::sync::OnceLock;

/// How many cycles lie between two that a [`Track`] remembers.
const STRIDE: u64 = 64;

/// The distributions of the two kinds of spell.
#[derive(Debug, Clone)]
pub struct Renewal {
    up: Distribution,
    down: Distribution,
    equilibrium: OnceLock<(Residual, Residual)>,
}

/// One time up and the time down after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    /// Its number, from 0 at the start.
    pub number: u64,
    /// When it begins.
    pub begins: Instant,
    /// When the time up ends; cycle 0 may have none.
    pub down: Instant,
    /// When the next cycle begins.
    pub ends: Instant,
}

/// How far one process has been followed.
#[derive(Debug, Clone, Default)]
pub struct Track {
    cycle: Option<Cycle>,
    /// The beginnings of every [`STRIDE`]-th cycle so far.
    marks: Vec<Instant>,
}

impl PartialEq for Renewal {
    fn eq(&self, other: &Self) -> bool {
        (self.up, self.down) == (other.up, other.down)
    }
}

impl Renewal {
    /// A process with these spells.
    pub const fn new(up: Distribution, down: Distribution) -> Self {
        Self {
            up,
            down,
            equilibrium: OnceLock::new(),
        }
    }

    /// The distribution of a time up.
    pub const fn up(&self) -> Distribution {
        self.up
    }

    /// The distribution of a time down.
    pub const fn down(&self) -> Distribution {
        self.down
    }

    /// The share of time that the process is up.
    pub fn up_share(&self) -> f64 {
        let (up, down) = self.equilibrium();
        up.mean_spell() / (up.mean_spell() + down.mean_spell())
    }

    fn equilibrium(&self) -> &(Residual, Residual) {
        self.equilibrium
            .get_or_init(|| (Residual::of(&self.up), Residual::of(&self.down)))
    }

    /// The cycle that `now` lies in. `draws` gives the draws of a cycle: of cycle
    /// 0, whether it is up, what is left of that, and the time down after it; of
    /// any other the time up and the time down.
    pub fn cycle(&self, track: &mut Track, now: Instant, draws: impl Fn(u64) -> Draws) -> Cycle {
        let mut cycle = match track.cycle {
            Some(cycle) if cycle.begins <= now => cycle,
            Some(_) => {
                let mark = track.marks.partition_point(|begins| *begins <= now) - 1;
                self.nth(mark as u64 * STRIDE, track.marks[mark], &draws)
            }
            None => {
                track.marks.push(Instant::START);
                self.nth(0, Instant::START, &draws)
            }
        };
        while cycle.ends <= now && cycle.ends.is_some() {
            let number = cycle.number + 1;
            if number == track.marks.len() as u64 * STRIDE {
                track.marks.push(cycle.ends);
            }
            cycle = self.nth(number, cycle.ends, &draws);
        }
        track.cycle = Some(cycle);
        cycle
    }

    fn nth(&self, number: u64, begins: Instant, draws: impl Fn(u64) -> Draws) -> Cycle {
        let drawn = draws(number);
        // No spell is empty: at its first moment it holds.
        let spell = |span: Span| span.max(Span(1));
        let (up, down) = if number > 0 {
            (
                spell(self.up.sample(drawn.uniform(0))),
                spell(self.down.sample(drawn.uniform(1))),
            )
        } else if drawn.uniform(0) < self.up_share() {
            let rest = self.equilibrium().0.sample(drawn.uniform(1));
            (spell(rest), spell(self.down.sample(drawn.uniform(2))))
        } else {
            let rest = self.equilibrium().1.sample(drawn.uniform(1));
            (Span::ZERO, spell(rest))
        };
        let down_from = begins + up;
        Cycle {
            number,
            begins,
            down: down_from,
            ends: down_from + down,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Streams;

    const HOUR: u64 = 3_600_000_000;

    fn weibull(shape: f64, hours: f64) -> Distribution {
        let scale = Span::from_secs_f64(hours * 3_600.0);
        Distribution::Weibull { shape, scale }
    }

    /// Failure Trace Archive, Microsoft99.
    fn corporate() -> Renewal {
        Renewal::new(weibull(0.55, 35.30), weibull(0.60, 9.34))
    }

    /// The cycles of process `who`, up to `end`.
    fn cycles(renewal: &Renewal, who: u64, end: Instant) -> Vec<Cycle> {
        let streams = Streams::new(7, 0);
        let mut track = Track::default();
        let mut found = Vec::new();
        let mut now = Instant::START;
        while now < end {
            let cycle = renewal.cycle(&mut track, now, |n| streams.block(who, 5, n));
            found.push(cycle);
            now = cycle.ends;
        }
        found
    }

    #[test]
    fn any_order_of_questions_gives_the_same_answers() {
        let streams = Streams::new(7, 0);
        let renewal = corporate();
        let draws = |n| streams.block(11, 5, n);
        let asked: Vec<Instant> = (0..500u64)
            .map(|i| Instant(i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % (87_600 * HOUR)))
            .collect();
        let mut jumping = Track::default();
        for now in asked {
            let alone = renewal.cycle(&mut Track::default(), now, draws);
            assert_eq!(renewal.cycle(&mut jumping, now, draws), alone);
            assert!(alone.begins <= now && now < alone.ends);
        }
    }

    #[test]
    fn availability_is_the_mean_share_from_the_first_moment_on() {
        let up = 35.30 * libm::tgamma(1.0 + 1.0 / 0.55);
        let down = 9.34 * libm::tgamma(1.0 + 1.0 / 0.60);
        let expected = up / (up + down);
        let renewal = corporate();
        assert!((renewal.up_share() - expected).abs() < 1e-4);
        let streams = Streams::new(3, 0);
        for hour in [0, 1, 24, 24 * 28] {
            let now = Instant(hour * HOUR);
            let up = (0..10_000u64).filter(|who| {
                let draws = |n| streams.block(*who, 5, n);
                now < renewal.cycle(&mut Track::default(), now, draws).down
            });
            // Four standard deviations of 10,000 trials are 1.6 %.
            let share = up.count() as f64 / 10_000.0;
            assert!((share - expected).abs() < 0.016, "{hour} h: {share}");
        }
    }

    #[test]
    fn the_first_passage_to_hours_up_at_a_stretch_has_its_closed_form() {
        // Up times exponential with rate a, down times with rate b. A machine that
        // is up needs (e^(ah) - 1) (1/a + 1/b) on average until it has been up for h
        // at a stretch; one that is down 1/b more.
        let (a, b, h) = (1.0 / 5.0, 1.0 / 3.0, 4.0f64);
        let mean = |hours: f64| Distribution::Exponential {
            mean: Span::from_secs_f64(hours * 3_600.0),
        };
        let renewal = Renewal::new(mean(1.0 / a), mean(1.0 / b));
        let from_up = (libm::exp(a * h) - 1.0) * (1.0 / a + 1.0 / b);
        let expected = from_up + (1.0 - b / (a + b)) / b;
        let end = Instant(1_000 * HOUR);
        let passage = |who| {
            let stretch = Span(4 * HOUR);
            let found = cycles(&renewal, who, end).into_iter();
            let mut long = found.filter(|cycle| cycle.down.since(cycle.begins) >= stretch);
            long.next().map_or(1_000.0, |cycle| {
                (cycle.begins.0 + stretch.0) as f64 / HOUR as f64
            })
        };
        let measured = (0..5_000).map(passage).sum::<f64>() / 5_000.0;
        assert!(
            (measured / expected - 1.0).abs() < 0.06,
            "{measured} h, {expected} h"
        );
    }

    #[test]
    fn a_published_fit_makes_the_tail_wait_for_days() {
        // Microsoft's rule for updates: two hours at a stretch and six in all.
        let passage = |who| {
            let mut total = 0u64;
            let mut long: Option<u64> = None;
            for cycle in cycles(&corporate(), who, Instant(3_000 * HOUR)) {
                let up = cycle.down.since(cycle.begins).0;
                if long.is_none() && up >= 2 * HOUR {
                    long = Some(cycle.begins.0 + 2 * HOUR);
                }
                if total + up >= 6 * HOUR {
                    let six = cycle.begins.0 + 6 * HOUR - total;
                    if let Some(long) = long {
                        return long.max(six);
                    }
                }
                total += up;
                if total >= 6 * HOUR && long.is_some() {
                    return cycle.down.0;
                }
            }
            3_000 * HOUR
        };
        let mut all: Vec<u64> = (0..5_000).map(passage).collect();
        all.sort_unstable();
        let hours = all[4_750] as f64 / HOUR as f64;
        assert!((45.0..65.0).contains(&hours), "{hours}");
    }

    #[test]
    fn ten_years_are_followed_once() {
        let renewal = corporate();
        let streams = Streams::new(7, 0);
        let drawn = std::cell::Cell::new(0u32);
        let draws = |n| {
            drawn.set(drawn.get() + 1);
            streams.block(1, 5, n)
        };
        let mut track = Track::default();
        let far = Instant(87_600 * HOUR);
        renewal.cycle(&mut track, far, draws);
        let once = drawn.get();
        for back in 0..100u64 {
            renewal.cycle(&mut track, Instant(far.0 - back * 80 * HOUR), draws);
            renewal.cycle(&mut track, far, draws);
        }
        // No question after the first goes back to the start.
        assert!(drawn.get() - once < 100 * 2 * 200, "{}", drawn.get());
        assert!(once > 800 && track.marks.len() as u32 == once.div_ceil(64));
    }
}
