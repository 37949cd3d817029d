//! The rules: one file each, behind one closed list.

mod password;
mod private_key;
mod url_credentials;

pub use url_credentials::mask_url_credentials;

use crate::site::{More, Site, Verdict};

/// A rule: what it looks for, and how it judges a place where that was found.
///
/// A needle is written in lower case and searched in the three ways `needle`, `Needle` and `NEEDLE`. `examine` sees
/// the same bytes however the artifact was cut, so its verdict may depend only on what [`Site`] gives, within
/// [`crate::site::CONTEXT`] bytes before the hit and a bounded number after it.
#[derive(Debug)]
pub(crate) struct Rule {
    /// As in tallies and findings.
    pub(crate) id: &'static str,
    pub(crate) needles: &'static [&'static str],
    pub(crate) examine: fn(&Site<'_>) -> Result<Verdict, More>,
}

/// Every rule there is.
pub(crate) const RULES: &[Rule] = &[password::RULE, url_credentials::RULE, private_key::RULE];

/// The needles behind which the keys of secrets are looked for.
#[cfg(test)]
pub(crate) fn password_needles() -> &'static [&'static str] {
    password::NEEDLES
}
