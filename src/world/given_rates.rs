//! The rates at which links are in force over the forecast: what is in use is a share of
//! what a link gives then, not of the capacity that is written.

use super::{Change, GivenRates, World};
use crate::units::{Instant, Rate};

impl World {
    /// Notes for each link what it gives: one look at all changes, however many links
    /// there are.
    pub(crate) fn note_given_rates(&mut self) {
        let mut present: Vec<(Instant, Rate)> = (self.links.iter())
            .map(|link| (Instant::START, link.rate))
            .collect();
        let horizon = Instant(self.horizon.0);
        let links = &mut self.links;
        for link in links.iter_mut() {
            link.given = GivenRates::default();
        }
        let mut note = |at: usize, from: Instant, until: Instant, rate: Rate| {
            let link = &mut links[at];
            let time = until.min(horizon).0.saturating_sub(from.0);
            if time == 0 {
                return;
            }
            if rate.0 == 0 {
                link.given.nothing = true;
                return;
            }
            link.given.bits += if rate.is_unlimited() {
                f64::INFINITY
            } else {
                rate.0 as f64 * (time as f64 / 1e6)
            };
            if rate != link.rate && !link.given.others.contains(&rate) {
                link.given.others.push(rate);
            }
        };
        for timed in &self.changes {
            if let Change::Link(link, rate) = timed.change {
                let (since, before) =
                    std::mem::replace(&mut present[link.index()], (timed.at(), rate));
                note(link.index(), since, timed.at(), before);
            }
        }
        for (at, (since, rate)) in present.into_iter().enumerate() {
            note(at, since, horizon, rate);
        }
        for link in links {
            link.given.others.sort_unstable();
        }
    }
}
