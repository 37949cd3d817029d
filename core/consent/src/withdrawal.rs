//! The message with which a withdrawal reaches those who have what left.

use candor_manifest::CollectorId;
use candor_trust::{
    Digest, Nonce, Purpose, Signature, SignatureError, SigningKey, VerifyingKey, from_canonical, to_canonical,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::vocabulary::constant;
use crate::{ConsentRecord, Moment, RecordError, Withdrawal};

/// Name of the signed document in the message, and of its signature.
pub const WITHDRAWAL_FILES: [&str; 2] = ["withdrawal.json", "withdrawal.json.minisig"];

constant! {
    /// `candor-withdrawal/1`
    WithdrawalFormat = "candor-withdrawal/1"
}

/// `withdrawal.json`: what is taken back, of which report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalMessage {
    /// Always `candor-withdrawal/1`.
    pub format: WithdrawalFormat,
    /// Nonce of the withdrawal, also in the record.
    pub nonce: Nonce,
    /// Id of the report.
    pub report: String,
    /// Roots over what had left by then.
    pub released_roots: Vec<Digest>,
    /// Of which collectors; none stands for all.
    pub collectors: Vec<CollectorId>,
    /// When.
    pub at: Moment,
}

/// A message with its signature, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedWithdrawal {
    /// The canonical bytes.
    pub json: Vec<u8>,
    /// The signature over them.
    pub signature: Signature,
}

impl WithdrawalMessage {
    /// The message for a withdrawal of this record. Names no collector when nothing is left that is consented to.
    ///
    /// # Errors
    /// When the record is of no report yet.
    pub fn of(record: &ConsentRecord, withdrawal: &Withdrawal) -> Result<Self, RecordError> {
        let report = record.report.as_ref().ok_or(RecordError::NotClosed)?.id.clone();
        let left = record.releases.iter().filter(|release| withdrawal.releases.contains(&release.envelope));
        let all = !record.processes.iter().any(crate::Process::is_given);
        Ok(Self {
            format: WithdrawalFormat::Only,
            nonce: withdrawal.id,
            report,
            released_roots: left.map(|release| release.released_root).collect(),
            collectors: if all { Vec::new() } else { withdrawal.collectors.clone() },
            at: withdrawal.at,
        })
    }

    /// Signs it.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn signed(&self, key: &SigningKey) -> Result<SignedWithdrawal, RecordError> {
        let json = to_canonical(self)?;
        let signature = key.sign(Purpose::Withdrawal, &json)?;
        Ok(SignedWithdrawal { json, signature })
    }
}

impl SignedWithdrawal {
    /// Takes the two files. Whether the signature holds is another question.
    ///
    /// # Errors
    /// When the signature is none.
    pub fn from_bytes(json: Vec<u8>, signature: &[u8]) -> Result<Self, SignatureError> {
        Ok(Self { json, signature: Signature::from_bytes(signature)? })
    }

    /// The message, once the installation that signed the record is seen to have signed it too.
    ///
    /// # Errors
    /// When it did not, or the message is none.
    pub fn open(&self, signer: &VerifyingKey) -> Result<WithdrawalMessage, RecordError> {
        signer.verify(Purpose::Withdrawal, &self.json, &self.signature)?;
        Ok(from_canonical(&self.json)?)
    }
}
