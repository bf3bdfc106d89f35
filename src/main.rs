//! The `rollcast` command.

fn main() -> std::process::ExitCode {
    rollcast::cli::main()
}
