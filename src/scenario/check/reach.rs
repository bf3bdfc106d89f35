//! Which machines get anything, and from where.

use super::census::{Census, Reached};
use super::{machines, tell};
use crate::client::behaviour;
use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::world::World;
use std::collections::BTreeSet;

pub(super) fn check(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    if world.fleet.machines.is_empty() {
        let help = "give a fleet group a `count`, or read an [inventory]";
        problems.warning(
            ProblemCode::Nobody,
            problems
                .section("fleet")
                .or_else(|| problems.section("inventory")),
            "the scenario has no machines".to_owned(),
            help,
        );
        return;
    }
    out_of_reach(plan, world, census, problems);
    reaching_no_machine(plan, world, census, problems);
    chosen_by_no_user(plan, world, census, problems);
    protected_points(plan, world, census, problems);
    remote_points(plan, world, census, problems);
    unused_fallback(plan, world, census, problems);
}

fn out_of_reach(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let alone = census
        .crowds()
        .iter()
        .filter(|crowd| world.fleet.target_sets[crowd.targets as usize].is_empty());
    let count: u64 = alone.clone().map(|crowd| crowd.count).sum();
    if count > 0 {
        let groups: BTreeSet<&str> = alone
            .map(|crowd| world.fleet.profiles[crowd.profile.index()].group.as_str())
            .collect();
        let place = super::kinds::of_group(plan, groups.first().copied().unwrap_or_default());
        let groups = groups.into_iter().collect::<Vec<_>>().join(", ");
        let message = format!("no advertisement reaches {} of {groups}", machines(count));
        let help = "they will have no row in the results; widen a collection if that is not meant";
        problems.warning(ProblemCode::Unreached, place, message, help);
    }
}

fn reaching_no_machine(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let counts = census.count(world, |_| true);
    for (item, _) in plan
        .advertisements
        .list()
        .iter()
        .zip(&counts)
        .filter(|(_, count)| **count == 0)
    {
        let message = format!("the advertisement `{}` reaches no machine", item.name);
        let help = "look at the filters of its collection: a machine must match all of them";
        problems.warning(ProblemCode::Nobody, item.place.clone(), message, help);
    }
}

/// An optional program is run by those users alone who choose it.
fn chosen_by_no_user(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let is_optional = |reached: &Reached| reached.advertisement.assignment.is_none();
    let chosen = |reached: &Reached| {
        reached
            .advertisement
            .uptake
            .is_some_and(|by| by.share > 0.0)
    };
    tell(
        (plan, world, census),
        |reached| is_optional(reached) && !chosen(reached),
        ProblemCode::NoUptake,
        problems,
        |machines, name| {
            let message = format!(
                "the advertisement `{name}` is optional, and no user of {machines} ever runs its program"
            );
            let help = "say how many users do with `uptake = { share = 0.5 }`, or leave out `assigned = \"optional\"`";
            (message, help)
        },
    );
    let may_have_users = |reached: &Reached| {
        let profile = reached.profile;
        // The column of an inventory may give single machines a user.
        let own = !world.fleet.overrides.user_logged_on.is_empty();
        own || profile.sessions.is_some() || profile.user_logged_on > 0.0
    };
    tell(
        (plan, world, census),
        |reached| is_optional(reached) && chosen(reached) && !may_have_users(reached),
        ProblemCode::NoUptake,
        problems,
        |machines, name| {
            let message = format!(
                "the advertisement `{name}` is optional, and no user is ever logged on to {machines} to run its program"
            );
            let help = "say when users are logged on with `user_logged_on`, leave these machines out of the collection, or leave out `assigned = \"optional\"`";
            (message, help)
        },
    );
}

/// Protected distribution points do not exist for Legacy Clients.
fn protected_points(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let all_protected = |reached: &Reached| {
        let points = &world.packages[reached.program.package.index()].distribution_points;
        points
            .iter()
            .all(|point| world.servers[point.index()].protected)
    };
    tell(
        (plan, world, census),
        |reached| {
            !behaviour(reached.profile.client)
                .facts()
                .uses_protected_points
                && world.needs_content(reached.program)
                && all_protected(reached)
        },
        ProblemCode::Protected,
        problems,
        |machines, name| {
            let message = format!(
                "{machines} with the Legacy Client cannot get `{name}`: every distribution point that holds the package is protected"
            );
            let help = "put the package on a distribution point that is not protected";
            (message, help)
        },
    );
}

fn remote_points(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    tell(
        (plan, world, census),
        |reached| reached.waits_for_a_local_point(world),
        ProblemCode::OnlyRemote,
        problems,
        |machines, name| {
            let message = format!(
                "`{name}` has no distribution point at the site of {machines} with the Advanced Client, and is not to run there then"
            );
            let help = "say `on_remote = \"download\"`, put the package on a distribution point there, \
                    or say `slow_boundary = false` for the site";
            (message, help)
        },
    );
}

/// Points of neighbours are remote, and not used unless the advertisement says
/// so.
fn unused_fallback(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    tell(
        (plan, world, census),
        |reached| reached.never_falls_back(world) && !reached.waits_for_a_local_point(world),
        ProblemCode::FallbackUnused,
        problems,
        |machines, name| {
            let message = format!(
                "there is a `fallback` for {machines}, but `{name}` is not to run from remote distribution points"
            );
            let help =
                "points of neighbours are remote: say `on_remote = \"download\"` or `\"run\"`";
            (message, help)
        },
    );
}
