//! Who holds which password, and which controller knows it.

use super::simulated::{minute, simulate, simulate_world, world};
use rollcast::outcome::{Cause, Ending};
use rollcast::units::{Instant, Span};
use rollcast::world::{Change, ServerId, TimedChange};

/// Advanced Clients that read a share with the Network Access Account at half
/// past three; its password changes at three.
const NETWORK_ACCESS: &str = r#"
horizon = "2 d"
[account.'CORP\naa']
[accounts]
network_access = 'CORP\naa'
[server.HQ-DC]
roles = ["domain controller"]
[server.FILES]
roles = ["file server"]
[share.tools]
access = ['CORP\Domain Users']
[fleet.pcs]
count = 60
client = "advanced"
[package.tool]
size = "1 kB"
[program.tool]
rights = "administrative"
runs = "whether or not a user is logged on"
shares = [{ share = "tools" }]
install_time = "1 min"
[advertisement.tool]
assigned = "+210 min"
[[rotation]]
account = 'CORP\naa'
at = "+3 h"
"#;

#[test]
fn an_advanced_client_fails_with_1326_until_its_next_poll_and_not_longer() {
    let run = simulate(NETWORK_ACCESS);
    let mut waited = 0;
    for outcome in run.of("pcs") {
        assert_eq!(outcome.ending, Ending::Installed);
        // It learned of the advertisement at its first poll, which tells its phase.
        let learns = Instant(minute(180).0 + outcome.policy.0);
        let late = learns.0.saturating_sub(minute(210).0);
        let tries = late.div_ceil(Span::from_mins(10).0);
        assert_eq!(u64::from(outcome.attempts), 1 + tries);
        waited += u32::from(tries > 0);
    }
    assert!((15..45).contains(&waited), "about half: {waited}");
}

#[test]
fn a_password_that_sms_is_told_late_fails_for_longer() {
    let late = format!("{NETWORK_ACCESS}known_to_sms = \"+6 h\"\n");
    let run = simulate(&late);
    for outcome in run.of("pcs") {
        assert_eq!(outcome.ending, Ending::Installed);
        assert!(outcome.run_end >= minute(360) && outcome.attempts > 14);
    }
    assert!(
        run.story("pcs")
            .contains("presented with a password that is not its own (error 1326")
    );
}

#[test]
fn a_second_account_added_before_the_change_keeps_everybody_working() {
    let right = NETWORK_ACCESS
        .replace("[accounts]", "[account.'CORP\\naa-2']\n[accounts]")
        .replace("at = \"+3 h\"", "at = \"+4 h\"")
        + "[[account_change]]\nat = \"+3 h\"\nnetwork_access = 'CORP\\naa-2'\n";
    let run = simulate(&right);
    let outcomes = run.of("pcs");
    assert!(run.all("pcs", Ending::Installed, Cause::None));
    assert!(outcomes.iter().all(|outcome| outcome.attempts == 1));
    let used: std::collections::BTreeSet<_> = outcomes.iter().map(|o| o.network).collect();
    assert_eq!(used.len(), 2, "the old account and the new");
}

#[test]
fn settings_that_change_at_one_site_leave_the_others_alone() {
    let text = NETWORK_ACCESS.replace("[fleet.pcs]\ncount = 60", "[site.hq]\n[site.lab]\n[server.\"{site}-X\"]\nsites = [\"*\"]\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n[fleet.pcs]\nper_site = 10");
    let text = text.replace("[server.HQ-DC]\n", "[server.HQ-DC]\nsite = \"hq\"\n");
    let text = text.replace("[server.FILES]\n", "[server.FILES]\nsite = \"hq\"\n");
    let at = text.find("[[rotation]]").expect("there is one");
    let text = format!(
        "{}[account.'CORP\\gone']\nstate = \"disabled\"\n[[account_change]]\nat = \"+1 h\"\nsites = [\"lab\"]\nnetwork_access = 'CORP\\gone'\n",
        &text[..at]
    );
    let run = simulate(&text);
    assert!(run.all("hq-pcs", Ending::Installed, Cause::None));
    assert_eq!(run.count("lab-pcs", Ending::Installed), 0);
    assert!(run.all(
        "lab-pcs",
        Ending::Failed,
        Cause::NetworkAccessAccountUnusable
    ));
}

/// Two sites with a controller each; the one at the branch lags two hours
/// behind the PDC at the headquarters.
fn lagging() -> String {
    NETWORK_ACCESS
        .replace("[server.HQ-DC]", "[domain.CORP]\npdc = \"HQ-DC\"\nreplication = \"2 h\"\n[site.hq]\n[site.branch]\nparent = \"hq\"\n[server.BRANCH-DC]\nsite = \"branch\"\nroles = [\"domain controller\"]\n[server.BRANCH-DP]\nsite = \"branch\"\nroles = [\"distribution point\"]\n[server.HQ-DP]\nsite = \"hq\"\nroles = [\"distribution point\"]\n[server.HQ-DC]")
        .replace("count = 60", "per_site = 40")
}

#[test]
fn the_old_password_still_works_at_a_controller_that_lags_behind() {
    let run = simulate(&lagging());
    let first_try = |part: &str| run.of(part).iter().filter(|o| o.attempts == 1).count();
    // At the branch the old one works at its controller, the new one because
    // that controller asks the PDC.
    assert_eq!(first_try("branch-pcs"), 40);
    assert!(
        (8..32).contains(&first_try("hq-pcs")),
        "those that had polled"
    );
}

#[test]
fn while_the_pdc_is_down_a_lagging_controller_knows_the_old_password_only() {
    let text = lagging().replace("+210 min", "+270 min");
    let mut world = world(&text);
    let pdc = world
        .servers
        .iter()
        .position(|s| s.name == "HQ-DC")
        .expect("the PDC");
    let change = Change::Server(ServerId::from(pdc), false);
    world.changes.push(TimedChange {
        since: minute(240).into(),
        change,
    });
    world.horizon = Span::from_mins(290);
    let run = simulate_world(world);
    // By half past four all have polled and hold the new password.
    assert_eq!(run.count("branch-pcs", Ending::Retrying), 40);
    assert!(
        run.of("branch-pcs")
            .iter()
            .all(|outcome| outcome.code == Some(1326))
    );
    let up = simulate(&text);
    assert!(
        up.of("branch-pcs")
            .iter()
            .all(|outcome| outcome.attempts == 1)
    );
}

/// Legacy Clients whose Software Installation Account has another password from
/// minute 1 on; its programs are due at `due`.
fn installation_account(due: &str) -> String {
    format!(
        r#"
horizon = "2 d"
[account.'CORP\swi']
[accounts]
software_installation = 'CORP\swi'
[fleet.pcs]
count = 230
client = "legacy"
[program.tool]
rights = "administrative"
runs = "whether or not a user is logged on"
software_installation_account = true
install_time = "1 min"
[advertisement.tool]
assigned = "{due}"
[[rotation]]
account = 'CORP\swi'
at = "+1 min"
"#
    )
}

#[test]
fn kb237759_legacy_clients_learn_over_23_hours_each_at_its_own_phase() {
    let installed = |due: &str| {
        let run = simulate(&installation_account(due));
        let failed = run
            .of("pcs")
            .into_iter()
            .filter(|o| o.ending == Ending::Failed);
        for outcome in failed {
            assert_eq!(outcome.cause, Cause::InstallationAccountUnusable);
            assert_eq!((outcome.code, outcome.status_message), (Some(1317), 10003));
        }
        run.count("pcs", Ending::Installed)
    };
    // A share of t / 23 h has learned after t, ten machines an hour.
    let counts = ["+121 min", "+721 min", "+24 h"].map(installed);
    assert!((8..40).contains(&counts[0]), "{counts:?}");
    assert!((95..145).contains(&counts[1]), "{counts:?}");
    assert_eq!(counts[2], 230);
}

#[test]
fn a_logon_script_brings_the_password_before_the_cycle_does() {
    let script = installation_account("+15 h") + "[rules]\nlogon_script = true\n";
    // The start is a Friday evening; users work at weekends here.
    let sessions = "[fleet.pcs.sessions]\ndays = \"Mon-Sun\"\nfrom = \"07:00\"\nto = \"18:00\"\njitter = \"10 min\"\n";
    let run = simulate(&format!("{script}{sessions}"));
    assert_eq!(run.count("pcs", Ending::Installed), 230);
    let without = simulate(&format!("{}{sessions}", installation_account("+15 h")));
    assert!(without.count("pcs", Ending::Failed) > 50);
}
