//! What CONTRIBUTING promises of the house: each room knows only the ones above
//! it, and no place outside the clients' own room compares with a kind of client.

use rollcast::product::ClientKind;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every source file below `dir`.
fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

fn all_sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    files.sort();
    files
}

/// The path below `src`, with forward slashes.
fn name(file: &Path) -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let parts = file.strip_prefix(src).unwrap().iter();
    let parts: Vec<_> = parts.map(|part| part.to_str().unwrap()).collect();
    parts.join("/")
}

/// The lines of code of a file, with their numbers, comments left out.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate();
    let lines = lines.map(|(at, line)| (at + 1, line.split("//").next().unwrap_or("")));
    lines.filter(|(_, line)| !line.trim().is_empty())
}

/// The rooms in the order of CONTRIBUTING's table.
fn rooms() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md"));
    let text = text.unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `src/"));
    let names = rows.map(|row| row.split('`').next().unwrap().trim_end_matches(".rs"));
    names
        .enumerate()
        .map(|(at, name)| (name.to_owned(), at))
        .collect()
}

/// The rooms that a line of code names: what follows each `crate::`.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[test]
fn each_room_knows_only_the_ones_above_it() {
    let rooms = rooms();
    assert!(rooms.len() > 10, "the table was not found");
    let mut wrong = Vec::new();
    for file in all_sources() {
        let name = name(&file);
        let room = name.split('/').next().unwrap().trim_end_matches(".rs");
        if room == "lib" || room == "main" {
            continue;
        }
        let Some(mine) = rooms.get(room) else {
            wrong.push(format!("src/{room} has no row in CONTRIBUTING.md"));
            continue;
        };
        for (at, line) in code(&fs::read_to_string(&file).unwrap()) {
            let below = named(line).filter(|other| rooms.get(*other).is_some_and(|o| o > mine));
            wrong.extend(below.map(|other| format!("{name}:{at} uses {other}")));
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a line compares with a kind of client in a way that would compile
/// unnoticed if there were one more.
fn compares_a_kind(line: &str) -> bool {
    let compares = line.contains("==") || line.contains("!=") || line.contains("matches!");
    let variants: Vec<String> = ClientKind::ALL.iter().map(|k| format!("{k:?}")).collect();
    let names = variants.iter().any(|kind| {
        let kind = format!("ClientKind::{kind}");
        line.contains(&kind)
    });
    let bare = variants
        .iter()
        .any(|kind| line.contains(&format!("== {kind}")) || line.contains(&format!("!= {kind}")));
    let field = ["client ==", "client !=", "client.kind ==", "client.kind !="];
    compares && names || bare || field.iter().any(|field| line.contains(field))
}

#[test]
fn kinds_of_client_are_compared_in_their_own_room_only() {
    assert!(compares_a_kind("profile.client == ClientKind::Legacy"));
    assert!(compares_a_kind("if kind != Advanced {"));
    assert!(!compares_a_kind("behaviour(profile.client).roams()"));
    let mut wrong = Vec::new();
    for file in all_sources() {
        let name = name(&file);
        // What a scenario or an inventory says is compared in tests.
        let text = fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        if name.starts_with("client/") {
            continue;
        }
        for (at, line) in code(text).filter(|(_, line)| compares_a_kind(line)) {
            wrong.push(format!("{name}:{at} {}", line.trim()));
        }
    }
    assert!(
        wrong.is_empty(),
        "ask `client::behaviour`:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn one_file_says_that_a_job_is_over_and_one_what_success_is() {
    let mut enders = Vec::new();
    let mut successes = Vec::new();
    for file in all_sources() {
        let text = fs::read_to_string(&file).unwrap();
        let ends = code(&text).any(|(_, line)| line.contains("turn_job(id, Phase::Over)"));
        enders.extend(ends.then(|| name(&file)));
        let lists = text.contains("Self::Installed | Self::RestartPending")
            || text.contains("Ending::Installed | Ending::RestartPending");
        successes.extend(lists.then(|| name(&file)));
    }
    assert_eq!(enders, ["model/way/end.rs"]);
    assert_eq!(successes, ["outcome/success.rs"]);
}

#[test]
fn only_the_way_has_methods_of_the_simulation() {
    let mut wrong = Vec::new();
    for file in all_sources() {
        let name = name(&file);
        let text = fs::read_to_string(&file).unwrap();
        if !name.starts_with("model/") || name.starts_with("model/way/") {
            continue;
        }
        let methods = code(&text)
            .filter(|(_, line)| line.starts_with("impl") && line.contains("Simulation<"));
        wrong.extend(methods.map(|(at, line)| format!("{name}:{at} {line}")));
        if name.starts_with("model/rules/") || name.starts_with("model/surroundings/") {
            let named = code(&text).filter(|(_, line)| line.contains("Simulation"));
            wrong.extend(named.map(|(at, line)| format!("{name}:{at} {line}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a file of a room of the model uses of the model: the names of files and folders
/// behind each `crate::model::`, in a `use` or in the code, groups written out.
fn used_of_the_model(text: &str) -> Vec<String> {
    let code: Vec<&str> = code(text).map(|(_, line)| line).collect();
    let code = code.join("\n");
    let uses = code.split("crate::model::").skip(1);
    uses.flat_map(|rest| paths(rest).0).collect()
}

/// The paths that a text begins with, and what follows them.
fn paths(text: &str) -> (Vec<String>, &str) {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        let mut all = Vec::new();
        while !rest.trim_start().starts_with('}') && !rest.trim().is_empty() {
            let (some, behind) = paths(rest);
            all.extend(some);
            rest = behind.trim_start();
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
        return (all, rest.trim_start().strip_prefix('}').unwrap_or(rest));
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    if name.is_empty() {
        // A character that belongs to no path is passed over.
        return (Vec::new(), rest.get(1..).unwrap_or(""));
    }
    // Types and constants are in the file that is named before them.
    let name = if name.starts_with(char::is_uppercase) {
        ""
    } else {
        name
    };
    let (behind, rest) = match rest.strip_prefix("::") {
        Some(rest) => paths(rest),
        None => (vec![String::new()], rest),
    };
    let joined = behind.into_iter().map(|path| match (name, path.as_str()) {
        ("", _) => path,
        (_, "") => name.to_owned(),
        _ => format!("{name}::{path}"),
    });
    (joined.collect(), rest)
}

#[test]
fn what_is_used_is_read_from_groups_and_from_the_code() {
    for (text, used) in [
        ("use crate::model::way::scene::Scene;", &["way::scene"][..]),
        (
            "use crate::model::rules::{clocks, chain};",
            &["rules::clocks", "rules::chain"],
        ),
        (
            "use crate::model::{\n    way::{job::Job, scene},\n    rules,\n};",
            &["way::job", "way::scene", "rules"],
        ),
        (
            "fn f() { crate::model::way::end::over(1); }",
            &["way::end::over"],
        ),
    ] {
        assert_eq!(used_of_the_model(text), used, "{text}");
    }
}

/// The files of a room of the model, with what each uses of the model.
fn uses_in(room: &str) -> Vec<(String, Vec<String>)> {
    let room = format!("model/{room}/");
    let files = all_sources().into_iter().map(|file| (name(&file), file));
    let mine = files.filter(|(name, _)| name.starts_with(&room));
    mine.map(|(name, file)| (name, used_of_the_model(&fs::read_to_string(file).unwrap())))
        .collect()
}

#[test]
fn rules_and_surroundings_use_of_the_way_only_what_can_be_seen() {
    let seen = ["scene", "job"];
    let mut wrong = Vec::new();
    for (name, uses) in ["rules", "surroundings"].into_iter().flat_map(uses_in) {
        let hidden = uses.iter().filter(|used| {
            let mut rooms = used.split("::");
            let room = rooms.next() == Some("way");
            room && !rooms.next().is_some_and(|file| seen.contains(&file))
        });
        wrong.extend(hidden.map(|used| format!("{name} uses {used}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Surroundings that others may ask: where machines are, whether they are on and have
/// their client, where their servers are, and how far they have looked for content.
const ASKED_BY_OTHERS: [&str; 5] = [
    "client_removal",
    "presence",
    "roaming",
    "searches",
    "site_resources",
];

#[test]
fn no_surroundings_use_rules_or_others_but_those_that_all_may_ask() {
    let mut wrong = Vec::new();
    for (name, uses) in uses_in("surroundings") {
        let own = name.split('/').nth(2).unwrap().trim_end_matches(".rs");
        for used in uses {
            if used.split("::").next() == Some("rules") {
                wrong.push(format!("{name} uses {used}"));
            }
            let Some(other) = used.strip_prefix("surroundings::") else {
                continue;
            };
            let other = other.split("::").next().unwrap_or("");
            if other != own && !ASKED_BY_OTHERS.contains(&other) {
                wrong.push(format!("{name} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The signatures in a text: each from its `fn` to its body.
fn signatures(text: &str) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (at, line) in code(text) {
        if line.contains("fn ") && line.contains('(') && !line.contains(": fn(") {
            all.push((at, String::new()));
            open = true;
        }
        if let Some((_, signature)) = all.last_mut().filter(|_| open) {
            let head = line.split('{').next().unwrap_or("");
            signature.push_str(head.trim());
            open = !line.contains('{');
        }
    }
    all
}

#[test]
fn a_rule_changes_nothing() {
    let text = "fn f(\n    scene: &mut Scene,\n) {\n    g(&mut a);\n}\nfn h(a: &A) -> B {";
    let heads: Vec<_> = signatures(text).into_iter().map(|(_, head)| head).collect();
    assert_eq!(heads, ["fn f(scene: &mut Scene,)", "fn h(a: &A) -> B"]);
    // A rule is a function of what can be seen: what is remembered belongs to the
    // surroundings, and the way tells them.
    let mut wrong = Vec::new();
    for file in all_sources() {
        let name = name(&file);
        let text = fs::read_to_string(&file).unwrap();
        if name.starts_with("model/rules/") {
            let changes = signatures(&text)
                .into_iter()
                .filter(|(_, head)| head.contains("&mut "));
            wrong.extend(changes.map(|(at, head)| format!("{name}:{at} {head}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The functions of access that a line of code calls.
fn asks_access(line: &str) -> bool {
    let calls = line.split("access::").skip(1);
    calls.into_iter().any(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_');
        end.is_some_and(|end| end > 0 && rest[end..].starts_with('('))
    })
}

#[test]
fn no_step_of_the_way_asks_the_rules_of_access_by_itself() {
    assert!(asks_access(
        "let a = access::attempt(view, client, actor, target);"
    ));
    assert!(!asks_access("use crate::access::{Grant, Refusal};"));
    assert!(!asks_access(
        "let r: access::Refusal = access::Reason::NoLogonServer.into();"
    ));
    let mut wrong = Vec::new();
    for file in all_sources() {
        let name = name(&file);
        let text = fs::read_to_string(&file).unwrap();
        if name.starts_with("model/way/") {
            let asked = code(&text).filter(|(_, line)| asks_access(line));
            wrong.extend(asked.map(|(at, line)| format!("{name}:{at} {}", line.trim())));
        }
    }
    assert!(wrong.is_empty(), "a rule answers:\n{}", wrong.join("\n"));
}

#[test]
fn markup_becomes_text_in_one_way_only() {
    let mut found = Vec::new();
    for file in all_sources() {
        let name = name(&file);
        let text = fs::read_to_string(&file).unwrap();
        if name.starts_with("report/") || name.starts_with("serve/") {
            let made = code(&text).filter(|(_, line)| line.contains(".into_string()"));
            found.extend(made.map(|(_, line)| format!("{name}: {}", line.trim())));
        }
    }
    assert_eq!(found, ["report/mod.rs: plain(&markup.into_string())"]);
}

/// How long a file of the way may be: each is one step, or one thing.
const LONGEST_STEP: usize = 360;

#[test]
fn each_file_of_the_way_is_about_one_thing() {
    let mut wrong = Vec::new();
    for file in all_sources() {
        let name = name(&file);
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        if name.starts_with("model/way/") && lines > LONGEST_STEP {
            wrong.push(format!("{name} has {lines} lines"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_named_after_what_is_in_them() {
    let say_nothing = [
        "again", "aside", "steps", "shared", "stock", "sheet", "order", "outside", "misc", "util",
        "utils", "helpers", "common",
    ];
    let all = all_sources().into_iter().map(|file| name(&file));
    let wrong: Vec<String> = all
        .filter(|name| {
            let file = name.rsplit('/').next().unwrap_or(name);
            say_nothing.contains(&file.trim_end_matches(".rs"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The compiler refuses a kind that is declared twice; a rank that is a number would be
/// a second declaration of its place.
#[test]
fn no_rank_of_an_event_is_a_number() {
    let mut wrong = Vec::new();
    for file in all_sources() {
        let text = fs::read_to_string(&file).unwrap();
        let ranks = code(&text).filter(|(_, line)| {
            let rank = line.trim().strip_prefix("rank: ");
            rank.is_some_and(|rank| rank.starts_with(|c: char| c.is_ascii_digit()))
        });
        let name = name(&file);
        if name.starts_with("model/") {
            wrong.extend(ranks.map(|(at, line)| format!("{name}:{at} {}", line.trim())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
