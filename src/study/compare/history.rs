//! What became of every machine in a finished run, as its `machines.csv` says.

use crate::reading;
use crate::results::{Manifest, OutputError, file_sha256, original};
use crate::study::error::StudyError;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// A run, as far as it is compared.
pub(super) struct Run {
    pub(super) seed: u64,
    pub(super) replications: u32,
    /// By advertisement and machine: what was seen in each replication.
    pub(super) machines: BTreeMap<(u32, String), Seens>,
    /// Names of advertisements, in order of their number.
    pub(super) advertisements: Names,
    /// Outcome and cause, whether that is success.
    pub(super) states: Names,
}

/// Texts that occur again and again, each with a number.
#[derive(Default)]
pub(super) struct Names {
    pub(super) numbers: BTreeMap<String, u32>,
    pub(super) names: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }
}

/// A machine in one replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// Number of its outcome and cause.
    pub(super) state: u32,
    /// Whether that is success.
    pub(super) success: bool,
    /// Since when it has had the program, in microseconds, if it has it: 0 if it had it
    /// before the start.
    pub(super) installed: Option<u64>,
}

/// A machine in all replications.
pub(super) type Seens = Vec<Seen>;

/// What stands for a replication in which a machine has no row.
const ABSENT: Seen = Seen {
    state: u32::MAX,
    success: false,
    installed: None,
};

impl Run {
    /// Keeps the first `replications`.
    pub(super) fn keep(&mut self, replications: u32) {
        self.replications = self.replications.min(replications);
        for seens in self.machines.values_mut() {
            seens.truncate(self.replications as usize);
        }
    }

    /// Reads the `machines.csv` of a finished run.
    pub(super) fn read(directory: &Path) -> Result<Self, StudyError> {
        let manifest = Manifest::read(directory).map_err(|error| no_run(directory, &error))?;
        let output = manifest
            .outputs
            .iter()
            .find(|output| output.table == "machines");
        let output = output.ok_or_else(|| StudyError::Plan {
            path: directory.into(),
            reason: "it has no table `machines`; run it again with that table".to_owned(),
        })?;
        let path = directory.join(&output.file);
        let found = file_sha256(&path).map_err(|error| StudyError::Plan {
            path: path.clone(),
            reason: format!("{error}; run the scenario again"),
        })?;
        if found != output.sha256 {
            let reason =
                "it is not what the manifest says: changed or cut off; run the scenario again"
                    .to_owned();
            return Err(StudyError::Plan { path, reason });
        }
        let reader = reading::table(&path, reading::STREAMED)
            .map_err(|error| StudyError::io(&path, error))?;
        let mut run = Self {
            seed: manifest.seed,
            replications: manifest.replications,
            machines: BTreeMap::new(),
            advertisements: Names::default(),
            states: Names::default(),
        };
        run.take(reader)
            .map_err(|reason| StudyError::Plan { path, reason })?;
        Ok(run)
    }

    fn take(&mut self, reader: impl Read) -> Result<(), String> {
        let mut reader = csv::Reader::from_reader(reader);
        let headings = reader.headers().map_err(|error| error.to_string())?.clone();
        let column = |name: &str| {
            let found = headings.iter().position(|heading| heading == name);
            found.ok_or_else(|| format!("it has no column `{name}`"))
        };
        let wanted = [
            "replication",
            "machine",
            "advertisement",
            "outcome",
            "cause",
            "run_end_seconds",
        ];
        let [replication, machine, advertisement, outcome, cause, end] = [
            column(wanted[0])?,
            column(wanted[1])?,
            column(wanted[2])?,
            column(wanted[3])?,
            column(wanted[4])?,
            column(wanted[5])?,
        ];
        // What comes round ends more than once.
        let end = column("successful_since_seconds").unwrap_or(end);
        let mut record = csv::StringRecord::new();
        while reader
            .read_record(&mut record)
            .map_err(|error| error.to_string())?
        {
            let number: u32 = record[replication]
                .parse()
                .map_err(|_| "a replication is not a number")?;
            let state = state(&record[outcome], &record[cause]);
            let success = is_success(&state);
            let seen = Seen {
                state: self.states.number(&state),
                success,
                // What had it before has no end of a run.
                installed: success.then(|| micros(&record[end]).unwrap_or(0)),
            };
            let of = self.advertisements.number(original(&record[advertisement]));
            let history = self
                .machines
                .entry((of, original(&record[machine]).to_owned()))
                .or_default();
            let at = number.saturating_sub(1) as usize;
            if at >= self.replications as usize {
                return Err(format!(
                    "it has a replication {number}, and its manifest has not"
                ));
            }
            if history.len() <= at {
                history.resize(at + 1, ABSENT);
            }
            history[at] = seen;
        }
        Ok(())
    }
}

fn no_run(directory: &Path, error: &OutputError) -> StudyError {
    let reason = match error {
        OutputError::NoRun { reason, .. } => reason.clone(),
        error => format!("it is not a finished run ({error})"),
    };
    StudyError::Plan {
        path: directory.into(),
        reason,
    }
}

/// Seconds with up to six places as microseconds; none if the cell is empty.
fn micros(cell: &str) -> Option<u64> {
    let (whole, fraction) = cell.split_once('.').unwrap_or((cell, ""));
    let whole: u64 = whole.parse().ok()?;
    let fraction: u64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(fraction)
}

/// Outcome and cause in one text.
fn state(outcome: &str, cause: &str) -> String {
    if cause.is_empty() {
        outcome.to_owned()
    } else {
        format!("{outcome} ({cause})")
    }
}

/// Whether a state is one of success.
pub(super) fn is_success(state: &str) -> bool {
    let outcome = state.split(' ').next().unwrap_or(state);
    crate::outcome::Ending::ALL
        .iter()
        .any(|ending| ending.name() == outcome && ending.is_success())
}
