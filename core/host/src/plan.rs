//! The plan: everything that a run would read, start and cost, before anything runs.
//!
//! Building it reads manifests and measures plugin libraries. It opens none of the planned paths and starts nothing.

use candor_consent::Subject;
use candor_manifest::{
    Catalogue, CollectorId, Command, CommandId, Level, Limits, Loaded, Manifest, OptionName, OptionValue,
    ResolvedCollector, ResolvedProfile, Support,
};
use candor_sandbox::{Machine, Policy, PolicyError, Program};
use serde::Serialize;

use crate::library::{Libraries, Library};

/// A profile on this machine.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The profile, with every option resolved.
    pub profile: ResolvedProfile,
    /// One for each collector of the profile, in its order.
    pub collectors: Vec<PlannedCollector>,
}

/// One collector as it would run here.
#[derive(Debug, Clone)]
pub struct PlannedCollector {
    /// Its manifest.
    pub manifest: Loaded<Manifest>,
    /// Every option with its value.
    pub options: std::collections::BTreeMap<OptionName, OptionValue>,
    /// Whether it can run here.
    pub availability: Availability,
    /// The library that would be loaded.
    pub library: Option<Library>,
    /// Hash of the terms of the request that it is planned for; `None` without one.
    pub terms: Option<candor_trust::Digest>,
}

/// Whether a collector can run on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Availability {
    /// It can.
    Ready,
    /// This platform is not among those that it supports.
    Unsupported {
        /// One sentence.
        reason: String,
    },
    /// Its plugin is missing or unreadable.
    Broken {
        /// One sentence.
        reason: String,
        /// What to do about it.
        hint: String,
    },
}

impl Plan {
    /// Plans a resolved profile.
    pub fn build(catalogue: &Catalogue, profile: ResolvedProfile, libraries: &Libraries) -> Self {
        let planned = |collector: &ResolvedCollector| {
            // Resolving has checked that the catalogue holds every collector of the profile.
            let manifest = catalogue.collector(&collector.id)?.clone();
            Some(PlannedCollector::build(manifest, collector.options.clone(), libraries))
        };
        let collectors = profile.collectors.iter().filter_map(planned).collect();
        Self { profile, collectors }
    }

    /// Binds every decision to the terms of a request.
    pub fn bind(&mut self, terms: candor_trust::Digest) {
        self.collectors.iter_mut().for_each(|planned| planned.terms = Some(terms));
    }

    /// What there is to decide.
    pub fn subjects(&self) -> Vec<Subject> {
        self.collectors.iter().map(PlannedCollector::subject).collect()
    }

    /// The planned collector of that id.
    pub fn collector(&self, id: &CollectorId) -> Option<&PlannedCollector> {
        self.collectors.iter().find(|collector| collector.id() == id)
    }

    /// Bounds of the report as a whole.
    pub fn limits(&self) -> Limits {
        self.profile.limits
    }
}

impl PlannedCollector {
    /// Plans one collector.
    pub fn build(
        manifest: Loaded<Manifest>,
        options: std::collections::BTreeMap<OptionName, OptionValue>,
        libraries: &Libraries,
    ) -> Self {
        let (availability, library) = look_up(&manifest.value, libraries);
        Self { manifest, options, availability, library, terms: None }
    }

    /// Its id.
    pub fn id(&self) -> &CollectorId {
        &self.manifest.value.id
    }

    /// Its level.
    pub fn level(&self) -> Level {
        self.manifest.value.level
    }

    /// What a decision about it is bound to.
    pub fn subject(&self) -> Subject {
        Subject {
            collector: self.id().clone(),
            level: self.level(),
            manifest_digest: self.manifest.digest.to_string(),
            library_digest: self.library.as_ref().map(|library| library.digest.clone()),
            options: self.options_json(),
            terms: self.terms,
        }
    }

    /// What its worker may do on this machine.
    ///
    /// # Errors
    /// When its manifest asks for more than its level allows.
    pub fn policy(&self, machine: &Machine) -> Result<Policy, PolicyError> {
        candor_sandbox::derive(&self.manifest.value, &self.options, machine)
    }

    /// What each of its commands may do on this machine.
    pub fn command_policies(&self, machine: &Machine) -> Vec<(CommandId, Result<Policy, PolicyError>)> {
        let commands = &self.manifest.value.commands;
        commands.iter().map(|command| (command.id.clone(), self.command_policy(command, machine))).collect()
    }

    /// What one of its commands may do on this machine. Looks at the command's program.
    pub(crate) fn command_policy(&self, command: &Command, machine: &Machine) -> Result<Policy, PolicyError> {
        let program = Program::inspect(&command.argv);
        candor_sandbox::derive_command(&self.manifest.value, command, &self.options, machine, &program)
    }

    /// The options as the plugin gets them.
    pub fn options_json(&self) -> serde_json::Map<String, serde_json::Value> {
        self.options.iter().map(|(name, value)| (name.to_string(), value.to_json())).collect()
    }
}

fn look_up(manifest: &Manifest, libraries: &Libraries) -> (Availability, Option<Library>) {
    if manifest.supports.here() == Support::None {
        let reason = format!("it does not support {}", std::env::consts::OS);
        return (Availability::Unsupported { reason }, None);
    }
    match libraries.find(&manifest.plugin) {
        Ok(library) => (Availability::Ready, Some(library)),
        Err(reason) => {
            let hint = "install the plugin, or name its folder with `--plugins DIR`".to_owned();
            (Availability::Broken { reason, hint }, None)
        }
    }
}
