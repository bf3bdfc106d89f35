//! Access lists, and whom their entries mean.

use super::directory::account_domains;
use crate::scenario::ProblemCode;
use crate::scenario::account_names::{self, shown};
use crate::scenario::names::Items;
use crate::scenario::pattern::nearest;
use crate::scenario::plan::{Plan, is_workgroup};
use crate::scenario::problem::Problems;
use crate::scenario::written::At;
use crate::world::{AccessList, DomainId, Trustee};

/// An access list: what is written, or `default` where nothing is.
pub(super) fn access_list(
    allow: Option<&[At<String>]>,
    deny: Option<&[At<String>]>,
    default: &[Trustee],
    plan: &Plan,
    problems: &mut Problems,
) -> AccessList {
    let allow = match allow {
        Some(names) => trustees(names, plan, problems),
        None => default.to_vec(),
    };
    AccessList {
        allow,
        deny: trustees(deny.unwrap_or(&[]), plan, problems),
    }
}

/// The principals that every server and every domain has.
const WELL_KNOWN: [(&str, Trustee); 7] = [
    ("Everyone", Trustee::Everyone),
    ("Authenticated Users", Trustee::AuthenticatedUsers),
    ("Anonymous", Trustee::Anonymous),
    ("Anonymous Logon", Trustee::Anonymous),
    ("Guests", Trustee::Guests),
    ("Users", Trustee::Users),
    ("Administrators", Trustee::Administrators),
];

pub(super) type OfDomain = fn(DomainId) -> Trustee;

pub(super) const OF_A_DOMAIN: [(&str, OfDomain); 4] = [
    ("Domain Users", Trustee::DomainUsers),
    ("Domain Computers", Trustee::DomainComputers),
    ("Domain Controllers", Trustee::DomainControllers),
    ("Domain Admins", Trustee::DomainAdmins),
];

fn trustees(names: &[At<String>], plan: &Plan, problems: &mut Problems) -> Vec<Trustee> {
    let mut found: Vec<Trustee> = Vec::new();
    for name in names {
        match trustee(name, plan) {
            Some(trustee) => found.push(trustee),
            None => unknown_trustee(name, plan, problems),
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Where Windows shows the groups that every server has, and those of sessions.
const AUTHORITIES: [&str; 2] = ["BUILTIN\\", "NT AUTHORITY\\"];

/// Whom an entry means. Windows does not tell names apart that differ in case alone.
fn trustee(name: &str, plan: &Plan) -> Option<Trustee> {
    let is_authority = |prefix: &&str| {
        let start = name.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let authority = AUTHORITIES.iter().find(|prefix| is_authority(prefix));
    let bare = authority.map_or(name, |prefix| &name[prefix.len()..]);
    let is_it = |(word, _): &&(&str, Trustee)| word.eq_ignore_ascii_case(bare);
    if let Some((_, trustee)) = WELL_KNOWN.iter().find(is_it) {
        return Some(*trustee);
    }
    if let Some((domain, rest)) = name.split_once('\\')
        && let Some(domain) = plan.domains.find_without_case(domain)
    {
        let mut groups = OF_A_DOMAIN.iter();
        if let Some((_, of)) = groups.find(|(word, _)| word.eq_ignore_ascii_case(rest)) {
            return Some(of(domain.into()));
        }
        let has_accounts = !is_workgroup(plan.domains.get(domain));
        if has_accounts && account_names::is_domain_token(rest) {
            return Some(Trustee::Token(domain.into()));
        }
    }
    if name.ends_with('$') {
        let at = plan
            .computers
            .binary_search_by(|known| known.as_str().cmp(name));
        return at.ok().map(|at| Trustee::Computer(at as u32));
    }
    let group = plan.groups.find_without_case(name);
    group.map(|at| Trustee::Group(at.into())).or_else(|| {
        plan.accounts
            .find_without_case(name)
            .map(|at| Trustee::Account(at.into()))
    })
}

fn unknown_trustee(name: &At<String>, plan: &Plan, problems: &mut Problems) {
    let domains: Vec<&str> = account_domains(plan).collect();
    let domain = domains.first().copied().unwrap_or("DOMAIN");
    if let Some(advice) = account_names::of_the_product(name, domain) {
        problems.error(
            ProblemCode::UnknownName,
            name.span(),
            advice.message,
            advice.help,
        );
        return;
    }
    let mut known: Vec<String> = WELL_KNOWN
        .iter()
        .map(|(word, _)| (*word).to_owned())
        .collect();
    known.extend(
        plan.domains
            .names()
            .flat_map(|domain| OF_A_DOMAIN.map(|(word, _)| format!("{domain}\\{word}"))),
    );
    known.extend(names_of(&plan.groups).chain(names_of(&plan.accounts)));
    // A group of the server itself is not one of the domain.
    let bare = name.rsplit('\\').next().unwrap_or(name);
    let (words, names): (Vec<&str>, Vec<&str>) = known
        .iter()
        .map(String::as_str)
        .partition(|known| !known.contains('\\'));
    let is_bare = |word: &&str| word.eq_ignore_ascii_case(bare);
    let word = words.iter().copied().find(is_bare);
    let word = word.or_else(|| nearest(name, words.iter().copied()));
    let word = word.map(|near| format!("did you mean `{near}`?"));
    let help = match word.or_else(|| account_names::advice("account", name, &names, &domains)) {
        Some(help) => help,
        None => "declare it as a group or an account, or name one of Everyone, Authenticated Users, Anonymous, Guests, \
                 Users, Administrators, DOMAIN\\Domain Users, DOMAIN\\MACHINE$ and the like"
            .to_owned(),
    };
    problems.error(
        ProblemCode::UnknownName,
        name.span(),
        format!("there is no group or account `{}`", shown(name)),
        help,
    );
}

fn names_of<T>(items: &Items<T>) -> impl Iterator<Item = String> {
    items.names().map(str::to_owned)
}
