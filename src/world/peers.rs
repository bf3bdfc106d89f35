//! Machines that hand content to their neighbours.

use crate::units::{Rate, Span};

/// How the machines at a place give each other what they have in their caches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peers {
    /// Share of the machines that give.
    pub share: f64,
    /// Machines that one gives to at once.
    pub connections: u32,
    /// What each of them gets at most.
    pub rate: Rate,
    /// How long a machine waits for what a neighbour is downloading before it
    /// turns to the distribution points.
    pub wait: Span,
}
