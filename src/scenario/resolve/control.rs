//! Rings, rates, stop rules, windows and defects.

use super::content::exit_codes;
use crate::engine::{Distribution, identity};
use crate::scenario::names::Item;
use crate::scenario::pattern;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Duration, StopWord};
use crate::units::Span;
use crate::world::{
    AdvertisementId, Breakage, Control, Counted, ExitCodes, FailureKind, Gate, MaintenanceWindow,
    OfferRate, Phase, Profile, ProfileId, ProgramId, Rollout, SiteId, StartDraw, StartWindow,
    StopAction, StopRule, Wanted, World,
};

/// More phases than anybody has, and few enough for a byte.
const MOST_PHASES: usize = 100;

/// What `plan` controls, for the machines of `world`.
pub(super) fn resolve(plan: &Plan, world: &World, problems: &mut Problems) -> Control {
    let mut control = Control::default();
    for (at, item) in plan.advertisements.list().iter().enumerate() {
        if let Some(rollout) = rollout(item, plan, problems) {
            look_at_phases(at.into(), item, &rollout, world, problems);
            control.rollouts.insert(at.into(), rollout);
        }
        if let Some(window) = start_window(at.into(), item, world, problems) {
            control.starts.insert(at.into(), window);
        }
    }
    windows(plan, world, &mut control);
    for (at, item) in plan.programs.list().iter().enumerate() {
        defects(at.into(), item, world, &mut control, problems);
    }
    look_at_windows(plan, world, &control, problems);
    control
}

/// The control of an advertisement; `None` if all machines are offered it at
/// once.
fn rollout(
    item: &Item<written::Advertisement>,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<Rollout> {
    let spec = &item.spec;
    if spec.phases.is_none() && spec.rate.is_none() && spec.stop.is_none() {
        let unused = [&spec.evaluation, &spec.overdue_after];
        for span in unused.into_iter().flatten() {
            let message = format!(
                "the advertisement `{}` has no controller to use this",
                item.name
            );
            problems.warning(
                "no-effect",
                span.span(),
                message,
                "add `phases`, `rate` or `stop`",
            );
        }
        return None;
    }
    let written = spec.phases.as_deref().unwrap_or(&[]);
    Some(Rollout {
        identity: identity(&item.name),
        phases: phases(item, written, plan, problems),
        rate: spec.rate.as_ref().map(|rate| offer_rate(rate, problems)),
        stops: stop_rules(spec.stop.as_ref(), problems),
        evaluation: some_time(spec.evaluation.as_ref(), Span::from_mins(15), problems),
        overdue_after: some_time(spec.overdue_after.as_ref(), Span::from_days(1), problems),
    })
}

/// A length of time of a second at least.
fn some_time(written: Option<&At<Duration>>, default: Span, problems: &mut Problems) -> Span {
    let Some(written) = written else {
        return default;
    };
    if written.0 < Span::from_secs(1) {
        let message = "this time is shorter than a second".to_owned();
        problems.error(
            "impossible",
            written.span(),
            message,
            "write some minutes or hours",
        );
        return default;
    }
    written.0
}

/// The phases; without any, one for all machines.
fn phases(
    item: &Item<written::Advertisement>,
    written: &[written::Phase],
    plan: &Plan,
    problems: &mut Problems,
) -> Vec<Phase> {
    if written.len() > MOST_PHASES {
        let message = format!(
            "the advertisement `{}` has {} phases",
            item.name,
            written.len()
        );
        let help = format!("write {MOST_PHASES} at most; `spread` is for many small steps");
        problems.error("too-many", item.place.clone(), message, help);
        return Vec::new();
    }
    let everybody = [written::Phase {
        name: Some("all".to_owned()),
        ..written::Phase::default()
    }];
    let written = if written.is_empty() {
        &everybody
    } else {
        written
    };
    let mut upto = 0.0;
    let phases = written.iter().enumerate().map(|(at, spec)| {
        if let Some(name) = &spec.collection {
            plan.collections.resolve(name, problems);
        }
        upto = end_of_share(item, spec, upto, problems);
        gate_of_last(item, spec, at + 1 == written.len(), problems);
        phase(spec, at, upto, problems)
    });
    phases.collect()
}

/// Where the part of a phase ends, if that of the one before ends at `from`.
fn end_of_share(
    item: &Item<written::Advertisement>,
    spec: &written::Phase,
    from: f64,
    problems: &mut Problems,
) -> f64 {
    let Some(share) = &spec.share else {
        return if spec.collection.is_some() { from } else { 1.0 };
    };
    if spec.collection.is_some() {
        let message = "a phase has both a `collection` and a `share`".to_owned();
        problems.error("impossible", share.span(), message, "keep one of them");
    }
    let upto = from + share.0;
    if upto > 1.0 + 1e-9 {
        let shown = (upto * 1e6).round() / 1e6;
        let message = format!(
            "the shares of the phases of `{}` add up to {shown}",
            item.name
        );
        let help = "lower them so that they add up to 1, or leave out that of the last phase, which then takes the rest";
        problems.error("shares", share.span(), message, help);
    }
    // A share that is 1 but for rounding leaves nobody out.
    if upto > 1.0 - 1e-9 { 1.0 } else { upto }
}

/// Nothing opens after the last phase, so nothing may wait for it.
fn gate_of_last(
    item: &Item<written::Advertisement>,
    spec: &written::Phase,
    last: bool,
    problems: &mut Problems,
) {
    let gate = spec.gate.as_ref().map(At::span);
    let times = [&spec.deferral, &spec.deadline];
    let place = gate.or_else(|| times.into_iter().flatten().next().map(At::span));
    if let Some(place) = place.filter(|_| last) {
        let message = format!(
            "no phase comes after the last one of `{}`, so it needs no gate",
            item.name
        );
        let help = "leave out its `gate`, `deferral` and `deadline`; `stop` ends a roll-out that goes wrong";
        problems.error("impossible", place, message, help);
    }
}

fn phase(spec: &written::Phase, at: usize, upto: f64, problems: &mut Problems) -> Phase {
    Phase {
        name: spec.name.clone().unwrap_or_else(|| (at + 1).to_string()),
        upto,
        gate: gate(spec.gate.as_ref(), problems),
        deferral: spec
            .deferral
            .as_ref()
            .map_or(Span::from_days(1), |span| span.0),
        deadline: spec.deadline.as_ref().map(|span| span.0),
        spread: spec.spread.map_or(Span::ZERO, |span| span.0),
        stops: stop_rules(spec.stop.as_ref(), problems),
    }
}

fn gate(written: Option<&At<written::Gate>>, problems: &mut Problems) -> Gate {
    let spec = written.map_or_else(written::Gate::default, |gate| (**gate).clone());
    if let (Some(_), Some(count)) = (&spec.success, &spec.successes) {
        let message = "a gate has both `success` and `successes`".to_owned();
        problems.error("impossible", count.span(), message, "keep one of them");
    }
    let share = spec.success.as_ref().map_or(0.95, |share| share.0);
    Gate {
        wanted: match &spec.successes {
            Some(count) => Wanted::Count(count.0),
            None if spec.of_reported == Some(true) => Wanted::ShareOfReported(share),
            None => Wanted::ShareOfMachines(share),
        },
        minimum: spec.minimum.map_or(0, |minimum| minimum.0),
    }
}

fn offer_rate(written: &At<written::OfferRate>, problems: &mut Problems) -> OfferRate {
    let base = written.per_minute.map_or(50, |rate| rate.0);
    let cap = written
        .at_most
        .as_ref()
        .map_or(base.max(1_000), |rate| rate.0);
    if let Some(at_most) = written.at_most.as_ref().filter(|rate| rate.0 < base) {
        let message = format!(
            "the rate is {base} a minute at first and {} at most",
            at_most.0
        );
        problems.error("impossible", at_most.span(), message, "raise `at_most`");
    }
    let factor = written.factor.as_deref().copied().unwrap_or(1.0);
    if let Some(place) = written
        .factor
        .as_ref()
        .filter(|_| !(1.0..=5.0).contains(&factor))
    {
        let message = format!("{factor} is not a factor from 1 to 5");
        problems.error(
            "malformed-value",
            place.span(),
            message,
            "write one such as 1.5 or 2",
        );
    }
    let (every, counted) = match written.after.as_deref() {
        None => (1_000, Counted::Notified),
        Some(after) => match (after.notified, after.succeeded) {
            (Some(count), None) => (count.0, Counted::Notified),
            (None, Some(count)) => (count.0, Counted::Succeeded),
            (notified, _) => {
                let message = match notified {
                    Some(_) => "`after` names both `notified` and `succeeded`",
                    None => "`after` says nothing",
                };
                let place = written.after.as_ref().and_then(At::span);
                let help = "write one of `notified` and `succeeded`";
                problems.error("impossible", place, message.to_owned(), help);
                (1_000, Counted::Notified)
            }
        },
    };
    OfferRate {
        base: base as f64,
        factor,
        every,
        counted,
        cap: cap as f64,
    }
}

fn stop_rules(written: Option<&Vec<written::StopRule>>, problems: &mut Problems) -> Vec<StopRule> {
    let rules = written.into_iter().flatten();
    rules.map(|rule| stop_rule(rule, problems)).collect()
}

fn stop_rule(written: &written::StopRule, problems: &mut Problems) -> StopRule {
    let pause = written.pause.as_ref();
    let action = match written.action.unwrap_or(StopWord::Abort) {
        StopWord::Pause => StopAction::Pause(pause.map_or(Span::FOREVER, |span| span.0)),
        StopWord::Abort => {
            if let Some(span) = pause {
                let message = "a rule that aborts a roll-out has no `pause`".to_owned();
                problems.error(
                    "impossible",
                    span.span(),
                    message,
                    "add `action = \"pause\"`",
                );
            }
            StopAction::Abort
        }
    };
    let share = written.share.as_ref().map_or(0.1, |share| share.0);
    if let Some(place) = written.share.as_ref().filter(|_| share == 0.0) {
        let message = "a share of 0 stops the roll-out whatever is reported".to_owned();
        problems.error("impossible", place.span(), message, "write a share above 0");
    }
    StopRule {
        on: written
            .on
            .map_or(FailureKind::Failed, written::FailureWord::meaning),
        share,
        minimum: written.minimum.map_or(1, |minimum| minimum.0),
        action,
    }
}

/// Warns of phases without machines, and of machines without a phase.
fn look_at_phases(
    id: AdvertisementId,
    item: &Item<written::Advertisement>,
    rollout: &Rollout,
    world: &World,
    problems: &mut Problems,
) {
    let mut counts = vec![0u64; rollout.phases.len()];
    let mut outside = 0u64;
    for machine in &world.fleet.machines {
        if let Some(at) = world
            .targets(machine)
            .iter()
            .position(|target| *target == id)
        {
            let phase = rollout.phase_of(machine.key, world.fleet.named_phase(machine, at));
            match phase.and_then(|phase| counts.get_mut(phase)) {
                Some(count) => *count += 1,
                None => outside += 1,
            }
        }
    }
    for (phase, _) in rollout
        .phases
        .iter()
        .zip(counts)
        .filter(|(_, count)| *count == 0)
    {
        let message = format!(
            "no machine is in the phase `{}` of `{}`",
            phase.name, item.name
        );
        let help = "raise its `share`, or see whether an earlier phase has all machines of its `collection`";
        problems.warning("empty-phase", item.place.clone(), message, help);
    }
    if outside > 0 {
        let message = format!(
            "{outside} machines are in no phase of `{}` and are never offered it",
            item.name
        );
        let help = "leave out the `share` of the last phase, which then takes the rest";
        problems.warning("no-phase", item.place.clone(), message, help);
    }
}

fn start_window(
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
        problems.error("impossible", written.span(), message, help);
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
fn windows(plan: &Plan, world: &World, control: &mut Control) {
    for (at, item) in plan.sites.list().iter().enumerate() {
        if let Some(written) = &item.spec.maintenance {
            control
                .site_windows
                .insert(SiteId::from(at), written.iter().map(window).collect());
        }
    }
    for (at, profile) in world.fleet.profiles.iter().enumerate() {
        if let Some(written) = maintenance(plan, profile) {
            let windows = written.iter().map(window).collect();
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
fn look_at_windows(plan: &Plan, world: &World, control: &Control, problems: &mut Problems) {
    let all = control
        .profile_windows
        .values()
        .chain(control.site_windows.values());
    let longest = all
        .flatten()
        .map(|window| {
            if window.must_fit {
                Span(window.to.0 - window.from.0)
            } else {
                Span::FOREVER
            }
        })
        .max();
    let Some(longest) = longest else {
        return;
    };
    for (item, program) in plan.programs.list().iter().zip(&world.programs) {
        if program.maximum_run_time > longest {
            let message = format!(
                "the program `{}` may take {}, which fits into no maintenance window",
                program.id, program.maximum_run_time
            );
            let help = "lower its `maximum_run_time`, or say `must_fit = false` for the windows";
            problems.warning("no-window", item.place.clone(), message, help);
        }
    }
}

/// What is wrong with a program on some machines.
fn defects(
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
            return problems.error("declared-twice", name.span(), message, help);
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
                || pattern::matches(name, &world.platforms[profile.platform.index()])
        })
        .map(|(at, _)| at.into())
        .collect();
    if found.is_empty() {
        let message = format!(
            "no machine has the operating system or fleet group `{}`",
            **name
        );
        let help = format!("there are: {}", world.platforms.join(", "));
        problems.error("unknown-name", name.span(), message, help);
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
