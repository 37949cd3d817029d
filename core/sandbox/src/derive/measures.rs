//! Which measures a process gets on this machine, and which it would get elsewhere.

use std::collections::BTreeSet;

use candor_manifest::{Network, PathPattern};

use crate::machine::WorkerUser;
use crate::{Machine, Measure, MissingMeasure};

/// Sorts measures into those that can be had and those that cannot.
pub(super) struct Measures<'a> {
    machine: &'a Machine,
    pub(super) wanted: BTreeSet<Measure>,
    pub(super) missing: Vec<MissingMeasure>,
    user_namespace: bool,
}

impl<'a> Measures<'a> {
    pub(super) fn new(machine: &'a Machine) -> Self {
        let user_namespace = machine.namespaces.is_err() && machine.user_namespaces.is_ok();
        Self { machine, wanted: BTreeSet::new(), missing: Vec::new(), user_namespace }
    }

    fn want(&mut self, measure: Measure, possible: Result<(), String>) -> bool {
        let possible = match (self.machine.left_out.get(&measure), &self.machine.supported) {
            (Some(reason), _) | (None, Err(reason)) => Err(reason.clone()),
            (None, Ok(())) => possible,
        };
        match possible {
            Ok(()) => self.wanted.insert(measure),
            Err(reason) => {
                self.missing.push(MissingMeasure { measure, reason });
                false
            }
        }
    }

    /// Decides about every measure that applies, in the order of [`Measure::ALL`], and about the user.
    pub(super) fn decide(
        &mut self,
        machine: &Machine,
        network: &Network,
        unix_sockets: &[PathPattern],
        as_root: bool,
    ) -> Option<WorkerUser> {
        for measure in [
            Measure::ParentDeathSignal,
            Measure::Undumpable,
            Measure::ClosedDescriptors,
            Measure::MemoryLimit,
            Measure::ProcessorLimit,
            Measure::NoFileWrites,
            Measure::NoCoreDumps,
            Measure::OpenFilesLimit,
            Measure::DroppedCapabilities,
        ] {
            self.want(measure, Ok(()));
        }
        let no_new_privileges = self.want(Measure::NoNewPrivileges, Ok(()));
        // The kernel takes rules from a process without rights only when it cannot gain any.
        let ruled = |fact: Result<(), String>| {
            if no_new_privileges { fact } else { Err("it needs `no-new-privileges`".to_owned()) }
        };
        let namespaces = self.namespaces();
        self.want(Measure::Landlock, ruled(machine.landlock.clone().map(|_| ())));
        let filtered = self.want(Measure::Seccomp, ruled(machine.seccomp.clone()));
        let answered = self.answered(filtered);
        let exact = self.want(Measure::ExactReads, answered.clone());
        // Whoever only asks about the network has none of it either: the host makes the sockets for the questions.
        if *network == Network::None || (*network == Network::Observe && exact) {
            self.want(Measure::OwnNetwork, namespaces.clone());
        }
        if matches!(network, Network::Loopback | Network::Hosts(_)) || !unix_sockets.is_empty() {
            self.want(Measure::ExactConnections, answered);
        }
        let opened_for_it = || {
            if exact {
                Ok(())
            } else {
                Err("without `exact-reads` it has to open its files itself".to_owned())
            }
        };
        self.want(Measure::EmptyRoot, namespaces.and(opened_for_it()));
        let user = self.user(machine, as_root, opened_for_it());
        self.process_limit(machine, as_root, user.as_ref());
        user
    }

    /// A command that has to be root's cannot have it: its filter alone keeps it from starting processes.
    fn process_limit(&mut self, machine: &Machine, as_root: bool, user: Option<&WorkerUser>) {
        let stays_root = machine.root && user.is_none();
        if as_root && stays_root {
            return;
        }
        let possible = if stays_root {
            Err("the kernel does not bound the processes of root".to_owned())
        } else {
            Ok(())
        };
        self.want(Measure::ProcessLimit, possible);
    }

    /// Whether anything that it gets needs a user namespace.
    pub(super) fn user_namespace(&self) -> bool {
        let needing =
            [Measure::OwnNetwork, Measure::EmptyRoot, Measure::ExactReads, Measure::ExactConnections];
        self.user_namespace && needing.iter().any(|measure| self.wanted.contains(measure))
    }

    fn namespaces(&self) -> Result<(), String> {
        match (&self.machine.namespaces, &self.machine.user_namespaces) {
            (Ok(()), _) | (_, Ok(())) => Ok(()),
            (Err(reason), Err(_)) if self.machine.root => Err(reason.clone()),
            (Err(_), Err(reason)) => Err(reason.clone()),
        }
    }

    /// Whether the host can answer the system calls of the process.
    fn answered(&self, filtered: bool) -> Result<(), String> {
        if !filtered {
            return Err("it needs `seccomp`".to_owned());
        }
        self.machine.notifications.clone()?;
        match (&self.machine.trace_others, self.user_namespace) {
            (Ok(()), _) | (_, true) => Ok(()),
            (Err(reason), false) => Err(reason.clone()),
        }
    }

    fn user(
        &mut self,
        machine: &Machine,
        as_root: bool,
        opened_for_it: Result<(), String>,
    ) -> Option<WorkerUser> {
        if !machine.root {
            // It is nobody special already.
            self.want(Measure::UnprivilegedUser, Ok(()));
            return None;
        }
        if as_root {
            return None;
        }
        let possible = match (&machine.worker_user, self.user_namespace) {
            (Ok(user), false) => opened_for_it.map(|()| user.clone()),
            (Ok(_), true) => Err("a user namespace of an ordinary user holds one user".to_owned()),
            (Err(reason), _) => Err(reason.clone()),
        };
        let user = possible.clone().ok();
        self.want(Measure::UnprivilegedUser, possible.map(|_| ())).then_some(user).flatten()
    }
}
