//! From bytes to text.
//!
//! Windows tools write UTF-8 with or without a byte-order mark, UTF-16
//! (`csvde -u`, `Export-Csv -Encoding Unicode`), or a code page of the system: that of
//! its windows, taken for Windows-1252, or that of its command prompts (`csvde`, `dsquery`,
//! `wmic` with `>`), taken for 850. Which of the two, the words tell, and the report says.

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
    /// The code page of its command prompts; the letters of 437 are a part of it.
    CodePage850,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "Windows-1252, assumed because it is not UTF-8",
            Self::CodePage850 => {
                "code page 850 of command prompts, assumed because it is not UTF-8 and its words \
                 are none in Windows-1252"
            }
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
        Err(_) if is_of_a_prompt(bytes) => {
            let text = bytes.iter().map(|byte| code_page_850(*byte)).collect();
            Ok((Cow::Owned(text), Encoding::CodePage850))
        }
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

/// Whether bytes beyond ASCII make letters of words in code page 850, more of them than in
/// Windows-1252: `M\x81ller` is `Müller` there, and nothing here. Where one in ten makes no
/// word, the page is a third one.
fn is_of_a_prompt(bytes: &[u8]) -> bool {
    let (mut prompt, mut windows, mut misfits) = (0_u64, 0_u64, 0_u64);
    for (at, byte) in bytes.iter().enumerate() {
        if byte.is_ascii() {
            continue;
        }
        // Marks of Windows-1252 that touch words: an apostrophe, and points at an end.
        let is_mark = match byte {
            0x92 => true,
            0x85 => !bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic),
            _ => false,
        };
        match fit(bytes, at, |byte| Some(code_page_850(byte))) {
            Fit::Letter if !is_mark => prompt += 1,
            Fit::Misfit => misfits += 1,
            Fit::Letter | Fit::Apart => {}
        }
        windows += u64::from(fit(bytes, at, windows_1252) == Fit::Letter);
    }
    prompt > windows && misfits * 10 <= prompt
}

/// What the character that a byte is in a code page is to its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// A letter of a word.
    Letter,
    /// A letter as words have none, or a mark amid letters.
    Misfit,
    /// Neither.
    Apart,
}

fn fit(bytes: &[u8], at: usize, page: fn(u8) -> Option<char>) -> Fit {
    let letter = |at: Option<usize>| {
        let byte = bytes.get(at?).copied()?;
        page(byte).filter(|c| c.is_alphabetic())
    };
    let (before, after) = (letter(at.checked_sub(1)), letter(Some(at + 1)));
    let is_word = match letter(Some(at)) {
        None => {
            return if before.and(after).is_some() {
                Fit::Misfit
            } else {
                Fit::Apart
            };
        }
        // A large letter begins a word or stands among large ones.
        Some(large) if large.is_uppercase() => {
            after.is_some() && before.is_none_or(char::is_uppercase)
        }
        Some(_) => after.or(before).is_some() && !after.is_some_and(char::is_uppercase),
    };
    if is_word { Fit::Letter } else { Fit::Misfit }
}

/// The character of a byte in code page 850.
///
/// Source: `CP850.TXT`, the table that Microsoft gives to Unicode.
fn code_page_850(byte: u8) -> char {
    #[rustfmt::skip]
    const FROM_80: [char; 128] = [
        'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å',
        'É', 'æ', 'Æ', 'ô', 'ö', 'ò', 'û', 'ù', 'ÿ', 'Ö', 'Ü', 'ø', '£', 'Ø', '×', 'ƒ',
        'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '®', '¬', '½', '¼', '¡', '«', '»',
        '░', '▒', '▓', '│', '┤', 'Á', 'Â', 'À', '©', '╣', '║', '╗', '╝', '¢', '¥', '┐',
        '└', '┴', '┬', '├', '─', '┼', 'ã', 'Ã', '╚', '╔', '╩', '╦', '╠', '═', '╬', '¤',
        'ð', 'Ð', 'Ê', 'Ë', 'È', 'ı', 'Í', 'Î', 'Ï', '┘', '┌', '█', '▄', '¦', 'Ì', '▀',
        'Ó', 'ß', 'Ô', 'Ò', 'õ', 'Õ', 'µ', 'þ', 'Þ', 'Ú', 'Û', 'Ù', 'ý', 'Ý', '¯', '´',
        '\u{ad}', '±', '‗', '¾', '¶', '§', '÷', '¸', '°', '¨', '·', '¹', '³', '²', '■', '\u{a0}',
    ];
    match byte.checked_sub(0x80) {
        Some(at) => FROM_80[usize::from(at)],
        None => char::from(byte),
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
        assert!(decode(b"caf\xE9,na\xEFve\x81").is_err());
    }

    #[test]
    fn what_makes_no_words_in_either_page_is_refused() {
        // Mac OS Roman: Zürich, Genève, Köln.
        assert!(decode(b"Z\x9Frich\nGen\x8Fve\nK\x9Aln\n").is_err());
    }

    #[test]
    fn words_tell_the_code_page_of_a_prompt_from_that_of_windows() {
        let read = |bytes: &[u8]| {
            let (text, encoding) = decode(bytes).unwrap();
            (text.into_owned(), encoding)
        };
        let prompts: [(&[u8], &str); 5] = [
            (b"PC1,Z\x81rich", "PC1,Zürich"),
            (b"Gen\x8Ave\nK\x94ln\nM\xA0laga", "Genève\nKöln\nMálaga"),
            (b"\x99STERREICH,Stra\xE1e,K\x94ln", "ÖSTERREICH,Straße,Köln"),
            (b"\x90cole", "École"),
            (b"gr\x81n,\x84hnlich", "grün,ähnlich"),
        ];
        for (bytes, text) in prompts {
            assert_eq!(read(bytes), (text.to_owned(), Encoding::CodePage850));
        }
        let windows: [(&[u8], &str); 5] = [
            (b"O\x92Brien", "O’Brien"),
            (b"Vista\x99 Business", "Vista™ Business"),
            (b"wait\x85", "wait…"),
            (b"\x80 5 \x96 6", "€ 5 – 6"),
            (b"\x8Akoda,M\xFCller,\xDCbach", "Škoda,Müller,Übach"),
        ];
        for (bytes, text) in windows {
            assert_eq!(read(bytes), (text.to_owned(), Encoding::Windows1252));
        }
    }
}
