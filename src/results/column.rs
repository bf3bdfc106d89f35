//! What a column is: its heading, its unit, what it means, and how its cell is
//! written, declared together.
//!
//! `docs/results.md` and `schema/tables.json` are made from these declarations.

use std::borrow::Cow;

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Text, or a word of a closed list.
    Text,
    /// A count or a number, with decimals where it is a mean.
    Number,
    /// A number between 0 and 1.
    Share,
    /// A share or a count, as the row says.
    ShareOrNumber,
    /// Bytes.
    Bytes,
    /// Bits per second.
    BitsPerSecond,
    /// Seconds since the start of the scenario.
    Instant,
    /// A length of time in seconds.
    Time,
    /// What a response of a study is in: seconds, bytes, a share or a count, as it asks.
    OfResponse,
    /// A calendar date, `2006-03-17`.
    Date,
    /// Date and time by the scenario's clock, `2006-03-17T18:00:00`.
    WallClock,
}

impl Unit {
    /// How the documentation calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "",
            Self::Number => "number",
            Self::Share => "share",
            Self::ShareOrNumber => "share or number",
            Self::Bytes => "bytes",
            Self::BitsPerSecond => "bits per second",
            Self::Instant => "instant",
            Self::Time => "time",
            Self::OfResponse => "as the response",
            Self::Date => "date",
            Self::WallClock => "date and time",
        }
    }

    /// The type of its cells: `string`, `number`, `date` or `date-time`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Date => "date",
            Self::WallClock => "date-time",
            _ => "number",
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub name: Cow<'static, str>,
    /// What its cells hold.
    pub unit: Unit,
    /// What it means.
    pub doc: Cow<'static, str>,
}

impl Column {
    /// A column that has the same name everywhere.
    pub(crate) const fn new(name: &'static str, unit: Unit, doc: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            unit,
            doc: Cow::Borrowed(doc),
        }
    }

    /// One of several columns that are alike.
    pub(super) fn one_of(name: String, unit: Unit, doc: String) -> Self {
        Self {
            name: Cow::Owned(name),
            unit,
            doc: Cow::Owned(doc),
        }
    }
}

/// Declares consecutive columns: a constant with their headings, units and
/// meanings, and the function that writes their cells in the same order.
macro_rules! columns {
    ($(#[$doc:meta])* $columns:ident: $visible:vis fn $cells:ident($($argument:ident: $type:ty),*; $out:ident) {
        $($name:literal $unit:ident $meaning:literal => $cell:expr;)*
    }) => {
        $(#[$doc])*
        pub(super) const $columns: &[crate::results::column::Column] = &[$(
            crate::results::column::Column::new(
                $name,
                crate::results::column::Unit::$unit,
                $meaning,
            )
        ),*];

        #[doc = concat!("The cells of [`", stringify!($columns), "`].")]
        #[inline]
        $visible fn $cells($($argument: $type,)* $out: &mut Vec<u8>) {
            $($cell;)*
        }
    };
}
pub(super) use columns;
