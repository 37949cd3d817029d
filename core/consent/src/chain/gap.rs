//! Where the chain is broken.

use std::fmt;

use candor_manifest::CollectorId;

use crate::record::{Moment, RecordError};

/// One break of the chain.
#[derive(Debug)]
pub struct Gap {
    /// The collector; `None` where the record as a whole is meant.
    pub collector: Option<CollectorId>,
    /// Artifacts that may not be in the report because of it.
    pub artifacts: Vec<String>,
    /// What is wrong.
    pub kind: GapKind,
}

/// Sorts of breaks.
#[derive(Debug)]
pub enum GapKind {
    /// The record is none, or not signed by the key in question.
    Record(RecordError),
    /// It is the record of another report: its `id`, `collected root` or `index` differs.
    OtherReport(&'static str),
    /// Nobody was asked about the collector.
    NotAsked,
    /// Nobody gave it.
    NotGiven,
    /// It was refused then.
    Refused(Moment),
    /// It was withdrawn then.
    Withdrawn(Moment),
    /// It ran out then.
    Expired(Moment),
    /// It was given for another `manifest`, `library`, `level`, for other `options` or `terms`.
    Other(&'static str),
    /// Only a go-ahead for several covers it, and the level needs an approval of its own.
    NotItsOwn,
    /// An artifact is more private than what was consented to.
    Above,
}

impl Gap {
    pub(super) fn of_record(kind: GapKind) -> Self {
        Self { collector: None, artifacts: Vec::new(), kind }
    }

    /// A stable word for programs: `refused`.
    pub fn code(&self) -> &'static str {
        match &self.kind {
            GapKind::Record(_) => "record",
            GapKind::OtherReport(_) => "other_report",
            GapKind::NotAsked => "not_asked",
            GapKind::NotGiven => "not_given",
            GapKind::Refused(_) => "refused",
            GapKind::Withdrawn(_) => "withdrawn",
            GapKind::Expired(_) => "expired",
            GapKind::Other(_) => "other_subject",
            GapKind::NotItsOwn => "not_its_own",
            GapKind::Above => "above_level",
        }
    }
}

impl fmt::Display for GapKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(error) => {
                let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
                write!(formatter, "{error}")?;
                causes.into_iter().try_for_each(|cause| write!(formatter, ": {cause}"))
            }
            Self::OtherReport(what) => {
                write!(formatter, "the consent record is of another report: its {what} differs")
            }
            Self::NotAsked => formatter.write_str("nobody was asked about it"),
            Self::NotGiven => formatter.write_str("nobody consented to it"),
            Self::Refused(at) => write!(formatter, "consent to it was refused at {at}"),
            Self::Withdrawn(at) => write!(formatter, "consent to it was withdrawn at {at}"),
            Self::Expired(at) => write!(formatter, "consent to it ran out at {at}"),
            Self::Other(what @ ("options" | "terms")) => {
                write!(formatter, "consent was given for other {what}")
            }
            Self::Other(what) => write!(formatter, "consent was given for another {what}"),
            Self::NotItsOwn => formatter
                .write_str("only a common go-ahead covers it, and its level needs an approval of its own"),
            Self::Above => formatter.write_str("an artifact is more private than what was consented to"),
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(collector) = &self.collector {
            write!(formatter, "`{collector}`: ")?;
        }
        write!(formatter, "{}", self.kind)
    }
}
