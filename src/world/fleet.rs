//! Machines: many, so a machine is a few words and an index to what it has in
//! common with others.

use super::{
    AccountState, AdvertisementId, BitsPolicy, DomainId, GroupId, MachineId, Memberships,
    PlatformId, Preferred, ProfileId, Roaming, ServerId, SiteId,
};
use crate::engine::{Distribution, Renewal};
use crate::product::ClientKind;
use crate::units::{Rate, Size, Span};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

/// What a machine is in its domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Workstation.
    Workstation,
    /// Member server.
    MemberServer,
    /// Domain controller, as a client of the roll-out.
    DomainController,
}

impl Role {
    /// The name used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Workstation => "workstation",
            Self::MemberServer => "member-server",
            Self::DomainController => "domain-controller",
        }
    }
}

/// Times of the week at which a machine is on, or a user logged on, drawn anew
/// for every machine and day, in the scenario's local time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeekPattern {
    /// Which days, Monday first.
    pub days: [bool; 7],
    /// Beginning, from midnight.
    pub from: Span,
    /// End, from midnight of the same day; may lie on the next day.
    pub to: Span,
    /// Beginning and end are each moved by up to this much, either way,
    /// uniformly.
    pub jitter: Span,
    /// Chance of being there at all on such a day.
    pub attendance: f64,
}

/// Machines that are away at the start: in a drawer, on a journey.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Absence {
    /// Chance of being away at the start, drawn once per machine.
    pub share: f64,
    /// For how long.
    pub length: Distribution,
}

/// How machines are switched on and off, apart from the hours of the week and an
/// absence at the start.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Presence {
    /// What the scenario calls it; `None` if it says nothing.
    pub named: Option<&'static str>,
    /// Times on and off that alternate; `None` for always on.
    pub switching: Option<Renewal>,
    /// Times at hand, and long absences between them; `None` for never away.
    pub absences: Option<Renewal>,
    /// Machines that are switched off and never come back.
    pub gone: Option<Gone>,
}

/// Machines that are switched off for good.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gone {
    /// Chance of being one, drawn once per machine.
    pub share: f64,
    /// How long after the start.
    pub after: Distribution,
}

/// What rows of an inventory say of themselves, so that nothing else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowSays {
    /// They name a fleet group.
    pub has_group: bool,
    /// They name a client.
    pub has_client: bool,
}

/// The file of an inventory, for what is said about its rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InventoryFile {
    /// As the scenario names it.
    pub file: String,
    /// The heading of the column that gives a field, by the name of the field.
    pub headings: BTreeMap<&'static str, String>,
}

/// The attributes that many machines have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The fleet group it came from, or the inventory's name.
    pub group: String,
    /// How machines of this profile are named; `None` where each has a name of
    /// its own, from an inventory.
    pub naming: Option<NamePattern>,
    /// What the rows of an inventory say of themselves.
    pub row: RowSays,
    /// Client kind.
    pub client: ClientKind,
    /// Role.
    pub role: Role,
    /// Operating system.
    pub platform: PlatformId,
    /// Whether that is Windows 95, 98 or Me.
    pub windows_9x: bool,
    /// Domain or workgroup.
    pub domain: DomainId,
    /// The domain of its users.
    pub user_domain: DomainId,
    /// Groups of which its users are members, beside Domain Users, sorted.
    pub user_groups: Vec<GroupId>,
    /// How the machine is switched on and off.
    pub presence: Presence,
    /// Hours of the week in which the machine is on; `None` for any.
    pub availability: Option<WeekPattern>,
    /// Whether it sleeps while it is off, rather than being shut down.
    pub sleeps: bool,
    /// Whether it may be away at the start.
    pub absence: Option<Absence>,
    /// When a user is logged on, while the machine is on; `None` for a user who
    /// stays, or none at all, as `user_logged_on` draws.
    pub sessions: Option<WeekPattern>,
    /// Trips to other sites; `None` if the machines stay where they are.
    pub roaming: Option<Roaming>,
    /// Chance that a user is logged on, drawn once per machine; not used where
    /// there are `sessions`.
    pub user_logged_on: f64,
    /// Chance that this user is a local administrator, drawn once per machine.
    pub user_is_administrator: f64,
    /// Rate of the machine's own network connection.
    pub access: Rate,
    /// The policy for background transfers; `None` for that of the site.
    pub bits: Option<BitsPolicy>,
    /// Size of the Advanced Client's cache.
    pub cache: Size,
    /// Free disk space; `None` if never short.
    pub disk: Option<Size>,
    /// Time between two looks for policy or advertisements.
    pub poll_interval: Span,
    /// Servers to which the logged-on user has a device-less connection, which
    /// a Legacy Client uses again (KB Q224286); sorted.
    pub existing_connections: Vec<ServerId>,
    /// State of the local token account of a Legacy Client.
    pub token_account: AccountState,
    /// Distribution points that a Legacy Client tries before all others, in this
    /// order (KB Q205406); `None` for those of the site.
    pub preferred: Option<Preferred>,
    /// Servers to which the logged-on user has mapped a drive: connections that
    /// no client uses again (KB Q226113), and that bind the user's logon session
    /// to the user's credentials there (KB 183366); sorted.
    pub mapped_drives: Vec<ServerId>,
}

impl Profile {
    /// Whether such a machine may be off at some time.
    pub const fn may_be_off(&self) -> bool {
        let Presence {
            switching,
            absences,
            gone,
            ..
        } = &self.presence;
        self.availability.is_some()
            || self.absence.is_some()
            || switching.is_some()
            || absences.is_some()
            || gone.is_some()
    }
}

/// One machine, 24 bytes.
#[derive(Debug, Clone, Copy)]
pub struct Machine {
    /// Hash of the name: the identity that every draw is keyed by.
    pub key: u64,
    /// What it has in common with others.
    pub profile: ProfileId,
    /// Its number within the pattern, or its position in [`Fleet::names`].
    pub name: u32,
    /// The set of advertisements that reach it, in [`Fleet::target_sets`].
    pub targets: u32,
    /// Position of its first row among one replication's rows.
    pub first_job: u32,
}

/// A column entry that means "as the profile says".
pub const NO_OVERRIDE: u64 = u64::MAX;

/// Values of single machines that win over their profile: a column is empty
/// if no machine has such a value, else as long as the fleet, with
/// [`NO_OVERRIDE`] where the profile holds.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Own connection, bits per second.
    pub access: Vec<u64>,
    /// Offset of the poll within its interval, microseconds.
    pub poll_offset: Vec<u64>,
    /// Time the program runs, microseconds.
    pub install_time: Vec<u64>,
    /// Bytes read from each share the program uses.
    pub share_bytes: Vec<u64>,
    /// Bytes of the package.
    pub package_bytes: Vec<u64>,
    /// 0 if no user is logged on, 1 if one is.
    pub user_logged_on: Vec<u64>,
    /// 0 if the user is not an administrator, 1 if so.
    pub user_is_administrator: Vec<u64>,
    /// Cache size in bytes.
    pub cache: Vec<u64>,
    /// Free disk space in bytes.
    pub disk: Vec<u64>,
    /// The exit code that the program returns.
    pub exit_code: Vec<u64>,
}

/// All machines, in the order of `machines.csv`: by site, within a site fleet
/// groups by name and number, then inventory machines by name.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    /// Distinct sets of attributes.
    pub profiles: Vec<Profile>,
    /// Machines.
    pub machines: Vec<Machine>,
    /// The machines of each site, by [`SiteId`].
    pub by_site: Vec<Range<u32>>,
    /// What machines have, counted when it is first asked for: all of them are there by
    /// then.
    pub counts: OnceLock<Counts>,
    /// The file that machines come from, if there is one.
    pub inventory: Option<InventoryFile>,
    /// Names from inventories, concatenated; name `i` is `text[ends[i-1]..ends[i]]`.
    pub names: Names,
    /// Distinct sets of advertisements, each sorted.
    pub target_sets: Vec<Vec<AdvertisementId>>,
    /// For each set, and each advertisement in it, the phase that a collection
    /// puts its machines into, or [`super::NO_PHASE`]; empty if no phase names a
    /// collection.
    pub named_phases: Vec<Vec<u8>>,
    /// Machines that join collections later, or leave them.
    pub memberships: Memberships,
    /// Values that win over the profile.
    pub overrides: Overrides,
}

/// How many machines have the same.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// By profile.
    pub of_profile: Vec<u32>,
    /// By set of advertisements.
    pub of_targets: Vec<u32>,
}

/// Many names in one string.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// The names, one after the other.
    pub text: String,
    /// Where each ends.
    pub ends: Vec<u32>,
}

impl Names {
    /// Adds `name` and returns its position.
    pub fn push(&mut self, name: &str) -> u32 {
        self.text.push_str(name);
        self.ends.push(self.text.len() as u32);
        self.ends.len() as u32 - 1
    }

    /// Name number `index`.
    pub fn get(&self, index: u32) -> &str {
        let index = index as usize;
        let start = if index == 0 {
            0
        } else {
            self.ends[index - 1] as usize
        };
        &self.text[start..self.ends[index] as usize]
    }
}

/// A piece of a machine's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamePart {
    /// As it stands.
    Text(String),
    /// The name of the machine's site.
    Site,
    /// The machine's number within its group and site, zero-padded to a width.
    Number(u32),
}

/// No number of a machine is padded to more digits than the largest has.
const MOST_DIGITS: usize = 10;

/// What a number is filled up with.
const ZEROS: &str = "0000000000";

const _: () = assert!(ZEROS.len() == MOST_DIGITS, "a zero for each digit");

/// How the machines of a group are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern(pub Vec<NamePart>);

impl NamePattern {
    /// Appends the name of machine `number` at `site` to `out`.
    pub fn write(&self, site: &str, number: u32, out: &mut String) {
        for part in &self.0 {
            match part {
                NamePart::Text(text) => out.push_str(text),
                NamePart::Site => out.push_str(site),
                NamePart::Number(width) => {
                    let mut buffer = itoa::Buffer::new();
                    let digits = buffer.format(number);
                    let zeros = (*width as usize).min(MOST_DIGITS);
                    out.push_str(&ZEROS[..zeros.saturating_sub(digits.len())]);
                    out.push_str(digits);
                }
            }
        }
    }
}

impl Fleet {
    /// The phase that a collection puts `machine` into, for the advertisement
    /// at `position` of its set.
    pub fn named_phase(&self, machine: &Machine, position: usize) -> u8 {
        let set = self.named_phases.get(machine.targets as usize);
        set.map_or(super::NO_PHASE, |phases| phases[position])
    }

    /// The profile of `machine`.
    pub fn profile(&self, machine: &Machine) -> &Profile {
        &self.profiles[machine.profile.index()]
    }

    /// The profiles that machines have. That of a fleet group of which no machine is
    /// made only describes rows of an inventory, each of which may say otherwise.
    pub(crate) fn profiles_in_use(&self) -> Vec<&Profile> {
        let profiles = self.profiles.iter().zip(&self.counts().of_profile);
        let in_use = profiles.filter(|(_, machines)| **machines > 0);
        in_use.map(|(profile, _)| profile).collect()
    }

    /// How many machines have each profile and each set of advertisements: counted once, not
    /// by everyone who asks.
    pub(crate) fn counts(&self) -> &Counts {
        self.counts.get_or_init(|| {
            let mut counts = Counts {
                of_profile: vec![0; self.profiles.len()],
                of_targets: vec![0; self.target_sets.len()],
            };
            for machine in &self.machines {
                counts.of_profile[machine.profile.index()] += 1;
                counts.of_targets[machine.targets as usize] += 1;
            }
            counts
        })
    }

    /// Appends the name of `machine`, which stands at `site`, to `out`.
    pub fn write_name(&self, machine: &Machine, site: &str, out: &mut String) {
        match &self.profile(machine).naming {
            Some(pattern) => pattern.write(site, machine.name, out),
            None => out.push_str(self.names.get(machine.name)),
        }
    }

    /// The site a machine stands at.
    pub fn site_of(&self, machine: MachineId) -> SiteId {
        let after = self.by_site.partition_point(|range| range.end <= machine.0);
        SiteId(after as u32)
    }
}
