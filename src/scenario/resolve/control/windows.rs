//! When programs start: start windows and maintenance windows.

use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written;
use crate::units::Span;
use crate::world::{
    AdvertisementId, Control, Maintenance, MaintenanceWindow, Profile, ProfileId, SiteId,
    StartDraw, StartWindow, World,
};

pub(super) fn start_window(
    id: AdvertisementId,
    item: &Item<written::Advertisement>,
    world: &World,
    problems: &mut Problems,
) -> Option<StartWindow> {
    let written = item.spec.start_window.as_ref()?;
    if world.advertisements[id.index()].assignment.is_none() {
        let message = format!(
            "the advertisement `{}` is optional: users choose when it starts",
            item.name
        );
        let help = "assign it, or leave out `start_window`";
        problems.error(ProblemCode::Impossible, written.span(), message, help);
    }
    Some(StartWindow {
        length: written
            .length
            .map_or(Span::from_hours(2), |length| length.0),
        draw: written
            .draw
            .map_or(StartDraw::Fresh, written::StartDrawWord::meaning),
        redraw: written.redraw.unwrap_or(true),
    })
}

/// The windows of fleet groups and sites.
pub(super) fn windows(plan: &Plan, world: &World, control: &mut Control) {
    for (at, item) in plan.sites.list().iter().enumerate() {
        if let Some(written) = &item.spec.maintenance {
            control
                .site_windows
                .insert(SiteId::from(at), together(written));
        }
    }
    for (at, profile) in world.fleet.profiles.iter().enumerate() {
        if let Some(written) = maintenance(plan, profile) {
            let windows = together(written);
            control.profile_windows.insert(ProfileId::from(at), windows);
        }
    }
}

/// The windows that the fleet group of a profile names or, for machines of the
/// inventory, its defaults.
fn maintenance<'p>(
    plan: &'p Plan,
    profile: &Profile,
) -> Option<&'p Vec<written::MaintenanceWindow>> {
    let inventory = plan
        .written
        .inventory
        .as_ref()
        .filter(|_| profile.naming.is_none());
    let defaults = inventory.and_then(|written| written.defaults.as_ref());
    let spec = plan
        .fleets
        .find(&profile.group)
        .map(|at| &plan.fleets.get(at).spec);
    [spec, defaults]
        .into_iter()
        .flatten()
        .find_map(|spec| spec.maintenance.as_ref())
}

fn together(written: &[written::MaintenanceWindow]) -> Maintenance {
    let windows: Vec<MaintenanceWindow> = written.iter().map(window).collect();
    Maintenance::of(&windows)
}

fn window(written: &written::MaintenanceWindow) -> MaintenanceWindow {
    let from = written.from.map_or(Span::from_hours(22), |time| time.0);
    let to = written.to.map_or(Span::from_hours(5), |time| time.0);
    MaintenanceWindow {
        days: written.days.map_or([true; 7], |days| days.0),
        from,
        to: if to > from {
            to
        } else {
            to + Span::from_days(1)
        },
        must_fit: written.must_fit.unwrap_or(true),
    }
}

/// Warns of programs that fit into no window at all.
pub(super) fn look_at_windows(
    plan: &Plan,
    world: &World,
    control: &Control,
    problems: &mut Problems,
) {
    let all = control
        .profile_windows
        .values()
        .chain(control.site_windows.values());
    let Some(longest) = all.map(Maintenance::longest).max() else {
        return;
    };
    for (item, program) in plan.programs.list().iter().zip(&world.programs) {
        let countdown = world.rules.countdown;
        if program.maximum_run_time + countdown > longest {
            let counted = if countdown > Span::ZERO {
                format!(" after a countdown of {countdown} to its user")
            } else {
                String::new()
            };
            let message = format!(
                "the program `{}` may take {}{counted}, which fits into no maintenance window",
                program.id, program.maximum_run_time
            );
            let help = "lower its `maximum_run_time`, or say `must_fit = false` for the windows";
            problems.warning(ProblemCode::NoWindow, item.place.clone(), message, help);
        }
    }
}
