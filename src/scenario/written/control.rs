//! Rings, rates, stop rules, windows and defects, as written.

use super::lists::at_least_one;
use super::words::{FailureWord, StartDrawWord, StopWord};
use super::{At, Chance, Days, Duration, Durations, TimeOfDay, Whole};
use schemars::JsonSchema;
use serde::Deserialize;

/// Machines that are offered an advertisement together, after those of the
/// phase before: a ring.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Phase {
    /// What the phase is called in tables; no two of an advertisement differ in case
    /// alone. Default: its number.
    pub name: Option<At<String>>,
    /// The machines in it, by collection. A machine is in the first phase whose
    /// collection holds it. Default: none.
    pub collection: Option<At<String>>,
    /// The machines in it, as a share of those that no phase's collection
    /// holds, chosen by a hash of the names of machine and advertisement.
    /// Default: the rest, if there is no `collection`.
    pub share: Option<At<Chance>>,
    /// What has to be reported before the next phase opens. Default:
    /// `{ success = 0.95 }` (ConfigMgr phased deployments).
    pub gate: Option<At<Gate>>,
    /// How long after its gate is first met the next phase opens, if the gate
    /// is still met then. Default: `1 d` (ConfigMgr phased deployments).
    pub deferral: Option<At<Duration>>,
    /// How long after this phase the next one opens, whatever is reported.
    /// Default: never.
    pub deadline: Option<At<Duration>>,
    /// Time over which the machines of the phase are offered it, each at its
    /// own moment (ConfigMgr: "gradually make this software available").
    /// Default: `0 s`, all at once.
    pub spread: Option<Duration>,
    /// Rules that stop offers to the machines of this phase alone, by what is
    /// reported of it alone (Eclipse hawkBit: the error condition of a group).
    /// Default: none; those of the advertisement stop all and look at all.
    pub stop: Option<Vec<StopRule>>,
}

/// What has to be reported of a phase. The controller believes what machines
/// report: a program that has landed in the wrong profile counts as success.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Gate {
    /// Share of the machines that have to report success. Default: `0.95`.
    pub success: Option<At<Chance>>,
    /// Number of machines that have to report success, instead of `success`.
    /// Default: none.
    pub successes: Option<At<Whole<0, 4_294_967_295>>>,
    /// The machines of which `success` is a share: all of the phase, or those
    /// that have reported. Default: `false`, all (ConfigMgr).
    pub of_reported: Option<bool>,
    /// Final reports that have to be in before the gate is judged. Default:
    /// `0`.
    pub minimum: Option<Whole<0, 4_294_967_295>>,
}

/// How fast machines are offered an advertisement.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OfferRate {
    /// Offers a minute; at first, if there is a `factor`. Default: `50`, the
    /// base rate of the example of AWS IoT Jobs.
    pub per_minute: Option<Whole<1, 1_000_000>>,
    /// The rate is multiplied by this each time the number of `after` is
    /// reached again, from 1 to 5 (AWS IoT Jobs). Default: `1`, a constant rate.
    pub factor: Option<At<f64>>,
    /// What raises the rate. Default: `{ notified = 1000 }`.
    pub after: Option<At<After>>,
    /// Offers a minute at most. Default: `1000` (AWS IoT Jobs), or `per_minute`
    /// if that is more.
    pub at_most: Option<At<Whole<1, 1_000_000>>>,
}

/// What raises the rate of offers.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct After {
    /// The number of offers that must have been made. Default: none.
    pub notified: Option<Whole<1, 4_294_967_295>>,
    /// The number of successes that must have been reported. Default: none.
    pub succeeded: Option<Whole<1, 4_294_967_295>>,
}

/// When no more machines are offered an advertisement, or those of a phase.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StopRule {
    /// What counts: `failed` (found broken included), `rejected`, `overdue` or
    /// `any`. Default: `failed`.
    pub on: Option<FailureWord>,
    /// Share of the machines that say something, in final reports or by being
    /// overdue, from which on the rule holds. Default: `0.1`, an assumption.
    pub share: Option<At<Chance>>,
    /// Machines that have to say something before it is judged. Default: `1`
    /// (AWS IoT Jobs).
    pub minimum: Option<Whole<1, 4_294_967_295>>,
    /// What it does: `abort` or `pause`. Default: `abort`.
    pub action: Option<StopWord>,
    /// How long a pause lasts; the rule is not asked again. Default: without
    /// end.
    pub pause: Option<At<Duration>>,
}

/// A time that begins when a program is due, in which machines start it at
/// different moments.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StartWindow {
    /// How long it is. Default: `2 h`, the longest delay of ConfigMgr clients
    /// that randomise deployments.
    pub length: Option<Duration>,
    /// How a machine gets its moment: `fixed`, by its name, always the same, or
    /// `fresh`, by a draw for each advertisement. Default: `fresh`.
    pub draw: Option<StartDrawWord>,
    /// Whether a machine that is off at its moment draws another when it is
    /// back; otherwise it starts at once. Default: `true`.
    pub redraw: Option<bool>,
}

/// Hours of the week in which programs start; outside of them they wait.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MaintenanceWindow {
    /// On which days it begins, as in `Mon-Fri` or `Mon, Wed, Sat-Sun`.
    /// Default: every day.
    pub days: Option<Days>,
    /// When it begins. Default: `22:00`, an assumption.
    pub from: Option<TimeOfDay>,
    /// When it ends; a time that is not after `from` is on the next day.
    /// Default: `05:00`, an assumption.
    pub to: Option<TimeOfDay>,
    /// Whether a program starts only if its maximum run time is over before the
    /// window is (ConfigMgr maintenance windows). Default: `true`.
    pub must_fit: Option<bool>,
}

/// What a program does to machines after it has reported success.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Breakage {
    /// Share of the machines that break. Default: `1`.
    pub share: Option<Chance>,
    /// Operating systems or fleet groups, by name or glob, whose machines can
    /// break. Default: `["*"]`.
    #[serde(deserialize_with = "at_least_one")]
    pub on: Option<Vec<At<String>>>,
    /// How long after the end of the program the break is noticed. Default:
    /// `exponential(4 h)`, an assumption.
    pub detected_after: Option<Durations>,
}
