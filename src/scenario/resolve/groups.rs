//! Groups, and the groups in them.

use super::access_lists::OF_A_DOMAIN;
use super::accounts::domain_of;
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At};
use crate::world::{DomainId, Group, GroupId};

/// The groups of `plan`, each with all the groups that are in it.
pub(super) fn groups(plan: &Plan, problems: &mut Problems) -> Vec<Group> {
    let mut groups = Vec::new();
    for item in plan.groups.list() {
        let domain = domain_of(&item.name, &item.place, plan, problems);
        refuse_taken_name(item, plan, problems);
        if item.name.starts_with(".\\") {
            let message = format!("the group `{}` is of no domain", item.name);
            problems.error(
                ProblemCode::MalformedName,
                item.place.clone(),
                message,
                "write a domain in front of the backslash",
            );
        }
        let named = item.spec.groups.as_deref().unwrap_or(&[]);
        groups.push(Group {
            name: item.name.clone(),
            // Position 0 stands in where an error has been reported.
            domain: domain.unwrap_or(DomainId(0)),
            computers: item.spec.computers.unwrap_or(false),
            users: item.spec.users.unwrap_or(false),
            members: named_groups(named, Member::Group, plan, problems)
                .into_iter()
                .map(GroupId::from)
                .collect(),
        });
    }
    if let Some(inner) = nest(&mut groups) {
        let item = plan.groups.get(inner.index());
        let message = format!(
            "the group `{}` is in more than {MOST_GROUPS} others, and an account in more than these may not be able to log on (KB 328889)",
            item.name
        );
        let help = "leave it out of some of them";
        problems.error(ProblemCode::Impossible, item.place.clone(), message, help);
    }
    groups
}

/// A group that every domain has, or that is called as an account is.
fn refuse_taken_name(item: &Item<written::Group>, plan: &Plan, problems: &mut Problems) {
    let place = || item.place.clone();
    if group_of_every_domain(&item.name).is_some() {
        let message = format!("`{}` is a group that every domain has by itself", item.name);
        let help = "leave it out: access lists may name it as it is";
        problems.error(ProblemCode::DeclaredTwice, place(), message, help);
    }
    if let Some(at) = plan.accounts.find_without_case(&item.name) {
        let taken = &plan.accounts.get(at).name;
        let message = format!(
            "the group `{}` and the account `{taken}` have one name, which Windows does not allow in a domain",
            item.name
        );
        let help = "give the group a name of its own";
        problems.error(ProblemCode::DeclaredTwice, place(), message, help);
    }
}

/// What has `groups`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    Account,
    Group,
    Users,
}

/// The groups that `names` and globs stand for. Who is in a group that every domain has
/// follows from what the account or the machine is.
pub(super) fn named_groups(
    names: &[At<String>],
    of: Member,
    plan: &Plan,
    problems: &mut Problems,
) -> Vec<usize> {
    let mut declared = Vec::with_capacity(names.len());
    for name in names {
        let Some(group) = group_of_every_domain(name) else {
            // Windows does not tell names apart that differ in case alone.
            let known = plan.groups.find_without_case(name);
            let known = known.map(|at| plan.groups.get(at).name.clone());
            declared.push(name.with(known.unwrap_or_else(|| name.to_string())));
            continue;
        };
        let message = format!("`{}` is a group that every domain has by itself", **name);
        let help = match (of, group) {
            (Member::Account, "Domain Admins") => "write `domain_admin = true` instead",
            (Member::Group, "Domain Users") => "write `users = true` instead",
            (Member::Group, "Domain Computers") => "write `computers = true` instead",
            (Member::Account | Member::Users, "Domain Users") => {
                "leave it out: every account of a domain is in it"
            }
            (Member::Group, _) => "leave it out, and name it in the access list itself",
            _ => "leave it out: users of machines are not in it",
        };
        problems.error(ProblemCode::Impossible, name.span(), message, help);
    }
    plan.groups.select(&declared, problems)
}

/// The word behind the domain, if it is a group that every domain has.
fn group_of_every_domain(name: &str) -> Option<&'static str> {
    let (_, rest) = name.split_once('\\')?;
    let mut words = OF_A_DOMAIN.iter().map(|(word, _)| *word);
    words.find(|word| word.eq_ignore_ascii_case(rest))
}

/// An account that is in more groups than that may not be able to log on (KB 328889).
const MOST_GROUPS: usize = 1_015;

/// Gives every group itself and all that is in the groups in it; circles do no harm. A
/// group that is in too many others is returned, and those after it stay as they are.
fn nest(groups: &mut [Group]) -> Option<GroupId> {
    let direct: Vec<Vec<GroupId>> = groups.iter().map(|group| group.members.clone()).collect();
    let mut around = vec![0usize; groups.len()];
    let mut seen_by = vec![usize::MAX; groups.len()];
    for (at, group) in groups.iter_mut().enumerate() {
        let mut members = vec![GroupId::from(at)];
        seen_by[at] = at;
        let mut next = 0;
        while let Some(id) = members.get(next).copied() {
            next += 1;
            for inner in &direct[id.index()] {
                if seen_by[inner.index()] != at {
                    seen_by[inner.index()] = at;
                    members.push(*inner);
                }
            }
        }
        for inner in &members {
            around[inner.index()] += 1;
            if around[inner.index()] > MOST_GROUPS + 1 {
                return Some(*inner);
            }
        }
        members.sort_unstable();
        group.members = members;
    }
    None
}
