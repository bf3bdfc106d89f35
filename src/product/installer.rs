//! Kinds of installer, and what each needs by default.

/// What a command line starts, by the name of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Installer {
    /// A Windows Installer package: `msiexec`, or a file `.msi` or `.msp`.
    WindowsInstaller,
    /// A setup program.
    Setup,
    /// Anything else: a script, a tool.
    #[default]
    Other,
}

impl Installer {
    /// The kind of the file `name`, without its folder.
    ///
    /// A setup program is recognised by the words that Windows itself goes by
    /// since Vista (`TechNet` cc709628, installer detection): `install`, `setup`,
    /// `update`.
    pub fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, "exe"));
        if stem == "msiexec" && ending == "exe" || matches!(ending, "msi" | "msp") {
            return Self::WindowsInstaller;
        }
        let words = ["install", "setup", "update"];
        if ending == "exe" && words.iter().any(|word| stem.contains(word)) {
            Self::Setup
        } else {
            Self::Other
        }
    }

    /// Whether it fails, unless told otherwise, under an account that is no
    /// administrator of the machine.
    ///
    /// A setup program writes to program folders and to the part of the registry
    /// that all users share, which ordinary users may only read ("Default Access
    /// Control Settings in Windows 2000", `TechNet` bb742509). Windows Installer
    /// decides by `ALLUSERS` instead. What anything else touches is not known.
    pub const fn needs_administrator(self) -> bool {
        matches!(self, Self::Setup)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_the_name_of_the_file() {
        for name in ["setup.exe", "SETUP", "Q824146-Update.exe", "uninstall.exe"] {
            assert_eq!(Installer::of(name), Installer::Setup, "{name}");
        }
        for name in ["msiexec", "MSIEXEC.EXE", "office.msi", "sp1.msp"] {
            assert_eq!(Installer::of(name), Installer::WindowsInstaller, "{name}");
        }
        for name in ["logon.cmd", "setup.vbs", "regedit.exe", "update.bat", ""] {
            assert_eq!(Installer::of(name), Installer::Other, "{name}");
        }
    }
}
