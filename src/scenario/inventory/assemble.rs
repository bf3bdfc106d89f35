//! From the rows of all chunks to one inventory in the order of names.

use super::columns::{
    Columns, Place, TextColumn, order_by_name, reordered, reordered_names, same_names,
};
use super::decode::Encoding;
use super::domains;
use super::field::Field;
use super::heading::{Mapping, shown};
use super::platform::platform;
use super::problem::{Finding, Problems};
use super::report::{DropReason, MappingReport};
use super::rows::{Dictionary, Rows, TEXTS};
use super::{Inventory, MapOptions, stale};
use crate::world::{NO_OVERRIDE, Names, Overrides, Role};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the file besides its rows.
pub(super) struct Source {
    pub(super) encoding: Encoding,
    pub(super) json: bool,
    pub(super) separator: u8,
    /// Lines left out above the headings.
    pub(super) above: usize,
}

/// Joins the rows of all chunks, given in the order of the file.
pub(super) fn assemble(
    chunks: Vec<Rows>,
    mapping: &Mapping,
    source: Source,
    options: &MapOptions,
) -> Result<Inventory, Problems> {
    let mut rows = Rows::default();
    for chunk in chunks {
        rows.append(chunk);
    }
    domains::settle(&mut rows);
    let other_newest = stale::other_newest(&rows, options);
    let seen = stale::leave_out(&mut rows, mapping, options);
    let stays = |(_, row): &Place| rows.lines[*row as usize] != stale::LEFT_OUT;
    let mut places = order_by_name(&rows.names);
    places.retain(stays);
    let mut same = same_names(&rows.names, &places);
    if !options.keep.contains(&DropReason::Obsolete) {
        let older = leave_out_older(&mut rows, &same);
        forget(&older, &mut same, &mut places);
    }
    let repeated = leave_out_repeated(&mut rows, &same);
    forget(&repeated, &mut same, &mut places);
    let in_two_domains = full_names(&mut rows, &mut places, same, mapping);
    let order: Vec<u32> = places.into_iter().map(|(_, row)| row).collect();
    let (read, dropped) = (rows.read, std::mem::take(&mut rows.dropped));
    let problems = std::mem::take(&mut rows.problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let platforms = platforms_renamed(&rows);
    let unread_dates = std::mem::take(&mut rows.unread_dates);
    let wrong_clocks = std::mem::take(&mut rows.wrong_clocks);
    let columns = columns(rows, &order);
    let report = MappingReport {
        encoding: source.encoding,
        json: source.json,
        separator: char::from(source.separator),
        above: source.above,
        used: used(mapping),
        ignored: ignored(mapping),
        defaults: defaults(&columns, order.len()),
        merged: merged(&columns, mapping, source.json),
        platforms,
        read,
        kept: order.len(),
        seen,
        other_newest,
        unread_dates,
        wrong_clocks,
        in_two_domains,
        dropped,
    };
    if order.is_empty() {
        return Err(no_machine(&report).into());
    }
    Ok(Inventory {
        rows: order.len(),
        columns,
        report,
    })
}

/// A file of which every row was left out says nothing of a fleet.
fn no_machine(report: &MappingReport) -> Finding {
    let message = format!(
        "no row of the inventory is a machine of the fleet:{}",
        report.dropped()
    );
    let help = "keep rows with `keep = [\"inactive\", …]` of [inventory], or switch a column off as in `map = { active = false }`";
    Finding::file(message, help)
}

/// Forgets rows that are left out.
fn forget(left_out: &BTreeSet<u32>, same: &mut Vec<Vec<u32>>, places: &mut Vec<Place>) {
    if left_out.is_empty() {
        return;
    }
    places.retain(|(_, row)| !left_out.contains(row));
    for group in &mut *same {
        group.retain(|row| !left_out.contains(row));
    }
    same.retain(|group| group.len() > 1);
}

/// Leaves out rows of a machine that another row has been heard of later than:
/// Configuration Manager keeps the old record of a machine that was set up anew.
fn leave_out_older(rows: &mut Rows, same: &[Vec<u32>]) -> BTreeSet<u32> {
    let mut older = BTreeSet::new();
    if rows.seen.is_empty() {
        return older;
    }
    for group in same {
        let mut newest: BTreeMap<Option<String>, u32> = BTreeMap::new();
        for row in group.iter().copied() {
            let domain = rows.domain(row).map(str::to_uppercase);
            let Some(known) = newest.get_mut(&domain) else {
                newest.insert(domain, row);
                continue;
            };
            let [a, b] = [*known, row].map(|row| rows.seen[row as usize]);
            // Whichever of day and month is first.
            if (0..2).all(|order| a[order] < b[order]) {
                older.insert(std::mem::replace(known, row));
            } else if (0..2).all(|order| a[order] > b[order]) {
                older.insert(row);
            }
        }
    }
    for row in &older {
        let line = u64::from(rows.lines[*row as usize]);
        rows.dropped[DropReason::Obsolete as usize].push(line);
    }
    older
}

/// Leaves out rows that say the same of the same machine as a row above: reports join
/// tables, and have a machine once for each thing that it has.
fn leave_out_repeated(rows: &mut Rows, same: &[Vec<u32>]) -> BTreeSet<u32> {
    let mut repeated = BTreeSet::new();
    for group in same {
        let mut said = BTreeSet::new();
        let mut group = group.clone();
        group.sort_unstable();
        repeated.extend(
            group
                .into_iter()
                .filter(|row| !said.insert(says(rows, *row))),
        );
    }
    for row in &repeated {
        let line = u64::from(rows.lines[*row as usize]);
        rows.dropped[DropReason::Repeated as usize].push(line);
    }
    repeated
}

/// All that a row says of its machine, but for when it was heard of last.
fn says(rows: &Rows, row: u32) -> (Vec<Option<String>>, String, Vec<Option<u64>>) {
    let at = row as usize;
    let text = |(field, text): (Field, &Dictionary)| {
        let cell = text.cells.get(at);
        let cell = match field {
            Field::Domain => rows.domain(row),
            _ => cell.and_then(|cell| text.values.get(*cell as usize).map(String::as_str)),
        };
        cell.map(str::to_uppercase)
    };
    let kinds = format!("{:?} {:?}", rows.client.get(at), rows.role.get(at));
    let numbers = rows.numbers.iter().map(|numbers| numbers.get(at).copied());
    (
        TEXTS.into_iter().zip(&rows.texts).map(text).collect(),
        kinds,
        numbers.collect(),
    )
}

/// Gives machines of one name in two domains their full names, and complains
/// about two rows for one machine. The answer is how many got one.
fn full_names(
    rows: &mut Rows,
    places: &mut Vec<Place>,
    same: Vec<Vec<u32>>,
    mapping: &Mapping,
) -> usize {
    let mut called = BTreeMap::new();
    let mut twice = Vec::new();
    for group in same {
        let mut domains = BTreeMap::new();
        for row in &group {
            let domain = rows.domain(*row).map(str::to_uppercase);
            match domains.get(&domain) {
                Some(earlier) => twice.push((*earlier, *row)),
                None => drop(domains.insert(domain, *row)),
            }
        }
        if let (Some(first), true) = (domains.get(&None), domains.len() > 1) {
            let others = domains.values().filter(|row| *row != first);
            twice.extend(others.map(|other| (*first.min(other), *first.max(other))));
        }
        for row in group {
            if let Some(domain) = rows.domain(row) {
                called.insert(row, format!("{}.{domain}", rows.names.get(row)));
            }
        }
    }
    report_duplicates(rows, twice, mapping);
    if called.is_empty() || !rows.problems.is_empty() {
        return 0;
    }
    let mut names = Names::default();
    for row in 0..rows.names.ends.len() as u32 {
        names.push(called.get(&row).map_or(rows.names.get(row), String::as_str));
    }
    rows.names = names;
    let stay: BTreeSet<u32> = places.iter().map(|(_, row)| *row).collect();
    *places = order_by_name(&rows.names);
    places.retain(|(_, row)| stay.contains(row));
    called.len()
}

/// Two machines of one name cannot be told apart in any output.
fn report_duplicates(rows: &mut Rows, mut pairs: Vec<(u32, u32)>, mapping: &Mapping) {
    pairs.sort_unstable_by_key(|(_, later)| *later);
    let naming = [Field::Name, Field::DnsName, Field::DistinguishedName];
    let heading = naming
        .iter()
        .find_map(|field| mapping.heading(*field))
        .unwrap_or_default();
    for (earlier, later) in pairs {
        let name = shown(rows.names.get(later));
        let [first, second] = [earlier, later].map(|row| rows.lines[row as usize]);
        let message = format!(
            "{name} is the name of two machines, on lines {first} and {second}, which say different things"
        );
        let help = "remove the row that is out of date, mark it in a column `Obsolete`, \
                    add when each was last heard of, or say the domain of both";
        rows.problems.push(
            Finding::file(message, help)
                .at(u64::from(second))
                .column(heading),
        );
    }
}

fn columns(rows: Rows, order: &[u32]) -> Columns {
    let role = reordered(&roles(&rows), order);
    let [domain, site, platform, group] = {
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
        site,
        platform,
        group,
        client: reordered(&rows.client, order),
        role,
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
    let heading = |(field, column): (Field, usize)| (field, mapping.headings[column].clone());
    mapping.used().into_iter().map(heading).collect()
}

fn ignored(mapping: &Mapping) -> Vec<String> {
    let used = mapping.used();
    let is_used = |at: usize| used.iter().any(|(_, column)| *column == at);
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

/// The headings of columns each of whose texts stands in one row alone, while more rows say
/// nothing: so merged cells of a spreadsheet are saved. The order of rows tells nothing.
fn merged(columns: &Columns, mapping: &Mapping, is_json: bool) -> Vec<String> {
    let texts = [
        (Field::Domain, &columns.domain),
        (Field::Site, &columns.site),
        (Field::Platform, &columns.platform),
    ];
    let says_once = |text: &TextColumn| {
        let filled = text.cells.len() - empty(&text.cells, &TextColumn::EMPTY);
        filled >= 2 && filled == text.values.len() && 2 * filled < text.cells.len()
    };
    texts
        .into_iter()
        .filter(|(_, text)| !is_json && says_once(text))
        .filter_map(|(field, _)| mapping.heading(field).map(str::to_owned))
        .collect()
}

fn empty<T: PartialEq>(column: &[T], none: &T) -> usize {
    column.iter().filter(|cell| *cell == none).count()
}

impl Rows {
    /// The domain of a row, if it says one: by one name, however rows spell it.
    fn domain(&self, row: u32) -> Option<&str> {
        let text = TEXTS.iter().position(|field| *field == Field::Domain)?;
        let cell = *self.texts[text].cells.get(row as usize)?;
        let same = *self.same_domain.get(cell as usize)?;
        self.texts[text]
            .values
            .get(same as usize)
            .map(String::as_str)
    }

    /// Adds the rows of the lines that follow.
    fn append(&mut self, later: Self) {
        self.add_misfits(&later);
        append_names(&mut self.names, &later.names);
        self.lines.extend(later.lines);
        for (text, later) in self.texts.iter_mut().zip(&later.texts) {
            text.append(later);
        }
        self.both_names.append(later.both_names);
        self.client.extend(later.client);
        self.role.extend(later.role);
        self.seen.extend(later.seen);
        self.unread_dates.0.append(&later.unread_dates.0);
        if self.unread_dates.1.is_empty() {
            self.unread_dates.1 = later.unread_dates.1;
        }
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
