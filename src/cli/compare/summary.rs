//! What a comparison of two runs comes to, in words.
//!
//! Every statement has its evidence beside it: how many machines, how much
//! time, over how many replications, and whether chance explains it.

use crate::results::{grouped, percent};
use crate::statistics::Interval;
use crate::study::compare::{
    Causes, Change, Changed, FOR_ONE_MACHINE, Figure, Progress, RunComparison, beyond_chance,
};
use crate::units::{counted, span_to};
use std::fmt::Write;

/// Causes that are shown.
const MOST_SHOWN: usize = 15;

/// The comparison in words.
pub(super) fn summary(comparison: &RunComparison) -> String {
    let [first, second] = comparison.compared;
    let mut out = format!("{}\n", replications(comparison));
    for progress in &comparison.progress {
        self::progress(progress, comparison.compared, &mut out);
    }
    machines(comparison, &mut out);
    if first.min(second) < 2 && comparison.common > 0 {
        out.push_str(
            "One replication shows what happened in it. Whether the difference is more than \
             chance takes at least 2: run both again with `--replications 10`.\n",
        );
    }
    causes(&comparison.causes, first.min(second), &mut out);
    out
}

/// How many replications there are, and how they are compared.
fn replications(comparison: &RunComparison) -> String {
    let [first, second] = comparison.replications;
    if comparison.paired {
        let how = "the same seed, compared replication by replication";
        return match (first, second) {
            (1, 1) => format!("1 replication each; {how}"),
            (first, second) if first == second => {
                format!("{first} replications each, of which the figures are means; {how}")
            }
            _ => match first.min(second) {
                1 => {
                    format!("{first} and {second} replications; {how}: the first, which both have")
                }
                both => format!(
                    "{first} and {second} replications; {how}: the first {both}, which both have \
                     and of which the figures are means"
                ),
            },
        };
    }
    let how = "different seeds, compared as independent samples";
    match (first, second) {
        (1, 1) => format!("1 replication each; {how}"),
        (first, second) if first == second => {
            format!("{first} replications each, of which the figures are means; {how}")
        }
        _ => format!("{first} and {second} replications, of which the figures are means; {how}"),
    }
}

fn progress(progress: &Progress, replications: [u64; 2], out: &mut String) {
    let machines = grouped(progress.machines as f64);
    let noun = if progress.machines == 1 {
        "machine"
    } else {
        "machines"
    };
    let _ = writeln!(out, "\n{}, {machines} {noun}", progress.advertisement);
    let installed = &progress.installed;
    let count = |at: usize| installed.means[at].map_or_else(String::new, grouped);
    let _ = write!(out, "  installed  {} -> {}", count(0), count(1));
    if let Some(difference) = installed.difference() {
        let share = percent(difference.abs() / progress.machines.max(1) as f64);
        let size = grouped(difference.abs());
        match difference {
            0.0 => out.push_str(", as many"),
            d if d > 0.0 => write!(out, ", {size} more ({share})").unwrap_or_default(),
            _ => write!(out, ", {size} fewer ({share})").unwrap_or_default(),
        }
    }
    evidence(installed, |value| grouped(value.abs()), out);
    if let (Some(gained), Some(lost)) = (progress.gained, progress.lost)
        && gained + lost > 0.0
    {
        let _ = writeln!(
            out,
            "             success only in the second: {}, only in the first: {}",
            grouped(gained),
            grouped(lost)
        );
    }
    for (permille, figure) in &progress.times {
        time(*permille, figure, replications, out);
    }
    if let (Some(earlier), Some(later), Some(shift)) =
        (progress.earlier, progress.later, progress.median_shift)
        && earlier + later > 0.0
    {
        let direction = match shift {
            0.0 => "; the median is unchanged".to_owned(),
            s if s < 0.0 => format!("; the median is {} earlier", apart(s)),
            s => format!("; the median is {} later", apart(s)),
        };
        let _ = writeln!(
            out,
            "  of those that succeed in both, {} are earlier and {} later{direction}",
            grouped(earlier),
            grouped(later)
        );
    }
}

fn time(permille: u32, figure: &Figure, replications: [u64; 2], out: &mut String) {
    // A mean that leaves out replications is not held against one that does not.
    let shown = |at: usize| match (figure.means[at], figure.reached[at]) {
        (Some(mean), n) if figure.means.contains(&None) && n > 1 => {
            format!("{} in {n} of {n}", span(mean))
        }
        (Some(mean), _) => span(mean),
        (None, 0) if replications[at] > 1 => {
            format!("never in {} replications", replications[at])
        }
        (None, 0) => "never".to_owned(),
        (None, n) => format!(
            "in {n} of {} only",
            counted(replications[at], "replication")
        ),
    };
    if figure.reached == [0, 0] {
        return;
    }
    let _ = write!(
        out,
        "  {:>4} %     {} -> {}",
        permille / 10,
        shown(0),
        shown(1)
    );
    if let Some(difference) = figure.difference() {
        match difference {
            0.0 => out.push_str(", at the same time"),
            d if d < 0.0 => write!(out, ", {} earlier", apart(d)).unwrap_or_default(),
            d => write!(out, ", {} later", apart(d)).unwrap_or_default(),
        }
    }
    evidence(figure, span, out);
}

/// How sure a difference is.
fn evidence(figure: &Figure, shown: impl Fn(f64) -> String, out: &mut String) {
    if let Some(Interval { low, high }) = figure.interval {
        let (low, high) = if low < 0.0 && high <= 0.0 {
            (-high, -low)
        } else {
            (low, high)
        };
        let sign = |value: f64| if value < 0.0 { "-" } else { "" };
        if low < high {
            let (less, more) = (sign(low), sign(high));
            let _ = write!(
                out,
                " (95 % interval {less}{} to {more}{})",
                shown(low),
                shown(high)
            );
        }
        if figure.difference() != Some(0.0) {
            out.push_str(match figure.conclusion {
                "undecided" => ", which chance may explain",
                _ => ", more than chance explains",
            });
        }
    } else if let Some(difference) = figure.difference().filter(|apart| *apart != 0.0) {
        // That one replication tells nothing of chance is said once, below.
        let fewest = figure.reached[0].min(figure.reached[1]);
        if fewest > 1 {
            let _ = write!(out, ", {}", beyond_chance(difference, None, fewest));
        }
    }
    out.push('\n');
}

fn span(seconds: f64) -> String {
    span_to(seconds.abs(), f64::INFINITY)
}

/// A difference of times, of which there is one.
fn apart(seconds: f64) -> String {
    if seconds.abs() < 1.0 {
        "less than 1 s".to_owned()
    } else {
        span(seconds)
    }
}

fn machines(comparison: &RunComparison, out: &mut String) {
    let [alone_first, alone_second] = comparison.alone.map(|alone| grouped(alone as f64));
    if comparison.common == 0 {
        let _ = writeln!(
            out,
            "\nNo machine is reached by the same advertisement in both: {alone_first} pairs of a \
             machine and an advertisement are in the first alone, {alone_second} in the second \
             alone."
        );
        return;
    }
    let count = |wanted: &dyn Fn(&Changed) -> bool| {
        let count = comparison.changed.iter().filter(|c| wanted(c)).count();
        grouped(count as f64)
    };
    let _ = write!(
        out,
        "\nOf {}, {} changed outcome",
        comparison.looked_at(),
        count(&|c| c.outcome_differs),
    );
    let fewest = comparison.compared[0].min(comparison.compared[1]);
    if comparison.is_tested() {
        let _ = writeln!(
            out,
            ": {} better, {} worse, {} perhaps by chance; {} earlier, {} later beyond chance",
            count(&|c| c.outcome_differs && c.change == Change::Better),
            count(&|c| c.outcome_differs && c.change == Change::Worse),
            count(&|c| c.outcome_differs && c.change == Change::ByChance),
            count(&|c| c.time == Change::Better),
            count(&|c| c.time == Change::Worse),
        );
    } else {
        let _ = writeln!(
            out,
            ", and {} changed time",
            count(&|c| c.seconds[0] != c.seconds[1])
        );
        if fewest < FOR_ONE_MACHINE {
            let _ = writeln!(
                out,
                "Whether a single machine changed by more than chance takes {FOR_ONE_MACHINE} \
                 replications at least."
            );
        }
    }
    if comparison.alone != [0, 0] {
        let _ = writeln!(
            out,
            "{alone_first} only in the first, {alone_second} only in the second"
        );
    }
}

fn causes(causes: &[Causes], replications: u64, out: &mut String) {
    if !causes.is_empty() {
        let _ = writeln!(out, "\nMachines without success, per replication:");
    }
    let shown = &causes[..causes.len().min(MOST_SHOWN)];
    let advertisement = shown.iter().map(|c| c.advertisement.len()).max();
    let width = advertisement.unwrap_or(0);
    let words = |cause: &Causes| {
        beyond_chance(
            cause.means[1] - cause.means[0],
            cause.interval,
            replications,
        )
    };
    let widest = shown.iter().map(|cause| words(cause).len()).max();
    let widest = widest.unwrap_or(0);
    for cause in shown {
        let _ = writeln!(
            out,
            "  {:>9} -> {:<9} {:widest$}  {:width$}  {}",
            grouped(cause.means[0]),
            grouped(cause.means[1]),
            words(cause),
            cause.advertisement,
            cause.state
        );
    }
    if causes.len() > MOST_SHOWN {
        let rest = causes.len() - MOST_SHOWN;
        let _ = writeln!(out, "  and {rest} more; `--causes` lists all");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_of_less_than_a_second_is_one() {
        let shown = |second: f64| {
            let figure = Figure {
                means: [Some(60.0), Some(second)],
                reached: [1, 1],
                interval: None,
                conclusion: "untested",
            };
            let mut out = String::new();
            time(950, &figure, [1, 1], &mut out);
            out
        };
        assert!(
            shown(60.4).contains("less than 1 s later"),
            "{}",
            shown(60.4)
        );
        assert!(shown(59.6).contains("less than 1 s earlier"));
        assert!(shown(60.0).contains("at the same time"));
        assert!(shown(62.5).contains(", 3 s later"));
    }
}
