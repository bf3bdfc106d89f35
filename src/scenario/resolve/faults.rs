//! Faults and calendars, as changes of the world in order of time.

use super::access_lists::access_list;
use super::accounts;
use super::hours::Hours;
use super::signed;
use crate::scenario::ProblemCode;
use crate::scenario::names::{Items, Place};
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{
    AccountStateWord, At, Calendar, ContentStateWord, Fault, Moment, Speed,
};
use crate::units::{Instant, Rate, SignedInstant, Span, grouped};
use crate::world::{
    AccessList, AccountId, Change, DomainId, LinkId, PackageId, ServerId, ServerRole, ShareId,
    Site, TimedChange, World,
};
use std::collections::BTreeMap;

/// Ranks of changes of one instant, lowest first.
const CALENDAR: u8 = 0;
const FAULT_ENDS: u8 = 1;
const FAULT_BEGINS: u8 = 2;

/// The changes that the scenario's faults and calendars make, in order of
/// time, those before the start too; those of one instant in the order calendars, ends of faults,
/// beginnings of faults, so that a fault that begins when another ends stands.
pub(super) fn changes(plan: &Plan, world: &World, problems: &mut Problems) -> Vec<TimedChange> {
    let mut steps: Vec<Step> = Vec::new();
    for (at, site) in world.sites.iter().enumerate() {
        calendar(plan, world, at, site, &mut steps, problems);
        if steps.len() > MOST_CHANGES {
            let help = "give a calendar to fewer sites, or make `horizon` shorter";
            too_many("calendars", problems.section("calendar"), help, problems);
            return Vec::new();
        }
    }
    let mut number = 0;
    for fault in &plan.written.fault {
        let Some((begins, ends)) = times(fault, plan, problems) else {
            continue;
        };
        for (during, after) in effects(fault, plan, world, problems) {
            number += 1;
            let step = |rank, since, change| Step {
                rank,
                fault: number,
                timed: TimedChange { since, change },
            };
            steps.push(step(FAULT_BEGINS, begins, during));
            if ends.is_some() {
                steps.push(step(FAULT_ENDS, ends, after));
            }
        }
        if steps.len() > MOST_CHANGES {
            let help = "let the faults change fewer things, or write fewer of them";
            too_many("faults and calendars", place(fault), help, problems);
            return Vec::new();
        }
    }
    // A stable sort: what remains equal keeps the order of declaration.
    steps.sort_by_key(|step| (step.timed.since, step.rank));
    settle(steps)
}

/// The most changes of the world: a fault or an hour of a calendar makes one for each
/// thing that it names.
const MOST_CHANGES: usize = 10_000_000;

fn too_many(what: &str, place: Place, help: &str, problems: &mut Problems) {
    let most = grouped(MOST_CHANGES as u64);
    let message = format!("{what} would change the world more than {most} times");
    problems.error(ProblemCode::TooMany, place, message, help);
}

/// One change on its way into the order of time.
struct Step {
    rank: u8,
    /// Which effect of which fault.
    fault: usize,
    timed: TimedChange,
}

/// What a change is about: changes of one target replace each other.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Server(ServerId),
    Role(ServerId, ServerRole),
    Clocks,
    Link(LinkId),
    Account(AccountId),
    TokenAccount(DomainId),
    ShareAccess(ShareId),
    PackageAccess(PackageId),
    Content(PackageId, ServerId),
    Bits(u32),
}

impl Target {
    fn of(change: &Change) -> Self {
        match change {
            Change::Server(id, _) => Self::Server(*id),
            Change::Role(id, role, _) => Self::Role(*id, *role),
            Change::Clocks => Self::Clocks,
            Change::Link(id, _) => Self::Link(*id),
            Change::Account(id, _) => Self::Account(*id),
            Change::TokenAccount(id, _) => Self::TokenAccount(*id),
            Change::ShareAccess(id, _) => Self::ShareAccess(*id),
            Change::PackageAccess(id, _) => Self::PackageAccess(*id),
            Change::Content(package, point, _) => Self::Content(*package, *point),
            Change::Bits(policy, _) => Self::Bits(*policy),
        }
    }
}

/// The faults of one target that hold.
#[derive(Default)]
struct Holding {
    /// Each with the order in which they began.
    by_beginning: BTreeMap<u64, Change>,
    beginning_of: BTreeMap<usize, u64>,
    begun: u64,
}

impl Holding {
    fn begin(&mut self, fault: usize, change: Change) {
        self.begun += 1;
        self.by_beginning.insert(self.begun, change);
        self.beginning_of.insert(fault, self.begun);
    }

    fn end(&mut self, fault: usize) {
        if let Some(beginning) = self.beginning_of.remove(&fault) {
            self.by_beginning.remove(&beginning);
        }
    }

    fn is_empty(&self) -> bool {
        self.by_beginning.is_empty()
    }

    /// What the one that began last changes.
    fn last(&self) -> Option<&Change> {
        self.by_beginning.last_key_value().map(|(_, change)| change)
    }
}

/// Lets faults that overlap stand until the last is over, and win over
/// calendars; whatever remains when they are over is what was declared, or what
/// the calendar says by then.
fn settle(steps: Vec<Step>) -> Vec<TimedChange> {
    // Per target: what the calendar says, and the faults that hold, the last
    // one that began in force.
    let mut by_calendar: BTreeMap<Target, Change> = BTreeMap::new();
    let mut holding: BTreeMap<Target, Holding> = BTreeMap::new();
    let mut settled = Vec::with_capacity(steps.len());
    // Per target, how many changes there were when its last fault before the start was
    // over: the simulation need not hear of any of these.
    let mut over: BTreeMap<Target, usize> = BTreeMap::new();
    for Step {
        rank,
        fault,
        mut timed,
    } in steps
    {
        let faults = holding.entry(Target::of(&timed.change)).or_default();
        match rank {
            CALENDAR => {
                by_calendar.insert(Target::of(&timed.change), timed.change.clone());
                if !faults.is_empty() {
                    continue;
                }
            }
            FAULT_BEGINS => faults.begin(fault, timed.change.clone()),
            _ => {
                faults.end(fault);
                if let Some(change) = faults.last() {
                    timed.change = change.clone();
                } else if let Some(change) = by_calendar.get(&Target::of(&timed.change)) {
                    timed.change = change.clone();
                } else if timed.since.is_before_start() {
                    over.insert(Target::of(&timed.change), settled.len() + 1);
                }
            }
        }
        settled.push(timed);
    }
    if over.is_empty() {
        return settled;
    }
    let settled = settled.into_iter().enumerate();
    let stands = settled.filter(|(at, timed)| {
        let over = over.get(&Target::of(&timed.change));
        over.is_none_or(|over| at >= over)
    });
    stands.map(|(_, timed)| timed).collect()
}

/// Beginning and end of a fault as they were written: both may be before the start.
pub(in crate::scenario) fn times(
    fault: &At<Fault>,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<(SignedInstant, SignedInstant)> {
    let Some(at) = &fault.at else {
        let message = "a fault has no beginning".to_owned();
        let help = "write when it begins: at = \"+2 h\", or a date and time";
        problems.error(ProblemCode::MissingValue, place(fault), message, help);
        return None;
    };
    let begins = signed(**at, plan.start);
    if fault.lasts.is_some() {
        refuse_two_ends("a fault", fault.until.as_ref(), problems);
    }
    let ends = match (&fault.lasts, &fault.until) {
        (Some(lasts), _) => begins + lasts.0,
        (None, Some(until)) => signed(**until, plan.start),
        (None, None) => SignedInstant::NEVER,
    };
    if ends <= begins {
        let help = "let `until` be later than `at`, or write how long it lasts with `for`";
        let message = "a fault ends before it begins".to_owned();
        problems.error(ProblemCode::ImpossibleTime, at.span(), message, help);
        return None;
    }
    Some((begins, ends))
}

/// What lasts `for` a time has no `until` beside it: one of them would be ignored.
pub(super) fn refuse_two_ends(what: &str, until: Option<&At<Moment>>, problems: &mut Problems) {
    if let Some(until) = until {
        let message = format!("{what} has both a `for` and an `until`");
        problems.error(
            ProblemCode::Impossible,
            until.span(),
            message,
            "keep one of them",
        );
    }
}

/// Where a fault stands.
fn place(fault: &At<Fault>) -> Option<std::ops::Range<usize>> {
    let single = [
        &fault.account,
        &fault.token_account,
        &fault.share,
        &fault.package,
    ];
    let several = [
        &fault.server,
        &fault.machine,
        &fault.site,
        &fault.wan,
        &fault.lan,
    ];
    let first = several.iter().find_map(|list| list.as_ref()?.first());
    fault
        .at
        .as_ref()
        .and_then(At::span)
        .or_else(|| {
            single
                .iter()
                .find_map(|name| name.as_ref())
                .and_then(At::span)
        })
        .or_else(|| first.and_then(At::span))
        .or_else(|| fault.span())
}

/// What a fault changes, and what changes it back.
fn effects(
    fault: &At<Fault>,
    plan: &Plan,
    world: &World,
    problems: &mut Problems,
) -> Vec<(Change, Change)> {
    let mut effects = Vec::new();
    if fault.clock.is_some() {
        clocks(fault, plan, &mut effects, problems);
    } else {
        servers(fault, plan, world, &mut effects, problems);
    }
    links(fault, plan, world, &mut effects, problems);
    accounts(fault, plan, world, &mut effects, problems);
    lists(fault, plan, world, &mut effects, problems);
    let kinds = [
        fault.server.is_some(),
        fault.machine.is_some(),
        fault.site.is_some(),
        fault.wan.is_some(),
        fault.lan.is_some(),
        fault.account.is_some(),
        fault.token_account.is_some(),
        fault.share.is_some(),
        fault.package.is_some(),
    ];
    let named = kinds.iter().filter(|named| **named).count();
    if named != 1 {
        let message = format!("a fault changes one thing, and this one names {named}");
        let help = "write one of `server`, `machine`, `site`, `wan`, `lan`, `account`, `token_account`, `share` and `package`";
        problems.error(ProblemCode::AmbiguousFault, place(fault), message, help);
    }
    effects
}

/// Clocks that are wrong; whose, is worked out once there are machines.
fn clocks(
    fault: &At<Fault>,
    plan: &Plan,
    effects: &mut Vec<(Change, Change)>,
    problems: &mut Problems,
) {
    let servers = fault.server.as_deref().unwrap_or(&[]);
    plan.servers.select(servers, problems);
    plan.sites
        .select(fault.site.as_deref().unwrap_or(&[]), problems);
    if fault.server.is_none() && fault.machine.is_none() && fault.site.is_none() {
        let message = "a fault says by how much a clock is wrong, and not whose".to_owned();
        let help = "add `server`, `machine` or `site`";
        let span = fault.clock.as_ref().and_then(At::span);
        problems.error(ProblemCode::AmbiguousFault, span, message, help);
    }
    effects.push((Change::Clocks, Change::Clocks));
}

/// Servers that are down, with all their roles or with some.
fn servers(
    fault: &At<Fault>,
    plan: &Plan,
    world: &World,
    effects: &mut Vec<(Change, Change)>,
    problems: &mut Problems,
) {
    if let Some(name) = [&fault.machine, &fault.site]
        .into_iter()
        .find_map(|names| names.as_ref()?.first())
    {
        let message = format!("a fault of `{}` does not say what is wrong there", **name);
        let help = "say by how much its clock is wrong: clock = \"+10 min\"";
        problems.error(ProblemCode::AmbiguousFault, name.span(), message, help);
    }
    let named = fault.server.as_deref().unwrap_or(&[]);
    let roles = fault.roles.as_deref();
    if let (Some(role), true) = (roles.and_then(<[_]>::first), named.is_empty()) {
        let message = "a fault names roles, but no server that would be down in them".to_owned();
        let help = "add `server = [\"...\"]`";
        problems.error(ProblemCode::AmbiguousFault, role.span(), message, help);
    }
    let ids = plan.servers.select(named, problems);
    let Some(roles) = roles else {
        let down = |id: ServerId| (Change::Server(id, false), Change::Server(id, true));
        effects.extend(ids.into_iter().map(|id| down(id.into())));
        return;
    };
    for role in roles {
        let having = ids
            .iter()
            .filter(|id| world.servers[**id].roles.has(role.meaning()));
        let before = effects.len();
        effects.extend(having.map(|id| {
            let change = |up| Change::Role((*id).into(), role.meaning(), up);
            (change(false), change(true))
        }));
        if effects.len() == before && !ids.is_empty() {
            let message = format!(
                "none of these servers has the role `{}`",
                role.meaning().name().replace('-', " ")
            );
            let help = "name servers that have the role, or another role";
            problems.error(ProblemCode::MissingRole, role.span(), message, help);
        }
    }
}

fn links(
    fault: &At<Fault>,
    plan: &Plan,
    world: &World,
    effects: &mut Vec<(Change, Change)>,
    problems: &mut Problems,
) {
    type LinksOf = fn(&Site) -> [Option<LinkId>; 2];
    let wan: LinksOf = |site| [site.wan_down, site.wan_up];
    let lan: LinksOf = |site| [site.lan, None];
    let rate = fault.rate.map_or(Rate(0), |Speed(rate)| rate);
    for (names, links, word) in [(&fault.wan, wan, "WAN link"), (&fault.lan, lan, "LAN")] {
        let Some(names) = names else { continue };
        for id in plan.sites.select(names, problems) {
            let site = &world.sites[id];
            let found: Vec<_> = links(site).into_iter().flatten().collect();
            if found.is_empty() {
                let message = format!(
                    "the {word} of `{}` is unlimited and is not simulated",
                    site.name
                );
                let span = names.first().and_then(At::span);
                problems.error(
                    ProblemCode::NoSuchLink,
                    span,
                    message,
                    "give it a rate in `[site]`",
                );
            }
            for link in found {
                let before = world.links[link.index()].rate;
                effects.push((Change::Link(link, rate), Change::Link(link, before)));
            }
        }
    }
}

fn accounts(
    fault: &At<Fault>,
    plan: &Plan,
    world: &World,
    effects: &mut Vec<(Change, Change)>,
    problems: &mut Problems,
) {
    let state = fault.state.unwrap_or(AccountStateWord::Locked).meaning();
    if let Some(id) = fault
        .account
        .as_ref()
        .and_then(|name| accounts::account(name, plan, problems))
    {
        let before = world.directory.accounts[id].state;
        effects.push((
            Change::Account(id.into(), state),
            Change::Account(id.into(), before),
        ));
    }
    if let Some(id) = fault
        .token_account
        .as_ref()
        .and_then(|name| accounts::token_domain(name, plan, problems))
    {
        let before = world.directory.domains[id].token_account;
        let change = |state| Change::TokenAccount(id.into(), state);
        effects.push((change(state), change(before)));
    }
}

fn lists(
    fault: &At<Fault>,
    plan: &Plan,
    world: &World,
    effects: &mut Vec<(Change, Change)>,
    problems: &mut Problems,
) {
    let list = |problems: &mut Problems| -> AccessList {
        access_list(
            fault.access.as_deref(),
            fault.deny.as_deref(),
            &[],
            plan,
            problems,
        )
    };
    if let Some(id) = fault
        .share
        .as_ref()
        .and_then(|name| plan.shares.resolve(name, problems))
    {
        let before = world.shares[id].access.clone();
        let during = Change::ShareAccess(id.into(), list(problems));
        effects.push((during, Change::ShareAccess(id.into(), before)));
    }
    let Some(id) = fault
        .package
        .as_ref()
        .and_then(|name| plan.packages.resolve(name, problems))
    else {
        return;
    };
    if let Some(points) = &fault.distribution_points {
        let state = fault.content.unwrap_or(ContentStateWord::Corrupt).meaning();
        for point in plan.servers.select(points, problems) {
            let change = |state| Change::Content(id.into(), point.into(), state);
            effects.push((change(state), change(crate::world::ContentState::Intact)));
        }
    } else {
        let before = world.packages[id].access.clone();
        let during = Change::PackageAccess(id.into(), list(problems));
        effects.push((during, Change::PackageAccess(id.into(), before)));
    }
}

/// The changes that a site's calendar makes to its WAN link.
fn calendar(
    plan: &Plan,
    world: &World,
    at: usize,
    site: &Site,
    steps: &mut Vec<Step>,
    problems: &mut Problems,
) {
    let Some(name) = &plan.sites.get(at).spec.wan_calendar else {
        return;
    };
    let Some(id) = plan.calendars.resolve(name, problems) else {
        return;
    };
    let links: Vec<_> = [site.wan_down, site.wan_up].into_iter().flatten().collect();
    if links.is_empty() {
        let message = format!(
            "the WAN link of `{}` is unlimited, whatever its calendar says",
            site.name
        );
        problems.error(
            ProblemCode::NoSuchLink,
            name.span(),
            message,
            "give it a rate with `wan`",
        );
        return;
    }
    for (at, share) in shares(
        &plan.calendars,
        id,
        plan.start,
        site.time_zone,
        world.horizon,
    ) {
        for link in &links {
            let rate = Rate((world.links[link.index()].rate.0 as f64 * share).round() as u64);
            steps.push(Step {
                rank: CALENDAR,
                fault: 0,
                timed: TimedChange {
                    since: at.into(),
                    change: Change::Link(*link, rate),
                },
            });
        }
    }
}

/// Notes the calendars that leave nothing of a line for a time.
pub(super) fn note_calendars(plan: &Plan, world: &mut World) {
    for (at, site) in world.sites.iter().enumerate() {
        let name = plan.sites.get(at).spec.wan_calendar.as_ref();
        let Some(id) = name.and_then(|name| plan.calendars.find(name)) else {
            continue;
        };
        let calendar = plan.calendars.get(id);
        let shares = [
            ("share", calendar.spec.share),
            ("otherwise", calendar.spec.otherwise),
        ];
        for link in [site.wan_down, site.wan_up].into_iter().flatten() {
            let link = &mut world.links[link.index()];
            let rate = link.rate.0 as f64;
            let closes = |share: f64| rate * share < 0.5;
            let keys = shares
                .iter()
                .filter(|(_, share)| share.is_some_and(|s| closes(s.0)));
            let keys = keys.map(|(key, _)| (calendar.name.clone(), *key));
            if link.given.nothing {
                link.given.closed_by = keys.collect();
            }
        }
    }
}

/// When a calendar changes the share that is left, and to what, from the start
/// to the horizon.
fn shares(
    calendars: &Items<Calendar>,
    id: usize,
    start: jiff::civil::DateTime,
    time_zone: i64,
    horizon: Span,
) -> Vec<(Instant, f64)> {
    let ahead = jiff::SignedDuration::from_micros(time_zone);
    let start = start.saturating_add(ahead);
    let spec = &calendars.get(id).spec;
    let days = spec
        .days
        .map_or([true, true, true, true, true, false, false], |days| days.0);
    let from = spec.from.map_or(Span::from_hours(8), |time| time.0);
    let to = spec.to.map_or(Span::from_hours(18), |time| time.0);
    let within = spec.share.map_or(0.5, |share| share.0);
    let otherwise = spec.otherwise.map_or(1.0, |share| share.0);
    let hours = Hours { days, from, to };
    hours
        .turns(start, horizon)
        .into_iter()
        .map(|(at, begins)| (at, if begins { within } else { otherwise }))
        .collect()
}
