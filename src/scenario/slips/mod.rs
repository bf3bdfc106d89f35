//! The likeliest slip behind what cannot be read, and what would be right.
//!
//! A reader of TOML says what it met; what its author meant is guessed here
//! from the text around it. No type of this program is ever named.

mod dates;
mod elsewhere;
mod headers;
mod syntax;
mod whole_file;
mod wrong_kind;

pub(super) use dates::{clock_text, meant_date};
pub(super) use elsewhere::other_section;
pub(super) use headers::{
    NO_NAME, dotted_name, has_empty_header, header_above, key_before, last_key_before,
    place_in_list, unnamed_header,
};
pub(super) use syntax::not_toml;
pub(super) use whole_file::{mistaken, not_utf8, other_language, unreadable};
pub(super) use wrong_kind::{dated, wrong_kind};

use crate::scenario::schema::schema;
use serde_json::Value;
use std::sync::LazyLock;

/// What is wrong, and what would be right.
pub(super) struct Slip {
    pub(super) message: String,
    pub(super) help: String,
}

#[allow(clippy::unnecessary_wraps, reason = "every rule may find none")]
fn slip(message: impl Into<String>, help: impl Into<String>) -> Option<Slip> {
    Some(Slip {
        message: message.into(),
        help: help.into(),
    })
}

/// Made once: a file may have ten thousand slips.
pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(schema);

/// Whether every table of a section has a name, as the schema says.
fn is_named(section: &str) -> bool {
    SCHEMA["properties"][section]["additionalProperties"].is_object()
}
