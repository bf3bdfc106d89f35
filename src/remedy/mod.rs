//! What would help one machine: a function of the cause, of the account that was
//! refused and why, of what it was to reach, and of the client.
//!
//! [`Cause::remedy`] speaks of a cause in general. Here the accounts, domains and
//! shares are those of the record. Where an edit of the scenario would do, it is
//! given as `--set` takes it; where none does, that is said, with the reason.

mod accounts;
mod arrival;
mod handed_out;
mod held_back;
mod lists;
mod machine;
mod new_account;
mod plan;
mod prospect;
mod times;
mod unreachable;
mod windows;

use crate::client::{Behaviour, behaviour};
use crate::outcome::{Actor, Case, Cause, Resource, Step};
use crate::units::must_be_escaped;
use crate::world::{Account, DomainId, Program, ServerId};
use std::borrow::Cow;
use std::fmt::Write;

/// What would help.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remedy {
    /// What to do, in sentences.
    pub text: String,
    /// The same as values for `--set`, to be used together; empty if no edit of
    /// the scenario does it.
    pub settings: Vec<String>,
    /// Why no edit of the scenario does it; empty where `settings` do.
    pub no_setting: Cow<'static, str>,
}

impl Remedy {
    fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    fn set(mut self, setting: String) -> Self {
        if !self.settings.contains(&setting) {
            self.settings.push(setting);
        }
        self
    }

    /// With the settings of another remedy as well.
    fn with(self, other: Self) -> Self {
        other.settings.into_iter().fold(self, Self::set)
    }

    /// With a setting, if there is one.
    fn and(self, setting: Option<String>) -> Self {
        match setting {
            Some(setting) => self.set(setting),
            None => self,
        }
    }

    /// Why there are no settings, if there are none.
    fn or(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        if self.settings.is_empty() && self.no_setting.is_empty() {
            self.no_setting = reason.into();
        }
        self
    }

    /// With either settings or a reason, and not both, for every cause.
    fn settled(mut self, cause: Cause) -> Self {
        if !self.settings.is_empty() {
            self.no_setting = Cow::default();
        }
        if cause == Cause::None {
            return self;
        }
        self.or(NO_REASON)
    }

    /// The settings as the beginning of a command line, quoted for a shell: the
    /// scenario comes behind them. Empty if there are none. It begins with a word,
    /// because spreadsheets take a text that begins with a hyphen for a formula.
    pub fn command(&self) -> String {
        if self.settings.is_empty() {
            return String::new();
        }
        let options = self.settings.iter().map(|setting| option(setting));
        let options: Vec<String> = options.collect();
        format!("{COMMAND}{}", options.join(" "))
    }
}

/// What is said where no setting is known and no rule says why.
const NO_REASON: &str = "no value of the scenario is known that would do it";

/// What stands before the options of [`Remedy::command`].
pub(crate) const COMMAND: &str = "rollcast run ";

/// A setting as an option of the command line, quoted for a shell.
pub(crate) fn option(setting: &str) -> String {
    format!("--set '{}'", setting.replace('\'', "'\\''"))
}

/// A key of a `--set` path, quoted where it must be.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) {
        name.to_owned()
    } else {
        literal(name)
    }
}

/// A text as a value or a key of `--set`.
fn literal(name: &str) -> String {
    if name.contains('\'') || name.contains(must_be_escaped) {
        basic(name)
    } else {
        format!("'{name}'")
    }
}

/// The same between double quotes.
fn basic(name: &str) -> String {
    let mut quoted = String::from('"');
    for c in name.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if must_be_escaped(c) => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Texts as a list.
fn list<'a>(names: impl Iterator<Item = &'a str>, quoted: fn(&str) -> String) -> String {
    let names: Vec<String> = names.map(quoted).collect();
    format!("[{}]", names.join(", "))
}

/// What would help in this case.
pub fn remedy(case: Case) -> Remedy {
    let outcome = case.outcome;
    let remedy = of_cause(case).settled(outcome.cause);
    if outcome.innermost() == outcome.cause {
        return remedy;
    }
    Remedy {
        text: format!(
            "See to {}, which runs first and failed ({}): {}",
            case.program().id,
            outcome.innermost().name(),
            remedy.text
        ),
        ..remedy
    }
}

fn of_cause(case: Case) -> Remedy {
    match case.cause() {
        Cause::None => Remedy::default(),
        Cause::NetworkAccessAccountUnusable
        | Cause::ConnectionAccountUnusable
        | Cause::InstallationAccountUnusable
        | Cause::AccountUnknown
        | Cause::DomainNotTrusted => case.unusable(),
        Cause::ContentAccessDenied
        | Cause::NetworkAccessAccountDenied
        | Cause::ConnectionAccountDenied
        | Cause::InstallationAccountDenied
        | Cause::TokenAccountDenied
        | Cause::UserDenied
        | Cause::ComputerAccountDenied => case.denied(),
        Cause::TokenAccountNoNetwork => case.token_without_network(),
        Cause::NoNetworkAccessAccount => case.without_network_account(),
        Cause::NoConnectionAccount => case.without_connection_account(),
        Cause::TokenAccountUnusable => case.token_unusable(),
        Cause::LockedByOthers => case.locked_by_others(),
        Cause::ClientUninstalled => case.orphaned(),
        Cause::CredentialConflict => case.conflict(),
        Cause::ClockSkew => case.clock_skew(),
        Cause::ElevationFailed => case.not_elevated(),
        Cause::NoLogonServer => case.no_logon_server(),
        Cause::LogonPending => case.logon_pending(),
        Cause::PerUserIntoService | Cause::PerUserMsiFailed => case.per_user(),
        Cause::UserNotAdministrator | Cause::MsiFailed => case.no_administrator(),
        Cause::NoUser => case.no_user(),
        Cause::UserPresent => case.user_present(),
        Cause::PlatformUnsupported => case.platform(),
        Cause::DriveNotMapped => case.drive(),
        Cause::OnlyRemotePoint => case.remote(),
        Cause::NoPointHasContent => case.no_point(),
        Cause::PointProtected => case.protected(),
        Cause::FallbackPending => case.fallback(),
        Cause::CacheTooSmall | Cause::CacheFull => case.cache(),
        Cause::DiskFull => case.disk(),
        Cause::ConnectionLimit => case.sessions(),
        Cause::AwaitsPeer => case.peers(),
        Cause::MachineOff => case.machine_off(),
        Cause::ContactOverloaded | Cause::NoLocation => case.overloaded(),
        Cause::CountingDown => case.rule("countdown=\"0 s\""),
        Cause::NotChosen => case.not_chosen(),
        Cause::ChosenLater => case.chosen_later(),
        Cause::NotDue => case.not_due(),
        Cause::DependencyPending => case.dependency(),
        Cause::Expired | Cause::ExpiredWaiting => case.lasting("expires"),
        Cause::Withdrawn => case.lasting("withdrawn"),
        Cause::HasRunBefore => case.rerun(),
        Cause::SlowLink => case.slow_link(),
        Cause::OutsideWindow => case.window(),
        Cause::RunTimeExceeded => case.run_time(),
        Cause::RestartOutstanding => case.restart(),
        Cause::NotOffered => case.offers(),
        Cause::InNoPhase => case.no_phase(),
        Cause::OldNotRemoved => case.old_not_removed(),
        Cause::NoLongerAdvertised => case.removed(),
        Cause::ClientHangs => case.rule("token_account_race=false"),
        Cause::KilledByVerify => case.verify_cycle(),
        Cause::ClientRemoved => case.advanced_client(),
        Cause::NotPolled => case.longer(case.profile().poll_interval),
        Cause::StillDownloading | Cause::StillRunning => case.under_way(),
        Cause::AnswerPending
        | Cause::AnotherProgram
        | Cause::RemovalPending => case.longer(case.world.horizon),
        Cause::ContactUnreachable | Cause::ContentUnreachable | Cause::ShareUnreachable => {
            case.unreachable()
        }
        Cause::HashMismatch => case.general().or(FAULT),
        Cause::DependencyFailed => case.general().or(
            "the program to run first failed; what mends that one mends this one",
        ),
        Cause::ProgramFailed => case.exit_code(),
        Cause::RemovalFailed => case
            .general()
            .or("the scenario itself says with which exit codes the program ends"),
        Cause::BrokenAfterSuccess => case.general().or(
            "the scenario itself says that the program breaks machines; phases keep the rest of the fleet from it",
        ),
        Cause::HeldBack => case.held_back(),
        Cause::RolloutAborted => case.general().or(
            "its stop rule ended the roll-out for what other machines reported, and without the rule they would fail all the same",
        ),
        Cause::Superseded | Cause::Replaced | Cause::Uninstalled => case
            .general()
            .or("the scenario has another program take the place of this one"),
        Cause::LeftCollection => case
            .general()
            .or("the scenario takes the machine out of the collection by a [[membership]]"),
    }
}

/// A value of a program.
fn of(program: &Program, property: &str, value: &str) -> String {
    format!("program.{}.{property}={value}", key(&program.id))
}

/// Only the end of a fault undoes what it does.
const FAULT: &str = "the scenario brings it about by a [[fault]], and it lasts as long as that";

impl<'a> Case<'a> {
    /// The programs of the chain: the advertised one, then what runs before each.
    fn chain(&self) -> impl Iterator<Item = &'a Program> {
        let world = self.world;
        std::iter::successors(Some(self.advertised()), move |before| {
            before.run_first.map(|id| &world.programs[id.index()])
        })
    }

    /// The program that was to run, and those that come after it.
    fn ahead(&self) -> Vec<&'a Program> {
        let first = self.program();
        let after = self.chain().take_while(|program| program.id != first.id);
        std::iter::once(first).chain(after).collect()
    }

    /// The ways of the machine's client.
    fn behaviour(&self) -> &'static dyn Behaviour {
        behaviour(self.profile().client)
    }

    /// Why the program that was to run did not.
    fn cause(&self) -> Cause {
        self.outcome.innermost()
    }

    /// What is said of the cause in general.
    fn general(&self) -> Remedy {
        Remedy::new(self.cause().remedy())
    }

    fn domain(&self, id: DomainId) -> &'a str {
        &self.world.directory.domains[id.index()].name
    }

    fn account(&self, actor: Actor) -> Option<&'a Account> {
        match actor {
            Actor::Account(id) => Some(&self.world.directory.accounts[id.index()]),
            _ => None,
        }
    }

    /// The server that refused, if one did.
    fn server(&self) -> Option<ServerId> {
        match self.outcome.resource {
            Resource::Server(server) => Some(server),
            Resource::Share(share) => Some(self.world.shares[share.index()].server),
            _ => None,
        }
    }

    /// The domain that was to validate the account: the server's, or the machine's
    /// own.
    fn asked(&self) -> Option<DomainId> {
        match self.outcome.step {
            Step::Elevation => Some(self.profile().domain),
            _ => self.world.servers[self.server()?.index()].domain,
        }
    }

    fn of_program(&self, property: &str, value: &str) -> String {
        of(self.program(), property, value)
    }

    fn of_advertised(&self, property: &str, value: &str) -> String {
        of(self.advertised(), property, value)
    }

    fn of_advertisement(&self, property: &str, value: &str) -> String {
        let id = key(&self.advertisement.id);
        format!("advertisement.{id}.{property}={value}")
    }

    fn of_site(&self, property: &str, value: &str) -> String {
        let site = self.world.fleet.site_of(self.id);
        let name = key(&self.world.sites[site.index()].name);
        format!("site.{name}.{property}={value}")
    }

    fn of_server(&self, server: ServerId, property: &str, value: &str) -> String {
        let name = key(&self.world.servers[server.index()].name);
        format!("server.{name}.{property}={value}")
    }
}
