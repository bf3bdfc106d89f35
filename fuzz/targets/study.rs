//! Text of a study of a small scenario.
#![no_main]

use rollcast::study::{StudyError, plan};
use std::fs;
use std::sync::OnceLock;

static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();

libfuzzer_sys::fuzz_target!(|text: &str| {
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder can be made");
        fs::write(folder.path().join("s.toml"), "[fleet.pcs]\ncount = 3\n").expect("space");
        folder
    });
    // Other files are none of its business.
    if text.contains("..") || text.contains('/') {
        return;
    }
    let path = folder.path().join("study.toml");
    fs::write(&path, format!("scenario = \"s.toml\"\n{text}")).expect("space");
    if let Err(StudyError::Problems(problems)) = plan(&path) {
        assert!(problems.has_errors());
        assert!(problems.render(false).len() <= 400_000);
    }
});
