//! What a scenario assumes of machines being on, in words.

use crate::units::counted;
use crate::world::{Profile, World};
use std::collections::BTreeMap;

/// How the machines are on and off: one line for each way, most machines first,
/// and one for those of which the scenario does not say.
pub fn presence(world: &World) -> Vec<String> {
    let mut ways: BTreeMap<String, u64> = BTreeMap::new();
    let profiles = world
        .fleet
        .profiles
        .iter()
        .zip(&world.fleet.counts().of_profile);
    for (profile, machines) in profiles.filter(|(_, machines)| **machines > 0) {
        *ways.entry(way(profile)).or_default() += u64::from(*machines);
    }
    let mut ways: Vec<(String, u64)> = ways.into_iter().collect();
    ways.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let line = |(way, machines): (String, u64)| {
        format!("presence: {} {way}", counted(machines, "machine"))
    };
    ways.into_iter().map(line).collect()
}

/// How machines of a profile are on and off.
fn way(profile: &Profile) -> String {
    let presence = &profile.presence;
    if !profile.may_be_off() {
        return match presence.named {
            Some(_) => "always on".to_owned(),
            None => "always on, an assumption: no `presence` is given".to_owned(),
        };
    }
    let mut parts = Vec::new();
    if let Some(switching) = &presence.switching {
        let how = match presence.named {
            Some("as given") | None => {
                format!("on for {} and off for {}", switching.up(), switching.down())
            }
            Some(word) => format!("\"{word}\""),
        };
        let on = 100.0 * switching.up_share();
        parts.push(format!("{how}, {on:.0} % of the time on"));
    }
    if profile.availability.is_some() {
        parts.push("in hours of the week".to_owned());
    }
    if let Some(absences) = &presence.absences {
        let away = 100.0 * (1.0 - absences.up_share());
        parts.push(format!("away for long {away:.0} % of the time"));
    }
    if let Some(absence) = &profile.absence {
        parts.push(format!("{} away at the start", percent(absence.share)));
    }
    if let Some(gone) = &presence.gone {
        parts.push(format!("{} go and never come back", percent(gone.share)));
    }
    parts.join("; ")
}

fn percent(share: f64) -> String {
    format!("{} %", (1000.0 * share).round() / 10.0)
}
