//! The S-curve: machines that have it, over time, with rings as lanes under it.

use super::data::{Row, Run};
use super::text::{Clock, count, machines, words};
use super::verdict::{sentence, targeted};
use crate::results::share_asked;
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::fmt::Write;

const WIDTH: f64 = 960.0;
const LEFT: f64 = 56.0;
const TOP: f64 = 16.0;
const HEIGHT: f64 = 280.0;
const LANE: f64 = 22.0;

/// Points that a line has at most.
const MOST_POINTS: usize = 160;
/// Single replications that are drawn at most.
const MOST_LINES: usize = 20;

/// Machines that have it at each step, by replication.
struct Curves {
    times: Vec<f64>,
    lines: Vec<Vec<f64>>,
    targeted: f64,
}

impl Curves {
    fn of(run: &Run, advertisement: &str) -> Self {
        let mut by_replication = BTreeMap::<u32, Vec<(f64, f64)>>::new();
        for row in run.table("timeline").of(advertisement) {
            let number = row.number("replication").unwrap_or(0.0) as u32;
            let at = row.number("seconds").unwrap_or(0.0);
            let have = have(&row);
            by_replication.entry(number).or_default().push((at, have));
        }
        let steps = by_replication.values().map(Vec::len).min().unwrap_or(0);
        let every = steps.div_ceil(MOST_POINTS).max(1);
        let kept: Vec<usize> = (0..steps)
            .filter(|at| at % every == 0 || at + 1 == steps)
            .collect();
        let lines = by_replication.values();
        let lines: Vec<Vec<f64>> = lines
            .map(|line| kept.iter().map(|at| line[*at].1).collect())
            .collect();
        let times = by_replication.values().next();
        let times = times.map_or_else(Vec::new, |line| kept.iter().map(|at| line[*at].0).collect());
        Self {
            times,
            lines,
            targeted: targeted(run, advertisement),
        }
    }

    fn quantile_if_any(&self, permille: usize) -> Option<Vec<f64>> {
        (!self.lines.is_empty()).then(|| self.quantile(permille))
    }

    /// A quantile over the replications at each step.
    fn quantile(&self, permille: usize) -> Vec<f64> {
        let steps = 0..self.times.len();
        let at = |step: usize| {
            let mut values: Vec<f64> = self.lines.iter().map(|line| line[step]).collect();
            values.sort_by(f64::total_cmp);
            let rank = (permille * values.len()).div_ceil(1000).max(1);
            values[rank - 1]
        };
        steps.map(at).collect()
    }
}

/// Machines that report success.
fn have(row: &Row) -> f64 {
    row.number("succeeded").unwrap_or(0.0) + row.number("reboot_pending").unwrap_or(0.0)
}

/// Where things are in the picture.
struct Frame {
    horizon: f64,
    targeted: f64,
}

impl Frame {
    fn x(&self, seconds: f64) -> f64 {
        let share = (seconds / self.horizon.max(1.0)).clamp(0.0, 1.0);
        LEFT + share * (WIDTH - LEFT - 16.0)
    }

    fn y(&self, machines: f64) -> f64 {
        TOP + HEIGHT * (1.0 - (machines / self.targeted.max(1.0)).clamp(0.0, 1.0))
    }

    fn line(&self, times: &[f64], values: &[f64]) -> String {
        let mut path = String::new();
        for (at, value) in times.iter().zip(values) {
            let letter = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(path, "{letter}{:.1} {:.1}", self.x(*at), self.y(*value));
        }
        path
    }

    fn band(&self, times: &[f64], low: &[f64], high: &[f64]) -> String {
        let mut path = self.line(times, high);
        for (at, value) in times.iter().zip(low).rev() {
            let _ = write!(path, "L{:.1} {:.1}", self.x(*at), self.y(*value));
        }
        path.push('Z');
        path
    }
}

/// The curve of one advertisement, over that of the run `before` if one is
/// given.
pub fn view(run: &Run, advertisement: &str, number: usize, before: Option<&Run>) -> Markup {
    let curves = Curves::of(run, advertisement);
    if curves.times.is_empty() {
        return html! {};
    }
    if curves.targeted == 0.0 {
        return html! { p { (sentence(run, advertisement)) } };
    }
    let frame = Frame {
        horizon: run.horizon(),
        targeted: curves.targeted,
    };
    let lanes = lanes(run, advertisement);
    let height = TOP + HEIGHT + 44.0 + LANE * lanes.len() as f64;
    let median = curves.quantile(500);
    let id = format!("curve-{number}");
    let said = sentence(run, advertisement);
    let working = working_hours(run, &frame);
    html! {
        figure {
            svg viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-labelledby=(format!("{id}-title {id}-desc")) {
                title id=(format!("{id}-title")) { "Machines that report success with " (advertisement) " over time" }
                desc id=(format!("{id}-desc")) { (said) }
                @if !working.is_empty() { path.working d=(working) { title { "Working hours" } } }
                (axes(run, &frame))
                @if curves.lines.len() > 1 {
                    path.band d=(frame.band(&curves.times, &curves.quantile(100), &curves.quantile(900))) {
                        title { "This band holds " (held(curves.lines.len())) " of the replications" }
                    }
                    @for line in curves.lines.iter().take(MOST_LINES) {
                        path.single d=(frame.line(&curves.times, line)) {}
                    }
                }
                @if let Some(path) = before.and_then(|before| older(run, before, advertisement, &frame)) {
                    path.before d=(path) { title { "Before the change" } }
                }
                path.median d=(frame.line(&curves.times, &median)) {}
                (deadlines(run, advertisement, &frame))
                (lane_marks(run, &lanes, &frame))
            }
            figcaption {
                "Machines that report success"
                @if before.is_some() { "; dashed: before the change" }
                @if curves.lines.len() > 1 { "; the line is the median of " (curves.lines.len()) " replications, the band holds " (held(curves.lines.len())) }
                @if working.is_empty() { ". No working hours lie in this time" } @else { ". Shaded: working hours" }
                @if run.manifest.working_hours.assumed { " (the scenario gives none; Monday to Friday, 8 to 18, is assumed)" }
                "."
            }
        }
        @if let Some(said) = unseen(run, advertisement) { p.small { (said) } }
    }
}

/// How many of the replications lie between the quantiles that bound the band: of fewer
/// than ten these are the least and the most.
fn held(replications: usize) -> &'static str {
    if replications < 10 {
        "all"
    } else {
        "eight of ten"
    }
}

/// What the end of the curve and the number of machines that have it differ by: the curve
/// knows what clients have reported, and is not taken back.
fn unseen(run: &Run, advertisement: &str) -> Option<String> {
    let curves = Curves::of(run, advertisement);
    let ends = curves.lines.iter().filter_map(|line| line.last());
    let shown = ends.sum::<f64>() / curves.lines.len().max(1) as f64;
    let mut rows = run.table("summary").of(advertisement);
    let row = rows.find(|row| row.text("replication") == "all")?;
    let more = row.number("success")? - shown;
    if more >= 0.5 {
        return Some(format!(
            "At the end the program is on {} more than the curve shows, of which no status says so, as where a program ended that the client no longer watched. These are counted as running in timeline.csv.",
            machines(more)
        ));
    }
    (more <= -0.5).then(|| {
        let lost = lost(run, advertisement);
        let why = if lost.is_empty() { String::new() } else { format!(": {lost}") };
        format!(
            "At the end {} fewer have the program than the curve shows, which does not fall when a machine that has reported success loses it{why}.",
            machines(-more)
        )
    })
}

/// What became of machines that had reported success, with their numbers.
fn lost(run: &Run, advertisement: &str) -> String {
    let ways = [
        ("removed", "it was removed from"),
        ("broken", "it broke"),
        (
            "service-profile",
            "it is in the profile of a service account on",
        ),
    ];
    let told = ways.iter().filter_map(|(outcome, what)| {
        let rows = run.table("failures").of(advertisement);
        let mine = rows.filter(|row| row.text("outcome") == *outcome);
        let number: f64 = mine.filter_map(|row| row.number("machines")).sum();
        (number >= 0.5).then(|| format!("{what} {}", machines(number)))
    });
    told.collect::<Vec<_>>().join(", ")
}

/// The median of an older run where it belongs on the calendar of this one, as
/// shares of its own machines.
fn older(run: &Run, before: &Run, advertisement: &str, frame: &Frame) -> Option<String> {
    let curves = Curves::of(before, advertisement);
    let ahead = start_difference(run, before);
    let times = curves.times.iter().map(|at| at + ahead);
    let scale = frame.targeted / curves.targeted.max(1.0);
    let shares = curves.quantile_if_any(500)?;
    let inside = times.zip(shares);
    let inside = inside.filter(|(at, _)| *at >= 0.0 && *at <= frame.horizon);
    let (times, shares): (Vec<f64>, Vec<f64>) = inside.map(|(at, v)| (at, v * scale)).unzip();
    (!times.is_empty()).then(|| frame.line(&times, &shares))
}

/// Seconds by which the start of `before` lies after that of `run`.
pub(super) fn start_difference(run: &Run, before: &Run) -> f64 {
    let start = |run: &Run| Clock::new(&run.manifest.start).at(0.0);
    match (start(run), start(before)) {
        (Some(now), Some(then)) => then.duration_since(now).as_secs_f64(),
        _ => 0.0,
    }
}

fn axes(run: &Run, frame: &Frame) -> Markup {
    let marks = marks(run);
    html! {
        @for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            @let y = frame.y(share * frame.targeted);
            line.grid x1=(LEFT) x2=(WIDTH - 16.0) y1=(format!("{y:.1}")) y2=(format!("{y:.1}")) {}
            text.label x=(LEFT - 6.0) y=(format!("{:.1}", y + 4.0)) text-anchor="end" { (count(share * 100.0)) " %" }
        }
        @for (at, label) in &marks {
            @let x = format!("{:.1}", frame.x(*at));
            line.grid x1=(x) x2=(x) y1=(TOP) y2=(TOP + HEIGHT) {}
            @if frame.x(*at) < WIDTH - 80.0 {
                text.label x=(x) y=(TOP + HEIGHT + 18.0) { (label) }
            }
        }
    }
}

/// Moments of the forecast that are marked, with their labels: midnights, or where there
/// are fewer than two of them the start and hours.
fn marks(run: &Run) -> Vec<(f64, String)> {
    /// Labels that have room side by side.
    const MOST: f64 = 12.0;
    /// Seconds between marks within a day.
    const STEPS: [f64; 10] = [
        1.0, 10.0, 60.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 10_800.0, 21_600.0,
    ];
    let clock = Clock::new(&run.manifest.start);
    let days = midnights(run);
    if days.len() > 1 {
        let every = days.len().div_ceil(MOST as usize).max(1);
        let shown = days.iter().step_by(every);
        return shown.map(|at| (*at, clock.day(*at))).collect();
    }
    let (horizon, passed) = (run.horizon(), since_midnight(run).unwrap_or(0.0));
    let step = STEPS.into_iter().find(|step| horizon / step <= MOST);
    let step = step.unwrap_or(43_200.0);
    // The label of the start has the date, and takes the room of two.
    let room = horizon * 2.0 / MOST;
    let first = (passed / step).floor() as u64 + 1;
    let mut marks = vec![(0.0, clock.moment(0.0))];
    for at in (first..).map(|n| n as f64 * step - passed) {
        if at > horizon {
            break;
        }
        let label = if days.contains(&at) {
            clock.day(at)
        } else {
            clock.time(at)
        };
        marks.push((at, if at < room { String::new() } else { label }));
    }
    marks
}

/// Seconds from the midnight before the start to the start, by the scenario's clock.
fn since_midnight(run: &Run) -> Option<f64> {
    let time = Clock::new(&run.manifest.start).at(0.0)?.time();
    Some(
        f64::from(time.hour()) * 3600.0
            + f64::from(time.minute()) * 60.0
            + f64::from(time.second()),
    )
}

/// Midnights by the scenario's clock within the forecast.
fn midnights(run: &Run) -> Vec<f64> {
    let Some(passed) = since_midnight(run) else {
        return Vec::new();
    };
    let first = if passed > 0.0 { 86_400.0 - passed } else { 0.0 };
    let midnights = (0..).map(|day| first + f64::from(day) * 86_400.0);
    midnights.take_while(|at| *at <= run.horizon()).collect()
}

/// The outline of the working hours that lie in the forecast.
fn working_hours(run: &Run, frame: &Frame) -> String {
    let hours = &run.manifest.working_hours;
    let clock = Clock::new(&run.manifest.start);
    let mut path = String::new();
    let midnights = midnights(run);
    // The hours of the day on which it starts began before it.
    let before = since_midnight(run).filter(|passed| *passed > 0.0);
    let before = before.map(|passed| -passed);
    for midnight in before.into_iter().chain(midnights.iter().copied()) {
        let Some(date) = clock.at(midnight) else {
            continue;
        };
        if !hours.days[date.date().weekday().to_monday_zero_offset() as usize] {
            continue;
        }
        let from = frame.x(midnight + hours.from_seconds as f64);
        let until = frame.x(midnight + hours.until_seconds as f64);
        if until > from {
            let _ = write!(path, "M{from:.1} {TOP}H{until:.1}v{HEIGHT}H{from:.1}Z");
        }
    }
    path
}

fn deadlines(run: &Run, advertisement: &str, frame: &Frame) -> Markup {
    let mine = run.objectives_about(advertisement);
    let mine: Vec<_> = mine.filter(|o| o.doubt.is_none()).collect();
    let clock = Clock::new(&run.manifest.start);
    let places = mine
        .iter()
        .map(|o| (frame.x(o.by_seconds), o.name.as_str()));
    html! {
        @for (x, names) in labels(places.collect()) {
            text.label x=(format!("{x:.1}")) y=(TOP + HEIGHT + 34.0) text-anchor="end" { (names) }
        }
        @for objective in &mine {
            @let x = format!("{:.1}", frame.x(objective.by_seconds));
            @let y = format!("{:.1}", frame.y(objective.success * frame.targeted));
            line.deadline x1=(x) x2=(x) y1=(TOP) y2=(TOP + HEIGHT) {
                title { (objective.name) ": " (share_asked(objective.success)) " by " (clock.moment(objective.by_seconds)) }
            }
            circle.deadline cx=(x) cy=(y) r="4" {}
        }
    }
}

/// Names that end at their lines; those that would cover each other are told at the last of
/// these lines, in order.
fn labels(mut places: Vec<(f64, &str)>) -> Vec<(f64, String)> {
    const LETTER: f64 = 6.5;
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut told: Vec<(f64, String)> = Vec::new();
    for (x, name) in places {
        let begins = x - LETTER * (name.chars().count() + 1) as f64;
        match told.last_mut() {
            Some(last) if begins < last.0 => {
                last.0 = x;
                last.1.push_str(", ");
                last.1.push_str(name);
            }
            _ => told.push((x, name.to_owned())),
        }
    }
    told
}

/// A ring: its name, when it opened, and decisions about it in the first
/// replication.
struct Lane {
    name: String,
    /// The mean of the replications in which it opened.
    opened: Option<f64>,
    /// In how many it did.
    times: u32,
    marks: Vec<(f64, String)>,
}

fn lanes(run: &Run, advertisement: &str) -> Vec<Lane> {
    let phases = run.table("phases").of(advertisement);
    let lanes = phases.map(|row| {
        let name = row.text("phase").to_owned();
        let decisions = run.table("decisions").of(advertisement);
        let decisions =
            decisions.filter(|d| d.text("replication") == "1" && d.text("phase") == name);
        let marks =
            decisions.filter(|d| d.text("decision") != "wait" && d.text("decision") != "go-on");
        let marks = marks.filter_map(|d| {
            let said = format!("{} ({})", words(d.text("decision")), d.text("rule"));
            Some((d.number("seconds")?, said))
        });
        Lane {
            opened: row.number("opened_seconds"),
            times: row.number("opened").unwrap_or(0.0) as u32,
            marks: marks.collect(),
            name,
        }
    });
    lanes.collect()
}

/// When a ring opens, with what kind of figure that is where there are several.
fn when_opened(run: &Run, lane: &Lane, date: &str) -> String {
    match (lane.times, run.manifest.replications) {
        (_, 1) => date.to_owned(),
        (times, all) if times < all => {
            format!("in {times} of {all} replications, on average {date}")
        }
        _ => format!("{date} on average"),
    }
}

fn lane_marks(run: &Run, lanes: &[Lane], frame: &Frame) -> Markup {
    let clock = Clock::new(&run.manifest.start);
    html! {
        @for (at, lane) in lanes.iter().enumerate() {
            @let y = TOP + HEIGHT + 44.0 + LANE * at as f64;
            @if let Some(opened) = lane.opened {
                @let x = frame.x(opened);
                rect.lane x=(format!("{x:.1}")) y=(format!("{y:.1}")) width=(format!("{:.1}", (WIDTH - 16.0 - x).max(1.0))) height=(LANE - 6.0) {
                    title { (lane.name) " opens " (when_opened(run, lane, &clock.date(opened))) }
                }
            }
            @for (when, said) in &lane.marks {
                circle.mark cx=(format!("{:.1}", frame.x(*when))) cy=(format!("{:.1}", y + 8.0)) r="4" {
                    title { (lane.name) ": " (said) ", " (clock.date(*when)) }
                }
            }
            text.label x=(WIDTH - 20.0) y=(format!("{:.1}", y + 12.0)) text-anchor="end" {
                (lane.name)
                @match lane.opened {
                    Some(opened) => { ": opens " (when_opened(run, lane, &clock.date(opened))) }
                    None => { ": never opens" }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_objectives_do_not_cover_each_other() {
        let told = |places: &[(f64, &'static str)]| labels(places.to_vec());
        assert_eq!(
            told(&[(400.0, "friday"), (100.0, "monday")]),
            [(100.0, "monday".to_owned()), (400.0, "friday".to_owned())]
        );
        // At one moment, and so near that the second would cover the first.
        assert_eq!(
            told(&[(400.0, "a"), (400.0, "b")]),
            [(400.0, "a, b".to_owned())]
        );
        assert_eq!(
            told(&[(100.0, "monday"), (130.0, "friday")]),
            [(130.0, "monday, friday".to_owned())]
        );
    }
}
