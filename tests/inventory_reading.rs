//! Inventories as people have them, and as they should not be.

use rollcast::scenario::inventory::{DropReason, Inventory, MapOptions, Problem, read_bytes};
use rollcast::world::{ClientKind, NO_OVERRIDE, Role};
use std::path::Path;

fn read(text: impl AsRef<[u8]>) -> Result<Inventory, Vec<Problem>> {
    read_bytes(
        text.as_ref(),
        Path::new("fleet.csv"),
        &MapOptions::default(),
    )
}

fn names(inventory: &Inventory) -> Vec<&str> {
    (0..inventory.rows as u32)
        .map(|row| inventory.columns.names.get(row))
        .collect()
}

/// The only problem there is, as the user reads it.
fn problem(text: impl AsRef<[u8]>) -> String {
    let problems = read(text).expect_err("the inventory is wrong");
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].to_string()
}

/// All problems as the user reads them.
fn told(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

mod exports {
    use super::*;

    #[test]
    fn the_sms_view_gives_client_kind_place_and_platform() {
        let fleet = read(
            "ResourceID,Name0,AD_Site_Name0,Client0,Client_Type0,\
             Operating_System_Name_and0,Resource_Domain_OR_Workgr0,Active0,Obsolete0\n\
             7,PC2,Paris,1,0,Microsoft Windows NT Workstation 4.0,CORP,1,0\n\
             8,PC1,Lyon,1,1,Microsoft Windows NT Advanced Server 5.2,CORP,1,0\n",
        )
        .unwrap();
        let columns = &fleet.columns;
        assert_eq!(names(&fleet), ["PC1", "PC2"]);
        assert_eq!(columns.site.get(0), Some("Lyon"));
        assert_eq!(columns.domain.get(1), Some("CORP"));
        assert_eq!(
            columns.client,
            [Some(ClientKind::Advanced), Some(ClientKind::Legacy)]
        );
        assert_eq!(
            columns.role,
            [Some(Role::MemberServer), Some(Role::Workstation)]
        );
        assert_eq!(columns.platform.get(0), Some("Windows Server 2003"));
        assert_eq!(columns.lines, [3, 2]);
    }

    #[test]
    fn every_kind_of_client_is_known_by_the_name_that_scenarios_have_for_it() {
        for kind in ClientKind::ALL {
            let name = kind.name();
            for word in [
                name.to_owned(),
                format!("{name} client"),
                name.to_uppercase(),
            ] {
                let fleet = read(format!("Name,Client\nPC1,{word}\n")).unwrap();
                assert_eq!(fleet.columns.client, [Some(*kind)], "{word}");
            }
            let group = format!("[site.hq]\n[fleet.a]\ncount = 1\nclient = \"{name}\"\n");
            let world = rollcast::scenario::load_str(&group, &[]).unwrap().world;
            assert_eq!(world.fleet.profiles[0].client, *kind);
        }
    }

    #[test]
    fn a_view_without_the_kind_does_not_take_client0_for_it() {
        let fleet = read("Name0,Client0\nPC1,1\nPC2,NULL\nPC3,\n").unwrap();
        assert_eq!(names(&fleet), ["PC1"]);
        assert_eq!(fleet.columns.client, []);
        let dropped = &fleet.report.dropped[DropReason::NoClient as usize];
        assert_eq!((dropped.count, dropped.lines.as_slice()), (2, &[3, 4][..]));
    }

    #[test]
    fn wmi_has_client_and_client_type_side_by_side() {
        let fleet = read(
            "Name,Client,ClientType,ADSiteName,SMSAssignedSites,OperatingSystemNameandVersion\n\
             PC1,1,0,Paris,\"{S01, S02}\",Microsoft Windows NT Workstation 5.1\n",
        )
        .unwrap();
        assert_eq!(fleet.columns.client, [Some(ClientKind::Legacy)]);
        assert!(
            fleet
                .report
                .ignored
                .contains(&"SMSAssignedSites".to_owned())
        );
        assert_eq!(
            fleet.columns.platform.get(0),
            Some("Windows XP Professional")
        );
    }

    #[test]
    fn powershell_writes_a_type_line_and_quotes_everything() {
        let fleet = read(
            "#TYPE IResultObject#SMS_CombinedDeviceResources\r\n\
             \"Name\",\"SiteCode\",\"ADSiteName\",\"ClientType\",\"IsClient\",\"IsObsolete\"\r\n\
             \"PC1\",\"S01\",\"Paris\",\"1\",\"True\",\"False\"\r\n\
             \"PC1\",\"S01\",\"Paris\",\"1\",\"True\",\"True\"\r\n\
             \"X\",\"\",\"\",\"\",\"False\",\"\"\r\n",
        )
        .unwrap();
        assert_eq!(names(&fleet), ["PC1"]);
        assert_eq!(fleet.columns.lines, [3]);
        assert_eq!(
            fleet.report.dropped[DropReason::Obsolete as usize].lines,
            [4]
        );
        assert_eq!(
            fleet.report.dropped[DropReason::NoClient as usize].lines,
            [5]
        );
    }

    #[test]
    fn the_directory_gives_names_with_a_dollar_or_a_domain_or_a_path() {
        let account = read("SamAccountName;OperatingSystem\nPC1$;Windows Server 2003\n").unwrap();
        assert_eq!(names(&account), ["PC1"]);
        assert_eq!(account.report.separator, ';');
        assert_eq!(account.columns.role, [Some(Role::MemberServer)]);
        let host = read("dNSHostName\npc1.corp.example\n").unwrap();
        assert_eq!(names(&host), ["pc1"]);
        let path = read("DN,objectClass\n\"CN=PC1,OU=Sales,DC=example\",computer\n").unwrap();
        assert_eq!(names(&path), ["PC1"]);
        assert_eq!(path.columns.domain.get(0), Some("example"));
        let both = read("DN,cn\n\"CN=PC1,DC=example\",PC1\n").unwrap();
        assert_eq!(both.report.used[0].1, "cn");
    }

    #[test]
    fn every_value_of_a_machine_can_be_a_column() {
        let fleet = read(
            "name,access,poll_offset,install_time,share_bytes,package_bytes,user_logged_on,\
             user_is_administrator,cache,disk,exit_code,group,role\n\
             a,64 kbit/s,5 min,90 s,20 MB,1 GB,yes,no,250 MB,4 GB,1603,kiosks,domain controller\n\
             b,,,,,,,,,,,,\n",
        )
        .unwrap();
        let own = &fleet.columns.overrides;
        assert_eq!(own.access, [64_000, NO_OVERRIDE]);
        assert_eq!(own.poll_offset, [300_000_000, NO_OVERRIDE]);
        assert_eq!(own.install_time, [90_000_000, NO_OVERRIDE]);
        assert_eq!(own.share_bytes, [20_000_000, NO_OVERRIDE]);
        assert_eq!(own.package_bytes, [1_000_000_000, NO_OVERRIDE]);
        assert_eq!(own.user_logged_on, [1, NO_OVERRIDE]);
        assert_eq!(own.user_is_administrator, [0, NO_OVERRIDE]);
        assert_eq!(own.cache, [250_000_000, NO_OVERRIDE]);
        assert_eq!(own.disk, [4_000_000_000, NO_OVERRIDE]);
        assert_eq!(own.exit_code, [1603, NO_OVERRIDE]);
        assert_eq!(
            (fleet.columns.group.get(0), fleet.columns.group.get(1)),
            (Some("kiosks"), None)
        );
        assert_eq!(fleet.columns.role, [Some(Role::DomainController), None]);
    }
}

mod encodings {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        "\u{FEFF}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(bytes)
            .collect()
    }

    #[test]
    fn utf16_without_mark_may_begin_with_letters_beyond_latin() {
        let text = "名前\tサイト\r\nPC1\t東京\r\n";
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let fleet = read(utf16(text, bytes)).unwrap();
            assert_eq!(names(&fleet), ["PC1"]);
            assert_eq!(fleet.columns.site.get(0), Some("東京"));
        }
        // A zero byte in other text is none of a character.
        for bytes in [b"name\nPC\x001\n".as_slice(), b"name\nPC1\n\0\0\0\0"] {
            assert!(problem(bytes).contains("zero byte"), "{bytes:?}");
        }
    }

    #[test]
    fn utf8_and_utf16_with_and_without_mark_say_the_same() {
        let text = "name\tsite\r\nBÜRO-1\tKöln\r\n";
        for bytes in [
            text.as_bytes().to_vec(),
            format!("\u{FEFF}{text}").into_bytes(),
            utf16(text, u16::to_le_bytes),
            utf16(text, u16::to_be_bytes),
        ] {
            let fleet = read(&bytes).unwrap();
            assert_eq!(names(&fleet), ["BÜRO-1"]);
            assert_eq!(fleet.columns.site.get(0), Some("Köln"));
            assert_eq!(fleet.report.separator, '\t');
        }
    }

    #[test]
    fn a_file_that_is_not_text_is_refused_with_the_line() {
        // Letters in two code pages of command prompts, and in Windows-1252 none.
        let either = problem(b"name\nPC\xFC\x81\n");
        assert!(
            either.starts_with(
                "fleet.csv:2: the file is not UTF-8, and its words may be of code page"
            ),
            "{either}"
        );
        // 0xC4 draws a line there.
        let neither = problem(b"name\nPC\xC4\xC4\x81\xC4\n");
        assert!(
            neither.starts_with("fleet.csv:2: byte 0x81 is neither part of UTF-8 text"),
            "{neither}"
        );
        assert!(problem(b"PK\x03\x04\x00\x00name").contains("Excel"));
        assert!(problem(b"\xFF\xFEn\0a\0m").contains("UTF-16LE"));
    }

    #[test]
    fn quoted_cells_may_hold_separators_quotes_and_line_breaks() {
        let fleet = read("note,name,group\n\"a\nb, \"\"c\"\"\",PC1,\"Doe, J\"\nx,PC2,y\n").unwrap();
        assert_eq!(names(&fleet), ["PC1", "PC2"]);
        assert_eq!(fleet.columns.group.get(0), Some("Doe, J"));
        assert_eq!(fleet.columns.lines, [2, 4]);
    }
}

mod mistakes {
    use super::*;

    #[test]
    fn an_empty_file_and_a_lone_heading_are_no_fleet() {
        assert!(problem("").contains("the file is empty"));
        assert!(problem("\r\n\r\n").contains("the file is empty"));
        assert!(problem("#TYPE x\r\n").contains("the file is empty"));
        assert!(problem("name,site\n").contains("no rows below its heading"));
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_one_problem() {
        let path = Path::new("no/such/fleet.csv");
        let problems = rollcast::scenario::inventory::read(path, &MapOptions::default());
        let problems = problems.expect_err("there is no such file");
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0]
                .to_string()
                .starts_with("no/such/fleet.csv: the inventory cannot be")
        );
    }

    #[test]
    fn a_heading_without_names_tells_what_was_seen_and_what_is_near() {
        insta::assert_snapshot!(problem("Nmae;OS\nPC1;XP\n"));
    }

    #[test]
    fn values_that_cannot_be_read_are_named_with_line_and_column() {
        let text =
            "Name0,Client_Type0,access\nPC1,1,fast\nPC2,4,unlimited\n\nPC\u{1}3,0,1 Mbit/s\n";
        insta::assert_snapshot!(told(&read(text).expect_err("four values are wrong")));
    }

    #[test]
    fn a_machine_given_twice_is_an_error_unless_one_row_is_obsolete() {
        insta::assert_snapshot!(problem("name,site\npc1,x\nPC2,x\nPC1,y\n"));
        let fleet = read("name,obsolete\npc1,1\nPC2,0\nPC1,\n").unwrap();
        assert_eq!(names(&fleet), ["PC1", "PC2"]);
    }

    #[test]
    fn a_row_wider_than_the_heading_is_an_error_and_a_shorter_one_is_not() {
        assert_eq!(read("name,site\nPC1\nPC2,Paris,,\n").unwrap().rows, 2);
        assert!(problem("DN,cn\nCN=PC1,OU=Sales,PC1\n").contains("3 cells, the heading line 2"));
    }

    #[test]
    fn problems_of_one_kind_are_folded_and_counted() {
        let rows: Vec<String> = (0..3000).map(|n| format!("PC{n},fast,x\n")).collect();
        let problems = read(format!("name,access,exit_code\n{}", rows.concat()));
        insta::assert_snapshot!(told(&problems.expect_err("every value is wrong")));
    }

    #[test]
    fn names_that_look_like_formulas_are_names() {
        let fleet = read("name\n=1+1\n+A1\n-x\n@y\n").unwrap();
        assert_eq!(names(&fleet), ["+A1", "-x", "=1+1", "@y"]);
    }
}

mod options {
    use super::*;

    fn read_with(text: &str, map: &[(&str, &str)]) -> Result<Inventory, Vec<Problem>> {
        let map = map
            .iter()
            .map(|(field, heading)| ((*field).into(), Some((*heading).into())))
            .collect();
        let options = MapOptions {
            map,
            ..MapOptions::default()
        };
        read_bytes(text.as_bytes(), Path::new("fleet.csv"), &options)
    }

    #[test]
    fn the_map_wins_over_known_headings() {
        let text = "Name,Asset,Location\nold,PC1,Paris\n";
        let fleet = read_with(text, &[("name", "Asset"), ("site", "location")]).unwrap();
        assert_eq!(names(&fleet), ["PC1"]);
        assert_eq!(fleet.columns.site.get(0), Some("Paris"));
        assert_eq!(fleet.report.ignored, ["Name"]);
    }

    #[test]
    fn a_map_that_names_what_is_not_there_says_so() {
        let map = [("site", "Lokation"), ("sites", "Location")];
        let problems = read_with("Name,Location\nPC1,x\n", &map);
        insta::assert_snapshot!(told(
            &problems.expect_err("neither heading nor field exists")
        ));
    }

    #[test]
    fn rows_that_would_be_left_out_stay_if_asked_for() {
        let text = "Name,Client,Enabled,Active,Obsolete,OS,LastSeen\n\
                    PC1,no,1,1,0,,2026-03-14\n\
                    PC2,yes,0,1,0,,2026-03-14\n\
                    PC3,yes,1,0,0,,2026-03-14\n\
                    PC4,yes,1,1,1,,2026-03-14\n\
                    PC5,yes,1,1,0,macOS,2026-03-14\n\
                    PC6,yes,1,1,0,,2025-03-14\n\
                    PC7,yes,1,1,0,Windows 7,2026-03-14\n\
                    x64 Unknown Computer (x64 Unknown Computer),yes,1,1,0,,\n";
        let kept_with = |keep: &[DropReason]| {
            let options = MapOptions {
                keep: keep.iter().copied().collect(),
                ..MapOptions::default()
            };
            let fleet = read_bytes(text.as_bytes(), Path::new("fleet.csv"), &options).unwrap();
            names(&fleet)
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(kept_with(&[]), ["PC7"]);
        for (reason, name) in [
            (DropReason::NoClient, "PC1"),
            (DropReason::Disabled, "PC2"),
            (DropReason::Inactive, "PC3"),
            (DropReason::Obsolete, "PC4"),
            (DropReason::NotWindows, "PC5"),
            (DropReason::Stale, "PC6"),
        ] {
            assert_eq!(kept_with(&[reason]), [name, "PC7"], "{reason}");
        }
        assert_eq!(kept_with(&[DropReason::Unknown]).len(), 2);
        assert_eq!(kept_with(&DropReason::ALL).len(), 8);
    }

    #[test]
    fn a_column_can_be_switched_off() {
        let text = "Name,Enabled\nPC1,False\nPC2,True\n";
        let options = MapOptions {
            map: [("enabled".to_owned(), None)].into(),
            ..MapOptions::default()
        };
        let fleet = read_bytes(text.as_bytes(), Path::new("fleet.csv"), &options).unwrap();
        assert_eq!(names(&fleet), ["PC1", "PC2"]);
        assert_eq!(fleet.report.ignored, ["Enabled"]);
        assert_eq!(names(&read(text).unwrap()), ["PC2"]);
    }
}
