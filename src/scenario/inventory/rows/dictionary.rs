//! A column of texts that recur.

use crate::scenario::inventory::columns::TextColumn;
use std::collections::HashMap;

/// A text column while it is read: values in the order of their appearance.
#[derive(Default)]
pub(in crate::scenario::inventory) struct Dictionary {
    pub(in crate::scenario::inventory) values: Vec<String>,
    pub(in crate::scenario::inventory) cells: Vec<u32>,
    positions: HashMap<String, u32>,
}

impl Dictionary {
    pub(super) fn push(&mut self, value: &str) {
        let cell = if value.is_empty() {
            TextColumn::EMPTY
        } else {
            self.position(value)
        };
        self.cells.push(cell);
    }

    fn position(&mut self, value: &str) -> u32 {
        // Exports come sorted more often than not: look at the last one first.
        if let Some(&last) = self.cells.last()
            && self
                .values
                .get(last as usize)
                .is_some_and(|known| known == value)
        {
            return last;
        }
        if let Some(&known) = self.positions.get(value) {
            return known;
        }
        let new = self.values.len() as u32;
        self.values.push(value.to_owned());
        self.positions.insert(value.to_owned(), new);
        new
    }

    /// Adds the cells of the lines that follow.
    pub(in crate::scenario::inventory) fn append(&mut self, later: &Self) {
        let positions: Vec<u32> = later
            .values
            .iter()
            .map(|value| self.position(value))
            .collect();
        let renumbered = |cell: &u32| positions.get(*cell as usize).copied();
        let cells = later
            .cells
            .iter()
            .map(|cell| renumbered(cell).unwrap_or(TextColumn::EMPTY));
        self.cells.extend(cells);
    }
}
