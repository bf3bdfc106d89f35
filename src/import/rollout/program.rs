//! Programs: what their rows say of them, and which run before which.

use super::{Entries, Rollout, add_program, of_package};
use crate::import::facts::{Facts, Program};
use crate::import::lists::Lists;
use crate::import::units::text;
use crate::units::parse_size;
use std::collections::BTreeSet;

pub(super) const WITH_USER: &str = "only when a user is logged on";
pub(super) const WITHOUT_USER: &str = "only when no user is logged on";

/// When a program with these flags runs (`SMS_Program.ProgramFlags`).
pub(super) fn run_condition(flags: Option<i64>) -> &'static str {
    let has = |bit: u32| flags.unwrap_or(FLAGS) & (1 << bit) != 0;
    match (has(14), has(17)) {
        (true, _) => WITH_USER,
        (false, true) => WITHOUT_USER,
        (false, false) => "whether or not a user is logged on",
    }
}

/// The flags of a program of which none are known.
const FLAGS: i64 = 0xA000;

/// The entries of a program, from its row if there is one (`SMS_Program`).
pub(super) fn entries(spec: Option<&Program>, package: &str, first: Option<String>) -> Entries {
    let mut keys = vec![("package", text(package))];
    let Some(program) = spec else {
        keys.push(("rights", text("administrative")));
        keys.push(("runs", text("whether or not a user is logged on")));
        keys.push(("install_time", text("uniform(2 min, 10 min)")));
        // The default of a program and of an application (learn.microsoft.com,
        // "Deployment types").
        keys.push(("maximum_run_time", text("120 min")));
        return Entries {
            comment: String::new(),
            keys,
        };
    };
    if !program.command_line.is_empty() {
        keys.push(("command_line", text(&program.command_line)));
    }
    // AUTHORIZED_DYNAMIC_INSTALL to SHOW_IN_ARP: bits of `ProgramFlags`.
    let flags = program.flags.unwrap_or(FLAGS);
    let has = |bit: u32| flags & (1 << bit) != 0;
    let runs = run_condition(program.flags);
    // Without a user, a program runs with administrative rights.
    let is_administrative = has(15) || !has(14);
    keys.push((
        "rights",
        text(if is_administrative {
            "administrative"
        } else {
            "user"
        }),
    ));
    keys.push(("runs", text(runs)));
    let after = [
        (18, "program restarts computer"),
        (19, "SMS restarts computer"),
        (25, "SMS logs user off"),
    ];
    let after = after.iter().find(|(bit, _)| has(*bit));
    keys.extend(after.map(|(_, words)| ("after_running", text(words))));
    match program.minutes {
        Some(minutes) => {
            keys.push(("maximum_run_time", text(&format!("{minutes} min"))));
            let (low, high) = ((minutes * 2).max(1), (minutes * 10).max(2));
            // A twentieth to a quarter of the time that it is allowed to take.
            keys.push((
                "install_time",
                text(&format!(
                    "uniform({} s, {} s)",
                    low * 60 / 40,
                    high * 60 / 40
                )),
            ));
        }
        None => keys.push(("install_time", text("uniform(2 min, 10 min)"))),
    }
    if let Some(disk) = disk(&program.disk) {
        keys.push(("disk", text(&disk)));
    }
    keys.extend(first.map(|first| ("run_first", text(&first))));
    Entries {
        comment: String::new(),
        keys,
    }
}

/// `P0100012;;Setup`, or `;;Setup` for one of the same package.
pub(super) fn first(written: &str, package: &str) -> Option<(String, String)> {
    let (of, program) = written.split_once(";;")?;
    let of = if of.trim().is_empty() {
        package
    } else {
        of.trim()
    };
    (!program.trim().is_empty()).then(|| (of.to_owned(), program.trim().to_owned()))
}

/// `5 MB` of `5 MB`; nothing for zero and `Unknown`.
fn disk(written: &str) -> Option<String> {
    let (number, unit) = written.trim().split_once(' ')?;
    let number: u64 = number.trim().parse().ok().filter(|number| *number > 0)?;
    let unit = match unit.trim().to_ascii_uppercase().as_str() {
        "KB" => "KiB",
        "MB" => "MiB",
        "GB" => "GiB",
        _ => return None,
    };
    let written = format!("{number} {unit}");
    parse_size(&written).is_ok().then_some(written)
}

/// Adds the programs that others run first.
pub(super) fn first_programs(
    rollout: &mut Rollout,
    facts: &Facts,
    sizes: &mut Vec<String>,
    lists: &mut Lists,
) {
    let is_there = |rollout: &Rollout, package: &str, program: &str| {
        let name = rollout.names.programs.called(&of_package(package, program));
        name.is_some_and(|name| rollout.programs.contains_key(name))
    };
    let mut wanted: Vec<(String, String)> = facts.programs.keys().cloned().collect();
    wanted.retain(|(package, program)| is_there(rollout, package, program));
    let mut seen: BTreeSet<(String, String)> = wanted.iter().cloned().collect();
    while let Some((package, program)) = wanted.pop() {
        let Some(first) = facts
            .programs
            .get(&(package.clone(), program.clone()))
            .and_then(|spec| first(&spec.first, &package))
        else {
            continue;
        };
        if !facts.programs.contains_key(&first) {
            lists.gap(
                "programs {} are to run first, and no export holds them",
                &format!("{} {}", first.0, first.1),
            );
        } else if seen.insert(first.clone()) {
            add_program(rollout, &first.0, &first.1, facts, sizes, lists);
            wanted.push(first);
        }
    }
    let rings: Vec<String> = rollout
        .programs
        .keys()
        .filter(|name| runs_itself_first(name, rollout))
        .cloned()
        .collect();
    for name in rings {
        lists.gap(
            "programs {} are to run before themselves; what runs first is left out",
            &name,
        );
        if let Some(entries) = rollout.programs.get_mut(&name) {
            entries.keys.retain(|(key, _)| *key != "run_first");
        }
    }
    let unused: Vec<String> = facts
        .programs
        .keys()
        .filter(|(package, program)| !is_there(rollout, package, program))
        .map(|(package, program)| of_package(package, program))
        .collect();
    if !facts.deployments.is_empty() {
        for name in unused {
            lists.gap("programs {}: no deployment names them", &name);
        }
    }
}

fn runs_itself_first(name: &str, rollout: &Rollout) -> bool {
    let first = |name: &str| {
        let entries = rollout.programs.get(name)?;
        let (_, value) = entries.keys.iter().find(|(key, _)| *key == "run_first")?;
        rollout.programs.keys().find(|other| text(other) == *value)
    };
    let mut at = first(name);
    for _ in 0..rollout.programs.len() {
        match at {
            Some(next) if next == name => return true,
            Some(next) => at = first(next),
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_to_run_first_are_of_their_own_package_unless_said() {
        assert_eq!(
            first(";;Setup", "P1"),
            Some(("P1".to_owned(), "Setup".to_owned()))
        );
        assert_eq!(
            first("P2;;Setup", "P1"),
            Some(("P2".to_owned(), "Setup".to_owned()))
        );
        assert_eq!(first("", "P1"), None);
        assert_eq!(disk("5 MB").as_deref(), Some("5 MiB"));
        assert_eq!(disk("Unknown"), None);
    }
}
