//! What was decided about one collector, on what, and on what grounds.

use candor_manifest::{CollectorId, LegalBasis, Level, Necessity};
use candor_sandbox::EnforcementLevel;
use candor_trust::Digest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event::{Event, Status};
use super::vocabulary::{DataKind, PersonKind, constant};
use crate::Subject;

constant! {
    /// `dpv:Process`
    ProcessKind = "dpv:Process"
}
constant! {
    /// `dpv:Purpose`
    PurposeKind = "dpv:Purpose"
}
constant! {
    /// `dpv:RepairImpairments`: finding and mending faults.
    Repair = "dpv:RepairImpairments"
}
constant! {
    /// `dpv:Collect`
    Processing = "dpv:Collect"
}
constant! {
    /// `dpv:StorageDuration`
    StorageKind = "dpv:StorageDuration"
}

/// What one collector does, and every event of the consent to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Always `dpv:Process`.
    #[serde(rename = "@type")]
    pub kind: ProcessKind,
    /// Id of the collector.
    #[serde(rename = "dct:identifier")]
    pub collector: CollectorId,
    /// Its title as it was shown, before options are put in.
    #[serde(rename = "dct:title")]
    pub title: String,
    /// What it is for.
    #[serde(rename = "dpv:hasPurpose")]
    pub purpose: Purpose,
    /// Kinds of data that it may hold.
    #[serde(rename = "dpv:hasPersonalData")]
    pub data: Vec<PersonalData>,
    /// Always `dpv:Collect`.
    #[serde(rename = "dpv:hasProcessing")]
    pub processing: Processing,
    /// How much it is needed.
    #[serde(rename = "dpv:hasNecessity")]
    pub necessity: Necessary,
    /// How long it is kept.
    #[serde(rename = "dpv:hasStorageCondition")]
    pub storage: Storage,
    /// The law's ground.
    #[serde(rename = "dpv:hasLegalBasis")]
    pub legal_basis: RecordedBasis,
    /// Whom it is about besides the person who decided, who cannot consent for them.
    #[serde(rename = "dpv:hasDataSubject", default, skip_serializing_if = "Vec::is_empty")]
    pub affected: Vec<Affected>,
    /// Exactly what was decided on.
    #[serde(rename = "candor:subject")]
    pub subject: RecordedSubject,
    /// The enforcement by the kernel that was to be expected when it was shown.
    #[serde(rename = "candor:expected_enforcement", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("enum" = ["none", "partial", "full"]))]
    pub expected_enforcement: Option<EnforcementLevel>,
    /// What happened, in the order of time. The last one counts.
    #[serde(rename = "dpv:hasConsentStatus")]
    pub events: Vec<Event>,
}

impl Process {
    /// What counts now.
    pub fn last(&self) -> Option<&Event> {
        self.events.last()
    }

    /// True when the last event is Given.
    pub fn is_given(&self) -> bool {
        self.last().is_some_and(|event| event.status == Status::Given)
    }
}

/// What something is collected for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Always `dpv:Purpose`.
    #[serde(rename = "@type")]
    pub kind: PurposeKind,
    /// Always `dpv:RepairImpairments`.
    #[serde(rename = "skos:broader")]
    pub broader: Repair,
    /// What support learns from it, as it was shown, before options are put in.
    #[serde(rename = "dct:description")]
    pub description: String,
    /// The purpose that the request states for all of it.
    #[serde(rename = "candor:requested", default, skip_serializing_if = "Option::is_none")]
    pub requested: Option<String>,
}

/// A kind of data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonalData {
    /// The term: `dpv-pd:Username`, or one of ours, `ext:EventLog`.
    #[serde(rename = "@id")]
    pub id: candor_manifest::Category,
    /// Always `dpv:PersonalData`.
    #[serde(rename = "@type")]
    pub kind: DataKind,
    /// The next broader term of DPV-PD.
    #[serde(rename = "skos:broader")]
    pub broader: String,
}

/// How much something is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Necessary {
    /// Without it the case can hardly be worked on.
    #[serde(rename = "dpv:Required")]
    Required,
    /// It helps.
    #[serde(rename = "dpv:Optional")]
    Optional,
}

impl From<Necessity> for Necessary {
    fn from(necessity: Necessity) -> Self {
        match necessity {
            Necessity::Required => Self::Required,
            Necessity::Optional => Self::Optional,
        }
    }
}

/// How long something is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// Always `dpv:StorageDuration`.
    #[serde(rename = "@type")]
    pub kind: StorageKind,
    /// The time.
    #[serde(rename = "dpv:hasDuration")]
    pub duration: Retention,
}

/// A time of keeping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "@type", deny_unknown_fields)]
pub enum Retention {
    /// As the request says.
    #[serde(rename = "dpv:TemporalDuration")]
    Days {
        /// ISO 8601: `P30D`.
        #[serde(rename = "rdf:value")]
        value: String,
    },
    /// No request names a time: the report is with whoever collected it.
    #[serde(rename = "dpv:IndeterminateDuration")]
    NotNamed {},
}

/// The law's ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordedBasis {
    /// Which sort.
    #[serde(rename = "@type")]
    pub kind: BasisKind,
    /// As the request says it.
    #[serde(rename = "dct:description", default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Sorts of grounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum BasisKind {
    /// One that the request says in its own words.
    #[serde(rename = "dpv:LegalBasis")]
    Described,
    /// Consent together with others.
    #[serde(rename = "dpv:ExpressedConsent")]
    Consent,
    /// Consent to exactly this.
    #[serde(rename = "dpv:ExplicitlyExpressedConsent")]
    ExplicitConsent,
    /// A contract.
    #[serde(rename = "dpv:Contract")]
    Contract,
    /// A law.
    #[serde(rename = "dpv:LegalObligation")]
    LegalObligation,
    /// An interest that outweighs others.
    #[serde(rename = "dpv:LegitimateInterest")]
    LegitimateInterest,
}

impl From<LegalBasis> for BasisKind {
    fn from(basis: LegalBasis) -> Self {
        match basis {
            LegalBasis::Consent => Self::Consent,
            LegalBasis::ExplicitConsent => Self::ExplicitConsent,
            LegalBasis::Contract => Self::Contract,
            LegalBasis::LegalObligation => Self::LegalObligation,
            LegalBasis::LegitimateInterest => Self::LegitimateInterest,
        }
    }
}

/// People whom it is about as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Affected {
    /// Always `dpv:DataSubject`.
    #[serde(rename = "@type")]
    pub kind: PersonKind,
    /// Who they are: `people whose names stand in logs`.
    #[serde(rename = "dct:description")]
    pub description: String,
}

/// A [`Subject`] as a record has it: options redacted, the collector named by the process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordedSubject {
    /// Level that the manifest declares.
    pub level: Level,
    /// SHA-256 of the manifest.
    pub manifest: String,
    /// SHA-256 of the plugin's library; absent where there is none to load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library: Option<String>,
    /// Every option with its value.
    pub options: serde_json::Map<String, serde_json::Value>,
    /// Hash of the terms of the request; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))]
    pub terms: Option<Digest>,
}

impl From<Subject> for RecordedSubject {
    fn from(subject: Subject) -> Self {
        let Subject { level, manifest_digest: manifest, library_digest: library, options, terms, .. } =
            subject;
        Self { level, manifest, library, options, terms }
    }
}
