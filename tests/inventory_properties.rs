//! What holds for every inventory, tried on many.

use proptest::prelude::*;
use rollcast::scenario::inventory::{Columns, MapOptions, read_bytes};
use std::collections::BTreeSet;
use std::path::Path;

fn options() -> MapOptions {
    MapOptions::default()
}

/// Everything in the columns that must not depend on the order of rows.
fn content(columns: &Columns) -> String {
    format!(
        "{:?}",
        Columns {
            lines: Vec::new(),
            ..columns.clone()
        }
    )
}

/// A cell as a careful writer of CSV would write it.
fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// Headings that let what stands below them through.
const STARTS: [&str; 4] = [
    "",
    "name,access\n",
    "\u{FEFF}DN;exit_code\r\n",
    "#TYPE x\nName0\tClient0\n",
];

/// Text of the pieces that the reader treats specially.
fn nearly_an_inventory() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "name",
        "Name0",
        "Client0",
        "access",
        "exit_code",
        ",",
        ";",
        "\t",
        "\"",
        "\"\"",
        "\n",
        "\r\n",
        "\r",
        "PC1",
        "1",
        "-1",
        "1e99 GB",
        "NULL",
        "{a",
        "}",
        "#TYPE x\n",
        "ü",
        "$",
        "=",
        "CN=",
        "DN",
        "\u{FEFF}",
        "\0",
        "\u{7}",
        " ",
        "unlimited",
        "9999999999999999999 d",
    ]);
    let rows = prop::collection::vec(piece, 0..40);
    (prop::sample::select(STARTS.to_vec()), rows)
        .prop_map(|(start, rows)| start.to_owned() + &rows.concat())
}

/// A row: name, site, client type, free disk space.
type Line = (String, (String, String, String));

/// Some rows, and the same in another order.
fn shuffled_rows() -> impl Strategy<Value = (Vec<Line>, Vec<Line>)> {
    let cells = ("[a-c]?", "[01]?", "(1 MB)?");
    let rows = prop::collection::btree_map("[A-Z]{1,20}", cells, 1..60);
    rows.prop_map(|rows| rows.into_iter().collect::<Vec<_>>())
        .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
}

fn text_of(rows: &[Line]) -> String {
    let line = |(name, (site, client, disk)): &Line| format!("{name},{site},{client},{disk}\n");
    format!(
        "name,site,client_type,disk\n{}",
        rows.iter().map(line).collect::<String>()
    )
}

proptest! {
    #[test]
    fn no_bytes_at_all_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_bytes(&bytes, Path::new("x"), &options());
    }

    #[test]
    fn no_file_that_begins_well_makes_it_panic(text in nearly_an_inventory()) {
        match read_bytes(text.as_bytes(), Path::new("x"), &options()) {
            Ok(fleet) => prop_assert_eq!(fleet.rows, fleet.columns.names.ends.len()),
            Err(problems) => prop_assert!(!problems.is_empty() && problems.len() <= 21),
        }
    }

    #[test]
    fn half_characters_do_not_make_it_panic(units in prop::collection::vec(any::<u16>(), 0..80)) {
        let bytes: Vec<u8> = [0xFEFF].iter().chain(&units).flat_map(|u| u.to_le_bytes()).collect();
        let _ = read_bytes(&bytes, Path::new("x"), &options());
    }

    #[test]
    fn the_order_of_rows_changes_nothing((rows, shuffled) in shuffled_rows()) {
        let one = read_bytes(text_of(&rows).as_bytes(), Path::new("x"), &options()).unwrap();
        let other = read_bytes(text_of(&shuffled).as_bytes(), Path::new("x"), &options()).unwrap();
        prop_assert_eq!(one.rows, rows.len());
        prop_assert_eq!(content(&one.columns), content(&other.columns));
        prop_assert_eq!(one.report, other.report);
    }

    #[test]
    fn what_was_quoted_comes_back(
        users in prop::collection::vec("[ -~äß,;\"]{0,12}", 1..20),
        separator in prop::sample::select(vec![',', ';', '\t']),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let row = |(number, user): (usize, &String)| format!("{}{separator}PC{number:03}{end}", quoted(user));
        let rows: Vec<String> = users.iter().enumerate().map(row).collect();
        let text = format!("group{separator}name{end}{}", rows.concat());
        let fleet = read_bytes(text.as_bytes(), Path::new("x"), &options()).unwrap();
        prop_assert_eq!(fleet.rows, users.len());
        for (number, user) in users.iter().enumerate() {
            prop_assert_eq!(fleet.columns.group.get(number).unwrap_or_default(), user.trim());
            prop_assert_eq!(fleet.columns.lines[number] as usize, number + 2);
        }
    }

    #[test]
    fn names_come_out_sorted_and_all_of_them(
        names in prop::collection::btree_set("[A-Zà-ü0-9]{1,24}", 1..50),
    ) {
        let folded: BTreeSet<String> = names.iter().map(|name| name.to_uppercase()).collect();
        prop_assume!(folded.len() == names.len());
        let rows: Vec<&str> = names.iter().rev().map(String::as_str).collect();
        let text = format!("name\n{}", rows.join("\n"));
        let fleet = read_bytes(text.as_bytes(), Path::new("x"), &options()).unwrap();
        let read = (0..fleet.rows as u32).map(|row| fleet.columns.names.get(row).to_owned());
        prop_assert_eq!(read.collect::<Vec<_>>(), names.into_iter().collect::<Vec<_>>());
    }
}
