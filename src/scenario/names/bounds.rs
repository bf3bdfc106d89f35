//! How much globs may look at, and how much text may be written out for names.

use crate::scenario::ProblemCode;
use crate::scenario::problem::Problems;
use crate::scenario::written::At;
use crate::units::grouped;
use std::fmt::{self, Debug, Write};

/// How often globs may be held against things of one kind: ten thousand lists that mean
/// each of ten thousand sites. What they choose is kept.
pub(super) const MOST_LOOKED_AT: u64 = 100_000_000;

/// How much text may be written out for the names that ranges, `sites`, `count` and globs
/// stand for, of one kind: what each of them says, as often as it is said.
pub(super) const MOST_WRITTEN_OUT: u64 = 1_000_000_000;

/// How much text a declaration is, apart from the keys that it does not have.
pub(super) fn weight<T: Debug + Default>(spec: &T) -> u64 {
    let length = |spec: &T| {
        let mut length = Length(0);
        // Counting does not fail.
        let _ = write!(length, "{spec:?}");
        length.0
    };
    length(spec).saturating_sub(length(&T::default()))
}

/// Counts what is written into it.
struct Length(u64);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len() as u64;
        Ok(())
    }
}

/// Refuses globs that look at too much together.
pub(super) fn refuse_globs(kind: &str, glob: &At<String>, problems: &mut Problems) {
    let message = format!(
        "globs such as `{}` look at more than {} {kind}s together",
        **glob,
        grouped(MOST_LOOKED_AT)
    );
    let help = format!(
        "write fewer globs for {kind}s, declare fewer {kind}s, or leave out lists that mean all of them"
    );
    refuse_once(glob, message, help, problems);
}

/// Refuses a declaration that gives too much text to many names.
pub(super) fn refuse_text(kind: &str, key: &At<String>, problems: &mut Problems) {
    let message = format!(
        "`{}` and other keys give more than {} characters to the {kind}s that they stand for",
        **key,
        grouped(MOST_WRITTEN_OUT)
    );
    let help = format!(
        "shorten the lists in it, as by globs and groups, or let it stand for fewer {kind}s"
    );
    refuse_once(key, message, help, problems);
}

/// Many keys in a row are too much for one reason, which is told once.
fn refuse_once(key: &At<String>, message: String, help: String, problems: &mut Problems) {
    let last = problems.list().last();
    if last.is_none_or(|last| last.code != ProblemCode::TooMany) {
        problems.error(ProblemCode::TooMany, key.span(), message, help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::names::Items;
    use crate::scenario::written::{self, Section};

    #[test]
    fn globs_look_at_a_bounded_number_of_things_together() {
        let mut problems = Problems::default();
        let section: Section<written::Group> = ["b1", "b2"]
            .map(|name| (At::nowhere(name.to_owned()), written::Group::default()))
            .into();
        let sites = Items::of("site", &section, &mut problems);
        let glob = [At::nowhere("b*".to_owned())];
        assert_eq!(sites.select(&glob, &mut problems), [0, 1]);
        assert_eq!(sites.looked_at.get(), 2);
        sites.looked_at.set(MOST_LOOKED_AT + 1);
        assert!(sites.select(&glob, &mut problems).is_empty());
        assert!(sites.select(&glob, &mut problems).is_empty());
        let told: Vec<_> = problems.list().iter().map(|problem| problem.code).collect();
        assert_eq!(told, [ProblemCode::TooMany]);
    }
}
