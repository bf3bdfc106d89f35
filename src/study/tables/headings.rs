//! Headings of columns that are named after axes and responses.
//!
//! Every column of a table has a heading of its own. An axis that is called like
//! another column of some table has `axis.` before its name in all of them; a response
//! that is called like another column of `runs.csv` has `response.`.

use super::{Declaration, TABLES};
use crate::study::compare;

/// Headings that stand beside those of the axes in some table.
fn beside_axes() -> impl Iterator<Item = &'static str> {
    let tables = TABLES.into_iter().chain(compare::TABLES);
    tables
        .filter(|table| table.has_axes())
        .flat_map(Declaration::fixed)
}

/// Headings that stand beside those of the responses.
fn beside_responses() -> impl Iterator<Item = &'static str> {
    let tables = TABLES.into_iter();
    tables
        .filter(|table| table.has_responses())
        .flat_map(Declaration::fixed)
}

/// The headings of axes.
pub(crate) fn of_axes<S: AsRef<str>>(axes: &[S]) -> Vec<String> {
    let heading = |axis: &S| {
        let name = axis.as_ref();
        if beside_axes().any(|taken| taken == name) {
            format!("axis.{name}")
        } else {
            name.to_owned()
        }
    };
    axes.iter().map(heading).collect()
}

/// The headings of responses beside axes that have these headings.
pub(crate) fn of_responses<'a>(
    axes: &[String],
    responses: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let heading = |name: &str| {
        let is_taken = axes.iter().any(|axis| axis == name);
        if is_taken || beside_responses().any(|taken| taken == name) {
            format!("response.{name}")
        } else {
            name.to_owned()
        }
    };
    responses.map(heading).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_that_are_there_already_are_marked() {
        let axes = of_axes(&["line", "n", "point"]);
        assert_eq!(axes, ["line", "axis.n", "axis.point"]);
        let responses = of_responses(&axes, ["n", "line", "status"].into_iter());
        assert_eq!(responses, ["n", "response.line", "response.status"]);
    }
}
