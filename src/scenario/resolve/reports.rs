//! Traffic of policy, locations and status, and its delays.

use super::retry;
use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::units::{Size, Span};
use crate::world::{Reporting, Traffic};

/// What is to be counted, if anything.
pub(super) fn traffic(plan: &Plan) -> Option<Traffic> {
    let written = plan.written.traffic.as_ref()?;
    Some(Traffic {
        poll: written.poll.map_or(Size(1_000), |size| size.0),
        location: written.location.map_or(Size(4_000), |size| size.0),
    })
}

/// How reports come to the site server; `None` if they do so at once.
pub(super) fn reporting(plan: &Plan, problems: &mut Problems) -> Option<Reporting> {
    let written = plan.written.reports.as_ref()?;
    let retry = retry::every("retry", written.retry.as_ref(), plan.horizon, problems);
    let processing = written.processing.map_or(Span::ZERO, |span| span.0);
    if let Some(inbox) = written.inbox.as_ref().filter(|_| processing == Span::ZERO) {
        let message = "an inbox from which messages are taken at once is never full".to_owned();
        let help = "say how long the site server takes for one: processing = \"50 ms\"";
        problems.error(ProblemCode::Impossible, inbox.span(), message, help);
    }
    Some(Reporting {
        retry: retry.unwrap_or(Span::from_mins(60)),
        processing,
        inbox: written.inbox.as_ref().map_or(u64::MAX, |count| count.0),
        lost: written.lost.map_or(0.0, |share| share.0),
    })
}
