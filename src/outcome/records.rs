//! What became of every machine, as a run leaves it.

use super::Outcome;
use std::ops::{Index, Range};

/// One record per machine × advertisement. Rows are in the world's order:
/// machine by machine, for each its advertisements by identifier. The records of each
/// group of sites lie in memory in the order in which the simulation comes to them.
#[derive(Debug, Clone)]
pub struct Outcomes {
    /// By group: empty before it is simulated.
    records: Vec<Vec<Outcome>>,
    /// Which record each row is.
    places: Vec<Place>,
}

/// Where the record of a row lies.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    pub(crate) group: u32,
    /// Its number in the group.
    pub(crate) record: u32,
}

impl Outcomes {
    /// `rows` rows of machines in this many groups, none of which has been simulated.
    pub(crate) fn new(rows: usize, groups: usize) -> Self {
        Self {
            records: vec![Vec::new(); groups],
            places: vec![Place::default(); rows],
        }
    }

    /// The same memory for `rows` rows in this many groups, none of which has been
    /// simulated.
    pub(crate) fn anew(mut self, rows: usize, groups: usize) -> Self {
        self.records.resize_with(groups, Vec::new);
        self.records.iter_mut().for_each(Vec::clear);
        self.places.resize(rows, Place::default());
        self
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Outcome> + Clone {
        self.places.iter().map(|place| self.record(*place))
    }

    #[inline]
    fn record(&self, place: Place) -> &Outcome {
        &self.records[place.group as usize][place.record as usize]
    }

    /// Reads some rows at once, so that the waits for memory overlap, before
    /// they are read one by one.
    pub(crate) fn fetch(&self, rows: Range<usize>) {
        let mut sum = 0;
        for place in &self.places[rows] {
            let record = self.record(*place);
            sum ^= record.policy.0 ^ record.state as u64;
        }
        std::hint::black_box(sum);
    }

    /// The records by group, and which of them each row is, to be written.
    pub(crate) fn parts(&mut self) -> (&mut [Vec<Outcome>], &mut [Place]) {
        (&mut self.records, &mut self.places)
    }
}

impl From<Vec<Outcome>> for Outcomes {
    /// Records in the order of their rows.
    fn from(records: Vec<Outcome>) -> Self {
        let place = |record| Place { group: 0, record };
        Self {
            places: (0..records.len() as u32).map(place).collect(),
            records: vec![records],
        }
    }
}

impl Index<usize> for Outcomes {
    type Output = Outcome;

    fn index(&self, row: usize) -> &Outcome {
        self.record(self.places[row])
    }
}

impl PartialEq for Outcomes {
    /// Whether all rows are equal.
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}
