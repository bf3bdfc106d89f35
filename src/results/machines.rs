//! `machines.csv`: one row per replication, machine and advertisement.
//!
//! The one table that grows with the fleet. Rows are formatted in parallel,
//! some machines at a time, while those before them are being written, so that
//! memory does not grow with the table and the bytes do not depend on the
//! number of threads. Whatever many rows have in common is quoted once.

use std::ops::Range;

use rayon::prelude::*;

use super::error::OutputError;
use super::file::{TableFile, encode};
use super::table::Format;
use super::tally::{Job, for_each_job};
use super::{cell, peers, repeated, reported};
use crate::outcome::{Actor, Outcome, Replication, Resource};
use crate::world::{ServerId, World};

/// Machines that are formatted at a time, as one piece of the file: about
/// 700 kB of text. Compressed bytes depend on it.
const CHUNK: usize = 2048;

/// Columns, in order.
pub(super) fn headings() -> Vec<String> {
    [
        "replication",
        "machine",
        "site",
        "domain",
        "client",
        "role",
        "platform",
        "advertisement",
        "package",
        "program",
        "state",
        "outcome",
        "cause",
        "step",
        "status_message",
        "code",
        "executing_account",
        "network_account",
        "resource",
        "distribution_point",
        "domain_controller",
        "attempts",
        "policy_seconds",
        "content_start_seconds",
        "content_end_seconds",
        "run_start_seconds",
        "run_end_seconds",
        "report_seconds",
        "bytes_downloaded",
        "bytes_from_shares",
        "log",
    ]
    .map(String::from)
    .into()
}

/// The cells that many rows share, ready to be copied.
#[derive(Debug)]
pub(super) struct MachineRows<'w> {
    world: &'w World,
    /// Site, by site.
    sites: Vec<Vec<u8>>,
    /// Domain, client, role and platform, by profile.
    profiles: Vec<Vec<u8>>,
    /// Advertisement, package and program, by advertisement.
    advertisements: Vec<Vec<u8>>,
    /// Server, by server.
    servers: Vec<Vec<u8>>,
}

fn cells<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<u8> {
    let mut out = Vec::new();
    texts
        .into_iter()
        .for_each(|text| cell::text(&mut out, text));
    out
}

impl<'w> MachineRows<'w> {
    /// Prepares the cells of `world`.
    pub(super) fn new(world: &'w World) -> Self {
        let profiles = world.fleet.profiles.iter().map(|profile| {
            cells([
                world.directory.domains[profile.domain.index()]
                    .name
                    .as_str(),
                profile.client.name(),
                profile.role.name(),
                &world.platforms[profile.platform.index()],
            ])
        });
        let advertisements = world.advertisements.iter().map(|advertisement| {
            let program = &world.programs[advertisement.program.index()];
            let package = &world.packages[program.package.index()];
            cells([advertisement.id.as_str(), &package.id, &program.id])
        });
        Self {
            world,
            sites: world
                .sites
                .iter()
                .map(|site| cells([site.name.as_str()]))
                .collect(),
            profiles: profiles.collect(),
            advertisements: advertisements.collect(),
            servers: world
                .servers
                .iter()
                .map(|server| cells([server.name.as_str()]))
                .collect(),
        }
    }

    /// Appends the rows of `replication` to `file`.
    pub(super) fn write(
        &self,
        replication: &Replication,
        file: &mut TableFile,
    ) -> Result<(), OutputError> {
        let machines = self.world.fleet.machines.len();
        let format = file.format();
        let pieces = rayon::current_num_threads() * 2;
        let (mut ready, mut next) = (
            vec![Piece::default(); pieces],
            vec![Piece::default(); pieces],
        );
        // One round more than there are batches, as each is written while the
        // next one is being formatted.
        for start in (0..machines + pieces * CHUNK).step_by(pieces * CHUNK) {
            let (written, ()) = rayon::join(
                || {
                    ready
                        .iter()
                        .try_for_each(|piece| file.append(&piece.text, piece.rows))
                },
                || self.format_batch(replication, start, format, &mut next),
            );
            written?;
            std::mem::swap(&mut ready, &mut next);
        }
        Ok(())
    }

    /// Formats one piece after the other from machine `start` on; pieces beyond
    /// the last machine stay empty.
    fn format_batch(
        &self,
        replication: &Replication,
        start: usize,
        format: Format,
        pieces: &mut [Piece],
    ) {
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
                    piece.rows = self.format_rows(replication, first..last, &mut piece.text);
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
        let reported = reported::is_shown(self.world);
        let repeated = repeated::is_shown(self.world);
        let first = self.world.fleet.machines[machines.start].first_job;
        let mut taken =
            peers::is_shown(self.world).then(|| peers::Cursor::new(&replication.from_peers, first));
        for_each_job(self.world, machines, &replication.outcomes, |job| {
            let site = &self.world.sites[job.site.index()].name;
            machine_name.clear();
            self.world
                .fleet
                .write_name(job.machine, site, &mut machine_name);
            cell::number(out, u64::from(replication.number));
            self.identity(&job, &machine_name, out);
            self.verdict(&job, &machine_name, &mut scratch, out);
            figures(job.outcome, out);
            cell::name(out, job.outcome.log(job.profile.client));
            if reported {
                reported::machine_cells(job.outcome, out);
            }
            if repeated {
                repeated::machine_cells(job.outcome, out);
            }
            if let Some(taken) = &mut taken {
                taken.cells(self.world, &mut scratch, out);
            }
            cell::end_row(out);
            rows += 1;
        });
        rows
    }

    /// Who, and what was offered.
    fn identity(&self, job: &Job, machine_name: &str, out: &mut Vec<u8>) {
        cell::text(out, machine_name);
        out.extend_from_slice(&self.sites[job.site.index()]);
        out.extend_from_slice(&self.profiles[job.machine.profile.index()]);
        out.extend_from_slice(&self.advertisements[job.advertisement.index()]);
    }

    /// What came of it, why, and by whose doing.
    fn verdict(&self, job: &Job, machine_name: &str, scratch: &mut String, out: &mut Vec<u8>) {
        let outcome = job.outcome;
        cell::name(out, outcome.state.name());
        cell::name(out, outcome.ending.name());
        cell::name(out, outcome.cause.name());
        cell::name(out, outcome.step.name());
        let message = u64::from(outcome.status_message);
        cell::optional_number(out, (message > 0).then_some(message));
        cell::optional_number(out, outcome.code.map(u64::from));
        for actor in [outcome.executing, outcome.network] {
            if actor == Actor::Nobody {
                cell::empty(out);
                continue;
            }
            scratch.clear();
            actor.write_name(self.world, job.profile.domain, machine_name, scratch);
            cell::text(out, scratch);
        }
        self.resource(outcome.resource, scratch, out);
        self.server(outcome.distribution_point, out);
        self.server(outcome.domain_controller, out);
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

/// How often, when and how much.
fn figures(outcome: &Outcome, out: &mut Vec<u8>) {
    cell::number(out, u64::from(outcome.attempts));
    for at in [
        outcome.policy,
        outcome.content_start,
        outcome.content_end,
        outcome.run_start,
        outcome.run_end,
        outcome.report,
    ] {
        cell::instant(out, at);
    }
    cell::number(out, outcome.downloaded.0);
    cell::number(out, outcome.from_shares.0);
}

/// Consecutive rows, encoded as they are stored.
#[derive(Debug, Clone, Default)]
struct Piece {
    text: Vec<u8>,
    rows: u64,
}
