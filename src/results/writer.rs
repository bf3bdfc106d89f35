//! Writing a run: replications in, a directory of tables out.

use std::path::{Path, PathBuf};

use super::causes;
use super::count::{Counting, Whole};
use super::directory::OutputDirectory;
use super::error::OutputError;
use super::file::{TableFile, Target};
use super::machines::MachineRows;
use super::manifest::{Manifest, ObjectiveRecord, OutputRecord, Provenance, RunRecord};
use super::objective::{JudgedObjective, Standing};
use super::place_tables::{self, Openings};
use super::places::PlacesTotal;
use super::table::{Format, Table, TableSet};
use super::totals::Totals;
use super::wall_clock::WallClock;
use super::{
    answers, cell, decisions, digest, failures, resources, routes, sending, summary, timeline,
};
use crate::answer::RunAnswer;
use crate::outcome::Replication;
use crate::world::World;

/// Writes the tables of a run, one replication after the other.
///
/// The directory appears when [`RunWriter::finish`] succeeds. A writer that is
/// dropped before leaves nothing behind. One that keeps its tables in memory
/// ends with [`RunWriter::keep`].
#[derive(Debug)]
pub struct RunWriter<'w> {
    world: &'w World,
    /// `None` if the tables stay in memory.
    directory: Option<OutputDirectory>,
    /// By [`Table`].
    files: [Option<OpenTable>; Table::ALL.len()],
    machine_rows: MachineRows<'w>,
    totals: Totals,
    /// `None` if no table needs them.
    places: Option<PlacesTotal>,
    openings: Openings,
    /// Whether packages are sent anew in each replication.
    sent_anew: bool,
    wall_clock: bool,
    runs: Vec<RunRecord>,
    /// How each objective stands.
    objectives: Vec<Standing>,
}

/// A run that stands on disk.
#[derive(Debug)]
pub struct WrittenRun {
    /// Where.
    pub directory: PathBuf,
    /// What the manifest says.
    pub manifest: Manifest,
    /// What came out, for the reader at the terminal.
    pub digest: String,
    /// The same for programs.
    pub answer: RunAnswer,
    /// How the objectives of the scenario came out.
    pub objectives: Vec<JudgedObjective>,
}

/// A run whose tables stay in memory.
#[derive(Debug)]
pub struct KeptRun {
    /// What the manifest says.
    pub manifest: Manifest,
    /// The tables as CSV, by name.
    pub tables: Vec<(&'static str, Vec<u8>)>,
}

/// A run that is counted, its tables complete.
struct Counted {
    directory: Option<OutputDirectory>,
    manifest: Manifest,
    digest: String,
    answer: RunAnswer,
    objectives: Vec<JudgedObjective>,
    kept: Vec<(&'static str, Vec<u8>)>,
}

/// A table in the making.
#[derive(Debug)]
struct OpenTable {
    table: Table,
    name: String,
    file: TableFile,
}

impl<'w> RunWriter<'w> {
    /// Prepares to write `tables` of runs of `world` into `directory`, which
    /// must not exist; with `force` it may be empty or an older output, which
    /// is replaced at the end.
    /// The tables of sendings and routes are left out where nothing is sent.
    ///
    /// # Errors
    /// If the directory may not be written, or the disk refuses.
    pub fn create(
        directory: &Path,
        force: bool,
        world: &'w World,
        tables: TableSet,
    ) -> Result<Self, OutputError> {
        let directory = OutputDirectory::create(directory, force)?;
        let files = open_tables(world, tables, |name, format| {
            TableFile::create(&directory.path().join(name), format)
        })?;
        Ok(Self::new(world, Some(directory), files, tables))
    }

    /// Prepares to make `tables` of runs of `world` in memory, as text.
    ///
    /// # Errors
    /// Never: memory is not refused.
    pub fn in_memory(world: &'w World, tables: TableSet) -> Result<Self, OutputError> {
        let files = open_tables(world, tables, |name, _| Ok(TableFile::in_memory(name)))?;
        Ok(Self::new(world, None, files, tables))
    }

    fn new(
        world: &'w World,
        directory: Option<OutputDirectory>,
        files: [Option<OpenTable>; Table::ALL.len()],
        tables: TableSet,
    ) -> Self {
        let by_place = [Table::Sites, Table::Phases, Table::Days, Table::Use];
        let places = by_place.iter().any(|table| tables.format(*table).is_some());
        Self {
            world,
            directory,
            files,
            machine_rows: MachineRows::new(world),
            totals: Totals::new(world.advertisements.len()),
            places: places.then(PlacesTotal::default),
            openings: Openings::default(),
            sent_anew: false,
            wall_clock: tables.has_wall_clock(),
            runs: Vec::new(),
            objectives: vec![Standing::default(); world.objectives.len()],
        }
    }

    /// Writes the next replication. They have to come in order of their
    /// numbers.
    ///
    /// # Errors
    /// If the disk refuses.
    ///
    /// # Panics
    /// If the replication has not one outcome per job of the world.
    pub fn add(&mut self, replication: &Replication) -> Result<(), OutputError> {
        let by_resource = self.files[Table::Resources as usize].is_some();
        let counting = Counting::new(self.world, self.places.is_some(), by_resource);
        let counted = match &mut self.files[Table::Machines as usize] {
            Some(open) => self
                .machine_rows
                .write(replication, &mut open.file, &counting)?,
            None => counting.of_each_chunk(replication),
        };
        let Whole {
            tally,
            places: by_place,
            sharers,
        } = counting.join(replication, counted);
        self.append(Table::Summary, |world| {
            summary::rows(world, replication.number, &tally)
        })?;
        self.append(Table::Timeline, |world| {
            timeline::rows(world, replication, &tally)
        })?;
        self.append(Table::Resources, |world| {
            resources::rows(world, replication, sharers.unwrap_or_default())
        })?;
        self.append(Table::Decisions, |world| {
            decisions::rows(world, replication)
        })?;
        if let Some(delivered) = &replication.delivered {
            let number = Some(replication.number);
            self.sent_anew = true;
            self.append(Table::Sending, |world| {
                sending::rows(world, number, &delivered.arrivals)
            })?;
            self.append(Table::Routes, |world| {
                routes::rows(world, number, &delivered.sent)
            })?;
        }
        self.totals.add(self.world, replication, &tally);
        if let (Some(places), Some(by_place)) = (&mut self.places, by_place) {
            places.add(self.world, replication.number, by_place);
        }
        self.openings.add(&replication.decisions);
        self.runs.push(RunRecord::of(replication));
        Standing::add_all(&mut self.objectives, self.world, replication);
        Ok(())
    }

    /// Appends rows to a table, if it is wanted.
    fn append(
        &mut self,
        table: Table,
        rows: impl FnOnce(&World) -> (Vec<u8>, u64),
    ) -> Result<(), OutputError> {
        let Some(open) = &mut self.files[table as usize] else {
            return Ok(());
        };
        let (text, count) = rows(self.world);
        open.file.append_text(text, count)
    }

    /// Writes what needs all replications, and the manifest, and puts the
    /// directory in its place.
    ///
    /// # Errors
    /// If the disk refuses, or another process has created the directory since.
    ///
    /// # Panics
    /// If the tables stay in memory.
    pub fn finish(self, provenance: Provenance) -> Result<WrittenRun, OutputError> {
        let counted = self.count(provenance)?;
        let directory = counted.directory.expect("the tables are on disk");
        counted.manifest.write(directory.path())?;
        let directory = directory.commit()?;
        let mut answer = counted.answer;
        answer.directory = directory.display().to_string();
        Ok(WrittenRun {
            directory,
            manifest: counted.manifest,
            digest: counted.digest,
            answer,
            objectives: counted.objectives,
        })
    }

    /// Completes tables that stay in memory.
    ///
    /// # Errors
    /// Never for a writer that was made with [`RunWriter::in_memory`].
    pub fn keep(self, provenance: Provenance) -> Result<KeptRun, OutputError> {
        let counted = self.count(provenance)?;
        Ok(KeptRun {
            manifest: counted.manifest,
            tables: counted.kept,
        })
    }

    /// Makes what needs all replications.
    fn count(mut self, provenance: Provenance) -> Result<Counted, OutputError> {
        let totals = std::mem::replace(&mut self.totals, Totals::new(0));
        self.append(Table::Summary, |world| summary::total_rows(world, &totals))?;
        self.append(Table::Failures, |world| failures::rows(world, &totals))?;
        if !self.sent_anew {
            self.append(Table::Sending, |world| {
                sending::rows(world, None, &world.deliveries)
            })?;
            self.append(Table::Routes, |world| {
                routes::rows(world, None, &world.sent)
            })?;
        }
        self.finish_places(&totals)?;
        let digest = digest::digest(self.world, &totals);
        let objectives = self.judge();
        let mut answer = answers::answer(self.world, &totals, &objectives);
        let (mut outputs, mut kept) = (Vec::new(), Vec::new());
        for OpenTable { table, name, file } in self.files.into_iter().flatten() {
            let (rows, sha256, target) = file.finish()?;
            if let Target::Memory(bytes) = target {
                kept.push((table.name(), bytes));
            }
            outputs.push(OutputRecord {
                table: table.name().to_owned(),
                file: name,
                rows,
                sha256,
            });
        }
        let records = objectives
            .iter()
            .map(|judged| ObjectiveRecord::of(self.world, judged));
        let mut manifest = Manifest::new(self.world, self.runs, outputs, provenance);
        manifest.objectives = records.collect();
        manifest.wall_clock = self.wall_clock;
        answer.fingerprint.clone_from(&manifest.fingerprint);
        Ok(Counted {
            directory: self.directory,
            manifest,
            digest,
            answer,
            objectives,
            kept,
        })
    }

    /// Writes causes, places and days.
    fn finish_places(&mut self, totals: &Totals) -> Result<(), OutputError> {
        let count = totals.replications;
        let all = totals.advertisements.iter();
        let targeted: Vec<u64> = all.map(|total| total.targeted).collect();
        self.append(Table::Causes, |world| {
            causes::rows(world, &totals.causes, count, totals.factor(), &targeted)
        })?;
        let openings = std::mem::take(&mut self.openings);
        let places = self.places.take().unwrap_or_default();
        self.append(Table::Sites, |world| {
            place_tables::sites(world, &places, count)
        })?;
        self.append(Table::Phases, |world| {
            place_tables::phases(world, &places, &openings, count)
        })?;
        self.append(Table::Days, |world| {
            place_tables::day_rows(world, &places, count)
        })?;
        self.append(Table::Use, |world| {
            place_tables::use_rows(world, &places, count)
        })
    }

    fn judge(&self) -> Vec<JudgedObjective> {
        let objectives = self.world.objectives.iter().zip(&self.objectives);
        objectives
            .map(|(objective, standing)| standing.judged(objective))
            .collect()
    }
}

/// Opens the files of `tables`, each with its row of headings.
fn open_tables(
    world: &World,
    tables: TableSet,
    open: impl Fn(&str, Format) -> Result<TableFile, OutputError>,
) -> Result<[Option<OpenTable>; Table::ALL.len()], OutputError> {
    let mut files = [const { None }; Table::ALL.len()];
    for (table, format, name) in tables.of(world).files() {
        let mut file = open(&name, format)?;
        let columns = table.columns_of(world);
        let clock = tables
            .has_wall_clock()
            .then(|| WallClock::new(world, &columns));
        let columns = match &clock {
            Some(_) => WallClock::columns(columns),
            None => columns,
        };
        file.append_text(cell::heading_row(&columns), 0)?;
        file.set_clock(clock);
        files[table as usize] = Some(OpenTable { table, name, file });
    }
    Ok(files)
}
