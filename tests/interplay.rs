//! Where two features meet: faults and fallbacks, limits and slow logons,
//! chains and lines of programs. Each of these once went wrong.

#[path = "common/fleet.rs"]
mod fleet;

use fleet::{outcomes, run, world};
use rollcast::outcome::{Cause, Ending, Outcome, ResourceKey};
use rollcast::units::{Instant, Span};
use rollcast::world::ServerRole;

/// A branch of three machines whose program comes from headquarters.
const BRANCH: &str = r#"
start = 2006-03-20T08:00:00
horizon = "2 d"
[site.hq]
[site.b]
parent = "hq"
wan = "2 Mbit/s"
slow_boundary = false
[server.HQ]
site = "hq"
roles = ["management point", "client access point", "distribution point"]
[fleet.f]
count = 3
sites = ["b"]
[package.p]
size = "6 MB"
[program."*"]
package = "p"
rights = "administrative"
runs = "whether or not a user is logged on"
install_time = "5 min"
[program.p]
"#;

fn rows(text: &str) -> Vec<Outcome> {
    run(&world(text)).outcomes.iter().copied().collect()
}

fn hours(n: u64) -> Instant {
    Instant::START + Span::from_hours(n)
}

#[test]
fn a_machine_falls_back_to_a_remote_point_when_the_local_one_loses_the_content() {
    let text = BRANCH.replace("slow_boundary = false", "slow_boundary = true")
        + "[server.BDP]\nsite = \"b\"\nroles = [\"distribution point\"]\n\
           [advertisement.p]\non_remote = \"download\"\n\
           [[fault]]\nat = \"+0 h\"\npackage = \"p\"\n\
           distribution_points = [\"BDP\"]\ncontent = \"missing\"\n";
    assert!(
        rows(&text)
            .iter()
            .all(|row| row.ending == Ending::Installed)
    );
}

#[test]
fn a_program_whose_last_point_lost_the_content_before_it_was_due_waits_for_it() {
    let text = format!(
        "{BRANCH}[advertisement.p]\nassigned = \"+20 h\"\non_local = \"run\"\n\
         [[fault]]\nat = \"+10 h\"\npackage = \"p\"\n\
         distribution_points = [\"HQ\"]\ncontent = \"missing\"\n"
    );
    for row in rows(&text) {
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Waiting, Cause::NoPointHasContent)
        );
    }
}

#[test]
fn a_session_limit_holds_while_logons_take_time() {
    let text = BRANCH.replace("[fleet.f]\ncount = 3", "[fleet.f]\ncount = 20")
        + "[server.DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\n\
           station = { servers = 50, service = \"2 s\", patience = \"1 h\" }\n\
           [advertisement.p]\nassigned = \"+4 h\"\non_local = \"run\"\n";
    let text = text.replace(
        "\"distribution point\"]\n[fleet",
        "\"distribution point\"]\nconnection_limit = 2\n[fleet",
    );
    let world = world(&text);
    let replication = run(&world);
    let point = replication
        .resources
        .iter()
        .find(|used| {
            matches!(used.key, ResourceKey::Server(id, ServerRole::DistributionPoint)
                if world.servers[id.index()].name == "HQ")
        })
        .unwrap();
    assert_eq!(point.peak_concurrency, Some(2));
    assert!(point.refusals > 0);
}

#[test]
fn a_program_to_run_first_that_nobody_watches_any_more_fails_what_depends_on_it() {
    let text = BRANCH.replace("[program.p]\n", "[program.p]\nrun_first = \"d\"\n")
        + "[program.d]\ninstall_time = \"2 h\"\nmaximum_run_time = \"1 h\"\n\
           [advertisement.p]\nprogram = \"p\"\n";
    for row in rows(&text) {
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Failed, Cause::DependencyFailed)
        );
    }
}

#[test]
fn whoever_leaves_the_line_without_running_lets_the_next_one_run() {
    let text = BRANCH
        .replace("[program.p]\n", "")
        .replace("count = 3", "count = 1")
        + "[server.DP2]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
           [package.q]\ndistribution_points = [\"DP2\"]\n\
           [program.d]\ninstall_time = \"50 min\"\n\
           [program.y]\npackage = \"q\"\nrun_first = \"d\"\n[program.z]\n\
           [advertisement.a1]\nprogram = \"d\"\n[advertisement.a2]\nprogram = \"y\"\n\
           [advertisement.a3]\nprogram = \"z\"\n\
           [[fault]]\nat = \"+0 h\"\npackage = \"q\"\n\
           distribution_points = [\"DP2\"]\ncontent = \"missing\"\n";
    let text = text.replace(
        "[package.p]\n",
        "[package.p]\ndistribution_points = [\"HQ\"]\n",
    );
    for ((_, advertisement), row) in outcomes(&world(&text)) {
        let expected = if advertisement == "a2" {
            Ending::Waiting
        } else {
            Ending::Installed
        };
        assert_eq!(row.ending, expected, "{advertisement}");
    }
}

#[test]
fn a_server_is_up_again_when_the_last_of_two_faults_is_over() {
    let text = format!(
        "{BRANCH}[[fault]]\nat = \"+0 h\"\nfor = \"4 h\"\nserver = [\"HQ\"]\n\
         [[fault]]\nat = \"+1 h\"\nfor = \"10 h\"\nserver = [\"HQ\"]\n"
    );
    assert!(rows(&text).iter().all(|row| row.policy >= hours(11)));
}

#[test]
fn a_link_stays_cut_when_a_milder_fault_within_the_cut_is_over() {
    let text = format!(
        "{BRANCH}[advertisement.p]\nassigned = \"+4 h\"\non_local = \"run\"\n\
         [[fault]]\nat = \"+70 min\"\nfor = \"10 h\"\nwan = [\"b\"]\n\
         [[fault]]\nat = \"+2 h\"\nuntil = \"+3 h\"\nwan = [\"b\"]\nrate = \"1 Mbit/s\"\n"
    );
    assert!(rows(&text).iter().all(|row| row.content_start >= hours(11)));
}

#[test]
fn a_file_server_that_fails_while_the_package_is_read_is_not_read_from() {
    let text = BRANCH.replace("\"6 MB\"", "\"60 MB\"").replace(
        "[program.p]\n",
        "[program.p]\nshares = [{ share = \"s\", read = \"6 MB\" }]\n",
    ) + "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n\
         [share.s]\nserver = \"FS\"\n[account.'CORP\\naa']\n\
         [accounts]\nnetwork_access = 'CORP\\naa'\n\
         [[fault]]\nat = \"+500 s\"\nserver = [\"FS\"]\n";
    for row in rows(&text) {
        assert_eq!(row.cause, Cause::ShareUnreachable);
        assert_eq!(row.from_shares.0, 0);
    }
}

#[test]
fn a_contact_point_that_is_down_all_day_is_a_cause_of_its_own() {
    let text = format!("{BRANCH}[[fault]]\nat = \"+0 h\"\nfor = \"47 h\"\nserver = [\"HQ\"]\n");
    let text = text.replace("\"2 d\"", "\"1 d\"");
    for row in rows(&text) {
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Unaware, Cause::ContactUnreachable)
        );
    }
}

#[test]
fn a_user_whom_sms_logs_off_is_gone_for_a_program_that_waits_for_that() {
    let text = BRANCH.replace("[program.p]\n", "")
        + "[program.first]\nafter_running = \"SMS logs user off\"\n\
           [program.second]\nruns = \"only when no user is logged on\"\n\
           [advertisement.first]\nprogram = \"first\"\n\
           [advertisement.second]\nprogram = \"second\"\n";
    let text = text.replace("sites = [\"b\"]", "sites = [\"b\"]\nuser_logged_on = true");
    for (key, row) in outcomes(&world(&text)) {
        assert_eq!(row.ending, Ending::Installed, "{key:?}");
    }
}
