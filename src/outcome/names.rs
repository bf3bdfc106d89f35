//! What accounts and resources are called in tables and logs.

use super::{Actor, Resource};
use crate::world::{DomainId, DomainKind, Profile, World};

/// Where an account is at home that has no name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home {
    /// The domain of the machine.
    pub machine: DomainId,
    /// The domain of its users.
    pub users: DomainId,
}

impl From<&Profile> for Home {
    fn from(profile: &Profile) -> Self {
        Self {
            machine: profile.domain,
            users: profile.user_domain,
        }
    }
}

impl From<DomainId> for Home {
    /// Machine and users are of one domain.
    fn from(domain: DomainId) -> Self {
        Self {
            machine: domain,
            users: domain,
        }
    }
}

impl Actor {
    /// Appends the name of the account as Windows writes it, for a machine
    /// called `machine`; nothing for [`Actor::Nobody`].
    ///
    /// Users have no names of their own: `CORP\(logged-on user)`. In a workgroup
    /// the machine stands in front of the backslash, as it does for accounts of
    /// single machines. Outside Active Directory a computer account has nothing to
    /// present: the session is anonymous (`TechNet` cc179669).
    pub fn write_name(self, world: &World, home: impl Into<Home>, machine: &str, out: &mut String) {
        let home = home.into();
        let machine = host_name(machine, &world.directory.domains[home.machine.index()].name);
        let domain = |id: DomainId| &world.directory.domains[id.index()];
        let authority = |id: DomainId| match domain(id).kind {
            DomainKind::Workgroup => machine,
            DomainKind::ActiveDirectory | DomainKind::Nt4 => domain(id).name.as_str(),
        };
        let has_account = domain(home.machine).kind == DomainKind::ActiveDirectory;
        if self == Self::ComputerAccount && has_account {
            // The one of nearly every machine, byte by byte where there is but one.
            out.push_str(&domain(home.machine).name);
            out.push('\\');
            out.push_str(machine);
            return out.push('$');
        }
        let parts: [&str; 4] = match self {
            Self::Nobody => [""; 4],
            Self::LocalSystem => [LOCAL_SYSTEM, "", "", ""],
            Self::LoggedOnUser => [authority(home.users), r"\", "(logged-on user)", ""],
            Self::LocalTokenAccount => [machine, r"\", "SMSCliToknLocalAcct&", ""],
            Self::DomainTokenAccount(id) => [&domain(id).name, r"\", DOMAIN_TOKEN_ACCOUNT, ""],
            Self::Account(id) => {
                let name = &world.directory.accounts[id.index()].name;
                match name.strip_prefix(r".\") {
                    Some(local) => [machine, r"\", local, ""],
                    None => [name, "", "", ""],
                }
            }
            // A computer account of Active Directory has been named above.
            Self::ComputerAccount | Self::NullSession => [ANONYMOUS, "", "", ""],
            Self::Guest => ["Guest", "", "", ""],
        };
        for part in parts {
            out.push_str(part);
        }
    }
}

/// The name that a machine's accounts have in front of their `$` or backslash: without
/// its domain, by which the name of a machine may be told from that of another.
pub(crate) fn host_name<'m>(machine: &'m str, domain: &str) -> &'m str {
    let split = machine.len().checked_sub(domain.len() + 1);
    match split.and_then(|at| machine.split_at_checked(at)) {
        Some((host, rest))
            if !host.is_empty()
                && rest.starts_with('.')
                && rest[1..].eq_ignore_ascii_case(domain) =>
        {
            host
        }
        _ => machine,
    }
}

/// The token account that the controllers of a domain share, without the domain
/// (`TechNet` cc181332).
pub(crate) const DOMAIN_TOKEN_ACCOUNT: &str = "SMSCliToknAcct&";

/// The account of the operating system, on every machine.
pub(crate) const LOCAL_SYSTEM: &str = r"NT AUTHORITY\SYSTEM";

/// A session without credentials.
const ANONYMOUS: &str = r"NT AUTHORITY\ANONYMOUS LOGON";

impl Resource {
    /// Appends the name of the resource: a server's name, a share's UNC path,
    /// a package's or program's identifier, an account's name; nothing for
    /// [`Resource::None`].
    pub fn write_name(self, world: &World, out: &mut String) {
        out.push_str(match self {
            Self::None => "",
            Self::Server(id) => &world.servers[id.index()].name,
            Self::Share(id) => &world.shares[id.index()].path,
            Self::Package(id) => &world.packages[id.index()].id,
            Self::Account(id) => {
                let name = &world.directory.accounts[id.index()].name;
                name.strip_prefix(r".\").unwrap_or(name)
            }
            Self::Program(id) => &world.programs[id.index()].id,
        });
    }
}
