//! The constant parts of a record, and the prefixes of its terms.
//!
//! The terms themselves are those of DPV 2.3 and its extensions. `vocabulary.txt` lists all that a record may use, each looked up
//! there; a test holds records against the list.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Prefixes and what they stand for, in the order of their names.
pub(crate) const PREFIXES: [(&str, &str); 11] = [
    ("@vocab", CANDOR),
    ("candor", CANDOR),
    ("dct", "http://purl.org/dc/terms/"),
    ("dpv", "https://w3id.org/dpv#"),
    ("dpv-pd", "https://w3id.org/dpv/pd#"),
    ("eu-gdpr", "https://w3id.org/dpv/legal/eu/gdpr#"),
    ("ext", "urn:candor:category:"),
    ("loc", "https://w3id.org/dpv/loc#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];
const CANDOR: &str = "urn:candor:consent:";

/// Properties whose values are terms, or times, and not texts. Options have names of their own, which are no terms.
const TYPED: [(&str, &str); 10] = [
    ("dct:conformsTo", "@id"),
    ("dct:created", "xsd:dateTime"),
    ("dpv:hasIndicationMethod", "@id"),
    ("dpv:hasJurisdiction", "@id"),
    ("dpv:hasNecessity", "@id"),
    ("dpv:hasProcessing", "@id"),
    ("dpv:isIndicatedAtTime", "xsd:dateTime"),
    ("dpv:isIndicatedBy", "@id"),
    ("options", "@json"),
    ("skos:broader", "@id"),
];

/// The context of the record: always the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Context;

impl Serialize for Context {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(PREFIXES.len() + TYPED.len()))?;
        for (prefix, meaning) in PREFIXES {
            map.serialize_entry(prefix, meaning)?;
        }
        for (property, kind) in TYPED {
            map.serialize_entry(property, &BTreeMap::from([("@type", kind)]))?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Context {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = serde_json::Value::deserialize(deserializer)?;
        let own = serde_json::to_value(Self).map_err(D::Error::custom)?;
        if found == own { Ok(Self) } else { Err(D::Error::custom("the context is not that of a record")) }
    }
}

impl JsonSchema for Context {
    fn schema_name() -> Cow<'static, str> {
        "Context".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What the prefixes stand for.",
            "const": serde_json::to_value(Self).unwrap_or_default(),
        })
    }
}

/// A type with one value only.
macro_rules! constant {
    ($(#[$doc:meta])* $name:ident = $text:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            /// The one value.
            #[default]
            #[serde(rename = $text)]
            Only,
        }
    };
}
pub(crate) use constant;

constant! {
    /// `dpv:ConsentRecord`
    RecordKind = "dpv:ConsentRecord"
}
constant! {
    /// The DPV's form of a consent record of ISO/IEC TS 27560 with what the GDPR asks for.
    Profile27560 = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"
}
constant! {
    /// `dpv:DataSubject`
    PersonKind = "dpv:DataSubject"
}
constant! {
    /// `dpv:WithdrawConsent`
    ControlKind = "dpv:WithdrawConsent"
}
constant! {
    /// `dpv:PersonalData`
    DataKind = "dpv:PersonalData"
}
constant! {
    /// `eu-gdpr:A7-3`
    RightKind = "eu-gdpr:A7-3"
}
constant! {
    /// `loc:EU`
    Union = "loc:EU"
}
constant! {
    /// The command that withdraws.
    Command = "candor consent withdraw REPORT"
}
constant! {
    /// Nobody's name is asked for.
    Decider = "whoever decided at this installation"
}

/// Who decided: a role, since a record names no person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataSubject {
    /// Always `dpv:DataSubject`.
    #[serde(rename = "@type")]
    pub kind: PersonKind,
    /// The role.
    #[serde(rename = "dct:description")]
    pub description: Decider,
}

/// How consent is withdrawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawable {
    /// Always `dpv:WithdrawConsent`.
    #[serde(rename = "@type")]
    pub kind: ControlKind,
    /// By which command.
    #[serde(rename = "dpv:isExercisedAt")]
    pub exercised_at: Command,
}

/// The right to withdraw.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalRight {
    /// Always `eu-gdpr:A7-3`.
    #[serde(rename = "@type")]
    pub kind: RightKind,
    /// Always `loc:EU`.
    #[serde(rename = "dpv:hasJurisdiction")]
    pub jurisdiction: Union,
    /// By which command.
    #[serde(rename = "dpv:isExercisedAt")]
    pub exercised_at: Command,
}
