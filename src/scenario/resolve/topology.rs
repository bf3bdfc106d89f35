//! Sites, links, servers and shares.

use super::access_lists::access_list;
use super::accounts::site_accounts;
use super::points::{Neighbours, ad_sites, preferred};
use super::successors;
use crate::scenario::ProblemCode;
use crate::scenario::names::{Item, Place, some};
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Offset, ServerRole, Speed};
use crate::units::{Rate, Span};
use crate::world::{
    DomainId, GivenRates, Link, LinkId, LinkKind, Roles, Server, ServerId, Share, Site, SiteId,
    StationSpec, Trustee,
};
use std::cell::OnceCell;

/// Sites, links and servers of `plan`.
pub(super) fn resolve(plan: &Plan, problems: &mut Problems) -> (Vec<Site>, Vec<Link>, Vec<Server>) {
    let parents = parents(plan, problems);
    let mut links = Vec::new();
    let servers = servers(plan, &mut links, problems);
    let depths = successors::depths(&parents);
    let mut from_top: Vec<usize> = (0..parents.len()).collect();
    from_top.sort_by_key(|site| depths[*site]);
    let nearest = |role| nearest_with(role, &parents, &from_top, &servers);
    let management = nearest(|roles| roles.management_point);
    let access = nearest(|roles| roles.client_access_point);
    let ad_sites = ad_sites(plan);
    let mut neighbours = Neighbours::default();
    let connections = OnceCell::new();
    let mut sites = Vec::with_capacity(parents.len());
    for (at, item) in plan.sites.list().iter().enumerate() {
        let spec = &item.spec;
        let mut link = |kind, speed: Option<&At<Speed>>| {
            add_link(&mut links, &item.name, kind, speed, problems)
        };
        sites.push(Site {
            name: item.name.clone(),
            parent: parents[at].map(SiteId::from),
            depth: depths[at],
            wan_down: link(
                LinkKind::WanDown,
                spec.wan_down.as_ref().or(spec.wan.as_ref()),
            ),
            wan_up: link(LinkKind::WanUp, spec.wan_up.as_ref().or(spec.wan.as_ref())),
            lan: link(LinkKind::Lan, spec.lan.as_ref()),
            slow_boundary: spec.slow_boundary.unwrap_or(parents[at].is_some()),
            ad_site: ad_sites[at],
            preferred: preferred(spec.preferred_servers.as_deref(), plan, problems),
            fallback: neighbours.of(at, item, plan, problems),
            bits: spec
                .bits
                .as_ref()
                .map(|bits| super::bits::policy(bits, problems)),
            peers: super::peers::peers(spec.peers.as_ref(), plan, problems),
            time_zone: time_zone(spec.time_zone.as_ref(), problems),
            accounts: site_accounts(spec.accounts.as_ref(), &connections, plan, problems),
            management_point: chosen(
                spec.management_point.as_ref(),
                ServerRole::ManagementPoint,
                plan,
                problems,
            )
            .or(management[at]),
            client_access_point: chosen(
                spec.client_access_point.as_ref(),
                ServerRole::ClientAccessPoint,
                plan,
                problems,
            )
            .or(access[at]),
        });
    }
    (sites, links, servers)
}

/// How far a site's local time is ahead; there is no place on earth more than a
/// day from another.
fn time_zone(written: Option<&At<Offset>>, problems: &mut Problems) -> i64 {
    let Some(offset) = written else {
        return 0;
    };
    if offset.0.unsigned_abs() > Span::from_days(1).0 {
        let message = "local time is ahead or behind by a day at most".to_owned();
        let help = "say how far it is from the scenario's clock, such as \"+2 h\"";
        problems.error(ProblemCode::Impossible, offset.span(), message, help);
    }
    offset.0
}

/// The parent of each site; where they go round in a circle, an error.
fn parents(plan: &Plan, problems: &mut Problems) -> Vec<Option<usize>> {
    let mut parents: Vec<Option<usize>> = Vec::new();
    for item in plan.sites.list() {
        parents.push(
            item.spec
                .parent
                .as_ref()
                .and_then(|name| plan.sites.resolve_other(&item.name, name, problems)),
        );
    }
    for circle in successors::circles(&parents) {
        let start = circle.into_iter().fold(usize::MAX, usize::min);
        let item = plan.sites.get(start);
        let place = item.spec.parent.as_ref().and_then(At::span);
        let message = format!(
            "going from parent to parent, the site `{}` comes back to itself",
            item.name
        );
        problems.error(
            ProblemCode::Circle,
            place,
            message,
            "leave out the parent of the site that is the root",
        );
        parents[start] = None;
    }
    if let Some(at) = successors::depths(&parents)
        .iter()
        .position(|depth| *depth > DEEPEST)
    {
        let item = plan.sites.get(at);
        let message = format!(
            "the site `{}` has more than {DEEPEST} sites above it, one above the other",
            item.name
        );
        let place = item.spec.parent.as_ref().and_then(At::span);
        let help = format!("make the hierarchy flatter: {DEEPEST} are the most that is possible");
        problems.error(ProblemCode::Impossible, place, message, help);
        parents.fill(None);
    }
    parents
}

/// The most sites above a site. What a machine reaches is looked for on the way up, and
/// no hierarchy of sites is nearly as deep.
const DEEPEST: u32 = 100;

/// Adds a link of that speed, if it is limited.
fn add_link(
    links: &mut Vec<Link>,
    name: &str,
    kind: LinkKind,
    speed: Option<&At<Speed>>,
    problems: &mut Problems,
) -> Option<LinkId> {
    let rate = speed.map_or(Rate::UNLIMITED, |speed| speed.0);
    if rate.0 == 0 {
        let help = "write a rate above zero, or leave the key out for an unlimited one";
        problems.error(
            ProblemCode::ZeroRate,
            speed.and_then(At::span),
            "nothing crosses a link of rate zero".to_owned(),
            help,
        );
    }
    if rate.is_unlimited() {
        return None;
    }
    links.push(Link {
        name: name.to_owned(),
        kind,
        rate,
        given: GivenRates::default(),
    });
    Some(LinkId::from(links.len() - 1))
}

/// For each site the server with a role that is nearest to it on the way up; any,
/// where there is none on that way. Parents stand before their sites in `from_top`.
fn nearest_with(
    role: fn(&Roles) -> bool,
    parents: &[Option<usize>],
    from_top: &[usize],
    servers: &[Server],
) -> Vec<Option<ServerId>> {
    let mut nearest = vec![None; parents.len()];
    let mut any = None;
    for (at, server) in servers.iter().enumerate() {
        if role(&server.roles) {
            nearest[server.site.index()].get_or_insert(ServerId::from(at));
            any.get_or_insert(ServerId::from(at));
        }
    }
    for site in from_top {
        let above = parents[*site].and_then(|parent| nearest[parent]);
        nearest[*site] = nearest[*site].or(above);
    }
    nearest.iter().map(|found| found.or(any)).collect()
}

/// The server that a site names for a role.
fn chosen(
    name: Option<&At<String>>,
    role: ServerRole,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<ServerId> {
    let name = name?;
    let at = plan.servers.resolve(name, problems)?;
    if !plan
        .servers
        .get(at)
        .spec
        .roles
        .iter()
        .flatten()
        .any(|have| *have == role)
    {
        let message = format!("the server `{}` does not have this role", **name);
        problems.error(
            ProblemCode::MissingRole,
            name.span(),
            message,
            "add the role to its `roles`, or name another server",
        );
    }
    Some(at.into())
}

fn servers(plan: &Plan, links: &mut Vec<Link>, problems: &mut Problems) -> Vec<Server> {
    let carries_share: Vec<bool> = {
        let only = only_file_server(plan);
        let mut carries = vec![false; plan.servers.list().len()];
        plan.shares
            .list()
            .iter()
            .filter_map(|share| share_server(share, only, plan))
            .for_each(|at| carries[at] = true);
        carries
    };
    let roots: Vec<usize> = (0..plan.sites.list().len())
        .filter(|at| plan.sites.get(*at).spec.parent.is_none())
        .collect();
    let mut servers = Vec::with_capacity(carries_share.len());
    for (at, item) in plan.servers.list().iter().enumerate() {
        let spec = &item.spec;
        let site = server_site(item, &roots, plan, problems);
        let default_card = item_speed(Server::DEFAULT_EGRESS);
        let boundary = match &spec.boundary {
            Some(globs) => plan
                .sites
                .select(globs, problems)
                .into_iter()
                .map(SiteId::from)
                .collect(),
            None => vec![site],
        };
        servers.push(Server {
            name: item.name.clone(),
            site,
            domain: domain(
                spec.domain.as_ref(),
                &Member::server(item, site, plan),
                plan,
                problems,
            ),
            roles: roles(spec.roles.as_deref().unwrap_or(&[]), carries_share[at]),
            egress: add_link(
                links,
                &item.name,
                LinkKind::Egress,
                spec.network.as_ref().or(Some(&default_card)),
                problems,
            ),
            connection_limit: spec.connection_limit.map(|limit| limit.0 as u32),
            bits: spec.bits.unwrap_or(false),
            protected: spec.protected.as_deref().copied().unwrap_or(false),
            boundary,
            guest_enabled: spec.guest_enabled.unwrap_or(false),
            station: spec.station.as_ref().map(station),
        });
    }
    servers
}

fn item_speed(rate: Rate) -> At<Speed> {
    At::nowhere(Speed(rate))
}

/// Where a server stands: where it says, else at the only one of the `roots`.
fn server_site(
    item: &Item<written::Server>,
    roots: &[usize],
    plan: &Plan,
    problems: &mut Problems,
) -> SiteId {
    let found = match &item.spec.site {
        Some(name) => plan.sites.resolve(name, problems),
        None if roots.len() == 1 => Some(roots[0]),
        None => {
            let message = format!(
                "it is not clear at which site the server `{}` stands",
                item.name
            );
            problems.error(
                ProblemCode::Ambiguous,
                item.place.clone().or_else(|| problems.section("site")),
                message,
                "say `site = \"...\"`",
            );
            None
        }
    };
    // Position 0 stands in where an error has been reported.
    SiteId::from(found.unwrap_or(0))
}

/// What belongs to a domain, for the message that it does not say which.
pub(super) struct Member<'a> {
    /// What it is called, with its verb.
    pub(super) what: String,
    /// The table that can say the domain; none if it is the one at the place.
    pub(super) table: Option<&'a str>,
    /// The pattern of tables that can say it for all.
    pub(super) all: &'a str,
    /// Where it is declared.
    pub(super) place: &'a Place,
}

impl<'a> Member<'a> {
    fn server(item: &'a Item<written::Server>, site: SiteId, plan: &'a Plan) -> Self {
        // What is made for a site has the site's place, and takes from patterns alone.
        let of_site = plan.sites.list().get(site.index());
        let is_made = of_site.is_none_or(|site| site.place == item.place);
        Self {
            what: format!("the server `{}` belongs", item.name),
            table: is_made.then_some("[server.\"*\"]"),
            all: "[server.\"*\"]",
            place: &item.place,
        }
    }
}

/// The domain called `name`, or the only one.
pub(super) fn domain(
    name: Option<&At<String>>,
    member: &Member<'_>,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<DomainId> {
    let found = if let Some(name) = name {
        plan.domains.resolve(name, problems)
    } else {
        let only = plan.domains.only();
        if only.is_none() {
            let message = format!("it is not clear to which domain {}", member.what);
            let said = match member.table {
                Some(table) => format!("say `domain = \"...\"` under {table}"),
                None => format!(
                    "say `domain = \"...\"` here, or for all under {}",
                    member.all
                ),
            };
            let names = plan.domains.list().iter().map(|item| item.name.as_str());
            let help = format!("{said}; there are: {}", some(names));
            let place = member.place.clone();
            let place = place.or_else(|| problems.section("domain"));
            problems.error(ProblemCode::Ambiguous, place, message, help);
        }
        only
    };
    found.map(DomainId::from)
}

fn roles(written: &[ServerRole], carries_share: bool) -> Roles {
    let has = |role| written.contains(&role);
    Roles {
        management_point: has(ServerRole::ManagementPoint),
        client_access_point: has(ServerRole::ClientAccessPoint),
        distribution_point: has(ServerRole::DistributionPoint),
        domain_controller: has(ServerRole::DomainController),
        file_server: has(ServerRole::FileServer) || carries_share,
    }
}

fn station(written: &written::Station) -> StationSpec {
    StationSpec {
        servers: written.servers.map_or(1, |count| count.0 as u32),
        service: written.service.map_or(Span(50_000), |span| span.0),
        patience: written.patience.map_or(Span::from_secs(45), |span| span.0),
    }
}

/// The server that carries `share`: the one named, or the only file server.
fn share_server(
    share: &Item<written::Share>,
    only_file_server: Option<usize>,
    plan: &Plan,
) -> Option<usize> {
    match &share.spec.server {
        Some(name) => plan.servers.find(name),
        None => only_file_server,
    }
}

/// The file server, if there is one.
pub(super) fn only_file_server(plan: &Plan) -> Option<usize> {
    let is_file_server = |item: &Item<written::Server>| {
        let mut roles = item.spec.roles.iter().flatten();
        roles.any(|role| *role == ServerRole::FileServer)
    };
    let servers = plan.servers.list().iter().enumerate();
    let mut found = servers.filter(|(_, item)| is_file_server(item));
    let (first, _) = found.next()?;
    found.next().is_none().then_some(first)
}

/// The UNC path of a share.
pub(super) fn share_path(
    item: &Item<written::Share>,
    only_file_server: Option<usize>,
    plan: &Plan,
) -> String {
    let server = share_server(item, only_file_server, plan).unwrap_or(0);
    let default = || format!("\\\\{}\\{}", plan.servers.get(server).name, item.name);
    item.spec.path.clone().unwrap_or_else(default)
}

/// The shares of `plan`.
pub(super) fn shares(plan: &Plan, problems: &mut Problems) -> Vec<Share> {
    let mut shares = Vec::new();
    let only = only_file_server(plan);
    for item in plan.shares.list() {
        let spec = &item.spec;
        let found = share_server(item, only, plan);
        match (&spec.server, found) {
            (Some(name), None) => plan.servers.unknown(name, name.span(), problems),
            (None, None) => {
                let message = format!(
                    "it is not clear which server carries the share `{}`",
                    item.name
                );
                problems.error(
                    ProblemCode::Ambiguous,
                    item.place.clone(),
                    message,
                    "say `server = \"...\"`",
                );
            }
            _ => {}
        }
        // Position 0 stands in where an error has been reported; there are
        // always servers, those that exist by default.
        let at = found.unwrap_or(0);
        shares.push(Share {
            name: item.name.clone(),
            path: share_path(item, only, plan),
            server: at.into(),
            access: access_list(
                spec.access.as_deref(),
                spec.deny.as_deref(),
                &[Trustee::Everyone],
                plan,
                problems,
            ),
            null_session: spec.null_session.unwrap_or(false),
        });
    }
    shares
}
