//! Names and settings that a study cannot have.

use super::Resolver;
use crate::scenario::{At, ProblemCode, Problems};
use crate::study::axis::{Axis, in_file_order};
use crate::study::measure::Response;
use crate::study::tables::{beside_axes, beside_responses};
use std::ops::Range;

/// Values of a scenario that a study gives to all of its points.
const OF_THE_STUDY: [&str; 2] = ["seed", "replications"];

impl Resolver<'_> {
    /// Every column of a table has a heading of its own.
    pub(super) fn check_headings(
        &self,
        axes: &[Axis],
        responses: &[Response],
        problems: &mut Problems,
    ) {
        let of_tables: Vec<&str> = beside_axes().collect();
        for axis in axes {
            check_heading("axis", &axis.name, axis.span.clone(), &of_tables, problems);
        }
        let mut taken: Vec<&str> = beside_responses().collect();
        taken.extend(axes.iter().map(|axis| axis.name.as_str()));
        for response in responses {
            let mut written = self.study.response.keys();
            let place = written.find(|name| ***name == response.name);
            // What is looked at by default has no place of its own.
            let alike = || axes.iter().find(|axis| axis.name == response.name);
            let place = place.and_then(At::span).or_else(|| alike()?.span.clone());
            check_heading("response", &response.name, place, &taken, problems);
            taken.push(&response.name);
        }
        for (name, _) in in_file_order(&self.study.fix) {
            check_heading("fix", name, name.span(), &[], problems);
        }
    }

    /// No point sets what the study sets for all of them, and no two axes set the
    /// same value.
    pub(super) fn check_settings(&self, axes: &[Axis], problems: &mut Problems) {
        for axis in axes {
            let settings = axis.settings();
            refuse("axis", &axis.name, settings, axis.span.as_ref(), problems);
        }
        for (name, fix) in in_file_order(&self.study.fix) {
            let settings = fix.set.iter().map(|setting| &***setting);
            refuse("fix", name, settings, name.span().as_ref(), problems);
        }
        for (at, axis) in axes.iter().enumerate() {
            let earlier = axes[..at].iter();
            let same = earlier.filter_map(|other| Some((other, axis.shared_path(other)?)));
            if let Some((other, path)) = same.into_iter().next() {
                let message = format!(
                    "the axes `{}` and `{}` both set `{path}`, and only the latter would count",
                    other.name, axis.name
                );
                let help = "leave one of them out, or make cases of the two";
                problems.error(ProblemCode::Clash, axis.span.clone(), message, help);
            }
        }
    }
}

fn check_heading(
    what: &str,
    name: &str,
    place: Option<Range<usize>>,
    taken: &[&str],
    problems: &mut Problems,
) {
    if name.trim().is_empty() {
        let message = format!("the name of this {what} is empty");
        problems.error(
            ProblemCode::ImpossibleValue,
            place,
            message,
            "give it a name",
        );
    } else if taken.contains(&name) {
        let message = format!(
            "the {what} `{name}` would be a second column with this heading in a table of the study"
        );
        problems.error(ProblemCode::Clash, place, message, "choose another name");
    }
}

fn refuse<'a>(
    what: &str,
    name: &str,
    settings: impl Iterator<Item = &'a str>,
    place: Option<&Range<usize>>,
    problems: &mut Problems,
) {
    for setting in settings {
        let key = setting.split(['=', '.']).next().unwrap_or_default();
        let key = key.trim().trim_matches(['"', '\'']);
        if OF_THE_STUDY.contains(&key) {
            let message =
                format!("the {what} `{name}` sets `{key}`, which is one for the whole study");
            let help = format!("write `{key}` at the top of the study");
            return problems.error(ProblemCode::Clash, place.cloned(), message, help);
        }
    }
}
