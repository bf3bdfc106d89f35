//! Machines give content to others.

pub(crate) mod giving;
pub(crate) mod taking;
