//! Fleets from an inventory: what a row says wins over its group, which wins
//! over the defaults.

use rollcast::scenario::{Loaded, Problems, load};
use rollcast::world::{ClientKind, NO_OVERRIDE, Role};
use std::fs;

fn load_with(scenario: &str, csv: &str) -> Result<Loaded, Problems> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("machines.csv"), csv).unwrap();
    let path = folder.path().join("scenario.toml");
    fs::write(&path, scenario).unwrap();
    load(&path, &[])
}

const SCENARIO: &str = r#"
[site.hq]
[site.lab]
parent = "hq"
[inventory]
file = "machines.csv"
defaults = { user_logged_on = 0.25, client = "legacy" }
[fleet.servers]
role = "domain controller"
client = "advanced"
[fleet.extra]
count = 1
sites = ["lab"]
"#;

const CSV: &str = "Name0,AD_Site_Name0,Client_Type0,Operating_System_Name_and0,Resource_Domain_OR_Workgr0,group,install_time
PC2,lab,1,Microsoft Windows NT Workstation 5.1,CONTOSO,,10 min
PC1,hq,0,Microsoft Windows NT Workstation 5.0,CONTOSO,,
DC1,hq,,Microsoft Windows NT Advanced Server 5.2,CONTOSO,servers,
PC3,,,Microsoft Windows NT Workstation 5.1,CONTOSO,,
";

/// What machines have before the start: the word of the group, else of the
/// defaults.
#[test]
fn what_is_installed_before_the_start_is_said_by_the_group_or_by_the_defaults() {
    let scenario = SCENARIO
        .replace("client = \"legacy\" }", "installed = { old = 0.5 } }")
        .replace(
            "client = \"advanced\"",
            "client = \"advanced\"\ninstalled = { old = 0.25 }",
        )
        + "[program.old]\n[program.new]\nsupersedes = [\"old\"]\n";
    let loaded = load_with(&scenario, CSV).unwrap_or_else(|problems| panic!("{problems}"));
    let world = &loaded.world;
    let old = world
        .programs
        .iter()
        .position(|program| program.id == "old");
    let old = rollcast::world::ProgramId::from(old.expect("declared"));
    let installed = &world.control.succession.installed;
    for (at, profile) in world.fleet.profiles.iter().enumerate() {
        let share = installed.get(&(rollcast::world::ProfileId::from(at), old));
        let wanted = match profile.group.as_str() {
            "servers" => Some(&0.25),
            "extra" => None,
            _ => Some(&0.5),
        };
        assert_eq!(share, wanted, "{}", profile.group);
    }
}

#[test]
fn rows_groups_and_defaults_make_the_machines() {
    let loaded = load_with(SCENARIO, CSV).unwrap_or_else(|problems| panic!("{problems}"));
    let world = &loaded.world;
    let mut seen = Vec::new();
    for (site, range) in world.fleet.by_site.iter().enumerate() {
        for index in range.clone() {
            let machine = &world.fleet.machines[index as usize];
            let mut name = String::new();
            world
                .fleet
                .write_name(machine, &world.sites[site].name, &mut name);
            let profile = world.fleet.profile(machine);
            assert_eq!(machine.key, rollcast::engine::identity(&name));
            seen.push((
                name,
                profile.client,
                profile.role,
                world.platforms[profile.platform.index()].as_str(),
            ));
        }
    }
    let (advanced, legacy) = (ClientKind::Advanced, ClientKind::Legacy);
    let expected = [
        (
            "DC1",
            advanced,
            Role::DomainController,
            "Windows Server 2003",
        ),
        (
            "PC1",
            legacy,
            Role::Workstation,
            "Windows 2000 Professional",
        ),
        ("PC3", legacy, Role::Workstation, "Windows XP Professional"),
        (
            "lab-extra-00001",
            advanced,
            Role::Workstation,
            "Windows XP Professional",
        ),
        (
            "PC2",
            advanced,
            Role::Workstation,
            "Windows XP Professional",
        ),
    ];
    let seen: Vec<_> = seen
        .iter()
        .map(|(name, client, role, platform)| (name.as_str(), *client, *role, *platform))
        .collect();
    assert_eq!(seen, expected);
    assert_eq!(world.directory.domains[0].name, "CONTOSO");
    let none = NO_OVERRIDE;
    assert_eq!(
        world.fleet.overrides.install_time,
        [none, none, none, none, 600_000_000]
    );
    assert!(world.fleet.overrides.access.is_empty());
    assert_eq!((loaded.inputs.len(), loaded.inputs[1].rows), (2, 4));
    assert!(loaded.inventory.is_some());
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let mut lines: Vec<&str> = CSV.lines().collect();
    lines[1..].reverse();
    let reversed =
        load_with(SCENARIO, &lines.join("\n")).unwrap_or_else(|problems| panic!("{problems}"));
    let straight = load_with(SCENARIO, CSV).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(
        format!("{:?}", reversed.world),
        format!("{:?}", straight.world)
    );
}

#[test]
fn sites_and_groups_of_an_inventory_must_be_declared() {
    let csv = "name,site,group\nPC1,hqq,\nPC2,hq,server\nPC3,hqq,\n";
    let problems = load_with(SCENARIO, csv).expect_err("neither is declared");
    let text = problems.render(false);
    assert!(
        text.contains("2 machines of the inventory have the site `hqq`")
            && text.contains("[site.hqq]"),
        "{text}"
    );
    assert!(
        text.contains("1 machine of the inventory has the fleet `server`"),
        "{text}"
    );
    assert!(text.contains("`servers`"), "{text}");
}

#[test]
fn problems_of_the_inventory_are_problems_of_the_scenario() {
    let problems = load_with(SCENARIO, "name,access\nPC1,quick\n").expect_err("that is not a rate");
    let problem = &problems.list()[0];
    assert!(
        problem.file.ends_with("machines.csv") && problems.line(problem) == Some(2),
        "{problem:?}"
    );
}

#[test]
fn a_machine_that_does_not_say_where_it_stands_needs_a_default() {
    let scenario = "[site.a]\n[site.b]\n[inventory]\nfile = \"machines.csv\"\n";
    let problems = load_with(scenario, "name\nPC1\n").expect_err("it could be at a or at b");
    assert_eq!(problems.list()[0].code.name(), "ambiguous");
    let scenario = format!("{scenario}[inventory.defaults]\nsites = [\"b\"]\n");
    let loaded =
        load_with(&scenario, "name\nPC1\n").unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(loaded.world.fleet.by_site, [0..0, 0..1]);
}

#[test]
fn the_same_name_in_a_group_and_in_the_inventory_is_an_error() {
    let csv = "name,site\nlab-extra-00001,hq\n";
    assert_eq!(
        load_with(SCENARIO, csv).expect_err("twice").list()[0]
            .code
            .name(),
        "declared-twice"
    );
}

#[test]
fn sites_that_only_the_inventory_names_are_made_if_asked_for() {
    let scenario = "[site.hq]\n[site.\"br-*\"]\nwan = \"1 Mbit/s\"\n\
                    [inventory]\nfile = \"machines.csv\"\nsites = \"make\"\n";
    let csv = "name,site\nPC1,hq\nPC2,br-1\nPC3,BR-1\nPC4,Köln\n";
    let loaded = load_with(scenario, csv).unwrap_or_else(|problems| panic!("{problems}"));
    let sites = &loaded.world.sites;
    let made: Vec<(&str, bool)> = sites
        .iter()
        .map(|site| (site.name.as_str(), site.parent.is_some()))
        .collect();
    assert_eq!(made.len(), 3, "{made:?}");
    assert!(
        made.contains(&("hq", false)) && made.contains(&("Köln", true)),
        "{made:?}"
    );
}

#[test]
fn problems_of_rows_are_in_the_order_of_lines_and_end_with_their_number() {
    let problems = load_with(
        "[inventory]\nfile = \"machines.csv\"\n",
        "Name,Disk,Access\nPC1,x,\nPC2,y,\nPC3,,fast\nPC4,,,,7\n",
    )
    .expect_err("four cells are wrong");
    let lines: Vec<_> = problems.list().iter().map(|problem| problem.line).collect();
    assert_eq!(lines[..3], [Some(2), Some(4), Some(5)]);
    let last = &problems.list()[3].message;
    assert!(last.contains("4 cells or rows"), "{last}");
}

#[test]
fn all_sites_that_are_not_declared_are_one_problem_with_a_block_to_paste() {
    let rows: Vec<String> = (0..600).map(|n| format!("PC{n},S {n:03}\n")).collect();
    let problems = load_with(
        "[inventory]\nfile = \"machines.csv\"\n",
        &format!("name,site\n{}", rows.concat()),
    )
    .expect_err("no site is declared");
    assert_eq!(problems.list().len(), 1);
    let text = problems.render(false);
    assert!(
        text.contains("600 machines of the inventory have one of 600 sites"),
        "{text}"
    );
    assert!(
        text.contains("[site.\"S {000..599}\"]") && !text.contains("more"),
        "{text}"
    );
    assert!(text.contains("sites = \"make\""), "{text}");
}

/// A name that would stand for many is written without the characters that make it so,
/// and every path of `--set` reaches the domain.
#[test]
fn a_domain_of_the_inventory_is_never_a_pattern() {
    let csv = "Name,Domain\nPC1,CO*RP\nPC2,{x}\nPC3,A B\nPC4,W\\G\n";
    let scenario = "[inventory]\nfile = \"machines.csv\"\n[server.\"*\"]\ndomain = \"A B\"\n";
    let world = load_with(scenario, csv).unwrap().world;
    let domains = world.directory.domains.iter();
    let names: Vec<&str> = domains.map(|domain| domain.name.as_str()).collect();
    assert_eq!(names, ["A B", "CO_RP", "W_G", "_x_"]);
    let of = |at: usize| {
        world
            .fleet
            .profile(&world.fleet.machines[at])
            .domain
            .index()
    };
    assert_eq!([of(0), of(1), of(2), of(3)], [1, 3, 0, 2]);
    let trusting = format!(
        "{scenario}[domain.CO_RP]\n[domain._x_]\n[domain.\"A B\"]\ntrusts = [\"CO_RP\"]\n[domain.W_G]\n"
    );
    assert!(load_with(&trusting, csv).is_ok());
}

#[test]
fn one_domain_in_several_spellings_is_one() {
    let names = |csv: &str| {
        let world = load_with(
            "[inventory]\nfile = \"machines.csv\"\n[server.\"*\"]\ndomain = \"CORP\"\n",
            csv,
        );
        let world = world.unwrap_or_else(|problems| panic!("{problems}")).world;
        let domains = world.directory.domains.into_iter();
        domains.map(|domain| domain.name).collect::<Vec<_>>()
    };
    let csv = "Name,Domain\nPC1,Corp\nPC2,CORP\nPC3,corp.contoso.com\n";
    assert_eq!(names(csv), ["CORP"]);
    // Which of two is meant by the short name is not known.
    let two = format!("{csv}PC4,corp.fabrikam.com\n");
    assert_eq!(names(&two).len(), 3);
}

#[test]
fn the_dns_name_of_a_domain_means_the_domain_of_its_first_label() {
    let scenario = "[domain.CORP]\n[domain.LAB]\n[server.\"*\"]\ndomain = \"CORP\"\n[inventory]\nfile = \"machines.csv\"\n";
    let csv = "name,fqdn\nPC1,pc1.corp.contoso.com\nPC2,pc2.lab.contoso.com\n";
    let loaded = load_with(scenario, csv).unwrap_or_else(|problems| panic!("{problems}"));
    let domains: Vec<usize> = loaded
        .world
        .fleet
        .machines
        .iter()
        .map(|machine| loaded.world.fleet.profile(machine).domain.index())
        .collect();
    assert_eq!(domains, [0, 1]);
}

#[test]
fn the_inventory_says_in_the_scenario_what_is_kept() {
    let scenario = "[inventory]\nfile = \"machines.csv\"\nkeep = [\"disabled\"]\nstale_after = \"365 d\"\n\
                    dates = \"month first\"\nmap = { active = false }\n";
    let csv = "name,enabled,active,lastseen\nPC1,no,yes,03/04/2026\nPC2,yes,no,01/12/2026\n";
    let loaded = load_with(scenario, csv).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(loaded.world.fleet.machines.len(), 2);
    let wrong = scenario.replace("365 d", "36 h");
    let problems = load_with(&wrong, csv).expect_err("a day and a half");
    assert_eq!(problems.list()[0].code.name(), "out-of-range");
}

#[test]
fn rows_that_name_no_site_stand_where_places_says_by_address_or_unit() {
    let scenario = "[site.hq]\n[site.lab]\nparent = \"hq\"\n[site.far]\nparent = \"hq\"\n[inventory]\nfile = \"machines.csv\"\n\
                    places = { \"10.1.0.0/16\" = \"hq\", \"10.1.7.1-10.1.7.9\" = \"lab\", \"OU=Far\" = \"far\", \"old lab\" = \"lab\" }\n\
                    [inventory.defaults]\nsites = [\"hq\"]\n";
    let csv = "name,site,IPv4Address,DistinguishedName\nPC1,,10.1.2.3,\nPC2,,10.1.7.5,\nPC3,,,\"CN=PC3,OU=PCs,OU=far,DC=c\"\nPC4,Old Lab,10.1.2.3,\nPC5,,172.16.0.1,\nPC6,far,10.1.2.3,\n";
    let loaded = load_with(scenario, csv).unwrap_or_else(|problems| panic!("{problems}"));
    let world = &loaded.world;
    let at: Vec<(&str, Vec<&str>)> = world
        .sites
        .iter()
        .zip(&world.fleet.by_site)
        .map(|(site, range)| {
            let machines = &world.fleet.machines[range.start as usize..range.end as usize];
            let names = machines
                .iter()
                .map(|machine| world.fleet.names.get(machine.name));
            (site.name.as_str(), names.collect())
        })
        .collect();
    let wanted = [
        ("far", vec!["PC3", "PC6"]),
        ("hq", vec!["PC1", "PC5"]),
        ("lab", vec!["PC2", "PC4"]),
    ];
    assert_eq!(at, wanted);
}

#[test]
fn places_that_are_no_networks_or_name_no_site_are_errors_at_their_place() {
    let scenario = |places: &str| {
        format!("[site.hq]\n[inventory]\nfile = \"machines.csv\"\nplaces = {{ {places} }}\n")
    };
    let csv = "name,ip\nPC1,10.1.2.3\n";
    for (places, code, says) in [
        (
            "\"10.1.0.0/40\" = \"hq\"",
            "malformed-pattern",
            "has no prefix length from 0 to 32",
        ),
        (
            "\"10.1.0.9-10.1.0.1\" = \"hq\"",
            "malformed-pattern",
            "ends before it begins",
        ),
        (
            "\"fe80::/10\" = \"hq\"",
            "malformed-pattern",
            "is no IPv4 address",
        ),
        (
            "\"10.1.0.0/16\" = \"hp\"",
            "unknown-name",
            "did you mean `hq`?",
        ),
    ] {
        let problems = load_with(&scenario(places), csv).expect_err(places);
        assert_eq!(problems.list()[0].code.name(), code, "{places}");
        let text = problems.render(false);
        assert!(
            text.contains(says) && text.contains("scenario.toml:4"),
            "{text}"
        );
    }
}

#[test]
fn an_inventory_may_be_json() {
    let scenario = "[site.hq]\n[site.lab]\nparent = \"hq\"\n[inventory]\nfile = \"machines.csv\"\n";
    let json = "[\n  {\n    \"Name\": \"PC1\",\n    \"ADSiteName\": \"lab\",\n    \"Enabled\": true\n  },\n  {\n    \"Name\": \"PC2\",\n    \"Enabled\": false\n  },\n  {\n    \"Name\": \"PC3\",\n    \"ADSiteName\": \"hq\",\n    \"Enabled\": \"maybe\"\n  }\n]";
    let problems = load_with(scenario, json).expect_err("neither yes nor no");
    // The object begins on line 11.
    let text = problems.render(false);
    assert!(
        text.contains("machines.csv:11") && text.contains("`Enabled`"),
        "{text}"
    );
    let loaded =
        load_with(scenario, &json.replace("\"maybe\"", "1")).unwrap_or_else(|p| panic!("{p}"));
    assert_eq!(loaded.world.fleet.machines.len(), 2);
    assert!(
        loaded
            .inventory
            .unwrap()
            .to_string()
            .contains("format: UTF-8, JSON")
    );
}

#[test]
fn servers_have_defaults_of_their_own() {
    let scenario = "[site.hq]\n[inventory]\nfile = \"machines.csv\"\n[inventory.defaults]\naccess = \"10 Mbit/s\"\npoll_interval = \"2 h\"\n\
                    [inventory.servers]\naccess = \"1 Gbit/s\"\nmaintenance = [{ from = \"01:00\", to = \"02:00\" }]\n";
    let csv = "name,role,site\nPC1,,hq\nSV1,member server,hq\nDC1,domain controller,hq\n";
    let loaded = load_with(scenario, csv).unwrap_or_else(|problems| panic!("{problems}"));
    let world = &loaded.world;
    for (at, profile) in world.fleet.profiles.iter().enumerate() {
        let is_server = profile.role != Role::Workstation;
        let rate = if is_server { 1_000_000_000 } else { 10_000_000 };
        assert_eq!(profile.access.0, rate);
        assert_eq!(profile.poll_interval.0, 7_200_000_000);
        let windows = &world.control.profile_windows;
        assert_eq!(
            windows.contains_key(&rollcast::world::ProfileId::from(at)),
            is_server
        );
    }
}

/// Keys that would make machines, or share kinds out among them, say nothing about rows.
#[test]
fn keys_that_make_machines_are_refused_in_what_holds_for_rows() {
    let refused = |from: &str, to: &str| {
        let text = SCENARIO.replace(from, to);
        let problems = load_with(&text, CSV).expect_err(to);
        problems.render(false)
    };
    for (key, written) in [
        ("kinds", "kinds = { hq = { legacy = 0.5 } }"),
        ("count", "count = 5"),
        ("per_site", "per_site = 5"),
        ("name", "name = \"X{number}\""),
    ] {
        for table in ["defaults", "servers"] {
            let layer = format!("{table} = {{ {written} }}\n[fleet.servers]");
            let base = if table == "defaults" {
                refused(
                    "defaults = { user_logged_on = 0.25, client = \"legacy\" }\n[fleet.servers]",
                    &layer,
                )
            } else {
                refused("[fleet.servers]", &layer)
            };
            let told = format!("`{key}` in [inventory.{table}] says nothing about rows");
            assert!(base.contains(&told), "{base}");
        }
    }
    let group = "[fleet.servers]\nkinds = { hq = { legacy = 0.5 } }";
    let told = refused("[fleet.servers]", group);
    assert!(
        told.contains("has no machines of its own among which `kinds`"),
        "{told}"
    );
    let own = "count = 10\nkinds = { lab = { legacy = 0.5 } }\nsites = [\"lab\"]";
    let text = SCENARIO.replace("count = 1\nsites = [\"lab\"]", own);
    assert!(load_with(&text, CSV).is_ok());
}

#[test]
fn a_site_of_the_inventory_that_is_a_pattern_is_renamed_or_mapped() {
    let csv = "Name,Site\nA1,a*b\nA2,hq\n";
    let inventory = "[inventory]\nfile = \"machines.csv\"\n";
    for more in ["sites = \"make\"\n", "[site.hq]\n[site.\"a*b\"]\n"] {
        let problems = load_with(&format!("{inventory}{more}"), csv).expect_err("a pattern");
        let said = problems.list()[0].help.clone().unwrap_or_default();
        assert!(said.contains("rename it"), "{said}");
        assert!(said.contains("places = { \"a*b\" ="), "{said}");
        assert!(!said.contains("paste") && !said.contains("make"), "{said}");
    }
    // As the help says.
    let mapped = format!("{inventory}places = {{ 'a*b' = \"hq\" }}\n[site.hq]\n");
    assert!(load_with(&mapped, csv).is_ok());
}

#[test]
fn a_comma_for_the_decimal_sign_is_answered_with_a_point() {
    let csv = "Name,Package Bytes\nA1,\"1,5 GB\"\n";
    let problems = load_with("[inventory]\nfile = \"machines.csv\"\n", csv);
    let said = problems.expect_err("a comma").list()[0]
        .help
        .clone()
        .unwrap_or_default();
    assert!(said.contains("the decimal sign is a point"), "{said}");
}

/// A group of which every machine is a row only describes the rows, each of which may
/// be of another domain, client and system.
#[test]
fn a_group_that_makes_no_machines_needs_none_of_what_its_rows_say() {
    let scenario = "[domain.CORP]\n[domain.RES]\n[server.HQ]\nsite = \"hq\"\ndomain = \"CORP\"\n\
        roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
        [inventory]\nfile = \"machines.csv\"\n[fleet.a]\n";
    let rows = "Name,Domain,ADSiteName,group,client,OS\n\
        PC1,CORP,hq,a,legacy,Windows NT Workstation 4.0\nPC2,RES,hq,a,advanced,Windows 7\n";
    let scenario = format!("{scenario}platform = \"Windows 98\"\nuser_domain = \"RES\"\n");
    let told = load_with(&scenario, rows).expect_err("users of RES at machines of CORP");
    assert!(
        told.render(false).contains("users of RES"),
        "{}",
        told.render(false)
    );
    let trusting = scenario.replace("[domain.CORP]", "[domain.CORP]\ntrusts = [\"RES\"]");
    let loaded = load_with(&trusting, rows).unwrap_or_else(|problems| panic!("{problems}"));
    let domains: Vec<usize> = (loaded.world.fleet.machines.iter())
        .map(|machine| loaded.world.fleet.profile(machine).domain.index())
        .collect();
    assert_eq!(domains, [0, 1]);
    // A row that does not say its domain still has to be told of.
    let rows = "Name,Domain,ADSiteName,group,client\nPC1,,hq,a,legacy\n";
    let told = load_with(&trusting, rows).expect_err("PC1 is of no domain");
    assert!(
        told.render(false)
            .contains("to which domain the fleet `a` belongs")
    );
    // And so has one machine that the group makes.
    let one = format!("{trusting}count = 1\nclient = \"legacy\"\n");
    assert!(load_with(&one, "Name,Domain,ADSiteName\nPC1,CORP,hq\n").is_err());
    // What it names has to be there all the same.
    let unknown = trusting.replace("user_domain = \"RES\"", "user_domain = \"RSE\"");
    assert!(load_with(&unknown, "Name,Domain,ADSiteName\nPC1,CORP,hq\n").is_err());
}

/// Rows of a system that is too old for the Advanced Client: the remedy says where to put it.
#[test]
fn machines_of_an_inventory_that_are_too_old_for_their_client_are_mended_where_it_is_said() {
    let scenario = "[site.hq]\n[inventory]\nfile = \"machines.csv\"\n";
    let csv = "Name,OS\nPC1,Windows 98\nPC2,Windows XP Professional\n";
    let problems = load_with(scenario, csv).unwrap_err().to_string();
    assert!(problems.contains("in a column `client`"), "{problems}");
    let mended = "Name,OS,client\nPC1,Windows 98,legacy\nPC2,Windows XP Professional,\n";
    assert!(load_with(scenario, mended).is_ok());
    let defaults = format!("{scenario}[inventory.defaults]\nclient = \"legacy\"\n");
    assert!(load_with(&defaults, csv).is_ok());
}

#[test]
fn merged_cells_of_a_spreadsheet_are_a_warning() {
    let scenario = "[inventory]\nfile = \"machines.csv\"\nsites = \"make\"\n";
    let merged = |csv: &str| {
        let loaded = load_with(scenario, csv).unwrap_or_else(|problems| panic!("{problems}"));
        loaded.warnings.render(false).contains("ambiguous")
    };
    assert!(merged(
        "Site,Name\nMunich,PC5\n,PC4\n,PC3\nBerlin,PC2\n,PC1\n"
    ));
    // A site that stands in several rows was not merged, nor were those of most rows.
    assert!(!merged(
        "Site,Name\nMunich,PC5\nMunich,PC4\n,PC3\nBerlin,PC2\n,PC1\n,PC6\n,PC7\n"
    ));
    assert!(!merged(
        "Site,Name\nMunich,PC5\n,PC4\nBerlin,PC2\nRome,PC1\n"
    ));
}
