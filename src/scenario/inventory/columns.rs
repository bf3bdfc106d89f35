//! What an inventory says, column by column.

use crate::world::{ClientKind, Names, Overrides, Role};
use rayon::slice::ParallelSliceMut;

/// A text column with few distinct values, each stored once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextColumn {
    /// The distinct values, sorted by bytes.
    pub values: Vec<String>,
    /// For every row the position of its value in `values`, or
    /// [`TextColumn::EMPTY`]; no entries at all if the inventory has no such
    /// column.
    pub cells: Vec<u32>,
}

impl TextColumn {
    /// The entry of a row whose cell is empty.
    pub const EMPTY: u32 = u32::MAX;

    /// The value of row `row`; `None` if the cell is empty or the inventory
    /// has no such column.
    pub fn get(&self, row: usize) -> Option<&str> {
        let cell = *self.cells.get(row)?;
        self.values.get(cell as usize).map(String::as_str)
    }
}

/// The rows of an inventory, sorted by name (bytes).
///
/// All columns but `lines` are the same for every order of the rows in the
/// file. A column the file does not have is empty; the others are as long as
/// there are rows.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// Names, as they are written but for the `$` of account names, or with their
    /// domain where two domains have the name; unique without regard to case, never empty, without control characters.
    pub names: Names,
    /// The line of the file on which each row begins, for messages.
    pub lines: Vec<u32>,
    /// Domain or workgroup.
    pub domain: TextColumn,
    /// Active Directory site.
    pub site: TextColumn,
    /// Operating system, under the one name of the platform table if it is
    /// there.
    pub platform: TextColumn,
    /// Fleet group.
    pub group: TextColumn,
    /// Client kind; `None` where the cell is empty.
    pub client: Vec<Option<ClientKind>>,
    /// Role, from its own column or else from the operating system's name.
    pub role: Vec<Option<Role>>,
    /// Values that win over the group's, in the units of [`Overrides`].
    pub overrides: Overrides,
}

/// A row's place in the order of names: the beginning of its name and its
/// number in the file.
pub(super) type Place = (u128, u32);

/// Sorts `names` by bytes; equal names stay in order.
pub(super) fn order_by_name(names: &Names) -> Vec<Place> {
    let count = names.ends.len() as u32;
    let mut places: Vec<Place> = (0..count).map(|i| (prefix(names.get(i)), i)).collect();
    places.par_sort_unstable_by(|(prefix_a, a), (prefix_b, b)| {
        let by_prefix = prefix_a.cmp(prefix_b);
        by_prefix
            .then_with(|| names.get(*a).cmp(names.get(*b)))
            .then(a.cmp(b))
    });
    places
}

/// The first 16 bytes as a number of the same order: `NetBIOS` names have at
/// most 15, so that the names themselves are rarely looked at. Zeros fill up,
/// which no name contains.
fn prefix(name: &str) -> u128 {
    let mut bytes = [0; 16];
    let length = name.len().min(bytes.len());
    bytes[..length].copy_from_slice(&name.as_bytes()[..length]);
    u128::from_be_bytes(bytes)
}

/// Rows that have the same name without regard to case, given the `order` of
/// the names; each group with the earlier rows first.
pub(super) fn same_names(names: &Names, order: &[Place]) -> Vec<Vec<u32>> {
    let text = &names.text;
    let has = |is_case: fn(&u8) -> bool| text.as_bytes().iter().any(is_case);
    let is_of_one_case =
        text.is_ascii() && !(has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase));
    if is_of_one_case {
        return equal_neighbours(names, order);
    }
    let mut folded = Names::default();
    let mut rows: Vec<u32> = order.iter().map(|(_, row)| *row).collect();
    rows.sort_unstable();
    for row in &rows {
        folded.push(&names.get(*row).to_uppercase());
    }
    let groups = equal_neighbours(&folded, &order_by_name(&folded));
    let of_file = |group: Vec<u32>| group.into_iter().map(|at| rows[at as usize]).collect();
    groups.into_iter().map(of_file).collect()
}

fn equal_neighbours(names: &Names, order: &[Place]) -> Vec<Vec<u32>> {
    order
        .chunk_by(|(prefix_a, a), (prefix_b, b)| {
            prefix_a == prefix_b && names.get(*a) == names.get(*b)
        })
        .filter(|group| group.len() > 1)
        .map(|group| group.iter().map(|(_, row)| *row).collect())
        .collect()
}

/// `column` in a new order; an empty column stays empty.
pub(super) fn reordered<T: Copy>(column: &[T], order: &[u32]) -> Vec<T> {
    if column.is_empty() {
        return Vec::new();
    }
    order.iter().map(|index| column[*index as usize]).collect()
}

/// `names` in a new order; no names stay none.
pub(super) fn reordered_names(names: &Names, order: &[u32]) -> Names {
    if names.ends.is_empty() {
        return Names::default();
    }
    let mut sorted = Names {
        text: String::with_capacity(names.text.len()),
        ends: Vec::with_capacity(names.ends.len()),
    };
    for index in order {
        sorted.push(names.get(*index));
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Names {
        let mut names = Names::default();
        for name in list {
            names.push(name);
        }
        names
    }

    #[test]
    fn the_order_is_that_of_bytes_beyond_the_prefix_too() {
        let list = [
            "b",
            "averyveryverylongname-2",
            "a",
            "averyveryverylongname-1",
            "aa",
            "ä",
        ];
        let order = order_by_name(&names(&list));
        let sorted: Vec<&str> = order.iter().map(|(_, row)| list[*row as usize]).collect();
        let mut expected = list;
        expected.sort_unstable();
        assert_eq!(sorted, expected);
    }

    #[test]
    fn names_are_the_same_without_regard_to_case_beyond_ascii() {
        let list = names(&["pc1", "BÜRO", "PC2", "PC1", "büro"]);
        let mut found = same_names(&list, &order_by_name(&list));
        found.sort_unstable();
        assert_eq!(found, [[0, 3], [1, 4]]);
    }
}
