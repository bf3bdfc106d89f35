//! Which column gives which field.

use super::MapOptions;
use super::field::{Field, aliases, is_alias, normal};
use super::problem::{Finding, Problems};
use crate::scenario::Nearest;

/// Whether `heading` stands for `field`.
pub(super) fn is_known(heading: &str, field: Field) -> bool {
    let form = normal(heading);
    let mut aliases = aliases().filter(|(_, of)| *of == field);
    aliases.any(|(alias, _)| is_alias(&form, alias))
}

/// The first field that `heading` stands for, if any.
pub(crate) fn field_of(heading: &str) -> Option<Field> {
    let form = normal(heading);
    let mut known = aliases().filter(|(alias, _)| is_alias(&form, alias));
    known.next().map(|(_, field)| field)
}

/// The columns of an inventory, by field.
#[derive(Debug)]
pub(super) struct Mapping {
    /// The headings of the file.
    pub(super) headings: Vec<String>,
    /// The column of each field, by the order of [`Field::ALL`].
    columns: [Option<usize>; Field::ALL.len()],
    /// Whether `0` and `1` of the column for the kind of client say whether there is one, as
    /// under the heading `Client` of `SMS_R_System`.
    pub(super) client_is_whether: bool,
    /// Every column that says when the machine was last heard of.
    pub(super) seen: Vec<usize>,
}

impl Mapping {
    /// The column that gives `field`.
    pub(super) fn column(&self, field: Field) -> Option<usize> {
        self.columns[field as usize]
    }

    /// The heading of the column that gives `field`.
    pub(super) fn heading(&self, field: Field) -> Option<&str> {
        self.column(field)
            .map(|column| self.headings[column].as_str())
    }

    /// Finds the column of every field: the scenario's map first, then the
    /// aliases.
    pub(super) fn new(headings: Vec<String>, options: &MapOptions) -> Result<Self, Problems> {
        let mut mapping = Self {
            headings,
            columns: [None; Field::ALL.len()],
            client_is_whether: false,
            seen: Vec::new(),
        };
        mapping.map_explicitly(options)?;
        mapping.map_by_alias(options);
        mapping.map_names_of_devices(options);
        mapping.map_client_of_consoles(options);
        mapping.client_is_whether = !options.map.contains_key(Field::Client.name())
            && mapping
                .heading(Field::Client)
                .is_some_and(|heading| normal(heading) == "client");
        let naming = [Field::Name, Field::DnsName, Field::DistinguishedName];
        if naming.iter().all(|field| mapping.column(*field).is_none()) {
            return Err(mapping.no_name().into());
        }
        Ok(mapping)
    }

    /// The columns that are read, each with its field.
    pub(super) fn used(&self) -> Vec<(Field, usize)> {
        let one = |field: Field| self.column(field).map(|column| (field, column));
        let mut used: Vec<(Field, usize)> = Field::ALL.into_iter().filter_map(one).collect();
        let further = self.seen.iter().skip(1);
        used.extend(further.map(|column| (Field::LastSeen, *column)));
        used.sort_unstable_by_key(|(field, _)| *field as usize);
        used
    }

    fn map_explicitly(&mut self, options: &MapOptions) -> Result<(), Problems> {
        let mut problems = Problems::default();
        for (name, heading) in &options.map {
            let Some(heading) = heading else {
                if Field::from_name(name).is_none() {
                    problems.push(unknown_field(name));
                }
                continue;
            };
            match (Field::from_name(name), self.find(heading)) {
                (Some(field), Some(column)) => {
                    self.columns[field as usize] = Some(column);
                    if field == Field::LastSeen {
                        self.seen.push(column);
                    }
                }
                (None, _) => problems.push(unknown_field(name)),
                (_, None) => problems.push(self.unknown_heading(name, heading)),
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    fn map_by_alias(&mut self, options: &MapOptions) {
        let forms: Vec<String> = self
            .headings
            .iter()
            .map(|heading| normal(heading))
            .collect();
        let asked = |field: Field| field != Field::Address || options.places.asks_for_addresses();
        let known =
            aliases().filter(|(_, field)| asked(*field) && !options.map.contains_key(field.name()));
        for (alias, field) in known {
            let mut columns = (0..forms.len()).filter(|column| is_alias(&forms[*column], alias));
            let column = columns.find(|column| !self.columns.contains(&Some(*column)));
            if field == Field::LastSeen {
                self.seen.extend(column);
            }
            if self.columns[field as usize].is_none() {
                self.columns[field as usize] = column;
            }
        }
    }

    /// Takes the names by which lists of devices show them, as Entra's does, where there are
    /// no others. A list of users, which has no operating systems, is no inventory.
    fn map_names_of_devices(&mut self, options: &MapOptions) {
        let naming = [Field::Name, Field::DnsName, Field::DistinguishedName];
        let has =
            |field: Field| self.column(field).is_some() || options.map.contains_key(field.name());
        if naming.into_iter().any(has) || self.column(Field::Platform).is_none() {
            return;
        }
        let mut headings = self.headings.iter();
        self.columns[Field::Name as usize] =
            headings.position(|heading| normal(heading) == "displayname");
    }

    /// Takes `Cliente` of consoles in Spanish and Portuguese, which also say whether the
    /// client is active. In other lists the word heads customers.
    fn map_client_of_consoles(&mut self, options: &MapOptions) {
        let of_client = [Field::Client, Field::HasClient];
        let has =
            |field: Field| self.column(field).is_some() || options.map.contains_key(field.name());
        if of_client.into_iter().any(has) || self.column(Field::Active).is_none() {
            return;
        }
        let mut headings = self.headings.iter();
        self.columns[Field::HasClient as usize] =
            headings.position(|heading| normal(heading) == "cliente");
    }

    /// The column headed `heading`: as it is written, else in normal form.
    fn find(&self, heading: &str) -> Option<usize> {
        let exact = self.headings.iter().position(|have| have == heading);
        let wanted = normal(heading);
        exact.or_else(|| self.headings.iter().position(|have| normal(have) == wanted))
    }

    fn unknown_heading(&self, field: &str, heading: &str) -> Finding {
        let near = nearest(heading, self.headings.iter().map(String::as_str));
        Finding::file(
            format!("the map says that `{field}` is in column `{heading}`, which is not there"),
            format!("{}the headings are {}", did_you_mean(near), self.listed()),
        )
    }

    fn no_name(&self) -> Finding {
        let unknown = |heading: &&String| Field::ALL.iter().all(|field| !is_known(heading, *field));
        let unknown: Vec<&str> = self
            .headings
            .iter()
            .filter(unknown)
            .map(String::as_str)
            .collect();
        let mut names = aliases().filter(|(_, field)| *field == Field::Name);
        let nearest = names.find_map(|(alias, _)| nearest(alias, unknown.iter().copied()));
        Finding::file(
            format!(
                "no column holds the machines' names; the headings are {}",
                self.listed()
            ),
            format!(
                "{}name it in the scenario's map (`name = \"Heading\"`), or head it `Name`, \
                 `Name0`, `Netbios_Name0`, `cn` or `DNSHostName`",
                did_you_mean(nearest)
            ),
        )
    }

    /// The headings for a message; a wide file is not told in full.
    fn listed(&self) -> String {
        const SHOWN: usize = 30;
        let shown: Vec<String> = self.headings.iter().take(SHOWN).map(|h| shown(h)).collect();
        let more = match self.headings.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{}{more}", shown.join(", "))
    }
}

/// A text from the file, made safe to print: short and without control
/// characters.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text
        .chars()
        .take(LONGEST)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

fn unknown_field(name: &str) -> Finding {
    let names = Field::ALL.map(Field::name);
    Finding::file(
        format!("the map names a field `{name}`, which an inventory does not have"),
        format!(
            "{}the fields are {}",
            did_you_mean(nearest(name, names)),
            names.join(", ")
        ),
    )
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |near| {
        format!("did you mean {}? ", shown(near))
    })
}

/// The candidate most like `wanted`, if one is like it at all.
fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut near = Nearest::to(&normal(wanted));
    // Headings are short; anything longer is not one.
    let form = |candidate: &str| normal(candidate).chars().take(64).collect::<String>();
    let nearer = candidates.into_iter().filter(|c| near.look(&form(c)));
    nearer.last()
}
