//! Counting what happens: use of every resource, states over time, events.
//!
//! All counts add up, or are extremes, so that tallies of groups can be merged
//! in any order.

use crate::division::Plan;
use crate::engine::LinkUse;
use crate::model::surroundings::client_traffic::Messages;
use crate::model::surroundings::peers;
use crate::outcome::{
    Decision, FromPeers, Held, ResourceKey, ResourceUse, Stretches, Timeline, Traffic, mean_use,
};
use crate::sending::Delivery;
use crate::units::{Instant, Size, Span};
use crate::world::{Carried, LinkId, LinkKind, ServerId, ServerRole, ShareId, SiteId, World};

/// Requests at one server role or share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counter {
    bytes: u64,
    requests: u64,
    refusals: u64,
    timeouts: u64,
    open: u64,
    /// When it was last more or less that is open.
    changed: Instant,
    peak: u64,
    waits: u64,
    waited: Span,
    longest_wait: Span,
    first: Instant,
    last: Instant,
}

impl Counter {
    const UNUSED: Self = Self {
        bytes: 0,
        requests: 0,
        refusals: 0,
        timeouts: 0,
        open: 0,
        changed: Instant::START,
        peak: 0,
        waits: 0,
        waited: Span::ZERO,
        longest_wait: Span::ZERO,
        first: Instant::NEVER,
        last: Instant::START,
    };

    /// `n` requests, the first of them now and the last at `last`.
    pub(crate) fn request(&mut self, now: Instant, last: Instant, n: u64) {
        self.requests += n;
        self.first = self.first.min(now);
        self.last = self.last.max(last);
    }

    /// Notes how many stand in line.
    pub(crate) fn line(&mut self, n: u64) {
        self.peak = self.peak.max(n);
    }

    /// `n` of the requests were refused.
    pub(crate) fn refuse(&mut self, n: u64) {
        self.refusals += n;
    }

    /// A session or transfer begins.
    pub(crate) fn open(&mut self, now: Instant) {
        self.lasts_until(now);
        self.open += 1;
    }

    /// A session or transfer ends.
    pub(crate) fn close(&mut self, now: Instant) {
        self.lasts_until(now);
        self.open -= 1;
    }

    /// What has been open for a time counts for the peak. A session that is over at once
    /// does not: what is open at an instant would depend on the order of its events, and
    /// on whether a try that ends like the one before it is made by itself.
    fn lasts_until(&mut self, now: Instant) {
        if now != self.changed {
            self.peak = self.most();
            self.changed = now;
        }
    }

    /// The most that have been open for a time, or there, at once.
    fn most(&self) -> u64 {
        self.peak.max(self.open)
    }

    /// Notes how many requests are there at once.
    pub(crate) fn crowd(&mut self, requests: u64) {
        self.peak = self.peak.max(requests);
    }

    /// Sessions or transfers open now.
    pub(crate) fn open_now(&self) -> u64 {
        self.open
    }

    /// A request waited in line.
    pub(crate) fn wait(&mut self, span: Span) {
        self.waits += 1;
        self.waited += span;
        self.longest_wait = self.longest_wait.max(span);
    }

    /// A request gave up after waiting for `span`.
    pub(crate) fn time_out(&mut self, span: Span) {
        self.timeouts += 1;
        self.wait(span);
    }

    /// Bytes that passed.
    pub(crate) fn carry(&mut self, bytes: Size) {
        self.bytes = self.bytes.saturating_add(bytes.0);
    }

    fn merge(&mut self, other: &Self) {
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.requests += other.requests;
        self.refusals += other.refusals;
        self.timeouts += other.timeouts;
        self.peak = self.most().max(other.most());
        self.waits += other.waits;
        self.waited += other.waited;
        self.longest_wait = self.longest_wait.max(other.longest_wait);
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    fn usage(&self, key: ResourceKey, spans_groups: bool) -> ResourceUse {
        ResourceUse {
            bytes: Size(self.bytes),
            requests: self.requests,
            refusals: self.refusals,
            timeouts: self.timeouts,
            peak_concurrency: (!spans_groups && self.most() > 0).then_some(self.most()),
            waits: self.waits,
            waited: self.waited,
            longest_wait: self.longest_wait,
            first: self.first,
            last: if self.first.is_some() {
                self.last
            } else {
                Instant::NEVER
            },
            ..ResourceUse::unused(key)
        }
    }
}

/// Counts of one thread, over the groups it has simulated.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    servers: Vec<[Counter; ServerRole::ALL.len()]>,
    shares: Vec<Counter>,
    links: Vec<Option<LinkUse>>,
    /// Messages on links, which many groups share; empty where they are not
    /// counted.
    messages: Vec<Counter>,
    /// What was given, by the hour.
    pub(crate) traffic: Traffic,
    pub(crate) stretches: Stretches,
    /// Machines that give content, by site; empty where none do.
    peers: Vec<Counter>,
    /// What machines have taken from others.
    pub(crate) from_peers: Vec<FromPeers>,
    /// Times in which machines had what they were offered, of which rows do not tell.
    pub(crate) held: Vec<Held>,
    /// What was sent over lines that machines used at the same time.
    pub(crate) delivered: Vec<Delivery>,
    pub(crate) timeline: Timeline,
    /// Those of one advertisement in order of time.
    pub(crate) decisions: Vec<Decision>,
    pub(crate) events: u64,
    /// Sum of the groups' hashes: the same in any order.
    pub(crate) fingerprint: u64,
}

impl Tally {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            servers: vec![[Counter::UNUSED; ServerRole::ALL.len()]; world.servers.len()],
            shares: vec![Counter::UNUSED; world.shares.len()],
            links: vec![None; world.links.len()],
            messages: if world.traffic.is_some() {
                vec![Counter::UNUSED; world.links.len()]
            } else {
                Vec::new()
            },
            peers: if peers::anywhere(world) {
                vec![Counter::UNUSED; world.sites.len()]
            } else {
                Vec::new()
            },
            traffic: Traffic::default(),
            stretches: Stretches::of(world.horizon),
            from_peers: Vec::new(),
            held: Vec::new(),
            delivered: Vec::new(),
            timeline: Timeline::new(
                world.timeline_step,
                world.horizon,
                world.advertisements.len(),
            ),
            decisions: Vec::new(),
            events: 0,
            fingerprint: 0,
        }
    }

    /// The counter of a server in a role.
    pub(crate) fn server(&mut self, server: ServerId, role: ServerRole) -> &mut Counter {
        &mut self.servers[server.index()][role as usize]
    }

    /// The counter of a share.
    pub(crate) fn share(&mut self, share: ShareId) -> &mut Counter {
        &mut self.shares[share.index()]
    }

    /// The machines of a site that give content; only where some do.
    pub(crate) fn peers(&mut self, site: SiteId) -> &mut Counter {
        &mut self.peers[site.index()]
    }

    /// Counts messages that cross a link beside the transfers.
    pub(crate) fn on_link(&mut self, world: &World, link: LinkId, messages: Messages) {
        if let Some(counter) = self.messages.get_mut(link.index()) {
            counter.request(messages.first, messages.last, messages.count);
            counter.carry(messages.bytes());
            if world.links[link.index()].kind == LinkKind::WanDown {
                let when = (messages.first, messages.last);
                (self.traffic).message(&self.stretches, link, when, messages.bytes());
            }
        }
    }

    /// Records what a link, which belongs to one group alone, has carried.
    pub(crate) fn link(&mut self, link: LinkId, usage: LinkUse) {
        let one = &mut self.links[link.index()];
        assert!(one.is_none(), "two groups have one link");
        *one = Some(usage);
    }

    /// What two groups have counted, together.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        for (mine, theirs) in self
            .servers
            .iter_mut()
            .flatten()
            .zip(other.servers.iter().flatten())
        {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.shares.iter_mut().zip(&other.shares) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.links.iter_mut().zip(&other.links) {
            assert!(
                mine.is_none() || theirs.is_none(),
                "two groups have one link"
            );
            *mine = mine.or(*theirs);
        }
        for (mine, theirs) in self.messages.iter_mut().zip(&other.messages) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.peers.iter_mut().zip(&other.peers) {
            mine.merge(theirs);
        }
        self.traffic.merge(other.traffic);
        self.from_peers.extend_from_slice(&other.from_peers);
        self.held.extend_from_slice(&other.held);
        self.delivered.extend(other.delivered);
        self.timeline.merge(&other.timeline);
        self.decisions.extend_from_slice(&other.decisions);
        self.events += other.events;
        self.fingerprint = self.fingerprint.wrapping_add(other.fingerprint);
        self
    }

    /// What was decided, in order of time and advertisement. Decisions about one
    /// advertisement are all of one group, so a stable sort keeps their order.
    pub(crate) fn take_decisions(&mut self) -> Vec<Decision> {
        let mut decisions = std::mem::take(&mut self.decisions);
        decisions.sort_by_key(|decision| (decision.at, decision.advertisement));
        decisions
    }

    /// What machines have taken from others, by row.
    pub(crate) fn take_from_peers(&mut self) -> Vec<FromPeers> {
        let mut taken = std::mem::take(&mut self.from_peers);
        taken.sort_unstable_by_key(|taken| taken.row);
        taken
    }

    /// Times in which machines had what they were offered, by row.
    pub(crate) fn take_held(&mut self) -> Vec<Held> {
        let mut taken = std::mem::take(&mut self.held);
        taken.sort_unstable();
        taken
    }

    /// The rows of `resources.csv`: every link, every role of every server,
    /// every share, and every site whose machines give content.
    pub(crate) fn resources(&self, world: &World, plan: &Plan) -> Vec<ResourceUse> {
        let spans_groups = &plan.spans_groups;
        let sent = match &plan.apart {
            Some(apart) => &apart.carried,
            None => &world.carried,
        };
        let links = self.links.iter().enumerate().map(|(link, usage)| {
            let key = ResourceKey::Link(link.into());
            let transfers = match usage {
                Some(usage) => link_usage(key, usage),
                None => ResourceUse::unused_link(key),
            };
            let clients = match self.messages.get(link) {
                Some(messages) => with_messages(transfers, messages),
                None => transfers,
            };
            let whole = match sent.binary_search_by_key(&link, |carried| carried.link.index()) {
                Ok(at) => with_sent(world, clients, &sent[at]),
                Err(_) => clients,
            };
            no_lower_than_mean(world, link, whole)
        });
        let servers = world.servers.iter().enumerate().flat_map(|(id, server)| {
            server.roles.iter().map(move |role| {
                let key = ResourceKey::Server(id.into(), role);
                self.servers[id][role as usize].usage(key, spans_groups[id])
            })
        });
        let shares = self.shares.iter().enumerate().map(|(share, counter)| {
            let server = world.shares[share].server.index();
            counter.usage(ResourceKey::Share(share.into()), spans_groups[server])
        });
        let giving = self.peers.iter().enumerate();
        let giving = giving.filter(|(site, _)| world.sites[*site].peers.is_some());
        let peers =
            giving.map(|(site, counter)| counter.usage(ResourceKey::Peers(site.into()), false));
        links.chain(servers).chain(shares).chain(peers).collect()
    }
}

fn link_usage(key: ResourceKey, usage: &LinkUse) -> ResourceUse {
    ResourceUse {
        bytes: usage.bytes,
        requests: usage.transfers,
        peak_concurrency: Some(usage.peak_transfers),
        peak_use: Some(usage.peak_use),
        saturated: usage.saturated,
        first: usage.first,
        last: usage.last,
        ..ResourceUse::unused(key)
    }
}

/// The highest use is that seen when something begins, ends or changes at the link
/// itself: what goes faster since another line has room is not seen, nor are messages.
/// It was not below the mean, though.
fn no_lower_than_mean(world: &World, link: usize, used: ResourceUse) -> ResourceUse {
    let link = &world.links[link];
    let rate = link.rate;
    let mean = mean_use(u128::from(used.bytes.0), link).unwrap_or(0.0);
    let peak_use = match used.peak_use {
        peak if rate.is_unlimited() || used.bytes.0 == 0 => peak,
        peak => Some(peak.unwrap_or(0.0).max(mean)),
    };
    ResourceUse { peak_use, ..used }
}

/// What a link has carried, content on its way to distribution points before or after
/// that of clients.
fn with_sent(world: &World, clients: ResourceUse, sent: &Carried) -> ResourceUse {
    // What was not completed is still on its way.
    let last = if sent.last.is_some() {
        sent.last
    } else {
        world.last_moment()
    };
    let last = if clients.last.is_some() {
        clients.last.max(last)
    } else {
        last
    };
    let most = clients.peak_concurrency.unwrap_or(0);
    ResourceUse {
        bytes: Size(clients.bytes.0.saturating_add(sent.bytes.0)),
        requests: clients.requests + sent.attempts,
        // The two do not meet, at no time.
        peak_concurrency: Some(most.max(sent.peak_transfers)),
        peak_use: Some(clients.peak_use.unwrap_or(0.0).max(sent.peak_use)),
        saturated: clients.saturated + sent.saturated,
        first: clients.first.min(sent.first),
        last,
        ..clients
    }
}

/// What a link has carried, messages beside transfers.
fn with_messages(transfers: ResourceUse, messages: &Counter) -> ResourceUse {
    if messages.requests == 0 {
        return transfers;
    }
    let last = if transfers.last.is_some() {
        transfers.last.max(messages.last)
    } else {
        messages.last
    };
    ResourceUse {
        bytes: Size(transfers.bytes.0.saturating_add(messages.bytes)),
        messages: Size(messages.bytes),
        requests: transfers.requests + messages.requests,
        first: transfers.first.min(messages.first),
        last,
        ..transfers
    }
}
