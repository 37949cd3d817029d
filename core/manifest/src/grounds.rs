//! On what grounds a collector collects, as far as its author can say: for the consent record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much support needs what a collector collects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Necessity {
    /// Without it the case can hardly be worked on. It may be refused all the same.
    Required,
    /// It helps.
    #[default]
    Optional,
}

/// The law's ground for handling data about people, where a request names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LegalBasis {
    /// Whoever is asked consents, with others in one go.
    Consent,
    /// Whoever is asked consents to exactly this.
    ExplicitConsent,
    /// A contract, such as one of support, asks for it.
    Contract,
    /// A law asks for it.
    LegalObligation,
    /// An interest that outweighs those of the people in the data.
    LegitimateInterest,
}
