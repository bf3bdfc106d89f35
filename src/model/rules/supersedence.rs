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
use crate::model::rules::clocks;
use crate::model::way::job::{NONE, Phase};
use crate::model::way::scene::Scene;
use crate::outcome::Ending;
use crate::units::Instant;
use crate::world::{ProfileId, ProgramId, World};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What is known of programs on machines beyond the jobs that ran them. Only
/// looked up, never walked.
#[derive(Debug, Default)]
pub(crate) struct Software {
    /// Whether there is anything to know; else none of this is asked about.
    pub(crate) any: bool,
    /// Programs that came to machines, or went, and from when on.
    moved: HashMap<(u32, ProgramId), (Instant, bool)>,
    /// Those that came to each machine and have not gone.
    came: HashMap<u32, BTreeSet<ProgramId>>,
    /// Jobs whose advertisement the machine has found gone.
    pub(crate) revoked: HashSet<u32>,
    /// Jobs that remove their program.
    pub(crate) removing: HashSet<u32>,
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
    pub(crate) jobs: Vec<u32>,
}

impl Software {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            any: world.control.succession.is_used() || world.fleet.memberships.has_leavers(),
            ..Self::default()
        }
    }

    /// A program comes to a machine at `at`, or goes.
    pub(crate) fn moves(&mut self, machine: u32, program: ProgramId, at: Instant, there: bool) {
        self.moved.insert((machine, program), (at, there));
        let came = self.came.entry(machine).or_default();
        if there {
            came.insert(program);
        } else {
            came.remove(&program);
        }
    }
}

/// Whether a program is on a job's machine.
pub(crate) fn has_program(scene: &Scene<'_, '_>, id: u32, program: ProgramId) -> bool {
    let job = &scene.jobs[id as usize];
    match scene.software.moved.get(&(job.machine, program)) {
        Some((from, there)) => *there && *from <= scene.now,
        None => had_before(scene, id, program),
    }
}

/// Whether a program is on a job's machine, or will be when it ends with
/// nobody watching.
fn has_or_gets(scene: &Scene<'_, '_>, id: u32, program: ProgramId) -> bool {
    let moved = scene
        .software
        .moved
        .get(&(scene.jobs[id as usize].machine, program));
    moved.map_or_else(|| had_before(scene, id, program), |(_, there)| *there)
}

/// The programs that are on a job's machine, or will be when they end with nobody
/// watching.
fn on_the_machine(scene: &Scene<'_, '_>, id: u32) -> impl Iterator<Item = ProgramId> {
    let job = &scene.jobs[id as usize];
    let came = scene.software.came.get(&job.machine).into_iter().flatten();
    let (first, last) = (ProgramId::from(0), ProgramId(u32::MAX));
    let installed = &scene.world.control.succession.installed;
    let before = installed.range((job.profile, first)..=(job.profile, last));
    let before = before.map(|((_, program), _)| *program);
    let before = before.filter(move |program| has_or_gets(scene, id, *program));
    came.copied().chain(before).inspect(|_| effort::spend(1))
}

/// Whether a program was on a job's machine before the start.
pub(crate) fn had_before(scene: &Scene<'_, '_>, id: u32, program: ProgramId) -> bool {
    let job = &scene.jobs[id as usize];
    let key: (ProfileId, ProgramId) = (job.profile, program);
    let Some(share) = scene.world.control.succession.installed.get(&key) else {
        return false;
    };
    let named = identity(&scene.world.programs[program.index()].id);
    scene.draws.installed(job.key, named).uniform(0) < *share
}

/// Whether the program of a job's chain that is up removes what the
/// advertised one supersedes.
pub(crate) fn is_removal(scene: &Scene<'_, '_>, id: u32) -> bool {
    let key = (
        scene.advertisement(id).program,
        scene.jobs[id as usize].stage,
    );
    scene.plan.removals.contains_key(&key)
}

/// Whether the program of a job may ever be superseded; then it waits for
/// everything else that the same poll brings.
pub(crate) fn may_be_superseded(scene: &Scene<'_, '_>, id: u32) -> bool {
    let by = &scene.world.control.succession.superseded_by;
    !by.is_empty() && by.contains_key(&scene.advertisement(id).program)
}

/// A program that supersedes that of a job, and is on the machine or
/// offered to it.
pub(crate) fn superseded_by<'w>(scene: &Scene<'w, '_>, id: u32) -> Option<ProgramId> {
    let world: &'w World = scene.world;
    let superseded_by = &world.control.succession.superseded_by;
    if superseded_by.is_empty() {
        return None;
    }
    let by = superseded_by.get(&scene.advertisement(id).program)?;
    let there = on_the_machine(scene, id).filter(|program| by.binary_search(program).is_ok());
    if let Some(there) = there.min() {
        return Some(there);
    }
    if scene.jobs[id as usize].host == NONE {
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
pub(crate) fn is_offered(scene: &Scene<'_, '_>, id: u32) -> bool {
    let platforms = &scene.world.programs[scene.advertisement(id).program.index()].platforms;
    let fits = platforms.is_empty() || platforms.contains(&scene.profile(id).platform);
    let lasting = scene.now < clocks::expires(scene, id) && !scene.software.revoked.contains(&id);
    let wanted = match scene.jobs[id as usize].phase {
        Phase::Unaware => false,
        Phase::Asking => scene.advertisement(id).assignment.is_some(),
        _ => !matches!(
            scene.record(id).ending,
            Ending::Rejected | Ending::NotTaken | Ending::NotOffered
        ),
    };
    fits && lasting && wanted
}
