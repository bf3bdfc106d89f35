//! What one row says, field by field.

use crate::scenario::inventory::domains::{self, BothNames};
use crate::scenario::inventory::field::Field;
use crate::scenario::inventory::heading::Mapping;
use crate::scenario::inventory::path::{domain_of_path, full_name, host_name};
use crate::scenario::inventory::places::Places;
use crate::scenario::inventory::platform;
use crate::scenario::inventory::problem::{Finding, Problems};
use crate::scenario::inventory::value::{self, Wrong};
use csv::StringRecord;
use std::borrow::Cow;

/// One row while it is read.
pub(super) struct Row<'a> {
    pub(super) record: &'a StringRecord,
    pub(super) line: u64,
    pub(super) mapping: &'a Mapping,
}

impl<'a> Row<'a> {
    /// What stands in `column`; a row may end early.
    pub(super) fn cell(&self, column: usize) -> &'a str {
        value::unless_nothing(value::as_text(self.content(column)))
    }

    pub(super) fn content(&self, column: usize) -> &'a str {
        value::content(self.record.get(column).unwrap_or_default())
    }

    /// What the file says about `field`: `None` if it has no such column.
    pub(super) fn field(&self, field: Field) -> Option<&'a str> {
        let column = self.mapping.column(field)?;
        // Groups are called as the scenario calls them.
        Some(match field {
            Field::Group => self.content(column),
            Field::Domain | Field::Site => value::unless_none(self.cell(column)),
            _ => self.cell(column),
        })
    }

    /// The field from which the name comes.
    pub(super) fn naming_field(&self) -> Field {
        let naming = [Field::Name, Field::DnsName, Field::DistinguishedName];
        let filled = |field: &Field| self.field(*field).is_some_and(|cell| !cell.is_empty());
        naming.into_iter().find(filled).unwrap_or(Field::Name)
    }

    /// What stands in the column from which the name comes.
    pub(super) fn naming_cell(&self) -> &'a str {
        self.field(self.naming_field()).unwrap_or_default()
    }

    pub(super) fn name(&self) -> Result<&'a str, Wrong> {
        let field = self.naming_field();
        let cell = self.field(field).unwrap_or_default();
        match field {
            Field::DnsName => value::name(host_name(cell).0),
            _ => value::name(cell).map(|name| full_name(name).0),
        }
    }

    /// The domain: its own column, else what a full name or a path says.
    pub(super) fn domain(&self, both: &mut BothNames) -> Cow<'a, str> {
        let cell = |field| self.field(field).unwrap_or_default();
        let own = domains::plain(cell(Field::Domain));
        let of_host = host_name(cell(Field::DnsName)).1.map(domains::plain);
        let of_path = || domain_of_path(cell(Field::DistinguishedName)).map(Cow::Owned);
        if own.is_empty() {
            let long = of_host.filter(|domain| !domain.is_empty()).or_else(of_path);
            return long.unwrap_or_else(|| Cow::Borrowed(value::domain_of_name(cell(Field::Name))));
        }
        for dns in of_host.into_iter().chain(of_path()) {
            both.note(&own, &dns);
        }
        own
    }

    /// The place: its own column, else what `places` says of the row.
    pub(super) fn site(&self, places: &'a Places) -> &'a str {
        let cell = |field| self.field(field).unwrap_or_default();
        let name = value::first_of_list(cell(Field::Site));
        let path = cell(Field::DistinguishedName);
        places.site(name, cell(Field::Address), path)
    }

    /// The operating system, with its version where the name alone is `Windows`.
    pub(super) fn platform(&self) -> Cow<'a, str> {
        let name = self.field(Field::Platform).unwrap_or_default();
        let version = self.field(Field::PlatformVersion).unwrap_or_default();
        platform::with_version(name, version)
    }

    /// The value of a cell, or none and a problem.
    pub(super) fn checked<T>(
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
    pub(super) fn flag(&self, field: Field, problems: &mut Problems) -> Option<bool> {
        let cell = self.field(field).filter(|cell| !cell.is_empty())?;
        self.checked(value::flag(cell), field, problems)
    }
}
