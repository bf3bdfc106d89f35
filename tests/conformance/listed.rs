//! The list of articles names tests that exist.

use std::path::Path;

#[test]
fn every_test_that_the_list_of_articles_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = std::fs::read_to_string(root.join("docs/conformance.md")).expect("committed");
    let named = list.split('`').filter_map(|piece| piece.split_once("::"));
    let mut count = 0;
    for (file, test) in named.filter(|(file, _)| file.contains('/')) {
        let path = root.join(format!("tests/{file}.rs"));
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(&format!("fn {test}()")), "{file}::{test}");
        count += 1;
    }
    assert!(count > 45, "{count}");
}
