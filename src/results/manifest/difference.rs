//! What differs between what two manifests record.

use super::Manifest;
use crate::units::counted;
use std::fmt;

/// Something that two runs should have in common and have not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What: a table's file, or a word for anything else.
    pub what: String,
    /// How it was.
    pub recorded: String,
    /// How it is.
    pub found: String,
}

impl Difference {
    pub(super) fn between(what: &str, recorded: &str, found: &str) -> Option<Self> {
        (recorded != found).then(|| Self {
            what: what.to_owned(),
            recorded: recorded.to_owned(),
            found: found.to_owned(),
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: recorded {}, found {}",
            self.what, self.recorded, self.found
        )
    }
}

/// What differs between a recorded run and one made again: first what went in,
/// then the replications, then the tables, each in order, so that the first
/// difference is the one to look at. Neither where files lie nor the environment
/// counts.
pub fn compare(recorded: &Manifest, found: &Manifest) -> Vec<Difference> {
    let (old, new) = (facts(recorded), facts(found));
    let mut differences = Vec::new();
    for (what, value) in &old {
        let other = new
            .iter()
            .find(|(name, _)| name == what)
            .map_or("nothing", |(_, value)| value);
        differences.extend(Difference::between(what, value, other));
    }
    for (what, value) in &new {
        if !old.iter().any(|(name, _)| name == what) {
            differences.extend(Difference::between(what, "nothing", value));
        }
    }
    differences
}

/// Everything in a manifest that two equal runs have in common, named.
fn facts(manifest: &Manifest) -> Vec<(String, String)> {
    let mut facts = vec![
        ("version".into(), manifest.tool.version.clone()),
        ("title".into(), manifest.title.clone()),
        ("seed".into(), manifest.seed.to_string()),
        ("replications".into(), manifest.replications.to_string()),
        (
            "horizon".into(),
            format!("{} us", manifest.horizon_microseconds),
        ),
        ("scenario".into(), manifest.scenario.sha256.clone()),
        ("overrides".into(), manifest.scenario.overrides.join(" ")),
    ];
    for (number, input) in manifest.inputs.iter().enumerate() {
        facts.push((
            format!("input {}", number + 1),
            format!("{} ({})", input.sha256, counted(input.rows, "row")),
        ));
    }
    for run in &manifest.runs {
        let value = format!(
            "fingerprint {}, {} events in {} groups",
            run.fingerprint, run.events, run.groups
        );
        facts.push((format!("replication {}", run.replication), value));
    }
    for output in &manifest.outputs {
        facts.push((
            output.file.clone(),
            format!("{} ({})", output.sha256, counted(output.rows, "row")),
        ));
    }
    facts
}
