//! What decides in which order clients turn to distribution points.

use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{At, ServerRole};
use crate::world::ServerId;
use std::collections::BTreeMap;

/// The Active Directory site of each site, by number.
pub(super) fn ad_sites(plan: &Plan) -> Vec<u32> {
    let mut numbers = BTreeMap::new();
    let mut number = |name| {
        let next = numbers.len() as u32;
        *numbers.entry(name).or_insert(next)
    };
    let sites = plan.sites.list().iter();
    sites
        .map(|item| number(item.spec.ad_site.as_deref().unwrap_or(&item.name)))
        .collect()
}

/// The distribution points that names and globs stand for, in the order of the
/// list, each once.
pub(super) fn preferred(
    names: Option<&[At<String>]>,
    plan: &Plan,
    problems: &mut Problems,
) -> Vec<ServerId> {
    let mut points: Vec<ServerId> = Vec::new();
    for name in names.into_iter().flatten() {
        let named = plan.servers.select(std::slice::from_ref(name), problems);
        if named.is_empty() {
            continue;
        }
        let is_point = |at: &usize| {
            let mut roles = plan.servers.get(*at).spec.roles.iter().flatten();
            roles.any(|role| *role == ServerRole::DistributionPoint)
        };
        let named: Vec<_> = named.into_iter().filter(is_point).collect();
        if named.is_empty() {
            let message = format!("the preferred server `{}` is no distribution point", **name);
            let help = "name servers with the role \"distribution point\"";
            problems.error("missing-role", name.span(), message, help);
        }
        for point in named.into_iter().map(ServerId::from) {
            if !points.contains(&point) {
                points.push(point);
            }
        }
    }
    points
}
