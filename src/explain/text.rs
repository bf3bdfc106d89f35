//! The story as text.

use super::trial::{End, Trial};
use super::tries::{Line, lines};
use super::{before, case};
use crate::client::behaviour;
use crate::model::{Entry, Teller};
use crate::outcome::{Case, Cause, Outcome, look_for};
use crate::remedy::{Remedy, option, remedy};
use crate::units::Instant;
use crate::world::{AdvertisementId, MachineId, World};
use std::fmt::Write;

/// Which machine it is.
pub(super) fn heading(world: &World, machine: MachineId, teller: &Teller) -> String {
    let fleet = &world.fleet;
    let profile = fleet.profile(&fleet.machines[machine.index()]);
    let site = &world.sites[fleet.site_of(machine).index()].name;
    format!(
        "{}: {} client, {}, {}, domain {}, site {site}\n",
        teller.machine_name(),
        profile.client.name(),
        profile.role.name(),
        world.platforms[profile.platform.index()],
        world.directory.domains[profile.domain.index()].name,
    )
}

/// Tells of one advertisement, into `text`.
pub(super) fn tell(
    world: &World,
    machine: MachineId,
    teller: &Teller,
    advertisement: AdvertisementId,
    outcome: &Outcome,
    entries: &[(Instant, AdvertisementId, Entry)],
    trial: Option<&Trial>,
    text: &mut String,
) {
    let advertised = &world.advertisements[advertisement.index()];
    let program = &world.programs[advertised.program.index()];
    let _ = writeln!(
        text,
        "\nAdvertisement {} of program {}:",
        advertised.id, program.id
    );
    let fleet = &world.fleet;
    let profile = fleet.profile(&fleet.machines[machine.index()]);
    if program.software_installation_account
        && !behaviour(profile.client).facts().runs_under_domain_accounts
    {
        text.push_str(
            "  \"Use Software Installation Account\" is ticked, which an Advanced Client ignores.\n",
        );
    }
    let own = entries.iter().filter(|(_, of, _)| *of == advertisement);
    let own: Vec<(Instant, &Entry)> = own.map(|(at, _, entry)| (*at, entry)).collect();
    tell_lines(teller, &lines(teller, &own), text);
    conclude(
        teller,
        case(world, machine, teller, advertisement, outcome),
        trial,
        text,
    );
}

/// The lines; a time is said once for everything that happens at it.
fn tell_lines(teller: &Teller, lines: &[Line], text: &mut String) {
    let mut last = String::new();
    for line in lines {
        let time = teller.time(line.at);
        let shown = if time == last { "" } else { &time };
        let _ = writeln!(text, "  {shown:23}  {}", line.text);
        last = time;
    }
}

/// How it ended, why, and what would help.
fn conclude(teller: &Teller, case: Case, trial: Option<&Trial>, text: &mut String) {
    let outcome = case.outcome;
    let _ = writeln!(
        text,
        "  Outcome: {} ({})",
        outcome.ending.name(),
        outcome.state.name()
    );
    if outcome.cause == Cause::None {
        return tell_log(&case, text);
    }
    let _ = writeln!(
        text,
        "  Cause: {}. {}",
        outcome.cause.name(),
        outcome.cause.explain()
    );
    if let Some(why) = before(&case) {
        let _ = writeln!(text, "  {why}");
    }
    let resource = teller.resource(outcome.concerns());
    if !resource.is_empty() {
        let _ = writeln!(text, "  Resource: {resource}");
    }
    let remedy = remedy(case);
    let _ = writeln!(text, "  What would help: {}", remedy.text);
    tell_settings(&remedy, text);
    if let Some(trial) = trial {
        tell_trial(trial, text);
    }
    tell_log(&case, text);
}

/// How a remedy is done in the scenario.
fn tell_settings(remedy: &Remedy, text: &mut String) {
    for setting in &remedy.settings {
        let _ = writeln!(text, "    {}", option(setting));
    }
    if !remedy.no_setting.is_empty() {
        let _ = writeln!(
            text,
            "    No value to set is proposed: {}.",
            remedy.no_setting
        );
    }
}

/// What came of doing what is said to help.
fn tell_trial(trial: &Trial, text: &mut String) {
    for (cause, remedy) in &trial.next {
        let name = cause.name();
        let _ = writeln!(text, "  Then it ends with {name}: {}", remedy.text);
        tell_settings(remedy, text);
    }
    let all = if trial.next.is_empty() {
        "this"
    } else {
        "all of this"
    };
    let has = match trial.end {
        End::Mended => "has",
        End::NotMended => "still does not have",
        End::TooLong | End::TooMany => {
            let why = trial.end.why_not().unwrap_or_default();
            let further = if trial.next.is_empty() {
                ""
            } else {
                " further"
            };
            let _ = writeln!(text, "  Not tried out{further}: {why}.");
            return;
        }
    };
    let _ = writeln!(
        text,
        "  Tried out: with {all} the machine {has} the program."
    );
}

/// The log to open, and what to look for there.
fn tell_log(case: &Case, text: &mut String) {
    let log = case.outcome.log(case.profile().client);
    let _ = writeln!(text, "  Log to open: {log}");
    for line in look_for(case) {
        let _ = writeln!(text, "    look for: {line}");
    }
}
