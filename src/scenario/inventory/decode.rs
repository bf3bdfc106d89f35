//! From bytes to text: encodings, the `#TYPE` line, the separator.
//!
//! Windows tools write UTF-8 with or without a byte-order mark, or UTF-16 with
//! one (`csvde -u`, `Export-Csv -Encoding Unicode`). Anything else is refused:
//! a guess at a code page would change names.

use super::problem::Finding;
use std::borrow::Cow;
use std::fmt;

/// How the file stores its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    Utf8,
    /// UTF-16, least significant byte first.
    Utf16Le,
    /// UTF-16, most significant byte first.
    Utf16Be,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        })
    }
}

const HELP: &str = "save the inventory as comma-separated text in UTF-8 or Unicode (UTF-16), \
                    as `Export-Csv -Encoding UTF8` and `csvde -u` do";

/// The text of a file and how it was stored.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Finding> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes, Encoding::Utf16Le),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes, Encoding::Utf16Be),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Finding> {
    if let Some(at) = memchr::memchr(0, bytes) {
        let what = "the file is not text: it has a zero byte";
        return Err(Finding::file(what, HELP).at(line_of(bytes, at)));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((Cow::Borrowed(text), Encoding::Utf8)),
        Err(error) => {
            let at = error.valid_up_to();
            let what = format!("byte 0x{:02X} is not part of UTF-8 text", bytes[at]);
            Err(Finding::file(what, HELP).at(line_of(bytes, at)))
        }
    }
}

fn utf16(
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
    encoding: Encoding,
) -> Result<(Cow<'_, str>, Encoding), Finding> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let text: Result<String, _> =
        char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    match text {
        Ok(text) if odd.is_empty() && !text.contains('\0') => Ok((Cow::Owned(text), encoding)),
        _ => Err(Finding::file(
            format!("the file begins like {encoding} text but is not"),
            HELP,
        )),
    }
}

fn line_of(bytes: &[u8], at: usize) -> u64 {
    1 + memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64
}

/// Where the heading line begins: after the `#TYPE …` line that
/// `Export-Csv` of PowerShell 5 writes first, and after blank lines.
pub(super) fn heading_start(text: &str) -> usize {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if !(line.trim().is_empty() || start == 0 && line.starts_with("#TYPE ")) {
            break;
        }
        start += line.len();
    }
    start
}

/// The separator of the heading line: the one of `,`, `;` and tab that stands
/// most often outside quotes, the comma if there is none.
pub(super) fn separator(text: &str) -> u8 {
    let mut counts = [(b',', 0u32), (b';', 0), (b'\t', 0)];
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
        assert_eq!(separator("a,b,c;d\n;;;;"), b',');
        assert_eq!(separator("\"a,b,c\";d\r\n"), b';');
        assert_eq!(separator("a\tb"), b'\t');
        assert_eq!(separator("name"), b',');
    }

    #[test]
    fn the_type_line_of_powershell_is_skipped_only_at_the_top() {
        let text = "#TYPE Selected.X\r\nName\r\n";
        assert_eq!(&text[heading_start(text)..], "Name\r\n");
        assert_eq!(heading_start("Name\n#TYPE x\n"), 0);
        assert_eq!(heading_start("\n\n"), 2);
    }

    #[test]
    fn half_a_utf16_file_is_refused() {
        assert!(decode(b"\xFF\xFEa\0b").is_err());
        assert!(decode(b"\xFF\xFE\x00\xD8").is_err());
        assert_eq!(decode(b"\xFE\xFF\0a").unwrap().0, "a");
    }
}
