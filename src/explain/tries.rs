//! A story try after try: what goes like an earlier try is counted rather than told
//! again.
//!
//! Two tries go alike if the same things happen in them in the same order, whenever
//! that is and however long they take. What lies between is told as a range.

use crate::model::{Entry, Teller};
use crate::units::{Instant, SignedInstant, Size, Span};
use std::collections::BTreeMap;
use std::mem::{Discriminant, discriminant};

/// Tries that are told in full whatever they are like. Those that come later and differ
/// from an earlier one in the servers alone are counted, too.
const TOLD_WHATEVER: usize = 12;

/// Tries that are told in full at all.
const TOLD_AT_MOST: usize = 40;

/// Earlier tries that a line of counts names.
const NAMED: usize = 4;

/// A line of a story: when, what, and for how many tries it stands.
pub(super) struct Line {
    pub(super) at: Instant,
    pub(super) text: String,
    pub(super) alike: u64,
}

/// What happened in one try, or in what comes before the first.
type Try<'e> = &'e [(Instant, &'e Entry)];

/// The story of one advertisement.
pub(super) fn lines(teller: &Teller, entries: &[(Instant, &Entry)]) -> Vec<Line> {
    let mut story = Story {
        teller,
        lines: Vec::new(),
        told: Vec::new(),
        exact: BTreeMap::new(),
        rough: BTreeMap::new(),
        more: More::default(),
    };
    let mut before = None;
    for told in tries(entries) {
        story.take(told, before);
        before = told.first().map(|(at, _)| *at);
    }
    story.tell_more();
    story.lines
}

/// The entries, try by try. One that happened often in one step ends with that.
fn tries<'e>(entries: &'e [(Instant, &'e Entry)]) -> impl Iterator<Item = Try<'e>> {
    let ends = |entry: &Entry| {
        matches!(
            entry,
            Entry::TriesAgain { .. } | Entry::ContactTimedOut(_) | Entry::ContactRefused(..)
        )
    };
    let begins = |entry: &Entry| matches!(entry, Entry::BeginsAgain(_) | Entry::Off(..));
    entries.chunk_by(move |(_, one), (_, next)| !ends(one) && !begins(next))
}

/// A story as far as it has been taken in.
struct Story<'t, 'w> {
    teller: &'t Teller<'w>,
    lines: Vec<Line>,
    /// When the tries began that were told in full.
    told: Vec<Instant>,
    /// The try that was told, by what happened in it.
    exact: BTreeMap<Vec<String>, usize>,
    /// Likewise, whatever the servers.
    rough: BTreeMap<Vec<String>, usize>,
    /// What is counted since.
    more: More,
}

/// Tries that are counted.
#[derive(Default)]
struct More {
    /// By what they are like, in the order in which they came.
    like: Vec<(Like, u64)>,
    count: u64,
    /// Those that are something else than a try: what begins again, a machine that is
    /// off.
    others: u64,
    last: Instant,
    /// The shortest and the longest time from the beginning of one to the next.
    apart: Option<(Span, Span)>,
    /// Status messages that waited, and those that were lost.
    waited: u64,
    lost: u64,
}

/// What a try is like that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Like {
    /// The try with this number that was told.
    Told(usize),
    /// That one, but for the servers.
    Roughly(usize),
    /// None of them.
    None,
}

impl Story<'_, '_> {
    fn take(&mut self, told: Try, before: Option<Instant>) {
        let Some((begin, _)) = told.first() else {
            return;
        };
        let exact = exact(self.teller, told);
        let rough = rough(told);
        let like = match (self.exact.get(&exact), self.rough.get(&rough)) {
            (Some(known), _) => Some(Like::Told(*known)),
            (None, Some(known)) if self.told.len() >= TOLD_WHATEVER => Some(Like::Roughly(*known)),
            _ if self.told.len() >= TOLD_AT_MOST => Some(Like::None),
            _ => None,
        };
        if let Some(like) = like {
            return self.more.count(like, told, before);
        }
        self.tell_more();
        self.exact.insert(exact, self.told.len());
        self.rough.entry(rough).or_insert(self.told.len());
        self.told.push(*begin);
        self.lines.extend(told.iter().map(|(at, entry)| Line {
            at: *at,
            text: self.teller.tell(entry),
            alike: 0,
        }));
    }

    /// Tells of the tries that were counted.
    fn tell_more(&mut self) {
        let more = std::mem::take(&mut self.more);
        if more.count == 0 {
            return;
        }
        let times = if more.count == 1 { "time" } else { "times" };
        let begin = match more.others {
            0 => format!("has tried {} more {times} by now", more.count),
            _ => format!("goes on like this {} more {times} by now", more.count),
        };
        let last = self.told.len().checked_sub(1).map(Like::Told);
        let what = match &more.like[..] {
            [(like, _)] if Some(*like) == last && more.others == 0 => {
                ", each like this one".to_owned()
            }
            [(like, _)] if Some(*like) == last => String::new(),
            [(like, _)] => format!(", each {}", self.name(*like)),
            all => format!(": {}", self.counts(all)),
        };
        let text = format!("{begin}{what}{}{}", more.range(), more.messages());
        self.lines.push(Line {
            at: more.last,
            text,
            alike: more.count,
        });
    }

    /// How many were like which.
    fn counts(&self, all: &[(Like, u64)]) -> String {
        let named = all.iter().take(NAMED);
        let named = named.map(|(like, count)| format!("{count} {}", self.name(*like)));
        let mut counts: Vec<String> = named.collect();
        let rest: u64 = all.iter().skip(NAMED).map(|(_, count)| count).sum();
        if rest > 0 {
            counts.push(format!("{rest} like others before"));
        }
        counts.join(", ")
    }

    fn name(&self, like: Like) -> String {
        let time = |told: usize| self.teller.time(self.told[told]);
        match like {
            Like::Told(told) => format!("like that of {}", time(told)),
            Like::Roughly(told) => format!("like that of {}, with other servers", time(told)),
            Like::None => "in another way".to_owned(),
        }
    }
}

impl More {
    fn count(&mut self, like: Like, told: Try, before: Option<Instant>) {
        let Some((begin, first)) = told.first() else {
            return;
        };
        match self.like.iter_mut().find(|(known, _)| *known == like) {
            Some((_, count)) => *count += 1,
            None => self.like.push((like, 1)),
        }
        self.count += 1;
        self.others += u64::from(matches!(first, Entry::BeginsAgain(_) | Entry::Off(..)));
        self.last = *begin;
        if let Some(before) = before {
            let apart = begin.since(before);
            let (least, most) = self.apart.unwrap_or((apart, apart));
            self.apart = Some((least.min(apart), most.max(apart)));
        }
        for (_, entry) in told {
            self.waited += match entry {
                Entry::ReportWaits(..) => 1,
                Entry::ReportRefused { alike, .. } => *alike,
                _ => 0,
            };
            self.lost += u64::from(matches!(entry, Entry::ReportLost(..)));
        }
    }

    /// How long they came one after another, where that varies.
    fn range(&self) -> String {
        let whole = |span: Span| Span(span.0 / 1_000_000 * 1_000_000);
        match self.apart.map(|(least, most)| (whole(least), whole(most))) {
            Some((least, most)) if least < most => {
                format!(", between {least} and {most} after the one before")
            }
            _ => String::new(),
        }
    }

    /// What became of their status messages, where that is worth a word.
    fn messages(&self) -> String {
        match (self.waited, self.lost) {
            (0, 0) => String::new(),
            (waited, 0) => format!("; status messages waited {waited} times"),
            (0, lost) => format!("; {lost} of their status messages were lost"),
            (waited, lost) => format!(
                "; {lost} of their status messages were lost, and they waited {waited} times"
            ),
        }
    }
}

/// What happened in a try, without the times, and without what is told of messages and
/// rates, which come and go beside it.
fn exact(teller: &Teller, told: Try) -> Vec<String> {
    let what = told.iter().filter(|(_, entry)| !is_beside(entry));
    what.map(|(_, entry)| teller.tell(&timeless(entry)))
        .collect()
}

/// Likewise, whatever the servers and however many of them were turned to.
fn rough(told: Try) -> Vec<String> {
    let what = told.iter().filter(|(_, entry)| !is_beside(entry));
    let mut what: Vec<String> = what.map(|(_, entry)| serverless(entry)).collect();
    what.dedup();
    what
}

/// Whether an entry is about something beside the try.
fn is_beside(entry: &Entry) -> bool {
    matches!(
        entry,
        Entry::ReportWaits(..)
            | Entry::ReportRefused { .. }
            | Entry::ReportArrives(..)
            | Entry::ReportLost(..)
            | Entry::Flows { .. }
            | Entry::Throttled(_)
    )
}

/// An entry without the times, sizes and numbers that vary from try to try.
fn timeless(entry: &Entry) -> Entry {
    let known = |at: Instant| if at.is_some() { Instant::START } else { at };
    match entry.clone() {
        Entry::Accepted(due) => Entry::Accepted(known(due)),
        Entry::Chosen(at) => Entry::Chosen(known(at)),
        Entry::PoolWidened(_, points) => Entry::PoolWidened(Span(0), points),
        Entry::ContentComes(package, point, at) => Entry::ContentComes(package, point, known(at)),
        Entry::Locked {
            actor,
            until,
            machines,
            ..
        } => Entry::Locked {
            actor,
            since: Instant::START,
            until: known(until),
            first: Vec::new(),
            machines: machines.min(1),
        },
        Entry::RightsTaken(_) => Entry::RightsTaken(Instant::START),
        Entry::CacheFull(_) => Entry::CacheFull(Size(0)),
        Entry::ContentStarts(point, package, _) => Entry::ContentStarts(point, package, Size(0)),
        Entry::ContentComplete(..) => Entry::ContentComplete(Span(0), Size(0)),
        Entry::Uninstalls(_) => Entry::Uninstalls(SignedInstant::START),
        Entry::AwaitsToken(_) => Entry::AwaitsToken(Instant::START),
        Entry::Hangs(_) => Entry::Hangs(Instant::START),
        Entry::Away(site, until) => Entry::Away(site, known(until)),
        Entry::ClockOff(offset) => Entry::ClockOff(offset.signum()),
        Entry::Off(until, missed) => Entry::Off(known(until), missed),
        Entry::CountsDown(_) => Entry::CountsDown(Span(0)),
        Entry::Runs(_) => Entry::Runs(Span(0)),
        Entry::TriesAgain { alike, .. } => Entry::TriesAgain {
            at: Instant::START,
            alike: alike.min(1),
        },
        Entry::Offered(phase, _) => Entry::Offered(phase, Instant::START),
        Entry::StartsLater(_) => Entry::StartsLater(Instant::START),
        Entry::LogsUserOff(_) => Entry::LogsUserOff(Instant::START),
        Entry::BeginsAgain(_) => Entry::BeginsAgain(2),
        Entry::Member(collection, _) => Entry::Member(collection, Instant::START),
        Entry::ClientRemoved(_) => Entry::ClientRemoved(Instant::START),
        Entry::Removes(program, _) => Entry::Removes(program, Span(0)),
        other => other,
    }
}

/// What kind of thing happened, and what came of it.
fn serverless(entry: &Entry) -> String {
    let kind: Discriminant<Entry> = discriminant(entry);
    match entry {
        Entry::Attempt {
            purpose, result, ..
        } => {
            let code = result.err().map(|refusal| refusal.code);
            format!("{kind:?} {purpose:?} {code:?}")
        }
        Entry::NoPoint(cause)
        | Entry::NotOffered(cause)
        | Entry::Gone(cause)
        | Entry::Rejected(cause)
        | Entry::Waits(cause)
        | Entry::Over(cause) => format!("{kind:?} {}", cause.name()),
        Entry::Exits(code) => format!("{kind:?} {code}"),
        Entry::Status(message) => format!("{kind:?} {message}"),
        _ => format!("{kind:?}"),
    }
}
