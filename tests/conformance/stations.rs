//! Queues at management points, client access points and controllers.

use crate::lab::{ADVANCED, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending};
use rollcast::units::Span;
use rollcast::world::ServerRole;

/// Two servers of their own for policy.
const CONTACT: &str =
    "[server.CONTACT]\nsite = \"hq\"\nroles = [\"management point\", \"client access point\"]\n";

fn forty(client: &str) -> String {
    client.replace("count = 1", "count = 40")
}

fn contact(client: &str, station: &str) -> Lab {
    // Named by the site, for the server SMS of the small place comes first.
    Lab::set(
        &[&forty(client), CONTACT, station, PROGRAM],
        &[
            "site.hq.management_point=CONTACT",
            "site.hq.client_access_point=CONTACT",
        ],
    )
}

#[test]
fn forty_machines_at_once_wait_in_line_for_one_slot() {
    // A Legacy Client asks once. An Advanced Client asks again, for locations,
    // as soon as it has been answered: each finds 39 others before it.
    for (client, role, waited, requests) in [
        (ADVANCED, ServerRole::ManagementPoint, 780 + 40 * 39, 120),
        (LEGACY, ServerRole::ClientAccessPoint, 780, 80),
    ] {
        let lab = contact(
            client,
            "station = { servers = 1, service = \"1 s\", patience = \"10 min\" }",
        );
        let mut learned: Vec<_> = lab.rows().map(|(_, _, row)| row.policy).collect();
        learned.sort_unstable();
        let expected: Vec<_> = (1..=40).map(at).collect();
        assert_eq!(learned, expected);
        let used = lab.server("CONTACT", role);
        // 0 + 1 + ... + 39 s for policy; the reports are requests too.
        assert_eq!(
            (used.waited, used.longest_wait),
            (Span::from_secs(waited), Span::from_secs(39))
        );
        assert_eq!((used.requests, used.timeouts), (requests, 0));
    }
}

/// The other offer still stands in line.
#[test]
fn an_offer_that_a_machine_has_not_heard_of_supersedes_nothing() {
    let programs = "[program.\"*\"]\nruns = \"whether or not a user is logged on\"\n\
        install_time = \"10 min\"\n[program.old]\n[program.new]\nsupersedes = [\"old\"]\n\
        [advertisement.a]\nprogram = \"old\"\n[advertisement.b]\nprogram = \"new\"\n";
    let station = "station = { servers = 1, service = \"1 h\", patience = \"5 h\" }";
    let set = "[[fault]]\nmachine = [\"*\"]\nclock = \"+0 s\"\nat = \"+90 min\"\nfor = \"1 h\"\n";
    for (machine, client) in [("A1", ADVANCED), ("L1", LEGACY)] {
        for fault in ["", set] {
            let settings = [
                "site.hq.management_point=CONTACT",
                "site.hq.client_access_point=CONTACT",
                "advertisement.a.assigned=+1 d",
            ];
            let lab = Lab::set(&[client, CONTACT, station, programs, fault], &settings);
            let (old, new) = (lab.row(machine, "a"), lab.row(machine, "b"));
            assert_eq!((old.policy, new.policy), (at(3600), at(7200)), "{machine}");
            // It waits for its time, and gives way when the other is heard of.
            let diary = lab.diary(machine).into_iter();
            let mut gives_way = diary.filter(|(_, entry)| matches!(entry, Entry::Superseded(_)));
            assert_eq!(gives_way.next().map(|(at, _)| at), Some(at(7200)));
            assert_eq!(old.cause, Cause::Superseded, "{machine}");
        }
    }
}

#[test]
fn four_slots_serve_four_at_a_time() {
    let lab = contact(
        ADVANCED,
        "station = { servers = 4, service = \"1 s\", patience = \"10 min\" }",
    );
    let used = lab.server("CONTACT", ServerRole::ManagementPoint);
    // Ten rounds of four: 4 × (0 + 1 + ... + 9) s for policy; then everybody
    // asks for locations and waits for nine rounds.
    assert_eq!(
        (used.waited, used.longest_wait),
        (Span::from_secs(180 + 40 * 9), Span::from_secs(9))
    );
}

#[test]
fn who_waits_too_long_gives_up_and_asks_again_at_the_next_poll() {
    let hourly = forty(ADVANCED) + "poll_interval = \"1 h\"\n";
    let lab = Lab::set(
        &[
            &hourly,
            CONTACT,
            "station = { servers = 1, service = \"10 min\", patience = \"20 min\" }",
            PROGRAM,
        ],
        &["site.hq.management_point=CONTACT"],
    );
    let used = lab.server("CONTACT", ServerRole::ManagementPoint);
    assert!(used.timeouts > 0);
    assert!(used.longest_wait <= Span::from_mins(20));
    // Six an hour: forty, who ask for policy and then for locations, are
    // through in fourteen hours.
    let learned: Vec<_> = lab.rows().map(|(_, _, row)| row.policy).collect();
    assert!(
        learned.iter().all(|policy| *policy <= at(14 * 3600)),
        "{learned:?}"
    );
    let gave_up = (1..=40).any(|n| {
        lab.diary(&format!("A{n}"))
            .iter()
            .any(|(_, e)| matches!(e, Entry::ContactTimedOut(_)))
    });
    assert!(gave_up);
}

#[test]
fn logons_wait_for_a_busy_controller() {
    let controller = "[server.DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\nstation = { service = \"2 s\", patience = \"10 min\" }\n";
    let lab = Lab::new(&[&forty(ADVANCED), controller, PROGRAM]);
    let mut starts: Vec<_> = lab.rows().map(|(_, _, row)| row.run_start).collect();
    starts.sort_unstable();
    let expected: Vec<_> = (1..=40).map(|n| at(2 * n)).collect();
    assert_eq!(starts, expected);
    let used = lab.server("DC", ServerRole::DomainController);
    assert_eq!((used.requests, used.waited), (40, Span::from_secs(2 * 780)));
}

#[test]
fn a_controller_that_answers_too_late_is_no_logon_server() {
    let controller = "[server.DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\nstation = { service = \"1 h\", patience = \"1 s\" }\n";
    let two = ADVANCED.replace("count = 1", "count = 2");
    let lab = Lab::set(&[&two, controller, PROGRAM], &["horizon=30 min"]);
    let causes: Vec<_> = lab
        .rows()
        .map(|(_, _, row)| (row.ending, row.cause))
        .collect();
    assert!(
        causes.contains(&(Ending::Retrying, Cause::NoLogonServer)),
        "{causes:?}"
    );
}

/// Three machines at a server that serves one of them at a time, each for an hour.
const AN_HOUR_EACH: &str =
    "[server.SMS.station]\nservers = 1\nservice = \"1 h\"\npatience = \"9 h\"\n";

/// The causes of three machines at the horizon, in the order of their names.
fn at_the_horizon(parts: &[&str], horizon: &str) -> Vec<Cause> {
    let settings = format!("horizon=\"{horizon}\"");
    let lab = Lab::set(parts, &[&settings]);
    let mut causes: Vec<Cause> = lab.rows().map(|(_, _, row)| row.cause).collect();
    causes.sort_by_key(|cause| cause.name());
    causes
}

/// Only the wait in line is a sign of too many clients.
#[test]
fn who_is_being_served_at_the_horizon_is_not_told_of_an_overload() {
    let three = |client: &str| client.replace("count = 1", "count = 3");
    for client in [three(ADVANCED), three(LEGACY)] {
        let (served, waits) = (Cause::AnswerPending, Cause::ContactOverloaded);
        let parts = [client.as_str(), AN_HOUR_EACH, PROGRAM];
        let causes = at_the_horizon(&parts, "30 min");
        assert_eq!(causes, [served, waits, waits]);
        let roomy = AN_HOUR_EACH.replace("servers = 1", "servers = 3");
        let parts = [client.as_str(), &roomy, PROGRAM];
        assert_eq!(at_the_horizon(&parts, "30 min"), [served; 3]);
    }
    let controller = "[server.DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\n\
        station = { servers = 1, service = \"1 h\", patience = \"9 h\" }\n";
    let parts = [&three(ADVANCED), controller, PROGRAM];
    let causes = at_the_horizon(&parts, "30 min");
    let waits = Cause::LogonPending;
    assert_eq!(causes, [Cause::AnswerPending, waits, waits]);
}
