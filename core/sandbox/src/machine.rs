//! What the machine and the user of the host can, as far as confinement goes.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Measure;

/// Facts about the machine. Each `Err` says why not, in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Whether this platform has a lock-down at all.
    pub supported: Result<(), String>,
    /// Whether the host runs as root.
    pub root: bool,
    /// Namespaces without a user namespace: with `CAP_SYS_ADMIN`.
    pub namespaces: Result<(), String>,
    /// Namespaces inside a user namespace.
    pub user_namespaces: Result<(), String>,
    /// Another user to run workers as: needs `CAP_SETUID` and `CAP_SETGID`.
    pub worker_user: Result<WorkerUser, String>,
    /// The ABI of Landlock, 1 and up.
    pub landlock: Result<u32, String>,
    /// System call filters.
    pub seccomp: Result<(), String>,
    /// Answering system calls of a filtered process (Linux 5.14), and reading its memory with `CAP_SYS_PTRACE` or
    /// from outside of its user namespace.
    pub notifications: Result<(), String>,
    /// Whether the host may look into a process of another user: `CAP_SYS_PTRACE`.
    pub trace_others: Result<(), String>,
    /// Measures that are left out on purpose.
    pub left_out: BTreeMap<Measure, String>,
}

/// A user that owns nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerUser {
    /// Its name: `nobody`.
    pub name: String,
    /// Its id.
    pub uid: u32,
    /// Its group's id.
    pub gid: u32,
}

/// Something to leave out although the machine has it: for tests, and for measuring what it costs. What is left out is
/// reported as missing like anything else that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pretence {
    /// One measure.
    Measure(Measure),
    /// Every measure: for controls that show what an attack does to a process that is not locked.
    Lockdown,
    /// User namespaces, as where a system forbids them to ordinary users.
    UserNamespaces,
    /// What containers usually forbid: namespaces of any kind, and looking into other processes.
    Container,
    /// A kernel without Landlock.
    Landlock,
    /// A kernel without answering system calls.
    Notifications,
}

/// The text is no pretence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is nothing that can be left out")]
pub struct PretenceError(String);

impl FromStr for Pretence {
    type Err = PretenceError;

    fn from_str(text: &str) -> Result<Self, PretenceError> {
        match text {
            "lockdown" => Ok(Self::Lockdown),
            "user-namespaces" => Ok(Self::UserNamespaces),
            "namespaces" => Ok(Self::Container),
            "landlock" => Ok(Self::Landlock),
            "seccomp-notifications" => Ok(Self::Notifications),
            _ => text.parse().map(Self::Measure).map_err(|()| PretenceError(text.to_owned())),
        }
    }
}

impl Machine {
    /// A machine that can nothing, for this reason.
    pub fn without_lockdown(reason: &str) -> Self {
        let no = || Err(reason.to_owned());
        Self {
            supported: no(),
            root: false,
            namespaces: no(),
            user_namespaces: no(),
            worker_user: Err(reason.to_owned()),
            landlock: Err(reason.to_owned()),
            seccomp: no(),
            notifications: no(),
            trace_others: no(),
            left_out: BTreeMap::new(),
        }
    }

    /// The same machine without some of what it has.
    #[must_use]
    pub fn pretending(mut self, without: &[Pretence]) -> Self {
        let reason = || "left out on request".to_owned();
        for pretence in without {
            match pretence {
                Pretence::Measure(measure) => {
                    self.left_out.insert(*measure, reason());
                }
                Pretence::Lockdown => {
                    self.left_out.extend(Measure::ALL.iter().map(|measure| (*measure, reason())));
                }
                Pretence::UserNamespaces => self.user_namespaces = Err(reason()),
                Pretence::Container => {
                    self.namespaces = Err(reason());
                    self.user_namespaces = Err(reason());
                    self.trace_others = Err(reason());
                }
                Pretence::Landlock => self.landlock = Err(reason()),
                Pretence::Notifications => self.notifications = Err(reason()),
            }
        }
        self
    }
}
