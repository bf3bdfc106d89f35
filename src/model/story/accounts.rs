//! What is told about accounts that are presented.

use super::Teller;
use crate::access::{Grant, Purpose, Refusal, Target};
use crate::outcome::Actor;
use crate::product::win32;
use crate::units::Instant;
use crate::world::{MachineId, ServerId};

impl Teller<'_> {
    /// An account is presented.
    pub(super) fn attempt(
        &self,
        purpose: Purpose,
        actor: Actor,
        target: Target,
        controller: Option<ServerId>,
        result: Result<Grant, Refusal>,
    ) -> String {
        let by = controller.map_or_else(String::new, |c| {
            format!(", validated by {}", self.server(c))
        });
        let (actor, target) = (self.account(actor), self.target(target));
        match result {
            Ok(grant) => format!(
                "{} as {actor}{by}: {target} lets it in{}",
                purpose_text(purpose),
                match grant.session {
                    Actor::Guest => " as Guest",
                    Actor::NullSession => " without credentials",
                    _ => "",
                }
            ),
            Err(refused) => format!(
                "{} as {actor}{by}: {target} refuses; the account {}",
                purpose_text(purpose),
                refusal(refused)
            ),
        }
    }

    /// An account is locked between these instants.
    pub(super) fn locked(
        &self,
        actor: Actor,
        (since, until): (Instant, Instant),
        first: &[MachineId],
        machines: u32,
    ) -> String {
        let since = self.time(since);
        let until = if until.is_some() {
            self.time(until)
        } else {
            "an administrator unlocks it".to_owned()
        };
        let culprits = self.culprits(first, machines);
        let account = self.account(actor);
        format!("{account} is locked from {since} until {until}: {culprits}")
    }

    /// Who presented wrong passwords, the first to have come.
    fn culprits(&self, first: &[MachineId], machines: u32) -> String {
        if machines == 0 {
            return "an administrator has locked it".to_owned();
        }
        let names: Vec<String> = first.iter().map(|id| self.machine_called(*id)).collect();
        let more = machines as usize - names.len();
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        format!("wrong passwords came from {}{more}", names.join(", "))
    }

    fn target(&self, target: Target) -> String {
        match target {
            Target::Package(package, point) => {
                let package = &self.world.packages[package.index()].id;
                format!("package {package} on {}", self.server(point))
            }
            Target::Share(share) => self.share(share).to_owned(),
        }
    }
}

/// Why an account was refused, with its error.
pub(super) fn refusal(refusal: Refusal) -> String {
    let text = win32::describe(refusal.code).map_or("", |code| code.text);
    format!(
        "{} (error {}: {text})",
        refusal.reason.explain(),
        refusal.code
    )
}

/// What an account is presented for.
pub(super) const fn purpose_text(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::RunFromPoint => "connects to run",
        Purpose::Download => "connects to download",
        Purpose::Share => "reaches for the share",
    }
}
