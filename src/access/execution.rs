//! Under which account a program runs, and how that account becomes
//! administrator.

use super::trust::validates_at;
use super::{Client, Reason, Refusal, View};
use crate::outcome::Actor;
use crate::world::{
    AccountId, ClientKind, DomainKind, Profile, Program, Rights, Role, UserCondition,
};

/// `ERROR_NO_SUCH_USER`: what the Legacy Client reports, in status message
/// 10003, when the Software Installation Account cannot be used (Q307434,
/// Q235205), or the account that is to run the program does not exist.
const NO_SUCH_USER: u32 = 1317;

/// Under which account a program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Execution {
    /// The account.
    pub actor: Actor,
    /// Whether it was made administrator for the run.
    pub elevated: bool,
    /// Whether it is administrator of the machine while the program runs.
    pub administrator: bool,
}

impl Execution {
    const fn as_administrator(actor: Actor, elevated: bool) -> Self {
        Self {
            actor,
            elevated,
            administrator: true,
        }
    }
}

/// The kinds of account that run programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// The user at the machine.
    LoggedOnUser,
    /// The machine itself.
    LocalSystem,
    /// The token account in the machine's own database.
    LocalToken,
    /// The token account that the controllers of a domain share.
    DomainToken,
    /// The Software Installation Account.
    InstallationAccount,
}

/// In whose context `program` runs: a program that may run without a user
/// always has the administrative one, whatever its rights say (SMS 2.0 help,
/// program properties, Environment tab).
pub fn context(program: &Program) -> Rights {
    match program.user_condition {
        UserCondition::LoggedOn => program.rights,
        UserCondition::LoggedOff | UserCondition::Either => Rights::Administrative,
    }
}

/// Whether "Use Software Installation Account" counts: the box can only be
/// ticked on a program that does not need a user (Q235811, Q263279).
fn wants_installation_account(program: &Program) -> bool {
    program.software_installation_account && program.user_condition != UserCondition::LoggedOn
}

/// The kind of account that is to run `program` on machines of `profile`.
pub fn runner_on(profile: &Profile, program: &Program) -> Runner {
    runner(
        profile.client,
        context(program),
        wants_installation_account(program),
        profile.role,
        profile.windows_9x,
    )
}

/// Who runs what.
const fn runner(
    kind: ClientKind,
    context: Rights,
    installation_account: bool,
    role: Role,
    windows_9x: bool,
) -> Runner {
    use ClientKind::{Advanced, Legacy};
    use Rights::{Administrative, User};
    use Role::{DomainController, MemberServer, Workstation};
    match (kind, context, installation_account, role) {
        // Q224286: there is no other account.
        (Legacy, Administrative, false, _) if windows_9x => Runner::LoggedOnUser,
        // KB 826871; Q224286: through Pea32.exe, without further rights.
        (Advanced | Legacy, User, _, _) => Runner::LoggedOnUser,
        // KB 919592. The account of the box belongs to the Legacy Client alone:
        // memdocs `sms_program` calls the flag RUNACCOUNT "not used".
        (Advanced, Administrative, _, _) => Runner::LocalSystem,
        // KB 826871, Q235811.
        (Legacy, Administrative, true, _) => Runner::InstallationAccount,
        // Q224286: Smsapm32.exe runs under it, and so do its children.
        (Legacy, Administrative, false, Workstation | MemberServer) => Runner::LocalToken,
        // TechNet cc181332, where its name differs from that of the local one.
        (Legacy, Administrative, false, DomainController) => Runner::DomainToken,
    }
}

/// The account under which `client` runs `program`, elevated if need be.
///
/// # Errors
///
/// The account that cannot be used, and why. [`Reason::NoUserLoggedOn`] means
/// to wait for a user; everything else is status message 10003.
pub fn execute(
    view: View,
    client: &Client,
    program: &Program,
) -> Result<Execution, (Actor, Refusal)> {
    match runner(
        client.kind,
        context(program),
        wants_installation_account(program),
        client.role,
        client.windows_9x,
    ) {
        Runner::LoggedOnUser => logged_on_user(client),
        Runner::LocalSystem => Ok(Execution::as_administrator(Actor::LocalSystem, false)),
        // An ordinary local user whose rights are granted when needed and
        // removed right after (cc181332). Only SMS knows its password.
        Runner::LocalToken => local_token(client),
        Runner::DomainToken => domain_token(view, client),
        Runner::InstallationAccount => installation_account(view, client),
    }
}

fn logged_on_user(client: &Client) -> Result<Execution, (Actor, Refusal)> {
    match client.user {
        Some(user) => Ok(Execution {
            actor: Actor::LoggedOnUser,
            elevated: false,
            // Windows 95, 98 and Me know no rights.
            administrator: user.administrator || client.windows_9x,
        }),
        None => Err((Actor::LoggedOnUser, Reason::NoUserLoggedOn.into())),
    }
}

/// The account database of the machine itself may have locked it (KB Q231399).
fn local_token(client: &Client) -> Result<Execution, (Actor, Refusal)> {
    let actor = Actor::LocalTokenAccount;
    match Reason::of_state(client.token_account) {
        None => Ok(Execution::as_administrator(actor, true)),
        Some(Reason::Missing) => Err(no_such_user(actor, Reason::Missing)),
        Some(reason) => Err((actor, reason.into())),
    }
}

/// On controllers the rights of the token account persist as long as the
/// client service exists (cc181332): nothing is granted for the run.
fn domain_token(view: View, client: &Client) -> Result<Execution, (Actor, Refusal)> {
    let actor = Actor::DomainTokenAccount(client.domain);
    match token_reason(view, client) {
        None => Ok(Execution::as_administrator(actor, false)),
        Some(Reason::Missing) => Err(no_such_user(actor, Reason::Missing)),
        Some(reason) => Err((actor, reason.into())),
    }
}

/// What keeps the token account of the client's domain from being used.
fn token_reason(view: View, client: &Client) -> Option<Reason> {
    Reason::of_state(view.token(client.domain))
}

/// The executing account cannot be used, whatever the reason.
const fn no_such_user(actor: Actor, reason: Reason) -> (Actor, Refusal) {
    (
        actor,
        Refusal {
            reason,
            code: NO_SUCH_USER,
        },
    )
}

/// The site's Software Installation Account, made administrator for the run
/// unless it is one already (KB 826871).
fn installation_account(view: View, client: &Client) -> Result<Execution, (Actor, Refusal)> {
    let Some(id) = client.accounts.software_installation else {
        return Err(no_such_user(Actor::Nobody, Reason::NotConfigured));
    };
    // Q264714.
    if client.windows_9x {
        return Err(no_such_user(Actor::Account(id), Reason::NoAccounts));
    }
    // Smsapm32.exe, which starts the program, itself runs under the token
    // account (Q224286); locked on controllers, it takes this case along
    // (Q235205). Where it shares its name with the local ones, locked it stops
    // workstations too (Q307434).
    let shares_name = view.world.rules.token_accounts_share_name;
    if let Some(reason) = token_reason(view, client)
        && (client.role == Role::DomainController || shares_name && reason == Reason::Locked)
    {
        return Err(no_such_user(
            Actor::DomainTokenAccount(client.domain),
            reason,
        ));
    }
    if client.role != Role::DomainController
        && let Some(reason) = Reason::of_state(client.token_account)
    {
        return Err(no_such_user(Actor::LocalTokenAccount, reason));
    }
    let actor = Actor::Account(id);
    if let Some(reason) = unusable_here(view, client, id) {
        return Err(no_such_user(actor, reason));
    }
    let account = &view.world.directory.accounts[id.index()];
    let administrator_already = account.domain_admin && account.domain == Some(client.domain);
    if !administrator_already && elevates_at_backup_controller(view, client) {
        return Err((actor, Reason::NotElevated.into()));
    }
    Ok(Execution::as_administrator(actor, !administrator_already))
}

/// Whether the client asks a backup domain controller to make an account
/// administrator, which only the PDC can: error 2226 (Q242011). Every controller
/// of a Windows NT 4.0 domain that is a client is taken for a backup one.
fn elevates_at_backup_controller(view: View, client: &Client) -> bool {
    let kind = view.world.directory.domains[client.domain.index()].kind;
    view.world.rules.elevation_at_backup_controller
        && client.role == Role::DomainController
        && kind == DomainKind::Nt4
}

/// Why account `id` cannot log on to the machine itself, if so. Its domain
/// must be one the machine trusts (Q224286); a local account exists on every
/// machine but a controller, which has none.
pub(crate) fn unusable_here(view: View, client: &Client, id: AccountId) -> Option<Reason> {
    let known = match view.world.directory.accounts[id.index()].domain {
        Some(domain) if !validates_at(view.world, client.domain, domain) => {
            return Some(Reason::NotTrusted);
        }
        Some(_) => true,
        None => client.role != Role::DomainController,
    };
    if known {
        Reason::of_state(view.account(id))
    } else {
        Some(Reason::UnknownAccount)
    }
}
