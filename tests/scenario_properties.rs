//! What holds for every scenario.

use proptest::prelude::*;
use rollcast::scenario::{load_str, starter};

/// The tables of a scenario, each with the lines that follow its heading.
fn tables(text: &str) -> (String, Vec<String>) {
    let mut parts = text.split("\n[");
    let head = parts.next().unwrap_or_default().to_owned();
    (head, parts.map(|part| format!("[{part}")).collect())
}

fn described(text: &str) -> String {
    let loaded = load_str(text, &[]).unwrap_or_else(|problems| panic!("{problems}"));
    format!("{:?}", loaded.world)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_tables_does_not_matter(order in Just(tables(starter()).1).prop_shuffle()) {
        let (head, _) = tables(starter());
        let shuffled = format!("{head}\n{}\n", order.join("\n"));
        prop_assert_eq!(described(&shuffled), described(starter()));
    }

    #[test]
    fn no_text_makes_the_loader_panic(text in "(\\[(site|fleet|server)\\.\"?[a-z*?{}.0-9]{1,8}\"?\\]\n|[a-z_]{1,10} = (-?[0-9]{1,20}|\"[ -~]{0,12}\"|\\[\\]|\\{\\})\n){0,8}") {
        let _ = load_str(&text, &[]).map_err(|problems| problems.render(false));
    }

    #[test]
    fn no_damage_to_a_scenario_makes_the_loader_panic(at in 0usize..4000, with in "[ -~\n]{0,3}", drop in 0usize..6) {
        let mut text = starter().to_owned();
        let at = at.min(text.len() - drop);
        if text.is_char_boundary(at) && text.is_char_boundary(at + drop) {
            text.replace_range(at..at + drop, &with);
        }
        let _ = load_str(&text, &[]).map_err(|problems| problems.render(false));
    }

    #[test]
    fn no_setting_makes_the_loader_panic(setting in "(site|fleet|program|rules|title)?(\\.[a-z{}.\"*-]{0,8}){0,3}=?[ -~]{0,10}") {
        let _ = load_str(starter(), &[setting]).map_err(|problems| problems.render(false));
    }
}
