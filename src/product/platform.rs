//! What the name of an operating-system platform says.

/// Whether a platform is Windows 95, 98 or Me.
pub(crate) fn is_windows_9x(platform: &str) -> bool {
    [
        "Windows 95",
        "Windows 98",
        "Windows Me",
        "Windows Millennium",
    ]
    .iter()
    .any(|name| starts_with(platform, name))
}

/// Whether a platform is older than Windows 2000, which the Advanced Client needs
/// at least (SMS 2003 Concepts, Planning, and Deployment Guide).
pub(crate) fn is_before_windows_2000(platform: &str) -> bool {
    is_windows_9x(platform) || starts_with(platform, "Windows NT 4")
}

/// Whether `text` starts with `words`, whatever the case, and then ends or goes on
/// with something else than a digit.
fn starts_with(text: &str, words: &str) -> bool {
    let text = text.strip_prefix("Microsoft ").unwrap_or(text);
    text.get(..words.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(words))
        && !text[words.len()..].starts_with(|next: char| next.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_known_by_the_beginning_of_its_name() {
        for old in ["Windows 98", "Microsoft Windows 98 SE", "windows me"] {
            assert!(is_windows_9x(old) && is_before_windows_2000(old), "{old}");
        }
        for nt in ["Windows NT 4.0 Workstation", "Microsoft Windows NT 4"] {
            assert!(!is_windows_9x(nt) && is_before_windows_2000(nt), "{nt}");
        }
        for new in [
            "Windows 2000 Professional",
            "Windows NT 40",
            "Windows 989",
            "",
        ] {
            assert!(!is_before_windows_2000(new), "{new}");
        }
    }
}
