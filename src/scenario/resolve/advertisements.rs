//! Advertisements: what is offered to whom, and when.

use super::signed;
use crate::engine::Distribution;
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, Due, Moment};
use crate::units::Span;
use crate::world::{
    Advertisement, Assignment, ContentAccess, LocalContent, ProgramId, RemoteContent, Uptake,
    WallTime,
};

/// The advertisements of `plan`.
pub(super) fn advertisements(plan: &Plan, problems: &mut Problems) -> Vec<Advertisement> {
    let mut advertisements = Vec::new();
    for item in plan.advertisements.list() {
        let spec = &item.spec;
        let assignment = assignment(item, plan, problems);
        advertisements.push(Advertisement {
            id: item.name.clone(),
            program: program_of(item, plan, problems),
            collection: spec.collection.as_ref().map(|name| name.to_string()),
            available: available(spec, plan),
            assignment,
            uptake: spec.uptake.as_ref().map(|uptake| self::uptake(uptake)),
            expires: (spec.expires.as_ref())
                .map_or(WallTime::NEVER, |moment| told(**moment, spec, plan)),
            content: ContentAccess {
                local: spec
                    .on_local
                    .map_or(LocalContent::Run, |word| word.meaning()),
                remote: spec
                    .on_remote
                    .map_or(RemoteContent::DoNotRun, |word| word.meaning()),
                peers: spec.peers.unwrap_or(true),
            },
        });
        if let Some(name) = &spec.collection {
            plan.collections.resolve(name, problems);
        }
    }
    advertisements
}

/// A time of an advertisement: by the clock on the wall, unless it is Greenwich Mean Time
/// or a length of time after the start.
fn told(moment: Moment, spec: &written::Advertisement, plan: &Plan) -> WallTime {
    let at = signed(moment, plan.start);
    let by_the_wall = !spec.greenwich_mean_time.unwrap_or(false);
    if by_the_wall && matches!(moment, Moment::Clock(_)) {
        WallTime::local(at)
    } else {
        WallTime::everywhere(at)
    }
}

/// When an advertisement becomes visible. The controller of a roll-out begins by the
/// scenario's clock.
fn available(spec: &written::Advertisement, plan: &Plan) -> WallTime {
    let Some(moment) = &spec.available else {
        return WallTime::START;
    };
    if spec.phases.is_some() || spec.rate.is_some() || spec.stop.is_some() {
        WallTime::everywhere(signed(**moment, plan.start))
    } else {
        told(**moment, spec, plan)
    }
}

fn assignment(
    item: &Item<written::Advertisement>,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<Assignment> {
    let spec = &item.spec;
    let Some(assigned) = &spec.assigned else {
        return spec
            .uptake
            .is_none()
            .then_some(Assignment::AsSoonAsPossible);
    };
    if let Some(uptake) = &spec.uptake
        && **assigned != Due::Optional
    {
        let message = format!(
            "the advertisement `{}` is assigned, so its uptake is never asked for",
            item.name
        );
        let help = "say `assigned = \"optional\"`, or leave out `uptake`";
        problems.error(ProblemCode::Impossible, uptake.span(), message, help);
    }
    match **assigned {
        Due::Optional => None,
        Due::AsSoonAsPossible => Some(Assignment::AsSoonAsPossible),
        Due::Logon => Some(Assignment::Logon),
        Due::Logoff => Some(Assignment::Logoff),
        Due::At(moment) => Some(Assignment::At(told(moment, spec, plan))),
    }
}

fn uptake(written: &written::Uptake) -> Uptake {
    let delay = Distribution::Exponential {
        mean: Span::from_days(1),
    };
    Uptake {
        share: written.share.map_or(1.0, |share| share.0),
        delay: written.delay.map_or(delay, |delay| delay.0),
    }
}

fn program_of(
    item: &Item<written::Advertisement>,
    plan: &Plan,
    problems: &mut Problems,
) -> ProgramId {
    let found = if let Some(name) = &item.spec.program {
        plan.programs.resolve(name, problems)
    } else {
        let found = plan
            .programs
            .find(&item.name)
            .or_else(|| plan.programs.only());
        if found.is_none() {
            let message = format!(
                "it is not clear which program the advertisement `{}` offers",
                item.name
            );
            problems.error(
                ProblemCode::Ambiguous,
                item.place.clone().or_else(|| problems.section("program")),
                message,
                "say `program = \"...\"`",
            );
        }
        found
    };
    // Position 0 stands in where an error has been reported.
    ProgramId::from(found.unwrap_or(0))
}
