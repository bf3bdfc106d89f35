//! Accounts that a site hands out and that cannot log on from the start.

use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::world::{AccountId, AccountState, SiteAccounts, World};
use std::collections::BTreeMap;

/// Warns of each account that is declared as unusable and is in use at a site.
pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    let mut used: BTreeMap<AccountId, &str> = BTreeMap::new();
    for site in world.sites.iter().rev() {
        let ids = handed_out(&site.accounts).map(|id| (id, site.name.as_str()));
        used.extend(ids);
    }
    for (id, site) in used {
        let account = &world.directory.accounts[id.index()];
        let Some(what) = unusable(account.state) else {
            continue;
        };
        let Some(item) = plan.accounts.find(&account.name) else {
            continue;
        };
        let message = format!(
            "the account `{}` {what} from the start, and the clients of site `{site}` are to use it",
            account.name
        );
        let help = "leave `state` out, or write a fault for what befalls the account later; keep it where this is what you want to see";
        let place = plan.accounts.get(item).place.clone();
        problems.warning(ProblemCode::UnusableAccount, place, message, help);
    }
}

fn handed_out(accounts: &SiteAccounts) -> impl Iterator<Item = AccountId> {
    let single = [accounts.network_access, accounts.software_installation];
    let listed = accounts.client_connection.iter().copied();
    single.into_iter().flatten().chain(listed)
}

/// What is the matter with an account that cannot log on.
const fn unusable(state: AccountState) -> Option<&'static str> {
    match state {
        AccountState::Ok => None,
        AccountState::Locked => Some("is locked out"),
        AccountState::Disabled => Some("is disabled"),
        AccountState::Expired => Some("has expired"),
        AccountState::PasswordExpired => Some("has an expired password"),
        AccountState::WrongPassword => Some("is presented with a wrong password"),
        AccountState::Missing => Some("does not exist"),
    }
}
