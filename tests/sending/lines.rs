//! Links that routes, copies and pulls share, and whose capacities change.

use super::*;
use rollcast::sending::{Capacity, RateLimit};
use rollcast::world::LinkId;

const LINE: LinkId = LinkId(0);

/// A hub with `branches`, all behind one line of a megabyte a second.
fn behind_a_line(branches: u32) -> Sending {
    let mut sending = hub(branches);
    for route in &mut sending.routes {
        route.rate = Rate::UNLIMITED;
        route.path = vec![LINE];
    }
    sending.links.insert(LINE, MEGABYTE_A_SECOND);
    sending
}

/// From second `at` on the line has `per_cent` of a megabyte a second.
fn capacity(at: u64, per_cent: u64) -> Capacity {
    Capacity {
        at: seconds(at),
        link: LINE,
        rate: Rate(MEGABYTE_A_SECOND.0 * per_cent / 100),
    }
}

#[test]
fn addresses_over_one_line_share_it() {
    let mut sending = behind_a_line(2);
    sending.packages = vec![package(0, [1, 2])];
    assert_nearly(&arrivals(&sending), &[seconds(120); 2]);
    sending.routes[1].path = vec![LinkId(1)];
    sending.links.insert(LinkId(1), MEGABYTE_A_SECOND);
    assert_nearly(&arrivals(&sending), &[seconds(60); 2]);
}

#[test]
fn a_tenth_of_the_line_takes_ten_times_as_long_and_what_comes_back_counts_at_once() {
    let mut sending = behind_a_line(1);
    sending.packages = vec![package(0, [1])];
    sending.capacities = vec![capacity(0, 10)];
    assert_nearly(&arrivals(&sending), &[seconds(600)]);
    // 30 MB at a tenth, then 30 MB at the whole.
    sending.capacities.push(capacity(300, 100));
    assert_nearly(&arrivals(&sending), &[seconds(330)]);
}

#[test]
fn a_line_without_capacity_carries_nothing_until_some_comes_back() {
    let mut sending = behind_a_line(1);
    sending.packages = vec![package(0, [1])];
    sending.capacities = vec![capacity(20, 0), capacity(1_000, 50)];
    assert_nearly(&arrivals(&sending), &[seconds(1_000 + 80)]);
}

#[test]
fn a_sending_in_blocks_takes_what_the_line_has_when_a_block_begins() {
    let mut sending = behind_a_line(1);
    sending.packages = vec![package(0, [1])];
    sending.routes[0].limit = RateLimit::Percent {
        by_hour: [50; 24],
        block: Size(MEGABYTE),
    };
    assert_eq!(arrivals(&sending), [seconds(60 + 59)]);
    // Thirty blocks in sixty seconds, then thirty of ten seconds each, and ten
    // of silence between them.
    sending.capacities = vec![capacity(60, 10)];
    assert_eq!(arrivals(&sending), [seconds(60 + 30 * 10 + 29 * 10)]);
    sending.capacities = vec![capacity(60, 0), capacity(100, 100)];
    assert_eq!(arrivals(&sending), [seconds(100 + 30 + 29)]);
}

#[test]
fn a_copy_shares_the_line_to_its_point_with_sendings_over_it() {
    let mut sending = behind_a_line(1);
    sending.packages = vec![package(0, [1]), package(1, [0])];
    let alone = arrivals(&sending);
    assert_nearly(&alone, &[seconds(60), seconds(0)]);
    // The point of the second package lies beyond the line, without a server
    // of its own there.
    sending.ways.insert(ServerId(0), vec![LINE]);
    assert_nearly(&arrivals(&sending), &[seconds(120); 2]);
}
