//! `failures.csv`: why machines did not get what they were offered, by what
//! they have in common, over all replications.

use std::collections::BTreeMap;

use super::cell;
use super::column::columns;
use super::tally::{FailureKey, group_representatives};
use super::totals::{FailureTotal, Totals};
use crate::statistics::{Interval, WholeMoments};
use crate::world::{
    AdvertisementId, ClientKind, DomainId, MachineId, ProfileId, Role, SiteId, World,
};

/// Stands for the name of any machine in the name of an account.
const ANY_MACHINE: &str = "*";

/// One row.
struct Row<'a> {
    key: &'a FailureKey,
    total: &'a FailureTotal,
    /// Machines of the same kind, place and phase.
    here: u64,
    /// Machines that the advertisement reaches.
    all: u64,
    machines: WholeMoments,
    interval: Option<Interval>,
}

columns! {
    /// Every column, in order.
    COLUMNS: fn cells(world: &World, row: &Row<'_>, scratch: &mut String; out) {
        "advertisement" Text "what was offered" => cell::text(out, &world.advertisements[row.key.advertisement.index()].id);
        "client" Text "client kind" => cell::name(out, row.key.client.name());
        "role" Text "role" => cell::name(out, row.key.role.name());
        "site" Text "site" => cell::text(out, &world.sites[row.key.site.index()].name);
        "group" Text "fleet group" => cell::text(out, &world.fleet.profiles[row.key.group.index()].group);
        "collection" Text "the collection that the advertisement is offered to; empty for every machine" => cell::text(out, world.advertisements[row.key.advertisement.index()].collection.as_deref().unwrap_or(""));
        "phase" Text "phase of the roll-out, as in machines.csv" => cell::text(out, phase_name(world, row.key));
        "outcome" Text "what became of it" => cell::name(out, row.key.ending.name());
        "cause" Text "why" => cell::name(out, row.key.cause.name());
        "code" Number "exit or error code" => cell::optional_number(out, row.key.code.map(u64::from));
        "account" Text "the account presented for the `resource`; without a resource, or if none was presented, the one that ran the program; `*` stands for the machine's own name, as in `CORP\\*$`" => account_cell(world, row.key, scratch, out);
        "resource" Text "what was to be reached" => resource_cell(world, row.key, scratch, out);
        "machines" Number "machines concerned; with several replications the mean over all of them, those without any included" => cell::optional_float(out, row.machines.mean());
        "machines_low" Number "lower bound of the mean (t-interval over replications); empty with one replication, or if all are equal" => cell::optional_float(out, row.interval.map(|interval| interval.low));
        "machines_high" Number "upper bound" => cell::optional_float(out, row.interval.map(|interval| interval.high));
        "targeted" Number "machines of this client kind, role, site, group and phase that the advertisement reaches" => cell::number(out, row.here);
        "share" Share "`machines` among `targeted`" => cell::optional_float(out, share(row.machines, row.here));
        "share_of_advertisement" Share "`machines` among all that the advertisement reaches" => cell::optional_float(out, share(row.machines, row.all));
        "replications" Number "replications in which it occurred" => cell::number(out, row.total.machines.count());
        "first_seconds" Instant "last event of the first machine concerned, in any replication: its report, if the site server heard one, else whatever it did last" => cell::instant(out, row.total.first);
        "median_seconds" Instant "the same of the median machine; with several replications the median of their medians" => cell::instant(out, row.total.median());
        "example" Text "a machine that it happened to" => cell::text(out, &machine_name(world, row.total.example.machine));
        "example_replication" Number "the replication in which it happened to that machine, for `explain --replication`" => cell::number(out, u64::from(row.total.example.replication));
        "what_would_help" Text "what would help that machine" => cell::text(out, &row.total.remedy);
    }
}

fn phase_name<'w>(world: &'w World, key: &FailureKey) -> &'w str {
    key.phase.map_or("", |phase| {
        &world.control.rollouts[&key.advertisement].phases[usize::from(phase)].name
    })
}

fn account_cell(world: &World, key: &FailureKey, scratch: &mut String, out: &mut Vec<u8>) {
    scratch.clear();
    let domain = key.domain.unwrap_or(DomainId(0));
    key.account.write_name(world, domain, ANY_MACHINE, scratch);
    cell::text(out, scratch);
}

fn resource_cell(world: &World, key: &FailureKey, scratch: &mut String, out: &mut Vec<u8>) {
    scratch.clear();
    key.resource.write_name(world, scratch);
    cell::text(out, scratch);
}

fn share(machines: WholeMoments, of: u64) -> Option<f64> {
    (of > 0).then(|| machines.mean().unwrap_or(0.0) / of as f64)
}

/// Machines that an advertisement reaches, by client kind, role, site, fleet
/// group and phase.
type Targeted = BTreeMap<
    (
        AdvertisementId,
        ClientKind,
        Role,
        SiteId,
        ProfileId,
        Option<u8>,
    ),
    u64,
>;

fn targeted(world: &World) -> Targeted {
    let groups = group_representatives(world);
    let mut targeted = Targeted::new();
    for (site, range) in world.fleet.by_site.iter().enumerate() {
        let machines = &world.fleet.machines[range.start as usize..range.end as usize];
        // Those alike follow each other, and are counted together.
        for alike in machines.chunk_by(|a, b| (a.profile, a.targets) == (b.profile, b.targets)) {
            let profile = world.fleet.profile(&alike[0]);
            let group = groups[alike[0].profile.index()];
            for (position, advertisement) in world.targets(&alike[0]).iter().enumerate() {
                let key = |phase| {
                    let (client, role) = (profile.client, profile.role);
                    (
                        *advertisement,
                        client,
                        role,
                        SiteId::from(site),
                        group,
                        phase,
                    )
                };
                let Some(rollout) = world.control.rollouts.get(advertisement) else {
                    *targeted.entry(key(None)).or_default() += alike.len() as u64;
                    continue;
                };
                for machine in alike {
                    let named = world.fleet.named_phase(machine, position);
                    let phase = rollout.phase_of(machine.key, named);
                    *targeted
                        .entry(key(phase.map(|phase| phase as u8)))
                        .or_default() += 1;
                }
            }
        }
    }
    targeted
}

/// The rows, sorted by their key, and how many there are.
pub(super) fn rows(world: &World, totals: &Totals) -> (Vec<u8>, u64) {
    let targeted = targeted(world);
    let factor = totals.factor();
    let (mut out, mut scratch) = (Vec::new(), String::new());
    for (key, total) in &totals.failures {
        let here = (
            key.advertisement,
            key.client,
            key.role,
            key.site,
            key.group,
            key.phase,
        );
        let here = targeted.get(&here).copied().unwrap_or(0);
        let machines = total.machines.padded(totals.replications);
        let interval = factor
            .and_then(|factor| machines.interval(factor))
            .map(|interval| interval.clamped(0.0, here as f64));
        let row = Row {
            key,
            total,
            here,
            all: totals.advertisements[key.advertisement.index()].targeted,
            machines,
            interval,
        };
        cells(world, &row, &mut scratch, &mut out);
        cell::end_row(&mut out);
    }
    (out, totals.failures.len() as u64)
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
