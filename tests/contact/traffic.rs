//! Bytes of policy, location and status traffic.

use crate::Run;
use rollcast::scenario::load_str;
use rollcast::units::{Instant, Size};
use rollcast::world::{LinkKind, ServerRole};

/// A hub with the servers that machines of a branch talk to; the branch has
/// the content, so that nothing else crosses its link.
const BRANCH: &str = r#"
start = 2006-03-20T08:00:00
horizon = "1 d"
[site.hub]
[site.branch]
parent = "hub"
wan = "256 kbit/s"
[server.SMS]
site = "hub"
roles = ["management point", "client access point"]
network = "10 Mbit/s"
[server.DP]
site = "branch"
roles = ["distribution point"]
[fleet.adv]
count = 7
sites = ["branch"]
[fleet.leg]
count = 5
sites = ["branch"]
client = "legacy"
[program.p]
runs = "whether or not a user is logged on"
install_time = "10 min"
"#;

const COUNTED: &str = "\n[traffic]\npoll = \"1 kB\"\nlocation = \"3 kB\"\n[rules]\n\
    policy_bytes = \"5 kB\"\nstatus_bytes = \"2 kB\"\n";

#[test]
fn what_the_servers_have_carried_has_crossed_the_links() {
    let run = Run::of(&format!("{BRANCH}{COUNTED}"), &[]);
    let asked = run.server("SMS", ServerRole::ManagementPoint);
    let fetched = run.server("SMS", ServerRole::ClientAccessPoint);
    // A machine looks 24 times a day, learns of one advertisement, asks for its
    // points if it is an Advanced Client, and says three things about it, as
    // documented of every new advertisement: received, started, ended.
    assert_eq!(asked.bytes, Size(7 * (24_000 + 5_000 + 3_000 + 6_000)));
    assert_eq!(fetched.bytes, Size(5 * (24_000 + 5_000 + 6_000)));
    assert_eq!(asked.requests, 7 * (24 + 1 + 1 + 3));
    assert_eq!(fetched.requests, 5 * (24 + 1 + 3));
    let down = run.link("branch", LinkKind::WanDown);
    let up = run.link("branch", LinkKind::WanUp);
    assert_eq!(up.bytes, Size(12 * 6_000), "status goes up");
    assert_eq!(
        down.bytes.0 + up.bytes.0,
        asked.bytes.0 + fetched.bytes.0,
        "every byte at the servers crosses the link once"
    );
    assert_eq!(run.link("SMS", LinkKind::Egress).bytes, down.bytes);
    assert_eq!(
        down.requests + up.requests,
        asked.requests + fetched.requests
    );
    assert!(down.first < Instant(3_600_000_000), "the first look");
}

#[test]
fn without_it_links_carry_content_alone_and_nothing_else_changes() {
    let (with, without) = (
        Run::of(&format!("{BRANCH}{COUNTED}"), &[]),
        Run::of(BRANCH, &[]),
    );
    assert_eq!(without.link("branch", LinkKind::WanDown).bytes, Size(0));
    assert_eq!(without.link("branch", LinkKind::WanUp).bytes, Size(0));
    assert_eq!(with.replication.outcomes, without.replication.outcomes);
    // It ties no sites together either.
    assert_eq!(with.replication.groups, without.replication.groups);
}

#[test]
fn machines_that_are_off_do_not_look_and_look_once_when_they_are_back() {
    let day = "availability = { days = \"Mon-Sun\", from = \"08:00\", to = \"20:00\", jitter = \"0 s\" }\n";
    let text =
        format!("{BRANCH}{COUNTED}").replace("[fleet.leg]\n", &format!("{day}[fleet.leg]\n"));
    let run = Run::of(&text, &["horizon=47 h"]);
    let asked = run.server("SMS", ServerRole::ManagementPoint);
    // Twelve looks on each of two days, and one for those missed at night.
    let looks = 7 * (12 + 1 + 12);
    assert_eq!(asked.requests, looks + 7 * (1 + 1 + 3));
}

#[test]
fn tries_that_are_counted_in_one_step_carry_their_questions_too() {
    let denied = format!("{BRANCH}{COUNTED}[package.p]\naccess = [\"Administrators\"]\n");
    let run = Run::of(&denied, &[]);
    let asked = run.server("SMS", ServerRole::ManagementPoint);
    let tries: u64 = (run.replication.outcomes.iter())
        .zip(run.world.fleet.machines.iter())
        .filter(|(_, machine)| run.world.fleet.profile(machine).group == "adv")
        .map(|(outcome, _)| u64::from(outcome.attempts))
        .sum();
    assert!(tries > 7 * 100, "every ten minutes: {tries}");
    // Received; nothing is started, and tries that fail alike are not reported.
    let expected = 7 * (24_000 + 5_000 + 2_000) + tries * 3_000;
    assert_eq!(asked.bytes, Size(expected));
    let down = run.link("branch", LinkKind::WanDown);
    let up = run.link("branch", LinkKind::WanUp);
    let fetched = run.server("SMS", ServerRole::ClientAccessPoint);
    assert_eq!(down.bytes.0 + up.bytes.0, asked.bytes.0 + fetched.bytes.0);
}

#[test]
fn a_poll_interval_below_a_second_is_refused() {
    for text in [
        "[rules]\npoll_interval = \"999 ms\"\n",
        "[fleet.pcs]\npoll_interval = \"1 us\"\n",
    ] {
        let problems = load_str(text, &[]).expect_err("too short");
        let said = problems.render(false);
        assert!(
            said.contains("scenario.toml:2") && said.contains("`1 s` is the least"),
            "{said}"
        );
    }
}
