//! What no export holds of a roll-out.

use super::{Rollout, own_name};
use crate::import::facts::{Deployment, Facts};
use crate::import::lists::Lists;
use crate::import::units::{key, text};
use std::collections::{BTreeMap, BTreeSet};

/// Tells of the assumptions about `rollout`, made of the `chosen` deployments.
pub(super) fn assume(
    rollout: &Rollout,
    chosen: &BTreeMap<&String, &Deployment>,
    facts: &Facts,
    lists: &mut Lists,
) {
    let settings = rollout.programs.keys().map(|name| {
        format!(
            "program.{}.install_time=triangular(10 min, 15 min, 30 min)",
            key(name)
        )
    });
    lists.assume(
        "how long programs run",
        "a twentieth to a quarter of the maximum run time, else 2 to 10 minutes",
        settings.collect(),
    );
    let settings = rollout
        .programs
        .keys()
        .map(|name| format!("program.{}.exit_codes={{1603=0.02}}", key(name)));
    lists.assume(
        "which exit codes programs return",
        "0 everywhere",
        settings.collect(),
    );
    let bare = rollout
        .programs
        .iter()
        .filter(|(_, entries)| !entries.keys.iter().any(|(key, _)| *key == "command_line"));
    let due = |name: &str, event: &str| {
        let mut advertisements = rollout.advertisements.values();
        advertisements.any(|entries| {
            let has = |wanted: &str, value: &str| {
                let value = text(value);
                let mut keys = entries.keys.iter();
                keys.any(|(key, said)| *key == wanted && *said == value)
            };
            has("program", name) && has("assigned", event)
        })
    };
    let settings: Vec<String> = bare
        .filter_map(|(name, _)| {
            // Some conditions and events exclude each other (KB Q235196).
            let user = match (due(name, "logon"), due(name, "logoff")) {
                (false, _) => "no",
                (true, false) => "a",
                (true, true) => return None,
            };
            let name = key(name);
            Some(format!(
                "program.{name}.runs=only when {user} user is logged on"
            ))
        })
        .collect();
    if !settings.is_empty() {
        lists.assume(
            "the account of programs for which no export has a row",
            "with administrative rights, whether or not a user is logged on",
            settings,
        );
    }
    let named = |id: &str, deployment: &Deployment| -> String {
        let names = &rollout.names.advertisements;
        names
            .called(own_name(id, deployment))
            .map(key)
            .unwrap_or_default()
    };
    let saying = chosen
        .iter()
        .filter(|(_, deployment)| deployment.remote_flags.is_some());
    let saying: BTreeSet<String> = saying
        .map(|(id, deployment)| named(id, deployment))
        .collect();
    let silent = rollout
        .advertisements
        .keys()
        .filter(|id| !saying.contains(&key(id)));
    let settings: Vec<String> = silent
        .map(|id| format!("advertisement.{}.on_remote=do not run", key(id)))
        .collect();
    if !settings.is_empty() {
        lists.assume(
            "what clients do at a distance from distribution points",
            "they download, as they do nearby",
            settings,
        );
    }
    let optional = chosen.iter().filter(|(_, deployment)| deployment.optional);
    let settings: Vec<String> = optional
        .map(|(id, d)| format!("advertisement.{}.uptake.share=0.2", named(id, d)))
        .collect();
    if !settings.is_empty() {
        lists.assume(
            "how many users choose what is available to them",
            "half of them, after a day on average",
            settings,
        );
    }
    let open = chosen
        .iter()
        .filter(|(_, deployment)| deployment.open_dates);
    let settings: Vec<String> = open
        .map(|(id, d)| format!("advertisement.{}.available=+1 h", named(id, d)))
        .collect();
    if !settings.is_empty() {
        lists.assume(
            "the order of day and month of these deployments",
            "the month is first",
            settings,
        );
    }
    let unscheduled = chosen.values().any(|deployment| {
        !deployment.optional && deployment.event.is_none() && deployment.deadline.is_none()
    });
    if unscheduled && !facts.deployments.is_empty() {
        let due = chosen
            .iter()
            .filter(|(_, d)| !d.optional && d.event.is_none() && d.deadline.is_none());
        let settings = due.map(|(id, d)| format!("advertisement.{}.assigned=+1 d", named(id, d)));
        lists.assume(
            "when these deployments are due",
            "as soon as possible",
            settings.collect(),
        );
    }
}
