//! The form of a file and the order of its rows say nothing.

use super::{Folder, shipped};

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// The rows of a text in another order, below its headings; JSON in reverse.
fn shuffled(text: &str, by: usize) -> String {
    if text.starts_with('[') {
        let objects: Vec<&str> = text.trim().trim_matches(['[', ']']).split("},").collect();
        let objects: Vec<&str> = objects
            .into_iter()
            .rev()
            .map(|o| o.trim().trim_end_matches('}'))
            .collect();
        return format!("[\n{}}}\n]\n", objects.join("},\n"));
    }
    let mut lines: Vec<&str> = text.split_inclusive("\r\n").collect();
    let head = usize::from(text.starts_with("#TYPE")) + 1;
    let rows = &mut lines[head..];
    let step = rows.len();
    let mut order: Vec<usize> = (0..step).collect();
    order.sort_by_key(|at| (at * 7919 + by * 104_729) % 10_007);
    let moved: Vec<&str> = order.iter().map(|at| rows[*at]).collect();
    rows.copy_from_slice(&moved);
    lines.concat()
}

#[test]
fn the_order_of_files_and_rows_says_nothing() {
    let files = shipped();
    let first: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let first = Folder::of(&first);
    for by in 1..4 {
        let mut others: Vec<(&str, String)> = files
            .iter()
            .map(|(name, text)| (*name, shuffled(text, by)))
            .collect();
        let turn = by * 5 % others.len();
        others.rotate_left(turn);
        assert_ne!(others[0].1, files[turn].1, "the shuffle moves rows");
        let others: Vec<(&str, &str)> = others
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        assert_eq!(Folder::of(&others).draft.text, first.draft.text);
    }
}

#[test]
fn a_file_that_is_given_twice_counts_once() {
    let files = shipped();
    let once: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let boundaries = files
        .iter()
        .find(|(name, _)| *name == "boundaries.csv")
        .unwrap();
    let mut twice = once.clone();
    twice.push(("boundaries-again.csv", &boundaries.1));
    assert_eq!(Folder::of(&once).tables(), Folder::of(&twice).tables());
}

#[test]
fn encodings_separators_marks_and_quotes_say_nothing() {
    let text = "\"Name\",\"Cost\",\"SitesIncluded\"\r\n\"HQ-München\",\"283\",\"CN=HQ,CN=Sites,CN=Configuration,DC=c,DC=com;CN=München,CN=Sites,CN=Configuration,DC=c,DC=com\"\r\n";
    let bare = "Name,Cost,SitesIncluded\nHQ-München,283,\"HQ;München\"\n";
    let json = "[{\"Name\":\"HQ-München\",\"Cost\":283,\"SitesIncluded\":[\"CN=HQ,CN=Sites,CN=Configuration,DC=c,DC=com\",\"CN=München,CN=Sites,CN=Configuration,DC=c,DC=com\"]}]";
    let one = "{\"Name\":\"HQ-München\",\"Cost\":283,\"SitesIncluded\":{\"value\":[\"HQ\",\"München\"],\"Count\":2}}";
    let semicolons = "\"Name\";\"Cost\";\"SitesIncluded\"\n\"HQ-München\";\"283\";\"HQ;München\"\n";
    let forms: Vec<Vec<u8>> = vec![
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        utf16(text),
        text.chars().map(|c| u32::from(c) as u8).collect(),
        format!("#TYPE Microsoft.ActiveDirectory.Management.ADReplicationSiteLink\r\n{text}")
            .into_bytes(),
        bare.as_bytes().to_vec(),
        semicolons.as_bytes().to_vec(),
        format!("sep=;\n{semicolons}").into_bytes(),
        json.as_bytes().to_vec(),
        one.as_bytes().to_vec(),
    ];
    let first = Folder::of_bytes(&[("links.csv", forms[0].clone())]);
    first.says("[site.\"München\"] parent = \"HQ\" wan = \"4096 kbit/s\"");
    for form in &forms {
        let folder = Folder::of_bytes(&[("links.csv", form.clone())]);
        assert_eq!(folder.tables(), first.tables());
    }
}

#[test]
fn words_and_numbers_of_enumerations_say_the_same() {
    let form = |kind: &str, direction: &str, bool: &str| {
        let boundaries = format!(
            "BoundaryID,BoundaryType,DisplayName,Value,GroupID\n1,{kind},x,10.1.0.1-10.1.0.9,7\n"
        );
        let trusts = format!(
            "Source,Target,Direction,IntraForest,TrustType\n\"DC=a,DC=com\",b.com,{direction},{bool},Uplevel\n"
        );
        let domains = "DNSRoot,NetBIOSName,Forest\na.com,A,a.com\nb.com,B,b.com\n";
        let folder = Folder::of(&[
            ("b.csv", &boundaries),
            ("t.csv", &trusts),
            ("d.csv", domains),
        ]);
        folder.says("[domain.A] forest = \"a.com\" trusts = [\"B\"]");
        folder.tables().to_owned()
    };
    let first = form("3", "2", "False");
    assert_eq!(form("IPRange", "Outbound", "false"), first);
    assert_eq!(form("iprange", "outbound", "0"), first);
}
