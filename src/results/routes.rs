//! `routes.csv`: what the senders have sent from site to site, what the sites'
//! servers have copied to their distribution points, and what points have
//! pulled from others.
//!
//! Like `sending.csv` it is the same in every replication, unless machines use the
//! lines meanwhile.

use super::cell;
use super::column::columns;
use crate::units::{Instant, Span};
use crate::world::{Sent, World};

/// One row.
struct Row<'w> {
    kind: &'static str,
    from: &'w str,
    to: &'w str,
    bytes: u64,
    completed: u64,
    attempts: u64,
    failures: u64,
    busy: Option<Span>,
    first: Instant,
    last: Instant,
}

columns! {
    /// Every column, in order.
    COLUMNS: fn cells(number: Option<u32>, row: &Row<'_>; out) {
        "replication" Number "the replication; empty where all are the same, because no machine uses the lines while something is sent" => cell::optional_number(out, number.map(u64::from));
        "kind" Text "`route` from site to site, `copy` to a distribution point, or `pull` by one from another" => cell::name(out, row.kind);
        "from" Text "the sending site, the site whose server copies, or the distribution point that is the source" => cell::text(out, row.from);
        "to" Text "the receiving site, or the distribution point" => cell::text(out, row.to);
        "bytes" Bytes "bytes that passed, compressed between sites; those of what broke off included" => cell::number(out, row.bytes);
        "completed" Number "sendings, copies or downloads that were completed" => cell::number(out, row.completed);
        "attempts" Number "attempts to connect, or to copy; downloads begun or gone on with" => cell::number(out, row.attempts);
        "failures" Number "attempts that failed, and sendings, copies or downloads that broke" => cell::number(out, row.failures);
        "busy_seconds" Time "time during which bytes were on their way, pauses between blocks not counted; only for routes" => match row.busy {
            Some(busy) => cell::span(out, busy),
            None => cell::empty(out),
        };
        "first_seconds" Instant "first attempt" => cell::instant(out, row.first);
        "last_seconds" Instant "end of the last that was completed" => cell::instant(out, row.last);
    }
}

/// The rows: routes, then copies, then pulls.
pub(super) fn rows(world: &World, number: Option<u32>, sent: &Sent) -> (Vec<u8>, u64) {
    let mut out = Vec::new();
    let site = |id: crate::world::SiteId| world.sites[id.index()].name.as_str();
    let server = |id: crate::world::ServerId| world.servers[id.index()].name.as_str();
    let routes = sent.routes.iter().map(|route| Row {
        kind: "route",
        from: site(route.from),
        to: site(route.to),
        bytes: route.bytes.0,
        completed: route.sendings,
        attempts: route.attempts,
        failures: route.failures,
        busy: Some(route.busy),
        first: route.first,
        last: route.last,
    });
    let copies = sent.copies.iter().map(|copy| Row {
        kind: "copy",
        from: site(copy.site),
        to: server(copy.point),
        bytes: copy.bytes.0,
        completed: copy.copies,
        attempts: copy.attempts,
        failures: copy.failures,
        busy: None,
        first: copy.first,
        last: copy.last,
    });
    let pulls = sent.pulls.iter().map(|pull| Row {
        kind: "pull",
        from: server(pull.source),
        to: server(pull.point),
        bytes: pull.bytes.0,
        completed: pull.pulls,
        attempts: pull.attempts,
        failures: pull.failures,
        busy: None,
        first: pull.first,
        last: pull.last,
    });
    let mut rows = 0;
    for row in routes.chain(copies).chain(pulls) {
        cells(number, &row, &mut out);
        cell::end_row(&mut out);
        rows += 1;
    }
    (out, rows)
}
