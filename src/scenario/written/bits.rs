//! A policy for background transfers, as written.

use super::{At, Days, Speed, TimeOfDay, inherit};
use schemars::JsonSchema;
use serde::Deserialize;

/// The Windows policy that limits background transfers of a machine by the hour
/// of its local time: each download over BITS is no faster than its rate.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Bits {
    /// Rate within the hours. Default: `10 kbit/s`, that of the policy's own
    /// explanation (Windows documentation, Group Policies of BITS).
    pub rate: Option<At<Speed>>,
    /// On which days, as in `Mon-Fri`. Default: `Mon-Sun`; the policy knows no
    /// days.
    pub days: Option<Days>,
    /// When the hours begin. Default: `08:00` (same source).
    pub from: Option<TimeOfDay>,
    /// When they end; a time that is not after `from` is on the next day.
    /// Default: `17:00` (same source).
    pub to: Option<TimeOfDay>,
    /// Rate in the other hours. Default: `unlimited` (same source).
    pub otherwise: Option<At<Speed>>,
}
inherit!(Bits {
    rate,
    days,
    from,
    to,
    otherwise,
});
