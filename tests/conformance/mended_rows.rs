//! Machines of an inventory: what would help is set where it is written for them, and
//! what their own row says is edited there.

use crate::lab::{HQ, Lab, PROGRAM};
use crate::remedies::advised;
use rollcast::outcome::{Cause, Ending};
use rollcast::scenario::load_str;
use std::fs;
use tempfile::TempDir;

const DOWNLOADS: &str = "[advertisement.p]\non_local = \"download\"\non_remote = \"download\"\n";
const LARGE: &str = "[package.p]\nsize = \"300 MB\"\n";
const NEEDS_ROOM: &str = "disk = \"50 MB\"\n";
const SMALL: &str = "[rules]\ncache = \"30 MB\"\n";
/// A template for rows that name it.
const TEMPLATE: &str = "[fleet.sales]\ncount = 0\ncache = \"20 MB\"\n";
const SERVERS: &str = "[inventory.servers]\ncache = \"12 MB\"\n";
const AWAY: &str = "[inventory.servers]\nabsence = { share = 1, length = \"30 d\" }\n";
const DEFAULTS: &str = "[inventory.defaults]\ncache = \"12 MB\"\n";

/// A scenario with one machine `M` from a file of its own.
struct Row {
    folder: TempDir,
    heading: &'static str,
}

impl Row {
    fn new(heading: &'static str, row: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let of = Self { folder, heading };
        of.write(row);
        of
    }

    fn write(&self, row: &str) {
        let path = self.folder.path().join("machines.csv");
        fs::write(path, format!("{}\n{row}\n", self.heading)).expect("a file");
    }

    fn scenario(&self, parts: &[&str]) -> String {
        let path = self.folder.path().join("machines.csv");
        let path = path.display();
        let hq = HQ.replace(
            "[fleet.\"*\"]\npoll_interval = \"1 s\"\naccess = \"unlimited\"\n",
            "",
        );
        format!("{hq}[inventory]\nfile = '{path}'\n{}", parts.join("\n"))
    }
}

/// The cause, what would help, and the outcome when that has been set.
fn provoked(text: &str) -> (Cause, Vec<String>, String) {
    let lab = Lab::of(text, &[]);
    let cause = lab.only().cause;
    let (machine, ..) = lab.rows().next().expect("one row");
    let remedy = advised(&lab, machine, "p");
    (cause, remedy.settings, remedy.no_setting.into_owned())
}

#[test]
fn what_would_help_a_row_is_set_where_it_is_written_for_rows_like_it() {
    let needs = format!("{PROGRAM}{NEEDS_ROOM}");
    let no_room = "[inventory.defaults]\ndisk = \"1 MB\"\n";
    let (small, away) = (Cause::CacheTooSmall, Cause::MachineOff);
    for (role, group, layers, cause, table) in [
        ("workstation", "", SMALL, small, "inventory.defaults"),
        ("workstation", "", DEFAULTS, small, "inventory.defaults"),
        ("member server", "", SMALL, small, "inventory.servers"),
        ("member server", "", DEFAULTS, small, "inventory.servers"),
        ("domain controller", "", SERVERS, small, "inventory.servers"),
        ("domain controller", "", AWAY, away, "inventory.servers"),
        ("member server", "sales", TEMPLATE, small, "fleet.sales"),
        ("workstation", "sales", TEMPLATE, small, "fleet.sales"),
        (
            "workstation",
            "",
            no_room,
            Cause::DiskFull,
            "inventory.defaults",
        ),
    ] {
        let row = Row::new("Name,Role,Group", &format!("M,{role},{group}"));
        let large = if cause == small { LARGE } else { "" };
        let text = row.scenario(&[layers, large, &needs, DOWNLOADS]);
        let (found, settings, _) = provoked(&text);
        assert_eq!(found, cause, "{role} {group} {layers}");
        let first = settings.first().map_or("", String::as_str);
        assert!(first.starts_with(table), "{role} {layers}: {settings:?}");
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let again = Lab::of(&text, &settings).row("M", "p");
        assert_eq!(
            again.ending,
            Ending::Installed,
            "{settings:?}: {:?}",
            again.cause
        );
    }
}

#[test]
fn what_the_row_itself_says_is_edited_there_and_not_set() {
    let needs = format!("{PROGRAM}{NEEDS_ROOM}");
    let after = "[rules]\nlegacy_removed_outside = true\n[site.far]\nparent = \"hq\"\n[[stay]]\nmachine = [\"M\"]\nsite = \"far\"\nat = \"+1 h\"\nfor = \"26 h\"\n[advertisement.p]\nassigned = \"+3 d\"\n";
    for (column, value, parts, cause) in [
        (
            "Cache",
            "10 MB",
            [LARGE, &needs, DOWNLOADS],
            Cause::CacheTooSmall,
        ),
        ("Disk", "1 MB", ["", &needs, DOWNLOADS], Cause::DiskFull),
        (
            "Client",
            "legacy",
            ["", &needs, after],
            Cause::ClientRemoved,
        ),
    ] {
        let row = Row::new("Name,Role,Site,VALUE", "");
        let row = Row {
            heading: match column {
                "Cache" => "Name,Role,Site,Cache",
                "Disk" => "Name,Role,Site,Disk",
                _ => "Name,Role,Site,Client",
            },
            ..row
        };
        row.write(&format!("M,workstation,hq,{value}"));
        let text = row.scenario(&parts);
        let (found, settings, why) = provoked(&text);
        assert_eq!((found, settings), (cause, Vec::new()), "{column}");
        for named in [column, "machines.csv", "row of M"] {
            assert!(why.contains(named), "{column}: {why}");
        }
        let wanted = why.split("write ").nth(1).expect("what to write");
        let wanted = wanted.trim_end_matches(" there");
        row.write(&format!("M,workstation,hq,{wanted}"));
        let again = Lab::of(&text, &[]).row("M", "p");
        assert_eq!(again.ending, Ending::Installed, "{why}: {:?}", again.cause);
    }
}

/// The words of the table of programs are not the ones to edit, either.
#[test]
fn an_exit_code_that_a_row_gives_is_said_to_be_there() {
    let row = Row::new("Name,Role,ExitCode", "M,workstation,1603");
    let text = row.scenario(&["map = { exit_code = \"ExitCode\" }", PROGRAM]);
    let (cause, settings, why) = provoked(&text);
    assert_eq!((cause, settings), (Cause::ProgramFailed, Vec::new()));
    assert!(
        why.contains("`ExitCode`") && why.contains("machines.csv"),
        "{why}"
    );
}

/// Collections and tables call the machines of no group so.
#[test]
fn a_group_has_not_the_name_of_the_machines_of_no_group() {
    let row = Row::new("Name,Role", "M,workstation");
    let text = row.scenario(&["[fleet.inventory]\ncount = 0\n", PROGRAM]);
    let problems = load_str(&text, &[]).expect_err("an error").render(false);
    assert!(
        problems.contains("cannot be called `inventory`"),
        "{problems}"
    );
    // Without an inventory it is a name like others.
    let group = "[fleet.inventory]\ncount = 1\nname = \"M{number}\"\ncache = \"20 MB\"\n";
    let text = [HQ, group, LARGE, PROGRAM, DOWNLOADS].concat();
    let (cause, settings, _) = provoked(&text);
    assert_eq!(cause, Cause::CacheTooSmall);
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    assert!(
        settings[0].starts_with("fleet.inventory.cache"),
        "{settings:?}"
    );
    assert_eq!(Lab::of(&text, &settings).only().ending, Ending::Installed);
}
