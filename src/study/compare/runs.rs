//! Two runs: which machines changed outcome or time, and which did better only
//! by chance.

use super::causes::{self, Causes, Counts};
use super::chance::{Change, Test, judge};
use super::history::{Names, Run, Seens};
use super::progress::{Gathering, Progress};
use crate::statistics::{Moments, Welch};
use crate::study::error::StudyError;
use crate::study::figure::optional;
use crate::study::tables::{Declaration, Part, Writer, text_columns};
use crate::units::counted;
use std::collections::BTreeMap;
use std::path::Path;

/// The machines that changed between two runs.
pub(super) const TABLE: Declaration = Declaration {
    name: "machines",
    when: "of two runs, with `--machines`",
    row: "one machine and advertisement that fare differently",
    parts: &[Part::Fixed(COLUMNS)],
};

text_columns! {
    COLUMNS: fn cells(changed: &Changed) {
        "advertisement" Text "the advertisement" => &changed.advertisement;
        "machine" Text "name of the machine" => &changed.machine;
        "successes_first" Number "replications of the first run in which it succeeds" => changed.successes[0].to_string();
        "successes_second" Number "those of the second" => changed.successes[1].to_string();
        "first" Text "the most frequent outcome and cause in the first run" => &changed.states[0];
        "second" Text "that in the second" => &changed.states[1];
        "change" Text "`better` or `worse` beyond chance, `by chance`, or `untested` where the replications do not suffice" =>
            changed.change.to_string();
        "seconds_first" Instant "when it was installed in the first run, the mean over the replications in which it was" =>
            optional(changed.seconds[0]);
        "seconds_second" Instant "when it was in the second" => optional(changed.seconds[1]);
        "time" Text "`better` where it is earlier beyond chance, `worse` where it is later, else as `change`" =>
            changed.time.to_string();
    }
}

/// Two runs, compared.
#[derive(Debug)]
pub struct RunComparison {
    /// Whether replication `n` of both had the same draws.
    pub paired: bool,
    /// Replications of each.
    pub replications: [u64; 2],
    /// Those of each that are compared: of runs with the same draws the replications that
    /// both have.
    pub compared: [u64; 2],
    /// Machine × advertisement pairs in both.
    pub common: u64,
    /// In the first alone, and in the second alone.
    pub alone: [u64; 2],
    /// Those that fare differently, by advertisement and machine.
    pub changed: Vec<Changed>,
    /// How many machines were installed, and how soon, by advertisement.
    pub progress: Vec<Progress>,
    /// Failures by advertisement and cause, those with the largest change
    /// first.
    pub causes: Vec<Causes>,
}

impl RunComparison {
    /// What is looked at one by one: machines, and where there are several advertisements
    /// each machine once for each of its own.
    pub fn looked_at(&self) -> String {
        if self.progress.len() < 2 {
            return counted(self.common, "machine");
        }
        let pairs = counted(self.common, "pair");
        format!("{pairs} of a machine and an advertisement")
    }

    /// The machines that fare differently as CSV, a row each.
    pub fn machines_table(&self) -> String {
        let mut writer = Writer::new(&TABLE);
        for changed in &self.changed {
            writer.row(cells(changed));
        }
        writer.finish().text
    }

    /// The causes as CSV, a row each.
    pub fn causes_table(&self) -> String {
        causes::table(&self.causes)
    }

    /// Whether there are replications enough to tell of any machine that changed whether
    /// chance explains it.
    pub(crate) fn is_tested(&self) -> bool {
        let tested = |c: &Changed| c.change != Change::Untested || c.time != Change::Untested;
        self.changed.iter().any(tested)
    }
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
    /// Whether the outcome or its cause differs in any way.
    pub outcome_differs: bool,
    /// Mean seconds until it was installed, over the replications in which it
    /// was; none if it never was.
    pub seconds: [Option<f64>; 2],
    /// Whether it is earlier (better) or later (worse) in the replications in
    /// which both succeed.
    pub time: Change,
}

/// Compares the runs in two directories, which hold `machines.csv`.
///
/// # Errors
/// If one of them is not a run, or its table cannot be read.
pub fn compare_runs(first: &Path, second: &Path) -> Result<RunComparison, StudyError> {
    let (mut a, mut b) = (Run::read(first)?, Run::read(second)?);
    let paired = a.seed == b.seed;
    let replications = [u64::from(a.replications), u64::from(b.replications)];
    if paired {
        // A replication that only one of them has is not a pair, and would pass off its own
        // draws as a difference between the runs.
        let both = a.replications.min(b.replications);
        a.keep(both);
        b.keep(both);
    }
    let mut comparison = RunComparison {
        paired,
        replications,
        compared: [u64::from(a.replications), u64::from(b.replications)],
        common: 0,
        alone: [0, 0],
        changed: Vec::new(),
        progress: Vec::new(),
        causes: Vec::new(),
    };
    let mut gathering = Gathering::new([a.replications, b.replications], paired);
    let mut counts = Counts::new(a.replications, b.replications);
    let (mut outcomes, mut times, mut shown) = (Vec::new(), Vec::new(), Vec::new());
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
        gathering.add(name, before, &after);
        let histories = [(before, &a.states), (&after, &b.states)];
        let fared = fared(name, machine, histories, paired);
        shown.extend(fared.changed.map(|changed| (outcomes.len(), changed)));
        outcomes.push(Some(fared.outcome));
        times.push(fared.time);
    }
    let (outcomes, times) = (judge(&outcomes), judge(&times));
    let changed = shown.into_iter().map(|(at, changed)| Changed {
        change: outcomes[at],
        time: times[at],
        ..changed
    });
    comparison.changed.extend(changed);
    comparison.alone[1] = b.machines.len() as u64;
    let key = |c: &Changed| (c.advertisement.clone(), c.machine.clone());
    comparison.changed.sort_by_key(key);
    comparison.progress = gathering.finish();
    comparison.causes = counts.causes(paired);
    Ok(comparison)
}

/// How a machine fared.
struct Fared {
    outcome: Test,
    time: Option<Test>,
    /// What is shown of it if it fares differently; it is judged later.
    changed: Option<Changed>,
}

fn fared(
    advertisement: &str,
    machine: &str,
    histories: [(&Seens, &Names); 2],
    paired: bool,
) -> Fared {
    let [before, after] = histories.map(|(history, _)| {
        history
            .iter()
            .map(|seen| seen.success)
            .collect::<Vec<bool>>()
    });
    let successes =
        [&before, &after].map(|history| history.iter().filter(|success| **success).count() as u64);
    let states = histories.map(|(history, states)| most_frequent(history, states));
    let pairs: Vec<(bool, bool)> = before.iter().copied().zip(after.iter().copied()).collect();
    let gained = pairs.iter().filter(|pair| **pair == (false, true)).count() as u64;
    let lost = pairs.iter().filter(|pair| **pair == (true, false)).count() as u64;
    let differs = gained + lost > 0
        || successes[0] * after.len() as u64 != successes[1] * before.len() as u64;
    let (time, moved) = time(histories.map(|(history, _)| history), paired);
    let outcome_differs = differs || states[0] != states[1];
    let outcome = if paired {
        Test::of_pairs(gained, lost, pairs.len() as u64)
    } else {
        Test::of_samples(
            successes[0],
            before.len() as u64,
            successes[1],
            after.len() as u64,
        )
    };
    let changed = (outcome_differs || moved).then(|| Changed {
        advertisement: advertisement.to_owned(),
        machine: machine.to_owned(),
        successes,
        states,
        change: Change::Untested,
        outcome_differs,
        seconds: histories.map(|(history, _)| {
            let times = history.iter().filter_map(|seen| seen.installed);
            times.map(|at| at as f64 / 1e6).collect::<Moments>().mean()
        }),
        time: Change::Untested,
    });
    Fared {
        outcome,
        time,
        changed,
    }
}

/// The test of when a machine was installed, and whether it is at another time at all.
fn time([before, after]: [&Seens; 2], paired: bool) -> (Option<Test>, bool) {
    if paired {
        let pairs = before.iter().zip(after);
        let both: Vec<(u64, u64)> = pairs
            .filter_map(|(a, b)| Some((a.installed?, b.installed?)))
            .collect();
        let earlier = both.iter().filter(|(a, b)| b < a).count() as u64;
        let later = both.iter().filter(|(a, b)| b > a).count() as u64;
        let test = Test::of_pairs(earlier, later, both.len() as u64);
        return (Some(test), earlier + later > 0);
    }
    let [before, after] = [before, after].map(|history| {
        let times = history.iter().filter_map(|seen| seen.installed);
        times.map(|at| at as f64 / 1e6).collect::<Moments>()
    });
    let test = Welch::of(&before, &after).map(|test| Test::of_times(&test));
    (test, before.mean() != after.mean())
}

fn most_frequent(history: &Seens, states: &Names) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    for name in history
        .iter()
        .filter_map(|seen| states.names.get(seen.state as usize))
    {
        *counts.entry(name).or_default() += 1;
    }
    let most = counts.values().max().copied().unwrap_or(0);
    counts
        .iter()
        .find(|(_, count)| **count == most)
        .map_or_else(String::new, |(name, _)| (*name).to_owned())
}
