//! What machines say to their management point or client access point beside
//! asking for content, and what becomes of it.

use crate::units::{Size, Span};

/// Policy, location and status traffic, counted byte by byte at the servers and
/// on the links of its way. It slows nothing: a few kilobytes a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// A look for policy or advertisements that finds nothing new, with its
    /// answer.
    pub poll: Size,
    /// A question for the distribution points of a package, with its answer.
    pub location: Size,
}

/// How status messages come to the site server, where they may be late or lost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reporting {
    /// Time from a message that did not come through to its next try.
    pub retry: Span,
    /// Time that the site server takes for one message of the inbox of a
    /// management point or client access point; zero if none builds up.
    pub processing: Span,
    /// Messages that such an inbox holds; what comes beyond is lost.
    pub inbox: u64,
    /// Chance that a message is lost behind the inbox.
    pub lost: f64,
}
