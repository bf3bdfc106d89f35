//! The bare engine: waiting times at a station with Poisson arrivals and
//! exponential service, beside the formula of A. K. Erlang (M/M/c).
//!
//! ```text
//! cargo run --release --example queue
//! ```

use rollcast::engine::{Distribution, Station, Streams, Visit};
use rollcast::units::{Instant, Span};

const VISITS: u64 = 500_000;

fn main() {
    println!("servers  load  simulated  by formula");
    for (servers, rate) in [(1, 0.7), (2, 1.5), (8, 6.5)] {
        let (simulated, exact) = (simulate(servers, rate), erlang(servers, rate));
        println!("{servers:7} {rate:5.1} {simulated:8.3} s {exact:9.3} s");
        assert!((simulated / exact - 1.0).abs() < 0.1);
    }
}

/// The mean wait in seconds, with service times of a second in the mean.
fn simulate(servers: u32, rate: f64) -> f64 {
    let gap = Distribution::Exponential {
        mean: Span::from_secs_f64(1.0 / rate),
    };
    let service = Distribution::Exponential {
        mean: Span::from_secs(1),
    };
    // A draw belongs to a visit and a purpose, not to the order of calls.
    let streams = Streams::new(1, 1);
    let mut station = Station::new(servers, Span::FOREVER);
    let mut now = Instant::START;
    for visit in 0..VISITS {
        let draws = streams.block(0, 0, visit);
        now = now + gap.sample(draws.uniform(0));
        let visit = station.request(now, service.sample(draws.uniform(1)));
        assert!(matches!(visit, Visit::Served { .. }), "patience is endless");
    }
    station.usage().waited.seconds() / VISITS as f64
}

fn erlang(servers: u32, load: f64) -> f64 {
    let blocked = (1..=servers).fold(1.0, |b, n| load * b / (f64::from(n) + load * b));
    let servers = f64::from(servers);
    let waits = servers * blocked / (servers - load * (1.0 - blocked));
    waits / (servers - load)
}
