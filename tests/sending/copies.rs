//! From a site's server to its distribution points, and what becomes of it in
//! a world.

use super::*;
use rollcast::sending::{Fate, missing_at_start, to_changes};
use rollcast::world::{Change, ContentState, TimedChange};

/// A point of the hub that takes a megabyte a second.
fn at_hub(point: u32) -> Destination {
    Destination {
        point: ServerId(point),
        site: HUB,
        rate: MEGABYTE_A_SECOND,
        behind: None,
    }
}

fn copied(number: u32, points: impl IntoIterator<Item = u32>) -> SentPackage {
    SentPackage {
        destinations: points.into_iter().map(at_hub).collect(),
        ..package(number, [])
    }
}

fn point_down(point: u32, from: Instant, to: Instant) -> Outage {
    Outage {
        target: Target::Point(ServerId(point)),
        from,
        to,
    }
}

#[test]
fn a_package_goes_to_five_points_at_once() {
    let mut sending = hub(0);
    sending.packages = vec![copied(0, 0..7)];
    let mut expected = vec![seconds(60); 5];
    expected.extend([seconds(120); 2]);
    assert_eq!(arrivals(&sending), expected);
}

#[test]
fn three_packages_are_copied_at_once() {
    let mut sending = hub(0);
    sending.packages = (0..4).map(|number| copied(number, [number])).collect();
    let first = seconds(60);
    assert_eq!(arrivals(&sending), [first, first, first, seconds(120)]);
}

#[test]
fn a_point_shares_its_rate_among_packages_and_a_server_its_own_among_points() {
    let mut sending = hub(0);
    sending.packages = (0..3).map(|number| copied(number, [9])).collect();
    assert_nearly(&arrivals(&sending), &[seconds(180); 3]);
    sending.outlets.insert(HUB, MEGABYTE_A_SECOND);
    sending.packages = vec![copied(0, 0..5)];
    assert_eq!(arrivals(&sending), [seconds(300); 5]);
}

#[test]
fn a_site_that_is_not_listed_has_the_network_card_of_a_fresh_server() {
    let mut sending = hub(0);
    sending.outlets.clear();
    sending.packages = vec![package(0, [0])];
    // 480 Mbit over 100 Mbit/s.
    assert_eq!(arrivals(&sending), [Instant(4_800_000)]);
}

#[test]
fn a_broken_copy_starts_again_from_the_first_byte_half_an_hour_later() {
    let mut sending = hub(0);
    sending.packages = vec![copied(0, [1])];
    sending.outages = vec![point_down(1, seconds(20), seconds(40))];
    let delivery = forecast(&sending);
    assert_eq!(instants(&delivery), [seconds(20 + 1_800 + 60)]);
    let usage = delivery.copies[0];
    assert_eq!((usage.bytes, usage.copies), (Size(80 * MEGABYTE), 1));
    assert_eq!((usage.attempts, usage.failures), (2, 1));
}

#[test]
fn a_copy_is_given_up_after_a_hundred_retries_which_is_fifty_hours() {
    let mut sending = hub(0);
    sending.packages = vec![copied(0, [1])];
    sending.outages = vec![point_down(1, Instant::START, minutes(50 * 60 + 1))];
    let delivery = forecast(&sending);
    let arrival = &delivery.arrivals[0];
    assert_eq!(
        (arrival.fate, arrival.copy_attempts),
        (Fate::CopyGaveUp, 101)
    );
    sending.outages[0].to = minutes(50 * 60);
    let last = forecast(&sending);
    assert_eq!(instants(&last), [minutes(50 * 60 + 1)]);
    assert_eq!(last.arrivals[0].copy_attempts, 101);
}

#[test]
fn the_intervals_between_copies_may_grow() {
    let mut sending = hub(0);
    sending.packages = vec![copied(0, [1])];
    sending.outages = vec![point_down(1, Instant::START, minutes(300))];
    sending.rules.copy_retry.factor = 2_000;
    // Attempts at 0, 30, 90, 210 and 450 min.
    let delivery = forecast(&sending);
    assert_eq!(instants(&delivery), [minutes(451)]);
    assert_eq!(delivery.arrivals[0].copy_attempts, 5);
    sending.rules.copy_retry.at_most = Span::from_mins(60);
    // At 0, 30, 90, 150, 210, 270 and 330 min.
    let delivery = forecast(&sending);
    assert_eq!(instants(&delivery), [minutes(331)]);
    assert_eq!(delivery.arrivals[0].copy_attempts, 7);
}

#[test]
fn a_point_that_is_down_does_not_hold_up_the_others() {
    let mut sending = hub(0);
    sending.packages = vec![copied(0, 0..6)];
    sending.outages = vec![point_down(0, Instant::START, minutes(30))];
    let at = arrivals(&sending);
    assert_eq!(at[0], minutes(31));
    assert_eq!(at[1..], [seconds(60); 5]);
}

#[test]
fn a_package_is_sent_and_then_copied() {
    let mut sending = hub(1);
    sending.outlets.insert(SiteId(1), MEGABYTE_A_SECOND);
    sending.packages = vec![package(0, [1])];
    let (arrival, _) = only(&sending);
    assert_eq!((arrival.at_site, arrival.at), (seconds(60), seconds(120)));
}

#[test]
fn arrivals_become_changes_of_the_world_in_order_of_time() {
    let mut sending = hub(2);
    sending.routes[0].rate = Rate(MEGABYTE_A_SECOND.0 / 2);
    sending.packages = vec![package(7, [0, 1, 2, 9])];
    let arrivals = forecast(&sending).arrivals;
    let comes = |at: Instant, point| TimedChange {
        since: at.into(),
        change: Change::Content(PackageId(7), ServerId(point), ContentState::Intact),
    };
    assert_eq!(
        to_changes(&arrivals),
        [comes(seconds(60), 2), comes(seconds(120), 1)]
    );
    // The source's own point has it at once, point 9 never.
    assert_eq!(
        missing_at_start(&arrivals, PackageId(7)),
        [ServerId(1), ServerId(2), ServerId(9)]
    );
    assert!(missing_at_start(&arrivals, PackageId(8)).is_empty());
}
