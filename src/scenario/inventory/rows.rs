//! Reading a run of rows into columns.

use super::chunk::Chunk;
use super::columns::TextColumn;
use super::field::Field;
use super::heading::{Mapping, NameForm};
use super::problem::{Finding, Problems};
use super::report::{DropReason, Dropped};
use super::value::{self, Wrong};
use crate::world::{ClientKind, NO_OVERRIDE, Names, Role};
use csv::ByteRecord;
use std::collections::HashMap;

/// The fields that are kept in a dictionary.
pub(super) const TEXTS: [Field; 5] = [
    Field::Domain,
    Field::SmsSite,
    Field::Site,
    Field::Platform,
    Field::Group,
];

/// Reads a quantity.
type Parser = fn(&str) -> Result<u64, Wrong>;

/// The fields that are whole numbers, and how they are written.
pub(super) const NUMBERS: [(Field, Parser); 10] = [
    (Field::Access, value::rate),
    (Field::PollOffset, value::span),
    (Field::InstallTime, value::span),
    (Field::ShareBytes, value::size),
    (Field::PackageBytes, value::size),
    (Field::UserLoggedOn, |cell| value::flag(cell).map(u64::from)),
    (Field::UserIsAdministrator, |cell| {
        value::flag(cell).map(u64::from)
    }),
    (Field::Cache, value::size),
    (Field::Disk, value::size),
    (Field::ExitCode, value::exit_code),
];

/// Where to find what in a row.
pub(super) struct Plan<'a> {
    mapping: &'a Mapping,
    separator: u8,
    keep_without_client: bool,
    name_form: NameForm,
    texts: [Option<usize>; TEXTS.len()],
    numbers: [Option<usize>; NUMBERS.len()],
}

impl<'a> Plan<'a> {
    pub(super) fn new(mapping: &'a Mapping, separator: u8, keep_without_client: bool) -> Self {
        Self {
            mapping,
            separator,
            keep_without_client,
            name_form: mapping.name_form(),
            texts: TEXTS.map(|field| mapping.column(field)),
            numbers: NUMBERS.map(|(field, _)| mapping.column(field)),
        }
    }
}

/// A text column while it is read: values in the order of their appearance.
#[derive(Default)]
pub(super) struct Dictionary {
    pub(super) values: Vec<String>,
    pub(super) cells: Vec<u32>,
    positions: HashMap<String, u32>,
}

impl Dictionary {
    fn push(&mut self, value: &str) {
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
    pub(super) fn append(&mut self, later: &Self) {
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

/// The rows of one chunk. Columns the file does not have are empty.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) names: Names,
    pub(super) lines: Vec<u32>,
    pub(super) texts: [Dictionary; TEXTS.len()],
    pub(super) users: Names,
    pub(super) client: Vec<Option<ClientKind>>,
    pub(super) role: Vec<Option<Role>>,
    pub(super) active: Vec<Option<bool>>,
    pub(super) numbers: [Vec<u64>; NUMBERS.len()],
    pub(super) read: usize,
    pub(super) dropped: [Dropped; DropReason::ALL.len()],
    pub(super) problems: Problems,
}

/// Reads the rows of `chunk`.
pub(super) fn read_rows(text: &[u8], chunk: &Chunk, plan: &Plan) -> Rows {
    let bytes = &text[chunk.range.clone()];
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(plan.separator)
        .from_reader(bytes);
    let mut record = ByteRecord::new();
    let mut rows = Rows::default();
    let mut cursor = LineCursor {
        at: 0,
        line: chunk.line,
    };
    loop {
        let start = reader.position().byte() as usize;
        match reader.read_byte_record(&mut record) {
            Ok(true) => rows.push(&record, cursor.advance(bytes, start), plan),
            Ok(false) => return rows,
            Err(error) => {
                let help = "look at that line with a text editor";
                let finding = Finding::file(error.to_string(), help);
                rows.problems.push(finding.at(cursor.advance(bytes, start)));
                return rows;
            }
        }
    }
}

/// Counts lines up to where a record begins. The csv crate's own count is of
/// where it stopped before: in front of blank lines, and of the second half of
/// a CRLF.
struct LineCursor {
    at: usize,
    line: u64,
}

impl LineCursor {
    fn advance(&mut self, bytes: &[u8], start: usize) -> u64 {
        let blank = |byte: &&u8| matches!(**byte, b'\n' | b'\r');
        let rest = bytes.get(start..).unwrap_or_default();
        let begin = start + rest.iter().take_while(blank).count();
        let passed = bytes.get(self.at..begin).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.at = begin;
        self.line
    }
}

/// One row while it is read.
struct Row<'a> {
    record: &'a ByteRecord,
    line: u64,
    mapping: &'a Mapping,
}

impl<'a> Row<'a> {
    /// What stands in `column`; a row may end early.
    fn cell(&self, column: usize) -> &'a str {
        let bytes = self.record.get(column).unwrap_or_default();
        let cell = std::str::from_utf8(bytes);
        value::content(cell.expect("UTF-8 text cut at ASCII bytes is UTF-8"))
    }

    /// What the file says about `field`: `None` if it has no such column.
    fn field(&self, field: Field) -> Option<&'a str> {
        self.mapping.column(field).map(|column| self.cell(column))
    }

    /// The value of a cell, or none and a problem.
    fn checked<T>(
        &self,
        value: Result<T, Wrong>,
        field: Field,
        problems: &mut Problems,
    ) -> Option<T> {
        value
            .map_err(|(message, help)| {
                let heading = self.mapping.heading(field).unwrap_or_default();
                problems.push(Finding::file(message, help).at(self.line).column(heading));
            })
            .ok()
    }

    /// A yes or no; an empty cell or no column is none.
    fn flag(&self, field: Field, problems: &mut Problems) -> Option<bool> {
        let cell = self.field(field).filter(|cell| !cell.is_empty())?;
        self.checked(value::flag(cell), field, problems)
    }
}

impl Rows {
    fn push(&mut self, record: &ByteRecord, line: u64, plan: &Plan) {
        self.read += 1;
        let row = Row {
            record,
            line,
            mapping: plan.mapping,
        };
        if !self.has_the_right_width(&row) {
            return;
        }
        if row.flag(Field::Obsolete, &mut self.problems) == Some(true) {
            return self.drop(DropReason::Obsolete, line);
        }
        let cell = row.field(Field::Name).unwrap_or_default();
        let name = value::name(cell, plan.name_form);
        let Some(name) = row.checked(name, Field::Name, &mut self.problems) else {
            return;
        };
        if name.is_empty() {
            return self.drop(DropReason::NoName, line);
        }
        let (kind, installed) = self.client_of(&row);
        if !installed && !plan.keep_without_client {
            return self.drop(DropReason::NoClient, line);
        }
        self.names.push(name);
        self.lines.push(line as u32);
        if plan.mapping.column(Field::Client).is_some() {
            self.client.push(kind);
        }
        self.push_texts(&row, plan);
        self.push_role_and_activity(&row);
        self.push_numbers(&row, plan);
    }

    fn drop(&mut self, reason: DropReason, line: u64) {
        self.dropped[reason as usize].push(line);
    }

    /// A row may be short, as Excel leaves empty cells at the end away, but
    /// what stands beyond the last heading belongs nowhere.
    fn has_the_right_width(&mut self, row: &Row) -> bool {
        let (have, width) = (row.record.len(), row.mapping.headings.len());
        let right = (width..have).all(|column| row.cell(column).is_empty());
        if !right {
            let message = format!("the row has {have} cells, the heading line {width}");
            let help = "put quotes round a cell that contains the separator";
            self.problems
                .push(Finding::file(message, help).at(row.line));
        }
        right
    }

    /// The client's kind and whether there is a client. An empty `Client0` is
    /// a machine that was discovered but has none (NULL in `v_R_System`).
    fn client_of(&mut self, row: &Row) -> (Option<ClientKind>, bool) {
        let problems = &mut self.problems;
        let has_column = row.mapping.column(Field::HasClient).is_some();
        let installed = !has_column || row.flag(Field::HasClient, problems) == Some(true);
        let cell = row.field(Field::Client).filter(|cell| !cell.is_empty());
        let kind = cell.map(|cell| row.checked(value::client(cell), Field::Client, problems));
        match kind.flatten() {
            Some(None) => (None, false),
            kind => (kind.flatten(), installed),
        }
    }

    fn push_texts(&mut self, row: &Row, plan: &Plan) {
        for (text, column) in plan.texts.iter().enumerate() {
            let Some(column) = *column else { continue };
            let value = value::without_controls(value::first_of_list(row.cell(column)));
            let value = row.checked(value, TEXTS[text], &mut self.problems);
            self.texts[text].push(value.unwrap_or_default());
        }
        if let Some(user) = row.field(Field::User) {
            let user = row.checked(
                value::without_controls(user),
                Field::User,
                &mut self.problems,
            );
            self.users.push(user.unwrap_or_default());
        }
    }

    fn push_role_and_activity(&mut self, row: &Row) {
        if let Some(cell) = row.field(Field::Role) {
            let given = (!cell.is_empty()).then(|| value::role(cell));
            let role = given.and_then(|role| row.checked(role, Field::Role, &mut self.problems));
            self.role.push(role.flatten());
        }
        if row.mapping.column(Field::Active).is_some() {
            let active = row.flag(Field::Active, &mut self.problems);
            self.active.push(active);
        }
    }

    fn push_numbers(&mut self, row: &Row, plan: &Plan) {
        for (number, column) in plan.numbers.iter().enumerate() {
            let Some(column) = *column else { continue };
            let (field, parse) = NUMBERS[number];
            let cell = row.cell(column);
            let given = (!cell.is_empty()).then(|| parse(cell));
            let value = given.and_then(|value| row.checked(value, field, &mut self.problems));
            self.numbers[number].push(value.unwrap_or(NO_OVERRIDE));
        }
    }
}
