//! What is on a machine, and programs that take the place of others.
//!
//! A program that has succeeded is on the machine, and so is one that the fleet
//! had before the start. One that supersedes it takes its place when it
//! succeeds, having upgraded it or, with `uninstall_first`, having had it removed
//! by a program of the chain before. A program that is superseded by one which
//! the machine has, or has accepted an offer of, is not run any more
//! (learn.microsoft.com, "Revise and supersede applications").
//!
//! Where nothing supersedes anything, nothing is kept and nothing asked.

use crate::engine::{effort, identity};
use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::rules::answer::{Answer, Over};
use crate::model::rules::clocks;
use crate::model::way::job::{NONE, Phase};
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::units::Instant;
use crate::world::{ProfileId, ProgramId, World};
use std::collections::{HashMap, HashSet};

/// What is known of programs on machines beyond the jobs that ran them. Only
/// looked up, never walked.
#[derive(Debug, Default)]
pub(crate) struct Software {
    /// Whether there is anything to know; else none of this is asked about.
    pub(crate) any: bool,
    /// Programs that came to machines, or went, and from when on.
    pub(crate) moved: HashMap<(u32, ProgramId), (Instant, bool)>,
    /// Programs that have succeeded on machines as one to run first, and when; only
    /// of machines with several advertisements.
    ran_first: HashMap<(u32, ProgramId), Instant>,
    /// Jobs whose advertisement the machine has found gone.
    pub(crate) revoked: HashSet<JobId>,
    /// Jobs that remove their program.
    pub(crate) removing: HashSet<JobId>,
    /// How many events the group has had.
    pub(crate) turn: u64,
    pub(crate) untold: Untold,
}

/// The jobs of one machine that have yet to be told of what takes their place:
/// known as long as one event after the other brings it an advertisement.
#[derive(Debug, Default)]
pub(crate) struct Untold {
    pub(crate) host: u32,
    pub(crate) turn: u64,
    pub(crate) jobs: Vec<JobId>,
}

impl Software {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            any: world.control.succession.is_used() || world.fleet.memberships.has_leavers(),
            ..Self::default()
        }
    }

    /// A program to run first has succeeded on a machine.
    pub(crate) fn has_run_first(&mut self, machine: u32, program: ProgramId, at: Instant) {
        self.ran_first.entry((machine, program)).or_insert(at);
    }

    /// When a program succeeded on a machine as one to run first, if it did.
    pub(crate) fn ran_first_at(&self, machine: u32, program: ProgramId) -> Option<Instant> {
        self.ran_first.get(&(machine, program)).copied()
    }
}

/// Whether a program is on a job's machine.
pub(crate) fn has_program(scene: &Scene<'_, '_>, id: JobId, program: ProgramId) -> bool {
    let job = &scene.jobs[id];
    match scene.software.moved.get(&(job.machine, program)) {
        Some((from, there)) => *there && *from <= scene.now,
        None => had_before(scene, id, program),
    }
}

/// Whether a program is on a job's machine, or will be when it ends with
/// nobody watching.
pub(crate) fn has_or_gets(scene: &Scene<'_, '_>, id: JobId, program: ProgramId) -> bool {
    let moved = scene.software.moved.get(&(scene.jobs[id].machine, program));
    moved.map_or_else(|| had_before(scene, id, program), |(_, there)| *there)
}

/// Whether a program was on a job's machine before the start.
pub(crate) fn had_before(scene: &Scene<'_, '_>, id: JobId, program: ProgramId) -> bool {
    let job = &scene.jobs[id];
    let key: (ProfileId, ProgramId) = (job.profile, program);
    let Some(share) = scene.world.control.succession.installed.get(&key) else {
        return false;
    };
    let named = identity(&scene.world.programs[program.index()].id);
    scene.draws.installed(job.key, named).uniform(0) < *share
}

/// Whether the program of a job's chain that is up removes what the
/// advertised one supersedes.
pub(crate) fn is_removal(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let key = (scene.advertisement(id).program, scene.jobs[id].stage);
    scene.plan.removals.contains_key(&key)
}

/// Whether the program of a job may ever be superseded; then it waits for
/// everything else that the same poll brings.
pub(crate) fn may_be_superseded(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let by = &scene.world.control.succession.superseded_by;
    !by.is_empty() && by.contains_key(&scene.advertisement(id).program)
}

/// A program that supersedes that of a job, and is on the machine or
/// offered to it.
pub(crate) fn superseded_by<'w>(scene: &Scene<'w, '_>, id: JobId) -> Option<ProgramId> {
    let world: &'w World = scene.world;
    let superseded_by = &world.control.succession.superseded_by;
    if superseded_by.is_empty() {
        return None;
    }
    let by = superseded_by.get(&scene.advertisement(id).program)?;
    let there = by.iter().find(|by| {
        effort::spend(1);
        has_or_gets(scene, id, **by)
    });
    if let Some(there) = there {
        return Some(*there);
    }
    if scene.jobs[id].host == NONE {
        return None;
    }
    let mut offers = scene.siblings(id);
    let offer = offers.find(|other| {
        effort::spend(1);
        let program = scene.advertisement(*other).program;
        by.binary_search(&program).is_ok() && is_offered(scene, *other)
    });
    offer.map(|other| scene.advertisement(other).program)
}

/// Whether a job's machine has accepted its advertisement, or is about to,
/// and will run it unless something goes wrong.
pub(crate) fn is_offered(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let platforms = &scene.world.programs[scene.advertisement(id).program.index()].platforms;
    let fits = platforms.is_empty() || platforms.contains(&scene.profile(id).platform);
    let lasting = scene.now < clocks::expires(scene, id) && !scene.software.revoked.contains(&id);
    let wanted = match scene.jobs[id].phase() {
        Phase::Unaware => false,
        Phase::Asking => scene.advertisement(id).assignment.is_some(),
        _ => !matches!(
            scene.record(id).ending,
            Ending::Rejected | Ending::NotTaken | Ending::NotOffered
        ),
    };
    fits && lasting && wanted
}

/// A job whose program is superseded is over.
pub(crate) fn asks(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if scene.jobs[id].holds_machine {
        return Answer::Go;
    }
    let Some(by) = superseded_by(scene, id) else {
        return Answer::Go;
    };
    // It may have been there before, and stays until it is replaced.
    let there = has_program(scene, id, scene.advertisement(id).program);
    let ending = if there {
        Ending::Installed
    } else {
        Ending::NotTaken
    };
    Answer::Over(Over {
        state: Some(ReportState::Canceled),
        entry: Some(Entry::Superseded(by)),
        ..Over::new(ending, Step::Assignment, Cause::Superseded)
    })
}

/// What is told if the program of a job's chain that is up has nothing to do: a
/// dependency, or what supersedes it, is on the machine, or what it is to remove is
/// not.
pub(crate) fn nothing_to_do(scene: &Scene<'_, '_>, id: JobId) -> Option<Entry> {
    let succession = &scene.world.control.succession;
    let (program, stage) = (scene.program_id(id), scene.jobs[id].stage);
    let advertised = scene.advertisement(id).program;
    if let Some(olds) = scene.plan.removals.get(&(advertised, stage)) {
        let any = olds.iter().any(|old| has_program(scene, id, *old));
        return (!any).then_some(Entry::NothingToRemove(program));
    }
    let mut instead = succession.superseded_by.get(&program).into_iter().flatten();
    let ran = has_program(scene, id, program) || instead.any(|by| has_program(scene, id, *by));
    ran.then_some(Entry::AlreadyRan(program))
}
