//! What machines report, when the site server hears it, and what it never
//! hears.
//!
//! By default the final state of a job is heard at once. Where the scenario has
//! `[traffic]`, every status message is counted; where it has `[reports]`, every
//! message is a request to the management point or client access point of the
//! machine, after which it waits in line in an inbox. A message that does not
//! come through stays at the machine and is sent again, by both kinds of client:
//! a Legacy Client looks for its client access point every hour (KB Q236052).
//!
//! A message that says the same as the one before is counted with the others of its
//! kind, and lost or heard like it, unless it is the last.

use crate::model::ids::{JobId, MessageId};
use crate::outcome::ReportFate;
use crate::units::Instant;
use crate::world::{Reporting, ServerId, World};
use std::collections::BTreeMap;

/// What a job has said last.
#[derive(Debug, Clone, Copy)]
struct Said {
    message: u16,
    at: Instant,
    /// Counts its messages; an older one does not replace a newer.
    number: u32,
    /// The newest one heard.
    heard: u32,
    /// When the last one is heard, if that is known.
    arrives: Instant,
    fate: ReportFate,
    /// Whether it was the last word.
    is_final: bool,
}

const SILENT: Said = Said {
    message: 0,
    at: Instant::NEVER,
    number: 0,
    heard: 0,
    arrives: Instant::NEVER,
    fate: ReportFate::Nothing,
    is_final: false,
};

/// A message at its machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waiting {
    pub(crate) job: JobId,
    pub(crate) message: u16,
    pub(crate) number: u32,
}

/// Where a message stands in line, and how its time there would end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) contact: ServerId,
    /// When it is served, or given up.
    pub(crate) until: Instant,
    pub(crate) is_served: bool,
}

/// A message that has not come to the site server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    pub(crate) waiting: Waiting,
    /// `None` at its machine.
    pub(crate) line: Option<Line>,
}

/// What a message that arrives is to the site server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Receipt {
    /// No newer one of the same job has been heard.
    pub(crate) is_news: bool,
    /// It is the last word of its job.
    pub(crate) is_last_word: bool,
}

/// The messages of a group; it takes no memory where messages are not followed.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    said: Vec<Said>,
    kept: Vec<Kept>,
    /// When the site server has taken the last message of each inbox.
    inboxes: BTreeMap<ServerId, Instant>,
}

impl Reports {
    /// For a group with this many jobs.
    pub(crate) fn new(world: &World, jobs: usize) -> Self {
        let on = world.traffic.is_some() || world.reporting.is_some();
        Self {
            said: vec![SILENT; if on { jobs } else { 0 }],
            ..Self::default()
        }
    }

    /// Whether single messages are followed.
    pub(crate) fn are_followed(&self) -> bool {
        !self.said.is_empty()
    }

    /// Whether a message says what its job has just said, and will say more.
    pub(crate) fn repeats_itself(&self, id: JobId, message: u16) -> bool {
        let said = &self.said[id.index()];
        said.message == message && !said.is_final
    }

    /// When a job said its last message.
    pub(crate) fn said_at(&self, id: JobId) -> Instant {
        self.said[id.index()].at
    }

    /// A job says something new at `at`.
    pub(crate) fn says(&mut self, id: JobId, at: Instant, message: u16) -> Waiting {
        let said = &mut self.said[id.index()];
        let number = said.number + 1;
        *said = Said {
            message,
            at,
            number,
            arrives: Instant::NEVER,
            fate: ReportFate::AtMachine,
            is_final: false,
            ..*said
        };
        Waiting {
            job: id,
            message,
            number,
        }
    }

    /// What a job has said was its last word; when that is heard, if it is known.
    pub(crate) fn ends(&mut self, id: JobId) -> Option<Instant> {
        let said = &mut self.said[id.index()];
        said.is_final = true;
        Some(said.arrives).filter(|arrives| arrives.is_some())
    }

    /// Keeps a message that waits at its machine, or stands in line.
    pub(crate) fn keep(&mut self, waiting: Waiting, line: Option<Line>) -> MessageId {
        let fate = match line {
            None => ReportFate::AtMachine,
            Some(_) => ReportFate::AtServer,
        };
        self.loses(waiting, fate);
        self.kept.push(Kept { waiting, line });
        MessageId(self.kept.len() as u32 - 1)
    }

    /// A message that is kept.
    pub(crate) fn kept(&self, MessageId(message): MessageId) -> Kept {
        self.kept[message as usize]
    }

    /// A message comes to the inbox of a server: when the site server has taken it, and
    /// how many were before it; `None` if the inbox is full.
    pub(crate) fn takes_in(
        &mut self,
        server: ServerId,
        comes: Instant,
        reporting: &Reporting,
    ) -> Option<(Instant, u64)> {
        let free = self.inboxes.entry(server).or_default();
        let backlog = free.since(comes).0.div_ceil(reporting.processing.0);
        if backlog >= reporting.inbox {
            return None;
        }
        *free = comes.max(*free) + reporting.processing;
        Some((*free, backlog))
    }

    /// A message is lost, or comes no further for now.
    pub(crate) fn loses(&mut self, waiting: Waiting, fate: ReportFate) {
        let said = &mut self.said[waiting.job.index()];
        if said.number == waiting.number {
            said.fate = fate;
        }
    }

    /// Whether a message arrives later than it was said, or when more has been said.
    pub(crate) fn is_late(&self, waiting: Waiting, now: Instant) -> bool {
        let said = &self.said[waiting.job.index()];
        said.at < now || said.number > waiting.number
    }

    /// A message arrives at `at`, which may be beyond the horizon.
    pub(crate) fn arrives(&mut self, waiting: Waiting, at: Instant, within: bool) -> Receipt {
        let said = &mut self.said[waiting.job.index()];
        let is_newest = said.number == waiting.number;
        if is_newest {
            said.fate = if within {
                ReportFate::Heard
            } else {
                ReportFate::AtServer
            };
            said.arrives = at;
        }
        let is_news = within && waiting.number > said.heard;
        if is_news {
            said.heard = waiting.number;
        }
        Receipt {
            is_news,
            is_last_word: is_newest && said.is_final,
        }
    }

    /// What became of the last message of each job.
    pub(crate) fn fates(&self) -> Vec<(JobId, ReportFate)> {
        let all = self.said.iter().enumerate();
        all.map(|(id, said)| (JobId(id as u32), said.fate))
            .collect()
    }
}
