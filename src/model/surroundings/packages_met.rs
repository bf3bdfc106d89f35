//! Memory for looking through the cache of a machine.

use crate::world::PackageId;

/// Which packages a look through a cache has met: for each the look that has met
/// it last.
#[derive(Debug, Default)]
pub(crate) struct PackagesMet {
    last: Vec<u32>,
    look: u32,
}

impl PackagesMet {
    /// A look begins.
    pub(crate) fn begin(&mut self, packages: usize) {
        if self.look == u32::MAX {
            *self = Self::default();
        }
        self.last.resize(packages, 0);
        self.look += 1;
    }

    /// Whether the present look has met a package before.
    pub(crate) fn again(&mut self, package: PackageId) -> bool {
        std::mem::replace(&mut self.last[package.index()], self.look) == self.look
    }
}
