//! Bytes of an inventory.
#![no_main]

use rollcast::scenario::inventory::{MapOptions, read_bytes};
use std::path::Path;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    match read_bytes(bytes, Path::new("fleet.csv"), &MapOptions::default()) {
        Ok(inventory) => {
            let _ = inventory.report.to_string();
        }
        Err(problems) => {
            assert!(!problems.is_empty() && problems.len() < 100);
            for problem in problems {
                assert!(!problem.help.is_empty(), "{problem}");
            }
        }
    }
});
