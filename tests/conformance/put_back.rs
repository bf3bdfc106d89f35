//! A program that was removed and comes back: rows that say `removed` say what is so.

use crate::lab::{ADVANCED, DAY, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Actor, Cause, Ending, ReportState};
use rollcast::units::Instant;

const BOTH: [(&str, &str); 2] = [("A1", ADVANCED), ("L1", LEGACY)];

/// A program named `name`, with `more` of its own.
fn program(name: &str, more: &str) -> String {
    PROGRAM.replace("program.p", &format!("program.{name}")) + more
}

/// The old program runs at once and is gone on the second day, replaced or removed; then
/// `again` comes.
fn after(client: &str, old: &str, is_replaced: bool, again: &str, settings: &[&str]) -> Lab {
    let old = program("old", &format!("uninstall = \"remove\"\n{old}"));
    let goes = if is_replaced {
        "[advertisement.new]\navailable = \"+1 d\"\nwithdrawn = \"+2 d\"\n"
    } else {
        "[advertisement.remove]\nassigned = \"+1 d\"\n"
    };
    let new = if is_replaced {
        program("new", "supersedes = [\"old\"]\n")
    } else {
        String::new()
    };
    Lab::set(
        &[
            client,
            &old,
            &program("remove", ""),
            &new,
            "[advertisement.old]\n",
            goes,
            again,
        ],
        settings,
    )
}

/// What takes the new program away again.
fn removal_of_new() -> String {
    "[advertisement.late_remove]\nprogram = \"remove_new\"\nassigned = \"+2 d\"\n".to_owned()
        + &program("remove_new", "")
}

#[test]
fn a_row_that_says_removed_tells_of_the_run_that_puts_the_program_back() {
    let by_itself = "[advertisement.again]\nprogram = \"old\"\nassigned = \"+3 d\"\n".to_owned();
    let suite = program("suite", "run_first = \"old\"\n");
    let in_a_chain =
        format!("{suite}[advertisement.again]\nprogram = \"suite\"\nassigned = \"+3 d\"\n");
    for (machine, client) in BOTH {
        for again in [&by_itself, &in_a_chain] {
            let lab = after(client, "", false, again, &[]);
            let row = lab.row(machine, "old");
            assert_eq!(
                (row.ending, row.cause),
                (Ending::Installed, Cause::HasRunBefore)
            );
            assert_eq!(row.run_end, at(3 * DAY + 600), "since it is there again");
            assert_eq!((row.run_start, row.code), (Instant::NEVER, None));
            assert_eq!(row.state, ReportState::Succeeded, "as it had reported");
            let back = lab.diary(machine).into_iter();
            let back: Vec<_> = back
                .filter(|(_, entry)| matches!(entry, Entry::IsBack))
                .collect();
            assert_eq!(back.len(), 1);
        }
    }
}

#[test]
fn and_of_what_that_run_has_left_on_the_machine() {
    let again = "[advertisement.again]\nprogram = \"old\"\nassigned = \"+3 d\"\n";
    let night = "availability = { days = \"Mon-Sun\", from = \"04:00\", to = \"02:00\", jitter = \"0 s\" }\n";
    for (machine, client) in BOTH {
        for (old, presence, wanted) in [
            ("exit_codes = { 3010 = 1 }\n", "", Ending::RestartPending),
            ("exit_codes = { 3010 = 1 }\n", night, Ending::Installed),
            (
                "msi = { build = \"per-user\" }\n",
                "",
                Ending::ServiceProfile,
            ),
        ] {
            let client = format!("{client}{presence}");
            let lab = after(&client, old, false, again, &[]);
            let (row, other) = (lab.row(machine, "old"), lab.row(machine, "again"));
            assert_eq!(other.ending, wanted, "{old}");
            assert_eq!((row.ending, row.run_end), (wanted, other.run_end), "{old}");
            assert_eq!(row.cause, Cause::HasRunBefore);
        }
    }
}

#[test]
fn what_comes_back_may_go_again() {
    let again = "[advertisement.again]\nprogram = \"old\"\nassigned = \"+3 d\"\n\
        [advertisement.off]\nprogram = \"remove\"\nassigned = \"+4 d\"\n";
    for (machine, client) in BOTH {
        let lab = after(client, "", false, again, &[]);
        for row in ["old", "again"] {
            let row = lab.row(machine, row);
            assert_eq!(
                (row.ending, row.cause),
                (Ending::Removed, Cause::Uninstalled)
            );
        }
    }
}

#[test]
fn a_program_that_was_replaced_is_back_when_a_chain_runs_it() {
    // The new one is removed on the third day, so that nothing stands in for the old one.
    let suite = program("suite", "run_first = \"old\"\n");
    let again = format!(
        "{suite}[advertisement.suite]\nassigned = \"+3 d\"\n{}",
        removal_of_new()
    );
    for (machine, client) in BOTH {
        let lab = after(
            client,
            "",
            true,
            &again,
            &["program.new.uninstall=remove_new"],
        );
        assert_eq!(lab.row(machine, "suite").ending, Ending::Installed);
        assert_eq!(lab.row(machine, "new").ending, Ending::Removed);
        let row = lab.row(machine, "old");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Installed, Cause::HasRunBefore)
        );
        assert_eq!(row.run_end, at(3 * DAY + 600));
    }
}

/// The removal of a program that is no longer advertised, and one that the client
/// stopped watching.
#[test]
fn a_row_follows_whatever_took_the_program_away_and_whatever_brings_it_back() {
    let again =
        "[advertisement.again]\nprogram = \"p\"\navailable = \"+3 d\"\nassigned = \"+3 d\"\n";
    for watched in ["", "maximum_run_time = \"5 min\"\n"] {
        let program = PROGRAM.to_owned()
            + "uninstall_when_not_advertised = true\nuninstall = \"remove\"\n"
            + watched;
        let first = "[advertisement.first]\nprogram = \"p\"\nwithdrawn = \"+1 d\"\n";
        let lab = Lab::new(&[LEGACY, &program, &self::program("remove", ""), first, again]);
        let (row, other) = (lab.row("L1", "first"), lab.row("L1", "again"));
        assert_eq!(other.ending, Ending::Installed, "{watched}");
        assert_eq!(row.ending, Ending::Installed, "{watched}");
        if watched.is_empty() {
            assert_eq!(
                (row.cause, row.run_end),
                (Cause::HasRunBefore, other.run_end)
            );
            assert_ne!(row.executing, Actor::Nobody);
        }
    }
}

/// What was there before the start, was removed, and is back.
#[test]
fn a_row_that_does_not_run_again_follows_too() {
    let offers = "installed = { old = 1 }\n".to_owned()
        + &program("old", "uninstall = \"remove\"\n")
        + &program("remove", "")
        + "[advertisement.once]\nprogram = \"old\"\nrerun = \"never\"\n\
           [advertisement.remove]\nassigned = \"+1 d\"\n\
           [advertisement.again]\nprogram = \"old\"\nassigned = \"+2 d\"\n";
    for (machine, client) in BOTH {
        let lab = Lab::new(&[client, &offers]);
        let row = lab.row(machine, "once");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Installed, Cause::HasRunBefore)
        );
        assert_eq!(row.run_end, at(2 * DAY + 600));
        assert_eq!(row.state, ReportState::WillNotRerun);
    }
}
