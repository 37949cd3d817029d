//! What makes a part one of its envelope: the signed statement, and the keys of those who may open it.

use candor_manifest::Level;
use candor_trust::{Digest, Nonce, Purpose, Recipients, RecipientsError, SigningKey, to_canonical};

use crate::documents::{LevelEntries, SEAL_FORMAT, SealRecipient, SealStatement};
use crate::error::SealError;

pub(crate) const SEAL: &str = "seal.json";
pub(crate) const SEAL_SIGNATURE: &str = "seal.json.minisig";
pub(crate) const ENTRIES: &str = "entries.json";

/// Names and bytes, in their order.
pub(crate) type NamedBytes = Vec<(String, Vec<u8>)>;

/// What all parts of an envelope say alike.
pub(crate) struct Stamp<'a> {
    pub(crate) envelope: Nonce,
    pub(crate) report: &'a str,
    pub(crate) released_root: Digest,
    pub(crate) recipients: &'a [SealRecipient],
    pub(crate) signer: &'a SigningKey,
    pub(crate) sealed: jiff::Timestamp,
}

impl Stamp<'_> {
    /// The documents of a part: the seal first, then the entries, then the others.
    pub(crate) fn documents(
        &self,
        level: Level,
        others: NamedBytes,
        entries: &LevelEntries,
    ) -> Result<NamedBytes, SealError> {
        let entries = serde_json::to_vec(entries).map_err(SealError::Entries)?;
        let mut others: NamedBytes = std::iter::once((ENTRIES.to_owned(), entries)).chain(others).collect();
        let statement = SealStatement {
            format: SEAL_FORMAT.to_owned(),
            envelope: self.envelope,
            level,
            report: self.report.to_owned(),
            released_root: self.released_root,
            recipients: self.recipients.to_vec(),
            documents: others.iter().map(|(name, bytes)| (name.clone(), Digest::of(bytes))).collect(),
            sealed: self.sealed,
        };
        let json = to_canonical(&statement)?;
        let signature = self.signer.sign(Purpose::Seal, &json)?.as_str().as_bytes().to_vec();
        let mut all = vec![(SEAL.to_owned(), json), (SEAL_SIGNATURE.to_owned(), signature)];
        all.append(&mut others);
        Ok(all)
    }
}

/// The keys of everybody who may open a level.
pub(crate) fn keys_of(recipients: &[SealRecipient], level: Level) -> Result<Recipients, SealError> {
    let allowed = recipients.iter().filter(|recipient| recipient.level >= level);
    Recipients::new(allowed.map(|recipient| recipient.recipient.clone())).map_err(|error| match error {
        RecipientsError::None => SealError::Nobody(level),
        source => SealError::Recipients { level, source },
    })
}
