//! Which features a scenario uses, so that a report can say what the model leaves out of
//! them.

use crate::client::{Mode, behaviour};
use crate::product::exit_codes::Verdict;
use crate::world::{AfterRunning, Change, ClientKind, Profile, Role, World};

/// A feature of which the model leaves something out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feature {
    AccountsInMotion,
    Breakage,
    HandedOutAccounts,
    LegacyMemberServers,
    Membership,
    MessageTraffic,
    OtherTraffic,
    Peers,
    Presence,
    ProgramFailures,
    Removal,
    Restarts,
    Roaming,
    RunFromPoint,
    Sending,
}

impl Feature {
    /// Every feature, by name.
    pub(crate) const ALL: [Self; 15] = [
        Self::AccountsInMotion,
        Self::Breakage,
        Self::HandedOutAccounts,
        Self::LegacyMemberServers,
        Self::Membership,
        Self::MessageTraffic,
        Self::OtherTraffic,
        Self::Peers,
        Self::Presence,
        Self::ProgramFailures,
        Self::Removal,
        Self::Restarts,
        Self::Roaming,
        Self::RunFromPoint,
        Self::Sending,
    ];

    /// The name in the manifest.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AccountsInMotion => "accounts-in-motion",
            Self::Breakage => "breakage",
            Self::HandedOutAccounts => "handed-out-accounts",
            Self::LegacyMemberServers => "legacy-member-servers",
            Self::Membership => "membership",
            Self::MessageTraffic => "message-traffic",
            Self::OtherTraffic => "other-traffic",
            Self::Peers => "peers",
            Self::Presence => "presence",
            Self::ProgramFailures => "program-failures",
            Self::Removal => "removal",
            Self::Restarts => "restarts",
            Self::Roaming => "roaming",
            Self::RunFromPoint => "run-from-point",
            Self::Sending => "sending",
        }
    }

    /// The names of those that `world` uses.
    pub(super) fn names_in(world: &World) -> Vec<String> {
        let used = Self::ALL.iter().filter(|feature| feature.is_in(world));
        used.map(|feature| feature.name().to_owned()).collect()
    }

    fn is_in(self, world: &World) -> bool {
        let control = &world.control;
        let is_peered = || world.sites.iter().any(|site| site.peers.is_some());
        match self {
            Self::AccountsInMotion => moves_accounts(world),
            Self::Breakage => !control.breakage.is_empty(),
            Self::HandedOutAccounts => {
                (0..world.sites.len()).any(|at| world.handed_out_at(at.into()).next().is_some())
            }
            Self::LegacyMemberServers => has_profile(world, |of| {
                of.role == Role::MemberServer
                    && behaviour(of.client).facts().runs_under_domain_accounts
            }),
            Self::Membership => !world.fleet.memberships.is_empty(),
            Self::MessageTraffic => world.traffic.is_some(),
            // A line that is cut carries no other traffic, and one that is whole again has
            // its own capacity.
            Self::OtherTraffic => world.changes.iter().any(|timed| match timed.change {
                Change::Link(link, rate) => rate.0 > 0 && rate != world.links[link.index()].rate,
                _ => false,
            }),
            Self::Peers => is_peered() && world.advertisements.iter().any(|of| of.content.peers),
            Self::Presence => has_profile(world, Profile::may_be_off),
            Self::ProgramFailures => ends(world, |verdict| {
                matches!(verdict, Verdict::Fail | Verdict::Retry)
            }),
            Self::Removal => world.may_remove_programs(),
            Self::Restarts => restarts(world),
            Self::Roaming => {
                !world.stays.is_empty() || has_profile(world, |of| of.roaming.is_some())
            }
            Self::RunFromPoint => runs_from_points(world),
            Self::Sending => world.sending.is_some(),
        }
    }
}

/// Whether a fleet group that has machines is such a one.
fn has_profile(world: &World, is_such: impl Fn(&Profile) -> bool) -> bool {
    let profiles = world.fleet.profiles_in_use();
    profiles.into_iter().any(is_such)
}

fn moves_accounts(world: &World) -> bool {
    let identities = &world.identities;
    let changes = || {
        world
            .changes
            .iter()
            .any(|timed| matches!(timed.change, Change::Account(..) | Change::TokenAccount(..)))
    };
    let locks = || {
        let mut policies = identities.policies.values();
        policies.any(|policy| policy.lockout.is_some())
    };
    !identities.rotations.is_empty() || locks() || changes()
}

/// The kinds of clients that there are.
fn clients(world: &World) -> Vec<ClientKind> {
    let mut clients: Vec<ClientKind> = Vec::new();
    for profile in world.fleet.profiles_in_use() {
        if !clients.contains(&profile.client) {
            clients.push(profile.client);
        }
    }
    clients
}

/// Whether an exit code that the scenario gives means that to a client.
fn ends(world: &World, is_so: impl Fn(Verdict) -> bool) -> bool {
    let of_programs = world.programs.iter().map(|program| &program.exit_codes);
    let of_groups = world.control.exit_codes.values().map(AsRef::as_ref);
    let clients = clients(world);
    let means = |code: u32| {
        let verdict = |kind: &ClientKind| world.rules.exit_codes.verdict(*kind, code);
        clients.iter().map(verdict).any(&is_so)
    };
    let mut codes = of_programs.chain(of_groups).flat_map(|codes| &codes.0);
    codes.any(|(_, code)| means(*code))
}

fn restarts(world: &World) -> bool {
    let mut programs = world.programs.iter();
    let restarting = [AfterRunning::SmsRestarts, AfterRunning::ProgramRestarts];
    programs.any(|program| restarting.contains(&program.after_running))
        || ends(world, |verdict| verdict == Verdict::RestartPending)
}

/// Whether a client may run a program that has content from where that is.
fn runs_from_points(world: &World) -> bool {
    let clients = clients(world);
    world.advertisements.iter().any(|advertisement| {
        let program = &world.programs[advertisement.program.index()];
        let runs_there = |kind: &ClientKind| {
            [false, true].iter().any(|remote| {
                let mode = behaviour(*kind).mode(advertisement, *remote);
                mode == Some(Mode::RunFromPoint)
            })
        };
        world.needs_content(program) && clients.iter().any(runs_there)
    })
}
