//! What may be wrong with what is rolled out.

use crate::engine::Distribution;
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::pattern;
use crate::scenario::problem::Problems;
use crate::scenario::resolve::content::exit_codes;
use crate::scenario::resolve::profile::fits;
use crate::scenario::written::{self, At};
use crate::units::Span;
use crate::world::{Breakage, Control, ExitCodes, ProfileId, ProgramId, World};

/// What is wrong with a program on some machines.
pub(super) fn defects(
    id: ProgramId,
    item: &Item<written::Program>,
    world: &World,
    control: &mut Control,
    problems: &mut Problems,
) {
    for (name, written) in item.spec.exit_codes_on.iter().flatten() {
        let codes = exit_codes(Some(written), problems);
        let profiles = matching(name, world, problems);
        insert_codes(id, name, &profiles, &codes, world, control, problems);
    }
    if let Some(written) = &item.spec.breakage {
        let breakage = breakage(written, world, problems);
        control.breakage.insert(id, breakage);
    }
}

fn insert_codes(
    id: ProgramId,
    name: &At<String>,
    profiles: &[ProfileId],
    codes: &ExitCodes,
    world: &World,
    control: &mut Control,
    problems: &mut Problems,
) {
    for profile in profiles {
        if control
            .exit_codes
            .insert((id, *profile), codes.clone())
            .is_some()
        {
            let group = &world.fleet.profiles[profile.index()].group;
            let message = format!("two entries of `exit_codes_on` are about machines of `{group}`");
            let help = "write patterns of which one machine fits one at most";
            return problems.error(ProblemCode::DeclaredTwice, name.span(), message, help);
        }
    }
}

/// The profiles whose platform or fleet group `name` stands for; an error if
/// there is none.
fn matching(name: &At<String>, world: &World, problems: &mut Problems) -> Vec<ProfileId> {
    let profiles = world.fleet.profiles.iter().enumerate();
    let found: Vec<ProfileId> = profiles
        .filter(|(_, profile)| {
            pattern::matches(name, &profile.group)
                || fits(name, &world.platforms[profile.platform.index()])
        })
        .map(|(at, _)| at.into())
        .collect();
    if found.is_empty() {
        let message = format!(
            "no machine has the operating system or fleet group `{}`",
            **name
        );
        let help = format!("there are: {}", world.platforms.join(", "));
        problems.error(ProblemCode::UnknownName, name.span(), message, help);
    }
    found
}

fn breakage(written: &written::Breakage, world: &World, problems: &mut Problems) -> Breakage {
    let on = written.on.iter().flatten();
    let mut profiles: Vec<ProfileId> = on
        .flat_map(|name| matching(name, world, problems))
        .collect();
    profiles.sort_unstable();
    profiles.dedup();
    let detected = Distribution::Exponential {
        mean: Span::from_hours(4),
    };
    Breakage {
        share: written.share.map_or(1.0, |share| share.0),
        profiles,
        detected_after: written.detected_after.map_or(detected, |span| span.0),
    }
}
