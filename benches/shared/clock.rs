//! Processor time.

use std::time::Instant;

/// Seconds of processor time that this thread has taken, where the system says so;
/// else seconds since `start`.
pub(crate) fn clock(start: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let taken = told.and_then(|told| told.split(' ').next()?.parse::<f64>().ok());
    taken.map_or_else(
        || start.elapsed().as_secs_f64(),
        |nanoseconds| nanoseconds / 1e9,
    )
}
