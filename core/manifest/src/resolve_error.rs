//! Why a profile cannot be made into what will run, where that stands, and what to write instead.

use crate::catalogue::Catalogue;
use crate::document::{Step, way};
use crate::option::{OptionError, listed};
use crate::suggest::nearest;
use crate::{CollectorId, OptionName, ProfileId};

/// A profile cannot be made into what will run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// No profile has that name.
    #[error("unknown profile `{profile}`")]
    UnknownProfile {
        /// The name that was asked for.
        profile: ProfileId,
    },
    /// A profile extends one that does not exist.
    #[error("profile `{profile}` extends `{parent}`, which does not exist")]
    UnknownParent {
        /// The profile that names it.
        profile: ProfileId,
        /// The profile that does not exist.
        parent: ProfileId,
    },
    /// Profiles extend each other in a ring.
    #[error("profiles extend each other in a ring: {}", ring(profiles))]
    Cycle {
        /// The ring, each extending the next and the last the first.
        profiles: Vec<ProfileId>,
    },
    /// A profile names a collector that does not exist.
    #[error("profile `{profile}` names the collector `{collector}`, which does not exist")]
    UnknownCollector {
        /// The profile that names it.
        profile: ProfileId,
        /// The collector that does not exist.
        collector: CollectorId,
    },
    /// A profile sets options of a collector that it does not have.
    #[error("profile `{profile}` sets options of `{collector}`, which is none of its collectors")]
    NotInProfile {
        /// The profile that sets them.
        profile: ProfileId,
        /// The collector.
        collector: CollectorId,
    },
    /// A profile sets an option that the collector does not declare.
    #[error("profile `{profile}` sets the option `{option}`, which `{collector}` does not have")]
    UnknownOption {
        /// The profile that sets it.
        profile: ProfileId,
        /// The collector.
        collector: CollectorId,
        /// The option that does not exist.
        option: OptionName,
    },
    /// A profile gives an option a value that does not fit it.
    #[error("profile `{profile}` gives the option `{option}` of `{collector}` a value that does not fit")]
    BadOption {
        /// The profile that sets it.
        profile: ProfileId,
        /// The collector.
        collector: CollectorId,
        /// The option.
        option: OptionName,
        /// What does not fit.
        source: Box<OptionError>,
    },
}

impl ResolveError {
    /// The profile in whose file the fault is; of a ring the first by name.
    pub fn profile(&self) -> &ProfileId {
        match self {
            Self::UnknownProfile { profile }
            | Self::UnknownParent { profile, .. }
            | Self::UnknownCollector { profile, .. }
            | Self::NotInProfile { profile, .. }
            | Self::UnknownOption { profile, .. }
            | Self::BadOption { profile, .. } => profile,
            // A ring is never empty: it holds at least the profile that leads back into it.
            Self::Cycle { profiles } => profiles.iter().min().unwrap_or_else(|| &profiles[0]),
        }
    }

    /// The name of what does not exist, or nothing.
    pub(crate) fn missing(&self) -> &str {
        match self {
            Self::UnknownParent { parent, .. } => parent.as_str(),
            Self::UnknownCollector { collector, .. } | Self::NotInProfile { collector, .. } => {
                collector.as_str()
            }
            _ => "",
        }
    }

    /// The stable word for the kind of fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownProfile { .. } | Self::UnknownParent { .. } => "unknown-profile",
            Self::Cycle { .. } => "cycle",
            Self::UnknownCollector { .. } => "unknown-collector",
            Self::NotInProfile { .. } => "not-in-profile",
            Self::UnknownOption { .. } => "unknown-option",
            Self::BadOption { .. } => "bad-option",
        }
    }

    /// The message with its cause, for where both stand in one line.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::BadOption { source, .. } => format!("{self}: {source}"),
            _ => self.to_string(),
        }
    }

    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::UnknownProfile { .. } | Self::UnknownParent { .. } => "no such profile",
            Self::Cycle { .. } => "leads back here",
            Self::UnknownCollector { .. } => "no such collector",
            Self::NotInProfile { .. } => "not in this profile",
            Self::UnknownOption { .. } => "no such option",
            Self::BadOption { .. } => "does not fit",
        }
    }

    /// What to write instead.
    pub fn fix(&self, catalogue: &Catalogue) -> String {
        let profiles = || catalogue.profiles().map(|loaded| loaded.value.id.as_str());
        let collectors = || catalogue.collectors().map(|loaded| loaded.value.id.as_str());
        match self {
            Self::UnknownProfile { profile } => did_you_mean(profile.as_str(), profiles()),
            Self::UnknownParent { profile, parent } => {
                did_you_mean(parent.as_str(), profiles().filter(|other| *other != profile.as_str()))
            }
            Self::UnknownCollector { collector, .. } => did_you_mean(collector.as_str(), collectors()),
            Self::Cycle { .. } => "remove `extends` from one of them".to_owned(),
            Self::NotInProfile { collector, .. } if catalogue.collector(collector).is_none() => {
                did_you_mean(collector.as_str(), collectors())
            }
            Self::NotInProfile { collector, .. } => {
                format!("add `\"{collector}\"` to `collectors`, or remove `[options.{collector}]`")
            }
            Self::UnknownOption { collector, option, .. } => {
                let options =
                    catalogue.collector(collector).into_iter().flat_map(|loaded| loaded.value.options.keys());
                did_you_mean(option.as_str(), options.map(OptionName::as_str))
            }
            Self::BadOption { source, .. } => source.fix(),
        }
    }

    /// Where in the profile's file the fault is.
    pub(crate) fn way(&self, catalogue: &Catalogue) -> Vec<Step> {
        match self {
            Self::UnknownProfile { .. } => Vec::new(),
            Self::UnknownParent { .. } | Self::Cycle { .. } => way!["extends"].to_vec(),
            Self::UnknownCollector { profile, collector } => {
                let listed = catalogue
                    .profile(profile)
                    .map(|loaded| loaded.value.collectors.as_slice())
                    .unwrap_or_default();
                let place = listed.iter().position(|id| id == collector).unwrap_or(listed.len());
                way!["collectors", place].to_vec()
            }
            Self::NotInProfile { collector, .. } => way!["options", collector.as_str()].to_vec(),
            Self::UnknownOption { collector, option, .. } | Self::BadOption { collector, option, .. } => {
                way!["options", collector.as_str(), option.as_str()].to_vec()
            }
        }
    }

    /// Whether a key is at fault rather than its value.
    pub(crate) fn is_about_key(&self) -> bool {
        matches!(self, Self::NotInProfile { .. } | Self::UnknownOption { .. })
    }

    /// The other profiles of a ring, and where.
    pub(crate) fn related(&self) -> Vec<(&ProfileId, [Step; 1])> {
        match self {
            Self::Cycle { profiles } => {
                profiles.iter().filter(|id| *id != self.profile()).map(|id| (id, way!["extends"])).collect()
            }
            _ => Vec::new(),
        }
    }
}

pub(crate) fn did_you_mean<'word>(text: &str, known: impl Iterator<Item = &'word str>) -> String {
    let known: Vec<_> = known.collect();
    match nearest(text, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there is none to choose from".to_owned(),
        None => format!("known are {}", listed(&known)),
    }
}

/// `` `a` → `b` → `a` ``
fn ring(profiles: &[ProfileId]) -> String {
    profiles
        .iter()
        .chain(profiles.first())
        .map(|profile| format!("`{profile}`"))
        .collect::<Vec<_>>()
        .join(" → ")
}
