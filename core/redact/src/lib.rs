//! Takes secrets out of collected text on its way to disk: bytes in, bytes and a tally out.
//!
//! What for: text of a level below `secret` must not rest on disk with a password in it. Each text artifact gets a
//! [`Redactor`] of its own and streams through it. It removes the values of password-like keys, the credentials in
//! URLs and private keys in PEM form, and counts what it removed, by rule.
//!
//! Who uses it: `candor-host`, for every text artifact; the `settings` collector, which proves its own output with
//! [`scan`]; the `network-config` collector, for proxy URLs.
//!
//! What it never does: read a file, open a socket, write a removed value anywhere (an error or a tally names rules,
//! never text), or hold more than a bounded window of an artifact, however long its lines and its secrets are.
//!
//! Start with [`Redactor`]; the rules are one file each in `rules/`, behind the one list in `rules/mod.rs`.

mod anchors;
mod consult;
mod decode;
mod detector;
mod encoding;
mod engine;
mod entropy;
mod identifiers;
mod key;
mod kind;
mod known;
mod known_table;
mod line;
mod mark;
mod nested;
mod parallel;
mod placeholder;
mod policy;
mod pseudonym;
mod redactor;
mod reference;
mod rules;
mod scan;
mod secrets;
mod site;
mod skip;
mod stream;
mod tally;
mod treatment;

pub use encoding::RedactError;
pub use engine::Engine;
pub use key::is_secret_key;
pub use kind::{Kind, Treatment};
pub use known::{Known, KnownValues};
pub use mark::removed;
pub use parallel::{ParallelError, redact_parallel};
pub use policy::{Documentation, Options, Policy, PolicyError, Words};
pub use redactor::Redactor;
pub use reference::CheckError;
pub use rules::{Rule, RuleError, RuleSet};
pub use scan::{Finding, scan};
pub use secrets::mask_url_credentials;
pub use tally::{Count, Tally};
