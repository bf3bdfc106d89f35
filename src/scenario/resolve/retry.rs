//! Rules for trying again.

use crate::product::RetryRule;
use crate::scenario::ProblemCode;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At};
use crate::units::Share;

/// What is written over a rule that is there by default.
pub(super) fn retry(
    written: Option<&written::RetryRule>,
    default: RetryRule,
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
    rule
}

/// The same for what is not drawn anew in every replication.
pub(super) fn retry_without_jitter(
    written: Option<&written::RetryRule>,
    default: RetryRule,
    problems: &mut Problems,
) -> RetryRule {
    let rule = retry(written, default, problems);
    if rule.jitter > Share::NONE {
        let place = written.and_then(|rule| rule.jitter.as_ref().and_then(At::span));
        let message = "packages are sent alike in every replication, so that there is no jitter";
        let help = "leave `jitter` out; `factor` and `at_most` can be said here";
        problems.error(ProblemCode::Impossible, place, message.to_owned(), help);
    }
    rule
}
