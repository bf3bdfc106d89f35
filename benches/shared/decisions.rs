//! Access decisions, and a naive evaluator that does what a first draft would:
//! collect the candidates, spell out the names of every group a session is in,
//! and compare strings.

use crate::lab::{CORP, Lab, PACKAGE, SHARE};
use rollcast::access::{Client, Execution, Purpose, Target, View, attempt, candidate, execute};
use rollcast::outcome::Actor;
use rollcast::world::{ClientKind, Program, Role, Trustee};
use std::collections::BTreeSet;

/// Both kinds of client in every role.
pub(crate) fn clients(lab: &Lab) -> Vec<Client<'_>> {
    let mut all = Vec::new();
    for kind in [ClientKind::Advanced, ClientKind::Legacy] {
        for role in [
            Role::Workstation,
            Role::MemberServer,
            Role::DomainController,
        ] {
            all.push(lab.client(kind, role));
        }
    }
    all
}

/// Who runs the program, and as whom it reaches the package and the share;
/// the number of accounts that were tried.
pub(crate) fn decide(view: View, client: &Client, program: &Program) -> usize {
    let Ok(execution) = execute(view, client, program) else {
        return 0;
    };
    tries(view, client, &execution, Purpose::RunFromPoint, PACKAGE)
        + tries(view, client, &execution, Purpose::Share, SHARE)
}

fn tries(
    view: View,
    client: &Client,
    execution: &Execution,
    purpose: Purpose,
    target: Target,
) -> usize {
    let mut n = 0;
    while let Some(actor) = candidate(view, client, execution, purpose, n) {
        n += 1;
        if attempt(view, client, actor, target).is_ok() {
            break;
        }
    }
    n
}

/// The same by strings.
pub(crate) fn decide_naively(view: View, client: &Client, program: &Program) -> usize {
    let Ok(execution) = execute(view, client, program) else {
        return 0;
    };
    let world = view.world;
    let lists = [
        (Purpose::RunFromPoint, &world.packages[0].access),
        (Purpose::Share, &world.shares[0].access),
    ];
    let mut n = 0;
    for (purpose, list) in lists {
        let candidates: Vec<Actor> = (0..)
            .map_while(|n| candidate(view, client, &execution, purpose, n))
            .collect();
        for actor in candidates {
            n += 1;
            let groups = group_names(view, client, actor);
            let named = |trustees: &[Trustee]| {
                trustees
                    .iter()
                    .any(|trustee| groups.contains(&format!("{trustee:?}")))
            };
            if !named(&list.deny) && named(&list.allow) {
                break;
            }
        }
    }
    n
}

fn group_names(view: View, client: &Client, actor: Actor) -> BTreeSet<String> {
    let mut groups = BTreeSet::new();
    let mut add = |trustee: Trustee| groups.insert(format!("{trustee:?}"));
    match actor {
        Actor::Account(account) => {
            add(Trustee::Account(account));
            add(Trustee::DomainUsers(CORP));
            for group in &view.world.directory.accounts[account.index()].groups {
                add(Trustee::Group(*group));
            }
        }
        Actor::LoggedOnUser => drop(add(Trustee::DomainUsers(client.domain))),
        Actor::ComputerAccount if client.role == Role::DomainController => {
            add(Trustee::DomainControllers(client.domain));
        }
        Actor::ComputerAccount => drop(add(Trustee::DomainComputers(client.domain))),
        _ => return groups,
    }
    for trustee in [
        Trustee::Everyone,
        Trustee::AuthenticatedUsers,
        Trustee::Users,
    ] {
        add(trustee);
    }
    groups
}
