//! From the rows of all chunks to one inventory in the order of names.

use super::Inventory;
use super::columns::{
    Columns, Place, TextColumn, duplicates, order_by_name, reordered, reordered_names,
};
use super::decode::Encoding;
use super::field::Field;
use super::heading::{Mapping, shown};
use super::platform::platform;
use super::problem::{Finding, Problems};
use super::report::MappingReport;
use super::rows::{Dictionary, Rows, TEXTS};
use crate::world::{NO_OVERRIDE, Names, Overrides, Role};

/// Joins the rows of all chunks, given in the order of the file.
pub(super) fn assemble(
    chunks: Vec<Rows>,
    mapping: &Mapping,
    encoding: Encoding,
    separator: u8,
) -> Result<Inventory, Problems> {
    let mut rows = Rows::default();
    for chunk in chunks {
        rows.append(chunk);
    }
    let places = order_by_name(&rows.names);
    report_duplicates(&mut rows, &places, mapping);
    let order: Vec<u32> = places.into_iter().map(|(_, row)| row).collect();
    if !rows.problems.is_empty() {
        return Err(rows.problems);
    }
    let (read, dropped) = (rows.read, std::mem::take(&mut rows.dropped));
    let platforms = platforms_renamed(&rows);
    let columns = columns(rows, &order);
    let report = MappingReport {
        encoding,
        separator: char::from(separator),
        used: used(mapping),
        ignored: ignored(mapping),
        defaults: defaults(&columns, order.len()),
        platforms,
        read,
        kept: order.len(),
        inactive: columns
            .active
            .iter()
            .filter(|active| **active == Some(false))
            .count(),
        dropped,
    };
    Ok(Inventory {
        rows: order.len(),
        columns,
        report,
    })
}

/// Two machines of one name cannot be told apart in any output.
fn report_duplicates(rows: &mut Rows, order: &[Place], mapping: &Mapping) {
    let mut pairs = duplicates(&rows.names, order);
    pairs.sort_unstable_by_key(|(_, later)| *later);
    let heading = mapping.heading(Field::Name).unwrap_or_default();
    for (earlier, later) in pairs {
        let name = shown(rows.names.get(later));
        let [first, second] = [earlier, later].map(|row| rows.lines[row as usize]);
        let message = format!("{name} is the name of two machines, on lines {first} and {second}");
        let help = "remove the row that is out of date, or mark it in a column `Obsolete`";
        rows.problems.push(
            Finding::file(message, help)
                .at(u64::from(second))
                .column(heading),
        );
    }
}

fn columns(rows: Rows, order: &[u32]) -> Columns {
    let role = reordered(&roles(&rows), order);
    let [domain, sms_site, site, platform, group] = {
        let mut fields = TEXTS.into_iter();
        rows.texts.map(|text| match fields.next() {
            Some(Field::Platform) => text_column(&text, |written| platform(written).0, order),
            _ => text_column(&text, |written| written, order),
        })
    };
    let [
        access,
        poll_offset,
        install_time,
        share_bytes,
        package_bytes,
        user_logged_on,
        user_is_administrator,
        cache,
        disk,
        exit_code,
    ] = rows.numbers.map(|numbers| reordered(&numbers, order));
    Columns {
        names: reordered_names(&rows.names, order),
        lines: reordered(&rows.lines, order),
        domain,
        sms_site,
        site,
        platform,
        group,
        users: reordered_names(&rows.users, order),
        client: reordered(&rows.client, order),
        role,
        active: reordered(&rows.active, order),
        overrides: Overrides {
            access,
            poll_offset,
            install_time,
            share_bytes,
            package_bytes,
            user_logged_on,
            user_is_administrator,
            cache,
            disk,
            exit_code,
        },
    }
}

/// The dictionary sorted, its values under the names that `called` gives, the
/// cells in a new order.
fn text_column(text: &Dictionary, called: fn(&str) -> &str, order: &[u32]) -> TextColumn {
    let mut values: Vec<String> = text.values.iter().map(|v| called(v).to_owned()).collect();
    values.sort_unstable();
    values.dedup();
    let position = |written: &String| {
        let found = values.binary_search_by(|value| value.as_str().cmp(called(written)));
        found.expect("every value was put in") as u32
    };
    let positions: Vec<u32> = text.values.iter().map(position).collect();
    let cells = reordered(&text.cells, order);
    let renumbered = |cell: u32| positions.get(cell as usize).copied();
    let cells = cells
        .into_iter()
        .map(|cell| renumbered(cell).unwrap_or(TextColumn::EMPTY));
    TextColumn {
        cells: cells.collect(),
        values,
    }
}

/// The role of each row: its own, else what its operating system implies.
fn roles(rows: &Rows) -> Vec<Option<Role>> {
    let text = TEXTS.iter().position(|field| *field == Field::Platform);
    let platforms = &rows.texts[text.expect("the platform is a text")];
    if platforms.cells.is_empty() {
        return rows.role.clone();
    }
    let implied: Vec<_> = platforms
        .values
        .iter()
        .map(|written| platform(written).1)
        .collect();
    let of_row = |(row, cell): (usize, &u32)| {
        let own = rows.role.get(row).copied().flatten();
        own.or_else(|| implied.get(*cell as usize).copied().flatten())
    };
    platforms.cells.iter().enumerate().map(of_row).collect()
}

/// Operating systems that are written otherwise than they are called.
fn platforms_renamed(rows: &Rows) -> Vec<(String, String)> {
    let platforms = TEXTS
        .iter()
        .zip(&rows.texts)
        .filter(|(field, _)| **field == Field::Platform);
    let written = platforms.flat_map(|(_, text)| &text.values);
    let mut renamed: Vec<(String, String)> = written
        .map(|written| (written.clone(), platform(written).0.to_owned()))
        .filter(|(written, called)| written != called)
        .collect();
    renamed.sort_unstable();
    renamed
}

fn used(mapping: &Mapping) -> Vec<(Field, String)> {
    let heading = |field: Field| {
        mapping
            .heading(field)
            .map(|heading| (field, heading.to_owned()))
    };
    Field::ALL.into_iter().filter_map(heading).collect()
}

fn ignored(mapping: &Mapping) -> Vec<String> {
    let is_used = |column| {
        Field::ALL
            .iter()
            .any(|field| mapping.column(*field) == Some(column))
    };
    let headings = mapping.headings.iter().enumerate();
    let ignored = headings.filter(|(column, heading)| !is_used(*column) && !heading.is_empty());
    ignored.map(|(_, heading)| heading.clone()).collect()
}

/// For each field that a group or a default can give, in how many rows it
/// must; fields that lack nowhere are left out.
fn defaults(columns: &Columns, rows: usize) -> Vec<(Field, usize)> {
    let texts =
        |text: &TextColumn| rows - text.cells.len() + empty(&text.cells, &TextColumn::EMPTY);
    let numbers = |column: &[u64]| rows - column.len() + empty(column, &NO_OVERRIDE);
    let own = &columns.overrides;
    [
        (Field::Domain, texts(&columns.domain)),
        (Field::Site, texts(&columns.site)),
        (
            Field::Client,
            rows - columns.client.len() + empty(&columns.client, &None),
        ),
        (
            Field::Role,
            rows - columns.role.len() + empty(&columns.role, &None),
        ),
        (Field::Platform, texts(&columns.platform)),
        (Field::Group, texts(&columns.group)),
        (Field::Access, numbers(&own.access)),
        (Field::PollOffset, numbers(&own.poll_offset)),
        (Field::InstallTime, numbers(&own.install_time)),
        (Field::ShareBytes, numbers(&own.share_bytes)),
        (Field::PackageBytes, numbers(&own.package_bytes)),
        (Field::UserLoggedOn, numbers(&own.user_logged_on)),
        (
            Field::UserIsAdministrator,
            numbers(&own.user_is_administrator),
        ),
        (Field::Cache, numbers(&own.cache)),
        (Field::Disk, numbers(&own.disk)),
        (Field::ExitCode, numbers(&own.exit_code)),
    ]
    .into_iter()
    .filter(|(_, lacking)| *lacking > 0)
    .collect()
}

fn empty<T: PartialEq>(column: &[T], none: &T) -> usize {
    column.iter().filter(|cell| *cell == none).count()
}

impl Rows {
    /// Adds the rows of the lines that follow.
    fn append(&mut self, later: Self) {
        append_names(&mut self.names, &later.names);
        self.lines.extend(later.lines);
        for (text, later) in self.texts.iter_mut().zip(&later.texts) {
            text.append(later);
        }
        append_names(&mut self.users, &later.users);
        self.client.extend(later.client);
        self.role.extend(later.role);
        self.active.extend(later.active);
        for (numbers, later) in self.numbers.iter_mut().zip(later.numbers) {
            numbers.extend(later);
        }
        self.read += later.read;
        for (dropped, later) in self.dropped.iter_mut().zip(&later.dropped) {
            dropped.append(later);
        }
        self.problems.append(later.problems);
    }
}

/// Ends fit in 32 bits because the file has less than 4 GiB.
fn append_names(names: &mut Names, later: &Names) {
    let base = names.text.len() as u32;
    names.text.push_str(&later.text);
    names.ends.extend(later.ends.iter().map(|end| base + end));
}
