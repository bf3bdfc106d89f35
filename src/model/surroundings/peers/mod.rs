//! Content from machines at the same place.
//!
//! An Advanced Client that is about to download first looks for a machine at the
//! place where it is that has the package in its cache, is on, gives, and has an
//! upload free; only then, or after a time of waiting, does it turn to the
//! distribution points. SMS 2003 knows nothing of the kind: the rules are those
//! of client peer cache in Configuration Manager and of peer caching in BITS.
//!
//! Whoever has the package asks nobody for a name, and gives each machine the
//! same fixed rate, over the LAN of the place if that is limited. What arrives
//! has been checked against its hash, so that it is good even if a point's is
//! not. A transfer breaks when the machine that gives goes off, restarts or
//! leaves the place; what has arrived is kept, and another is looked for. What a
//! machine removes from its cache it gives to those who are at it to the end, as
//! BITS does.
//!
//! `find` looks for machines, `transfer` brings the content, `waiting` is for
//! those who wait for what another is fetching. Where no site has `peers`, all of
//! this is one look at a flag.

pub(crate) mod find;
pub(crate) mod shelf;
pub(crate) mod story;
pub(crate) mod transfer;
pub(crate) mod waiting;

pub use find::Asked;
pub use transfer::Loss;

use crate::model::ids::JobId;
use crate::units::Size;
use crate::world::{MachineId, PackageId, SiteId, World};
use shelf::Shelf;
use std::collections::{BTreeMap, HashMap};
use transfer::Fetch;
use waiting::Wait;

/// Who has what, and who gets it from whom; without any memory where nobody
/// gives anything.
#[derive(Debug, Default)]
pub(crate) struct Peers {
    /// Whether machines give anything anywhere.
    pub(crate) any: bool,
    /// By position of the site in the group, and package.
    pub(crate) shelves: HashMap<(u32, PackageId), Shelf>,
    /// The jobs that a machine is giving to.
    pub(crate) uploads: HashMap<u32, Vec<JobId>>,
    /// From where a job is taking its content.
    pub(crate) fetches: HashMap<JobId, Fetch>,
    /// The position in the group of the site where a job fetches what others
    /// may wait for.
    pub(crate) fetching: HashMap<JobId, u32>,
    /// Jobs that wait, or have waited, for what others fetch.
    pub(crate) waits: HashMap<JobId, Wait>,
    /// What each job has taken.
    pub(crate) taken: BTreeMap<JobId, Taken>,
}

/// What a job has taken from other machines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) bytes: Size,
    /// The last one that gave.
    pub(crate) from: MachineId,
}

/// Something about machines that give content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerEntry {
    /// Takes a package from a machine.
    Starts(MachineId, PackageId, Size),
    /// Gives a package to a machine.
    Gives(MachineId, PackageId),
    /// Found no machine to take it from.
    Nobody(Asked),
    /// Waits for what another machine is fetching, until this instant at most.
    Waits(crate::units::Instant),
    /// Has lost the machine that gave.
    Lost(MachineId, Loss),
}

impl Peers {
    /// For the machines that can be at `sites`.
    pub(crate) fn new(world: &World, sites: &[SiteId]) -> Self {
        let gives = |site: &SiteId| world.sites[site.index()].peers.is_some();
        Self {
            any: sites.iter().any(gives),
            ..Self::default()
        }
    }
}

/// Whether machines give each other anything at some site.
pub(crate) fn anywhere(world: &World) -> bool {
    world.sites.iter().any(|site| site.peers.is_some())
}
