//! Signatures in minisign's format.

use std::fmt;
use std::str::FromStr;

use age::secrecy::{ExposeSecret, SecretString};
use minisign::{KeyPair, PublicKey, SecretKey, SecretKeyBox, SignatureBox};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::fingerprint::Fingerprint;

/// The line above every signature of ours. minisign does not sign it, so only this one is taken.
const UNTRUSTED_COMMENT: &str = "verify with minisign";
/// The comment above the keys of ours.
const KEY_COMMENT: &str = "candor secret key";
/// A signature of ours has less than half of this.
const MAX_SIGNATURE_BYTES: usize = 1024;

/// What a signature is for. It stands in the trusted comment, which is signed: a signature under one kind of file is
/// none under another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A request of support's.
    Request,
    /// A consent record.
    Record,
    /// The outside of a sealed report.
    Envelope,
    /// One level inside a sealed report.
    Seal,
    /// The customer's approval to pass artifacts on.
    Forward,
    /// A withdrawal of consent.
    Withdrawal,
}

impl Purpose {
    /// The trusted comment.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "candor-request/1",
            Self::Record => "candor-consent/1",
            Self::Envelope => "candor-envelope/1",
            Self::Seal => "candor-seal/1",
            Self::Forward => "candor-forward/1",
            Self::Withdrawal => "candor-withdrawal/1",
        }
    }
}

/// A key that signs. Not printed by `Debug`.
pub struct SigningKey {
    secret: SecretKey,
    public: PublicKey,
    verifying: VerifyingKey,
}

/// A key that cannot be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// It is not the text of a minisign secret key.
    #[error("not a minisign secret key")]
    Format,
    /// It is protected, and no password was given.
    #[error("the key is protected by a password")]
    PasswordNeeded,
    /// The password is wrong, or the file is damaged.
    #[error("wrong password, or the key is damaged")]
    Password,
    /// The key cannot be made: no randomness, or no memory for the password's derivation.
    #[error("cannot make a key: {0}")]
    Generate(String),
}

impl SigningKey {
    /// A new key.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn generate() -> Result<Self, SigningKeyError> {
        let pair = KeyPair::generate_unencrypted_keypair()
            .map_err(|error| SigningKeyError::Generate(error.to_string()))?;
        Self::new(pair.sk, pair.pk)
    }

    /// A new key and its text for a file, protected by a password. Takes about a second and 32 MiB.
    ///
    /// # Errors
    /// When the system gives no random bytes or no memory.
    pub fn generate_protected(password: &SecretString) -> Result<(Self, SecretString), SigningKeyError> {
        let failed = |error: minisign::PError| SigningKeyError::Generate(error.to_string());
        let pair =
            KeyPair::generate_encrypted_keypair(Some(password.expose_secret().to_owned())).map_err(failed)?;
        let text = SecretString::from(pair.sk.to_box(Some(KEY_COMMENT)).map_err(failed)?.into_string());
        let key = Self::from_text(text.expose_secret(), Some(password))?;
        Ok((key, text))
    }

    /// The text for a file that only its owner reads, without a password.
    ///
    /// # Errors
    /// Never for a key that was made or read here.
    pub fn to_text(&self) -> Result<SecretString, SigningKeyError> {
        let text = self.secret.to_box(Some(KEY_COMMENT)).map_err(|_| SigningKeyError::Format)?;
        Ok(text.into_string().into())
    }

    /// Reads a key, minisign's own too.
    ///
    /// # Errors
    /// When it is none, or is protected and the password is missing or wrong.
    pub fn from_text(text: &str, password: Option<&SecretString>) -> Result<Self, SigningKeyError> {
        let key = |text: &str| SecretKeyBox::from_string(text).map_err(|_| SigningKeyError::Format);
        let secret = if is_protected(text).ok_or(SigningKeyError::Format)? {
            let password = password.ok_or(SigningKeyError::PasswordNeeded)?;
            let opened = key(text)?.into_secret_key(Some(password.expose_secret().to_owned()));
            opened.map_err(|_| SigningKeyError::Password)?
        } else {
            key(text)?.into_unencrypted_secret_key().map_err(|_| SigningKeyError::Format)?
        };
        let public = PublicKey::from_secret_key(&secret).map_err(|_| SigningKeyError::Format)?;
        Self::new(secret, public)
    }

    fn new(secret: SecretKey, public: PublicKey) -> Result<Self, SigningKeyError> {
        let verifying = public.to_base64().parse().map_err(|_| SigningKeyError::Format)?;
        Ok(Self { secret, public, verifying })
    }

    /// The key that checks what this one signs.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// Signs a file's bytes.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn sign(&self, purpose: Purpose, bytes: &[u8]) -> Result<Signature, SignatureError> {
        let signed = minisign::sign(
            Some(&self.public),
            &self.secret,
            bytes,
            Some(purpose.as_str()),
            Some(UNTRUSTED_COMMENT),
        );
        signed
            .map(|signed| Signature(signed.into_string()))
            .map_err(|error| SignatureError::Sign(error.to_string()))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({})", self.verifying)
    }
}

/// True when a password protects the key; `None` when it is no key. The bytes 2 and 3 name the derivation: none is 0, 0.
fn is_protected(text: &str) -> Option<bool> {
    let line = text.lines().nth(1)?;
    let first: String = line.chars().take(8).collect();
    // Six bytes: `Ed`, the derivation, `B2`.
    match first.get(..8)? {
        "RWQAAEIy" => Some(false),
        "RWRTY0Iy" => Some(true),
        _ => None,
    }
}

/// A key that checks signatures, in minisign's one line of Base64: `RWQ…`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifyingKey(String);

/// A text that is no such key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a minisign public key: 56 characters that begin with `RW` are expected")]
pub struct VerifyingKeyError;

impl VerifyingKey {
    /// What two people compare.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.0)
    }

    /// Its line of Base64.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// minisign's public key file, as `minisign -p` takes it.
    pub fn to_file(&self) -> String {
        format!("untrusted comment: candor public key\n{}\n", self.0)
    }

    /// Checks that this key signed exactly these bytes for this purpose.
    ///
    /// # Errors
    /// When it did not.
    pub fn verify(
        &self,
        purpose: Purpose,
        bytes: &[u8],
        signature: &Signature,
    ) -> Result<(), SignatureError> {
        let key = minisign_verify::PublicKey::from_base64(&self.0).map_err(|_| SignatureError::Wrong)?;
        let signature =
            minisign_verify::Signature::decode(&signature.0).map_err(|_| SignatureError::Format)?;
        if signature.trusted_comment() != purpose.as_str() {
            return Err(SignatureError::Purpose(purpose.as_str()));
        }
        key.verify(bytes, &signature, false).map_err(|_| SignatureError::Wrong)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "VerifyingKey({})", self.0)
    }
}

impl FromStr for VerifyingKey {
    type Err = VerifyingKeyError;

    /// Takes the line alone, or minisign's file with the comment above it.
    fn from_str(text: &str) -> Result<Self, VerifyingKeyError> {
        let line = match text.trim().split_once('\n') {
            Some((comment, key)) if comment.starts_with("untrusted comment:") => key.trim(),
            Some(_) => return Err(VerifyingKeyError),
            None => text.trim(),
        };
        let key = PublicKey::from_base64(line).map_err(|_| VerifyingKeyError)?;
        // One spelling only: fingerprints are made of the text. The library also takes the mark of a signature for that of a key.
        let is_ed25519 = line.starts_with("RW") && matches!(line.as_bytes().get(2), Some(b'Q'..=b'T'));
        if is_ed25519 && key.to_base64() == line { Ok(Self(line.to_owned())) } else { Err(VerifyingKeyError) }
    }
}

impl Serialize for VerifyingKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for VerifyingKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The text of a `.minisig` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature(String);

/// A signature that cannot be made or does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It is not the text of a minisign signature, or not in the spelling of ours.
    #[error("not a minisign signature as this program writes it")]
    Format,
    /// It is a signature of something else.
    #[error("the signature is not one for `{0}`")]
    Purpose(&'static str),
    /// It is not of this key, or the bytes are others.
    #[error("the signature does not hold: other bytes, or another key")]
    Wrong,
    /// It cannot be made.
    #[error("cannot sign: {0}")]
    Sign(String),
}

impl Signature {
    /// The text of the file.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes the bytes of a `.minisig` file. Whether it holds is another question.
    ///
    /// # Errors
    /// When it is no signature, or spelled otherwise than this program does: every byte of it counts.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SignatureError> {
        let text = std::str::from_utf8(bytes).map_err(|_| SignatureError::Format)?;
        if text.len() > MAX_SIGNATURE_BYTES {
            return Err(SignatureError::Format);
        }
        let parsed = SignatureBox::from_string(text).map_err(|_| SignatureError::Format)?;
        let comment = parsed.untrusted_comment().map_err(|_| SignatureError::Format)?;
        if comment != UNTRUSTED_COMMENT || parsed.into_string() != text {
            return Err(SignatureError::Format);
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_signs_for_one_purpose() {
        let key = SigningKey::generate().unwrap();
        let signature = key.sign(Purpose::Request, b"text").unwrap();
        let public = key.verifying_key();
        assert_eq!(public.verify(Purpose::Request, b"text", &signature), Ok(()));
        assert_eq!(
            public.verify(Purpose::Record, b"text", &signature),
            Err(SignatureError::Purpose("candor-consent/1"))
        );
        assert_eq!(public.verify(Purpose::Request, b"test", &signature), Err(SignatureError::Wrong));
        let other = SigningKey::generate().unwrap();
        let found = other.verifying_key().verify(Purpose::Request, b"text", &signature);
        assert_eq!(found, Err(SignatureError::Wrong));
    }

    #[test]
    fn every_byte_of_a_signature_counts() {
        let key = SigningKey::generate().unwrap();
        let text = key.sign(Purpose::Record, b"text").unwrap().0;
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let holds = Signature::from_bytes(&bytes)
                    .and_then(|changed| key.verifying_key().verify(Purpose::Record, b"text", &changed));
                assert!(holds.is_err(), "bit {bit} of byte {at}");
            }
        }
        for other in
            [&text[1..], &text[..text.len() - 1], &format!("{text}\n"), &text.replace('\n', "\r\n"), ""]
        {
            assert!(Signature::from_bytes(other.as_bytes()).is_err());
        }
    }

    #[test]
    fn keys_come_back_from_their_texts() {
        let key = SigningKey::generate().unwrap();
        let again = SigningKey::from_text(key.to_text().unwrap().expose_secret(), None).unwrap();
        assert_eq!(again.verifying_key(), key.verifying_key());
        let public: VerifyingKey = key.verifying_key().to_file().parse().unwrap();
        assert_eq!(&public, key.verifying_key());
        assert!(!format!("{key:?}").contains(key.to_text().unwrap().expose_secret()));
    }

    #[test]
    fn a_protected_key_needs_its_password() {
        let (right, wrong) = (SecretString::from("right"), SecretString::from("wrong"));
        let (key, text) = SigningKey::generate_protected(&right).unwrap();
        let read = |password| SigningKey::from_text(text.expose_secret(), password);
        assert_eq!(read(Some(&right)).unwrap().verifying_key(), key.verifying_key());
        assert_eq!(read(Some(&wrong)).unwrap_err(), SigningKeyError::Password);
        assert_eq!(read(None).unwrap_err(), SigningKeyError::PasswordNeeded);
    }

    /// Found by fuzzing: `ED`, which marks signatures of hashed bytes, in the place of `Ed` gave a second text of one key.
    #[test]
    fn a_key_has_one_text() {
        let key = SigningKey::generate().unwrap().verifying_key().to_string();
        let other = format!("RUS{}", &key[3..]);
        assert_eq!(other.parse::<VerifyingKey>(), Err(VerifyingKeyError));
        assert_eq!(key.to_lowercase().parse::<VerifyingKey>(), Err(VerifyingKeyError));
        assert!(key.parse::<VerifyingKey>().is_ok());
    }

    #[test]
    fn what_is_no_key_is_told() {
        for text in
            ["", "RWQ", "untrusted comment: x", "untrusted comment: x\nRWQAAEIy", "a\nb\nc", "age1abc"]
        {
            assert_eq!(SigningKey::from_text(text, None).unwrap_err(), SigningKeyError::Format, "{text}");
            assert_eq!(text.parse::<VerifyingKey>(), Err(VerifyingKeyError), "{text}");
        }
    }
}
