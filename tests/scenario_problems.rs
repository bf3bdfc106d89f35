//! What is said about scenarios that are wrong, or probably not meant.

use insta::assert_snapshot;
use rollcast::scenario::{Severity, load_str};

/// What is shown for `text`: all problems, errors or not.
fn shown(text: &str) -> String {
    shown_with(text, &[])
}

fn shown_with(text: &str, settings: &[&str]) -> String {
    let settings: Vec<String> = settings
        .iter()
        .map(|setting| (*setting).to_owned())
        .collect();
    match load_str(text, &settings) {
        Ok(loaded) => loaded.warnings.render(false),
        Err(problems) => problems.render(false),
    }
}

/// The codes of all problems of `text`, and whether it could be run.
fn codes(text: &str) -> (bool, Vec<&'static str>) {
    let result = load_str(text, &[]);
    let problems = match &result {
        Ok(loaded) => &loaded.warnings,
        Err(problems) => problems,
    };
    (
        result.is_ok(),
        problems
            .list()
            .iter()
            .map(|problem| problem.code.name())
            .collect(),
    )
}

#[test]
fn all_unreadable_values_are_shown_at_once() {
    assert_snapshot!(shown(
        r#"
horizn = "3 d"
timeline_step = "5 m"
[site.hq]
wan = 5
[fleet.pcs]
count = 1e18
client = "advancd"
user_logged_on = nan
[program.x]
shares = [{ reed = "1 MB" }]
"#
    ));
}

#[test]
fn text_that_is_not_toml_is_shown_where_it_stops_being_toml() {
    assert_snapshot!(shown("title = \"x\"\n[site.hq\nwan = = 3\n"));
}

#[test]
fn names_that_lead_nowhere_are_shown_with_the_nearest() {
    assert_snapshot!(shown(
        r#"
[site.hq]
[site."branch-{1..3}"]
parent = "hg"
[account.'CORP\naa']
groups = ['CORP\Stuff']
[group.'CORP\Staff']
[accounts]
network_access = 'CORP\nna'
[share.tools]
server = "FILES"
access = ['CORP\Domain User', "Everyone"]
[program.x]
package = "pakcage"
shares = [{ share = "tool" }]
[collection.some]
site = ["brunch-*"]
fleet = ["pc"]
[advertisement.a]
collection = "sum"
"#
    ));
}

#[test]
fn circles_of_sites_and_of_programs_are_shown() {
    assert_snapshot!(shown(
        r#"
[site.a]
parent = "b"
[site.b]
parent = "a"
[program.first]
run_first = "second"
[program.second]
run_first = "first"
[advertisement.x]
program = "first"
"#
    ));
}

/// What would cost time and memory without end is refused, with the most that is possible.
#[test]
fn depth_and_number_of_what_is_declared_are_bounded() {
    let chain = |count: u32| {
        let site = |at: u32| format!("[site.s{at}]\nparent = \"s{}\"\n", at - 1);
        "[site.s0]\n".to_owned() + &(1..=count).map(site).collect::<String>()
    };
    assert!(!shown(&chain(100)).contains("sites above it"));
    assert!(shown(&chain(101)).contains("more than 100 sites above it"));
    let programs = |count: u32| {
        let program = |at: u32| {
            let before = at.checked_sub(1);
            let before = before.map(|before: u32| format!("run_first = \"p{before}\"\n"));
            format!("[program.p{at}]\n{}", before.unwrap_or_default())
        };
        "[package.p]\n".to_owned() + &(0..=count).map(program).collect::<String>()
    };
    assert!(!shown(&programs(100)).contains("one after the other"));
    let told = shown(&programs(101));
    assert!(
        told.contains("more than 100 programs run before the program `p101`"),
        "{told}"
    );
    let nested = |count: u32| {
        let group = |at: u32| format!("[group.'D\\g{at}']\ngroups = ['D\\g{}']\n", at + 1);
        let all: String = (0..count).map(group).collect();
        format!(
            "[domain.D]\n[server.DC]\ndomain = \"D\"\nroles = [\"domain controller\"]\n{all}[group.'D\\g{count}']\n"
        )
    };
    assert!(!shown(&nested(1_015)).contains("others"));
    assert!(shown(&nested(1_016)).contains("in more than 1015 others"));
    // A group in itself, by way of others, is in each of them once.
    assert!(
        !shown(&nested(10).replace("g10']\n\"", "g10']\ngroups = ['D\\g0']\n")).contains("others")
    );
    let two = "[account.'D\\a{1..150000}']\n[account.'D\\b{1..60000}']\n[domain.D]\n";
    assert!(shown(two).contains("more than 200000 names of the kind account"));
    assert!(shown("[site.\"{1..500}{1..500}\"]\n").contains("more than 200000 names"));
}

/// What is bounded alone is bounded together as well: machines by advertisements, and
/// steps by advertisements.
#[test]
fn rows_and_steps_of_all_advertisements_are_bounded_together() {
    let offers = |count: u32| {
        let offer = |at: u32| format!("[advertisement.a{at}]\nprogram = \"p\"\n");
        "[package.p]\n".to_owned() + &(0..count).map(offer).collect::<String>()
    };
    let rows = |offered: u32| format!("{}[fleet.pcs]\ncount = 500000\n", offers(offered));
    let told = shown(&rows(201));
    assert!(
        told.contains("100,500,000 pairs of machine and advertisement, more than 100,000,000"),
        "{told}"
    );
    let steps = |offered: u32, step: &str| {
        let offers = offers(offered);
        format!("horizon = \"20000 h\"\ntimeline_step = \"{step}\"\n{offers}[fleet.pcs]\n")
    };
    assert!(!shown(&steps(1000, "1 h")).contains("together"));
    let told = shown(&steps(1001, "1 h"));
    assert!(
        told.contains("20,000 steps for each of 1,001 advertisements, more than 20,000,000"),
        "{told}"
    );
    assert!(!shown(&steps(1, "72 s")).contains("steps"));
    assert!(shown(&steps(1, "71 s")).contains("1,014,085 steps, more than 1,000,000"));
}

/// Points by packages: copies that lie there, and copies that are sent.
#[test]
fn copies_of_packages_are_bounded_together() {
    let points = |count: u32| {
        format!(
            "[site.hq]\n[server.\"DP{{1..{count}}}\"]\nroles = [\"distribution point\"]\nsite = \"hq\"\n"
        )
    };
    let packages = |count: u32| format!("[package.\"p{{1..{count}}}\"]\n");
    let told = shown(&(points(100_000) + &packages(2_001)));
    let message = "packages lie on distribution points more than 200,000,000 times";
    assert!(told.contains(message), "{told}");
    let sent = |count: u32| packages(count) + "sent = { at = \"+1 h\" }\n";
    let told = shown(&(points(50_000) + &sent(21)));
    let message = "packages would be sent to distribution points more than 1,000,000 times";
    assert!(told.contains(message), "{told}");
}

/// A fault that names every link changes as many things, each time.
#[test]
fn changes_of_the_world_are_bounded_together() {
    let sites = "[site.hq]\n[site.\"b-{1..20000}\"]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n";
    let fault = "[[fault]]\nat = \"+1 h\"\nfor = \"1 h\"\nwan = [\"b-*\"]\n";
    let told = shown(&format!("{sites}{}", fault.repeat(126)));
    let message = "faults and calendars would change the world more than 10,000,000 times";
    assert!(told.contains(message), "{told}");
    let told = shown(&format!(
        "horizon = \"100 weeks\"\n[calendar.busy]\n\
         {sites}wan_calendar = \"busy\"\n"
    ));
    assert!(
        told.contains("calendars would change the world more than 10,000,000 times"),
        "{told}"
    );
}

#[test]
fn combinations_that_sms_does_not_offer_are_errors() {
    assert_snapshot!(shown(
        r#"
[package.office]
[program.swi]
software_installation_account = true
[program.nobody]
rights = "user"
runs = "only when no user is logged on"
[program.at-logoff]
[advertisement.at-logoff]
assigned = "logoff"
[advertisement.nobody]
assigned = "logon"
[advertisement.swi]
available = "+2 d"
expires = "+1 d"
"#
    ));
}

#[test]
fn q309644_a_countdown_of_more_than_1440_minutes_is_an_error() {
    assert_snapshot!(shown("[rules]\ncountdown = \"25 h\"\n"));
    assert_eq!(codes("[rules]\ncountdown = \"24 h\"\n"), (true, vec![]));
}

#[test]
fn retry_rules_codes_and_neighbours_that_cannot_be_are_shown() {
    assert_snapshot!(shown(
        r#"
[rules]
execution_retry = { interval = "2 h", at_most = "1 h" }
network_retry = { interval = "1 s" }
success_codes = [0, 1618]
[sending]
copy_retry = { jitter = 0.2 }
[site.hq]
preferred_servers = ["FS"]
[site.branch]
parent = "hq"
fallback = [{ sites = ["branch"] }, { sites = ["hq"] }, { sites = ["h*"], after = "1 h" }]
[server.FS]
site = "hq"
"#
    ));
    assert_snapshot!(shown(
        "[rules]\nexecution_retry = { factor = 0.5 }\nnetwork_retry = { factor = 1.2345 }\n\
         retry_codes = [-5000000000]\npoint_order = \"subnet\"\n"
    ));
    // A default for all sites is one for the neighbour itself too; and neighbours
    // are not used unless the advertisement says so.
    assert_snapshot!(shown(
        "[site.hq]\n[site.branch]\nparent = \"hq\"\n[site.\"*\"]\n\
         fallback = [{ sites = [\"hq\"] }]\n[fleet.pcs]\n"
    ));
    assert_snapshot!(shown(
        "[site.hq]\n[site.branch]\nparent = \"hq\"\nfallback = [{ sites = [\"hq\"] }]\n\
         [fleet.pcs]\nper_site = 2\n[server.\"DP-{site}\"]\nsites = [\"*\"]\n\
         roles = [\"distribution point\"]\n[program.p]\nneeds_administrator = false\n"
    ));
}

#[test]
fn what_cannot_be_simulated_is_an_error() {
    assert_snapshot!(shown(
        r#"
horizon = "1 d"
[site.hq]
lan = "0 bit/s"
[fleet.pcs]
poll_interval = "1 s"
[package.p]
distribution_points = ["hq-MP"]
"#
    ));
}

#[test]
fn a_setting_with_a_wrong_path_names_the_nearest() {
    let text = "[site.hq]\n[site.\"branch-{1..3}\"]\nparent = \"hq\"\n[fleet.pcs]\ncount = 5\nsites = [\"hq\"]\n";
    assert_snapshot!(shown_with(
        text,
        &[
            "site.branch-4.wan=1 Mbit/s",
            "fleet.pc.count=5",
            "fleet.pcs.cuont=5",
            "fleet.pcs.count=-4",
            "horizon.days=5",
            "title",
            "fleet.pcs.sites.1=hq",
            "fleet.pcs.count.x=1",
            ".=3",
        ]
    ));
}

#[test]
fn what_is_probably_not_meant_is_a_warning() {
    assert_snapshot!(shown(
        r#"
horizon = "1 d"
[site.hq]
wan = "1 Mbit/s"
[site."branch-{1..3}"]
parent = "hq"
wan = "64 kbit/s"
[server.DP]
site = "hq"
roles = ["distribution point"]
protected = true
[share.closed]
server = "DP"
access = []
[share.spare]
server = "DP"
[fleet.new]
per_site = 50
[fleet.old]
per_site = 10
client = "legacy"
[package.big]
size = "700 MB"
[program.big]
rights = "administrative"
runs = "whether or not a user is logged on"
shares = [{ share = "closed" }]
exit_codes = { 0 = 0.9, 1603 = 0.05 }
platforms = ["Windows Vista*"]
[collection.nobody]
site = ["hq"]
role = ["member server"]
[collection.hq]
site = ["hq"]
[collection.branches]
site = ["branch-*"]
[advertisement.none]
program = "big"
collection = "nobody"
[advertisement.late]
program = "big"
collection = "hq"
assigned = "+2 d"
[advertisement.big]
collection = "branches"
on_remote = "download"
"#
    ));
}

#[test]
fn kb183366_a_share_on_the_server_that_a_program_runs_from_is_a_warning() {
    let scenario = |on_local: &str, server: &str| {
        format!(
            r#"
[server.FS]
roles = ["distribution point", "file server"]
[server.OTHER]
roles = ["file server"]
[share.data]
server = "{server}"
[account.'CORP\naa']
[accounts]
network_access = 'CORP\naa'
[package.p]
[program.p]
rights = "administrative"
runs = "whether or not a user is logged on"
shares = [{{ share = "data" }}]
[advertisement.p]
on_local = "{on_local}"
"#
        )
    };
    assert_snapshot!(shown(&scenario("run", "FS")));
    assert_eq!(codes(&scenario("download", "FS")), (true, vec![]));
    assert_eq!(codes(&scenario("run", "OTHER")), (true, vec![]));
    // And so it comes.
    let world = load_str(&scenario("run", "FS"), &[]).unwrap().world;
    let run = rollcast::model::replicate(
        &world,
        &rollcast::division::Plan::new(&world),
        1,
        &rollcast::model::Watch::default(),
    );
    let conflicts = run.unwrap().outcomes;
    let cause = rollcast::outcome::Cause::CredentialConflict;
    assert!(conflicts.iter().all(|outcome| outcome.cause == cause));
}

#[test]
fn machines_that_wait_for_a_local_point_are_a_warning() {
    assert_snapshot!(shown(
        "[site.hq]\n[site.\"branch-{1..3}\"]\nparent = \"hq\"\n[fleet.pcs]\nper_site = 10\n"
    ));
}

#[test]
fn links_too_slow_for_the_horizon_are_a_warning() {
    assert_snapshot!(shown(
        r#"
horizon = "1 d"
[site.hq]
[site."branch-{1..3}"]
parent = "hq"
wan = "64 kbit/s"
[fleet.pcs]
per_site = 50
[package.big]
size = "700 MB"
[advertisement.big]
on_remote = "download"
"#
    ));
}

#[test]
fn patterns_that_are_wrong_are_shown() {
    assert_snapshot!(shown(
        r#"
[site."b-{9..1}"]
[site."c-{x..y}"]
[site."line\nbreak"]
[site.hq]
[site.branch]
[server.DP]
sites = ["*"]
[fleet.a]
name = "pc"
[fleet.b]
name = "{place}{number}"
"#
    ));
}

#[test]
fn two_machines_of_one_name_are_an_error() {
    assert_snapshot!(shown(
        "[fleet.a]\nname = \"pc{number}\"\n[fleet.b]\nname = \"pc{number}\"\n"
    ));
}

#[test]
fn an_inventory_that_cannot_be_read_is_an_error() {
    assert_snapshot!(shown(
        "[inventory]\nfile = \"no/such/file.csv\"\nmap = { nmae = \"Computer\" }\n"
    ));
}

#[test]
fn too_many_machines_or_steps_are_refused_before_they_are_made() {
    assert_eq!(
        codes("[fleet.a]\ncount = 40e6\n[fleet.b]\ncount = 40e6\n"),
        (false, vec!["too-many"])
    );
    assert!(!codes("[site.\"b-{1..1000}\"]\n[fleet.a]\nper_site = 50_000_000\n").0);
    assert_eq!(
        codes("horizon = \"3660 d\"\ntimeline_step = \"1 s\"\n"),
        (false, vec!["too-many"])
    );
    assert_eq!(
        codes("[site.\"b-{1..9999999}\"]\n"),
        (false, vec!["malformed-pattern"])
    );
}

#[test]
fn braces_for_which_nothing_is_put_are_refused() {
    for table in [
        r#"[site."branch-{1-20}"]"#,
        r#"[site."branch-{n}"]"#,
        r#"[server."{site}-DP"]"#,
        r#"[fleet."{1,2}"]"#,
        r#"[package."p}"]"#,
    ] {
        let (runs, codes) = codes(&format!("[site.hq]\n{table}\n"));
        assert!(
            !runs && codes.contains(&"malformed-pattern"),
            "{table}: {codes:?}"
        );
    }
}

#[test]
fn what_lasts_for_a_time_has_no_end_beside_it() {
    for table in [
        "[[fault]]\nserver = [\"SMS\"]\nat = \"+2 h\"\nfor = \"2 h\"\nuntil = \"+8 h\"\n",
        "[[stay]]\nmachine = [\"*\"]\nsite = \"hq\"\nat = \"+2 h\"\nfor = \"2 h\"\nuntil = \"+8 h\"\n",
    ] {
        let scenario = format!(
            "[site.hq]\n[server.SMS]\nsite = \"hq\"\nroles = [\"management point\"]\n[fleet.pcs]\ncount = 2\n{table}"
        );
        let (runs, codes) = codes(&scenario);
        assert!(!runs && codes.contains(&"impossible"), "{table}: {codes:?}");
    }
}

#[test]
fn a_domain_must_be_named_where_there_are_several() {
    let (runs, codes) = codes("[domain.A]\n[domain.B]\n[fleet.pcs]\n");
    assert!(
        !runs && codes.iter().all(|code| *code == "ambiguous"),
        "{codes:?}"
    );
    assert!(load_str("[domain.A]\n[domain.B]\n[fleet.\"*\"]\ndomain = \"A\"\n[fleet.pcs]\n[server.\"*\"]\ndomain = \"A\"\n", &[]).is_ok(), "what globs say holds for the default servers too");
}

#[test]
fn a_domain_is_said_where_the_remedy_says() {
    let two = "[site.hq]\n[domain.A]\n[domain.B]\n[program.p]\n";
    let fleet = "[fleet.pcs]\ndomain = \"A\"\n";
    let servers = "[server.\"*\"]\ndomain = \"A\"\n";
    // The servers that a site needs take from patterns alone.
    let said = shown(&format!("{two}{fleet}"));
    assert!(
        said.contains("say `domain = \"...\"` under [server.\"*\"]"),
        "{said}"
    );
    let said = shown(&format!("{two}{servers}"));
    assert!(
        said.contains("say `domain = \"...\"` under [fleet.pcs]"),
        "{said}"
    );
    let said = shown(&format!("{two}{servers}[fleet.x]\n"));
    assert!(
        said.contains("say `domain = \"...\"` here, or for all under [fleet.\"*\"]"),
        "{said}"
    );
    let said = shown(&format!("{two}{fleet}[server.FS]\nsite = \"hq\"\n"));
    assert!(
        said.contains("say `domain = \"...\"` here, or for all under [server.\"*\"]"),
        "{said}"
    );
    assert!(load_str(&format!("{two}{fleet}{servers}"), &[]).is_ok());
}

#[test]
fn a_start_with_which_the_last_date_is_passed_is_refused_and_the_latest_is_not() {
    let scenario = |start: &str| format!("start = {start}\nhorizon = \"30 d\"\n[package.p]\n");
    let said = shown(&scenario("9999-12-31T23:59:59"));
    assert!(
        said.contains("the latest start with this horizon is 9999-11-29"),
        "{said}"
    );
    assert!(load_str(&scenario("9999-11-29"), &[]).is_ok());
    assert!(load_str(&scenario("9999-12-01"), &[]).is_err());
}

#[test]
fn a_share_that_only_a_command_line_names_is_declared_as_the_remedy_says_and_is_in_use() {
    let program = "[fleet.pcs]\n[program.p]\nneeds_administrator = false\ncommand_line = '\\\\FILES\\pos\\setup.exe /q'\n";
    let help = |text: &str| {
        let problems = load_str(text, &[]).expect_err("the share is not declared");
        let problems = problems.list();
        let found = problems
            .iter()
            .find(|p| p.code.name() == "unknown-share")
            .unwrap();
        found.help.clone().unwrap()
    };
    let said = help(program);
    assert!(
        said.contains("[server.FILES] with `roles = [\"file server\"]`"),
        "{said}"
    );
    let server = "[server.'files']\nroles = [\"file server\"]\n";
    assert!(!help(&format!("{program}{server}")).contains("[server."));
    let share = "[share.'pos']\nserver = \"files\"\naccess = [\"Everyone\"]\n";
    let (runs, codes) = codes(&format!("{program}{server}{share}"));
    assert!(runs && !codes.contains(&"unused"), "{codes:?}");
    let unread = format!("{program}{server}{share}[share.other]\nserver = \"files\"\n");
    assert!(
        load_str(&unread, &[])
            .unwrap()
            .warnings
            .list()
            .iter()
            .any(|p| p.code.name() == "unused")
    );
}

/// KB Q103390.
#[test]
fn a_network_access_account_that_no_server_knows_is_warned_of() {
    let place = "[domain.CORP]\n[domain.LAB]\n[account.'LAB\\net']\n[accounts]\nnetwork_access = 'LAB\\net'\n\
        [server.SMS]\ndomain = \"CORP\"\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n\
        [fleet.pc]\ncount = 5\ndomain = \"CORP\"\n[program.package]\nrights = \"administrative\"\n";
    let warned = |text: &str| codes(text).1.contains(&"untrusted-account");
    assert!(warned(place), "though the computer accounts get in");
    let trusted = place.replace("[domain.CORP]\n", "[domain.CORP]\ntrusts = [\"LAB\"]\n");
    assert!(!warned(&trusted));
    let legacy = place.replace("[fleet.pc]\n", "[fleet.pc]\nclient = \"legacy\"\n");
    assert!(!warned(&legacy), "it is none of theirs");
    let local = place.replace("LAB\\net", ".\\net");
    assert!(warned(&local));
    let same = local.replace(
        "[account.'.\\net']\n",
        "[account.'.\\net']\nservers = [\"SMS\"]\n",
    );
    assert!(!warned(&same), "it passes through");
}

#[test]
fn q224286_what_is_foreseen_of_accounts_is_about_those_that_run_the_program() {
    let told = |platform: &str, accounts: &str, program: &str| {
        let scenario = format!(
            "[server.DP]\nroles = [\"management point\", \"client access point\", \"distribution point\", \"file server\"]\n\
             [account.'CORP\\cc']\n[accounts]\nclient_connection = []\n{accounts}[share.s]\nserver = \"DP\"\n\
             [fleet.old]\ncount = 5\nclient = \"legacy\"\nplatform = \"{platform}\"\n\
             [program.package]\nshares = [{{ share = \"s\", read = \"50 kB\" }}]\nrights = \"administrative\"\n{program}"
        );
        let (loads, warnings) = codes(&scenario);
        assert!(loads, "{warnings:?} {scenario}");
        let known = [
            "token-account",
            "no-connection-account",
            "no-installation-account",
        ];
        known.map(|code| warnings.contains(&code))
    };
    let boxed =
        "runs = \"whether or not a user is logged on\"\nsoftware_installation_account = true\n";
    assert_eq!(told("Windows 2000", "", ""), [true, true, false]);
    // There is no account but the user's on Windows 98.
    assert_eq!(told("Windows 98", "", ""), [false, false, false]);
    assert_eq!(told("Windows 2000", "", boxed), [false, false, true]);
    // Q264714: an account that is named is of no use there.
    let named = "software_installation = 'CORP\\cc'\n";
    assert_eq!(told("Windows 2000", named, boxed), [false, false, false]);
    assert_eq!(told("Windows 98", named, boxed), [false, false, true]);
}

#[test]
fn every_error_has_a_remedy_or_says_what_was_expected() {
    let text =
        "[site.hq]\nlan = \"0 bit/s\"\n[program.x]\npackage = \"y\"\n[site.a]\nparent = \"a\"\n";
    let problems = load_str(text, &[]).expect_err("three errors");
    let errors: Vec<_> = problems
        .list()
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .collect();
    assert_eq!(errors.len(), 3);
    assert!(
        errors
            .iter()
            .all(|problem| problem.help.is_some() && problem.span.is_some())
    );
}

#[test]
fn a_scenario_that_is_not_there_is_one_clear_error() {
    let path = std::path::Path::new("no/such/scenario.toml");
    let problems = rollcast::scenario::load(path, &[]).expect_err("it is not there");
    assert_eq!(problems.list().len(), 1);
    assert!(problems.render(false).contains("no/such/scenario.toml"));
}

#[test]
fn an_empty_list_is_not_taken_for_the_default() {
    let scenario = |keys: &str| {
        format!("[fleet.pc]\ncount = 3\n[program.p]\nneeds_administrator = false\n{keys}")
    };
    for keys in [
        "[[fault]]\nat = \"+1 h\"\nserver = []\n",
        "[[fault]]\nat = \"+1 h\"\nserver = [\"*\"]\nroles = []\n",
        "[[stay]]\nmachine = []\n",
        "[fleet.laptops]\ncount = 1\nroaming = { sites = [] }\n",
        "[fleet.none]\ncount = 1\nsites = []\n",
        "[fleet.none]\ncount = 1\nmaintenance = []\n",
        "[site.hq]\nmaintenance = []\n",
        "[collection.c]\nmachines = []\n",
        "[collection.c]\nsite = [\"*\"]\nmachines = []\n",
        "[collection.c]\nsite = []\n",
        "[collection.c]\nfleet = []\n",
        "[collection.c]\nclient = []\n",
        "[collection.c]\nrole = []\n",
        "[collection.c]\nplatform = []\n",
        "[collection.c]\ndomain = []\n",
        "[collection.c]\nname = []\n",
        "breakage = { on = [] }\n",
        "platforms = []\n",
        "[[account_change]]\nat = \"+1 h\"\nsites = []\n",
    ] {
        let said = shown(&scenario(keys));
        assert!(said.contains("the list is empty"), "{keys}{said}");
    }
}

#[test]
fn sites_that_are_not_counted_right_are_shown() {
    assert_snapshot!(shown(
        r#"
[site.hq]
count = 3
[site."branch-{number:4}"]
parent = "hq"
[site."*"]
count = 2
"#
    ));
}

#[test]
fn changes_of_members_that_cannot_be_are_shown() {
    assert_snapshot!(shown(
        r#"
[collection.pilot]
name = ["hq-pcs-0000?"]
[advertisement.package]
collection = "pilot"
[[membership]]
collection = "pliot"
name = ["hq-pcs-00042"]
joins = "+1 d"
[[membership]]
collection = "pilot"
name = ["hq-pcs-00042"]
[[membership]]
collection = "pilot"
joins = "+1 d"
[[membership]]
collection = "pilot"
fleet = ["pcs"]
joins = "+2 d"
leaves = "+1 d"
[[membership]]
collection = "pilot"
fleet = ["pcz"]
joins = "+8 d"
"#
    ));
    assert_snapshot!(shown(
        r#"
[collection.pilot]
name = ["hq-pcs-0000?"]
[advertisement.package]
collection = "pilot"
[[membership]]
collection = "pilot"
name = ["hq-pcs-0001?", "hq-pc-00020"]
leaves = "+1 d"
[[membership]]
collection = "pilot"
name = ["hq-pcs-00001"]
joins = "+3 d"
[[membership]]
collection = "pilot"
name = ["hq-pcs-0000*"]
leaves = "+2 d"
"#
    ));
}

#[test]
fn content_from_other_machines_that_cannot_flow_is_an_error_and_that_nobody_takes_a_warning() {
    assert_snapshot!(shown(
        r#"
[site."branch-{1..3}"]
parent = "hq"
[site.hq]
[peers]
rate = "0 kbit/s"
[site.branch-1.peers]
connections = 0
share = 1.5
upload = 3
"#
    ));
    assert_snapshot!(shown(
        r#"
[site."branch-{1..3}"]
parent = "hq"
[site.hq]
[peers]
rate = "0 kbit/s"
"#
    ));
    let nobody = r#"
[site.branch]
parent = "hq"
wan = "64 kbit/s"
[site.hq]
[site.branch.peers]
wait = "1 h"
[package.p]
size = "30 MB"
[fleet.pc]
per_site = 300
[server.BRANCH-DP]
site = "branch"
roles = ["distribution point"]
[server.HQ-DP]
site = "hq"
roles = ["distribution point"]
"#;
    assert_snapshot!(shown(nobody));
    // One that downloads at a site where machines give is enough.
    let takes = format!("{nobody}[advertisement.p]\non_local = \"download\"\n");
    assert_eq!(codes(&takes), (true, vec![]));
}

/// Machines that take content from each other need one copy over the link.
#[test]
fn a_link_that_carries_one_copy_for_all_is_fast_enough() {
    let text = |peers: &str| {
        format!(
            "horizon = \"1 d\"\n[site.hq]\n[site.branch]\nparent = \"hq\"\nwan = \"64 kbit/s\"\n\
             [package.p]\nsize = \"100 MB\"\n[fleet.pc]\nper_site = 50\n\
             [advertisement.p]\non_remote = \"download\"\n{peers}"
        )
    };
    assert_eq!(codes(&text("")), (true, vec!["overload"]));
    assert_eq!(
        codes(&text("[peers]\nshare = 0\n")),
        (true, vec!["overload"])
    );
    assert_eq!(codes(&text("[peers]\n")), (true, vec![]));
}

#[test]
fn names_that_differ_in_case_alone_are_refused() {
    for (keys, names) in [
        (
            "[fleet.f]\nname = \"PC{number}\"\n[fleet.g]\nname = \"pc{number}\"\n",
            "`PC1`",
        ),
        // The same letters with other digits, and one name that is met by both.
        (
            "[fleet.f]\nname = \"Pc1{number}\"\n[fleet.g]\nname = \"pC{number:2}\"\n",
            "`Pc11`",
        ),
        ("[site.hq]\n[site.HQ]\nparent = \"hq\"\n", "`HQ` and `hq`"),
        ("[server.DP]\n[server.dp]\n", "`DP` and `dp`"),
        (
            "[account.'CORP\\User']\n[account.'CORP\\user']\n",
            "differ in case alone",
        ),
    ] {
        let said = shown(&format!("[program.p]\nneeds_administrator = false\n{keys}"));
        assert!(
            said.contains("in case alone") && said.contains(names),
            "{keys}{said}"
        );
    }
    let apart = shown(
        "[program.p]\nneeds_administrator = false\n[fleet.f]\nname = \"PC{number}\"\n[fleet.g]\nname = \"pcs{number}\"\n",
    );
    assert!(!apart.contains("in case alone"), "{apart}");
}

#[test]
fn gates_and_stop_rules_that_can_never_be_met_are_a_warning() {
    let said = |rule: &str| {
        shown(&format!(
            "[fleet.pc]\ncount = 100\n[program.p]\nneeds_administrator = false\n[advertisement.p]\n{rule}\n"
        ))
    };
    for rule in [
        "phases = [{ share = 0.1, gate = { successes = 50 } }, {}]",
        "phases = [{ share = 0.1, gate = { minimum = 50 } }, {}]",
        "phases = [{ share = 0.1, deadline = \"1 d\", gate = { minimum = 50 } }, {}]",
    ] {
        assert!(said(rule).contains("gate-never-met"), "{rule}");
    }
    assert!(
        !said("phases = [{ share = 0.1, gate = { successes = 2 } }, {}]")
            .contains("gate-never-met")
    );
    assert!(said("stop = [{ minimum = 101 }]").contains("stop-never-met"));
    assert!(
        said("phases = [{ share = 0.1, stop = [{ minimum = 50 }] }, {}]")
            .contains("stop-never-met")
    );
    assert!(!said("stop = [{ minimum = 100 }]").contains("stop-never-met"));
}

#[test]
fn a_duration_that_varies_has_one_grammar() {
    for (time, complaint) in [
        (
            "normal(10 min, 0 s)",
            "the standard deviation must be above zero",
        ),
        (
            "log-normal(10 min, 0 s)",
            "the standard deviation must be above zero",
        ),
        ("exponential(0 s)", "the mean must be above zero"),
        ("uniform(2 h, 1 h)", "the low end is above the high end"),
        ("lognormal(1 h, 1 h)", "is not a distribution"),
    ] {
        let said = shown(&format!(
            "[program.p]\nneeds_administrator = false\ninstall_time = \"{time}\"\n"
        ));
        assert!(said.contains(complaint), "{time}: {said}");
    }
    let fine = shown(
        "[program.p]\nneeds_administrator = false\ninstall_time = \"log-normal(1 h, 1 h)\"\n",
    );
    assert!(!fine.contains("install_time"), "{fine}");
}

#[test]
fn presences_that_cannot_be_say_what_to_write() {
    for (presence, part) in [
        ("\"corprate\"", "did you mean \"corporate\"?"),
        ("5", "or a table"),
        ("{ up = \"3 h\" }", "a presence with `up` needs `down`"),
        (
            "{ up = \"3 h\", down = \"2 s\" }",
            "shorter than a minute on average",
        ),
        (
            "{ absences = { every = \"0 s\" } }",
            "shorter than a minute on average",
        ),
        (
            "{ up = \"weibull(9 h, 1 h)\", down = \"1 h\" }",
            "the shape is a number",
        ),
        ("{ gone = { share = 2 } }", "2"),
        ("{ dwn = \"1 h\" }", "down"),
        (
            "\"office\"\navailability = { from = \"09:00\" }",
            "gives the hours of the week, and so does `availability`",
        ),
    ] {
        for place in ["[fleet.pcs]", "[fleet.pcs]\n[fleet.\"p*\"]"] {
            let found = shown(&format!("[site.hq]\n{place}\npresence = {presence}\n"));
            let unfolded = found.replace("\n  │ ", " ");
            assert!(unfolded.contains(part), "{presence}: {found}");
        }
    }
}

#[test]
fn a_collection_without_keys_is_not_everybody() {
    let text = "[collection.c]\n[program.p]\n[advertisement.p]\ncollection = \"c\"\n";
    let problems = rollcast::scenario::load_str(text, &[]).expect_err("it says nothing");
    let text = problems.render(false);
    assert!(
        text.contains("collection `c` does not say who is in it"),
        "{text}"
    );
}

#[test]
fn a_pattern_from_which_nothing_is_taken_is_warned_of() {
    let warned = |text: &str| {
        let words = shown(text).replace('│', " ");
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let sites = "[site.hq]\n[site.\"branch-{01..30}\"]\nparent = \"hq\"\n";
    let ten = "[site.\"branch-2*\"]\nwan = \"256 kbit/s\"\n";
    let own = warned(&format!("{sites}wan = \"1 Mbit/s\"\n{ten}"));
    assert!(
        own.contains("no site takes `wan` from `branch-2*`"),
        "{own}"
    );
    // As the remedy says: the general value in a shorter pattern.
    let mended = format!("{sites}{ten}[site.\"branch-*\"]\nwan = \"1 Mbit/s\"\n");
    assert!(!warned(&mended).contains("takes"), "{}", warned(&mended));
    // What exists by default takes it too.
    let default = warned("[server.\"*\"]\nnetwork = \"1 Gbit/s\"\n");
    assert!(!default.contains("takes"), "{default}");
    let fleet = "[fleet.a]\ncount = 1\nclient = \"legacy\"\n[fleet.\"*\"]\nclient = \"advanced\"\n";
    let told = warned(fleet);
    assert!(told.contains("no fleet takes `client` from `*`"), "{told}");
}

#[test]
fn names_of_platforms_that_differ_in_case_alone_are_one() {
    let text = "[fleet.a]\ncount = 2\nplatform = \"windows xp professional\"\n\
        [fleet.b]\ncount = 3\n[program.p]\nrights = \"administrative\"\n\
        platforms = [\"WINDOWS XP*\"]\n[advertisement.p]\n";
    let loaded = load_str(text, &[]).unwrap();
    assert_eq!(*loaded.world.platforms, ["Windows XP Professional"]);
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    let one = load_str(&text.replace("XP*", "XP PROFESSIONAL"), &[]).unwrap();
    assert_eq!(one.world.programs[0].platforms.len(), 1);
}

#[test]
fn a_pattern_that_matches_nothing_has_no_effect_in_any_table_that_takes_patterns() {
    for kind in [
        "site",
        "server",
        "fleet",
        "domain",
        "account",
        "group",
        "share",
        "package",
        "program",
        "advertisement",
        "collection",
        "calendar",
        "address",
    ] {
        let told = shown(&format!("[{kind}.\"zz*\"]\n"));
        let wanted = format!("the pattern `zz*` matches no {kind}");
        assert!(told.contains(&wanted), "{kind}: {told}");
        assert!(told.contains("no-effect"), "{kind}: {told}");
    }
    let kept = shown("[package.p1]\n[package.\"p*\"]\nsize = \"1 MB\"\n");
    assert!(!kept.contains("no-effect"), "{kept}");
}

#[test]
fn a_pattern_that_is_named_is_called_one() {
    let told = shown("[program.old]\n[program.\"p*1\"]\n[advertisement.a]\nprogram = \"p*1\"\n");
    assert!(told.contains("`p*1` is a pattern"), "{told}");
    assert!(!told.contains("declare it"), "{told}");
}

#[test]
fn hours_of_a_day_move_by_a_day_at_most() {
    let with = |jitter: &str| {
        let text = format!("[fleet.pcs]\ncount = 1\navailability = {{ jitter = \"{jitter}\" }}\n");
        load_str(&text, &[])
            .map(|_| ())
            .map_err(|problems| problems.to_string())
    };
    assert_eq!(with("1 d"), Ok(()));
    let refused = with("1 d 1 s").unwrap_err();
    assert!(
        refused.contains("`1 d` is the most that is possible here"),
        "{refused}"
    );
}

#[test]
fn weights_that_are_all_zero_are_not_a_group_without_machines() {
    let with = |weights: &str| {
        let fleet =
            format!("[fleet.pcs]\ncount = 4\nsites = {{ {weights} }}\n[fleet.b]\ncount = 1\n");
        shown(&format!("[site.hq]\n[site.br]\nparent = \"hq\"\n{fleet}"))
    };
    let told = with("hq = 0, br = 0");
    assert!(told.contains("`pcs` are all zero"), "{told}");
    assert!(!with("hq = 0, br = 1").contains("all zero"));
}

#[test]
fn what_follows_from_an_error_is_not_told_beside_it() {
    let start = "[site.hq]\n[fleet.pcs]\ncount = 5\n[package.p]\n[program.p]\n[advertisement.p]\n";
    for wrong in [
        "[objective.x]\nadvertisement = \"P\"\n",
        "[objective.o]\nchance = 0.9\nconfidence = 1\n",
        "[objective.o]\n[site.b]\nparent = \"c\"\n",
        "[collection.some]\nname = [\"pcs*\"]\n[advertisement.q]\nprogram = \"p\"\ncollection = \"sone\"\n",
    ] {
        let (loaded, codes) = codes(&format!("{start}{wrong}"));
        assert!(!loaded && codes.len() == 1, "{wrong}: {codes:?}");
    }
}

#[test]
fn a_program_that_users_choose_needs_no_window() {
    let start = "[site.hq]\nmaintenance = [{ from = \"20:00\", to = \"22:00\" }]\n\
                 [fleet.pcs]\ncount = 5\n[package.p]\n[program.first]\npackage = \"p\"\n\
                 [program.p]\nrun_first = \"first\"\n";
    let optional = "[advertisement.p]\nprogram = \"p\"\nuptake = { share = 1, delay = \"1 h\" }\n";
    let assigned = "[advertisement.q]\nprogram = \"first\"\n";
    let windows = |text: &str| {
        let (_, codes) = codes(text);
        codes.iter().filter(|code| **code == "no-window").count()
    };
    assert_eq!(windows(&format!("{start}{optional}")), 0);
    assert_eq!(windows(&format!("{start}{optional}{assigned}")), 1);
    assert_eq!(
        windows(&format!("{start}[advertisement.p]\nprogram = \"p\"\n")),
        2
    );
}

#[test]
fn large_numbers_in_messages_have_their_thousands_apart() {
    let per_site = |value: &str| {
        shown(&format!(
            "[site.hq]\n[fleet.pcs]\nper_site = {value}\n[package.p]\n"
        ))
    };
    for value in ["-1", "50000001", "\"zipf(1.0, 9999999999)\""] {
        let told = per_site(value);
        assert!(
            told.contains("50,000,000") || told.contains("1,000,000"),
            "{told}"
        );
        assert!(!told.contains("to 50000000"), "{told}");
    }
}

/// Some of them may be; where none can, that is no matter of luck.
#[test]
fn an_objective_that_nothing_can_meet_is_not_one_that_luck_meets() {
    let with = |share: &str| {
        let told = shown(&format!(
            "[site.hq]\n[fleet.pcs]\ncount = 100\n[package.p]\n[program.p]\nrights = \"administrative\"\n\
             runs = \"whether or not a user is logged on\"\nexit_codes = {{ 1603 = {share} }}\n\
             [advertisement.p]\n[objective.o]\nadvertisement = \"p\"\nby = \"+1 d\"\nsuccess = 0.95\n"
        ));
        let words: Vec<&str> = told
            .split_whitespace()
            .filter(|word| *word != "│")
            .collect();
        words.join(" ")
    };
    let told = with("1.0");
    assert!(
        told.contains("95.0 % success, and none is expected: it cannot be met"),
        "{told}"
    );
    assert!(with("0.5").contains("it is met by luck only"));
}

const TWO_DOMAINS: &str = "[domain.CORP]\n[domain.RES]\n[account.'CORP\\naa']\n[account.'CORP\\b']\n\
    [server.SMS]\ndomain = \"CORP\"\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n\
    [fleet.pcs]\ncount = 1\ndomain = \"CORP\"\n[program.p]\n[advertisement.p]\n";

/// What is silently of no use is told: trusts that cannot be, passwords and accounts that
/// no client would miss.
#[test]
fn trusts_and_changes_of_accounts_that_say_nothing_are_told() {
    let trusting = |trusts: &str| TWO_DOMAINS.replace("[domain.RES]\n", trusts);
    let with = |more: &str| format!("{TWO_DOMAINS}{more}");
    let handed = "[accounts]\nnetwork_access = 'CORP\\naa'\n";
    let cases = [
        (
            TWO_DOMAINS.replace("[domain.CORP]\n", "[domain.CORP]\ntrusts = [\"corp\"]\n"),
            "said to trust itself",
            true,
        ),
        (
            trusting("[domain.RES]\nkind = \"workgroup\"\ntrusts = [\"CORP\"]\n"),
            "the workgroup `RES` trusts no domain",
            false,
        ),
        (
            trusting("[domain.RES]\nkind = \"workgroup\"\n")
                .replace("[domain.CORP]\n", "[domain.CORP]\ntrusts = [\"res\"]\n"),
            "cannot trust `RES`",
            false,
        ),
        (
            with("[[rotation]]\naccount = 'CORP\\b'\nat = \"+1 h\"\n"),
            "no machine is affected when the password of `CORP\\b` is changed",
            true,
        ),
        (
            with("[[rotation]]\ntoken_account = \"CORP\"\nat = \"+1 h\"\n"),
            "no machine is affected when the password of the token account of `CORP` is reset",
            true,
        ),
        (
            with(&format!(
                "{handed}[[account_change]]\nat = \"+1 h\"\nnetwork_access = 'corp\\NAA'\n"
            )),
            "hands out what the clients have already",
            true,
        ),
        (
            with("[[account_change]]\nat = \"+1 h\"\nsoftware_installation = 'CORP\\b'\n"),
            "no client of its sites uses such accounts",
            true,
        ),
        (
            with("[accounts]\nclient_connection = ['CORP\\b', 'CORP\\naa', 'corp\\B']\n"),
            "names the account `CORP\\b` twice",
            true,
        ),
        (
            with("[[account_change]]\nat = \"+1 h\"\nclient_connection = ['CORP\\b', 'CORP\\b']\n"),
            "names the account `CORP\\b` twice",
            true,
        ),
    ];
    for (text, said, runs) in cases {
        let shown = shown(&text);
        assert!(shown.contains(said), "{said}: {shown}");
        assert_eq!(codes(&text).0, runs, "{said}");
    }
    // A pattern leaves out what it cannot mean, and what is of use is not told.
    for text in [
        trusting("[domain.RES]\ntrusts = [\"*\"]\n[domain.WG]\nkind = \"workgroup\"\n"),
        with(&format!(
            "{handed}[[rotation]]\naccount = 'CORP\\naa'\nat = \"+1 h\"\n"
        )),
        with(&format!(
            "{handed}[[account_change]]\nat = \"+1 h\"\nnetwork_access = 'CORP\\b'\n\
            [[rotation]]\naccount = 'CORP\\b'\nat = \"+2 h\"\n"
        )),
    ] {
        let shown = shown(&text);
        for said in ["trust", "no machine is affected", "already", "twice"] {
            assert!(!shown.contains(said), "{said}: {shown}");
        }
    }
}

/// Windows does not tell names of domains apart by their case, wherever they stand.
#[test]
fn a_domain_is_known_in_any_case_wherever_it_is_named() {
    let text = "[domain.CORP]\ntrusts = [\"res\"]\nforest = \"corp.example\"\n[domain.RES]\nforest = \"CORP.example\"\n\
        trusts = [\"c*\"]\n[account.'corp\\naa']\n[accounts]\nnetwork_access = 'Corp\\NAA'\n\
        [server.SMS]\ndomain = \"corp\"\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n\
        [server.DC]\ndomain = \"Res\"\nroles = [\"domain controller\"]\n\
        [fleet.pcs]\ncount = 1\ndomain = \"Corp\"\nuser_domain = \"res\"\n\
        [collection.c]\ndomain = [\"co*\", \"RES\"]\n[program.p]\n[advertisement.p]\ncollection = \"c\"\n";
    let loaded =
        load_str(text, &[]).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let world = loaded.world;
    let domains = &world.directory.domains;
    assert_eq!(domains.len(), 2);
    assert_eq!(domains[1].controllers.len(), 1, "the controller of `Res`");
    assert!(domains.iter().all(|domain| domain.trusts.len() == 1));
    let profile = world.fleet.profile(&world.fleet.machines[0]);
    assert_eq!((profile.domain.0, profile.user_domain.0), (0, 1));
    assert_eq!(world.targets(&world.fleet.machines[0]).len(), 1);
    // Two that differ in case alone are one, declared twice.
    assert!(shown("[domain.CORP]\n[domain.corp]\n").contains("differ in case alone"));
}

#[test]
fn what_is_said_of_many_names_is_bounded_as_it_is_written_out() {
    let list = |entry: &str| vec![entry; 10_000].join(",");
    let scenarios = [
        format!(
            "[package.\"p{{0001..5000}}\"]\naccess = [{}]\n",
            list("'Users'")
        ),
        format!(
            "[package.\"p{{0001..5000}}\"]\n[package.\"*\"]\naccess = [{}]\n",
            list("'Users'")
        ),
        format!(
            "[site.\"s-{{number:4}}\"]\ncount = 5000\npreferred_servers = [{}]\n",
            list("\"x\"")
        ),
        format!(
            "[site.\"s{{0001..5000}}\"]\n[server.\"{{site}}-D\"]\nsites = [\"*\"]\nboundary = [{}]\n",
            list("\"s0001\"")
        ),
        format!(
            "[package.\"p{{0001..5000}}\"]\n[program.\"*\"]\nplatforms = [{}]\n",
            list("\"x\"")
        ),
    ];
    for text in scenarios {
        let told = shown(&text);
        let words: Vec<&str> = told
            .split_whitespace()
            .filter(|word| *word != "│")
            .collect();
        let told = words.join(" ");
        let bound = "more than 1,000,000,000 characters";
        assert!(
            told.contains(bound) && told.contains("shorten the lists"),
            "{told}"
        );
    }
}

#[test]
fn kinds_of_machines_that_programs_mean_are_bounded_together() {
    let groups = "[fleet.\"f{0001..5000}\"]\ncount = 1\n[package.p]\n";
    let programs = "[program.\"g{001..401}\"]\npackage = \"p\"\nbreakage = { on = [\"*\"] }\n";
    let told = shown(&format!("{groups}{programs}"));
    assert!(
        told.contains("more than 2,000,000 kinds of machines"),
        "{told}"
    );
}

#[test]
fn machines_that_stays_and_clocks_mean_are_bounded_together() {
    let fleet =
        "[site.hq]\n[site.b]\nparent = \"hq\"\n[fleet.pcs]\ncount = 50000\nsites = [\"hq\"]\n";
    let stay = |at: u32| {
        format!("[[stay]]\nmachine = [\"*\"]\nsite = \"b\"\nat = \"+{at} min\"\nfor = \"1 min\"\n")
    };
    let fault = |at: u32| {
        format!(
            "[[fault]]\nmachine = [\"*\"]\nclock = \"+1 h\"\nat = \"+{at} min\"\nfor = \"1 min\"\n"
        )
    };
    for lists in [
        (0..201).map(stay).collect::<String>(),
        (0..201).map(fault).collect(),
    ] {
        let told = shown(&format!("{fleet}{lists}"));
        assert!(
            told.contains("mean machines more than 10,000,000 times"),
            "{told}"
        );
    }
}

/// Where a collection is not there, its phase has no machines for no other reason.
#[test]
fn a_phase_of_an_unknown_collection_is_one_problem() {
    let scenario = |collection: &str| {
        format!(
            "[collection.pilot]\nsite = [\"hq\"]\n[advertisement.p]\n\
             phases = [{{ collection = \"{collection}\" }}, {{ name = \"rest\" }}]\n[package.p]\n[program.p]\n\
             rights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n"
        )
    };
    assert_eq!(codes(&scenario("Pilot")), (false, vec!["unknown-name"]));
    assert_eq!(codes(&scenario("pilot")), (true, vec!["empty-phase"]));
}
