//! Every kind of export is recognised by its headings, and is enough for a
//! scenario.

use super::{DEVICES, Folder, shipped};
use rollcast::import::known_exports;

/// Kinds that the shipped folder does not have.
const OTHERS: [(&str, &str); 5] = [
    (
        "Get-CMSite",
        "SiteCode,SiteName,ServerName,ReportingSiteCode,Type,Version\nKST,Kestrel,kst-cm1.kestrel.example,,2,5.00\n",
    ),
    (
        "SMS_Advertisement",
        "AdvertisementID,AdvertisementName,CollectionID,PackageID,ProgramName,OfferType,AdvertFlags,PresentTime,PresentTimeEnabled,RemoteClientFlags\nP0120001,A patch,SMS00001,P0100001,Install,0,32,20060317180000.000000+***,True,8240\n",
    ),
    (
        "SMS_BoundaryGroupMembers",
        "BoundaryID,GroupID\n16777218,16777217\n",
    ),
    (
        "Get-CMApplication",
        "LocalizedDisplayName,ModelName,CI_ID\nReader,ScopeId_1/Application_2,16777500\n",
    ),
    (
        "Get-CMDistributionPointGroup",
        "GroupID,Name,MemberCount,ContentCount,CollectionCount\n{1},All points,3,12,1\n",
    ),
];

#[test]
fn every_shipped_export_alone_is_a_scenario_that_passes_check() {
    for (name, text) in shipped() {
        let folder = Folder::of(&[(name, &text)]);
        let loaded = folder.load(&[]);
        assert!(!loaded.world.fleet.machines.is_empty(), "{name}");
        let doubts = loaded.warnings.list().iter();
        let doubts: Vec<&str> = doubts.map(|problem| problem.code.name()).collect();
        assert!(
            doubts.is_empty(),
            "{name}: {doubts:?}\n{}",
            folder.draft.text
        );
    }
}

#[test]
fn the_kinds_that_are_not_shipped_are_too() {
    for (command, text) in OTHERS {
        let folder = Folder::of(&[("x.csv", text)]);
        let lists = folder.draft.lists.text();
        let told = lists.contains(command) || lists.contains("x.csv: ");
        assert!(told, "{command}: {lists}");
    }
}

#[test]
fn every_known_export_is_tested() {
    let shipped: Vec<String> = shipped()
        .iter()
        .map(|(name, text)| Folder::of(&[(name, text)]).draft.lists.text())
        .collect();
    for command in known_exports() {
        let told = shipped
            .iter()
            .any(|lists| lists.contains(&format!("of {command}\n")));
        let other = OTHERS.iter().any(|(other, _)| *other == command);
        assert!(told || other, "{command}");
    }
}

#[test]
fn members_are_known_by_the_collection_in_their_paths() {
    let row = |path: &str, id: u32| {
        format!(
            "{path}.ResourceID={id},PC{id},CORP,HQ,Microsoft Windows NT Workstation 10.0,5.00.9106\n"
        )
    };
    let head = "SmsProviderObjectPath,Name,Domain,ADSiteName,DeviceOS,ClientVersion\n";
    let devices: String = (1..6)
        .map(|id| row("SMS_CM_RES_COLL_SMS00001", id))
        .collect();
    let pilot: String = (1..3)
        .map(|id| row("SMS_CM_RES_COLL_P0100012", id))
        .collect();
    let folder = Folder::of(&[
        ("all.csv", &format!("{head}{devices}")),
        ("pilot.csv", &format!("{head}{pilot}")),
        (
            "deployments.csv",
            "DeploymentID,SoftwareName,CollectionID,CollectionName,FeatureType,DeploymentIntent,DeploymentTime\n\
             {A},App,P0100012,Pilot,1,1,2026-03-16T18:00:00\n",
        ),
    ]);
    let lists = folder.draft.lists.text();
    assert!(
        lists.contains("pilot.csv: 2 rows of Get-CMCollectionMember"),
        "{lists}"
    );
    assert!(
        folder.draft.text.contains("machines = [\"PC1\", \"PC2\"]"),
        "{}",
        folder.draft.text
    );
}

#[test]
fn controllers_are_known_by_their_forest() {
    let folder = Folder::of(&[
        (
            "dcs.csv",
            "HostName,Site,Domain,Forest\nDC1.corp.com,HQ,corp.com,corp.com\n",
        ),
        ("pcs.csv", "Name,Domain,ADSiteName\nPC1,corp.com,HQ\n"),
    ]);
    let lists = folder.draft.lists.text();
    assert!(
        lists.contains("dcs.csv: 1 row of Get-ADDomainController"),
        "{lists}"
    );
    assert!(folder.draft.text.contains("domain controller"));
}

#[test]
fn roles_and_spans_of_json_are_those_of_csv() {
    let folder = Folder::of(&[
        (
            "dcs.json",
            r#"[{"HostName": "DC1.corp.com", "Domain": "corp.com", "Forest": "corp.com", "Site": "HQ", "OperationMasterRoles": [1, 2]},
                {"HostName": "DC2.corp.com", "Domain": "corp.com", "Forest": "corp.com", "Site": "HQ", "OperationMasterRoles": [0]}]"#,
        ),
        (
            "policy.json",
            r#"{"DistinguishedName": "DC=corp,DC=com", "LockoutThreshold": 5,
                "LockoutDuration": {"Ticks": 27000000000, "Days": 0, "Hours": 0, "Minutes": 45},
                "LockoutObservationWindow": {"Ticks": 12000000000, "Days": 0, "Hours": 0, "Minutes": 20}}"#,
        ),
        ("pcs.csv", "Name,Domain,ADSiteName\nPC1,corp.com,HQ\n"),
    ]);
    let text = &folder.draft.text;
    assert!(text.contains("pdc = \"DC2\""), "{text}");
    assert!(text.contains("45 min") && text.contains("20 min"), "{text}");
}

#[test]
fn the_name_of_a_file_says_nothing() {
    let files = shipped();
    let named: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let numbers: Vec<String> = (0..files.len())
        .map(|number| format!("{number}.txt"))
        .collect();
    let numbered: Vec<(&str, &str)> = numbers
        .iter()
        .zip(&files)
        .map(|(name, (_, text))| (name.as_str(), text.as_str()))
        .collect();
    let tables = |folder: &Folder| {
        let lines = folder
            .tables()
            .lines()
            .filter(|line| !line.starts_with("file = "));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(tables(&Folder::of(&named)), tables(&Folder::of(&numbered)));
}

#[test]
fn an_inventory_of_another_kind_is_not_mistaken_for_members() {
    // `Get-CMCollectionMember` without the collection is an inventory.
    let folder = Folder::of(&[("x.csv", "Name,ResourceID,Domain,SiteCode\nPC1,1,CORP,P01\n")]);
    folder.lists("x.csv: 1 machine of 1 row, the inventory");
}

#[test]
fn a_command_that_found_nothing_leaves_an_empty_file() {
    let folder = Folder::of(&[
        ("devices.csv", DEVICES),
        ("trusts.csv", ""),
        ("subnets.json", "[]"),
    ]);
    folder.lists("trusts.csv: it is empty: the command found nothing");
    folder.lists("subnets.json: it is empty");
}

#[test]
fn each_inventory_of_another_tool_is_an_inventory() {
    for text in [
        "Device name,OS,OS version,Last check-in\nPC1,Windows,10.0.19045,2026-03-14 08:00:00\n",
        "AssetName,Domain,IPAddress,IPLocation,OS,AssetTypename\nPC1,CORP,10.1.2.3,Munich,Win 10,Windows\n",
        "Name0,Resource_Domain_OR_Workgr0,Operating_System_Name_and0,Client0\nPC1,CORP,Microsoft Windows NT Workstation 5.1,1\n",
        "DN,objectClass,cn,userAccountControl\n\"CN=PC1,DC=corp,DC=com\",computer,PC1,4096\n",
        "[{\"Name\":\"PC1\",\"Domain\":\"CORP\",\"OperatingSystem\":\"Windows 10\"}]",
    ] {
        let folder = Folder::of(&[("x.csv", text)]);
        assert_eq!(folder.load(&[]).world.fleet.machines.len(), 1, "{text}");
        folder.lists("x.csv: 1 machine of 1 row, the inventory");
    }
}

#[test]
fn workgroups_are_known_and_no_domain_of_servers() {
    let devices =
        "Name,Domain,Site\nPC1,ARBEITSGRUPPE,hq\nPC2,ARBEITSGRUPPE,hq\nPC3,CORP,hq\nPC4,,hq\n";
    let folder = Folder::of(&[("d.csv", devices)]);
    folder.says("[domain.ARBEITSGRUPPE] kind = \"workgroup\"");
    folder.says("[server.\"*\"] domain = \"CORP\"");
    folder.lists("--set 'domain.CORP.lockout.threshold=3'");
    folder.says("[inventory.defaults] # what rows do not say domain = \"CORP\"");
}

#[test]
fn one_domain_by_both_of_its_names_is_declared_once() {
    let devices = "Name,Domain,Site\nPC1,child.corp.com,hq\nPC2,CHILD,hq\nPC3,LAB,hq\n";
    let folder = Folder::of(&[("d.csv", devices)]);
    assert_eq!(folder.load(&[]).world.directory.domains.len(), 2);
    folder.says("[domain.CHILD] forest = \"child\" [domain.LAB]");
    // Two of which the first label is the same are two.
    let devices = "Name,Domain,Site\nPC1,corp.a.com,hq\nPC2,corp.b.com,hq\nPC3,CORP,hq\n";
    let folder = Folder::of(&[("d.csv", devices)]);
    folder.says("[domain.\"corp.a.com\"] forest = \"corp\" [domain.\"corp.b.com\"]");
}

#[test]
fn a_roll_out_that_no_export_holds_is_no_title() {
    let folder = Folder::of(&[("d.csv", super::DEVICES)]);
    folder.says("title = \"A roll-out, from exports\"");
}

#[test]
fn a_name_that_is_that_of_one_domain_is_not_taken_for_another() {
    let devices = "Name,Domain,Site\nPC1,CORP,hq\nPC2,CORPEAST,hq\nPC3,CORP,hq\n";
    let controllers = "HostName,Domain,Forest,Site,IsGlobalCatalog\ndc1.corp.com,corp.com,corp.com,hq,True\ndc2.east.corp.com,east.corp.com,corp.com,hq,True\n";
    let folder = Folder::of(&[("d.csv", devices), ("c.csv", controllers)]);
    folder.lists("the domain CORPEAST is taken for east.corp.com; Get-ADDomain would tell");
    folder.says("[domain.CORP] forest = \"corp.com\"");
    folder.says("[domain.CORPEAST] forest = \"corp.com\"");
    // A name that may be that of two is that of neither.
    let controllers = "HostName,Domain,Forest,Site,IsGlobalCatalog\ndc1.a.corp.com,a.corp.com,corp.com,hq,True\ndc2.b.corp.com,b.corp.com,corp.com,hq,True\n";
    let folder = Folder::of(&[("d.csv", devices), ("c.csv", controllers)]);
    folder.says("[domain.A] forest = \"corp.com\"");
    folder.says("[domain.B] forest = \"corp.com\"");
    // One label further up is still enough where it is clear.
    let controllers = "HostName,Domain,Forest,Site,IsGlobalCatalog\ndc1.ad.corp.com,ad.corp.com,ad.corp.com,hq,True\n";
    let folder = Folder::of(&[("d.csv", devices), ("c.csv", controllers)]);
    folder.lists("the domain CORP is taken for ad.corp.com; Get-ADDomain would tell");
}

#[test]
fn domains_whose_trusts_no_export_holds_are_of_one_forest() {
    let devices = "Name,Domain,Site\nPC1,CORP,hq\nPC2,SALES,hq\nPC3,CORP,hq\nPC4,WORKGROUP,hq\n";
    let folder = Folder::of(&[("d.csv", devices)]);
    folder.says("[domain.CORP] forest = \"corp\"");
    folder.says("[domain.SALES] forest = \"corp\"");
    folder.says("[domain.WORKGROUP] kind = \"workgroup\"");
    folder.lists("whom the domains SALES and CORP trust, as no export holds it: each other, as domains of one forest --set 'domain.SALES.forest=sales'");
    let trusted = |settings: &[&str]| {
        let directory = folder.load(settings).world.directory;
        let trusts = directory.domains.iter().map(|domain| domain.trusts.len());
        trusts.sum::<usize>()
    };
    assert!(trusted(&[]) > trusted(&["domain.SALES.forest=sales"]));
    // Where trusts were exported, no more than they say is so.
    let trusts = "Source,Target,Direction,IntraForest,TrustType\n\"DC=corp,DC=com\",far.net,Outbound,False,Uplevel\n";
    let folder = Folder::of(&[("d.csv", devices), ("t.csv", trusts)]);
    assert!(!folder.tables().contains("forest"));
    // A single domain has no other to trust.
    let folder = Folder::of(&[("d.csv", super::DEVICES)]);
    assert!(!folder.tables().contains("forest"));
}
