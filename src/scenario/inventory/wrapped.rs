//! Lines that stand in quotes as a whole: `"PC1,XP,hq"`.
//!
//! A spreadsheet that has taken a whole line for one cell, as one does whose list
//! separator is another, saves each line so, with the quotes in it doubled.

use super::top;
use std::borrow::Cow;

/// The text with every line that stands in quotes as a whole taken out of them, if its
/// heading line stands so, or its rows below headings of as many cells. Lines keep their
/// numbers.
pub(super) fn unwrapped(text: &str) -> Cow<'_, str> {
    let start = top::begin(text);
    let mut lines = text[start..].split_inclusive('\n');
    let Some(heading) = lines.next() else {
        return Cow::Borrowed(text);
    };
    let inner = inside(heading).filter(|inner| top::cells_of(inner) > 1);
    let count = match &inner {
        Some(_) => None,
        None => Some(top::cells_of(heading)),
    };
    let separator = top::separator_of(inner.as_deref().unwrap_or(heading));
    let is_wrapped = |inner: &str| match count {
        None => inner.contains(char::from(separator)),
        Some(count) => count > 1 && top::cells_between(inner, separator) == count,
    };
    let first = lines.find(|line| !line.trim().is_empty());
    let is_meant =
        inner.is_some() || (first.and_then(inside)).is_some_and(|inner| is_wrapped(&inner));
    if !is_meant {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..start]);
    let mut is_open = false;
    for line in text[start..].split_inclusive('\n') {
        let bare = line.trim_end_matches(['\r', '\n']);
        let inner = inside(line).filter(|inner| !is_open && is_wrapped(inner));
        out.push_str(inner.as_deref().unwrap_or(bare));
        out.push_str(&line[bare.len()..]);
        // A cell that goes on in the next line is left as it is.
        is_open ^= memchr::memchr_iter(b'"', line.as_bytes()).count() % 2 == 1;
    }
    Cow::Owned(out)
}

/// What stands in the quotes around a whole line. A path of a directory, which has
/// commas of its own, is a cell.
fn inside(line: &str) -> Option<String> {
    let bare = line.trim_end_matches([',', ';', '\t', ' ', '\r', '\n']);
    let inner = bare.strip_prefix('"')?.strip_suffix('"')?;
    let is_path = |text: &str| {
        let key = text.trim_start().get(..3);
        key.is_some_and(|key| key.eq_ignore_ascii_case("CN=") || key.eq_ignore_ascii_case("OU="))
    };
    let is_one = !inner.replace("\"\"", "").contains('"');
    (is_one && !is_path(inner)).then(|| inner.replace("\"\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_in_quotes_as_a_whole_are_taken_out_of_them() {
        let plain = "Name,OS,Site\r\nPC1,\"XP, SP2\",hq\r\nPC2,XP,b\r\n";
        let wrapped = "\"Name,OS,Site\"\r\n\"PC1,\"\"XP, SP2\"\",hq\"\r\n\"PC2,XP,b\";;\r\n";
        assert_eq!(unwrapped(wrapped), plain);
        // The heading line has no quotes, or it alone has.
        let rows = "Name,OS,Site\n\"PC1,XP,hq\"\n\n\"PC2,XP,b\"\n";
        assert_eq!(unwrapped(rows), "Name,OS,Site\nPC1,XP,hq\n\nPC2,XP,b\n");
        assert_eq!(unwrapped("\"Name;OS\"\nPC1;XP\n"), "Name;OS\nPC1;XP\n");
        assert_eq!(unwrapped("#TYPE X\n\"Name\tOS\"\n"), "#TYPE X\nName\tOS\n");
    }

    #[test]
    fn cells_in_quotes_stay_cells() {
        for text in [
            "\"Name\",\"OS\"\n\"PC1\",\"XP, SP2\"\n",
            "\"Name\"\n\"PC1\"\n",
            "DistinguishedName\n\"CN=PC1,OU=A,DC=corp\"\n",
            "DN,Name\n\"CN=PC1,OU=A\"\n",
            "\"CN=PC1,OU=A\"\n\"CN=PC2,OU=A\"\n",
            "Name\n\"a,b\"\n",
            "Note,Name\n\"x\ny\",PC1\n",
            "",
        ] {
            assert_eq!(unwrapped(text), text);
        }
    }
}
