//! What may be wrong with what is rolled out.

use crate::engine::{Distribution, effort};
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::pattern;
use crate::scenario::problem::Problems;
use crate::scenario::resolve::profile::fitting;
use crate::scenario::resolve::programs::exit_codes;
use crate::scenario::written::{self, At};
use crate::units::{Span, grouped};
use crate::world::{Breakage, Control, ExitCodes, PlatformId, ProfileId, ProgramId, World};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is wrong with a program on some machines.
pub(super) fn defects(
    id: ProgramId,
    item: &Item<written::Program>,
    kinds: &Kinds<'_>,
    control: &mut Control,
    problems: &mut Problems,
) {
    for (name, written) in item.spec.exit_codes_on.iter().flatten() {
        let codes = Arc::new(exit_codes(Some(written), problems));
        let profiles = kinds.matching(name, problems);
        insert_codes(id, name, &profiles, &codes, kinds.world, control, problems);
    }
    if let Some(written) = &item.spec.breakage {
        let breakage = breakage(written, kinds, problems);
        control.breakage.insert(id, breakage);
    }
}

fn insert_codes(
    id: ProgramId,
    name: &At<String>,
    profiles: &[ProfileId],
    codes: &Arc<ExitCodes>,
    world: &World,
    control: &mut Control,
    problems: &mut Problems,
) {
    for profile in profiles {
        if control
            .exit_codes
            .insert((id, *profile), Arc::clone(codes))
            .is_some()
        {
            let group = &world.fleet.profiles[profile.index()].group;
            let message = format!("two entries of `exit_codes_on` are about machines of `{group}`");
            let help = "write patterns of which one machine fits one at most";
            return problems.error(ProblemCode::DeclaredTwice, name.span(), message, help);
        }
    }
}

/// The profiles of machines by fleet group and platform.
pub(super) struct Kinds<'w> {
    world: &'w World,
    by_group: BTreeMap<&'w str, Vec<ProfileId>>,
    by_platform: BTreeMap<PlatformId, Vec<ProfileId>>,
    /// How many of them programs mean so far, each program its own.
    meant: Cell<u64>,
}

/// The most kinds of machines that programs mean by platform or fleet group, together.
const MOST_MEANT: u64 = 2_000_000;

impl<'w> Kinds<'w> {
    pub(super) fn new(world: &'w World) -> Self {
        let (mut by_group, mut by_platform) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::new());
        for (at, profile) in world.fleet.profiles.iter().enumerate() {
            let group = profile.group.as_str();
            by_group.entry(group).or_default().push(at.into());
            let on_platform: &mut Vec<_> = by_platform.entry(profile.platform).or_default();
            on_platform.push(at.into());
        }
        Self {
            world,
            by_group,
            by_platform,
            meant: Cell::new(0),
        }
    }

    /// The profiles whose platform or fleet group `name` stands for; an error if
    /// there is none.
    fn matching(&self, name: &At<String>, problems: &mut Problems) -> Vec<ProfileId> {
        // It has been told of.
        if self.meant.get() > MOST_MEANT {
            return Vec::new();
        }
        let platforms = fitting(name, &self.world.platforms);
        let on_platforms = platforms.iter().filter_map(|id| self.by_platform.get(id));
        let mut found: Vec<ProfileId> = on_platforms.flatten().copied().collect();
        if pattern::is_glob(name) {
            let groups = self.by_group.iter();
            let matching = groups.filter(|(group, _)| pattern::matches(name, group));
            found.extend(matching.flat_map(|(_, profiles)| profiles));
        } else {
            found.extend(self.by_group.get(name.as_str()).into_iter().flatten());
        }
        effort::spend(found.len());
        self.meant.set(self.meant.get() + found.len() as u64);
        if self.meant.get() > MOST_MEANT {
            let message = format!(
                "programs mean more than {} kinds of machines, one for each fleet group and platform in each list",
                grouped(MOST_MEANT)
            );
            let help = "say it of fewer programs, or have fewer fleet groups";
            problems.error(ProblemCode::TooMany, name.span(), message, help);
            return Vec::new();
        }
        found.sort_unstable();
        found.dedup();
        if found.is_empty() {
            let message = format!(
                "no machine has the operating system or fleet group `{}`",
                **name
            );
            let help = format!("there are: {}", self.world.platforms.join(", "));
            problems.error(ProblemCode::UnknownName, name.span(), message, help);
        }
        found
    }
}

fn breakage(written: &written::Breakage, kinds: &Kinds<'_>, problems: &mut Problems) -> Breakage {
    let on = written.on.iter().flatten();
    let mut profiles: Vec<ProfileId> = on.flat_map(|name| kinds.matching(name, problems)).collect();
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
