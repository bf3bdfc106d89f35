//! Sites that cannot be reached.

use super::*;
use rollcast::sending::Fate;

#[test]
fn a_sender_tries_twice_in_a_minute_and_again_fifty_five_minutes_later() {
    let mut sending = hub(1);
    sending.packages = vec![package(0, [1])];
    sending.outages = vec![site_down(1, Instant::START, minutes(180))];
    let (arrival, route) = only(&sending);
    // Attempts at 0, 1, 56, 57, 112, 113, 168, 169 and 224 min.
    assert_eq!(arrival.at, minutes(225));
    assert_eq!((route.attempts, route.failures), (9, 8));
    assert_eq!(arrival.sending_attempts, 9);
    sending.outages[0].to = minutes(57);
    let (arrival, route) = only(&sending);
    assert_eq!((arrival.at, route.attempts), (minutes(58), 4));
}

#[test]
fn a_sender_gives_up_after_seven_days() {
    let mut sending = hub(1);
    sending.packages = vec![package(0, [1])];
    sending.outages = vec![site_down(1, Instant::START, minutes(100_000))];
    let (arrival, route) = only(&sending);
    assert_eq!(
        (arrival.fate, arrival.at),
        (Fate::SenderGaveUp, Instant::NEVER)
    );
    // Pairs at multiples of 56 min up to 10,080 min, which is the 180th.
    assert_eq!((route.attempts, route.bytes), (2 * 181, Size(0)));
    assert_eq!(arrival.at_site, Instant::NEVER);
}

#[test]
fn what_lies_beyond_a_lost_sending_is_lost_too() {
    let mut sending = hub(1);
    sending
        .routes
        .push(Route::new(SiteId(1), SiteId(2), MEGABYTE_A_SECOND));
    sending.packages = vec![package(0, [2])];
    sending.outages = vec![site_down(1, Instant::START, minutes(100_000))];
    let delivery = forecast(&sending);
    assert_eq!(delivery.arrivals[0].fate, Fate::SenderGaveUp);
    assert_eq!(delivery.routes[1].attempts, 0);
}

#[test]
fn a_broken_sending_goes_on_where_it_stopped() {
    let mut sending = hub(1);
    sending.packages = vec![package(0, [1])];
    sending.outages = vec![site_down(1, seconds(20), seconds(40))];
    let (arrival, route) = only(&sending);
    // 20 s sent, the next attempt a minute after the break, 40 s left.
    assert_eq!(arrival.at, seconds(120));
    assert_eq!((route.attempts, route.failures, route.sendings), (2, 1, 1));
    assert_eq!(route.bytes, Size(60 * MEGABYTE));
    assert_eq!(route.busy, Span::from_secs(60));
}

#[test]
fn a_broken_sending_that_cannot_resume_pays_twice() {
    let mut sending = hub(1);
    sending.rules.sender_retry.resumes = false;
    sending.packages = vec![package(0, [1])];
    sending.outages = vec![site_down(1, seconds(20), seconds(40))];
    let (arrival, route) = only(&sending);
    assert_eq!(
        (arrival.at, route.bytes),
        (seconds(140), Size(80 * MEGABYTE))
    );
}

#[test]
fn a_limited_sending_resumes_to_the_byte_as_well() {
    let mut sending = hub(1);
    sending.routes[0].limit = rollcast::sending::RateLimit::Percent {
        by_hour: [50; 24],
        block: Size(MEGABYTE),
    };
    sending.packages = vec![package(0, [1])];
    // 10 blocks and a quarter of the eleventh; then 49.75 MB in 50 blocks.
    let broken = Instant(20_250_000);
    sending.outages = vec![site_down(1, broken, seconds(40))];
    let (arrival, route) = only(&sending);
    assert_eq!(
        arrival.at,
        broken + Span(60_000_000 + 49 * 2_000_000 + 750_000)
    );
    assert_eq!(route.bytes, Size(60 * MEGABYTE));
    assert_eq!(route.busy, Span::from_secs(60));
}

#[test]
fn an_outage_that_begins_as_the_last_byte_arrives_breaks_nothing() {
    let mut sending = hub(1);
    sending.packages = vec![package(0, [1])];
    sending.outages = vec![site_down(1, seconds(60), seconds(90))];
    let (arrival, route) = only(&sending);
    assert_eq!((arrival.at, route.failures), (seconds(60), 0));
}

#[test]
fn overlapping_outages_last_until_the_last_of_them_ends() {
    let mut sending = hub(1);
    sending.packages = vec![package(0, [1])];
    sending.outages = vec![
        site_down(1, Instant::START, minutes(30)),
        site_down(1, seconds(10), minutes(60)),
        site_down(1, minutes(90), minutes(80)),
    ];
    assert_eq!(only(&sending).0.at, minutes(113));
}

#[test]
fn a_dead_site_takes_threads_from_the_living() {
    // Support article "Components and threads for content distribution": with
    // as many threads in all as for one site, a dead one can hold them all.
    let mut sending = hub(2);
    sending.packages = (0..3).map(|number| package(number, [1])).collect();
    sending.packages.push(package(3, [2]));
    sending.outages = vec![site_down(1, Instant::START, minutes(10))];
    assert_eq!(arrivals(&sending)[3], seconds(60));
    sending.rules.sendings = 3;
    assert_eq!(arrivals(&sending)[3], seconds(120));
}
