//! What the exports say of roll-outs: deployments, windows, collections, programs and
//! packages.

use super::{Collection, Deployment, Facts, Package, Program};
use crate::import::fault::Fault;
use crate::import::file::{Cells, Machines};
use crate::import::lists::Lists;
use crate::import::schedule::{self, Schedule, Weekly};
use crate::scenario::inventory::Stamp;
use std::collections::{BTreeMap, BTreeSet};

impl Facts {
    pub(super) fn deployment(&mut self, row: Cells) -> Result<(), Fault> {
        const FEATURES: [(&str, i64); 9] = [
            ("application", 1),
            ("program", 2),
            ("mobileprogram", 3),
            ("script", 4),
            ("softwareupdate", 5),
            ("baseline", 6),
            ("tasksequence", 7),
            ("contentdistribution", 8),
            ("distributionpointgroup", 9),
        ];
        let available = row.time("deploymenttime")?;
        let deadline = row.time("enforcementdeadline")?;
        let intent = row.word(
            "deploymentintent",
            &[("required", 1), ("install", 1), ("available", 2)],
        )?;
        let program = row.text("programname");
        let feature = row.word("featuretype", &FEATURES)?;
        let feature = feature.unwrap_or(if program.is_empty() { 1 } else { 2 });
        let deployment = Deployment {
            name: row
                .first(&["softwarename", "applicationname", "deploymentid"])
                .to_owned(),
            collection: row.text("collectionid").to_owned(),
            collection_name: row.text("collectionname").to_owned(),
            package: row.text("packageid").to_owned(),
            program: program.to_owned(),
            feature,
            optional: intent == Some(2),
            event: None,
            open_dates: [available, deadline]
                .iter()
                .flatten()
                .any(|(_, open)| *open),
            available: available.map(|(stamp, _)| stamp),
            deadline: deadline.map(|(stamp, _)| stamp),
            expires: None,
            remote_flags: None,
        };
        self.deployments
            .insert(row.text("deploymentid").to_owned(), deployment);
        Ok(())
    }

    pub(super) fn advertisement(&mut self, row: Cells) -> Result<(), Fault> {
        let enabled = |heading| row.flag(heading) != Some(false);
        let present = row
            .time("presenttime")?
            .filter(|_| enabled("presenttimeenabled"));
        let expires = row.time("expirationtime")?;
        let expires = expires.filter(|_| row.flag("expirationtimeenabled") == Some(true));
        let flags = row.number("advertflags")?.unwrap_or(0);
        let is_optional = row.word("offertype", &[("required", 0), ("available", 2)])? == Some(2);
        let event = match flags {
            _ if flags & 0x200 != 0 => Some("logon"),
            _ if flags & 0x400 != 0 => Some("logoff"),
            _ => None,
        };
        let scheduled = assigned_times(row.text("assignedschedule"));
        let deadline = scheduled.filter(|_| flags & 0x20 == 0);
        let deployment = Deployment {
            name: row
                .first(&["advertisementname", "advertisementid"])
                .to_owned(),
            collection: row.text("collectionid").to_owned(),
            collection_name: String::new(),
            package: row.text("packageid").to_owned(),
            program: row.text("programname").to_owned(),
            feature: 2,
            optional: is_optional,
            event,
            open_dates: [present, expires].iter().flatten().any(|(_, open)| *open),
            available: present.map(|(stamp, _)| stamp),
            deadline,
            expires: expires.map(|(stamp, _)| stamp),
            remote_flags: row.number("remoteclientflags")?,
        };
        // The summary of the same deployment says less.
        self.deployments
            .insert(row.text("advertisementid").to_owned(), deployment);
        Ok(())
    }

    pub(super) fn window(&mut self, row: Cells, lists: &mut Lists) -> Result<(), Fault> {
        let name = row.first(&["name", "collectionname", "collectionid"]);
        let kind = row.word(
            "servicewindowtype",
            &[
                ("general", 1),
                ("any", 1),
                ("updates", 4),
                ("softwareupdatesonly", 4),
                ("osd", 5),
                ("tasksequencesonly", 5),
            ],
        )?;
        let gap = |lists: &mut Lists, why: &str| {
            lists.gap(&format!("maintenance windows {{}}: {why}"), name);
        };
        if row.flag("isenabled") == Some(false) {
            gap(lists, "they are not enabled");
            return Ok(());
        }
        match kind {
            Some(4) => gap(
                lists,
                "they are for software updates alone, which no program is",
            ),
            Some(5) => gap(
                lists,
                "they are for task sequences alone, which no program is",
            ),
            _ => {}
        }
        if matches!(kind, Some(4 | 5)) {
            return Ok(());
        }
        let length = row.number("duration")?;
        let recurrence = row.word(
            "recurrencetype",
            &[
                ("none", 1),
                ("daily", 2),
                ("weekly", 3),
                ("monthlybyweekday", 4),
                ("monthlybydate", 5),
            ],
        )?;
        let schedule = schedule::token(row.text("servicewindowschedules"));
        let start = row.time("starttime")?;
        let found = match (schedule, recurrence, start) {
            (Some(found), ..) => found,
            (None, Some(1), _) => Schedule::Other(schedule::ONCE),
            (None, Some(4 | 5), _) => Schedule::Other(schedule::MONTHLY),
            // Without the token the start tells the day of the week.
            (None, Some(recurrence @ (2 | 3)), Some((stamp, _))) => Schedule::Weekly(Weekly {
                // 1 January 1970 was a Thursday.
                day: (recurrence == 3).then(|| (stamp.days[0] + 4).rem_euclid(7) as u8),
                from: stamp.minutes,
                length: 0,
            }),
            _ => Schedule::Other("the export holds no schedule of theirs"),
        };
        let mut weekly = match found {
            Schedule::Weekly(weekly) => weekly,
            Schedule::Other(why) => {
                gap(lists, why);
                return Ok(());
            }
        };
        // Nothing is shorter than a minute: what is there then is no length.
        if let Some(length) = length.filter(|length| *length > 0) {
            let length = u32::try_from(length).unwrap_or(u32::MAX);
            if weekly.length == 0 {
                weekly.length = length;
            } else if weekly.length != length {
                gap(
                    lists,
                    "`Duration` is not the length that their schedule has, which counts",
                );
            }
        }
        match weekly.length {
            0 => gap(lists, "the export does not hold how long they last"),
            1..=1440 => {
                if row.flag("isgmt") == Some(true) {
                    lists.gap("maintenance windows {}: their times are Greenwich Mean Time and are taken for local times", name);
                }
                let collection = row.first(&["collectionid", "collectionname"]);
                if collection.is_empty() {
                    gap(
                        lists,
                        "the export does not hold their collections; add a column `CollectionID` as docs/import.md shows",
                    );
                } else {
                    self.windows
                        .entry(collection.to_owned())
                        .or_default()
                        .insert(weekly);
                }
            }
            _ => gap(lists, schedule::LONG),
        }
        Ok(())
    }

    pub(super) fn collection(&mut self, row: Cells) -> Result<(), Fault> {
        let kind = row.word(
            "collectiontype",
            &[("other", 0), ("root", 0), ("user", 1), ("device", 2)],
        )?;
        let collection = Collection {
            name: row.text("name").to_owned(),
            of_users: kind == Some(1),
            count: row.number("membercount")?,
        };
        self.collections
            .insert(row.text("collectionid").to_owned(), collection);
        Ok(())
    }

    pub(super) fn member(&mut self, row: Cells) {
        let name = row.first(&["name", "devicename", "netbiosname", "computername"]);
        let members = self
            .members
            .entry(row.text("collectionid").to_owned())
            .or_default();
        if !name.is_empty() {
            members.insert(name.trim_end_matches('$').to_uppercase());
        }
    }

    /// Members that inventories name, of collections whose members no other export has.
    pub(in crate::import) fn join_members(&mut self, inventories: &[Machines]) {
        let mut found: BTreeMap<&String, BTreeSet<String>> = BTreeMap::new();
        for (collection, names) in inventories.iter().flat_map(|file| &file.members) {
            let members = found.entry(collection).or_default();
            members.extend(names.iter().cloned());
        }
        for (collection, names) in found {
            if !self.members.contains_key(collection) {
                self.members.insert(collection.clone(), names);
                self.members_of_devices.insert(collection.clone());
            }
        }
    }

    pub(super) fn program(&mut self, row: Cells) -> Result<(), Fault> {
        let program = Program {
            command_line: row.line("commandline"),
            // `SMS_Program.Duration` has 32 bits.
            minutes: row
                .number("duration")?
                .filter(|minutes| (1..=i64::from(u32::MAX)).contains(minutes)),
            disk: row.text("diskspacereq").to_owned(),
            flags: row.number("programflags")?,
            first: row.text("dependentprogram").to_owned(),
        };
        let key = (
            row.text("packageid").to_owned(),
            row.text("programname").to_owned(),
        );
        self.programs.insert(key, program);
        Ok(())
    }

    pub(super) fn package(&mut self, row: Cells) -> Result<(), Fault> {
        let words = [
            row.text("manufacturer"),
            row.text("name"),
            row.text("version"),
        ];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let size = row.number("packagesize")?;
        let source = row.word(
            "pkgsourceflag",
            &[
                ("storagenosource", 1),
                ("storagedirect", 2),
                ("storagecompress", 3),
                ("storagelocal", 4),
            ],
        )?;
        let has_no_path = row.has("pkgsourcepath") && row.text("pkgsourcepath").is_empty();
        let package = Package {
            name: words.join(" "),
            kilobytes: size.filter(|size| *size > 0),
            is_without_files: match source {
                Some(1) => true,
                Some(2..=4) => false,
                _ => has_no_path && size == Some(0),
            },
        };
        self.packages
            .insert(row.text("packageid").to_owned(), package);
        Ok(())
    }
}

/// The first time of a schedule, as `ConvertTo-Json` writes its tokens or the
/// cmdlets their text.
fn assigned_times(cell: &str) -> Option<Stamp> {
    let at = cell.find("StartTime")?;
    let digits: String = cell[at..]
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    crate::scenario::inventory::stamp(digits.get(..14)?)
        .ok()
        .flatten()
}
