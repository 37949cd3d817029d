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

mod encoding;
mod gate;
mod key;
mod line;
mod mask;
mod redactor;
mod rules;
mod scan;
mod site;
mod skip;
mod tally;

pub use encoding::RedactError;
pub use key::is_secret_key;
pub use mask::MASK;
pub use redactor::Redactor;
pub use rules::mask_url_credentials;
pub use scan::{Finding, scan};
pub use tally::Tally;
