//! Combinations of settings that SMS does not offer, or that never run.

use crate::scenario::ProblemCode;
use crate::scenario::command_line::CommandLine;
use crate::scenario::names::Item;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At};
use crate::units::SignedInstant;
use crate::world::{
    Advertisement, Assignment, Package, PackageId, PlatformId, Program, Rights, UserCondition,
    World,
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    let profiles = world.fleet.profiles_in_use().into_iter();
    let running: BTreeSet<PlatformId> = profiles.map(|profile| profile.platform).collect();
    for (item, program) in plan.programs.list().iter().zip(&world.programs) {
        rights(item, program, problems);
        installation_account(item, program, problems);
        command_line(item, program, problems);
        platforms(item, program, &running, world, problems);
    }
    let mut of_packages = BTreeMap::<PackageId, Vec<&Program>>::new();
    for program in &world.programs {
        of_packages
            .entry(program.package)
            .or_default()
            .push(program);
    }
    for (at, item) in plan.packages.list().iter().enumerate() {
        let of_package = of_packages.get(&PackageId::from(at));
        let programs = of_package.map_or(&[][..], Vec::as_slice);
        points(item, &world.packages[at], programs, problems);
    }
    // A local time is another moment in another time zone: what is said holds for the
    // machines of every site.
    let zones = world.zones();
    for (item, advertisement) in plan.advertisements.list().iter().zip(&world.advertisements) {
        // A program that does not exist has been complained about.
        if item
            .spec
            .program
            .as_ref()
            .is_none_or(|name| plan.programs.find(name).is_some())
        {
            run_condition(item, advertisement, world, problems);
        }
        times(item, advertisement, world, &zones, problems);
    }
}

/// A program that can run without a user runs with administrative rights.
fn rights(item: &Item<written::Program>, program: &Program, problems: &mut Problems) {
    if program.rights == Rights::User && program.user_condition != UserCondition::LoggedOn {
        let message = format!(
            "the program `{}` runs with the user's rights, yet can run when there is no user",
            item.name
        );
        let help =
            "say `rights = \"administrative\"`, or `runs = \"only when a user is logged on\"`";
        problems.error(
            ProblemCode::Impossible,
            item.spec.rights.as_ref().and_then(At::span),
            message,
            help,
        );
    }
}

/// The box "Use Software Installation Account" can be ticked only for
/// administrative programs that can run without a user (KB Q235811).
fn installation_account(item: &Item<written::Program>, program: &Program, problems: &mut Problems) {
    if !program.software_installation_account {
        return;
    }
    let place = item
        .spec
        .software_installation_account
        .as_ref()
        .and_then(At::span);
    if program.user_condition == UserCondition::LoggedOn {
        let message = format!(
            "the program `{}` uses the Software Installation Account, yet only runs when a user is logged on",
            item.name
        );
        let help = "say `runs = \"whether or not a user is logged on\"`, or leave the account out (KB Q235811)";
        problems.error(ProblemCode::Impossible, place, message, help);
    } else if program.rights == Rights::User {
        let message = format!(
            "the program `{}` uses the Software Installation Account, yet runs with the user's rights",
            item.name
        );
        let help = "say `rights = \"administrative\"`, or leave the account out (KB Q235811)";
        problems.error(ProblemCode::Impossible, place, message, help);
    }
}

fn platforms(
    item: &Item<written::Program>,
    program: &Program,
    running: &BTreeSet<PlatformId>,
    world: &World,
    problems: &mut Problems,
) {
    let mut platforms = program.platforms.iter();
    if program.platforms.is_empty() || platforms.any(|platform| running.contains(platform)) {
        return;
    }
    let place = item
        .spec
        .platforms
        .iter()
        .flatten()
        .next()
        .and_then(At::span);
    let message = format!(
        "no machine runs an operating system that the program `{}` supports",
        item.name
    );
    // They are sorted by name.
    let names = running.iter();
    let names: Vec<&str> = names
        .map(|platform| world.platforms[platform.index()].as_str())
        .collect();
    problems.warning(
        ProblemCode::Unsupported,
        place,
        message,
        format!("the machines run: {}", names.join(", ")),
    );
}

/// What the command line says against what is said beside it.
fn command_line(item: &Item<written::Program>, program: &Program, problems: &mut Problems) {
    let line = CommandLine::read(&program.command_line);
    let said = item.spec.msi.as_ref().and_then(|msi| msi.allusers);
    if let (Some(said), Some(read)) = (said, line.allusers)
        && said.0 != u64::from(read)
    {
        let message = format!(
            "the command line of `{}` sets ALLUSERS={read}, and `msi.allusers` is {}",
            item.name, said.0
        );
        let help = "leave `allusers` out: the command line counts";
        problems.error(
            ProblemCode::Contradiction,
            item.place.clone(),
            message,
            help,
        );
    }
    if let Some(word) = &line.odd_allusers {
        let message = format!(
            "the command line of `{}` says `{word}`, which Windows Installer does not know as a value of ALLUSERS: the package is installed per user",
            item.name
        );
        let help =
            "write ALLUSERS=1 or ALLUSERS=2 without blanks for all users, or ALLUSERS=\"\" for one";
        problems.warning(ProblemCode::NoEffect, item.place.clone(), message, help);
    }
    let on_a_share = program.shares.iter().any(|used| used.command_line);
    if let (Some(drive), false, false) = (line.drive, line.starts_on_local_drive(), on_a_share) {
        let message = format!(
            "the command line of `{}` runs a file from drive {drive}:, and no share says what is mapped to it",
            item.name
        );
        let help = "name the share in `shares` with `command_line = true`; Local System and the SMS accounts see no drive of the user's (KB Q263279)";
        problems.error(ProblemCode::UnknownDrive, item.place.clone(), message, help);
    }
}

/// A package without source files is on no distribution point; what its programs run is
/// on shares or on the machines then (`TechNet` cc180810).
fn points(
    item: &Item<written::Package>,
    package: &Package,
    programs: &[&Program],
    problems: &mut Problems,
) {
    if !package.distribution_points.is_empty() {
        return;
    }
    let missing = programs.iter().find_map(|program| {
        let line = CommandLine::read(&program.command_line);
        let file = line.file_of_package()?.to_owned();
        (!program.is_elsewhere).then_some((file, &program.id))
    });
    let written = item.spec.distribution_points.iter().flatten().next();
    let place = written.and_then(At::span).or(item.place.clone());
    let name = &item.name;
    let (message, help) = match missing {
        _ if package.size.0 > 0 => (
            format!("the package `{name}` is on no distribution point"),
            "name servers with the role \"distribution point\" in `distribution_points`; a package without files has `size = \"0 B\"`",
        ),
        Some((file, program)) => (
            format!(
                "the package `{name}` is on no distribution point, and the command line of `{program}` runs `{file}` of it"
            ),
            "name servers with the role \"distribution point\" in `distribution_points`, or write the path of the file, on a share or on a drive of the machine",
        ),
        None => return,
    };
    problems.error(ProblemCode::MissingRole, place, message, help);
}

/// A program and an assignment that exclude each other (KB Q235196).
fn run_condition(
    item: &Item<written::Advertisement>,
    advertisement: &Advertisement,
    world: &World,
    problems: &mut Problems,
) {
    let program = &world.programs[advertisement.program.index()];
    let (when, condition) = match (advertisement.assignment, program.user_condition) {
        (Some(Assignment::Logoff), UserCondition::LoggedOn) => {
            ("logoff", "only when a user is logged on")
        }
        (Some(Assignment::Logon), UserCondition::LoggedOff) => {
            ("logon", "only when no user is logged on")
        }
        _ => return,
    };
    let place = item.spec.assigned.as_ref().and_then(At::span);
    let message = format!(
        "the advertisement `{}` is assigned at {when}, but its program `{}` runs {condition}: it would never run",
        item.name, program.id
    );
    let help = "say `runs = \"whether or not a user is logged on\"` for the program, or assign it otherwise (KB Q235196)";
    problems.error(ProblemCode::Impossible, place, message, help);
}

fn times(
    item: &Item<written::Advertisement>,
    advertisement: &Advertisement,
    world: &World,
    zones: &BTreeSet<i64>,
    problems: &mut Problems,
) {
    let end = SignedInstant::START + world.horizon;
    let name = &item.name;
    let spec = &item.spec;
    let everywhere = |holds: &dyn Fn(i64) -> bool| zones.iter().all(|ahead| holds(*ahead));
    let (available, expires) = (advertisement.available, advertisement.expires);
    let never = everywhere(&|ahead| expires.at(ahead) <= available.at(ahead));
    if never || everywhere(&|ahead| expires.at(ahead) <= SignedInstant::START) {
        let when = if never {
            "expires before it becomes available"
        } else {
            "has expired by the start"
        };
        let message = format!("the advertisement `{name}` {when}");
        let place = spec.expires.as_ref().and_then(At::span);
        problems.error(
            ProblemCode::Impossible,
            place,
            message,
            "make `expires` later than `available` and than the start",
        );
        return;
    }
    if everywhere(&|ahead| available.at(ahead) >= end) {
        let when = if everywhere(&|ahead| available.at(ahead) == end) {
            "only as the forecast ends"
        } else {
            "after the horizon"
        };
        let message = format!("the advertisement `{name}` becomes available {when}");
        let place = spec.available.as_ref().and_then(At::span);
        problems.warning(
            ProblemCode::TooLate,
            place,
            message,
            "make `horizon` longer, or `available` earlier",
        );
    }
    if let Some(Assignment::At(due)) = advertisement.assignment {
        let place = spec.assigned.as_ref().and_then(At::span);
        if everywhere(&|ahead| due.at(ahead) > end) {
            let message = format!("the advertisement `{name}` is due after the horizon");
            problems.warning(
                ProblemCode::TooLate,
                place,
                message,
                "make `horizon` longer, or the assignment earlier",
            );
        } else if everywhere(&|ahead| due.at(ahead) >= expires.at(ahead)) {
            let message = format!("the advertisement `{name}` is due after it has expired");
            problems.warning(
                ProblemCode::TooLate,
                place,
                message,
                "make `expires` later than the assignment",
            );
        }
    }
}
