//! Lists in which something has to stand.
//!
//! One rule for all of them: a list that picks machines, sites, windows or the
//! like is never empty. An empty one is an error, and never means all. Lists
//! that only add something (`deny`, `shares`, `fallback`, ...) may be empty, and
//! then add nothing.

use serde::{Deserialize, Deserializer, de};

/// Reads a list that is not empty: an author who writes one means something by it,
/// and an empty one would pass for the default.
///
/// # Errors
/// If the list is empty, or one of its values is not what it should be.
pub(crate) fn at_least_one<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let list = Vec::deserialize(deserializer)?;
    if list.is_empty() {
        let message = "the list is empty; put at least one into it, or leave the key out";
        return Err(de::Error::custom(message));
    }
    Ok(Some(list))
}
