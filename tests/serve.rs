//! `rollcast serve`: who is let in, what a change gives, and how it stops.

use rollcast::scenario::{load, load_str, with_settings};
use rollcast::serve::{Session, Stopped, knobs};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"))
}

/// A server of its own; it is killed if a test fails.
struct Served {
    process: Child,
    host: String,
    path: String,
}

impl Served {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_rollcast"))
            .arg("serve")
            .args(arguments)
            .arg("-q")
            .current_dir(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = process.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        let rest = line.trim().strip_prefix("http://").expect("an address");
        let (host, path) = rest.split_once('/').unwrap();
        Self {
            process,
            host: host.to_owned(),
            path: format!("/{path}"),
        }
    }

    /// Sends a request as it is; status, headers and body of the answer.
    fn raw(&self, request: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_lowercase(), body.to_owned())
    }

    fn get(&self, path: &str, headers: &str) -> (u16, String, String) {
        self.raw(&format!("GET {path} HTTP/1.0\r\n{headers}\r\n"))
    }

    fn post(&self, what: &str, body: &Value) -> Value {
        let body = body.to_string();
        let (status, _, answer) = self.raw(&format!(
            "POST {}{what} HTTP/1.0\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.path,
            body.len(),
            host = self.host,
        ));
        assert_eq!(status, 200, "{answer}");
        serde_json::from_str(&answer).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn only_its_own_page_with_its_token_is_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &[shipped("contexts").to_str().unwrap()]);
    assert!(served.host.starts_with("127.0.0.1:"), "{}", served.host);
    let host = format!("Host: {}\r\n", served.host);
    let (status, head, page) = served.get(&served.path, &host);
    assert_eq!(status, 200);
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cache-control: no-store",
    ] {
        assert!(head.contains(part), "{part} is missing:\n{head}");
    }
    assert!(
        !page.contains("<script>") && !page.contains(" style="),
        "nothing inline"
    );
    for file in ["page.js", "page.css"] {
        assert_eq!(served.get(&format!("{}{file}", served.path), &host).0, 200);
    }
    let refused = |path: &str, headers: &str| {
        let (status, _, body) = served.get(path, headers);
        assert_eq!(status, 403, "{path} {headers}");
        assert!(!body.contains("<html"), "{body}");
    };
    refused("/", &host);
    refused("/0123456789abcdef0123456789abcdef/", &host);
    refused(&served.path, "");
    refused(&served.path, "Host: rebound.example:80\r\n");
    refused(&served.path, &format!("{host}Host: rebound.example:80\r\n"));
    refused(
        &served.path,
        &format!("{host}Origin: http://elsewhere.example\r\n"),
    );
    let stolen = format!(
        "POST {}run HTTP/1.0\r\n{host}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{{}}",
        served.path
    );
    assert_eq!(served.raw(&stolen).0, 403, "a change without an origin");
}

#[test]
fn what_is_too_long_or_not_json_is_refused_and_the_server_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &[shipped("contexts").to_str().unwrap()]);
    let post = |body: &str| {
        served
            .raw(&format!(
                "POST {}run HTTP/1.0\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                served.path,
                body.len(),
                host = served.host,
            ))
            .0
    };
    assert_eq!(post("not json"), 400);
    assert_eq!(post("{\"file\": \"/etc/passwd\"}"), 400);
    assert_eq!(
        post(&format!("{{\"machine\": \"{}\"}}", "x".repeat(1 << 20))),
        413
    );
    // What says that it is too long is refused before it has come.
    let announced = format!(
        "POST {}run HTTP/1.0\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Type: application/json\r\nContent-Length: 2000000000\r\n\r\n{{}}",
        served.path,
        host = served.host,
    );
    assert_eq!(served.raw(&announced).0, 413);
    assert_eq!(post("{}"), 200);
}

#[test]
fn a_change_gives_the_new_curve_over_the_old_one_and_the_difference_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &[shipped("starter").to_str().unwrap()]);
    let begun = served.post("run", &json!({"settings": []}));
    assert!(
        !begun["picture"]
            .as_str()
            .unwrap()
            .contains("class=\"before\"")
    );
    let whole = served.post("rest", &json!({"number": begun["number"]}));
    assert!(
        whole["above"]
            .as_str()
            .unwrap()
            .contains("Why not everybody?")
    );
    assert!(
        whole["below"]
            .as_str()
            .unwrap()
            .contains("What does it rest on?")
    );
    let settings = json!({"settings": ["site.'branch-{01..20}'.wan=64 kbit/s", "replications=3"]});
    let slower = served.post("run", &settings);
    assert_eq!(slower["replications"], 3);
    assert!(
        slower["picture"]
            .as_str()
            .unwrap()
            .contains("class=\"before\"")
    );
    let words = slower["words"].as_str().unwrap();
    assert!(
        words.contains("later") || words.contains("fewer"),
        "{words}"
    );
    let whole = served.post("rest", &json!({"number": slower["number"]}));
    assert!(
        whole["picture"]
            .as_str()
            .unwrap()
            .contains("median of 3 replications")
    );
    let late = served.post("rest", &json!({"number": begun["number"]}));
    assert_eq!(
        late["superseded"], true,
        "an older run has no rest any more"
    );
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert!(files.is_empty(), "a file was written: {files:?}");
}

#[test]
fn bad_values_give_the_message_of_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = shipped("starter");
    let served = Served::start(folder.path(), &[path.to_str().unwrap()]);
    for setting in [
        "horizon=3 parsec",
        "sites.hq=1",
        "site.nowhere.wan=1 Mbit/s",
        "nonsense",
    ] {
        let told = served.post("run", &json!({"settings": [setting]}));
        let command = Command::new(env!("CARGO_BIN_EXE_rollcast"))
            .args(["check", path.to_str().unwrap(), "-q", "--set", setting])
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        let said = String::from_utf8(command.stderr).unwrap();
        let problem = told["problem"].as_str().unwrap();
        let heart = said.lines().find(|line| line.contains('×')).unwrap().trim();
        assert!(problem.contains(heart), "{heart}\n{problem}");
    }
    let told = served.post("explain", &json!({"machine": "nobody"}));
    assert_eq!(told["superseded"], true, "nothing has run yet");
    served.post("run", &json!({}));
    let told = served.post("explain", &json!({"machine": "nobody"}));
    assert!(
        told["problem"]
            .as_str()
            .unwrap()
            .contains("no machine `nobody`")
    );
}

#[test]
fn a_machine_is_explained_as_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = shipped("contexts");
    let served = Served::start(folder.path(), &[path.to_str().unwrap()]);
    let begun = served.post("run", &json!({}));
    let whole = served.post("rest", &json!({"number": begun["number"]}));
    let above = whole["above"].as_str().unwrap();
    let rest = above.split("<span class=\"machine\"").nth(1).unwrap();
    let rest = rest.strip_prefix(" data-replication=\"1\">").unwrap();
    let machine = rest.split('<').next().unwrap();
    let told = served.post("explain", &json!({"machine": machine}));
    let told = told["text"].as_str().unwrap();
    let command = Command::new(env!("CARGO_BIN_EXE_rollcast"))
        .args(["explain", path.to_str().unwrap(), "-q", "-m", machine])
        .output()
        .unwrap();
    let said = String::from_utf8(command.stdout).unwrap();
    let plain = told
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    let plain = plain.replace("&amp;", "&");
    assert!(plain.contains(said.trim_end()), "{said}\n{plain}");
}

fn session(name: &str) -> Session {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .unwrap();
    Session::new(&shipped(name), &[], pool)
}

#[test]
fn a_run_under_way_is_dropped_when_the_knob_moves_on() {
    let session = Arc::new(session("starter"));
    let long = session.begin(&["replications=100000".to_owned()]).unwrap();
    let (other, started) = (session.clone(), Instant::now());
    let rest = std::thread::spawn(move || other.complete(long.number));
    std::thread::sleep(Duration::from_millis(200));
    assert!(
        !rest.is_finished(),
        "a hundred thousand replications take longer"
    );
    let next = session.begin(&[]).unwrap();
    assert!(matches!(rest.join().unwrap(), Err(Stopped::Superseded)));
    assert!(session.complete(next.number).is_ok());
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_closed_session_begins_nothing() {
    let session = session("starter");
    session.close();
    assert!(matches!(session.begin(&[]), Err(Stopped::Superseded)));
}

#[test]
fn a_saved_scenario_means_what_its_settings_meant() {
    let session = session("starter");
    let settings: Vec<String> = [
        "site.'branch-{01..20}'.wan=1 Mbit/s",
        "site.branch-07.wan=64 kbit/s",
        r"account.'CORP\sms-network'.state=locked",
        "replications=2",
        "horizon=\"2 d\"",
    ]
    .map(str::to_owned)
    .to_vec();
    let saved = session.save(&settings).unwrap();
    assert!(
        saved.contains("# the line to the headquarters"),
        "comments stay"
    );
    let begun = session.begin(&settings).unwrap();
    let again = load_str(&saved, &[]).unwrap();
    let asked = &begun.loaded.world;
    assert_eq!(
        format!("{:?}", again.world.sites),
        format!("{:?}", asked.sites)
    );
    assert_eq!(
        format!("{:?}", again.world.links),
        format!("{:?}", asked.links)
    );
    assert_eq!(
        format!("{:?}", again.world.directory),
        format!("{:?}", asked.directory)
    );
    assert_eq!(again.world.replications, 2);
    assert_eq!(again.world.horizon, asked.horizon);
}

#[test]
fn every_proposed_value_can_be_set_and_saved() {
    for name in [
        "starter",
        "rings",
        "contexts",
        "small-failures",
        "spread-start",
        "office-before-the-weekend",
    ] {
        let text = fs::read_to_string(shipped(name)).unwrap();
        let proposed = knobs(&text);
        assert!((3..=30).contains(&proposed.len()), "{name}: {proposed:?}");
        for knob in proposed {
            assert!(knob.positions.contains(&knob.value), "{name}: {knob:?}");
            let mut accepted = 0;
            for value in &knob.positions {
                let setting = format!("{}={value}", knob.path);
                accepted +=
                    usize::from(load(&shipped(name), std::slice::from_ref(&setting)).is_ok());
                with_settings(&text, &[setting]).unwrap();
            }
            assert!(
                accepted > 1 || knob.positions.len() == 1,
                "{name}: no position of {knob:?} can be run"
            );
            let own = format!("{}={}", knob.path, knob.value);
            let own = load(&shipped(name), &[own]);
            assert!(
                own.is_ok(),
                "{name}: {} has another value: {:?}",
                knob.path,
                own.err()
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_the_server_in_good_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = Served::start(folder.path(), &[shipped("contexts").to_str().unwrap()]);
    let id = served.process.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let end = Instant::now() + Duration::from_secs(20);
    while Instant::now() < end {
        if let Some(status) = served.process.try_wait().unwrap() {
            assert_eq!(status.code(), Some(0));
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("it does not stop");
}

#[test]
fn what_cannot_be_served_is_said_at_once() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_rollcast"))
            .arg("serve")
            .args(arguments)
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    assert_eq!(run(&["nowhere.toml"]).0, Some(2));
    let path = shipped("contexts");
    let (code, said) = run(&[path.to_str().unwrap(), "--set", "horizonn=1 d"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("did you mean `horizon`?"), "{said}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, said) = run(&[path.to_str().unwrap(), "--port", &port]);
    assert_eq!(code, Some(1));
    assert!(said.contains("--port"), "{said}");
}

#[test]
fn what_steers_a_terminal_or_turns_a_line_round_is_written_out_in_every_answer() {
    let steers = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let folder = tempfile::tempdir().unwrap();
    let title = r"\u001b[31m\u009b\u202etxt";
    let shown = r"\u{1b}[31m\u{9b}\u{202e}txt";
    let scenario = format!(
        "title = \"{title}\"\nhorizon = \"1 d\"\n[site.\"\\u202ehq\"]\nwan = \"1 Mbit/s\"\n[fleet.\"pc\"]\ncount = 1\n\
         sites = [\"\\u202ehq\"]\n[package.p]\n[program.p]\n[advertisement.p]\n"
    );
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    let given = "title=\u{1b}[31m\u{9b}\u{202e}txt";
    let served = Served::start(folder.path(), &["s.toml", "--set", given]);
    let host = format!("Host: {}\r\n", served.host);
    let (status, _, page) = served.get(&served.path, &host);
    assert_eq!(status, 200, "{page}");
    assert!(page.contains(&format!("<h1>{shown}</h1>")), "{page}");
    assert!(!page.contains(steers), "{:?}", page.find(steers));
    // Settings and positions are JSON, which the script reads back.
    let data = page.split("data-given=\"").nth(1).unwrap();
    let data = data.split('"').next().unwrap().replace("&quot;", "\"");
    let data: Value = serde_json::from_str(&data).unwrap();
    assert_eq!(data["settings"], json!([given]));
    // What is wrong, what is saved, and what is not JSON.
    let answers = [
        (
            "run",
            json!({"settings": [given, "\u{202e}\u{9b}=1"]}).to_string(),
            200,
        ),
        ("run", json!({"settings": [given]}).to_string(), 200),
        (
            "explain",
            json!({"machine": "\u{202e}\u{9b}\u{1b}"}).to_string(),
            200,
        ),
        ("save", json!({"settings": [given]}).to_string(), 200),
        ("run", "{\"\u{202e}\u{9b}\": 1}".to_owned(), 400),
    ];
    for (what, body, expected) in answers {
        let (status, _, answer) = served.raw(&format!(
            "POST {}{what} HTTP/1.0\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            served.path,
            body.len(),
            host = served.host,
        ));
        assert_eq!(status, expected, "{answer}");
        assert!(!answer.contains(steers), "{what}: {answer:?}");
        if expected == 200 && what != "save" {
            let told: Value = serde_json::from_str(&answer).unwrap();
            let parts = told.as_object().unwrap().values().filter_map(Value::as_str);
            for part in parts {
                assert!(!part.contains(steers), "{what}: {part:?}");
            }
        }
    }
    let saved = served.post("save", &json!({"settings": [given]}));
    let saved: toml::Table = saved["text"].as_str().unwrap().parse().unwrap();
    assert_eq!(saved["title"].as_str(), given.strip_prefix("title="));
}
