//! What the plan itself would have to say: programs, advertisements, packages,
//! servers, and how long the forecast is.

use super::machine::{ALL_HOURS, Field};
use super::{Actor, Case, FAULT, Remedy, Step, basic, key, list, literal, of};
use crate::units::Span;
use crate::world::{Assignment, MsiBuild, Program, Rights, ServerId, ServerRole, UserCondition};

/// Slots of a server that a remedy asks for at most.
const MOST_SLOTS: u64 = 1_000_000;
/// A program that no user keeps from running.
pub(super) const ALWAYS: &str = "\"whether or not a user is logged on\"";

impl Case<'_> {
    /// A package that went, or was to go, into one profile.
    pub(super) fn per_user(&self) -> Remedy {
        let text = "Install per computer: put ALLUSERS=2 on the command line, and run the program with administrative rights.";
        let remedy = Remedy::new(text).set(per_computer(self.program()));
        if self.outcome.executing == Actor::LoggedOnUser {
            return remedy.set(self.of_program("rights", "\"administrative\""));
        }
        remedy
    }

    /// The user who runs the program is not an administrator.
    pub(super) fn no_administrator(&self) -> Remedy {
        let account = if self.behaviour().facts().runs_under_domain_accounts {
            "the token account"
        } else {
            "Local System"
        };
        let text = format!(
            "Run the program with administrative rights: it runs as {account} then, which shares have to admit and into whose profile a per-user installation goes."
        );
        let also = self.ahead().into_iter().skip(1);
        let also = also.filter(|program| {
            program.rights == Rights::User && (program.needs_administrator || program.msi.is_some())
        });
        std::iter::once(self.program())
            .chain(also)
            .fold(Remedy::new(text), |remedy, program| {
                let remedy = remedy.set(of(program, "rights", "\"administrative\""));
                self.as_administrator(remedy, program)
            })
    }

    /// `remedy` with what a program needs besides that runs with administrative rights
    /// in place of those of a user.
    pub(super) fn as_administrator(&self, remedy: Remedy, program: &Program) -> Remedy {
        let installed = is_per_user(program).then(|| per_computer(program));
        self.shares_admit(remedy.and(installed), program)
    }

    /// `remedy` with administrative rights for the programs of the chain that need an
    /// administrator, where the user may be none.
    pub(super) fn for_users(&self, remedy: Remedy) -> Remedy {
        let own = self.own(&self.world.fleet.overrides.user_is_administrator);
        let share = self.profile().user_is_administrator;
        if own.map_or(share >= 1.0, |own| own == 1) {
            return remedy;
        }
        let runs = |program: &&Program| program.rights == Rights::User;
        let needs = |program: &&Program| {
            program.needs_administrator || program.msi.is_some() && !is_per_user(program)
        };
        let programs = self.chain().filter(runs).filter(needs);
        programs.fold(remedy, |remedy, program| {
            let remedy = remedy.set(of(program, "rights", "\"administrative\""));
            self.as_administrator(remedy, program)
        })
    }

    pub(super) fn platform(&self) -> Remedy {
        let name = |id: usize| self.world.platforms[id].as_str();
        let own = name(self.profile().platform.index());
        let here = self.profile().platform;
        let also = self.ahead().into_iter().skip(1);
        let also = also.filter(|of| !of.supports(here));
        let text = format!(
            "Add {own} to the platforms of the program, or leave such machines out of the collection."
        );
        let settings = std::iter::once(self.program()).chain(also);
        settings.fold(Remedy::new(text), |remedy, program| {
            let known = program.platforms.iter().map(|id| name(id.index()));
            let names = list(known.chain([own]), basic);
            remedy.set(of(program, "platforms", &names))
        })
    }

    pub(super) fn remote(&self) -> Remedy {
        let text = "Let the advertisement download from a remote distribution point, or add a local one to the package.";
        let downloads = self.of_advertisement("on_remote", "\"download\"");
        self.with_room(Remedy::new(text).set(downloads))
    }

    /// No point has the package: it is put nowhere, or on its way.
    pub(super) fn no_point(&self) -> Remedy {
        let world = self.world;
        if let Some(late) = self.content_comes_late(self.program()) {
            return late;
        }
        if let Some(elsewhere) = self.other_points(self.program()) {
            return elsewhere;
        }
        if !world.deliveries.is_empty() {
            let text = "Assign the program to a time at which the package has come to its distribution points: sending.csv says when, and `rollcast check` what is due before.";
            return self.longer_as(text, world.horizon);
        }
        self.general().or(FAULT)
    }

    /// All distribution points, if the package of `program` is put on some of them
    /// only.
    pub(super) fn other_points(&self, program: &Program) -> Option<Remedy> {
        let world = self.world;
        let package = &world.packages[program.package.index()];
        let points = world.servers.iter().filter(|s| s.roles.distribution_point);
        if points.count() <= package.distribution_points.len() {
            return None;
        }
        let text = "Add a distribution point near the machine to the package.";
        let everywhere = format!("package.{}.distribution_points=[\"*\"]", key(&package.id));
        let remote = self.behaviour().mode(self.advertisement, true).is_none();
        let remote = remote.then(|| self.of_advertisement("on_remote", "\"download\""));
        let downloads = remote.is_some();
        let remedy = Remedy::new(text).set(everywhere).and(remote);
        let remedy = if downloads {
            self.with_room(remedy)
        } else {
            remedy
        };
        Some(remedy.and(self.due_in_time()))
    }

    /// The fallback comes at once.
    pub(super) fn fallback(&self) -> Remedy {
        let sites = &self.world.sites;
        let own = self.world.fleet.site_of(self.id);
        let steps = sites[own.index()].fallback.iter().map(|step| {
            let names = step.neighbours(own);
            let names = list(names.map(|id| sites[id.index()].name.as_str()), basic);
            format!("{{sites={names}, after=\"0 s\"}}")
        });
        let value = format!("[{}]", steps.collect::<Vec<_>>().join(", "));
        self.general().set(self.of_site("fallback", &value))
    }

    pub(super) fn sessions(&self) -> Remedy {
        let limit = self.world.fleet.machines.len().to_string();
        match self.server().or(self.outcome.distribution_point) {
            Some(server) => self
                .general()
                .set(self.of_server(server, "connection_limit", &limit)),
            None => {
                let package = &self.world.packages[self.program().package.index()];
                let points = package.distribution_points.iter();
                let raised = points.map(|id| self.of_server(*id, "connection_limit", &limit));
                raised.fold(self.general(), Remedy::set)
            }
        }
    }

    pub(super) fn peers(&self) -> Remedy {
        self.general().set(self.of_site("peers.wait", "\"0 s\""))
    }

    /// More room at the contact point.
    pub(super) fn overloaded(&self) -> Remedy {
        let site = &self.world.sites[self.world.fleet.site_of(self.id).index()];
        let client = self.behaviour();
        let server = self.server().or(client.contact(site));
        let roomier = server.and_then(|server| self.roomier(server, client.contact_role()));
        let remedy = self.general().and(roomier);
        remedy.or("the server is declared without a line to wait in")
    }

    /// Enough slots for all machines to be served before any gives up.
    pub(super) fn roomier(&self, server: ServerId, role: ServerRole) -> Option<String> {
        let found = &self.world.servers[server.index()];
        let station = found.station.filter(|_| found.roles.has(role))?;
        let servers = self.crowd(station.service, station.patience);
        let value = format!(
            "{{servers={servers}, service=\"{}\", patience=\"{}\"}}",
            station.service.exactly(),
            station.patience.exactly()
        );
        Some(self.of_server(server, "station", &value))
    }

    /// Slots that serve every machine of the fleet a few times within `patience`.
    pub(super) fn crowd(&self, service: Span, patience: Span) -> u64 {
        const REQUESTS: u128 = 4;
        let machines = self.world.fleet.machines.len() as u128;
        let busy = REQUESTS * machines * u128::from(service.0);
        let slots = busy.div_ceil(u128::from(patience.0.max(1))) + 1;
        u64::try_from(slots).unwrap_or(u64::MAX).min(MOST_SLOTS)
    }

    pub(super) fn rerun(&self) -> Remedy {
        self.general()
            .set(self.of_advertisement("rerun", "\"always\""))
    }

    pub(super) fn slow_link(&self) -> Remedy {
        let waived = self.of_advertisement("not_over_slow_links", "false");
        self.general().set(waived)
    }

    /// Offers come faster.
    pub(super) fn offers(&self) -> Remedy {
        let Some(rollout) = self.rollout() else {
            return self.longer(self.world.horizon);
        };
        let machines = self.world.fleet.machines.len();
        let rate = rollout.rate.is_some();
        let rate = rate.then(|| self.of_advertisement("rate.per_minute", &machines.to_string()));
        let spread = rollout.phases.iter().enumerate();
        let spread = spread.filter(|(_, phase)| phase.spread > Span::ZERO);
        let spread =
            spread.map(|(at, _)| self.of_advertisement(&format!("phases.{at}.spread"), "\"0 s\""));
        let remedy = spread.fold(self.general().and(rate), Remedy::set);
        if remedy.settings.is_empty() {
            return self.longer(self.world.horizon);
        }
        remedy
    }

    /// The last phase takes what the others leave.
    pub(super) fn no_phase(&self) -> Remedy {
        let phases = self.rollout().map_or(&[][..], |rollout| &rollout.phases);
        let Some(last) = phases.len().checked_sub(1) else {
            return self.general();
        };
        let before = last.checked_sub(1).map_or(0.0, |at| phases[at].upto);
        let thousandths = ((1.0 - before) * 1000.0) as u64;
        let share = format!("{}", thousandths as f64 / 1000.0);
        let taken = self.of_advertisement(&format!("phases.{last}.share"), &share);
        self.general().set(taken)
    }

    pub(super) fn old_not_removed(&self) -> Remedy {
        let upgrades = self.of_advertised("uninstall_first", "false");
        self.general().set(upgrades)
    }

    pub(super) fn removed(&self) -> Remedy {
        let stays = self.of_advertised("uninstall_when_not_advertised", "false");
        self.general().set(stays)
    }

    pub(super) fn rule(&self, setting: &str) -> Remedy {
        self.general().set(format!("rules.{setting}"))
    }

    /// The command line names the share in place of the drive.
    pub(super) fn drive(&self) -> Remedy {
        let program = self.program();
        let on_it = program.shares.iter().find(|used| used.command_line);
        let unc = on_it.and_then(|used| {
            let path = &self.world.shares[used.share.index()].path;
            let line = &program.command_line;
            let at = line.find(":\\").filter(|at| *at > 0)?;
            let line = format!("{}{path}{}", &line[..at - 1], &line[at + 1..]);
            Some(self.of_program("command_line", &literal(&line)))
        });
        let remedy = self.general().and(unc);
        remedy.or("the scenario does not say which share the drive is mapped to")
    }

    pub(super) fn user_present(&self) -> Remedy {
        if self.waits_for_event() {
            let text = "Have a user log off: the program is assigned to the next logoff, and none comes before the end of the forecast. Or assign it to a time.";
            return Remedy::new(text).and(self.without_event());
        }
        let text = "Let the program run whether or not a user is logged on, or have users log off.";
        let waiting = self.ahead().into_iter();
        let waiting = waiting.filter(|program| program.user_condition == UserCondition::LoggedOff);
        waiting
            .fold(Remedy::new(text), |remedy, program| {
                remedy.set(of(program, "runs", ALWAYS))
            })
            .and(self.without_event())
            .or("no program waits for users to log off")
    }

    /// Whether the machine waits for the logon or logoff to which the program is
    /// assigned, rather than for a condition of the program.
    fn waits_for_event(&self) -> bool {
        self.outcome.step == Step::Assignment && self.without_event().is_some()
    }

    /// The assignment no longer waits for a user to log on or off.
    fn without_event(&self) -> Option<String> {
        let event = matches!(
            self.advertisement.assignment,
            Some(Assignment::Logon | Assignment::Logoff)
        );
        event.then(|| self.of_advertisement("assigned", "\"as soon as possible\""))
    }

    pub(super) fn protected(&self) -> Remedy {
        let package = &self.world.packages[self.program().package.index()];
        let points = package.distribution_points.iter();
        let opened = points.map(|id| self.of_server(*id, "protected", "false"));
        let text = if self.behaviour().facts().uses_protected_points {
            "Extend the boundary of a protected distribution point to the machine's site, or add one that is not protected to the package."
        } else {
            "Add a distribution point that is not protected to the package, or install the Advanced Client: Legacy Clients never learn of protected points."
        };
        opened.fold(Remedy::new(text), Remedy::set)
    }

    /// Whether a user is logged on to the machine, or will be.
    pub(super) fn has_user(&self) -> bool {
        let profile = self.profile();
        let own = self.own(&self.world.fleet.overrides.user_logged_on);
        let there = own.map_or(profile.user_logged_on >= 1.0, |own| own == 1);
        profile.sessions.is_some() || there
    }

    /// `remedy` with a user who is logged on.
    pub(super) fn with_user(&self, remedy: Remedy) -> Remedy {
        if self.profile().sessions.is_some() {
            return remedy.set(self.of_group("sessions", ALL_HOURS));
        }
        self.of_machine(remedy, Field::UserLoggedOn, "true")
    }

    /// `remedy` with a program that runs whether or not a user is logged on, which
    /// none does that runs for every user.
    pub(super) fn with_or_without_user(&self, remedy: Remedy, program: &Program) -> Remedy {
        let mut every = self.world.control.repetition.every_user.iter();
        let each = every.any(|id| self.world.programs[id.index()].id == program.id);
        let each = each.then(|| of(program, "every_user", "false"));
        remedy.set(of(program, "runs", ALWAYS)).and(each)
    }

    pub(super) fn no_user(&self) -> Remedy {
        if self.waits_for_event() && self.has_user() {
            let text = "Have the user log off and on again: the program is assigned to the next logon, and none comes before the end of the forecast. Or assign it to a time.";
            return self.for_users(Remedy::new(text).and(self.without_event()));
        }
        if self.profile().windows_9x {
            let text = "Have a user log on: on Windows 95, 98 and Me every program runs as the logged-on user.";
            return self.with_user(Remedy::new(text)).and(self.without_event());
        }
        let account = if self.behaviour().facts().runs_under_domain_accounts {
            "the token account, or the Software Installation Account"
        } else {
            "Local System, with the Network Access Account on shares"
        };
        let text = format!(
            "Have a user log on, or let the program run whether or not a user is logged on. It then runs with administrative rights, as {account}: shares must admit that account, and a Windows Installer package must be installed per computer, with ALLUSERS=2, since that account's profile is of no use to users."
        );
        let first = self.program();
        let removal = self.chain().all(|program| program.id != first.id);
        let waiting: Vec<&Program> = self
            .chain()
            .chain(removal.then_some(first))
            .filter(|program| program.user_condition == UserCondition::LoggedOn)
            .collect();
        let gets_in = waiting.iter().all(|program| self.gets_in_alone(program));
        if !gets_in && self.row_with(Field::UserLoggedOn).is_none() {
            let with_user = self.with_user(Remedy::new(text));
            return self.for_users(with_user).and(self.without_event());
        }
        let alone = waiting
            .into_iter()
            .fold(Remedy::new(text), |remedy, program| {
                let remedy = self.with_or_without_user(remedy, program);
                let remedy = remedy.set(of(program, "rights", "\"administrative\""));
                self.as_administrator(remedy, program)
            });
        alone.and(self.without_event())
    }
}

/// Whether a program installs a package for the user who runs it, or would if that
/// user is not an administrator.
fn is_per_user(program: &Program) -> bool {
    program
        .msi
        .is_some_and(|msi| match (msi.allusers, msi.build) {
            (Some(value), _) => value == 0,
            (None, build) => build == MsiBuild::PerUser,
        })
}

/// A package installed for the computer.
fn per_computer(program: &Program) -> String {
    let line = &program.command_line;
    let upper = line.to_ascii_uppercase();
    let Some(at) = upper.find("ALLUSERS=") else {
        return of(program, "msi.allusers", "2");
    };
    let end = upper[at..].find(' ').map_or(line.len(), |blank| at + blank);
    let line = format!("{}ALLUSERS=2{}", &line[..at], &line[end..]);
    of(program, "command_line", &literal(&line))
}
