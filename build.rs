//! Puts the commit into `rollcast --version`, where there is one: from git, or from
//! the file that `cargo package` adds. Without either there is just the version.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // The reflog grows with every commit and checkout. A file that is not there would
    // count as changed each time, and all of Rollcast be compiled anew by each command.
    for file in [PACKAGED, ".git/logs/HEAD"] {
        if std::path::Path::new(file).exists() {
            println!("cargo::rerun-if-changed={file}");
        }
    }
    let version = env!("CARGO_PKG_VERSION");
    let shown = match packaged().or_else(from_git) {
        Some(commit) => format!("{version} ({commit})"),
        None => version.to_owned(),
    };
    println!("cargo::rustc-env=ROLLCAST_VERSION={shown}");
}

/// Where `cargo package` records the commit.
const PACKAGED: &str = ".cargo_vcs_info.json";

/// The commit that `cargo package` has recorded.
fn packaged() -> Option<String> {
    let text = std::fs::read_to_string(PACKAGED).ok()?;
    let (_, rest) = text.split_once("\"sha1\": \"")?;
    rest.get(..12).map(str::to_owned)
}

/// The commit of the working tree that this package is the root of.
fn from_git() -> Option<String> {
    if !std::path::Path::new(".git").exists() {
        return None;
    }
    let output = Command::new("git")
        .args(["rev-parse", "--short=12", "HEAD"])
        .output()
        .ok()?;
    let commit = String::from_utf8(output.stdout).ok()?;
    let commit = commit.trim();
    (output.status.success() && !commit.is_empty()).then(|| commit.to_owned())
}
