//! One key for each purpose, derived with HKDF-SHA256, so that no two ciphers ever share a key.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::key::CaseKey;

/// What a subkey is for.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    KeyId,
    Names,
    Ipv4,
    Ipv6,
    Mac,
    Uuid,
    Sid,
    Digits,
    Iban,
}

impl Purpose {
    /// The `info` of the derivation. These words are part of the format: keys of old cases must stay readable.
    fn info(self) -> &'static [u8] {
        match self {
            Self::KeyId => b"candor-pseudonym/1/key-id",
            Self::Names => b"candor-pseudonym/1/names",
            Self::Ipv4 => b"candor-pseudonym/1/ipv4",
            Self::Ipv6 => b"candor-pseudonym/1/ipv6",
            Self::Mac => b"candor-pseudonym/1/mac",
            Self::Uuid => b"candor-pseudonym/1/uuid",
            Self::Sid => b"candor-pseudonym/1/sid",
            Self::Digits => b"candor-pseudonym/1/digits",
            Self::Iban => b"candor-pseudonym/1/iban",
        }
    }
}

/// The subkey of a purpose.
pub(crate) fn subkey(key: &CaseKey, purpose: Purpose) -> Zeroizing<[u8; 32]> {
    let mut derived = Zeroizing::new([0; 32]);
    #[expect(clippy::expect_used, reason = "HKDF-SHA256 gives up to 8160 bytes")]
    Hkdf::<Sha256>::new(None, key.bytes()).expand(purpose.info(), &mut *derived).expect("32 bytes are few");
    derived
}
