//! Tries that are counted in one step, and everything that may come between: other
//! programs of the machine, journeys, hours, and machines that wait for each other.

use crate::lab::{HOUR, Lab, at};
use rollcast::outcome::{Cause, Ending};

const RIGHTS: &str = "[program.\"*\"]\nrights = \"administrative\"\n\
    runs = \"whether or not a user is logged on\"\n";

/// Runs a whole scenario.
fn whole(text: &str) -> Lab {
    Lab::of(&format!("{text}{RIGHTS}"), &[])
}

/// Refused by the point, every ten minutes from the first hour on; 55 minutes of
/// another program from the second.
const BUSY: &str = r#"
horizon = "10 h"
[server.S]
roles = ["client access point", "distribution point"]
[server.ELSEWHERE]
roles = ["file server"]
[fleet.pcs]
count = 1
name = "L{number}"
client = "legacy"
poll_interval = "1 h"
[package.bad]
access = ["CORP\\Domain Computers"]
[package.good]
size = "0 B"
[program.bad]
package = "bad"
[program.good]
package = "good"
install_time = "55 min"
[advertisement.bad]
assigned = "+1 h"
[advertisement.good]
assigned = "+2 h"
"#;

#[test]
fn no_try_needs_the_machine_while_another_program_runs() {
    let lab = whole(BUSY);
    let bad = lab.row("L1", "bad");
    assert_eq!(bad.ending, Ending::Retrying);
    // 55 tries from the first hour to the tenth, less those of 2:10 to 2:50.
    assert_eq!(bad.attempts, 49);
    // What happens to others changes nothing.
    let fault = "[[fault]]\nat = \"+115 min\"\nfor = \"10 min\"\nserver = [\"ELSEWHERE\"]\n";
    let other = whole(&format!("{BUSY}{fault}"));
    assert_eq!(other.row("L1", "bad").attempts, bad.attempts);
}

#[test]
fn tries_end_when_the_machine_hears_of_what_supersedes_the_program() {
    let ads = r#"
[fleet.pcs]
count = 1
name = "A{number}"
[package.bad]
access = ["CORP\\Domain Users"]
[package.new]
size = "0 B"
[program.bad]
package = "bad"
[program.new]
package = "new"
supersedes = ["bad"]
[rules]
network_retry = { count = 30 }
[advertisement.bad]
on_local = "download"
[advertisement.new]
available = "+4 h"
"#;
    let lab = Lab::new(&[ads, RIGHTS]);
    let (bad, new) = (lab.row("A1", "bad"), lab.row("A1", "new"));
    assert_eq!(
        (bad.ending, bad.cause),
        (Ending::NotTaken, Cause::Superseded)
    );
    assert_eq!(new.ending, Ending::Installed);
    assert!((20..=31).contains(&bad.attempts), "{}", bad.attempts);
    assert!(bad.report >= new.policy, "not before it has heard of it");
}

#[test]
fn what_the_content_of_a_program_is_refused_says_nothing_of_when_one_ran() {
    let ads = r#"
horizon = "1 d"
[fleet.pcs]
count = 1
name = "L{number}"
client = "legacy"
[package.first]
size = "0 B"
[package.bad]
access = ["CORP\\Domain Computers"]
[program.first]
package = "first"
install_time = "5 min"
[program.bad]
package = "bad"
run_first = "first"
[advertisement.bad]
assigned = "+1 h"
"#;
    let row = whole(ads).row("L1", "bad");
    assert!(row.attempts > 100 && row.ending == Ending::Retrying);
    // The program itself has not started.
    assert!(!row.run_start.is_some() && !row.run_end.is_some());
}

/// A branch whose point is held up for three hours; the first machine fetches, and
/// goes off at ten.
const WAITING: &str = r#"
horizon = "2 d"
start = 2006-03-20T08:00:00
[rules]
point_timeout = "3 h"
[site.hq]
[site.b]
parent = "hq"
wan = "2 Mbit/s"
[server.S]
site = "hq"
roles = ["management point"]
[server.DP]
site = "hq"
roles = ["distribution point"]
bits = true
[peers]
wait = "20 h"
[fleet.first]
count = 1
sites = ["b"]
name = "A{number}"
availability = { from = "08:00", to = "10:00", jitter = "0 s" }
[fleet.others]
count = 6
sites = ["b"]
name = "T{number}"
[package.p]
size = "50 MB"
[program.p]
[collection.first]
fleet = ["first"]
[collection.others]
fleet = ["others"]
[advertisement."*"]
program = "p"
on_remote = "download"
[advertisement.a]
collection = "first"
[advertisement.t]
collection = "others"
available = "+90 min"
[[fault]]
server = ["DP"]
at = "+0 s"
until = "+150 min"
"#;

#[test]
fn nobody_waits_for_a_machine_that_went_off_before_it_could_fetch() {
    let lab = whole(WAITING);
    for (machine, _, row) in lab.rows().filter(|(_, ad, _)| *ad == "t") {
        assert_eq!(row.ending, Ending::Installed);
        assert!(row.content_end <= at(3 * HOUR), "{machine}: {row:?}");
    }
}

#[test]
fn a_traveller_takes_from_home_what_only_neighbours_of_the_place_have() {
    let places = r#"
[site.hq]
[site.far]
parent = "hq"
[site.b]
parent = "hq"
fallback = [{ sites = ["far"], after = "5 h" }]
[site.home]
parent = "hq"
[server.S]
site = "hq"
roles = ["management point"]
[server.FAR]
site = "far"
roles = ["distribution point"]
[server.HOME]
site = "home"
roles = ["distribution point"]
[fleet.pcs]
count = 1
sites = ["home"]
name = "T{number}"
[package.p]
[program.p]
[advertisement.p]
on_remote = "download"
[[stay]]
machine = ["T1"]
site = "b"
"#;
    let lab = whole(places);
    let row = lab.row("T1", "p");
    let point = row.distribution_point.expect("it found one");
    assert_eq!(lab.world.servers[point.index()].name, "HOME");
    assert!(row.content_end < at(2 * HOUR), "{row:?}");
}
