//! The bare engine: transfers that share links by max-min fairness.
//!
//! A line of 8 Mbit/s leads to two branches, one of which has a last mile of
//! 2 Mbit/s. Three transfers of 10 MB begin together: the one to the slow branch
//! takes 2 Mbit/s, and the two others share the rest.
//!
//! ```text
//! cargo run --example fair_share
//! ```

use rollcast::engine::Network;
use rollcast::units::{Instant, Rate, Size};

fn main() {
    let (line, last_mile) = (0, 1);
    let mut network = Network::new(&[Rate(8_000_000), Rate(2_000_000)]);
    let fast = network.class(&[line], Rate::UNLIMITED);
    let slow = network.class(&[line, last_mile], Rate::UNLIMITED);
    let begun = [(1, fast), (2, fast), (3, slow)]
        .map(|(number, class)| network.start(Instant::START, class, Size(10_000_000), number));
    for (number, transfer) in (1..).zip(begun) {
        println!(
            "transfer {number}: {:.1} Mbit/s",
            network.rate(transfer) / 1e6
        );
    }
    let mut done = Vec::new();
    let mut ends = Vec::new();
    while network.next() < Instant::NEVER {
        let now = network.next();
        network.finish(now, &mut done);
        for number in done.drain(..) {
            let seconds = now.seconds().expect("it is now");
            println!("transfer {number} ends after {seconds:.3} s");
            ends.push(seconds.round());
        }
    }
    // 80 Mbit at 3 Mbit/s, and at 2 Mbit/s.
    assert_eq!(ends, [27.0, 27.0, 40.0]);
}
