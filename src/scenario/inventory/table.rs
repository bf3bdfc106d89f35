//! Any export as a table of cells: the same care for encodings, separators, marks
//! and JSON as an inventory gets, for files that are none.

use super::field::normal;
use super::problem::Finding;
use super::{chunk, decode, json, remark, top, unclosed, value, wrapped};
use std::collections::BTreeSet;

/// A table of an export.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    /// Its headings, as they are written.
    pub(crate) headings: Vec<String>,
    /// Its rows.
    pub(crate) rows: Vec<Row>,
}

/// One row, with the line on which it begins.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    pub(crate) cells: Vec<String>,
    pub(crate) line: u64,
}

impl Table {
    /// The table that `bytes` hold; without headings if there is nothing in them.
    ///
    /// # Errors
    /// If the bytes are not text, or are cut off in the middle of a cell.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Finding> {
        let (text, _) = decode::decode(bytes)?;
        // `ConvertTo-Json` of nothing is `null`, alone or in a list.
        let bare = text.trim();
        let list = bare
            .strip_prefix('[')
            .and_then(|list| list.strip_suffix(']'));
        if matches!(list.unwrap_or(bare).trim(), "" | "null") {
            return Ok(Self::default());
        }
        if json::is_json(&text) {
            return Ok(Self::of_objects(&json::objects(&text)?));
        }
        Self::of_lines(&wrapped::unwrapped(&text))
    }

    /// Whether the headings of the file alone are the ones of a table.
    fn of_lines(text: &str) -> Result<Self, Finding> {
        let top = top::plain(text)?;
        if let Some(at) = chunk::unclosed_quote(text.as_bytes(), top.start, top.separator) {
            return Err(unclosed(text.as_bytes(), at));
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(top.separator)
            .from_reader(&text.as_bytes()[top.data..]);
        let mut record = csv::StringRecord::new();
        let mut rows = Vec::new();
        let (mut passed, mut line) = (0, 1);
        loop {
            let start = top.data + reader.position().byte() as usize;
            let blank = text[start..]
                .bytes()
                .take_while(|b| matches!(b, b'\n' | b'\r'));
            let start = start + blank.count();
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let help = "look at that line with a text editor";
                    return Err(Finding::file(error.to_string(), help).at(line));
                }
            }
            line += memchr::memchr_iter(b'\n', &text.as_bytes()[passed..start]).count() as u64;
            passed = start;
            let cells: Vec<String> = record
                .iter()
                .map(|c| value::as_text(value::content(c)).to_owned())
                .collect();
            let is_row = !remark::is_no_row(cells.iter().map(String::as_str));
            if is_row && cells.iter().any(|cell| !cell.is_empty()) {
                rows.push(Row { cells, line });
            }
        }
        Ok(Self {
            headings: top.headings,
            rows,
        })
    }

    fn of_objects(objects: &[json::Object]) -> Self {
        let headings: BTreeSet<&String> = objects.iter().flat_map(|o| o.cells.keys()).collect();
        let headings: Vec<String> = headings.into_iter().cloned().collect();
        let row = |object: &json::Object| Row {
            cells: headings
                .iter()
                .map(|heading| object.cells.get(heading).cloned().unwrap_or_default())
                .collect(),
            line: object.line,
        };
        Self {
            rows: objects.iter().map(row).collect(),
            headings,
        }
    }

    /// The headings in normal form: letters and digits in lower case.
    pub(crate) fn normal_headings(&self) -> Vec<String> {
        self.headings
            .iter()
            .map(|heading| normal(heading))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_with_its_lines() {
        let table =
            Table::read(b"#TYPE X\r\n\"A b\";\"C\"\r\n\"1\";\"x\ny\"\r\n\r\n;\r\n2;z\r\n").unwrap();
        assert_eq!(table.normal_headings(), ["ab", "c"]);
        let lines: Vec<u64> = table.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [3, 7]);
        assert_eq!(table.rows[0].cells, ["1", "x\ny"]);
    }

    #[test]
    fn nothing_is_a_table_without_headings() {
        for empty in ["", "\u{feff}\r\n", "[]", "null", "[\r\n    null\r\n]"] {
            let table = Table::read(empty.as_bytes()).unwrap();
            assert!(
                table.headings.is_empty() && table.rows.is_empty(),
                "{empty:?}"
            );
        }
        assert!(Table::read(b"a,\"b\n").is_err());
    }
}
