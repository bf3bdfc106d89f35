//! What changes where a machine cannot come upon it is none of its business:
//! not an event more, not a byte else. What changes within its reach is.

#[path = "common/fleet.rs"]
mod fleet;

use fleet::{run, world};
use rollcast::outcome::{Ending, Replication, ResourceKey};
use rollcast::units::{Instant, Span};
use rollcast::world::ServerRole;

/// Machines of `here` that wait: for a share that does not admit them, for a
/// package that has yet to arrive. Nobody is `there`, where everything is of
/// its own.
const TWO_PLACES: &str = r#"
start = 2006-03-20T08:00:00
horizon = "4 d"
[rules]
location_retry = "20 min"
[domain.CORP]
[domain.FAR]
[account.'CORP\here']
[account.'FAR\there']
[site.here]
[site.there]
lan = "100 Mbit/s"
[accounts]
network_access = 'CORP\here'
[server.HERE]
site = "here"
domain = "CORP"
roles = ["management point", "client access point", "distribution point"]
[server.HERE-FILES]
site = "here"
domain = "CORP"
roles = ["file server"]
[server.THERE]
site = "there"
domain = "FAR"
roles = ["management point", "client access point", "distribution point", "file server"]
[share.here]
server = "HERE-FILES"
access = []
[share.there]
server = "THERE"
[fleet.f]
domain = "CORP"
count = 3
sites = ["here"]
[fleet.old]
domain = "CORP"
count = 2
client = "legacy"
sites = ["here"]
[package.late]
[package.other]
[program."*"]
rights = "administrative"
runs = "whether or not a user is logged on"
install_time = "5 min"
[program.late]
[program.denied]
package = "late"
shares = [{ share = "here", read = "1 MB" }]
[advertisement.late]
[advertisement.denied]
[[fault]]
at = "+0 h"
until = "+50 h"
package = "late"
distribution_points = ["HERE"]
content = "missing"
[[fault]]
at = "+60 h"
share = "here"
access = ["Everyone"]
"#;

/// Changes of one kind, hour after hour for two days.
fn hourly(what: &str) -> String {
    let fault = |hour| format!("[[fault]]\nat = \"+{hour} h\"\nfor = \"15 min\"\n{what}\n");
    let faults: Vec<String> = (0..48).map(fault).collect();
    faults.concat()
}

fn with(changes: &str) -> Replication {
    run(&world(&format!("{TWO_PLACES}{}", hourly(changes))))
}

fn same(a: &Replication, b: &Replication) -> bool {
    a.outcomes == b.outcomes
        && a.resources == b.resources
        && (a.events, a.fingerprint) == (b.events, b.fingerprint)
}

#[test]
fn changes_out_of_reach_cost_no_event_and_alter_no_byte() {
    let quiet = run(&world(TWO_PLACES));
    let kinds = [
        "server = [\"THERE\"]",
        "lan = [\"there\"]",
        "account = 'FAR\\there'",
        "token_account = \"FAR\"",
        "share = \"there\"",
        "package = \"other\"",
        "package = \"other\"\ndistribution_points = [\"HERE\"]",
        "package = \"late\"\ndistribution_points = [\"THERE\"]",
    ];
    for kind in kinds {
        assert!(same(&quiet, &with(kind)), "{kind}");
    }
}

#[test]
fn changes_within_reach_are_noticed() {
    let quiet = run(&world(TWO_PLACES));
    let kinds = [
        "server = [\"HERE\"]",
        "account = 'CORP\\here'",
        "token_account = \"CORP\"",
        "share = \"here\"\naccess = [\"Everyone\"]",
        "package = \"late\"",
        "package = \"late\"\ndistribution_points = [\"HERE\"]",
    ];
    for kind in kinds {
        assert!(!same(&quiet, &with(kind)), "{kind}");
    }
}

#[test]
fn who_waits_goes_on_when_what_is_missing_comes() {
    let world = world(TWO_PLACES);
    let outcomes = run(&world).outcomes;
    let (come, open) = (Span::from_hours(50), Span::from_hours(60));
    // Advanced Clients alone try a program again; they come first.
    let advanced: Vec<_> = outcomes.iter().take(6).collect();
    for outcome in &advanced {
        assert_eq!(outcome.ending, Ending::Installed);
        assert!(outcome.content_start >= Instant(come.0), "it came");
    }
    let last = advanced.iter().map(|outcome| outcome.run_end).max();
    assert!(
        last > Some(Instant(open.0)),
        "the share was closed until then"
    );
}

/// A machine asks its management point every twenty minutes from its poll to
/// the arrival, each time but the last in vain, then reports.
#[test]
fn every_request_made_in_vain_is_counted() {
    let text = TWO_PLACES.replace("[advertisement.denied]\n", "");
    let noisy =
        hourly("package = \"late\"\ndistribution_points = [\"THERE\"]\ncontent = \"missing\"");
    for text in [text.clone(), text + &noisy] {
        let world = world(&text);
        let run = run(&world);
        let (come, step) = (Span::from_hours(50).0, Span::from_mins(20).0);
        let asked: u64 = (run.outcomes.iter().take(3))
            .map(|outcome| {
                let in_vain = (come - 1 - outcome.policy.0) / step;
                1 + in_vain + 1 + 1
            })
            .sum();
        let point = ResourceKey::Server(0.into(), ServerRole::ManagementPoint);
        let counted = run.resources.iter().find(|r| r.key == point).unwrap();
        assert_eq!(counted.requests, asked);
    }
}
