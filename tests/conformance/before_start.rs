//! What lies before the start is reckoned with as it was written: what is counted from a
//! moment is counted from that moment, and not from the start.
//!
//! [`HQ`](crate::lab::HQ) starts on Monday 2006-03-20 at 08:00.

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending};
use rollcast::scenario::load_str;
use rollcast::units::{Instant, SignedInstant, Span, on_the_calendar};

const MINUTE: u64 = 60;
const EAST_AND_WEST: &str = "[site.east]\nparent = \"hq\"\ntime_zone = \"+3 h\"\nslow_boundary = false\n\
    [site.west]\nparent = \"hq\"\ntime_zone = \"-6 h\"\nslow_boundary = false\n\
    [fleet.adv]\nsites = [\"hq\", \"east\", \"west\"]\ncount = 3\nname = \"{site}-{number}\"\n";

/// When the program started on a machine of each site, the last time that it did.
fn starts(lab: &Lab) -> Vec<Instant> {
    let start = |site: &str| {
        let mut rows = lab.rows().filter(|(name, ..)| name.starts_with(site));
        rows.next().expect("a machine at every site").2.run_start
    };
    ["east", "hq", "west"].map(start).to_vec()
}

#[test]
fn an_assignment_before_the_start_comes_round_at_its_own_time() {
    // Friday at 20:00, 60 h before the start, and every week from then on.
    let first = 7 * DAY - 60 * HOUR;
    for time in [
        "assigned = 2006-03-17T20:00:00",
        "available = 2006-03-17T20:00:00",
        // Two rounds are over by the start.
        "assigned = 2006-03-03T20:00:00",
        "assigned = 1996-03-22T20:00:00\navailable = 2006-03-17",
    ] {
        let ad = format!("[advertisement.p]\n{time}\nrecurs = \"7 d\"\n");
        for client in [ADVANCED, LEGACY] {
            let row = Lab::new(&[client, PROGRAM, &ad]).only();
            assert_eq!(row.run_start, at(first), "{time}");
            // Before it comes round it has run for once, at the start.
            let row = Lab::set(&[client, PROGRAM, &ad], &["horizon=4 d"]).only();
            assert_eq!(row.run_start, at(0), "{time}");
        }
    }
}

#[test]
fn a_local_time_before_the_start_is_another_moment_in_each_time_zone() {
    // At 05:00 at headquarters, which is 3 h before the start; in the west 3 h after it.
    let ad = "[advertisement.p]\nassigned = 2006-03-20T05:00:00\n";
    let lab = Lab::set(&[EAST_AND_WEST, PROGRAM, ad], &[]);
    assert_eq!(starts(&lab), [at(0), at(0), at(3 * HOUR)]);
    let daily = format!("{ad}recurs = \"1 d\"\n");
    let lab = Lab::set(&[EAST_AND_WEST, PROGRAM, &daily], &["horizon=2 d"]);
    let hours = [42, 45, 27].map(|hours| at(hours * HOUR));
    assert_eq!(starts(&lab), hours);
    let gmt = format!("{daily}greenwich_mean_time = true\n");
    let lab = Lab::set(&[EAST_AND_WEST, PROGRAM, &gmt], &["horizon=2 d"]);
    assert_eq!(starts(&lab), [at(45 * HOUR); 3]);
}

#[test]
fn what_has_expired_at_one_site_may_last_at_another() {
    let ad = "[advertisement.p]\navailable = 2006-03-19\nexpires = 2006-03-20T06:00:00\n";
    let lab = Lab::set(&[EAST_AND_WEST, PROGRAM, ad], &[]);
    assert_eq!(starts(&lab), [Instant::NEVER, Instant::NEVER, at(0)]);
    // Two hours before the start it is over at headquarters, and there alone are machines.
    let text = format!("{}{ADVANCED}{PROGRAM}{ad}", crate::lab::HQ);
    let said = load_str(&text, &[]).expect_err("it is over").render(false);
    assert!(said.contains("`p` has expired by the start"), "{said}");
    let never = text.replace("available = 2006-03-19", "available = 2006-03-21");
    let said = load_str(&never, &[])
        .expect_err("it never is")
        .render(false);
    assert!(
        said.contains("expires before it becomes available"),
        "{said}"
    );
}

#[test]
fn a_clock_that_is_behind_shows_a_time_before_the_start_after_it() {
    let run = |fault: &str, ad: &str| {
        let tolerant = ["rules.clock_tolerance=1 d"];
        Lab::set(&[ADVANCED, PROGRAM, ad, fault], &tolerant).only()
    };
    // Ten hours behind, so that 05:00 comes 7 h after the start.
    let clock = "[[fault]]\nat = 2006-03-18\nmachine = [\"*\"]\nclock = \"-10 h\"\n";
    let ad = "[advertisement.p]\nassigned = 2006-03-20T05:00:00\n";
    let row = run(clock, ad);
    assert_eq!(row.run_start, at(7 * HOUR));
    // Once it has been set right, it is past that time.
    let set = format!("{clock}for = \"2 d 12 h\"\n");
    let row = run(&set, ad);
    assert_eq!(row.run_start, at(4 * HOUR));
    let over = format!("{clock}for = \"1 d\"\n");
    let row = run(&over, ad);
    assert_eq!(row.run_start, at(0), "it was right by the start");
}

#[test]
fn a_start_window_that_began_before_the_start_ends_when_it_would() {
    // The window is over 2 h after the start; what has missed its moment starts at once,
    // or draws another from then on.
    let many = "[fleet.adv]\ncount = 300\n";
    let window = |more: &str| {
        format!(
            "[advertisement.p]\nassigned = 2006-03-20T00:00:00\n\
             start_window = {{ length = \"10 h\"{more} }}\n"
        )
    };
    let lab = Lab::new(&[many, PROGRAM, &window(", redraw = false")]);
    let missed = lab.rows().filter(|(.., row)| row.run_start == at(0));
    assert!((210..270).contains(&missed.count()), "8 h of 10 h are over");
    let last = lab.rows().map(|(.., row)| row.run_start).max();
    assert!(last.is_some_and(|last| at(HOUR) < last && last < at(2 * HOUR)));
}

#[test]
fn a_fault_that_began_before_the_start_is_over_when_it_would_be() {
    for end in ["for = \"3 d\"", "until = 2006-03-21T08:00:00"] {
        let fault = format!("[[fault]]\nat = 2006-03-18T08:00:00\n{end}\nserver = [\"SMS\"]\n");
        for client in [ADVANCED, LEGACY] {
            let hourly = format!("{client}poll_interval = \"1 min\"\n");
            let row = Lab::new(&[&hourly, PROGRAM, &fault]).only();
            let back = DAY..DAY + 2 * MINUTE;
            assert!(back.contains(&(row.policy.0 / 1_000_000)), "{end}: {row:?}");
        }
    }
}

#[test]
fn what_was_over_by_the_start_changes_nothing_and_is_said() {
    let plain = Lab::new(&[ADVANCED, PROGRAM]).only();
    for what in [
        "[[fault]]\nat = 2006-03-10\nuntil = 2006-03-12\nserver = [\"SMS\"]\n",
        "[[fault]]\nat = 2006-03-10\nfor = \"10 d 8 h\"\nserver = [\"SMS\"]\n",
        "[[stay]]\nmachine = [\"A1\"]\nsite = \"br\"\nat = 2006-03-10\nfor = \"3 d\"\n",
        "[[stay]]\nmachine = [\"A1\"]\nsite = \"br\"\nuntil = 2006-03-12\n",
    ] {
        let parts = [
            ADVANCED,
            "sites = [\"hq\"]\n",
            PROGRAM,
            "[site.br]\nparent = \"hq\"\n",
            what,
        ];
        let text = format!("{}{}", crate::lab::HQ, parts.join("\n"));
        let loaded = load_str(&text, &[]).unwrap_or_else(|problems| panic!("{problems}"));
        let said = loaded.warnings.render(false);
        assert!(said.contains("is over before the start"), "{what}: {said}");
        let row = Lab::new(&parts).only();
        assert_eq!((row.run_start, row.policy), (plain.run_start, plain.policy));
    }
    let turned = "[[fault]]\nat = 2006-03-12\nuntil = 2006-03-10\nserver = [\"SMS\"]\n";
    let text = format!("{}{ADVANCED}{PROGRAM}{turned}", crate::lab::HQ);
    let said = load_str(&text, &[]).expect_err("turned").render(false);
    assert!(said.contains("a fault ends before it begins"), "{said}");
}

#[test]
fn of_faults_that_began_before_the_start_the_last_to_begin_is_in_force() {
    let rate = |day: u32, rate: &str| {
        format!("[[fault]]\nat = 2006-03-{day}\nwan = [\"br\"]\nrate = \"{rate}\"\n")
    };
    let branch = "[site.br]\nparent = \"hq\"\nwan = \"8 Mbit/s\"\nslow_boundary = false\n\
        [fleet.adv]\ncount = 1\nsites = [\"br\"]\n";
    let fetch = "[package.p]\nsize = \"10 MB\"\n[advertisement.p]\non_local = \"download\"\non_remote = \"download\"\n";
    // However they are written: 80 Mbit take 40 s at 2 Mbit/s.
    let faults = [rate(18, "2 Mbit/s"), rate(16, "1 Mbit/s")];
    for order in [[0, 1], [1, 0]] {
        let [first, second] = order.map(|at| faults[at].as_str());
        let row = Lab::new(&[branch, PROGRAM, fetch, first, second]).only();
        assert_eq!(
            row.content_end.since(row.content_start),
            Span::from_secs(40)
        );
    }
}

#[test]
fn a_stay_that_began_before_the_start_is_over_when_it_would_be() {
    let branch = "[site.br]\nparent = \"hq\"\n";
    let stay =
        "[[stay]]\nmachine = [\"A1\"]\nsite = \"br\"\nat = 2006-03-18T08:00:00\nfor = \"3 d\"\n";
    let parts = [ADVANCED, "sites = [\"hq\"]\n", PROGRAM, branch, stay];
    let lab = Lab::new(&parts);
    let away = |(_, entry): &(_, Entry)| match entry {
        Entry::Away(_, until) => Some(*until),
        _ => None,
    };
    let until = lab.diary("A1").iter().find_map(away);
    assert_eq!(until, Some(at(DAY)));
}

#[test]
fn stays_before_the_start_do_not_meet_because_both_are_over() {
    let branch = "[site.br]\nparent = \"hq\"\n[site.other]\nparent = \"hq\"\n";
    let stay = |site: &str, from: u32, to: u32| {
        format!(
            "[[stay]]\nmachine = [\"A1\"]\nsite = \"{site}\"\nat = 2006-03-{from}\nuntil = 2006-03-{to}\n"
        )
    };
    let parts = |second: String| {
        [
            ADVANCED.to_owned(),
            "sites = [\"hq\"]\n".to_owned(),
            PROGRAM.to_owned(),
            branch.to_owned(),
            stay("br", 16, 22),
            second,
        ]
        .join("\n")
    };
    let text = |second: String| format!("{}{}", crate::lab::HQ, parts(second));
    assert!(load_str(&text(stay("other", 12, 16)), &[]).is_ok());
    let said = load_str(&text(stay("other", 14, 18)), &[]).expect_err("they overlap");
    assert!(said.render(false).contains("at two sites at a time"));
}

/// Controllers at two sites; the Network Access Account reads a share.
const ROTATED: &str = "horizon = \"1 d\"\nstart = 2006-03-20T08:00:00\n\
    [account.'CORP\\naa']\n[accounts]\nnetwork_access = 'CORP\\naa'\n\
    [domain.CORP]\nreplication = \"2 h\"\npdc = \"HQ-DC\"\n\
    [site.hq]\n[site.branch]\nparent = \"hq\"\n\
    [server.HQ-DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\n\
    [server.BR-DC]\nsite = \"branch\"\nroles = [\"domain controller\"]\n\
    [server.FILES]\nsite = \"branch\"\nroles = [\"file server\"]\n\
    [server.BR-DP]\nsite = \"branch\"\nroles = [\"distribution point\"]\n\
    [share.tools]\naccess = ['CORP\\Domain Users']\n\
    [fleet.pcs]\ncount = 1\nsites = [\"branch\"]\npoll_interval = \"1 min\"\n\
    [program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
    shares = [{ share = \"tools\" }]\n\
    [[fault]]\nat = \"+0 s\"\nserver = [\"HQ-DC\"]\n";

#[test]
fn controllers_have_heard_of_a_password_that_was_changed_long_before_the_start() {
    let tries = |changed: &str| {
        let text = format!("{ROTATED}[[rotation]]\naccount = 'CORP\\naa'\nat = {changed}\n");
        Lab::of(&text, &[]).only().attempts
    };
    assert_eq!(tries("2006-03-19"), 1, "a day before");
    assert_eq!(tries("2006-03-20T06:00:00"), 1, "2 h before");
    // An hour of the replication is left, and the PDC is down.
    assert!(tries("2006-03-20T07:00:00") > 5);
}

#[test]
fn q227033_the_sixty_days_of_an_orphan_began_before_the_start() {
    let down = "[[fault]]\nat = 2006-02-18T08:00:00\nserver = [\"SMS\"]\nroles = [\"client access point\"]\n";
    // Thirty days before the start.
    let row = |horizon: &str| Lab::set(&[LEGACY, PROGRAM, down], &[horizon]);
    let lab = row("horizon=40 d");
    assert_eq!(lab.only().cause, Cause::ClientUninstalled);
    let since = SignedInstant(-(30 * DAY as i64) * 1_000_000);
    let gone =
        |(when, entry): &(_, Entry)| *when == at(30 * DAY) && *entry == Entry::Uninstalls(since);
    assert!(
        lab.diary("L1").iter().any(gone),
        "{:?}",
        lab.diary("L1").last()
    );
    assert_eq!(row("horizon=20 d").only().ending, Ending::Unaware);
    assert_ne!(row("horizon=20 d").only().cause, Cause::ClientUninstalled);
}

/// The same moments on the wall, with another start: what comes after both starts comes
/// at the same time.
#[test]
fn a_start_that_is_moved_moves_nothing_that_follows() {
    let ads = [
        "assigned = 2006-03-15T21:30:00\nrecurs = \"1 d\"\n",
        "available = 2006-03-15T21:30:00\nrecurs = \"7 h\"\n",
        "available = 2006-03-10\nassigned = 2006-03-12T04:10:00\nrecurs = \"3 d\"\ngreenwich_mean_time = true\n",
    ];
    let clocks = [
        "",
        "[[fault]]\nat = 2006-03-14\nfor = \"30 d\"\nmachine = [\"*\"]\nclock = \"-100 min\"\n",
    ];
    for ad in ads {
        for clock in clocks {
            let parts = [EAST_AND_WEST, PROGRAM, "[advertisement.p]\n", ad, clock];
            let mut ends = Vec::new();
            // All forecasts end at the same moment.
            for (start, days) in [
                ("2006-03-15T08:00:00", 12),
                ("2006-03-16T08:00:00", 11),
                ("2006-03-22T08:00:00", 5),
            ] {
                let settings = [format!("start={start}"), format!("horizon={days} d")];
                let settings = settings.each_ref().map(String::as_str);
                let lab = Lab::set(&parts, &settings);
                let date = |start: &Instant| on_the_calendar(lab.world.start, *start);
                ends.push(starts(&lab).iter().map(date).collect::<Vec<_>>());
            }
            assert!(
                ends.iter().all(|end| *end == ends[0]),
                "{ad}{clock}: {ends:?}"
            );
        }
    }
}
