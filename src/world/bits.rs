//! Policies for background transfers.

use crate::units::{Rate, Span};

/// How fast each download over BITS may be, by the hour of the week at the
/// machine's site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BitsPolicy {
    /// Within the hours.
    pub rate: Rate,
    /// At other times.
    pub otherwise: Rate,
    /// Days with such hours, Monday first.
    pub days: [bool; 7],
    /// Beginning of the hours, from midnight.
    pub from: Span,
    /// Their end, from midnight; if not after `from`, of the next day.
    pub to: Span,
    /// By how many microseconds local time is ahead of the scenario's clock. Zero
    /// in what a site or group says; that of the site where a machine stands is
    /// put in.
    pub ahead: i64,
}
