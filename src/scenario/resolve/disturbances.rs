//! The faults of a scenario in words, for readers who see only what came of them.

use super::faults::times;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{AccountStateWord, At, ContentStateWord, Fault, Offset, Speed};
use crate::units::{Instant, SignedInstant, Span};
use crate::world::{AccountState, ContentState, Disturbance, World};

/// Names that are told of one fault.
const NAMED: usize = 4;

/// The faults of `plan` that hold at some moment of the forecast, in order of time.
pub(super) fn disturbances(plan: &Plan, world: &World) -> Vec<Disturbance> {
    // What is wrong with the times has been said.
    let mut said = Problems::default();
    let told = plan.written.fault.iter().filter_map(|fault| {
        let (begins, ends) = times(fault, plan, &mut said)?;
        let is_over = ends <= SignedInstant::START;
        let what = (!is_over && world.covers(begins.clamped())).then(|| what(fault))??;
        Some(Disturbance {
            from: begins.clamped(),
            until: ends.clamped().min(Instant::NEVER),
            what,
        })
    });
    let mut told: Vec<_> = told.collect();
    told.sort_by_key(|disturbance| disturbance.from);
    told
}

/// What a fault does; `None` for one that names nothing, which is refused.
fn what(fault: &Fault) -> Option<String> {
    if let Some(Offset(offset)) = fault.clock.as_deref() {
        let whose = [&fault.server, &fault.machine, &fault.site];
        let whose = whose.into_iter().find_map(Option::as_ref)?;
        let way = if *offset < 0 { "behind" } else { "ahead" };
        let by = Span(offset.unsigned_abs());
        return Some(format!("the clocks of {} are {by} {way}", list(whose)));
    }
    if let Some(servers) = &fault.server {
        let roles: Vec<String> = (fault.roles.iter().flatten())
            .map(|role| role.meaning().name().replace('-', " "))
            .collect();
        let roles = match &roles[..] {
            [] => String::new(),
            roles => format!(" as {}", roles.join(" and ")),
        };
        return Some(format!("{} down{roles}", are(servers)));
    }
    for (sites, link) in [(&fault.wan, "line"), (&fault.lan, "LAN")] {
        let Some(sites) = sites else { continue };
        let rate = fault.rate.map_or(0, |Speed(rate)| rate.0);
        let is = match rate {
            0 => "is cut".to_owned(),
            _ => format!("carries {}", crate::units::Rate(rate)),
        };
        return Some(format!("the {link} of {} {is}", list(sites)));
    }
    let state = account(fault.state.unwrap_or(AccountStateWord::Locked).meaning());
    if let Some(name) = &fault.account {
        return Some(format!("the account {} {state}", **name));
    }
    if let Some(domain) = &fault.token_account {
        return Some(format!("the token account of {} {state}", **domain));
    }
    if let Some(share) = &fault.share {
        return Some(format!(
            "the access list of the share {} is another",
            **share
        ));
    }
    let package = &**fault.package.as_ref()?;
    Some(match &fault.distribution_points {
        None => format!("the access list of the package {package} is another"),
        Some(points) => {
            let is = content(fault.content.unwrap_or(ContentStateWord::Corrupt).meaning());
            format!("the content of {package} on {} is {is}", list(points))
        }
    })
}

/// `HQ-DP`, `A, B and 3 more`.
fn list(names: &[At<String>]) -> String {
    let shown = names.iter().take(NAMED).map(|name| (**name).as_str());
    let shown = shown.collect::<Vec<_>>().join(", ");
    match names.len() - names.len().min(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn are(names: &[At<String>]) -> String {
    let is_one = names.len() == 1 && !names[0].contains(['*', '?', '{']);
    format!("{} {}", list(names), if is_one { "is" } else { "are" })
}

const fn account(state: AccountState) -> &'static str {
    match state {
        AccountState::Ok => "can log on",
        AccountState::Locked => "is locked",
        AccountState::Disabled => "is disabled",
        AccountState::Expired => "has expired",
        AccountState::PasswordExpired => "has an expired password",
        AccountState::WrongPassword => "has another password than SMS holds",
        AccountState::Missing => "is missing",
    }
}

const fn content(state: ContentState) -> &'static str {
    match state {
        ContentState::Missing => "missing",
        ContentState::Intact => "intact",
        ContentState::Corrupt => "damaged",
        ContentState::Outdated => "of an older version",
    }
}
