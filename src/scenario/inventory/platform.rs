//! Operating systems as inventories write them, and the names they have here.
//!
//! SMS discovery writes the kernel (`Microsoft Windows NT Workstation 5.1`),
//! the directory the product (`Windows XP Professional`). One table maps both;
//! a name that is not in it is kept as it is.

use crate::world::Role::{self, MemberServer, Workstation};
use std::borrow::Cow;

/// The words a name must contain, in lower case, the platform it then is and
/// the role that goes with it. The first row that fits is taken.
///
/// Kernel versions: MSDN, "Operating System Version". SMS calls every server
/// `Server` or `Advanced Server`, with the kernel's version, whatever its
/// edition; which of two products of one kernel it is, the string cannot say.
#[rustfmt::skip] // a table reads best with one row a line
const PLATFORMS: &[(&str, &str, Role)] = &[
    ("nt server 4.0", "Windows NT 4.0 Server", MemberServer),
    ("nt server 5.0", "Windows 2000 Server", MemberServer),
    ("nt server 5.2", "Windows Server 2003", MemberServer),
    ("nt server 6.0", "Windows Server 2008", MemberServer),
    ("nt server 6.1", "Windows Server 2008 R2", MemberServer),
    ("nt server 6.2", "Windows Server 2012", MemberServer),
    ("nt server 6.3", "Windows Server 2012 R2", MemberServer),
    ("nt server 10.0", "Windows Server 2016 or later", MemberServer),
    ("nt workstation 4.0", "Windows NT 4.0 Workstation", Workstation),
    ("nt workstation 5.0", "Windows 2000 Professional", Workstation),
    ("nt workstation 5.1", "Windows XP Professional", Workstation),
    ("nt workstation 5.2", "Windows XP Professional x64", Workstation),
    ("nt workstation 6.0", "Windows Vista", Workstation),
    ("nt workstation 6.1", "Windows 7", Workstation),
    ("nt workstation 6.2", "Windows 8", Workstation),
    ("nt workstation 6.3", "Windows 8.1", Workstation),
    ("nt workstation 10.0", "Windows 10 or later", Workstation),
    ("server 2012 r2", "Windows Server 2012 R2", MemberServer),
    ("server 2012", "Windows Server 2012", MemberServer),
    ("server 2008 r2", "Windows Server 2008 R2", MemberServer),
    ("server 2008", "Windows Server 2008", MemberServer),
    ("server 2003", "Windows Server 2003", MemberServer),
    ("server 2016", "Windows Server 2016 or later", MemberServer),
    ("server 2019", "Windows Server 2016 or later", MemberServer),
    ("server 2022", "Windows Server 2016 or later", MemberServer),
    ("server 2025", "Windows Server 2016 or later", MemberServer),
    ("2000 server", "Windows 2000 Server", MemberServer),
    ("2000 professional", "Windows 2000 Professional", Workstation),
    ("xp x64", "Windows XP Professional x64", Workstation),
    ("xp", "Windows XP Professional", Workstation),
    ("vista", "Windows Vista", Workstation),
    ("windows 7", "Windows 7", Workstation),
    ("windows 8.1", "Windows 8.1", Workstation),
    ("windows 8", "Windows 8", Workstation),
    ("windows 10", "Windows 10 or later", Workstation),
    ("windows 11", "Windows 10 or later", Workstation),
    ("win 2012 r2", "Windows Server 2012 R2", MemberServer),
    ("win 2012", "Windows Server 2012", MemberServer),
    ("win 2008 r2", "Windows Server 2008 R2", MemberServer),
    ("win 2008", "Windows Server 2008", MemberServer),
    ("win 2003", "Windows Server 2003", MemberServer),
    ("win 2016", "Windows Server 2016 or later", MemberServer),
    ("win 2019", "Windows Server 2016 or later", MemberServer),
    ("win 2022", "Windows Server 2016 or later", MemberServer),
    ("win 2025", "Windows Server 2016 or later", MemberServer),
    ("win 7", "Windows 7", Workstation),
    ("win 8.1", "Windows 8.1", Workstation),
    ("win 8", "Windows 8", Workstation),
    ("win 10", "Windows 10 or later", Workstation),
    ("win 11", "Windows 10 or later", Workstation),
    ("windows 98", "Windows 98", Workstation),
    ("windows me", "Windows Me", Workstation),
];

/// The platform that `written` means, and the role its name implies; an
/// unknown name stays as it is, and is a member server's if it says "server".
pub(super) fn platform(written: &str) -> (&str, Option<Role>) {
    let lower = written.to_lowercase();
    let marks = |c: char| c.is_whitespace() || matches!(c, '®' | '™' | '(' | ')' | ',');
    let words: Vec<&str> = lower.split(marks).flat_map(apart).collect();
    let fits = |wanted: &str| wanted.split(' ').all(|word| words.contains(&word));
    match PLATFORMS.iter().find(|(wanted, _, _)| fits(wanted)) {
        Some((_, name, role)) => (name, Some(*role)),
        None => (
            written,
            lower.contains("server").then_some(Role::MemberServer),
        ),
    }
}

/// `win` and `7` of `win7`, as people write it; other words as they are.
fn apart(word: &str) -> impl Iterator<Item = &str> {
    let rest = ["windows", "win"].iter().find_map(|start| {
        let rest = word.strip_prefix(start)?;
        rest.starts_with(|c: char| c.is_ascii_digit())
            .then_some((start.len(), rest))
            .or_else(|| matches!(rest, "xp" | "vista").then_some((start.len(), rest)))
    });
    let (first, second) = rest.map_or((word, ""), |(length, rest)| (&word[..length], rest));
    [first, second].into_iter().filter(|word| !word.is_empty())
}

/// An operating system called just `Windows` or `Windows Server`, under the name
/// that its version has; others as they are.
pub(super) fn with_version<'a>(name: &'a str, version: &str) -> Cow<'a, str> {
    let kernel = match name.to_ascii_lowercase().as_str() {
        "windows" | "microsoft windows" => "Windows NT Workstation",
        "windows server" | "microsoft windows server" => "Windows NT Server",
        _ => return Cow::Borrowed(name),
    };
    let mut parts = version.split(|c: char| !c.is_ascii_digit());
    match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) if !major.is_empty() && !minor.is_empty() => {
            Cow::Owned(format!("{kernel} {major}.{minor}"))
        }
        _ => Cow::Borrowed(name),
    }
}

/// Words for devices and operating systems that are not Windows, as inventories
/// of mixed fleets and dumps of directories have them.
const NOT_WINDOWS: &[&str] = &[
    "ios",
    "ipados",
    "iphone",
    "ipad",
    "tvos",
    "watchos",
    "macos",
    "mac",
    "macintosh",
    "osx",
    "darwin",
    "android",
    "linux",
    "ubuntu",
    "debian",
    "rhel",
    "centos",
    "fedora",
    "suse",
    "unix",
    "solaris",
    "aix",
    "freebsd",
    "chromeos",
    "chrome os",
    "red hat",
    "os x",
    "hp ux",
    "redhat",
    "opensuse",
    "sles",
    "rocky",
    "almalinux",
    "oracle linux",
    "photon",
    "vmware",
    "nutanix",
    // Storage and gateways that join a directory.
    "samba",
    "netapp",
    "emc",
    "isilon",
    "onefs",
    "data domain",
    "synology",
    "qnap",
    "likewise",
    "pbis",
    "centrify",
    "truenas",
    "freenas",
    "windows phone",
    "windows mobile",
    "esx",
    "esxi",
    "ontap",
    "printer",
    "switch",
    "router",
    "firewall",
    "phone",
    "mobile",
    "monitor",
    "nas",
    "ups",
    "camera",
    "webcam",
    "access point",
    "user",
    "group",
    "contact",
    "container",
    "organizationalunit",
    "inetorgperson",
    "printqueue",
    "benutzer",
    "gruppe",
    "sicherheitsgruppe",
    "verteilergruppe",
    "kontakt",
    "organisationseinheit",
    "utilisateur",
    "groupe",
    "usuario",
    "grupo",
    "utente",
    "gruppo",
    "gebruiker",
    "beveiligingsgroep",
    "distributiegroep",
    "contactpersoon",
    "contacto",
    "contatto",
    "organizational unit",
    "unité d organisation",
    "unidad organizativa",
    "unità organizzativa",
    "organisatie eenheid",
    "conteneur",
    "contenedor",
    "contenitore",
    "shared folder",
    "freigegebener ordner",
    "dossier partagé",
    "drucker",
    "imprimante",
    "impresora",
    "stampante",
    "foreign security principal",
    "ユーザー",
    "グループ",
    "セキュリティ グループ",
    "配布グループ",
    "連絡先",
    "組織単位",
    "コンテナー",
    // Types of assets that Lansweeper has, and mobile systems as Entra calls them.
    "webserver",
    "web server",
    "network device",
    "location",
    "rack",
    "scanner",
    "projector",
    "macmdm",
    "androidforwork",
    "androidenterprise",
];

/// The classes of accounts under which services run on several machines. They are derived
/// from that of computers (MS-ADSC).
const SERVICE_ACCOUNTS: [&str; 3] = [
    "msds-managedserviceaccount",
    "msds-groupmanagedserviceaccount",
    "msds-delegatedmanagedserviceaccount",
];

/// Whether `text`, an operating system or a kind of device, is not Windows.
pub(super) fn is_not_windows(text: &str) -> bool {
    let lower = text.to_lowercase();
    if SERVICE_ACCOUNTS.iter().any(|class| lower.contains(class)) {
        return true;
    }
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let phrase = words.join(" ");
    let says = |word: &str| words.contains(&word);
    // The classes of a computer object are person, user and computer; a mobile workstation
    // is a computer as well.
    let of_computers = [
        "computer",
        "workstation",
        "notebook",
        "laptop",
        "desktop",
        "pc",
    ];
    if of_computers.iter().any(|word| says(word))
        || (says("windows") || says("win")) && !says("phone") && !says("mobile")
    {
        return false;
    }
    NOT_WINDOWS.iter().any(|wanted| {
        if wanted.contains(' ') {
            phrase.contains(wanted)
        } else {
            words.contains(wanted)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_discovery_and_of_the_directory_name_the_same_platform() {
        for (written, name) in [
            (
                "Microsoft Windows NT Workstation 5.1",
                "Windows XP Professional",
            ),
            ("Windows XP Professional", "Windows XP Professional"),
            (
                "Microsoft Windows NT Advanced Server 5.2",
                "Windows Server 2003",
            ),
            ("Windows Server 2003", "Windows Server 2003"),
            ("Microsoft Windows NT Server 5.0", "Windows 2000 Server"),
            ("Windows 2000 Server", "Windows 2000 Server"),
            (
                "Microsoft Windows NT Workstation 4.0",
                "Windows NT 4.0 Workstation",
            ),
            ("Windows Server® 2008 Standard", "Windows Server 2008"),
            ("Windows Server 2012 R2 Standard", "Windows Server 2012 R2"),
            (
                "Microsoft Windows NT Workstation 10.0 (Tablet Edition)",
                "Windows 10 or later",
            ),
            ("Windows 7 Enterprise", "Windows 7"),
        ] {
            assert_eq!(platform(written).0, name, "{written}");
        }
    }

    #[test]
    fn a_server_by_name_is_a_member_server() {
        assert_eq!(
            platform("Microsoft Windows NT Advanced Server 5.2").1,
            Some(Role::MemberServer)
        );
        assert_eq!(
            platform("Contoso Server OS"),
            ("Contoso Server OS", Some(Role::MemberServer))
        );
        assert_eq!(platform("Samba").1, None);
        assert_eq!(
            platform("Windows 2000 Professional").1,
            Some(Role::Workstation)
        );
    }

    #[test]
    fn names_of_platforms_are_fixed_points() {
        for (_, name, role) in PLATFORMS {
            assert_eq!(platform(name), (*name, Some(*role)));
        }
    }

    #[test]
    fn phones_macs_and_printers_are_not_windows() {
        for text in [
            "iOS/iPadOS",
            "macOS",
            "Mac OS X",
            "Android (corporate-owned)",
            "Linux (ubuntu)",
            "Printer",
            "Samba",
            "NetApp Release 9.8P5",
            "EMC File Server",
            "Data Domain OS",
            "Isilon OneFS",
            "SLES",
            "Security Group - Global",
            "Benutzer",
            "Network device",
            "AndroidEnterprise",
        ] {
            assert!(is_not_windows(text), "{text}");
        }
        for text in [
            "",
            "Windows",
            "Windows 10 Enterprise",
            "computer",
            "top;person;user;computer",
            "Win 10",
            "Mobile workstation",
        ] {
            assert!(!is_not_windows(text), "{text}");
        }
    }

    #[test]
    fn a_bare_name_is_completed_by_its_version() {
        assert_eq!(
            platform(&with_version("Windows", "10.0.19045.4046")).0,
            "Windows 10 or later"
        );
        assert_eq!(
            platform(&with_version("Windows", "6.1.7601")).0,
            "Windows 7"
        );
        assert_eq!(with_version("Windows", ""), "Windows");
        assert_eq!(with_version("Windows 8", "6.2"), "Windows 8");
    }
}
