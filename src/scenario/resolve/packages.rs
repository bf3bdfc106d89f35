//! Packages, and the distribution points that hold them.

use super::access_lists::access_list;
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::pattern;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written;
use crate::units::{Size, grouped};
use crate::world::{AccessList, Package, ServerId, Trustee};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most copies of packages on distribution points.
const MOST_COPIES: usize = 200_000_000;

/// The packages of `plan`.
pub(super) fn packages(plan: &Plan, problems: &mut Problems) -> Vec<Package> {
    let mut packages = Vec::new();
    let mut points = Points::of(plan);
    let mut copies = 0;
    for item in plan.packages.list() {
        let mut held_by = Arc::default();
        if copies <= MOST_COPIES {
            held_by = points.of_package(item, problems);
            copies += held_by.len();
            if copies > MOST_COPIES {
                let most = grouped(MOST_COPIES as u64);
                problems.error(
                    ProblemCode::TooMany,
                    item.place.clone(),
                    format!("packages lie on distribution points more than {most} times"),
                    "write `distribution_points` that hold fewer of them",
                );
            }
        }
        packages.push(Package {
            id: item.name.clone(),
            size: size(item),
            version: item.spec.version.map_or(1, |version| version.0 as u32),
            distribution_points: held_by,
            missing_at_start: Vec::new(),
            access: package_access(item, plan, problems),
        });
    }
    packages
}

/// The size of a package; one that is meant for no distribution point has no
/// source files.
fn size(item: &Item<written::Package>) -> Size {
    let nowhere = item
        .spec
        .distribution_points
        .as_ref()
        .is_some_and(Vec::is_empty);
    let default = if nowhere { 0 } else { 10_000_000 };
    item.spec.size.map_or(Size(default), |size| size.0)
}

fn package_access(
    item: &Item<written::Package>,
    plan: &Plan,
    problems: &mut Problems,
) -> AccessList {
    let default = [Trustee::Users, Trustee::Guests, Trustee::Administrators];
    access_list(
        item.spec.access.as_deref(),
        item.spec.deny.as_deref(),
        &default,
        plan,
        problems,
    )
}

/// The distribution points of packages.
struct Points<'p> {
    plan: &'p Plan,
    /// For each server, whether it is one.
    is_point: Vec<bool>,
    /// All of them.
    all: Arc<[ServerId]>,
    /// Those of names and globs that have been looked up before.
    known: BTreeMap<Vec<&'p str>, Arc<[ServerId]>>,
}

impl<'p> Points<'p> {
    fn of(plan: &'p Plan) -> Self {
        let servers = plan.servers.list().iter();
        let is_point: Vec<bool> = servers
            .map(|item| {
                let mut roles = item.spec.roles.iter().flatten();
                roles.any(|role| *role == written::ServerRole::DistributionPoint)
            })
            .collect();
        let all = (0..is_point.len()).filter(|at| is_point[*at]);
        Self {
            plan,
            all: all.map(ServerId::from).collect(),
            is_point,
            known: BTreeMap::new(),
        }
    }

    fn of_package(
        &mut self,
        item: &'p Item<written::Package>,
        problems: &mut Problems,
    ) -> Arc<[ServerId]> {
        let Some(names) = &item.spec.distribution_points else {
            return Arc::clone(&self.all);
        };
        let key: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        if let Some(known) = self.known.get(&key) {
            return Arc::clone(known);
        }
        let before = problems.list().len();
        let servers = &self.plan.servers;
        for name in names.iter().filter(|name| !pattern::is_glob(name)) {
            if servers.find(name).is_some_and(|at| !self.is_point[at]) {
                let message = format!("the server `{}` is not a distribution point", **name);
                let help = "add \"distribution point\" to its `roles`";
                problems.error(ProblemCode::MissingRole, name.span(), message, help);
            }
        }
        let chosen = servers.select(names, problems).into_iter();
        let chosen = chosen.filter(|at| self.is_point[*at]);
        let points: Arc<[ServerId]> = chosen.map(ServerId::from).collect();
        // What is wrong is told for each package.
        if problems.list().len() == before {
            self.known.insert(key, Arc::clone(&points));
        }
        points
    }
}
