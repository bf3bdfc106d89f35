//! The SMS 2003 Advanced Client.

use super::boundary_groups::{self, falls_back};
use super::lists::{Found, Lists};
use super::points::Points;
use super::{AccountNews, Behaviour, Facts, Holders, Mode, Turned, sorting};
use crate::outcome::{Actor, Cause};
use crate::product::{RetryRule, Rules};
use crate::units::Span;
use crate::world::{
    Advertisement, LocalContent, Profile, RemoteContent, ServerId, ServerRole, Site, SiteAccounts,
    SiteId, World,
};

pub(crate) struct Advanced;

/// The holders that are protected and serve clients at `site`.
pub(super) fn protecting(world: &World, site: SiteId, holders: &[ServerId]) -> Vec<ServerId> {
    let points = world.servers_at.protecting(site).iter().copied();
    points
        .filter(|id| holders.binary_search(id).is_ok())
        .collect()
}

/// The holders that stand at `site` and are not protected.
pub(super) fn open(
    world: &World,
    site: SiteId,
    holders: &[ServerId],
) -> impl Iterator<Item = ServerId> {
    let points = world.servers_at.here(site).iter().copied();
    points.filter(|id| !world.servers[id.index()].protected && holders.binary_search(id).is_ok())
}

/// What is so of the Advanced Client.
pub(super) const FACTS: Facts = Facts {
    // Content location requests go to the management point when the client
    // downloads or runs the program (S. Rachui on updates that all become
    // available at once; ConfigMgr content source location scenarios).
    asks_for_points: true,
    uses_existing_connections: false,
    has_preferred_servers: false,
    // `TechNet` cc181243.
    roams: true,
    // Once more (Configuration Manager writing team, "Clarifying: Retry
    // Behavior for Distribution Points", November 2008).
    asks_a_full_server: 2,
    absent_user_fails_dependent: false,
    uses_network_access_account: true,
    uses_connection_accounts: false,
    runs_under_domain_accounts: false,
    hears_of_accounts: AccountNews::WithPolicy,
    suspends_refused_accounts: false,
    uses_protected_points: true,
    knows_slow_links: false,
    reports_unreachable_content: false,
    uninstalls_when_out_of_touch: false,
    is_removed_outside_its_site: false,
    uninstalls_withdrawn_programs: false,
    verifies_its_installation: false,
    needs_windows_2000: true,
    service_writes_token_account: false,
};

impl Behaviour for Advanced {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn contact(&self, site: &Site) -> Option<ServerId> {
        site.management_point
    }

    fn contact_role(&self) -> ServerRole {
        ServerRole::ManagementPoint
    }

    /// A protected point serves its boundary, every other one the clients of
    /// its management point, or of places that fall back to it.
    fn may_turn_to(&self, world: &World, site: SiteId, point: ServerId) -> bool {
        if falls_back(&world.sites[site.index()]) {
            return boundary_groups::may_turn_to(world, site, point);
        }
        let server = &world.servers[point.index()];
        if server.protected {
            return server.protects(site);
        }
        let there = &world.sites[server.site.index()];
        there.management_point == world.sites[site.index()].management_point
    }

    fn turned_to(
        &self,
        world: &World,
        site: SiteId,
        holders: &[ServerId],
        lists: &mut Lists,
    ) -> Turned {
        let here = &world.sites[site.index()];
        if falls_back(here) {
            return boundary_groups::turned_to(world, site, holders, lists);
        }
        let mut turned = Turned {
            few: protecting(world, site, holders),
            lists: Vec::new(),
        };
        turned.add(lists.behind_management_point(world, here.management_point, holders));
        turned
    }

    /// The management point returns the protected points in whose boundary the
    /// client is, if any holds the content, else all unprotected points of the
    /// site; the client sorts them. Points elsewhere are remote for a client in a
    /// slow boundary (TechNet cc181243). Where there is a fallback, the place is a
    /// boundary group instead.
    fn points(
        &self,
        world: &World,
        site: SiteId,
        holders: &[ServerId],
        lists: &mut Lists,
    ) -> Option<Points> {
        if falls_back(&world.sites[site.index()]) {
            return boundary_groups::ladder(world, site, holders, lists);
        }
        let protecting = protecting(world, site, holders);
        if let Some(points) = Points::new(sorting::equals(world, protecting), false) {
            return Some(points);
        }
        let slow = world.sites[site.index()].slow_boundary;
        let near = || sorting::equals(world, open(world, site, holders).collect());
        if slow && let Some(near) = Points::new(near(), false) {
            return Some(near);
        }
        let contact = world.sites[site.index()].management_point;
        match lists.behind_management_point(world, contact, holders) {
            Found::Few(all) => Points::new(sorting::tiers(world, site, all), slow),
            Found::Many(list) => {
                let own = open(world, site, holders).collect();
                Points::new(sorting::tiers_of(world, site, own, (lists, list)), slow)
            }
        }
    }

    fn without_points(&self, holders: Holders) -> Cause {
        if holders.protected && !holders.open {
            Cause::PointProtected
        } else {
            Cause::NoPointHasContent
        }
    }

    fn mode(&self, advertisement: &Advertisement, remote: bool) -> Option<Mode> {
        if remote {
            match advertisement.content.remote {
                RemoteContent::DoNotRun => None,
                RemoteContent::Download => Some(Mode::Download),
                RemoteContent::Run => Some(Mode::RunFromPoint),
            }
        } else {
            match advertisement.content.local {
                LocalContent::Run => Some(Mode::RunFromPoint),
                LocalContent::Download => Some(Mode::Download),
            }
        }
    }

    fn content_retry(&self, rules: &Rules) -> RetryRule {
        rules.network_retry
    }

    fn point_timeout(&self, rules: &Rules, site: &Site) -> Span {
        let by_default = if falls_back(site) {
            Rules::FALLBACK_TIMEOUT
        } else {
            Span::ZERO
        };
        rules.point_timeout.unwrap_or(by_default)
    }

    fn program_retry(&self, rules: &Rules) -> RetryRule {
        rules.execution_retry
    }

    fn location_retry(&self, rules: &Rules) -> Span {
        rules.location_retry
    }

    /// With the next poll.
    fn contact_retry(&self, profile: &Profile, _rules: &Rules) -> Span {
        profile.poll_interval
    }

    fn may_present(&self, actor: Actor, accounts: &SiteAccounts) -> bool {
        matches!(actor, Actor::Account(id) if accounts.network_access == Some(id))
    }

    fn command_line_code(&self, code: u32) -> u32 {
        code
    }
}
