//! Becoming administrator for a run: where it fails, and where it is undone.

use super::simulated::simulate;
use rollcast::outcome::{Cause, Ending, Step};
use rollcast::units::Span;

/// A legacy backup domain controller of Windows NT 4.0 and a workstation.
const BACKUP: &str = r#"
horizon = "12 h"
[rules]
elevation_at_backup_controller = true
[domain.OLD]
kind = "windows nt 4.0"
[account.'OLD\swi']
[accounts]
software_installation = 'OLD\swi'
[fleet.bdc]
count = 1
client = "legacy"
role = "domain controller"
[fleet.workstation]
count = 1
client = "legacy"
[program.tool]
rights = "administrative"
runs = "whether or not a user is logged on"
software_installation_account = true
install_time = "1 min"
"#;

#[test]
fn kb242011_elevation_at_a_backup_controller_fails_with_2226() {
    let run = simulate(BACKUP);
    assert!(run.all("bdc", Ending::Failed, Cause::ElevationFailed));
    let outcome = run.of("bdc")[0];
    assert_eq!((outcome.code, outcome.status_message), (Some(2226), 10003));
    assert!(run.all("workstation", Ending::Installed, Cause::None));
}

#[test]
fn kb242011_membership_by_hand_and_the_service_pack_each_help() {
    let member = BACKUP.replace("[accounts]", "domain_admin = true\n[accounts]");
    assert!(simulate(&member).all("bdc", Ending::Installed, Cause::None));
    let fixed = BACKUP.replace("controller = true", "controller = false");
    assert!(simulate(&fixed).all("bdc", Ending::Installed, Cause::None));
    let active = BACKUP.replace("kind = \"windows nt 4.0\"", "");
    assert!(simulate(&active).all("bdc", Ending::Installed, Cause::None));
}

/// Programs that work for `time` on Legacy Clients under their token account.
fn restricted(time: &str, rights: &str) -> String {
    format!(
        r#"
horizon = "12 h"
[domain.CORP]
restricted_groups = true
[fleet.pcs]
count = 40
client = "legacy"
user_logged_on = true
user_is_administrator = true
[program.tool]
{rights}
install_time = "{time}"
"#
    )
}

const ADMINISTRATIVE: &str =
    "rights = \"administrative\"\nruns = \"whether or not a user is logged on\"";

#[test]
fn kb295771_restricted_groups_undo_the_elevation_of_a_run_that_meets_a_refresh() {
    let long = simulate(&restricted("3 h", ADMINISTRATIVE));
    for outcome in long.of("pcs") {
        assert_eq!(
            (outcome.ending, outcome.cause),
            (Ending::Failed, Cause::ElevationFailed)
        );
        assert_eq!((outcome.step, outcome.code), (Step::Elevation, Some(5)));
        // A refresh comes every two hours at the latest.
        assert!(outcome.run_end.since(outcome.run_start) <= Span::from_hours(2));
    }
    assert!(
        long.story("pcs")
            .contains("Group Policy will take its rights away")
    );
    let short = simulate(&restricted("1 min", ADMINISTRATIVE));
    assert!(
        short.count("pcs", Ending::Installed) >= 37,
        "one in a hundred meets a refresh"
    );
}

#[test]
fn kb295771_users_rights_and_other_domains_are_left_alone() {
    let user = simulate(&restricted("3 h", "rights = \"user\""));
    assert!(user.all("pcs", Ending::Installed, Cause::None));
    let free = restricted("3 h", ADMINISTRATIVE).replace("restricted_groups = true", "");
    assert!(simulate(&free).all("pcs", Ending::Installed, Cause::None));
}
