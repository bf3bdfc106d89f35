//! Which product the clients are of: SMS 2003, or Configuration Manager, whose caches
//! are larger.

use super::facts::Facts;
use super::fleet::Fleet;
use super::rollout::Rollout;
use crate::scenario::inventory::day_text;

/// What the exports tell of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Product {
    /// SMS 2003.
    Sms2003,
    /// Configuration Manager.
    ConfigurationManager,
    /// They are of one of the two, and nothing tells which.
    Unknown,
    /// They are of neither.
    None,
}

/// The day from which on advertisements may be of Configuration Manager: the first
/// one, 2007, came in that month.
const FIRST: &str = "2007-11-01";

impl Product {
    /// The product of which `facts` and the machines of `fleet` tell: by the versions of
    /// clients and sites, else by classes and properties that SMS 2003 does not have,
    /// else by the systems of the machines and the time of the roll-out.
    pub(super) fn of(facts: &Facts, fleet: &Fleet, rollout: &Rollout) -> Self {
        let versions = fleet.versions.iter().chain(&facts.site_versions);
        let majors: Vec<u32> = versions.filter_map(|version| major(version)).collect();
        let old = majors.iter().filter(|major| **major <= 2).count();
        if !majors.is_empty() {
            return if 2 * old > majors.len() {
                Self::Sms2003
            } else {
                Self::ConfigurationManager
            };
        }
        let start = rollout.start.map(|start| day_text(start.days[0]));
        match facts {
            _ if facts.has_configmgr => Self::ConfigurationManager,
            _ if !facts.has_sms => Self::None,
            _ if fleet.is_modern() => Self::ConfigurationManager,
            _ if fleet.tells_platforms() => Self::Sms2003,
            _ if start.is_some_and(|start| *start < *FIRST) => Self::Sms2003,
            _ => Self::Unknown,
        }
    }
}

/// `2` of `2.50.4160.2000`.
fn major(version: &str) -> Option<u32> {
    version.trim().split('.').next()?.parse().ok()
}

/// Headings of properties that the classes of SMS 2003 do not have.
const OF_CONFIGURATION_MANAGER: [&str; 4] = [
    "limittocollectionid",
    "securedscopenames",
    "sedoobjectversion",
    "smsproviderobjectpath",
];

/// Whether a table with these headings cannot be of SMS 2003.
pub(super) fn is_newer<'a>(mut headings: impl Iterator<Item = &'a str>) -> bool {
    headings.any(|heading| OF_CONFIGURATION_MANAGER.contains(&heading))
}
