//! What a command line says about where its program is and what it is told: read
//! here, and nowhere else.

use crate::product::Installer;

/// A command line, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CommandLine {
    /// The shares that it names, as `\\SERVER\SHARE`, in order, each once.
    pub(crate) shares: Vec<String>,
    /// Whether the program itself is on the first of them.
    pub(crate) starts_on_share: bool,
    /// The drive that the program itself is on, in upper case.
    pub(crate) drive: Option<char>,
    /// The value of the Windows Installer property ALLUSERS, if it is set: all but 1
    /// and 2 is 0.
    pub(crate) allusers: Option<u8>,
    /// What is written of ALLUSERS, if Windows Installer does not know it.
    pub(crate) odd_allusers: Option<String>,
    /// What kind of installer it starts.
    pub(crate) installer: Installer,
    /// Whether Windows Installer is told to remove, rather than to install.
    pub(crate) removes: bool,
}

impl CommandLine {
    /// Reads `text`.
    pub(crate) fn read(text: &str) -> Self {
        let words = words(text);
        let program = words.first().cloned().unwrap_or_default();
        let mut shares: Vec<String> = Vec::new();
        for share in unc_shares(text) {
            if !shares
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&share))
            {
                shares.push(share);
            }
        }
        Self {
            starts_on_share: program.starts_with(r"\\") && !shares.is_empty(),
            shares,
            drive: drive(&program),
            allusers: words.iter().rev().find_map(|word| allusers(word)),
            odd_allusers: odd_allusers(&words),
            installer: Installer::of(file_name(&program)),
            removes: words.iter().any(|word| is_removal(word)),
        }
    }

    /// Whether the program is on a drive that a machine has of its own: a floppy, a
    /// disk or an optical drive.
    pub(crate) fn starts_on_local_drive(&self) -> bool {
        self.drive
            .is_none_or(|letter| ('A'..='E').contains(&letter))
    }
}

/// The words of a command line: blanks part them, unless they are quoted.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in text.chars() {
        match (character, quoted) {
            ('"', _) => quoted = !quoted,
            (blank, false) if blank.is_whitespace() => words.push(String::new()),
            (other, _) => {
                if let Some(word) = words.last_mut() {
                    word.push(other);
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Every `\\SERVER\SHARE` in `text`.
fn unc_shares(text: &str) -> Vec<String> {
    let parts = text.split(r"\\").skip(1);
    parts
        .filter_map(|rest| {
            let mut names = rest.split('\\');
            let (server, share) = (names.next()?, names.next()?);
            let end = |c: char| c.is_whitespace() || matches!(c, '"' | ';' | ',' | '/');
            let share = share.split(end).next()?;
            let named = !server.is_empty() && !share.is_empty() && !server.contains(end);
            named.then(|| format!(r"\\{server}\{share}"))
        })
        .collect()
}

/// The last part of a path.
fn file_name(path: &str) -> &str {
    path.rsplit(['\\', '/']).next().unwrap_or_default()
}

/// Whether `word` is an option of `msiexec` that removes a package.
fn is_removal(word: &str) -> bool {
    let option = word.strip_prefix(['/', '-']).unwrap_or_default();
    option.eq_ignore_ascii_case("x") || option.eq_ignore_ascii_case("uninstall")
}

fn drive(program: &str) -> Option<char> {
    let mut characters = program.chars();
    let letter = characters.next()?.to_ascii_uppercase();
    (letter.is_ascii_uppercase() && characters.next() == Some(':')).then_some(letter)
}

fn allusers(word: &str) -> Option<u8> {
    let (name, value) = word.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("ALLUSERS") {
        return None;
    }
    Some(match value.trim() {
        "1" => 1,
        "2" => 2,
        _ => 0,
    })
}

/// What is written of ALLUSERS, if it is none of what Windows Installer knows: 1, 2
/// or nothing ("ALLUSERS property"), or has blanks around it. 0 is written often.
fn odd_allusers(words: &[String]) -> Option<String> {
    let of_the_property = |word: &&String| {
        let name = word.split('=').next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case("ALLUSERS")
    };
    let known = |word: &&String| {
        let value = word.split_once('=').map(|(_, value)| value);
        matches!(value, Some("" | "0" | "1" | "2"))
    };
    let (at, word) = words
        .iter()
        .enumerate()
        .rev()
        .find(|(_, word)| of_the_property(word))?;
    let next = words.get(at + 1);
    let blank_before = next.is_some_and(|next| next.starts_with('='));
    let blank_after =
        word.ends_with('=') && next.is_some_and(|next| matches!(next.as_str(), "0" | "1" | "2"));
    (!known(&word) && (word.contains('=') || blank_before) || blank_after).then(|| word.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_from_program_and_arguments() {
        let read = CommandLine::read(
            r#""\\FS\apps\my setup.exe" TRANSFORMS=\\fs\APPS\x.mst LOG="\\L\logs$""#,
        );
        assert_eq!(read.shares, [r"\\FS\apps", r"\\L\logs$"]);
        assert!(read.starts_on_share);
        let read = CommandLine::read(r"setup.exe /from:\\FS\apps");
        assert_eq!((read.shares.len(), read.starts_on_share), (1, false));
        assert!(CommandLine::read(r"setup.exe /q \\").shares.is_empty());
    }

    #[test]
    fn the_drive_is_that_of_the_program() {
        assert_eq!(CommandLine::read(r"o:\SETUP.EXE").drive, Some('O'));
        assert_eq!(CommandLine::read(r"setup.exe O:\x").drive, None);
        assert!(CommandLine::read(r"C:\x.exe").starts_on_local_drive());
        assert!(CommandLine::read("x.exe").starts_on_local_drive());
        assert!(!CommandLine::read(r#""O:\x y.exe""#).starts_on_local_drive());
    }

    #[test]
    fn the_kind_of_installer_is_that_of_the_program() {
        let kind = |text| CommandLine::read(text).installer;
        assert_eq!(kind(r#""\\FS\apps\my setup.exe" /q"#), Installer::Setup);
        assert_eq!(kind("msiexec /i setup.msi"), Installer::WindowsInstaller);
        assert_eq!(kind("cscript setup.vbs"), Installer::Other);
        assert!(CommandLine::read("msiexec.exe /X a.msi").removes);
        assert!(!CommandLine::read("msiexec.exe /i a.msi").removes);
    }

    #[test]
    fn allusers_is_read_and_the_last_one_counts() {
        let value = |text| CommandLine::read(text).allusers;
        assert_eq!(value("msiexec /i a.msi ALLUSERS=2 /qn"), Some(2));
        assert_eq!(value("msiexec /i a.msi allusers=1 ALLUSERS=\"\""), Some(0));
        assert_eq!(value("msiexec /i a.msi ALLUSERS=\"1\""), Some(1));
        assert_eq!(value("msiexec /i ALLUSERS.msi"), None);
        assert_eq!(value("msiexec /i a.msi ALLUSERS=0"), Some(0));
        assert_eq!(value("msiexec /i a.msi ALLUSERS=7"), Some(0));
    }

    #[test]
    fn values_of_allusers_that_windows_installer_does_not_know_are_odd() {
        let odd = |text: &str| CommandLine::read(text).odd_allusers.is_some();
        for text in [
            "ALLUSERS=7",
            "ALLUSERS=yes",
            "ALLUSERS=\" 1\"",
            "ALLUSERS = 1",
            "ALLUSERS= 1",
        ] {
            assert!(odd(&format!("msiexec /i a.msi {text} /qn")), "{text}");
        }
        for text in [
            "ALLUSERS=0",
            "ALLUSERS=1",
            "ALLUSERS=\"2\"",
            "ALLUSERS=\"\"",
            "ALLUSERS",
            "",
        ] {
            assert!(!odd(&format!("msiexec /i a.msi {text} /qn")), "{text}");
        }
    }
}
