//! What differs between client kinds, as one table of functions per kind.
//!
//! The event handlers are the same for every client; whatever one kind does
//! otherwise is asked here, and nowhere else is compared with a kind. Another
//! client kind is a file beside `advanced` and `legacy` and a row in [`behaviour`].

mod advanced;
mod boundary_groups;
mod legacy;
pub(crate) mod lists;
pub(crate) mod points;
pub(crate) mod roaming;
mod sorting;

pub(crate) use boundary_groups::falls_back;

use crate::outcome::{Actor, Cause};
use crate::product::{RetryRule, Rules};
use crate::units::Span;
use crate::world::{
    Advertisement, ClientKind, Profile, Role, ServerId, ServerRole, Site, SiteAccounts, SiteId,
    World,
};
use lists::{Found, ListId, Lists};
use points::Points;

/// How a machine gets at the files of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Fetch all of it into the cache, then run from there.
    Download,
    /// Run it from the distribution point.
    RunFromPoint,
}

/// What kinds of distribution points hold a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Holders {
    /// Some that are not protected.
    pub(crate) open: bool,
    /// Some that are.
    pub(crate) protected: bool,
}

/// The points to which the machines of a site may ever turn.
#[derive(Debug, Clone, Default)]
pub(crate) struct Turned {
    /// Some of them.
    pub(crate) few: Vec<ServerId>,
    /// Lists of others, in which there may be more of the site's own.
    pub(crate) lists: Vec<ListId>,
}

impl Turned {
    fn add(&mut self, found: Found) {
        match found {
            Found::Few(points) => self.few.extend(points),
            Found::Many(list) => self.lists.push(list),
        }
    }
}

/// When a client hears that SMS holds another account or password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountNews {
    /// With its policy.
    WithPolicy,
    /// In its configuration cycle, or by the logon script.
    ConfigurationCycle,
}

/// What is so of one client kind, as it is documented: one value for each question that
/// needs nothing else to be answered. A kind that resembles another takes the other's and
/// says what differs (`Facts { roams: false, ..advanced::FACTS }`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    /// Whether the client asks [`Behaviour::contact`] for the distribution points
    /// each time it turns to them.
    pub(crate) asks_for_points: bool,
    /// Whether the client uses a connection of the logged-on user again, before
    /// it makes one of its own.
    pub(crate) uses_existing_connections: bool,
    /// Whether the client has servers that it tries before all others, where the
    /// scenario names any.
    pub(crate) has_preferred_servers: bool,
    /// Whether the client uses the distribution points of another site while it
    /// is there.
    pub(crate) roams: bool,
    /// How often the client asks a server that accepts no more sessions before it
    /// goes on.
    pub(crate) asks_a_full_server: u64,
    /// Whether a program in user context that depends on a user who is not
    /// there fails the program that waits for it (Legacy: KB 810867), rather
    /// than waiting too.
    pub(crate) absent_user_fails_dependent: bool,
    /// Whether the client presents the Network Access Account to servers.
    pub(crate) uses_network_access_account: bool,
    /// Whether the client presents Client Connection accounts, to
    /// [`Behaviour::contact`] when it looks for advertisements and to
    /// distribution points.
    pub(crate) uses_connection_accounts: bool,
    /// Whether programs with administrative rights run under accounts of the
    /// domain (the token account, the Software Installation account) rather
    /// than under the machine's own.
    pub(crate) runs_under_domain_accounts: bool,
    /// When the client hears that SMS holds another account or password.
    pub(crate) hears_of_accounts: AccountNews,
    /// Whether the client does without an account for a time after a server
    /// has refused it.
    pub(crate) suspends_refused_accounts: bool,
    /// Whether protected distribution points exist for this client.
    pub(crate) uses_protected_points: bool,
    /// Whether an assignment can be held back while the link to
    /// [`Behaviour::contact`] is slow.
    pub(crate) knows_slow_links: bool,
    /// Whether content that cannot be reached is reported as a program that
    /// could not be prepared.
    pub(crate) reports_unreachable_content: bool,
    /// Whether the client uninstalls itself after it has not got in at
    /// [`Behaviour::contact`] for long.
    pub(crate) uninstalls_when_out_of_touch: bool,
    /// Whether the client is removed from a machine that it finds at another
    /// site than its own.
    pub(crate) is_removed_outside_its_site: bool,
    /// Whether the client removes a program that is no longer advertised, where
    /// the program says so.
    pub(crate) uninstalls_withdrawn_programs: bool,
    /// Whether the client verifies its own installation in a cycle, which stops
    /// what it runs.
    pub(crate) verifies_its_installation: bool,
    /// Whether the client can only be installed on Windows 2000 and later (SMS
    /// 2003 Concepts, Planning, and Deployment Guide).
    pub(crate) needs_windows_2000: bool,
    /// Whether the client service of a domain controller writes the token
    /// account of its domain when it starts.
    pub(crate) service_writes_token_account: bool,
}

/// The ways of one client kind.
pub(crate) trait Behaviour: Sync {
    /// What is so of this kind.
    fn facts(&self) -> &'static Facts;

    /// The server role that hands this client its advertisements and takes its
    /// status messages.
    fn contact(&self, site: &Site) -> Option<ServerId>;

    /// The role that [`Behaviour::contact`] plays.
    fn contact_role(&self) -> ServerRole;

    /// Whether machines at `site` may ever turn to a distribution point.
    fn may_turn_to(&self, world: &World, site: SiteId, point: ServerId) -> bool;

    /// Those of `holders` to which machines at `site` may ever turn. The `lists` are
    /// those of the package.
    fn turned_to(
        &self,
        world: &World,
        site: SiteId,
        holders: &[ServerId],
        lists: &mut Lists,
    ) -> Turned;

    /// The distribution points that may serve a package which `holders` have,
    /// best first. Those to which machines at `site` may not turn make no
    /// difference. The `lists` are those of the package.
    fn points(
        &self,
        world: &World,
        site: SiteId,
        holders: &[ServerId],
        lists: &mut Lists,
    ) -> Option<Points>;

    /// The cause to report when there is none, given who holds the package.
    fn without_points(&self, holders: Holders) -> Cause;

    /// How the content is reached once it is known whether the points are
    /// `remote`; `None` if the advertisement says not to run it from there.
    fn mode(&self, advertisement: &Advertisement, remote: bool) -> Option<Mode>;

    /// How often content that could not be reached is tried again.
    fn content_retry(&self, rules: &Rules) -> RetryRule;

    /// How long a point that cannot be reached holds a client that is at `site`.
    fn point_timeout(&self, rules: &Rules, site: &Site) -> Span;

    /// How often a program with a code of the retry list is run again.
    fn program_retry(&self, rules: &Rules) -> RetryRule;

    /// How long until the client asks again for the points of a package that
    /// none of them has.
    fn location_retry(&self, rules: &Rules) -> Span;

    /// How long after [`Behaviour::contact`] could not be reached it is tried
    /// again.
    fn contact_retry(&self, profile: &Profile, rules: &Rules) -> Span;

    /// Whether the client may ever present `actor`, at a site that hands out
    /// `accounts`.
    fn may_present(&self, actor: Actor, accounts: &SiteAccounts) -> bool;

    /// The code of a program whose command line is on a share that refused the
    /// client with `code`.
    fn command_line_code(&self, code: u32) -> u32;
}

/// The ways of `kind`.
pub(crate) fn behaviour(kind: ClientKind) -> &'static dyn Behaviour {
    match kind {
        ClientKind::Advanced => &advanced::Advanced,
        ClientKind::Legacy => &legacy::Legacy,
    }
}

/// Whether the client service of such machines shares a token account with
/// others, and may hang for it.
pub(crate) fn may_race(world: &World, profile: &Profile) -> bool {
    world.rules.token_account_race
        && behaviour(profile.client)
            .facts()
            .service_writes_token_account
        && profile.role == Role::DomainController
}
