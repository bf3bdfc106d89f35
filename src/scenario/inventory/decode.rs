//! From bytes to text.
//!
//! Windows tools write UTF-8 with or without a byte-order mark, UTF-16
//! (`csvde -u`, `Export-Csv -Encoding Unicode`), or a code page of the system: that of
//! its windows, taken for Windows-1252, or that of its command prompts (`csvde`, `dsquery`,
//! `wmic` with `>`), taken for 850 or, in America, 437. Which of these, the words tell, and
//! the report says. Words of 852, the prompt of Central Europe, are refused with a question,
//! and so is what would be 437 in one place and 850 in another.

mod code_pages;

use super::problem::Finding;
use code_pages::{CODE_PAGE_437, CODE_PAGE_850, CODE_PAGE_852, CodePage, windows_1252};
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
    /// The code page of its command prompts.
    CodePage850,
    /// The code page of command prompts in America.
    CodePage437,
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
            Self::CodePage437 => {
                "code page 437 of command prompts, assumed because it is not UTF-8 and its words \
                 are none in Windows-1252 or code page 850"
            }
        })
    }
}

const HELP: &str = "save the inventory as comma-separated text in UTF-8 or Unicode (UTF-16), \
                    as `Export-Csv -Encoding UTF8` and `csvde -u` do";

/// The text of a file and how it was stored.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Finding> {
    stored(bytes).map(|(text, encoding)| (without_unseen(text), encoding))
}

/// A text without the invisible characters that come with what is copied from
/// windows and pages: marks of the direction of writing, as Windows has them in dates, and
/// places at which a line may be broken. A mark of the order of bytes may stand within a
/// file that was joined of several.
fn without_unseen(text: Cow<'_, str>) -> Cow<'_, str> {
    const UNSEEN: [char; 12] = [
        '\u{200B}', '\u{200E}', '\u{200F}', '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}',
        '\u{202E}', '\u{2060}', '\u{2066}', '\u{2069}', '\u{FEFF}',
    ];
    // Most files have neither of the bytes with which these begin.
    if memchr::memchr2(0xE2, 0xEF, text.as_bytes()).is_none() || !text.contains(UNSEEN) {
        return text;
    }
    Cow::Owned(text.replace(UNSEEN, ""))
}

fn stored(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Finding> {
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
        _ => match without_mark(bytes) {
            Some(found) => Ok(found),
            None => eight_bits(bytes),
        },
    }
}

/// The text of UTF-16 without a mark that begins with letters beyond Latin: all of its zero
/// bytes are halves of characters of ASCII, and lines end.
fn without_mark(bytes: &[u8]) -> Option<(Cow<'_, str>, Encoding)> {
    let first = memchr::memchr(0, bytes)?;
    let is_alike = |at: usize| at % 2 == first % 2;
    if !bytes.len().is_multiple_of(2) || !memchr::memchr_iter(0, bytes).all(is_alike) {
        return None;
    }
    let (order, encoding): (fn([u8; 2]) -> u16, _) = if first.is_multiple_of(2) {
        (u16::from_be_bytes, Encoding::Utf16Be)
    } else {
        (u16::from_le_bytes, Encoding::Utf16Le)
    };
    let found = utf16(bytes, order, encoding).ok()?;
    found.0.contains('\n').then_some(found)
}

fn eight_bits(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Finding> {
    if let Some(at) = memchr::memchr(0, bytes) {
        let what = "the file is not text: it has a zero byte";
        return Err(Finding::file(what, HELP).at(line_of(bytes, at)));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((Cow::Borrowed(text), Encoding::Utf8)),
        Err(_) if let Some(encoding) = page_of_a_prompt(bytes)? => {
            let page = if encoding == Encoding::CodePage437 {
                &CODE_PAGE_437
            } else {
                &CODE_PAGE_850
            };
            let text = bytes.iter().map(|byte| page.of(*byte)).collect();
            Ok((Cow::Owned(text), encoding))
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

/// The code page of a command prompt in which bytes beyond ASCII make letters of words, more
/// of them than in Windows-1252: `M\x81ller` is `Müller` there, and nothing here. Where one
/// in ten makes no word, the page is another one.
fn page_of_a_prompt(bytes: &[u8]) -> Result<Option<Encoding>, Finding> {
    let mut words = Words::default();
    for (at, byte) in bytes.iter().enumerate() {
        if !byte.is_ascii() {
            words.add(bytes, at);
        }
    }
    let central = words.of_852;
    if central.makes_words(words.of_windows) && central.misfits < words.of_850.misfits {
        let at = words.central_europe.first;
        return Err(Words::question(bytes, at, &CODE_PAGE_852));
    }
    if !words.of_either.makes_words(words.of_windows) {
        return Ok(None);
    }
    let (western, american) = (words.western.count, words.american.count);
    if american == 0 || western >= 10 * american {
        Ok(Some(Encoding::CodePage850))
    } else if american >= 10 * western {
        Ok(Some(Encoding::CodePage437))
    } else {
        let at = words.american.first;
        Err(Words::question(bytes, at, &CODE_PAGE_437))
    }
}

/// How many bytes are letters of words in a code page, and how many fit in none.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    letters: u64,
    misfits: u64,
}

impl Count {
    fn add(&mut self, fit: Fit, is_mark: bool) {
        match fit {
            Fit::Letter => self.letters += u64::from(!is_mark),
            Fit::Misfit => self.misfits += 1,
            Fit::Apart => {}
        }
    }

    fn makes_words(self, of_windows: u64) -> bool {
        self.letters > of_windows && self.misfits * 10 <= self.letters
    }
}

/// What speaks for a page: how many bytes, and the first of them.
#[derive(Debug, Clone, Copy, Default)]
struct Evidence {
    count: u64,
    first: usize,
}

impl Evidence {
    fn add(&mut self, at: usize) {
        if self.count == 0 {
            self.first = at;
        }
        self.count += 1;
    }
}

/// What the bytes beyond ASCII are in each code page, and what speaks for each.
#[derive(Debug, Default)]
struct Words {
    of_windows: u64,
    of_850: Count,
    /// Letters in 850 or 437, and misfits in both.
    of_either: Count,
    of_852: Count,
    /// Letters of words in 850 that 437 does not have.
    western: Evidence,
    /// Misfits in 850 that are none in 437.
    american: Evidence,
    /// Misfits in 850 that are none in 852.
    central_europe: Evidence,
}

impl Words {
    fn add(&mut self, bytes: &[u8], at: usize) {
        // Marks of Windows-1252 that touch words: an apostrophe, and points at an end.
        let is_mark = match bytes[at] {
            0x92 => true,
            0x85 => !bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic),
            _ => false,
        };
        let [western, american, central] = [&CODE_PAGE_850, &CODE_PAGE_437, &CODE_PAGE_852]
            .map(|page| fit(bytes, at, |byte| Some(page.of(byte))));
        self.of_windows += u64::from(fit(bytes, at, windows_1252) == Fit::Letter);
        self.of_850.add(western, is_mark);
        let either = match (western, american) {
            (Fit::Letter, _) | (_, Fit::Letter) => Fit::Letter,
            (Fit::Misfit, Fit::Misfit) => Fit::Misfit,
            _ => Fit::Apart,
        };
        self.of_either.add(either, is_mark);
        self.of_852.add(central, is_mark);
        let is_strange = western == Fit::Misfit;
        if is_strange && central != Fit::Misfit {
            self.central_europe.add(at);
        }
        if CODE_PAGE_850.of(bytes[at]) != CODE_PAGE_437.of(bytes[at]) {
            if western == Fit::Letter {
                self.western.add(at);
            } else if is_strange && american != Fit::Misfit {
                self.american.add(at);
            }
        }
    }

    /// A file that may be of 850 or of another page.
    fn question(bytes: &[u8], at: usize, other: &CodePage) -> Finding {
        let byte = bytes[at];
        let what = format!(
            "the file is not UTF-8, and its words may be of code page {} or 850 of a command \
             prompt: the byte 0x{byte:02X} is `{}` in the one and `{}` in the other",
            other.name,
            other.of(byte),
            CODE_PAGE_850.of(byte),
        );
        Finding::file(what, HELP).at(line_of(bytes, at))
    }
}

/// Whether a letter stands where the words of the languages that have it have none. The
/// letters are those that another code page has in the place of a common one.
fn is_strange(letter: char, before: Option<char>, after: Option<char>) -> bool {
    let is_among = |beside: Option<char>, letters: &str| {
        beside.is_some_and(|c| letters.contains(c.to_ascii_lowercase()))
    };
    match letter {
        'ƒ' | 'µ' | 'ˆ' => true,
        // They end an ordinal number.
        'ª' | 'º' => before.or(after).is_some(),
        // Icelandic begins words with it.
        'þ' => before.is_some(),
        'ÿ' => after.is_some_and(|c| c != 's'),
        // It parts two vowels.
        'ï' => !is_among(before, "aeou") && !is_among(after, "aeou"),
        'ê' => is_among(before, "aeo") || is_among(after, "aou"),
        'õ' => is_among(before, "aou"),
        _ => false,
    }
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

fn fit(bytes: &[u8], at: usize, page: impl Fn(u8) -> Option<char>) -> Fit {
    let letter = |at: Option<usize>| {
        let byte = bytes.get(at?).copied()?;
        page(byte).filter(|c| c.is_alphabetic())
    };
    let (before, after) = (letter(at.checked_sub(1)), letter(Some(at + 1)));
    let is_word = match letter(Some(at)) {
        None => {
            // `½` follows a number; a letter beside it belongs to another page.
            let is_fraction = matches!(page(bytes[at]), Some('¼' | '½' | '¾'));
            let is_strange = if is_fraction {
                before.or(after).is_some()
            } else {
                before.and(after).is_some()
            };
            return if is_strange { Fit::Misfit } else { Fit::Apart };
        }
        // `2º` is a number.
        Some('ª' | 'º') if before.or(after).is_none() => return Fit::Apart,
        Some(rare) if is_strange(rare, before, after) => false,
        // A large letter begins a word or stands among large ones.
        Some(large) if large.is_uppercase() => {
            after.is_some() && before.is_none_or(char::is_uppercase)
        }
        Some(_) => after.or(before).is_some() && !after.is_some_and(char::is_uppercase),
    };
    if is_word { Fit::Letter } else { Fit::Misfit }
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

    fn read(bytes: &[u8]) -> (String, Encoding) {
        let (text, encoding) = decode(bytes).unwrap();
        (text.into_owned(), encoding)
    }

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
    fn words_tell_the_code_page_of_an_american_prompt_from_that_of_a_western_one() {
        for (bytes, text) in [
            (&b"K\x94ln,5\x9B"[..], "Köln,5¢"),
            (b"Z\x81rich,\x9D100", "Zürich,¥100"),
        ] {
            assert_eq!(read(bytes), (text.to_owned(), Encoding::CodePage437));
        }
        for (bytes, text) in [
            (&b"K\x9Bbenhavn"[..], "København"),
            (b"\x9Drsted,S\xC6o Paulo", "Ørsted,São Paulo"),
            (b"\xB5vila,M\x81ller", "Ávila,Müller"),
            (b"\xE7\xA2r", "þór"),
        ] {
            assert_eq!(read(bytes), (text.to_owned(), Encoding::CodePage850));
        }
        // One of them here and the other there: a question that names the line.
        let said = decode(b"name\nK\x9Bbenhavn\nK\x94ln,M\xA0laga,5\x9B\n").unwrap_err();
        let said = format!("{said:?}");
        assert!(
            said.contains("437 or 850") && said.contains("`¢`"),
            "{said}"
        );
    }

    #[test]
    fn words_of_central_europe_are_asked_about() {
        for bytes in [
            // Łódź, Košice, Plzeň with Přerov, Győr, Gdańsk, Wrocław, Zamość, Žilina, Jičín.
            &b"\x9D\xA2d\xAB"[..],
            b"Ko\xE7ice,\xA6ilina,Ji\x9F\xA1n",
            b"Plze\xE5,T\xFDeb\xA1\x9F",
            b"Gy\x8Br",
            b"Gda\xE4sk,Krak\xA2w",
            b"Wroc\x88aw",
            b"Zamo\x98\x86",
            b"\xA6ilina",
            b"Ji\x9F\xA1n",
        ] {
            let said = format!(
                "{:?}",
                decode(bytes).map(|(text, page)| (text.into_owned(), page))
            );
            assert!(said.contains("code page 852 or 850"), "{said}");
        }
        // What Western Europe writes is not.
        for bytes in [
            &b"fen\x88tre,cr\x88me,na\x8Bve,Ha\x8Bti,ao\x96t,no\x89l,No\x89l"[..],
            b"Cura\x87ao,p\x88ches,qu\x88te",
            b"J\x84rvenp\x84\x84,T\xE4nu,avi\xE4es,S\xC6o Jo\xC6o",
            b"R\x9Bdby,H\x9Bje-Taastrup,\x8Frhus,Troms\x9B,Malm\x94",
            b"1\xA7 andar,2\xA6 sala,2\xAB Zimmer,K\x94ln,M\x81ller",
        ] {
            let (text, page) = decode(bytes).unwrap();
            assert_eq!(page, Encoding::CodePage850, "{text}");
        }
    }

    #[test]
    fn words_tell_the_code_page_of_a_prompt_from_that_of_windows() {
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
