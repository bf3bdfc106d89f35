//! Packages, programs and advertisements.

use super::directory::access_list;
use super::profile::fitting;
use super::signed;
use super::successors;
use crate::engine::Distribution;
use crate::product::Installer;
use crate::product::Rules;
use crate::scenario::ProblemCode;
use crate::scenario::command_line::CommandLine;
use crate::scenario::names::Item;
use crate::scenario::pattern;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::spelling::{key, text};
use crate::scenario::written::{self, At, Chance, Due, Moment};
use crate::units::{Size, Span, grouped};
use crate::world::{
    AccessList, Advertisement, AfterRunning, Assignment, ContentAccess, ExitCodes, LocalContent,
    Msi, MsiBuild, Package, PackageId, PlatformId, Platforms, Program, ProgramId, RemoteContent,
    Rights, ServerId, ShareId, ShareUse, Trustee, Uptake, UserCondition, WallTime,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most copies of packages on distribution points.
const MOST_COPIES: usize = 200_000_000;

/// The packages of `plan`.
pub(super) fn packages(plan: &Plan, problems: &mut Problems) -> Vec<Package> {
    let mut packages = Vec::new();
    let mut points = Points::of(plan);
    let mut copies = 0;
    for item in plan.packages.list() {
        let mut held_by = Arc::default();
        if copies <= MOST_COPIES {
            held_by = points.of_package(item, problems);
            copies += held_by.len();
            if copies > MOST_COPIES {
                let most = grouped(MOST_COPIES as u64);
                problems.error(
                    ProblemCode::TooMany,
                    item.place.clone(),
                    format!("packages lie on distribution points more than {most} times"),
                    "write `distribution_points` that hold fewer of them",
                );
            }
        }
        packages.push(Package {
            id: item.name.clone(),
            size: size(item),
            version: item.spec.version.map_or(1, |version| version.0 as u32),
            distribution_points: held_by,
            missing_at_start: Vec::new(),
            access: package_access(item, plan, problems),
        });
    }
    packages
}

/// The size of a package; one that is meant for no distribution point has no
/// source files.
fn size(item: &Item<written::Package>) -> Size {
    let nowhere = item
        .spec
        .distribution_points
        .as_ref()
        .is_some_and(Vec::is_empty);
    let default = if nowhere { 0 } else { 10_000_000 };
    item.spec.size.map_or(Size(default), |size| size.0)
}

fn package_access(
    item: &Item<written::Package>,
    plan: &Plan,
    problems: &mut Problems,
) -> AccessList {
    let default = [Trustee::Users, Trustee::Guests, Trustee::Administrators];
    access_list(
        item.spec.access.as_deref(),
        item.spec.deny.as_deref(),
        &default,
        plan,
        problems,
    )
}

/// The distribution points of packages.
struct Points<'p> {
    plan: &'p Plan,
    /// For each server, whether it is one.
    is_point: Vec<bool>,
    /// All of them.
    all: Arc<[ServerId]>,
    /// Those of names and globs that have been looked up before.
    known: BTreeMap<Vec<&'p str>, Arc<[ServerId]>>,
}

impl<'p> Points<'p> {
    fn of(plan: &'p Plan) -> Self {
        let servers = plan.servers.list().iter();
        let is_point: Vec<bool> = servers
            .map(|item| {
                let mut roles = item.spec.roles.iter().flatten();
                roles.any(|role| *role == written::ServerRole::DistributionPoint)
            })
            .collect();
        let all = (0..is_point.len()).filter(|at| is_point[*at]);
        Self {
            plan,
            all: all.map(ServerId::from).collect(),
            is_point,
            known: BTreeMap::new(),
        }
    }

    fn of_package(
        &mut self,
        item: &'p Item<written::Package>,
        problems: &mut Problems,
    ) -> Arc<[ServerId]> {
        let Some(names) = &item.spec.distribution_points else {
            return Arc::clone(&self.all);
        };
        let key: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        if let Some(known) = self.known.get(&key) {
            return Arc::clone(known);
        }
        let before = problems.list().len();
        let servers = &self.plan.servers;
        for name in names.iter().filter(|name| !pattern::is_glob(name)) {
            if servers.find(name).is_some_and(|at| !self.is_point[at]) {
                let message = format!("the server `{}` is no distribution point", **name);
                let help = "add \"distribution point\" to its `roles`";
                problems.error(ProblemCode::MissingRole, name.span(), message, help);
            }
        }
        let chosen = servers.select(names, problems).into_iter();
        let chosen = chosen.filter(|at| self.is_point[*at]);
        let points: Arc<[ServerId]> = chosen.map(ServerId::from).collect();
        // What is wrong is told for each package.
        if problems.list().len() == before {
            self.known.insert(key, Arc::clone(&points));
        }
        points
    }
}

/// The programs of `plan`.
pub(super) fn programs(
    plan: &Plan,
    platforms: &Platforms,
    rules: &Rules,
    problems: &mut Problems,
) -> Vec<Program> {
    let mut programs = Vec::new();
    let paths = Paths::of(plan);
    for item in plan.programs.list() {
        let spec = &item.spec;
        let command_line = spec.command_line.as_deref().unwrap_or("setup.exe");
        let line = CommandLine::read(command_line);
        let user_condition = spec
            .runs
            .as_ref()
            .map_or(UserCondition::LoggedOn, |word| word.meaning());
        let implied = if user_condition == UserCondition::LoggedOn {
            Rights::User
        } else {
            Rights::Administrative
        };
        let shares = share_uses(item, &line, (plan, &paths), problems);
        let starts_on_share = shares.iter().any(|used| used.command_line);
        programs.push(Program {
            id: item.name.clone(),
            package: package_of(item, plan, problems),
            command_line: command_line.to_owned(),
            rights: spec.rights.as_ref().map_or(implied, |word| word.meaning()),
            user_condition,
            software_installation_account: spec
                .software_installation_account
                .as_deref()
                .copied()
                .unwrap_or(false),
            mapped_drive: !line.starts_on_local_drive(),
            msi: msi(spec.msi.as_ref(), &line),
            needs_administrator: spec
                .needs_administrator
                .unwrap_or_else(|| spec.msi.is_none() && line.installer.needs_administrator()),
            is_elsewhere: line.is_elsewhere() || starts_on_share,
            shares,
            install_time: spec.install_time.map_or(
                Distribution::Uniform {
                    low: Span::from_mins(1),
                    high: Span::from_mins(5),
                },
                |time| time.0,
            ),
            exit_codes: exit_codes(spec.exit_codes.as_ref(), problems),
            status_mif: spec.status_mif.unwrap_or(false),
            maximum_run_time: spec
                .maximum_run_time
                .map_or(rules.maximum_run_time, |time| time.0),
            after_running: spec
                .after_running
                .map_or(AfterRunning::None, |word| word.meaning()),
            platforms: program_platforms(spec.platforms.as_deref().unwrap_or(&[]), platforms),
            run_first: spec
                .run_first
                .as_ref()
                .and_then(|name| plan.programs.resolve_other(&item.name, name, problems))
                .map(ProgramId::from),
            disk: spec.disk.map(|size| size.0),
        });
    }
    chains(plan, &programs, problems);
    programs
}

fn package_of(item: &Item<written::Program>, plan: &Plan, problems: &mut Problems) -> PackageId {
    let found = if let Some(name) = &item.spec.package {
        plan.packages.resolve(name, problems)
    } else {
        let found = plan
            .packages
            .find(&item.name)
            .or_else(|| plan.packages.only());
        if found.is_none() {
            let message = format!(
                "it is not clear to which package the program `{}` belongs",
                item.name
            );
            problems.error(
                ProblemCode::Ambiguous,
                item.place.clone().or_else(|| problems.section("package")),
                message,
                "say `package = \"...\"`",
            );
        }
        found
    };
    // Position 0 stands in where an error has been reported.
    PackageId::from(found.unwrap_or(0))
}

/// What is said of an installer package; `ALLUSERS` may stand on the command line
/// itself, and so may the package.
fn msi(written: Option<&written::Msi>, line: &CommandLine) -> Option<Msi> {
    let installs = line.installer == Installer::WindowsInstaller && !line.removes;
    let written = match written {
        Some(written) => written.clone(),
        None if installs => written::Msi::default(),
        None => return None,
    };
    Some(Msi {
        build: written
            .build
            .map_or(MsiBuild::PerMachine, |word| word.meaning()),
        allusers: written
            .allusers
            .map(|value| value.0 as u8)
            .or(line.allusers),
        needs_user_profile: written.needs_user_profile.unwrap_or(false),
    })
}

/// The shares that a program reads: those of `shares`, and those that its command
/// line names beside them.
fn share_uses(
    item: &Item<written::Program>,
    line: &CommandLine,
    (plan, paths): (&Plan, &Paths),
    problems: &mut Problems,
) -> Vec<ShareUse> {
    let mut uses = Vec::new();
    for share_use in item.spec.shares.iter().flatten() {
        if let Some(at) = plan.shares.resolve(&share_use.share, problems) {
            uses.push(ShareUse {
                share: ShareId::from(at),
                command_line: share_use.command_line.unwrap_or(false),
                read: share_use.read.map_or(Size(0), |size| size.0),
            });
        }
    }
    for (at, path) in line.shares.iter().enumerate() {
        add_share(
            item,
            path,
            at == 0 && line.starts_on_share,
            &mut uses,
            (plan, paths),
            problems,
        );
    }
    uses
}

/// What paths of shares begin with and name, in which Windows sees no case.
struct Paths {
    servers: BTreeMap<String, usize>,
    shares: BTreeMap<String, usize>,
}

impl Paths {
    fn of(plan: &Plan) -> Self {
        let (mut servers, mut shares) = (BTreeMap::new(), BTreeMap::new());
        for (at, item) in plan.servers.list().iter().enumerate() {
            servers.entry(item.name.to_ascii_lowercase()).or_insert(at);
        }
        let only = super::topology::only_file_server(plan);
        for (at, item) in plan.shares.list().iter().enumerate() {
            let path = super::topology::share_path(item, only, plan);
            shares.entry(path.to_ascii_lowercase()).or_insert(at);
        }
        Self { servers, shares }
    }

    fn server(&self, name: &str) -> Option<usize> {
        self.servers.get(&name.to_ascii_lowercase()).copied()
    }

    fn share(&self, path: &str) -> Option<usize> {
        self.shares.get(&path.to_ascii_lowercase()).copied()
    }

    /// Whether `path` is the share of a distribution point: its server has the role,
    /// and the share is hidden, as `SMSPKGD$` is.
    fn is_package_share(&self, path: &str, plan: &Plan) -> bool {
        let server = path.trim_start_matches('\\').split('\\').next();
        let at = server.and_then(|server| self.server(server));
        let is_point = at.is_some_and(|at| {
            let mut roles = plan.servers.get(at).spec.roles.iter().flatten();
            roles.any(|role| *role == written::ServerRole::DistributionPoint)
        });
        is_point && path.ends_with('$')
    }
}

/// Adds the share at `path`, unless the program is said to read it.
fn add_share(
    item: &Item<written::Program>,
    path: &str,
    command_line: bool,
    uses: &mut Vec<ShareUse>,
    (plan, paths): (&Plan, &Paths),
    problems: &mut Problems,
) {
    let Some(found) = paths.share(path) else {
        if paths.is_package_share(path, plan) {
            return;
        }
        let message = format!(
            "the command line of `{}` names {path}, which is no share of the scenario",
            item.name
        );
        let (server, name) = path
            .trim_start_matches('\\')
            .split_once('\\')
            .unwrap_or((path, ""));
        let plain = |name: &str| name.replace(['*', '?', '{', '}'], "_");
        let host = plain(server);
        let missing = if paths.server(&host).is_some() {
            String::new()
        } else {
            format!(
                "[server.{}] with `roles = [\"file server\"]`, and ",
                key(&host)
            )
        };
        // A share of that name may be on another server.
        let is_free = plan.shares.find_without_case(name).is_none() && pattern::is_plain(name);
        let (name, path) = if is_free && host == server {
            (name.to_owned(), String::new())
        } else {
            let path = format!(", `path = {}`", text(path));
            (format!("{} of {host}", plain(name)), path)
        };
        let help = format!(
            "add {missing}[share.{}] with `server = {}`{path} and with those who may read it as `access`",
            key(&name),
            text(&host)
        );
        problems.error(ProblemCode::UnknownShare, item.place.clone(), message, help);
        return;
    };
    let share = ShareId::from(found);
    let known = uses.iter_mut().find(|used| used.share == share);
    match known {
        Some(used) => used.command_line |= command_line,
        None => {
            let used = ShareUse {
                share,
                command_line,
                read: Size(0),
            };
            let place = if command_line { 0 } else { uses.len() };
            uses.insert(place, used);
        }
    }
}

/// The platforms that names and globs stand for. What no machine runs was put
/// among the platforms as it is written, so that it is found here all the same.
fn program_platforms(globs: &[At<String>], platforms: &Platforms) -> Vec<PlatformId> {
    let mut wanted: Vec<_> = globs
        .iter()
        .flat_map(|glob| fitting(glob, platforms))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// Exit codes by cumulated chance, success first, so that a change in the
/// chance of one failure leaves most draws as they were.
pub(super) fn exit_codes(
    written: Option<&BTreeMap<At<String>, At<Chance>>>,
    problems: &mut Problems,
) -> ExitCodes {
    let Some(written) = written else {
        return ExitCodes(vec![(1.0, 0)]);
    };
    let mut chances: BTreeMap<u32, f64> = BTreeMap::new();
    for (code, chance) in written {
        match exit_code(code) {
            Some(number) if chances.insert(number, chance.0).is_none() => {}
            Some(number) => {
                let message = format!("the exit code {number} is given twice");
                problems.error(
                    ProblemCode::DeclaredTwice,
                    code.span(),
                    message,
                    "give one chance for it",
                );
            }
            None => {
                let message = format!("`{}` is not an exit code", **code);
                problems.error(
                    ProblemCode::MalformedValue,
                    code.span(),
                    message,
                    "write a number, such as 1603 or 0x643",
                );
            }
        }
    }
    let sum: f64 = chances.values().sum();
    let shown = (sum * 1e6).round() / 1e6;
    let place = || written.values().last().and_then(At::span);
    if sum > 1.0 + 1e-9 {
        let help = "lower them so that they add up to 1; what is missing from 1 goes to code 0";
        problems.error(
            ProblemCode::ExitCodes,
            place(),
            format!("the chances of the exit codes add up to {shown}"),
            help,
        );
    } else if sum < 1.0 - 1e-9 && chances.contains_key(&0) {
        let message =
            format!("the chances of the exit codes add up to {shown}; the rest goes to code 0");
        problems.warning(
            ProblemCode::ExitCodes,
            place(),
            message,
            "leave out code 0, or give it the rest",
        );
    }
    chances.entry(0).or_insert(0.0);
    cumulated(&chances, (1.0 - sum).max(0.0))
}

/// Cumulates `chances`, with `rest` added to code 0, which comes first.
fn cumulated(chances: &BTreeMap<u32, f64>, rest: f64) -> ExitCodes {
    let mut upto = rest;
    let mut codes: Vec<(f64, u32)> = Vec::new();
    for (code, chance) in chances {
        upto += chance;
        if upto > codes.last().map_or(0.0, |(before, _)| *before) {
            codes.push((upto, *code));
        }
    }
    // Rounding must not leave a gap below 1.
    if let Some((last, _)) = codes.last_mut() {
        *last = 1.0;
    }
    ExitCodes(codes)
}

/// An exit code of 32 bits, also as Windows shows it with a sign: -1073741819 is
/// 0xC0000005.
fn exit_code(text: &str) -> Option<u32> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => {
            let signed = || text.parse::<i32>().ok().map(i32::cast_unsigned);
            text.parse().ok().or_else(signed)
        }
    }
}

/// Complains about programs that, each running another first, come back to
/// themselves, and about chains that are too long.
fn chains(plan: &Plan, programs: &[Program], problems: &mut Problems) {
    let next = programs.iter();
    let next: Vec<_> = next
        .map(|program| program.run_first.map(ProgramId::index))
        .collect();
    let place = |at: usize| {
        let run_first = plan.programs.get(at).spec.run_first.as_ref();
        run_first.and_then(At::span)
    };
    let mut around: Vec<usize> = successors::circles(&next).into_iter().flatten().collect();
    around.sort_unstable();
    for at in &around {
        let message = format!(
            "the program `{}` waits for itself to have run first",
            programs[*at].id
        );
        problems.error(
            ProblemCode::Circle,
            place(*at),
            message,
            "break the circle by leaving out one `run_first`",
        );
    }
    if !around.is_empty() {
        return;
    }
    let mut depths = successors::depths(&next).into_iter();
    if let Some(at) = depths.position(|depth| depth > LONGEST) {
        let message = format!(
            "more than {LONGEST} programs run before the program `{}`, one after the other",
            programs[at].id
        );
        let help = format!("make the chain shorter: {LONGEST} are the most that is possible");
        problems.error(ProblemCode::Impossible, place(at), message, help);
    }
}

/// The most programs that run before a program. The chain of each is kept, and no chain
/// is nearly as long.
const LONGEST: u32 = 100;

/// The advertisements of `plan`.
pub(super) fn advertisements(plan: &Plan, problems: &mut Problems) -> Vec<Advertisement> {
    let mut advertisements = Vec::new();
    for item in plan.advertisements.list() {
        let spec = &item.spec;
        let assignment = assignment(item, plan, problems);
        advertisements.push(Advertisement {
            id: item.name.clone(),
            program: program_of(item, plan, problems),
            collection: spec.collection.as_ref().map(|name| name.to_string()),
            available: available(spec, plan),
            assignment,
            uptake: spec.uptake.as_ref().map(|uptake| self::uptake(uptake)),
            expires: (spec.expires.as_ref())
                .map_or(WallTime::NEVER, |moment| told(**moment, spec, plan)),
            content: ContentAccess {
                local: spec
                    .on_local
                    .map_or(LocalContent::Run, |word| word.meaning()),
                remote: spec
                    .on_remote
                    .map_or(RemoteContent::DoNotRun, |word| word.meaning()),
                peers: spec.peers.unwrap_or(true),
            },
        });
        if let Some(name) = &spec.collection {
            plan.collections.resolve(name, problems);
        }
    }
    advertisements
}

/// A time of an advertisement: by the clock on the wall, unless it is Greenwich Mean Time
/// or a length of time after the start.
fn told(moment: Moment, spec: &written::Advertisement, plan: &Plan) -> WallTime {
    let at = signed(moment, plan.start);
    let by_the_wall = !spec.greenwich_mean_time.unwrap_or(false);
    if by_the_wall && matches!(moment, Moment::Clock(_)) {
        WallTime::local(at)
    } else {
        WallTime::everywhere(at)
    }
}

/// When an advertisement becomes visible. The controller of a roll-out begins by the
/// scenario's clock.
fn available(spec: &written::Advertisement, plan: &Plan) -> WallTime {
    let Some(moment) = &spec.available else {
        return WallTime::START;
    };
    if spec.phases.is_some() || spec.rate.is_some() || spec.stop.is_some() {
        WallTime::everywhere(signed(**moment, plan.start))
    } else {
        told(**moment, spec, plan)
    }
}

fn assignment(
    item: &Item<written::Advertisement>,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<Assignment> {
    let spec = &item.spec;
    let Some(assigned) = &spec.assigned else {
        return spec
            .uptake
            .is_none()
            .then_some(Assignment::AsSoonAsPossible);
    };
    if let Some(uptake) = &spec.uptake
        && **assigned != Due::Optional
    {
        let message = format!(
            "the advertisement `{}` is assigned, so its uptake is never asked for",
            item.name
        );
        let help = "say `assigned = \"optional\"`, or leave out `uptake`";
        problems.error(ProblemCode::Impossible, uptake.span(), message, help);
    }
    match **assigned {
        Due::Optional => None,
        Due::AsSoonAsPossible => Some(Assignment::AsSoonAsPossible),
        Due::Logon => Some(Assignment::Logon),
        Due::Logoff => Some(Assignment::Logoff),
        Due::At(moment) => Some(Assignment::At(told(moment, spec, plan))),
    }
}

fn uptake(written: &written::Uptake) -> Uptake {
    let delay = Distribution::Exponential {
        mean: Span::from_days(1),
    };
    Uptake {
        share: written.share.map_or(1.0, |share| share.0),
        delay: written.delay.map_or(delay, |delay| delay.0),
    }
}

fn program_of(
    item: &Item<written::Advertisement>,
    plan: &Plan,
    problems: &mut Problems,
) -> ProgramId {
    let found = if let Some(name) = &item.spec.program {
        plan.programs.resolve(name, problems)
    } else {
        let found = plan
            .programs
            .find(&item.name)
            .or_else(|| plan.programs.only());
        if found.is_none() {
            let message = format!(
                "it is not clear which program the advertisement `{}` offers",
                item.name
            );
            problems.error(
                ProblemCode::Ambiguous,
                item.place.clone().or_else(|| problems.section("program")),
                message,
                "say `program = \"...\"`",
            );
        }
        found
    };
    // Position 0 stands in where an error has been reported.
    ProgramId::from(found.unwrap_or(0))
}
