//! Rules for trying again, and intervals at which something is looked for again.
//!
//! All of them are read here, so that none can be so short that a run would try without
//! end.

use crate::product::RetryRule;
use crate::scenario::ProblemCode;
use crate::scenario::names::Place;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Period};
use crate::units::{Instant, Share, Span, grouped};

/// The most tries of one thing in one place. Each may be an event of its own.
const MOST_TRIES: u64 = 10_000_000;

/// What is written at `key` over a rule that is there by default.
pub(super) fn retry(
    key: &str,
    (written, default): (Option<&written::RetryRule>, RetryRule),
    horizon: Span,
    problems: &mut Problems,
) -> RetryRule {
    let Some(written) = written else {
        return default;
    };
    let place = |span: &Option<At<written::Period>>| span.as_ref().and_then(At::span);
    let rule = RetryRule {
        count: written.count.map_or(default.count, |tries| tries.0),
        interval: (written.interval.as_ref()).map_or(default.interval, |span| span.0),
        factor: written.factor.map_or(default.factor, |factor| factor.0),
        at_most: (written.at_most.as_ref()).map_or(default.at_most, |span| span.0),
        jitter: (written.jitter.as_ref()).map_or(default.jitter, |share| Share::of(share.0)),
    };
    // A rule that is taken over and contradicts itself has been told of.
    let is_sound = default.at_most >= default.interval;
    if rule.at_most < rule.interval && is_sound {
        let message = format!(
            "no interval is longer than {}, but the first is {}",
            rule.at_most, rule.interval
        );
        let place = place(&written.at_most).or_else(|| place(&written.interval));
        let help = "let `at_most` be as long as `interval` or longer";
        problems.error(ProblemCode::Impossible, place, message, help);
    }
    let at = place(&written.interval);
    refuse(
        &format!("`{key}`"),
        tries(&rule, horizon),
        at,
        horizon,
        problems,
    );
    rule
}

/// A rule for what is not drawn anew in every replication, and can have no jitter.
pub(super) fn retry_without_jitter(
    key: &str,
    (written, default): (Option<&written::RetryRule>, RetryRule),
    horizon: Span,
    problems: &mut Problems,
) -> RetryRule {
    let rule = retry(key, (written, default), horizon, problems);
    if rule.jitter > Share::NONE {
        let place = written.and_then(|rule| rule.jitter.as_ref().and_then(At::span));
        let message = "packages are sent alike in every replication, so that there is no jitter";
        let help = "leave `jitter` out; `factor` and `at_most` can be said here";
        problems.error(ProblemCode::Impossible, place, message.to_owned(), help);
    }
    rule
}

/// The interval that is written at `key`, at which something is tried or looked for again.
pub(super) fn every(
    key: &str,
    written: Option<&At<Period>>,
    horizon: Span,
    problems: &mut Problems,
) -> Option<Span> {
    let written = written?;
    let times = times(written.0, horizon);
    refuse(
        &format!("`{key}`"),
        times,
        written.span(),
        horizon,
        problems,
    );
    Some(written.0)
}

/// How many tries a rule makes within the horizon, jitter aside.
fn tries(rule: &RetryRule, horizon: Span) -> u64 {
    let steady = RetryRule {
        jitter: Share::NONE,
        ..*rule
    };
    let end = Instant(horizon.0);
    steady.tries(0, Instant::START, end, |_| 0).count.into()
}

/// How many times an interval fits into the horizon.
pub(in crate::scenario) const fn times(interval: Span, horizon: Span) -> u64 {
    match horizon.0.checked_div(interval.0) {
        Some(times) => times,
        None => u64::MAX,
    }
}

/// Refuses what would be tried too often; whether it does.
pub(in crate::scenario) fn refuse(
    what: &str,
    tries: u64,
    place: Place,
    horizon: Span,
    problems: &mut Problems,
) -> bool {
    if tries <= MOST_TRIES {
        return false;
    }
    let message = format!(
        "{what} allows {} tries in {horizon}, more than {}",
        grouped(tries),
        grouped(MOST_TRIES)
    );
    // An interval that is enough whatever the count and the factor are.
    let least = Span::from_secs(horizon.0.div_ceil(MOST_TRIES).div_ceil(1_000_000));
    let help = format!(
        "let the interval be {} or longer, which is enough for this horizon, or make `horizon` shorter",
        least.exactly()
    );
    problems.error(ProblemCode::TooMany, place, message, help);
    true
}
