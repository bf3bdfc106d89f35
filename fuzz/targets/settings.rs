//! `--set`, one setting a line, over a scenario that has something of everything.
#![no_main]

const SCENARIO: &str = include_str!("../../scenarios/starter.toml");

libfuzzer_sys::fuzz_target!(|text: &str| {
    let settings: Vec<String> = text.lines().take(8).map(str::to_owned).collect();
    rollcast_fuzz::complaints_are_sound(&rollcast::scenario::load_str(SCENARIO, &settings));
});
