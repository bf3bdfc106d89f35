//! What exit codes mean to Advanced Clients.

use crate::product::exit_codes::CodeLists;
use crate::scenario::ProblemCode;
use crate::scenario::problem::Problems;
use crate::scenario::written::{At, ExitCode, Rules};
use std::collections::BTreeMap;

/// The lists of `written`, where it has any, in place of the product's.
pub(super) fn lists(written: &Rules, default: CodeLists, problems: &mut Problems) -> CodeLists {
    let lists = CodeLists {
        success: list(written.success_codes.as_deref(), default.success),
        restart: list(written.restart_codes.as_deref(), default.restart),
        retry: list(written.retry_codes.as_deref(), default.retry),
    };
    let named = [
        ("success_codes", &lists.success, &written.success_codes),
        ("restart_codes", &lists.restart, &written.restart_codes),
        ("retry_codes", &lists.retry, &written.retry_codes),
    ];
    let mut listed = BTreeMap::new();
    for (name, codes, written) in named {
        for code in codes {
            let Some((other, before)) = listed.insert(*code, (name, written)) else {
                continue;
            };
            let place = [written, before].into_iter().flatten().flatten();
            let place = place.filter(|at| at.0 == *code).find_map(At::span);
            let message = format!("the exit code {code} is in `{other}` and in `{name}`");
            let help = format!(
                "a code means one thing: write both lists, and leave {code} out of one of them"
            );
            problems.error(ProblemCode::DeclaredTwice, place, message, help);
        }
    }
    lists
}

/// The codes in ascending order, each once.
fn list(written: Option<&[At<ExitCode>]>, default: Vec<u32>) -> Vec<u32> {
    let Some(written) = written else {
        return default;
    };
    let mut codes: Vec<u32> = written.iter().map(|code| code.0).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}
