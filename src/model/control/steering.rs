//! The controller of one roll-out: it hears what machines report, and decides
//! who is offered the advertisement next.
//!
//! It knows nothing of the simulation around it. It is told of reports as they
//! come and is asked for its decisions at fixed times, as the real services
//! are: what is reported between two such times counts at the second. Whoever
//! has been offered an advertisement keeps the offer; decisions concern the
//! others.

use crate::outcome::Cause;
use crate::results::{Action, Decision, DecisionRule, Figures, RuleVerdict as Verdict};
use crate::units::{Instant, Span};
use crate::world::{
    AdvertisementId, Counted, FailureKind, Gate, OfferRate, Rollout, StopAction, StopRule, Wanted,
};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What the site server hears of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum News {
    /// It reports success.
    Succeeded,
    /// It reports failure.
    Failed,
    /// It reports that it will not run the program.
    Rejected,
    /// It had reported success, and has been found broken.
    Broken,
}

/// One machine of the roll-out.
#[derive(Debug, Clone, Copy)]
struct Member {
    job: u32,
    phase: u8,
    turn: u64,
    offered: Instant,
    heard: Option<News>,
    /// Whether it counts as overdue.
    overdue: bool,
}

/// One phase, and what is known of it.
#[derive(Debug, Clone, Copy)]
struct PhaseState {
    /// The next member to be offered it, and the end of its members.
    next: usize,
    end: usize,
    opened: Instant,
    figures: Figures,
}

/// One stop rule.
#[derive(Debug, Clone, Copy)]
struct StopState {
    verdict: Verdict,
    /// Whether it has stopped the roll-out once, and is not asked again.
    spent: bool,
}

/// Whether offers are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Running,
    Paused { until: Instant, by: DecisionRule },
    Aborted,
}

/// The controller of one advertisement.
#[derive(Debug)]
pub(crate) struct Steering<'w> {
    id: AdvertisementId,
    rollout: &'w Rollout,
    /// By phase, in it by turn.
    members: Vec<Member>,
    /// Jobs that are in no phase.
    outside: Vec<u32>,
    phases: Vec<PhaseState>,
    /// How many phases are open.
    open: usize,
    /// Reports of which it is known already when they will come.
    to_come: BinaryHeap<Reverse<(Instant, u32, News)>>,
    /// Members in the order of their offers, and how many of them have been
    /// looked at for being overdue.
    offers: Vec<u32>,
    looked_at: usize,
    /// No offer before: that is where the rate has got to.
    next_offer: Instant,
    stops: Vec<StopState>,
    course: Course,
    gate_verdict: Verdict,
    gate_met: Option<Instant>,
}

impl<'w> Steering<'w> {
    pub(crate) fn new(id: AdvertisementId, rollout: &'w Rollout) -> Self {
        let stop = StopState {
            verdict: Verdict::Undecided,
            spent: false,
        };
        Self {
            id,
            rollout,
            members: Vec::new(),
            outside: Vec::new(),
            phases: Vec::new(),
            open: 0,
            to_come: BinaryHeap::new(),
            offers: Vec::new(),
            looked_at: 0,
            next_offer: Instant::START,
            stops: vec![stop; rollout.stops.len()],
            course: Course::Running,
            gate_verdict: Verdict::Undecided,
            gate_met: None,
        }
    }

    pub(crate) fn id(&self) -> AdvertisementId {
        self.id
    }

    pub(crate) fn rollout(&self) -> &'w Rollout {
        self.rollout
    }

    /// Takes in a machine, by its key and the phase that a collection puts it
    /// into.
    pub(crate) fn enlist(&mut self, job: u32, machine: u64, named: u8) {
        match self.rollout.phase_of(machine, named) {
            Some(phase) => self.members.push(Member {
                job,
                phase: phase as u8,
                turn: self.rollout.turn(machine),
                offered: Instant::NEVER,
                heard: None,
                overdue: false,
            }),
            None => self.outside.push(job),
        }
    }

    /// Puts the machines into their order, and tells each job's place in it.
    pub(crate) fn settle(&mut self, mut place: impl FnMut(u32, u32)) {
        self.members
            .sort_unstable_by_key(|m| (m.phase, m.turn, m.job));
        for (at, member) in self.members.iter().enumerate() {
            place(member.job, at as u32);
        }
        let mut next = 0;
        for phase in 0..self.rollout.phases.len() {
            let end = self
                .members
                .partition_point(|m| usize::from(m.phase) <= phase);
            self.phases.push(PhaseState {
                next,
                end,
                opened: Instant::NEVER,
                figures: Figures {
                    machines: (end - next) as u64,
                    ..Figures::default()
                },
            });
            next = end;
        }
    }

    /// The name of the phase of the member at `place`.
    pub(crate) fn phase_name(&self, place: u32) -> &'w str {
        let phase = self.members[place as usize].phase;
        &self.rollout.phases[usize::from(phase)].name
    }

    /// The site server hears `news` of the member at `place`, at `at`.
    pub(crate) fn hear(&mut self, place: u32, at: Instant, news: News) {
        self.to_come.push(Reverse((at, place, news)));
    }

    /// Decides what there is to decide at `now`, in the order: stop rules,
    /// gates, offers. Offers up to the next evaluation are appended to
    /// `offers`, with their instants; returns when that is, if it is needed.
    pub(crate) fn evaluate(
        &mut self,
        now: Instant,
        horizon: Instant,
        log: &mut Vec<Decision>,
        offers: &mut Vec<(Instant, u32)>,
    ) -> Option<Instant> {
        self.catch_up(now);
        self.resume(now, log);
        self.ask_stops(now, log);
        let next = now + self.rollout.evaluation;
        if self.course == Course::Running {
            self.open_phases(now, log);
            self.offer(now, next.min(Instant(horizon.0.saturating_add(1))), offers);
        }
        if self.offers.len() == self.members.len() {
            let figures = self.total();
            self.write(
                now,
                DecisionRule::Exhausted,
                Verdict::Met,
                Action::Complete,
                figures,
                log,
            );
            return None;
        }
        match self.course {
            Course::Aborted => None,
            Course::Paused { until, .. } if !until.is_some() && self.every_stop_is_spent() => None,
            _ => Some(next),
        }
    }

    /// The jobs that have not been offered it, and why.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = (u32, Cause)> + '_ {
        let outside = self.outside.iter().map(|job| (*job, Cause::InNoPhase));
        let waiting = self
            .members
            .iter()
            .filter(|member| !member.offered.is_some());
        outside.chain(waiting.map(|member| {
            let cause = match self.course {
                Course::Aborted => Cause::RolloutAborted,
                Course::Running if usize::from(member.phase) < self.open => Cause::NotOffered,
                Course::Running | Course::Paused { .. } => Cause::HeldBack,
            };
            (member.job, cause)
        }))
    }

    /// Counts the reports that have come, and the offers that have been without
    /// one for too long.
    fn catch_up(&mut self, now: Instant) {
        while let Some(Reverse((at, place, news))) = self.to_come.peek().copied()
            && at <= now
        {
            self.to_come.pop();
            self.count(place as usize, news);
        }
        while let Some(place) = self.offers.get(self.looked_at) {
            let member = &mut self.members[*place as usize];
            if member.offered + self.rollout.overdue_after > now {
                break;
            }
            self.looked_at += 1;
            if member.heard.is_none() {
                member.overdue = true;
                self.phases[usize::from(member.phase)].figures.overdue += 1;
            }
        }
    }

    fn count(&mut self, place: usize, news: News) {
        let member = &mut self.members[place];
        let figures = &mut self.phases[usize::from(member.phase)].figures;
        match (member.heard, news) {
            (None, News::Succeeded) => figures.succeeded += 1,
            (None, News::Failed) => figures.failed += 1,
            (None, News::Rejected) => figures.rejected += 1,
            (Some(News::Succeeded), News::Broken) => {
                figures.succeeded -= 1;
                figures.broken += 1;
            }
            _ => return,
        }
        member.heard = Some(news);
        if std::mem::replace(&mut member.overdue, false) {
            figures.overdue -= 1;
        }
    }

    /// Ends a pause whose time is over.
    fn resume(&mut self, now: Instant, log: &mut Vec<Decision>) {
        if let Course::Paused { until, by } = self.course
            && until <= now
        {
            self.course = Course::Running;
            let figures = self.total();
            self.write(now, by, Verdict::Met, Action::Resume, figures, log);
        }
    }

    fn every_stop_is_spent(&self) -> bool {
        self.stops.iter().all(|stop| stop.spent)
    }

    fn ask_stops(&mut self, now: Instant, log: &mut Vec<Decision>) {
        let figures = self.total();
        for (at, rule) in self.rollout.stops.iter().enumerate() {
            if self.stops[at].spent || self.course == Course::Aborted {
                continue;
            }
            let (verdict, share) = ask_stop(rule, &figures);
            let before = std::mem::replace(&mut self.stops[at].verdict, verdict);
            let action = match (verdict, rule.action) {
                (Verdict::Met, StopAction::Abort) => Action::Abort,
                (Verdict::Met, StopAction::Pause(_)) => Action::Pause,
                _ if verdict != before => Action::GoOn,
                _ => continue,
            };
            let by = rule_name(rule.on);
            self.stops[at].spent = verdict == Verdict::Met;
            match (action, rule.action) {
                (Action::Abort, _) => self.course = Course::Aborted,
                (Action::Pause, StopAction::Pause(span)) => {
                    self.course = Course::Paused {
                        until: now + span,
                        by,
                    };
                }
                _ => {}
            }
            let mut decision = self.decision(now, by, verdict, action, figures);
            decision.measured = share;
            decision.threshold = Some(rule.share);
            log.push(decision);
        }
    }

    /// Opens every phase whose time has come.
    fn open_phases(&mut self, now: Instant, log: &mut Vec<Decision>) {
        if self.open == 0 {
            self.open_next(now);
            let figures = self.phases[0].figures;
            self.write(
                now,
                DecisionRule::Start,
                Verdict::Met,
                Action::Open,
                figures,
                log,
            );
        }
        while self.open < self.phases.len() {
            let last = self.open - 1;
            let (phase, state) = (&self.rollout.phases[last], self.phases[last]);
            let (verdict, measured) = ask_gate(&phase.gate, &state.figures);
            let before = std::mem::replace(&mut self.gate_verdict, verdict);
            if verdict == Verdict::Met {
                self.gate_met.get_or_insert(now);
            } else {
                self.gate_met = None;
            }
            let passed = self
                .gate_met
                .is_some_and(|since| since + phase.deferral <= now);
            let overrun = phase
                .deadline
                .is_some_and(|deadline| state.opened + deadline <= now);
            let (rule, action) = match (passed, overrun) {
                (true, _) => (DecisionRule::Gate, Action::Open),
                (false, true) => (DecisionRule::Deadline, Action::Open),
                _ if verdict != before => (DecisionRule::Gate, Action::Wait),
                _ => return,
            };
            if action == Action::Open {
                self.open_next(now);
            }
            let mut decision = self.decision(now, rule, verdict, action, state.figures);
            decision.measured = measured;
            decision.threshold = Some(phase.gate.wanted.amount());
            log.push(decision);
            if action == Action::Wait {
                return;
            }
        }
    }

    fn open_next(&mut self, now: Instant) {
        self.phases[self.open].opened = now;
        self.open += 1;
        self.gate_met = None;
        self.gate_verdict = Verdict::Undecided;
    }

    /// Makes the offers of the time from `now` until before `until`.
    fn offer(&mut self, now: Instant, until: Instant, offers: &mut Vec<(Instant, u32)>) {
        while let Some((available, phase)) = self.head() {
            let at = available.max(self.next_offer).max(now);
            if at >= until {
                return;
            }
            if let Some(rate) = &self.rollout.rate {
                self.next_offer = at + gap(rate, self.counted(rate.counted));
            }
            let place = self.phases[phase].next;
            self.phases[phase].next += 1;
            self.phases[phase].figures.offered += 1;
            self.members[place].offered = at;
            self.offers.push(place as u32);
            offers.push((at, self.members[place].job));
        }
    }

    /// The member of an open phase that may be offered it first.
    fn head(&self) -> Option<(Instant, usize)> {
        let heads = self.phases[..self.open].iter().enumerate();
        heads
            .filter(|(_, state)| state.next < state.end)
            .map(|(phase, state)| {
                let turn = self.members[state.next].turn;
                (
                    Rollout::available(&self.rollout.phases[phase], state.opened, turn),
                    phase,
                )
            })
            .min()
    }

    fn counted(&self, counted: Counted) -> u64 {
        match counted {
            Counted::Notified => self.offers.len() as u64,
            Counted::Succeeded => self
                .phases
                .iter()
                .map(|phase| phase.figures.succeeded)
                .sum(),
        }
    }

    /// The figures of all phases together.
    fn total(&self) -> Figures {
        self.phases
            .iter()
            .fold(Figures::default(), |sum, phase| sum + phase.figures)
    }

    fn decision(
        &self,
        at: Instant,
        rule: DecisionRule,
        verdict: Verdict,
        action: Action,
        figures: Figures,
    ) -> Decision {
        Decision {
            at,
            advertisement: self.id,
            phase: self.open.saturating_sub(1),
            rule,
            verdict,
            action,
            figures,
            measured: None,
            threshold: None,
        }
    }

    fn write(
        &self,
        at: Instant,
        rule: DecisionRule,
        verdict: Verdict,
        action: Action,
        figures: Figures,
        log: &mut Vec<Decision>,
    ) {
        log.push(self.decision(at, rule, verdict, action, figures));
    }
}

/// The time from one offer to the next, never shorter than the rate allows.
fn gap(rate: &OfferRate, counted: u64) -> Span {
    Span((60e6 / rate.at(counted)).ceil().max(1.0) as u64)
}

/// What a gate says to the figures of its phase, and the share or count that it
/// looked at. A share or count that can no longer be reached is not met; one
/// that can is undecided.
fn ask_gate(gate: &Gate, figures: &Figures) -> (Verdict, Option<f64>) {
    let good = figures.succeeded;
    let reported = figures.reported();
    let possible = figures.machines - (reported - good);
    let (share, best) = match gate.wanted {
        Wanted::ShareOfMachines(_) => (
            ratio(good, figures.machines),
            ratio(possible, figures.machines),
        ),
        Wanted::ShareOfReported(_) => (ratio(good, reported), ratio(good, reported)),
        Wanted::Count(_) => (Some(good as f64), Some(possible as f64)),
    };
    let wanted = gate.wanted.amount();
    let reaches = |value: Option<f64>| value.is_none_or(|value| value >= wanted);
    let verdict = match (reported >= gate.minimum, share) {
        // Nobody has to succeed where nobody is.
        _ if figures.machines == 0 => Verdict::Met,
        (false, _) => Verdict::Undecided,
        (true, None) if wanted > 0.0 => Verdict::Undecided,
        (true, share) if reaches(share) => Verdict::Met,
        _ if reaches(best) => Verdict::Undecided,
        _ => Verdict::NotMet,
    };
    (verdict, share)
}

/// What a stop rule says to the figures of all phases, and the share that it
/// looked at.
fn ask_stop(rule: &StopRule, figures: &Figures) -> (Verdict, Option<f64>) {
    let failed = figures.failed + figures.broken;
    let (bad, known) = match rule.on {
        FailureKind::Failed => (failed, figures.reported()),
        FailureKind::Rejected => (figures.rejected, figures.reported()),
        FailureKind::Overdue => (figures.overdue, figures.reported() + figures.overdue),
        FailureKind::Any => (
            failed + figures.rejected + figures.overdue,
            figures.reported() + figures.overdue,
        ),
    };
    let share = ratio(bad, known);
    let verdict = match share {
        Some(share) if known >= rule.minimum && share >= rule.share => Verdict::Met,
        Some(_) if known >= rule.minimum => Verdict::NotMet,
        _ => Verdict::Undecided,
    };
    (verdict, share)
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

const fn rule_name(on: FailureKind) -> DecisionRule {
    match on {
        FailureKind::Failed => DecisionRule::Failed,
        FailureKind::Rejected => DecisionRule::Rejected,
        FailureKind::Overdue => DecisionRule::Overdue,
        FailureKind::Any => DecisionRule::Any,
    }
}
