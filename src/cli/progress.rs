//! Progress on standard error: a bar on a terminal, plain lines elsewhere.

use super::say;
use crate::model::Watch;
use crate::units::Span;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use terminal_size::terminal_size_of;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ProgressKind {
    /// A bar on a terminal, plain lines elsewhere.
    Auto,
    /// Plain lines.
    Plain,
    /// Nothing.
    None,
}

/// Watches a run from a thread of its own.
pub(super) struct Progress {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Shows how far `watch` has come on the way to `total`.
    pub(super) fn start(kind: ProgressKind, quiet: bool, watch: &Arc<Watch>, total: u64) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let bar = match kind {
            _ if quiet || total == 0 => None,
            ProgressKind::None => None,
            ProgressKind::Auto if std::io::stderr().is_terminal() => Some(bar(total)),
            ProgressKind::Auto | ProgressKind::Plain => Some(ProgressBar::hidden()),
        };
        let thread = bar.map(|bar| {
            let (over, watch) = (Arc::clone(&over), Arc::clone(watch));
            std::thread::spawn(move || show(&bar, &watch, &over, total))
        });
        Self { over, thread }
    }

    /// Takes the bar away.
    pub(super) fn finish(mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // The thread only draws; if it failed there is nothing to add.
            let _ = thread.join();
        }
    }
}

/// A bar that keeps to one line: what does not fit is cut off.
fn bar(total: u64) -> ProgressBar {
    let columns = terminal_size_of(std::io::stderr()).map_or(80, |(width, _)| width.0);
    let length = (columns / 4).clamp(4, 30);
    let template =
        format!("{{bar:{length}}} {{percent:>3}} % of {{human_len}} machines{{wide_msg}}");
    // Whatever the number in it, the library accepts the template.
    let style =
        ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style)
}

fn show(bar: &ProgressBar, watch: &Watch, over: &AtomicBool, mut total: u64) {
    const REDRAW: Duration = Duration::from_millis(100);
    const LINE_EVERY: Duration = Duration::from_secs(10);
    let started = Instant::now();
    let mut last_line = started;
    while !over.load(Ordering::Relaxed) {
        std::thread::park_timeout(REDRAW);
        let done = watch.done.load(Ordering::Relaxed);
        // What is asked for may grow on the way, as some studies decide it.
        total = total.max(done);
        bar.set_length(total);
        bar.set_position(done);
        let time = Span(watch.now.load(Ordering::Relaxed));
        // Before there is anything to say of its speed, nothing follows the machines.
        let said = message(done, total, time, started.elapsed());
        bar.set_message(format!(", {said}"));
        if bar.is_hidden() && last_line.elapsed() >= LINE_EVERY {
            last_line = Instant::now();
            plain_line(done, total, time, started.elapsed());
        }
    }
    bar.finish_and_clear();
}

/// How far the group that is simulated has come; nothing where groups are over
/// before anybody looks.
fn simulated(time: Span) -> String {
    if time == Span::ZERO {
        String::new()
    } else {
        format!("simulated {time}")
    }
}

fn plain_line(done: u64, total: u64, time: Span, elapsed: Duration) {
    let percent = done * 100 / total.max(1);
    say(&format!(
        "{percent} % of {} machines, {}",
        HumanCount(total),
        message(done, total, time, elapsed),
    ));
}

/// How fast it goes, and how long it will take.
fn message(done: u64, total: u64, time: Span, elapsed: Duration) -> String {
    let rate = done as f64 / elapsed.as_secs_f64().max(1e-9);
    let mut text = format!("{} a second", HumanCount(readable(rate)));
    if done > 0 && rate > 0.0 {
        let left = (total - done.min(total)) as f64 / rate;
        text += &format!(", {} left", Span::from_secs_f64(left.ceil()));
    }
    let simulated = simulated(time);
    if !simulated.is_empty() {
        text += &format!(", {simulated}");
    }
    text
}

/// A rate of which two digits count.
fn readable(rate: f64) -> u64 {
    let whole = rate.max(0.0) as u64;
    let mut unit = 1;
    while whole / unit >= 100 {
        unit *= 10;
    }
    whole / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_two_digits_that_count() {
        for (rate, shown) in [(0.0, 0), (7.9, 7), (123.4, 120), (987_654.3, 980_000)] {
            assert_eq!(readable(rate), shown);
        }
    }
}
