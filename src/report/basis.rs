//! What the report rests on.

use super::data::Run;
use super::text::{Clock, span};
use crate::results::AssumedRecord;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Assumed defaults that are listed at most.
const MOST_ASSUMED: usize = 200;
/// Names of tables that are listed for one default at most.
const MOST_NAMES: usize = 3;

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
    let assumed = together(&manifest.assumed);
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
                            @for value in assumed.iter().take(MOST_ASSUMED) {
                                tr {
                                    th scope="row" { code { (value.key) } @if !value.names.is_empty() { " of " (names(&value.names)) } }
                                    td { (with_code(value.default)) }
                                }
                            }
                        }
                    }
                    @if assumed.len() > MOST_ASSUMED { p { (assumed.len() - MOST_ASSUMED) " more are in manifest.json." } }
                }
            }
        }
    }
}

/// A default, and the tables that leave its key out.
struct Assumed<'a> {
    key: String,
    names: Vec<&'a str>,
    default: &'a str,
}

/// The defaults of equal keys of tables of one kind, told once.
fn together(values: &[AssumedRecord]) -> Vec<Assumed<'_>> {
    let mut all: Vec<Assumed> = Vec::new();
    let mut known = BTreeMap::new();
    for value in values {
        let (kind, rest) = value.path.split_once('.').unwrap_or(("", &value.path));
        let (name, key) = match rest.rsplit_once('.') {
            Some((name, key)) => (Some(name), format!("{kind}.{key}")),
            None => (None, value.path.clone()),
        };
        let at = *known
            .entry((name.is_some(), key.clone(), value.default.as_str()))
            .or_insert_with(|| {
                all.push(Assumed {
                    key,
                    names: Vec::new(),
                    default: &value.default,
                });
                all.len() - 1
            });
        all[at].names.extend(name);
    }
    all
}

fn names(all: &[&str]) -> String {
    let mut text = all[..all.len().min(MOST_NAMES)].join(", ");
    if all.len() > MOST_NAMES {
        text.push_str(&format!(" and {} more", all.len() - MOST_NAMES));
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
