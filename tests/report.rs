//! `rollcast report`: the page answers, stands alone, and refuses what is no
//! result.

use assert_cmd::Command;
use predicates::str::contains;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn rollcast(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("rollcast").unwrap();
    command.current_dir(folder).env("NO_COLOR", "1");
    command
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn shipped(name: &str) -> PathBuf {
    root(&format!("scenarios/{name}.toml"))
}

/// The report on a shipped scenario.
fn report_of(name: &str, more: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = rollcast(folder.path());
    command
        .arg("run")
        .arg(shipped(name))
        .args(["-o", "out", "-q"]);
    let _ = command.args(more).output().unwrap();
    let mut command = rollcast(folder.path());
    command.args(["report", "out", "-o", "page.html"]);
    command.assert().success();
    fs::read_to_string(folder.path().join("page.html")).unwrap()
}

/// What was there and was replaced within the forecast was done, and is not any more.
#[test]
fn what_is_replaced_again_does_not_last() {
    let page = report_of("supersede", &[]);
    assert!(page.contains("It will be done, and does not last: 95 % by"));
}

#[test]
fn the_committed_example_is_the_report_of_the_office_suite() {
    let page = report_of("office-before-the-weekend", &[]);
    let path = root("docs/examples/office-before-the-weekend.html");
    if std::env::var_os("ROLLCAST_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &page).unwrap();
    }
    assert!(page.len() <= 300_000, "{} bytes", page.len());
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "renew it with ROLLCAST_BLESS=1");
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let page = |threads| report_of("rings", &["--threads", threads]);
    assert!(page("1") == page("2"));
}

/// The values of an attribute in a page.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let mark = format!(" {attribute}=\"");
    let parts = page.split(mark.as_str()).skip(1);
    parts.map(|rest| rest.split('"').next().unwrap()).collect()
}

/// What is wrong with a page: requests, names, headings, tables.
fn violations(page: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let body = page.split("<script>").next().unwrap();
    for request in ["src=", "url(", "@import", "<link", "http:", "https:"] {
        if page.contains(request) {
            wrong.push(format!("the page asks for something: {request}"));
        }
    }
    if body.contains('`') {
        wrong.push("code stands between backticks".to_owned());
    }
    for picture in body.split("<svg").skip(1) {
        let tag = picture.split('>').next().unwrap();
        let is_named = tag.contains("role=\"img\"") && tag.contains("aria-label");
        if !is_named && !tag.contains("aria-hidden=\"true\"") {
            wrong.push(format!("a picture has no name: <svg{tag}>"));
        }
    }
    let ids: Vec<_> = values(body, "id");
    let distinct: BTreeSet<_> = ids.iter().collect();
    if distinct.len() != ids.len() {
        wrong.push("an id occurs twice".to_owned());
    }
    let named = values(body, "aria-labelledby")
        .into_iter()
        .flat_map(str::split_whitespace);
    let anchors = values(body, "href")
        .into_iter()
        .map(|link| link.trim_start_matches('#'));
    for id in named.chain(anchors).filter(|id| !ids.contains(id)) {
        wrong.push(format!("there is no id {id}"));
    }
    let mut rank = 0;
    for heading in body.split("<h").skip(1) {
        let Some(next) = heading.chars().next().and_then(|c| c.to_digit(10)) else {
            continue;
        };
        if next > rank + 1 {
            wrong.push(format!(
                "a heading of rank {next} follows one of rank {rank}"
            ));
        }
        rank = next;
    }
    for heading in body.split("<th").skip(1) {
        let is_cell = heading.starts_with([' ', '>']);
        if is_cell && !heading.starts_with(" scope=") {
            wrong.push("a heading of a table has no scope".to_owned());
        }
    }
    for needed in [
        "<html lang=\"en\"",
        "<title>",
        "<main>",
        "name=\"viewport\"",
        "prefers-color-scheme:dark",
        "@media print",
    ] {
        if !page.contains(needed) {
            wrong.push(format!("{needed} is missing"));
        }
    }
    wrong
}

#[test]
fn pages_ask_for_nothing_and_every_part_has_a_name() {
    for name in [
        "office-before-the-weekend",
        "rings",
        "small-failures",
        "contexts",
    ] {
        let page = report_of(name, &[]);
        assert_eq!(violations(&page), Vec::<String>::new(), "{name}");
    }
    assert!(!violations("<html><svg></svg><h3></h3>").is_empty());
}

/// Contrast of two colours (WCAG 2, 1.4.3).
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |colour: &str| {
        let digits = colour.trim_start_matches('#');
        let digits = if digits.len() == 3 {
            digits.chars().flat_map(|c| [c, c]).collect()
        } else {
            digits.to_owned()
        };
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                libm::pow((value + 0.055) / 1.055, 2.4)
            }
        };
        0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_has_enough_contrast_in_light_and_in_dark() {
    let palettes: Vec<_> = rollcast::report::STYLE.split(":root{").skip(1).collect();
    assert_eq!(palettes.len(), 2);
    for palette in palettes {
        let colour = |name: &str| {
            let mark = format!("--{name}:");
            let rest = palette.split(&mark).nth(1).expect(name);
            rest.split([';', '}']).next().unwrap().to_owned()
        };
        for background in ["bg", "soft"] {
            for text in ["fg", "dim", "blue", "red", "green", "amber"] {
                let found = contrast(&colour(background), &colour(text));
                assert!(found >= 4.5, "{text} on {background}: {found:.2}");
            }
        }
    }
}

#[test]
fn a_page_says_who_fails_and_what_would_help() {
    let page = report_of("small-failures", &[]);
    for part in [
        "What happened",
        "What would help",
        "Log to open",
        "For example",
        "What does it rest on?",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let page = report_of("rings", &[]);
    assert!(
        page.contains("never opens"),
        "rings that never open are told"
    );
}

#[test]
fn two_results_show_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    for (output, horizon) in [("a", "horizon=1 d"), ("b", "horizon=2 d")] {
        let mut command = rollcast(folder.path());
        command.arg("run").arg(shipped("starter"));
        command.args(["-o", output, "-q", "-r", "2", "--set", horizon]);
        let _ = command.output().unwrap();
    }
    rollcast(folder.path())
        .args(["report", "a", "b"])
        .assert()
        .success();
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("What changed?") && page.contains("Beyond chance?"));
    assert_eq!(violations(&page), Vec::<String>::new());
}

#[test]
fn what_is_no_result_is_refused_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |directory: &str, said: &str| {
        let mut command = rollcast(folder.path());
        command.args(["report", directory]);
        command.assert().code(2).stderr(contains(said));
    };
    refused("nowhere", "there is no directory `nowhere`");
    fs::create_dir(folder.path().join("empty")).unwrap();
    refused("empty", "holds no finished run");
    let mut command = rollcast(folder.path());
    command
        .arg("run")
        .arg(shipped("contexts"))
        .args(["-o", "out", "-q"]);
    let _ = command.output().unwrap();
    let causes = folder.path().join("out/causes.csv");
    let text = fs::read_to_string(&causes).unwrap();
    fs::write(&causes, &text[..text.len() / 2]).unwrap();
    refused("out", "changed or cut off");
    fs::write(&causes, text).unwrap();
    let manifest = folder.path().join("out/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(
        &manifest,
        text.replacen("\"schema\": 2", "\"schema\": 99", 1),
    )
    .unwrap();
    refused("out", "newer than this program");
    let mut command = rollcast(folder.path());
    command.args(["report", "out", "--line-threshold", "0"]);
    command.assert().code(2).stderr(contains("above 0"));
}

#[test]
fn dates_and_times_stand_beside_the_seconds_if_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = rollcast(folder.path());
    command
        .arg("run")
        .arg(shipped("contexts"))
        .args(["-o", "out", "-q", "--wall-clock"]);
    let _ = command.output().unwrap();
    let mut table = csv::Reader::from_path(folder.path().join("out/machines.csv")).unwrap();
    let headings = table.headers().unwrap().clone();
    let at = |name: &str| headings.iter().position(|heading| heading == name).unwrap();
    let (seconds, time) = (at("policy_seconds"), at("policy_time"));
    assert_eq!(time, seconds + 1);
    for row in table.records().map(Result::unwrap) {
        assert_eq!(row[seconds].is_empty(), row[time].is_empty());
        assert!(row[time].is_empty() || row[time].contains('T'));
    }
    rollcast(folder.path())
        .args(["verify", "out"])
        .assert()
        .success();
}

#[test]
fn an_example_names_the_replication_in_which_it_happened() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = "replications = 20\n[site.hq]\n[fleet.pcs]\ncount = 1\n[package.p]\n\
        [program.p]\npackage = \"p\"\nrights = \"administrative\"\nexit_codes = { 0 = 0.8, 1603 = 0.2 }\n\
        [advertisement.p]\nprogram = \"p\"\nassigned = \"as soon as possible\"\n";
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    let run = |arguments: &[&str]| {
        let output = rollcast(folder.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let summary = run(&["run", "s.toml", "-o", "out"]);
    let table = fs::read_to_string(folder.path().join("out/causes.csv")).unwrap();
    let mut rows = table.lines().map(|row| row.split(',').collect::<Vec<_>>());
    let headings = rows.next().unwrap();
    let row = rows.next().unwrap();
    let of = |name: &str| {
        row[headings
            .iter()
            .position(|heading| *heading == name)
            .unwrap()]
    };
    let (machine, replication) = (of("example_1"), of("example_1_replication"));
    assert_ne!(
        replication, "1",
        "choose a seed by which the first one succeeds"
    );
    assert!(
        summary.contains(&format!("e.g. {machine} -r {replication}")),
        "{summary}"
    );
    let there = run(&["explain", "s.toml", "-m", machine, "-r", replication]);
    assert!(there.contains("Outcome: failed"), "{there}");
    let first = run(&["explain", "s.toml", "-m", machine]);
    assert!(first.contains("Outcome: installed"), "{first}");
}

/// Its log, what would help and what to set are those of one machine.
#[test]
fn a_row_of_causes_is_about_its_first_example() {
    let folder = tempfile::tempdir().unwrap();
    // Nothing is set for those at the first site, since a workgroup trusts no domain.
    let scenario = "horizon = \"2 d\"\n[site.hq]\n[site.b]\nparent = \"hq\"\n\
        [domain.CORP]\n[domain.RES]\n[domain.WG]\nkind = \"workgroup\"\n\
        [server.\"*\"]\nsite = \"hq\"\ndomain = \"CORP\"\n[server.DC]\nroles = [\"domain controller\"]\n\
        [server.RDC]\ndomain = \"RES\"\nroles = [\"domain controller\"]\n\
        [server.DP]\ndomain = \"WG\"\nroles = [\"distribution point\"]\n\
        [server.BDP]\nsite = \"b\"\ndomain = \"RES\"\nroles = [\"distribution point\"]\n\
        [fleet.pcs]\nsites = [\"*\"]\nper_site = 1\ndomain = \"CORP\"\n\
        [package.p]\n[program.p]\nneeds_administrator = false\nrights = \"user\"\n[advertisement.p]\n";
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    let run = |arguments: &[&str]| {
        let output = rollcast(folder.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let summary = run(&["run", "s.toml", "-o", "out"]);
    let mut table = csv::Reader::from_path(folder.path().join("out/causes.csv")).unwrap();
    let headings = table.headers().unwrap().clone();
    let rows: Vec<_> = table.records().map(Result::unwrap).collect();
    let of = |name: &str| &rows[0][headings.iter().position(|at| at == name).unwrap()];
    assert_eq!((rows.len(), of("cause")), (1, "domain-not-trusted"));
    let machine = of("example_1");
    assert_eq!((machine, of("example_2")), ("b-pcs-00001", "hq-pcs-00001"));
    let told = run(&["explain", "s.toml", "-m", machine]);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words(&told).contains(&words(of("what_would_help"))),
        "{told}"
    );
    assert!(told.contains(of("log")), "{told}");
    for setting in of("what_to_set").split(" --set ").skip(1) {
        assert!(words(&told).contains(&words(setting)), "{setting}: {told}");
    }
    assert!(!of("what_to_set").is_empty());
    assert!(summary.contains(&format!("e.g. {machine}\n")), "{summary}");
}

#[test]
fn a_line_that_is_full_for_an_hour_is_beyond_a_threshold_however_long_the_forecast() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = "horizon = \"30 d\"\n[site.hq]\n[site.b]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n\
        [server.HQ]\nsite = \"hq\"\nroles = [\"management point\", \"distribution point\"]\n\
        [fleet.pcs]\nsites = [\"b\"]\nper_site = 10\n[package.p]\nsize = \"100 MB\"\n\
        [program.p]\npackage = \"p\"\nrights = \"administrative\"\n\
        [advertisement.p]\nprogram = \"p\"\nassigned = \"as soon as possible\"\non_remote = \"download\"\n";
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    let mut command = rollcast(folder.path());
    command
        .args(["run", "s.toml", "-o", "out", "-q"])
        .assert()
        .success();
    let page = |more: &[&str]| {
        let mut command = rollcast(folder.path());
        command
            .args(["report", "out", "-o", "page.html"])
            .args(more);
        command.assert().success();
        fs::read_to_string(folder.path().join("page.html")).unwrap()
    };
    assert!(page(&[]).contains("1 resource is beyond a threshold"));
    let patient = page(&["--full-threshold", "90000"]);
    assert!(patient.contains("No resource is beyond a threshold"));
}

#[test]
fn a_page_goes_to_standard_output_where_a_hyphen_is_its_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), "[fleet.pcs]\ncount = 1\n").unwrap();
    let mut command = rollcast(folder.path());
    command
        .args(["run", "s.toml", "-o", "out", "-q", "--report"])
        .assert()
        .success();
    let mut command = rollcast(folder.path());
    let printed = command.args(["report", "out", "-o", "-"]).output().unwrap();
    assert_eq!(
        printed.stdout,
        fs::read(folder.path().join("out/report.html")).unwrap()
    );
    assert!(!folder.path().join("-").exists());
}

/// A branch behind a line, with a package to download and a share to read.
const SHARED: &str = "horizon = \"2 d\"\n[site.hq]\n[site.b]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n\
    [domain.CORP]\n[server.HQ]\nsite = \"hq\"\n\
    roles = [\"management point\", \"distribution point\", \"domain controller\"]\n\
    [server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n[share.s]\nserver = \"FS\"\n\
    [account.'CORP\\staff']\n[account.'CORP\\naa']\n[accounts]\nnetwork_access = 'CORP\\naa'\n\
    [fleet.pcs]\nsites = [\"b\"]\nper_site = 3\n[fleet.more]\nsites = [\"hq\"]\nper_site = 1\n\
    [package.p]\nsize = \"75 MB\"\n\
    [program.p]\npackage = \"p\"\nrights = \"administrative\"\n\
    shares = [{ share = \"s\", read = \"25 MB\" }]\n\
    [advertisement.p]\nprogram = \"p\"\nassigned = \"as soon as possible\"\non_remote = \"download\"\n";

#[test]
fn a_line_among_the_worst_says_what_shared_it() {
    let (page, _) = report_on(SHARED, &[]);
    let shared = "75.0 % content for machines there, 25.0 % files that programs there read";
    assert!(page.contains(shared), "{page}");
}

#[test]
fn every_resource_among_the_worst_says_what_shared_it() {
    let refusing = SHARED.replace(
        "server = \"FS\"\n",
        "server = \"FS\"\naccess = ['CORP\\staff']\n",
    );
    let (page, _) = report_on(&refusing, &[]);
    for (resource, shared) in [
        ("share \\\\FS\\s", "4 machines of 2 sites, 75.0 % of b"),
        ("network card HQ", "100.0 % content; to machines of b"),
        ("wan down b", "100.0 % content for machines there"),
    ] {
        let told = format!("{resource}<div class=\"small\">{shared}</div>");
        assert!(page.contains(&told), "{told}");
    }
}

#[test]
fn a_picture_of_shares_ends_at_nothing_and_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = "[site.hq]\n[fleet.pcs]\ncount = 4\n[package.p]\n[program.p]\n\
        rights = \"administrative\"\nexit_codes = { 0 = 0.8, 1603 = 0.2 }\n\
        [advertisement.p]\nassigned = \"as soon as possible\"\n";
    let study = "scenario = \"s.toml\"\nreplications = 3\n[axis.size]\npath = \"package.p.size\"\n\
        list = [\"1 MB\", \"9 MB\"]\n[response.share]\nmeasure = \"success_share\"\n";
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    fs::write(folder.path().join("study.toml"), study).unwrap();
    let run = |arguments: &[&str]| {
        rollcast(folder.path()).args(arguments).assert().success();
    };
    run(&["study", "run", "study.toml", "-o", "out", "-q"]);
    run(&["report", "out", "-o", "page.html"]);
    let table = fs::read_to_string(folder.path().join("out/results/points.csv")).unwrap();
    let mut rows = table.lines().map(|row| row.split(',').collect::<Vec<_>>());
    let headings = rows.next().unwrap();
    let high = headings
        .iter()
        .position(|heading| *heading == "ci_high")
        .unwrap();
    let beyond = |row: &Vec<&str>| row[high].parse::<f64>().is_ok_and(|high| high > 1.0);
    assert!(
        rows.any(|row| beyond(&row)),
        "choose another seed:\n{table}"
    );
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    let picture = page.split("share against size").nth(1).unwrap();
    let picture = picture.split("</figure>").next().unwrap();
    assert!(picture.contains("100.0 %"), "{picture}");
    for number in picture
        .split(" %")
        .filter_map(|text| text.rsplit(['>', ' ', '(']).next())
    {
        let percent: f64 = number.parse().unwrap_or(0.0);
        assert!((0.0..=100.0).contains(&percent), "{percent} %");
    }
}

/// A cell of `causes.csv` is copied from a spreadsheet into a shell: it is not a formula,
/// nothing stands before the command, and the comparison of the two results knows it.
#[test]
#[cfg(unix)]
fn what_to_set_is_copied_out_of_a_table_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let scenario =
        "horizon = \"1 d\"\n[fleet.pcs]\ncount = 5\nuser_logged_on = 0\n[program.\"it's\"]\n";
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    let run = rollcast(folder.path())
        .args(["run", "s.toml", "-q", "-o", "before"])
        .output();
    assert!(run.unwrap().status.success());
    let mut causes = csv::Reader::from_path(folder.path().join("before/causes.csv")).unwrap();
    let headings = causes.headers().unwrap().clone();
    let at = headings.iter().position(|name| name == "what_to_set");
    let rows: Vec<_> = causes.records().map(Result::unwrap).collect();
    let command = &rows[0][at.unwrap()];
    assert!(command.starts_with("rollcast run --set '"), "{command}");
    let binary = assert_cmd::cargo::cargo_bin("rollcast");
    let path = binary.parent().unwrap().display().to_string();
    let line = format!("{command} s.toml -q -o after");
    let shell = std::process::Command::new("sh")
        .args(["-c", &line])
        .env("PATH", format!("{path}:{}", std::env::var("PATH").unwrap()))
        .current_dir(folder.path())
        .status();
    assert!(shell.unwrap().success(), "{line}");
    let machines = fs::read_to_string(folder.path().join("after/machines.csv")).unwrap();
    assert_eq!(machines.matches(",installed,").count(), 5, "{machines}");
    rollcast(folder.path())
        .args(["report", "before", "after"])
        .assert()
        .success();
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("The second result has the remedy for"));
}

/// The text of the report on a scenario of two fleets at one site, without its markup.
fn told(scenario: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let scenario = format!(
        "start = 2026-03-16T06:00:00\nhorizon = \"2 d\"\n[package.p]\n[program.p]\n\
         rights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
         [advertisement.p]\n{scenario}"
    );
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    let mut command = rollcast(folder.path());
    command.args(["run", "s.toml", "-o", "out", "--report"]);
    let output = command.args(arguments).output().unwrap();
    assert!(
        [Some(0), Some(4)].contains(&output.status.code()),
        "{output:?}"
    );
    let page = fs::read_to_string(folder.path().join("out/report.html")).unwrap();
    assert_eq!(violations(&page), Vec::<String>::new());
    let body = page.split("</style>").nth(1).unwrap();
    let parts = body
        .split('<')
        .map(|part| part.split_once('>').map_or("", |(_, text)| text));
    parts.collect::<String>()
}

/// A page without its markup.
fn text_of(page: &str) -> String {
    let parts = page.split('<');
    let texts = parts.map(|part| part.split_once('>').map_or("", |(_, text)| text));
    texts.collect()
}

#[test]
fn a_report_says_how_many_still_have_to_restart_wherever_it_says_that_they_have_it() {
    for (count, codes, verdict, why) in [
        (
            10,
            "{ 3010 = 1 }",
            "100.0 % of the machines have it; 10 machines still have to restart.",
            "Every machine has what it was offered.Of those that have p, 10 machines still have to restart.",
        ),
        (
            1,
            "{ 3010 = 1 }",
            "100.0 % of the machines have it; 1 machine still has to restart.",
            "Of those that have p, 1 machine still has to restart.",
        ),
        // Those that fail have a cause, those that still have to restart have none.
        (
            400,
            "{ 3010 = 0.5, 1603 = 0.5 }",
            " machines still have to restart.",
            "Of those that have p, ",
        ),
    ] {
        let scenario = format!("[fleet.pcs]\ncount = {count}\n");
        let codes = format!("program.p.exit_codes={codes}");
        let text = told(&scenario, &["--set", &codes]);
        assert!(text.contains(verdict), "{count}: {text}");
        assert!(text.contains(why), "{count}: {text}");
    }
    let text = told("[fleet.pcs]\ncount = 10\n", &[]);
    assert!(!text.contains("to restart"), "{text}");
}

#[test]
fn the_head_of_a_report_speaks_of_the_objectives_that_are_stated() {
    let machines = "[fleet.pcs]\ncount = 100\n";
    let with = |more: &str| format!("{machines}{more}");
    let of = |scenario: &str, sets: &[&str]| {
        let sets: Vec<_> = sets.iter().flat_map(|set| ["--set", set]).collect();
        told(scenario, &sets)
    };
    // Without one, 95 % counts as done.
    let fails = "program.p.exit_codes={1603=0.07}";
    let text = of(machines, &[]);
    assert!(text.contains("p: It will be done: 95 % by"), "{text}");
    let text = of(machines, &["program.p.exit_codes={1603=0.3}"]);
    assert!(text.contains("It will not be done: 95 % is not reached."));

    let text = of(
        &with("[objective.all]\nsuccess = 0.9\n"),
        &[fails, "replications=10"],
    );
    let said =
        "p: It will be done as asked: 90 % by Wed 18 Mar 06:00, met in 10 of 10 replications.";
    assert!(
        text.contains(said) && !text.contains("It will not be done"),
        "{text}"
    );

    let soon = with("[objective.soon]\nby = \"+10 min\"\n");
    let text = of(&soon, &[]);
    let said =
        "p: It will not be done as asked: 95 % by Mon 16 Mar 06:10. 95 % have it by Mon 16 Mar";
    assert!(
        text.contains(said) && !text.contains("It will be done"),
        "{text}"
    );

    // One that is missed decides, then one that is undecided.
    let late = "objective.late={by=\"2026-03-15T06:00\"}";
    let text = of(machines, &["objective.end={}", late]);
    assert!(
        text.contains("It is undecided whether it will be done as asked: 95 % by Sun 15 Mar 06:00")
    );
    let text = of(&soon, &["objective.end={}", late]);
    assert!(
        text.contains("p: It will not be done as asked: 95 % by Mon 16 Mar 06:10. 95 % have it")
    );

    // One about all advertisements is told once, and not of each of them.
    let other = with("[advertisement.q]\nprogram = \"p\"\n");
    let text = of(&other, &["objective.all={}"]);
    let said = "All advertisements together: It will be done as asked: 95 % by Wed 18 Mar 06:00";
    assert!(text.contains(said), "{text}");
    assert!(
        text.contains("p: 95 % have it by") && text.contains("q: 95 % have it by"),
        "{text}"
    );
    let text = of(&other, &["objective.q={advertisement=\"q\",by=\"+1 min\"}"]);
    assert!(
        text.contains("q: It will not be done as asked") && text.contains("p: 95 % have it by")
    );
    assert!(!text.contains("All advertisements together"));
}

/// Two runs of a hundred machines, of which a third and then a twelfth fail, and more of them
/// for a second cause.
fn compared(folder: &Path, replications: &str) -> String {
    let scenario = "start = 2026-03-16T06:00:00\nhorizon = \"2 d\"\nseed = 7\n[fleet.pcs]\ncount = 75\n\
        [fleet.old]\ncount = 25\nplatform = \"Windows 2000 Professional\"\n[package.p]\n[program.p]\n\
        rights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
        exit_codes = { 1603 = 0.09 }\n[advertisement.p]\n";
    fs::write(folder.join("s.toml"), scenario).unwrap();
    for (output, set) in [
        ("a", "program.p.platforms=[\"Windows XP Professional\"]"),
        ("b", "replications=1"),
    ] {
        let mut command = rollcast(folder);
        command.args(["run", "s.toml", "-q", "--force", "-o", output]);
        let output = command.args(["--set", set, "-r", replications]).output();
        assert_eq!(output.unwrap().status.code(), Some(0), "{set}");
    }
    rollcast(folder)
        .args(["report", "a", "b"])
        .assert()
        .success();
    let page = fs::read_to_string(folder.join("report.html")).unwrap();
    assert_eq!(violations(&page), Vec::<String>::new());
    let changes = page.split("id=\"changes\"").nth(1).unwrap();
    changes
        .split("The second result<")
        .next()
        .unwrap()
        .to_owned()
}

#[test]
fn beyond_chance_stands_only_beside_what_was_tested() {
    let folder = tempfile::tempdir().unwrap();
    let page = compared(folder.path(), "5");
    let text = text_of(&page);
    let times = "90 % is reached in 5 of 5 replications instead of 0 of 5, in the median by";
    let machines = "23.8 machines more (beyond chance); ";
    assert!(text.contains(&format!("{machines}{times}")), "{text}");
    // No test of the times has been made, so that nothing is said of them.
    let sentence = text.split(times).nth(1).unwrap();
    let sentence = sentence
        .split("Machines without it, by cause")
        .next()
        .unwrap();
    assert!(!sentence.contains("chance"), "{sentence}");
    // Five equal differences are one too few for the sign test; six are enough.
    let row = "Rejected (platform unsupported)p250−25";
    assert!(
        text.contains(&format!("{row}too few replications to tell")),
        "{text}"
    );
    let text = text_of(&compared(folder.path(), "6"));
    assert!(text.contains(&format!("{row}beyond chance")), "{text}");
    // Of one replication there is no test, and one time is not a median.
    let text = text_of(&compared(folder.path(), "1"));
    let sentence = text.split("p: ").nth(1).unwrap();
    let sentence = sentence
        .split("Machines without it, by cause")
        .next()
        .unwrap();
    assert!(
        !sentence.contains("chance") && !sentence.contains("median"),
        "{sentence}"
    );
    assert!(text.contains("too few replications to tell"), "{text}");
    // What changed is counted first, and nothing is said of chance.
    assert!(!text.contains("beyond chance, "), "{text}");
    assert!(
        text.contains(" changed outcome, and ")
            && text.contains(" at another time. One replication shows what happened in it."),
        "{text}"
    );
}

#[test]
fn the_last_machine_is_named_with_the_replication_in_which_it_was_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = "start = 2026-03-16T06:00:00\nreplications = 6\nhorizon = \"2 d\"\n[site.a]\n\
        [site.b]\n[fleet.pcs]\nper_site = 20\n[program.p]\n\
        runs = \"whether or not a user is logged on\"\nrights = \"administrative\"\n\
        exit_codes = { 1603 = 0.1 }\n[advertisement.p]\n\
        phases = [{ name = \"first\", share = 0.5 }, { name = \"rest\" }]\n";
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    let run = |arguments: &[&str]| {
        let output = rollcast(folder.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let rows = |table: &str| -> Vec<BTreeMap<String, String>> {
        let reader = csv::Reader::from_path(folder.path().join(table));
        reader.unwrap().deserialize().map(Result::unwrap).collect()
    };
    run(&["run", "s.toml", "-o", "out", "--report"]);
    let machines = rows("out/machines.csv");
    let page = fs::read_to_string(folder.path().join("out/report.html")).unwrap();
    let mut later = 0;
    for (table, column) in [("out/sites.csv", "site"), ("out/phases.csv", "phase")] {
        for row in rows(table) {
            let (machine, replication) = (&row["last_machine"], &row["last_replication"]);
            let own = machines
                .iter()
                .find(|own| own["machine"] == *machine && own["replication"] == *replication);
            let own = own.unwrap();
            assert_eq!(
                own["run_end_seconds"], row["last_seconds"],
                "{table}: {row:?}"
            );
            assert_eq!(own[column], row[column], "{table}: {row:?}");
            later += u32::from(replication != "1");
            let named = format!(
                "data-replication=\"{replication}\">{machine}</span> in replication {replication}"
            );
            assert!(page.contains(&named), "{named}");
        }
    }
    assert!(
        later > 0,
        "choose a seed by which another replication than the first is the last"
    );
    // Of one replication there is nothing to say.
    run(&[
        "run", "s.toml", "-o", "out", "--report", "-r", "1", "--force",
    ]);
    assert!(
        rows("out/sites.csv")
            .iter()
            .all(|row| row["last_replication"] == "1")
    );
    let page = fs::read_to_string(folder.path().join("out/report.html")).unwrap();
    assert!(!page.contains("</span> in replication") && !page.contains("Last of all"));
    // Where nothing succeeds, no replication has the last.
    let fails = "program.p.exit_codes={1603=1}";
    run(&["run", "s.toml", "-o", "out", "--force", "--set", fails]);
    assert!(
        rows("out/sites.csv")
            .iter()
            .all(|row| row["last_replication"].is_empty())
    );
}

/// The report on a scenario that is written here.
fn report_on(scenario: &str, more: &[&str]) -> (String, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    let mut command = rollcast(folder.path());
    command.args(["run", "s.toml", "-o", "out", "-q"]);
    let _ = command.args(more).output().unwrap();
    let mut command = rollcast(folder.path());
    command.args(["report", "out", "-o", "page.html"]);
    command.assert().success();
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    (page, folder)
}

const NOBODY: &str = "horizon = \"1 d\"\n[fleet.pcs]\ncount = 3\n[package.p]\n\
    [collection.dom]\nrole = [\"domain controller\"]\n[program.p]\nrights = \"administrative\"\n\
    runs = \"whether or not a user is logged on\"\n[advertisement.p]\ncollection = \"dom\"\n";

#[test]
fn a_run_that_reaches_no_machine_has_no_empty_table_and_waits_for_no_share() {
    let (page, folder) = report_on(NOBODY, &[]);
    assert!(!page.contains("<tbody></tbody>"), "{page}");
    let mut command = rollcast(folder.path());
    let run = command.args(["run", "s.toml", "-q", "--json", "-o", "again"]);
    let json: serde_json::Value = serde_json::from_slice(&run.output().unwrap().stdout).unwrap();
    for time in json["advertisements"][0]["times"].as_array().unwrap() {
        assert_eq!(time["never"], serde_json::json!([]), "{json:#}");
    }
}

/// A Legacy Client goes on trying where an Advanced Client has given up.
#[test]
fn a_cause_whose_machines_end_differently_says_how_many_of_each() {
    let (page, folder) = report_on(
        "start = 2026-03-09T08:00:00\nhorizon = \"60 d\"\n[site.hq]\n[fleet.pc]\ncount = 20\n\
         [fleet.old]\nclient = \"legacy\"\ncount = 6\n\
         [package.p]\naccess = ['Guests']\n[program.p]\nrights = \"administrative\"\n\
         runs = \"whether or not a user is logged on\"\n[advertisement.p]\nassigned = \"+1 h\"\n",
        &[],
    );
    let table = fs::read_to_string(folder.path().join("out/failures.csv")).unwrap();
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let headings = rows.headers().unwrap().clone();
    let at = |name: &str| headings.iter().position(|one| one == name).unwrap();
    let mut sums = std::collections::BTreeMap::<(String, String), Vec<String>>::new();
    for row in rows.records().map(Result::unwrap) {
        let key = (
            row[at("advertisement")].to_owned(),
            row[at("cause")].to_owned(),
        );
        let outcomes = sums.entry(key).or_default();
        if !outcomes.contains(&row[at("outcome")].to_owned()) {
            outcomes.push(row[at("outcome")].to_owned());
        }
    }
    assert!(sums.values().any(|outcomes| outcomes.len() > 1), "{table}");
    for outcomes in sums.values().filter(|outcomes| outcomes.len() > 1) {
        for outcome in outcomes {
            assert!(page.contains(&format!("{outcome} ")), "{outcome}");
        }
        assert!(
            outcomes
                .iter()
                .all(|outcome| !page.contains(&format!("({outcome})")))
        );
    }
}

#[test]
fn a_forecast_without_two_midnights_has_its_start_and_hours_on_the_axis() {
    let scenario = |start: &str, horizon: &str| {
        format!(
            "start = {start}\nhorizon = \"{horizon}\"\n[fleet.pcs]\ncount = 3\n[program.p]\n\
             runs = \"whether or not a user is logged on\"\nrights = \"administrative\"\n\
             [advertisement.p]\n"
        )
    };
    for (start, horizon, labels, lines) in [
        // From 08:00 to 18:00, by the hour; the label of the start takes the room of the next.
        (
            "2026-03-09T08:00:00",
            "10 h",
            &["Mon 9 Mar 08:00", "10:00", "16:00"][..],
            11,
        ),
        (
            "2026-03-09T20:30:00",
            "20 h",
            &["Mon 9 Mar 20:30", "Tue 10 Mar", "14:00"],
            11,
        ),
        (
            "2026-03-09T08:10:00",
            "30 min",
            &["Mon 9 Mar 08:10", "08:20", "08:35"],
            7,
        ),
    ] {
        let (page, _folder) = report_on(&scenario(start, horizon), &[]);
        let picture = page
            .split("<figure>")
            .find(|part| part.contains("over time"));
        let picture = picture.unwrap().split("</svg>").next().unwrap();
        for label in labels {
            assert!(picture.contains(&format!(">{label}</text>")), "{picture}");
        }
        // Those of the time alone: those of the shares are five.
        let grid = picture.matches("class=\"grid\"").count();
        assert_eq!(grid, lines + 5, "{start}, {horizon}");
    }
}

#[test]
fn dates_that_would_look_alike_have_their_seconds_and_those_of_several_years_the_year() {
    let scenario = |by: &str| {
        format!(
            "start = 2026-03-09T08:00:00\nhorizon = \"1 d\"\n[fleet.pcs]\ncount = 3\n[program.p]\n\
             runs = \"whether or not a user is logged on\"\nrights = \"administrative\"\n\
             [advertisement.p]\n[objective.o]\nby = \"{by}\"\n"
        )
    };
    for (by, said) in [
        (
            "2026-03-10T08:00:01",
            "it asks for Tue 2026-03-10 08:00:01, which is after the forecast ends, Tue 2026-03-10 08:00:00",
        ),
        ("2026-03-09T20:00:30", " by Mon 9 Mar 20:00:30"),
        ("2026-03-09T20:00:00", " by Mon 9 Mar 20:00."),
        (
            "2027-03-09T20:00:00",
            " by Tue 9 Mar 2027 20:00. 95 % have it by Mon 9 Mar 2026 ",
        ),
    ] {
        let (page, _folder) = report_on(&scenario(by), &[]);
        let text = text_of(&page);
        assert!(text.contains(said), "{by}: {text}");
    }
}

const QUEUE: &str = "start = 2026-03-16T06:00:00\nhorizon = \"1 d\"\n[fleet.pcs]\ncount = 40\n\
    [server.MP]\nroles = [\"management point\"]\n\
    station = { servers = 3, service = \"20 s\", patience = \"1 min\" }\n\
    [server.DP]\nroles = [\"distribution point\"]\nconnection_limit = 10\n[package.p]\nsize = \"1 MB\"\n\
    [program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
    [advertisement.p]\nassigned = \"+2 h\"\n";

/// Those in line are not of those that are served, and a point has its sessions.
#[test]
fn what_shared_a_resource_at_once_is_named_beside_how_many_it_serves() {
    let cell = |scenario: &str, resource: &str| {
        let (page, _) = report_on(scenario, &[]);
        let row = page.split(&format!("<th scope=\"row\">{resource}<")).nth(1);
        let row = row.unwrap_or_else(|| panic!("{page}"));
        row.split("<td class=\"number\">")
            .nth(5)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        cell(QUEUE, "management point MP"),
        "40 requests, 3 served at a time"
    );
    // With more to serve than ask, they are of those that could be served.
    let wide = QUEUE.replace("servers = 3", "servers = 60");
    let wide = wide.replace("service = \"20 s\"", "service = \"2 min\"");
    let slow = QUEUE.replace("size = \"1 MB\"", "size = \"900 MB\"");
    let slow = slow.replace("[server.DP]\n", "[server.DP]\nnetwork = \"10 Mbit/s\"\n");
    assert_eq!(cell(&slow, "distribution point DP"), "10 of 10 sessions");
    assert_eq!(cell(&slow, "network card DP"), "10 transfers");
    let (page, _) = report_on(&wide, &[]);
    assert!(!page.contains("served at a time"), "{page}");
    // In the inbox of the server are messages, of which the station serves none.
    let reports = format!("{QUEUE}[reports]\n");
    let told = cell(&reports, "management point MP");
    assert!(told.parse::<u32>().is_ok(), "{told}");
}

/// A line that is closed at night, and what it gives at other times.
fn closed(calendar: &str, fault: &str) -> String {
    format!(
        "start = 2026-03-16T06:00:00\nhorizon = \"2 d\"\n[site.hq]\n[site.b]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n\
         {calendar}[server.HQ]\nsite = \"hq\"\nroles = [\"management point\", \"distribution point\"]\n\
         [fleet.pcs]\nsites = [\"b\"]\nper_site = 10\n[package.p]\nsize = \"100 MB\"\n\
         [program.p]\npackage = \"p\"\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
         [advertisement.p]\nprogram = \"p\"\nassigned = \"as soon as possible\"\non_remote = \"download\"\n{fault}"
    )
}

#[test]
fn a_line_that_gives_nothing_for_a_time_is_told_to() {
    let calendar = |share: &str| {
        format!(
            "wan_calendar = \"night\"\n[calendar.night]\nfrom = \"20:00\"\nto = \"06:00\"\ndays = \"Mon-Sun\"\nshare = {share}\n"
        )
    };
    let fault = |rate: &str| {
        format!("[[fault]]\nat = \"+2 h\"\nfor = \"1 h\"\nwan = [\"b\"]\nrate = \"{rate}\"\n")
    };
    let down = "[[fault]]\nat = \"+2 h\"\nfor = \"1 h\"\nwan = [\"b\"]\n";
    for (scenario, rates, told) in [
        (
            closed(&calendar("0"), ""),
            "1 Mbit/s and at times nothing",
            Some("20 h"),
        ),
        (
            closed(&calendar("0.5"), ""),
            "1 Mbit/s and at times 500 kbit/s",
            None,
        ),
        (
            closed("", down),
            "1 Mbit/s and at times nothing",
            Some("1 h"),
        ),
        (
            closed(&calendar("0"), &fault("64 kbit/s")),
            "1 Mbit/s and at times 64 kbit/s or nothing",
            Some("20 h"),
        ),
        (closed("", ""), "1 Mbit/s", None),
    ] {
        let (page, folder) = report_on(&scenario, &[]);
        let closed = told.map(|span| format!("Lines that give nothing for whole cells, as calendars or faults have it: b for {span}."));
        match closed {
            Some(words) => assert!(text_of(&page).contains(&words), "{words}"),
            None => assert!(!page.contains("Lines that give nothing"), "{rates}"),
        }
        let mut command = rollcast(folder.path());
        command.args(["run", "s.toml", "-o", "again"]);
        let output = command.output().unwrap();
        let digest = String::from_utf8(output.stdout).unwrap();
        assert!(
            digest.contains(&format!("wan-down b, {rates}: ")),
            "{digest}"
        );
        // A share of nothing is no number.
        let table = fs::read_to_string(folder.path().join("out/use.csv")).unwrap();
        let mut table = csv::Reader::from_reader(table.as_bytes());
        let headings = table.headers().unwrap().clone();
        let share = headings
            .iter()
            .position(|name| name == "share_of_line")
            .unwrap();
        let empty = table
            .records()
            .filter(|row| row.as_ref().unwrap()[share].is_empty());
        assert_eq!(empty.count() > 0, told.is_some());
    }
}

/// The causes are of all replications of each run, and that is said where these are not as
/// many.
#[test]
fn causes_of_runs_with_other_numbers_of_replications_say_what_they_are_means_of() {
    let folder = tempfile::tempdir().unwrap();
    let alike = text_of(&compared(folder.path(), "5"));
    assert!(alike.contains("Machines without it, by cause: "), "{alike}");
    for (replications, told) in [
        ("3", "the means of 5 and 3 replications"),
        ("1", "the means of 5 and 1 replication"),
    ] {
        let mut command = rollcast(folder.path());
        command.args([
            "run",
            "s.toml",
            "-q",
            "--force",
            "-o",
            "b",
            "-r",
            replications,
        ]);
        command.assert().success();
        rollcast(folder.path())
            .args(["report", "a", "b"])
            .assert()
            .success();
        let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
        let text = text_of(&page);
        let words = format!("Machines without it, by cause, {told}: Platform unsupported 25 → 0");
        assert!(text.contains(&words), "{words}: {text}");
    }
}

/// The curve counts reports of success, and the head what is there at the end.
#[test]
fn a_curve_that_ends_above_the_verdict_says_what_the_difference_is() {
    let scenario = "start = 2006-03-20T08:00:00\nhorizon = \"3 d\"\n[fleet.pc]\ncount = 10\n\
        [fleet.gone]\ncount = 4\nclient = \"legacy\"\n[collection.all]\nfleet = [\"*\"]\n[package.p]\n\
        [program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
        uninstall = \"u\"\nuninstall_when_not_advertised = true\n\
        [program.u]\npackage = \"p\"\n[advertisement.p]\ncollection = \"all\"\n";
    let leaving = "[[membership]]\nfleet = [\"gone\"]\ncollection = \"all\"\nleaves = \"+2 d\"\n";
    let said = "4 machines fewer have the program than the curve shows";
    let text = text_of(&report_on(&format!("{scenario}{leaving}"), &[]).0);
    assert!(text.contains(said), "{text}");
    assert!(text.contains("it was removed from 4 machines"), "{text}");
    assert!(text.contains("or it was removed again"), "{text}");
    let text = text_of(&report_on(scenario, &[]).0);
    assert!(!text.contains("fewer have the program"), "{text}");
    assert!(!text.contains("or it was removed again"), "{text}");
}

/// The terminal says it, and so does the page.
#[test]
fn the_head_of_a_report_says_that_the_last_machines_were_off() {
    let scenario = |share: f64| {
        format!(
            "start = 2006-03-20T08:00:00\nhorizon = \"10 d\"\n[fleet.pc]\ncount = 100\n\
             [fleet.away]\ncount = 20\nabsence = {{ share = {share}, length = \"6 d\" }}\n\
             [package.p]\n[program.p]\nrights = \"administrative\"\n\
             runs = \"whether or not a user is logged on\"\n[advertisement.p]\n"
        )
    };
    let text = text_of(&report_on(&scenario(1.0), &[]).0);
    assert!(
        text.contains("at least nine in ten were off for most of the time"),
        "{text}"
    );
    let text = text_of(&report_on(&scenario(0.0), &[]).0);
    assert!(!text.contains("off for most of the time"), "{text}");
}

/// Refusals and closed lines of a fault look like a lack of servers and bandwidth.
#[test]
fn a_report_tells_the_faults_that_the_scenario_has() {
    let scenario = "start = 2006-03-20T08:00:00\nhorizon = \"2 d\"\n[site.hq]\n[site.b]\nparent = \"hq\"\n\
        wan = \"1 Mbit/s\"\n[server.S]\nsite = \"hq\"\nroles = [\"management point\", \"distribution point\"]\n\
        [account.'CORP\\x']\n[share.t]\nserver = \"S\"\n[fleet.pc]\nsites = [\"b\"]\ncount = 5\n[package.p]\n[program.p]\n\
        rights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n[advertisement.p]\non_remote = \"download\"\n";
    let fault = |what: &str| format!("[[fault]]\nat = \"+1 h\"\n{what}\n");
    for (written, said) in [
        (
            "server = [\"S\"]\nfor = \"30 min\"",
            "from Mon 20 Mar 09:00 for 30 min: S is down",
        ),
        (
            "server = [\"S*\"]\nroles = [\"distribution point\"]",
            "from Mon 20 Mar 09:00 to the end: S* are down as distribution point",
        ),
        ("wan = [\"b\"]", "the line of b is cut"),
        (
            "wan = [\"b\"]\nrate = \"64 kbit/s\"",
            "the line of b carries 64 kbit/s",
        ),
        ("account = 'CORP\\x'", "the account CORP\\x is locked"),
        (
            "token_account = \"CORP\"\nstate = \"disabled\"",
            "the token account of CORP is disabled",
        ),
        ("share = \"t\"", "the access list of the share t is another"),
        (
            "package = \"p\"\ndistribution_points = [\"S\"]",
            "the content of p on S is damaged",
        ),
        (
            "site = [\"b\"]\nclock = \"-20 min\"",
            "the clocks of b are 20 min behind",
        ),
    ] {
        let (page, _) = report_on(&format!("{scenario}{}", fault(written)), &[]);
        let text = text_of(&page);
        assert!(text.contains(said), "{said}\n{text}");
    }
    // One that is over by the start, or begins after the end, changes nothing.
    for written in [
        "at = \"+3 d\"\nwan = [\"b\"]",
        "at = 2006-03-19T08:00:00\nfor = \"2 h\"\nwan = [\"b\"]",
    ] {
        let (page, _) = report_on(&format!("{scenario}[[fault]]\n{written}\n"), &[]);
        assert!(!text_of(&page).contains("Faults that the scenario has"));
    }
    let (page, _) = report_on(
        &format!("{scenario}{}", fault("wan = [\"b\"]")),
        &["--set", "fault=[]"],
    );
    assert!(!text_of(&page).contains("Faults that the scenario has"));
}

/// The terminal and the page tell the same run.
#[test]
fn a_length_of_time_reads_the_same_on_the_terminal_and_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let run = |out: &str, size: &str| {
        let mut command = rollcast(folder.path());
        let scenario = "[site.hq]\n[site.b]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n[fleet.pc]\nsites = [\"b\"]\n\
            count = 90\n[package.p]\n[program.p]\nrights = \"administrative\"\n\
            runs = \"whether or not a user is logged on\"\n[advertisement.p]\non_remote = \"download\"\n";
        fs::write(folder.path().join("s.toml"), scenario).unwrap();
        let size = format!("package.p.size={size}");
        command.args(["run", "s.toml", "-q", "-o", out, "--set", &size]);
        command.assert().success();
    };
    let mut compared = 0;
    for size in ["17 MB", "23 MB", "31 MB"] {
        run("a", "11 MB");
        run("b", size);
        let output = rollcast(folder.path()).args(["compare", "a", "b"]).output();
        let terminal = String::from_utf8(output.unwrap().stdout).unwrap();
        let mut command = rollcast(folder.path());
        command.args(["report", "a", "b", "-o", "page.html"]);
        command.assert().success();
        let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
        let page = text_of(&page);
        assert!(page.contains("Of 90 machines, "), "{page}");
        for line in terminal
            .lines()
            .filter(|line| line.contains(" % ") && line.contains("->"))
        {
            let (_, times) = line.trim().split_once(" %  ").unwrap();
            for time in times.split(", ").next().unwrap().split(" -> ") {
                assert!(page.contains(time.trim()), "{time}: {page}");
                compared += 1;
            }
        }
        fs::remove_dir_all(folder.path().join("a")).unwrap();
        fs::remove_dir_all(folder.path().join("b")).unwrap();
    }
    assert!(compared >= 12, "{compared}");
}

/// Guesses are what a reader has to check first.
#[test]
fn assumptions_without_a_source_stand_in_the_open() {
    let scenario = |presence: &str| {
        format!(
            "[fleet.pc]\ncount = 5\n{presence}\n[package.p]\n[program.p]\nrights = \"administrative\"\n\
             runs = \"whether or not a user is logged on\"\n[advertisement.p]\n"
        )
    };
    let page = report_on(&scenario(""), &[]).0;
    let basis = &page[page.find("id=\"basis\"").unwrap()..];
    let (open, folded) = basis.split_once("<details").unwrap();
    assert!(open.contains("these values are assumptions"), "{open}");
    assert!(open.contains("fleet.presence"), "{open}");
    assert!(!folded.contains("an assumption"), "{folded}");
    assert!(folded.contains("advertisement.expires"), "{folded}");
    // No line is limited, of which anything could be left out.
    assert!(!open.contains("heat map"), "{open}");
    let page = report_on(&scenario("presence = \"office\""), &[]).0;
    assert!(!page.contains("fleet.presence"));
}

/// The list "Not simulated" is long; what a reader has to weigh is what this scenario meets.
#[test]
fn what_the_model_leaves_out_follows_from_what_the_scenario_uses() {
    let left_out = |scenario: &str| {
        let page = report_on(scenario, &[]).0;
        let from = page.find("What the model leaves out").unwrap();
        let list = &page[from..];
        let list = text_of(&list[..list.find("</ul>").unwrap()]);
        assert!(list.len() < 2_500, "{list}");
        list
    };
    let base = "[package.p]\nsize = \"1 MB\"\n[program.p]\nrights = \"administrative\"\n\
                runs = \"whether or not a user is logged on\"\n";
    let plain = left_out(&format!(
        "[fleet.pc]\ncount = 5\n{base}[advertisement.p]\non_local = \"download\"\n"
    ));
    let of = |fleet: &str, program: &str, rest: &str| {
        left_out(&format!(
            "[site.hq]\n[site.b]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n[fleet.pc]\nsites = [\"b\"]\n\
             count = 5\n{fleet}\n{base}{program}\n[advertisement.p]\non_local = \"download\"\n\
             on_remote = \"download\"\n{rest}"
        ))
    };
    for (said, scenario) in [
        ("TCP are not simulated", of("", "", "")),
        ("No other traffic is on the lines", of("", "", "")),
        (
            "only what the scenario takes from their capacity",
            of(
                "",
                "",
                "[site.c]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\nwan_calendar = \"day\"\n[calendar.day]\n",
            ),
        ),
        (
            "A holiday or a power failure",
            of("presence = \"office\"", "", ""),
        ),
        (
            "but what the scenario names",
            of(
                "",
                "",
                "[[fault]]\nwan = [\"b\"]\nat = \"+1 h\"\nfor = \"1 h\"\n",
            ),
        ),
        ("reads its whole package", of("client = \"legacy\"", "", "")),
        ("to its peers at the same rate", of("", "", "[peers]\n")),
        (
            "comes back from its restart",
            of("", "exit_codes = { 3010 = 0.5 }", ""),
        ),
        (
            "The curve counts machines that report success",
            of("", "breakage = { share = 0.1 }", ""),
        ),
    ] {
        assert!(scenario.contains(said), "{said}: {scenario}");
        assert!(!plain.contains(said), "{said}: {plain}");
    }
    // What an exit code means is what it means to the clients.
    for (codes, rules, restarts, fails) in [
        ("1604 = 0.5", "", true, false),
        ("7 = 0.5", "", false, true),
        ("7 = 0.5", "[rules]\nrestart_codes = [7]\n", true, false),
        ("7 = 0.5", "[rules]\nsuccess_codes = [0, 7]\n", false, false),
    ] {
        let list = of("", &format!("exit_codes = {{ {codes} }}"), rules);
        assert_eq!(
            list.contains("comes back from its restart"),
            restarts,
            "{list}"
        );
        assert_eq!(
            !list.contains("No program fails by itself"),
            fails,
            "{list}"
        );
    }
    for said in [
        "Every machine is on all the time",
        "No program fails by itself",
        "No server, line or content breaks down",
    ] {
        assert!(plain.contains(said), "{said}: {plain}");
    }
    // A line that was cut and is whole again carries no other traffic.
    let cut = "[[fault]]\nwan = [\"b\"]\nat = \"+1 h\"\nfor = \"1 h\"\n";
    assert!(of("", "", cut).contains("No other traffic is on the lines"));
}

/// A reader of the page has the decisions before them, and no file.
#[test]
fn a_cause_points_to_the_decisions_where_the_page_shows_them() {
    let scenario = |stop: &str| {
        format!(
            "horizon = \"2 d\"\n[fleet.pc]\ncount = 60\npoll_interval = \"10 min\"\n[package.p]\n[program.p]\n\
             rights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
             exit_codes = {{ 1603 = 1.0 }}\n[advertisement.p]\n\
             phases = [{{ name = \"pilot\", share = 0.5 }}, {{ name = \"rest\" }}]\n{stop}"
        )
    };
    let stop = "stop = [{ on = \"failed\", share = 0.1, minimum = 5, action = \"abort\" }]\n";
    let text = text_of(&report_on(&scenario(stop), &[]).0);
    let told = "the table “Decisions of the roll-out” tells by which rule";
    assert!(text.contains(told), "{text}");
    assert!(!text.contains("decisions.csv"), "{text}");
    // What waits for its gate stands in the file alone.
    let text = text_of(&report_on(&scenario(""), &[]).0);
    assert!(
        text.contains("decisions.csv tells which rule held it"),
        "{text}"
    );
}

/// What is asked for is told exactly, and what was done and is gone does not last.
#[test]
fn a_head_that_says_done_says_whether_it_lasts() {
    let scenario = |success: f64| {
        format!(
            "start = 2006-03-20T08:00:00\nhorizon = \"3 d\"\n[fleet.pc]\ncount = 12\n[fleet.gone]\n\
             count = 8\nclient = \"legacy\"\n[collection.all]\nfleet = [\"*\"]\n[package.p]\n\
             [program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
             uninstall = \"u\"\nuninstall_when_not_advertised = true\n[program.u]\npackage = \"p\"\n\
             [advertisement.p]\ncollection = \"all\"\n[[membership]]\nfleet = [\"gone\"]\n\
             collection = \"all\"\nleaves = \"+2 d\"\n[objective.o]\nsuccess = {success}\nby = \"+1 d\"\n"
        )
    };
    let text = text_of(&report_on(&scenario(0.9994), &[]).0);
    assert!(text.contains("done as asked: 99.94 %"), "{text}");
    assert!(text.contains("o: 99.94 % by"), "{text}");
    assert!(text.contains("It does not last."), "{text}");
    let text = text_of(&report_on(&scenario(0.5), &[]).0);
    assert!(!text.contains("It does not last."), "{text}");
}

/// A caption explains what is in its picture.
#[test]
fn a_weekend_has_no_working_hours_to_shade() {
    let scenario = |start: &str| {
        format!(
            "start = {start}\nhorizon = \"1 d\"\n[fleet.pc]\ncount = 5\n[package.p]\n[program.p]\n\
             rights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n[advertisement.p]\n"
        )
    };
    let text = text_of(&report_on(&scenario("2006-03-18T08:00:00"), &[]).0);
    assert!(text.contains("No working hours lie in this time"), "{text}");
    let text = text_of(&report_on(&scenario("2006-03-20T08:00:00"), &[]).0);
    assert!(text.contains("Shaded: working hours"), "{text}");
}

#[test]
fn what_steers_a_terminal_or_turns_a_line_round_is_written_out_on_every_page() {
    let steers = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let text = r"\u001b]0;owned\u0007\u009b\u007f\u202etxt\u2066\u200f\r";
    let shown = r"\u{1b}]0;owned\u{7}\u{9b}\u{7f}\u{202e}txt\u{2066}\u{200f}\u{d}";
    let raw = "\u{1b}]0;owned\u{7}\u{9b}\u{7f}\u{202e}txt\u{2066}\u{200f}\r";
    let (page, _) = report_on(&format!("title = \"{text}\"\n{NOBODY}"), &[]);
    assert!(page.contains(&format!("<h1>{shown}</h1>")));
    let (page, folder) = report_on(NOBODY, &["--set", &format!("title=x{raw}x")]);
    let shown = format!("x{shown}x");
    assert!(page.contains(&format!("<code>title={shown}</code>")));
    assert!(page.contains(&format!("<h1>{shown}</h1>")), "{page}");
    assert!(page.contains(&format!("<title>{shown} ")), "{page}");
    assert!(!page.contains(steers), "{:?}", page.find(steers));
    // Two results.
    let mut command = rollcast(folder.path());
    command.args(["report", "out", "out", "-o", "two.html"]);
    command.assert().success();
    let two = fs::read_to_string(folder.path().join("two.html")).unwrap();
    assert!(two.contains(&shown) && !two.contains(steers));
}
