//! What tools write between and below the rows of a table, which is about no machine.

/// Whether a row is a rule below the headings (`----`) or what a tool says at its
/// end: `(2980 rows affected)`, `Completion time: …`.
pub(super) fn is_no_row<'a>(mut cells: impl Iterator<Item = &'a str> + Clone) -> bool {
    // Tables of wikis mark the side on which a column is set, and those of databases cross.
    let is_rule = |cell: &str| {
        let mut bytes = cell.bytes();
        cell.len() > 1 && bytes.all(|byte| matches!(byte, b'-' | b'+' | b':' | b'='))
    };
    let mut others = cells.clone();
    let Some(first) = cells.next() else {
        return false;
    };
    // Lines that begin with a bar have an empty cell before it.
    let said = match first {
        "" => others.find(|cell| !cell.is_empty()),
        _ => others.next(),
    };
    if said.is_some_and(is_rule) {
        return others.all(|cell| cell.is_empty() || is_rule(cell));
    }
    if is_text_box(first) {
        return others.all(|cell| cell.is_empty() || is_text_box(cell));
    }
    // The first column may be one of numbers, which stays empty.
    let first = match first {
        "" => cells.find(|cell| !cell.is_empty()).unwrap_or(first),
        _ => first,
    };
    let says_nothing =
        |cell: &str| cell.is_empty() || cell.starts_with(|c: char| c.is_ascii_digit());
    let counts = cells.clone().any(|cell| !cell.is_empty());
    cells.all(says_nothing) && is_remark(&first.to_lowercase(), counts)
}

/// Whether it is the name that reporting services give to a box of text, `Textbox7`, which
/// heads what their reports have below a table.
fn is_text_box(cell: &str) -> bool {
    let (word, number) = cell.split_at_checked("textbox".len()).unwrap_or_default();
    word.eq_ignore_ascii_case("textbox")
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a first cell in small letters is what reports have below their rows, which no
/// computer is called: `(8 rows affected)`, `Total: 2`, `Page 1 of 3`, `15 objects`, or
/// `Total` or `Grand total` where a number stands in another cell.
fn is_remark(cell: &str, counts: bool) -> bool {
    const TOTALS: [&str; 12] = [
        "grand total",
        "overall",
        "gesamtergebnis",
        "gesamtsumme",
        "total général",
        "totale",
        "totaal",
        "合計",
        "total",
        "totals",
        "summe",
        "gesamt",
    ];
    // Alone, these may be computers.
    const OTHERS: [&str; 8] = [
        "count",
        "sum",
        "records",
        "page",
        "generated",
        "end of report",
        "anzahl",
        "seite",
    ];
    let cell = cell.trim_matches(['(', ')']);
    let (word, rest) = cell.split_at(cell.find([':', ' ']).unwrap_or(cell.len()));
    let is_labelled = rest.starts_with(": ") || rest == ":";
    let is_counted = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |known: &str, counts: bool| {
        let after = cell.strip_prefix(known);
        // A computer has no blank in its name.
        let whole = counts || known.contains(' ');
        after.is_some_and(|after| after.is_empty() && whole || after.starts_with([' ', ':']))
    };
    is_labelled
        || cell.starts_with('#')
        || is_counted && rest.starts_with(' ')
        || cell.starts_with("completion time:")
        || TOTALS.iter().any(|word| is_word(word, counts))
        || OTHERS.iter().any(|word| is_word(word, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tools_write_below_and_around_rows_is_no_row() {
        let no_row = |cells: &[&str]| is_no_row(cells.iter().copied());
        assert!(no_row(&["----", "--", ""]));
        assert!(no_row(&["(8 rows affected)"]));
        assert!(no_row(&["Completion time: 2026-03-14T08:00"]));
        assert!(no_row(&["Total: 2", "", ""]));
        assert!(no_row(&["Total", "2980"]));
        assert!(no_row(&["Gesamt", "", "2980"]));
        assert!(no_row(&["Grand Total", "", "2980"]));
        assert!(!no_row(&["SUM", "", "0"]) && no_row(&["Sum: 8", "", ""]));
        assert!(no_row(&["Gesamtergebnis", "2980"]));
        assert!(no_row(&["End of report", "", ""]));
        assert!(no_row(&["", "Total", "2980"]));
        assert!(no_row(&["", "Grand total", ""]));
        assert!(!no_row(&["", "", ""]));
        assert!(no_row(&["Textbox99", "", "textbox100"]));
        assert!(!no_row(&["Textbox99", "CORP"]));
        assert!(no_row(&["Page 1 of 3"]));
        assert!(no_row(&["15 objects"]));
        assert!(no_row(&["Generated:", "2026-03-14"]));
        assert!(!no_row(&["----", "x"]));
        for name in [
            "PC1",
            "TOTAL-PC1",
            "COUNT01",
            "4711",
            "PAGE",
            "unknown computer",
        ] {
            assert!(!no_row(&[name]), "{name}");
            assert!(!no_row(&[name, "CORP"]), "{name}");
        }
    }
}
