//! Makes the shipped folder `scenarios/exports`: what `Get-CM…` and `Get-AD…` give
//! for the fleet of an invented engineering company, as docs/import.md exports it.
//!
//! ```text
//! cargo run --example make_exports
//! ```
//!
//! 3,000 machines stand at a headquarters, four regional hubs and 34 offices. As in
//! every real export, some things do not fit together: machines without a site, a
//! site that the directory does not know, sites without machines, a distribution
//! point that no boundary group names, a relationship to a group that is gone,
//! windows that come once a month, deployments of the past.
//!
//! Every draw is a hash of what it is for and the seed below, so that the files are
//! the same everywhere. `tests/import_shipped.rs` holds the committed files to this
//! program.

use std::collections::BTreeMap;
use std::fmt::Write;

const SEED: u64 = 20_260_316;

/// Machines in all.
const MACHINES: usize = 3_000;

/// The hubs and the offices below each.
const REGIONS: [(&str, &str, [&str; 9]); 4] = [
    (
        "Leeds",
        "NORTH",
        [
            "Bradford",
            "Carlisle",
            "Durham",
            "Hull",
            "Kendal",
            "Lancaster",
            "Preston",
            "Whitby",
            "York",
        ],
    ),
    (
        "Cardiff",
        "WALES",
        [
            "Bangor", "Brecon", "Hereford", "Newport", "Swansea", "Tenby", "Wrexham", "", "",
        ],
    ),
    (
        "Reading",
        "SOUTH",
        [
            "Dover",
            "Exeter",
            "Hastings",
            "Oxford",
            "Poole",
            "Salisbury",
            "Southampton",
            "Truro",
            "Winchester",
        ],
    ),
    (
        "Norwich",
        "EAST",
        [
            "Boston",
            "Cambridge",
            "Colchester",
            "Ely",
            "Ipswich",
            "Kings Lynn",
            "Lowestoft",
            "Peterborough",
            "Thetford",
        ],
    ),
];

/// The headquarters.
const HEADQUARTERS: &str = "Birmingham";

/// A draw below `below` for `what`.
fn draw(what: &str, below: u64) -> u64 {
    let mut hash = SEED ^ 0xcbf2_9ce4_8422_2325;
    for byte in what.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    (hash ^ (hash >> 33)) % below
}

/// One place with its network and machines.
struct Place {
    name: String,
    region: usize,
    network: u64,
    machines: usize,
}

/// Hub, offices; the headquarters first, regions after it.
fn places() -> Vec<Place> {
    let mut places = vec![Place {
        name: HEADQUARTERS.to_owned(),
        region: 0,
        network: 1,
        machines: 600,
    }];
    for (region, (hub, _, offices)) in REGIONS.iter().enumerate() {
        places.push(Place {
            name: (*hub).to_owned(),
            region: region + 1,
            network: 10 * (region as u64 + 1),
            machines: 220,
        });
        for (number, office) in offices
            .iter()
            .filter(|office| !office.is_empty())
            .enumerate()
        {
            places.push(Place {
                name: (*office).to_owned(),
                region: region + 1,
                network: 10 * (region as u64 + 1) + number as u64 + 1,
                machines: 12 + draw(&format!("size of {office}"), 50) as usize,
            });
        }
    }
    // A site of the directory that was closed.
    places.push(Place {
        name: "Rugby".to_owned(),
        region: 1,
        network: 99,
        machines: 0,
    });
    let servers = servers(&places).len();
    let rest = MACHINES - servers - places.iter().map(|place| place.machines).sum::<usize>();
    places[0].machines += rest;
    places
}

/// Rows of cells under headings, as `Export-Csv` writes them.
struct Table {
    text: String,
}

impl Table {
    fn new(headings: &str) -> Self {
        Self {
            text: quoted(&headings.split(',').collect::<Vec<_>>()),
        }
    }

    /// With the line that PowerShell 5 writes first.
    fn of_type(of: &str, headings: &str) -> Self {
        let table = Self::new(headings);
        Self {
            text: format!("#TYPE {of}\r\n{}", table.text),
        }
    }

    fn row(&mut self, cells: &[&str]) {
        self.text.push_str(&quoted(cells));
    }
}

fn quoted(cells: &[&str]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
        .collect();
    cells.join(",") + "\r\n"
}

const DOMAIN: &str = "kestrel.example";
const CONFIGURATION: &str = "CN=Sites,CN=Configuration,DC=kestrel,DC=example";

/// One machine.
struct Machine {
    name: String,
    place: String,
    is_server: bool,
}

fn machines(places: &[Place]) -> Vec<Machine> {
    let mut machines = Vec::new();
    for place in places {
        for number in 0..place.machines {
            // One in twelve at the headquarters and the hubs is a server.
            let is_server = place.machines > 200 && number % 12 == 11;
            let kind = if is_server {
                "SV"
            } else {
                ["PC", "NB"][draw(&format!("{} {number}", place.name), 2) as usize]
            };
            let short: String = place
                .name
                .chars()
                .filter(char::is_ascii_alphabetic)
                .take(3)
                .collect();
            machines.push(Machine {
                name: format!(
                    "{}{:02}-{kind}{number:04}",
                    short.to_uppercase(),
                    place.network
                ),
                place: place.name.clone(),
                is_server,
            });
        }
    }
    for (name, place) in servers(places) {
        machines.push(Machine {
            name,
            place,
            is_server: true,
        });
    }
    machines
}

/// The servers of Configuration Manager and the controllers, with their places: but
/// one, which has no client.
fn servers(places: &[Place]) -> Vec<(String, String)> {
    let at = |place: &str, names: &[&str]| -> Vec<(String, String)> {
        names
            .iter()
            .map(|name| ((*name).to_owned(), place.to_owned()))
            .collect()
    };
    let mut servers = at(
        HEADQUARTERS,
        &[
            "KST-CM1", "KST-MP1", "KST-MP2", "KST-SU1", "KST-DP1", "KST-DP9",
        ],
    );
    servers.extend(at(HEADQUARTERS, &["KST-DC1", "KST-DC2"]));
    for (hub, name, _) in REGIONS {
        servers.extend(at(hub, &[&format!("{name}-DC1")]));
    }
    let with_points = places.iter().skip(1).filter(|place| has_point(place));
    servers.extend(with_points.map(|place| (point_of(place), place.name.clone())));
    servers
}

fn devices(machines: &[Machine]) -> String {
    let mut table = Table::of_type(
        "Selected.Microsoft.ConfigurationManagement.ManagementProvider.WqlQueryEngine.WqlResultObject",
        "Name,Domain,ADSiteName,DeviceOS,ClientVersion,IsActive,IsObsolete,LastActiveTime",
    );
    for (at, machine) in machines.iter().enumerate() {
        let place = match at % 250 {
            // Machines that have never told their site, and some that are at a site
            // which the directory has no more.
            249 => "",
            248 if machine.place == HEADQUARTERS => "Coventry",
            _ => &machine.place,
        };
        let system = match (machine.is_server, draw(&format!("os {at}"), 10)) {
            (true, 0..3) => "Microsoft Windows NT Server 6.3",
            (true, _) => "Microsoft Windows NT Server 10.0",
            (false, _) => "Microsoft Windows NT Workstation 10.0",
        };
        let day = 1 + draw(&format!("day {at}"), 14);
        let month = if draw(&format!("old {at}"), 100) < 2 {
            8
        } else {
            3
        };
        let year = if month == 8 { 2025 } else { 2026 };
        let (hour, minute) = (
            1 + draw(&format!("hour {at}"), 11),
            draw(&format!("minute {at}"), 60),
        );
        let seen = format!("{month}/{}/{year} {hour}:{minute:02}:00 AM", day + 1);
        let domain = if machine.place == "Norwich" {
            "KESTRELEAST"
        } else {
            "KESTREL"
        };
        let has_client = draw(&format!("client {at}"), 100) > 0;
        let version = if has_client { "5.00.9128.1007" } else { "" };
        let obsolete = if draw(&format!("obsolete {at}"), 200) == 0 {
            "True"
        } else {
            "False"
        };
        table.row(&[
            &machine.name,
            domain,
            place,
            system,
            version,
            "True",
            obsolete,
            &seen,
        ]);
    }
    table.text
}

/// A NAL path, as site systems are written.
fn nal(server: &str) -> String {
    format!("[\"Display=\\\\{server}.{DOMAIN}\\\"]MSWNET:[\"SMS_SITE=KST\"]\\\\{server}.{DOMAIN}\\")
}

/// Whether an office has a distribution point.
fn has_point(place: &Place) -> bool {
    place.machines > 45
}

fn point_of(place: &Place) -> String {
    let short: String = place
        .name
        .chars()
        .filter(char::is_ascii_alphabetic)
        .take(3)
        .collect();
    format!("{}{:02}-DP1", short.to_uppercase(), place.network)
}

fn distribution_points(places: &[Place]) -> String {
    let mut table = Table::new(
        "Name,ServerName,NALPath,SiteCode,BitsEnabled,IsProtected,IsPullDP,IsPXE,Priority,Description",
    );
    let mut row = |server: &str, pulls: &str| {
        let full = format!("{server}.{DOMAIN}");
        table.row(&[
            &full,
            &full,
            &nal(server),
            "KST",
            "True",
            "False",
            pulls,
            "True",
            "200",
            "",
        ]);
    };
    row("KST-DP1", "False");
    row("KST-DP2", "False");
    for place in places.iter().skip(1).filter(|place| has_point(place)) {
        row(
            &point_of(place),
            if place.machines > 200 {
                "False"
            } else {
                "True"
            },
        );
    }
    // Bought, installed, and put into no boundary group.
    row("KST-DP9", "False");
    table.text
}

/// The ID and name of the boundary group of a region, from 0 for the headquarters.
fn group(region: usize) -> (String, String) {
    let name = if region == 0 {
        "Headquarters".to_owned()
    } else {
        format!("Region {}", REGIONS[region - 1].1)
    };
    ((16_777_217 + region).to_string(), name)
}

fn boundary_groups() -> String {
    let mut table = Table::new(
        "CreatedBy,CreatedOn,DefaultSiteCode,Description,Flags,GroupID,MemberCount,ModifiedBy,Name,Shared,SiteSystemCount",
    );
    for region in 0..=REGIONS.len() {
        let (id, name) = group(region);
        table.row(&[
            "KESTREL\\hall",
            "5/4/2021 9:12:00 AM",
            "",
            "",
            "0",
            &id,
            "9",
            "KESTREL\\hall",
            &name,
            "True",
            "3",
        ]);
    }
    table.text
}

fn boundaries(places: &[Place]) -> String {
    let mut table =
        Table::new("BoundaryID,BoundaryType,DisplayName,Value,GroupID,GroupCount,BoundaryFlags");
    for (at, place) in places.iter().enumerate() {
        let (group, _) = group(place.region);
        table.row(&[
            &(16_777_300 + at).to_string(),
            "1",
            &place.name,
            &place.name,
            &group,
            "1",
            "0",
        ]);
    }
    let (region, _) = group(2);
    table.row(&[
        "16777399",
        "3",
        "Swansea workshops",
        "10.27.8.10-10.27.9.250",
        &region,
        "1",
        "0",
    ]);
    table.row(&[
        "16777400",
        "4",
        "Home workers",
        "Auto:On",
        &group(0).0,
        "1",
        "0",
    ]);
    table.text
}

fn boundary_group_site_systems(places: &[Place]) -> String {
    let mut table = Table::new("GroupID,ServerNALPath,SiteCode,Flags");
    let mut row = |region: usize, server: &str| {
        table.row(&[&group(region).0, &nal(server), "KST", "0"]);
    };
    row(0, "KST-DP1");
    row(0, "KST-DP2");
    for place in places.iter().skip(1).filter(|place| has_point(place)) {
        row(place.region, &point_of(place));
    }
    table.text
}

fn boundary_group_relationships() -> String {
    let mut rows = Vec::new();
    for region in 1..=REGIONS.len() {
        let ((id, name), (to, headquarters)) = (group(region), group(0));
        rows.push(format!(
            "    {{\n        \"SourceGroupID\": {id},\n        \"SourceGroupName\": \"{name}\",\n        \"DestinationGroupID\": {to},\n        \"DestinationGroupName\": \"{headquarters}\",\n        \"FallbackDP\": 30,\n        \"FallbackMP\": -1,\n        \"FallbackSMP\": 120,\n        \"FallbackSUP\": 120\n    }}"
        ));
    }
    let (id, name) = group(3);
    rows.push(format!(
        "    {{\n        \"SourceGroupID\": {id},\n        \"SourceGroupName\": \"{name}\",\n        \"DestinationGroupID\": 16777240,\n        \"DestinationGroupName\": \"Channel Islands\",\n        \"FallbackDP\": 120,\n        \"FallbackMP\": -1,\n        \"FallbackSMP\": -1,\n        \"FallbackSUP\": -1\n    }}"
    ));
    format!("[\n{}\n]\n", rows.join(",\n"))
}

fn site_roles() -> String {
    let mut table = Table::new("NetworkOSPath,RoleName,SiteCode,NALPath");
    for (server, role) in [
        ("KST-CM1", "SMS Site Server"),
        ("KST-CM1", "SMS Provider"),
        ("KST-MP1", "SMS Management Point"),
        ("KST-MP2", "SMS Management Point"),
        ("KST-SU1", "SMS Software Update Point"),
    ] {
        table.row(&[&format!("\\\\{server}.{DOMAIN}"), role, "KST", &nal(server)]);
    }
    table.text
}

const PILOT: &str = "KST00031";
const WORKSTATIONS: &str = "KST00012";
const SERVERS: &str = "KST00014";

fn collections(machines: &[Machine]) -> String {
    let mut table = Table::new(
        "CollectionID,Name,CollectionType,MemberCount,LimitToCollectionID,LimitToCollectionName,Comment,LastMemberChangeTime",
    );
    let count = |id: &str| members_of(id, machines).len().to_string();
    let mut row = |id: &str, name: &str, kind: &str, count: &str| {
        table.row(&[
            id,
            name,
            kind,
            count,
            "SMS00001",
            "All Systems",
            "",
            "3/14/2026 2:00:00 AM",
        ]);
    };
    row("SMS00001", "All Systems", "2", "3004");
    row("SMS00002", "All Users", "1", "4118");
    row(WORKSTATIONS, "All workstations", "2", &count(WORKSTATIONS));
    row(SERVERS, "Servers, Sunday morning", "2", &count(SERVERS));
    row(PILOT, "Pilot: volunteers", "2", &count(PILOT));
    row("KST00044", "Meeting rooms", "2", "61");
    table.text
}

fn members_of<'a>(id: &str, machines: &'a [Machine]) -> Vec<&'a str> {
    let is_member = |(at, machine): &(usize, &Machine)| match id {
        WORKSTATIONS => !machine.is_server,
        SERVERS => machine.is_server,
        _ => !machine.is_server && draw(&format!("pilot {at}"), 30) == 0,
    };
    let members = machines.iter().enumerate().filter(is_member);
    members.map(|(_, machine)| machine.name.as_str()).collect()
}

fn collection_members(machines: &[Machine]) -> String {
    let mut table = Table::new("CollectionID,Name");
    for id in [WORKSTATIONS, SERVERS, PILOT] {
        for name in members_of(id, machines) {
            table.row(&[id, name]);
        }
    }
    table.text
}

fn maintenance_windows() -> String {
    let mut table = Table::new(
        "CollectionID,Name,Description,Duration,IsEnabled,IsGMT,RecurrenceType,ServiceWindowID,ServiceWindowSchedules,ServiceWindowType,StartTime",
    );
    // Tokens: each Sunday at 2:00 for four hours, each month, updates alone.
    table.row(&[
        SERVERS,
        "Sunday morning",
        "Occurs every 1 weeks on Sunday effective 1/4/2026 2:00 AM",
        "240",
        "True",
        "False",
        "3",
        "{8a0c2f2e-3b1d-4a75-9a0e-2f6a1d0b7c01}",
        "00441E0020192000",
        "1",
        "1/4/2026 2:00:00 AM",
    ]);
    table.row(&[
        SERVERS,
        "After month end",
        "Occurs day 1 of every 1 months",
        "120",
        "True",
        "False",
        "5",
        "{8a0c2f2e-3b1d-4a75-9a0e-2f6a1d0b7c02}",
        "02C11E0010284400",
        "1",
        "1/1/2026 10:00:00 PM",
    ]);
    table.row(&[
        WORKSTATIONS,
        "Updates at lunch",
        "Occurs every 1 days",
        "60",
        "True",
        "False",
        "2",
        "{8a0c2f2e-3b1d-4a75-9a0e-2f6a1d0b7c03}",
        "01811E0008100008",
        "4",
        "1/1/2026 12:00:00 PM",
    ]);
    table.text
}

fn deployments() -> String {
    let mut table = Table::new(
        "DeploymentID,SoftwareName,CollectionID,CollectionName,PackageID,ProgramName,FeatureType,DeploymentIntent,DeploymentTime,EnforcementDeadline,NumberTargeted,NumberSuccess,SummarizationTime",
    );
    let times = |table: &mut Table,
                 id: &str,
                 name: &str,
                 collection: &str,
                 package: (&str, &str),
                 kind: (&str, &str),
                 at: (&str, &str)| {
        table.row(&[
            id,
            name,
            collection,
            "",
            package.0,
            package.1,
            kind.0,
            kind.1,
            at.0,
            at.1,
            "0",
            "0",
            "3/14/2026 3:00:00 AM",
        ]);
    };
    let cad = ("KST000A4", "Install silently");
    times(
        &mut table,
        "KST20051",
        "Drafting 9.2, pilot",
        PILOT,
        cad,
        ("2", "1"),
        ("3/16/2026 6:00:00 PM", "3/16/2026 9:00:00 PM"),
    );
    times(
        &mut table,
        "KST20052",
        "Drafting 9.2, workstations",
        WORKSTATIONS,
        cad,
        ("2", "1"),
        ("3/18/2026 6:00:00 PM", "3/19/2026 12:00:00 PM"),
    );
    times(
        &mut table,
        "KST20053",
        "Monitoring agent 4, servers",
        SERVERS,
        ("KST000A5", "Install"),
        ("2", "1"),
        ("3/18/2026 6:00:00 PM", "3/20/2026 6:00:00 PM"),
    );
    times(
        &mut table,
        "KST20007",
        "Drafting 9.1, workstations",
        WORKSTATIONS,
        ("KST00071", "Install silently"),
        ("2", "1"),
        ("9/8/2025 6:00:00 PM", "9/9/2025 6:00:00 PM"),
    );
    times(
        &mut table,
        "KST20048",
        "Windows 11, meeting rooms",
        "KST00044",
        ("KST00088", "*"),
        ("7", "2"),
        ("3/13/2026 6:00:00 PM", ""),
    );
    table.text
}

fn packages() -> String {
    let mut table = Table::new(
        "PackageID,Name,Manufacturer,Version,PackageSize,PkgSourcePath,SourceVersion,Priority,LastRefreshTime",
    );
    let mut row = |id: &str, name: &str, version: &str, size: &str| {
        table.row(&[
            id,
            name,
            "Kestrel",
            version,
            size,
            "\\\\KST-CM1\\sources",
            "3",
            "2",
            "3/12/2026 4:00:00 PM",
        ]);
    };
    row("KST000A4", "Drafting", "9.2", "734003");
    row("KST000A5", "Monitoring agent", "4.0", "48640");
    row("KST00071", "Drafting", "9.1", "690112");
    row("KST000A6", "Drafting run-time", "14", "24064");
    table.text
}

fn programs() -> String {
    let mut table = Table::new(
        "PackageID,ProgramName,CommandLine,Duration,DiskSpaceReq,ProgramFlags,DependentProgram,WorkingDirectory,Comment",
    );
    // ANY_PLATFORM, USEUNCPATH, ADMINRIGHTS, UNATTENDED; with OKTOREBOOT.
    table.row(&[
        "KST000A4",
        "Install silently",
        "setup.exe /quiet /norestart",
        "60",
        "2 GB",
        "135307264",
        "KST000A6;;Install",
        "",
        "",
    ]);
    table.row(&[
        "KST000A5",
        "Install",
        "msiexec.exe /i agent.msi /qn",
        "15",
        "200 MB",
        "135831552",
        "",
        "",
        "",
    ]);
    table.row(&[
        "KST000A6",
        "Install",
        "runtime.exe /q",
        "10",
        "120 MB",
        "135307264",
        "",
        "",
        "",
    ]);
    table.row(&[
        "KST00071",
        "Install silently",
        "setup.exe /quiet",
        "60",
        "2 GB",
        "135307264",
        "",
        "",
        "",
    ]);
    table.text
}

fn ad_sites(places: &[Place]) -> String {
    let mut table = Table::new(
        "Name,DistinguishedName,ObjectClass,InterSiteTopologyGenerator,Location,ManagedBy",
    );
    for place in places {
        let path = format!("CN={},{CONFIGURATION}", place.name);
        table.row(&[&place.name, &path, "site", "", "", ""]);
    }
    table.text
}

fn ad_site_links(places: &[Place]) -> String {
    let mut table =
        Table::new("Name,Cost,ReplicationFrequencyInMinutes,SitesIncluded,DistinguishedName");
    let path = |site: &str| format!("CN={site},{CONFIGURATION}");
    let mut row = |name: &str, cost: &str, sites: &[&str]| {
        let included: Vec<String> = sites.iter().map(|site| path(site)).collect();
        let own = format!("CN={name},CN=IP,CN=Inter-Site Transports,{CONFIGURATION}");
        table.row(&[name, cost, "15", &included.join(";"), &own]);
    };
    for (region, (hub, name, _)) in REGIONS.iter().enumerate() {
        row(&format!("HQ-{name}"), "50", &[HEADQUARTERS, hub]);
        for place in places
            .iter()
            .filter(|place| place.region == region + 1 && place.name != *hub)
        {
            // Costs of Microsoft's table for lines whose rate was known.
            let cost =
                ["100", "283", "309", "100"][draw(&format!("cost {}", place.name), 4) as usize];
            row(&format!("{name}-{}", place.name), cost, &[hub, &place.name]);
        }
    }
    row("Spare", "900", &["Leeds", "Norwich"]);
    table.text
}

fn ad_subnets(places: &[Place]) -> String {
    let mut table = Table::new("Name,Site,Location,DistinguishedName");
    for place in places {
        let network = format!("10.{}.0.0/16", place.network);
        let path = format!("CN={network},CN=Subnets,{CONFIGURATION}");
        table.row(&[
            &network,
            &format!("CN={},{CONFIGURATION}", place.name),
            "",
            &path,
        ]);
    }
    let path = format!("CN=10.200.0.0/16,CN=Subnets,{CONFIGURATION}");
    table.row(&["10.200.0.0/16", "", "", &path]);
    table.text
}

fn ad_domain_controllers() -> String {
    let mut table = Table::new(
        "HostName,Name,Domain,Forest,Site,IPv4Address,IsGlobalCatalog,IsReadOnly,OperatingSystem,OperationMasterRoles",
    );
    let mut row = |name: &str, domain: &str, site: &str, roles: &str, only: &str| {
        table.row(&[
            &format!("{name}.{domain}"),
            name,
            domain,
            DOMAIN,
            site,
            "",
            "True",
            only,
            "Windows Server 2022 Standard",
            roles,
        ]);
    };
    row(
        "KST-DC1",
        DOMAIN,
        HEADQUARTERS,
        "SchemaMaster;DomainNamingMaster;PDCEmulator;RIDMaster;InfrastructureMaster",
        "False",
    );
    row("KST-DC2", DOMAIN, HEADQUARTERS, "", "False");
    for (hub, name, _) in REGIONS {
        row(&format!("{name}-DC1"), DOMAIN, hub, "", "False");
    }
    row(
        "EAST-DC2",
        "east.kestrel.example",
        "Norwich",
        "PDCEmulator;RIDMaster;InfrastructureMaster",
        "False",
    );
    table.text
}

fn ad_domains() -> String {
    let mut table = Table::new("DNSRoot,NetBIOSName,Forest,PDCEmulator,DomainMode");
    table.row(&[
        DOMAIN,
        "KESTREL",
        DOMAIN,
        "KST-DC1.kestrel.example",
        "Windows2016Domain",
    ]);
    table.row(&[
        "east.kestrel.example",
        "KESTRELEAST",
        DOMAIN,
        "EAST-DC2.east.kestrel.example",
        "Windows2016Domain",
    ]);
    table.text
}

fn ad_trusts() -> String {
    "[\n    {\n        \"Source\": \"DC=kestrel,DC=example\",\n        \"Target\": \"east.kestrel.example\",\n        \"Direction\": 3,\n        \"IntraForest\": true,\n        \"ForestTransitive\": false,\n        \"TrustType\": \"Uplevel\"\n    },\n    {\n        \"Source\": \"DC=kestrel,DC=example\",\n        \"Target\": \"harrier.example\",\n        \"Direction\": \"Outbound\",\n        \"IntraForest\": false,\n        \"ForestTransitive\": false,\n        \"TrustType\": \"Uplevel\"\n    }\n]\n"
        .to_owned()
}

fn ad_password_policy() -> String {
    let mut table = Table::new(
        "DistinguishedName,LockoutDuration,LockoutObservationWindow,LockoutThreshold,MinPasswordLength",
    );
    table.row(&["DC=kestrel,DC=example", "00:30:00", "00:30:00", "10", "12"]);
    table.text
}

/// The files of the folder, by name.
#[allow(dead_code, reason = "the test that includes this file calls it")]
pub fn files() -> BTreeMap<&'static str, String> {
    let places = places();
    let machines = machines(&places);
    BTreeMap::from([
        ("devices.csv", devices(&machines)),
        ("boundary-groups.csv", boundary_groups()),
        ("boundaries.csv", boundaries(&places)),
        (
            "boundary-group-site-systems.csv",
            boundary_group_site_systems(&places),
        ),
        (
            "boundary-group-relationships.json",
            boundary_group_relationships(),
        ),
        ("distribution-points.csv", distribution_points(&places)),
        ("site-roles.csv", site_roles()),
        ("collections.csv", collections(&machines)),
        ("collection-members.csv", collection_members(&machines)),
        ("maintenance-windows.csv", maintenance_windows()),
        ("deployments.csv", deployments()),
        ("packages.csv", packages()),
        ("programs.csv", programs()),
        ("ad-sites.csv", ad_sites(&places)),
        ("ad-site-links.csv", ad_site_links(&places)),
        ("ad-subnets.csv", ad_subnets(&places)),
        ("ad-domain-controllers.csv", ad_domain_controllers()),
        ("ad-domains.csv", ad_domains()),
        ("ad-trusts.json", ad_trusts()),
        ("ad-password-policy.csv", ad_password_policy()),
    ])
}

#[allow(dead_code, reason = "the test that includes this file does not run it")]
fn main() -> std::io::Result<()> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/exports");
    std::fs::create_dir_all(folder)?;
    let mut said = String::new();
    for (name, text) in files() {
        std::fs::write(format!("{folder}/{name}"), &text)?;
        // Writing into a String cannot fail.
        let _ = writeln!(said, "{name}: {} bytes", text.len());
    }
    eprint!("{said}");
    Ok(())
}
