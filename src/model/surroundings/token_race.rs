//! Client services of domain controllers that start together (KB Q278345).
//!
//! When the service starts it writes the token account that all controllers of
//! the domain share, and waits until that change has come back to it by
//! replication. If another controller writes the account meanwhile, the first
//! never sees its change, and hangs until it is started again. Of all that start
//! within the time of replication only the last one comes up. Empty unless the
//! rule is on.

use crate::model::ids::JobId;
use crate::world::DomainId;
use std::collections::BTreeMap;

/// What the controllers of a group have written.
#[derive(Debug, Clone, Default)]
pub(crate) struct TokenWrites {
    /// The last writer of each domain's token account.
    pub(crate) last: BTreeMap<DomainId, u32>,
    /// Jobs whose service waits or hangs.
    pub(crate) starting: BTreeMap<JobId, Start>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// It has written, and waits.
    Waits,
    /// It hangs.
    Hangs,
}
