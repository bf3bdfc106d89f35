//! The answer of a study in sentences.

use super::values::{short, shown};
use super::{Study, distinct};
use crate::report::data::Row;
use crate::report::text::{bar, count, machines, percent, replications};
use crate::study::{Measure, Response, Rule};
use maud::{Markup, html};

/// Names in a sentence.
const NAMED: usize = 6;

/// Every sentence that the tables of the study allow.
pub(super) fn view(study: &Study) -> Markup {
    html! {
        @for sentence in sentences(study) { p.verdict { (sentence) } }
        (fixes(study))
        (best(study))
    }
}

fn sentences(study: &Study) -> Vec<String> {
    let mut said = Vec::new();
    said.extend(goal(study));
    said.extend(objectives(study));
    said.extend(against_baseline(study));
    if said.is_empty() && study.table("fixes").is_empty() && study.table("selection").is_empty() {
        said.extend(extremes(study));
    }
    said
}

/// A list of names, the rest counted.
pub(super) fn list(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join("; "),
        more => format!("{}; and {more} more", shown.join("; ")),
    }
}

/// The first value that is enough.
fn goal(study: &Study) -> Vec<String> {
    let rows: Vec<Row> = study.table("goal").iter().collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let met = |row: &Row| {
        let all = match row.text("runs") {
            "1" => "1 replication".to_owned(),
            runs => format!("{runs} replications"),
        };
        format!("in {} of {all}", row.text("met"))
    };
    let enough = rows
        .iter()
        .filter(|row| row.text("first_sufficient") == "yes");
    let found: Vec<String> = enough
        .map(|row| {
            let chance = row.number("at_least").map_or_else(String::new, |low| {
                format!(", a chance of at least {}", percent(low))
            });
            format!("{} is enough: met {}{chance}.", study.named(row), met(row))
        })
        .collect();
    let left_out = rows.iter().filter(|row| !row.text("note").is_empty());
    let left_out: Vec<String> = left_out
        .map(|row| format!("{} ({})", study.named(row), row.text("note")))
        .collect();
    let left_out =
        (!left_out.is_empty()).then(|| format!("Cannot be judged: {}.", list(&left_out)));
    if found.is_empty() {
        let none = "No value that was tried is known to be enough.".to_owned();
        return std::iter::once(none).chain(left_out).collect();
    }
    let failed = rows.iter().filter(|row| row.text("verdict") == "fail");
    let failed: Vec<String> = failed
        .map(|row| format!("{} ({})", study.named(row), met(row)))
        .collect();
    let mut said = found;
    if !failed.is_empty() {
        said.push(format!("Not enough: {}.", list(&failed)));
    }
    said.extend(left_out);
    said.extend(rests_on(study, &rows));
    said
}

/// A goal that asks for certainty is judged by what happened in a few replications.
fn rests_on(study: &Study, rows: &[Row]) -> Option<String> {
    let Rule::Bisection { objective, .. } = study.plan.rule else {
        return None;
    };
    let is_certain = study.plan.objectives.get(objective)?.chance.0 >= 1.0;
    let most = rows.iter().filter_map(|row| row.number("runs"));
    let most = most.fold(0.0, f64::max);
    (is_certain && most > 0.0).then(|| {
        let (each, say) = (replications(most), if most > 1.0 { "say" } else { "says" });
        format!(
            "This rests on {each} of a point, which {say} little about the next one: give the objective a chance below 1, and its confidence decides how many replications are made."
        )
    })
}

fn objectives(study: &Study) -> Vec<String> {
    let rows = study.table("objectives");
    let of = |objective: &str, verdict: &str| -> Vec<String> {
        let mine = rows
            .iter()
            .filter(|row| row.text("objective") == objective && row.text("verdict") == verdict);
        mine.map(|row| match row.text("why_undecided") {
            "" => study.named(&row),
            why => format!("{} ({why})", study.named(&row)),
        })
        .collect()
    };
    distinct(rows, "objective")
        .iter()
        .map(|objective| {
            let parts = [
                ("pass", "passes at"),
                ("fail", "fails at"),
                ("undecided", "is undecided at"),
            ];
            let parts = parts.iter().filter_map(|(verdict, words)| {
                let names = of(objective, verdict);
                (!names.is_empty()).then(|| format!("{words} {}", list(&names)))
            });
            format!(
                "Objective {objective} {}.",
                parts.collect::<Vec<_>>().join("; it ")
            )
        })
        .collect()
}

/// The largest difference from the baseline in either direction, where one is
/// beyond chance.
fn against_baseline(study: &Study) -> Vec<String> {
    if !study.table("fixes").is_empty() {
        return Vec::new();
    }
    let mut said = Vec::new();
    for response in &study.plan.responses {
        let rows = study.table("pairs").iter();
        let mine: Vec<Row> = rows
            .filter(|row| row.text("response") == response.name)
            .collect();
        if mine.is_empty() {
            continue;
        }
        let size = |row: &Row| row.number("mean_difference").unwrap_or(0.0).abs();
        let beyond = |row: &&Row| matches!(row.text("conclusion"), "smaller" | "larger");
        let largest = mine
            .iter()
            .filter(beyond)
            .max_by(|a, b| size(a).total_cmp(&size(b)));
        let Some(row) = largest else {
            said.push(format!(
                "{}: no point differs from the baseline beyond chance.",
                response.name
            ));
            continue;
        };
        said.push(format!(
            "{}: {} of {} points differ from the baseline beyond chance; the most is {}, {} {}.",
            response.name,
            mine.iter().filter(beyond).count(),
            mine.len(),
            study.named(row),
            difference(response, row),
            row.text("conclusion"),
        ));
    }
    said
}

fn difference(response: &Response, row: &Row) -> String {
    let number = |column| row.number(column);
    let mean = number("mean_difference").unwrap_or(0.0).abs();
    let ends = number("ci_low").zip(number("ci_high")).map(|(a, b)| {
        let (a, b) = (a.abs(), b.abs());
        (a.min(b), a.max(b))
    });
    let shown = |value: f64| match response.measure {
        // A difference of shares is in points of a hundred.
        Measure::SuccessShare | Measure::Objective => format!("{:.1} points", value * 100.0),
        measure => shown(measure, value),
    };
    match ends {
        Some((low, high)) => format!("{} ({} to {})", shown(mean), shown(low), shown(high)),
        None => shown(mean),
    }
}

/// The least and the most of each response, where no question was asked.
fn extremes(study: &Study) -> Vec<String> {
    let all = study.plan.responses.iter().filter_map(|response| {
        let rows: Vec<Row> = study.rows_of(&response.name).collect();
        let mean = |row: &Row| row.number("mean");
        let known = || rows.iter().filter(|row| mean(row).is_some());
        let by = |a: &&Row, b: &&Row| mean(a).unwrap_or(0.0).total_cmp(&mean(b).unwrap_or(0.0));
        let (least, most) = (known().min_by(by)?, known().max_by(by)?);
        let said = |row: &Row| {
            format!(
                "{} at {}",
                shown(response.measure, mean(row).unwrap_or(0.0)),
                study.named(row)
            )
        };
        let figure = |row: &Row| shown(response.measure, mean(row).unwrap_or(0.0));
        let name = &response.name;
        Some(if figure(least) != figure(most) {
            format!("{name}: from {} to {}.", said(least), said(most))
        } else if known().count() == 1 {
            format!("{name}: {}.", said(least))
        } else {
            let which = if known().count() < rows.len() {
                " that has a mean"
            } else {
                ""
            };
            format!("{name}: {} at every point{which}.", figure(least))
        })
    });
    all.collect()
}

/// The changes that cure as many as the first, with it.
fn equal<'r>(rows: &[Row<'r>]) -> Vec<&'r str> {
    let Some(first) = rows.first() else {
        return Vec::new();
    };
    let same = rows
        .iter()
        .filter(|row| row.text("cured") == first.text("cured"));
    same.map(|row| row.text("fix")).collect()
}

/// Names in one sentence: `a, b and c`.
fn together(names: &[&str]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// Changes by what they cure.
fn fixes(study: &Study) -> Markup {
    let rows: Vec<Row> = study.table("fixes").iter().collect();
    let number = |row: &Row, column: &str| row.number(column).unwrap_or(0.0);
    let most = rows
        .iter()
        .map(|row| number(row, "cured"))
        .fold(1.0, f64::max);
    html! {
        @if let Some(first) = rows.first() {
            @if number(first, "cured") == 0.0 { p.verdict { "No change cures a machine." } }
            @else { p.verdict {
                @let equal = equal(&rows);
                @if equal.len() == 1 { (equal[0]) " cures most: " }
                @else { (together(&equal)) " cure most, " @if equal.len() == 2 { "both" } @else { "all" } " the same number: " }
                (machines(number(first, "cured")))
                " of " (count(number(first, "failures_without"))) " that fail without " @if equal.len() == 1 { "it" } @else { "them" }
                @if equal.len() == 1 && number(first, "harmed") >= 0.05 { ", and harms " (machines(number(first, "harmed"))) }
                "."
            } }
            @for row in &rows {
                @if row.text("effect") == "none seen" { p.small {
                    (row.text("fix")) ": no difference seen; another setting may override what it sets, or what it changes is rare"
                } } @else { p.small {
                    (row.text("fix")) ": cures " (count(number(row, "cured")))
                    @if let (Some(low), Some(high)) = (row.number("cured_low"), row.number("cured_high")) { " (" (count(low)) " to " (count(high)) ")" }
                    ", harms " (count(number(row, "harmed")))
                } }
                (bar(number(row, "cured") / most))
            }
        }
    }
}

/// How sure the best is.
fn confidence(study: &Study, measure: Measure) -> String {
    let Some(select) = &study.plan.select else {
        return String::new();
    };
    let sure = format!(" with {} % confidence", short(select.confidence.0 * 100.0));
    match study.plan.rule {
        Rule::Selection { .. } => format!(
            "{sure}, if it is better than the others by {} or more",
            shown(measure, select.indifference.0)
        ),
        _ => sure,
    }
}

/// The points that may be the best.
fn best(study: &Study) -> Markup {
    let rows: Vec<Row> = study.table("selection").iter().collect();
    let Some(first) = rows.first() else {
        return html! {};
    };
    let name = first.text("response");
    let responses = study.plan.responses.iter();
    let measure = responses.clone().find(|response| response.name == name);
    let measure = measure.map_or(Measure::Failures, |response| response.measure);
    let with_mean = rows.iter().filter(|row| row.number("mean").is_some());
    let alone = with_mean.count() == 1 && rows.len() > 1;
    let kept: Vec<String> = rows
        .iter()
        .filter(|row| row.text("kept") == "yes")
        .map(|row| study.named(row))
        .collect();
    let sure = confidence(study, measure);
    let most = rows
        .iter()
        .filter_map(|row| row.number("mean"))
        .fold(0.0, f64::max);
    html! {
        p.verdict {
            @if kept.is_empty() { "No point has a mean of " (name) ", so none can be the best." }
            @else if alone { "Only " (kept[0]) " has a mean of " (name) ": there is nothing to compare it with." }
            @else if kept.len() == 1 { (kept[0]) " is the best by " (name) (sure) "." }
            @else { "The best by " (name) " is one of these" (sure) ", not told apart yet: " (list(&kept)) "." }
        }
        @for row in &rows {
            @let mean = row.number("mean").unwrap_or(0.0);
            p.small {
                (study.named(row)) ": "
                @if row.number("mean").is_some() { (shown(measure, mean)) }
                @if !row.text("note").is_empty() { (row.text("note")) }
                @else if row.text("kept") != "yes" { ", ruled out by point " (row.text("beaten_by")) ", and " (shown(measure, row.number("behind_by").unwrap_or(0.0))) " behind the best mean" }
                @else if alone {}
                @else if kept.len() == 1 { ", the best" }
                @else { ", may be the best" }
            }
            (bar(if most > 0.0 { mean / most } else { 0.0 }))
        }
    }
}
