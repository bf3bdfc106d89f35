//! Machines log on with accounts in motion.

pub(crate) mod contact_logons;
pub(crate) mod logon;
pub(crate) mod slots;
pub(crate) mod token_account;
