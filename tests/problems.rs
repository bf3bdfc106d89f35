//! Every kind of problem: an example provokes it, at the place that the example
//! marks, and `docs/problems.md` is made from the kinds and their examples.
//! `ROLLCAST_BLESS=1 cargo test --test problems` writes that page anew.

use rollcast::scenario::{Problem, ProblemCode, Problems, Severity, load, load_str};
use rollcast::study::{StudyError, plan};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The example of a kind of problem: a scenario or a study.
struct Example {
    path: PathBuf,
    text: String,
    is_study: bool,
}

impl Example {
    fn of(code: ProblemCode) -> Self {
        let folder = repository("docs/examples/problems");
        let path = |ending: &str| folder.join(format!("{code}{ending}"));
        let is_study = path(".study.toml").exists();
        let path = path(if is_study { ".study.toml" } else { ".toml" });
        let text = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            .replace('\r', "");
        Self {
            path,
            text,
            is_study,
        }
    }

    fn name(&self) -> String {
        self.path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned()
    }

    /// What follows `# here:` in the first line.
    fn elsewhere(&self) -> Option<&str> {
        self.text.lines().next()?.strip_prefix("# here: ")
    }

    /// The settings that go with it.
    fn settings(&self) -> Vec<String> {
        let setting = self
            .elsewhere()
            .and_then(|text| text.strip_prefix("--set "));
        setting.map(str::to_owned).into_iter().collect()
    }

    /// The end of the name of the file, and the line, that the example marks.
    fn place(&self) -> (String, u64) {
        if let Some(setting) = self.elsewhere().filter(|text| text.starts_with("--set")) {
            return (setting.to_owned(), 1);
        }
        if let Some((file, line)) = self.elsewhere().and_then(|text| text.split_once(':')) {
            return (file.to_owned(), line.parse().unwrap());
        }
        let line = self.text.lines().position(|line| line.ends_with("# here"));
        (self.name(), line.expect("a line is marked") as u64 + 1)
    }

    fn problems(&self) -> Problems {
        if self.is_study {
            match plan(&self.path) {
                Err(StudyError::Problems(problems)) => problems,
                Err(error) => panic!("{}: {error}", self.path.display()),
                Ok(planned) => planned.warnings,
            }
        } else {
            load(&self.path, &self.settings()).map_or_else(|found| found, |loaded| loaded.warnings)
        }
    }
}

fn of_kind(problems: &Problems, code: ProblemCode) -> Vec<&Problem> {
    let list = problems.list().iter();
    list.filter(|problem| problem.code == code).collect()
}

#[test]
fn an_example_provokes_every_kind_at_the_place_that_it_marks() {
    let mut wrong = Vec::new();
    for &code in ProblemCode::ALL {
        let example = Example::of(code);
        let problems = example.problems();
        let found = of_kind(&problems, code);
        let (file, line) = example.place();
        let is_here = |problem: &&&Problem| {
            problem.file.ends_with(&file) && problems.line(problem) == Some(line)
        };
        if !found.iter().any(|problem| is_here(&problem)) {
            wrong.push(format!("{code} is not at {file}:{line}:\n{problems}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_problem_that_an_example_provokes_has_a_file_a_line_and_a_remedy() {
    for &code in ProblemCode::ALL {
        let problems = Example::of(code).problems();
        for problem in problems.list() {
            assert!(!problem.file.is_empty(), "{code}: {problem:?}");
            assert!(problems.line(problem).is_some(), "{code}: {problem:?}");
            // What cannot be read is told together with what can.
            let says_it = problem.code == ProblemCode::MalformedValue;
            assert!(problem.help.is_some() || says_it, "{code}: {problem:?}");
        }
        let shown = problems.render(false);
        assert_eq!(problems.is_empty(), shown.is_empty());
    }
}

#[test]
fn the_names_of_the_kinds_are_in_alphabetical_order_and_differ() {
    let names: Vec<&str> = ProblemCode::ALL.iter().map(|code| code.name()).collect();
    assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
    for &code in ProblemCode::ALL {
        assert_eq!(ProblemCode::from_name(code.name()), Some(code));
        for sentence in [code.meaning(), code.remedy()] {
            assert!(sentence.ends_with('.') && sentence.starts_with(char::is_uppercase));
        }
    }
}

#[test]
fn every_example_is_that_of_a_kind() {
    for file in fs::read_dir(repository("docs/examples/problems")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let code = name.split('.').next().unwrap();
        assert!(ProblemCode::from_name(code).is_some(), "{name}");
    }
}

/// What is about the whole of a scenario names its file and first line.
#[test]
fn problems_of_a_whole_file_name_the_file_and_its_first_line() {
    let text = "horizon = \"3 d\"\n[inventory]\nfile = \"docs/examples/problems/empty.csv\"\n";
    let problems = load_str(text, &[]).unwrap_err();
    assert_eq!(problems.line(&problems.list()[0]), Some(3), "{problems}");
    let missing = load(Path::new("no/such/file.toml"), &[]).unwrap_err();
    assert_eq!(missing.list()[0].file, "no/such/file.toml");
    assert_eq!(missing.list()[0].code, ProblemCode::UnreadableFile);
}

fn page() -> String {
    let mut page = "# Problems

What `rollcast` says about a scenario, an inventory or a study that it cannot run, or that may not be
what was meant. Each problem has one of the codes below, the file and line that it is about, and a
remedy that fits the case; `rollcast check --json` gives the same for programs. An error blocks a run,
with exit code 2. A warning does not.

`# here` marks the line that the problem is about. [stability.md](stability.md) says how the list may
change.

<!-- generated from src/scenario/problem/code.rs and docs/examples/problems by
     `ROLLCAST_BLESS=1 cargo test --test problems` -->
"
    .to_owned();
    for &code in ProblemCode::ALL {
        let example = Example::of(code);
        let problems = example.problems();
        let severity = match of_kind(&problems, code).first().map(|found| found.severity) {
            Some(Severity::Warning) => "warning",
            _ => "error",
        };
        let kind = if example.is_study { ", in a study" } else { "" };
        let _ = write!(
            page,
            "\n## {code}\n\n{} {}\n\nExample ({severity}{kind}):\n\n```toml\n{}```\n",
            code.meaning(),
            code.remedy(),
            example.text
        );
        let table = example.path.with_extension("csv");
        if let Ok(table) = fs::read_to_string(table) {
            let _ = write!(page, "\nwith the file\n\n```csv\n{table}```\n");
        }
    }
    page
}

#[test]
fn the_page_of_problems_is_current() {
    let path = repository("docs/problems.md");
    let wanted = page();
    if std::env::var_os("ROLLCAST_BLESS").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/problems.md is not current; set ROLLCAST_BLESS=1 and test again"
    );
}
