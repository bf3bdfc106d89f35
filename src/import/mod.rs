//! A scenario from what administrators can export: `rollcast new --from`.
//!
//! ```text
//! files --table--> rows --kind--> facts --fleet, places, servers, ...--> text
//! ```
//!
//! Each file is recognised by its headings. What the files say becomes facts,
//! the facts a scenario that refers to the inventory, with three lists at its
//! end: what was taken from where, what was ignored and why, and what no export
//! holds, each with the assumption made and the setting that changes it. The room
//! promises the same text for every order of files and rows. Whether the scenario
//! runs well is left to `check`.

mod collections;
mod domains;
mod facts;
mod fault;
mod file;
mod fleet;
mod kind;
mod lists;
mod places;
mod product;
mod rollout;
mod schedule;
mod servers;
mod shares;
mod tree;
mod units;
mod write;

pub use fault::Fault;
pub use lists::{Assumption, Lists};

use facts::Facts;
use std::path::{Path, PathBuf};

/// A file of exports.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// A scenario made of exports.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The scenario, with the lists as comments at its end.
    pub text: String,
    /// The lists.
    pub lists: Lists,
}

/// The scenario that `sources` describe, to be written into the file `to`, from
/// which the path of the inventory counts.
///
/// # Errors
/// What cannot be read, and files that are not a known export.
pub fn draft(sources: &[Source], to: &Path) -> Result<Draft, Vec<Fault>> {
    let mut lists = Lists::default();
    let (files, inventories) = file::recognise(sources, &mut lists)?;
    let mut facts = Facts::of(&files, &mut lists)?;
    facts.join_members(&inventories);
    let mut places = places::Places::new(&facts, &mut lists);
    let fleet = fleet::Fleet::new(&inventories, &facts, &mut places, to, &mut lists)?;
    let hosts = servers::Hosts::new(&facts);
    let mut servers = servers::servers(&facts, &hosts, &fleet, &places, &mut lists);
    let mut rollout = rollout::rollout(&facts, &mut lists);
    let around = (&facts, &fleet, &places);
    let shares = shares::shares(&mut rollout, &mut servers, &hosts, around, &mut lists);
    tree::plant(&mut places, &facts, &mut servers, &mut lists);
    places.settle_at_root(fleet.without_place);
    places.fall_back(&facts, &servers, &mut lists);
    let domains = domains::domains(&facts, &fleet, &mut lists);
    let collections = collections::collections(&facts, &fleet, &rollout, &mut lists);
    let parts = write::Parts {
        fleet: &fleet,
        places: &places,
        servers: &servers,
        shares: &shares,
        domains: &domains,
        rollout: &rollout,
        collections: &collections,
        product: product::Product::of(&facts, &fleet, &rollout),
        per_site: 25,
    };
    lists.settle();
    let text = write::scenario(&parts, &mut lists);
    Ok(Draft { text, lists })
}

/// The exports of which a scenario can be made, by the command that writes each.
pub fn known_exports() -> Vec<&'static str> {
    kind::KINDS.iter().map(|spec| spec.command).collect()
}
