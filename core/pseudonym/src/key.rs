//! The key of a case, and the text of its file.

use std::fmt::{self, Debug, Formatter};

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::cipher::{Purpose, base32, subkey};

/// First word of the line that holds the key; the number at its end is the version.
const LABEL: &str = "candor-pseudonym-key-";
/// The version that this program writes and reads.
const VERSION: &str = "1";
const KEY_BYTES: usize = 32;
/// With the checksum the key is 35 bytes, which are 56 characters of base32 and no bit more.
const CHECKSUM_BYTES: usize = 3;
/// Of the name of a key: 16 hex digits.
const ID_BYTES: usize = 8;

/// The 256-bit key of a case. It is wiped from memory when it is dropped, and no `Debug` shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseKey([u8; KEY_BYTES]);

/// Why there is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No line begins as a key does.
    #[error("this is not a key file: it has no line that begins with `{LABEL}{VERSION}`")]
    NotAKey,
    /// More than one line begins as a key does.
    #[error("this file holds more than one key")]
    SeveralKeys,
    /// A key that another version of the program wrote.
    #[error("the key is of version `{0}`, and this program reads version `{VERSION}`")]
    OtherVersion(String),
    /// The key was changed or cut off.
    #[error("the key is damaged: its checksum does not fit")]
    Damaged,
    /// The system gave no random bytes.
    #[error("the system gives no random numbers to make a key of")]
    NoRandomness,
}

impl CaseKey {
    /// A fresh key of the system's randomness.
    pub fn generate() -> Result<Self, KeyError> {
        let mut key = Self([0; KEY_BYTES]);
        getrandom::fill(&mut key.0).map_err(|_| KeyError::NoRandomness)?;
        Ok(key)
    }

    /// A key of given bytes, which must be as good as random.
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// The text of a key file: two lines of comment, then the key.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES + CHECKSUM_BYTES]);
        bytes[..KEY_BYTES].copy_from_slice(&self.0);
        bytes[KEY_BYTES..].copy_from_slice(&checksum(&self.0));
        let body = Zeroizing::new(base32::encode(&*bytes));
        Zeroizing::new(format!(
            "# Key of the pseudonyms in a Candor report: `candor reveal` translates them back with it.\n\
             # Keep it for yourself. Do not give it to anybody, not to those who get the report either.\n\
             {LABEL}{VERSION} {}\n",
            *body
        ))
    }

    /// Reads the text of a key file. Comments and empty lines may stand around the key.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let mut lines = text
            .trim_start_matches('\u{feff}')
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let line = lines.next().and_then(|line| line.strip_prefix(LABEL)).ok_or(KeyError::NotAKey)?;
        if lines.next().is_some() {
            return Err(KeyError::SeveralKeys);
        }
        let (version, body) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        if version != VERSION {
            return Err(other_version(version));
        }
        decode(body.trim())
    }

    /// A name for the key, which tells nothing of it: 16 hex digits. A report carries it, so that the key for it is found
    /// among several.
    pub fn id(&self) -> String {
        subkey(self, Purpose::KeyId)[..ID_BYTES].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The bytes, for derivation only.
    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl Drop for CaseKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Debug for CaseKey {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("CaseKey(hidden)")
    }
}

fn other_version(version: &str) -> KeyError {
    let plain = (1..=4).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_digit());
    if plain { KeyError::OtherVersion(version.to_owned()) } else { KeyError::NotAKey }
}

fn decode(body: &str) -> Result<CaseKey, KeyError> {
    let bytes = Zeroizing::new(base32::decode(body).ok_or(KeyError::Damaged)?);
    let (key, sum) = bytes.split_at_checked(KEY_BYTES).ok_or(KeyError::Damaged)?;
    let key = CaseKey(key.try_into().map_err(|_| KeyError::Damaged)?);
    if sum == checksum(&key.0) { Ok(key) } else { Err(KeyError::Damaged) }
}

fn checksum(key: &[u8; KEY_BYTES]) -> [u8; CHECKSUM_BYTES] {
    let hash = Sha256::new().chain_update("candor-pseudonym-key-1 checksum").chain_update(key).finalize();
    [hash[0], hash[1], hash[2]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> CaseKey {
        CaseKey::from_bytes(std::array::from_fn(|index| index as u8))
    }

    #[test]
    fn the_text_of_a_key_reads_back() {
        let text = key().to_text();
        assert_eq!(text.lines().filter(|line| line.starts_with("# ")).count(), 2);
        assert_eq!(CaseKey::from_text(&text), Ok(key()));
        let from_windows = text.replace('\n', "\r\n");
        assert_eq!(CaseKey::from_text(&format!("\u{feff}\r\n{from_windows}\r\n")), Ok(key()));
        assert_eq!(
            CaseKey::from_text(text.lines().last().unwrap()),
            Ok(key()),
            "the comments are not needed"
        );
    }

    #[test]
    fn fresh_keys_differ() {
        assert_ne!(CaseKey::generate().unwrap(), CaseKey::generate().unwrap());
    }

    #[test]
    fn a_key_has_a_name_that_does_not_change() {
        assert_eq!(key().id(), key().id());
        assert_eq!(key().id().len(), 16);
        assert_ne!(key().id(), CaseKey::from_bytes([0; 32]).id());
        assert!(!key().to_text().contains(&key().id()));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let text = key().to_text();
        let line = text.lines().last().unwrap();
        let start = line.find(' ').unwrap() + 1;
        for at in start..line.len() {
            let old = line.as_bytes()[at];
            let new = if old == b'q' { 'r' } else { 'q' };
            let changed = format!("{}{new}{}", &line[..at], &line[at + 1..]);
            assert_eq!(CaseKey::from_text(&changed), Err(KeyError::Damaged), "{changed}");
            assert_eq!(CaseKey::from_text(&line[..at]), Err(KeyError::Damaged));
        }
        assert_eq!(CaseKey::from_text(&format!("{line}a")), Err(KeyError::Damaged));
    }

    #[test]
    fn what_is_no_key_is_told_apart() {
        assert_eq!(CaseKey::from_text(""), Err(KeyError::NotAKey));
        assert_eq!(CaseKey::from_text("ssh-ed25519 AAAA"), Err(KeyError::NotAKey));
        assert_eq!(CaseKey::from_text("candor-pseudonym-key-2 abc"), Err(KeyError::OtherVersion("2".into())));
        assert_eq!(CaseKey::from_text("candor-pseudonym-key-x abc"), Err(KeyError::NotAKey));
        let twice = format!("{}{}", *key().to_text(), *key().to_text());
        assert_eq!(CaseKey::from_text(&twice), Err(KeyError::SeveralKeys));
    }

    #[test]
    fn debug_shows_nothing_of_the_key() {
        assert_eq!(format!("{:?}", key()), "CaseKey(hidden)");
    }
}
