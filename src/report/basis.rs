//! What the report rests on.

use super::data::Run;
use super::text::{Clock, span};
use maud::{Markup, html};

/// Assumed defaults that are listed at most.
const MOST_ASSUMED: usize = 150;

/// What the model leaves out, whatever the scenario.
const LEFT_OUT: [&str; 3] = [
    "The curve counts machines that report success; machines on which a program was broken later, or landed in the profile of a service account, report success too. The verdict counts what is true.",
    "The heat map spreads the bytes of each machine evenly over its download; the table of the ten worst has the exact use of each link.",
    "Other traffic on the lines is only there if the scenario describes it (calendars and [traffic]).",
];

/// The whole view.
pub fn view(run: &Run) -> Markup {
    let manifest = &run.manifest;
    let clock = Clock::new(&manifest.start);
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
                    dt { "Input" } dd { (file_name(&input.path)) ", " (input.rows) " rows " code.hash { (input.sha256) } }
                }
                @if !manifest.scenario.overrides.is_empty() {
                    dt { "Set from outside" } dd { @for set in &manifest.scenario.overrides { code { (set) } " " } }
                }
                @if !manifest.time_zones.is_empty() {
                    dt { "Time zones" } dd { (manifest.time_zones.len()) " sites are in a time zone other than that of the dates here" }
                }
            }
            ul { @for sentence in LEFT_OUT { li { (sentence) } } }
            @if !manifest.assumed.is_empty() {
                details {
                    summary { (manifest.assumed.len()) " values that the scenario does not give, with the defaults that were assumed" }
                    table {
                        thead { tr { th scope="col" { "Value" } th scope="col" { "Default" } } }
                        tbody {
                            @for value in manifest.assumed.iter().take(MOST_ASSUMED) {
                                tr { th scope="row" { code { (value.path) } } td { (value.default) } }
                            }
                        }
                    }
                    @if manifest.assumed.len() > MOST_ASSUMED { p { (manifest.assumed.len() - MOST_ASSUMED) " more are in manifest.json." } }
                }
            }
        }
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
