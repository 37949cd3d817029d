//! Making a request.

use std::collections::BTreeMap;

use candor_consent::{Delivery, Line, NamedRecipient, Paragraph, Requester};
use candor_manifest::{CollectorId, Level, OptionName, ProfileId};
use candor_pack::PackError;
use candor_trust::{
    CanonicalError, Card, Digest, Nonce, NonceError, Purpose, SignatureError, SigningKey, to_canonical,
};
use jiff::Timestamp;

use crate::fields::{self, FieldsError};
use crate::open::{MAX_BYTES, REQUEST, SIGNATURE, STATEMENT};
use crate::request::{FORMAT, Request};
use crate::statement::Statement;

/// What a request is made of.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The case.
    pub case: Line,
    /// What the report is for.
    pub purpose: Paragraph,
    /// Why it may be processed.
    pub legal_basis: Paragraph,
    /// Days that it is kept for.
    pub retention_days: Option<u32>,
    /// Now. Parts of a second are dropped.
    pub created: Timestamp,
    /// Until when. Parts of a second are dropped.
    pub expires: Timestamp,
    /// Who asks; of the keys none is looked at.
    pub card: Card,
    /// What is asked for.
    pub profile: ProfileId,
    /// Which of its collectors.
    pub collectors: Option<Vec<CollectorId>>,
    /// Options that differ from the profile's.
    pub options: BTreeMap<CollectorId, BTreeMap<OptionName, String>>,
    /// The highest level of a collector.
    pub level: Option<Level>,
    /// Who will be able to read it.
    pub recipients: Vec<NamedRecipient>,
    /// The privacy statement.
    pub statement: Statement,
    /// Where it may be sent to.
    pub deliver: Vec<Delivery>,
}

/// A request that was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// What it says.
    pub request: Request,
    /// Hash of its `request.json`.
    pub sha256: Digest,
    /// The bytes of the file.
    pub file: Vec<u8>,
}

/// Why a request cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// What was asked for cannot be.
    #[error("this cannot be asked for")]
    Fields(#[source] FieldsError),
    /// No random bytes for its id.
    #[error(transparent)]
    Nonce(#[from] NonceError),
    /// It has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// It cannot be signed.
    #[error("cannot sign the request")]
    Sign(#[source] SignatureError),
    /// It cannot be packed.
    #[error("cannot pack the request")]
    Pack(#[source] PackError),
    /// The file would be larger than any reader takes.
    #[error("the request would be larger than 1 MiB")]
    TooLarge,
}

/// Makes a request and signs it.
///
/// # Errors
/// When what is asked for contradicts itself, or the system gives no random bytes.
pub fn make(wanted: Wanted, key: &SigningKey) -> Result<Made, MakeError> {
    let text = wanted.statement.text().to_owned();
    let request = request_of(wanted, key)?;
    fields::check(&request).map_err(MakeError::Fields)?;
    let json = to_canonical(&request)?;
    let signature = key.sign(Purpose::Request, &json).map_err(MakeError::Sign)?;
    let entries =
        [(REQUEST, &json[..]), (SIGNATURE, signature.as_str().as_bytes()), (STATEMENT, text.as_bytes())];
    let file = candor_pack::pack(entries).map_err(MakeError::Pack)?;
    if file.len() > MAX_BYTES {
        return Err(MakeError::TooLarge);
    }
    Ok(Made { request, sha256: Digest::of(&json), file })
}

fn request_of(wanted: Wanted, key: &SigningKey) -> Result<Request, MakeError> {
    let whole = |time: Timestamp| Timestamp::from_second(time.as_second()).unwrap_or(time);
    Ok(Request {
        format: FORMAT.to_owned(),
        nonce: Nonce::random()?,
        case: wanted.case,
        purpose: wanted.purpose,
        legal_basis: wanted.legal_basis,
        retention_days: wanted.retention_days,
        created: whole(wanted.created),
        expires: whole(wanted.expires),
        requester: Requester {
            name: wanted.card.name,
            organisation: wanted.card.organisation,
            contact: wanted.card.contact,
            key: key.verifying_key().clone(),
        },
        profile: wanted.profile,
        collectors: wanted.collectors,
        options: wanted.options,
        level: wanted.level,
        recipients: wanted.recipients,
        statement: wanted.statement.reference(),
        deliver: wanted.deliver,
    })
}
