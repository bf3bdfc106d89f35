//! The one token account of all domain controllers.

use super::simulated::simulate;
use rollcast::outcome::{Cause, Ending};
use rollcast::world::ServerRole;

/// Two legacy controllers, one Advanced, and ten workstations whose client
/// access point is a controller; only the controllers are meant.
const SHARED_NAME: &str = r#"
horizon = "12 h"
[rules]
token_accounts_share_name = true
[domain.CORP]
lockout = {}
[site.hq]
[server.HQ-DC]
site = "hq"
roles = ["domain controller", "client access point"]
[fleet.workstation]
per_site = 10
client = "legacy"
[fleet.legacy-dc]
per_site = 2
client = "legacy"
role = "domain controller"
[fleet.modern-dc]
per_site = 1
client = "advanced"
role = "domain controller"
[program.patch]
rights = "administrative"
runs = "whether or not a user is logged on"
install_time = "1 min"
[collection.controllers]
role = ["domain controller"]
[advertisement.patch]
collection = "controllers"
assigned = "+4 h 40 min"
"#;

#[test]
fn kb241982_workstations_that_only_look_for_advertisements_lock_the_controllers_account() {
    let run = simulate(SHARED_NAME);
    assert!(run.all("legacy-dc", Ending::Failed, Cause::LockedByOthers));
    assert!(
        run.of("legacy-dc")
            .iter()
            .all(|o| o.code == Some(1909) && o.status_message == 10003)
    );
    assert!(run.all("modern-dc", Ending::Installed, Cause::None));
    assert!(
        run.story("legacy-dc")
            .contains("SMSCliToknAcct& is locked from")
    );
    // Ten workstations, every hour, all in vain.
    assert_eq!(
        run.server("HQ-DC", ServerRole::DomainController).refusals,
        120
    );
}

#[test]
fn the_names_of_sms_2003_and_the_policy_of_active_directory_each_prevent_it() {
    for (with, without) in [
        ("token_accounts_share_name = true", ""),
        ("lockout = {}", ""),
    ] {
        let run = simulate(&SHARED_NAME.replace(with, without));
        assert!(
            run.all("dc", Ending::Installed, Cause::None),
            "without {with}"
        );
        assert_eq!(
            run.server("HQ-DC", ServerRole::DomainController).refusals,
            0
        );
    }
}

/// As above, but the workstations meet the controller as a distribution point.
#[test]
fn kb231399_a_distribution_point_on_a_controller_stops_distribution_to_all_of_them() {
    let text = SHARED_NAME
        .replace(
            "\"domain controller\", \"client access point\"",
            "\"domain controller\", \"distribution point\"",
        )
        .replace(
            "[collection.controllers]",
            "[collection.rest]\nrole = [\"workstation\"]\n[collection.controllers]",
        )
        + "[advertisement.early]\nprogram = \"patch\"\ncollection = \"rest\"\nassigned = \"+4 h 30 min\"\n";
    let run = simulate(&text);
    assert!(run.all("legacy-dc", Ending::Failed, Cause::LockedByOthers));
    assert!(run.all("modern-dc", Ending::Installed, Cause::None));
    // Workstations get in by their Client Connection account.
    assert!(run.all("workstation", Ending::Installed, Cause::None));
}

#[test]
fn kb231399_a_distribution_point_that_is_no_controller_locks_nothing_of_the_domain() {
    let member = SHARED_NAME.replace(
        "roles = [\"domain controller\", \"client access point\"]",
        "roles = [\"client access point\", \"distribution point\"]",
    );
    assert!(simulate(&member).all("dc", Ending::Installed, Cause::None));
}

/// Programs under the Software Installation Account, on workstations.
const INSTALLATION_ACCOUNT: &str = r#"
horizon = "6 h"
[rules]
token_accounts_share_name = true
[domain.CORP]
lockout = {}
[account.'CORP\swi']
[accounts]
software_installation = 'CORP\swi'
[site.hq]
[server.HQ-DC]
site = "hq"
roles = ["domain controller"]
[fleet.workstation]
per_site = 12
client = "legacy"
[fleet.legacy-dc]
per_site = 1
client = "legacy"
role = "domain controller"
[program.tool]
rights = "administrative"
runs = "whether or not a user is logged on"
software_installation_account = true
install_time = "1 min"
[program.patch]
rights = "administrative"
runs = "whether or not a user is logged on"
install_time = "1 min"
[collection.workstations]
role = ["workstation"]
[collection.controllers]
role = ["domain controller"]
[advertisement.tool]
collection = "workstations"
assigned = "+2 h"
[advertisement.patch]
collection = "controllers"
assigned = "+2 h 10 min"
"#;

#[test]
fn kb307434_programs_under_the_installation_account_lock_the_token_account_and_then_fail() {
    let run = simulate(INSTALLATION_ACCOUNT);
    // Five bad passwords, one per program that starts; then nobody starts.
    assert_eq!(run.count("workstation", Ending::Installed), 5);
    let failed: Vec<_> = run
        .of("workstation")
        .into_iter()
        .filter(|o| o.ending == Ending::Failed)
        .collect();
    assert_eq!(failed.len(), 7);
    assert!(
        failed
            .iter()
            .all(|o| (o.code, o.status_message) == (Some(1317), 10003))
    );
    assert!(run.all("legacy-dc", Ending::Failed, Cause::LockedByOthers));
}

#[test]
fn kb307434_with_the_hotfix_that_sms_2003_contains_nothing_is_locked() {
    let run = simulate(&INSTALLATION_ACCOUNT.replace("share_name = true", "share_name = false"));
    assert!(run.all("workstation", Ending::Installed, Cause::None));
    assert!(run.all("legacy-dc", Ending::Installed, Cause::None));
}

#[test]
fn a_controller_that_starts_before_the_token_account_is_replicated_finds_none() {
    let created = SHARED_NAME
        .replace("[rules]\ntoken_accounts_share_name = true", "")
        .replace(
            "lockout = {}",
            "token_account_created = \"+4 h\"\nreplication = \"30 min\"",
        );
    let late = simulate(&created);
    assert!(late.all("legacy-dc", Ending::Installed, Cause::None));
    let early = simulate(&created.replace("+4 h 40 min", "+4 h 20 min"));
    assert!(early.all("legacy-dc", Ending::Failed, Cause::TokenAccountUnusable));
    assert!(
        early
            .of("legacy-dc")
            .iter()
            .all(|outcome| outcome.code == Some(1317))
    );
    assert!(early.all("modern-dc", Ending::Installed, Cause::None));
}
