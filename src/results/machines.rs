//! `machines.csv`: one row per replication, machine and advertisement.
//!
//! The one table that grows with the fleet. Rows are formatted in parallel,
//! some machines at a time, while those before them are being written, so that
//! memory does not grow with the table and the bytes do not depend on the
//! number of threads. Whatever many rows have in common is quoted once.

use std::ops::Range;

use rayon::prelude::*;

use super::cell;
use super::cell::Instants;
use super::column::{Column, columns};
use super::count::{CHUNK, Counted, Counting};
use super::error::OutputError;
use super::file::{TableFile, encode};
use super::table::Format;
use super::tally::{Job, for_each_job, phase_of};
use super::wall_clock::WallClock;
use super::{installer, peers, repeated, reported};
use crate::access::MsiPlacement;
use crate::outcome::{
    Actor, Cause, Ending, LOCAL_SYSTEM, Replication, ReportState, Resource, Step,
};
use crate::world::{
    Advertisement, AdvertisementId, Package, Profile, ProfileId, Program, ServerId, Site, SiteId,
    World,
};

columns! {
    /// Which row it is.
    ROW: fn row_cells(replication: u32, machine: &str; out) {
        "replication" Number "the replication" => cell::number(out, u64::from(replication));
        "machine" Text "name of the machine" => cell::text(out, machine);
    }
}

columns! {
    /// Where the machine stands; quoted once for each site.
    PLACE: fn place_cells(site: &Site; out) {
        "site" Text "where it stands" => cell::text(out, &site.name);
    }
}

columns! {
    /// What the machine is; quoted once for each profile.
    PROFILE: fn profile_cells(world: &World, profile: &Profile; out) {
        "domain" Text "its domain or workgroup" => cell::text(out, &world.directory.domains[profile.domain.index()].name);
        "client" Text "the kind of its client, as a fleet group names it" => cell::name(out, profile.client.name());
        "role" Text "`workstation`, `member-server` or `domain-controller`" => cell::name(out, profile.role.name());
        "platform" Text "its operating system" => cell::text(out, &world.platforms[profile.platform.index()]);
        "group" Text "the fleet group it comes from; of an inventory, `inventory`" => cell::text(out, &profile.group);
    }
}

columns! {
    /// What it is offered; quoted once for each advertisement.
    OFFER: fn offer_cells(advertisement: &Advertisement, program: &Program, package: &Package; out) {
        "advertisement" Text "what it was offered" => cell::text(out, &advertisement.id);
        "package" Text "the package of the program" => cell::text(out, &package.id);
        "program" Text "the program" => cell::text(out, &program.id);
        "collection" Text "the collection that the advertisement is offered to; empty for every machine" => cell::text(out, advertisement.collection.as_deref().unwrap_or(""));
    }
}

columns! {
    /// What came of it and why; quoted once for as many rows as have it in common.
    VERDICT: fn verdict_cells(verdict: &Verdict<'_>; out) {
        "phase" Text "the phase of the roll-out that the machine belongs to, `all` where a `rate` or `stop` rules control it without `phases`; empty without any of these, or if it is in none" => cell::text(out, verdict.phase);
        "state" Text "state as SMS would report it, from `No Status` to `Succeeded`" => cell::name(out, verdict.state.name());
        "outcome" Text "what really became of it, [see below](#outcomes)" => cell::name(out, verdict.ending.name());
        "cause" Text "why, one of a closed list; empty if nothing went wrong" => cell::name(out, verdict.cause.name());
        "step" Text "where on its way it stopped; `done` at the end" => cell::name(out, verdict.step.name());
        "status_message" Number "last status message the client raised; empty if none, or if the number of the last is not known" => cell::optional_number(out, match verdict.status_message {
            0 => None,
            message => Some(u64::from(message)),
        });
        "code" Number "exit code of the program, or the error code of what failed" => cell::optional_number(out, verdict.code.map(u64::from));
    }
}

columns! {
    /// By whose doing, when and how much.
    STORY: fn story_cells(rows: &MachineRows<'_>, job: &Job<'_>, machine: &str, scratch: &mut String, instants: &mut Instants; out) {
        "executing_account" Text "the account that ran the program, or would have" => rows.account(job.outcome.executing, job, machine, scratch, out);
        "network_account" Text "the account presented last on the network" => rows.account(job.outcome.network, job, machine, scratch, out);
        "resource" Text "what was to be reached: a server, a share (UNC path), a package, a program, an account" => rows.resource(job.outcome.concerns(), scratch, out);
        "distribution_point" Text "the distribution point used last" => rows.server(job.outcome.distribution_point, out);
        "domain_controller" Text "the controller that validated the last logon; empty where none is simulated" => rows.server(job.outcome.domain_controller.get(), out);
        "attempts" Number "how often the machine tried, from locating the content on" => cell::number(out, u64::from(job.outcome.attempts));
        "policy_seconds" Instant "it learned of the advertisement" => instants.append(out, job.outcome.policy);
        "content_start_seconds" Instant "content began to flow" => instants.append(out, job.outcome.content_start);
        "content_end_seconds" Instant "content was complete" => instants.append(out, job.outcome.content_end);
        "run_start_seconds" Instant "the program started" => instants.append(out, job.outcome.run_start);
        "run_end_seconds" Instant "the program ended" => instants.append(out, job.outcome.run_end);
        "report_seconds" Instant "the site server heard the final state" => instants.append(out, job.outcome.report);
        "bytes_downloaded" Bytes "bytes of the package that crossed the network" => cell::number(out, job.outcome.downloaded.0);
        "bytes_from_shares" Bytes "bytes read from shares that are not distribution points" => cell::number(out, job.outcome.from_shares.0);
        "log" Text "the log on the machine in which to look" => cell::name(out, job.outcome.log(job.profile.client));
    }
}

/// The columns that the table always has, in order.
pub(super) fn columns() -> Vec<Column> {
    [ROW, PLACE, PROFILE, OFFER, VERDICT, STORY].concat()
}

/// What [`VERDICT`] tells of.
#[derive(Debug, Clone, Copy)]
struct Verdict<'w> {
    phase: &'w str,
    state: ReportState,
    ending: Ending,
    cause: Cause,
    step: Step,
    status_message: u16,
    code: Option<u32>,
}

impl<'w> Verdict<'w> {
    fn of(world: &'w World, job: &Job) -> Self {
        let outcome = job.outcome;
        Self {
            phase: phase_name(world, job),
            state: outcome.state,
            ending: outcome.ending,
            cause: outcome.cause,
            step: outcome.step,
            status_message: outcome.status_message,
            code: outcome.code,
        }
    }

    /// Equal only for verdicts with the same cells; words are compared faster than fields.
    /// Phases are told apart by where their names lie, as no two share a place.
    fn key(&self) -> [u64; 3] {
        let step = u64::from(self.state as u8)
            | u64::from(self.ending as u8) << 8
            | u64::from(self.cause as u8) << 16
            | u64::from(self.step as u8) << 24
            | u64::from(self.status_message) << 32;
        let code = self.code.map_or(u64::MAX, u64::from);
        [step, code, self.phase.as_ptr().addr() as u64]
    }
}

/// What a row has in common with others: where the machine stands, what it is, what it is
/// offered, and what came of it.
type Common = ((SiteId, ProfileId, AdvertisementId), [u64; 3]);

/// The cells of the row before, from [`PLACE`] to [`VERDICT`]: one copy for a row that has
/// all of them in common with it, as most have.
#[derive(Debug, Default)]
struct LastRow {
    common: Option<Common>,
    cells: Vec<u8>,
}

/// The phase that a machine belongs to; empty if to none.
fn phase_name<'w>(world: &'w World, job: &Job) -> &'w str {
    phase_of(world, job).map_or("", |phase| {
        &world.control.rollouts[&job.advertisement].phases[phase].name
    })
}

/// The cells that many rows share, ready to be copied.
#[derive(Debug)]
pub(super) struct MachineRows<'w> {
    world: &'w World,
    /// [`PLACE`], by site.
    sites: Vec<Vec<u8>>,
    /// [`PROFILE`], by profile.
    profiles: Vec<Vec<u8>>,
    /// [`OFFER`], by advertisement.
    advertisements: Vec<Vec<u8>>,
    /// Server, by server.
    servers: Vec<Vec<u8>>,
    /// Local System, whose name is the same on every machine.
    local_system: Vec<u8>,
}

/// The cells that `write` appends.
fn quoted(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

impl<'w> MachineRows<'w> {
    /// Prepares the cells of `world`.
    pub(super) fn new(world: &'w World) -> Self {
        let profiles = world.fleet.profiles.iter();
        let advertisements = world.advertisements.iter().map(|advertisement| {
            let program = &world.programs[advertisement.program.index()];
            let package = &world.packages[program.package.index()];
            quoted(|out| offer_cells(advertisement, program, package, out))
        });
        let sites = world.sites.iter();
        let servers = world.servers.iter();
        Self {
            world,
            sites: sites
                .map(|site| quoted(|out| place_cells(site, out)))
                .collect(),
            profiles: profiles
                .map(|profile| quoted(|out| profile_cells(world, profile, out)))
                .collect(),
            advertisements: advertisements.collect(),
            servers: servers
                .map(|server| quoted(|out| cell::text(out, &server.name)))
                .collect(),
            local_system: quoted(|out| cell::text(out, LOCAL_SYSTEM)),
        }
    }

    /// Appends the rows of `replication` to `file`, and counts the machines chunk by
    /// chunk while their records are at hand.
    pub(super) fn write(
        &self,
        replication: &Replication,
        file: &mut TableFile,
        counting: &Counting<'_>,
    ) -> Result<Vec<Counted>, OutputError> {
        let machines = self.world.fleet.machines.len();
        let format = file.format();
        let clock = file.clock().cloned();
        let pieces = rayon::current_num_threads() * 2;
        let empty = || {
            let pieces = (0..pieces).map(|_| Piece::default());
            pieces.collect::<Vec<_>>()
        };
        let (mut ready, mut next) = (empty(), empty());
        let mut counted = Vec::with_capacity(machines.div_ceil(CHUNK));
        // One round more than there are batches, as each is written while the
        // next one is being formatted.
        for start in (0..machines + pieces * CHUNK).step_by(pieces * CHUNK) {
            let (written, ()) = rayon::join(
                || {
                    ready
                        .iter()
                        .try_for_each(|piece| file.append(&piece.text, piece.rows))
                },
                || {
                    let batch = Batch {
                        start,
                        format,
                        clock: clock.as_ref(),
                    };
                    self.format_batch(replication, batch, counting, &mut next);
                },
            );
            written?;
            counted.extend(next.iter_mut().filter_map(|piece| piece.counted.take()));
            std::mem::swap(&mut ready, &mut next);
        }
        Ok(counted)
    }

    /// Formats one piece after the other; pieces beyond the last machine stay empty.
    fn format_batch(
        &self,
        replication: &Replication,
        batch: Batch<'_>,
        counting: &Counting<'_>,
        pieces: &mut [Piece],
    ) {
        let Batch {
            start,
            format,
            clock,
        } = batch;
        let machines = self.world.fleet.machines.len();
        pieces
            .par_iter_mut()
            .enumerate()
            .for_each(|(index, piece)| {
                let first = machines.min(start + index * CHUNK);
                let last = machines.min(first + CHUNK);
                piece.text.clear();
                piece.rows = 0;
                if first < last {
                    piece.counted = Some(counting.of(replication, first..last));
                    piece.rows = self.format_rows(replication, first..last, &mut piece.text);
                    if let Some(clock) = clock {
                        clock.apply(&mut piece.text);
                    }
                    encode(&mut piece.text, format);
                }
            });
    }

    /// Appends the rows of some machines and returns how many there were.
    fn format_rows(
        &self,
        replication: &Replication,
        machines: Range<usize>,
        out: &mut Vec<u8>,
    ) -> u64 {
        let mut rows = 0;
        let mut machine_name = String::new();
        let mut scratch = String::new();
        let mut last = LastRow::default();
        let reported = reported::is_shown(self.world);
        let repeated = repeated::is_shown(self.world);
        let installer = installer::is_shown(self.world);
        let first = self.world.fleet.machines[machines.start].first_job;
        let mut taken =
            peers::is_shown(self.world).then(|| peers::Cursor::new(&replication.from_peers, first));
        for_each_job(self.world, machines, &replication.outcomes, |job| {
            let site = &self.world.sites[job.site.index()].name;
            machine_name.clear();
            self.world
                .fleet
                .write_name(job.machine, site, &mut machine_name);
            row_cells(replication.number, &machine_name, out);
            self.common_cells(&job, &mut last, out);
            let mut instants = Instants::default();
            story_cells(self, &job, &machine_name, &mut scratch, &mut instants, out);
            if reported {
                reported::machine_cells(job.outcome, out);
            }
            if repeated {
                let since = job.holding(self.world, replication).since();
                repeated::machine_cells(job.outcome, since, out);
            }
            if let Some(taken) = &mut taken {
                taken.cells(self.world, &mut scratch, out);
            }
            if installer {
                self.installer_cells(replication.number, &job, &machine_name, &mut scratch, out);
            }
            cell::end_row(out);
            rows += 1;
        });
        rows
    }

    /// Appends what a row has in common with others.
    fn common_cells(&self, job: &Job, last: &mut LastRow, out: &mut Vec<u8>) {
        let verdict = Verdict::of(self.world, job);
        let offer = (job.site, job.machine.profile, job.advertisement);
        let common = Some((offer, verdict.key()));
        if last.common != common {
            let (site, profile, advertisement) = offer;
            last.cells.clear();
            last.cells.extend_from_slice(&self.sites[site.index()]);
            last.cells
                .extend_from_slice(&self.profiles[profile.index()]);
            last.cells
                .extend_from_slice(&self.advertisements[advertisement.index()]);
            verdict_cells(&verdict, &mut last.cells);
            last.common = common;
        }
        out.extend_from_slice(&last.cells);
    }

    fn installer_cells(
        &self,
        replication: u32,
        job: &Job,
        machine: &str,
        scratch: &mut String,
        out: &mut Vec<u8>,
    ) {
        let placement = installer::placement(self.world, replication, job);
        scratch.clear();
        if placement.is_some_and(|placement| placement != MsiPlacement::PerMachine) {
            let actor = job.outcome.executing;
            actor.write_name(self.world, job.profile, machine, scratch);
        }
        installer::machine_cells(placement, scratch, out);
    }

    fn account(
        &self,
        actor: Actor,
        job: &Job,
        machine: &str,
        scratch: &mut String,
        out: &mut Vec<u8>,
    ) {
        match actor {
            Actor::Nobody => return cell::empty(out),
            Actor::LocalSystem => return out.extend_from_slice(&self.local_system),
            _ => {}
        }
        scratch.clear();
        actor.write_name(self.world, job.profile, machine, scratch);
        cell::text(out, scratch);
    }

    fn resource(&self, resource: Resource, scratch: &mut String, out: &mut Vec<u8>) {
        match resource {
            Resource::None => cell::empty(out),
            Resource::Server(server) => self.server(Some(server), out),
            _ => {
                scratch.clear();
                resource.write_name(self.world, scratch);
                cell::text(out, scratch);
            }
        }
    }

    fn server(&self, server: Option<ServerId>, out: &mut Vec<u8>) {
        match server {
            Some(server) => out.extend_from_slice(&self.servers[server.index()]),
            None => cell::empty(out),
        }
    }
}

/// Consecutive rows, encoded as they are stored.
#[derive(Default)]
struct Piece {
    text: Vec<u8>,
    rows: u64,
    /// What was counted of its machines, until it is taken.
    counted: Option<Counted>,
}

/// Pieces that are formatted together.
#[derive(Clone, Copy)]
struct Batch<'a> {
    /// The first machine.
    start: usize,
    format: Format,
    clock: Option<&'a WallClock>,
}
