//! Bringing content from one machine to another.

use crate::client::Mode;
use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::units::Rate;
use crate::world::{MachineId, NO_OVERRIDE, SiteId};

/// Why a machine gives no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// It went off.
    Off,
    /// It restarts.
    Restarts,
    /// It left the place.
    Left,
}

/// From where a job is taking its content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fetch {
    /// A job of the machine that gives.
    pub(crate) source: JobId,
    /// The position in the group of the site where they are.
    pub(crate) slot: u32,
}

/// Whether a job may take its content from other machines, and give it to
/// them.
pub(crate) fn shares_content(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.jobs[id].mode == Some(Mode::Download) && scene.advertisement(id).content.peers
}

/// No faster than what a machine gives to each, nor than either's own
/// connection.
pub(crate) fn peer_rate(scene: &Scene<'_, '_>, id: JobId, source: JobId, site: SiteId) -> Rate {
    let access = |job: JobId| {
        let own = scene.own(job, &scene.world.fleet.overrides.access);
        own.filter(|rate| *rate != NO_OVERRIDE)
            .map_or(scene.profile(job).access, Rate)
    };
    let given = scene.world.sites[site.index()]
        .peers
        .map_or(Rate::UNLIMITED, |peers| peers.rate);
    given.min(access(id)).min(access(source))
}

pub(crate) fn machine_id(scene: &Scene<'_, '_>, id: JobId) -> MachineId {
    MachineId(scene.jobs[id].machine)
}

/// Whether a job is taking content from another machine.
pub(crate) fn takes_from_peer(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.peers.fetch_of(id).is_some()
}
