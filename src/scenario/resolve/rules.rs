//! The product's rules, with what the scenario says put over them.

use super::{exit_codes, retry};
use crate::product::Rules;
use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Duration, Period};
use crate::units::Span;

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

/// How long a point holds a client that cannot reach it: not at all, or long enough for
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
pub(super) fn resolve(plan: &Plan, problems: &mut Problems) -> Rules {
    let rules = Rules::default();
    let Some(written) = &plan.written.rules else {
        return rules;
    };
    let horizon = plan.horizon;
    let mut retry = |key, written: &Option<written::RetryRule>, default| {
        retry::retry(key, (written.as_ref(), default), horizon, problems)
    };
    let execution_retry = retry(
        "execution_retry",
        &written.execution_retry,
        rules.execution_retry,
    );
    let network_retry = retry("network_retry", &written.network_retry, execution_retry);
    let legacy_network_retry = retry(
        "legacy_network_retry",
        &written.legacy_network_retry,
        rules.legacy_network_retry,
    );
    let cache_retry = retry("cache_retry", &written.cache_retry, rules.cache_retry);
    let mut every =
        |key, written: &Option<At<Period>>| retry::every(key, written.as_ref(), horizon, problems);
    let location_retry = every("location_retry", &written.location_retry);
    let contact_retry = every("contact_retry", &written.contact_retry);
    let account_suspension = every("account_suspension", &written.account_suspension);
    let verify_cycle = every("verify_cycle", &written.verify_cycle);
    let slow_link_spin = every("slow_link_spin", &written.slow_link_spin);
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
        network_retry,
        legacy_network_retry,
        cache_retry,
        location_retry: location_retry.unwrap_or(rules.location_retry),
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
        contact_retry: contact_retry.unwrap_or(rules.contact_retry),
        account_suspension,
        orphan_after: written
            .orphan_after
            .as_ref()
            .map_or(rules.orphan_after, |span| span.0),
        legacy_removed_outside: written
            .legacy_removed_outside
            .unwrap_or(rules.legacy_removed_outside),
        verify_cycle,
        slow_link_spin,
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
