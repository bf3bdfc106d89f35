//! The Legacy Client of SMS 2003, which is the client of SMS 2.0.

use super::lists::{Found, Lists};
use super::points::{Points, Tier};
use super::{AccountNews, Behaviour, Holders, Mode, Turned};
use crate::access::serves;
use crate::outcome::{Actor, Cause};
use crate::product::win32::UNSPECIFIED_ERROR;
use crate::product::{RetryRule, Rules};
use crate::units::Span;
use crate::world::{
    Advertisement, ClientKind, Profile, ServerId, ServerRole, Site, SiteAccounts, SiteId, World,
};

pub(crate) struct Legacy;

impl Behaviour for Legacy {
    fn contact(&self, site: &Site) -> Option<ServerId> {
        site.client_access_point
    }

    fn contact_role(&self) -> ServerRole {
        ServerRole::ClientAccessPoint
    }

    /// The list of points comes with the advertisement.
    fn asks_for_points(&self) -> bool {
        false
    }

    fn may_turn_to(&self, world: &World, site: SiteId, point: ServerId) -> bool {
        let server = &world.servers[point.index()];
        let there = &world.sites[server.site.index()];
        serves(server, ClientKind::Legacy, site)
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

    /// The first step of its network abstraction layer (KB Q224286).
    fn uses_existing_connections(&self) -> bool {
        true
    }

    /// Prefserv.exe writes the registry of this client (KB Q205406).
    fn has_preferred_servers(&self) -> bool {
        true
    }

    /// KB Q227033, Q236052.
    fn contact_retry(&self, _profile: &Profile, rules: &Rules) -> Span {
        rules.contact_retry
    }

    /// It has no roaming boundaries (`TechNet` cc181572).
    fn roams(&self) -> bool {
        false
    }

    /// Nothing is documented of a second time before the next try, ten minutes
    /// later (KB Q268500).
    fn asks_a_full_server(&self) -> u64 {
        1
    }

    fn absent_user_fails_dependent(&self) -> bool {
        true
    }

    fn uses_network_access_account(&self) -> bool {
        false
    }

    /// KB Q224286.
    fn uses_connection_accounts(&self) -> bool {
        true
    }

    /// KB Q263279.
    fn runs_under_domain_accounts(&self) -> bool {
        true
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

    fn hears_of_accounts(&self) -> AccountNews {
        AccountNews::ConfigurationCycle
    }

    /// KB Q230242.
    fn suspends_refused_accounts(&self) -> bool {
        true
    }

    /// It never learns of them (snowland.se, distribution points in SMS 2003).
    fn uses_protected_points(&self) -> bool {
        false
    }

    /// KB Q302535.
    fn knows_slow_links(&self) -> bool {
        true
    }

    fn reports_unreachable_content(&self) -> bool {
        true
    }

    /// "Unspecified error" (KB Q263279).
    fn command_line_code(&self, _code: u32) -> u32 {
        UNSPECIFIED_ERROR
    }

    fn uninstalls_when_out_of_touch(&self) -> bool {
        true
    }

    /// KB Q288218.
    fn is_removed_outside_its_site(&self) -> bool {
        true
    }

    fn uninstalls_withdrawn_programs(&self) -> bool {
        true
    }

    fn verifies_its_installation(&self) -> bool {
        true
    }

    fn needs_windows_2000(&self) -> bool {
        false
    }

    /// KB Q278345.
    fn service_writes_token_account(&self) -> bool {
        true
    }
}
