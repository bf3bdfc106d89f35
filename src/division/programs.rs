//! Which programs run for an advertised one, and which of them meet themselves.

use crate::engine::effort;
use crate::world::{AdvertisementId, Program, ProgramId, World};
use std::collections::BTreeMap;

/// By advertised program and place in its chain.
pub(crate) type Removals = BTreeMap<(ProgramId, u16), Vec<ProgramId>>;

/// The programs to run for `program`: dependencies first, each with the removal
/// of what it supersedes before it, whose places go into `removals`.
pub(super) fn chain(world: &World, program: ProgramId, removals: &mut Removals) -> Vec<ProgramId> {
    let mut chain = Vec::new();
    for part in dependencies(world, program) {
        for (remover, olds) in world.control.succession.removals(part) {
            removals.insert((program, chain.len() as u16), olds);
            chain.push(remover);
        }
        chain.push(part);
    }
    chain
}

/// What runs first, then `program`. The scenario has been checked for cycles and for
/// the length of chains.
fn dependencies(world: &World, program: ProgramId) -> Vec<ProgramId> {
    let before = |at: &ProgramId| world.programs[at.index()].run_first;
    let mut chain: Vec<_> = std::iter::successors(Some(program), before).collect();
    effort::spend(chain.len());
    chain.reverse();
    chain
}

/// The advertisements of everything that supersedes a program, for each that is
/// superseded: first of what the fewest supersede in turn, which is the last to give way.
pub(super) fn superseding(world: &World) -> BTreeMap<ProgramId, Vec<AdvertisementId>> {
    let mut of_program: BTreeMap<ProgramId, Vec<AdvertisementId>> = BTreeMap::new();
    for (at, advertisement) in world.advertisements.iter().enumerate() {
        let ids = of_program.entry(advertisement.program).or_default();
        ids.push(at.into());
    }
    let superseded_by = &world.control.succession.superseded_by;
    let newer = |id: &AdvertisementId| {
        let program = world.advertisements[id.index()].program;
        superseded_by.get(&program).map_or(0, Vec::len)
    };
    let found = superseded_by.iter().map(|(old, by)| {
        let ids = by.iter().filter_map(|program| of_program.get(program));
        let mut ids: Vec<_> = ids.flatten().copied().collect();
        ids.sort_unstable_by_key(|id| (newer(id), *id));
        (*old, ids)
    });
    found.collect()
}

/// For each program, whether what it has come to on a machine may be asked for by another
/// advertisement than the one it ran for, or at another time: it is to run first in a
/// chain, or is advertised more than once, and `rerun` asks or something supersedes it.
pub(super) fn has_history(world: &World, chains: &[Vec<ProgramId>]) -> Vec<bool> {
    let mut has_history = vec![false; world.programs.len()];
    let (mut times, mut asks) = (vec![0u32; has_history.len()], has_history.clone());
    let rerun = &world.control.repetition.rerun;
    let superseded_by = &world.control.succession.superseded_by;
    for (advertisement, at) in world.advertisements.iter().zip(0..) {
        let program = advertisement.program.index();
        times[program] += 1;
        asks[program] |= rerun.contains_key(&AdvertisementId(at))
            || superseded_by.contains_key(&advertisement.program);
    }
    for (program, times) in times.into_iter().enumerate() {
        has_history[program] |= asks[program] && times > 1;
        if let (Some((_, first)), true) = (chains[program].split_last(), times > 0) {
            effort::spend(first.len());
            first.iter().for_each(|p| has_history[p.index()] = true);
        }
    }
    has_history
}

/// Whether a program turns to one server twice: for its content and for a share,
/// or for two shares.
pub(super) fn meets_itself(world: &World, program: &Program) -> bool {
    let server = |at: usize| world.shares[program.shares[at].share.index()].server;
    let points = &world.packages[program.package.index()].distribution_points;
    (0..program.shares.len()).any(|at| {
        points.binary_search(&server(at)).is_ok()
            || (0..at).any(|other| server(other) == server(at))
    })
}
