//! Faults of a single role of a server, while its other roles go on.

use crate::lab::{ADVANCED, HOUR, LEGACY, Lab, PROGRAM, at, complaints};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, Step};
use rollcast::units::Size;
use rollcast::world::ServerRole;

const BOTH: [(&str, &str); 2] = [("A1", ADVANCED), ("L1", LEGACY)];

fn fault(role: &str, rest: &str) -> String {
    format!("[[fault]]\nat = \"+0 s\"\nserver = [\"SMS\"]\nroles = [\"{role}\"]\n{rest}")
}

#[test]
fn without_its_contact_role_a_server_still_serves_the_other_kind_of_client() {
    for (machine, client) in BOTH {
        let hourly = client.to_owned() + "poll_interval = \"1 h\"\n";
        let row = |role: &str| {
            let lab = Lab::new(&[&hourly, PROGRAM, &fault(role, "for = \"5 h\"\n")]);
            lab.row(machine, "p").policy
        };
        let (own, other) = if client == ADVANCED {
            ("management point", "client access point")
        } else {
            ("client access point", "management point")
        };
        assert!(
            at(5 * HOUR) <= row(own) && row(own) < at(6 * HOUR),
            "{machine}"
        );
        assert!(row(other) < at(HOUR), "{machine}");
    }
}

/// The points are known to a Legacy Client with the advertisement; an Advanced
/// Client asks its management point for them.
#[test]
fn without_a_management_point_only_advanced_clients_cannot_find_the_content() {
    let due = "[advertisement.p]\nassigned = \"+2 h\"\n";
    let down = fault("management point", "for = \"150 min\"\n").replace("+0 s", "+1 h");
    let legacy = Lab::new(&[LEGACY, PROGRAM, due, &down]).only();
    assert_eq!(
        (legacy.ending, legacy.run_start),
        (Ending::Installed, at(2 * HOUR))
    );
    let lab = Lab::new(&[ADVANCED, PROGRAM, due, &down]);
    // It asks again every hour: at 2 h and 3 h in vain.
    assert_eq!(lab.only().run_start, at(4 * HOUR));
    let asked = |(_, entry): &(_, Entry)| matches!(entry, Entry::Unreachable(_));
    assert_eq!(
        lab.diary("A1").iter().filter(|entry| asked(entry)).count(),
        2
    );
    let lasting = down.replace("for = \"150 min\"\n", "");
    let row = Lab::set(&[ADVANCED, PROGRAM, due, &lasting], &["horizon=1 d"]).only();
    assert_eq!(
        (row.ending, row.step, row.cause),
        (Ending::Waiting, Step::Location, Cause::ContactUnreachable)
    );
}

#[test]
fn without_the_distribution_point_role_everything_else_goes_on() {
    for (machine, client) in BOTH {
        let lab = Lab::new(&[
            client,
            PROGRAM,
            &fault("distribution point", "for = \"65 min\"\n"),
        ]);
        let row = lab.row(machine, "p");
        assert_eq!(row.policy, at(0), "{machine}: it has heard of it");
        assert_eq!(
            (row.ending, row.run_start),
            (Ending::Installed, at(70 * 60))
        );
    }
}

/// A transfer breaks with the role that carries it, and with no other.
#[test]
fn a_transfer_breaks_with_its_own_role_alone() {
    let slow = LEGACY.to_owned() + "access = \"1 Mbit/s\"\n";
    let moved = |role: &str| {
        let down = fault(role, "for = \"5 min\"\n").replace("+0 s", "+40 s");
        Lab::new(&[&slow, PROGRAM, &down]).only().downloaded
    };
    assert_eq!(moved("distribution point"), Size(15_000_000));
    assert_eq!(moved("client access point"), Size(10_000_000));
}

#[test]
fn a_file_server_that_is_also_a_point_may_lose_its_shares_alone() {
    let share = "[share.tools]\nserver = \"SMS\"\n[accounts]\nnetwork_access = 'CORP\\naa'\n";
    let program = PROGRAM.to_owned() + "shares = [{ share = \"tools\", read = \"1 MB\" }]\n";
    let download = "[advertisement.p]\non_local = \"download\"\n";
    let lab = Lab::set(
        &[
            ADVANCED,
            &program,
            share,
            download,
            &fault("file server", ""),
        ],
        &["horizon=1 d"],
    );
    let row = lab.only();
    assert_eq!((row.cause, row.code), (Cause::ShareUnreachable, Some(53)));
    assert_eq!(row.downloaded, Size(10_000_000), "the content came");
}

#[test]
fn a_controller_that_validates_nobody_may_still_hold_packages() {
    let two = "[server.DC1]\nsite = \"hq\"\nroles = [\"domain controller\", \"distribution point\"]\n\
        [server.DC2]\nsite = \"hq\"\nroles = [\"domain controller\"]\n[package.p]\ndistribution_points = [\"DC1\"]\n";
    for (machine, client) in BOTH {
        let many = client.replace("count = 1", "count = 20");
        let down = fault("domain controller", "").replace("SMS", "DC1");
        let lab = Lab::new(&[&many, PROGRAM, two, &down]);
        for (_, _, row) in lab.rows() {
            assert_eq!(row.ending, Ending::Installed, "{machine}");
            assert_eq!(lab.server_name(row.distribution_point), "DC1");
            assert_eq!(lab.server_name(row.domain_controller.get()), "DC2");
        }
        assert_eq!(lab.server("DC1", ServerRole::DomainController).requests, 0);
    }
}

#[test]
fn a_role_that_no_server_has_is_an_error() {
    let text = complaints(&[&fault("file server", "")]);
    assert!(
        text.contains("none of these servers has the role `file server`"),
        "{text}"
    );
    let alone = "[[fault]]\nat = \"+0 s\"\nroles = [\"file server\"]\n";
    let text = complaints(&[alone]);
    assert!(text.contains("names roles, but no server"), "{text}");
}
