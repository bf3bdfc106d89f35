//! Stop rules, and what they have done to offers: those of the whole roll-out,
//! or of one of its phases.

use crate::outcome::{Action, DecisionRule, Figures, RuleVerdict as Verdict};
use crate::units::Instant;
use crate::world::{FailureKind, StopAction, StopRule};

/// Whether offers are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Running,
    Paused { until: Instant, by: DecisionRule },
    Aborted,
}

/// One stop rule.
#[derive(Debug, Clone, Copy)]
struct StopState {
    verdict: Verdict,
    /// Whether it has stopped offers once, and is not asked again.
    spent: bool,
}

/// What a stop rule says, if that is news.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ruling {
    pub(super) by: DecisionRule,
    pub(super) verdict: Verdict,
    pub(super) action: Action,
    /// The share that it looked at.
    pub(super) measured: Option<f64>,
    /// The share that it asks for.
    pub(super) threshold: f64,
}

/// The rules that stop some offers, and what they have done.
#[derive(Debug)]
pub(super) struct Brake<'w> {
    rules: &'w [StopRule],
    states: Vec<StopState>,
    course: Course,
    /// How a rule of a kind is called in the log.
    name: fn(FailureKind) -> DecisionRule,
}

impl<'w> Brake<'w> {
    /// The rules of a whole roll-out.
    pub(super) fn of_rollout(rules: &'w [StopRule]) -> Self {
        Self::new(rules, |on| match on {
            FailureKind::Failed => DecisionRule::Failed,
            FailureKind::Rejected => DecisionRule::Rejected,
            FailureKind::Overdue => DecisionRule::Overdue,
            FailureKind::Any => DecisionRule::Any,
        })
    }

    /// The rules of one phase.
    pub(super) fn of_phase(rules: &'w [StopRule]) -> Self {
        Self::new(rules, |on| match on {
            FailureKind::Failed => DecisionRule::PhaseFailed,
            FailureKind::Rejected => DecisionRule::PhaseRejected,
            FailureKind::Overdue => DecisionRule::PhaseOverdue,
            FailureKind::Any => DecisionRule::PhaseAny,
        })
    }

    fn new(rules: &'w [StopRule], name: fn(FailureKind) -> DecisionRule) -> Self {
        let state = StopState {
            verdict: Verdict::Undecided,
            spent: false,
        };
        Self {
            rules,
            states: vec![state; rules.len()],
            course: Course::Running,
            name,
        }
    }

    /// Whether offers are made.
    pub(super) fn is_off(&self) -> bool {
        self.course == Course::Running
    }

    /// Whether there are no offers any more, by a rule that aborts.
    pub(super) fn has_aborted(&self) -> bool {
        self.course == Course::Aborted
    }

    /// Whether there will be no offers any more, whatever is reported.
    pub(super) fn is_final(&self) -> bool {
        match self.course {
            Course::Aborted => true,
            Course::Paused { until, .. } => {
                !until.is_some() && self.states.iter().all(|state| state.spent)
            }
            Course::Running => false,
        }
    }

    /// Ends a pause whose time is over; by which rule it was made.
    pub(super) fn resume(&mut self, now: Instant) -> Option<DecisionRule> {
        match self.course {
            Course::Paused { until, by } if until <= now => {
                self.course = Course::Running;
                Some(by)
            }
            _ => None,
        }
    }

    /// Asks every rule, in the order written, what it says to `figures`, and
    /// does as they say.
    pub(super) fn ask(&mut self, now: Instant, figures: &Figures, mut tell: impl FnMut(Ruling)) {
        for (rule, state) in self.rules.iter().zip(&mut self.states) {
            if state.spent || self.course == Course::Aborted {
                continue;
            }
            let (verdict, measured) = judge(rule, figures);
            let before = std::mem::replace(&mut state.verdict, verdict);
            state.spent = verdict == Verdict::Met;
            let by = (self.name)(rule.on);
            let action = match (verdict, rule.action) {
                (Verdict::Met, StopAction::Abort) => {
                    self.course = Course::Aborted;
                    Action::Abort
                }
                (Verdict::Met, StopAction::Pause(span)) => {
                    let until = now + span;
                    self.course = Course::Paused { until, by };
                    Action::Pause
                }
                _ if verdict != before => Action::GoOn,
                _ => continue,
            };
            tell(Ruling {
                by,
                verdict,
                action,
                measured,
                threshold: rule.share,
            });
        }
    }
}

/// What a stop rule says to figures, and the share that it looked at.
fn judge(rule: &StopRule, figures: &Figures) -> (Verdict, Option<f64>) {
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
    let share = (known > 0).then(|| bad as f64 / known as f64);
    let verdict = match share {
        Some(share) if known >= rule.minimum && share >= rule.share => Verdict::Met,
        Some(_) if known >= rule.minimum => Verdict::NotMet,
        _ => Verdict::Undecided,
    };
    (verdict, share)
}
