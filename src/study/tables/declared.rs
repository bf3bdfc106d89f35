//! What a table is: its name, when it is written, and its columns, declared together with
//! the cells below them.
//!
//! The tables themselves, `docs/studies.md` and `schema/tables.json` are made from these
//! declarations.

use super::headings;
use crate::results::Column;

/// A table of a study, or of a comparison.
#[derive(Debug, Clone, Copy)]
pub struct Declaration {
    /// Its name; that of its file without the extension.
    pub name: &'static str,
    /// Which studies have it, or what asks for it.
    pub when: &'static str,
    /// What a row is.
    pub row: &'static str,
    /// Its columns, from left to right.
    pub parts: &'static [Part],
}

/// Consecutive columns of a table.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// The same in every such table.
    Fixed(&'static [Column]),
    /// One for each axis of the study.
    Axes,
    /// One for each response of the study.
    Responses,
}

impl Declaration {
    /// The headings of the table of a study with these axes and responses.
    pub(crate) fn headings(&self, axes: &[String], responses: &[&str]) -> Vec<String> {
        let axes = headings::of_axes(axes);
        let of_part = |part: &Part| match part {
            Part::Fixed(columns) => columns.iter().map(|c| c.name.to_string()).collect(),
            Part::Axes => axes.clone(),
            Part::Responses => headings::of_responses(&axes, responses.iter().copied()),
        };
        self.parts.iter().flat_map(of_part).collect()
    }

    /// Whether some of its columns are named after axes.
    pub(super) fn has_axes(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Axes))
    }

    /// Whether some of its columns are named after responses.
    pub(super) fn has_responses(&self) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| matches!(part, Part::Responses))
    }

    /// The headings that do not depend on the study.
    pub(super) fn fixed(&self) -> impl Iterator<Item = &'static str> {
        let columns = self.parts.iter().flat_map(|part| match part {
            Part::Fixed(columns) => *columns,
            Part::Axes | Part::Responses => &[],
        });
        columns.map(|column| &*column.name)
    }
}

/// Declares consecutive columns: a constant with their headings, units and meanings, and
/// the function that makes their cells in the same order.
macro_rules! text_columns {
    ($(#[$doc:meta])* $visible:vis $columns:ident: fn $cells:ident($($argument:ident: $type:ty),* $(,)?) {
        $($name:literal $unit:ident $meaning:literal => $cell:expr;)*
    }) => {
        $(#[$doc])*
        $visible const $columns: &[crate::results::Column] = &[$(
            crate::results::Column::new($name, crate::results::Unit::$unit, $meaning)
        ),*];

        #[doc = concat!("The cells of [`", stringify!($columns), "`].")]
        $visible fn $cells($($argument: $type),*) -> Vec<String> {
            vec![$(String::from($cell)),*]
        }
    };
}
pub(crate) use text_columns;
