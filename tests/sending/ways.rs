//! Routes and outages that follow from a world.

use super::*;
use rollcast::product::Rules;
use rollcast::sending::{outages, route};
use rollcast::world::{
    Change, Directory, Fleet, GivenRates, Link, LinkId, LinkKind, Site, SiteAccounts, TimedChange,
    World,
};

/// A tree of sites 0 to 4 with parents: 0 ← 1 ← 2, 0 ← 3, and 4 by itself.
/// The WAN link of site n has n Mbit/s down and a tenth of it up, but for site
/// 1, whose link has no limit.
fn world(changes: Vec<TimedChange>) -> World {
    let parents = [None, Some(0), Some(1), Some(0), None];
    let mut links = Vec::new();
    let mut sites = Vec::new();
    for (number, parent) in parents.into_iter().enumerate() {
        let mut wan = |kind, rate| {
            (parent.is_some() && number != 1).then(|| {
                let name = format!("site-{number}");
                links.push(Link {
                    name,
                    kind,
                    rate: Rate(rate),
                    given: GivenRates::default(),
                });
                LinkId::from(links.len() - 1)
            })
        };
        let rate = number as u64 * 1_000_000;
        let (down, up) = (
            wan(LinkKind::WanDown, rate),
            wan(LinkKind::WanUp, rate / 10),
        );
        sites.push(Site {
            name: format!("site-{number}"),
            parent: parent.map(SiteId),
            depth: if number == 2 {
                2
            } else {
                u32::from(parent.is_some())
            },
            wan_down: down,
            wan_up: up,
            lan: None,
            slow_boundary: parent.is_some(),
            ad_site: 0,
            preferred: Vec::new().into(),
            fallback: Vec::new(),
            bits: None,
            peers: None,
            time_zone: 0,
            accounts: SiteAccounts::default(),
            management_point: None,
            client_access_point: None,
        });
    }
    World {
        control: rollcast::world::Control::default(),
        clocks: rollcast::world::Clocks::default(),
        stays: std::collections::BTreeMap::new(),
        identities: rollcast::world::Identities::default(),
        objectives: Vec::new(),
        title: String::new(),
        start: jiff::civil::date(2006, 3, 17).at(0, 0, 0, 0),
        horizon: Span::from_days(7),
        seed: 0,
        replications: 1,
        timeline_step: Span::from_hours(1),
        rules: Rules::default(),
        directory: Directory::default(),
        servers_at: rollcast::world::ServersAt::new(&sites, &[]),
        sites,
        links,
        servers: Vec::new(),
        shares: Vec::new(),
        platforms: rollcast::world::Platforms::default(),
        fleet: Fleet::default(),
        packages: Vec::new(),
        programs: Vec::new(),
        advertisements: Vec::new(),
        changes,
        disturbances: Vec::new(),
        since: rollcast::units::SignedInstant::START,
        deliveries: Vec::new(),
        deliveries_in_a_row: 0,
        carried: Vec::new(),
        sent: rollcast::world::Sent::default(),
        sending: None,
        content_faults: Vec::new(),
        bits: Vec::new(),
        traffic: None,
        reporting: None,
    }
}

#[test]
fn a_route_leads_over_the_wan_links_up_to_the_common_site_and_down_again() {
    let world = world(Vec::new());
    let rates = |from, to| {
        let route = route(&world, SiteId(from), SiteId(to));
        assert_eq!(route.rate, Rate::UNLIMITED, "the links limit it");
        let rates = route
            .path
            .iter()
            .map(|link| world.links[link.index()].rate.0);
        let mut rates: Vec<u64> = rates.collect();
        rates.sort_unstable();
        rates
    };
    assert_eq!(rates(0, 3), [3_000_000]);
    assert_eq!(rates(2, 3), [200_000, 3_000_000], "up is slower than down");
    assert_eq!(rates(3, 2), [300_000, 2_000_000]);
    assert_eq!(rates(0, 0), [0_u64; 0]);
}

#[test]
fn a_cut_link_is_an_outage_of_the_routes_over_it_and_a_dead_server_of_its_point() {
    let capacity = |at, link, rate| TimedChange {
        since: seconds(at).into(),
        change: Change::Link(LinkId(link), Rate(rate)),
    };
    let server = |at, up| TimedChange {
        since: seconds(at).into(),
        change: Change::Server(ServerId(5), up),
    };
    // Links 0 and 1 are those of site 2, 2 and 3 those of site 3.
    let world = world(vec![
        capacity(10, 0, 0),
        capacity(15, 0, 0),
        capacity(20, 0, 9),
        capacity(25, 2, 9),
        server(30, false),
        capacity(35, 3, 0),
        server(40, true),
    ]);
    let routes =
        [(0, 2), (1, 2), (0, 3), (3, 0)].map(|(from, to)| route(&world, SiteId(from), SiteId(to)));
    let mut found = outages(&world, &routes);
    found.sort_unstable();
    let out = |target, from, to| Outage { target, from, to };
    let way = |from, to| Target::Route(SiteId(from), SiteId(to));
    assert_eq!(
        found,
        [
            out(way(0, 2), seconds(10), seconds(20)),
            out(way(1, 2), seconds(10), seconds(20)),
            out(way(3, 0), seconds(35), Instant::NEVER),
            out(Target::Point(ServerId(5)), seconds(30), seconds(40)),
        ]
    );
}

#[test]
fn an_outage_of_a_route_stops_its_sender_alone() {
    let mut sending = hub(1);
    sending
        .routes
        .push(Route::new(SiteId(2), SiteId(1), MEGABYTE_A_SECOND));
    sending.packages = vec![package(0, [1]), package(1, [1])];
    sending.packages[1].from = SiteId(2);
    sending.outages = vec![Outage {
        target: Target::Route(HUB, SiteId(1)),
        from: seconds(20),
        to: seconds(40),
    }];
    assert_eq!(arrivals(&sending), [seconds(120), seconds(60)]);
}
