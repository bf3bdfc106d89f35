//! What does not fit together gets a line, and the scenario runs all the same.

use super::{DEVICES, Folder};

#[test]
fn a_relationship_to_an_unknown_group() {
    let groups = "GroupID,Name,DefaultSiteCode,SiteSystemCount\n1,Head,,1\n";
    let relations = "SourceGroupID,SourceGroupName,DestinationGroupID,DestinationGroupName,FallbackDP\n1,Head,9,Gone,20\n";
    let folder = Folder::of(&[("g.csv", groups), ("r.csv", relations)]);
    folder.lists("relationships name the boundary groups Gone, which no export holds");
}

#[test]
fn sites_without_machines_and_machines_without_a_site() {
    let devices = format!("{DEVICES}PC8,CORP,,Windows 10\nPC9,CORP,Oslo,Windows 10\n");
    let sites = "Name,DistinguishedName,ManagedBy\nHQ,x,\nParis,x,\nEmpty,x,\n";
    let folder = Folder::of(&[("d.csv", &devices), ("s.csv", sites)]);
    folder.lists("sites Empty: they have no machines and no servers, and are left out");
    folder.lists(
        "machines stand at the sites Oslo, which the export of sites does not hold; they are made",
    );
    folder.lists("where 1 machine without a place in the files stand: HQ");
    folder.says("[inventory.defaults] # what rows do not say sites = [\"HQ\"]");
}

#[test]
fn a_point_in_no_boundary_group_and_a_group_without_a_point() {
    let groups = "GroupID,Name,DefaultSiteCode,SiteSystemCount\n1,Head,,1\n2,Far,,0\n";
    let points =
        "Name,NALPath,IsPullDP,BitsEnabled\nDP1,\\\\DP1,False,True\nDP2,\\\\DP2,False,True\n";
    let systems = "GroupID,ServerNALPath\n1,\\\\DP1\n";
    let boundaries = "BoundaryID,BoundaryType,DisplayName,Value,GroupID\n1,1,,HQ,1\n2,1,,Paris,2\n";
    let folder = Folder::of(&[
        ("d.csv", DEVICES),
        ("g.csv", groups),
        ("p.csv", points),
        ("s.csv", systems),
        ("b.csv", boundaries),
    ]);
    folder
        .lists("distribution points DP2: they are in no boundary group, and no client looks there");
    folder.lists("boundary groups Far: they have no distribution point of their own");
    assert!(!folder.tables().contains("[server.DP2]"));
}

#[test]
fn a_controller_of_a_domain_that_nothing_else_names() {
    let controllers = "HostName,Domain,Forest,Site,IsGlobalCatalog\ndc1.corp.com,corp.com,corp.com,HQ,True\ndc9.far.net,far.net,far.net,HQ,True\n";
    let folder = Folder::of(&[("d.csv", DEVICES), ("c.csv", controllers)]);
    folder.lists("controllers of the domain FAR, which no machine is in and no other export holds");
    folder.says("[server.DC9] site = \"HQ\" roles = [\"domain controller\"] domain = \"FAR\"");
    // The name that the inventory has is taken for the one of the DNS name.
    folder.says("[domain.CORP] forest = \"corp.com\"");
}

#[test]
fn trusts_to_nowhere_both_ways_and_in_a_circle() {
    let domains = "DNSRoot,NetBIOSName,Forest\na.com,A,a.com\nb.com,B,b.com\nc.com,C,c.com\n";
    let trusts = "Source,Target,Direction,IntraForest,TrustType\n\"DC=a,DC=com\",b.com,BiDirectional,False,Uplevel\n\"DC=b,DC=com\",c.com,Outbound,False,Uplevel\n\"DC=c,DC=com\",a.com,Outbound,False,Uplevel\n\"DC=a,DC=com\",gone.net,Outbound,False,Uplevel\n";
    let folder = Folder::of(&[("d.csv", domains), ("t.csv", trusts)]);
    folder.lists("trusts a.com of gone.net: no export holds machines, servers or controllers of the other domain");
    folder.lists("trusts A and B go both ways; the domains accept each other's accounts");
    folder.says("[domain.A] forest = \"a.com\" trusts = [\"B\"]");
    folder.says("[domain.B] forest = \"b.com\" trusts = [\"A\", \"C\"]");
    folder.says("[domain.C] forest = \"c.com\" trusts = [\"A\"]");
}

#[test]
fn collections_that_share_a_name() {
    let collections = "CollectionID,Name,CollectionType,MemberCount\nC1,Pilot,2,1\nC2,Pilot,2,1\n";
    let members = "CollectionID,Name\nC1,PC1\nC2,PC3\n";
    let deployments = "DeploymentID,SoftwareName,CollectionID,FeatureType,DeploymentIntent\nD1,Reader,C1,1,1\nD2,Writer,C2,1,1\n";
    let folder = Folder::of(&[
        ("d.csv", DEVICES),
        ("c.csv", collections),
        ("m.csv", members),
        ("x.csv", deployments),
    ]);
    folder
        .lists("collections Pilot (C1), Pilot (C2) share their name; the scenario adds their IDs");
    folder.says("[collection.\"Pilot (C1)\"]");
}

#[test]
fn windows_that_are_not_simulated() {
    let windows = "CollectionID,Name,Duration,IsEnabled,RecurrenceType,ServiceWindowSchedules,ServiceWindowType,StartTime\nC1,once,60,True,1,,1,2026-03-14 22:00\nC1,monthly,60,True,4,,1,2026-03-14 22:00\nC1,off,60,False,2,,1,2026-03-14 22:00\nC1,updates,60,True,2,,4,2026-03-14 22:00\nC1,nightly,60,True,2,,1,2026-03-14 22:00\nC1,weekly,120,True,3,,1,2026-03-14 22:00\n";
    let members = "CollectionID,Name\nC1,PC1\nC1,PC3\n";
    let folder = Folder::of(&[("d.csv", DEVICES), ("w.csv", windows), ("m.csv", members)]);
    folder.lists("maintenance windows once: they come once");
    folder.lists("maintenance windows monthly: they come round by the month");
    folder.lists("maintenance windows off: they are not enabled");
    folder.lists("maintenance windows updates: they are for software updates alone");
    folder.says("{ from = \"22:00\", to = \"23:00\" }");
    // 14 March 2026 is a Saturday.
    folder.says("{ days = \"Sat\", from = \"22:00\", to = \"00:00\" }");
}

#[test]
fn members_that_are_no_machines_of_the_inventory() {
    let collections = "CollectionID,Name,CollectionType,MemberCount\nC1,Pilot,2,3\n";
    let members = "CollectionID,Name\nC1,PC1\nC1,GONE1\n";
    let deployments =
        "DeploymentID,SoftwareName,CollectionID,FeatureType,DeploymentIntent\nD1,Reader,C1,1,1\n";
    let folder = Folder::of(&[
        ("d.csv", DEVICES),
        ("c.csv", collections),
        ("m.csv", members),
        ("x.csv", deployments),
    ]);
    folder.lists("members that are not machines of the inventory are left out: Pilot (1)");
    folder.lists("the numbers of members differ: Pilot (2 exported, 3 said)");
    folder.says("machines = [\"PC1\"]");
}

#[test]
fn every_column_that_is_not_read_is_listed() {
    let folder = Folder::of(&[
        ("d.csv", "Name,Colour,Weight\nPC1,red,2\n"),
        ("s.csv", "Name,DistinguishedName,ManagedBy,Colour\nHQ,x,,\n"),
    ]);
    folder.lists("d.csv, columns Colour, Weight: nothing is read from columns of that name; `map` of [inventory] can say what one is");
    folder.lists("s.csv, columns Colour, DistinguishedName, ManagedBy: nothing in the simulation depends on it");
    let many: Vec<String> = (0..40).map(|number| format!("Column{number:02}")).collect();
    let text = format!("Name,{}\nPC1{}\n", many.join(","), ",".repeat(40));
    let folder = Folder::of(&[("d.csv", &text)]);
    folder.lists(
        "d.csv, columns Column00, Column01, Column02, Column03, Column04, Column05 and 34 more",
    );
}

#[test]
fn what_may_have_been_read_wrongly_in_an_inventory_is_listed() {
    let row = |at: u32, date: &str| format!("PC{at};Br\u{fc}ssel;10.1.2.{at};PC{at};{date}\n");
    let mut rows: Vec<String> = (1..9)
        .map(|at| row(at, &format!("2026-03-0{at}")))
        .collect();
    rows.push(row(9, "2036-05-01"));
    rows.push(row(10, "gestern"));
    let text = format!("Name;Site;IPAddress;cn;Lastseen\n{}", rows.concat());
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let folder = Folder::of_bytes(&[("d.csv", latin)]);
    folder.lists("d.csv: 10 machines of 10 rows");
    folder.lists("d.csv, 1 date (line 10): so long after all others that a clock must have been wrong, such as 2036-05-01");
    folder.lists("d.csv, 1 date (line 11): they are in no form that is known, so that they leave no machine out, such as `gestern`");
    folder.lists("d.csv, its letters beyond ASCII: they are read as Windows-1252");
    folder.lists("d.csv, column IPAddress: addresses tell the place of a machine if an export has subnets or boundaries");
    folder.lists("d.csv, column cn: other columns say the same");
    // The forecast begins when the others were heard of.
    folder.says("start = 2026-03-08T18:00:00");
}

#[test]
fn rows_that_contradict_each_other_are_told() {
    let programs = "PackageID,ProgramName,CommandLine,Duration,ProgramFlags\nS01,install,setup /q,60,0\nS01,install,setup /q,30,0\nS01,repair,setup /r,60,0\nS01,repair,setup /r,60,0\n";
    let packages =
        "PackageID,Name,PackageSize,PkgSourceFlag\nS01,Office,1000,2\nS01,Office,2000,2\n";
    let folder = Folder::of(&[("d.csv", DEVICES), ("p.csv", programs), ("k.csv", packages)]);
    folder.lists("programs S01 install: two rows differ in `Duration`, and one of them counts; take the wrong one out of the export");
    folder.lists("packages S01: two rows differ in `PackageSize`, and one of them counts");
}

#[test]
fn a_window_whose_duration_is_not_that_of_its_schedule() {
    let windows = "CollectionID,Name,Duration,ServiceWindowSchedules,ServiceWindowType,RecurrenceType,StartTime,IsEnabled\nS01,long,600,00343940081A2000,1,3,,TRUE\nS02,none,-5,,1,2,20240101010000.000000+***,TRUE\n";
    let folder = Folder::of(&[("d.csv", DEVICES), ("w.csv", windows)]);
    folder.lists("maintenance windows long: `Duration` is not the length that their schedule has, which counts");
    folder.lists("maintenance windows none: the export does not hold how long they last");
}

/// Machines of two domains, each below the root of a forest that has no machines of its own.
const OF_TWO_FORESTS: &str = "Name,DNSHostName,OperatingSystem\nPC1,pc1.corp.a.com,Windows 10\nPC2,pc2.corp.a.com,Windows 10\nPC3,pc3.us.b.com,Windows 10\n";

#[test]
fn a_trust_of_forests_holds_between_all_of_their_domains() {
    let controllers = "HostName,Domain,Forest,Site,IsGlobalCatalog\ndc1.corp.a.com,corp.a.com,a.com,HQ,True\ndc2.us.b.com,us.b.com,b.com,HQ,True\n";
    for (headings, says) in [
        ("ForestTransitive,IntraForest", "True,False"),
        ("TrustAttributes,TrustType", "8,Uplevel"),
    ] {
        let trusts =
            format!("Source,Target,Direction,{headings}\n\"DC=a,DC=com\",b.com,Outbound,{says}\n");
        let folder = Folder::of(&[
            ("d.csv", OF_TWO_FORESTS),
            ("c.csv", controllers),
            ("t.csv", &trusts),
        ]);
        folder.says("[domain.\"corp.a.com\"] forest = \"a.com\" trusts = [\"us.b.com\"]");
        folder.says("[domain.\"us.b.com\"] forest = \"b.com\"");
        assert!(
            !folder
                .draft
                .text
                .contains("no export holds machines, servers or controllers")
        );
    }
    // One of domains holds between these alone.
    let trusts = "Source,Target,Direction,ForestTransitive,IntraForest\n\"DC=a,DC=com\",b.com,Outbound,False,False\n";
    let folder = Folder::of(&[
        ("d.csv", OF_TWO_FORESTS),
        ("c.csv", controllers),
        ("t.csv", trusts),
    ]);
    folder.lists("trusts a.com of b.com: no export holds machines");
    assert!(!folder.tables().contains("trusts ="));
}

#[test]
fn trusts_within_a_forest_tell_the_forest_of_domains() {
    let devices = "Name,DNSHostName,OperatingSystem\nPC1,pc1.corp.a.com,Windows 10\nPC2,pc2.corp.a.com,Windows 10\nPC3,pc3.us.a.com,Windows 10\nPC4,pc4.other.net,Windows 10\n";
    // The root has no machines, and the other domain below it is in no file.
    let trusts = "Source,Target,Direction,IntraForest,ForestTransitive\n\"DC=corp,DC=a,DC=com\",a.com,BiDirectional,True,False\n";
    let folder = Folder::of(&[("d.csv", devices), ("t.csv", trusts)]);
    folder.says("[domain.\"corp.a.com\"] forest = \"a.com\"");
    folder.says("[domain.\"us.a.com\"] forest = \"a.com\"");
    folder.lists("the forest of the domains us.a.com: that of the domain above by name --set 'domain.\"us.a.com\".forest=us.a.com'");
    folder.says("[domain.\"other.net\"] [");
    assert!(
        !folder
            .draft
            .text
            .contains("no export holds machines, servers or controllers")
    );
}
