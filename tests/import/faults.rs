//! Bad files give one clear message with file, line and remedy.

use super::{DEVICES, Folder, faults};

#[test]
fn what_is_no_known_export_is_refused_with_its_headings() {
    let told = faults(&[("x.csv", "Colour,Weight\nred,2\n")]);
    assert!(
        told.starts_with("x.csv: no export that is known has these headings: Colour, Weight"),
        "{told}"
    );
    assert!(
        told.contains("help: docs/import.md has the commands"),
        "{told}"
    );
}

#[test]
fn cells_that_cannot_be_read_are_told_with_their_line_and_folded() {
    let links = "Name,Cost,SitesIncluded\nA,cheap,HQ;Paris\nB,100,HQ;Oslo\nC,dear,HQ;Rome\n";
    let told = faults(&[("links.csv", links)]);
    assert!(
        told.contains("links.csv:2: column `Cost`: `cheap` is not a whole number, and 1 like it"),
        "{told}"
    );
    let boundaries = "BoundaryID,BoundaryType,DisplayName,Value\n1,Moon,x,HQ\n";
    let told = faults(&[("b.csv", boundaries)]);
    assert!(
        told.contains(
            "b.csv:2: column `BoundaryType`: `Moon` is neither a number nor one of ipsubnet, adsite"
        ),
        "{told}"
    );
    let windows = "CollectionID,Name,ServiceWindowType,StartTime,Duration\nC1,w,1,soon,60\n";
    assert!(
        faults(&[("w.csv", windows)]).contains("w.csv:2: column `StartTime`: `soon` is not a date")
    );
}

#[test]
fn a_list_that_the_export_has_lost_is_told_with_the_way_to_keep_it() {
    let links = "Name,Cost,SitesIncluded\nA,100,Microsoft.ActiveDirectory.Management.ADPropertyValueCollection\n";
    let told = faults(&[("links.csv", links)]);
    assert!(
        told.contains("links.csv:2: column `SitesIncluded`: the sites of the link are lost"),
        "{told}"
    );
    assert!(told.contains("-join ';'"), "{told}");
}

#[test]
fn files_that_are_cut_off_are_told_with_the_line() {
    let told = faults(&[("x.json", "[\n{\"Name\":\"PC1\"},\n{\"Name\":\"PC")]);
    assert!(
        told.starts_with("x.json:3: the JSON ends in the middle of a value"),
        "{told}"
    );
    let told = faults(&[("x.csv", "Name,Site\nPC1,\"HQ\nPC2,HQ\n")]);
    assert!(
        told.starts_with("x.csv:2: the quote before `HQ` is not closed"),
        "{told}"
    );
    let told = faults(&[("x.json", "[{\"Name\": }]")]);
    assert!(
        told.starts_with("x.json:1: the JSON cannot be read"),
        "{told}"
    );
}

#[test]
fn what_is_wrong_in_an_inventory_is_told_as_check_tells_it() {
    let told = faults(&[("d.csv", "Name,Domain,Site\nPC1,A,x\nPC1,A,y\n")]);
    assert!(
        told.starts_with(
            "d.csv:3: column `Name`: `PC1` is the name of two machines, on lines 2 and 3"
        ),
        "{told}"
    );
    let told = faults(&[("d.csv", "Name,Enabled\nPC1,maybe\n")]);
    assert!(
        told.starts_with("d.csv:2: column `Enabled`: `maybe` is neither yes nor no"),
        "{told}"
    );
}

#[test]
fn binary_files_are_told_for_what_they_are() {
    let dir = tempfile::TempDir::new().unwrap();
    let told = super::draft_in(dir.path(), &[("x.csv", b"PK\x03\x04aaaa".to_vec())]).unwrap_err();
    assert!(
        told[0]
            .to_string()
            .contains("an Excel workbook or another ZIP archive")
    );
}

#[test]
fn of_two_inventories_the_one_that_tells_places_is_read() {
    let other = "Name,Enabled\nPC1,True\nPC2,True\nPC3,True\nPC4,True\nPC5,True\n";
    let folder = Folder::of(&[("a.csv", other), ("z.csv", DEVICES)]);
    folder.says("file = \"z.csv\"");
    folder
        .lists("a.csv: a scenario reads one inventory, and z.csv tells the place of more machines");
}

#[test]
fn what_a_screen_shows_is_told_for_what_it_is() {
    for (text, says) in [
        (
            "Name  Domain\n----  ------\nPC1   A\n",
            "what a command shows on the screen",
        ),
        (
            "Name : PC1\nDomain : A\n",
            "what a command shows on the screen",
        ),
        ("<html><body>x</body></html>", "a web page or XML"),
        (
            "#TYPE System.String\n\"Length\"\n\"12\"\n",
            "the lengths of texts",
        ),
        ("[\"PC1\",\"PC2\"]", "a list of values without names"),
    ] {
        let told = faults(&[("x.txt", text)]);
        assert!(told.contains(says), "{told}");
    }
}
