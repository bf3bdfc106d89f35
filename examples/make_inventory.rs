//! Makes the shipped inventory `scenarios/inventory/hartwell.csv`: the fleet
//! of an invented insurance company in 2005, under the headings of the SMS
//! 2003 view `v_R_System`, with `DomainRole0` of `v_GS_COMPUTER_SYSTEM` joined
//! to it.
//!
//! ```text
//! cargo run --example make_inventory
//! ```
//!
//! About 5,000 machines stand in a headquarters (`hq`) and 120 branch offices
//! (`branch-001` to `branch-120`) of 8 to 48 workstations. The mix follows
//! what was found in companies of 2005: Windows 2000 and XP in about equal
//! parts, the rest of Windows NT 4.0 on its way out. Three machines in ten run
//! the Legacy Client, older systems more often; NT 4.0 can run no other. A few
//! rows are what every real export has: obsolete ones, inactive ones, machines
//! without a client.
//!
//! Every draw comes from `ChaCha8` with the seed below and one stream for each
//! place, so that the file is the same everywhere and a change to one office
//! leaves the others alone. `tests/inventory_shipped.rs` holds the committed
//! file to this program.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The seed of the shipped file: the Friday before its weekend.
const SEED: u64 = 20_060_317;
/// Branch offices.
const BRANCHES: u64 = 120;
/// Workstations at the headquarters.
const HEADQUARTERS_WORKSTATIONS: u64 = 1_100;
/// Member servers at the headquarters.
const HEADQUARTERS_SERVERS: u64 = 90;
/// Domain controllers at the headquarters.
const HEADQUARTERS_CONTROLLERS: u64 = 4;
/// From how many workstations a branch has a file server of its own.
const FILE_SERVER_FROM: u64 = 15;
/// From how many workstations a branch has a domain controller of its own.
const CONTROLLER_FROM: u64 = 32;

/// The headings: those of `v_R_System`, and two that were joined to it.
const HEADINGS: &str = "ResourceID,Name0,Netbios_Name0,AD_Site_Name0,SMS_Assigned_Sites0,Client0,\
    Client_Type0,Client_Version0,Operating_System_Name_and0,CSDVersion0,\
    Resource_Domain_OR_Workgr0,DomainRole0,User_Domain0,User_Name0,Active0,Obsolete0";

/// An operating system, how common it is among its kind, and how many in a
/// hundred of its machines still run the Legacy Client.
struct System {
    name: &'static str,
    service_pack: &'static str,
    share: u64,
    legacy: u64,
}

const fn system(name: &'static str, service_pack: &'static str, share: u64, legacy: u64) -> System {
    System {
        name,
        service_pack,
        share,
        legacy,
    }
}

/// Workstations, in parts of a hundred.
const WORKSTATIONS: [System; 5] = [
    system(
        "Microsoft Windows NT Workstation 5.1",
        "Service Pack 2",
        38,
        11,
    ),
    system(
        "Microsoft Windows NT Workstation 5.1",
        "Service Pack 1",
        17,
        26,
    ),
    system(
        "Microsoft Windows NT Workstation 5.0",
        "Service Pack 4",
        33,
        43,
    ),
    system(
        "Microsoft Windows NT Workstation 5.0",
        "Service Pack 3",
        8,
        52,
    ),
    system(
        "Microsoft Windows NT Workstation 4.0",
        "Service Pack 6",
        4,
        100,
    ),
];

/// Servers, in parts of a hundred.
const SERVERS: [System; 4] = [
    system(
        "Microsoft Windows NT Advanced Server 5.2",
        "Service Pack 1",
        44,
        4,
    ),
    system("Microsoft Windows NT Advanced Server 5.2", "", 12, 8),
    system(
        "Microsoft Windows NT Advanced Server 5.0",
        "Service Pack 4",
        40,
        30,
    ),
    system("Microsoft Windows NT Server 4.0", "Service Pack 6", 4, 100),
];

/// Domain controllers, in parts of a hundred.
const CONTROLLERS: [System; 2] = [
    system(
        "Microsoft Windows NT Advanced Server 5.2",
        "Service Pack 1",
        70,
        4,
    ),
    system(
        "Microsoft Windows NT Advanced Server 5.0",
        "Service Pack 4",
        30,
        30,
    ),
];

/// First names, of which user names take the first letter.
const INITIALS: &str = "abcdefghijklmnoprstvw";

/// Surnames.
#[rustfmt::skip] // eighty lines of one name each tell no more
const SURNAMES: [&str; 80] = [
    "adams", "alvarez", "anderson", "bailey", "baker", "barnes", "bennett", "brooks",
    "brown", "butler", "campbell", "carter", "castillo", "chen", "clark", "coleman",
    "collins", "cook", "cooper", "cox", "cruz", "davis", "diaz", "edwards", "evans",
    "fisher", "flores", "foster", "garcia", "gomez", "gray", "green", "griffin", "hall",
    "harris", "hayes", "henderson", "hill", "howard", "hughes", "jackson", "james",
    "jenkins", "johnson", "jordan", "kelly", "kim", "king", "lee", "lewis", "long", "lopez",
    "marshall", "martin", "miller", "mitchell", "moore", "morgan", "murphy", "nelson",
    "nguyen", "ortiz", "parker", "patel", "perry", "peterson", "phillips", "powell",
    "price", "ramirez", "reed", "rivera", "ross", "russell", "schmidt", "stewart", "turner",
    "walker", "watson", "young",
];

/// What a machine is, by `DomainRole` of `Win32_ComputerSystem`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Workstation = 1,
    MemberServer = 3,
    BackupController = 4,
    PrimaryController = 5,
}

/// Writes the inventory row by row.
struct Writer {
    random: ChaCha8Rng,
    text: String,
    rows: u64,
    /// How often each user name has been given.
    users: BTreeMap<String, u32>,
}

impl Writer {
    /// A whole number below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.random.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// Whether something happens that does in `percent` of cases.
    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, systems: &'a [System]) -> &'a System {
        let mut draw = self.below(100);
        for system in systems {
            if draw < system.share {
                return system;
            }
            draw -= system.share;
        }
        &systems[0]
    }

    /// A user name nobody else has: `jmiller`, the next `jmiller2`.
    fn user(&mut self) -> String {
        let initial = INITIALS.as_bytes()[self.below(INITIALS.len() as u64) as usize];
        let surname = SURNAMES[self.below(SURNAMES.len() as u64) as usize];
        let name = format!("{}{surname}", char::from(initial));
        let count = self.users.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 {
            name
        } else {
            format!("{name}{count}")
        }
    }

    fn machine(&mut self, site: &str, name: &str, role: Role) {
        let system = match role {
            Role::Workstation => self.pick(&WORKSTATIONS),
            Role::MemberServer => self.pick(&SERVERS),
            Role::BackupController | Role::PrimaryController => self.pick(&CONTROLLERS),
        };
        let legacy = self.chance(system.legacy);
        let has_user = role == Role::Workstation && self.chance(93);
        let user = if has_user { self.user() } else { String::new() };
        // In a thousand workstations 8 were set up anew under their old name,
        // 14 are out of use, 5 were found but never got a client.
        let fate = if role == Role::Workstation {
            self.below(1000)
        } else {
            1000
        };
        let row = Row {
            site,
            name,
            role,
            system,
            user: &user,
        };
        match fate {
            0..8 => {
                let old = Row {
                    system: &WORKSTATIONS[3],
                    ..row
                };
                self.row(&old, Some(true), false, true);
                self.row(&row, Some(legacy), true, false);
            }
            8..22 => self.row(&row, Some(legacy), false, false),
            22..27 => self.row(&row, None, true, false),
            _ => self.row(&row, Some(legacy), true, false),
        }
    }

    fn row(&mut self, row: &Row, legacy: Option<bool>, active: bool, obsolete: bool) {
        let Row {
            site,
            name,
            role,
            system,
            user,
        } = row;
        let id = 1_000 + self.rows;
        self.rows += 1;
        let (client, kind, version, assigned) = match legacy {
            Some(true) => ("1", "0", "2.50.2726.0020", "HQ1"),
            Some(false) => ("1", "1", "2.50.3174.1018", "HQ1"),
            None => ("", "", "", ""),
        };
        let domain = if user.is_empty() { "" } else { "HARTWELL" };
        writeln!(
            self.text,
            "{id},{name},{name},{site},{assigned},{client},{kind},{version},{},{},HARTWELL,{},\
             {domain},{user},{},{}",
            system.name,
            system.service_pack,
            *role as u8,
            u8::from(active),
            u8::from(obsolete),
        )
        .expect("a string takes any text");
    }

    fn headquarters(&mut self) {
        for number in 1..=HEADQUARTERS_CONTROLLERS {
            let primary = number == 1;
            let role = if primary {
                Role::PrimaryController
            } else {
                Role::BackupController
            };
            self.machine("hq", &format!("HQ-DC{number:02}"), role);
        }
        for number in 1..=HEADQUARTERS_SERVERS {
            let purpose = ["FS", "APP", "SQL", "MX", "WEB"][self.below(5) as usize];
            self.machine(
                "hq",
                &format!("HQ-{purpose}{number:02}"),
                Role::MemberServer,
            );
        }
        for number in 1..=HEADQUARTERS_WORKSTATIONS {
            let notebook = if self.chance(22) { "NB" } else { "WS" };
            self.machine(
                "hq",
                &format!("HQ-{notebook}{number:04}"),
                Role::Workstation,
            );
        }
    }

    fn branch(&mut self, branch: u64) {
        let site = format!("branch-{branch:03}");
        let workstations = 8 + self.below(41);
        if workstations >= CONTROLLER_FROM {
            self.machine(&site, &format!("BR{branch:03}-DC1"), Role::BackupController);
        }
        if workstations >= FILE_SERVER_FROM {
            self.machine(&site, &format!("BR{branch:03}-FS1"), Role::MemberServer);
        }
        for number in 1..=workstations {
            let notebook = if self.chance(12) { "NB" } else { "WS" };
            let name = format!("BR{branch:03}-{notebook}{number:02}");
            self.machine(&site, &name, Role::Workstation);
        }
    }
}

/// What a row says of a machine, apart from its client.
#[derive(Clone, Copy)]
struct Row<'a> {
    site: &'a str,
    name: &'a str,
    role: Role,
    system: &'a System,
    user: &'a str,
}

/// The whole file.
pub fn inventory() -> String {
    let mut writer = Writer {
        random: ChaCha8Rng::seed_from_u64(SEED),
        text: format!("{HEADINGS}\n"),
        rows: 0,
        users: BTreeMap::new(),
    };
    writer.headquarters();
    for branch in 1..=BRANCHES {
        writer.random.set_stream(branch);
        writer.random.set_word_pos(0);
        writer.branch(branch);
    }
    writer.text
}

fn main() -> std::io::Result<()> {
    std::fs::write("scenarios/inventory/hartwell.csv", inventory())
}
