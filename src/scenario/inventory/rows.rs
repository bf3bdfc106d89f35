//! Reading a run of rows into columns.

mod dictionary;
mod row;

pub(super) use dictionary::Dictionary;
use row::Row;

use super::chunk::Chunk;
use super::date::{self, Day, NEVER};
use super::domains::BothNames;
use super::field::Field;
use super::heading::{Mapping, shown};
use super::path::{is_among_controllers, is_left_over, is_of_a_service, is_of_a_unit};
use super::platform;
use super::problem::{Finding, Problems};
use super::remark;
use super::report::{DropReason, Dropped};
use super::value::{self, Client, Wrong};
use super::{DateOrder, MapOptions};
use crate::world::{ClientKind, NO_OVERRIDE, Names, Role};
use csv::StringRecord;
use std::borrow::Cow;

/// The fields that are kept in a dictionary.
pub(super) const TEXTS: [Field; 4] = [Field::Domain, Field::Site, Field::Platform, Field::Group];

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
    options: &'a MapOptions,
    texts: [bool; TEXTS.len()],
    numbers: [Option<usize>; NUMBERS.len()],
    /// The order of the dates of each column, where columns differ in it.
    orders: Vec<Option<DateOrder>>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(mapping: &'a Mapping, separator: u8, options: &'a MapOptions) -> Self {
        let has = |fields: &[Field]| fields.iter().any(|field| mapping.column(*field).is_some());
        Self {
            mapping,
            separator,
            options,
            texts: TEXTS.map(|field| match field {
                // A full name has it, in whichever column names are.
                Field::Domain => true,
                Field::Site => {
                    has(&[field, Field::Address]) || {
                        options.places.asks_for_units() && has(&[Field::DistinguishedName])
                    }
                }
                _ => has(&[field]),
            }),
            numbers: NUMBERS.map(|(field, _)| mapping.column(field)),
            orders: Vec::new(),
        }
    }

    /// The same plan for a file whose columns of dates were written by tools of several
    /// languages, so that each has an order of its own; none if it is no such file.
    pub(super) fn with_orders_of(&self, chunks: &[Rows]) -> Option<Self> {
        let columns = self.mapping.seen.len();
        if self.options.dates.is_some() || columns < 2 {
            return None;
        }
        let mut misfits = vec![[false; 2]; columns];
        chunks
            .iter()
            .for_each(|rows| add(&mut misfits, &rows.column_misfits));
        let has = |order: [bool; 2]| misfits.contains(&order);
        if has([true, true]) || !(has([true, false]) && has([false, true])) {
            return None;
        }
        let order = |misfit: &[bool; 2]| match misfit {
            [false, true] => Some(DateOrder::DayFirst),
            [true, false] => Some(DateOrder::MonthFirst),
            _ => None,
        };
        Some(Self {
            orders: misfits.iter().map(order).collect(),
            ..*self
        })
    }

    fn keeps(&self, reason: DropReason) -> bool {
        self.options.keep.contains(&reason)
    }
}

/// Adds what the dates of the lines that follow do not fit.
fn add(misfits: &mut Vec<[bool; 2]>, later: &[[bool; 2]]) {
    misfits.resize(misfits.len().max(later.len()), [false; 2]);
    for (misfit, later) in misfits.iter_mut().zip(later) {
        *misfit = [misfit[0] || later[0], misfit[1] || later[1]];
    }
}

/// The rows of one chunk. Columns the file does not have are empty.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) names: Names,
    pub(super) lines: Vec<u32>,
    pub(super) texts: [Dictionary; TEXTS.len()],
    /// Domains that rows have both names of.
    pub(super) both_names: BothNames,
    /// For each domain of the dictionary the first that is the same one.
    pub(super) same_domain: Vec<u32>,
    pub(super) client: Vec<Option<ClientKind>>,
    pub(super) role: Vec<Option<Role>>,
    /// When each was last heard of, with the day first and with the month first.
    pub(super) seen: Vec<[Day; 2]>,
    /// For each column of dates whether there is one with which the day cannot be first,
    /// and one with which the month cannot.
    column_misfits: Vec<[bool; 2]>,
    pub(super) unread_dates: (Dropped, String),
    /// Dates that wrong clocks gave, and the first of them.
    pub(super) wrong_clocks: (Dropped, String),
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
    let mut record = StringRecord::new();
    let mut rows = Rows::default();
    let mut cursor = LineCursor {
        at: 0,
        line: chunk.line,
    };
    loop {
        let start = reader.position().byte() as usize;
        match reader.read_record(&mut record) {
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

/// What the account of a machine says.
struct Controls {
    disabled: bool,
    is_controller: bool,
}

impl Rows {
    fn push(&mut self, record: &StringRecord, line: u64, plan: &Plan) {
        self.read += 1;
        let before = self.problems.mark();
        let row = Row {
            record,
            line,
            mapping: plan.mapping,
        };
        let repeats_headings = || {
            let headings = plan.mapping.headings.iter();
            let mut both = headings.zip(0..).filter(|(heading, _)| !heading.is_empty());
            both.all(|(heading, column)| heading.trim() == row.cell(column))
        };
        let cells = (0..record.len()).map(|column| row.cell(column));
        // Files that were joined have the headings of each.
        if remark::is_no_row(cells) || repeats_headings() {
            return self.drop(DropReason::NoRow, line);
        }
        if !self.has_the_right_width(&row) {
            return;
        }
        if is_left_over(row.naming_cell()) && !plan.keeps(DropReason::Obsolete) {
            return self.drop(DropReason::Obsolete, line);
        }
        let name = row.name();
        let Some(name) = row.checked(name, row.naming_field(), &mut self.problems) else {
            return;
        };
        let controls = self.account_control(&row);
        let said = self.client_of(&row);
        let reasons = self.reasons(&row, name, said, controls.disabled);
        let reason = reasons
            .into_iter()
            .flatten()
            .find(|reason| !plan.keeps(*reason));
        if let Some(reason) = reason {
            // What is wrong in a row that is left out does no harm.
            self.problems.back_to(before);
            return self.drop(reason, line);
        }
        self.names.push(name);
        self.lines.push(line as u32);
        if plan.mapping.column(Field::Client).is_some() {
            self.client.push(said.kind());
        }
        self.push_texts(&row, plan);
        self.push_role(&row, controls.is_controller);
        self.push_seen(&row, plan);
        self.push_numbers(&row, plan);
    }

    /// Why the row is not a machine of the fleet, the reasons that go before others
    /// first.
    fn reasons(
        &mut self,
        row: &Row,
        name: &str,
        said: Client,
        disabled: bool,
    ) -> [Option<DropReason>; 7] {
        let problems = &mut self.problems;
        let obsolete = row.flag(Field::Obsolete, problems) == Some(true);
        let unknown =
            row.flag(Field::Unknown, problems) == Some(true) || value::is_unknown_computer(name);
        let enabled = row.field(Field::Enabled).filter(|cell| !cell.is_empty());
        let enabled =
            enabled.and_then(|cell| row.checked(value::enabled(cell), Field::Enabled, problems));
        let disabled = disabled || enabled == Some(false);
        let activity = row.field(Field::Active).filter(|cell| !cell.is_empty());
        let active =
            activity.and_then(|cell| row.checked(value::activity(cell), Field::Active, problems));
        let out_of_use = row.field(Field::State).is_some_and(value::is_out_of_use);
        let other = [Field::Platform, Field::Kind]
            .iter()
            .any(|field| row.field(*field).is_some_and(platform::is_not_windows));
        let path = row.field(Field::DistinguishedName);
        let other = other
            || said == Client::OfAnotherDevice
            || path.is_some_and(|path| is_of_a_service(path) || is_of_a_unit(path));
        [
            obsolete.then_some(DropReason::Obsolete),
            name.is_empty().then_some(DropReason::NoName),
            unknown.then_some(DropReason::Unknown),
            other.then_some(DropReason::NotWindows),
            disabled.then_some(DropReason::Disabled),
            (said == Client::Missing).then_some(DropReason::NoClient),
            (active == Some(false) || out_of_use).then_some(DropReason::Inactive),
        ]
    }

    /// What `userAccountControl` and `primaryGroupID` say.
    fn account_control(&mut self, row: &Row) -> Controls {
        let problems = &mut self.problems;
        let cell = row
            .field(Field::AccountControl)
            .filter(|cell| !cell.is_empty());
        let flags = cell.and_then(|cell| {
            row.checked(
                value::account_control(cell),
                Field::AccountControl,
                problems,
            )
        });
        let cell = row
            .field(Field::PrimaryGroup)
            .filter(|cell| !cell.is_empty());
        let group = cell.and_then(|cell| {
            row.checked(
                value::is_controller_group(cell),
                Field::PrimaryGroup,
                problems,
            )
        });
        let (disabled, is_controller) = flags.unwrap_or_default();
        Controls {
            disabled,
            is_controller: is_controller || group == Some(true),
        }
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
            let help = "put quotes round a cell that contains the separator, and leave a second table out of the file";
            self.problems
                .push(Finding::file(message, help).at(row.line));
        }
        right
    }

    /// The client. An empty `Client0` is a machine that was discovered but has none
    /// (NULL in `v_R_System`), and so is an empty version where no other column says.
    fn client_of(&mut self, row: &Row) -> Client {
        let problems = &mut self.problems;
        let flag = row.mapping.column(Field::HasClient).is_some();
        let flag = flag.then(|| row.flag(Field::HasClient, problems) == Some(true));
        let cell = row.field(Field::Client).filter(|cell| !cell.is_empty());
        let read = |cell: &str| match cell {
            // `SMS_R_System.Client`, not `ClientType`.
            "0" if row.mapping.client_is_whether => Ok(Client::Missing),
            "1" if row.mapping.client_is_whether => Ok(Client::Installed(None)),
            _ => value::client(cell),
        };
        let said = cell.and_then(|cell| row.checked(read(cell), Field::Client, problems));
        let version = row
            .field(Field::ClientVersion)
            .map(|version| !version.is_empty());
        let client = said.unwrap_or(Client::Installed(None));
        let is_there = if said.is_some() {
            flag
        } else {
            flag.or(version)
        };
        match client {
            Client::Installed(_) if is_there == Some(false) => Client::Missing,
            _ => client,
        }
    }

    fn push_texts(&mut self, row: &Row, plan: &Plan) {
        for (text, field) in TEXTS
            .into_iter()
            .enumerate()
            .filter(|(text, _)| plan.texts[*text])
        {
            let value = match field {
                Field::Domain => row.domain(&mut self.both_names),
                Field::Platform => row.platform(),
                Field::Site => Cow::Borrowed(row.site(&plan.options.places)),
                _ => Cow::Borrowed(row.field(field).unwrap_or_default()),
            };
            let line = value::on_one_line(&value);
            let value = row.checked(value::without_controls(&line), field, &mut self.problems);
            self.texts[text].push(value.unwrap_or_default());
        }
    }

    fn push_role(&mut self, row: &Row, is_controller: bool) {
        let telling = [
            Field::Role,
            Field::AccountControl,
            Field::PrimaryGroup,
            Field::DistinguishedName,
        ];
        if telling
            .iter()
            .all(|field| row.mapping.column(*field).is_none())
        {
            return;
        }
        let cell = row.field(Field::Role).filter(|cell| !cell.is_empty());
        let role =
            cell.and_then(|cell| row.checked(value::role(cell), Field::Role, &mut self.problems));
        // Members and clusters may stand among controllers: the account itself knows best.
        let says = |field| row.field(field).is_some_and(|cell| !cell.is_empty());
        let is_controller = is_controller
            || !says(Field::AccountControl)
                && !says(Field::PrimaryGroup)
                && row
                    .field(Field::DistinguishedName)
                    .is_some_and(is_among_controllers);
        let controller = is_controller.then_some(Role::DomainController);
        self.role.push(role.or(controller));
    }

    /// The newest date of the row, in both orders of day and month.
    fn push_seen(&mut self, row: &Row, plan: &Plan) {
        if row.mapping.seen.is_empty() {
            return;
        }
        let mut newest = [NEVER; 2];
        self.column_misfits
            .resize(row.mapping.seen.len(), [false; 2]);
        for (at, column) in row.mapping.seen.iter().enumerate() {
            let cell = row.cell(*column);
            let read = match date::read(cell) {
                Ok(Some(read)) => [read.day_first, read.month_first],
                Ok(None) => continue,
                Err(()) => [None; 2],
            };
            let of_column = plan.orders.get(at).copied().flatten();
            let read = of_column.map_or(read, |order| [read[order as usize]; 2]);
            let asked = plan.options.dates.map(|order| read[order as usize]);
            if read == [None; 2] || asked == Some(None) {
                self.unread_date(cell, row.line);
                continue;
            }
            for order in 0..2 {
                self.column_misfits[at][order] |= read[order].is_none();
                newest[order] = newest[order].max(read[order].unwrap_or(NEVER));
            }
        }
        self.seen.push(newest);
    }

    /// Whether there is a date with which the day cannot be first, and one with which the
    /// month cannot.
    pub(super) fn misfits(&self) -> [bool; 2] {
        let columns = &self.column_misfits;
        [0, 1].map(|order| columns.iter().any(|misfit| misfit[order]))
    }

    /// Adds what dates of the lines that follow do not fit.
    pub(super) fn add_misfits(&mut self, later: &Self) {
        add(&mut self.column_misfits, &later.column_misfits);
    }

    fn unread_date(&mut self, cell: &str, line: u64) {
        let (count, example) = &mut self.unread_dates;
        count.push(line);
        if example.is_empty() {
            *example = shown(cell);
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
