//! What would bring a roll-out on that waits for what its phases report.

use super::{Case, Remedy};
use crate::units::{SignedInstant, Span};
use crate::world::{Gate, Phase, Rollout, StopAction, StopRule, Wanted};

/// Gates that are told one by one.
const TOLD: usize = 4;
const MINUTE: u64 = 60_000_000;

impl Case<'_> {
    /// A deadline opens the next phase whatever is reported, before or after its gate
    /// and deferral would; a pause is the work of a stop rule.
    pub(super) fn held_back(&self) -> Remedy {
        let Some(rollout) = self.rollout() else {
            return self.longer(self.world.horizon);
        };
        let before = rollout.phases.len().saturating_sub(1);
        let before = &rollout.phases[..before];
        let deadline = self.deadline_of_each(before.len() as u64);
        let late = before.iter().enumerate();
        let late = late.filter(|(_, phase)| phase.deadline.is_none_or(|own| own > deadline));
        let remedy = late.fold(Remedy::new(text(before, rollout)), |remedy, (at, _)| {
            let deadline = match deadline.0 / MINUTE {
                minutes if minutes % 60 == 0 => format!("\"{} h\"", minutes / 60),
                minutes => format!("\"{minutes} min\""),
            };
            let path = format!("phases.{at}.deadline");
            remedy.set(self.of_advertisement(&path, &deadline))
        });
        let remedy = pauses(&rollout.stops)
            .then(|| self.of_advertisement("stop", "[]"))
            .into_iter()
            .fold(remedy, Remedy::set);
        let paused = rollout.phases.iter().enumerate();
        let paused = paused.filter(|(_, phase)| pauses(&phase.stops));
        let remedy = paused.fold(remedy, |remedy, (at, _)| {
            remedy.set(self.of_advertisement(&format!("phases.{at}.stop"), "[]"))
        });
        if remedy.settings.is_empty() {
            return self.longer_as(
                "Forecast a longer time, or open the phases sooner: the deadline of the phases before had not passed.",
                self.world.horizon,
            );
        }
        remedy
    }

    /// How the advertisement is rolled out, if it does not come to all at once.
    pub(super) fn rollout(&self) -> Option<&Rollout> {
        let mut rollouts = self.world.control.rollouts.iter();
        let own = rollouts
            .find(|(id, _)| self.world.advertisements[id.index()].id == self.advertisement.id);
        own.map(|(_, rollout)| rollout)
    }

    /// With this deadline for each of `phases`, the last one opens when half of what
    /// is left of the forecast is over; the other half is for the machines.
    fn deadline_of_each(&self, phases: u64) -> Span {
        let opened = self.available().since(SignedInstant::START);
        let left = self.world.horizon.0.saturating_sub(opened.0);
        let each = left / 2 / phases.max(1);
        Span((each / MINUTE).max(1) * MINUTE)
    }
}

fn pauses(stops: &[StopRule]) -> bool {
    stops
        .iter()
        .any(|stop| matches!(stop.action, StopAction::Pause(_)))
}

/// What to do, with what each gate asks for: a reader who has written none should
/// learn that there is one.
fn text(before: &[Phase], rollout: &Rollout) -> String {
    let is_paused = pauses(&rollout.stops) || rollout.phases.iter().any(|p| pauses(&p.stops));
    let resume = if is_paused {
        " A stop rule that pauses it has to be taken away or to resume by itself."
    } else {
        ""
    };
    if before.is_empty() {
        return format!("See to the failures that were reported.{resume}");
    }
    let gates = before.iter().take(TOLD);
    let gates = gates.enumerate().map(|(at, phase)| {
        let which = if at == 0 { "The gate" } else { "that" };
        format!("{which} of phase {} {}", phase.name, asked(&phase.gate))
    });
    let gates: Vec<String> = gates.collect();
    let more = match before.len().saturating_sub(TOLD) {
        0 => String::new(),
        1 => "; and there is 1 more gate".to_owned(),
        more => format!("; and there are {more} more gates"),
    };
    format!(
        "See to the failures of the phases before, lower their gates or deferrals, or set a deadline, at which the next phase opens whatever is reported. {}{more}.{resume}",
        gates.join("; ")
    )
}

/// What a gate asks for.
fn asked(gate: &Gate) -> String {
    let percent = |share: f64| format!("{} %", (share * 1e4).round() / 1e2);
    let wanted = match gate.wanted {
        Wanted::ShareOfMachines(share) => format!("{} of its machines", percent(share)),
        Wanted::ShareOfReported(share) => {
            format!("{} of the machines that have reported", percent(share))
        }
        Wanted::Count(1) => "1 machine".to_owned(),
        Wanted::Count(count) => format!("{count} machines"),
    };
    let default = if gate.is_default {
        " (the default, as the scenario gives none)"
    } else {
        ""
    };
    format!("asks for the success of {wanted}{default}")
}
