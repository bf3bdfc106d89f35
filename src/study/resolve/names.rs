//! Names and settings that a study cannot have.

use super::Resolver;
use super::points::NO_FIX;
use crate::scenario::{At, ProblemCode, Problems};
use crate::study::axis::{Axis, in_file_order};
use crate::study::headings;
use crate::study::measure::Response;
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
        let names: Vec<&str> = axes.iter().map(|axis| axis.name.as_str()).collect();
        let mut taken = Vec::new();
        for (axis, heading) in axes.iter().zip(headings::of_axes(&names)) {
            check_heading(
                "axis",
                &axis.name,
                axis.span.clone(),
                &heading,
                &taken,
                problems,
            );
            taken.push(heading);
        }
        let names = responses.iter().map(|response| response.name.as_str());
        let responses = names.clone().zip(headings::of_responses(&taken, names));
        for (name, heading) in responses {
            let mut written = self.study.response.keys();
            let place = written.find(|key| ***key == *name).and_then(At::span);
            check_heading("response", name, place, &heading, &taken, problems);
            taken.push(heading);
        }
        for (name, _) in in_file_order(&self.study.fix) {
            check_heading("fix", name, name.span(), name, &[], problems);
            if **name == *NO_FIX {
                let message = format!(
                    "the fix `{NO_FIX}` has the name of the scenario as it is in the tables"
                );
                let help = "choose another name";
                problems.error(ProblemCode::Clash, name.span(), message, help);
            }
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
    heading: &str,
    taken: &[String],
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
    } else if taken.iter().any(|taken| taken == heading) {
        let message = format!(
            "the {what} `{name}` would be a second column `{heading}` in a table of the study"
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
