//! Stations and shared links against the closed forms of queueing theory.
//!
//! Seeds are fixed; the tolerances are a few standard errors of the mean of
//! so many correlated visits.

use rollcast::engine::{Distribution, Network, Station, Streams, Visit};
use rollcast::units::{Instant, Rate, Size, Span};

const VISITS: u64 = 400_000;
/// Mean service time, one second.
const SERVICE: Span = Span::from_secs(1);

/// The mean wait in seconds at a station with Poisson arrivals at `rate` a
/// second, after a tenth of the visits.
fn mean_wait(servers: u32, rate: f64, service: Distribution) -> f64 {
    let streams = Streams::new(11, servers);
    let gap = Distribution::Exponential {
        mean: Span::from_secs_f64(1.0 / rate),
    };
    let mut station = Station::new(servers, Span::FOREVER);
    let mut now = Instant::START;
    let mut before = Span::ZERO;
    for visit in 0..VISITS {
        let draws = streams.block(0, 0, visit);
        now = now + gap.sample(draws.uniform(0));
        if visit == VISITS / 10 {
            before = station.usage().waited;
        }
        let Visit::Served { start, end } = station.request(now, service.sample(draws.uniform(1)))
        else {
            panic!("nobody gives up");
        };
        assert!(now <= start && start <= end);
    }
    (station.usage().waited.seconds() - before.seconds()) / (VISITS - VISITS / 10) as f64
}

fn near(measured: f64, expected: f64, tolerance: f64) {
    assert!(
        (measured / expected - 1.0).abs() < tolerance,
        "{measured} for {expected}"
    );
}

/// Erlang's formula for the chance to wait, at an offered load of `load`.
fn erlang_c(servers: u32, load: f64) -> f64 {
    // Erlang B by its recursion, then C from B.
    let blocked = (1..=servers).fold(1.0, |b, n| load * b / (f64::from(n) + load * b));
    let servers = f64::from(servers);
    servers * blocked / (servers - load * (1.0 - blocked))
}

#[test]
fn one_server_and_exponential_service_wait_as_in_m_m_1() {
    // rho / (mu - lambda)
    near(
        mean_wait(1, 0.7, Distribution::Exponential { mean: SERVICE }),
        0.7 / 0.3,
        0.04,
    );
}

#[test]
fn several_servers_wait_as_in_m_m_c() {
    for (servers, rate) in [(2, 1.5), (8, 6.5)] {
        let expected = erlang_c(servers, rate) / (f64::from(servers) - rate);
        near(
            mean_wait(servers, rate, Distribution::Exponential { mean: SERVICE }),
            expected,
            0.05,
        );
    }
}

#[test]
fn constant_service_waits_half_as_long_as_in_m_d_1() {
    // Pollaczek and Khinchine: rho / (2 mu (1 - rho))
    near(
        mean_wait(1, 0.8, Distribution::Constant(SERVICE)),
        0.8 / (2.0 * 0.2),
        0.04,
    );
}

#[test]
fn a_request_that_would_wait_longer_than_its_patience_leaves_and_takes_no_server() {
    let mut station = Station::new(1, Span::from_secs(5));
    let at = |seconds| Instant(Span::from_secs(seconds).0);
    let served = |start, end| Visit::Served {
        start: at(start),
        end: at(end),
    };
    assert_eq!(station.request(at(0), Span::from_secs(10)), served(0, 10));
    assert_eq!(
        station.request(at(1), Span::from_secs(10)),
        Visit::GivesUp { at: at(6) }
    );
    assert_eq!(station.request(at(5), Span::from_secs(1)), served(10, 11));
    let usage = station.usage();
    assert_eq!((usage.requests, usage.timeouts), (3, 1));
    assert_eq!(
        (usage.waited, usage.longest_wait),
        (Span::from_secs(10), Span::from_secs(5))
    );
    assert_eq!(usage.busy, Span::from_secs(11));
}

#[test]
fn no_servers_serve_nobody_and_unlimited_ones_everybody_at_once() {
    let mut closed = Station::new(0, Span::from_secs(5));
    assert_eq!(
        closed.request(Instant(7), SERVICE),
        Visit::GivesUp {
            at: Instant(5_000_007)
        }
    );
    let mut open = Station::new(Station::UNLIMITED, Span::ZERO);
    for _ in 0..3 {
        let served = Visit::Served {
            start: Instant(7),
            end: Instant(1_000_007),
        };
        assert_eq!(open.request(Instant(7), SERVICE), served);
    }
}

/// Mean time from start to end of transfers of exponential size with mean
/// one second alone, over one link with Poisson arrivals at `rate` a second.
fn mean_sojourn(rate: f64, size: Distribution) -> f64 {
    let streams = Streams::new(12, 0);
    let gap = Distribution::Exponential {
        mean: Span::from_secs_f64(1.0 / rate),
    };
    // A byte takes a microsecond, so that spans are sizes.
    let mut network = Network::new(&[Rate(8_000_000)]);
    let class = network.class(&[0], Rate::UNLIMITED);
    let (mut now, mut starts, mut total, mut done) = (Instant::START, vec![], 0.0, vec![]);
    for transfer in 0..VISITS / 2 {
        let draws = streams.block(0, 0, transfer);
        now = now + gap.sample(draws.uniform(0));
        while network.next() < now {
            let at = network.next();
            network.finish(at, &mut done);
            total += done
                .drain(..)
                .map(|p| at.since(starts[p as usize]).seconds())
                .sum::<f64>();
        }
        network.start(
            now,
            class,
            Size(size.sample(draws.uniform(1)).0),
            transfer as u32,
        );
        starts.push(now);
    }
    total / (VISITS / 2) as f64
}

#[test]
fn one_link_is_processor_sharing_and_only_the_mean_size_counts() {
    // M/G/1-PS: 1 / (mu - lambda), whatever the distribution of sizes.
    near(
        mean_sojourn(0.7, Distribution::Exponential { mean: SERVICE }),
        1.0 / 0.3,
        0.04,
    );
    near(
        mean_sojourn(0.7, Distribution::Constant(SERVICE)),
        1.0 / 0.3,
        0.04,
    );
}
