//! From files to a world: reading, resolving and checking in one go.

use super::check;
use super::inventory::{self, Inventory, MapOptions, MappingReport};
use super::plan::Plan;
use super::problem::{Problem, Problems, Severity, Sources, Stage};
use super::set::Setting;
use super::slips;
use super::written::{self, At};
use super::{read, resolve, spelling};
use crate::reading;
use crate::reading::Shown;
use crate::scenario::ProblemCode;
use crate::units::sha256;
use crate::world::World;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A scenario that can be run.
#[derive(Debug)]
pub struct Loaded {
    /// What it means.
    pub world: World,
    /// What may not be as it was meant.
    pub warnings: Problems,
    /// The files it was read from, the scenario first.
    pub inputs: Vec<Input>,
    /// Text of the scenario's own file.
    pub text: String,
    /// What was made of the inventory, if there is one.
    pub inventory: Option<MappingReport>,
}

#[cfg(feature = "cli")]
impl Loaded {
    /// Why the row of the machine `name` was left out of the inventory, if it was: the
    /// inventory's file, the reason and the line.
    pub(crate) fn why_left_out(&self, files: &Files, name: &str) -> Option<String> {
        let (report, input) = (self.inventory.as_ref()?, self.inputs.get(1)?);
        let bytes = files.read(&input.path, reading::MADE).ok()?;
        let why = report.why_left_out(&bytes, name)?;
        Some(format!("{} left it out: {why}", input.path.shown()))
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Where it is.
    pub path: PathBuf,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Machines it gives; none but for an inventory.
    pub rows: usize,
}

/// Files that are read once and kept, so that whatever is loaded from them
/// later is loaded from the same bytes.
#[derive(Debug, Default)]
pub struct Files(Mutex<BTreeMap<PathBuf, Arc<[u8]>>>);

impl Files {
    /// The bytes that `path` held when it was first asked for; an error if there are
    /// more than `largest`.
    fn read(&self, path: &Path, largest: u64) -> io::Result<Arc<[u8]>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = kept.get(path) {
            return Ok(Arc::clone(bytes));
        }
        let bytes: Arc<[u8]> = if path == Path::new(STANDARD_INPUT) {
            reading::all(io::stdin(), largest)?.into()
        } else {
            reading::bytes(path, largest)?.into()
        };
        kept.insert(path.to_owned(), Arc::clone(&bytes));
        Ok(bytes)
    }
}

/// Reads the scenario at `path`, with each `path=value` of `settings` put over
/// it in turn, and checks it.
///
/// # Errors
/// If a file cannot be read or something in it is wrong: all problems that were
/// found, warnings among them.
pub fn load(path: &Path, settings: &[String]) -> Result<Loaded, Problems> {
    load_kept(&Files::default(), path, settings)
}

/// As [`load`], from the bytes that `files` keeps.
///
/// # Errors
/// As [`load`].
pub fn load_kept(files: &Files, path: &Path, settings: &[String]) -> Result<Loaded, Problems> {
    let text = text_of(files, path, "scenario")?;
    if settings.is_empty() && says_nothing(&text) {
        let mut problems = Problems::new(Sources::default());
        let what = if path == Path::new(STANDARD_INPUT) {
            "standard input".to_owned()
        } else {
            format!("`{}`", path.shown())
        };
        let message = format!("{what} says nothing: it has no key and no section");
        let help =
            "name the file that is meant; `rollcast new NAME.toml` writes a scenario to start from";
        problems.error(ProblemCode::MissingKey, None, message, help);
        problems.stopped_after(Stage::Reading);
        return Err(problems);
    }
    if path == Path::new(STANDARD_INPUT) {
        let path = Path::new("stdin.toml");
        load_from(&text, path, "standard input", settings, files)
    } else {
        load_from(&text, path, &path.shown(), settings, files)
    }
}

/// Whether nothing but blanks and comments stands in a scenario: it is unlikely to be the
/// file that was meant.
fn says_nothing(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().map(str::trim);
    lines.all(|line| line.is_empty() || line.starts_with('#'))
}

/// The text of the file at `path`, or of standard input if that is `-`.
///
/// # Errors
/// If it cannot be read, or is not UTF-8: what is likely to be the matter.
pub(crate) fn text_of(files: &Files, path: &Path, what: &str) -> Result<String, Problems> {
    let from_input = path == Path::new(STANDARD_INPUT);
    let slip = match files
        .read(path, reading::WRITTEN)
        .map(|bytes| bytes.to_vec())
    {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => return Ok(text),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                slips::not_utf8(error.as_bytes(), at)
            }
        },
        Err(error) => slips::unreadable(what, path, &error),
    };
    let mut sources = Sources::default();
    let name = path.shown();
    sources.add(if from_input { "standard input" } else { &name }, "");
    let mut problems = Problems::new(sources);
    problems.error(ProblemCode::UnreadableFile, None, slip.message, slip.help);
    problems.stopped_after(Stage::Reading);
    Err(problems)
}

/// The name that stands for the standard input.
const STANDARD_INPUT: &str = "-";

/// As [`load`], from the text of a scenario; paths in it are relative to the
/// current directory.
///
/// # Errors
/// As [`load`].
pub fn load_str(text: &str, settings: &[String]) -> Result<Loaded, Problems> {
    let path = Path::new("scenario.toml");
    load_from(text, path, "scenario.toml", settings, &Files::default())
}

fn load_from(
    text: &str,
    path: &Path,
    name: &str,
    settings: &[String],
    files: &Files,
) -> Result<Loaded, Problems> {
    // Editors of Windows write a byte order mark, which is not TOML.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut sources = Sources::default();
    sources.add(name, text);
    let settings: Vec<Setting> = settings
        .iter()
        .map(|setting| Setting::new(setting, sources.add(&format!("--set {setting}"), setting)))
        .collect();
    let mut problems = Problems::new(sources);
    let scenario: written::Scenario = read::document(text, &settings, false, &mut problems);
    if problems.has_errors() {
        problems.stopped_after(Stage::Reading);
        return Err(sorted(problems));
    }
    let mut inputs = vec![Input {
        path: path.to_owned(),
        sha256: sha256(text.as_bytes()),
        rows: 0,
    }];
    let inventory = match &scenario.inventory {
        Some(written) => read_inventory(written, path, files, &mut inputs, &mut problems),
        None => None,
    };
    if problems.has_errors() {
        problems.stopped_after(Stage::Inventory);
        return Err(sorted(problems));
    }
    let title = path
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let plan = Plan::new(scenario, inventory.as_ref(), &mut problems);
    let world = resolve::world(&plan, title, inventory.as_ref(), &mut problems);
    check::check(&plan, &world, &mut problems);
    let problems = sorted(problems);
    if problems.has_errors() {
        return Err(problems);
    }
    Ok(Loaded {
        world,
        warnings: problems,
        inputs,
        text: text.to_owned(),
        inventory: inventory.map(|inventory| inventory.report),
    })
}

fn sorted(mut problems: Problems) -> Problems {
    problems.sort();
    problems
}

fn read_inventory(
    written: &written::Inventory,
    scenario: &Path,
    files: &Files,
    inputs: &mut Vec<Input>,
    problems: &mut Problems,
) -> Option<Inventory> {
    let Some(file) = &written.file else {
        let help = "add `file = \"machines.csv\"`";
        problems.error(
            ProblemCode::MissingKey,
            problems.section("inventory"),
            "[inventory] does not say which `file` to read".to_owned(),
            help,
        );
        return None;
    };
    let path = scenario
        .parent()
        .unwrap_or(Path::new(""))
        .join(file.as_str());
    let options = map_options(written, problems);
    let bytes = match files.read(&path, reading::MADE) {
        Ok(bytes) => bytes,
        Err(error) => {
            let (why, help) = unread(&path, file.as_str(), &error);
            let message = format!("the inventory `{}` cannot be read: {why}", path.shown());
            problems.error(ProblemCode::UnreadableFile, file.span(), message, help);
            return None;
        }
    };
    match inventory::read_bytes(&bytes, &path, &options) {
        Ok(inventory) => {
            inputs.push(Input {
                path,
                sha256: sha256(&bytes),
                rows: inventory.rows,
            });
            for heading in &inventory.report.merged {
                let message = format!(
                    "column `{}` of the inventory has each of its texts in one row alone, and none in most: so merged cells of a spreadsheet are saved",
                    heading.escape_debug()
                );
                let help = "if cells were merged, fill each with what stands above it, and save the file again; an empty cell says nothing of its row";
                problems.warning(ProblemCode::Ambiguous, file.span(), message, help);
            }
            Some(inventory)
        }
        Err(found) => {
            for problem in found {
                problems.push(of_inventory(problem));
            }
            None
        }
    }
}

/// Why the inventory that the scenario calls `file` cannot be read, and what would help.
fn unread(path: &Path, file: &str, error: &io::Error) -> (String, String) {
    if let Some((why, help)) = reading::obstacle(path, error) {
        return (why, help.to_owned());
    }
    let slashes = file.replace('\\', "/");
    let help = match error.kind() {
        io::ErrorKind::FileTooLarge => {
            "name a list of machines, without what is not asked for".to_owned()
        }
        _ if slashes != file => format!(
            "write the path with slashes, which every system reads; it is relative to the \
             scenario: {}",
            spelling::text(&slashes)
        ),
        _ => "the path is relative to the scenario".to_owned(),
    };
    (error.to_string(), help)
}

/// The mapping of columns that the scenario asks for.
fn map_options(written: &written::Inventory, problems: &mut Problems) -> MapOptions {
    let defaults = MapOptions::default();
    let keep = written.keep.iter().flatten();
    let mut options = MapOptions {
        keep: keep.map(|reason| reason.meaning()).collect(),
        stale_after: stale_after(written, problems).unwrap_or(defaults.stale_after),
        dates: written.dates.map(written::Dates::meaning),
        ..defaults
    };
    for (field, heading) in written.map.iter().flatten() {
        if inventory::Field::from_name(field).is_none() {
            unknown_field(field, problems);
        }
        options.map.insert(field.to_string(), heading.0.clone());
    }
    for (says, site) in written.places.iter().flatten() {
        if let Err(message) = options.places.add(says, site) {
            let help = "write a subnet such as 10.1.0.0/16, or a range such as 10.1.0.1-10.1.3.254";
            problems.error(ProblemCode::MalformedPattern, says.span(), message, help);
        }
    }
    options
}

/// The days after which a machine is stale.
fn stale_after(written: &written::Inventory, problems: &mut Problems) -> Option<u32> {
    const DAY: u64 = crate::units::Span::from_days(1).0;
    let span = written.stale_after.as_ref()?;
    let days = span.0.0 / DAY;
    if !span.0.0.is_multiple_of(DAY) || days > 36_500 {
        let message = "`stale_after` is not a number of whole days below 100 years".to_owned();
        problems.error(ProblemCode::OutOfRange, span.span(), message, "write 90 d");
    }
    u32::try_from(days).ok()
}

fn unknown_field(field: &At<String>, problems: &mut Problems) {
    let fields = inventory::Field::ALL.map(inventory::Field::name);
    let help = match super::pattern::nearest(field, fields) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the fields are: {}", fields.join(", ")),
    };
    problems.error(
        ProblemCode::UnknownKey,
        field.span(),
        format!("an inventory has no field `{}`", **field),
        help,
    );
}

/// A problem of an inventory in the form all problems have.
fn of_inventory(problem: inventory::Problem) -> Problem {
    let column = problem
        .column
        .map_or_else(String::new, |column| format!("column `{column}`, "));
    Problem {
        severity: Severity::Error,
        code: ProblemCode::Inventory,
        message: format!("{column}{}", problem.message),
        file: problem.file.shown(),
        span: None,
        line: Some(problem.line.unwrap_or(1)),
        help: Some(problem.help),
        more: 0,
    }
}
