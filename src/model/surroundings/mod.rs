//! What a job meets on its way: servers and their faults, accounts, sessions,
//! peers, and what the site server hears.

pub(crate) mod accounts;
pub(crate) mod bits_throttling;
pub(crate) mod client_removal;
pub(crate) mod client_traffic;
pub(crate) mod content_on_its_way;
pub(crate) mod faults;
pub(crate) mod history;
pub(crate) mod link_rates;
pub(crate) mod log_offs;
pub(crate) mod machine_cache;
pub(crate) mod off_time;
pub(crate) mod peers;
pub(crate) mod possession;
pub(crate) mod presence;
pub(crate) mod repetitions;
pub(crate) mod reports;
pub(crate) mod roaming;
pub(crate) mod rollouts;
pub(crate) mod run_time_limits;
pub(crate) mod searches;
pub(crate) mod session_credentials;
pub(crate) mod sessions;
pub(crate) mod site_resources;
pub(crate) mod software;
pub(crate) mod token_race;
