//! What comes out of one thing goes into another: bytes, machines, time.

use crate::lab::{Lab, at};
use rollcast::outcome::{Ending, Outcome, ReportState, ResourceKey};
use rollcast::units::{Instant, Size};
use rollcast::world::{LinkKind, ServerRole};

/// Three branches with everything in them: both clients, presence, failures, a
/// fault, shares.
pub(crate) const BUSY: &str = r#"
start = 2006-03-20T08:00:00
horizon = "4 d"
[account.'CORP\naa']
[account.'CORP\swi']
[accounts]
network_access = 'CORP\naa'
software_installation = 'CORP\swi'
[site.hq]
[site."branch-{1..3}"]
parent = "hq"
wan = "1 Mbit/s"
slow_boundary = false
[server.SMS]
site = "hq"
roles = ["management point", "client access point", "distribution point"]
bits = true
[server.FS]
site = "hq"
roles = ["file server"]
[share.tools]
server = "FS"
[fleet.new]
per_site = 8
sites = ["branch-*"]
availability = { days = "Mon-Fri", from = "09:00", to = "17:00" }
[fleet.old]
per_site = 5
sites = ["branch-*"]
client = "legacy"
[package.suite]
size = "30 MB"
[program.suite]
rights = "administrative"
runs = "whether or not a user is logged on"
software_installation_account = true
shares = [{ share = "tools", read = "2 MB" }]
exit_codes = { 1603 = 0.1, 1618 = 0.2, 3010 = 0.1 }
[advertisement.suite]
on_local = "download"
[[fault]]
at = "+2 h"
for = "1 h"
wan = ["branch-2"]
[[fault]]
at = "+30 min"
for = "20 min"
server = ["FS"]
"#;

fn sum(lab: &Lab, of: impl Fn(&Outcome) -> Size, at_site: &str) -> u64 {
    lab.rows()
        .filter(|(machine, ..)| machine.starts_with(at_site))
        .map(|(_, _, row)| of(row).0)
        .sum()
}

#[test]
fn every_byte_that_a_server_sends_arrives_at_a_machine() {
    let lab = Lab::of(BUSY, &[]);
    let downloaded = sum(&lab, |row| row.downloaded, "");
    let from_shares = sum(&lab, |row| row.from_shares, "");
    assert!(
        downloaded > 24 * 30_000_000,
        "all Advanced Clients fetched it"
    );
    assert_eq!(
        lab.server("SMS", ServerRole::DistributionPoint).bytes.0,
        downloaded
    );
    assert_eq!(
        lab.server("FS", ServerRole::FileServer).bytes.0,
        from_shares
    );
    assert_eq!(lab.share("tools").bytes.0, from_shares);
    assert_eq!(lab.link("SMS", LinkKind::Egress).bytes.0, downloaded);
    assert_eq!(lab.link("FS", LinkKind::Egress).bytes.0, from_shares);
}

#[test]
fn every_byte_that_crosses_a_link_arrives_at_a_machine_behind_it() {
    let lab = Lab::of(BUSY, &[]);
    for branch in ["branch-1", "branch-2", "branch-3"] {
        let here = sum(
            &lab,
            |row| Size(row.downloaded.0 + row.from_shares.0),
            branch,
        );
        assert_eq!(
            lab.link(branch, LinkKind::WanDown).bytes.0,
            here,
            "{branch}"
        );
        assert_eq!(
            lab.link(branch, LinkKind::WanUp).bytes,
            Size(0),
            "{branch}: none goes up"
        );
    }
}

#[test]
fn bytes_under_way_at_the_horizon_are_counted_on_both_sides() {
    for minutes in [70, 80, 100] {
        let lab = Lab::of(BUSY, &[&format!("horizon={minutes} min")]);
        assert!(
            lab.rows()
                .any(|(_, _, row)| row.ending == Ending::InProgress),
            "after {minutes} min"
        );
        for branch in ["branch-1", "branch-2", "branch-3"] {
            let here = sum(
                &lab,
                |row| Size(row.downloaded.0 + row.from_shares.0),
                branch,
            );
            assert_eq!(
                lab.link(branch, LinkKind::WanDown).bytes.0,
                here,
                "{branch} after {minutes} min"
            );
        }
        let all = sum(&lab, |row| row.downloaded, "");
        assert_eq!(
            lab.server("SMS", ServerRole::DistributionPoint).bytes.0,
            all
        );
    }
}

/// Machines in each report state at the end of each step.
pub(crate) fn states(lab: &Lab, advertisement: usize) -> Vec<[i64; ReportState::ALL.len()]> {
    let timeline = &lab.replication.timeline;
    let targeted = lab.world.fleet.machines.iter().filter(|machine| {
        lab.world
            .targets(machine)
            .iter()
            .any(|ad| ad.index() == advertisement)
    });
    let mut counts = [0i64; ReportState::ALL.len()];
    counts[ReportState::NoStatus as usize] = targeted.count() as i64;
    (0..timeline.steps)
        .map(|step| {
            let row = (advertisement * timeline.steps + step) * counts.len();
            for (count, change) in counts.iter_mut().zip(&timeline.changes[row..]) {
                *count += i64::from(*change);
            }
            counts
        })
        .collect()
}

#[test]
fn at_every_step_every_machine_is_in_one_state_and_the_last_step_is_the_table() {
    let lab = Lab::of(BUSY, &[]);
    let steps = states(&lab, 0);
    assert_eq!(steps.len(), 96, "four days of hours");
    for counts in &steps {
        assert_eq!(counts.iter().sum::<i64>(), 39);
        assert!(counts.iter().all(|count| *count >= 0), "{counts:?}");
    }
    for state in ReportState::ALL {
        let rows = lab.rows().filter(|(_, _, row)| row.state == *state).count();
        assert_eq!(
            steps.last().unwrap()[*state as usize],
            rows as i64,
            "{}",
            state.name()
        );
    }
}

#[test]
fn the_time_to_a_quantile_can_be_read_from_rows_and_timeline_alike() {
    let lab = Lab::of(
        BUSY,
        &[
            "program.suite.exit_codes={ 0 = 1 }",
            "timeline_step=10 min",
            "fault=[]",
        ],
    );
    let mut installed: Vec<Instant> = lab
        .rows()
        .filter(|(_, _, row)| row.ending == Ending::Installed)
        .map(|(_, _, row)| row.run_end)
        .collect();
    installed.sort_unstable();
    assert_eq!(installed.len(), 39);
    let steps = states(&lab, 0);
    for share in [0.5_f64, 0.9, 0.95] {
        let wanted = (39.0 * share).ceil() as usize;
        let step = steps
            .iter()
            .position(|counts| counts[ReportState::Succeeded as usize] >= wanted as i64)
            .expect("all succeed in the end");
        let at_row = installed[wanted - 1];
        assert_eq!(step as u64, at_row.0 / 600_000_000, "{share}");
    }
}

#[test]
fn nothing_is_used_before_its_first_or_after_its_last_use() {
    let lab = Lab::of(BUSY, &[]);
    for used in &lab.replication.resources {
        if used.requests > 0 {
            assert!(
                used.first <= used.last && used.last <= at(4 * 86_400),
                "{used:?}"
            );
        } else {
            assert!(!used.first.is_some(), "{used:?}");
        }
        assert!(used.refusals + used.timeouts <= used.requests, "{used:?}");
        if let ResourceKey::Link(link) = used.key {
            let capacity = lab.world.links[link.index()].rate.0 as f64 / 8.0 * 4.0 * 86_400.0;
            assert!(
                used.bytes.0 as f64 <= capacity && used.peak_use.unwrap_or(0.0) <= 1.0,
                "{used:?}"
            );
        }
    }
}

/// A branch whose point gets its package over the line.
const SENT: &str = r#"
start = 2006-03-20T08:00:00
horizon = "2 d"
[site.hq]
[site.b]
parent = "hq"
wan = "2 Mbit/s"
[sending]
compression = false
[server.HQ]
site = "hq"
roles = ["management point", "client access point", "distribution point"]
[server.B-DP]
site = "b"
roles = ["distribution point"]
[fleet.pcs]
sites = ["b"]
count = 5
[package.suite]
size = "20 MB"
[package.suite.sent]
[program.suite]
runs = "whether or not a user is logged on"
[advertisement.suite]
on_local = "download"
on_remote = "download"
"#;

#[test]
fn a_line_has_carried_what_is_sent_beside_what_clients_download() {
    let size = Size(20_000_000);
    // All machines come when the point has it: the line carries one copy.
    let late = Lab::of(&format!("{SENT}assigned = \"+20 h\"\n"), &[]);
    let line = late.link("b", LinkKind::WanDown);
    assert_eq!((line.bytes, line.requests), (size, 1));
    // 80 s at 2 Mbit/s.
    assert_eq!((line.first, line.last), (at(0), at(80)));
    // None sent: five copies, to the machines.
    let alone = SENT.replace("[package.suite.sent]\n", "");
    let alone = alone.replace(
        "[server.B-DP]\nsite = \"b\"\nroles = [\"distribution point\"]\n",
        "",
    );
    let clients = Lab::of(&alone, &[]);
    assert_eq!(clients.link("b", LinkKind::WanDown).bytes, Size(5 * size.0));
    // While 900 MB are on their way for an hour, machines read from headquarters.
    let large = SENT.replace("20 MB", "900 MB");
    let both = Lab::of(&format!("{large}[rules]\ncache = \"1 GB\"\n"), &[]);
    let hq = both
        .world
        .servers
        .iter()
        .position(|server| server.name == "HQ");
    let from_hq =
        |row: &Outcome| row.distribution_point.map(rollcast::world::ServerId::index) == hq;
    let copies = both.rows().filter(|(_, _, row)| from_hq(row)).count() as u64;
    assert!(copies >= 3, "{copies}");
    let expected = Size((1 + copies) * 900_000_000);
    assert_eq!(both.link("b", LinkKind::WanDown).bytes, expected);
}
