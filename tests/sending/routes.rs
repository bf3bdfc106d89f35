//! Ways, threads, compression and changed files.

use super::*;
use rollcast::sending::{Compression, Fate};

#[test]
fn one_sending_takes_size_over_rate() {
    let mut sending = hub(1);
    sending.packages = vec![package(0, [1])];
    let (arrival, route) = only(&sending);
    assert_eq!((arrival.at, arrival.fate), (seconds(60), Fate::Arrived));
    assert_eq!((arrival.sending_attempts, arrival.copy_attempts), (1, 1));
    assert_eq!((route.bytes, route.sendings), (Size(60 * MEGABYTE), 1));
    assert_eq!((route.first, route.last), (Instant::START, seconds(60)));
    assert_eq!(route.busy, Span::from_secs(60));
}

#[test]
fn three_sendings_to_a_site_share_its_route_equally_and_the_fourth_waits() {
    let mut sending = hub(1);
    sending.packages = (0..4).map(|number| package(number, [1])).collect();
    let three = seconds(180);
    assert_nearly(&arrivals(&sending), &[three, three, three, seconds(240)]);
}

#[test]
fn a_sending_is_no_faster_than_its_own_rate_however_few_there_are() {
    let mut sending = hub(1);
    sending.routes[0].per_sending = Rate(MEGABYTE_A_SECOND.0 / 4);
    sending.packages = (0..4).map(|number| package(number, [1])).collect();
    let three = seconds(240);
    assert_eq!(arrivals(&sending), [three, three, three, seconds(480)]);
}

#[test]
fn a_site_sends_five_at_once_and_gives_a_free_thread_to_who_waits_longest() {
    let mut sending = hub(7);
    sending.packages = vec![package(0, 1..=7)];
    let mut expected = vec![seconds(60); 5];
    expected.extend([seconds(120); 2]);
    assert_eq!(arrivals(&sending), expected);
}

#[test]
fn three_threads_for_one_site_leave_two_for_all_others() {
    // The example of "Components and threads for content distribution".
    let mut sending = hub(4);
    sending.packages = (0..3).map(|number| package(number, [1])).collect();
    sending.packages.push(package(3, [2, 3, 4]));
    let first = |sending: &Sending| -> Vec<_> {
        let routes = forecast(sending).routes;
        routes.iter().map(|route| route.first).collect()
    };
    let now = Instant::START;
    assert_eq!(first(&sending), [now, now, now, seconds(60)]);
    sending.rules.sendings = 3;
    assert_nearly(&first(&sending)[..3], &[now, seconds(180), seconds(180)]);
}

#[test]
fn high_priority_goes_first_and_equals_by_waiting_time() {
    let mut sending = hub(1);
    sending.rules.sendings_per_site = 1;
    sending.packages = (0..3).map(|number| package(number, [1])).collect();
    sending.packages[0].priority = Priority::Low;
    sending.packages[1].released = seconds(1);
    sending.packages[2].released = seconds(2);
    sending.packages[2].priority = Priority::High;
    // The first is on its way already and is not interrupted.
    assert_eq!(
        arrivals(&sending),
        [seconds(60), seconds(180), seconds(120)]
    );
}

#[test]
fn a_package_is_stored_and_forwarded_and_sent_once_over_each_route() {
    let mut sending = hub(1);
    for site in [2, 3] {
        sending
            .routes
            .push(Route::new(SiteId(1), SiteId(site), MEGABYTE_A_SECOND));
        sending.outlets.insert(SiteId(site), Rate::UNLIMITED);
    }
    sending.packages = vec![package(0, [2, 3])];
    let delivery = forecast(&sending);
    assert_eq!(instants(&delivery), [seconds(120); 2]);
    let bytes: Vec<_> = delivery.routes.iter().map(|route| route.bytes.0).collect();
    assert_eq!(bytes, [60 * MEGABYTE; 3]);
    assert_eq!(delivery.arrivals[0].sending_attempts, 2);
}

#[test]
fn fewest_hops_win_over_the_faster_way() {
    let mut sending = hub(2);
    sending.routes[1].rate = Rate(MEGABYTE_A_SECOND.0 / 10);
    sending
        .routes
        .push(Route::new(SiteId(1), SiteId(2), MEGABYTE_A_SECOND));
    sending.packages = vec![package(0, [2])];
    assert_eq!(arrivals(&sending), [seconds(600)]);
}

#[test]
fn a_site_without_a_route_gets_nothing_and_says_so() {
    let mut sending = hub(1);
    sending.packages = vec![package(0, [1, 9])];
    let delivery = forecast(&sending);
    assert_eq!(instants(&delivery), [seconds(60), Instant::NEVER]);
    assert_eq!(delivery.arrivals[1].fate, Fate::NoRoute);
}

#[test]
fn what_is_not_through_at_the_horizon_is_on_its_way_and_its_bytes_count() {
    let mut sending = hub(1);
    sending.horizon = Span::from_secs(45);
    sending.packages = vec![package(0, [1])];
    let (arrival, route) = only(&sending);
    assert_eq!((arrival.at, arrival.fate), (Instant::NEVER, Fate::OnItsWay));
    assert_eq!((route.bytes, route.sendings), (Size(45 * MEGABYTE), 0));
    assert_eq!(route.busy, Span::from_secs(45));
}

#[test]
fn packages_are_compressed_one_after_the_other() {
    let mut sending = hub(1);
    sending.rules.compression = Some(Compression {
        rate: MEGABYTE_A_SECOND,
        compressed_to: Share::per_mille(900),
    });
    sending.packages = vec![package(0, [0, 1]), package(1, [0, 1])];
    sending.packages[1].size = Size(30 * MEGABYTE);
    let delivery = forecast(&sending);
    // Compressed after 60 s and 90 s. 54 MB begin at 60 s; from 90 s on they
    // share the route with 27 MB: 24 + 24 MB until 138 s, 3 MB alone.
    // The source site copies the files as they are, at once.
    let now = Instant::START;
    assert_eq!(instants(&delivery), [now, seconds(138), now, seconds(141)]);
    assert_eq!(delivery.routes[0].bytes, Size(81 * MEGABYTE));
}

#[test]
fn changed_files_and_whole_package_are_two_archives() {
    let mut sending = hub(2);
    sending.rules.compression = Some(Compression {
        rate: MEGABYTE_A_SECOND,
        compressed_to: Share::per_mille(500),
    });
    sending.packages = vec![package(0, [1, 2])];
    sending.packages[0].changed = Some(Size(6 * MEGABYTE));
    sending.packages[0].destinations[0].behind = Some(1);
    // 66 s for both; then 3 MB and 30 MB.
    assert_eq!(arrivals(&sending), [seconds(69), seconds(96)]);
}

#[test]
fn what_stays_at_its_site_is_not_compressed() {
    let mut sending = hub(1);
    sending.rules.compression = Some(Compression {
        rate: MEGABYTE_A_SECOND,
        compressed_to: Share::per_mille(1_000),
    });
    sending.packages = vec![package(0, [0]), package(1, [1])];
    assert_eq!(arrivals(&sending), [Instant::START, seconds(120)]);
}

#[test]
fn changed_files_are_enough_for_a_point_at_most_five_versions_behind() {
    for (behind, expected) in [(Some(1), 6), (Some(5), 6), (Some(6), 60), (None, 60)] {
        let mut sending = hub(1);
        sending.packages = vec![package(0, [1])];
        sending.packages[0].changed = Some(Size(6 * MEGABYTE));
        sending.packages[0].destinations[0].behind = behind;
        let (arrival, route) = only(&sending);
        assert_eq!(arrival.at, seconds(expected), "{behind:?} versions behind");
        assert_eq!(arrival.bytes, Size(expected * MEGABYTE));
        assert_eq!(route.bytes, Size(expected * MEGABYTE));
    }
}

#[test]
fn a_route_carries_the_most_that_a_point_beyond_it_needs() {
    let mut sending = hub(1);
    sending
        .routes
        .push(Route::new(SiteId(1), SiteId(2), MEGABYTE_A_SECOND));
    sending.outlets.insert(SiteId(2), MEGABYTE_A_SECOND);
    sending.outlets.insert(SiteId(1), MEGABYTE_A_SECOND);
    sending.packages = vec![package(0, [1, 2])];
    sending.packages[0].changed = Some(Size(6 * MEGABYTE));
    sending.packages[0].destinations[0].behind = Some(1);
    // 60 s to site 1, whose point takes the 6 MB that changed; 60 s to site 2,
    // 60 s to its point.
    assert_eq!(arrivals(&sending), [seconds(66), seconds(180)]);
}
