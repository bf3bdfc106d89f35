//! The command line: one file per command.
//!
//! Data goes to files or standard output, everything else to standard error.
//! Exit codes: 0 done, 1 failed, 2 bad input, 3 incomplete, 4 objective missed,
//! 130 interrupted.

mod check;
mod compare;
mod completions;
mod explain;
mod new;
mod progress;
mod report;
mod run;
mod scenario;
mod schema;
mod study;
mod verify;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Forecasts a software roll-out before it happens: every machine's outcome,
/// when, and why.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100)]
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
    Schema(schema::Arguments),
    Completions(completions::Arguments),
}

/// What went wrong, as an exit code and a message for standard error.
#[derive(Debug)]
struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// The run failed, or a file could not be written.
    fn failed(message: impl ToString) -> Self {
        Self {
            code: 1,
            message: message.to_string(),
        }
    }

    /// What was given cannot be used.
    fn bad_input(message: impl ToString) -> Self {
        Self {
            code: 2,
            message: message.to_string(),
        }
    }

    /// Somebody pressed Ctrl-C.
    fn interrupted(message: impl ToString) -> Self {
        Self {
            code: 130,
            message: message.to_string(),
        }
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::New(arguments) => arguments.run(),
        Command::Check(arguments) => arguments.run(),
        Command::Run(arguments) => arguments.run(),
        Command::Explain(arguments) => arguments.run(),
        Command::Verify(arguments) => arguments.run(),
        Command::Study(arguments) => arguments.run(),
        Command::Compare(arguments) => arguments.run(),
        Command::Report(arguments) => arguments.run(),
        Command::Schema(arguments) => arguments.run(),
        Command::Completions(arguments) => arguments.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let message = failure.message.trim_end();
            if message.is_empty() {
                // What there is to say stands on standard output.
            } else if message.starts_with("error") {
                eprintln!("{message}");
            } else {
                eprintln!("error: {message}");
            }
            ExitCode::from(failure.code)
        }
    }
}

/// Prints data to standard output; a reader that has gone away (`| head`) is
/// no error.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}
