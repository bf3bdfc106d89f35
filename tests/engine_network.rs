//! The network against an independent solver and closed forms.

#![allow(
    clippy::float_cmp,
    reason = "rates that are exact are compared as such"
)]

use proptest::prelude::*;
use rollcast::engine::{ClassId, Network, Streams, TransferId};
use rollcast::units::{Instant, Rate, Size, Span};

/// A class as the tests write it: path and cap in bit/s.
type Kind = (Vec<u32>, Option<u64>);

#[derive(Debug, Clone)]
enum Step {
    Start {
        kind: usize,
        size: u64,
    },
    Cancel {
        pick: usize,
    },
    Capacity {
        link: u32,
        rate: u64,
    },
    /// Another cap for a class of its own, which every third is.
    Cap {
        kind: usize,
        rate: Option<u64>,
    },
}

#[derive(Debug, Clone)]
struct Case {
    capacities: Vec<u64>,
    kinds: Vec<Kind>,
    /// Microseconds since the step before, and the step.
    steps: Vec<(u64, Step)>,
}

/// One transfer in the independent solver; sizes in bits.
#[derive(Debug, Clone)]
struct Flow {
    payload: u32,
    kind: usize,
    path: Vec<u32>,
    cap: f64,
    left: f64,
    rate: f64,
}

impl Flow {
    fn new(payload: u32, kind: usize, (path, cap): &Kind, bytes: u64) -> Self {
        let mut path = path.clone();
        path.sort_unstable();
        path.dedup();
        let cap = cap.map_or(f64::INFINITY, |cap| cap as f64);
        Self {
            payload,
            kind,
            path,
            cap,
            left: bytes as f64 * 8.0,
            rate: 0.0,
        }
    }
}

/// Progressive filling in floating point, flow by flow.
fn fill(capacities: &[f64], flows: &mut [Flow]) {
    let mut fixed = vec![false; flows.len()];
    let mut left = capacities.to_vec();
    while fixed.iter().any(|f| !f) {
        let mut level = f64::INFINITY;
        let mut counts = vec![0.0; left.len()];
        for (flow, _) in flows.iter().zip(&fixed).filter(|(_, fixed)| !**fixed) {
            level = level.min(flow.cap);
            flow.path.iter().for_each(|l| counts[*l as usize] += 1.0);
        }
        let share = |l: u32, left: &[f64]| (left[l as usize] / counts[l as usize]).max(0.0);
        for (flow, _) in flows.iter().zip(&fixed).filter(|(_, fixed)| !**fixed) {
            level = flow
                .path
                .iter()
                .fold(level, |level, l| level.min(share(*l, &left)));
        }
        let before = left.clone();
        for (flow, fixed) in flows
            .iter_mut()
            .zip(&mut fixed)
            .filter(|(_, fixed)| !**fixed)
        {
            let tight = |l: &u32| share(*l, &before) <= level * (1.0 + 1e-12);
            if flow.cap <= level || flow.path.iter().any(tight) || level == f64::INFINITY {
                flow.rate = level;
                *fixed = true;
                let limited = flow
                    .path
                    .iter()
                    .filter(|l| before[**l as usize] != f64::INFINITY);
                limited.for_each(|l| left[*l as usize] -= level);
            }
        }
    }
}

/// A whole simulation by the independent solver.
#[derive(Default)]
struct Oracle {
    now: f64,
    capacities: Vec<f64>,
    flows: Vec<Flow>,
    ends: Vec<(u32, f64)>,
}

impl Oracle {
    /// Goes on to `to`, ending flows at whole microseconds.
    fn advance(&mut self, to: f64) {
        loop {
            fill(&self.capacities, &mut self.flows);
            let now = self.now;
            let end = |f: &Flow| match f.left / f.rate {
                _ if f.left <= 1e-9 || f.rate == f64::INFINITY => now,
                span => (now + span * 1e6 - 1e-4).ceil().max(now),
            };
            let next = self.flows.iter().map(end).fold(f64::INFINITY, f64::min);
            if next > to || next == f64::INFINITY {
                return self.pass(to);
            }
            let (ended, going) = self.flows.drain(..).partition(|f| end(f) <= next);
            let ended: Vec<Flow> = ended;
            self.flows = going;
            self.ends.extend(ended.iter().map(|f| (f.payload, next)));
            self.pass(next);
        }
    }

    fn pass(&mut self, to: f64) {
        for flow in self
            .flows
            .iter_mut()
            .filter(|f| f.rate > 0.0 && to > self.now)
        {
            flow.left = (flow.left - flow.rate * (to - self.now) / 1e6).max(0.0);
        }
        self.now = to;
    }
}

/// The network under test, with what is in flight.
struct Bench {
    network: Network,
    live: Vec<(u32, TransferId, usize)>,
    ends: Vec<(u32, f64)>,
    /// Kinds with the caps they have now, and the classes of their own of every
    /// third.
    kinds: Vec<Kind>,
    own: Vec<Option<ClassId>>,
    /// By link: bytes of all that was moved over it.
    bytes: Vec<u64>,
    sizes: Vec<(u64, usize)>,
}

impl Bench {
    fn new(case: &Case, plain: bool) -> Self {
        let capacities: Vec<Rate> = case.capacities.iter().map(|c| Rate(*c)).collect();
        let mut network = if plain {
            Network::plain(&capacities)
        } else {
            Network::new(&capacities)
        };
        let own = |network: &mut Network, at: usize, (path, cap): &Kind| {
            let cap = cap.map_or(Rate::UNLIMITED, Rate);
            at.is_multiple_of(3).then(|| network.own_class(path, cap))
        };
        let kinds = case.kinds.iter().enumerate();
        let own = kinds
            .map(|(at, kind)| own(&mut network, at, kind))
            .collect();
        Self {
            kinds: case.kinds.clone(),
            own,
            network,
            live: vec![],
            ends: vec![],
            bytes: vec![0; capacities.len()],
            sizes: vec![],
        }
    }

    fn start(&mut self, now: u64, kind: usize, size: u64) {
        let (path, cap) = &self.kinds[kind];
        let class = self.own[kind]
            .unwrap_or_else(|| self.network.class(path, cap.map_or(Rate::UNLIMITED, Rate)));
        let payload = self.sizes.len() as u32;
        self.sizes.push((size, kind));
        let id = self.network.start(Instant(now), class, Size(size), payload);
        self.live.push((payload, id, kind));
    }

    fn carried(&mut self, case: &Case, kind: usize, bytes: u64) {
        for link in Flow::new(0, kind, &case.kinds[kind], 0).path {
            self.bytes[link as usize] += bytes;
        }
    }

    fn finish(&mut self, case: &Case) {
        let at = self.network.next();
        let mut done = vec![];
        self.network.finish(at, &mut done);
        assert!(
            !done.is_empty() && done.is_sorted(),
            "something ends at {at:?}"
        );
        for payload in done {
            self.ends.push((payload, at.0 as f64));
            self.live.retain(|(p, ..)| *p != payload);
            let (size, kind) = self.sizes[payload as usize];
            self.carried(case, kind, size);
        }
    }

    /// All present rates against progressive filling of what is in flight.
    fn check_rates(&self, capacities: &[f64]) -> Result<(), TestCaseError> {
        let flow = |(payload, _, kind): &(u32, TransferId, usize)| {
            Flow::new(*payload, *kind, &self.kinds[*kind], 0)
        };
        let mut flows: Vec<Flow> = self.live.iter().map(flow).collect();
        fill(capacities, &mut flows);
        for (flow, (_, id, _)) in flows.iter().zip(&self.live) {
            let rate = self.network.rate(*id);
            let equal = rate == flow.rate || (rate - flow.rate).abs() <= flow.rate * 1e-9 + 1e-5;
            prop_assert!(
                equal,
                "transfer {} runs at {rate}, should at {}",
                flow.payload,
                flow.rate
            );
        }
        Ok(())
    }
}

fn float(capacity: u64) -> f64 {
    if capacity == u64::MAX {
        f64::INFINITY
    } else {
        capacity as f64
    }
}

fn take(
    case: &Case,
    bench: &mut Bench,
    oracle: &mut Oracle,
    now: u64,
    step: &Step,
) -> Result<(), TestCaseError> {
    match step {
        Step::Start { kind, size } => {
            oracle.flows.push(Flow::new(
                bench.sizes.len() as u32,
                *kind,
                &bench.kinds[*kind],
                *size,
            ));
            bench.start(now, *kind, *size);
        }
        Step::Cancel { pick } if !bench.live.is_empty() => {
            let (payload, id, kind) = bench.live.remove(pick % bench.live.len());
            let moved = bench.network.cancel(Instant(now), id);
            prop_assert_eq!(bench.network.cancel(Instant(now), id), Size(0));
            let (size, _) = bench.sizes[payload as usize];
            prop_assert!(moved.0 <= size);
            if let Some(at) = oracle.flows.iter().position(|f| f.payload == payload) {
                let expected = size as f64 - oracle.flows.remove(at).left / 8.0;
                // A microsecond at the highest rate is a few bytes.
                prop_assert!(
                    (moved.0 as f64 - expected).abs() <= 12.0 + expected * 1e-9,
                    "{moved} for {expected}"
                );
            }
            bench.carried(case, kind, moved.0);
        }
        Step::Cancel { .. } => {}
        Step::Cap { kind, rate } => {
            let kind = kind % case.kinds.len();
            if let Some(class) = bench.own[kind] {
                bench.kinds[kind].1 = *rate;
                let cap = rate.map_or(Rate::UNLIMITED, Rate);
                bench.network.set_cap(Instant(now), class, cap);
                let cap = rate.map_or(f64::INFINITY, |rate| rate as f64);
                let flows = oracle.flows.iter_mut().filter(|flow| flow.kind == kind);
                flows.for_each(|flow| flow.cap = cap);
            }
        }
        Step::Capacity { link, rate } => {
            let link = link % case.capacities.len() as u32;
            bench.network.set_capacity(Instant(now), link, Rate(*rate));
            oracle.capacities[link as usize] = float(*rate);
        }
    }
    Ok(())
}

fn agrees(case: &Case, plain: bool) -> Result<(), TestCaseError> {
    let mut bench = Bench::new(case, plain);
    let mut oracle = Oracle {
        capacities: case.capacities.iter().map(|c| float(*c)).collect(),
        ..Oracle::default()
    };
    let mut now = 0;
    for (gap, step) in &case.steps {
        now += gap;
        while bench.network.next().0 <= now {
            bench.finish(case);
            bench.check_rates(&oracle.capacities)?;
        }
        oracle.advance(now as f64);
        take(case, &mut bench, &mut oracle, now, step)?;
        bench.check_rates(&oracle.capacities)?;
    }
    while bench.network.next() != Instant::NEVER {
        bench.finish(case);
        bench.check_rates(&oracle.capacities)?;
    }
    oracle.advance(f64::INFINITY);
    compare_ends(&bench.ends, &oracle.ends)?;
    conserves_bytes(case, bench)
}

fn compare_ends(ends: &[(u32, f64)], expected: &[(u32, f64)]) -> Result<(), TestCaseError> {
    let (mut ends, mut expected) = (ends.to_vec(), expected.to_vec());
    ends.sort_by_key(|(payload, _)| *payload);
    expected.sort_by_key(|(payload, _)| *payload);
    // One that ends in the microsecond in which it is cancelled may be in
    // one list only.
    let both = ends.len().min(expected.len());
    ends.retain(|(p, _)| expected.iter().any(|(q, _)| p == q));
    expected.retain(|(p, _)| ends.iter().any(|(q, _)| p == q));
    prop_assert!(ends.len() + 1 >= both);
    for ((payload, at), (_, expected)) in ends.iter().zip(&expected) {
        let near = (at - expected).abs() <= 2.0 + expected * 1e-9;
        prop_assert!(
            near,
            "transfer {} ends at {}, should at {}",
            payload,
            at,
            expected
        );
    }
    Ok(())
}

/// Takes all steps, and tells what ended when, in microseconds.
fn ends_of(case: &Case, plain: bool) -> Result<Vec<(u32, f64)>, TestCaseError> {
    let mut bench = Bench::new(case, plain);
    // The rates are compared elsewhere: it only keeps the capacities here.
    let mut oracle = Oracle {
        capacities: case.capacities.iter().map(|c| float(*c)).collect(),
        ..Oracle::default()
    };
    let mut now = 0;
    for (gap, step) in &case.steps {
        now += gap;
        while bench.network.next().0 <= now {
            bench.finish(case);
        }
        if let Step::Cancel { pick } = step {
            if !bench.live.is_empty() {
                let (_, id, _) = bench.live.remove(pick % bench.live.len());
                bench.network.cancel(Instant(now), id);
            }
        } else {
            take(case, &mut bench, &mut oracle, now, step)?;
        }
    }
    while bench.network.next() != Instant::NEVER {
        bench.finish(case);
    }
    Ok(bench.ends)
}

/// Whichever of two equally tight links is taken for the bottleneck, and in
/// whatever order shares are divided: all transfers end in the same microsecond.
fn ends_as_plain(case: &Case) -> Result<(), TestCaseError> {
    prop_assert_eq!(ends_of(case, false)?, ends_of(case, true)?);
    Ok(())
}

/// Every link carried exactly what the ended transfers moved and what those
/// still in flight (stalled, here) have moved.
fn conserves_bytes(case: &Case, mut bench: Bench) -> Result<(), TestCaseError> {
    let end = Instant(1 << 50);
    let settled = bench.network.usages(end);
    for (_, id, kind) in std::mem::take(&mut bench.live) {
        let moved = bench.network.cancel(end, id);
        bench.carried(case, kind, moved.0);
    }
    for (link, settled) in settled.into_iter().enumerate() {
        let usage = bench.network.usage(link as u32);
        prop_assert_eq!(usage.bytes, Size(bench.bytes[link]));
        prop_assert_eq!(settled.bytes, usage.bytes);
        prop_assert!(usage.peak_use <= 1.0 + 1e-12);
    }
    Ok(())
}

fn rate() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => prop::sample::select(vec![1_000_000, 2_000_000, 3_000_000, 10_000_000]),
        3 => 100_000u64..20_000_000,
    ]
}

fn capacity() -> impl Strategy<Value = u64> {
    prop_oneof![20 => rate(), 1 => Just(u64::MAX)]
}

fn step() -> impl Strategy<Value = Step> {
    let size = prop_oneof![1 => Just(0), 5 => Just(1_000_000), 4 => 1_000u64..5_000_000];
    prop_oneof![
        8 => (0usize..12, size).prop_map(|(kind, size)| Step::Start { kind, size }),
        2 => any::<usize>().prop_map(|pick| Step::Cancel { pick }),
        2 => (0u32..8, prop_oneof![1 => Just(0), 2 => capacity()])
            .prop_map(|(link, rate)| Step::Capacity { link, rate }),
        2 => (any::<usize>(), prop::option::weighted(0.8, rate()))
            .prop_map(|(kind, rate)| Step::Cap { kind, rate }),
    ]
}

/// Transfers take days, so that microseconds lost to rounding up, which add
/// up and grow when capacities fall, stay below the relative tolerance.
const SCALE: u64 = 1_000_000;

prop_compose! {
    fn case(most: usize)(links in 1usize..=8)(
        capacities in prop::collection::vec(capacity(), links),
        kinds in prop::collection::vec(
            (prop::collection::vec(0..links as u32, 0..=4), prop::option::weighted(0.4, rate())), 1..=12),
        mut steps in prop::collection::vec(
            (prop_oneof![3 => Just(0u64), 2 => Just(500_000), 5 => 1u64..3_000_000], step()), 1..most),
    ) -> Case {
        for (gap, step) in &mut steps {
            *gap *= SCALE;
            if let Step::Start { kind, size } = step {
                *kind %= kinds.len();
                *size *= SCALE;
            }
        }
        Case { capacities, kinds: kinds.clone(), steps }
    }
}

prop_compose! {
    /// Many sites behind two links that most share: enough classes at one
    /// link that it is told of every change, and thresholds at the sites.
    fn wide_case()(
        hubs in prop::collection::vec(10_000_000u64..100_000_000, 2),
        sites in prop::collection::vec(capacity(), 80),
        caps in prop::collection::vec(prop::option::weighted(0.6, rate()), 160),
        mut steps in prop::collection::vec((0u64..300_000, step()), 300),
        picks in prop::collection::vec(0usize..160, 300),
    ) -> Case {
        let path = |n: u32| match n % 7 {
            0 => vec![2 + n / 2],
            1 | 2 => vec![0, 1, 2 + n / 2],
            _ => vec![n % 2, 2 + n / 2],
        };
        for ((gap, step), pick) in steps.iter_mut().zip(&picks) {
            *gap *= SCALE;
            if let Step::Start { kind, size } = step {
                *kind = *pick;
                *size = size.saturating_mul(10 * SCALE);
            }
        }
        let capacities = hubs.iter().chain(&sites).copied().collect();
        Case { capacities, kinds: (0..160).map(path).zip(caps).collect(), steps }
    }
}

prop_compose! {
    /// Machines with rates of their own that read from every site over the
    /// lines of both: each class has one member at a time, and every line may
    /// hold back what crosses every other.
    fn all_to_all_case()(
        lines in prop::collection::vec(1_000_000u64..20_000_000, 10),
        kinds in prop::collection::vec((0u32..10, 0u32..10, 100_000u64..30_000_000), 150),
        mut steps in prop::collection::vec((0u64..300_000, step()), 300),
        picks in prop::collection::vec(0usize..150, 300),
    ) -> Case {
        for ((gap, step), pick) in steps.iter_mut().zip(&picks) {
            *gap *= SCALE;
            if let Step::Start { kind, size } = step {
                *kind = *pick;
                *size = size.saturating_mul(SCALE);
            }
        }
        let kinds = kinds.iter().map(|(from, to, cap)| (vec![*from, *to], Some(*cap)));
        Case { capacities: lines, kinds: kinds.collect(), steps }
    }
}

prop_compose! {
    /// Machines with rates of their own at a few sites behind one hub: more
    /// groups at a site than it looks through, and levels that pass caps.
    fn many_caps_case()(
        hub in 20_000_000u64..200_000_000,
        sites in prop::collection::vec(5_000_000u64..80_000_000, 2),
        kinds in prop::collection::vec((0u32..2, 0u32..5, 100_000u64..10_000_000), 250),
        mut steps in prop::collection::vec((0u64..30_000, step()), 400),
        picks in prop::collection::vec(0usize..250, 400),
    ) -> Case {
        for ((gap, step), pick) in steps.iter_mut().zip(&picks) {
            *gap *= SCALE;
            if let Step::Start { kind, size } = step {
                *kind = *pick;
                *size = size.saturating_mul(2 * SCALE);
            }
        }
        let kinds = kinds.iter().map(|(site, path, cap)| match path {
            0 => (vec![1 + site], Some(*cap)),
            1 => (vec![0, 1, 2], Some(*cap)),
            _ => (vec![0, 1 + site], Some(*cap)),
        });
        let capacities = std::iter::once(hub).chain(sites).collect();
        Case { capacities, kinds: kinds.collect(), steps }
    }
}

prop_compose! {
    /// A mesh of few different lines, every machine reading from every site, of
    /// sizes and caps that are alike: many links are equally tight.
    fn meshed_case()(
        lines in prop::collection::vec(prop::sample::select(vec![1_000_000, 2_000_000, 10_000_000]), 12),
        kinds in prop::collection::vec(
            (0u32..12, 0u32..12, prop::option::weighted(0.3, rate())), 40),
        mut steps in prop::collection::vec((0u64..2_000_000, step()), 150),
        picks in prop::collection::vec(0usize..40, 150),
    ) -> Case {
        for ((_, step), pick) in steps.iter_mut().zip(&picks) {
            if let Step::Start { kind, .. } = step {
                *kind = *pick;
            }
        }
        let kinds = kinds.iter().map(|(from, to, cap)| (vec![*from, *to], *cap));
        Case { capacities: lines, kinds: kinds.collect(), steps }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn local_repair_ends_each_transfer_in_the_microsecond_of_the_plain_solver(case in case(60)) {
        ends_as_plain(&case)?;
    }

    #[test]
    fn it_does_so_in_a_mesh_of_equal_lines(case in meshed_case()) {
        ends_as_plain(&case)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn it_does_so_with_rates_of_their_own_from_every_site_to_every_other(case in all_to_all_case()) {
        ends_as_plain(&case)?;
    }

    #[test]
    fn it_does_so_with_rates_of_their_own_at_a_few_sites(case in many_caps_case()) {
        ends_as_plain(&case)?;
    }

    #[test]
    fn it_does_so_with_many_sites_behind_shared_links(case in wide_case()) {
        ends_as_plain(&case)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn with_rates_of_their_own_from_every_site_to_every_other_too(case in all_to_all_case()) {
        agrees(&case, false)?;
    }

    #[test]
    fn with_rates_of_their_own_at_a_few_sites_too(case in many_caps_case()) {
        agrees(&case, false)?;
    }

    #[test]
    fn with_many_sites_behind_shared_links_too(case in wide_case()) {
        agrees(&case, false)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn rates_and_completions_are_those_of_progressive_filling(case in case(60)) {
        agrees(&case, false)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn the_plain_solver_is_progressive_filling_too(case in case(60)) {
        agrees(&case, true)?;
    }
}

/// Starts transfers of `(start, class, size)` in order and runs to the end.
fn run(network: &mut Network, starts: &[(u64, Kind, u64)]) -> Vec<(u32, u64)> {
    let mut ends = vec![];
    let mut finish = |network: &mut Network, to: u64| {
        while network.next().0 <= to && network.next() != Instant::NEVER {
            let (at, mut done) = (network.next(), vec![]);
            network.finish(at, &mut done);
            ends.extend(done.into_iter().map(|payload| (payload, at.0)));
        }
    };
    for (payload, (at, (path, cap), size)) in starts.iter().enumerate() {
        finish(network, *at);
        let class = network.class(path, cap.map_or(Rate::UNLIMITED, Rate));
        network.start(Instant(*at), class, Size(*size), payload as u32);
    }
    finish(network, u64::MAX);
    ends.sort_unstable();
    ends
}

#[test]
fn a_thousand_at_once_on_one_link_end_together_after_the_sum_of_their_times() {
    let mut network = Network::new(&[Rate(8_000_000)]);
    let starts: Vec<_> = (0..1000).map(|_| (0, (vec![0], None), 1_000_000)).collect();
    let ends = run(&mut network, &starts);
    assert!(
        ends.iter().all(|(_, at)| *at == 1_000_000_000),
        "{:?}",
        ends[0]
    );
    let usage = network.usage(0);
    assert_eq!(
        (usage.bytes, usage.transfers, usage.peak_transfers),
        (Size(1_000_000_000), 1000, 1000)
    );
    assert_eq!(
        (usage.saturated, usage.peak_use),
        (Span(1_000_000_000), 1.0)
    );
    assert_eq!(
        (usage.first, usage.last),
        (Instant(0), Instant(1_000_000_000))
    );
}

#[test]
fn a_late_comer_halves_the_rate_of_the_first() {
    // 1 MB at 1 MB/s; the second comes after half of it: 0.5 s alone, then
    // 1 s at half rate for the first, then the second's other half alone.
    let mut network = Network::new(&[Rate(8_000_000)]);
    let kind = || (vec![0], None);
    let ends = run(
        &mut network,
        &[(0, kind(), 1_000_000), (500_000, kind(), 1_000_000)],
    );
    assert_eq!(ends, [(0, 1_500_000), (1, 2_000_000)]);
}

#[test]
fn in_the_parking_lot_the_long_way_gets_the_share_of_its_tightest_link() {
    // Link 0: 9 Mbit/s for three, link 1: 10 Mbit/s for the long one (3) and
    // one more, which gets the other 7.
    let mut network = Network::new(&[Rate(9_000_000), Rate(10_000_000)]);
    let (long, first) = (
        network.class(&[0, 1], Rate::UNLIMITED),
        network.class(&[0], Rate::UNLIMITED),
    );
    let second = network.class(&[1], Rate::UNLIMITED);
    let start = |network: &mut Network, class| network.start(Instant(0), class, Size(1 << 30), 0);
    let ids = [long, first, first, second].map(|class| start(&mut network, class));
    let rates = ids.map(|id| network.rate(id));
    assert_eq!(rates, [3e6, 3e6, 3e6, 7e6]);
}

#[test]
fn a_stalled_transfer_goes_on_where_it_was_when_the_link_comes_back() {
    let mut network = Network::new(&[Rate(8_000_000)]);
    let class = network.class(&[0], Rate::UNLIMITED);
    network.start(Instant(0), class, Size(1_000_000), 1);
    network.set_capacity(Instant(400_000), 0, Rate(0));
    assert_eq!(network.next(), Instant::NEVER);
    let usages = network.usages(Instant(900_000));
    assert_eq!(usages[0].bytes, Size(400_000));
    network.set_capacity(Instant(1_400_000), 0, Rate(8_000_000));
    assert_eq!(network.next(), Instant(2_000_000));
    let mut done = vec![];
    network.finish(Instant(2_000_000), &mut done);
    assert_eq!((done, network.usage(0).bytes), (vec![1], Size(1_000_000)));
}

#[test]
fn no_size_and_no_limit_end_at_once_and_a_cap_alone_is_the_rate() {
    let mut network = Network::new(&[Rate(8_000), Rate::UNLIMITED]);
    let kinds = [
        (vec![0, 0], None, 0),
        (vec![], None, 1 << 40),
        (vec![1], None, 1 << 40),
        (vec![], Some(8_000), 1_000),
    ];
    let starts: Vec<_> = kinds
        .into_iter()
        .map(|(path, cap, size)| (5, (path, cap), size))
        .collect();
    assert_eq!(
        run(&mut network, &starts),
        [(0, 5), (1, 5), (2, 5), (3, 1_000_005)]
    );
    assert_eq!(network.usage(1).bytes, Size(1 << 40));
}

#[test]
fn a_class_is_its_set_of_links_and_its_cap() {
    let mut network = Network::new(&[Rate(1), Rate(1)]);
    let class = network.class(&[1, 0, 1], Rate(5));
    assert_eq!(class, network.class(&[0, 1], Rate(5)));
    assert_ne!(class, network.class(&[0, 1], Rate::UNLIMITED));
    assert_ne!(class, network.class(&[0], Rate(5)));
}

#[test]
fn a_network_used_again_behaves_as_a_new_one() {
    let starts: Vec<_> = (0..200u64)
        .map(|i| {
            (
                i * 7_000,
                (vec![0, 1 + i as u32 % 3], (i % 4 == 0).then_some(700_000)),
                50_000 + i * 100,
            )
        })
        .collect();
    let capacities = [5_000_000, 1_000_000, 2_000_000, 3_000_000].map(Rate);
    let expected = run(&mut Network::new(&capacities), &starts);
    let mut network = Network::new(&[Rate(77); 9]);
    run(
        &mut network,
        &[
            (0, (vec![1, 4, 8], None), 99),
            (3, (vec![4, 5], Some(7)), 1 << 20),
        ],
    );
    network.reset(&capacities);
    assert_eq!(run(&mut network, &starts), expected);
    assert_eq!(expected.len(), 200);
}

/// Servers, a backbone and sites: three kinds of link can be the bottleneck.
fn larger_run(seed: u64, capacities: [u64; 3]) -> (Vec<Rate>, Vec<(u64, Kind, u64)>) {
    const SITES: u32 = 90;
    const SERVERS: u32 = 3;
    let streams = Streams::new(seed, 0);
    let [server, backbone, site] = capacities;
    let mut rates = vec![Rate(backbone)];
    rates.extend((0..SERVERS).map(|_| Rate(server)));
    rates.extend((0..SITES).map(|n| Rate(site + u64::from(n % 5) * site / 10)));
    let mut starts: Vec<_> = (0..2_500)
        .map(|n| {
            let draws = streams.block(n, 0, 0);
            let place = draws.below(1, u64::from(SITES)) as u32;
            let path = match draws.below(2, 10) {
                0 => vec![1 + SERVERS + place],
                _ => vec![1 + place % SERVERS, 0, 1 + SERVERS + place],
            };
            let cap = [None, Some(200_000), Some(1_000_000)][draws.below(3, 3) as usize];
            (
                draws.below(0, 1 << 32),
                (path, cap),
                10_000_000 + draws.below(4, 3) * 5_000_000,
            )
        })
        .collect();
    starts.sort_unstable();
    (rates, starts)
}

#[test]
fn on_larger_networks_local_repair_and_the_plain_solver_agree() {
    // Bottleneck: the servers, the backbone, the sites, all about equally.
    for (seed, capacities) in [
        (1, [20_000_000, 200_000_000, 2_000_000]),
        (2, [100_000_000, 60_000_000, 2_000_000]),
        (3, [100_000_000, 200_000_000, 700_000]),
        (4, [22_000_000, 66_000_000, 800_000]),
    ] {
        let (rates, starts) = larger_run(seed, capacities);
        let (mut local, mut plain) = (Network::new(&rates), Network::plain(&rates));
        let (ends, expected) = (run(&mut local, &starts), run(&mut plain, &starts));
        assert_eq!((ends.len(), expected.len()), (starts.len(), starts.len()));
        for ((payload, at), (_, expected)) in ends.iter().zip(&expected) {
            assert!(
                at == expected,
                "{payload} ends at {at}, should at {expected}"
            );
        }
        let bytes = |network: &Network| {
            (0..rates.len() as u32)
                .map(|l| network.usage(l).bytes)
                .collect::<Vec<_>>()
        };
        assert_eq!(bytes(&local), bytes(&plain));
        let loads = |network: &Network| -> Vec<f64> {
            (0..rates.len() as u32)
                .map(|l| network.usage(l).peak_use)
                .collect()
        };
        for (load, expected) in loads(&local).iter().zip(loads(&plain)) {
            assert!((load - expected).abs() < 1e-6, "{load} and not {expected}");
        }
        let peaks = |network: &Network| {
            (0..rates.len() as u32)
                .map(|l| network.usage(l).peak_transfers)
                .max()
        };
        assert!(
            peaks(&local) > Some(20),
            "the links are shared: {:?}",
            peaks(&local)
        );
    }
}

#[test]
fn a_transfer_knows_the_link_that_holds_it_back_and_how_many_share_it() {
    let (narrow, wide) = (Rate(1_000_000), Rate(8_000_000));
    let mut network = Network::new(&[narrow, wide]);
    let both = network.class(&[0, 1], Rate::UNLIMITED);
    let slow = network.class(&[1], Rate(1_000));
    let free = network.class(&[], Rate::UNLIMITED);
    let size = Size(1_000_000);
    let first = network.start(Instant::START, both, size, 0);
    let second = network.start(Instant::START, both, size, 1);
    let capped = network.start(Instant::START, slow, size, 2);
    let tight = network.held_back_by(second).expect("the narrow link does");
    assert_eq!(
        (tight.link, tight.capacity, tight.transfers),
        (0, narrow, 2)
    );
    assert_eq!(network.held_back_by(capped), None, "its own cap");
    network.cancel(Instant::START, first);
    assert_eq!(network.held_back_by(first), None, "it has ended");
    let unlimited = network.start(Instant::START, free, size, 3);
    assert_eq!(network.held_back_by(unlimited), None);
}

#[test]
fn what_labels_have_carried_adds_up_while_transfers_are_under_way() {
    for plain in [false, true] {
        let rates = [Rate(8_000), Rate(16_000)];
        let mut network = if plain {
            Network::plain(&rates)
        } else {
            Network::new(&rates)
        };
        let near = network.labelled_class(&[0, 1], Rate::UNLIMITED, 7);
        let far = network.labelled_class(&[0, 1], Rate::UNLIMITED, 9);
        let other = network.class(&[0, 1], Rate::UNLIMITED);
        assert!(near != far && far != other && near != other);
        let at = |seconds: u64| Instant(seconds * 1_000_000);
        // 1000 byte/s for all: a quarter each for `other` and `far`, a half for `near`.
        let lost = network.start(at(0), near, Size(100_000), 0);
        network.start(at(0), near, Size(100_000), 1);
        network.start(at(0), far, Size(1_000), 2);
        network.start(at(0), other, Size(100_000), 3);
        assert!(network.carries());
        let (mut told, mut done) = (Vec::new(), Vec::new());
        network.carried(at(2), &mut told);
        // Of two members one may have moved a part of a byte less.
        assert_eq!(told, [(7, Size(999)), (9, Size(500))]);
        network.finish(at(4), &mut done);
        assert_eq!(done, [2]);
        assert_eq!(network.cancel(at(4), lost), Size(1_000));
        told.clear();
        network.carried(at(4), &mut told);
        assert_eq!(told, [(7, Size(1_001)), (9, Size(500))]);
        told.clear();
        network.carried(at(6), &mut told);
        assert_eq!(told, [(7, Size(1_000))]);
    }
}
