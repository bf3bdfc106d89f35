//! The controller of one roll-out: it hears what machines report, and decides
//! who is offered the advertisement next.
//!
//! It knows nothing of the simulation around it. It is told of reports as they
//! come and is asked for its decisions at fixed times, as the real services
//! are: what is reported between two such times counts at the second. Whoever
//! has been offered an advertisement keeps the offer; decisions concern the
//! others.

use super::brake::{Brake, Ruling};
use super::roster::{News, Roster};
use crate::model::ids::JobId;
use crate::outcome::{Action, Cause, Decision, DecisionRule, Figures, RuleVerdict as Verdict};
use crate::units::{Instant, Span};
use crate::world::{AdvertisementId, Counted, Gate, OfferRate, Rollout, Wanted};

/// The controller of one advertisement.
#[derive(Debug)]
pub(crate) struct Steering<'w> {
    id: AdvertisementId,
    rollout: &'w Rollout,
    roster: Roster,
    /// Jobs that are in no phase.
    outside: Vec<JobId>,
    /// How many phases are open.
    open: usize,
    /// No offer before: that is where the rate has got to.
    next_offer: Instant,
    brake: Brake<'w>,
    /// That of each phase alone.
    phase_brakes: Vec<Brake<'w>>,
    /// What the gate of the last open phase has said; `None` if it has not been
    /// asked yet.
    gate_verdict: Option<Verdict>,
    gate_met: Option<Instant>,
}

impl<'w> Steering<'w> {
    /// The controller of an advertisement's roll-out, before any machine is enlisted.
    pub(crate) fn new(id: AdvertisementId, rollout: &'w Rollout) -> Self {
        let phases = rollout.phases.iter();
        Self {
            id,
            rollout,
            roster: Roster::default(),
            outside: Vec::new(),
            open: 0,
            next_offer: Instant::START,
            brake: Brake::of_rollout(&rollout.stops),
            phase_brakes: phases.map(|phase| Brake::of_phase(&phase.stops)).collect(),
            gate_verdict: None,
            gate_met: None,
        }
    }

    /// The advertisement that is rolled out.
    pub(crate) fn id(&self) -> AdvertisementId {
        self.id
    }

    /// Takes in a machine, by its key and the phase that a collection puts it
    /// into.
    pub(crate) fn enlist(&mut self, job: JobId, machine: u64, named: u8) {
        match self.rollout.phase_of(machine, named) {
            Some(phase) => self.roster.enlist(job, phase, self.rollout.turn(machine)),
            None => self.outside.push(job),
        }
    }

    /// Puts the machines into their order, and tells each job's place in it.
    pub(crate) fn settle(&mut self, place: impl FnMut(JobId, u32)) {
        self.roster.settle(self.rollout.phases.len(), place);
    }

    /// The name of the phase of the member at `place`.
    pub(crate) fn phase_name(&self, place: u32) -> &'w str {
        &self.rollout.phases[self.roster.phase_of(place)].name
    }

    /// The site server hears `news` of the member at `place`, at `at`.
    pub(crate) fn hear(&mut self, place: u32, at: Instant, news: News) {
        self.roster.hear(place, at, news);
    }

    /// Decides what there is to decide at `now`, in the order: stop rules,
    /// gates, offers. Offers up to the next evaluation are appended to
    /// `offers`, with their instants; returns when that is, if it is needed.
    pub(crate) fn evaluate(
        &mut self,
        now: Instant,
        horizon: Instant,
        log: &mut Vec<Decision>,
        offers: &mut Vec<(Instant, JobId)>,
    ) -> Option<Instant> {
        self.roster.catch_up(now, self.rollout.overdue_after);
        if self.ends(now, log) {
            return None;
        }
        self.resume(now, log);
        self.ask_stops(now, log);
        let next = now + self.rollout.evaluation;
        if self.brake.is_off() {
            self.open_phases(now, log);
            self.offer(now, next.min(horizon + Span(1)), offers);
        }
        if self.ends(now, log) {
            return None;
        }
        (!self.is_over()).then_some(next)
    }

    /// Whether every machine has been offered it by `now`, which is written down. Offers
    /// up to the next look are made already, and may lie ahead; so may the horizon.
    fn ends(&self, now: Instant, log: &mut Vec<Decision>) -> bool {
        let last = self.roster.last_offer_of_all().filter(|_| self.open > 0);
        let is_over = last.is_some_and(|last| last <= now);
        if is_over {
            let figures = self.roster.total();
            self.write(
                now,
                DecisionRule::Exhausted,
                Verdict::Met,
                Action::Complete,
                figures,
                log,
            );
        }
        is_over
    }

    /// Whether there will be no more offers, whatever is reported.
    fn is_over(&self) -> bool {
        if self.roster.last_offer_of_all().is_some() {
            // The last of them is still to be written down.
            return false;
        }
        let phases = self.roster.phases.iter().zip(&self.phase_brakes);
        self.brake.is_final()
            || self.open == self.roster.phases.len()
                && phases
                    .into_iter()
                    .all(|(phase, brake)| phase.is_exhausted() || brake.is_final())
    }

    /// The jobs that have not been offered it, and why.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = (JobId, Cause)> + '_ {
        let outside = self.outside.iter().map(|job| (*job, Cause::InNoPhase));
        outside.chain(self.roster.waiting().map(|member| {
            let phase = usize::from(member.phase);
            let brake = &self.phase_brakes[phase];
            let cause = if self.brake.has_aborted() || brake.has_aborted() {
                Cause::RolloutAborted
            } else if self.brake.is_off() && brake.is_off() && phase < self.open {
                Cause::NotOffered
            } else {
                Cause::HeldBack
            };
            (member.job, cause)
        }))
    }

    /// Ends pauses whose time is over.
    fn resume(&mut self, now: Instant, log: &mut Vec<Decision>) {
        if let Some(by) = self.brake.resume(now) {
            let figures = self.roster.total();
            self.write(now, by, Verdict::Met, Action::Resume, figures, log);
        }
        for phase in 0..self.open {
            if let Some(by) = self.phase_brakes[phase].resume(now) {
                let figures = self.roster.phases[phase].figures;
                let mut decision = self.decision(now, by, Verdict::Met, Action::Resume, figures);
                decision.phase = phase;
                log.push(decision);
            }
        }
    }

    /// Asks the rules of the whole roll-out, then those of each open phase that
    /// has somebody to be held back.
    fn ask_stops(&mut self, now: Instant, log: &mut Vec<Decision>) {
        let (advertisement, last) = (self.id, self.open.saturating_sub(1));
        let decision = |phase: usize, figures: Figures, ruling: Ruling| Decision {
            at: now,
            advertisement,
            phase,
            rule: ruling.by,
            verdict: ruling.verdict,
            action: ruling.action,
            figures,
            measured: ruling.measured,
            threshold: Some(ruling.threshold),
        };
        let figures = self.roster.total();
        self.brake.ask(now, &figures, |ruling| {
            log.push(decision(last, figures, ruling));
        });
        if self.brake.has_aborted() {
            return;
        }
        let open = self.roster.phases[..self.open].iter();
        for (phase, (state, brake)) in open.zip(&mut self.phase_brakes).enumerate() {
            if !state.is_exhausted() {
                let figures = state.figures;
                brake.ask(now, &figures, |ruling| {
                    log.push(decision(phase, figures, ruling));
                });
            }
        }
    }

    /// Opens every phase whose time has come.
    fn open_phases(&mut self, now: Instant, log: &mut Vec<Decision>) {
        if self.open == 0 {
            self.open_next(now);
            let figures = self.roster.phases[0].figures;
            self.write(
                now,
                DecisionRule::Start,
                Verdict::Met,
                Action::Open,
                figures,
                log,
            );
        }
        while self.open < self.roster.phases.len() {
            let last = self.open - 1;
            let (phase, state) = (&self.rollout.phases[last], self.roster.phases[last]);
            let (verdict, measured) = ask_gate(&phase.gate, &state.figures);
            let before = self.gate_verdict.replace(verdict);
            if verdict == Verdict::Met {
                self.gate_met.get_or_insert(now);
            } else {
                self.gate_met = None;
            }
            // Nothing is written down of a gate that is still to decide, unless it
            // never will.
            let news = match before {
                Some(before) => verdict != before,
                None => verdict != Verdict::Undecided || asks_too_much(&phase.gate, &state.figures),
            };
            let passed = self
                .gate_met
                .is_some_and(|since| since + phase.deferral <= now);
            let overrun = phase
                .deadline
                .is_some_and(|deadline| state.opened + deadline <= now);
            let (rule, action) = match (passed, overrun) {
                (true, _) => (DecisionRule::Gate, Action::Open),
                (false, true) => (DecisionRule::Deadline, Action::Open),
                _ if news => (DecisionRule::Gate, Action::Wait),
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
        self.roster.phases[self.open].opened = now;
        self.open += 1;
        self.gate_met = None;
        self.gate_verdict = None;
    }

    /// Makes the offers of the time from `now` until before `until`.
    fn offer(&mut self, now: Instant, until: Instant, offers: &mut Vec<(Instant, JobId)>) {
        while let Some((available, phase)) = self.head() {
            let at = available.max(self.next_offer).max(now);
            if at >= until {
                return;
            }
            if let Some(rate) = &self.rollout.rate {
                self.next_offer = at + gap(rate, self.counted(rate.counted));
            }
            offers.push((at, self.roster.offer(phase, at)));
        }
    }

    /// When the first member of an open phase that is not held may be offered
    /// it, and its phase.
    fn head(&self) -> Option<(Instant, usize)> {
        let phases = self.roster.phases[..self.open].iter().enumerate();
        phases
            .filter(|(phase, _)| self.phase_brakes[*phase].is_off())
            .filter_map(|(phase, state)| {
                let turn = self.roster.next_turn(phase)?;
                let written = &self.rollout.phases[phase];
                Some((Rollout::available(written, state.opened, turn), phase))
            })
            .min()
    }

    fn counted(&self, counted: Counted) -> u64 {
        match counted {
            Counted::Notified => self.roster.offered(),
            Counted::Succeeded => self.roster.total().succeeded,
        }
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

/// Whether a gate asks for more machines than its phase has.
fn asks_too_much(gate: &Gate, figures: &Figures) -> bool {
    let wanted = match gate.wanted {
        Wanted::Count(count) => count,
        Wanted::ShareOfMachines(_) | Wanted::ShareOfReported(_) => 0,
    };
    figures.machines > 0 && wanted.max(gate.minimum) > figures.machines
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
        // Where there is no machine, none has to succeed.
        _ if figures.machines == 0 => Verdict::Met,
        (false, _) => Verdict::Undecided,
        (true, None) if wanted > 0.0 => Verdict::Undecided,
        (true, share) if reaches(share) => Verdict::Met,
        _ if reaches(best) => Verdict::Undecided,
        _ => Verdict::NotMet,
    };
    (verdict, share)
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
