//! What holds for any specification.

use super::*;
use proptest::prelude::*;
use rollcast::sending::{Availability, Compression, Fate, RateLimit, Source};
use rollcast::world::LinkId;
use std::collections::{BTreeMap, BTreeSet};

const SITES: u32 = 5;

fn limit() -> impl Strategy<Value = RateLimit> {
    let percent = prop::array::uniform24(1u8..=100).prop_map(|by_hour| RateLimit::Percent {
        by_hour,
        block: RateLimit::BLOCK,
    });
    let pulse = (1_000u64..262_144, 1u64..30).prop_map(|(block, every)| RateLimit::Pulse {
        block: Size(block),
        every: Span::from_secs(every),
    });
    prop_oneof![3 => Just(RateLimit::None), 1 => percent, 1 => pulse]
}

fn route() -> impl Strategy<Value = Route> {
    let hours = prop::array::uniform24(prop_oneof![
        4 => Just(Availability::Open),
        1 => Just(Availability::Closed),
        1 => Just(Availability::HighOnly),
    ]);
    let sites = (0..SITES, 0..SITES);
    let rates = (64_000u64..100_000_000, 64_000u64..100_000_000);
    (sites, rates, limit(), hours).prop_map(|((from, to), (rate, own), limit, hours)| {
        let mut route = Route::new(SiteId(from), SiteId(to), Rate(rate));
        route.per_sending = Rate(own);
        route.limit = limit;
        route.schedule.0[2] = hours;
        route.schedule.0[3] = hours;
        route
    })
}

fn sent(number: u32) -> impl Strategy<Value = SentPackage> {
    let points = prop::collection::vec((0..SITES, 0u32..3, prop::option::of(0u32..9)), 1..8);
    let size = 0u64..20_000_000;
    let changed = prop::option::of(0u64..30_000_000);
    let priority = prop_oneof![
        Just(Priority::High),
        Just(Priority::Medium),
        Just(Priority::Low)
    ];
    (points, size, changed, 0..SITES, 0u64..400_000, priority).prop_map(
        move |(points, size, changed, from, released, priority)| {
            // Each point once: a distribution point belongs to one site.
            let destinations: BTreeMap<ServerId, Destination> = (points.into_iter())
                .map(|(site, point, behind)| Destination {
                    point: ServerId(site * 3 + point),
                    site: SiteId(site),
                    rate: Rate(1_000_000 + u64::from(point) * 9_000_000),
                    behind,
                })
                .map(|destination| (destination.point, destination))
                .collect();
            SentPackage {
                package: PackageId(number),
                from: SiteId(from),
                size: Size(size),
                changed: changed.map(Size),
                released: seconds(released),
                priority,
                destinations: destinations.into_values().collect(),
            }
        },
    )
}

fn outage() -> impl Strategy<Value = Outage> {
    let target = prop_oneof![
        (0..SITES).prop_map(|site| Target::Site(SiteId(site))),
        (0..SITES * 3).prop_map(|point| Target::Point(ServerId(point))),
        (0..SITES * 3).prop_map(|point| Target::Way(ServerId(point))),
        (0..SITES * 4).prop_map(|link| Target::Link(LinkId(link))),
    ];
    (target, 0u64..500_000, 0u64..90_000).prop_map(|(target, from, length)| Outage {
        target,
        from: seconds(from),
        to: seconds(from + length),
    })
}

/// Sources of points, each with a lower number than the point: no circles. The
/// ways are the card of the source, and a link of the site of the point.
fn pulls() -> impl Strategy<Value = BTreeMap<ServerId, Vec<Source>>> {
    let sources = prop::collection::vec(0..SITES * 3, 1..4);
    let pulls = prop::collection::vec((0..SITES * 3, sources), 0..8);
    pulls.prop_map(|pulls| {
        let over = |from: u32, point: u32| Source {
            point: ServerId(from),
            path: vec![LinkId(from), LinkId(SITES * 3 + point / 3)],
        };
        let below = |point, sources: Vec<u32>| {
            let sources = sources.into_iter().filter(|from| *from < point);
            (
                ServerId(point),
                sources.map(|from| over(from, point)).collect(),
            )
        };
        pulls
            .into_iter()
            .map(|(point, sources)| below(point, sources))
            .collect()
    })
}

prop_compose! {
    fn sending()(
        routes in prop::collection::vec(route(), 1..14),
        packages in (1usize..6).prop_flat_map(|n| (0..n as u32).map(sent).collect::<Vec<_>>()),
        outages in prop::collection::vec(outage(), 0..6),
        pulls in pulls(),
        links in prop::collection::vec(64_000u64..100_000_000, 1..SITES as usize * 4),
        held in prop::collection::btree_set((0u32..5, 0..SITES * 3), 0..3),
        per_mille in prop::option::of(500u32..=1_000),
        resumes in any::<bool>(),
    ) -> Sending {
        let mut seen = BTreeSet::new();
        let mut sending = Sending { horizon: Span::from_days(60), outages, packages, pulls, ..Sending::default() };
        sending.links = (0..).map(LinkId).zip(links.into_iter().map(Rate)).collect();
        sending.held = held.into_iter().map(|(p, at)| (PackageId(p), ServerId(at))).collect();
        sending.routes = routes.into_iter().filter(|r| seen.insert((r.from, r.to))).collect();
        sending.rules.compression =
            per_mille.map(|parts| Compression { compressed_to: Share::per_mille(parts), ..Compression::default() });
        sending.rules.sender_retry.resumes = resumes;
        sending
    }
}

/// The least time that `bytes` take at `rate`.
fn least(bytes: u64, rate: Rate) -> u64 {
    (u128::from(bytes) * 8_000_000 / u128::from(rate.0)) as u64
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_the_input_does_not_matter(sending in sending(), by in 1usize..5) {
        let mut turned = sending.clone();
        turned.routes.reverse();
        turned.outages.reverse();
        let n = turned.packages.len();
        turned.packages.rotate_left(by % n);
        for package in &mut turned.packages {
            package.destinations.reverse();
        }
        prop_assert_eq!(forecast(&sending), forecast(&turned));
    }

    #[test]
    fn nothing_arrives_before_its_size_over_the_rates_of_its_last_hops(sending in sending()) {
        for arrival in forecast(&sending).arrivals.iter().filter(|a| a.at.is_some()) {
            let package = &sending.packages[arrival.package.index()];
            let to = package.destinations.iter().find(|d| d.point == arrival.point).unwrap();
            let mut card = rollcast::world::Server::DEFAULT_EGRESS;
            let mut begin = arrival.at_site;
            if let Some(pulled) = &arrival.pulled {
                let source = sending.pulls[&arrival.point].iter().find(|s| Some(s.point) == pulled.source).unwrap();
                let rates = source.path.iter().filter_map(|link| sending.links.get(link));
                card = rates.fold(Rate::UNLIMITED, |least, rate| least.min(*rate));
                prop_assert!(pulled.notified >= begin);
                begin = pulled.notified;
            }
            let copy = least(arrival.bytes.0, card.min(to.rate));
            prop_assert!(arrival.at.since(begin).0 >= copy);
            if to.site == package.from {
                prop_assert_eq!(arrival.at_site, package.released);
                continue;
            }
            let into = sending.routes.iter().filter(|r| r.to == to.site);
            let fastest = into.map(|r| r.rate.min(r.per_sending)).max().unwrap();
            let share = sending.rules.compression.map_or(Share::ALL, |how| how.compressed_to);
            let sent = least(share.part_of(arrival.bytes.0), fastest);
            let compressed = sending.rules.compression.map_or(0, |c| least(arrival.bytes.0, c.rate));
            prop_assert!(arrival.at_site.since(package.released).0 >= sent + compressed);
            prop_assert!(arrival.sending_attempts > 0);
        }
    }

    #[test]
    fn every_byte_is_counted_where_it_passes(sending in sending(), size in 1u64..20_000_000) {
        let mut sending = sending;
        sending.rules.compression = None;
        for package in &mut sending.packages {
            (package.size, package.changed) = (Size(size), None);
        }
        let delivery = forecast(&sending);
        let finished = delivery.arrivals.iter().all(|a| {
            !matches!(a.fate, Fate::SenderGaveUp | Fate::OnItsWay)
        });
        for route in &delivery.routes {
            let sent = route.sendings * size;
            prop_assert!(route.bytes.0 >= sent);
            prop_assert!(route.attempts >= route.sendings);
            if finished && (sending.rules.sender_retry.resumes || route.attempts == route.sendings) {
                prop_assert_eq!(route.bytes.0, sent);
            }
            let declared = sending.routes.iter().find(|r| (r.from, r.to) == (route.from, route.to));
            // A sending that stops within a byte has been busy for a part of it.
            prop_assert!(route.busy.0 >= least(route.bytes.0, declared.unwrap().rate));
        }
        for usage in &delivery.copies {
            let arrived = usage.copies * size;
            prop_assert!(usage.bytes.0 >= arrived);
            prop_assert!(usage.failures > 0 || usage.bytes.0 == arrived);
        }
        let under_way = delivery.arrivals.iter().any(|a| a.fate == Fate::OnItsWay);
        for usage in &delivery.pulls {
            let arrived = usage.pulls * size;
            prop_assert!(usage.bytes.0 >= arrived);
            // A download goes on where it stopped: no byte passes twice.
            prop_assert!(under_way || usage.bytes.0 == arrived);
            prop_assert!(usage.attempts >= usage.pulls && usage.attempts >= usage.failures);
        }
        let arrived = delivery.arrivals.iter().filter(|a| a.fate == Fate::Arrived).count() as u64;
        let copied = delivery.copies.iter().map(|usage| usage.copies).sum::<u64>();
        let pulled = delivery.pulls.iter().map(|usage| usage.pulls).sum::<u64>();
        prop_assert_eq!(arrived, copied + pulled);
    }

    #[test]
    fn nobody_has_what_the_source_has_not(sending in sending()) {
        let delivery = forecast(&sending);
        for arrival in &delivery.arrivals {
            let Some(pulled) = &arrival.pulled else { continue };
            prop_assert!(arrival.at.is_some() == (arrival.fate == Fate::Arrived));
            let Some(source) = pulled.source else {
                prop_assert!(!arrival.at.is_some() && arrival.copy_attempts == 0);
                continue;
            };
            let comes = |a: &&Arrival| (a.package, a.released, a.point) == (arrival.package, arrival.released, source);
            let held = sending.held.contains(&(arrival.package, source));
            let there = delivery.arrivals.iter().find(comes).map_or(Instant::NEVER, |a| a.at);
            prop_assert!(held || there.is_some() && there <= arrival.at);
        }
    }
}
