//! Messages that name the likeliest slip behind a mistake.

use assert_cmd::Command;
use std::fs;
use tempfile::TempDir;

const START: &str = "[site.hq]\n[fleet.pcs]\ncount = 5\n";

struct Lab(TempDir);

impl Lab {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.path().join(name), bytes).unwrap();
    }

    fn rollcast(&self, arguments: &[&str], input: &str) -> (i32, String, String) {
        let output = Command::cargo_bin("rollcast")
            .unwrap()
            .current_dir(self.0.path())
            .args(arguments)
            .write_stdin(input)
            .output()
            .unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }
}

/// What `check` says of a scenario, on one line, and its exit code.
fn said(text: impl AsRef<[u8]>) -> (i32, String) {
    let lab = Lab::new();
    lab.put("s.toml", text);
    let (code, _, error) = lab.rollcast(&["check", "s.toml"], "");
    let words = error.replace('│', " ");
    (code, words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Each scenario is refused with all of the words.
fn refused(cases: &[(&str, &[&str])]) {
    for (text, wanted) in cases {
        let (code, said) = said(format!("{START}{text}\n"));
        assert_eq!(code, 2, "{text}: {said}");
        for words in *wanted {
            assert!(said.contains(words), "{text}: wanted {words} in: {said}");
        }
        for type_of_program in [
            "struct ",
            "a sequence",
            "invalid type",
            "enum ",
            "f64",
            "u32",
            "wanted string",
        ] {
            assert!(!said.contains(type_of_program), "{text}: {said}");
        }
    }
}

/// Each scenario is refused with the remedy, and passes once that has been done.
fn mended(cases: &[(&str, &str, &str)]) {
    for (written, remedy, mended) in cases {
        refused(&[(written, &[remedy])]);
        let (code, said) = said(format!("{START}{mended}\n"));
        assert_eq!(code, 0, "{mended}: {said}");
    }
}

#[test]
fn a_backslash_in_double_quotes_asks_for_single_quotes() {
    refused(&[
        (
            "[account.\"CORP\\sms-net\"]",
            &["backslash", "single quotes: 'CORP\\sms-net'"],
        ),
        (
            "[accounts]\nnetwork_access = \"CORP\\user\"",
            &["backslash", "single quotes"],
        ),
        // These are escapes, and not what was meant either.
        ("[account.\"CORP\\bob\"]", &["backslash", "'CORP\\bob'"]),
        (
            "[accounts]\nnetwork_access = \"CORP\\net\"",
            &["backslash", "'CORP\\net'"],
        ),
    ]);
    // It may be meant: a warning, and no error.
    let (code, newline) = said(format!("title = \"a \\new b\"\n{START}"));
    assert!(
        code == 0 && newline.contains("control-character"),
        "{newline}"
    );
    let (code, escaped) = said(format!("title = \"a \\\\ b\"\n{START}"));
    assert!(
        code == 0 && !escaped.contains("control-character"),
        "{escaped}"
    );
}

#[test]
fn a_percentage_asks_for_a_share() {
    refused(&[
        (
            "[objective.o]\nsuccess = \"95 %\"",
            &["`95 %` stands where a share", "0.95"],
        ),
        ("[objective.o]\nsuccess = \"99.94%\"", &["0.9994"]),
        (
            "[objective.o]\nsuccess = 95 %",
            &["is a percentage", "0.95"],
        ),
        ("[objective.o]\nsuccess = 95", &["95 % is written 0.95"]),
        (
            "[objective.o]\nsuccess = 1.5",
            &["1.5 is not a share from 0 to 1"],
        ),
        (
            "[objective.o]\nsuccess = \"0.95\"",
            &["without quotes: 0.95"],
        ),
        (
            "[objective.o]\nsuccess = \"most\"",
            &["`most` stands where a share"],
        ),
    ]);
}

#[test]
fn a_unit_that_is_nearly_right_asks_for_the_right_one() {
    refused(&[
        ("[package.p]\nsize = \"180 Mb\"", &["\"180 MB\""]),
        ("[package.p]\nsize = \"180 Mbit\"", &["\"180 MB\""]),
        (
            "[package.p]\nsize = 180",
            &["`180` stands where an amount of data"],
        ),
        (
            "[site.b]\nparent = \"hq\"\nwan = \"2 Mb\"",
            &["\"2 Mbit/s\" for bits or \"2 MB/s\" for bytes"],
        ),
    ]);
}

#[test]
fn a_section_without_a_name_asks_for_one() {
    refused(&[
        (
            "[package]\nsize = \"180 MB\"",
            &["`[package]` has no name", "[package.NAME]"],
        ),
        (
            "[server]\nsite = \"hq\"",
            &["`[server]` has no name", "[server.NAME]"],
        ),
        ("[objective]\nsuccess = 0.9", &["[objective.NAME]"]),
    ]);
}

#[test]
fn a_name_with_dots_asks_for_quotes() {
    refused(&[(
        "[server.hq.sms.corp.local]\nsite = \"hq\"",
        &["[server.\"hq.sms.corp.local\"]"],
    )]);
}

#[test]
fn a_value_of_another_kind_is_shown_as_it_should_be() {
    refused(&[
        (
            "[server.s]\nsite = \"hq\"\nroles = \"distribution point\"",
            &[
                "`distribution point` stands where a list belongs",
                "[\"distribution point\"]",
            ],
        ),
        (
            "[program.p]\nmsi = true",
            &["`true` stands where a table belongs", "its keys are"],
        ),
        (
            "[program.p]\nshares = [\"tools\"]",
            &["{ share = \"tools\" }", "its keys are"],
        ),
        (
            "[fleet.x]\ncount = 1\navailability = { from = 08:00 }",
            &["\"08:00\""],
        ),
        ("[fleet.x]\ncount = \"five\"", &["a whole number"]),
        ("[server.s]\nsite = hq", &["text without quotes", "\"hq\""]),
    ]);
}

#[test]
fn a_file_in_another_language_or_encoding_is_called_that_once() {
    for (text, language) in [
        ("site:\n  hq:\n    wan: 2 Mbit/s\n", "this looks like YAML"),
        ("{ \"site\": { \"hq\": {} } }\n", "this looks like JSON"),
    ] {
        let (code, said) = said(text);
        assert_eq!(code, 2);
        assert!(said.contains(language), "{said}");
        assert_eq!(said.matches("malformed-toml").count(), 1, "{said}");
    }
    let (code, said_of_ansi) = said(b"# a\n# Z\xfcrich\n[site.hq]\n");
    assert_eq!(code, 2);
    assert!(
        said_of_ansi.contains("line 2 is not UTF-8"),
        "{said_of_ansi}"
    );
    assert!(said_of_ansi.contains("Windows-1252") && said_of_ansi.contains("UTF-8"));
    let (_, wide) = said(b"\xff\xfe[\x00a\x00]\x00");
    assert!(wide.contains("UTF-16"), "{wide}");
}

#[test]
fn a_study_is_no_scenario_and_a_scenario_no_study() {
    let lab = Lab::new();
    lab.put("scenario.toml", START);
    lab.put(
        "study.toml",
        "scenario = \"scenario.toml\"\n[axis.n]\npath = \"seed\"\nlist = [1]\n",
    );
    let (code, _, error) = lab.rollcast(&["run", "study.toml"], "");
    assert_eq!(code, 2);
    assert!(error.contains("this is a study") && error.contains("rollcast study run study.toml"));
    let (code, _, error) = lab.rollcast(&["study", "run", "scenario.toml"], "");
    assert_eq!(code, 2);
    assert!(error.contains("this is a scenario") && error.contains("rollcast run scenario.toml"));
}

#[test]
fn a_file_that_is_not_there_is_bad_input() {
    let lab = Lab::new();
    for arguments in [
        &["run", "no.toml"][..],
        &["check", "no.toml"],
        &["study", "run", "no.toml"],
    ] {
        let (code, _, error) = lab.rollcast(arguments, "");
        assert_eq!(code, 2, "{error}");
        assert!(
            error.contains("of this name") && error.contains("no.toml"),
            "{error}"
        );
    }
}

#[test]
fn a_scenario_comes_from_standard_input() {
    let lab = Lab::new();
    let (code, _, error) = lab.rollcast(&["run", "-"], START);
    assert_eq!(code, 0, "{error}");
    assert!(lab.0.path().join("stdin-results/manifest.json").is_file());
    let (code, _, error) = lab.rollcast(&["check", "-"], "[nonsense]\n");
    assert_eq!(code, 2);
    assert!(error.contains("standard input"), "{error}");
}

#[test]
fn a_long_list_of_problems_is_folded_and_counted() {
    let mut text = START.to_owned();
    for number in 0..40 {
        text += &format!("[site.b{number}]\nparent = \"nowhere-{number}\"\n");
    }
    let (code, said) = said(&text);
    assert_eq!(code, 2);
    assert!(said.contains("and 30 like it: unknown-name"), "{said}");
    assert!(said.trim_end().ends_with("40 errors"), "{said}");
}

#[test]
fn an_advertisement_that_is_due_before_it_is_available_is_warned_of() {
    let warned = |assigned: &str| {
        let text = format!(
            "{START}[program.p]\n[advertisement.p]\nassigned = \"{assigned}\"\navailable = \"+5 h\"\n"
        );
        let (code, said) = said(text);
        assert_eq!(code, 0, "{said}");
        said.contains("due-before-available")
    };
    assert!(warned("+2 h"));
    assert!(!warned("+5 h"));
    assert!(!warned("as soon as possible"));
}

#[test]
fn numbers_beyond_any_bound_are_shown_as_they_are_written() {
    refused(&[
        (
            "[fleet.x]\ncount = 99999999999999999999",
            &["`99999999999999999999` stands where a whole number"],
        ),
        (
            "[rules]\nsuccess_codes = []",
            &["the list is empty; put at least one into it"],
        ),
    ]);
}

#[test]
fn a_remedy_for_a_slip_mends_it() {
    // What was written, a part of the remedy, and the scenario when it is done.
    mended(&[
        (
            "[fleet.x]\ncount = 5,000",
            "write 5000",
            "[fleet.x]\ncount = 5000",
        ),
        (
            "[fleet.x]\ncount = 1,500,000",
            "write 1500000",
            "[fleet.x]\ncount = 1500000",
        ),
        (
            "[fleet.x]\ncount = 5 machines  # a few",
            "leave out `machines`: 5",
            "[fleet.x]\ncount = 5",
        ),
        (
            "[site.b]\nparent = \"hq\"\nwan = 2 Mbit/s",
            "\"2 Mbit/s\"",
            "[site.b]\nparent = \"hq\"\nwan = \"2 Mbit/s\"",
        ),
        (
            "[site.b]\nparent = \"hq\"\nwan = \"1,5 Mbit/s\"",
            "\"1.5 Mbit/s\"",
            "[site.b]\nparent = \"hq\"\nwan = \"1.5 Mbit/s\"",
        ),
        (
            "[program.package]\nrights = \"administrative\"\ninstall_time = \"10 - 20 min\"",
            "uniform(10 min, 20 min)",
            "[program.package]\nrights = \"administrative\"\ninstall_time = \"uniform(10 min, 20 min)\"",
        ),
        (
            "[program.package]\nrights = \"administrative\"\nstatus_mif = yes",
            "write true",
            "[program.package]\nrights = \"administrative\"\nstatus_mif = true",
        ),
        (
            "[program.package]\nrights = \"administrative\"\nstatus_mif = True",
            "write true",
            "[program.package]\nrights = \"administrative\"\nstatus_mif = true",
        ),
        (
            "[fleet.x]\ncount = 5\nuser_logged_on = 0,5",
            "write 0.5",
            "[fleet.x]\ncount = 5\nuser_logged_on = 0.5",
        ),
        (
            "[fleet.my pcs]\ncount = 5",
            "[fleet.\"my pcs\"]",
            "[fleet.\"my pcs\"]\ncount = 5",
        ),
        (
            "[program.package]\nrights = \"administrative\"\ncommand_line = \"C:\\setup.exe /s\"",
            "'C:\\setup.exe /s'",
            "[program.package]\nrights = \"administrative\"\ncommand_line = 'C:\\setup.exe /s'",
        ),
        (
            "[program.package]\nrights = \"administrative\"\ncommand_line = \"setup \"x y\" /s\"",
            "'setup \"x y\" /s'",
            "[program.package]\nrights = \"administrative\"\ncommand_line = 'setup \"x y\" /s'",
        ),
        (
            "[site.Zürich]\nparent = \"hq\"",
            "[site.\"Zürich\"]",
            "[site.\"Zürich\"]\nparent = \"hq\"",
        ),
        (
            "[site]\nKöln = { parent = \"hq\" }",
            "in quotes: \"Köln\"",
            "[site]\n\"Köln\" = { parent = \"hq\" }",
        ),
        (
            "[site.b-{01..20}]\nparent = \"hq\"",
            "[site.\"b-{01..20}\"]",
            "[site.\"b-{01..20}\"]\nparent = \"hq\"",
        ),
        (
            "[server.{site}-DP]\nsites = [\"*\"]",
            "[server.\"{site}-DP\"]",
            "[server.\"{site}-DP\"]\nsites = [\"*\"]",
        ),
        (
            "[fleet.x*]\nuser_logged_on = 0.5",
            "[fleet.\"x*\"]",
            "[fleet.\"x*\"]\nuser_logged_on = 0.5\n[fleet.x1]\ncount = 1",
        ),
        ("[fleet.x]\ncount = 5;", "count = 5", "[fleet.x]\ncount = 5"),
        (
            "[fleet.x]\ncount = 5\nclient = \"advanced\",",
            "its value: client = \"advanced\"",
            "[fleet.x]\ncount = 5\nclient = \"advanced\"",
        ),
        (
            "[fleet.x]\ncount = 5 // five",
            "begins with `#`",
            "[fleet.x]\ncount = 5 # five",
        ),
        (
            "// five\n[fleet.x]\ncount = 5",
            "begins with `#`",
            "# five\n[fleet.x]\ncount = 5",
        ),
        ("[fleet.x]\ncount: 5", "count = 5", "[fleet.x]\ncount = 5"),
        ("[fleet.x]\ncount == 5", "count = 5", "[fleet.x]\ncount = 5"),
        ("[fleet.x]\ncount 5", "count = 5", "[fleet.x]\ncount = 5"),
        (
            "[fleet.x]\ncount = 5\navailability = { from: \"08:00\" }",
            "from = \"08:00\"",
            "[fleet.x]\ncount = 5\navailability = { from = \"08:00\" }",
        ),
        (
            "[fleet.x]\ncount = 1'500",
            "write 1500",
            "[fleet.x]\ncount = 1500",
        ),
        ("[fleet.x]\ncount = 007", "write 7", "[fleet.x]\ncount = 7"),
        (
            "[fleet.x]\ncount = 5\nuser_logged_on = .5",
            "write 0.5",
            "[fleet.x]\ncount = 5\nuser_logged_on = 0.5",
        ),
        (
            "[fleet.x\ncount = 5",
            "write [fleet.x]",
            "[fleet.x]\ncount = 5",
        ),
        (
            "[fleet.x]\ncount = 5\nsites = \"hq\", \"hq\"",
            "sites = [\"hq\", \"hq\"]",
            "[fleet.x]\ncount = 5\nsites = [\"hq\", \"hq\"]",
        ),
        (
            "[objective.o]\nsuccess = \"95,5 %\"",
            "0.955",
            "[objective.o]\nsuccess = 0.955",
        ),
        (
            "[[collection]]\nsite = [\"hq\"]",
            "[collection.NAME]",
            "[collection.NAME]\nsite = [\"hq\"]",
        ),
        (
            "[fleet.x]\ncount = 5\nsites = \"hq\"",
            "[\"hq\"]",
            "[fleet.x]\ncount = 5\nsites = [\"hq\"]",
        ),
        (
            "[package.p]\nsize = \"-45 MB\"",
            "which an amount of data is never; write \"45 MB\"",
            "[package.p]\nsize = \"45 MB\"",
        ),
        (
            "[rules]\npoll_interval = \"-1 h\"",
            "which a length of time is never; write \"1 h\"",
            "[rules]\npoll_interval = \"1 h\"",
        ),
        (
            "[site.b]\nparent = \"hq\"\nwan = \"-1 Mbit/s\"",
            "which a data rate is never; write \"1 Mbit/s\"",
            "[site.b]\nparent = \"hq\"\nwan = \"1 Mbit/s\"",
        ),
        (
            "[advertisement.p]\nphases = [{ share = 0.5, gate = 0.9 }, {}]",
            "such as { success = 0.9 }",
            "[advertisement.p]\nphases = [{ share = 0.5, gate = { success = 0.9 } }, {}]",
        ),
        (
            "[advertisement.p]\nphases = [{ share = 0.5, gate = 5 }, {}]",
            "such as { minimum = 5 }",
            "[advertisement.p]\nphases = [{ share = 0.5, gate = { minimum = 5 } }, {}]",
        ),
    ]);
    let hours = |from: &str| format!("[site.b]\nmaintenance = [{{ from = {from} }}]");
    for (written, remedy) in [
        ("\"10 pm\"", "\"22:00\""),
        ("\"22\"", "\"22:00\""),
        ("\"8.30 Uhr\"", "\"08:30\""),
        ("\"12 a.m.\"", "\"00:00\""),
        ("22.00", "\"22:00\""),
        ("6", "\"06:00\""),
    ] {
        mended(&[(&hours(written), remedy, &hours(remedy))]);
    }
    let days = |days: &str| format!("[site.b]\nmaintenance = [{{ days = {days} }}]");
    let listed = days("[\"Mon\", \"Tue\"]");
    mended(&[(&listed, "\"Mon, Tue\"", &days("\"Mon, Tue\""))]);
    // Of what no clock shows there is no other form.
    let bad = hours("\"25\"");
    refused(&[(
        &bad,
        &["`25` is not a time of day; write one such as \"08:30\""],
    )]);
}

#[cfg(unix)]
#[test]
fn a_path_with_backslashes_is_answered_with_slashes() {
    let lab = Lab::new();
    lab.put("s.toml", START);
    fs::create_dir(lab.0.path().join("data")).unwrap();
    lab.put("data/pcs.csv", "name\nPC1\n");
    let check = |file: &str| {
        let setting = format!("inventory.file={file}");
        let (code, _, said) = lab.rollcast(&["check", "s.toml", "--set", &setting], "");
        (code, said)
    };
    let (code, said) = check("data\\pcs.csv");
    assert!(code == 2 && said.contains("\"data/pcs.csv\""), "{said}");
    assert_eq!(check("\"data/pcs.csv\"").0, 0);
}

/// The same on the command line, where texts need no quotes.
#[test]
fn a_remedy_for_a_slip_in_a_setting_mends_it() {
    let lab = Lab::new();
    let place = "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n[share.tools]\n\
                 [package.p]\n[program.p]\n[advertisement.p]\nphases = [{ share = 0.5 }, {}]\n";
    lab.put("s.toml", format!("{START}{place}"));
    let check = |setting: &str| {
        let (code, _, said) = lab.rollcast(&["check", "s.toml", "--set", setting], "");
        let said = said.replace('│', " ");
        (code, said.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    for (path, written, remedy) in [
        ("share.tools.access", "Everyone", "[\"Everyone\"]"),
        ("share.tools.access", "[Everyone]", "[\"Everyone\"]"),
        (
            "share.tools.access",
            "[CORP\\Domain Users, Everyone",
            "['CORP\\Domain Users', \"Everyone\"]",
        ),
        ("fleet.pcs.sites", "hq", "[\"hq\"]"),
        ("program.p.shares", "tools", "[{ share = \"tools\" }]"),
    ] {
        let (code, said) = check(&format!("{path}={written}"));
        assert!(
            code == 2 && said.contains(remedy),
            "{path}={written}: {said}"
        );
        let (code, said) = check(&format!("{path}={remedy}"));
        assert_eq!(code, 0, "{path}={remedy}: {said}");
    }
    let (code, said) = check("advertisement.p.phases[0].share=0.2");
    assert!(code == 2 && said.contains("`phases.0`"), "{said}");
    assert_eq!(check("advertisement.p.phases.0.share=0.2").0, 0);
    let (_, said) = check("seed=");
    assert!(said.contains("an empty text stands where"), "{said}");
}

#[test]
fn a_date_in_another_order_is_answered_with_the_likeliest_one() {
    let of = |date: &str| format!("[objective.o]\nsuccess = 0.5\nby = {date}");
    for (written, remedies) in [
        ("\"09.03.2026 08:00\"", &["2026-03-09T08:00:00"][..]),
        ("09.03.2026 08:00", &["2026-03-09T08:00:00"]),
        ("\"9.3.26\"", &["2026-03-09"]),
        ("\"9. 3. 2026, 8:05 Uhr\"", &["2026-03-09T08:05:00"]),
        ("\"13/03/2026\"", &["2026-03-13"]),
        ("\"3/13/2026 8:00:30 PM\"", &["2026-03-13T20:00:30"]),
        ("03/04/2026", &["2026-04-03", "2026-03-04"]),
        ("\"2026/03/09\"", &["2026-03-09"]),
        ("\"2026-3-9\"", &["2026-03-09"]),
        ("2026-13-03", &["2026-03-13"]),
        ("\"9 March 2026\"", &["2026-03-09"]),
        ("\"9 March 2026, 7 am\"", &["2026-03-09T07:00:00"]),
        ("\"March 9, 2026 7pm\"", &["2026-03-09T19:00:00"]),
        ("\"9 March 2026 8.05\"", &["2026-03-09T08:05:00"]),
        ("\"9. März 2026 8:05\"", &["2026-03-09T08:05:00"]),
        ("9-mars-2026", &["2026-03-09"]),
        ("\"2026-02-28 24:00\"", &["2026-03-01T00:00:00"]),
        ("\"09.03.2026 8.05\"", &["2026-03-09T08:05:00"]),
        ("\"12:00 AM\"", &[]),
        // A day that is not there: the last of the month and the first of the next.
        ("\"2026-02-30\"", &["2026-02-28", "2026-03-01"]),
        ("2026-02-29", &["2026-02-28", "2026-03-01"]),
        ("2028-02-30", &["2028-02-29", "2028-03-01"]),
        (
            "2026-04-31T08:00",
            &["2026-04-30T08:00:00", "2026-05-01T08:00:00"],
        ),
        ("\"31.06.2026 08:00\"", &["2026-06-30T08:00:00"]),
    ] {
        let (code, met) = said(format!("start = 2026-01-01\n{START}{}\n", of(written)));
        assert_eq!(code, 2, "{written}: {met}");
        for remedy in remedies {
            assert!(met.contains(remedy), "{written}: {met}");
            let mended = format!("start = 2026-01-01\n{START}{}\n", of(remedy));
            let (code, met) = said(mended);
            assert_eq!(code, 0, "{remedy}: {met}");
        }
    }
    refused(&[
        (&of("\"2026-02-30\""), &["February 2026 has 28 days"]),
        (&of("2028-02-30"), &["February 2028 has 29 days"]),
        (&of("2026-31-31"), &["there is no month 31"]),
        (
            &of("2026-03-09T25:00:00"),
            &["no clock shows `25:00:00`", "0 to 23"],
        ),
        ("[account.'CORP\\x", &["write [account.'CORP\\x']"]),
        // What is no date is not called one.
        ("[package.p]\nsize = 10.1.2.3", &["text without quotes"]),
        ("[package.p]\nsize = 1.2.3", &["text without quotes"]),
    ]);
}

#[test]
fn a_text_is_written_out_as_it_should_be_and_reads_as_it_was_meant() {
    for (written, remedy) in [
        (r#""C:\setup "a" /y""#, r#"'C:\setup "a" /y'"#),
        (r#""\\srv\a "b" /y""#, r#"'\\srv\a "b" /y'"#),
        (r#""C:\\setup "a" /y""#, r#"'C:\setup "a" /y'"#),
        (r#""it's "a" /y""#, r#""it's \"a\" /y""#),
        (r#""C:\setup \"a\" /y""#, r#"'C:\setup "a" /y'"#),
        (r#""C:\setup\""#, r"'C:\setup\'"),
        (r#""C:\it's""#, r#""C:\\it's""#),
        ("\u{201c}setup /q\u{201d}", "\"setup /q\""),
        ("\u{2018}setup /q\u{2019}", "'setup /q'"),
    ] {
        let of = |value: &str| format!("title = {value}\n{START}");
        let (code, met) = said(of(written));
        assert!(code == 2 && met.contains(remedy), "{written}: {met}");
        let (code, met) = said(of(remedy));
        assert_eq!(code, 0, "{remedy}: {met}");
    }
    // Inside a text such marks are letters, and another slip is the one to mend.
    let (code, met) = said(format!("title = \"O\u{2019}Brien\" x\n{START}"));
    assert!(code == 2 && !met.contains("typographic"), "{met}");
}

#[test]
fn a_header_without_a_name_is_met_where_its_name_is_missing() {
    refused(&[
        (
            "[site]\n[site.b]\nparent = \"hamburg\"\nwan = \"1 Mbit/s\"",
            &[
                "there is no site `hamburg`",
                "`[site]` has no name; write [site.hamburg]",
            ],
        ),
        (
            "[collection]  # the pilot\n\n[advertisement.x]\nprogram = \"package\"\ncollection = \"the pilot\"",
            &["write [collection.\"the pilot\"]"],
        ),
    ]);
    // A header that names its tables below has lost no name.
    let (_, said) = said(format!(
        "{START}[site]\nc = {{}}\n[site.b]\nparent = \"hamburg\"\n"
    ));
    assert!(!said.contains("has no name"), "{said}");
}

#[test]
fn what_closes_nothing_and_what_is_not_closed_is_named() {
    let slips = [
        (
            "[fleet.x]\ncount = 5\navailability = { attendance = 0.5 }}",
            "leave it out: availability = { attendance = 0.5 }",
            "[fleet.x]\ncount = 5\navailability = { attendance = 0.5 }",
        ),
        (
            "[fleet.x]\ncount = 5 }}",
            "leave it out: count = 5",
            "[fleet.x]\ncount = 5",
        ),
        (
            "[fleet.x]\ncount = 5\nsites = [\"hq\"]]",
            "leave it out: sites = [\"hq\"]",
            "[fleet.x]\ncount = 5\nsites = [\"hq\"]",
        ),
        (
            "}}\n[fleet.x]\ncount = 5",
            "leave the line out",
            "[fleet.x]\ncount = 5",
        ),
        ("[site.'X", "write [site.'X']", "[site.'X']"),
        ("[site.'X]", "write [site.'X']", "[site.'X']"),
        ("[site.\"X", "write [site.\"X\"]", "[site.\"X\"]"),
        ("[site.X']", "write [site.'X']", "[site.'X']"),
    ];
    mended(&slips);
    for (written, ..) in slips {
        let (_, said) = said(format!("{START}{written}\n"));
        assert!(!said.contains("expected"), "{written}: {said}");
    }
}

#[test]
fn what_does_not_end_or_is_missing_is_said_in_words_and_not_as_the_parser_has_them() {
    refused(&[
        (
            "[fleet.x]\nclient = \"advanced",
            &["no quotation mark at its end", "end it with `\"`"],
        ),
        (
            "[fleet.x]\nsites = [\"hq\"",
            &["the list has no bracket", "end it with `]`"],
        ),
        ("[fleet.x]\nsites = [\"hq\" \"b\"]", &["a comma is missing"]),
        (
            "[fleet.x]\navailability = { from = \"08:00\" to = \"18:00\" }",
            &["a comma is missing"],
        ),
        ("[fleet.x]\ncount =", &["`count` has no value"]),
        (
            "[fleet.x]\navailability = true",
            &["such as { attendance = 0.5 }"],
        ),
        (
            "[advertisement.p]\nphases = [0.1, 0.9]",
            &["such as { share = 0.1 }"],
        ),
        (
            "[fleet.x]\navailability = { from = 8 }",
            &["a time of day, such as \"08:30\", belongs"],
        ),
    ]);
}

#[test]
fn numbers_as_people_write_them_are_read_for_what_they_are() {
    let of_package = |size: &str| format!("[package.p]\nsize = {size}");
    for (written, wanted) in [
        (
            of_package("\"1,500 MB\""),
            &["\"1500 MB\"", "\"1.500 MB\" if"][..],
        ),
        (of_package("\"1,5 GB\""), &["write \"1.5 GB\""]),
        (of_package("\"1.500,5 MB\""), &["write \"1500.5 MB\""]),
        (of_package("\"1 500 MB\""), &["write \"1500 MB\""]),
        (of_package("\"1,500,000 B\""), &["write \"1500000 B\""]),
        (of_package("\"1,5\""), &["a number and a unit"]),
        (of_package("5,5 MB"), &["\"5.5 MB\""]),
        (
            "[fleet.x]\ncount = \"1,000\"".into(),
            &["without quotes: 1000"],
        ),
        ("[fleet.x]\ncount = 1 000".into(), &["write 1000"]),
        (
            "[fleet.x]\ncount = 5\nabsence = { share = 0,05 }".into(),
            &["write 0.05"],
        ),
        (
            "[fleet.x]\ncount = 5\nabsence = { share = 5% }".into(),
            &["from 0 to 1: 0.05"],
        ),
        (
            "[fleet.x]\ncount = 5\nsites = [hq]".into(),
            &["in quotes: \"hq\""],
        ),
        (
            "[program.package]\ninstall_time = \"10 min to 5 min\"".into(),
            &["uniform(5 min, 10 min)"],
        ),
        (
            "[fleet.x]\ncount = 5\npoll_interval = \"5-10 min\"".into(),
            &["is a range", "\"5 min\""],
        ),
    ] {
        refused(&[(written.as_str(), wanted)]);
    }
}

#[test]
fn a_name_with_a_blank_stands_in_quotes_wherever_it_is() {
    refused(&[
        (
            "[site.New York] # the branch\nparent = \"hq\"",
            &["[site.\"New York\"]"],
        ),
        ("[site]\nNew York = {}", &["name in quotes: \"New York\""]),
        (
            "[fleet.x]\ncount = 5\nsites = [New York]",
            &["in quotes: \"New York\""],
        ),
    ]);
}

#[test]
fn words_for_yes_and_no_are_known_in_quotes_too() {
    for (written, wanted) in [
        ("\"yes\"", "write true, without quotes"),
        ("\"False\"", "write false, without quotes"),
        ("1", "write true, without quotes"),
        ("Y", "write true"),
    ] {
        let text = format!("[program.package]\nstatus_mif = {written}");
        refused(&[(text.as_str(), &[wanted])]);
    }
}

#[test]
fn a_list_is_no_table_in_a_scenario() {
    let table = "a list stands where a table belongs";
    for text in [
        "[rules]\nexecution_retry = [5, \"1 h\"]",
        "[package.p]\nsent = [\"+1 h\"]",
        "[advertisement.a]\nphases = [[]]",
        "[collection.c]\nmaintenance = [[\"Mon\"]]",
        "[fleet.x]\nmaintenance = [{ days = \"Sat\" }, [\"Mon\"]]",
        "[fleet]\nx = [5]",
        "[site]\nb = []",
        "[objective]\no = [\"p\"]",
        "[server.s]\nroles = [\"management point\"]\nstation = [1, \"3 h\", \"1 s\"]",
    ] {
        refused(&[(text, &[table, "write a table, such as", "its keys are"])]);
    }
    let (code, said) = said("traffic = [\"9 kB\"]\nfault = [[\"x\"]]\n");
    assert_eq!(code, 2);
    assert_eq!(said.matches(table).count(), 2, "{said}");
}

#[test]
fn a_list_is_no_table_in_a_setting() {
    let lab = Lab::new();
    lab.put("s.toml", START);
    for setting in ["site.hq=[]", "rules=[1]", "rules.execution_retry=[5]"] {
        let (code, _, said) = lab.rollcast(&["check", "s.toml", "--set", setting], "");
        assert_eq!(code, 2, "{setting}: {said}");
        assert!(said.contains("a list stands where a table"), "{said}");
        assert!(said.contains(&format!("--set {setting}")), "{said}");
    }
}

#[test]
fn a_list_is_no_table_in_a_study() {
    let lab = Lab::new();
    lab.put("s.toml", START);
    for text in [
        "[axis]\na = [\"horizon\", [\"1 d\"]]",
        "[axis.a]\npath = \"replications\"\nrange = [1, 2]",
        "design = [\"grid\"]",
        "stop = [\"x\"]",
        "[response]\na = [\"failures\"]",
        "[fix]\na = [[\"horizon=1 d\"]]",
    ] {
        lab.put("st.toml", format!("scenario = \"s.toml\"\n{text}\n"));
        let (code, _, said) = lab.rollcast(&["study", "plan", "st.toml"], "");
        assert_eq!(code, 2, "{text}: {said}");
        assert!(said.contains("a list stands where a table"), "{said}");
        assert!(said.contains("write a table"), "{said}");
    }
}

#[test]
fn what_may_be_a_list_or_a_text_or_a_table_still_is() {
    let text = "[site.hq]\n[site.b]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n[fleet.pcs]\ncount = 5\n\
                sites = { hq = 0.5, b = 0.5 }\nmaintenance = [{ days = \"Sat\" }]\n\
                [fleet.x]\ncount = 2\nsites = [\"hq\"]\npresence = \"always\"\n\
                [fleet.y]\ncount = 2\nsites = [\"b\"]\npresence = { up = \"8 h\", down = \"16 h\" }\n\
                [package.p]\nsize = \"1 MB\"\n[[fault]]\nat = 2006-03-18T08:00:00\n\
                for = \"1 h\"\nwan = [\"b\"]\n";
    let (code, said) = said(text);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_date_is_called_a_date() {
    let date = "the date `2006-03-18` stands where";
    refused(&[
        (
            "[site.b]\nparent = \"hq\"\nwan = 2006-03-18",
            &[date, "data rate"],
        ),
        ("[server]\ns = 2006-03-18", &[date, "a table belongs"]),
        (
            "[site]\nb = 07:30:00",
            &["the time of day `07:30:00` stands where a table"],
        ),
    ]);
    let lab = Lab::new();
    lab.put("s.toml", START);
    for path in ["site.hq.wan", "fleet", "rules"] {
        let setting = format!("{path}=2006-03-18");
        let (code, _, said) = lab.rollcast(&["check", "s.toml", "--set", &setting], "");
        assert_eq!(code, 2, "{setting}: {said}");
        assert!(said.contains(date), "{said}");
        assert!(!said.contains("toml_private"), "{said}");
    }
}

#[test]
fn a_table_where_a_list_belongs_is_answered_with_a_list() {
    refused(&[(
        "[program.p]\nshares = { read = \"1 MB\" }",
        &[
            "a table stands where a list belongs",
            "write a list in brackets",
        ],
    )]);
    let lab = Lab::new();
    lab.put("s.toml", START);
    let setting = "program.p.shares.0.read=1 MB";
    let (_, _, said) = lab.rollcast(&["check", "s.toml", "--set", setting], "");
    assert!(said.contains("shares = [ ... ]"), "{said}");
}

#[test]
fn a_study_without_settings_is_not_told_of_them() {
    let lab = Lab::new();
    lab.put("st.toml", "scenario = \"st.toml\"\n");
    let (code, _, said) = lab.rollcast(&["study", "plan", "st.toml"], "");
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("this is a study") && !said.contains("--set"),
        "{said}"
    );
}

const CORP: &str = "[domain.CORP]\n[account.'CORP\\net']\n";

#[test]
fn a_name_of_an_account_is_answered_with_the_right_spelling() {
    let cases = [
        ("'CORP/net'", "write 'CORP\\net'"),
        ("\"CORP\\net\"", "single quotes: 'CORP\\net'"),
        ("\"CORP\\bob\"", "single quotes: 'CORP\\bob'"),
        (
            "'CORP/bob'",
            "write it as 'CORP\\bob', and declare it: [account.'CORP\\bob']",
        ),
        ("'net'", "write 'CORP\\net'"),
        ("'net@corp.example.com'", "write 'CORP\\net'"),
        ("'NEWS\\net'", "did you mean 'CORP\\net'?"),
        ("'NEWS\\bob'", "declare the domain and the account"),
        ("['CORP\\net']", "SMS 2003 has one Network Access Account"),
        ("5", "write 'DOMAIN\\name'"),
    ];
    for (written, wanted) in cases {
        refused(&[(
            &format!("{CORP}[accounts]\nnetwork_access = {written}"),
            &[wanted],
        )]);
    }
    for same in ["'corp\\net'", "'CORP\\NET'"] {
        let (code, said) = said(format!(
            "{START}{CORP}[accounts]\nnetwork_access = {same}\n"
        ));
        assert_eq!(code, 0, "{said}");
    }
    refused(&[
        (
            "[domain.CORP]\n[account.'CORP/net']",
            &["write it as 'CORP\\net'"],
        ),
        ("[domain.CORP]\n[account.net]", &["write it as 'CORP\\net'"]),
        (
            "[domain.CORP]\n[account.'CORP\\net']\n[account.'corp\\NET']",
            &["differ in case alone", "keep one of them"],
        ),
        (
            "[domain.CORP]\n[account.'CORP\\net']\ngroups = ['CORP\\Domain Admins']",
            &["write `domain_admin = true`"],
        ),
        (
            "[domain.CORP]\n[group.'CORP\\g']\ngroups = ['corp\\domain users']",
            &["write `users = true`"],
        ),
    ]);
}

#[test]
fn something_else_than_a_word_is_answered_with_the_words() {
    refused(&[
        (
            "[server.s]\nroles = 5",
            &[
                "`5` stands where a list belongs",
                "[\"management point\"]",
                "domain controller",
            ],
        ),
        (
            "[server.s]\nroles = [5]",
            &["`5` stands where a word belongs", "domain controller"],
        ),
        (
            "[server.s]\nroles = \"dc\"",
            &["write it in brackets: [\"domain controller\"]"],
        ),
        (
            "[server.s]\nroles = [\"dc\"]",
            &["did you mean `domain controller`?"],
        ),
        (
            "[fleet.f]\nrole = 5",
            &["`5` stands where a word belongs", "member server"],
        ),
        (
            "[fleet.f]\nrole = [\"workstation\"]",
            &[
                "a list stands where a word belongs",
                "write it without brackets: \"workstation\"",
            ],
        ),
        ("[fleet.f]\nclient = \"adv\"", &["did you mean `advanced`?"]),
        (
            "[fleet.f]\nmaintenance = \"sat 22:00-04:00\"",
            &[
                "stands where a list belongs",
                "[{ days = ",
                "their keys are: days",
            ],
        ),
        (
            "[fleet.f]\ndomain = [\"CORP\"]",
            &["write it without brackets: \"CORP\""],
        ),
        (
            "[rotation]\naccount = 'CORP\\net'",
            &["write it in double brackets, once for each: [[rotation]]"],
        ),
    ]);
}

#[test]
fn a_name_that_windows_does_not_give_is_refused() {
    for name in ["CORP\\", "CORP\\x ", "CORP\\a\\b", "CORP\\a:b"] {
        let text = format!("[domain.CORP]\n[account.'{name}']");
        refused(&[(&text, &["is not a name that Windows gives"])]);
    }
    let workgroup = "[domain.CORP]\n[domain.WG]\nkind = \"workgroup\"\n";
    refused(&[
        (
            &format!("{workgroup}[account.'WG\\x']"),
            &["is of the workgroup `WG`", "write '.\\x'"],
        ),
        (
            &format!("{workgroup}[fleet.f]\ndomain = \"CORP\"\nuser_domain = \"WG\""),
            &["leave `user_domain` out", "no domain can trust"],
        ),
    ]);
}

#[test]
fn a_value_that_is_no_quantity_is_answered_with_one_and_not_with_quotes() {
    let rate = "write a data rate, such as \"512 kbit/s\"";
    let time = "write a length of time or a distribution of one, such as";
    refused(&[
        ("[site.b]\nparent = \"hq\"\nwan = true", &[rate]),
        ("[site.b]\nparent = \"hq\"\nwan = -1", &[rate]),
        ("[site.b]\nparent = \"hq\"\nwan = [1]", &[rate]),
        ("[site.b]\nparent = \"hq\"\nwan = 5", &["\"5 kbit/s\""]),
        ("[program.p]\ninstall_time = nan", &[time]),
        ("[program.p]\ninstall_time = inf", &[time]),
        ("[program.p]\ninstall_time = 5", &["\"5 min\""]),
        ("[package.p]\nsize = false", &["such as \"266 MB\""]),
        (
            "[objective.o]\nby = true",
            &["write a date and time such as \"2006-03-17T18:00\""],
        ),
    ]);
}

#[test]
fn an_empty_name_is_like_none_and_nothing_is_taken_for_itself() {
    refused(&[
        (
            "[site.b]\nparent = \"\"",
            &[
                "no site has an empty name",
                "leave it out, or name one of: hq",
            ],
        ),
        ("[site.b]\nparent = \"c\"", &["name one of: hq"]),
        ("[site.hr]\nparent = \"h\"", &["did you mean `hq`?"]),
        (
            "[advertisement.p]\ncollection = \"\"\n[program.p]\n[package.p]",
            &["leave it out: the scenario declares no collection"],
        ),
        (
            "[advertisement.p]\n[package.p]\n[program.p]\nrun_first = \"P\"",
            &["declare it, or leave it out"],
        ),
    ]);
}

#[test]
fn hours_that_stand_for_a_window_are_answered_with_the_window_that_they_mean() {
    let meant = "{ from = \"22:00\", to = \"06:00\" }";
    for written in ["\"22:00-06:00\"", "[\"22:00-06:00\"]", "\"22:00 - 06:00\""] {
        let (code, said_first) = said(format!(
            "[site.hq]\nmaintenance = {written}\n[fleet.pcs]\ncount = 5\n"
        ));
        assert!(code == 2 && said_first.contains(meant), "{said_first}");
    }
    let (code, said) = said(format!(
        "[site.hq]\nmaintenance = [{meant}]\n[fleet.pcs]\ncount = 5\n"
    ));
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_single_table_of_a_list_is_answered_with_a_list_wherever_it_stands() {
    let lists = ["fault", "stay", "membership", "account_change", "rotation"];
    for list in lists {
        for header in [format!("[{list}]"), format!("[{list}.x]")] {
            let (code, said) = said(format!("{START}{header}\nat = \"+1 h\"\n"));
            let remedy = format!("in double brackets, once for each: [[{list}]]");
            assert!(code == 2 && said.contains(&remedy), "{header}: {said}");
        }
    }
    refused(&[
        (
            "[site.b]\n[site.b.maintenance]\nfrom = \"20:00\"",
            &["[[site.b.maintenance]]"],
        ),
        (
            "[advertisement.p.phases]\nname = \"x\"",
            &["[[advertisement.p.phases]]"],
        ),
        (
            "[site.b]\nmaintenance = { from = \"20:00\" }",
            &["with the table in it: [{ from = \"20:00\" }]"],
        ),
    ]);
}

/// A name alone is told the key that it would be the value of, and what it is told mends it.
#[test]
fn a_text_where_tables_belong_is_answered_with_a_table_in_brackets() {
    refused(&[
        (
            "[program.p]\nshares = \"tools\"",
            &[
                "`tools` stands where a list belongs",
                "write tables in brackets: [{ share = \"tools\" }]",
            ],
        ),
        (
            "[advertisement.p]\nphases = \"pilot\"",
            &[
                "`pilot` stands where a list belongs",
                "write tables in brackets: [{ ",
            ],
        ),
        (
            "[advertisement.p]\nstop = \"failed\"",
            &[
                "`failed` stands where a list belongs",
                "write tables in brackets: [{ ",
            ],
        ),
        (
            "[site.b]\nmaintenance = \"20:00\"",
            &[
                "`20:00` stands where a list belongs",
                "write tables in brackets: [{ ",
            ],
        ),
    ]);
    let scenario = |shares: &str| {
        format!(
            "{START}[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n[share.tools]\n\
             [package.p]\n[program.p]\nshares = {shares}\n[advertisement.p]\n"
        )
    };
    let (code, _) = said(scenario("\"tools\""));
    assert_eq!(code, 2);
    let (code, said) = said(scenario("[{ share = \"tools\" }]"));
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_domain_that_is_said_twice_is_said_once() {
    for (written, meant) in [
        ("CORP\\CORP/bob", "write it as 'CORP\\bob'"),
        ("corp\\CORP\\bob", "write it as 'CORP\\bob'"),
        ("CORP\\bob@corp.example", "write it as 'CORP\\bob'"),
        ("CORP\\a/b", "a name without blanks around it"),
    ] {
        let (code, said) = said(format!(
            "{START}[domain.CORP]\n[account.'{written}']\n[accounts]\nnetwork_access = '{written}'\n"
        ));
        assert!(code == 2 && said.contains(meant), "{written}: {said}");
    }
}

#[test]
fn a_machine_is_found_with_its_domain_and_one_that_is_not_there_is_accounted_for() {
    let lab = Lab::new();
    lab.put(
        "d.csv",
        "Name,DNSHostName,Enabled,OperatingSystem\n\
         PC1,pc1.corp.example,True,Windows 10 Pro\n\
         PC1,pc1.shop.example,True,Windows 10 Pro\n\
         PC2,pc2.corp.example,True,Windows 10 Pro\n\
         PC3,pc3.corp.example,False,Windows 10 Pro\n",
    );
    lab.put(
        "s.toml",
        "[inventory]\nfile = \"d.csv\"\n[inventory.defaults]\nsites = [\"hq\"]\n[site.hq]\n\
         [domain.\"corp.example\"]\n[domain.\"shop.example\"]\n\
         [server.\"*\"]\ndomain = \"corp.example\"\n\
         [server.DP]\nsite = \"hq\"\nroles = [\"distribution point\", \"management point\"]\n\
         [package.p]\n[program.p]\n[advertisement.p]\n",
    );
    let explain = |name: &str| {
        let (code, out, error) = lab.rollcast(&["explain", "s.toml", "-m", name], "");
        let words = format!("{out} {error}").replace('│', " ");
        (code, words.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    for (name, found) in [
        ("pc2", "PC2:"),
        ("pc2.corp.example", "PC2:"),
        ("CORP\\PC2$", "PC2:"),
        ("pc1.shop.example", "PC1.shop.example:"),
        ("shop\\pc1", "PC1.shop.example:"),
    ] {
        let (code, said) = explain(name);
        assert!(code == 0 && said.contains(found), "{name}: {said}");
    }
    // The computer account has the name without the domain.
    for name in ["pc1.shop.example", "pc1.corp.example"] {
        let (_, story) = explain(name);
        assert!(!story.contains(".example$"), "{story}");
    }
    for (name, wanted) in [
        ("PC1", "it has `PC1.corp.example`, `PC1.shop.example`"),
        ("PC3", "d.csv left it out: disabled (line 5)"),
        ("pc3.corp.example", "d.csv left it out: disabled (line 5)"),
        ("pc2.shop.example", "did you mean `PC2`?"),
    ] {
        let (code, said) = explain(name);
        assert!(code == 2 && said.contains(wanted), "{name}: {said}");
    }
}

#[test]
fn a_file_that_says_nothing_is_refused_with_the_way_to_one_that_does() {
    for text in ["", "\n \n", "# a comment\n", "\u{feff}"] {
        let (code, said) = said(text);
        assert!(
            code == 2 && said.contains("says nothing"),
            "{text:?}: {said}"
        );
    }
    let (code, said) = said("title = \"x\"\n");
    assert_eq!(code, 0, "{said}");
}

#[test]
fn what_can_only_end_in_nothing_is_warned_of() {
    let rest = "[package.p]\n[program.p]\n[advertisement.p]\n";
    let hours = format!("{START}availability = {{ attendance = 0 }}\n{rest}");
    let (code, never_on) = said(&hours);
    assert!(code == 0 && never_on.contains("never on"), "{never_on}");
    let slow = format!(
        "horizon = \"2 d\"\n{START}[package.p]\n[program.p]\ninstall_time = \"3 d\"\n[advertisement.p]\n"
    );
    let (code, too_long) = said(&slow);
    assert!(
        code == 0 && too_long.contains("none of its runs can succeed"),
        "{too_long}"
    );
    let (_, fine) = said(slow.replace("\"3 d\"", "\"uniform(1 min, 3 d)\""));
    assert!(!fine.contains("can succeed"), "{fine}");
}

#[test]
fn an_exit_code_may_have_a_sign_and_a_moment_needs_one() {
    let (code, signed) = said(format!(
        "{START}[package.p]\n[program.p]\nexit_codes = {{ -1073741819 = 0.1 }}\n[advertisement.p]\n"
    ));
    assert_eq!(code, 0, "{signed}");
    refused(&[
        (
            "[package.p]\n[program.p]\nexit_codes = { -1073741819 = 0.1, 0xC0000005 = 0.1 }\n[advertisement.p]",
            &["is given twice"],
        ),
        (
            "[[fault]]\nat = \"3 h\"\nsite = [\"hq\"]",
            &["write \"+3 h\" for that long after the start"],
        ),
    ]);
}

#[test]
fn a_file_that_cannot_be_written_or_is_not_ours_is_refused_with_a_remedy() {
    let lab = Lab::new();
    lab.put("s.toml", START);
    lab.put("mine.toml", "title = \"mine\"\n");
    let refused = |arguments: &[&str], wanted: &str| {
        let (code, _, error) = lab.rollcast(arguments, "");
        let words = error.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            code == 2 && words.contains(wanted),
            "{arguments:?}: {error}"
        );
        assert!(!error.contains("os error"), "{error}");
    };
    refused(&["new", "no/x.toml"], "there is no directory `no`");
    refused(&["run", "s.toml", "-r", "-1"], "-1 is not in");
    let (code, _, error) = lab.rollcast(&["run", "s.toml", "-q", "-o", "out"], "");
    assert_eq!(code, 0, "{error}");
    refused(&["report", "out", "-o", "mine.toml"], "is not replaced");
    refused(
        &["report", "out", "-o", "no/x.html"],
        "there is no directory `no`",
    );
    refused(
        &["report", "out", "--line-threshold", "80"],
        "80 % is written --line-threshold 0.8",
    );
    refused(
        &["report", "out", "--line-threshold", "80%"],
        "80 % is written 0.8",
    );
    refused(
        &["report", "out", "--wait-threshold", "2 min"],
        "2 min is written 120",
    );
    refused(
        &["report", "out", "--refusal-threshold", "1.5"],
        "a share is 1 at most",
    );
    for _ in 0..2 {
        let (code, _, error) = lab.rollcast(&["report", "out", "-o", "page.html"], "");
        assert_eq!(code, 0, "{error}");
    }
}

/// However much is wrong, each kind is shown and counted.
#[test]
fn many_slips_of_one_kind_hide_no_other() {
    let lab = Lab::new();
    let mut text = String::new();
    for number in 0..80 {
        text += &format!("[fleet.f{number}]\ncount = 1\nclint = \"advanced\"\n");
    }
    text += "[site.hq]\nwan = \"2 Mb\"\n[program.p]\nruns = \"whenever\"\n";
    lab.put("s.toml", &text);
    let (code, _, error) = lab.rollcast(&["check", "s.toml"], "");
    assert_eq!(code, 2);
    for said in ["and 70 like it", "2 Mb", "whenever", "82 errors"] {
        assert!(error.contains(said), "{said}: {error}");
    }
    // A file so large that the search ends says so.
    let mut text = format!("# {}\n", "long ".repeat(100_000));
    for number in 0..80 {
        text += &format!("[fleet.f{number}]\ncount = 1\nclint = \"advanced\"\n");
    }
    lab.put("s.toml", &text);
    let (_, _, error) = lab.rollcast(&["check", "s.toml"], "");
    assert!(
        error.contains("50 errors, and more may follow: correct these first"),
        "{error}"
    );
}

/// What a help says is taken as it stands.
#[test]
fn a_help_is_not_refused_in_turn() {
    refused(&[
        (
            "[program.p]\n[advertisement.suite]\nprogram = \"p\"\n[advertisement.suite.phases.pilot]\nshare = 0.1",
            &["[[advertisement.suite.phases]] with `name = \"pilot\"` below it"],
        ),
        (
            "[[site.a]]\nwan = \"2 Mbit/s\"",
            &["single brackets: [site.a]"],
        ),
        (
            "[[site.a]]\n[[site.a]]\n",
            &["single brackets, with a name of its own: [site.NAME]"],
        ),
        (
            "[site]\nwan = \"2 Mbit/s\"\nlan = \"1 Gbit/s\"\nclients = 3",
            &["`[site]` has no name", "[site.NAME]"],
        ),
        (
            "[account.CORP\\net]",
            &["backslash", "single quotes: [account.'CORP\\net']"],
        ),
        (
            "[fleet.pcs.availability]\nfrom = 08:00:00\nto = 17:30:00",
            &["in quotes: \"08:00\"", "in quotes: \"17:30\""],
        ),
    ]);
    // Every key of a table without a name is the same slip.
    let (_, once) = said("[fleet]\ncount = 5\nplatform = \"Windows XP Professional\"\n");
    assert_eq!(once.matches("has no name").count(), 1, "{once}");
    // A name that an escape has spoilt is not looked for besides.
    let (_, alone) = said(format!(
        "{START}[account.\"CORP\\net\"]\n[accounts]\nnetwork_access = \"CORP\\bob\"\n"
    ));
    assert!(!alone.contains("\\u{"), "{alone}");
    assert_eq!(alone.matches("single quotes").count(), 2, "{alone}");
    for (bytes, wanted) in [
        (&b"\x1f\x8b\x08\x00\xff"[..], "this is a gzip file"),
        (&b"PK\x03\x04\xff"[..], "this is a zip file"),
        (&b"\x7fELF\x00\xff"[..], "this is not text"),
        (&b"[site.\xe4]"[..], "Windows-1252"),
    ] {
        let (code, said) = said(bytes);
        assert!(code == 2 && said.contains(wanted), "{said}");
    }
    let lab = Lab::new();
    let (_, _, error) = lab.rollcast(&["run", "s.toml", "-r", "abc"], "");
    assert!(error.contains("it is not a whole number"), "{error}");
    let (_, _, error) = lab.rollcast(&["run", "-"], "scenario = \"s.toml\"\n");
    assert!(error.contains("`rollcast study run -`"), "{error}");
}

#[test]
fn what_other_languages_and_tools_leave_in_a_file_is_named() {
    for nothing in ["null", "nil", "None", "~", "undefined"] {
        let written = format!("[fleet.x]\ncount = 5\nplatform = {nothing}");
        mended(&[(&written, "leave the line out", "[fleet.x]\ncount = 5")]);
    }
    for placeholder in ["$N", "${N}", "%N%", "{{ n }}", "@N@"] {
        let written = format!("[fleet.x]\ncount = {placeholder}");
        refused(&[(&written, &["is a placeholder", "`--set PATH=VALUE`"])]);
    }
    refused(&[
        (
            "<<<<<<< HEAD\n[fleet.x]\n=======\n[fleet.y]\n>>>>>>> b",
            &["version control", "keep one of the two versions"],
        ),
        ("[fleet.x]\ncount\u{a0}= 5", &["(U+00A0)", "a plain blank"]),
        ("[fleet.x]\n\u{200b}count = 5", &["(U+200B)", "take it out"]),
        ("\u{feff}[fleet.x]\ncount = 5", &["(U+FEFF)"]),
        ("[fleet.x]\rcount = 5\r", &["line ends"]),
        (
            "[fleet.x]\ncount = (5)",
            &["`(5)` is no value", "in quotes"],
        ),
        ("<!-- five -->", &["begins no comment"]),
    ]);
    for (text, wanted) in [
        ("name,site\nPC1,hq\nPC2,hq\n", "a list of machines"),
        ("name;site\nPC1;hq\n", "a list of machines"),
        (
            "# Fleet\n\n```toml\n[site.hq]\n```\n",
            "looks like Markdown",
        ),
        (
            "<<<<<<< HEAD\n[site.a]\n=======\n[site.b]\n>>>>>>> x\n",
            "version control",
        ),
        ("// fleet\n{\"site\": {}}\n", "looks like JSON"),
        ("PK\u{3}\u{4}aaaa", "this is a zip file"),
        ("[site.hq]\n\0\n", "this is not text"),
    ] {
        let (code, said) = said(text);
        assert!(code == 2 && said.contains(wanted), "{text}: {said}");
    }
}

#[test]
fn what_is_not_at_fault_is_not_blamed() {
    let (code, blank) = said("[fleet.pcs]\ncount = 95% # 95\u{a0}of them\n");
    assert!(code == 2 && blank.contains("is a percentage"), "{blank}");
    let (code, control) = said("[fleet.pcs]\ncount = 9 # a\u{7}b\n");
    assert!(code == 2 && control.contains("U+0007"), "{control}");
    // A number is no section, whatever its key begins with.
    for key in ["fleet_size = 100", "program-timeout = \"1 h\""] {
        let (code, said) = said(format!("{key}\n[fleet.pcs]\ncount = 1\n"));
        assert!(code == 2 && said.contains("unknown key"), "{said}");
        assert!(!said.contains("with a dot"), "{said}");
    }
}

#[test]
fn a_pause_before_a_phase_is_its_deferral() {
    let phases = |first: &str| {
        format!("[fleet.pcs]\ncount = 9\n[advertisement.package]\nphases = [{{ {first} }}, {{}}]\n")
    };
    let (code, answer) = said(phases("share = 0.1, wait = \"1 d\""));
    assert!(
        code == 2 && answer.contains("did you mean `deferral`?"),
        "{answer}"
    );
    let (code, answer) = said(phases("share = 0.1, deferral = \"1 d\""));
    assert_eq!(code, 0, "{answer}");
}

#[test]
fn a_header_that_is_nearly_right_is_answered_with_the_right_one() {
    for header in [
        "[site b]",
        "[site:b]",
        "[site/b]",
        "[site\\b]",
        "[site \"b\"]",
        "[site..b]",
        "[site.b];",
        "[site.b],",
        "[site.b]:",
        "(site.b)",
        "<site.b>",
        "site.b",
        "[\"site.b\"]",
        "[site-b]",
        "[site_b]",
    ] {
        let written = format!("{header}\nparent = \"hq\"");
        let written = if header.contains(['-', '_']) || header.starts_with("[\"") {
            header.to_owned()
        } else {
            written
        };
        mended(&[(&written, "[site.b]", "[site.b]\nparent = \"hq\"")]);
    }
    mended(&[
        (
            "[site.b] parent = \"hq\"",
            "write [site.b], and on the next line parent = \"hq\"",
            "[site.b]\nparent = \"hq\"",
        ),
        ("[site.]", "[site.NAME]", "[site.NAME]"),
        (
            "[advertisement.pcs.phase]\nshare = 0.5",
            "did you mean `phases`?",
            "[package.pcs]\n[[advertisement.pcs.phases]]\nshare = 0.5\n[[advertisement.pcs.phases]]",
        ),
    ]);
    refused(&[
        ("[machines.x]\ncount = 5", &["[fleet.NAME]"]),
        ("[distribution-point.x]", &["[server.NAME]"]),
        ("[deployment.x]", &["[advertisement.NAME]"]),
        ("[application.x]", &["[package.NAME]"]),
        ("[outage]", &["[[fault]]"]),
        ("[axis.x]", &["is of a study", "a file of its own"]),
        ("[settings]", &["at the top of the file"]),
    ]);
}

#[test]
fn units_of_other_languages_and_tools_are_answered_with_those_of_a_scenario() {
    let cases = |key: &str, cases: &[(&str, &str)]| {
        for (written, remedy) in cases {
            let line = |value: &str| key.replace('@', value);
            mended(&[(&line(&format!("\"{written}\"")), remedy, &line(remedy))]);
        }
    };
    cases(
        "[rules]\npoll_interval = @",
        &[
            ("90 mins", "\"90 min\""),
            ("2 hrs", "\"2 h\""),
            ("2 Stunden", "\"2 h\""),
            ("2:30", "\"2 h 30 min\""),
            ("PT2H30M", "\"2 h 30 min\""),
            ("1h30m", "\"1 h 30 min\""),
            ("1 d, 4 h", "\"1 d 4 h\""),
            ("+3 h", "\"3 h\""),
            ("1 month", "\"30 d\""),
        ],
    );
    cases(
        "[package.p]\n[advertisement.p]\nassigned = @",
        &[
            ("+90 mins", "\"+90 min\""),
            ("90 mins", "\"+90 min\""),
            ("+1,5 h", "\"+1.5 h\""),
            ("P1D", "\"+1 d\""),
            ("asap", "\"as soon as possible\""),
            ("never", "\"optional\""),
        ],
    );
    cases(
        "[site.b]\nparent = \"hq\"\nwan = @",
        &[
            ("2 Mbit/sec", "\"2 Mbit/s\""),
            ("2 Mbit per second", "\"2 Mbit/s\""),
            ("2 MBytes/s", "\"2 MB/s\""),
            ("UNLIMITED", "\"unlimited\""),
            ("none", "\"unlimited\""),
            ("T1", "\"1.544 Mbit/s\""),
        ],
    );
    cases(
        "[package.p]\nsize = @",
        &[
            ("180 megabytes", "\"180 MB\""),
            ("180 MBytes", "\"180 MB\""),
            ("180 Mo", "\"180 MB\""),
            ("180 octets", "\"180 B\""),
            ("180 MB/s", "\"180 MB\""),
        ],
    );
    let lab = Lab::new();
    lab.put("s.toml", format!("{START}[package.p]\n"));
    let check = |setting: &str| lab.rollcast(&["check", "s.toml", "--set", setting], "").2;
    assert!(check("package/p/size=5 MB").contains("`package.p.size`"));
    assert!(check("fleet.pcs.count=3k").contains("3000"));
    let size = |size: &str| format!("[package.p]\nsize = {size}");
    mended(&[
        (&size("1.8e8"), "\"180000000 B\"", &size("\"180000000 B\"")),
        (
            &size("188743680"),
            "\"188743680 B\"",
            &size("\"188743680 B\""),
        ),
        (
            "[fleet.x]\ncount = 2k",
            "write 2000",
            "[fleet.x]\ncount = 2000",
        ),
        (
            "[fleet.x]\ncount = \"1.5k\"",
            "1500",
            "[fleet.x]\ncount = 1500",
        ),
    ]);
}

#[test]
fn a_slip_in_a_study_is_answered_as_one_in_a_scenario() {
    let lab = Lab::new();
    lab.put("s.toml", format!("{START}[package.p]\n"));
    let axis = "scenario = \"s.toml\"\n[axis.size]\npath = \"package.p.size\"\n";
    let plan = |text: String| {
        lab.put("st.toml", text);
        let (code, _, said) = lab.rollcast(&["study", "plan", "st.toml"], "");
        let said = said.replace('│', " ");
        (code, said.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let list = "list = [\"5 MB\", \"9 MB\"]\n";
    for (written, remedy) in [
        (
            format!("{axis}range = \"5..50\"\n"),
            "{ from = 5, to = 50, step = 1 }",
        ),
        (
            format!("{axis}range = [5, 50, 5]\n"),
            "{ from = 5, to = 50, step = 5 }",
        ),
        (
            format!("{axis}range = {{ from = 5, to = 9, step = 1 }}\nformat = \"%d MB\"\n"),
            "\"{} MB\"",
        ),
        (
            format!("{axis}range = {{ from = 5, to = 9, step = 1 }}\nformat = \"{{}} MB {{}}\"\n"),
            "has more than one place",
        ),
        (
            format!("{axis}{list}[select]\nbest = \"lowest\"\n"),
            "did you mean `smallest`?",
        ),
        (
            format!("{axis}{list}[select]\nbest = \"maximum\"\n"),
            "did you mean `largest`?",
        ),
        (
            format!("{axis}{list}[design]\nkind = \"lhs\"\n"),
            "did you mean `latin-hypercube`?",
        ),
        (
            format!(
                "{axis}{list}[design]\nkind = \"grid\"\nconstraint = \"size > 5 && size < 9\"\n"
            ),
            "write `and`",
        ),
        (
            format!("scenario = \"s.toml\"\n[axis]\npath = \"package.p.size\"\n{list}"),
            "[axis.NAME]",
        ),
    ] {
        let (code, said) = plan(written.clone());
        assert!(code == 2 && said.contains(remedy), "{written}: {said}");
        assert!(
            !said.contains("stands where a table belongs") || said.contains("range"),
            "{said}"
        );
    }
}

#[test]
fn a_command_that_is_proposed_can_be_pasted_whatever_the_file_is_called() {
    let lab = Lab::new();
    let (_, _, said) = lab.rollcast(&["new", "my $(touch x).toml"], "");
    assert!(said.contains("rollcast run 'my $(touch x).toml'"), "{said}");
    let (_, _, said) = lab.rollcast(&["study", "run", "my $(touch x).toml"], "");
    let said = said.replace('│', " ");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("`rollcast run 'my $(touch x).toml'`"),
        "{said}"
    );
    assert!(
        said.contains("`scenario = \"my $(touch x).toml\"`"),
        "{said}"
    );
}
