//! What the product does, rule by rule and article by article, as scenarios and
//! their outcomes. A file is about one topic; a test is named after the rule.

#[path = "../common/fleet.rs"]
mod fleet;
mod lab;

mod activities;
mod advertisements;
mod backoff;
mod bits;
mod calendars;
mod clocks;
mod codes;
mod command_lines;
mod conditions;
mod conservation;
mod credentials;
mod dependencies;
mod differences;
mod edges;
mod fallback;
mod faults;
mod followed;
mod identities;
mod installer;
mod knowledge_base;
mod last_try;
mod limits;
mod lines;
mod listed;
mod membership;
mod mended;
mod mended_accounts;
mod mended_rows;
mod neutral;
mod orphans;
mod peers;
mod points;
mod preferred;
mod presence;
mod properties;
mod recurrence;
mod remedies;
mod retries;
mod roaming;
mod roles;
mod sent_meanwhile;
mod shipped;
mod stations;
mod status_messages;
mod succession;
mod tiers;
mod time_zones;
mod together;
mod unwatched;
mod verify;
mod withdrawal;
