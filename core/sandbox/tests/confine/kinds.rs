//! Who confines itself: root, or an ordinary user.

use std::collections::BTreeSet;

use candor_sandbox::{Machine, Measure, Policy, UserNamespace, derive_check, machine};

/// An ordinary user that owns nothing.
const NOBODY: u32 = 65534;

/// Whose process is confined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Root, with all its capabilities.
    Root,
    /// An ordinary user: the one who runs the tests, or nobody if that is root.
    User,
}

impl Kind {
    /// The kinds that can be set up by who runs the tests.
    pub fn all() -> Vec<Self> {
        if rustix::process::geteuid().is_root() {
            return vec![Self::Root, Self::User];
        }
        eprintln!("not run: the half of this test that starts as root, because an ordinary user runs it");
        vec![Self::User]
    }

    /// The machine as this kind sees it.
    pub fn machine(self) -> Machine {
        let machine = machine();
        if self == Self::Root || !machine.root {
            return machine;
        }
        Machine {
            root: false,
            namespaces: Err("this is an ordinary user".to_owned()),
            user_namespaces: Ok(()),
            worker_user: Err("this is an ordinary user".to_owned()),
            trace_others: Err("this is an ordinary user".to_owned()),
            ..machine
        }
    }

    /// A worker's policy without any declaration, with everything that this kind can have.
    pub fn policy(self) -> Policy {
        derive_check(&self.machine(), 2 << 30)
    }

    /// The same with some measures only.
    pub fn policy_with(self, measures: &[Measure]) -> Policy {
        let policy = self.policy();
        assert!(
            measures.iter().all(|measure| policy.wants(*measure)),
            "{self:?} has not all of {measures:?}"
        );
        let user = policy.user.clone().filter(|_| measures.contains(&Measure::UnprivilegedUser));
        Policy {
            measures: measures.iter().copied().collect::<BTreeSet<_>>(),
            missing: Vec::new(),
            user,
            ..policy
        }
    }

    /// Makes the calling child process such a one, with the user namespace that its host would give it.
    pub fn become_it(self, policy: &Policy) {
        if self == Self::User && rustix::process::geteuid().is_root() {
            let (user, group) =
                (rustix::process::Uid::from_raw(NOBODY), rustix::process::Gid::from_raw(NOBODY));
            rustix::thread::set_thread_groups(&[]).unwrap();
            rustix::thread::set_thread_res_gid(group, group, group).unwrap();
            rustix::thread::set_thread_res_uid(user, user, user).unwrap();
            // As after an exec; otherwise it could not open its own `/proc/self/uid_map`.
            rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::Dumpable).unwrap();
        }
        if policy.user_namespace {
            UserNamespace::prepare().enter().expect("an ordinary user may make user namespaces");
        }
    }
}
