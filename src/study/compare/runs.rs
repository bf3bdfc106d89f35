//! Two runs: which machines changed outcome, by cause, and which did better
//! only by chance.

use super::chance::Change;
use crate::results::{Manifest, OutputError};
use crate::statistics::{CONFIDENCE, Interval, Moments, StudentFactor};
use crate::study::error::StudyError;
use crate::study::tables::conclusion;
use flate2::read::MultiGzDecoder;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// Two runs, compared.
#[derive(Debug)]
pub struct RunComparison {
    /// Whether replication `n` of both had the same draws.
    pub paired: bool,
    /// Replications of each.
    pub replications: [u64; 2],
    /// Machine × advertisement pairs in both.
    pub common: u64,
    /// In the first alone, and in the second alone.
    pub alone: [u64; 2],
    /// Those that fare differently, by advertisement and machine.
    pub changed: Vec<Changed>,
    /// Failures by advertisement and cause, those with the largest change
    /// first.
    pub causes: Vec<Causes>,
}

/// A machine and an advertisement that fare differently.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The advertisement.
    pub advertisement: String,
    /// The machine.
    pub machine: String,
    /// Replications in which each run succeeded.
    pub successes: [u64; 2],
    /// The most frequent outcome and cause of each.
    pub states: [String; 2],
    /// What to make of it.
    pub change: Change,
}

/// Machines that fail for one cause, per replication.
#[derive(Debug, Clone, PartialEq)]
pub struct Causes {
    /// The advertisement.
    pub advertisement: String,
    /// Outcome and cause.
    pub state: String,
    /// Mean of each run.
    pub means: [f64; 2],
    /// Interval of the difference; none where replications do not suffice.
    pub interval: Option<Interval>,
    /// What the interval tells.
    pub conclusion: &'static str,
}

/// A run, as far as it is compared.
struct Run {
    seed: u64,
    replications: u32,
    /// By advertisement and machine: per replication the state.
    machines: BTreeMap<(u32, String), Vec<u32>>,
    /// Names of advertisements, in order of their number.
    advertisements: Names,
    /// Outcome and cause, whether that is success.
    states: Names,
}

/// Texts that occur again and again, each with a number.
#[derive(Default)]
struct Names {
    numbers: BTreeMap<String, u32>,
    names: Vec<String>,
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

/// What stands for a replication in which a machine has no row.
const ABSENT: u32 = u32::MAX;

/// Compares the runs in two directories, which hold `machines.csv`.
///
/// # Errors
/// If one of them is no run, or its table cannot be read.
pub fn compare_runs(first: &Path, second: &Path) -> Result<RunComparison, StudyError> {
    let (a, mut b) = (Run::read(first)?, Run::read(second)?);
    let paired = a.seed == b.seed;
    let mut comparison = RunComparison {
        paired,
        replications: [u64::from(a.replications), u64::from(b.replications)],
        common: 0,
        alone: [0, 0],
        changed: Vec::new(),
        causes: Vec::new(),
    };
    let mut counts = Counts::new(a.replications, b.replications);
    for ((advertisement, machine), before) in &a.machines {
        let name = &a.advertisements.names[*advertisement as usize];
        let theirs = b.advertisements.numbers.get(name).copied();
        let after = theirs.and_then(|theirs| b.machines.remove(&(theirs, machine.clone())));
        let Some(after) = after else {
            comparison.alone[0] += 1;
            continue;
        };
        comparison.common += 1;
        counts.add(0, name, before, &a.states);
        counts.add(1, name, &after, &b.states);
        let histories = [
            (before.as_slice(), &a.states),
            (after.as_slice(), &b.states),
        ];
        comparison
            .changed
            .extend(changed(name, machine, histories, paired));
    }
    comparison.alone[1] = b.machines.len() as u64;
    let key = |c: &Changed| (c.advertisement.clone(), c.machine.clone());
    comparison.changed.sort_by_key(key);
    comparison.causes = counts.causes(paired);
    Ok(comparison)
}

impl Run {
    fn read(directory: &Path) -> Result<Self, StudyError> {
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
        let file = File::open(&path).map_err(|error| StudyError::io(&path, error))?;
        let reader: Box<dyn Read> = if path.extension().is_some_and(|extension| extension == "gz") {
            Box::new(MultiGzDecoder::new(BufReader::new(file)))
        } else {
            Box::new(BufReader::new(file))
        };
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
        ];
        let [replication, machine, advertisement, outcome, cause] = [
            column(wanted[0])?,
            column(wanted[1])?,
            column(wanted[2])?,
            column(wanted[3])?,
            column(wanted[4])?,
        ];
        let mut record = csv::StringRecord::new();
        while reader
            .read_record(&mut record)
            .map_err(|error| error.to_string())?
        {
            let number: u32 = record[replication]
                .parse()
                .map_err(|_| "a replication is no number")?;
            let state = self.states.number(&state(&record[outcome], &record[cause]));
            let of = self.advertisements.number(&record[advertisement]);
            let history = self
                .machines
                .entry((of, record[machine].to_owned()))
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
            history[at] = state;
        }
        Ok(())
    }
}

fn no_run(directory: &Path, error: &OutputError) -> StudyError {
    StudyError::Plan {
        path: directory.into(),
        reason: format!("it is no finished run ({error})"),
    }
}

/// Outcome and cause in one text.
fn state(outcome: &str, cause: &str) -> String {
    if cause.is_empty() {
        outcome.to_owned()
    } else {
        format!("{outcome} ({cause})")
    }
}

fn is_success(state: &str) -> bool {
    let outcome = state.split(' ').next().unwrap_or(state);
    crate::outcome::Ending::ALL
        .iter()
        .any(|ending| ending.name() == outcome && crate::results::is_success(*ending))
}

/// What became of a machine, if it fares differently.
fn changed(
    advertisement: &str,
    machine: &str,
    histories: [(&[u32], &Names); 2],
    paired: bool,
) -> Option<Changed> {
    let [before, after] = histories.map(|(history, states)| {
        let success = |state: &u32| {
            states
                .names
                .get(*state as usize)
                .is_some_and(|state| is_success(state))
        };
        history.iter().map(success).collect::<Vec<bool>>()
    });
    let successes =
        [&before, &after].map(|history| history.iter().filter(|success| **success).count() as u64);
    let states = histories.map(|(history, states)| most_frequent(history, states));
    let pairs: Vec<(bool, bool)> = before.iter().copied().zip(after.iter().copied()).collect();
    let gained = pairs.iter().filter(|pair| **pair == (false, true)).count() as u64;
    let lost = pairs.iter().filter(|pair| **pair == (true, false)).count() as u64;
    let differs = gained + lost > 0
        || successes[0] * after.len() as u64 != successes[1] * before.len() as u64;
    if !differs && states[0] == states[1] {
        return None;
    }
    let change = if paired {
        Change::of_pairs(gained, lost, pairs.len() as u64)
    } else {
        Change::of_samples(
            successes[0],
            before.len() as u64,
            successes[1],
            after.len() as u64,
        )
    };
    Some(Changed {
        advertisement: advertisement.to_owned(),
        machine: machine.to_owned(),
        successes,
        states,
        change,
    })
}

fn most_frequent(history: &[u32], states: &Names) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    for name in history
        .iter()
        .filter_map(|state| states.names.get(*state as usize))
    {
        *counts.entry(name).or_default() += 1;
    }
    let most = counts.values().max().copied().unwrap_or(0);
    counts
        .iter()
        .find(|(_, count)| **count == most)
        .map_or_else(String::new, |(name, _)| (*name).to_owned())
}

/// Machines per replication by advertisement and state, of both runs.
struct Counts {
    replications: [u32; 2],
    machines: BTreeMap<(String, String), [Vec<u64>; 2]>,
}

impl Counts {
    fn new(first: u32, second: u32) -> Self {
        Self {
            replications: [first, second],
            machines: BTreeMap::new(),
        }
    }

    fn add(&mut self, run: usize, advertisement: &str, history: &[u32], states: &Names) {
        for (at, number) in history.iter().enumerate() {
            let Some(state) = states.names.get(*number as usize) else {
                continue;
            };
            if is_success(state) {
                continue;
            }
            let replications = self.replications;
            let key = (advertisement.to_owned(), state.clone());
            let counts = self
                .machines
                .entry(key)
                .or_insert_with(|| replications.map(|count| vec![0; count as usize]));
            counts[run][at] += 1;
        }
    }

    fn causes(self, paired: bool) -> Vec<Causes> {
        let mut causes: Vec<Causes> = self
            .machines
            .into_iter()
            .map(|((advertisement, state), counts)| {
                let moments = counts
                    .each_ref()
                    .map(|run| run.iter().map(|n| *n as f64).collect::<Moments>());
                let interval = if paired {
                    let differences = counts[0]
                        .iter()
                        .zip(&counts[1])
                        .map(|(a, b)| *b as f64 - *a as f64);
                    differences.collect::<Moments>().interval(CONFIDENCE)
                } else {
                    welch(&moments[0], &moments[1])
                };
                let means = moments.map(|moments| moments.mean().unwrap_or(0.0));
                let conclusion = if interval.is_some() {
                    conclusion(interval)
                } else {
                    "untested"
                };
                Causes {
                    advertisement,
                    state,
                    means,
                    interval,
                    conclusion,
                }
            })
            .collect();
        let size = |c: &Causes| (c.means[1] - c.means[0]).abs();
        causes.sort_by(|a, b| size(b).total_cmp(&size(a)));
        causes
    }
}

/// The interval of the difference of two independent means (B. L. Welch,
/// Biometrika 34, 1947), with the degrees of freedom rounded down.
pub(super) fn welch(first: &Moments, second: &Moments) -> Option<Interval> {
    let error = |moments: &Moments| Some(moments.variance()? / moments.count() as f64);
    let (a, b) = (error(first)?, error(second)?);
    let difference = second.mean()? - first.mean()?;
    if a + b == 0.0 {
        return Some(Interval::around(difference, 0.0));
    }
    let part = |error: f64, moments: &Moments| error * error / (moments.count() - 1) as f64;
    let degrees = ((a + b) * (a + b) / (part(a, first) + part(b, second))).floor() as u64;
    let n = degrees + 1;
    let factor = StudentFactor::new(n, CONFIDENCE)?;
    // The factor divides by its sample size, which is none here.
    Some(Interval::around(
        difference,
        factor.half_width((a + b) * n as f64),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn welch_interval_is_that_of_scipy_but_for_whole_degrees_of_freedom() {
        // scipy.stats.ttest_ind(b, a, equal_var=False): df = 8, difference 3,
        // se = 1; t quantile 0.975 of 8 degrees 2.306004.
        let a: Moments = [1.0, 2.0, 3.0, 4.0, 5.0].into_iter().collect();
        let b: Moments = [4.0, 5.0, 6.0, 7.0, 8.0].into_iter().collect();
        let interval = welch(&a, &b).unwrap();
        assert!(
            (interval.low - (3.0 - 2.306_004)).abs() < 1e-5,
            "{interval:?}"
        );
    }
}
