//! The customer's approval to pass artifacts on: `NAME.candor-forward`.

use std::collections::BTreeSet;

use candor_pack::{UnpackError, pack, unpack};
use candor_report::{AttachedName, ReportIndex, leaf_of};
use candor_trust::{
    CanonicalError, Digest, KeyName, Nonce, PlainText, Purpose, Recipient, Signature, SignatureError,
    SigningKey, VerifyingKey, from_canonical, to_canonical,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// `format` of [`ForwardGrant`].
pub const FORWARD_FORMAT: &str = "candor-forward/1";
pub(crate) const GRANT: &str = AttachedName::Forward.as_str();
pub(crate) const GRANT_SIGNATURE: &str = AttachedName::ForwardSignature.as_str();
/// Largest grant: some hundred thousand leaves.
pub const MAX_GRANT_BYTES: u64 = 16 * 1024 * 1024;

/// `forward.json`: which artifacts may be passed on, to whom, for what and until when. Artifacts are named by their leaves, so it tells
/// nothing to who has not the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForwardGrant {
    /// [`FORWARD_FORMAT`].
    pub format: String,
    /// Random id.
    pub nonce: Nonce,
    /// The installation that made the report, which signs this.
    pub signer: VerifyingKey,
    /// Id of the report.
    pub report: String,
    /// Root over what was released.
    pub released_root: Digest,
    /// The artifacts, in rising order.
    pub leaves: BTreeSet<Digest>,
    /// Who may have them.
    pub to: Receiver,
    /// What for.
    pub purpose: PlainText<2000>,
    /// When it was given, RFC 3339 in UTC.
    pub created: Timestamp,
    /// Until when it may be made use of.
    pub expires: Timestamp,
}

/// An outside vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// Who it is.
    pub name: KeyName,
    /// Where they belong.
    pub organisation: Option<KeyName>,
    /// The key that is encrypted to.
    pub recipient: Recipient,
}

/// A grant that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// The report has no proof.
    #[error("the report has no proof: it was written by an earlier version of this program")]
    NoProof,
    /// It names no artifact.
    #[error("no artifact is granted")]
    Nothing,
    /// The report has no such artifact, or it is not what its leaf says.
    #[error("the report has no artifact `{0}` that could be granted")]
    Artifact(String),
    /// It would end before it begins.
    #[error("the grant would have expired already")]
    Expired,
    /// No random bytes.
    #[error(transparent)]
    Nonce(#[from] candor_trust::NonceError),
    /// It cannot be written.
    #[error(transparent)]
    Document(#[from] CanonicalError),
    /// It cannot be signed.
    #[error(transparent)]
    Sign(#[from] SignatureError),
    /// It cannot be packed.
    #[error("cannot pack the grant")]
    Pack(#[from] candor_pack::PackError),
}

/// A grant that is not taken.
#[derive(Debug, thiserror::Error)]
pub enum GrantRefused {
    /// It is larger than any.
    #[error("larger than any grant")]
    TooLarge,
    /// It is no such file.
    #[error("not a forward grant")]
    Format(#[source] UnpackError),
    /// It has other entries.
    #[error("not a forward grant: it holds other files")]
    Entries,
    /// It is not understood.
    #[error("cannot understand `{GRANT}`")]
    Document(#[source] CanonicalError),
    /// It is of a version that this program does not know.
    #[error("the grant has the format `{0}`, which this program does not know")]
    Version(String),
    /// It is not signed by the key that it names.
    #[error("the grant is not signed by the installation that it names")]
    Signature(#[source] SignatureError),
}

/// What a grant is made of.
#[derive(Debug)]
pub struct Granting<'a> {
    /// Index of the report.
    pub index: &'a ReportIndex,
    /// Paths of the artifacts: `artifacts/event-log/system.ndjson`.
    pub artifacts: &'a [String],
    /// To whom.
    pub to: Receiver,
    /// What for.
    pub purpose: PlainText<2000>,
    /// Now.
    pub created: Timestamp,
    /// Until when.
    pub expires: Timestamp,
    /// The key of the installation that made the report.
    pub signer: &'a SigningKey,
}

/// A grant whose signature holds, and its two documents as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedGrant {
    /// What is granted.
    pub grant: ForwardGrant,
    pub(crate) json: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl SignedGrant {
    /// Makes a grant.
    ///
    /// # Errors
    /// When it would grant nothing, or something that the report does not hold.
    pub fn make(granting: Granting<'_>) -> Result<Self, GrantError> {
        let Granting { index, artifacts, to, purpose, created, expires, signer } = granting;
        let proof = index.proof.as_ref().ok_or(GrantError::NoProof)?;
        let leaves = artifacts.iter().map(|path| leaf(index, path)).collect::<Result<BTreeSet<_>, _>>()?;
        if leaves.is_empty() {
            return Err(GrantError::Nothing);
        }
        if expires <= created {
            return Err(GrantError::Expired);
        }
        let grant = ForwardGrant {
            format: FORWARD_FORMAT.to_owned(),
            nonce: Nonce::random()?,
            signer: signer.verifying_key().clone(),
            report: index.id.clone(),
            released_root: proof.released_root,
            leaves,
            to,
            purpose,
            created,
            expires,
        };
        let json = to_canonical(&grant)?;
        let signature = signer.sign(Purpose::Forward, &json)?.as_str().as_bytes().to_vec();
        Ok(Self { grant, json, signature })
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// Never: its two names can be packed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, candor_pack::PackError> {
        pack([(GRANT, &self.json[..]), (GRANT_SIGNATURE, &self.signature[..])])
    }

    /// Reads the bytes of a file and checks the signature. Whether the key that signed is the right one, and whether the grant
    /// has expired, is for others to say.
    ///
    /// # Errors
    /// When it is no grant, or its signature does not hold.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, GrantRefused> {
        if bytes.len() as u64 > MAX_GRANT_BYTES {
            return Err(GrantRefused::TooLarge);
        }
        let entries = unpack(bytes, 2).map_err(GrantRefused::Format)?;
        let [json, signature] = &entries[..] else { return Err(GrantRefused::Entries) };
        if (json.name.as_str(), signature.name.as_str()) != (GRANT, GRANT_SIGNATURE) {
            return Err(GrantRefused::Entries);
        }
        Self::from_documents(json.content, signature.content)
    }

    /// The same from the two documents.
    pub(crate) fn from_documents(json: &[u8], signature: &[u8]) -> Result<Self, GrantRefused> {
        let grant: ForwardGrant = from_canonical(json).map_err(GrantRefused::Document)?;
        if grant.format != FORWARD_FORMAT {
            return Err(GrantRefused::Version(grant.format));
        }
        let parsed = Signature::from_bytes(signature).map_err(GrantRefused::Signature)?;
        grant.signer.verify(Purpose::Forward, json, &parsed).map_err(GrantRefused::Signature)?;
        Ok(Self { grant, json: json.to_vec(), signature: signature.to_vec() })
    }
}

/// The leaf of an artifact, computed anew: what is granted is what was looked at.
fn leaf(index: &ReportIndex, path: &str) -> Result<Digest, GrantError> {
    let missing = || GrantError::Artifact(path.to_owned());
    let found = index.collectors.iter().find_map(|collector| {
        let artifact = collector.artifacts.iter().find(|artifact| artifact.path == path)?;
        Some((collector, artifact))
    });
    let (collector, artifact) = found.ok_or_else(missing)?;
    leaf_of(collector, artifact).ok().filter(|leaf| artifact.leaf == Some(*leaf)).ok_or_else(missing)
}
