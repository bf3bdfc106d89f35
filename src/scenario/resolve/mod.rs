//! From what is declared to what it means: names become positions, texts become
//! values, and every default is filled in.
//!
//! References that lead nowhere and values that cannot be are errors here;
//! whether the whole makes sense is asked in `check`.

#![allow(
    clippy::redundant_closure_for_method_calls,
    reason = "`|word| word.meaning()` says as much as the long path of each list of words"
)]

mod bits;
mod clocks;
mod content;
mod control;
mod directory;
mod exit_codes;
mod faults;
mod filter;
mod filter_index;
mod fleet;
mod hours;
mod identities;
mod layers;
mod members;
mod objectives;
mod peers;
mod points;
mod presence;
mod profile;
mod repetition;
mod reports;
mod retry;
mod roaming;
mod rows;
mod sending;
mod spread;
mod succession;
mod successors;
mod targets;
mod topology;

pub(super) use faults::times as fault_times;

use super::inventory::Inventory;
use super::plan::Plan;
use super::problem::Problems;
use super::written::{self, At, Duration, Moment};
use crate::product::Rules;
use crate::scenario::ProblemCode;
use crate::units::{SignedInstant, Span};
use crate::world::{ServersAt, World};
use jiff::civil::DateTime;
use retry::retry;

/// The world that `plan` describes. What could not be resolved is left out and
/// stands in `problems` as an error.
pub(crate) fn world(
    plan: &Plan,
    title: String,
    inventory: Option<&Inventory>,
    problems: &mut Problems,
) -> World {
    let written = &plan.written;
    let rules = written
        .rules
        .as_ref()
        .map_or_else(Rules::default, |written| rules(written, problems));
    let directory = directory::resolve(plan, problems);
    let (sites, links, servers) = topology::resolve(plan, problems);
    let shares = topology::shares(plan, problems);
    let platforms = profile::platforms(plan, inventory);
    let packages = content::packages(plan, problems);
    let programs = content::programs(plan, &platforms, &rules, problems);
    let advertisements = content::advertisements(plan, problems);
    let servers_at = ServersAt::new(&sites, &servers);
    let mut world = World {
        title: written.title.clone().unwrap_or(title),
        start: plan.start,
        horizon: plan.horizon,
        seed: written.seed.as_ref().map_or(1, |seed| seed.0),
        replications: written
            .replications
            .as_ref()
            .map_or(1, |count| count.0 as u32),
        timeline_step: written
            .timeline_step
            .as_ref()
            .map_or(Span::from_hours(1), |step| step.0),
        rules,
        directory,
        sites,
        links,
        servers,
        servers_at,
        shares,
        platforms,
        fleet: crate::world::Fleet::default(),
        stays: std::collections::BTreeMap::new(),
        packages,
        programs,
        advertisements,
        control: crate::world::Control::default(),
        changes: Vec::new(),
        since: SignedInstant::START,
        clocks: crate::world::Clocks::default(),
        identities: crate::world::Identities::default(),
        objectives: objectives::objectives(plan, problems),
        deliveries: Vec::new(),
        carried: Vec::new(),
        sent: crate::world::Sent::default(),
        sending: None,
        content_faults: Vec::new(),
        bits: Vec::new(),
        traffic: reports::traffic(plan),
        reporting: reports::reporting(plan, problems),
    };
    world.changes = faults::changes(plan, &world, problems);
    identities::resolve(plan, &mut world, problems);
    sending::deliver(plan, &mut world, problems);
    world.fleet = fleet::resolve(plan, &world, inventory, problems);
    objectives::mark_empty(&mut world);
    directory::find_computers(plan, &mut world, problems);
    bits::resolve(&mut world);
    if !problems.has_errors() {
        world.stays = roaming::stays(plan, &world, problems);
        world.clocks = clocks::resolve(plan, &world, problems);
        world.control = control::resolve(plan, &world, problems);
        world.control.repetition = repetition::resolve(plan, &world, problems);
        world.control.succession = succession::resolve(plan, &world, problems);
    }
    world.since = since(&world);
    world.note_given_rates();
    faults::note_calendars(plan, &mut world);
    world
}

/// The first of the moments at which something changes, if it is before the start.
fn since(world: &World) -> SignedInstant {
    let changes = world.changes.iter().map(|change| change.since);
    let rotations = world.identities.rotations.iter();
    let first = changes.chain(rotations.map(|rotation| rotation.at)).min();
    first.map_or(SignedInstant::START, |first| {
        first.min(SignedInstant::START)
    })
}

/// A countdown that the client can show.
fn countdown(written: Option<&At<Duration>>, problems: &mut Problems) -> Option<Span> {
    let written = written?;
    if written.0 > Span::from_hours(24) {
        let message = "a countdown is 1440 minutes long at most (KB Q309644)".to_owned();
        problems.error(
            ProblemCode::Impossible,
            written.span(),
            message,
            "write \"24 h\" or less",
        );
    }
    Some(written.0)
}

/// How long a point holds whoever cannot reach it: not at all, or long enough for
/// time to go on.
fn point_timeout(written: Option<&At<Duration>>, problems: &mut Problems) -> Option<Span> {
    let written = written?;
    if written.0 > Span::ZERO && written.0 < Span::from_secs(1) {
        let message = format!(
            "a point that cannot be reached holds a client for {}",
            written.0
        );
        let help = "write at least \"1 s\", or \"0 s\" for not at all";
        problems.error(ProblemCode::TooShort, written.span(), message, help);
    }
    Some(written.0)
}

/// The product's rules with what the scenario says put over them.
fn rules(written: &written::Rules, problems: &mut Problems) -> Rules {
    let rules = Rules::default();
    let execution_retry = retry(
        written.execution_retry.as_ref(),
        rules.execution_retry,
        problems,
    );
    Rules {
        non_sms_share_order: written
            .non_sms_share_order
            .map_or(rules.non_sms_share_order, |word| word.meaning()),
        point_order: written
            .point_order
            .map_or(rules.point_order, |word| word.meaning()),
        point_timeout: point_timeout(written.point_timeout.as_ref(), problems),
        prefer_bits: written.prefer_bits.unwrap_or(rules.prefer_bits),
        execution_retry,
        exit_codes: exit_codes::lists(written, rules.exit_codes, problems),
        network_retry: retry(written.network_retry.as_ref(), execution_retry, problems),
        legacy_network_retry: retry(
            written.legacy_network_retry.as_ref(),
            rules.legacy_network_retry,
            problems,
        ),
        cache_retry: retry(written.cache_retry.as_ref(), rules.cache_retry, problems),
        location_retry: written
            .location_retry
            .as_ref()
            .map_or(rules.location_retry, |span| span.0),
        poll_interval: written
            .poll_interval
            .as_ref()
            .map_or(rules.poll_interval, |span| span.0),
        cache: written.cache.map_or(rules.cache, |size| size.0),
        cache_tombstone: written
            .cache_tombstone
            .map_or(rules.cache_tombstone, |span| span.0),
        maximum_run_time: written
            .maximum_run_time
            .map_or(rules.maximum_run_time, |span| span.0),
        countdown: countdown(written.countdown.as_ref(), problems).unwrap_or(rules.countdown),
        restart_time: written
            .restart_time
            .map_or(rules.restart_time, |span| span.0),
        policy_bytes: written
            .policy_bytes
            .map_or(rules.policy_bytes, |size| size.0),
        status_bytes: written
            .status_bytes
            .map_or(rules.status_bytes, |size| size.0),
        slow_link: written.slow_link.map_or(rules.slow_link, |rate| rate.0),
        configuration_interval: written
            .configuration_interval
            .map_or(rules.configuration_interval, |span| span.0),
        logon_script: written.logon_script.unwrap_or(rules.logon_script),
        token_accounts_share_name: written
            .token_accounts_share_name
            .unwrap_or(rules.token_accounts_share_name),
        contact_retry: written
            .contact_retry
            .as_ref()
            .map_or(rules.contact_retry, |span| span.0),
        account_suspension: written.account_suspension.as_ref().map(|span| span.0),
        orphan_after: written
            .orphan_after
            .as_ref()
            .map_or(rules.orphan_after, |span| span.0),
        legacy_removed_outside: written
            .legacy_removed_outside
            .unwrap_or(rules.legacy_removed_outside),
        verify_cycle: written.verify_cycle.as_ref().map(|span| span.0),
        slow_link_spin: written.slow_link_spin.as_ref().map(|span| span.0),
        token_account_race: written
            .token_account_race
            .unwrap_or(rules.token_account_race),
        service_hang: written
            .service_hang
            .map_or(rules.service_hang, |span| span.0),
        clock_tolerance: written
            .clock_tolerance
            .map_or(rules.clock_tolerance, |span| span.0),
        clock_skew_corrected: written
            .clock_skew_corrected
            .unwrap_or(rules.clock_skew_corrected),
        elevation_at_backup_controller: written
            .elevation_at_backup_controller
            .unwrap_or(rules.elevation_at_backup_controller),
        disable_user_installs: written
            .disable_user_installs
            .unwrap_or(rules.disable_user_installs),
    }
}

/// When `moment` is, before the start too: it is reckoned with as it was written, and
/// clamped to the start where the simulation is told of the result.
fn signed(moment: Moment, start: DateTime) -> SignedInstant {
    let micros = match moment {
        Moment::After(span) => i128::from(span.0),
        Moment::Clock(clock) => start.duration_until(clock).as_micros(),
    };
    SignedInstant::from_micros(micros)
}

/// When `moment` is, if it is written.
fn when(moment: Option<&At<Moment>>, start: DateTime) -> Option<SignedInstant> {
    moment.map(|moment| signed(**moment, start))
}
