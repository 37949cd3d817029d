//! A record with its signature, to which only its own installation adds.

use candor_manifest::CollectorId;
use candor_trust::{
    CanonicalError, Digest, Purpose, Signature, SignatureError, SigningKey, VerifyingKey, from_canonical,
    to_canonical,
};

use super::event::{Event, Method, Party, Status};
use super::parties::RecordedFingerprint;
use super::{ConsentRecord, Moment, RecordedRecipient, Release, ReportState, Withdrawal};

/// Largest `consent.json` that is read.
pub const MAX_RECORD_BYTES: usize = 16 * 1024 * 1024;

/// `consent.json` and `consent.json.minisig`, as they are stored.
///
/// Nothing in it is to be believed before [`SignedRecord::open`] has checked it against a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRecord {
    /// The canonical bytes.
    pub json: Vec<u8>,
    /// The signature over them.
    pub signature: Signature,
}

/// A record that cannot be read, believed or added to.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It is larger than any record.
    #[error("the consent record is larger than {MAX_RECORD_BYTES} bytes")]
    TooLarge,
    /// It is no record, or not in its one spelling.
    #[error("cannot understand the consent record")]
    Document(#[from] CanonicalError),
    /// Its signature does not hold, or none could be made.
    #[error("cannot rely on the consent record")]
    Signature(#[from] SignatureError),
    /// It states another signer than the key that signed it.
    #[error("the consent record names another signer than the key that it is checked with")]
    Signer,
    /// It contradicts itself.
    #[error("the consent record contradicts itself: {0}")]
    Contradiction(&'static str),
    /// Another installation made it.
    #[error("the consent record was made by another installation, and only that one adds to it")]
    OtherInstallation,
    /// It is of a report already.
    #[error("the consent record belongs to a report already")]
    Closed,
    /// It is of no report yet.
    #[error("the consent record belongs to no report yet")]
    NotClosed,
    /// It says nothing of that collector.
    #[error("the consent record says nothing of `{0}`")]
    Unknown(CollectorId),
    /// There is nothing to withdraw.
    #[error("there is no consent that could be withdrawn")]
    NothingGiven,
}

impl SignedRecord {
    /// Takes the two files. Whether the signature holds is another question.
    ///
    /// # Errors
    /// When the signature is none.
    pub fn from_bytes(json: Vec<u8>, signature: &[u8]) -> Result<Self, SignatureError> {
        Ok(Self { json, signature: Signature::from_bytes(signature)? })
    }

    /// The record, once this key is seen to have signed it and to be the signer that it names.
    ///
    /// # Errors
    /// When it did not, or the record is none or contradicts itself.
    pub fn open(&self, signer: &VerifyingKey) -> Result<ConsentRecord, RecordError> {
        signer.verify(Purpose::Record, &self.json, &self.signature)?;
        let record = ConsentRecord::from_json(&self.json)?;
        if record.signer.as_ref() == Some(signer) { Ok(record) } else { Err(RecordError::Signer) }
    }

    /// The key that the record itself names as its signer: to be shown, and to check that the record holds together. Whether that
    /// key is one to trust has to be known from elsewhere.
    ///
    /// # Errors
    /// When the record is none, or names no signer.
    pub fn stated_signer(&self) -> Result<VerifyingKey, RecordError> {
        ConsentRecord::from_json(&self.json)?.signer.ok_or(RecordError::Signer)
    }

    /// The same after an edit of the report: `index` is the hash of its new `report.json`.
    ///
    /// # Errors
    /// When the record is not this installation's, or of no report.
    pub fn edited(&self, key: &SigningKey, index: Digest) -> Result<Self, RecordError> {
        self.with(key, |record| {
            record.report.as_mut().ok_or(RecordError::NotClosed)?.index = index;
            Ok(())
        })
    }

    /// The same with a release. Whether it is allowed is for [`check_chain`](crate::check_chain) to say.
    ///
    /// # Errors
    /// When the record is not this installation's, or of no report.
    pub fn released(&self, key: &SigningKey, release: Release) -> Result<Self, RecordError> {
        self.with(key, |record| {
            record.report.as_ref().ok_or(RecordError::NotClosed)?;
            record.releases.push(release);
            Ok(())
        })
    }

    /// The same with the consent to `withdrawal.collectors` taken back.
    ///
    /// # Errors
    /// When the record is not this installation's, is of no report, or no consent to such a collector is there.
    pub fn withdrawn(&self, key: &SigningKey, withdrawal: Withdrawal) -> Result<Self, RecordError> {
        let event =
            |at| Event { status: Status::Withdrawn, at, by: Party::Person, method: Method::WithdrawCommand };
        self.with(key, |record| {
            record.report.as_ref().ok_or(RecordError::NotClosed)?;
            end(record, &withdrawal.collectors, event(withdrawal.at))?;
            record.withdrawals.push(withdrawal);
            Ok(())
        })
    }

    /// The same with the consent to these collectors run out.
    ///
    /// # Errors
    /// When the record is not this installation's, or no consent to such a collector is there.
    pub fn expired(
        &self,
        key: &SigningKey,
        collectors: &[CollectorId],
        at: Moment,
    ) -> Result<Self, RecordError> {
        let event = Event { status: Status::Expired, at, by: Party::Installation, method: Method::Clock };
        self.with(key, |record| end(record, collectors, event))
    }

    fn with(
        &self,
        key: &SigningKey,
        change: impl FnOnce(&mut ConsentRecord) -> Result<(), RecordError>,
    ) -> Result<Self, RecordError> {
        let stated = self.stated_signer()?;
        if stated != *key.verifying_key() {
            return Err(RecordError::OtherInstallation);
        }
        let mut record = self.open(&stated)?;
        change(&mut record)?;
        record.signed(key)
    }
}

/// Ends the consent to these collectors, all of which must be given.
fn end(record: &mut ConsentRecord, collectors: &[CollectorId], event: Event) -> Result<(), RecordError> {
    if collectors.is_empty() {
        return Err(RecordError::NothingGiven);
    }
    for collector in collectors {
        let process = record.processes.iter_mut().find(|process| process.collector == *collector);
        let process = process.ok_or_else(|| RecordError::Unknown(collector.clone()))?;
        let given = process.last().filter(|last| last.status == Status::Given);
        // A clock that was set back must not put the end before the beginning.
        let at = given.ok_or(RecordError::NothingGiven)?.at.max(event.at);
        process.events.push(Event { at, ..event });
    }
    Ok(())
}

impl ConsentRecord {
    /// Reads `consent.json`, signed or not.
    ///
    /// # Errors
    /// When it is no record, not in its one spelling, or contradicts itself.
    pub fn from_json(json: &[u8]) -> Result<Self, RecordError> {
        if json.len() > MAX_RECORD_BYTES {
            return Err(RecordError::TooLarge);
        }
        let record: Self = from_canonical(json)?;
        record.consistent()?;
        Ok(record)
    }

    /// The canonical bytes.
    ///
    /// # Errors
    /// When an option has no JSON form.
    pub fn to_json(&self) -> Result<Vec<u8>, RecordError> {
        Ok(to_canonical(self)?)
    }

    /// Binds a record that belongs to no report yet to the one that came of it, and signs it. No time is taken: one session gives one
    /// record.
    ///
    /// # Errors
    /// When it belongs to a report already, or cannot be signed.
    pub fn close(mut self, key: &SigningKey, report: ReportState) -> Result<SignedRecord, RecordError> {
        if self.report.is_some() || self.signer.is_some() {
            return Err(RecordError::Closed);
        }
        self.report = Some(report);
        self.signer = Some(key.verifying_key().clone());
        self.signed(key)
    }

    fn signed(&self, key: &SigningKey) -> Result<SignedRecord, RecordError> {
        self.consistent()?;
        let json = self.to_json()?;
        if json.len() > MAX_RECORD_BYTES {
            return Err(RecordError::TooLarge);
        }
        let signature = key.sign(Purpose::Record, &json)?;
        Ok(SignedRecord { json, signature })
    }

    /// What types cannot say.
    fn consistent(&self) -> Result<(), RecordError> {
        let mut ids: Vec<_> = self.processes.iter().map(|process| process.collector.as_str()).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(RecordError::Contradiction("two processes are of one collector"));
        }
        for process in &self.processes {
            if process.events.first().is_none_or(|first| first.status != Status::Requested) {
                return Err(RecordError::Contradiction(
                    "the events of a process do not begin with a request",
                ));
            }
            if !process.events.windows(2).all(|pair| may_follow(pair[0].status, pair[1].status)) {
                return Err(RecordError::Contradiction("an event cannot follow the one before it"));
            }
        }
        let recipients =
            self.recipients.iter().chain(self.releases.iter().flat_map(|release| &release.recipients));
        let spelled = |recipient: &RecordedRecipient| {
            recipient.fingerprint == RecordedFingerprint::of(recipient.key.as_str())
        };
        let controller = self.controller.iter();
        let mut controller =
            controller.map(|who| who.fingerprint == RecordedFingerprint::of(who.key.as_str()));
        if !recipients.into_iter().all(spelled) || !controller.all(|same| same) {
            return Err(RecordError::Contradiction("a fingerprint is not that of its key"));
        }
        Ok(())
    }
}

/// An answer follows a request; only what was given can be withdrawn or run out; nothing follows an end.
fn may_follow(before: Status, after: Status) -> bool {
    match before {
        Status::Requested => matches!(after, Status::Given | Status::Refused),
        Status::Given => matches!(after, Status::Withdrawn | Status::Expired),
        Status::Refused | Status::Withdrawn | Status::Expired => false,
    }
}
