//! What a roll-out is to achieve, as written.

use super::{At, Chance, Moment, inherit};
use schemars::JsonSchema;
use serde::Deserialize;

/// What a roll-out is to achieve: a number of machines installed, by a time.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Objective {
    /// The advertisement. Default: all of them together.
    pub advertisement: Option<At<String>>,
    /// Share of the targeted machines that must be installed. Default: `0.95`.
    pub success: Option<Chance>,
    /// By when. A moment after the horizon is judged by what is installed at the
    /// horizon: enough meets it, less leaves it undecided. Default: the end of
    /// the horizon.
    pub by: Option<At<Moment>>,
    /// Chance with which it must be met: the share of replications. Default:
    /// `1`, in every replication that is made.
    pub chance: Option<At<Chance>>,
    /// Confidence with which that must be known, where `chance` is below 1; from 0.5 to below 1.
    /// Default: `0.95`.
    pub confidence: Option<At<Chance>>,
}
inherit!(Objective {
    advertisement,
    success,
    by,
    chance,
    confidence
});
