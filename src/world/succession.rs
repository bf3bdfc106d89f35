//! Programs that take the place of others, programs that are taken away again,
//! and what is on machines before the start.

use super::{AdvertisementId, ProfileId, ProgramId};
use crate::units::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// What comes after a program has been installed; sparse.
#[derive(Debug, Clone, Default)]
pub struct Succession {
    /// The share of the machines of a profile that have a program before the
    /// start.
    pub installed: BTreeMap<(ProfileId, ProgramId), f64>,
    /// Everything that a program supersedes, directly or through others, sorted.
    pub supersedes: BTreeMap<ProgramId, Vec<ProgramId>>,
    /// The other way round: everything that supersedes a program, sorted.
    pub superseded_by: BTreeMap<ProgramId, Vec<ProgramId>>,
    /// Programs before which what they supersede is removed, rather than
    /// upgraded.
    pub uninstall_first: BTreeSet<ProgramId>,
    /// The program that removes another.
    pub uninstall: BTreeMap<ProgramId, ProgramId>,
    /// Programs that a Legacy Client removes when they are no longer advertised.
    pub not_advertised: BTreeSet<ProgramId>,
    /// When an advertisement is deleted.
    pub withdrawn: BTreeMap<AdvertisementId, Instant>,
}

impl Succession {
    /// Whether what is on a machine has to be kept.
    pub fn is_tracked(&self) -> bool {
        !(self.installed.is_empty() && self.supersedes.is_empty() && self.uninstall.is_empty())
    }

    /// Whether any program or advertisement is not simply installed and offered.
    pub fn is_used(&self) -> bool {
        self.is_tracked() || !(self.not_advertised.is_empty() && self.withdrawn.is_empty())
    }

    /// Whether a machine may lose what it has installed.
    pub fn takes_away(&self) -> bool {
        !(self.supersedes.is_empty() && self.uninstall.is_empty())
    }

    /// The programs that remove what `program` supersedes, each with what it
    /// removes; none if `program` upgrades.
    pub fn removals(&self, program: ProgramId) -> Vec<(ProgramId, Vec<ProgramId>)> {
        let mut removals: Vec<(ProgramId, Vec<ProgramId>)> = Vec::new();
        if !self.uninstall_first.contains(&program) {
            return removals;
        }
        for old in self.supersedes.get(&program).into_iter().flatten() {
            let Some(remover) = self.uninstall.get(old) else {
                continue;
            };
            match removals.iter_mut().find(|(known, _)| known == remover) {
                Some((_, olds)) => olds.push(*old),
                None => removals.push((*remover, vec![*old])),
            }
        }
        removals
    }
}
