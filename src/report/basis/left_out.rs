//! What the model leaves out, as far as it could change the answer of this run: the list
//! "Not simulated" of `docs/model.md`, by what the scenario uses.

use crate::outcome::Cause;
use crate::report::data::Run;
use crate::results::Feature;
use maud::{Markup, html};

/// What is known of a run, for [`SENTENCES`].
struct Known<'a> {
    run: &'a Run,
    /// Whether a line has a limited rate.
    has_lines: bool,
    /// Whether the manifest says which features are used.
    has_features: bool,
}

impl Known<'_> {
    fn has(&self, feature: Feature) -> bool {
        let features = self.run.manifest.features.iter().flatten();
        features
            .into_iter()
            .any(|name| name.as_str() == feature.name())
    }

    /// Whether the feature is known not to be used.
    fn lacks(&self, feature: Feature) -> bool {
        self.has_features && !self.has(feature)
    }

    fn has_cause(&self, cause: Cause) -> bool {
        let mut rows = self.run.table("causes").iter();
        rows.any(|row| row.text("cause") == cause.name())
    }
}

/// What has to be so for a sentence to matter, and the sentence.
type Sentence = (fn(&Known) -> bool, &'static str);

/// What could change the answer, the most likely first.
const SENTENCES: &[Sentence] = &[
    (
        |known| known.lacks(Feature::Presence),
        "Every machine is on all the time: the scenario does not say when machines are off.",
    ),
    (
        |known| known.has(Feature::Presence),
        "Each machine is off and away by itself. A holiday or a power failure, which takes many machines at once, is not in the forecast.",
    ),
    (
        |known| known.lacks(Feature::ProgramFailures),
        "No program fails by itself: the scenario gives no exit codes that mean failure.",
    ),
    (
        |known| known.run.manifest.faults.is_empty(),
        "No server, line or content breaks down: the scenario has no faults.",
    ),
    (
        |known| !known.run.manifest.faults.is_empty(),
        "Nothing breaks down but what the scenario names, at the times that it gives.",
    ),
    (
        |known| known.has_lines && known.lacks(Feature::OtherTraffic),
        "No other traffic is on the lines: the scenario has no calendar that takes a part of their capacity.",
    ),
    (
        |known| known.has_lines && !known.lacks(Feature::OtherTraffic),
        "Other traffic on the lines is only what the scenario takes from their capacity.",
    ),
    (
        |known| known.has_lines,
        "Packets, latency and TCP are not simulated: a transfer has its fair share of a line at once, and no packet is lost. On long or bad lines real transfers are slower.",
    ),
    (
        |known| known.has_lines && known.has(Feature::MessageTraffic),
        "Policy and status messages are counted on the lines, and slow nothing.",
    ),
    (
        |known| known.has(Feature::RunFromPoint),
        "A program that is run from a distribution point reads its whole package before it works; real programs read as they go.",
    ),
    (
        |known| known.has(Feature::Peers),
        "A machine gives content to its peers at the same rate, whatever else it has to do; no account and no access list stands between peers.",
    ),
    (
        |known| known.has(Feature::Sending),
        "Sites and their servers always get in at each other: accounts for addresses and site systems are not simulated.",
    ),
    (
        |known| known.has(Feature::HandedOutAccounts),
        "Computer accounts are always in order: none is disabled, and no machine has lost its secure channel. Members of groups do not change.",
    ),
    (
        |known| known.has(Feature::AccountsInMotion),
        "A domain controller that is behind asks the PDC, and a locked account is known everywhere at once: broken replication between domain controllers is not simulated.",
    ),
    (
        |known| known.has(Feature::LegacyMemberServers),
        "The local token account of a member server with a Legacy Client is not locked by other Legacy Clients that present theirs (KB Q231399).",
    ),
    (
        |known| known.has(Feature::Restarts),
        "Every machine comes back from its restart.",
    ),
    (
        |known| known.has(Feature::Roaming),
        "Moving takes no time, and programs run on; no client is assigned to another site.",
    ),
    (
        |known| known.has(Feature::Membership),
        "The time that a site takes to update a collection is not simulated: machines join and leave at the moments that the scenario gives.",
    ),
    (
        |known| {
            known.has(Feature::Breakage)
                || known.has(Feature::Removal)
                || known.has_cause(Cause::PerUserIntoService)
        },
        "The curve counts machines that report success; machines that a program broke later, from which it was removed, or on which it landed in the profile of a service account, report success too. The verdict counts what is true.",
    ),
    (
        |known| known.has_lines,
        "The heat map spreads the bytes of each machine evenly over its download; the table of the ten worst has the exact use of each link.",
    ),
];

/// The sentences that matter to `run`.
pub(super) fn view(run: &Run) -> Markup {
    let mut rows = run.table("use").iter();
    let known = Known {
        run,
        has_lines: rows.any(|row| row.number("line_bits_per_second").is_some()),
        has_features: run.manifest.features.is_some(),
    };
    let told = SENTENCES.iter().filter(|(matters, _)| matters(&known));
    html! {
        p { "What the model leaves out that matters here:" }
        ul { @for (_, sentence) in told { li { (sentence) } } }
    }
}
