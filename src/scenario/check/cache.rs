//! Packages that are larger than the cache they are downloaded into: the client
//! fails without a second try, whatever else happens.

use super::census::{Census, Crowd, Reached};
use super::machines;
use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::units::Size;
use crate::world::{MachineId, NO_OVERRIDE, World};

/// Warns, for each advertisement, of the machines whose cache its package
/// exceeds.
pub(super) fn check(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let mut found = vec![Found::default(); world.advertisements.len()];
    let overrides = &world.fleet.overrides;
    if overrides.cache.is_empty() && overrides.package_bytes.is_empty() {
        for reached in census.reached(world) {
            found[reached.id.index()].look(world, &reached, None);
        }
    } else {
        for_each_machine(world, |machine, reached| {
            found[reached.id.index()].look(world, reached, Some(machine));
        });
    }
    for (item, found) in plan.advertisements.list().iter().zip(found) {
        if found.machines == 0 {
            continue;
        }
        let (smallest, largest) = found.caches;
        let caches = if smallest == largest {
            smallest.to_string()
        } else {
            format!("{smallest} to {largest}")
        };
        let message = format!(
            "the package of `{}`, {}, does not fit into the cache of {}, {caches}: they will fail",
            item.name,
            found.package,
            machines(found.machines),
        );
        let help =
            "make the `cache` of the fleet larger, or run the program from the distribution point";
        problems.warning(
            ProblemCode::CacheTooSmall,
            item.place.clone(),
            message,
            help,
        );
    }
}

/// The machines that an advertisement will fail on.
#[derive(Clone, Copy)]
struct Found {
    machines: u64,
    /// The largest package that does not fit.
    package: Size,
    /// The smallest and the largest cache that are too small.
    caches: (Size, Size),
}

impl Default for Found {
    fn default() -> Self {
        Self {
            machines: 0,
            package: Size(0),
            caches: (Size(u64::MAX), Size(0)),
        }
    }
}

impl Found {
    fn look(&mut self, world: &World, reached: &Reached, machine: Option<MachineId>) {
        if !reached.is_supported() || !reached.downloads(world) {
            return;
        }
        let own = |column: &[u64]| {
            let value = column.get(machine?.index()).copied();
            value.filter(|value| *value != NO_OVERRIDE).map(Size)
        };
        let overrides = &world.fleet.overrides;
        let package = &world.packages[reached.program.package.index()];
        let size = own(&overrides.package_bytes).unwrap_or(package.size);
        let cache = own(&overrides.cache).unwrap_or(reached.profile.cache);
        if size > cache {
            self.machines += reached.crowd.count;
            self.package = self.package.max(size);
            let (smallest, largest) = self.caches;
            self.caches = (smallest.min(cache), largest.max(cache));
        }
    }
}

/// Every machine with every advertisement that reaches it, each as a crowd of
/// one.
fn for_each_machine(world: &World, mut look: impl FnMut(MachineId, &Reached)) {
    for position in 0..world.fleet.machines.len() {
        let id = MachineId::from(position);
        let machine = &world.fleet.machines[position];
        let crowd = Crowd {
            site: world.fleet.site_of(id),
            profile: machine.profile,
            targets: machine.targets,
            count: 1,
        };
        let mut look = |reached: &Reached| look(id, reached);
        Reached::of_crowd(world, crowd).for_each(|reached| look(&reached));
    }
}
