//! A report's consent record: what the report states of itself for it, and the record that a finished report gets.

use candor_consent::{
    Claim, ConsentRecord, Gap, GapKind, RecordError, ReportClaims, ReportState, SignedRecord, check_chain,
};
use candor_trust::{Digest, SigningKey};

use crate::assemble::Record;
use crate::index::{CollectorEntry, ReportIndex};

/// Why a report gets no consent record. Then it is not written.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// The record that the session was made with is none, or cannot be signed.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The index has no proof, which the record is bound to.
    #[error("the index has no proof that a consent record could be bound to")]
    NoProof,
    /// The record is not signed.
    #[error("the consent record is not signed, so nothing can be added to it")]
    NotSigned,
    /// Something would be in the report that nobody consented to.
    #[error("not everything in the report was consented to: {}", listed(.0))]
    Chain(Vec<Gap>),
}

fn listed(gaps: &[Gap]) -> String {
    gaps.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl ReportIndex {
    /// What the report states of itself, for [`check_chain`]. `index_json` is `report.json` as it is stored; `None` for a part of a
    /// report, whose index was made anew. `terms` is the hash of the terms of the attached request. `None` without a proof: such a
    /// report cannot be bound to a record.
    pub fn claims(&self, index_json: Option<&[u8]>, terms: Option<Digest>) -> Option<ReportClaims<'_>> {
        let collected_root = self.proof.as_ref()?.collected_root;
        let delivered = self.collectors.iter().filter(|entry| !entry.artifacts.is_empty());
        let collectors = delivered.map(claim).collect();
        Some(ReportClaims {
            id: &self.id,
            collected_root,
            index: index_json.map(Digest::of),
            terms,
            collectors,
        })
    }
}

fn claim(entry: &CollectorEntry) -> Claim<'_> {
    Claim {
        collector: &entry.id,
        level: entry.level,
        manifest_digest: &entry.manifest_digest,
        library_digest: entry.library_digest.as_deref(),
        options: &entry.options,
        artifacts: entry.artifacts.iter().map(|artifact| (artifact.path.as_str(), artifact.level)).collect(),
    }
}

/// Completes the record of a session for its report and signs it, when everything in the report was consented to. For
/// [`Closing`](crate::Closing).
///
/// # Errors
/// When it is no record of a session, or something would be in the report without consent.
pub fn close(
    draft: &[u8],
    index: &ReportIndex,
    index_json: &[u8],
    key: &SigningKey,
    terms: Option<Digest>,
) -> Result<Record, CloseError> {
    let claims = index.claims(Some(index_json), terms).ok_or(CloseError::NoProof)?;
    let state = ReportState {
        id: index.id.clone(),
        collected_root: claims.collected_root,
        index: Digest::of(index_json),
    };
    let signed = ConsentRecord::from_json(draft)?.close(key, state)?;
    let gaps = check_chain(&signed, key.verifying_key(), &claims);
    if gaps.is_empty() { Ok(signed.into()) } else { Err(CloseError::Chain(gaps)) }
}

/// The record of a report that was edited, signed anew, when what is left in it was consented to. `before` is the record as it
/// was. What was withdrawn or ran out since may be there still: an edit is how it is taken out. For [`Closing`](crate::Closing).
///
/// # Errors
/// When the record is not this installation's, or something is in the report without consent.
pub fn close_again(
    before: &Record,
    index: &ReportIndex,
    index_json: &[u8],
    key: &SigningKey,
) -> Result<Record, CloseError> {
    let signed = before.signed()?.ok_or(CloseError::NotSigned)?.edited(key, Digest::of(index_json))?;
    // An edit does not touch what is attached: the terms are those that the record was made with.
    let record = signed.open(key.verifying_key())?;
    let terms = record.processes.iter().find_map(|process| process.subject.terms);
    let claims = index.claims(Some(index_json), terms).ok_or(CloseError::NoProof)?;
    let mut gaps = check_chain(&signed, key.verifying_key(), &claims);
    gaps.retain(|gap| !matches!(gap.kind, GapKind::Withdrawn(_) | GapKind::Expired(_)));
    if gaps.is_empty() { Ok(signed.into()) } else { Err(CloseError::Chain(gaps)) }
}

impl Record {
    /// The record with its signature; `None` where it is not signed.
    ///
    /// # Errors
    /// When the signature is none.
    pub fn signed(&self) -> Result<Option<SignedRecord>, RecordError> {
        let signature = self.signature.as_deref();
        let signed = signature.map(|signature| SignedRecord::from_bytes(self.json.clone(), signature));
        Ok(signed.transpose()?)
    }
}

impl From<SignedRecord> for Record {
    fn from(signed: SignedRecord) -> Self {
        Self { signature: Some(signed.signature.as_str().as_bytes().to_vec()), json: signed.json }
    }
}
