//! Which places have machines that give content to their neighbours.

use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Inherit};
use crate::units::{Rate, Span};
use crate::world::Peers;

/// What the table of a site means, filled up from the one for all sites; `None`
/// where nothing is said.
pub(super) fn peers(
    site: Option<&At<written::Peers>>,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<Peers> {
    let general = plan.written.peers.as_ref();
    let mut written = written::Peers::clone(site.or(general)?);
    if let Some(general) = general {
        written.inherit(general);
    }
    let rate = written.rate.as_ref().map_or(Rate(3_000_000), |rate| rate.0);
    if rate == Rate(0) {
        let message = "content from other machines would never arrive".to_owned();
        let help = "write a rate above zero, or switch it off with `share = 0`";
        let place = written.rate.as_ref().and_then(At::span);
        problems.error(ProblemCode::ZeroRate, place, message, help);
    }
    Some(Peers {
        share: written.share.map_or(1.0, |share| share.0),
        connections: written.connections.map_or(10, |count| count.0 as u32),
        rate,
        wait: written.wait.map_or(Span::ZERO, |wait| wait.0),
    })
}
