//! The input language.

pub mod inventory;
