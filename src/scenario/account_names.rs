//! What is likely to be meant by the name of an account, a group or an entry of an
//! access list that is not declared.

use super::pattern::nearest;

/// The token account of a domain's controllers, without the domain (`TechNet` cc181332).
pub(crate) use crate::outcome::DOMAIN_TOKEN_ACCOUNT;

/// What is wrong with a name, and what would be right.
pub(crate) struct Advice {
    pub(crate) message: String,
    pub(crate) help: String,
}

/// Whether `name` is that of the account which the controllers of a domain share.
pub(crate) fn is_domain_token(name: &str) -> bool {
    name.eq_ignore_ascii_case(DOMAIN_TOKEN_ACCOUNT)
}

/// The name behind the domain, if there is one.
fn bare(name: &str) -> &str {
    name.rsplit(['\\', '/']).next().unwrap_or(name)
}

/// Whether an entry is the token account of controllers, whatever stands before it.
pub(crate) fn names_the_token_account(entry: &str) -> bool {
    is_domain_token(bare(entry))
}

/// The domain whose token account `name` means: that of `DOMAIN\SMSCliToknAcct&`, else
/// `name` itself.
pub(crate) fn domain_of_token(name: &str) -> &str {
    match name.split_once('\\') {
        Some((domain, rest)) if is_domain_token(rest) => domain,
        _ => name,
    }
}

/// What is said of an entry of an access list that is an account of SMS itself, or of
/// Windows itself, as which nothing comes over the network; `domain` is one that the
/// scenario has.
pub(crate) fn of_the_product(entry: &str, domain: &str) -> Option<Advice> {
    let name = bare(entry).to_ascii_lowercase();
    let (message, help) = if is_domain_token(&name) && entry.contains('\\') {
        (
            format!("`{entry}` is not the token account of any domain"),
            format!(
                "write '{domain}\\{DOMAIN_TOKEN_ACCOUNT}': a domain has one for its controllers, a workgroup has none"
            ),
        )
    } else if is_domain_token(&name) {
        (
            format!("`{entry}` does not say which domain's token account it is"),
            format!("write '{domain}\\{DOMAIN_TOKEN_ACCOUNT}'"),
        )
    } else if name == "smsclitoknlocalacct&" {
        (
            format!(
                "`{entry}` is an account of each machine by itself, and no server knows that of another (KB Q263279)"
            ),
            format!(
                "leave it out: to let Legacy Clients in, name the account that they come with, a Client Connection account on a distribution point, the Software Installation Account on another share, or '{domain}\\{DOMAIN_TOKEN_ACCOUNT}' for domain controllers"
            ),
        )
    } else if ["smsclisvcacct&", "smsccmbootacct&"].contains(&name.as_str())
        || name.starts_with("sms&_")
        || name.starts_with("sms#_")
    {
        (
            format!(
                "`{entry}` runs the client service of its own machine, and comes to no share (TechNet cc181332)"
            ),
            "leave it out: programs and content are reached with other accounts".to_owned(),
        )
    } else if ["system", "localsystem", "local system"].contains(&name.as_str()) {
        (
            format!(
                "`{entry}` does not come over the network: Local System comes as its computer account"
            ),
            format!("write '{domain}\\Domain Computers', or '{domain}\\MACHINE$' for one machine"),
        )
    } else {
        return None;
    };
    Some(Advice { message, help })
}

/// A name as a message shows it: on one line.
pub(crate) fn shown(name: &str) -> String {
    with_backslashes(name)
}

/// The text as it stood in double quotes, if escapes have made control characters of
/// its backslashes: `"CORP\net"`, `"CORP\bob"`.
fn with_backslashes(name: &str) -> String {
    let mut restored = String::with_capacity(name.len() + 1);
    for letter in name.chars() {
        match letter {
            '\u{8}' => restored.push_str("\\b"),
            '\t' => restored.push_str("\\t"),
            '\n' => restored.push_str("\\n"),
            '\u{c}' => restored.push_str("\\f"),
            '\r' => restored.push_str("\\r"),
            '\u{1b}' => restored.push_str("\\e"),
            other => restored.push(other),
        }
    }
    restored
}

/// `name` as `DOMAIN\name`, where another sign stands between the two or the domain is
/// missing and there is only one; none if it is written so already.
pub(crate) fn respelled(name: &str, domains: &[&str]) -> Option<String> {
    let restored = with_backslashes(name);
    if restored != name {
        return Some(restored);
    }
    if let Some((domain, rest)) = name.split_once('\\') {
        if let Some(twice) = said_twice(domain, rest, domains) {
            return Some(twice);
        }
        let clean = rest.trim_start_matches('\\').trim();
        let (domain, is_clean) = (domain.trim(), clean == rest && domain.trim() == domain);
        let right = in_declared_case(domain, domains);
        let found = format!("{}\\{clean}", right.unwrap_or(domain));
        let is_likely = !clean.is_empty() && !clean.contains('\\');
        return (is_likely && (!is_clean || right.is_some_and(|right| right != domain)))
            .then_some(found);
    }
    if let Some((domain, rest)) = name.split_once('/') {
        let domain = in_declared_case(domain, domains).unwrap_or(domain);
        return Some(format!("{domain}\\{rest}")).filter(|_| !rest.is_empty());
    }
    if let Some((rest, at)) = name.split_once('@') {
        let first = at.split('.').next().unwrap_or(at);
        let known = in_declared_case(at, domains).or_else(|| in_declared_case(first, domains));
        return Some(format!("{}\\{rest}", known.unwrap_or(at))).filter(|_| !rest.is_empty());
    }
    match domains {
        [only] if !name.trim().is_empty() && !name.contains('*') => {
            Some(format!("{only}\\{}", name.trim()))
        }
        _ => None,
    }
}

/// `DOMAIN\name` for a name behind whose domain the domain stands again:
/// `CORP\CORP/bob`, `CORP\bob@corp`.
fn said_twice(domain: &str, rest: &str, domains: &[&str]) -> Option<String> {
    let domain = domain.trim();
    let again = |other: &str| {
        let first = other.split('.').next().unwrap_or(other);
        [other, first]
            .iter()
            .any(|one| one.eq_ignore_ascii_case(domain))
    };
    let name = rest
        .split_once(['/', '\\'])
        .filter(|(before, _)| again(before))
        .map(|(_, name)| name)
        .or_else(|| {
            rest.split_once('@')
                .filter(|(_, at)| again(at))
                .map(|(name, _)| name)
        })?;
    let right = in_declared_case(domain, domains).unwrap_or(domain);
    let is_clean = !name.is_empty() && !name.contains(['/', '\\', '@']);
    is_clean.then(|| format!("{right}\\{name}"))
}

fn in_declared_case<'a>(domain: &str, domains: &[&'a str]) -> Option<&'a str> {
    let mut known = domains.iter().copied();
    known.find(|known| known.eq_ignore_ascii_case(domain))
}

/// What to do about `name`, which none of `known` is called; `kind` is an account or a
/// group.
pub(crate) fn advice(kind: &str, name: &str, known: &[&str], domains: &[&str]) -> Option<String> {
    let alike = |wanted: &str| {
        let mut known = known.iter().copied();
        known.find(|known| known.eq_ignore_ascii_case(wanted))
    };
    if let Some(found) = alike(name) {
        return Some(format!(
            "it is declared as '{found}': write it in one way everywhere"
        ));
    }
    let declared_otherwise = |known: &&&str| {
        let meant = respelled(known, domains);
        meant.is_some_and(|meant| meant.eq_ignore_ascii_case(name))
    };
    if let Some(found) = known.iter().find(declared_otherwise) {
        return Some(format!(
            "it is declared as '{}': write [{kind}.'{name}'] there",
            shown(found)
        ));
    }
    let meant = respelled(name, domains);
    if let Some(meant) = &meant {
        return Some(match alike(meant) {
            Some(found) => format!("write '{found}'"),
            None => match near_in_domain(meant, known) {
                Some(near) => format!("write it as '{meant}'; did you mean '{near}'?"),
                None => format!("write it as '{meant}', and declare it: [{kind}.'{meant}']"),
            },
        });
    }
    if let Some((domain, rest)) = name.split_once('\\')
        && domain != "."
        && !domain.is_empty()
        && in_declared_case(domain, domains).is_none()
        && !rest.is_empty()
    {
        let same = known.iter().find(|known| {
            let (_, have) = known.split_once('\\').unwrap_or(("", known));
            have.eq_ignore_ascii_case(rest)
        });
        return Some(match (same, nearest(domain, domains.iter().copied())) {
            (Some(same), _) => format!("did you mean '{same}'?"),
            (None, Some(near)) => {
                format!("there is no domain `{domain}`; did you mean '{near}\\{rest}'?")
            }
            (None, None) => format!(
                "declare the domain and the {kind}: [domain.{domain}] and [{kind}.'{name}']"
            ),
        });
    }
    near_in_domain(name, known).map(|near| format!("did you mean '{near}'?"))
}

/// The name most like `name` of the same domain: the domain itself is not a likeness.
fn near_in_domain<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let (domain, rest) = name.split_once('\\')?;
    let of_domain: Vec<(&str, &'a str)> = known
        .iter()
        .filter_map(|known| {
            let (theirs, bare) = known.split_once('\\')?;
            theirs
                .eq_ignore_ascii_case(domain)
                .then_some((bare, *known))
        })
        .collect();
    let near = nearest(rest, of_domain.iter().map(|(bare, _)| *bare))?;
    let found = of_domain.iter().find(|(bare, _)| *bare == near)?;
    Some(found.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["CORP\\ins", "CORP\\net", "EU\\net"];

    fn help(name: &str) -> String {
        advice("account", name, &KNOWN, &["CORP", "EU"]).unwrap_or_default()
    }

    #[test]
    fn a_name_is_put_right_where_another_sign_stands_for_the_backslash() {
        for slip in [
            "CORP/net",
            "net@CORP",
            "net@corp.example.com",
            "CORP\\\\net",
            "CORP\net",
            " CORP\\net",
        ] {
            assert_eq!(help(slip), "write 'CORP\\net'", "{slip:?}");
        }
        assert_eq!(
            help("CORP/bob"),
            "write it as 'CORP\\bob', and declare it: [account.'CORP\\bob']"
        );
        assert_eq!(
            help("CORP\u{8}ob"),
            "write it as 'CORP\\bob', and declare it: [account.'CORP\\bob']"
        );
    }

    #[test]
    fn the_domain_is_no_likeness_between_two_accounts() {
        assert_eq!(help("CORP\\bob"), "");
        assert_eq!(help("CORP\\nett"), "did you mean 'CORP\\net'?");
        assert_eq!(help("NEWS\\ins"), "did you mean 'CORP\\ins'?");
    }

    #[test]
    fn a_name_without_its_domain_takes_the_only_one() {
        let known = ["CORP\\net"];
        let help = |name| advice("account", name, &known, &["CORP"]).unwrap();
        assert_eq!(help("net"), "write 'CORP\\net'");
        assert_eq!(
            help("bob"),
            "write it as 'CORP\\bob', and declare it: [account.'CORP\\bob']"
        );
    }
}
