//! Where it hurts: lines by hour, and servers and stations against thresholds.

use super::data::{Row, Run};
use super::sharers::Sharers;
use super::text::{Clock, count, percent, rate, span};
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What counts as too much.
#[derive(Debug, Clone, Copy)]
pub struct Thresholds {
    /// Share of a line's capacity over a whole forecast.
    pub line: f64,
    /// Seconds for which a line is full, all in all.
    pub full: f64,
    /// Share of requests that are refused or time out.
    pub refused: f64,
    /// Longest wait in line, in seconds.
    pub wait: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            line: 0.8,
            full: 3600.0,
            refused: 0.01,
            wait: 60.0,
        }
    }
}

/// Sites in the heat map at most.
const MOST_SITES: usize = 24;
const LISTED: usize = 10;
/// Shares of the line from which a cell has the next stronger colour.
const LEVELS: [f64; 5] = [0.01, 0.25, 0.5, 0.75, 0.95];

/// The whole view.
pub fn view(run: &Run, thresholds: Thresholds) -> Markup {
    html! {
        section id="load" aria-labelledby="load-heading" {
            h2 id="load-heading" { "Where does it hurt?" }
            (faults(run))
            (heat_map(run))
            (worst(run, thresholds))
        }
    }
}

/// Faults that are told in the open.
const MOST_FAULTS: usize = 12;

/// What the scenario disturbs, without which refusals and closed lines would look like a
/// lack of servers and bandwidth.
fn faults(run: &Run) -> Markup {
    let clock = Clock::of(run);
    let all = &run.manifest.faults;
    html! {
        @if !all.is_empty() {
            p { "Faults that the scenario has:" }
            ul {
                @for fault in all.iter().take(MOST_FAULTS) {
                    li {
                        "from " (clock.moment(fault.from_seconds))
                        @match fault.until_seconds {
                            Some(until) => { " for " (span(until - fault.from_seconds)) },
                            None => " to the end",
                        }
                        ": " (fault.what)
                    }
                }
                @if all.len() > MOST_FAULTS { li { (all.len() - MOST_FAULTS) " more are in manifest.json" } }
            }
        }
    }
}

/// One site: its name, line, and per time the share of the line that is used.
struct Site<'a> {
    name: &'a str,
    line: f64,
    cells: Vec<(f64, f64, f64)>,
    /// Seconds of the cells in which the line gives nothing.
    closed: f64,
}

fn sites(run: &Run) -> Vec<Site<'_>> {
    let mut sites: Vec<Site> = Vec::new();
    for row in run.table("use").iter() {
        let Some(line) = row.number("line_bits_per_second") else {
            continue;
        };
        let share = row.number("share_of_line");
        let from = row.number("from_seconds").unwrap_or(0.0);
        let until = row.number("until_seconds").unwrap_or(from);
        let is_new = sites
            .last()
            .is_none_or(|site| site.name != row.text("site"));
        if is_new {
            sites.push(Site {
                name: row.text("site"),
                line,
                cells: Vec::new(),
                closed: 0.0,
            });
        }
        let Some(site) = sites.last_mut() else {
            continue;
        };
        match share {
            Some(share) => site.cells.push((from, until, share)),
            None => site.closed += until - from,
        }
    }
    // A line that carries nothing is not full.
    sites.retain(|site| site.cells.iter().any(|(_, _, share)| *share > 0.0));
    sites.truncate(MOST_SITES);
    sites
}

fn heat_map(run: &Run) -> Markup {
    let sites = sites(run);
    if sites.is_empty() {
        return html! {
            p { "No line of limited rate towards a site carried a package from another site." }
            (upward(run))
        };
    }
    let clock = Clock::of(run);
    let cell = cell_length(&sites);
    let (left, width, row) = (150.0, 960.0, 15.0);
    let x = |seconds: f64| left + seconds / run.horizon().max(1.0) * (width - left - 10.0);
    let height = 24.0 + row * sites.len() as f64;
    html! {
        figure {
            svg viewBox=(format!("0 0 {width} {height}")) role="img" aria-labelledby="heat-title heat-desc" {
                title id="heat-title" { "How full the lines towards sites are, in cells of " (cell) }
                desc id="heat-desc" { "One row for each site, the fullest lines first; the stronger the colour, the fuller the line." }
                @for (at, site) in sites.iter().enumerate() {
                    @let y = 4.0 + row * at as f64;
                    text.label x=(left - 6.0) y=(format!("{:.1}", y + 11.0)) text-anchor="end" { (site.name) }
                    @for level in 1..=LEVELS.len() {
                        @let path = cells(site, level, y, row, &x);
                        @if !path.is_empty() { path class=(format!("heat{level}")) d=(path) {} }
                    }
                    rect.row x=(left) y=(format!("{y:.1}")) width=(width - left - 10.0) height=(row - 2.0) {
                        title { (site.name) ", " (rate(site.line)) ": " (peak(site)) " in its fullest cell" @if site.closed > 0.0 { ", closed for " (span(site.closed)) } }
                    }
                }
                @let y = height - 6.0;
                text.label x=(left) y=(y) { (clock.date(0.0)) }
                text.label x=(width - 10.0) y=(y) text-anchor="end" { (clock.date(run.horizon())) }
            }
            figcaption {
                "Lines towards sites by use, the fullest first; each cell is " (cell)
                " long and shows its average" @if run.manifest.replications > 1 { " over all replications" }
                ". The stronger the colour, the fuller the line: from "
                @for (at, level) in LEVELS.iter().enumerate() { @if at > 0 { ", " } (count(level * 100.0)) " %" }
                "."
            }
        }
        (closed(&sites))
        (upward(run))
    }
}

/// The lines that calendars or faults close for whole cells, the longest closed first.
fn closed(sites: &[Site]) -> Markup {
    let mut closed: Vec<&Site> = sites.iter().filter(|site| site.closed > 0.0).collect();
    closed.sort_by(|a, b| b.closed.total_cmp(&a.closed).then(a.name.cmp(b.name)));
    html! {
        @if !closed.is_empty() {
            p {
                "Lines that give nothing for whole cells, as calendars or faults have it: "
                @for (at, site) in closed.iter().take(LISTED).enumerate() { @if at > 0 { ", " } (site.name) " for " (span(site.closed)) }
                @if closed.len() > LISTED { ", and " (closed.len() - LISTED) " more" }
                "."
            }
        }
    }
}

/// How long the cells are; the last of a site may be cut off by the end.
fn cell_length(sites: &[Site]) -> String {
    let cells = sites.iter().flat_map(|site| &site.cells);
    span(cells.map(|cell| cell.1 - cell.0).fold(0.0, f64::max))
}

/// The fullest lines away from sites, which the map does not show.
fn upward(run: &Run) -> Markup {
    let mut lines = BTreeMap::<&str, f64>::new();
    for row in run.table("resources").iter() {
        if row.text("kind") == "wan-up" {
            *lines.entry(row.text("name")).or_default() += row.number("mean_use").unwrap_or(0.0);
        }
    }
    let each = f64::from(run.manifest.replications.max(1));
    let mut used: Vec<_> = lines
        .into_iter()
        .map(|(name, sum)| (name, sum / each))
        .collect();
    used.retain(|(_, share)| *share >= LEVELS[0]);
    used.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    html! {
        @if !used.is_empty() {
            p {
                "Lines away from sites, used on average: "
                @for (at, (name, share)) in used.iter().take(LISTED).enumerate() { @if at > 0 { ", " } (name) " " (percent(*share)) }
                "."
            }
        }
    }
}

fn peak(site: &Site) -> String {
    let most = site.cells.iter().map(|cell| cell.2).fold(0.0, f64::max);
    percent(most.min(1.0))
}

/// The cells of one level as one path.
fn cells(site: &Site, level: usize, y: f64, row: f64, x: &impl Fn(f64) -> f64) -> String {
    let level_of = |share: f64| LEVELS.iter().filter(|from| share >= **from).count();
    let mut path = String::new();
    for (from, until, share) in &site.cells {
        if level_of(*share) == level {
            let (from, until) = (x(*from), x(*until));
            let height = row - 2.0;
            let _ = write!(path, "M{from:.1} {y:.1}H{until:.1}v{height}H{from:.1}Z");
        }
    }
    path
}

/// A resource over all replications.
#[derive(Default)]
struct Resource {
    replications: f64,
    mean_use: f64,
    saturated: f64,
    requests: f64,
    turned_away: f64,
    longest_wait: f64,
    capacity: Option<f64>,
    peak: f64,
}

impl Resource {
    fn take(&mut self, row: &Row) {
        let number = |column| row.number(column).unwrap_or(0.0);
        self.replications += 1.0;
        self.mean_use += number("mean_use");
        self.saturated += number("saturated_seconds");
        self.requests += number("requests");
        self.turned_away += number("refusals") + number("timeouts");
        self.longest_wait = self.longest_wait.max(number("longest_wait_seconds"));
        self.peak = self.peak.max(number("peak_concurrency"));
        self.capacity = row.number("capacity_requests");
    }

    /// How far beyond the nearest threshold it is; 1 is at it.
    fn load(&self, thresholds: Thresholds) -> f64 {
        let each = self.replications.max(1.0);
        let refused = self.turned_away / self.requests.max(1.0);
        let loads = [
            self.mean_use / each / thresholds.line.max(1e-9),
            self.saturated / each / thresholds.full.max(1e-9),
            refused / thresholds.refused.max(1e-9),
            self.longest_wait / thresholds.wait.max(1e-9),
        ];
        loads.into_iter().fold(0.0, f64::max)
    }
}

/// Whether status messages wait in the inboxes of servers, where the most that were there
/// may be the most at once of a role.
fn has_inboxes(run: &Run) -> bool {
    let headings = run.table("summary").headings();
    headings
        .iter()
        .any(|heading| heading.starts_with("reported"))
}

/// What shared a resource when most did.
fn at_once(kind: &str, resource: &Resource, has_inboxes: bool) -> String {
    let (one, many) = match kind {
        _ if kind.starts_with("wan") || matches!(kind, "lan" | "network-card") => {
            ("transfer", "transfers")
        }
        "distribution-point" | "file-server" | "share" => ("session", "sessions"),
        _ => ("request", "requests"),
    };
    let is_server = !matches!(one, "transfer") && kind != "share";
    let peak = count(resource.peak);
    let noun = match resource.peak {
        // These may be messages in the inbox of the server.
        _ if has_inboxes && is_server => String::new(),
        1.0 => format!(" {one}"),
        _ => format!(" {many}"),
    };
    match resource.capacity {
        Some(most) if resource.peak <= most => format!("{peak} of {}{noun}", count(most)),
        // Those in line are among them.
        Some(most) if !has_inboxes => format!("{peak}{noun}, {} served at a time", count(most)),
        _ => format!("{peak}{noun}"),
    }
}

fn worst(run: &Run, thresholds: Thresholds) -> Markup {
    let mut all = BTreeMap::<(&str, &str), Resource>::new();
    for row in run.table("resources").iter() {
        let key = (row.text("kind"), row.text("name"));
        all.entry(key).or_default().take(&row);
    }
    let has_inboxes = has_inboxes(run);
    let sharers = Sharers::of(run);
    let over = all.values().filter(|r| r.load(thresholds) >= 1.0).count();
    let mut sorted: Vec<_> = all
        .into_iter()
        .filter(|(_, r)| r.load(thresholds) > 0.0)
        .collect();
    sorted.sort_by(|a, b| {
        let load = b.1.load(thresholds).total_cmp(&a.1.load(thresholds));
        load.then(a.0.cmp(&b.0))
    });
    html! {
        h3 { @if sorted.len() > LISTED { "The ten worst" } @else { "The worst" } }
        @if sorted.is_empty() { p { "No line, server or share was asked for anything that counts against a threshold." } }
        @else {
            p {
                @match over { 0 => "No resource is", 1 => "1 resource is", _ => { (over) " resources are" } } " beyond a threshold: a line used to " (percent(thresholds.line))
                " of what it could carry over the whole time or full for " (span(thresholds.full)) " all in all, " (percent(thresholds.refused))
                " of requests refused or timed out, or a wait of " (span(thresholds.wait)) "."
            }
            table {
                thead { tr {
                    th scope="col" { "Resource" } th scope="col" { "Used on average" } th scope="col" { "Full for" }
                    th scope="col" { "Turned away" } th scope="col" { "Longest wait" } th scope="col" { "Most at once" } th scope="col" { "Against threshold" }
                } }
                tbody {
                    @for ((kind, name), resource) in sorted.iter().take(LISTED) {
                        @let each = resource.replications.max(1.0);
                        @let load = resource.load(thresholds);
                        @let shared = sharers.of_resource(kind, name);
                        tr {
                            th scope="row" {
                                (kind.replace('-', " ")) " " (name)
                                @if !shared.is_empty() { div.small { (shared) } }
                            }
                            td.number { @if resource.mean_use > 0.0 { (percent(resource.mean_use / each)) } }
                            td.number { @if resource.saturated > 0.0 { (span(resource.saturated / each)) } }
                            td.number { @if resource.turned_away > 0.0 { (count(resource.turned_away / each)) " of " (count(resource.requests / each)) } }
                            td.number { @if resource.longest_wait > 0.0 { (span(resource.longest_wait)) } }
                            td.number { @if resource.peak > 0.0 { (at_once(kind, resource, has_inboxes)) } }
                            td.number { span class=(if load >= 1.0 { "tag fail" } else { "tag pass" }) { @if load < 10.0 { (count(load * 100.0)) " %" } @else { (count(load)) " times" } } }
                        }
                    }
                }
            }
        }
    }
}
