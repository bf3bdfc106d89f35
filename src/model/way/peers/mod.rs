//! Machines give content to others.

pub(crate) mod find;
pub(crate) mod transfer;
pub(crate) mod waiting;
