//! Names that the directory gives to computers and domains: distinguished names, which
//! are `CN=PC1,OU=Sales,DC=contoso,DC=com`, canonical ones, which are
//! `contoso.com/Sales/PC1`, and full ones, which are `pc1.contoso.com`.

use super::value::first_of_list;

/// The parts of a distinguished name from the computer up, as they are written. A comma
/// behind a backslash is of the name (RFC 4514).
pub(crate) fn parts(name: &str) -> Vec<&str> {
    let (mut parts, mut from, mut escaped) = (Vec::new(), 0, false);
    for (at, byte) in name.bytes().enumerate() {
        if byte == b',' && !escaped {
            parts.push(name[from..at].trim());
            from = at + 1;
        }
        escaped = byte == b'\\' && !escaped;
    }
    parts.push(name[from..].trim());
    parts
}

/// `Sales, EMEA` of `OU=Sales\, EMEA`; the part as it is if it is no such part.
pub(crate) fn value_of(part: &str) -> String {
    let value = part.split_once('=').map_or(part, |(_, value)| value).trim();
    let mut plain = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            plain.push(*first);
            continue;
        }
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let by_digits = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        let length = if by_digits.is_some() { 2 } else { 1 };
        plain.extend(by_digits.or(after.first().copied()));
        rest = after.get(length..).unwrap_or_default();
    }
    String::from_utf8(plain).unwrap_or_else(|_| value.to_owned())
}

/// `PC1` of `CN=PC1,OU=Sales,DC=contoso,DC=com`; none if it is no such name.
pub(super) fn common_name(cell: &str) -> Option<&str> {
    let (key, value) = cell.split(',').next()?.split_once('=')?;
    key.trim().eq_ignore_ascii_case("cn").then(|| value.trim())
}

/// `contoso.com/Sales/PC1`, if the cell is such a canonical name.
pub(super) fn canonical_name(cell: &str) -> Option<&str> {
    let (domain, _) = cell.split_once('/')?;
    let is_dns = domain.contains('.') && !domain.contains(['=', ' ', ':']);
    is_dns.then_some(cell)
}

/// `contoso.com` of `CN=PC1,OU=Sales,DC=contoso,DC=com` or `contoso.com/Sales/PC1`; none
/// if there is none.
pub(crate) fn domain_of_path(cell: &str) -> Option<String> {
    if let Some((domain, _)) = canonical_name(cell).and_then(|name| name.split_once('/')) {
        return Some(domain.to_owned());
    }
    let labels: Vec<&str> = parts(cell)
        .into_iter()
        .filter_map(|part| part.split_once('='))
        .filter(|(key, _)| key.trim().eq_ignore_ascii_case("dc"))
        .map(|(_, label)| label.trim())
        .collect();
    (!labels.is_empty()).then(|| labels.join("."))
}

/// Whether an account is in the unit at the top of its domain into which the directory puts
/// its controllers (MS-ADTS 6.1.1.4, "Well-Known Objects").
pub(super) fn is_among_controllers(path: &str) -> bool {
    // Few paths have the word, and only these are taken apart.
    path.contains("ontrollers")
        && lower_parts(path).windows(2).any(|pair| {
            matches!(pair, [unit, above] if unit == "ou=domain controllers" && above.starts_with("dc="))
        })
}

/// Whether a name is that of an object that lost against another of the same name when
/// controllers replicated, or that was deleted (MS-ADTS 3.1.1.1.5): `PC1`, a line feed, and
/// `CNF:` or `DEL:` with an identifier. Distinguished names have `\0A` for the line feed.
pub(super) fn is_left_over(name: &str) -> bool {
    ["CNF:", "DEL:"].iter().any(|mark| {
        name.split_once(mark).is_some_and(|(before, after)| {
            (before.ends_with('\n') || before.ends_with("\\0A"))
                && after.starts_with(|c: char| c.is_ascii_hexdigit())
        })
    })
}

/// Whether a distinguished name is one of a unit or a container of the directory, whose
/// first part says that it is one.
pub(super) fn is_of_a_unit(path: &str) -> bool {
    let key = path.split_once('=').map(|(key, _)| key.trim());
    key.is_some_and(|key| {
        ["ou", "dc"]
            .iter()
            .any(|unit| key.eq_ignore_ascii_case(unit))
    })
}

/// Whether an account is in the container at the top of its domain into which the directory
/// puts the accounts of services (MS-ADTS 6.1.1.4, "Well-Known Objects").
pub(super) fn is_of_a_service(path: &str) -> bool {
    // A unit of that name is none of it, but a canonical name does not tell them apart.
    let kind = if canonical_name(path).is_some() {
        "ou=managed service accounts"
    } else {
        "cn=managed service accounts"
    };
    path.contains("ervice ")
        && lower_parts(path)
            .windows(2)
            .any(|pair| matches!(pair, [part, above] if part == kind && above.starts_with("dc=")))
}

/// The parts of a distinguished name in lower case. Those of a canonical name,
/// `contoso.com/Munich/PC1`, are written likewise: `ou=pc1,ou=munich,dc=contoso,dc=com`.
pub(super) fn lower_parts(name: &str) -> Vec<String> {
    let Some((domain, units)) = canonical_name(name).and_then(|name| name.split_once('/')) else {
        let parts = parts(name).into_iter();
        return parts.map(str::to_lowercase).collect();
    };
    let units = units.rsplit('/').map(|unit| format!("ou={unit}"));
    let domain = domain.split('.').map(|label| format!("dc={label}"));
    let parts = units.chain(domain);
    parts.map(|part| part.to_lowercase()).collect()
}

/// The name and the domain of `pc1.corp.contoso.com`.
pub(super) fn host_name(cell: &str) -> (&str, Option<&str>) {
    match first_of_list(cell).split_once('.') {
        Some((name, domain)) => (name, Some(domain).filter(|domain| !domain.is_empty())),
        None => (first_of_list(cell), None),
    }
}

/// The name and the domain of a name that may be a full one: an address is none, nor
/// is `pc.1`, as the last label of a domain has letters alone (RFC 3696).
pub(super) fn full_name(name: &str) -> (&str, Option<&str>) {
    let Some((label, domain)) = name.split_once('.') else {
        return (name, None);
    };
    let is_label = |label: &str| {
        let mut bytes = label.bytes();
        !label.is_empty() && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    let top = domain.rsplit('.').next().unwrap_or_default();
    let is_top = top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_top && is_label(label) && domain.split('.').all(is_label) {
        (label, Some(domain))
    } else {
        (name, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controllers_stand_in_their_unit_at_the_top() {
        assert!(is_among_controllers(
            "CN=DC1,OU=Domain Controllers,DC=corp,DC=com"
        ));
        assert!(is_among_controllers("corp.com/Domain Controllers/DC1"));
        assert!(!is_among_controllers(
            "CN=PC1,OU=Domain Controllers,OU=Lab,DC=corp,DC=com"
        ));
        assert!(!is_among_controllers(
            "CN=PC1,OU=Old domain controllers,DC=corp,DC=com"
        ));
    }

    #[test]
    fn the_domain_is_in_the_path() {
        let domain = domain_of_path("CN=PC1,OU=Sales,DC=corp,DC=contoso,DC=com");
        assert_eq!(domain.as_deref(), Some("corp.contoso.com"));
        assert_eq!(domain_of_path("CN=PC1"), None);
        let domain = domain_of_path("CN=PC1,OU=a\\,DC=b,DC=c");
        assert_eq!(domain.as_deref(), Some("c"));
        let domain = domain_of_path("corp.contoso.com/Munich/PCs/PC1");
        assert_eq!(domain.as_deref(), Some("corp.contoso.com"));
        assert_eq!(domain_of_path("n/a"), None);
        assert_eq!(domain_of_path("http://x/y"), None);
    }

    #[test]
    fn a_comma_behind_a_backslash_is_of_the_name() {
        let name = "CN=PC1,OU=Sales\\, EMEA,DC=com";
        assert_eq!(parts(name), ["CN=PC1", "OU=Sales\\, EMEA", "DC=com"]);
        assert_eq!(value_of("OU=Sales\\, EMEA"), "Sales, EMEA");
        assert_eq!(value_of("OU=Z\\C3\\BCrich \\+ Co"), "Zürich + Co");
        assert_eq!(value_of("OU=a\\"), "a");
        assert_eq!(parts("CN=PC1\\\\,OU=x").len(), 2);
    }

    #[test]
    fn a_full_name_has_the_domain_and_an_address_has_none() {
        let domain = Some("corp.contoso.com");
        assert_eq!(full_name("pc1.corp.contoso.com"), ("pc1", domain));
        assert_eq!(full_name("pc1.local"), ("pc1", Some("local")));
        for name in [
            "pc1", "pc.1", "10.1.2.3", "pc1.", ".com", "a b.com", "pc1..com",
        ] {
            assert_eq!(full_name(name), (name, None));
        }
        assert_eq!(host_name("pc1.corp.contoso.com"), ("pc1", domain));
    }
}
