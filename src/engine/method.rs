//! Which of the engine's parts do the work.

use super::{AnyList, HeapList, Ladder, Network};

/// How events are kept in order and links are shared.
///
/// Both methods are exact, so that a run has the same bytes by either: the
/// simple one is the definition in code, against which the tuned one is held.
/// One thing is a matter of history and not of rates: which of two equally tight
/// links on a path counts as the one that holds a transfer back. It shows in
/// [`super::LinkUse::saturated`]; and since a division by the one or by the other
/// leaves something over, rates may then differ in their last place, by 2^-24
/// bit/s, and the end of a transfer by a microsecond if it falls on the limit
/// between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// The ladder and local changes of levels: cost hardly grows with the fleet.
    #[default]
    Tuned,
    /// A binary heap, and progressive filling of everything connected at every
    /// change: cost grows with the square of the fleet.
    Simple,
}

impl Method {
    /// An empty event list.
    pub fn list(self) -> AnyList {
        match self {
            Self::Tuned => AnyList::Ladder(Ladder::new()),
            Self::Simple => AnyList::Heap(HeapList::default()),
        }
    }

    /// A network without links.
    pub fn network(self) -> Network {
        match self {
            Self::Tuned => Network::new(&[]),
            Self::Simple => Network::plain(&[]),
        }
    }
}
