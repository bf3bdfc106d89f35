//! Packages on their way to the distribution points, as written.

use super::lists::at_least_one;
use super::words::Priority;
use super::{
    At, Bytes, Chance, Duration, Moment, Period, RetryRule, Speed, TimeOfDay, WeekHours, Whole,
    inherit,
};
use schemars::JsonSchema;
use serde::Deserialize;

/// How a package comes to its distribution points: from site to site by the
/// senders, then by each site's server to the points of the site. Until a point
/// has it whole, no client gets it there.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Sent {
    /// When the administrator adds the distribution points, or updates them.
    /// Default: at the start.
    pub at: Option<At<Moment>>,
    /// The site whose server has the source files. Default: the only site
    /// without a parent.
    pub from: Option<At<String>>,
    /// Sending priority. Default: `medium`.
    pub priority: Option<Priority>,
    /// Size of the files that differ from the version on the points: whole files
    /// (TechNet cc875804). Clients read the older version until `at`. Default: the whole
    /// package is new.
    pub changed: Option<At<Bytes>>,
    /// How many versions the points are behind; more than `delta_reach` of
    /// `[sending]`, and they get all files. Default: `1`.
    pub behind: Option<At<Whole<1, 4_294_967_295>>>,
    /// Those of the package's distribution points, by name or glob, to which it
    /// comes; the others have it from the start. Default: all of them.
    #[serde(deserialize_with = "at_least_one")]
    pub points: Option<Vec<At<String>>>,
}

/// An address: how the sender of one site reaches another. Its hours are local
/// time of the sending site.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Address {
    /// Rate that all sendings to the site share. They get no more than the WAN
    /// links between the two sites give. Default: what the links give.
    pub rate: Option<At<Speed>>,
    /// Rate that one sending does not exceed by itself, on a link with a long
    /// round trip. Default: `unlimited`.
    pub rate_per_sending: Option<At<Speed>>,
    /// Share of the time that may be used from `from` to `to`: after each block,
    /// sent at full rate, silence (TechNet cc875800). Any share, even 1, leaves
    /// one sending at a time to the site. The nearest whole percentage counts, at
    /// least 1 %, as consoles have it. Default: no limit.
    pub share: Option<At<Chance>>,
    /// When the hours of `share` begin, on the hour. Default: `00:00`.
    pub from: Option<At<TimeOfDay>>,
    /// When they end, on the hour; a time that is not after `from` is on the next
    /// day. Default: `24:00`.
    pub to: Option<At<TimeOfDay>>,
    /// Share of the time that may be used in the other hours. Default: `1`.
    pub otherwise: Option<At<Chance>>,
    /// Size of a block; in pulse mode `256 KiB` at most. Default: `256 KiB` (KB
    /// Q136032).
    pub block: Option<At<Bytes>>,
    /// Pulse mode: the time from the beginning of one block to that of the next,
    /// whatever the link could do. Default: no pulse mode.
    pub every: Option<At<Period>>,
    /// Hours of the week in which only packages of high and medium priority are
    /// sent, as in `Mon-Fri 08:00-18:00`. Default: none.
    pub medium_and_high: Option<Vec<WeekHours>>,
    /// Hours of the week in which only packages of high priority are sent.
    /// Default: none.
    pub high_only: Option<Vec<WeekHours>>,
    /// Hours of the week in which nothing is sent. Default: none.
    pub closed: Option<Vec<WeekHours>>,
}
inherit!(Address {
    rate,
    rate_per_sending,
    share,
    from,
    to,
    otherwise,
    block,
    every,
    medium_and_high,
    high_only,
    closed,
});

/// The product's rules for packages on their way, the same at every site.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Sending {
    /// Concurrent sendings of a site in all. Default: `5` (KB Q163379).
    pub threads: Option<Whole<1, 999>>,
    /// Concurrent sendings of a site to one other. Default: `3` (KB Q163379).
    pub threads_per_site: Option<Whole<1, 999>>,
    /// Attempts in a row to reach a site; the sending keeps its thread
    /// meanwhile. Default: `2` (KB Q214485).
    pub attempts: Option<Whole<1, 1_000_000>>,
    /// Time between two of them. Default: `1 min` (KB Q214485).
    pub retry_interval: Option<At<Period>>,
    /// How long after the last of them the sending is taken up again, from the
    /// queue. Default: `55 min` (KB Q214485).
    pub reschedule: Option<At<Period>>,
    /// How long after the package was ready to be sent the last attempt may be
    /// made. Default: `7 d` (KB Q214485).
    pub give_up: Option<Duration>,
    /// Whether a sending that broke goes on where it stopped. Default: `true`,
    /// an assumption.
    pub resumes: Option<bool>,
    /// Whether packages are compressed before they are sent to other sites.
    /// Default: `true`.
    pub compression: Option<bool>,
    /// Rate at which a server reads and compresses files, one package at a time.
    /// Default: `2 MB/s`, an assumption.
    pub compression_rate: Option<At<Speed>>,
    /// Compressed size as a share of the files' size. Default: `0.9`, an
    /// assumption: installers are compressed already.
    pub compressed_to: Option<Chance>,
    /// How many versions a point may be behind for changed files to be enough.
    /// Default: `5` (TechNet cc875804).
    pub delta_reach: Option<Whole<0, 4_294_967_295>>,
    /// Packages that a site copies to its distribution points at once. Default:
    /// `3` (Microsoft, "Components and threads for content distribution").
    pub copy_packages: Option<Whole<1, 50>>,
    /// Distribution points to which it copies one package at once. Default: `5`
    /// (same source).
    pub copy_points: Option<Whole<1, 999>>,
    /// Distribution points that cannot be reached: the copy starts anew. Default:
    /// `{ count = 100, interval = "30 min" }` (`ConfigMgr` 2007, distribution
    /// manager).
    pub copy_retry: Option<RetryRule>,
    /// Points that pull: the interval at which the site's server looks whether one
    /// of their sources has the package. Default: `20 min` (`ConfigMgr`, "Use a
    /// pull-distribution point").
    pub pull_recheck: Option<At<Period>>,
    /// Points that pull and cannot be notified. Default:
    /// `{ count = 30, interval = "20 min" }` (`ConfigMgr`, "Use a
    /// pull-distribution point").
    pub pull_notify: Option<RetryRule>,
    /// How long after a notified point has found none of its sources with the
    /// package it looks again. Default: `30 min` (`ConfigMgr`, "Use a
    /// pull-distribution point").
    pub pull_look_again: Option<At<Period>>,
    /// The interval at which a download that broke is tried again; it goes on where
    /// it stopped. Default: `10 min` (BITS, minimum retry delay).
    pub pull_resume: Option<At<Period>>,
    /// How often the site's server asks a point for the state of its download
    /// before it cancels the job; the point downloads on, and `sending.csv` says
    /// when. Default: `{ count = 72, interval = "1 h" }` (`ConfigMgr`, "Use a
    /// pull-distribution point").
    pub pull_poll: Option<RetryRule>,
}
