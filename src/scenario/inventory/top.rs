//! The top of the file: what tools write above the headings, the separator, and
//! the headings themselves.

use super::field::Field;
use super::heading::{field_of, is_known};
use super::problem::Finding;

/// Where an inventory begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Top {
    /// What stands between cells.
    pub(super) separator: u8,
    /// The headings.
    pub(super) headings: Vec<String>,
    /// Where they begin.
    pub(super) start: usize,
    /// Where the rows begin.
    pub(super) data: usize,
    /// How many lines with text stand above the headings and were left out.
    pub(super) left_out: usize,
}

/// How many lines may stand above the headings.
const MOST_ABOVE: usize = 40;

/// Finds the heading line of `text`: the first line, unless a line below it has
/// a heading that stands for names and it has not.
pub(super) fn top(text: &str) -> Result<Top, Finding> {
    let (mut start, separator) = skip_marks(text);
    let first = record(text, start, separator)?;
    let mut left_out = 0;
    if !names_machines(&first.headings) {
        let lines = text[start..].split_inclusive('\n').take(MOST_ABOVE);
        let mut at = start;
        for line in lines {
            if !line.trim().is_empty() {
                let here = record(text, at, separator)?;
                // Titles have fewer cells than headings; rows have as many, whatever
                // words are in them.
                if filled(&here) > filled(&first) && names_machines(&here.headings) {
                    return Ok(Top { left_out, ..here });
                }
                left_out += 1;
            }
            at += line.len();
        }
        start = start.min(text.len());
        not_laid_out(&text[start..])?;
        headless(text, &first, start)?;
        return Ok(first);
    }
    if let Some(below) = headings_below(text, &first, separator) {
        return Ok(below);
    }
    headless(text, &first, start)?;
    Ok(first)
}

/// The headings below a first line that is a title with a word for names in it, such as
/// `Computer:,All systems`: a line with more cells, of which more are known.
fn headings_below(text: &str, first: &Top, separator: Option<u8>) -> Option<Top> {
    let mut at = first.data;
    let mut left_out = 1;
    for line in text[first.data..].split_inclusive('\n').take(MOST_ABOVE) {
        // A cell over several lines is none of headings.
        let is_whole = line.bytes().filter(|byte| *byte == b'"').count() % 2 == 0;
        if is_whole && !line.trim().is_empty() {
            let here = record(line, 0, separator).ok()?;
            if names_machines(&here.headings)
                && filled(&here) > filled(first)
                && known(&here) > known(first)
            {
                let (start, data) = (at, at + here.data);
                return Some(Top {
                    start,
                    data,
                    left_out,
                    ..here
                });
            }
            left_out += 1;
        }
        at += line.len();
    }
    None
}

/// How many headings stand for a field.
fn known(top: &Top) -> usize {
    let is_known = |heading: &&String| field_of(heading).is_some();
    top.headings.iter().filter(is_known).count()
}

/// The first line of `text` below what tools write above headings, taken for the
/// headings of whatever it is.
pub(super) fn plain(text: &str) -> Result<Top, Finding> {
    let (start, separator) = skip_marks(text);
    record(text, start, separator)
}

/// Where the first line below what tools write above headings begins.
pub(super) fn begin(text: &str) -> usize {
    skip_marks(text).0
}

/// What stands between the cells of rows: what stands between headings, unless every row is
/// one cell by that, and as many as there are headings by another. So it is where somebody
/// wrote the heading line by hand.
pub(super) fn separator_of_rows(text: &str, top: &Top) -> u8 {
    let count = top.headings.len();
    let rows = text[top.data..].lines();
    let mut rows = rows.filter(|line| !line.trim().is_empty()).peekable();
    let is_by = |row: &str, other: u8| {
        cells_between(row, top.separator) == 1 && cells_between(row, other) == count
    };
    let others = [b',', b';', b'\t', b'|'].into_iter();
    let mut others = others.filter(|other| *other != top.separator);
    let first = rows.peek().copied().unwrap_or_default();
    match others.find(|other| count > 1 && is_by(first, *other)) {
        Some(other) if rows.all(|row| is_by(row, other)) => other,
        _ => top.separator,
    }
}

/// What stands between the cells of a heading line.
pub(super) fn separator_of(line: &str) -> u8 {
    commonest_separator(line)
}

/// How many cells a heading line has.
pub(super) fn cells_of(line: &str) -> usize {
    cells_between(line, commonest_separator(line))
}

/// How many cells a line has that `separator` keeps apart.
pub(super) fn cells_between(line: &str, separator: u8) -> usize {
    record(line, 0, Some(separator)).map_or(0, |top| top.headings.len())
}

/// Skips blank lines, the `#TYPE …` line that `Export-Csv` of PowerShell 5
/// writes first, and the `sep=;` line of Excel; the latter names the separator.
fn skip_marks(text: &str) -> (usize, Option<u8>) {
    let (mut start, mut separator) = (0, None);
    for line in text.split_inclusive('\n') {
        let mark = line.trim().trim_matches('"');
        let lower = mark.to_ascii_lowercase();
        if let Some(named) = lower.strip_prefix("sep=").filter(|named| named.len() <= 1) {
            // A tab is trimmed with the end of the line.
            separator = Some(named.bytes().next().unwrap_or(b'\t'));
        } else if !(mark.is_empty() || start == 0 && mark.starts_with("#TYPE ")) {
            break;
        }
        start += line.len();
    }
    (start, separator)
}

/// The record that begins at `start`, taken for the headings.
fn record(text: &str, start: usize, separator: Option<u8>) -> Result<Top, Finding> {
    let separator = separator.unwrap_or_else(|| commonest_separator(&text[start..]));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(separator)
        .from_reader(&text.as_bytes()[start..]);
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => Ok(Top {
            separator,
            headings: record
                .iter()
                .map(|heading| heading.trim().to_owned())
                .collect(),
            start,
            data: (start + reader.position().byte() as usize).min(text.len()),
            left_out: 0,
        }),
        Ok(false) => {
            let help = "an inventory is a heading line and one row for each machine";
            Err(Finding::file("the file is empty", help))
        }
        Err(error) => {
            let message = format!("the heading line cannot be read: {error}");
            let help = "look at the first line with a text editor";
            Err(Finding::file(message, help))
        }
    }
}

/// How many headings are not empty.
fn filled(top: &Top) -> usize {
    let filled = top.headings.iter().filter(|heading| !heading.is_empty());
    filled.count()
}

/// Whether a heading stands for the names of machines.
fn names_machines(headings: &[String]) -> bool {
    let naming = [Field::Name, Field::DnsName, Field::DistinguishedName];
    headings
        .iter()
        .any(|heading| naming.iter().any(|field| is_known(heading, *field)))
}

/// An error if `text` is laid out for people to read or is XML, so that no separator
/// stands between its cells.
fn not_laid_out(text: &str) -> Result<(), Finding> {
    const HELP: &str = "export it as CSV: with `Export-Csv` in PowerShell, `/format:csv` in wmic, `/fo csv` in systeminfo, \"Save Results As\" in Management Studio, `-s \",\" -W` in sqlcmd";
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let (first, second) = (lines.next(), lines.next());
    let is_rule = |line: &str| line.bytes().all(|byte| matches!(byte, b'-' | b' '));
    let labelled = |line: &str| {
        let label = line.split_once(" : ").map(|(label, _)| label.trim_end());
        label.is_some_and(|label| !label.is_empty() && !label.contains(' ')) || is_property(line)
    };
    let message = match (first, second) {
        (Some(first), _) if first.starts_with('<') || first.starts_with("#< CLIXML") => {
            "the file is a web page or XML, which is not read"
        }
        (Some(first), _) if is_ldif(first) => {
            let message = "the file is LDIF, with a line for each attribute of an account";
            let help = "export it as CSV: with `csvde`, whose options are those of `ldifde`";
            return Err(Finding::file(message, help).at(1));
        }
        (Some(first), Some(second)) if labelled(first) && labelled(second) => {
            "the file has a line for each property of a machine: it is what a command shows on the screen"
        }
        (Some(first), Some(second))
            if first.trim_end().contains(' ') && is_rule(second)
                || in_columns(first) && in_columns(second) =>
        {
            "the columns of the file are held apart by blanks: it is what a command shows on the screen"
        }
        _ => return Ok(()),
    };
    Err(Finding::file(message, HELP).at(1))
}

/// Whether it is a line of `wmic /format:list` or `systeminfo`: `CSName=PC1`, or
/// `Host Name:                 PC1`. A distinguished name is none.
fn is_property(line: &str) -> bool {
    if let Some((label, value)) = line.split_once(':')
        && value.starts_with("  ")
    {
        return !label.is_empty() && !label.contains(',');
    }
    let label = line.split_once('=').map_or("", |(label, _)| label);
    let is_of_path = ["cn", "ou", "dc"]
        .iter()
        .any(|key| label.eq_ignore_ascii_case(key));
    !is_of_path && !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether several blanks stand between words of a line, and no separator.
fn in_columns(line: &str) -> bool {
    line.trim().contains("  ") && !line.contains([',', ';', '\t', '|'])
}

/// Whether a file that begins with this line is one of directories (RFC 2849).
fn is_ldif(first: &str) -> bool {
    let lower = first.to_ascii_lowercase();
    let after = lower.strip_prefix("dn:");
    lower.starts_with("version: 1")
        || after.is_some_and(|path| path.starts_with(':') || path.contains('='))
}

/// An error if the first line looks like the one below it, number for number:
/// then it is a machine and no heading.
fn headless(text: &str, first: &Top, start: usize) -> Result<(), Finding> {
    let Ok(second) = record(text, first.data, Some(first.separator)) else {
        return Ok(());
    };
    // A word such as `Computer` that stands in the line below as well is no heading.
    let recurs = |at: usize| second.headings.get(at) == first.headings.get(at);
    let mut headings = first.headings.iter().enumerate();
    let has_headings = headings.any(|(at, heading)| field_of(heading).is_some() && !recurs(at));
    if has_headings || first.headings == second.headings {
        return Ok(());
    }
    let alike = |(a, b): (&String, &String)| {
        let shape = shape(a);
        shape.contains('9') && shape == self::shape(b)
    };
    if !first.headings.iter().zip(&second.headings).any(alike) {
        return Ok(());
    }
    let line = 1 + text[..start].matches('\n').count() as u64;
    let separator = char::from(first.separator);
    let cells: Vec<&str> = first.headings.iter().map(|_| "…").skip(1).collect();
    let is_path = first.headings[0].to_ascii_uppercase().starts_with("CN=");
    let naming = if is_path { "DistinguishedName" } else { "Name" };
    let headings = std::iter::once(naming).chain(cells).collect::<Vec<_>>();
    let help = format!(
        "write a line with a heading for each column above it, such as `{}`",
        headings.join(&separator.to_string())
    );
    let message = "the file has no headings: its first line is a row like those below it";
    Err(Finding::file(message, help).at(line))
}

/// `a9-a9` of `PC1-X27`: what kind of characters stand in turns.
fn shape(cell: &str) -> String {
    let kind = |c: char| match c {
        _ if c.is_ascii_digit() => '9',
        _ if c.is_alphabetic() => 'a',
        other => other,
    };
    let mut shape: Vec<char> = cell.chars().map(kind).collect();
    shape.dedup();
    shape.into_iter().collect()
}

/// The separator of the heading line: the one of `,`, `;`, tab and `|` that stands
/// most often outside quotes, the comma if there is none.
fn commonest_separator(text: &str) -> u8 {
    let mut counts = [(b',', 0u32), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some((_, count)) = counts.iter_mut().find(|(mark, _)| *mark == byte) {
                    *count += 1;
                }
            }
        }
    }
    // The last of equals wins in `max_by_key`, and the comma should.
    counts
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(mark, _)| mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_commonest_outside_quotes() {
        assert_eq!(commonest_separator("a,b,c;d\n;;;;"), b',');
        assert_eq!(commonest_separator("\"a,b,c\";d\r\n"), b';');
        assert_eq!(commonest_separator("a\tb"), b'\t');
        assert_eq!(commonest_separator("a|b"), b'|');
        assert_eq!(commonest_separator("name"), b',');
    }

    #[test]
    fn marks_of_tools_are_skipped_only_at_the_top() {
        let data = |text: &str| {
            let top = top(text).ok()?;
            Some(text[top.data..].trim_start().to_owned())
        };
        assert_eq!(
            data("#TYPE Selected.X\r\nName\r\nPC1").as_deref(),
            Some("PC1")
        );
        assert_eq!(data("sep=;\nName;a,b,c\nPC1").as_deref(), Some("PC1"));
        assert_eq!(data("Name\n#TYPE x\n").as_deref(), Some("#TYPE x\n"));
        assert_eq!(data("\n\n"), None);
    }

    #[test]
    fn a_report_has_its_headings_below_its_title() {
        let text = "All systems\nCreated: 14.03.2026\n\nComputer Name,Site\nPC1,x\n";
        let top = top(text).unwrap();
        assert_eq!(top.headings, ["Computer Name", "Site"]);
        assert_eq!((top.left_out, &text[top.data..]), (2, "PC1,x\n"));
    }

    #[test]
    fn a_title_with_a_word_for_names_is_no_heading() {
        for title in ["Computer,", "Name:,All systems", "Name:,x\nDomain:,CORP\n"] {
            let text = format!("{title}\n\nComputer Name,Domain,OS\nPC1,CORP,XP\n");
            let top = top(&text).unwrap();
            assert_eq!(top.headings, ["Computer Name", "Domain", "OS"], "{title}");
            assert_eq!(&text[top.data..], "PC1,CORP,XP\n");
        }
        let plain = top("Name,Note\nPC1,\"a\nName,Domain,OS\"\nPC2,b\n").unwrap();
        assert_eq!(plain.headings, ["Name", "Note"]);
    }

    #[test]
    fn a_word_that_recurs_in_each_row_is_no_heading() {
        let text = "PC1,Computer,XP\nPC2,Computer,XP\n";
        assert!(top(text).is_err());
        assert!(top("Computer,OS\nPC2,OS\n").is_ok());
        assert!(top("Name0,OS\nName0,OS\nPC2,XP\n").is_ok());
    }

    #[test]
    fn a_first_line_like_the_second_is_no_heading() {
        assert!(top("PC1,XP\nPC2,XP\n").is_err());
        assert!(top("Nmae,OS1\nPC2,XP\n").is_ok());
    }
}
