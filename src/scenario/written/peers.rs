//! Content from other machines, as written.

use super::{At, Chance, Duration, Speed, Whole, inherit};
use schemars::JsonSchema;
use serde::Deserialize;

/// Advanced Clients that download take content from a machine at the same place
/// that has it in its cache, and turn to a distribution point only if there is
/// none. SMS 2003 cannot do this; the rules are those of peer caching in later
/// products (Configuration Manager client peer cache, BITS peer caching).
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Peers {
    /// Share of the machines, by name the same ones in every scenario, that
    /// give what they have; `0` switches it off. Default: `1`.
    pub share: Option<Chance>,
    /// Machines that one gives to at once. Default: `10`, the sessions that
    /// workstation editions of Windows accept (KB Q129593).
    pub connections: Option<Whole<1, 1_000_000>>,
    /// What each of them gets at most. Default: `3 Mbit/s`, a tenth of 30 % of a
    /// card of 100 Mbit/s; BITS gives its peers 30 % of the slowest card
    /// (Windows documentation, Group Policies of BITS).
    pub rate: Option<At<Speed>>,
    /// How long a machine waits while another at the place is downloading the
    /// same package, before it turns to the distribution points, as with "Delay
    /// background download from HTTP" of Delivery Optimization. Default: `0 s`
    /// (Delivery Optimization reference).
    pub wait: Option<Duration>,
}
inherit!(Peers {
    share,
    connections,
    rate,
    wait,
});
