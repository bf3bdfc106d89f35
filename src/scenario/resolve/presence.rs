//! How the machines of a group are switched on and off.

use crate::engine::{Distribution, Renewal};
use crate::scenario::problem::{ProblemCode, Problems};
use crate::scenario::written::{self, At, Durations, FleetGroup, Like};
use crate::units::Span;
use crate::world::{Gone, Presence, WeekPattern};

/// The shortest mean spell. Machines that switch faster would let a scenario
/// follow nothing else.
const SHORTEST_MEAN: Span = Span::from_mins(1);

/// The presence that `spec` gives, apart from the hours of the week.
pub(super) fn of_group(spec: &FleetGroup, problems: &mut Problems) -> Presence {
    let Some(written) = &spec.presence else {
        return Presence::default();
    };
    let table = &written.0;
    if let (Some(Like::Office), Some(hours)) = (table.like, &spec.availability) {
        let message = "`presence = \"office\"` gives the hours of the week, and so does \
                       `availability`";
        problems.error(
            ProblemCode::Impossible,
            hours.span(),
            message.to_owned(),
            "keep one of them",
        );
    }
    let published = table.like.and_then(spells);
    let given = |key, value: &Option<At<Durations>>, problems: &mut Problems| {
        value.as_ref().map(|value| checked(key, value, problems))
    };
    let up = given("up", &table.up, problems).or(published.map(|(up, _)| up));
    let down = given("down", &table.down, problems).or(published.map(|(_, down)| down));
    if let (Some(_), None) | (None, Some(_)) = (up, down) {
        let have = table.up.as_ref().or(table.down.as_ref());
        let message = "a presence with `up` needs `down`, and the other way round";
        let help = "give both, or say `like = \"corporate\"` for the other one";
        problems.error(
            ProblemCode::MissingKey,
            have.and_then(At::span),
            message.to_owned(),
            help,
        );
    }
    Presence {
        named: Some(name(table)),
        switching: up.zip(down).map(|(up, down)| Renewal::new(up, down)),
        absences: table.absences.as_ref().map(|of| absences(of, problems)),
        gone: table.gone.as_ref().map(|gone| Gone {
            share: gone.share.map_or(0.01, |share| share.0),
            after: (gone.after).map_or(Distribution::Constant(Span::ZERO), |after| after.0),
        }),
    }
}

/// The hours of the week in which the machines may be on.
pub(super) fn hours(spec: &FleetGroup) -> Option<WeekPattern> {
    let like = spec.presence.as_ref().and_then(|presence| presence.0.like);
    match &spec.availability {
        Some(written) => Some(super::profile::week(written)),
        None => {
            (like == Some(Like::Office)).then(|| super::profile::week(&written::Week::default()))
        }
    }
}

/// What the presence is called where it is told of.
fn name(table: &written::Switching) -> &'static str {
    match table.like {
        Some(like) if table.up.is_none() && table.down.is_none() => like.word(),
        _ if table.up.is_some() || table.down.is_some() => "as given",
        _ => Like::Always.word(),
    }
}

/// The times on and off of published fits.
fn spells(like: Like) -> Option<(Distribution, Distribution)> {
    // Scales in seconds.
    let weibull = |shape, scale| Distribution::Weibull {
        shape,
        scale: Span::from_secs(scale),
    };
    match like {
        Like::Always | Like::Office => None,
        // Failure Trace Archive, Microsoft99: 35.30 h and 9.34 h.
        Like::Corporate => Some((weibull(0.55, 127_080), weibull(0.60, 33_624))),
        // Failure Trace Archive, Skype06: 10.86 h and 9.48 h.
        Like::Home => Some((weibull(0.64, 39_096), weibull(0.63, 34_128))),
    }
}

fn absences(written: &written::Absences, problems: &mut Problems) -> Renewal {
    let given = |key, value: &Option<At<Durations>>, days, problems: &mut Problems| {
        let mean = Span::from_days(days);
        let written = value.as_ref();
        written.map_or(Distribution::Exponential { mean }, |value| {
            checked(key, value, problems)
        })
    };
    let every = given("every", &written.every, 60, problems);
    let length = given("length", &written.length, 10, problems);
    Renewal::new(every, length)
}

/// Refuses spells that are too short on average.
fn checked(key: &str, value: &At<Durations>, problems: &mut Problems) -> Distribution {
    let distribution = value.0;
    if distribution.mean() < SHORTEST_MEAN {
        let message = format!("`{key}` is {distribution}, shorter than a minute on average");
        let help = "make it `1 min` or longer";
        problems.error(ProblemCode::Impossible, value.span(), message, help);
    }
    distribution
}
