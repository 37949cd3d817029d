//! The first steps with a request that came from somewhere: its size, the zip, the signature, the fields.

use candor_pack::UnpackError;
use candor_trust::{Digest, Purpose, Signature, SignatureError, VerifyingKey};

use crate::fields::{self, FieldsError};
use crate::request::{FORMAT, Request};
use crate::statement::Statement;

/// Largest request.
pub const MAX_BYTES: usize = 1024 * 1024;
pub(crate) const REQUEST: &str = "request.json";
pub(crate) const SIGNATURE: &str = "request.json.minisig";
pub(crate) const STATEMENT: &str = "statement.txt";

/// A file that is no request, or an altered one. Nothing of it is shown.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is too large.
    #[error("the file is larger than 1 MiB")]
    TooLarge,
    /// It is no zip as requests are packed.
    #[error("the file is not packed as a request is")]
    Zip(#[source] UnpackError),
    /// It holds other entries.
    #[error(
        "the file does not hold `{REQUEST}`, `{SIGNATURE}` and `{STATEMENT}`, in this order, and nothing else"
    )]
    Entries,
    /// It does not say which key signed it.
    #[error("`{REQUEST}` does not name the key that signed it")]
    NoKey,
    /// It is of a format that this program does not know.
    #[error("the format is not known; this program reads `{FORMAT}`")]
    Format,
    /// The signature is not one of that key over these bytes.
    #[error("the request is altered, or was never signed by the key that it names")]
    Signature {
        /// The key that it names.
        key: VerifyingKey,
        /// What is wrong.
        source: SignatureError,
    },
}

/// The little that is taken from `request.json` before its signature is checked.
#[derive(serde::Deserialize)]
struct Foreword {
    format: String,
    requester: Signer,
}

#[derive(serde::Deserialize)]
struct Signer {
    key: VerifyingKey,
}

/// A request that was signed by the key that it names. Whether that key is anybody's who is trusted is another question.
#[derive(Debug, Clone)]
pub struct Signed {
    json: Vec<u8>,
    signature: Vec<u8>,
    statement: Vec<u8>,
    key: VerifyingKey,
}

impl Signed {
    /// Checks size, zip and signature.
    ///
    /// # Errors
    /// When one of them is not as it has to be.
    pub fn open(file: &[u8]) -> Result<Self, OpenError> {
        if file.len() > MAX_BYTES {
            return Err(OpenError::TooLarge);
        }
        let entries = candor_pack::unpack(file, 3).map_err(|error| match error {
            UnpackError::TooMany(_) => OpenError::Entries,
            error => OpenError::Zip(error),
        })?;
        let names = entries.iter().map(|entry| entry.name.as_str());
        if !names.eq([REQUEST, SIGNATURE, STATEMENT]) {
            return Err(OpenError::Entries);
        }
        let content =
            |index: usize| entries.get(index).map(|entry| entry.content.to_vec()).unwrap_or_default();
        Self::of(content(0), content(1), content(2))
    }

    /// The same for the three documents as a report holds them.
    ///
    /// # Errors
    /// When the signature does not hold.
    pub fn of(json: Vec<u8>, signature: Vec<u8>, statement: Vec<u8>) -> Result<Self, OpenError> {
        let foreword: Foreword = serde_json::from_slice(&json).map_err(|_| OpenError::NoKey)?;
        if foreword.format != FORMAT {
            return Err(OpenError::Format);
        }
        let key = foreword.requester.key;
        let checked = Signature::from_bytes(&signature)
            .and_then(|signature| key.verify(Purpose::Request, &json, &signature));
        match checked {
            Ok(()) => Ok(Self { json, signature, statement, key }),
            Err(source) => Err(OpenError::Signature { key, source }),
        }
    }

    /// The key that signed it.
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// `request.json` as it came.
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// `request.json.minisig` as it came.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// `statement.txt` as it came.
    pub fn statement(&self) -> &[u8] {
        &self.statement
    }

    /// Hash of `request.json`.
    pub fn sha256(&self) -> Digest {
        Digest::of(&self.json)
    }

    /// Checks and reads the fields, and the statement.
    ///
    /// # Errors
    /// When it is not understood, or contradicts itself.
    pub fn read(&self) -> Result<(Request, Statement), FieldsError> {
        fields::read(&self.json, &self.statement)
    }
}
