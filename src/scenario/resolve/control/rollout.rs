//! Rings, rates and stop rules.

use crate::engine::identity;
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, StopWord};
use crate::units::{Span, counted};
use crate::world::{
    AdvertisementId, Counted, FailureKind, Gate, OfferRate, Phase, Rollout, StopAction, StopRule,
    Wanted, World,
};
use std::collections::BTreeMap;

/// More phases than anybody has, and few enough for a byte.
const MOST_PHASES: usize = 100;

/// The control of an advertisement; `None` if all machines are offered it at
/// once.
pub(super) fn rollout(
    item: &Item<written::Advertisement>,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<Rollout> {
    let spec = &item.spec;
    let has_phases = spec.phases.as_ref().is_some_and(|list| !list.is_empty());
    let has_rules = spec.stop.as_ref().is_some_and(|list| !list.is_empty());
    if !has_phases && !has_rules && spec.rate.is_none() {
        let unused = [&spec.evaluation, &spec.overdue_after];
        for span in unused.into_iter().flatten() {
            let message = format!(
                "the advertisement `{}` has no controller to use this",
                item.name
            );
            problems.warning(
                ProblemCode::NoEffect,
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
        evaluation: spec
            .evaluation
            .as_ref()
            .map_or(Span::from_mins(15), |time| time.0),
        overdue_after: spec
            .overdue_after
            .as_ref()
            .map_or(Span::from_days(1), |time| time.0),
    })
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
        problems.error(ProblemCode::TooMany, item.place.clone(), message, help);
        return Vec::new();
    }
    let everybody = [written::Phase {
        name: Some(At::nowhere("all".to_owned())),
        ..written::Phase::default()
    }];
    let written = if written.is_empty() {
        &everybody
    } else {
        written
    };
    let mut upto = 0.0;
    refuse_same_names(item, written, problems);
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

/// What a phase is called: its number, if it has no name.
fn name_of(spec: &written::Phase, at: usize) -> String {
    match &spec.name {
        Some(name) => (**name).clone(),
        None => (at + 1).to_string(),
    }
}

/// Tables tell phases apart by their names, and names do not differ in case alone.
fn refuse_same_names(
    item: &Item<written::Advertisement>,
    written: &[written::Phase],
    problems: &mut Problems,
) {
    let mut met: BTreeMap<String, String> = BTreeMap::new();
    for (at, spec) in written.iter().enumerate() {
        let name = name_of(spec, at);
        let span = spec.name.as_ref().and_then(At::span);
        let place = || span.clone().or_else(|| item.place.clone());
        if name.trim().is_empty() {
            let message = format!("a phase of `{}` has an empty name", item.name);
            let help =
                "give it a name, or leave `name` out: a phase without one is called by its number";
            problems.error(ProblemCode::ImpossibleValue, place(), message, help);
        } else if let Some(other) = met.insert(name.to_lowercase(), name.clone()) {
            let message = if other == name {
                format!("two phases of `{}` are called `{name}`", item.name)
            } else {
                format!(
                    "`{other}` and `{name}` name the same phase of `{}`: they differ in case alone",
                    item.name
                )
            };
            let help =
                "give every one a name of its own; a phase without one is called by its number";
            problems.error(ProblemCode::DeclaredTwice, place(), message, help);
        }
    }
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
        problems.error(
            ProblemCode::Impossible,
            share.span(),
            message,
            "keep one of them",
        );
    }
    let upto = from + share.0;
    if upto > 1.0 + 1e-9 {
        let shown = (upto * 1e6).round() / 1e6;
        let message = format!(
            "the shares of the phases of `{}` add up to {shown}",
            item.name
        );
        let help = "lower them so that they add up to 1, or leave out that of the last phase, which then takes the rest";
        problems.error(ProblemCode::Shares, share.span(), message, help);
    }
    // A share that is 1 but for rounding leaves no machine out.
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
        problems.error(ProblemCode::Impossible, place, message, help);
    }
}

fn phase(spec: &written::Phase, at: usize, upto: f64, problems: &mut Problems) -> Phase {
    Phase {
        name: name_of(spec, at),
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
        problems.error(
            ProblemCode::Impossible,
            count.span(),
            message,
            "keep one of them",
        );
    }
    let share = spec.success.as_ref().map_or(0.95, |share| share.0);
    Gate {
        wanted: match &spec.successes {
            Some(count) => Wanted::Count(count.0),
            None if spec.of_reported == Some(true) => Wanted::ShareOfReported(share),
            None => Wanted::ShareOfMachines(share),
        },
        minimum: spec.minimum.map_or(0, |minimum| minimum.0),
        is_default: spec.success.is_none() && spec.successes.is_none(),
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
        problems.error(
            ProblemCode::Impossible,
            at_most.span(),
            message,
            "raise `at_most`",
        );
    }
    let factor = written.factor.as_deref().copied().unwrap_or(1.0);
    if let Some(place) = written
        .factor
        .as_ref()
        .filter(|_| !(1.0..=5.0).contains(&factor))
    {
        let message = format!("{factor} is not a factor from 1 to 5");
        problems.error(
            ProblemCode::MalformedValue,
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
                problems.error(ProblemCode::Impossible, place, message.to_owned(), help);
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
                    ProblemCode::Impossible,
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
        problems.error(
            ProblemCode::Impossible,
            place.span(),
            message,
            "write a share above 0",
        );
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
pub(super) fn look_at_phases(
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
    look_at_gates(item, rollout, &counts, problems);
    look_at_stop_rules(item, rollout, &counts, problems);
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
        problems.warning(ProblemCode::EmptyPhase, item.place.clone(), message, help);
    }
    if outside > 0 {
        let message = format!(
            "`{}` is never offered to {}, which no phase takes",
            item.name,
            counted(outside, "machine")
        );
        let help = "leave out the `share` of the last phase, which then takes the rest";
        problems.warning(ProblemCode::NoPhase, item.place.clone(), message, help);
    }
}

/// Warns of gates that ask for more machines than their phase has: whatever is
/// reported, they are never met.
fn look_at_gates(
    item: &Item<written::Advertisement>,
    rollout: &Rollout,
    counts: &[u64],
    problems: &mut Problems,
) {
    // Nothing waits for the gate of the last phase.
    let last = rollout.phases.len().saturating_sub(1);
    for (phase, count) in rollout.phases[..last].iter().zip(counts) {
        let wanted = match phase.gate.wanted {
            Wanted::Count(successes) if successes > *count => format!("{successes} successes"),
            _ if phase.gate.minimum > *count => format!("{} final reports", phase.gate.minimum),
            _ => continue,
        };
        if *count == 0 {
            continue;
        }
        let opens = match phase.deadline {
            Some(_) => "opens at the deadline only",
            None => "never opens",
        };
        let message = format!(
            "the gate of the phase `{}` of `{}` asks for {wanted}, and the phase has {}: the next phase {opens}",
            phase.name,
            item.name,
            counted(*count, "machine")
        );
        let help =
            "lower the `successes` or the `minimum` of the gate, or raise the share of the phase";
        problems.warning(ProblemCode::GateNeverMet, item.place.clone(), message, help);
    }
}

/// Warns of stop rules that wait for more machines than there are to report:
/// they never stop anything.
fn look_at_stop_rules(
    item: &Item<written::Advertisement>,
    rollout: &Rollout,
    counts: &[u64],
    problems: &mut Problems,
) {
    let all = (&rollout.stops, counts.iter().sum::<u64>());
    let phases = rollout.phases.iter().map(|phase| &phase.stops);
    for (rules, count) in std::iter::once(all).chain(phases.zip(counts.iter().copied())) {
        for rule in rules
            .iter()
            .filter(|rule| rule.minimum > count && count > 0)
        {
            let message = format!(
                "a stop rule of `{}` waits for {}, and {count} can report: it never stops anything",
                item.name,
                counted(rule.minimum, "machine")
            );
            let help = "lower its `minimum`";
            problems.warning(ProblemCode::StopNeverMet, item.place.clone(), message, help);
        }
    }
}
