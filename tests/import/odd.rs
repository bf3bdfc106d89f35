//! Whatever is exported, the scenario that is written loads, and each setting of its
//! third list does.

use super::{Folder, draft_in};
use rollcast::scenario::{Severity, load};
use std::path::Path;
use tempfile::TempDir;

/// Texts that mean something to TOML, to patterns, to Windows or to a shell.
const ODD: [&str; 24] = [
    "York \"North\"",
    "O'Hara",
    "it's \"both\"",
    "a.b",
    "a=b",
    "{1..3}",
    "a{b",
    "}",
    "*",
    "PC?",
    "a\\b",
    "C:\\x\\",
    "5",
    "true",
    "2006-01-01",
    "[x]",
    "# no",
    "$HOME `x`",
    "Zürich – Süd",
    "a,b;c|d",
    "A tab\there",
    "x",
    "X",
    " ",
];

/// Command lines, of which many are not what they should be.
const LINES: [&str; 22] = [
    "setup.exe /q",
    r"\\HQ-FS1\transforms\setup.exe",
    r"setup.exe TRANSFORMS=\\hq-fs1\TRANSFORMS\x.mst LOG=\\Log\x$\y",
    r"msiexec /i \\fs.corp.com\apps\a.msi /qn",
    r"msiexec /i \\FS.other.com\apps\a.msi /qn",
    r"\\10.1.2.3\apps\setup.exe",
    r"\\%LOGONSERVER%\netlogon\run.cmd",
    r"\\?\C:\x.exe",
    r"\\.\pipe\x",
    r"\\FS*\{a}\x.exe",
    r"\\FS\it's\x.exe",
    r#""\\FS\My Tools\x.exe" /a"#,
    r"\\DP1\SMSPKGD$\P1\setup.exe",
    r"O:\setup.exe",
    r"cmd /c z:\run.cmd",
    r"C:\local\x.exe",
    r"A:\setup.exe",
    r"\\",
    "defrag.exe C:",
    "line\u{1}with controls\u{9f}",
    "msiexec /i a.msi ALLUSERS=7",
    "",
];

const NUMBERS: [&str; 9] = [
    "0",
    "-1",
    "1",
    "60",
    "4294967295",
    "4294967296",
    "99999999999999999",
    "9223372036854775807",
    "",
];

const TIMES: [&str; 11] = [
    "2026-03-16T18:00:00",
    "3/17/2026 9:00:00 PM",
    "20260320180000.000000+***",
    "9999-12-31 23:59:59",
    "1601-01-01 00:00:00",
    "0001-01-01 00:00:00",
    "2100-02-28 23:59:59",
    "1970-01-01 00:00:00",
    "",
    "2026-03-16",
    "2025-01-01",
];

/// Numbers that look like chance and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.roll(list.len())]
    }

    /// A plain name, or in one case of three an odd one.
    fn name<'a>(&mut self, plain: &[&'a str]) -> &'a str {
        if self.roll(3) == 0 {
            self.of(&ODD)
        } else {
            self.of(plain)
        }
    }
}

/// A table as CSV.
fn csv(headings: &str, rows: Vec<Vec<&str>>) -> String {
    let cell = |cell: &&str| format!("\"{}\"", cell.replace('"', "\"\""));
    let lines = rows
        .iter()
        .map(|row| row.iter().map(cell).collect::<Vec<_>>().join(","));
    format!("{headings}\n{}\n", lines.collect::<Vec<_>>().join("\n"))
}

/// Exports with odd values, some of them left out.
fn exports(dice: &mut Dice) -> Vec<(&'static str, Vec<u8>)> {
    const SITES: [&str; 3] = ["HQ", "Paris", "hq"];
    const IDS: [&str; 4] = ["P1", "P2", "p1", "P3"];
    const PROGRAMS: [&str; 3] = ["Install", "install", "Remove"];
    const COLLECTIONS: [&str; 3] = ["SMS00001", "C1", "C2"];
    let mut made: Vec<(&'static str, String)> = Vec::new();
    let devices = (1..5).map(|at| {
        let name = ["PC1", "PC2", "DP1", "SV1"][at - 1];
        vec![
            name,
            dice.of(&["CORP", "corp", "LAB", ""]),
            dice.name(&SITES),
            "Windows 10",
        ]
    });
    made.push((
        "devices.csv",
        csv("Name,Domain,ADSiteName,DeviceOS", devices.collect()),
    ));
    let programs = (0..6).map(|_| {
        let first = dice.of(&["P2;;Install", ";;Remove", "", ";;"]);
        vec![
            dice.name(&IDS),
            dice.name(&PROGRAMS),
            dice.of(&LINES),
            dice.of(&NUMBERS),
            dice.of(&["5 MB", "99999999999999999 GB", "-1 KB", "Unknown", ""]),
            dice.of(&["135307264", "0", "4096", "1073741824"]),
            first,
        ]
    });
    let headings =
        "PackageID,ProgramName,CommandLine,Duration,DiskSpaceReq,ProgramFlags,DependentProgram";
    made.push(("programs.csv", csv(headings, programs.collect())));
    let packages = (0..4).map(|_| {
        vec![
            dice.name(&IDS),
            dice.name(&["Office"]),
            dice.of(&NUMBERS),
            dice.of(&["", r"\\S\src"]),
            dice.of(&["0", "1", "2", "3"]),
        ]
    });
    let headings = "PackageID,Name,PackageSize,PkgSourcePath,PkgSourceFlag";
    made.push(("packages.csv", csv(headings, packages.collect())));
    let deployments = (0..5).map(|at| {
        vec![
            ["D1", "d1", "D*", "D2", ""][at],
            dice.name(&["Office", "Reader"]),
            dice.name(&COLLECTIONS),
            dice.name(&IDS),
            dice.name(&["Install", "Remove", ""]),
            dice.of(&["1", "2", "7"]),
            dice.of(&["1", "2"]),
            dice.of(&TIMES),
            dice.of(&TIMES),
        ]
    });
    let headings = "DeploymentID,SoftwareName,CollectionID,PackageID,ProgramName,FeatureType,DeploymentIntent,DeploymentTime,EnforcementDeadline";
    made.push(("deployments.csv", csv(headings, deployments.collect())));
    let advertisements = (0..3).map(|at| {
        vec![
            ["A1", "a1", "A{1..3}"][at],
            dice.name(&["Office"]),
            dice.name(&COLLECTIONS),
            dice.name(&IDS),
            dice.name(&PROGRAMS),
            dice.of(&["0", "32", "512", "1024"]),
            dice.of(&TIMES),
            dice.of(&TIMES),
            "True",
        ]
    });
    let headings = "AdvertisementID,AdvertisementName,CollectionID,PackageID,ProgramName,AdvertFlags,PresentTime,ExpirationTime,ExpirationTimeEnabled";
    made.push((
        "advertisements.csv",
        csv(headings, advertisements.collect()),
    ));
    let collections = (0..4).map(|at| {
        vec![
            ["C1", "C2", "c1", "C9"][at],
            dice.name(&["Pilot", "pilot"]),
            "2",
            dice.of(&NUMBERS),
        ]
    });
    made.push((
        "collections.csv",
        csv(
            "CollectionID,Name,CollectionType,MemberCount",
            collections.collect(),
        ),
    ));
    let members = (0..5).map(|_| vec![dice.name(&COLLECTIONS), dice.name(&["PC1", "PC2", "SV1"])]);
    made.push(("members.csv", csv("CollectionID,Name", members.collect())));
    let windows = (0..3).map(|_| {
        vec![
            dice.name(&COLLECTIONS),
            "w",
            dice.of(&NUMBERS),
            dice.of(&["2", "3"]),
            dice.of(&TIMES),
        ]
    });
    made.push((
        "windows.csv",
        csv(
            "CollectionID,Name,Duration,RecurrenceType,StartTime",
            windows.collect(),
        )
        .replace("Name,", "ServiceWindowID,"),
    ));
    let groups = (0..3).map(|at| vec![["1", "2", "3"][at], dice.name(&["Head", "Far"]), "1"]);
    made.push((
        "groups.csv",
        csv("GroupID,Name,SiteSystemCount", groups.collect()),
    ));
    let systems = (0..3).map(|_| {
        vec![
            dice.of(&["1", "2", "9"]),
            dice.of(&[r"\\DP1", r"\\dp2.corp.com", r"\\"]),
        ]
    });
    made.push((
        "systems.csv",
        csv("GroupID,ServerNALPath", systems.collect()),
    ));
    let boundaries = (0..4).map(|at| {
        vec![
            ["1", "2", "3", "4"][at],
            dice.of(&["0", "1", "3", "4"]),
            dice.name(&["lan"]),
            dice.name(&["10.1.0.0", "10.2.0.1-10.2.0.9", "HQ", "10.9.9.9/99"]),
            dice.of(&["1", "2", "9"]),
        ]
    });
    made.push((
        "boundaries.csv",
        csv(
            "BoundaryID,BoundaryType,DisplayName,Value,GroupID",
            boundaries.collect(),
        ),
    ));
    let relations = (0..2).map(|_| {
        vec![
            dice.of(&["1", "2"]),
            "Head",
            dice.of(&["2", "3"]),
            "Far",
            dice.of(&NUMBERS),
        ]
    });
    made.push((
        "relations.csv",
        csv(
            "SourceGroupID,SourceGroupName,DestinationGroupID,DestinationGroupName,FallbackDP",
            relations.collect(),
        ),
    ));
    let links = (0..2).map(|at| {
        vec![
            ["L1", "L2"][at],
            dice.of(&NUMBERS),
            dice.of(&["HQ;Paris", "HQ;O'Hara", "a{b;*"]),
        ]
    });
    made.push(("links.csv", csv("Name,Cost,SitesIncluded", links.collect())));
    let policies = vec![vec![
        "DC=corp,DC=com",
        dice.of(&NUMBERS),
        dice.of(&["00:30:00", "9999999999999999999.00:00:00", "-1"]),
        dice.of(&["00:30:00", "10675199.02:48:05"]),
    ]];
    made.push((
        "policies.csv",
        csv(
            "DistinguishedName,LockoutThreshold,LockoutDuration,LockoutObservationWindow",
            policies,
        ),
    ));
    let domains = (0..2).map(|at| {
        vec![
            ["corp.com", "lab.com"][at],
            dice.name(&["CORP", "corp"]),
            "corp.com",
            "dc1.corp.com",
        ]
    });
    made.push((
        "domains.csv",
        csv("DNSRoot,NetBIOSName,Forest,PDCEmulator", domains.collect()),
    ));
    made.retain(|_| dice.roll(5) > 0);
    if made.is_empty() {
        made.push(("devices.csv", "Name,Site\nPC1,HQ\n".to_owned()));
    }
    made.into_iter()
        .map(|(name, text)| (name, text.into_bytes()))
        .collect()
}

/// Loads the scenario with a setting; what is wrong with it.
fn errors(scenario: &Path, settings: &[String]) -> Option<String> {
    let problems = load(scenario, settings).err()?;
    let is_error = |problem: &&rollcast::scenario::Problem| problem.severity == Severity::Error;
    problems
        .list()
        .iter()
        .any(|problem| is_error(&problem))
        .then(|| problems.render(false))
}

#[test]
fn the_scenario_loads_and_so_it_does_with_each_setting() {
    let mut made = 0;
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let files = exports(&mut dice);
        let dir = TempDir::new().unwrap();
        // A file may be refused as a whole, as an inventory is that has tabs in names.
        let Ok(draft) = draft_in(dir.path(), &files) else {
            continue;
        };
        made += 1;
        let scenario = dir.path().join("fleet.toml");
        std::fs::write(&scenario, &draft.text).unwrap();
        if let Some(told) = errors(&scenario, &[]) {
            panic!("exports {seed}\n{told}\n{}", draft.text);
        }
        for assumption in &draft.lists.assumed {
            for setting in assumption.settings.iter().take(2) {
                if let Some(told) = errors(&scenario, std::slice::from_ref(setting)) {
                    panic!("exports {seed}, {setting}\n{told}\n{}", draft.text);
                }
            }
        }
    }
    assert!(made > 25, "{made}");
}

/// The settings that the printed lists hold, as a shell takes them apart.
fn printed(lists: &str) -> Vec<String> {
    let after = lists
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--set "));
    after
        .map(|text| {
            let mut word = String::new();
            let mut rest = text.chars();
            let quote = rest.next().expect("a quote");
            while let Some(c) = rest.next() {
                match c {
                    '\\' if quote == '"' => word.extend(rest.next()),
                    c if c == quote => break,
                    c => word.push(c),
                }
            }
            word
        })
        .collect()
}

#[test]
fn what_is_printed_is_what_is_set() {
    let devices = "Name,Domain,ADSiteName,DeviceOS\nPC1,CORP,HQ,Windows 10\nPC2,CORP,\"York \"\"North\"\"\",Windows 10\nPC3,CORP,O'Hara,Windows 10\nPC4,CORP,,Windows 10\nPC5,CORP,\"it's \"\"both\"\"\",Windows 10\n";
    let folder = Folder::of(&[("d.csv", devices)]);
    let settings = printed(&folder.draft.lists.text());
    assert!(settings.len() > 5);
    for setting in settings {
        folder.load(&[&setting]);
    }
}
