//! Where machines and servers stand, and what lies above what.

use super::{DEVICES, Folder};

const LINKS: &str = "Name,Cost,SitesIncluded\nHQ-Paris,100,HQ;Paris\nParis-Lyon,283,Paris;Lyon\nHQ-Lyon,900,HQ;Lyon\n";

#[test]
fn the_tree_is_that_of_the_cheapest_ways() {
    let devices = format!("{DEVICES}PC9,CORP,Lyon,Windows 10\n");
    let folder = Folder::of(&[("devices.csv", &devices), ("links.csv", LINKS)]);
    folder.says("[site.HQ] # 3 machines [site.Lyon]");
    folder.says("[site.Lyon] # 1 machine parent = \"Paris\" wan = \"4096 kbit/s\" # by the cost of its site link");
    folder.says("[site.Paris] # 1 machine parent = \"HQ\" wan = \"10 Mbit/s\"");
    folder.lists("site links that are not on the cheapest way");
}

#[test]
fn an_address_decides_by_the_narrowest_subnet() {
    let devices = "Name,OperatingSystem,IPv4Address\nPC1,Windows 10,10.1.0.5\nPC2,Windows 10,10.1.9.5\nPC3,Windows 10,\"{fe80::1, 10.2.0.1}\"\nPC4,Windows 10,192.168.1.1\n";
    let subnets = "Name,Site,DistinguishedName\n10.1.0.0/16,\"CN=HQ,CN=Sites,CN=Configuration,DC=c\",x\n10.1.9.0/24,Annex,x\n10.2.0.0/16,Paris,x\nfe80::/10,Paris,x\n";
    let folder = Folder::of(&[("computers.csv", devices), ("subnets.csv", subnets)]);
    for site in [
        "[site.Annex] # 1 machine",
        "[site.HQ] # 1 machine",
        "[site.Paris] # 1 machine",
    ] {
        // The machine without a known address stands at the top.
        let two = site.replace("1 machine", "2 machines");
        let text = super::squeezed(folder.tables());
        assert!(text.contains(site) || text.contains(&two), "{site}\n{text}");
    }
    folder.says("\"10.1.9.0/24\" = \"Annex\"");
    folder.lists("where 1 machine without a place in the files stand");
    folder.lists("subnets fe80::/10: they are not of IPv4");
    let world = folder.load(&[]).world;
    let counts: Vec<u32> = world
        .fleet
        .by_site
        .iter()
        .map(|range| range.end - range.start)
        .collect();
    assert_eq!(counts.iter().sum::<u32>(), 4);
    assert!(
        counts.iter().all(|count| (1..=2).contains(count)),
        "{counts:?}"
    );
}

#[test]
fn a_boundary_of_addresses_is_a_place_named_as_its_group_or_the_site_around_it() {
    let devices =
        "Name,OperatingSystem,IPAddress\nPC1,Windows 10,10.1.0.5\nPC2,Windows 10,10.9.0.5\n";
    let subnets = "Name,Site,DistinguishedName\n10.1.0.0/16,HQ,x\n";
    let boundaries = "BoundaryID,BoundaryType,DisplayName,Value,GroupID\n1,3,in,10.1.4.1-10.1.5.254,7\n2,3,out,10.9.0.1-10.9.0.254,8\n3,0,bare,10.10.1.0,8\n";
    let groups = "GroupID,Name,DefaultSiteCode,SiteSystemCount\n7,Head office,,1\n8,Workshop,,1\n";
    let folder = Folder::of(&[
        ("c.csv", devices),
        ("s.csv", subnets),
        ("b.csv", boundaries),
        ("g.csv", groups),
    ]);
    folder.says("\"10.9.0.1-10.9.0.254\" = \"Workshop\"");
    folder.says("[site.Workshop] # 1 machine");
    folder.lists("boundaries bare: the export does not hold their masks, 24 bits are assumed");
    assert_eq!(folder.load(&[]).world.sites.len(), 2);
}

#[test]
fn units_tell_the_place_where_nothing_else_does() {
    let devices = "Name,DistinguishedName\nPC1,\"CN=PC1,OU=PCs,OU=Munich,DC=c,DC=com\"\nPC2,\"CN=PC2,OU=PCs,OU=Paris,DC=c,DC=com\"\nPC3,\"CN=PC3,OU=Servers,DC=c,DC=com\"\n";
    let folder = Folder::of(&[("ad.csv", devices)]);
    folder.says("\"OU=Munich\" = \"Munich\"");
    folder.says("[site.Paris] # 1 machine");
    // Units called as sites of the directory are these sites.
    let sites = "Name,DistinguishedName,ObjectClass\nParis,\"CN=Paris,CN=Sites,CN=Configuration,DC=c,DC=com\",site\n";
    let folder = Folder::of(&[("ad.csv", devices), ("sites.csv", sites)]);
    assert_eq!(folder.load(&[]).world.sites.len(), 1);
    folder.says("\"OU=Paris\" = \"Paris\"");
}

#[test]
fn a_comma_in_the_name_of_a_unit_is_of_the_name() {
    let row = |at: u32, unit: &str| format!("PC{at},\"CN=PC{at},OU=PCs,OU={unit},DC=c,DC=com\"\n");
    let rows = [row(1, "Sales\\, EMEA"), row(2, "Paris")].concat();
    let folder = Folder::of(&[("ad.csv", &format!("Name,DistinguishedName\n{rows}"))]);
    folder.says("'OU=Sales\\, EMEA' = \"Sales, EMEA\"");
    folder.says("[site.\"Sales, EMEA\"] # 1 machine");
}

#[test]
fn points_of_a_boundary_group_that_stand_elsewhere_are_used_at_once_and_neighbours_later() {
    let devices = "Name,ADSiteName\nPC1,HQ\nPC2,HQ\nPC3,Paris\nPC4,Lyon\nDP1,HQ\nDP2,Paris\n";
    let groups = "GroupID,Name,DefaultSiteCode,SiteSystemCount\n1,Head,,1\n2,France,,1\n";
    let boundaries =
        "BoundaryID,BoundaryType,DisplayName,Value,GroupID\n1,1,,HQ,1\n2,1,,Paris,2\n3,1,,Lyon,2\n";
    let systems = "GroupID,ServerNALPath\n1,\\\\DP1\n2,\\\\DP2\n";
    let relations = "SourceGroupID,DestinationGroupID,FallbackDP\n2,1,45\n1,2,4294967295\n";
    let folder = Folder::of(&[
        ("d.csv", devices),
        ("g.csv", groups),
        ("b.csv", boundaries),
        ("s.csv", systems),
        ("r.csv", relations),
    ]);
    folder.says("[site.Lyon] # 1 machine parent = \"HQ\" wan = \"10 Mbit/s\" fallback = [{ after = \"0 min\", sites = [\"Paris\"] }, { after = \"45 min\", sites = [\"HQ\"] }]");
    folder.says("[site.Paris] # 2 machines parent = \"HQ\" wan = \"10 Mbit/s\" fallback = [{ after = \"45 min\", sites = [\"HQ\"] }]");
    folder.lists("boundary groups Head: never fall back to a neighbour for content");
    folder.says("[server.DP2] site = \"Paris\" roles = [\"distribution point\"]");
}

#[test]
fn names_that_stand_for_many_are_made_plain() {
    let devices = "Name,ADSiteName\nPC1,What?\nPC2,HQ\nPC3,\"{x}\"\n";
    let folder = Folder::of(&[("d.csv", devices)]);
    folder.says("\"What?\" = \"What_\"");
    assert_eq!(folder.load(&[]).world.sites.len(), 3);
}

#[test]
fn the_top_is_the_place_with_most_servers_then_most_machines_then_the_first_by_name() {
    let top = |rows: &[(&str, &str)]| {
        let devices: Vec<_> = rows
            .iter()
            .enumerate()
            .map(|(at, (site, system))| format!("M{at},{site},{system}\n"))
            .collect();
        let devices = devices.concat();
        let devices = format!("Name,ADSiteName,OperatingSystem\n{devices}");
        let world = Folder::of(&[("d.csv", &devices)]).load(&[]).world;
        let root = world.sites.iter().find(|site| site.parent.is_none());
        root.map(|site| site.name.clone()).unwrap()
    };
    let (server, client) = ("Windows Server 2019 Standard", "Windows 10 Pro");
    assert_eq!(
        top(&[("Main", server), ("Branch", client), ("Branch", client)]),
        "Main"
    );
    assert_eq!(
        top(&[("Main", client), ("Branch", client), ("Main", client)]),
        "Main"
    );
    assert_eq!(top(&[("Main", server), ("Branch", server)]), "Branch");
}

#[test]
fn places_that_links_join_to_each_other_alone_keep_their_links() {
    // Both forests have a link of the name that the directory gives to the first.
    let links = "Name,Cost,SitesIncluded\nDEFAULTIPSITELINK,100,Rome;Bari\nDEFAULTIPSITELINK,586,Oslo;Narva;Moss\n";
    let devices = "Name,Domain,ADSiteName,DeviceOS\nA1,C,Rome,Windows 10\nA2,C,Rome,Windows 10\nA3,C,Rome,Windows 10\nA4,C,Bari,Windows 10\nB1,C,Oslo,Windows 10\nB2,C,Oslo,Windows 10\nB3,C,Narva,Windows 10\nB4,C,Moss,Windows 10\n";
    let folder = Folder::of(&[("l.csv", links), ("d.csv", devices)]);
    folder.says("[site.Bari] # 1 machine parent = \"Rome\" wan = \"10 Mbit/s\"");
    folder.says("[site.Oslo] # 2 machines parent = \"Rome\" wan = \"10 Mbit/s\" [");
    for below in ["Moss", "Narva"] {
        folder.says(&format!(
            "[site.{below}] # 1 machine parent = \"Oslo\" wan = \"56 kbit/s\""
        ));
    }
    folder.lists("the place above Oslo, as no site link leads there: Rome");
}
