//! Lockout: who locks, who suffers, how long.

use super::simulated::{minute, simulate};
use rollcast::division::Tie;
use rollcast::outcome::{Cause, Ending, ResourceKey};
use rollcast::world::ServerRole;

/// Twenty Legacy Clients, one Client Connection account whose password is
/// changed after two hours, and an advertisement after six.
const ONE_ACCOUNT: &str = r#"
horizon = "12 h"
[domain.CORP]
lockout = {}
[server.HQ-DC]
roles = ["domain controller"]
[fleet.old]
count = 20
client = "legacy"
[program.tool]
rights = "administrative"
runs = "whether or not a user is logged on"
install_time = "1 min"
[advertisement.tool]
available = "+6 h"
[[rotation]]
account = 'CORP\SMSClient_S01'
at = "+2 h"
"#;

#[test]
fn kb227033_a_changed_password_orphans_every_client_and_keeps_the_account_locked() {
    let run = simulate(ONE_ACCOUNT);
    for outcome in run.of("old") {
        assert_eq!(outcome.ending, Ending::Unaware);
        assert_eq!(outcome.cause, Cause::ConnectionAccountUnusable);
        assert!(matches!(outcome.code, Some(1326 | 1909)));
    }
    // Every machine tries every hour: ten times from the change to the end.
    let controller = run.server("HQ-DC", ServerRole::DomainController);
    assert_eq!((controller.requests, controller.refusals), (200, 200));
    assert!(controller.first >= minute(120));
    let story = run.story("old-00020");
    assert!(story.contains("is locked from"), "{story}");
    assert!(story.contains("refused; the account"), "{story}");
}

#[test]
fn kb236052_without_a_lockout_policy_orphans_are_orphans_all_the_same() {
    let run = simulate(&ONE_ACCOUNT.replace("lockout = {}", ""));
    assert!(run.all("old", Ending::Unaware, Cause::ConnectionAccountUnusable));
    assert!(
        run.of("old")
            .iter()
            .all(|outcome| outcome.code == Some(1326))
    );
}

/// As [`ONE_ACCOUNT`], with a second account handed out from the start on, and
/// the first one's password changed after `change`.
fn two_accounts(change: &str) -> String {
    ONE_ACCOUNT
        .replace("12 h", "4 d")
        .replace("+6 h", "+26 h")
        .replace("+2 h", change)
        .replace(
            "[fleet.old]",
            "[account.'CORP\\SMSClient_S01']\n[account.'CORP\\SMSClient_2']\n[fleet.old]",
        )
        + "[accounts]\nclient_connection = ['CORP\\SMSClient_S01']\n[[account_change]]\nat = \"+1 min\"\nclient_connection = ['CORP\\SMSClient_S01', 'CORP\\SMSClient_2']\n"
}

#[test]
fn kb237759_a_second_account_added_a_cycle_before_the_change_leaves_no_orphans() {
    let run = simulate(&two_accounts("+24 h"));
    assert!(run.all("old", Ending::Installed, Cause::None));
}

#[test]
fn kb237759_a_second_account_added_an_hour_before_the_change_orphans_most() {
    let run = simulate(&two_accounts("+1 h"));
    let orphans = run.count("old", Ending::Unaware);
    assert!(
        (14..=20).contains(&orphans),
        "22 of 23 hours too late: {orphans}"
    );
    assert_eq!(run.count("old", Ending::Installed), 20 - orphans);
}

#[test]
fn kb237759_a_machine_that_comes_back_after_the_change_locks_the_account() {
    let away = two_accounts("+24 h")
        + "[fleet.away]\ncount = 1\nclient = \"legacy\"\nabsence = { length = \"40 h\" }\n";
    let lonely = simulate(&away.replace("lockout = {}", "lockout = { threshold = 1 }"));
    assert!(lonely.all("away", Ending::Unaware, Cause::ConnectionAccountUnusable));
    // Its first try is refused, every other finds the account locked or open
    // again; it is the only one that ever presents the old password then.
    let story = lonely.story("away");
    assert!(story.contains("wrong passwords came from"), "{story}");
    assert!(lonely.all("old", Ending::Installed, Cause::None));
}

/// Advanced Clients at two sites that use one Network Access Account; those of
/// `stale` retry with the old password, those of `fresh` have polled.
const COLLATERAL: &str = r#"
horizon = "5 h"
[domain.CORP]
lockout = { threshold = 3 }
pdc = "HQ-DC"
[account.'CORP\naa']
[accounts]
network_access = 'CORP\naa'
[site.hq]
[site.lab]
parent = "hq"
[server.HQ-DC]
site = "hq"
roles = ["domain controller"]
[server."{site}-DP"]
sites = ["*"]
roles = ["distribution point"]
[server.FILES]
site = "hq"
roles = ["file server"]
[share.tools]
access = ['CORP\Domain Users']
[fleet.stale]
sites = ["hq"]
per_site = 10
poll_interval = "4 h"
[fleet.fresh]
sites = ["lab"]
per_site = 10
poll_interval = "10 min"
[package.tool]
size = "1 kB"
[program.tool]
rights = "administrative"
runs = "whether or not a user is logged on"
shares = [{ share = "tools" }]
install_time = "1 min"
[collection.stale]
fleet = ["stale"]
[collection.fresh]
fleet = ["fresh"]
[advertisement.first]
program = "tool"
collection = "stale"
assigned = "+261 min"
[advertisement.second]
program = "tool"
collection = "fresh"
assigned = "+275 min"
[[rotation]]
account = 'CORP\naa'
at = "+4 h"
"#;

#[test]
fn machines_with_the_right_password_fail_because_others_locked_the_account() {
    let run = simulate(COLLATERAL);
    assert!(run.all("fresh", Ending::Failed, Cause::LockedByOthers));
    assert!(
        run.of("fresh")
            .iter()
            .all(|outcome| outcome.code == Some(1909))
    );
    let story = run.story("fresh");
    assert!(
        story.contains("wrong passwords came from hq-stale-"),
        "{story}"
    );
    // Those of the others that had polled since the change by their last try are
    // innocent too: the first poll, which brought the advertisement, tells the
    // phase.
    for outcome in run.of("stale") {
        let last_try = minute(21 + 10 * (u64::from(outcome.attempts) - 1));
        assert!(outcome.cause != Cause::LockedByOthers || outcome.policy <= last_try);
    }
    // Off by default: nobody suffers.
    let calm = simulate(&COLLATERAL.replace("lockout = { threshold = 3 }", ""));
    assert!(calm.all("fresh", Ending::Installed, Cause::None));
}

#[test]
fn a_right_password_before_the_threshold_starts_the_count_anew() {
    let patient = COLLATERAL.replace("threshold = 3", "threshold = 11");
    let run = simulate(&patient);
    // Ten stale machines give ten bad passwords; then the others come.
    assert!(run.all("fresh", Ending::Installed, Cause::None));
}

#[test]
fn windows_2003_forgives_the_password_before_the_present_one() {
    let modern = COLLATERAL.replace("threshold = 3", "threshold = 3, forgiven_passwords = 2");
    let run = simulate(&modern);
    assert!(run.all("fresh", Ending::Installed, Cause::None));
    assert!(
        run.of("stale")
            .iter()
            .any(|outcome| outcome.code == Some(1326))
    );
}

#[test]
fn the_lock_ends_by_itself_after_its_duration() {
    let after = COLLATERAL
        .replace("+275 min", "+292 min")
        .replace("5 h", "6 h");
    // Stale machines stop with 1909 at once, so nobody locks it again.
    let stops = after.replace("threshold = 3", "threshold = 3, duration = \"30 min\"");
    let run = simulate(&stops);
    assert!(run.all("fresh", Ending::Installed, Cause::None));
    let forever = simulate(&after.replace("threshold = 3", "threshold = 3, duration = \"0 s\""));
    assert!(forever.all("fresh", Ending::Failed, Cause::LockedByOthers));
}

#[test]
fn sites_that_meet_at_an_account_are_one_group_and_the_pdc_is_the_tie() {
    let unlimited = format!("{COLLATERAL}[server.\"*\"]\nnetwork = \"unlimited\"\n");
    let tied = simulate(&unlimited);
    assert_eq!(tied.replication.groups, 1);
    let Some((Tie::Resource(ResourceKey::Server(server, ServerRole::DomainController)), 2)) =
        tied.plan.tie()
    else {
        panic!("the tie is {:?}", tied.plan.tie());
    };
    assert_eq!(tied.world.servers[server.index()].name, "HQ-DC");
    let free = simulate(&unlimited.replace("lockout = { threshold = 3 }", ""));
    assert_eq!(free.replication.groups, 2);
}

#[test]
fn the_result_is_the_same_on_any_number_of_threads() {
    let unlimited = format!("{COLLATERAL}[server.\"*\"]\nnetwork = \"unlimited\"\n");
    let apart = unlimited.replace("lockout = { threshold = 3 }", "");
    let on = |threads, text: &str| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        let run = pool.install(|| simulate(text)).replication;
        (run.groups, run.fingerprint, run.events, run.outcomes)
    };
    for text in [ONE_ACCOUNT, &unlimited, &apart] {
        assert_eq!(on(1, text), on(4, text));
    }
}
