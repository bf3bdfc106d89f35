//! What is assumed can be changed by the setting that the list names.

use super::{DEVICES, Folder, shipped};
use std::collections::BTreeSet;

/// The world without the inventory's lines, as text.
fn world(folder: &Folder, settings: &[&str]) -> String {
    format!("{:?}", folder.load(settings).world)
}

/// Applies every setting of every assumption, at most `most` of each.
fn each_setting_changes_the_world(folder: &Folder, most: usize) {
    let before = world(folder, &[]);
    let mut applied = BTreeSet::new();
    for assumption in &folder.draft.lists.assumed {
        assert!(!assumption.settings.is_empty(), "{assumption:?}");
        for setting in assumption.settings.iter().take(most) {
            let after = world(folder, &[setting]);
            assert!(
                after != before,
                "{setting} changes nothing\n{}",
                folder.draft.text
            );
            applied.insert(setting.split('=').next().unwrap().to_owned());
        }
    }
    assert!(applied.len() >= folder.draft.lists.assumed.len());
}

#[test]
fn of_the_shipped_exports() {
    let files = shipped();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    each_setting_changes_the_world(&Folder::of(&files), 3);
}

#[test]
fn of_each_export_alone() {
    for (name, text) in shipped() {
        // A scenario of 3,000 machines takes longer, and is tested above.
        if name != "devices.csv" {
            each_setting_changes_the_world(&Folder::of(&[(name, &text)]), 3);
        }
    }
}

#[test]
fn of_exports_that_leave_much_open() {
    let undated = "DeploymentID,SoftwareName,CollectionID,FeatureType,DeploymentIntent,DeploymentTime,EnforcementDeadline\nD1,Reader,C1,1,2,3/4/2026 6:00:00 PM,\nD2,Writer,C1,1,1,3/4/2026 6:00:00 PM,\n";
    let files = [
        ("devices.csv", DEVICES),
        (
            "more.csv",
            "Name,Site,Last logon\nPC9,,03/04/2026\nPC8,,01/12/2025\nPC7,,11/12/2025\n",
        ),
        ("deployments.csv", undated),
        (
            "dps.csv",
            "NALPath,IsPullDP,BitsEnabled\n\\\\DP1,False,True\n",
        ),
    ];
    each_setting_changes_the_world(&Folder::of(&files), 9);
    each_setting_changes_the_world(&Folder::of(&files[1..2]), 9);
    let units = "Name,DistinguishedName\nPC1,\"CN=PC1,OU=Munich,DC=corp,DC=com\"\nPC2,\"CN=PC2,OU=Paris,DC=corp,DC=com\"\n";
    each_setting_changes_the_world(&Folder::of(&[("ad.csv", units)]), 9);
    let old = "Name,Domain,Operating System\nPC1,CORP,Windows NT Workstation 4.0\nPC2,,Windows XP\nPC3,LAB,Windows XP\n";
    each_setting_changes_the_world(&Folder::of(&[("old.csv", old)]), 9);
}
