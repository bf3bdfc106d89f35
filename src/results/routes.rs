//! `routes.csv`: what the senders have sent from site to site, what the sites'
//! servers have copied to their distribution points, and what points have
//! pulled from others.
//!
//! Like `sending.csv` it is the same in every replication.

use super::cell;
use crate::units::Span;
use crate::world::World;

/// Columns, in order.
pub(super) fn headings() -> Vec<String> {
    [
        "kind",
        "from",
        "to",
        "bytes",
        "completed",
        "attempts",
        "failures",
        "busy_seconds",
        "first_seconds",
        "last_seconds",
    ]
    .map(String::from)
    .into()
}

/// The rows: routes, then copies, then pulls.
pub(super) fn rows(world: &World) -> (Vec<u8>, u64) {
    let mut out = Vec::new();
    let site = |id: crate::world::SiteId| world.sites[id.index()].name.as_str();
    let server = |id: crate::world::ServerId| world.servers[id.index()].name.as_str();
    for route in &world.sent.routes {
        let counts = [
            route.bytes.0,
            route.sendings,
            route.attempts,
            route.failures,
        ];
        let ends = ["route", site(route.from), site(route.to)];
        row(ends, counts, Some(route.busy), &mut out);
        cell::instant(&mut out, route.first);
        cell::instant(&mut out, route.last);
        cell::end_row(&mut out);
    }
    for copy in &world.sent.copies {
        let counts = [copy.bytes.0, copy.copies, copy.attempts, copy.failures];
        let ends = ["copy", site(copy.site), server(copy.point)];
        row(ends, counts, None, &mut out);
        cell::instant(&mut out, copy.first);
        cell::instant(&mut out, copy.last);
        cell::end_row(&mut out);
    }
    for pull in &world.sent.pulls {
        let counts = [pull.bytes.0, pull.pulls, pull.attempts, pull.failures];
        let ends = ["pull", server(pull.source), server(pull.point)];
        row(ends, counts, None, &mut out);
        cell::instant(&mut out, pull.first);
        cell::instant(&mut out, pull.last);
        cell::end_row(&mut out);
    }
    let sent = &world.sent;
    let count = sent.routes.len() + sent.copies.len() + sent.pulls.len();
    (out, count as u64)
}

fn row(ends: [&str; 3], counts: [u64; 4], busy: Option<Span>, out: &mut Vec<u8>) {
    ends.iter().for_each(|text| cell::text(out, text));
    counts.iter().for_each(|count| cell::number(out, *count));
    match busy {
        Some(busy) => cell::span(out, busy),
        None => cell::empty(out),
    }
}
