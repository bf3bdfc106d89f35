//! What a roll-out is to achieve.

use super::AdvertisementId;
use crate::units::Instant;

/// So many machines installed, by then.
#[derive(Debug, Clone, PartialEq)]
pub struct Objective {
    /// Name, unique.
    pub name: String,
    /// The advertisement; `None` for all of them together.
    pub advertisement: Option<AdvertisementId>,
    /// The share of the targeted machines, in parts of 1,000.
    pub permille: u32,
    /// By when.
    pub by: Instant,
    /// The share of replications that have to meet it; 1 means all that are
    /// made.
    pub chance: f64,
    /// The confidence with which that has to be known, where it is below 1.
    pub confidence: f64,
}
