//! `rollcast new --from`: a scenario made of exports.

mod faults;
mod forms;
mod gaps;
mod kinds;
mod odd;
mod places;
mod rollout;
mod settings;
mod shipped;

#[allow(
    dead_code,
    unreachable_pub,
    reason = "an example's `main` is not called here"
)]
#[path = "../../examples/make_exports.rs"]
mod make_exports;

use rollcast::import::{Draft, Fault, Source, draft};
use rollcast::scenario::{Loaded, load};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with exports, and the scenario beside it.
struct Folder {
    // Goes with the value.
    _dir: TempDir,
    scenario: PathBuf,
    draft: Draft,
}

impl Folder {
    /// The scenario made of `files`, which has to be loaded without errors.
    fn of(files: &[(&str, &str)]) -> Self {
        let bytes: Vec<(&str, Vec<u8>)> = files
            .iter()
            .map(|(name, text)| (*name, text.as_bytes().to_vec()))
            .collect();
        Self::of_bytes(&bytes)
    }

    fn of_bytes(files: &[(&str, Vec<u8>)]) -> Self {
        let dir = TempDir::new().unwrap();
        let scenario = dir.path().join("fleet.toml");
        let draft = draft_in(dir.path(), files).unwrap_or_else(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            panic!("{}", faults.join("\n"))
        });
        std::fs::write(&scenario, &draft.text).unwrap();
        let folder = Self {
            _dir: dir,
            scenario,
            draft,
        };
        folder.load(&[]);
        folder
    }

    fn load(&self, settings: &[&str]) -> Loaded {
        let settings: Vec<String> = settings.iter().map(|s| (*s).to_owned()).collect();
        load(&self.scenario, &settings).unwrap_or_else(|problems| {
            panic!(
                "{settings:?}\n{}\n{}",
                problems.render(false),
                self.draft.text
            )
        })
    }

    /// The tables of the scenario, without the lists.
    fn tables(&self) -> &str {
        let end = self.draft.text.find("# --- What this was made of");
        &self.draft.text[..end.expect("the lists are there")]
    }

    /// The text without blanks and line ends, for looking at what it says.
    fn says(&self, what: &str) {
        let text = squeezed(self.tables());
        assert!(
            text.contains(&squeezed(what)),
            "`{what}` is not in\n{}",
            self.tables()
        );
    }

    /// A line of the lists.
    fn lists(&self, what: &str) {
        let text = squeezed(&self.draft.lists.text());
        assert!(
            text.contains(&squeezed(what)),
            "`{what}` is not in\n{}",
            self.draft.lists.text()
        );
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes `files` below `dir` and makes the scenario of them.
fn draft_in(dir: &Path, files: &[(&str, Vec<u8>)]) -> Result<Draft, Vec<Fault>> {
    let sources: Vec<Source> = files
        .iter()
        .map(|(name, bytes)| {
            let path = dir.join(name);
            std::fs::write(&path, bytes).unwrap();
            Source {
                path,
                bytes: bytes.clone(),
            }
        })
        .collect();
    draft(&sources, &dir.join("fleet.toml"))
}

/// The faults of `files`, as they are told, with paths cut to their names.
fn faults(files: &[(&str, &str)]) -> String {
    let dir = TempDir::new().unwrap();
    let bytes: Vec<(&str, Vec<u8>)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_bytes().to_vec()))
        .collect();
    let faults = draft_in(dir.path(), &bytes).expect_err("something is wrong");
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let folder = format!("{}/", dir.path().display());
    told.join("\n").replace(&folder, "")
}

/// The shipped exports as files.
fn shipped() -> Vec<(&'static str, String)> {
    make_exports::files().into_iter().collect()
}

/// Some machines of two places.
const DEVICES: &str = "Name,Domain,ADSiteName,DeviceOS\nPC1,CORP,HQ,Windows 10\nPC2,CORP,HQ,Windows 10\nPC3,CORP,Paris,Windows 10\nSV1,CORP,HQ,Windows Server 2019\n";
