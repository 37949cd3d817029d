//! What kinds of personal data a collector may hold: a closed vocabulary.
//!
//! Terms come from the W3C Data Privacy Vocabulary's extension for personal data (<https://w3id.org/dpv/pd>); `ext:` terms
//! are ours where it has none, each tied to the nearest broader term.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Level;

/// A term of the vocabulary.
#[derive(Debug, PartialEq, Eq)]
struct Term {
    name: &'static str,
    broader: &'static str,
    level: Level,
    description: &'static str,
}

const fn term(name: &'static str, broader: &'static str, level: Level, description: &'static str) -> Term {
    Term { name, broader, level, description }
}

use Level::{Identifying, Secret, Sensitive, Technical};

/// The vocabulary, in the order in which it is printed. Names and broader terms of `dpv-pd:` are those of DPV-PD 2.3.
const TERMS: [Term; 44] = [
    term(
        "dpv-pd:Authenticating",
        "dpv-pd:Internal",
        Identifying,
        "how somebody proves who they are, without the secret itself",
    ),
    term(
        "dpv-pd:AuthenticationHistory",
        "dpv-pd:Behavioural",
        Identifying,
        "who logged in when, from where, and with what result",
    ),
    term(
        "dpv-pd:BrowserFingerprint",
        "dpv-pd:DeviceBased",
        Identifying,
        "traits that tell one browser from others",
    ),
    term(
        "dpv-pd:BrowsingBehaviour",
        "dpv-pd:Behavioural",
        Sensitive,
        "which pages or applications somebody used",
    ),
    term(
        "dpv-pd:CommunicationsMetadata",
        "dpv-pd:PublicLife",
        Sensitive,
        "who exchanged data with whom, when and how much",
    ),
    term("dpv-pd:Contact", "dpv-pd:Tracking", Identifying, "how somebody can be reached"),
    term("dpv-pd:Country", "dpv-pd:Location", Identifying, "in which country a person or device is"),
    term(
        "dpv-pd:DeviceApplications",
        "dpv-pd:DeviceSoftware",
        Technical,
        "applications that are installed or running",
    ),
    term("dpv-pd:DeviceBased", "dpv-pd:Tracking", Identifying, "facts that tell one device from others"),
    term(
        "dpv-pd:DeviceOperatingSystem",
        "dpv-pd:DeviceSoftware",
        Technical,
        "the operating system and its version",
    ),
    term(
        "dpv-pd:DeviceSoftware",
        "dpv-pd:DeviceBased",
        Technical,
        "software that is installed on the device",
    ),
    term("dpv-pd:EmailAddress", "dpv-pd:Contact", Identifying, "addresses of electronic mail"),
    term("dpv-pd:EmailContent", "dpv-pd:Communication", Secret, "what electronic mail says"),
    term("dpv-pd:FacialPrint", "dpv-pd:Biometric", Secret, "measures of faces"),
    term(
        "dpv-pd:Geographic",
        "dpv-pd:Demographic",
        Identifying,
        "an area or region, such as a time zone names",
    ),
    term("dpv-pd:IPAddress", "dpv-pd:DeviceBased", Identifying, "network addresses of devices"),
    term(
        "dpv-pd:Identifier",
        "dpv-pd:Tracking",
        Identifying,
        "names or numbers that stand for somebody or something",
    ),
    term("dpv-pd:Identifying", "dpv-pd:External", Identifying, "what identifies a person"),
    term("dpv-pd:Language", "dpv-pd:External", Technical, "the language that somebody uses"),
    term("dpv-pd:Location", "dpv-pd:Tracking", Identifying, "where a person or device is"),
    term("dpv-pd:MACAddress", "dpv-pd:DeviceBased", Identifying, "hardware addresses of network interfaces"),
    term("dpv-pd:Name", "dpv-pd:Identifying", Identifying, "names of people"),
    term("dpv-pd:Password", "dpv-pd:Authenticating", Secret, "passwords"),
    term("dpv-pd:Picture", "dpv-pd:Identifying", Sensitive, "pictures that may show people"),
    term(
        "dpv-pd:SecretText",
        "dpv-pd:Authenticating",
        Secret,
        "keys, tokens and other texts that open something",
    ),
    term("dpv-pd:ServiceConsumptionBehaviour", "dpv-pd:Behavioural", Identifying, "how a service is used"),
    term("dpv-pd:TelephoneNumber", "dpv-pd:Contact", Identifying, "telephone numbers"),
    term(
        "dpv-pd:UID",
        "dpv-pd:Identifying",
        Identifying,
        "numbers that are given to one person or thing only",
    ),
    term("dpv-pd:UserAgent", "dpv-pd:Tracking", Technical, "what an application says it is"),
    term("dpv-pd:Username", "dpv-pd:Identifying", Identifying, "names under which people log in"),
    term("ext:AccessRights", "dpv-pd:Authenticating", Identifying, "who may do what on the machine"),
    term(
        "ext:CommandLine",
        "dpv-pd:Behavioural",
        Sensitive,
        "commands with their arguments, as somebody or something started them",
    ),
    term(
        "ext:CrashDump",
        "dpv-pd:DeviceSoftware",
        Secret,
        "the state of a program at its crash, memory included",
    ),
    term(
        "ext:EventLog",
        "dpv-pd:DeviceBased",
        Identifying,
        "what programs wrote about their work, with the names and addresses in it",
    ),
    term("ext:FileContent", "dpv-pd:DeviceBased", Identifying, "what named files hold"),
    term(
        "ext:Hardware",
        "dpv-pd:DeviceBased",
        Technical,
        "kinds and states of hardware, without serial numbers",
    ),
    term("ext:HardwareSerial", "dpv-pd:DeviceBased", Identifying, "serial numbers of hardware"),
    term("ext:HostName", "dpv-pd:DeviceBased", Identifying, "names of machines and domains"),
    term(
        "ext:NetworkConfiguration",
        "dpv-pd:DeviceBased",
        Identifying,
        "interfaces, routes, name servers and firewall rules",
    ),
    term(
        "ext:PacketCapture",
        "dpv-pd:CommunicationsMetadata",
        Secret,
        "recorded network traffic with its contents",
    ),
    term("ext:ProcessMemory", "dpv-pd:DeviceBased", Secret, "memory of running programs"),
    term("ext:Screenshot", "dpv-pd:Picture", Sensitive, "what a screen shows"),
    term(
        "ext:Settings",
        "dpv-pd:DeviceSoftware",
        Identifying,
        "settings of software, without the secrets in them",
    ),
    term(
        "ext:SystemInformation",
        "dpv-pd:DeviceBased",
        Technical,
        "load, capacity and versions of the machine and its parts",
    ),
];

/// A kind of data that a collector may hold: `dpv-pd:IPAddress`, `ext:EventLog`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category(&'static Term);

/// The text is no term of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown category `{0}`")]
pub struct CategoryError(String);

impl Category {
    /// The whole vocabulary.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        TERMS.iter().map(Self)
    }

    /// The term: `dpv-pd:IPAddress`.
    pub fn as_str(self) -> &'static str {
        self.0.name
    }

    /// The next broader term of DPV-PD: `dpv-pd:DeviceBased`.
    pub fn broader(self) -> &'static str {
        self.0.broader
    }

    /// What the term means, in English.
    pub fn description(self) -> &'static str {
        self.0.description
    }

    /// The least level of a collector that may hold such data.
    pub fn least_level(self) -> Level {
        self.0.level
    }
}

impl std::str::FromStr for Category {
    type Err = CategoryError;

    fn from_str(text: &str) -> Result<Self, CategoryError> {
        Self::all().find(|category| category.as_str() == text).ok_or_else(|| CategoryError(text.to_owned()))
    }
}

impl fmt::Display for Category {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Serialize for Category {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Category {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Category {
    fn schema_name() -> Cow<'static, str> {
        "Category".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let terms: Vec<_> = Self::all()
            .map(|category| serde_json::json!({ "const": category.as_str(), "description": category.description() }))
            .collect();
        schemars::json_schema!({ "type": "string", "description": "A kind of data that a collector may hold.", "oneOf": terms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_is_there_once_and_has_a_broader_one_and_a_meaning() {
        for (place, term) in TERMS.iter().enumerate() {
            assert!(
                TERMS[..place].iter().all(|other| other.name < term.name),
                "{} is out of order",
                term.name
            );
            assert!(term.broader.starts_with("dpv-pd:") && term.broader != term.name, "{}", term.name);
            assert!(!term.description.is_empty());
            assert_eq!(term.name.parse::<Category>().unwrap().as_str(), term.name);
        }
    }

    #[test]
    fn a_narrower_term_never_needs_less_than_a_broader_secret_one() {
        for category in Category::all() {
            if let Ok(broader) = category.broader().parse::<Category>()
                && broader.least_level() == Level::Secret
            {
                assert_eq!(category.least_level(), Level::Secret, "{category}");
            }
        }
    }
}
