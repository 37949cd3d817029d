//! Takes secrets and identifiers out of text on its way to disk: bytes in, bytes and a tally out.
//!
//! What for: text of a level below `secret` must rest on disk neither with a secret in it nor with an identifier that
//! the policy does not keep. A secret leaves a mark, `[removed:password]`; an identifier leaves a pseudonym, the same for
//! the same value, or a mark, or stays, as the [`Policy`] says for its [`Kind`].
//!
//! What is found comes from four sources: **rules**, which are data in `rules/*.toml`, for secrets with a shape of their
//! own; **secrets by place** ([`SECRETS_BY_PLACE`], `src/secrets/`), where a key, a header or a file format says that a
//! value is one; **known values** ([`KnownValues`]), matched exactly; **identifiers** (`src/identifiers/`), one file a
//! kind. All of them are detectors behind the one list in `src/detector.rs`, asked at the anchors that `src/anchors/`
//! finds. `docs/design/redaction.md` says why it is built so.
//!
//! Who uses it: `candor-host`, for every text artifact and for the proof of a finished report; the command line, for
//! `candor redact`, `rules` and `check`; the `settings` collector, with [`Engine::secrets_by_place`], to find secrets
//! before it delivers; the `network-config` collector, for proxy URLs.
//!
//! What it never does: read a file, open a socket, write a removed value anywhere (an error or a tally names rules,
//! never text), or hold more than a bounded window of a text, however long its lines and its secrets are. The result
//! does not depend on how the text was cut, and redacting it again changes nothing.
//!
//! Start with [`Engine`], which holds what all texts of a run share, and [`Redactor`], through which one text streams;
//! [`redact_parallel`] does the same on several threads, [`Engine::scan`] lists what a redactor would replace, and
//! [`Engine::check`] is the second scan, which shares no search with the first.

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
pub use secrets::{SECRETS_BY_PLACE, SecretByPlace, mask_url_credentials};
pub use tally::{Count, Tally};
