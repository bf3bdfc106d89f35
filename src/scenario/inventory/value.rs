//! What one cell says. Every parser answers a wrong value with the words for
//! what would be right.

use super::heading::{NameForm, shown};
use crate::units::{ParseError, Rate, parse_rate, parse_size, parse_span};
use crate::world::{ClientKind, Role};
use std::borrow::Cow;

/// The message and the help for a value that cannot be.
pub(super) type Wrong = (String, &'static str);

/// A cell without the ways in which exports write "nothing": `NULL` (SQL
/// clients), `System.String[]` (`Export-Csv` of a list).
pub(super) fn content(cell: &str) -> &str {
    match cell.trim() {
        "NULL" | "System.String[]" => "",
        content => content,
    }
}

/// The first entry of a list such as `{S01, S02}`, or the value itself.
pub(super) fn first_of_list(value: &str) -> &str {
    match value
        .strip_prefix('{')
        .and_then(|list| list.strip_suffix('}'))
    {
        Some(list) => list.split(',').next().unwrap_or(list).trim(),
        None => value,
    }
}

/// The machine's name from a cell of a name column.
pub(super) fn name(cell: &str, form: NameForm) -> Result<&str, Wrong> {
    let name = match form {
        NameForm::Plain => cell,
        NameForm::HostName => cell.split('.').next().unwrap_or(cell),
        NameForm::DistinguishedName => common_name(cell),
    };
    without_controls(name.strip_suffix('$').unwrap_or(name))
}

/// `PC1` of `CN=PC1,OU=Sales,DC=contoso,DC=com`.
fn common_name(cell: &str) -> &str {
    let first = cell.split(',').next().unwrap_or(cell);
    match first.split_once('=') {
        Some((key, value)) if key.trim().eq_ignore_ascii_case("cn") => value.trim(),
        _ => cell,
    }
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

/// `v_R_System` says 0 and 1, consoles say `Legacy` and `Advanced`; `None` of
/// the inner option is a machine without a client.
pub(super) fn client(value: &str) -> Result<Option<ClientKind>, Wrong> {
    match lower(value).as_ref() {
        "1" | "advanced" | "advanced client" => Ok(Some(ClientKind::Advanced)),
        "0" | "legacy" | "legacy client" => Ok(Some(ClientKind::Legacy)),
        "none" | "no client" => Ok(None),
        _ => Err((
            format!("{} is not a client type", shown(value)),
            "write `advanced` (or 1), `legacy` (or 0), `none`, or leave the cell empty",
        )),
    }
}

/// A role by name, by `DomainRole` of `Win32_ComputerSystem` (0 to 5), or by
/// `primaryGroupID` (515 Domain Computers, 516 Domain Controllers, 521
/// Read-only Domain Controllers: KB 243330); `None` if it leaves open which.
pub(super) fn role(value: &str) -> Result<Option<Role>, Wrong> {
    match lower(value).as_ref() {
        "workstation" | "0" | "1" => Ok(Some(Role::Workstation)),
        "member server" | "server" | "2" | "3" => Ok(Some(Role::MemberServer)),
        "domain controller" | "dc" | "4" | "5" | "516" | "521" => Ok(Some(Role::DomainController)),
        "515" => Ok(None),
        _ => Err((
            format!("{} is not a role", shown(value)),
            "write `workstation`, `member server` or `domain controller`",
        )),
    }
}

/// Yes or no in the ways exports write it.
pub(super) fn flag(value: &str) -> Result<bool, Wrong> {
    match lower(value).as_ref() {
        "1" | "true" | "yes" => Ok(true),
        "0" | "false" | "no" => Ok(false),
        _ => Err((
            format!("{} is neither yes nor no", shown(value)),
            "write 1 or 0, or yes or no",
        )),
    }
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
    const HELP: &str = "write a rate such as 10 Mbit/s or 512 kbit/s";
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
    const HELP: &str = "write a length of time such as 90 min or 1 h 30 min";
    parse_span(value)
        .map(|span| span.0)
        .map_err(|error| wrong_quantity(value, &error, HELP))
}

/// Bytes.
pub(super) fn size(value: &str) -> Result<u64, Wrong> {
    const HELP: &str = "write an amount of data such as 20 MB, 512 KiB or 4096 B";
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
        assert_eq!(name("PC1$", NameForm::Plain), Ok("PC1"));
        assert_eq!(name("pc1.corp.contoso.com", NameForm::HostName), Ok("pc1"));
        let dn = "CN=PC1,OU=Sales,DC=contoso,DC=com";
        assert_eq!(name(dn, NameForm::DistinguishedName), Ok("PC1"));
        assert_eq!(name("pc.1", NameForm::Plain), Ok("pc.1"));
        assert!(name("pc\u{7}1", NameForm::Plain).is_err());
        assert!(name("pc\u{85}1", NameForm::Plain).is_err());
        assert_eq!(name("=HYPERLINK", NameForm::Plain), Ok("=HYPERLINK"));
        assert_eq!(name("Büro", NameForm::Plain), Ok("Büro"));
    }

    #[test]
    fn clients_and_roles_are_known_by_number_and_by_name() {
        assert_eq!(client("Legacy Client"), Ok(Some(ClientKind::Legacy)));
        assert_eq!(client("1"), Ok(Some(ClientKind::Advanced)));
        assert_eq!(client("none"), Ok(None));
        assert!(client("3").is_err());
        assert_eq!(role("Member_Server"), Ok(Some(Role::MemberServer)));
        assert_eq!(role("516"), Ok(Some(Role::DomainController)));
        assert_eq!(role("515"), Ok(None));
        assert!(role("printer").is_err());
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
}
