//! From bytes to text.
//!
//! Windows tools write UTF-8 with or without a byte-order mark, UTF-16
//! (`csvde -u`, `Export-Csv -Encoding Unicode`), or the code page of the system,
//! which is taken for Windows-1252 and said in the report.

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
    /// The code page of Western European Windows.
    Windows1252,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "Windows-1252, assumed because it is not UTF-8",
        })
    }
}

const HELP: &str = "save the inventory as comma-separated text in UTF-8 or Unicode (UTF-16), \
                    as `Export-Csv -Encoding UTF8` and `csvde -u` do";

/// The text of a file and how it was stored.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Finding> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => eight_bits(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes, Encoding::Utf16Le),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes, Encoding::Utf16Be),
        // Without a mark: a letter and a zero byte, in turns.
        [1..=0xFF, 0, 1..=0xFF, 0, ..] => utf16(bytes, u16::from_le_bytes, Encoding::Utf16Le),
        [0, 1..=0xFF, 0, 1..=0xFF, ..] => utf16(bytes, u16::from_be_bytes, Encoding::Utf16Be),
        [b'P', b'K', 3, 4, ..] => {
            let what = "the file is not text but an Excel workbook or another ZIP archive";
            Err(Finding::file(what, "in Excel, save it as `CSV UTF-8`"))
        }
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            let what = "the file is not text but a workbook of an old Excel";
            Err(Finding::file(what, "in Excel, save it as `CSV UTF-8`"))
        }
        _ => eight_bits(bytes),
    }
}

fn eight_bits(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Finding> {
    if let Some(at) = memchr::memchr(0, bytes) {
        let what = "the file is not text: it has a zero byte";
        return Err(Finding::file(what, HELP).at(line_of(bytes, at)));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((Cow::Borrowed(text), Encoding::Utf8)),
        Err(_) => {
            let text: Result<String, usize> = bytes
                .iter()
                .enumerate()
                .map(|(at, byte)| windows_1252(*byte).ok_or(at))
                .collect();
            let text = text.map_err(|at| {
                let what = format!(
                    "byte 0x{:02X} is neither part of UTF-8 text nor a character of Windows-1252",
                    bytes[at]
                );
                Finding::file(what, HELP).at(line_of(bytes, at))
            })?;
            Ok((Cow::Owned(text), Encoding::Windows1252))
        }
    }
}

/// The character of a byte in Windows-1252, if there is one.
///
/// Source: the best-fit table of code page 1252 that Microsoft gives to Unicode;
/// bytes that it leaves to control characters are not text here.
fn windows_1252(byte: u8) -> Option<char> {
    const FROM_80: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0',
        '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..0xA0 => Some(FROM_80[usize::from(byte - 0x80)]).filter(|c| *c != '\0'),
        _ => Some(char::from(byte)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_utf16_file_is_refused() {
        assert!(decode(b"\xFF\xFEa\0b").is_err());
        assert!(decode(b"\xFF\xFE\x00\xD8").is_err());
        assert_eq!(decode(b"\xFE\xFF\0a").unwrap().0, "a");
    }

    #[test]
    fn utf16_without_a_mark_is_known_by_its_zero_bytes() {
        assert_eq!(decode(b"n\0a\0").unwrap(), ("na".into(), Encoding::Utf16Le));
        assert_eq!(decode(b"\0n\0a").unwrap(), ("na".into(), Encoding::Utf16Be));
    }

    #[test]
    fn what_is_not_utf8_is_windows_1252() {
        let (text, encoding) = decode(b"M\xFCnchen \x80").unwrap();
        assert_eq!(
            (text.as_ref(), encoding),
            ("München €", Encoding::Windows1252)
        );
        assert!(decode(b"M\xFC\x81").is_err());
    }
}
