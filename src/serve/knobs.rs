//! Which values of a scenario the page proposes to turn, and through which
//! positions.
//!
//! A knob is a path as `--set` takes it, its present value, and a list of values
//! from low to high. Every other value can be set by its path.

use crate::scenario::spelling;
use crate::units::{Rate, Size, must_be_escaped, parse_rate, parse_size};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use toml::{Table, Value};

/// Knobs of one kind at most, so that a large scenario does not fill the page.
const MOST_OF_A_KIND: usize = 3;

/// A value that the page proposes to turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knob {
    /// What it is, in words.
    pub label: String,
    /// The path as `--set` takes it.
    pub path: String,
    /// The present value as `--set` takes it.
    pub value: String,
    /// Values that it may have, from low to high, the present one among them.
    pub positions: Vec<String>,
    /// Whether the positions are words to choose from rather than a range.
    pub is_choice: bool,
}

/// The knobs of the scenario that `text` is.
pub fn knobs(text: &str) -> Vec<Knob> {
    let document: Table = toml::from_str(text).unwrap_or_default();
    let mut found = Vec::new();
    let kinds = [
        rates, windows, starts, rings, points, accounts, programs, packages, presences, machines,
    ];
    for kind in kinds {
        let mut of_kind = kind(&document);
        of_kind.truncate(MOST_OF_A_KIND);
        found.extend(of_kind);
    }
    let replications = document.get("replications").map_or("1".to_owned(), written);
    found.push(range(
        "Replications",
        "replications",
        replications,
        &["1", "2", "5", "10", "20", "50"],
        number,
    ));
    found
}

/// Paths of every single value in the scenario that `text` is, as `--set` takes
/// them.
pub(super) fn paths(text: &str) -> Vec<String> {
    let document: Table = toml::from_str(text).unwrap_or_default();
    let mut found = Vec::new();
    for (key, value) in &document {
        leaves(&spelling::key(key), value, &mut found);
    }
    found
}

fn leaves(path: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Table(table) if !table.is_empty() => {
            for (key, value) in table {
                leaves(&format!("{path}.{}", spelling::key(key)), value, found);
            }
        }
        Value::Array(list) if list.iter().any(Value::is_table) => {
            for (at, value) in list.iter().enumerate() {
                leaves(&format!("{path}.{at}"), value, found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

/// A value as `--set` takes it.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains(must_be_escaped) => spelling::text(text),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The tables of a section, with their names.
fn tables<'d>(document: &'d Table, section: &str) -> Vec<(&'d String, &'d Table)> {
    let section = document.get(section).and_then(Value::as_table);
    let all = section.into_iter().flatten();
    all.filter_map(|(name, value)| Some((name, value.as_table()?)))
        .collect()
}

/// A knob over a range, its present value put where it belongs; `size` orders
/// the values.
fn range(
    label: impl Into<String>,
    path: impl Into<String>,
    value: String,
    positions: &[impl AsRef<str>],
    size: impl Fn(&str) -> Option<f64>,
) -> Knob {
    let mut all: Vec<String> = positions.iter().map(|p| p.as_ref().to_owned()).collect();
    if !all.iter().any(|known| size(known) == size(&value)) {
        all.push(value.clone());
    }
    // The value is shown as it is written.
    for position in &mut all {
        if size(position) == size(&value) {
            position.clone_from(&value);
        }
    }
    all.sort_by(|a, b| {
        let of = |text: &str| size(text).unwrap_or(f64::NEG_INFINITY);
        of(a).total_cmp(&of(b))
    });
    all.dedup();
    Knob {
        label: label.into(),
        path: path.into(),
        value,
        positions: all,
        is_choice: false,
    }
}

/// A knob with words to choose from.
fn choice(label: String, path: String, value: String, words: &[&str]) -> Knob {
    let mut positions: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    if !positions.contains(&value) {
        positions.push(value.clone());
    }
    Knob {
        label,
        path,
        value,
        positions,
        is_choice: true,
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// Multiples of a quantity, written in its unit.
fn multiples(value: u64, write: impl Fn(u64) -> String) -> Vec<String> {
    // Eighths of the present value.
    const FACTORS: [u64; 11] = [1, 2, 4, 6, 8, 12, 16, 24, 32, 64, 128];
    let all = FACTORS.iter().map(|factor| value / 8 * factor);
    all.filter(|value| *value > 0).map(write).collect()
}

fn of_rate(text: &str) -> Option<f64> {
    let rate = parse_rate(text).ok()?;
    Some(if rate.is_unlimited() {
        f64::INFINITY
    } else {
        rate.0 as f64
    })
}

fn rate(label: String, path: String, value: &Value) -> Option<Knob> {
    let text = written(value);
    let found = parse_rate(&text).ok()?;
    let positions = if found.is_unlimited() {
        [
            "1 Mbit/s",
            "2 Mbit/s",
            "10 Mbit/s",
            "100 Mbit/s",
            "unlimited",
        ]
        .map(str::to_owned)
        .to_vec()
    } else {
        multiples(found.0, |bits| Rate(bits).to_string())
    };
    Some(range(label, path, text, &positions, of_rate))
}

/// Rates of lines.
fn rates(document: &Table) -> Vec<Knob> {
    let sites = tables(document, "site").into_iter();
    let all = sites.filter_map(|(name, site)| {
        let path = format!("site.{}.wan", spelling::key(name));
        rate(format!("Line of {name}"), path, site.get("wan")?)
    });
    all.collect()
}

/// Times after the start, and the words for at once.
const MOMENTS: [&str; 9] = [
    "as soon as possible",
    "+30 min",
    "+1 h",
    "+2 h",
    "+4 h",
    "+8 h",
    "+12 h",
    "+1 d",
    "+2 d",
];
/// Hours by which a date is moved.
const HOURS: [i64; 14] = [-48, -24, -12, -8, -4, -2, -1, 1, 2, 4, 8, 12, 24, 48];

fn moment(text: &str) -> Option<f64> {
    if text == "as soon as possible" {
        return Some(-1.0);
    }
    if let Some(span) = text.strip_prefix('+') {
        return Some(crate::units::parse_span(span).ok()?.seconds());
    }
    let date: DateTime = text.parse().ok()?;
    Some(
        date.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0))
            .as_secs_f64(),
    )
}

/// When programs are due.
fn starts(document: &Table) -> Vec<Knob> {
    let advertisements = tables(document, "advertisement").into_iter();
    let all = advertisements.filter_map(|(name, advertisement)| {
        if advertisement.contains_key("uptake") || advertisement.contains_key("phases") {
            return None;
        }
        let value = advertisement.get("assigned");
        let value = value.map_or("as soon as possible".to_owned(), written);
        moment(&value)?;
        let positions = match value.parse::<DateTime>() {
            Ok(date) => {
                let moved = HOURS
                    .iter()
                    .filter_map(|hours| date.checked_add(SignedDuration::from_hours(*hours)).ok());
                moved.map(|date| date.to_string()).collect()
            }
            Err(_) => MOMENTS.map(str::to_owned).to_vec(),
        };
        let path = format!("advertisement.{}.assigned", spelling::key(name));
        Some(range(
            format!("{name} is due"),
            path,
            value,
            &positions,
            moment,
        ))
    });
    all.collect()
}

/// Windows in which machines start at different moments.
fn windows(document: &Table) -> Vec<Knob> {
    let advertisements = tables(document, "advertisement").into_iter();
    let all = advertisements.filter_map(|(name, advertisement)| {
        let window = advertisement.get("start_window").and_then(Value::as_table);
        let is_due = advertisement.contains_key("assigned");
        if window.is_none() && (!is_due || advertisement.contains_key("phases")) {
            return None;
        }
        let length = window.and_then(|window| window.get("length"));
        // Without a window all start when it is due.
        let value = match (window, length) {
            (None, _) => "0 s".to_owned(),
            (Some(_), None) => "2 h".to_owned(),
            (Some(_), Some(length)) => written(length),
        };
        let path = format!("advertisement.{}.start_window.length", spelling::key(name));
        let positions = [
            "0 s", "15 min", "30 min", "1 h", "2 h", "4 h", "8 h", "12 h", "1 d",
        ];
        Some(range(
            format!("Start window of {name}"),
            path,
            value,
            &positions,
            span,
        ))
    });
    all.collect()
}

fn span(text: &str) -> Option<f64> {
    Some(crate::units::parse_span(text).ok()?.seconds())
}

/// Sizes of rings.
fn rings(document: &Table) -> Vec<Knob> {
    let mut found = Vec::new();
    for (name, advertisement) in tables(document, "advertisement") {
        let phases = advertisement.get("phases").and_then(Value::as_array);
        for (at, phase) in phases.into_iter().flatten().enumerate() {
            let Some(share) = phase.get("share") else {
                continue;
            };
            let called = phase
                .get("name")
                .map_or_else(|| format!("ring {}", at + 1), written);
            let path = format!("advertisement.{}.phases.{at}.share", spelling::key(name));
            let positions = [
                "0.01", "0.02", "0.05", "0.1", "0.2", "0.3", "0.5", "0.75", "1.0",
            ];
            let label = format!("Share of {called} of {name}");
            found.push(range(label, path, written(share), &positions, number));
        }
    }
    found
}

/// Distribution points: where they are, and how fast.
fn points(document: &Table) -> Vec<Knob> {
    let mut found = Vec::new();
    for (name, server) in tables(document, "server") {
        let roles = server.get("roles").and_then(Value::as_array);
        let mut roles = roles.into_iter().flatten();
        if !roles.any(|role| role.as_str() == Some("distribution point")) {
            continue;
        }
        if let Some(sites) = server.get("sites") {
            let path = format!("server.{}.sites", spelling::key(name));
            found.push(choice(
                format!("Sites with {name}"),
                path,
                written(sites),
                &["[]", "[\"*\"]"],
            ));
        }
        if let Some(card) = server.get("network") {
            let path = format!("server.{}.network", spelling::key(name));
            found.extend(rate(format!("Network card of {name}"), path, card));
        }
    }
    found
}

/// The states of accounts that a scenario knows.
const STATES: [&str; 7] = [
    "ok",
    "locked",
    "disabled",
    "expired",
    "password expired",
    "wrong password",
    "missing",
];

/// The profiles of being on and off that have a name.
const PRESENCES: [&str; 4] = ["always", "office", "corporate", "home"];

fn accounts(document: &Table) -> Vec<Knob> {
    let accounts = tables(document, "account").into_iter();
    let all = accounts.map(|(name, account)| {
        let value = account.get("state").map_or("ok".to_owned(), written);
        let path = format!("account.{}.state", spelling::key(name));
        choice(format!("Account {name}"), path, value, &STATES)
    });
    all.collect()
}

/// Whether programs use the Software Installation Account: where a program says so,
/// or where there is such an account and the program can run without a user, as the
/// account demands (KB Q235811).
fn programs(document: &Table) -> Vec<Knob> {
    let accounts = document.get("accounts").and_then(Value::as_table);
    let is_there = accounts.is_some_and(|all| all.contains_key("software_installation"));
    let programs = tables(document, "program").into_iter();
    let all = programs.filter_map(|(name, program)| {
        let key = "software_installation_account";
        let value = match program.get(key) {
            Some(value) => written(value),
            None if is_there && runs_without_user(program) => "false".to_owned(),
            None => return None,
        };
        let path = format!("program.{}.{key}", spelling::key(name));
        let label = format!("{name} uses the Software Installation Account");
        Some(choice(label, path, value, &["true", "false"]))
    });
    all.collect()
}

fn packages(document: &Table) -> Vec<Knob> {
    let packages = tables(document, "package").into_iter();
    let all = packages.filter_map(|(name, package)| {
        let value = written(package.get("size")?);
        let size = parse_size(&value).ok()?;
        let path = format!("package.{}.size", spelling::key(name));
        let positions = multiples(size.0, |bytes| Size(bytes).to_string());
        let order = |text: &str| Some(parse_size(text).ok()?.0 as f64);
        Some(range(
            format!("Size of {name}"),
            path,
            value,
            &positions,
            order,
        ))
    });
    all.collect()
}

fn runs_without_user(program: &Table) -> bool {
    let runs = program.get("runs").and_then(Value::as_str);
    runs == Some("whether or not a user is logged on")
}

/// How machines are on and off: of the inventory, then of fleet groups.
fn presences(document: &Table) -> Vec<Knob> {
    let inventory = document.get("inventory").and_then(Value::as_table);
    let inventory = inventory.map(|inventory| {
        let defaults = inventory.get("defaults").and_then(Value::as_table);
        let label = "Machines of the inventory are on".to_owned();
        (label, "inventory.defaults".to_owned(), defaults)
    });
    // What a pattern says may be said again by the group itself, or not at all.
    let is_pattern = |name: &str| name.contains(['*', '?', '[', '{']);
    let groups = tables(document, "fleet").into_iter();
    let general = groups.clone().any(|(name, group)| {
        is_pattern(name) && (group.contains_key("presence") || group.contains_key("availability"))
    });
    let groups = groups
        .filter(|(name, group)| !is_pattern(name) && (group.contains_key("presence") || !general));
    let groups = groups.map(|(name, group)| {
        let label = format!("Machines of {name} are on");
        (label, format!("fleet.{}", spelling::key(name)), Some(group))
    });
    let all = inventory.into_iter().chain(groups);
    all.map(|(label, path, of)| {
        let value = of.and_then(|of| of.get("presence"));
        let value = value.map_or("always".to_owned(), written);
        let has_hours = of.is_some_and(|of| of.contains_key("availability"));
        // The hours of `office` and those that are written exclude each other.
        let words: Vec<&str> = (PRESENCES.into_iter())
            .filter(|word| *word != "office" || !has_hours)
            .collect();
        choice(label, format!("{path}.presence"), value, &words)
    })
    .collect()
}

/// Counts of machines.
fn machines(document: &Table) -> Vec<Knob> {
    let groups = tables(document, "fleet").into_iter();
    let all = groups.filter_map(|(name, group)| {
        let key = ["count", "per_site"]
            .into_iter()
            .find(|key| group.contains_key(*key))?;
        let value = written(&group[key]);
        let count: u64 = value.parse().ok()?;
        let label = match key {
            "count" => format!("Machines of {name}"),
            _ => format!("Machines of {name} at each site"),
        };
        let positions =
            [1, 5, 10, 15, 20, 50].map(|tenths| (count * tenths).div_ceil(10).to_string());
        Some(range(
            label,
            format!("fleet.{}.{key}", spelling::key(name)),
            value,
            &positions,
            number,
        ))
    });
    all.collect()
}
