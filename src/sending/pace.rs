//! A sending under a rate limit: blocks at full speed, pauses between them.
//!
//! The only sending on its route, so that everything up to the next change of
//! terms follows from its beginning: a run of blocks is one event, however
//! many blocks it has.

use crate::engine::TransferId;
use crate::units::{Instant, Rate, Size, Span};
use crate::world::sending::{Hours, RateLimit};

/// Time that `size` takes at `rate`, rounded up to the microsecond;
/// [`Span::FOREVER`] if it never ends.
pub(super) fn time_for(size: Size, rate: Rate) -> Span {
    if size.0 == 0 || rate.is_unlimited() {
        return Span::ZERO;
    }
    let microbits = u128::from(size.0) * 8_000_000;
    match microbits.checked_div(u128::from(rate.0)) {
        None => Span::FOREVER,
        Some(_) => saturated(microbits.div_ceil(u128::from(rate.0))),
    }
}

/// Whole bytes that pass in `span` at `rate`.
fn bytes_in(span: Span, rate: Rate) -> u64 {
    if rate.is_unlimited() {
        return u64::MAX;
    }
    let bytes = u128::from(span.0) * u128::from(rate.0) / 8_000_000;
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

fn saturated(micros: u128) -> Span {
    Span(u64::try_from(micros).unwrap_or(u64::MAX))
}

/// A run of blocks under the same terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    begun: Instant,
    pub(super) rate: Rate,
    block: Size,
    /// Time that a full block takes.
    burst: Span,
    /// From the beginning of one block to that of the next.
    cycle: Span,
    /// What was left at the beginning.
    left: Size,
    /// When the run ends: with its last byte, or with the first block that
    /// begins under other terms.
    pub(super) end: Instant,
    /// Whether the last byte is sent by then.
    pub(super) completes: bool,
}

impl Run {
    /// The run that begins at `now` with `left` bytes to go, over links of `rate`
    /// until `until`, that `hours` limit.
    pub(super) fn begin(
        now: Instant,
        left: Size,
        rate: Rate,
        until: Instant,
        hours: &Hours,
    ) -> Self {
        let (block, cycle) = rhythm(now, left, rate, hours);
        let blocks = if block.0 == 0 {
            0
        } else {
            left.0.div_ceil(block.0)
        };
        let ahead = hours.next_change(now).min(until).since(now).0;
        let in_time = if cycle.0 == 0 {
            u64::MAX
        } else {
            ahead.div_ceil(cycle.0)
        };
        let mut run = Self {
            begun: now,
            rate,
            block,
            burst: time_for(block, rate),
            cycle,
            left,
            end: Instant::NEVER,
            completes: blocks <= in_time,
        };
        if block.0 == 0 && left.0 > 0 {
            run.completes = false;
        } else if rate.0 == 0 && left.0 > 0 {
            run.completes = false;
            run.end = until;
        } else if run.completes {
            run.end = run.last_byte(blocks);
        } else {
            run.end = now + saturated(u128::from(in_time) * u128::from(cycle.0));
        }
        run
    }

    fn last_byte(&self, blocks: u64) -> Instant {
        let before = blocks.saturating_sub(1);
        let last = Size(self.left.0 - before * self.block.0);
        let cycles = saturated(u128::from(before) * u128::from(self.cycle.0));
        self.begun + cycles + time_for(last, self.rate)
    }

    /// Bytes sent by `now`, which is not after the run's end, and the time
    /// spent sending them.
    pub(super) fn progress(&self, now: Instant) -> (Size, Span) {
        let passed = now.since(self.begun);
        if self.completes && now >= self.end {
            let blocks = if self.block.0 == 0 {
                0
            } else {
                self.left.0.div_ceil(self.block.0)
            };
            let pauses =
                u128::from(self.cycle.0 - self.burst.0) * u128::from(blocks.saturating_sub(1));
            return (self.left, Span(passed.0 - saturated(pauses).0));
        }
        if self.cycle.0 == 0 {
            return (Size(0), Span::ZERO);
        }
        let (cycles, rest) = (passed.0 / self.cycle.0, Span(passed.0 % self.cycle.0));
        let part = bytes_in(rest, self.rate).min(self.block.0);
        let moved = cycles.saturating_mul(self.block.0).saturating_add(part);
        let busy = cycles.saturating_mul(self.burst.0) + rest.min(self.burst).0;
        (Size(moved).min(self.left), Span(busy))
    }
}

/// A block on a network that others share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) transfer: TransferId,
    pub(super) begun: Instant,
    pub(super) size: Size,
}

/// How large the next block is of `left` bytes.
pub(super) fn block_of(left: Size, limit: &RateLimit) -> Size {
    match limit {
        RateLimit::None => left,
        RateLimit::Percent { block, .. } | RateLimit::Pulse { block, .. } => left.min(*block),
    }
}

/// When the block after one that took from `begun` to `ended` begins.
pub(super) fn next_block(begun: Instant, ended: Instant, hours: &Hours) -> Instant {
    let burst = u128::from(ended.since(begun).0);
    match *hours.limit {
        RateLimit::None => ended,
        RateLimit::Percent { .. } => {
            let percent = u128::from(hours.percent(begun)).max(1);
            begun + saturated((burst * 100).div_ceil(percent))
        }
        RateLimit::Pulse { every, .. } => ended.max(begun + every),
    }
}

/// The block, and the time from one block to the next, under the terms of
/// `now`.
fn rhythm(now: Instant, left: Size, rate: Rate, hours: &Hours) -> (Size, Span) {
    match *hours.limit {
        RateLimit::None => (left, time_for(left, rate)),
        RateLimit::Percent { block, .. } => {
            let burst = time_for(block, rate);
            let percent = u128::from(hours.percent(now)).max(1);
            (
                block,
                saturated((u128::from(burst.0) * 100).div_ceil(percent)),
            )
        }
        RateLimit::Pulse { block, every } => (block, time_for(block, rate).max(every)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::sending::{Schedule, WeekClock};

    const BLOCK: Size = Size(1_000);
    /// A block takes a millisecond.
    const RATE: Rate = Rate(8_000_000);

    fn run(now: u64, left: u64, limit: &RateLimit) -> Run {
        let schedule = Schedule::default();
        let hours = Hours {
            clock: WeekClock::default(),
            schedule: &schedule,
            limit,
        };
        Run::begin(Instant(now), Size(left), RATE, Instant::NEVER, &hours)
    }

    #[test]
    fn a_quarter_of_the_time_means_three_blocks_of_silence_after_each_but_the_last() {
        let limit = RateLimit::Percent {
            by_hour: [25; 24],
            block: BLOCK,
        };
        let run = run(7, 10_500, &limit);
        assert_eq!(
            (run.end, run.completes),
            (Instant(7 + 10 * 4_000 + 500), true)
        );
        assert_eq!(run.progress(run.end), (Size(10_500), Span(10_500)));
        assert_eq!(
            run.progress(Instant(7 + 4_000 + 250)),
            (Size(1_250), Span(1_250))
        );
        assert_eq!(
            run.progress(Instant(7 + 4_000 + 3_250)),
            (Size(2_000), Span(2_000))
        );
    }

    #[test]
    fn a_pulse_keeps_its_interval_unless_the_block_takes_longer() {
        let every = |every| RateLimit::Pulse {
            block: BLOCK,
            every: Span(every),
        };
        assert_eq!(run(0, 3_000, &every(5_000)).end, Instant(11_000));
        assert_eq!(run(0, 3_000, &every(10)).end, Instant(3_000));
    }

    #[test]
    fn a_run_ends_with_the_last_block_that_begins_under_its_terms() {
        let hour = Span::from_hours(1).0;
        let mut by_hour = [50; 24];
        by_hour[1] = 10;
        let limit = RateLimit::Percent {
            by_hour,
            block: BLOCK,
        };
        let begin = hour - 5_000;
        let run = run(begin, 1_000_000, &limit);
        assert_eq!((run.end, run.completes), (Instant(begin + 6_000), false));
        assert_eq!(run.progress(run.end), (Size(3_000), Span(3_000)));
    }

    #[test]
    fn nothing_takes_no_time_and_no_rate_takes_for_ever() {
        let limit = RateLimit::Percent {
            by_hour: [1; 24],
            block: BLOCK,
        };
        assert_eq!(run(5, 0, &limit).end, Instant(5));
        let schedule = Schedule::default();
        let hours = Hours {
            clock: WeekClock::default(),
            schedule: &schedule,
            limit: &limit,
        };
        assert_eq!(
            Run::begin(Instant(5), Size(1), Rate(0), Instant::NEVER, &hours).end,
            Instant::NEVER
        );
        assert_eq!(
            Run::begin(Instant(5), Size(1), Rate::UNLIMITED, Instant::NEVER, &hours).end,
            Instant(5)
        );
        let empty = RateLimit::Pulse {
            block: Size(0),
            every: Span(1),
        };
        assert_eq!(run(0, 1, &empty).end, Instant::NEVER);
    }
}
