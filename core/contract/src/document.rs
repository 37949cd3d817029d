//! The JSON documents that travel through the ABI. They evolve: every member added after version 1 is optional, and a
//! reader ignores members that it does not know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Version of the documents that this crate writes.
pub const DOCUMENT_VERSION: u32 = 1;

/// Feature of a request: the host opens each declared file, and nothing else can be opened or seen, so that the plugin
/// need not look for itself whether a path is what it seems.
pub const EXACT_READS: &str = "exact-reads";

/// What the host asks of a collector.
///
/// ```json
/// {"version":1,"collector":"event-log","features":["command"],"options":{"since":86400000},
///  "reads":["/var/log/**"],"commands":["dmesg"],"limits":{"wall_ms":60000,"output_bytes":67108864,"memory_bytes":268435456}}
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// [`DOCUMENT_VERSION`] of the writer.
    pub version: u32,
    /// Id of the collector, as its manifest declares it.
    pub collector: String,
    /// Names of the operations that this host answers in [`crate::abi::Sink::call`].
    #[serde(default)]
    pub features: Vec<String>,
    /// Every declared option with its value. Durations are integers in milliseconds, sizes integers in bytes.
    #[serde(default)]
    pub options: serde_json::Map<String, serde_json::Value>,
    /// The declared path patterns, `*` within a component, `**` for any depth.
    #[serde(default)]
    pub reads: Vec<String>,
    /// Ids of the declared commands, in the manifest's order.
    #[serde(default)]
    pub commands: Vec<String>,
    /// What the host will enforce.
    #[serde(default)]
    pub limits: Limits,
    /// Most verbose level of log records that the host wants: `info` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_level: Option<String>,
}

/// Bounds that the host keeps whatever the plugin does. Zero means not told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Time until the worker is killed, in milliseconds.
    #[serde(default)]
    pub wall_ms: u64,
    /// Bytes of artifacts, before compression.
    #[serde(default)]
    pub output_bytes: u64,
    /// Address space of the worker.
    #[serde(default)]
    pub memory_bytes: u64,
    /// Artifacts in all.
    #[serde(default)]
    pub files: u32,
}

/// What a collector answers when it ended by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// [`DOCUMENT_VERSION`] of the writer.
    pub version: u32,
    /// How it ended.
    pub status: Status,
    /// Why it is not [`Status::Complete`], one sentence each, without collected data.
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// How a collector says that it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It saw everything that it wanted to see.
    Complete,
    /// It saw less than it wanted to.
    Partial,
    /// There is nothing to collect on this machine.
    Skipped,
}

/// An error, as a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A stable word: `panic`, `options`, `unsupported`, `undeclared`, `budget`, `protocol`, `collector`, ….
    pub kind: String,
    /// One sentence, lowercase, without collected data.
    pub message: String,
    /// The chain of causes, outermost first.
    #[serde(default)]
    pub causes: Vec<String>,
}

impl Failure {
    /// A failure without causes.
    pub fn new(kind: &str, message: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), message: message.into(), causes: Vec::new() }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)?;
        for cause in &self.causes {
            write!(formatter, ": {cause}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

/// Announces an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactHeader {
    /// Relative name with `/` between components: `journal/system.ndjson`.
    pub name: String,
    /// Media type: `application/json`.
    pub media_type: String,
    /// Level of this artifact if lower than its collector's: `technical`, `identifying`, `sensitive`, `secret`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
}

/// Closes an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactTrailer {
    /// Bytes sent, for the host to compare.
    pub bytes: u64,
    /// False when the collector gave the artifact up; the host then drops it.
    pub complete: bool,
}

/// One `tracing` event of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRecord {
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: String,
    /// Module that logged.
    pub target: String,
    /// The message.
    pub message: String,
    /// The other fields, as text.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

/// Answer to the operation `command`: what a brokered command did. Its request is `{"id": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandResult {
    /// The absolute path and arguments that ran.
    pub argv: Vec<String>,
    /// Exit code; `None` when a signal ended it.
    pub exit_code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// True when its time ran out and the host killed it.
    pub timed_out: bool,
    /// True when the output cap cut it.
    pub truncated: bool,
    /// Standard output; invalid UTF-8 is replaced.
    pub stdout: String,
    /// Standard error; invalid UTF-8 is replaced.
    pub stderr: String,
    /// Run time in milliseconds.
    pub duration_ms: u64,
}

/// Answer to the operation `socket-owners`: who holds which socket. Its request is `{}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketOwners {
    /// One element for each socket and process that holds it.
    pub owners: Vec<SocketOwner>,
    /// True when some processes could not be looked into.
    pub restricted: bool,
}

/// One process that holds one socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketOwner {
    /// Inode number of the socket, as the kernel's socket lists give it.
    pub inode: u64,
    /// Process id.
    pub pid: u32,
    /// Short name of the process (`/proc/PID/comm`), never its command line.
    pub name: String,
}

/// Answer to the operation `firewall`: what nftables holds, as the kernel tells it. Its request is `{}`.
///
/// Each list is one answer of the kernel's as base64 text: whole netlink messages one after the other, the closing
/// `NLMSG_DONE` too, each padded to four bytes. See netlink(7) and nf_tables.h.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirewallMessages {
    /// Answer to `NFT_MSG_GETTABLE`.
    pub tables: String,
    /// Answer to `NFT_MSG_GETCHAIN`.
    pub chains: String,
    /// Answer to `NFT_MSG_GETRULE`.
    pub rules: String,
    /// True when there was more than the host passes on; then a list lacks its end.
    pub truncated: bool,
}
