//! What decides in which order clients turn to distribution points.

use crate::product::Rules;
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::pattern;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, ServerRole, Site};
use crate::world::{Fallback, Preferred, ServerId, SiteId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
) -> Preferred {
    let mut points: Vec<ServerId> = Vec::new();
    let mut known = BTreeSet::new();
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
            let message = format!(
                "the preferred server `{}` is not a distribution point",
                **name
            );
            let help = "name servers with the role \"distribution point\"";
            problems.error(ProblemCode::MissingRole, name.span(), message, help);
        }
        for point in named.into_iter().map(ServerId::from) {
            if known.insert(point) {
                points.push(point);
            }
        }
    }
    points.into()
}

/// The neighbours that sites fall back to: those that many sites have in common are
/// looked up once.
#[derive(Default)]
pub(super) struct Neighbours<'p> {
    /// By what is written.
    known: BTreeMap<Vec<Vec<&'p str>>, Known>,
    same: BTreeMap<Vec<usize>, Arc<[SiteId]>>,
}

/// What is written stands for the same sites wherever it is written, but for the site
/// itself.
struct Known {
    /// The sites of each entry.
    lists: Vec<Arc<[SiteId]>>,
    /// Those that are named by no glob: none of them falls back to itself.
    by_name: BTreeSet<usize>,
}

impl<'p> Neighbours<'p> {
    /// The neighbours of the site at `own`, soonest first.
    pub(super) fn of(
        &mut self,
        own: usize,
        item: &'p Item<Site>,
        plan: &Plan,
        problems: &mut Problems,
    ) -> Vec<Fallback> {
        let written: &[written::Fallback] = item.spec.fallback.as_deref().unwrap_or_default();
        if written.is_empty() {
            return Vec::new();
        }
        let names = |entry: &'p written::Fallback| entry.sites.iter().map(|name| name.as_str());
        let key = written.iter().map(|entry| names(entry).collect()).collect();
        let known = self.known.get(&key);
        let known = known.filter(|known| !known.by_name.contains(&own));
        let lists = if let Some(known) = known {
            known.lists.clone()
        } else {
            let mut named = Named::of(own, item, plan, problems);
            let same = named.lists.drain(..).map(|list| self.shared(list));
            let lists: Vec<_> = same.collect();
            if named.means_the_same_elsewhere {
                let (lists, by_name) = (lists.clone(), named.by_name);
                self.known.insert(key, Known { lists, by_name });
            }
            lists
        };
        let entries = written.iter().zip(lists);
        let mut neighbours: Vec<_> = entries
            .map(|(entry, sites)| Fallback {
                sites,
                after: entry.after.map_or(Rules::FALLBACK_AFTER, |span| span.0),
            })
            .collect();
        neighbours.sort_by_key(|fallback| fallback.after);
        neighbours
    }

    fn shared(&mut self, list: Vec<usize>) -> Arc<[SiteId]> {
        let list = self.same.entry(list);
        let shared =
            list.or_insert_with_key(|list| list.iter().copied().map(SiteId::from).collect());
        Arc::clone(shared)
    }
}

/// The sites that the fallback of one site names.
struct Named {
    /// Of each entry, sorted. Globs name the site itself too, which is not meant.
    lists: Vec<Vec<usize>>,
    by_name: BTreeSet<usize>,
    /// Whether nothing is wrong with it, at whatever site that it does not name.
    means_the_same_elsewhere: bool,
}

impl Named {
    fn of(own: usize, item: &Item<Site>, plan: &Plan, problems: &mut Problems) -> Self {
        let mut all = Self {
            lists: Vec::new(),
            by_name: BTreeSet::new(),
            means_the_same_elsewhere: true,
        };
        let mut seen = vec![false; plan.sites.list().len()];
        let mut is_by_glob = false;
        for written in item.spec.fallback.iter().flatten() {
            let mut sites = Vec::new();
            for name in &written.sites {
                let named = plan.sites.select(std::slice::from_ref(name), problems);
                let is_glob = pattern::is_glob(name);
                if !is_glob {
                    all.by_name.extend(&named);
                }
                if !is_glob && named.contains(&own) {
                    falls_back_to_itself(item, name, problems);
                }
                let itself = is_glob && named.binary_search(&own).is_ok();
                // That a glob names the site itself is not meant.
                let meant = || named.iter().filter(|site| !itself || **site != own);
                let twice = meant().find(|site| seen[**site]);
                if let Some(twice) = twice {
                    falls_back_twice(item, &plan.sites.get(*twice).name, name, problems);
                }
                let is_known = itself && std::mem::replace(&mut is_by_glob, true);
                all.means_the_same_elsewhere &= !named.is_empty() && twice.is_none() && !is_known;
                meant().for_each(|site| seen[*site] = true);
                sites.extend(named);
            }
            if written.sites.is_empty() {
                all.means_the_same_elsewhere = false;
                let message = format!("a fallback of the site `{}` names no sites", item.name);
                let help = "say where to: sites = [\"hq\"]";
                problems.error(ProblemCode::MissingKey, item.place.clone(), message, help);
            }
            sites.sort_unstable();
            all.lists.push(sites);
        }
        all
    }
}

fn falls_back_to_itself(item: &Item<Site>, name: &At<String>, problems: &mut Problems) {
    let message = format!("the site `{}` falls back to itself", item.name);
    let help = "leave it out: its own points come first anyway; where the fallback \
                comes from a default, say `fallback = []` for this site";
    problems.error(ProblemCode::Impossible, name.span(), message, help);
}

fn falls_back_twice(item: &Item<Site>, to: &str, name: &At<String>, problems: &mut Problems) {
    let message = format!("the site `{}` falls back to `{to}` twice", item.name);
    let help = "name every site once: after the shorter time";
    problems.error(ProblemCode::DeclaredTwice, name.span(), message, help);
}
