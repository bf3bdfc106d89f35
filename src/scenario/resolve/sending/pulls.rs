//! Points that pull: who pulls from whom, over which links, by which rules.

use super::super::retry::{self, retry_without_jitter};
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::pattern::is_glob;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Period};
use crate::sending::{PullRules, SentPackage, Source, path};
use crate::units::Span;
use crate::world::{LinkId, PackageId, ServerId, World};
use std::collections::{BTreeMap, BTreeSet};

/// Points that pull, with their sources.
pub(super) struct Pulls {
    pub(super) sources: BTreeMap<ServerId, Vec<Source>>,
}

impl Pulls {
    pub(super) fn new(plan: &Plan, world: &World, problems: &mut Problems) -> Self {
        let mut sources = BTreeMap::new();
        for (at, item) in plan.servers.list().iter().enumerate() {
            let names = item.spec.pulls_from.as_deref().unwrap_or(&[]);
            let Some(first) = names.first() else { continue };
            if world.servers[at].roles.distribution_point {
                sources.insert(at, chosen(at, names, plan, world, problems));
            } else {
                let message = format!(
                    "the server `{}` pulls, and is not a distribution point",
                    item.name
                );
                let help = "add the role to its `roles`, or say `pulls_from = []` there";
                problems.error(ProblemCode::MissingRole, first.span(), message, help);
            }
        }
        circles(&sources, plan, problems);
        let source = |point: ServerId, source: ServerId| Source {
            point: source,
            path: path(world, source, point),
        };
        let sources = sources.into_iter().map(|(at, chosen)| {
            let point = ServerId::from(at);
            let ways = chosen.into_iter().map(|from| source(point, from.into()));
            (point, ways.collect())
        });
        Self {
            sources: sources.collect(),
        }
    }

    /// All links over which something may be pulled.
    pub(super) fn links(&self) -> BTreeSet<LinkId> {
        let sources = self.sources.values().flatten();
        sources
            .flat_map(|source| source.path.iter().copied())
            .collect()
    }
}

/// The sources of the server at `at`, the first choice first: names in their
/// order, the points that a glob stands for by name, each once.
fn chosen(
    at: usize,
    names: &[At<String>],
    plan: &Plan,
    world: &World,
    problems: &mut Problems,
) -> Vec<usize> {
    let is_point = |at: usize| world.servers[at].roles.distribution_point;
    let mut chosen = Vec::new();
    for name in names {
        let found = plan.servers.select(std::slice::from_ref(name), problems);
        let any = !found.is_empty();
        // A glob does not mean the point itself, nor servers of other kinds.
        let wanted = |other: &usize| !is_glob(name) || (is_point(*other) && *other != at);
        let found: Vec<usize> = found.into_iter().filter(wanted).collect();
        let stranger = found.iter().find(|other| !is_point(**other));
        if stranger.is_some() || (any && found.is_empty()) {
            let puller = &plan.servers.get(at).name;
            let message = format!(
                "`{puller}` pulls from `{}`, which is not another distribution point",
                **name
            );
            let help = "name distribution points, or add the role to the `roles` of the server";
            problems.error(ProblemCode::MissingRole, name.span(), message, help);
        }
        for other in found {
            if !chosen.contains(&other) {
                chosen.push(other);
            }
        }
    }
    chosen
}

/// Complains where points pull from each other in a circle, once for each.
/// The product prevents it (`GetChainedPullDPs` of `SMS_DistributionPointInfo`).
fn circles(sources: &BTreeMap<usize, Vec<usize>>, plan: &Plan, problems: &mut Problems) {
    let mut known = BTreeSet::new();
    for start in sources.keys() {
        if let Some(circle) = circle(*start, sources, &mut known) {
            say(&circle, plan, problems);
        }
    }
}

/// The first circle that is met on the ways from `start`; `known` are the points
/// whose ways have been gone.
fn circle(
    start: usize,
    sources: &BTreeMap<usize, Vec<usize>>,
    known: &mut BTreeSet<usize>,
) -> Option<Vec<usize>> {
    let mut way = Vec::new();
    if known.insert(start) {
        way.push((start, 0));
    }
    while let Some((at, next)) = way.last_mut() {
        let Some(source) = sources.get(at).and_then(|from| from.get(*next)) else {
            way.pop();
            continue;
        };
        *next += 1;
        if known.insert(*source) {
            way.push((*source, 0));
        } else if let Some(met) = way.iter().position(|(before, _)| before == source) {
            return Some(way[met..].iter().map(|(at, _)| *at).collect());
        }
    }
    None
}

fn say(circle: &[usize], plan: &Plan, problems: &mut Problems) {
    let item: &Item<written::Server> = plan.servers.get(circle[0]);
    let place = item
        .spec
        .pulls_from
        .as_ref()
        .and_then(|names| names.first());
    let message = if let [_] = circle {
        format!("the distribution point `{}` pulls from itself", item.name)
    } else {
        let others = circle[1..]
            .iter()
            .map(|at| plan.servers.get(*at).name.as_str());
        let others: Vec<_> = others.map(|name| format!("`{name}`")).collect();
        format!(
            "going from source to source, the distribution point `{}` comes back to itself over {}",
            item.name,
            others.join(", ")
        )
    };
    let help = "let one of them be copied to: say `pulls_from = []` there";
    problems.error(ProblemCode::Circle, place.and_then(At::span), message, help);
}

/// What points have from the start, of packages that are sent to others.
pub(super) fn held(world: &World, packages: &[SentPackage]) -> BTreeSet<(PackageId, ServerId)> {
    let mut held = BTreeSet::new();
    for sent in packages {
        let coming: BTreeSet<ServerId> = sent.destinations.iter().map(|d| d.point).collect();
        let points = &world.packages[sent.package.index()].distribution_points;
        let there = points.iter().filter(|point| !coming.contains(point));
        held.extend(there.map(|point| (sent.package, *point)));
    }
    held
}

/// The product's rules with what the scenario says put over them.
pub(super) fn rules(plan: &Plan, problems: &mut Problems) -> PullRules {
    let rules = PullRules::default();
    let Some(written) = &plan.written.sending else {
        return rules;
    };
    let mut every = |key, written: &Option<At<Period>>, default: Span| {
        retry::every(key, written.as_ref(), plan.horizon, problems).unwrap_or(default)
    };
    let recheck = every("pull_recheck", &written.pull_recheck, rules.recheck);
    let look_again = every(
        "pull_look_again",
        &written.pull_look_again,
        rules.look_again,
    );
    let resume = every("pull_resume", &written.pull_resume, rules.resume);
    let mut retry = |key, written: &Option<written::RetryRule>, default| {
        retry_without_jitter(key, (written.as_ref(), default), plan.horizon, problems)
    };
    PullRules {
        recheck,
        look_again,
        resume,
        notify: retry("pull_notify", &written.pull_notify, rules.notify),
        poll: retry("pull_poll", &written.pull_poll, rules.poll),
    }
}
