//! Programs that supersede others (learn.microsoft.com, "Revise and supersede
//! applications"), and what machines have before the start.

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, at, complaints};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, ReportState, Resource};
use rollcast::units::Instant;

const BOTH: [(&str, &str); 2] = [("A1", ADVANCED), ("L1", LEGACY)];

/// Three programs of ten minutes; the new one supersedes the old one.
const PROGRAMS: &str = r#"
[program."*"]
runs = "whether or not a user is logged on"
install_time = "10 min"
[program.old]
uninstall = "remove"
[program.remove]
[program.new]
supersedes = ["old"]
"#;
const NEW: &str = "[advertisement.new]\nassigned = \"+1 d\"\n";
const OLD: &str = "[advertisement.old]\n";
const FIRST: &str = "program.new.uninstall_first=true";
const BEFORE: &str = "installed = { old = 1 }\n";

fn started(lab: &Lab, machine: &str) -> Vec<String> {
    let names = lab.diary(machine).into_iter();
    let names = names.filter_map(|(_, entry)| match entry {
        Entry::Starts(program) => Some(lab.world.programs[program.index()].id.clone()),
        _ => None,
    });
    names.collect()
}

#[test]
fn a_superseding_program_upgrades_what_the_machine_has() {
    for (machine, client) in BOTH {
        let lab = Lab::new(&[client, BEFORE, PROGRAMS, NEW]);
        let row = lab.only();
        assert_eq!(
            (row.ending, row.run_end),
            (Ending::Installed, at(DAY + 600))
        );
        assert_eq!(started(&lab, machine), ["new"]);
    }
}

#[test]
fn or_it_is_removed_first_where_the_machine_has_it() {
    for (machine, client) in BOTH {
        let lab = Lab::set(&[client, BEFORE, PROGRAMS, NEW], &[FIRST]);
        let row = lab.only();
        // Ten minutes of removal and ten of installation.
        assert_eq!(
            (row.ending, row.run_end),
            (Ending::Installed, at(DAY + 1200))
        );
        assert_eq!(started(&lab, machine), ["remove", "new"]);
        let lab = Lab::set(&[client, PROGRAMS, NEW], &[FIRST]);
        assert_eq!(lab.only().run_end, at(DAY + 600));
        assert_eq!(started(&lab, machine), ["new"]);
        let nothing = |(_, entry): &(_, Entry)| matches!(entry, Entry::NothingToRemove(_));
        assert!(lab.diary(machine).iter().any(nothing));
    }
}

#[test]
fn a_removal_that_fails_keeps_the_new_program_away() {
    for (machine, client) in BOTH {
        let fails = "program.remove.exit_codes={ 1603 = 1 }";
        let lab = Lab::set(&[client, BEFORE, PROGRAMS, NEW], &[FIRST, fails]);
        let row = lab.only();
        assert_eq!(
            (row.ending, row.cause, row.code),
            (Ending::Failed, Cause::OldNotRemoved, Some(1603))
        );
        let removal = |program: rollcast::world::ProgramId| {
            lab.world.programs[program.index()].id == "remove"
        };
        assert!(matches!(row.concerns(), Resource::Program(program) if removal(program)));
        assert_eq!(started(&lab, machine), ["remove"]);
    }
}

/// The share of machines with the old program takes longer by the removal: a
/// closed form for the mean.
#[test]
fn a_share_of_the_machines_has_it_before_the_start() {
    let many = ADVANCED.replace("count = 1", "count = 400");
    let lab = Lab::set(
        &[&many, "installed = { old = 0.4 }\n", PROGRAMS, NEW],
        &[FIRST],
    );
    let longer = lab
        .rows()
        .filter(|(_, _, row)| row.run_end == at(DAY + 1200));
    let longer = longer.count();
    assert!(longer.abs_diff(160) < 40, "{longer}");
    let others = lab
        .rows()
        .filter(|(_, _, row)| row.run_end == at(DAY + 600));
    assert_eq!(others.count(), 400 - longer);
    // More machines with it are the same machines and some more.
    let more = Lab::set(
        &[&many, "installed = { old = 0.7 }\n", PROGRAMS, NEW],
        &[FIRST],
    );
    for (machine, _, row) in lab
        .rows()
        .filter(|(_, _, row)| row.run_end == at(DAY + 1200))
    {
        assert_eq!(more.row(machine, "new").run_end, row.run_end);
    }
}

#[test]
fn what_ran_before_is_gone_once_the_new_program_has_succeeded() {
    for (machine, client) in BOTH {
        for settings in [&[][..], &[FIRST]] {
            // The old one is there for a day before the new one is heard of.
            let later = "[advertisement.new]\navailable = \"+1 d\"\n";
            let lab = Lab::set(&[client, PROGRAMS, OLD, later], settings);
            let old = lab.row(machine, "old");
            assert_eq!((old.ending, old.cause), (Ending::Removed, Cause::Replaced));
            assert_eq!(old.run_end, at(600), "when it was installed");
            assert_eq!(old.state, ReportState::Succeeded, "as it had reported");
            assert_eq!(lab.row(machine, "new").ending, Ending::Installed);
            // If the new one fails, the old one is still there, unless it was
            // removed first.
            let fails = "program.new.exit_codes={ 1603 = 1 }";
            let settings = [settings, &[fails]].concat();
            let lab = Lab::set(&[client, PROGRAMS, OLD, later], &settings);
            assert_eq!(lab.row(machine, "new").ending, Ending::Failed);
            let kept = if settings.len() == 1 {
                Ending::Installed
            } else {
                Ending::Removed
            };
            assert_eq!(lab.row(machine, "old").ending, kept);
        }
    }
}

#[test]
fn an_assignment_of_a_superseded_program_is_not_run_where_both_are_offered() {
    for (machine, client) in BOTH {
        // Whichever comes first in the list, and though the new one is due later.
        for (old, new) in [("a", "b"), ("b", "a")] {
            let both = format!(
                "[advertisement.{old}]\nprogram = \"old\"\n\
                 [advertisement.{new}]\nprogram = \"new\"\nassigned = \"+1 d\"\n"
            );
            let lab = Lab::new(&[client, PROGRAMS, &both]);
            let row = lab.row(machine, old);
            assert_eq!(
                (row.ending, row.cause, row.state),
                (Ending::NotTaken, Cause::Superseded, ReportState::Canceled)
            );
            assert!(!row.run_start.is_some());
            assert_eq!(lab.row(machine, new).ending, Ending::Installed);
            assert_eq!(started(&lab, machine), ["new"]);
        }
    }
}

#[test]
fn a_program_that_waits_for_its_time_gives_way_when_the_new_one_is_heard_of() {
    let later =
        "[advertisement.old]\nassigned = \"+8 d\"\n[advertisement.new]\navailable = \"+2 d\"\n";
    for (machine, client) in BOTH {
        let lab = Lab::new(&[client, PROGRAMS, later]);
        let gave_way = |(when, entry): &(Instant, Entry)| {
            *when == at(2 * DAY) && matches!(entry, Entry::Superseded(_))
        };
        assert!(lab.diary(machine).iter().any(gave_way));
        assert_eq!(lab.row(machine, "old").cause, Cause::Superseded);
    }
}

/// An offer puts nothing on the machine: what depends on the old program gets it, and the
/// new one, which depends on that in turn, finds it there.
#[test]
fn an_offer_does_not_stand_in_for_a_program_to_run_first() {
    let middle = "[program.mid]\nrun_first = \"old\"\n[advertisement.mid]\n";
    for (machine, client) in BOTH {
        let lab = Lab::new(&[client, PROGRAMS, middle, OLD, NEW]);
        assert_eq!(started(&lab, machine), ["old", "mid", "new"]);
        assert_eq!(lab.row(machine, "old").cause, Cause::Superseded);
        assert_eq!(lab.row(machine, "mid").ending, Ending::Installed);
        // What depends on the old program when the new one is there does without it.
        let late = Lab::set(
            &[client, PROGRAMS, middle, NEW],
            &["advertisement.mid.assigned=\"+2 d\""],
        );
        assert_eq!(started(&late, machine), ["new", "mid"]);
        // The new one needs what it supersedes before it can be installed.
        let circle = "program.new.run_first=\"mid\"";
        let lab = Lab::set(&[client, PROGRAMS, middle, NEW], &[circle, FIRST]);
        assert_eq!(started(&lab, machine), ["old", "mid", "remove", "new"]);
        assert_eq!(lab.row(machine, "new").ending, Ending::Installed);
    }
}

#[test]
fn where_only_the_old_program_is_offered_it_is_installed() {
    for (machine, client) in BOTH {
        // To others, or optional and chosen by nobody.
        let optional = format!("{OLD}[advertisement.new]\nassigned = \"optional\"\n");
        let lab = Lab::new(&[client, PROGRAMS, &optional]);
        assert_eq!(lab.row(machine, "old").ending, Ending::Installed);
        assert_eq!(lab.row(machine, "new").cause, Cause::NotChosen);
        // Rejected by the platform.
        let other = "program.new.platforms=[\"Windows 95\"]";
        let both = format!("{OLD}[advertisement.new]\n");
        let lab = Lab::set(&[client, PROGRAMS, &both], &[other]);
        assert_eq!(lab.row(machine, "old").ending, Ending::Installed);
        // But not where the new one is there from the start.
        let has_new = "installed = { new = 1 }\n";
        let lab = Lab::new(&[client, has_new, PROGRAMS, OLD]);
        assert_eq!(lab.only().cause, Cause::Superseded);
    }
}

/// The decision is not taken back: an offer that has failed is an offer.
#[test]
fn where_the_new_program_has_failed_the_old_one_is_not_run_either() {
    let ads = "[advertisement.old]\nassigned = \"+1 d\"\n[advertisement.new]\n";
    for (machine, client) in BOTH {
        let fails = "program.new.exit_codes={ 1603 = 1 }";
        let lab = Lab::set(&[client, PROGRAMS, ads], &[fails]);
        assert_eq!(lab.row(machine, "new").ending, Ending::Failed);
        let row = lab.row(machine, "old");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::NotTaken, Cause::Superseded)
        );
    }
}

#[test]
fn what_runs_already_ends_first() {
    let ads = "[advertisement.old]\n[advertisement.new]\navailable = \"+5 min\"\n";
    for (machine, client) in BOTH {
        let lab = Lab::new(&[client, PROGRAMS, ads]);
        let (old, new) = (lab.row(machine, "old"), lab.row(machine, "new"));
        assert_eq!((old.run_end, new.run_start), (at(600), at(600)));
        assert_eq!((old.ending, old.cause), (Ending::Removed, Cause::Replaced));
        // The other way round it does not begin at all.
        let ads = ads
            .replace("old", "x")
            .replace("new", "old")
            .replace('x', "new");
        let lab = Lab::new(&[client, PROGRAMS, &ads]);
        assert_eq!(lab.row(machine, "old").cause, Cause::Superseded);
        assert_eq!(lab.row(machine, "new").ending, Ending::Installed);
    }
}

#[test]
fn what_came_while_the_new_program_waited_for_the_machine_is_removed_first_too() {
    let ads = "[advertisement.old]\n[advertisement.new]\navailable = \"+5 min\"\n";
    for (machine, client) in BOTH {
        let lab = Lab::set(&[client, PROGRAMS, ads], &[FIRST]);
        assert_eq!(started(&lab, machine), ["old", "remove", "new"]);
        let (old, new) = (lab.row(machine, "old"), lab.row(machine, "new"));
        assert_eq!((old.run_end, new.run_start), (at(600), at(1200)));
        assert_eq!(
            (old.ending, new.ending),
            (Ending::Removed, Ending::Installed)
        );
    }
}

#[test]
fn a_program_that_goes_on_unwatched_supersedes_from_its_start() {
    // The client stops watching the new program after five of its ten minutes,
    // and its advertisement is gone by then.
    let ads = "[advertisement.old]\navailable = \"+6 min\"\n\
        [advertisement.new]\nexpires = \"+4 min\"\n";
    for (machine, client) in BOTH {
        let watched = "program.new.maximum_run_time=5 min";
        let lab = Lab::set(&[client, PROGRAMS, ads], &[watched]);
        let (old, new) = (lab.row(machine, "old"), lab.row(machine, "new"));
        assert_eq!(
            (new.ending, new.cause),
            (Ending::Installed, Cause::RunTimeExceeded)
        );
        assert_eq!(
            (old.ending, old.cause),
            (Ending::NotTaken, Cause::Superseded)
        );
    }
}

/// An optional program counts when a user has chosen it.
#[test]
fn a_new_program_that_users_choose_supersedes_the_old_one_on_their_machines_alone() {
    let many = LEGACY.replace("count = 1", "count = 60");
    let ads = "[advertisement.old]\nassigned = \"+1 d\"\n\
        [advertisement.new]\nuptake = { share = 0.5, delay = \"2 d\" }\n";
    let lab = Lab::new(&[&many, PROGRAMS, ads]);
    let mut chosen = 0;
    for (machine, _, new) in lab.rows().filter(|(_, ad, _)| *ad == "new") {
        let old = lab.row(machine, "old");
        if new.ending == Ending::Installed {
            assert_eq!(old.cause, Cause::Superseded);
            chosen += 1;
        } else {
            assert_eq!((old.ending, old.cause), (Ending::Installed, Cause::None));
        }
    }
    assert!((18..42).contains(&chosen), "{chosen}");
}

#[test]
fn of_three_versions_the_last_takes_the_place_of_both() {
    let three = "[program.newest]\nsupersedes = [\"new\"]\nuninstall_first = true\n\
        [advertisement.newest]\navailable = \"+2 d\"\n[advertisement.old]\n\
        [advertisement.new]\navailable = \"+1 d\"\n";
    for (machine, client) in BOTH {
        let lab = Lab::set(
            &[client, PROGRAMS, three],
            &["program.new.uninstall=remove"],
        );
        for gone in ["old", "new"] {
            let row = lab.row(machine, gone);
            assert_eq!((row.ending, row.cause), (Ending::Removed, Cause::Replaced));
        }
        // What is gone already is not removed again.
        assert_eq!(started(&lab, machine), ["old", "new", "remove", "newest"]);
    }
}

/// An administrator may advertise the removal itself.
#[test]
fn an_advertised_removal_takes_the_program_away() {
    let remove = "[advertisement.remove]\nassigned = \"+2 d\"\n[advertisement.old]\n";
    for (machine, client) in BOTH {
        let lab = Lab::new(&[client, PROGRAMS, remove]);
        let row = lab.row(machine, "old");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Removed, Cause::Uninstalled)
        );
        assert_eq!(lab.row(machine, "remove").ending, Ending::Installed);
    }
}

#[test]
fn what_was_there_before_the_start_counts_as_having_run() {
    let suite = "[program.suite]\nrun_first = \"old\"\n[advertisement.suite]\n";
    for (machine, client) in BOTH {
        // As a program to run first, itself or by what supersedes it.
        for has in ["old", "new"] {
            let before = format!("installed = {{ {has} = 1 }}\n");
            let lab = Lab::new(&[client, &before, PROGRAMS, suite]);
            assert_eq!(started(&lab, machine), ["suite"]);
        }
        // For `rerun`.
        let once = format!("{OLD}rerun = \"if failed\"\n");
        let row = Lab::new(&[client, BEFORE, PROGRAMS, &once]).only();
        assert_eq!(
            (row.ending, row.cause, row.run_end),
            (Ending::Installed, Cause::HasRunBefore, Instant::NEVER)
        );
        assert_eq!(row.state, ReportState::WillNotRerun);
        assert_eq!(
            Lab::new(&[client, BEFORE, PROGRAMS, OLD]).only().run_end,
            at(600)
        );
    }
}

/// History is what has happened: a program that was removed has run all the same.
#[test]
fn what_has_run_and_was_removed_is_not_run_again_where_history_says_so() {
    let ads = "[advertisement.remove]\nassigned = \"+1 d\"\n\
        [advertisement.q]\nprogram = \"old\"\nassigned = \"+2 d\"\nrerun = \"if failed\"\n";
    for (machine, client) in BOTH {
        for before in [BEFORE.to_owned(), OLD.to_owned()] {
            let at_start = before == BEFORE;
            let (fleet, offer) = if at_start {
                (before.as_str(), "")
            } else {
                ("", before.as_str())
            };
            let lab = Lab::new(&[client, fleet, PROGRAMS, offer, ads]);
            let row = lab.row(machine, "q");
            // What was there before the start is known not to run from the first look.
            let cause = if at_start {
                Cause::Uninstalled
            } else {
                Cause::HasRunBefore
            };
            assert_eq!((row.ending, row.cause), (Ending::Removed, cause));
            assert!(!row.run_start.is_some());
            // SMS 2003 runs what is assigned.
            let lab = Lab::new(&[
                client,
                fleet,
                PROGRAMS,
                offer,
                &ads.replace("if failed", "always"),
            ]);
            assert_eq!(lab.row(machine, "q").ending, Ending::Installed);
        }
    }
}

#[test]
fn an_assignment_that_comes_round_ends_where_it_is_superseded() {
    let offers =
        "[advertisement.old]\nrecurs = \"1 d\"\n[advertisement.new]\navailable = \"+60 h\"\n";
    for (machine, client) in BOTH {
        let row = Lab::new(&[client, PROGRAMS, offers]).row(machine, "old");
        // On three days, then no more.
        assert_eq!((row.occurrences, row.successes), (3, 3));
        assert_eq!(row.run_end, at(2 * DAY + 600));
        assert_eq!((row.ending, row.cause), (Ending::Removed, Cause::Replaced));
    }
}

/// A roll-out under control offers the new program ring by ring; who has not
/// been offered it keeps the old one.
#[test]
fn machines_that_have_not_been_offered_the_new_program_still_get_the_old_one() {
    let many = ADVANCED.replace("count = 1", "count = 60");
    let rings = "[advertisement.old]\nassigned = \"+3 h\"\n[advertisement.new]\n\
        phases = [{ name = \"first\", share = 0.5, deferral = \"30 d\" }, { name = \"rest\" }]\n";
    let lab = Lab::new(&[&many, PROGRAMS, rings]);
    let mut offered = 0;
    for (machine, _, new) in lab.rows().filter(|(_, ad, _)| *ad == "new") {
        let old = lab.row(machine, "old");
        if new.ending == Ending::NotOffered {
            assert_eq!(
                (old.ending, old.run_start),
                (Ending::Installed, at(3 * HOUR))
            );
        } else {
            assert_eq!(old.cause, Cause::Superseded);
            offered += 1;
        }
    }
    assert!((15..45).contains(&offered), "{offered}");
}

#[test]
fn what_cannot_supersede_is_refused() {
    let more = |text: &str| complaints(&[ADVANCED, PROGRAMS, text]);
    for (text, wanted) in [
        (
            "[program.x]\nsupersedes = [\"x\"]\n",
            "`x` supersedes itself",
        ),
        (
            "[program.x]\nsupersedes = [\"y\"]\n[program.y]\nsupersedes = [\"x\"]\n",
            "`y` supersedes itself",
        ),
        (
            "[program.x]\nsupersedes = [\"odl\"]\n",
            "did you mean `old`",
        ),
        (
            "[program.x]\nuninstall_first = true\n",
            "supersedes nothing",
        ),
        (
            "[program.x]\nsupersedes = [\"new\"]\nuninstall_first = true\n",
            "which nothing removes",
        ),
        ("[program.x]\nuninstall = \"x\"\n", "is to remove itself"),
        (
            "[program.x]\nuninstall = \"y\"\n[program.y]\nrun_first = \"old\"\n",
            "has a program to run first",
        ),
        ("[fleet.f]\ninstalled = { odl = 1 }\n", "did you mean `old`"),
    ] {
        let said = more(text);
        assert!(
            said.contains(wanted) && said.contains("scenario.toml:"),
            "{said}"
        );
    }
}
