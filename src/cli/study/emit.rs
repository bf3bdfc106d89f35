//! `rollcast study emit`: scripts for clusters, files for other programs.

use super::incomplete;
use crate::cli::{Failure, print_data, say};
use crate::reading::Shown;
use crate::study::{Results, Store, StudyPlan, missing, salib};
use clap::ValueEnum;
use std::path::PathBuf;

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
                say(&format!(
                    "no file for {response}, which has no mean at some point"
                ));
            }
            let files = written
                .files
                .iter()
                .map(|file| format!("{}\n", file.display()));
            return print_data(&files.collect::<String>());
        }
        plan.check_shards(self.shards)?;
        let directory = std::path::absolute(&self.directory).unwrap_or(self.directory.clone());
        let directory = directory.to_str().ok_or_else(|| {
            Failure::bad_input(format!(
                "the path `{}` is not UTF-8 and cannot stand in a script; rename it",
                directory.shown()
            ))
        })?;
        print_data(&script(self.target, directory, self.shards))
    }
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// The script for a cluster; what a shell reads twice is quoted twice.
fn script(target: EmitTarget, directory: &str, shards: u32) -> String {
    let word = quoted(directory);
    let run = format!("rollcast study run {word} --quiet --shard auto/{shards} --threads 1");
    let missing = format!("rollcast study status {word} --shards {shards} --missing");
    let merge = format!("rollcast study merge {word}");
    match target {
        EmitTarget::Hq => format!(
            "#!/bin/sh\n\
             # Submits what is missing; run it again after failures. All workers see the directory.\n\
             missing=$({missing})\n\
             [ -z \"$missing\" ] || hq submit --wait --array \"$missing\" --cpus 1 --crash-limit 5 -- {run}\n\
             {merge}\n"
        ),
        EmitTarget::Slurm => format!(
            "#!/bin/sh\n\
             # Submits what is missing; run it again after failures. All nodes see the directory.\n\
             # Sites limit the numbers of an array (MaxArraySize, often 1001).\n\
             missing=$({missing})\n\
             [ -n \"$missing\" ] || exec {merge}\n\
             job=$(sbatch --parsable --requeue --cpus-per-task 1 --array \"$missing\" --wrap {})\n\
             # afterany: the merge says what is missing.\n\
             sbatch --dependency \"afterany:$job\" --wrap {}\n",
            quoted(&run),
            quoted(&merge)
        ),
        // The directory goes through a variable: parallel has signs of its own,
        // such as {.}, that a directory could be named after.
        EmitTarget::Parallel => format!(
            "#!/bin/sh\n\
             # Every shard; those that are finished end at once.\n\
             study={word}; export study\n\
             seq {shards} | parallel --retries 3 \
             'PARALLEL_SEQ={{}} rollcast study run \"$study\" --quiet --shard auto/{shards} --threads 1'\n\
             {merge}\n"
        ),
        _ => kubernetes(directory, shards),
    }
}

fn kubernetes(directory: &str, shards: u32) -> String {
    // JSON is YAML, and quotes whatever a path may hold.
    let path = serde_json::Value::from(directory);
    let shard = format!("auto/{shards}");
    // Kubernetes puts the variable `NAME` in the place of `$(NAME)`; `$$` is a dollar.
    let literal = directory.replace("$(", "$$(");
    let command = serde_json::json!([
        "rollcast", "study", "run", literal, "--quiet", "--shard", shard
    ]);
    // A line break would end the comment.
    let merge = if directory.chars().any(char::is_control) {
        "DIRECTORY".to_owned()
    } else {
        quoted(directory)
    };
    format!(
        "apiVersion: batch/v1\n\
         kind: Job\n\
         metadata:\n  name: rollcast-study\n\
         spec:\n  completions: {shards}\n  parallelism: 10\n  completionMode: Indexed\n  backoffLimitPerIndex: 3\n  \
         template:\n    spec:\n      restartPolicy: Never\n      containers:\n        - name: shard\n          \
         image: rollcast  # yours, with {path} mounted\n          \
         command: {command}\n\
         # Afterwards: rollcast study merge {merge}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_blanks_or_quotes_is_one_word() {
        assert_eq!(quoted("/a/b-1.x"), "/a/b-1.x");
        assert_eq!(quoted("/a b/it's"), r"'/a b/it'\''s'");
        assert_eq!(quoted("/$(touch x)"), "'/$(touch x)'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn what_a_shell_reads_twice_is_quoted_twice() {
        let slurm = script(EmitTarget::Slurm, "/my study", 2);
        let twice = r"--wrap 'rollcast study merge '\''/my study'\'''";
        assert!(slurm.contains(twice), "{slurm}");
        let yaml = script(EmitTarget::Kubernetes, "/a \"b\"\n#", 2);
        assert!(yaml.contains(r#""run","/a \"b\"\n#","--quiet""#), "{yaml}");
        assert!(yaml.ends_with("merge DIRECTORY\n"), "{yaml}");
    }

    #[test]
    fn what_kubernetes_and_the_shell_after_it_would_expand_is_text() {
        let yaml = script(EmitTarget::Kubernetes, "/$(HOSTNAME) $x", 2);
        assert!(
            yaml.contains(r#""run","/$$(HOSTNAME) $x","--quiet""#),
            "{yaml}"
        );
        assert!(yaml.ends_with("merge '/$(HOSTNAME) $x'\n"), "{yaml}");
    }
}
