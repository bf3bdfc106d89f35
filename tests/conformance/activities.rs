//! What becomes of a job when something changes in the middle of what it does: the
//! table "Changes in the middle of something" of `docs/model.md`.

use crate::lab::{ADVANCED, Lab};
use rollcast::outcome::{Cause, Ending};

/// Every activity: what makes a machine be at it from 50 min on, for half an hour at
/// least. Accounts that can be locked, and lists that can be changed, let it in.
const ACTIVITIES: [(&str, &str, &[&str]); 9] = [
    (
        "waits for its time",
        "",
        &["advertisement.p.assigned=+80 min"],
    ),
    (
        "waits for another program",
        "[package.q]\nsize = \"0 B\"\n[advertisement.q]\n[program.q]\n\
         rights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
         install_time = \"80 min\"\n",
        &[],
    ),
    (
        "waits for a controller",
        "",
        &["server.DC.station.service=30 min"],
    ),
    (
        "locates its content",
        "",
        &["server.MP.station.service=30 min"],
    ),
    (
        "downloads",
        // A download begins when the program is known.
        "available = \"+50 min\"\non_local = \"download\"\n",
        &[
            "package.p.size=3 GB",
            "server.DP.network=10 Mbit/s",
            "rules.cache=10 GB",
        ],
    ),
    (
        "reads from the point",
        "",
        &["package.p.size=3 GB", "server.DP.network=10 Mbit/s"],
    ),
    (
        "reads a share",
        "",
        &["program.p.shares=[{ share = \"S\", read = \"3 GB\" }]"],
    ),
    ("runs", "", &["program.p.install_time=1 h"]),
    (
        "restarts",
        "",
        &[
            "program.p.after_running=SMS restarts computer",
            "rules.restart_time=1 h",
        ],
    ),
];

/// Every change, which comes at 60 min and stays.
const CHANGES: [(&str, &str, &str); 7] = [
    ("advertisement expires", "expires = \"+60 min\"\n", ""),
    (
        "advertisement is withdrawn",
        "withdrawn = \"+60 min\"\n",
        "",
    ),
    (
        "content goes",
        "",
        "[[fault]]\nat = \"+60 min\"\npackage = \"p\"\ndistribution_points = [\"DP\"]\n\
         content = \"missing\"\n",
    ),
    (
        "content is damaged",
        "",
        "[[fault]]\nat = \"+60 min\"\npackage = \"p\"\ndistribution_points = [\"DP\"]\n\
         content = \"corrupt\"\n",
    ),
    (
        "account is locked",
        "",
        "[[fault]]\nat = \"+60 min\"\naccount = 'CORP\\naa'\nstate = \"locked\"\n",
    ),
    (
        "password is changed",
        "",
        "[[rotation]]\naccount = 'CORP\\naa'\nat = \"+60 min\"\nknown_to_sms = \"+20 d\"\n",
    ),
    (
        "list is changed",
        "",
        "[[fault]]\nat = \"+60 min\"\npackage = \"p\"\naccess = [\"Guests\"]\n\
         [[fault]]\nat = \"+60 min\"\nshare = \"S\"\naccess = [\"Guests\"]\n",
    ),
];

/// A place in which only the Network Access Account gets in, at points and shares.
const PLACE: &str = "[accounts]\nnetwork_access = 'CORP\\naa'\n\
    [server.MP]\nsite = \"hq\"\nroles = [\"management point\"]\n\
    station = { servers = 1, service = \"0 s\", patience = \"3 h\" }\n\
    [server.DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\n\
    station = { servers = 1, service = \"0 s\", patience = \"3 h\" }\n\
    [server.DP]\nsite = \"hq\"\nroles = [\"distribution point\"]\nnetwork = \"unlimited\"\n\
    [server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\nnetwork = \"10 Mbit/s\"\n\
    [share.S]\nserver = \"FS\"\naccess = ['CORP\\naa']\n\
    [package.p]\ndistribution_points = [\"DP\"]\naccess = ['CORP\\naa']\nsize = \"1 MB\"\n\
    [program.p]\nrights = \"administrative\"\n\
    runs = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\n";

/// What became of the job, in the words of the table.
fn outcome(activity: usize, change: usize) -> String {
    let (_, key, settings) = ACTIVITIES[activity];
    let (_, keys, rest) = CHANGES[change];
    let known_later = key.starts_with("available");
    let offered = if known_later {
        ""
    } else {
        "assigned = \"+50 min\"\n"
    };
    let offer = format!("[advertisement.p]\n{offered}{keys}{key}{rest}");
    let mut all = vec!["horizon=2 d", "site.hq.management_point=MP"];
    all.extend(settings);
    let row = Lab::set(&[ADVANCED, PLACE, &offer], &all).row("A1", "p");
    let becomes = match (row.ending, row.cause) {
        (Ending::Installed, Cause::None) => "goes on",
        (Ending::Rejected, Cause::ExpiredWaiting) | (Ending::NotOffered, Cause::Withdrawn) => {
            "ends"
        }
        (Ending::Waiting, Cause::NoPointHasContent) => "waits for content",
        (Ending::Failed, Cause::HashMismatch) => "fails",
        (Ending::Retrying | Ending::InProgress, _) => "is refused",
        other => panic!(
            "{}, {}: {other:?}",
            ACTIVITIES[activity].0, CHANGES[change].0
        ),
    };
    becomes.to_owned()
}

#[test]
fn every_activity_meets_every_change_as_the_documentation_says() {
    let mut table = String::from("| a job that ");
    table += &CHANGES.map(|(name, ..)| format!("| {name} ")).concat();
    table += "|\n";
    table += &"|---".repeat(CHANGES.len() + 1);
    table += "|\n";
    for (at, (activity, ..)) in ACTIVITIES.iter().enumerate() {
        table += &format!("| {activity} ");
        for change in 0..CHANGES.len() {
            table += &format!("| {} ", outcome(at, change));
        }
        table += "|\n";
    }
    let page = include_str!("../../docs/model.md").replace("\r\n", "\n");
    let first = page.find("| a job that | ").expect("the table");
    let end = first + page[first..].find("\n\n").expect("its end") + 1;
    assert_eq!(&page[first..end], table, "docs/model.md");
}
