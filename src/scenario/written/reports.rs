//! Traffic of policy, locations and status, and its delays, as written.

use super::{At, Bytes, Chance, Duration, Period, Whole};
use schemars::JsonSchema;
use serde::Deserialize;

/// Counts what machines say to their management point or client access point,
/// byte by byte, at the server and on every link of the way; every status
/// message counts, not only the last. The links are not slowed by it. The sizes
/// of policies and status messages are in `[rules]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Traffic {
    /// Size of a look for policy or advertisements that finds nothing new, with
    /// its answer. Default: `1 kB`, an assumption.
    pub poll: Option<Bytes>,
    /// Size of a question for the distribution points of a package, with its
    /// answer. Default: `4 kB`, an assumption.
    pub location: Option<Bytes>,
}

/// Lets status messages be requests to the management point or client access
/// point like others, which may be down or busy. What does not come through
/// waits at the machine, also while the machine is off, and is sent again.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Reports {
    /// Time from a message that did not come through to its next try. Default:
    /// `60 min`, at which a Legacy Client looks again for a client access point
    /// (KB Q236052); assumed of the Advanced Client.
    pub retry: Option<At<Period>>,
    /// Time that the site server takes for one message of a management point's
    /// or client access point's inbox, where messages wait in line. Default:
    /// `0 s`, no backlog; SMS documents no rate.
    pub processing: Option<Duration>,
    /// Messages that an inbox holds; those that come beyond are lost. Default:
    /// without limit.
    pub inbox: Option<At<Whole<1, 1_000_000_000>>>,
    /// Share of the messages that are lost behind the inbox, as when the
    /// Replication Manager uses the name of a file again (KB Q259702). Default:
    /// `0`.
    pub lost: Option<Chance>,
}
