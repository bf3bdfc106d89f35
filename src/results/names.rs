//! How things are called in the tables.

use crate::outcome::{Actor, Cause, Resource, Step};
use crate::world::{ClientKind, DomainId, LinkKind, Role, World};

/// Name of a client kind.
pub(super) const fn client(kind: ClientKind) -> &'static str {
    match kind {
        ClientKind::Advanced => "advanced",
        ClientKind::Legacy => "legacy",
    }
}

/// Name of a role.
pub(super) const fn role(role: Role) -> &'static str {
    match role {
        Role::Workstation => "workstation",
        Role::MemberServer => "member-server",
        Role::DomainController => "domain-controller",
    }
}

/// Name of a kind of link.
pub(super) const fn link(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::WanDown => "wan-down",
        LinkKind::WanUp => "wan-up",
        LinkKind::Lan => "lan",
        LinkKind::Egress => "network-card",
    }
}

/// Appends the name of an account, as a machine called `machine` in `domain`
/// would know it; nothing for nobody.
pub(super) fn write_actor(
    actor: Actor,
    world: &World,
    domain: DomainId,
    machine: &str,
    out: &mut String,
) {
    let domain_name = |domain: DomainId| world.directory.domains[domain.index()].name.as_str();
    let parts: [&str; 4] = match actor {
        Actor::Nobody => return,
        Actor::LocalSystem => ["NT AUTHORITY\\SYSTEM", "", "", ""],
        Actor::ComputerAccount => [domain_name(domain), "\\", machine, "$"],
        Actor::LoggedOnUser => [domain_name(domain), "\\(logged-on user)", "", ""],
        Actor::LocalTokenAccount => [machine, "\\SMSCliToknLocalAcct&", "", ""],
        Actor::DomainTokenAccount(domain) => [domain_name(domain), "\\SMSCliToknAcct&", "", ""],
        Actor::Account(account) => [&world.directory.accounts[account.index()].name, "", "", ""],
        Actor::NullSession => ["NT AUTHORITY\\ANONYMOUS LOGON", "", "", ""],
        Actor::Guest => ["Guest", "", "", ""],
    };
    for part in parts {
        out.push_str(part);
    }
}

/// Appends the name of what was to be reached; nothing for nothing.
pub(super) fn write_resource(resource: Resource, world: &World, out: &mut String) {
    out.push_str(match resource {
        Resource::None => "",
        Resource::Server(server) => &world.servers[server.index()].name,
        Resource::Share(share) => &world.shares[share.index()].path,
        Resource::Package(package) => &world.packages[package.index()].id,
        Resource::Account(account) => &world.directory.accounts[account.index()].name,
        Resource::Program(program) => &world.programs[program.index()].id,
    });
}

/// The log in which an administrator would look first.
pub(super) const fn log(kind: ClientKind, step: Step, _cause: Cause) -> &'static str {
    match (kind, step) {
        (ClientKind::Advanced, Step::Policy) => r"%Windir%\System32\CCM\Logs\PolicyAgent.log",
        (ClientKind::Advanced, Step::Location) => {
            r"%Windir%\System32\CCM\Logs\LocationServices.log"
        }
        (ClientKind::Advanced, Step::Connection) => r"%Windir%\System32\CCM\Logs\CAS.log",
        (ClientKind::Advanced, Step::Content) => {
            r"%Windir%\System32\CCM\Logs\ContentTransferManager.log"
        }
        (ClientKind::Advanced, _) => r"%Windir%\System32\CCM\Logs\execmgr.log",
        (ClientKind::Legacy, Step::Policy | Step::Acceptance) => {
            r"%Windir%\MS\SMS\Logs\Odpsys32.log"
        }
        (ClientKind::Legacy, _) => r"%Windir%\MS\SMS\Logs\Smsapm32.log",
    }
}

/// What happened, and what an administrator would do about it; each empty
/// where there is nothing to say.
pub(super) const fn advice(_cause: Cause) -> [&'static str; 2] {
    ["", ""]
}
