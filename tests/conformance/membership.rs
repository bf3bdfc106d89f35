//! Collections whose members change: a machine that joins is offered what is
//! advertised there from then on, and one that leaves loses it (KB Q316021).

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at, complaints};
use crate::withdrawal::{PROGRAMS, removal_began};
use rollcast::division::Plan;
use rollcast::model::{Diary, Entry, Teller, follow};
use rollcast::outcome::{Cause, Ending, Outcome};
use rollcast::scenario::load_str;
use rollcast::units::Instant;
use rollcast::world::MachineId;

/// `p` is advertised to the collection `c`.
const TO_C: &str = "[advertisement.p]\ncollection = \"c\"\n";
const ALL: &str = "[collection.c]\nfleet = [\"*\"]\n";
const NOBODY: &str = "[collection.c]\nname = [\"nobody\"]\n";
const LEAVES: &str = "[[membership]]\ncollection = \"c\"\nfleet = [\"*\"]\nleaves = \"+2 d\"\n";
const JOINS: &str = "[[membership]]\ncollection = \"c\"\nfleet = [\"*\"]\njoins = \"+2 d\"\n";

#[test]
fn q316021_a_machine_that_leaves_the_collection_removes_the_software_at_its_next_look() {
    let lab = Lab::new(&[LEGACY, PROGRAMS, TO_C, ALL, LEAVES]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause, row.code),
        (Ending::Removed, Cause::LeftCollection, Some(0))
    );
    assert_eq!(removal_began(&lab, "L1"), Some(at(2 * DAY)));
    assert_eq!(lab.messages("L1"), [10002, 10005, 10008, 10012, 10015]);
    // For the machine it is as if the advertisement had been deleted.
    let deleted = Lab::new(&[
        LEGACY,
        PROGRAMS,
        "[advertisement.p]\nwithdrawn = \"+2 d\"\n",
    ]);
    let as_deleted = Outcome {
        cause: Cause::NoLongerAdvertised,
        ..row
    };
    assert_eq!(as_deleted, deleted.only());
    // Whoever stays keeps it.
    let three = LEGACY.replace("count = 1", "count = 3");
    let one = LEAVES.replace("fleet = [\"*\"]", "name = [\"L2\"]");
    let lab = Lab::new(&[&three, PROGRAMS, TO_C, ALL, &one]);
    for (machine, _, row) in lab.rows() {
        let removed = row.ending == Ending::Removed;
        assert_eq!(removed, machine == "L2", "{machine}");
    }
}

#[test]
fn without_the_box_or_on_an_advanced_client_the_software_stays() {
    let unticked = "program.p.uninstall_when_not_advertised=false";
    let row = Lab::set(&[LEGACY, PROGRAMS, TO_C, ALL, LEAVES], &[unticked]).only();
    assert_eq!((row.ending, row.cause), (Ending::Installed, Cause::None));
    let row = Lab::new(&[ADVANCED, PROGRAMS, TO_C, ALL, LEAVES]).only();
    assert_eq!((row.ending, row.cause), (Ending::Installed, Cause::None));
}

#[test]
fn a_machine_that_joins_is_offered_it_at_its_first_look_from_then_on() {
    for client in [ADVANCED, LEGACY] {
        // Whether the collection's filters meet it or not.
        for collection in [NOBODY, ALL] {
            let joined = Lab::new(&[client, PROGRAM, TO_C, collection, JOINS]).only();
            assert_eq!(joined.policy, at(2 * DAY));
            let late = "[advertisement.p]\navailable = \"+2 d\"\n";
            assert_eq!(joined, Lab::new(&[client, PROGRAM, late]).only());
        }
        let hourly = client.to_owned() + "poll_interval = \"1 h\"\n";
        let phase = Lab::new(&[&hourly, PROGRAM]).only().policy;
        assert!(phase < at(HOUR));
        let late = Lab::new(&[&hourly, PROGRAM, TO_C, NOBODY, JOINS]).only();
        assert_eq!(late.policy, Instant(phase.0 + at(2 * DAY).0));
    }
    // Others are none of it.
    let three = ADVANCED.replace("count = 1", "count = 3");
    let members = "[collection.c]\nname = [\"A1\"]\n[[membership]]\ncollection = \"c\"\n\
        name = [\"A3\"]\njoins = \"+1 d\"\n";
    let lab = Lab::new(&[&three, PROGRAM, TO_C, members]);
    let policies: Vec<_> = lab
        .rows()
        .map(|(name, _, row)| (name, row.policy))
        .collect();
    assert_eq!(policies, [("A1", at(0)), ("A3", at(DAY))]);
}

/// A collection that says nothing holds every machine.
#[test]
fn a_collection_of_all_sites_holds_every_machine_even_if_another_asks_for_names() {
    let two = ADVANCED.replace("count = 1", "count = 2");
    let named = "[collection.c]\nname = [\"A1\"]\n[collection.all]\nsite = [\"*\"]\n\
        [advertisement.q]\nprogram = \"p\"\ncollection = \"all\"\n";
    let lab = Lab::new(&[&two, PROGRAM, TO_C, named]);
    assert_eq!(lab.rows().count(), 3);
    let leaves = LEAVES.replace("\"c\"", "\"all\"");
    let lab = Lab::new(&[&two, PROGRAM, TO_C, named, &leaves]);
    assert_eq!(lab.rows().count(), 3);
}

#[test]
fn an_assignment_that_was_due_before_a_machine_joined_runs_at_once_there() {
    let due = "[advertisement.p]\ncollection = \"c\"\nassigned = \"+1 d\"\n";
    let row = Lab::new(&[ADVANCED, PROGRAM, due, NOBODY, JOINS]).only();
    assert_eq!(row.run_start, at(2 * DAY));
    // One that has expired by then is rejected.
    let expired = "[advertisement.p]\ncollection = \"c\"\nexpires = \"+1 d\"\n";
    let row = Lab::new(&[ADVANCED, PROGRAM, expired, NOBODY, JOINS]).only();
    assert_eq!((row.ending, row.cause), (Ending::Rejected, Cause::Expired));
}

#[test]
fn whoever_has_not_started_when_it_leaves_never_does() {
    for (machine, client) in [("A1", ADVANCED), ("L1", LEGACY)] {
        let run = |ad: &str, settings: &[&str]| {
            let settings = [settings, &["fleet.*.poll_interval=1 h"]].concat();
            Lab::set(&[client, PROGRAMS, TO_C, ad, ALL, LEAVES], &settings)
        };
        // It waits for its time.
        let lab = run("assigned = \"+3 d\"\n", &[]);
        let row = lab.only();
        assert_eq!(
            (row.ending, row.cause),
            (Ending::NotOffered, Cause::LeftCollection)
        );
        assert!(
            row.policy.is_some() && !row.run_start.is_some(),
            "{machine}"
        );
        let finds = |(when, entry): &(Instant, Entry)| {
            *when == Instant(row.policy.0 + at(2 * DAY).0)
                && *entry == Entry::NoMember("c".to_owned())
        };
        assert!(lab.diary(machine).iter().any(finds));
        // It never heard of it: the server was down.
        let down = "[[fault]]\nat = \"+0 s\"\nfor = \"50 h\"\nserver = [\"SMS\"]\n";
        let row = run(down, &[]).only();
        assert_eq!(
            (row.ending, row.cause),
            (Ending::NotOffered, Cause::LeftCollection)
        );
        assert!(!row.policy.is_some(), "{machine}");
        // It was in the middle of it, and ends it.
        let long = ["program.p.install_time=3 d", "rules.maximum_run_time=9 d"];
        let row = run("", &long).only();
        assert!(row.run_end >= at(3 * DAY), "{machine}");
        // It tried in vain.
        let down =
            "[[fault]]\nat = \"+0 s\"\nserver = [\"SMS\"]\nroles = [\"distribution point\"]\n";
        let row = run(down, &[]).only();
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Failed, Cause::ContentUnreachable)
        );
        assert!(row.attempts <= 49 * 6 + 1, "{machine}: {}", row.attempts);
    }
}

#[test]
fn the_first_of_leaving_and_deletion_is_the_cause() {
    let cause = |withdrawn: &str| {
        let ad = format!(
            "[advertisement.p]\ncollection = \"c\"\nassigned = \"+5 d\"\nwithdrawn = \"{withdrawn}\"\n"
        );
        Lab::new(&[ADVANCED, PROGRAMS, &ad, ALL, LEAVES])
            .only()
            .cause
    };
    assert_eq!(cause("+1 d"), Cause::Withdrawn);
    assert_eq!(cause("+3 d"), Cause::LeftCollection);
}

#[test]
fn a_machine_joins_and_leaves_again() {
    let both = JOINS.to_owned() + "leaves = \"+4 d\"\n";
    let apart = JOINS.to_owned() + &LEAVES.replace("+2 d", "+4 d");
    for members in [both, apart] {
        let lab = Lab::new(&[LEGACY, PROGRAMS, TO_C, NOBODY, &members]);
        assert_eq!(lab.only().run_start, at(2 * DAY));
        assert_eq!(removal_began(&lab, "L1"), Some(at(4 * DAY)));
    }
}

/// Members of `first` go to `second` at two days.
fn moves(second: &str, settings: &[&str]) -> Lab {
    let text = format!(
        "[collection.first]\nfleet = [\"*\"]\n{second}\
         [[membership]]\ncollection = \"first\"\nfleet = [\"*\"]\nleaves = \"+2 d\"\n\
         [advertisement.one]\nprogram = \"p\"\ncollection = \"first\"\n\
         [advertisement.two]\nprogram = \"p\"\ncollection = \"second\"\nrerun = \"if failed\"\n"
    );
    Lab::set(&[LEGACY, PROGRAMS, &text], settings)
}

#[test]
fn what_another_collection_of_the_machine_is_still_offered_is_not_removed() {
    let lab = moves("[collection.second]\nfleet = [\"*\"]\n", &[]);
    assert_eq!(removal_began(&lab, "L1"), None);
    assert_eq!(lab.row("L1", "one").ending, Ending::Installed);
    // Left as well, it is removed.
    let also = "[collection.second]\nfleet = [\"*\"]\n[[membership]]\ncollection = \"second\"\n\
        fleet = [\"*\"]\nleaves = \"+3 d\"\n";
    let lab = moves(also, &[]);
    assert_eq!(removal_began(&lab, "L1"), Some(at(3 * DAY)));
    assert_eq!(lab.row("L1", "one").cause, Cause::LeftCollection);
    // Expired as well, that is why.
    let expires = "advertisement.two.expires=+3 d";
    let second = "[collection.second]\nfleet = [\"*\"]\n";
    let lab = moves(second, &[expires]);
    assert_eq!(removal_began(&lab, "L1"), Some(at(3 * DAY)));
    assert_eq!(lab.row("L1", "one").cause, Cause::NoLongerAdvertised);
}

#[test]
fn a_machine_that_goes_from_one_collection_to_another_keeps_the_software() {
    let joins = "[collection.second]\nname = [\"nobody\"]\n[[membership]]\ncollection = \"second\"\n\
        fleet = [\"*\"]\njoins = \"+2 d\"\n";
    let slow = "server.SMS.station={ servers = 1, service = \"1 min\" }";
    for settings in [&[][..], &[slow]] {
        let lab = moves(joins, settings);
        assert_eq!(removal_began(&lab, "L1"), None);
        assert_eq!(lab.row("L1", "one").ending, Ending::Installed);
        assert_eq!(lab.row("L1", "two").cause, Cause::HasRunBefore);
    }
    // A day between the two is a day without it.
    let late = joins.replace("+2 d", "+3 d");
    assert_eq!(removal_began(&moves(&late, &[]), "L1"), Some(at(2 * DAY)));
}

#[test]
fn a_machine_that_is_off_finds_out_when_it_is_back() {
    // Off at 08:00, the hour of the change.
    let late = |client: &str| {
        format!(
            "{client}availability = {{ days = \"Mon-Sun\", from = \"10:00\", to = \"20:00\", jitter = \"0 s\" }}\n"
        )
    };
    let lab = Lab::new(&[&late(LEGACY), PROGRAMS, TO_C, ALL, LEAVES]);
    assert_eq!(removal_began(&lab, "L1"), Some(at(2 * DAY + 2 * HOUR)));
    let row = Lab::new(&[&late(ADVANCED), PROGRAM, TO_C, NOBODY, JOINS]).only();
    assert_eq!(row.policy, at(2 * DAY + 2 * HOUR));
}

#[test]
fn the_time_is_that_of_the_site_whatever_a_clock_on_a_wall_shows() {
    let ahead = "[site.\"*\"]\ntime_zone = \"+6 h\"\n";
    let wrong = "[[fault]]\nat = \"+0 s\"\nsite = [\"hq\"]\nclock = \"-9 h\"\n";
    for elsewhere in [ahead, wrong] {
        let row = Lab::new(&[ADVANCED, PROGRAM, TO_C, NOBODY, JOINS, elsewhere]).only();
        assert_eq!(row.policy, at(2 * DAY));
        let lab = Lab::new(&[LEGACY, PROGRAMS, TO_C, ALL, LEAVES, elsewhere]);
        assert_eq!(removal_began(&lab, "L1"), Some(at(2 * DAY)));
    }
}

#[test]
fn a_program_that_comes_round_does_so_no_more_after_its_machine_has_left() {
    let times = |members: &str| {
        let again = "recurs = \"1 d\"\nassigned = \"+1 h\"\n";
        let lab = Lab::new(&[ADVANCED, PROGRAM, TO_C, again, ALL, members]);
        let diary = lab.diary("A1").into_iter();
        diary
            .filter(|(_, entry)| matches!(entry, Entry::BeginsAgain(_)))
            .count()
    };
    assert_eq!(times(""), 9, "ten days");
    assert_eq!(times(LEAVES), 1, "of the first day and the second");
}

#[test]
fn what_supersedes_a_program_does_so_where_it_is_offered_alone() {
    let two = ADVANCED.replace("count = 1", "count = 2");
    let newer = "[program.p]\n[program.new]\nsupersedes = [\"p\"]\n[program.\"*\"]\n\
        runs = \"whether or not a user is logged on\"\n[advertisement.p]\n\
        [advertisement.new]\ncollection = \"c\"\n";
    let joins = JOINS.replace("fleet = [\"*\"]", "name = [\"A2\"]");
    let lab = Lab::new(&[&two, newer, NOBODY, &joins]);
    assert_eq!(lab.row("A1", "p").ending, Ending::Installed);
    let row = lab.row("A2", "p");
    assert_eq!((row.ending, row.cause), (Ending::Removed, Cause::Replaced));
    assert!(lab.row("A2", "new").run_start >= at(2 * DAY));
}

#[test]
fn explain_tells_of_joining_and_leaving() {
    let both = JOINS.to_owned() + "leaves = \"+4 d\"\n";
    let lab = Lab::new(&[LEGACY, PROGRAMS, TO_C, NOBODY, &both]);
    let first = MachineId(0);
    let (_, Diary { entries, .. }) = follow(&lab.world, &Plan::new(&lab.world), 1, first);
    let teller = Teller::new(&lab.world, first);
    let told: Vec<_> = entries
        .iter()
        .map(|(_, _, entry)| teller.tell(entry))
        .collect();
    let has = |text: &str| told.iter().any(|line| line == text);
    assert!(
        has("is a member of the collection c since Wed 2006-03-22 08:00:00"),
        "{told:#?}"
    );
    assert!(
        has("finds that it is no longer in the collection c"),
        "{told:#?}"
    );
    assert!(!has("finds that the advertisement has been withdrawn"));
}

#[test]
fn machines_that_move_together_have_one_set_of_advertisements() {
    let many = ADVANCED.replace("count = 1", "count = 3000");
    let batches = "[collection.c]\nname = [\"A1\", \"A1?\"]\n\
        [[membership]]\ncollection = \"c\"\nname = [\"A1???\"]\njoins = \"+1 d\"\n\
        [[membership]]\ncollection = \"c\"\nname = [\"A2???\"]\njoins = \"+2 d\"\nleaves = \"+3 d\"\n";
    let lab = Lab::new(&[&many, PROGRAM, TO_C, batches]);
    assert_eq!(lab.rows().count(), 11 + 2 * 1000);
    assert_eq!(lab.world.fleet.target_sets.len(), 4, "one of them is empty");
    let text = format!("{ADVANCED}{PROGRAM}{TO_C}{ALL}");
    let still = load_str(&text, &[]).expect("it has no errors").world;
    assert!(still.fleet.memberships.is_empty(), "nobody moves");
    assert!(!lab.world.fleet.memberships.is_empty());
}

/// Sites that share nothing are simulated apart, whoever joins at them.
#[test]
fn sites_are_simulated_apart_with_the_same_result() {
    let text = "[site.hq]\n[server.\"*\"]\nnetwork = \"unlimited\"\n[server.SMS]\nsite = \"hq\"\n\
        roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
        [site.one]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n[site.two]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n\
        [fleet.pc]\nper_site = 9\nsites = [\"one\", \"two\"]\nclient = \"legacy\"\n\
        [collection.c]\nsite = [\"one\"]\n\
        [[membership]]\ncollection = \"c\"\nsite = [\"two\"]\njoins = \"+1 d\"\n\
        [[membership]]\ncollection = \"c\"\nname = [\"*2\", \"*3\"]\nleaves = \"+3 d\"\n";
    let parts = format!("{text}{PROGRAMS}{TO_C}on_remote = \"run\"\n");
    let apart = Lab::of(&parts, &[]);
    assert_eq!(Plan::new(&apart.world).group_count(), 2);
    let stay = "[[stay]]\nmachine = [\"one-pc-00001\"]\nsite = \"two\"\nat = \"+167 h\"\n";
    let tied = Lab::of(&format!("{parts}{stay}"), &[]);
    assert_eq!(Plan::new(&tied.world).group_count(), 1);
    assert_eq!(apart.replication.outcomes, tied.replication.outcomes);
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let again = pool.expect("two threads").install(|| Lab::of(&parts, &[]));
        assert_eq!(apart.replication.outcomes, again.replication.outcomes);
    }
    let gone = apart
        .rows()
        .filter(|(_, _, row)| row.ending == Ending::Removed);
    assert_eq!(gone.count(), 4);
}

#[test]
fn changes_of_members_that_cannot_be_are_refused() {
    let entry = |lines: &str| format!("[[membership]]\ncollection = \"c\"\n{lines}");
    let cases = [
        (
            entry("leaves = \"+1 d\"\n"),
            "does not say who joins or leaves",
        ),
        (entry("fleet = [\"*\"]\n"), "does not say when"),
        (
            entry("fleet = [\"*\"]\njoins = \"+2 d\"\nleaves = \"+1 d\"\n"),
            "before they join it",
        ),
        (
            entry("fleet = [\"*\"]\nleaves = \"+0 s\"\n"),
            "before the start",
        ),
        (
            entry("name = [\"B*\"]\njoins = \"+1 d\"\n"),
            "no machine is called `B*`",
        ),
        (
            entry("fleet = [\"*\"]\nleaves = \"+1 d\"\n"),
            "`A1` leaves the collection `c`, and is not a member of it, nor are 2 more",
        ),
        (
            entry("fleet = [\"*\"]\njoins = \"+1 d\"\n")
                + &entry("name = [\"A2\"]\njoins = \"+2 d\"\n"),
            "contradicts what another entry says of `A2`",
        ),
        (
            entry("fleet = [\"*\"]\njoins = \"+3 d\"\n")
                + &entry("name = [\"A3\"]\nleaves = \"+2 d\"\n"),
            "contradicts what another entry says of `A3`",
        ),
        (
            "[[membership]]\ncollection = \"d\"\nname = [\"A1\"]\njoins = \"+1 d\"\n".to_owned(),
            "there is no collection `d`",
        ),
        (
            "[[membership]]\nname = [\"A1\"]\njoins = \"+1 d\"\n".to_owned(),
            "does not say of which collection",
        ),
    ];
    let three = ADVANCED.replace("count = 1", "count = 3");
    for (members, wanted) in cases {
        let text = complaints(&[&three, PROGRAM, TO_C, NOBODY, &members]);
        assert!(text.contains(wanted), "{members}{text}");
        assert_eq!(text.matches('×').count(), 1, "one message: {text}");
    }
    // A controller counts its machines once.
    let joins = entry("fleet = [\"*\"]\njoins = \"+1 d\"\n");
    for controlled in [
        "collection = \"c\"\nrate = { per_minute = 3 }\n",
        "phases = [{ name = \"a\", collection = \"c\" }, { name = \"b\" }]\n",
    ] {
        let ad = format!("[advertisement.p]\n{controlled}");
        let text = complaints(&[&three, PROGRAM, &ad, NOBODY, &joins]);
        assert!(text.contains("has a controller"), "{text}");
    }
}

#[test]
fn changes_that_come_too_late_or_concern_nobody_are_warned_of() {
    let warned = |members: &str| {
        let text = format!(
            "horizon = \"3 d\"\n{ADVANCED}{PROGRAM}{TO_C}{ALL}[collection.d]\nsite = [\"*\"]\n{members}"
        );
        let loaded = load_str(&text, &[]).expect("it has no errors");
        loaded.warnings.render(false)
    };
    for (entry, wanted) in [
        (
            "collection = \"c\"\nfleet = [\"*\"]\nleaves = \"+4 d\"\n",
            "leave the collection `c` after the horizon",
        ),
        (
            "collection = \"c\"\nfleet = [\"*\"]\njoins = \"+4 d\"\n",
            "join the collection `c` after the horizon",
        ),
        (
            "collection = \"c\"\nfleet = [\"*\"]\njoins = \"+1 d\"\n[advertisement.q]\n\
            program = \"p\"\ncollection = \"c\"\nexpires = \"+20 h\"\n",
            "when the advertisement `q` to it is over",
        ),
        (
            "collection = \"d\"\nfleet = [\"*\"]\nleaves = \"+1 d\"\n",
            "nothing is advertised to the collection `d`",
        ),
    ] {
        let text = warned(&format!("[[membership]]\n{entry}"));
        assert!(text.contains(wanted), "{entry}{text}");
    }
}

/// Windows sees no case in names.
#[test]
fn platforms_and_machines_of_a_collection_are_found_in_any_case() {
    for filter in [
        "platform = [\"windows xp professional\"]",
        "platform = [\"WINDOWS XP*\"]",
        "name = [\"a*\"]",
        "name = [\"a1\"]",
    ] {
        let collection =
            format!("[collection.c]\n{filter}\n[advertisement.p]\ncollection = \"c\"\n");
        let lab = Lab::new(&[ADVANCED, PROGRAM, &collection]);
        assert_eq!(lab.row("A1", "p").ending, Ending::Installed, "{filter}");
    }
}
