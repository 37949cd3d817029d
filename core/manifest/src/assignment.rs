//! Options that a person sets for one run: `event-log.since=1h`.

use crate::catalogue::{Catalogue, Loaded};
use crate::option::OptionError;
use crate::resolve::ResolvedProfile;
use crate::resolve_error::did_you_mean;
use crate::{CollectorId, OptionName};

/// An option as a person sets it: `event-log.since=1h`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionAssignment {
    /// The collector.
    pub collector: CollectorId,
    /// The option.
    pub option: OptionName,
    /// The value, not yet checked.
    pub value: String,
}

impl std::str::FromStr for OptionAssignment {
    type Err = AssignmentError;

    fn from_str(text: &str) -> Result<Self, AssignmentError> {
        let form = || AssignmentError::Form { text: text.to_owned() };
        let (target, value) = text.split_once('=').ok_or_else(form)?;
        let (collector, option) = target.split_once('.').ok_or_else(form)?;
        Ok(Self {
            collector: collector.parse().map_err(|_| form())?,
            option: option.parse().map_err(|_| form())?,
            value: value.to_owned(),
        })
    }
}

/// An option cannot be set as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssignmentError {
    /// The text has another form.
    #[error("`{text}` does not set an option, such as `event-log.since=1h`")]
    Form {
        /// What was given.
        text: String,
    },
    /// The profile has no such collector.
    #[error("the profile has no collector `{collector}`")]
    UnknownCollector {
        /// The name that was given.
        collector: CollectorId,
    },
    /// The collector has no such option.
    #[error("`{collector}` has no option `{option}`")]
    UnknownOption {
        /// The collector.
        collector: CollectorId,
        /// The name that was given.
        option: OptionName,
    },
    /// The value does not fit.
    #[error("the value of the option `{option}` of `{collector}` does not fit")]
    Value {
        /// The collector.
        collector: CollectorId,
        /// The option.
        option: OptionName,
        /// What does not fit.
        source: Box<OptionError>,
    },
}

impl ResolvedProfile {
    /// Gives an option the value that a person asked for.
    ///
    /// # Errors
    /// When the profile has no such collector, the collector no such option, or the value does not fit.
    pub fn set_option(
        &mut self,
        catalogue: &Catalogue,
        assignment: &OptionAssignment,
    ) -> Result<(), AssignmentError> {
        let OptionAssignment { collector: id, option, value } = assignment;
        let (Some(Loaded { value: manifest, .. }), Some(collector)) =
            (catalogue.collector(id), self.collector_mut(id))
        else {
            return Err(AssignmentError::UnknownCollector { collector: id.clone() });
        };
        let Some(spec) = manifest.options.get(option) else {
            return Err(AssignmentError::UnknownOption { collector: id.clone(), option: option.clone() });
        };
        let value = spec.parse_text(value).map_err(|error| AssignmentError::Value {
            collector: id.clone(),
            option: option.clone(),
            source: Box::new(error),
        })?;
        collector.options.insert(option.clone(), value);
        Ok(())
    }
}

impl AssignmentError {
    /// What to write instead.
    pub fn fix(&self, catalogue: &Catalogue, profile: &ResolvedProfile) -> String {
        match self {
            Self::Form { .. } => "write `COLLECTOR.OPTION=VALUE`".to_owned(),
            Self::UnknownCollector { collector } => {
                did_you_mean(collector.as_str(), profile.collectors.iter().map(|known| known.id.as_str()))
            }
            Self::UnknownOption { collector, option } => {
                let options =
                    catalogue.collector(collector).into_iter().flat_map(|loaded| loaded.value.options.keys());
                did_you_mean(option.as_str(), options.map(OptionName::as_str))
            }
            Self::Value { source, .. } => source.fix(),
        }
    }
}
