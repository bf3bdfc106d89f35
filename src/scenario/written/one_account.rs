//! The name of one account, where SMS 2003 knows no more than one.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A name; a list of names is refused with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OneAccount(pub String);

impl<'de> Deserialize<'de> for OneAccount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl<'de> Visitor<'de> for Name {
            type Value = OneAccount;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of one account, such as 'CORP\\name'")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<OneAccount, E> {
                Ok(OneAccount(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<OneAccount, A::Error> {
                Err(de::Error::custom(
                    "SMS 2003 has one Network Access Account for a site (lists of up to ten came with Configuration Manager 2012 R2): name one account, or another one for each site in its `accounts`",
                ))
            }
        }
        deserializer.deserialize_any(Name)
    }
}

impl JsonSchema for OneAccount {
    fn schema_name() -> Cow<'static, str> {
        String::schema_name()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}
