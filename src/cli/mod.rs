//! The command line: one file per command.
//!
//! Data goes to files or standard output, everything else to standard error.
//! Exit codes: 0 done, 1 failed, 2 bad input, 3 incomplete, 4 objective missed,
//! 130 interrupted.

mod check;
mod compare;
mod completions;
mod explain;
mod file;
mod interrupt;
mod new;
mod progress;
mod report;
mod run;
mod scenario;
mod schema;
mod serve;
mod study;
mod terminal;
mod verify;

use crate::scenario::{Problems, plain};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use std::process::ExitCode;
use terminal::{print, print_data, raw, say};

/// Forecasts a software roll-out before it happens: every machine's outcome,
/// when, and why.
#[derive(Debug, Parser)]
#[command(version = env!("ROLLCAST_VERSION"), propagate_version = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(new::Arguments),
    Check(check::Arguments),
    Run(run::Arguments),
    Explain(explain::Arguments),
    Verify(verify::Arguments),
    Study(study::Arguments),
    Compare(compare::Arguments),
    Report(report::Arguments),
    Serve(serve::Arguments),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
}

/// What went wrong, as an exit code and a message for standard error.
#[derive(Debug)]
struct Failure {
    code: u8,
    message: String,
    /// Whether it is drawn for the terminal already, lines of a file among it.
    is_drawn: bool,
}

impl Failure {
    /// A message with an exit code of its own.
    fn new(code: u8, message: impl ToString) -> Self {
        Self {
            code,
            message: plain(&message.to_string()),
            is_drawn: false,
        }
    }

    /// The run failed, or a file could not be written.
    fn failed(message: impl ToString) -> Self {
        Self::new(1, message)
    }

    /// What was given cannot be used.
    fn bad_input(message: impl ToString) -> Self {
        Self::new(2, message)
    }

    /// The scenario or the study cannot be used, for these reasons.
    fn problems(problems: &Problems) -> Self {
        Self {
            code: 2,
            message: terminal::drawn(problems),
            is_drawn: true,
        }
    }

    /// Somebody pressed Ctrl-C.
    fn interrupted(message: impl ToString) -> Self {
        Self::new(130, message)
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let parsed = numbers_may_be_negative(Arguments::command())
        .try_get_matches()
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let result = match arguments.command {
        Command::New(arguments) => arguments.run(),
        Command::Check(arguments) => arguments.run(),
        Command::Run(arguments) => arguments.run(),
        Command::Explain(arguments) => arguments.run(),
        Command::Verify(arguments) => arguments.run(),
        Command::Study(arguments) => arguments.run(),
        Command::Compare(arguments) => arguments.run(),
        Command::Report(arguments) => arguments.run(),
        Command::Serve(arguments) => arguments.run(),
        Command::Schema(arguments) => arguments.run(),
        Command::Completions(arguments) => arguments.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let message = failure.message.trim_end();
            let lead = if message.starts_with("error") {
                ""
            } else {
                "error: "
            };
            if message.is_empty() {
                // What there is to say stands on standard output.
            } else if failure.is_drawn {
                raw(&format!("{lead}{message}\n"));
            } else {
                say(&format!("{lead}{message}"));
            }
            ExitCode::from(failure.code)
        }
    }
}

/// `command`, in which `-1` behind an option that takes a value is its value: refused with
/// what may stand there, and not as an option that does not exist.
fn numbers_may_be_negative(command: clap::Command) -> clap::Command {
    command
        .mut_args(|argument| {
            let takes_value = argument.get_action().takes_values() && !argument.is_positional();
            argument.allow_negative_numbers(takes_value)
        })
        .mut_subcommands(numbers_may_be_negative)
}

/// Help and the version go to standard output, what is wrong with a command
/// line to standard error, with what was typed made plain.
fn usage(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        say(&in_plain_words(&error.render().to_string()));
        return ExitCode::from(2);
    }
    match error.print() {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

/// What the library of the language says of a number that cannot be read, as people do.
fn in_plain_words(message: &str) -> String {
    [
        ("invalid digit found in string", "it is not a whole number"),
        ("cannot parse integer from empty string", "it is empty"),
        ("invalid float literal", "it is not a number"),
        ("cannot parse float from empty string", "it is empty"),
        ("number too large to fit in target type", "it is too large"),
        ("number too small to fit in target type", "it is too small"),
    ]
    .iter()
    .fold(message.to_owned(), |message, (now, better)| {
        message.replace(now, better)
    })
}
