//! What decides in which order clients turn to distribution points.

use crate::product::Rules;
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::pattern;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{At, ServerRole, Site};
use crate::world::{Fallback, ServerId, SiteId};
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
            problems.error(ProblemCode::MissingRole, name.span(), message, help);
        }
        for point in named.into_iter().map(ServerId::from) {
            if !points.contains(&point) {
                points.push(point);
            }
        }
    }
    points
}

/// The neighbours of the site at `own`, soonest first.
pub(super) fn fallback(
    own: usize,
    item: &Item<Site>,
    plan: &Plan,
    problems: &mut Problems,
) -> Vec<Fallback> {
    let mut seen = vec![false; plan.sites.list().len()];
    let mut neighbours = Vec::new();
    for written in item.spec.fallback.iter().flatten() {
        let mut sites = Vec::new();
        for name in &written.sites {
            let mut named = plan.sites.select(std::slice::from_ref(name), problems);
            if pattern::is_glob(name) {
                named.retain(|site| *site != own);
            }
            if named.contains(&own) {
                let message = format!("the site `{}` falls back to itself", item.name);
                let help = "leave it out: its own points come first anyway; where the fallback \
                            comes from a default, say `fallback = []` for this site";
                problems.error(ProblemCode::Impossible, name.span(), message, help);
            }
            if let Some(twice) = named.iter().find(|site| seen[**site]) {
                let message = format!(
                    "the site `{}` falls back to `{}` twice",
                    item.name,
                    plan.sites.get(*twice).name
                );
                let help = "name every site once: after the shorter time";
                problems.error(ProblemCode::DeclaredTwice, name.span(), message, help);
            }
            named.iter().for_each(|site| seen[*site] = true);
            sites.extend(named);
        }
        if written.sites.is_empty() {
            let message = format!("a fallback of the site `{}` names no sites", item.name);
            let help = "say where to: sites = [\"hq\"]";
            problems.error(ProblemCode::MissingKey, item.place.clone(), message, help);
        }
        sites.sort_unstable();
        neighbours.push(Fallback {
            sites: sites.into_iter().map(SiteId::from).collect(),
            after: written.after.map_or(Rules::FALLBACK_AFTER, |span| span.0),
        });
    }
    neighbours.sort_by_key(|fallback| fallback.after);
    neighbours
}
