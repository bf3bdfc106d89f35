//! The markup of the live page, made of the parts of a report.

use super::knobs::{Knob, knobs, paths};
use super::session::{Begun, Session};
use crate::report::{
    Run, STYLE, Thresholds, basis, causes, difference, load, places, progress, verdict,
};
use crate::scenario::plain_json;
use maud::{DOCTYPE, Markup, html};

/// What the page adds to the style sheet of a report.
const OWN_STYLE: &str = include_str!("page.css");
/// What the page adds to the script of a report.
const OWN_SCRIPT: &str = include_str!("page.js");

/// The style sheet.
pub(super) fn style() -> String {
    format!("{STYLE}{OWN_STYLE}")
}

/// The script.
pub(super) fn script() -> String {
    format!("{}{OWN_SCRIPT}", crate::report::SCRIPT)
}

/// Sections that the navigation leads to.
const SECTIONS: [(&str, &str); 8] = [
    ("knobs", "Knobs"),
    ("now", "Progress"),
    ("verdict", "Verdict"),
    ("causes", "Why not everybody"),
    ("machine", "One machine"),
    ("load", "Where it hurts"),
    ("places", "Places and days"),
    ("basis", "What it rests on"),
];

/// The page, before its script has asked for the first run.
pub(super) fn page(title: &str, text: &str, session: &Session) -> Markup {
    let given = serde_json::json!({
        "settings": session.given(),
        "file": session.file_name(),
    });
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – Rollcast" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="page.css";
                script src="page.js" defer {}
            }
            body data-given=(plain_json(&given.to_string())) {
                header {
                    h1 { (title) }
                    nav aria-label="Sections" { ul { @for (id, name) in SECTIONS { li { a href=(format!("#{id}")) { (name) } } } } }
                }
                main {
                    noscript { p.warn { "This page needs its script to run the scenario. " code { "rollcast report" } " makes one that does not." } }
                    (controls(&knobs(text), &paths(text)))
                    section id="now" aria-labelledby="now-heading" {
                        h2 id="now-heading" { "What comes out" }
                        p id="status" role="status" { "Running." }
                        div id="words" aria-live="polite" {}
                        div id="picture" {}
                    }
                    div id="views-top" {}
                    (machine())
                    div id="views" {}
                }
                dialog id="story" aria-labelledby="story-heading" {
                    h2 id="story-heading" { "What the machine does, and why" }
                    div id="story-text" {}
                    p { button type="button" id="story-close" { "Close" } }
                }
            }
        }
    }
}

fn controls(knobs: &[Knob], paths: &[String]) -> Markup {
    html! {
        section id="knobs" aria-labelledby="knobs-heading" {
            h2 id="knobs-heading" { "What if?" }
            div.knobs { @for (at, knob) in knobs.iter().enumerate() { (self::knob(at, knob)) } }
            form id="other" {
                p.row {
                    label for="other-path" { "Any other value" }
                    input id="other-path" list="paths" placeholder="site.hq.wan" autocomplete="off" spellcheck="false";
                    label for="other-value" { "is" }
                    input id="other-value" placeholder="1 Mbit/s" autocomplete="off" spellcheck="false";
                    button { "Set" }
                }
                datalist id="paths" { @for path in paths { option value=(path) {} } }
            }
            div id="problem" role="alert" {}
            div id="changed" {}
            p.row {
                button type="button" id="copy" { "Copy as --set" }
                button type="button" id="save" { "Save scenario as …" }
                button type="button" id="freeze" aria-pressed="false" { "Freeze as baseline" }
                button type="button" id="reset" { "Back to the beginning" }
                span id="done" role="status" {}
            }
        }
    }
}

fn knob(at: usize, knob: &Knob) -> Markup {
    let id = format!("knob-{at}");
    let position = knob.positions.iter().position(|value| *value == knob.value);
    let positions = serde_json::json!(knob.positions);
    html! {
        div.knob data-path=(knob.path) data-value=(knob.value) data-positions=(plain_json(&positions.to_string())) {
            label for=(id) { (knob.label) }
            @if knob.is_choice {
                select id=(id) {
                    @for value in &knob.positions { option value=(value) selected[*value == knob.value] { (value) } }
                }
            } @else {
                input type="range" min="0" max=(knob.positions.len().saturating_sub(1)) step="1"
                    value=(position.unwrap_or(0)) aria-label=(format!("{}, slider", knob.label)) aria-valuetext=(knob.value);
                input id=(id) type="text" value=(knob.value) autocomplete="off" spellcheck="false";
            }
        }
    }
}

fn machine() -> Markup {
    html! {
        section id="machine" aria-labelledby="machine-heading" {
            h2 id="machine-heading" { "What does one machine do?" }
            form id="explain" {
                p.row {
                    label for="machine-name" { "Machine" }
                    input id="machine-name" autocomplete="off" spellcheck="false";
                    button { "Explain" }
                }
            }
            p id="machine-problem" role="alert" {}
        }
    }
}

/// The curves of the first replication over those before, and the difference in
/// words.
pub(super) fn picture(begun: &Begun) -> (Markup, Markup) {
    let before = begun.before.as_deref();
    (
        curves(&begun.picture, before),
        words(&begun.picture, before),
    )
}

/// The curves of a run over those before.
pub(super) fn curves(run: &Run, before: Option<&Run>) -> Markup {
    progress(run, before)
}

/// What is different from before.
pub(super) fn words(run: &Run, before: Option<&Run>) -> Markup {
    let said = match before {
        Some(before) => difference::words(before, run),
        None => {
            let together = verdict::overall(run);
            let together = together.map(|said| format!("All advertisements together: {said}"));
            let all = run.advertisements();
            let all = all.iter().take(6);
            let each = all.map(|id| format!("{id}: {}", verdict::sentence(run, id)));
            together.into_iter().chain(each).collect()
        }
    };
    html! { ul { @for sentence in said { li { (sentence) } } } }
}

/// The views above and below the place where a machine can be asked for.
pub(super) fn views(run: &Run) -> (Markup, Markup) {
    let above = html! { (verdict::view(run)) (causes::view(run)) };
    let below =
        html! { (load::view(run, Thresholds::default())) (places::view(run)) (basis::view(run)) };
    (above, below)
}

/// The story of a machine with the remedies that can be tried.
pub(super) fn story(text: &str, options: &[String]) -> Markup {
    html! {
        pre tabindex="0" { (text) }
        @for option in options { p { "To try it: " code.try { (option) } } }
    }
}
