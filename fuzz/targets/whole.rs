//! Whole scenarios made from the schema, run and checked against the invariants.
#![no_main]

#[path = "../../tests/common/grammar.rs"]
mod grammar;
#[path = "../../tests/common/invariants.rs"]
mod invariants;

use rollcast::division::Plan;
use rollcast::model::{Watch, replicate};
use std::sync::OnceLock;

static GRAMMAR: OnceLock<grammar::Grammar> = OnceLock::new();

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let grammar = GRAMMAR.get_or_init(grammar::Grammar::new);
    if let Some((_, loaded)) = grammar::runnable(grammar, bytes) {
        let plan = Plan::new(&loaded.world);
        let run = replicate(&loaded.world, &plan, 1, &Watch::default());
        invariants::hold(&loaded.world, &run.expect("no interruption"));
    }
});
