//! Ctrl-C and sudden death: what was finished is kept, nothing is half there,
//! and whoever goes on comes to the same bytes.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SCENARIO: &str = r#"
horizon = "1 d"
seed = 3
[site.hq]
[site."branch-{1..2}"]
parent = "hq"
wan = "256 kbit/s"
slow_boundary = false
[server.SMS]
site = "hq"
roles = ["management point", "client access point", "distribution point"]
[fleet.pcs]
count = 300
[package.patch]
size = "2 MB"
[program.patch]
rights = "administrative"
runs = "whether or not a user is logged on"
install_time = "uniform(1 min, 20 min)"
exit_codes = { 1603 = 0.2 }
[advertisement.patch]
on_local = "download"
"#;

/// One group of machines that keeps a thread busy for a long time.
const HUGE: &str = r#"
horizon = "28 d"
[server.SMS]
roles = ["management point", "client access point", "distribution point"]
[fleet.pcs]
count = 60000
[program.patch]
runs = "whether or not a user is logged on"
exit_codes = { 1618 = 1.0 }
[advertisement.patch]
on_local = "download"
stop = [{ share = 1.0, minimum = 4000000 }]
[rules]
poll_interval = "2 s"
"#;

const AXES: &str = r#"
scenario = "scenario.toml"
[axis.line]
path = 'site."branch-{1..2}".wan'
list = ["64 kbit/s", "256 kbit/s", "1 Mbit/s"]
[response.failed]
measure = "failures"
[response.half]
measure = "time_to"
share = 0.5
"#;

/// So many replications that none of these tests sees their end, of small groups
/// that are over at once; and little to write for each.
const MANY: &[&str] = &["-r", "100000", "--tables", "summary"];

struct Lab(TempDir);

impl Lab {
    fn new() -> Self {
        let lab = Self(tempfile::tempdir().unwrap());
        fs::write(lab.path("scenario.toml"), SCENARIO).unwrap();
        lab
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The study of [`AXES`] with `more` before it.
    fn study(&self, more: &str) {
        fs::write(self.path("study.toml"), format!("{more}{AXES}")).unwrap();
    }

    fn start(&self, arguments: &[&str]) -> Child {
        Command::new(assert_cmd::cargo::cargo_bin("rollcast"))
            .current_dir(self.0.path())
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn start_study(&self, out: &str) -> Child {
        self.start(&[
            "study",
            "run",
            "study.toml",
            "-o",
            out,
            "-q",
            "--threads",
            "2",
        ])
    }

    /// Runs the study to its end, and says how long that took.
    fn finish_study(&self, out: &str) -> Duration {
        let started = Instant::now();
        let output = self.start_study(out).wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        started.elapsed()
    }

    /// How many runs of an unfinished study are kept, each of them whole.
    fn kept(&self, study: &str) -> usize {
        let folder = self.path(study).join("runs");
        let Ok(entries) = fs::read_dir(folder) else {
            return 0;
        };
        let files = entries.map(|entry| entry.unwrap().path());
        files
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .filter(|path| {
                // Between listing and reading the study may have been finished.
                fs::read_to_string(path)
                    .is_ok_and(|text| serde_json::from_str::<serde_json::Value>(&text).is_ok())
            })
            .count()
    }
}

/// Every file below a folder with its bytes.
fn bytes(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(bytes(&path));
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

/// The tables of a study, by name.
fn tables(lab: &Lab, study: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = lab.path(study).join("results");
    let files = bytes(&folder).into_iter();
    let named = files.map(|(path, bytes)| (path.strip_prefix(&folder).unwrap().into(), bytes));
    let tables: BTreeMap<PathBuf, Vec<u8>> = named.collect();
    assert!(tables.len() > 2, "{study} has results");
    tables
}

/// Waits until `holds`, which it does before long.
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Presses Ctrl-C.
fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(sent.success());
}

/// How a child ends, and the rest of what it says.
fn end(mut child: Child) -> (ExitStatus, String) {
    let mut said = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_string(&mut said).unwrap();
    }
    (child.wait().unwrap(), said)
}

/// Waits until a run simulates: it has told how far it is.
fn wait_for_simulation(child: &mut Child) {
    let mut stderr = BufReader::new(child.stderr.as_mut().unwrap());
    let mut line = String::new();
    while !line.contains(" % of ") {
        line.clear();
        let read = stderr.read_line(&mut line).unwrap();
        assert!(read > 0, "the run ends before it has told how far it is");
    }
}

/// Interrupts `rollcast run` with these arguments, and finds nothing written.
fn interrupt_run(lab: &Lab, arguments: &[&str]) {
    let before = bytes(lab.0.path());
    let mut child = lab.start(&[&["run"], arguments].concat());
    wait_for_simulation(&mut child);
    interrupt(&child);
    let pressed = Instant::now();
    let (status, said) = end(child);
    assert_eq!(status.code(), Some(130), "{said}");
    assert!(said.contains("interrupted; nothing was written"), "{said}");
    assert!(
        pressed.elapsed() < Duration::from_secs(5),
        "{:?}",
        pressed.elapsed()
    );
    assert_eq!(bytes(lab.0.path()), before, "nothing is half there");
}

#[test]
fn an_interrupted_run_says_so_and_leaves_nothing_behind() {
    let lab = Lab::new();
    interrupt_run(&lab, &[&["scenario.toml", "-o", "out"], MANY].concat());
    assert!(!lab.path("out").exists());
}

#[test]
fn an_interrupted_run_leaves_an_older_output_as_it_was() {
    let lab = Lab::new();
    let (status, said) = end(lab.start(&["run", "scenario.toml", "-r", "2", "-o", "out", "-q"]));
    assert!(status.success(), "{said}");
    interrupt_run(
        &lab,
        &[&["scenario.toml", "-o", "out", "--force"], MANY].concat(),
    );
    assert!(lab.path("out/machines.csv").exists());
}

#[test]
fn a_run_is_interrupted_within_one_large_group_of_machines() {
    let lab = Lab::new();
    fs::write(lab.path("huge.toml"), HUGE).unwrap();
    interrupt_run(&lab, &["huge.toml", "-o", "out"]);
}

#[test]
fn an_interrupted_study_says_so_keeps_what_is_finished_and_goes_on_to_the_same_bytes() {
    let lab = Lab::new();
    lab.study("replications = 200\n");
    lab.finish_study("whole");
    let child = lab.start_study("stopped");
    wait_until("some runs are finished", || lab.kept("stopped") > 5);
    interrupt(&child);
    let (status, said) = end(child);
    assert_eq!(status.code(), Some(130), "{said}");
    assert!(
        said.contains("interrupted; what was finished is kept"),
        "{said}"
    );
    assert!(!lab.path("stopped/results").exists());
    let kept = lab.kept("stopped");
    assert!((6..600).contains(&kept), "{kept} runs are kept");
    for path in bytes(&lab.path("stopped")).keys() {
        assert!(
            path.extension().is_some_and(|end| end == "json"),
            "{} is half there",
            path.display()
        );
    }
    let resumed = lab.start(&["study", "run", "study.toml", "-o", "stopped"]);
    let (status, said) = end(resumed);
    assert!(status.success(), "{said}");
    let expected = format!("computed {}, reused {kept}, failed 0", 600 - kept);
    assert!(said.contains(&expected), "{said}");
    assert_eq!(tables(&lab, "stopped"), tables(&lab, "whole"));
}

/// Kills a study again and again at moments all over the time it takes, then
/// lets it come to its end.
fn kill_again_and_again(more: &str) {
    let lab = Lab::new();
    lab.study(more);
    let length = lab.finish_study("whole");
    let mut in_the_middle = 0;
    // Moments that look random, and are the same in every test: each attempt
    // goes on where the last was killed.
    let mut random = 0x9e37_79b9_u64;
    for _ in 0..10 {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let part = (random >> 40) as f64 / (1u64 << 24) as f64;
        let mut child = lab.start_study("killed");
        std::thread::sleep(length.mul_f64(part * 0.5));
        // Kills without a warning; it may have ended by itself.
        let _ = child.kill();
        child.wait().unwrap();
        in_the_middle += usize::from(lab.kept("killed") > 0);
    }
    // On a busy machine all of these may have come too early or too late: then
    // from the beginning, as soon as the first run is finished.
    for _ in 0..50 {
        if in_the_middle > 0 {
            break;
        }
        let _ = std::fs::remove_dir_all(lab.path("killed"));
        let mut child = lab.start_study("killed");
        while lab.kept("killed") == 0 && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let _ = child.kill();
        child.wait().unwrap();
        in_the_middle += usize::from(lab.kept("killed") > 0);
    }
    assert!(in_the_middle > 0, "no kill came in the middle of the work");
    lab.finish_study("killed");
    assert_eq!(tables(&lab, "killed"), tables(&lab, "whole"));
}

#[test]
fn a_study_that_is_killed_at_any_moment_ends_with_the_same_bytes() {
    kill_again_and_again("replications = 100\n");
}

#[test]
fn a_study_that_stops_when_it_knows_enough_may_be_killed_at_any_moment_too() {
    kill_again_and_again(
        "stop = { response = \"failed\", relative = 0.01, look_ahead = 20, most = 120 }\n",
    );
}

#[test]
fn a_contest_of_points_may_be_killed_at_any_moment_too() {
    kill_again_and_again(
        "select = { response = \"failed\", best = \"smallest\", procedure = \"kim-nelson\", \
         indifference = 0.5, most = 150 }\ncommon_random_numbers = false\n",
    );
}
