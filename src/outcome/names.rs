//! What accounts and resources are called in tables and logs.

use super::{Actor, Resource};
use crate::world::{DomainId, World};

impl Actor {
    /// Appends the name of the account as Windows writes it, for a machine
    /// called `machine` in `domain`; nothing for [`Actor::Nobody`].
    ///
    /// Users have no names of their own: `CORP\(logged-on user)`.
    pub fn write_name(self, world: &World, domain: DomainId, machine: &str, out: &mut String) {
        let domain_name = |id: DomainId| world.directory.domains[id.index()].name.as_str();
        let parts: [&str; 4] = match self {
            Self::Nobody => [""; 4],
            Self::LocalSystem => [r"NT AUTHORITY\SYSTEM", "", "", ""],
            Self::ComputerAccount => [domain_name(domain), r"\", machine, "$"],
            Self::LoggedOnUser => [domain_name(domain), r"\", "(logged-on user)", ""],
            Self::LocalTokenAccount => [machine, r"\", "SMSCliToknLocalAcct&", ""],
            Self::DomainTokenAccount(id) => [domain_name(id), r"\", "SMSCliToknAcct&", ""],
            Self::Account(id) => [&world.directory.accounts[id.index()].name, "", "", ""],
            Self::NullSession => [r"NT AUTHORITY\ANONYMOUS LOGON", "", "", ""],
            Self::Guest => ["Guest", "", "", ""],
        };
        for part in parts {
            out.push_str(part);
        }
    }
}

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
            Self::Account(id) => &world.directory.accounts[id.index()].name,
            Self::Program(id) => &world.programs[id.index()].id,
        });
    }
}
