//! Everything that one key can do.

use std::fmt::{self, Debug, Formatter};

use crate::address::{Ipv4Cipher, Ipv6Cipher, MacCipher};
use crate::cipher::{Purpose, subkey};
use crate::key::CaseKey;
use crate::name::NameCipher;
use crate::number::{DigitsCipher, IbanCipher, SidCipher, UuidCipher};

/// Makes pseudonyms with the key of a case, and translates them back. Immutable: share it by reference or in an `Arc`.
///
/// Functions that write text append to `out`, and write nothing when they give an error.
pub struct Pseudonyms {
    key_id: String,
    pub(crate) names: NameCipher,
    pub(crate) ipv4: Ipv4Cipher,
    pub(crate) ipv6: Ipv6Cipher,
    pub(crate) mac: MacCipher,
    pub(crate) uuid: UuidCipher,
    pub(crate) sid: SidCipher,
    pub(crate) digits: DigitsCipher,
    pub(crate) iban: IbanCipher,
}

impl Pseudonyms {
    /// Derives what each kind needs.
    pub fn new(key: &CaseKey) -> Self {
        Self {
            key_id: key.id(),
            names: NameCipher::new(&subkey(key, Purpose::Names)),
            ipv4: Ipv4Cipher::new(&subkey(key, Purpose::Ipv4)),
            ipv6: Ipv6Cipher::new(&subkey(key, Purpose::Ipv6)),
            mac: MacCipher::new(&subkey(key, Purpose::Mac)),
            uuid: UuidCipher::new(&subkey(key, Purpose::Uuid)),
            sid: SidCipher::new(&subkey(key, Purpose::Sid)),
            digits: DigitsCipher::new(&subkey(key, Purpose::Digits)),
            iban: IbanCipher::new(&subkey(key, Purpose::Iban)),
        }
    }

    /// [`CaseKey::id`] of the key.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }
}

impl Debug for Pseudonyms {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pseudonyms").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_shared_between_threads() {
        fn check<T: Send + Sync>() {}
        check::<Pseudonyms>();
    }

    #[test]
    fn debug_shows_the_key_id_alone() {
        let pseudonyms = Pseudonyms::new(&CaseKey::from_bytes([7; 32]));
        assert_eq!(pseudonyms.key_id().len(), 16);
        assert_eq!(
            format!("{pseudonyms:?}"),
            format!("Pseudonyms {{ key_id: \"{}\", .. }}", pseudonyms.key_id())
        );
    }
}
