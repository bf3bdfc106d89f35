//! What one cell says. Every parser answers a wrong value with the words for
//! what would be right.

use super::heading::shown;
use super::path::{canonical_name, common_name, full_name};
use crate::units::{ParseError, Rate, parse_rate, parse_size, parse_span};
use crate::world::{ClientKind, Role};
use std::borrow::Cow;

/// The message and the help for a value that cannot be.
pub(super) type Wrong = (String, &'static str);

/// A cell without the ways in which exports write "nothing": `NULL` (SQL
/// clients), `System.String[]` (`Export-Csv` of a list).
pub(super) fn content(cell: &str) -> &str {
    match trimmed(cell) {
        "NULL" | "System.String[]" => "",
        content => content,
    }
}

/// A cell without what says to spreadsheets that it is to stay text: an apostrophe before
/// it, or the two of a dialect of SQL, or the formula `="0012"`.
pub(super) fn as_text(cell: &str) -> &str {
    if let Some(rest) = cell.strip_prefix('\'') {
        return rest.strip_suffix('\'').unwrap_or(rest).trim();
    }
    let formula = cell.strip_prefix("=\"");
    let text = formula.and_then(|rest| rest.strip_suffix('"'));
    text.map_or(cell, str::trim)
}

/// A cell in which spreadsheets and scripts say that there is nothing, as empty.
pub(super) fn unless_nothing(cell: &str) -> &str {
    const NOTHING: [&str; 9] = [
        "-", "n/a", "#n/a", "#nv", "(null)", "<null>", "(none)", "<none>", "null",
    ];
    // All are short, and few cells are.
    let is_nothing = cell.len() <= 6
        && NOTHING
            .iter()
            .any(|nothing| cell.eq_ignore_ascii_case(nothing));
    if is_nothing { "" } else { cell }
}

/// The name of a domain or a place, as empty where it says that there is none.
pub(super) fn unless_none(cell: &str) -> &str {
    let is_none = ["none", "unknown"]
        .iter()
        .any(|none| cell.eq_ignore_ascii_case(none));
    if is_none { "" } else { cell }
}

/// A text without blanks around it. Most have none, and begin and end with a character of
/// ASCII: that is seen at a glance.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// The first entry of a list such as `{S01, S02}` or `A;B`, or the value itself.
pub(super) fn first_of_list(value: &str) -> &str {
    let list = value
        .strip_prefix('{')
        .and_then(|list| list.strip_suffix('}'));
    let first = match list {
        Some(list) => list.split(',').next().unwrap_or(list),
        None => value.split(';').next().unwrap_or(value),
    };
    first.trim()
}

/// The machine's name from a cell of a name column: a name, perhaps with the `$`
/// of an account name and the domain before it, or a distinguished or canonical name.
pub(super) fn name(cell: &str) -> Result<&str, Wrong> {
    let last = || canonical_name(cell).and_then(|name| name.rsplit('/').next());
    let of_account = || match cell.rsplit_once('\\') {
        Some((_, own)) if !own.is_empty() => own,
        _ => cell,
    };
    let name = common_name(cell).or_else(last).unwrap_or_else(of_account);
    let name = name.strip_suffix('$').unwrap_or(name);
    if name.len() > LONGEST_NAME {
        return Err((
            format!("a name of {} bytes is not a name of a computer", name.len()),
            "write a name of 255 bytes at most",
        ));
    }
    without_controls(name)
}

/// The domain that a cell of a name column says: `contoso.com` of `pc1.contoso.com`,
/// `CONTOSO` of `CONTOSO\\PC1$`; empty if it says none.
pub(super) fn domain_of_name(cell: &str) -> &str {
    match cell.rsplit_once('\\') {
        Some((domain, own)) if !own.is_empty() && common_name(cell).is_none() => {
            domain.trim_matches('\\')
        }
        _ => full_name(cell).1.unwrap_or_default(),
    }
}

/// The longest name of a computer in the domain name system, in bytes (RFC 1035).
const LONGEST_NAME: usize = 255;

/// A text on one line: Excel has line breaks and tabs within cells.
pub(super) fn on_one_line(text: &str) -> Cow<'_, str> {
    let is_broken = |byte: u8| matches!(byte, b'\n' | b'\r' | b'\t');
    if !text.bytes().any(is_broken) {
        return Cow::Borrowed(text);
    }
    let lines = text.split(['\n', '\r', '\t']).map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    Cow::Owned(lines.join(" "))
}

/// `value`, if it has no control character.
pub(super) fn without_controls(value: &str) -> Result<&str, Wrong> {
    // Bytes below 0x80 decide for most; the others need decoding.
    let clean = value.bytes().all(|byte| (0x20..0x7F).contains(&byte))
        || !value.chars().any(char::is_control);
    if clean {
        Ok(value)
    } else {
        Err((
            format!("{} has a control character in it", shown(value)),
            "write it without line breaks, tabs and other control characters",
        ))
    }
}

/// What a cell says of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    /// There is one, of this kind if it is said.
    Installed(Option<ClientKind>),
    /// There is none.
    Missing,
    /// It is that of a telephone or a Mac.
    OfAnotherDevice,
}

impl Client {
    /// Its kind, if it is said.
    pub(super) fn kind(self) -> Option<ClientKind> {
        match self {
            Self::Installed(kind) => kind,
            Self::Missing | Self::OfAnotherDevice => None,
        }
    }
}

/// `v_R_System` says 0 and 1 for the kind in `Client_Type0`, and 3 for a device (`SMS_R_System.ClientType`);
/// consoles say `Legacy` and `Advanced`; the console of Configuration Manager says `Yes`
/// and `No`, of whatever kind.
pub(super) fn client(value: &str) -> Result<Client, Wrong> {
    let word = lower(value);
    let kind = word.strip_suffix(" client").unwrap_or(&word);
    let is_named = |of: &&ClientKind| lower(of.name()) == kind;
    if let Some(kind) = ClientKind::ALL.iter().find(is_named) {
        return Ok(Client::Installed(Some(*kind)));
    }
    match word.as_ref() {
        "1" => Ok(Client::Installed(Some(ClientKind::Advanced))),
        "0" => Ok(Client::Installed(Some(ClientKind::Legacy))),
        "3" | "device" => Ok(Client::OfAnotherDevice),
        "installed" => Ok(Client::Installed(None)),
        "none" | "no client" | "not installed" => Ok(Client::Missing),
        _ => match flag(value) {
            Ok(true) => Ok(Client::Installed(None)),
            Ok(false) => Ok(Client::Missing),
            Err(_) => Err((
                format!("{} is not a client type", shown(value)),
                "write `advanced`, `legacy`, `yes`, `no`, or leave the cell empty",
            )),
        },
    }
}

/// A role by name, or by `DomainRole` of `Win32_ComputerSystem`: 0 to 5, or the words that
/// `systeminfo` and `Get-ComputerInfo` have for these.
pub(super) fn role(value: &str) -> Result<Role, Wrong> {
    let word = lower(value).replace(' ', "");
    match word.as_str() {
        "workstation" | "standaloneworkstation" | "memberworkstation" | "0" | "1" => {
            Ok(Role::Workstation)
        }
        "memberserver" | "standaloneserver" | "server" | "2" | "3" => Ok(Role::MemberServer),
        "domaincontroller"
        | "primarydomaincontroller"
        | "backupdomaincontroller"
        | "dc"
        | "4"
        | "5" => Ok(Role::DomainController),
        _ => Err((
            format!("{} is not a role", shown(value)),
            "write `workstation`, `member server` or `domain controller`",
        )),
    }
}

/// Whether `primaryGroupID` is one of controllers: 515 Domain Computers, 516
/// Domain Controllers, 521 Read-only Domain Controllers (KB 243330). `PrimaryGroup` of
/// `Get-ADComputer` is the distinguished name of the group.
pub(super) fn is_controller_group(value: &str) -> Result<bool, Wrong> {
    let by_name = common_name(value).map(|group| {
        let group = group.to_ascii_lowercase();
        matches!(
            group.as_str(),
            "domain controllers" | "read-only domain controllers"
        )
    });
    match (by_name, value.parse::<u32>()) {
        (Some(is_controller), _) => Ok(is_controller),
        (None, Ok(group)) => Ok(matches!(group, 516 | 521)),
        (None, Err(_)) => Err((
            format!("{} is not the number of a group", shown(value)),
            "write 515 for computers, 516 for domain controllers",
        )),
    }
}

/// What `userAccountControl` says: whether the account is disabled
/// (ACCOUNTDISABLE, 0x2) and whether it is a controller's (`SERVER_TRUST_ACCOUNT`,
/// 0x2000, or `PARTIAL_SECRETS_ACCOUNT`, 0x4000000). Source: KB 305144.
pub(super) fn account_control(value: &str) -> Result<(bool, bool), Wrong> {
    let flags = match value.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => value.parse::<u32>().ok(),
    };
    let flags = flags.or_else(|| flags_by_name(value)).ok_or_else(|| {
        (
            format!("{} is no `userAccountControl`", shown(value)),
            "write the number that the directory has, such as 4096",
        )
    })?;
    Ok((flags & 0x2 != 0, flags & 0x0400_2000 != 0))
}

/// The flags of accounts that matter here, from their names as tools write them beside or
/// instead of the number: `4098 = ( ACCOUNTDISABLE | WORKSTATION_TRUST_ACCOUNT )`.
fn flags_by_name(value: &str) -> Option<u32> {
    const NAMES: [(&str, u32); 5] = [
        ("accountdisable", 0x2),
        ("normalaccount", 0x200),
        ("workstationtrustaccount", 0x1000),
        ("servertrustaccount", 0x2000),
        ("partialsecretsaccount", 0x0400_0000),
    ];
    let words = value.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let flags = words.filter_map(|word| {
        let word = word.to_ascii_lowercase().replace('_', "");
        let known = NAMES.iter().find(|(name, _)| *name == word);
        known.map(|(_, flag)| *flag)
    });
    flags.reduce(|all, flag| all | flag)
}

/// Whether a machine is in use, as a flag or as a state.
pub(super) fn activity(value: &str) -> Result<bool, Wrong> {
    match lower(value).as_ref() {
        "active" | "aktiv" | "actif" | "activo" | "attivo" | "actief" | "アクティブ" => {
            Ok(true)
        }
        "inactive" | "non active" | "not active" | "inaktiv" | "nicht aktiv" | "inactif"
        | "non actif" | "inactivo" | "no activo" | "inattivo" | "non attivo" | "inactief"
        | "niet actief" | "非アクティブ" => Ok(false),
        _ => flag(value),
    }
}

/// Whether an account is enabled, as a flag or in the words of the directory's tools.
pub(super) fn enabled(value: &str) -> Result<bool, Wrong> {
    match value.to_lowercase().as_str() {
        "enabled" | "aktiviert" | "activé" | "habilitado" | "abilitato" | "ingeschakeld" => {
            Ok(true)
        }
        "disabled" | "deaktiviert" | "désactivé" | "deshabilitado" | "disabilitato"
        | "uitgeschakeld" => Ok(false),
        _ => flag(value),
    }
}

/// Whether the state of an asset says that the machine is not in use: the words of
/// Lansweeper (`tblState`). What other registers say, or the federal state in which a
/// machine stands, says nothing of that.
pub(super) fn is_out_of_use(value: &str) -> bool {
    matches!(
        lower(value).as_ref(),
        "non active"
            | "inactive"
            | "sold"
            | "stolen"
            | "broken"
            | "in repair"
            | "old"
            | "spare"
            | "stock"
            | "in stock"
            | "retired"
            | "disposed"
            | "scrapped"
            | "lost"
    )
}

/// Whether it is the name of an object for unknown computers, as Configuration
/// Manager has them for computers that it does not know yet.
pub(super) fn is_unknown_computer(name: &str) -> bool {
    // Computers of one's own have no blank in their names, and are many.
    if !name.contains(' ') {
        return false;
    }
    let lower = name.to_ascii_lowercase();
    lower.contains("unknown computer") || lower.starts_with("provisioning device")
}

/// The words for yes and no in the languages in which Excel writes them, and in which
/// consoles do.
const YES_AND_NO: [(&[&str], bool); 2] = [
    (
        &[
            "1",
            "true",
            "yes",
            "wahr",
            "ja",
            "vrai",
            "oui",
            "verdadero",
            "si",
            "sí",
            "vero",
            "sì",
            "verdadeiro",
            "sim",
            "waar",
            "sand",
            "sant",
            "sann",
            "tosi",
            "kyllä",
            "prawda",
            "tak",
            "pravda",
            "ano",
            "igaz",
            "igen",
            "истина",
            "да",
            "doğru",
            "evet",
            "はい",
        ],
        true,
    ),
    (
        &[
            "0",
            "false",
            "no",
            "falsch",
            "nein",
            "faux",
            "non",
            "falso",
            "não",
            "onwaar",
            "nee",
            "falsk",
            "falskt",
            "usann",
            "nej",
            "nei",
            "epätosi",
            "ei",
            "fałsz",
            "nie",
            "nepravda",
            "ne",
            "hamis",
            "nem",
            "ложь",
            "нет",
            "yanlış",
            "hayır",
            "いいえ",
        ],
        false,
    ),
];

/// Yes or no in the ways exports write it.
pub(crate) fn flag(value: &str) -> Result<bool, Wrong> {
    let is = |word: &str| {
        let known = YES_AND_NO.iter().find(|(words, _)| words.contains(&word));
        known.map(|(_, means)| *means)
    };
    let found = is(&lower(value)).or_else(|| is(&value.to_lowercase()));
    found.ok_or_else(|| {
        (
            format!("{} is neither yes nor no", shown(value)),
            "write 1 or 0, or yes or no",
        )
    })
}

fn lower(value: &str) -> Cow<'_, str> {
    if value
        .bytes()
        .any(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-'))
    {
        Cow::Owned(value.to_ascii_lowercase().replace(['_', '-'], " "))
    } else {
        Cow::Borrowed(value)
    }
}

/// Bits per second. `unlimited` is refused: in a column of values that win
/// over the group's it could not be told from an empty cell.
pub(super) fn rate(value: &str) -> Result<u64, Wrong> {
    const HELP: &str = "write a rate such as 10 Mbit/s or 1.5 Mbit/s; the decimal sign is a point";
    match parse_rate(value) {
        Ok(Rate::UNLIMITED) => Err((
            "one machine's access cannot be `unlimited`".to_owned(),
            "leave the cell empty and say `access = \"unlimited\"` for the group, or write a rate",
        )),
        Ok(rate) => Ok(rate.0),
        Err(error) => Err(wrong_quantity(value, &error, HELP)),
    }
}

/// Microseconds.
pub(super) fn span(value: &str) -> Result<u64, Wrong> {
    const HELP: &str =
        "write a length of time such as 1.5 h or 1 h 30 min; the decimal sign is a point";
    parse_span(value)
        .map(|span| span.0)
        .map_err(|error| wrong_quantity(value, &error, HELP))
}

/// Bytes.
pub(super) fn size(value: &str) -> Result<u64, Wrong> {
    const HELP: &str =
        "write an amount of data such as 20 MB, 1.5 GiB or 4096 B; the decimal sign is a point";
    parse_size(value)
        .map(|size| size.0)
        .map_err(|error| wrong_quantity(value, &error, HELP))
}

/// The units' own message says what would be right; here `help` does.
fn wrong_quantity(value: &str, error: &ParseError, help: &'static str) -> Wrong {
    let reason = error
        .0
        .split_once("` ")
        .map_or("is not a quantity", |(_, reason)| reason);
    let reason = reason.split(';').next().unwrap_or(reason);
    (format!("{} {reason}", shown(value)), help)
}

/// A process exit code, 32 bits; a negative one is the same bits read as
/// unsigned, as Windows tools show both.
pub(super) fn exit_code(value: &str) -> Result<u64, Wrong> {
    let code = match value.parse::<i64>() {
        Ok(code) => u32::try_from(code)
            .ok()
            .or_else(|| i32::try_from(code).ok().map(|c| c as u32)),
        Err(_) => None,
    };
    code.map(u64::from).ok_or_else(|| {
        (
            format!("{} is not an exit code", shown(value)),
            "write a whole number of 32 bits, such as 0 or 1603",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_their_column_adds() {
        assert_eq!(name("PC1$"), Ok("PC1"));
        assert_eq!(name("CORP\\PC1$"), Ok("PC1"));
        assert_eq!(name("CN=PC1,OU=Sales,DC=contoso,DC=com"), Ok("PC1"));
        assert_eq!(name("pc.1"), Ok("pc.1"));
        assert!(name("pc\u{7}1").is_err());
        assert!(name("pc\u{85}1").is_err());
        assert_eq!(name("=HYPERLINK"), Ok("=HYPERLINK"));
        assert_eq!(name("Büro"), Ok("Büro"));
    }

    #[test]
    fn clients_and_roles_are_known_by_number_and_by_name() {
        let legacy = Client::Installed(Some(ClientKind::Legacy));
        assert_eq!(client("Legacy Client"), Ok(legacy));
        assert_eq!(
            client("1"),
            Ok(Client::Installed(Some(ClientKind::Advanced)))
        );
        assert_eq!(client("Yes"), Ok(Client::Installed(None)));
        assert_eq!(client("No"), Ok(Client::Missing));
        assert_eq!(client("3"), Ok(Client::OfAnotherDevice));
        assert!(client("4").is_err());
        assert_eq!(role("Member_Server"), Ok(Role::MemberServer));
        assert_eq!(role("StandaloneServer"), Ok(Role::MemberServer));
        let primary = role("Primary Domain Controller");
        assert_eq!(primary, Ok(Role::DomainController));
        assert!(role("printer").is_err());
        assert_eq!(is_controller_group("516"), Ok(true));
        let group = |name| is_controller_group(name);
        assert_eq!(group("CN=Domain Controllers,CN=Users,DC=c"), Ok(true));
        assert_eq!(group("CN=Domain Computers,CN=Users,DC=c"), Ok(false));
        assert_eq!(account_control("532480"), Ok((false, true)));
        assert_eq!(account_control("4098"), Ok((true, false)));
        let words = "4098 = ( ACCOUNTDISABLE | WORKSTATION_TRUST_ACCOUNT )";
        assert_eq!(account_control(words), Ok((true, false)));
        assert_eq!(account_control("ServerTrustAccount"), Ok((false, true)));
        assert!(account_control("yes").is_err());
    }

    #[test]
    fn yes_and_no_are_read_alike_in_every_column() {
        for (yes, no) in [
            ("Yes", "No"),
            ("WAHR", "FALSCH"),
            ("Ja", "Nein"),
            ("Oui", "Non"),
            ("Prawda", "FAŁSZ"),
            ("はい", "いいえ"),
        ] {
            assert_eq!((flag(yes), flag(no)), (Ok(true), Ok(false)));
            assert_eq!((activity(yes), activity(no)), (Ok(true), Ok(false)));
            assert_eq!(client(yes), Ok(Client::Installed(None)));
            assert_eq!(client(no), Ok(Client::Missing));
        }
        assert_eq!(activity("Inaktiv"), Ok(false));
    }

    #[test]
    fn a_canonical_name_says_the_name() {
        assert_eq!(name("corp.contoso.com/Munich/PCs/PC1"), Ok("PC1"));
    }

    #[test]
    fn an_unlimited_rate_is_not_mistaken_for_no_value() {
        assert_eq!(rate("10 Mbit/s"), Ok(10_000_000));
        assert!(rate("unlimited").unwrap_err().0.contains("unlimited"));
        assert_eq!(rate("fast").unwrap_err().0, "`fast` is not a data rate");
    }

    #[test]
    fn exit_codes_are_32_bits_signed_or_not() {
        assert_eq!(exit_code("1603"), Ok(1603));
        assert_eq!(exit_code("-1"), Ok(0xFFFF_FFFF));
        assert!(exit_code("4294967296").is_err());
        assert!(exit_code("0x643").is_err());
    }

    #[test]
    fn lists_and_nulls_of_exports_are_understood() {
        assert_eq!(first_of_list("{S01, S02}"), "S01");
        assert_eq!(first_of_list("S01"), "S01");
        assert_eq!(content(" NULL "), "");
    }

    #[test]
    fn what_stands_for_nothing_is_nothing() {
        for cell in ["-", "N/A", "#N/A", "(null)", "<none>"] {
            assert_eq!(unless_nothing(cell), "", "{cell}");
        }
        assert_eq!(unless_nothing("NULL1"), "NULL1");
        assert_eq!((unless_none("Unknown"), unless_none("Lyon")), ("", "Lyon"));
    }

    #[test]
    fn what_says_that_a_cell_is_text_is_no_part_of_it() {
        for (cell, text) in [
            ("'PC1", "PC1"),
            ("'PC1'", "PC1"),
            ("'", ""),
            ("O'Hara", "O'Hara"),
            ("=\"PC1\"", "PC1"),
            ("=\"", "=\""),
            ("=HYPERLINK(\"x\")", "=HYPERLINK(\"x\")"),
        ] {
            assert_eq!(as_text(cell), text);
        }
    }
}
