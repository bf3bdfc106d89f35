//! What is told about the start of programs.

use super::Teller;
use crate::access::{Execution, MsiFailure, MsiPlacement, Reason, Refusal};
use crate::outcome::Actor;
use crate::product::win32;

impl Teller<'_> {
    /// The account that runs a program.
    pub(super) fn executes(&self, execution: &Execution) -> String {
        format!(
            "runs as {}{}",
            self.account(execution.actor),
            match (execution.elevated, execution.administrator) {
                (true, _) => ", made administrator for the run",
                (false, true) => ", an administrator",
                (false, false) => ", no administrator",
            }
        )
    }

    /// No account could be had to run a program.
    pub(super) fn execution_refused(&self, actor: Actor, refusal: Refusal) -> String {
        if actor == Actor::Nobody {
            return "cannot run: the program wants the Software Installation Account, and the site has none (error 1317)"
                .to_owned();
        }
        let text = win32::describe(refusal.code).map_or("", |code| code.text);
        let told = if refusal.code == refusal.reason.code() {
            "error"
        } else {
            "which the client reports as error"
        };
        format!(
            "cannot run as {}: it {} ({told} {}: {text})",
            self.account(actor),
            at_the_machine(refusal.reason),
            refusal.code
        )
    }

    /// Where Windows Installer puts a package.
    pub(super) fn installs(&self, actor: Actor, placement: MsiPlacement) -> String {
        match placement {
            MsiPlacement::PerMachine => {
                "Windows Installer installs for all users of the machine".to_owned()
            }
            MsiPlacement::PerUser => format!(
                "Windows Installer installs for {} alone, into that profile",
                self.account(actor)
            ),
            MsiPlacement::ServiceProfile => format!(
                "Windows Installer installs per user into the profile of {}, where no user sees it",
                self.account(actor)
            ),
        }
    }

    /// Why Windows Installer refuses a package.
    pub(super) fn installs_not(&self, actor: Actor, failure: MsiFailure) -> String {
        match failure {
            MsiFailure::NotPrivileged => format!(
                "Windows Installer refuses to install for all users: {} is not an administrator (message 1925)",
                self.account(actor)
            ),
            MsiFailure::NoUserProfile => format!(
                "the package asks for the profile of a user, which {} does not have",
                self.account(actor)
            ),
            MsiFailure::UserInstallsDisabled => {
                "Windows Installer refuses: the policy DisableUserInstalls forbids installations per user"
                    .to_owned()
            }
        }
    }
}

/// Why an account was turned away by the machine itself.
const fn at_the_machine(reason: Reason) -> &'static str {
    match reason {
        Reason::NotTrusted => "is of a domain that the domain of the machine does not trust",
        Reason::UnknownAccount => "is an account that the machine does not know",
        Reason::NotConfigured => "is not configured at the SMS site",
        reason => reason.explain(),
    }
}
