//! `failures.csv`: why machines did not get what they were offered, by what
//! they have in common, over all replications.

use std::collections::BTreeMap;

use super::cell;
use super::tally::FailureKey;
use super::totals::{FailureTotal, Totals};
use crate::statistics::StudentFactor;
use crate::world::{AdvertisementId, ClientKind, DomainId, MachineId, Role, SiteId, World};

/// Stands for the name of any machine in the name of an account.
const ANY_MACHINE: &str = "*";

/// Columns, in order.
pub(super) fn headings() -> Vec<String> {
    [
        "advertisement",
        "client",
        "role",
        "site",
        "outcome",
        "cause",
        "code",
        "account",
        "resource",
        "machines",
        "machines_low",
        "machines_high",
        "targeted",
        "share",
        "share_of_advertisement",
        "replications",
        "first_seconds",
        "median_seconds",
        "example",
    ]
    .map(String::from)
    .into()
}

/// Machines that an advertisement reaches, by client kind, role and site.
type Targeted = BTreeMap<(AdvertisementId, ClientKind, Role, SiteId), u64>;

fn targeted(world: &World) -> Targeted {
    let mut targeted = Targeted::new();
    for (site, range) in world.fleet.by_site.iter().enumerate() {
        let machines = &world.fleet.machines[range.start as usize..range.end as usize];
        // Those alike follow each other, and are counted together.
        for alike in machines.chunk_by(|a, b| (a.profile, a.targets) == (b.profile, b.targets)) {
            let profile = world.fleet.profile(&alike[0]);
            for advertisement in world.targets(&alike[0]) {
                let (client, role) = (profile.client, profile.role);
                let key = (*advertisement, client, role, SiteId::from(site));
                *targeted.entry(key).or_default() += alike.len() as u64;
            }
        }
    }
    targeted
}

/// The rows, sorted by their key, and how many there are.
pub(super) fn rows(world: &World, totals: &Totals) -> (Vec<u8>, u64) {
    let targeted = targeted(world);
    let factor = totals.factor();
    let mut out = Vec::new();
    for (key, total) in &totals.failures {
        key_cells(world, key, &mut out);
        let here = targeted.get(&(key.advertisement, key.client, key.role, key.site));
        let all = totals.advertisements[key.advertisement.index()].targeted;
        counts(
            total,
            totals.replications,
            factor,
            here.copied().unwrap_or(0),
            all,
            &mut out,
        );
        cell::instant(&mut out, total.first);
        cell::instant(&mut out, total.median());
        cell::text(&mut out, &machine_name(world, total.example));
        cell::end_row(&mut out);
    }
    (out, totals.failures.len() as u64)
}

fn key_cells(world: &World, key: &FailureKey, out: &mut Vec<u8>) {
    let mut scratch = String::new();
    cell::text(out, &world.advertisements[key.advertisement.index()].id);
    cell::name(out, key.client.name());
    cell::name(out, key.role.name());
    cell::text(out, &world.sites[key.site.index()].name);
    cell::name(out, key.ending.name());
    cell::name(out, key.cause.name());
    cell::optional_number(out, key.code.map(u64::from));
    let domain = key.domain.unwrap_or(DomainId(0));
    key.account
        .write_name(world, domain, ANY_MACHINE, &mut scratch);
    cell::text(out, &scratch);
    scratch.clear();
    key.resource.write_name(world, &mut scratch);
    cell::text(out, &scratch);
}

/// Machines with their interval, and their share of the `here` machines of the
/// same kind and site, and of `all` machines.
fn counts(
    total: &FailureTotal,
    replications: u64,
    factor: Option<StudentFactor>,
    here: u64,
    all: u64,
    out: &mut Vec<u8>,
) {
    let machines = total.machines.padded(replications);
    let mean = machines.mean().unwrap_or(0.0);
    let interval = factor
        .and_then(|factor| machines.interval(factor))
        .map(|interval| interval.clamped(0.0, here as f64));
    cell::float(out, mean);
    cell::optional_float(out, interval.map(|interval| interval.low));
    cell::optional_float(out, interval.map(|interval| interval.high));
    cell::number(out, here);
    cell::optional_float(out, share(mean, here));
    cell::optional_float(out, share(mean, all));
    cell::number(out, total.machines.count());
}

fn share(mean: f64, of: u64) -> Option<f64> {
    (of > 0).then(|| mean / of as f64)
}

/// The name of one machine.
pub(super) fn machine_name(world: &World, machine: MachineId) -> String {
    let site = &world.sites[world.fleet.site_of(machine).index()].name;
    let mut name = String::new();
    world
        .fleet
        .write_name(&world.fleet.machines[machine.index()], site, &mut name);
    name
}
