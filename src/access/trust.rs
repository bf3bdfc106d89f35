//! Which domains accept the accounts of which others.

use crate::world::{DomainId, DomainKind, World};

/// Whether members of domain `here` accept accounts of domain `theirs`: their
/// own and those of trusted domains. A workgroup has no controllers to validate
/// an account.
pub(crate) fn validates_at(world: &World, here: DomainId, theirs: DomainId) -> bool {
    let domains = &world.directory.domains;
    let validates = |id: DomainId| domains[id.index()].kind != DomainKind::Workgroup;
    validates(here)
        && validates(theirs)
        && (here == theirs || domains[here.index()].trusts.contains(&theirs))
}
