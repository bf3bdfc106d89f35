//! `rollcast study emit`: scripts for clusters, files for other programs.

use super::incomplete;
use crate::cli::{Failure, print};
use crate::study::{Results, Store, StudyPlan, missing, salib};
use clap::ValueEnum;
use std::path::{Path, PathBuf};

/// Print the script that runs a study on a cluster, or the files that another
/// program needs.
#[derive(Debug, clap::Args)]
pub(super) struct EmitArguments {
    /// For what.
    #[arg(value_enum)]
    target: EmitTarget,

    /// The directory of the study.
    directory: PathBuf,

    /// How many shards there are to be.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    shards: u32,

    /// For salib: the folder for the files.
    #[arg(short, long, value_name = "DIR", default_value = "salib")]
    output: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EmitTarget {
    /// `HyperQueue`.
    Hq,
    /// Slurm.
    Slurm,
    /// GNU parallel.
    Parallel,
    /// Kubernetes, as an indexed job.
    Kubernetes,
    /// The inputs and outputs of a finished study for `SALib`.
    Salib,
}

impl EmitArguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let plan = StudyPlan::read(&self.directory)?;
        if self.target == EmitTarget::Salib {
            let store = Store::open(&self.directory, &plan);
            let known = store.known()?;
            if !missing(&plan, &known).is_empty() {
                return Err(incomplete(
                    "the study is not finished; `study run` goes on with it".to_owned(),
                ));
            }
            let written = salib::write(&Results::new(&plan, &known), &self.output)?;
            for response in &written.without_mean {
                eprintln!("no file for {response}, which has no mean at some point");
            }
            let files = written
                .files
                .iter()
                .map(|file| format!("{}\n", file.display()));
            return print(&files.collect::<String>());
        }
        plan.check_shards(self.shards)?;
        let directory = std::path::absolute(&self.directory).unwrap_or(self.directory.clone());
        print(&script(self.target, &quoted(&directory), self.shards))
    }
}

/// A path as a word of a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    if plain {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

fn script(target: EmitTarget, directory: &str, shards: u32) -> String {
    let run = format!("rollcast study run {directory} --quiet --shard auto/{shards}");
    let missing = format!("rollcast study status {directory} --shards {shards} --missing");
    let merge = format!("rollcast study merge {directory}");
    match target {
        EmitTarget::Hq => format!(
            "#!/bin/sh\n\
             # Submits what is missing; run it again after failures. All workers see the directory.\n\
             missing=$({missing})\n\
             [ -z \"$missing\" ] || hq submit --wait --array \"$missing\" --cpus 1 --crash-limit 5 -- {run} --threads 1\n\
             {merge}\n"
        ),
        EmitTarget::Slurm => format!(
            "#!/bin/sh\n\
             # Submits what is missing; run it again after failures. All nodes see the directory.\n\
             # Sites limit the numbers of an array (MaxArraySize, often 1001).\n\
             missing=$({missing})\n\
             [ -n \"$missing\" ] || exec {merge}\n\
             job=$(sbatch --parsable --requeue --cpus-per-task 1 --array \"$missing\" --wrap '{run} --threads 1')\n\
             # afterany: the merge says what is missing.\n\
             sbatch --dependency \"afterany:$job\" --wrap '{merge}'\n"
        ),
        EmitTarget::Parallel => format!(
            "#!/bin/sh\n\
             # Every shard; those that are finished end at once.\n\
             seq {shards} | parallel --retries 3 'PARALLEL_SEQ={{}} {run} --threads 1'\n\
             {merge}\n"
        ),
        _ => format!(
            "apiVersion: batch/v1\n\
             kind: Job\n\
             metadata:\n  name: rollcast-study\n\
             spec:\n  completions: {shards}\n  parallelism: 10\n  completionMode: Indexed\n  backoffLimitPerIndex: 3\n  \
             template:\n    spec:\n      restartPolicy: Never\n      containers:\n        - name: shard\n          \
             image: rollcast  # yours, with {directory} mounted\n          \
             command: [sh, -c, \"{run}\"]\n\
             # Afterwards: {merge}\n"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_blanks_or_quotes_is_one_word() {
        assert_eq!(quoted(Path::new("/a/b-1.x")), "/a/b-1.x");
        assert_eq!(quoted(Path::new("/a b/it's")), r"'/a b/it'\''s'");
    }
}
