//! Content on its way to the distribution points, against closed forms.
//!
//! Unless a test says otherwise: a route carries a megabyte a second, a package
//! has 60 MB, nothing is compressed, and copying inside a site takes no time.

mod copies;
mod limits;
mod lines;
mod properties;
mod pulls;
mod retries;
mod routes;
mod ways;

use rollcast::sending::{
    Arrival, Delivery, Destination, Outage, Priority, Route, RouteUse, Sending, SentPackage,
    Target, forecast,
};
use rollcast::units::{Instant, Rate, Share, Size, Span};
use rollcast::world::{PackageId, ServerId, SiteId};

/// A megabyte a second.
const MEGABYTE_A_SECOND: Rate = Rate(8_000_000);
const MEGABYTE: u64 = 1_000_000;
const HUB: SiteId = SiteId(0);

fn seconds(seconds: u64) -> Instant {
    Instant::START + Span::from_secs(seconds)
}

fn minutes(minutes: u64) -> Instant {
    Instant::START + Span::from_mins(minutes)
}

/// Sites 0 (the hub) to `branches`, a route from the hub to each of them, and
/// nothing to send.
fn hub(branches: u32) -> Sending {
    let mut sending = Sending {
        horizon: Span::from_days(30),
        ..Sending::default()
    };
    sending.rules.compression = None;
    sending.routes = (1..=branches)
        .map(|site| Route::new(HUB, SiteId(site), MEGABYTE_A_SECOND))
        .collect();
    sending.outlets = (0..=branches)
        .map(|site| (SiteId(site), Rate::UNLIMITED))
        .collect();
    sending
}

/// The only distribution point of `site`.
fn point_of(site: u32) -> Destination {
    Destination {
        point: ServerId(site),
        site: SiteId(site),
        rate: Rate::UNLIMITED,
        behind: None,
    }
}

/// Package `number` of 60 MB, from the hub to the points of `sites`.
fn package(number: u32, sites: impl IntoIterator<Item = u32>) -> SentPackage {
    SentPackage {
        package: PackageId(number),
        from: HUB,
        size: Size(60 * MEGABYTE),
        changed: None,
        released: Instant::START,
        priority: Priority::Medium,
        destinations: sites.into_iter().map(point_of).collect(),
    }
}

fn site_down(site: u32, from: Instant, to: Instant) -> Outage {
    Outage {
        target: Target::Site(SiteId(site)),
        from,
        to,
    }
}

/// The arrivals' instants, by package, then point.
fn instants(delivery: &Delivery) -> Vec<Instant> {
    delivery.arrivals.iter().map(|arrival| arrival.at).collect()
}

/// When everything arrives, by package, then point.
fn arrivals(sending: &Sending) -> Vec<Instant> {
    instants(&forecast(sending))
}

/// Arrivals are as expected, but for the microsecond by which a rate that does
/// not divide is rounded.
fn assert_nearly(arrivals: &[Instant], expected: &[Instant]) {
    let late = |(at, expected): (&Instant, &Instant)| at.0.wrapping_sub(expected.0) <= 1;
    let all = arrivals.iter().zip(expected).all(late);
    assert!(
        all && arrivals.len() == expected.len(),
        "{arrivals:?} instead of {expected:?}"
    );
}

/// The forecast of a single package to a single point over a single route.
fn only(sending: &Sending) -> (Arrival, RouteUse) {
    let delivery = forecast(sending);
    let ([arrival], [route]) = (&delivery.arrivals[..], &delivery.routes[..]) else {
        panic!("one arrival and one route expected: {delivery:?}");
    };
    (arrival.clone(), *route)
}
