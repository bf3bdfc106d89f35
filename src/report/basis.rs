//! What the report rests on.

use super::data::Run;
use super::text::{Clock, span};
use crate::results::AssumedRecord;
use crate::units::{counted, grouped};
use maud::{Markup, html};

/// Assumed defaults that are listed at most.
const MOST_ASSUMED: usize = 200;
/// Names of tables that are listed for one default at most.
const MOST_NAMES: usize = 3;

/// What the model leaves out: of the curve, then of lines of limited rate.
const LEFT_OUT: [&str; 3] = [
    "The curve counts machines that report success; machines that a program broke later, from which it was removed, or on which it landed in the profile of a service account, report success too. The verdict counts what is true.",
    "The heat map spreads the bytes of each machine evenly over its download; the table of the ten worst has the exact use of each link.",
    "Other traffic on the lines is only there if the scenario describes it (calendars and [traffic]).",
];

/// The whole view.
pub fn view(run: &Run) -> Markup {
    let manifest = &run.manifest;
    let clock = Clock::new(&manifest.start);
    let assumed = &manifest.assumed;
    let is_guess = |value: &&AssumedRecord| value.default.contains("an assumption");
    let (guessed, known): (Vec<_>, Vec<_>) = assumed.iter().partition(is_guess);
    let values = |assumed: &[&AssumedRecord]| assumed.iter().map(|value| value.tables).sum();
    html! {
        section id="basis" aria-labelledby="basis-heading" {
            h2 id="basis-heading" { "What does it rest on?" }
            dl {
                dt { "Forecast" } dd { (manifest.start) " to " (clock.date(run.horizon())) ", " (span(run.horizon())) }
                dt { "Replications" } dd { (manifest.replications) ", seed " (manifest.seed) }
                dt { "Program" } dd { (manifest.tool.name) " " (manifest.tool.version) }
                dt { "Fingerprint" } dd { code { (manifest.fingerprint) } ", " (manifest.events) " events" }
                dt { "Scenario" } dd { (file_name(&manifest.scenario.path)) " " code.hash { (manifest.scenario.sha256) } }
                @for input in &manifest.inputs {
                    dt { "Input" } dd { (file_name(&input.path)) ", " (counted(input.rows, "row")) " " code.hash { (input.sha256) } }
                }
                @if !manifest.scenario.overrides.is_empty() {
                    dt { "Set from outside" } dd { @for set in &manifest.scenario.overrides { code { (set) } " " } }
                }
                @if !manifest.time_zones.is_empty() {
                    dt { "Time zones" } dd { (counted(manifest.time_zones.len() as u64, "site")) (if manifest.time_zones.len() == 1 { " is" } else { " are" }) " in a time zone other than that of the dates here" }
                }
            }
            ul { @for sentence in left_out(run) { li { (sentence) } } }
            @if !guessed.is_empty() {
                p { "What the scenario does not give, and no source either: these values are assumptions." }
                (defaults(&guessed))
            }
            @if !known.is_empty() {
                details {
                    summary { (grouped(values(&known))) " values that the scenario does not give, with the defaults that were assumed" }
                    (defaults(&known))
                }
            }
        }
    }
}

/// Values with their defaults.
fn defaults(assumed: &[&AssumedRecord]) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "Value" } th scope="col" { "Default" } } }
            tbody {
                @for value in assumed.iter().take(MOST_ASSUMED) {
                    tr {
                        th scope="row" { code { (value.key) } @if !value.names.is_empty() { " of " (names(value)) } }
                        td { (with_code(&value.default)) }
                    }
                }
            }
        }
        @if assumed.len() > MOST_ASSUMED { p { (assumed.len() - MOST_ASSUMED) " more are in manifest.json." } }
    }
}

/// What the model leaves out, as far as it matters to this run.
fn left_out(run: &Run) -> impl Iterator<Item = &'static str> {
    let mut rows = run.table("use").iter();
    let has_lines = rows.any(|row| row.number("line_bits_per_second").is_some());
    let [curve, lines @ ..] = LEFT_OUT;
    [curve]
        .into_iter()
        .chain(lines.into_iter().filter(move |_| has_lines))
}

/// The first of the tables that leave a key out, and how many more do.
fn names(value: &AssumedRecord) -> String {
    let named = &value.names[..value.names.len().min(MOST_NAMES)];
    let more = (value.tables as usize).saturating_sub(named.len());
    let mut text = named.join(", ");
    if more > 0 {
        text.push_str(&format!(" and {} more", grouped(more as u64)));
    }
    text
}

/// Text of the reference, in which code stands between backticks.
fn with_code(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
