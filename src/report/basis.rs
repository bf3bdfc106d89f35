//! What the report rests on.

mod left_out;

use super::data::Run;
use super::text::{Clock, span};
use crate::results::AssumedRecord;
use crate::units::{counted, grouped};
use maud::{Markup, html};

/// Assumed defaults that are listed at most.
const MOST_ASSUMED: usize = 200;
/// Names of tables that are listed for one default at most.
const MOST_NAMES: usize = 3;

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
            (left_out::view(run))
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
