//! Points that are not copied to, but download from others ("Use a
//! pull-distribution point").
//!
//! The link between two points carries a megabyte a second, so that a package
//! takes a minute.

use super::*;
use rollcast::product::RetryRule;
use rollcast::sending::{Fate, PullUse, Source};
use rollcast::world::LinkId;

/// A point of the hub without a limit of its own.
fn at_hub(point: u32) -> Destination {
    Destination {
        point: ServerId(point),
        ..point_of(0)
    }
}

/// `from` as a source, over the link of that number.
fn over(link: u32, from: u32) -> Source {
    Source {
        point: ServerId(from),
        path: vec![LinkId(link)],
    }
}

/// Points of the hub, of which those listed with sources pull over link 0 from
/// the points named; all others are copied to in no time.
fn pulling(points: u32, pulls: &[(u32, &[u32])]) -> Sending {
    let mut sending = hub(0);
    sending.packages = vec![SentPackage {
        destinations: (0..points).map(at_hub).collect(),
        ..package(0, [])
    }];
    sending.links = (0..4)
        .map(|link| (LinkId(link), MEGABYTE_A_SECOND))
        .collect();
    for (point, sources) in pulls {
        let sources = sources.iter().map(|from| over(0, *from));
        sending.pulls.insert(ServerId(*point), sources.collect());
    }
    sending
}

/// Copies to a point take so many seconds.
fn slowly(sending: &mut Sending, point: u32, seconds: u64) {
    let destinations = &mut sending.packages[0].destinations;
    let slow = destinations.iter_mut().find(|d| d.point == ServerId(point));
    slow.unwrap().rate = Rate(60 * MEGABYTE * 8 / seconds);
}

fn down(target: Target, from: Instant, to: Instant) -> Outage {
    Outage { target, from, to }
}

fn arrival(delivery: &Delivery, point: u32) -> &Arrival {
    let mut found = delivery
        .arrivals
        .iter()
        .filter(|a| a.point == ServerId(point));
    found.next().unwrap()
}

/// The arrival at point 1, which pulls, and its use.
fn first(sending: &Sending) -> (Arrival, Option<PullUse>) {
    let delivery = forecast(sending);
    let usage = delivery
        .pulls
        .iter()
        .find(|usage| usage.point == ServerId(1));
    (arrival(&delivery, 1).clone(), usage.copied())
}

#[test]
fn a_point_is_notified_when_its_site_has_the_package_and_downloads_from_its_source() {
    let mut sending = hub(1);
    sending.links.insert(LinkId(0), MEGABYTE_A_SECOND);
    sending.packages = vec![package(0, [0, 1])];
    sending.pulls.insert(ServerId(1), vec![over(0, 0)]);
    let (pulled, usage) = first(&sending);
    assert_eq!((pulled.at_site, pulled.at), (seconds(60), seconds(120)));
    let told = pulled.pulled.unwrap();
    assert_eq!((told.source, told.notifications), (Some(ServerId(0)), 1));
    assert_eq!(
        (told.notified, told.cancelled),
        (seconds(60), Instant::NEVER)
    );
    assert_eq!((pulled.copy_attempts, pulled.sending_attempts), (1, 1));
    let expected = PullUse {
        source: ServerId(0),
        point: ServerId(1),
        bytes: Size(60 * MEGABYTE),
        pulls: 1,
        attempts: 1,
        failures: 0,
        first: seconds(60),
        last: seconds(120),
    };
    assert_eq!(usage, Some(expected));
    let delivery = forecast(&sending);
    assert!(delivery.copies.iter().all(|copy| copy.point == ServerId(0)));
    assert!(arrival(&delivery, 0).pulled.is_none());
    // Copied to, it would have been there a minute earlier.
    sending.pulls.clear();
    assert_eq!(first(&sending).0.at, seconds(60));
}

#[test]
fn a_source_that_does_not_have_it_yet_is_looked_at_every_twenty_minutes() {
    let mut sending = pulling(2, &[(1, &[0])]);
    let mut at = |copied| {
        slowly(&mut sending, 0, copied);
        let (pulled, _) = first(&sending);
        (pulled.pulled.unwrap().notified, pulled.at)
    };
    assert_eq!(at(1_500), (minutes(40), minutes(41)));
    assert_eq!(at(1_200), (minutes(20), minutes(21)), "at this very moment");
    sending.rules.pull.recheck = Span::from_mins(1);
    assert_eq!(first(&sending).0.at, minutes(21));
    slowly(&mut sending, 0, 1_500);
    assert_eq!(first(&sending).0.at, minutes(26));
}

#[test]
fn a_source_that_has_it_from_the_start_is_asked_at_once() {
    let mut sending = pulling(2, &[(1, &[7])]);
    assert_eq!(first(&sending).0.fate, Fate::NoSource);
    sending.held.insert((PackageId(0), ServerId(7)));
    assert_eq!(first(&sending).0.at, seconds(60));
}

#[test]
fn sources_are_asked_in_their_order_and_the_first_that_has_it_serves() {
    let source = |sending: &Sending| first(sending).0.pulled.unwrap().source;
    let mut sending = pulling(4, &[(1, &[3, 0])]);
    assert_eq!(source(&sending), Some(ServerId(3)));
    slowly(&mut sending, 3, 600);
    assert_eq!(source(&sending), Some(ServerId(0)), "the first is late");
    let mut sending = pulling(4, &[(1, &[3, 0])]);
    sending.held.insert((PackageId(0), ServerId(3)));
    sending.outages = vec![down(Target::Point(ServerId(3)), Instant::START, minutes(1))];
    assert_eq!(source(&sending), Some(ServerId(0)), "the first is down");
}

#[test]
fn a_point_that_finds_no_source_looks_again_every_half_hour() {
    let mut sending = pulling(2, &[(1, &[0])]);
    sending.held.insert((PackageId(0), ServerId(0)));
    for target in [Target::Point(ServerId(0)), Target::Link(LinkId(0))] {
        sending.outages = vec![down(target, Instant::START, minutes(45))];
        let (pulled, _) = first(&sending);
        assert_eq!(pulled.pulled.unwrap().notified, Instant::START);
        assert_eq!((pulled.at, pulled.copy_attempts), (minutes(61), 1));
    }
    sending.rules.pull.look_again = Span::from_mins(5);
    assert_eq!(first(&sending).0.at, minutes(46));
}

#[test]
fn a_download_that_breaks_goes_on_where_it_stopped_ten_minutes_later() {
    let mut sending = pulling(2, &[(1, &[0])]);
    for target in [
        Target::Point(ServerId(0)),
        Target::Point(ServerId(1)),
        Target::Link(LinkId(0)),
    ] {
        sending.outages = vec![down(target, seconds(20), seconds(40))];
        let (pulled, usage) = first(&sending);
        let usage = usage.unwrap();
        // 20 MB, ten minutes, 40 MB.
        assert_eq!(pulled.at, seconds(20 + 600 + 40), "{target:?}");
        assert_eq!((usage.bytes, usage.failures), (Size(60 * MEGABYTE), 1));
        assert_eq!((usage.attempts, pulled.copy_attempts), (2, 2));
    }
    sending.outages[0].to = seconds(20 + 601);
    assert_eq!(first(&sending).0.at, seconds(20 + 1_200 + 40));
    sending.rules.pull.resume = Span::from_secs(1);
    assert_eq!(first(&sending).0.at, seconds(621 + 40));
}

#[test]
fn a_download_stays_with_its_source() {
    let mut sending = pulling(3, &[(1, &[0, 2])]);
    sending.outages = vec![down(Target::Point(ServerId(0)), seconds(20), minutes(60))];
    let (pulled, usage) = first(&sending);
    assert_eq!(pulled.at, seconds(20 + 3_600 + 40));
    assert_eq!(usage.unwrap().source, ServerId(0));
}

#[test]
fn a_point_that_cannot_be_notified_is_notified_again_every_twenty_minutes() {
    let mut sending = pulling(2, &[(1, &[0])]);
    for target in [Target::Point(ServerId(1)), Target::Way(ServerId(1))] {
        sending.outages = vec![down(target, Instant::START, minutes(25))];
        let (pulled, _) = first(&sending);
        let told = pulled.pulled.unwrap();
        assert_eq!((told.notifications, told.notified), (3, minutes(40)));
        assert_eq!(pulled.at, minutes(41));
    }
}

#[test]
fn notifications_end_after_thirty_retries_which_is_ten_hours() {
    let mut sending = pulling(2, &[(1, &[0])]);
    let up = minutes(10 * 60);
    sending.outages = vec![down(Target::Point(ServerId(1)), Instant::START, up)];
    let (last, _) = first(&sending);
    assert_eq!((last.fate, last.at), (Fate::Arrived, minutes(10 * 60 + 1)));
    assert_eq!(last.pulled.unwrap().notifications, 31);
    sending.outages[0].to = Instant(up.0 + 1);
    let (never, usage) = first(&sending);
    assert_eq!(
        (never.fate, never.at),
        (Fate::NotificationGaveUp, Instant::NEVER)
    );
    assert_eq!((never.copy_attempts, usage), (0, None));
    assert_eq!(never.pulled.unwrap().notified, Instant::NEVER);
}

#[test]
fn the_intervals_between_notifications_and_polls_may_grow() {
    let mut sending = pulling(2, &[(1, &[0])]);
    sending.rules.pull.notify.factor = 2_000;
    let up = minutes(120);
    sending.outages = vec![down(Target::Point(ServerId(1)), Instant::START, up)];
    // Notifications at 0, 20, 60 and 140 min.
    let told = first(&sending).0.pulled.unwrap();
    assert_eq!((told.notifications, told.notified), (4, minutes(140)));
    sending.outages.clear();
    sending.rules.pull.poll = RetryRule {
        factor: 2_000,
        ..RetryRule::steady(2, Span::from_secs(10))
    };
    let cancelled = first(&sending).0.pulled.unwrap().cancelled;
    assert_eq!(cancelled, seconds(10 + 20));
}

#[test]
fn a_way_from_the_server_that_is_cut_does_not_break_a_download() {
    let mut sending = pulling(2, &[(1, &[0])]);
    sending.outages = vec![down(Target::Way(ServerId(1)), seconds(20), minutes(60))];
    assert_eq!(first(&sending).0.at, seconds(60));
    // To a point that is copied to it is an outage.
    slowly(&mut sending, 0, 60);
    sending.outages[0].target = Target::Way(ServerId(0));
    assert!(arrival(&forecast(&sending), 0).at > minutes(30));
}

#[test]
fn limits_to_concurrent_copies_do_not_hold_for_downloads() {
    let (cards, sources): (u64, &[u32]) = (7, &[0]);
    let pulls: Vec<_> = (1..=7).map(|point| (point, sources)).collect();
    let mut sending = pulling(8, &pulls);
    sending.rules.copy_points = 1;
    sending.rules.copy_packages = 1;
    sending
        .links
        .insert(LinkId(0), Rate(MEGABYTE_A_SECOND.0 * cards));
    assert_nearly(&arrivals(&sending)[1..], &[seconds(60); 7]);
}

#[test]
fn points_that_pull_share_the_card_of_their_source_and_the_links_between() {
    let mut sending = pulling(4, &[(1, &[0]), (2, &[0]), (3, &[0])]);
    assert_nearly(&arrivals(&sending)[1..], &[seconds(180); 3]);
    // Two over one link behind a card without a limit, the third over another.
    let way = |link| vec![LinkId(9), LinkId(link)];
    for (point, link) in [(1, 0), (2, 0), (3, 1)] {
        let source = Source {
            point: ServerId(0),
            path: way(link),
        };
        sending.pulls.insert(ServerId(point), vec![source]);
    }
    assert_nearly(
        &arrivals(&sending)[1..],
        &[seconds(120), seconds(120), seconds(60)],
    );
}

#[test]
fn the_card_of_the_point_limits_what_it_pulls() {
    let mut sending = pulling(2, &[(1, &[0])]);
    slowly(&mut sending, 1, 240);
    assert_eq!(first(&sending).0.at, seconds(240));
}

#[test]
fn a_point_may_pull_from_one_that_pulls() {
    let sending = pulling(3, &[(2, &[1]), (1, &[0])]);
    // Point 1 has it after a minute; that is known at the next look.
    assert_eq!(arrivals(&sending), [seconds(0), seconds(60), minutes(21)]);
}

#[test]
fn whoever_waits_for_what_never_comes_has_no_source() {
    // 3 and 4 wait for each other, 5 for them.
    let sending = pulling(6, &[(3, &[4]), (4, &[3]), (5, &[4]), (1, &[3, 0])]);
    let delivery = forecast(&sending);
    for (point, fate) in [
        (1, Fate::Arrived),
        (3, Fate::NoSource),
        (4, Fate::NoSource),
        (5, Fate::NoSource),
    ] {
        assert_eq!(arrival(&delivery, point).fate, fate, "{point}");
    }
    assert_eq!(
        arrival(&delivery, 1).pulled.unwrap().source,
        Some(ServerId(0))
    );
}

#[test]
fn a_source_that_is_given_up_leaves_the_point_waiting() {
    let mut sending = pulling(2, &[(1, &[0])]);
    sending.outages = vec![down(
        Target::Point(ServerId(0)),
        Instant::START,
        Instant::NEVER,
    )];
    let delivery = forecast(&sending);
    assert_eq!(arrival(&delivery, 0).fate, Fate::CopyGaveUp);
    let waiting = arrival(&delivery, 1);
    assert_eq!((waiting.fate, waiting.copy_attempts), (Fate::OnItsWay, 0));
    assert_eq!(waiting.pulled.unwrap().notifications, 0);
}

#[test]
fn a_job_is_cancelled_after_seventy_two_hours_and_the_download_goes_on() {
    let mut sending = pulling(2, &[(1, &[0])]);
    let hours = |hours: u64| minutes(60 * hours);
    slowly(&mut sending, 1, 300_000);
    let pulled = first(&sending).0;
    assert_eq!(
        (pulled.fate, pulled.pulled.unwrap().cancelled),
        (Fate::Arrived, hours(72))
    );
    assert_eq!(pulled.at, seconds(300_000), "83 h 20 min");
    // Whether it is still under way at the end makes no difference.
    sending.horizon = Span::from_hours(75);
    let under_way = first(&sending).0;
    assert_eq!(under_way.fate, Fate::OnItsWay);
    assert_eq!(under_way.pulled.unwrap().cancelled, hours(72));
    sending.horizon = Span::from_hours(71);
    assert_eq!(first(&sending).0.pulled.unwrap().cancelled, Instant::NEVER);
    slowly(&mut sending, 1, 60);
    sending.rules.pull.poll = RetryRule::steady(1, Span::from_mins(1));
    assert_eq!(
        first(&sending).0.pulled.unwrap().cancelled,
        Instant::NEVER,
        "in time"
    );
}

#[test]
fn changed_files_are_enough_for_a_point_that_pulls() {
    let mut sending = pulling(2, &[(1, &[0])]);
    sending.packages[0].changed = Some(Size(6 * MEGABYTE));
    sending.packages[0].destinations[1].behind = Some(1);
    let pulled = first(&sending).0;
    assert_eq!((pulled.bytes, pulled.at), (Size(6 * MEGABYTE), seconds(6)));
}

#[test]
fn nothing_to_download_takes_no_time() {
    let mut sending = pulling(3, &[(1, &[0]), (2, &[1])]);
    sending.packages[0].size = Size(0);
    assert_eq!(arrivals(&sending), [Instant::START; 3]);
}
