//! What can happen, in the order in which events of one instant happen.
//!
//! Changes of the world come before everything else of their instant, ends of
//! transfers next (both are kept outside the event list), then these. The order
//! of the variants is the order of the events; the table in `docs/model.md` says
//! the same, and a test holds it.

use crate::engine::Event;
use crate::model::ids::{JobId, MessageId, PollerId};
use crate::units::Instant;
use crate::world::AdvertisementId;

macro_rules! happenings {
    ($($(#[$doc:meta])* $name:ident($target:ident) = $text:literal,)*) => {
        /// The kind of an event. Its number is the event's rank.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub(crate) enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind, in order.
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)*];

            /// The row of the table in `docs/model.md`.
            #[cfg(test)]
            const fn description(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }

        /// An event and what it concerns.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Happening { $($(#[$doc])* $name($target),)* }

        impl Happening {
            /// What an event of the list says; `None` if its rank is of no kind.
            pub(crate) fn of(event: &Event) -> Option<Self> {
                let kind = Kind::ALL.get(usize::from(event.rank))?;
                Some(match kind { $(Kind::$name => Self::$name($target(event.entity)),)* })
            }

            /// The event that says this at `time`.
            pub(crate) const fn at(self, time: Instant, serial: u32) -> Event {
                let (kind, entity) = match self {
                    $(Self::$name($target(entity)) => (Kind::$name, entity),)*
                };
                Event { time, rank: kind as u8, entity, serial }
            }
        }
    };
}

happenings! {
    /// The controller of a roll-out looks at what is reported.
    Evaluation(AdvertisementId) = "the controller of a roll-out looks at what is reported, by advertisement",
    /// A program ended.
    RunEnd(JobId) = "a program ends",
    /// A restart is over.
    Restarted(JobId) = "a restart is over",
    /// The machine goes off in the middle of something.
    Off(JobId) = "a machine goes off in the middle of something",
    /// A poll that brings an advertisement.
    Poll(JobId) = "a poll that brings an advertisement",
    /// A machine looks whether its advertisement is gone: after what the same poll
    /// brings, and before what is due or was answered while it was off.
    Gone(JobId) = "a machine looks whether its advertisement is gone",
    /// A logon, or a request to a management point or client access point, has
    /// been answered or given up.
    Answered(JobId) = "a controller, management point or client access point has answered",
    /// An assignment is due, or a condition may hold now.
    Wake(JobId) = "an assignment is due, or a condition may hold",
    /// Something that failed is tried again.
    Retry(JobId) = "something that failed is tried again",
    /// A machine is found broken.
    Detected(JobId) = "a machine is found broken",
    /// A client looks for advertisements, none will come of it, and only the
    /// password that it presents matters.
    Look(PollerId) = "a Legacy Client looks for advertisements where only its password matters",
    /// A status message is sent again.
    Message(MessageId) = "a status message is sent again",
    /// A job that is over begins again.
    Again(JobId) = "a job that is over begins again",
    /// A client verifies its installation, which may stop a program.
    Verify(JobId) = "a Legacy Client verifies itself",
}

impl Kind {
    /// What a machine that is off is to do when it is on again.
    pub(crate) const fn missed(self) -> &'static str {
        match self {
            Self::Poll => "it looks for policy",
            Self::Retry => "it tries again",
            _ => "it goes on with what was due, or waited for",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_events_in_the_documentation_is_that_of_the_kinds() {
        let rows = Kind::ALL.iter().map(|kind| {
            let (rank, text) = (*kind as u8, kind.description());
            format!("| {rank} | {text} |\n")
        });
        let table: String = rows.collect();
        let page = include_str!("../../../docs/model.md").replace("\r\n", "\n");
        let first = page.find("| 0 | ").expect("the table of events");
        let end = first + page[first..].find("\n\n").unwrap() + 1;
        assert_eq!(&page[first..end], table, "docs/model.md");
    }

    #[test]
    fn an_event_says_what_it_was_made_from() {
        for (rank, kind) in Kind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, rank);
            let event = Event {
                time: Instant(7),
                rank: rank as u8,
                entity: 11,
                serial: 3,
            };
            let happening = Happening::of(&event).unwrap();
            assert_eq!(happening.at(Instant(7), 3), event);
        }
        let beyond = Event {
            time: Instant(0),
            rank: Kind::ALL.len() as u8,
            entity: 0,
            serial: 0,
        };
        assert_eq!(Happening::of(&beyond), None);
    }
}
