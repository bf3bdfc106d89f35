//! What nothing in a world has, so that no rule need look for it machine by machine.

use crate::world::{Preferred, Profile, UserCondition, World};

/// Which of the things that few scenarios have are there at all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Uses {
    /// Servers that clients prefer.
    pub(crate) preferred_servers: bool,
    /// Drives that users have mapped.
    pub(crate) mapped_drives: bool,
    /// Connections that users have to distribution points.
    pub(crate) existing_connections: bool,
    /// Machines that may be off.
    pub(crate) off: bool,
    /// Programs that may want a user, or none.
    pub(crate) wanted_users: bool,
}

impl Uses {
    pub(super) fn of(world: &World) -> Self {
        let profiles = &world.fleet.profiles;
        let mut programs = world.programs.iter();
        let of_site = world.sites.iter().any(|site| !site.preferred.is_empty());
        let prefers = |list: &Option<Preferred>| list.as_ref().is_some_and(|list| !list.is_empty());
        Self {
            preferred_servers: of_site || profiles.iter().any(|of| prefers(&of.preferred)),
            mapped_drives: profiles.iter().any(|of| !of.mapped_drives.is_empty()),
            existing_connections: profiles
                .iter()
                .any(|of| !of.existing_connections.is_empty()),
            wanted_users: profiles.iter().any(|of| of.windows_9x)
                || programs.any(|program| program.user_condition != UserCondition::Either),
            off: profiles.iter().any(Profile::may_be_off),
        }
    }
}
