//! Whole scenarios with all features mixed, made from the schema and a row of
//! bytes: the same bytes give the same scenario, and every key of the language
//! occurs. What is wrong in one is taken out until it can be run.

use rollcast::scenario::{Loaded, Severity, load_str, schema};
use serde_json::{Map, Value, json};

/// Bytes that decide, one after another; zeros when they are used up.
pub(crate) struct Choices<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn next(&mut self) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(byte)
    }

    fn one_in(&mut self, of: usize) -> bool {
        self.next() % of == 1
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.next() % list.len()]
    }

    fn is_used_up(&self) -> bool {
        self.at >= self.bytes.len()
    }
}

const SITES: &[&str] = &["hq", "b-1", "b-2", "far"];
const SITE_GLOBS: &[&str] = &["*", "hq", "b-*", "b-1", "far"];
const SERVERS: &[&str] = &["S1", "S2", "{site}-DP"];
const SERVER_GLOBS: &[&str] = &["*", "S1", "S2", "hq-DP", "*-DP", "b-*"];
const DOMAINS: &[&str] = &["CORP", "NT", "HOME"];
const ACCOUNTS: &[&str] = &["CORP\\net", "CORP\\swi", "NT\\old", ".\\local"];
const GROUPS: &[&str] = &["CORP\\Staff", "NT\\Old"];
const FLEETS: &[&str] = &["pcs", "old", "dcs"];
const PROGRAMS: &[&str] = &["p1", "p2", "p3", "p4"];
const PACKAGES: &[&str] = &["k1", "k2", "k3"];
const ADVERTISEMENTS: &[&str] = &["a1", "a2", "a3"];
const COLLECTIONS: &[&str] = &["c1", "c2"];
const SHARES: &[&str] = &["tools", "data"];
const CALENDARS: &[&str] = &["day", "night"];
const ADDRESSES: &[&str] = &["slow", "fast"];
const MACHINES: &[&str] = &["*", "hq-*", "hq-pcs-00001", "b-1-*", "*-old-*"];
const PLATFORMS: &[&str] = &[
    "*",
    "Windows XP Professional",
    "Windows 98",
    "Windows NT 4.0 Workstation",
    "Windows Server 2003",
];
const TRUSTEES: &[&str] = &[
    "Everyone",
    "Users",
    "Administrators",
    "Guests",
    "Authenticated Users",
    "Anonymous",
    "CORP\\Domain Users",
    "CORP\\net",
    "CORP\\Staff",
    "CORP\\Domain Computers",
];
const COMMANDS: &[&str] = &[
    "setup.exe /q",
    "msiexec /i a.msi ALLUSERS=2",
    "\\\\S1\\tools\\setup.exe",
    "\"C:\\Program Files\\x.exe\"",
];
const DURATIONS: &[&str] = &[
    "0 s", "1 s", "90 s", "10 min", "1 h", "3 h", "1 d", "2 d", "30 d",
];
const PERIODS: &[&str] = &["5 min", "30 min", "1 h", "1 d", "90 d"];
const SPREADS: &[&str] = &[
    "10 min",
    "uniform(0 s, 2 h)",
    "exponential(3 h)",
    "triangular(1 min, 5 min, 9 h)",
    "normal(1 h, 1 h)",
    "log-normal(12 min, 4 min)",
];
const MOMENTS: &[&str] = &[
    "+0 s", "+1 s", "+1 h", "+5 h", "+1 d", "+2 d", "+3 d", "+9 d",
];
const SPEEDS: &[&str] = &[
    "1 bit/s",
    "9600 bit/s",
    "64 kbit/s",
    "512 kbit/s",
    "2 Mbit/s",
    "100 Mbit/s",
    "unlimited",
];
const SIZES: &[&str] = &["0 B", "1 B", "64 KiB", "10 MB", "300 MB", "4 GB", "90 GB"];
const HOURS: &[&str] = &["00:00", "08:00", "08:30", "17:00", "22:00", "24:00"];
const DAYS: &[&str] = &["Mon-Fri", "Sat, Sun", "Mon, Wed, Sat-Sun", "Mon-Sun"];
const WEEK_HOURS: &[&str] = &["Mon-Fri 08:00-18:00", "Sat, Sun", "22:00-06:00"];
const DUE: &[&str] = &[
    "as soon as possible",
    "logon",
    "logoff",
    "optional",
    "+2 h",
    "+1 d",
];
const OFFSETS: &[&str] = &["+0 s", "+7 min", "-2 h", "+6 h", "-30 d"];
const CODES: &[&str] = &["0", "1603", "1618", "3010", "-1", "1"];

/// The names of a table of the scenario.
fn names(section: &str) -> &'static [&'static str] {
    match section {
        "site" => SITES,
        "server" => SERVERS,
        "domain" => DOMAINS,
        "account" => ACCOUNTS,
        "group" => GROUPS,
        "program" | "installed" => PROGRAMS,
        "package" => PACKAGES,
        "advertisement" => ADVERTISEMENTS,
        "collection" => COLLECTIONS,
        "share" => SHARES,
        "calendar" => CALENDARS,
        "address" => ADDRESSES,
        "exit_codes" => CODES,
        _ => FLEETS,
    }
}

/// Texts that may stand under a key.
fn texts(key: &str) -> &'static [&'static str] {
    match key {
        "parent" | "copied_by" | "sender_from" | "from" => SITES,
        "site" | "sites" | "wan" | "lan" | "boundary" => SITE_GLOBS,
        "server"
        | "servers"
        | "distribution_points"
        | "points"
        | "preferred_servers"
        | "pulls_from"
        | "management_point"
        | "client_access_point"
        | "existing_connections"
        | "mapped_drives"
        | "pdc" => SERVER_GLOBS,
        "domain" | "trusts" | "token_account" => DOMAINS,
        "account" | "network_access" | "software_installation" | "client_connection" => ACCOUNTS,
        "groups" => GROUPS,
        "access" | "deny" => TRUSTEES,
        "program" | "run_first" | "supersedes" | "uninstall" => PROGRAMS,
        "package" => PACKAGES,
        "advertisement" => ADVERTISEMENTS,
        "collection" => COLLECTIONS,
        "share" => SHARES,
        "wan_calendar" | "calendar" => CALENDARS,
        "address" => ADDRESSES,
        "machine" | "machines" | "name" => MACHINES,
        "platform" | "platforms" => PLATFORMS,
        "command_line" => COMMANDS,
        "fleet" => FLEETS,
        _ => &["x"],
    }
}

/// A value of a type that the schema knows by name.
fn of_type(name: &str, choices: &mut Choices) -> Option<Value> {
    let list = match name {
        "Bytes" => SIZES,
        "Duration" => DURATIONS,
        "Durations" => SPREADS,
        "Period" => PERIODS,
        "Shift" => &["0 s", "30 min", "5 h", "1 d"][..],
        "Horizon" => &["1 s", "6 h", "1 d", "3 d", "5 d"][..],
        "Clock" => &["2006-03-17T18:00", "2006-03-20T08:00:00"][..],
        "Moment" => MOMENTS,
        "Due" => DUE,
        "Offset" => OFFSETS,
        "Speed" => SPEEDS,
        "TimeOfDay" => HOURS,
        "Days" => DAYS,
        "WeekHours" => WEEK_HOURS,
        "Chance" => return Some(json!(choices.pick(&[0.0, 1.0, 0.5, 0.1, 0.001]))),
        "Tries" if choices.one_in(4) => &["without end"][..],
        "Tries" => return Some(json!(choices.pick(&[0, 1, 2, 5, 200]))),
        _ => return None,
    };
    Some(json!(choices.pick(list)))
}

/// The language, as its schema says it.
pub(crate) struct Grammar {
    schema: Value,
}

impl Grammar {
    pub(crate) fn new() -> Self {
        let schema = serde_json::to_value(schema()).expect("a schema is JSON");
        Self { schema }
    }

    /// The scenario that `choices` decide.
    pub(crate) fn scenario(&self, choices: &mut Choices) -> Map<String, Value> {
        let Some(Value::Object(mut scenario)) = self.object(&self.schema, "", 0, choices) else {
            return Map::new();
        };
        for key in ["inventory", "title", "timeline_step"] {
            scenario.remove(key);
        }
        scenario.insert("replications".to_owned(), json!(1));
        scenario
            .entry("horizon".to_owned())
            .or_insert_with(|| json!("3 d"));
        if let Some(Value::Object(fleets)) = scenario.get_mut("fleet") {
            for fleet in fleets.values_mut().filter_map(Value::as_object_mut) {
                fleet.remove("count");
                fleet.remove("name");
                fleet.insert("per_site".to_owned(), json!(1 + choices.next() % 5));
            }
        } else {
            scenario.insert("fleet".to_owned(), json!({"pcs": {"per_site": 4}}));
        }
        scenario
    }

    fn value(
        &self,
        schema: &Value,
        key: &str,
        depth: usize,
        choices: &mut Choices,
    ) -> Option<Value> {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            if let Some(value) = of_type(name, choices) {
                return Some(value);
            }
            return self.value(&self.schema["$defs"][name], key, depth, choices);
        }
        if let Some(words) = schema["oneOf"].as_array() {
            let word = &words[choices.next() % words.len()];
            return word
                .get("const")
                .cloned()
                .or_else(|| self.value(word, key, depth, choices));
        }
        if let Some(kinds) = schema["anyOf"].as_array() {
            let kinds: Vec<&Value> = kinds.iter().filter(|kind| kind["type"] != "null").collect();
            return self.value(kinds[choices.next() % kinds.len()], key, depth, choices);
        }
        match schema["type"].as_str()? {
            "boolean" => Some(json!(choices.one_in(2))),
            "integer" => Some(json!(choices.pick(&[1, 2, 3, 5, 10, 0]))),
            "number" => Some(json!(choices.pick(&[0.5, 1.0, 0.0, 0.1, 2.0]))),
            "string" => Some(json!(choices.pick(texts(key)))),
            "array" => {
                let length = choices.pick(&[1, 1, 2, 3, 0]);
                let items =
                    (0..length).map(|_| self.value(&schema["items"], key, depth + 1, choices));
                Some(Value::Array(items.collect::<Option<Vec<_>>>()?))
            }
            "object" => self.object(schema, key, depth, choices),
            _ => None,
        }
    }

    fn object(
        &self,
        schema: &Value,
        key: &str,
        depth: usize,
        choices: &mut Choices,
    ) -> Option<Value> {
        let mut object = Map::new();
        if let Some(properties) = schema["properties"].as_object() {
            let rare = if depth == 0 { 2 } else { 3 + depth };
            for (name, property) in properties {
                if !choices.is_used_up() && choices.one_in(rare) {
                    object.insert(
                        name.clone(),
                        self.value(property, name, depth + 1, choices)?,
                    );
                }
            }
        } else if schema["additionalProperties"].is_object() {
            for name in names(key) {
                if choices.one_in(2) {
                    let inner =
                        self.value(&schema["additionalProperties"], key, depth + 1, choices);
                    object.insert((*name).to_owned(), inner?);
                }
            }
        }
        Some(Value::Object(object))
    }
}

/// A scenario that `bytes` decide and that can be run: what its errors are about
/// is taken out, a table at a time.
pub(crate) fn runnable(grammar: &Grammar, bytes: &[u8]) -> Option<(String, Loaded)> {
    let mut scenario = grammar.scenario(&mut Choices::new(bytes));
    for _ in 0..40 {
        let text = toml::to_string(&scenario).expect("a scenario is TOML");
        let problems = match load_str(&text, &[]) {
            Ok(loaded) => return Some((text, loaded)),
            Err(problems) => problems,
        };
        for problem in problems.list() {
            assert!(!problem.file.is_empty(), "{problem:?}\n{text}");
            assert!(problems.line(problem).is_some(), "{problem:?}\n{text}");
            // A warning may be about what exists by default.
            let is_placed = problem.severity == Severity::Warning
                || problem.span.as_ref().is_some_and(|span| *span != (0..0));
            assert!(
                is_placed,
                "an error without a place of its own: {problem:?}\n{text}"
            );
        }
        let mut errors = problems.list().iter();
        let first = errors.find(|problem| problem.severity == Severity::Error)?;
        let line = problems.line(first)? as usize;
        take_out(&mut scenario, &text, line);
    }
    None
}

/// Takes out what stands at the line: its key, or the whole of its table if the
/// line is a heading.
fn take_out(scenario: &mut Map<String, Value>, text: &str, line: usize) {
    let lines: Vec<&str> = text.lines().collect();
    let at = lines[line - 1];
    let heading = lines[..line].iter().rposition(|line| line.starts_with('['));
    let path: Vec<String> = heading.map_or_else(Vec::new, |heading| {
        let inside = lines[heading].trim_matches(['[', ']']);
        let parsed: toml::Table = toml::from_str(&format!("[{inside}]")).expect("it was printed");
        let mut keys = Vec::new();
        let mut table = Some(&parsed);
        while let Some((key, value)) = table.and_then(|table| table.iter().next()) {
            keys.push(key.clone());
            table = value.as_table();
        }
        keys
    });
    // Which one of a list of tables it is.
    let repeated = heading.map_or(0, |heading| {
        lines[..heading]
            .iter()
            .filter(|other| **other == lines[heading])
            .count()
    });
    let key = at
        .split_once(" = ")
        .map(|(key, _)| key.trim().trim_matches(['"', '\'']).to_owned());
    let mut path = path;
    if !at.starts_with('[') {
        path.extend(key);
    }
    let first = path.first().cloned();
    if !remove(scenario, &path, repeated) {
        first.and_then(|first| scenario.remove(&first));
    }
}

/// Removes what stands at a path, in the element `repeated` of a list of tables;
/// says whether there was anything.
fn remove(table: &mut Map<String, Value>, path: &[String], repeated: usize) -> bool {
    let Some((key, below)) = path.split_first() else {
        return false;
    };
    if below.is_empty() {
        return table.remove(key).is_some();
    }
    match table.get_mut(key) {
        Some(Value::Object(inner)) => remove(inner, below, repeated),
        Some(Value::Array(list)) => match list.get_mut(repeated) {
            Some(Value::Object(inner)) => remove(inner, below, repeated),
            _ => false,
        },
        _ => false,
    }
}
