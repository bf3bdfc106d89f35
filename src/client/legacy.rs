//! The Legacy Client of SMS 2003, which is the client of SMS 2.0.

use super::lists::{Found, Lists};
use super::points::{Points, Tier};
use super::{AccountNews, Behaviour, Facts, Holders, Mode, Turned};
use crate::outcome::{Actor, Cause};
use crate::product::win32::UNSPECIFIED_ERROR;
use crate::product::{RetryRule, Rules};
use crate::units::Span;
use crate::world::{
    Advertisement, Profile, ServerId, ServerRole, Site, SiteAccounts, SiteId, World,
};

pub(crate) struct Legacy;

/// What is so of the Legacy Client.
pub(super) const FACTS: Facts = Facts {
    // The list of points comes with the advertisement.
    asks_for_points: false,
    // The first step of its network abstraction layer (KB Q224286).
    uses_existing_connections: true,
    // Prefserv.exe writes the registry of this client (KB Q205406).
    has_preferred_servers: true,
    // It has no roaming boundaries (`TechNet` cc181572).
    roams: false,
    // Nothing is documented of a second time before the next try, ten minutes
    // later (KB Q268500).
    asks_a_full_server: 1,
    absent_user_fails_dependent: true,
    uses_network_access_account: false,
    // KB Q224286.
    uses_connection_accounts: true,
    // KB Q263279.
    runs_under_domain_accounts: true,
    hears_of_accounts: AccountNews::ConfigurationCycle,
    // KB Q230242.
    suspends_refused_accounts: true,
    // It never learns of them (snowland.se, distribution points in SMS 2003).
    uses_protected_points: false,
    // KB Q302535.
    knows_slow_links: true,
    reports_unreachable_content: true,
    uninstalls_when_out_of_touch: true,
    // KB Q288218.
    is_removed_outside_its_site: true,
    uninstalls_withdrawn_programs: true,
    verifies_its_installation: true,
    needs_windows_2000: false,
    // KB Q278345.
    service_writes_token_account: true,
};

impl Behaviour for Legacy {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn contact(&self, site: &Site) -> Option<ServerId> {
        site.client_access_point
    }

    fn contact_role(&self) -> ServerRole {
        ServerRole::ClientAccessPoint
    }

    fn may_turn_to(&self, world: &World, site: SiteId, point: ServerId) -> bool {
        let server = &world.servers[point.index()];
        let there = &world.sites[server.site.index()];
        !server.protected
            && there.client_access_point == world.sites[site.index()].client_access_point
    }

    fn turned_to(
        &self,
        world: &World,
        site: SiteId,
        holders: &[ServerId],
        lists: &mut Lists,
    ) -> Turned {
        let contact = world.sites[site.index()].client_access_point;
        let mut turned = Turned::default();
        turned.add(lists.behind_access_point(world, contact, holders));
        turned
    }

    /// The list from the client access point, in random order (KB Q205406);
    /// protected points are unknown to this client.
    fn points(
        &self,
        world: &World,
        site: SiteId,
        holders: &[ServerId],
        lists: &mut Lists,
    ) -> Option<Points> {
        let contact = world.sites[site.index()].client_access_point;
        let tier = match lists.behind_access_point(world, contact, holders) {
            Found::Few(points) => Tier::These(points),
            Found::Many(list) => lists.whole(list),
        };
        Points::new([tier], false)
    }

    fn without_points(&self, holders: Holders) -> Cause {
        if holders.protected {
            Cause::PointProtected
        } else {
            Cause::NoPointHasContent
        }
    }

    /// Always from the point: this client has no cache and ignores the
    /// Advanced Client tab (TechNet cc180961).
    fn mode(&self, _advertisement: &Advertisement, _remote: bool) -> Option<Mode> {
        Some(Mode::RunFromPoint)
    }

    fn content_retry(&self, rules: &Rules) -> RetryRule {
        rules.legacy_network_retry
    }

    fn point_timeout(&self, rules: &Rules, _site: &Site) -> Span {
        rules.point_timeout.unwrap_or(Span::ZERO)
    }

    /// A program that failed is not run again.
    fn program_retry(&self, rules: &Rules) -> RetryRule {
        RetryRule::steady(0, rules.legacy_network_retry.interval)
    }

    fn location_retry(&self, rules: &Rules) -> Span {
        rules.poll_interval
    }

    /// KB Q227033, Q236052.
    fn contact_retry(&self, _profile: &Profile, rules: &Rules) -> Span {
        rules.contact_retry
    }

    fn may_present(&self, actor: Actor, accounts: &SiteAccounts) -> bool {
        match actor {
            Actor::Account(id) => {
                accounts.software_installation == Some(id)
                    || accounts.client_connection.contains(&id)
            }
            _ => true,
        }
    }

    /// "Unspecified error" (KB Q263279).
    fn command_line_code(&self, _code: u32) -> u32 {
        UNSPECIFIED_ERROR
    }
}
