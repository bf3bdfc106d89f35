//! The fields an inventory can give, and the headings under which people have
//! them.

use std::fmt::{self, Write as _};

/// The fields, each with its name in a scenario's column map and what it says.
macro_rules! fields {
    ($($field:ident = $name:literal, $says:literal;)*) => {
        /// What a column of an inventory says about a machine.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $(#[doc = $says] $field,)*
        }

        impl Field {
            /// Every field, in the order of the report.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$field),*];

            /// The name of the field in a scenario's column map.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$field => $name,)*
                }
            }

            /// What the field says, for the reference.
            const fn says(self) -> &'static str {
                match self {
                    $(Self::$field => $says,)*
                }
            }
        }
    };
}

fields! {
    Name = "name", "The machine's name; `displayName` in a list with operating systems that has no other.";
    DnsName = "dns_name", "Its full DNS name, which gives the name and the domain where no other column does.";
    DistinguishedName = "distinguished_name", "Its distinguished or canonical name, which gives the name and the domain where no other column does.";
    Domain = "domain", "Domain or workgroup.";
    Site = "site", "Place: the Active Directory site; the first of a list.";
    Address = "address", "IPv4 address, which tells the place where `places` has its network; the first of a list that does.";
    Client = "client", "Client kind, or whether there is a client at all; `0` and `1` under the heading `Client` say the latter.";
    HasClient = "has_client", "Whether a client is installed; `Cliente` in a list of a console, which says whether it is active.";
    ClientVersion = "client_version", "Version of the client; a machine without one has no client.";
    Role = "role", "Workstation, member server or domain controller.";
    AccountControl = "account_control", "`userAccountControl`: disabled accounts and domain controllers (KB 305144).";
    PrimaryGroup = "primary_group", "`primaryGroupID`: domain controllers (KB 243330).";
    Platform = "platform", "Operating system.";
    PlatformVersion = "platform_version", "Version of the operating system, where its name does not tell it.";
    Kind = "kind", "What kind of device it is.";
    Group = "group", "Fleet group whose attributes the machine takes.";
    Enabled = "enabled", "Whether the computer account is enabled.";
    Active = "active", "Whether the machine, or its client, is in use.";
    State = "state", "State of the asset: one that is sold, stolen, broken or the like is not in use.";
    Obsolete = "obsolete", "Whether the row was superseded by another one.";
    Unknown = "unknown", "Whether it is one of the objects for unknown computers.";
    LastSeen = "last_seen", "When the machine was last heard of; the newest counts where several columns say.";
    Access = "access", "Rate of the machine's own connection.";
    PollOffset = "poll_offset", "Offset of its poll within the interval.";
    InstallTime = "install_time", "Time the program runs.";
    ShareBytes = "share_bytes", "Bytes read from each share the program uses.";
    PackageBytes = "package_bytes", "Bytes of the package.";
    UserLoggedOn = "user_logged_on", "Whether a user is logged on.";
    UserIsAdministrator = "user_is_administrator", "Whether that user is a local administrator.";
    Cache = "cache", "Size of the client's cache.";
    Disk = "disk", "Free disk space.";
    ExitCode = "exit_code", "The exit code that the program returns.";
}

impl Field {
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

/// A table of every field and the headings that stand for it, in Markdown: the
/// reference has it.
pub fn known_headings() -> String {
    let mut text = "| field of `map` | what it says | known headings |\n|---|---|---|\n".to_owned();
    for field in Field::ALL {
        let own = normal(field.name());
        let aliases = aliases().filter(|(alias, of)| *of == field && *alias != own);
        let aliases: Vec<String> = aliases.map(|(alias, _)| format!("`{alias}`")).collect();
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "| `{field}` | {} | {} |",
            field.says(),
            aliases.join(", ")
        );
    }
    text
}

/// Headings in normal form (see [`normal`]) and the field each stands for. The
/// first that an inventory has gives the field; a heading serves one field. All
/// that stand for [`Field::LastSeen`] are read.
///
/// Sources: `v_R_System` and its `0` suffixes, SMS 2003 SQL Server View Schema
/// (`TechNet` cc179850); `SMS_R_System` (MSDN cc145392);
/// `SMS_CombinedDeviceResources`, which `Get-CMDevice` returns;
/// `Get-ADComputer`; the attributes of a computer object as `csvde` writes
/// them; `DomainRole` of `Win32_ComputerSystem`; the device list of Intune and
/// `managedDevice` of Microsoft Graph; `tblAssets` and reports of Lansweeper;
/// reports of PDQ Inventory; `systeminfo /fo csv` and `Get-ComputerInfo`.
const ALIASES: &[(&str, Field)] = &[
    // The `Name` of `Win32_OperatingSystem` is that of the system.
    ("csname", Field::Name),
    ("name", Field::Name),
    ("netbiosname", Field::Name),
    ("computername", Field::Name),
    ("devicename", Field::Name),
    ("machinename", Field::Name),
    ("hostname", Field::Name),
    ("assetname", Field::Name),
    ("pcname", Field::Name),
    ("computer", Field::Name),
    ("cn", Field::Name),
    ("samaccountname", Field::Name),
    ("systemname", Field::Name),
    ("node", Field::Name),
    ("pscomputername", Field::Name),
    ("dnsname", Field::DnsName),
    ("dnshostname", Field::DnsName),
    ("fqdn", Field::DnsName),
    ("fullyqualifieddomainname", Field::DnsName),
    ("fulldomainname", Field::DnsName),
    ("fullcomputername", Field::DnsName),
    ("resourcenames", Field::DnsName),
    ("csdnshostname", Field::DnsName),
    // PDQ has the full name under it, beside the short one.
    ("hostname", Field::DnsName),
    ("distinguishedname", Field::DistinguishedName),
    ("dn", Field::DistinguishedName),
    ("canonicalname", Field::DistinguishedName),
    ("activedirectorypath", Field::DistinguishedName),
    ("adpath", Field::DistinguishedName),
    ("domain", Field::Domain),
    ("resourcedomainorworkgr", Field::Domain),
    ("resourcedomainorworkgroup", Field::Domain),
    ("domainname", Field::Domain),
    ("computerdomain", Field::Domain),
    ("workgroupordomain", Field::Domain),
    ("csdomain", Field::Domain),
    ("site", Field::Site),
    ("adsitename", Field::Site),
    ("adsite", Field::Site),
    ("activedirectorysite", Field::Site),
    ("iplocation", Field::Site),
    ("address", Field::Address),
    ("ipaddress", Field::Address),
    ("ipaddresses", Field::Address),
    ("ipv4address", Field::Address),
    ("ipv4", Field::Address),
    ("ip", Field::Address),
    ("lastipaddress", Field::Address),
    ("ethernetipaddress", Field::Address),
    ("wifiipv4address", Field::Address),
    // `Client0` says whether there is a client, `Client_Type0` which. A plain
    // `client` is the kind unless a column for the kind stands beside it.
    ("client0", Field::HasClient),
    ("isclient", Field::HasClient),
    ("hasclient", Field::HasClient),
    ("sccmclient", Field::HasClient),
    ("clienttype", Field::Client),
    ("client", Field::Client),
    ("client", Field::HasClient),
    ("clientversion", Field::ClientVersion),
    ("role", Field::Role),
    ("domainrole", Field::Role),
    ("csdomainrole", Field::Role),
    ("osconfiguration", Field::Role),
    ("accountcontrol", Field::AccountControl),
    ("useraccountcontrol", Field::AccountControl),
    ("primarygroupid", Field::PrimaryGroup),
    ("primarygroup", Field::PrimaryGroup),
    ("platform", Field::Platform),
    ("operatingsystemnameand", Field::Platform),
    ("operatingsystemnameandversion", Field::Platform),
    ("deviceos", Field::Platform),
    ("operatingsystem", Field::Platform),
    ("osname", Field::Platform),
    ("os", Field::Platform),
    ("caption", Field::Platform),
    ("oscaption", Field::Platform),
    ("platformversion", Field::PlatformVersion),
    ("operatingsystemversion", Field::PlatformVersion),
    ("osversion", Field::PlatformVersion),
    ("deviceosbuild", Field::PlatformVersion),
    ("build", Field::PlatformVersion),
    ("kind", Field::Kind),
    ("assettypename", Field::Kind),
    ("assettype", Field::Kind),
    ("devicetype", Field::Kind),
    ("objectclass", Field::Kind),
    ("objecttype", Field::Kind),
    ("type", Field::Kind),
    ("group", Field::Group),
    ("enabled", Field::Enabled),
    ("accountenabled", Field::Enabled),
    ("adenabled", Field::Enabled),
    ("active", Field::Active),
    ("isactive", Field::Active),
    ("clientactivestatus", Field::Active),
    ("clientactivity", Field::Active),
    ("state", Field::State),
    ("statename", Field::State),
    ("assetstate", Field::State),
    ("obsolete", Field::Obsolete),
    ("isobsolete", Field::Obsolete),
    ("decommissioned", Field::Obsolete),
    ("unknown", Field::Unknown),
    ("lastseen", Field::LastSeen),
    ("lastlogontimestamp", Field::LastSeen),
    ("lastlogondate", Field::LastSeen),
    ("lastlogon", Field::LastSeen),
    ("lastcheckin", Field::LastSeen),
    ("lastcheckindatetime", Field::LastSeen),
    ("lastsyncdatetime", Field::LastSeen),
    ("approximatelastsignindatetime", Field::LastSeen),
    ("lastactivetime", Field::LastSeen),
    ("lastpolicyrequest", Field::LastSeen),
    ("lastddr", Field::LastSeen),
    ("lastheartbeat", Field::LastSeen),
    ("heartbeatdate", Field::LastSeen),
    ("lasthardwarescan", Field::LastSeen),
    ("lasthwscan", Field::LastSeen),
    ("lastscantime", Field::LastSeen),
    ("lastscandate", Field::LastSeen),
    ("lastonlinetime", Field::LastSeen),
    ("cnlastonlinetime", Field::LastSeen),
    ("lastclientchecktime", Field::LastSeen),
    ("successfulscandate", Field::LastSeen),
    ("lastcontact", Field::LastSeen),
    ("lastcontacted", Field::LastSeen),
    ("laststatusreport", Field::LastSeen),
    ("lastreportedstatustime", Field::LastSeen),
    ("lastinventory", Field::LastSeen),
    ("lastdiscovered", Field::LastSeen),
    ("lastactivity", Field::LastSeen),
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

/// Headings in other languages than English, in normal form: the words that consoles,
/// Intune and Excel have for the same columns in German, French, Spanish, Italian, Dutch
/// and Japanese.
#[rustfmt::skip] // a table reads best with one row a field
const IN_OTHER_LANGUAGES: &[(Field, &[&str])] = &[
    (Field::Name, &["gerätename", "rechnername", "nomdelordinateur", "nomdordinateur", "nomdelappareil", "nombredelequipo",
        "nombredeldispositivo", "nomecomputer", "nomedispositivo", "apparaatnaam", "computernaam", "コンピューター名",
        "コンピュータ名", "デバイス名", "nom", "nombre", "nome", "naam", "名前"]),
    (Field::Domain, &["domäne", "domaine", "dominio", "domein", "ドメイン"]),
    (Field::Platform, &["betriebssystem", "systèmedexploitation", "sistemaoperativo", "besturingssysteem",
        "オペレーティングシステム"]),
    (Field::PlatformVersion, &["betriebssystemversion", "versiondesbetriebssystems", "versiondusystèmedexploitation",
        "versióndelsistemaoperativo", "versionedelsistemaoperativo", "osバージョン"]),
    (Field::Site, &["standort", "adstandort", "activedirectorystandort", "siteactivedirectory", "sitead", "sitiodeactivedirectory",
        "sitodiactivedirectory", "activedirectoryサイト", "サイト"]),
    (Field::HasClient, &["クライアント"]),
    (Field::ClientVersion, &["versiondesclients", "versionduclient", "versióndelcliente", "versionedelclient", "clientversie",
        "クライアントバージョン"]),
    (Field::Kind, &["typ", "tipo", "種類"]),
    (Field::Active, &["clientaktivität", "activitéduclient", "activitéclient", "actividaddelcliente", "attivitàdelclient",
        "attivitàclient", "clientactiviteit", "クライアントアクティビティ", "クライアントのアクティビティ"]),
    (Field::Enabled, &["aktiviert", "activé", "habilitado", "attivato", "ingeschakeld", "有効"]),
    (Field::LastSeen, &["letztercheckin", "letzteseinchecken", "letzteanmeldung", "zuletztgesehen", "derniercontact",
        "dernièreconnexion", "dernierarchivage", "últimoregistro", "ultimoaccesso", "最終チェックイン", "最終ログオン日時",
        "letzteaktivität", "letzterichtlinienanforderung", "letzterhardwarescan", "letzteonlinezeit", "dernièreactivité",
        "dernièredemandedestratégie", "dernièreanalysedumatériel", "dernièreanalysematérielle", "últimaactividad",
        "ultimaattività", "laatsteactiviteit", "laatsteaanmelding", "laatsteinchecken", "最終アクティビティ"]),
];

/// Every heading in normal form with the field that it stands for, those of
/// [`ALIASES`] first.
pub(super) fn aliases() -> impl Iterator<Item = (&'static str, Field)> {
    let others = IN_OTHER_LANGUAGES
        .iter()
        .flat_map(|(field, headings)| headings.iter().map(|heading| (*heading, *field)));
    ALIASES.iter().copied().chain(others)
}

/// A heading reduced to its letters and digits, in lower case.
pub(crate) fn normal(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// Whether a heading in normal form is `alias`, with or without the `0` that
/// SMS adds to inventory properties, and the `Details_Table0_` that its reports put
/// before the columns of a table.
pub(super) fn is_alias(normal: &str, alias: &str) -> bool {
    let normal = normal.strip_prefix("detailstable0").unwrap_or(normal);
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
                aliases().any(|known| known == (own.as_str(), field)),
                "{field}"
            );
            assert_eq!(Field::from_name(field.name()), Some(field));
        }
    }

    #[test]
    fn aliases_are_in_normal_form() {
        for (alias, _) in aliases() {
            assert_eq!(normal(alias), alias);
        }
    }
}
