//! `docs/results.md` says what the tables really hold.

use rollcast::outcome::Ending;
use rollcast::results::Table;

const DOCS: &str = include_str!("../docs/results.md");

/// The text of a section, up to the next heading of the same or a higher rank.
fn section(heading: &str) -> &'static str {
    let rank = heading.split(' ').next().unwrap();
    let start = DOCS.find(&format!("\n{heading}\n")).expect(heading);
    let text = &DOCS[start + heading.len() + 2..];
    let ends = (2..=rank.len()).filter_map(|n| text.find(&format!("\n{} ", "#".repeat(n))));
    &text[..ends.min().unwrap_or(text.len())]
}

/// The words in backticks in the first cells of the first table of a text.
fn first_cells(text: &str) -> Vec<&str> {
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with("|---"))
        .skip(1);
    rows.take_while(|line| line.starts_with('|'))
        .flat_map(|line| {
            line.split('|')
                .nth(1)
                .unwrap()
                .split('`')
                .skip(1)
                .step_by(2)
        })
        .collect()
}

#[test]
fn every_column_is_described_in_its_order() {
    for table in Table::ALL {
        let described = first_cells(section(&format!("## {}.csv", table.name())));
        assert_eq!(described, table.headings(), "{}", table.name());
    }
}

#[test]
fn columns_that_not_every_run_has_are_described() {
    let text = "[server.A]\nroles = [\"distribution point\"]\n[server.B]\n\
        roles = [\"distribution point\"]\npulls_from = [\"A\"]\n[package.p.sent]\n\
        [reports]\n[peers]\n[advertisement.p]\nrecurs = \"7 d\"\n\
        [program.p]\n[program.q]\nsupersedes = [\"p\"]\n";
    let world = rollcast::scenario::load_str(text, &[]).unwrap().world;
    for table in Table::ALL {
        let own = table.headings().len();
        for column in &table.headings_of(&world)[own..] {
            let row = format!("\n| `{column}` |");
            let text = section(&format!("## {}.csv", table.name()));
            assert!(text.contains(&row), "{column}");
        }
    }
}

#[test]
fn every_outcome_is_described() {
    let names: Vec<_> = Ending::ALL.iter().map(|ending| ending.name()).collect();
    assert_eq!(first_cells(section("### Outcomes")), names);
}
