//! The resolved form of a scenario: what it means, with nothing left to ask.
//!
//! Names have become dense indices, every default has been filled in, patterns
//! have been expanded. The simulation reads a [`World`] and never changes it;
//! what moves during a run lives in the model. The room holds data and the
//! look-ups that follow from it, no behaviour.

mod arrival;
mod bits;
mod changes;
mod clocks;
mod content;
mod control;
mod directory;
mod fleet;
mod given_rates;
mod identities;
mod ids;
mod maintenance;
mod membership;
mod objective;
mod peers;
mod platforms;
mod preferred;
mod repetition;
mod reports;
mod roaming;
pub mod sending;
mod succession;
mod topology;

pub use crate::product::ClientKind;
pub use arrival::{Arrival, Carried, CopyUse, Fate, PullUse, Pulled, Received, RouteUse, Sent};
pub use bits::BitsPolicy;
pub use changes::{Change, ContentState, Disturbance, TimedChange};
pub use clocks::{ClockFault, Clocks};
pub use content::{
    Advertisement, AfterRunning, Assignment, ContentAccess, ExitCodes, LocalContent, Msi, MsiBuild,
    Package, Program, RemoteContent, Rights, ShareUse, Uptake, UserCondition, WallTime,
};
pub use control::{
    Breakage, Control, Counted, FailureKind, Gate, MaintenanceWindow, NO_PHASE, OfferRate, Phase,
    Rollout, StartDraw, StartWindow, StopAction, StopRule, Wanted,
};
pub use directory::{
    AccessList, Account, AccountState, Computer, Directory, Domain, DomainKind, Group,
    SiteAccounts, Trustee,
};
pub use fleet::{
    Absence, Counts, Fleet, Gone, InventoryFile, Machine, NO_OVERRIDE, NamePart, NamePattern,
    Names, Overrides, Presence, Profile, Role, RowSays, WeekPattern,
};
pub use identities::{DomainPolicy, Handout, Identities, Lockout, PassThrough, Rotation};
pub use ids::{
    AccountId, AdvertisementId, DomainId, GroupId, LinkId, MachineId, PackageId, PlatformId,
    ProfileId, ProgramId, ServerId, ShareId, SiteId,
};
pub use maintenance::{CollectionWindows, Maintenance};
pub use membership::{Membership, Memberships};
pub use objective::{Doubt, Objective};
pub use peers::Peers;
pub use platforms::Platforms;
pub use preferred::{NONE_PREFERRED, Preferred};
pub use repetition::{Repetition, Rerun};
pub use reports::{Reporting, Traffic};
pub use roaming::{Roaming, Stay};
pub use succession::Succession;
pub use topology::{
    Fallback, GivenRates, Link, LinkKind, Roles, Server, ServerRole, ServersAt, Share, Site,
    StationSpec,
};

use crate::engine::effort;
use crate::product::Rules;
use crate::units::{Instant, SignedInstant, Span};
use std::collections::BTreeSet;

/// A whole scenario, resolved.
#[derive(Debug, Clone)]
pub struct World {
    /// What the scenario calls itself.
    pub title: String,
    /// The wall-clock time of [`crate::units::Instant::START`] by the scenario's
    /// clock; sites may be ahead of it or behind.
    pub start: jiff::civil::DateTime,
    /// How long the simulated time runs.
    pub horizon: Span,
    /// The seed of every draw.
    pub seed: u64,
    /// How many replications a run makes unless told otherwise.
    pub replications: u32,
    /// Width of one step of `timeline.csv`.
    pub timeline_step: Span,
    /// The product's rules and defaults.
    pub rules: Rules,
    /// Domains, accounts and groups.
    pub directory: Directory,
    /// Sites, sorted by name.
    pub sites: Vec<Site>,
    /// Links with a limited rate, WAN links, LANs and server network cards.
    pub links: Vec<Link>,
    /// Servers, sorted by name.
    pub servers: Vec<Server>,
    /// The same by place.
    pub servers_at: ServersAt,
    /// Shares that are not distribution points, sorted by name.
    pub shares: Vec<Share>,
    /// Operating-system platforms.
    pub platforms: Platforms,
    /// The machines.
    pub fleet: Fleet,
    /// Machines, by position in the fleet, that are at other sites at times that
    /// are given, in order of time; they win over [`Profile::roaming`].
    pub stays: std::collections::BTreeMap<u32, Vec<Stay>>,
    /// Packages, sorted by identifier.
    pub packages: Vec<Package>,
    /// Programs, sorted by identifier.
    pub programs: Vec<Program>,
    /// Advertisements, sorted by identifier.
    pub advertisements: Vec<Advertisement>,
    /// How they are rolled out, and what may be wrong with them.
    pub control: Control,
    /// What changes while the simulation runs, in order of time; changes of one
    /// instant in the order in which they apply.
    pub changes: Vec<TimedChange>,
    /// The faults among them in words, in order of time.
    pub disturbances: Vec<Disturbance>,
    /// The earliest moment from which something is reckoned that changes: the start, unless
    /// something changed before it.
    pub since: SignedInstant,
    /// Clocks that are wrong.
    pub clocks: Clocks,
    /// Accounts in motion.
    pub identities: Identities,
    /// What the roll-out is to achieve, sorted by name.
    pub objectives: Vec<Objective>,
    /// Content that comes to distribution points, by package, then time of its
    /// release, then point, as long as no client uses the lines at the same time;
    /// what it changes is among `changes`. Empty if every point holds its packages
    /// from the start.
    pub deliveries: Vec<Arrival>,
    /// Microseconds that all of them take, one after the other, by the slowest line. What
    /// would help a machine asks for it, thousands of times.
    pub deliveries_in_a_row: u128,
    /// What was sent and copied for them.
    pub sent: Sent,
    /// What each limited link that bytes of it have crossed has carried, by link.
    pub carried: Vec<Carried>,
    /// How they are sent: for what clients meet on its way.
    pub sending: Option<sending::Sending>,
    /// What faults do to the content of packages that are sent, in order of time:
    /// whether it has arrived by then or not.
    pub content_faults: Vec<TimedChange>,
    /// Policies for background transfers that some machine has, sorted.
    pub bits: Vec<BitsPolicy>,
    /// Policy, location and status traffic; `None` if links know nothing of it.
    pub traffic: Option<Traffic>,
    /// How reports come to the site server; `None` if they do so at once.
    pub reporting: Option<Reporting>,
}

impl World {
    /// Whether `at` is a moment of the forecast. What falls on the horizon itself
    /// still happens, whatever it is: the one boundary for machines, reports, waits,
    /// counts and decisions. Only an assignment does not come round there, for which
    /// no time is left.
    pub const fn covers(&self, at: Instant) -> bool {
        at.0 <= self.horizon.0
    }

    /// Whether there are machines that may be off at some time.
    pub fn has_machines_off(&self) -> bool {
        self.fleet.profiles.iter().any(Profile::may_be_off)
    }

    /// Whether programs may go from machines: others take their place or remove them, or
    /// machines leave collections.
    pub fn may_remove_programs(&self) -> bool {
        self.control.succession.is_used() || self.fleet.memberships.has_leavers()
    }

    /// The last moment of the forecast, the horizon.
    pub const fn last_moment(&self) -> Instant {
        Instant(self.horizon.0)
    }

    /// The advertisements that reach `machine`, in order of identifier.
    pub fn targets(&self, machine: &Machine) -> &[AdvertisementId] {
        &self.fleet.target_sets[machine.targets as usize]
    }

    /// For each advertisement, whether it reaches a machine.
    pub fn reaches(&self) -> Vec<bool> {
        let mut reaches = vec![false; self.advertisements.len()];
        let sets = self.fleet.target_sets.iter();
        let sets = sets.zip(&self.fleet.counts().of_targets);
        let in_use = sets.filter(|(_, machines)| **machines > 0);
        for id in in_use.flat_map(|(set, _)| set) {
            reaches[id.index()] = true;
        }
        reaches
    }

    /// Whether `program` needs anything of its package: not if that has no source
    /// files, or if it is empty and the program runs something that is elsewhere.
    pub fn needs_content(&self, program: &Program) -> bool {
        let package = &self.packages[program.package.index()];
        package.has_source() && !(package.size.0 == 0 && program.is_elsewhere)
    }

    /// The rows of `machine` among all machine × advertisement pairs, one for each
    /// of its [`World::targets`].
    pub fn rows(&self, machine: &Machine) -> std::ops::Range<usize> {
        let first = machine.first_job as usize;
        first..first + self.targets(machine).len()
    }

    /// How many machine × advertisement pairs the scenario has: the rows of
    /// one replication of `machines.csv`.
    pub fn job_count(&self) -> usize {
        self.fleet
            .machines
            .last()
            .map_or(0, |m| m.first_job as usize + self.targets(m).len())
    }

    /// The links a transfer from `server` to a machine at `client` crosses, in
    /// order, appended to `path`; unlimited ones are left out.
    ///
    /// The way is the server's network card, its site's LAN, the WAN links up
    /// to the nearest common ancestor and down again, and the client's LAN.
    /// Inside one site only the card and the LAN are crossed.
    pub fn route(&self, server: ServerId, client: SiteId, path: &mut Vec<LinkId>) {
        let server = &self.servers[server.index()];
        path.extend(server.egress);
        self.way(server.site, client, path);
    }

    /// When an advertisement becomes visible to the machines of `site`, but for
    /// those that join its collection later.
    pub fn available(&self, id: AdvertisementId, site: SiteId) -> Instant {
        let ahead = self.sites[site.index()].time_zone;
        let available = self.advertisements[id.index()].available;
        available.at(ahead).clamped()
    }

    /// By how much local time is ahead, microseconds, at each of the sites that have
    /// machines, or at each site if none has any.
    pub fn zones(&self) -> BTreeSet<i64> {
        effort::spend(self.sites.len());
        let all = || self.sites.iter().map(|site| site.time_zone);
        let with_machines = all().zip(&self.fleet.by_site);
        let with_machines = with_machines.filter(|(_, machines)| !machines.is_empty());
        let zones: BTreeSet<i64> = with_machines.map(|(zone, _)| zone).collect();
        if zones.is_empty() {
            all().collect()
        } else {
            zones
        }
    }

    /// The accounts that SMS ever hands out at `site`; some may come more than once.
    pub(crate) fn handed_out_at(&self, site: SiteId) -> impl Iterator<Item = AccountId> {
        let now = std::iter::once(&self.sites[site.index()].accounts);
        let later = self.identities.handouts_of(site).iter();
        now.chain(later.map(|handout| &handout.accounts))
            .flat_map(SiteAccounts::named)
    }

    /// The links that what a machine at `client` sends to `server` crosses, in
    /// order, appended to `path`: the way back, without the server's card, which
    /// limits what it sends.
    pub fn route_to(&self, client: SiteId, server: ServerId, path: &mut Vec<LinkId>) {
        self.way(client, self.servers[server.index()].site, path);
    }

    /// The links from one site to another, both LANs among them.
    fn way(&self, from: SiteId, to: SiteId, path: &mut Vec<LinkId>) {
        path.extend(self.sites[from.index()].lan);
        if from == to {
            return;
        }
        self.between(from, to, path);
        path.extend(self.sites[to.index()].lan);
    }

    /// The links from one site to another, without their LANs, appended to `path`.
    pub(crate) fn between(&self, from: SiteId, to: SiteId, path: &mut Vec<LinkId>) {
        let (mut up, mut down) = (from, to);
        let mut steps_down = 0;
        while up != down {
            effort::spend(1);
            let (u, d) = (&self.sites[up.index()], &self.sites[down.index()]);
            if u.depth >= d.depth {
                path.extend(u.wan_up);
                up = u.parent.unwrap_or(up);
            } else {
                steps_down += 1;
                down = d.parent.unwrap_or(down);
            }
            if u.parent.is_none() && d.parent.is_none() {
                break;
            }
        }
        let (top, mut down) = (path.len(), to);
        for _ in 0..steps_down {
            let d = &self.sites[down.index()];
            path.extend(d.wan_down);
            down = d.parent.unwrap_or(down);
        }
        path[top..].reverse();
    }
}
