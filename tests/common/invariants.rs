//! What holds for the tables of every run, whatever is in the scenario.

use rollcast::outcome::{Cause, Ending, Outcome, Replication, ReportState, ResourceKey};
use rollcast::product::status;
use rollcast::units::Instant;
use rollcast::world::World;

/// Panics if the records of a replication contradict themselves or each other.
pub(crate) fn hold(world: &World, replication: &Replication) {
    let rows = (0..replication.outcomes.len()).map(|row| &replication.outcomes[row]);
    rows.for_each(|row| of_a_row(world, row));
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
    let removal = row.cause == Cause::RemovalFailed;
    if final_states.contains(&row.state) && row.status_message != 0 && !removal {
        let message = status::message(row.status_message).expect("a known message");
        // The last word on a full cache is the one before.
        let fits = row.status_message == status::CACHE_FULL
            || message.state.is_none_or(|state| state == row.state as u8);
        assert!(fits, "{row:?}");
    }
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
