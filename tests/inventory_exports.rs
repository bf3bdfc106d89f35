//! Exports of other tools, as they come: headings, tops, encodings, dates.

use rollcast::scenario::inventory::{
    DateOrder, DropReason, Encoding, Inventory, MapOptions, Problem, read_bytes,
};
use rollcast::world::{ClientKind, Role};
use std::path::Path;

fn read(text: impl AsRef<[u8]>) -> Result<Inventory, Vec<Problem>> {
    read_bytes(
        text.as_ref(),
        Path::new("fleet.csv"),
        &MapOptions::default(),
    )
}

fn fleet(text: impl AsRef<[u8]>) -> Inventory {
    read(text).unwrap_or_else(|problems| panic!("{problems:?}"))
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

fn left_out(inventory: &Inventory, reason: DropReason) -> usize {
    inventory.report.dropped[reason as usize].count
}

mod directory {
    use super::*;

    #[test]
    fn an_active_directory_script_gives_domain_role_and_disabled_accounts() {
        let fleet = fleet(
            "\"dNSHostName\",\"Name\",\"operatingSystem\",\"lastLogonTimestamp\",\"DistinguishedName\",\"userAccountControl\",\"Enabled\"\n\
             \"pc1.corp.contoso.com\",\"PC1\",\"Windows 10 Enterprise\",\"12.03.2026 11:00:00\",\"CN=PC1,OU=München,DC=corp,DC=contoso,DC=com\",\"4096\",\"True\"\n\
             \"\",\"PC2\",\"Windows 7\",\"\",\"CN=PC2,DC=lab,DC=contoso,DC=com\",\"4096\",\"True\"\n\
             \"pc3.corp.contoso.com\",\"PC3\",\"Windows 7\",\"\",\"\",\"4098\",\"\"\n\
             \"pc4.corp.contoso.com\",\"PC4\",\"Windows 7\",\"\",\"\",\"4096\",\"False\"\n\
             \"dc1.corp.contoso.com\",\"DC1\",\"Windows Server 2012 R2 Standard\",\"\",\"\",\"532480\",\"True\"\n",
        );
        assert_eq!(names(&fleet), ["DC1", "PC1", "PC2"]);
        assert_eq!(fleet.columns.domain.get(0), Some("corp.contoso.com"));
        assert_eq!(fleet.columns.domain.get(2), Some("lab.contoso.com"));
        assert_eq!(fleet.columns.role[0], Some(Role::DomainController));
        assert_eq!(fleet.columns.role[1], Some(Role::Workstation));
        assert_eq!(left_out(&fleet, DropReason::Disabled), 2);
    }

    #[test]
    fn csvde_gives_the_role_by_the_primary_group() {
        let fleet = fleet(
            "DN,objectClass,cn,userAccountControl,primaryGroupID,operatingSystem,dNSHostName\n\
             \"CN=DC1,DC=contoso,DC=com\",computer,DC1,,516,Windows Server 2003,\n\
             \"CN=PC1,DC=contoso,DC=com\",computer,PC1,4096,515,Windows XP Professional,pc1.contoso.com\n\
             \"CN=Anna,DC=contoso,DC=com\",user,Anna,512,513,,\n",
        );
        assert_eq!(names(&fleet), ["DC1", "PC1"]);
        assert_eq!(
            fleet.columns.role,
            [Some(Role::DomainController), Some(Role::Workstation)]
        );
        assert_eq!(fleet.columns.domain.values, ["contoso.com"]);
        assert_eq!(left_out(&fleet, DropReason::NotWindows), 1);
    }

    #[test]
    fn controllers_are_told_by_their_unit_where_nothing_else_tells() {
        // What `Get-ADComputer` gives without `-Properties`.
        let default = fleet(
            "DistinguishedName,DNSHostName,Enabled,Name\n\
             \"CN=DC1,OU=Domain Controllers,DC=contoso,DC=com\",dc1.contoso.com,True,DC1\n\
             \"CN=PC1,OU=PCs,DC=contoso,DC=com\",pc1.contoso.com,True,PC1\n",
        );
        assert_eq!(default.columns.role, [Some(Role::DomainController), None]);
        let account = fleet(
            "DistinguishedName,userAccountControl\n\
             \"CN=CLUSTER1,OU=Domain Controllers,DC=contoso,DC=com\",4096\n",
        );
        assert_eq!(account.columns.role, [None]);
    }

    #[test]
    fn one_name_in_two_domains_is_two_machines() {
        let fleet = fleet("Name,FQDN\nPC1,pc1.a.example\npc1,pc1.b.example\nPC2,pc2.b.example\n");
        assert_eq!(names(&fleet), ["PC1.a.example", "PC2", "pc1.b.example"]);
        assert_eq!(fleet.report.in_two_domains, 2);
        let twice = problem("Name,Domain,Site\nPC1,A,x\nPC1,A,y\nPC1,B,x\n");
        assert!(
            twice.contains("`PC1` is the name of two machines, on lines 2 and 3"),
            "{twice}"
        );
        let unknown = problem("Name,Domain\nPC1,A\nPC1,\n");
        assert!(unknown.contains("say the domain of both"), "{unknown}");
    }
}

mod consoles {
    use super::*;

    #[test]
    fn yes_and_no_of_the_console_are_no_client_kind() {
        let fleet = fleet(
            "\"Name\",\"Client\",\"Primary User(s)\",\"Client Activity\",\"Operating System\"\n\
             \"PC1\",\"Yes\",\"CONTOSO\\anna\",\"Active\",\"Microsoft Windows NT Workstation 10.0\"\n\
             \"PC2\",\"Yes\",\"\",\"Inactive\",\"Microsoft Windows NT Workstation 10.0\"\n\
             \"OLD9\",\"No\",\"\",\"\",\"\"\n",
        );
        assert_eq!(names(&fleet), ["PC1"]);
        assert_eq!(fleet.columns.client, [None]);
        assert_eq!(left_out(&fleet, DropReason::NoClient), 1);
        assert_eq!(left_out(&fleet, DropReason::Inactive), 1);
    }

    #[test]
    fn configuration_manager_says_by_the_version_whether_there_is_a_client() {
        let fleet = fleet(
            "#TYPE IResultObject#SMS_CombinedDeviceResources\n\
             \"Name\",\"ClientVersion\",\"ADSiteName\",\"Unknown\",\"BoundaryGroups\",\"LastActiveTime\"\n\
             \"PC1\",\"5.00.9106.1000\",\"Munich\",\"\",\"BG Munich;BG VPN\",\"3/14/2026 7:58:12 AM\"\n\
             \"PC2\",\"\",\"Munich\",\"\",\"\",\"\"\n\
             \"PC3\",\"5.00.9106.1000\",\"Munich\",\"1\",\"\",\"\"\n",
        );
        assert_eq!(names(&fleet), ["PC1"]);
        assert_eq!(left_out(&fleet, DropReason::NoClient), 1);
        assert_eq!(left_out(&fleet, DropReason::Unknown), 1);
    }

    #[test]
    fn a_list_of_boundary_groups_is_a_place_where_the_map_says_so() {
        let options = MapOptions {
            map: [("site".to_owned(), Some("BoundaryGroups".to_owned()))].into(),
            ..MapOptions::default()
        };
        let text = b"Name,ADSiteName,BoundaryGroups\nPC1,x,BG Munich;BG VPN\n";
        let fleet = read_bytes(text, Path::new("fleet.csv"), &options).unwrap();
        assert_eq!(fleet.columns.site.values, ["BG Munich"]);
    }

    #[test]
    fn intune_has_device_names_and_phones() {
        for head in [
            "Device name,Last check-in,OS,OS version",
            "deviceName,lastSyncDateTime,operatingSystem,osVersion",
        ] {
            let fleet = fleet(format!(
                "{head}\nPC1,2026-03-14 07:58:12.0000000,Windows,10.0.19045.4046\n\
                 iPhone von Jörg,2026-03-14 07:58:12.0000000,iOS/iPadOS,17.4\n\
                 Annas MacBook,2026-03-14 07:58:12.0000000,macOS,14.3\n"
            ));
            assert_eq!(names(&fleet), ["PC1"]);
            assert_eq!(fleet.columns.platform.get(0), Some("Windows 10 or later"));
            assert_eq!(left_out(&fleet, DropReason::NotWindows), 2);
        }
    }

    #[test]
    fn lansweeper_and_pdq_are_known() {
        let lansweeper = fleet(
            "AssetName,Domain,IPLocation,OS,Lastseen,AssetTypename\n\
             PC1,CONTOSO,Munich,Win 10,14.03.2026 07:58:12,Windows\n\
             SRV1,CONTOSO,Munich,Win 2019,14.03.2026 07:58:12,Windows\n\
             PRN1,,Munich,,14.03.2026 07:58:12,Printer\n",
        );
        assert_eq!(names(&lansweeper), ["PC1", "SRV1"]);
        assert_eq!(lansweeper.columns.site.values, ["Munich"]);
        assert_eq!(lansweeper.columns.role[1], Some(Role::MemberServer));
        let pdq = fleet("Computer Name,O/S Name,Successful Scan Date\nPC1,Windows 11,3/14/2026\n");
        assert_eq!(pdq.columns.platform.get(0), Some("Windows 10 or later"));
    }

    #[test]
    fn a_state_of_an_asset_register_says_what_is_out_of_use() {
        let lansweeper = fleet(
            "AssetName,Domain,State\nPC1,CORP,Active\nPC2,CORP,Non-active\nPC3,CORP,Sold\nPC4,CORP,In repair\n\
             PC5,CORP,\nPC6,CORP,Managed\n",
        );
        assert_eq!(names(&lansweeper), ["PC1", "PC5", "PC6"]);
        assert_eq!(left_out(&lansweeper, DropReason::Inactive), 3);
        // A federal state is none of an asset.
        let places = fleet("Name,State\nPC1,Bavaria\nPC2,NY\n");
        assert_eq!(names(&places), ["PC1", "PC2"]);
    }

    #[test]
    fn yes_no_and_active_are_known_in_the_languages_of_excel() {
        let german = fleet(
            "Name;Client;Client Activity;Enabled\nPC1;Ja;Aktiv;WAHR\nPC2;Nein;;WAHR\nPC3;Ja;Inaktiv;WAHR\nPC4;Ja;Aktiv;FALSCH\n",
        );
        assert_eq!(names(&german), ["PC1"]);
        for reason in [
            DropReason::NoClient,
            DropReason::Inactive,
            DropReason::Disabled,
        ] {
            assert_eq!(left_out(&german, reason), 1, "{reason}");
        }
    }

    #[test]
    fn a_canonical_name_gives_the_domain_as_a_distinguished_one_does() {
        for heading in ["CanonicalName", "Active Directory Path"] {
            let text = format!(
                "Name,{heading}\nPC1,corp.contoso.com/Munich/PC1\nPC2,eu.contoso.com/PC2\n"
            );
            let fleet = fleet(text);
            assert_eq!(
                fleet.columns.domain.values,
                ["corp.contoso.com", "eu.contoso.com"]
            );
        }
    }

    #[test]
    fn client_types_of_sms_are_still_kinds() {
        let fleet = fleet("Name,Client,ClientType\nPC1,1,0\nPC2,1,1\n");
        let kinds = [Some(ClientKind::Legacy), Some(ClientKind::Advanced)];
        assert_eq!(fleet.columns.client, kinds);
    }

    #[test]
    fn numbers_under_client_say_whether_there_is_one() {
        // `SMS_R_System.Client`, with or without the version.
        for text in [
            "Name,Client\nPC1,1\nPC2,0\n",
            "Name,Client,ClientVersion\nPC1,1,2.50\nPC2,0,\n",
            "Name,client0\nPC1,1\nPC2,0\n",
        ] {
            let fleet = fleet(text);
            assert_eq!(fleet.rows, 1, "{text}");
            assert!(fleet.columns.client.iter().all(Option::is_none), "{text}");
        }
        let kinds = fleet("Name,Client Type\nPC1,1\nPC2,0\n").columns.client;
        assert_eq!(
            kinds,
            [Some(ClientKind::Advanced), Some(ClientKind::Legacy)]
        );
    }

    #[test]
    fn a_name_with_the_domain_before_it_says_both() {
        let fleet = fleet("Computer\nCONTOSO\\PC1\nCONTOSO\\PC2$\n\\\\PC3\nPC4$\n");
        let names: Vec<_> = (0..fleet.rows)
            .map(|at| fleet.columns.names.get(at as u32))
            .collect();
        assert_eq!(names, ["PC1", "PC2", "PC3", "PC4"]);
        let domains: Vec<_> = (0..4).map(|at| fleet.columns.domain.get(at)).collect();
        assert_eq!(domains, [Some("CONTOSO"), Some("CONTOSO"), None, None]);
    }

    #[test]
    fn a_domain_is_known_in_every_spelling_of_exports() {
        for spelling in [
            "contoso.com.",
            "CONTOSO\\",
            "\"DC=contoso,DC=com\"",
            "contoso.com/",
        ] {
            let fleet = fleet(format!("Name,Domain\nPC1,{spelling}\n"));
            let domain = fleet.columns.domain.get(0).unwrap();
            assert!(matches!(domain, "contoso.com" | "CONTOSO"), "{domain}");
        }
    }

    #[test]
    fn rows_with_both_names_of_a_domain_tell_it_of_the_others() {
        let domains = |text: &str| fleet(text).columns.domain.values;
        let by_host = "Name,Domain,dNSHostName\nPC1,CONTOSO,pc1.ad.example.com\nPC2,,pc2.ad.example.com\nPC3,AD.example.com,\n";
        assert_eq!(domains(by_host), ["CONTOSO"]);
        let by_path = "Name,Domain,DistinguishedName\nPC1,CONTOSO,\"CN=PC1,DC=ad,DC=com\"\nPC2,,\"CN=PC2,DC=ad,DC=com\"\n";
        assert_eq!(domains(by_path), ["CONTOSO"]);
        // Where rows do not agree, and of workgroups, nothing is told.
        let two = "Name,Domain,dNSHostName\nPC1,A,pc1.x.com\nPC2,B,pc2.x.com\nPC3,,pc3.x.com\n";
        assert_eq!(domains(two), ["A", "B", "x.com"]);
        let workgroup = "Name,Domain,dNSHostName\nPC1,WORKGROUP,pc1.x.com\nPC3,,pc3.x.com\n";
        assert_eq!(domains(workgroup), ["WORKGROUP", "x.com"]);
    }

    #[test]
    fn one_machine_by_both_names_of_its_domain_is_one() {
        for domain in ["contoso.com", "contoso", "CONTOSO.COM."] {
            let fleet = fleet(format!("Name,Domain\nPC1,CONTOSO\npc1,{domain}\n"));
            assert_eq!(fleet.rows, 1, "{domain}");
        }
        let two = fleet("Name,Domain\nPC1,contoso.com\nPC1,contoso.net\n");
        assert_eq!(two.rows, 2);
    }

    #[test]
    fn headings_of_files_that_were_joined_are_no_machine() {
        let fleet = fleet("Name,Domain\nPC1,CORP\nName,Domain\nPC2,CORP\n");
        assert_eq!(fleet.rows, 2);
        assert_eq!(fleet.columns.domain.values, ["CORP"]);
        let dropped = &fleet.report.dropped[DropReason::NoRow as usize];
        assert_eq!(dropped.lines, [3]);
    }

    #[test]
    fn activity_is_read_in_the_languages_of_the_headings() {
        for (yes, no) in [
            ("Aktiv", "Nicht aktiv"),
            ("Actif", "Non actif"),
            ("Activo", "Inactivo"),
            ("Attivo", "Inattivo"),
            ("Actief", "Inactief"),
            ("アクティブ", "非アクティブ"),
        ] {
            let fleet = fleet(format!("Name,Client Activity\nPC1,{yes}\nPC2,{no}\n"));
            assert_eq!(fleet.rows, 1, "{yes}");
        }
    }

    #[test]
    fn the_list_of_devices_of_entra_is_known() {
        let head = "displayName,deviceId,operatingSystem,operatingSystemVersion,accountEnabled,approximateLastSignInDateTime\n";
        let rows = "PC1,x,Windows,10.0.19045,TRUE,2026-03-14T07:58:12Z\nPC2,x,Windows,10.0.19045,FALSE,2026-03-14T07:58:12Z\n\
                    MAC1,x,MacMDM,14,TRUE,2026-03-14T07:58:12Z\n";
        let devices = fleet(format!("{head}{rows}"));
        assert_eq!(names(&devices), ["PC1"]);
        // Users have no operating system.
        let users = problem("displayName,accountEnabled\nAnna,TRUE\n");
        assert!(users.contains("no column holds"), "{users}");
    }

    #[test]
    fn lists_of_the_directory_console_hold_computers_alone() {
        for (kind, user, group) in [
            ("Type", "User", "Security Group - Global"),
            ("Typ", "Benutzer", "Sicherheitsgruppe - Global"),
            ("Tipo", "Contacto", "Grupo de seguridad - Global"),
            (
                "Type",
                "Unité d'organisation",
                "Groupe de sécurité - Global",
            ),
            ("Type", "Contactpersoon", "Beveiligingsgroep - Globaal"),
            ("種類", "ユーザー", "セキュリティ グループ - グローバル"),
        ] {
            let list = fleet(format!(
                "Name\t{kind}\tDescription\nPC1\tComputer\t\nanna\t{user}\t\nstaff\t{group}\t\n"
            ));
            assert_eq!(names(&list), ["PC1"]);
        }
    }

    #[test]
    fn classes_of_windows_say_the_computer_beside_the_name_of_the_thing() {
        let systems = fleet(
            "PSComputerName,Name,Caption,CSName,Version\n\
             srv,Microsoft Windows 7|C:\\Windows,Microsoft Windows 7 Enterprise,PC1,6.1.7601\n\
             srv,Microsoft Windows 7|C:\\Windows,Microsoft Windows 7 Enterprise,PC2,6.1.7601\n",
        );
        assert_eq!(names(&systems), ["PC1", "PC2"]);
        // `wmic /format:csv` begins with an empty line.
        let wmic =
            fleet("\r\nNode,Caption\r\nPC1,Microsoft Windows 7\r\nPC2,Microsoft Windows 7\r\n");
        assert_eq!(names(&wmic), ["PC1", "PC2"]);
    }

    #[test]
    fn enabled_is_known_by_its_words() {
        let fleet = fleet("Name,Enabled\nPC1,Enabled\nPC2,Disabled\nPC3,Deaktiviert\n");
        assert_eq!(names(&fleet), ["PC1"]);
    }

    #[test]
    fn what_says_that_there_is_no_place_is_none() {
        let fleet = fleet(
            "Name,Domain,Site\nPC1,CORP,N/A\nPC2,-,(null)\nPC3,None,Unknown\nPC4,CORP,Lyon\n",
        );
        assert_eq!(fleet.columns.site.values, ["Lyon"]);
        assert_eq!(fleet.columns.domain.values, ["CORP"]);
    }

    #[test]
    fn storage_that_joined_the_directory_is_not_windows() {
        let fleet = fleet(
            "Name,OperatingSystem\nPC1,Windows 7\nFS1,Samba\nFS2,NetApp Release 9.8P5\n\
             FS3,EMC File Server\nFS4,Data Domain OS\nFS5,Isilon OneFS\n",
        );
        assert_eq!(names(&fleet), ["PC1"]);
        assert_eq!(left_out(&fleet, DropReason::NotWindows), 5);
    }

    #[test]
    fn columns_that_nothing_reads_are_not_called_used() {
        let report = fleet("Name,SMS_Assigned_Sites0,User_Name0\nPC1,S01,anna\n").report;
        assert_eq!(report.ignored, ["SMS_Assigned_Sites0", "User_Name0"]);
        assert_eq!(report.used.len(), 1);
    }

    #[test]
    fn a_long_list_of_ignored_headings_is_folded() {
        let headings: Vec<String> = (0..50).map(|n| format!("Custom{n}")).collect();
        let report = fleet(format!("Name,{}\nPC1\n", headings.join(",")))
            .report
            .to_string();
        assert!(report.contains("Custom7 and 42 more\n"), "{report}");
    }
}

mod files {
    use super::*;

    #[test]
    fn a_file_without_headings_is_said_to_have_none() {
        let told = problem("PC0001,Windows 10\nPC0002,Windows 7\n");
        assert!(
            told.starts_with("fleet.csv:1: the file has no headings"),
            "{told}"
        );
        assert!(told.contains("`Name,…`"), "{told}");
    }

    #[test]
    fn what_excel_and_reports_put_above_the_headings_is_left_out() {
        assert_eq!(names(&fleet("sep=;\r\nName;OS\r\nPC1;Win 10\r\n")), ["PC1"]);
        let report =
            fleet("All systems,,\nCreated 14.03.2026,,\n\nComputer Name,Site,OS\nPC1,Munich,XP\n");
        assert_eq!(names(&report), ["PC1"]);
        assert_eq!(report.columns.lines, [5]);
        assert_eq!(report.report.above, 2);
    }

    #[test]
    fn what_sql_tools_write_around_rows_is_left_out() {
        let text =
            "Name,Site\n----,----\nPC1,Munich\n\n(1 row affected)\n\nCompletion time: 2026\n";
        let fleet = fleet(text);
        assert_eq!(names(&fleet), ["PC1"]);
        assert_eq!(left_out(&fleet, DropReason::NoRow), 3);
    }

    #[test]
    fn rules_of_tables_in_text_are_no_rows() {
        for text in [
            "| Name | Domain |\n|------|:------:|\n| PC1 | A |\n",
            "+------+--------+\n| Name | Domain |\n+------+--------+\n| PC1  | A      |\n+------+--------+\n",
            " Name | Domain \n------+--------\n PC1  | A\n(1 row)\n",
        ] {
            let fleet = fleet(text);
            assert_eq!(names(&fleet), ["PC1"], "{text}");
            assert_eq!(fleet.columns.domain.values, ["A"], "{text}");
        }
    }

    #[test]
    fn what_reports_say_below_their_rows_is_no_machine() {
        for end in [
            "Total: 2",
            "Total,2,",
            "\"Gesamt\",\"\",\"2\"",
            "2 objects",
            "Page 1 of 1",
            "Generated: 14.03.2026,,",
            "Records: 2",
            "Grand Total,2,",
            "Gesamtergebnis,2,",
            "Textbox9,,",
            "# exported by a script",
        ] {
            let fleet = fleet(format!(
                "Name,Domain,OS\nPC1,CORP,XP\nTOTAL1,CORP,XP\n\n{end}\n"
            ));
            assert_eq!(names(&fleet), ["PC1", "TOTAL1"], "{end}");
            assert_eq!(left_out(&fleet, DropReason::NoRow), 1, "{end}");
        }
    }

    #[test]
    fn what_is_laid_out_for_a_screen_is_said_to_be() {
        let table = "Name       Enabled\n----       -------\nPC1        True\n";
        let list = "Name    : PC1\nEnabled : True\n\nName    : PC2\nEnabled : True\n";
        let xml = "<Objs Version=\"1.1.0.1\">\n<Obj/>\n</Objs>\n";
        let dsquery = "  name       dNSHostName        \n  PC1        pc1.corp.com       \ndsquery succeeded\n";
        let wmic = "\r\r\n\r\r\nCaption=Windows XP\r\r\nCSName=PC1\r\r\n\r\r\n";
        let systeminfo =
            "\nHost Name:                 PC1\nOS Name:                   Windows XP\n";
        for (text, said) in [
            (table, "held apart by blanks"),
            (dsquery, "held apart by blanks"),
            (list, "a line for each property"),
            (wmic, "a line for each property"),
            (systeminfo, "a line for each property"),
            (xml, "a web page or XML"),
        ] {
            let told = problem(text);
            assert!(told.contains(said) && told.contains("Export-Csv"), "{told}");
        }
        let paths = problem("\"CN=PC1,DC=corp\"\n\"CN=PC2,DC=corp\"\n");
        assert!(paths.contains("`DistinguishedName`"), "{paths}");
    }

    #[test]
    fn a_file_of_another_form_is_called_by_its_name() {
        for (text, said, help) in [
            (
                "dn: CN=PC1,DC=corp,DC=com\nchangetype: add\ncn: PC1\n",
                "is LDIF",
                "`csvde`",
            ),
            ("#< CLIXML\n<Objs/>\n", "or XML", "`Export-Csv`"),
            (
                "Name Domain ADSite\n---- ------ ------\nPC1  CORP   Lyon\n",
                "held apart by blanks",
                "`Export-Csv`",
            ),
        ] {
            let told = problem(text);
            assert!(told.contains(said) && told.contains(help), "{told}");
        }
        let workbook = problem(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0");
        assert!(workbook.contains("workbook of an old Excel"), "{workbook}");
    }

    #[test]
    fn a_formula_that_marks_text_is_no_part_of_it() {
        let fleet = fleet("Name,Domain,OS\n\"=\"\"PC1\"\"\",CORP,XP\n=\"0012\",=\"CORP\",XP\n");
        assert_eq!(names(&fleet), ["0012", "PC1"]);
        assert_eq!(fleet.columns.domain.values, ["CORP"]);
    }

    #[test]
    fn characters_that_nobody_sees_are_no_part_of_a_text() {
        let text = "Na\u{200B}me,Last Seen\n\u{200B}PC1\u{200B},\u{200E}14/\u{200E}03/\u{200E}2026\nPC2,\u{200E}14/\u{200E}03/\u{200E}2025\n\u{FEFF}Name,Last Seen\nPC3,14/03/2026\n";
        let fleet = fleet(text);
        assert_eq!(names(&fleet), ["PC1", "PC3"]);
        assert_eq!(left_out(&fleet, DropReason::Stale), 1);
        assert_eq!(fleet.report.unread_dates.0.count, 0);
    }

    #[test]
    fn accounts_of_services_are_no_machines() {
        let classes = fleet(
            "cn,objectClass\nPC1,computer\nsvc1,msDS-GroupManagedServiceAccount\nsvc2,top;person;user;computer;msDS-ManagedServiceAccount\n",
        );
        assert_eq!(names(&classes), ["PC1"]);
        let paths = fleet(
            "Name,DistinguishedName\nPC1,\"CN=PC1,OU=Managed Service Accounts,DC=c,DC=com\"\nsvc1,\"CN=svc1,CN=Managed Service Accounts,DC=c,DC=com\"\nsvc2,c.com/Managed Service Accounts/svc2\n",
        );
        assert_eq!(left_out(&paths, DropReason::NotWindows), 2);
    }

    #[test]
    fn what_replication_left_over_is_superseded() {
        let id = "2c7c1e2a-3a52-4f6e-9b1b-0123456789ab";
        for text in [
            format!("Name,OperatingSystem\nPC1,XP\n\"PC2\nCNF:{id}\",XP\nPC2,XP\n"),
            format!(
                "distinguishedName,os\n\"CN=PC1,DC=c,DC=de\",XP\n\"CN=PC2\\0ACNF:{id},DC=c,DC=de\",XP\n\"CN=PC2,DC=c,DC=de\",XP\n"
            ),
            format!("Name,OperatingSystem\nPC1,XP\n\"PC9\nDEL:{id}\",XP\nPC2,XP\n"),
        ] {
            let fleet = fleet(text);
            assert_eq!(names(&fleet), ["PC1", "PC2"]);
            assert_eq!(left_out(&fleet, DropReason::Obsolete), 1);
        }
    }

    #[test]
    fn units_in_a_list_of_names_are_no_machines() {
        let fleet =
            fleet("DN,os\n\"OU=x,DC=c,DC=de\",\n\"CN=PC1,OU=x,DC=c,DC=de\",XP\n\"DC=c,DC=de\",\n");
        assert_eq!(names(&fleet), ["PC1"]);
        assert_eq!(left_out(&fleet, DropReason::NotWindows), 2);
    }

    #[test]
    fn headings_written_by_hand_may_have_another_separator() {
        for text in [
            "Name,Domain,OS\nPC1;A;XP\nPC2;A;XP\n",
            "Name;Domain;OS\nPC1\tA\tXP\n",
        ] {
            let fleet = fleet(text);
            assert_eq!(names(&fleet)[0], "PC1");
            assert_eq!(fleet.columns.domain.values, ["A"]);
        }
        // A row may be short.
        assert_eq!(names(&fleet("Name,Domain,OS\nPC;1\n")), ["PC;1"]);
    }

    #[test]
    fn systems_are_known_without_blanks() {
        let fleet = fleet("Name,OS\nPC1,Win7\nPC2,WindowsXP\nPC3,Win2003\nPC4,Win10\n");
        let platforms: Vec<_> = (0..4).map(|row| fleet.columns.platform.get(row)).collect();
        assert_eq!(
            platforms,
            [
                Some("Windows 7"),
                Some("Windows XP Professional"),
                Some("Windows Server 2003"),
                Some("Windows 10 or later")
            ]
        );
        assert_eq!(fleet.columns.role[2], Some(Role::MemberServer));
    }

    #[test]
    fn the_full_name_beside_the_short_one_tells_the_domain() {
        let pdq = fleet("Name,Host Name,OS Name\nPC1,pc1.corp.com,XP\nPC2,PC2,XP\n");
        assert_eq!(names(&pdq), ["PC1", "PC2"]);
        assert_eq!(pdq.columns.domain.get(0), Some("corp.com"));
        let path = fleet("Name,AD Path,OS Name\nPC1,corp.com/Munich/PC1,XP\n");
        assert_eq!(path.columns.domain.get(0), Some("corp.com"));
    }

    #[test]
    fn the_classes_of_systeminfo_and_of_powershell_tell_the_role() {
        for text in [
            "\"Host Name\",\"OS Name\",\"OS Configuration\",\"Domain\"\nPC1,Windows XP,Member Workstation,corp.com\nDC1,Windows Server 2003,Primary Domain Controller,corp.com\n",
            "CsName,CsDNSHostName,CsDomain,CsDomainRole,OsName\nPC1,PC1,corp.com,MemberWorkstation,Windows XP\nDC1,DC1,corp.com,BackupDomainController,Windows Server 2003\n",
        ] {
            let fleet = fleet(text);
            assert_eq!(names(&fleet), ["DC1", "PC1"]);
            let roles = [Some(Role::DomainController), Some(Role::Workstation)];
            assert_eq!(fleet.columns.role, roles);
            assert_eq!(fleet.columns.domain.values, ["corp.com"]);
        }
    }

    #[test]
    fn an_apostrophe_that_marks_text_is_no_part_of_it() {
        let fleet = fleet("'Name;'Domain;'Site\n'PC1;'CORP;'Lyon\n'PC2';'CORP';'Lyon'\n");
        assert_eq!(names(&fleet), ["PC1", "PC2"]);
        assert_eq!(fleet.columns.domain.values, ["CORP"]);
        assert_eq!(fleet.columns.site.values, ["Lyon"]);
    }

    #[test]
    fn windows_1252_is_read_and_said() {
        let fleet = fleet(b"Name;Site\nPC1;M\xFCnchen\n");
        assert_eq!(fleet.columns.site.values, ["München"]);
        assert_eq!(fleet.report.encoding, Encoding::Windows1252);
    }

    #[test]
    fn the_code_page_of_a_prompt_is_read_and_said() {
        let fleet = fleet(b"Name;Site\nPC1;M\x81nchen\nPC2;Gen\x8Ave\n");
        assert_eq!(fleet.columns.site.values, ["Genève", "München"]);
        assert_eq!(fleet.report.encoding, Encoding::CodePage850);
    }

    #[test]
    fn the_code_page_of_an_american_prompt_is_read_and_said() {
        let fleet = fleet(b"Name;Site\nPC1;M\x81nchen\nPC2;\x9D 5\n");
        assert_eq!(fleet.columns.site.values, ["München", "¥ 5"]);
        assert_eq!(fleet.report.encoding, Encoding::CodePage437);
    }

    #[test]
    fn lines_that_stand_in_quotes_as_a_whole_are_rows() {
        let plain = fleet("Name,Site,Notes\nPC1,a,\"x, y\"\nPC2,b,z\n");
        for text in [
            "\"Name,Site,Notes\"\n\"PC1,a,\"\"x, y\"\"\"\n\"PC2,b,z\"\n",
            "Name,Site,Notes\n\"PC1,a,\"\"x, y\"\"\"\n\"PC2,b,z\"\n",
            "\"Name,Site,Notes\";\nPC1,a,\"x, y\"\n\"PC2,b,z\";\n",
        ] {
            let wrapped = fleet(text);
            assert_eq!(wrapped.columns.site, plain.columns.site, "{text}");
            assert_eq!(wrapped.columns.lines, plain.columns.lines, "{text}");
        }
    }

    #[test]
    fn an_unclosed_quote_is_found_where_it_opens() {
        let rows = "PC2,\"y\n\"PC3\",\"z\"\n\"PC4\",\"z\"\n";
        let told = problem(format!("Name,Note\nPC1,\"x\"\n{rows}"));
        assert!(
            told.starts_with("fleet.csv:3: the quote before `y` is not closed"),
            "{told}"
        );
        let last = problem("Name,Note\nPC1,\"x\nPC2,y\n");
        assert!(
            last.starts_with("fleet.csv:2: the quote before `x`"),
            "{last}"
        );
    }

    #[test]
    fn a_file_of_which_no_row_is_left_says_why() {
        let told = problem("Name,Enabled,OS\nPC1,False,\nPhone,True,Android\n");
        assert!(told.contains("left out 1: disabled (line 2)"), "{told}");
        assert!(told.contains("left out 1: not Windows (line 3)"), "{told}");
        assert!(told.contains("keep = "), "{told}");
    }
}

mod dates {
    use super::*;

    #[test]
    fn stale_is_told_by_the_newest_of_all_dates_against_the_newest_of_the_file() {
        let text = "Name,LastLogon,LastSeen\n\
                    PC1,01.01.2020,2026-03-10\n\
                    PC2,01.01.2020,2025-11-01\n\
                    PC3,,\n\
                    PC4,14.03.2026,\n";
        let fleet = fleet(text);
        assert_eq!(names(&fleet), ["PC1", "PC3", "PC4"]);
        assert_eq!(left_out(&fleet, DropReason::Stale), 1);
        let report = fleet.report.to_string();
        assert!(
            report.contains("not heard of since 2025-12-14, 90 days before"),
            "{report}"
        );
        let options = MapOptions {
            stale_after: 365,
            ..MapOptions::default()
        };
        let all = read_bytes(text.as_bytes(), Path::new("fleet.csv"), &options).unwrap();
        assert_eq!(all.rows, 4);
    }

    #[test]
    fn the_order_of_day_and_month_is_that_of_the_file() {
        // As days first the second would be of 11 January, 14 months stale.
        let us = fleet("Name,LastSeen\nPC1,3/14/2026 7:58:12 AM\nPC2,1/11/2026 7:58:12 AM\n");
        assert_eq!(names(&us), ["PC1", "PC2"]);
        let uk = fleet("Name,LastSeen\nPC1,14/03/2026 07:58\nPC2,01/11/2025 07:58\n");
        assert_eq!(names(&uk), ["PC1"]);
    }

    #[test]
    fn columns_of_tools_in_two_languages_each_have_their_order() {
        // One by PowerShell on a British machine, one by a site server in English.
        let head = "Name,LastLogonDate,LastActiveTime\n";
        let rows = "PC1,13/03/2026,3/14/2026 7:00:00 AM\nPC2,01/12/2025,12/2/2025 7:00:00 AM\n";
        assert_eq!(names(&fleet(format!("{head}{rows}"))), ["PC1"]);
        // In one column there is no telling.
        let mixed = problem(format!("{head}{rows}PC3,3/15/2026,\n"));
        assert!(
            mixed.contains("some dates of the file have the day first"),
            "{mixed}"
        );
    }

    #[test]
    fn an_order_that_matters_and_is_left_open_is_a_question() {
        let text = "Name,LastSeen\nPC1,03/04/2026\nPC2,12/01/2026\n";
        let told = problem(text);
        assert!(told.contains("can be read in two ways"), "{told}");
        assert!(told.contains("dates = \"day first\""), "{told}");
        let with = |dates| {
            let options = MapOptions {
                dates: Some(dates),
                ..MapOptions::default()
            };
            read_bytes(text.as_bytes(), Path::new("fleet.csv"), &options)
                .unwrap()
                .rows
        };
        assert_eq!(
            (with(DateOrder::DayFirst), with(DateOrder::MonthFirst)),
            (2, 1)
        );
        // Where both readings leave the same machines out, nothing is asked.
        assert_eq!(
            fleet("Name,LastSeen\nPC1,03/04/2026\nPC2,03/05/2026\n").rows,
            2
        );
    }

    #[test]
    fn dates_that_cannot_be_read_are_counted_and_leave_nothing_out() {
        let fleet = fleet("Name,LastSeen\nPC1,14 mars 2026\nPC2,gestern\nPC3,2026-03-14\n");
        assert_eq!(fleet.rows, 3);
        assert_eq!(fleet.report.unread_dates.0.count, 1);
        assert!(
            fleet
                .report
                .to_string()
                .contains("dates not understood: 1 (line 3), such as `gestern`")
        );
    }
}

mod duplicates {
    use super::*;

    #[test]
    fn of_two_rows_of_a_machine_the_one_heard_of_later_counts() {
        let rows = [
            "PC1,CORP,old,2026-01-05",
            "PC1,corp,new,2026-03-14",
            "PC2,CORP,x,2026-03-14",
        ];
        for order in [[0, 1, 2], [1, 2, 0], [2, 1, 0]] {
            let rows: Vec<&str> = order.iter().map(|at| rows[*at]).collect();
            let fleet = fleet(format!("Name,Domain,Site,Last seen\n{}\n", rows.join("\n")));
            assert_eq!(names(&fleet), ["PC1", "PC2"]);
            assert_eq!(fleet.columns.site.get(0), Some("new"));
            assert_eq!(left_out(&fleet, DropReason::Obsolete), 1);
        }
    }

    #[test]
    fn a_row_that_says_the_same_as_one_above_is_left_out_and_counted() {
        let joined = "Name,Domain,Site,Product,Last seen\n\
            PC1,CORP,x,Reader,2026-03-14\nPC2,CORP,x,Reader,\npc1,corp,X,Writer,2026-03-14\nPC1,CORP,x,Office,\n";
        for text in [joined.to_owned(), joined.replace("2026-03-14", "")] {
            let fleet = fleet(&text);
            assert_eq!(names(&fleet), ["PC1", "PC2"]);
            let older = left_out(&fleet, DropReason::Obsolete);
            assert_eq!(older + left_out(&fleet, DropReason::Repeated), 2);
        }
        // The same name in another domain is another machine.
        let two = fleet("Name,Domain\nPC1,A\nPC1,B\nPC1,A\n");
        assert_eq!(names(&two), ["PC1.A", "PC1.B"]);
        assert_eq!(left_out(&two, DropReason::Repeated), 1);
    }

    #[test]
    fn rows_that_say_different_things_and_that_no_date_tells_apart_are_an_error() {
        for date in ["2026-03-14", ""] {
            let text = format!("Name,Site,Last seen\nPC1,x,{date}\nPC1,y,{date}\n");
            assert!(problem(&text).contains("is the name of two machines, on lines 2 and 3"));
        }
        // A row that was never heard of is older than one that was.
        let fleet = fleet("Name,Last seen\nPC1,\nPC1,2026-03-14\n");
        assert_eq!(fleet.rows, 1);
    }

    #[test]
    fn a_json_list_of_names_alone_is_no_inventory() {
        let told = problem("[\"PC1\", \"PC2\"]");
        assert!(
            told.contains("the JSON is a list of values without names"),
            "{told}"
        );
    }
}

mod other_languages {
    use super::*;

    #[test]
    fn headings_of_consoles_are_known_in_other_languages() {
        let german = fleet(
            "Gerätename;Betriebssystem;Betriebssystemversion;Letzter Check-In;Domäne\n\
             PC1;Windows;10.0.19045;14. März 2026;CORP\nHandy;Android;14;14. März 2026;\n",
        );
        assert_eq!(names(&german), ["PC1"]);
        assert_eq!(german.columns.domain.get(0), Some("CORP"));
        assert_eq!(german.columns.platform.get(0), Some("Windows 10 or later"));
        let console = fleet(
            "Name\tClient\tClientaktivität\tBetriebssystem\n\
             PC1\tJa\tAktiv\tWindows 10\nPC2\tNein\t\t\nPC3\tJa\tInaktiv\t\n",
        );
        assert_eq!(names(&console), ["PC1"]);
        assert_eq!(left_out(&console, DropReason::Inactive), 1);
        for (headings, yes, no, inactive) in [
            (
                "Nombre;Cliente;Actividad del cliente;Sistema operativo",
                "Sí",
                "No",
                "Inactivo",
            ),
            (
                "Nome;Client;Attività del client;Sistema operativo",
                "Sì",
                "No",
                "Inattivo",
            ),
            (
                "Naam;Client;Clientactiviteit;Besturingssysteem",
                "Ja",
                "Nee",
                "Inactief",
            ),
            (
                "名前;クライアント;クライアント アクティビティ;オペレーティング システム",
                "はい",
                "いいえ",
                "非アクティブ",
            ),
        ] {
            let console = fleet(format!(
                "{headings}\nPC1;{yes};;Windows 10\nPC2;{no};;\nPC3;{yes};{inactive};\n"
            ));
            assert_eq!(names(&console), ["PC1"], "{headings}");
            assert_eq!(left_out(&console, DropReason::NoClient), 1, "{headings}");
        }
        let customers = fleet("Nombre;Cliente;Sistema operativo\nPC1;Acme;Windows 10\n");
        assert_eq!(names(&customers), ["PC1"]);
        let list = fleet("Rechnername;Standort;Betriebssystem\nPC1;München;Windows 10\n");
        assert_eq!(list.columns.site.values, ["München"]);
        let french = fleet("Nom de l'appareil;Système d'exploitation\nPC1;Windows 10\n");
        assert_eq!(names(&french), ["PC1"]);
        let japanese = fleet("コンピューター名,最終チェックイン\nPC1,2026年3月14日\n");
        assert_eq!(japanese.report.seen.unwrap().2, "2026-03-14");
        assert_eq!(japanese.report.unread_dates.0.count, 0);
    }

    #[test]
    fn a_heading_of_the_same_meaning_in_english_goes_first() {
        let fleet = fleet("Nom,Name\nAnna,PC1\n");
        assert_eq!(names(&fleet), ["PC1"]);
    }
}

mod rims {
    use super::*;

    #[test]
    fn a_full_name_gives_the_domain_in_whatever_column_it_is() {
        let fleet = fleet(
            "Computer Name,Last Status Report\npc1.corp.contoso.com,3/14/2026 7:05 PM\npc.2,\nPC3,\n",
        );
        assert_eq!(names(&fleet), ["PC3", "pc.2", "pc1"]);
        assert_eq!(fleet.columns.domain.get(2), Some("corp.contoso.com"));
        assert_eq!(fleet.columns.domain.get(1), None);
        assert!(fleet.report.seen.is_some());
    }

    #[test]
    fn what_is_wrong_in_a_row_that_is_left_out_does_no_harm() {
        let rows = "PC1,1,Windows 10,10 Mbit/s\nPC2,odd,Android,fast\nMac,3,,\n";
        let some = fleet(format!("Name,ClientType,OS,access\n{rows}"));
        assert_eq!(names(&some), ["PC1"]);
        assert_eq!(left_out(&some, DropReason::NotWindows), 2);
        let told = problem("Name,ClientType,OS\nPC1,odd,Windows 10\nPC2,odd,Android\n");
        assert!(
            told.contains("fleet.csv:2") && !told.contains("like it"),
            "{told}"
        );
    }

    #[test]
    fn a_report_of_the_reporting_services_has_its_tables_below_its_titles() {
        let text = "Textbox1,Textbox2\nAll computers,\n\n\
            Details_Table0_Netbios_Name0,Details_Table0_Resource_Domain_OR_Workgr0,Details_Table0_AD_Site_Name0\n\
            PC1,CORP,Munich\n";
        let fleet = fleet(text);
        assert_eq!(names(&fleet), ["PC1"]);
        assert_eq!(fleet.columns.site.get(0), Some("Munich"));
    }

    #[test]
    fn bars_may_stand_between_cells() {
        let fleet = fleet("Netbios_Name0|AD_Site_Name0\nPC1|Munich\n");
        assert_eq!(fleet.columns.site.get(0), Some("Munich"));
    }

    #[test]
    fn a_line_break_in_a_cell_is_a_blank() {
        let fleet = fleet("Name,Site,OS\nPC1,\"Munich\r\nSouth\",\"Windows\nXP Professional\"\n");
        assert_eq!(fleet.columns.site.get(0), Some("Munich South"));
        assert_eq!(
            fleet.columns.platform.get(0),
            Some("Windows XP Professional")
        );
    }

    #[test]
    fn the_primary_group_may_be_a_name_and_its_number_goes_first() {
        let group = |name: &str| format!("\"CN={name},CN=Users,DC=corp,DC=com\"");
        let rows = format!(
            "DC1,{}\nPC1,{}\n",
            group("Domain Controllers"),
            group("Domain Computers")
        );
        let named = fleet(format!("Name,PrimaryGroup\n{rows}"));
        assert_eq!(named.columns.role, [Some(Role::DomainController), None]);
        let both = fleet(format!(
            "Name,PrimaryGroup,primaryGroupID\nDC1,{},516\n",
            group("Domänencontroller")
        ));
        assert_eq!(both.columns.role, [Some(Role::DomainController)]);
    }

    #[test]
    fn one_machine_with_a_wrong_clock_makes_no_other_stale() {
        let row = |at: u32| format!("PC{at},2026-03-0{at}\n");
        let rows: Vec<String> = (1..9).map(row).collect();
        let text = format!(
            "Name,LastLogonDate\n{}PC9,2079-06-06\nPC0,2025-01-01\n",
            rows.concat()
        );
        let fleet = fleet(text);
        assert_eq!((fleet.rows, left_out(&fleet, DropReason::Stale)), (9, 1));
        assert_eq!(fleet.report.wrong_clocks.1, "2079-06-06");
        assert_eq!(fleet.report.seen.unwrap().2, "2026-03-08");
    }
}
