//! What holds for the tables of every run, whatever is in the scenario.

#![allow(
    dead_code,
    reason = "shared by several test binaries, none of which needs all of it"
)]

use rollcast::outcome::{Cause, Ending, Giver, Outcome, Replication, ReportState, ResourceKey};
use rollcast::product::status;
use rollcast::units::Instant;
use rollcast::world::{ServerRole, World};
use std::collections::BTreeMap;

/// Panics if the records of a replication contradict themselves or each other.
pub(crate) fn hold(world: &World, replication: &Replication) {
    let rows = (0..replication.outcomes.len()).map(|row| &replication.outcomes[row]);
    rows.for_each(|row| of_a_row(world, row));
    of_the_timeline(world, replication);
    of_the_traffic(world, replication);
    of_the_deliveries(world, replication);
    for used in &replication.resources {
        let longest = used.longest_wait.seconds();
        assert!(
            used.mean_wait().unwrap_or(0.0) <= longest + 1e-9,
            "{used:?}"
        );
        assert!(used.longest_wait <= world.horizon, "{used:?}");
        // A server that passes logons on counts the waits for its slots; the requests
        // come after that.
        let passes_on = matches!(used.key, ResourceKey::Server(server, _)
            if world.identities.pass_through.contains_key(&server));
        assert!(
            passes_on || used.refusals + used.timeouts <= used.requests,
            "{used:?}"
        );
        assert!(used.peak_use.unwrap_or(0.0) <= 1.0 + 1e-9, "{used:?}");
        assert!(used.saturated <= world.horizon, "{used:?}");
        assert_eq!(used.first.is_some(), used.last.is_some(), "{used:?}");
        within(world, &[used.first, used.last], used);
        assert!(used.first <= used.last, "{used:?}");
    }
}

/// What comes to a point comes after its release, in the forecast.
fn of_the_deliveries(world: &World, replication: &Replication) {
    let delivered = replication.delivered.as_ref();
    let arrivals = delivered.map_or(&world.deliveries, |delivered| &delivered.arrivals);
    for arrival in arrivals {
        within(world, &[arrival.at], arrival);
        assert!(
            !arrival.at.is_some() || arrival.released <= arrival.at,
            "{arrival:?}"
        );
    }
}

/// What was given by the hour is what points, file servers, machines and lines have
/// carried over the whole horizon, to the byte.
fn of_the_traffic(world: &World, replication: &Replication) {
    let traffic = &replication.traffic;
    let given = |is: &dyn Fn(usize, Giver) -> bool| -> u64 {
        let content = traffic.content.iter();
        let its = content.filter(|((site, giver), _)| is(site.index(), *giver));
        its.flat_map(|(_, bytes)| bytes).sum()
    };
    let delivered = replication.delivered.as_ref();
    let sent = delivered.map_or(&world.sent, |delivered| &delivered.sent);
    let lines = traffic.over_lines(world);
    for used in &replication.resources {
        let by_the_hour = match used.key {
            ResourceKey::Server(
                server,
                role @ (ServerRole::DistributionPoint | ServerRole::FileServer),
            ) => given(&|_, giver| giver == Giver::Server(server, role)),
            ResourceKey::Peers(of) => {
                given(&|site, giver| site == of.index() && giver == Giver::Peers)
            }
            ResourceKey::Link(link) => {
                let mut sites = world.sites.iter();
                let Some(site) = sites.position(|site| site.wan_down == Some(link)) else {
                    continue;
                };
                let received = sent.received.iter().filter(|r| r.site.index() == site);
                let received: u64 = received.map(|received| received.bytes.0).sum();
                let clients: u64 = lines.get(&site.into()).into_iter().flatten().sum();
                clients + received
            }
            _ => continue,
        };
        assert_eq!(by_the_hour, used.bytes.0, "{used:?}");
    }
}

/// The timeline counts every machine once at every step, and ends with the states of
/// the rows.
fn of_the_timeline(world: &World, replication: &Replication) {
    let (states, timeline) = (ReportState::ALL.len(), &replication.timeline);
    let mut ends = vec![vec![0_i64; states]; world.advertisements.len()];
    let mut counts = ends.clone();
    for machine in &world.fleet.machines {
        for (row, advertisement) in world.rows(machine).zip(world.targets(machine)) {
            let state = replication.outcomes[row].state as usize;
            ends[advertisement.index()][state] += 1;
            counts[advertisement.index()][ReportState::NoStatus as usize] += 1;
        }
    }
    for (advertisement, counts) in counts.iter_mut().enumerate() {
        for step in 0..timeline.steps {
            let row = (advertisement * timeline.steps + step) * states;
            for (count, change) in counts.iter_mut().zip(&timeline.changes[row..row + states]) {
                *count += i64::from(*change);
                assert!(*count >= 0, "step {step} of advertisement {advertisement}");
            }
        }
        assert_eq!(*counts, ends[advertisement], "the end of the timeline");
    }
}

/// Nothing happens after the horizon.
fn within(world: &World, instants: &[Instant], of: impl std::fmt::Debug) {
    for at in instants.iter().filter(|at| at.is_some()) {
        assert!(world.covers(*at), "{at:?} is beyond the horizon: {of:?}");
    }
}

fn of_a_row(world: &World, row: &Outcome) {
    let times = [
        row.policy,
        row.content_start,
        row.content_end,
        row.run_start,
        row.run_end,
        row.report,
    ];
    within(world, &times, row);
    let ordered = |first: Instant, last: Instant| {
        assert!(!last.is_some() || first <= last, "{row:?}");
    };
    if row.content_end.is_some() {
        ordered(row.content_start, row.content_end);
    }
    if row.run_start.is_some() {
        ordered(row.run_start, row.run_end);
    }
    let final_states = [
        ReportState::Rejected,
        ReportState::Expired,
        ReportState::Failed,
        ReportState::RebootPending,
        ReportState::Succeeded,
    ];
    // The message is one of the state that the row has come to, or changes none.
    // What is said of a removal changes no state.
    let removal = matches!(row.cause, Cause::RemovalFailed | Cause::RemovalPending);
    if final_states.contains(&row.state) && row.status_message != 0 && !removal {
        let message = status::message(row.status_message).expect("a known message");
        // The last word on a full cache is the one before.
        let fits = row.status_message == status::CACHE_FULL
            || message.state.is_none_or(|state| state == row.state as u8);
        assert!(fits, "{row:?}");
    }
    // What is no longer offered has not succeeded, and waits for no restart.
    let done = [ReportState::RebootPending, ReportState::Succeeded];
    assert!(
        row.ending != Ending::NotOffered || !done.contains(&row.state),
        "{row:?}"
    );
    if row.ending == Ending::Installed {
        assert!(
            row.successful_since().is_some_and(|at| world.covers(at)),
            "{row:?}"
        );
    }
    if row.ending == Ending::InProgress && row.content_start.is_some() {
        assert!(row.code.is_none(), "no code of an earlier try: {row:?}");
    }
}

/// The rows of a table, by heading.
pub(crate) fn rows_of(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(bytes);
    reader.deserialize().map(Result::unwrap).collect()
}

/// Of two equally tight links on a path one holds the transfer back, and which
/// one is a matter of what came before: this alone the engines may tell
/// otherwise.
pub(crate) fn without_saturation(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut rows = rows_of(bytes);
    for row in &mut rows {
        row.remove("saturated_seconds");
    }
    rows
}

/// What passed the line of a site by the hour is what it has carried, and no share of it
/// is more than the whole.
pub(crate) fn of_the_lines(
    by_the_hour: &[BTreeMap<String, String>],
    of: &[BTreeMap<String, String>],
) {
    let mut passed = BTreeMap::<&str, f64>::new();
    for row in by_the_hour {
        let share = row["share_of_line"].parse().unwrap_or(0.0);
        assert!((0.0..=1.0).contains(&share), "{row:?}");
        if let Ok(bytes) = row["bytes_through"].parse::<f64>() {
            *passed.entry(&row["site"]).or_default() += bytes;
        }
    }
    let replications: std::collections::BTreeSet<_> =
        of.iter().map(|row| &row["replication"]).collect();
    // `use.csv` has 48 sites at most; the lines of the others carried less.
    for (site, passed) in passed {
        let its =
            |row: &&BTreeMap<String, String>| row["kind"] == "wan-down" && row["name"] == site;
        let carried = of.iter().filter(its);
        let carried: f64 = carried
            .map(|row| row["bytes"].parse::<f64>().unwrap())
            .sum();
        let mean = carried / replications.len() as f64;
        assert!((passed - mean).abs() < 1.0, "{site}: {passed} of {mean}");
    }
}

/// Panics if the tables of a run contradict themselves or each other.
pub(crate) fn tables(world: &World, tables: &BTreeMap<String, Vec<u8>>) {
    let table = |name: &str| {
        tables
            .get(name)
            .map_or_else(Vec::new, |bytes| rows_of(bytes))
    };
    let horizon = world.horizon.seconds();
    let number = |row: &BTreeMap<String, String>, key: &str| -> Option<f64> {
        let cell = row.get(key).unwrap_or_else(|| panic!("no column {key}"));
        (!cell.is_empty()).then(|| cell.parse().unwrap_or_else(|_| panic!("{key}: {row:?}")))
    };
    for row in table("resources.csv") {
        for share in ["mean_use", "peak_use", "timeout_share"] {
            let used = number(&row, share).unwrap_or(0.0);
            assert!((0.0..=1.0).contains(&used), "{share}: {row:?}");
        }
        let parts = ["content_bytes", "read_bytes", "message_bytes"];
        let known: f64 = parts.iter().filter_map(|part| number(&row, part)).sum();
        let all = number(&row, "bytes").unwrap_or(0.0);
        assert!(known <= all, "{known} of {all}: {row:?}");
        let part = number(&row, "most_site_share");
        assert_eq!(part.is_some(), !row["sites"].is_empty(), "{row:?}");
        let sites = number(&row, "sites").unwrap_or(1.0);
        let fits = |part: f64| part * sites >= 1.0 - 1e-3 && part <= 1.0;
        assert!(part.is_none_or(fits), "{row:?}");
        let longest = number(&row, "longest_wait_seconds").unwrap_or(0.0);
        assert!(
            number(&row, "mean_wait_seconds").unwrap_or(0.0) <= longest + 1e-6,
            "{row:?}"
        );
        for time in [
            "longest_wait_seconds",
            "saturated_seconds",
            "first_seconds",
            "last_seconds",
        ] {
            assert!(
                number(&row, time).unwrap_or(0.0) <= horizon,
                "{time}: {row:?}"
            );
        }
    }
    of_the_lines(&table("use.csv"), &table("resources.csv"));
    for row in table("sending.csv") {
        for key in row.keys().filter(|key| key.ends_with("_seconds")) {
            let at = number(&row, key).unwrap_or(0.0);
            assert!(at <= horizon, "{key}: {row:?}");
        }
    }
    let machines = table("machines.csv");
    for row in &machines {
        let instant = |key: &str| number(row, key);
        for (first, last) in [
            ("content_start_seconds", "content_end_seconds"),
            ("run_start_seconds", "run_end_seconds"),
        ] {
            if let (Some(first), Some(last)) = (instant(first), instant(last)) {
                assert!(first <= last, "{row:?}");
            }
        }
        for key in row.keys().filter(|key| key.ends_with("_seconds")) {
            // Only spans of time may be as long as they like.
            let at = if key.ends_with("released_seconds") {
                None
            } else {
                number(row, key)
            };
            assert!(at.unwrap_or(0.0) <= horizon, "{key}: {row:?}");
        }
    }
    let summary = table("summary.csv");
    let targeted: f64 = summary
        .iter()
        .filter(|row| row["replication"] != "all")
        .filter_map(|row| number(row, "targeted"))
        .sum();
    assert!(
        (targeted - machines.len() as f64).abs() < 0.5,
        "{targeted} rows in summary.csv"
    );
    let failed: f64 = table("failures.csv")
        .iter()
        .filter_map(|row| number(row, "machines"))
        .sum();
    assert!(failed <= machines.len() as f64, "{failed} failures");
}
