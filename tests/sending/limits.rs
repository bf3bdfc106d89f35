//! Rate limits and schedules.

use super::*;
use rollcast::sending::{Availability, RateLimit, Schedule, WeekClock};

/// A share of the time, the same all day, in blocks of a megabyte.
fn percent(percent: u8) -> RateLimit {
    by_hour([percent; 24])
}

fn by_hour(by_hour: [u8; 24]) -> RateLimit {
    RateLimit::Percent {
        by_hour,
        block: Size(MEGABYTE),
    }
}

#[test]
fn any_limit_even_of_a_hundred_percent_leaves_one_sending_at_a_time() {
    let mut sending = hub(1);
    sending.packages = (0..3).map(|number| package(number, [1])).collect();
    assert_nearly(&arrivals(&sending), &[seconds(180); 3]);
    sending.routes[0].limit = percent(100);
    assert_eq!(
        arrivals(&sending),
        [seconds(60), seconds(120), seconds(180)]
    );
}

#[test]
fn a_limit_of_a_hundred_percent_costs_two_thirds_where_a_sending_has_its_own_rate() {
    let mut sending = hub(1);
    sending.routes[0].per_sending = Rate(MEGABYTE_A_SECOND.0 / 3);
    sending.packages = (0..3).map(|number| package(number, [1])).collect();
    let free = arrivals(&sending).into_iter().max().unwrap();
    sending.routes[0].limit = percent(100);
    let limited = arrivals(&sending).into_iter().max().unwrap();
    let ratio = limited.0 as f64 / free.0 as f64;
    assert!((2.999..3.001).contains(&ratio), "{ratio}");
}

#[test]
fn a_share_of_the_time_is_full_speed_and_then_silence() {
    // 60 blocks of a second each, and a pause after each but the last.
    for (share, pause) in [(100, 0), (50, 1), (25, 3), (10, 9)] {
        let mut sending = hub(1);
        sending.routes[0].limit = percent(share);
        sending.packages = vec![package(0, [1])];
        let (arrival, route) = only(&sending);
        assert_eq!(arrival.at, seconds(60 + 59 * pause), "{share} %");
        assert_eq!(route.busy, Span::from_secs(60), "{share} %");
        assert_eq!(route.bytes, Size(60 * MEGABYTE), "{share} %");
    }
}

#[test]
fn the_share_of_the_time_follows_the_hour() {
    // 2 % of the hour before, 100 % of the next: 72 blocks, one every 50 s,
    // then one a second.
    let mut hours = [100; 24];
    hours[9] = 2;
    let mut sending = hub(1);
    sending.clock = WeekClock(Span::from_hours(9));
    sending.routes[0].limit = by_hour(hours);
    sending.packages = vec![package(0, [1])];
    sending.packages[0].size = Size(100 * MEGABYTE);
    assert_eq!(only(&sending).0.at, seconds(3_600 + 28));
}

#[test]
fn an_hour_without_a_share_of_the_time_is_closed() {
    let mut hours = [50; 24];
    hours[0] = 0;
    let mut sending = hub(1);
    sending.routes[0].limit = by_hour(hours);
    sending.packages = vec![package(0, [1])];
    assert_eq!(only(&sending).0.at, seconds(3_600 + 119));
}

#[test]
fn a_block_that_would_begin_as_its_hour_closes_waits_for_the_next() {
    let mut hours = [100; 24];
    hours[1] = 0;
    let mut sending = hub(1);
    sending.routes[0].limit = by_hour(hours);
    sending.packages = vec![package(0, [1])];
    sending.packages[0].size = Size(4_000 * MEGABYTE);
    let (arrival, route) = only(&sending);
    assert_eq!(arrival.at, seconds(2 * 3_600 + 400));
    assert_eq!((route.attempts, route.failures), (2, 0));
    assert_eq!(route.busy, Span::from_secs(4_000));
}

#[test]
fn a_pulse_is_a_block_at_an_interval_whatever_the_link_could_do() {
    // 100 blocks of a kilobyte, one every five seconds.
    let mut sending = hub(1);
    sending.routes[0].limit = RateLimit::Pulse {
        block: Size(1_000),
        every: Span::from_secs(5),
    };
    sending.packages = vec![package(0, [1])];
    sending.packages[0].size = Size(100_000);
    let (arrival, route) = only(&sending);
    assert_eq!(arrival.at, seconds(99 * 5) + Span(1_000));
    assert_eq!(route.busy, Span(100_000));
}

/// Open to everybody, but for `hour` of every day.
fn except(hour: usize, availability: Availability) -> Schedule {
    let mut schedule = Schedule::default();
    for day in &mut schedule.0 {
        day[hour] = availability;
    }
    schedule
}

#[test]
fn a_closed_hour_is_waited_for() {
    let mut sending = hub(1);
    sending.routes[0].schedule = except(0, Availability::Closed);
    sending.packages = vec![package(0, [1])];
    assert_eq!(only(&sending).0.at, seconds(3_660));
}

#[test]
fn a_sending_that_its_hours_close_goes_on_where_it_stopped_when_they_open() {
    let mut sending = hub(2);
    sending.rules.sendings = 1;
    sending.clock = WeekClock(Span::from_mins(59));
    sending.routes[0].schedule = except(1, Availability::Closed);
    sending.packages = vec![package(0, [1]), package(1, [2])];
    sending.packages[0].size = Size(90 * MEGABYTE);
    let delivery = forecast(&sending);
    // 60 s are sent before the hour; then site 2 has the only thread; 30 s are
    // left when the hour is over.
    let resumed = seconds(60 + 3_600 + 30);
    assert_eq!(instants(&delivery), [resumed, seconds(120)]);
    assert_eq!(delivery.routes[0].bytes, Size(90 * MEGABYTE));
    assert_eq!(
        (delivery.routes[0].attempts, delivery.routes[0].failures),
        (2, 0)
    );
}

#[test]
fn an_hour_for_high_priority_stops_the_others() {
    let mut sending = hub(1);
    sending.routes[0].schedule = except(0, Availability::HighOnly);
    sending.packages = (0..2).map(|number| package(number, [1])).collect();
    sending.packages[1].priority = Priority::High;
    assert_eq!(arrivals(&sending), [seconds(3_660), seconds(60)]);
    sending.routes[0].schedule = except(0, Availability::MediumAndHigh);
    sending.packages[0].priority = Priority::Low;
    sending.packages[1].priority = Priority::Medium;
    assert_eq!(arrivals(&sending), [seconds(3_660), seconds(60)]);
}

#[test]
fn a_route_that_never_opens_ends_at_the_horizon() {
    let mut sending = hub(1);
    sending.routes[0].schedule = Schedule([[Availability::Closed; 24]; 7]);
    sending.packages = vec![package(0, [1])];
    let (arrival, route) = only(&sending);
    assert_eq!((arrival.at, route.attempts), (Instant::NEVER, 0));
}
