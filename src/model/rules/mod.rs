//! Rules of the product that decide whether and when a job goes on: one file per
//! rule, functions of what can be seen ([`Scene`](crate::model::way::scene::Scene)).
//! What follows from an answer is done in the file of the same name in `way`.
//!
//! Rules that every job passes on its way ask to be inlined: they are shared by the
//! simulations with and without a diary, and would be called otherwise.

pub(crate) mod answer;
pub(crate) mod assignment_time;
pub(crate) mod breakage;
pub(crate) mod cache;
pub(crate) mod chain;
pub(crate) mod clocks;
pub(crate) mod conditions;
pub(crate) mod connection;
pub(crate) mod contact_logons;
pub(crate) mod equal_tries;
pub(crate) mod expiry;
pub(crate) mod fallback;
pub(crate) mod gates;
pub(crate) mod history;
pub(crate) mod horizon;
pub(crate) mod interruption;
pub(crate) mod last_try;
pub(crate) mod lines;
pub(crate) mod location;
pub(crate) mod log_off;
pub(crate) mod logon;
pub(crate) mod membership;
pub(crate) mod orphans;
pub(crate) mod pass_through;
pub(crate) mod peers;
pub(crate) mod points;
pub(crate) mod policy;
pub(crate) mod policy_refresh;
pub(crate) mod preferred_servers;
pub(crate) mod recurrence;
pub(crate) mod reports;
pub(crate) mod rerun;
pub(crate) mod restart;
pub(crate) mod retry;
pub(crate) mod rollouts;
pub(crate) mod run;
pub(crate) mod shares;
pub(crate) mod slow_link;
pub(crate) mod start_times;
pub(crate) mod supersedence;
pub(crate) mod token_race;
pub(crate) mod transfer;
pub(crate) mod turning_points;
pub(crate) mod verify_cycle;
pub(crate) mod withdrawal;
pub(crate) mod work;
