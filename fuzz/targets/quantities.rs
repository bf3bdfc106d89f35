//! Quantities: what is read is written so that it is read as the same again.
#![no_main]

use rollcast::engine::parse_distribution;
use rollcast::units::{parse_rate, parse_size, parse_span};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(span) = parse_span(text) {
        let _ = span.to_string();
        assert_eq!(parse_span(&format!("{} us", span.0)).ok(), Some(span));
    }
    if let Ok(size) = parse_size(text) {
        let _ = size.to_string();
        assert_eq!(parse_size(&format!("{} B", size.0)).ok(), Some(size));
    }
    if let Ok(rate) = parse_rate(text) {
        let _ = rate.to_string();
    }
    if let Ok(distribution) = parse_distribution(text) {
        for at in [0.0, 1e-12, 0.5, 1.0 - 1e-12] {
            let _ = distribution.sample(at);
        }
    }
});
