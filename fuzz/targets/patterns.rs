//! Patterns of names: of sites, with ranges, and of machines, with places.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Some((sites, machines)) = text.split_once('\n') else {
        return;
    };
    let quoted = |text: &str| serde_json::to_string(text).expect("text is JSON");
    // JSON and TOML escape alike but for these.
    if text.contains(['\u{7f}', '/']) {
        return;
    }
    let scenario = format!(
        "[site.{}]\n[fleet.pcs]\ncount = 3\nname = {}\n[collection.c]\nname = [{}]\n",
        quoted(sites),
        quoted(machines),
        quoted(sites),
    );
    rollcast_fuzz::complaints_are_sound(&rollcast::scenario::load_str(&scenario, &[]));
});
