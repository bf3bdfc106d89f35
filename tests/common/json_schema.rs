//! As much of JSON Schema as `schema/results.schema.json` makes use of, and stricter: what
//! is not described must not be there.

use serde_json::Value;
use std::collections::BTreeSet;

/// Panics where `value` is not what `schema` describes, or has a key that it does not.
pub(crate) fn held_to(value: &Value, schema: &Value) {
    if let Err(reason) = whole(value, schema, schema) {
        panic!("{reason}");
    }
}

fn whole(value: &Value, part: &Value, schema: &Value) -> Result<(), String> {
    let known = keys(value, part, schema)?;
    let keys = value
        .as_object()
        .into_iter()
        .flat_map(|object| object.keys());
    match keys.into_iter().find(|key| !known.contains(*key)) {
        Some(key) => Err(format!("`{key}` is not described: {value:#}")),
        None => Ok(()),
    }
}

/// The keys of `value` that `part` of the schema describes.
fn keys(value: &Value, part: &Value, schema: &Value) -> Result<BTreeSet<String>, String> {
    let mut known = BTreeSet::new();
    if let Some(path) = part["$ref"].as_str() {
        let target = schema.pointer(path.trim_start_matches('#'));
        let target = target.ok_or_else(|| format!("there is no {path}"))?;
        known.extend(keys(value, target, schema)?);
    }
    for choices in [&part["oneOf"], &part["anyOf"]] {
        let Some(choices) = choices.as_array() else {
            continue;
        };
        let (fits, not): (Vec<_>, Vec<_>) = choices
            .iter()
            .map(|one| keys(value, one, schema))
            .partition(Result::is_ok);
        if fits.len() != 1 {
            return Err(format!("{} choices fit {value:#}: {not:#?}", fits.len()));
        }
        known.extend(fits.into_iter().flatten().flatten());
    }
    if let Some(wanted) = part.get("const").filter(|wanted| *wanted != value) {
        return Err(format!("{value} is not {wanted}"));
    }
    if !is_of_type(value, &part["type"]) {
        return Err(format!("{value:#} is no {}", part["type"]));
    }
    if let Some(list) = value.as_array() {
        let bounds = [&part["minItems"], &part["maxItems"]].map(Value::as_u64);
        let length = list.len() as u64;
        if bounds[0].is_some_and(|least| length < least)
            || bounds[1].is_some_and(|most| length > most)
        {
            return Err(format!("{length} items: {value:#}"));
        }
        for item in list {
            whole(item, &part["items"], schema)?;
        }
    }
    let Some(object) = value.as_object() else {
        return Ok(known);
    };
    for required in part["required"].as_array().into_iter().flatten() {
        if !object.contains_key(required.as_str().unwrap_or_default()) {
            return Err(format!("{required} is missing: {value:#}"));
        }
    }
    for (key, inner) in object {
        let own = part["properties"].get(key);
        if let Some(own) = own.or_else(|| part.get("additionalProperties")) {
            whole(inner, own, schema)?;
            known.insert(key.clone());
        }
    }
    Ok(known)
}

fn is_of_type(value: &Value, wanted: &Value) -> bool {
    match wanted {
        Value::Null => true,
        Value::Array(any) => any.iter().any(|one| is_of_type(value, one)),
        wanted => match wanted.as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("integer") => value.is_u64() || value.is_i64(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            Some("null") => value.is_null(),
            _ => false,
        },
    }
}
