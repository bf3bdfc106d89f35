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
    /// The file that is run, opened or installed, as its path is written; empty if there
    /// is none, as with a product that Windows Installer knows by its code.
    file: String,
    /// The drive that this file is on, in upper case.
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
        let started = started(words.clone());
        let program = started.first().cloned().unwrap_or_default();
        let file = opened(&started);
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
            drive: drive(&file),
            file,
            allusers: words.iter().rev().find_map(|word| allusers(word)),
            odd_allusers: odd_allusers(&words),
            installer: Installer::of(file_name(&program)),
            removes: words.iter().any(|word| is_removal(word)),
        }
    }

    /// Whether its file is on a drive that a machine has of its own: a floppy, a disk
    /// or an optical drive.
    pub(crate) fn starts_on_local_drive(&self) -> bool {
        self.drive
            .is_none_or(|letter| ('A'..='E').contains(&letter))
    }

    /// Whether the path of its file says where that is: on a share or on a drive.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.file.starts_with(r"\\") || self.drive.is_some()
    }

    /// The file that must come with the package: a setup program, an installer package
    /// or a script without a path. Anything else without a path may be a part of
    /// Windows.
    pub(crate) fn file_of_package(&self) -> Option<&str> {
        let name = file_name(&self.file);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let is_script = SCRIPTS
            .iter()
            .any(|script| script.eq_ignore_ascii_case(ending));
        let is_brought = is_script || Installer::of(name) != Installer::Other;
        (is_brought && !self.is_elsewhere()).then_some(name)
    }
}

/// Endings of files that a part of Windows runs or opens.
const SCRIPTS: [&str; 9] = ["bat", "cmd", "inf", "js", "ps1", "reg", "vbe", "vbs", "wsf"];

/// The words from the program on that a command processor starts, if it is one that the
/// command line begins with.
fn started(line: Vec<String>) -> Vec<String> {
    let mut rest = line.into_iter().peekable();
    while rest.next_if(|word| is_shell(word)).is_some() {
        while rest.next_if(|word| is_option(word)).is_some() {}
        if rest.len() == 1 {
            // What is between quotes is a command line of its own.
            let is_line =
                |word: &String| word.rsplit('\\').next().unwrap_or_default().contains(' ');
            if let Some(line) = rest.next_if(is_line) {
                rest = words(&line).into_iter().peekable();
            }
        }
    }
    rest.collect()
}

fn is_shell(program: &str) -> bool {
    ["cmd", "command", "start", "call"].contains(&stem(program).as_str())
}

/// The file that a program of Windows is given to run, open or install; the program
/// itself where it is none of these.
fn opened(line: &[String]) -> String {
    let Some((program, arguments)) = line.split_first() else {
        return String::new();
    };
    let of_option = |option: &str| {
        let mut behind = arguments.iter().skip_while(|word| !is_named(word, option));
        behind.nth(1).cloned()
    };
    let file = match stem(program).as_str() {
        "msiexec" => {
            let mut values = arguments.iter().map(|word| value(word));
            values.find(|word| Installer::of(file_name(word)) == Installer::WindowsInstaller)
        }
        "cscript" | "wscript" | "regedit" | "regsvr32" | "mshta" => {
            arguments.iter().find(|word| !is_option(word)).cloned()
        }
        "rundll32" => arguments
            .first()
            .and_then(|word| word.split(',').next())
            .map(str::to_owned),
        "powershell" => of_option("file"),
        _ => Some(program.clone()),
    };
    file.unwrap_or_default()
}

/// The name of a program without its folder and its ending, in lower case.
fn stem(program: &str) -> String {
    let name = file_name(program).to_ascii_lowercase();
    name.strip_suffix(".exe").unwrap_or(&name).to_owned()
}

fn is_option(word: &str) -> bool {
    word.starts_with(['/', '-'])
}

fn is_named(word: &str, option: &str) -> bool {
    is_option(word) && word[1..].eq_ignore_ascii_case(option)
}

/// A word without the option of one letter that it may begin with: `/ia.msi`.
fn value(word: &str) -> String {
    let value = if is_option(word) { word.get(2..) } else { None };
    value.unwrap_or(word).to_owned()
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
    fn what_a_program_of_windows_is_given_is_the_file() {
        let read = CommandLine::read;
        assert_eq!(read(r"msiexec /qn /i O:\apps\a.msi").drive, Some('O'));
        assert_eq!(read(r"cmd.exe /c O:\run.cmd").drive, Some('O'));
        assert_eq!(read(r"cscript //b O:\run.vbs").drive, Some('O'));
        assert_eq!(
            read(r"powershell -NoProfile -File O:\run.ps1").drive,
            Some('O')
        );
        assert_eq!(read(r"rundll32 O:\a.dll,Run").drive, Some('O'));
        assert!(read(r#"cmd /c "\\FS\My Tools\run.cmd""#).starts_on_share);
        assert_eq!(read(r#"cmd /c "setup.exe /q""#).installer, Installer::Setup);
        assert_eq!(
            read("cmd /c start /wait msiexec /i a.msi").installer,
            Installer::WindowsInstaller
        );
        assert!(!read(r"msiexec /i \\FS\apps\a.msi").starts_on_share);
        for line in [
            r"msiexec /i \\FS\apps\a.msi",
            r"C:\x\setup.exe",
            r"cmd /c \\FS\apps\a.cmd",
        ] {
            assert!(read(line).is_elsewhere(), "{line}");
            assert_eq!(read(line).file_of_package(), None, "{line}");
        }
    }

    #[test]
    fn a_file_without_a_path_comes_with_the_package_unless_it_may_be_a_part_of_windows() {
        let file = |line| CommandLine::read(line).file_of_package().map(str::to_owned);
        for (line, name) in [
            ("setup.exe /q", "setup.exe"),
            ("msiexec /ia.msi /qn", "a.msi"),
            (r"msiexec /i apps\a.msi", "a.msi"),
            ("cmd /c run.cmd", "run.cmd"),
            ("regedit /s a.reg", "a.reg"),
        ] {
            assert_eq!(file(line).as_deref(), Some(name), "{line}");
        }
        for line in [
            "defrag.exe C:",
            "msiexec /x {B6E5}",
            "cmd /c ver",
            "cmd",
            "",
            "net start x",
        ] {
            assert_eq!(file(line), None, "{line}");
        }
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
