//! The fields an inventory can give, and the headings under which people have
//! them.

use std::fmt;

/// What a column of an inventory says about a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The machine's name; the one field that must be there.
    Name,
    /// Domain or workgroup.
    Domain,
    /// Code of the SMS site it is assigned to.
    SmsSite,
    /// Place: the Active Directory site.
    Site,
    /// Client kind.
    Client,
    /// Whether a client is installed at all.
    HasClient,
    /// Workstation, member server or domain controller.
    Role,
    /// Operating system.
    Platform,
    /// Fleet group whose attributes the machine takes.
    Group,
    /// Whether the client has been heard of lately.
    Active,
    /// Whether the row was superseded by another one.
    Obsolete,
    /// The last user who logged on.
    User,
    /// Rate of the machine's own connection.
    Access,
    /// Offset of its poll within the interval.
    PollOffset,
    /// Time the program runs.
    InstallTime,
    /// Bytes read from each share the program uses.
    ShareBytes,
    /// Bytes of the package.
    PackageBytes,
    /// Whether a user is logged on.
    UserLoggedOn,
    /// Whether that user is a local administrator.
    UserIsAdministrator,
    /// Size of the client's cache.
    Cache,
    /// Free disk space.
    Disk,
    /// The exit code that the program returns.
    ExitCode,
}

impl Field {
    /// Every field, in the order of the report.
    pub const ALL: [Self; 22] = [
        Self::Name,
        Self::Domain,
        Self::SmsSite,
        Self::Site,
        Self::Client,
        Self::HasClient,
        Self::Role,
        Self::Platform,
        Self::Group,
        Self::Active,
        Self::Obsolete,
        Self::User,
        Self::Access,
        Self::PollOffset,
        Self::InstallTime,
        Self::ShareBytes,
        Self::PackageBytes,
        Self::UserLoggedOn,
        Self::UserIsAdministrator,
        Self::Cache,
        Self::Disk,
        Self::ExitCode,
    ];

    /// The name of the field in a scenario's column map.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Domain => "domain",
            Self::SmsSite => "sms_site",
            Self::Site => "site",
            Self::Client => "client",
            Self::HasClient => "has_client",
            Self::Role => "role",
            Self::Platform => "platform",
            Self::Group => "group",
            Self::Active => "active",
            Self::Obsolete => "obsolete",
            Self::User => "user",
            Self::Access => "access",
            Self::PollOffset => "poll_offset",
            Self::InstallTime => "install_time",
            Self::ShareBytes => "share_bytes",
            Self::PackageBytes => "package_bytes",
            Self::UserLoggedOn => "user_logged_on",
            Self::UserIsAdministrator => "user_is_administrator",
            Self::Cache => "cache",
            Self::Disk => "disk",
            Self::ExitCode => "exit_code",
        }
    }

    /// The field a scenario's column map calls `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Headings in normal form (see [`normal`]) and the field each stands for. The
/// first that an inventory has gives the field; a heading serves one field.
///
/// Sources: `v_R_System` and its `0` suffixes, SMS 2003 SQL Server View Schema
/// (`TechNet` cc179850); `SMS_R_System` (MSDN cc145392);
/// `SMS_CombinedDeviceResources`, which `Get-CMDevice` returns;
/// `Get-ADComputer`; the attributes of a computer object as `csvde` writes
/// them; `DomainRole` of `Win32_ComputerSystem`.
pub(super) const ALIASES: &[(&str, Field)] = &[
    ("name", Field::Name),
    ("netbiosname", Field::Name),
    ("computername", Field::Name),
    ("cn", Field::Name),
    ("samaccountname", Field::Name),
    ("dnshostname", Field::Name),
    ("dn", Field::Name),
    ("distinguishedname", Field::Name),
    ("domain", Field::Domain),
    ("resourcedomainorworkgr", Field::Domain),
    ("resourcedomainorworkgroup", Field::Domain),
    ("smssite", Field::SmsSite),
    ("smsassignedsites", Field::SmsSite),
    ("sitecode", Field::SmsSite),
    ("smsinstalledsites", Field::SmsSite),
    ("site", Field::Site),
    ("adsitename", Field::Site),
    ("adsite", Field::Site),
    // `Client0` says whether there is a client, `Client_Type0` which. A plain
    // `client` is the kind unless a column for the kind stands beside it.
    ("client0", Field::HasClient),
    ("isclient", Field::HasClient),
    ("hasclient", Field::HasClient),
    ("clienttype", Field::Client),
    ("client", Field::Client),
    ("client", Field::HasClient),
    ("role", Field::Role),
    ("domainrole", Field::Role),
    ("primarygroupid", Field::Role),
    ("platform", Field::Platform),
    ("operatingsystemnameand", Field::Platform),
    ("operatingsystemnameandversion", Field::Platform),
    ("deviceos", Field::Platform),
    ("operatingsystem", Field::Platform),
    ("group", Field::Group),
    ("active", Field::Active),
    ("isactive", Field::Active),
    ("clientactivestatus", Field::Active),
    ("enabled", Field::Active),
    ("obsolete", Field::Obsolete),
    ("isobsolete", Field::Obsolete),
    ("user", Field::User),
    ("username", Field::User),
    ("lastlogonusername", Field::User),
    ("access", Field::Access),
    ("polloffset", Field::PollOffset),
    ("installtime", Field::InstallTime),
    ("sharebytes", Field::ShareBytes),
    ("packagebytes", Field::PackageBytes),
    ("userloggedon", Field::UserLoggedOn),
    ("userisadministrator", Field::UserIsAdministrator),
    ("cache", Field::Cache),
    ("disk", Field::Disk),
    ("exitcode", Field::ExitCode),
];

/// A heading without case, spaces, underscores and hyphens.
pub(super) fn normal(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-'));
    kept.flat_map(char::to_lowercase).collect()
}

/// Whether a heading in normal form is `alias`, with or without the `0` that
/// SMS adds to inventory properties.
pub(super) fn is_alias(normal: &str, alias: &str) -> bool {
    normal == alias || normal.strip_suffix('0') == Some(alias)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_an_alias_that_is_its_own_name() {
        for field in Field::ALL {
            let own = normal(field.name());
            assert!(
                ALIASES
                    .iter()
                    .any(|(alias, of)| *of == field && *alias == own),
                "{field}"
            );
            assert_eq!(Field::from_name(field.name()), Some(field));
        }
    }

    #[test]
    fn aliases_are_in_normal_form() {
        for (alias, _) in ALIASES {
            assert_eq!(&normal(alias), alias);
        }
    }
}
