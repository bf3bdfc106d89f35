//! Values of one machine: where the scenario writes them, which a row of an
//! inventory wins over.

use super::{Case, Remedy, key};
use crate::product::is_before_windows_2000;
use crate::world::{NO_OVERRIDE, Package, Profile, Role};
use std::collections::BTreeSet;

/// Hours of a machine that is always on, or of a user who is always logged on.
pub(super) const ALL_HOURS: &str =
    "{days=\"Mon-Sun\", from=\"00:00\", to=\"00:00\", jitter=\"0 s\"}";

/// The fields of a row that win over what a remedy would set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Client,
    Cache,
    Disk,
    ExitCode,
    UserLoggedOn,
}

impl Field {
    /// Its name in the scenario's column map, and of the value in a fleet group.
    const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Cache => "cache",
            Self::Disk => "disk",
            Self::ExitCode => "exit_code",
            Self::UserLoggedOn => "user_logged_on",
        }
    }
}

impl Case<'_> {
    /// A value that the machine's row gives, if there is a row that does.
    pub(super) fn own(&self, column: &[u64]) -> Option<u64> {
        let value = column.get(self.id.index()).copied();
        value.filter(|value| *value != NO_OVERRIDE)
    }

    /// A value where it is written for machines like this one: in their fleet group,
    /// or in what holds for rows of the inventory that name no group.
    pub(super) fn of_group(&self, property: &str, value: &str) -> String {
        let profile = self.profile();
        let rows = self.world.fleet.inventory.as_ref();
        let is_row = rows.is_some() && profile.naming.is_none();
        if is_row && !profile.row.has_group {
            let table = match profile.role {
                Role::Workstation => "defaults",
                Role::MemberServer | Role::DomainController => "servers",
            };
            return format!("inventory.{table}.{property}={value}");
        }
        format!("fleet.{}.{property}={value}", key(&profile.group))
    }

    /// `remedy` with a value of the machine, or with where to edit the row that gives
    /// it.
    pub(super) fn of_machine(&self, remedy: Remedy, field: Field, value: &str) -> Remedy {
        match self.row_with(field) {
            Some(place) => {
                let wanted = value.trim_matches('"');
                remedy.or(format!("{place} gives the value: write {wanted} there"))
            }
            None => remedy.set(self.of_group(field.name(), value)),
        }
    }

    /// Where the machine's row gives `field`, if it does.
    pub(super) fn row_with(&self, field: Field) -> Option<String> {
        let fleet = &self.world.fleet;
        let rows = fleet.inventory.as_ref()?;
        let own = &fleet.overrides;
        let given = match field {
            Field::Client => self.profile().row.has_client,
            Field::Cache => self.own(&own.cache).is_some(),
            Field::Disk => self.own(&own.disk).is_some(),
            Field::ExitCode => self.own(&own.exit_code).is_some(),
            Field::UserLoggedOn => self.own(&own.user_logged_on).is_some(),
        };
        let machine = self.machine;
        given.then(|| match rows.headings.get(field.name()) {
            Some(heading) => format!(
                "the column `{heading}` of {} in the row of {machine}",
                rows.file
            ),
            None => format!("the row of {machine} in {}", rows.file),
        })
    }

    /// Room for everything that is offered.
    pub(super) fn cache(&self) -> Remedy {
        let text = "Enlarge the cache, or run the program from the distribution point; the disk is not asked.";
        self.with_cache(Remedy::new(text))
    }

    fn with_cache(&self, remedy: Remedy) -> Remedy {
        let packages = self.world.packages.iter();
        let sizes = packages.map(|package| self.size_of(package));
        let enough = megabytes(sizes.fold(0, u64::saturating_add));
        self.of_machine(remedy, Field::Cache, &enough)
    }

    /// What `package` takes on this machine.
    fn size_of(&self, package: &Package) -> u64 {
        let own = self.own(&self.world.fleet.overrides.package_bytes);
        own.unwrap_or(package.size.0)
    }

    /// `remedy` with a cache that takes what the machine now downloads: the packages of
    /// the chain.
    pub(super) fn with_room(&self, remedy: Remedy) -> Remedy {
        let packages = self.chain().map(|program| program.package);
        let packages: BTreeSet<_> = packages.collect();
        let sizes = packages.into_iter();
        let sizes = sizes.map(|id| self.size_of(&self.world.packages[id.index()]));
        let needed = sizes.fold(0, u64::saturating_add);
        let own = self.own(&self.world.fleet.overrides.cache);
        if needed <= own.unwrap_or(self.profile().cache.0) {
            return remedy;
        }
        self.with_cache(remedy)
    }

    pub(super) fn disk(&self) -> Remedy {
        let sizes = self.ahead().into_iter().filter_map(|program| program.disk);
        let needed = sizes.fold(0, |sum: u64, size| sum.saturating_add(size.0));
        self.of_machine(self.general(), Field::Disk, &megabytes(needed))
    }

    pub(super) fn advanced_client(&self) -> Remedy {
        self.with_advanced_client(self.general())
    }

    pub(super) fn with_advanced_client(&self, remedy: Remedy) -> Remedy {
        match self.too_old_for_advanced_client() {
            Some(platform) => remedy.or(format!(
                "the Advanced Client needs Windows 2000 or later, and machines of `{}` have {platform}",
                self.profile().group
            )),
            None => self.of_machine(remedy, Field::Client, "\"advanced\""),
        }
    }

    /// A platform, among those of the machines that would get the Advanced Client, on
    /// which it does not run.
    fn too_old_for_advanced_client(&self) -> Option<&str> {
        let own = self.profile();
        let is_own = |profile: &Profile| std::ptr::eq(profile, own);
        let is_reached = |profile: &&&Profile| {
            is_own(profile) || profile.group == own.group && !profile.row.has_client
        };
        let profiles = self.world.fleet.profiles_in_use();
        let reached = profiles.iter().filter(is_reached);
        let mut names = reached.map(|profile| &*self.world.platforms[profile.platform.index()]);
        names.find(|name| is_before_windows_2000(name))
    }

    /// A program that returned a code of failure.
    pub(super) fn exit_code(&self) -> Remedy {
        let said = match self.row_with(Field::ExitCode) {
            Some(place) => format!("{place} says with which exit code the program ends"),
            None => "the scenario itself says with which exit codes the program ends".to_owned(),
        };
        self.general().or(said)
    }

    /// Switched on, and there.
    pub(super) fn machine_off(&self) -> Remedy {
        let mut text = self.cause().remedy().to_owned();
        if self.profile().presence.gone.is_some() {
            text.push_str(
                " Machines that are gone for good never come back: leave them out of the collection.",
            );
        }
        let remedy = self.switched_on(Remedy::new(text));
        remedy.or("the machine is off for no reason that the scenario gives to its fleet group")
    }

    /// `remedy` with a machine that is on all the time.
    pub(super) fn switched_on(&self, remedy: Remedy) -> Remedy {
        let profile = self.profile();
        let presence = &profile.presence;
        let is_office = presence.named == Some("office");
        let switched = is_office
            || presence.switching.is_some()
            || presence.absences.is_some()
            || presence.gone.is_some();
        let on = switched.then(|| self.of_group("presence", "\"always\""));
        // The hours of `office` are those of its presence.
        let hours = profile.availability.as_ref().filter(|_| !is_office);
        let hours = hours.map(|_| self.of_group("availability", ALL_HOURS));
        let back = profile.absence.as_ref();
        let back = back.map(|_| self.of_group("absence.share", "0"));
        remedy.and(on).and(hours).and(back)
    }
}

/// A size of a scenario that is twice as large, and no less than a megabyte.
fn megabytes(bytes: u64) -> String {
    format!("\"{} MB\"", (bytes / 1_000_000 + 1).saturating_mul(2))
}
