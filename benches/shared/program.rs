//! A straightforward program for one job: poll, transfer, install, with one
//! binary heap over everything, every transfer of a site recomputed at every
//! change, and rows written through the csv crate. It knows no accounts, no
//! distribution points and no retries.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Uniform on 0..1, good enough for a baseline.
fn draw(state: &mut u64) -> f64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1);
    (*state >> 11) as f64 / (1u64 << 53) as f64
}

struct Site {
    /// Machine and bytes left.
    transfers: Vec<(u32, f64)>,
    since: f64,
    version: u32,
}

/// A time as an ordered key: times are not negative, so their bits sort as they
/// do.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Time(u64);

impl Time {
    fn of(seconds: f64) -> Self {
        Self(seconds.to_bits())
    }

    fn seconds(&self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// Poll, transfer over the site's link, install; rows through the csv crate.
pub(crate) fn naive(machines: u32, sites: u32) {
    const LINK: f64 = 10e6 / 8.0;
    const PACKAGE: f64 = 5e6;
    let mut state = 1u64;
    let mut events = BinaryHeap::new();
    let mut places: Vec<Site> = (0..sites)
        .map(|_| Site {
            transfers: Vec::new(),
            since: 0.0,
            version: 0,
        })
        .collect();
    let mut rows: Vec<(String, f64, f64, f64)> = (0..machines)
        .map(|m| {
            (
                format!("branch-{:04}-pcs-{:05}", m % sites, m / sites),
                0.0,
                0.0,
                0.0,
            )
        })
        .collect();
    for machine in 0..machines {
        events.push(Reverse((
            Time::of(draw(&mut state) * 3600.0),
            0u8,
            machine,
            0u32,
        )));
    }
    while let Some(Reverse((time, kind, id, version))) = events.pop() {
        let now = time.seconds();
        if kind == 2 {
            rows[id as usize].3 = now;
            continue;
        }
        let at = if kind == 0 { id % sites } else { id };
        let site = &mut places[at as usize];
        if kind == 1 && version != site.version {
            continue;
        }
        let share = LINK / site.transfers.len().max(1) as f64;
        let moved = (now - site.since) * share;
        for transfer in &mut site.transfers {
            transfer.1 -= moved;
        }
        site.since = now;
        if kind == 0 {
            rows[id as usize].1 = now;
            site.transfers.push((id, PACKAGE));
        }
        let done: Vec<u32> = site
            .transfers
            .iter()
            .filter(|(_, left)| *left < 1e-3)
            .map(|(m, _)| *m)
            .collect();
        site.transfers.retain(|(_, left)| *left >= 1e-3);
        for machine in done {
            rows[machine as usize].2 = now;
            let install = -300.0 * libm::log1p(-draw(&mut state));
            events.push(Reverse((Time::of(now + install), 2, machine, 0)));
        }
        site.version += 1;
        let least = site
            .transfers
            .iter()
            .map(|(_, left)| *left)
            .fold(f64::INFINITY, f64::min);
        if least.is_finite() {
            let next = now + least * site.transfers.len() as f64 / LINK;
            events.push(Reverse((Time::of(next), 1, at, site.version)));
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut writer = csv::Writer::from_path(folder.path().join("machines.csv")).expect("a file");
    for (name, poll, content, end) in rows {
        let row = [name, poll.to_string(), content.to_string(), end.to_string()];
        writer.write_record(&row).expect("a row");
    }
    writer.flush().expect("the end");
}
