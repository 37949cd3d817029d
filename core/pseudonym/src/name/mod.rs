//! Names: users, people, serial numbers, hosts, …: words without a shape of their own.

mod body;
mod coding;
mod host;
mod kind;

pub use kind::NameKind;

pub(crate) use body::{LENGTHS, NameCipher};
pub(crate) use host::HOST;

use std::borrow::Cow;

use crate::pseudonyms::Pseudonyms;
use crate::recognise::INFIX;
use crate::unfit::Unfit;

/// Longer names get no pseudonym.
pub const MAX_NAME_BYTES: usize = 255;

impl Pseudonyms {
    /// Writes the pseudonym of a name, such as `user-px-k3q5zt7acm`. User names are folded to lower case.
    pub fn name(&self, kind: NameKind, name: &[u8], out: &mut Vec<u8>) -> Result<(), Unfit> {
        let name = if kind.folds_case() { folded(name) } else { Cow::Borrowed(name) };
        let body = self.names.encrypt(kind.tweak(), &name)?;
        out.extend_from_slice(kind.word());
        out.push(b'-');
        out.extend_from_slice(INFIX);
        out.extend_from_slice(&body);
        Ok(())
    }

    /// Writes the pseudonym of an e-mail address part by part: `user-px-…@host-px-….com`.
    pub fn email(
        &self,
        local: &[u8],
        host: &[u8],
        kept_labels: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), Unfit> {
        let start = out.len();
        self.name(NameKind::User, local, out)?;
        out.push(b'@');
        self.host(host, kept_labels, out).inspect_err(|_| out.truncate(start))
    }
}

/// Lower case, of ASCII alone where a name is not UTF-8.
pub(crate) fn folded(name: &[u8]) -> Cow<'_, [u8]> {
    let changes = |byte: &u8| !byte.is_ascii() || byte.is_ascii_uppercase();
    if !name.iter().any(changes) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(match std::str::from_utf8(name) {
        Ok(text) => text.to_lowercase().into_bytes(),
        Err(_) => name.to_ascii_lowercase(),
    })
}
