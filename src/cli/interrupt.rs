//! Signals that end a run in good order.

use super::Failure;
use crate::model::Watch;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Ctrl-C, and what a system sends to end a program, stop the simulation at the
/// next opportunity. A hang-up that is ignored, as under `nohup`, stays ignored.
pub(super) fn stop_on_interrupt(watch: &Arc<Watch>) -> Result<(), Failure> {
    let watch = Arc::clone(watch);
    on_interrupt(move || watch.stop.store(true, Ordering::Relaxed))
}

/// Calls `stop` when the program is to end, as above.
pub(super) fn on_interrupt(stop: impl FnMut() + Send + 'static) -> Result<(), Failure> {
    listen(stop).map_err(|error| Failure::failed(format!("Ctrl-C cannot be handled: {error}")))
}

#[cfg(unix)]
fn listen(mut stop: impl FnMut() + Send + 'static) -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let all = [SIGINT, SIGTERM, SIGHUP];
    let wanted = all
        .into_iter()
        .filter(|signal| *signal != SIGHUP || !is_ignored(*signal));
    let mut signals = signal_hook::iterator::Signals::new(wanted)?;
    std::thread::Builder::new().spawn(move || signals.forever().for_each(|_| stop()))?;
    Ok(())
}

/// Whether the process was started with this signal ignored, where the system
/// tells.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

#[cfg(not(unix))]
fn listen(stop: impl FnMut() + Send + 'static) -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(stop)
}
