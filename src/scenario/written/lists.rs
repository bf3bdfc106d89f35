//! Lists in which something has to stand.

use serde::{Deserialize, Deserializer, de};

/// Reads a list that is not empty: whoever writes one means something by it,
/// and an empty one would pass for the default.
///
/// # Errors
/// If the list is empty, or one of its values is not what it should be.
pub(super) fn at_least_one<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
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
