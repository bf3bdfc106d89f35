//! What became of every machine, as a run leaves it.

use super::Outcome;
use std::ops::{Index, Range};

/// One record per machine × advertisement. Rows are in the world's order:
/// machine by machine, for each its advertisements by identifier. The records
/// lie in memory in the order in which the simulation comes to them.
#[derive(Debug, Clone)]
pub struct Outcomes {
    records: Vec<Outcome>,
    /// Which record each row is.
    places: Vec<u32>,
}

impl Outcomes {
    /// `rows` records of machines that nothing has happened to.
    pub fn new(rows: usize) -> Self {
        Self {
            records: vec![Outcome::default(); rows],
            places: vec![0; rows],
        }
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
        self.places.iter().map(|at| &self.records[*at as usize])
    }

    /// Reads some rows at once, so that the waits for memory overlap, before
    /// they are read one by one.
    pub(crate) fn fetch(&self, rows: Range<usize>) {
        let mut sum = 0;
        for at in &self.places[rows] {
            let record = &self.records[*at as usize];
            sum ^= record.policy.0 ^ record.state as u64;
        }
        std::hint::black_box(sum);
    }

    /// The records, and which of them each row is, to be written.
    pub(crate) fn parts(&mut self) -> (&mut [Outcome], &mut [u32]) {
        (&mut self.records, &mut self.places)
    }
}

impl From<Vec<Outcome>> for Outcomes {
    /// Records in the order of their rows.
    fn from(records: Vec<Outcome>) -> Self {
        let places = (0..records.len() as u32).collect();
        Self { records, places }
    }
}

impl Index<usize> for Outcomes {
    type Output = Outcome;

    fn index(&self, row: usize) -> &Outcome {
        &self.records[self.places[row] as usize]
    }
}

impl PartialEq for Outcomes {
    /// Whether all rows are equal.
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}
