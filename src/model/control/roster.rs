//! The machines of a roll-out, by phase and turn, and what the site server
//! knows of them: who has been offered the advertisement, and what was
//! reported. It counts, and decides nothing.

use crate::model::ids::JobId;
use crate::outcome::Figures;
use crate::units::{Instant, Span};
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
pub(super) struct Member {
    pub(super) job: JobId,
    pub(super) phase: u8,
    pub(super) turn: u64,
    offered: Instant,
    heard: Option<News>,
    /// Whether it counts as overdue.
    overdue: bool,
}

/// One phase, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct PhaseState {
    /// The next member to be offered it, and the end of its members.
    next: usize,
    end: usize,
    pub(super) opened: Instant,
    pub(super) figures: Figures,
}

impl PhaseState {
    /// Whether all of its members have been offered it.
    pub(super) fn is_exhausted(&self) -> bool {
        self.next == self.end
    }
}

/// Everybody in the roll-out.
#[derive(Debug, Default)]
pub(super) struct Roster {
    /// By phase, in it by turn.
    members: Vec<Member>,
    pub(super) phases: Vec<PhaseState>,
    /// Reports of which it is known already when they will come.
    to_come: BinaryHeap<Reverse<(Instant, u32, News)>>,
    /// Members in the order of their offers, and how many of them have been
    /// looked at for being overdue.
    offers: Vec<u32>,
    looked_at: usize,
}

impl Roster {
    /// Enlists a job in a phase, at its turn within it.
    pub(super) fn enlist(&mut self, job: JobId, phase: usize, turn: u64) {
        self.members.push(Member {
            job,
            phase: phase as u8,
            turn,
            offered: Instant::NEVER,
            heard: None,
            overdue: false,
        });
    }

    /// Puts the machines into their order, and tells each job's place in it.
    pub(super) fn settle(&mut self, phases: usize, mut place: impl FnMut(JobId, u32)) {
        self.members
            .sort_unstable_by_key(|m| (m.phase, m.turn, m.job));
        for (at, member) in self.members.iter().enumerate() {
            place(member.job, at as u32);
        }
        let mut next = 0;
        for phase in 0..phases {
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

    /// The phase of the member at `place`.
    pub(super) fn phase_of(&self, place: u32) -> usize {
        usize::from(self.members[place as usize].phase)
    }

    /// The members that have not been offered it.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Member> {
        self.members
            .iter()
            .filter(|member| !member.offered.is_some())
    }

    /// The turn of the member of `phase` that is offered it next.
    pub(super) fn next_turn(&self, phase: usize) -> Option<u64> {
        let state = &self.phases[phase];
        (!state.is_exhausted()).then(|| self.members[state.next].turn)
    }

    /// The next member of `phase` is offered it at `at`; returns its job.
    pub(super) fn offer(&mut self, phase: usize, at: Instant) -> JobId {
        let state = &mut self.phases[phase];
        let place = state.next;
        state.next += 1;
        state.figures.offered += 1;
        self.members[place].offered = at;
        self.offers.push(place as u32);
        self.members[place].job
    }

    /// How many members have been offered it.
    pub(super) fn offered(&self) -> u64 {
        self.offers.len() as u64
    }

    /// When the last member is offered it, once all offers are made; the start, if there
    /// are no members.
    pub(super) fn last_offer_of_all(&self) -> Option<Instant> {
        let all = self.offers.len() == self.members.len();
        let last = self.offers.last();
        let last = last.map_or(Instant::START, |place| {
            self.members[*place as usize].offered
        });
        all.then_some(last)
    }

    /// The figures of all phases together.
    pub(super) fn total(&self) -> Figures {
        self.phases
            .iter()
            .fold(Figures::default(), |sum, phase| sum + phase.figures)
    }

    /// The site server hears `news` of the member at `place`, at `at`.
    pub(super) fn hear(&mut self, place: u32, at: Instant, news: News) {
        self.to_come.push(Reverse((at, place, news)));
    }

    /// Counts the reports that have come, and the offers that have been without
    /// one for longer than `patience`.
    pub(super) fn catch_up(&mut self, now: Instant, patience: Span) {
        while let Some(Reverse((at, place, news))) = self.to_come.peek().copied()
            && at <= now
        {
            self.to_come.pop();
            self.count(place as usize, news);
        }
        while let Some(place) = self.offers.get(self.looked_at) {
            let member = &mut self.members[*place as usize];
            if member.offered + patience > now {
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
            // At a later time of its assignment, or for another user, it has fared otherwise.
            (Some(News::Succeeded), News::Failed) => {
                figures.succeeded -= 1;
                figures.failed += 1;
            }
            (Some(News::Failed), News::Succeeded) => {
                figures.failed -= 1;
                figures.succeeded += 1;
            }
            _ => return,
        }
        member.heard = Some(news);
        if std::mem::replace(&mut member.overdue, false) {
            figures.overdue -= 1;
        }
    }
}
