//! What holds for the machines of an inventory makes no machines, and cannot say which
//! of them run another client: rows are there already, and say it themselves.

use super::filter::INVENTORY;
use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{At, FleetGroup};

/// Refuses keys that would make machines, or share kinds out among them, in what holds
/// for rows of the inventory.
pub(super) fn refuse_what_makes_machines(plan: &Plan, problems: &mut Problems) {
    let Some(inventory) = &plan.written.inventory else {
        return;
    };
    let layers = [
        ("inventory.defaults", &inventory.defaults),
        ("inventory.servers", &inventory.servers),
    ];
    for (table, layer) in layers {
        if let Some(layer) = layer {
            refuse(table, layer, problems);
        }
    }
    if let Some(at) = plan.fleets.find(INVENTORY) {
        let message = format!(
            "a fleet group cannot be called `{INVENTORY}` where an inventory is read: that is what collections and tables call its machines that are of no group"
        );
        let help = "give the group another name";
        let place = plan.fleets.get(at).place.clone();
        problems.error(ProblemCode::Ambiguous, place, message, help);
    }
    // A group without machines of its own describes rows that name it.
    for item in plan.fleets.list() {
        let spec = &item.spec;
        let has_its_own =
            spec.per_site.is_some() || spec.count.as_ref().is_some_and(|count| count.0 > 0);
        if let (Some(kinds), false) = (&spec.kinds, has_its_own) {
            let place = kinds.keys().next().and_then(At::span);
            let message = format!(
                "the fleet group `{}` has no machines of its own among which `kinds` could be shared out",
                item.name
            );
            problems.error(ProblemCode::Impossible, place, message, KINDS);
        }
    }
}

const KINDS: &str = "say the client of each row in its column `Client`, or that of all in `client`";

fn refuse(table: &str, layer: &FleetGroup, problems: &mut Problems) {
    let first =
        |kinds: &std::collections::BTreeMap<At<String>, _>| kinds.keys().next().and_then(At::span);
    let keys = [
        ("count", layer.count.as_ref().map(At::span), ROWS),
        ("per_site", layer.per_site.as_ref().map(At::span), ROWS),
        ("name", layer.name.as_ref().map(At::span), ROWS),
        ("kinds", layer.kinds.as_ref().map(first), KINDS),
    ];
    for (key, written, help) in keys {
        if let Some(place) = written {
            let message = format!("`{key}` in [{table}] says nothing about rows of an inventory");
            problems.error(ProblemCode::Impossible, place, message, help);
        }
    }
}

const ROWS: &str = "leave it out: each row is a machine with its name";
