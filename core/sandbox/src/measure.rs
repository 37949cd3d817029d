//! The single measures of a lock-down.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! measures {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $sentence:literal;)+) => {
        /// One measure that keeps a process to its policy. Names are part of reports and stay.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Measure {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl Measure {
            /// Every measure, in the order in which they are applied.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in reports: `own-network`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What holds because of it, for a person.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)+ }
            }
        }
    };
}

measures! {
    /// `PR_SET_PDEATHSIG`.
    ParentDeathSignal = "parent-death-signal", "it dies with candor";
    /// `PR_SET_DUMPABLE`.
    Undumpable = "undumpable", "other programs of the same user cannot look into it";
    /// `close_range`.
    ClosedDescriptors = "closed-descriptors", "it holds no open file of candor's";
    /// `RLIMIT_AS`.
    MemoryLimit = "memory-limit", "its memory is bounded";
    /// `RLIMIT_CPU`.
    ProcessorLimit = "processor-limit", "its processor time is bounded";
    /// `RLIMIT_FSIZE`.
    NoFileWrites = "no-file-writes", "it cannot write to any file";
    /// `RLIMIT_CORE`.
    NoCoreDumps = "no-core-dumps", "its memory is not written to disk when it crashes";
    /// `RLIMIT_NOFILE`.
    OpenFilesLimit = "open-files-limit", "its open files are bounded";
    /// `RLIMIT_NPROC`.
    ProcessLimit = "process-limit", "its threads are bounded";
    /// A network namespace with nothing in it.
    OwnNetwork = "own-network", "it sees no network";
    /// A mount namespace with nothing in it but the program of a command.
    EmptyRoot = "empty-root", "it sees no file system";
    /// `setresuid` away from root.
    UnprivilegedUser = "unprivileged-user", "it does not run as root";
    /// No Linux capability but the declared ones, and no way to gain another.
    DroppedCapabilities = "dropped-capabilities", "it has no special right that is not declared";
    /// `PR_SET_NO_NEW_PRIVS`.
    NoNewPrivileges = "no-new-privileges", "no program that it starts gains rights";
    /// Landlock: no path at all, no TCP port, no signal and no abstract socket out of its domain.
    Landlock = "landlock", "a second wall in the kernel: no file, and where this kernel can, no port and no signal of others";
    /// A system call filter that refuses what is not listed.
    Seccomp = "seccomp", "system calls that no collector needs are refused";
    /// Each path goes to the host, which opens the declared ones only.
    ExactReads = "exact-reads", "candor opens each file for it; what is not declared can neither be opened nor seen";
    /// Each address goes to the host, which connects to the declared ones only.
    ExactConnections = "exact-connections", "candor makes each connection for it; others are refused";
}

impl fmt::Display for Measure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl std::str::FromStr for Measure {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|measure| measure.as_str() == text).ok_or(())
    }
}
