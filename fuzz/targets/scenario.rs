//! Text of a scenario.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    rollcast_fuzz::complaints_are_sound(&rollcast::scenario::load_str(text, &[]));
});
