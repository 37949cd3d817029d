//! A profile with those that it extends, made into what will run.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalogue::{Catalogue, Loaded};
use crate::option_value::OptionValue;
use crate::profile::Limits;
use crate::resolve_error::ResolveError;
use crate::{CollectorId, Language, Manifest, OptionName, Profile, ProfileId};

/// A profile with everything that it takes over from others, every option checked and every default filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResolvedProfile {
    /// Name of the profile.
    pub id: ProfileId,
    /// What it is, by language.
    pub title: BTreeMap<Language, String>,
    /// When to use it, by language.
    pub summary: BTreeMap<Language, String>,
    /// Its collectors in order, each once.
    pub collectors: Vec<ResolvedCollector>,
    /// The most that a whole report may use.
    pub limits: Limits,
}

/// A collector of a resolved profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResolvedCollector {
    /// Name of the collector.
    pub id: CollectorId,
    /// Every option that its manifest declares, with its value.
    pub options: BTreeMap<OptionName, OptionValue>,
}

impl Catalogue {
    /// Makes a profile into what will run.
    ///
    /// # Errors
    /// When it, a profile that it extends, or one of its collectors does not exist, profiles extend each other in a
    /// ring, or an option does not fit.
    pub fn resolve(&self, id: &ProfileId) -> Result<ResolvedProfile, ResolveError> {
        let (resolved, errors) = self.resolve_all(id);
        match (resolved, errors.into_iter().next()) {
            (Some(resolved), None) => Ok(resolved),
            (_, Some(error)) => Err(error),
            (None, None) => Err(ResolveError::UnknownProfile { profile: id.clone() }),
        }
    }

    /// The same with every error, not only the first. Errors of the profiles that it extends are among them.
    pub(crate) fn resolve_all(&self, id: &ProfileId) -> (Option<ResolvedProfile>, Vec<ResolveError>) {
        let chain = match self.chain(id) {
            Ok(chain) => chain,
            Err(error) => return (None, vec![error]),
        };
        let Some(last) = chain.last() else {
            return (None, Vec::new());
        };
        let mut resolved = ResolvedProfile {
            id: id.clone(),
            title: last.title.clone(),
            summary: last.summary.clone(),
            collectors: Vec::new(),
            limits: Limits::default(),
        };
        let mut errors = Vec::new();
        for profile in chain {
            self.add_profile(&mut resolved, profile, &mut errors);
        }
        (Some(resolved), errors)
    }

    /// The profile with those that it extends, the outermost parent first.
    fn chain(&self, id: &ProfileId) -> Result<Vec<&Profile>, ResolveError> {
        let Some(Loaded { value: profile, .. }) = self.profile(id) else {
            return Err(ResolveError::UnknownProfile { profile: id.clone() });
        };
        let mut chain = vec![profile];
        let mut seen = BTreeSet::from([&profile.id]);
        let mut child = profile;
        while let Some(parent) = &child.extends {
            if !seen.insert(parent) {
                let ring = chain
                    .iter()
                    .skip_while(|profile| profile.id != *parent)
                    .map(|profile| profile.id.clone());
                return Err(ResolveError::Cycle { profiles: ring.collect() });
            }
            let Some(Loaded { value: next, .. }) = self.profile(parent) else {
                return Err(ResolveError::UnknownParent {
                    profile: child.id.clone(),
                    parent: parent.clone(),
                });
            };
            chain.push(next);
            child = next;
        }
        chain.reverse();
        Ok(chain)
    }

    fn add_profile(&self, resolved: &mut ResolvedProfile, profile: &Profile, errors: &mut Vec<ResolveError>) {
        for id in &profile.collectors {
            let Some(Loaded { value: manifest, .. }) = self.collector(id) else {
                errors.push(ResolveError::UnknownCollector {
                    profile: profile.id.clone(),
                    collector: id.clone(),
                });
                continue;
            };
            if resolved.collector(id).is_none() {
                resolved.collectors.push(ResolvedCollector { id: id.clone(), options: defaults(manifest) });
            }
        }
        if let Some(report) = profile.limits.report {
            resolved.limits.report = report;
        }
        if let Some(free_disk) = profile.limits.free_disk {
            resolved.limits.free_disk = free_disk;
        }
        for (id, options) in &profile.options {
            self.add_options(resolved, profile, (id, options), errors);
        }
    }

    fn add_options(
        &self,
        resolved: &mut ResolvedProfile,
        profile: &Profile,
        (id, options): (&CollectorId, &BTreeMap<OptionName, toml::Value>),
        errors: &mut Vec<ResolveError>,
    ) {
        let (Some(Loaded { value: manifest, .. }), Some(collector)) =
            (self.collector(id), resolved.collector_mut(id))
        else {
            // A collector that the profile lists and nobody has was told above.
            if !profile.collectors.contains(id) {
                errors
                    .push(ResolveError::NotInProfile { profile: profile.id.clone(), collector: id.clone() });
            }
            return;
        };
        for (name, value) in options {
            let (profile, id, option) = (profile.id.clone(), id.clone(), name.clone());
            let Some(spec) = manifest.options.get(name) else {
                errors.push(ResolveError::UnknownOption { profile, collector: id, option });
                continue;
            };
            match spec.check_toml(value) {
                Ok(value) => drop(collector.options.insert(option, value)),
                Err(error) => {
                    let source = Box::new(error);
                    errors.push(ResolveError::BadOption { profile, collector: id, option, source });
                }
            }
        }
    }
}

fn defaults(manifest: &Manifest) -> BTreeMap<OptionName, OptionValue> {
    manifest.options.iter().map(|(name, spec)| (name.clone(), spec.default_value())).collect()
}

impl ResolvedProfile {
    /// The collector of that name.
    pub fn collector(&self, id: &CollectorId) -> Option<&ResolvedCollector> {
        self.collectors.iter().find(|collector| collector.id == *id)
    }

    pub(crate) fn collector_mut(&mut self, id: &CollectorId) -> Option<&mut ResolvedCollector> {
        self.collectors.iter_mut().find(|collector| collector.id == *id)
    }
}
