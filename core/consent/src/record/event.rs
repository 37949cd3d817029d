//! What happened to the consent for one collector.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Source;

use super::Moment;

/// One event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// What the consent became.
    #[serde(rename = "@type")]
    pub status: Status,
    /// When.
    #[serde(rename = "dpv:isIndicatedAtTime")]
    pub at: Moment,
    /// Who said so.
    #[serde(rename = "dpv:isIndicatedBy")]
    pub by: Party,
    /// How.
    #[serde(rename = "dpv:hasIndicationMethod")]
    pub method: Method,
}

/// What the consent became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Status {
    /// Asked for.
    #[serde(rename = "dpv:ConsentRequested")]
    Requested,
    /// Given.
    #[serde(rename = "dpv:ConsentGiven")]
    Given,
    /// Refused, or not answered.
    #[serde(rename = "dpv:ConsentRefused")]
    Refused,
    /// Taken back.
    #[serde(rename = "dpv:ConsentWithdrawn")]
    Withdrawn,
    /// Its time is over.
    #[serde(rename = "dpv:ConsentExpired")]
    Expired,
}

impl Status {
    /// For people: `given`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }
}

/// Who indicated an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Party {
    /// Whoever asked by a request.
    #[serde(rename = "dpv:DataController")]
    Controller,
    /// Whoever decided at this installation.
    #[serde(rename = "dpv:DataSubject")]
    Person,
    /// The program: nobody said anything.
    #[serde(rename = "candor:Installation")]
    Installation,
}

/// How an event was indicated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Method {
    /// By a signed request.
    #[serde(rename = "candor:Request")]
    Request,
    /// By running a profile.
    #[serde(rename = "candor:Profile")]
    Profile,
    /// On a card of its own in the terminal.
    #[serde(rename = "candor:TerminalCard")]
    TerminalCard,
    /// By the common go-ahead, which listed it.
    #[serde(rename = "candor:GoAhead")]
    GoAhead,
    /// By `--approve` or `--refuse`.
    #[serde(rename = "candor:Flag")]
    Flag,
    /// In a decisions file.
    #[serde(rename = "candor:DecisionsFile")]
    DecisionsFile,
    /// Not at all: nobody answered.
    #[serde(rename = "candor:Undecided")]
    Undecided,
    /// By the command that withdraws.
    #[serde(rename = "candor:WithdrawCommand")]
    WithdrawCommand,
    /// By the clock.
    #[serde(rename = "candor:Clock")]
    Clock,
}

impl Method {
    /// True for an answer about one collector alone, which levels that need an approval of their own ask for.
    pub fn is_own_answer(self) -> bool {
        matches!(self, Self::TerminalCard | Self::Flag | Self::DecisionsFile)
    }

    /// For people: `by a flag`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "by the request",
            Self::Profile => "by the profile",
            Self::TerminalCard => "in the terminal",
            Self::GoAhead => "by the common go-ahead",
            Self::Flag => "by a flag",
            Self::DecisionsFile => "in a decisions file",
            Self::Undecided => "nobody answered",
            Self::WithdrawCommand => "by `candor consent withdraw`",
            Self::Clock => "by the clock",
        }
    }
}

impl From<Source> for Method {
    fn from(source: Source) -> Self {
        match source {
            Source::Terminal => Self::TerminalCard,
            Source::GoAhead => Self::GoAhead,
            Source::Flag => Self::Flag,
            Source::DecisionsFile => Self::DecisionsFile,
            Source::Undecided => Self::Undecided,
        }
    }
}
