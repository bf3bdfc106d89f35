//! Which column gives which field.

use super::MapOptions;
use super::field::{ALIASES, Field, is_alias, normal};
use super::problem::{Finding, Problems};
use crate::scenario::Nearest;

/// What a name column holds besides the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameForm {
    /// The name, perhaps with the `$` of an account name.
    Plain,
    /// A DNS name: the first label is the name.
    HostName,
    /// A distinguished name: the first `CN=` is the name.
    DistinguishedName,
}

/// The columns of an inventory, by field.
#[derive(Debug)]
pub(super) struct Mapping {
    /// The headings of the file.
    pub(super) headings: Vec<String>,
    /// The column of each field, by the order of [`Field::ALL`].
    columns: [Option<usize>; Field::ALL.len()],
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

    /// How the name column writes names.
    pub(super) fn name_form(&self) -> NameForm {
        match self.heading(Field::Name).map(normal).as_deref() {
            Some("dnshostname") => NameForm::HostName,
            Some("dn" | "distinguishedname") => NameForm::DistinguishedName,
            _ => NameForm::Plain,
        }
    }

    /// Finds the column of every field: the scenario's map first, then the
    /// aliases.
    pub(super) fn new(headings: Vec<String>, options: &MapOptions) -> Result<Self, Problems> {
        let mut mapping = Self {
            headings,
            columns: [None; Field::ALL.len()],
        };
        mapping.map_explicitly(options)?;
        mapping.map_by_alias();
        if mapping.column(Field::Name).is_none() {
            return Err(mapping.no_name().into());
        }
        Ok(mapping)
    }

    fn map_explicitly(&mut self, options: &MapOptions) -> Result<(), Problems> {
        let mut problems = Problems::default();
        for (name, heading) in &options.map {
            match (Field::from_name(name), self.find(heading)) {
                (Some(field), Some(column)) => self.columns[field as usize] = Some(column),
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

    fn map_by_alias(&mut self) {
        let forms: Vec<String> = self
            .headings
            .iter()
            .map(|heading| normal(heading))
            .collect();
        for (alias, field) in ALIASES {
            let free = |column: &usize| !self.columns.contains(&Some(*column));
            let mut matching = (0..forms.len()).filter(|column| is_alias(&forms[*column], alias));
            if self.columns[*field as usize].is_none() {
                self.columns[*field as usize] = matching.find(free);
            }
        }
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
        let mut names = ALIASES.iter().filter(|(_, field)| *field == Field::Name);
        let nearest =
            names.find_map(|(alias, _)| nearest(alias, self.headings.iter().map(String::as_str)));
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
